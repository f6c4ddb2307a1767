/* The codec registry: encodings by name, error handlers by name, and the
   handlers that are always there.

   A codec is the tuple (encoder, decoder, stream reader, stream writer) that a
   search function gave for the normalised name; they are cached. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_codecs.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_ucnhash.h"
#include "pycore_unicodeobject.h"

const char *Py_hexdigits = "0123456789abcdef";

extern int _Py_normalize_encoding(const char *encoding, char *lower,
                                  size_t size);

/* -- Search functions ---------------------------------------------------- */

static int registry_init(PyInterpreterState *interp);

int
PyCodec_Register(PyObject *search_function)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->codec_search_path == NULL && registry_init(interp) < 0) {
        return -1;
    }
    if (search_function == NULL) {
        PyErr_BadArgument();
        return -1;
    }
    if (!PyCallable_Check(search_function)) {
        PyErr_SetString(PyExc_TypeError, "argument must be callable");
        return -1;
    }
    return PyList_Append(interp->codec_search_path, search_function);
}

int
PyCodec_Unregister(PyObject *search_function)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    PyObject *path = interp->codec_search_path;
    if (path == NULL) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(path); i++) {
        if (PyList_GET_ITEM(path, i) == search_function) {
            if (interp->codec_search_cache != NULL) {
                PyDict_Clear(interp->codec_search_cache);
            }
            return PyList_SetSlice(path, i, i + 1, NULL);
        }
    }
    return 0;
}

static PyObject *
normalized_name(const char *encoding)
{
    size_t length = strlen(encoding);
    if (length > PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError, "string is too large");
        return NULL;
    }
    char *name = PyMem_Malloc(length + 1);
    if (name == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *result = NULL;
    if (_Py_normalize_encoding(encoding, name, length + 1)) {
        result = PyUnicode_FromString(name);
    }
    else {
        PyErr_SetString(PyExc_RuntimeError,
                        "_Py_normalize_encoding() failed");
    }
    PyMem_Free(name);
    return result;
}

PyObject *
_PyCodec_Lookup(const char *encoding)
{
    if (encoding == NULL) {
        PyErr_BadArgument();
        return NULL;
    }
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->codec_search_path == NULL && registry_init(interp) < 0) {
        return NULL;
    }
    PyObject *name = normalized_name(encoding);
    if (name == NULL) {
        return NULL;
    }
    PyUnicode_InternInPlace(&name);
    PyObject *codec = PyDict_GetItemWithError(interp->codec_search_cache,
                                              name);
    if (codec != NULL) {
        Py_INCREF(codec);
        Py_DECREF(name);
        return codec;
    }
    if (PyErr_Occurred()) {
        goto error;
    }
    if (PyList_GET_SIZE(interp->codec_search_path) == 0) {
        PyErr_SetString(PyExc_LookupError,
                        "no codec search functions registered: "
                        "can't find encoding");
        goto error;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(interp->codec_search_path);
         i++) {
        PyObject *search = Py_NewRef(
            PyList_GET_ITEM(interp->codec_search_path, i));
        codec = PyObject_CallOneArg(search, name);      /* may run Python */
        Py_DECREF(search);
        if (codec == NULL) {
            goto error;
        }
        if (codec == Py_None) {
            Py_CLEAR(codec);
            continue;
        }
        if (!PyTuple_Check(codec) || PyTuple_GET_SIZE(codec) != 4) {
            PyErr_SetString(PyExc_TypeError,
                            "codec search functions must return 4-tuples");
            goto error;
        }
        break;
    }
    if (codec == NULL) {
        PyErr_Format(PyExc_LookupError, "unknown encoding: %s", encoding);
        goto error;
    }
    if (PyDict_SetItem(interp->codec_search_cache, name, codec) < 0) {
        goto error;
    }
    Py_DECREF(name);
    return codec;

error:
    Py_XDECREF(codec);
    Py_DECREF(name);
    return NULL;
}

