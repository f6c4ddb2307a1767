/* The codecs unicode_escape and raw_unicode_escape, and the names of characters
   in \N{...}. */
#include "unicode_internal.h"
#include "pycore_interp.h"
#include "pycore_pystate.h"

/* -- Names --------------------------------------------------------------- */

_PyUnicode_Name_CAPI *
_PyUnicode_GetNameCAPI(void)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->unicode.ucnhash_capi == NULL) {
        interp->unicode.ucnhash_capi =
            PyCapsule_Import(PyUnicodeData_CAPSULE_NAME, 1);
    }
    return interp->unicode.ucnhash_capi;
}

/* -- Decoding ------------------------------------------------------------ */

static int
hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum escape_result {
    ESCAPE_CHAR,                /* *ch is the character */
    ESCAPE_OCTAL,               /* the same, of an octal number > 0o377 */
    ESCAPE_NOTHING,             /* stands for no character */
    ESCAPE_UNKNOWN,             /* no escape: both characters are meant */
    ESCAPE_BAD,                 /* *reason why */
    ESCAPE_CUT,                 /* the input ends within; *reason says how */
    ESCAPE_FAILED               /* an exception is set */
};

/* count hexadecimal digits at *s. */
static enum escape_result
escape_hex(const char **s, const char *end, int count, const char *reason,
           Py_UCS4 *ch, const char **why)
{
    Py_UCS4 value = 0;
    for (; count > 0; count--, (*s)++) {
        *why = reason;
        if (*s >= end) {
            return ESCAPE_CUT;
        }
        int nibble = hex_value(**s);
        if (nibble < 0) {
            return ESCAPE_BAD;
        }
        value = value << 4 | (Py_UCS4)nibble;
    }
    if (value > UNICODE_MAX) {
        *why = "illegal Unicode character";
        return ESCAPE_BAD;
    }
    *ch = value;
    return ESCAPE_CHAR;
}

/* {NAME} at *s, after \N. */
static enum escape_result
escape_name(const char **s, const char *end, Py_UCS4 *ch, const char **why)
{
    _PyUnicode_Name_CAPI *capi = _PyUnicode_GetNameCAPI();
    if (capi == NULL) {
        PyErr_SetString(PyExc_UnicodeError,
                        "\\N escapes not supported "
                        "(can't load unicodedata module)");
        return ESCAPE_FAILED;
    }
    *why = "malformed \\N character escape";
    if (*s >= end) {
        return ESCAPE_CUT;
    }
    if (**s != '{') {
        return ESCAPE_BAD;
    }
    const char *start = ++*s;
    while (*s < end && **s != '}') {
        (*s)++;
    }
    if (*s >= end) {
        return ESCAPE_CUT;
    }
    Py_ssize_t length = *s - start;
    if (length == 0) {
        return ESCAPE_BAD;
    }
    (*s)++;
    *why = "unknown Unicode character name";
    *ch = 0xffffffff;
    if (length <= INT_MAX && capi->getcode(start, (int)length, ch, 0)) {
        return ESCAPE_CHAR;
    }
    return ESCAPE_BAD;
}

/* The escape after the backslash at *s, which moves past it. */
static enum escape_result
escape_parse(const char **s, const char *end, Py_UCS4 *ch, const char **why)
{
    static const char simple[] = "\\\\''\"\"b\bf\ft\tn\nr\rv\va\a";
    if (*s >= end) {
        *why = "\\ at end of string";
        return ESCAPE_CUT;
    }
    char c = *(*s)++;
    for (const char *p = simple; *p; p += 2) {
        if (*p == c) {
            *ch = (unsigned char)p[1];
            return ESCAPE_CHAR;
        }
    }
    switch (c) {
    case '\n':
        return ESCAPE_NOTHING;
    case '0': case '1': case '2': case '3':
    case '4': case '5': case '6': case '7':
        *ch = (Py_UCS4)(c - '0');
        for (int i = 0; i < 2 && *s < end && **s >= '0' && **s <= '7'; i++) {
            *ch = *ch << 3 | (Py_UCS4)(*(*s)++ - '0');
        }
        return *ch > 0377 ? ESCAPE_OCTAL : ESCAPE_CHAR;
    case 'x':
        return escape_hex(s, end, 2, "truncated \\xXX escape", ch, why);
    case 'u':
        return escape_hex(s, end, 4, "truncated \\uXXXX escape", ch, why);
    case 'U':
        return escape_hex(s, end, 8, "truncated \\UXXXXXXXX escape", ch,
                          why);
    case 'N':
        return escape_name(s, end, ch, why);
    default:
        return ESCAPE_UNKNOWN;
    }
}

