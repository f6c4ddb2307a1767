/* Tuples. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_gc.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_tuple.h"
#include "pycore_unicodeobject.h"

/* The one exact tuple without items. The header makes it look like any
   collectable object; it is never tracked. */
static struct {
    PyGC_Head gc;
    PyTupleObject tuple;
} empty_tuple = {
    .tuple = {
        .ob_base = {
            .ob_base = {
                .ob_refcnt = _PyObject_IMMORTAL_REFCNT,
                .ob_type = &PyTuple_Type,
            },
        },
    },
};

#define EMPTY_TUPLE ((PyObject *)&empty_tuple.tuple)

static struct _Py_tuple_state *
tuple_state_get(void)
{
    return &_PyInterpreterState_GET()->tuple;
}

/* -- Storage ------------------------------------------------------------- */

/* A tuple of size > 0 whose items are not set and which is not tracked. */
static PyTupleObject *
tuple_alloc(Py_ssize_t size)
{
    if (size < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    assert(size != 0);
    if (size <= PyTuple_MAXSAVESIZE) {
        struct _Py_tuple_state *state = tuple_state_get();
        PyTupleObject *op = state->free_list[size - 1];
        if (op != NULL) {
            state->free_list[size - 1] = (PyTupleObject *)op->ob_item[0];
            state->numfree[size - 1]--;
            _Py_NewReference((PyObject *)op);
            return op;
        }
    }
    if ((size_t)size > ((size_t)PY_SSIZE_T_MAX - sizeof(PyTupleObject)
                        + sizeof(PyObject *)) / sizeof(PyObject *)) {
        PyErr_NoMemory();
        return NULL;
    }
    return PyObject_GC_NewVar(PyTupleObject, &PyTuple_Type, size);
}

PyObject *
PyTuple_New(Py_ssize_t size)
{
    if (size == 0) {
        return Py_NewRef(EMPTY_TUPLE);
    }
    PyTupleObject *op = tuple_alloc(size);
    if (op == NULL) {
        return NULL;
    }
    memset(op->ob_item, 0, (size_t)size * sizeof(PyObject *));
    _PyObject_GC_TRACK(op);
    return (PyObject *)op;
}

PyObject *
_PyTuple_FromArray(PyObject *const *src, Py_ssize_t n)
{
    if (n == 0) {
        return Py_NewRef(EMPTY_TUPLE);
    }
    PyTupleObject *tuple = tuple_alloc(n);
    if (tuple == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        tuple->ob_item[i] = Py_NewRef(src[i]);
    }
    _PyObject_GC_TRACK(tuple);
    return (PyObject *)tuple;
}

PyObject *
_PyTuple_FromArraySteal(PyObject *const *src, Py_ssize_t n)
{
    if (n == 0) {
        return Py_NewRef(EMPTY_TUPLE);
    }
    PyTupleObject *tuple = tuple_alloc(n);
    if (tuple == NULL) {
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_DECREF(src[i]);
        }
        return NULL;
    }
    memcpy(tuple->ob_item, src, (size_t)n * sizeof(PyObject *));
    _PyObject_GC_TRACK(tuple);
    return (PyObject *)tuple;
}

PyObject *
PyTuple_Pack(Py_ssize_t n, ...)
{
    if (n == 0) {
        return Py_NewRef(EMPTY_TUPLE);
    }
    PyTupleObject *tuple = tuple_alloc(n);
    if (tuple == NULL) {
        return NULL;
    }
    va_list va;
    va_start(va, n);
    for (Py_ssize_t i = 0; i < n; i++) {
        tuple->ob_item[i] = Py_NewRef(va_arg(va, PyObject *));
    }
    va_end(va);
    _PyObject_GC_TRACK(tuple);
    return (PyObject *)tuple;
}

