/* The UTF-16 and UTF-32 codecs.

   byteorder: -1 little endian, 1 big endian, 0 native with a byte order mark
   (written by the encoder, looked for by the decoder).  In what is encoded the
   mark counts as a character like any other. */
#include "unicode_internal.h"

#define NATIVE_LITTLE (PY_LITTLE_ENDIAN)

static inline Py_UCS4
get_16(const unsigned char *p, int big)
{
    return big ? (Py_UCS4)p[0] << 8 | p[1] : (Py_UCS4)p[1] << 8 | p[0];
}

static inline Py_UCS4
get_32(const unsigned char *p, int big)
{
    return big ? (Py_UCS4)p[0] << 24 | (Py_UCS4)p[1] << 16
                     | (Py_UCS4)p[2] << 8 | p[3]
               : (Py_UCS4)p[3] << 24 | (Py_UCS4)p[2] << 16
                     | (Py_UCS4)p[1] << 8 | p[0];
}

/* -- Decoding ------------------------------------------------------------ */

/* One unit of input: 2 or 4 bytes.  Returns the bytes read, 0 when it cannot be
   read; then *bad is how many bytes to report, *reason why, and *cut tells
   that more input could help. */
static int
utf16_unit(const unsigned char *p, const unsigned char *end, int big,
           Py_UCS4 *ch, Py_ssize_t *bad, const char **reason, int *cut)
{
    *cut = 0;
    *bad = 2;
    if (end - p < 2) {
        *reason = "truncated data";
        *bad = 1;
        *cut = 1;
        return 0;
    }
    Py_UCS4 unit = get_16(p, big);
    *ch = unit;
    if (!Py_UNICODE_IS_SURROGATE(unit)) {
        return 2;
    }
    if (Py_UNICODE_IS_LOW_SURROGATE(unit)) {
        *reason = "illegal encoding";
        return 0;
    }
    if (end - p < 4) {
        *reason = "unexpected end of data";
        *bad = end - p;
        *cut = 1;
        return 0;
    }
    Py_UCS4 low = get_16(p + 2, big);
    if (!Py_UNICODE_IS_LOW_SURROGATE(low)) {
        *reason = "illegal UTF-16 surrogate";
        return 0;
    }
    *ch = Py_UNICODE_JOIN_SURROGATES(unit, low);
    return 4;
}

static int
utf32_unit(const unsigned char *p, const unsigned char *end, int big,
           Py_UCS4 *ch, Py_ssize_t *bad, const char **reason, int *cut)
{
    *cut = 0;
    *bad = 4;
    if (end - p < 4) {
        *reason = "truncated data";
        *bad = end - p;
        *cut = 1;
        return 0;
    }
    *ch = get_32(p, big);
    if (Py_UNICODE_IS_SURROGATE(*ch)) {
        *reason = "code point in surrogate code point range(0xd800, 0xe000)";
        return 0;
    }
    if (*ch >= 0x110000) {
        *reason = "code point not in range(0x110000)";
        return 0;
    }
    return 4;
}

struct utf_wide {
    const char *names[3];       /* little endian, plain, big endian */
    int width;
    int (*unit)(const unsigned char *, const unsigned char *, int, Py_UCS4 *,
                Py_ssize_t *, const char **, int *);
};

static const struct utf_wide utf_16 = {
    {"utf-16-le", "utf-16", "utf-16-be"}, 2, utf16_unit};
static const struct utf_wide utf_32 = {
    {"utf-32-le", "utf-32", "utf-32-be"}, 4, utf32_unit};

/* The mark at s, if any: its length, and the byte order it tells. */
static int
read_mark(const struct utf_wide *form, const unsigned char *s,
          Py_ssize_t size, int *order)
{
    if (size < form->width) {
        return 0;
    }
    for (int big = 0; big < 2; big++) {
        Py_UCS4 mark = form->width == 2 ? get_16(s, big) : get_32(s, big);
        if (mark == 0xfeff) {
            *order = big ? 1 : -1;
            return form->width;
        }
    }
    return 0;
}

