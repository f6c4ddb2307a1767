/* Doubles to decimal digits and back, correctly rounded.

   Shortest digits follow Schubfach (Raffaello Giulietti, "The Schubfach way
   to render doubles", 2020): the rounding interval of a double is scaled by a
   power of ten to where it is between 2 and 20 units wide; of the at most four
   candidates there, the shortest and then nearest one inside is taken. The
   126 bit powers of ten are computed when first needed.

   A fixed number of digits, and the way back, are the C library's, which
   rounds correctly too; only its locale must be kept out. */

#include "Python.h"
#include "pycore_dtoa.h"

#include <locale.h>

/* -- Powers of ten ------------------------------------------------------ */

struct power_of_ten {
    uint64_t high;      /* the top bit is set once computed */
    uint64_t low;
};

#define POWER_MIN (-292)
#define POWER_MAX 324

static struct power_of_ten powers[POWER_MAX - POWER_MIN + 1];

/* A fixed-size natural, 32 bits a word, enough for 10 ** 324 and for
   2 ** (127 + 970). */
#define WORDS 36

struct wide {
    int n;
    uint32_t word[WORDS];
};

static void
wide_multiply(struct wide *a, uint32_t m)
{
    uint64_t carry = 0;
    for (int i = 0; i < a->n; i++) {
        carry += (uint64_t)a->word[i] * m;
        a->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) {
        a->word[a->n++] = (uint32_t)carry;
    }
}

static uint32_t
wide_divide(struct wide *a, uint32_t d)
{
    uint64_t remainder = 0;
    for (int i = a->n; i-- > 0;) {
        remainder = remainder << 32 | a->word[i];
        a->word[i] = (uint32_t)(remainder / d);
        remainder %= d;
    }
    while (a->n > 0 && a->word[a->n - 1] == 0) {
        a->n--;
    }
    return (uint32_t)remainder;
}

/* The top 128 bits, rounded up if anything is below or `tail`. */
static struct power_of_ten
wide_top(const struct wide *a, int tail)
{
    unsigned __int128 top = 0;
    int nbits = a->n * 32 - __builtin_clz(a->word[a->n - 1]);
    for (int i = 0; i < 128; i++) {
        int bit = nbits - 1 - i;
        top <<= 1;
        if (bit >= 0) {
            top |= (a->word[bit / 32] >> (bit % 32)) & 1;
        }
    }
    for (int bit = nbits - 129; bit >= 0 && !tail; bit--) {
        tail = (a->word[bit / 32] >> (bit % 32)) & 1;
    }
    top += (unsigned)tail;
    return (struct power_of_ten){(uint64_t)(top >> 64), (uint64_t)top};
}

/* 10 ** k scaled to 128 bits, rounded up. */
static struct power_of_ten
power_compute(int k)
{
    struct wide a = {1, {1}};
    int tail = 0;
    if (k >= 0) {
        for (int i = 0; i < k; i++) {
            wide_multiply(&a, 10);
        }
    }
    else {
        /* 2 ** n / 10 ** -k, n large enough for 128 bits of quotient. */
        a.n = WORDS;
        memset(a.word, 0, sizeof(a.word));
        a.word[WORDS - 1] = 1;
        for (int i = 0; i < -k; i++) {
            tail |= wide_divide(&a, 10) != 0;
        }
    }
    return wide_top(&a, tail);
}

static struct power_of_ten
power_get(int k)
{
    struct power_of_ten *power = &powers[k - POWER_MIN];
    if (power->high == 0) {
        *power = power_compute(k);
    }
    return *power;
}

/* -- Shortest ----------------------------------------------------------- */

/* floor(q * log10(2)), or of 3/4 of that, and floor(e * log2(10)). */
static inline int
floor_log10_pow2(int q, int three_quarters)
{
    return (q * 1262611 - (three_quarters ? 524031 : 0)) >> 22;
}

static inline int
floor_log2_pow10(int e)
{
    return (e * 1741647) >> 19;
}

/* The high part of g * c, with its lowest bit set if anything is lost. */
static inline uint64_t
round_to_odd(struct power_of_ten g, uint64_t c)
{
    unsigned __int128 x = (unsigned __int128)g.low * c;
    unsigned __int128 y = (unsigned __int128)g.high * c + (uint64_t)(x >> 64);
    return (uint64_t)(y >> 64) | ((uint64_t)y > 1);
}

