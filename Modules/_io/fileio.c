/* FileIO: a raw stream on a file descriptor.

   No buffer: each operation is one system call (readall() makes as many as
   it takes), made again when a signal interrupted it, with the GIL dropped. */

#include "Python.h"
#include "pycore_fileutils.h"
#include "_iomodule.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SMALLCHUNK 8192         /* bytes readall() asks for at first */
#define LARGE_BUFFER 65536      /* above, readall() grows by an eighth */

struct fileio {
    PyObject_HEAD
    int fd;                     /* -1 when closed */
    unsigned int created : 1;   /* mode "x" */
    unsigned int readable : 1;
    unsigned int writable : 1;
    unsigned int appending : 1;
    signed int seekable : 2;    /* -1 not yet known */
    unsigned int closefd : 1;   /* whether close() closes fd */
    char finalizing;            /* set before close() on destruction */
    unsigned int blksize;       /* the file system's preferred size */
    PyObject *weakreflist;
    PyObject *dict;
};

int
fileio_is_closed(PyObject *self)
{
    return ((struct fileio *)self)->fd < 0;
}

static PyObject *
raise_closed(void)
{
    PyErr_SetString(PyExc_ValueError, "I/O operation on closed file");
    return NULL;
}

static PyObject *
raise_mode(const char *action)
{
    struct io_state *state = io_get_state();
    if (state != NULL) {
        PyErr_Format(state->unsupported_operation, "File not open for %s",
                     action);
    }
    return NULL;
}

/* -- Closing -------------------------------------------------------------- */

static int
fileio_close_fd(struct fileio *self)
{
    int error = 0;
    if (self->fd >= 0) {
        int fd = self->fd;
        self->fd = -1;
        int status;
        Py_BEGIN_ALLOW_THREADS
        status = close(fd);
        if (status < 0) {
            error = errno;
        }
        Py_END_ALLOW_THREADS
    }
    if (error != 0) {
        errno = error;
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return 0;
}

static PyObject *
fileio_dealloc_warn(struct fileio *self, PyObject *source)
{
    if (self->fd >= 0 && self->closefd) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        if (PyErr_ResourceWarning(source, 1, "unclosed file %R", source)) {
            /* Spurious errors can appear at shutdown. */
            if (PyErr_ExceptionMatches(PyExc_Warning)) {
                PyErr_WriteUnraisable((PyObject *)self);
            }
        }
        PyErr_Restore(type, value, traceback);
    }
    Py_RETURN_NONE;
}