int
PyCodec_KnownEncoding(const char *encoding)
{
    PyObject *codec = _PyCodec_Lookup(encoding);
    if (codec == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(codec);
    return 1;
}

/* -- The parts of a codec ------------------------------------------------ */

static PyObject *
codec_part(const char *encoding, int index)
{
    PyObject *codec = _PyCodec_Lookup(encoding);
    if (codec == NULL) {
        return NULL;
    }
    PyObject *part = Py_NewRef(PyTuple_GET_ITEM(codec, index));
    Py_DECREF(codec);
    return part;
}

static PyObject *
codec_incremental_part(PyObject *codec, const char *errors, PyObject *name)
{
    PyObject *make = PyObject_GetAttr(codec, name);
    if (make == NULL) {
        return NULL;
    }
    PyObject *result = errors ? PyObject_CallFunction(make, "s", errors)
                              : _PyObject_CallNoArgs(make);
    Py_DECREF(make);
    return result;
}

static PyObject *
codec_stream_part(const char *encoding, PyObject *stream, const char *errors,
                  int index)
{
    PyObject *make = codec_part(encoding, index);
    if (make == NULL) {
        return NULL;
    }
    PyObject *result = errors ? PyObject_CallFunction(make, "Os", stream,
                                                      errors)
                              : PyObject_CallOneArg(make, stream);
    Py_DECREF(make);
    return result;
}

PyObject *
_PyCodecInfo_GetIncrementalDecoder(PyObject *codec_info, const char *errors)
{
    return codec_incremental_part(codec_info, errors,
                                  &_Py_ID(incrementaldecoder));
}

PyObject *
_PyCodecInfo_GetIncrementalEncoder(PyObject *codec_info, const char *errors)
{
    return codec_incremental_part(codec_info, errors,
                                  &_Py_ID(incrementalencoder));
}

PyObject *
PyCodec_Encoder(const char *encoding)
{
    return codec_part(encoding, 0);
}

PyObject *
PyCodec_Decoder(const char *encoding)
{
    return codec_part(encoding, 1);
}

static PyObject *
incremental_by_name(const char *encoding, const char *errors, PyObject *name)
{
    PyObject *codec = _PyCodec_Lookup(encoding);
    if (codec == NULL) {
        return NULL;
    }
    PyObject *result = codec_incremental_part(codec, errors, name);
    Py_DECREF(codec);
    return result;
}

PyObject *
PyCodec_IncrementalEncoder(const char *encoding, const char *errors)
{
    return incremental_by_name(encoding, errors,
                               &_Py_ID(incrementalencoder));
}

PyObject *
PyCodec_IncrementalDecoder(const char *encoding, const char *errors)
{
    return incremental_by_name(encoding, errors,
                               &_Py_ID(incrementaldecoder));
}

PyObject *
PyCodec_StreamReader(const char *encoding, PyObject *stream,
                     const char *errors)
{
    return codec_stream_part(encoding, stream, errors, 2);
}

PyObject *
PyCodec_StreamWriter(const char *encoding, PyObject *stream,
                     const char *errors)
{
    return codec_stream_part(encoding, stream, errors, 3);
}

/* -- Encoding and decoding objects --------------------------------------- */

/* coder(object[, errors]), which gives a pair; steals coder. */
static PyObject *
coder_call_steal(PyObject *coder, PyObject *object, const char *encoding,
                 const char *errors, int decoding)
{
    if (coder == NULL) {
        return NULL;
    }
    PyObject *pair = errors ? PyObject_CallFunction(coder, "Os", object,
                                                    errors)
                            : PyObject_CallOneArg(coder, object);
    Py_DECREF(coder);
    if (pair == NULL) {
        _PyErr_TrySetFromCause("%s with '%s' codec failed",
                               decoding ? "decoding" : "encoding", encoding);
        return NULL;
    }
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
        PyErr_SetString(PyExc_TypeError,
                        decoding
                            ? "decoder must return a tuple (object,integer)"
                            : "encoder must return a tuple (object, integer)");
        Py_DECREF(pair);
        return NULL;
    }
    PyObject *result = Py_NewRef(PyTuple_GET_ITEM(pair, 0));
    Py_DECREF(pair);
    return result;
}

PyObject *
PyCodec_Encode(PyObject *object, const char *encoding, const char *errors)
{
    return coder_call_steal(PyCodec_Encoder(encoding), object, encoding,
                            errors, 0);
}

