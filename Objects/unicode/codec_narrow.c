/* The ASCII and Latin-1 codecs: one byte a character. */
#include "unicode_internal.h"

/* -- Decoding ------------------------------------------------------------ */

PyObject *
PyUnicode_DecodeLatin1(const char *s, Py_ssize_t size, const char *errors)
{
    return unicode_from_view((struct unicode_view){1, size, s}, 0, size);
}

PyObject *
PyUnicode_DecodeASCII(const char *s, Py_ssize_t size, const char *errors)
{
    if (size == 0) {
        return Py_NewRef(unicode_empty_borrow());
    }
    Py_ssize_t ascii = chars_ascii_prefix(s, size);
    if (ascii == size) {
        return _PyUnicode_FromASCII(s, size);
    }
    _PyUnicodeWriter writer;
    struct decode_state state = {
        .encoding = "ascii", .errors = errors, .start = s, .end = s + size};
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = size;
    for (Py_ssize_t at = 0;;) {
        Py_ssize_t rest = state.end - state.start - at;
        Py_ssize_t n = chars_ascii_prefix(state.start + at, rest);
        if (n > 0
            && _PyUnicodeWriter_Prepare(&writer, n, 127) < 0) {
            goto error;
        }
        if (n > 0) {
            int kind = (int)writer.kind;
            chars_convert(kind, (char *)writer.data + writer.pos * kind, 1,
                          state.start + at, n);
            writer.pos += n;
        }
        at += n;
        if (n == rest) {
            break;
        }
        if (decode_error(&state, &writer, at, at + 1,
                         "ordinal not in range(128)", &at) < 0) {
            goto error;
        }
    }
    decode_state_clear(&state);
    return _PyUnicodeWriter_Finish(&writer);

error:
    decode_state_clear(&state);
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

/* -- Encoding ------------------------------------------------------------ */

/* The first character of view[i:] that is not below limit. */
static Py_ssize_t
narrow_prefix(struct unicode_view view, Py_ssize_t i, Py_UCS4 limit)
{
    while (i < view.length && view_at(view, i) < limit) {
        i++;
    }
    return i;
}

/* Deal with the run string[start:end] of characters that are too wide. */
static char *
narrow_error(struct encode_state *state, _PyBytesWriter *writer, char *to,
             Py_UCS4 limit, Py_ssize_t start, Py_ssize_t end,
             const char *reason, Py_ssize_t *position)
{
    struct unicode_view view = unicode_view(state->string);
    if (state->kind == _Py_ERROR_UNKNOWN) {
        state->kind = _Py_GetErrorHandler(state->errors);
    }
    *position = end;
    switch (state->kind) {
    case _Py_ERROR_IGNORE:
        return to;
    case _Py_ERROR_REPLACE:
        memset(to, '?', (size_t)(end - start));
        return to + (end - start);
    case _Py_ERROR_SURROGATEESCAPE:
        for (; start < end; start++) {
            Py_UCS4 c = view_at(view, start);
            if (c < 0xdc80 || c > 0xdcff) {
                break;
            }
            *to++ = (char)(c - 0xdc00);
        }
        if (start == end) {
            return to;
        }
        break;
    default:
        break;
    }
    PyObject *replacement = encode_error(state, start, end, reason, position);
    if (replacement == NULL) {
        return NULL;
    }
    Py_ssize_t again = end > *position ? end - *position : 0;
    if (PyBytes_Check(replacement)) {
        Py_ssize_t size = PyBytes_GET_SIZE(replacement);
        to = _PyBytesWriter_Prepare(writer, to, size + again);
        if (to != NULL) {
            memcpy(to, PyBytes_AS_STRING(replacement), (size_t)size);
            to += size;
        }
        Py_DECREF(replacement);
        return to;
    }
    if (PyUnicode_READY(replacement) == -1) {
        Py_DECREF(replacement);
        return NULL;
    }
    struct unicode_view text = unicode_view(replacement);
    if (narrow_prefix(text, 0, limit) < text.length) {
        encode_error_raise(state, start, end, reason);
        Py_DECREF(replacement);
        return NULL;
    }
    to = _PyBytesWriter_Prepare(writer, to, text.length + again);
    if (to != NULL) {
        chars_convert(1, to, text.kind, text.data, text.length);
        to += text.length;
    }
    Py_DECREF(replacement);
    return to;
}

PyObject *
unicode_encode_narrow(PyObject *unicode, const char *errors, Py_UCS4 limit)
{
    struct unicode_view view = unicode_view(unicode);
    const char *reason = limit == 256 ? "ordinal not in range(256)"
                                      : "ordinal not in range(128)";
    struct encode_state state = {
        .encoding = limit == 256 ? "latin-1" : "ascii",
        .errors = errors, .string = unicode};
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    char *to = _PyBytesWriter_Alloc(&writer, view.length);
    if (to == NULL) {
        return NULL;
    }
    writer.overallocate = 1;
    for (Py_ssize_t i = 0; i < view.length;) {
        Py_ssize_t start = narrow_prefix(view, i, limit);
        chars_convert(1, to, view.kind, view_address(view, i), start - i);
        to += start - i;
        i = start;
        if (start == view.length) {
            break;
        }
        Py_ssize_t end = start + 1;
        while (end < view.length && view_at(view, end) >= limit) {
            end++;
        }
        to = narrow_error(&state, &writer, to, limit, start, end, reason, &i);
        if (to == NULL) {
            encode_state_clear(&state);
            _PyBytesWriter_Dealloc(&writer);
            return NULL;
        }
    }
    encode_state_clear(&state);
    return _PyBytesWriter_Finish(&writer, to);
}

PyObject *
_PyUnicode_AsLatin1String(PyObject *unicode, const char *errors)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    if (PyUnicode_KIND(unicode) == PyUnicode_1BYTE_KIND) {
        return PyBytes_FromStringAndSize(PyUnicode_DATA(unicode),
                                         PyUnicode_GET_LENGTH(unicode));
    }
    return unicode_encode_narrow(unicode, errors, 256);
}

PyObject *
PyUnicode_AsLatin1String(PyObject *unicode)
{
    return _PyUnicode_AsLatin1String(unicode, NULL);
}

PyObject *
_PyUnicode_AsASCIIString(PyObject *unicode, const char *errors)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(unicode)) {
        return PyBytes_FromStringAndSize(PyUnicode_DATA(unicode),
                                         PyUnicode_GET_LENGTH(unicode));
    }
    return unicode_encode_narrow(unicode, errors, 128);
}

PyObject *
PyUnicode_AsASCIIString(PyObject *unicode)
{
    return _PyUnicode_AsASCIIString(unicode, NULL);
}
