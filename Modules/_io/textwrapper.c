/* TextIOWrapper: set-up, writing, and the rest that is not reading or
   seeking.  textwrapper.h has the picture. */

#include "Python.h"
#include "pycore_fileutils.h"
#include "textwrapper.h"

/* -- Is it usable? -------------------------------------------------------- */

int
textio_check_attached(textio *self)
{
    if (self->ok > 0) {
        return 0;
    }
    if (self->detached) {
        PyErr_SetString(PyExc_ValueError,
                        "underlying buffer has been detached");
    }
    else {
        PyErr_SetString(PyExc_ValueError,
                        "I/O operation on uninitialized object");
    }
    return -1;
}

static PyObject *
textio_closed_get(textio *self, void *context)
{
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    return PyObject_GetAttr(self->buffer, &_Py_ID(closed));
}

int
textio_check_closed(textio *self)
{
    int closed;
    if (!Py_IS_TYPE(self, &PyTextIOWrapper_Type)) {
        return iobase_check_closed((PyObject *)self);
    }
    if (self->raw != NULL) {
        closed = fileio_is_closed(self->raw);
    }
    else {
        PyObject *answer = textio_closed_get(self, NULL);
        if (answer == NULL) {
            return -1;
        }
        closed = PyObject_IsTrue(answer);
        Py_DECREF(answer);
        if (closed < 0) {
            return -1;
        }
    }
    if (closed > 0) {
        PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.");
        return -1;
    }
    return 0;
}

/* -- Fast encoders -------------------------------------------------------- */

static const char *
errors_text(textio *self)
{
    return PyUnicode_AsUTF8(self->errors);
}

static PyObject *
encode_ascii(textio *self, PyObject *text)
{
    return _PyUnicode_AsASCIIString(text, errors_text(self));
}

static PyObject *
encode_latin1(textio *self, PyObject *text)
{
    return _PyUnicode_AsLatin1String(text, errors_text(self));
}

static PyObject *
encode_utf8(textio *self, PyObject *text)
{
    return _PyUnicode_AsUTF8String(text, errors_text(self));
}

static PyObject *
encode_utf16be(textio *self, PyObject *text)
{
    return _PyUnicode_EncodeUTF16(text, errors_text(self), 1);
}

static PyObject *
encode_utf16le(textio *self, PyObject *text)
{
    return _PyUnicode_EncodeUTF16(text, errors_text(self), -1);
}

/* A byte order mark at the start only, native order afterwards. */
static PyObject *
encode_utf16(textio *self, PyObject *text)
{
    if (!self->encoding_start_of_stream) {
        return PY_BIG_ENDIAN ? encode_utf16be(self, text)
                             : encode_utf16le(self, text);
    }
    return _PyUnicode_EncodeUTF16(text, errors_text(self), 0);
}

static PyObject *
encode_utf32be(textio *self, PyObject *text)
{
    return _PyUnicode_EncodeUTF32(text, errors_text(self), 1);
}

static PyObject *
encode_utf32le(textio *self, PyObject *text)
{
    return _PyUnicode_EncodeUTF32(text, errors_text(self), -1);
}

static PyObject *
encode_utf32(textio *self, PyObject *text)
{
    if (!self->encoding_start_of_stream) {
        return PY_BIG_ENDIAN ? encode_utf32be(self, text)
                             : encode_utf32le(self, text);
    }
    return _PyUnicode_EncodeUTF32(text, errors_text(self), 0);
}

static const struct {
    const char *name;           /* as the codec calls itself */
    text_encode_function function;
} fast_encoders[] = {
    {"ascii", encode_ascii},
    {"iso8859-1", encode_latin1},
    {"utf-8", encode_utf8},
    {"utf-16-be", encode_utf16be},
    {"utf-16-le", encode_utf16le},
    {"utf-16", encode_utf16},
    {"utf-32-be", encode_utf32be},
    {"utf-32-le", encode_utf32le},
    {"utf-32", encode_utf32},
    {NULL, NULL}
};

static int
is_ascii_compatible(text_encode_function function)
{
    return function == encode_ascii || function == encode_latin1
           || function == encode_utf8;
}

/* -- Set-up --------------------------------------------------------------- */

