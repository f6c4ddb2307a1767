/* binascii: bytes to text encodings and back, and checksums. */

#include "Python.h"

#include <zlib.h>

#include "pycore_long.h"
#include "pycore_strhex.h"

typedef struct {
    PyObject *error;
    PyObject *incomplete;
} binascii_state;

static binascii_state *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

/* -- Arguments and results ---------------------------------------------- */

/* The bytes of a bytes-like object or of an ASCII string. */
static int
ascii_get(PyObject *arg, Py_buffer *view)
{
    memset(view, 0, sizeof(*view));
    if (PyUnicode_Check(arg)) {
        if (PyUnicode_READY(arg) < 0) {
            return -1;
        }
        if (!PyUnicode_IS_ASCII(arg)) {
            PyErr_SetString(PyExc_ValueError,
                            "string argument should contain only ASCII "
                            "characters");
            return -1;
        }
        view->buf = PyUnicode_1BYTE_DATA(arg);
        view->len = PyUnicode_GET_LENGTH(arg);
        return 0;
    }
    if (PyObject_GetBuffer(arg, view, PyBUF_SIMPLE) != 0) {
        PyErr_Format(PyExc_TypeError,
                     "argument should be bytes, buffer or ASCII string, not "
                     "'%.100s'", Py_TYPE(arg)->tp_name);
        return -1;
    }
    if (!PyBuffer_IsContiguous(view, 'C')) {
        PyErr_Format(PyExc_TypeError,
                     "argument should be a contiguous buffer, not '%.100s'",
                     Py_TYPE(arg)->tp_name);
        PyBuffer_Release(view);
        return -1;
    }
    return 0;
}

/* Output that grows to what was written. */
struct output {
    PyObject *bytes;    /* owned */
    unsigned char *p;   /* where to write next */
};

static unsigned char *
output_start(struct output *out, Py_ssize_t room)
{
    out->bytes = PyBytes_FromStringAndSize(NULL, room);
    out->p = out->bytes == NULL
        ? NULL : (unsigned char *)PyBytes_AS_STRING(out->bytes);
    return out->p;
}

static PyObject *
output_finish(struct output *out)
{
    Py_ssize_t n = out->p - (unsigned char *)PyBytes_AS_STRING(out->bytes);
    _PyBytes_Resize(&out->bytes, n);
    return out->bytes;
}

/* -- uuencode ----------------------------------------------------------- */

