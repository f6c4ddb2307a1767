/* _codecs: the registry and the built-in codecs as functions of str and bytes,
   for the modules codecs and encodings. */
#include "Python.h"
#include "pycore_object.h"

/* -- Arguments and results ----------------------------------------------- */

static PyObject *
coded(PyObject *result, Py_ssize_t length)
{
    return result == NULL ? NULL : Py_BuildValue("Nn", result, length);
}

static int
parse_errors(const char *name, PyObject *const *args, Py_ssize_t nargs,
             const char **errors)
{
    *errors = NULL;
    if (nargs < 2 || args[1] == Py_None) {
        return 0;
    }
    if (!PyUnicode_Check(args[1])) {
        _PyArg_BadArgument(name, "argument 2", "str or None", args[1]);
        return -1;
    }
    Py_ssize_t length;
    *errors = PyUnicode_AsUTF8AndSize(args[1], &length);
    if (*errors == NULL) {
        return -1;
    }
    if (strlen(*errors) != (size_t)length) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return -1;
    }
    return 0;
}

static int
parse_int(PyObject *const *args, Py_ssize_t nargs, Py_ssize_t i, int *value)
{
    if (i < nargs) {
        *value = _PyLong_AsInt(args[i]);
        if (*value == -1 && PyErr_Occurred()) {
            return -1;
        }
    }
    return 0;
}

/* (str, errors=None, ...) */
static int
parse_encode(const char *name, PyObject *const *args, Py_ssize_t nargs,
             Py_ssize_t max, const char **errors)
{
    if (!_PyArg_CheckPositional(name, nargs, 1, max)) {
        return -1;
    }
    if (!PyUnicode_Check(args[0])) {
        _PyArg_BadArgument(name, "argument 1", "str", args[0]);
        return -1;
    }
    if (PyUnicode_READY(args[0]) == -1) {
        return -1;
    }
    return parse_errors(name, args, nargs, errors);
}

