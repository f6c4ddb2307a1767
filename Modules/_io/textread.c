/* TextIOWrapper: reading.  textwrapper.h has the picture. */

#include "Python.h"
#include "textwrapper.h"

/* -- Text read ahead ------------------------------------------------------ */

void
textio_set_decoded_steal(textio *self, PyObject *chars)
{
    Py_XSETREF(self->decoded_chars, chars);
    self->decoded_chars_used = 0;
}

/* At most n characters of what is there; n < 0: all. */
static PyObject *
get_decoded(textio *self, Py_ssize_t n)
{
    if (self->decoded_chars == NULL) {
        return PyUnicode_FromStringAndSize(NULL, 0);
    }
    Py_ssize_t left = PyUnicode_GET_LENGTH(self->decoded_chars)
                      - self->decoded_chars_used;
    if (n < 0 || n > left) {
        n = left;
    }
    if (self->decoded_chars_used == 0
        && n == PyUnicode_GET_LENGTH(self->decoded_chars)) {
        self->decoded_chars_used += n;
        return Py_NewRef(self->decoded_chars);
    }
    PyObject *chars = PyUnicode_Substring(self->decoded_chars,
                                          self->decoded_chars_used,
                                          self->decoded_chars_used + n);
    if (chars != NULL) {
        self->decoded_chars_used += n;
    }
    return chars;
}

PyObject *
textio_decode(textio *self, PyObject *input, int final)
{
    if (Py_IS_TYPE(self->decoder, &PyIncrementalNewlineDecoder_Type)) {
        return newline_decoder_decode(self->decoder, input, final);
    }
    PyObject *decoded = PyObject_CallMethodObjArgs(
        self->decoder, &_Py_ID(decode), input, final ? Py_True : Py_False,
        NULL);
    if (decoded == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(decoded)) {
        PyErr_Format(PyExc_TypeError,
                     "decoder should return a string result, not '%.200s'",
                     Py_TYPE(decoded)->tp_name);
        Py_DECREF(decoded);
        return NULL;
    }
    if (PyUnicode_READY(decoded) < 0) {
        Py_DECREF(decoded);
        return NULL;
    }
    return decoded;
}

/* -- Chunks --------------------------------------------------------------- */

/* The decoder's buffered bytes and flags, as two new references. */
static int
get_decoder_state(textio *self, PyObject **buffer, PyObject **flags)
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
    if (!PyArg_ParseTuple(state, "OO;illegal decoder state", buffer, flags)) {
        Py_DECREF(state);
        return -1;
    }
    if (!PyBytes_Check(*buffer)) {
        PyErr_Format(PyExc_TypeError,
                     "illegal decoder state: the first item should be a "
                     "bytes object, not '%.200s'",
                     Py_TYPE(*buffer)->tp_name);
        Py_DECREF(state);
        return -1;
    }
    Py_INCREF(*buffer);
    Py_INCREF(*flags);
    Py_DECREF(state);
    return 0;
}

static PyObject *
read_input(textio *self, Py_ssize_t size_hint)
{
    if (size_hint > 0) {
        size_hint = (Py_ssize_t)(Py_MAX(self->b2cratio, 1.0)
                                 * (double)size_hint);
    }
    PyObject *size = PyLong_FromSsize_t(Py_MAX(self->chunk_size, size_hint));
    if (size == NULL) {
        return NULL;
    }
    PyObject *input = PyObject_CallMethodOneArg(
        self->buffer, self->has_read1 ? &_Py_ID(read1) : &_Py_ID(read), size);
    Py_DECREF(size);
    return input;
}

/* snapshot = (flags, buffered + input) */
static int
take_snapshot(textio *self, PyObject *buffered, PyObject *flags,
              const Py_buffer *input)
{
    Py_ssize_t before = PyBytes_GET_SIZE(buffered);
    PyObject *next_input = PyBytes_FromStringAndSize(NULL,
                                                     before + input->len);
    if (next_input == NULL) {
        return -1;
    }
    char *out = PyBytes_AS_STRING(next_input);
    memcpy(out, PyBytes_AS_STRING(buffered), (size_t)before);
    memcpy(out + before, input->buf, (size_t)input->len);
    PyObject *snapshot = PyTuple_Pack(2, flags, next_input);
    Py_DECREF(next_input);
    if (snapshot == NULL) {
        return -1;
    }
    Py_XSETREF(self->snapshot, snapshot);
    return 0;
}