/* Write the well-formed units from *at on into the writer. */
static int
decode_run(const struct utf_wide *form, _PyUnicodeWriter *writer,
           const unsigned char **at, const unsigned char *end, int big)
{
    const unsigned char *p = *at;
    Py_UCS4 ch, bound = 0;
    Py_ssize_t bad, n = 0;
    const char *reason;
    int cut, length;
    /* first their number and bound, so that the writer grows once */
    while (p < end
           && (length = form->unit(p, end, big, &ch, &bad, &reason, &cut))
                  > 0) {
        p += length;
        n++;
        bound |= ch;
    }
    if (n == 0) {
        return 0;
    }
    if (_PyUnicodeWriter_Prepare(writer, n, Py_MIN(bound, UNICODE_MAX)) < 0) {
        return -1;
    }
    int kind = (int)writer->kind;
    void *data = writer->data;
    Py_ssize_t pos = writer->pos;
    for (const unsigned char *q = *at; q < p;) {
        q += form->unit(q, end, big, &ch, &bad, &reason, &cut);
        PyUnicode_WRITE(kind, data, pos, ch);
        pos++;
    }
    writer->pos = pos;
    *at = p;
    return 0;
}

static PyObject *
wide_decode(const struct utf_wide *form, const char *s, Py_ssize_t size,
            const char *errors, int *byteorder, Py_ssize_t *consumed)
{
    int order = byteorder != NULL ? *byteorder : 0;
    Py_ssize_t at = 0;
    if (order == 0) {
        at = read_mark(form, (const unsigned char *)s, size, &order);
        if (byteorder != NULL && at > 0) {
            *byteorder = order;
        }
    }
    if (at == size) {
        if (consumed != NULL) {
            *consumed = size;
        }
        return Py_NewRef(unicode_empty_borrow());
    }
    int big = order == 0 ? !NATIVE_LITTLE : order > 0;
    struct decode_state state = {
        .encoding = form->names[order == 0 ? (NATIVE_LITTLE ? 0 : 2)
                                           : order + 1],
        .errors = errors, .start = s, .end = s + size};
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    for (;;) {
        const unsigned char *p = (const unsigned char *)state.start + at;
        const unsigned char *end = (const unsigned char *)state.end;
        if (decode_run(form, &writer, &p, end, big) < 0) {
            goto error;
        }
        at = (const char *)p - state.start;
        if (p == end) {
            break;
        }
        Py_UCS4 ch;
        Py_ssize_t bad;
        const char *reason;
        int cut;
        (void)form->unit(p, end, big, &ch, &bad, &reason, &cut);
        if (cut && consumed != NULL) {
            break;
        }
        if (decode_error(&state, &writer, at, at + bad, reason, &at) < 0) {
            goto error;
        }
    }
    if (consumed != NULL) {
        *consumed = at;
    }
    decode_state_clear(&state);
    return _PyUnicodeWriter_Finish(&writer);

error:
    decode_state_clear(&state);
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

PyObject *
PyUnicode_DecodeUTF16Stateful(const char *s, Py_ssize_t size,
                              const char *errors, int *byteorder,
                              Py_ssize_t *consumed)
{
    return wide_decode(&utf_16, s, size, errors, byteorder, consumed);
}

PyObject *
PyUnicode_DecodeUTF16(const char *s, Py_ssize_t size, const char *errors,
                      int *byteorder)
{
    return wide_decode(&utf_16, s, size, errors, byteorder, NULL);
}

PyObject *
PyUnicode_DecodeUTF32Stateful(const char *s, Py_ssize_t size,
                              const char *errors, int *byteorder,
                              Py_ssize_t *consumed)
{
    return wide_decode(&utf_32, s, size, errors, byteorder, consumed);
}

PyObject *
PyUnicode_DecodeUTF32(const char *s, Py_ssize_t size, const char *errors,
                      int *byteorder)
{
    return wide_decode(&utf_32, s, size, errors, byteorder, NULL);
}

/* -- Encoding ------------------------------------------------------------ */

static inline unsigned char *
put_16(unsigned char *to, Py_UCS4 unit, int big)
{
    to[big ? 1 : 0] = (unsigned char)unit;
    to[big ? 0 : 1] = (unsigned char)(unit >> 8);
    return to + 2;
}

static inline unsigned char *
put_character(unsigned char *to, Py_UCS4 ch, int width, int big)
{
    if (width == 4) {
        for (int i = 0; i < 4; i++) {
            to[big ? 3 - i : i] = (unsigned char)(ch >> (8 * i));
        }
        return to + 4;
    }
    if (ch >= 0x10000) {
        to = put_16(to, Py_UNICODE_HIGH_SURROGATE(ch), big);
        ch = Py_UNICODE_LOW_SURROGATE(ch);
    }
    return put_16(to, ch, big);
}

/* Write what the handler gave for a run of surrogates; must be whole units, or
   ASCII text. */
static char *
put_replacement(struct encode_state *state, _PyBytesWriter *writer, char *to,
                PyObject *replacement, int width, int big, Py_ssize_t start,
                Py_ssize_t end, Py_ssize_t again)
{
    static const char reason[] = "surrogates not allowed";
    if (PyBytes_Check(replacement)) {
        Py_ssize_t n = PyBytes_GET_SIZE(replacement);
        if (n % width != 0) {
            encode_error_raise(state, start, end, reason);
            return NULL;
        }
        to = _PyBytesWriter_Prepare(writer, to, n + again * 4);
        if (to != NULL) {
            memcpy(to, PyBytes_AS_STRING(replacement), (size_t)n);
            to += n;
        }
        return to;
    }
    if (PyUnicode_READY(replacement) == -1) {
        return NULL;
    }
    if (!PyUnicode_IS_ASCII(replacement)) {
        encode_error_raise(state, start, end, reason);
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(replacement);
    to = _PyBytesWriter_Prepare(writer, to, n * width + again * 4);
    if (to != NULL) {
        const Py_UCS1 *text = PyUnicode_1BYTE_DATA(replacement);
        for (Py_ssize_t i = 0; i < n; i++) {
            to = (char *)put_character((unsigned char *)to, text[i], width,
                                       big);
        }
    }
    return to;
}

static PyObject *
wide_encode(const struct utf_wide *form, PyObject *unicode,
            const char *errors, int byteorder)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    struct unicode_view s = unicode_view(unicode);
    int big = byteorder == 0 ? !NATIVE_LITTLE : byteorder > 0;
    int width = form->width;
    if (s.length > PY_SSIZE_T_MAX / 4 - 1) {
        return PyErr_NoMemory();
    }
    Py_ssize_t size = (s.length + (byteorder == 0)) * width;
    int surrogates = 0;
    for (Py_ssize_t i = 0; s.kind > 1 && i < s.length; i++) {
        Py_UCS4 ch = view_at(s, i);
        size += width == 2 && ch >= 0x10000 ? 2 : 0;
        surrogates |= Py_UNICODE_IS_SURROGATE(ch);
    }
    if (!surrogates) {
        PyObject *result = PyBytes_FromStringAndSize(NULL, size);
        if (result == NULL) {
            return NULL;
        }
        unsigned char *to = (unsigned char *)PyBytes_AS_STRING(result);
        if (byteorder == 0) {
            to = put_character(to, 0xfeff, width, big);
        }
        for (Py_ssize_t i = 0; i < s.length; i++) {
            to = put_character(to, view_at(s, i), width, big);
        }
        return result;
    }
    struct encode_state state = {
        .encoding = form->names[byteorder < 0 ? 0 : byteorder > 0 ? 2 : 1],
        .errors = errors, .string = unicode};
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    char *to = _PyBytesWriter_Alloc(&writer, size);
    if (to == NULL) {
        return NULL;
    }
    writer.overallocate = 1;
    if (byteorder == 0) {
        to = (char *)put_character((unsigned char *)to, 0xfeff, width, big);
    }
    for (Py_ssize_t i = 0; i < s.length;) {
        Py_UCS4 ch = view_at(s, i);
        if (!Py_UNICODE_IS_SURROGATE(ch)) {
            to = (char *)put_character((unsigned char *)to, ch, width, big);
            i++;
            continue;
        }
        Py_ssize_t end = i + 1, next;
        PyObject *replacement = encode_error(&state, i, end,
                                             "surrogates not allowed", &next);
        if (replacement == NULL) {
            goto error;
        }
        to = put_replacement(&state, &writer, to, replacement, width, big, i,
                             end, end > next ? end - next : 0);
        Py_DECREF(replacement);
        if (to == NULL) {
            goto error;
        }
        i = next;
    }
    encode_state_clear(&state);
    return _PyBytesWriter_Finish(&writer, to);

error:
    encode_state_clear(&state);
    _PyBytesWriter_Dealloc(&writer);
    return NULL;
}

PyObject *
_PyUnicode_EncodeUTF16(PyObject *unicode, const char *errors, int byteorder)
{
    return wide_encode(&utf_16, unicode, errors, byteorder);
}

PyObject *
PyUnicode_AsUTF16String(PyObject *unicode)
{
    return wide_encode(&utf_16, unicode, NULL, 0);
}

PyObject *
_PyUnicode_EncodeUTF32(PyObject *unicode, const char *errors, int byteorder)
{
    return wide_encode(&utf_32, unicode, errors, byteorder);
}

PyObject *
PyUnicode_AsUTF32String(PyObject *unicode)
{
    return wide_encode(&utf_32, unicode, NULL, 0);
}
