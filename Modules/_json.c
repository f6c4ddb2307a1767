/* The module _json: the fast half of json. */
#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_unicodeobject.h"
#include "structmember.h"

#include <math.h>
#include <stdbool.h>

/* -- Escaping -------------------------------------------------------------- */

static const char hex_digits[] = "0123456789abcdef";

/* The letter behind the backslash of a short escape, or 0. */
static inline Py_UCS4
short_escape(Py_UCS4 c)
{
    switch (c) {
    case '\\':
    case '"':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

/* Characters of output for c. */
static inline Py_ssize_t
escaped_length(Py_UCS4 c, bool ascii)
{
    if (short_escape(c)) {
        return 2;
    }
    if (c < ' ') {
        return 6;
    }
    if (ascii && c > '~') {
        return c >= 0x10000 ? 12 : 6;
    }
    return 1;
}

static Py_ssize_t
put_hex(int kind, void *data, Py_ssize_t at, Py_UCS4 c)
{
    PyUnicode_WRITE(kind, data, at++, '\\');
    PyUnicode_WRITE(kind, data, at++, 'u');
    for (int shift = 12; shift >= 0; shift -= 4) {
        PyUnicode_WRITE(kind, data, at++,
                        (Py_UCS4)hex_digits[(c >> shift) & 0xf]);
    }
    return at;
}

/* The text as a JSON string, with quotes. */
static PyObject *
escape_string(PyObject *pystr, bool ascii)
{
    if (PyUnicode_READY(pystr) == -1) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(pystr);
    const void *input = PyUnicode_DATA(pystr);
    int kind = PyUnicode_KIND(pystr);
    Py_ssize_t size = 2;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_ssize_t d = escaped_length(PyUnicode_READ(kind, input, i), ascii);
        if (size > PY_SSIZE_T_MAX - d) {
            PyErr_SetString(PyExc_OverflowError,
                            "string is too long to escape");
            return NULL;
        }
        size += d;
    }
    Py_UCS4 maxchar = ascii ? 127 : PyUnicode_MAX_CHAR_VALUE(pystr);
    PyObject *rval = PyUnicode_New(size, maxchar);
    if (rval == NULL) {
        return NULL;
    }
    int okind = PyUnicode_KIND(rval);
    void *output = PyUnicode_DATA(rval);
    Py_ssize_t at = 0;
    PyUnicode_WRITE(okind, output, at++, '"');
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 c = PyUnicode_READ(kind, input, i);
        Py_ssize_t d = escaped_length(c, ascii);
        if (d == 1) {
            PyUnicode_WRITE(okind, output, at++, c);
        }
        else if (d == 2) {
            PyUnicode_WRITE(okind, output, at++, '\\');
            PyUnicode_WRITE(okind, output, at++, short_escape(c));
        }
        else if (d == 6) {
            at = put_hex(okind, output, at, c);
        }
        else {
            at = put_hex(okind, output, at, Py_UNICODE_HIGH_SURROGATE(c));
            at = put_hex(okind, output, at, Py_UNICODE_LOW_SURROGATE(c));
        }
    }
    PyUnicode_WRITE(okind, output, at++, '"');
    assert(at == size);
    return rval;
}

static PyObject *
encode_basestring_as(PyObject *pystr, bool ascii)
{
    if (!PyUnicode_Check(pystr)) {
        PyErr_Format(PyExc_TypeError,
                     "first argument must be a string, not %.80s",
                     Py_TYPE(pystr)->tp_name);
        return NULL;
    }
    return escape_string(pystr, ascii);
}

PyDoc_STRVAR(pydoc_encode_basestring_ascii,
"encode_basestring_ascii(string) -> string\n\n"
"A JSON string of ASCII characters only.");

static PyObject *
py_encode_basestring_ascii(PyObject *module, PyObject *pystr)
{
    return encode_basestring_as(pystr, true);
}

PyDoc_STRVAR(pydoc_encode_basestring,
"encode_basestring(string) -> string\n\n"
"A JSON string.");

static PyObject *
py_encode_basestring(PyObject *module, PyObject *pystr)
{
    return encode_basestring_as(pystr, false);
}

/* -- Errors ---------------------------------------------------------------- */

static void
raise_errmsg(const char *msg, PyObject *s, Py_ssize_t end)
{
    PyObject *decoder = PyImport_ImportModule("json.decoder");
    if (decoder == NULL) {
        return;
    }
    PyObject *error = PyObject_GetAttr(decoder, &_Py_ID(JSONDecodeError));
    Py_DECREF(decoder);
    if (error == NULL) {
        return;
    }
    PyObject *exc = PyObject_CallFunction(error, "zOn", msg, s, end);
    if (exc != NULL) {
        PyErr_SetObject(error, exc);
        Py_DECREF(exc);
    }
    Py_DECREF(error);
}

/* No value at idx: the caller makes an error of it. */
static void
raise_stop_iteration(Py_ssize_t idx)
{
    PyObject *value = PyLong_FromSsize_t(idx);
    if (value != NULL) {
        PyErr_SetObject(PyExc_StopIteration, value);
        Py_DECREF(value);
    }
}

/* -- Strings --------------------------------------------------------------- */

