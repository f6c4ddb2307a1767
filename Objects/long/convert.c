/* Ints to C integers and doubles. */

#include "Python.h"

#include <float.h>

#include "pycore_abstract.h"
#include "pycore_bitutils.h"
#include "pycore_longops.h"

/* -- The magnitude as 64 bits ------------------------------------------- */

/* *magnitude = |v| modulo 2**64; returns 1 if that is not |v| itself. */
static int
magnitude_get(PyObject *v, uint64_t *magnitude)
{
    const digit *d = LONG_DIGITS(v);
    Py_ssize_t n = long_ndigits(v);
    uint64_t value = 0;
    int overflow = n > 3 || (n == 3 && d[2] >> 4);
    for (Py_ssize_t i = Py_MIN(n, 3); i-- > 0;) {
        value = value << PyLong_SHIFT | d[i];
    }
    *magnitude = value;
    return overflow;
}

/* 0, or -1 / 1 if v is below / above the range of int64_t. */
static int
int64_get(PyObject *v, int64_t *value)
{
    uint64_t magnitude;
    int overflow = magnitude_get(v, &magnitude);
    if (long_is_negative(v)) {
        if (overflow || magnitude > (uint64_t)1 << 63) {
            return -1;
        }
        *value = (int64_t)(0 - magnitude);
        return 0;
    }
    if (overflow || magnitude >> 63) {
        return 1;
    }
    *value = (int64_t)magnitude;
    return 0;
}

/* The low 64 bits of v in two's complement. */
static uint64_t
mask_get(PyObject *v)
{
    uint64_t magnitude;
    (void)magnitude_get(v, &magnitude);
    return long_is_negative(v) ? 0 - magnitude : magnitude;
}

/* -- Arguments ---------------------------------------------------------- */

/* An int, new, from an int or something with __index__. */
static PyObject *
index_from_argument(PyObject *v)
{
    if (v == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyLong_Check(v)) {
        return Py_NewRef(v);
    }
    return _PyNumber_Index(v);
}

static int
check_int_argument(PyObject *v)
{
    if (v == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (!PyLong_Check(v)) {
        PyErr_SetString(PyExc_TypeError, "an integer is required");
        return -1;
    }
    return 0;
}

/* -- Signed ------------------------------------------------------------- */

long long
PyLong_AsLongLongAndOverflow(PyObject *v, int *overflow)
{
    *overflow = 0;
    PyObject *index = index_from_argument(v);
    if (index == NULL) {
        return -1;
    }
    int64_t value = -1;
    *overflow = int64_get(index, &value);
    Py_DECREF(index);
    return *overflow ? -1 : value;
}

long
PyLong_AsLongAndOverflow(PyObject *v, int *overflow)
{
    return PyLong_AsLongLongAndOverflow(v, overflow);
}

long
PyLong_AsLong(PyObject *v)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(v, &overflow);
    if (overflow) {
        PyErr_SetString(PyExc_OverflowError,
                        "Python int too large to convert to C long");
    }
    return value;
}

int
_PyLong_AsInt(PyObject *v)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(v, &overflow);
    if (overflow || value > INT_MAX || value < INT_MIN) {
        PyErr_SetString(PyExc_OverflowError,
                        "Python int too large to convert to C int");
        return -1;
    }
    return (int)value;
}

Py_ssize_t
PyLong_AsSsize_t(PyObject *v)
{
    if (check_int_argument(v) < 0) {
        return -1;
    }
    int64_t value;
    if (int64_get(v, &value) != 0) {
        PyErr_SetString(PyExc_OverflowError,
                        "Python int too large to convert to C ssize_t");
        return -1;
    }
    return value;
}

long long
PyLong_AsLongLong(PyObject *v)
{
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(v, &overflow);
    if (overflow) {
        PyErr_SetString(PyExc_OverflowError, "int too big to convert");
    }
    return value;
}

/* -- Unsigned ----------------------------------------------------------- */

