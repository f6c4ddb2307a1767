/* TextIOWrapper: positions.

   A position in a text file cannot be a count of characters: it has to say
   where to start reading bytes, in which state the decoder is there, how many
   bytes to give it, and how many of the characters that come out to skip.
   All that is packed into one int, the cookie, which for most positions is
   simply the position in bytes. */

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "textwrapper.h"

struct cookie {
    Py_off_t start_pos;         /* in the binary stream */
    int dec_flags;              /* the decoder's state there */
    int bytes_to_feed;          /* bytes from there to be decoded ... */
    int chars_to_skip;          /* ... and how many characters to drop */
    char need_eof;              /* whether to decode them as the last */
};

/* As little-endian bytes: 8, 4, 4, 4, 1. */
enum {
    OFF_START_POS = 0,
    OFF_DEC_FLAGS = 8,
    OFF_BYTES_TO_FEED = 12,
    OFF_CHARS_TO_SKIP = 16,
    OFF_NEED_EOF = 20,
    COOKIE_SIZE = 21
};

static int
parse_cookie(struct cookie *cookie, PyObject *object)
{
    PyObject *number = PyNumber_Long(object);
    if (number == NULL) {
        return -1;
    }
    unsigned char bytes[COOKIE_SIZE];
    int status = _PyLong_AsByteArray((PyLongObject *)number, bytes,
                                     sizeof(bytes), 1, 0);
    Py_DECREF(number);
    if (status < 0) {
        return -1;
    }
    memcpy(&cookie->start_pos, bytes + OFF_START_POS, 8);
    memcpy(&cookie->dec_flags, bytes + OFF_DEC_FLAGS, 4);
    memcpy(&cookie->bytes_to_feed, bytes + OFF_BYTES_TO_FEED, 4);
    memcpy(&cookie->chars_to_skip, bytes + OFF_CHARS_TO_SKIP, 4);
    memcpy(&cookie->need_eof, bytes + OFF_NEED_EOF, 1);
    return 0;
}

static PyObject *
build_cookie(const struct cookie *cookie)
{
    unsigned char bytes[COOKIE_SIZE];
    memcpy(bytes + OFF_START_POS, &cookie->start_pos, 8);
    memcpy(bytes + OFF_DEC_FLAGS, &cookie->dec_flags, 4);
    memcpy(bytes + OFF_BYTES_TO_FEED, &cookie->bytes_to_feed, 4);
    memcpy(bytes + OFF_CHARS_TO_SKIP, &cookie->chars_to_skip, 4);
    memcpy(bytes + OFF_NEED_EOF, &cookie->need_eof, 1);
    return _PyLong_FromByteArray(bytes, sizeof(bytes), 1, 0);
}

static int
set_decoder(textio *self, const struct cookie *cookie)
{
    PyObject *result;
    if (cookie->start_pos == 0 && cookie->dec_flags == 0) {
        result = PyObject_CallMethodNoArgs(self->decoder, &_Py_ID(reset));
    }
    else {
        result = PyObject_CallMethod(self->decoder, "setstate", "((yi))", "",
                                     cookie->dec_flags);
    }
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

static int
call_flush(textio *self)
{
    PyObject *result = PyObject_CallMethodNoArgs((PyObject *)self,
                                                 &_Py_ID(flush));
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* -- tell() --------------------------------------------------------------- */

/* How many characters come of so many bytes; -1 with an exception. */
static Py_ssize_t
decode_count(textio *self, const char *input, Py_ssize_t size)
{
    PyObject *decoded = PyObject_CallMethod(self->decoder, "decode", "y#",
                                            input, size);
    if (decoded == NULL) {
        return -1;
    }
    if (!PyUnicode_Check(decoded)) {
        PyErr_Format(PyExc_TypeError,
                     "decoder should return a string result, not '%.200s'",
                     Py_TYPE(decoded)->tp_name);
        Py_DECREF(decoded);
        return -1;
    }
    Py_ssize_t count = PyUnicode_GET_LENGTH(decoded);
    Py_DECREF(decoded);
    return count;
}

/* The number of bytes that the decoder holds back, and its flags. */
static Py_ssize_t
decoder_state(textio *self, int *flags)
{
    PyObject *state = PyObject_CallMethodNoArgs(self->decoder,
                                                &_Py_ID(getstate));
    if (state == NULL) {
        return -1;
    }
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "illegal decoder state");
        Py_DECREF(state);
        return -1;
    }
    PyObject *buffer;
    if (!PyArg_ParseTuple(state, "Oi;illegal decoder state", &buffer,
                          flags)) {
        Py_DECREF(state);
        return -1;
    }
    Py_ssize_t size = -1;
    if (PyBytes_Check(buffer)) {
        size = PyBytes_GET_SIZE(buffer);
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "illegal decoder state: the first item should be a "
                     "bytes object, not '%.200s'", Py_TYPE(buffer)->tp_name);
    }
    Py_DECREF(state);
    return size;
}