static PyObject *
fileio_close(struct fileio *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *result = PyObject_CallMethodOneArg(
        (PyObject *)&PyRawIOBase_Type, &_Py_ID(close), (PyObject *)self);
    if (!self->closefd) {
        self->fd = -1;
        return result;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (self->finalizing) {
        Py_XDECREF(fileio_dealloc_warn(self, (PyObject *)self));
    }
    int status = fileio_close_fd(self);
    _PyErr_ChainExceptions(type, value, traceback);
    if (status < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
fileio_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    struct fileio *self = (struct fileio *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->fd = -1;
        self->seekable = -1;
        self->closefd = 1;
    }
    return (PyObject *)self;
}

static int
fileio_traverse(struct fileio *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dict);
    return 0;
}

static int
fileio_clear(struct fileio *self)
{
    Py_CLEAR(self->dict);
    return 0;
}

static void
fileio_dealloc(struct fileio *self)
{
    self->finalizing = 1;
    if (io_dealloc_begin((PyObject *)self)) {
        return;
    }
    PyObject_GC_UnTrack(self);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    Py_CLEAR(self->dict);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* -- Opening -------------------------------------------------------------- */

/* Read the mode into self and *flags; 0, or -1 with ValueError. */
static int
parse_mode(struct fileio *self, const char *mode, int *flags)
{
    int kinds = 0;
    int plus = 0;
    *flags = 0;
    for (const char *s = mode; *s != '\0'; s++) {
        switch (*s) {
        case 'x':
            self->created = self->writable = 1;
            *flags |= O_EXCL | O_CREAT;
            kinds++;
            break;
        case 'r':
            self->readable = 1;
            kinds++;
            break;
        case 'w':
            self->writable = 1;
            *flags |= O_CREAT | O_TRUNC;
            kinds++;
            break;
        case 'a':
            self->writable = self->appending = 1;
            *flags |= O_APPEND | O_CREAT;
            kinds++;
            break;
        case '+':
            self->readable = self->writable = 1;
            plus++;
            break;
        case 'b':
            continue;
        default:
            PyErr_Format(PyExc_ValueError, "invalid mode: %.200s", mode);
            return -1;
        }
        if (kinds > 1 || plus > 1) {
            break;
        }
    }
    if (kinds != 1 || plus > 1) {
        PyErr_SetString(PyExc_ValueError,
                        "Must have exactly one of create/read/write/append "
                        "mode and at most one plus");
        return -1;
    }
    *flags |= self->readable ? (self->writable ? O_RDWR : O_RDONLY)
                             : O_WRONLY;
    *flags |= O_CLOEXEC;
    return 0;
}

/* open(2) by name; -1 with an exception. */
static int
open_name(PyObject *nameobj, const char *name, int flags)
{
    int fd;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        fd = open(name, flags, 0666);
        Py_END_ALLOW_THREADS
    } while (fd < 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (fd < 0 && !async_error) {
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, nameobj);
    }
    return fd;
}

/* opener(name, flags); -1 with an exception. */
static int
open_with_opener(PyObject *opener, PyObject *nameobj, int flags)
{
    PyObject *result = PyObject_CallFunction(opener, "Oi", nameobj, flags);
    if (result == NULL) {
        return -1;
    }
    if (!PyLong_Check(result)) {
        Py_DECREF(result);
        PyErr_SetString(PyExc_TypeError, "expected integer from opener");
        return -1;
    }
    int fd = _PyLong_AsInt(result);
    Py_DECREF(result);
    if (fd < 0) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_ValueError, "opener returned %d", fd);
        }
        return -1;
    }
    return fd;
}

/* Refuse directories and note the block size; -1 with an exception. */
static int
fileio_examine(struct fileio *self, PyObject *nameobj)
{
    struct stat status;
    int result;
    self->blksize = DEFAULT_BUFFER_SIZE;
    Py_BEGIN_ALLOW_THREADS
    result = fstat(self->fd, &status);
    Py_END_ALLOW_THREADS
    if (result < 0) {
        if (errno == EBADF) {
            PyErr_SetFromErrno(PyExc_OSError);
            return -1;
        }
        return 0;
    }
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, nameobj);
        return -1;
    }
    if (status.st_blksize > 1) {
        self->blksize = (unsigned int)status.st_blksize;
    }
    return 0;
}

static PyObject *fileio_seek_to(struct fileio *, PyObject *, int, int);

static int
fileio_init_open(struct fileio *self, PyObject *nameobj, const char *mode,
                 int closefd, PyObject *opener)
{
    PyObject *encoded = NULL;
    int owned = 1;
    int fd = _PyLong_AsInt(nameobj);
    if (fd < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "negative file descriptor");
            return -1;
        }
        PyErr_Clear();
        if (!PyUnicode_FSConverter(nameobj, &encoded)) {
            return -1;
        }
    }
    int flags;
    if (parse_mode(self, mode, &flags) < 0
        || PySys_Audit("open", "Osi", nameobj, mode, flags) < 0) {
        goto error;
    }
    if (fd >= 0) {
        self->fd = fd;
        self->closefd = closefd != 0;
        owned = 0;
    }
    else {
        self->closefd = 1;
        if (!closefd) {
            PyErr_SetString(PyExc_ValueError,
                            "Cannot use closefd=False with file name");
            goto error;
        }
        self->fd = opener == Py_None
                   ? open_name(nameobj, PyBytes_AS_STRING(encoded), flags)
                   : open_with_opener(opener, nameobj, flags);
        if (self->fd < 0) {
            self->fd = -1;
            goto error;
        }
        int *works = opener == Py_None ? &_Py_open_cloexec_works : NULL;
        if (_Py_set_inheritable(self->fd, 0, works) < 0) {
            goto error;
        }
    }
    if (fileio_examine(self, nameobj) < 0
        || PyObject_SetAttr((PyObject *)self, &_Py_ID(name), nameobj) < 0) {
        goto error;
    }
    if (self->appending) {
        /* O_APPEND moves there only with the first write. */
        PyObject *position = fileio_seek_to(self, NULL, 2, 1);
        if (position == NULL) {
            goto error;
        }
        Py_DECREF(position);
    }
    Py_XDECREF(encoded);
    return 0;
