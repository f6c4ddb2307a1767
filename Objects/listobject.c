/* Lists. Sorting is in list/sort.c. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_ceval.h"
#include "pycore_gc.h"
#include "pycore_interp.h"
#include "pycore_list.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_tuple.h"
#include "pycore_unicodeobject.h"

static struct _Py_list_state *
list_state_get(void)
{
    return &_PyInterpreterState_GET()->list;
}

/* -- Storage ------------------------------------------------------------- */

/* Gives the list newsize slots and sets its size; new slots have no defined
   content. Grows by an eighth and a bit, so that appending n items costs
   O(n). */
static int
list_resize(PyListObject *self, Py_ssize_t newsize)
{
    Py_ssize_t allocated = self->allocated;
    if (allocated >= newsize && newsize >= (allocated >> 1)) {
        assert(self->ob_item != NULL || newsize == 0);
        Py_SET_SIZE(self, newsize);
        return 0;
    }
    size_t want = ((size_t)newsize + ((size_t)newsize >> 3) + 6)
                  & ~(size_t)3;
    /* Not that much for an extension that is longer than the spare room. */
    if (newsize - Py_SIZE(self) > (Py_ssize_t)(want - (size_t)newsize)) {
        want = ((size_t)newsize + 3) & ~(size_t)3;
    }
    if (newsize == 0) {
        want = 0;
    }
    PyObject **items = NULL;
    if (want <= (size_t)PY_SSIZE_T_MAX / sizeof(PyObject *)) {
        items = PyMem_Realloc(self->ob_item, want * sizeof(PyObject *));
    }
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->ob_item = items;
    Py_SET_SIZE(self, newsize);
    self->allocated = (Py_ssize_t)want;
    return 0;
}

/* Room for exactly size items (rounded up to what the allocator gives
   anyway) in a list that has none. */
static int
list_preallocate_exact(PyListObject *self, Py_ssize_t size)
{
    assert(self->ob_item == NULL && size > 0);
    size = (Py_ssize_t)(((size_t)size + 1) & ~(size_t)1);
    PyObject **items = PyMem_New(PyObject *, size);
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->ob_item = items;
    self->allocated = size;
    return 0;
}

/* A list without items and memory, not tracked. */
static PyListObject *
list_alloc(void)
{
    struct _Py_list_state *state = list_state_get();
    PyListObject *op;
    if (state->numfree) {
        op = state->free_list[--state->numfree];
        _Py_NewReference((PyObject *)op);
    }
    else {
        op = PyObject_GC_New(PyListObject, &PyList_Type);
        if (op == NULL) {
            return NULL;
        }
    }
    op->ob_item = NULL;
    op->allocated = 0;
    Py_SET_SIZE(op, 0);
    return op;
}

PyObject *
PyList_New(Py_ssize_t size)
{
    if (size < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyListObject *op = list_alloc();
    if (op == NULL) {
        return NULL;
    }
    if (size > 0) {
        op->ob_item = PyMem_Calloc((size_t)size, sizeof(PyObject *));
        if (op->ob_item == NULL) {
            Py_DECREF(op);
            return PyErr_NoMemory();
        }
    }
    Py_SET_SIZE(op, size);
    op->allocated = size;
    _PyObject_GC_TRACK(op);
    return (PyObject *)op;
}

/* A list with room for size items, none of which exists yet. */
static PyListObject *
list_new_prealloc(Py_ssize_t size)
{
    assert(size > 0);
    PyListObject *op = (PyListObject *)PyList_New(0);
    if (op == NULL) {
        return NULL;
    }
    op->ob_item = PyMem_New(PyObject *, size);
    if (op->ob_item == NULL) {
        Py_DECREF(op);
        PyErr_NoMemory();
        return NULL;
    }
    op->allocated = size;
    return op;
}

PyObject *
_PyList_FromArraySteal(PyObject *const *src, Py_ssize_t n)
{
    if (n == 0) {
        return PyList_New(0);
    }
    PyObject *list = PyList_New(n);
    if (list == NULL) {
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_DECREF(src[i]);
        }
        return NULL;
    }
    memcpy(((PyListObject *)list)->ob_item, src,
           (size_t)n * sizeof(PyObject *));
    return list;
}

static void
list_dealloc(PyListObject *op)
{
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, list_dealloc)
    if (op->ob_item != NULL) {
        /* Backwards: the usual order of allocation, reversed. */
        for (Py_ssize_t i = Py_SIZE(op); --i >= 0;) {
            Py_XDECREF(op->ob_item[i]);
        }
        PyMem_Free(op->ob_item);
    }
    struct _Py_list_state *state = list_state_get();
    if (state->numfree < PyList_MAXFREELIST && PyList_CheckExact(op)) {
        state->free_list[state->numfree++] = op;
    }
    else {
        Py_TYPE(op)->tp_free((PyObject *)op);
    }
    Py_TRASHCAN_END
}

static int
list_traverse(PyListObject *o, visitproc visit, void *arg)
{
    for (Py_ssize_t i = Py_SIZE(o); --i >= 0;) {
        Py_VISIT(o->ob_item[i]);
    }
    return 0;
}

/* Empties the list; it is consistent before any item goes. */
static int
list_clear(PyListObject *self)
{
    PyObject **items = self->ob_item;
    if (items != NULL) {
        Py_ssize_t n = Py_SIZE(self);
        Py_SET_SIZE(self, 0);
        self->ob_item = NULL;
        self->allocated = 0;
        while (--n >= 0) {
            Py_XDECREF(items[n]);
        }
        PyMem_Free(items);
    }
    return 0;
}

