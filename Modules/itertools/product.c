/* itertools: product. The indices into the pools move like an odometer. */
#include "itertools_impl.h"

typedef struct {
    PyObject_HEAD
    PyObject *pools;            /* tuple of tuples */
    Py_ssize_t *indices;        /* one for each pool */
    PyObject *result;           /* the last tuple made, or NULL */
    int stopped;
} productobject;

static PyObject *
product_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Py_ssize_t repeat = 1;
    if (kwds != NULL) {
        static const char *const kwlist[] = {"repeat", NULL};
        PyObject *noargs = PyTuple_New(0);
        if (noargs == NULL) {
            return NULL;
        }
        int ok = PyArg_ParseTupleAndKeywords(noargs, kwds, "|n:product",
                                             (char **)kwlist, &repeat);
        Py_DECREF(noargs);
        if (!ok) {
            return NULL;
        }
        if (repeat < 0) {
            PyErr_SetString(PyExc_ValueError,
                            "repeat argument cannot be negative");
            return NULL;
        }
    }
    Py_ssize_t nargs = 0;
    if (repeat != 0) {
        nargs = PyTuple_GET_SIZE(args);
        if ((size_t)nargs
            > PY_SSIZE_T_MAX / sizeof(Py_ssize_t) / (size_t)repeat) {
            PyErr_SetString(PyExc_OverflowError,
                            "repeat argument too large");
            return NULL;
        }
    }
    Py_ssize_t npools = nargs * repeat;
    PyObject *pools = NULL;
    Py_ssize_t *indices = PyMem_New(Py_ssize_t, npools);
    if (indices == NULL) {
        PyErr_NoMemory();
        goto error;
    }
    pools = PyTuple_New(npools);
    if (pools == NULL) {
        goto error;
    }
    Py_ssize_t i;
    for (i = 0; i < nargs; i++) {
        PyObject *pool = PySequence_Tuple(PyTuple_GET_ITEM(args, i));
        if (pool == NULL) {
            goto error;
        }
        PyTuple_SET_ITEM(pools, i, pool);
        indices[i] = 0;
    }
    for (; i < npools; i++) {
        PyTuple_SET_ITEM(pools, i,
                         Py_NewRef(PyTuple_GET_ITEM(pools, i - nargs)));
        indices[i] = 0;
    }
    productobject *lz = (productobject *)type->tp_alloc(type, 0);
    if (lz == NULL) {
        goto error;
    }
    lz->pools = pools;
    lz->indices = indices;
    lz->result = NULL;
    lz->stopped = 0;
    return (PyObject *)lz;
error:
    PyMem_Free(indices);
    Py_XDECREF(pools);
    return NULL;
}

static void
product_dealloc(productobject *lz)
{
    PyObject_GC_UnTrack(lz);
    Py_XDECREF(lz->pools);
    Py_XDECREF(lz->result);
    PyMem_Free(lz->indices);
    Py_TYPE(lz)->tp_free(lz);
}

static int
product_traverse(productobject *lz, visitproc visit, void *arg)
{
    Py_VISIT(lz->pools);
    Py_VISIT(lz->result);
    return 0;
}

static PyObject *
product_next(productobject *lz)
{
    if (lz->stopped) {
        return NULL;
    }
    PyObject *pools = lz->pools;
    Py_ssize_t npools = PyTuple_GET_SIZE(pools);
    if (lz->result == NULL) {
        /* The first: element 0 of each pool. */
        PyObject *result = PyTuple_New(npools);
        if (result == NULL) {
            goto empty;
        }
        lz->result = result;
        for (Py_ssize_t i = 0; i < npools; i++) {
            PyObject *pool = PyTuple_GET_ITEM(pools, i);
            if (PyTuple_GET_SIZE(pool) == 0) {
                goto empty;
            }
            PyTuple_SET_ITEM(result, i,
                             Py_NewRef(PyTuple_GET_ITEM(pool, 0)));
        }
    }
    else {
        PyObject *result = lz->result = tuple_own_steal(lz->result);
        if (result == NULL) {
            goto empty;
        }
        Py_ssize_t i;
        for (i = npools - 1; i >= 0; i--) {
            PyObject *pool = PyTuple_GET_ITEM(pools, i);
            int carry = ++lz->indices[i] == PyTuple_GET_SIZE(pool);
            if (carry) {
                lz->indices[i] = 0;
            }
            PyObject *elem = PyTuple_GET_ITEM(pool, lz->indices[i]);
            PyObject *oldelem = PyTuple_GET_ITEM(result, i);
            PyTuple_SET_ITEM(result, i, Py_NewRef(elem));
            Py_DECREF(oldelem);
            if (!carry) {
                break;
            }
        }
        if (i < 0) {
            goto empty;
        }
    }
    return Py_NewRef(lz->result);
empty:
    lz->stopped = 1;
    return NULL;
}

static PyObject *
product_reduce(productobject *lz, PyObject *unused)
{
    if (lz->stopped) {
        return Py_BuildValue("O(())", Py_TYPE(lz));
    }
    if (lz->result == NULL) {
        return Py_BuildValue("OO", Py_TYPE(lz), lz->pools);
    }
    PyObject *indices = tuple_of_indices(lz->indices,
                                         PyTuple_GET_SIZE(lz->pools));
    if (indices == NULL) {
        return NULL;
    }
    return Py_BuildValue("OON", Py_TYPE(lz), lz->pools, indices);
}

static PyObject *
product_setstate(productobject *lz, PyObject *state)
{
    Py_ssize_t n = PyTuple_GET_SIZE(lz->pools);
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) != n) {
        PyErr_SetString(PyExc_ValueError, "invalid arguments");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_ssize_t index = PyLong_AsSsize_t(PyTuple_GET_ITEM(state, i));
        if (index < 0 && PyErr_Occurred()) {
            return NULL;
        }
        Py_ssize_t poolsize = PyTuple_GET_SIZE(PyTuple_GET_ITEM(lz->pools,
                                                                i));
        if (poolsize == 0) {
            lz->stopped = 1;
            Py_RETURN_NONE;
        }
        if (index < 0) {
            index = 0;
        }
        else if (index > poolsize - 1) {
            index = poolsize - 1;
        }
        lz->indices[i] = index;
    }
    PyObject *result = PyTuple_New(n);
    if (result == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *pool = PyTuple_GET_ITEM(lz->pools, i);
        PyTuple_SET_ITEM(
            result, i, Py_NewRef(PyTuple_GET_ITEM(pool, lz->indices[i])));
    }
    Py_XSETREF(lz->result, result);
    Py_RETURN_NONE;
}

static PyObject *
product_sizeof(productobject *lz, PyObject *unused)
{
    size_t res = _PyObject_SIZE(Py_TYPE(lz));
    res += (size_t)PyTuple_GET_SIZE(lz->pools) * sizeof(Py_ssize_t);
    return PyLong_FromSize_t(res);
}

static PyMethodDef product_methods[] = {
    REDUCE(product),
    SETSTATE(product),
    SIZEOF(product),
    {NULL, NULL},
};

PyDoc_STRVAR(product_doc,
"product(*iterables, repeat=1) --> product object\n\n"
"All tuples of one element of each iterable, the last position fastest: as\n"
"nested for loops make them. With repeat, the iterables so many times over.");

static PyTypeObject product_type = {
    ITERTOOLS_TYPE("itertools.product", productobject, product, product_doc),
    .tp_methods = product_methods,
};

int
itertools_add_product(PyObject *module)
{
    return PyModule_AddType(module, &product_type);
}
