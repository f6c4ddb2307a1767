/* The UTF-7 codec (RFC 2152).

   Directly written characters, and sections "+...-" of base64 over UTF-16 whose
   '-' may be left out before a character that is not of base64. */
#include "unicode_internal.h"

/* -- Classes of characters ----------------------------------------------- */

static int
base64_value(Py_UCS4 c)
{
    if (c >= 'A' && c <= 'Z') {
        return (int)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return (int)(c - 'a') + 26;
    }
    if (c >= '0' && c <= '9') {
        return (int)(c - '0') + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static char
base64_char(unsigned int value)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789+/";
    return alphabet[value & 63];
}

static int
decodes_directly(Py_UCS4 c)
{
    return c <= 127 && c != '+';
}

static int
encodes_directly(Py_UCS4 c, int optional, int white_space)
{
    if (c == 0 || c > 127) {
        return 0;
    }
    if (Py_ISALNUM(c) || strchr("'(),-./:?", (int)c)) {
        return 1;
    }
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        return white_space;
    }
    return strchr("!\"#$%&*;<=>@[]^_`{|}", (int)c) != NULL && optional;
}

/* -- Decoding ------------------------------------------------------------ */

struct utf7_decoder {
    _PyUnicodeWriter writer;
    int shifted;                /* within base64 */
    unsigned int bits;          /* of buffer */
    unsigned long buffer;
    Py_UCS4 surrogate;          /* a high one that waits, or 0 */
    Py_ssize_t shift_output;    /* characters written before the section */
    Py_ssize_t error_start;     /* where the section or special began */
};

static int
utf7_put(struct utf7_decoder *d, Py_UCS4 ch)
{
    return _PyUnicodeWriter_WriteChar(&d->writer, ch);
}

static int
utf7_base64(struct utf7_decoder *d, int value)
{
    d->buffer = d->buffer << 6 | (unsigned long)value;
    d->bits += 6;
    if (d->bits < 16) {
        return 0;
    }
    Py_UCS4 unit = (Py_UCS4)(d->buffer >> (d->bits - 16)) & 0xffff;
    d->bits -= 16;
    d->buffer &= (1ul << d->bits) - 1;
    if (d->surrogate) {
        Py_UCS4 high = d->surrogate;
        d->surrogate = 0;
        if (Py_UNICODE_IS_LOW_SURROGATE(unit)) {
            return utf7_put(d, Py_UNICODE_JOIN_SURROGATES(high, unit));
        }
        if (utf7_put(d, high) < 0) {
            return -1;
        }
    }
    if (Py_UNICODE_IS_HIGH_SURROGATE(unit)) {
        d->surrogate = unit;
        return 0;
    }
    return utf7_put(d, unit);
}

/* One step at *s: 0, -1 with an exception, or 1 with *reason. */
static int
utf7_step(struct utf7_decoder *d, const char *start, const char **s,
          const char *end, const char **reason)
{
    Py_UCS4 ch = (unsigned char)**s;
    if (d->shifted) {
        int value = base64_value(ch);
        if (value >= 0) {
            (*s)++;
            return utf7_base64(d, value);
        }
        d->shifted = 0;
        if (d->bits >= 6) {
            (*s)++;
            *reason = "partial character in shift sequence";
            return 1;
        }
        if (d->bits > 0 && d->buffer != 0) {
            (*s)++;
            *reason = "non-zero padding bits in shift sequence";
            return 1;
        }
        if (d->surrogate && decodes_directly(ch)
            && utf7_put(d, d->surrogate) < 0) {
            return -1;
        }
        d->surrogate = 0;
        if (ch == '-') {
            (*s)++;
        }
        return 0;
    }
    if (ch == '+') {
        d->error_start = *s - start;
        (*s)++;
        if (*s < end && **s == '-') {
            (*s)++;
            return utf7_put(d, '+');
        }
        if (*s < end && base64_value((unsigned char)**s) < 0) {
            (*s)++;
            *reason = "ill-formed sequence";
            return 1;
        }
        d->shifted = 1;
        d->surrogate = 0;
        d->shift_output = d->writer.pos;
        d->bits = 0;
        d->buffer = 0;
        return 0;
    }
    if (decodes_directly(ch)) {
        (*s)++;
        return utf7_put(d, ch);
    }
    d->error_start = *s - start;
    (*s)++;
    *reason = "unexpected special character";
    return 1;
}

