/* partial: a callable with some arguments given. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_object.h"
#include "pycore_tuple.h"
#include "structmember.h"
#include "functools.h"

typedef struct {
    PyObject_HEAD
    PyObject *fn;
    PyObject *args;             /* exact tuple */
    PyObject *kw;               /* dict */
    PyObject *dict;             /* __dict__, or NULL */
    PyObject *weakreflist;
    vectorcallfunc vectorcall;  /* NULL: go through tp_call */
} partialobject;

static PyObject *partial_vectorcall(partialobject *pto,
                                    PyObject *const *args, size_t nargsf,
                                    PyObject *kwnames);

/* A callable that cannot be called by vector is called as a tuple. */
static void
partial_set_vectorcall(partialobject *pto)
{
    pto->vectorcall = PyVectorcall_Function(pto->fn) == NULL
                          ? NULL
                          : (vectorcallfunc)partial_vectorcall;
}

static PyObject *
partial_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    if (PyTuple_GET_SIZE(args) < 1) {
        PyErr_SetString(PyExc_TypeError,
                        "type 'partial' takes at least one argument");
        return NULL;
    }
    struct functools_state *state = functools_state_by_type(type);
    if (state == NULL) {
        return NULL;
    }
    PyObject *pargs = NULL;
    PyObject *pkw = NULL;
    PyObject *func = PyTuple_GET_ITEM(args, 0);
    if (Py_TYPE(func)->tp_call == (ternaryfunc)PyType_GetSlot(
            state->partial_type, Py_tp_call)) {
        /* A partial of a plain partial: take its parts. One with attributes
           of its own stays whole. */
        partialobject *part = (partialobject *)func;
        if (part->dict == NULL) {
            pargs = part->args;
            pkw = part->kw;
            func = part->fn;
        }
    }
    if (!PyCallable_Check(func)) {
        PyErr_SetString(PyExc_TypeError,
                        "the first argument must be callable");
        return NULL;
    }
    partialobject *pto = (partialobject *)type->tp_alloc(type, 0);
    if (pto == NULL) {
        return NULL;
    }
    pto->fn = Py_NewRef(func);
    PyObject *nargs = PyTuple_GetSlice(args, 1, PY_SSIZE_T_MAX);
    if (nargs == NULL) {
        goto error;
    }
    if (pargs == NULL) {
        pto->args = nargs;
    }
    else {
        pto->args = PySequence_Concat(pargs, nargs);
        Py_DECREF(nargs);
        if (pto->args == NULL) {
            goto error;
        }
        assert(PyTuple_Check(pto->args));
    }
    if (pkw == NULL || PyDict_GET_SIZE(pkw) == 0) {
        if (kw == NULL) {
            pto->kw = PyDict_New();
        }
        else if (Py_REFCNT(kw) == 1) {
            pto->kw = Py_NewRef(kw);
        }
        else {
            pto->kw = PyDict_Copy(kw);
        }
    }
    else {
        pto->kw = PyDict_Copy(pkw);
        if (kw != NULL && pto->kw != NULL
            && PyDict_Merge(pto->kw, kw, 1) != 0) {
            goto error;
        }
    }
    if (pto->kw == NULL) {
        goto error;
    }
    partial_set_vectorcall(pto);
    return (PyObject *)pto;
error:
    Py_DECREF(pto);
    return NULL;
}

static int
partial_clear(partialobject *pto)
{
    Py_CLEAR(pto->fn);
    Py_CLEAR(pto->args);
    Py_CLEAR(pto->kw);
    Py_CLEAR(pto->dict);
    return 0;
}

static int
partial_traverse(partialobject *pto, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(pto));
    Py_VISIT(pto->fn);
    Py_VISIT(pto->args);
    Py_VISIT(pto->kw);
    Py_VISIT(pto->dict);
    return 0;
}

static void
partial_dealloc(partialobject *pto)
{
    PyTypeObject *tp = Py_TYPE(pto);
    PyObject_GC_UnTrack(pto);
    if (pto->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)pto);
    }
    (void)partial_clear(pto);
    tp->tp_free(pto);
    Py_DECREF(tp);
}

/* -- Calling --------------------------------------------------------------- */

