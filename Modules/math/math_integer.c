/* math: gcd, lcm, isqrt, factorial, perm, comb. */

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_bitutils.h"
#include "pycore_long.h"
#include "math_integer.h"

/* -- gcd, lcm ----------------------------------------------------------- */

static PyObject *
lcm_of_two(PyObject *a, PyObject *b)
{
    if (Py_SIZE(a) == 0 || Py_SIZE(b) == 0) {
        return PyLong_FromLong(0);
    }
    PyObject *gcd = _PyLong_GCD(a, b);
    if (gcd == NULL) {
        return NULL;
    }
    PyObject *quotient = PyNumber_FloorDivide(a, gcd);
    Py_DECREF(gcd);
    if (quotient == NULL) {
        return NULL;
    }
    PyObject *product = PyNumber_Multiply(quotient, b);
    Py_DECREF(quotient);
    if (product == NULL) {
        return NULL;
    }
    PyObject *result = PyNumber_Absolute(product);
    Py_DECREF(product);
    return result;
}

/* Folds the arguments; `start` is the result for none. All are looked at
   even when the result is certain: they must be integers. */
static PyObject *
fold(PyObject *const *args, Py_ssize_t nargs, long start,
     PyObject *(*function)(PyObject *, PyObject *))
{
    if (nargs == 0) {
        return PyLong_FromLong(start);
    }
    PyObject *result = _PyNumber_Index(args[0]);
    if (result == NULL) {
        return NULL;
    }
    if (nargs == 1) {
        Py_SETREF(result, PyNumber_Absolute(result));
        return result;
    }
    for (Py_ssize_t i = 1; i < nargs; i++) {
        PyObject *x = _PyNumber_Index(args[i]);
        if (x == NULL) {
            Py_DECREF(result);
            return NULL;
        }
        Py_SETREF(result, function(result, x));
        Py_DECREF(x);
        if (result == NULL) {
            return NULL;
        }
    }
    return result;
}

PyObject *
math_gcd(PyObject *Py_UNUSED(module), PyObject *const *args,
         Py_ssize_t nargs)
{
    return fold(args, nargs, 0, _PyLong_GCD);
}

PyObject *
math_lcm(PyObject *Py_UNUSED(module), PyObject *const *args,
         Py_ssize_t nargs)
{
    return fold(args, nargs, 1, lcm_of_two);
}

/* -- isqrt -------------------------------------------------------------- */

static uint64_t
isqrt_word(uint64_t n)
{
    uint64_t root = (uint64_t)sqrt((double)n);
    /* The double is off by at most one either way; avoid overflow at 2^32. */
    while (root > UINT32_MAX || root * root > n) {
        root--;
    }
    while (root < UINT32_MAX && (root + 1) * (root + 1) <= n) {
        root++;
    }
    return root;
}

/* (a << s) + (n >> t) // a */
static PyObject *
isqrt_refine(PyObject *a, size_t s, PyObject *n, size_t t)
{
    PyObject *quotient = NULL;
    PyObject *sum = NULL;
    PyObject *high = _PyLong_Lshift(a, s);
    PyObject *top = high == NULL ? NULL : _PyLong_Rshift(n, t);
    if (top != NULL) {
        quotient = PyNumber_FloorDivide(top, a);
    }
    if (quotient != NULL) {
        sum = PyNumber_Add(high, quotient);
    }
    Py_XDECREF(high);
    Py_XDECREF(top);
    Py_XDECREF(quotient);
    return sum;
}

/* Newton's method, the precision doubling with each step: after the step for
   d bits, a differs by less than one from the root of n >> 2 (c - d). */
static PyObject *
isqrt_large(PyObject *n, size_t nbits)
{
    size_t c = (nbits - 1) / 2;
    PyObject *a = PyLong_FromLong(1);
    size_t d = 0;
    for (int s = _Py_bit_length(c); s-- > 0 && a != NULL;) {
        size_t e = d;
        d = c >> s;
        Py_SETREF(a, isqrt_refine(a, d - e - 1, n, 2 * c - e - d + 1));
    }
    if (a == NULL) {
        return NULL;
    }
    PyObject *square = PyNumber_Multiply(a, a);
    if (square == NULL) {
        Py_DECREF(a);
        return NULL;
    }
    int above = PyObject_RichCompareBool(square, n, Py_GT);
    Py_DECREF(square);
    if (above > 0) {
        Py_SETREF(a, PyNumber_Subtract(a, _PyLong_GetOne()));
    }
    else if (above < 0) {
        Py_CLEAR(a);
    }
    return a;
}

