/* The sequence protocol. */
#include "abstract_private.h"

int
PySequence_Check(PyObject *s)
{
    if (PyDict_Check(s)) {
        return 0;
    }
    PySequenceMethods *sq = Py_TYPE(s)->tp_as_sequence;
    return sq != NULL && sq->sq_item != NULL;
}

Py_ssize_t
PySequence_Size(PyObject *s)
{
    if (s == NULL) {
        abstract_null_error();
        return -1;
    }
    PySequenceMethods *sq = Py_TYPE(s)->tp_as_sequence;
    if (sq != NULL && sq->sq_length != NULL) {
        return sq->sq_length(s);
    }
    PyMappingMethods *mp = Py_TYPE(s)->tp_as_mapping;
    if (mp != NULL && mp->mp_length != NULL) {
        abstract_type_error("%.200s is not a sequence", s);
        return -1;
    }
    abstract_type_error("object of type '%.200s' has no len()", s);
    return -1;
}

#undef PySequence_Length
Py_ssize_t
PySequence_Length(PyObject *s)
{
    return PySequence_Size(s);
}

/* -- + and * ------------------------------------------------------------------ */

/* A class defined in Python has its __add__ in the number slots. */
static PyObject *
concat_as_number(PyObject *s, PyObject *o,
                 PyObject *(*add)(PyObject *, PyObject *))
{
    PyNumberMethods *nb = Py_TYPE(s)->tp_as_number;
    if (PySequence_Check(s) && PySequence_Check(o) && nb != NULL
        && (nb->nb_add != NULL || nb->nb_inplace_add != NULL)) {
        return add(s, o);
    }
    return abstract_type_error("'%.200s' object can't be concatenated", s);
}

PyObject *
PySequence_Concat(PyObject *s, PyObject *o)
{
    if (s == NULL || o == NULL) {
        return abstract_null_error();
    }
    PySequenceMethods *sq = Py_TYPE(s)->tp_as_sequence;
    if (sq != NULL && sq->sq_concat != NULL) {
        return sq->sq_concat(s, o);
    }
    return concat_as_number(s, o, PyNumber_Add);
}

PyObject *
PySequence_InPlaceConcat(PyObject *s, PyObject *o)
{
    if (s == NULL || o == NULL) {
        return abstract_null_error();
    }
    PySequenceMethods *sq = Py_TYPE(s)->tp_as_sequence;
    if (sq != NULL && sq->sq_inplace_concat != NULL) {
        return sq->sq_inplace_concat(s, o);
    }
    if (sq != NULL && sq->sq_concat != NULL) {
        return sq->sq_concat(s, o);
    }
    return concat_as_number(s, o, PyNumber_InPlaceAdd);
}

static PyObject *
repeat_as_number(PyObject *o, Py_ssize_t count,
                 PyObject *(*multiply)(PyObject *, PyObject *))
{
    if (!PySequence_Check(o)) {
        return abstract_type_error("'%.200s' object can't be repeated", o);
    }
    PyObject *n = PyLong_FromSsize_t(count);
    if (n == NULL) {
        return NULL;
    }
    PyObject *result = multiply(o, n);
    Py_DECREF(n);
    return result;
}

PyObject *
PySequence_Repeat(PyObject *o, Py_ssize_t count)
{
    if (o == NULL) {
        return abstract_null_error();
    }
    PySequenceMethods *sq = Py_TYPE(o)->tp_as_sequence;
    if (sq != NULL && sq->sq_repeat != NULL) {
        return sq->sq_repeat(o, count);
    }
    return repeat_as_number(o, count, PyNumber_Multiply);
}

PyObject *
PySequence_InPlaceRepeat(PyObject *o, Py_ssize_t count)
{
    if (o == NULL) {
        return abstract_null_error();
    }
    PySequenceMethods *sq = Py_TYPE(o)->tp_as_sequence;
    if (sq != NULL && sq->sq_inplace_repeat != NULL) {
        return sq->sq_inplace_repeat(o, count);
    }
    if (sq != NULL && sq->sq_repeat != NULL) {
        return sq->sq_repeat(o, count);
    }
    return repeat_as_number(o, count, PyNumber_InPlaceMultiply);
}

/* -- Items ------------------------------------------------------------------------ */

/* Count a negative index from the end, once; -1 on error. */
static int
normalize_index(PyObject *s, PySequenceMethods *sq, Py_ssize_t *i)
{
    if (*i < 0 && sq->sq_length != NULL) {
        Py_ssize_t length = sq->sq_length(s);
        if (length < 0) {
            return -1;
        }
        *i += length;
    }
    return 0;
}

static int
is_mapping(PyObject *s)
{
    PyMappingMethods *mp = Py_TYPE(s)->tp_as_mapping;
    return mp != NULL && mp->mp_subscript != NULL;
}

PyObject *
PySequence_GetItem(PyObject *s, Py_ssize_t i)
{
    if (s == NULL) {
        return abstract_null_error();
    }
    PySequenceMethods *sq = Py_TYPE(s)->tp_as_sequence;
    if (sq != NULL && sq->sq_item != NULL) {
        return normalize_index(s, sq, &i) < 0 ? NULL : sq->sq_item(s, i);
    }
    return abstract_type_error(is_mapping(s)
                                   ? "%.200s is not a sequence"
                                   : "'%.200s' object does not support "
                                     "indexing", s);
}