static PyObject *
partial_call(partialobject *pto, PyObject *args, PyObject *kwargs)
{
    assert(PyCallable_Check(pto->fn));
    assert(PyTuple_Check(pto->args));
    assert(PyDict_Check(pto->kw));
    PyObject *kwargs2;
    if (PyDict_GET_SIZE(pto->kw) == 0) {
        kwargs2 = Py_XNewRef(kwargs);
    }
    else {
        kwargs2 = PyDict_Copy(pto->kw);
        if (kwargs2 == NULL) {
            return NULL;
        }
        if (kwargs != NULL && PyDict_Merge(kwargs2, kwargs, 1) != 0) {
            Py_DECREF(kwargs2);
            return NULL;
        }
    }
    PyObject *args2 = PySequence_Concat(pto->args, args);
    PyObject *res = NULL;
    if (args2 != NULL) {
        res = PyObject_Call(pto->fn, args2, kwargs2);
        Py_DECREF(args2);
    }
    Py_XDECREF(kwargs2);
    return res;
}

/* With keywords of its own the slow way is as good. */
static PyObject *
partial_vectorcall_slow(PyThreadState *tstate, partialobject *pto,
                        PyObject *const *args, size_t nargsf,
                        PyObject *kwnames)
{
    pto->vectorcall = NULL;
    return _PyObject_MakeTpCall(tstate, (PyObject *)pto, args,
                                PyVectorcall_NARGS(nargsf), kwnames);
}

static PyObject *
partial_vectorcall(partialobject *pto, PyObject *const *args, size_t nargsf,
                   PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (PyDict_GET_SIZE(pto->kw)) {
        return partial_vectorcall_slow(tstate, pto, args, nargsf, kwnames);
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    Py_ssize_t nargs_total = nargs;
    if (kwnames != NULL) {
        nargs_total += PyTuple_GET_SIZE(kwnames);
    }
    PyObject **pto_args = _PyTuple_ITEMS(pto->args);
    Py_ssize_t pto_nargs = PyTuple_GET_SIZE(pto->args);
    if (pto_nargs == 0) {
        return _PyObject_VectorcallTstate(tstate, pto->fn, args, nargsf,
                                          kwnames);
    }
    if (pto_nargs == 1 && (nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET)) {
        /* The caller lent us the word before the arguments. */
        PyObject **newargs = (PyObject **)args - 1;
        PyObject *tmp = newargs[0];
        newargs[0] = pto_args[0];
        PyObject *ret = _PyObject_VectorcallTstate(
            tstate, pto->fn, newargs, (size_t)nargs + 1, kwnames);
        newargs[0] = tmp;
        return ret;
    }
    PyObject *small_stack[5];
    PyObject **stack = small_stack;
    Py_ssize_t newnargs = pto_nargs + nargs_total;
    if (newnargs > (Py_ssize_t)Py_ARRAY_LENGTH(small_stack)) {
        stack = PyMem_New(PyObject *, newnargs);
        if (stack == NULL) {
            return PyErr_NoMemory();
        }
    }
    memcpy(stack, pto_args, (size_t)pto_nargs * sizeof(PyObject *));
    memcpy(stack + pto_nargs, args,
           (size_t)nargs_total * sizeof(PyObject *));
    PyObject *ret = _PyObject_VectorcallTstate(
        tstate, pto->fn, stack, (size_t)(pto_nargs + nargs), kwnames);
    if (stack != small_stack) {
        PyMem_Free(stack);
    }
    return ret;
}

/* -- Methods ------------------------------------------------------------- */

static PyObject *
partial_repr(partialobject *pto)
{
    int status = Py_ReprEnter((PyObject *)pto);
    if (status != 0) {
        return status < 0 ? NULL : PyUnicode_FromString("...");
    }
    PyObject *result = NULL;
    PyObject *arglist = PyUnicode_FromString("");
    if (arglist == NULL) {
        goto done;
    }
    assert(PyTuple_Check(pto->args));
    Py_ssize_t n = PyTuple_GET_SIZE(pto->args);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_SETREF(arglist,
                  PyUnicode_FromFormat("%U, %R", arglist,
                                       PyTuple_GET_ITEM(pto->args, i)));
        if (arglist == NULL) {
            goto done;
        }
    }
    assert(PyDict_Check(pto->kw));
    PyObject *key, *value;
    for (Py_ssize_t i = 0; PyDict_Next(pto->kw, &i, &key, &value);) {
        /* Keys need not be str after __setstate__(). */
        Py_INCREF(value);
        Py_SETREF(arglist, PyUnicode_FromFormat("%U, %S=%R", arglist, key,
                                                value));
        Py_DECREF(value);
        if (arglist == NULL) {
            goto done;
        }
    }
    result = PyUnicode_FromFormat("%s(%R%U)", Py_TYPE(pto)->tp_name, pto->fn,
                                  arglist);
    Py_DECREF(arglist);
done:
    Py_ReprLeave((PyObject *)pto);
    return result;
}