PyObject *
math_isqrt(PyObject *Py_UNUSED(module), PyObject *arg)
{
    PyObject *n = _PyNumber_Index(arg);
    if (n == NULL) {
        return NULL;
    }
    PyObject *root = NULL;
    size_t nbits = _PyLong_NumBits(n);
    if (_PyLong_Sign(n) < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "isqrt() argument must be nonnegative");
    }
    else if (nbits <= 64) {
        root = PyLong_FromUnsignedLongLong(
            isqrt_word(PyLong_AsUnsignedLongLong(n)));
    }
    else if (nbits != (size_t)-1) {
        root = isqrt_large(n, nbits);
    }
    Py_DECREF(n);
    return root;
}

/* -- Products of ranges ------------------------------------------------- */

/* The product of first, first + step, ... (count of them), by halves, so
   that the factors of the long products are of similar length. */
static PyObject *
range_product(uint64_t first, uint64_t step, uint64_t count)
{
    if (count <= 8) {
        unsigned __int128 part = 1;
        PyObject *result = PyLong_FromLong(1);
        for (uint64_t i = 0; i < count && result != NULL; i++) {
            part *= first + i * step;
            /* Keep a word free for the next factor. */
            if (part >> 64 || i + 1 == count
                || (part * (first + (i + 1) * step)) >> 64) {
                PyObject *factor;
                if (part >> 64) {
                    factor = _PyLong_FromByteArray((unsigned char *)&part,
                                                   sizeof(part),
                                                   PY_LITTLE_ENDIAN, 0);
                }
                else {
                    factor = PyLong_FromUnsignedLongLong((uint64_t)part);
                }
                part = 1;
                if (factor == NULL) {
                    Py_CLEAR(result);
                    break;
                }
                Py_SETREF(result, PyNumber_Multiply(result, factor));
                Py_DECREF(factor);
            }
        }
        return result;
    }
    uint64_t half = count / 2;
    PyObject *low = range_product(first, step, half);
    PyObject *high = low == NULL ? NULL
        : range_product(first + half * step, step, count - half);
    PyObject *result = high == NULL ? NULL : PyNumber_Multiply(low, high);
    Py_XDECREF(low);
    Py_XDECREF(high);
    return result;
}

/* n! without its factors of two: the odd numbers up to n, those up to n / 2,
   up to n / 4, ... */
static PyObject *
factorial_odd_part(uint64_t n)
{
    PyObject *inner = PyLong_FromLong(1);   /* product of odds up to here */
    PyObject *outer = PyLong_FromLong(1);
    uint64_t upper = 3;
    for (int i = _Py_bit_length(n) - 2; i >= 0; i--) {
        uint64_t v = n >> i;
        if (v <= 2) {
            continue;
        }
        uint64_t lower = upper;
        upper = (v + 1) | 1;
        PyObject *part = NULL;
        if (inner != NULL && outer != NULL) {
            part = range_product(lower, 2, (upper - lower) / 2);
        }
        if (part == NULL) {
            goto error;
        }
        Py_SETREF(inner, PyNumber_Multiply(inner, part));
        Py_DECREF(part);
        if (inner == NULL) {
            goto error;
        }
        Py_SETREF(outer, PyNumber_Multiply(outer, inner));
    }
    Py_XDECREF(inner);
    return outer;

error:
    Py_XDECREF(inner);
    Py_XDECREF(outer);
    return NULL;
}

PyObject *
math_factorial(PyObject *Py_UNUSED(module), PyObject *arg)
{
    int overflow;
    long n = PyLong_AsLongAndOverflow(arg, &overflow);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (overflow > 0) {
        return PyErr_Format(PyExc_OverflowError,
                            "factorial() argument should not exceed %ld",
                            LONG_MAX);
    }
    if (overflow < 0 || n < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "factorial() not defined for negative values");
        return NULL;
    }
    if (n <= 20) {
        uint64_t product = 1;
        for (long i = 2; i <= n; i++) {
            product *= (uint64_t)i;
        }
        return PyLong_FromUnsignedLongLong(product);
    }
    PyObject *odd = factorial_odd_part((uint64_t)n);
    if (odd == NULL) {
        return NULL;
    }
    size_t twos = (size_t)n - (size_t)__builtin_popcountl((unsigned long)n);
    PyObject *result = _PyLong_Lshift(odd, twos);
    Py_DECREF(odd);
    return result;
}