int
textio_reset_encoder(textio *self, int start_of_stream)
{
    PyObject *result;
    if (start_of_stream) {
        result = PyObject_CallMethodNoArgs(self->encoder, &_Py_ID(reset));
        self->encoding_start_of_stream = 1;
    }
    else {
        PyObject *zero = PyLong_FromLong(0);
        result = PyObject_CallMethodOneArg(self->encoder, &_Py_ID(setstate),
                                           zero);
        Py_DECREF(zero);
        self->encoding_start_of_stream = 0;
    }
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

/* Whether the buffer's method says True; -1 with an exception. */
static int
ask_buffer(textio *self, PyObject *method)
{
    PyObject *answer = PyObject_CallMethodNoArgs(self->buffer, method);
    if (answer == NULL) {
        return -1;
    }
    int truth = PyObject_IsTrue(answer);
    Py_DECREF(answer);
    return truth;
}

static int
set_decoder(textio *self, PyObject *codec_info, const char *errors)
{
    int readable = ask_buffer(self, &_Py_ID(readable));
    if (readable != 1) {
        return readable;
    }
    Py_CLEAR(self->decoder);
    self->decoder = _PyCodecInfo_GetIncrementalDecoder(codec_info, errors);
    if (self->decoder == NULL) {
        return -1;
    }
    if (self->readuniversal) {
        PyObject *decoder = PyObject_CallFunctionObjArgs(
            (PyObject *)&PyIncrementalNewlineDecoder_Type, self->decoder,
            self->readtranslate ? Py_True : Py_False, NULL);
        if (decoder == NULL) {
            return -1;
        }
        Py_SETREF(self->decoder, decoder);
    }
    return 0;
}

static int
set_encoder(textio *self, PyObject *codec_info, const char *errors)
{
    int writable = ask_buffer(self, &_Py_ID(writable));
    if (writable != 1) {
        return writable;
    }
    Py_CLEAR(self->encoder);
    self->encodefunc = NULL;
    self->encoder = _PyCodecInfo_GetIncrementalEncoder(codec_info, errors);
    if (self->encoder == NULL) {
        return -1;
    }
    PyObject *name;
    if (_PyObject_LookupAttr(codec_info, &_Py_ID(name), &name) < 0) {
        return -1;
    }
    if (name != NULL && PyUnicode_Check(name)) {
        for (int i = 0; fast_encoders[i].name != NULL; i++) {
            if (_PyUnicode_EqualToASCIIString(name, fast_encoders[i].name)) {
                self->encodefunc = fast_encoders[i].function;
                break;
            }
        }
    }
    Py_XDECREF(name);
    return 0;
}

static int
set_newline(textio *self, const char *newline)
{
    PyObject *old = self->readnl;
    if (newline == NULL) {
        self->readnl = NULL;
    }
    else {
        self->readnl = PyUnicode_FromString(newline);
        if (self->readnl == NULL) {
            self->readnl = old;
            return -1;
        }
    }
    self->readuniversal = newline == NULL || newline[0] == '\0';
    self->readtranslate = newline == NULL;
    self->writetranslate = newline == NULL || newline[0] != '\0';
    self->writenl = newline != NULL && newline[0] == '\r'
                    ? PyUnicode_AsUTF8(self->readnl) : NULL;
    Py_XDECREF(old);
    return 0;
}

/* Where the stream does not start at its beginning, no byte order mark. */
static int
fix_encoder_state(textio *self)
{
    if (!self->seekable || self->encoder == NULL) {
        return 0;
    }
    self->encoding_start_of_stream = 1;
    PyObject *position = PyObject_CallMethodNoArgs(self->buffer,
                                                   &_Py_ID(tell));
    if (position == NULL) {
        return -1;
    }
    PyObject *zero = PyLong_FromLong(0);
    int at_start = PyObject_RichCompareBool(position, zero, Py_EQ);
    Py_DECREF(zero);
    Py_DECREF(position);
    if (at_start < 0) {
        return -1;
    }
    return at_start ? 0 : textio_reset_encoder(self, 0);
}

/* In the development mode, unknown names are found at once. */
static int
check_errors_name(PyObject *errors)
{
    if (!_Py_GetConfig()->dev_mode || _PyUnicode_Equal(
                                          errors, &_Py_ID(strict)) == 1) {
        return 0;
    }
    const char *name = PyUnicode_AsUTF8(errors);
    if (name == NULL) {
        return -1;
    }
    PyObject *handler = PyCodec_LookupError(name);
    if (handler == NULL) {
        return -1;
    }
    Py_DECREF(handler);
    return 0;
}

/* The encoding's name, for an argument that may be missing or "locale". */
static PyObject *
resolve_encoding(const char *encoding)
{
    if (encoding == NULL && Py_UTF8Mode) {
        return Py_NewRef(&_Py_STR(utf_8));
    }
    if (encoding == NULL || strcmp(encoding, "locale") == 0) {
        return _Py_GetLocaleEncodingObject();
    }
    return PyUnicode_FromString(encoding);
}

static void
forget_everything(textio *self)
{
    Py_CLEAR(self->buffer);
    Py_CLEAR(self->encoding);
    Py_CLEAR(self->encoder);
    Py_CLEAR(self->decoder);
    Py_CLEAR(self->readnl);
    Py_CLEAR(self->decoded_chars);
    Py_CLEAR(self->pending);
    Py_CLEAR(self->snapshot);
    Py_CLEAR(self->errors);
    Py_CLEAR(self->raw);
    self->decoded_chars_used = 0;
    self->pending_count = 0;
    self->encodefunc = NULL;
    self->b2cratio = 0.0;
    self->writenl = NULL;
}

/* The FileIO below, for closed checks that cost nothing. */
static int
find_raw(textio *self)
{
    if (!Py_IS_TYPE(self->buffer, &PyBufferedReader_Type)
        && !Py_IS_TYPE(self->buffer, &PyBufferedWriter_Type)
        && !Py_IS_TYPE(self->buffer, &PyBufferedRandom_Type)) {
        return 0;
    }
    PyObject *raw;
    if (_PyObject_LookupAttr(self->buffer, &_Py_ID(raw), &raw) < 0) {
        return -1;
    }
    if (raw != NULL && Py_IS_TYPE(raw, &PyFileIO_Type)) {
        self->raw = raw;
    }
    else {
        Py_XDECREF(raw);
    }
    return 0;
}

static int
textio_setup(textio *self, PyObject *buffer, const char *encoding,
             PyObject *errors, const char *newline)
{
    forget_everything(self);
    self->encoding_start_of_stream = 0;
    self->chunk_size = 8192;
    self->encoding = resolve_encoding(encoding);
    if (self->encoding == NULL) {
        return -1;
    }
    const char *name = PyUnicode_AsUTF8(self->encoding);
    const char *errors_name = PyUnicode_AsUTF8(errors);
    if (name == NULL || errors_name == NULL) {
        return -1;
    }
    PyObject *codec_info = _PyCodec_LookupTextEncoding(name,
                                                       "codecs.open()");
    if (codec_info == NULL) {
        return -1;
    }
    self->errors = Py_NewRef(errors);
    self->buffer = Py_NewRef(buffer);
    int status = -1;
    if (set_newline(self, newline) < 0
        || set_decoder(self, codec_info, errors_name) < 0
        || set_encoder(self, codec_info, errors_name) < 0
        || find_raw(self) < 0) {
        goto done;
    }
    int seekable = ask_buffer(self, &_Py_ID(seekable));
    if (seekable < 0) {
        goto done;
    }
    self->seekable = self->telling = (char)seekable;
    PyObject *read1;
    if (_PyObject_LookupAttr(buffer, &_Py_ID(read1), &read1) < 0) {
        goto done;
    }
    self->has_read1 = read1 != NULL;
    Py_XDECREF(read1);
    status = fix_encoder_state(self);
done:
    Py_DECREF(codec_info);
    return status;
}

static int
textio_init(textio *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"buffer", "encoding", "errors",
                                           "newline", "line_buffering",
                                           "write_through", NULL};
    static _PyArg_Parser parser = {.format = "O|zOzpp:TextIOWrapper",
                                   .keywords = keywords};
    PyObject *buffer;
    const char *encoding = NULL;
    PyObject *errors = Py_None;
    const char *newline = NULL;
    int line_buffering = 0;
    int write_through = 0;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &buffer,
                                          &encoding, &errors, &newline,
                                          &line_buffering, &write_through)) {
        return -1;
    }
    self->ok = 0;
    self->detached = 0;
    if (encoding == NULL && _Py_GetConfig()->warn_default_encoding
        && PyErr_WarnEx(PyExc_EncodingWarning,
                        "'encoding' argument not specified", 1) < 0) {
        return -1;
    }
    if (errors == Py_None) {
        errors = &_Py_ID(strict);
    }
    else if (!PyUnicode_Check(errors)) {
        PyErr_Format(PyExc_TypeError,
                     "TextIOWrapper() argument 'errors' must be str or None, "
                     "not %.50s", Py_TYPE(errors)->tp_name);
        return -1;
    }
    if (check_errors_name(errors) < 0 || text_check_newline(newline) < 0
        || textio_setup(self, buffer, encoding, errors, newline) < 0) {
        return -1;
    }
    self->line_buffering = (char)line_buffering;
    self->write_through = (char)write_through;
    self->ok = 1;
    return 0;
}