void
_PyList_ClearFreeList(PyInterpreterState *interp)
{
    struct _Py_list_state *state = &interp->list;
    while (state->numfree) {
        PyObject_GC_Del(state->free_list[--state->numfree]);
    }
}

void
_PyList_Fini(PyInterpreterState *interp)
{
    _PyList_ClearFreeList(interp);
}

void
_PyList_DebugMallocStats(FILE *out)
{
    _PyDebugAllocatorStats(out, "free PyListObject",
                           list_state_get()->numfree, sizeof(PyListObject));
}

/* -- Access from C --------------------------------------------------------- */

Py_ssize_t
PyList_Size(PyObject *op)
{
    if (!PyList_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return Py_SIZE(op);
}

static inline int
valid_index(Py_ssize_t i, Py_ssize_t limit)
{
    /* Negative ones become very large. */
    return (size_t)i < (size_t)limit;
}

PyObject *
PyList_GetItem(PyObject *op, Py_ssize_t i)
{
    if (!PyList_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (!valid_index(i, Py_SIZE(op))) {
        PyErr_SetObject(PyExc_IndexError, &_Py_STR(list_err));
        return NULL;
    }
    return ((PyListObject *)op)->ob_item[i];
}

int
PyList_SetItem(PyObject *op, Py_ssize_t i, PyObject *newitem)
{
    if (!PyList_Check(op)) {
        Py_XDECREF(newitem);
        PyErr_BadInternalCall();
        return -1;
    }
    if (!valid_index(i, Py_SIZE(op))) {
        Py_XDECREF(newitem);
        PyErr_SetString(PyExc_IndexError,
                        "list assignment index out of range");
        return -1;
    }
    Py_XSETREF(((PyListObject *)op)->ob_item[i], newitem);
    return 0;
}

static int
list_insert_at(PyListObject *self, Py_ssize_t where, PyObject *v)
{
    if (v == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    Py_ssize_t n = Py_SIZE(self);
    assert((size_t)n + 1 < PY_SSIZE_T_MAX);
    if (list_resize(self, n + 1) < 0) {
        return -1;
    }
    if (where < 0) {
        where += n;
        if (where < 0) {
            where = 0;
        }
    }
    if (where > n) {
        where = n;
    }
    PyObject **items = self->ob_item;
    memmove(&items[where + 1], &items[where],
            (size_t)(n - where) * sizeof(PyObject *));
    items[where] = Py_NewRef(v);
    return 0;
}

int
PyList_Insert(PyObject *op, Py_ssize_t where, PyObject *newitem)
{
    if (!PyList_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return list_insert_at((PyListObject *)op, where, newitem);
}

int
_PyList_AppendTakeRefListResize(PyListObject *self, PyObject *newitem)
{
    Py_ssize_t len = Py_SIZE(self);
    assert(self->allocated == -1 || self->allocated == len);
    if (list_resize(self, len + 1) < 0) {
        Py_DECREF(newitem);
        return -1;
    }
    self->ob_item[len] = newitem;
    return 0;
}

int
PyList_Append(PyObject *op, PyObject *newitem)
{
    if (!PyList_Check(op) || newitem == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    return _PyList_AppendTakeRef((PyListObject *)op, Py_NewRef(newitem));
}

/* -- Slices ---------------------------------------------------------------- */

static PyObject *
list_slice(PyListObject *a, Py_ssize_t low, Py_ssize_t high)
{
    Py_ssize_t len = high - low;
    if (len <= 0) {
        return PyList_New(0);
    }
    PyListObject *np = list_new_prealloc(len);
    if (np == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < len; i++) {
        np->ob_item[i] = Py_NewRef(a->ob_item[low + i]);
    }
    Py_SET_SIZE(np, len);
    return (PyObject *)np;
}

PyObject *
PyList_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high)
{
    if (!PyList_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    low = Py_MAX(low, 0);
    low = Py_MIN(low, Py_SIZE(op));
    high = Py_MAX(high, low);
    high = Py_MIN(high, Py_SIZE(op));
    return list_slice((PyListObject *)op, low, high);
}

/* a[low:high] = v, or del a[low:high] if v is NULL. */
static int
list_ass_slice(PyListObject *a, Py_ssize_t low, Py_ssize_t high, PyObject *v)
{
    PyObject *fast = NULL;      /* v as a list or tuple */
    PyObject **vitems = NULL;
    Py_ssize_t n = 0;
    if (v != NULL) {
        if ((PyObject *)a == v) {
            PyObject *copy = list_slice(a, 0, Py_SIZE(a));
            if (copy == NULL) {
                return -1;
            }
            int err = list_ass_slice(a, low, high, copy);
            Py_DECREF(copy);
            return err;
        }
        fast = PySequence_Fast(v, "can only assign an iterable");
        if (fast == NULL) {
            return -1;
        }
        n = PySequence_Fast_GET_SIZE(fast);
        vitems = PySequence_Fast_ITEMS(fast);
    }
    low = Py_MAX(low, 0);
    low = Py_MIN(low, Py_SIZE(a));
    high = Py_MAX(high, low);
    high = Py_MIN(high, Py_SIZE(a));

    Py_ssize_t ngone = high - low;
    Py_ssize_t grow = n - ngone;
    if (Py_SIZE(a) + grow == 0) {
        Py_XDECREF(fast);
        return list_clear(a);
    }
    /* Those that go are dropped at the end, when the list is whole. */
    PyObject *on_stack[8];
    PyObject **gone = on_stack;
    if (ngone > (Py_ssize_t)Py_ARRAY_LENGTH(on_stack)) {
        gone = PyMem_New(PyObject *, ngone);
        if (gone == NULL) {
            PyErr_NoMemory();
            goto error;
        }
    }
    if (ngone > 0) {
        memcpy(gone, &a->ob_item[low], (size_t)ngone * sizeof(PyObject *));
    }
    Py_ssize_t size = Py_SIZE(a);
    if (grow < 0) {
        memmove(&a->ob_item[high + grow], &a->ob_item[high],
                (size_t)(size - high) * sizeof(PyObject *));
        if (list_resize(a, size + grow) < 0) {
            /* Shrinking failed: put it back as it was. */
            memmove(&a->ob_item[high], &a->ob_item[high + grow],
                    (size_t)(size - high) * sizeof(PyObject *));
            memcpy(&a->ob_item[low], gone,
                   (size_t)ngone * sizeof(PyObject *));
            goto error;
        }
    }
    else if (grow > 0) {
        if (list_resize(a, size + grow) < 0) {
            goto error;
        }
        memmove(&a->ob_item[high + grow], &a->ob_item[high],
                (size_t)(size - high) * sizeof(PyObject *));
    }
    for (Py_ssize_t k = 0; k < n; k++) {
        a->ob_item[low + k] = Py_XNewRef(vitems[k]);
    }
    for (Py_ssize_t k = ngone; --k >= 0;) {
        Py_XDECREF(gone[k]);
    }
    if (gone != on_stack) {
        PyMem_Free(gone);
    }
    Py_XDECREF(fast);
    return 0;
error:
    if (gone != on_stack) {
        PyMem_Free(gone);
    }
    Py_XDECREF(fast);
    return -1;
}

int
PyList_SetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high, PyObject *v)
{
    if (!PyList_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return list_ass_slice((PyListObject *)op, low, high, v);
}

/* -- Protocols --------------------------------------------------------------- */

static PyObject *
list_repr(PyListObject *v)
{
    if (Py_SIZE(v) == 0) {
        return PyUnicode_FromString("[]");
    }
    int entered = Py_ReprEnter((PyObject *)v);
    if (entered != 0) {
        return entered > 0 ? PyUnicode_FromString("[...]") : NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = 1 + 1 + (2 + 1) * (Py_SIZE(v) - 1) + 1;
    PyObject *item = NULL;
    if (_PyUnicodeWriter_WriteChar(&writer, '[') < 0) {
        goto error;
    }
    /* The repr of an item may change the list. */
    for (Py_ssize_t i = 0; i < Py_SIZE(v); i++) {
        item = Py_NewRef(v->ob_item[i]);
        if (i > 0
            && _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2) < 0) {
            goto error;
        }
        PyObject *s = PyObject_Repr(item);
        if (s == NULL) {
            goto error;
        }
        int err = _PyUnicodeWriter_WriteStr(&writer, s);
        Py_DECREF(s);
        if (err < 0) {
            goto error;
        }
        Py_CLEAR(item);
    }
    writer.overallocate = 0;
    if (_PyUnicodeWriter_WriteChar(&writer, ']') < 0) {
        goto error;
    }
    Py_ReprLeave((PyObject *)v);
    return _PyUnicodeWriter_Finish(&writer);
error:
    Py_XDECREF(item);
    _PyUnicodeWriter_Dealloc(&writer);
    Py_ReprLeave((PyObject *)v);
    return NULL;
}

static Py_ssize_t
list_length(PyListObject *a)
{
    return Py_SIZE(a);
}

static int
list_contains(PyListObject *a, PyObject *el)
{
    int cmp = 0;
    for (Py_ssize_t i = 0; cmp == 0 && i < Py_SIZE(a); i++) {
        /* Comparing may drop it from the list. */
        PyObject *item = Py_NewRef(a->ob_item[i]);
        cmp = PyObject_RichCompareBool(item, el, Py_EQ);
        Py_DECREF(item);
    }
    return cmp;
}

static PyObject *
list_item(PyListObject *a, Py_ssize_t i)
{
    if (!valid_index(i, Py_SIZE(a))) {
        PyErr_SetObject(PyExc_IndexError, &_Py_STR(list_err));
        return NULL;
    }
    return Py_NewRef(a->ob_item[i]);
}

static PyObject *
list_concat(PyListObject *a, PyObject *bb)
{
    if (!PyList_Check(bb)) {
        PyErr_Format(PyExc_TypeError,
                     "can only concatenate list (not \"%.200s\") to list",
                     Py_TYPE(bb)->tp_name);
        return NULL;
    }
    PyListObject *b = (PyListObject *)bb;
    Py_ssize_t na = Py_SIZE(a);
    Py_ssize_t nb = Py_SIZE(b);
    if (na > PY_SSIZE_T_MAX - nb) {
        return PyErr_NoMemory();
    }
    if (na + nb == 0) {
        return PyList_New(0);
    }
    PyListObject *np = list_new_prealloc(na + nb);
    if (np == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < na; i++) {
        np->ob_item[i] = Py_NewRef(a->ob_item[i]);
    }
    for (Py_ssize_t i = 0; i < nb; i++) {
        np->ob_item[na + i] = Py_NewRef(b->ob_item[i]);
    }
    Py_SET_SIZE(np, na + nb);
    return (PyObject *)np;
}

static PyObject *
list_repeat(PyListObject *a, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(a);
    if (size == 0 || n <= 0) {
        return PyList_New(0);
    }
    if (n > PY_SSIZE_T_MAX / size) {
        return PyErr_NoMemory();
    }
    Py_ssize_t total = size * n;
    PyListObject *np = list_new_prealloc(total);
    if (np == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *item = a->ob_item[i];
        Py_SET_REFCNT(item, Py_REFCNT(item) + n);
        np->ob_item[i] = item;
    }
    _Py_memory_repeat((char *)np->ob_item,
                      total * (Py_ssize_t)sizeof(PyObject *),
                      size * (Py_ssize_t)sizeof(PyObject *));
    Py_SET_SIZE(np, total);
    return (PyObject *)np;
}

static PyObject *
list_inplace_repeat(PyListObject *self, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(self);
    if (size == 0 || n == 1) {
        return Py_NewRef(self);
    }
    if (n < 1) {
        list_clear(self);
        return Py_NewRef(self);
    }
    if (size > PY_SSIZE_T_MAX / n) {
        return PyErr_NoMemory();
    }
    if (list_resize(self, size * n) < 0) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *item = self->ob_item[i];
        Py_SET_REFCNT(item, Py_REFCNT(item) + n - 1);
    }
    _Py_memory_repeat((char *)self->ob_item,
                      size * n * (Py_ssize_t)sizeof(PyObject *),
                      size * (Py_ssize_t)sizeof(PyObject *));
    return Py_NewRef(self);
}

static int
list_ass_item(PyListObject *a, Py_ssize_t i, PyObject *v)
{
    if (!valid_index(i, Py_SIZE(a))) {
        PyErr_SetString(PyExc_IndexError,
                        "list assignment index out of range");
        return -1;
    }
    if (v == NULL) {
        return list_ass_slice(a, i, i + 1, NULL);
    }
    Py_SETREF(a->ob_item[i], Py_NewRef(v));
    return 0;
}

static PyObject *
list_richcompare(PyObject *v, PyObject *w, int op)
{
    if (!PyList_Check(v) || !PyList_Check(w)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyListObject *vl = (PyListObject *)v;
    PyListObject *wl = (PyListObject *)w;
    if (Py_SIZE(vl) != Py_SIZE(wl) && (op == Py_EQ || op == Py_NE)) {
        return PyBool_FromLong(op == Py_NE);
    }
    /* Sizes are read again each time: comparing may change them. */
    Py_ssize_t i;
    for (i = 0; i < Py_SIZE(vl) && i < Py_SIZE(wl); i++) {
        PyObject *vitem = vl->ob_item[i];
        PyObject *witem = wl->ob_item[i];
        if (vitem == witem) {
            continue;
        }
        Py_INCREF(vitem);
        Py_INCREF(witem);
        int k = PyObject_RichCompareBool(vitem, witem, Py_EQ);
        Py_DECREF(vitem);
        Py_DECREF(witem);
        if (k < 0) {
            return NULL;
        }
        if (!k) {
            break;
        }
    }
    if (i >= Py_SIZE(vl) || i >= Py_SIZE(wl)) {
        Py_RETURN_RICHCOMPARE(Py_SIZE(vl), Py_SIZE(wl), op);
    }
    if (op == Py_EQ) {
        Py_RETURN_FALSE;
    }
    if (op == Py_NE) {
        Py_RETURN_TRUE;
    }
    PyObject *vitem = Py_NewRef(vl->ob_item[i]);
    PyObject *witem = Py_NewRef(wl->ob_item[i]);
    PyObject *result = PyObject_RichCompare(vitem, witem, op);
    Py_DECREF(vitem);
    Py_DECREF(witem);
    return result;
}

/* -- Subscripts ------------------------------------------------------------ */

static PyObject *
list_subscript(PyListObject *self, PyObject *item)
{
    if (_PyIndex_Check(item)) {
        Py_ssize_t i = PyNumber_AsSsize_t(item, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        if (i < 0) {
            i += Py_SIZE(self);
        }
        return list_item(self, i);
    }
    if (!PySlice_Check(item)) {
        PyErr_Format(PyExc_TypeError,
                     "list indices must be integers or slices, not %.200s",
                     Py_TYPE(item)->tp_name);
        return NULL;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(item, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (n <= 0) {
        return PyList_New(0);
    }
    if (step == 1) {
        return list_slice(self, start, stop);
    }
    PyListObject *result = list_new_prealloc(n);
    if (result == NULL) {
        return NULL;
    }
    Py_ssize_t cur = start;
    for (Py_ssize_t i = 0; i < n; i++, cur += step) {
        result->ob_item[i] = Py_NewRef(self->ob_item[cur]);
    }
    Py_SET_SIZE(result, n);
    return (PyObject *)result;
}

/* del self[start:stop:step] of n > 0 items, step != 1. */
static int
list_del_extended(PyListObject *self, Py_ssize_t start, Py_ssize_t step,
                  Py_ssize_t n)
{
    if (step < 0) {
        start += step * (n - 1);
        step = -step;
    }
    PyObject **gone = PyMem_New(PyObject *, n);
    if (gone == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t size = Py_SIZE(self);
    PyObject **items = self->ob_item;
    /* Each gap moves the block behind it by one more. */
    Py_ssize_t cur = start;
    for (Py_ssize_t i = 0; i < n; i++, cur += step) {
        gone[i] = items[cur];
        Py_ssize_t next = i + 1 < n ? cur + step : size;
        memmove(&items[cur - i], &items[cur + 1],
                (size_t)(next - cur - 1) * sizeof(PyObject *));
    }
    Py_SET_SIZE(self, size - n);
    int res = list_resize(self, size - n);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_DECREF(gone[i]);
    }
    PyMem_Free(gone);
    return res;
}

/* self[start:stop:step] = value, step != 1. */
static int
list_ass_extended(PyListObject *self, PyObject *slice, PyObject *value)
{
    Py_ssize_t start, stop, step;
    PyObject *seq;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0) {
        return -1;
    }
    if (self == (PyListObject *)value) {
        seq = list_slice((PyListObject *)value, 0, Py_SIZE(value));
    }
    else {
        seq = PySequence_Fast(value, "must assign iterable "
                                     "to extended slice");
    }
    if (seq == NULL) {
        return -1;
    }
    /* Making the sequence may have changed the list: only now its size. */
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (PySequence_Fast_GET_SIZE(seq) != n) {
        PyErr_Format(PyExc_ValueError,
                     "attempt to assign sequence of size %zd to "
                     "extended slice of size %zd",
                     PySequence_Fast_GET_SIZE(seq), n);
        Py_DECREF(seq);
        return -1;
    }
    if (n == 0) {
        Py_DECREF(seq);
        return 0;
    }
    PyObject **gone = PyMem_New(PyObject *, n);
    if (gone == NULL) {
        Py_DECREF(seq);
        PyErr_NoMemory();
        return -1;
    }
    PyObject **from = PySequence_Fast_ITEMS(seq);
    Py_ssize_t cur = start;
    for (Py_ssize_t i = 0; i < n; i++, cur += step) {
        gone[i] = self->ob_item[cur];
        self->ob_item[cur] = Py_NewRef(from[i]);
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_DECREF(gone[i]);
    }
    PyMem_Free(gone);
    Py_DECREF(seq);
    return 0;
}

static int
list_ass_subscript(PyListObject *self, PyObject *item, PyObject *value)
{
    if (_PyIndex_Check(item)) {
        Py_ssize_t i = PyNumber_AsSsize_t(item, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (i < 0) {
            i += Py_SIZE(self);
        }
        return list_ass_item(self, i, value);
    }
    if (!PySlice_Check(item)) {
        PyErr_Format(PyExc_TypeError,
                     "list indices must be integers or slices, not %.200s",
                     Py_TYPE(item)->tp_name);
        return -1;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(item, &start, &stop, &step) < 0) {
        return -1;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (step == 1) {
        return list_ass_slice(self, start, stop, value);
    }
    if (value == NULL) {
        return n <= 0 ? 0 : list_del_extended(self, start, step, n);
    }
    return list_ass_extended(self, item, value);
}

/* -- Growing methods --------------------------------------------------------- */

PyDoc_STRVAR(list_insert_doc,
"insert($self, index, object, /)\n--\n\n"
"Inserts object before index.");

static PyObject *
list_insert(PyListObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("insert", nargs, 2, 2)) {
        return NULL;
    }
    Py_ssize_t index = -1;
    PyObject *number = _PyNumber_Index(args[0]);
    if (number != NULL) {
        index = PyLong_AsSsize_t(number);
        Py_DECREF(number);
    }
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (list_insert_at(self, index, args[1]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(list_append_doc,
"append($self, object, /)\n--\n\n"
"Adds object to the end of the list.");

static PyObject *
list_append(PyListObject *self, PyObject *object)
{
    if (_PyList_AppendTakeRef(self, Py_NewRef(object)) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* Appends the items of a list or tuple. */
static int
list_extend_fast(PyListObject *self, PyObject *iterable)
{
    PyObject *fast = PySequence_Fast(iterable, "argument must be iterable");
    if (fast == NULL) {
        return -1;
    }
    Py_ssize_t n = PySequence_Fast_GET_SIZE(fast);
    if (n == 0) {
        Py_DECREF(fast);
        return 0;
    }
    Py_ssize_t m = Py_SIZE(self);
    if (self->ob_item == NULL) {
        if (list_preallocate_exact(self, n) < 0) {
            Py_DECREF(fast);
            return -1;
        }
        Py_SET_SIZE(self, n);
    }
    else if (list_resize(self, m + n) < 0) {
        Py_DECREF(fast);
        return -1;
    }
    /* Only now: the sequence may be self, whose items have moved. */
    PyObject **src = PySequence_Fast_ITEMS(fast);
    PyObject **dest = self->ob_item + m;
    for (Py_ssize_t i = 0; i < n; i++) {
        dest[i] = Py_NewRef(src[i]);
    }
    Py_DECREF(fast);
    return 0;
}

static int
list_extend_iter(PyListObject *self, PyObject *iterable)
{
    PyObject *it = PyObject_GetIter(iterable);
    if (it == NULL) {
        return -1;
    }
    iternextfunc iternext = Py_TYPE(it)->tp_iternext;
    Py_ssize_t n = PyObject_LengthHint(iterable, 8);
    if (n < 0) {
        Py_DECREF(it);
        return -1;
    }
    Py_ssize_t m = Py_SIZE(self);
    if (m <= PY_SSIZE_T_MAX - n) {
        if (self->ob_item == NULL) {
            if (n && list_preallocate_exact(self, n) < 0) {
                goto error;
            }
        }
        else {
            if (list_resize(self, m + n) < 0) {
                goto error;
            }
            /* The items are not there yet. */
            Py_SET_SIZE(self, m);
        }
    }
    for (;;) {
        PyObject *item = iternext(it);
        if (item == NULL) {
            if (PyErr_Occurred()) {
                if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
                    goto error;
                }
                PyErr_Clear();
            }
            break;
        }
        if (_PyList_AppendTakeRef(self, item) < 0) {
            goto error;
        }
    }
    /* Give back what the hint promised too much. */
    if (Py_SIZE(self) < self->allocated
        && list_resize(self, Py_SIZE(self)) < 0) {
        goto error;
    }
    Py_DECREF(it);
    return 0;
error:
    Py_DECREF(it);
    return -1;
}

PyDoc_STRVAR(list_extend_doc,
"extend($self, iterable, /)\n--\n\n"
"Adds the elements of iterable to the end of the list.");

static PyObject *
list_extend(PyListObject *self, PyObject *iterable)
{
    int err;
    if (PyList_CheckExact(iterable) || PyTuple_CheckExact(iterable)
        || (PyObject *)self == iterable) {
        err = list_extend_fast(self, iterable);
    }
    else {
        err = list_extend_iter(self, iterable);
    }
    if (err < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyObject *
_PyList_Extend(PyListObject *self, PyObject *iterable)
{
    return list_extend(self, iterable);
}

static PyObject *
list_inplace_concat(PyListObject *self, PyObject *other)
{
    PyObject *result = list_extend(self, other);
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    return Py_NewRef(self);
}

/* -- Other methods ----------------------------------------------------------- */

PyDoc_STRVAR(list_clear_doc,
"clear($self, /)\n--\n\n"
"Removes all items.");

static PyObject *
list_py_clear(PyListObject *self, PyObject *unused)
{
    list_clear(self);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(list_copy_doc,
"copy($self, /)\n--\n\n"
"A shallow copy of the list.");

static PyObject *
list_copy(PyListObject *self, PyObject *unused)
{
    return list_slice(self, 0, Py_SIZE(self));
}

PyDoc_STRVAR(list_pop_doc,
"pop($self, index=-1, /)\n--\n\n"
"Removes the item at index (the last one if not given) and returns it.\n\n"
"Raises IndexError if the list is empty or index is out of range.");

static PyObject *
list_pop(PyListObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("pop", nargs, 0, 1)) {
        return NULL;
    }
    Py_ssize_t index = -1;
    if (nargs == 1) {
        PyObject *number = _PyNumber_Index(args[0]);
        if (number != NULL) {
            index = PyLong_AsSsize_t(number);
            Py_DECREF(number);
        }
        if (index == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    Py_ssize_t size = Py_SIZE(self);
    if (size == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from empty list");
        return NULL;
    }
    if (index < 0) {
        index += size;
    }
    if (!valid_index(index, size)) {
        PyErr_SetString(PyExc_IndexError, "pop index out of range");
        return NULL;
    }
    PyObject **items = self->ob_item;
    PyObject *v = items[index];
    if (size == 1) {
        Py_INCREF(v);
        list_clear(self);
        return v;
    }
    memmove(&items[index], &items[index + 1],
            (size_t)(size - 1 - index) * sizeof(PyObject *));
    if (list_resize(self, size - 1) < 0) {
        memmove(&items[index + 1], &items[index],
                (size_t)(size - 1 - index) * sizeof(PyObject *));
        items[index] = v;
        return NULL;
    }
    return v;
}

static void
reverse_slice(PyObject **low, PyObject **high)
{
    high--;
    while (low < high) {
        PyObject *t = *low;
        *low++ = *high;
        *high-- = t;
    }
}

int
PyList_Reverse(PyObject *v)
{
    if (v == NULL || !PyList_Check(v)) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyListObject *self = (PyListObject *)v;
    if (Py_SIZE(self) > 1) {
        reverse_slice(self->ob_item, self->ob_item + Py_SIZE(self));
    }
    return 0;
}

PyDoc_STRVAR(list_reverse_doc,
"reverse($self, /)\n--\n\n"
"Reverses the list, in place.");

static PyObject *
list_reverse(PyListObject *self, PyObject *unused)
{
    PyList_Reverse((PyObject *)self);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(list_index_doc,
"index($self, value, start=0, stop=sys.maxsize, /)\n--\n\n"
"The first index of a value.\n\n"
"Raises ValueError if the value is not there.");

static PyObject *
list_index(PyListObject *self, PyObject *const *args, Py_ssize_t nargs)
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
        if (stop < 0) {
            stop = 0;
        }
    }
    for (Py_ssize_t i = start; i < stop && i < Py_SIZE(self); i++) {
        PyObject *obj = Py_NewRef(self->ob_item[i]);
        int cmp = PyObject_RichCompareBool(obj, args[0], Py_EQ);
        Py_DECREF(obj);
        if (cmp > 0) {
            return PyLong_FromSsize_t(i);
        }
        if (cmp < 0) {
            return NULL;
        }
    }
    PyErr_Format(PyExc_ValueError, "%R is not in list", args[0]);
    return NULL;
}

PyDoc_STRVAR(list_count_doc,
"count($self, value, /)\n--\n\n"
"How often the value is in the list.");

static PyObject *
list_count(PyListObject *self, PyObject *value)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        PyObject *obj = self->ob_item[i];
        if (obj == value) {
            count++;
            continue;
        }
        Py_INCREF(obj);
        int cmp = PyObject_RichCompareBool(obj, value, Py_EQ);
        Py_DECREF(obj);
        if (cmp < 0) {
            return NULL;
        }
        count += cmp;
    }
    return PyLong_FromSsize_t(count);
}

PyDoc_STRVAR(list_remove_doc,
"remove($self, value, /)\n--\n\n"
"Removes the first occurrence of a value.\n\n"
"Raises ValueError if the value is not there.");

static PyObject *
list_remove(PyListObject *self, PyObject *value)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        PyObject *obj = Py_NewRef(self->ob_item[i]);
        int cmp = PyObject_RichCompareBool(obj, value, Py_EQ);
        Py_DECREF(obj);
        if (cmp > 0) {
            if (list_ass_slice(self, i, i + 1, NULL) < 0) {
                return NULL;
            }
            Py_RETURN_NONE;
        }
        if (cmp < 0) {
            return NULL;
        }
    }
    PyErr_SetString(PyExc_ValueError, "list.remove(x): x not in list");
    return NULL;
}

PyDoc_STRVAR(list_sizeof_doc,
"__sizeof__($self, /)\n--\n\n"
"Bytes of memory the list takes.");

static PyObject *
list_sizeof(PyListObject *self, PyObject *unused)
{
    size_t res = _PyObject_SIZE(Py_TYPE(self));
    res += (size_t)self->allocated * sizeof(void *);
    return PyLong_FromSize_t(res);
}

PyObject *
PyList_AsTuple(PyObject *v)
{
    if (v == NULL || !PyList_Check(v)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return _PyTuple_FromArray(((PyListObject *)v)->ob_item, Py_SIZE(v));
}

/* -- Construction ------------------------------------------------------------ */

static int
list_init_from(PyListObject *self, PyObject *iterable)
{
    if (self->ob_item != NULL) {
        (void)list_clear(self);
    }
    if (iterable != NULL) {
        PyObject *res = list_extend(self, iterable);
        if (res == NULL) {
            return -1;
        }
        Py_DECREF(res);
    }
    return 0;
}

static int
list_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if ((Py_IS_TYPE(self, &PyList_Type)
         || Py_TYPE(self)->tp_new == PyList_Type.tp_new)
        && !_PyArg_NoKeywords("list", kwargs)) {
        return -1;
    }
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (!_PyArg_CheckPositional("list", nargs, 0, 1)) {
        return -1;
    }
    return list_init_from((PyListObject *)self,
                          nargs ? PyTuple_GET_ITEM(args, 0) : NULL);
}

static PyObject *
list_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                PyObject *kwnames)
{
    if (!_PyArg_NoKwnames("list", kwnames)) {
        return NULL;
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_CheckPositional("list", nargs, 0, 1)) {
        return NULL;
    }
    assert(PyType_Check(type));
    PyObject *list = PyType_GenericAlloc((PyTypeObject *)type, 0);
    if (list == NULL) {
        return NULL;
    }
    if (nargs && list_init_from((PyListObject *)list, args[0]) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

/* -- Iterators ------------------------------------------------------------- */

static PyObject *
listiter_new(PyObject *seq, PyTypeObject *type, Py_ssize_t index)
{
    if (!PyList_Check(seq)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    _PyListIterObject *it = PyObject_GC_New(_PyListIterObject, type);
    if (it == NULL) {
        return NULL;
    }
    it->it_index = index;
    it->it_seq = (PyListObject *)Py_NewRef(seq);
    _PyObject_GC_TRACK(it);
    return (PyObject *)it;
}

static PyObject *
list_iter(PyObject *seq)
{
    return listiter_new(seq, &PyListIter_Type, 0);
}

PyDoc_STRVAR(list_reversed_doc,
"__reversed__($self, /)\n--\n\n"
"An iterator over the list, last item first.");

static PyObject *
list_reversed(PyListObject *self, PyObject *unused)
{
    return listiter_new((PyObject *)self, &PyListRevIter_Type,
                        Py_SIZE(self) - 1);
}

static void
listiter_dealloc(_PyListIterObject *it)
{
    _PyObject_GC_UNTRACK(it);
    Py_XDECREF(it->it_seq);
    PyObject_GC_Del(it);
}

static int
listiter_traverse(_PyListIterObject *it, visitproc visit, void *arg)
{
    Py_VISIT(it->it_seq);
    return 0;
}

static PyObject *
listiter_next(_PyListIterObject *it)
{
    PyListObject *seq = it->it_seq;
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
listreviter_next(_PyListIterObject *it)
{
    PyListObject *seq = it->it_seq;
    if (seq == NULL) {
        return NULL;
    }
    Py_ssize_t index = it->it_index;
    if (index >= 0 && index < Py_SIZE(seq)) {
        it->it_index--;
        return Py_NewRef(seq->ob_item[index]);
    }
    it->it_index = -1;
    it->it_seq = NULL;
    Py_DECREF(seq);
    return NULL;
}

static PyObject *
listiter_len(_PyListIterObject *it, PyObject *unused)
{
    Py_ssize_t len = 0;
    if (it->it_seq != NULL) {
        len = Py_SIZE(it->it_seq) - it->it_index;
        if (len < 0) {
            len = 0;
        }
    }
    return PyLong_FromSsize_t(len);
}

static PyObject *
listreviter_len(_PyListIterObject *it, PyObject *unused)
{
    Py_ssize_t len = it->it_index + 1;
    if (it->it_seq == NULL || Py_SIZE(it->it_seq) < len) {
        len = 0;
    }
    return PyLong_FromSsize_t(len);
}

static PyObject *
listiter_reduce_as(_PyListIterObject *it, PyObject *name)
{
    PyObject *func = _PyEval_GetBuiltin(name);
    /* Fetching the builtin may run code that moves this iterator. */
    if (it->it_seq != NULL) {
        return Py_BuildValue("N(O)n", func, it->it_seq, it->it_index);
    }
    /* An exhausted iterator is one over an empty list, both ways. */
    Py_XDECREF(func);
    if (func == NULL) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    return Py_BuildValue("N(N)", _PyEval_GetBuiltin(&_Py_ID(iter)), list);
}

static PyObject *
listiter_reduce(_PyListIterObject *it, PyObject *unused)
{
    return listiter_reduce_as(it, &_Py_ID(iter));
}

static PyObject *
listreviter_reduce(_PyListIterObject *it, PyObject *unused)
{
    return listiter_reduce_as(it, &_Py_ID(reversed));
}

static PyObject *
listiter_setstate(_PyListIterObject *it, PyObject *state)
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

static PyObject *
listreviter_setstate(_PyListIterObject *it, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (it->it_seq != NULL) {
        if (index < -1) {
            index = -1;
        }
        else if (index > Py_SIZE(it->it_seq) - 1) {
            index = Py_SIZE(it->it_seq) - 1;
        }
        it->it_index = index;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(length_hint_doc,
"Private: a guess at how many elements are left.");
PyDoc_STRVAR(reduce_doc, "What pickle and copy need.");
PyDoc_STRVAR(setstate_doc, "Sets the position, for pickle and copy.");

static PyMethodDef listiter_methods[] = {
    {"__length_hint__", (PyCFunction)listiter_len, METH_NOARGS,
     length_hint_doc},
    {"__reduce__", (PyCFunction)listiter_reduce, METH_NOARGS, reduce_doc},
    {"__setstate__", (PyCFunction)listiter_setstate, METH_O, setstate_doc},
    {NULL, NULL},
};

static PyMethodDef listreviter_methods[] = {
    {"__length_hint__", (PyCFunction)listreviter_len, METH_NOARGS,
     length_hint_doc},
    {"__reduce__", (PyCFunction)listreviter_reduce, METH_NOARGS, reduce_doc},
    {"__setstate__", (PyCFunction)listreviter_setstate, METH_O,
     setstate_doc},
    {NULL, NULL},
};

PyTypeObject PyListIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "list_iterator",
    .tp_basicsize = sizeof(_PyListIterObject),
    .tp_dealloc = (destructor)listiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)listiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)listiter_next,
    .tp_methods = listiter_methods,
};

PyTypeObject PyListRevIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "list_reverseiterator",
    .tp_basicsize = sizeof(_PyListIterObject),
    .tp_dealloc = (destructor)listiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)listiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)listreviter_next,
    .tp_methods = listreviter_methods,
};

/* -- The type -------------------------------------------------------------- */

PyDoc_STRVAR(list_getitem_doc,
"__getitem__(y) -- x.__getitem__(y) is x[y]");

PyDoc_STRVAR(list_sort_doc,
"sort($self, /, *, key=None, reverse=False)\n--\n\n"
"Sorts the list in ascending order and returns None.\n\n"
"Sorting is in place and stable: equal elements keep their order. With a\n"
"key function, the elements are compared by what it returns for them. With\n"
"reverse, the order is descending.");

static PyMethodDef list_methods[] = {
    {"__getitem__", (PyCFunction)list_subscript, METH_O | METH_COEXIST,
     list_getitem_doc},
    {"__reversed__", (PyCFunction)list_reversed, METH_NOARGS,
     list_reversed_doc},
    {"__sizeof__", (PyCFunction)list_sizeof, METH_NOARGS, list_sizeof_doc},
    {"clear", (PyCFunction)list_py_clear, METH_NOARGS, list_clear_doc},
    {"copy", (PyCFunction)list_copy, METH_NOARGS, list_copy_doc},
    {"append", (PyCFunction)list_append, METH_O, list_append_doc},
    {"insert", (PyCFunction)(void (*)(void))list_insert, METH_FASTCALL,
     list_insert_doc},
    {"extend", (PyCFunction)list_extend, METH_O, list_extend_doc},
    {"pop", (PyCFunction)(void (*)(void))list_pop, METH_FASTCALL,
     list_pop_doc},
    {"remove", (PyCFunction)list_remove, METH_O, list_remove_doc},
    {"index", (PyCFunction)(void (*)(void))list_index, METH_FASTCALL,
     list_index_doc},
    {"count", (PyCFunction)list_count, METH_O, list_count_doc},
    {"reverse", (PyCFunction)list_reverse, METH_NOARGS, list_reverse_doc},
    {"sort", (PyCFunction)(void (*)(void))list_sort_method,
     METH_FASTCALL | METH_KEYWORDS, list_sort_doc},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

static PySequenceMethods list_as_sequence = {
    .sq_length = (lenfunc)list_length,
    .sq_concat = (binaryfunc)list_concat,
    .sq_repeat = (ssizeargfunc)list_repeat,
    .sq_item = (ssizeargfunc)list_item,
    .sq_ass_item = (ssizeobjargproc)list_ass_item,
    .sq_contains = (objobjproc)list_contains,
    .sq_inplace_concat = (binaryfunc)list_inplace_concat,
    .sq_inplace_repeat = (ssizeargfunc)list_inplace_repeat,
};

static PyMappingMethods list_as_mapping = {
    .mp_length = (lenfunc)list_length,
    .mp_subscript = (binaryfunc)list_subscript,
    .mp_ass_subscript = (objobjargproc)list_ass_subscript,
};

PyDoc_STRVAR(list_doc,
"list(iterable=(), /)\n--\n\n"
"A mutable sequence.\n\n"
"Without an argument, a new empty list; else a list of the iterable's\n"
"items.");

PyTypeObject PyList_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "list",
    .tp_basicsize = sizeof(PyListObject),
    .tp_dealloc = (destructor)list_dealloc,
    .tp_repr = (reprfunc)list_repr,
    .tp_as_sequence = &list_as_sequence,
    .tp_as_mapping = &list_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LIST_SUBCLASS
                | _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_SEQUENCE,
    .tp_doc = list_doc,
    .tp_traverse = (traverseproc)list_traverse,
    .tp_clear = (inquiry)list_clear,
    .tp_richcompare = list_richcompare,
    .tp_iter = list_iter,
    .tp_methods = list_methods,
    .tp_init = list_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = list_vectorcall,
};
