/* What every object can be asked: representation, comparison, hash,
   attributes, truth; and the birth and death of objects.

   Attribute access in its generic form follows one order: a data descriptor
   on the type, then the instance's own attributes, then whatever else the
   type has.  An instance keeps its attributes in one of three places:

     - inline values behind the type's shared keys (Py_TPFLAGS_MANAGED_DICT,
       no dictionary made yet): the words before the GC header;
     - a dictionary that is there (same words, the other one);
     - a dictionary at tp_dictoffset, counted from the end if negative. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_dict.h"
#include "pycore_gc.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pymem.h"
#include "pycore_pystate.h"
#include "pycore_typeobject.h"
#include "pycore_unionobject.h"
#include "frameobject.h"

/* -- Reference counts as functions ---------------------------------------- */

void
Py_IncRef(PyObject *object)
{
    Py_XINCREF(object);
}

void
Py_DecRef(PyObject *object)
{
    Py_XDECREF(object);
}

void
_Py_IncRef(PyObject *object)
{
    Py_INCREF(object);
}

void
_Py_DecRef(PyObject *object)
{
    Py_DECREF(object);
}

#undef Py_NewRef
#undef Py_XNewRef
#undef Py_Is
#undef Py_IsNone
#undef Py_IsTrue
#undef Py_IsFalse

PyObject *
Py_NewRef(PyObject *object)
{
    Py_INCREF(object);
    return object;
}

PyObject *
Py_XNewRef(PyObject *object)
{
    Py_XINCREF(object);
    return object;
}

int
Py_Is(PyObject *x, PyObject *y)
{
    return x == y;
}

int
Py_IsNone(PyObject *x)
{
    return x == Py_None;
}

int
Py_IsTrue(PyObject *x)
{
    return x == Py_True;
}

int
Py_IsFalse(PyObject *x)
{
    return x == Py_False;
}

#define Py_NewRef(object) _Py_NewRef(_PyObject_CAST(object))
#define Py_XNewRef(object) _Py_XNewRef(_PyObject_CAST(object))

void
_Py_NewReference(PyObject *object)
{
    if (_Py_tracemalloc_config.tracing) {
        _PyTraceMalloc_NewReference(object);
    }
    Py_SET_REFCNT(object, 1);
}

void
_Py_Dealloc(PyObject *object)
{
    Py_TYPE(object)->tp_dealloc(object);
}

/* -- Birth ---------------------------------------------------------------- */

PyObject *
PyObject_Init(PyObject *object, PyTypeObject *type)
{
    if (object == NULL) {
        return PyErr_NoMemory();
    }
    _PyObject_Init(object, type);
    return object;
}

PyVarObject *
PyObject_InitVar(PyVarObject *object, PyTypeObject *type, Py_ssize_t size)
{
    if (object == NULL) {
        return (PyVarObject *)PyErr_NoMemory();
    }
    _PyObject_InitVar(object, type, size);
    return object;
}

PyObject *
_PyObject_New(PyTypeObject *type)
{
    PyObject *object = PyObject_Malloc(_PyObject_SIZE(type));
    if (object == NULL) {
        return PyErr_NoMemory();
    }
    _PyObject_Init(object, type);
    return object;
}

PyVarObject *
_PyObject_NewVar(PyTypeObject *type, Py_ssize_t nitems)
{
    PyVarObject *object = PyObject_Malloc(_PyObject_VAR_SIZE(type, nitems));
    if (object == NULL) {
        return (PyVarObject *)PyErr_NoMemory();
    }
    _PyObject_InitVar(object, type, nitems);
    return object;
}

/* -- Death ---------------------------------------------------------------- */

void
PyObject_CallFinalizer(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (type->tp_finalize == NULL) {
        return;
    }
    /* tp_finalize runs once for an object the collector knows. */
    if (_PyType_IS_GC(type) && _PyGC_FINALIZED(self)) {
        return;
    }
    type->tp_finalize(self);
    if (_PyType_IS_GC(type)) {
        _PyGC_SET_FINALIZED(self);
    }
}

int
PyObject_CallFinalizerFromDealloc(PyObject *self)
{
    if (Py_REFCNT(self) != 0) {
        _PyObject_ASSERT_FAILED_MSG(self, "PyObject_CallFinalizerFromDealloc "
                                          "called on object with a non-zero "
                                          "refcount");
    }
    /* Alive again while the finalizer looks at it. */
    Py_SET_REFCNT(self, 1);
    PyObject_CallFinalizer(self);
    Py_SET_REFCNT(self, Py_REFCNT(self) - 1);
    return Py_REFCNT(self) == 0 ? 0 : -1;
}

/* The trashcan: containers nested deeper than PyTrash_UNWIND_LEVEL are put
   aside, linked through the GC header, and freed when the C stack is short
   again. */

static void
trash_deposit(PyThreadState *tstate, PyObject *object)
{
    _PyGCHead_SET_PREV(_Py_AS_GC(object),
                       (PyGC_Head *)tstate->trash_delete_later);
    tstate->trash_delete_later = object;
}

static void
trash_destroy_chain(PyThreadState *tstate)
{
    /* Nesting is raised meanwhile, so that what dies here deposits again
       instead of recursing into this loop. */
    ++tstate->trash_delete_nesting;
    while (tstate->trash_delete_later) {
        PyObject *object = tstate->trash_delete_later;
        destructor dealloc = Py_TYPE(object)->tp_dealloc;
        tstate->trash_delete_later =
            (PyObject *)_PyGCHead_PREV(_Py_AS_GC(object));
        dealloc(object);
    }
    --tstate->trash_delete_nesting;
}

