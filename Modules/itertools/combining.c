/* itertools: several iterables as one: chain, zip_longest. */
#include "itertools_impl.h"

/* -- chain ------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *source;           /* iterator over iterables, NULL at the end */
    PyObject *active;           /* the one being iterated over, or NULL */
} chainobject;

static PyObject *
chain_new_internal_steal(PyTypeObject *type, PyObject *source)
{
    chainobject *lz = (chainobject *)type->tp_alloc(type, 0);
    if (lz == NULL) {
        Py_DECREF(source);
        return NULL;
    }
    lz->source = source;
    lz->active = NULL;
    return (PyObject *)lz;
}

static PyObject *
chain_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (!NO_KEYWORDS_FOR(type, itertools_chain_type, "chain", kwds)) {
        return NULL;
    }
    PyObject *source = PyObject_GetIter(args);
    if (source == NULL) {
        return NULL;
    }
    return chain_new_internal_steal(type, source);
}

static PyObject *
chain_from_iterable(PyTypeObject *type, PyObject *arg)
{
    PyObject *source = PyObject_GetIter(arg);
    if (source == NULL) {
        return NULL;
    }
    return chain_new_internal_steal(type, source);
}

static void
chain_dealloc(chainobject *lz)
{
    PyObject_GC_UnTrack(lz);
    Py_XDECREF(lz->active);
    Py_XDECREF(lz->source);
    Py_TYPE(lz)->tp_free(lz);
}

static int
chain_traverse(chainobject *lz, visitproc visit, void *arg)
{
    Py_VISIT(lz->source);
    Py_VISIT(lz->active);
    return 0;
}

static PyObject *
chain_next(chainobject *lz)
{
    while (lz->source != NULL) {
        if (lz->active == NULL) {
            PyObject *iterable = PyIter_Next(lz->source);
            if (iterable == NULL) {
                Py_CLEAR(lz->source);
                return NULL;
            }
            lz->active = PyObject_GetIter(iterable);
            Py_DECREF(iterable);
            if (lz->active == NULL) {
                Py_CLEAR(lz->source);
                return NULL;
            }
        }
        PyObject *item = (*Py_TYPE(lz->active)->tp_iternext)(lz->active);
        if (item != NULL) {
            return item;
        }
        if (clear_stop_iteration() < 0) {
            return NULL;
        }
        Py_CLEAR(lz->active);
    }
    return NULL;
}

static PyObject *
chain_reduce(chainobject *lz, PyObject *unused)
{
    if (lz->source == NULL) {
        return Py_BuildValue("O()", Py_TYPE(lz));
    }
    if (lz->active != NULL) {
        return Py_BuildValue("O()(OO)", Py_TYPE(lz), lz->source, lz->active);
    }
    return Py_BuildValue("O()(O)", Py_TYPE(lz), lz->source);
}

static PyObject *
chain_setstate(chainobject *lz, PyObject *state)
{
    PyObject *source, *active = NULL;
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "O|O", &source, &active)) {
        return NULL;
    }
    if (!PyIter_Check(source)
        || (active != NULL && !PyIter_Check(active))) {
        PyErr_SetString(PyExc_TypeError, "Arguments must be iterators.");
        return NULL;
    }
    Py_XSETREF(lz->source, Py_NewRef(source));
    Py_XSETREF(lz->active, Py_XNewRef(active));
    Py_RETURN_NONE;
}

PyDoc_STRVAR(chain_from_iterable_doc,
"from_iterable($type, iterable, /)\n--\n\n"
"Like chain(*iterable), but takes the iterables when they are needed.");

static PyMethodDef chain_methods[] = {
    {"from_iterable", (PyCFunction)chain_from_iterable, METH_O | METH_CLASS,
     chain_from_iterable_doc},
    REDUCE(chain),
    SETSTATE(chain),
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

PyDoc_STRVAR(chain_doc,
"chain(*iterables) --> chain object\n\n"
"The elements of the first iterable, then of the second, and so on.");

PyTypeObject itertools_chain_type = {
    ITERTOOLS_TYPE("itertools.chain", chainobject, chain, chain_doc),
    .tp_methods = chain_methods,
};

/* -- zip_longest ------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t tuplesize;
    Py_ssize_t numactive;       /* iterators not exhausted */
    PyObject *ittuple;          /* iterators, NULL for exhausted ones */
    PyObject *result;           /* a tuple to use again */
    PyObject *fillvalue;
} ziplongestobject;

