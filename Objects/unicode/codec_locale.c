/* Strings from and to the locale's and the file system's encoding. */
#define PY_SSIZE_T_CLEAN
#include "unicode_internal.h"
#include "pycore_fileutils.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"

/* -- The locale's encoding ----------------------------------------------- */

static PyObject *
locale_decode(const char *str, Py_ssize_t len, _Py_error_handler errors,
              int current_locale)
{
    if (str[len] != '\0' || (size_t)len != strlen(str)) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        return NULL;
    }
    wchar_t *wstr;
    size_t wlen;
    const char *reason;
    int status = _Py_DecodeLocaleEx(str, &wstr, &wlen, &reason,
                                    current_locale, errors);
    if (status == -2) {
        PyObject *exception = PyObject_CallFunction(
            PyExc_UnicodeDecodeError, "sy#nns", "locale", str, len,
            (Py_ssize_t)wlen, (Py_ssize_t)(wlen + 1), reason);
        if (exception != NULL) {
            PyCodec_StrictErrors(exception);
            Py_DECREF(exception);
        }
        return NULL;
    }
    if (status == -3) {
        PyErr_SetString(PyExc_ValueError, "unsupported error handler");
        return NULL;
    }
    if (status != 0) {
        return PyErr_NoMemory();
    }
    PyObject *unicode = PyUnicode_FromWideChar(wstr, (Py_ssize_t)wlen);
    PyMem_RawFree(wstr);
    return unicode;
}

static PyObject *
locale_encode(PyObject *unicode, _Py_error_handler errors, int current_locale)
{
    Py_ssize_t wlen;
    wchar_t *wstr = PyUnicode_AsWideCharString(unicode, &wlen);
    if (wstr == NULL) {
        return NULL;
    }
    if ((size_t)wlen != wcslen(wstr)) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        PyMem_Free(wstr);
        return NULL;
    }
    char *str;
    size_t error_pos;
    const char *reason;
    int status = _Py_EncodeLocaleEx(wstr, &str, &error_pos, &reason,
                                    current_locale, errors);
    PyMem_Free(wstr);
    if (status == -2) {
        PyObject *exception = PyObject_CallFunction(
            PyExc_UnicodeEncodeError, "sOnns", "locale", unicode,
            (Py_ssize_t)error_pos, (Py_ssize_t)(error_pos + 1), reason);
        if (exception != NULL) {
            PyCodec_StrictErrors(exception);
            Py_DECREF(exception);
        }
        return NULL;
    }
    if (status == -3) {
        PyErr_SetString(PyExc_ValueError, "unsupported error handler");
        return NULL;
    }
    if (status != 0) {
        return PyErr_NoMemory();
    }
    PyObject *bytes = PyBytes_FromString(str);
    PyMem_RawFree(str);
    return bytes;
}

PyObject *
PyUnicode_DecodeLocaleAndSize(const char *str, Py_ssize_t len,
                              const char *errors)
{
    return locale_decode(str, len, _Py_GetErrorHandler(errors), 1);
}

PyObject *
PyUnicode_DecodeLocale(const char *str, const char *errors)
{
    return locale_decode(str, (Py_ssize_t)strlen(str),
                         _Py_GetErrorHandler(errors), 1);
}

PyObject *
PyUnicode_EncodeLocale(PyObject *unicode, const char *errors)
{
    return locale_encode(unicode, _Py_GetErrorHandler(errors), 1);
}

/* -- The file system's encoding ------------------------------------------ */

/* The handler to use before the codec is known. */
static _Py_error_handler
early_handler(PyInterpreterState *interp)
{
    const wchar_t *name = _PyInterpreterState_GetConfig(interp)
                              ->filesystem_errors;
    if (name != NULL) {
        static const struct {
            const wchar_t *name;
            _Py_error_handler kind;
        } known[] = {
            {L"strict", _Py_ERROR_STRICT},
            {L"surrogatepass", _Py_ERROR_SURROGATEPASS},
        };
        for (size_t i = 0; i < Py_ARRAY_LENGTH(known); i++) {
            if (wcscmp(name, known[i].name) == 0) {
                return known[i].kind;
            }
        }
    }
    return _Py_ERROR_SURROGATEESCAPE;
}

