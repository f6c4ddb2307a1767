/* Making ints, and the table of small ones. */

#include "Python.h"
#include "pycore_bitutils.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_longops.h"

#define DIGITS_MAX                                                      \
    ((PY_SSIZE_T_MAX - (Py_ssize_t)offsetof(PyLongObject, ob_digit))    \
     / (Py_ssize_t)sizeof(digit))

PyStatus
long_init_small_ints(PyInterpreterState *Py_UNUSED(interp))
{
    for (int i = 0; i < _PY_NSMALLNEGINTS + _PY_NSMALLPOSINTS; i++) {
        int value = i - _PY_NSMALLNEGINTS;
        PyLongObject *v = &_PyLong_SMALL_INTS[i];
        Py_SET_REFCNT(v, _PyObject_IMMORTAL_REFCNT);
        Py_SET_TYPE(v, &PyLong_Type);
        Py_SET_SIZE(v, (value > 0) - (value < 0));
        v->ob_digit[0] = (digit)Py_ABS(value);
    }
    return _PyStatus_OK();
}

struct long_free_list long_free;

void
long_free_clear(void)
{
    while (long_free.first != NULL) {
        PyLongObject *v = long_free.first;
        long_free.first = (PyLongObject *)Py_TYPE(v);
        PyObject_Free(v);
    }
    long_free.count = 0;
}

PyLongObject *
_PyLong_New(Py_ssize_t size)
{
    if (size > DIGITS_MAX) {
        PyErr_SetString(PyExc_OverflowError, "too many digits in integer");
        return NULL;
    }
    Py_ssize_t ndigits = size ? size : 1;
    PyLongObject *v = PyObject_Malloc(offsetof(PyLongObject, ob_digit)
                                      + (size_t)ndigits * sizeof(digit));
    if (v == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    _PyObject_InitVar((PyVarObject *)v, &PyLong_Type, size);
    return v;
}

PyObject *
_PyLong_Copy(PyLongObject *src)
{
    Py_ssize_t n = long_ndigits(src);
    if (n < 2) {
        stwodigits value = _PyLong_MediumValue(src);
        if (long_is_small(value)) {
            return long_small(value);
        }
    }
    PyLongObject *v = _PyLong_New(n);
    if (v != NULL) {
        Py_SET_SIZE(v, Py_SIZE(src));
        memcpy(v->ob_digit, src->ob_digit, (size_t)n * sizeof(digit));
    }
    return (PyObject *)v;
}

PyObject *
long_finish_steal(PyLongObject *v, int negative)
{
    if (v == NULL) {
        return NULL;
    }
    Py_ssize_t n = natural_trim(v->ob_digit, long_ndigits(v));
    Py_SET_SIZE(v, negative ? -n : n);
    if (n < 2) {
        stwodigits value = n ? (stwodigits)v->ob_digit[0] : 0;
        if (negative) {
            value = -value;
        }
        if (long_is_small(value)) {
            Py_DECREF(v);
            return long_small(value);
        }
    }
    return (PyObject *)v;
}

/* -- From C integers ---------------------------------------------------- */

static PyObject *
long_from_magnitude(uint64_t magnitude, int negative)
{
    Py_ssize_t n = 0;
    for (uint64_t t = magnitude; t; t >>= PyLong_SHIFT) {
        n++;
    }
    PyLongObject *v = _PyLong_New(n);
    if (v == NULL) {
        return NULL;
    }
    v->ob_digit[0] = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        v->ob_digit[i] = (digit)magnitude & PyLong_MASK;
        magnitude >>= PyLong_SHIFT;
    }
    Py_SET_SIZE(v, negative ? -n : n);
    return (PyObject *)v;
}

PyObject *
PyLong_FromLongLong(long long value)
{
    if (long_is_small(value)) {
        return long_small(value);
    }
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (magnitude <= PyLong_MASK) {
        return long_new_digit((digit)magnitude, value < 0 ? -1 : 1);
    }
    return long_from_magnitude(magnitude, value < 0);
}

PyObject *
PyLong_FromUnsignedLongLong(unsigned long long value)
{
    if (value < _PY_NSMALLPOSINTS) {
        return long_small((stwodigits)value);
    }
    if (value <= PyLong_MASK) {
        return long_new_digit((digit)value, 1);
    }
    return long_from_magnitude(value, 0);
}

PyObject *
PyLong_FromLong(long value)
{
    return PyLong_FromLongLong(value);
}

PyObject *
PyLong_FromUnsignedLong(unsigned long value)
{
    return PyLong_FromUnsignedLongLong(value);
}

PyObject *
PyLong_FromSsize_t(Py_ssize_t value)
{
    return PyLong_FromLongLong(value);
}

PyObject *
PyLong_FromSize_t(size_t value)
{
    return PyLong_FromUnsignedLongLong(value);
}

PyObject *
PyLong_FromVoidPtr(void *p)
{
    return PyLong_FromUnsignedLongLong((uintptr_t)p);
}