PyObject *
PyCodec_Decode(PyObject *object, const char *encoding, const char *errors)
{
    return coder_call_steal(PyCodec_Decoder(encoding), object, encoding,
                            errors, 1);
}

PyObject *
_PyCodec_LookupTextEncoding(const char *encoding,
                            const char *alternate_command)
{
    PyObject *codec = _PyCodec_Lookup(encoding);
    if (codec == NULL) {
        return NULL;
    }
    /* plain tuples are taken on trust */
    if (!PyTuple_CheckExact(codec)) {
        PyObject *attr;
        if (_PyObject_LookupAttr(codec, &_Py_ID(_is_text_encoding), &attr)
            < 0) {
            Py_DECREF(codec);
            return NULL;
        }
        if (attr != NULL) {
            int is_text = PyObject_IsTrue(attr);
            Py_DECREF(attr);
            if (is_text <= 0) {
                Py_DECREF(codec);
                if (is_text == 0) {
                    PyErr_Format(PyExc_LookupError,
                                 "'%.400s' is not a text encoding; "
                                 "use %s to handle arbitrary codecs",
                                 encoding, alternate_command);
                }
                return NULL;
            }
        }
    }
    return codec;
}

static PyObject *
text_coder(const char *encoding, const char *alternate_command, int index)
{
    PyObject *codec = _PyCodec_LookupTextEncoding(encoding,
                                                  alternate_command);
    if (codec == NULL) {
        return NULL;
    }
    PyObject *coder = Py_NewRef(PyTuple_GET_ITEM(codec, index));
    Py_DECREF(codec);
    return coder;
}

PyObject *
_PyCodec_EncodeText(PyObject *object, const char *encoding,
                    const char *errors)
{
    return coder_call_steal(text_coder(encoding, "codecs.encode()", 0),
                            object, encoding, errors, 0);
}

PyObject *
_PyCodec_DecodeText(PyObject *object, const char *encoding,
                    const char *errors)
{
    return coder_call_steal(text_coder(encoding, "codecs.decode()", 1),
                            object, encoding, errors, 1);
}

/* -- Error handlers by name ---------------------------------------------- */

int
PyCodec_RegisterError(const char *name, PyObject *error)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->codec_search_path == NULL && registry_init(interp) < 0) {
        return -1;
    }
    if (!PyCallable_Check(error)) {
        PyErr_SetString(PyExc_TypeError, "handler must be callable");
        return -1;
    }
    return PyDict_SetItemString(interp->codec_error_registry, name, error);
}

PyObject *
PyCodec_LookupError(const char *name)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->codec_search_path == NULL && registry_init(interp) < 0) {
        return NULL;
    }
    if (name == NULL) {
        name = "strict";
    }
    PyObject *handler = _PyDict_GetItemStringWithError(
        interp->codec_error_registry, name);
    if (handler != NULL) {
        return Py_NewRef(handler);
    }
    if (!PyErr_Occurred()) {
        PyErr_Format(PyExc_LookupError, "unknown error handler name '%.400s'",
                     name);
    }
    return NULL;
}

/* -- The exception that a handler is given ------------------------------- */

enum failure_kind { FAILED_NONE, FAILED_ENCODE, FAILED_DECODE,
                    FAILED_TRANSLATE };

struct failure {
    enum failure_kind kind;
    PyObject *object;           /* owned: the str, or the bytes */
    Py_ssize_t start, end;
};

static int
failure_refuse(PyObject *exc)
{
    PyErr_Format(PyExc_TypeError,
                 "don't know how to handle %.200s in error callback",
                 Py_TYPE(exc)->tp_name);
    return -1;
}