PyObject *
PyUnicode_EncodeFSDefault(PyObject *unicode)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    struct _Py_unicode_fs_codec *codec = &interp->unicode.fs_codec;
    if (codec->utf8) {
        return _PyUnicode_AsUTF8String(unicode, codec->errors);
    }
    if (codec->encoding != NULL) {
        return PyUnicode_AsEncodedString(unicode, codec->encoding,
                                         codec->errors);
    }
    return locale_encode(unicode, early_handler(interp), 0);
}

PyObject *
PyUnicode_DecodeFSDefaultAndSize(const char *s, Py_ssize_t size)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    struct _Py_unicode_fs_codec *codec = &interp->unicode.fs_codec;
    if (codec->utf8) {
        return PyUnicode_DecodeUTF8Stateful(s, size, codec->errors, NULL);
    }
    if (codec->encoding != NULL) {
        return PyUnicode_Decode(s, size, codec->encoding, codec->errors);
    }
    return locale_decode(s, size, early_handler(interp), 0);
}

PyObject *
PyUnicode_DecodeFSDefault(const char *s)
{
    return PyUnicode_DecodeFSDefaultAndSize(s, (Py_ssize_t)strlen(s));
}

/* -- Converters ---------------------------------------------------------- */

int
PyUnicode_FSConverter(PyObject *arg, void *addr)
{
    PyObject **result = addr;
    if (arg == NULL) {
        Py_CLEAR(*result);
        return 1;
    }
    PyObject *path = PyOS_FSPath(arg);
    if (path == NULL) {
        return 0;
    }
    PyObject *output;
    if (PyBytes_Check(path)) {
        output = path;
    }
    else {
        output = PyUnicode_EncodeFSDefault(path);
        Py_DECREF(path);
        if (output == NULL) {
            return 0;
        }
    }
    if (strlen(PyBytes_AS_STRING(output))
        != (size_t)PyBytes_GET_SIZE(output)) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        Py_DECREF(output);
        return 0;
    }
    *result = output;
    return Py_CLEANUP_SUPPORTED;
}

/* A str of whatever may be a path. */
static PyObject *
fs_decode_path(PyObject *arg)
{
    int is_buffer = PyObject_CheckBuffer(arg);
    PyObject *path = PyUnicode_Check(arg) || is_buffer ? Py_NewRef(arg)
                                                       : PyOS_FSPath(arg);
    if (path == NULL || PyUnicode_Check(path)) {
        return path;
    }
    PyObject *output = NULL;
    if (PyBytes_Check(path) || is_buffer) {
        if (!PyBytes_Check(path)
            && PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                                "path should be string, bytes, or "
                                "os.PathLike, not %.200s",
                                Py_TYPE(arg)->tp_name)) {
            Py_DECREF(path);
            return NULL;
        }
        PyObject *bytes = PyBytes_FromObject(path);
        if (bytes != NULL) {
            output = PyUnicode_DecodeFSDefaultAndSize(
                PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
            Py_DECREF(bytes);
        }
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "path should be string, bytes, or os.PathLike, "
                     "not %.200s", Py_TYPE(arg)->tp_name);
    }
    Py_DECREF(path);
    return output;
}

int
PyUnicode_FSDecoder(PyObject *arg, void *addr)
{
    PyObject **result = addr;
    if (arg == NULL) {
        Py_CLEAR(*result);
        return 1;
    }
    PyObject *output = fs_decode_path(arg);
    if (output == NULL) {
        return 0;
    }
    if (PyUnicode_READY(output) == -1) {
        Py_DECREF(output);
        return 0;
    }
    if (view_find_char(unicode_view(output), 0, 1) >= 0) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        Py_DECREF(output);
        return 0;
    }
    *result = output;
    return Py_CLEANUP_SUPPORTED;
}

/* -- Start and stop ------------------------------------------------------ */

