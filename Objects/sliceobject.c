/* Slices, and Ellipsis. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_interp.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_sliceobject.h"
#include "pycore_tuple.h"
#include "structmember.h"

/* -- Ellipsis ---------------------------------------------------------------- */

static PyObject *
ellipsis_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args)
        || (kwargs != NULL && PyDict_GET_SIZE(kwargs))) {
        PyErr_SetString(PyExc_TypeError, "EllipsisType takes no arguments");
        return NULL;
    }
    return Py_NewRef(Py_Ellipsis);
}

static void
ellipsis_dealloc(PyObject *ellipsis)
{
    /* Somebody gave back more than they took. */
    Py_SET_REFCNT(ellipsis, _PyObject_IMMORTAL_REFCNT);
}

static PyObject *
ellipsis_repr(PyObject *op)
{
    return PyUnicode_FromString("Ellipsis");
}

static PyObject *
ellipsis_reduce(PyObject *op, PyObject *unused)
{
    return PyUnicode_FromString("Ellipsis");
}

static PyMethodDef ellipsis_methods[] = {
    {"__reduce__", ellipsis_reduce, METH_NOARGS, NULL},
    {NULL, NULL},
};

PyTypeObject PyEllipsis_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "ellipsis",
    .tp_dealloc = ellipsis_dealloc,
    .tp_repr = ellipsis_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = ellipsis_methods,
    .tp_new = ellipsis_new,
};

PyObject _Py_EllipsisObject = {
    .ob_refcnt = _PyObject_IMMORTAL_REFCNT,
    .ob_type = &PyEllipsis_Type,
};

/* -- Making slices ------------------------------------------------------- */

void
_PySlice_Fini(PyInterpreterState *interp)
{
    PySliceObject *obj = interp->slice_cache;
    if (obj != NULL) {
        interp->slice_cache = NULL;
        PyObject_GC_Del(obj);
    }
}

/* Takes over start and stop, also on failure; step is borrowed. */
static PySliceObject *
slice_new_steal2(PyObject *start, PyObject *stop, PyObject *step)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    PySliceObject *obj = interp->slice_cache;
    if (obj != NULL) {
        interp->slice_cache = NULL;
        _Py_NewReference((PyObject *)obj);
    }
    else {
        obj = PyObject_GC_New(PySliceObject, &PySlice_Type);
        if (obj == NULL) {
            Py_DECREF(start);
            Py_DECREF(stop);
            return NULL;
        }
    }
    obj->start = start;
    obj->stop = stop;
    obj->step = Py_NewRef(step);
    _PyObject_GC_TRACK(obj);
    return obj;
}

PyObject *
PySlice_New(PyObject *start, PyObject *stop, PyObject *step)
{
    start = Py_NewRef(start != NULL ? start : Py_None);
    stop = Py_NewRef(stop != NULL ? stop : Py_None);
    return (PyObject *)slice_new_steal2(start, stop,
                                        step != NULL ? step : Py_None);
}

PyObject *
_PySlice_FromIndices(Py_ssize_t istart, Py_ssize_t istop)
{
    PyObject *start = PyLong_FromSsize_t(istart);
    if (start == NULL) {
        return NULL;
    }
    PyObject *stop = PyLong_FromSsize_t(istop);
    if (stop == NULL) {
        Py_DECREF(start);
        return NULL;
    }
    return (PyObject *)slice_new_steal2(start, stop, Py_None);
}

/* -- Indices as C integers --------------------------------------------------- */

int
PySlice_GetIndices(PyObject *_r, Py_ssize_t length, Py_ssize_t *start,
                   Py_ssize_t *stop, Py_ssize_t *step)
{
    PySliceObject *r = (PySliceObject *)_r;
    if (r->step == Py_None) {
        *step = 1;
    }
    else {
        if (!PyLong_Check(r->step)) {
            return -1;
        }
        *step = PyLong_AsSsize_t(r->step);
    }
    if (r->start == Py_None) {
        *start = *step < 0 ? length - 1 : 0;
    }
    else {
        if (!PyLong_Check(r->start)) {
            return -1;
        }
        *start = PyLong_AsSsize_t(r->start);
        if (*start < 0) {
            *start += length;
        }
    }
    if (r->stop == Py_None) {
        *stop = *step < 0 ? -1 : length;
    }
    else {
        if (!PyLong_Check(r->stop)) {
            return -1;
        }
        *stop = PyLong_AsSsize_t(r->stop);
        if (*stop < 0) {
            *stop += length;
        }
    }
    if (*stop > length || *start >= length || *step == 0) {
        return -1;
    }
    return 0;
}

