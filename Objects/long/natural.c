/* Natural numbers: addition, shifts, multiplication.

   Products choose their method by the shorter operand:
     up to KARATSUBA_MIN digits     schoolbook, quadratic
     then                           Karatsuba, O(n^1.585)
     from TRANSFORM_MIN digits      number theoretic transform, O(n log n)
   A much longer operand is cut into pieces as long as the shorter one. */

#include "Python.h"
#include "pycore_natural.h"

#define KARATSUBA_MIN 44
#define TRANSFORM_MIN 5000

digit *
natural_scratch(Py_ssize_t count)
{
    if (count > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(digit)) {
        PyErr_NoMemory();
        return NULL;
    }
    digit *scratch = PyMem_Malloc((size_t)count * sizeof(digit));
    if (scratch == NULL) {
        PyErr_NoMemory();
    }
    return scratch;
}

int
natural_compare(const digit *a, Py_ssize_t na, const digit *b, Py_ssize_t nb)
{
    if (na != nb) {
        return na < nb ? -1 : 1;
    }
    for (Py_ssize_t i = na; i-- > 0;) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

/* -- Sums and shifts ---------------------------------------------------- */

digit
natural_add(digit *r, const digit *a, Py_ssize_t na, const digit *b,
            Py_ssize_t nb)
{
    digit carry = 0;
    Py_ssize_t i = 0;
    for (; i < nb; i++) {
        carry += a[i] + b[i];
        r[i] = carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    for (; i < na && carry; i++) {
        carry += a[i];
        r[i] = carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    if (r != a && i < na) {
        memmove(r + i, a + i, (size_t)(na - i) * sizeof(digit));
    }
    return carry;
}

digit
natural_subtract(digit *r, const digit *a, Py_ssize_t na, const digit *b,
                 Py_ssize_t nb)
{
    digit borrow = 0;
    Py_ssize_t i = 0;
    for (; i < nb; i++) {
        digit d = a[i] - b[i] - borrow;
        r[i] = d & PyLong_MASK;
        borrow = (d >> PyLong_SHIFT) & 1;
    }
    for (; i < na && borrow; i++) {
        digit d = a[i] - borrow;
        r[i] = d & PyLong_MASK;
        borrow = (d >> PyLong_SHIFT) & 1;
    }
    if (r != a && i < na) {
        memmove(r + i, a + i, (size_t)(na - i) * sizeof(digit));
    }
    return borrow;
}

digit
natural_shift_left(digit *r, const digit *a, Py_ssize_t n, int bits)
{
    digit carry = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        twodigits t = (twodigits)a[i] << bits | carry;
        r[i] = (digit)t & PyLong_MASK;
        carry = (digit)(t >> PyLong_SHIFT);
    }
    return carry;
}

digit
natural_shift_right(digit *r, const digit *a, Py_ssize_t n, int bits)
{
    digit mask = ((digit)1 << bits) - 1;
    digit carry = 0;
    for (Py_ssize_t i = n; i-- > 0;) {
        twodigits t = (twodigits)carry << PyLong_SHIFT | a[i];
        carry = a[i] & mask;
        r[i] = (digit)(t >> bits) & PyLong_MASK;
    }
    return carry;
}

/* -- One digit ---------------------------------------------------------- */

digit
natural_multiply_digit(digit *r, const digit *a, Py_ssize_t n, digit m,
                       digit carry)
{
    twodigits t = carry;
    for (Py_ssize_t i = 0; i < n; i++) {
        t += (twodigits)a[i] * m;
        r[i] = (digit)t & PyLong_MASK;
        t >>= PyLong_SHIFT;
    }
    return (digit)t;
}

digit
natural_divide_digit(digit *q, const digit *a, Py_ssize_t n, digit d)
{
    digit remainder = 0;
    for (Py_ssize_t i = n; i-- > 0;) {
        twodigits t = (twodigits)remainder << PyLong_SHIFT | a[i];
        q[i] = (digit)(t / d);
        remainder = (digit)(t - (twodigits)q[i] * d);
    }
    return remainder;
}

/* -- Products ----------------------------------------------------------- */

/* r[n] += a * m, returns the carry. */
static inline digit
row_add(digit *r, const digit *a, Py_ssize_t n, digit m)
{
    twodigits t = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        t += (twodigits)a[i] * m + r[i];
        r[i] = (digit)t & PyLong_MASK;
        t >>= PyLong_SHIFT;
    }
    return (digit)t;
}

static void
multiply_school(digit *r, const digit *a, Py_ssize_t na, const digit *b,
                Py_ssize_t nb)
{
    r[na] = natural_multiply_digit(r, a, na, b[0], 0);
    for (Py_ssize_t i = 1; i < nb; i++) {
        r[na + i] = row_add(r + i, a, na, b[i]);
    }
}

/* Each product of different digits once, doubled, plus the squares. */
static void
square_school(digit *r, const digit *a, Py_ssize_t n)
{
    memset(r, 0, (size_t)(2 * n) * sizeof(digit));
    for (Py_ssize_t i = 0; i < n; i++) {
        twodigits f = a[i];
        twodigits t = r[2 * i] + f * f;
        r[2 * i] = (digit)t & PyLong_MASK;
        t >>= PyLong_SHIFT;
        f <<= 1;
        digit *out = r + 2 * i + 1;
        for (Py_ssize_t j = i + 1; j < n; j++) {
            t += *out + a[j] * f;
            *out++ = (digit)t & PyLong_MASK;
            t >>= PyLong_SHIFT;
        }
        /* The carry may exceed a digit by one bit. */
        while (t) {
            t += *out;
            *out++ = (digit)t & PyLong_MASK;
            t >>= PyLong_SHIFT;
        }
    }
}

/* Scratch that multiply_karatsuba needs for operands of n digits. */
static Py_ssize_t
karatsuba_scratch(Py_ssize_t n)
{
    Py_ssize_t total = 0;
    while (n >= KARATSUBA_MIN) {
        n = n - n / 2 + 1;
        total += 4 * n;
    }
    return total;
}

/* r[2n] = a * b. With a = a1 B + a0 and so b:
       a1 b1 B^2 + ((a1 + a0)(b1 + b0) - a1 b1 - a0 b0) B + a0 b0 */
static void
multiply_karatsuba(digit *r, const digit *a, const digit *b, Py_ssize_t n,
                   digit *scratch)
{
    if (n < KARATSUBA_MIN) {
        if (a == b) {
            square_school(r, a, n);
        }
        else {
            multiply_school(r, a, n, b, n);
        }
        return;
    }
    Py_ssize_t low = n - n / 2;
    Py_ssize_t high = n - low;
    Py_ssize_t m = low + 1;
    digit *sum_a = scratch;
    digit *sum_b = scratch + m;
    digit *middle = scratch + 2 * m;
    digit *rest = scratch + 4 * m;

    sum_a[low] = natural_add(sum_a, a, low, a + low, high);
    if (a == b) {
        sum_b = sum_a;
    }
    else {
        sum_b[low] = natural_add(sum_b, b, low, b + low, high);
    }
    multiply_karatsuba(middle, sum_a, sum_b, m, rest);
    multiply_karatsuba(r, a, b, low, rest);
    multiply_karatsuba(r + 2 * low, a + low, b + low, high, rest);
    natural_subtract(middle, middle, 2 * m, r, 2 * low);
    natural_subtract(middle, middle, 2 * m, r + 2 * low, 2 * high);
    Py_ssize_t nmiddle = natural_trim(middle, 2 * m);
    natural_add(r + low, r + low, 2 * n - low, middle, nmiddle);
}

static int
multiply_balanced(digit *r, const digit *a, const digit *b, Py_ssize_t n)
{
    Py_ssize_t room = karatsuba_scratch(n);
    digit *scratch = natural_scratch(room + 1);
    if (scratch == NULL) {
        return -1;
    }
    multiply_karatsuba(r, a, b, n, scratch);
    PyMem_Free(scratch);
    return 0;
}

/* nb is much shorter than na: pieces of a times b. */
static int
multiply_pieces(digit *r, const digit *a, Py_ssize_t na, const digit *b,
                Py_ssize_t nb, Py_ssize_t piece)
{
    digit *part = natural_scratch(piece + nb);
    if (part == NULL) {
        return -1;
    }
    memset(r, 0, (size_t)(na + nb) * sizeof(digit));
    int result = 0;
    for (Py_ssize_t i = 0; i < na && result == 0; i += piece) {
        Py_ssize_t n = Py_MIN(piece, na - i);
        result = natural_multiply(part, a + i, n, b, nb);
        if (result == 0) {
            natural_add(r + i, r + i, na + nb - i, part, n + nb);
        }
        if (result == 0 && nb > TRANSFORM_MIN) {
            result = PyErr_CheckSignals();
        }
    }
    PyMem_Free(part);
    return result;
}

int
natural_multiply(digit *r, const digit *a, Py_ssize_t na, const digit *b,
                 Py_ssize_t nb)
{
    if (na < nb) {
        const digit *swap = a;
        Py_ssize_t nswap = na;
        a = b;
        na = nb;
        b = swap;
        nb = nswap;
    }
    if (nb == 0) {
        memset(r, 0, (size_t)na * sizeof(digit));
        return 0;
    }
    if (nb < KARATSUBA_MIN) {
        if (a == b && na == nb) {
            square_school(r, a, na);
        }
        else {
            multiply_school(r, a, na, b, nb);
        }
        return 0;
    }
    if (nb >= TRANSFORM_MIN) {
        if (na > 4 * nb) {
            return multiply_pieces(r, a, na, b, nb, 3 * nb);
        }
        if (natural_transform_fits(na, nb)) {
            return natural_multiply_transform(r, a, na, b, nb);
        }
    }
    if (na == nb) {
        return multiply_balanced(r, a, b, na);
    }
    return multiply_pieces(r, a, na, b, nb, nb);
}
