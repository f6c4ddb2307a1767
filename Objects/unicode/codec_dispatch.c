/* Encoding and decoding by name: the common codecs directly, the others
   through the registry. */
#include "unicode_internal.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_pystate.h"

/* Lower case, every run of other characters than letters, digits and dots one
   underscore.  0 when it does not fit. */
int
_Py_normalize_encoding(const char *encoding, char *lower, size_t size)
{
    char *to = lower;
    char *end = lower + size - 1;
    int gap = 0;
    for (const char *p = encoding; *p; p++) {
        if (!Py_ISALNUM(*p) && *p != '.') {
            gap = 1;
            continue;
        }
        if (gap && to != lower) {
            if (to == end) {
                return 0;
            }
            *to++ = '_';
        }
        gap = 0;
        if (to == end) {
            return 0;
        }
        *to++ = (char)Py_TOLOWER(*p);
    }
    *to = '\0';
    return 1;
}

enum known_codec {
    CODEC_OTHER, CODEC_UTF8, CODEC_UTF16, CODEC_UTF32, CODEC_ASCII,
    CODEC_LATIN1
};

static enum known_codec
known_codec(const char *encoding)
{
    static const struct {
        const char *name;
        enum known_codec codec;
    } known[] = {
        {"utf_8", CODEC_UTF8}, {"utf8", CODEC_UTF8},
        {"utf_16", CODEC_UTF16}, {"utf16", CODEC_UTF16},
        {"utf_32", CODEC_UTF32}, {"utf32", CODEC_UTF32},
        {"ascii", CODEC_ASCII}, {"us_ascii", CODEC_ASCII},
        {"latin1", CODEC_LATIN1}, {"latin_1", CODEC_LATIN1},
        {"iso_8859_1", CODEC_LATIN1}, {"iso8859_1", CODEC_LATIN1},
    };
    char name[12];
    if (!_Py_normalize_encoding(encoding, name, sizeof(name))) {
        return CODEC_OTHER;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(known); i++) {
        if (strcmp(name, known[i].name) == 0) {
            return known[i].codec;
        }
    }
    return CODEC_OTHER;
}

const char *
PyUnicode_GetDefaultEncoding(void)
{
    return "utf-8";
}

/* In development mode a codec and a handler must exist even when there is
   nothing for them to do. */
int
unicode_check_encoding_errors(const char *encoding, const char *errors)
{
    if (encoding == NULL && errors == NULL) {
        return 0;
    }
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (!_PyInterpreterState_GetConfig(interp)->dev_mode
        || !interp->unicode.fs_codec.encoding) {
        return 0;
    }
    if (encoding != NULL && known_codec(encoding) == CODEC_OTHER) {
        PyObject *codec = _PyCodec_Lookup(encoding);
        if (codec == NULL) {
            return -1;
        }
        Py_DECREF(codec);
    }
    if (errors != NULL && _Py_GetErrorHandler(errors) == _Py_ERROR_OTHER) {
        PyObject *handler = PyCodec_LookupError(errors);
        if (handler == NULL) {
            return -1;
        }
        Py_DECREF(handler);
    }
    return 0;
}

/* -- Decoding ------------------------------------------------------------ */

PyObject *
PyUnicode_Decode(const char *s, Py_ssize_t size, const char *encoding,
                 const char *errors)
{
    if (unicode_check_encoding_errors(encoding, errors) < 0) {
        return NULL;
    }
    if (size == 0) {
        return Py_NewRef(unicode_empty_borrow());
    }
    if (encoding == NULL) {
        return PyUnicode_DecodeUTF8Stateful(s, size, errors, NULL);
    }
    switch (known_codec(encoding)) {
    case CODEC_UTF8:
        return PyUnicode_DecodeUTF8Stateful(s, size, errors, NULL);
    case CODEC_UTF16:
        return PyUnicode_DecodeUTF16(s, size, errors, 0);
    case CODEC_UTF32:
        return PyUnicode_DecodeUTF32(s, size, errors, 0);
    case CODEC_ASCII:
        return PyUnicode_DecodeASCII(s, size, errors);
    case CODEC_LATIN1:
        return PyUnicode_DecodeLatin1(s, size, errors);
    case CODEC_OTHER:
        break;
    }
    Py_buffer info;
    if (PyBuffer_FillInfo(&info, NULL, (void *)s, size, 1, PyBUF_FULL_RO)
        < 0) {
        return NULL;
    }
    PyObject *buffer = PyMemoryView_FromBuffer(&info);
    if (buffer == NULL) {
        return NULL;
    }
    PyObject *unicode = _PyCodec_DecodeText(buffer, encoding, errors);
    Py_DECREF(buffer);
    if (unicode == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(unicode)) {
        PyErr_Format(PyExc_TypeError,
                     "'%.400s' decoder returned '%.400s' instead of 'str'; "
                     "use codecs.decode() to decode to arbitrary types",
                     encoding, Py_TYPE(unicode)->tp_name);
        Py_DECREF(unicode);
        return NULL;
    }
    return unicode_result_steal(unicode);
}