/* Move cookie to the last safe start (where the decoder holds nothing back)
   before its chars_to_skip, guessing by the ratio of bytes to characters.
   The number of input bytes passed over, or -1. */
static Py_ssize_t
guess_start(textio *self, struct cookie *cookie, const char *input,
            Py_ssize_t size)
{
    Py_ssize_t skip_bytes = (Py_ssize_t)(self->b2cratio
                                         * cookie->chars_to_skip);
    Py_ssize_t skip_back = 1;
    skip_bytes = Py_MIN(skip_bytes, size);
    while (skip_bytes > 0) {
        if (set_decoder(self, cookie) < 0) {
            return -1;
        }
        Py_ssize_t chars = decode_count(self, input, skip_bytes);
        if (chars < 0) {
            return -1;
        }
        if (chars > cookie->chars_to_skip) {
            skip_bytes -= skip_back;
            skip_back *= 2;
            continue;
        }
        int flags;
        Py_ssize_t held = decoder_state(self, &flags);
        if (held < 0) {
            return -1;
        }
        if (held == 0) {
            cookie->dec_flags = flags;
            cookie->chars_to_skip -= (int)chars;
            break;
        }
        skip_bytes -= held;
        skip_back = 1;
    }
    if (skip_bytes <= 0) {
        skip_bytes = 0;
        if (set_decoder(self, cookie) < 0) {
            return -1;
        }
    }
    cookie->start_pos += skip_bytes;
    return skip_bytes;
}

/* Feed the decoder byte by byte until it has given chars_to_skip characters,
   moving the start on whenever it is safe. */
static int
feed_to_position(textio *self, struct cookie *cookie, const char *input,
                 const char *end)
{
    Py_ssize_t chars_decoded = 0;
    Py_ssize_t chars_to_skip = cookie->chars_to_skip;
    int flags = cookie->dec_flags;
    for (; input < end; input++) {
        Py_ssize_t n = decode_count(self, input, 1);
        if (n < 0) {
            return -1;
        }
        chars_decoded += n;
        cookie->bytes_to_feed++;
        Py_ssize_t held = decoder_state(self, &flags);
        if (held < 0) {
            return -1;
        }
        if (held == 0 && chars_decoded <= chars_to_skip) {
            cookie->start_pos += cookie->bytes_to_feed;
            chars_to_skip -= chars_decoded;
            cookie->dec_flags = flags;
            cookie->bytes_to_feed = 0;
            chars_decoded = 0;
        }
        if (chars_decoded >= chars_to_skip) {
            break;
        }
    }
    if (input == end) {
        PyObject *decoded = PyObject_CallMethod(self->decoder, "decode",
                                                "yO", "", Py_True);
        if (decoded == NULL) {
            return -1;
        }
        if (!PyUnicode_Check(decoded)) {
            PyErr_Format(PyExc_TypeError, "decoder should return a string "
                         "result, not '%.200s'", Py_TYPE(decoded)->tp_name);
            Py_DECREF(decoded);
            return -1;
        }
        chars_decoded += PyUnicode_GET_LENGTH(decoded);
        Py_DECREF(decoded);
        cookie->need_eof = 1;
        if (chars_decoded < chars_to_skip) {
            PyErr_SetString(PyExc_OSError,
                            "can't reconstruct logical file position");
            return -1;
        }
    }
    cookie->chars_to_skip = Py_SAFE_DOWNCAST(chars_to_skip, Py_ssize_t, int);
    return 0;
}

