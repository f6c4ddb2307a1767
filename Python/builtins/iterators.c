/* filter, map and zip. */
#include "builtins_private.h"

/* Positional arguments only, unless a subclass takes keywords in __new__. */
static int
no_keywords(PyTypeObject *type, PyTypeObject *base, const char *name,
            PyObject *kwds)
{
    return (type != base && type->tp_init != base->tp_init)
           || _PyArg_NoKeywords(name, kwds);
}

/* -- filter ----------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *func; /* None: keep what is true */
    PyObject *it;
} filterobject;

static PyObject *
filter_make(PyTypeObject *type, PyObject *func, PyObject *iterable)
{
    PyObject *it = PyObject_GetIter(iterable);
    if (it == NULL) {
        return NULL;
    }
    filterobject *self = (filterobject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        Py_DECREF(it);
        return NULL;
    }
    self->func = Py_NewRef(func);
    self->it = it;
    return (PyObject *)self;
}

static PyObject *
filter_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyObject *func, *iterable;
    if (!no_keywords(type, &PyFilter_Type, "filter", kwds)
        || !PyArg_UnpackTuple(args, "filter", 2, 2, &func, &iterable)) {
        return NULL;
    }
    return filter_make(type, func, iterable);
}

static PyObject *
filter_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                  PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (((PyTypeObject *)type == &PyFilter_Type
         && !_PyArg_NoKwnames("filter", kwnames))
        || !_PyArg_CheckPositional("filter", nargs, 2, 2)) {
        return NULL;
    }
    return filter_make((PyTypeObject *)type, args[0], args[1]);
}

static void
filter_dealloc(filterobject *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, filter_dealloc)
    Py_XDECREF(self->func);
    Py_XDECREF(self->it);
    Py_TYPE(self)->tp_free(self);
    Py_TRASHCAN_END
}

static int
filter_traverse(filterobject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->it);
    Py_VISIT(self->func);
    return 0;
}

static PyObject *
filter_next(filterobject *self)
{
    PyObject *it = self->it;
    iternextfunc next = Py_TYPE(it)->tp_iternext;
    int plain = self->func == Py_None || self->func == (PyObject *)&PyBool_Type;
    for (;;) {
        PyObject *item = next(it);
        if (item == NULL) {
            return NULL;
        }
        int keep;
        if (plain) {
            keep = PyObject_IsTrue(item);
        }
        else {
            PyObject *good = PyObject_CallOneArg(self->func, item);
            if (good == NULL) {
                Py_DECREF(item);
                return NULL;
            }
            keep = PyObject_IsTrue(good);
            Py_DECREF(good);
        }
        if (keep > 0) {
            return item;
        }
        Py_DECREF(item);
        if (keep < 0) {
            return NULL;
        }
    }
}

PyDoc_STRVAR(reduce_doc, "Return state information for pickling.");

static PyObject *
filter_reduce(filterobject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("O(OO)", Py_TYPE(self), self->func, self->it);
}

static PyMethodDef filter_methods[] = {
    {"__reduce__", (PyCFunction)filter_reduce, METH_NOARGS, reduce_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(filter_doc,
"filter(function or None, iterable) --> filter object\n\n"
"An iterator over the items for which function(item) is true; with None,\n"
"over the items that are true.");

PyTypeObject PyFilter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "filter",
    .tp_basicsize = sizeof(filterobject),
    .tp_dealloc = (destructor)filter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = filter_doc,
    .tp_traverse = (traverseproc)filter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)filter_next,
    .tp_methods = filter_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = filter_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = (vectorcallfunc)filter_vectorcall,
};

/* -- map ------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *iters; /* tuple of iterators */
    PyObject *func;
} mapobject;

static PyObject *
iterators_of(PyObject *const *args, Py_ssize_t count)
{
    PyObject *iters = PyTuple_New(count);
    for (Py_ssize_t i = 0; iters != NULL && i < count; i++) {
        PyObject *it = PyObject_GetIter(args[i]);
        if (it == NULL) {
            Py_CLEAR(iters);
            break;
        }
        PyTuple_SET_ITEM(iters, i, it);
    }
    return iters;
}