/* What exc is about; kinds is a set of 1 << kind that the caller handles. */
static int
failure_get(struct failure *failure, PyObject *exc, unsigned int kinds)
{
    int (*get_start)(PyObject *, Py_ssize_t *);
    int (*get_end)(PyObject *, Py_ssize_t *);
    PyObject *(*get_object)(PyObject *);
    if (PyObject_TypeCheck(exc, (PyTypeObject *)PyExc_UnicodeEncodeError)) {
        failure->kind = FAILED_ENCODE;
        get_start = PyUnicodeEncodeError_GetStart;
        get_end = PyUnicodeEncodeError_GetEnd;
        get_object = PyUnicodeEncodeError_GetObject;
    }
    else if (PyObject_TypeCheck(exc,
                                (PyTypeObject *)PyExc_UnicodeDecodeError)) {
        failure->kind = FAILED_DECODE;
        get_start = PyUnicodeDecodeError_GetStart;
        get_end = PyUnicodeDecodeError_GetEnd;
        get_object = PyUnicodeDecodeError_GetObject;
    }
    else if (PyObject_TypeCheck(
                 exc, (PyTypeObject *)PyExc_UnicodeTranslateError)) {
        failure->kind = FAILED_TRANSLATE;
        get_start = PyUnicodeTranslateError_GetStart;
        get_end = PyUnicodeTranslateError_GetEnd;
        get_object = PyUnicodeTranslateError_GetObject;
    }
    else {
        return failure_refuse(exc);
    }
    if (!(kinds >> failure->kind & 1)) {
        return failure_refuse(exc);
    }
    if (get_start(exc, &failure->start) < 0
        || get_end(exc, &failure->end) < 0) {
        return -1;
    }
    failure->object = get_object(exc);
    return failure->object == NULL ? -1 : 0;
}

#define K_ENCODE (1u << FAILED_ENCODE)
#define K_DECODE (1u << FAILED_DECODE)
#define K_TRANSLATE (1u << FAILED_TRANSLATE)

/* -- The handlers -------------------------------------------------------- */

PyObject *
PyCodec_StrictErrors(PyObject *exc)
{
    if (PyExceptionInstance_Check(exc)) {
        PyErr_SetObject(PyExceptionInstance_Class(exc), exc);
    }
    else {
        PyErr_SetString(PyExc_TypeError, "codec must pass exception instance");
    }
    return NULL;
}

PyObject *
PyCodec_IgnoreErrors(PyObject *exc)
{
    struct failure failure;
    if (failure_get(&failure, exc, K_ENCODE | K_DECODE | K_TRANSLATE) < 0) {
        return NULL;
    }
    Py_DECREF(failure.object);
    return Py_BuildValue("(Nn)", PyUnicode_New(0, 0), failure.end);
}

PyObject *
PyCodec_ReplaceErrors(PyObject *exc)
{
    struct failure failure;
    if (failure_get(&failure, exc, K_ENCODE | K_DECODE | K_TRANSLATE) < 0) {
        return NULL;
    }
    Py_DECREF(failure.object);
    Py_ssize_t n = Py_MAX(failure.end - failure.start, 0);
    Py_UCS4 ch = Py_UNICODE_REPLACEMENT_CHARACTER;
    if (failure.kind == FAILED_ENCODE) {
        ch = '?';
    }
    else if (failure.kind == FAILED_DECODE) {
        n = 1;
    }
    PyObject *text = PyUnicode_New(n, ch);
    if (text == NULL) {
        return NULL;
    }
    if (n > 0) {
        _PyUnicode_FastFill(text, 0, n, ch);
    }
    return Py_BuildValue("(Nn)", text, failure.end);
}

/* A pair of ASCII text built by write() and where to go on. */
static PyObject *
failure_text(struct failure *failure, Py_ssize_t longest,
             char *(*write)(char *to, Py_UCS4 ch))
{
    Py_ssize_t start = failure->start, end = failure->end;
    if (end - start > PY_SSIZE_T_MAX / longest) {
        end = start + PY_SSIZE_T_MAX / longest;
    }
    if (end < start) {
        end = start;
    }
    char *buffer = PyMem_Malloc((size_t)((end - start) * longest + 1));
    if (buffer == NULL) {
        return PyErr_NoMemory();
    }
    char *to = buffer;
    for (Py_ssize_t i = start; i < end; i++) {
        Py_UCS4 ch;
        if (failure->kind == FAILED_DECODE) {
            ch = (unsigned char)PyBytes_AS_STRING(failure->object)[i];
        }
        else {
            ch = PyUnicode_READ_CHAR(failure->object, i);
        }
        to = write(to, ch);
    }
    PyObject *text = _PyUnicode_FromASCII(buffer, to - buffer);
    PyMem_Free(buffer);
    return text == NULL ? NULL : Py_BuildValue("(Nn)", text, end);
}

