/* Multiplication of very long naturals by number theoretic transform.

   The digits, cut into 20-bit coefficients (three for two digits), are the
   coefficients of polynomials; their product is a convolution, computed by
   transforms modulo the prime p = 2^64 - 2^32 + 1. A coefficient of the
   product is less than 2^40 times the length, so lengths up to 2^24 are
   exact. p - 1 is a multiple of 2^32, hence roots of unity for all lengths;
   and reduction modulo p takes shifts only, since 2^64 = 2^32 - 1 and
   2^96 = -1 (mod p). */

#include "Python.h"
#include "pycore_natural.h"

#define PRIME UINT64_C(0xFFFFFFFF00000001)
#define EPSILON UINT64_C(0xFFFFFFFF)    /* 2^64 mod p */
#define GENERATOR 7

#define COEFFICIENT_BITS 20
#define COEFFICIENT_MASK ((UINT64_C(1) << COEFFICIENT_BITS) - 1)
#define LENGTH_MAX ((size_t)1 << 24)

/* -- Arithmetic modulo p; values are below p ---------------------------- */

static inline uint64_t
mod_add(uint64_t a, uint64_t b)
{
    uint64_t sum = a + b;
    return sum < a || sum >= PRIME ? sum - PRIME : sum;
}

static inline uint64_t
mod_subtract(uint64_t a, uint64_t b)
{
    return a >= b ? a - b : a - b + PRIME;
}

static inline uint64_t
mod_multiply(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    uint64_t low = (uint64_t)product;
    uint64_t high = (uint64_t)(product >> 64);
    uint64_t top = high >> 32;          /* times 2^96 = -1 */
    uint64_t middle = high & EPSILON;   /* times 2^64 = 2^32 - 1 */
    uint64_t t = low - top;
    if (low < top) {
        t -= EPSILON;
    }
    uint64_t u = (middle << 32) - middle;
    uint64_t sum = t + u;
    if (sum < t) {
        sum += EPSILON;
    }
    return sum >= PRIME ? sum - PRIME : sum;
}

static uint64_t
mod_power(uint64_t base, uint64_t exponent)
{
    uint64_t result = 1;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1) {
            result = mod_multiply(result, base);
        }
        base = mod_multiply(base, base);
    }
    return result;
}

/* -- Transforms --------------------------------------------------------- */

/* roots[n / 2]: powers of a primitive n-th root of unity. */
static void
roots_fill(uint64_t *roots, size_t n, int inverse)
{
    uint64_t w = mod_power(GENERATOR, (PRIME - 1) / n);
    if (inverse) {
        w = mod_power(w, PRIME - 2);
    }
    uint64_t r = 1;
    for (size_t i = 0; i < n / 2; i++) {
        roots[i] = r;
        r = mod_multiply(r, w);
    }
}

/* Natural order in, bit-reversed order out. Small blocks come last, so the
   recursion on halves keeps long transforms inside the cache. */
static void
transform(uint64_t *v, size_t n, const uint64_t *roots, size_t stride)
{
    size_t half = n / 2;
    for (size_t i = 0; i < half; i++) {
        uint64_t a = v[i];
        uint64_t b = v[i + half];
        v[i] = mod_add(a, b);
        v[i + half] = mod_multiply(mod_subtract(a, b), roots[i * stride]);
    }
    if (half > 1) {
        transform(v, half, roots, stride * 2);
        transform(v + half, half, roots, stride * 2);
    }
}

/* Bit-reversed order in, natural order out; not divided by n. */
static void
transform_back(uint64_t *v, size_t n, const uint64_t *roots, size_t stride)
{
    size_t half = n / 2;
    if (half > 1) {
        transform_back(v, half, roots, stride * 2);
        transform_back(v + half, half, roots, stride * 2);
    }
    for (size_t i = 0; i < half; i++) {
        uint64_t a = v[i];
        uint64_t b = mod_multiply(v[i + half], roots[i * stride]);
        v[i] = mod_add(a, b);
        v[i + half] = mod_subtract(a, b);
    }
}

/* -- Digits and coefficients -------------------------------------------- */

static size_t
coefficient_count(Py_ssize_t n)
{
    return ((size_t)n * PyLong_SHIFT + COEFFICIENT_BITS - 1)
        / COEFFICIENT_BITS;
}

static void
coefficients_fill(uint64_t *v, size_t length, const digit *a, Py_ssize_t n)
{
    uint64_t bits = 0;
    int nbits = 0;
    size_t k = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        bits |= (uint64_t)a[i] << nbits;
        nbits += PyLong_SHIFT;
        while (nbits >= COEFFICIENT_BITS) {
            v[k++] = bits & COEFFICIENT_MASK;
            bits >>= COEFFICIENT_BITS;
            nbits -= COEFFICIENT_BITS;
        }
    }
    if (nbits) {
        v[k++] = bits;
    }
    memset(v + k, 0, (length - k) * sizeof(*v));
}

/* Carries the coefficients of the product, times scale, into digits. */
static void
digits_fill(digit *r, Py_ssize_t n, const uint64_t *v, size_t length,
            uint64_t scale)
{
    unsigned __int128 carry = 0;
    uint64_t bits = 0;
    int nbits = 0;
    size_t k = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        while (nbits < PyLong_SHIFT) {
            if (k < length) {
                carry += mod_multiply(v[k++], scale);
            }
            bits |= ((uint64_t)carry & COEFFICIENT_MASK) << nbits;
            carry >>= COEFFICIENT_BITS;
            nbits += COEFFICIENT_BITS;
        }
        r[i] = (digit)bits & PyLong_MASK;
        bits >>= PyLong_SHIFT;
        nbits -= PyLong_SHIFT;
    }
}

int
natural_transform_fits(Py_ssize_t na, Py_ssize_t nb)
{
    return (size_t)na < LENGTH_MAX && (size_t)nb < LENGTH_MAX
        && coefficient_count(na) + coefficient_count(nb) <= LENGTH_MAX;
}

int
natural_multiply_transform(digit *r, const digit *a, Py_ssize_t na,
                           const digit *b, Py_ssize_t nb)
{
    size_t needed = coefficient_count(na) + coefficient_count(nb);
    size_t length = 2;
    while (length < needed) {
        length *= 2;
    }
    int square = a == b && na == nb;
    uint64_t *v = PyMem_Malloc((2 * length + length / 2) * sizeof(*v));
    if (v == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    uint64_t *w = v + length;
    uint64_t *roots = w + length;
    roots_fill(roots, length, 0);
    coefficients_fill(v, length, a, na);
    transform(v, length, roots, 1);
    if (square) {
        w = v;
    }
    else {
        coefficients_fill(w, length, b, nb);
        transform(w, length, roots, 1);
    }
    for (size_t i = 0; i < length; i++) {
        v[i] = mod_multiply(v[i], w[i]);
    }
    roots_fill(roots, length, 1);
    transform_back(v, length, roots, 1);
    digits_fill(r, na + nb, v, length, mod_power(length, PRIME - 2));
    PyMem_Free(v);
    return 0;
}