/* -- perm, comb --------------------------------------------------------- */

/* n (n - 1) ... (n - k + 1) for any n >= k. */
static PyObject *
falling_factorial(PyObject *n, uint64_t k)
{
    if (k == 0) {
        return PyLong_FromLong(1);
    }
    if (_PyLong_NumBits(n) < 64) {
        uint64_t value = PyLong_AsUnsignedLongLong(n);
        return range_product(value - k + 1, 1, k);
    }
    if (k == 1) {
        return Py_NewRef(n);
    }
    /* By halves: n falling j, times n - j falling k - j. */
    uint64_t j = k / 2;
    PyObject *result = NULL;
    PyObject *low = NULL;
    PyObject *rest = NULL;
    PyObject *high = falling_factorial(n, j);
    PyObject *offset = PyLong_FromUnsignedLongLong(j);
    if (high != NULL && offset != NULL) {
        rest = PyNumber_Subtract(n, offset);
    }
    if (rest != NULL) {
        low = falling_factorial(rest, k - j);
    }
    if (low != NULL) {
        result = PyNumber_Multiply(high, low);
    }
    Py_XDECREF(high);
    Py_XDECREF(offset);
    Py_XDECREF(rest);
    Py_XDECREF(low);
    return result;
}

static PyObject *
binomial(PyObject *n, uint64_t k)
{
    PyObject *numerator = falling_factorial(n, k);
    if (numerator == NULL || k < 2) {
        return numerator;
    }
    PyObject *denominator = range_product(1, 1, k);
    if (denominator == NULL) {
        Py_DECREF(numerator);
        return NULL;
    }
    PyObject *result = PyNumber_FloorDivide(numerator, denominator);
    Py_DECREF(numerator);
    Py_DECREF(denominator);
    return result;
}

static int
check_not_negative(PyObject *x, const char *message)
{
    if (_PyLong_Sign(x) < 0) {
        PyErr_SetString(PyExc_ValueError, message);
        return -1;
    }
    return 0;
}

PyObject *
math_perm(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("perm", nargs, 1, 2)) {
        return NULL;
    }
    if (nargs == 1 || args[1] == Py_None) {
        return math_factorial(module, args[0]);
    }
    PyObject *result = NULL;
    PyObject *n = _PyNumber_Index(args[0]);
    PyObject *k = n == NULL ? NULL : _PyNumber_Index(args[1]);
    if (k == NULL
        || check_not_negative(n, "n must be a non-negative integer") < 0
        || check_not_negative(k, "k must be a non-negative integer") < 0) {
        goto done;
    }
    int below = PyObject_RichCompareBool(n, k, Py_LT);
    if (below != 0) {
        result = below < 0 ? NULL : PyLong_FromLong(0);
        goto done;
    }
    int overflow;
    long long count = PyLong_AsLongLongAndOverflow(k, &overflow);
    if (overflow) {
        PyErr_Format(PyExc_OverflowError, "k must not exceed %lld",
                     LLONG_MAX);
        goto done;
    }
    result = falling_factorial(n, (uint64_t)count);
done:
    Py_XDECREF(n);
    Py_XDECREF(k);
    return result;
}

PyObject *
math_comb(PyObject *Py_UNUSED(module), PyObject *const *args,
          Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("comb", nargs, 2, 2)) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *rest = NULL;
    PyObject *n = _PyNumber_Index(args[0]);
    PyObject *k = n == NULL ? NULL : _PyNumber_Index(args[1]);
    if (k == NULL
        || check_not_negative(n, "n must be a non-negative integer") < 0
        || check_not_negative(k, "k must be a non-negative integer") < 0) {
        goto done;
    }
    rest = PyNumber_Subtract(n, k);
    if (rest == NULL) {
        goto done;
    }
    if (_PyLong_Sign(rest) < 0) {
        result = PyLong_FromLong(0);
        goto done;
    }
    int fewer = PyObject_RichCompareBool(rest, k, Py_LT);
    if (fewer < 0) {
        goto done;
    }
    int overflow;
    long long count = PyLong_AsLongLongAndOverflow(fewer ? rest : k,
                                                   &overflow);
    if (overflow) {
        PyErr_Format(PyExc_OverflowError,
                     "min(n - k, k) must not exceed %lld", LLONG_MAX);
        goto done;
    }
    result = binomial(n, (uint64_t)count);
done:
    Py_XDECREF(n);
    Py_XDECREF(k);
    Py_XDECREF(rest);
    return result;
}
