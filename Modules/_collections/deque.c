/* deque: a doubly linked list of blocks of 64 items.

       leftblock                                     rightblock
       +----------------+      +--------------+      +----------------+
       | .. .. a  b  c  | <--> | d  ...     e | <--> | f  g  .. .. .. |
       +----------------+      +--------------+      +----------------+
             leftindex                                  rightindex

   leftindex is the place of the first item in its block, rightindex that of
   the last one. There is always at least one block. An empty deque has
   leftindex == rightindex + 1 at the middle of its block, so that it can grow
   both ways. `state` counts changes, for iterators to notice. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "collections.h"

#define BLOCKLEN 64
#define CENTER ((BLOCKLEN - 1) / 2)
#define MAXFREEBLOCKS 16

typedef struct block {
    struct block *leftlink;
    PyObject *data[BLOCKLEN];
    struct block *rightlink;
} block;

typedef struct {
    PyObject_VAR_HEAD
    block *leftblock;
    block *rightblock;
    Py_ssize_t leftindex;       /* 0 <= leftindex < BLOCKLEN */
    Py_ssize_t rightindex;      /* 0 <= rightindex < BLOCKLEN */
    size_t state;               /* incremented by each change of length */
    Py_ssize_t maxlen;          /* -1: unbounded */
    Py_ssize_t numfreeblocks;
    block *freeblocks[MAXFREEBLOCKS];
    PyObject *weakreflist;
} dequeobject;

static PyTypeObject deque_type;
static PyTypeObject dequeiter_type;
static PyTypeObject dequereviter_type;

/* -- Storage ------------------------------------------------------------- */

static block *
block_new(dequeobject *deque)
{
    if (deque->numfreeblocks) {
        return deque->freeblocks[--deque->numfreeblocks];
    }
    block *b = PyMem_Malloc(sizeof(block));
    if (b == NULL) {
        PyErr_NoMemory();
    }
    return b;
}

static void
block_free(dequeobject *deque, block *b)
{
    if (deque->numfreeblocks < MAXFREEBLOCKS) {
        deque->freeblocks[deque->numfreeblocks++] = b;
    }
    else {
        PyMem_Free(b);
    }
}

static void
deque_center(dequeobject *deque, block *b)
{
    b->leftlink = NULL;
    b->rightlink = NULL;
    deque->leftblock = b;
    deque->rightblock = b;
    deque->leftindex = CENTER + 1;
    deque->rightindex = CENTER;
}

static PyObject *
deque_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    dequeobject *deque = (dequeobject *)type->tp_alloc(type, 0);
    if (deque == NULL) {
        return NULL;
    }
    deque->numfreeblocks = 0;
    block *b = block_new(deque);
    if (b == NULL) {
        Py_DECREF(deque);
        return NULL;
    }
    Py_SET_SIZE(deque, 0);
    deque_center(deque, b);
    deque->state = 0;
    deque->maxlen = -1;
    deque->weakreflist = NULL;
    return (PyObject *)deque;
}

/* Takes over the item, also on failure. Does not look at maxlen. */
static int
deque_push_right(dequeobject *deque, PyObject *item)
{
    if (deque->rightindex == BLOCKLEN - 1) {
        block *b = block_new(deque);
        if (b == NULL) {
            Py_DECREF(item);
            return -1;
        }
        b->leftlink = deque->rightblock;
        b->rightlink = NULL;
        deque->rightblock->rightlink = b;
        deque->rightblock = b;
        deque->rightindex = -1;
    }
    Py_SET_SIZE(deque, Py_SIZE(deque) + 1);
    deque->rightblock->data[++deque->rightindex] = item;
    deque->state++;
    return 0;
}

static int
deque_push_left(dequeobject *deque, PyObject *item)
{
    if (deque->leftindex == 0) {
        block *b = block_new(deque);
        if (b == NULL) {
            Py_DECREF(item);
            return -1;
        }
        b->rightlink = deque->leftblock;
        b->leftlink = NULL;
        deque->leftblock->leftlink = b;
        deque->leftblock = b;
        deque->leftindex = BLOCKLEN;
    }
    Py_SET_SIZE(deque, Py_SIZE(deque) + 1);
    deque->leftblock->data[--deque->leftindex] = item;
    deque->state++;
    return 0;
}

/* The last item, with its reference; there must be one. */
static PyObject *
deque_take_right(dequeobject *deque)
{
    assert(Py_SIZE(deque) > 0);
    PyObject *item = deque->rightblock->data[deque->rightindex--];
    Py_SET_SIZE(deque, Py_SIZE(deque) - 1);
    deque->state++;
    if (Py_SIZE(deque) == 0) {
        deque_center(deque, deque->rightblock);
    }
    else if (deque->rightindex < 0) {
        block *prev = deque->rightblock->leftlink;
        block_free(deque, deque->rightblock);
        prev->rightlink = NULL;
        deque->rightblock = prev;
        deque->rightindex = BLOCKLEN - 1;
    }
    return item;
}