static PyObject *
uu_decode(binascii_state *state, const unsigned char *s, Py_ssize_t length)
{
    /* The first character says how many bytes there are; missing ones are
       zero. */
    Py_ssize_t n = ((length > 0 ? *s : 0) - ' ') & 077;
    if (length > 0) {
        s++;
        length--;
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, n);
    if (result == NULL) {
        return NULL;
    }
    unsigned char *out = (unsigned char *)PyBytes_AS_STRING(result);
    unsigned bits = 0;
    int nbits = 0;
    const char *message = NULL;
    for (; n > 0 && message == NULL; length--, s++) {
        unsigned c = length > 0 ? *s : 0;
        if (c == '\n' || c == '\r' || length <= 0) {
            c = 0;      /* trailing spaces may be cut off */
        }
        else if (c < ' ' || c > ' ' + 64) {
            message = "Illegal char";
        }
        else {
            c = (c - ' ') & 077;
        }
        bits = bits << 6 | c;
        nbits += 6;
        if (nbits >= 8) {
            nbits -= 8;
            *out++ = (unsigned char)(bits >> nbits);
            bits &= (1U << nbits) - 1;
            n--;
        }
    }
    for (; length > 0 && message == NULL; length--, s++) {
        unsigned c = *s;
        if (c != ' ' && c != ' ' + 64 && c != '\n' && c != '\r') {
            message = "Trailing garbage";
        }
    }
    if (message != NULL) {
        PyErr_SetString(state->error, message);
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
binascii_a2b_uu(PyObject *module, PyObject *arg)
{
    Py_buffer data;
    if (ascii_get(arg, &data) < 0) {
        return NULL;
    }
    PyObject *result = uu_decode(state_of(module), data.buf, data.len);
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
uu_encode(binascii_state *state, const unsigned char *s, Py_ssize_t length,
          int backtick)
{
    if (length > 45) {
        PyErr_SetString(state->error, "At most 45 bytes at once");
        return NULL;
    }
    struct output out;
    if (output_start(&out, 2 + (length + 2) / 3 * 4) == NULL) {
        return NULL;
    }
    unsigned char zero = backtick ? '`' : ' ';
    *out.p++ = length ? (unsigned char)(' ' + length) : zero;
    for (Py_ssize_t i = 0; i < length; i += 3) {
        unsigned bits = (unsigned)s[i] << 16;
        bits |= i + 1 < length ? (unsigned)s[i + 1] << 8 : 0;
        bits |= i + 2 < length ? s[i + 2] : 0;
        for (int shift = 18; shift >= 0; shift -= 6) {
            unsigned c = (bits >> shift) & 077;
            *out.p++ = c ? (unsigned char)(' ' + c) : zero;
        }
    }
    *out.p++ = '\n';
    return output_finish(&out);
}

static PyObject *
binascii_b2a_uu(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"", "backtick", NULL};
    Py_buffer data;
    int backtick = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|$p:b2a_uu",
                                     (char **)keywords, &data, &backtick)) {
        return NULL;
    }
    PyObject *result = uu_encode(state_of(module), data.buf, data.len,
                                 backtick);
    PyBuffer_Release(&data);
    return result;
}

/* -- base64 ------------------------------------------------------------- */

static const char base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 0 ... 63, or 64 for other characters. */
static int
base64_value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

static PyObject *
base64_decode(binascii_state *state, const unsigned char *s,
              Py_ssize_t length, int strict)
{
    struct output out;
    if (output_start(&out, (length + 3) / 4 * 3) == NULL) {
        return NULL;
    }
    const char *message = NULL;
    unsigned bits = 0;
    int quad = 0;       /* characters of the current four */
    int pads = 0;
    int padding_started = 0;
    Py_ssize_t i;
    if (strict && length > 0 && s[0] == '=') {
        message = "Leading padding not allowed";
        goto error;
    }
    for (i = 0; i < length; i++) {
        unsigned char c = s[i];
        if (c == '=') {
            padding_started = 1;
            if (quad >= 2 && quad + ++pads >= 4) {
                /* A complete group ends the data. */
                if (strict && i + 1 < length) {
                    message = "Excess data after padding";
                    goto error;
                }
                return output_finish(&out);
            }
            continue;
        }
        int value = base64_value(c);
        if (value >= 64) {
            if (strict) {
                message = "Only base64 data is allowed";
                goto error;
            }
            continue;
        }
        if (strict && padding_started) {
            message = "Discontinuous padding not allowed";
            goto error;
        }
        pads = 0;
        bits = bits << 6 | (unsigned)value;
        if (quad > 0) {
            *out.p++ = (unsigned char)(bits >> (6 - 2 * quad));
        }
        quad = (quad + 1) % 4;
        if (quad == 0) {
            bits = 0;
        }
    }
    if (quad == 1) {
        PyErr_Format(state->error,
                     "Invalid base64-encoded string: number of data "
                     "characters (%zd) cannot be 1 more than a multiple of "
                     "4",
                     (out.p - (unsigned char *)PyBytes_AS_STRING(out.bytes))
                         / 3 * 4 + 1);
        Py_DECREF(out.bytes);
        return NULL;
    }
    if (quad != 0) {
        message = "Incorrect padding";
        goto error;
    }
    return output_finish(&out);

error:
    PyErr_SetString(state->error, message);
    Py_DECREF(out.bytes);
    return NULL;
}

