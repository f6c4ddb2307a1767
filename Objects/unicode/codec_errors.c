/* What codecs do about what they cannot code.

   The common handlers are known by name and run here, so that they work before
   the registry does and cost no calls; any other is looked up. */
#include "unicode_internal.h"
#include "pycore_codecs.h"

_Py_error_handler
_Py_GetErrorHandler(const char *errors)
{
    static const struct {
        const char *name;
        _Py_error_handler kind;
    } known[] = {
        {"strict", _Py_ERROR_STRICT},
        {"surrogateescape", _Py_ERROR_SURROGATEESCAPE},
        {"replace", _Py_ERROR_REPLACE},
        {"ignore", _Py_ERROR_IGNORE},
        {"backslashreplace", _Py_ERROR_BACKSLASHREPLACE},
        {"surrogatepass", _Py_ERROR_SURROGATEPASS},
        {"xmlcharrefreplace", _Py_ERROR_XMLCHARREFREPLACE},
    };
    if (errors == NULL) {
        return _Py_ERROR_STRICT;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(known); i++) {
        if (strcmp(errors, known[i].name) == 0) {
            return known[i].kind;
        }
    }
    return _Py_ERROR_OTHER;
}

/* Call the handler by kind or name with the exception. */
static PyObject *
handler_call(_Py_error_handler kind, const char *errors, PyObject **handler,
             PyObject *exception)
{
    switch (kind) {
    case _Py_ERROR_STRICT:
        return PyCodec_StrictErrors(exception);
    case _Py_ERROR_SURROGATEESCAPE:
        return codec_surrogateescape_errors(exception);
    case _Py_ERROR_REPLACE:
        return PyCodec_ReplaceErrors(exception);
    case _Py_ERROR_IGNORE:
        return PyCodec_IgnoreErrors(exception);
    case _Py_ERROR_BACKSLASHREPLACE:
        return PyCodec_BackslashReplaceErrors(exception);
    case _Py_ERROR_SURROGATEPASS:
        return codec_surrogatepass_errors(exception);
    case _Py_ERROR_XMLCHARREFREPLACE:
        return PyCodec_XMLCharRefReplaceErrors(exception);
    default:
        if (*handler == NULL) {
            *handler = PyCodec_LookupError(errors);
            if (*handler == NULL) {
                return NULL;
            }
        }
        return PyObject_CallOneArg(*handler, exception);
    }
}

/* -- Decoding ------------------------------------------------------------ */

static int
decode_exception(struct decode_state *state, Py_ssize_t start, Py_ssize_t end,
                 const char *reason)
{
    if (state->exception == NULL) {
        state->exception = PyUnicodeDecodeError_Create(
            state->encoding, state->start, state->end - state->start, start,
            end, reason);
        return state->exception == NULL ? -1 : 0;
    }
    if (PyUnicodeDecodeError_SetStart(state->exception, start)
        || PyUnicodeDecodeError_SetEnd(state->exception, end)
        || PyUnicodeDecodeError_SetReason(state->exception, reason)) {
        return -1;
    }
    return 0;
}

static int
decode_error_call(struct decode_state *state, _PyUnicodeWriter *writer,
                  Py_ssize_t start, Py_ssize_t end, const char *reason,
                  Py_ssize_t *position)
{
    static const char wanted[] =
        "Un;decoding error handler must return (str, int) tuple";
    PyObject *text;
    Py_ssize_t next;
    if (decode_exception(state, start, end, reason) < 0) {
        return -1;
    }
    PyObject *pair = handler_call(state->kind, state->errors, &state->handler,
                                  state->exception);
    if (pair == NULL) {
        return -1;
    }
    if (!PyTuple_Check(pair)) {
        PyErr_SetString(PyExc_TypeError, &wanted[3]);
        goto error;
    }
    if (!PyArg_ParseTuple(pair, wanted, &text, &next)) {
        goto error;
    }
    /* the handler may have put other bytes into the exception, which keeps
       them alive */
    PyObject *input = PyUnicodeDecodeError_GetObject(state->exception);
    if (input == NULL) {
        goto error;
    }
    state->start = PyBytes_AS_STRING(input);
    Py_ssize_t size = PyBytes_GET_SIZE(input);
    state->end = state->start + size;
    Py_DECREF(input);
    if (next < 0) {
        next += size;
    }
    if (next < 0 || next > size) {
        PyErr_Format(PyExc_IndexError,
                     "position %zd from error handler out of bounds", next);
        goto error;
    }
    if (_PyUnicodeWriter_WriteStr(writer, text) < 0) {
        goto error;
    }
    *position = next;
    Py_DECREF(pair);
    return 0;

error:
    Py_DECREF(pair);
    return -1;
}