static PyObject *
deque_take_left(dequeobject *deque)
{
    assert(Py_SIZE(deque) > 0);
    PyObject *item = deque->leftblock->data[deque->leftindex++];
    Py_SET_SIZE(deque, Py_SIZE(deque) - 1);
    deque->state++;
    if (Py_SIZE(deque) == 0) {
        deque_center(deque, deque->leftblock);
    }
    else if (deque->leftindex == BLOCKLEN) {
        block *next = deque->leftblock->rightlink;
        block_free(deque, deque->leftblock);
        next->leftlink = NULL;
        deque->leftblock = next;
        deque->leftindex = 0;
    }
    return item;
}

static inline int
deque_is_over_full(dequeobject *deque)
{
    return deque->maxlen >= 0 && Py_SIZE(deque) > deque->maxlen;
}

/* Takes over the item; drops one at the other end if there are too many. */
static int
deque_append_steal(dequeobject *deque, PyObject *item)
{
    if (deque_push_right(deque, item) < 0) {
        return -1;
    }
    if (deque_is_over_full(deque)) {
        Py_DECREF(deque_take_left(deque));
    }
    return 0;
}

static int
deque_appendleft_steal(dequeobject *deque, PyObject *item)
{
    if (deque_push_left(deque, item) < 0) {
        return -1;
    }
    if (deque_is_over_full(deque)) {
        Py_DECREF(deque_take_right(deque));
    }
    return 0;
}

/* Walking by hand: a place in a deque. */
struct place {
    block *b;
    Py_ssize_t index;
};

static inline PyObject *
place_next(struct place *p)
{
    if (p->index == BLOCKLEN) {
        p->b = p->b->rightlink;
        p->index = 0;
    }
    return p->b->data[p->index++];
}

/* The address of item i, from the nearer end. */
static PyObject **
deque_slot(dequeobject *deque, Py_ssize_t i)
{
    size_t n = (size_t)i + (size_t)deque->leftindex;
    size_t blocks = n / BLOCKLEN;
    block *b;
    if (i < (Py_SIZE(deque) >> 1)) {
        b = deque->leftblock;
        while (blocks--) {
            b = b->rightlink;
        }
    }
    else {
        size_t last = ((size_t)deque->leftindex + (size_t)Py_SIZE(deque) - 1)
                      / BLOCKLEN;
        b = deque->rightblock;
        for (size_t k = last; k > blocks; k--) {
            b = b->leftlink;
        }
    }
    return &b->data[n % BLOCKLEN];
}

static int
valid_index(Py_ssize_t i, Py_ssize_t limit)
{
    return (size_t)i < (size_t)limit;
}

/* -- Ends ---------------------------------------------------------------- */

PyDoc_STRVAR(append_doc, "Adds an element at the right end.");