/* |d| = *significand * 10 ** result, finite and not zero. */
static int
shortest(double d, uint64_t *significand)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof(bits));
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    int biased = (int)(bits >> 52) & 0x7FF;
    uint64_t c = fraction;
    int q = 1 - 1075;
    if (biased != 0) {
        c |= UINT64_C(1) << 52;
        q = biased - 1075;
        if (q <= 0 && -q < 53 && (c & ((UINT64_C(1) << -q) - 1)) == 0) {
            *significand = c >> -q;     /* an integer below 2 ** 53 */
            return 0;
        }
    }
    int odd = (int)(c & 1);
    int closer = fraction == 0 && biased > 1;   /* to the neighbour below */
    int k = floor_log10_pow2(q, closer);
    int h = q + floor_log2_pow10(-k) + 1;
    struct power_of_ten g = power_get(-k);

    /* The interval, in quarters of a unit. */
    uint64_t low = round_to_odd(g, (4 * c - 2 + (uint64_t)closer) << h);
    uint64_t middle = round_to_odd(g, (4 * c) << h);
    uint64_t high = round_to_odd(g, (4 * c + 2) << h);
    low += (uint64_t)odd;
    high -= (uint64_t)odd;

    uint64_t s = middle / 4;
    if (s >= 10) {
        uint64_t tens = s / 10;
        int below_inside = low <= 40 * tens;
        int above_inside = 40 * tens + 40 <= high;
        if (below_inside != above_inside) {
            *significand = tens + (uint64_t)above_inside;
            return k + 1;
        }
    }
    int below_inside = low <= 4 * s;
    int above_inside = 4 * s + 4 <= high;
    if (below_inside != above_inside) {
        *significand = s + (uint64_t)above_inside;
        return k;
    }
    uint64_t tie = 4 * s + 2;
    int up = middle > tie || (middle == tie && (s & 1));
    *significand = s + (uint64_t)up;
    return k;
}

/* -- Digits ------------------------------------------------------------- */

void
_Py_dg_freedtoa(char *s)
{
    PyMem_Free(s);
}

static char *
digits_copy(const char *text, size_t n, char **end)
{
    char *s = PyMem_Malloc(n + 1);
    if (s != NULL) {
        memcpy(s, text, n);
        s[n] = '\0';
        if (end != NULL) {
            *end = s + n;
        }
    }
    return s;
}

static char *
digits_shortest(double d, int *decpt, char **end)
{
    uint64_t significand;
    int exponent = shortest(d, &significand);
    char buffer[24];
    char *last = buffer + sizeof(buffer);
    char *start = last;
    while (significand % 10 == 0) {
        significand /= 10;
        exponent++;
    }
    for (; significand; significand /= 10) {
        *--start = (char)('0' + significand % 10);
    }
    *decpt = exponent + (int)(last - start);
    return digits_copy(start, (size_t)(last - start), end);
}

/* Keeps the digits of printed text, without zeros at both ends; returns how
   many leading zeros were dropped. */
static int
digits_squeeze(char *text, size_t *length)
{
    size_t n = 0;
    for (const char *s = text; *s != '\0' && *s != 'e'; s++) {
        if ('0' <= *s && *s <= '9') {
            text[n++] = *s;
        }
    }
    size_t zeros = 0;
    while (zeros < n && text[zeros] == '0') {
        zeros++;
    }
    while (n > zeros && text[n - 1] == '0') {
        n--;
    }
    memmove(text, text + zeros, n - zeros);
    *length = n - zeros;
    return (int)zeros;
}

static char *
digits_fixed(double d, int mode, int ndigits, int *decpt, char **end)
{
    char small[512];
    char *text = small;
    const char *format = mode == 2 ? "%.*e" : "%.*f";
    int precision = mode == 2 ? Py_MAX(ndigits, 1) - 1 : Py_MAX(ndigits, 0);
    int shift = 0;
    if (mode == 3 && ndigits < 0) {
        /* Rounded before the point: print all, round here. */
        format = "%.*e";
        int exponent;
        char *probe = small;
        snprintf(probe, sizeof(small), "%.40e", d);
        exponent = atoi(strchr(probe, 'e') + 1);
        precision = exponent + ndigits;
        if (precision < 0) {
            /* At most one unit of 10 ** -ndigits remains: 0.d > 1/2? Enough
               digits to be exact. */
            int up = 0;
            if (precision == -1) {
                snprintf(probe, sizeof(small), "%.360e", d);
                const char *rest = probe + 2;
                up = probe[0] > '5'
                    || (probe[0] == '5' && rest[strspn(rest, "0")] != 'e');
            }
            *decpt = up ? -ndigits + 1 : -ndigits;
            return digits_copy("1", (size_t)up, end);
        }
        mode = 2;
    }
    int needed = snprintf(text, sizeof(small), format, precision, d);
    if (needed >= (int)sizeof(small)) {
        text = PyMem_Malloc((size_t)needed + 1);
        if (text == NULL) {
            return NULL;
        }
        snprintf(text, (size_t)needed + 1, format, precision, d);
    }
    if (mode == 2) {
        shift = atoi(strchr(text, 'e') + 1) + 1;
    }
    else {
        shift = (int)strspn(text, "0123456789");
    }
    size_t length;
    int zeros = digits_squeeze(text, &length);
    *decpt = length == 0 ? -ndigits : shift - zeros;
    char *result = digits_copy(text, length, end);
    if (text != small) {
        PyMem_Free(text);
    }
    return result;
}

