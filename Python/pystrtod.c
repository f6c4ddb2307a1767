/* Doubles to text and text to doubles, for the public. */

#include "Python.h"
#include "pycore_dtoa.h"

/* -- From text ---------------------------------------------------------- */

static int
match_word(const char *s, const char *word)
{
    for (; *word != '\0'; s++, word++) {
        if (Py_TOLOWER(*s) != *word) {
            return 0;
        }
    }
    return 1;
}

/* "inf", "infinity" or "nan" with an optional sign, in any case. */
double
_Py_parse_inf_or_nan(const char *p, char **endptr)
{
    const char *s = p;
    int negative = 0;
    if (*s == '-' || *s == '+') {
        negative = *s++ == '-';
    }
    if (match_word(s, "inf")) {
        s += 3;
        if (match_word(s, "inity")) {
            s += 5;
        }
        *endptr = (char *)s;
        return _Py_dg_infinity(negative);
    }
    if (match_word(s, "nan")) {
        *endptr = (char *)s + 3;
        return _Py_dg_stdnan(negative);
    }
    *endptr = (char *)p;
    return -1.0;
}

static double
ascii_strtod(const char *s, char **endptr)
{
    errno = 0;
    double value = _Py_dg_strtod(s, endptr);
    if (*endptr == s) {
        value = _Py_parse_inf_or_nan(s, endptr);
    }
    return value;
}

double
PyOS_string_to_double(const char *s, char **endptr,
                      PyObject *overflow_exception)
{
    char *end;
    double value = ascii_strtod(s, &end);
    double result = -1.0;
    if (errno == ENOMEM) {
        PyErr_NoMemory();
        end = (char *)s;
    }
    else if (end == s || (endptr == NULL && *end != '\0')) {
        PyErr_Format(PyExc_ValueError,
                     "could not convert string to float: '%.200s'", s);
    }
    else if (errno == ERANGE && fabs(value) >= 1.0 && overflow_exception) {
        PyErr_Format(overflow_exception,
                     "value too large to convert to float: '%.200s'", s);
    }
    else {
        result = value;
    }
    if (endptr != NULL) {
        *endptr = end;
    }
    return result;
}

/* Removes underscores that stand between digits; NULL if one does not. */
static char *
drop_underscores(char *out, const char *s, Py_ssize_t length)
{
    char previous = '\0';
    const char *last = s + length;
    for (; s < last; s++) {
        if (*s == '_') {
            if (!Py_ISDIGIT(previous)) {
                return NULL;
            }
        }
        else {
            *out++ = *s;
            if (previous == '_' && !Py_ISDIGIT(*s)) {
                return NULL;
            }
        }
        previous = *s;
    }
    *out = '\0';
    return previous == '_' ? NULL : out;
}

