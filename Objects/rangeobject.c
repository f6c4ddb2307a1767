/* Ranges. The members of a range are Python integers of any size; iteration
   uses C integers where they suffice. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_ceval.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_range.h"
#include "pycore_tuple.h"
#include "structmember.h"

typedef struct {
    PyObject_HEAD
    PyObject *start;            /* exact int, as are the others */
    PyObject *stop;
    PyObject *step;             /* not zero */
    PyObject *length;           /* number of elements */
} rangeobject;

/* -- Making ---------------------------------------------------------------- */

/* step as an int that is not zero; NULL means 1. New reference. */
static PyObject *
validate_step(PyObject *step)
{
    if (step == NULL) {
        return PyLong_FromLong(1);
    }
    step = PyNumber_Index(step);
    if (step != NULL && _PyLong_Sign(step) == 0) {
        PyErr_SetString(PyExc_ValueError, "range() arg 3 must not be zero");
        Py_CLEAR(step);
    }
    return step;
}

/* The length if all of it fits into C longs, -1 otherwise. */
static long
length_in_longs(PyObject *start, PyObject *stop, PyObject *step)
{
    int overflow;
    long lo = PyLong_AsLongAndOverflow(start, &overflow);
    if (overflow) {
        return -1;
    }
    long hi = PyLong_AsLongAndOverflow(stop, &overflow);
    if (overflow) {
        return -1;
    }
    long by = PyLong_AsLongAndOverflow(step, &overflow);
    if (overflow || by == LONG_MIN) {
        return -1;
    }
    unsigned long span;
    if (by > 0) {
        if (lo >= hi) {
            return 0;
        }
        span = (unsigned long)hi - (unsigned long)lo;
    }
    else {
        if (lo <= hi) {
            return 0;
        }
        span = (unsigned long)lo - (unsigned long)hi;
        by = -by;
    }
    unsigned long n = (span - 1) / (unsigned long)by + 1;
    return n > LONG_MAX ? -1 : (long)n;
}

/* max(0, 1 + (stop - start - sign(step)) // step), as an int. */
static PyObject *
compute_range_length(PyObject *start, PyObject *stop, PyObject *step)
{
    long n = length_in_longs(start, stop, step);
    if (n >= 0) {
        return PyLong_FromLong(n);
    }
    PyObject *lo = start;
    PyObject *hi = stop;
    if (_PyLong_Sign(step) < 0) {
        lo = stop;
        hi = start;
    }
    int empty = PyObject_RichCompareBool(lo, hi, Py_GE);
    if (empty != 0) {
        return empty < 0 ? NULL : PyLong_FromLong(0);
    }
    PyObject *result = NULL;
    PyObject *by = PyNumber_Absolute(step);
    PyObject *span = by != NULL ? PyNumber_Subtract(hi, lo) : NULL;
    PyObject *last = NULL;
    if (span != NULL) {
        last = PyNumber_Subtract(span, _PyLong_GetOne());
    }
    PyObject *quotient = last != NULL ? PyNumber_FloorDivide(last, by)
                                      : NULL;
    if (quotient != NULL) {
        result = PyNumber_Add(quotient, _PyLong_GetOne());
    }
    Py_XDECREF(by);
    Py_XDECREF(span);
    Py_XDECREF(last);
    Py_XDECREF(quotient);
    return result;
}

/* Takes over the three members on success only. */
static rangeobject *
make_range_object(PyObject *start, PyObject *stop, PyObject *step)
{
    PyObject *length = compute_range_length(start, stop, step);
    if (length == NULL) {
        return NULL;
    }
    rangeobject *obj = PyObject_New(rangeobject, &PyRange_Type);
    if (obj == NULL) {
        Py_DECREF(length);
        return NULL;
    }
    obj->start = start;
    obj->stop = stop;
    obj->step = step;
    obj->length = length;
    return obj;
}

