/* Naturals to decimal text, and from text in any base.

   Short numbers go digit group by digit group, quadratic. Long ones are cut
   in two at a power of ten (of the base) again and again, so that the cost
   is that of multiplication and division, up to a logarithm. */

#include "Python.h"
#include "pycore_natural.h"

/* Powers of a base: power[k] is base ** (leaf << k). */
#define POWERS_MAX 60

struct powers {
    Py_ssize_t leaf;            /* text length of a piece not cut further */
    int count;
    digit *power[POWERS_MAX];   /* owned */
    Py_ssize_t length[POWERS_MAX];      /* trimmed */
};

static void
powers_free(struct powers *powers)
{
    for (int i = 0; i < powers->count; i++) {
        PyMem_Free(powers->power[i]);
    }
}

/* base ** exponent, by repeated multiplication with one digit. */
static int
powers_start(struct powers *powers, digit base)
{
    powers->count = 0;
    Py_ssize_t room = natural_base_room(powers->leaf, (int)base) + 1;
    digit *p = natural_scratch(room);
    if (p == NULL) {
        return -1;
    }
    Py_ssize_t n = 1;
    p[0] = 1;
    for (Py_ssize_t i = 0; i < powers->leaf; i++) {
        p[n] = natural_multiply_digit(p, p, n, base, 0);
        n += p[n] != 0;
    }
    powers->power[0] = p;
    powers->length[0] = n;
    powers->count = 1;
    return 0;
}

static int
powers_square(struct powers *powers)
{
    int k = powers->count;
    Py_ssize_t n = powers->length[k - 1];
    digit *p = natural_scratch(2 * n);
    if (p == NULL) {
        return -1;
    }
    const digit *last = powers->power[k - 1];
    if (natural_multiply(p, last, n, last, n) < 0) {
        PyMem_Free(p);
        return -1;
    }
    powers->power[k] = p;
    powers->length[k] = natural_trim(p, 2 * n);
    powers->count++;
    return 0;
}

/* -- To decimal --------------------------------------------------------- */

#define DECIMAL_LEAF (64 * _PyLong_DECIMAL_SHIFT)
/* Digits of 10 ** DECIMAL_LEAF and a few more, in base 10 ** 9. */
#define LEAF_GROUPS 72
/* Numbers up to this many digits are not cut. */
#define QUADRATIC_MAX 120

Py_ssize_t
natural_decimal_room(Py_ssize_t n)
{
    /* 30 bits are 9.03 decimal digits. */
    return n * 9 + n / 32 + 10 + DECIMAL_LEAF;
}

/* groups gets a in base 10 ** 9; returns how many there are. */
static Py_ssize_t
groups_fill(digit *groups, const digit *a, Py_ssize_t n)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = n; i-- > 0;) {
        digit carry = a[i];
        for (Py_ssize_t j = 0; j < count; j++) {
            twodigits t = (twodigits)groups[j] << PyLong_SHIFT | carry;
            carry = (digit)(t / _PyLong_DECIMAL_BASE);
            groups[j] = (digit)(t - (twodigits)carry * _PyLong_DECIMAL_BASE);
        }
        while (carry) {
            groups[count++] = carry % _PyLong_DECIMAL_BASE;
            carry /= _PyLong_DECIMAL_BASE;
        }
    }
    return count;
}

static char *
groups_write(const digit *groups, Py_ssize_t count, char *end)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        digit group = groups[i];
        for (int j = 0; j < _PyLong_DECIMAL_SHIFT; j++) {
            *--end = (char)('0' + group % 10);
            group /= 10;
        }
    }
    return end;
}

/* Writes a as exactly leaf << k characters at text; a is modified. */
static int
decimal_write(const struct powers *powers, int k, digit *a, Py_ssize_t n,
              char *text)
{
    Py_ssize_t width = powers->leaf << k;
    n = natural_trim(a, n);
    if (k == 0) {
        digit groups[LEAF_GROUPS];
        Py_ssize_t count = groups_fill(groups, a, n);
        char *start = groups_write(groups, count, text + width);
        memset(text, '0', (size_t)(start - text));
        return 0;
    }
    const digit *power = powers->power[k - 1];
    Py_ssize_t npower = powers->length[k - 1];
    if (natural_compare(a, n, power, npower) < 0) {
        memset(text, '0', (size_t)(width / 2));
        return decimal_write(powers, k - 1, a, n, text + width / 2);
    }
    Py_ssize_t nq = n - npower + 1;
    digit *q = natural_scratch(nq + npower);
    if (q == NULL) {
        return -1;
    }
    digit *r = q + nq;
    int result = natural_divide(q, r, a, n, power, npower);
    if (result == 0) {
        result = decimal_write(powers, k - 1, q, nq, text);
    }
    if (result == 0) {
        result = decimal_write(powers, k - 1, r, npower, text + width / 2);
    }
    PyMem_Free(q);
    return result;
}

static Py_ssize_t
decimal_strip(char *text, Py_ssize_t room, Py_ssize_t width)
{
    const char *start = text + room - width;
    while (width > 0 && *start == '0') {
        start++;
        width--;
    }
    return width;
}

