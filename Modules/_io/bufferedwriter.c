/* Writing through a buffer: BufferedWriter, and BufferedRandom with both
   halves.  buffered.h has the picture. */

#include "Python.h"
#include "buffered.h"

/* -- The raw stream ------------------------------------------------------- */

/* raw.write(memory); -1 with an exception, -2 when it would block (errno
   tells why). */
static Py_ssize_t
write_by_method(buffered *self, const char *start, Py_ssize_t length)
{
    Py_buffer view;
    if (PyBuffer_FillInfo(&view, NULL, (char *)start, length, 1,
                          PyBUF_CONTIG_RO) < 0) {
        return -1;
    }
    PyObject *memory = PyMemoryView_FromBuffer(&view);
    if (memory == NULL) {
        return -1;
    }
    PyObject *result;
    int error;
    do {
        errno = 0;
        result = PyObject_CallMethodOneArg(self->raw, &_Py_ID(write), memory);
        error = errno;
    } while (result == NULL && io_trap_eintr());
    Py_DECREF(memory);
    if (result == NULL) {
        return -1;
    }
    if (result == Py_None) {
        Py_DECREF(result);
        errno = error;
        return -2;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(result, PyExc_ValueError);
    Py_DECREF(result);
    return n;
}

static Py_ssize_t
raw_write(buffered *self, const char *start, Py_ssize_t length)
{
    Py_ssize_t n;
    if (Py_IS_TYPE(self->raw, &PyFileIO_Type)) {
        n = fileio_write_raw(self->raw, start, (size_t)length);
        if (n == -2) {
            errno = EAGAIN;
        }
    }
    else {
        n = write_by_method(self, start, length);
    }
    if (n == -2 || (n == -1 && PyErr_Occurred())) {
        return n;
    }
    if (n < 0 || n > length) {
        PyErr_Format(PyExc_OSError,
                     "raw write() returned invalid length %zd "
                     "(should have been between 0 and %zd)", n, length);
        return -1;
    }
    if (n > 0 && self->abs_pos != -1) {
        self->abs_pos += n;
    }
    return n;
}

/* -- Would block ---------------------------------------------------------- */

static void
set_blocking_error(const char *message, Py_ssize_t written)
{
    PyErr_Clear();
    PyObject *error = PyObject_CallFunction(PyExc_BlockingIOError, "isn",
                                            errno, message, written);
    if (error != NULL) {
        PyErr_SetObject(PyExc_BlockingIOError, error);
        Py_DECREF(error);
    }
}

/* The pending exception if it is BlockingIOError, borrowed from the thread
   state, else NULL. */
static PyOSErrorObject *
pending_blocking_error(void)
{
    if (!PyErr_ExceptionMatches(PyExc_BlockingIOError)) {
        return NULL;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    int is_ours = value != NULL && PyErr_GivenExceptionMatches(
                                       value, PyExc_BlockingIOError);
    PyErr_Restore(type, value, traceback);
    return is_ours ? (PyOSErrorObject *)value : NULL;
}

/* -- Flushing ------------------------------------------------------------- */

int
bufferedwriter_flush(buffered *self)
{
    if (!buffered_valid_write(self) || self->write_pos == self->write_end) {
        buffered_reset_write(self);
        return 0;
    }
    /* The raw stream has to stand where the unwritten bytes belong. */
    Py_off_t rewind = buffered_raw_offset(self) + (self->pos
                                                   - self->write_pos);
    if (rewind != 0) {
        if (buffered_raw_seek(self, -rewind, 1) < 0) {
            return -1;
        }
        self->raw_pos -= rewind;
    }
    while (self->write_pos < self->write_end) {
        Py_ssize_t n = raw_write(self, self->buffer + self->write_pos,
                                 self->write_end - self->write_pos);
        if (n == -1) {
            return -1;
        }
        if (n == -2) {
            set_blocking_error("write could not complete without blocking",
                               0);
            return -1;
        }
        self->write_pos += n;
        self->raw_pos = self->write_pos;
        /* A signal may have cut the write short; run its handler, and keep
           what is left for the next time if that raises. */
        if (PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
    buffered_reset_write(self);
    return 0;
}

/* -- write() -------------------------------------------------------------- */

/* After a flush that would block: keep what fits.  The number of bytes taken
   if all of them were, else -1 with BlockingIOError. */
static Py_ssize_t
buffer_what_fits(buffered *self, const char *bytes, Py_ssize_t length)
{
    PyOSErrorObject *error = pending_blocking_error();
    if (error == NULL) {
        return -1;
    }
    if (self->readable) {
        buffered_reset_read(self);
    }
    memmove(self->buffer, self->buffer + self->write_pos,
            (size_t)(self->write_end - self->write_pos));
    self->write_end -= self->write_pos;
    self->raw_pos -= self->write_pos;
    self->pos -= self->write_pos;
    self->write_pos = 0;
    Py_ssize_t room = self->buffer_size - self->write_end;
    Py_ssize_t taken = Py_MIN(length, room);
    memcpy(self->buffer + self->write_end, bytes, (size_t)taken);
    self->write_end += taken;
    self->pos += taken;
    if (length <= room) {
        PyErr_Clear();
        return length;
    }
    PyObject *args = Py_BuildValue("OOn", error->myerrno, error->strerror,
                                   taken);
    if (args != NULL) {
        Py_XSETREF(error->args, args);
        error->written = taken;
    }
    return -1;
}

/* Write straight from the caller's bytes while there is more than a buffer
   full, and buffer the rest; the buffer is empty. */
static Py_ssize_t
write_large(buffered *self, const char *bytes, Py_ssize_t length)
{
    Py_off_t offset = buffered_raw_offset(self);
    if (offset != 0) {
        if (buffered_raw_seek(self, -offset, 1) < 0) {
            return -1;
        }
        self->raw_pos -= offset;
    }
    Py_ssize_t written = 0;
    while (length - written > self->buffer_size) {
        Py_ssize_t n = raw_write(self, bytes + written, length - written);
        if (n == -1) {
            return -1;
        }
        if (n == -2) {
            memcpy(self->buffer, bytes + written, (size_t)self->buffer_size);
            self->raw_pos = 0;
            buffered_adjust_position(self, self->buffer_size);
            self->write_pos = 0;
            self->write_end = self->buffer_size;
            written += self->buffer_size;
            set_blocking_error("write could not complete without blocking",
                               written);
            return -1;
        }
        written += n;
        if (PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
    if (self->readable) {
        buffered_reset_read(self);
    }
    Py_ssize_t rest = length - written;
    if (rest > 0) {
        memcpy(self->buffer, bytes + written, (size_t)rest);
    }
    self->write_pos = 0;
    self->write_end = rest;
    buffered_adjust_position(self, rest);
    self->raw_pos = 0;
    return length;
}

/* With the lock held: how much of it was taken, or -1. */
static Py_ssize_t
write_locked(buffered *self, const char *bytes, Py_ssize_t length)
{
    /* Another thread may have closed it while this one waited. */
    int closed = buffered_is_closed(self);
    if (closed != 0) {
        if (closed > 0) {
            PyErr_SetString(PyExc_ValueError, "write to closed file");
        }
        return -1;
    }
    if (!buffered_valid_read(self) && !buffered_valid_write(self)) {
        self->pos = 0;
        self->raw_pos = 0;
    }
    if (length <= self->buffer_size - self->pos) {
        memcpy(self->buffer + self->pos, bytes, (size_t)length);
        if (!buffered_valid_write(self) || self->write_pos > self->pos) {
            self->write_pos = self->pos;
        }
        buffered_adjust_position(self, self->pos + length);
        if (self->write_end < self->pos) {
            self->write_end = self->pos;
        }
        return length;
    }
    if (bufferedwriter_flush(self) < 0) {
        return buffer_what_fits(self, bytes, length);
    }
    return write_large(self, bytes, length);
}

PyObject *
bufferedwriter_write(buffered *self, PyObject *arg)
{
    Py_buffer buffer = {NULL, NULL};
    if (PyObject_GetBuffer(arg, &buffer, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    Py_ssize_t written = -1;
    if (buffered_check_initialized(self) == 0 && buffered_enter(self) == 0) {
        written = write_locked(self, buffer.buf, buffer.len);
        buffered_leave(self);
    }
    PyBuffer_Release(&buffer);
    return written < 0 ? NULL : PyLong_FromSsize_t(written);
}

/* -- BufferedWriter ------------------------------------------------------- */

static int
bufferedwriter_init(buffered *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"raw", "buffer_size", NULL};
    static _PyArg_Parser parser = {.format = "O|n:BufferedWriter",
                                   .keywords = keywords};
    PyObject *raw;
    Py_ssize_t buffer_size = DEFAULT_BUFFER_SIZE;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &raw,
                                          &buffer_size)) {
        return -1;
    }
    self->ok = 0;
    self->detached = 0;
    if (iobase_check_writable(raw) < 0) {
        return -1;
    }
    self->readable = 0;
    self->writable = 1;
    if (buffered_setup(self, raw, buffer_size) < 0) {
        return -1;
    }
    self->fast_closed_checks = Py_IS_TYPE(self, &PyBufferedWriter_Type)
                               && Py_IS_TYPE(raw, &PyFileIO_Type);
    self->ok = 1;
    return 0;
}

static PyMethodDef bufferedwriter_methods[] = {
    {"close", (PyCFunction)buffered_close, METH_NOARGS, NULL},
    {"detach", (PyCFunction)buffered_detach, METH_NOARGS, NULL},
    {"seekable", (PyCFunction)buffered_seekable, METH_NOARGS, NULL},
    {"writable", (PyCFunction)buffered_writable, METH_NOARGS, NULL},
    {"fileno", (PyCFunction)buffered_fileno, METH_NOARGS, NULL},
    {"isatty", (PyCFunction)buffered_isatty, METH_NOARGS, NULL},
    {"_dealloc_warn", (PyCFunction)buffered_dealloc_warn, METH_O, NULL},
    {"write", (PyCFunction)bufferedwriter_write, METH_O,
     "write($self, buffer, /)\n--\n\n"},
    {"truncate", _PyCFunction_CAST(buffered_truncate), METH_FASTCALL,
     "truncate($self, pos=None, /)\n--\n\n"},
    {"flush", (PyCFunction)buffered_flush, METH_NOARGS, NULL},
    {"seek", _PyCFunction_CAST(buffered_seek), METH_FASTCALL,
     "seek($self, target, whence=0, /)\n--\n\n"},
    {"tell", (PyCFunction)buffered_tell, METH_NOARGS, NULL},
    {"__sizeof__", (PyCFunction)buffered_sizeof, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

PyDoc_STRVAR(bufferedwriter_doc,
"BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
"A buffer before a raw stream that can be written.");

PyTypeObject PyBufferedWriter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.BufferedWriter",
    .tp_basicsize = sizeof(buffered),
    .tp_dealloc = (destructor)buffered_dealloc,
    .tp_repr = (reprfunc)buffered_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = bufferedwriter_doc,
    .tp_traverse = (traverseproc)buffered_traverse,
    .tp_clear = (inquiry)buffered_clear,
    .tp_weaklistoffset = offsetof(buffered, weakreflist),
    .tp_methods = bufferedwriter_methods,
    .tp_members = buffered_members,
    .tp_getset = buffered_getset,
    .tp_base = &PyBufferedIOBase_Type,
    .tp_dictoffset = offsetof(buffered, dict),
    .tp_init = (initproc)bufferedwriter_init,
    .tp_new = buffered_new,
};

/* -- BufferedRandom ------------------------------------------------------- */

static int
bufferedrandom_init(buffered *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"raw", "buffer_size", NULL};
    static _PyArg_Parser parser = {.format = "O|n:BufferedRandom",
                                   .keywords = keywords};
    PyObject *raw;
    Py_ssize_t buffer_size = DEFAULT_BUFFER_SIZE;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &raw,
                                          &buffer_size)) {
        return -1;
    }
    self->ok = 0;
    self->detached = 0;
    if (iobase_check_seekable(raw) < 0 || iobase_check_readable(raw) < 0
        || iobase_check_writable(raw) < 0) {
        return -1;
    }
    self->readable = 1;
    self->writable = 1;
    if (buffered_setup(self, raw, buffer_size) < 0) {
        return -1;
    }
    self->fast_closed_checks = Py_IS_TYPE(self, &PyBufferedRandom_Type)
                               && Py_IS_TYPE(raw, &PyFileIO_Type);
    self->ok = 1;
    return 0;
}

static PyMethodDef bufferedrandom_methods[] = {
    {"close", (PyCFunction)buffered_close, METH_NOARGS, NULL},
    {"detach", (PyCFunction)buffered_detach, METH_NOARGS, NULL},
    {"seekable", (PyCFunction)buffered_seekable, METH_NOARGS, NULL},
    {"readable", (PyCFunction)buffered_readable, METH_NOARGS, NULL},
    {"writable", (PyCFunction)buffered_writable, METH_NOARGS, NULL},
    {"fileno", (PyCFunction)buffered_fileno, METH_NOARGS, NULL},
    {"isatty", (PyCFunction)buffered_isatty, METH_NOARGS, NULL},
    {"_dealloc_warn", (PyCFunction)buffered_dealloc_warn, METH_O, NULL},
    {"flush", (PyCFunction)buffered_flush, METH_NOARGS, NULL},
    {"seek", _PyCFunction_CAST(buffered_seek), METH_FASTCALL,
     "seek($self, target, whence=0, /)\n--\n\n"},
    {"tell", (PyCFunction)buffered_tell, METH_NOARGS, NULL},
    {"truncate", _PyCFunction_CAST(buffered_truncate), METH_FASTCALL,
     "truncate($self, pos=None, /)\n--\n\n"},
    {"read", _PyCFunction_CAST(bufferedreader_read), METH_FASTCALL,
     "read($self, size=-1, /)\n--\n\n"},
    {"read1", _PyCFunction_CAST(bufferedreader_read1), METH_FASTCALL,
     "read1($self, size=-1, /)\n--\n\n"},
    {"readinto", (PyCFunction)bufferedreader_readinto, METH_O,
     "readinto($self, buffer, /)\n--\n\n"},
    {"readinto1", (PyCFunction)bufferedreader_readinto1, METH_O,
     "readinto1($self, buffer, /)\n--\n\n"},
    {"readline", _PyCFunction_CAST(bufferedreader_readline), METH_FASTCALL,
     "readline($self, size=-1, /)\n--\n\n"},
    {"peek", _PyCFunction_CAST(bufferedreader_peek), METH_FASTCALL,
     "peek($self, size=0, /)\n--\n\n"},
    {"write", (PyCFunction)bufferedwriter_write, METH_O,
     "write($self, buffer, /)\n--\n\n"},
    {"__sizeof__", (PyCFunction)buffered_sizeof, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

PyDoc_STRVAR(bufferedrandom_doc,
"BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
"A buffer before a raw stream that can be read, written and positioned.");

PyTypeObject PyBufferedRandom_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.BufferedRandom",
    .tp_basicsize = sizeof(buffered),
    .tp_dealloc = (destructor)buffered_dealloc,
    .tp_repr = (reprfunc)buffered_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = bufferedrandom_doc,
    .tp_traverse = (traverseproc)buffered_traverse,
    .tp_clear = (inquiry)buffered_clear,
    .tp_weaklistoffset = offsetof(buffered, weakreflist),
    .tp_iternext = (iternextfunc)bufferedreader_iternext,
    .tp_methods = bufferedrandom_methods,
    .tp_members = buffered_members,
    .tp_getset = buffered_getset,
    .tp_base = &PyBufferedIOBase_Type,
    .tp_dictoffset = offsetof(buffered, dict),
    .tp_init = (initproc)bufferedrandom_init,
    .tp_new = buffered_new,
};