static PyObject *
range_from_array(PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *start = NULL, *stop = NULL, *step = NULL;
    switch (nargs) {
    case 3:
        step = args[2];
        /* fall through */
    case 2:
        start = PyNumber_Index(args[0]);
        if (start == NULL) {
            return NULL;
        }
        stop = PyNumber_Index(args[1]);
        if (stop == NULL) {
            Py_DECREF(start);
            return NULL;
        }
        step = validate_step(step);
        break;
    case 1:
        stop = PyNumber_Index(args[0]);
        if (stop == NULL) {
            return NULL;
        }
        start = Py_NewRef(_PyLong_GetZero());
        step = Py_NewRef(_PyLong_GetOne());
        break;
    case 0:
        PyErr_SetString(PyExc_TypeError,
                        "range expected at least 1 argument, got 0");
        return NULL;
    default:
        PyErr_Format(PyExc_TypeError,
                     "range expected at most 3 arguments, got %zd", nargs);
        return NULL;
    }
    PyObject *obj = NULL;
    if (step != NULL) {
        obj = (PyObject *)make_range_object(start, stop, step);
    }
    if (obj == NULL) {
        Py_XDECREF(start);
        Py_XDECREF(stop);
        Py_XDECREF(step);
    }
    return obj;
}

static PyObject *
range_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    if (!_PyArg_NoKeywords("range", kw)) {
        return NULL;
    }
    return range_from_array(_PyTuple_ITEMS(args), PyTuple_GET_SIZE(args));
}

static PyObject *
range_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                 PyObject *kwnames)
{
    if (!_PyArg_NoKwnames("range", kwnames)) {
        return NULL;
    }
    return range_from_array(args, PyVectorcall_NARGS(nargsf));
}

static void
range_dealloc(rangeobject *r)
{
    Py_DECREF(r->start);
    Py_DECREF(r->stop);
    Py_DECREF(r->step);
    Py_DECREF(r->length);
    PyObject_Free(r);
}

/* -- Items ----------------------------------------------------------------- */

static Py_ssize_t
range_length(rangeobject *r)
{
    return PyLong_AsSsize_t(r->length);
}

/* start + i * step, whatever i is. */
static PyObject *
compute_item(rangeobject *r, PyObject *i)
{
    if (r->step == _PyLong_GetOne()) {
        return PyNumber_Add(r->start, i);
    }
    PyObject *incr = PyNumber_Multiply(i, r->step);
    if (incr == NULL) {
        return NULL;
    }
    PyObject *result = PyNumber_Add(r->start, incr);
    Py_DECREF(incr);
    return result;
}

/* The item at an int index, which may be negative. */
static PyObject *
compute_range_item(rangeobject *r, PyObject *arg)
{
    PyObject *i = Py_NewRef(arg);
    if (_PyLong_Sign(arg) < 0) {
        Py_SETREF(i, PyNumber_Add(r->length, arg));
        if (i == NULL) {
            return NULL;
        }
    }
    int outside = _PyLong_Sign(i) < 0;
    if (!outside) {
        outside = PyObject_RichCompareBool(i, r->length, Py_GE);
    }
    PyObject *result = NULL;
    if (outside == 0) {
        result = compute_item(r, i);
    }
    else if (outside > 0) {
        PyErr_SetString(PyExc_IndexError, "range object index out of range");
    }
    Py_DECREF(i);
    return result;
}

static PyObject *
range_item(rangeobject *r, Py_ssize_t i)
{
    PyObject *arg = PyLong_FromSsize_t(i);
    if (arg == NULL) {
        return NULL;
    }
    PyObject *result = compute_range_item(r, arg);
    Py_DECREF(arg);
    return result;
}