static PyObject *
map_make(PyTypeObject *type, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs < 2) {
        PyErr_SetString(PyExc_TypeError,
                        "map() must have at least two arguments.");
        return NULL;
    }
    PyObject *iters = iterators_of(args + 1, nargs - 1);
    if (iters == NULL) {
        return NULL;
    }
    mapobject *self = (mapobject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        Py_DECREF(iters);
        return NULL;
    }
    self->iters = iters;
    self->func = Py_NewRef(args[0]);
    return (PyObject *)self;
}

static PyObject *
map_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (!no_keywords(type, &PyMap_Type, "map", kwds)) {
        return NULL;
    }
    return map_make(type, _PyTuple_ITEMS(args), PyTuple_GET_SIZE(args));
}

static PyObject *
map_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
               PyObject *kwnames)
{
    if ((PyTypeObject *)type == &PyMap_Type
        && !_PyArg_NoKwnames("map", kwnames)) {
        return NULL;
    }
    return map_make((PyTypeObject *)type, args, PyVectorcall_NARGS(nargsf));
}

static void
map_dealloc(mapobject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->iters);
    Py_XDECREF(self->func);
    Py_TYPE(self)->tp_free(self);
}

static int
map_traverse(mapobject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->iters);
    Py_VISIT(self->func);
    return 0;
}

static PyObject *
map_next(mapobject *self)
{
    PyObject *small[_PY_FASTCALL_SMALL_STACK];
    PyObject **stack = small;
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t count = PyTuple_GET_SIZE(self->iters);
    if (count > (Py_ssize_t)Py_ARRAY_LENGTH(small)) {
        stack = PyMem_New(PyObject *, (size_t)count);
        if (stack == NULL) {
            return _PyErr_NoMemory(tstate);
        }
    }
    PyObject *result = NULL;
    Py_ssize_t got = 0;
    for (; got < count; got++) {
        PyObject *it = PyTuple_GET_ITEM(self->iters, got);
        PyObject *item = Py_TYPE(it)->tp_iternext(it);
        if (item == NULL) {
            goto done;
        }
        stack[got] = item;
    }
    result = _PyObject_VectorcallTstate(tstate, self->func, stack,
                                        (size_t)got, NULL);
done:
    for (Py_ssize_t i = 0; i < got; i++) {
        Py_DECREF(stack[i]);
    }
    if (stack != small) {
        PyMem_Free(stack);
    }
    return result;
}

static PyObject *
map_reduce(mapobject *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t count = PyTuple_GET_SIZE(self->iters);
    PyObject *args = PyTuple_New(count + 1);
    if (args == NULL) {
        return NULL;
    }
    PyTuple_SET_ITEM(args, 0, Py_NewRef(self->func));
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(args, i + 1,
                         Py_NewRef(PyTuple_GET_ITEM(self->iters, i)));
    }
    return Py_BuildValue("ON", Py_TYPE(self), args);
}

static PyMethodDef map_methods[] = {
    {"__reduce__", (PyCFunction)map_reduce, METH_NOARGS, reduce_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(map_doc,
"map(func, *iterables) --> map object\n\n"
"An iterator over func of the next item of each iterable; it ends with the\n"
"shortest of them.");

PyTypeObject PyMap_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "map",
    .tp_basicsize = sizeof(mapobject),
    .tp_dealloc = (destructor)map_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = map_doc,
    .tp_traverse = (traverseproc)map_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)map_next,
    .tp_methods = map_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = map_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = (vectorcallfunc)map_vectorcall,
};

/* -- zip ------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    Py_ssize_t tuplesize;
    PyObject *ittuple; /* tuple of iterators */
    PyObject *result;  /* given out last; used again when nobody kept it */
    int strict;
} zipobject;

static PyObject *
zip_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    int strict = 0;
    if (kwds != NULL) {
        static char *names[] = {"strict", NULL};
        PyObject *empty = PyTuple_New(0);
        if (empty == NULL) {
            return NULL;
        }
        int parsed = PyArg_ParseTupleAndKeywords(empty, kwds, "|$p:zip",
                                                 names, &strict);
        Py_DECREF(empty);
        if (!parsed) {
            return NULL;
        }
    }
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    PyObject *ittuple = iterators_of(_PyTuple_ITEMS(args), count);
    PyObject *result = ittuple == NULL ? NULL : PyTuple_New(count);
    zipobject *self = result == NULL ? NULL
                                     : (zipobject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        Py_XDECREF(ittuple);
        Py_XDECREF(result);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(result, i, Py_NewRef(Py_None));
    }
    self->tuplesize = count;
    self->ittuple = ittuple;
    self->result = result;
    self->strict = strict;
    return (PyObject *)self;
}

