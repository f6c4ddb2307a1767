/* The % operator of str and of bytes.

   Both run through the same engine.  Bytes are treated as Latin-1 text on the
   way: every conversion for them gives characters below 256, and the text
   becomes bytes at the end.

     %[(key)][flags][width][.precision][size]conversion
*/
#include "unicode_internal.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_format.h"
#include "pycore_long.h"
#include "pycore_object.h"

struct percent {
    struct unicode_view format;
    Py_ssize_t at;              /* of the next character of format */
    int bytes;                  /* % of bytes */
    PyObject *whole;            /* the format as a str, borrowed, or NULL */
    PyObject *args;             /* tuple, or the only argument; see owned */
    int owned;                  /* args is a reference of ours */
    PyObject *mapping;          /* the argument if keys may be used, or NULL */
    Py_ssize_t index;           /* of the next argument; -2: the only one */
    Py_ssize_t count;           /* of the arguments; -1: one, no tuple */
    _PyUnicodeWriter writer;
};

struct conversion {
    Py_UCS4 code;
    Py_ssize_t position;        /* of the code in the format */
    int flags;                  /* F_* */
    Py_ssize_t width;           /* -1: none */
    int precision;              /* -1: none */
    int sign;                   /* the text is a number */
};

/* -- Arguments ----------------------------------------------------------- */

/* The next argument, borrowed. */
static PyObject *
next_argument(struct percent *ctx)
{
    Py_ssize_t index = ctx->index;
    if (index < ctx->count) {
        ctx->index++;
        return ctx->count < 0 ? ctx->args : PyTuple_GET_ITEM(ctx->args,
                                                             index);
    }
    PyErr_SetString(PyExc_TypeError, "not enough arguments for format string");
    return NULL;
}

static int
at_end(struct percent *ctx)
{
    return ctx->at >= ctx->format.length;
}

static Py_UCS4
peek(struct percent *ctx)
{
    return at_end(ctx) ? 0 : view_at(ctx->format, ctx->at);
}

/* The argument becomes the mapping's value for the key in parentheses. */
static int
parse_key(struct percent *ctx)
{
    if (ctx->mapping == NULL) {
        PyErr_SetString(PyExc_TypeError, "format requires a mapping");
        return -1;
    }
    Py_ssize_t start = ++ctx->at;
    int depth = 1;
    while (!at_end(ctx)) {
        Py_UCS4 ch = view_at(ctx->format, ctx->at++);
        depth += ch == '(' ? 1 : ch == ')' ? -1 : 0;
        if (depth == 0) {
            break;
        }
    }
    if (depth > 0 || at_end(ctx)) {
        PyErr_SetString(PyExc_ValueError, "incomplete format key");
        return -1;
    }
    PyObject *key;
    if (ctx->bytes) {
        key = PyBytes_FromStringAndSize(view_address(ctx->format, start),
                                        ctx->at - 1 - start);
    }
    else {
        key = unicode_from_view(ctx->format, start, ctx->at - 1);
    }
    if (key == NULL) {
        return -1;
    }
    if (ctx->owned) {
        ctx->owned = 0;
        Py_DECREF(ctx->args);
    }
    ctx->args = PyObject_GetItem(ctx->mapping, key);
    Py_DECREF(key);
    if (ctx->args == NULL) {
        return -1;
    }
    ctx->owned = 1;
    ctx->count = -1;
    ctx->index = -2;
    return 0;
}

/* -- Parsing ------------------------------------------------------------- */

static void
parse_flags(struct percent *ctx, struct conversion *spec)
{
    for (;; ctx->at++) {
        switch (peek(ctx)) {
        case '-':
            spec->flags |= F_LJUST;
            continue;
        case '+':
            spec->flags |= F_SIGN;
            continue;
        case ' ':
            spec->flags |= F_BLANK;
            continue;
        case '#':
            spec->flags |= F_ALT;
            continue;
        case '0':
            spec->flags |= F_ZERO;
            continue;
        case 'z':
            if (ctx->bytes) {
                spec->flags |= F_NO_NEG_0;
                continue;
            }
            return;
        }
        return;
    }
}