/* -- reconfigure() -------------------------------------------------------- */

static int
change_encoding(textio *self, PyObject *encoding, PyObject *errors,
                int newline_changed)
{
    if (encoding == Py_None && errors == Py_None && !newline_changed) {
        return 0;
    }
    if (encoding == Py_None) {
        encoding = Py_NewRef(self->encoding);
        if (errors == Py_None) {
            errors = self->errors;
        }
    }
    else {
        if (_PyUnicode_EqualToASCIIString(encoding, "locale")) {
            encoding = _Py_GetLocaleEncodingObject();
            if (encoding == NULL) {
                return -1;
            }
        }
        else {
            Py_INCREF(encoding);
        }
        if (errors == Py_None) {
            errors = &_Py_ID(strict);
        }
    }
    int status = -1;
    PyObject *codec_info = NULL;
    const char *name = PyUnicode_AsUTF8(encoding);
    const char *errors_name = PyUnicode_AsUTF8(errors);
    if (name == NULL || errors_name == NULL) {
        goto done;
    }
    codec_info = _PyCodec_LookupTextEncoding(name, "codecs.open()");
    if (codec_info == NULL
        || set_decoder(self, codec_info, errors_name) < 0
        || set_encoder(self, codec_info, errors_name) < 0) {
        goto done;
    }
    Py_INCREF(errors);
    Py_SETREF(self->encoding, Py_NewRef(encoding));
    Py_SETREF(self->errors, errors);
    status = fix_encoder_state(self);
done:
    Py_DECREF(encoding);
    Py_XDECREF(codec_info);
    return status;
}