static char *
write_xmlcharref(char *to, Py_UCS4 ch)
{
    return to + sprintf(to, "&#%u;", (unsigned int)ch);
}

PyObject *
PyCodec_XMLCharRefReplaceErrors(PyObject *exc)
{
    struct failure failure;
    if (failure_get(&failure, exc, K_ENCODE) < 0) {
        return NULL;
    }
    PyObject *result = failure_text(&failure, 2 + 7 + 1, write_xmlcharref);
    Py_DECREF(failure.object);
    return result;
}

static char *
write_backslash(char *to, Py_UCS4 ch)
{
    int digits = ch < 0x100 ? 2 : ch < 0x10000 ? 4 : 8;
    *to++ = '\\';
    *to++ = digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        *to++ = Py_hexdigits[ch >> shift & 15];
    }
    return to;
}

PyObject *
PyCodec_BackslashReplaceErrors(PyObject *exc)
{
    struct failure failure;
    if (failure_get(&failure, exc, K_ENCODE | K_DECODE | K_TRANSLATE) < 0) {
        return NULL;
    }
    PyObject *result = failure_text(&failure, 1 + 1 + 8, write_backslash);
    Py_DECREF(failure.object);
    return result;
}

#define NAME_MAX_LENGTH 256

static _PyUnicode_Name_CAPI *name_capi;         /* set while names are used */

static char *
write_name(char *to, Py_UCS4 ch)
{
    char name[NAME_MAX_LENGTH];
    if (!name_capi->getname(ch, name, sizeof(name), 1)) {
        return write_backslash(to, ch);
    }
    return to + sprintf(to, "\\N{%s}", name);
}

