/* Powers of ints, modular ones too. */

#include "Python.h"
#include "pycore_bitutils.h"
#include "pycore_object.h"
#include "pycore_longops.h"

/* Exponents up to this many digits are taken bit by bit; longer ones five
   bits at a time, with a table of small powers. */
#define BINARY_DIGITS_MAX 2
#define WINDOW_BITS 5
#define WINDOW_SIZE (1 << WINDOW_BITS)

/* The inverse of a modulo n, by Euclid's extended algorithm; n > 0. */
static PyLongObject *
long_invmod(PyLongObject *a, PyLongObject *n)
{
    PyLongObject *b = (PyLongObject *)Py_NewRef(_PyLong_GetOne());
    PyLongObject *c = (PyLongObject *)Py_NewRef(_PyLong_GetZero());
    Py_INCREF(a);
    Py_INCREF(n);

    /* a = b * a0 and n = c * a0, modulo n0, all the time */
    while (Py_SIZE(n) != 0) {
        PyObject *q;
        PyObject *r;
        if (long_divmod_floor(a, n, &q, &r) < 0) {
            goto error;
        }
        Py_SETREF(a, n);
        n = (PyLongObject *)r;
        PyObject *product = _PyLong_Multiply((PyLongObject *)q, c);
        Py_DECREF(q);
        if (product == NULL) {
            goto error;
        }
        PyObject *next = _PyLong_Subtract(b, (PyLongObject *)product);
        Py_DECREF(product);
        if (next == NULL) {
            goto error;
        }
        Py_SETREF(b, c);
        c = (PyLongObject *)next;
    }
    Py_DECREF(c);
    Py_DECREF(n);
    int is_one = Py_SIZE(a) == 1 && a->ob_digit[0] == 1;
    Py_DECREF(a);
    if (!is_one) {
        Py_DECREF(b);
        PyErr_SetString(PyExc_ValueError,
                        "base is not invertible for the given modulus");
        return NULL;
    }
    return b;

error:
    Py_DECREF(a);
    Py_DECREF(n);
    Py_DECREF(b);
    Py_DECREF(c);
    return NULL;
}

/* a * b, reduced modulo c if there is one. */
static PyObject *
multiply_reduced(PyObject *a, PyObject *b, PyLongObject *c)
{
    PyObject *product = _PyLong_Multiply((PyLongObject *)a,
                                         (PyLongObject *)b);
    if (product == NULL || c == NULL) {
        return product;
    }
    PyObject *remainder;
    int status = long_divmod_floor((PyLongObject *)product, c, NULL,
                                   &remainder);
    Py_DECREF(product);
    return status < 0 ? NULL : remainder;
}

static int
multiply_into(PyObject **z, PyObject *factor, PyLongObject *c)
{
    PyObject *product = multiply_reduced(*z, factor, c);
    if (product == NULL) {
        return -1;
    }
    Py_SETREF(*z, product);
    return PyErr_CheckSignals();
}

/* Bits index ... index + count - 1 of the exponent. */
static digit
exponent_bits(PyLongObject *b, Py_ssize_t index, int count)
{
    digit value = 0;
    for (int i = count; i-- > 0;) {
        Py_ssize_t k = index + i;
        value = value << 1
            | ((b->ob_digit[k / PyLong_SHIFT] >> (k % PyLong_SHIFT)) & 1);
    }
    return value;
}

static PyObject *
power_binary(PyObject *a, PyLongObject *b, Py_ssize_t nbits, PyLongObject *c)
{
    PyObject *z = Py_NewRef(a);
    for (Py_ssize_t i = nbits - 1; i-- > 0;) {
        if (multiply_into(&z, z, c) < 0
            || (exponent_bits(b, i, 1) && multiply_into(&z, a, c) < 0)) {
            Py_DECREF(z);
            return NULL;
        }
    }
    return z;
}

