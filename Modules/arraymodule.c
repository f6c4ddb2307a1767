/* array: sequences of C values of one type. */

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_bitutils.h"
#include "pycore_call.h"
#include "pycore_floatobject.h"
#include "pycore_moduleobject.h"
#include "pycore_object.h"
#include "structmember.h"

typedef struct arrayobject arrayobject;

/* A type of items. */
struct array_kind {
    char typecode;
    int itemsize;
    PyObject *(*get)(arrayobject *array, Py_ssize_t i);
    /* i < 0: only check. -1 with an exception. */
    int (*set)(arrayobject *array, Py_ssize_t i, PyObject *value);
    const char *format;         /* for buffers */
    int is_integer;
    int is_signed;
};

/* Size 64 and the place of the first fields are known outside. */
struct arrayobject {
    PyObject_VAR_HEAD
    char *ob_item;
    Py_ssize_t allocated;
    const struct array_kind *ob_descr;
    PyObject *weakreflist;
    Py_ssize_t ob_exports;      /* buffers given out */
};

typedef struct {
    PyObject_HEAD
    Py_ssize_t index;
    arrayobject *ao;            /* NULL once exhausted */
    const struct array_kind *kind;
} arrayiterobject;

typedef struct {
    PyTypeObject *array_type;
    PyTypeObject *iter_type;
    PyObject *reconstructor;    /* _array_reconstructor */
} array_state;

static struct PyModuleDef array_module;

static array_state *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static array_state *
state_by_type(PyTypeObject *type)
{
    PyObject *module = PyType_GetModuleByDef(type, &array_module);
    return module == NULL ? NULL : state_of(module);
}

#define array_Check(op, state) PyObject_TypeCheck(op, (state)->array_type)

/* -- Items -------------------------------------------------------------- */

#define ITEM(array, type, i) (((type *)(array)->ob_item)[i])

#define GETTER(name, type, convert)                                     \
    static PyObject *                                                   \
    name##_get(arrayobject *array, Py_ssize_t i)                        \
    {                                                                   \
        return convert(ITEM(array, type, i));                           \
    }

GETTER(b, signed char, PyLong_FromLong)
GETTER(B, unsigned char, PyLong_FromLong)
GETTER(h, short, PyLong_FromLong)
GETTER(H, unsigned short, PyLong_FromLong)
GETTER(i, int, PyLong_FromLong)
GETTER(I, unsigned int, PyLong_FromUnsignedLong)
GETTER(l, long, PyLong_FromLong)
GETTER(L, unsigned long, PyLong_FromUnsignedLong)
GETTER(q, long long, PyLong_FromLongLong)
GETTER(Q, unsigned long long, PyLong_FromUnsignedLongLong)
GETTER(f, float, PyFloat_FromDouble)
GETTER(d, double, PyFloat_FromDouble)

static PyObject *
u_get(arrayobject *array, Py_ssize_t i)
{
    return PyUnicode_FromOrdinal((int)ITEM(array, wchar_t, i));
}

static int
u_set(arrayobject *array, Py_ssize_t i, PyObject *value)
{
    if (!PyUnicode_Check(value) || PyUnicode_GET_LENGTH(value) != 1) {
        PyErr_SetString(PyExc_TypeError,
                        "array item must be unicode character");
        return -1;
    }
    if (i >= 0) {
        ITEM(array, wchar_t, i) = (wchar_t)PyUnicode_READ_CHAR(value, 0);
    }
    return 0;
}

static int
raise_overflow(const char *what, int above)
{
    PyErr_Format(PyExc_OverflowError, "%s is %s", what,
                 above ? "greater than maximum" : "less than minimum");
    return -1;
}

