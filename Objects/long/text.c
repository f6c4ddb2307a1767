/* Ints to text and text to ints. */

#include "Python.h"
#include "pycore_bitutils.h"
#include "pycore_interp.h"
#include "pycore_pystate.h"
#include "pycore_longops.h"

#define NO 37
unsigned char _PyLong_DigitValue[256] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
     0,  1,  2,  3,  4,  5,  6,  7,  8,  9, NO, NO, NO, NO, NO, NO,
    NO, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
    25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, NO, NO, NO, NO, NO,
    NO, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
    25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, NO, NO, NO, NO, NO,
    [128 ... 255] = NO
};
#undef NO

/* -- To text ------------------------------------------------------------ */

/* The ASCII text of an int, in `small` or on the heap. */
struct int_text {
    char *chars;
    Py_ssize_t length;
    char *heap;         /* owned, or NULL */
    char small[48];
};

static void
int_text_free(struct int_text *text)
{
    PyMem_Free(text->heap);
}

/* Room for that many characters, to be filled from the end. */
static char *
int_text_reserve(struct int_text *text, Py_ssize_t room)
{
    text->heap = NULL;
    if (room <= (Py_ssize_t)sizeof(text->small)) {
        return text->small;
    }
    text->heap = PyMem_Malloc((size_t)room);
    if (text->heap == NULL) {
        PyErr_NoMemory();
    }
    return text->heap;
}

static int
check_decimal_length(Py_ssize_t length)
{
    int limit = _PyInterpreterState_GET()->int_max_str_digits;
    if (limit > 0 && length > limit
        && length > _PY_LONG_MAX_STR_DIGITS_THRESHOLD) {
        PyErr_Format(PyExc_ValueError,
                     "Exceeds the limit (%d digits) for integer string "
                     "conversion; use sys.set_int_max_str_digits() to "
                     "increase the limit", limit);
        return -1;
    }
    return 0;
}

static int
text_decimal(struct int_text *text, PyLongObject *a)
{
    Py_ssize_t n = long_ndigits(a);
    /* n digits are more than 9 (n - 1) decimal ones: do not even begin. */
    if (n > 64 && check_decimal_length((n - 1) * 9) < 0) {
        return -1;
    }
    char *end;
    if (n <= 2) {
        uint64_t value = 0;
        for (Py_ssize_t i = n; i-- > 0;) {
            value = value << PyLong_SHIFT | a->ob_digit[i];
        }
        char *start = text->small + sizeof(text->small);
        end = start;
        text->heap = NULL;
        do {
            *--start = (char)('0' + value % 10);
            value /= 10;
        } while (value);
        text->length = end - start;
    }
    else {
        Py_ssize_t room = natural_decimal_room(n) + 1;
        char *buffer = int_text_reserve(text, room);
        if (buffer == NULL) {
            return -1;
        }
        text->length = natural_to_decimal(a->ob_digit, n, buffer + 1,
                                          room - 1);
        end = buffer + room;
        if (text->length < 0 || check_decimal_length(text->length) < 0) {
            int_text_free(text);
            return -1;
        }
    }
    if (long_is_negative(a)) {
        end[-++text->length] = '-';
    }
    text->chars = end - text->length;
    return 0;
}

static int
text_binary(struct int_text *text, PyLongObject *a, int base, int alternate)
{
    int shift = base == 16 ? 4 : base == 8 ? 3 : 1;
    size_t nbits = _PyLong_NumBits((PyObject *)a);
    if (nbits == (size_t)-1 && PyErr_Occurred()) {
        return -1;
    }
    Py_ssize_t ndigits = (Py_ssize_t)((nbits + shift - 1) / shift);
    if (ndigits > PY_SSIZE_T_MAX - 4) {
        PyErr_SetString(PyExc_OverflowError, "int too large to format");
        return -1;
    }
    Py_ssize_t room = ndigits + 4;      /* sign, prefix, a lone zero */
    char *buffer = int_text_reserve(text, room);
    if (buffer == NULL) {
        return -1;
    }
    char *end = buffer + room;
    char *start = end;
    twodigits bits = 0;
    int available = 0;
    Py_ssize_t next = 0;
    for (Py_ssize_t i = 0; i < ndigits; i++) {
        if (available < shift && next < long_ndigits(a)) {
            bits |= (twodigits)a->ob_digit[next++] << available;
            available += PyLong_SHIFT;
        }
        *--start = "0123456789abcdef"[bits & (twodigits)(base - 1)];
        bits >>= shift;
        available -= shift;
    }
    if (ndigits == 0) {
        *--start = '0';
    }
    if (alternate) {
        *--start = base == 16 ? 'x' : base == 8 ? 'o' : 'b';
        *--start = '0';
    }
    if (long_is_negative(a)) {
        *--start = '-';
    }
    text->chars = start;
    text->length = end - start;
    return 0;
}

