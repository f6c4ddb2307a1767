/* PyUnicode_FromFormat: printf for strings, with codes for objects.

     %c               int, a code point
     %d %i %u %x      integers; sizes l, ll and z before them
     %p               pointer, always with 0x
     %s               C string in UTF-8; precision counts its bytes
     %A %R %S         ascii(), repr(), str() of an object
     %U               str
     %V               str, or the C string after it when it is NULL

   An unknown code ends the formatting: the rest is copied as it is. */
#include "unicode_internal.h"

struct spec {
    Py_ssize_t width;           /* -1: none */
    Py_ssize_t precision;       /* -1: none */
    int zero;                   /* pad with zeros */
    int size;                   /* 0, 'l', 'L' (ll) or 'z' */
    char code;
};

static int
spec_number(const char **p, const char *what, Py_ssize_t *result)
{
    Py_ssize_t n = 0;
    while (Py_ISDIGIT((unsigned char)**p)) {
        if (n > (PY_SSIZE_T_MAX - 9) / 10) {
            PyErr_Format(PyExc_ValueError, "%s too big", what);
            return -1;
        }
        n = n * 10 + (**p - '0');
        (*p)++;
    }
    *result = n;
    return 0;
}

static int
is_integer_code(char c)
{
    return c == 'd' || c == 'i' || c == 'u' || c == 'x';
}

/* Parse what follows the '%' at *p, up to and including the code. */
static int
spec_parse(const char **p, struct spec *spec)
{
    const char *f = *p + 1;
    *spec = (struct spec){.width = -1, .precision = -1};
    if (*f == '0') {
        spec->zero = 1;
        f++;
    }
    if (Py_ISDIGIT((unsigned char)*f)
        && spec_number(&f, "width", &spec->width) < 0) {
        return -1;
    }
    if (*f == '.') {
        f++;
        if (Py_ISDIGIT((unsigned char)*f)
            && spec_number(&f, "precision", &spec->precision) < 0) {
            return -1;
        }
        /* "%.3%s": the per cent sign starts the next code */
        if (*f == '%') {
            f--;
        }
    }
    if (*f == '\0') {
        f--;
    }
    if (*f == 'l' && f[1] == 'l' && is_integer_code(f[2])) {
        spec->size = 'L';
        f += 2;
    }
    else if (*f == 'l' && is_integer_code(f[1])) {
        spec->size = 'l';
        f++;
    }
    else if (*f == 'z' && is_integer_code(f[1])) {
        spec->size = 'z';
        f++;
    }
    spec->code = *f;
    *p = f + 1;
    return 0;
}

/* -- Output -------------------------------------------------------------- */

