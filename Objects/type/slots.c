/* Special methods and C slots: each is made from the other.

   A C type fills in slots; type_add_operators puts a wrapper descriptor for
   each into its dictionary, so that Python code can call int.__add__.
   A Python class defines methods; type_fixup_slots puts a slot function into
   the slot of each, so that C code can call tp_as_number->nb_add.  A class
   that inherits the wrapper of a C slot unchanged gets that very slot, and
   so costs nothing.  The table of who meets whom is slots.def. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_type.h"

/* -- Wrappers: calling a slot as a method --------------------------------- */

static int
check_num_args(PyObject *args, int expected)
{
    if (!PyTuple_CheckExact(args)) {
        PyErr_SetString(PyExc_SystemError,
                        "PyArg_UnpackTuple() argument list is not a tuple");
        return 0;
    }
    if (PyTuple_GET_SIZE(args) == expected) {
        return 1;
    }
    PyErr_Format(PyExc_TypeError, "expected %d argument%s, got %zd",
                 expected, expected == 1 ? "" : "s", PyTuple_GET_SIZE(args));
    return 0;
}

static PyObject *
none_or_error(int result)
{
    if (result < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
wrap_lenfunc(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 0)) {
        return NULL;
    }
    Py_ssize_t result = ((lenfunc)wrapped)(self);
    if (result < 0 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromSsize_t(result);
}

static PyObject *
wrap_inquirypred(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 0)) {
        return NULL;
    }
    int result = ((inquiry)wrapped)(self);
    if (result == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyBool_FromLong((long)result);
}

static PyObject *
wrap_binaryfunc(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 1)) {
        return NULL;
    }
    return ((binaryfunc)wrapped)(self, PyTuple_GET_ITEM(args, 0));
}

static PyObject *
wrap_binaryfunc_l(PyObject *self, PyObject *args, void *wrapped)
{
    return wrap_binaryfunc(self, args, wrapped);
}

static PyObject *
wrap_binaryfunc_r(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 1)) {
        return NULL;
    }
    return ((binaryfunc)wrapped)(PyTuple_GET_ITEM(args, 0), self);
}

static PyObject *
wrap_ternaryfunc(PyObject *self, PyObject *args, void *wrapped)
{
    PyObject *other, *third = Py_None;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &other, &third)) {
        return NULL;
    }
    return ((ternaryfunc)wrapped)(self, other, third);
}

static PyObject *
wrap_ternaryfunc_r(PyObject *self, PyObject *args, void *wrapped)
{
    PyObject *other, *third = Py_None;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &other, &third)) {
        return NULL;
    }
    return ((ternaryfunc)wrapped)(other, self, third);
}

static PyObject *
wrap_unaryfunc(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 0)) {
        return NULL;
    }
    return ((unaryfunc)wrapped)(self);
}

static PyObject *
wrap_indexargfunc(PyObject *self, PyObject *args, void *wrapped)
{
    PyObject *argument;
    if (!PyArg_UnpackTuple(args, "", 1, 1, &argument)) {
        return NULL;
    }
    Py_ssize_t i = PyNumber_AsSsize_t(argument, PyExc_OverflowError);
    if (i == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return ((ssizeargfunc)wrapped)(self, i);
}

/* An index for sq_item: negative ones count from the end. */
static Py_ssize_t
getindex(PyObject *self, PyObject *argument)
{
    Py_ssize_t i = PyNumber_AsSsize_t(argument, PyExc_OverflowError);
    if (i == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (i < 0) {
        PySequenceMethods *methods = Py_TYPE(self)->tp_as_sequence;
        if (methods != NULL && methods->sq_length != NULL) {
            Py_ssize_t length = methods->sq_length(self);
            if (length < 0) {
                assert(PyErr_Occurred());
                return -1;
            }
            i += length;
        }
    }
    return i;
}

static PyObject *
wrap_sq_item(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 1)) {
        return NULL;
    }
    Py_ssize_t i = getindex(self, PyTuple_GET_ITEM(args, 0));
    if (i == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return ((ssizeargfunc)wrapped)(self, i);
}

static PyObject *
wrap_sq_setitem(PyObject *self, PyObject *args, void *wrapped)
{
    PyObject *argument, *value;
    if (!PyArg_UnpackTuple(args, "", 2, 2, &argument, &value)) {
        return NULL;
    }
    Py_ssize_t i = getindex(self, argument);
    if (i == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int result = ((ssizeobjargproc)wrapped)(self, i, value);
    return result == -1 && PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static PyObject *
wrap_sq_delitem(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 1)) {
        return NULL;
    }
    Py_ssize_t i = getindex(self, PyTuple_GET_ITEM(args, 0));
    if (i == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int result = ((ssizeobjargproc)wrapped)(self, i, NULL);
    return result == -1 && PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static PyObject *
wrap_objobjproc(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 1)) {
        return NULL;
    }
    int result = ((objobjproc)wrapped)(self, PyTuple_GET_ITEM(args, 0));
    if (result == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyBool_FromLong(result);
}

static PyObject *
wrap_objobjargproc(PyObject *self, PyObject *args, void *wrapped)
{
    PyObject *key, *value;
    if (!PyArg_UnpackTuple(args, "", 2, 2, &key, &value)) {
        return NULL;
    }
    int result = ((objobjargproc)wrapped)(self, key, value);
    return result == -1 && PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static PyObject *
wrap_delitem(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 1)) {
        return NULL;
    }
    int result = ((objobjargproc)wrapped)(self, PyTuple_GET_ITEM(args, 0),
                                          NULL);
    return result == -1 && PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static int slot_tp_setattro(PyObject *self, PyObject *name, PyObject *value);

/* object.__setattr__(x, ...) must not go round the tp_setattro of a C class
   between object and the class of x: "the Carlo Verre hack" would so modify
   built-in types. */
static int
setattr_is_allowed(PyObject *self, setattrofunc function, const char *what)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *mro = type->tp_mro;
    if (mro == NULL) {
        return 1;
    }
    /* the class that defines the type's own slot function */
    PyTypeObject *defining = type;
    for (Py_ssize_t i = PyTuple_GET_SIZE(mro) - 1; i >= 0; i--) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (base->tp_setattro != slot_tp_setattro
            && base->tp_setattro == type->tp_setattro) {
            defining = base;
            break;
        }
    }
    for (PyTypeObject *base = defining; base; base = base->tp_base) {
        if (base->tp_setattro == function) {
            break;
        }
        if (base->tp_setattro != slot_tp_setattro) {
            PyErr_Format(PyExc_TypeError,
                         "can't apply this %s to %s object", what,
                         type->tp_name);
            return 0;
        }
    }
    return 1;
}