int
PySlice_Unpack(PyObject *_r, Py_ssize_t *start, Py_ssize_t *stop,
               Py_ssize_t *step)
{
    PySliceObject *r = (PySliceObject *)_r;
    if (r->step == Py_None) {
        *step = 1;
    }
    else {
        if (!_PyEval_SliceIndex(r->step, step)) {
            return -1;
        }
        if (*step == 0) {
            PyErr_SetString(PyExc_ValueError, "slice step cannot be zero");
            return -1;
        }
        /* So that -step is a number too. */
        if (*step < -PY_SSIZE_T_MAX) {
            *step = -PY_SSIZE_T_MAX;
        }
    }
    if (r->start == Py_None) {
        *start = *step < 0 ? PY_SSIZE_T_MAX : 0;
    }
    else if (!_PyEval_SliceIndex(r->start, start)) {
        return -1;
    }
    if (r->stop == Py_None) {
        *stop = *step < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
    }
    else if (!_PyEval_SliceIndex(r->stop, stop)) {
        return -1;
    }
    return 0;
}

static inline Py_ssize_t
clip_index(Py_ssize_t index, Py_ssize_t length, Py_ssize_t step)
{
    if (index < 0) {
        index += length;
        if (index < 0) {
            index = step < 0 ? -1 : 0;
        }
    }
    else if (index >= length) {
        index = step < 0 ? length - 1 : length;
    }
    return index;
}

/* Clips to a sequence of that length; returns the number of items. */
Py_ssize_t
PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop,
                      Py_ssize_t step)
{
    assert(step != 0 && step >= -PY_SSIZE_T_MAX);
    *start = clip_index(*start, length, step);
    *stop = clip_index(*stop, length, step);
    if (step < 0) {
        if (*stop < *start) {
            return (*start - *stop - 1) / (-step) + 1;
        }
    }
    else if (*start < *stop) {
        return (*stop - *start - 1) / step + 1;
    }
    return 0;
}

#undef PySlice_GetIndicesEx

int
PySlice_GetIndicesEx(PyObject *_r, Py_ssize_t length, Py_ssize_t *start,
                     Py_ssize_t *stop, Py_ssize_t *step,
                     Py_ssize_t *slicelength)
{
    if (PySlice_Unpack(_r, start, stop, step) < 0) {
        return -1;
    }
    *slicelength = PySlice_AdjustIndices(length, start, stop, *step);
    return 0;
}

/* -- Indices as Python integers ---------------------------------------------- */

/* An index as int; None is refused before. */
static PyObject *
evaluate_slice_index(PyObject *v)
{
    if (_PyIndex_Check(v)) {
        return PyNumber_Index(v);
    }
    PyErr_SetString(PyExc_TypeError,
                    "slice indices must be integers or "
                    "None or have an __index__ method");
    return NULL;
}

/* Clips an index given by the user between lower and upper. New reference. */
static PyObject *
clip_long_index(PyObject *index, PyObject *length, PyObject *lower,
                PyObject *upper)
{
    PyObject *value = evaluate_slice_index(index);
    if (value == NULL) {
        return NULL;
    }
    if (_PyLong_Sign(value) < 0) {
        Py_SETREF(value, PyNumber_Add(value, length));
        if (value == NULL) {
            return NULL;
        }
        int below = PyObject_RichCompareBool(value, lower, Py_LT);
        if (below < 0) {
            Py_DECREF(value);
            return NULL;
        }
        if (below) {
            Py_SETREF(value, Py_NewRef(lower));
        }
    }
    else {
        int above = PyObject_RichCompareBool(value, upper, Py_GT);
        if (above < 0) {
            Py_DECREF(value);
            return NULL;
        }
        if (above) {
            Py_SETREF(value, Py_NewRef(upper));
        }
    }
    return value;
}

/* For a non-negative int length of any size; three new references. */
int
_PySlice_GetLongIndices(PySliceObject *self, PyObject *length,
                        PyObject **start_ptr, PyObject **stop_ptr,
                        PyObject **step_ptr)
{
    PyObject *start = NULL, *stop = NULL, *step = NULL;
    PyObject *upper = NULL, *lower = NULL;
    int backwards = 0;

    if (self->step == Py_None) {
        step = Py_NewRef(_PyLong_GetOne());
    }
    else {
        step = evaluate_slice_index(self->step);
        if (step == NULL) {
            goto error;
        }
        int sign = _PyLong_Sign(step);
        if (sign == 0) {
            PyErr_SetString(PyExc_ValueError, "slice step cannot be zero");
            goto error;
        }
        backwards = sign < 0;
    }
    /* The range that start and stop can be in. */
    if (backwards) {
        lower = PyLong_FromLong(-1L);
        if (lower == NULL) {
            goto error;
        }
        upper = PyNumber_Add(length, lower);
        if (upper == NULL) {
            goto error;
        }
    }
    else {
        lower = Py_NewRef(_PyLong_GetZero());
        upper = Py_NewRef(length);
    }
    if (self->start == Py_None) {
        start = Py_NewRef(backwards ? upper : lower);
    }
    else {
        start = clip_long_index(self->start, length, lower, upper);
        if (start == NULL) {
            goto error;
        }
    }
    if (self->stop == Py_None) {
        stop = Py_NewRef(backwards ? lower : upper);
    }
    else {
        stop = clip_long_index(self->stop, length, lower, upper);
        if (stop == NULL) {
            goto error;
        }
    }
    *start_ptr = start;
    *stop_ptr = stop;
    *step_ptr = step;
    Py_DECREF(upper);
    Py_DECREF(lower);
    return 0;
error:
    *start_ptr = *stop_ptr = *step_ptr = NULL;
    Py_XDECREF(start);
    Py_XDECREF(stop);
    Py_XDECREF(step);
    Py_XDECREF(upper);
    Py_XDECREF(lower);
    return -1;
}

