/* builtin_function_or_method: a function written in C, with the object it is
   bound to, if any.

   How the C function takes its arguments is said by ml_flags; there is a
   vectorcall function for each way save METH_VARARGS, for which tp_call fits
   better. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "structmember.h"

/* -- Calling -------------------------------------------------------------- */

typedef void (*funcptr)(void);

static int
check_no_keywords(PyThreadState *tstate, PyObject *func, PyObject *kwnames)
{
    assert(!_PyErr_Occurred(tstate));
    assert(PyCFunction_Check(func));
    if (kwnames == NULL || PyTuple_GET_SIZE(kwnames) == 0) {
        return 0;
    }
    PyObject *name = _PyObject_FunctionStr(func);
    if (name != NULL) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "%U takes no keyword arguments", name);
        Py_DECREF(name);
    }
    return -1;
}

/* The C function, with the recursion depth raised; NULL: too deep. */
static inline funcptr
cfunction_enter_call(PyThreadState *tstate, PyObject *func)
{
    if (_Py_EnterRecursiveCallTstate(tstate,
                                     " while calling a Python object")) {
        return NULL;
    }
    return (funcptr)PyCFunction_GET_FUNCTION(func);
}

static PyObject *
cfunction_vectorcall_FASTCALL(PyObject *func, PyObject *const *args,
                              size_t nargsf, PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (check_no_keywords(tstate, func, kwnames)) {
        return NULL;
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    _PyCFunctionFast method =
        (_PyCFunctionFast)cfunction_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(PyCFunction_GET_SELF(func), args, nargs);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

static PyObject *
cfunction_vectorcall_FASTCALL_KEYWORDS(PyObject *func, PyObject *const *args,
                                       size_t nargsf, PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    _PyCFunctionFastWithKeywords method =
        (_PyCFunctionFastWithKeywords)cfunction_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(PyCFunction_GET_SELF(func), args, nargs,
                              kwnames);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

static PyObject *
cfunction_vectorcall_FASTCALL_KEYWORDS_METHOD(PyObject *func,
                                              PyObject *const *args,
                                              size_t nargsf,
                                              PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyTypeObject *cls = PyCFunction_GET_CLASS(func);
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    PyCMethod method = (PyCMethod)cfunction_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(PyCFunction_GET_SELF(func), cls, args, nargs,
                              kwnames);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

static void
wrong_count(PyThreadState *tstate, PyObject *func, const char *expected,
            Py_ssize_t nargs)
{
    PyObject *name = _PyObject_FunctionStr(func);
    if (name != NULL) {
        _PyErr_Format(tstate, PyExc_TypeError, "%U takes %s (%zd given)",
                      name, expected, nargs);
        Py_DECREF(name);
    }
}

static PyObject *
cfunction_vectorcall_NOARGS(PyObject *func, PyObject *const *Py_UNUSED(args),
                            size_t nargsf, PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (check_no_keywords(tstate, func, kwnames)) {
        return NULL;
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (nargs != 0) {
        wrong_count(tstate, func, "no arguments", nargs);
        return NULL;
    }
    PyCFunction method = (PyCFunction)cfunction_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(PyCFunction_GET_SELF(func), NULL);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

static PyObject *
cfunction_vectorcall_O(PyObject *func, PyObject *const *args, size_t nargsf,
                       PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (check_no_keywords(tstate, func, kwnames)) {
        return NULL;
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (nargs != 1) {
        wrong_count(tstate, func, "exactly one argument", nargs);
        return NULL;
    }
    PyCFunction method = (PyCFunction)cfunction_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(PyCFunction_GET_SELF(func), args[0]);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

static PyObject *
cfunction_call(PyObject *func, PyObject *args, PyObject *kwargs)
{
    assert(kwargs == NULL || PyDict_Check(kwargs));
    PyThreadState *tstate = _PyThreadState_GET();
    assert(!_PyErr_Occurred(tstate));
    int flags = PyCFunction_GET_FLAGS(func);
    if (!(flags & METH_VARARGS)) {
        return PyVectorcall_Call(func, args, kwargs);
    }
    PyCFunction method = PyCFunction_GET_FUNCTION(func);
    PyObject *self = PyCFunction_GET_SELF(func);
    PyObject *result;
    if (flags & METH_KEYWORDS) {
        result = ((PyCFunctionWithKeywords)(funcptr)method)(self, args,
                                                            kwargs);
    }
    else {
        if (kwargs != NULL && PyDict_GET_SIZE(kwargs) != 0) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "%.200s() takes no keyword arguments",
                          ((PyCFunctionObject *)func)->m_ml->ml_name);
            return NULL;
        }
        result = method(self, args);
    }
    return _Py_CheckFunctionResult(tstate, func, result, NULL);
}

/* -- Construction --------------------------------------------------------- */

#undef PyCFunction_New
#undef PyCFunction_NewEx
PyAPI_FUNC(PyObject *) PyCFunction_New(PyMethodDef *, PyObject *);

PyObject *
PyCFunction_New(PyMethodDef *ml, PyObject *self)
{
    return PyCMethod_New(ml, self, NULL, NULL);
}

PyObject *
PyCFunction_NewEx(PyMethodDef *ml, PyObject *self, PyObject *module)
{
    return PyCMethod_New(ml, self, module, NULL);
}

PyObject *
PyCMethod_New(PyMethodDef *ml, PyObject *self, PyObject *module,
              PyTypeObject *cls)
{
    vectorcallfunc vectorcall;
    switch (ml->ml_flags
            & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O
               | METH_KEYWORDS | METH_METHOD)) {
    case METH_VARARGS:
    case METH_VARARGS | METH_KEYWORDS:
        vectorcall = NULL;
        break;
    case METH_FASTCALL:
        vectorcall = cfunction_vectorcall_FASTCALL;
        break;
    case METH_FASTCALL | METH_KEYWORDS:
        vectorcall = cfunction_vectorcall_FASTCALL_KEYWORDS;
        break;
    case METH_NOARGS:
        vectorcall = cfunction_vectorcall_NOARGS;
        break;
    case METH_O:
        vectorcall = cfunction_vectorcall_O;
        break;
    case METH_METHOD | METH_FASTCALL | METH_KEYWORDS:
        vectorcall = cfunction_vectorcall_FASTCALL_KEYWORDS_METHOD;
        break;
    default:
        PyErr_Format(PyExc_SystemError, "%s() method: bad call flags",
                     ml->ml_name);
        return NULL;
    }

    PyCFunctionObject *func;
    if (ml->ml_flags & METH_METHOD) {
        if (cls == NULL) {
            PyErr_SetString(PyExc_SystemError,
                            "attempting to create PyCMethod with a "
                            "METH_METHOD flag but no class");
            return NULL;
        }
        PyCMethodObject *method = PyObject_GC_New(PyCMethodObject,
                                                  &PyCMethod_Type);
        if (method == NULL) {
            return NULL;
        }
        method->mm_class = (PyTypeObject *)Py_NewRef(cls);
        func = (PyCFunctionObject *)method;
    }
    else {
        if (cls != NULL) {
            PyErr_SetString(PyExc_SystemError,
                            "attempting to create PyCFunction with class "
                            "but no METH_METHOD flag");
            return NULL;
        }
        func = PyObject_GC_New(PyCFunctionObject, &PyCFunction_Type);
        if (func == NULL) {
            return NULL;
        }
    }
    func->m_weakreflist = NULL;
    func->m_ml = ml;
    func->m_self = Py_XNewRef(self);
    func->m_module = Py_XNewRef(module);
    func->vectorcall = vectorcall;
    _PyObject_GC_TRACK(func);
    return (PyObject *)func;
}

/* -- Questions ------------------------------------------------------------ */

PyCFunction
PyCFunction_GetFunction(PyObject *func)
{
    if (!PyCFunction_Check(func)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyCFunction_GET_FUNCTION(func);
}

PyObject *
PyCFunction_GetSelf(PyObject *func)
{
    if (!PyCFunction_Check(func)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyCFunction_GET_SELF(func);
}

int
PyCFunction_GetFlags(PyObject *func)
{
    if (!PyCFunction_Check(func)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return PyCFunction_GET_FLAGS(func);
}

/* -- Slots ---------------------------------------------------------------- */

static void
meth_dealloc(PyObject *self)
{
    PyCFunctionObject *func = (PyCFunctionObject *)self;
    PyObject_GC_UnTrack(self);
    /* A chain of bound methods may be long. */
    Py_TRASHCAN_BEGIN(self, meth_dealloc);
    if (func->m_weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    /* ml_flags are in memory of the module's: read them before it goes. */
    Py_XDECREF(PyCFunction_GET_CLASS(self));
    Py_XDECREF(func->m_self);
    Py_XDECREF(func->m_module);
    PyObject_GC_Del(self);
    Py_TRASHCAN_END;
}

static int
meth_traverse(PyObject *self, visitproc visit, void *arg)
{
    PyCFunctionObject *func = (PyCFunctionObject *)self;
    Py_VISIT(PyCFunction_GET_CLASS(self));
    Py_VISIT(func->m_self);
    Py_VISIT(func->m_module);
    return 0;
}

static PyObject *
meth_repr(PyObject *self)
{
    PyCFunctionObject *func = (PyCFunctionObject *)self;
    if (func->m_self == NULL || PyModule_Check(func->m_self)) {
        return PyUnicode_FromFormat("<built-in function %s>",
                                    func->m_ml->ml_name);
    }
    return PyUnicode_FromFormat("<built-in method %s of %s object at %p>",
                                func->m_ml->ml_name,
                                Py_TYPE(func->m_self)->tp_name,
                                func->m_self);
}

static PyObject *
meth_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyCFunction_Check(self)
        || !PyCFunction_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyCFunctionObject *a = (PyCFunctionObject *)self;
    PyCFunctionObject *b = (PyCFunctionObject *)other;
    int equal = a->m_self == b->m_self
                && a->m_ml->ml_meth == b->m_ml->ml_meth;
    return PyBool_FromLong(equal == (op == Py_EQ));
}

static Py_hash_t
meth_hash(PyObject *self)
{
    PyCFunctionObject *func = (PyCFunctionObject *)self;
    Py_hash_t hash = _Py_HashPointer(func->m_self);
    hash ^= _Py_HashPointer((void *)func->m_ml->ml_meth);
    return hash == -1 ? -2 : hash;
}

/* -- Attributes ----------------------------------------------------------- */

static PyObject *
meth_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyCFunctionObject *func = (PyCFunctionObject *)self;
    if (func->m_self == NULL || PyModule_Check(func->m_self)) {
        return PyUnicode_FromString(func->m_ml->ml_name);
    }
    return Py_BuildValue("N(Os)", _PyEval_GetBuiltin(&_Py_ID(getattr)),
                         func->m_self, func->m_ml->ml_name);
}

static PyObject *
meth_get_doc(PyObject *self, void *Py_UNUSED(closure))
{
    PyMethodDef *ml = ((PyCFunctionObject *)self)->m_ml;
    return _PyType_GetDocFromInternalDoc(ml->ml_name, ml->ml_doc);
}

static PyObject *
meth_get_name(PyObject *self, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(((PyCFunctionObject *)self)->m_ml->ml_name);
}

/* len.__qualname__ is 'len'; [].append.__qualname__ is 'list.append'; and
   dict.fromkeys.__qualname__ is 'dict.fromkeys'. */
static PyObject *
meth_get_qualname(PyObject *self, void *Py_UNUSED(closure))
{
    PyCFunctionObject *func = (PyCFunctionObject *)self;
    if (func->m_self == NULL || PyModule_Check(func->m_self)) {
        return PyUnicode_FromString(func->m_ml->ml_name);
    }
    PyObject *type = PyType_Check(func->m_self)
                         ? func->m_self
                         : (PyObject *)Py_TYPE(func->m_self);
    PyObject *type_qualname = PyObject_GetAttr(type, &_Py_ID(__qualname__));
    if (type_qualname == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(type_qualname)) {
        PyErr_SetString(PyExc_TypeError, "<method>.__class__."
                                         "__qualname__ is not a unicode "
                                         "object");
        Py_DECREF(type_qualname);
        return NULL;
    }
    PyObject *result = PyUnicode_FromFormat("%S.%s", type_qualname,
                                            func->m_ml->ml_name);
    Py_DECREF(type_qualname);
    return result;
}

static PyObject *
meth_get_self(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *bound = PyCFunction_GET_SELF(self);
    return Py_NewRef(bound == NULL ? Py_None : bound);
}

static PyObject *
meth_get_text_signature(PyObject *self, void *Py_UNUSED(closure))
{
    PyMethodDef *ml = ((PyCFunctionObject *)self)->m_ml;
    return _PyType_GetTextSignatureFromInternalDoc(ml->ml_name, ml->ml_doc);
}

static PyMethodDef meth_methods[] = {
    {"__reduce__", meth_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef meth_getsets[] = {
    {"__doc__", meth_get_doc, NULL, NULL, NULL},
    {"__name__", meth_get_name, NULL, NULL, NULL},
    {"__qualname__", meth_get_qualname, NULL, NULL, NULL},
    {"__self__", meth_get_self, NULL, NULL, NULL},
    {"__text_signature__", meth_get_text_signature, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef meth_members[] = {
    {"__module__", T_OBJECT, offsetof(PyCFunctionObject, m_module), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject PyCFunction_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "builtin_function_or_method",
    .tp_basicsize = sizeof(PyCFunctionObject),
    .tp_dealloc = meth_dealloc,
    .tp_vectorcall_offset = offsetof(PyCFunctionObject, vectorcall),
    .tp_repr = meth_repr,
    .tp_hash = meth_hash,
    .tp_call = cfunction_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_traverse = meth_traverse,
    .tp_richcompare = meth_richcompare,
    .tp_weaklistoffset = offsetof(PyCFunctionObject, m_weakreflist),
    .tp_methods = meth_methods,
    .tp_members = meth_members,
    .tp_getset = meth_getsets,
};

PyTypeObject PyCMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "builtin_method",
    .tp_basicsize = sizeof(PyCMethodObject),
    .tp_base = &PyCFunction_Type,
};