static PyObject *
partial_reduce(partialobject *pto, PyObject *unused)
{
    return Py_BuildValue("O(O)(OOOO)", Py_TYPE(pto), pto->fn, pto->fn,
                         pto->args, pto->kw,
                         pto->dict != NULL ? pto->dict : Py_None);
}

static PyObject *
partial_setstate(partialobject *pto, PyObject *state)
{
    PyObject *fn, *fnargs, *kw, *dict;
    if (!PyTuple_Check(state)
        || !PyArg_ParseTuple(state, "OOOO", &fn, &fnargs, &kw, &dict)
        || !PyCallable_Check(fn) || !PyTuple_Check(fnargs)
        || (kw != Py_None && !PyDict_Check(kw))) {
        PyErr_SetString(PyExc_TypeError, "invalid partial state");
        return NULL;
    }
    if (!PyTuple_CheckExact(fnargs)) {
        fnargs = PySequence_Tuple(fnargs);
    }
    else {
        Py_INCREF(fnargs);
    }
    if (fnargs == NULL) {
        return NULL;
    }
    if (kw == Py_None) {
        kw = PyDict_New();
    }
    else if (!PyDict_CheckExact(kw)) {
        kw = PyDict_Copy(kw);
    }
    else {
        Py_INCREF(kw);
    }
    if (kw == NULL) {
        Py_DECREF(fnargs);
        return NULL;
    }
    Py_SETREF(pto->fn, Py_NewRef(fn));
    Py_SETREF(pto->args, fnargs);
    Py_SETREF(pto->kw, kw);
    Py_XSETREF(pto->dict, dict == Py_None ? NULL : Py_NewRef(dict));
    partial_set_vectorcall(pto);
    Py_RETURN_NONE;
}

static PyMethodDef partial_methods[] = {
    {"__reduce__", (PyCFunction)partial_reduce, METH_NOARGS, NULL},
    {"__setstate__", (PyCFunction)partial_setstate, METH_O, NULL},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

#define OFF(x) offsetof(partialobject, x)
static PyMemberDef partial_members[] = {
    {"func", T_OBJECT, OFF(fn), READONLY,
     PyDoc_STR("the function that partial calls")},
    {"args", T_OBJECT, OFF(args), READONLY,
     PyDoc_STR("positional arguments given beforehand")},
    {"keywords", T_OBJECT, OFF(kw), READONLY,
     PyDoc_STR("keyword arguments given beforehand")},
    {"__weaklistoffset__", T_PYSSIZET, OFF(weakreflist), READONLY},
    {"__dictoffset__", T_PYSSIZET, OFF(dict), READONLY},
    {"__vectorcalloffset__", T_PYSSIZET, OFF(vectorcall), READONLY},
    {0},
};
#undef OFF

static PyGetSetDef partial_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict},
    {0},
};

PyDoc_STRVAR(partial_doc,
"partial(func, *args, **keywords) - a new function with some arguments of\n"
"    func given beforehand.\n");

static PyType_Slot partial_slots[] = {
    {Py_tp_dealloc, partial_dealloc},
    {Py_tp_repr, partial_repr},
    {Py_tp_call, partial_call},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_setattro, PyObject_GenericSetAttr},
    {Py_tp_doc, (void *)partial_doc},
    {Py_tp_traverse, partial_traverse},
    {Py_tp_clear, partial_clear},
    {Py_tp_methods, partial_methods},
    {Py_tp_members, partial_members},
    {Py_tp_getset, partial_getset},
    {Py_tp_new, partial_new},
    {Py_tp_free, PyObject_GC_Del},
    {0, NULL},
};

PyType_Spec functools_partial_spec = {
    .name = "functools.partial",
    .basicsize = sizeof(partialobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
             | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    .slots = partial_slots,
};