/* Values of up to an int. */
static int
long_in_range(PyObject *value, long low, long high, const char *what,
              long *result)
{
    PyObject *index = _PyNumber_Index(value);
    if (index == NULL) {
        return -1;
    }
    *result = PyLong_AsLong(index);
    Py_DECREF(index);
    if (*result == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (*result < low || *result > high) {
        return raise_overflow(what, *result > high);
    }
    return 0;
}

#define SETTER_SMALL(name, type, low, high, what)                       \
    static int                                                          \
    name##_set(arrayobject *array, Py_ssize_t i, PyObject *value)       \
    {                                                                   \
        long x;                                                         \
        if (long_in_range(value, low, high, what, &x) < 0) {            \
            return -1;                                                  \
        }                                                               \
        if (i >= 0) {                                                   \
            ITEM(array, type, i) = (type)x;                             \
        }                                                               \
        return 0;                                                       \
    }

SETTER_SMALL(b, signed char, SCHAR_MIN, SCHAR_MAX, "signed char")
SETTER_SMALL(B, unsigned char, 0, UCHAR_MAX, "unsigned byte integer")
SETTER_SMALL(h, short, SHRT_MIN, SHRT_MAX, "signed short integer")
SETTER_SMALL(H, unsigned short, 0, USHRT_MAX, "unsigned short")
SETTER_SMALL(i, int, INT_MIN, INT_MAX, "signed integer")

#define SETTER_LARGE(name, type, convert)                               \
    static int                                                          \
    name##_set(arrayobject *array, Py_ssize_t i, PyObject *value)       \
    {                                                                   \
        PyObject *index = _PyNumber_Index(value);                       \
        if (index == NULL) {                                            \
            return -1;                                                  \
        }                                                               \
        type x = convert(index);                                        \
        Py_DECREF(index);                                               \
        if (x == (type)-1 && PyErr_Occurred()) {                        \
            return -1;                                                  \
        }                                                               \
        if (i >= 0) {                                                   \
            ITEM(array, type, i) = x;                                   \
        }                                                               \
        return 0;                                                       \
    }

SETTER_LARGE(l, long, PyLong_AsLong)
SETTER_LARGE(L, unsigned long, PyLong_AsUnsignedLong)
SETTER_LARGE(q, long long, PyLong_AsLongLong)
SETTER_LARGE(Q, unsigned long long, PyLong_AsUnsignedLongLong)

static int
I_set(arrayobject *array, Py_ssize_t i, PyObject *value)
{
    PyObject *index = _PyNumber_Index(value);
    if (index == NULL) {
        return -1;
    }
    unsigned long x = PyLong_AsUnsignedLong(index);
    Py_DECREF(index);
    if (x == (unsigned long)-1 && PyErr_Occurred()) {
        return -1;
    }
    if (x > UINT_MAX) {
        return raise_overflow("unsigned int", 1);
    }
    if (i >= 0) {
        ITEM(array, unsigned int, i) = (unsigned int)x;
    }
    return 0;
}

static int
f_set(arrayobject *array, Py_ssize_t i, PyObject *value)
{
    double x = PyFloat_AsDouble(value);
    if (x == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    if (i >= 0) {
        ITEM(array, float, i) = (float)x;
    }
    return 0;
}

static int
d_set(arrayobject *array, Py_ssize_t i, PyObject *value)
{
    double x = PyFloat_AsDouble(value);
    if (x == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    if (i >= 0) {
        ITEM(array, double, i) = x;
    }
    return 0;
}

#define KIND(c, type, format, integer, is_signed)                       \
    {#c[0], sizeof(type), c##_get, c##_set, format, integer, is_signed}

static const struct array_kind kinds[] = {
    KIND(b, signed char, "b", 1, 1),
    KIND(B, unsigned char, "B", 1, 0),
    KIND(u, wchar_t, "w", 0, 0),
    KIND(h, short, "h", 1, 1),
    KIND(H, unsigned short, "H", 1, 0),
    KIND(i, int, "i", 1, 1),
    KIND(I, unsigned int, "I", 1, 0),
    KIND(l, long, "l", 1, 1),
    KIND(L, unsigned long, "L", 1, 0),
    KIND(q, long long, "q", 1, 1),
    KIND(Q, unsigned long long, "Q", 1, 0),
    KIND(f, float, "f", 0, 0),
    KIND(d, double, "d", 0, 0),
};

static const struct array_kind *
kind_find(int typecode)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(kinds); i++) {
        if (kinds[i].typecode == typecode) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* -- Storage ------------------------------------------------------------ */

static int
array_resize(arrayobject *self, Py_ssize_t newsize)
{
    if (self->ob_exports > 0 && newsize != Py_SIZE(self)) {
        PyErr_SetString(PyExc_BufferError,
                        "cannot resize an array that is exporting buffers");
        return -1;
    }
    /* Do not shrink unless half of it is unused. */
    if (self->allocated >= newsize
        && Py_SIZE(self) < newsize + 16 && self->ob_item != NULL) {
        Py_SET_SIZE(self, newsize);
        return 0;
    }
    if (newsize == 0) {
        PyMem_Free(self->ob_item);
        self->ob_item = NULL;
        Py_SET_SIZE(self, 0);
        self->allocated = 0;
        return 0;
    }
    size_t room = (size_t)((newsize >> 4) + (Py_SIZE(self) < 8 ? 3 : 7)
                           + newsize);
    size_t itemsize = (size_t)self->ob_descr->itemsize;
    if (room > (size_t)PY_SSIZE_T_MAX / itemsize) {
        PyErr_NoMemory();
        return -1;
    }
    char *items = PyMem_Realloc(self->ob_item, room * itemsize);
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->ob_item = items;
    Py_SET_SIZE(self, newsize);
    self->allocated = (Py_ssize_t)room;
    return 0;
}

static PyObject *
array_make(PyTypeObject *type, Py_ssize_t size, const struct array_kind *kind)
{
    if (size < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (size > PY_SSIZE_T_MAX / kind->itemsize) {
        return PyErr_NoMemory();
    }
    arrayobject *self = (arrayobject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->ob_descr = kind;
    self->allocated = size;
    self->weakreflist = NULL;
    Py_SET_SIZE(self, size);
    self->ob_item = NULL;
    if (size > 0) {
        self->ob_item = PyMem_Malloc((size_t)size * (size_t)kind->itemsize);
        if (self->ob_item == NULL) {
            Py_SET_SIZE(self, 0);
            Py_DECREF(self);
            return PyErr_NoMemory();
        }
    }
    self->ob_exports = 0;
    return (PyObject *)self;
}

static int
array_traverse(arrayobject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void
array_dealloc(arrayobject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    PyMem_Free(self->ob_item);
    type->tp_free(self);
    Py_DECREF(type);
}

static inline char *
item_at(arrayobject *self, Py_ssize_t i)
{
    return self->ob_item + i * self->ob_descr->itemsize;
}

static inline size_t
byte_size(arrayobject *self, Py_ssize_t n)
{
    return (size_t)n * (size_t)self->ob_descr->itemsize;
}

static inline PyObject *
get_item(arrayobject *self, Py_ssize_t i)
{
    return self->ob_descr->get(self, i);
}

/* memmove of items, where there are any. */
static void
move_items(arrayobject *self, Py_ssize_t to, Py_ssize_t from, Py_ssize_t n)
{
    if (n > 0) {
        memmove(item_at(self, to), item_at(self, from), byte_size(self, n));
    }
}

static int
insert_at(arrayobject *self, Py_ssize_t where, PyObject *value)
{
    if (self->ob_descr->set(self, -1, value) < 0) {
        return -1;
    }
    /* The check may have run Python: read the size after it. */
    Py_ssize_t n = Py_SIZE(self);
    if (array_resize(self, n + 1) < 0) {
        return -1;
    }
    if (where < 0) {
        where = Py_MAX(where + n, 0);
    }
    where = Py_MIN(where, n);
    move_items(self, where + 1, where, n - where);
    return self->ob_descr->set(self, where, value);
}

/* -- Comparison --------------------------------------------------------- */

static PyObject *
compare_items(arrayobject *va, arrayobject *wa, int op)
{
    Py_ssize_t i;
    int same = 1;
    for (i = 0; i < Py_SIZE(va) && i < Py_SIZE(wa); i++) {
        PyObject *a = get_item(va, i);
        PyObject *b = a == NULL ? NULL : get_item(wa, i);
        if (b == NULL) {
            Py_XDECREF(a);
            return NULL;
        }
        same = PyObject_RichCompareBool(a, b, Py_EQ);
        if (same <= 0) {
            PyObject *result = NULL;
            if (same == 0 && op != Py_EQ && op != Py_NE) {
                result = PyObject_RichCompare(a, b, op);
            }
            else if (same == 0) {
                result = PyBool_FromLong(op == Py_NE);
            }
            Py_DECREF(a);
            Py_DECREF(b);
            return result;
        }
        Py_DECREF(a);
        Py_DECREF(b);
    }
    Py_RETURN_RICHCOMPARE(Py_SIZE(va), Py_SIZE(wa), op);
}

static PyObject *
array_richcompare(PyObject *v, PyObject *w, int op)
{
    array_state *state = state_by_type(Py_TYPE(v));
    if (state == NULL) {
        return NULL;
    }
    if (!array_Check(v, state) || !array_Check(w, state)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    arrayobject *va = (arrayobject *)v;
    arrayobject *wa = (arrayobject *)w;
    if (Py_SIZE(va) != Py_SIZE(wa) && (op == Py_EQ || op == Py_NE)) {
        return PyBool_FromLong(op == Py_NE);
    }
    if (va->ob_descr == wa->ob_descr && va->ob_descr->is_integer
        && (op == Py_EQ || op == Py_NE)) {
        int same = Py_SIZE(va) == 0
            || memcmp(va->ob_item, wa->ob_item,
                      byte_size(va, Py_SIZE(va))) == 0;
        return PyBool_FromLong(same == (op == Py_EQ));
    }
    return compare_items(va, wa, op);
}

/* -- Sequence ----------------------------------------------------------- */

static Py_ssize_t
array_length(arrayobject *self)
{
    return Py_SIZE(self);
}

static PyObject *
array_item(arrayobject *self, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "array index out of range");
        return NULL;
    }
    return get_item(self, i);
}

static PyObject *
array_slice(arrayobject *self, Py_ssize_t low, Py_ssize_t high)
{
    Py_ssize_t n = Py_SIZE(self);
    low = Py_MIN(Py_MAX(low, 0), n);
    high = Py_MIN(Py_MAX(high, low), n);
    array_state *state = state_by_type(Py_TYPE(self));
    arrayobject *result = (arrayobject *)array_make(
        state->array_type, high - low, self->ob_descr);
    if (result != NULL && high > low) {
        memcpy(result->ob_item, item_at(self, low),
               byte_size(self, high - low));
    }
    return (PyObject *)result;
}

static PyObject *
array_copy(arrayobject *self, PyObject *Py_UNUSED(ignored))
{
    return array_slice(self, 0, Py_SIZE(self));
}

static PyObject *
array_deepcopy(arrayobject *self, PyObject *Py_UNUSED(memo))
{
    return array_copy(self, NULL);
}

static PyObject *
array_concat(arrayobject *a, PyObject *bb)
{
    array_state *state = state_by_type(Py_TYPE(a));
    if (!array_Check(bb, state)) {
        return PyErr_Format(PyExc_TypeError,
                            "can only append array (not \"%.200s\") to "
                            "array", Py_TYPE(bb)->tp_name);
    }
    arrayobject *b = (arrayobject *)bb;
    if (a->ob_descr != b->ob_descr) {
        PyErr_BadArgument();
        return NULL;
    }
    if (Py_SIZE(a) > PY_SSIZE_T_MAX - Py_SIZE(b)) {
        return PyErr_NoMemory();
    }
    arrayobject *result = (arrayobject *)array_make(
        state->array_type, Py_SIZE(a) + Py_SIZE(b), a->ob_descr);
    if (result == NULL) {
        return NULL;
    }
    if (Py_SIZE(a) > 0) {
        memcpy(result->ob_item, a->ob_item, byte_size(a, Py_SIZE(a)));
    }
    if (Py_SIZE(b) > 0) {
        memcpy(item_at(result, Py_SIZE(a)), b->ob_item,
               byte_size(b, Py_SIZE(b)));
    }
    return (PyObject *)result;
}

/* Fills dest with the size bytes at its start, n times over. */
static void
repeat_bytes(char *dest, size_t size, Py_ssize_t n)
{
    size_t total = size * (size_t)n;
    if (size == 1) {
        memset(dest, dest[0], total);
        return;
    }
    for (size_t done = size; done < total;) {
        size_t part = Py_MIN(done, total - done);
        memcpy(dest + done, dest, part);
        done += part;
    }
}

static PyObject *
array_repeat(arrayobject *self, Py_ssize_t n)
{
    array_state *state = state_by_type(Py_TYPE(self));
    n = Py_MAX(n, 0);
    if (Py_SIZE(self) != 0 && n > PY_SSIZE_T_MAX / Py_SIZE(self)) {
        return PyErr_NoMemory();
    }
    arrayobject *result = (arrayobject *)array_make(
        state->array_type, Py_SIZE(self) * n, self->ob_descr);
    if (result != NULL && Py_SIZE(result) > 0) {
        size_t size = byte_size(self, Py_SIZE(self));
        memcpy(result->ob_item, self->ob_item, size);
        repeat_bytes(result->ob_item, size, n);
    }
    return (PyObject *)result;
}

static int
array_contains(arrayobject *self, PyObject *v)
{
    int found = 0;
    for (Py_ssize_t i = 0; !found && i < Py_SIZE(self); i++) {
        PyObject *item = get_item(self, i);
        if (item == NULL) {
            return -1;
        }
        found = PyObject_RichCompareBool(item, v, Py_EQ);
        Py_DECREF(item);
    }
    return found;
}

static int
delete_range(arrayobject *self, Py_ssize_t start, Py_ssize_t n)
{
    if (n == 0) {
        return 0;
    }
    if (self->ob_exports > 0) {
        PyErr_SetString(PyExc_BufferError,
                        "cannot resize an array that is exporting buffers");
        return -1;
    }
    Py_ssize_t size = Py_SIZE(self);
    move_items(self, start, start + n, size - start - n);
    return array_resize(self, size - n);
}

static int
array_ass_item(arrayobject *self, Py_ssize_t i, PyObject *v)
{
    if (i < 0 || i >= Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError,
                        "array assignment index out of range");
        return -1;
    }
    if (v == NULL) {
        return delete_range(self, i, 1);
    }
    return self->ob_descr->set(self, i, v);
}

/* -- Extending ---------------------------------------------------------- */

static int
extend_from_iterable(arrayobject *self, PyObject *iterable)
{
    PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) {
        return -1;
    }
    PyObject *v;
    while ((v = PyIter_Next(iterator)) != NULL) {
        int status = insert_at(self, Py_SIZE(self), v);
        Py_DECREF(v);
        if (status < 0) {
            Py_DECREF(iterator);
            return -1;
        }
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? -1 : 0;
}

static int
extend_from(array_state *state, arrayobject *self, PyObject *bb)
{
    if (!array_Check(bb, state)) {
        return extend_from_iterable(self, bb);
    }
    arrayobject *b = (arrayobject *)bb;
    if (self->ob_descr != b->ob_descr) {
        PyErr_SetString(PyExc_TypeError,
                        "can only extend with array of same kind");
        return -1;
    }
    Py_ssize_t n = Py_SIZE(self);
    Py_ssize_t added = Py_SIZE(b);
    if (n > PY_SSIZE_T_MAX - added) {
        PyErr_NoMemory();
        return -1;
    }
    if (array_resize(self, n + added) < 0) {
        return -1;
    }
    if (added > 0) {    /* self and b may be the same */
        memcpy(item_at(self, n), b->ob_item, byte_size(self, added));
    }
    return 0;
}

static PyObject *
array_inplace_concat(arrayobject *self, PyObject *bb)
{
    array_state *state = state_by_type(Py_TYPE(self));
    if (!array_Check(bb, state)) {
        return PyErr_Format(PyExc_TypeError,
                            "can only extend array with array (not "
                            "\"%.200s\")", Py_TYPE(bb)->tp_name);
    }
    if (extend_from(state, self, bb) < 0) {
        return NULL;
    }
    return Py_NewRef(self);
}

static PyObject *
array_inplace_repeat(arrayobject *self, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(self);
    if (size > 0 && n != 1) {
        n = Py_MAX(n, 0);
        if (n > 0 && size > PY_SSIZE_T_MAX / self->ob_descr->itemsize / n) {
            return PyErr_NoMemory();
        }
        if (array_resize(self, n * size) < 0) {
            return NULL;
        }
        if (n > 0) {
            repeat_bytes(self->ob_item, byte_size(self, size), n);
        }
    }
    return Py_NewRef(self);
}

static PyObject *
array_extend(arrayobject *self, PyObject *bb)
{
    if (extend_from(state_by_type(Py_TYPE(self)), self, bb) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
array_insert(arrayobject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("insert", nargs, 2, 2)) {
        return NULL;
    }
    Py_ssize_t i = PyNumber_AsSsize_t(args[0], PyExc_OverflowError);
    if ((i == -1 && PyErr_Occurred()) || insert_at(self, i, args[1]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
array_append(arrayobject *self, PyObject *v)
{
    if (insert_at(self, Py_SIZE(self), v) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- Searching and removing --------------------------------------------- */

static PyObject *
array_count(arrayobject *self, PyObject *v)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        PyObject *item = get_item(self, i);
        if (item == NULL) {
            return NULL;
        }
        int same = PyObject_RichCompareBool(item, v, Py_EQ);
        Py_DECREF(item);
        if (same < 0) {
            return NULL;
        }
        count += same;
    }
    return PyLong_FromSsize_t(count);
}

/* The first place of v from start to stop; -1, with an exception on error. */
static Py_ssize_t
find_item(arrayobject *self, PyObject *v, Py_ssize_t start, Py_ssize_t stop)
{
    for (Py_ssize_t i = start; i < stop && i < Py_SIZE(self); i++) {
        PyObject *item = get_item(self, i);
        if (item == NULL) {
            return -1;
        }
        int same = PyObject_RichCompareBool(item, v, Py_EQ);
        Py_DECREF(item);
        if (same != 0) {
            return same < 0 ? -1 : i;
        }
    }
    return -1;
}

static PyObject *
array_index(arrayobject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t start = 0;
    Py_ssize_t stop = PY_SSIZE_T_MAX;
    if (!_PyArg_CheckPositional("index", nargs, 1, 3)
        || (nargs > 1 && !_PyEval_SliceIndexNotNone(args[1], &start))
        || (nargs > 2 && !_PyEval_SliceIndexNotNone(args[2], &stop))) {
        return NULL;
    }
    if (start < 0) {
        start = Py_MAX(start + Py_SIZE(self), 0);
    }
    if (stop < 0) {
        stop += Py_SIZE(self);
    }
    Py_ssize_t i = find_item(self, args[0], start, stop);
    if (i >= 0) {
        return PyLong_FromSsize_t(i);
    }
    if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_ValueError, "array.index(x): x not in array");
    }
    return NULL;
}

static PyObject *
array_remove(arrayobject *self, PyObject *v)
{
    Py_ssize_t i = find_item(self, v, 0, PY_SSIZE_T_MAX);
    if (i >= 0) {
        if (delete_range(self, i, 1) < 0) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_ValueError, "array.remove(x): x not in array");
    }
    return NULL;
}

static PyObject *
array_pop(arrayobject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("pop", nargs, 0, 1)) {
        return NULL;
    }
    Py_ssize_t i = -1;
    if (nargs == 1) {
        i = PyNumber_AsSsize_t(args[0], PyExc_OverflowError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (Py_SIZE(self) == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from empty array");
        return NULL;
    }
    if (i < 0) {
        i += Py_SIZE(self);
    }
    if (i < 0 || i >= Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "pop index out of range");
        return NULL;
    }
    PyObject *v = get_item(self, i);
    if (v != NULL && delete_range(self, i, 1) < 0) {
        Py_CLEAR(v);
    }
    return v;
}

/* -- Whole contents ----------------------------------------------------- */

static PyObject *
array_buffer_info(arrayobject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("(Nn)", PyLong_FromVoidPtr(self->ob_item),
                         Py_SIZE(self));
}

static void
reverse_bytes(char *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        char c = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = c;
    }
}

static PyObject *
array_byteswap(arrayobject *self, PyObject *Py_UNUSED(ignored))
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        reverse_bytes(item_at(self, i), byte_size(self, 1));
    }
    Py_RETURN_NONE;
}

static PyObject *
array_reverse(arrayobject *self, PyObject *Py_UNUSED(ignored))
{
    size_t n = byte_size(self, Py_SIZE(self));
    if (n > 0) {
        reverse_bytes(self->ob_item, n);
        array_byteswap(self, NULL);
        Py_DECREF(Py_None);
    }
    Py_RETURN_NONE;
}

static PyObject *
array_tolist(arrayobject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(Py_SIZE(self));
    for (Py_ssize_t i = 0; list != NULL && i < Py_SIZE(self); i++) {
        PyObject *v = get_item(self, i);
        if (v == NULL) {
            Py_CLEAR(list);
        }
        else {
            PyList_SET_ITEM(list, i, v);
        }
    }
    return list;
}

static PyObject *
array_fromlist(arrayobject *self, PyObject *list)
{
    if (!PyList_Check(list)) {
        PyErr_SetString(PyExc_TypeError, "arg must be list");
        return NULL;
    }
    Py_ssize_t n = PyList_GET_SIZE(list);
    Py_ssize_t old_size = Py_SIZE(self);
    if (n > 0 && array_resize(self, old_size + n) < 0) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        int failed = self->ob_descr->set(self, old_size + i,
                                         PyList_GET_ITEM(list, i)) < 0;
        if (!failed && n != PyList_GET_SIZE(list)) {
            PyErr_SetString(PyExc_RuntimeError,
                            "list changed size during iteration");
            failed = 1;
        }
        if (failed) {
            array_resize(self, old_size);
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyObject *
array_tobytes(arrayobject *self, PyObject *Py_UNUSED(ignored))
{
    return PyBytes_FromStringAndSize(
        self->ob_item, (Py_ssize_t)byte_size(self, Py_SIZE(self)));
}

static int
append_bytes(arrayobject *self, const char *bytes, Py_ssize_t length)
{
    int itemsize = self->ob_descr->itemsize;
    if (length % itemsize) {
        PyErr_SetString(PyExc_ValueError,
                        "bytes length not a multiple of item size");
        return -1;
    }
    Py_ssize_t n = length / itemsize;
    Py_ssize_t old_size = Py_SIZE(self);
    if (n == 0) {
        return 0;
    }
    if (n > PY_SSIZE_T_MAX - old_size
        || old_size + n > PY_SSIZE_T_MAX / itemsize) {
        PyErr_NoMemory();
        return -1;
    }
    if (array_resize(self, old_size + n) < 0) {
        return -1;
    }
    memcpy(item_at(self, old_size), bytes, byte_size(self, n));
    return 0;
}

static PyObject *
array_frombytes(arrayobject *self, PyObject *arg)
{
    Py_buffer view;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) != 0) {
        return NULL;
    }
    int status = -1;
    if (view.itemsize != 1) {
        PyErr_SetString(PyExc_TypeError,
                        "a bytes-like object is required");
    }
    else {
        status = append_bytes(self, view.buf, view.len);
    }
    PyBuffer_Release(&view);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static int
check_unicode_kind(arrayobject *self, const char *name)
{
    if (self->ob_descr->typecode != 'u') {
        PyErr_Format(PyExc_ValueError,
                     "%s() may only be called on unicode type arrays", name);
        return -1;
    }
    return 0;
}

static int
append_unicode(arrayobject *self, PyObject *text)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    Py_ssize_t old_size = Py_SIZE(self);
    if (n == 0) {
        return 0;
    }
    if (array_resize(self, old_size + n) < 0) {
        return -1;
    }
    /* Without the NUL at the end, which does not fit. */
    return PyUnicode_AsWideChar(text, &ITEM(self, wchar_t, old_size), n) < 0
        ? -1 : 0;
}

static PyObject *
array_fromunicode(arrayobject *self, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        _PyArg_BadArgument("fromunicode", "argument", "str", text);
        return NULL;
    }
    if (check_unicode_kind(self, "fromunicode") < 0
        || append_unicode(self, text) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
array_tounicode(arrayobject *self, PyObject *Py_UNUSED(ignored))
{
    if (check_unicode_kind(self, "tounicode") < 0) {
        return NULL;
    }
    return PyUnicode_FromWideChar((wchar_t *)self->ob_item, Py_SIZE(self));
}

/* -- Files -------------------------------------------------------------- */

static PyObject *
array_fromfile(arrayobject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("fromfile", nargs, 2, 2)) {
        return NULL;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(args[1], PyExc_OverflowError);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (n < 0) {
        PyErr_SetString(PyExc_ValueError, "negative count");
        return NULL;
    }
    if (n > PY_SSIZE_T_MAX / self->ob_descr->itemsize) {
        return PyErr_NoMemory();
    }
    Py_ssize_t nbytes = (Py_ssize_t)byte_size(self, n);
    PyObject *bytes = _PyObject_CallMethod(args[0], &_Py_ID(read), "n",
                                           nbytes);
    if (bytes == NULL) {
        return NULL;
    }
    if (!PyBytes_Check(bytes)) {
        PyErr_SetString(PyExc_TypeError, "read() didn't return bytes");
        Py_DECREF(bytes);
        return NULL;
    }
    int too_few = PyBytes_GET_SIZE(bytes) != nbytes;
    int status = append_bytes(self, PyBytes_AS_STRING(bytes),
                              PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
    if (status < 0) {
        return NULL;
    }
    if (too_few) {
        PyErr_SetString(PyExc_EOFError,
                        "read() didn't return enough bytes");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
array_tofile(arrayobject *self, PyObject *file)
{
    const Py_ssize_t block = 64 * 1024;
    Py_ssize_t nbytes = (Py_ssize_t)byte_size(self, Py_SIZE(self));
    for (Py_ssize_t start = 0; start < nbytes; start += block) {
        PyObject *bytes = PyBytes_FromStringAndSize(
            self->ob_item + start, Py_MIN(block, nbytes - start));
        if (bytes == NULL) {
            return NULL;
        }
        PyObject *result = PyObject_CallMethodOneArg(file, &_Py_ID(write),
                                                     bytes);
        Py_DECREF(bytes);
        if (result == NULL) {
            return NULL;
        }
        Py_DECREF(result);
        /* may have run Python */
        nbytes = (Py_ssize_t)byte_size(self, Py_SIZE(self));
    }
    Py_RETURN_NONE;
}

/* -- Pickling ----------------------------------------------------------- */

/* Machine formats: integers by size, sign and byte order, then floats and
   characters. The codes are written into pickles. */
enum machine_format {
    MACHINE_UNKNOWN = -1,
    MACHINE_UINT8 = 0,
    MACHINE_SINT8 = 1,
    MACHINE_UINT16 = 2,         /* + 1 if big-endian; signed + 2 */
    MACHINE_UINT32 = 6,
    MACHINE_UINT64 = 10,
    MACHINE_FLOAT = 14,         /* + 1 if big-endian */
    MACHINE_DOUBLE = 16,
    MACHINE_UTF16 = 18,
    MACHINE_UTF32 = 20,
    MACHINE_LAST = 21
};

struct machine_description {
    int size;
    int is_signed;
    int big_endian;
};

static int
machine_format_of(const struct array_kind *kind)
{
    int big = PY_BIG_ENDIAN;
    switch (kind->typecode) {
    case 'b':
        return MACHINE_SINT8;
    case 'B':
        return MACHINE_UINT8;
    case 'u':
        return (sizeof(wchar_t) == 2 ? MACHINE_UTF16 : MACHINE_UTF32) + big;
    case 'f':
        return MACHINE_FLOAT + big;
    case 'd':
        return MACHINE_DOUBLE + big;
    default: {
        int base = kind->itemsize == 2 ? MACHINE_UINT16
            : kind->itemsize == 4 ? MACHINE_UINT32 : MACHINE_UINT64;
        return base + 2 * kind->is_signed + big;
    }
    }
}

static struct machine_description
machine_describe(int format)
{
    if (format < MACHINE_UINT16) {
        return (struct machine_description){1, format == MACHINE_SINT8, 0};
    }
    if (format < MACHINE_FLOAT) {
        int k = format - MACHINE_UINT16;
        return (struct machine_description){2 << (k / 4), (k >> 1) & 1,
                                            k & 1};
    }
    static const int sizes[] = {4, 8, 2, 4};
    return (struct machine_description){
        sizes[(format - MACHINE_FLOAT) / 2], 0, format & 1
    };
}

static PyObject *
array_from_items(PyTypeObject *type, char typecode, PyObject *items)
{
    PyObject *code = PyUnicode_FromOrdinal(typecode);
    if (code == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_CallFunctionObjArgs((PyObject *)type, code,
                                                    items, NULL);
    Py_DECREF(code);
    return result;
}

static PyObject *
decode_floats(const unsigned char *p, Py_ssize_t n, int format)
{
    struct machine_description what = machine_describe(format);
    PyObject *list = PyList_New(n);
    for (Py_ssize_t i = 0; i < n && list != NULL; i++) {
        const char *item = (const char *)p + i * what.size;
        double x = what.size == 4 ? PyFloat_Unpack4(item, !what.big_endian)
                                  : PyFloat_Unpack8(item, !what.big_endian);
        PyObject *v = PyFloat_FromDouble(x);
        if (v == NULL) {
            Py_CLEAR(list);
        }
        else {
            PyList_SET_ITEM(list, i, v);
        }
    }
    return list;
}

static PyObject *
decode_integers(const unsigned char *p, Py_ssize_t n, int format)
{
    struct machine_description what = machine_describe(format);
    PyObject *list = PyList_New(n);
    for (Py_ssize_t i = 0; i < n && list != NULL; i++) {
        PyObject *v = _PyLong_FromByteArray(p + i * what.size,
                                            (size_t)what.size,
                                            !what.big_endian,
                                            what.is_signed);
        if (v == NULL) {
            Py_CLEAR(list);
        }
        else {
            PyList_SET_ITEM(list, i, v);
        }
    }
    return list;
}

/* A kind here of the same size and sign as the machine format. */
static char
typecode_for(int format, char typecode)
{
    struct machine_description what = machine_describe(format);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(kinds); i++) {
        if (kinds[i].is_integer && kinds[i].itemsize == what.size
            && kinds[i].is_signed == what.is_signed) {
            return kinds[i].typecode;
        }
    }
    return typecode;
}

static PyObject *
reconstruct(PyTypeObject *type, char typecode, int format, PyObject *bytes)
{
    const unsigned char *p = (unsigned char *)PyBytes_AS_STRING(bytes);
    Py_ssize_t size = PyBytes_GET_SIZE(bytes);
    struct machine_description what = machine_describe(format);
    if (format == machine_format_of(kind_find(typecode))) {
        return array_from_items(type, typecode, bytes);
    }
    if (size % what.size != 0) {
        PyErr_SetString(PyExc_ValueError,
                        "string length not a multiple of item size");
        return NULL;
    }
    PyObject *items;
    if (format >= MACHINE_UTF16) {
        int order = what.big_endian ? 1 : -1;
        items = what.size == 2
            ? PyUnicode_DecodeUTF16((const char *)p, size, "strict", &order)
            : PyUnicode_DecodeUTF32((const char *)p, size, "strict", &order);
    }
    else if (format >= MACHINE_FLOAT) {
        items = decode_floats(p, size / what.size, format);
    }
    else {
        items = decode_integers(p, size / what.size, format);
        typecode = typecode_for(format, typecode);
    }
    if (items == NULL) {
        return NULL;
    }
    PyObject *result = array_from_items(type, typecode, items);
    Py_DECREF(items);
    return result;
}

static PyObject *
module_reconstructor(PyObject *module, PyObject *args)
{
    PyTypeObject *type;
    int typecode;
    int format;
    PyObject *bytes;
    array_state *state = state_of(module);
    if (!PyArg_ParseTuple(args, "OCiO:_array_reconstructor", &type,
                          &typecode, &format, &bytes)) {
        return NULL;
    }
    if (!PyType_Check(type)) {
        return PyErr_Format(PyExc_TypeError,
                            "first argument must be a type object, not "
                            "%.200s", Py_TYPE(type)->tp_name);
    }
    if (!PyType_IsSubtype(type, state->array_type)) {
        return PyErr_Format(PyExc_TypeError, "%.200s is not a subtype of "
                            "%.200s", type->tp_name,
                            state->array_type->tp_name);
    }
    if (format < 0 || format > MACHINE_LAST) {
        PyErr_SetString(PyExc_ValueError,
                        "third argument must be a valid machine format "
                        "code.");
        return NULL;
    }
    if (kind_find(typecode) == NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "second argument must be a valid type code");
        return NULL;
    }
    if (!PyBytes_Check(bytes)) {
        return PyErr_Format(PyExc_TypeError,
                            "fourth argument should be bytes, not %.200s",
                            Py_TYPE(bytes)->tp_name);
    }
    return reconstruct(type, (char)typecode, format, bytes);
}

static PyObject *
array_reduce_ex(arrayobject *self, PyObject *value)
{
    array_state *state = state_by_type(Py_TYPE(self));
    if (!PyLong_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "__reduce_ex__ argument should be an integer");
        return NULL;
    }
    long protocol = PyLong_AsLong(value);
    if (protocol == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *dict;
    if (_PyObject_LookupAttr((PyObject *)self, &_Py_ID(__dict__),
                             &dict) < 0) {
        return NULL;
    }
    if (dict == NULL) {
        dict = Py_NewRef(Py_None);
    }
    int code = self->ob_descr->typecode;
    if (protocol < 3) {
        /* Protocols without bytes: a list. */
        PyObject *list = array_tolist(self, NULL);
        if (list == NULL) {
            Py_DECREF(dict);
            return NULL;
        }
        return Py_BuildValue("O(CN)N", Py_TYPE(self), code, list, dict);
    }
    PyObject *bytes = array_tobytes(self, NULL);
    if (bytes == NULL) {
        Py_DECREF(dict);
        return NULL;
    }
    return Py_BuildValue("O(OCiN)N", state->reconstructor, Py_TYPE(self),
                         code, machine_format_of(self->ob_descr), bytes,
                         dict);
}

static PyObject *
array_sizeof(arrayobject *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t size = Py_TYPE(self)->tp_basicsize;
    size += self->allocated * self->ob_descr->itemsize;
    return PyLong_FromSsize_t(size);
}

/* -- Mapping ------------------------------------------------------------ */

static PyObject *
subscript_slice(arrayobject *self, PyObject *slice)
{
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (step == 1) {
        return array_slice(self, start, start + n);
    }
    array_state *state = state_by_type(Py_TYPE(self));
    arrayobject *result =
        (arrayobject *)array_make(state->array_type, n, self->ob_descr);
    if (result != NULL) {
        size_t itemsize = byte_size(self, 1);
        for (Py_ssize_t i = 0; i < n; i++) {
            memcpy(item_at(result, i), item_at(self, start + i * step),
                   itemsize);
        }
    }
    return (PyObject *)result;
}

static PyObject *
array_subscript(arrayobject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return array_item(self, i < 0 ? i + Py_SIZE(self) : i);
    }
    if (PySlice_Check(key)) {
        return subscript_slice(self, key);
    }
    PyErr_SetString(PyExc_TypeError, "array indices must be integers");
    return NULL;
}

static int
delete_slice(arrayobject *self, Py_ssize_t start, Py_ssize_t step,
             Py_ssize_t n)
{
    if (n == 0) {
        return 0;
    }
    if (step < 0) {
        start += step * (n - 1);
        step = -step;
    }
    if (step == 1) {
        return delete_range(self, start, n);
    }
    if (self->ob_exports > 0) {
        PyErr_SetString(PyExc_BufferError,
                        "cannot resize an array that is exporting buffers");
        return -1;
    }
    Py_ssize_t size = Py_SIZE(self);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_ssize_t from = start + i * step + 1;
        Py_ssize_t to = i + 1 < n ? from + step - 1 : size;
        move_items(self, from - i - 1, from, to - from);
    }
    return array_resize(self, size - n);
}

static int
assign_slice(array_state *state, arrayobject *self, PyObject *slice,
             PyObject *value)
{
    arrayobject *other = NULL;
    if (value != NULL) {
        if (!array_Check(value, state)) {
            PyErr_Format(PyExc_TypeError,
                         "can only assign array (not \"%.200s\") to array "
                         "slice", Py_TYPE(value)->tp_name);
            return -1;
        }
        other = (arrayobject *)value;
        if (other == self) {
            /* A copy, since the items move. */
            PyObject *copy = array_copy(self, NULL);
            if (copy == NULL) {
                return -1;
            }
            int status = assign_slice(state, self, slice, copy);
            Py_DECREF(copy);
            return status;
        }
        if (other->ob_descr != self->ob_descr) {
            PyErr_BadArgument();
            return -1;
        }
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0) {
        return -1;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (other == NULL) {
        return delete_slice(self, start, step, n);
    }
    Py_ssize_t needed = Py_SIZE(other);
    if (step != 1) {
        if (needed != n) {
            PyErr_Format(PyExc_ValueError,
                         "attempt to assign array of size %zd to extended "
                         "slice of size %zd", needed, n);
            return -1;
        }
        for (Py_ssize_t i = 0; i < n; i++) {
            memcpy(item_at(self, start + i * step), item_at(other, i),
                   byte_size(self, 1));
        }
        return 0;
    }
    Py_ssize_t size = Py_SIZE(self);
    if (self->ob_exports > 0 && needed != n) {
        PyErr_SetString(PyExc_BufferError,
                        "cannot resize an array that is exporting buffers");
        return -1;
    }
    if (needed < n) {
        move_items(self, start + needed, start + n, size - start - n);
        if (array_resize(self, size + needed - n) < 0) {
            return -1;
        }
    }
    else if (needed > n) {
        if (array_resize(self, size + needed - n) < 0) {
            return -1;
        }
        move_items(self, start + needed, start + n, size - start - n);
    }
    if (needed > 0) {
        memcpy(item_at(self, start), other->ob_item,
               byte_size(self, needed));
    }
    return 0;
}

static int
array_ass_subscr(arrayobject *self, PyObject *key, PyObject *value)
{
    array_state *state = state_by_type(Py_TYPE(self));
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return -1;
        }
        return array_ass_item(self, i < 0 ? i + Py_SIZE(self) : i, value);
    }
    if (PySlice_Check(key)) {
        return assign_slice(state, self, key, value);
    }
    PyErr_SetString(PyExc_TypeError, "array indices must be integers");
    return -1;
}

/* -- Buffers ------------------------------------------------------------ */

static int
array_getbuf(arrayobject *self, Py_buffer *view, int flags)
{
    static char empty[1];
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError,
                        "array_buffer_getbuf: view==NULL argument is "
                        "obsolete");
        return -1;
    }
    view->buf = self->ob_item != NULL ? self->ob_item : empty;
    view->obj = Py_NewRef(self);
    view->len = (Py_ssize_t)byte_size(self, Py_SIZE(self));
    view->readonly = 0;
    view->ndim = 1;
    view->itemsize = self->ob_descr->itemsize;
    view->suboffsets = NULL;
    view->shape = flags & PyBUF_ND ? &((PyVarObject *)self)->ob_size : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES
        ? &view->itemsize : NULL;
    view->format = flags & PyBUF_FORMAT ? (char *)self->ob_descr->format
                                        : NULL;
    view->internal = NULL;
    self->ob_exports++;
    return 0;
}

static void
array_relbuf(arrayobject *self, Py_buffer *Py_UNUSED(view))
{
    self->ob_exports--;
}

/* -- Making and showing ------------------------------------------------- */

static PyObject *
array_repr(arrayobject *self)
{
    char typecode = self->ob_descr->typecode;
    const char *name = _PyType_Name(Py_TYPE(self));
    if (Py_SIZE(self) == 0) {
        return PyUnicode_FromFormat("%s('%c')", name, (int)typecode);
    }
    PyObject *v = typecode == 'u' ? array_tounicode(self, NULL)
                                  : array_tolist(self, NULL);
    if (v == NULL) {
        return NULL;
    }
    PyObject *repr = PyUnicode_FromFormat("%s('%c', %R)", name,
                                          (int)typecode, v);
    Py_DECREF(v);
    return repr;
}

/* Is the initializer text, or bytes or a sequence to be taken quickly? */
static int
fill_from(array_state *state, arrayobject *self, PyObject *initial)
{
    if (PyBytes_Check(initial)) {
        return append_bytes(self, PyBytes_AS_STRING(initial),
                            PyBytes_GET_SIZE(initial));
    }
    if (PyByteArray_Check(initial)) {
        return append_bytes(self, PyByteArray_AS_STRING(initial),
                            PyByteArray_GET_SIZE(initial));
    }
    if (PyUnicode_Check(initial)) {
        return append_unicode(self, initial);
    }
    if (array_Check(initial, state)
        && ((arrayobject *)initial)->ob_descr == self->ob_descr) {
        return extend_from(state, self, initial);
    }
    return extend_from_iterable(self, initial);
}

static PyObject *
array_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    array_state *state = state_by_type(type);
    if ((type == state->array_type
         || type->tp_init == state->array_type->tp_init)
        && !_PyArg_NoKeywords("array.array", kwargs)) {
        return NULL;
    }
    int c;
    PyObject *initial = NULL;
    if (!PyArg_ParseTuple(args, "C|O:array", &c, &initial)) {
        return NULL;
    }
    if (PySys_Audit("array.__new__", "CO", c,
                    initial ? initial : Py_None) < 0) {
        return NULL;
    }
    if (initial != NULL && c != 'u') {
        if (PyUnicode_Check(initial)) {
            return PyErr_Format(PyExc_TypeError,
                                "cannot use a str to initialize an array "
                                "with typecode '%c'", c);
        }
        if (array_Check(initial, state)
            && ((arrayobject *)initial)->ob_descr->typecode == 'u') {
            return PyErr_Format(PyExc_TypeError,
                                "cannot use a unicode array to initialize "
                                "an array with typecode '%c'", c);
        }
    }
    const struct array_kind *kind = kind_find(c);
    if (kind == NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "bad typecode (must be b, B, u, h, H, i, I, l, L, "
                        "q, Q, f or d)");
        return NULL;
    }
    /* Where the number of items is known, room for just as many. */
    Py_ssize_t size = 0;
    int is_sequence = initial != NULL
        && (PyList_Check(initial) || PyTuple_Check(initial));
    if (is_sequence) {
        size = PySequence_Size(initial);
    }
    else if (initial != NULL && PyUnicode_Check(initial)) {
        size = PyUnicode_GET_LENGTH(initial);
    }
    else if (initial != NULL && array_Check(initial, state)
             && ((arrayobject *)initial)->ob_descr == kind) {
        size = Py_SIZE(initial);
    }
    if (size < 0) {
        return NULL;
    }
    arrayobject *self = (arrayobject *)array_make(type, size, kind);
    if (self == NULL || initial == NULL) {
        return (PyObject *)self;
    }
    int status = 0;
    if (is_sequence) {
        for (Py_ssize_t i = 0; i < size && status == 0; i++) {
            /* may run Python */
            PyObject *v = PySequence_GetItem(initial, i);
            status = v == NULL ? -1 : kind->set(self, i, v);
            Py_XDECREF(v);
        }
    }
    else {
        Py_SET_SIZE(self, 0);
        status = fill_from(state, self, initial);
    }
    if (status < 0) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static PyObject *
