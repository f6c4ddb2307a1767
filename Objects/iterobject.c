/* The generic iterators: over an object with __getitem__, over the results of
   a callable, and what anext() with a default returns. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_genobject.h"
#include "pycore_object.h"

/* -- Over __getitem__ ------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    Py_ssize_t it_index;
    PyObject *it_seq;           /* NULL when exhausted */
} seqiterobject;

PyObject *
PySeqIter_New(PyObject *seq)
{
    if (!PySequence_Check(seq)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    seqiterobject *it = PyObject_GC_New(seqiterobject, &PySeqIter_Type);
    if (it == NULL) {
        return NULL;
    }
    it->it_index = 0;
    it->it_seq = Py_NewRef(seq);
    _PyObject_GC_TRACK(it);
    return (PyObject *)it;
}

static void
seqiter_dealloc(seqiterobject *it)
{
    _PyObject_GC_UNTRACK(it);
    Py_XDECREF(it->it_seq);
    PyObject_GC_Del(it);
}

static int
seqiter_traverse(seqiterobject *it, visitproc visit, void *arg)
{
    Py_VISIT(it->it_seq);
    return 0;
}

static PyObject *
seqiter_iternext(seqiterobject *it)
{
    PyObject *seq = it->it_seq;
    if (seq == NULL) {
        return NULL;
    }
    if (it->it_index == PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError, "iter index too large");
        return NULL;
    }
    PyObject *result = PySequence_GetItem(seq, it->it_index);
    if (result != NULL) {
        it->it_index++;
        return result;
    }
    if (PyErr_ExceptionMatches(PyExc_IndexError)
        || PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyErr_Clear();
        it->it_seq = NULL;
        Py_DECREF(seq);
    }
    return NULL;
}

static PyObject *
seqiter_len(seqiterobject *it, PyObject *unused)
{
    if (it->it_seq != NULL) {
        if (_PyObject_HasLen(it->it_seq)) {
            Py_ssize_t size = PySequence_Size(it->it_seq);
            if (size == -1) {
                return NULL;
            }
            Py_ssize_t len = size - it->it_index;
            if (len >= 0) {
                return PyLong_FromSsize_t(len);
            }
        }
        else {
            Py_RETURN_NOTIMPLEMENTED;
        }
    }
    return PyLong_FromLong(0);
}

static PyObject *
seqiter_reduce(seqiterobject *it, PyObject *unused)
{
    PyObject *iter = _PyEval_GetBuiltin(&_Py_ID(iter));
    /* Fetching the builtin may run code that moves this iterator. */
    if (it->it_seq != NULL) {
        return Py_BuildValue("N(O)n", iter, it->it_seq, it->it_index);
    }
    return Py_BuildValue("N(())", iter);
}

static PyObject *
seqiter_setstate(seqiterobject *it, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (it->it_seq != NULL) {
        it->it_index = Py_MAX(index, 0);
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(length_hint_doc,
"Private: a guess at how many elements are left.");
PyDoc_STRVAR(reduce_doc, "What pickle and copy need.");
PyDoc_STRVAR(setstate_doc, "Sets the position, for pickle and copy.");

static PyMethodDef seqiter_methods[] = {
    {"__length_hint__", (PyCFunction)seqiter_len, METH_NOARGS,
     length_hint_doc},
    {"__reduce__", (PyCFunction)seqiter_reduce, METH_NOARGS, reduce_doc},
    {"__setstate__", (PyCFunction)seqiter_setstate, METH_O, setstate_doc},
    {NULL, NULL},
};

PyTypeObject PySeqIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "iterator",
    .tp_basicsize = sizeof(seqiterobject),
    .tp_dealloc = (destructor)seqiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)seqiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)seqiter_iternext,
    .tp_methods = seqiter_methods,
};

/* -- Over a callable until a sentinel ---------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *it_callable;      /* both NULL when exhausted */
    PyObject *it_sentinel;
} calliterobject;