/* Read and decode a chunk: 1 there may be more, 0 the end, -1 error. */
static int
read_chunk(textio *self, Py_ssize_t size_hint)
{
    if (self->decoder == NULL) {
        io_unsupported("not readable");
        return -1;
    }
    int result = -1;
    PyObject *buffered = NULL;
    PyObject *flags = NULL;
    PyObject *input = NULL;
    Py_buffer view = {NULL, NULL};
    if (self->telling && get_decoder_state(self, &buffered, &flags) < 0) {
        return -1;
    }
    input = read_input(self, size_hint);
    if (input == NULL) {
        goto done;
    }
    if (PyObject_GetBuffer(input, &view, 0) != 0) {
        PyErr_Format(PyExc_TypeError,
                     "underlying %s() should have returned a bytes-like "
                     "object, not '%.200s'",
                     self->has_read1 ? "read1" : "read",
                     Py_TYPE(input)->tp_name);
        goto done;
    }
    Py_ssize_t nbytes = view.len;
    int eof = nbytes == 0;
    PyObject *chars = textio_decode(self, input, eof);
    if (chars == NULL) {
        goto done;
    }
    textio_set_decoded_steal(self, chars);
    Py_ssize_t nchars = PyUnicode_GET_LENGTH(chars);
    self->b2cratio = nchars > 0 ? (double)nbytes / (double)nchars : 0.0;
    if (buffered != NULL
        && take_snapshot(self, buffered, flags, &view) < 0) {
        goto done;
    }
    result = nchars > 0 || !eof;
done:
    if (view.obj != NULL) {
        PyBuffer_Release(&view);
    }
    Py_XDECREF(input);
    Py_XDECREF(buffered);
    Py_XDECREF(flags);
    return result;
}

static int
read_chunk_retry(textio *self, Py_ssize_t size_hint)
{
    int status;
    do {
        status = read_chunk(self, size_hint);
    } while (status < 0 && io_trap_eintr());
    return status;
}

/* -- read() --------------------------------------------------------------- */

static PyObject *
read_everything(textio *self)
{
    PyObject *bytes = PyObject_CallMethodNoArgs(self->buffer, &_Py_ID(read));
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *decoded = textio_decode(self, bytes, 1);
    Py_DECREF(bytes);
    if (decoded == NULL) {
        return NULL;
    }
    PyObject *result = get_decoded(self, -1);
    if (result == NULL) {
        Py_DECREF(decoded);
        return NULL;
    }
    PyUnicode_AppendAndDel(&result, decoded);
    if (result == NULL) {
        return NULL;
    }
    textio_set_decoded_steal(self, NULL);
    Py_CLEAR(self->snapshot);
    return result;
}

static PyObject *
read_some(textio *self, Py_ssize_t n)
{
    PyObject *result = get_decoded(self, n);
    if (result == NULL) {
        return NULL;
    }
    PyObject *chunks = NULL;
    Py_ssize_t left = n - PyUnicode_GET_LENGTH(result);
    while (left > 0) {
        int status = read_chunk_retry(self, left);
        if (status < 0) {
            goto error;
        }
        if (status == 0) {
            break;
        }
        if (chunks == NULL) {
            chunks = PyList_New(0);
            if (chunks == NULL) {
                goto error;
            }
        }
        if (PyUnicode_GET_LENGTH(result) > 0
            && PyList_Append(chunks, result) < 0) {
            goto error;
        }
        Py_SETREF(result, get_decoded(self, left));
        if (result == NULL) {
            goto error;
        }
        left -= PyUnicode_GET_LENGTH(result);
    }
    if (chunks != NULL) {
        if (PyList_Append(chunks, result) < 0) {
            goto error;
        }
        Py_SETREF(result, PyUnicode_Join(&_Py_STR(empty), chunks));
        Py_DECREF(chunks);
    }
    return result;
error:
    Py_XDECREF(result);
    Py_XDECREF(chunks);
    return NULL;
}

PyObject *
textio_read(textio *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t n = -1;
    if (io_parse_size("read", args, nargs, &n) < 0
        || textio_check_attached(self) < 0 || textio_check_closed(self) < 0) {
        return NULL;
    }
    if (self->decoder == NULL) {
        return io_unsupported("not readable");
    }
    if (textio_write_pending(self) < 0) {
        return NULL;
    }
    return n < 0 ? read_everything(self) : read_some(self, n);
}

/* -- Lines ---------------------------------------------------------------- */

/* The line is pieces (none of which holds its end), then line[start:end]. */
struct line_search {
    PyObject *chunks;           /* list of pieces, or NULL */
    Py_ssize_t chunked;         /* their length */
    PyObject *remaining;        /* a piece that may hold half a line end */
};

static int
put_aside(struct line_search *search, PyObject *line, Py_ssize_t start,
          Py_ssize_t end)
{
    if (end <= start) {
        return 0;
    }
    if (search->chunks == NULL) {
        search->chunks = PyList_New(0);
        if (search->chunks == NULL) {
            return -1;
        }
    }
    PyObject *piece = PyUnicode_Substring(line, start, end);
    if (piece == NULL) {
        return -1;
    }
    int status = PyList_Append(search->chunks, piece);
    Py_DECREF(piece);
    search->chunked += end - start;
    return status;
}

