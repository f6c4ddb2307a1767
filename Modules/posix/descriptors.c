/* posix: open descriptors.  Opening, closing, reading, writing, positions,
   pipes, copying between descriptors. */

#include "Python.h"
#include "posixmodule.h"

#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <termios.h>

/* A system call that is made again after a signal: fills in `result`, and
   sets async_error if a handler raised. */
#define OS_RETRY(CALL)                                                        \
    do {                                                                      \
        Py_BEGIN_ALLOW_THREADS                                                \
        result = CALL;                                                        \
        Py_END_ALLOW_THREADS                                                  \
    } while (result < 0 && errno == EINTR                                     \
             && !(async_error = PyErr_CheckSignals()))

/* -- Opening and closing -------------------------------------------------- */

static PyObject *
os_open(OS_ARGUMENTS)
{
    OS_PARSER("O&i|i$O&:open", "path", "flags", "mode", "dir_fd");
    path_t path = PATH_T_INITIALIZE("open", "path", 0, 0);
    int flags;
    int mode = 511;
    int dir_fd = DEFAULT_DIR_FD;
    if (!OS_PARSE(path_converter, &path, &flags, &mode, dir_fd_converter,
                  &dir_fd)) {
        return NULL;
    }
    PyObject *value = NULL;
    flags |= O_CLOEXEC;
    if (PySys_Audit("open", "OOi", path.object, Py_None, flags) == 0) {
        int result;
        int async_error = 0;
        OS_RETRY(openat(dir_fd, path.narrow, flags, mode));
        if (result >= 0) {
            value = PyLong_FromLong(result);
        }
        else if (!async_error) {
            value = path_error(&path);
        }
    }
    path_cleanup(&path);
    return value;
}

