/* format(): the specifications of str, int, float and complex.

     [[fill]align][sign][z][#][0][width][grouping][.precision][type]
*/
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_floatobject.h"
#include "pycore_long.h"
#include "pycore_unicodeobject.h"
#include <locale.h>

/* -- Specifications ------------------------------------------------------ */

enum grouping {
    GROUP_NONE,
    GROUP_COMMA,
    GROUP_UNDERSCORE,
    GROUP_UNDERSCORE_FOUR,      /* of binary, octal, hexadecimal digits */
    GROUP_LOCALE
};

struct format_spec {
    Py_UCS4 fill;
    Py_UCS4 align;              /* < > = ^ */
    int alternate;              /* # */
    int no_neg_0;               /* z */
    Py_UCS4 sign;               /* 0, '+', '-' or ' ' */
    Py_ssize_t width;           /* -1: none */
    enum grouping grouping;
    Py_ssize_t precision;       /* -1: none */
    Py_UCS4 type;
};

static int
value_error(const char *message)
{
    PyErr_SetString(PyExc_ValueError, message);
    return -1;
}

static int
unknown_type(Py_UCS4 type, const char *type_name)
{
    if (type > 32 && type < 128) {
        PyErr_Format(PyExc_ValueError,
                     "Unknown format code '%c' for object of type '%.200s'",
                     (int)type, type_name);
    }
    else {
        PyErr_Format(PyExc_ValueError,
                     "Unknown format code '\\x%x' for object of type "
                     "'%.200s'", (unsigned int)type, type_name);
    }
    return -1;
}

static int
bad_grouping(enum grouping grouping, Py_UCS4 type)
{
    char c = grouping == GROUP_COMMA ? ',' : '_';
    if (type > 32 && type < 128) {
        PyErr_Format(PyExc_ValueError, "Cannot specify '%c' with '%c'.", c,
                     (int)type);
    }
    else {
        PyErr_Format(PyExc_ValueError, "Cannot specify '%c' with '\\x%x'.", c,
                     (unsigned int)type);
    }
    return -1;
}

struct spec_reader {
    PyObject *string;
    int kind;
    const void *data;
    Py_ssize_t at, end;
};

static Py_UCS4
reader_peek(const struct spec_reader *r, Py_ssize_t offset)
{
    return r->at + offset < r->end
               ? PyUnicode_READ(r->kind, r->data, r->at + offset)
               : (Py_UCS4)-1;
}

static int
is_align(Py_UCS4 c)
{
    return c == '<' || c == '>' || c == '=' || c == '^';
}

/* Decimal digits into *result; returns how many, -1 on overflow. */
static int
read_integer(struct spec_reader *r, Py_ssize_t *result)
{
    Py_ssize_t n = 0;
    int count = 0;
    for (; r->at < r->end; r->at++, count++) {
        int digit_value = Py_UNICODE_TODECIMAL(reader_peek(r, 0));
        if (digit_value < 0) {
            break;
        }
        if (n > (PY_SSIZE_T_MAX - digit_value) / 10) {
            return value_error("Too many decimal digits in format string");
        }
        n = n * 10 + digit_value;
    }
    *result = n;
    return count;
}

static int
read_grouping(struct spec_reader *r, struct format_spec *spec)
{
    static const char both[] = "Cannot specify both ',' and '_'.";
    if (reader_peek(r, 0) == ',') {
        spec->grouping = GROUP_COMMA;
        r->at++;
    }
    if (reader_peek(r, 0) == '_') {
        if (spec->grouping != GROUP_NONE) {
            return value_error(both);
        }
        spec->grouping = GROUP_UNDERSCORE;
        r->at++;
    }
    if (reader_peek(r, 0) == ',' && spec->grouping == GROUP_UNDERSCORE) {
        return value_error(both);
    }
    return 0;
}

static int
check_grouping(struct format_spec *spec)
{
    if (spec->grouping == GROUP_NONE) {
        return 0;
    }
    switch (spec->type) {
    case 'd':
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'G':
    case '%':
    case 'F':
    case '\0':
        return 0;
    case 'b':
    case 'o':
    case 'x':
    case 'X':
        if (spec->grouping == GROUP_UNDERSCORE) {
            spec->grouping = GROUP_UNDERSCORE_FOUR;
            return 0;
        }
        break;
    }
    return bad_grouping(spec->grouping, spec->type);
}