error:
    Py_XDECREF(encoded);
    if (!owned) {
        self->fd = -1;
    }
    if (self->fd >= 0) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        if (fileio_close_fd(self) < 0) {
            _PyErr_ChainExceptions(type, value, traceback);
        }
        else {
            PyErr_Restore(type, value, traceback);
        }
    }
    return -1;
}

static int
fileio_init(struct fileio *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"file", "mode", "closefd",
                                           "opener", NULL};
    static _PyArg_Parser parser = {.format = "O|spO:FileIO",
                                   .keywords = keywords};
    PyObject *nameobj;
    const char *mode = "r";
    int closefd = 1;
    PyObject *opener = Py_None;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &nameobj,
                                          &mode, &closefd, &opener)) {
        return -1;
    }
    if (self->fd >= 0) {
        if (!self->closefd) {
            self->fd = -1;
        }
        else if (fileio_close_fd(self) < 0) {
            return -1;
        }
    }
    self->created = self->readable = self->writable = self->appending = 0;
    self->seekable = -1;
    return fileio_init_open(self, nameobj, mode, closefd, opener);
}

/* -- What it can do ------------------------------------------------------- */

static PyObject *
fileio_fileno(struct fileio *self, PyObject *Py_UNUSED(ignored))
{
    return self->fd < 0 ? raise_closed() : PyLong_FromLong(self->fd);
}

static PyObject *
fileio_readable(struct fileio *self, PyObject *Py_UNUSED(ignored))
{
    return self->fd < 0 ? raise_closed() : PyBool_FromLong(self->readable);
}

static PyObject *
fileio_writable(struct fileio *self, PyObject *Py_UNUSED(ignored))
{
    return self->fd < 0 ? raise_closed() : PyBool_FromLong(self->writable);
}

static PyObject *
fileio_seekable(struct fileio *self, PyObject *Py_UNUSED(ignored))
{
    if (self->fd < 0) {
        return raise_closed();
    }
    if (self->seekable < 0) {
        PyObject *position = fileio_seek_to(self, NULL, SEEK_CUR, 0);
        if (position == NULL) {
            PyErr_Clear();
        }
        Py_XDECREF(position);
    }
    return PyBool_FromLong(self->seekable);
}

static PyObject *
fileio_isatty(struct fileio *self, PyObject *Py_UNUSED(ignored))
{
    if (self->fd < 0) {
        return raise_closed();
    }
    int answer;
    Py_BEGIN_ALLOW_THREADS
    answer = isatty(self->fd);
    Py_END_ALLOW_THREADS
    return PyBool_FromLong(answer);
}

/* -- Reading -------------------------------------------------------------- */

Py_ssize_t
fileio_read_raw(PyObject *op, char *buffer, size_t size)
{
    struct fileio *self = (struct fileio *)op;
    if (self->fd < 0) {
        raise_closed();
        return -1;
    }
    if (!self->readable) {
        raise_mode("reading");
        return -1;
    }
    Py_ssize_t n = _Py_read(self->fd, buffer, size);
    if (n == -1 && errno == EAGAIN) {
        PyErr_Clear();
        return -2;
    }
    return n;
}

Py_ssize_t
fileio_write_raw(PyObject *op, const char *bytes, size_t size)
{
    struct fileio *self = (struct fileio *)op;
    if (self->fd < 0) {
        raise_closed();
        return -1;
    }
    if (!self->writable) {
        raise_mode("writing");
        return -1;
    }
    Py_ssize_t n = _Py_write(self->fd, bytes, size);
    if (n == -1 && errno == EAGAIN) {
        PyErr_Clear();
        return -2;
    }
    return n;
}