static PyObject *
ziplongest_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyObject *fillvalue = Py_None;
    if (kwds != NULL && PyDict_CheckExact(kwds)
        && PyDict_GET_SIZE(kwds) > 0) {
        fillvalue = NULL;
        if (PyDict_GET_SIZE(kwds) == 1) {
            fillvalue = PyDict_GetItemWithError(kwds, &_Py_ID(fillvalue));
        }
        if (fillvalue == NULL) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_TypeError,
                                "zip_longest() got an unexpected "
                                "keyword argument");
            }
            return NULL;
        }
    }
    Py_ssize_t tuplesize = PyTuple_GET_SIZE(args);
    PyObject *ittuple = PyTuple_New(tuplesize);
    if (ittuple == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < tuplesize; i++) {
        PyObject *it = PyObject_GetIter(PyTuple_GET_ITEM(args, i));
        if (it == NULL) {
            Py_DECREF(ittuple);
            return NULL;
        }
        PyTuple_SET_ITEM(ittuple, i, it);
    }
    PyObject *result = PyTuple_New(tuplesize);
    if (result == NULL) {
        Py_DECREF(ittuple);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < tuplesize; i++) {
        PyTuple_SET_ITEM(result, i, Py_NewRef(Py_None));
    }
    ziplongestobject *lz = (ziplongestobject *)type->tp_alloc(type, 0);
    if (lz == NULL) {
        Py_DECREF(ittuple);
        Py_DECREF(result);
        return NULL;
    }
    lz->ittuple = ittuple;
    lz->tuplesize = tuplesize;
    lz->numactive = tuplesize;
    lz->result = result;
    lz->fillvalue = Py_NewRef(fillvalue);
    return (PyObject *)lz;
}

static void
ziplongest_dealloc(ziplongestobject *lz)
{
    PyObject_GC_UnTrack(lz);
    Py_XDECREF(lz->ittuple);
    Py_XDECREF(lz->result);
    Py_XDECREF(lz->fillvalue);
    Py_TYPE(lz)->tp_free(lz);
}

static int
ziplongest_traverse(ziplongestobject *lz, visitproc visit, void *arg)
{
    Py_VISIT(lz->ittuple);
    Py_VISIT(lz->result);
    Py_VISIT(lz->fillvalue);
    return 0;
}

/* The next element of iterator i, or the fill value; NULL when it was the
   last iterator that ended, or with an exception. */
static PyObject *
ziplongest_draw(ziplongestobject *lz, Py_ssize_t i)
{
    PyObject *it = PyTuple_GET_ITEM(lz->ittuple, i);
    if (it == NULL) {
        return Py_NewRef(lz->fillvalue);
    }
    PyObject *item = PyIter_Next(it);
    if (item == NULL) {
        lz->numactive--;
        if (lz->numactive == 0 || PyErr_Occurred()) {
            lz->numactive = 0;
            return NULL;
        }
        item = Py_NewRef(lz->fillvalue);
        PyTuple_SET_ITEM(lz->ittuple, i, NULL);
        Py_DECREF(it);
    }
    return item;
}

static PyObject *
ziplongest_next(ziplongestobject *lz)
{
    Py_ssize_t n = lz->tuplesize;
    if (n == 0 || lz->numactive == 0) {
        return NULL;
    }
    PyObject *result = lz->result;
    int reuse = Py_REFCNT(result) == 1;
    if (reuse) {
        Py_INCREF(result);
    }
    else {
        result = PyTuple_New(n);
        if (result == NULL) {
            return NULL;
        }
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = ziplongest_draw(lz, i);
        if (item == NULL) {
            Py_DECREF(result);
            return NULL;
        }
        PyObject *olditem = PyTuple_GET_ITEM(result, i);
        PyTuple_SET_ITEM(result, i, item);
        Py_XDECREF(olditem);
    }
    return reuse ? tuple_for_reuse(result) : result;
}

static PyObject *
ziplongest_reduce(ziplongestobject *lz, PyObject *unused)
{
    /* An exhausted iterator is as good as an empty tuple. */
    Py_ssize_t n = PyTuple_GET_SIZE(lz->ittuple);
    PyObject *args = PyTuple_New(n);
    if (args == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *elem = PyTuple_GET_ITEM(lz->ittuple, i);
        elem = elem != NULL ? Py_NewRef(elem) : PyTuple_New(0);
        PyTuple_SET_ITEM(args, i, elem);
    }
    return Py_BuildValue("ONO", Py_TYPE(lz), args, lz->fillvalue);
}

static PyObject *
ziplongest_setstate(ziplongestobject *lz, PyObject *state)
{
    Py_XSETREF(lz->fillvalue, Py_NewRef(state));
    Py_RETURN_NONE;
}

static PyMethodDef ziplongest_methods[] = {
    REDUCE(ziplongest),
    SETSTATE(ziplongest),
    {NULL, NULL},
};

PyDoc_STRVAR(ziplongest_doc,
"zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n"
"\n"
"Tuples of one element of each iterable, as zip() makes them, until the\n"
"longest is exhausted; the fill value stands for missing elements.");

static PyTypeObject ziplongest_type = {
    ITERTOOLS_TYPE("itertools.zip_longest", ziplongestobject, ziplongest,
                   ziplongest_doc),
    .tp_methods = ziplongest_methods,
};

int
itertools_add_combining(PyObject *module)
{
    if (PyModule_AddType(module, &itertools_chain_type) < 0
        || PyModule_AddType(module, &ziplongest_type) < 0) {
        return -1;
    }
    return 0;
}