static int
hex_value(Py_UCS4 c)
{
    if (c >= '0' && c <= '9') {
        return (int)(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return (int)(c - 'a') + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return (int)(c - 'A') + 10;
    }
    return -1;
}

/* Four hexadecimal digits at `at`; false if they are not. */
static bool
read_hex4(int kind, const void *buf, Py_ssize_t at, Py_UCS4 *c)
{
    *c = 0;
    for (int i = 0; i < 4; i++) {
        int value = hex_value(PyUnicode_READ(kind, buf, at + i));
        if (value < 0) {
            return false;
        }
        *c = (*c << 4) | (Py_UCS4)value;
    }
    return true;
}

/* An escape whose letter is at `next`. *end: behind it. */
static int
scan_escape(PyObject *pystr, int kind, const void *buf, Py_ssize_t len,
            Py_ssize_t next, Py_ssize_t *end, Py_UCS4 *out)
{
    Py_UCS4 c = PyUnicode_READ(kind, buf, next);
    if (c != 'u') {
        *end = next + 1;
        switch (c) {
        case '"':
        case '\\':
        case '/':
            break;
        case 'b':
            c = '\b';
            break;
        case 'f':
            c = '\f';
            break;
        case 'n':
            c = '\n';
            break;
        case 'r':
            c = '\r';
            break;
        case 't':
            c = '\t';
            break;
        default:
            raise_errmsg("Invalid \\escape", pystr, *end - 2);
            return -1;
        }
        *out = c;
        return 0;
    }
    next++;
    *end = next + 4;
    if (*end >= len) {
        raise_errmsg("Invalid \\uXXXX escape", pystr, next - 1);
        return -1;
    }
    if (!read_hex4(kind, buf, next, &c)) {
        raise_errmsg("Invalid \\uXXXX escape", pystr, *end - 5);
        return -1;
    }
    if (Py_UNICODE_IS_HIGH_SURROGATE(c) && *end + 6 < len
        && PyUnicode_READ(kind, buf, *end) == '\\'
        && PyUnicode_READ(kind, buf, *end + 1) == 'u') {
        Py_UCS4 c2;
        if (!read_hex4(kind, buf, *end + 2, &c2)) {
            raise_errmsg("Invalid \\uXXXX escape", pystr, *end + 1);
            return -1;
        }
        if (Py_UNICODE_IS_LOW_SURROGATE(c2)) {
            c = Py_UNICODE_JOIN_SURROGATES(c, c2);
            *end += 6;
        }
    }
    *out = c;
    return 0;
}

/* The string that begins at `end`, behind the quote; *next_end_ptr: behind the
   other quote. */
static PyObject *
scanstring_unicode(PyObject *pystr, Py_ssize_t end, bool strict,
                   Py_ssize_t *next_end_ptr)
{
    if (PyUnicode_READY(pystr) == -1) {
        return NULL;
    }
    Py_ssize_t begin = end - 1;
    Py_ssize_t len = PyUnicode_GET_LENGTH(pystr);
    const void *buf = PyUnicode_DATA(pystr);
    int kind = PyUnicode_KIND(pystr);
    if (end < 0 || len < end) {
        PyErr_SetString(PyExc_ValueError, "end is out of bounds");
        return NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    for (bool first = true;; first = false) {
        Py_UCS4 c = 0;
        Py_ssize_t next;
        for (next = end; next < len; next++) {
            c = PyUnicode_READ(kind, buf, next);
            if (c == '"' || c == '\\') {
                break;
            }
            if (c <= 0x1f && strict) {
                raise_errmsg("Invalid control character at", pystr, next);
                goto error;
            }
        }
        if (next >= len) {
            raise_errmsg("Unterminated string starting at", pystr, begin);
            goto error;
        }
        if (c == '"' && first) {
            /* Nothing to put together. */
            _PyUnicodeWriter_Dealloc(&writer);
            *next_end_ptr = next + 1;
            return PyUnicode_Substring(pystr, end, next);
        }
        if (next != end
            && _PyUnicodeWriter_WriteSubstring(&writer, pystr, end,
                                               next) < 0) {
            goto error;
        }
        next++;
        if (c == '"') {
            end = next;
            break;
        }
        if (next == len) {
            raise_errmsg("Unterminated string starting at", pystr, begin);
            goto error;
        }
        if (scan_escape(pystr, kind, buf, len, next, &end, &c) < 0
            || _PyUnicodeWriter_WriteChar(&writer, c) < 0) {
            goto error;
        }
    }
    *next_end_ptr = end;
    return _PyUnicodeWriter_Finish(&writer);
error:
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

/* (value, index), taking over value, which may be NULL. */
static PyObject *
build_rval_index_tuple(PyObject *rval, Py_ssize_t idx)
{
    if (rval == NULL) {
        return NULL;
    }
    return Py_BuildValue("Nn", rval, idx);
}

PyDoc_STRVAR(pydoc_scanstring,
"scanstring(string, end, strict=True) -> (string, end)\n\n"
"Scans a JSON string; end is the index behind the quote that begins it.\n"
"Unless strict, it may have control characters. Returns the text and the\n"
"index behind the quote that ends it.");

static PyObject *
py_scanstring(PyObject *module, PyObject *args)
{
    PyObject *pystr;
    Py_ssize_t end;
    int strict = 1;
    if (!PyArg_ParseTuple(args, "On|p:scanstring", &pystr, &end, &strict)) {
        return NULL;
    }
    if (!PyUnicode_Check(pystr)) {
        PyErr_Format(PyExc_TypeError,
                     "first argument must be a string, not %.80s",
                     Py_TYPE(pystr)->tp_name);
        return NULL;
    }
    Py_ssize_t next_end = -1;
    PyObject *rval = scanstring_unicode(pystr, end, strict, &next_end);
    return build_rval_index_tuple(rval, next_end);
}

/* -- Scanner --------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    char strict;
    PyObject *object_hook;
    PyObject *object_pairs_hook;
    PyObject *parse_float;
    PyObject *parse_int;
    PyObject *parse_constant;
    PyObject *memo;             /* dict: keys, so that equal ones are one */
} PyScannerObject;

/* The text being scanned. */
struct source {
    PyObject *pystr;
    int kind;
    const void *data;
    Py_ssize_t len;
};

static PyObject *scan_once(PyScannerObject *s, const struct source *src,
                           Py_ssize_t idx, Py_ssize_t *next_idx_ptr);

/* The character at idx, or 0 behind the end (which no syntax needs). */
static inline Py_UCS4
peek(const struct source *src, Py_ssize_t idx)
{
    return idx < src->len ? PyUnicode_READ(src->kind, src->data, idx) : 0;
}

static inline Py_ssize_t
skip_white(const struct source *src, Py_ssize_t idx)
{
    for (;;) {
        Py_UCS4 c = peek(src, idx);
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            return idx;
        }
        idx++;
    }
}

/* A pair at idx: the key, ':' and the value, both new. */
static int
parse_pair(PyScannerObject *s, const struct source *src, Py_ssize_t *idx,
           PyObject **key, PyObject **val)
{
    *key = *val = NULL;
    if (peek(src, *idx) != '"') {
        raise_errmsg("Expecting property name enclosed in double quotes",
                     src->pystr, *idx);
        return -1;
    }
    Py_ssize_t next;
    *key = scanstring_unicode(src->pystr, *idx + 1, s->strict, &next);
    if (*key == NULL) {
        return -1;
    }
    PyObject *memokey = PyDict_SetDefault(s->memo, *key, *key);
    if (memokey == NULL) {
        goto error;
    }
    Py_SETREF(*key, Py_NewRef(memokey));
    *idx = skip_white(src, next);
    if (peek(src, *idx) != ':') {
        raise_errmsg("Expecting ':' delimiter", src->pystr, *idx);
        goto error;
    }
    *idx = skip_white(src, *idx + 1);
    *val = scan_once(s, src, *idx, &next);
    if (*val == NULL) {
        goto error;
    }
    *idx = next;
    return 0;
error:
    Py_CLEAR(*key);
    return -1;
}

/* idx is behind the '{'. */
static PyObject *
parse_object(PyScannerObject *s, const struct source *src, Py_ssize_t idx,
             Py_ssize_t *next_idx_ptr)
{
    bool has_pairs_hook = s->object_pairs_hook != Py_None;
    PyObject *rval = has_pairs_hook ? PyList_New(0) : PyDict_New();
    if (rval == NULL) {
        return NULL;
    }
    idx = skip_white(src, idx);
    if (peek(src, idx) != '}') {
        for (;;) {
            PyObject *key, *val;
            if (parse_pair(s, src, &idx, &key, &val) < 0) {
                goto error;
            }
            int err;
            if (has_pairs_hook) {
                PyObject *item = PyTuple_Pack(2, key, val);
                err = item == NULL ? -1 : PyList_Append(rval, item);
                Py_XDECREF(item);
            }
            else {
                err = PyDict_SetItem(rval, key, val);
            }
            Py_DECREF(key);
            Py_DECREF(val);
            if (err < 0) {
                goto error;
            }
            idx = skip_white(src, idx);
            Py_UCS4 c = peek(src, idx);
            if (c == '}') {
                break;
            }
            if (c != ',') {
                raise_errmsg("Expecting ',' delimiter", src->pystr, idx);
                goto error;
            }
            idx = skip_white(src, idx + 1);
        }
    }
    *next_idx_ptr = idx + 1;
    if (has_pairs_hook) {
        Py_SETREF(rval, PyObject_CallOneArg(s->object_pairs_hook, rval));
    }
    else if (s->object_hook != Py_None) {
        Py_SETREF(rval, PyObject_CallOneArg(s->object_hook, rval));
    }
    return rval;
error:
    Py_DECREF(rval);
    return NULL;
}

/* idx is behind the '['. */
static PyObject *
parse_array(PyScannerObject *s, const struct source *src, Py_ssize_t idx,
            Py_ssize_t *next_idx_ptr)
{
    PyObject *rval = PyList_New(0);
    if (rval == NULL) {
        return NULL;
    }
    idx = skip_white(src, idx);
    if (peek(src, idx) != ']') {
        for (;;) {
            Py_ssize_t next;
            PyObject *val = scan_once(s, src, idx, &next);
            if (val == NULL) {
                goto error;
            }
            int err = PyList_Append(rval, val);
            Py_DECREF(val);
            if (err < 0) {
                goto error;
            }
            idx = skip_white(src, next);
            Py_UCS4 c = peek(src, idx);
            if (c == ']') {
                break;
            }
            if (c != ',') {
                raise_errmsg("Expecting ',' delimiter", src->pystr, idx);
                goto error;
            }
            idx = skip_white(src, idx + 1);
        }
    }
    *next_idx_ptr = idx + 1;
    return rval;
error:
    Py_DECREF(rval);
    return NULL;
}

static bool
is_digit(Py_UCS4 c)
{
    return c >= '0' && c <= '9';
}

/* The end of a number at start, or -1; *is_float tells its kind. */
static Py_ssize_t
measure_number(const struct source *src, Py_ssize_t start, bool *is_float)
{
    Py_ssize_t idx = start;
    *is_float = false;
    if (peek(src, idx) == '-') {
        idx++;
    }
    if (peek(src, idx) == '0') {
        idx++;
    }
    else if (is_digit(peek(src, idx))) {
        while (is_digit(peek(src, idx))) {
            idx++;
        }
    }
    else {
        return -1;
    }
    if (peek(src, idx) == '.' && is_digit(peek(src, idx + 1))) {
        *is_float = true;
        idx += 2;
        while (is_digit(peek(src, idx))) {
            idx++;
        }
    }
    Py_UCS4 c = peek(src, idx);
    if (c == 'e' || c == 'E') {
        Py_ssize_t e = idx + 1;
        c = peek(src, e);
        if (c == '+' || c == '-') {
            e++;
        }
        if (is_digit(peek(src, e))) {
            *is_float = true;
            while (is_digit(peek(src, e))) {
                e++;
            }
            idx = e;
        }
    }
    return idx;
}

static PyObject *
match_number(PyScannerObject *s, const struct source *src, Py_ssize_t start,
             Py_ssize_t *next_idx_ptr)
{
    bool is_float;
    Py_ssize_t end = measure_number(src, start, &is_float);
    if (end < 0) {
        raise_stop_iteration(start);
        return NULL;
    }
    *next_idx_ptr = end;
    PyObject *func = is_float ? s->parse_float : s->parse_int;
    if (func != (PyObject *)(is_float ? &PyFloat_Type : &PyLong_Type)) {
        PyObject *numstr = PyUnicode_Substring(src->pystr, start, end);
        if (numstr == NULL) {
            return NULL;
        }
        PyObject *rval = PyObject_CallOneArg(func, numstr);
        Py_DECREF(numstr);
        return rval;
    }
    /* All of it is ASCII. */
    Py_ssize_t n = end - start;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, n);
    if (bytes == NULL) {
        return NULL;
    }
    char *buf = PyBytes_AS_STRING(bytes);
    for (Py_ssize_t i = 0; i < n; i++) {
        buf[i] = (char)PyUnicode_READ(src->kind, src->data, start + i);
    }
    PyObject *rval = is_float ? PyFloat_FromString(bytes)
                              : PyLong_FromString(buf, NULL, 10);
    Py_DECREF(bytes);
    return rval;
}