static PyObject *
binascii_a2b_base64(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"", "strict_mode", NULL};
    PyObject *arg;
    int strict = 0;
    Py_buffer data;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$i:a2b_base64",
                                     (char **)keywords, &arg, &strict)
        || ascii_get(arg, &data) < 0) {
        return NULL;
    }
    PyObject *result = base64_decode(state_of(module), data.buf, data.len,
                                     strict);
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
base64_encode(binascii_state *state, const unsigned char *s,
              Py_ssize_t length, int newline)
{
    if (length > (PY_SSIZE_T_MAX - 3) / 2) {
        PyErr_SetString(state->error, "Too much data for base64 line");
        return NULL;
    }
    struct output out;
    if (output_start(&out, (length + 2) / 3 * 4 + (newline != 0)) == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < length; i += 3) {
        Py_ssize_t rest = length - i;
        unsigned bits = (unsigned)s[i] << 16;
        bits |= rest > 1 ? (unsigned)s[i + 1] << 8 : 0;
        bits |= rest > 2 ? s[i + 2] : 0;
        *out.p++ = (unsigned char)base64_alphabet[bits >> 18];
        *out.p++ = (unsigned char)base64_alphabet[(bits >> 12) & 63];
        *out.p++ = rest > 1
            ? (unsigned char)base64_alphabet[(bits >> 6) & 63] : '=';
        *out.p++ = rest > 2 ? (unsigned char)base64_alphabet[bits & 63]
                            : '=';
    }
    if (newline) {
        *out.p++ = '\n';
    }
    return output_finish(&out);
}

static PyObject *
binascii_b2a_base64(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"", "newline", NULL};
    Py_buffer data;
    int newline = 1;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|$p:b2a_base64",
                                     (char **)keywords, &data, &newline)) {
        return NULL;
    }
    PyObject *result = base64_encode(state_of(module), data.buf, data.len,
                                     newline);
    PyBuffer_Release(&data);
    return result;
}

/* -- Hexadecimal -------------------------------------------------------- */

static PyObject *
binascii_hexlify(PyObject *Py_UNUSED(module), PyObject *args,
                 PyObject *kwargs, const char *format)
{
    static const char *const keywords[] = {"data", "sep", "bytes_per_sep",
                                           NULL};
    Py_buffer data;
    PyObject *sep = NULL;
    int group = 1;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, format,
                                     (char **)keywords, &data, &sep,
                                     &group)) {
        return NULL;
    }
    PyObject *result = _Py_strhex_bytes_with_sep(data.buf, data.len, sep,
                                                 group);
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
binascii_b2a_hex(PyObject *module, PyObject *args, PyObject *kwargs)
{
    return binascii_hexlify(module, args, kwargs, "y*|Oi:b2a_hex");
}

static PyObject *
binascii_hexlify_method(PyObject *module, PyObject *args, PyObject *kwargs)
{
    return binascii_hexlify(module, args, kwargs, "y*|Oi:hexlify");
}

static PyObject *
hex_decode(binascii_state *state, const unsigned char *s, Py_ssize_t length)
{
    if (length % 2) {
        PyErr_SetString(state->error, "Odd-length string");
        return NULL;
    }
    struct output out;
    if (output_start(&out, length / 2) == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < length; i += 2) {
        unsigned high = _PyLong_DigitValue[s[i]];
        unsigned low = _PyLong_DigitValue[s[i + 1]];
        if (high >= 16 || low >= 16) {
            PyErr_SetString(state->error, "Non-hexadecimal digit found");
            Py_DECREF(out.bytes);
            return NULL;
        }
        *out.p++ = (unsigned char)(high << 4 | low);
    }
    return out.bytes;
}

static PyObject *
binascii_a2b_hex(PyObject *module, PyObject *arg)
{
    Py_buffer data;
    if (ascii_get(arg, &data) < 0) {
        return NULL;
    }
    PyObject *result = hex_decode(state_of(module), data.buf, data.len);
    PyBuffer_Release(&data);
    return result;
}