static int
optional_bool(PyObject *value, int current)
{
    if (value == Py_None) {
        return current;
    }
    long number = PyLong_AsLong(value);
    if (number == -1 && PyErr_Occurred()) {
        return -1;
    }
    return number != 0;
}

static PyObject *
textio_reconfigure(textio *self, PyObject *const *args, Py_ssize_t nargs,
                   PyObject *kwnames)
{
    static const char *const keywords[] = {"encoding", "errors", "newline",
                                           "line_buffering",
                                           "write_through", NULL};
    static _PyArg_Parser parser = {.format = "|$OOOOO:reconfigure",
                                   .keywords = keywords};
    PyObject *encoding = Py_None;
    PyObject *errors = Py_None;
    PyObject *newline_obj = NULL;
    PyObject *line_buffering_obj = Py_None;
    PyObject *write_through_obj = Py_None;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser,
                                      &encoding, &errors, &newline_obj,
                                      &line_buffering_obj,
                                      &write_through_obj)) {
        return NULL;
    }
    if (self->decoded_chars != NULL
        && (encoding != Py_None || errors != Py_None
            || newline_obj != NULL)) {
        return io_unsupported("It is not possible to set the encoding or "
                              "newline of stream after the first read");
    }
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    const char *newline = NULL;
    if (newline_obj != NULL && newline_obj != Py_None) {
        newline = PyUnicode_AsUTF8(newline_obj);
        if (newline == NULL || text_check_newline(newline) < 0) {
            return NULL;
        }
    }
    int line_buffering = optional_bool(line_buffering_obj,
                                       self->line_buffering);
    if (line_buffering < 0) {
        return NULL;
    }
    int write_through = optional_bool(write_through_obj,
                                      self->write_through);
    if (write_through < 0) {
        return NULL;
    }
    PyObject *flushed = PyObject_CallMethodNoArgs((PyObject *)self,
                                                  &_Py_ID(flush));
    if (flushed == NULL) {
        return NULL;
    }
    Py_DECREF(flushed);
    self->b2cratio = 0;
    if (newline_obj != NULL && set_newline(self, newline) < 0) {
        return NULL;
    }
    if (change_encoding(self, encoding, errors, newline_obj != NULL) < 0) {
        return NULL;
    }
    self->line_buffering = (char)line_buffering;
    self->write_through = (char)write_through;
    Py_RETURN_NONE;
}

/* -- Writing -------------------------------------------------------------- */

