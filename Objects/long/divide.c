/* Division of ints: floor, modulo, true division, nearest, gcd. */

#include "Python.h"

#include <float.h>

#include "pycore_bitutils.h"
#include "pycore_object.h"
#include "pycore_longops.h"

/* -- Truncating, floor -------------------------------------------------- */

int
long_divmod_trunc(PyLongObject *a, PyLongObject *b, PyLongObject **quotient,
                  PyLongObject **remainder)
{
    int negative = long_is_negative(a);
    Py_ssize_t na = long_ndigits(a);
    Py_ssize_t nb = long_ndigits(b);
    PyLongObject *q = NULL;
    PyLongObject *r = NULL;
    if (na < nb || (na == nb && long_compare_magnitude(a, b) < 0)) {
        r = (PyLongObject *)long_int((PyObject *)a);
        if (r == NULL) {
            return -1;
        }
        *quotient = (PyLongObject *)long_small(0);
        *remainder = r;
        return 0;
    }
    q = _PyLong_New(na - nb + 1);
    r = _PyLong_New(nb);
    if (q == NULL || r == NULL) {
        goto error;
    }
    if (nb == 1) {
        r->ob_digit[0] = natural_divide_digit(q->ob_digit, a->ob_digit, na,
                                              b->ob_digit[0]);
    }
    else if (natural_divide(q->ob_digit, r->ob_digit, a->ob_digit, na,
                            b->ob_digit, nb) < 0) {
        goto error;
    }
    *quotient = (PyLongObject *)long_finish_steal(
        q, negative != long_is_negative(b));
    *remainder = (PyLongObject *)long_finish_steal(r, negative);
    return 0;

error:
    Py_XDECREF(q);
    Py_XDECREF(r);
    return -1;
}

static int
divmod_compact(stwodigits a, stwodigits b, PyObject **quotient,
               PyObject **remainder)
{
    stwodigits q = a / b;
    stwodigits r = a % b;
    if (r != 0 && (r ^ b) < 0) {
        q--;
        r += b;
    }
    PyObject *quotient_object = NULL;
    if (quotient != NULL) {
        quotient_object = long_from_stwodigits(q);
        if (quotient_object == NULL) {
            return -1;
        }
    }
    if (remainder != NULL) {
        *remainder = long_from_stwodigits(r);
        if (*remainder == NULL) {
            Py_XDECREF(quotient_object);
            return -1;
        }
    }
    if (quotient != NULL) {
        *quotient = quotient_object;
    }
    return 0;
}

int
long_divmod_floor(PyLongObject *a, PyLongObject *b, PyObject **quotient,
                  PyObject **remainder)
{
    if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b)) {
        return divmod_compact(_PyLong_MediumValue(a), _PyLong_MediumValue(b),
                              quotient, remainder);
    }
    PyLongObject *q;
    PyLongObject *r;
    if (long_divmod_trunc(a, b, &q, &r) < 0) {
        return -1;
    }
    if (Py_SIZE(r) != 0 && long_is_negative(r) != long_is_negative(b)) {
        if (remainder != NULL) {
            Py_SETREF(r, (PyLongObject *)_PyLong_Add(r, b));
        }
        if (quotient != NULL) {
            PyLongObject *one = (PyLongObject *)_PyLong_GetOne();
            Py_SETREF(q, (PyLongObject *)_PyLong_Subtract(q, one));
        }
        if (q == NULL || r == NULL) {
            Py_XDECREF(q);
            Py_XDECREF(r);
            return -1;
        }
    }
    if (quotient != NULL) {
        *quotient = (PyObject *)q;
    }
    else {
        Py_DECREF(q);
    }
    if (remainder != NULL) {
        *remainder = (PyObject *)r;
    }
    else {
        Py_DECREF(r);
    }
    return 0;
}

static int
check_divisor(PyObject *w, const char *message)
{
    if (Py_SIZE(w) == 0) {
        PyErr_SetString(PyExc_ZeroDivisionError, message);
        return -1;
    }
    return 0;
}

PyObject *
long_div(PyObject *v, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    PyObject *quotient;
    if (check_divisor(w, "integer division or modulo by zero") < 0
        || long_divmod_floor((PyLongObject *)v, (PyLongObject *)w, &quotient,
                             NULL) < 0) {
        return NULL;
    }
    return quotient;
}

PyObject *
long_mod(PyObject *v, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    PyObject *remainder;
    if (check_divisor(w, "integer modulo by zero") < 0
        || long_divmod_floor((PyLongObject *)v, (PyLongObject *)w, NULL,
                             &remainder) < 0) {
        return NULL;
    }
    return remainder;
}