PyObject *
PyCodec_NameReplaceErrors(PyObject *exc)
{
    struct failure failure;
    if (failure_get(&failure, exc, K_ENCODE) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    name_capi = _PyUnicode_GetNameCAPI();
    if (name_capi != NULL) {
        result = failure_text(&failure, 4 + NAME_MAX_LENGTH, write_name);
    }
    Py_DECREF(failure.object);
    return result;
}

/* -- surrogatepass ------------------------------------------------------- */

struct utf_form {
    int width;                  /* bytes of a surrogate; 0: not a UTF */
    int big;                    /* most significant byte first */
    int utf8;
};

static struct utf_form
utf_form(const char *name)
{
    struct utf_form form = {0, PY_BIG_ENDIAN, 0};
    if (strncasecmp(name, "utf", 3) == 0) {
        name += 3;
        if (*name == '-' || *name == '_') {
            name++;
        }
        if (strcmp(name, "8") == 0) {
            return (struct utf_form){3, 0, 1};
        }
        if (strncmp(name, "16", 2) == 0) {
            form.width = 2;
        }
        else if (strncmp(name, "32", 2) == 0) {
            form.width = 4;
        }
        else {
            return form;
        }
        name += 2;
        if (*name == '\0') {
            return form;
        }
        if (*name == '-' || *name == '_') {
            name++;
        }
        if (strcasecmp(name, "be") == 0) {
            form.big = 1;
        }
        else if (strcasecmp(name, "le") == 0) {
            form.big = 0;
        }
        else {
            form.width = 0;
        }
    }
    else if (strcmp(name, "cp65001") == 0) {
        return (struct utf_form){3, 0, 1};
    }
    return form;
}

static void
utf_form_put(struct utf_form form, unsigned char *to, Py_UCS4 ch)
{
    if (form.utf8) {
        to[0] = (unsigned char)(0xe0 | ch >> 12);
        to[1] = (unsigned char)(0x80 | (ch >> 6 & 0x3f));
        to[2] = (unsigned char)(0x80 | (ch & 0x3f));
        return;
    }
    for (int i = 0; i < form.width; i++) {
        int at = form.big ? form.width - 1 - i : i;
        to[at] = i < 2 ? (unsigned char)(ch >> (8 * i)) : 0;
    }
}

static Py_UCS4
utf_form_get(struct utf_form form, const unsigned char *from)
{
    if (form.utf8) {
        if ((from[0] & 0xf0) != 0xe0 || (from[1] & 0xc0) != 0x80
            || (from[2] & 0xc0) != 0x80) {
            return 0;
        }
        return (from[0] & 0x0fu) << 12 | (from[1] & 0x3fu) << 6
               | (from[2] & 0x3fu);
    }
    Py_UCS4 ch = 0;
    for (int i = 0; i < form.width; i++) {
        int at = form.big ? i : form.width - 1 - i;
        ch = ch << 8 | from[at];
    }
    return ch;
}

static PyObject *
surrogatepass_encode(struct failure *failure, struct utf_form form)
{
    Py_ssize_t n = Py_MAX(failure->end - failure->start, 0);
    if (n > PY_SSIZE_T_MAX / form.width) {
        return PyErr_NoMemory();
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, n * form.width);
    if (bytes == NULL) {
        return NULL;
    }
    unsigned char *to = (unsigned char *)PyBytes_AS_STRING(bytes);
    for (Py_ssize_t i = failure->start; i < failure->end; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(failure->object, i);
        if (!Py_UNICODE_IS_SURROGATE(ch)) {
            Py_DECREF(bytes);
            return NULL;
        }
        utf_form_put(form, to, ch);
        to += form.width;
    }
    return Py_BuildValue("(Nn)", bytes, failure->end);
}

/* NULL without an exception: the handler has no answer. */
static PyObject *
surrogatepass_decode(struct failure *failure, struct utf_form form)
{
    const char *data = PyBytes_AS_STRING(failure->object);
    Py_UCS4 ch = 0;
    if (PyBytes_GET_SIZE(failure->object) - failure->start >= form.width) {
        ch = utf_form_get(form, (const unsigned char *)data + failure->start);
    }
    if (!Py_UNICODE_IS_SURROGATE(ch)) {
        return NULL;
    }
    PyObject *text = PyUnicode_FromOrdinal((int)ch);
    return text == NULL
               ? NULL
               : Py_BuildValue("(Nn)", text, failure->start + form.width);
}

static PyObject *
failure_encoding(PyObject *exc, enum failure_kind kind)
{
    return kind == FAILED_ENCODE ? PyUnicodeEncodeError_GetEncoding(exc)
                                 : PyUnicodeDecodeError_GetEncoding(exc);
}

PyObject *
codec_surrogatepass_errors(PyObject *exc)
{
    struct failure failure;
    PyObject *result = NULL;
    if (failure_get(&failure, exc, K_ENCODE | K_DECODE) < 0) {
        return NULL;
    }
    PyObject *encoding = failure_encoding(exc, failure.kind);
    const char *name = encoding ? PyUnicode_AsUTF8(encoding) : NULL;
    if (name != NULL) {
        struct utf_form form = utf_form(name);
        if (form.width > 0) {
            result = failure.kind == FAILED_ENCODE
                         ? surrogatepass_encode(&failure, form)
                         : surrogatepass_decode(&failure, form);
        }
        if (result == NULL && !PyErr_Occurred()) {
            PyCodec_StrictErrors(exc);
        }
    }
    Py_XDECREF(encoding);
    Py_DECREF(failure.object);
    return result;
}

/* -- surrogateescape ----------------------------------------------------- */

static PyObject *
surrogateescape_encode(struct failure *failure)
{
    Py_ssize_t n = Py_MAX(failure->end - failure->start, 0);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, n);
    if (bytes == NULL) {
        return NULL;
    }
    char *to = PyBytes_AS_STRING(bytes);
    for (Py_ssize_t i = failure->start; i < failure->end; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(failure->object, i);
        if (ch < 0xdc80 || ch > 0xdcff) {
            Py_DECREF(bytes);
            return NULL;
        }
        *to++ = (char)(ch - 0xdc00);
    }
    return Py_BuildValue("(Nn)", bytes, failure->end);
}

static PyObject *
surrogateescape_decode(struct failure *failure)
{
    const unsigned char *data =
        (const unsigned char *)PyBytes_AS_STRING(failure->object);
    Py_UCS2 escaped[4];         /* the longest undecodable sequence */
    Py_ssize_t n = 0;
    while (n < 4 && n < failure->end - failure->start) {
        unsigned char c = data[failure->start + n];
        if (c < 128) {
            break;
        }
        escaped[n++] = (Py_UCS2)(0xdc00 + c);
    }
    if (n == 0) {
        return NULL;
    }
    PyObject *text = PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, escaped,
                                               n);
    return text == NULL ? NULL
                        : Py_BuildValue("(Nn)", text, failure->start + n);
}