static PyObject *
result_of_raw(Py_ssize_t n)
{
    if (n == -2) {
        Py_RETURN_NONE;
    }
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *
fileio_readinto(struct fileio *self, PyObject *arg)
{
    Py_buffer buffer = {NULL, NULL};
    if (PyObject_GetBuffer(arg, &buffer, PyBUF_WRITABLE) < 0) {
        PyErr_Clear();
        _PyArg_BadArgument("readinto", "argument", "read-write bytes-like "
                           "object", arg);
        return NULL;
    }
    Py_ssize_t n = fileio_read_raw((PyObject *)self, buffer.buf,
                                   (size_t)buffer.len);
    PyBuffer_Release(&buffer);
    return result_of_raw(n);
}

static size_t
grown_size(size_t size)
{
    size_t addend = size > LARGE_BUFFER ? size >> 3 : 256 + size;
    if (addend < SMALLCHUNK) {
        addend = SMALLCHUNK;
    }
    return addend + size;
}

/* What is left of a regular file, and one byte to notice the end. */
static size_t
expected_size(int fd)
{
    struct stat status;
    off_t position;
    off_t end = -1;
    Py_BEGIN_ALLOW_THREADS
    position = lseek(fd, 0, SEEK_CUR);
    if (fstat(fd, &status) == 0) {
        end = status.st_size;
    }
    Py_END_ALLOW_THREADS
    if (end > 0 && end >= position && position >= 0
        && end - position < PY_SSIZE_T_MAX) {
        return (size_t)(end - position) + 1;
    }
    return SMALLCHUNK;
}

static PyObject *
fileio_readall(struct fileio *self, PyObject *Py_UNUSED(ignored))
{
    if (self->fd < 0) {
        return raise_closed();
    }
    size_t size = expected_size(self->fd);
    PyObject *result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (result == NULL) {
        return NULL;
    }
    Py_ssize_t have = 0;
    for (;;) {
        if (have >= (Py_ssize_t)size) {
            size = grown_size((size_t)have);
            if (size > PY_SSIZE_T_MAX) {
                PyErr_SetString(PyExc_OverflowError,
                                "unbounded read returned more bytes "
                                "than a Python bytes object can hold");
                Py_DECREF(result);
                return NULL;
            }
            if (_PyBytes_Resize(&result, (Py_ssize_t)size) < 0) {
                return NULL;
            }
        }
        Py_ssize_t n = _Py_read(self->fd, PyBytes_AS_STRING(result) + have,
                                size - (size_t)have);
        if (n == 0) {
            break;
        }
        if (n == -1) {
            if (errno != EAGAIN) {
                Py_DECREF(result);
                return NULL;
            }
            PyErr_Clear();
            if (have > 0) {
                break;
            }
            Py_DECREF(result);
            Py_RETURN_NONE;
        }
        have += n;
    }
    if (PyBytes_GET_SIZE(result) > have) {
        if (_PyBytes_Resize(&result, have) < 0) {
            return NULL;
        }
    }
    return result;
}

static PyObject *
fileio_read(struct fileio *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t size = -1;
    if (io_parse_size("read", args, nargs, &size) < 0) {
        return NULL;
    }
    if (self->fd < 0) {
        return raise_closed();
    }
    if (!self->readable) {
        return raise_mode("reading");
    }
    if (size < 0) {
        return fileio_readall(self, NULL);
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return NULL;
    }
    Py_ssize_t n = fileio_read_raw((PyObject *)self, PyBytes_AS_STRING(bytes),
                                   (size_t)size);
    if (n < 0) {
        Py_DECREF(bytes);
        return result_of_raw(n);
    }
    if (n != size && _PyBytes_Resize(&bytes, n) < 0) {
        return NULL;
    }
    return bytes;
}

static PyObject *
fileio_write(struct fileio *self, PyObject *arg)
{
    Py_buffer buffer = {NULL, NULL};
    if (PyObject_GetBuffer(arg, &buffer, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    Py_ssize_t n = fileio_write_raw((PyObject *)self, buffer.buf,
                                    (size_t)buffer.len);
    PyBuffer_Release(&buffer);
    return result_of_raw(n);
}

/* -- Positions ------------------------------------------------------------ */

/* lseek(), and note whether it works.  A pipe opened for appending cannot
   seek, and need not. */
static PyObject *
fileio_seek_to(struct fileio *self, PyObject *posobj, int whence,
               int suppress_pipe_error)
{
    Py_off_t position = 0;
    int fd = self->fd;
    if (posobj != NULL) {
        position = PyLong_AsOff_t(posobj);
        if (position == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    Py_off_t result;
    Py_BEGIN_ALLOW_THREADS
    result = lseek(fd, position, whence);
    Py_END_ALLOW_THREADS
    if (self->seekable < 0) {
        self->seekable = result >= 0;
    }
    if (result < 0) {
        if (suppress_pipe_error && errno == ESPIPE) {
            result = 0;
        }
        else {
            return PyErr_SetFromErrno(PyExc_OSError);
        }
    }
    return PyLong_FromOff_t(result);
}

static PyObject *
fileio_seek(struct fileio *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("seek", nargs, 1, 2)) {
        return NULL;
    }
    int whence = 0;
    if (nargs > 1) {
        whence = _PyLong_AsInt(args[1]);
        if (whence == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (self->fd < 0) {
        return raise_closed();
    }
    return fileio_seek_to(self, args[0], whence, 0);
}

static PyObject *
fileio_tell(struct fileio *self, PyObject *Py_UNUSED(ignored))
{
    if (self->fd < 0) {
        return raise_closed();
    }
    return fileio_seek_to(self, NULL, 1, 0);
}

static PyObject *
fileio_truncate(struct fileio *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("truncate", nargs, 0, 1)) {
        return NULL;
    }
    if (self->fd < 0) {
        return raise_closed();
    }
    if (!self->writable) {
        return raise_mode("writing");
    }
    PyObject *size = nargs == 0 || args[0] == Py_None
                     ? fileio_seek_to(self, NULL, 1, 0) : Py_NewRef(args[0]);
    if (size == NULL) {
        return NULL;
    }
    Py_off_t length = PyLong_AsOff_t(size);
    if (length == -1 && PyErr_Occurred()) {
        Py_DECREF(size);
        return NULL;
    }
    int status;
    Py_BEGIN_ALLOW_THREADS
    errno = 0;
    status = ftruncate(self->fd, length);
    Py_END_ALLOW_THREADS
    if (status != 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        Py_DECREF(size);
        return NULL;
    }
    return size;
}

/* -- Appearance ----------------------------------------------------------- */

static const char *
mode_string(struct fileio *self)
{
    if (self->created) {
        return self->readable ? "xb+" : "xb";
    }
    if (self->appending) {
        return self->readable ? "ab+" : "ab";
    }
    if (self->readable) {
        return self->writable ? "rb+" : "rb";
    }
    return "wb";
}

static PyObject *
fileio_repr(struct fileio *self)
{
    if (self->fd < 0) {
        return PyUnicode_FromString("<_io.FileIO [closed]>");
    }
    PyObject *name;
    if (_PyObject_LookupAttr((PyObject *)self, &_Py_ID(name), &name) < 0) {
        return NULL;
    }
    const char *closefd = self->closefd ? "True" : "False";
    if (name == NULL) {
        return PyUnicode_FromFormat("<_io.FileIO fd=%d mode='%s' closefd=%s>",
                                    self->fd, mode_string(self), closefd);
    }
    PyObject *result = NULL;
    int status = Py_ReprEnter((PyObject *)self);
    if (status == 0) {
        result = PyUnicode_FromFormat(
            "<_io.FileIO name=%R mode='%s' closefd=%s>", name,
            mode_string(self), closefd);
        Py_ReprLeave((PyObject *)self);
    }
    else if (status > 0) {
        PyErr_Format(PyExc_RuntimeError, "reentrant call inside %s.__repr__",
                     Py_TYPE(self)->tp_name);
    }
    Py_DECREF(name);
    return result;
}

static PyObject *
fileio_closed_get(struct fileio *self, void *closure)
{
    return PyBool_FromLong(self->fd < 0);
}

static PyObject *
fileio_closefd_get(struct fileio *self, void *closure)
{
    return PyBool_FromLong(self->closefd);
}

static PyObject *
fileio_mode_get(struct fileio *self, void *closure)
{
    return PyUnicode_FromString(mode_string(self));
}

/* -- The type ------------------------------------------------------------- */

static PyMethodDef fileio_methods[] = {
    {"read", _PyCFunction_CAST(fileio_read), METH_FASTCALL,
     "read($self, size=-1, /)\n--\n\n"
     "Read at most size bytes with one system call; None if it would block."
     "\n\nWithout a size, read everything."},
    {"readall", (PyCFunction)fileio_readall, METH_NOARGS,
     "readall($self, /)\n--\n\nRead what is left of the file."},
    {"readinto", (PyCFunction)fileio_readinto, METH_O,
     "readinto($self, buffer, /)\n--\n\nRead into a buffer: RawIOBase."},
    {"write", (PyCFunction)fileio_write, METH_O,
     "write($self, b, /)\n--\n\n"
     "Write with one system call; how many bytes, or None: would block."},
    {"seek", _PyCFunction_CAST(fileio_seek), METH_FASTCALL,
     "seek($self, pos, whence=0, /)\n--\n\n"
     "Move to a byte position and return it."},
    {"tell", (PyCFunction)fileio_tell, METH_NOARGS,
     "tell($self, /)\n--\n\nThe position in the file."},
    {"truncate", _PyCFunction_CAST(fileio_truncate), METH_FASTCALL,
     "truncate($self, size=None, /)\n--\n\n"
     "Make the file so long, by default to the position."},
    {"close", (PyCFunction)fileio_close, METH_NOARGS,
     "close($self, /)\n--\n\nClose the descriptor, if it is ours."},
    {"seekable", (PyCFunction)fileio_seekable, METH_NOARGS,
     "seekable($self, /)\n--\n\nWhether the file has positions."},
    {"readable", (PyCFunction)fileio_readable, METH_NOARGS,
     "readable($self, /)\n--\n\nWhether it was opened for reading."},
    {"writable", (PyCFunction)fileio_writable, METH_NOARGS,
     "writable($self, /)\n--\n\nWhether it was opened for writing."},
    {"fileno", (PyCFunction)fileio_fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\nThe descriptor."},
    {"isatty", (PyCFunction)fileio_isatty, METH_NOARGS,
     "isatty($self, /)\n--\n\nWhether the descriptor is a terminal's."},
    {"_dealloc_warn", (PyCFunction)fileio_dealloc_warn, METH_O, NULL},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef fileio_getset[] = {
    {"closed", (getter)fileio_closed_get, NULL,
     "True if the file is closed", NULL},
    {"closefd", (getter)fileio_closefd_get, NULL,
     "True if the file descriptor will be closed by close().", NULL},
    {"mode", (getter)fileio_mode_get, NULL,
     "String giving the file mode", NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

static PyMemberDef fileio_members[] = {
    {"_blksize", T_UINT, offsetof(struct fileio, blksize), 0, NULL},
    {"_finalizing", T_BOOL, offsetof(struct fileio, finalizing), 0, NULL},
    {NULL, 0, 0, 0, NULL}
};

PyDoc_STRVAR(fileio_doc,
"FileIO(file, mode='r', closefd=True, opener=None)\n--\n\n"
"A file without buffer.\n"
"\n"
"file is a name or a descriptor; mode is 'r', 'w', 'x' or 'a', with '+' for\n"
"reading and writing.  opener(name, flags) may supply the descriptor.");

PyTypeObject PyFileIO_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.FileIO",
    .tp_basicsize = sizeof(struct fileio),
    .tp_dealloc = (destructor)fileio_dealloc,
    .tp_repr = (reprfunc)fileio_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = fileio_doc,
    .tp_traverse = (traverseproc)fileio_traverse,
    .tp_clear = (inquiry)fileio_clear,
    .tp_weaklistoffset = offsetof(struct fileio, weakreflist),
    .tp_methods = fileio_methods,
    .tp_members = fileio_members,
    .tp_getset = fileio_getset,
    .tp_base = &PyRawIOBase_Type,
    .tp_dictoffset = offsetof(struct fileio, dict),
    .tp_init = (initproc)fileio_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = fileio_new,
    .tp_free = PyObject_GC_Del,
};