/* One bytes object of all that is pending.  Steals pending. */
static PyObject *
join_pending_steal(PyObject *pending, Py_ssize_t count)
{
    if (PyBytes_Check(pending)) {
        return pending;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, count);
    if (bytes == NULL) {
        Py_DECREF(pending);
        return NULL;
    }
    char *out = PyBytes_AS_STRING(bytes);
    Py_ssize_t pieces = PyList_CheckExact(pending) ? PyList_GET_SIZE(pending)
                                                   : 1;
    for (Py_ssize_t i = 0; i < pieces; i++) {
        PyObject *piece = PyList_CheckExact(pending)
                          ? PyList_GET_ITEM(pending, i) : pending;
        const char *data;
        Py_ssize_t length;
        if (PyUnicode_Check(piece)) {
            data = PyUnicode_DATA(piece);
            length = PyUnicode_GET_LENGTH(piece);
        }
        else {
            data = PyBytes_AS_STRING(piece);
            length = PyBytes_GET_SIZE(piece);
        }
        memcpy(out, data, (size_t)length);
        out += length;
    }
    assert(out == PyBytes_AS_STRING(bytes) + count);
    Py_DECREF(pending);
    return bytes;
}

int
textio_write_pending(textio *self)
{
    if (self->pending == NULL) {
        return 0;
    }
    /* Taken off first: write() may come back here. */
    PyObject *pending = self->pending;
    Py_ssize_t count = self->pending_count;
    self->pending = NULL;
    self->pending_count = 0;
    PyObject *bytes = join_pending_steal(pending, count);
    if (bytes == NULL) {
        return -1;
    }
    PyObject *result;
    do {
        result = PyObject_CallMethodOneArg(self->buffer, &_Py_ID(write),
                                           bytes);
    } while (result == NULL && io_trap_eintr());
    Py_DECREF(bytes);
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

/* The text as bytes, or itself where its characters are the bytes. */
static PyObject *
encode_text(textio *self, PyObject *text)
{
    if (self->encodefunc != NULL) {
        if (PyUnicode_IS_ASCII(text)
            && is_ascii_compatible(self->encodefunc)) {
            return Py_NewRef(text);
        }
        PyObject *bytes = self->encodefunc(self, text);
        self->encoding_start_of_stream = 0;
        return bytes;
    }
    PyObject *bytes = PyObject_CallMethodOneArg(self->encoder,
                                                &_Py_ID(encode), text);
    if (bytes != NULL && !PyBytes_Check(bytes)) {
        PyErr_Format(PyExc_TypeError,
                     "encoder should return a bytes object, not '%.200s'",
                     Py_TYPE(bytes)->tp_name);
        Py_CLEAR(bytes);
    }
    return bytes;
}

/* Add to what is pending; keeps it below a chunk where that can be. */
static int
add_pending_steal(textio *self, PyObject *bytes)
{
    Py_ssize_t length = PyUnicode_Check(bytes) ? PyUnicode_GET_LENGTH(bytes)
                                               : PyBytes_GET_SIZE(bytes);
    if (self->pending != NULL
        && self->pending_count + length > self->chunk_size
        && textio_write_pending(self) < 0) {
        Py_DECREF(bytes);
        return -1;
    }
    if (self->pending == NULL) {
        self->pending = bytes;
        self->pending_count = length;
        return 0;
    }
    if (!PyList_CheckExact(self->pending)) {
        PyObject *list = PyList_New(2);
        if (list == NULL) {
            Py_DECREF(bytes);
            return -1;
        }
        PyList_SET_ITEM(list, 0, self->pending);
        PyList_SET_ITEM(list, 1, bytes);
        self->pending = list;
    }
    else {
        int status = PyList_Append(self->pending, bytes);
        Py_DECREF(bytes);
        if (status < 0) {
            return -1;
        }
    }
    self->pending_count += length;
    return 0;
}

static int
contains(PyObject *text, Py_UCS4 ch)
{
    return PyUnicode_FindChar(text, ch, 0, PyUnicode_GET_LENGTH(text), 1)
           != -1;
}

static PyObject *
textio_write(textio *self, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        _PyArg_BadArgument("write", "argument", "str", text);
        return NULL;
    }
    if (PyUnicode_READY(text) < 0 || textio_check_attached(self) < 0
        || textio_check_closed(self) < 0) {
        return NULL;
    }
    if (self->encoder == NULL) {
        return io_unsupported("not writable");
    }
    Py_ssize_t text_length = PyUnicode_GET_LENGTH(text);
    int has_newline = ((self->writetranslate && self->writenl != NULL)
                       || self->line_buffering) && contains(text, '\n');
    Py_INCREF(text);
    if (has_newline && self->writetranslate && self->writenl != NULL) {
        PyObject *newline = PyUnicode_FromString(self->writenl);
        PyObject *translated = newline != NULL
            ? PyUnicode_Replace(text, &_Py_STR(newline), newline, -1) : NULL;
        Py_XDECREF(newline);
        Py_SETREF(text, translated);
        if (text == NULL) {
            return NULL;
        }
    }
    int flush = self->line_buffering
                && (has_newline || contains(text, '\r'));
    PyObject *bytes = encode_text(self, text);
    Py_DECREF(text);
    if (bytes == NULL || add_pending_steal(self, bytes) < 0) {
        return NULL;
    }
    if ((self->pending_count >= self->chunk_size || flush
         || self->write_through)
        && textio_write_pending(self) < 0) {
        return NULL;
    }
    if (flush) {
        PyObject *result = PyObject_CallMethodNoArgs(self->buffer,
                                                     &_Py_ID(flush));
        if (result == NULL) {
            return NULL;
        }
        Py_DECREF(result);
    }
    if (self->decoded_chars != NULL || self->snapshot != NULL) {
        textio_set_decoded_steal(self, NULL);
        Py_CLEAR(self->snapshot);
    }
    if (self->decoder != NULL) {
        PyObject *result = PyObject_CallMethodNoArgs(self->decoder,
                                                     &_Py_ID(reset));
        if (result == NULL) {
            return NULL;
        }
        Py_DECREF(result);
    }
    return PyLong_FromSsize_t(text_length);
}