static PyObject *
wrap_setattr(PyObject *self, PyObject *args, void *wrapped)
{
    setattrofunc function = (setattrofunc)wrapped;
    PyObject *name, *value;
    if (!PyArg_UnpackTuple(args, "", 2, 2, &name, &value)
        || !setattr_is_allowed(self, function, "__setattr__")) {
        return NULL;
    }
    return none_or_error(function(self, name, value));
}

static PyObject *
wrap_delattr(PyObject *self, PyObject *args, void *wrapped)
{
    setattrofunc function = (setattrofunc)wrapped;
    if (!check_num_args(args, 1)
        || !setattr_is_allowed(self, function, "__delattr__")) {
        return NULL;
    }
    return none_or_error(function(self, PyTuple_GET_ITEM(args, 0), NULL));
}

static PyObject *
wrap_hashfunc(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 0)) {
        return NULL;
    }
    Py_hash_t result = ((hashfunc)wrapped)(self);
    if (result == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromSsize_t(result);
}

static PyObject *
wrap_call(PyObject *self, PyObject *args, void *wrapped, PyObject *kwds)
{
    return ((ternaryfunc)wrapped)(self, args, kwds);
}

static PyObject *
wrap_del(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 0)) {
        return NULL;
    }
    ((destructor)wrapped)(self);
    Py_RETURN_NONE;
}

static PyObject *
wrap_richcompare(PyObject *self, PyObject *args, void *wrapped, int op)
{
    if (!check_num_args(args, 1)) {
        return NULL;
    }
    return ((richcmpfunc)wrapped)(self, PyTuple_GET_ITEM(args, 0), op);
}

#define WRAP_COMPARISON(NAME, OP)                                       \
    static PyObject *                                                   \
    wrap_##NAME(PyObject *self, PyObject *args, void *wrapped)          \
    {                                                                   \
        return wrap_richcompare(self, args, wrapped, OP);               \
    }

WRAP_COMPARISON(lt, Py_LT)
WRAP_COMPARISON(le, Py_LE)
WRAP_COMPARISON(eq, Py_EQ)
WRAP_COMPARISON(ne, Py_NE)
WRAP_COMPARISON(gt, Py_GT)
WRAP_COMPARISON(ge, Py_GE)
#undef WRAP_COMPARISON

static PyObject *
wrap_next(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 0)) {
        return NULL;
    }
    PyObject *result = ((unaryfunc)wrapped)(self);
    if (result == NULL && !PyErr_Occurred()) {
        PyErr_SetNone(PyExc_StopIteration);
    }
    return result;
}

static PyObject *
wrap_descr_get(PyObject *self, PyObject *args, void *wrapped)
{
    PyObject *object, *type = NULL;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &object, &type)) {
        return NULL;
    }
    if (object == Py_None) {
        object = NULL;
    }
    if (type == Py_None) {
        type = NULL;
    }
    if (type == NULL && object == NULL) {
        PyErr_SetString(PyExc_TypeError, "__get__(None, None) is invalid");
        return NULL;
    }
    return ((descrgetfunc)wrapped)(self, object, type);
}

static PyObject *
wrap_descr_set(PyObject *self, PyObject *args, void *wrapped)
{
    PyObject *object, *value;
    if (!PyArg_UnpackTuple(args, "", 2, 2, &object, &value)) {
        return NULL;
    }
    return none_or_error(((descrsetfunc)wrapped)(self, object, value));
}

static PyObject *
wrap_descr_delete(PyObject *self, PyObject *args, void *wrapped)
{
    if (!check_num_args(args, 1)) {
        return NULL;
    }
    return none_or_error(
        ((descrsetfunc)wrapped)(self, PyTuple_GET_ITEM(args, 0), NULL));
}

static PyObject *
wrap_init(PyObject *self, PyObject *args, void *wrapped, PyObject *kwds)
{
    return none_or_error(((initproc)wrapped)(self, args, kwds));
}

/* -- Looking a special method up ------------------------------------------ */