char *
_Py_dg_dtoa(double d, int mode, int ndigits, int *decpt, int *sign,
            char **rve)
{
    *sign = signbit(d) != 0;
    d = fabs(d);
    if (isnan(d) || isinf(d)) {
        *decpt = 9999;
        return isnan(d) ? digits_copy("NaN", 3, rve)
                        : digits_copy("Infinity", 8, rve);
    }
    if (d == 0.0) {
        *decpt = 1;
        return digits_copy("0", 1, rve);
    }
    if (mode < 2) {
        return digits_shortest(d, decpt, rve);
    }
    return digits_fixed(d, mode, ndigits, decpt, rve);
}

/* -- Reading ------------------------------------------------------------ */

double
_Py_dg_stdnan(int sign)
{
    return copysign(Py_NAN, sign ? -1.0 : 1.0);
}

double
_Py_dg_infinity(int sign)
{
    return sign ? -Py_HUGE_VAL : Py_HUGE_VAL;
}

/* A decimal number at str: its parts and its end. */
struct decimal {
    const char *end;        /* behind it; str itself if there is none */
    uint64_t significand;   /* of up to 19 digits */
    int ndigits;            /* significant ones; > 19: more than that */
    long exponent;          /* of the significand, if ndigits <= 19 */
    int negative;
};

static long
exponent_scan(const char **s)
{
    const char *p = *s + 1;
    int negative = *p == '-';
    long value = 0;
    if (*p == '+' || *p == '-') {
        p++;
    }
    if (!Py_ISDIGIT(*p)) {
        return 0;
    }
    for (; Py_ISDIGIT(*p); p++) {
        if (value < 100000) {
            value = value * 10 + (*p - '0');
        }
    }
    *s = p;
    return negative ? -value : value;
}

static void
decimal_scan(const char *str, struct decimal *decimal)
{
    const char *s = str;
    int any = 0;
    long scale = 0;
    *decimal = (struct decimal){.end = str};
    if (*s == '+' || *s == '-') {
        decimal->negative = *s++ == '-';
    }
    int point = 0;
    for (;; s++) {
        if (*s == '.' && !point) {
            point = 1;
            continue;
        }
        if (!Py_ISDIGIT(*s)) {
            break;
        }
        any = 1;
        if (point) {
            scale--;
        }
        if (decimal->ndigits > 0 || *s != '0') {
            if (decimal->ndigits < 19) {
                decimal->significand =
                    decimal->significand * 10 + (uint64_t)(*s - '0');
            }
            if (decimal->ndigits < INT_MAX) {
                decimal->ndigits++;
            }
        }
    }
    if (!any) {
        return;
    }
    if (*s == 'e' || *s == 'E') {
        scale += exponent_scan(&s);
    }
    decimal->exponent = scale;
    decimal->end = s;
}

static double
convert_by_library(const char *str, size_t length)
{
    static locale_t c_locale;
    if (c_locale == (locale_t)0) {
        c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        if (c_locale == (locale_t)0) {
            errno = ENOMEM;
            return 0.0;
        }
    }
    char small[256];
    char *copy = small;
    if (length >= sizeof(small)) {
        copy = PyMem_RawMalloc(length + 1);
        if (copy == NULL) {
            errno = ENOMEM;
            return 0.0;
        }
    }
    memcpy(copy, str, length);
    copy[length] = '\0';
    errno = 0;
    double value = strtod_l(copy, NULL, c_locale);
    if (errno == ERANGE && !isinf(value) && value != 0.0) {
        errno = 0;      /* subnormal, but a good result */
    }
    int saved = errno;
    if (copy != small) {
        PyMem_RawFree(copy);
    }
    errno = saved;
    return value;
}

double
_Py_dg_strtod(const char *str, char **ptr)
{
    static const double exact[] = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
        1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };
    struct decimal decimal;
    decimal_scan(str, &decimal);
    if (ptr != NULL) {
        *ptr = (char *)decimal.end;
    }
    if (decimal.end == str) {
        return 0.0;
    }
    /* Both operands are exact: one rounding. */
    if (decimal.ndigits <= 15 && Py_ABS(decimal.exponent) <= 22) {
        double value = (double)decimal.significand;
        value = decimal.exponent < 0 ? value / exact[-decimal.exponent]
                                     : value * exact[decimal.exponent];
        return decimal.negative ? -value : value;
    }
    return convert_by_library(str, (size_t)(decimal.end - str));
}