/* -- Quoted-printable --------------------------------------------------- */

static PyObject *
qp_decode(const unsigned char *s, Py_ssize_t length, int header)
{
    struct output out;
    if (output_start(&out, length) == NULL) {
        return NULL;
    }
    Py_ssize_t i = 0;
    while (i < length) {
        unsigned char c = s[i++];
        if (c == '_' && header) {
            *out.p++ = ' ';
        }
        else if (c != '=') {
            *out.p++ = c;
        }
        else if (i >= length) {
            break;
        }
        else if (s[i] == '\n' || s[i] == '\r') {
            /* A soft line break. */
            if (s[i] != '\n') {
                while (i < length && s[i] != '\n') {
                    i++;
                }
            }
            if (i < length) {
                i++;
            }
        }
        else if (s[i] == '=') {
            *out.p++ = '=';     /* broken case from broken python qp */
            i++;
        }
        else if (i + 1 < length && _PyLong_DigitValue[s[i]] < 16
                 && _PyLong_DigitValue[s[i + 1]] < 16) {
            *out.p++ = (unsigned char)(_PyLong_DigitValue[s[i]] << 4
                                       | _PyLong_DigitValue[s[i + 1]]);
            i += 2;
        }
        else {
            *out.p++ = '=';
        }
    }
    return output_finish(&out);
}

static PyObject *
binascii_a2b_qp(PyObject *Py_UNUSED(module), PyObject *args,
                PyObject *kwargs)
{
    static const char *const keywords[] = {"data", "header", NULL};
    PyObject *arg;
    int header = 0;
    Py_buffer data;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|p:a2b_qp",
                                     (char **)keywords, &arg, &header)
        || ascii_get(arg, &data) < 0) {
        return NULL;
    }
    PyObject *result = qp_decode(data.buf, data.len, header);
    PyBuffer_Release(&data);
    return result;
}

struct qp_options {
    int quotetabs;
    int istext;
    int header;
    int crlf;       /* the data's line ends are CR LF */
};

#define QP_LINE_MAX 76

/* Must s[i], at column `column` of its line, be written as =XX? */
static int
qp_must_quote(const struct qp_options *options, const unsigned char *s,
              Py_ssize_t i, Py_ssize_t length, Py_ssize_t column)
{
    unsigned char c = s[i];
    int last = i + 1 == length;
    if (c > 126 || c == '=' || (options->header && c == '_')) {
        return 1;
    }
    if (c == '.' && column == 0) {
        return last || s[i + 1] == '\n' || s[i + 1] == '\r'
            || s[i + 1] == 0;
    }
    if (!options->istext && (c == '\r' || c == '\n')) {
        return 1;
    }
    if ((c == '\t' || c == ' ') && last) {
        return 1;
    }
    if (c < 33 && c != '\r' && c != '\n' && c != '\t' && c != ' ') {
        return 1;
    }
    return c < 33 && (c == '\t' || c == ' ') && options->quotetabs;
}

static unsigned char *
qp_quote(unsigned char *p, unsigned char c)
{
    *p++ = '=';
    *p++ = (unsigned char)"0123456789ABCDEF"[c >> 4];
    *p++ = (unsigned char)"0123456789ABCDEF"[c & 15];
    return p;
}

static unsigned char *
qp_line_end(unsigned char *p, const struct qp_options *options)
{
    if (options->crlf) {
        *p++ = '\r';
    }
    *p++ = '\n';
    return p;
}