void
_PyTrash_thread_deposit_object(PyObject *object)
{
    trash_deposit(_PyThreadState_GET(), object);
}

void
_PyTrash_deposit_object(PyObject *object)
{
    trash_deposit(_PyThreadState_GET(), object);
}

void
_PyTrash_thread_destroy_chain(void)
{
    trash_destroy_chain(_PyThreadState_GET());
}

void
_PyTrash_destroy_chain(void)
{
    trash_destroy_chain(_PyThreadState_GET());
}

int
_PyTrash_begin(PyThreadState *tstate, PyObject *object)
{
    if (tstate->trash_delete_nesting >= PyTrash_UNWIND_LEVEL) {
        trash_deposit(tstate, object);
        return 1;
    }
    ++tstate->trash_delete_nesting;
    return 0;
}

void
_PyTrash_end(PyThreadState *tstate)
{
    --tstate->trash_delete_nesting;
    if (tstate->trash_delete_later && tstate->trash_delete_nesting <= 0) {
        trash_destroy_chain(tstate);
    }
}

/* A base class's tp_dealloc called from a derived one must not deposit an
   object that is half dismantled. */
int
_PyTrash_cond(PyObject *object, destructor dealloc)
{
    return Py_TYPE(object)->tp_dealloc == dealloc;
}

/* -- Debugging aids ------------------------------------------------------- */

void
_Py_BreakPoint(void)
{
}

int
_PyObject_IsFreed(PyObject *object)
{
    return _PyMem_IsPtrFreed(object) || _PyMem_IsPtrFreed(Py_TYPE(object));
}

int
_PyObject_CheckConsistency(PyObject *object, int check_content)
{
    if (object == NULL || _PyObject_IsFreed(object)
        || Py_REFCNT(object) < 1 || Py_TYPE(object) == NULL) {
        _PyObject_ASSERT_FAILED_MSG(object, "inconsistent object");
    }
    _PyType_CheckConsistency(Py_TYPE(object));
    if (check_content) {
        if (PyUnicode_Check(object)) {
            _PyUnicode_CheckConsistency(object, check_content);
        }
        else if (PyDict_Check(object)) {
            _PyDict_CheckConsistency(object, check_content);
        }
    }
    return 1;
}

void
_PyObject_Dump(PyObject *object)
{
    if (_PyObject_IsFreed(object)) {
        fprintf(stderr, "<object at %p is freed>\n", (void *)object);
        fflush(stderr);
        return;
    }
    fprintf(stderr, "object address  : %p\n", (void *)object);
    fprintf(stderr, "object refcount : %zd\n", Py_REFCNT(object));
    fflush(stderr);

    PyTypeObject *type = Py_TYPE(object);
    fprintf(stderr, "object type     : %p\n", (void *)type);
    fprintf(stderr, "object type name: %s\n",
            type == NULL ? "NULL" : type->tp_name);
    fprintf(stderr, "object repr     : ");
    fflush(stderr);

    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *error_type, *error_value, *error_traceback;
    PyErr_Fetch(&error_type, &error_value, &error_traceback);
    (void)PyObject_Print(object, stderr, 0);
    fflush(stderr);
    PyErr_Restore(error_type, error_value, error_traceback);
    PyGILState_Release(gil);
    fprintf(stderr, "\n");
    fflush(stderr);
}

void _Py_NO_RETURN
_PyObject_AssertFailed(PyObject *object, const char *expr, const char *msg,
                       const char *file, int line, const char *function)
{
    fprintf(stderr, "%s:%d: ", file, line);
    if (function) {
        fprintf(stderr, "%s: ", function);
    }
    fflush(stderr);
    if (expr) {
        fprintf(stderr, "Assertion \"%s\" failed", expr);
    }
    else {
        fprintf(stderr, "Assertion failed");
    }
    fflush(stderr);
    if (msg) {
        fprintf(stderr, ": %s", msg);
    }
    fprintf(stderr, "\n");
    fflush(stderr);
    if (object != NULL && !_PyObject_IsFreed(object)) {
        void *block = (char *)object - _PyType_PreHeaderSize(Py_TYPE(object));
        _PyMem_DumpTraceback(fileno(stderr), block);
        _PyObject_Dump(object);
        fprintf(stderr, "\n");
        fflush(stderr);
    }
    Py_FatalError("_PyObject_AssertFailed");
}

void
_PyObject_DebugTypeStats(FILE *out)
{
    _PyDict_DebugMallocStats(out);
    _PyFloat_DebugMallocStats(out);
    _PyList_DebugMallocStats(out);
    _PyTuple_DebugMallocStats(out);
}

/* -- Representation ------------------------------------------------------- */

static int
object_print_string(PyObject *text, FILE *stream)
{
    PyObject *bytes = PyUnicode_AsEncodedString(text, "utf-8",
                                                "backslashreplace");
    if (bytes == NULL) {
        return -1;
    }
    fwrite(PyBytes_AS_STRING(bytes), 1, PyBytes_GET_SIZE(bytes), stream);
    Py_DECREF(bytes);
    return 0;
}

int
PyObject_Print(PyObject *object, FILE *stream, int flags)
{
    if (PyErr_CheckSignals()) {
        return -1;
    }
    clearerr(stream);
    int result = 0;
    if (object == NULL) {
        fprintf(stream, "<nil>");
    }
    else if (Py_REFCNT(object) <= 0) {
        fprintf(stream, "<refcnt %zd at %p>", Py_REFCNT(object),
                (void *)object);
    }
    else {
        PyObject *text = (flags & Py_PRINT_RAW) ? PyObject_Str(object)
                                                : PyObject_Repr(object);
        if (text == NULL) {
            return -1;
        }
        result = object_print_string(text, stream);
        Py_DECREF(text);
    }
    if (result == 0 && ferror(stream)) {
        PyErr_SetFromErrno(PyExc_OSError);
        clearerr(stream);
        result = -1;
    }
    return result;
}