/* Not made again after EINTR: the descriptor is closed by then. */
static PyObject *
os_close(OS_ARGUMENTS)
{
    OS_PARSER("i:close", "fd");
    int fd;
    if (!OS_PARSE(&fd)) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = close(fd);
    Py_END_ALLOW_THREADS
    if (result < 0 && errno != EINTR) {
        return posix_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
os_closerange(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int low, high;
    if (!OS_POSITIONAL("closerange", 2, 2, "ii", &low, &high)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    _Py_closerange(low, high - 1);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

/* -- Duplicates and inheritance ------------------------------------------- */

static int
fd_argument(PyObject *arg, int *fd)
{
    *fd = _PyLong_AsInt(arg);
    return *fd != -1 || !PyErr_Occurred();
}

static PyObject *
os_dup(PyObject *module, PyObject *arg)
{
    int fd;
    if (!fd_argument(arg, &fd)) {
        return NULL;
    }
    int copy = _Py_dup(fd);
    return copy == -1 ? NULL : PyLong_FromLong(copy);
}

static PyObject *
os_dup2(OS_ARGUMENTS)
{
    OS_PARSER("ii|p:dup2", "fd", "fd2", "inheritable");
    int fd, fd2;
    int inheritable = 1;
    if (!OS_PARSE(&fd, &fd2, &inheritable)) {
        return NULL;
    }
    if (fd < 0 || fd2 < 0) {
        errno = EBADF;
        return posix_error();
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    if (inheritable) {
        result = dup2(fd, fd2);
    }
    else {
        result = dup3(fd, fd2, O_CLOEXEC);
        if (result == -1 && errno == EINVAL && fd == fd2) {
            /* dup3() refuses what dup2() takes as nothing to do. */
            result = fcntl(fd, F_GETFD) == -1 ? -1 : fd2;
        }
    }
    Py_END_ALLOW_THREADS
    if (result == -1) {
        return posix_error();
    }
    return PyLong_FromLong(result);
}

static PyObject *
os_get_inheritable(PyObject *module, PyObject *arg)
{
    int fd;
    if (!fd_argument(arg, &fd)) {
        return NULL;
    }
    int answer = _Py_get_inheritable(fd);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

static PyObject *
os_set_inheritable(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, inheritable;
    if (!OS_POSITIONAL("set_inheritable", 2, 2, "ii", &fd, &inheritable)
        || _Py_set_inheritable(fd, inheritable, NULL) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
os_get_blocking(PyObject *module, PyObject *arg)
{
    int fd;
    if (!fd_argument(arg, &fd)) {
        return NULL;
    }
    int answer = _Py_get_blocking(fd);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

static PyObject *
os_set_blocking(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, blocking;
    if (!OS_POSITIONAL("set_blocking", 2, 2, "ip", &fd, &blocking)
        || _Py_set_blocking(fd, blocking) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
os_isatty(PyObject *module, PyObject *arg)
{
    int fd;
    if (!fd_argument(arg, &fd)) {
        return NULL;
    }
    int answer;
    Py_BEGIN_ALLOW_THREADS
    answer = isatty(fd);
    Py_END_ALLOW_THREADS
    return PyBool_FromLong(answer);
}

static PyObject *
os_device_encoding(OS_ARGUMENTS)
{
    OS_PARSER("i:device_encoding", "fd");
    int fd;
    if (!OS_PARSE(&fd)) {
        return NULL;
    }
    return _Py_device_encoding(fd);
}

/* -- Reading and writing -------------------------------------------------- */

static PyObject *
os_read(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    Py_ssize_t length;
    if (!OS_POSITIONAL("read", 2, 2, "in", &fd, &length)) {
        return NULL;
    }
    if (length < 0) {
        errno = EINVAL;
        return posix_error();
    }
    PyObject *buffer = PyBytes_FromStringAndSize(NULL, length);
    if (buffer == NULL) {
        return NULL;
    }
    Py_ssize_t n = _Py_read(fd, PyBytes_AS_STRING(buffer), (size_t)length);
    if (n == -1) {
        Py_DECREF(buffer);
        return NULL;
    }
    if (n != length) {
        _PyBytes_Resize(&buffer, n);
    }
    return buffer;
}

static PyObject *
os_write(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    Py_buffer data = {NULL, NULL};
    if (!OS_POSITIONAL("write", 2, 2, "iy*", &fd, &data)) {
        return NULL;
    }
    Py_ssize_t n = _Py_write(fd, data.buf, (size_t)data.len);
    PyBuffer_Release(&data);
    return n == -1 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *
os_pread(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, length;
    off_t offset;
    if (!OS_POSITIONAL("pread", 3, 3, "iiO&", &fd, &length,
                       os_off_t_converter, &offset)) {
        return NULL;
    }
    if (length < 0) {
        errno = EINVAL;
        return posix_error();
    }
    PyObject *buffer = PyBytes_FromStringAndSize(NULL, length);
    if (buffer == NULL) {
        return NULL;
    }
    ssize_t result;
    int async_error = 0;
    OS_RETRY(pread(fd, PyBytes_AS_STRING(buffer), (size_t)length, offset));
    if (result < 0) {
        Py_DECREF(buffer);
        return async_error ? NULL : posix_error();
    }
    if (result != length) {
        _PyBytes_Resize(&buffer, result);
    }
    return buffer;
}

static PyObject *
os_pwrite(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    Py_buffer data = {NULL, NULL};
    off_t offset;
    if (!OS_POSITIONAL("pwrite", 3, 3, "iy*O&", &fd, &data,
                       os_off_t_converter, &offset)) {
        return NULL;
    }
    ssize_t result;
    int async_error = 0;
    OS_RETRY(pwrite(fd, data.buf, (size_t)data.len, offset));
    PyBuffer_Release(&data);
    if (result < 0) {
        return async_error ? NULL : posix_error();
    }
    return PyLong_FromSsize_t(result);
}

/* -- Several buffers ------------------------------------------------------ */

struct io_vector {
    struct iovec *iov;
    Py_buffer *views;
    Py_ssize_t count;
};

static void
io_vector_free(struct io_vector *vector)
{
    PyMem_Free(vector->iov);
    for (Py_ssize_t i = 0; i < vector->count; i++) {
        PyBuffer_Release(&vector->views[i]);
    }
    PyMem_Free(vector->views);
}

/* The buffers of a sequence; 0, or -1 with an exception. */
static int
io_vector_fill(struct io_vector *vector, PyObject *sequence, int flags)
{
    Py_ssize_t count = PySequence_Size(sequence);
    if (count < 0) {
        return -1;
    }
    vector->count = 0;
    vector->iov = PyMem_New(struct iovec, count);
    vector->views = PyMem_New(Py_buffer, count);
    if (vector->iov == NULL || vector->views == NULL) {
        PyErr_NoMemory();
        goto error;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PySequence_GetItem(sequence, i);
        if (item == NULL) {
            goto error;
        }
        int status = PyObject_GetBuffer(item, &vector->views[i], flags);
        Py_DECREF(item);
        if (status < 0) {
            goto error;
        }
        vector->iov[i].iov_base = vector->views[i].buf;
        vector->iov[i].iov_len = (size_t)vector->views[i].len;
        vector->count++;
    }
    return 0;
error:
    io_vector_free(vector);
    return -1;
}

static int
check_sequence(const char *name, int number, PyObject *buffers)
{
    if (!PySequence_Check(buffers)) {
        PyErr_Format(PyExc_TypeError, "%s() arg %d must be a sequence", name,
                     number);
        return -1;
    }
    return 0;
}

static PyObject *
vector_result(struct io_vector *vector, ssize_t result, int async_error)
{
    int error = errno;
    io_vector_free(vector);
    if (result < 0) {
        errno = error;
        return async_error ? NULL : posix_error();
    }
    return PyLong_FromSsize_t(result);
}

static PyObject *
os_readv(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    PyObject *buffers;
    struct io_vector vector;
    if (!OS_POSITIONAL("readv", 2, 2, "iO", &fd, &buffers)
        || check_sequence("readv", 2, buffers) < 0
        || io_vector_fill(&vector, buffers, PyBUF_WRITABLE) < 0) {
        return NULL;
    }
    ssize_t result;
    int async_error = 0;
    OS_RETRY(readv(fd, vector.iov, (int)vector.count));
    return vector_result(&vector, result, async_error);
}

static PyObject *
os_writev(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    PyObject *buffers;
    struct io_vector vector;
    if (!OS_POSITIONAL("writev", 2, 2, "iO", &fd, &buffers)
        || check_sequence("writev", 2, buffers) < 0
        || io_vector_fill(&vector, buffers, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    ssize_t result;
    int async_error = 0;
    OS_RETRY(writev(fd, vector.iov, (int)vector.count));
    return vector_result(&vector, result, async_error);
}

static PyObject *
os_preadv(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    PyObject *buffers;
    off_t offset;
    int flags = 0;
    struct io_vector vector;
    if (!OS_POSITIONAL("preadv", 3, 4, "iOO&|i", &fd, &buffers,
                       os_off_t_converter, &offset, &flags)
        || check_sequence("preadv2", 2, buffers) < 0
        || io_vector_fill(&vector, buffers, PyBUF_WRITABLE) < 0) {
        return NULL;
    }
    ssize_t result;
    int async_error = 0;
    OS_RETRY(preadv2(fd, vector.iov, (int)vector.count, offset, flags));
    return vector_result(&vector, result, async_error);
}

static PyObject *
os_pwritev(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    PyObject *buffers;
    off_t offset;
    int flags = 0;
    struct io_vector vector;
    if (!OS_POSITIONAL("pwritev", 3, 4, "iOO&|i", &fd, &buffers,
                       os_off_t_converter, &offset, &flags)
        || check_sequence("pwritev", 2, buffers) < 0
        || io_vector_fill(&vector, buffers, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    ssize_t result;
    int async_error = 0;
    OS_RETRY(pwritev2(fd, vector.iov, (int)vector.count, offset, flags));
    return vector_result(&vector, result, async_error);
}

/* -- Positions, length, flushing ------------------------------------------ */

static PyObject *
os_lseek(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, how;
    off_t position;
    if (!OS_POSITIONAL("lseek", 3, 3, "iO&i", &fd, os_off_t_converter,
                       &position, &how)) {
        return NULL;
    }
    off_t result;
    Py_BEGIN_ALLOW_THREADS
    result = lseek(fd, position, how);
    Py_END_ALLOW_THREADS
    return result < 0 ? posix_error() : PyLong_FromLongLong(result);
}

static PyObject *
os_ftruncate(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    off_t length;
    if (!OS_POSITIONAL("ftruncate", 2, 2, "iO&", &fd, os_off_t_converter,
                       &length)
        || PySys_Audit("os.truncate", "in", fd, length) < 0) {
        return NULL;
    }
    int result;
    int async_error = 0;
    OS_RETRY(ftruncate(fd, length));
    if (result != 0) {
        return async_error ? NULL : posix_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
os_fsync(OS_ARGUMENTS)
{
    OS_PARSER("O&:fsync", "fd");
    int fd;
    if (!OS_PARSE(fildes_converter, &fd)) {
        return NULL;
    }
    int result;
    int async_error = 0;
    OS_RETRY(fsync(fd));
    if (result != 0) {
        return async_error ? NULL : posix_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
os_fdatasync(OS_ARGUMENTS)
{
    OS_PARSER("O&:fdatasync", "fd");
    int fd;
    if (!OS_PARSE(fildes_converter, &fd)) {
        return NULL;
    }
    int result;
    int async_error = 0;
    OS_RETRY(fdatasync(fd));
    if (result != 0) {
        return async_error ? NULL : posix_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
os_sync(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    Py_BEGIN_ALLOW_THREADS
    sync();
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *
os_lockf(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, command;
    off_t length;
    if (!OS_POSITIONAL("lockf", 3, 3, "iiO&", &fd, &command,
                       os_off_t_converter, &length)
        || PySys_Audit("os.lockf", "iiL", fd, command, (long long)length)
               < 0) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = lockf(fd, command, length);
    Py_END_ALLOW_THREADS
    if (result < 0) {
        return posix_error();
    }
    Py_RETURN_NONE;
}

/* These two return the error, and errno says nothing. */
static PyObject *
os_posix_fallocate(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    off_t offset, length;
    if (!OS_POSITIONAL("posix_fallocate", 3, 3, "iO&O&", &fd,
                       os_off_t_converter, &offset, os_off_t_converter,
                       &length)) {
        return NULL;
    }
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = posix_fallocate(fd, offset, length);
        Py_END_ALLOW_THREADS
    } while (result == EINTR && !(async_error = PyErr_CheckSignals()));
    if (result != 0) {
        errno = result;
        return async_error ? NULL : posix_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
os_posix_fadvise(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, advice;
    off_t offset, length;
    if (!OS_POSITIONAL("posix_fadvise", 4, 4, "iO&O&i", &fd,
                       os_off_t_converter, &offset, os_off_t_converter,
                       &length, &advice)) {
        return NULL;
    }
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = posix_fadvise(fd, offset, length, advice);
        Py_END_ALLOW_THREADS
    } while (result == EINTR && !(async_error = PyErr_CheckSignals()));
    if (result != 0) {
        errno = result;
        return async_error ? NULL : posix_error();
    }
    Py_RETURN_NONE;
}

/* -- From one descriptor to another --------------------------------------- */

static PyObject *
os_sendfile(OS_ARGUMENTS)
{
    OS_PARSER("iiOn:sendfile", "out_fd", "in_fd", "offset", "count");
    int out_fd, in_fd;
    PyObject *offset_obj;
    Py_ssize_t count;
    if (!OS_PARSE(&out_fd, &in_fd, &offset_obj, &count)) {
        return NULL;
    }
    off_t offset = 0;
    off_t *offset_ptr = NULL;
    if (offset_obj != Py_None) {
        if (!os_off_t_converter(offset_obj, &offset)) {
            return NULL;
        }
        offset_ptr = &offset;
    }
    ssize_t result;
    int async_error = 0;
    OS_RETRY(sendfile(out_fd, in_fd, offset_ptr, (size_t)count));
    if (result < 0) {
        return async_error ? NULL : posix_error();
    }
    return PyLong_FromSsize_t(result);
}

/* A number of bytes, and the offsets that may be None. */
static int
copy_arguments(Py_ssize_t count, PyObject *src, off_t *src_at,
               off_t **src_ptr, PyObject *dst, off_t *dst_at,
               off_t **dst_ptr)
{
    if (count < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "negative value for 'count' not allowed");
        return -1;
    }
    *src_ptr = *dst_ptr = NULL;
    if (src != Py_None) {
        if (!os_off_t_converter(src, src_at)) {
            return -1;
        }
        *src_ptr = src_at;
    }
    if (dst != Py_None) {
        if (!os_off_t_converter(dst, dst_at)) {
            return -1;
        }
        *dst_ptr = dst_at;
    }
    return 0;
}

static PyObject *
os_copy_file_range(OS_ARGUMENTS)
{
    OS_PARSER("iin|OO:copy_file_range", "src", "dst", "count", "offset_src",
              "offset_dst");
    int src, dst;
    Py_ssize_t count;
    PyObject *offset_src = Py_None;
    PyObject *offset_dst = Py_None;
    off_t src_at, dst_at;
    off_t *src_ptr, *dst_ptr;
    if (!OS_PARSE(&src, &dst, &count, &offset_src, &offset_dst)
        || copy_arguments(count, offset_src, &src_at, &src_ptr, offset_dst,
                          &dst_at, &dst_ptr) < 0) {
        return NULL;
    }
    ssize_t result;
    int async_error = 0;
    OS_RETRY(copy_file_range(src, src_ptr, dst, dst_ptr, (size_t)count, 0));
    if (result < 0) {
        return async_error ? NULL : posix_error();
    }
    return PyLong_FromSsize_t(result);
}

static PyObject *
os_splice(OS_ARGUMENTS)
{
    OS_PARSER("iin|OOI:splice", "src", "dst", "count", "offset_src",
              "offset_dst", "flags");
    int src, dst;
    Py_ssize_t count;
    PyObject *offset_src = Py_None;
    PyObject *offset_dst = Py_None;
    unsigned int flags = 0;
    off_t src_at, dst_at;
    off_t *src_ptr, *dst_ptr;
    if (!OS_PARSE(&src, &dst, &count, &offset_src, &offset_dst, &flags)
        || copy_arguments(count, offset_src, &src_at, &src_ptr, offset_dst,
                          &dst_at, &dst_ptr) < 0) {
        return NULL;
    }
    ssize_t result;
    int async_error = 0;
    OS_RETRY(splice(src, src_ptr, dst, dst_ptr, (size_t)count, flags));
    if (result < 0) {
        return async_error ? NULL : posix_error();
    }
    return PyLong_FromSsize_t(result);
}

/* -- Pipes and other nameless files --------------------------------------- */

static PyObject *
pipe_with_flags(int flags)
{
    int fds[2];
    if (pipe2(fds, flags) != 0) {
        return posix_error();
    }
    return Py_BuildValue("(ii)", fds[0], fds[1]);
}

static PyObject *
os_pipe(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return pipe_with_flags(O_CLOEXEC);
}

static PyObject *
os_pipe2(PyObject *module, PyObject *arg)
{
    int flags;
    if (!fd_argument(arg, &flags)) {
        return NULL;
    }
    return pipe_with_flags(flags);
}

static PyObject *
os_memfd_create(OS_ARGUMENTS)
{
    OS_PARSER("O&|I:memfd_create", "name", "flags");
    PyObject *name;
    unsigned int flags = MFD_CLOEXEC;
    if (!OS_PARSE(PyUnicode_FSConverter, &name, &flags)) {
        return NULL;
    }
    int fd;
    Py_BEGIN_ALLOW_THREADS
    fd = memfd_create(PyBytes_AS_STRING(name), flags);
    Py_END_ALLOW_THREADS
    Py_DECREF(name);
    return fd == -1 ? posix_error() : PyLong_FromLong(fd);
}

static PyObject *
os_eventfd(OS_ARGUMENTS)
{
    OS_PARSER("O&|i:eventfd", "initval", "flags");
    unsigned int initval;
    int flags = EFD_CLOEXEC;
    if (!OS_PARSE(_PyLong_UnsignedInt_Converter, &initval, &flags)) {
        return NULL;
    }
    int fd;
    Py_BEGIN_ALLOW_THREADS
    fd = eventfd(initval, flags);
    Py_END_ALLOW_THREADS
    return fd == -1 ? posix_error() : PyLong_FromLong(fd);
}

static PyObject *
os_eventfd_read(OS_ARGUMENTS)
{
    OS_PARSER("O&:eventfd_read", "fd");
    int fd;
    if (!OS_PARSE(fildes_converter, &fd)) {
        return NULL;
    }
    eventfd_t value;
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = eventfd_read(fd, &value);
    Py_END_ALLOW_THREADS
    return result == -1 ? posix_error() : PyLong_FromUnsignedLongLong(value);
}

static PyObject *
os_eventfd_write(OS_ARGUMENTS)
{
    OS_PARSER("O&O&:eventfd_write", "fd", "value");
    int fd;
    unsigned long long value;
    if (!OS_PARSE(fildes_converter, &fd, _PyLong_UnsignedLongLong_Converter,
                  &value)) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = eventfd_write(fd, value);
    Py_END_ALLOW_THREADS
    if (result == -1) {
        return posix_error();
    }
    Py_RETURN_NONE;
}

/* -- The part ------------------------------------------------------------- */

PyMethodDef os_descriptor_methods[] = {
    {"open", _PyCFunction_CAST(os_open), OS_KEYWORDS,
     "open($module, /, path, flags, mode=511, *, dir_fd=None)\n--\n\n"
     "Open a file; its descriptor, which children do not inherit."},
    {"close", _PyCFunction_CAST(os_close), OS_KEYWORDS,
     "close($module, /, fd)\n--\n\nClose a descriptor."},
    {"closerange", _PyCFunction_CAST(os_closerange), METH_FASTCALL,
     "closerange($module, fd_low, fd_high, /)\n--\n\n"
     "Close all from fd_low up to, without, fd_high; ignore errors."},
    {"dup", os_dup, METH_O,
     "dup($module, fd, /)\n--\n\nA duplicate of a descriptor."},
    {"dup2", _PyCFunction_CAST(os_dup2), OS_KEYWORDS,
     "dup2($module, /, fd, fd2, inheritable=True)\n--\n\n"
     "Make fd2 a duplicate of fd."},
    {"get_inheritable", os_get_inheritable, METH_O,
     "get_inheritable($module, fd, /)\n--\n\n"
     "Whether children inherit a descriptor."},
    {"set_inheritable", _PyCFunction_CAST(os_set_inheritable), METH_FASTCALL,
     "set_inheritable($module, fd, inheritable, /)\n--\n\n"
     "Say whether children inherit a descriptor."},
    {"get_blocking", os_get_blocking, METH_O,
     "get_blocking($module, fd, /)\n--\n\n"
     "Whether operations wait (O_NONBLOCK is not set)."},
    {"set_blocking", _PyCFunction_CAST(os_set_blocking), METH_FASTCALL,
     "set_blocking($module, fd, blocking, /)\n--\n\n"
     "Say whether operations wait."},
    {"isatty", os_isatty, METH_O,
     "isatty($module, fd, /)\n--\n\nWhether it is a terminal."},
    {"device_encoding", _PyCFunction_CAST(os_device_encoding), OS_KEYWORDS,
     "device_encoding($module, /, fd)\n--\n\n"
     "A terminal's encoding, or None."},
    {"read", _PyCFunction_CAST(os_read), METH_FASTCALL,
     "read($module, fd, length, /)\n--\n\nRead at most length bytes."},
    {"write", _PyCFunction_CAST(os_write), METH_FASTCALL,
     "write($module, fd, data, /)\n--\n\nWrite; how many bytes."},
    {"pread", _PyCFunction_CAST(os_pread), METH_FASTCALL,
     "pread($module, fd, length, offset, /)\n--\n\n"
     "Read at an offset, leaving the position alone."},
    {"pwrite", _PyCFunction_CAST(os_pwrite), METH_FASTCALL,
     "pwrite($module, fd, buffer, offset, /)\n--\n\n"
     "Write at an offset, leaving the position alone."},
    {"readv", _PyCFunction_CAST(os_readv), METH_FASTCALL,
     "readv($module, fd, buffers, /)\n--\n\nRead into several buffers."},
    {"writev", _PyCFunction_CAST(os_writev), METH_FASTCALL,
     "writev($module, fd, buffers, /)\n--\n\nWrite several buffers."},
    {"preadv", _PyCFunction_CAST(os_preadv), METH_FASTCALL,
     "preadv($module, fd, buffers, offset, flags=0, /)\n--\n\n"
     "pread() into several buffers."},
    {"pwritev", _PyCFunction_CAST(os_pwritev), METH_FASTCALL,
     "pwritev($module, fd, buffers, offset, flags=0, /)\n--\n\n"
     "pwrite() of several buffers."},
    {"lseek", _PyCFunction_CAST(os_lseek), METH_FASTCALL,
     "lseek($module, fd, position, how, /)\n--\n\n"
     "Move; the position from the start."},
    {"ftruncate", _PyCFunction_CAST(os_ftruncate), METH_FASTCALL,
     "ftruncate($module, fd, length, /)\n--\n\nCut or extend to a length."},
    {"fsync", _PyCFunction_CAST(os_fsync), OS_KEYWORDS,
     "fsync($module, /, fd)\n--\n\nWrite through to the disk."},
    {"fdatasync", _PyCFunction_CAST(os_fdatasync), OS_KEYWORDS,
     "fdatasync($module, /, fd)\n--\n\nfsync() without the times."},
    {"sync", os_sync, METH_NOARGS,
     "sync($module, /)\n--\n\nWrite everything to the disks."},
    {"lockf", _PyCFunction_CAST(os_lockf), METH_FASTCALL,
     "lockf($module, fd, command, length, /)\n--\n\n"
     "Lock, test or unlock a part of a file."},
    {"posix_fallocate", _PyCFunction_CAST(os_posix_fallocate), METH_FASTCALL,
     "posix_fallocate($module, fd, offset, length, /)\n--\n\n"
     "Make sure there is room on the disk."},
    {"posix_fadvise", _PyCFunction_CAST(os_posix_fadvise), METH_FASTCALL,
     "posix_fadvise($module, fd, offset, length, advice, /)\n--\n\n"
     "Tell how a part of a file will be used."},
    {"sendfile", _PyCFunction_CAST(os_sendfile), OS_KEYWORDS,
     "sendfile($module, /, out_fd, in_fd, offset, count)\n--\n\n"
     "Copy from in_fd to out_fd inside the kernel."},
    {"copy_file_range", _PyCFunction_CAST(os_copy_file_range), OS_KEYWORDS,
     "copy_file_range($module, /, src, dst, count, offset_src=None,\n"
     "                offset_dst=None)\n--\n\n"
     "Copy between files inside the kernel."},
    {"splice", _PyCFunction_CAST(os_splice), OS_KEYWORDS,
     "splice($module, /, src, dst, count, offset_src=None, "
     "offset_dst=None,\n       flags=0)\n--\n\n"
     "Move bytes from or to a pipe."},
    {"pipe", os_pipe, METH_NOARGS,
     "pipe($module, /)\n--\n\nA pipe's reading and writing ends."},
    {"pipe2", os_pipe2, METH_O,
     "pipe2($module, flags, /)\n--\n\npipe() with flags."},
    {"memfd_create", _PyCFunction_CAST(os_memfd_create), OS_KEYWORDS,
     "memfd_create($module, /, name, flags=MFD_CLOEXEC)\n--\n\n"
     "A file in memory."},
    {"eventfd", _PyCFunction_CAST(os_eventfd), OS_KEYWORDS,
     "eventfd($module, /, initval, flags=EFD_CLOEXEC)\n--\n\n"
     "A descriptor for event notification."},
    {"eventfd_read", _PyCFunction_CAST(os_eventfd_read), OS_KEYWORDS,
     "eventfd_read($module, /, fd)\n--\n\nAn eventfd's value."},
    {"eventfd_write", _PyCFunction_CAST(os_eventfd_write), OS_KEYWORDS,
     "eventfd_write($module, /, fd, value)\n--\n\nAdd to an eventfd."},
    {NULL, NULL, 0, NULL}
};