PyObject *
_Py_string_to_number_with_underscores(
    const char *s, Py_ssize_t orig_len, const char *what, PyObject *obj,
    void *arg, PyObject *(*innerfunc)(const char *, Py_ssize_t, void *))
{
    if (memchr(s, '_', (size_t)orig_len) == NULL) {
        return innerfunc(s, orig_len, arg);
    }
    char *plain = PyMem_Malloc((size_t)orig_len + 1);
    if (plain == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *result = NULL;
    char *end = drop_underscores(plain, s, orig_len);
    /* A NUL inside would hide the rest. */
    if (end != NULL && (Py_ssize_t)strlen(plain) == end - plain) {
        result = innerfunc(plain, end - plain, arg);
    }
    else {
        PyErr_Format(PyExc_ValueError, "could not convert string to %s: %R",
                     what, obj);
    }
    PyMem_Free(plain);
    return result;
}

/* -- To text ------------------------------------------------------------ */

struct float_format {
    char code;          /* 'e', 'f', 'g' or 'r' */
    int upper;
    int precision;
    int flags;          /* Py_DTSF_* */
};

/* The digits of a number and where they go: positions are counted from the
   first digit, the point stands before position `point`. */
struct float_layout {
    int start;          /* <= 0: zeros before the digits */
    int end;            /* zeros behind them up to here */
    int point;
    int use_exponent;
    int exponent;
};

static void
layout_choose(const struct float_format *format, int ndigits, int decpt,
              struct float_layout *layout)
{
    int add_dot_0 = (format->flags & Py_DTSF_ADD_DOT_0) != 0;
    int end = ndigits;
    int use_exponent = 0;
    switch (format->code) {
    case 'e':
        use_exponent = 1;
        end = format->precision + 1;
        break;
    case 'f':
        end = decpt + format->precision;
        break;
    case 'g':
        use_exponent = decpt <= -4
            || decpt > format->precision - (add_dot_0 ? 1 : 0);
        if (format->flags & Py_DTSF_ALT) {
            end = format->precision;
        }
        break;
    default:
        use_exponent = decpt <= -4 || decpt > 16;
        break;
    }
    layout->use_exponent = use_exponent;
    layout->exponent = decpt - 1;
    if (use_exponent) {
        decpt = 1;
    }
    layout->point = decpt;
    layout->start = decpt <= 0 ? decpt - 1 : 0;
    int least = !use_exponent && add_dot_0 ? decpt + 1 : decpt;
    layout->end = Py_MAX(end, least);
}

static char *
special_text(double value, const struct float_format *format)
{
    char text[8];
    char *p = text;
    if (isinf(value) && value < 0) {
        *p++ = '-';
    }
    else if (format->flags & Py_DTSF_SIGN) {
        *p++ = '+';
    }
    const char *word = isnan(value) ? (format->upper ? "NAN" : "nan")
                                    : (format->upper ? "INF" : "inf");
    strcpy(p, word);
    char *result = _PyMem_Strdup(text);
    if (result == NULL) {
        PyErr_NoMemory();
    }
    return result;
}

static char *
write_digits(char *p, const struct float_layout *layout, const char *digits,
             int ndigits, int keep_point)
{
    for (int i = layout->start; i < layout->end; i++) {
        if (i == layout->point) {
            *p++ = '.';
        }
        *p++ = i < 0 || i >= ndigits ? '0' : digits[i];
    }
    if (layout->end == layout->point && keep_point) {
        *p++ = '.';
    }
    return p;
}

static char *
finite_text(double value, const struct float_format *format)
{
    int mode = format->code == 'f' ? 3 : format->code == 'r' ? 0 : 2;
    int count = format->precision + (format->code == 'e');
    int decpt;
    int negative;
    char *end;
    char *digits = _Py_dg_dtoa(value, mode, count, &decpt, &negative, &end);
    if (digits == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    int ndigits = (int)(end - digits);
    if ((format->flags & Py_DTSF_NO_NEG_0)
        && (ndigits == 0 || (ndigits == 1 && digits[0] == '0'))) {
        negative = 0;
    }
    struct float_layout layout;
    layout_choose(format, ndigits, decpt, &layout);

    size_t room = (size_t)(layout.end - layout.start) + 16;
    char *text = PyMem_Malloc(room);
    if (text == NULL) {
        _Py_dg_freedtoa(digits);
        PyErr_NoMemory();
        return NULL;
    }
    char *p = text;
    if (negative) {
        *p++ = '-';
    }
    else if (format->flags & Py_DTSF_SIGN) {
        *p++ = '+';
    }
    p = write_digits(p, &layout, digits, ndigits,
                     format->flags & Py_DTSF_ALT);
    if (layout.use_exponent) {
        p += sprintf(p, "%c%+.02d", format->upper ? 'E' : 'e',
                     layout.exponent);
    }
    *p = '\0';
    _Py_dg_freedtoa(digits);
    return text;
}

char *
PyOS_double_to_string(double val, char format_code, int precision, int flags,
                      int *type)
{
    struct float_format format = {
        .code = (char)Py_TOLOWER(format_code),
        .upper = Py_ISUPPER(format_code) != 0,
        .precision = precision,
        .flags = flags,
    };
    switch (format_code) {
    case 'e': case 'E': case 'f': case 'F':
        break;
    case 'g': case 'G':
        if (precision == 0) {
            format.precision = 1;
        }
        break;
    case 'r':
        if (precision == 0) {
            break;
        }
        /* fall through */
    default:
        PyErr_BadInternalCall();
        return NULL;
    }
    int kind = isnan(val) ? Py_DTST_NAN
        : isinf(val) ? Py_DTST_INFINITE : Py_DTST_FINITE;
    if (type != NULL) {
        *type = kind;
    }
    if (kind != Py_DTST_FINITE) {
        return special_text(val, &format);
    }
    return finite_text(val, &format);
}
