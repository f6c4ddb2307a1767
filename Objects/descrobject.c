/* Descriptors: what stands in a type's dictionary for a C method, member,
   getset or slot; method-wrapper, mappingproxy and property.

   All descriptors made from C tables begin with a PyDescrObject: the type
   that they belong to and a name.  They refuse objects of other types. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_descrobject.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_tuple.h"
#include "structmember.h"

/* -- Common to all descriptors -------------------------------------------- */

static void
descr_dealloc(PyObject *self)
{
    PyDescrObject *descr = (PyDescrObject *)self;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(descr->d_type);
    Py_XDECREF(descr->d_name);
    Py_XDECREF(descr->d_qualname);
    PyObject_GC_Del(self);
}

static int
descr_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((PyDescrObject *)self)->d_type);
    return 0;
}

static PyObject *
descr_name(PyDescrObject *descr)
{
    if (descr->d_name != NULL && PyUnicode_Check(descr->d_name)) {
        return descr->d_name;
    }
    return NULL;
}

static PyObject *
descr_format(PyDescrObject *descr, const char *format)
{
    return PyUnicode_FromFormat(format, descr_name(descr), "?",
                                descr->d_type->tp_name);
}

static PyObject *
method_repr(PyObject *self)
{
    return descr_format((PyDescrObject *)self,
                        "<method '%V' of '%s' objects>");
}

static PyObject *
member_repr(PyObject *self)
{
    return descr_format((PyDescrObject *)self,
                        "<member '%V' of '%s' objects>");
}

static PyObject *
getset_repr(PyObject *self)
{
    return descr_format((PyDescrObject *)self,
                        "<attribute '%V' of '%s' objects>");
}

static PyObject *
wrapperdescr_repr(PyObject *self)
{
    return descr_format((PyDescrObject *)self,
                        "<slot wrapper '%V' of '%s' objects>");
}

static int
descr_check(PyDescrObject *descr, PyObject *object)
{
    if (!PyObject_TypeCheck(object, descr->d_type)) {
        PyErr_Format(PyExc_TypeError,
                     "descriptor '%V' for '%.100s' objects "
                     "doesn't apply to a '%.100s' object",
                     descr_name(descr), "?", descr->d_type->tp_name,
                     Py_TYPE(object)->tp_name);
        return -1;
    }
    return 0;
}

static PyObject *
calculate_qualname(PyDescrObject *descr)
{
    if (descr->d_name == NULL || !PyUnicode_Check(descr->d_name)) {
        PyErr_SetString(PyExc_TypeError,
                        "<descriptor>.__name__ is not a unicode object");
        return NULL;
    }
    PyObject *type_qualname = PyObject_GetAttr((PyObject *)descr->d_type,
                                               &_Py_ID(__qualname__));
    if (type_qualname == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(type_qualname)) {
        PyErr_SetString(PyExc_TypeError,
                        "<descriptor>.__objclass__."
                        "__qualname__ is not a unicode object");
        Py_DECREF(type_qualname);
        return NULL;
    }
    PyObject *result = PyUnicode_FromFormat("%S.%S", type_qualname,
                                            descr->d_name);
    Py_DECREF(type_qualname);
    return result;
}

static PyObject *
descr_get_qualname(PyObject *self, void *Py_UNUSED(closure))
{
    PyDescrObject *descr = (PyDescrObject *)self;
    if (descr->d_qualname == NULL) {
        descr->d_qualname = calculate_qualname(descr);
    }
    return Py_XNewRef(descr->d_qualname);
}

static PyObject *
descr_reduce(PyObject *self, PyObject *Py_UNUSED(args))
{
    return Py_BuildValue("N(OO)", _PyEval_GetBuiltin(&_Py_ID(getattr)),
                         PyDescr_TYPE(self), PyDescr_NAME(self));
}

