/* Division of naturals.

   Short divisors: Knuth's algorithm D, quadratic. From RECURSIVE_MIN digits
   on, the recursive division of Burnikel and Ziegler: a quotient of 2n by n
   digits takes two of 3h by 2h (h = n / 2), each of which takes one of 2h by
   h and a product, so division costs as little as multiplication does, up to
   a logarithm. */

#include "Python.h"
#include "pycore_natural.h"

#define RECURSIVE_MIN 90

/* -- Algorithm D -------------------------------------------------------- */

/* Divides in place: b[nb] has its top bit set (bit 29 of b[nb - 1]), nb >= 2;
   a[na + 1] has a[na - nb + 1 ...] < b as top part. a becomes the remainder
   in its low nb digits, q[na - nb + 1] the quotient. */
static void
divide_school(digit *q, digit *a, Py_ssize_t na, const digit *b,
              Py_ssize_t nb)
{
    digit top = b[nb - 1];
    digit second = b[nb - 2];
    for (Py_ssize_t k = na - nb + 1; k-- > 0;) {
        digit *window = a + k;
        digit high = window[nb];
        twodigits head = (twodigits)high << PyLong_SHIFT | window[nb - 1];
        twodigits guess = head / top;
        twodigits rest = head - guess * top;
        while (guess > PyLong_MASK
               || guess * second
                      > (rest << PyLong_SHIFT | window[nb - 2])) {
            guess--;
            rest += top;
            if (rest > PyLong_MASK) {
                break;
            }
        }

        /* window -= guess * b */
        stwodigits borrow = 0;
        for (Py_ssize_t i = 0; i < nb; i++) {
            stwodigits t = (stwodigits)window[i] + borrow
                - (stwodigits)(guess * b[i]);
            window[i] = (digit)t & PyLong_MASK;
            borrow = t >> PyLong_SHIFT;
        }
        if ((stwodigits)high + borrow < 0) {
            natural_add(window, window, nb, b, nb);
            guess--;
        }
        window[nb] = 0;
        q[k] = (digit)guess;
    }
}

/* -- Recursive division ------------------------------------------------- */

static int divide_2by1(digit *q, digit *a, const digit *b, Py_ssize_t n,
                       digit *scratch);

/* q[h] = a / b, a = a % b (low 2h digits), where a has 3h digits, b 2h with
   its top bit set, and a < b * BASE^h. scratch: 2h digits here. */
static int
divide_3by2(digit *q, digit *a, const digit *b, Py_ssize_t h, digit *scratch)
{
    digit *product = scratch;
    const digit *high = b + h;
    if (natural_compare(a + 2 * h, h, high, h) < 0) {
        if (divide_2by1(q, a + h, high, h, scratch) < 0) {
            return -1;
        }
    }
    else {
        /* The quotient is at most BASE^h - 1: a_high - q * b_high is
           a_high - b_high * BASE^h + b_high. */
        for (Py_ssize_t i = 0; i < h; i++) {
            q[i] = PyLong_MASK;
        }
        natural_subtract(a + 2 * h, a + 2 * h, h, high, h);
        digit carry = natural_add(a + h, a + h, h, high, h);
        if (carry) {
            digit one = 1;
            natural_add(a + 2 * h, a + 2 * h, h, &one, 1);
        }
    }
    if (natural_multiply(product, q, h, b, h) < 0) {
        return -1;
    }
    /* The remainder is now in the low 2h digits, with a[2h] as overflow. */
    digit borrow = natural_subtract(a, a, 3 * h, product, 2 * h);
    while (borrow) {
        digit one = 1;
        natural_subtract(q, q, h, &one, 1);
        borrow -= natural_add(a, a, 3 * h, b, 2 * h);
    }
    return 0;
}

/* q[n] = a / b, a = a % b (low n digits, the others zero), where a has 2n
   digits, b n with its top bit set, and a < b * BASE^n. */