/* What there is of the line; NULL with an exception. */
static PyObject *
search_line(textio *self, struct line_search *search, Py_ssize_t limit)
{
    for (;;) {
        int more = 1;
        while (self->decoded_chars == NULL
               || PyUnicode_GET_LENGTH(self->decoded_chars) == 0) {
            more = read_chunk_retry(self, 0);
            if (more < 0) {
                return NULL;
            }
            if (more == 0) {
                break;
            }
        }
        if (more == 0) {
            /* The end of the file: the line is what was put aside. */
            textio_set_decoded_steal(self, NULL);
            Py_CLEAR(self->snapshot);
            return PyUnicode_New(0, 0);
        }
        PyObject *line;
        Py_ssize_t start;
        Py_ssize_t carried = 0;
        if (search->remaining == NULL) {
            line = Py_NewRef(self->decoded_chars);
            start = self->decoded_chars_used;
        }
        else {
            carried = PyUnicode_GET_LENGTH(search->remaining);
            line = PyUnicode_Concat(search->remaining, self->decoded_chars);
            if (line == NULL) {
                return NULL;
            }
            Py_CLEAR(search->remaining);
            start = 0;
        }
        int kind = PyUnicode_KIND(line);
        const char *data = PyUnicode_DATA(line);
        Py_ssize_t length = PyUnicode_GET_LENGTH(line);
        Py_ssize_t consumed;
        Py_ssize_t end = text_find_line_ending(
            self->readtranslate, self->readuniversal, self->readnl, kind,
            data + kind * start, data + kind * length, &consumed);
        int complete = end >= 0;
        end = start + (complete ? end : consumed);
        if (limit >= 0 && end - start + search->chunked >= limit) {
            end = start + limit - search->chunked;
            complete = 1;
        }
        if (complete) {
            self->decoded_chars_used = end - carried;
            if (start == 0 && end == length) {
                return line;
            }
            PyObject *piece = PyUnicode_Substring(line, start, end);
            Py_DECREF(line);
            return piece;
        }
        if (put_aside(search, line, start, end) < 0) {
            Py_DECREF(line);
            return NULL;
        }
        if (end < length) {
            search->remaining = PyUnicode_Substring(line, end, length);
            if (search->remaining == NULL) {
                Py_DECREF(line);
                return NULL;
            }
        }
        Py_DECREF(line);
        textio_set_decoded_steal(self, NULL);
    }
}

static PyObject *
read_line(textio *self, Py_ssize_t limit)
{
    if (textio_check_closed(self) < 0 || textio_write_pending(self) < 0) {
        return NULL;
    }
    struct line_search search = {NULL, 0, NULL};
    PyObject *line = search_line(self, &search, limit);
    if (line == NULL || (search.chunks == NULL && search.remaining == NULL)) {
        goto done;
    }
    if (search.chunks == NULL) {
        search.chunks = PyList_New(0);
        if (search.chunks == NULL) {
            Py_CLEAR(line);
            goto done;
        }
    }
    if ((search.remaining != NULL
         && PyList_Append(search.chunks, search.remaining) < 0)
        || PyList_Append(search.chunks, line) < 0) {
        Py_CLEAR(line);
        goto done;
    }
    Py_SETREF(line, PyUnicode_Join(&_Py_STR(empty), search.chunks));
done:
    Py_XDECREF(search.chunks);
    Py_XDECREF(search.remaining);
    return line;
}

PyObject *
textio_readline(textio *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("readline", nargs, 0, 1)) {
        return NULL;
    }
    Py_ssize_t limit = -1;
    if (nargs > 0) {
        PyObject *index = _PyNumber_Index(args[0]);
        if (index != NULL) {
            limit = PyLong_AsSsize_t(index);
            Py_DECREF(index);
        }
        if (limit == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    return read_line(self, limit);
}

PyObject *
textio_iternext(textio *self)
{
    if (textio_check_attached(self) < 0) {
        return NULL;
    }
    self->telling = 0;
    PyObject *line;
    if (Py_IS_TYPE(self, &PyTextIOWrapper_Type)) {
        line = read_line(self, -1);
    }
    else {
        line = PyObject_CallMethodNoArgs((PyObject *)self, &_Py_ID(readline));
        if (line != NULL && !PyUnicode_Check(line)) {
            PyErr_Format(PyExc_OSError, "readline() should have returned a "
                         "str object, not '%.200s'", Py_TYPE(line)->tp_name);
            Py_DECREF(line);
            return NULL;
        }
    }
    if (line == NULL || PyUnicode_READY(line) < 0) {
        Py_XDECREF(line);
        return NULL;
    }
    if (PyUnicode_GET_LENGTH(line) == 0) {
        /* The end: positions mean something again. */
        Py_DECREF(line);
        Py_CLEAR(self->snapshot);
        self->telling = self->seekable;
        return NULL;
    }
    return line;
}