int
PySequence_SetItem(PyObject *s, Py_ssize_t i, PyObject *o)
{
    if (s == NULL) {
        abstract_null_error();
        return -1;
    }
    PySequenceMethods *sq = Py_TYPE(s)->tp_as_sequence;
    if (sq != NULL && sq->sq_ass_item != NULL) {
        return normalize_index(s, sq, &i) < 0 ? -1
                                              : sq->sq_ass_item(s, i, o);
    }
    abstract_type_error(is_mapping(s)
                            ? "%.200s is not a sequence"
                            : "'%.200s' object does not support item "
                              "assignment", s);
    return -1;
}

int
PySequence_DelItem(PyObject *s, Py_ssize_t i)
{
    if (s == NULL) {
        abstract_null_error();
        return -1;
    }
    PySequenceMethods *sq = Py_TYPE(s)->tp_as_sequence;
    if (sq != NULL && sq->sq_ass_item != NULL) {
        return normalize_index(s, sq, &i) < 0
                   ? -1
                   : sq->sq_ass_item(s, i, (PyObject *)NULL);
    }
    abstract_type_error(is_mapping(s)
                            ? "%.200s is not a sequence"
                            : "'%.200s' object doesn't support item "
                              "deletion", s);
    return -1;
}

/* -- Slices ------------------------------------------------------------------------ */

PyObject *
PySequence_GetSlice(PyObject *s, Py_ssize_t i1, Py_ssize_t i2)
{
    if (s == NULL) {
        return abstract_null_error();
    }
    PyMappingMethods *mp = Py_TYPE(s)->tp_as_mapping;
    if (mp == NULL || mp->mp_subscript == NULL) {
        return abstract_type_error("'%.200s' object is unsliceable", s);
    }
    PyObject *slice = _PySlice_FromIndices(i1, i2);
    if (slice == NULL) {
        return NULL;
    }
    PyObject *result = mp->mp_subscript(s, slice);
    Py_DECREF(slice);
    return result;
}

static int
assign_slice(PyObject *s, Py_ssize_t i1, Py_ssize_t i2, PyObject *o,
             const char *message)
{
    if (s == NULL) {
        abstract_null_error();
        return -1;
    }
    PyMappingMethods *mp = Py_TYPE(s)->tp_as_mapping;
    if (mp == NULL || mp->mp_ass_subscript == NULL) {
        abstract_type_error(message, s);
        return -1;
    }
    PyObject *slice = _PySlice_FromIndices(i1, i2);
    if (slice == NULL) {
        return -1;
    }
    int result = mp->mp_ass_subscript(s, slice, o);
    Py_DECREF(slice);
    return result;
}

int
PySequence_SetSlice(PyObject *s, Py_ssize_t i1, Py_ssize_t i2, PyObject *o)
{
    return assign_slice(s, i1, i2, o,
                        "'%.200s' object doesn't support slice assignment");
}

int
PySequence_DelSlice(PyObject *s, Py_ssize_t i1, Py_ssize_t i2)
{
    return assign_slice(s, i1, i2, NULL,
                        "'%.200s' object doesn't support slice deletion");
}

/* -- To tuples and lists ---------------------------------------------------------------- */

PyObject *
PySequence_Tuple(PyObject *v)
{
    if (v == NULL) {
        return abstract_null_error();
    }
    if (PyTuple_CheckExact(v)) {
        return Py_NewRef(v);
    }
    if (PyList_CheckExact(v)) {
        return PyList_AsTuple(v);
    }
    PyObject *it = PyObject_GetIter(v);
    if (it == NULL) {
        return NULL;
    }
    Py_ssize_t room = PyObject_LengthHint(v, 10);
    PyObject *result = room < 0 ? NULL : PyTuple_New(room);
    Py_ssize_t count = 0;
    while (result != NULL) {
        PyObject *item = PyIter_Next(it);
        if (item == NULL) {
            if (PyErr_Occurred()) {
                Py_CLEAR(result);
            }
            break;
        }
        if (count >= room) {
            /* grow by a quarter and some */
            size_t more = (size_t)room + 10u;
            more += more >> 2;
            if (more > (size_t)PY_SSIZE_T_MAX) {
                Py_DECREF(item);
                Py_CLEAR(result);
                PyErr_NoMemory();
                break;
            }
            room = (Py_ssize_t)more;
            if (_PyTuple_Resize(&result, room) != 0) {
                Py_DECREF(item);
                break;
            }
        }
        PyTuple_SET_ITEM(result, count++, item);
    }
    if (result != NULL && count < room) {
        _PyTuple_Resize(&result, count);
    }
    Py_DECREF(it);
    return result;
}

PyObject *
PySequence_List(PyObject *v)
{
    if (v == NULL) {
        return abstract_null_error();
    }
    PyObject *result = PyList_New(0);
    if (result == NULL) {
        return NULL;
    }
    PyObject *none = _PyList_Extend((PyListObject *)result, v);
    if (none == NULL) {
        Py_DECREF(result);
        return NULL;
    }
    Py_DECREF(none);
    return result;
}