/* (data, errors=None, ...); a str is taken as its UTF-8 where text is true. */
static int
parse_decode(const char *name, PyObject *const *args, Py_ssize_t nargs,
             Py_ssize_t max, int text, Py_buffer *data, const char **errors)
{
    if (!_PyArg_CheckPositional(name, nargs, 1, max)) {
        return -1;
    }
    if (text && PyUnicode_Check(args[0])) {
        Py_ssize_t length;
        const char *utf8 = PyUnicode_AsUTF8AndSize(args[0], &length);
        if (utf8 == NULL
            || PyBuffer_FillInfo(data, args[0], (void *)utf8, length, 1,
                                 PyBUF_SIMPLE) < 0) {
            return -1;
        }
    }
    else if (PyObject_GetBuffer(args[0], data, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    if (parse_errors(name, args, nargs, errors) < 0) {
        PyBuffer_Release(data);
        return -1;
    }
    return 0;
}

/* -- Encoders ------------------------------------------------------------ */

#define ENCODER(NAME, EXPRESSION)                                          \
    static PyObject *                                                      \
    codecs_##NAME(PyObject *module, PyObject *const *args,                 \
                  Py_ssize_t nargs)                                        \
    {                                                                      \
        const char *errors;                                                \
        if (parse_encode(#NAME, args, nargs, 2, &errors) < 0) {            \
            return NULL;                                                   \
        }                                                                  \
        PyObject *str = args[0];                                           \
        return coded(EXPRESSION, PyUnicode_GET_LENGTH(str));               \
    }

static PyObject *
escape_without_errors(PyObject *str, const char *errors,
                      PyObject *(*encode)(PyObject *))
{
    (void)errors;
    return encode(str);
}

ENCODER(utf_8_encode, _PyUnicode_AsUTF8String(str, errors))
ENCODER(utf_7_encode, _PyUnicode_EncodeUTF7(str, 0, 0, errors))
ENCODER(utf_16_le_encode, _PyUnicode_EncodeUTF16(str, errors, -1))
ENCODER(utf_16_be_encode, _PyUnicode_EncodeUTF16(str, errors, 1))
ENCODER(utf_32_le_encode, _PyUnicode_EncodeUTF32(str, errors, -1))
ENCODER(utf_32_be_encode, _PyUnicode_EncodeUTF32(str, errors, 1))
ENCODER(latin_1_encode, _PyUnicode_AsLatin1String(str, errors))
ENCODER(ascii_encode, _PyUnicode_AsASCIIString(str, errors))
ENCODER(unicode_escape_encode,
        escape_without_errors(str, errors, PyUnicode_AsUnicodeEscapeString))
ENCODER(raw_unicode_escape_encode,
        escape_without_errors(str, errors,
                              PyUnicode_AsRawUnicodeEscapeString))
#undef ENCODER

#define ORDERED_ENCODER(NAME, FUNCTION)                                    \
    static PyObject *                                                      \
    codecs_##NAME(PyObject *module, PyObject *const *args,                 \
                  Py_ssize_t nargs)                                        \
    {                                                                      \
        const char *errors;                                                \
        int byteorder = 0;                                                 \
        if (parse_encode(#NAME, args, nargs, 3, &errors) < 0               \
            || parse_int(args, nargs, 2, &byteorder) < 0) {                \
            return NULL;                                                   \
        }                                                                  \
        return coded(FUNCTION(args[0], errors, byteorder),                 \
                     PyUnicode_GET_LENGTH(args[0]));                       \
    }
ORDERED_ENCODER(utf_16_encode, _PyUnicode_EncodeUTF16)
ORDERED_ENCODER(utf_32_encode, _PyUnicode_EncodeUTF32)
#undef ORDERED_ENCODER

static PyObject *
codecs_charmap_encode(PyObject *module, PyObject *const *args,
                      Py_ssize_t nargs)
{
    const char *errors;
    if (parse_encode("charmap_encode", args, nargs, 3, &errors) < 0) {
        return NULL;
    }
    PyObject *mapping = nargs > 2 && args[2] != Py_None ? args[2] : NULL;
    return coded(_PyUnicode_EncodeCharmap(args[0], mapping, errors),
                 PyUnicode_GET_LENGTH(args[0]));
}

static PyObject *
codecs_charmap_build(PyObject *module, PyObject *map)
{
    if (!PyUnicode_Check(map)) {
        _PyArg_BadArgument("charmap_build", "argument", "str", map);
        return NULL;
    }
    return PyUnicode_BuildEncodingMap(map);
}

static PyObject *
codecs_readbuffer_encode(PyObject *module, PyObject *const *args,
                         Py_ssize_t nargs)
{
    Py_buffer data;
    const char *errors;
    if (parse_decode("readbuffer_encode", args, nargs, 2, 1, &data, &errors)
        < 0) {
        return NULL;
    }
    PyObject *result = coded(PyBytes_FromStringAndSize(data.buf, data.len),
                             data.len);
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
codecs_escape_encode(PyObject *module, PyObject *const *args,
                     Py_ssize_t nargs)
{
    const char *errors;
    if (!_PyArg_CheckPositional("escape_encode", nargs, 1, 2)) {
        return NULL;
    }
    if (!PyBytes_Check(args[0])) {
        _PyArg_BadArgument("escape_encode", "argument 1", "bytes", args[0]);
        return NULL;
    }
    if (parse_errors("escape_encode", args, nargs, &errors) < 0) {
        return NULL;
    }
    Py_ssize_t size = PyBytes_GET_SIZE(args[0]);
    if (size > PY_SSIZE_T_MAX / 4) {
        PyErr_SetString(PyExc_OverflowError, "string is too large to encode");
        return NULL;
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, 4 * size);
    if (result == NULL) {
        return NULL;
    }
    char *to = PyBytes_AS_STRING(result);
    const char *from = PyBytes_AS_STRING(args[0]);
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)from[i];
        const char *escape = c == '\t' ? "\\t" : c == '\n' ? "\\n"
                             : c == '\r' ? "\\r" : NULL;
        if (c == '\'' || c == '\\') {
            *to++ = '\\';
            *to++ = (char)c;
        }
        else if (escape != NULL) {
            *to++ = escape[0];
            *to++ = escape[1];
        }
        else if (c < ' ' || c >= 0x7f) {
            *to++ = '\\';
            *to++ = 'x';
            *to++ = Py_hexdigits[c >> 4];
            *to++ = Py_hexdigits[c & 15];
        }
        else {
            *to++ = (char)c;
        }
    }
    if (_PyBytes_Resize(&result, to - PyBytes_AS_STRING(result)) < 0) {
        return NULL;
    }
    return coded(result, size);
}

/* -- Decoders ------------------------------------------------------------ */

/* Whole input at once. */
#define DECODER(NAME, TEXT, EXPRESSION)                                    \
    static PyObject *                                                      \
    codecs_##NAME(PyObject *module, PyObject *const *args,                 \
                  Py_ssize_t nargs)                                        \
    {                                                                      \
        Py_buffer data;                                                    \
        const char *errors;                                                \
        if (parse_decode(#NAME, args, nargs, 2, TEXT, &data, &errors)      \
            < 0) {                                                         \
            return NULL;                                                   \
        }                                                                  \
        PyObject *result = coded(EXPRESSION, data.len);                    \
        PyBuffer_Release(&data);                                           \
        return result;                                                     \
    }
DECODER(latin_1_decode, 0, PyUnicode_DecodeLatin1(data.buf, data.len, errors))
DECODER(ascii_decode, 0, PyUnicode_DecodeASCII(data.buf, data.len, errors))
DECODER(escape_decode, 1,
        PyBytes_DecodeEscape(data.buf, data.len, errors, 0, NULL))
#undef DECODER

/* Input that may go on later unless final. */
#define STATEFUL_DECODER(NAME, TEXT, FINAL, CALL)                          \
    static PyObject *                                                      \
    codecs_##NAME(PyObject *module, PyObject *const *args,                 \
                  Py_ssize_t nargs)                                        \
    {                                                                      \
        Py_buffer data;                                                    \
        const char *errors;                                                \
        int final = FINAL;                                                 \
        if (parse_decode(#NAME, args, nargs, 3, TEXT, &data, &errors)      \
            < 0) {                                                         \
            return NULL;                                                   \
        }                                                                  \
        if (parse_int(args, nargs, 2, &final) < 0) {                       \
            PyBuffer_Release(&data);                                       \
            return NULL;                                                   \
        }                                                                  \
        Py_ssize_t consumed = data.len;                                    \
        Py_ssize_t *partial = final ? NULL : &consumed;                    \
        PyObject *decoded = CALL;                                          \
        PyObject *result = coded(decoded, consumed);                       \
        PyBuffer_Release(&data);                                           \
        return result;                                                     \
    }

static PyObject *
decode_ordered(PyObject *(*decode)(const char *, Py_ssize_t, const char *,
                                   int *, Py_ssize_t *),
               const Py_buffer *data, const char *errors, int byteorder,
               Py_ssize_t *partial)
{
    return decode(data->buf, data->len, errors, &byteorder, partial);
}

STATEFUL_DECODER(utf_7_decode, 0, 0,
                 PyUnicode_DecodeUTF7Stateful(data.buf, data.len, errors,
                                              partial))
STATEFUL_DECODER(utf_8_decode, 0, 0,
                 PyUnicode_DecodeUTF8Stateful(data.buf, data.len, errors,
                                              partial))
STATEFUL_DECODER(utf_16_decode, 0, 0,
                 decode_ordered(PyUnicode_DecodeUTF16Stateful, &data, errors,
                                0, partial))
STATEFUL_DECODER(utf_16_le_decode, 0, 0,
                 decode_ordered(PyUnicode_DecodeUTF16Stateful, &data, errors,
                                -1, partial))
STATEFUL_DECODER(utf_16_be_decode, 0, 0,
                 decode_ordered(PyUnicode_DecodeUTF16Stateful, &data, errors,
                                1, partial))
STATEFUL_DECODER(utf_32_decode, 0, 0,
                 decode_ordered(PyUnicode_DecodeUTF32Stateful, &data, errors,
                                0, partial))
STATEFUL_DECODER(utf_32_le_decode, 0, 0,
                 decode_ordered(PyUnicode_DecodeUTF32Stateful, &data, errors,
                                -1, partial))
STATEFUL_DECODER(utf_32_be_decode, 0, 0,
                 decode_ordered(PyUnicode_DecodeUTF32Stateful, &data, errors,
                                1, partial))
STATEFUL_DECODER(unicode_escape_decode, 1, 1,
                 _PyUnicode_DecodeUnicodeEscapeStateful(data.buf, data.len,
                                                        errors, partial))
STATEFUL_DECODER(raw_unicode_escape_decode, 1, 1,
                 _PyUnicode_DecodeRawUnicodeEscapeStateful(
                     data.buf, data.len, errors, partial))
#undef STATEFUL_DECODER

/* The byte order found is part of the result. */
static PyObject *
decode_ex(const char *name, PyObject *const *args, Py_ssize_t nargs,
          PyObject *(*decode)(const char *, Py_ssize_t, const char *, int *,
                              Py_ssize_t *))
{
    Py_buffer data;
    const char *errors;
    int byteorder = 0, final = 0;
    if (parse_decode(name, args, nargs, 4, 0, &data, &errors) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    if (parse_int(args, nargs, 2, &byteorder) == 0
        && parse_int(args, nargs, 3, &final) == 0) {
        Py_ssize_t consumed = data.len;
        PyObject *decoded = decode(data.buf, data.len, errors, &byteorder,
                                   final ? NULL : &consumed);
        if (decoded != NULL) {
            result = Py_BuildValue("Nni", decoded, consumed, byteorder);
        }
    }
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
codecs_utf_16_ex_decode(PyObject *module, PyObject *const *args,
                        Py_ssize_t nargs)
{
    return decode_ex("utf_16_ex_decode", args, nargs,
                     PyUnicode_DecodeUTF16Stateful);
}

static PyObject *
codecs_utf_32_ex_decode(PyObject *module, PyObject *const *args,
                        Py_ssize_t nargs)
{
    return decode_ex("utf_32_ex_decode", args, nargs,
                     PyUnicode_DecodeUTF32Stateful);
}

static PyObject *
codecs_charmap_decode(PyObject *module, PyObject *const *args,
                      Py_ssize_t nargs)
{
    Py_buffer data;
    const char *errors;
    if (parse_decode("charmap_decode", args, nargs, 3, 0, &data, &errors)
        < 0) {
        return NULL;
    }
    PyObject *mapping = nargs > 2 && args[2] != Py_None ? args[2] : NULL;
    PyObject *result = coded(PyUnicode_DecodeCharmap(data.buf, data.len,
                                                     mapping, errors),
                             data.len);
    PyBuffer_Release(&data);
    return result;
}

/* -- The registry -------------------------------------------------------- */

static PyObject *
codecs_register(PyObject *module, PyObject *search_function)
{
    if (PyCodec_Register(search_function) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
codecs_unregister(PyObject *module, PyObject *search_function)
{
    if (PyCodec_Unregister(search_function) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* A C string out of a str argument. */
static const char *
name_argument(const char *function, const char *place, PyObject *arg)
{
    if (!PyUnicode_Check(arg)) {
        _PyArg_BadArgument(function, place, "str", arg);
        return NULL;
    }
    Py_ssize_t length;
    const char *name = PyUnicode_AsUTF8AndSize(arg, &length);
    if (name != NULL && strlen(name) != (size_t)length) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return name;
}

static PyObject *
codecs_lookup(PyObject *module, PyObject *arg)
{
    const char *encoding = name_argument("lookup", "argument", arg);
    return encoding == NULL ? NULL : _PyCodec_Lookup(encoding);
}

static PyObject *
codecs_lookup_error(PyObject *module, PyObject *arg)
{
    const char *name = name_argument("lookup_error", "argument", arg);
    return name == NULL ? NULL : PyCodec_LookupError(name);
}

static PyObject *
codecs_register_error(PyObject *module, PyObject *const *args,
                      Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("register_error", nargs, 2, 2)) {
        return NULL;
    }
    const char *name = name_argument("register_error", "argument 1", args[0]);
    if (name == NULL || PyCodec_RegisterError(name, args[1]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static const char *const code_keywords[] = {"obj", "encoding", "errors",
                                            NULL};

/* The arguments obj, encoding='utf-8', errors='strict'. */
static PyObject *
code_object(const char *name, struct _PyArg_Parser *parser,
            PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
            PyObject *(*code)(PyObject *, const char *, const char *))
{
    PyObject *buffer[3];
    const char *encoding = "utf-8", *errors = NULL;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, parser, 1, 3, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    if (args[1] != NULL) {
        encoding = name_argument(name, "argument 'encoding'", args[1]);
        if (encoding == NULL) {
            return NULL;
        }
    }
    if (args[2] != NULL) {
        errors = name_argument(name, "argument 'errors'", args[2]);
        if (errors == NULL) {
            return NULL;
        }
    }
    return code(args[0], encoding, errors);
}

static PyObject *
codecs_encode(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
              PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = code_keywords,
                                   .fname = "encode"};
    return code_object("encode", &parser, args, nargs, kwnames,
                       PyCodec_Encode);
}

static PyObject *
codecs_decode(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
              PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = code_keywords,
                                   .fname = "decode"};
    return code_object("decode", &parser, args, nargs, kwnames,
                       PyCodec_Decode);
}

/* -- Tables -------------------------------------------------------------- */

#define ONE(NAME, ARGUMENT, DOC)       \
    {#NAME, codecs_##NAME, METH_O,     \
     PyDoc_STR(#NAME "($module, " ARGUMENT ", /)\n--\n\n" DOC)}
#define ENTRY(NAME, ARGUMENTS)                                \
    {#NAME, _PyCFunction_CAST(codecs_##NAME), METH_FASTCALL,  \
     PyDoc_STR(#NAME "($module, " ARGUMENTS ", /)\n--\n\n")}
#define DECODE_ENTRY(NAME) \
    ENTRY(NAME, "data, errors=None, final=False")
#define ENCODE_ENTRY(NAME) ENTRY(NAME, "str, errors=None")

static PyMethodDef codecs_methods[] = {
    ONE(register, "search_function",
        "Let the function be asked for codecs.\n\n"
        "It is called with a name in lower case and gives a tuple\n"
        "(encoder, decoder, stream_reader, stream_writer), a\n"
        "codecs.CodecInfo, or None."),
    ONE(unregister, "search_function",
        "Ask the function no longer, and forget the codecs found so far."),
    ONE(lookup, "encoding", "The codec of that name; LookupError without."),
    {"encode", _PyCFunction_CAST(codecs_encode),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("encode($module, /, obj, encoding='utf-8', errors='strict')\n"
               "--\n\n"
               "The object encoded by the named codec.")},
    {"decode", _PyCFunction_CAST(codecs_decode),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("decode($module, /, obj, encoding='utf-8', errors='strict')\n"
               "--\n\n"
               "The object decoded by the named codec.")},
    ENCODE_ENTRY(utf_8_encode),
    DECODE_ENTRY(utf_8_decode),
    ENCODE_ENTRY(utf_7_encode),
    DECODE_ENTRY(utf_7_decode),
    ENTRY(utf_16_encode, "str, errors=None, byteorder=0"),
    ENCODE_ENTRY(utf_16_le_encode),
    ENCODE_ENTRY(utf_16_be_encode),
    DECODE_ENTRY(utf_16_decode),
    DECODE_ENTRY(utf_16_le_decode),
    DECODE_ENTRY(utf_16_be_decode),
    ENTRY(utf_16_ex_decode, "data, errors=None, byteorder=0, final=False"),
    ENTRY(utf_32_encode, "str, errors=None, byteorder=0"),
    ENCODE_ENTRY(utf_32_le_encode),
    ENCODE_ENTRY(utf_32_be_encode),
    DECODE_ENTRY(utf_32_decode),
    DECODE_ENTRY(utf_32_le_decode),
    DECODE_ENTRY(utf_32_be_decode),
    ENTRY(utf_32_ex_decode, "data, errors=None, byteorder=0, final=False"),
    ENCODE_ENTRY(unicode_escape_encode),
    ENTRY(unicode_escape_decode, "data, errors=None, final=True"),
    ENCODE_ENTRY(raw_unicode_escape_encode),
    ENTRY(raw_unicode_escape_decode, "data, errors=None, final=True"),
    ENCODE_ENTRY(latin_1_encode),
    ENTRY(latin_1_decode, "data, errors=None"),
    ENCODE_ENTRY(ascii_encode),
    ENTRY(ascii_decode, "data, errors=None"),
    ENTRY(charmap_encode, "str, errors=None, mapping=None"),
    ENTRY(charmap_decode, "data, errors=None, mapping=None"),
    ONE(charmap_build, "map", ""),
    ENTRY(readbuffer_encode, "data, errors=None"),
    ENTRY(escape_encode, "data, errors=None"),
    ENTRY(escape_decode, "data, errors=None"),
    {"register_error", _PyCFunction_CAST(codecs_register_error),
     METH_FASTCALL,
     PyDoc_STR("register_error($module, errors, handler, /)\n--\n\n"
               "Let handler be called for coding errors under that name.\n\n"
               "It gets the exception and raises one, or returns a tuple of\n"
               "the replacement and the position to go on from.")},
    ONE(lookup_error, "name",
        "The error handler of that name; LookupError without."),
    {NULL, NULL},
};
#undef ONE
#undef ENTRY
#undef DECODE_ENTRY
#undef ENCODE_ENTRY

static PyModuleDef_Slot codecs_slots[] = {
    {0, NULL},
};

static struct PyModuleDef codecs_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_codecs",
    .m_size = 0,
    .m_methods = codecs_methods,
    .m_slots = codecs_slots,
};

PyMODINIT_FUNC
PyInit__codecs(void)
{
    return PyModuleDef_Init(&codecs_module);
}