PyObject *
codec_surrogateescape_errors(PyObject *exc)
{
    struct failure failure;
    if (failure_get(&failure, exc, K_ENCODE | K_DECODE) < 0) {
        return NULL;
    }
    PyObject *result = failure.kind == FAILED_ENCODE
                           ? surrogateescape_encode(&failure)
                           : surrogateescape_decode(&failure);
    if (result == NULL && !PyErr_Occurred()) {
        PyCodec_StrictErrors(exc);
    }
    Py_DECREF(failure.object);
    return result;
}

/* -- Start --------------------------------------------------------------- */

#define HANDLER_FUNCTION(NAME, FUNCTION)            \
    static PyObject *                               \
    NAME(PyObject *Py_UNUSED(self), PyObject *exc)  \
    {                                               \
        return FUNCTION(exc);                       \
    }
HANDLER_FUNCTION(strict_errors, PyCodec_StrictErrors)
HANDLER_FUNCTION(ignore_errors, PyCodec_IgnoreErrors)
HANDLER_FUNCTION(replace_errors, PyCodec_ReplaceErrors)
HANDLER_FUNCTION(xmlcharrefreplace_errors, PyCodec_XMLCharRefReplaceErrors)
HANDLER_FUNCTION(backslashreplace_errors, PyCodec_BackslashReplaceErrors)
HANDLER_FUNCTION(namereplace_errors, PyCodec_NameReplaceErrors)
HANDLER_FUNCTION(surrogatepass, codec_surrogatepass_errors)
HANDLER_FUNCTION(surrogateescape, codec_surrogateescape_errors)
#undef HANDLER_FUNCTION

static struct {
    const char *name;
    PyMethodDef def;
} handlers[] = {
    {"strict",
     {"strict_errors", strict_errors, METH_O,
      PyDoc_STR("The 'strict' handler: raises the exception.")}},
    {"ignore",
     {"ignore_errors", ignore_errors, METH_O,
      PyDoc_STR("The 'ignore' handler: leaves out what cannot be coded.")}},
    {"replace",
     {"replace_errors", replace_errors, METH_O,
      PyDoc_STR("The 'replace' handler: puts a replacement mark.")}},
    {"xmlcharrefreplace",
     {"xmlcharrefreplace_errors", xmlcharrefreplace_errors, METH_O,
      PyDoc_STR("The 'xmlcharrefreplace' handler: puts an XML character "
                "reference.")}},
    {"backslashreplace",
     {"backslashreplace_errors", backslashreplace_errors, METH_O,
      PyDoc_STR("The 'backslashreplace' handler: puts a backslash "
                "escape.")}},
    {"namereplace",
     {"namereplace_errors", namereplace_errors, METH_O,
      PyDoc_STR("The 'namereplace' handler: puts a \\N{...} escape.")}},
    {"surrogatepass", {"surrogatepass", surrogatepass, METH_O}},
    {"surrogateescape", {"surrogateescape", surrogateescape, METH_O}},
};

static int
registry_init(PyInterpreterState *interp)
{
    if (interp->codec_search_path != NULL) {
        return 0;
    }
    interp->codec_search_path = PyList_New(0);
    interp->codec_search_cache = PyDict_New();
    interp->codec_error_registry = PyDict_New();
    if (interp->codec_search_path == NULL
        || interp->codec_search_cache == NULL
        || interp->codec_error_registry == NULL) {
        return -1;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(handlers); i++) {
        PyObject *function = PyCFunction_New(&handlers[i].def, NULL);
        if (function == NULL) {
            return -1;
        }
        int status = PyCodec_RegisterError(handlers[i].name, function);
        Py_DECREF(function);
        if (status < 0) {
            return -1;
        }
    }
    PyObject *module = PyImport_ImportModule("encodings");
    if (module == NULL) {
        return -1;
    }
    Py_DECREF(module);
    interp->codecs_initialized = 1;
    return 0;
}
