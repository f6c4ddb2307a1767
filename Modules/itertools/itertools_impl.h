/* itertools: the parts of the module, and what they share. */
#ifndef ITERTOOLS_IMPL_H
#define ITERTOOLS_IMPL_H

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_gc.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_tuple.h"

extern int itertools_add_filters(PyObject *module);
extern int itertools_add_combining(PyObject *module);
extern int itertools_add_slicing(PyObject *module);
extern int itertools_add_grouping(PyObject *module);
extern int itertools_add_tee(PyObject *module);
extern int itertools_add_product(PyObject *module);
extern int itertools_add_combinatoric(PyObject *module);
extern int itertools_add_endless(PyObject *module);

extern PyTypeObject itertools_chain_type;
extern PyTypeObject itertools_islice_type;

/* For constructors without keywords, unless a subclass takes them. */
#define NO_KEYWORDS_FOR(type, mine, name, kwds) \
    (((type) != &(mine) && (type)->tp_init != (mine).tp_init) \
     || _PyArg_NoKeywords((name), (kwds)))

#define ITERATOR_FLAGS \
    (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE)

/* The slots that all types here have in common. */
#define ITERTOOLS_TYPE(name_, struct_, prefix, doc_) \
    PyVarObject_HEAD_INIT(NULL, 0) \
    .tp_name = name_, \
    .tp_basicsize = sizeof(struct_), \
    .tp_dealloc = (destructor)prefix##_dealloc, \
    .tp_getattro = PyObject_GenericGetAttr, \
    .tp_flags = ITERATOR_FLAGS, \
    .tp_doc = doc_, \
    .tp_traverse = (traverseproc)prefix##_traverse, \
    .tp_iter = PyObject_SelfIter, \
    .tp_iternext = (iternextfunc)prefix##_next, \
    .tp_new = prefix##_new, \
    .tp_free = PyObject_GC_Del

#define REDUCE(prefix) \
    {"__reduce__", (PyCFunction)prefix##_reduce, METH_NOARGS, \
     PyDoc_STR("What pickle and copy need.")}
#define SETSTATE(prefix) \
    {"__setstate__", (PyCFunction)prefix##_setstate, METH_O, \
     PyDoc_STR("Sets the position, for pickle and copy.")}
#define SIZEOF(prefix) \
    {"__sizeof__", (PyCFunction)prefix##_sizeof, METH_NOARGS, \
     PyDoc_STR("Bytes of memory the object takes.")}

/* An iterator that ended normally leaves at most a StopIteration. 0: that is
   all; -1: another exception. */
static inline int
clear_stop_iteration(void)
{
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
            return -1;
        }
        PyErr_Clear();
    }
    return 0;
}

/* A tuple that only its maker still refers to, ready to be filled anew; the
   collector may have untracked it for its last content. */
static inline PyObject *
tuple_for_reuse(PyObject *tuple)
{
    if (!_PyObject_GC_IS_TRACKED(tuple)) {
        _PyObject_GC_TRACK(tuple);
    }
    return tuple;
}

/* For types that draw several tuples from a pool: a tuple that may be changed,
   with the present content. Takes over the reference to old. */
static inline PyObject *
tuple_own_steal(PyObject *old)
{
    if (Py_REFCNT(old) == 1) {
        return tuple_for_reuse(old);
    }
    PyObject *copy = _PyTuple_FromArray(_PyTuple_ITEMS(old),
                                        PyTuple_GET_SIZE(old));
    Py_DECREF(old);
    return copy;
}

/* A tuple of C indices. */
static inline PyObject *
tuple_of_indices(const Py_ssize_t *indices, Py_ssize_t n)
{
    PyObject *tuple = PyTuple_New(n);
    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++) {
        PyObject *index = PyLong_FromSsize_t(indices[i]);
        if (index == NULL) {
            Py_CLEAR(tuple);
            break;
        }
        PyTuple_SET_ITEM(tuple, i, index);
    }
    return tuple;
}

#endif