PyObject *
PyUnicode_FromEncodedObject(PyObject *obj, const char *encoding,
                            const char *errors)
{
    if (obj == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyBytes_Check(obj)) {
        return PyUnicode_Decode(PyBytes_AS_STRING(obj), PyBytes_GET_SIZE(obj),
                                encoding, errors);
    }
    if (PyUnicode_Check(obj)) {
        PyErr_SetString(PyExc_TypeError, "decoding str is not supported");
        return NULL;
    }
    Py_buffer buffer;
    if (PyObject_GetBuffer(obj, &buffer, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError,
                     "decoding to str: need a bytes-like object, %.80s found",
                     Py_TYPE(obj)->tp_name);
        return NULL;
    }
    PyObject *result = PyUnicode_Decode(buffer.buf, buffer.len, encoding,
                                        errors);
    PyBuffer_Release(&buffer);
    return result;
}

/* -- Encoding ------------------------------------------------------------ */

PyObject *
PyUnicode_AsEncodedString(PyObject *unicode, const char *encoding,
                          const char *errors)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1
        || unicode_check_encoding_errors(encoding, errors) < 0) {
        return NULL;
    }
    if (encoding == NULL) {
        return _PyUnicode_AsUTF8String(unicode, errors);
    }
    switch (known_codec(encoding)) {
    case CODEC_UTF8:
        return _PyUnicode_AsUTF8String(unicode, errors);
    case CODEC_UTF16:
        return _PyUnicode_EncodeUTF16(unicode, errors, 0);
    case CODEC_UTF32:
        return _PyUnicode_EncodeUTF32(unicode, errors, 0);
    case CODEC_ASCII:
        return _PyUnicode_AsASCIIString(unicode, errors);
    case CODEC_LATIN1:
        return _PyUnicode_AsLatin1String(unicode, errors);
    case CODEC_OTHER:
        break;
    }
    PyObject *v = _PyCodec_EncodeText(unicode, encoding, errors);
    if (v == NULL || PyBytes_Check(v)) {
        return v;
    }
    if (PyByteArray_Check(v)) {
        if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1,
                             "encoder %s returned bytearray instead of bytes; "
                             "use codecs.encode() to encode to arbitrary "
                             "types", encoding)) {
            Py_DECREF(v);
            return NULL;
        }
        PyObject *bytes = PyBytes_FromStringAndSize(PyByteArray_AS_STRING(v),
                                                    PyByteArray_GET_SIZE(v));
        Py_DECREF(v);
        return bytes;
    }
    PyErr_Format(PyExc_TypeError,
                 "'%.400s' encoder returned '%.400s' instead of 'bytes'; "
                 "use codecs.encode() to encode to arbitrary types",
                 encoding, Py_TYPE(v)->tp_name);
    Py_DECREF(v);
    return NULL;
}

/* -- The deprecated forms ------------------------------------------------ */

static int
deprecated_form(PyObject *unicode, const char *name, const char *instead)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return -1;
    }
    return PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                            "%s() is deprecated; use %s", name, instead);
}

static PyObject *
result_must_be_str(PyObject *v, const char *encoding, const char *what,
                   const char *how)
{
    if (v != NULL && !PyUnicode_Check(v)) {
        PyErr_Format(PyExc_TypeError,
                     "'%.400s' %s returned '%.400s' instead of 'str'; "
                     "use codecs.%s() to %s to arbitrary types",
                     encoding, what, Py_TYPE(v)->tp_name, how, how);
        Py_CLEAR(v);
    }
    return v;
}

PyObject *
PyUnicode_AsDecodedObject(PyObject *unicode, const char *encoding,
                          const char *errors)
{
    if (deprecated_form(unicode, "PyUnicode_AsDecodedObject",
                        "PyCodec_Decode() to decode from str") < 0) {
        return NULL;
    }
    return PyCodec_Decode(unicode, encoding ? encoding : "utf-8", errors);
}

PyObject *
PyUnicode_AsDecodedUnicode(PyObject *unicode, const char *encoding,
                           const char *errors)
{
    if (deprecated_form(unicode, "PyUnicode_AsDecodedUnicode",
                        "PyCodec_Decode() to decode from str to str") < 0) {
        return NULL;
    }
    encoding = encoding ? encoding : "utf-8";
    return result_must_be_str(PyCodec_Decode(unicode, encoding, errors),
                              encoding, "decoder", "decode");
}

PyObject *
PyUnicode_AsEncodedObject(PyObject *unicode, const char *encoding,
                          const char *errors)
{
    if (deprecated_form(unicode, "PyUnicode_AsEncodedObject",
                        "PyUnicode_AsEncodedString() to encode from str to "
                        "bytes or PyCodec_Encode() for generic encoding")
        < 0) {
        return NULL;
    }
    return PyCodec_Encode(unicode, encoding ? encoding : "utf-8", errors);
}

PyObject *
PyUnicode_AsEncodedUnicode(PyObject *unicode, const char *encoding,
                           const char *errors)
{
    if (deprecated_form(unicode, "PyUnicode_AsEncodedUnicode",
                        "PyCodec_Encode() to encode from str to str") < 0) {
        return NULL;
    }
    encoding = encoding ? encoding : "utf-8";
    return result_must_be_str(PyCodec_Encode(unicode, encoding, errors),
                              encoding, "encoder", "encode");
}