static uint64_t
uint64_from_int(PyObject *v, const char *negative, const char *too_large)
{
    if (check_int_argument(v) < 0) {
        return (uint64_t)-1;
    }
    uint64_t value;
    int overflow = magnitude_get(v, &value);
    if (long_is_negative(v)) {
        PyErr_SetString(PyExc_OverflowError, negative);
        return (uint64_t)-1;
    }
    if (overflow) {
        PyErr_SetString(PyExc_OverflowError, too_large);
        return (uint64_t)-1;
    }
    return value;
}

unsigned long
PyLong_AsUnsignedLong(PyObject *v)
{
    return uint64_from_int(v, "can't convert negative value to unsigned int",
                           "Python int too large to convert to C unsigned "
                           "long");
}

size_t
PyLong_AsSize_t(PyObject *v)
{
    return uint64_from_int(v, "can't convert negative value to size_t",
                           "Python int too large to convert to C size_t");
}

unsigned long long
PyLong_AsUnsignedLongLong(PyObject *v)
{
    return uint64_from_int(v, "can't convert negative int to unsigned",
                           "int too big to convert");
}

unsigned long long
PyLong_AsUnsignedLongLongMask(PyObject *v)
{
    PyObject *index = index_from_argument(v);
    if (index == NULL) {
        return (unsigned long long)-1;
    }
    uint64_t value = mask_get(index);
    Py_DECREF(index);
    return value;
}

unsigned long
PyLong_AsUnsignedLongMask(PyObject *v)
{
    return PyLong_AsUnsignedLongLongMask(v);
}

void *
PyLong_AsVoidPtr(PyObject *v)
{
    intptr_t value;
    if (v != NULL && PyLong_Check(v) && long_is_negative(v)) {
        value = PyLong_AsLong(v);
    }
    else {
        value = (intptr_t)PyLong_AsUnsignedLong(v);
    }
    return value == -1 && PyErr_Occurred() ? NULL : (void *)value;
}

/* -- Converters --------------------------------------------------------- */

static int
check_positive(PyObject *v)
{
    if (PyLong_Check(v) && long_is_negative(v)) {
        PyErr_SetString(PyExc_ValueError, "value must be positive");
        return -1;
    }
    return 0;
}

int
_PyLong_UnsignedShort_Converter(PyObject *v, void *out)
{
    if (check_positive(v) < 0) {
        return 0;
    }
    unsigned long value = PyLong_AsUnsignedLong(v);
    if (value == (unsigned long)-1 && PyErr_Occurred()) {
        return 0;
    }
    if (value > USHRT_MAX) {
        PyErr_SetString(PyExc_OverflowError,
                        "Python int too large for C unsigned short");
        return 0;
    }
    *(unsigned short *)out = (unsigned short)value;
    return 1;
}

int
_PyLong_UnsignedInt_Converter(PyObject *v, void *out)
{
    if (check_positive(v) < 0) {
        return 0;
    }
    unsigned long value = PyLong_AsUnsignedLong(v);
    if (value == (unsigned long)-1 && PyErr_Occurred()) {
        return 0;
    }
    if (value > UINT_MAX) {
        PyErr_SetString(PyExc_OverflowError,
                        "Python int too large for C unsigned int");
        return 0;
    }
    *(unsigned int *)out = (unsigned int)value;
    return 1;
}

int
_PyLong_UnsignedLong_Converter(PyObject *v, void *out)
{
    if (check_positive(v) < 0) {
        return 0;
    }
    unsigned long value = PyLong_AsUnsignedLong(v);
    if (value == (unsigned long)-1 && PyErr_Occurred()) {
        return 0;
    }
    *(unsigned long *)out = value;
    return 1;
}

int
_PyLong_UnsignedLongLong_Converter(PyObject *v, void *out)
{
    if (check_positive(v) < 0) {
        return 0;
    }
    unsigned long long value = PyLong_AsUnsignedLongLong(v);
    if (value == (unsigned long long)-1 && PyErr_Occurred()) {
        return 0;
    }
    *(unsigned long long *)out = value;
    return 1;
}