PyObject *
PyLong_FromDouble(double value)
{
    if (isinf(value)) {
        PyErr_SetString(PyExc_OverflowError,
                        "cannot convert float infinity to integer");
        return NULL;
    }
    if (isnan(value)) {
        PyErr_SetString(PyExc_ValueError,
                        "cannot convert float NaN to integer");
        return NULL;
    }
    if (-9.0e18 < value && value < 9.0e18) {
        return PyLong_FromLongLong((long long)value);
    }
    int exponent;
    double fraction = frexp(fabs(value), &exponent);
    Py_ssize_t n = (exponent - 1) / PyLong_SHIFT + 1;
    PyLongObject *v = _PyLong_New(n);
    if (v == NULL) {
        return NULL;
    }
    fraction = ldexp(fraction, (exponent - 1) % PyLong_SHIFT + 1);
    for (Py_ssize_t i = n; i-- > 0;) {
        digit d = (digit)fraction;
        v->ob_digit[i] = d;
        fraction = ldexp(fraction - (double)d, PyLong_SHIFT);
    }
    return long_finish_steal(v, value < 0);
}

/* -- From and to two's complement bytes --------------------------------- */

/* Byte number i, counted from the least significant end. */
static inline size_t
byte_index(size_t i, size_t n, int little_endian)
{
    return little_endian ? i : n - 1 - i;
}

PyObject *
_PyLong_FromByteArray(const unsigned char *bytes, size_t n,
                      int little_endian, int is_signed)
{
    if (n == 0) {
        return PyLong_FromLong(0);
    }
    int negative = is_signed && (bytes[byte_index(n - 1, n, little_endian)]
                                 & 0x80);
    /* Sign bytes carry nothing. */
    unsigned char filler = negative ? 0xFF : 0;
    size_t used = n;
    while (used > 0
           && bytes[byte_index(used - 1, n, little_endian)] == filler) {
        used--;
    }
    if (negative && used < n) {
        used++;     /* -0x100 needs the bit above 0x00 */
    }
    if (used > (size_t)PY_SSIZE_T_MAX / 8 - PyLong_SHIFT) {
        PyErr_SetString(PyExc_OverflowError,
                        "byte array too long to convert to int");
        return NULL;
    }
    Py_ssize_t ndigits =
        (Py_ssize_t)((used * 8 + PyLong_SHIFT - 1) / PyLong_SHIFT);
    PyLongObject *v = _PyLong_New(ndigits);
    if (v == NULL) {
        return NULL;
    }
    twodigits bits = 0;
    int nbits = 0;
    Py_ssize_t k = 0;
    unsigned carry = 1;
    for (size_t i = 0; i < used; i++) {
        unsigned byte = bytes[byte_index(i, n, little_endian)];
        if (negative) {
            byte = (0xFF ^ byte) + carry;
            carry = byte >> 8;
            byte &= 0xFF;
        }
        bits |= (twodigits)byte << nbits;
        nbits += 8;
        if (nbits >= PyLong_SHIFT) {
            v->ob_digit[k++] = (digit)bits & PyLong_MASK;
            bits >>= PyLong_SHIFT;
            nbits -= PyLong_SHIFT;
        }
    }
    if (k < ndigits) {
        v->ob_digit[k++] = (digit)bits;
    }
    Py_SET_SIZE(v, k);
    return long_finish_steal(v, negative);
}

int
_PyLong_AsByteArray(PyLongObject *v, unsigned char *bytes, size_t n,
                    int little_endian, int is_signed)
{
    Py_ssize_t ndigits = long_ndigits(v);
    int negative = long_is_negative(v);
    if (negative && !is_signed) {
        PyErr_SetString(PyExc_OverflowError,
                        "can't convert negative int to unsigned");
        return -1;
    }
    twodigits bits = 0;
    int nbits = 0;
    digit carry = (digit)negative;
    size_t used = 0;
    int overflow = 0;
    for (Py_ssize_t i = 0; i < ndigits; i++) {
        digit d = v->ob_digit[i];
        if (negative) {
            d = (d ^ PyLong_MASK) + carry;
            carry = d >> PyLong_SHIFT;
            d &= PyLong_MASK;
        }
        bits |= (twodigits)d << nbits;
        nbits += PyLong_SHIFT;
        if (i == ndigits - 1) {
            /* Of the top digit only the significant bits count. */
            digit top = negative ? d ^ PyLong_MASK : d;
            nbits -= PyLong_SHIFT;
            nbits += _Py_bit_length(top);
        }
        while (nbits >= 8 && used < n) {
            bytes[byte_index(used++, n, little_endian)] =
                (unsigned char)bits;
            bits >>= 8;
            nbits -= 8;
        }
        if (nbits >= 8) {
            overflow = 1;
            break;
        }
    }
    unsigned char filler = negative ? 0xFF : 0;
    if (!overflow && nbits > 0) {
        if (used == n) {
            overflow = 1;
        }
        else {
            unsigned char last = (unsigned char)bits;
            if (negative) {
                last |= (unsigned char)(0xFF << nbits);
            }
            bytes[byte_index(used++, n, little_endian)] = last;
        }
    }
    if (!overflow && is_signed && used == n) {
        /* The sign bit must agree. */
        unsigned char top =
            n > 0 ? bytes[byte_index(n - 1, n, little_endian)] : filler;
        if (n == 0) {
            overflow = ndigits != 0;
        }
        else {
            overflow = (top >> 7) != (unsigned)negative;
        }
    }
    if (overflow) {
        PyErr_SetString(PyExc_OverflowError, "int too big to convert");
        return -1;
    }
    while (used < n) {
        bytes[byte_index(used++, n, little_endian)] = filler;
    }
    return 0;
}