static PyObject *
compute_slice(rangeobject *r, PyObject *slice)
{
    PyObject *start, *stop, *step;
    PyObject *substart = NULL, *substop = NULL, *substep = NULL;
    if (_PySlice_GetLongIndices((PySliceObject *)slice, r->length, &start,
                                &stop, &step) < 0) {
        return NULL;
    }
    rangeobject *result = NULL;
    substep = PyNumber_Multiply(r->step, step);
    substart = substep != NULL ? compute_item(r, start) : NULL;
    substop = substart != NULL ? compute_item(r, stop) : NULL;
    if (substop != NULL) {
        result = make_range_object(substart, substop, substep);
    }
    if (result == NULL) {
        Py_XDECREF(substart);
        Py_XDECREF(substop);
        Py_XDECREF(substep);
    }
    Py_DECREF(start);
    Py_DECREF(stop);
    Py_DECREF(step);
    return (PyObject *)result;
}

static PyObject *
range_subscript(rangeobject *self, PyObject *item)
{
    if (_PyIndex_Check(item)) {
        PyObject *i = PyNumber_Index(item);
        if (i == NULL) {
            return NULL;
        }
        PyObject *result = compute_range_item(self, i);
        Py_DECREF(i);
        return result;
    }
    if (PySlice_Check(item)) {
        return compute_slice(self, item);
    }
    PyErr_Format(PyExc_TypeError,
                 "range indices must be integers or slices, not %.200s",
                 Py_TYPE(item)->tp_name);
    return NULL;
}

/* -- Searching --------------------------------------------------------------- */

/* Whether an exact int is an element. */
static int
range_contains_long(rangeobject *r, PyObject *ob)
{
    int forwards = _PyLong_Sign(r->step) > 0;
    int in1, in2;
    if (forwards) {
        in1 = PyObject_RichCompareBool(r->start, ob, Py_LE);
        in2 = in1 > 0 ? PyObject_RichCompareBool(ob, r->stop, Py_LT) : in1;
    }
    else {
        in1 = PyObject_RichCompareBool(ob, r->start, Py_LE);
        in2 = in1 > 0 ? PyObject_RichCompareBool(r->stop, ob, Py_LT) : in1;
    }
    if (in2 <= 0) {
        return in2;
    }
    PyObject *distance = PyNumber_Subtract(ob, r->start);
    if (distance == NULL) {
        return -1;
    }
    PyObject *rest = PyNumber_Remainder(distance, r->step);
    Py_DECREF(distance);
    if (rest == NULL) {
        return -1;
    }
    int result = _PyLong_Sign(rest) == 0;
    Py_DECREF(rest);
    return result;
}

static int
range_contains(rangeobject *r, PyObject *ob)
{
    if (PyLong_CheckExact(ob) || PyBool_Check(ob)) {
        return range_contains_long(r, ob);
    }
    return (int)_PySequence_IterSearch((PyObject *)r, ob,
                                       PY_ITERSEARCH_CONTAINS);
}

static PyObject *
range_count(rangeobject *r, PyObject *ob)
{
    if (PyLong_CheckExact(ob) || PyBool_Check(ob)) {
        int result = range_contains_long(r, ob);
        return result < 0 ? NULL : PyLong_FromLong(result);
    }
    Py_ssize_t count = _PySequence_IterSearch((PyObject *)r, ob,
                                              PY_ITERSEARCH_COUNT);
    return count == -1 ? NULL : PyLong_FromSsize_t(count);
}

static PyObject *
range_index(rangeobject *r, PyObject *ob)
{
    if (!PyLong_CheckExact(ob) && !PyBool_Check(ob)) {
        Py_ssize_t index = _PySequence_IterSearch((PyObject *)r, ob,
                                                  PY_ITERSEARCH_INDEX);
        return index == -1 ? NULL : PyLong_FromSsize_t(index);
    }
    int found = range_contains_long(r, ob);
    if (found < 0) {
        return NULL;
    }
    if (!found) {
        PyErr_Format(PyExc_ValueError, "%R is not in range", ob);
        return NULL;
    }
    PyObject *distance = PyNumber_Subtract(ob, r->start);
    if (distance == NULL || r->step == _PyLong_GetOne()) {
        return distance;
    }
    PyObject *index = PyNumber_FloorDivide(distance, r->step);
    Py_DECREF(distance);
    return index;
}