PyObject *
PyObject_Repr(PyObject *v)
{
    if (PyErr_CheckSignals()) {
        return NULL;
    }
    if (v == NULL) {
        return PyUnicode_FromString("<NULL>");
    }
    if (Py_TYPE(v)->tp_repr == NULL) {
        return PyUnicode_FromFormat("<%s object at %p>",
                                    Py_TYPE(v)->tp_name, v);
    }
    PyThreadState *tstate = _PyThreadState_GET();
    if (_Py_EnterRecursiveCallTstate(
            tstate, " while getting the repr of an object")) {
        return NULL;
    }
    PyObject *result = Py_TYPE(v)->tp_repr(v);
    _Py_LeaveRecursiveCallTstate(tstate);
    if (result == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(result)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "__repr__ returned non-string (type %.200s)",
                      Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

PyObject *
PyObject_Str(PyObject *v)
{
    if (PyErr_CheckSignals()) {
        return NULL;
    }
    if (v == NULL) {
        return PyUnicode_FromString("<NULL>");
    }
    if (PyUnicode_CheckExact(v)) {
        return Py_NewRef(v);
    }
    if (Py_TYPE(v)->tp_str == NULL) {
        return PyObject_Repr(v);
    }
    PyThreadState *tstate = _PyThreadState_GET();
    if (_Py_EnterRecursiveCallTstate(
            tstate, " while getting the str of an object")) {
        return NULL;
    }
    PyObject *result = Py_TYPE(v)->tp_str(v);
    _Py_LeaveRecursiveCallTstate(tstate);
    if (result == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(result)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "__str__ returned non-string (type %.200s)",
                      Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

PyObject *
PyObject_ASCII(PyObject *v)
{
    PyObject *repr = PyObject_Repr(v);
    if (repr == NULL || PyUnicode_IS_ASCII(repr)) {
        return repr;
    }
    PyObject *ascii = _PyUnicode_AsASCIIString(repr, "backslashreplace");
    Py_DECREF(repr);
    if (ascii == NULL) {
        return NULL;
    }
    PyObject *result = PyUnicode_DecodeASCII(
        PyBytes_AS_STRING(ascii), PyBytes_GET_SIZE(ascii), NULL);
    Py_DECREF(ascii);
    return result;
}

PyObject *
PyObject_Bytes(PyObject *v)
{
    if (v == NULL) {
        return PyBytes_FromString("<NULL>");
    }
    if (PyBytes_CheckExact(v)) {
        return Py_NewRef(v);
    }
    PyObject *func = _PyObject_LookupSpecial(v, &_Py_ID(__bytes__));
    if (func != NULL) {
        PyObject *result = _PyObject_CallNoArgs(func);
        Py_DECREF(func);
        if (result != NULL && !PyBytes_Check(result)) {
            PyErr_Format(PyExc_TypeError,
                         "__bytes__ returned non-bytes (type %.200s)",
                         Py_TYPE(result)->tp_name);
            Py_DECREF(result);
            return NULL;
        }
        return result;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    return PyBytes_FromObject(v);
}

/* "module.qualname()" for messages about calls, "qualname()" for built-ins,
   str() of what has no qualified name. */
PyObject *
_PyObject_FunctionStr(PyObject *x)
{
    PyObject *qualname, *module = NULL, *result = NULL;
    int found = _PyObject_LookupAttr(x, &_Py_ID(__qualname__), &qualname);
    if (found < 0) {
        return NULL;
    }
    if (found == 0) {
        return PyObject_Str(x);
    }
    found = _PyObject_LookupAttr(x, &_Py_ID(__module__), &module);
    if (found < 0) {
        goto done;
    }
    if (module != NULL && module != Py_None) {
        int foreign = PyObject_RichCompareBool(module, &_Py_ID(builtins),
                                               Py_NE);
        if (foreign < 0) {
            goto done;
        }
        if (foreign) {
            result = PyUnicode_FromFormat("%S.%S()", module, qualname);
            goto done;
        }
    }
    result = PyUnicode_FromFormat("%S()", qualname);
done:
    Py_DECREF(qualname);
    Py_XDECREF(module);
    return result;
}

/* -- Comparison and hash -------------------------------------------------- */

/* By operation: what it becomes when the operands change places. */
int _Py_SwappedOp[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};

static const char *const op_symbols[] = {"<", "<=", "==", "!=", ">", ">="};

/* The right operand comes first if its type is a proper subtype. */
static PyObject *
object_compare(PyThreadState *tstate, PyObject *v, PyObject *w, int op)
{
    richcmpfunc compare;
    PyObject *result;
    int tried_reverse = 0;

    if (!Py_IS_TYPE(v, Py_TYPE(w))
        && PyType_IsSubtype(Py_TYPE(w), Py_TYPE(v))
        && (compare = Py_TYPE(w)->tp_richcompare) != NULL) {
        tried_reverse = 1;
        result = compare(w, v, _Py_SwappedOp[op]);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    if ((compare = Py_TYPE(v)->tp_richcompare) != NULL) {
        result = compare(v, w, op);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    if (!tried_reverse && (compare = Py_TYPE(w)->tp_richcompare) != NULL) {
        result = compare(w, v, _Py_SwappedOp[op]);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    /* Nobody knows: equality is identity, order is an error. */
    switch (op) {
    case Py_EQ:
        return Py_NewRef(v == w ? Py_True : Py_False);
    case Py_NE:
        return Py_NewRef(v != w ? Py_True : Py_False);
    default:
        _PyErr_Format(tstate, PyExc_TypeError,
                      "'%s' not supported between instances of '%.100s' and "
                      "'%.100s'",
                      op_symbols[op], Py_TYPE(v)->tp_name,
                      Py_TYPE(w)->tp_name);
        return NULL;
    }
}

PyObject *
PyObject_RichCompare(PyObject *v, PyObject *w, int op)
{
    PyThreadState *tstate = _PyThreadState_GET();
    assert(Py_LT <= op && op <= Py_GE);
    if (v == NULL || w == NULL) {
        if (!_PyErr_Occurred(tstate)) {
            PyErr_BadInternalCall();
        }
        return NULL;
    }
    if (_Py_EnterRecursiveCallTstate(tstate, " in comparison")) {
        return NULL;
    }
    PyObject *result = object_compare(tstate, v, w, op);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

int
PyObject_RichCompareBool(PyObject *v, PyObject *w, int op)
{
    /* Identity implies equality here, whatever __eq__ would say. */
    if (v == w) {
        if (op == Py_EQ) {
            return 1;
        }
        if (op == Py_NE) {
            return 0;
        }
    }
    PyObject *result = PyObject_RichCompare(v, w, op);
    if (result == NULL) {
        return -1;
    }
    int truth;
    if (PyBool_Check(result)) {
        truth = (result == Py_True);
    }
    else {
        truth = PyObject_IsTrue(result);
    }
    Py_DECREF(result);
    return truth;
}

Py_hash_t
PyObject_HashNotImplemented(PyObject *v)
{
    PyErr_Format(PyExc_TypeError, "unhashable type: '%.200s'",
                 Py_TYPE(v)->tp_name);
    return -1;
}

Py_hash_t
PyObject_Hash(PyObject *v)
{
    PyTypeObject *type = Py_TYPE(v);
    if (type->tp_hash != NULL) {
        return type->tp_hash(v);
    }
    /* A static type whose author never called PyType_Ready. */
    if (type->tp_dict == NULL) {
        if (PyType_Ready(type) < 0) {
            return -1;
        }
        if (type->tp_hash != NULL) {
            return type->tp_hash(v);
        }
    }
    return PyObject_HashNotImplemented(v);
}

/* -- Truth and the like --------------------------------------------------- */

int
PyObject_IsTrue(PyObject *v)
{
    if (v == Py_True) {
        return 1;
    }
    if (v == Py_False || v == Py_None) {
        return 0;
    }
    PyTypeObject *type = Py_TYPE(v);
    Py_ssize_t result;
    if (type->tp_as_number != NULL && type->tp_as_number->nb_bool != NULL) {
        result = type->tp_as_number->nb_bool(v);
    }
    else if (type->tp_as_mapping != NULL
             && type->tp_as_mapping->mp_length != NULL) {
        result = type->tp_as_mapping->mp_length(v);
    }
    else if (type->tp_as_sequence != NULL
             && type->tp_as_sequence->sq_length != NULL) {
        result = type->tp_as_sequence->sq_length(v);
    }
    else {
        return 1;
    }
    return result > 0 ? 1 : Py_SAFE_DOWNCAST(result, Py_ssize_t, int);
}

int
PyObject_Not(PyObject *v)
{
    int truth = PyObject_IsTrue(v);
    return truth < 0 ? truth : !truth;
}

int
PyCallable_Check(PyObject *x)
{
    return x != NULL && Py_TYPE(x)->tp_call != NULL;
}

PyObject *
PyObject_SelfIter(PyObject *object)
{
    return Py_NewRef(object);
}

PyObject *
_PyObject_NextNotImplemented(PyObject *self)
{
    PyErr_Format(PyExc_TypeError, "'%.200s' object is not iterable",
                 Py_TYPE(self)->tp_name);
    return NULL;
}

/* -- Where an instance keeps its attributes ------------------------------- */

PyObject **
_PyObject_ComputedDictPointer(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    assert((type->tp_flags & Py_TPFLAGS_MANAGED_DICT) == 0);
    Py_ssize_t offset = type->tp_dictoffset;
    if (offset == 0) {
        return NULL;
    }
    if (offset < 0) {
        assert(offset != -1);
        /* Behind the variable part; an int's size carries its sign. */
        Py_ssize_t count = Py_SIZE(object);
        if (count < 0) {
            count = -count;
        }
        offset += (Py_ssize_t)_PyObject_VAR_SIZE(type, count);
        assert(offset > 0 && offset % SIZEOF_VOID_P == 0);
    }
    return (PyObject **)((char *)object + offset);
}

/* The place of the dictionary, without making one. */
PyObject **
_PyObject_DictPointer(PyObject *object)
{
    if (Py_TYPE(object)->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        return _PyObject_ManagedDictPointer(object);
    }
    return _PyObject_ComputedDictPointer(object);
}

/* The place of the dictionary; inline values become a dictionary first, as
   the caller may look into it.  NULL if there is no place, or no memory. */
PyObject **
_PyObject_GetDictPtr(PyObject *object)
{
    if ((Py_TYPE(object)->tp_flags & Py_TPFLAGS_MANAGED_DICT) == 0) {
        return _PyObject_ComputedDictPointer(object);
    }
    PyObject **dict_ptr = _PyObject_ManagedDictPointer(object);
    PyDictValues **values_ptr = _PyObject_ValuesPointer(object);
    if (*values_ptr == NULL) {
        return dict_ptr;
    }
    assert(*dict_ptr == NULL);
    PyObject *dict = _PyObject_MakeDictFromInstanceAttributes(object,
                                                              *values_ptr);
    if (dict == NULL) {
        PyErr_Clear();
        return NULL;
    }
    assert(*dict_ptr == NULL);
    assert(*values_ptr != NULL);
    *values_ptr = NULL;
    *dict_ptr = dict;
    return dict_ptr;
}

PyObject **
PyObject_GET_WEAKREFS_LISTPTR(PyObject *object)
{
    return _PyObject_GET_WEAKREFS_LISTPTR(object);
}

/* -- Attributes: the dispatching functions -------------------------------- */

/* Tell an AttributeError just raised which object and name it is about,
   unless a deeper lookup has told it already. */
static int
set_attribute_error_context(PyObject *v, PyObject *name)
{
    assert(PyErr_Occurred());
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
        return 0;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (PyErr_GivenExceptionMatches(value, PyExc_AttributeError)) {
        PyAttributeErrorObject *error = (PyAttributeErrorObject *)value;
        if (error->name == NULL && error->obj == NULL) {
            error->name = Py_NewRef(name);
            error->obj = Py_NewRef(v);
        }
    }
    PyErr_Restore(type, value, traceback);
    return 0;
}

static int
attribute_name_error(PyObject *name)
{
    PyErr_Format(PyExc_TypeError,
                 "attribute name must be string, not '%.200s'",
                 Py_TYPE(name)->tp_name);
    return -1;
}

PyObject *
PyObject_GetAttr(PyObject *v, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(v);
    if (!PyUnicode_Check(name)) {
        attribute_name_error(name);
        return NULL;
    }
    PyObject *result = NULL;
    if (type->tp_getattro != NULL) {
        result = type->tp_getattro(v, name);
    }
    else if (type->tp_getattr != NULL) {
        const char *name_str = PyUnicode_AsUTF8(name);
        if (name_str == NULL) {
            return NULL;
        }
        result = type->tp_getattr(v, (char *)name_str);
    }
    else {
        PyErr_Format(PyExc_AttributeError,
                     "'%.50s' object has no attribute '%U'",
                     type->tp_name, name);
    }
    if (result == NULL) {
        set_attribute_error_context(v, name);
    }
    return result;
}

PyObject *
PyObject_GetAttrString(PyObject *v, const char *name)
{
    if (Py_TYPE(v)->tp_getattr != NULL) {
        return Py_TYPE(v)->tp_getattr(v, (char *)name);
    }
    PyObject *name_object = PyUnicode_FromString(name);
    if (name_object == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_GetAttr(v, name_object);
    Py_DECREF(name_object);
    return result;
}

int
PyObject_HasAttrString(PyObject *v, const char *name)
{
    PyObject *result = PyObject_GetAttrString(v, name);
    if (result == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(result);
    return 1;
}

int
PyObject_SetAttrString(PyObject *v, const char *name, PyObject *w)
{
    if (Py_TYPE(v)->tp_setattr != NULL) {
        return Py_TYPE(v)->tp_setattr(v, (char *)name, w);
    }
    PyObject *name_object = PyUnicode_InternFromString(name);
    if (name_object == NULL) {
        return -1;
    }
    int result = PyObject_SetAttr(v, name_object, w);
    Py_DECREF(name_object);
    return result;
}

PyObject *
_PyObject_GetAttrId(PyObject *v, _Py_Identifier *name)
{
    PyObject *name_object = _PyUnicode_FromId(name);  /* borrowed */
    return name_object == NULL ? NULL : PyObject_GetAttr(v, name_object);
}

int
_PyObject_SetAttrId(PyObject *v, _Py_Identifier *name, PyObject *w)
{
    PyObject *name_object = _PyUnicode_FromId(name);  /* borrowed */
    return name_object == NULL ? -1 : PyObject_SetAttr(v, name_object, w);
}

int
_PyObject_LookupAttr(PyObject *v, PyObject *name, PyObject **result)
{
    PyTypeObject *type = Py_TYPE(v);
    if (!PyUnicode_Check(name)) {
        *result = NULL;
        return attribute_name_error(name);
    }
    if (type->tp_getattro == PyObject_GenericGetAttr) {
        *result = _PyObject_GenericGetAttrWithDict(v, name, NULL, 1);
        if (*result != NULL) {
            return 1;
        }
        return PyErr_Occurred() ? -1 : 0;
    }
    if (type->tp_getattro != NULL) {
        *result = type->tp_getattro(v, name);
    }
    else if (type->tp_getattr != NULL) {
        const char *name_str = PyUnicode_AsUTF8(name);
        if (name_str == NULL) {
            *result = NULL;
            return -1;
        }
        *result = type->tp_getattr(v, (char *)name_str);
    }
    else {
        *result = NULL;
        return 0;
    }
    if (*result != NULL) {
        return 1;
    }
    if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        return 0;
    }
    return -1;
}

int
_PyObject_LookupAttrId(PyObject *v, _Py_Identifier *name, PyObject **result)
{
    PyObject *name_object = _PyUnicode_FromId(name);  /* borrowed */
    if (name_object == NULL) {
        *result = NULL;
        return -1;
    }
    return _PyObject_LookupAttr(v, name_object, result);
}

int
PyObject_HasAttr(PyObject *v, PyObject *name)
{
    PyObject *result;
    if (_PyObject_LookupAttr(v, name, &result) < 0) {
        PyErr_Clear();
        return 0;
    }
    if (result == NULL) {
        return 0;
    }
    Py_DECREF(result);
    return 1;
}

int
PyObject_SetAttr(PyObject *v, PyObject *name, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(v);
    int error;

    if (!PyUnicode_Check(name)) {
        return attribute_name_error(name);
    }
    Py_INCREF(name);
    PyUnicode_InternInPlace(&name);
    if (type->tp_setattro != NULL) {
        error = type->tp_setattro(v, name, value);
        Py_DECREF(name);
        return error;
    }
    if (type->tp_setattr != NULL) {
        const char *name_str = PyUnicode_AsUTF8(name);
        if (name_str == NULL) {
            Py_DECREF(name);
            return -1;
        }
        error = type->tp_setattr(v, (char *)name_str, value);
        Py_DECREF(name);
        return error;
    }
    const char *action = value == NULL ? "del" : "assign to";
    if (type->tp_getattr == NULL && type->tp_getattro == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "'%.100s' object has no attributes (%s .%U)",
                     type->tp_name, action, name);
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "'%.100s' object has only read-only attributes (%s .%U)",
                     type->tp_name, action, name);
    }
    Py_DECREF(name);
    return -1;
}

/* Truth of __isabstractmethod__; NULL is not abstract. */
int
_PyObject_IsAbstract(PyObject *object)
{
    if (object == NULL) {
        return 0;
    }
    PyObject *mark;
    int result = _PyObject_LookupAttr(object, &_Py_ID(__isabstractmethod__),
                                      &mark);
    if (result > 0) {
        result = PyObject_IsTrue(mark);
        Py_DECREF(mark);
    }
    return result;
}

/* -- Attributes: the generic implementation ------------------------------- */

/* The attribute from the instance's own storage: 1 and a new reference, 0 if
   absent, -1 on error.  dict, if given, stands in for the storage. */
static int
instance_lookup(PyObject *object, PyObject *name, PyObject *dict,
                PyObject **result)
{
    *result = NULL;
    if (dict == NULL) {
        if (Py_TYPE(object)->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
            PyDictValues *values = *_PyObject_ValuesPointer(object);
            if (values != NULL && PyUnicode_CheckExact(name)) {
                *result = _PyObject_GetInstanceAttribute(object, values,
                                                         name);
                if (*result != NULL) {
                    return 1;
                }
                return PyErr_Occurred() ? -1 : 0;
            }
            /* The shared keys do not know subclasses of str. */
            PyObject **dict_ptr = _PyObject_GetDictPtr(object);
            if (dict_ptr == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            dict = *dict_ptr;
        }
        else {
            PyObject **dict_ptr = _PyObject_ComputedDictPointer(object);
            if (dict_ptr != NULL) {
                dict = *dict_ptr;
            }
        }
    }
    if (dict == NULL) {
        return 0;
    }
    Py_INCREF(dict);    /* a key's __eq__ may replace it */
    PyObject *value = PyDict_GetItemWithError(dict, name);
    if (value != NULL) {
        *result = Py_NewRef(value);
        Py_DECREF(dict);
        return 1;
    }
    Py_DECREF(dict);
    return PyErr_Occurred() ? -1 : 0;
}

/* obj.name for a call: 1 and the unbound function, to be called with obj as
   its first argument; 0 and the attribute, or NULL on error. */
int
_PyObject_GetMethod(PyObject *object, PyObject *name, PyObject **method)
{
    assert(*method == NULL);
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_getattro != PyObject_GenericGetAttr
        || !PyUnicode_CheckExact(name)) {
        *method = PyObject_GetAttr(object, name);
        return 0;
    }
    if (type->tp_dict == NULL && PyType_Ready(type) < 0) {
        return 0;
    }
    int found_method = 0;
    descrgetfunc get = NULL;
    PyObject *descr = _PyType_Lookup(type, name);
    if (descr != NULL) {
        Py_INCREF(descr);
        if (_PyType_HasFeature(Py_TYPE(descr),
                               Py_TPFLAGS_METHOD_DESCRIPTOR)) {
            found_method = 1;
        }
        else {
            get = Py_TYPE(descr)->tp_descr_get;
            if (get != NULL && PyDescr_IsData(descr)) {
                *method = get(descr, object, (PyObject *)type);
                Py_DECREF(descr);
                return 0;
            }
        }
    }
    PyObject *attribute;
    int found = instance_lookup(object, name, NULL, &attribute);
    if (found != 0) {
        Py_XDECREF(descr);
        *method = attribute;
        return 0;
    }
    if (found_method) {
        *method = descr;
        return 1;
    }
    if (get != NULL) {
        *method = get(descr, object, (PyObject *)type);
        Py_DECREF(descr);
        return 0;
    }
    if (descr != NULL) {
        *method = descr;
        return 0;
    }
    PyErr_Format(PyExc_AttributeError, "'%.50s' object has no attribute '%U'",
                 type->tp_name, name);
    set_attribute_error_context(object, name);
    return 0;
}

/* With suppress, an attribute that is missing gives NULL and no exception. */
static PyObject *
suppress_attribute_error(PyObject *result, int suppress)
{
    if (result == NULL && suppress
        && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
    }
    return result;
}

PyObject *
_PyObject_GenericGetAttrWithDict(PyObject *object, PyObject *name,
                                 PyObject *dict, int suppress)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject *result = NULL;
    descrgetfunc get = NULL;

    if (!PyUnicode_Check(name)) {
        attribute_name_error(name);
        return NULL;
    }
    if (type->tp_dict == NULL && PyType_Ready(type) < 0) {
        return NULL;
    }
    Py_INCREF(name);
    PyObject *descr = _PyType_Lookup(type, name);
    if (descr != NULL) {
        Py_INCREF(descr);
        get = Py_TYPE(descr)->tp_descr_get;
        if (get != NULL && PyDescr_IsData(descr)) {
            result = suppress_attribute_error(
                get(descr, object, (PyObject *)type), suppress);
            goto done;
        }
    }
    int found = instance_lookup(object, name, dict, &result);
    if (found != 0) {
        if (found < 0) {
            suppress_attribute_error(NULL, suppress);
        }
        goto done;
    }
    if (get != NULL) {
        result = suppress_attribute_error(
            get(descr, object, (PyObject *)type), suppress);
        goto done;
    }
    if (descr != NULL) {
        result = descr;
        descr = NULL;
        goto done;
    }
    if (!suppress) {
        PyErr_Format(PyExc_AttributeError,
                     "'%.50s' object has no attribute '%U'",
                     type->tp_name, name);
        set_attribute_error_context(object, name);
    }
done:
    Py_XDECREF(descr);
    Py_DECREF(name);
    return result;
}

PyObject *
PyObject_GenericGetAttr(PyObject *object, PyObject *name)
{
    return _PyObject_GenericGetAttrWithDict(object, name, NULL, 0);
}

static int
instance_store(PyObject *object, PyObject *name, PyObject *value,
               PyObject *dict, PyObject *descr)
{
    PyTypeObject *type = Py_TYPE(object);
    int result;

    if (dict != NULL) {
        Py_INCREF(dict);
        if (value == NULL) {
            result = PyDict_DelItem(dict, name);
        }
        else {
            result = PyDict_SetItem(dict, name, value);
        }
        Py_DECREF(dict);
    }
    else if ((type->tp_flags & Py_TPFLAGS_MANAGED_DICT)
             && *_PyObject_ValuesPointer(object) != NULL) {
        result = _PyObject_StoreInstanceAttribute(
            object, *_PyObject_ValuesPointer(object), name, value);
    }
    else {
        PyObject **dict_ptr = _PyObject_DictPointer(object);
        if (dict_ptr == NULL) {
            if (descr == NULL) {
                PyErr_Format(PyExc_AttributeError,
                             "'%.100s' object has no attribute '%U'",
                             type->tp_name, name);
            }
            else {
                PyErr_Format(PyExc_AttributeError,
                             "'%.100s' object attribute '%U' is read-only",
                             type->tp_name, name);
            }
            return -1;
        }
        result = _PyObjectDict_SetItem(type, dict_ptr, name, value);
    }
    if (result < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
        if (PyType_IsSubtype(type, &PyType_Type)) {
            PyErr_Format(PyExc_AttributeError,
                         "type object '%.50s' has no attribute '%U'",
                         ((PyTypeObject *)object)->tp_name, name);
        }
        else {
            PyErr_Format(PyExc_AttributeError,
                         "'%.100s' object has no attribute '%U'",
                         type->tp_name, name);
        }
    }
    return result;
}

int
_PyObject_GenericSetAttrWithDict(PyObject *object, PyObject *name,
                                 PyObject *value, PyObject *dict)
{
    PyTypeObject *type = Py_TYPE(object);
    if (!PyUnicode_Check(name)) {
        return attribute_name_error(name);
    }
    if (type->tp_dict == NULL && PyType_Ready(type) < 0) {
        return -1;
    }
    Py_INCREF(name);
    /* type may be replaced while Python code runs */
    Py_INCREF(type);
    int result;
    PyObject *descr = _PyType_Lookup(type, name);
    Py_XINCREF(descr);
    if (descr != NULL && Py_TYPE(descr)->tp_descr_set != NULL) {
        result = Py_TYPE(descr)->tp_descr_set(descr, object, value);
    }
    else {
        result = instance_store(object, name, value, dict, descr);
    }
    Py_XDECREF(descr);
    Py_DECREF(type);
    Py_DECREF(name);
    return result;
}

int
PyObject_GenericSetAttr(PyObject *object, PyObject *name, PyObject *value)
{
    return _PyObject_GenericSetAttrWithDict(object, name, value, NULL);
}

int
PyObject_GenericSetDict(PyObject *object, PyObject *value,
                        void *Py_UNUSED(context))
{
    PyObject **dict_ptr = _PyObject_GetDictPtr(object);
    if (dict_ptr == NULL) {
        if (_PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_MANAGED_DICT)
            && *_PyObject_ValuesPointer(object) != NULL) {
            PyErr_NoMemory();
        }
        else {
            PyErr_SetString(PyExc_AttributeError,
                            "This object has no __dict__");
        }
        return -1;
    }
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "cannot delete __dict__");
        return -1;
    }
    if (!PyDict_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "__dict__ must be set to a dictionary, not a '%.200s'",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    Py_XSETREF(*dict_ptr, Py_NewRef(value));
    return 0;
}

/* -- dir() ---------------------------------------------------------------- */

static PyObject *
dir_locals(void)
{
    PyObject *locals = PyEval_GetLocals();  /* borrowed */
    if (locals == NULL) {
        return NULL;
    }
    PyObject *names = PyMapping_Keys(locals);
    if (names == NULL) {
        return NULL;
    }
    if (!PyList_Check(names)) {
        PyErr_Format(PyExc_TypeError,
                     "dir(): expected keys() of locals to be a list, "
                     "not '%.200s'",
                     Py_TYPE(names)->tp_name);
        Py_DECREF(names);
        return NULL;
    }
    if (PyList_Sort(names)) {
        Py_DECREF(names);
        return NULL;
    }
    return names;
}

static PyObject *
dir_object(PyObject *object)
{
    PyObject *dir = _PyObject_LookupSpecial(object, &_Py_ID(__dir__));
    if (dir == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError,
                            "object does not provide __dir__");
        }
        return NULL;
    }
    PyObject *names = _PyObject_CallNoArgs(dir);
    Py_DECREF(dir);
    if (names == NULL) {
        return NULL;
    }
    PyObject *sorted = PySequence_List(names);
    Py_DECREF(names);
    if (sorted != NULL && PyList_Sort(sorted)) {
        Py_CLEAR(sorted);
    }
    return sorted;
}

PyObject *
PyObject_Dir(PyObject *object)
{
    return object == NULL ? dir_locals() : dir_object(object);
}

/* -- Recursive representations -------------------------------------------- */

/* The objects being represented by this thread are in a list in the thread's
   dictionary; they are compared by identity. */

int
Py_ReprEnter(PyObject *object)
{
    PyObject *dict = PyThreadState_GetDict();   /* borrowed */
    /* No thread state dictionary: the thread dies; do without. */
    if (dict == NULL) {
        return 0;
    }
    PyObject *list = PyDict_GetItemWithError(dict, &_Py_ID(Py_Repr));
    if (list == NULL) {
        if (PyErr_Occurred()) {
            return -1;
        }
        list = PyList_New(0);
        if (list == NULL) {
            return -1;
        }
        if (PyDict_SetItem(dict, &_Py_ID(Py_Repr), list) < 0) {
            Py_DECREF(list);
            return -1;
        }
        Py_DECREF(list);
    }
    for (Py_ssize_t i = PyList_GET_SIZE(list); --i >= 0;) {
        if (PyList_GET_ITEM(list, i) == object) {
            return 1;
        }
    }
    return PyList_Append(list, object) < 0 ? -1 : 0;
}

void
Py_ReprLeave(PyObject *object)
{
    PyObject *error_type, *error_value, *error_traceback;
    PyErr_Fetch(&error_type, &error_value, &error_traceback);
    PyObject *dict = PyThreadState_GetDict();
    PyObject *list = NULL;
    if (dict != NULL) {
        list = PyDict_GetItemWithError(dict, &_Py_ID(Py_Repr));
    }
    if (list != NULL && PyList_Check(list)) {
        for (Py_ssize_t i = PyList_GET_SIZE(list); --i >= 0;) {
            if (PyList_GET_ITEM(list, i) == object) {
                PyList_SetSlice(list, i, i + 1, NULL);
                break;
            }
        }
    }
    PyErr_Restore(error_type, error_value, error_traceback);
}

/* -- None ----------------------------------------------------------------- */

static PyObject *
none_repr(PyObject *Py_UNUSED(self))
{
    return PyUnicode_FromString("None");
}

/* None lives for ever: an unbalanced DECREF is an extension's bug. */
static void _Py_NO_RETURN
none_dealloc(PyObject *Py_UNUSED(self))
{
    _Py_FatalRefcountError("deallocating None");
}

static PyObject *
none_new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) || (kwargs && PyDict_GET_SIZE(kwargs))) {
        PyErr_SetString(PyExc_TypeError, "NoneType takes no arguments");
        return NULL;
    }
    Py_RETURN_NONE;
}