int
decode_error(struct decode_state *state, _PyUnicodeWriter *writer,
             Py_ssize_t start, Py_ssize_t end, const char *reason,
             Py_ssize_t *position)
{
    if (state->kind == _Py_ERROR_UNKNOWN) {
        state->kind = _Py_GetErrorHandler(state->errors);
    }
    writer->overallocate = 1;
    switch (state->kind) {
    case _Py_ERROR_IGNORE:
        *position = end;
        return 0;
    case _Py_ERROR_REPLACE:
        *position = end;
        return _PyUnicodeWriter_WriteChar(writer,
                                          Py_UNICODE_REPLACEMENT_CHARACTER);
    case _Py_ERROR_SURROGATEESCAPE: {
        Py_ssize_t i = start;
        while (i < end && (unsigned char)state->start[i] >= 0x80) {
            i++;
        }
        if (i == end && end - start <= 4) {
            for (i = start; i < end; i++) {
                Py_UCS4 ch = 0xdc00 + (unsigned char)state->start[i];
                if (_PyUnicodeWriter_WriteChar(writer, ch) < 0) {
                    return -1;
                }
            }
            *position = end;
            return 0;
        }
        break;
    }
    default:
        break;
    }
    return decode_error_call(state, writer, start, end, reason, position);
}

void
decode_state_clear(struct decode_state *state)
{
    Py_CLEAR(state->handler);
    Py_CLEAR(state->exception);
}

/* -- Encoding ------------------------------------------------------------ */

static int
encode_exception(struct encode_state *state, Py_ssize_t start, Py_ssize_t end,
                 const char *reason)
{
    if (state->exception == NULL) {
        state->exception = PyObject_CallFunction(
            PyExc_UnicodeEncodeError, "sOnns", state->encoding, state->string,
            start, end, reason);
        return state->exception == NULL ? -1 : 0;
    }
    if (PyUnicodeEncodeError_SetStart(state->exception, start)
        || PyUnicodeEncodeError_SetEnd(state->exception, end)
        || PyUnicodeEncodeError_SetReason(state->exception, reason)) {
        return -1;
    }
    return 0;
}

void
encode_error_raise(struct encode_state *state, Py_ssize_t start,
                   Py_ssize_t end, const char *reason)
{
    if (encode_exception(state, start, end, reason) == 0) {
        PyCodec_StrictErrors(state->exception);
    }
}

PyObject *
encode_error(struct encode_state *state, Py_ssize_t start, Py_ssize_t end,
             const char *reason, Py_ssize_t *position)
{
    static const char wanted[] =
        "On;encoding error handler must return (str/bytes, int) tuple";
    PyObject *replacement;
    Py_ssize_t next;
    if (state->kind == _Py_ERROR_UNKNOWN) {
        state->kind = _Py_GetErrorHandler(state->errors);
    }
    if (encode_exception(state, start, end, reason) < 0) {
        return NULL;
    }
    PyObject *pair = handler_call(state->kind, state->errors, &state->handler,
                                  state->exception);
    if (pair == NULL) {
        return NULL;
    }
    if (!PyTuple_Check(pair)) {
        PyErr_SetString(PyExc_TypeError, &wanted[3]);
        goto error;
    }
    if (!PyArg_ParseTuple(pair, wanted, &replacement, &next)) {
        goto error;
    }
    if (!PyUnicode_Check(replacement) && !PyBytes_Check(replacement)) {
        PyErr_SetString(PyExc_TypeError, &wanted[3]);
        goto error;
    }
    Py_ssize_t size = PyUnicode_GET_LENGTH(state->string);
    if (next < 0) {
        next += size;
    }
    if (next < 0 || next > size) {
        PyErr_Format(PyExc_IndexError,
                     "position %zd from error handler out of bounds", next);
        goto error;
    }
    *position = next;
    Py_INCREF(replacement);
    Py_DECREF(pair);
    return replacement;

error:
    Py_DECREF(pair);
    return NULL;
}

void
encode_state_clear(struct encode_state *state)
{
    Py_CLEAR(state->handler);
    Py_CLEAR(state->exception);
}