static PyObject *
qp_encode(const struct qp_options *options, const unsigned char *s,
          Py_ssize_t length)
{
    if (length > (PY_SSIZE_T_MAX - 16) / 4) {
        return PyErr_NoMemory();
    }
    struct output out;
    /* Three characters a byte, and a soft break every 24 bytes at most. */
    if (output_start(&out, length * 4 + 16) == NULL) {
        return NULL;
    }
    Py_ssize_t column = 0;
    Py_ssize_t i = 0;
    while (i < length) {
        unsigned char c = s[i];
        if (qp_must_quote(options, s, i, length, column)) {
            if (column + 3 >= QP_LINE_MAX) {
                *out.p++ = '=';
                out.p = qp_line_end(out.p, options);
                column = 0;
            }
            out.p = qp_quote(out.p, c);
            i++;
            column += 3;
            continue;
        }
        int line_end = c == '\n'
            || (c == '\r' && i + 1 < length && s[i + 1] == '\n');
        if (options->istext && line_end) {
            /* White space at the end of a line must be quoted. */
            if (column > 0 && (out.p[-1] == ' ' || out.p[-1] == '\t')) {
                unsigned char space = out.p[-1];
                out.p = qp_quote(out.p - 1, space);
            }
            out.p = qp_line_end(out.p, options);
            column = 0;
            i += c == '\r' ? 2 : 1;
            continue;
        }
        if (i + 1 != length && s[i + 1] != '\n'
            && column + 1 >= QP_LINE_MAX) {
            *out.p++ = '=';
            out.p = qp_line_end(out.p, options);
            column = 0;
        }
        column++;
        *out.p++ = options->header && c == ' ' ? '_' : c;
        i++;
    }
    return output_finish(&out);
}

static PyObject *
binascii_b2a_qp(PyObject *Py_UNUSED(module), PyObject *args,
                PyObject *kwargs)
{
    static const char *const keywords[] = {"data", "quotetabs", "istext",
                                           "header", NULL};
    Py_buffer data;
    struct qp_options options = {0, 1, 0, 0};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|ppp:b2a_qp",
                                     (char **)keywords, &data,
                                     &options.quotetabs, &options.istext,
                                     &options.header)) {
        return NULL;
    }
    const unsigned char *s = data.buf;
    const unsigned char *newline = memchr(s, '\n', (size_t)data.len);
    options.crlf = newline != NULL && newline > s && newline[-1] == '\r';
    PyObject *result = qp_encode(&options, s, data.len);
    PyBuffer_Release(&data);
    return result;
}

/* -- Checksums ---------------------------------------------------------- */

static PyObject *
binascii_crc_hqx(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer data;
    unsigned int crc;
    if (!PyArg_ParseTuple(args, "y*I:crc_hqx", &data, &crc)) {
        return NULL;
    }
    crc &= 0xFFFF;
    const unsigned char *s = data.buf;
    for (Py_ssize_t i = 0; i < data.len; i++) {
        crc ^= (unsigned)s[i] << 8;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0);
        }
        crc &= 0xFFFF;
    }
    PyBuffer_Release(&data);
    return PyLong_FromUnsignedLong(crc);
}

static PyObject *
binascii_crc32(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer data;
    unsigned int crc = 0;
    if (!PyArg_ParseTuple(args, "y*|I:crc32", &data, &crc)) {
        return NULL;
    }
    crc = (unsigned int)crc32_z(crc, data.buf, (size_t)data.len);
    PyBuffer_Release(&data);
    return PyLong_FromUnsignedLong(crc);
}

/* -- The module --------------------------------------------------------- */

#define KEYWORDS METH_VARARGS | METH_KEYWORDS
#define DOC(signature, text) PyDoc_STR(signature "\n--\n\n" text)