PyObject *
long_divmod(PyObject *v, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    PyObject *quotient;
    PyObject *remainder;
    if (check_divisor(w, "integer division or modulo by zero") < 0
        || long_divmod_floor((PyLongObject *)v, (PyLongObject *)w, &quotient,
                             &remainder) < 0) {
        return NULL;
    }
    PyObject *pair = PyTuple_New(2);
    if (pair == NULL) {
        Py_DECREF(quotient);
        Py_DECREF(remainder);
        return NULL;
    }
    PyTuple_SET_ITEM(pair, 0, quotient);
    PyTuple_SET_ITEM(pair, 1, remainder);
    return pair;
}

/* -- True division ------------------------------------------------------ */

/* Bits that a double holds exactly. */
#define EXACT_BITS DBL_MANT_DIG

static double
divide_exact(PyLongObject *a, PyLongObject *b)
{
    return PyLong_AsDouble((PyObject *)a) / PyLong_AsDouble((PyObject *)b);
}

/* The quotient of the magnitudes times 2**-shift, truncated; *inexact tells
   whether something was lost. */
static PyObject *
scaled_quotient(PyLongObject *a, PyLongObject *b, Py_ssize_t shift,
                int *inexact)
{
    PyObject *x = NULL;
    PyObject *quotient = NULL;
    PyObject *result = NULL;
    PyObject *remainder = NULL;
    PyObject *dividend = long_is_negative(a) ? long_negate((PyObject *)a)
                                             : long_int((PyObject *)a);
    PyObject *divisor = long_is_negative(b) ? long_negate((PyObject *)b)
                                            : long_int((PyObject *)b);
    if (dividend == NULL || divisor == NULL) {
        goto done;
    }
    if (shift <= 0) {
        x = _PyLong_Lshift(dividend, (size_t)-shift);
        *inexact = 0;
        if (x == NULL) {
            goto done;
        }
    }
    else {
        x = _PyLong_Rshift(dividend, (size_t)shift);
        if (x == NULL) {
            goto done;
        }
        /* Were any of the bits shifted out set? */
        const digit *d = LONG_DIGITS(dividend);
        Py_ssize_t words = shift / PyLong_SHIFT;
        digit mask = ((digit)1 << (shift % PyLong_SHIFT)) - 1;
        *inexact = natural_trim(d, words) != 0
            || (words < Py_SIZE(dividend) && (d[words] & mask));
    }
    if (long_divmod_floor((PyLongObject *)x, (PyLongObject *)divisor,
                          &quotient, &remainder) < 0) {
        goto done;
    }
    *inexact |= Py_SIZE(remainder) != 0;
    Py_DECREF(remainder);
    result = quotient;
done:
    Py_XDECREF(x);
    Py_XDECREF(dividend);
    Py_XDECREF(divisor);
    return result;
}

PyObject *
long_true_divide(PyObject *v, PyObject *w)
{
    LONG_CHECK_BINOP(v, w);
    PyLongObject *a = (PyLongObject *)v;
    PyLongObject *b = (PyLongObject *)w;
    if (check_divisor(w, "division by zero") < 0) {
        return NULL;
    }
    int negative = long_is_negative(a) != long_is_negative(b);
    double result = 0.0;
    size_t bits_a = _PyLong_NumBits(v);
    size_t bits_b = _PyLong_NumBits(w);
    if ((bits_a == (size_t)-1 || bits_b == (size_t)-1) && PyErr_Occurred()) {
        return NULL;
    }
    if (bits_a == 0) {
        goto done;
    }
    if (bits_a <= EXACT_BITS && bits_b <= EXACT_BITS) {
        return PyFloat_FromDouble(divide_exact(a, b));
    }
    if (bits_a > bits_b && bits_a - bits_b > DBL_MAX_EXP) {
        goto overflow;
    }
    if (bits_b > bits_a
        && bits_b - bits_a > DBL_MANT_DIG - DBL_MIN_EXP + 1) {
        goto done;
    }

    /* Two bits more than needed, at least; fewer where the result is
       subnormal, so that rounding takes place once, at the right bit. */
    Py_ssize_t diff = (Py_ssize_t)bits_a - (Py_ssize_t)bits_b;
    Py_ssize_t shift = Py_MAX(diff, DBL_MIN_EXP) - DBL_MANT_DIG - 2;
    int inexact;
    PyObject *x = scaled_quotient(a, b, shift, &inexact);
    if (x == NULL) {
        return NULL;
    }
    uint64_t bits = PyLong_AsUnsignedLongLong(x);   /* at most 57 bits */
    Py_DECREF(x);
    int nbits = _Py_bit_length(bits);
    int extra = (int)(Py_MAX((Py_ssize_t)nbits, DBL_MIN_EXP - shift)
                      - DBL_MANT_DIG);
    /* Round half to even, the inexact tail counting as a bit below. */
    uint64_t half = (uint64_t)1 << (extra - 1);
    bits |= (uint64_t)inexact;
    if ((bits & half) && (bits & (3 * half - 1))) {
        bits += half;
    }
    bits &= ~(2 * half - 1);
    result = (double)bits;
    if (shift + nbits >= DBL_MAX_EXP
        && (shift + nbits > DBL_MAX_EXP || result == ldexp(1.0, nbits))) {
        goto overflow;
    }
    result = ldexp(result, (int)shift);

done:
    return PyFloat_FromDouble(negative ? -result : result);

overflow:
    PyErr_SetString(PyExc_OverflowError,
                    "integer division result too large for a float");
    return NULL;
}