PyObject *
PyCallIter_New(PyObject *callable, PyObject *sentinel)
{
    calliterobject *it = PyObject_GC_New(calliterobject, &PyCallIter_Type);
    if (it == NULL) {
        return NULL;
    }
    it->it_callable = Py_NewRef(callable);
    it->it_sentinel = Py_NewRef(sentinel);
    _PyObject_GC_TRACK(it);
    return (PyObject *)it;
}

static void
calliter_dealloc(calliterobject *it)
{
    _PyObject_GC_UNTRACK(it);
    Py_XDECREF(it->it_callable);
    Py_XDECREF(it->it_sentinel);
    PyObject_GC_Del(it);
}

static int
calliter_traverse(calliterobject *it, visitproc visit, void *arg)
{
    Py_VISIT(it->it_callable);
    Py_VISIT(it->it_sentinel);
    return 0;
}

static PyObject *
calliter_iternext(calliterobject *it)
{
    if (it->it_callable == NULL) {
        return NULL;
    }
    PyObject *result = _PyObject_CallNoArgs(it->it_callable);
    if (result == NULL) {
        if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
            PyErr_Clear();
            Py_CLEAR(it->it_callable);
            Py_CLEAR(it->it_sentinel);
        }
        return NULL;
    }
    if (it->it_sentinel == NULL) {
        /* The call exhausted this very iterator. */
        Py_DECREF(result);
        return NULL;
    }
    PyObject *sentinel = Py_NewRef(it->it_sentinel);
    int ok = PyObject_RichCompareBool(sentinel, result, Py_EQ);
    Py_DECREF(sentinel);
    if (ok == 0) {
        return result;
    }
    Py_DECREF(result);
    if (ok > 0) {
        Py_CLEAR(it->it_callable);
        Py_CLEAR(it->it_sentinel);
    }
    return NULL;
}

static PyObject *
calliter_reduce(calliterobject *it, PyObject *unused)
{
    PyObject *iter = _PyEval_GetBuiltin(&_Py_ID(iter));
    if (it->it_callable != NULL && it->it_sentinel != NULL) {
        return Py_BuildValue("N(OO)", iter, it->it_callable,
                             it->it_sentinel);
    }
    return Py_BuildValue("N(())", iter);
}

static PyMethodDef calliter_methods[] = {
    {"__reduce__", (PyCFunction)calliter_reduce, METH_NOARGS, reduce_doc},
    {NULL, NULL},
};

PyTypeObject PyCallIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "callable_iterator",
    .tp_basicsize = sizeof(calliterobject),
    .tp_dealloc = (destructor)calliter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)calliter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)calliter_iternext,
    .tp_methods = calliter_methods,
};

/* -- anext(iterator, default) ------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *wrapped;          /* what __anext__() returned */
    PyObject *default_value;
} anextawaitableobject;

static void
anextawaitable_dealloc(anextawaitableobject *obj)
{
    _PyObject_GC_UNTRACK(obj);
    Py_XDECREF(obj->wrapped);
    Py_XDECREF(obj->default_value);
    PyObject_GC_Del(obj);
}

static int
anextawaitable_traverse(anextawaitableobject *obj, visitproc visit,
                        void *arg)
{
    Py_VISIT(obj->wrapped);
    Py_VISIT(obj->default_value);
    return 0;
}

/* The iterator behind the wrapped awaitable. */
static PyObject *
anextawaitable_getiter(anextawaitableobject *obj)
{
    assert(obj->wrapped != NULL);
    PyObject *awaitable = _PyCoro_GetAwaitableIter(obj->wrapped);
    if (awaitable == NULL) {
        return NULL;
    }
    if (Py_TYPE(awaitable)->tp_iternext == NULL) {
        /* A coroutine is no iterator itself, what it awaits is. */
        unaryfunc await = Py_TYPE(awaitable)->tp_as_async->am_await;
        PyObject *new_awaitable = await(awaitable);
        if (new_awaitable == NULL) {
            Py_DECREF(awaitable);
            return NULL;
        }
        Py_SETREF(awaitable, new_awaitable);
        if (!PyIter_Check(awaitable)) {
            PyErr_SetString(PyExc_TypeError,
                            "__await__ must return an iterable");
            Py_DECREF(awaitable);
            return NULL;
        }
    }
    return awaitable;
}

