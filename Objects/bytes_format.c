/* PyBytes_FromFormat: printf for bytes, with %c %d %i %u %x %p %s.

   Sizes l and z go with d and u.  A width is read and ignored; a precision
   bounds %s.  An unknown code ends the formatting: the rest is copied. */
#include "Python.h"
#include "pycore_bytesobject.h"

struct spec {
    Py_ssize_t precision;
    char size;                  /* 0, 'l' or 'z' */
    char code;
};

static struct spec
spec_parse(const char **f)
{
    struct spec spec = {0, 0, 0};
    while (Py_ISDIGIT(**f)) {
        (*f)++;
    }
    if (**f == '.') {
        (*f)++;
        while (Py_ISDIGIT(**f)) {
            spec.precision = spec.precision * 10 + (**f - '0');
            (*f)++;
        }
    }
    while (**f && **f != '%' && !Py_ISALPHA(**f)) {
        (*f)++;
    }
    if ((**f == 'l' || **f == 'z') && ((*f)[1] == 'd' || (*f)[1] == 'u')) {
        spec.size = *(*f)++;
    }
    spec.code = **f;
    if (**f) {
        (*f)++;
    }
    return spec;
}

static int
format_number(char *buffer, size_t room, const struct spec *spec,
              va_list *args)
{
    switch (spec->code) {
    case 'd':
        return spec->size == 'l'
                   ? snprintf(buffer, room, "%ld", va_arg(*args, long))
               : spec->size == 'z'
                   ? snprintf(buffer, room, "%zd", va_arg(*args, Py_ssize_t))
                   : snprintf(buffer, room, "%d", va_arg(*args, int));
    case 'u':
        return spec->size == 'l'
                   ? snprintf(buffer, room, "%lu",
                              va_arg(*args, unsigned long))
               : spec->size == 'z'
                   ? snprintf(buffer, room, "%zu", va_arg(*args, size_t))
                   : snprintf(buffer, room, "%u",
                              va_arg(*args, unsigned int));
    case 'i':
        return snprintf(buffer, room, "%i", va_arg(*args, int));
    case 'x':
        return snprintf(buffer, room, "%x", va_arg(*args, unsigned int));
    default:
        return snprintf(buffer, room, "0x%llx",
                        (unsigned long long)(uintptr_t)va_arg(*args, void *));
    }
}

PyObject *
PyBytes_FromFormatV(const char *format, va_list vargs)
{
    char number[32], *s;
    va_list args;
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    s = _PyBytesWriter_Alloc(&writer, (Py_ssize_t)strlen(format));
    if (s == NULL) {
        return NULL;
    }
    writer.overallocate = 1;
    va_copy(args, vargs);
    for (const char *f = format; *f && s != NULL;) {
        const char *start = f;
        if (*f != '%') {
            f = strchrnul(f, '%');
            s = _PyBytesWriter_WriteBytes(&writer, s, start, f - start);
            continue;
        }
        f++;
        struct spec spec = spec_parse(&f);
        switch (spec.code) {
        case 'c': {
            int c = va_arg(args, int);
            if (c < 0 || c > 255) {
                PyErr_SetString(PyExc_OverflowError,
                                "PyBytes_FromFormatV(): %c format expects an "
                                "integer in range [0; 255]");
                _PyBytesWriter_Dealloc(&writer);
                s = NULL;
                break;
            }
            number[0] = (char)c;
            s = _PyBytesWriter_WriteBytes(&writer, s, number, 1);
            break;
        }
        case 'd':
        case 'i':
        case 'u':
        case 'x':
        case 'p': {
            int n = format_number(number, sizeof(number), &spec, &args);
            s = _PyBytesWriter_WriteBytes(&writer, s, number, n);
            break;
        }
        case 's': {
            const char *text = va_arg(args, const char *);
            size_t n = spec.precision <= 0
                           ? strlen(text)
                           : strnlen(text, (size_t)spec.precision);
            s = _PyBytesWriter_WriteBytes(&writer, s, text, (Py_ssize_t)n);
            break;
        }
        case '%':
            s = _PyBytesWriter_WriteBytes(&writer, s, "%", 1);
            break;
        default:
            s = _PyBytesWriter_WriteBytes(&writer, s, start,
                                          (Py_ssize_t)strlen(start));
            f = start + strlen(start);
        }
    }
    va_end(args);
    return s == NULL ? NULL : _PyBytesWriter_Finish(&writer, s);
}

PyObject *
PyBytes_FromFormat(const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    PyObject *result = PyBytes_FromFormatV(format, vargs);
    va_end(vargs);
    return result;
}