/* Find the cookie with the decoder's help; its state is the caller's. */
static int
find_cookie(textio *self, struct cookie *cookie, PyObject *next_input)
{
    const char *input = PyBytes_AS_STRING(next_input);
    Py_ssize_t size = PyBytes_GET_SIZE(next_input);
    Py_ssize_t skipped = guess_start(self, cookie, input, size);
    if (skipped < 0) {
        return -1;
    }
    if (cookie->chars_to_skip == 0) {
        return 0;
    }
    return feed_to_position(self, cookie, input + skipped, input + size);
}

/* The cookie of a position inside a chunk that starts `position` ends. */
static PyObject *
tell_in_chunk(textio *self, Py_off_t position)
{
    struct cookie cookie = {0, 0, 0, 0, 0};
    PyObject *next_input;
    if (!PyArg_ParseTuple(self->snapshot, "iO", &cookie.dec_flags,
                          &next_input)) {
        return NULL;
    }
    cookie.start_pos = position - PyBytes_GET_SIZE(next_input);
    if (self->decoded_chars_used == 0) {
        return build_cookie(&cookie);
    }
    cookie.chars_to_skip = Py_SAFE_DOWNCAST(self->decoded_chars_used,
                                            Py_ssize_t, int);
    PyObject *saved_state = PyObject_CallMethodNoArgs(self->decoder,
                                                      &_Py_ID(getstate));
    if (saved_state == NULL) {
        return NULL;
    }
    Py_INCREF(next_input);
    int status = find_cookie(self, &cookie, next_input);
    Py_DECREF(next_input);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = PyObject_CallMethodOneArg(
        self->decoder, &_Py_ID(setstate), saved_state);
    Py_DECREF(saved_state);
    _PyErr_ChainExceptions(type, value, traceback);
    if (result == NULL || status < 0) {
        Py_XDECREF(result);
        return NULL;
    }
    Py_DECREF(result);
    return build_cookie(&cookie);
}