static bool
matches(const struct source *src, Py_ssize_t idx, const char *word)
{
    for (; *word != '\0'; word++, idx++) {
        if (peek(src, idx) != (Py_UCS4)*word) {
            return false;
        }
    }
    return true;
}

/* The words of JSON; constants go through parse_constant. NULL without an
   exception if there is none at idx. */
static PyObject *
scan_word(PyScannerObject *s, const struct source *src, Py_ssize_t idx,
          Py_ssize_t *next_idx_ptr)
{
    static const struct {
        const char *word;
        PyObject *value;        /* NULL: a constant */
    } words[] = {
        {"null", Py_None}, {"true", Py_True}, {"false", Py_False},
        {"NaN", NULL}, {"Infinity", NULL}, {"-Infinity", NULL},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(words); i++) {
        if (!matches(src, idx, words[i].word)) {
            continue;
        }
        *next_idx_ptr = idx + (Py_ssize_t)strlen(words[i].word);
        if (words[i].value != NULL) {
            return Py_NewRef(words[i].value);
        }
        PyObject *name = PyUnicode_InternFromString(words[i].word);
        if (name == NULL) {
            return NULL;
        }
        PyObject *rval = PyObject_CallOneArg(s->parse_constant, name);
        Py_DECREF(name);
        return rval;
    }
    return NULL;
}

