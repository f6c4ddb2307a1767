/* Floats in hexadecimal, and as IEEE 754 byte strings. */

#include "Python.h"

#include <float.h>

#include "pycore_bitutils.h"
#include "pycore_float_convert.h"
#include "pycore_long.h"

/* -- To hexadecimal ----------------------------------------------------- */

#define HEX_DIGITS ((DBL_MANT_DIG - 1) / 4)

PyObject *
float_hex(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    double x = PyFloat_AS_DOUBLE(self);
    if (!isfinite(x)) {
        return PyObject_Repr(self);
    }
    const char *sign = copysign(1.0, x) < 0 ? "-" : "";
    if (x == 0.0) {
        return PyUnicode_FromFormat("%s0x0.0p+0", sign);
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    int biased = (int)(bits >> 52) & 0x7FF;
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    int exponent = biased ? biased - 1023 : -1022;
    char digits[HEX_DIGITS + 1];
    for (int i = HEX_DIGITS; i-- > 0; fraction >>= 4) {
        digits[i] = "0123456789abcdef"[fraction & 15];
    }
    digits[HEX_DIGITS] = '\0';
    return PyUnicode_FromFormat("%s0x%d.%sp%c%d", sign, biased != 0, digits,
                                exponent < 0 ? '-' : '+', Py_ABS(exponent));
}

/* -- From hexadecimal --------------------------------------------------- */

/* The value collected so far: top * 2 ** exponent, with anything lost below
   recorded in the lowest bit. */
struct hex_value {
    uint64_t top;
    int64_t exponent;
};

static void
hex_value_add(struct hex_value *value, unsigned nibble)
{
    if (value->top >> 59) {
        value->top |= nibble != 0;      /* sticky */
        value->exponent += 4;
    }
    else {
        value->top = value->top << 4 | nibble;
    }
}

/* Rounds once, half to even. -1 if the value is too large. */
static int
hex_value_round(const struct hex_value *value, int64_t exponent,
                double *result)
{
    if (value->top == 0) {
        *result = 0.0;
        return 0;
    }
    int nbits = _Py_bit_length(value->top);
    int64_t top_exponent = exponent + nbits;    /* as frexp has it */
    if (top_exponent > DBL_MAX_EXP) {
        return -1;
    }
    /* Bits that the double keeps. */
    int64_t keep = DBL_MANT_DIG;
    if (top_exponent < DBL_MIN_EXP) {
        keep -= DBL_MIN_EXP - top_exponent;
    }
    if (keep < 0) {
        *result = 0.0;
        return 0;
    }
    uint64_t kept = value->top;
    int drop = nbits - (int)keep;
    if (drop > 0) {
        uint64_t half = UINT64_C(1) << (drop - 1);
        uint64_t rest = kept & (2 * half - 1);
        kept = drop == 64 ? 0 : kept >> drop;
        if (rest > half || (rest == half && (kept & 1))) {
            kept++;
        }
        exponent += drop;
    }
    *result = ldexp((double)kept, (int)exponent);
    return isinf(*result) ? -1 : 0;
}

static PyObject *
make_instance(PyObject *type, double x)
{
    PyObject *result = PyFloat_FromDouble(x);
    if (result != NULL && type != (PyObject *)&PyFloat_Type) {
        Py_SETREF(result, PyObject_CallOneArg(type, result));
    }
    return result;
}

static int
hex_digit(char c)
{
    int value = _PyLong_DigitValue[(unsigned char)c];
    return value < 16 ? value : -1;
}

/* After the sign: [0x] digits [. digits] [p exponent]. Returns the end, or
   NULL if it does not match; *exponent is limited to what matters. */
static const char *
hex_scan(const char *s, struct hex_value *value, int64_t *exponent)
{
    if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
        s += 2;
    }
    int ndigits = 0;
    int64_t scale = 0;
    int point = 0;
    for (;; s++) {
        if (*s == '.' && !point) {
            point = 1;
            continue;
        }
        int nibble = hex_digit(*s);
        if (nibble < 0) {
            break;
        }
        ndigits = 1;
        scale -= point ? 4 : 0;
        hex_value_add(value, (unsigned)nibble);
    }
    if (!ndigits) {
        return NULL;
    }
    int64_t power = 0;
    if (*s == 'p' || *s == 'P') {
        s++;
        int negative = *s == '-';
        if (*s == '-' || *s == '+') {
            s++;
        }
        if (!Py_ISDIGIT(*s)) {
            return NULL;
        }
        for (; Py_ISDIGIT(*s); s++) {
            if (power < INT64_MAX / 16) {
                power = power * 10 + (*s - '0');
            }
        }
        if (negative) {
            power = -power;
        }
    }
    *exponent = value->exponent + scale + power;
    return s;
}