static int
parse_digits(struct percent *ctx, Py_ssize_t limit, const char *what,
             Py_ssize_t *result)
{
    Py_ssize_t n = 0;
    for (Py_UCS4 ch; (ch = peek(ctx)) >= '0' && ch <= '9'; ctx->at++) {
        if (n > (limit - ((Py_ssize_t)ch - '0')) / 10) {
            PyErr_Format(PyExc_ValueError, "%s too big", what);
            return -1;
        }
        n = n * 10 + ((Py_ssize_t)ch - '0');
    }
    *result = n;
    return 0;
}

static PyObject *
star_argument(struct percent *ctx)
{
    PyObject *v = next_argument(ctx);
    if (v != NULL && !PyLong_Check(v)) {
        PyErr_SetString(PyExc_TypeError, "* wants int");
        return NULL;
    }
    ctx->at++;
    return v;
}

static int
parse_width(struct percent *ctx, struct conversion *spec)
{
    if (peek(ctx) == '*') {
        PyObject *v = star_argument(ctx);
        if (v == NULL) {
            return -1;
        }
        spec->width = PyLong_AsSsize_t(v);
        if (spec->width == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (spec->width < 0) {
            spec->flags |= F_LJUST;
            spec->width = -spec->width;
        }
        return 0;
    }
    if (peek(ctx) >= '0' && peek(ctx) <= '9') {
        return parse_digits(ctx, PY_SSIZE_T_MAX, "width", &spec->width);
    }
    return 0;
}

static int
parse_precision(struct percent *ctx, struct conversion *spec)
{
    if (peek(ctx) != '.') {
        return 0;
    }
    ctx->at++;
    spec->precision = 0;
    if (peek(ctx) == '*') {
        PyObject *v = star_argument(ctx);
        if (v == NULL) {
            return -1;
        }
        spec->precision = _PyLong_AsInt(v);
        if (spec->precision == -1 && PyErr_Occurred()) {
            return -1;
        }
        spec->precision = Py_MAX(spec->precision, 0);
        return 0;
    }
    Py_ssize_t n;
    if (parse_digits(ctx, INT_MAX, ctx->bytes ? "prec" : "precision", &n)
        < 0) {
        return -1;
    }
    spec->precision = (int)n;
    return 0;
}

static int
parse_conversion(struct percent *ctx, struct conversion *spec)
{
    *spec = (struct conversion){.width = -1, .precision = -1};
    if (peek(ctx) == '(' && parse_key(ctx) < 0) {
        return -1;
    }
    parse_flags(ctx, spec);
    if (parse_width(ctx, spec) < 0 || parse_precision(ctx, spec) < 0) {
        return -1;
    }
    Py_UCS4 size = peek(ctx);
    if (size == 'h' || size == 'l' || size == 'L') {
        ctx->at++;
    }
    if (at_end(ctx)) {
        PyErr_SetString(PyExc_ValueError, "incomplete format");
        return -1;
    }
    spec->position = ctx->at;
    spec->code = view_at(ctx->format, ctx->at++);
    return 0;
}

/* -- Numbers ------------------------------------------------------------- */

static PyObject *
format_float(PyObject *v, const struct conversion *spec)
{
    double x = PyFloat_AsDouble(v);
    if (x == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    int precision = spec->precision < 0 ? 6 : spec->precision;
    int flags = (spec->flags & F_ALT ? Py_DTSF_ALT : 0)
                | (spec->flags & F_NO_NEG_0 ? Py_DTSF_NO_NEG_0 : 0);
    char *text = PyOS_double_to_string(x, (char)spec->code, precision, flags,
                                       NULL);
    if (text == NULL) {
        return NULL;
    }
    PyObject *result = _PyUnicode_FromASCII(text, (Py_ssize_t)strlen(text));
    PyMem_Free(text);
    return result;
}

/* An int as text with at least prec digits, in the base of the type. */
PyObject *
_PyUnicode_FormatLong(PyObject *val, int alt, int prec, int type)
{
    if (prec > INT_MAX - 3) {
        PyErr_SetString(PyExc_OverflowError, "precision too large");
        return NULL;
    }
    int base = type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
    PyObject *plain = _PyLong_Format(val, base);
    if (plain == NULL) {
        return NULL;
    }
    const char *s = (const char *)PyUnicode_1BYTE_DATA(plain);
    Py_ssize_t n = PyUnicode_GET_LENGTH(plain);
    int negative = s[0] == '-';
    Py_ssize_t prefix = base == 10 ? 0 : 2;
    const char *digits = s + negative + prefix;
    Py_ssize_t n_digits = n - negative - prefix;
    Py_ssize_t zeros = prec > n_digits ? prec - n_digits : 0;
    if (!alt) {
        prefix = 0;
    }
    if (zeros == 0 && prefix + n_digits + negative == n && type != 'X') {
        return plain;
    }
    PyObject *result = PyUnicode_New(negative + prefix + zeros + n_digits,
                                     127);
    if (result != NULL) {
        char *to = (char *)PyUnicode_1BYTE_DATA(result);
        if (negative) {
            *to++ = '-';
        }
        if (prefix) {
            *to++ = '0';
            *to++ = (char)type;
        }
        memset(to, '0', (size_t)zeros);
        to += zeros;
        for (Py_ssize_t i = 0; i < n_digits; i++) {
            *to++ = (char)(type == 'X' ? Py_TOUPPER(digits[i]) : digits[i]);
        }
    }
    Py_DECREF(plain);
    return unicode_result_steal(result);
}

static PyObject *
format_integer(PyObject *v, const struct conversion *spec)
{
    int code = (int)spec->code;
    int exact = code == 'o' || code == 'x' || code == 'X';
    PyObject *number = NULL;
    if (PyLong_Check(v)) {
        number = Py_NewRef(v);
    }
    else if (PyNumber_Check(v)) {
        number = exact ? _PyNumber_Index(v) : PyNumber_Long(v);
        if (number == NULL && !PyErr_ExceptionMatches(PyExc_TypeError)) {
            return NULL;
        }
        PyErr_Clear();
    }
    if (number == NULL) {
        PyErr_Format(PyExc_TypeError,
                     exact ? "%%%c format: an integer is required, not %.200s"
                           : "%%%c format: a real number is required, "
                             "not %.200s",
                     code, Py_TYPE(v)->tp_name);
        return NULL;
    }
    PyObject *result = _PyUnicode_FormatLong(number, spec->flags & F_ALT,
                                             spec->precision, code);
    Py_DECREF(number);
    return result;
}

/* -- Characters, text, bytes --------------------------------------------- */

static PyObject *
format_char(PyObject *v)
{
    if (PyUnicode_Check(v)) {
        if (PyUnicode_READY(v) == 0 && PyUnicode_GET_LENGTH(v) == 1) {
            return unicode_char(PyUnicode_READ_CHAR(v, 0));
        }
        goto wrong;
    }
    PyObject *index = _PyNumber_Index(v);
    if (index == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            goto wrong;
        }
        return NULL;
    }
    long x = PyLong_AsLong(index);
    Py_DECREF(index);
    if (x == -1 && PyErr_Occurred() && !PyErr_ExceptionMatches(
                                           PyExc_OverflowError)) {
        return NULL;
    }
    if (x < 0 || x > (long)UNICODE_MAX) {
        PyErr_SetString(PyExc_OverflowError,
                        "%c arg not in range(0x110000)");
        return NULL;
    }
    return unicode_char((Py_UCS4)x);

wrong:
    PyErr_SetString(PyExc_TypeError, "%c requires int or char");
    return NULL;
}

static PyObject *
format_byte(PyObject *v)
{
    if (PyBytes_Check(v) && PyBytes_GET_SIZE(v) == 1) {
        return unicode_char((unsigned char)*PyBytes_AS_STRING(v));
    }
    if (PyByteArray_Check(v) && PyByteArray_GET_SIZE(v) == 1) {
        return unicode_char((unsigned char)*PyByteArray_AS_STRING(v));
    }
    if (!PyBytes_Check(v) && !PyByteArray_Check(v)) {
        int overflow;
        long x = PyLong_AsLongAndOverflow(v, &overflow);
        if (x != -1 || !PyErr_Occurred()) {
            if (overflow != 0 || x < 0 || x > 255) {
                PyErr_SetString(PyExc_OverflowError,
                                "%c arg not in range(256)");
                return NULL;
            }
            return unicode_char((Py_UCS4)x);
        }
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
            return NULL;
        }
    }
    PyErr_SetString(PyExc_TypeError,
                    "%c requires an integer in range(256) or a single byte");
    return NULL;
}