static PyObject *
escape_decode(const char *s, Py_ssize_t size, const char *errors,
              Py_ssize_t *consumed, const char **first_invalid_escape)
{
    _PyUnicodeWriter writer;
    struct decode_state state = {
        .encoding = "unicodeescape", .errors = errors, .start = s,
        .end = s + size};
    *first_invalid_escape = NULL;
    if (size == 0) {
        if (consumed != NULL) {
            *consumed = 0;
        }
        return Py_NewRef(unicode_empty_borrow());
    }
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = size;
    while (s < state.end) {
        const char *literal = s;
        const char *stop = memchr(s, '\\', (size_t)(state.end - s));
        s = stop != NULL ? stop : state.end;
        if (s > literal
            && _PyUnicodeWriter_WriteLatin1String(&writer, literal,
                                                  s - literal) < 0) {
            goto error;
        }
        if (s == state.end) {
            break;
        }
        const char *escape = s++;
        const char *reason = NULL;
        Py_UCS4 ch = 0;
        switch (escape_parse(&s, state.end, &ch, &reason)) {
        case ESCAPE_OCTAL:
            if (*first_invalid_escape == NULL) {
                *first_invalid_escape = s - 3;
            }
            /* fall through */
        case ESCAPE_CHAR:
            if (_PyUnicodeWriter_WriteChar(&writer, ch) < 0) {
                goto error;
            }
            continue;
        case ESCAPE_NOTHING:
            continue;
        case ESCAPE_UNKNOWN:
            if (*first_invalid_escape == NULL) {
                *first_invalid_escape = s - 1;
            }
            if (_PyUnicodeWriter_WriteLatin1String(&writer, escape,
                                                   s - escape) < 0) {
                goto error;
            }
            continue;
        case ESCAPE_CUT:
            if (consumed != NULL) {
                *consumed = escape - state.start;
                goto done;
            }
            break;
        case ESCAPE_BAD:
            break;
        case ESCAPE_FAILED:
            goto error;
        }
        Py_ssize_t at;
        if (decode_error(&state, &writer, escape - state.start,
                         s - state.start, reason, &at) < 0) {
            goto error;
        }
        s = state.start + at;
    }
    if (consumed != NULL) {
        *consumed = s - state.start;
    }

done:
    decode_state_clear(&state);
    return _PyUnicodeWriter_Finish(&writer);

error:
    decode_state_clear(&state);
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

PyObject *
_PyUnicode_DecodeUnicodeEscapeInternal(const char *s, Py_ssize_t size,
                                       const char *errors,
                                       Py_ssize_t *consumed,
                                       const char **first_invalid_escape)
{
    return escape_decode(s, size, errors, consumed, first_invalid_escape);
}

PyObject *
_PyUnicode_DecodeUnicodeEscapeStateful(const char *s, Py_ssize_t size,
                                       const char *errors,
                                       Py_ssize_t *consumed)
{
    const char *invalid;
    PyObject *result = escape_decode(s, size, errors, consumed, &invalid);
    if (result != NULL && invalid != NULL) {
        unsigned char c = (unsigned char)*invalid;
        int status = c >= '4' && c <= '7'
                         ? PyErr_WarnFormat(
                               PyExc_DeprecationWarning, 1,
                               "invalid octal escape sequence '\\%.3s'",
                               invalid)
                         : PyErr_WarnFormat(
                               PyExc_DeprecationWarning, 1,
                               "invalid escape sequence '\\%c'", c);
        if (status < 0) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

PyObject *
PyUnicode_DecodeUnicodeEscape(const char *s, Py_ssize_t size,
                              const char *errors)
{
    return _PyUnicode_DecodeUnicodeEscapeStateful(s, size, errors, NULL);
}

/* -- Raw: only \u and \U, after an odd number of backslashes ------------- */

PyObject *
_PyUnicode_DecodeRawUnicodeEscapeStateful(const char *s, Py_ssize_t size,
                                          const char *errors,
                                          Py_ssize_t *consumed)
{
    _PyUnicodeWriter writer;
    struct decode_state state = {
        .encoding = "rawunicodeescape", .errors = errors, .start = s,
        .end = s + size};
    if (size == 0) {
        if (consumed != NULL) {
            *consumed = 0;
        }
        return Py_NewRef(unicode_empty_borrow());
    }
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = size;
    while (s < state.end) {
        const char *literal = s;
        const char *stop = memchr(s, '\\', (size_t)(state.end - s));
        s = stop != NULL ? stop : state.end;
        if (s > literal
            && _PyUnicodeWriter_WriteLatin1String(&writer, literal,
                                                  s - literal) < 0) {
            goto error;
        }
        if (s == state.end) {
            break;
        }
        const char *escape = s++;
        if (s == state.end && consumed != NULL) {
            s = escape;
            break;
        }
        if (s == state.end || (*s != 'u' && *s != 'U')) {
            /* a backslash, and what it may protect */
            Py_ssize_t n = s < state.end && *s == '\\' ? 2 : 1;
            if (_PyUnicodeWriter_WriteLatin1String(&writer, escape, n) < 0) {
                goto error;
            }
            s = escape + n;
            continue;
        }
        int big = *s++ == 'U';
        const char *reason;
        Py_UCS4 ch;
        enum escape_result found = escape_hex(
            &s, state.end, big ? 8 : 4,
            big ? "truncated \\UXXXXXXXX escape" : "truncated \\uXXXX escape",
            &ch, &reason);
        if (found == ESCAPE_CHAR) {
            if (_PyUnicodeWriter_WriteChar(&writer, ch) < 0) {
                goto error;
            }
            continue;
        }
        if (found == ESCAPE_CUT && consumed != NULL) {
            s = escape;
            break;
        }
        if (found == ESCAPE_BAD && strncmp(reason, "illegal", 7) == 0) {
            reason = "\\Uxxxxxxxx out of range";
        }
        Py_ssize_t at;
        if (decode_error(&state, &writer, escape - state.start,
                         s - state.start, reason, &at) < 0) {
            goto error;
        }
        s = state.start + at;
    }
    if (consumed != NULL) {
        *consumed = s - state.start;
    }
    decode_state_clear(&state);
    return _PyUnicodeWriter_Finish(&writer);

error:
    decode_state_clear(&state);
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

PyObject *
PyUnicode_DecodeRawUnicodeEscape(const char *s, Py_ssize_t size,
                                 const char *errors)
{
    return _PyUnicode_DecodeRawUnicodeEscapeStateful(s, size, errors, NULL);
}

/* -- Encoding ------------------------------------------------------------ */

static char *
put_hex(char *to, char letter, Py_UCS4 ch, int digits)
{
    *to++ = '\\';
    *to++ = letter;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        *to++ = Py_hexdigits[ch >> shift & 15];
    }
    return to;
}

static char *
put_escaped(char *to, Py_UCS4 ch)
{
    if (ch >= ' ' && ch < 0x7f && ch != '\\') {
        *to++ = (char)ch;
        return to;
    }
    const char *pair = ch == '\\' ? "\\\\" : ch == '\t' ? "\\t"
                       : ch == '\n' ? "\\n" : ch == '\r' ? "\\r" : NULL;
    if (pair != NULL) {
        *to++ = pair[0];
        *to++ = pair[1];
        return to;
    }
    return ch < 0x100 ? put_hex(to, 'x', ch, 2)
           : ch < 0x10000 ? put_hex(to, 'u', ch, 4) : put_hex(to, 'U', ch, 8);
}

static char *
put_raw_escaped(char *to, Py_UCS4 ch)
{
    if (ch < 0x100) {
        *to++ = (char)ch;
        return to;
    }
    return ch < 0x10000 ? put_hex(to, 'u', ch, 4) : put_hex(to, 'U', ch, 8);
}

static PyObject *
escape_encode(PyObject *unicode, int longest,
              char *(*put)(char *to, Py_UCS4 ch))
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    struct unicode_view s = unicode_view(unicode);
    if (s.length == 0) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    if (s.length > PY_SSIZE_T_MAX / longest) {
        return PyErr_NoMemory();
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, s.length * longest);
    if (result == NULL) {
        return NULL;
    }
    char *to = PyBytes_AS_STRING(result);
    for (Py_ssize_t i = 0; i < s.length; i++) {
        to = put(to, view_at(s, i));
    }
    _PyBytes_Resize(&result, to - PyBytes_AS_STRING(result));
    return result;
}

static int
longest_escape(PyObject *unicode, int narrow)
{
    if (!PyUnicode_Check(unicode) || PyUnicode_READY(unicode) == -1) {
        return 10;
    }
    int kind = PyUnicode_KIND(unicode);
    return kind == 1 ? narrow : kind == 2 ? 6 : 10;
}

PyObject *
PyUnicode_AsUnicodeEscapeString(PyObject *unicode)
{
    return escape_encode(unicode, longest_escape(unicode, 4), put_escaped);
}

PyObject *
PyUnicode_AsRawUnicodeEscapeString(PyObject *unicode)
{
    return escape_encode(unicode, longest_escape(unicode, 1),
                         put_raw_escaped);
}