/* Any value. */
static PyObject *
scan_once(PyScannerObject *s, const struct source *src, Py_ssize_t idx,
          Py_ssize_t *next_idx_ptr)
{
    if (idx < 0) {
        PyErr_SetString(PyExc_ValueError, "idx cannot be negative");
        return NULL;
    }
    if (idx >= src->len) {
        raise_stop_iteration(idx);
        return NULL;
    }
    PyObject *res;
    Py_UCS4 c = peek(src, idx);
    switch (c) {
    case '"':
        return scanstring_unicode(src->pystr, idx + 1, s->strict,
                                  next_idx_ptr);
    case '{':
        if (Py_EnterRecursiveCall(" while decoding a JSON object "
                                  "from a unicode string")) {
            return NULL;
        }
        res = parse_object(s, src, idx + 1, next_idx_ptr);
        Py_LeaveRecursiveCall();
        return res;
    case '[':
        if (Py_EnterRecursiveCall(" while decoding a JSON array "
                                  "from a unicode string")) {
            return NULL;
        }
        res = parse_array(s, src, idx + 1, next_idx_ptr);
        Py_LeaveRecursiveCall();
        return res;
    case 'n': case 't': case 'f': case 'N': case 'I': case '-':
        res = scan_word(s, src, idx, next_idx_ptr);
        if (res != NULL || PyErr_Occurred()) {
            return res;
        }
    }
    return match_number(s, src, idx, next_idx_ptr);
}

