/* Shifts and bit operations. Negative numbers behave as infinitely long
   two's complement. */

#include "Python.h"
#include "pycore_object.h"
#include "pycore_longops.h"

/* -- Shifts ------------------------------------------------------------- */

static PyObject *
shift_left(PyLongObject *a, Py_ssize_t words, int bits)
{
    Py_ssize_t n = long_ndigits(a);
    if (words > PY_SSIZE_T_MAX - n - 1) {
        PyErr_SetString(PyExc_OverflowError, "too many digits in integer");
        return NULL;
    }
    PyLongObject *result = _PyLong_New(n + words + 1);
    if (result == NULL) {
        return NULL;
    }
    digit *d = result->ob_digit;
    memset(d, 0, (size_t)words * sizeof(digit));
    d[words + n] = natural_shift_left(d + words, a->ob_digit, n, bits);
    return long_finish_steal(result, long_is_negative(a));
}

/* Rounds toward minus infinity. */
static PyObject *
shift_right(PyLongObject *a, Py_ssize_t words, int bits)
{
    int negative = long_is_negative(a);
    Py_ssize_t n = long_ndigits(a) - words;
    if (n <= 0) {
        return long_small(-negative);
    }
    if (_PyLong_IsCompact(a)) {
        return long_from_stwodigits(_PyLong_MediumValue(a) >> bits);
    }
    PyLongObject *result = _PyLong_New(n + negative);
    if (result == NULL) {
        return NULL;
    }
    digit *d = result->ob_digit;
    digit lost = natural_shift_right(d, a->ob_digit + words, n, bits);
    if (negative) {
        d[n] = 0;
        if (lost || natural_trim(a->ob_digit, words) != 0) {
            digit one = 1;
            natural_add(d, d, n + 1, &one, 1);
        }
    }
    return long_finish_steal(result, negative);
}

PyObject *
_PyLong_Lshift(PyObject *a, size_t shift)
{
    if (Py_SIZE(a) == 0) {
        return long_small(0);
    }
    return shift_left((PyLongObject *)a, (Py_ssize_t)(shift / PyLong_SHIFT),
                      (int)(shift % PyLong_SHIFT));
}

PyObject *
_PyLong_Rshift(PyObject *a, size_t shift)
{
    if (Py_SIZE(a) == 0) {
        return long_small(0);
    }
    return shift_right((PyLongObject *)a, (Py_ssize_t)(shift / PyLong_SHIFT),
                       (int)(shift % PyLong_SHIFT));
}

/* 0, 1 if the count is too large for the words of an int, -1 with an
   exception if it is negative. */
static int
shift_count(PyObject *w, Py_ssize_t *words, int *bits)
{
    if (long_is_negative(w)) {
        PyErr_SetString(PyExc_ValueError, "negative shift count");
        return -1;
    }
    size_t nbits = _PyLong_NumBits(w);
    if (nbits > 64 || nbits == (size_t)-1) {
        PyErr_Clear();
        return 1;
    }
    uint64_t count = PyLong_AsUnsignedLongLong(w);
    *words = (Py_ssize_t)(count / PyLong_SHIFT);
    *bits = (int)(count % PyLong_SHIFT);
    return 0;
}

PyObject *
long_lshift(PyObject *v, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    Py_ssize_t words;
    int bits;
    int status = shift_count(w, &words, &bits);
    if (status < 0) {
        return NULL;
    }
    if (Py_SIZE(v) == 0) {
        return long_small(0);
    }
    if (status > 0) {
        PyErr_SetString(PyExc_OverflowError, "too many digits in integer");
        return NULL;
    }
    return shift_left((PyLongObject *)v, words, bits);
}

PyObject *
long_rshift(PyObject *v, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    Py_ssize_t words;
    int bits;
    int status = shift_count(w, &words, &bits);
    if (status < 0) {
        return NULL;
    }
    if (Py_SIZE(v) == 0) {
        return long_small(0);
    }
    if (status > 0) {
        return long_small(-long_is_negative(v));
    }
    return shift_right((PyLongObject *)v, words, bits);
}

/* -- and, or, xor ------------------------------------------------------- */

/* d[n] = the two's complement digits of a. */
static void
complement_fill(digit *d, Py_ssize_t n, PyLongObject *a)
{
    Py_ssize_t na = long_ndigits(a);
    memcpy(d, a->ob_digit, (size_t)na * sizeof(digit));
    memset(d + na, 0, (size_t)(n - na) * sizeof(digit));
    if (long_is_negative(a)) {
        digit carry = 1;
        for (Py_ssize_t i = 0; i < n; i++) {
            carry += d[i] ^ PyLong_MASK;
            d[i] = carry & PyLong_MASK;
            carry >>= PyLong_SHIFT;
        }
    }
}

static PyObject *
bitwise_long(PyLongObject *a, char op, PyLongObject *b)
{
    /* One digit more than either, for the signs. */
    Py_ssize_t n = Py_MAX(long_ndigits(a), long_ndigits(b)) + 1;
    PyLongObject *result = _PyLong_New(n);
    digit *other = natural_scratch(n);
    if (result == NULL || other == NULL) {
        Py_XDECREF(result);
        PyMem_Free(other);
        return NULL;
    }
    digit *d = result->ob_digit;
    complement_fill(d, n, a);
    complement_fill(other, n, b);
    for (Py_ssize_t i = 0; i < n; i++) {
        switch (op) {
        case '&':
            d[i] &= other[i];
            break;
        case '|':
            d[i] |= other[i];
            break;
        default:
            d[i] ^= other[i];
            break;
        }
    }
    PyMem_Free(other);
    int negative = d[n - 1] >> (PyLong_SHIFT - 1);
    if (negative) {
        digit carry = 1;
        for (Py_ssize_t i = 0; i < n; i++) {
            carry += d[i] ^ PyLong_MASK;
            d[i] = carry & PyLong_MASK;
            carry >>= PyLong_SHIFT;
        }
    }
    return long_finish_steal(result, negative);
}

static PyObject *
bitwise(PyObject *v, char op, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    PyLongObject *a = (PyLongObject *)v;
    PyLongObject *b = (PyLongObject *)w;
    if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b)) {
        stwodigits x = _PyLong_MediumValue(a);
        stwodigits y = _PyLong_MediumValue(b);
        return long_from_stwodigits(op == '&' ? x & y
                                    : op == '|' ? x | y : x ^ y);
    }
    return bitwise_long(a, op, b);
}

PyObject *
long_and(PyObject *v, PyObject *w)
{
    return bitwise(v, '&', w);
}

PyObject *
long_or(PyObject *v, PyObject *w)
{
    return bitwise(v, '|', w);
}

PyObject *
long_xor(PyObject *v, PyObject *w)
{
    return bitwise(v, '^', w);
}

PyObject *
long_invert(PyObject *v)
{
    PyLongObject *a = (PyLongObject *)v;
    if (_PyLong_IsCompact(a)) {
        return long_from_stwodigits(~_PyLong_MediumValue(a));
    }
    PyObject *sum = _PyLong_Add(a, (PyLongObject *)_PyLong_GetOne());
    if (sum == NULL) {
        return NULL;
    }
    PyObject *result = long_negate(sum);
    Py_DECREF(sum);
    return result;
}
