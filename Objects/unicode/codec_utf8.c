/* The UTF-8 codec.

   Decoding looks at the bytes twice: once to validate, count the characters
   and bound them, once to write them into a string of exactly the right form.
   Only input with errors takes the way of the writer.  Encoding likewise counts
   first; only strings with surrogates need the bytes writer. */
#include "unicode_internal.h"
#include "pycore_fileutils.h"
#include "pycore_object.h"

/* -- Scanning ------------------------------------------------------------ */

static inline int
is_continuation(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* The sequence at s: its length, or 0 when it is wrong; then *bad is the
   number of bytes to report, and *reason why (NULL: cut off by the end). */
static inline int
sequence_check(const unsigned char *s, const unsigned char *end, int *bad,
               const char **reason)
{
    unsigned char c = *s;
    Py_ssize_t rest = end - s;
    *reason = "invalid continuation byte";
    *bad = 1;
    if (c < 0x80) {
        return 1;
    }
    if (c < 0xc2 || c > 0xf4) {
        *reason = "invalid start byte";
        return 0;
    }
    if (rest < 2) {
        *reason = NULL;
        return 0;
    }
    unsigned char d = s[1];
    if (!is_continuation(d)) {
        return 0;
    }
    if (c < 0xe0) {
        return 2;
    }
    if ((c == 0xe0 && d < 0xa0) || (c == 0xed && d > 0x9f)
        || (c == 0xf0 && d < 0x90) || (c == 0xf4 && d > 0x8f)) {
        return 0;
    }
    *bad = 2;
    if (rest < 3) {
        *reason = NULL;
        return 0;
    }
    if (!is_continuation(s[2])) {
        return 0;
    }
    if (c < 0xf0) {
        return 3;
    }
    *bad = 3;
    if (rest < 4) {
        *reason = NULL;
        return 0;
    }
    return is_continuation(s[3]) ? 4 : 0;
}

/* Advance over well-formed text: returns where it ends, with the number of
   characters and an upper bound of them. */
static const unsigned char *
utf8_scan(const unsigned char *s, const unsigned char *end,
          Py_ssize_t *characters, Py_UCS4 *bound)
{
    Py_ssize_t n = 0;
    unsigned char lead = 0;     /* the largest lead byte */
    while (s < end) {
        if (*s < 0x80) {
            Py_ssize_t ascii = chars_ascii_prefix((const char *)s, end - s);
            s += ascii;
            n += ascii;
            if (s == end) {
                break;
            }
        }
        int bad;
        const char *reason;
        int length = sequence_check(s, end, &bad, &reason);
        if (length == 0) {
            break;
        }
        if (*s > lead) {
            lead = *s;
        }
        s += length;
        n++;
    }
    *characters = n;
    *bound = lead < 0x80 ? 0x7f
             : lead < 0xc4 ? 0xff : lead < 0xf0 ? 0xffff : UNICODE_MAX;
    return s;
}

/* Write the characters of well-formed s..end. */
#define DEFINE_EXPAND(NAME, TYPE)                                           \
    static void                                                             \
    NAME(TYPE *p, const unsigned char *s, const unsigned char *end)         \
    {                                                                       \
        while (s < end) {                                                   \
            unsigned char c = *s;                                           \
            if (c < 0x80) {                                                 \
                do {                                                        \
                    *p++ = c;                                               \
                    if (++s == end) {                                       \
                        return;                                             \
                    }                                                       \
                    c = *s;                                                 \
                } while (c < 0x80);                                         \
            }                                                               \
            if (c < 0xe0) {                                                 \
                *p++ = (TYPE)((c & 0x1fu) << 6 | (s[1] & 0x3fu));           \
                s += 2;                                                     \
            }                                                               \
            else if (c < 0xf0) {                                            \
                *p++ = (TYPE)((c & 0x0fu) << 12 | (s[1] & 0x3fu) << 6       \
                              | (s[2] & 0x3fu));                            \
                s += 3;                                                     \
            }                                                               \
            else {                                                          \
                *p++ = (TYPE)((c & 0x07u) << 18 | (s[1] & 0x3fu) << 12      \
                              | (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu));      \
                s += 4;                                                     \
            }                                                               \
        }                                                                   \
    }
DEFINE_EXPAND(expand_ucs1, Py_UCS1)
DEFINE_EXPAND(expand_ucs2, Py_UCS2)
DEFINE_EXPAND(expand_ucs4, Py_UCS4)
#undef DEFINE_EXPAND

static void
utf8_expand(int kind, void *to, const unsigned char *s,
            const unsigned char *end)
{
    switch (kind) {
    case 1:
        expand_ucs1(to, s, end);
        break;
    case 2:
        expand_ucs2(to, s, end);
        break;
    default:
        expand_ucs4(to, s, end);
    }
}

/* -- Decoding ------------------------------------------------------------ */

static PyObject *
utf8_decode_errors(const char *s, Py_ssize_t size, const char *errors,
                   Py_ssize_t *consumed)
{
    _PyUnicodeWriter writer;
    struct decode_state state = {
        .encoding = "utf-8", .errors = errors, .start = s, .end = s + size};
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = size;
    Py_ssize_t at = 0;
    for (;;) {
        const unsigned char *from = (const unsigned char *)state.start + at;
        const unsigned char *end = (const unsigned char *)state.end;
        Py_ssize_t n;
        Py_UCS4 bound;
        const unsigned char *stop = utf8_scan(from, end, &n, &bound);
        if (n > 0) {
            if (_PyUnicodeWriter_Prepare(&writer, n, bound) < 0) {
                goto error;
            }
            int kind = (int)writer.kind;
            utf8_expand(kind, (char *)writer.data + writer.pos * kind, from,
                        stop);
            writer.pos += n;
        }
        at = (const char *)stop - state.start;
        if (stop == end) {
            break;
        }
        int bad;
        const char *reason;
        (void)sequence_check(stop, end, &bad, &reason);
        if (consumed != NULL && stop[0] == 0xed && end - stop == 2
            && stop[1] >= 0xa0 && stop[1] <= 0xbf) {
            break;              /* the next byte may make it a surrogate */
        }
        if (reason == NULL) {
            if (consumed != NULL) {
                break;
            }
            reason = "unexpected end of data";
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
PyUnicode_DecodeUTF8Stateful(const char *s, Py_ssize_t size,
                             const char *errors, Py_ssize_t *consumed)
{
    if (size == 0) {
        if (consumed != NULL) {
            *consumed = 0;
        }
        return Py_NewRef(unicode_empty_borrow());
    }
    const unsigned char *start = (const unsigned char *)s;
    if (size == 1 && *start < 0x80) {
        if (consumed != NULL) {
            *consumed = 1;
        }
        return unicode_char(*start);
    }
    Py_ssize_t ascii = chars_ascii_prefix(s, size);
    if (ascii == size) {
        if (consumed != NULL) {
            *consumed = size;
        }
        return _PyUnicode_FromASCII(s, size);
    }
    Py_ssize_t n;
    Py_UCS4 bound;
    const unsigned char *end = start + size;
    if (utf8_scan(start + ascii, end, &n, &bound) != end) {
        return utf8_decode_errors(s, size, errors, consumed);
    }
    if (consumed != NULL) {
        *consumed = size;
    }
    n += ascii;
    PyObject *result = PyUnicode_New(n, bound);
    if (result == NULL) {
        return NULL;
    }
    utf8_expand(PyUnicode_KIND(result), PyUnicode_DATA(result), start, end);
    return unicode_result_steal(result);
}

PyObject *
PyUnicode_DecodeUTF8(const char *s, Py_ssize_t size, const char *errors)
{
    return PyUnicode_DecodeUTF8Stateful(s, size, errors, NULL);
}

/* -- Encoding ------------------------------------------------------------ */

/* Bytes that the characters need; -1 if there are surrogates. */
static UNICODE_VECTORS Py_ssize_t
utf8_size(struct unicode_view view)
{
    /* blocks are short enough for counters as wide as the characters */
    enum { BLOCK = 4096 };
    Py_ssize_t size = view.length;
    unsigned int surrogates = 0;
    for (Py_ssize_t at = 0; at < view.length; at += BLOCK) {
        Py_ssize_t n = Py_MIN(view.length - at, (Py_ssize_t)BLOCK);
        if (view.kind == 1) {
            const Py_UCS1 *p = view_address(view, at);
            Py_UCS2 more = 0;
            for (Py_ssize_t i = 0; i < n; i++) {
                more = (Py_UCS2)(more + (p[i] >> 7));
            }
            size += more;
        }
        else if (view.kind == 2) {
            const Py_UCS2 *p = view_address(view, at);
            Py_UCS2 more = 0, found = 0;
            for (Py_ssize_t i = 0; i < n; i++) {
                more = (Py_UCS2)(more + (p[i] >= 0x80) + (p[i] >= 0x800));
                found |= (p[i] & 0xf800) == 0xd800;
            }
            size += more;
            surrogates |= found;
        }
        else {
            const Py_UCS4 *p = view_address(view, at);
            Py_UCS4 more = 0, found = 0;
            for (Py_ssize_t i = 0; i < n; i++) {
                more += (Py_UCS4)((p[i] >= 0x80) + (p[i] >= 0x800)
                                  + (p[i] >= 0x10000));
                found |= (p[i] & 0xfffff800) == 0xd800;
            }
            size += more;
            surrogates |= found;
        }
    }
    return surrogates ? -1 : size;
}

static inline unsigned char *
utf8_put(unsigned char *to, Py_UCS4 c)
{
    if (c < 0x80) {
        *to++ = (unsigned char)c;
    }
    else if (c < 0x800) {
        *to++ = (unsigned char)(0xc0 | c >> 6);
        *to++ = (unsigned char)(0x80 | (c & 0x3f));
    }
    else if (c < 0x10000) {
        *to++ = (unsigned char)(0xe0 | c >> 12);
        *to++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
        *to++ = (unsigned char)(0x80 | (c & 0x3f));
    }
    else {
        *to++ = (unsigned char)(0xf0 | c >> 18);
        *to++ = (unsigned char)(0x80 | (c >> 12 & 0x3f));
        *to++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
        *to++ = (unsigned char)(0x80 | (c & 0x3f));
    }
    return to;
}

static unsigned char *
utf8_write(unsigned char *to, struct unicode_view view)
{
    switch (view.kind) {
    case 1:
        for (const Py_UCS1 *p = view.data, *end = p + view.length; p < end;) {
            to = utf8_put(to, *p++);
        }
        break;
    case 2:
        for (const Py_UCS2 *p = view.data, *end = p + view.length; p < end;) {
            to = utf8_put(to, *p++);
        }
        break;
    default:
        for (const Py_UCS4 *p = view.data, *end = p + view.length; p < end;) {
            to = utf8_put(to, *p++);
        }
    }
    return to;
}

/* Deal with the surrogates string[start:end]; returns the new write position
   and where to go on. */
static char *
utf8_surrogates(struct encode_state *state, _PyBytesWriter *writer, char *to,
                Py_ssize_t start, Py_ssize_t end, Py_ssize_t *position)
{
    static const char reason[] = "surrogates not allowed";
    struct unicode_view view = unicode_view(state->string);
    if (state->kind == _Py_ERROR_UNKNOWN) {
        state->kind = _Py_GetErrorHandler(state->errors);
    }
    Py_ssize_t i = start;
    *position = end;
    switch (state->kind) {
    case _Py_ERROR_IGNORE:
        return to;
    case _Py_ERROR_REPLACE:
        memset(to, '?', (size_t)(end - start));
        return to + (end - start);
    case _Py_ERROR_SURROGATEPASS:
        for (; i < end; i++) {
            to = (char *)utf8_put((unsigned char *)to, view_at(view, i));
        }
        return to;
    case _Py_ERROR_SURROGATEESCAPE:
        for (; i < end; i++) {
            Py_UCS4 c = view_at(view, i);
            if (c < 0xdc80 || c > 0xdcff) {
                break;
            }
            *to++ = (char)(c - 0xdc00);
        }
        if (i == end) {
            return to;
        }
        start = i;
        break;
    default:
        break;
    }
    PyObject *replacement = encode_error(state, start, end, reason, position);
    if (replacement == NULL) {
        return NULL;
    }
    const char *text;
    Py_ssize_t size;
    if (PyBytes_Check(replacement)) {
        text = PyBytes_AS_STRING(replacement);
        size = PyBytes_GET_SIZE(replacement);
    }
    else {
        if (PyUnicode_READY(replacement) == -1) {
            Py_DECREF(replacement);
            return NULL;
        }
        if (!PyUnicode_IS_ASCII(replacement)) {
            encode_error_raise(state, start, end, reason);
            Py_DECREF(replacement);
            return NULL;
        }
        text = (const char *)PyUnicode_1BYTE_DATA(replacement);
        size = PyUnicode_GET_LENGTH(replacement);
    }
    /* the room was for what is left after `end`; going back needs more */
    Py_ssize_t again = end > *position ? end - *position : 0;
    to = _PyBytesWriter_Prepare(writer, to, size + 4 * again);
    if (to != NULL) {
        memcpy(to, text, (size_t)size);
        to += size;
    }
    Py_DECREF(replacement);
    return to;
}

static PyObject *
utf8_encode_surrogates(PyObject *unicode, const char *errors)
{
    struct encode_state state = {
        .encoding = "utf-8", .errors = errors, .string = unicode};
    struct unicode_view view = unicode_view(unicode);
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    if (view.length > PY_SSIZE_T_MAX / 4) {
        return PyErr_NoMemory();
    }
    char *to = _PyBytesWriter_Alloc(&writer, view.length * 4);
    if (to == NULL) {
        return NULL;
    }
    writer.overallocate = 1;
    for (Py_ssize_t i = 0; i < view.length;) {
        Py_UCS4 c = view_at(view, i);
        if (!Py_UNICODE_IS_SURROGATE(c)) {
            to = (char *)utf8_put((unsigned char *)to, c);
            i++;
            continue;
        }
        Py_ssize_t end = i + 1;
        while (end < view.length
               && Py_UNICODE_IS_SURROGATE(view_at(view, end))) {
            end++;
        }
        to = utf8_surrogates(&state, &writer, to, i, end, &i);
        if (to == NULL) {
            goto error;
        }
    }
    encode_state_clear(&state);
    return _PyBytesWriter_Finish(&writer, to);

error:
    encode_state_clear(&state);
    _PyBytesWriter_Dealloc(&writer);
    return NULL;
}

PyObject *
_PyUnicode_AsUTF8String(PyObject *unicode, const char *errors)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(unicode)) {
        return PyBytes_FromStringAndSize(
            (const char *)PyUnicode_1BYTE_DATA(unicode),
            PyUnicode_GET_LENGTH(unicode));
    }
    if (!PyUnicode_IS_COMPACT_ASCII(unicode)
        && COMPACT_HEAD(unicode)->utf8 != NULL) {
        return PyBytes_FromStringAndSize(COMPACT_HEAD(unicode)->utf8,
                                         COMPACT_HEAD(unicode)->utf8_length);
    }
    struct unicode_view view = unicode_view(unicode);
    if (view.length > PY_SSIZE_T_MAX / 4) {
        return PyErr_NoMemory();
    }
    Py_ssize_t size = utf8_size(view);
    if (size < 0) {
        return utf8_encode_surrogates(unicode, errors);
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, size);
    if (result != NULL) {
        utf8_write((unsigned char *)PyBytes_AS_STRING(result), view);
    }
    return result;
}

PyObject *
PyUnicode_AsUTF8String(PyObject *unicode)
{
    return _PyUnicode_AsUTF8String(unicode, NULL);
}

/* -- The cached form ----------------------------------------------------- */

int
unicode_fill_utf8(PyObject *unicode)
{
    struct unicode_view view = unicode_view(unicode);
    PyCompactUnicodeObject *head = COMPACT_HEAD(unicode);
    if (PyUnicode_IS_ASCII(unicode)) {
        /* a legacy string: its characters are their own UTF-8 */
        head->utf8 = (char *)view.data;
        head->utf8_length = view.length;
        return 0;
    }
    if (view.length > PY_SSIZE_T_MAX / 4 - 1) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t size = utf8_size(view);
    if (size < 0) {
        PyObject *bytes = utf8_encode_surrogates(unicode, NULL);
        assert(bytes == NULL);
        Py_XDECREF(bytes);
        return -1;
    }
    char *cache = PyObject_Malloc((size_t)size + 1);
    if (cache == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    utf8_write((unsigned char *)cache, view);
    cache[size] = '\0';
    head->utf8 = cache;
    head->utf8_length = size;
    return 0;
}

const char *
PyUnicode_AsUTF8AndSize(PyObject *unicode, Py_ssize_t *psize)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    if (PyUnicode_IS_COMPACT_ASCII(unicode)) {
        if (psize != NULL) {
            *psize = PyUnicode_GET_LENGTH(unicode);
        }
        return (const char *)PyUnicode_1BYTE_DATA(unicode);
    }
    if (COMPACT_HEAD(unicode)->utf8 == NULL
        && unicode_fill_utf8(unicode) < 0) {
        return NULL;
    }
    if (psize != NULL) {
        *psize = COMPACT_HEAD(unicode)->utf8_length;
    }
    return COMPACT_HEAD(unicode)->utf8;
}

const char *
PyUnicode_AsUTF8(PyObject *unicode)
{
    return PyUnicode_AsUTF8AndSize(unicode, NULL);
}

/* -- Without objects: for start-up and file names ------------------------ */

int
_Py_DecodeUTF8Ex(const char *arg, Py_ssize_t arglen, wchar_t **wstr,
                 size_t *wlen, const char **reason, _Py_error_handler errors)
{
    int escape = errors == _Py_ERROR_SURROGATEESCAPE;
    int pass = errors == _Py_ERROR_SURROGATEPASS;
    if (errors != _Py_ERROR_STRICT && !escape && !pass) {
        return -3;
    }
    if (arglen > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(wchar_t) - 1) {
        return -1;
    }
    wchar_t *out = PyMem_RawMalloc((size_t)(arglen + 1) * sizeof(wchar_t));
    if (out == NULL) {
        return -1;
    }
    wchar_t *to = out;
    const unsigned char *s = (const unsigned char *)arg;
    const unsigned char *end = s + arglen;
    while (s < end) {
        int bad;
        const char *why;
        int length = sequence_check(s, end, &bad, &why);
        if (length > 0) {
            Py_UCS4 c;
            expand_ucs4(&c, s, s + length);
            *to++ = (wchar_t)c;
            s += length;
        }
        else if (escape) {
            while (bad-- > 0) {
                *to++ = (wchar_t)(0xdc00 + *s++);
            }
        }
        else if (pass && end - s >= 3 && s[0] == 0xed && is_continuation(s[1])
                 && is_continuation(s[2])) {
            *to++ = (wchar_t)(0xd000 | (s[1] & 0x3f) << 6 | (s[2] & 0x3f));
            s += 3;
        }
        else {
            PyMem_RawFree(out);
            if (reason != NULL) {
                *reason = why ? why : "unexpected end of data";
            }
            if (wlen != NULL) {
                *wlen = (size_t)(s - (const unsigned char *)arg);
            }
            return -2;
        }
    }
    *to = L'\0';
    if (wlen != NULL) {
        *wlen = (size_t)(to - out);
    }
    *wstr = out;
    return 0;
}

wchar_t *
_Py_DecodeUTF8_surrogateescape(const char *arg, Py_ssize_t arglen,
                               size_t *wlen)
{
    wchar_t *wstr;
    int status = _Py_DecodeUTF8Ex(arg, arglen, &wstr, wlen, NULL,
                                  _Py_ERROR_SURROGATEESCAPE);
    if (status != 0) {
        if (wlen != NULL) {
            *wlen = (size_t)status;
        }
        return NULL;
    }
    return wstr;
}

int
_Py_EncodeUTF8Ex(const wchar_t *text, char **str, size_t *error_pos,
                 const char **reason, int raw_malloc,
                 _Py_error_handler errors)
{
    int escape = errors == _Py_ERROR_SURROGATEESCAPE;
    int pass = errors == _Py_ERROR_SURROGATEPASS;
    if (errors != _Py_ERROR_STRICT && !escape && !pass) {
        return -3;
    }
    size_t length = wcslen(text);
    if (length > PY_SSIZE_T_MAX / 4 - 1) {
        return -1;
    }
    size_t room = length * 4 + 1;
    char *out = raw_malloc ? PyMem_RawMalloc(room) : PyMem_Malloc(room);
    if (out == NULL) {
        return -1;
    }
    unsigned char *to = (unsigned char *)out;
    for (size_t i = 0; i < length; i++) {
        Py_UCS4 c = (Py_UCS4)text[i];
        if (!Py_UNICODE_IS_SURROGATE(c) || pass) {
            to = utf8_put(to, c);
        }
        else if (escape && c >= 0xdc80 && c <= 0xdcff) {
            *to++ = (unsigned char)(c - 0xdc00);
        }
        else {
            if (raw_malloc) {
                PyMem_RawFree(out);
            }
            else {
                PyMem_Free(out);
            }
            if (error_pos != NULL) {
                *error_pos = i;
            }
            if (reason != NULL) {
                *reason = "encoding error";
            }
            return -2;
        }
    }
    *to++ = '\0';
    size_t size = (size_t)((char *)to - out);
    char *fit = raw_malloc ? PyMem_RawRealloc(out, size)
                           : PyMem_Realloc(out, size);
    *str = fit != NULL ? fit : out;
    return 0;
}