PyObject *
textio_tell(textio *self, PyObject *Py_UNUSED(ignored))
{
    if (textio_check_attached(self) < 0 || textio_check_closed(self) < 0) {
        return NULL;
    }
    if (!self->seekable) {
        return io_unsupported("underlying stream is not seekable");
    }
    if (!self->telling) {
        PyErr_SetString(PyExc_OSError,
                        "telling position disabled by next() call");
        return NULL;
    }
    if (textio_write_pending(self) < 0 || call_flush(self) < 0) {
        return NULL;
    }
    PyObject *position = PyObject_CallMethodNoArgs(self->buffer,
                                                   &_Py_ID(tell));
    if (position == NULL || self->decoder == NULL
        || self->snapshot == NULL) {
        return position;
    }
    Py_off_t offset = PyLong_AsOff_t(position);
    Py_DECREF(position);
    if (offset == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return tell_in_chunk(self, offset);
}

/* -- seek() --------------------------------------------------------------- */

/* Whether a number is 0: 1, 0, or -1 with an exception. */
static int
is_zero(PyObject *number)
{
    PyObject *zero = PyLong_FromLong(0);
    int answer = PyObject_RichCompareBool(number, zero, Py_EQ);
    Py_DECREF(zero);
    return answer;
}

static PyObject *
seek_to_end(textio *self)
{
    if (call_flush(self) < 0) {
        return NULL;
    }
    textio_set_decoded_steal(self, NULL);
    Py_CLEAR(self->snapshot);
    if (self->decoder != NULL) {
        PyObject *result = PyObject_CallMethodNoArgs(self->decoder,
                                                     &_Py_ID(reset));
        if (result == NULL) {
            return NULL;
        }
        Py_DECREF(result);
    }
    PyObject *position = PyObject_CallMethod(self->buffer, "seek", "ii", 0,
                                             2);
    if (position == NULL) {
        return NULL;
    }
    if (self->encoder != NULL) {
        int empty = is_zero(position);
        if (empty < 0 || textio_reset_encoder(self, empty) < 0) {
            Py_DECREF(position);
            return NULL;
        }
    }
    return position;
}

/* Decode the chunk around the position again. */
static int
restore_chunk(textio *self, const struct cookie *cookie)
{
    PyObject *input = PyObject_CallMethod(self->buffer, "read", "i",
                                          cookie->bytes_to_feed);
    if (input == NULL) {
        return -1;
    }
    if (!PyBytes_Check(input)) {
        PyErr_Format(PyExc_TypeError,
                     "underlying read() should have returned a bytes object, "
                     "not '%.200s'", Py_TYPE(input)->tp_name);
        Py_DECREF(input);
        return -1;
    }
    PyObject *snapshot = Py_BuildValue("iO", cookie->dec_flags, input);
    if (snapshot == NULL) {
        Py_DECREF(input);
        return -1;
    }
    Py_XSETREF(self->snapshot, snapshot);
    PyObject *decoded = textio_decode(self, input, cookie->need_eof);
    Py_DECREF(input);
    if (decoded == NULL) {
        return -1;
    }
    textio_set_decoded_steal(self, decoded);
    if (PyUnicode_GET_LENGTH(decoded) < cookie->chars_to_skip) {
        PyErr_SetString(PyExc_OSError,
                        "can't restore logical file position");
        return -1;
    }
    self->decoded_chars_used = cookie->chars_to_skip;
    return 0;
}

static int
seek_to_cookie(textio *self, const struct cookie *cookie)
{
    PyObject *result = PyObject_CallMethod(self->buffer, "seek", "L",
                                           (long long)cookie->start_pos);
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    textio_set_decoded_steal(self, NULL);
    Py_CLEAR(self->snapshot);
    if (self->decoder != NULL && set_decoder(self, cookie) < 0) {
        return -1;
    }
    if (cookie->chars_to_skip != 0) {
        if (self->decoder == NULL) {
            PyErr_SetString(PyExc_OSError,
                            "can't restore logical file position");
            return -1;
        }
        if (restore_chunk(self, cookie) < 0) {
            return -1;
        }
    }
    else {
        self->snapshot = Py_BuildValue("iy", cookie->dec_flags, "");
        if (self->snapshot == NULL) {
            return -1;
        }
    }
    if (self->encoder != NULL) {
        return textio_reset_encoder(self, cookie->start_pos == 0
                                          && cookie->dec_flags == 0);
    }
    return 0;
}

PyObject *
textio_seek(textio *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("seek", nargs, 1, 2)) {
        return NULL;
    }
    int whence = nargs > 1 ? _PyLong_AsInt(args[1]) : 0;
    if ((whence == -1 && PyErr_Occurred()) || textio_check_attached(self) < 0
        || textio_check_closed(self) < 0) {
        return NULL;
    }
    if (!self->seekable) {
        return io_unsupported("underlying stream is not seekable");
    }
    PyObject *position = Py_NewRef(args[0]);
    if (whence == SEEK_CUR || whence == SEEK_END) {
        int zero = is_zero(position);
        Py_DECREF(position);
        if (zero < 0) {
            return NULL;
        }
        if (!zero) {
            return io_unsupported(
                whence == SEEK_CUR ? "can't do nonzero cur-relative seeks"
                                   : "can't do nonzero end-relative seeks");
        }
        if (whence == SEEK_END) {
            return seek_to_end(self);
        }
        /* Seeking to here is worth it: the encoder is synchronised. */
        position = PyObject_CallMethodNoArgs((PyObject *)self,
                                             &_Py_ID(tell));
        if (position == NULL) {
            return NULL;
        }
    }
    else if (whence != SEEK_SET) {
        Py_DECREF(position);
        PyErr_Format(PyExc_ValueError,
                     "invalid whence (%d, should be %d, %d or %d)", whence,
                     SEEK_SET, SEEK_CUR, SEEK_END);
        return NULL;
    }
    PyObject *zero = PyLong_FromLong(0);
    int negative = PyObject_RichCompareBool(position, zero, Py_LT);
    Py_DECREF(zero);
    if (negative > 0) {
        PyErr_Format(PyExc_ValueError, "negative seek position %R",
                     position);
    }
    struct cookie cookie;
    if (negative != 0 || call_flush(self) < 0
        || parse_cookie(&cookie, position) < 0
        || seek_to_cookie(self, &cookie) < 0) {
        Py_DECREF(position);
        return NULL;
    }
    return position;
}