/* -- Nearest ------------------------------------------------------------ */

PyObject *
_PyLong_DivmodNear(PyObject *a, PyObject *b)
{
    PyLongObject *q = NULL;
    PyLongObject *r = NULL;
    PyObject *twice = NULL;
    if (!PyLong_Check(a) || !PyLong_Check(b)) {
        PyErr_SetString(PyExc_TypeError,
                        "non-integer arguments in division");
        return NULL;
    }
    if (check_divisor(b, "integer division or modulo by zero") < 0
        || long_divmod_trunc((PyLongObject *)a, (PyLongObject *)b, &q,
                             &r) < 0) {
        return NULL;
    }
    /* Away from zero if 2 |r| > |b|, or at a tie if q is odd. */
    twice = _PyLong_Lshift((PyObject *)r, 1);
    if (twice == NULL) {
        goto error;
    }
    int order = long_compare_magnitude((PyLongObject *)twice,
                                       (PyLongObject *)b);
    int odd = Py_SIZE(q) != 0 && (q->ob_digit[0] & 1);
    if (order > 0 || (order == 0 && odd)) {
        PyLongObject *one = (PyLongObject *)_PyLong_GetOne();
        PyLongObject *divisor = (PyLongObject *)b;
        if (long_is_negative(a) != long_is_negative(b)) {
            Py_SETREF(q, (PyLongObject *)_PyLong_Subtract(q, one));
            Py_SETREF(r, (PyLongObject *)_PyLong_Add(r, divisor));
        }
        else {
            Py_SETREF(q, (PyLongObject *)_PyLong_Add(q, one));
            Py_SETREF(r, (PyLongObject *)_PyLong_Subtract(r, divisor));
        }
        if (q == NULL || r == NULL) {
            goto error;
        }
    }
    PyObject *pair = PyTuple_New(2);
    if (pair == NULL) {
        goto error;
    }
    Py_DECREF(twice);
    PyTuple_SET_ITEM(pair, 0, (PyObject *)q);
    PyTuple_SET_ITEM(pair, 1, (PyObject *)r);
    return pair;

error:
    Py_XDECREF(twice);
    Py_XDECREF(q);
    Py_XDECREF(r);
    return NULL;
}

/* -- Greatest common divisor -------------------------------------------- */

static uint64_t
gcd_words(uint64_t x, uint64_t y)
{
    while (y != 0) {
        uint64_t t = x % y;
        x = y;
        y = t;
    }
    return x;
}

/* The bits of a that stand `shift` bits up, as 62 bits. */
static int64_t
leading_bits(const digit *a, Py_ssize_t n, Py_ssize_t word, int bit)
{
    unsigned __int128 value = 0;
    for (Py_ssize_t i = Py_MIN(n, word + 4); i-- > word;) {
        value = value << PyLong_SHIFT | a[i];
    }
    return (int64_t)(value >> bit);
}

/* r[n] = x a + y b where that is known to be non-negative. */
static void
combine(digit *r, const digit *a, int64_t x, const digit *b, int64_t y,
        Py_ssize_t n)
{
    __int128 carry = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        carry += (__int128)x * a[i] + (__int128)y * b[i];
        r[i] = (digit)carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
}