static int
spec_parse(PyObject *obj, PyObject *string, Py_ssize_t start, Py_ssize_t end,
           struct format_spec *spec, Py_UCS4 default_type,
           Py_UCS4 default_align)
{
    struct spec_reader r = {string, PyUnicode_KIND(string),
                            PyUnicode_DATA(string), start, end};
    int fill_given = 0, align_given = 0, digits;
    *spec = (struct format_spec){.fill = ' ', .align = default_align,
                                 .width = -1, .precision = -1,
                                 .type = default_type};
    if (is_align(reader_peek(&r, 1))) {
        spec->fill = reader_peek(&r, 0);
        spec->align = reader_peek(&r, 1);
        fill_given = align_given = 1;
        r.at += 2;
    }
    else if (is_align(reader_peek(&r, 0))) {
        spec->align = reader_peek(&r, 0);
        align_given = 1;
        r.at++;
    }
    Py_UCS4 c = reader_peek(&r, 0);
    if (c == ' ' || c == '+' || c == '-') {
        spec->sign = c;
        r.at++;
    }
    if (reader_peek(&r, 0) == 'z') {
        spec->no_neg_0 = 1;
        r.at++;
    }
    if (reader_peek(&r, 0) == '#') {
        spec->alternate = 1;
        r.at++;
    }
    if (!fill_given && reader_peek(&r, 0) == '0') {
        spec->fill = '0';
        if (!align_given && default_align == '>') {
            spec->align = '=';
        }
        r.at++;
    }
    digits = read_integer(&r, &spec->width);
    if (digits < 0) {
        return -1;
    }
    if (digits == 0) {
        spec->width = -1;
    }
    if (read_grouping(&r, spec) < 0) {
        return -1;
    }
    if (reader_peek(&r, 0) == '.') {
        r.at++;
        digits = read_integer(&r, &spec->precision);
        if (digits < 0) {
            return -1;
        }
        if (digits == 0) {
            return value_error("Format specifier missing precision");
        }
    }
    if (r.end - r.at > 1) {
        PyObject *whole = PyUnicode_Substring(string, start, end);
        if (whole != NULL) {
            PyErr_Format(PyExc_ValueError,
                         "Invalid format specifier '%U' for object of type "
                         "'%.200s'", whole, Py_TYPE(obj)->tp_name);
            Py_DECREF(whole);
        }
        return -1;
    }
    if (r.end - r.at == 1) {
        spec->type = reader_peek(&r, 0);
    }
    return check_grouping(spec);
}

/* -- Padding of text ----------------------------------------------------- */

struct padding {
    Py_ssize_t left, right, total;
};

static struct padding
padding_for(Py_ssize_t n, Py_ssize_t width, Py_UCS4 align)
{
    struct padding pad = {0, 0, Py_MAX(n, width)};
    if (align == '>') {
        pad.left = pad.total - n;
    }
    else if (align == '^') {
        pad.left = (pad.total - n) / 2;
    }
    pad.right = pad.total - n - pad.left;
    return pad;
}

/* Write the fill on both sides of n characters; the writer, which has room, is
   left where those go. */
static void
write_padding(_PyUnicodeWriter *writer, Py_ssize_t n, Py_UCS4 fill,
              const struct padding *pad)
{
    if (pad->left > 0) {
        _PyUnicode_FastFill(writer->buffer, writer->pos, pad->left, fill);
    }
    if (pad->right > 0) {
        _PyUnicode_FastFill(writer->buffer, writer->pos + pad->left + n,
                            pad->right, fill);
    }
    writer->pos += pad->left;
}

/* -- Strings ------------------------------------------------------------- */