static PyObject *
power_window(PyObject *a, PyLongObject *b, Py_ssize_t nbits, PyLongObject *c)
{
    PyObject *table[WINDOW_SIZE] = {NULL};
    PyObject *z = NULL;
    table[0] = Py_NewRef(_PyLong_GetOne());
    for (int i = 1; i < WINDOW_SIZE; i++) {
        table[i] = i == 1 ? Py_NewRef(a)
                          : multiply_reduced(table[i - 1], a, c);
        if (table[i] == NULL) {
            goto done;
        }
    }
    Py_ssize_t index = nbits;
    int count = (int)(nbits % WINDOW_BITS);
    if (count == 0) {
        count = WINDOW_BITS;
    }
    index -= count;
    z = Py_NewRef(table[exponent_bits(b, index, count)]);
    while (index > 0) {
        index -= WINDOW_BITS;
        for (int i = 0; i < WINDOW_BITS; i++) {
            if (multiply_into(&z, z, c) < 0) {
                goto error;
            }
        }
        digit bits = exponent_bits(b, index, WINDOW_BITS);
        if (bits != 0 && multiply_into(&z, table[bits], c) < 0) {
            goto error;
        }
    }
    goto done;
error:
    Py_CLEAR(z);
done:
    for (int i = 0; i < WINDOW_SIZE; i++) {
        Py_XDECREF(table[i]);
    }
    return z;
}

/* a ** b with b >= 0, reduced modulo c > 0 if there is one. */
static PyObject *
power(PyObject *a, PyLongObject *b, PyLongObject *c)
{
    Py_ssize_t nbits = (Py_ssize_t)_PyLong_NumBits((PyObject *)b);
    if (nbits == 0) {
        return long_small(1);
    }
    if (_PyLong_IsCompact((PyLongObject *)a) && c == NULL) {
        /* 0, 1 and -1 need no work, whatever the exponent; 2 is a shift. */
        stwodigits base = _PyLong_MediumValue((PyLongObject *)a);
        if (base == 0 || base == 1
            || (base == -1 && (b->ob_digit[0] & 1))) {
            return long_small(base);
        }
        if (base == -1) {
            return long_small(1);
        }
        if (base == 2 && Py_SIZE(b) <= 2) {
            return _PyLong_Lshift(_PyLong_GetOne(),
                                  PyLong_AsSize_t((PyObject *)b));
        }
    }
    if (Py_SIZE(b) <= BINARY_DIGITS_MAX) {
        return power_binary(a, b, nbits, c);
    }
    return power_window(a, b, nbits, c);
}

PyObject *
long_pow(PyObject *v, PyObject *w, PyObject *x)
{
    LONG_CHECK_BINOP(v, w);
    if (x != Py_None && !PyLong_Check(x)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *a = NULL;
    PyObject *b = NULL;
    PyLongObject *c = NULL;
    PyObject *z = NULL;
    int negative_modulus = 0;

    if (x == Py_None) {
        if (long_is_negative(w)) {
            /* The result is a float; the message about zero too. */
            return PyFloat_Type.tp_as_number->nb_power(v, w, x);
        }
        z = power(v, (PyLongObject *)w, NULL);
        if (z == v && !PyLong_CheckExact(z)) {
            /* the result is an int, not of v's class */
            Py_SETREF(z, _PyLong_Copy((PyLongObject *)v));
        }
        return z;
    }

    if (Py_SIZE(x) == 0) {
        PyErr_SetString(PyExc_ValueError, "pow() 3rd argument cannot be 0");
        return NULL;
    }
    negative_modulus = long_is_negative(x);
    c = (PyLongObject *)(negative_modulus ? long_negate(x) : Py_NewRef(x));
    a = Py_NewRef(v);
    b = Py_NewRef(w);
    if (c == NULL) {
        goto done;
    }
    if (Py_SIZE(c) == 1 && c->ob_digit[0] == 1) {
        z = long_small(0);
        goto done;
    }
    if (long_is_negative(b)) {
        Py_SETREF(b, long_negate(b));
        if (b == NULL) {
            goto done;
        }
        Py_SETREF(a, (PyObject *)long_invmod((PyLongObject *)a, c));
        if (a == NULL) {
            goto done;
        }
    }
    if (long_is_negative(a) || Py_SIZE(a) >= Py_SIZE(c)) {
        PyObject *remainder;
        if (long_divmod_floor((PyLongObject *)a, c, NULL, &remainder) < 0) {
            goto done;
        }
        Py_SETREF(a, remainder);
    }
    z = power(a, (PyLongObject *)b, c);
    if (z != NULL && negative_modulus && Py_SIZE(z) != 0) {
        Py_SETREF(z, _PyLong_Subtract((PyLongObject *)z, c));
    }
done:
    Py_XDECREF(a);
    Py_XDECREF(b);
    Py_XDECREF(c);
    return z;
}
