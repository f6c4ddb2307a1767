/* itertools: islice. */
#include "itertools_impl.h"

typedef struct {
    PyObject_HEAD
    PyObject *it;               /* NULL when exhausted */
    Py_ssize_t next;            /* number of the next element wanted */
    Py_ssize_t stop;            /* -1: none */
    Py_ssize_t step;
    Py_ssize_t cnt;             /* elements drawn */
} isliceobject;

/* An index argument; -1 if it is wrong (no exception is left). */
static Py_ssize_t
islice_index(PyObject *arg)
{
    Py_ssize_t value = PyNumber_AsSsize_t(arg, PyExc_OverflowError);
    if (value == -1) {
        PyErr_Clear();
    }
    return value;
}

#define BAD_STOP \
    "Stop argument for islice() must be None or an integer: " \
    "0 <= x <= sys.maxsize."
#define BAD_INDICES \
    "Indices for islice() must be None or an integer: " \
    "0 <= x <= sys.maxsize."

static PyObject *
islice_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyObject *seq, *a1 = NULL, *a2 = NULL, *a3 = NULL;
    Py_ssize_t start = 0, stop = -1, step = 1;
    if (!NO_KEYWORDS_FOR(type, itertools_islice_type, "islice", kwds)
        || !PyArg_UnpackTuple(args, "islice", 2, 4, &seq, &a1, &a2, &a3)) {
        return NULL;
    }
    Py_ssize_t numargs = PyTuple_Size(args);
    if (numargs == 2) {
        if (a1 != Py_None) {
            stop = islice_index(a1);
            if (stop < 0) {
                PyErr_SetString(PyExc_ValueError, BAD_STOP);
                return NULL;
            }
        }
    }
    else {
        if (a1 != Py_None) {
            start = islice_index(a1);
        }
        if (a2 != Py_None) {
            stop = islice_index(a2);
            if (stop < 0) {
                PyErr_SetString(PyExc_ValueError, BAD_STOP);
                return NULL;
            }
        }
        if (start < 0) {
            PyErr_SetString(PyExc_ValueError, BAD_INDICES);
            return NULL;
        }
    }
    if (a3 != NULL) {
        if (a3 != Py_None) {
            step = islice_index(a3);
        }
        if (step < 1) {
            PyErr_SetString(PyExc_ValueError,
                            "Step for islice() must be a positive integer "
                            "or None.");
            return NULL;
        }
    }
    PyObject *it = PyObject_GetIter(seq);
    if (it == NULL) {
        return NULL;
    }
    isliceobject *lz = (isliceobject *)type->tp_alloc(type, 0);
    if (lz == NULL) {
        Py_DECREF(it);
        return NULL;
    }
    lz->it = it;
    lz->next = start;
    lz->stop = stop;
    lz->step = step;
    lz->cnt = 0;
    return (PyObject *)lz;
}

static void
islice_dealloc(isliceobject *lz)
{
    PyObject_GC_UnTrack(lz);
    Py_XDECREF(lz->it);
    Py_TYPE(lz)->tp_free(lz);
}

static int
islice_traverse(isliceobject *lz, visitproc visit, void *arg)
{
    Py_VISIT(lz->it);
    return 0;
}

static PyObject *
islice_next(isliceobject *lz)
{
    PyObject *it = lz->it;
    if (it == NULL) {
        return NULL;
    }
    PyObject *item;
    Py_ssize_t stop = lz->stop;
    iternextfunc iternext = *Py_TYPE(it)->tp_iternext;
    while (lz->cnt < lz->next) {
        item = iternext(it);
        if (item == NULL) {
            goto empty;
        }
        Py_DECREF(item);
        lz->cnt++;
    }
    if (stop != -1 && lz->cnt >= stop) {
        goto empty;
    }
    item = iternext(it);
    if (item == NULL) {
        goto empty;
    }
    lz->cnt++;
    Py_ssize_t oldnext = lz->next;
    /* Unsigned: it may overflow. */
    lz->next = (Py_ssize_t)((size_t)lz->next + (size_t)lz->step);
    if (lz->next < oldnext || (stop != -1 && lz->next > stop)) {
        lz->next = stop;
    }
    return item;
empty:
    Py_CLEAR(lz->it);
    return NULL;
}

static PyObject *
islice_reduce(isliceobject *lz, PyObject *unused)
{
    if (lz->it == NULL) {
        PyObject *empty_list = PyList_New(0);
        if (empty_list == NULL) {
            return NULL;
        }
        PyObject *empty_it = PyObject_GetIter(empty_list);
        Py_DECREF(empty_list);
        if (empty_it == NULL) {
            return NULL;
        }
        return Py_BuildValue("O(Nn)n", Py_TYPE(lz), empty_it, (Py_ssize_t)0,
                             (Py_ssize_t)0);
    }
    PyObject *stop;
    if (lz->stop == -1) {
        stop = Py_NewRef(Py_None);
    }
    else {
        stop = PyLong_FromSsize_t(lz->stop);
        if (stop == NULL) {
            return NULL;
        }
    }
    return Py_BuildValue("O(OnNn)n", Py_TYPE(lz), lz->it, lz->next, stop,
                         lz->step, lz->cnt);
}

static PyObject *
islice_setstate(isliceobject *lz, PyObject *state)
{
    Py_ssize_t cnt = PyLong_AsSsize_t(state);
    if (cnt == -1 && PyErr_Occurred()) {
        return NULL;
    }
    lz->cnt = cnt;
    Py_RETURN_NONE;
}

static PyMethodDef islice_methods[] = {
    REDUCE(islice),
    SETSTATE(islice),
    {NULL, NULL},
};

PyDoc_STRVAR(islice_doc,
"islice(iterable, stop) --> islice object\n"
"islice(iterable, start, stop[, step]) --> islice object\n\n"
"What a slice of a list of the elements would have, without the list.");

PyTypeObject itertools_islice_type = {
    ITERTOOLS_TYPE("itertools.islice", isliceobject, islice, islice_doc),
    .tp_methods = islice_methods,
};

int
itertools_add_slicing(PyObject *module)
{
    return PyModule_AddType(module, &itertools_islice_type);
}