/* NULL without an exception: absent. */
PyObject *
type_lookup_method(PyObject *self, PyObject *name, int *unbound)
{
    PyObject *result = _PyType_Lookup(Py_TYPE(self), name);
    if (result == NULL) {
        return NULL;
    }
    if (_PyType_HasFeature(Py_TYPE(result), Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        /* Call it with self as first argument: no bound method needed. */
        *unbound = 1;
        return Py_NewRef(result);
    }
    *unbound = 0;
    descrgetfunc get = Py_TYPE(result)->tp_descr_get;
    if (get == NULL) {
        return Py_NewRef(result);
    }
    Py_INCREF(result);
    PyObject *bound = get(result, self, (PyObject *)Py_TYPE(self));
    Py_DECREF(result);
    return bound;
}

PyObject *
_PyObject_LookupSpecial(PyObject *self, PyObject *name)
{
    PyObject *result = _PyType_Lookup(Py_TYPE(self), name);
    if (result == NULL) {
        return NULL;
    }
    descrgetfunc get = Py_TYPE(result)->tp_descr_get;
    if (get == NULL) {
        return Py_NewRef(result);
    }
    return get(result, self, (PyObject *)Py_TYPE(self));
}

PyObject *
_PyObject_LookupSpecialId(PyObject *self, _Py_Identifier *name)
{
    PyObject *name_object = _PyUnicode_FromId(name);  /* borrowed */
    return name_object == NULL ? NULL
                               : _PyObject_LookupSpecial(self, name_object);
}

/* The same, absence being an AttributeError. */
static PyObject *
lookup_method(PyObject *self, PyObject *name, int *unbound)
{
    PyObject *result = type_lookup_method(self, name, unbound);
    if (result == NULL && !PyErr_Occurred()) {
        PyErr_SetObject(PyExc_AttributeError, name);
    }
    return result;
}

/* Calls func with args, whose first is self and is left out if func is bound
   already. */
static PyObject *
vectorcall_unbound(PyThreadState *tstate, int unbound, PyObject *func,
                   PyObject *const *args, Py_ssize_t nargs)
{
    size_t nargsf = (size_t)nargs;
    if (!unbound) {
        args++;
        nargsf = (nargsf - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET;
    }
    return _PyObject_VectorcallTstate(tstate, func, args, nargsf, NULL);
}

static PyObject *
call_unbound_noarg(int unbound, PyObject *func, PyObject *self)
{
    if (unbound) {
        return PyObject_CallOneArg(func, self);
    }
    return _PyObject_CallNoArgs(func);
}

PyObject *
type_vectorcall_method(PyObject *name, PyObject *const *args,
                       Py_ssize_t nargs)
{
    assert(nargs >= 1);
    PyThreadState *tstate = _PyThreadState_GET();
    int unbound;
    PyObject *func = lookup_method(args[0], name, &unbound);
    if (func == NULL) {
        return NULL;
    }
    PyObject *result = vectorcall_unbound(tstate, unbound, func, args,
                                          nargs);
    Py_DECREF(func);
    return result;
}

/* The same, absence giving NotImplemented. */
static PyObject *
vectorcall_maybe(PyThreadState *tstate, PyObject *name,
                 PyObject *const *args, Py_ssize_t nargs)
{
    int unbound;
    PyObject *func = type_lookup_method(args[0], name, &unbound);
    if (func == NULL) {
        if (!PyErr_Occurred()) {
            Py_RETURN_NOTIMPLEMENTED;
        }
        return NULL;
    }
    PyObject *result = vectorcall_unbound(tstate, unbound, func, args,
                                          nargs);
    Py_DECREF(func);
    return result;
}

static PyObject *
call_method_0(PyObject *self, PyObject *name)
{
    PyObject *stack[1] = {self};
    return type_vectorcall_method(name, stack, 1);
}

static PyObject *
call_method_1(PyObject *self, PyObject *name, PyObject *argument)
{
    PyObject *stack[2] = {self, argument};
    return type_vectorcall_method(name, stack, 2);
}

static PyObject *
call_method_2(PyObject *self, PyObject *name, PyObject *first,
              PyObject *second)
{
    PyObject *stack[3] = {self, first, second};
    return type_vectorcall_method(name, stack, 3);
}

static int
discard_result(PyObject *result)
{
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

/* -- Slot functions: sequence, mapping ------------------------------------ */

static Py_ssize_t
slot_sq_length(PyObject *self)
{
    PyObject *result = call_method_0(self, &_Py_ID(__len__));
    if (result == NULL) {
        return -1;
    }
    Py_SETREF(result, _PyNumber_Index(result));
    if (result == NULL) {
        return -1;
    }
    assert(PyLong_Check(result));
    if (Py_SIZE(result) < 0) {
        Py_DECREF(result);
        PyErr_SetString(PyExc_ValueError, "__len__() should return >= 0");
        return -1;
    }
    Py_ssize_t length = PyNumber_AsSsize_t(result, PyExc_OverflowError);
    assert(length >= 0 || PyErr_ExceptionMatches(PyExc_OverflowError));
    Py_DECREF(result);
    return length;
}

static PyObject *
slot_sq_item(PyObject *self, Py_ssize_t i)
{
    PyObject *index = PyLong_FromSsize_t(i);
    if (index == NULL) {
        return NULL;
    }
    PyObject *result = call_method_1(self, &_Py_ID(__getitem__), index);
    Py_DECREF(index);
    return result;
}

static int
slot_sq_ass_item(PyObject *self, Py_ssize_t i, PyObject *value)
{
    PyObject *index = PyLong_FromSsize_t(i);
    if (index == NULL) {
        return -1;
    }
    PyObject *result;
    if (value == NULL) {
        result = call_method_1(self, &_Py_ID(__delitem__), index);
    }
    else {
        result = call_method_2(self, &_Py_ID(__setitem__), index, value);
    }
    Py_DECREF(index);
    return discard_result(result);
}

static int
slot_sq_contains(PyObject *self, PyObject *value)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int unbound;
    PyObject *func = type_lookup_method(self, &_Py_ID(__contains__),
                                        &unbound);
    if (func == Py_None) {
        Py_DECREF(func);
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not a container",
                     Py_TYPE(self)->tp_name);
        return -1;
    }
    if (func == NULL) {
        if (PyErr_Occurred()) {
            return -1;
        }
        return (int)_PySequence_IterSearch(self, value,
                                           PY_ITERSEARCH_CONTAINS);
    }
    PyObject *args[2] = {self, value};
    PyObject *result = vectorcall_unbound(tstate, unbound, func, args, 2);
    Py_DECREF(func);
    if (result == NULL) {
        return -1;
    }
    int truth = PyObject_IsTrue(result);
    Py_DECREF(result);
    return truth;
}

static PyObject *
slot_mp_subscript(PyObject *self, PyObject *key)
{
    return call_method_1(self, &_Py_ID(__getitem__), key);
}

static int
slot_mp_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        return discard_result(
            call_method_1(self, &_Py_ID(__delitem__), key));
    }
    return discard_result(
        call_method_2(self, &_Py_ID(__setitem__), key, value));
}