/* -- Comparing --------------------------------------------------------------- */

/* Ranges are equal as sequences of numbers. 1, 0, -1. */
static int
range_equals(rangeobject *r0, rangeobject *r1)
{
    if (r0 == r1) {
        return 1;
    }
    int cmp = PyObject_RichCompareBool(r0->length, r1->length, Py_EQ);
    if (cmp <= 0) {
        return cmp;
    }
    if (_PyLong_Sign(r0->length) == 0) {
        return 1;
    }
    cmp = PyObject_RichCompareBool(r0->start, r1->start, Py_EQ);
    if (cmp <= 0) {
        return cmp;
    }
    cmp = PyObject_RichCompareBool(r0->length, _PyLong_GetOne(), Py_EQ);
    if (cmp != 0) {
        return cmp;
    }
    return PyObject_RichCompareBool(r0->step, r1->step, Py_EQ);
}

static PyObject *
range_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyRange_Check(other) || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int result = range_equals((rangeobject *)self, (rangeobject *)other);
    if (result < 0) {
        return NULL;
    }
    return PyBool_FromLong(op == Py_EQ ? result : !result);
}

/* hash((length, start, step)), with None for what does not matter. */
static Py_hash_t
range_hash(rangeobject *r)
{
    PyObject *start = Py_None;
    PyObject *step = Py_None;
    if (_PyLong_Sign(r->length) != 0) {
        start = r->start;
        int one = PyObject_RichCompareBool(r->length, _PyLong_GetOne(),
                                           Py_EQ);
        if (one < 0) {
            return -1;
        }
        if (!one) {
            step = r->step;
        }
    }
    PyObject *t = PyTuple_Pack(3, r->length, start, step);
    if (t == NULL) {
        return -1;
    }
    Py_hash_t result = PyObject_Hash(t);
    Py_DECREF(t);
    return result;
}

static PyObject *
range_repr(rangeobject *r)
{
    Py_ssize_t istep = PyNumber_AsSsize_t(r->step, NULL);
    if (istep == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (istep == 1) {
        return PyUnicode_FromFormat("range(%R, %R)", r->start, r->stop);
    }
    return PyUnicode_FromFormat("range(%R, %R, %R)", r->start, r->stop,
                                r->step);
}

static int
range_bool(PyObject *self)
{
    return _PyLong_Sign(((rangeobject *)self)->length) != 0;
}

static PyObject *
range_reduce(rangeobject *r, PyObject *unused)
{
    return Py_BuildValue("(O(OOO))", Py_TYPE(r), r->start, r->stop, r->step);
}

/* -- Iterators ------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *index;            /* how many were produced */
    PyObject *start;
    PyObject *step;
    PyObject *len;              /* how many there are in all */
} longrangeiterobject;

static PyObject *
rangeiter_next(_PyRangeIterObject *r)
{
    if (r->index < r->len) {
        /* Unsigned: the last step may overflow, and is not used. */
        return PyLong_FromLong(
            (long)((unsigned long)r->start
                   + (unsigned long)(r->index++) * (unsigned long)r->step));
    }
    return NULL;
}

static PyObject *
rangeiter_len(_PyRangeIterObject *r, PyObject *unused)
{
    return PyLong_FromLong(r->len - r->index);
}

PyDoc_STRVAR(length_hint_doc,
"Private: a guess at how many elements are left.");