static Py_ssize_t
decimal_divided(const digit *a, Py_ssize_t n, char *text, Py_ssize_t room)
{
    struct powers powers = {.leaf = DECIMAL_LEAF};
    Py_ssize_t width = -1;
    digit *copy = natural_scratch(n);
    if (copy == NULL || powers_start(&powers, 10) < 0) {
        goto done;
    }
    memcpy(copy, a, (size_t)n * sizeof(digit));
    int k = 0;
    while (natural_compare(a, n, powers.power[k], powers.length[k]) >= 0) {
        if (2 * powers.length[k] > n + 2) {
            /* The square would certainly be larger than a. */
            k++;
            break;
        }
        if (powers_square(&powers) < 0) {
            goto done;
        }
        k++;
    }
    /* k splits: a < 10 ** (leaf << k). The width may exceed the room. */
    Py_ssize_t full = DECIMAL_LEAF << k;
    char *wide = PyMem_Malloc((size_t)full);
    if (wide == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    if (decimal_write(&powers, k, copy, n, wide) == 0) {
        width = decimal_strip(wide, full, full);
        assert(width <= room);
        memcpy(text + room - width, wide + full - width, (size_t)width);
    }
    PyMem_Free(wide);
done:
    PyMem_Free(copy);
    powers_free(&powers);
    return width;
}

Py_ssize_t
natural_to_decimal(const digit *a, Py_ssize_t n, char *text, Py_ssize_t room)
{
    n = natural_trim(a, n);
    if (n > QUADRATIC_MAX) {
        return decimal_divided(a, n, text, room);
    }
    digit groups[QUADRATIC_MAX + QUADRATIC_MAX / 32 + 2];
    Py_ssize_t count = groups_fill(groups, a, n);
    char *start = groups_write(groups, count, text + room);
    return decimal_strip(text, room, text + room - start);
}

/* -- From any base ------------------------------------------------------ */

#define PARSE_LEAF 512

Py_ssize_t
natural_base_room(Py_ssize_t count, int base)
{
    return (Py_ssize_t)((double)count * log2(base) / PyLong_SHIFT) + 3;
}

/* Group by group: as many values as fit a digit at a time. */
static Py_ssize_t
parse_leaf(digit *r, const unsigned char *values, Py_ssize_t count,
           digit base)
{
    int group = 1;
    digit scale = base;
    while ((twodigits)scale * base < PyLong_BASE) {
        scale *= base;
        group++;
    }
    Py_ssize_t n = 0;
    Py_ssize_t i = 0;
    while (i < count) {
        digit part = 0;
        digit factor = 1;
        for (int j = 0; j < group && i < count; j++) {
            part = part * base + values[i++];
            factor *= base;
        }
        digit carry = natural_multiply_digit(r, r, n, factor, part);
        if (carry) {
            r[n++] = carry;
        }
    }
    return n;
}

static Py_ssize_t
parse_divided(const struct powers *powers, digit *r,
              const unsigned char *values, Py_ssize_t count, digit base)
{
    if (count <= PARSE_LEAF) {
        return parse_leaf(r, values, count, base);
    }
    int k = 0;
    while (k + 1 < powers->count && (powers->leaf << (k + 1)) < count) {
        k++;
    }
    Py_ssize_t low = powers->leaf << k;
    Py_ssize_t high_room = natural_base_room(count - low, (int)base);
    Py_ssize_t low_room = natural_base_room(low, (int)base);
    digit *high = natural_scratch(high_room + low_room);
    if (high == NULL) {
        return -1;
    }
    digit *rest = high + high_room;
    Py_ssize_t n = -1;
    Py_ssize_t nhigh = parse_divided(powers, high, values, count - low, base);
    if (nhigh < 0) {
        goto done;
    }
    Py_ssize_t nrest = parse_divided(powers, rest, values + (count - low),
                                     low, base);
    if (nrest < 0) {
        goto done;
    }
    if (nhigh == 0) {
        memcpy(r, rest, (size_t)nrest * sizeof(digit));
        n = nrest;
        goto done;
    }
    Py_ssize_t npower = powers->length[k];
    if (natural_multiply(r, high, nhigh, powers->power[k], npower) < 0) {
        goto done;
    }
    natural_add(r, r, nhigh + npower, rest, nrest);
    n = natural_trim(r, nhigh + npower);
done:
    PyMem_Free(high);
    return n;
}

Py_ssize_t
natural_from_base(digit *r, const unsigned char *values, Py_ssize_t count,
                  int base)
{
    if (count <= PARSE_LEAF) {
        return parse_leaf(r, values, count, (digit)base);
    }
    struct powers powers = {.leaf = PARSE_LEAF};
    Py_ssize_t n = -1;
    if (powers_start(&powers, (digit)base) < 0) {
        return -1;
    }
    while ((powers.leaf << powers.count) < count) {
        if (powers_square(&powers) < 0) {
            goto done;
        }
    }
    n = parse_divided(&powers, r, values, count, (digit)base);
done:
    powers_free(&powers);
    return n;
}