/* -- Slot functions: number ----------------------------------------------- */

/* The names a binary slot function calls; entered by type_init_slotdefs. */
struct binary_names {
    PyObject *method;
    PyObject *reflected;
};

/* Does right's class define name differently from left's? */
static int
method_is_overloaded(PyObject *left, PyObject *right, PyObject *name)
{
    PyObject *a, *b;
    if (_PyObject_LookupAttr((PyObject *)Py_TYPE(right), name, &b) < 0) {
        return -1;
    }
    if (b == NULL) {
        return 0;
    }
    if (_PyObject_LookupAttr((PyObject *)Py_TYPE(left), name, &a) < 0) {
        Py_DECREF(b);
        return -1;
    }
    if (a == NULL) {
        Py_DECREF(b);
        return 1;
    }
    int result = PyObject_RichCompareBool(a, b, Py_NE);
    Py_DECREF(a);
    Py_DECREF(b);
    return result;
}

/* The function in the number slot at offset, or NULL. */
static void *
number_slot(PyObject *object, size_t offset)
{
    char *methods = (char *)Py_TYPE(object)->tp_as_number;
    return methods == NULL ? NULL : *(void **)(methods + offset);
}

/* A binary operation where one of the operands, or both, have `function` in
   the slot; for each that does, try its method. */