static int
text_make(struct int_text *text, PyObject *obj, int base, int alternate)
{
    if (obj == NULL || !PyLong_Check(obj)) {
        PyErr_BadInternalCall();
        return -1;
    }
    switch (base) {
    case 10:
        return text_decimal(text, (PyLongObject *)obj);
    case 2:
    case 8:
    case 16:
        return text_binary(text, (PyLongObject *)obj, base, alternate);
    default:
        PyErr_BadInternalCall();
        return -1;
    }
}

PyObject *
_PyLong_Format(PyObject *obj, int base)
{
    struct int_text text;
    if (text_make(&text, obj, base, 1) < 0) {
        return NULL;
    }
    PyObject *result = PyUnicode_New(text.length, 127);
    if (result != NULL) {
        memcpy(PyUnicode_1BYTE_DATA(result), text.chars,
               (size_t)text.length);
    }
    int_text_free(&text);
    return result;
}

PyObject *
long_repr(PyObject *v)
{
    return _PyLong_Format(v, 10);
}

int
_PyLong_FormatWriter(_PyUnicodeWriter *writer, PyObject *obj, int base,
                     int alternate)
{
    struct int_text text;
    if (text_make(&text, obj, base, alternate) < 0) {
        return -1;
    }
    int result = _PyUnicodeWriter_WriteASCIIString(writer, text.chars,
                                                   text.length);
    int_text_free(&text);
    return result;
}

char *
_PyLong_FormatBytesWriter(_PyBytesWriter *writer, char *str, PyObject *obj,
                          int base, int alternate)
{
    struct int_text text;
    if (text_make(&text, obj, base, alternate) < 0) {
        return NULL;
    }
    str = _PyBytesWriter_Prepare(writer, str, text.length);
    if (str != NULL) {
        memcpy(str, text.chars, (size_t)text.length);
        str += text.length;
    }
    int_text_free(&text);
    return str;
}

/* -- From text ---------------------------------------------------------- */

/* Skips digits of the base with single underscores between them. Returns
   the end, or NULL if an underscore is misplaced; *count is the number of
   digits. */
static const char *
digits_scan(const char *s, int base, Py_ssize_t *count)
{
    Py_ssize_t n = 0;
    char previous = '_';    /* none may come first */
    for (;; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '_') {
            if (previous == '_') {
                return NULL;
            }
        }
        else if (_PyLong_DigitValue[c] < base) {
            n++;
        }
        else {
            break;
        }
        previous = (char)c;
    }
    *count = n;
    return previous == '_' && n > 0 ? NULL : s;
}

static PyObject *
parse_binary(const char *start, const char *end, Py_ssize_t count, int base)
{
    int shift = _Py_bit_length((unsigned)base) - 1;
    if (count > (PY_SSIZE_T_MAX - PyLong_SHIFT) / shift) {
        PyErr_SetString(PyExc_ValueError, "int string too large to convert");
        return NULL;
    }
    Py_ssize_t n = (count * shift + PyLong_SHIFT - 1) / PyLong_SHIFT;
    PyLongObject *v = _PyLong_New(n);
    if (v == NULL) {
        return NULL;
    }
    twodigits bits = 0;
    int nbits = 0;
    Py_ssize_t k = 0;
    while (end-- > start) {
        if (*end == '_') {
            continue;
        }
        bits |= (twodigits)_PyLong_DigitValue[(unsigned char)*end] << nbits;
        nbits += shift;
        if (nbits >= PyLong_SHIFT) {
            v->ob_digit[k++] = (digit)bits & PyLong_MASK;
            bits >>= PyLong_SHIFT;
            nbits -= PyLong_SHIFT;
        }
    }
    while (k < n) {
        v->ob_digit[k++] = (digit)bits;
        bits = 0;
    }
    return (PyObject *)v;
}

static PyObject *
parse_other(const char *start, const char *end, Py_ssize_t count, int base)
{
    if (count > _PY_LONG_MAX_STR_DIGITS_THRESHOLD) {
        int limit = _PyInterpreterState_GET()->int_max_str_digits;
        if (limit > 0 && count > limit) {
            PyErr_Format(PyExc_ValueError,
                         "Exceeds the limit (%d digits) for integer string "
                         "conversion: value has %zd digits; use "
                         "sys.set_int_max_str_digits() to increase the "
                         "limit", limit, count);
            return NULL;
        }
    }
    unsigned char stack[256];
    unsigned char *values = stack;
    if (count > (Py_ssize_t)sizeof(stack)) {
        values = PyMem_Malloc((size_t)count);
        if (values == NULL) {
            return PyErr_NoMemory();
        }
    }
    Py_ssize_t k = 0;
    for (const char *s = start; s < end; s++) {
        if (*s != '_') {
            values[k++] = _PyLong_DigitValue[(unsigned char)*s];
        }
    }
    PyLongObject *v = _PyLong_New(natural_base_room(count, base));
    if (v != NULL) {
        Py_ssize_t n = natural_from_base(v->ob_digit, values, count, base);
        if (n < 0) {
            Py_CLEAR(v);
        }
        else {
            Py_SET_SIZE(v, n);
        }
    }
    if (values != stack) {
        PyMem_Free(values);
    }
    return (PyObject *)v;
}