static int
format_string(PyObject *value, const struct format_spec *spec,
              _PyUnicodeWriter *writer)
{
    if (spec->sign != 0) {
        return value_error(spec->sign == ' '
                               ? "Space not allowed in string format "
                                 "specifier"
                               : "Sign not allowed in string format "
                                 "specifier");
    }
    if (spec->no_neg_0) {
        return value_error("Negative zero coercion (z) not allowed in string "
                           "format specifier");
    }
    if (spec->alternate) {
        return value_error("Alternate form (#) not allowed in string format "
                           "specifier");
    }
    if (spec->align == '=') {
        return value_error("'=' alignment not allowed in string format "
                           "specifier");
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(value);
    if ((spec->width == -1 || spec->width <= length)
        && (spec->precision == -1 || spec->precision >= length)) {
        return _PyUnicodeWriter_WriteStr(writer, value);
    }
    if (spec->precision >= 0 && length > spec->precision) {
        length = spec->precision;
    }
    struct padding pad = padding_for(length, spec->width, spec->align);
    Py_UCS4 bound = _PyUnicode_FindMaxChar(value, 0, length);
    if (pad.left > 0 || pad.right > 0) {
        bound = Py_MAX(bound, spec->fill);
    }
    if (_PyUnicodeWriter_Prepare(writer, pad.total, bound) < 0) {
        return -1;
    }
    if (pad.total == 0) {
        return 0;
    }
    write_padding(writer, length, spec->fill, &pad);
    _PyUnicode_FastCopyCharacters(writer->buffer, writer->pos, value, 0,
                                  length);
    writer->pos += length + pad.right;
    return 0;
}

/* -- Separators ---------------------------------------------------------- */

struct separators {
    PyObject *decimal_point;    /* owned */
    PyObject *thousands;        /* owned */
    const char *grouping;
    char *grouping_copy;        /* of the locale's, owned */
};

static int
separators_get(enum grouping type, struct separators *s)
{
    s->grouping_copy = NULL;
    if (type == GROUP_LOCALE) {
        struct lconv *lc = localeconv();
        if (_Py_GetLocaleconvNumeric(lc, &s->decimal_point, &s->thousands)
            < 0) {
            return -1;
        }
        s->grouping_copy = _PyMem_Strdup(lc->grouping);
        if (s->grouping_copy == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        s->grouping = s->grouping_copy;
        return 0;
    }
    static const char none[] = {CHAR_MAX, 0};
    s->decimal_point = PyUnicode_FromOrdinal('.');
    switch (type) {
    case GROUP_COMMA:
        s->thousands = PyUnicode_FromOrdinal(',');
        s->grouping = "\3";
        break;
    case GROUP_UNDERSCORE:
        s->thousands = PyUnicode_FromOrdinal('_');
        s->grouping = "\3";
        break;
    case GROUP_UNDERSCORE_FOUR:
        s->thousands = PyUnicode_FromOrdinal('_');
        s->grouping = "\4";
        break;
    default:
        s->thousands = PyUnicode_New(0, 0);
        s->grouping = none;
    }
    return s->decimal_point == NULL || s->thousands == NULL ? -1 : 0;
}

static void
separators_clear(struct separators *s)
{
    Py_XDECREF(s->decimal_point);
    Py_XDECREF(s->thousands);
    PyMem_Free(s->grouping_copy);
}

/* -- Number fields ------------------------------------------------------- */

/* A number as text: prefix and digits, perhaps a point, perhaps more. */
struct number_text {
    PyObject *string;
    Py_ssize_t prefix_at, n_prefix;     /* 0x and the like */
    Py_ssize_t digits_at, n_digits;
    int has_point;
    Py_ssize_t n_rest;                  /* after the point */
    int negative;
};

/* <left><sign><prefix><zeros or fill><grouped digits><point><rest><right> */
struct number_layout {
    Py_ssize_t left, right, inside;     /* of the fill */
    Py_UCS4 sign;                       /* 0: none */
    Py_ssize_t n_grouped;               /* digits with separators and zeros */
    Py_ssize_t min_width;               /* of them */
    Py_ssize_t n_point;
    Py_ssize_t total;
};

/* Find digits, point and rest in string[at:end]. */
static void
number_parse(struct number_text *number, Py_ssize_t at, Py_ssize_t end)
{
    int kind = PyUnicode_KIND(number->string);
    const void *data = PyUnicode_DATA(number->string);
    number->digits_at = at;
    while (at < end && Py_ISDIGIT(PyUnicode_READ(kind, data, at))) {
        at++;
    }
    number->n_digits = at - number->digits_at;
    number->has_point = at < end && PyUnicode_READ(kind, data, at) == '.';
    number->n_rest = end - at - number->has_point;
}

static int
number_measure(const struct number_text *number,
               const struct format_spec *spec, const struct separators *s,
               struct number_layout *layout, Py_UCS4 *maxchar)
{
    memset(layout, 0, sizeof(*layout));
    layout->n_point = number->has_point
                          ? PyUnicode_GET_LENGTH(s->decimal_point) : 0;
    if (number->negative) {
        layout->sign = '-';
    }
    else if (spec->sign == '+' || spec->sign == ' ') {
        layout->sign = spec->sign;
    }
    Py_ssize_t others = (layout->sign != 0) + number->n_prefix
                        + layout->n_point + number->n_rest;
    if (spec->fill == '0' && spec->align == '=') {
        layout->min_width = spec->width - others;
    }
    if (number->n_digits > 0) {
        Py_UCS4 bound = 127;
        layout->n_grouped = _PyUnicode_InsertThousandsGrouping(
            NULL, 0, NULL, 0, number->n_digits, layout->min_width,
            s->grouping, s->thousands, &bound);
        if (layout->n_grouped < 0) {
            return -1;
        }
        *maxchar = Py_MAX(*maxchar, bound);
    }
    Py_ssize_t pad = spec->width - (others + layout->n_grouped);
    if (pad > 0) {
        switch (spec->align) {
        case '<':
            layout->right = pad;
            break;
        case '^':
            layout->left = pad / 2;
            layout->right = pad - layout->left;
            break;
        case '=':
            layout->inside = pad;
            break;
        default:
            layout->left = pad;
        }
        *maxchar = Py_MAX(*maxchar, spec->fill);
    }
    else {
        pad = 0;
    }
    if (layout->n_point > 0) {
        *maxchar = Py_MAX(*maxchar,
                          PyUnicode_MAX_CHAR_VALUE(s->decimal_point));
    }
    if (number->n_rest > 0) {
        *maxchar = Py_MAX(*maxchar,
                          PyUnicode_MAX_CHAR_VALUE(number->string));
    }
    layout->total = pad + others + layout->n_grouped;
    return 0;
}

static void
uppercase_ascii(_PyUnicodeWriter *writer, Py_ssize_t at, Py_ssize_t n)
{
    for (Py_ssize_t i = at; i < at + n; i++) {
        Py_UCS4 c = PyUnicode_READ(writer->kind, writer->data, i);
        if (c < 128) {
            PyUnicode_WRITE(writer->kind, writer->data, i, Py_TOUPPER(c));
        }
    }
}

static void
put_fill(_PyUnicodeWriter *writer, Py_ssize_t n, Py_UCS4 fill)
{
    if (n > 0) {
        _PyUnicode_FastFill(writer->buffer, writer->pos, n, fill);
        writer->pos += n;
    }
}

static void
put_part(_PyUnicodeWriter *writer, PyObject *string, Py_ssize_t start,
         Py_ssize_t n)
{
    if (n > 0) {
        _PyUnicode_FastCopyCharacters(writer->buffer, writer->pos, string,
                                      start, n);
        writer->pos += n;
    }
}

/* The writer has room for layout->total characters. */
static int
number_write(_PyUnicodeWriter *writer, const struct number_text *number,
             const struct format_spec *spec, const struct separators *s,
             const struct number_layout *layout, int upper)
{
    put_fill(writer, layout->left, spec->fill);
    if (layout->sign != 0) {
        PyUnicode_WRITE(writer->kind, writer->data, writer->pos,
                        layout->sign);
        writer->pos++;
    }
    Py_ssize_t prefix_at = writer->pos;
    put_part(writer, number->string, number->prefix_at, number->n_prefix);
    if (upper) {
        uppercase_ascii(writer, prefix_at, number->n_prefix);
    }
    put_fill(writer, layout->inside, spec->fill);
    if (number->n_digits > 0) {
        Py_ssize_t n = _PyUnicode_InsertThousandsGrouping(
            writer, layout->n_grouped, number->string, number->digits_at,
            number->n_digits, layout->min_width, s->grouping, s->thousands,
            NULL);
        if (n < 0) {
            return -1;
        }
        if (upper) {
            uppercase_ascii(writer, writer->pos, layout->n_grouped);
        }
        writer->pos += layout->n_grouped;
    }
    put_part(writer, s->decimal_point, 0, layout->n_point);
    put_part(writer, number->string,
             number->digits_at + number->n_digits + number->has_point,
             number->n_rest);
    put_fill(writer, layout->right, spec->fill);
    return 0;
}

static int
number_format(_PyUnicodeWriter *writer, const struct number_text *number,
              const struct format_spec *spec, enum grouping grouping,
              int upper)
{
    struct separators s = {NULL};
    struct number_layout layout;
    Py_UCS4 maxchar = 127;
    int status = -1;
    if (separators_get(grouping, &s) == 0
        && number_measure(number, spec, &s, &layout, &maxchar) == 0
        && _PyUnicodeWriter_Prepare(writer, layout.total, maxchar) == 0) {
        status = number_write(writer, number, spec, &s, &layout, upper);
    }
    separators_clear(&s);
    return status;
}

/* -- int ----------------------------------------------------------------- */

/* chr(value) for the type 'c', after the checks; NULL on failure. */
static PyObject *
long_as_char(PyObject *value, const struct format_spec *spec)
{
    if (spec->sign != 0) {
        value_error("Sign not allowed with integer format specifier 'c'");
        return NULL;
    }
    if (spec->alternate) {
        value_error("Alternate form (#) not allowed with integer format "
                    "specifier 'c'");
        return NULL;
    }
    long x = PyLong_AsLong(value);
    if (x == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (x < 0 || x > 0x10ffff) {
        PyErr_SetString(PyExc_OverflowError,
                        "%c arg not in range(0x110000)");
        return NULL;
    }
    return PyUnicode_FromOrdinal((int)x);
}

static int
format_long(PyObject *value, const struct format_spec *spec,
            _PyUnicodeWriter *writer)
{
    struct number_text number = {NULL};
    Py_ssize_t skip = 0;
    if (spec->precision != -1) {
        return value_error("Precision not allowed in integer format "
                           "specifier");
    }
    if (spec->no_neg_0) {
        return value_error("Negative zero coercion (z) not allowed in "
                           "integer format specifier");
    }
    if (spec->type == 'c') {
        number.string = long_as_char(value, spec);
        if (number.string == NULL) {
            return -1;
        }
        number.n_rest = 1;
    }
    else {
        int base = 10;
        switch (spec->type) {
        case 'b':
            base = 2;
            break;
        case 'o':
            base = 8;
            break;
        case 'x':
        case 'X':
            base = 16;
            break;
        }
        if (spec->sign != '+' && spec->sign != ' ' && spec->width == -1
            && spec->type != 'X' && spec->type != 'n'
            && spec->grouping == GROUP_NONE && PyLong_CheckExact(value)) {
            return _PyLong_FormatWriter(writer, value, base,
                                        spec->alternate);
        }
        number.string = _PyLong_Format(value, base);
        if (number.string == NULL) {
            return -1;
        }
        if (PyUnicode_READ_CHAR(number.string, 0) == '-') {
            number.negative = 1;
            skip = 1;
        }
        if (base != 10) {
            if (spec->alternate) {
                number.prefix_at = skip;
                number.n_prefix = 2;
            }
            skip += 2;
        }
        number.digits_at = skip;
        number.n_digits = PyUnicode_GET_LENGTH(number.string) - skip;
    }
    enum grouping grouping = spec->type == 'n' ? GROUP_LOCALE
                                               : spec->grouping;
    int status = number_format(writer, &number, spec, grouping,
                               spec->type == 'X');
    Py_DECREF(number.string);
    return status;
}

/* -- float --------------------------------------------------------------- */

/* How PyOS_double_to_string is to be called. */
struct float_style {
    char type;
    int precision;
    int flags;
};

static int
float_style(const struct format_spec *spec, struct float_style *style,
            int default_precision)
{
    if (spec->precision > INT_MAX) {
        return value_error("precision too big");
    }
    style->precision = (int)spec->precision;
    style->flags = (spec->alternate ? Py_DTSF_ALT : 0)
                   | (spec->no_neg_0 ? Py_DTSF_NO_NEG_0 : 0);
    Py_UCS4 type = spec->type;
    if (type == '\0') {
        type = 'r';
        default_precision = 0;
    }
    else if (type == 'n') {
        type = 'g';
    }
    else if (type == '%') {
        type = 'f';
    }
    if (style->precision < 0) {
        style->precision = default_precision;
    }
    else if (type == 'r') {
        type = 'g';
    }
    style->type = (char)type;
    return 0;
}

static int
format_float(PyObject *value, const struct format_spec *spec,
             _PyUnicodeWriter *writer)
{
    struct float_style style;
    if (float_style(spec, &style, 6) < 0) {
        return -1;
    }
    if (spec->type == '\0') {
        style.flags |= Py_DTSF_ADD_DOT_0;
    }
    double x = PyFloat_AsDouble(value);
    if (x == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    int percent = spec->type == '%';
    if (percent) {
        x *= 100;
    }
    char *text = PyOS_double_to_string(x, style.type, style.precision,
                                       style.flags, NULL);
    if (text == NULL) {
        return -1;
    }
    size_t n = strlen(text);
    if (percent) {
        /* the zero's place is enough for the sign, with one more for it */
        char *more = PyMem_Realloc(text, n + 2);
        if (more == NULL) {
            PyMem_Free(text);
            PyErr_NoMemory();
            return -1;
        }
        text = more;
        text[n++] = '%';
        text[n] = '\0';
    }
    int status;
    if (spec->sign != '+' && spec->sign != ' ' && spec->width == -1
        && spec->type != 'n' && spec->grouping == GROUP_NONE) {
        status = _PyUnicodeWriter_WriteASCIIString(writer, text,
                                                   (Py_ssize_t)n);
        PyMem_Free(text);
        return status;
    }
    struct number_text number = {
        .string = _PyUnicode_FromASCII(text, (Py_ssize_t)n)};
    PyMem_Free(text);
    if (number.string == NULL) {
        return -1;
    }
    number.negative = PyUnicode_READ_CHAR(number.string, 0) == '-';
    number_parse(&number, number.negative, (Py_ssize_t)n);
    status = number_format(writer, &number, spec,
                           spec->type == 'n' ? GROUP_LOCALE : spec->grouping,
                           0);
    Py_DECREF(number.string);
    return status;
}

/* -- complex ------------------------------------------------------------- */

static int
complex_part(double x, const struct float_style *style,
             struct number_text *number)
{
    char *text = PyOS_double_to_string(x, style->type, style->precision,
                                       style->flags, NULL);
    if (text == NULL) {
        return -1;
    }
    Py_ssize_t n = (Py_ssize_t)strlen(text);
    number->string = _PyUnicode_FromASCII(text, n);
    PyMem_Free(text);
    if (number->string == NULL) {
        return -1;
    }
    number->negative = PyUnicode_READ_CHAR(number->string, 0) == '-';
    number_parse(number, number->negative, n);
    return 0;
}

static int
complex_write(_PyUnicodeWriter *writer, const struct format_spec *spec,
              const struct number_text *re, const struct number_text *im,
              int parentheses, int skip_re)
{
    struct separators s = {NULL};
    struct number_layout re_layout = {0}, im_layout;
    Py_UCS4 maxchar = 127;
    int status = -1;
    /* the padding is around both parts, not in them */
    struct format_spec part = *spec;
    part.fill = '\0';
    part.align = '<';
    part.width = -1;
    struct format_spec im_part = part;
    if (!skip_re) {
        im_part.sign = '+';
    }
    if (separators_get(spec->type == 'n' ? GROUP_LOCALE : spec->grouping, &s)
            < 0
        || (!skip_re
            && number_measure(re, &part, &s, &re_layout, &maxchar) < 0)
        || number_measure(im, &im_part, &s, &im_layout, &maxchar) < 0) {
        goto done;
    }
    Py_ssize_t n = re_layout.total + im_layout.total + 1
                   + (parentheses ? 2 : 0);
    struct padding pad = padding_for(n, spec->width, spec->align);
    if (pad.left > 0 || pad.right > 0) {
        maxchar = Py_MAX(maxchar, spec->fill);
    }
    if (_PyUnicodeWriter_Prepare(writer, pad.total, maxchar) < 0) {
        goto done;
    }
    write_padding(writer, n, spec->fill, &pad);
    if (parentheses) {
        PyUnicode_WRITE(writer->kind, writer->data, writer->pos++, '(');
    }
    if (!skip_re
        && number_write(writer, re, &part, &s, &re_layout, 0) < 0) {
        goto done;
    }
    if (number_write(writer, im, &im_part, &s, &im_layout, 0) < 0) {
        goto done;
    }
    PyUnicode_WRITE(writer->kind, writer->data, writer->pos++, 'j');
    if (parentheses) {
        PyUnicode_WRITE(writer->kind, writer->data, writer->pos++, ')');
    }
    writer->pos += pad.right;
    status = 0;

done:
    separators_clear(&s);
    return status;
}

static int
format_complex(PyObject *value, const struct format_spec *spec,
               _PyUnicodeWriter *writer)
{
    struct float_style style;
    if (spec->fill == '0') {
        return value_error("Zero padding is not allowed in complex format "
                           "specifier");
    }
    if (spec->align == '=') {
        return value_error("'=' alignment flag is not allowed in complex "
                           "format specifier");
    }
    if (float_style(spec, &style, 6) < 0) {
        return -1;
    }
    double re = PyComplex_RealAsDouble(value);
    if (re == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    double im = PyComplex_ImagAsDouble(value);
    if (im == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    int parentheses = 0, skip_re = 0;
    if (spec->type == '\0') {
        if (re == 0.0 && copysign(1.0, re) == 1.0) {
            skip_re = 1;
        }
        else {
            parentheses = 1;
        }
    }
    struct number_text re_text = {NULL}, im_text = {NULL};
    int status = -1;
    if (complex_part(re, &style, &re_text) == 0
        && complex_part(im, &style, &im_text) == 0) {
        status = complex_write(writer, spec, &re_text, &im_text, parentheses,
                               skip_re);
    }
    Py_XDECREF(re_text.string);
    Py_XDECREF(im_text.string);
    return status;
}

/* -- The formatters ------------------------------------------------------ */

static int
write_str_of(PyObject *obj, _PyUnicodeWriter *writer)
{
    PyObject *str = PyObject_Str(obj);
    if (str == NULL) {
        return -1;
    }
    int status = _PyUnicodeWriter_WriteStr(writer, str);
    Py_DECREF(str);
    return status;
}

int
_PyUnicode_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj,
                                PyObject *format_spec, Py_ssize_t start,
                                Py_ssize_t end)
{
    struct format_spec spec;
    if (start == end) {
        return PyUnicode_CheckExact(obj)
                   ? _PyUnicodeWriter_WriteStr(writer, obj)
                   : write_str_of(obj, writer);
    }
    if (spec_parse(obj, format_spec, start, end, &spec, 's', '<') < 0) {
        return -1;
    }
    if (spec.type != 's') {
        return unknown_type(spec.type, Py_TYPE(obj)->tp_name);
    }
    return format_string(obj, &spec, writer);
}

int
_PyLong_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj,
                             PyObject *format_spec, Py_ssize_t start,
                             Py_ssize_t end)
{
    struct format_spec spec;
    if (start == end) {
        return PyLong_CheckExact(obj)
                   ? _PyLong_FormatWriter(writer, obj, 10, 0)
                   : write_str_of(obj, writer);
    }
    if (spec_parse(obj, format_spec, start, end, &spec, 'd', '>') < 0) {
        return -1;
    }
    switch (spec.type) {
    case 'b':
    case 'c':
    case 'd':
    case 'o':
    case 'x':
    case 'X':
    case 'n':
        return format_long(obj, &spec, writer);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case '%': {
        PyObject *number = PyNumber_Float(obj);
        if (number == NULL) {
            return -1;
        }
        int status = format_float(number, &spec, writer);
        Py_DECREF(number);
        return status;
    }
    }
    return unknown_type(spec.type, Py_TYPE(obj)->tp_name);
}

static int
is_float_type(Py_UCS4 type)
{
    switch (type) {
    case '\0':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'n':
        return 1;
    }
    return 0;
}

int
_PyFloat_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj,
                              PyObject *format_spec, Py_ssize_t start,
                              Py_ssize_t end)
{
    struct format_spec spec;
    if (start == end) {
        return write_str_of(obj, writer);
    }
    if (spec_parse(obj, format_spec, start, end, &spec, '\0', '>') < 0) {
        return -1;
    }
    if (!is_float_type(spec.type) && spec.type != '%') {
        return unknown_type(spec.type, Py_TYPE(obj)->tp_name);
    }
    return format_float(obj, &spec, writer);
}

int
_PyComplex_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj,
                                PyObject *format_spec, Py_ssize_t start,
                                Py_ssize_t end)
{
    struct format_spec spec;
    if (start == end) {
        return write_str_of(obj, writer);
    }
    if (spec_parse(obj, format_spec, start, end, &spec, '\0', '>') < 0) {
        return -1;
    }
    if (!is_float_type(spec.type)) {
        return unknown_type(spec.type, Py_TYPE(obj)->tp_name);
    }
    return format_complex(obj, &spec, writer);
}