/* -- The type's functions ---------------------------------------------------- */

static PyObject *
slice_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    PyObject *start = NULL, *stop = NULL, *step = NULL;
    if (!_PyArg_NoKeywords("slice", kw)) {
        return NULL;
    }
    if (!PyArg_UnpackTuple(args, "slice", 1, 3, &start, &stop, &step)) {
        return NULL;
    }
    /* slice(stop) and slice(start, stop, step=None) */
    if (stop == NULL) {
        stop = start;
        start = NULL;
    }
    return PySlice_New(start, stop, step);
}

static void
slice_dealloc(PySliceObject *r)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    _PyObject_GC_UNTRACK(r);
    Py_DECREF(r->step);
    Py_DECREF(r->start);
    Py_DECREF(r->stop);
    if (interp->slice_cache == NULL) {
        interp->slice_cache = r;
    }
    else {
        PyObject_GC_Del(r);
    }
}

static int
slice_traverse(PySliceObject *v, visitproc visit, void *arg)
{
    Py_VISIT(v->start);
    Py_VISIT(v->stop);
    Py_VISIT(v->step);
    return 0;
}

static PyObject *
slice_repr(PySliceObject *r)
{
    return PyUnicode_FromFormat("slice(%R, %R, %R)", r->start, r->stop,
                                r->step);
}

static PyObject *
slice_richcompare(PyObject *v, PyObject *w, int op)
{
    if (!PySlice_Check(v) || !PySlice_Check(w)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (v == w) {
        /* Equal by identity, whatever the members say. */
        switch (op) {
        case Py_EQ:
        case Py_LE:
        case Py_GE:
            Py_RETURN_TRUE;
        default:
            Py_RETURN_FALSE;
        }
    }
    PySliceObject *a = (PySliceObject *)v;
    PySliceObject *b = (PySliceObject *)w;
    PyObject *t1 = PyTuple_Pack(3, a->start, a->stop, a->step);
    if (t1 == NULL) {
        return NULL;
    }
    PyObject *t2 = PyTuple_Pack(3, b->start, b->stop, b->step);
    if (t2 == NULL) {
        Py_DECREF(t1);
        return NULL;
    }
    PyObject *res = PyObject_RichCompare(t1, t2, op);
    Py_DECREF(t1);
    Py_DECREF(t2);
    return res;
}

PyDoc_STRVAR(slice_indices_doc,
"S.indices(len) -> (start, stop, stride)\n\n"
"What the slice means for a sequence of that length: indices out of bounds\n"
"are clipped as slicing does it.");

static PyObject *
slice_indices(PySliceObject *self, PyObject *len)
{
    PyObject *length = PyNumber_Index(len);
    if (length == NULL) {
        return NULL;
    }
    if (_PyLong_Sign(length) < 0) {
        PyErr_SetString(PyExc_ValueError, "length should not be negative");
        Py_DECREF(length);
        return NULL;
    }
    PyObject *start, *stop, *step;
    int err = _PySlice_GetLongIndices(self, length, &start, &stop, &step);
    Py_DECREF(length);
    if (err < 0) {
        return NULL;
    }
    return Py_BuildValue("(NNN)", start, stop, step);
}

PyDoc_STRVAR(reduce_doc, "What pickle and copy need.");

static PyObject *
slice_reduce(PySliceObject *self, PyObject *unused)
{
    return Py_BuildValue("O(OOO)", Py_TYPE(self), self->start, self->stop,
                         self->step);
}

static PyMethodDef slice_methods[] = {
    {"indices", (PyCFunction)slice_indices, METH_O, slice_indices_doc},
    {"__reduce__", (PyCFunction)slice_reduce, METH_NOARGS, reduce_doc},
    {NULL, NULL},
};

static PyMemberDef slice_members[] = {
    {"start", T_OBJECT, offsetof(PySliceObject, start), READONLY},
    {"stop", T_OBJECT, offsetof(PySliceObject, stop), READONLY},
    {"step", T_OBJECT, offsetof(PySliceObject, step), READONLY},
    {0},
};

PyDoc_STRVAR(slice_doc,
"slice(stop)\n"
"slice(start, stop[, step])\n\n"
"A slice object, as a[start:stop:step] makes one.");

PyTypeObject PySlice_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "slice",
    .tp_basicsize = sizeof(PySliceObject),
    .tp_dealloc = (destructor)slice_dealloc,
    .tp_repr = (reprfunc)slice_repr,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = slice_doc,
    .tp_traverse = (traverseproc)slice_traverse,
    .tp_richcompare = slice_richcompare,
    .tp_methods = slice_methods,
    .tp_members = slice_members,
    .tp_new = slice_new,
};
