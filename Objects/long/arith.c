/* Sums, products, comparison of ints. */

#include "Python.h"
#include "pycore_object.h"
#include "pycore_longops.h"

int
long_compare_magnitude(PyLongObject *a, PyLongObject *b)
{
    return natural_compare(a->ob_digit, long_ndigits(a), b->ob_digit,
                           long_ndigits(b));
}

/* -- Sums --------------------------------------------------------------- */

/* |a| + |b|, with a sign. */
static PyObject *
magnitude_add(PyLongObject *a, PyLongObject *b, int negative)
{
    if (long_ndigits(a) < long_ndigits(b)) {
        PyLongObject *swap = a;
        a = b;
        b = swap;
    }
    Py_ssize_t n = long_ndigits(a);
    PyLongObject *sum = _PyLong_New(n + 1);
    if (sum == NULL) {
        return NULL;
    }
    sum->ob_digit[n] = natural_add(sum->ob_digit, a->ob_digit, n,
                                   b->ob_digit, long_ndigits(b));
    return long_finish_steal(sum, negative);
}

/* |a| - |b|, negated if asked. */
static PyObject *
magnitude_subtract(PyLongObject *a, PyLongObject *b, int negative)
{
    int order = long_compare_magnitude(a, b);
    if (order == 0) {
        return long_small(0);
    }
    if (order < 0) {
        PyLongObject *swap = a;
        a = b;
        b = swap;
        negative = !negative;
    }
    Py_ssize_t n = long_ndigits(a);
    PyLongObject *difference = _PyLong_New(n);
    if (difference == NULL) {
        return NULL;
    }
    natural_subtract(difference->ob_digit, a->ob_digit, n, b->ob_digit,
                     long_ndigits(b));
    return long_finish_steal(difference, negative);
}

PyObject *
_PyLong_Add(PyLongObject *a, PyLongObject *b)
{
    if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b)) {
        return long_from_stwodigits(_PyLong_MediumValue(a)
                                    + _PyLong_MediumValue(b));
    }
    int negative = long_is_negative(a);
    if (negative == long_is_negative(b)) {
        return magnitude_add(a, b, negative);
    }
    return magnitude_subtract(a, b, negative);
}

PyObject *
_PyLong_Subtract(PyLongObject *a, PyLongObject *b)
{
    if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b)) {
        return long_from_stwodigits(_PyLong_MediumValue(a)
                                    - _PyLong_MediumValue(b));
    }
    int negative = long_is_negative(a);
    if (negative == long_is_negative(b)) {
        return magnitude_subtract(a, b, negative);
    }
    return magnitude_add(a, b, negative);
}

PyObject *
long_add(PyObject *v, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    return _PyLong_Add((PyLongObject *)v, (PyLongObject *)w);
}

PyObject *
long_sub(PyObject *v, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    return _PyLong_Subtract((PyLongObject *)v, (PyLongObject *)w);
}

PyObject *
long_negate(PyObject *v)
{
    PyLongObject *a = (PyLongObject *)v;
    if (_PyLong_IsCompact(a)) {
        return long_from_stwodigits(-_PyLong_MediumValue(a));
    }
    PyObject *result = _PyLong_Copy(a);
    if (result != NULL) {
        Py_SET_SIZE(result, -Py_SIZE(a));
    }
    return result;
}

/* -- Products ----------------------------------------------------------- */

PyObject *
_PyLong_Multiply(PyLongObject *a, PyLongObject *b)
{
    if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b)) {
        return long_from_stwodigits(_PyLong_MediumValue(a)
                                    * _PyLong_MediumValue(b));
    }
    Py_ssize_t na = long_ndigits(a);
    Py_ssize_t nb = long_ndigits(b);
    if (na == 0 || nb == 0) {
        return long_small(0);
    }
    PyLongObject *product = _PyLong_New(na + nb);
    if (product == NULL) {
        return NULL;
    }
    if (natural_multiply(product->ob_digit, a->ob_digit, na, b->ob_digit,
                         nb) < 0) {
        Py_DECREF(product);
        return NULL;
    }
    return long_finish_steal(product,
                             long_is_negative(a) != long_is_negative(b));
}

PyObject *
long_mul(PyObject *v, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    return _PyLong_Multiply((PyLongObject *)v, (PyLongObject *)w);
}
