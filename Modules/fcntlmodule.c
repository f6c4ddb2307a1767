/* The fcntl module: fcntl(), ioctl() and file locks. */

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "pycore_object.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

/* The largest structure that goes through a buffer of our own. */
#define BUFFER_SIZE 1024

/* Whether the call was interrupted and is to be made again. */
#define RETRY(RESULT)                                                         \
    ((RESULT) < 0 && errno == EINTR && !(async_error = PyErr_CheckSignals()))

static PyObject *
errno_or_null(int async_error)
{
    return async_error ? NULL : PyErr_SetFromErrno(PyExc_OSError);
}

/* -- fcntl() -------------------------------------------------------------- */

static PyObject *
fcntl_with_bytes(int fd, int code, const char *bytes, Py_ssize_t length)
{
    if (length > BUFFER_SIZE) {
        PyErr_SetString(PyExc_ValueError, "fcntl string arg too long");
        return NULL;
    }
    char buffer[BUFFER_SIZE + 1];
    memcpy(buffer, bytes, (size_t)length);
    buffer[length] = '\0';
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = fcntl(fd, code, buffer);
        Py_END_ALLOW_THREADS
    } while (RETRY(result));
    if (result < 0) {
        return errno_or_null(async_error);
    }
    return PyBytes_FromStringAndSize(buffer, length);
}

static PyObject *
fcntl_fcntl(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, code;
    PyObject *arg = NULL;
    if (!_PyArg_CheckPositional("fcntl", nargs, 2, 3)
        || !_PyArg_ParseStack(args, nargs, "O&i|O:fcntl",
                              _PyLong_FileDescriptor_Converter, &fd, &code,
                              &arg)
        || PySys_Audit("fcntl.fcntl", "iiO", fd, code,
                       arg != NULL ? arg : Py_None) < 0) {
        return NULL;
    }
    unsigned int number = 0;
    if (arg != NULL) {
        Py_buffer view = {NULL, NULL};
        int is_bytes = PyArg_Parse(arg, "s*", &view);
        if (is_bytes) {
            PyObject *result = fcntl_with_bytes(fd, code, view.buf,
                                                view.len);
            PyBuffer_Release(&view);
            return result;
        }
        PyErr_Clear();
        if (!PyArg_Parse(arg, "I;fcntl requires a file or file descriptor, "
                         "an integer and optionally a third integer or a "
                         "string", &number)) {
            return NULL;
        }
    }
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = fcntl(fd, code, (int)number);
        Py_END_ALLOW_THREADS
    } while (RETRY(result));
    return result < 0 ? errno_or_null(async_error)
                      : PyLong_FromLong((long)result);
}

/* -- ioctl() -------------------------------------------------------------- */