static PyMethodDef descr_methods[] = {
    {"__reduce__", descr_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef descr_members[] = {
    {"__objclass__", T_OBJECT, offsetof(PyDescrObject, d_type), READONLY,
     NULL},
    {"__name__", T_OBJECT, offsetof(PyDescrObject, d_name), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

/* -- Binding -------------------------------------------------------------- */

static PyObject *
classmethod_get(PyObject *self, PyObject *object, PyObject *type)
{
    PyMethodDescrObject *descr = (PyMethodDescrObject *)self;
    PyDescrObject *common = (PyDescrObject *)self;
    /* Only the type matters. */
    if (type == NULL) {
        if (object == NULL) {
            PyErr_Format(PyExc_TypeError,
                         "descriptor '%V' for type '%.100s' "
                         "needs either an object or a type",
                         descr_name(common), "?",
                         PyDescr_TYPE(descr)->tp_name);
            return NULL;
        }
        type = (PyObject *)Py_TYPE(object);
    }
    if (!PyType_Check(type)) {
        PyErr_Format(PyExc_TypeError,
                     "descriptor '%V' for type '%.100s' "
                     "needs a type, not a '%.100s' as arg 2",
                     descr_name(common), "?", PyDescr_TYPE(descr)->tp_name,
                     Py_TYPE(type)->tp_name);
        return NULL;
    }
    if (!PyType_IsSubtype((PyTypeObject *)type, PyDescr_TYPE(descr))) {
        PyErr_Format(PyExc_TypeError,
                     "descriptor '%V' requires a subtype of '%.100s' "
                     "but received '%.100s'",
                     descr_name(common), "?", PyDescr_TYPE(descr)->tp_name,
                     ((PyTypeObject *)type)->tp_name);
        return NULL;
    }
    PyTypeObject *cls = NULL;
    if (descr->d_method->ml_flags & METH_METHOD) {
        cls = common->d_type;
    }
    return PyCMethod_New(descr->d_method, type, NULL, cls);
}

static PyObject *
method_get(PyObject *self, PyObject *object, PyObject *type)
{
    PyMethodDescrObject *descr = (PyMethodDescrObject *)self;
    if (object == NULL) {
        return Py_NewRef(self);
    }
    if (descr_check((PyDescrObject *)self, object) < 0) {
        return NULL;
    }
    if (!(descr->d_method->ml_flags & METH_METHOD)) {
        return PyCFunction_NewEx(descr->d_method, object, NULL);
    }
    if (type == NULL || PyType_Check(type)) {
        return PyCMethod_New(descr->d_method, object, NULL,
                             descr->d_common.d_type);
    }
    PyErr_Format(PyExc_TypeError,
                 "descriptor '%V' needs a type, not '%s', as arg 2",
                 descr_name((PyDescrObject *)descr), "?",
                 Py_TYPE(type)->tp_name);
    return NULL;
}

static PyObject *
member_get(PyObject *self, PyObject *object, PyObject *Py_UNUSED(type))
{
    PyMemberDescrObject *descr = (PyMemberDescrObject *)self;
    if (object == NULL) {
        return Py_NewRef(self);
    }
    if (descr_check((PyDescrObject *)self, object) < 0) {
        return NULL;
    }
    if ((descr->d_member->flags & PY_AUDIT_READ)
        && PySys_Audit("object.__getattr__", "Os", object,
                       descr->d_member->name)
               < 0) {
        return NULL;
    }
    return PyMember_GetOne((const char *)object, descr->d_member);
}

static PyObject *
getset_get(PyObject *self, PyObject *object, PyObject *Py_UNUSED(type))
{
    PyGetSetDescrObject *descr = (PyGetSetDescrObject *)self;
    if (object == NULL) {
        return Py_NewRef(self);
    }
    if (descr_check((PyDescrObject *)self, object) < 0) {
        return NULL;
    }
    if (descr->d_getset->get != NULL) {
        return descr->d_getset->get(object, descr->d_getset->closure);
    }
    PyErr_Format(PyExc_AttributeError,
                 "attribute '%V' of '%.100s' objects is not readable",
                 descr_name((PyDescrObject *)descr), "?",
                 PyDescr_TYPE(descr)->tp_name);
    return NULL;
}

static PyObject *
wrapperdescr_get(PyObject *self, PyObject *object, PyObject *Py_UNUSED(type))
{
    if (object == NULL) {
        return Py_NewRef(self);
    }
    if (descr_check((PyDescrObject *)self, object) < 0) {
        return NULL;
    }
    return PyWrapper_New(self, object);
}

static int
member_set(PyObject *self, PyObject *object, PyObject *value)
{
    PyMemberDescrObject *descr = (PyMemberDescrObject *)self;
    if (descr_check((PyDescrObject *)self, object) < 0) {
        return -1;
    }
    return PyMember_SetOne((char *)object, descr->d_member, value);
}

static int
getset_set(PyObject *self, PyObject *object, PyObject *value)
{
    PyGetSetDescrObject *descr = (PyGetSetDescrObject *)self;
    if (descr_check((PyDescrObject *)self, object) < 0) {
        return -1;
    }
    if (descr->d_getset->set != NULL) {
        return descr->d_getset->set(object, value, descr->d_getset->closure);
    }
    PyErr_Format(PyExc_AttributeError,
                 "attribute '%V' of '%.100s' objects is not writable",
                 descr_name((PyDescrObject *)descr), "?",
                 PyDescr_TYPE(descr)->tp_name);
    return -1;
}

/* -- Calling method descriptors: one function for each set of flags ------- */

typedef void (*funcptr)(void);

static int
method_check_args(PyObject *func, PyObject *const *args, Py_ssize_t nargs,
                  PyObject *kwnames)
{
    assert(!PyErr_Occurred());
    if (nargs < 1) {
        PyObject *name = _PyObject_FunctionStr(func);
        if (name != NULL) {
            PyErr_Format(PyExc_TypeError,
                         "unbound method %U needs an argument", name);
            Py_DECREF(name);
        }
        return -1;
    }
    if (descr_check((PyDescrObject *)func, args[0]) < 0) {
        return -1;
    }
    if (kwnames && PyTuple_GET_SIZE(kwnames)) {
        PyObject *name = _PyObject_FunctionStr(func);
        if (name != NULL) {
            PyErr_Format(PyExc_TypeError, "%U takes no keyword arguments",
                         name);
            Py_DECREF(name);
        }
        return -1;
    }
    return 0;
}

/* The C function, with the recursion depth raised; NULL: too deep. */
static inline funcptr
method_enter_call(PyThreadState *tstate, PyObject *func)
{
    if (_Py_EnterRecursiveCallTstate(tstate,
                                     " while calling a Python object")) {
        return NULL;
    }
    return (funcptr)((PyMethodDescrObject *)func)->d_method->ml_meth;
}

static PyObject *
method_vectorcall_VARARGS(PyObject *func, PyObject *const *args,
                          size_t nargsf, PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (method_check_args(func, args, nargs, kwnames)) {
        return NULL;
    }
    PyObject *tuple = _PyTuple_FromArray(args + 1, nargs - 1);
    if (tuple == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    PyCFunction method = (PyCFunction)method_enter_call(tstate, func);
    if (method != NULL) {
        result = method(args[0], tuple);
        _Py_LeaveRecursiveCallTstate(tstate);
    }
    Py_DECREF(tuple);
    return result;
}

static PyObject *
method_vectorcall_VARARGS_KEYWORDS(PyObject *func, PyObject *const *args,
                                   size_t nargsf, PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (method_check_args(func, args, nargs, NULL)) {
        return NULL;
    }
    PyObject *result = NULL, *kwdict = NULL;
    PyObject *tuple = _PyTuple_FromArray(args + 1, nargs - 1);
    if (tuple == NULL) {
        return NULL;
    }
    if (kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0) {
        kwdict = _PyStack_AsDict(args + nargs, kwnames);
        if (kwdict == NULL) {
            goto done;
        }
    }
    PyCFunctionWithKeywords method =
        (PyCFunctionWithKeywords)method_enter_call(tstate, func);
    if (method == NULL) {
        goto done;
    }
    result = method(args[0], tuple, kwdict);
    _Py_LeaveRecursiveCallTstate(tstate);
done:
    Py_XDECREF(kwdict);
    Py_DECREF(tuple);
    return result;
}

static PyObject *
method_vectorcall_FASTCALL_KEYWORDS_METHOD(PyObject *func,
                                           PyObject *const *args,
                                           size_t nargsf, PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (method_check_args(func, args, nargs, NULL)) {
        return NULL;
    }
    PyCMethod method = (PyCMethod)method_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(args[0],
                              ((PyMethodDescrObject *)func)->d_common.d_type,
                              args + 1, nargs - 1, kwnames);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

static PyObject *
method_vectorcall_FASTCALL(PyObject *func, PyObject *const *args,
                           size_t nargsf, PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (method_check_args(func, args, nargs, kwnames)) {
        return NULL;
    }
    _PyCFunctionFast method =
        (_PyCFunctionFast)method_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(args[0], args + 1, nargs - 1);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

static PyObject *
method_vectorcall_FASTCALL_KEYWORDS(PyObject *func, PyObject *const *args,
                                    size_t nargsf, PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (method_check_args(func, args, nargs, NULL)) {
        return NULL;
    }
    _PyCFunctionFastWithKeywords method =
        (_PyCFunctionFastWithKeywords)method_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(args[0], args + 1, nargs - 1, kwnames);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

static void
wrong_count(PyObject *func, const char *expected, Py_ssize_t nargs)
{
    PyObject *name = _PyObject_FunctionStr(func);
    if (name != NULL) {
        PyErr_Format(PyExc_TypeError, "%U takes %s (%zd given)", name,
                     expected, nargs);
        Py_DECREF(name);
    }
}

static PyObject *
method_vectorcall_NOARGS(PyObject *func, PyObject *const *args,
                         size_t nargsf, PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (method_check_args(func, args, nargs, kwnames)) {
        return NULL;
    }
    if (nargs != 1) {
        wrong_count(func, "no arguments", nargs - 1);
        return NULL;
    }
    PyCFunction method = (PyCFunction)method_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(args[0], NULL);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

static PyObject *
method_vectorcall_O(PyObject *func, PyObject *const *args, size_t nargsf,
                    PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (method_check_args(func, args, nargs, kwnames)) {
        return NULL;
    }
    if (nargs != 2) {
        wrong_count(func, "exactly one argument", nargs - 1);
        return NULL;
    }
    PyCFunction method = (PyCFunction)method_enter_call(tstate, func);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = method(args[0], args[1]);
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

/* The first argument is a class that the method is bound to. */
static PyObject *
classmethoddescr_call(PyObject *self, PyObject *args, PyObject *kwds)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count < 1) {
        PyErr_Format(PyExc_TypeError,
                     "descriptor '%V' of '%.100s' object needs an argument",
                     descr_name((PyDescrObject *)self), "?",
                     PyDescr_TYPE(self)->tp_name);
        return NULL;
    }
    PyObject *bound = classmethod_get(self, NULL, PyTuple_GET_ITEM(args, 0));
    if (bound == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_VectorcallDict(
        bound, _PyTuple_ITEMS(args) + 1, (size_t)(count - 1), kwds);
    Py_DECREF(bound);
    return result;
}

static PyObject *
wrapperdescr_raw_call(PyWrapperDescrObject *descr, PyObject *self,
                      PyObject *args, PyObject *kwds)
{
    wrapperfunc wrapper = descr->d_base->wrapper;
    if (descr->d_base->flags & PyWrapperFlag_KEYWORDS) {
        wrapperfunc_kwds with_keywords = (wrapperfunc_kwds)(void *)wrapper;
        return with_keywords(self, args, descr->d_wrapped, kwds);
    }
    if (kwds != NULL && (!PyDict_Check(kwds) || PyDict_GET_SIZE(kwds) != 0)) {
        PyErr_Format(PyExc_TypeError,
                     "wrapper %s() takes no keyword arguments",
                     descr->d_base->name);
        return NULL;
    }
    return wrapper(self, args, descr->d_wrapped);
}

static PyObject *
wrapperdescr_call(PyObject *callable, PyObject *args, PyObject *kwds)
{
    PyWrapperDescrObject *descr = (PyWrapperDescrObject *)callable;
    assert(PyTuple_Check(args));
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count < 1) {
        PyErr_Format(PyExc_TypeError,
                     "descriptor '%V' of '%.100s' object needs an argument",
                     descr_name((PyDescrObject *)descr), "?",
                     PyDescr_TYPE(descr)->tp_name);
        return NULL;
    }
    PyObject *self = PyTuple_GET_ITEM(args, 0);
    if (!_PyObject_RealIsSubclass((PyObject *)Py_TYPE(self),
                                  (PyObject *)PyDescr_TYPE(descr))) {
        PyErr_Format(PyExc_TypeError,
                     "descriptor '%V' requires a '%.100s' object "
                     "but received a '%.100s'",
                     descr_name((PyDescrObject *)descr), "?",
                     PyDescr_TYPE(descr)->tp_name, Py_TYPE(self)->tp_name);
        return NULL;
    }
    args = PyTuple_GetSlice(args, 1, count);
    if (args == NULL) {
        return NULL;
    }
    PyObject *result = wrapperdescr_raw_call(descr, self, args, kwds);
    Py_DECREF(args);
    return result;
}

/* -- Documentation -------------------------------------------------------- */

static PyObject *
method_get_doc(PyObject *self, void *Py_UNUSED(closure))
{
    PyMethodDef *method = ((PyMethodDescrObject *)self)->d_method;
    return _PyType_GetDocFromInternalDoc(method->ml_name, method->ml_doc);
}

static PyObject *
method_get_text_signature(PyObject *self, void *Py_UNUSED(closure))
{
    PyMethodDef *method = ((PyMethodDescrObject *)self)->d_method;
    return _PyType_GetTextSignatureFromInternalDoc(method->ml_name,
                                                   method->ml_doc);
}

static PyObject *
member_get_doc(PyObject *self, void *Py_UNUSED(closure))
{
    const char *doc = ((PyMemberDescrObject *)self)->d_member->doc;
    if (doc == NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromString(doc);
}

static PyObject *
getset_get_doc(PyObject *self, void *Py_UNUSED(closure))
{
    const char *doc = ((PyGetSetDescrObject *)self)->d_getset->doc;
    if (doc == NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromString(doc);
}

static PyObject *
wrapperdescr_get_doc(PyObject *self, void *Py_UNUSED(closure))
{
    struct wrapperbase *base = ((PyWrapperDescrObject *)self)->d_base;
    return _PyType_GetDocFromInternalDoc(base->name, base->doc);
}

static PyObject *
wrapperdescr_get_text_signature(PyObject *self, void *Py_UNUSED(closure))
{
    struct wrapperbase *base = ((PyWrapperDescrObject *)self)->d_base;
    return _PyType_GetTextSignatureFromInternalDoc(base->name, base->doc);
}

static PyGetSetDef method_getset[] = {
    {"__doc__", method_get_doc, NULL, NULL, NULL},
    {"__qualname__", descr_get_qualname, NULL, NULL, NULL},
    {"__text_signature__", method_get_text_signature, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyGetSetDef member_getset[] = {
    {"__doc__", member_get_doc, NULL, NULL, NULL},
    {"__qualname__", descr_get_qualname, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyGetSetDef getset_getset[] = {
    {"__doc__", getset_get_doc, NULL, NULL, NULL},
    {"__qualname__", descr_get_qualname, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyGetSetDef wrapperdescr_getset[] = {
    {"__doc__", wrapperdescr_get_doc, NULL, NULL, NULL},
    {"__qualname__", descr_get_qualname, NULL, NULL, NULL},
    {"__text_signature__", wrapperdescr_get_text_signature, NULL, NULL,
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* -- Construction --------------------------------------------------------- */

static PyDescrObject *
descr_new(PyTypeObject *descr_type, PyTypeObject *type, const char *name)
{
    PyDescrObject *descr =
        (PyDescrObject *)PyType_GenericAlloc(descr_type, 0);
    if (descr == NULL) {
        return NULL;
    }
    descr->d_type = (PyTypeObject *)Py_XNewRef(type);
    descr->d_name = PyUnicode_InternFromString(name);
    if (descr->d_name == NULL) {
        Py_DECREF(descr);
        return NULL;
    }
    descr->d_qualname = NULL;
    return descr;
}

PyObject *
PyDescr_NewMethod(PyTypeObject *type, PyMethodDef *method)
{
    vectorcallfunc vectorcall;
    switch (method->ml_flags
            & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O
               | METH_KEYWORDS | METH_METHOD)) {
    case METH_VARARGS:
        vectorcall = method_vectorcall_VARARGS;
        break;
    case METH_VARARGS | METH_KEYWORDS:
        vectorcall = method_vectorcall_VARARGS_KEYWORDS;
        break;
    case METH_FASTCALL:
        vectorcall = method_vectorcall_FASTCALL;
        break;
    case METH_FASTCALL | METH_KEYWORDS:
        vectorcall = method_vectorcall_FASTCALL_KEYWORDS;
        break;
    case METH_NOARGS:
        vectorcall = method_vectorcall_NOARGS;
        break;
    case METH_O:
        vectorcall = method_vectorcall_O;
        break;
    case METH_METHOD | METH_FASTCALL | METH_KEYWORDS:
        vectorcall = method_vectorcall_FASTCALL_KEYWORDS_METHOD;
        break;
    default:
        PyErr_Format(PyExc_SystemError, "%s() method: bad call flags",
                     method->ml_name);
        return NULL;
    }
    PyMethodDescrObject *descr = (PyMethodDescrObject *)descr_new(
        &PyMethodDescr_Type, type, method->ml_name);
    if (descr != NULL) {
        descr->d_method = method;
        descr->vectorcall = vectorcall;
    }
    return (PyObject *)descr;
}

PyObject *
PyDescr_NewClassMethod(PyTypeObject *type, PyMethodDef *method)
{
    PyMethodDescrObject *descr = (PyMethodDescrObject *)descr_new(
        &PyClassMethodDescr_Type, type, method->ml_name);
    if (descr != NULL) {
        descr->d_method = method;
    }
    return (PyObject *)descr;
}

PyObject *
PyDescr_NewMember(PyTypeObject *type, PyMemberDef *member)
{
    PyMemberDescrObject *descr = (PyMemberDescrObject *)descr_new(
        &PyMemberDescr_Type, type, member->name);
    if (descr != NULL) {
        descr->d_member = member;
    }
    return (PyObject *)descr;
}

PyObject *
PyDescr_NewGetSet(PyTypeObject *type, PyGetSetDef *getset)
{
    PyGetSetDescrObject *descr = (PyGetSetDescrObject *)descr_new(
        &PyGetSetDescr_Type, type, getset->name);
    if (descr != NULL) {
        descr->d_getset = getset;
    }
    return (PyObject *)descr;
}

PyObject *
PyDescr_NewWrapper(PyTypeObject *type, struct wrapperbase *base,
                   void *wrapped)
{
    PyWrapperDescrObject *descr = (PyWrapperDescrObject *)descr_new(
        &PyWrapperDescr_Type, type, base->name);
    if (descr != NULL) {
        descr->d_base = base;
        descr->d_wrapped = wrapped;
    }
    return (PyObject *)descr;
}

int
PyDescr_IsData(PyObject *object)
{
    return Py_TYPE(object)->tp_descr_set != NULL;
}

/* -- The descriptor types ------------------------------------------------- */

PyTypeObject PyMethodDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "method_descriptor",
    .tp_basicsize = sizeof(PyMethodDescrObject),
    .tp_dealloc = descr_dealloc,
    .tp_vectorcall_offset = offsetof(PyMethodDescrObject, vectorcall),
    .tp_repr = method_repr,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_traverse = descr_traverse,
    .tp_methods = descr_methods,
    .tp_members = descr_members,
    .tp_getset = method_getset,
    .tp_descr_get = method_get,
};

PyTypeObject PyClassMethodDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "classmethod_descriptor",
    .tp_basicsize = sizeof(PyMethodDescrObject),
    .tp_dealloc = descr_dealloc,
    .tp_repr = method_repr,
    .tp_call = classmethoddescr_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = descr_traverse,
    .tp_members = descr_members,
    .tp_getset = method_getset,
    .tp_descr_get = classmethod_get,
};

PyTypeObject PyMemberDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "member_descriptor",
    .tp_basicsize = sizeof(PyMemberDescrObject),
    .tp_dealloc = descr_dealloc,
    .tp_repr = member_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = descr_traverse,
    .tp_methods = descr_methods,
    .tp_members = descr_members,
    .tp_getset = member_getset,
    .tp_descr_get = member_get,
    .tp_descr_set = member_set,
};

PyTypeObject PyGetSetDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "getset_descriptor",
    .tp_basicsize = sizeof(PyGetSetDescrObject),
    .tp_dealloc = descr_dealloc,
    .tp_repr = getset_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = descr_traverse,
    .tp_members = descr_members,
    .tp_getset = getset_getset,
    .tp_descr_get = getset_get,
    .tp_descr_set = getset_set,
};

PyTypeObject PyWrapperDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "wrapper_descriptor",
    .tp_basicsize = sizeof(PyWrapperDescrObject),
    .tp_dealloc = descr_dealloc,
    .tp_repr = wrapperdescr_repr,
    .tp_call = wrapperdescr_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_traverse = descr_traverse,
    .tp_methods = descr_methods,
    .tp_members = descr_members,
    .tp_getset = wrapperdescr_getset,
    .tp_descr_get = wrapperdescr_get,
};

/* -- method-wrapper: a slot wrapper bound to an object -------------------- */

typedef struct {
    PyObject_HEAD
    PyWrapperDescrObject *descr;
    PyObject *self;
} wrapperobject;

#define Wrapper_Check(v) Py_IS_TYPE((v), &_PyMethodWrapper_Type)

static void
wrapper_dealloc(PyObject *object)
{
    wrapperobject *wrapper = (wrapperobject *)object;
    PyObject_GC_UnTrack(object);
    Py_TRASHCAN_BEGIN(object, wrapper_dealloc)
    Py_XDECREF(wrapper->descr);
    Py_XDECREF(wrapper->self);
    PyObject_GC_Del(object);
    Py_TRASHCAN_END
}

static int
wrapper_traverse(PyObject *object, visitproc visit, void *arg)
{
    wrapperobject *wrapper = (wrapperobject *)object;
    Py_VISIT(wrapper->descr);
    Py_VISIT(wrapper->self);
    return 0;
}

static PyObject *
wrapper_richcompare(PyObject *a, PyObject *b, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !Wrapper_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    wrapperobject *first = (wrapperobject *)a;
    wrapperobject *second = (wrapperobject *)b;
    int equal = first->descr == second->descr && first->self == second->self;
    return PyBool_FromLong(equal == (op == Py_EQ));
}

static Py_hash_t
wrapper_hash(PyObject *object)
{
    wrapperobject *wrapper = (wrapperobject *)object;
    Py_hash_t hash = _Py_HashPointer(wrapper->self);
    hash ^= _Py_HashPointer(wrapper->descr);
    return hash == -1 ? -2 : hash;
}

static PyObject *
wrapper_repr(PyObject *object)
{
    wrapperobject *wrapper = (wrapperobject *)object;
    return PyUnicode_FromFormat("<method-wrapper '%s' of %s object at %p>",
                                wrapper->descr->d_base->name,
                                Py_TYPE(wrapper->self)->tp_name,
                                wrapper->self);
}

static PyObject *
wrapper_call(PyObject *object, PyObject *args, PyObject *kwds)
{
    wrapperobject *wrapper = (wrapperobject *)object;
    return wrapperdescr_raw_call(wrapper->descr, wrapper->self, args, kwds);
}

static PyObject *
wrapper_reduce(PyObject *object, PyObject *Py_UNUSED(args))
{
    wrapperobject *wrapper = (wrapperobject *)object;
    return Py_BuildValue("N(OO)", _PyEval_GetBuiltin(&_Py_ID(getattr)),
                         wrapper->self, PyDescr_NAME(wrapper->descr));
}

static PyObject *
wrapper_objclass(PyObject *object, void *Py_UNUSED(closure))
{
    return Py_NewRef(PyDescr_TYPE(((wrapperobject *)object)->descr));
}

static PyObject *
wrapper_name(PyObject *object, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(
        ((wrapperobject *)object)->descr->d_base->name);
}

static PyObject *
wrapper_doc(PyObject *object, void *closure)
{
    return wrapperdescr_get_doc(
        (PyObject *)((wrapperobject *)object)->descr, closure);
}

static PyObject *
wrapper_text_signature(PyObject *object, void *closure)
{
    return wrapperdescr_get_text_signature(
        (PyObject *)((wrapperobject *)object)->descr, closure);
}

static PyObject *
wrapper_qualname(PyObject *object, void *closure)
{
    return descr_get_qualname((PyObject *)((wrapperobject *)object)->descr,
                              closure);
}

static PyMethodDef wrapper_methods[] = {
    {"__reduce__", wrapper_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef wrapper_members[] = {
    {"__self__", T_OBJECT, offsetof(wrapperobject, self), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef wrapper_getsets[] = {
    {"__objclass__", wrapper_objclass, NULL, NULL, NULL},
    {"__name__", wrapper_name, NULL, NULL, NULL},
    {"__qualname__", wrapper_qualname, NULL, NULL, NULL},
    {"__doc__", wrapper_doc, NULL, NULL, NULL},
    {"__text_signature__", wrapper_text_signature, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject _PyMethodWrapper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "method-wrapper",
    .tp_basicsize = sizeof(wrapperobject),
    .tp_dealloc = wrapper_dealloc,
    .tp_repr = wrapper_repr,
    .tp_hash = wrapper_hash,
    .tp_call = wrapper_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = wrapper_traverse,
    .tp_richcompare = wrapper_richcompare,
    .tp_methods = wrapper_methods,
    .tp_members = wrapper_members,
    .tp_getset = wrapper_getsets,
};

PyObject *
PyWrapper_New(PyObject *descr, PyObject *self)
{
    assert(PyObject_TypeCheck(descr, &PyWrapperDescr_Type));
    assert(_PyObject_RealIsSubclass((PyObject *)Py_TYPE(self),
                                    (PyObject *)PyDescr_TYPE(descr)));
    wrapperobject *wrapper = PyObject_GC_New(wrapperobject,
                                             &_PyMethodWrapper_Type);
    if (wrapper != NULL) {
        wrapper->descr = (PyWrapperDescrObject *)Py_NewRef(descr);
        wrapper->self = Py_NewRef(self);
        _PyObject_GC_TRACK(wrapper);
    }
    return (PyObject *)wrapper;
}