static PyObject *
scanner_call(PyScannerObject *self, PyObject *args, PyObject *kwds)
{
    static const char *const kwlist[] = {"string", "idx", NULL};
    PyObject *pystr;
    Py_ssize_t idx;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "On:scan_once",
                                     (char **)kwlist, &pystr, &idx)) {
        return NULL;
    }
    if (!PyUnicode_Check(pystr)) {
        PyErr_Format(PyExc_TypeError,
                     "first argument must be a string, not %.80s",
                     Py_TYPE(pystr)->tp_name);
        return NULL;
    }
    if (PyUnicode_READY(pystr) == -1) {
        return NULL;
    }
    struct source src = {pystr, PyUnicode_KIND(pystr), PyUnicode_DATA(pystr),
                         PyUnicode_GET_LENGTH(pystr)};
    Py_ssize_t next_idx = -1;
    PyObject *rval = scan_once(self, &src, idx, &next_idx);
    PyDict_Clear(self->memo);
    return build_rval_index_tuple(rval, next_idx);
}

static int
scanner_clear(PyScannerObject *self)
{
    Py_CLEAR(self->object_hook);
    Py_CLEAR(self->object_pairs_hook);
    Py_CLEAR(self->parse_float);
    Py_CLEAR(self->parse_int);
    Py_CLEAR(self->parse_constant);
    Py_CLEAR(self->memo);
    return 0;
}

static void
scanner_dealloc(PyScannerObject *self)
{
    PyTypeObject *tp = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    scanner_clear(self);
    tp->tp_free(self);
    Py_DECREF(tp);
}

static int
scanner_traverse(PyScannerObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->object_hook);
    Py_VISIT(self->object_pairs_hook);
    Py_VISIT(self->parse_float);
    Py_VISIT(self->parse_int);
    Py_VISIT(self->parse_constant);
    Py_VISIT(self->memo);
    return 0;
}

static PyObject *
scanner_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static const char *const kwlist[] = {"context", NULL};
    PyObject *ctx;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O:make_scanner",
                                     (char **)kwlist, &ctx)) {
        return NULL;
    }
    PyScannerObject *s = (PyScannerObject *)type->tp_alloc(type, 0);
    if (s == NULL) {
        return NULL;
    }
    s->memo = PyDict_New();
    if (s->memo == NULL) {
        goto error;
    }
    PyObject *strict = PyObject_GetAttrString(ctx, "strict");
    if (strict == NULL) {
        goto error;
    }
    int is_strict = PyObject_IsTrue(strict);
    Py_DECREF(strict);
    if (is_strict < 0) {
        goto error;
    }
    s->strict = (char)is_strict;
    if ((s->object_hook = PyObject_GetAttrString(ctx, "object_hook")) == NULL
        || (s->object_pairs_hook =
                PyObject_GetAttrString(ctx, "object_pairs_hook")) == NULL
        || (s->parse_float =
                PyObject_GetAttrString(ctx, "parse_float")) == NULL
        || (s->parse_int = PyObject_GetAttrString(ctx, "parse_int")) == NULL
        || (s->parse_constant =
                PyObject_GetAttrString(ctx, "parse_constant")) == NULL) {
        goto error;
    }
    return (PyObject *)s;
error:
    Py_DECREF(s);
    return NULL;
}

#define OFF(x) offsetof(PyScannerObject, x)
static PyMemberDef scanner_members[] = {
    {"strict", T_BOOL, OFF(strict), READONLY, "strict"},
    {"object_hook", T_OBJECT, OFF(object_hook), READONLY, "object_hook"},
    {"object_pairs_hook", T_OBJECT, OFF(object_pairs_hook), READONLY},
    {"parse_float", T_OBJECT, OFF(parse_float), READONLY, "parse_float"},
    {"parse_int", T_OBJECT, OFF(parse_int), READONLY, "parse_int"},
    {"parse_constant", T_OBJECT, OFF(parse_constant), READONLY,
     "parse_constant"},
    {NULL},
};
#undef OFF

PyDoc_STRVAR(scanner_doc, "JSON scanner object");

static PyType_Slot scanner_slots[] = {
    {Py_tp_doc, (void *)scanner_doc},
    {Py_tp_dealloc, scanner_dealloc},
    {Py_tp_call, scanner_call},
    {Py_tp_traverse, scanner_traverse},
    {Py_tp_clear, scanner_clear},
    {Py_tp_members, scanner_members},
    {Py_tp_new, scanner_new},
    {0, NULL},
};