static int
none_bool(PyObject *Py_UNUSED(self))
{
    return 0;
}

static PyNumberMethods none_as_number = {
    .nb_bool = none_bool,
};

PyTypeObject _PyNone_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "NoneType",
    .tp_dealloc = none_dealloc,
    .tp_repr = none_repr,
    .tp_as_number = &none_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = none_new,
};

PyObject _Py_NoneStruct = {
    _PyObject_IMMORTAL_REFCNT,
    &_PyNone_Type,
};

/* -- NotImplemented ------------------------------------------------------- */

static PyObject *
notimplemented_repr(PyObject *Py_UNUSED(self))
{
    return PyUnicode_FromString("NotImplemented");
}

static PyObject *
notimplemented_reduce(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return PyUnicode_FromString("NotImplemented");
}

static PyObject *
notimplemented_new(PyTypeObject *Py_UNUSED(type), PyObject *args,
                   PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) || (kwargs && PyDict_GET_SIZE(kwargs))) {
        PyErr_SetString(PyExc_TypeError,
                        "NotImplementedType takes no arguments");
        return NULL;
    }
    Py_RETURN_NOTIMPLEMENTED;
}

static void _Py_NO_RETURN
notimplemented_dealloc(PyObject *Py_UNUSED(self))
{
    Py_FatalError("deallocating NotImplemented");
}

static int
notimplemented_bool(PyObject *Py_UNUSED(self))
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "NotImplemented should not be used in a boolean context",
                     1) < 0) {
        return -1;
    }
    return 1;
}

static PyMethodDef notimplemented_methods[] = {
    {"__reduce__", notimplemented_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyNumberMethods notimplemented_as_number = {
    .nb_bool = notimplemented_bool,
};

PyTypeObject _PyNotImplemented_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "NotImplementedType",
    .tp_dealloc = notimplemented_dealloc,
    .tp_repr = notimplemented_repr,
    .tp_as_number = &notimplemented_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = notimplemented_methods,
    .tp_new = notimplemented_new,
};

PyObject _Py_NotImplementedStruct = {
    _PyObject_IMMORTAL_REFCNT,
    &_PyNotImplemented_Type,
};