PyObject *
float_fromhex(PyObject *type, PyObject *string)
{
    Py_ssize_t length;
    const char *s = PyUnicode_AsUTF8AndSize(string, &length);
    if (s == NULL) {
        return NULL;
    }
    const char *last = s + length;
    while (Py_ISSPACE(*s)) {
        s++;
    }
    char *end;
    double x = _Py_parse_inf_or_nan(s, &end);
    if (end == s) {
        int negative = *s == '-';
        if (*s == '-' || *s == '+') {
            s++;
        }
        struct hex_value value = {0, 0};
        int64_t exponent = 0;
        end = (char *)hex_scan(s, &value, &exponent);
        if (end != NULL && hex_value_round(&value, exponent, &x) < 0) {
            PyErr_SetString(PyExc_OverflowError,
                            "hexadecimal value too large to represent as a "
                            "float");
            return NULL;
        }
        if (negative) {
            x = -x;
        }
    }
    while (end != NULL && Py_ISSPACE(*end)) {
        end++;
    }
    if (end != last) {
        PyErr_SetString(PyExc_ValueError,
                        "invalid hexadecimal floating-point string");
        return NULL;
    }
    return make_instance(type, x);
}

/* -- Bytes -------------------------------------------------------------- */

static void
bytes_store(uint64_t bits, unsigned char *p, int n, int le)
{
    for (int i = 0; i < n; i++) {
        p[le ? i : n - 1 - i] = (unsigned char)(bits >> (8 * i));
    }
}

static uint64_t
bytes_load(const unsigned char *p, int n, int le)
{
    uint64_t bits = 0;
    for (int i = 0; i < n; i++) {
        bits |= (uint64_t)p[le ? i : n - 1 - i] << (8 * i);
    }
    return bits;
}

int
PyFloat_Pack2(double x, char *p, int le)
{
    unsigned sign = copysign(1.0, x) < 0;
    unsigned bits;
    if (x == 0.0) {
        bits = 0;
    }
    else if (isinf(x)) {
        bits = 0x7C00;
    }
    else if (isnan(x)) {
        bits = 0x7E00;
    }
    else {
        int exponent;
        double fraction = frexp(fabs(x), &exponent);
        if (exponent > 16) {
            goto overflow;
        }
        /* Units of the last place; 2**-24 for subnormals. */
        int unit = Py_MAX(exponent - 11, -24);
        double scaled = ldexp(fraction, exponent - unit);
        bits = (unsigned)scaled;
        double rest = scaled - bits;
        if (rest > 0.5 || (rest == 0.5 && (bits & 1))) {
            bits++;
        }
        /* A normal number's leading bit adds one to the exponent field. */
        bits += (unsigned)(unit + 24) << 10;
        if (bits >= 0x7C00) {
            goto overflow;
        }
    }
    bytes_store(bits | sign << 15, (unsigned char *)p, 2, le);
    return 0;

overflow:
    PyErr_SetString(PyExc_OverflowError,
                    "float too large to pack with e format");
    return -1;
}

int
PyFloat_Pack4(double x, char *p, int le)
{
    float y = (float)x;
    if (isinf(y) && !isinf(x)) {
        PyErr_SetString(PyExc_OverflowError,
                        "float too large to pack with f format");
        return -1;
    }
    uint32_t bits;
    memcpy(&bits, &y, sizeof(bits));
    bytes_store(bits, (unsigned char *)p, 4, le);
    return 0;
}

int
PyFloat_Pack8(double x, char *p, int le)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    bytes_store(bits, (unsigned char *)p, 8, le);
    return 0;
}

double
PyFloat_Unpack2(const char *p, int le)
{
    unsigned bits = (unsigned)bytes_load((const unsigned char *)p, 2, le);
    int negative = bits >> 15;
    int exponent = (bits >> 10) & 0x1F;
    unsigned fraction = bits & 0x3FF;
    double x;
    if (exponent == 0x1F) {
        x = fraction ? Py_NAN : Py_HUGE_VAL;
    }
    else if (exponent == 0) {
        x = ldexp(fraction, -24);
    }
    else {
        x = ldexp(fraction | 0x400, exponent - 25);
    }
    return negative ? -x : x;
}

double
PyFloat_Unpack4(const char *p, int le)
{
    uint32_t bits =
        (uint32_t)bytes_load((const unsigned char *)p, 4, le);
    float x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

double
PyFloat_Unpack8(const char *p, int le)
{
    uint64_t bits = bytes_load((const unsigned char *)p, 8, le);
    double x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}