/* The end of the asynchronous iteration becomes the default. */
static void
anextawaitable_replace_end(anextawaitableobject *obj)
{
    if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration)) {
        _PyGen_SetStopIterationValue(obj->default_value);
    }
}

static PyObject *
anextawaitable_iternext(anextawaitableobject *obj)
{
    PyObject *awaitable = anextawaitable_getiter(obj);
    if (awaitable == NULL) {
        return NULL;
    }
    PyObject *result = (*Py_TYPE(awaitable)->tp_iternext)(awaitable);
    Py_DECREF(awaitable);
    if (result == NULL) {
        anextawaitable_replace_end(obj);
    }
    return result;
}

static PyObject *
anextawaitable_call(anextawaitableobject *obj, PyObject *name, PyObject *args)
{
    PyObject *awaitable = anextawaitable_getiter(obj);
    if (awaitable == NULL) {
        return NULL;
    }
    PyObject *method = PyObject_GetAttr(awaitable, name);
    PyObject *result = NULL;
    if (method != NULL) {
        result = PyObject_CallObject(method, args);
        Py_DECREF(method);
    }
    Py_DECREF(awaitable);
    if (result == NULL) {
        anextawaitable_replace_end(obj);
    }
    return result;
}

static PyObject *
anextawaitable_send(anextawaitableobject *obj, PyObject *arg)
{
    PyObject *args = PyTuple_Pack(1, arg);
    if (args == NULL) {
        return NULL;
    }
    PyObject *result = anextawaitable_call(obj, &_Py_ID(send), args);
    Py_DECREF(args);
    return result;
}

static PyObject *
anextawaitable_throw(anextawaitableobject *obj, PyObject *args)
{
    return anextawaitable_call(obj, &_Py_ID(throw), args);
}

static PyObject *
anextawaitable_close(anextawaitableobject *obj, PyObject *unused)
{
    return anextawaitable_call(obj, &_Py_ID(close), NULL);
}

PyDoc_STRVAR(send_doc,
"send(arg) -> sends arg into the wrapped iterator and returns the next\n"
"value that it yields, or raises StopIteration.");
PyDoc_STRVAR(throw_doc,
"throw(value)\n"
"throw(typ[,val[,tb]])\n\n"
"Raises an exception in the wrapped iterator and returns the next value\n"
"that it yields, or raises StopIteration.");
PyDoc_STRVAR(close_doc,
"close() -> raises GeneratorExit inside the wrapped iterator.");

static PyMethodDef anextawaitable_methods[] = {
    {"send", (PyCFunction)anextawaitable_send, METH_O, send_doc},
    {"throw", (PyCFunction)anextawaitable_throw, METH_VARARGS, throw_doc},
    {"close", (PyCFunction)anextawaitable_close, METH_VARARGS, close_doc},
    {NULL, NULL},
};

static PyAsyncMethods anextawaitable_as_async = {
    .am_await = PyObject_SelfIter,
};

PyTypeObject _PyAnextAwaitable_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "anext_awaitable",
    .tp_basicsize = sizeof(anextawaitableobject),
    .tp_dealloc = (destructor)anextawaitable_dealloc,
    .tp_as_async = &anextawaitable_as_async,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)anextawaitable_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (unaryfunc)anextawaitable_iternext,
    .tp_methods = anextawaitable_methods,
};

PyObject *
PyAnextAwaitable_New(PyObject *awaitable, PyObject *default_value)
{
    anextawaitableobject *anext = PyObject_GC_New(anextawaitableobject,
                                                  &_PyAnextAwaitable_Type);
    if (anext == NULL) {
        return NULL;
    }
    anext->wrapped = Py_NewRef(awaitable);
    anext->default_value = Py_NewRef(default_value);
    _PyObject_GC_TRACK(anext);
    return (PyObject *)anext;
}