static PyObject *
textio_flush(textio *self, PyObject *Py_UNUSED(ignored))
{
    if (textio_check_attached(self) < 0 || textio_check_closed(self) < 0) {
        return NULL;
    }
    self->telling = self->seekable;
    if (textio_write_pending(self) < 0) {
        return NULL;
    }
    return PyObject_CallMethodNoArgs(self->buffer, &_Py_ID(flush));
}

/* -- Passed on to the buffer ---------------------------------------------- */

static PyObject *
call_buffer(textio *self, PyObject *method)
{
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    return PyObject_CallMethodNoArgs(self->buffer, method);
}

static PyObject *
textio_fileno(textio *self, PyObject *Py_UNUSED(ignored))
{
    return call_buffer(self, &_Py_ID(fileno));
}

static PyObject *
textio_seekable(textio *self, PyObject *Py_UNUSED(ignored))
{
    return call_buffer(self, &_Py_ID(seekable));
}

static PyObject *
textio_readable(textio *self, PyObject *Py_UNUSED(ignored))
{
    return call_buffer(self, &_Py_ID(readable));
}

static PyObject *
textio_writable(textio *self, PyObject *Py_UNUSED(ignored))
{
    return call_buffer(self, &_Py_ID(writable));
}

static PyObject *
textio_isatty(textio *self, PyObject *Py_UNUSED(ignored))
{
    return call_buffer(self, &_Py_ID(isatty));
}

static PyObject *
textio_truncate(textio *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("truncate", nargs, 0, 1)
        || textio_check_attached(self) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethodNoArgs((PyObject *)self,
                                                 &_Py_ID(flush));
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    return PyObject_CallMethodOneArg(self->buffer, &_Py_ID(truncate),
                                     nargs > 0 ? args[0] : Py_None);
}

static PyObject *
textio_detach(textio *self, PyObject *Py_UNUSED(ignored))
{
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethodNoArgs((PyObject *)self,
                                                 &_Py_ID(flush));
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    PyObject *buffer = self->buffer;
    self->buffer = NULL;
    self->detached = 1;
    self->ok = 0;
    if (buffer == NULL) {
        textio_check_attached(self);
    }
    return buffer;
}

/* -- Closing -------------------------------------------------------------- */

static PyObject *
textio_close(textio *self, PyObject *Py_UNUSED(ignored))
{
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    PyObject *answer = textio_closed_get(self, NULL);
    if (answer == NULL) {
        return NULL;
    }
    int closed = PyObject_IsTrue(answer);
    Py_DECREF(answer);
    if (closed < 0) {
        return NULL;
    }
    if (closed) {
        Py_RETURN_NONE;
    }
    if (self->finalizing) {
        PyObject *warned = PyObject_CallMethodOneArg(
            self->buffer, &_Py_ID(_dealloc_warn), (PyObject *)self);
        if (warned != NULL) {
            Py_DECREF(warned);
        }
        else {
            PyErr_Clear();
        }
    }
    PyObject *type = NULL, *value = NULL, *traceback = NULL;
    PyObject *flushed = PyObject_CallMethodNoArgs((PyObject *)self,
                                                  &_Py_ID(flush));
    if (flushed == NULL) {
        PyErr_Fetch(&type, &value, &traceback);
    }
    else {
        Py_DECREF(flushed);
    }
    PyObject *result = NULL;
    if (self->buffer != NULL) {
        result = PyObject_CallMethodNoArgs(self->buffer, &_Py_ID(close));
    }
    else if (type == NULL) {
        textio_check_attached(self);
    }
    if (type != NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
        Py_CLEAR(result);
    }
    return result;
}

