/* Hashing and comparison. */
#include "unicode_internal.h"
#include "pycore_object.h"
#include "pycore_pyhash.h"

/* -- Hash ---------------------------------------------------------------- */

Py_hash_t
unicode_hash(PyObject *self)
{
    PyASCIIObject *head = ASCII_HEAD(self);
    if (head->hash != -1) {
        return head->hash;
    }
    if (PyUnicode_READY(self) == -1) {
        return -1;
    }
    head->hash = _Py_HashBytes(PyUnicode_DATA(self),
                               head->length * head->state.kind);
    return head->hash;
}

/* -- Equality and order -------------------------------------------------- */

static inline int
equal_ready(PyObject *a, PyObject *b)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(a);
    if (PyUnicode_GET_LENGTH(b) != length) {
        return 0;
    }
    int kind = PyUnicode_KIND(a);
    if ((int)PyUnicode_KIND(b) != kind) {
        return 0;
    }
    return memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b),
                  (size_t)(length * kind)) == 0;
}

static int
compare_ready(PyObject *a, PyObject *b)
{
    struct unicode_view x = unicode_view(a), y = unicode_view(b);
    Py_ssize_t n = Py_MIN(x.length, y.length);
    if (x.kind == 1 && y.kind == 1) {
        int order = memcmp(x.data, y.data, (size_t)n);
        if (order != 0) {
            return order < 0 ? -1 : 1;
        }
    }
    else {
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_UCS4 c = view_at(x, i), d = view_at(y, i);
            if (c != d) {
                return c < d ? -1 : 1;
            }
        }
    }
    return x.length == y.length ? 0 : x.length < y.length ? -1 : 1;
}

int
_PyUnicode_EQ(PyObject *a, PyObject *b)
{
    return equal_ready(a, b);
}

int
_PyUnicode_Equal(PyObject *a, PyObject *b)
{
    if (a == b) {
        return 1;
    }
    if (PyUnicode_READY(a) || PyUnicode_READY(b)) {
        return -1;
    }
    return equal_ready(a, b);
}

int
PyUnicode_Compare(PyObject *left, PyObject *right)
{
    if (PyUnicode_Check(left) && PyUnicode_Check(right)) {
        if (PyUnicode_READY(left) == -1 || PyUnicode_READY(right) == -1) {
            return -1;
        }
        return left == right ? 0 : compare_ready(left, right);
    }
    PyErr_Format(PyExc_TypeError, "Can't compare %.100s and %.100s",
                 Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
    return -1;
}

PyObject *
PyUnicode_RichCompare(PyObject *left, PyObject *right, int op)
{
    if (!PyUnicode_Check(left) || !PyUnicode_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (PyUnicode_READY(left) == -1 || PyUnicode_READY(right) == -1) {
        return NULL;
    }
    if (left == right) {
        switch (op) {
        case Py_EQ:
        case Py_LE:
        case Py_GE:
            Py_RETURN_TRUE;
        case Py_NE:
        case Py_LT:
        case Py_GT:
            Py_RETURN_FALSE;
        default:
            PyErr_BadArgument();
            return NULL;
        }
    }
    if (op == Py_EQ || op == Py_NE) {
        return PyBool_FromLong(equal_ready(left, right) ^ (op == Py_NE));
    }
    int order = compare_ready(left, right);
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

/* -- Against C strings --------------------------------------------------- */

int
PyUnicode_CompareWithASCIIString(PyObject *uni, const char *str)
{
    if (!PyUnicode_IS_READY(uni) && PyUnicode_READY(uni) == -1) {
        PyErr_Clear();
        return -1;
    }
    struct unicode_view view = unicode_view(uni);
    for (Py_ssize_t i = 0; i < view.length; i++) {
        Py_UCS4 c = view_at(view, i);
        unsigned char d = (unsigned char)str[i];
        if (d == 0) {
            return 1;
        }
        if (c != d) {
            return c < d ? -1 : 1;
        }
    }
    return str[view.length] ? -1 : 0;
}

int
_PyUnicode_EqualToASCIIString(PyObject *unicode, const char *str)
{
    if (PyUnicode_READY(unicode) == -1) {
        PyErr_Clear();
        return 0;
    }
    if (!PyUnicode_IS_ASCII(unicode)) {
        return 0;
    }
    size_t length = (size_t)PyUnicode_GET_LENGTH(unicode);
    return strlen(str) == length
           && memcmp(PyUnicode_1BYTE_DATA(unicode), str, length) == 0;
}

int
_PyUnicode_EqualToASCIIId(PyObject *left, _Py_Identifier *right)
{
    if (PyUnicode_READY(left) == -1) {
        PyErr_Clear();
        return 0;
    }
    if (!PyUnicode_IS_ASCII(left)) {
        return 0;
    }
    PyObject *string = _PyUnicode_FromId(right);
    if (string == NULL) {
        PyErr_Clear();
        return _PyUnicode_EqualToASCIIString(left, right->string);
    }
    return left == string || equal_ready(left, string);
}

/* -- Static identifiers -------------------------------------------------- */

static Py_ssize_t next_identifier_index;

PyObject *
_PyUnicode_FromId(_Py_Identifier *id)
{
    struct _Py_unicode_ids *ids = &_PyInterpreterState_GET()->unicode.ids;
    Py_ssize_t index = id->index;
    if (index < 0) {
        index = next_identifier_index++;
        id->index = index;
    }
    if (index < ids->size && ids->array[index] != NULL) {
        return ids->array[index];
    }
    PyObject *string = PyUnicode_DecodeUTF8Stateful(
        id->string, (Py_ssize_t)strlen(id->string), NULL, NULL);
    if (string == NULL) {
        return NULL;
    }
    PyUnicode_InternInPlace(&string);
    if (index >= ids->size) {
        Py_ssize_t size = Py_MAX(index * 2, 16);
        PyObject **array = PyMem_Realloc(ids->array,
                                         (size_t)size * sizeof(PyObject *));
        if (array == NULL) {
            Py_DECREF(string);
            return PyErr_NoMemory();
        }
        memset(array + ids->size, 0,
               (size_t)(size - ids->size) * sizeof(PyObject *));
        ids->array = array;
        ids->size = size;
    }
    ids->array[index] = string;
    return string;
}