PyObject *
PySequence_Fast(PyObject *v, const char *m)
{
    if (v == NULL) {
        return abstract_null_error();
    }
    if (PyList_CheckExact(v) || PyTuple_CheckExact(v)) {
        return Py_NewRef(v);
    }
    PyObject *it = PyObject_GetIter(v);
    if (it == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_SetString(PyExc_TypeError, m);
        }
        return NULL;
    }
    PyObject *result = PySequence_List(it);
    Py_DECREF(it);
    return result;
}

/* -- Searching ------------------------------------------------------------------------------ */

/* Search by iteration: count the equal items, find the first index, or tell
   whether there is one. -1 on error, and when an index is not found. */
Py_ssize_t
_PySequence_IterSearch(PyObject *seq, PyObject *obj, int operation)
{
    if (seq == NULL || obj == NULL) {
        abstract_null_error();
        return -1;
    }
    PyObject *it = PyObject_GetIter(seq);
    if (it == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            abstract_type_error("argument of type '%.200s' is not iterable",
                                seq);
        }
        return -1;
    }
    Py_ssize_t n = 0;
    int overflow = 0; /* of the index */
    for (;;) {
        PyObject *item = PyIter_Next(it);
        if (item == NULL) {
            if (PyErr_Occurred()) {
                n = -1;
            }
            else if (operation == PY_ITERSEARCH_INDEX) {
                PyErr_SetString(PyExc_ValueError,
                                "sequence.index(x): x not in sequence");
                n = -1;
            }
            break;
        }
        int equal = PyObject_RichCompareBool(item, obj, Py_EQ);
        Py_DECREF(item);
        if (equal < 0) {
            n = -1;
            break;
        }
        if (operation == PY_ITERSEARCH_CONTAINS) {
            if (equal) {
                n = 1;
                break;
            }
            continue;
        }
        if (operation == PY_ITERSEARCH_INDEX && equal) {
            if (overflow) {
                PyErr_SetString(PyExc_OverflowError,
                                "index exceeds C integer size");
                n = -1;
            }
            break;
        }
        if (operation == PY_ITERSEARCH_COUNT && !equal) {
            continue;
        }
        if (n == PY_SSIZE_T_MAX) {
            if (operation == PY_ITERSEARCH_COUNT) {
                PyErr_SetString(PyExc_OverflowError,
                                "count exceeds C integer size");
                n = -1;
                break;
            }
            overflow = 1;
            n = 0;
        }
        else {
            n++;
        }
    }
    Py_DECREF(it);
    return n;
}

Py_ssize_t
PySequence_Count(PyObject *s, PyObject *o)
{
    return _PySequence_IterSearch(s, o, PY_ITERSEARCH_COUNT);
}

int
PySequence_Contains(PyObject *seq, PyObject *ob)
{
    PySequenceMethods *sq = Py_TYPE(seq)->tp_as_sequence;
    if (sq != NULL && sq->sq_contains != NULL) {
        return sq->sq_contains(seq, ob);
    }
    return (int)_PySequence_IterSearch(seq, ob, PY_ITERSEARCH_CONTAINS);
}

#undef PySequence_In
int
PySequence_In(PyObject *w, PyObject *v)
{
    return PySequence_Contains(w, v);
}

Py_ssize_t
PySequence_Index(PyObject *s, PyObject *o)
{
    return _PySequence_IterSearch(s, o, PY_ITERSEARCH_INDEX);
}

/* -- char *[] for exec -------------------------------------------------------------------- */

void
_Py_FreeCharPArray(char *const array[])
{
    for (Py_ssize_t i = 0; array[i] != NULL; i++) {
        PyMem_Free(array[i]);
    }
    PyMem_Free((void *)array);
}

char *const *
_PySequence_BytesToCharpArray(PyObject *self)
{
    Py_ssize_t argc = PySequence_Size(self);
    if (argc == -1) {
        return NULL;
    }
    if (argc > (PY_SSIZE_T_MAX - (Py_ssize_t)sizeof(char *))
                   / (Py_ssize_t)sizeof(char *)) {
        PyErr_NoMemory();
        return NULL;
    }
    char **array = PyMem_Calloc((size_t)argc + 1, sizeof(char *));
    if (array == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < argc; i++) {
        char *data;
        Py_ssize_t size;
        PyObject *item = PySequence_GetItem(self, i);
        if (item == NULL || PyBytes_AsStringAndSize(item, &data, NULL) < 0) {
            Py_XDECREF(item);
            _Py_FreeCharPArray(array);
            return NULL;
        }
        size = PyBytes_GET_SIZE(item) + 1;
        array[i] = PyMem_Malloc((size_t)size);
        if (array[i] == NULL) {
            PyErr_NoMemory();
            Py_DECREF(item);
            _Py_FreeCharPArray(array);
            return NULL;
        }
        memcpy(array[i], data, (size_t)size);
        Py_DECREF(item);
    }
    return array;
}