/* -- Life ----------------------------------------------------------------- */

static int
textio_traverse(textio *self, visitproc visit, void *arg)
{
    Py_VISIT(self->buffer);
    Py_VISIT(self->encoding);
    Py_VISIT(self->encoder);
    Py_VISIT(self->decoder);
    Py_VISIT(self->readnl);
    Py_VISIT(self->decoded_chars);
    Py_VISIT(self->pending);
    Py_VISIT(self->snapshot);
    Py_VISIT(self->errors);
    Py_VISIT(self->raw);
    Py_VISIT(self->dict);
    return 0;
}

static int
textio_clear(textio *self)
{
    self->ok = 0;
    forget_everything(self);
    Py_CLEAR(self->dict);
    return 0;
}

static void
textio_dealloc(textio *self)
{
    self->finalizing = 1;
    if (io_dealloc_begin((PyObject *)self)) {
        return;
    }
    self->ok = 0;
    PyObject_GC_UnTrack(self);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    (void)textio_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* -- Appearance ----------------------------------------------------------- */

/* Add " name=%R" for an attribute, unless it is missing; 0 or -1. */
static int
repr_attribute(textio *self, PyObject **text, PyObject *attribute,
               const char *format)
{
    PyObject *value;
    if (_PyObject_LookupAttr((PyObject *)self, attribute, &value) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
            return -1;
        }
        /* The buffer has been detached. */
        PyErr_Clear();
        return 0;
    }
    if (value == NULL) {
        return 0;
    }
    PyObject *part = PyUnicode_FromFormat(format, value);
    Py_DECREF(value);
    if (part == NULL) {
        return -1;
    }
    PyUnicode_AppendAndDel(text, part);
    return *text == NULL ? -1 : 0;
}

static PyObject *
textio_repr(textio *self)
{
    if (self->ok <= 0 && self->encoding == NULL) {
        textio_check_attached(self);
        return NULL;
    }
    PyObject *text = PyUnicode_FromString("<_io.TextIOWrapper");
    if (text == NULL) {
        return NULL;
    }
    int status = Py_ReprEnter((PyObject *)self);
    if (status != 0) {
        if (status > 0) {
            PyErr_Format(PyExc_RuntimeError,
                         "reentrant call inside %s.__repr__",
                         Py_TYPE(self)->tp_name);
        }
        Py_DECREF(text);
        return NULL;
    }
    if (repr_attribute(self, &text, &_Py_ID(name), " name=%R") < 0
        || repr_attribute(self, &text, &_Py_ID(mode), " mode=%R") < 0) {
        Py_XDECREF(text);
        Py_ReprLeave((PyObject *)self);
        return NULL;
    }
    PyObject *result = PyUnicode_FromFormat("%U encoding=%R>", text,
                                            self->encoding);
    Py_DECREF(text);
    Py_ReprLeave((PyObject *)self);
    return result;
}

static PyObject *
textio_name_get(textio *self, void *context)
{
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    return PyObject_GetAttr(self->buffer, &_Py_ID(name));
}

static PyObject *
textio_newlines_get(textio *self, void *context)
{
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    PyObject *newlines;
    if (self->decoder == NULL
        || _PyObject_LookupAttr(self->decoder, &_Py_ID(newlines), &newlines)
           == 0) {
        Py_RETURN_NONE;
    }
    return newlines;
}

static PyObject *
textio_errors_get(textio *self, void *context)
{
    if (self->errors == NULL) {
        textio_check_attached(self);
        return NULL;
    }
    return Py_NewRef(self->errors);
}

static PyObject *
textio_chunk_size_get(textio *self, void *context)
{
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    return PyLong_FromSsize_t(self->chunk_size);
}

static int
textio_chunk_size_set(textio *self, PyObject *value, void *context)
{
    if (textio_check_attached(self) < 0) {
        return -1;
    }
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "cannot delete attribute");
        return -1;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(value, PyExc_ValueError);
    if (n == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (n <= 0) {
        PyErr_SetString(PyExc_ValueError,
                        "a strictly positive integer is required");
        return -1;
    }
    self->chunk_size = n;
    return 0;
}

/* -- The type ------------------------------------------------------------- */