static PyObject *
rangeiter_reduce(_PyRangeIterObject *r, PyObject *unused)
{
    PyObject *start = PyLong_FromLong(r->start);
    PyObject *stop = PyLong_FromLong(
        (long)((unsigned long)r->start
               + (unsigned long)r->len * (unsigned long)r->step));
    PyObject *step = PyLong_FromLong(r->step);
    PyObject *range = NULL;
    if (start != NULL && stop != NULL && step != NULL) {
        range = (PyObject *)make_range_object(start, stop, step);
    }
    if (range == NULL) {
        Py_XDECREF(start);
        Py_XDECREF(stop);
        Py_XDECREF(step);
        return NULL;
    }
    return Py_BuildValue("N(N)l", _PyEval_GetBuiltin(&_Py_ID(iter)), range,
                         r->index);
}

static PyObject *
rangeiter_setstate(_PyRangeIterObject *r, PyObject *state)
{
    long index = PyLong_AsLong(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (index < 0) {
        index = 0;
    }
    else if (index > r->len) {
        index = r->len;
    }
    r->index = index;
    Py_RETURN_NONE;
}

static void
rangeiter_dealloc(PyObject *self)
{
    PyObject_Free(self);
}

PyDoc_STRVAR(reduce_doc, "What pickle and copy need.");
PyDoc_STRVAR(setstate_doc, "Sets the position, for pickle and copy.");

static PyMethodDef rangeiter_methods[] = {
    {"__length_hint__", (PyCFunction)rangeiter_len, METH_NOARGS,
     length_hint_doc},
    {"__reduce__", (PyCFunction)rangeiter_reduce, METH_NOARGS, reduce_doc},
    {"__setstate__", (PyCFunction)rangeiter_setstate, METH_O, setstate_doc},
    {NULL, NULL},
};

PyTypeObject PyRangeIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "range_iterator",
    .tp_basicsize = sizeof(_PyRangeIterObject),
    .tp_dealloc = rangeiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)rangeiter_next,
    .tp_methods = rangeiter_methods,
};

static void
longrangeiter_dealloc(longrangeiterobject *r)
{
    Py_XDECREF(r->index);
    Py_XDECREF(r->start);
    Py_XDECREF(r->step);
    Py_XDECREF(r->len);
    PyObject_Free(r);
}

static PyObject *
longrangeiter_next(longrangeiterobject *r)
{
    int more = PyObject_RichCompareBool(r->index, r->len, Py_LT);
    if (more <= 0) {
        return NULL;
    }
    PyObject *new_index = PyNumber_Add(r->index, _PyLong_GetOne());
    if (new_index == NULL) {
        return NULL;
    }
    PyObject *product = PyNumber_Multiply(r->index, r->step);
    if (product == NULL) {
        Py_DECREF(new_index);
        return NULL;
    }
    PyObject *result = PyNumber_Add(r->start, product);
    Py_DECREF(product);
    if (result == NULL) {
        Py_DECREF(new_index);
        return NULL;
    }
    Py_SETREF(r->index, new_index);
    return result;
}

static PyObject *
longrangeiter_len(longrangeiterobject *r, PyObject *unused)
{
    return PyNumber_Subtract(r->len, r->index);
}

static PyObject *
longrangeiter_reduce(longrangeiterobject *r, PyObject *unused)
{
    PyObject *product = PyNumber_Multiply(r->len, r->step);
    if (product == NULL) {
        return NULL;
    }
    PyObject *stop = PyNumber_Add(r->start, product);
    Py_DECREF(product);
    if (stop == NULL) {
        return NULL;
    }
    PyObject *start = Py_NewRef(r->start);
    PyObject *step = Py_NewRef(r->step);
    PyObject *range = (PyObject *)make_range_object(start, stop, step);
    if (range == NULL) {
        Py_DECREF(start);
        Py_DECREF(stop);
        Py_DECREF(step);
        return NULL;
    }
    return Py_BuildValue("N(N)O", _PyEval_GetBuiltin(&_Py_ID(iter)), range,
                         r->index);
}

