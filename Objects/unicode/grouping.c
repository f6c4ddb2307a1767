/* Digits with separators between groups of them. */
#include "unicode_internal.h"

/* Sizes of groups from the right: the bytes of a locale's grouping; the last is
   repeated, CHAR_MAX ends the grouping. */
struct group_sizes {
    const char *grouping;
    char previous;
    Py_ssize_t i;
};

/* The next size; 0: no more groups. */
static Py_ssize_t
group_next(struct group_sizes *sizes)
{
    char ch = sizes->grouping[sizes->i];
    switch (ch) {
    case 0:
        return sizes->previous;
    case CHAR_MAX:
        return 0;
    default:
        sizes->previous = ch;
        sizes->i++;
        return ch;
    }
}

/* The places that are still to be filled, from the right. */
struct group_output {
    _PyUnicodeWriter *writer;   /* NULL: only count */
    Py_ssize_t at;              /* end of the free part of the buffer */
    PyObject *digits;           /* NULL: only count */
    Py_ssize_t digits_end;      /* end of the unwritten digits */
    PyObject *separator;
};

static void
group_write(struct group_output *out, Py_ssize_t n_digits,
            Py_ssize_t n_zeros, Py_ssize_t n_separator)
{
    if (out->writer == NULL) {
        return;
    }
    if (n_separator > 0) {
        out->at -= n_separator;
        _PyUnicode_FastCopyCharacters(out->writer->buffer, out->at,
                                      out->separator, 0, n_separator);
    }
    out->at -= n_digits;
    out->digits_end -= n_digits;
    if (n_digits > 0) {
        _PyUnicode_FastCopyCharacters(out->writer->buffer, out->at,
                                      out->digits, out->digits_end, n_digits);
    }
    out->at -= n_zeros;
    if (n_zeros > 0) {
        _PyUnicode_FastFill(out->writer->buffer, out->at, n_zeros, '0');
    }
}

/* With a writer, fill its next n_buffer characters with
   digits[d_pos:d_pos+n_digits], grouped and with zeros in front up to
   min_width characters.  Without, only count them and raise *maxchar. */
Py_ssize_t
_PyUnicode_InsertThousandsGrouping(_PyUnicodeWriter *writer,
                                   Py_ssize_t n_buffer, PyObject *digits,
                                   Py_ssize_t d_pos, Py_ssize_t n_digits,
                                   Py_ssize_t min_width, const char *grouping,
                                   PyObject *thousands_sep, Py_UCS4 *maxchar)
{
    min_width = Py_MAX(0, min_width);
    struct group_sizes sizes = {grouping, 0, 0};
    struct group_output out = {writer,
                               writer ? writer->pos + n_buffer : 0, digits,
                               d_pos + n_digits, thousands_sep};
    Py_ssize_t separator = PyUnicode_GET_LENGTH(thousands_sep);
    Py_ssize_t remaining = n_digits, count = 0, size;
    int use_separator = 0, complete = 0;
    while (!complete) {
        size = group_next(&sizes);
        Py_ssize_t most = Py_MAX(Py_MAX(remaining, min_width), 1);
        if (size <= 0) {
            size = most;        /* all the rest in one group */
            complete = 1;
        }
        size = Py_MIN(size, most);
        Py_ssize_t n_zeros = Py_MAX(0, size - remaining);
        Py_ssize_t n_chars = Py_MAX(0, Py_MIN(remaining, size));
        Py_ssize_t n_separator = use_separator ? separator : 0;
        count += n_separator + n_zeros + n_chars;
        group_write(&out, n_chars, n_zeros, n_separator);
        use_separator = 1;
        remaining -= n_chars;
        min_width -= size;
        if (remaining <= 0 && min_width <= 0) {
            break;
        }
        min_width -= separator;
    }
    if (writer == NULL && maxchar != NULL && count > n_digits) {
        *maxchar = Py_MAX(*maxchar, 127);
        if (separator > 0) {
            *maxchar = Py_MAX(*maxchar,
                              PyUnicode_MAX_CHAR_VALUE(thousands_sep));
        }
    }
    return count;
}