/* What the codec calls itself, as wide characters of raw memory. */
static wchar_t *
codec_own_name(const wchar_t *wide)
{
    char *encoding;
    if (_Py_EncodeUTF8Ex(wide, &encoding, NULL, NULL, 1, _Py_ERROR_STRICT)
        != 0) {
        PyErr_NoMemory();
        return NULL;
    }
    PyObject *codec = _PyCodec_Lookup(encoding);
    PyMem_RawFree(encoding);
    if (codec == NULL) {
        return NULL;
    }
    PyObject *name = PyObject_GetAttr(codec, &_Py_ID(name));
    Py_DECREF(codec);
    if (name == NULL) {
        return NULL;
    }
    wchar_t *copy = PyUnicode_AsWideCharString(name, NULL);
    Py_DECREF(name);
    if (copy == NULL) {
        return NULL;
    }
    wchar_t *raw = _PyMem_RawWcsdup(copy);
    PyMem_Free(copy);
    if (raw == NULL) {
        PyErr_NoMemory();
    }
    return raw;
}

static void
fs_codec_clear(struct _Py_unicode_fs_codec *codec)
{
    PyMem_RawFree(codec->encoding);
    PyMem_RawFree(codec->errors);
    memset(codec, 0, sizeof(*codec));
}

static int
fs_codec_set(PyInterpreterState *interp)
{
    const PyConfig *config = _PyInterpreterState_GetConfig(interp);
    struct _Py_unicode_fs_codec *codec = &interp->unicode.fs_codec;
    char *encoding, *errors;
    if (_Py_EncodeUTF8Ex(config->filesystem_encoding, &encoding, NULL, NULL,
                         1, _Py_ERROR_STRICT) != 0) {
        PyErr_NoMemory();
        return -1;
    }
    if (_Py_EncodeUTF8Ex(config->filesystem_errors, &errors, NULL, NULL, 1,
                         _Py_ERROR_STRICT) != 0) {
        PyMem_RawFree(encoding);
        PyErr_NoMemory();
        return -1;
    }
    fs_codec_clear(codec);
    codec->encoding = encoding;
    codec->errors = errors;
    codec->error_handler = _Py_GetErrorHandler(errors);
    codec->utf8 = strcmp(encoding, "utf-8") == 0
                  && codec->error_handler != _Py_ERROR_UNKNOWN
                  && codec->error_handler != _Py_ERROR_OTHER;
    if (_Py_IsMainInterpreter(interp)) {
        if (_Py_SetFileSystemEncoding(encoding, errors) < 0) {
            PyErr_NoMemory();
            return -1;
        }
    }
    return 0;
}

PyStatus
_PyUnicode_InitEncodings(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    PyConfig *config = (PyConfig *)_PyInterpreterState_GetConfig(interp);
    wchar_t *name = codec_own_name(config->filesystem_encoding);
    if (name == NULL) {
        return _PyStatus_ERR("failed to get the Python codec "
                             "of the filesystem encoding");
    }
    PyMem_RawFree(config->filesystem_encoding);
    config->filesystem_encoding = name;
    if (fs_codec_set(interp) < 0) {
        return _PyStatus_ERR("cannot initialize filesystem codec");
    }
    return _PyStatus_OK();
}

PyStatus
_PyUnicode_InitTypes(PyInterpreterState *interp)
{
    return _PyStatus_OK();
}

void
_PyUnicode_FiniTypes(PyInterpreterState *interp)
{
}

void
_PyUnicode_Fini(PyInterpreterState *interp)
{
    struct _Py_unicode_state *state = &interp->unicode;
    if (_Py_IsMainInterpreter(interp)) {
        _Py_ClearFileSystemEncoding();
    }
    fs_codec_clear(&state->fs_codec);
    for (Py_ssize_t i = 0; i < state->ids.size; i++) {
        Py_XDECREF(state->ids.array[i]);
    }
    PyMem_Free(state->ids.array);
    state->ids.array = NULL;
    state->ids.size = 0;
    state->ucnhash_capi = NULL;
}