array_get_typecode(arrayobject *self, void *Py_UNUSED(closure))
{
    return PyUnicode_FromOrdinal(self->ob_descr->typecode);
}

static PyObject *
array_get_itemsize(arrayobject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(self->ob_descr->itemsize);
}

static PyObject *array_iter(arrayobject *self);

/* -- The type ----------------------------------------------------------- */

#define DOC(signature, text) PyDoc_STR(signature "\n--\n\n" text)
#define ROW_0(name, text)                                               \
    {#name, (PyCFunction)array_##name, METH_NOARGS,                     \
     DOC(#name "($self, /)", text)}
#define ROW_1(name, argument, text)                                     \
    {#name, (PyCFunction)array_##name, METH_O,                          \
     DOC(#name "($self, " argument ", /)", text)}

static PyMethodDef array_methods[] = {
    ROW_1(append, "v", "Append a value to the end of the array."),
    ROW_0(buffer_info,
          "A tuple (address, length) of the memory in use, the length\n"
          "counted in items."),
    ROW_0(byteswap, "Reverse the bytes of each item."),
    {"__copy__", (PyCFunction)array_copy, METH_NOARGS,
     DOC("__copy__($self, /)", "A copy of the array.")},
    ROW_1(count, "v", "How often the value occurs in the array."),
    {"__deepcopy__", (PyCFunction)array_deepcopy, METH_O,
     DOC("__deepcopy__($self, unused, /)", "A copy of the array.")},
    ROW_1(extend, "bb", "Append items to the end of the array."),
    {"fromfile", _PyCFunction_CAST(array_fromfile), METH_FASTCALL,
     DOC("fromfile($self, f, n, /)",
         "Read n items from the file object and append them.")},
    ROW_1(fromlist, "list", "Append the items of a list."),
    ROW_1(frombytes, "buffer",
          "Append items from bytes that hold them as the machine does."),
    ROW_1(fromunicode, "ustr",
          "Append the characters of a string to an array of type 'u'."),
    {"index", _PyCFunction_CAST(array_index), METH_FASTCALL,
     DOC("index($self, v, start=0, stop=sys.maxsize, /)",
         "The first place of the value; ValueError if there is none.")},
    {"insert", _PyCFunction_CAST(array_insert), METH_FASTCALL,
     DOC("insert($self, i, v, /)",
         "Insert a value into the array before position i.")},
    {"pop", _PyCFunction_CAST(array_pop), METH_FASTCALL,
     DOC("pop($self, i=-1, /)", "Remove the i-th item and return it.")},
    {"__reduce_ex__", (PyCFunction)array_reduce_ex, METH_O,
     DOC("__reduce_ex__($self, value, /)",
         "The state of the array, for pickling.")},
    ROW_1(remove, "v", "Remove the first occurrence of the value."),
    ROW_0(reverse, "Reverse the order of the items."),
    ROW_1(tofile, "f", "Write all items to the file object."),
    ROW_0(tolist, "A list of the items."),
    ROW_0(tobytes, "The items as bytes, as the machine holds them."),
    ROW_0(tounicode, "The characters of an array of type 'u' as a string."),
    {"__sizeof__", (PyCFunction)array_sizeof, METH_NOARGS,
     DOC("__sizeof__($self, /)", "Size of the array in memory, in bytes.")},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef array_getset[] = {
    {"typecode", (getter)array_get_typecode, NULL,
     PyDoc_STR("the typecode character used to create the array"), NULL},
    {"itemsize", (getter)array_get_itemsize, NULL,
     PyDoc_STR("the size, in bytes, of one array item"), NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

static PyMemberDef array_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(arrayobject, weakreflist),
     READONLY, NULL},
    {NULL}
};

PyDoc_STRVAR(array_doc,
"array(typecode [, initializer]) -> array\n\n"
"An array of items of one C type, with the items of the initializer: a list,\n"
"any other iterable, bytes, or a string for typecode 'u'.\n\n"
"    b B  signed, unsigned char       q Q  signed, unsigned long long\n"
"    h H  signed, unsigned short      u    wchar_t\n"
"    i I  signed, unsigned int        f    float\n"
"    l L  signed, unsigned long       d    double\n");

static PyType_Slot array_slots[] = {
    {Py_tp_dealloc, array_dealloc},
    {Py_tp_repr, array_repr},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_doc, (void *)array_doc},
    {Py_tp_richcompare, array_richcompare},
    {Py_tp_iter, array_iter},
    {Py_tp_methods, array_methods},
    {Py_tp_members, array_members},
    {Py_tp_getset, array_getset},
    {Py_tp_alloc, PyType_GenericAlloc},
    {Py_tp_new, array_new},
    {Py_tp_traverse, array_traverse},
    {Py_sq_length, array_length},
    {Py_sq_concat, array_concat},
    {Py_sq_repeat, array_repeat},
    {Py_sq_item, array_item},
    {Py_sq_ass_item, array_ass_item},
    {Py_sq_contains, array_contains},
    {Py_sq_inplace_concat, array_inplace_concat},
    {Py_sq_inplace_repeat, array_inplace_repeat},
    {Py_mp_length, array_length},
    {Py_mp_subscript, array_subscript},
    {Py_mp_ass_subscript, array_ass_subscr},
    {Py_bf_getbuffer, array_getbuf},
    {Py_bf_releasebuffer, array_relbuf},
    {0, NULL},
};

static PyType_Spec array_spec = {
    .name = "array.array",
    .basicsize = sizeof(arrayobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_SEQUENCE,
    .slots = array_slots,
};

/* -- Iterator ----------------------------------------------------------- */

static PyObject *
array_iter(arrayobject *self)
{
    array_state *state = state_by_type(Py_TYPE(self));
    arrayiterobject *it = PyObject_GC_New(arrayiterobject, state->iter_type);
    if (it == NULL) {
        return NULL;
    }
    it->ao = (arrayobject *)Py_NewRef(self);
    it->index = 0;
    it->kind = self->ob_descr;
    PyObject_GC_Track(it);
    return (PyObject *)it;
}

static PyObject *
arrayiter_next(arrayiterobject *it)
{
    arrayobject *ao = it->ao;
    if (ao == NULL) {
        return NULL;
    }
    if (it->index < Py_SIZE(ao)) {
        return get_item(ao, it->index++);
    }
    it->ao = NULL;
    Py_DECREF(ao);
    return NULL;
}

static void
arrayiter_dealloc(arrayiterobject *it)
{
    PyTypeObject *type = Py_TYPE(it);
    PyObject_GC_UnTrack(it);
    Py_XDECREF(it->ao);
    PyObject_GC_Del(it);
    Py_DECREF(type);
}

static int
arrayiter_traverse(arrayiterobject *it, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(it));
    Py_VISIT(it->ao);
    return 0;
}

static PyObject *
arrayiter_reduce(arrayiterobject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *iter = _PyEval_GetBuiltin(&_Py_ID(iter));
    if (self->ao == NULL) {
        return Py_BuildValue("N(())", iter);
    }
    return Py_BuildValue("N(O)n", iter, self->ao, self->index);
}

static PyObject *
arrayiter_setstate(arrayiterobject *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (self->ao != NULL) {
        self->index = Py_MIN(Py_MAX(index, 0), Py_SIZE(self->ao));
    }
    Py_RETURN_NONE;
}

static PyMethodDef arrayiter_methods[] = {
    {"__reduce__", (PyCFunction)arrayiter_reduce, METH_NOARGS,
     DOC("__reduce__($self, /)", "Return state information for pickling.")},
    {"__setstate__", (PyCFunction)arrayiter_setstate, METH_O,
     DOC("__setstate__($self, state, /)",
         "Set state information for unpickling.")},
    {NULL, NULL, 0, NULL}
};

static PyType_Slot arrayiter_slots[] = {
    {Py_tp_dealloc, arrayiter_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_traverse, arrayiter_traverse},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, arrayiter_next},
    {Py_tp_methods, arrayiter_methods},
    {0, NULL},
};

static PyType_Spec arrayiter_spec = {
    .name = "array.arrayiterator",
    .basicsize = sizeof(arrayiterobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = arrayiter_slots,
};

/* -- The module --------------------------------------------------------- */

static PyMethodDef module_methods[] = {
    {"_array_reconstructor", module_reconstructor, METH_VARARGS,
     DOC("_array_reconstructor($module, arraytype, typecode, mformat_code, "
         "items,\n                     /)",
         "Internal. Used for pickling support.")},
    {NULL, NULL, 0, NULL}
};

static int
register_as_sequence(PyObject *type)
{
    PyObject *abc = PyImport_ImportModule("collections.abc");
    if (abc == NULL) {
        return -1;
    }
    PyObject *sequence = PyObject_GetAttrString(abc, "MutableSequence");
    Py_DECREF(abc);
    if (sequence == NULL) {
        return -1;
    }
    PyObject *result = PyObject_CallMethod(sequence, "register", "O", type);
    Py_DECREF(sequence);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static int
module_exec(PyObject *module)
{
    array_state *state = state_of(module);
    state->array_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &array_spec, NULL);
    state->iter_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &arrayiter_spec, NULL);
    if (state->array_type == NULL || state->iter_type == NULL) {
        return -1;
    }
    Py_SET_TYPE(state->iter_type, &PyType_Type);
    PyObject *type = (PyObject *)state->array_type;
    if (PyModule_AddObjectRef(module, "ArrayType", type) < 0
        || PyModule_AddObjectRef(module, "array", type) < 0
        || register_as_sequence(type) < 0) {
        return -1;
    }
    state->reconstructor = PyObject_GetAttrString(module,
                                                  "_array_reconstructor");
    if (state->reconstructor == NULL) {
        return -1;
    }
    char typecodes[Py_ARRAY_LENGTH(kinds) + 1];
    for (size_t i = 0; i < Py_ARRAY_LENGTH(kinds); i++) {
        typecodes[i] = kinds[i].typecode;
    }
    typecodes[Py_ARRAY_LENGTH(kinds)] = '\0';
    return PyModule_AddStringConstant(module, "typecodes", typecodes);
}

static int
module_traverse(PyObject *module, visitproc visit, void *arg)
{
    array_state *state = state_of(module);
    Py_VISIT(state->array_type);
    Py_VISIT(state->iter_type);
    Py_VISIT(state->reconstructor);
    return 0;
}

static int
module_clear(PyObject *module)
{
    array_state *state = state_of(module);
    Py_CLEAR(state->array_type);
    Py_CLEAR(state->iter_type);
    Py_CLEAR(state->reconstructor);
    return 0;
}

static void
module_free(void *module)
{
    (void)module_clear(module);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL}
};

static struct PyModuleDef array_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "array",
    .m_doc = PyDoc_STR("Sequences of C values of one type: characters, "
                       "integers, floats.\n"),
    .m_size = sizeof(array_state),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC
PyInit_array(void)
{
    return PyModuleDef_Init(&array_module);
}