static PyObject *
longrangeiter_setstate(longrangeiterobject *r, PyObject *state)
{
    if (!PyLong_CheckExact(state)) {
        PyErr_Format(PyExc_TypeError, "state must be an int, not %.100s",
                     Py_TYPE(state)->tp_name);
        return NULL;
    }
    if (_PyLong_Sign(state) < 0) {
        state = _PyLong_GetZero();
    }
    else {
        int beyond = PyObject_RichCompareBool(r->len, state, Py_LT);
        if (beyond < 0) {
            return NULL;
        }
        if (beyond) {
            state = r->len;
        }
    }
    Py_SETREF(r->index, Py_NewRef(state));
    Py_RETURN_NONE;
}

static PyMethodDef longrangeiter_methods[] = {
    {"__length_hint__", (PyCFunction)longrangeiter_len, METH_NOARGS,
     length_hint_doc},
    {"__reduce__", (PyCFunction)longrangeiter_reduce, METH_NOARGS,
     reduce_doc},
    {"__setstate__", (PyCFunction)longrangeiter_setstate, METH_O,
     setstate_doc},
    {NULL, NULL},
};

PyTypeObject PyLongRangeIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "longrange_iterator",
    .tp_basicsize = sizeof(longrangeiterobject),
    .tp_dealloc = (destructor)longrangeiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)longrangeiter_next,
    .tp_methods = longrangeiter_methods,
};

static PyObject *
fast_range_iter(long start, long step, long len)
{
    _PyRangeIterObject *it = PyObject_New(_PyRangeIterObject,
                                          &PyRangeIter_Type);
    if (it == NULL) {
        return NULL;
    }
    it->index = 0;
    it->start = start;
    it->step = step;
    it->len = len;
    return (PyObject *)it;
}

/* Whether every value, and one step beyond, fits into a C long: then *len. */
static int
fits_longs(long start, long stop, long step, long *len)
{
    unsigned long n = 0;
    if (step > 0) {
        if (start < stop) {
            n = ((unsigned long)stop - (unsigned long)start - 1)
                / (unsigned long)step + 1;
        }
        if (stop > LONG_MAX - (step - 1)) {
            return 0;
        }
    }
    else {
        if (start > stop) {
            n = ((unsigned long)start - (unsigned long)stop - 1)
                / (0UL - (unsigned long)step) + 1;
        }
        if (stop < LONG_MIN - (step + 1)) {
            return 0;
        }
    }
    if (n > LONG_MAX) {
        return 0;
    }
    *len = (long)n;
    return 1;
}

static PyObject *
long_range_iter(PyObject *start, PyObject *step, PyObject *len)
{
    longrangeiterobject *it = PyObject_New(longrangeiterobject,
                                           &PyLongRangeIter_Type);
    if (it == NULL) {
        return NULL;
    }
    it->index = Py_NewRef(_PyLong_GetZero());
    it->start = Py_NewRef(start);
    it->step = Py_NewRef(step);
    it->len = Py_NewRef(len);
    return (PyObject *)it;
}

static PyObject *
range_iter(PyObject *seq)
{
    rangeobject *r = (rangeobject *)seq;
    int overflow;
    long len;
    long start = PyLong_AsLongAndOverflow(r->start, &overflow);
    if (overflow) {
        goto wide;
    }
    long stop = PyLong_AsLongAndOverflow(r->stop, &overflow);
    if (overflow) {
        goto wide;
    }
    long step = PyLong_AsLongAndOverflow(r->step, &overflow);
    if (overflow || !fits_longs(start, stop, step, &len)) {
        goto wide;
    }
    return fast_range_iter(start, step, len);
wide:
    return long_range_iter(r->start, r->step, r->length);
}