static PyObject *
slot_binary(PyObject *self, PyObject *other, size_t offset, void *function,
            const struct binary_names *names)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *forward[2] = {self, other};
    PyObject *backward[2] = {other, self};
    int do_other = !Py_IS_TYPE(self, Py_TYPE(other))
                   && number_slot(other, offset) == function;

    if (number_slot(self, offset) == function) {
        if (do_other && PyType_IsSubtype(Py_TYPE(other), Py_TYPE(self))) {
            int overloaded = method_is_overloaded(self, other,
                                                  names->reflected);
            if (overloaded < 0) {
                return NULL;
            }
            if (overloaded) {
                PyObject *result = vectorcall_maybe(
                    tstate, names->reflected, backward, 2);
                if (result != Py_NotImplemented) {
                    return result;
                }
                Py_DECREF(result);
                do_other = 0;
            }
        }
        PyObject *result = vectorcall_maybe(tstate, names->method, forward,
                                            2);
        if (result != Py_NotImplemented
            || Py_IS_TYPE(other, Py_TYPE(self))) {
            return result;
        }
        Py_DECREF(result);
    }
    if (do_other) {
        return vectorcall_maybe(tstate, names->reflected, backward, 2);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

#define BINARY(METHOD, REFLECTED, MEMBER, OPERATOR)                         \
    static struct binary_names names_##MEMBER;                              \
                                                                            \
    static PyObject *                                                       \
    slot_##MEMBER(PyObject *self, PyObject *other)                          \
    {                                                                       \
        return slot_binary(self, other, offsetof(PyNumberMethods, MEMBER),  \
                           (void *)slot_##MEMBER, &names_##MEMBER);         \
    }
#define INPLACE(METHOD, MEMBER, OPERATOR)                                   \
    static struct binary_names names_##MEMBER;                              \
                                                                            \
    static PyObject *                                                       \
    slot_##MEMBER(PyObject *self, PyObject *other)                          \
    {                                                                       \
        return call_method_1(self, names_##MEMBER.method, other);           \
    }
#define UNARY(METHOD, MEMBER, DOC)                                          \
    static struct binary_names names_##MEMBER;                              \
                                                                            \
    static PyObject *                                                       \
    slot_##MEMBER(PyObject *self)                                           \
    {                                                                       \
        return call_method_0(self, names_##MEMBER.method);                  \
    }
#include "slots.def"

static struct binary_names names_nb_divmod;
static struct binary_names names_nb_power;

static PyObject *
slot_nb_divmod(PyObject *self, PyObject *other)
{
    return slot_binary(self, other, offsetof(PyNumberMethods, nb_divmod),
                       (void *)slot_nb_divmod, &names_nb_divmod);
}

static PyObject *
slot_nb_power(PyObject *self, PyObject *other, PyObject *modulus)
{
    if (modulus == Py_None) {
        return slot_binary(self, other, offsetof(PyNumberMethods, nb_power),
                           (void *)slot_nb_power, &names_nb_power);
    }
    /* With three arguments there is no reflected method.  It may be the
       second argument's class that brought us here. */
    if (number_slot(self, offsetof(PyNumberMethods, nb_power))
        == (void *)slot_nb_power) {
        return call_method_2(self, &_Py_ID(__pow__), other, modulus);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *
slot_nb_inplace_power(PyObject *self, PyObject *other,
                      PyObject *Py_UNUSED(modulus))
{
    return call_method_1(self, &_Py_ID(__ipow__), other);
}

static int
slot_nb_bool(PyObject *self)
{
    int unbound, using_len = 0;
    PyObject *func = type_lookup_method(self, &_Py_ID(__bool__), &unbound);
    if (func == NULL) {
        if (PyErr_Occurred()) {
            return -1;
        }
        func = type_lookup_method(self, &_Py_ID(__len__), &unbound);
        if (func == NULL) {
            return PyErr_Occurred() ? -1 : 1;
        }
        using_len = 1;
    }
    PyObject *value = call_unbound_noarg(unbound, func, self);
    Py_DECREF(func);
    if (value == NULL) {
        return -1;
    }
    int result;
    if (using_len || PyBool_Check(value)) {
        result = PyObject_IsTrue(value);
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "__bool__ should return bool, returned %s",
                     Py_TYPE(value)->tp_name);
        result = -1;
    }
    Py_DECREF(value);
    return result;
}

/* -- Slot functions: the type's own slots --------------------------------- */

static PyObject *
slot_tp_repr(PyObject *self)
{
    int unbound;
    PyObject *func = type_lookup_method(self, &_Py_ID(__repr__), &unbound);
    if (func != NULL) {
        PyObject *result = call_unbound_noarg(unbound, func, self);
        Py_DECREF(func);
        return result;
    }
    PyErr_Clear();
    return PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(self)->tp_name,
                                self);
}

static PyObject *
slot_tp_str(PyObject *self)
{
    return call_method_0(self, &_Py_ID(__str__));
}

static Py_hash_t
slot_tp_hash(PyObject *self)
{
    int unbound;
    PyObject *func = type_lookup_method(self, &_Py_ID(__hash__), &unbound);
    if (func == Py_None) {
        Py_CLEAR(func);
    }
    if (func == NULL) {
        return PyObject_HashNotImplemented(self);
    }
    PyObject *result = call_unbound_noarg(unbound, func, self);
    Py_DECREF(func);
    if (result == NULL) {
        return -1;
    }
    if (!PyLong_Check(result)) {
        PyErr_SetString(PyExc_TypeError,
                        "__hash__ method should return an integer");
        Py_DECREF(result);
        return -1;
    }
    /* An int that is too large is hashed in its turn; the result may be any
       other value, so -1 means an error. */
    Py_hash_t hash = PyLong_AsSsize_t(result);
    if (hash == -1 && PyErr_Occurred()) {
        PyErr_Clear();
        hash = PyLong_Type.tp_hash(result);
    }
    if (hash == -1) {
        hash = -2;
    }
    Py_DECREF(result);
    return hash;
}

static PyObject *
slot_tp_call(PyObject *self, PyObject *args, PyObject *kwds)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int unbound;
    PyObject *method = lookup_method(self, &_Py_ID(__call__), &unbound);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result;
    if (unbound) {
        result = _PyObject_Call_Prepend(tstate, method, self, args, kwds);
    }
    else {
        result = _PyObject_Call(tstate, method, args, kwds);
    }
    Py_DECREF(method);
    return result;
}

PyObject *
_Py_slot_tp_getattro(PyObject *self, PyObject *name)
{
    return call_method_1(self, &_Py_ID(__getattribute__), name);
}

static PyObject *
call_attribute(PyObject *self, PyObject *attribute, PyObject *name)
{
    PyObject *bound = NULL;
    if (_PyType_HasFeature(Py_TYPE(attribute),
                           Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        PyObject *args[2] = {self, name};
        return PyObject_Vectorcall(attribute, args, 2, NULL);
    }
    descrgetfunc get = Py_TYPE(attribute)->tp_descr_get;
    if (get != NULL) {
        bound = get(attribute, self, (PyObject *)Py_TYPE(self));
        if (bound == NULL) {
            return NULL;
        }
        attribute = bound;
    }
    PyObject *result = PyObject_CallOneArg(attribute, name);
    Py_XDECREF(bound);
    return result;
}

/* __getattribute__ first, and if that raises AttributeError __getattr__. */
PyObject *
_Py_slot_tp_getattr_hook(PyObject *self, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *getattr = _PyType_Lookup(type, &_Py_ID(__getattr__));
    if (getattr == NULL) {
        /* Without it the simpler function does, now and later. */
        type->tp_getattro = _Py_slot_tp_getattro;
        return _Py_slot_tp_getattro(self, name);
    }
    Py_INCREF(getattr);
    PyObject *getattribute = _PyType_Lookup(type, &_Py_ID(__getattribute__));
    PyObject *result;
    if (getattribute == NULL
        || (Py_IS_TYPE(getattribute, &PyWrapperDescr_Type)
            && ((PyWrapperDescrObject *)getattribute)->d_wrapped
                   == (void *)PyObject_GenericGetAttr)) {
        /* An error is not made only to be cleared. */
        result = _PyObject_GenericGetAttrWithDict(self, name, NULL, 1);
        if (result == NULL && !PyErr_Occurred()) {
            result = call_attribute(self, getattr, name);
            Py_DECREF(getattr);
            return result;
        }
    }
    else {
        Py_INCREF(getattribute);
        result = call_attribute(self, getattribute, name);
        Py_DECREF(getattribute);
    }
    if (result == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        result = call_attribute(self, getattr, name);
    }
    Py_DECREF(getattr);
    return result;
}

static int
slot_tp_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    if (value == NULL) {
        return discard_result(
            call_method_1(self, &_Py_ID(__delattr__), name));
    }
    return discard_result(
        call_method_2(self, &_Py_ID(__setattr__), name, value));
}

static PyObject *
comparison_name(int op)
{
    switch (op) {
    case Py_LT: return &_Py_ID(__lt__);
    case Py_LE: return &_Py_ID(__le__);
    case Py_EQ: return &_Py_ID(__eq__);
    case Py_NE: return &_Py_ID(__ne__);
    case Py_GT: return &_Py_ID(__gt__);
    default: return &_Py_ID(__ge__);
    }
}

static PyObject *
slot_tp_richcompare(PyObject *self, PyObject *other, int op)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int unbound;
    PyObject *func = type_lookup_method(self, comparison_name(op), &unbound);
    if (func == NULL) {
        PyErr_Clear();
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *stack[2] = {self, other};
    PyObject *result = vectorcall_unbound(tstate, unbound, func, stack, 2);
    Py_DECREF(func);
    return result;
}

static PyObject *
not_iterable(PyObject *self)
{
    PyErr_Format(PyExc_TypeError, "'%.200s' object is not iterable",
                 Py_TYPE(self)->tp_name);
    return NULL;
}

static PyObject *
slot_tp_iter(PyObject *self)
{
    int unbound;
    PyObject *func = type_lookup_method(self, &_Py_ID(__iter__), &unbound);
    if (func == Py_None) {
        Py_DECREF(func);
        return not_iterable(self);
    }
    if (func != NULL) {
        PyObject *result = call_unbound_noarg(unbound, func, self);
        Py_DECREF(func);
        return result;
    }
    PyErr_Clear();
    func = type_lookup_method(self, &_Py_ID(__getitem__), &unbound);
    if (func == NULL) {
        return not_iterable(self);
    }
    Py_DECREF(func);
    return PySeqIter_New(self);
}

static PyObject *
slot_tp_iternext(PyObject *self)
{
    return call_method_0(self, &_Py_ID(__next__));
}

static PyObject *
slot_tp_descr_get(PyObject *self, PyObject *object, PyObject *type)
{
    PyTypeObject *self_type = Py_TYPE(self);
    PyObject *get = _PyType_Lookup(self_type, &_Py_ID(__get__));
    if (get == NULL) {
        if (self_type->tp_descr_get == slot_tp_descr_get) {
            self_type->tp_descr_get = NULL;
        }
        return Py_NewRef(self);
    }
    PyObject *stack[3] = {self, object == NULL ? Py_None : object,
                          type == NULL ? Py_None : type};
    Py_INCREF(get);
    PyObject *result = PyObject_Vectorcall(get, stack, 3, NULL);
    Py_DECREF(get);
    return result;
}

static int
slot_tp_descr_set(PyObject *self, PyObject *target, PyObject *value)
{
    if (value == NULL) {
        return discard_result(
            call_method_1(self, &_Py_ID(__delete__), target));
    }
    return discard_result(
        call_method_2(self, &_Py_ID(__set__), target, value));
}

static int
slot_tp_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int unbound;
    PyObject *method = lookup_method(self, &_Py_ID(__init__), &unbound);
    if (method == NULL) {
        return -1;
    }
    PyObject *result;
    if (unbound) {
        result = _PyObject_Call_Prepend(tstate, method, self, args, kwds);
    }
    else {
        result = _PyObject_Call(tstate, method, args, kwds);
    }
    Py_DECREF(method);
    if (result == NULL) {
        return -1;
    }
    if (result != Py_None) {
        PyErr_Format(PyExc_TypeError,
                     "__init__() should return None, not '%.200s'",
                     Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

PyObject *
slot_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *func = PyObject_GetAttr((PyObject *)type, &_Py_ID(__new__));
    if (func == NULL) {
        return NULL;
    }
    PyObject *result = _PyObject_Call_Prepend(tstate, func, (PyObject *)type,
                                              args, kwds);
    Py_DECREF(func);
    return result;
}

void
slot_tp_finalize(PyObject *self)
{
    PyObject *error_type, *error_value, *error_traceback;
    PyErr_Fetch(&error_type, &error_value, &error_traceback);
    int unbound;
    PyObject *del = type_lookup_method(self, &_Py_ID(__del__), &unbound);
    if (del != NULL) {
        PyObject *result = call_unbound_noarg(unbound, del, self);
        if (result == NULL) {
            PyErr_WriteUnraisable(del);
        }
        else {
            Py_DECREF(result);
        }
        Py_DECREF(del);
    }
    PyErr_Restore(error_type, error_value, error_traceback);
}

static PyObject *
call_async_method(PyObject *self, PyObject *name)
{
    int unbound;
    PyObject *func = type_lookup_method(self, name, &unbound);
    if (func != NULL) {
        PyObject *result = call_unbound_noarg(unbound, func, self);
        Py_DECREF(func);
        return result;
    }
    PyErr_Format(PyExc_AttributeError,
                 "object %.50s does not have %U method",
                 Py_TYPE(self)->tp_name, name);
    return NULL;
}

static PyObject *
slot_am_await(PyObject *self)
{
    return call_async_method(self, &_Py_ID(__await__));
}

static PyObject *
slot_am_aiter(PyObject *self)
{
    return call_async_method(self, &_Py_ID(__aiter__));
}

static PyObject *
slot_am_anext(PyObject *self)
{
    return call_async_method(self, &_Py_ID(__anext__));
}

/* -- The table ------------------------------------------------------------ */

typedef struct wrapperbase slotdef;

#define SLOT(METHOD, MEMBER, FUNCTION, WRAPPER, FLAGS, DOC)                 \
    {#METHOD, offsetof(PyHeapTypeObject, MEMBER), (void *)(FUNCTION),       \
     WRAPPER, sizeof(DOC) > 1 ? #METHOD DOC : "", FLAGS, NULL},
#define NUMBER(METHOD, MEMBER, WRAPPER, DOC)                                \
    {#METHOD, offsetof(PyHeapTypeObject, as_number.MEMBER),                 \
     (void *)slot_##MEMBER, WRAPPER, #METHOD DOC, 0, NULL},
#define BINARY(METHOD, REFLECTED, MEMBER, OPERATOR)                         \
    NUMBER(METHOD, MEMBER, wrap_binaryfunc_l,                               \
           "($self, value, /)\n--\n\nReturn self" OPERATOR "value.")        \
    NUMBER(REFLECTED, MEMBER, wrap_binaryfunc_r,                            \
           "($self, value, /)\n--\n\nReturn value" OPERATOR "self.")
#define INPLACE(METHOD, MEMBER, OPERATOR)                                   \
    NUMBER(METHOD, MEMBER, wrap_binaryfunc,                                 \
           "($self, value, /)\n--\n\nReturn self" OPERATOR "value.")
#define UNARY(METHOD, MEMBER, DOC)                                          \
    NUMBER(METHOD, MEMBER, wrap_unaryfunc, "($self, /)\n--\n\n" DOC)

static slotdef slotdefs[] = {
#include "slots.def"
    {NULL, 0, NULL, NULL, NULL, 0, NULL},
};

#undef NUMBER

/* The most slots that one method belongs to, and one more. */
#define MAX_EQUIV 10

void
type_init_slotdefs(void)
{
    static int initialized = 0;
    if (initialized) {
        return;
    }
    for (slotdef *p = slotdefs; p->name; p++) {
        p->name_strobj = PyUnicode_InternFromString(p->name);
        if (p->name_strobj == NULL) {
            Py_FatalError("Out of memory interning slotdef names");
        }
    }
#define NAME(MEMBER, FIELD, METHOD)                                       \
    names_##MEMBER.FIELD = PyUnicode_InternFromString(#METHOD);           \
    if (names_##MEMBER.FIELD == NULL) {                                   \
        Py_FatalError("Out of memory interning slotdef names");           \
    }
#define BINARY(METHOD, REFLECTED, MEMBER, OPERATOR) \
    NAME(MEMBER, method, METHOD)                    \
    NAME(MEMBER, reflected, REFLECTED)
#define INPLACE(METHOD, MEMBER, OPERATOR) NAME(MEMBER, method, METHOD)
#define UNARY(METHOD, MEMBER, DOC) NAME(MEMBER, method, METHOD)
#include "slots.def"
    NAME(nb_divmod, method, __divmod__)
    NAME(nb_divmod, reflected, __rdivmod__)
    NAME(nb_power, method, __pow__)
    NAME(nb_power, reflected, __rpow__)
#undef NAME
    initialized = 1;
}

PyStatus
_PyTypes_InitSlotDefs(void)
{
    type_init_slotdefs();
    return _PyStatus_OK();
}

/* -- From methods to slots ------------------------------------------------ */

/* Where a type keeps the slot at an offset in PyHeapTypeObject; NULL if it
   lacks the suite.  The suites are tested from the last to the first. */
static void **
slot_pointer(PyTypeObject *type, int ioffset)
{
    size_t offset = (size_t)ioffset;
    char *base;
    assert(offset < offsetof(PyHeapTypeObject, as_buffer));
    if (offset >= offsetof(PyHeapTypeObject, as_sequence)) {
        base = (char *)type->tp_as_sequence;
        offset -= offsetof(PyHeapTypeObject, as_sequence);
    }
    else if (offset >= offsetof(PyHeapTypeObject, as_mapping)) {
        base = (char *)type->tp_as_mapping;
        offset -= offsetof(PyHeapTypeObject, as_mapping);
    }
    else if (offset >= offsetof(PyHeapTypeObject, as_number)) {
        base = (char *)type->tp_as_number;
        offset -= offsetof(PyHeapTypeObject, as_number);
    }
    else if (offset >= offsetof(PyHeapTypeObject, as_async)) {
        base = (char *)type->tp_as_async;
        offset -= offsetof(PyHeapTypeObject, as_async);
    }
    else {
        base = (char *)type;
    }
    return base == NULL ? NULL : (void **)(base + offset);
}

/* The only slot of the type filled in among those the method belongs to;
   NULL if there are none or several. */
static void **
resolve_slotdups(PyTypeObject *type, PyObject *name)
{
    void **found = NULL;
    for (slotdef *p = slotdefs; p->name_strobj; p++) {
        if (p->name_strobj != name) {
            continue;
        }
        void **slot = slot_pointer(type, p->offset);
        if (slot == NULL || *slot == NULL) {
            continue;
        }
        if (found != NULL) {
            return NULL;
        }
        found = slot;
    }
    return found;
}

/* Sets the slot that p and the rows after it are about; gives the first row
   of the next slot.

   The slot becomes `specific`, a C function inherited by way of wrappers, if
   all methods of the slot agree on it; otherwise the row's slot function if
   any method is defined; otherwise NULL. */
static slotdef *
update_one_slot(PyTypeObject *type, slotdef *p)
{
    int offset = p->offset;
    void **slot = slot_pointer(type, offset);
    if (slot == NULL) {
        do {
            ++p;
        } while (p->offset == offset);
        return p;
    }
    void *specific = NULL, *generic = NULL;
    int use_generic = 0;
    /* Errors are cleared below; none may be pending. */
    assert(!PyErr_Occurred());
    do {
        int error;
        /* No cache: the type is under construction. */
        PyObject *descr = type_find_in_mro(type, p->name_strobj, &error);
        if (descr == NULL) {
            if (error == -1) {
                PyErr_Clear();
            }
            if (slot == (void **)&type->tp_iternext) {
                specific = (void *)_PyObject_NextNotImplemented;
            }
            continue;
        }
        if (Py_IS_TYPE(descr, &PyWrapperDescr_Type)
            && ((PyWrapperDescrObject *)descr)->d_base->name_strobj
                   == p->name_strobj) {
            void **unique = resolve_slotdups(type, p->name_strobj);
            if (unique == NULL || unique == slot) {
                generic = p->function;
            }
            PyWrapperDescrObject *wrapper = (PyWrapperDescrObject *)descr;
            if ((specific == NULL || specific == wrapper->d_wrapped)
                && wrapper->d_base->wrapper == p->wrapper
                && PyType_IsSubtype(type, PyDescr_TYPE(wrapper))) {
                specific = wrapper->d_wrapped;
            }
            else {
                /* Conflicting functions, another signature, or a wrapper
                   of a class that is no base. */
                use_generic = 1;
            }
        }
        else if (slot == (void **)&type->tp_new
                 && type_is_new_wrapper(descr, NULL)) {
            /* __new__ of a C type: the slot holds its function, inherited
               already. */
            specific = (void *)type->tp_new;
        }
        else if (descr == Py_None && slot == (void **)&type->tp_hash) {
            specific = (void *)PyObject_HashNotImplemented;
        }
        else {
            use_generic = 1;
            generic = p->function;
        }
    } while ((++p)->offset == offset);
    *slot = specific && !use_generic ? specific : generic;
    return p;
}

void
type_fixup_slots(PyTypeObject *type)
{
    type_init_slotdefs();
    assert(!PyErr_Occurred());
    for (slotdef *p = slotdefs; p->name;) {
        p = update_one_slot(type, p);
    }
}

struct slot_update {
    PyObject *name;             /* borrowed; the method that changed */
    slotdef *rows[MAX_EQUIV];   /* first rows of its slots, NULL ends */
};

static int
update_slots_down(PyTypeObject *type, void *arg)
{
    struct slot_update *update = arg;
    for (slotdef **row = update->rows; *row; row++) {
        update_one_slot(type, *row);
    }
    return 0;
}

/* A subclass that defines the method itself is not concerned, nor are its
   own subclasses. */
static int
update_slots_subclass(PyTypeObject *subclass, void *arg)
{
    struct slot_update *update = arg;
    PyObject *dict = subclass->tp_dict;
    if (dict != NULL && PyDict_Check(dict)) {
        int own = PyDict_Contains(dict, update->name);
        if (own != 0) {
            return own < 0 ? -1 : 0;
        }
    }
    update_slots_down(subclass, update);
    return type_visit_subclasses(subclass, update_slots_subclass, update);
}

/* The method `name` (interned) of type has changed. */
int
type_update_slot(PyTypeObject *type, PyObject *name)
{
    assert(PyUnicode_CheckExact(name) && PyUnicode_CHECK_INTERNED(name));
    struct slot_update update = {.name = name};
    size_t count = 0;
    for (slotdef *p = slotdefs; p->name; p++) {
        if (p->name_strobj != name) {
            continue;
        }
        slotdef *first = p;
        while (first > slotdefs && (first - 1)->offset == p->offset) {
            first--;
        }
        assert(count < MAX_EQUIV - 1);
        update.rows[count++] = first;
    }
    update.rows[count] = NULL;
    if (count == 0) {
        return 0;
    }
    update_slots_down(type, &update);
    return type_visit_subclasses(type, update_slots_subclass, &update);
}

/* The bases have changed. */
void
type_update_all_slots(PyTypeObject *type)
{
    PyType_Modified(type);
    for (slotdef *p = slotdefs; p->name; p++) {
        type_update_slot(type, p->name_strobj);
    }
}

/* -- From slots to methods ------------------------------------------------ */

int
type_add_operators(PyTypeObject *type)
{
    PyObject *dict = type->tp_dict;
    type_init_slotdefs();
    for (slotdef *p = slotdefs; p->name; p++) {
        if (p->wrapper == NULL) {
            continue;
        }
        void **slot = slot_pointer(type, p->offset);
        if (slot == NULL || *slot == NULL) {
            continue;
        }
        int exists = PyDict_Contains(dict, p->name_strobj);
        if (exists < 0) {
            return -1;
        }
        if (exists) {
            continue;
        }
        if (*slot == (void *)PyObject_HashNotImplemented) {
            /* A type refuses to inherit tp_hash in this way; it shows as
               __hash__ = None. */
            if (PyDict_SetItem(dict, p->name_strobj, Py_None) < 0) {
                return -1;
            }
            continue;
        }
        PyObject *descr = PyDescr_NewWrapper(type, p, *slot);
        if (descr == NULL) {
            return -1;
        }
        int result = PyDict_SetItem(dict, p->name_strobj, descr);
        Py_DECREF(descr);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}