/* With a buffer that may be changed in place. */
static PyObject *
ioctl_with_buffer(int fd, unsigned int code, Py_buffer *view, int mutate)
{
    char buffer[BUFFER_SIZE + 1];
    char *data = view->buf;
    Py_ssize_t length = view->len;
    if (mutate && length > BUFFER_SIZE) {
        /* Too large to copy: in place, with the GIL held, so that nobody
           looks while it changes. */
        int result = ioctl(fd, code, data);
        return result < 0 ? PyErr_SetFromErrno(PyExc_OSError)
                          : PyLong_FromLong(result);
    }
    if (length > BUFFER_SIZE) {
        PyErr_SetString(PyExc_ValueError, "ioctl string arg too long");
        return NULL;
    }
    memcpy(buffer, data, (size_t)length);
    buffer[length] = '\0';
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = ioctl(fd, code, buffer);
    Py_END_ALLOW_THREADS
    if (result < 0) {
        int error = errno;
        if (mutate) {
            memcpy(data, buffer, (size_t)length);
        }
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (mutate) {
        memcpy(data, buffer, (size_t)length);
        return PyLong_FromLong(result);
    }
    return PyBytes_FromStringAndSize(buffer, length);
}

static PyObject *
fcntl_ioctl(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    unsigned int code;
    PyObject *arg = NULL;
    int mutate = 1;
    if (!_PyArg_CheckPositional("ioctl", nargs, 2, 4)
        || !_PyArg_ParseStack(args, nargs, "O&I|Op:ioctl",
                              _PyLong_FileDescriptor_Converter, &fd, &code,
                              &arg, &mutate)
        || PySys_Audit("fcntl.ioctl", "iIO", fd, code,
                       arg != NULL ? arg : Py_None) < 0) {
        return NULL;
    }
    int number = 0;
    if (arg != NULL) {
        Py_buffer view = {NULL, NULL};
        if (PyArg_Parse(arg, "w*:ioctl", &view)) {
            PyObject *result = ioctl_with_buffer(fd, code, &view, mutate);
            PyBuffer_Release(&view);
            return result;
        }
        PyErr_Clear();
        if (PyArg_Parse(arg, "s*:ioctl", &view)) {
            PyObject *result = ioctl_with_buffer(fd, code, &view, 0);
            PyBuffer_Release(&view);
            return result;
        }
        PyErr_Clear();
        if (!PyArg_Parse(arg, "i;ioctl requires a file or file descriptor, "
                         "an integer and optionally an integer or buffer "
                         "argument", &number)) {
            return NULL;
        }
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = ioctl(fd, code, number);
    Py_END_ALLOW_THREADS
    return result < 0 ? PyErr_SetFromErrno(PyExc_OSError)
                      : PyLong_FromLong((long)result);
}

/* -- Locks ---------------------------------------------------------------- */

static PyObject *
fcntl_flock(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, operation;
    if (!_PyArg_CheckPositional("flock", nargs, 2, 2)
        || !_PyArg_ParseStack(args, nargs, "O&i:flock",
                              _PyLong_FileDescriptor_Converter, &fd,
                              &operation)
        || PySys_Audit("fcntl.flock", "ii", fd, operation) < 0) {
        return NULL;
    }
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = flock(fd, operation);
        Py_END_ALLOW_THREADS
    } while (RETRY(result));
    if (result < 0) {
        return errno_or_null(async_error);
    }
    Py_RETURN_NONE;
}

static PyObject *
fcntl_lockf(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, operation;
    PyObject *length_obj = NULL;
    PyObject *start_obj = NULL;
    int whence = 0;
    if (!_PyArg_CheckPositional("lockf", nargs, 2, 5)
        || !_PyArg_ParseStack(args, nargs, "O&i|OOi:lockf",
                              _PyLong_FileDescriptor_Converter, &fd,
                              &operation, &length_obj, &start_obj, &whence)
        || PySys_Audit("fcntl.lockf", "iiOOi", fd, operation,
                       length_obj ? length_obj : Py_None,
                       start_obj ? start_obj : Py_None, whence) < 0) {
        return NULL;
    }
    struct flock lock;
    if (operation == LOCK_UN) {
        lock.l_type = F_UNLCK;
    }
    else if (operation & LOCK_SH) {
        lock.l_type = F_RDLCK;
    }
    else if (operation & LOCK_EX) {
        lock.l_type = F_WRLCK;
    }
    else {
        PyErr_SetString(PyExc_ValueError, "unrecognized lockf argument");
        return NULL;
    }
    lock.l_start = lock.l_len = 0;
    if (start_obj != NULL) {
        lock.l_start = PyLong_AsLongLong(start_obj);
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
    if (length_obj != NULL) {
        lock.l_len = PyLong_AsLongLong(length_obj);
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
    lock.l_whence = (short)whence;
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = fcntl(fd, operation & LOCK_NB ? F_SETLK : F_SETLKW, &lock);
        Py_END_ALLOW_THREADS
    } while (RETRY(result));
    if (result < 0) {
        return errno_or_null(async_error);
    }
    Py_RETURN_NONE;
}

/* -- The module ----------------------------------------------------------- */

static PyMethodDef fcntl_methods[] = {
    {"fcntl", _PyCFunction_CAST(fcntl_fcntl), METH_FASTCALL,
     "fcntl($module, fd, cmd, arg=0, /)\n--\n\n"
     "Perform an operation on a descriptor.\n"
     "\n"
     "arg is an int, or bytes; then the result is what they became."},
    {"ioctl", _PyCFunction_CAST(fcntl_ioctl), METH_FASTCALL,
     "ioctl($module, fd, request, arg=0, mutate_flag=True, /)\n--\n\n"
     "Perform an operation on a device.\n"
     "\n"
     "A writable buffer is changed in place unless mutate_flag is false."},
    {"flock", _PyCFunction_CAST(fcntl_flock), METH_FASTCALL,
     "flock($module, fd, operation, /)\n--\n\nLock or unlock a file."},
    {"lockf", _PyCFunction_CAST(fcntl_lockf), METH_FASTCALL,
     "lockf($module, fd, cmd, len=0, start=0, whence=0, /)\n--\n\n"
     "Lock or unlock a part of a file."},
    {NULL, NULL, 0, NULL}
};

static const struct {
    const char *name;
    long value;
} constants[] = {
    {"DN_ACCESS", 0x1},
    {"DN_ATTRIB", 0x20},
    {"DN_CREATE", 0x4},
    {"DN_DELETE", 0x8},
    {"DN_MODIFY", 0x2},
    {"DN_MULTISHOT", 0x80000000},
    {"DN_RENAME", 0x10},
    {"FASYNC", FASYNC},
    {"FD_CLOEXEC", FD_CLOEXEC},
    {"F_ADD_SEALS", F_ADD_SEALS},
    {"F_DUPFD", F_DUPFD},
    {"F_DUPFD_CLOEXEC", F_DUPFD_CLOEXEC},
    {"F_EXLCK", F_EXLCK},
    {"F_GETFD", F_GETFD},
    {"F_GETFL", F_GETFL},
    {"F_GETLEASE", F_GETLEASE},
    {"F_GETLK", F_GETLK},
    {"F_GETLK64", 0x5},
    {"F_GETOWN", F_GETOWN},
    {"F_GETPIPE_SZ", F_GETPIPE_SZ},
    {"F_GETSIG", F_GETSIG},
    {"F_GET_SEALS", F_GET_SEALS},
    {"F_NOTIFY", F_NOTIFY},
    {"F_OFD_GETLK", F_OFD_GETLK},
    {"F_OFD_SETLK", F_OFD_SETLK},
    {"F_OFD_SETLKW", F_OFD_SETLKW},
    {"F_RDLCK", F_RDLCK},
    {"F_SEAL_GROW", F_SEAL_GROW},
    {"F_SEAL_SEAL", F_SEAL_SEAL},
    {"F_SEAL_SHRINK", F_SEAL_SHRINK},
    {"F_SEAL_WRITE", F_SEAL_WRITE},
    {"F_SETFD", F_SETFD},
    {"F_SETFL", F_SETFL},
    {"F_SETLEASE", F_SETLEASE},
    {"F_SETLK", F_SETLK},
    {"F_SETLK64", 0x6},
    {"F_SETLKW", F_SETLKW},
    {"F_SETLKW64", 0x7},
    {"F_SETOWN", F_SETOWN},
    {"F_SETPIPE_SZ", F_SETPIPE_SZ},
    {"F_SETSIG", F_SETSIG},
    {"F_SHLCK", F_SHLCK},
    {"F_UNLCK", F_UNLCK},
    {"F_WRLCK", F_WRLCK},
    {"LOCK_EX", LOCK_EX},
    {"LOCK_MAND", LOCK_MAND},
    {"LOCK_NB", LOCK_NB},
    {"LOCK_READ", LOCK_READ},
    {"LOCK_RW", LOCK_RW},
    {"LOCK_SH", LOCK_SH},
    {"LOCK_UN", LOCK_UN},
    {"LOCK_WRITE", LOCK_WRITE},
};

static int
fcntl_exec(PyObject *module)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name,
                                    constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

PyDoc_STRVAR(module_doc,
"Control of files and devices by descriptor: fcntl() and ioctl().\n"
"\n"
"Descriptors are ints or objects with fileno().");

static PyModuleDef_Slot fcntl_slots[] = {
    {Py_mod_exec, fcntl_exec},
    {0, NULL}
};

static struct PyModuleDef fcntl_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "fcntl",
    .m_doc = module_doc,
    .m_size = 0,
    .m_methods = fcntl_methods,
    .m_slots = fcntl_slots,
};

PyMODINIT_FUNC
PyInit_fcntl(void)
{
    return PyModuleDef_Init(&fcntl_module);
}