static int
write_object(_PyUnicodeWriter *writer, PyObject *str, const struct spec *spec)
{
    if (PyUnicode_READY(str) == -1) {
        return -1;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(str);
    if (spec->precision != -1 && length > spec->precision) {
        length = spec->precision;
    }
    Py_ssize_t pad = spec->width > length ? spec->width - length : 0;
    if (pad == 0) {
        return _PyUnicodeWriter_WriteSubstring(writer, str, 0, length);
    }
    Py_UCS4 bound = _PyUnicode_FindMaxChar(str, 0, length);
    if (length > PY_SSIZE_T_MAX - pad) {
        PyErr_NoMemory();
        return -1;
    }
    if (_PyUnicodeWriter_Prepare(writer, length + pad, bound) < 0) {
        return -1;
    }
    _PyUnicode_FastFill(writer->buffer, writer->pos, pad, ' ');
    writer->pos += pad;
    _PyUnicode_FastCopyCharacters(writer->buffer, writer->pos, str, 0,
                                  length);
    writer->pos += length;
    return 0;
}

static int
write_object_steal(_PyUnicodeWriter *writer, PyObject *str,
                   const struct spec *spec)
{
    if (str == NULL) {
        return -1;
    }
    int status = write_object(writer, str, spec);
    Py_DECREF(str);
    return status;
}

static int
write_utf8(_PyUnicodeWriter *writer, const char *text,
           const struct spec *spec)
{
    Py_ssize_t length;
    if (spec->precision == -1) {
        length = (Py_ssize_t)strlen(text);
    }
    else {
        length = 0;
        while (length < spec->precision && text[length]) {
            length++;
        }
    }
    if (spec->width <= length
        && chars_ascii_prefix(text, length) == length) {
        return _PyUnicodeWriter_WriteASCIIString(writer, text, length);
    }
    struct spec rest = *spec;
    rest.precision = -1;
    return write_object_steal(
        writer,
        PyUnicode_DecodeUTF8Stateful(text, length, "replace", NULL), &rest);
}

static int
write_digits(_PyUnicodeWriter *writer, const char *digits, Py_ssize_t length,
             const struct spec *spec)
{
    Py_ssize_t precision = Py_MAX(spec->precision, length);
    Py_ssize_t total = Py_MAX(precision, spec->width);
    if (_PyUnicodeWriter_Prepare(writer, total, 127) < 0) {
        return -1;
    }
    if (total > precision) {
        _PyUnicode_FastFill(writer->buffer, writer->pos, total - precision,
                            spec->zero ? '0' : ' ');
        writer->pos += total - precision;
    }
    if (precision > length) {
        _PyUnicode_FastFill(writer->buffer, writer->pos, precision - length,
                            '0');
        writer->pos += precision - length;
    }
    return _PyUnicodeWriter_WriteASCIIString(writer, digits, length);
}

/* -- Codes --------------------------------------------------------------- */

static int
format_integer(_PyUnicodeWriter *writer, const struct spec *spec,
               va_list *args)
{
    char buffer[32];
    int length;
    if (spec->code == 'u' || spec->code == 'x') {
        unsigned long long value;
        switch (spec->size) {
        case 'l':
            value = va_arg(*args, unsigned long);
            break;
        case 'L':
            value = va_arg(*args, unsigned long long);
            break;
        case 'z':
            value = va_arg(*args, size_t);
            break;
        default:
            value = va_arg(*args, unsigned int);
        }
        length = snprintf(buffer, sizeof(buffer),
                          spec->code == 'u' ? "%llu" : "%llx", value);
    }
    else {
        long long value;
        switch (spec->size) {
        case 'l':
            value = va_arg(*args, long);
            break;
        case 'L':
            value = va_arg(*args, long long);
            break;
        case 'z':
            value = va_arg(*args, Py_ssize_t);
            break;
        default:
            value = va_arg(*args, int);
        }
        length = snprintf(buffer, sizeof(buffer), "%lld", value);
    }
    return write_digits(writer, buffer, length, spec);
}

static int
format_one(_PyUnicodeWriter *writer, const struct spec *spec, va_list *args)
{
    switch (spec->code) {
    case 'c': {
        int ordinal = va_arg(*args, int);
        if (ordinal < 0 || (Py_UCS4)ordinal > UNICODE_MAX) {
            PyErr_SetString(PyExc_OverflowError,
                            "character argument not in range(0x110000)");
            return -1;
        }
        return _PyUnicodeWriter_WriteChar(writer, (Py_UCS4)ordinal);
    }
    case 'd':
    case 'i':
    case 'u':
    case 'x':
        return format_integer(writer, spec, args);
    case 'p': {
        char buffer[24];
        int length = snprintf(buffer, sizeof(buffer), "0x%llx",
                              (unsigned long long)(uintptr_t)va_arg(
                                  *args, void *));
        return _PyUnicodeWriter_WriteASCIIString(writer, buffer, length);
    }
    case 's':
        return write_utf8(writer, va_arg(*args, const char *), spec);
    case 'U':
        return write_object(writer, va_arg(*args, PyObject *), spec);
    case 'V': {
        PyObject *obj = va_arg(*args, PyObject *);
        const char *text = va_arg(*args, const char *);
        return obj ? write_object(writer, obj, spec)
                   : write_utf8(writer, text, spec);
    }
    case 'S':
        return write_object_steal(
            writer, PyObject_Str(va_arg(*args, PyObject *)), spec);
    case 'R':
        return write_object_steal(
            writer, PyObject_Repr(va_arg(*args, PyObject *)), spec);
    case 'A':
        return write_object_steal(
            writer, PyObject_ASCII(va_arg(*args, PyObject *)), spec);
    case '%':
        return _PyUnicodeWriter_WriteChar(writer, '%');
    default:
        Py_UNREACHABLE();
    }
}

static int
write_literal(_PyUnicodeWriter *writer, const char *text, Py_ssize_t length)
{
    Py_ssize_t ascii = chars_ascii_prefix(text, length);
    if (ascii < length) {
        PyErr_Format(PyExc_ValueError,
                     "PyUnicode_FromFormatV() expects an ASCII-encoded format "
                     "string, got a non-ASCII byte: 0x%02x",
                     (unsigned char)text[ascii]);
        return -1;
    }
    return _PyUnicodeWriter_WriteASCIIString(writer, text, length);
}

int
_PyUnicodeWriter_FormatV(_PyUnicodeWriter *writer, const char *format,
                         va_list vargs)
{
    va_list args;
    int status = -1;
    writer->min_length += (Py_ssize_t)strlen(format) + 100;
    writer->overallocate = 1;
    va_copy(args, vargs);
    for (const char *f = format; *f;) {
        if (*f != '%') {
            const char *end = strchrnul(f, '%');
            if (write_literal(writer, f, end - f) < 0) {
                goto done;
            }
            f = end;
            continue;
        }
        const char *start = f;
        struct spec spec;
        if (spec_parse(&f, &spec) < 0) {
            goto done;
        }
        if (spec.code == '\0' || !strchr("cdiuxpsUVSRA%", spec.code)) {
            if (_PyUnicodeWriter_WriteLatin1String(
                    writer, start, (Py_ssize_t)strlen(start)) < 0) {
                goto done;
            }
            break;
        }
        if (*f == '\0') {
            writer->overallocate = 0;
        }
        if (format_one(writer, &spec, &args) < 0) {
            goto done;
        }
    }
    status = 0;

done:
    va_end(args);
    return status;
}

int
_PyUnicodeWriter_Format(_PyUnicodeWriter *writer, const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    int status = _PyUnicodeWriter_FormatV(writer, format, vargs);
    va_end(vargs);
    return status;
}

PyObject *
PyUnicode_FromFormatV(const char *format, va_list vargs)
{
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (_PyUnicodeWriter_FormatV(&writer, format, vargs) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

PyObject *
PyUnicode_FromFormat(const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    PyObject *result = PyUnicode_FromFormatV(format, vargs);
    va_end(vargs);
    return result;
}