static void
tuple_dealloc(PyTupleObject *op)
{
    if ((PyObject *)op == EMPTY_TUPLE) {
        /* Somebody gave back more than they took. */
        Py_SET_REFCNT(op, _PyObject_IMMORTAL_REFCNT);
        return;
    }
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, tuple_dealloc)
    Py_ssize_t size = Py_SIZE(op);
    for (Py_ssize_t i = size; --i >= 0;) {
        Py_XDECREF(op->ob_item[i]);
    }
    struct _Py_tuple_state *state = tuple_state_get();
    if (size > 0 && size <= PyTuple_MAXSAVESIZE
        && Py_IS_TYPE(op, &PyTuple_Type)
        && state->numfree[size - 1] < PyTuple_MAXFREELIST) {
        op->ob_item[0] = (PyObject *)state->free_list[size - 1];
        state->free_list[size - 1] = op;
        state->numfree[size - 1]++;
    }
    else {
        Py_TYPE(op)->tp_free((PyObject *)op);
    }
    Py_TRASHCAN_END
}

static int
tuple_traverse(PyTupleObject *op, visitproc visit, void *arg)
{
    for (Py_ssize_t i = Py_SIZE(op); --i >= 0;) {
        Py_VISIT(op->ob_item[i]);
    }
    return 0;
}

/* A tuple whose items cannot be part of a cycle cannot be either. */
void
_PyTuple_MaybeUntrack(PyObject *op)
{
    if (!PyTuple_CheckExact(op) || !_PyObject_GC_IS_TRACKED(op)) {
        return;
    }
    PyTupleObject *t = (PyTupleObject *)op;
    Py_ssize_t n = Py_SIZE(t);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = t->ob_item[i];
        /* NULL: the maker is still filling it. */
        if (item == NULL || _PyObject_GC_MAY_BE_TRACKED(item)) {
            return;
        }
    }
    _PyObject_GC_UNTRACK(op);
}

/* -- Access from C --------------------------------------------------------- */