static PyMethodDef binascii_methods[] = {
    {"a2b_uu", binascii_a2b_uu, METH_O,
     DOC("a2b_uu($module, data, /)", "Decode a line of uuencoded data.")},
    {"b2a_uu", _PyCFunction_CAST(binascii_b2a_uu), KEYWORDS,
     DOC("b2a_uu($module, data, /, *, backtick=False)",
         "Uuencode a line of data.")},
    {"a2b_base64", _PyCFunction_CAST(binascii_a2b_base64), KEYWORDS,
     DOC("a2b_base64($module, data, /, *, strict_mode=False)",
         "Decode base64 data.\n\n"
         "In strict mode, anything that RFC 3548 does not allow is an "
         "error.")},
    {"b2a_base64", _PyCFunction_CAST(binascii_b2a_base64), KEYWORDS,
     DOC("b2a_base64($module, data, /, *, newline=True)",
         "Encode a line of data in base64.")},
    {"a2b_hex", binascii_a2b_hex, METH_O,
     DOC("a2b_hex($module, hexstr, /)",
         "The bytes of a hexadecimal text; also available as "
         "\"unhexlify()\".")},
    {"b2a_hex", _PyCFunction_CAST(binascii_b2a_hex), KEYWORDS,
     DOC("b2a_hex($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
         "The data in hexadecimal, with separators if asked; also available\n"
         "as \"hexlify()\".")},
    {"hexlify", _PyCFunction_CAST(binascii_hexlify_method), KEYWORDS,
     DOC("hexlify($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
         "The data in hexadecimal, with separators if asked; also available\n"
         "as \"b2a_hex()\".")},
    {"unhexlify", binascii_a2b_hex, METH_O,
     DOC("unhexlify($module, hexstr, /)",
         "The bytes of a hexadecimal text.")},
    {"crc_hqx", binascii_crc_hqx, METH_VARARGS,
     DOC("crc_hqx($module, data, crc, /)",
         "Continue a CRC-CCITT of 16 bits with the data.")},
    {"crc32", binascii_crc32, METH_VARARGS,
     DOC("crc32($module, data, crc=0, /)",
         "Continue a CRC-32 with the data.")},
    {"b2a_qp", _PyCFunction_CAST(binascii_b2a_qp), KEYWORDS,
     DOC("b2a_qp($module, /, data, quotetabs=False, istext=True, "
         "header=False)",
         "Encode data in quoted-printable.\n\n"
         "Without istext, line ends are quoted too; with quotetabs, spaces\n"
         "and tabs; with header, underscores stand for spaces.")},
    {"a2b_qp", _PyCFunction_CAST(binascii_a2b_qp), KEYWORDS,
     DOC("a2b_qp($module, /, data, header=False)",
         "Decode quoted-printable data.")},
    {NULL, NULL, 0, NULL}
};

static int
binascii_exec(PyObject *module)
{
    binascii_state *state = state_of(module);
    state->error = PyErr_NewException("binascii.Error", PyExc_ValueError,
                                      NULL);
    if (state->error == NULL
        || PyModule_AddObjectRef(module, "Error", state->error) < 0) {
        return -1;
    }
    state->incomplete = PyErr_NewException("binascii.Incomplete", NULL,
                                           NULL);
    if (state->incomplete == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "Incomplete", state->incomplete);
}

static int
binascii_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(state_of(module)->error);
    Py_VISIT(state_of(module)->incomplete);
    return 0;
}

static int
binascii_clear(PyObject *module)
{
    Py_CLEAR(state_of(module)->error);
    Py_CLEAR(state_of(module)->incomplete);
    return 0;
}

static void
binascii_free(void *module)
{
    (void)binascii_clear(module);
}

static PyModuleDef_Slot binascii_slots[] = {
    {Py_mod_exec, binascii_exec},
    {0, NULL}
};

static struct PyModuleDef binascii_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "binascii",
    .m_doc = PyDoc_STR("Conversion between binary data and ASCII"),
    .m_size = sizeof(binascii_state),
    .m_methods = binascii_methods,
    .m_slots = binascii_slots,
    .m_traverse = binascii_traverse,
    .m_clear = binascii_clear,
    .m_free = binascii_free,
};

PyMODINIT_FUNC
PyInit_binascii(void)
{
    return PyModuleDef_Init(&binascii_module);
}