/* One step of Lehmer's method on a >= b, both n digits: the Euclidean
   quotients that the leading bits x, y determine are applied all at once, as
   a matrix ((A, B), (C, D)). A quotient is determined if both ends of the
   interval in which the true operands lie give it. Returns 0 if none is. */
static int
lehmer_step(const digit *a, const digit *b, Py_ssize_t n, digit *new_a,
            digit *new_b)
{
    Py_ssize_t nbits = n * PyLong_SHIFT
        - (PyLong_SHIFT - _Py_bit_length(a[n - 1]));
    Py_ssize_t shift = Py_MAX(nbits - 62, 0);
    Py_ssize_t word = shift / PyLong_SHIFT;
    int bit = (int)(shift % PyLong_SHIFT);
    int64_t x = leading_bits(a, n, word, bit);
    int64_t y = leading_bits(b, n, word, bit);
    int64_t A = 1, B = 0, C = 0, D = 1;
    while (y + C > 0 && y + D > 0) {
        int64_t q = (x + A) / (y + C);
        if (q != (x + B) / (y + D) || q > INT32_MAX) {
            break;
        }
        int64_t next_c = A - q * C;
        int64_t next_d = B - q * D;
        if (Py_ABS(next_c) > INT32_MAX || Py_ABS(next_d) > INT32_MAX) {
            break;
        }
        int64_t next_y = x - q * y;
        x = y;
        y = next_y;
        A = C;
        C = next_c;
        B = D;
        D = next_d;
    }
    if (B == 0) {
        return 0;
    }
    combine(new_a, a, A, b, B, n);
    combine(new_b, a, C, b, D, n);
    return 1;
}

static uint64_t
word_from(const digit *a, Py_ssize_t n)
{
    uint64_t value = 0;
    for (Py_ssize_t i = n; i-- > 0;) {
        value = value << PyLong_SHIFT | a[i];
    }
    return value;
}

PyObject *
_PyLong_GCD(PyObject *v, PyObject *w)
{
    if (long_compare_magnitude((PyLongObject *)v, (PyLongObject *)w) < 0) {
        PyObject *swap = v;
        v = w;
        w = swap;
    }
    Py_ssize_t na = long_ndigits(v);
    Py_ssize_t nb = long_ndigits(w);
    if (na <= 2) {
        return PyLong_FromUnsignedLongLong(
            gcd_words(word_from(LONG_DIGITS(v), na),
                      word_from(LONG_DIGITS(w), nb)));
    }
    Py_ssize_t room = na;
    digit *scratch = natural_scratch(4 * room);
    if (scratch == NULL) {
        return NULL;
    }
    digit *a = scratch;
    digit *b = a + room;
    digit *c = b + room;
    digit *d = c + room;
    memcpy(a, LONG_DIGITS(v), (size_t)na * sizeof(digit));
    memcpy(b, LONG_DIGITS(w), (size_t)nb * sizeof(digit));
    PyObject *result = NULL;
    while (nb > 2) {
        memset(b + nb, 0, (size_t)(na - nb) * sizeof(digit));
        if (na - nb <= 1 && lehmer_step(a, b, na, c, d)) {
            digit *swap = a;
            a = c;
            c = swap;
            swap = b;
            b = d;
            d = swap;
            Py_ssize_t n = na;
            na = natural_trim(a, n);
            nb = natural_trim(b, n);
            if (natural_compare(a, na, b, nb) < 0) {
                swap = a;
                a = b;
                b = swap;
                n = na;
                na = nb;
                nb = n;
            }
            continue;
        }
        if (natural_divide(NULL, c, a, na, b, nb) < 0) {
            goto done;
        }
        digit *swap = a;
        a = b;
        b = c;
        c = swap;
        na = nb;
        nb = natural_trim(b, nb);
    }
    if (nb == 0) {
        PyLongObject *gcd = _PyLong_New(na);
        if (gcd != NULL) {
            memcpy(gcd->ob_digit, a, (size_t)na * sizeof(digit));
        }
        result = long_finish_steal(gcd, 0);
        goto done;
    }
    if (na > 2) {
        digit remainder[2] = {0, 0};
        if (natural_divide(NULL, remainder, a, na, b, nb) < 0) {
            goto done;
        }
        result = PyLong_FromUnsignedLongLong(
            gcd_words(word_from(b, nb), word_from(remainder, nb)));
    }
    else {
        result = PyLong_FromUnsignedLongLong(
            gcd_words(word_from(a, na), word_from(b, nb)));
    }
done:
    PyMem_Free(scratch);
    return result;
}