static PyType_Spec scanner_spec = {
    .name = "_json.Scanner",
    .basicsize = sizeof(PyScannerObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = scanner_slots,
};

/* -- Encoder --------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *markers;          /* dict of the ids of open containers, or
                                   None */
    PyObject *defaultfn;
    PyObject *encoder;
    PyObject *indent;
    PyObject *key_separator;
    PyObject *item_separator;
    char sort_keys;
    char skipkeys;
    int allow_nan;
    PyCFunction fast_encode;    /* one of ours, or NULL */
} PyEncoderObject;

static int encode_value(PyEncoderObject *s, _PyUnicodeWriter *writer,
                        PyObject *obj);

static int
write_steal(_PyUnicodeWriter *writer, PyObject *str)
{
    if (str == NULL) {
        return -1;
    }
    int err = _PyUnicodeWriter_WriteStr(writer, str);
    Py_DECREF(str);
    return err;
}

static PyObject *
encode_float(PyEncoderObject *s, PyObject *obj)
{
    double value = PyFloat_AS_DOUBLE(obj);
    if (isfinite(value)) {
        return PyFloat_Type.tp_repr(obj);
    }
    if (!s->allow_nan) {
        PyErr_SetString(PyExc_ValueError,
                        "Out of range float values are not JSON compliant");
        return NULL;
    }
    return PyUnicode_FromString(value > 0   ? "Infinity"
                                : value < 0 ? "-Infinity"
                                            : "NaN");
}

static PyObject *
encode_string(PyEncoderObject *s, PyObject *obj)
{
    if (s->fast_encode != NULL) {
        return s->fast_encode(NULL, obj);
    }
    PyObject *encoded = PyObject_CallOneArg(s->encoder, obj);
    if (encoded != NULL && !PyUnicode_Check(encoded)) {
        PyErr_Format(PyExc_TypeError,
                     "encoder() must return a string, not %.80s",
                     Py_TYPE(encoded)->tp_name);
        Py_CLEAR(encoded);
    }
    return encoded;
}

static const char *
constant_name(PyObject *obj)
{
    return obj == Py_None   ? "null"
           : obj == Py_True ? "true"
           : obj == Py_False ? "false"
                             : NULL;
}

/* Notes that a container is open: its id, NULL with or without an exception
   (markers are off). */
static int
mark(PyEncoderObject *s, PyObject *obj, PyObject **ident)
{
    *ident = NULL;
    if (s->markers == Py_None) {
        return 0;
    }
    PyObject *id = PyLong_FromVoidPtr(obj);
    if (id == NULL) {
        return -1;
    }
    int known = PyDict_Contains(s->markers, id);
    if (known == 0) {
        known = PyDict_SetItem(s->markers, id, obj);
    }
    else if (known > 0) {
        PyErr_SetString(PyExc_ValueError, "Circular reference detected");
        known = -1;
    }
    if (known < 0) {
        Py_DECREF(id);
        return -1;
    }
    *ident = id;
    return 0;
}

/* Takes over ident. err is what happened meanwhile. */
static int
unmark(PyEncoderObject *s, PyObject *ident, int err)
{
    if (ident == NULL) {
        return err;
    }
    if (err == 0) {
        err = PyDict_DelItem(s->markers, ident);
    }
    Py_DECREF(ident);
    return err;
}

/* A key as str; *skip is set if the pair is to be left out. */
static PyObject *
key_as_string(PyEncoderObject *s, PyObject *key, bool *skip)
{
    *skip = false;
    if (PyUnicode_Check(key)) {
        return Py_NewRef(key);
    }
    if (PyFloat_Check(key)) {
        return encode_float(s, key);
    }
    const char *name = constant_name(key);
    if (name != NULL) {
        return PyUnicode_FromString(name);
    }
    if (PyLong_Check(key)) {
        return PyLong_Type.tp_repr(key);
    }
    if (s->skipkeys) {
        *skip = true;
        return NULL;
    }
    PyErr_Format(PyExc_TypeError,
                 "keys must be str, int, float, bool or None, not %.100s",
                 Py_TYPE(key)->tp_name);
    return NULL;
}

static int
encode_pair(PyEncoderObject *s, _PyUnicodeWriter *writer, bool *first,
            PyObject *key, PyObject *value)
{
    bool skip;
    PyObject *kstr = key_as_string(s, key, &skip);
    if (kstr == NULL) {
        return skip ? 0 : -1;
    }
    if (*first) {
        *first = false;
    }
    else if (_PyUnicodeWriter_WriteStr(writer, s->item_separator) < 0) {
        Py_DECREF(kstr);
        return -1;
    }
    PyObject *encoded = encode_string(s, kstr);
    Py_DECREF(kstr);
    if (write_steal(writer, encoded) < 0
        || _PyUnicodeWriter_WriteStr(writer, s->key_separator) < 0) {
        return -1;
    }
    return encode_value(s, writer, value);
}