/* Backwards: from start + (len - 1) * step by -step. */
static PyObject *
range_reverse(PyObject *seq, PyObject *unused)
{
    rangeobject *r = (rangeobject *)seq;
    int overflow;
    long len;
    long start = PyLong_AsLongAndOverflow(r->start, &overflow);
    if (overflow) {
        goto wide;
    }
    long stop = PyLong_AsLongAndOverflow(r->stop, &overflow);
    if (overflow) {
        goto wide;
    }
    long step = PyLong_AsLongAndOverflow(r->step, &overflow);
    /* One step before start must fit, and so must -step. */
    if (overflow || step == LONG_MIN
        || (step > 0 ? start < LONG_MIN + step : start > LONG_MAX + step)
        || !fits_longs(start, stop, step, &len)) {
        goto wide;
    }
    {
        long last = (long)((unsigned long)start
                           + (unsigned long)(len - 1)
                                 * (unsigned long)step);
        return fast_range_iter(last, -step, len);
    }
wide:;
    PyObject *result = NULL;
    PyObject *product = NULL, *last = NULL;
    PyObject *before = PyNumber_Subtract(r->length, _PyLong_GetOne());
    PyObject *negative = before != NULL ? PyNumber_Negative(r->step) : NULL;
    if (negative != NULL) {
        product = PyNumber_Multiply(before, r->step);
    }
    if (product != NULL) {
        last = PyNumber_Add(r->start, product);
    }
    if (last != NULL) {
        result = long_range_iter(last, negative, r->length);
    }
    Py_XDECREF(before);
    Py_XDECREF(negative);
    Py_XDECREF(product);
    Py_XDECREF(last);
    return result;
}

/* -- The type -------------------------------------------------------------- */

PyDoc_STRVAR(reverse_doc, "An iterator over the range, last element first.");
PyDoc_STRVAR(count_doc,
"rangeobject.count(value) -> how often the value is in the range");
PyDoc_STRVAR(index_doc,
"rangeobject.index(value) -> the index of the value.\n"
"Raises ValueError if the value is not there.");

static PyMethodDef range_methods[] = {
    {"__reversed__", range_reverse, METH_NOARGS, reverse_doc},
    {"__reduce__", (PyCFunction)range_reduce, METH_NOARGS, NULL},
    {"count", (PyCFunction)range_count, METH_O, count_doc},
    {"index", (PyCFunction)range_index, METH_O, index_doc},
    {NULL, NULL},
};

static PyMemberDef range_members[] = {
    {"start", T_OBJECT_EX, offsetof(rangeobject, start), READONLY},
    {"stop", T_OBJECT_EX, offsetof(rangeobject, stop), READONLY},
    {"step", T_OBJECT_EX, offsetof(rangeobject, step), READONLY},
    {0},
};

static PyNumberMethods range_as_number = {
    .nb_bool = range_bool,
};

static PySequenceMethods range_as_sequence = {
    .sq_length = (lenfunc)range_length,
    .sq_item = (ssizeargfunc)range_item,
    .sq_contains = (objobjproc)range_contains,
};

static PyMappingMethods range_as_mapping = {
    .mp_length = (lenfunc)range_length,
    .mp_subscript = (binaryfunc)range_subscript,
};

PyDoc_STRVAR(range_doc,
"range(stop) -> range object\n"
"range(start, stop[, step]) -> range object\n\n"
"The integers from start (0 if not given) up to but not including stop, by\n"
"step (1 if not given): range(4) has 0, 1, 2, 3, and range(5, 1, -2) has\n"
"5, 3.");

PyTypeObject PyRange_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "range",
    .tp_basicsize = sizeof(rangeobject),
    .tp_dealloc = (destructor)range_dealloc,
    .tp_repr = (reprfunc)range_repr,
    .tp_as_number = &range_as_number,
    .tp_as_sequence = &range_as_sequence,
    .tp_as_mapping = &range_as_mapping,
    .tp_hash = (hashfunc)range_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_SEQUENCE,
    .tp_doc = range_doc,
    .tp_richcompare = range_richcompare,
    .tp_iter = range_iter,
    .tp_methods = range_methods,
    .tp_members = range_members,
    .tp_new = range_new,
    .tp_vectorcall = range_vectorcall,
};