static int
divide_2by1(digit *q, digit *a, const digit *b, Py_ssize_t n, digit *scratch)
{
    if (n % 2 || n < RECURSIVE_MIN) {
        /* divide_school wants a digit above the dividend; its own top half
           is below b, so that quotient digit n would be zero. */
        divide_school(q, a, 2 * n - 1, b, n);
        return 0;
    }
    Py_ssize_t h = n / 2;
    if (divide_3by2(q + h, a + h, b, h, scratch) < 0) {
        return -1;
    }
    return divide_3by2(q, a, b, h, scratch);
}

/* Cuts a long dividend into blocks of n digits, n a multiple of a power of
   two so that the halving goes on until RECURSIVE_MIN. a[na] and b[nb] are
   normalised like for divide_school, with a[na] below a top part < b. */
static int
divide_recursive(digit *q, digit *r, const digit *a, Py_ssize_t na,
                 const digit *b, Py_ssize_t nb)
{
    Py_ssize_t unit = 1;
    while (nb / unit >= RECURSIVE_MIN) {
        unit *= 2;
    }
    Py_ssize_t n = (nb + unit - 1) / unit * unit;
    Py_ssize_t pad = n - nb;    /* zero digits appended at the low end */
    Py_ssize_t blocks = (na + pad + n - 1) / n + 1;
    digit *scratch = natural_scratch(n + blocks * n + n + 2 * n);
    if (scratch == NULL) {
        return -1;
    }
    digit *divisor = scratch;
    digit *dividend = scratch + n;
    digit *quotient = dividend + blocks * n;
    digit *work = quotient + n;
    int result = 0;

    memset(divisor, 0, (size_t)pad * sizeof(digit));
    memcpy(divisor + pad, b, (size_t)nb * sizeof(digit));
    memset(dividend, 0, (size_t)(blocks * n) * sizeof(digit));
    memcpy(dividend + pad, a, (size_t)na * sizeof(digit));

    Py_ssize_t nq = na - nb + 1;
    for (Py_ssize_t i = blocks - 1; i-- > 0 && result == 0;) {
        result = divide_2by1(quotient, dividend + i * n, divisor, n, work);
        if (result == 0 && q != NULL && i * n < nq) {
            memcpy(q + i * n, quotient,
                   (size_t)Py_MIN(n, nq - i * n) * sizeof(digit));
        }
        if (result == 0) {
            result = PyErr_CheckSignals();
        }
    }
    if (result == 0) {
        memcpy(r, dividend + pad, (size_t)nb * sizeof(digit));
    }
    PyMem_Free(scratch);
    return result;
}

int
natural_divide(digit *q, digit *r, const digit *a, Py_ssize_t na,
               const digit *b, Py_ssize_t nb)
{
    Py_ssize_t nq = na - nb + 1;
    digit *scratch = natural_scratch(na + 1 + nb + nq + 1);
    if (scratch == NULL) {
        return -1;
    }
    digit *work = scratch;              /* na + 1 */
    digit *divisor = work + na + 1;     /* nb */
    digit *quotient = divisor + nb;     /* nq + 1 */
    int result = 0;

    if (nb == 1) {
        r[0] = natural_divide_digit(quotient, a, na, b[0]);
    }
    else {
        int shift = __builtin_clz(b[nb - 1]) - (32 - PyLong_SHIFT);
        natural_shift_left(divisor, b, nb, shift);
        work[na] = natural_shift_left(work, a, na, shift);
        if (nb < RECURSIVE_MIN || nq < RECURSIVE_MIN) {
            divide_school(quotient, work, na, divisor, nb);
            natural_shift_right(r, work, nb, shift);
        }
        else {
            result = divide_recursive(quotient, r, work, na + 1, divisor, nb);
            if (result == 0) {
                natural_shift_right(r, r, nb, shift);
            }
        }
    }
    if (q != NULL && result == 0) {
        memcpy(q, quotient, (size_t)nq * sizeof(digit));
    }
    PyMem_Free(scratch);
    return result;
}