static PyMethodDef textio_methods[] = {
    {"detach", (PyCFunction)textio_detach, METH_NOARGS,
     "detach($self, /)\n--\n\n"},
    {"reconfigure", _PyCFunction_CAST(textio_reconfigure),
     METH_FASTCALL | METH_KEYWORDS,
     "reconfigure($self, /, *, encoding=None, errors=None, newline=None,\n"
     "            line_buffering=None, write_through=None)\n--\n\n"
     "Change parameters; flushes the stream."},
    {"write", (PyCFunction)textio_write, METH_O,
     "write($self, text, /)\n--\n\n"},
    {"read", _PyCFunction_CAST(textio_read), METH_FASTCALL,
     "read($self, size=-1, /)\n--\n\n"},
    {"readline", _PyCFunction_CAST(textio_readline), METH_FASTCALL,
     "readline($self, size=-1, /)\n--\n\n"},
    {"flush", (PyCFunction)textio_flush, METH_NOARGS,
     "flush($self, /)\n--\n\n"},
    {"close", (PyCFunction)textio_close, METH_NOARGS,
     "close($self, /)\n--\n\n"},
    {"fileno", (PyCFunction)textio_fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\n"},
    {"seekable", (PyCFunction)textio_seekable, METH_NOARGS,
     "seekable($self, /)\n--\n\n"},
    {"readable", (PyCFunction)textio_readable, METH_NOARGS,
     "readable($self, /)\n--\n\n"},
    {"writable", (PyCFunction)textio_writable, METH_NOARGS,
     "writable($self, /)\n--\n\n"},
    {"isatty", (PyCFunction)textio_isatty, METH_NOARGS,
     "isatty($self, /)\n--\n\n"},
    {"seek", _PyCFunction_CAST(textio_seek), METH_FASTCALL,
     "seek($self, cookie, whence=0, /)\n--\n\n"},
    {"tell", (PyCFunction)textio_tell, METH_NOARGS,
     "tell($self, /)\n--\n\n"},
    {"truncate", _PyCFunction_CAST(textio_truncate), METH_FASTCALL,
     "truncate($self, pos=None, /)\n--\n\n"},
    {NULL, NULL, 0, NULL}
};

static PyMemberDef textio_members[] = {
    {"encoding", T_OBJECT, offsetof(textio, encoding), READONLY, NULL},
    {"buffer", T_OBJECT, offsetof(textio, buffer), READONLY, NULL},
    {"line_buffering", T_BOOL, offsetof(textio, line_buffering), READONLY,
     NULL},
    {"write_through", T_BOOL, offsetof(textio, write_through), READONLY,
     NULL},
    {"_finalizing", T_BOOL, offsetof(textio, finalizing), 0, NULL},
    {NULL, 0, 0, 0, NULL}
};

static PyGetSetDef textio_getset[] = {
    {"name", (getter)textio_name_get, NULL, NULL, NULL},
    {"closed", (getter)textio_closed_get, NULL, NULL, NULL},
    {"newlines", (getter)textio_newlines_get, NULL, NULL, NULL},
    {"errors", (getter)textio_errors_get, NULL, NULL, NULL},
    {"_CHUNK_SIZE", (getter)textio_chunk_size_get,
     (setter)textio_chunk_size_set, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyDoc_STRVAR(textiowrapper_doc,
"TextIOWrapper(buffer, encoding=None, errors=None, newline=None,\n"
"              line_buffering=False, write_through=False)\n--\n\n"
"Text in front of a buffered binary stream.\n"
"\n"
"encoding is a codec's name, by default the locale's; errors its error\n"
"handler, by default 'strict'.\n"
"\n"
"newline says what ends a line.  None: any of '\\n', '\\r' and '\\r\\n', read\n"
"as '\\n' and written as the system does.  '': any of them, unchanged.  One\n"
"of them: just that one, and '\\n' is written as it.\n"
"\n"
"line_buffering flushes after every line, write_through keeps nothing\n"
"back from the buffer.");

PyTypeObject PyTextIOWrapper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.TextIOWrapper",
    .tp_basicsize = sizeof(textio),
    .tp_dealloc = (destructor)textio_dealloc,
    .tp_repr = (reprfunc)textio_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = textiowrapper_doc,
    .tp_traverse = (traverseproc)textio_traverse,
    .tp_clear = (inquiry)textio_clear,
    .tp_weaklistoffset = offsetof(textio, weakreflist),
    .tp_iternext = (iternextfunc)textio_iternext,
    .tp_methods = textio_methods,
    .tp_members = textio_members,
    .tp_getset = textio_getset,
    .tp_base = &PyTextIOBase_Type,
    .tp_dictoffset = offsetof(textio, dict),
    .tp_init = (initproc)textio_init,
    .tp_new = PyType_GenericNew,
};