static PyObject *
deque_append(dequeobject *deque, PyObject *item)
{
    if (deque_append_steal(deque, Py_NewRef(item)) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(appendleft_doc, "Adds an element at the left end.");

static PyObject *
deque_appendleft(dequeobject *deque, PyObject *item)
{
    if (deque_appendleft_steal(deque, Py_NewRef(item)) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(pop_doc, "Removes the rightmost element and returns it.");

static PyObject *
deque_pop(dequeobject *deque, PyObject *unused)
{
    if (Py_SIZE(deque) == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from an empty deque");
        return NULL;
    }
    return deque_take_right(deque);
}

PyDoc_STRVAR(popleft_doc, "Removes the leftmost element and returns it.");

static PyObject *
deque_popleft(dequeobject *deque, PyObject *unused)
{
    if (Py_SIZE(deque) == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from an empty deque");
        return NULL;
    }
    return deque_take_left(deque);
}

/* Adds all items with the given function. */
static PyObject *
deque_extend_with(dequeobject *deque, PyObject *iterable,
                  int (*add)(dequeobject *, PyObject *))
{
    if ((PyObject *)deque == iterable) {
        /* Would never end. */
        PyObject *copy = PySequence_List(iterable);
        if (copy == NULL) {
            return NULL;
        }
        PyObject *result = deque_extend_with(deque, copy, add);
        Py_DECREF(copy);
        return result;
    }
    PyObject *it = PyObject_GetIter(iterable);
    if (it == NULL) {
        return NULL;
    }
    if (Py_SIZE(deque) == 0) {
        /* It is about to grow one way: begin at that end. */
        int left = add == deque_appendleft_steal;
        deque->leftindex = left ? BLOCKLEN - 1 : 1;
        deque->rightindex = deque->leftindex - 1;
    }
    PyObject *item;
    iternextfunc iternext = *Py_TYPE(it)->tp_iternext;
    if (deque->maxlen == 0) {
        /* Nothing stays, but the iterator is used up. */
        while ((item = iternext(it)) != NULL) {
            Py_DECREF(item);
        }
    }
    else {
        while ((item = iternext(it)) != NULL) {
            if (add(deque, item) < 0) {
                Py_DECREF(it);
                return NULL;
            }
        }
    }
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
            return NULL;
        }
        PyErr_Clear();
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(extend_doc, "Adds all elements of an iterable at the right.");

static PyObject *
deque_extend(dequeobject *deque, PyObject *iterable)
{
    return deque_extend_with(deque, iterable, deque_append_steal);
}

PyDoc_STRVAR(extendleft_doc,
"Adds all elements of an iterable at the left, one after the other.");

static PyObject *
deque_extendleft(dequeobject *deque, PyObject *iterable)
{
    return deque_extend_with(deque, iterable, deque_appendleft_steal);
}

static PyObject *
deque_inplace_concat(dequeobject *deque, PyObject *other)
{
    PyObject *result = deque_extend(deque, other);
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    return Py_NewRef(deque);
}

/* -- Copying and arithmetic -------------------------------------------------- */

PyDoc_STRVAR(copy_doc, "A shallow copy of the deque.");

static PyObject *
deque_copy(PyObject *op, PyObject *unused)
{
    dequeobject *old = (dequeobject *)op;
    if (Py_IS_TYPE(op, &deque_type)) {
        dequeobject *copy = (dequeobject *)deque_new(&deque_type, NULL,
                                                     NULL);
        if (copy == NULL) {
            return NULL;
        }
        copy->maxlen = old->maxlen;
        PyObject *rv = deque_extend(copy, op);
        if (rv == NULL) {
            Py_DECREF(copy);
            return NULL;
        }
        Py_DECREF(rv);
        return (PyObject *)copy;
    }
    PyObject *result;
    if (old->maxlen < 0) {
        result = PyObject_CallOneArg((PyObject *)Py_TYPE(op), op);
    }
    else {
        result = PyObject_CallFunction((PyObject *)Py_TYPE(op), "Oi", op,
                                       (int)old->maxlen);
    }
    if (result != NULL && !PyObject_TypeCheck(result, &deque_type)) {
        PyErr_Format(PyExc_TypeError, "%.200s() must return a deque, not "
                     "%.200s", Py_TYPE(op)->tp_name,
                     Py_TYPE(result)->tp_name);
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
deque_concat(dequeobject *deque, PyObject *other)
{
    int is_deque = PyObject_IsInstance(other, (PyObject *)&deque_type);
    if (is_deque <= 0) {
        if (is_deque == 0) {
            PyErr_Format(PyExc_TypeError,
                         "can only concatenate deque (not \"%.200s\") "
                         "to deque", Py_TYPE(other)->tp_name);
        }
        return NULL;
    }
    PyObject *result = deque_copy((PyObject *)deque, NULL);
    if (result == NULL) {
        return NULL;
    }
    PyObject *rv = deque_extend((dequeobject *)result, other);
    if (rv == NULL) {
        Py_DECREF(result);
        return NULL;
    }
    Py_DECREF(rv);
    return result;
}

static int
deque_clear(dequeobject *deque)
{
    if (deque->leftblock == NULL || Py_SIZE(deque) == 0) {
        return 0;
    }
    /* The deque gets a new block and is empty before any item goes. Without
       memory the items go one by one. */
    block *fresh = block_new(deque);
    if (fresh == NULL) {
        PyErr_Clear();
        while (Py_SIZE(deque)) {
            Py_DECREF(deque_take_right(deque));
        }
        return 0;
    }
    Py_ssize_t n = Py_SIZE(deque);
    struct place p = {deque->leftblock, deque->leftindex};
    Py_SET_SIZE(deque, 0);
    deque_center(deque, fresh);
    deque->state++;
    block *b = p.b;
    while (n-- > 0) {
        if (p.index == BLOCKLEN) {
            b = p.b;
            p.b = b->rightlink;
            p.index = 0;
            block_free(deque, b);
        }
        Py_DECREF(p.b->data[p.index++]);
    }
    block_free(deque, p.b);
    return 0;
}

PyDoc_STRVAR(clear_doc, "Removes all elements.");

static PyObject *
deque_clearmethod(dequeobject *deque, PyObject *unused)
{
    deque_clear(deque);
    Py_RETURN_NONE;
}

static PyObject *
deque_inplace_repeat(dequeobject *deque, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(deque);
    if (size == 0 || n == 1) {
        return Py_NewRef(deque);
    }
    if (n <= 0) {
        deque_clear(deque);
        return Py_NewRef(deque);
    }
    if (deque->maxlen >= 0 && n * size > deque->maxlen
        && n > (deque->maxlen + size - 1) / size) {
        /* More rounds would only push each other out. */
        n = (deque->maxlen + size - 1) / size;
    }
    if (n > PY_SSIZE_T_MAX / size) {
        return PyErr_NoMemory();
    }
    PyObject *seq = PySequence_List((PyObject *)deque);
    if (seq == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n - 1; i++) {
        PyObject *rv = deque_extend(deque, seq);
        if (rv == NULL) {
            Py_DECREF(seq);
            return NULL;
        }
        Py_DECREF(rv);
    }
    Py_DECREF(seq);
    return Py_NewRef(deque);
}

static PyObject *
deque_repeat(dequeobject *deque, Py_ssize_t n)
{
    dequeobject *copy = (dequeobject *)deque_copy((PyObject *)deque, NULL);
    if (copy == NULL) {
        return NULL;
    }
    PyObject *result = deque_inplace_repeat(copy, n);
    Py_DECREF(copy);
    return result;
}

/* -- Rotating, reversing --------------------------------------------------- */

/* By n steps to the right; changes nothing but the order. */
static int
deque_rotate_by(dequeobject *deque, Py_ssize_t n)
{
    Py_ssize_t len = Py_SIZE(deque);
    if (len <= 1) {
        return 0;
    }
    /* The shorter way. */
    Py_ssize_t half = len >> 1;
    if (n > half || n < -half) {
        n %= len;
        if (n > half) {
            n -= len;
        }
        else if (n < -half) {
            n += len;
        }
    }
    for (; n > 0; n--) {
        /* Room on the left before an item leaves the right. */
        PyObject *item = deque->rightblock->data[deque->rightindex];
        if (deque_push_left(deque, Py_NewRef(item)) < 0) {
            return -1;
        }
        Py_DECREF(deque_take_right(deque));
    }
    for (; n < 0; n++) {
        PyObject *item = deque->leftblock->data[deque->leftindex];
        if (deque_push_right(deque, Py_NewRef(item)) < 0) {
            return -1;
        }
        Py_DECREF(deque_take_left(deque));
    }
    return 0;
}

PyDoc_STRVAR(rotate_doc,
"Rotates the deque n steps to the right (1 if not given); to the left if\n"
"n is negative.");

static PyObject *
deque_rotate(dequeobject *deque, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t n = 1;
    if (!_PyArg_CheckPositional("deque.rotate", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs) {
        PyObject *index = _PyNumber_Index(args[0]);
        if (index == NULL) {
            return NULL;
        }
        n = PyLong_AsSsize_t(index);
        Py_DECREF(index);
        if (n == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (deque_rotate_by(deque, n) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(reverse_doc, "Reverses the deque, in place.");

static PyObject *
deque_reverse(dequeobject *deque, PyObject *unused)
{
    block *lb = deque->leftblock;
    block *rb = deque->rightblock;
    Py_ssize_t li = deque->leftindex;
    Py_ssize_t ri = deque->rightindex;
    for (Py_ssize_t n = Py_SIZE(deque) >> 1; n > 0; n--) {
        PyObject *t = lb->data[li];
        lb->data[li] = rb->data[ri];
        rb->data[ri] = t;
        if (++li == BLOCKLEN) {
            lb = lb->rightlink;
            li = 0;
        }
        if (--ri < 0) {
            rb = rb->leftlink;
            ri = BLOCKLEN - 1;
        }
    }
    Py_RETURN_NONE;
}

/* -- Searching --------------------------------------------------------------- */

/* Compares an item; -1 also if the deque changed meanwhile. */
static int
deque_compare(dequeobject *deque, PyObject *item, PyObject *v,
              PyObject *exception, const char *message)
{
    size_t state = deque->state;
    Py_INCREF(item);
    int cmp = PyObject_RichCompareBool(item, v, Py_EQ);
    Py_DECREF(item);
    if (cmp >= 0 && state != deque->state) {
        PyErr_SetString(exception, message);
        return -1;
    }
    return cmp;
}

#define MUTATED "deque mutated during iteration"

PyDoc_STRVAR(count_doc,
"D.count(value) -> how often the value is in the deque");

static PyObject *
deque_count(dequeobject *deque, PyObject *v)
{
    struct place p = {deque->leftblock, deque->leftindex};
    Py_ssize_t count = 0;
    for (Py_ssize_t n = Py_SIZE(deque); n > 0; n--) {
        int cmp = deque_compare(deque, place_next(&p), v,
                                PyExc_RuntimeError, MUTATED);
        if (cmp < 0) {
            return NULL;
        }
        count += cmp;
    }
    return PyLong_FromSsize_t(count);
}

static int
deque_contains(dequeobject *deque, PyObject *v)
{
    struct place p = {deque->leftblock, deque->leftindex};
    for (Py_ssize_t n = Py_SIZE(deque); n > 0; n--) {
        int cmp = deque_compare(deque, place_next(&p), v,
                                PyExc_RuntimeError, MUTATED);
        if (cmp != 0) {
            return cmp;
        }
    }
    return 0;
}

PyDoc_STRVAR(index_doc,
"D.index(value, [start, [stop]]) -> the first index of the value.\n"
"Raises ValueError if the value is not there.");

static PyObject *
deque_index(dequeobject *deque, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *v;
    Py_ssize_t start = 0;
    Py_ssize_t stop = Py_SIZE(deque);
    if (!_PyArg_ParseStack(args, nargs, "O|O&O&:index", &v,
                           _PyEval_SliceIndexNotNone, &start,
                           _PyEval_SliceIndexNotNone, &stop)) {
        return NULL;
    }
    if (start < 0) {
        start += Py_SIZE(deque);
        if (start < 0) {
            start = 0;
        }
    }
    if (stop < 0) {
        stop += Py_SIZE(deque);
        if (stop < 0) {
            stop = 0;
        }
    }
    if (stop > Py_SIZE(deque)) {
        stop = Py_SIZE(deque);
    }
    if (start > stop) {
        start = stop;
    }
    struct place p = {deque->leftblock, deque->leftindex};
    Py_ssize_t i;
    for (i = 0; i < start - BLOCKLEN; i += BLOCKLEN) {
        p.b = p.b->rightlink;
    }
    for (; i < start; i++) {
        place_next(&p);
    }
    for (; i < stop; i++) {
        int cmp = deque_compare(deque, place_next(&p), v,
                                PyExc_RuntimeError, MUTATED);
        if (cmp > 0) {
            return PyLong_FromSsize_t(i);
        }
        if (cmp < 0) {
            return NULL;
        }
    }
    PyErr_Format(PyExc_ValueError, "%R is not in deque", v);
    return NULL;
}

/* -- Items ----------------------------------------------------------------- */

PyDoc_STRVAR(insert_doc,
"D.insert(index, object) -> inserts object before index");

static PyObject *
deque_insert(dequeobject *deque, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t index;
    PyObject *value;
    if (!_PyArg_ParseStack(args, nargs, "nO:insert", &index, &value)) {
        return NULL;
    }
    Py_ssize_t n = Py_SIZE(deque);
    if (deque->maxlen == n) {
        PyErr_SetString(PyExc_IndexError,
                        "deque already at its maximum size");
        return NULL;
    }
    if (index >= n) {
        return deque_append(deque, value);
    }
    if (index <= -n || index == 0) {
        return deque_appendleft(deque, value);
    }
    if (deque_rotate_by(deque, -index) < 0) {
        return NULL;
    }
    PyObject *rv = index < 0 ? deque_append(deque, value)
                             : deque_appendleft(deque, value);
    if (rv == NULL) {
        return NULL;
    }
    Py_DECREF(rv);
    if (deque_rotate_by(deque, index) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static Py_ssize_t
deque_len(dequeobject *deque)
{
    return Py_SIZE(deque);
}

static PyObject *
deque_item(dequeobject *deque, Py_ssize_t i)
{
    if (!valid_index(i, Py_SIZE(deque))) {
        PyErr_SetString(PyExc_IndexError, "deque index out of range");
        return NULL;
    }
    return Py_NewRef(*deque_slot(deque, i));
}

static int
deque_del_item(dequeobject *deque, Py_ssize_t i)
{
    assert(valid_index(i, Py_SIZE(deque)));
    if (deque_rotate_by(deque, -i) < 0) {
        return -1;
    }
    PyObject *item = deque_take_left(deque);
    int rv = deque_rotate_by(deque, i);
    Py_DECREF(item);
    return rv;
}

static int
deque_ass_item(dequeobject *deque, Py_ssize_t i, PyObject *v)
{
    if (!valid_index(i, Py_SIZE(deque))) {
        PyErr_SetString(PyExc_IndexError, "deque index out of range");
        return -1;
    }
    if (v == NULL) {
        return deque_del_item(deque, i);
    }
    PyObject **slot = deque_slot(deque, i);
    Py_SETREF(*slot, Py_NewRef(v));
    return 0;
}

PyDoc_STRVAR(remove_doc,
"D.remove(value) -> removes the first occurrence of the value.");

static PyObject *
deque_remove(dequeobject *deque, PyObject *value)
{
    struct place p = {deque->leftblock, deque->leftindex};
    Py_ssize_t n = Py_SIZE(deque);
    for (Py_ssize_t i = 0; i < n; i++) {
        int cmp = deque_compare(deque, place_next(&p), value,
                                PyExc_IndexError,
                                "deque mutated during remove().");
        if (cmp < 0) {
            return NULL;
        }
        if (cmp > 0) {
            if (deque_del_item(deque, i) < 0) {
                return NULL;
            }
            Py_RETURN_NONE;
        }
    }
    PyErr_Format(PyExc_ValueError, "%R is not in deque", value);
    return NULL;
}

/* -- Life ------------------------------------------------------------------ */

static void
deque_dealloc(dequeobject *deque)
{
    PyObject_GC_UnTrack(deque);
    if (deque->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)deque);
    }
    if (deque->leftblock != NULL) {
        deque_clear(deque);
        PyMem_Free(deque->leftblock);
    }
    deque->leftblock = NULL;
    deque->rightblock = NULL;
    for (Py_ssize_t i = 0; i < deque->numfreeblocks; i++) {
        PyMem_Free(deque->freeblocks[i]);
    }
    Py_TYPE(deque)->tp_free(deque);
}

static int
deque_traverse(dequeobject *deque, visitproc visit, void *arg)
{
    if (deque->leftblock == NULL) {
        return 0;
    }
    struct place p = {deque->leftblock, deque->leftindex};
    for (Py_ssize_t n = Py_SIZE(deque); n > 0; n--) {
        PyObject *item = place_next(&p);
        Py_VISIT(item);
    }
    return 0;
}

static int
deque_init(dequeobject *deque, PyObject *args, PyObject *kwdargs)
{
    static const char *const kwlist[] = {"iterable", "maxlen", NULL};
    PyObject *iterable = NULL;
    PyObject *maxlenobj = NULL;
    Py_ssize_t maxlen = -1;
    if (!PyArg_ParseTupleAndKeywords(args, kwdargs, "|OO:deque",
                                     (char **)kwlist, &iterable,
                                     &maxlenobj)) {
        return -1;
    }
    if (maxlenobj != NULL && maxlenobj != Py_None) {
        maxlen = PyLong_AsSsize_t(maxlenobj);
        if (maxlen == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (maxlen < 0) {
            PyErr_SetString(PyExc_ValueError, "maxlen must be non-negative");
            return -1;
        }
    }
    deque->maxlen = maxlen;
    if (Py_SIZE(deque) > 0) {
        deque_clear(deque);
    }
    if (iterable != NULL) {
        PyObject *rv = deque_extend(deque, iterable);
        if (rv == NULL) {
            return -1;
        }
        Py_DECREF(rv);
    }
    return 0;
}

/* -- Protocols --------------------------------------------------------------- */

static PyObject *
deque_repr(PyObject *deque)
{
    int entered = Py_ReprEnter(deque);
    if (entered != 0) {
        return entered > 0 ? PyUnicode_FromString("[...]") : NULL;
    }
    PyObject *result = NULL;
    PyObject *list = PySequence_List(deque);
    if (list != NULL) {
        Py_ssize_t maxlen = ((dequeobject *)deque)->maxlen;
        if (maxlen >= 0) {
            result = PyUnicode_FromFormat("%s(%R, maxlen=%zd)",
                                          _PyType_Name(Py_TYPE(deque)), list,
                                          maxlen);
        }
        else {
            result = PyUnicode_FromFormat("%s(%R)",
                                          _PyType_Name(Py_TYPE(deque)),
                                          list);
        }
        Py_DECREF(list);
    }
    Py_ReprLeave(deque);
    return result;
}

static PyObject *
deque_richcompare(PyObject *v, PyObject *w, int op)
{
    if (!PyObject_TypeCheck(v, &deque_type)
        || !PyObject_TypeCheck(w, &deque_type)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_ssize_t vs = Py_SIZE(v);
    Py_ssize_t ws = Py_SIZE(w);
    if (op == Py_EQ || op == Py_NE) {
        if (v == w) {
            return PyBool_FromLong(op == Py_EQ);
        }
        if (vs != ws) {
            return PyBool_FromLong(op == Py_NE);
        }
    }
    /* The iterators notice if a comparison changes one of them. */
    PyObject *x = NULL, *y = NULL, *result = NULL;
    int cmp = -1;
    PyObject *it2 = NULL;
    PyObject *it1 = PyObject_GetIter(v);
    if (it1 == NULL) {
        goto done;
    }
    it2 = PyObject_GetIter(w);
    if (it2 == NULL) {
        goto done;
    }
    for (;;) {
        x = PyIter_Next(it1);
        if (x == NULL && PyErr_Occurred()) {
            goto done;
        }
        y = PyIter_Next(it2);
        if (y == NULL && PyErr_Occurred()) {
            goto done;
        }
        if (x == NULL || y == NULL) {
            break;
        }
        cmp = PyObject_RichCompareBool(x, y, Py_EQ);
        if (cmp < 0) {
            goto done;
        }
        if (cmp == 0) {
            if (op == Py_EQ || op == Py_NE) {
                result = PyBool_FromLong(op == Py_NE);
            }
            else {
                result = PyObject_RichCompare(x, y, op);
            }
            goto done;
        }
        Py_CLEAR(x);
        Py_CLEAR(y);
    }
    {
        /* One ended: the longer one is larger. */
        int left = x != NULL;
        int right = y != NULL;
        switch (op) {
        case Py_LT:
            result = PyBool_FromLong(left < right);
            break;
        case Py_LE:
            result = PyBool_FromLong(left <= right);
            break;
        case Py_EQ:
            result = PyBool_FromLong(left == right);
            break;
        case Py_NE:
            result = PyBool_FromLong(left != right);
            break;
        case Py_GT:
            result = PyBool_FromLong(left > right);
            break;
        case Py_GE:
            result = PyBool_FromLong(left >= right);
            break;
        }
    }
done:
    Py_XDECREF(x);
    Py_XDECREF(y);
    Py_XDECREF(it1);
    Py_XDECREF(it2);
    return result;
}

PyDoc_STRVAR(reduce_doc, "What pickle needs.");

static PyObject *
deque_reduce(dequeobject *deque, PyObject *unused)
{
    PyObject *state = _PyObject_GetState((PyObject *)deque);
    if (state == NULL) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter((PyObject *)deque);
    if (it == NULL) {
        Py_DECREF(state);
        return NULL;
    }
    if (deque->maxlen < 0) {
        return Py_BuildValue("O()NN", Py_TYPE(deque), state, it);
    }
    return Py_BuildValue("O(()n)NN", Py_TYPE(deque), deque->maxlen, state,
                         it);
}

PyDoc_STRVAR(sizeof_doc,
"D.__sizeof__() -> bytes of memory the deque takes");

static PyObject *
deque_sizeof(dequeobject *deque, PyObject *unused)
{
    size_t res = _PyObject_SIZE(Py_TYPE(deque));
    size_t blocks = ((size_t)deque->leftindex + (size_t)Py_SIZE(deque)
                     + BLOCKLEN - 1) / BLOCKLEN;
    res += blocks * sizeof(block);
    return PyLong_FromSize_t(res);
}

static PyObject *
deque_get_maxlen(dequeobject *deque, void *unused)
{
    if (deque->maxlen < 0) {
        Py_RETURN_NONE;
    }
    return PyLong_FromSsize_t(deque->maxlen);
}

static PyGetSetDef deque_getset[] = {
    {"maxlen", (getter)deque_get_maxlen, NULL,
     PyDoc_STR("maximal length, or None if unbounded")},
    {0},
};

/* -- Iterators ------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    block *b;                   /* borrowed from deque, valid while its
                                   state is the same */
    Py_ssize_t index;
    dequeobject *deque;
    size_t state;               /* of the deque at the start */
    Py_ssize_t counter;         /* items left */
} dequeiterobject;

static PyObject *
dequeiter_make(dequeobject *deque, PyTypeObject *type)
{
    dequeiterobject *it = PyObject_GC_New(dequeiterobject, type);
    if (it == NULL) {
        return NULL;
    }
    if (type == &dequeiter_type) {
        it->b = deque->leftblock;
        it->index = deque->leftindex;
    }
    else {
        it->b = deque->rightblock;
        it->index = deque->rightindex;
    }
    it->deque = (dequeobject *)Py_NewRef(deque);
    it->state = deque->state;
    it->counter = Py_SIZE(deque);
    PyObject_GC_Track(it);
    return (PyObject *)it;
}

static PyObject *
deque_iter(dequeobject *deque)
{
    return dequeiter_make(deque, &dequeiter_type);
}

PyDoc_STRVAR(reversed_doc,
"D.__reversed__() -> an iterator over the deque, last element first");

static PyObject *
deque_reviter(dequeobject *deque, PyObject *unused)
{
    return dequeiter_make(deque, &dequereviter_type);
}

static int
dequeiter_traverse(dequeiterobject *dio, visitproc visit, void *arg)
{
    Py_VISIT(dio->deque);
    return 0;
}

static void
dequeiter_dealloc(dequeiterobject *dio)
{
    PyObject_GC_UnTrack(dio);
    Py_XDECREF(dio->deque);
    PyObject_GC_Del(dio);
}

/* 1 if there is one more; 0 at the end or with an exception. */
static int
dequeiter_check(dequeiterobject *it)
{
    if (it->deque->state != it->state) {
        it->counter = 0;
        PyErr_SetString(PyExc_RuntimeError, MUTATED);
        return 0;
    }
    if (it->counter == 0) {
        return 0;
    }
    it->counter--;
    return 1;
}

static PyObject *
dequeiter_next(dequeiterobject *it)
{
    if (!dequeiter_check(it)) {
        return NULL;
    }
    PyObject *item = it->b->data[it->index++];
    if (it->index == BLOCKLEN && it->counter > 0) {
        it->b = it->b->rightlink;
        it->index = 0;
    }
    return Py_NewRef(item);
}

static PyObject *
dequereviter_next(dequeiterobject *it)
{
    if (!dequeiter_check(it)) {
        return NULL;
    }
    PyObject *item = it->b->data[it->index--];
    if (it->index < 0 && it->counter > 0) {
        it->b = it->b->leftlink;
        it->index = BLOCKLEN - 1;
    }
    return Py_NewRef(item);
}

/* An iterator that has gone index steps already, for pickle. */
static PyObject *
dequeiter_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Py_ssize_t index = 0;
    PyObject *deque;
    if (!PyArg_ParseTuple(args, "O!|n", &deque_type, &deque, &index)) {
        return NULL;
    }
    int backwards = type == &dequereviter_type;
    dequeiterobject *it = (dequeiterobject *)dequeiter_make(
        (dequeobject *)deque, type);
    if (it == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < index; i++) {
        PyObject *item = backwards ? dequereviter_next(it)
                                   : dequeiter_next(it);
        if (item == NULL) {
            if (PyErr_Occurred()) {
                Py_DECREF(it);
                return NULL;
            }
            break;
        }
        Py_DECREF(item);
    }
    return (PyObject *)it;
}

PyDoc_STRVAR(length_hint_doc,
"Private: a guess at how many elements are left.");

static PyObject *
dequeiter_len(dequeiterobject *it, PyObject *unused)
{
    return PyLong_FromSsize_t(it->counter);
}

static PyObject *
dequeiter_reduce(dequeiterobject *it, PyObject *unused)
{
    return Py_BuildValue("O(On)", Py_TYPE(it), it->deque,
                         Py_SIZE(it->deque) - it->counter);
}

static PyMethodDef dequeiter_methods[] = {
    {"__length_hint__", (PyCFunction)dequeiter_len, METH_NOARGS,
     length_hint_doc},
    {"__reduce__", (PyCFunction)dequeiter_reduce, METH_NOARGS, reduce_doc},
    {NULL, NULL},
};

#define ITERATOR_SLOTS(name, next) \
    PyVarObject_HEAD_INIT(NULL, 0) \
    .tp_name = name, \
    .tp_basicsize = sizeof(dequeiterobject), \
    .tp_dealloc = (destructor)dequeiter_dealloc, \
    .tp_getattro = PyObject_GenericGetAttr, \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, \
    .tp_traverse = (traverseproc)dequeiter_traverse, \
    .tp_iter = PyObject_SelfIter, \
    .tp_iternext = (iternextfunc)next, \
    .tp_methods = dequeiter_methods, \
    .tp_new = dequeiter_new

static PyTypeObject dequeiter_type = {
    ITERATOR_SLOTS("_collections._deque_iterator", dequeiter_next),
};

static PyTypeObject dequereviter_type = {
    ITERATOR_SLOTS("_collections._deque_reverse_iterator",
                   dequereviter_next),
};
#undef ITERATOR_SLOTS

/* -- The type -------------------------------------------------------------- */

static PyMethodDef deque_methods[] = {
    {"append", (PyCFunction)deque_append, METH_O, append_doc},
    {"appendleft", (PyCFunction)deque_appendleft, METH_O, appendleft_doc},
    {"clear", (PyCFunction)deque_clearmethod, METH_NOARGS, clear_doc},
    {"__copy__", deque_copy, METH_NOARGS, copy_doc},
    {"copy", deque_copy, METH_NOARGS, copy_doc},
    {"count", (PyCFunction)deque_count, METH_O, count_doc},
    {"extend", (PyCFunction)deque_extend, METH_O, extend_doc},
    {"extendleft", (PyCFunction)deque_extendleft, METH_O, extendleft_doc},
    {"index", (PyCFunction)(void (*)(void))deque_index, METH_FASTCALL,
     index_doc},
    {"insert", (PyCFunction)(void (*)(void))deque_insert, METH_FASTCALL,
     insert_doc},
    {"pop", (PyCFunction)deque_pop, METH_NOARGS, pop_doc},
    {"popleft", (PyCFunction)deque_popleft, METH_NOARGS, popleft_doc},
    {"__reduce__", (PyCFunction)deque_reduce, METH_NOARGS, reduce_doc},
    {"remove", (PyCFunction)deque_remove, METH_O, remove_doc},
    {"__reversed__", (PyCFunction)deque_reviter, METH_NOARGS, reversed_doc},
    {"reverse", (PyCFunction)deque_reverse, METH_NOARGS, reverse_doc},
    {"rotate", (PyCFunction)(void (*)(void))deque_rotate, METH_FASTCALL,
     rotate_doc},
    {"__sizeof__", (PyCFunction)deque_sizeof, METH_NOARGS, sizeof_doc},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

static PySequenceMethods deque_as_sequence = {
    .sq_length = (lenfunc)deque_len,
    .sq_concat = (binaryfunc)deque_concat,
    .sq_repeat = (ssizeargfunc)deque_repeat,
    .sq_item = (ssizeargfunc)deque_item,
    .sq_ass_item = (ssizeobjargproc)deque_ass_item,
    .sq_contains = (objobjproc)deque_contains,
    .sq_inplace_concat = (binaryfunc)deque_inplace_concat,
    .sq_inplace_repeat = (ssizeargfunc)deque_inplace_repeat,
};

PyDoc_STRVAR(deque_doc,
"deque([iterable[, maxlen]]) --> deque object\n\n"
"A sequence that is fast at both ends.");

static PyTypeObject deque_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "collections.deque",
    .tp_basicsize = sizeof(dequeobject),
    .tp_dealloc = (destructor)deque_dealloc,
    .tp_repr = deque_repr,
    .tp_as_sequence = &deque_as_sequence,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_SEQUENCE,
    .tp_doc = deque_doc,
    .tp_traverse = (traverseproc)deque_traverse,
    .tp_clear = (inquiry)deque_clear,
    .tp_richcompare = deque_richcompare,
    .tp_weaklistoffset = offsetof(dequeobject, weakreflist),
    .tp_iter = (getiterfunc)deque_iter,
    .tp_methods = deque_methods,
    .tp_getset = deque_getset,
    .tp_init = (initproc)deque_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = deque_new,
    .tp_free = PyObject_GC_Del,
};

int
collections_add_deque(PyObject *module)
{
    if (PyModule_AddType(module, &deque_type) < 0
        || PyModule_AddType(module, &dequeiter_type) < 0
        || PyModule_AddType(module, &dequereviter_type) < 0) {
        return -1;
    }
    return 0;
}