static inline int
has_prefix(const char *s, int base)
{
    if (s[0] != '0') {
        return 0;
    }
    int letter = s[1] | 0x20;
    return (base == 16 && letter == 'x') || (base == 8 && letter == 'o')
        || (base == 2 && letter == 'b');
}

static int
base_from_text(const char *s)
{
    for (int base = 2; base <= 16; base *= 2) {
        if (base != 4 && has_prefix(s, base)) {
            return base;
        }
    }
    return 10;
}

static void
raise_invalid_literal(const char *text, Py_ssize_t length, int base)
{
    PyObject *shown = PyUnicode_FromStringAndSize(text, length);
    if (shown != NULL) {
        PyErr_Format(PyExc_ValueError,
                     "invalid literal for int() with base %d: %.200R", base,
                     shown);
        Py_DECREF(shown);
    }
}

PyObject *
PyLong_FromString(const char *str, char **pend, int base)
{
    const char *original = str;
    int negative = 0;
    int must_be_zero = 0;

    if ((base != 0 && base < 2) || base > 36) {
        PyErr_SetString(PyExc_ValueError,
                        "int() arg 2 must be >= 2 and <= 36");
        return NULL;
    }
    while (Py_ISSPACE(*str)) {
        str++;
    }
    if (*str == '+' || *str == '-') {
        negative = *str++ == '-';
    }
    if (base == 0) {
        base = base_from_text(str);
        /* "0", "00" may be written without a prefix, "07" may not. */
        must_be_zero = base == 10 && *str == '0';
    }
    if (has_prefix(str, base)) {
        str += 2;
        if (*str == '_') {
            str++;
        }
    }

    Py_ssize_t count;
    const char *end = *str == '_' ? NULL : digits_scan(str, base, &count);
    if (end == NULL || count == 0) {
        goto invalid;
    }
    PyObject *v = (base & (base - 1)) == 0
        ? parse_binary(str, end, count, base)
        : parse_other(str, end, count, base);
    if (v == NULL) {
        return NULL;
    }
    v = long_finish_steal((PyLongObject *)v, negative);
    if (v == NULL) {
        return NULL;
    }
    str = end;
    if (must_be_zero && Py_SIZE(v) != 0) {
        Py_DECREF(v);
        goto invalid;
    }
    while (Py_ISSPACE(*str)) {
        str++;
    }
    if (pend != NULL) {
        *pend = (char *)str;
    }
    else if (*str != '\0') {
        Py_DECREF(v);
        goto invalid;
    }
    return v;

invalid:
    if (pend != NULL) {
        *pend = (char *)str;
    }
    size_t length = strlen(original);
    raise_invalid_literal(original, (Py_ssize_t)Py_MIN(length, 200), base);
    return NULL;
}

PyObject *
_PyLong_FromBytes(const char *s, Py_ssize_t length, int base)
{
    char *end = NULL;
    PyObject *result = PyLong_FromString(s, &end, base);
    if (end == NULL || (result != NULL && end == s + length)) {
        return result;
    }
    Py_XDECREF(result);
    PyObject *shown = PyBytes_FromStringAndSize(s, Py_MIN(length, 200));
    if (shown != NULL) {
        PyErr_Format(PyExc_ValueError,
                     "invalid literal for int() with base %d: %.200R", base,
                     shown);
        Py_DECREF(shown);
    }
    return NULL;
}

PyObject *
PyLong_FromUnicodeObject(PyObject *u, int base)
{
    PyObject *ascii = _PyUnicode_TransformDecimalAndSpaceToASCII(u);
    if (ascii == NULL) {
        return NULL;
    }
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(ascii, &length);
    char *end = NULL;
    PyObject *result = PyLong_FromString(text, &end, base);
    if (end != NULL && (result == NULL || end != text + length)) {
        Py_CLEAR(result);
        PyErr_Format(PyExc_ValueError,
                     "invalid literal for int() with base %d: %.200R", base,
                     u);
    }
    Py_DECREF(ascii);
    return result;
}