static PyObject *
latin1_of(const char *s, Py_ssize_t n)
{
    return PyUnicode_DecodeLatin1(s, n, NULL);
}

/* What %b and %s of bytes make of an object. */
static PyObject *
format_bytes_object(PyObject *v)
{
    if (PyBytes_CheckExact(v)) {
        return latin1_of(PyBytes_AS_STRING(v), PyBytes_GET_SIZE(v));
    }
    if (PyByteArray_CheckExact(v)) {
        return latin1_of(PyByteArray_AS_STRING(v), PyByteArray_GET_SIZE(v));
    }
    PyObject *method = _PyObject_LookupSpecial(v, &_Py_ID(__bytes__));
    if (method != NULL) {
        PyObject *bytes = _PyObject_CallNoArgs(method);
        Py_DECREF(method);
        if (bytes == NULL) {
            return NULL;
        }
        PyObject *text = NULL;
        if (!PyBytes_Check(bytes)) {
            PyErr_Format(PyExc_TypeError,
                         "__bytes__ returned non-bytes (type %.200s)",
                         Py_TYPE(bytes)->tp_name);
        }
        else {
            text = latin1_of(PyBytes_AS_STRING(bytes),
                             PyBytes_GET_SIZE(bytes));
        }
        Py_DECREF(bytes);
        return text;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (PyObject_CheckBuffer(v)) {
        PyObject *bytes = PyBytes_FromObject(v);
        if (bytes == NULL) {
            return NULL;
        }
        PyObject *text = latin1_of(PyBytes_AS_STRING(bytes),
                                   PyBytes_GET_SIZE(bytes));
        Py_DECREF(bytes);
        return text;
    }
    PyErr_Format(PyExc_TypeError,
                 "%%b requires a bytes-like object, or an object that "
                 "implements __bytes__, not '%.100s'", Py_TYPE(v)->tp_name);
    return NULL;
}

/* The text of v by the code, without padding. */
static PyObject *
format_object(struct percent *ctx, PyObject *v, struct conversion *spec)
{
    switch (spec->code) {
    case 's':
        if (!ctx->bytes) {
            return PyUnicode_CheckExact(v) ? Py_NewRef(v) : PyObject_Str(v);
        }
        return format_bytes_object(v);
    case 'b':
        if (ctx->bytes) {
            return format_bytes_object(v);
        }
        break;
    case 'r':
        return ctx->bytes ? PyObject_ASCII(v) : PyObject_Repr(v);
    case 'a':
        return PyObject_ASCII(v);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        spec->sign = 1;
        return format_integer(v, spec);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        spec->sign = 1;
        return format_float(v, spec);
    case 'c':
        return ctx->bytes ? format_byte(v) : format_char(v);
    }
    PyErr_Format(PyExc_ValueError,
                 "unsupported format character '%c' (0x%x) at index %zd",
                 31 <= spec->code && spec->code <= 126 ? (int)spec->code
                                                       : '?',
                 (int)spec->code, spec->position);
    return NULL;
}

/* -- Output -------------------------------------------------------------- */

static int
write_padding(_PyUnicodeWriter *writer, Py_ssize_t n, Py_UCS4 fill)
{
    if (_PyUnicodeWriter_Prepare(writer, n, 127) < 0) {
        return -1;
    }
    if (n > 0) {
        _PyUnicode_FastFill(writer->buffer, writer->pos, n, fill);
        writer->pos += n;
    }
    return 0;
}

static int
write_converted(struct percent *ctx, const struct conversion *spec,
                PyObject *text)
{
    _PyUnicodeWriter *writer = &ctx->writer;
    Py_ssize_t start = 0, length = PyUnicode_GET_LENGTH(text);
    int numeric = spec->sign;
    Py_UCS4 sign = 0, fill = numeric && spec->flags & F_ZERO ? '0' : ' ';
    int prefix = 0;
    if (!numeric && spec->code != 'c' && spec->precision >= 0
        && length > spec->precision) {
        length = spec->precision;
    }
    if (numeric) {
        Py_UCS4 first = PyUnicode_READ_CHAR(text, 0);
        if (first == '-' || first == '+') {
            sign = first;
            start++;
            length--;
        }
        else if (spec->flags & F_SIGN) {
            sign = '+';
        }
        else if (spec->flags & F_BLANK) {
            sign = ' ';
        }
        if (spec->flags & F_ALT
            && (spec->code == 'x' || spec->code == 'X'
                || spec->code == 'o')) {
            prefix = 2;
        }
    }
    Py_ssize_t whole = length + (sign ? 1 : 0);
    Py_ssize_t pad = spec->width > whole ? spec->width - whole : 0;
    Py_ssize_t before = spec->flags & F_LJUST ? 0 : pad;
    if (fill == ' ' && write_padding(writer, before, ' ') < 0) {
        return -1;
    }
    if (sign && _PyUnicodeWriter_WriteChar(writer, sign) < 0) {
        return -1;
    }
    if (fill == '0') {
        /* zeros go between the prefix and the digits */
        if (_PyUnicodeWriter_WriteSubstring(writer, text, start,
                                            start + prefix) < 0
            || write_padding(writer, before, '0') < 0) {
            return -1;
        }
        start += prefix;
        length -= prefix;
    }
    if (_PyUnicodeWriter_WriteSubstring(writer, text, start, start + length)
        < 0) {
        return -1;
    }
    return write_padding(writer, pad - before, ' ');
}

static int
format_argument(struct percent *ctx)
{
    struct conversion spec;
    if (peek(ctx) == '%') {
        ctx->at++;
        return _PyUnicodeWriter_WriteChar(&ctx->writer, '%');
    }
    if (parse_conversion(ctx, &spec) < 0) {
        return -1;
    }
    PyObject *v = next_argument(ctx);
    if (v == NULL) {
        return -1;
    }
    if (at_end(ctx)) {
        ctx->writer.overallocate = 0;
    }
    if (PyLong_CheckExact(v) && spec.width == -1 && spec.precision == -1
        && !(spec.flags & (F_SIGN | F_BLANK))
        && (spec.code == 'd' || spec.code == 'i' || spec.code == 'u')) {
        if (_PyLong_FormatWriter(&ctx->writer, v, 10, 0) < 0) {
            return -1;
        }
    }
    else {
        PyObject *text = format_object(ctx, v, &spec);
        if (text == NULL) {
            return -1;
        }
        int status = -1;
        if (PyUnicode_READY(text) == 0) {
            status = write_converted(ctx, &spec, text);
        }
        Py_DECREF(text);
        if (status < 0) {
            return -1;
        }
    }
    if (ctx->mapping != NULL && ctx->index < ctx->count) {
        PyErr_Format(PyExc_TypeError,
                     "not all arguments converted during %s formatting",
                     ctx->bytes ? "bytes" : "string");
        return -1;
    }
    return 0;
}

static int
format_all(struct percent *ctx)
{
    Py_ssize_t length = ctx->format.length;
    ctx->writer.min_length = length + 100;
    ctx->writer.overallocate = 1;
    while (ctx->at < length) {
        Py_ssize_t rest = length - ctx->at;
        struct unicode_view tail = view_slice(ctx->format, ctx->at, length);
        Py_ssize_t literal = view_find_char(tail, '%', 1);
        if (literal < 0) {
            literal = rest;
        }
        if (literal > 0) {
            if (ctx->at + literal == length) {
                ctx->writer.overallocate = 0;
            }
            if (literal == length && ctx->whole != NULL) {
                ctx->at = length;
                if (_PyUnicodeWriter_WriteStr(&ctx->writer, ctx->whole) < 0) {
                    return -1;
                }
                break;
            }
            Py_UCS4 bound = chars_maxchar(tail.kind, tail.data, literal);
            if (_PyUnicodeWriter_Prepare(&ctx->writer, literal, bound) < 0) {
                return -1;
            }
            int kind = (int)ctx->writer.kind;
            chars_convert(kind,
                          (char *)ctx->writer.data + ctx->writer.pos * kind,
                          tail.kind, tail.data, literal);
            ctx->writer.pos += literal;
            ctx->at += literal;
            continue;
        }
        ctx->at++;
        if (format_argument(ctx) < 0) {
            return -1;
        }
    }
    if (ctx->index < ctx->count && ctx->mapping == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "not all arguments converted during %s formatting",
                     ctx->bytes ? "bytes" : "string");
        return -1;
    }
    return 0;
}