PyObject *
PyUnicode_DecodeUTF7Stateful(const char *s, Py_ssize_t size,
                             const char *errors, Py_ssize_t *consumed)
{
    struct utf7_decoder d = {.shifted = 0};
    struct decode_state state = {
        .encoding = "utf7", .errors = errors, .start = s, .end = s + size};
    if (size == 0) {
        if (consumed != NULL) {
            *consumed = 0;
        }
        return Py_NewRef(unicode_empty_borrow());
    }
    _PyUnicodeWriter_Init(&d.writer);
    d.writer.min_length = size;
    for (;;) {
        const char *reason = NULL;
        if (s >= state.end) {
            if (!d.shifted || consumed != NULL
                || !(d.surrogate || d.bits >= 6
                     || (d.bits > 0 && d.buffer != 0))) {
                break;
            }
            d.shifted = 0;
            reason = "unterminated shift sequence";
        }
        else {
            int status = utf7_step(&d, state.start, &s, state.end, &reason);
            if (status == 0) {
                continue;
            }
            if (status < 0) {
                goto error;
            }
        }
        Py_ssize_t at;
        if (decode_error(&state, &d.writer, d.error_start, s - state.start,
                         reason, &at) < 0) {
            goto error;
        }
        s = state.start + at;
    }
    if (consumed != NULL) {
        *consumed = s - state.start;
        if (d.shifted) {
            /* the section is to be read again when it is complete */
            *consumed = d.error_start;
            Py_ssize_t kept = d.shift_output;
            if (d.writer.pos != kept && d.writer.maxchar > 127) {
                PyObject *result = PyUnicode_FromKindAndData(
                    (int)d.writer.kind, d.writer.data, kept);
                decode_state_clear(&state);
                _PyUnicodeWriter_Dealloc(&d.writer);
                return result;
            }
            d.writer.pos = kept;
        }
    }
    decode_state_clear(&state);
    return _PyUnicodeWriter_Finish(&d.writer);

error:
    decode_state_clear(&state);
    _PyUnicodeWriter_Dealloc(&d.writer);
    return NULL;
}

PyObject *
PyUnicode_DecodeUTF7(const char *s, Py_ssize_t size, const char *errors)
{
    return PyUnicode_DecodeUTF7Stateful(s, size, errors, NULL);
}

/* -- Encoding ------------------------------------------------------------ */

PyObject *
_PyUnicode_EncodeUTF7(PyObject *str, int base64SetO, int base64WhiteSpace,
                      const char *errors)
{
    if (PyUnicode_READY(str) == -1) {
        return NULL;
    }
    struct unicode_view s = unicode_view(str);
    if (s.length == 0) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    if (s.length > PY_SSIZE_T_MAX / 8) {
        return PyErr_NoMemory();
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, s.length * 8);
    if (result == NULL) {
        return NULL;
    }
    char *out = PyBytes_AS_STRING(result);
    int shifted = 0;
    unsigned int bits = 0;
    unsigned long buffer = 0;
    for (Py_ssize_t i = 0; i < s.length; i++) {
        Py_UCS4 ch = view_at(s, i);
        int direct = encodes_directly(ch, !base64SetO, !base64WhiteSpace);
        if (shifted && direct) {
            if (bits > 0) {
                *out++ = base64_char((unsigned int)(buffer << (6 - bits)));
                buffer = 0;
                bits = 0;
            }
            shifted = 0;
            if (base64_value(ch) >= 0 || ch == '-') {
                *out++ = '-';
            }
            *out++ = (char)ch;
            continue;
        }
        if (!shifted) {
            if (ch == '+') {
                *out++ = '+';
                *out++ = '-';
                continue;
            }
            if (direct) {
                *out++ = (char)ch;
                continue;
            }
            *out++ = '+';
            shifted = 1;
        }
        Py_UCS4 units[2] = {ch, 0};
        int n = 1;
        if (ch >= 0x10000) {
            units[0] = Py_UNICODE_HIGH_SURROGATE(ch);
            units[1] = Py_UNICODE_LOW_SURROGATE(ch);
            n = 2;
        }
        for (int j = 0; j < n; j++) {
            buffer = buffer << 16 | units[j];
            bits += 16;
            while (bits >= 6) {
                *out++ = base64_char((unsigned int)(buffer >> (bits - 6)));
                bits -= 6;
            }
            buffer &= 0x3f;
        }
    }
    if (bits > 0) {
        *out++ = base64_char((unsigned int)(buffer << (6 - bits)));
    }
    if (shifted) {
        *out++ = '-';
    }
    _PyBytes_Resize(&result, out - PyBytes_AS_STRING(result));
    return result;
}