Py_ssize_t
PyTuple_Size(PyObject *op)
{
    if (!PyTuple_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return Py_SIZE(op);
}

PyObject *
PyTuple_GetItem(PyObject *op, Py_ssize_t i)
{
    if (!PyTuple_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (i < 0 || i >= Py_SIZE(op)) {
        PyErr_SetString(PyExc_IndexError, "tuple index out of range");
        return NULL;
    }
    return ((PyTupleObject *)op)->ob_item[i];
}

int
PyTuple_SetItem(PyObject *op, Py_ssize_t i, PyObject *newitem)
{
    if (!PyTuple_Check(op) || Py_REFCNT(op) != 1) {
        Py_XDECREF(newitem);
        PyErr_BadInternalCall();
        return -1;
    }
    if (i < 0 || i >= Py_SIZE(op)) {
        Py_XDECREF(newitem);
        PyErr_SetString(PyExc_IndexError,
                        "tuple assignment index out of range");
        return -1;
    }
    Py_XSETREF(((PyTupleObject *)op)->ob_item[i], newitem);
    return 0;
}

static PyObject *
tuple_slice(PyTupleObject *a, Py_ssize_t low, Py_ssize_t high)
{
    if (low < 0) {
        low = 0;
    }
    if (high > Py_SIZE(a)) {
        high = Py_SIZE(a);
    }
    if (high < low) {
        high = low;
    }
    if (low == 0 && high == Py_SIZE(a) && PyTuple_CheckExact(a)) {
        return Py_NewRef(a);
    }
    return _PyTuple_FromArray(a->ob_item + low, high - low);
}

PyObject *
PyTuple_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high)
{
    if (op == NULL || !PyTuple_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return tuple_slice((PyTupleObject *)op, low, high);
}

/* Changes the size of a tuple that nobody else has seen; *pv becomes NULL on
   failure. */
int
_PyTuple_Resize(PyObject **pv, Py_ssize_t newsize)
{
    PyTupleObject *v = (PyTupleObject *)*pv;
    if (v == NULL || !Py_IS_TYPE(v, &PyTuple_Type)
        || (Py_SIZE(v) != 0 && Py_REFCNT(v) != 1)) {
        *pv = NULL;
        Py_XDECREF(v);
        PyErr_BadInternalCall();
        return -1;
    }
    Py_ssize_t oldsize = Py_SIZE(v);
    if (oldsize == newsize) {
        return 0;
    }
    if (newsize == 0) {
        Py_SETREF(*pv, Py_NewRef(EMPTY_TUPLE));
        return 0;
    }
    if (oldsize == 0) {
        /* The shared empty tuple stays as it is. */
        Py_DECREF(v);
        *pv = PyTuple_New(newsize);
        return *pv == NULL ? -1 : 0;
    }
    if (_PyObject_GC_IS_TRACKED(v)) {
        _PyObject_GC_UNTRACK(v);
    }
    for (Py_ssize_t i = newsize; i < oldsize; i++) {
        Py_CLEAR(v->ob_item[i]);
    }
    PyTupleObject *sv = PyObject_GC_Resize(PyTupleObject, v, newsize);
    if (sv == NULL) {
        *pv = NULL;
        PyObject_GC_Del(v);
        return -1;
    }
    if (newsize > oldsize) {
        memset(&sv->ob_item[oldsize], 0,
               sizeof(*sv->ob_item) * (size_t)(newsize - oldsize));
    }
    *pv = (PyObject *)sv;
    _PyObject_GC_TRACK(sv);
    return 0;
}

/* -- Protocols --------------------------------------------------------------- */

static PyObject *
tuple_repr(PyTupleObject *v)
{
    Py_ssize_t n = Py_SIZE(v);
    if (n == 0) {
        return PyUnicode_FromString("()");
    }
    /* A list inside may lead back here. */
    int entered = Py_ReprEnter((PyObject *)v);
    if (entered != 0) {
        return entered > 0 ? PyUnicode_FromString("(...)") : NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = n > 1 ? 1 + 1 + (2 + 1) * (n - 1) + 1 : 4;
    if (_PyUnicodeWriter_WriteChar(&writer, '(') < 0) {
        goto error;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        if (i > 0
            && _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2) < 0) {
            goto error;
        }
        PyObject *s = PyObject_Repr(v->ob_item[i]);
        if (s == NULL) {
            goto error;
        }
        int err = _PyUnicodeWriter_WriteStr(&writer, s);
        Py_DECREF(s);
        if (err < 0) {
            goto error;
        }
    }
    writer.overallocate = 0;
    if (n > 1 ? _PyUnicodeWriter_WriteChar(&writer, ')') < 0
              : _PyUnicodeWriter_WriteASCIIString(&writer, ",)", 2) < 0) {
        goto error;
    }
    Py_ReprLeave((PyObject *)v);
    return _PyUnicodeWriter_Finish(&writer);
error:
    _PyUnicodeWriter_Dealloc(&writer);
    Py_ReprLeave((PyObject *)v);
    return NULL;
}

/* xxHash with 64-bit lanes, one lane an item, without the final mixing; the
   length goes in at the end. */
#define XXPRIME_1 ((Py_uhash_t)11400714785074694791ULL)
#define XXPRIME_2 ((Py_uhash_t)14029467366897019727ULL)
#define XXPRIME_5 ((Py_uhash_t)2870177450012600261ULL)

static Py_hash_t
tuple_hash(PyTupleObject *v)
{
    Py_ssize_t len = Py_SIZE(v);
    PyObject **item = v->ob_item;
    Py_uhash_t acc = XXPRIME_5;
    for (Py_ssize_t i = 0; i < len; i++) {
        Py_uhash_t lane = (Py_uhash_t)PyObject_Hash(item[i]);
        if (lane == (Py_uhash_t)-1) {
            return -1;
        }
        acc += lane * XXPRIME_2;
        acc = (acc << 31) | (acc >> 33);
        acc *= XXPRIME_1;
    }
    acc += (Py_uhash_t)len ^ (XXPRIME_5 ^ 3527539UL);
    if (acc == (Py_uhash_t)-1) {
        return 1546275796;
    }
    return (Py_hash_t)acc;
}

static Py_ssize_t
tuple_length(PyTupleObject *a)
{
    return Py_SIZE(a);
}

static int
tuple_contains(PyTupleObject *a, PyObject *el)
{
    int cmp = 0;
    for (Py_ssize_t i = 0; cmp == 0 && i < Py_SIZE(a); i++) {
        cmp = PyObject_RichCompareBool(a->ob_item[i], el, Py_EQ);
    }
    return cmp;
}

static PyObject *
tuple_item(PyTupleObject *a, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(a)) {
        PyErr_SetString(PyExc_IndexError, "tuple index out of range");
        return NULL;
    }
    return Py_NewRef(a->ob_item[i]);
}

static PyObject *
tuple_concat(PyTupleObject *a, PyObject *bb)
{
    if (Py_SIZE(a) == 0 && PyTuple_CheckExact(bb)) {
        return Py_NewRef(bb);
    }
    if (!PyTuple_Check(bb)) {
        PyErr_Format(PyExc_TypeError,
                     "can only concatenate tuple (not \"%.200s\") to tuple",
                     Py_TYPE(bb)->tp_name);
        return NULL;
    }
    PyTupleObject *b = (PyTupleObject *)bb;
    if (Py_SIZE(b) == 0 && PyTuple_CheckExact(a)) {
        return Py_NewRef(a);
    }
    Py_ssize_t na = Py_SIZE(a);
    Py_ssize_t nb = Py_SIZE(b);
    if (na > PY_SSIZE_T_MAX - nb) {
        return PyErr_NoMemory();
    }
    if (na + nb == 0) {
        return PyTuple_New(0);
    }
    PyTupleObject *np = tuple_alloc(na + nb);
    if (np == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < na; i++) {
        np->ob_item[i] = Py_NewRef(a->ob_item[i]);
    }
    for (Py_ssize_t i = 0; i < nb; i++) {
        np->ob_item[na + i] = Py_NewRef(b->ob_item[i]);
    }
    _PyObject_GC_TRACK(np);
    return (PyObject *)np;
}

static PyObject *
tuple_repeat(PyTupleObject *a, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(a);
    if ((size == 0 || n == 1) && PyTuple_CheckExact(a)) {
        /* Immutable: it can be its own copy. */
        return Py_NewRef(a);
    }
    if (size == 0 || n <= 0) {
        return PyTuple_New(0);
    }
    if (n > PY_SSIZE_T_MAX / size) {
        return PyErr_NoMemory();
    }
    PyTupleObject *np = tuple_alloc(size * n);
    if (np == NULL) {
        return NULL;
    }
    PyObject **dest = np->ob_item;
    for (Py_ssize_t k = 0; k < n; k++) {
        for (Py_ssize_t i = 0; i < size; i++) {
            *dest++ = Py_NewRef(a->ob_item[i]);
        }
    }
    _PyObject_GC_TRACK(np);
    return (PyObject *)np;
}

static PyObject *
tuple_richcompare(PyObject *v, PyObject *w, int op)
{
    if (!PyTuple_Check(v) || !PyTuple_Check(w)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyTupleObject *vt = (PyTupleObject *)v;
    PyTupleObject *wt = (PyTupleObject *)w;
    Py_ssize_t vlen = Py_SIZE(vt);
    Py_ssize_t wlen = Py_SIZE(wt);
    /* Tuples as keys rarely differ in length: no short cut for that. */
    Py_ssize_t i;
    for (i = 0; i < vlen && i < wlen; i++) {
        int k = PyObject_RichCompareBool(vt->ob_item[i], wt->ob_item[i],
                                         Py_EQ);
        if (k < 0) {
            return NULL;
        }
        if (!k) {
            break;
        }
    }
    if (i >= vlen || i >= wlen) {
        Py_RETURN_RICHCOMPARE(vlen, wlen, op);
    }
    if (op == Py_EQ) {
        Py_RETURN_FALSE;
    }
    if (op == Py_NE) {
        Py_RETURN_TRUE;
    }
    return PyObject_RichCompare(vt->ob_item[i], wt->ob_item[i], op);
}

static PyObject *
tuple_subscript(PyTupleObject *self, PyObject *item)
{
    if (_PyIndex_Check(item)) {
        Py_ssize_t i = PyNumber_AsSsize_t(item, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        if (i < 0) {
            i += Py_SIZE(self);
        }
        return tuple_item(self, i);
    }
    if (!PySlice_Check(item)) {
        PyErr_Format(PyExc_TypeError,
                     "tuple indices must be integers or slices, not %.200s",
                     Py_TYPE(item)->tp_name);
        return NULL;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(item, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (n <= 0) {
        return PyTuple_New(0);
    }
    if (step == 1) {
        return tuple_slice(self, start, stop);
    }
    PyTupleObject *result = tuple_alloc(n);
    if (result == NULL) {
        return NULL;
    }
    Py_ssize_t cur = start;
    for (Py_ssize_t i = 0; i < n; i++, cur += step) {
        result->ob_item[i] = Py_NewRef(self->ob_item[cur]);
    }
    _PyObject_GC_TRACK(result);
    return (PyObject *)result;
}

/* -- Methods ------------------------------------------------------------- */

PyDoc_STRVAR(tuple_getnewargs_doc, "__getnewargs__($self, /)\n--\n\n");

static PyObject *
tuple_getnewargs(PyTupleObject *self, PyObject *unused)
{
    return Py_BuildValue("(N)", tuple_slice(self, 0, Py_SIZE(self)));
}

PyDoc_STRVAR(tuple_index_doc,
"index($self, value, start=0, stop=sys.maxsize, /)\n--\n\n"
"The first index of a value.\n\n"
"Raises ValueError if the value is not there.");

static PyObject *
tuple_index(PyTupleObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("index", nargs, 1, 3)) {
        return NULL;
    }
    Py_ssize_t start = 0;
    Py_ssize_t stop = PY_SSIZE_T_MAX;
    if (nargs > 1 && !_PyEval_SliceIndexNotNone(args[1], &start)) {
        return NULL;
    }
    if (nargs > 2 && !_PyEval_SliceIndexNotNone(args[2], &stop)) {
        return NULL;
    }
    if (start < 0) {
        start += Py_SIZE(self);
        if (start < 0) {
            start = 0;
        }
    }
    if (stop < 0) {
        stop += Py_SIZE(self);
    }
    else if (stop > Py_SIZE(self)) {
        stop = Py_SIZE(self);
    }
    for (Py_ssize_t i = start; i < stop; i++) {
        int cmp = PyObject_RichCompareBool(self->ob_item[i], args[0], Py_EQ);
        if (cmp > 0) {
            return PyLong_FromSsize_t(i);
        }
        if (cmp < 0) {
            return NULL;
        }
    }
    PyErr_SetString(PyExc_ValueError, "tuple.index(x): x not in tuple");
    return NULL;
}

PyDoc_STRVAR(tuple_count_doc,
"count($self, value, /)\n--\n\n"
"How often the value is in the tuple.");

static PyObject *
tuple_count(PyTupleObject *self, PyObject *value)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        int cmp = PyObject_RichCompareBool(self->ob_item[i], value, Py_EQ);
        if (cmp < 0) {
            return NULL;
        }
        count += cmp;
    }
    return PyLong_FromSsize_t(count);
}

static PyMethodDef tuple_methods[] = {
    {"__getnewargs__", (PyCFunction)tuple_getnewargs, METH_NOARGS,
     tuple_getnewargs_doc},
    {"index", (PyCFunction)(void (*)(void))tuple_index, METH_FASTCALL,
     tuple_index_doc},
    {"count", (PyCFunction)tuple_count, METH_O, tuple_count_doc},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

/* -- Construction ------------------------------------------------------------ */

static PyObject *
tuple_from(PyObject *iterable)
{
    return iterable == NULL ? PyTuple_New(0) : PySequence_Tuple(iterable);
}

static PyObject *
tuple_subtype_new(PyTypeObject *type, PyObject *iterable)
{
    assert(PyType_IsSubtype(type, &PyTuple_Type));
    PyObject *tmp = tuple_from(iterable);
    if (tmp == NULL) {
        return NULL;
    }
    assert(PyTuple_Check(tmp));
    /* Keeps its items alive while they are moved. */
    Py_ssize_t n = PyTuple_GET_SIZE(tmp);
    PyObject *newobj = type->tp_alloc(type, n);
    if (newobj != NULL) {
        for (Py_ssize_t i = 0; i < n; i++) {
            PyTuple_SET_ITEM(newobj, i, Py_NewRef(PyTuple_GET_ITEM(tmp, i)));
        }
    }
    Py_DECREF(tmp);
    return newobj;
}

static PyObject *
tuple_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if ((type == &PyTuple_Type || type->tp_init == PyTuple_Type.tp_init)
        && !_PyArg_NoKeywords("tuple", kwargs)) {
        return NULL;
    }
    if (!_PyArg_CheckPositional("tuple", PyTuple_GET_SIZE(args), 0, 1)) {
        return NULL;
    }
    PyObject *iterable = NULL;
    if (PyTuple_GET_SIZE(args) == 1) {
        iterable = PyTuple_GET_ITEM(args, 0);
    }
    if (type != &PyTuple_Type) {
        return tuple_subtype_new(type, iterable);
    }
    return tuple_from(iterable);
}

static PyObject *
tuple_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                 PyObject *kwnames)
{
    if (!_PyArg_NoKwnames("tuple", kwnames)) {
        return NULL;
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_CheckPositional("tuple", nargs, 0, 1)) {
        return NULL;
    }
    return tuple_from(nargs ? args[0] : NULL);
}

/* -- Iterator ------------------------------------------------------------ */

static PyObject *
tuple_iter(PyObject *seq)
{
    if (!PyTuple_Check(seq)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    _PyTupleIterObject *it = PyObject_GC_New(_PyTupleIterObject,
                                             &PyTupleIter_Type);
    if (it == NULL) {
        return NULL;
    }
    it->it_index = 0;
    it->it_seq = (PyTupleObject *)Py_NewRef(seq);
    _PyObject_GC_TRACK(it);
    return (PyObject *)it;
}

static void
tupleiter_dealloc(_PyTupleIterObject *it)
{
    _PyObject_GC_UNTRACK(it);
    Py_XDECREF(it->it_seq);
    PyObject_GC_Del(it);
}

static int
tupleiter_traverse(_PyTupleIterObject *it, visitproc visit, void *arg)
{
    Py_VISIT(it->it_seq);
    return 0;
}

static PyObject *
tupleiter_next(_PyTupleIterObject *it)
{
    PyTupleObject *seq = it->it_seq;
    if (seq == NULL) {
        return NULL;
    }
    if (it->it_index < Py_SIZE(seq)) {
        return Py_NewRef(seq->ob_item[it->it_index++]);
    }
    it->it_seq = NULL;
    Py_DECREF(seq);
    return NULL;
}

static PyObject *
tupleiter_len(_PyTupleIterObject *it, PyObject *unused)
{
    Py_ssize_t len = 0;
    if (it->it_seq != NULL) {
        len = Py_SIZE(it->it_seq) - it->it_index;
    }
    return PyLong_FromSsize_t(len);
}

static PyObject *
tupleiter_reduce(_PyTupleIterObject *it, PyObject *unused)
{
    PyObject *iter = _PyEval_GetBuiltin(&_Py_ID(iter));
    /* Fetching the builtin may run code that moves this iterator. */
    if (it->it_seq != NULL) {
        return Py_BuildValue("N(O)n", iter, it->it_seq, it->it_index);
    }
    return Py_BuildValue("N(())", iter);
}

static PyObject *
tupleiter_setstate(_PyTupleIterObject *it, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (it->it_seq != NULL) {
        if (index < 0) {
            index = 0;
        }
        else if (index > Py_SIZE(it->it_seq)) {
            index = Py_SIZE(it->it_seq);
        }
        it->it_index = index;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(length_hint_doc,
"Private: a guess at how many elements are left.");
PyDoc_STRVAR(reduce_doc, "What pickle and copy need.");
PyDoc_STRVAR(setstate_doc, "Sets the position, for pickle and copy.");

static PyMethodDef tupleiter_methods[] = {
    {"__length_hint__", (PyCFunction)tupleiter_len, METH_NOARGS,
     length_hint_doc},
    {"__reduce__", (PyCFunction)tupleiter_reduce, METH_NOARGS, reduce_doc},
    {"__setstate__", (PyCFunction)tupleiter_setstate, METH_O, setstate_doc},
    {NULL, NULL},
};

PyTypeObject PyTupleIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "tuple_iterator",
    .tp_basicsize = sizeof(_PyTupleIterObject),
    .tp_dealloc = (destructor)tupleiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)tupleiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)tupleiter_next,
    .tp_methods = tupleiter_methods,
};

/* -- The type -------------------------------------------------------------- */

static PySequenceMethods tuple_as_sequence = {
    .sq_length = (lenfunc)tuple_length,
    .sq_concat = (binaryfunc)tuple_concat,
    .sq_repeat = (ssizeargfunc)tuple_repeat,
    .sq_item = (ssizeargfunc)tuple_item,
    .sq_contains = (objobjproc)tuple_contains,
};

static PyMappingMethods tuple_as_mapping = {
    .mp_length = (lenfunc)tuple_length,
    .mp_subscript = (binaryfunc)tuple_subscript,
};

PyDoc_STRVAR(tuple_doc,
"tuple(iterable=(), /)\n--\n\n"
"An immutable sequence.\n\n"
"Without an argument, the empty tuple; else a tuple of the iterable's\n"
"items. A tuple given as argument is itself the result.");

PyTypeObject PyTuple_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "tuple",
    .tp_basicsize = sizeof(PyTupleObject) - sizeof(PyObject *),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = (destructor)tuple_dealloc,
    .tp_repr = (reprfunc)tuple_repr,
    .tp_as_sequence = &tuple_as_sequence,
    .tp_as_mapping = &tuple_as_mapping,
    .tp_hash = (hashfunc)tuple_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_TUPLE_SUBCLASS
                | _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_SEQUENCE,
    .tp_doc = tuple_doc,
    .tp_traverse = (traverseproc)tuple_traverse,
    .tp_richcompare = tuple_richcompare,
    .tp_iter = tuple_iter,
    .tp_methods = tuple_methods,
    .tp_new = tuple_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = tuple_vectorcall,
};