static int
encode_dict(PyEncoderObject *s, _PyUnicodeWriter *writer, PyObject *dct)
{
    if (PyDict_GET_SIZE(dct) == 0) {
        return _PyUnicodeWriter_WriteASCIIString(writer, "{}", 2);
    }
    PyObject *ident;
    if (mark(s, dct, &ident) < 0) {
        return -1;
    }
    int err = -1;
    PyObject *items = NULL;
    if (_PyUnicodeWriter_WriteChar(writer, '{') < 0) {
        goto done;
    }
    items = PyMapping_Items(dct);
    if (items == NULL || (s->sort_keys && PyList_Sort(items) < 0)) {
        goto done;
    }
    bool first = true;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items); i++) {
        PyObject *item = PyList_GET_ITEM(items, i);
        if (!PyTuple_Check(item) || PyTuple_GET_SIZE(item) != 2) {
            PyErr_SetString(PyExc_ValueError, "items must return 2-tuples");
            goto done;
        }
        if (encode_pair(s, writer, &first, PyTuple_GET_ITEM(item, 0),
                        PyTuple_GET_ITEM(item, 1)) < 0) {
            goto done;
        }
    }
    err = 0;
done:
    Py_XDECREF(items);
    err = unmark(s, ident, err);
    return err < 0 ? -1 : _PyUnicodeWriter_WriteChar(writer, '}');
}

static int
encode_list(PyEncoderObject *s, _PyUnicodeWriter *writer, PyObject *seq)
{
    PyObject *fast = PySequence_Fast(seq,
                                     "_iterencode_list needs a sequence");
    if (fast == NULL) {
        return -1;
    }
    if (PySequence_Fast_GET_SIZE(fast) == 0) {
        Py_DECREF(fast);
        return _PyUnicodeWriter_WriteASCIIString(writer, "[]", 2);
    }
    PyObject *ident;
    if (mark(s, seq, &ident) < 0) {
        Py_DECREF(fast);
        return -1;
    }
    int err = _PyUnicodeWriter_WriteChar(writer, '[');
    /* Encoding an item may run Python that changes the list. */
    for (Py_ssize_t i = 0;
         err == 0 && i < PySequence_Fast_GET_SIZE(fast); i++) {
        if (i > 0) {
            err = _PyUnicodeWriter_WriteStr(writer, s->item_separator);
        }
        if (err == 0) {
            PyObject *obj = Py_NewRef(PySequence_Fast_GET_ITEM(fast, i));
            err = encode_value(s, writer, obj);
            Py_DECREF(obj);
        }
    }
    Py_DECREF(fast);
    err = unmark(s, ident, err);
    return err < 0 ? -1 : _PyUnicodeWriter_WriteChar(writer, ']');
}

/* What default() makes of an object of another type. */
static int
encode_default(PyEncoderObject *s, _PyUnicodeWriter *writer, PyObject *obj)
{
    PyObject *ident;
    if (mark(s, obj, &ident) < 0) {
        return -1;
    }
    PyObject *newobj = PyObject_CallOneArg(s->defaultfn, obj);
    if (newobj == NULL) {
        Py_XDECREF(ident);
        return -1;
    }
    int err = -1;
    if (!Py_EnterRecursiveCall(" while encoding a JSON object")) {
        err = encode_value(s, writer, newobj);
        Py_LeaveRecursiveCall();
    }
    Py_DECREF(newobj);
    return unmark(s, ident, err);
}

static int
encode_value(PyEncoderObject *s, _PyUnicodeWriter *writer, PyObject *obj)
{
    const char *name = constant_name(obj);
    if (name != NULL) {
        return _PyUnicodeWriter_WriteASCIIString(writer, name,
                                                 (Py_ssize_t)strlen(name));
    }
    if (PyUnicode_Check(obj)) {
        return write_steal(writer, encode_string(s, obj));
    }
    if (PyLong_Check(obj)) {
        return write_steal(writer, PyLong_Type.tp_repr(obj));
    }
    if (PyFloat_Check(obj)) {
        return write_steal(writer, encode_float(s, obj));
    }
    int is_list = PyList_Check(obj) || PyTuple_Check(obj);
    if (!is_list && !PyDict_Check(obj)) {
        return encode_default(s, writer, obj);
    }
    if (Py_EnterRecursiveCall(" while encoding a JSON object")) {
        return -1;
    }
    int err = is_list ? encode_list(s, writer, obj)
                      : encode_dict(s, writer, obj);
    Py_LeaveRecursiveCall();
    return err;
}