static PyObject *
percent_format(struct percent *ctx, PyObject *args)
{
    ctx->args = args;
    if (PyTuple_Check(args)) {
        ctx->count = PyTuple_GET_SIZE(args);
        ctx->index = 0;
    }
    else {
        ctx->count = -1;
        ctx->index = -2;
        int plain = PyUnicode_Check(args);
        if (ctx->bytes) {
            plain |= PyBytes_Check(args) || PyByteArray_Check(args);
        }
        if (PyMapping_Check(args) && !plain) {
            ctx->mapping = args;
        }
    }
    _PyUnicodeWriter_Init(&ctx->writer);
    int status = format_all(ctx);
    if (ctx->owned) {
        Py_DECREF(ctx->args);
    }
    if (status < 0) {
        _PyUnicodeWriter_Dealloc(&ctx->writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&ctx->writer);
}

PyObject *
PyUnicode_Format(PyObject *format, PyObject *args)
{
    if (format == NULL || args == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (unicode_ensure(format) < 0) {
        return NULL;
    }
    struct percent ctx = {.format = unicode_view(format), .whole = format};
    return percent_format(&ctx, args);
}

PyObject *
_PyBytes_FormatEx(const char *format, Py_ssize_t format_len, PyObject *args,
                  int use_bytearray)
{
    if (format == NULL || format_len < 0 || args == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    struct percent ctx = {.format = {1, format_len, format}, .bytes = 1};
    PyObject *text = percent_format(&ctx, args);
    if (text == NULL) {
        return NULL;
    }
    assert(PyUnicode_KIND(text) == PyUnicode_1BYTE_KIND);
    const char *data = (const char *)PyUnicode_1BYTE_DATA(text);
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    PyObject *result = use_bytearray ? PyByteArray_FromStringAndSize(data, n)
                                     : PyBytes_FromStringAndSize(data, n);
    Py_DECREF(text);
    return result;
}
