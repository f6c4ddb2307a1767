/* Reading through a buffer: BufferedReader, and the reading half of
   BufferedRandom.  buffered.h has the picture. */

#include "Python.h"
#include "buffered.h"

/* -- The raw stream ------------------------------------------------------- */

/* raw.readinto(memory); -1 with an exception, -2 when it would block. */
static Py_ssize_t
readinto_by_method(buffered *self, char *start, Py_ssize_t length)
{
    Py_buffer view;
    if (PyBuffer_FillInfo(&view, NULL, start, length, 0, PyBUF_CONTIG) < 0) {
        return -1;
    }
    PyObject *memory = PyMemoryView_FromBuffer(&view);
    if (memory == NULL) {
        return -1;
    }
    PyObject *result;
    do {
        result = PyObject_CallMethodOneArg(self->raw, &_Py_ID(readinto),
                                           memory);
    } while (result == NULL && io_trap_eintr());
    Py_DECREF(memory);
    if (result == NULL) {
        return -1;
    }
    if (result == Py_None) {
        Py_DECREF(result);
        return -2;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(result, PyExc_ValueError);
    Py_DECREF(result);
    if (n == -1 && PyErr_Occurred()) {
        _PyErr_FormatFromCause(PyExc_OSError, "raw readinto() failed");
        return -1;
    }
    return n;
}

static Py_ssize_t
raw_read(buffered *self, char *start, Py_ssize_t length)
{
    Py_ssize_t n;
    if (Py_IS_TYPE(self->raw, &PyFileIO_Type)) {
        n = fileio_read_raw(self->raw, start, (size_t)length);
    }
    else {
        n = readinto_by_method(self, start, length);
    }
    if (n == -2 || (n == -1 && PyErr_Occurred())) {
        return n;
    }
    if (n < 0 || n > length) {
        PyErr_Format(PyExc_OSError,
                     "raw readinto() returned invalid length %zd "
                     "(should have been between 0 and %zd)", n, length);
        return -1;
    }
    if (n > 0 && self->abs_pos != -1) {
        self->abs_pos += n;
    }
    return n;
}

/* One raw read to the end of the buffer. */
static Py_ssize_t
fill_buffer(buffered *self)
{
    Py_ssize_t start = buffered_valid_read(self) ? self->read_end : 0;
    Py_ssize_t n = raw_read(self, self->buffer + start,
                            self->buffer_size - start);
    if (n > 0) {
        self->read_end = start + n;
        self->raw_pos = start + n;
    }
    return n;
}

/* -- read() --------------------------------------------------------------- */

/* The largest multiple of the buffer's size in size. */
static Py_ssize_t
whole_blocks(buffered *self, Py_ssize_t size)
{
    if (self->buffer_mask != 0) {
        return size & ~self->buffer_mask;
    }
    return self->buffer_size * (size / self->buffer_size);
}

/* Take n bytes that are there. */
static PyObject *
take_bytes(buffered *self, Py_ssize_t n)
{
    PyObject *result = PyBytes_FromStringAndSize(self->buffer + self->pos, n);
    if (result != NULL) {
        self->pos += n;
    }
    return result;
}

/* What read() answers when the raw stream gave nothing (r is 0: the end,
   -2: would block) after `have` bytes.  Steals result. */
static PyObject *
short_read_steal(PyObject *result, Py_ssize_t have, Py_ssize_t r)
{
    if (r == 0 || have > 0) {
        _PyBytes_Resize(&result, have);
        return result;
    }
    Py_DECREF(result);
    Py_RETURN_NONE;
}

/* n bytes, more than are in the buffer. */
static PyObject *
read_generic(buffered *self, Py_ssize_t n)
{
    Py_ssize_t have = buffered_readahead(self);
    if (n <= have) {
        return take_bytes(self, n);
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, n);
    if (result == NULL) {
        return NULL;
    }
    char *out = PyBytes_AS_STRING(result);
    if (have > 0) {
        memcpy(out, self->buffer + self->pos, (size_t)have);
        self->pos += have;
    }
    if (self->writable && buffered_flush_and_rewind(self) < 0) {
        goto error;
    }
    buffered_reset_read(self);
    /* Whole blocks go straight to the result. */
    Py_ssize_t blocks;
    while ((blocks = whole_blocks(self, n - have)) > 0) {
        Py_ssize_t r = raw_read(self, out + have, blocks);
        if (r == -1) {
            goto error;
        }
        if (r <= 0) {
            return short_read_steal(result, have, r);
        }
        have += r;
    }
    self->pos = 0;
    self->raw_pos = 0;
    self->read_end = 0;
    while (have < n && self->read_end < self->buffer_size) {
        Py_ssize_t r = fill_buffer(self);
        if (r == -1) {
            goto error;
        }
        if (r <= 0) {
            return short_read_steal(result, have, r);
        }
        Py_ssize_t used = Py_MIN(r, n - have);
        memcpy(out + have, self->buffer + self->pos, (size_t)used);
        self->pos += used;
        have += used;
    }
    if (have < n) {
        _PyBytes_Resize(&result, have);
    }
    return result;
error:
    Py_DECREF(result);
    return NULL;
}

/* raw.readall() after `data`, which is NULL or what was in the buffer. */
static PyObject *
read_all_at_once_steal(buffered *self, PyObject *readall, PyObject *data)
{
    PyObject *rest = PyObject_CallNoArgs(readall);
    self->abs_pos = -1;
    if (rest == NULL) {
        Py_XDECREF(data);
        return NULL;
    }
    if (rest != Py_None && !PyBytes_Check(rest)) {
        PyErr_SetString(PyExc_TypeError, "readall() should return bytes");
        Py_DECREF(rest);
        Py_XDECREF(data);
        return NULL;
    }
    if (data == NULL) {
        return rest;
    }
    if (rest != Py_None) {
        PyBytes_Concat(&data, rest);
    }
    Py_DECREF(rest);
    return data;
}

/* raw.read() until it gives nothing. */
static PyObject *
read_all_by_pieces_steal(buffered *self, PyObject *data)
{
    Py_ssize_t total = data != NULL ? PyBytes_GET_SIZE(data) : 0;
    PyObject *result = NULL;
    PyObject *chunks = PyList_New(0);
    if (chunks == NULL) {
        goto done;
    }
    for (;;) {
        if (data != NULL && PyList_Append(chunks, data) < 0) {
            goto done;
        }
        Py_XSETREF(data, PyObject_CallMethodNoArgs(self->raw, &_Py_ID(read)));
        if (data == NULL) {
            goto done;
        }
        if (data != Py_None && !PyBytes_Check(data)) {
            PyErr_SetString(PyExc_TypeError, "read() should return bytes");
            goto done;
        }
        if (data == Py_None || PyBytes_GET_SIZE(data) == 0) {
            if (total == 0) {
                result = data;
                data = NULL;
            }
            else {
                PyObject *empty = PyBytes_FromStringAndSize(NULL, 0);
                if (empty != NULL) {
                    result = _PyBytes_Join(empty, chunks);
                    Py_DECREF(empty);
                }
            }
            goto done;
        }
        total += PyBytes_GET_SIZE(data);
        if (self->abs_pos != -1) {
            self->abs_pos += PyBytes_GET_SIZE(data);
        }
    }
done:
    Py_XDECREF(data);
    Py_XDECREF(chunks);
    return result;
}

static PyObject *
read_all(buffered *self)
{
    Py_ssize_t have = buffered_readahead(self);
    PyObject *data = NULL;
    if (have > 0) {
        data = take_bytes(self, have);
        if (data == NULL) {
            return NULL;
        }
    }
    if (self->writable && buffered_flush_and_rewind(self) < 0) {
        Py_XDECREF(data);
        return NULL;
    }
    buffered_reset_read(self);
    PyObject *readall;
    if (_PyObject_LookupAttr(self->raw, &_Py_ID(readall), &readall) < 0) {
        Py_XDECREF(data);
        return NULL;
    }
    if (readall == NULL) {
        return read_all_by_pieces_steal(self, data);
    }
    PyObject *result = read_all_at_once_steal(self, readall, data);
    Py_DECREF(readall);
    return result;
}

PyObject *
bufferedreader_read(buffered *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t n = -1;
    if (io_parse_size("read", args, nargs, &n) < 0
        || buffered_check_initialized(self) < 0) {
        return NULL;
    }
    if (n < -1) {
        PyErr_SetString(PyExc_ValueError,
                        "read length must be non-negative or -1");
        return NULL;
    }
    if (buffered_check_closed(self, "read of closed file") < 0) {
        return NULL;
    }
    /* No lock: nothing between here and the result drops the GIL. */
    if (n >= 0 && n <= buffered_readahead(self)) {
        return take_bytes(self, n);
    }
    if (buffered_enter(self) < 0) {
        return NULL;
    }
    PyObject *result;
    if (self->buffer == NULL) {
        PyErr_SetString(PyExc_ValueError, "read of closed file");
        result = NULL;
    }
    else {
        result = n == -1 ? read_all(self) : read_generic(self, n);
    }
    buffered_leave(self);
    return result;
}

PyObject *
bufferedreader_read1(buffered *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("read1", nargs, 0, 1)) {
        return NULL;
    }
    Py_ssize_t n = -1;
    if (nargs > 0) {
        PyObject *index = _PyNumber_Index(args[0]);
        if (index != NULL) {
            n = PyLong_AsSsize_t(index);
            Py_DECREF(index);
        }
        if (n == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (buffered_check_initialized(self) < 0) {
        return NULL;
    }
    if (n < 0) {
        n = self->buffer_size;
    }
    if (buffered_check_closed(self, "read of closed file") < 0) {
        return NULL;
    }
    if (n == 0) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    Py_ssize_t have = buffered_readahead(self);
    if (have > 0) {
        return take_bytes(self, Py_MIN(have, n));
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, n);
    if (result == NULL) {
        return NULL;
    }
    if (buffered_enter(self) < 0) {
        Py_DECREF(result);
        return NULL;
    }
    if (self->writable && buffered_flush_and_rewind(self) < 0) {
        buffered_leave(self);
        Py_DECREF(result);
        return NULL;
    }
    buffered_reset_read(self);
    Py_ssize_t r = raw_read(self, PyBytes_AS_STRING(result), n);
    buffered_leave(self);
    if (r == -1) {
        Py_DECREF(result);
        return NULL;
    }
    if (r == -2) {
        r = 0;
    }
    if (n > r) {
        _PyBytes_Resize(&result, r);
    }
    return result;
}

/* -- readinto() ----------------------------------------------------------- */

/* With the lock held, after `written` bytes: the total, or -1 or -2. */
static Py_ssize_t
readinto_rest(buffered *self, char *out, Py_ssize_t size, Py_ssize_t written,
              int only_one)
{
    if (self->buffer == NULL) {
        PyErr_SetString(PyExc_ValueError, "readinto of closed file");
        return -1;
    }
    if (self->writable && buffered_flush_and_rewind(self) < 0) {
        return -1;
    }
    buffered_reset_read(self);
    self->pos = 0;
    while (written < size) {
        Py_ssize_t wanted = size - written;
        Py_ssize_t n;
        if (wanted > self->buffer_size) {
            n = raw_read(self, out + written, wanted);
        }
        else if (only_one && written > 0) {
            n = 0;
        }
        else {
            n = fill_buffer(self);
            if (n > 0) {
                n = Py_MIN(n, wanted);
                memcpy(out + written, self->buffer + self->pos, (size_t)n);
                self->pos += n;
            }
        }
        if (n == 0 || (n == -2 && written > 0)) {
            break;
        }
        if (n < 0) {
            return n;
        }
        written += n;
        if (only_one) {
            break;
        }
    }
    return written;
}

static PyObject *
readinto_generic(buffered *self, PyObject *arg, int only_one)
{
    Py_buffer buffer = {NULL, NULL};
    if (PyObject_GetBuffer(arg, &buffer, PyBUF_WRITABLE) < 0) {
        PyErr_Clear();
        _PyArg_BadArgument(only_one ? "readinto1" : "readinto", "argument",
                           "read-write bytes-like object", arg);
        return NULL;
    }
    Py_ssize_t written = -1;
    if (buffered_check_initialized(self) < 0
        || buffered_check_closed(self, "readinto of closed file") < 0) {
        goto done;
    }
    Py_ssize_t have = buffered_readahead(self);
    written = 0;
    if (have > 0) {
        written = Py_MIN(have, buffer.len);
        memcpy(buffer.buf, self->buffer + self->pos, (size_t)written);
        self->pos += written;
        if (written == buffer.len) {
            goto done;
        }
    }
    if (buffered_enter(self) < 0) {
        written = -1;
        goto done;
    }
    written = readinto_rest(self, buffer.buf, buffer.len, written, only_one);
    buffered_leave(self);
done:
    PyBuffer_Release(&buffer);
    if (written == -2) {
        Py_RETURN_NONE;
    }
    return written < 0 ? NULL : PyLong_FromSsize_t(written);
}

PyObject *
bufferedreader_readinto(buffered *self, PyObject *arg)
{
    return readinto_generic(self, arg, 0);
}

PyObject *
bufferedreader_readinto1(buffered *self, PyObject *arg)
{
    return readinto_generic(self, arg, 1);
}

/* -- Lines and looking ahead ---------------------------------------------- */

/* A line that does not end in the buffer, with the lock held. */
static PyObject *
readline_long(buffered *self, Py_ssize_t limit)
{
    PyObject *result = NULL;
    PyObject *last = NULL;
    PyObject *chunks = PyList_New(0);
    if (chunks == NULL) {
        return NULL;
    }
    Py_ssize_t n = buffered_readahead(self);
    if (limit >= 0 && n > limit) {
        n = limit;
    }
    if (n > 0) {
        last = take_bytes(self, n);
        if (last == NULL) {
            goto done;
        }
        if (limit >= 0) {
            limit -= n;
        }
        int complete = limit == 0 || PyBytes_AS_STRING(last)[n - 1] == '\n';
        if (complete) {
            goto join;
        }
    }
    if (self->writable && buffered_flush_and_rewind(self) < 0) {
        goto done;
    }
    for (;;) {
        if (last != NULL) {
            if (PyList_Append(chunks, last) < 0) {
                goto done;
            }
            Py_CLEAR(last);
        }
        buffered_reset_read(self);
        n = fill_buffer(self);
        if (n == -1) {
            goto done;
        }
        if (n <= 0) {
            break;
        }
        if (limit >= 0 && n > limit) {
            n = limit;
        }
        self->pos = 0;
        const char *newline = memchr(self->buffer, '\n', (size_t)n);
        Py_ssize_t used = newline != NULL ? newline - self->buffer + 1 : n;
        last = take_bytes(self, used);
        if (last == NULL) {
            goto done;
        }
        if (newline != NULL || n == limit) {
            break;
        }
        if (limit >= 0) {
            limit -= n;
        }
    }
join:
    if (PyList_GET_SIZE(chunks) == 0) {
        result = last != NULL ? Py_NewRef(last)
                              : PyBytes_FromStringAndSize(NULL, 0);
        goto done;
    }
    if (last != NULL && PyList_Append(chunks, last) < 0) {
        goto done;
    }
    PyObject *empty = PyBytes_FromStringAndSize(NULL, 0);
    if (empty != NULL) {
        result = _PyBytes_Join(empty, chunks);
        Py_DECREF(empty);
    }
done:
    Py_XDECREF(last);
    Py_DECREF(chunks);
    return result;
}

static PyObject *
buffered_readline(buffered *self, Py_ssize_t limit)
{
    if (buffered_check_closed(self, "readline of closed file") < 0) {
        return NULL;
    }
    Py_ssize_t n = buffered_readahead(self);
    if (limit >= 0 && n > limit) {
        n = limit;
    }
    if (n > 0) {
        const char *start = self->buffer + self->pos;
        const char *newline = memchr(start, '\n', (size_t)n);
        if (newline != NULL) {
            return take_bytes(self, newline - start + 1);
        }
    }
    if (n == limit) {
        return take_bytes(self, n);
    }
    if (buffered_enter(self) < 0) {
        return NULL;
    }
    PyObject *result;
    if (self->buffer == NULL) {
        PyErr_SetString(PyExc_ValueError, "readline of closed file");
        result = NULL;
    }
    else {
        result = readline_long(self, limit);
    }
    buffered_leave(self);
    return result;
}

PyObject *
bufferedreader_readline(buffered *self, PyObject *const *args,
                        Py_ssize_t nargs)
{
    Py_ssize_t limit = -1;
    if (io_parse_size("readline", args, nargs, &limit) < 0
        || buffered_check_initialized(self) < 0) {
        return NULL;
    }
    return buffered_readline(self, limit);
}

PyObject *
bufferedreader_iternext(buffered *self)
{
    if (buffered_check_initialized(self) < 0) {
        return NULL;
    }
    PyObject *line;
    if (Py_IS_TYPE(self, &PyBufferedReader_Type)
        || Py_IS_TYPE(self, &PyBufferedRandom_Type)) {
        line = buffered_readline(self, -1);
    }
    else {
        line = PyObject_CallMethodNoArgs((PyObject *)self, &_Py_ID(readline));
        if (line != NULL && !PyBytes_Check(line)) {
            PyErr_Format(PyExc_OSError, "readline() should have returned a "
                         "bytes object, not '%.200s'", Py_TYPE(line)->tp_name);
            Py_DECREF(line);
            return NULL;
        }
    }
    if (line != NULL && PyBytes_GET_SIZE(line) == 0) {
        Py_DECREF(line);
        return NULL;
    }
    return line;
}

static PyObject *
peek_locked(buffered *self)
{
    if (self->writable && buffered_flush_and_rewind(self) < 0) {
        return NULL;
    }
    Py_ssize_t have = buffered_readahead(self);
    if (have > 0) {
        return PyBytes_FromStringAndSize(self->buffer + self->pos, have);
    }
    if (self->buffer == NULL) {
        PyErr_SetString(PyExc_ValueError, "peek of closed file");
        return NULL;
    }
    buffered_reset_read(self);
    Py_ssize_t n = fill_buffer(self);
    if (n == -1) {
        return NULL;
    }
    if (n == -2) {
        n = 0;
    }
    self->pos = 0;
    return PyBytes_FromStringAndSize(self->buffer, n);
}

PyObject *
bufferedreader_peek(buffered *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("peek", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs > 0) {
        /* The size is a hint that is checked and not needed. */
        PyObject *index = _PyNumber_Index(args[0]);
        if (index == NULL) {
            return NULL;
        }
        Py_ssize_t n = PyLong_AsSsize_t(index);
        Py_DECREF(index);
        if (n == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (buffered_check_initialized(self) < 0
        || buffered_check_closed(self, "peek of closed file") < 0
        || buffered_enter(self) < 0) {
        return NULL;
    }
    PyObject *result = peek_locked(self);
    buffered_leave(self);
    return result;
}

/* -- The type ------------------------------------------------------------- */

static int
bufferedreader_init(buffered *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"raw", "buffer_size", NULL};
    static _PyArg_Parser parser = {.format = "O|n:BufferedReader",
                                   .keywords = keywords};
    PyObject *raw;
    Py_ssize_t buffer_size = DEFAULT_BUFFER_SIZE;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &raw,
                                          &buffer_size)) {
        return -1;
    }
    self->ok = 0;
    self->detached = 0;
    if (iobase_check_readable(raw) < 0) {
        return -1;
    }
    self->readable = 1;
    self->writable = 0;
    if (buffered_setup(self, raw, buffer_size) < 0) {
        return -1;
    }
    self->fast_closed_checks = Py_IS_TYPE(self, &PyBufferedReader_Type)
                               && Py_IS_TYPE(raw, &PyFileIO_Type);
    self->ok = 1;
    return 0;
}

static PyMethodDef bufferedreader_methods[] = {
    {"detach", (PyCFunction)buffered_detach, METH_NOARGS, NULL},
    {"flush", (PyCFunction)buffered_simple_flush, METH_NOARGS, NULL},
    {"close", (PyCFunction)buffered_close, METH_NOARGS, NULL},
    {"seekable", (PyCFunction)buffered_seekable, METH_NOARGS, NULL},
    {"readable", (PyCFunction)buffered_readable, METH_NOARGS, NULL},
    {"fileno", (PyCFunction)buffered_fileno, METH_NOARGS, NULL},
    {"isatty", (PyCFunction)buffered_isatty, METH_NOARGS, NULL},
    {"_dealloc_warn", (PyCFunction)buffered_dealloc_warn, METH_O, NULL},
    {"read", _PyCFunction_CAST(bufferedreader_read), METH_FASTCALL,
     "read($self, size=-1, /)\n--\n\n"},
    {"peek", _PyCFunction_CAST(bufferedreader_peek), METH_FASTCALL,
     "peek($self, size=0, /)\n--\n\n"},
    {"read1", _PyCFunction_CAST(bufferedreader_read1), METH_FASTCALL,
     "read1($self, size=-1, /)\n--\n\n"},
    {"readinto", (PyCFunction)bufferedreader_readinto, METH_O,
     "readinto($self, buffer, /)\n--\n\n"},
    {"readinto1", (PyCFunction)bufferedreader_readinto1, METH_O,
     "readinto1($self, buffer, /)\n--\n\n"},
    {"readline", _PyCFunction_CAST(bufferedreader_readline), METH_FASTCALL,
     "readline($self, size=-1, /)\n--\n\n"},
    {"seek", _PyCFunction_CAST(buffered_seek), METH_FASTCALL,
     "seek($self, target, whence=0, /)\n--\n\n"},
    {"tell", (PyCFunction)buffered_tell, METH_NOARGS, NULL},
    {"truncate", _PyCFunction_CAST(buffered_truncate), METH_FASTCALL,
     "truncate($self, pos=None, /)\n--\n\n"},
    {"__sizeof__", (PyCFunction)buffered_sizeof, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

PyDoc_STRVAR(bufferedreader_doc,
"BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
"A buffer before a raw stream that can be read.");

PyTypeObject PyBufferedReader_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.BufferedReader",
    .tp_basicsize = sizeof(buffered),
    .tp_dealloc = (destructor)buffered_dealloc,
    .tp_repr = (reprfunc)buffered_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = bufferedreader_doc,
    .tp_traverse = (traverseproc)buffered_traverse,
    .tp_clear = (inquiry)buffered_clear,
    .tp_weaklistoffset = offsetof(buffered, weakreflist),
    .tp_iternext = (iternextfunc)bufferedreader_iternext,
    .tp_methods = bufferedreader_methods,
    .tp_members = buffered_members,
    .tp_getset = buffered_getset,
    .tp_base = &PyBufferedIOBase_Type,
    .tp_dictoffset = offsetof(buffered, dict),
    .tp_init = (initproc)bufferedreader_init,
    .tp_new = buffered_new,
};