static PyObject *
encoder_call(PyEncoderObject *self, PyObject *args, PyObject *kwds)
{
    static const char *const kwlist[] = {"obj", "_current_indent_level",
                                         NULL};
    PyObject *obj;
    Py_ssize_t indent_level;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "On:_iterencode",
                                     (char **)kwlist, &obj,
                                     &indent_level)) {
        return NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    if (encode_value(self, &writer, obj) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    PyObject *text = _PyUnicodeWriter_Finish(&writer);
    if (text == NULL) {
        return NULL;
    }
    return Py_BuildValue("(N)", text);
}

static PyObject *
encoder_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static const char *const kwlist[] = {
        "markers", "default", "encoder", "indent", "key_separator",
        "item_separator", "sort_keys", "skipkeys", "allow_nan", NULL};
    PyObject *markers, *defaultfn, *encoder, *indent;
    PyObject *key_separator, *item_separator;
    int sort_keys, skipkeys, allow_nan;
    if (!PyArg_ParseTupleAndKeywords(
            args, kwds, "OOOOUUppp:make_encoder", (char **)kwlist, &markers,
            &defaultfn, &encoder, &indent, &key_separator, &item_separator,
            &sort_keys, &skipkeys, &allow_nan)) {
        return NULL;
    }
    if (markers != Py_None && !PyDict_Check(markers)) {
        PyErr_Format(PyExc_TypeError,
                     "make_encoder() argument 1 must be dict or None, "
                     "not %.200s", Py_TYPE(markers)->tp_name);
        return NULL;
    }
    PyEncoderObject *s = (PyEncoderObject *)type->tp_alloc(type, 0);
    if (s == NULL) {
        return NULL;
    }
    s->markers = Py_NewRef(markers);
    s->defaultfn = Py_NewRef(defaultfn);
    s->encoder = Py_NewRef(encoder);
    s->indent = Py_NewRef(indent);
    s->key_separator = Py_NewRef(key_separator);
    s->item_separator = Py_NewRef(item_separator);
    s->sort_keys = (char)sort_keys;
    s->skipkeys = (char)skipkeys;
    s->allow_nan = allow_nan;
    s->fast_encode = NULL;
    if (PyCFunction_Check(encoder)) {
        PyCFunction f = PyCFunction_GetFunction(encoder);
        if (f == py_encode_basestring_ascii || f == py_encode_basestring) {
            s->fast_encode = f;
        }
    }
    return (PyObject *)s;
}

static int
encoder_clear(PyEncoderObject *self)
{
    Py_CLEAR(self->markers);
    Py_CLEAR(self->defaultfn);
    Py_CLEAR(self->encoder);
    Py_CLEAR(self->indent);
    Py_CLEAR(self->key_separator);
    Py_CLEAR(self->item_separator);
    return 0;
}

static void
encoder_dealloc(PyEncoderObject *self)
{
    PyTypeObject *tp = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    encoder_clear(self);
    tp->tp_free(self);
    Py_DECREF(tp);
}

static int
encoder_traverse(PyEncoderObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->markers);
    Py_VISIT(self->defaultfn);
    Py_VISIT(self->encoder);
    Py_VISIT(self->indent);
    Py_VISIT(self->key_separator);
    Py_VISIT(self->item_separator);
    return 0;
}

#define OFF(x) offsetof(PyEncoderObject, x)
static PyMemberDef encoder_members[] = {
    {"markers", T_OBJECT, OFF(markers), READONLY, "markers"},
    {"default", T_OBJECT, OFF(defaultfn), READONLY, "default"},
    {"encoder", T_OBJECT, OFF(encoder), READONLY, "encoder"},
    {"indent", T_OBJECT, OFF(indent), READONLY, "indent"},
    {"key_separator", T_OBJECT, OFF(key_separator), READONLY,
     "key_separator"},
    {"item_separator", T_OBJECT, OFF(item_separator), READONLY,
     "item_separator"},
    {"sort_keys", T_BOOL, OFF(sort_keys), READONLY, "sort_keys"},
    {"skipkeys", T_BOOL, OFF(skipkeys), READONLY, "skipkeys"},
    {NULL},
};
#undef OFF

PyDoc_STRVAR(encoder_doc,
"Encoder(markers, default, encoder, indent, key_separator, item_separator, "
"sort_keys, skipkeys, allow_nan)");

static PyType_Slot encoder_slots[] = {
    {Py_tp_doc, (void *)encoder_doc},
    {Py_tp_dealloc, encoder_dealloc},
    {Py_tp_call, encoder_call},
    {Py_tp_traverse, encoder_traverse},
    {Py_tp_clear, encoder_clear},
    {Py_tp_members, encoder_members},
    {Py_tp_new, encoder_new},
    {0, NULL},
};

static PyType_Spec encoder_spec = {
    .name = "_json.Encoder",
    .basicsize = sizeof(PyEncoderObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = encoder_slots,
};

/* -- The module -------------------------------------------------------------- */

static PyMethodDef json_methods[] = {
    {"encode_basestring_ascii", py_encode_basestring_ascii, METH_O,
     pydoc_encode_basestring_ascii},
    {"encode_basestring", py_encode_basestring, METH_O,
     pydoc_encode_basestring},
    {"scanstring", py_scanstring, METH_VARARGS, pydoc_scanstring},
    {NULL, NULL},
};

PyDoc_STRVAR(json_doc, "The fast half of json.\n");

static int
json_add_type(PyObject *module, const char *name, PyType_Spec *spec)
{
    PyObject *type = PyType_FromSpec(spec);
    if (type == NULL) {
        return -1;
    }
    int err = PyModule_AddObjectRef(module, name, type);
    Py_DECREF(type);
    return err;
}

static int
json_exec(PyObject *module)
{
    if (json_add_type(module, "make_scanner", &scanner_spec) < 0) {
        return -1;
    }
    return json_add_type(module, "make_encoder", &encoder_spec);
}

static PyModuleDef_Slot json_slots[] = {
    {Py_mod_exec, json_exec},
    {0, NULL},
};

static struct PyModuleDef json_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_json",
    .m_doc = json_doc,
    .m_methods = json_methods,
    .m_slots = json_slots,
};

PyMODINIT_FUNC
PyInit__json(void)
{
    return PyModuleDef_Init(&json_module);
}