/* -- Start-up, shutdown -------------------------------------------------- */

PyStatus
_PyTuple_InitGlobalObjects(PyInterpreterState *interp)
{
    return _PyStatus_OK();
}

PyStatus
_PyTuple_InitTypes(PyInterpreterState *interp)
{
    return _PyStatus_OK();
}

void
_PyTuple_ClearFreeList(PyInterpreterState *interp)
{
    struct _Py_tuple_state *state = &interp->tuple;
    for (int i = 0; i < PyTuple_NFREELISTS; i++) {
        PyTupleObject *p = state->free_list[i];
        state->free_list[i] = NULL;
        state->numfree[i] = 0;
        while (p != NULL) {
            PyTupleObject *q = p;
            p = (PyTupleObject *)p->ob_item[0];
            PyObject_GC_Del(q);
        }
    }
}

void
_PyTuple_Fini(PyInterpreterState *interp)
{
    _PyTuple_ClearFreeList(interp);
}

void
_PyTuple_DebugMallocStats(FILE *out)
{
    struct _Py_tuple_state *state = tuple_state_get();
    for (int i = 0; i < PyTuple_NFREELISTS; i++) {
        int len = i + 1;
        char buf[128];
        PyOS_snprintf(buf, sizeof(buf), "free %d-sized PyTupleObject", len);
        _PyDebugAllocatorStats(out, buf, state->numfree[i],
                               _PyObject_VAR_SIZE(&PyTuple_Type, len));
    }
}