int
_PyLong_Size_t_Converter(PyObject *v, void *out)
{
    if (check_positive(v) < 0) {
        return 0;
    }
    size_t value = PyLong_AsSize_t(v);
    if (value == (size_t)-1 && PyErr_Occurred()) {
        return 0;
    }
    *(size_t *)out = value;
    return 1;
}

/* -- Sign and bits ------------------------------------------------------ */

int
_PyLong_Sign(PyObject *v)
{
    Py_ssize_t size = Py_SIZE(v);
    return (size > 0) - (size < 0);
}

size_t
_PyLong_NumBits(PyObject *v)
{
    Py_ssize_t n = long_ndigits(v);
    if (n == 0) {
        return 0;
    }
    size_t top = (size_t)_Py_bit_length(LONG_DIGITS(v)[n - 1]);
    if ((size_t)(n - 1) > (SIZE_MAX - top) / PyLong_SHIFT) {
        PyErr_SetString(PyExc_OverflowError,
                        "int has too many bits to express in a platform "
                        "size_t");
        return (size_t)-1;
    }
    return (size_t)(n - 1) * PyLong_SHIFT + top;
}

/* -- Doubles ------------------------------------------------------------ */

/* The top 64 bits of a, whose bit length is nbits > 64; the lowest bit is
   also set if any bit below is (so that rounding sees the tail). */
static uint64_t
top_bits(PyLongObject *a, size_t nbits)
{
    size_t shift = nbits - 64;
    Py_ssize_t word = (Py_ssize_t)(shift / PyLong_SHIFT);
    int bit = (int)(shift % PyLong_SHIFT);
    Py_ssize_t n = long_ndigits(a);
    unsigned __int128 value = 0;
    for (Py_ssize_t i = n; i-- > word;) {
        value = value << PyLong_SHIFT | a->ob_digit[i];
    }
    uint64_t top = (uint64_t)(value >> bit);
    int tail = (value & (((unsigned __int128)1 << bit) - 1)) != 0;
    for (Py_ssize_t i = 0; i < word && !tail; i++) {
        tail = a->ob_digit[i] != 0;
    }
    return top | (uint64_t)tail;
}

double
_PyLong_Frexp(PyLongObject *a, Py_ssize_t *e)
{
    if (Py_SIZE(a) == 0) {
        *e = 0;
        return 0.0;
    }
    size_t nbits = _PyLong_NumBits((PyObject *)a);
    if (nbits > (size_t)PY_SSIZE_T_MAX) {
        PyErr_Clear();
        PyErr_SetString(PyExc_OverflowError,
                        "huge integer: number of bits overflows a "
                        "Py_ssize_t");
        *e = 0;
        return -1.0;
    }
    uint64_t top;
    if (nbits > 64) {
        top = top_bits(a, nbits);
    }
    else {
        (void)magnitude_get((PyObject *)a, &top);
        top <<= 64 - nbits;
    }
    /* 64 bits with a sticky tail round to 53 exactly once. */
    double x = ldexp((double)top, -64);
    if (x == 1.0) {
        if (nbits == (size_t)PY_SSIZE_T_MAX) {
            PyErr_SetString(PyExc_OverflowError,
                            "huge integer: number of bits overflows a "
                            "Py_ssize_t");
            *e = 0;
            return -1.0;
        }
        x = 0.5;
        nbits++;
    }
    *e = (Py_ssize_t)nbits;
    return long_is_negative(a) ? -x : x;
}

double
PyLong_AsDouble(PyObject *v)
{
    if (check_int_argument(v) < 0) {
        return -1.0;
    }
    if (long_ndigits(v) <= 1) {
        return (double)_PyLong_MediumValue((PyLongObject *)v);
    }
    Py_ssize_t exponent;
    double x = _PyLong_Frexp((PyLongObject *)v, &exponent);
    if ((x == -1.0 && PyErr_Occurred()) || exponent > DBL_MAX_EXP) {
        PyErr_SetString(PyExc_OverflowError,
                        "int too large to convert to float");
        return -1.0;
    }
    return ldexp(x, (int)exponent);
}

PyObject *
long_float(PyObject *v)
{
    double result = PyLong_AsDouble(v);
    if (result == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    return PyFloat_FromDouble(result);
}
