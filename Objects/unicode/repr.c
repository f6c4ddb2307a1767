/* repr(str). */
#include "unicode_internal.h"

static const char *
short_escape(Py_UCS4 ch)
{
    switch (ch) {
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\\':
        return "\\\\";
    default:
        return NULL;
    }
}

/* Of ASCII characters, save the quote. */
static const unsigned char ascii_width[128] = {
    [0 ... 8] = 4, ['\t'] = 2, ['\n'] = 2, [11 ... 12] = 4, ['\r'] = 2,
    [14 ... 31] = 4,
    [' ' ... '['] = 1, ['\\'] = 2, [']' ... '~'] = 1, [127] = 4,
};

/* Characters that ch takes in the result. */
static inline int
escaped_width(Py_UCS4 ch, Py_UCS4 quote)
{
    if (ch == quote) {
        return 2;
    }
    if (ch < 128) {
        return ascii_width[ch];
    }
    if (Py_UNICODE_ISPRINTABLE(ch)) {
        return 1;
    }
    return ch < 0x100 ? 4 : ch < 0x10000 ? 6 : 10;
}

static Py_ssize_t
write_hex(int kind, void *data, Py_ssize_t at, Py_UCS4 ch)
{
    char letter = ch < 0x100 ? 'x' : ch < 0x10000 ? 'u' : 'U';
    int digits = ch < 0x100 ? 2 : ch < 0x10000 ? 4 : 8;
    PyUnicode_WRITE(kind, data, at++, '\\');
    PyUnicode_WRITE(kind, data, at++, letter);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        PyUnicode_WRITE(kind, data, at++, Py_hexdigits[ch >> shift & 15]);
    }
    return at;
}

PyObject *
unicode_repr(PyObject *self)
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    struct unicode_view s = unicode_view(self);
    Py_UCS4 quote = '\'';
    if (view_find_char(s, '\'', 1) >= 0 && view_find_char(s, '"', 1) < 0) {
        quote = '"';
    }
    Py_UCS4 bound = 127;
    Py_ssize_t total = 2;
    for (Py_ssize_t i = 0; i < s.length; i++) {
        Py_UCS4 ch = view_at(s, i);
        int width = escaped_width(ch, quote);
        if (total > PY_SSIZE_T_MAX - width) {
            PyErr_SetString(PyExc_OverflowError,
                            "string is too long to generate repr");
            return NULL;
        }
        total += width;
        if (width == 1 && ch > bound) {
            bound = ch;
        }
    }
    PyObject *repr = PyUnicode_New(total, bound);
    if (repr == NULL) {
        return NULL;
    }
    int kind = PyUnicode_KIND(repr);
    void *data = PyUnicode_DATA(repr);
    PyUnicode_WRITE(kind, data, 0, quote);
    PyUnicode_WRITE(kind, data, total - 1, quote);
    if (total == s.length + 2) {
        chars_convert(kind, (char *)data + kind, s.kind, s.data, s.length);
        return repr;
    }
    Py_ssize_t at = 1;
    for (Py_ssize_t i = 0; i < s.length; i++) {
        Py_UCS4 ch = view_at(s, i);
        switch (escaped_width(ch, quote)) {
        case 1:
            PyUnicode_WRITE(kind, data, at++, ch);
            break;
        case 2: {
            const char *escape = short_escape(ch);
            PyUnicode_WRITE(kind, data, at++, '\\');
            PyUnicode_WRITE(kind, data, at++,
                            escape ? (unsigned char)escape[1] : ch);
            break;
        }
        default:
            at = write_hex(kind, data, at, ch);
        }
    }
    return repr;
}