static void
zip_dealloc(zipobject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->ittuple);
    Py_XDECREF(self->result);
    Py_TYPE(self)->tp_free(self);
}

static int
zip_traverse(zipobject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->ittuple);
    Py_VISIT(self->result);
    return 0;
}

/* One iterable ended; in strict mode all of them must. Always NULL. */
static PyObject *
zip_ended(zipobject *self, Py_ssize_t ended)
{
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
            return NULL;
        }
        PyErr_Clear();
    }
    if (!self->strict) {
        return NULL;
    }
    if (ended > 0) {
        /* an earlier one gave an item */
        const char *plural = ended == 1 ? " " : "s 1-";
        return PyErr_Format(PyExc_ValueError,
                            "zip() argument %d is shorter than argument%s%d",
                            (int)ended + 1, plural, (int)ended);
    }
    for (Py_ssize_t i = 1; i < self->tuplesize; i++) {
        PyObject *it = PyTuple_GET_ITEM(self->ittuple, i);
        PyObject *item = (*Py_TYPE(it)->tp_iternext)(it);
        if (item != NULL) {
            Py_DECREF(item);
            const char *plural = i == 1 ? " " : "s 1-";
            return PyErr_Format(PyExc_ValueError,
                                "zip() argument %d is longer than "
                                "argument%s%d", (int)i + 1, plural, (int)i);
        }
        if (PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
                return NULL;
            }
            PyErr_Clear();
        }
    }
    return NULL;
}

static PyObject *
zip_next(zipobject *self)
{
    Py_ssize_t count = self->tuplesize;
    if (count == 0) {
        return NULL;
    }
    PyObject *result = self->result;
    int reuse = Py_REFCNT(result) == 1;
    if (reuse) {
        Py_INCREF(result);
    }
    else {
        result = PyTuple_New(count);
        if (result == NULL) {
            return NULL;
        }
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *it = PyTuple_GET_ITEM(self->ittuple, i);
        PyObject *item = (*Py_TYPE(it)->tp_iternext)(it);
        if (item == NULL) {
            Py_DECREF(result);
            return zip_ended(self, i);
        }
        PyObject *old = PyTuple_GET_ITEM(result, i);
        PyTuple_SET_ITEM(result, i, item);
        Py_XDECREF(old);
    }
    if (reuse && !_PyObject_GC_IS_TRACKED(result)) {
        /* the collector may have untracked it while it held atoms only */
        _PyObject_GC_TRACK(result);
    }
    return result;
}

static PyObject *
zip_reduce(zipobject *self, PyObject *Py_UNUSED(ignored))
{
    if (self->strict) {
        return PyTuple_Pack(3, Py_TYPE(self), self->ittuple, Py_True);
    }
    return PyTuple_Pack(2, Py_TYPE(self), self->ittuple);
}

PyDoc_STRVAR(setstate_doc, "Set state information for unpickling.");

static PyObject *
zip_setstate(zipobject *self, PyObject *state)
{
    int strict = PyObject_IsTrue(state);
    if (strict < 0) {
        return NULL;
    }
    self->strict = strict;
    Py_RETURN_NONE;
}

static PyMethodDef zip_methods[] = {
    {"__reduce__", (PyCFunction)zip_reduce, METH_NOARGS, reduce_doc},
    {"__setstate__", (PyCFunction)zip_setstate, METH_O, setstate_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(zip_doc,
"zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n"
"\n"
"   >>> list(zip('abc', range(3), [1, 2, 3]))\n"
"   [('a', 0, 1), ('b', 1, 2), ('c', 2, 3)]\n\n"
"With strict, inputs of different lengths are an error.");

PyTypeObject PyZip_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "zip",
    .tp_basicsize = sizeof(zipobject),
    .tp_dealloc = (destructor)zip_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = zip_doc,
    .tp_traverse = (traverseproc)zip_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)zip_next,
    .tp_methods = zip_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = zip_new,
    .tp_free = PyObject_GC_Del,
};
