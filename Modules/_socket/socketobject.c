/* _socket: the socket object. */

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "pycore_fileutils.h"
#include "socketmodule.h"
#include "structmember.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

_PyTime_t socket_default_timeout = -1000000000;

/* -- Waiting -------------------------------------------------------------- */

/* Wait for readiness: 0 ready, 1 timed out, -1 failed with errno. */
static int
wait_ready(PySocketSockObject *s, int writing, _PyTime_t interval,
           int connect)
{
    if (s->sock_fd == -1) {
        return 0;
    }
    struct pollfd pollfd = {
        .fd = s->sock_fd, .events = writing ? POLLOUT : POLLIN
    };
    if (connect) {
        /* A failed connection may tell of itself in other ways. */
        pollfd.events |= POLLERR;
    }
    _PyTime_t ms = _PyTime_AsMilliseconds(interval, _PyTime_ROUND_CEILING);
    if (ms > INT_MAX) {
        ms = INT_MAX;
    }
    int n;
    Py_BEGIN_ALLOW_THREADS
    n = poll(&pollfd, 1, (int)ms);
    Py_END_ALLOW_THREADS
    if (n < 0) {
        return -1;
    }
    return n == 0;
}

int
socket_call_ex(PySocketSockObject *s, int writing, sock_function function,
               void *data, int connect, int *error, _PyTime_t timeout)
{
    int has_timeout = timeout > 0;
    _PyTime_t deadline = 0;
    int deadline_known = 0;
    for (;;) {
        /* Without timeout, the call itself waits. */
        if (has_timeout || connect) {
            int status;
            if (has_timeout) {
                _PyTime_t interval = timeout;
                if (deadline_known) {
                    interval = _PyDeadline_Get(deadline);
                }
                else {
                    deadline = _PyDeadline_Init(timeout);
                    deadline_known = 1;
                }
                status = interval >= 0
                         ? wait_ready(s, writing, interval, connect) : 1;
            }
            else {
                status = wait_ready(s, writing, -1, connect);
            }
            if (status == -1) {
                if (error != NULL) {
                    *error = errno;
                }
                if (errno == EINTR) {
                    if (PyErr_CheckSignals()) {
                        if (error != NULL) {
                            *error = -1;
                        }
                        return -1;
                    }
                    continue;
                }
                s->errorhandler();
                return -1;
            }
            if (status == 1) {
                if (error != NULL) {
                    *error = EWOULDBLOCK;
                }
                else {
                    PyErr_SetString(PyExc_TimeoutError, "timed out");
                }
                return -1;
            }
        }
        for (;;) {
            int done;
            Py_BEGIN_ALLOW_THREADS
            done = function(s, data);
            Py_END_ALLOW_THREADS
            if (done) {
                if (error != NULL) {
                    *error = 0;
                }
                return 0;
            }
            if (error != NULL) {
                *error = errno;
            }
            if (errno != EINTR) {
                break;
            }
            if (PyErr_CheckSignals()) {
                if (error != NULL) {
                    *error = -1;
                }
                return -1;
            }
        }
        if (s->sock_timeout > 0
            && (errno == EWOULDBLOCK || errno == EAGAIN)) {
            /* A false alarm, such as a bad checksum. */
            continue;
        }
        if (error == NULL) {
            s->errorhandler();
        }
        return -1;
    }
}

int
socket_call(PySocketSockObject *s, int writing, sock_function function,
            void *data)
{
    return socket_call_ex(s, writing, function, data, 0, NULL,
                          s->sock_timeout);
}

/* -- Blocking and timeouts ------------------------------------------------ */

static int
set_blocking(PySocketSockObject *s, int block)
{
    int result;
    Py_BEGIN_ALLOW_THREADS
    unsigned int no = !block;
    result = ioctl(s->sock_fd, FIONBIO, &no);
    Py_END_ALLOW_THREADS
    if (result == -1) {
        PyErr_SetFromErrno(PyExc_OSError);
    }
    return result;
}

int
socket_parse_timeout(_PyTime_t *timeout, PyObject *object)
{
    if (object == Py_None) {
        *timeout = _PyTime_FromSeconds(-1);
        return 0;
    }
    if (_PyTime_FromSecondsObject(timeout, object, _PyTime_ROUND_TIMEOUT)
        < 0) {
        return -1;
    }
    if (*timeout < 0) {
        PyErr_SetString(PyExc_ValueError, "Timeout value out of range");
        return -1;
    }
    _PyTime_t ms = _PyTime_AsMilliseconds(*timeout, _PyTime_ROUND_TIMEOUT);
    if (ms < INT_MIN || ms > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError,
                        "timeout doesn't fit into C timeval");
        return -1;
    }
    return 0;
}

static PyObject *
sock_setblocking(PySocketSockObject *s, PyObject *arg)
{
    int block = PyObject_IsTrue(arg);
    if (block < 0) {
        return NULL;
    }
    s->sock_timeout = _PyTime_FromSeconds(block ? -1 : 0);
    if (set_blocking(s, block) == -1) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
sock_getblocking(PySocketSockObject *s, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(s->sock_timeout != 0);
}

static PyObject *
sock_settimeout(PySocketSockObject *s, PyObject *arg)
{
    _PyTime_t timeout;
    if (socket_parse_timeout(&timeout, arg) < 0) {
        return NULL;
    }
    s->sock_timeout = timeout;
    /* With a timeout the descriptor does not block; we wait for it. */
    if (set_blocking(s, timeout < 0) == -1) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
sock_gettimeout(PySocketSockObject *s, PyObject *Py_UNUSED(ignored))
{
    if (s->sock_timeout < 0) {
        Py_RETURN_NONE;
    }
    return PyFloat_FromDouble(_PyTime_AsSecondsDouble(s->sock_timeout));
}

static PyObject *
sock_timeout_get(PySocketSockObject *s, void *closure)
{
    return sock_gettimeout(s, NULL);
}

/* -- Life ----------------------------------------------------------------- */

int
socket_init_object(PySocketSockObject *s, int fd, int family, int type,
                   int proto)
{
    s->sock_fd = fd;
    s->sock_family = family;
    s->sock_type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    s->sock_proto = proto;
    s->errorhandler = &socket_set_error;
    if (type & SOCK_NONBLOCK) {
        s->sock_timeout = 0;
        return 0;
    }
    s->sock_timeout = socket_default_timeout;
    if (socket_default_timeout >= 0 && set_blocking(s, 0) == -1) {
        return -1;
    }
    return 0;
}

static PyObject *
sock_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self != NULL) {
        ((PySocketSockObject *)self)->sock_fd = -1;
        ((PySocketSockObject *)self)->sock_timeout = _PyTime_FromSeconds(-1);
        ((PySocketSockObject *)self)->errorhandler = &socket_set_error;
    }
    return self;
}

/* What a descriptor that was given tells of itself; 0 or -1. */
static int
examine_descriptor(int fd, int *family, int *type, int *proto)
{
    sock_addr_t address;
    socklen_t length = sizeof(address);
    memset(&address, 0, sizeof(address));
    if (getsockname(fd, &address.sa, &length) < 0) {
        if (*family == -1 || errno == EBADF) {
            socket_set_error();
            return -1;
        }
    }
    else if (*family == -1) {
        *family = address.sa.sa_family;
    }
    if (*type == -1) {
        int value;
        socklen_t size = sizeof(value);
        if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size) < 0) {
            socket_set_error();
            return -1;
        }
        *type = value;
    }
    if (*proto == -1) {
        int value;
        socklen_t size = sizeof(value);
        if (getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value, &size) < 0) {
            socket_set_error();
            return -1;
        }
        *proto = value;
    }
    return 0;
}

static int
sock_init(PySocketSockObject *s, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"family", "type", "proto",
                                           "fileno", NULL};
    static _PyArg_Parser parser = {.format = "|iiiO:socket",
                                   .keywords = keywords};
    int family = -1, type = -1, proto = -1;
    PyObject *fdobj = Py_None;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &family,
                                          &type, &proto, &fdobj)
        || PySys_Audit("socket.__new__", "Oiii", s, family, type, proto)
               < 0) {
        return -1;
    }
    int fd;
    if (fdobj != Py_None) {
        fd = _PyLong_AsInt(fdobj);
        if (fd == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (fd < 0) {
            PyErr_SetString(PyExc_ValueError, "negative file descriptor");
            return -1;
        }
        if (examine_descriptor(fd, &family, &type, &proto) < 0) {
            return -1;
        }
    }
    else {
        if (family == -1) {
            family = AF_INET;
        }
        if (type == -1) {
            type = SOCK_STREAM;
        }
        if (proto == -1) {
            proto = 0;
        }
        Py_BEGIN_ALLOW_THREADS
        fd = socket(family, type | SOCK_CLOEXEC, proto);
        Py_END_ALLOW_THREADS
        if (fd == -1) {
            socket_set_error();
            return -1;
        }
    }
    if (socket_init_object(s, fd, family, type, proto) == -1) {
        s->sock_fd = -1;
        if (fdobj == Py_None) {
            close(fd);
        }
        return -1;
    }
    return 0;
}

static void
sock_finalize(PySocketSockObject *s)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (s->sock_fd != -1) {
        if (PyErr_ResourceWarning((PyObject *)s, 1, "unclosed %R", s)
            && PyErr_ExceptionMatches(PyExc_Warning)) {
            PyErr_WriteUnraisable((PyObject *)s);
        }
        int fd = s->sock_fd;
        s->sock_fd = -1;
        Py_BEGIN_ALLOW_THREADS
        (void)close(fd);
        Py_END_ALLOW_THREADS
    }
    PyErr_Restore(type, value, traceback);
}

static void
sock_dealloc(PySocketSockObject *s)
{
    if (PyObject_CallFinalizerFromDealloc((PyObject *)s) < 0) {
        return;
    }
    Py_TYPE(s)->tp_free((PyObject *)s);
}

static PyObject *
sock_repr(PySocketSockObject *s)
{
    return PyUnicode_FromFormat(
        "<socket object, fd=%ld, family=%d, type=%d, proto=%d>",
        (long)s->sock_fd, s->sock_family, s->sock_type, s->sock_proto);
}

static PyObject *
sock_close(PySocketSockObject *s, PyObject *Py_UNUSED(ignored))
{
    int fd = s->sock_fd;
    if (fd != -1) {
        s->sock_fd = -1;
        /* After EINTR the descriptor is gone all the same, and a reset
           connection is closed as well as any. */
        int result;
        Py_BEGIN_ALLOW_THREADS
        result = close(fd);
        Py_END_ALLOW_THREADS
        if (result < 0 && errno != ECONNRESET) {
            return s->errorhandler();
        }
    }
    Py_RETURN_NONE;
}

static PyObject *
sock_detach(PySocketSockObject *s, PyObject *Py_UNUSED(ignored))
{
    int fd = s->sock_fd;
    s->sock_fd = -1;
    return PyLong_FromLong(fd);
}

static PyObject *
sock_fileno(PySocketSockObject *s, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(s->sock_fd);
}

/* -- Connections ---------------------------------------------------------- */

struct accept_call {
    socklen_t *length;
    sock_addr_t *address;
    int result;
};

static int
accept_function(PySocketSockObject *s, void *data)
{
    struct accept_call *call = data;
    call->result = accept4(s->sock_fd, &call->address->sa, call->length,
                           SOCK_CLOEXEC);
    return call->result >= 0;
}

static PyObject *
sock_accept(PySocketSockObject *s, PyObject *Py_UNUSED(ignored))
{
    sock_addr_t address;
    socklen_t length;
    if (!socket_address_length(s, &length)) {
        return NULL;
    }
    memset(&address, 0, length);
    struct accept_call call = {&length, &address, -1};
    if (socket_call(s, 0, accept_function, &call) < 0) {
        return NULL;
    }
    PyObject *fd = PyLong_FromLong(call.result);
    if (fd == NULL) {
        close(call.result);
        return NULL;
    }
    PyObject *from = socket_make_address(s->sock_fd, &address.sa, length,
                                         s->sock_proto);
    if (from == NULL) {
        Py_DECREF(fd);
        return NULL;
    }
    PyObject *result = PyTuple_Pack(2, fd, from);
    Py_DECREF(fd);
    Py_DECREF(from);
    return result;
}

static PyObject *
sock_bind(PySocketSockObject *s, PyObject *addro)
{
    sock_addr_t address;
    int length;
    if (!socket_parse_address(s, addro, &address, &length, "bind")
        || PySys_Audit("socket.bind", "OO", s, addro) < 0) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = bind(s->sock_fd, &address.sa, (socklen_t)length);
    Py_END_ALLOW_THREADS
    if (result < 0) {
        return s->errorhandler();
    }
    Py_RETURN_NONE;
}

/* The connection's outcome, once the socket is writable. */
static int
connect_function(PySocketSockObject *s, void *Py_UNUSED(data))
{
    int error;
    socklen_t size = sizeof(error);
    if (getsockopt(s->sock_fd, SOL_SOCKET, SO_ERROR, &error, &size)) {
        return 0;
    }
    if (error == EISCONN) {
        return 1;
    }
    if (error != 0) {
        errno = error;
        return 0;
    }
    return 1;
}

/* 0; -1 with an exception; or, unless raise, the error's number. */
static int
connect_to(PySocketSockObject *s, struct sockaddr *address, int length,
           int raise)
{
    int result, error;
    Py_BEGIN_ALLOW_THREADS
    result = connect(s->sock_fd, address, (socklen_t)length);
    error = errno;
    Py_END_ALLOW_THREADS
    if (result == 0) {
        return 0;
    }
    int wait_connect;
    if (error == EINTR) {
        if (PyErr_CheckSignals()) {
            return -1;
        }
        /* The connection goes on in the background. */
        wait_connect = s->sock_timeout != 0;
    }
    else {
        wait_connect = s->sock_timeout > 0 && error == EINPROGRESS;
    }
    if (!wait_connect) {
        if (raise) {
            errno = error;
            s->errorhandler();
            return -1;
        }
        return error;
    }
    if (raise) {
        return socket_call_ex(s, 1, connect_function, NULL, 1, NULL,
                              s->sock_timeout);
    }
    if (socket_call_ex(s, 1, connect_function, NULL, 1, &error,
                       s->sock_timeout) < 0) {
        return error;
    }
    return 0;
}

static PyObject *
sock_connect(PySocketSockObject *s, PyObject *addro)
{
    sock_addr_t address;
    int length;
    if (!socket_parse_address(s, addro, &address, &length, "connect")
        || PySys_Audit("socket.connect", "OO", s, addro) < 0
        || connect_to(s, &address.sa, length, 1) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
sock_connect_ex(PySocketSockObject *s, PyObject *addro)
{
    sock_addr_t address;
    int length;
    if (!socket_parse_address(s, addro, &address, &length, "connect_ex")
        || PySys_Audit("socket.connect", "OO", s, addro) < 0) {
        return NULL;
    }
    int result = connect_to(s, &address.sa, length, 0);
    return result < 0 ? NULL : PyLong_FromLong(result);
}

static PyObject *
sock_listen(PySocketSockObject *s, PyObject *args)
{
    int backlog = Py_MIN(SOMAXCONN, 128);
    if (!PyArg_ParseTuple(args, "|i:listen", &backlog)) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = listen(s->sock_fd, Py_MAX(backlog, 0));
    Py_END_ALLOW_THREADS
    if (result < 0) {
        return s->errorhandler();
    }
    Py_RETURN_NONE;
}

static PyObject *
sock_shutdown(PySocketSockObject *s, PyObject *arg)
{
    int how = _PyLong_AsInt(arg);
    if (how == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = shutdown(s->sock_fd, how);
    Py_END_ALLOW_THREADS
    if (result < 0) {
        return s->errorhandler();
    }
    Py_RETURN_NONE;
}

static PyObject *
address_from(PySocketSockObject *s,
             int (*function)(int, struct sockaddr *, socklen_t *))
{
    sock_addr_t address;
    socklen_t length;
    if (!socket_address_length(s, &length)) {
        return NULL;
    }
    memset(&address, 0, length);
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = function(s->sock_fd, &address.sa, &length);
    Py_END_ALLOW_THREADS
    if (result < 0) {
        return s->errorhandler();
    }
    return socket_make_address(s->sock_fd, &address.sa, length,
                               s->sock_proto);
}

static PyObject *
sock_getsockname(PySocketSockObject *s, PyObject *Py_UNUSED(ignored))
{
    return address_from(s, getsockname);
}

static PyObject *
sock_getpeername(PySocketSockObject *s, PyObject *Py_UNUSED(ignored))
{
    return address_from(s, getpeername);
}

/* -- Options -------------------------------------------------------------- */

static PyObject *
setsockopt_vsock(PySocketSockObject *s, int level, int option,
                 PyObject *args)
{
    unsigned long long value;
    if (!PyArg_ParseTuple(args, "iiK:setsockopt", &level, &option, &value)) {
        return NULL;
    }
    if (setsockopt(s->sock_fd, level, option, &value, sizeof(value)) < 0) {
        return s->errorhandler();
    }
    Py_RETURN_NONE;
}

static PyObject *
sock_setsockopt(PySocketSockObject *s, PyObject *args)
{
    int level, option, flag;
    int result;
    if (s->sock_family == AF_VSOCK
        && PyArg_ParseTuple(args, "iiK:setsockopt", &level, &option,
                            &(unsigned long long){0})
        && level == AF_VSOCK) {
        return setsockopt_vsock(s, level, option, args);
    }
    PyErr_Clear();
    /* An int; None and a length; or bytes. */
    if (PyArg_ParseTuple(args, "iii:setsockopt", &level, &option, &flag)) {
        result = setsockopt(s->sock_fd, level, option, &flag, sizeof(flag));
        goto done;
    }
    PyErr_Clear();
    PyObject *none;
    unsigned int length;
    if (PyArg_ParseTuple(args, "iiO!I:setsockopt", &level, &option,
                         Py_TYPE(Py_None), &none, &length)) {
        result = setsockopt(s->sock_fd, level, option, NULL, length);
        goto done;
    }
    PyErr_Clear();
    Py_buffer value;
    if (!PyArg_ParseTuple(args, "iiy*:setsockopt", &level, &option,
                          &value)) {
        return NULL;
    }
    result = setsockopt(s->sock_fd, level, option, value.buf,
                        (socklen_t)value.len);
    PyBuffer_Release(&value);
done:
    if (result < 0) {
        return s->errorhandler();
    }
    Py_RETURN_NONE;
}

static PyObject *
sock_getsockopt(PySocketSockObject *s, PyObject *args)
{
    int level, option;
    int size = 0;
    if (!PyArg_ParseTuple(args, "ii|i:getsockopt", &level, &option, &size)) {
        return NULL;
    }
    if (size == 0) {
        if (s->sock_family == AF_VSOCK) {
            unsigned long long value = 0;
            socklen_t length = sizeof(value);
            if (getsockopt(s->sock_fd, level, option, &value, &length) < 0) {
                return s->errorhandler();
            }
            return PyLong_FromUnsignedLongLong(value);
        }
        int flag = 0;
        socklen_t length = sizeof(flag);
        if (getsockopt(s->sock_fd, level, option, &flag, &length) < 0) {
            return s->errorhandler();
        }
        return PyLong_FromLong(flag);
    }
    if (size <= 0 || size > 1024) {
        PyErr_SetString(PyExc_OSError, "getsockopt buflen out of range");
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return NULL;
    }
    socklen_t length = (socklen_t)size;
    if (getsockopt(s->sock_fd, level, option, PyBytes_AS_STRING(bytes),
                   &length) < 0) {
        Py_DECREF(bytes);
        return s->errorhandler();
    }
    _PyBytes_Resize(&bytes, (Py_ssize_t)length);
    return bytes;
}

/* -- Receiving ------------------------------------------------------------ */

struct recv_call {
    char *buffer;
    Py_ssize_t size;
    int flags;
    sock_addr_t *address;       /* NULL: recv() */
    socklen_t *length;
    Py_ssize_t result;
};

static int
recv_function(PySocketSockObject *s, void *data)
{
    struct recv_call *call = data;
    if (call->address == NULL) {
        call->result = recv(s->sock_fd, call->buffer, (size_t)call->size,
                            call->flags);
    }
    else {
        call->result = recvfrom(s->sock_fd, call->buffer,
                                (size_t)call->size, call->flags,
                                &call->address->sa, call->length);
    }
    return call->result >= 0;
}

/* How many bytes, or -1. */
static Py_ssize_t
recv_guts(PySocketSockObject *s, char *buffer, Py_ssize_t size, int flags)
{
    if (size == 0) {
        /* Nothing wanted: nothing done. */
        return 0;
    }
    struct recv_call call = {buffer, size, flags, NULL, NULL, -1};
    if (socket_call(s, 0, recv_function, &call) < 0) {
        return -1;
    }
    return call.result;
}

/* recv() and the address, which is a new reference. */
static Py_ssize_t
recvfrom_guts(PySocketSockObject *s, char *buffer, Py_ssize_t size,
              int flags, PyObject **from)
{
    *from = NULL;
    sock_addr_t address;
    socklen_t length;
    if (!socket_address_length(s, &length)) {
        return -1;
    }
    memset(&address, 0, length);
    struct recv_call call = {buffer, size, flags, &address, &length, -1};
    if (socket_call(s, 0, recv_function, &call) < 0) {
        return -1;
    }
    *from = socket_make_address(s->sock_fd, &address.sa, length,
                                s->sock_proto);
    return *from == NULL ? -1 : call.result;
}

static PyObject *
sock_recv(PySocketSockObject *s, PyObject *args)
{
    Py_ssize_t size;
    int flags = 0;
    if (!PyArg_ParseTuple(args, "n|i:recv", &size, &flags)) {
        return NULL;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "negative buffersize in recv");
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return NULL;
    }
    Py_ssize_t n = recv_guts(s, PyBytes_AS_STRING(bytes), size, flags);
    if (n < 0) {
        Py_DECREF(bytes);
        return NULL;
    }
    if (n != size) {
        _PyBytes_Resize(&bytes, n);
    }
    return bytes;
}

static PyObject *
sock_recv_into(PySocketSockObject *s, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"buffer", "nbytes", "flags",
                                           NULL};
    static _PyArg_Parser parser = {.format = "w*|ni:recv_into",
                                   .keywords = keywords};
    Py_buffer buffer;
    Py_ssize_t size = 0;
    int flags = 0;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &buffer,
                                          &size, &flags)) {
        return NULL;
    }
    PyObject *result = NULL;
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "negative buffersize in recv_into");
    }
    else if (buffer.len < size) {
        PyErr_SetString(PyExc_ValueError,
                        "buffer too small for requested bytes");
    }
    else {
        Py_ssize_t n = recv_guts(s, buffer.buf, size ? size : buffer.len,
                                 flags);
        result = n < 0 ? NULL : PyLong_FromSsize_t(n);
    }
    PyBuffer_Release(&buffer);
    return result;
}

static PyObject *
sock_recvfrom(PySocketSockObject *s, PyObject *args)
{
    Py_ssize_t size;
    int flags = 0;
    if (!PyArg_ParseTuple(args, "n|i:recvfrom", &size, &flags)) {
        return NULL;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "negative buffersize in recvfrom");
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *from;
    Py_ssize_t n = recvfrom_guts(s, PyBytes_AS_STRING(bytes), size, flags,
                                 &from);
    if (n < 0 || (n != size && _PyBytes_Resize(&bytes, n) < 0)) {
        Py_XDECREF(bytes);
        Py_XDECREF(from);
        return NULL;
    }
    return Py_BuildValue("NN", bytes, from);
}

static PyObject *
sock_recvfrom_into(PySocketSockObject *s, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"buffer", "nbytes", "flags",
                                           NULL};
    static _PyArg_Parser parser = {.format = "w*|ni:recvfrom_into",
                                   .keywords = keywords};
    Py_buffer buffer;
    Py_ssize_t size = 0;
    int flags = 0;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &buffer,
                                          &size, &flags)) {
        return NULL;
    }
    PyObject *result = NULL;
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "negative buffersize in recvfrom_into");
    }
    else if (size > buffer.len) {
        PyErr_SetString(PyExc_ValueError,
                        "nbytes is greater than the length of the buffer");
    }
    else {
        PyObject *from;
        Py_ssize_t n = recvfrom_guts(s, buffer.buf,
                                     size ? size : buffer.len, flags, &from);
        if (n >= 0) {
            result = Py_BuildValue("nN", n, from);
        }
        else {
            Py_XDECREF(from);
        }
    }
    PyBuffer_Release(&buffer);
    return result;
}

/* -- Sending -------------------------------------------------------------- */

struct send_call {
    const char *buffer;
    Py_ssize_t size;
    int flags;
    const sock_addr_t *address; /* NULL: send() */
    int length;
    Py_ssize_t result;
};

static int
send_function(PySocketSockObject *s, void *data)
{
    struct send_call *call = data;
    if (call->address == NULL) {
        call->result = send(s->sock_fd, call->buffer, (size_t)call->size,
                            call->flags);
    }
    else {
        call->result = sendto(s->sock_fd, call->buffer, (size_t)call->size,
                              call->flags, &call->address->sa,
                              (socklen_t)call->length);
    }
    return call->result >= 0;
}

static PyObject *
sock_send(PySocketSockObject *s, PyObject *args)
{
    Py_buffer buffer;
    int flags = 0;
    if (!PyArg_ParseTuple(args, "y*|i:send", &buffer, &flags)) {
        return NULL;
    }
    struct send_call call = {buffer.buf, buffer.len, flags, NULL, 0, -1};
    int status = socket_call(s, 1, send_function, &call);
    PyBuffer_Release(&buffer);
    return status < 0 ? NULL : PyLong_FromSsize_t(call.result);
}

/* The timeout is for all of it together. */
static PyObject *
sock_sendall(PySocketSockObject *s, PyObject *args)
{
    Py_buffer buffer;
    int flags = 0;
    if (!PyArg_ParseTuple(args, "y*|i:sendall", &buffer, &flags)) {
        return NULL;
    }
    const char *data = buffer.buf;
    Py_ssize_t left = buffer.len;
    _PyTime_t timeout = s->sock_timeout;
    int has_timeout = timeout > 0;
    _PyTime_t deadline = has_timeout ? _PyDeadline_Init(timeout) : 0;
    PyObject *result = NULL;
    int first = 1;
    do {
        if (has_timeout) {
            if (!first) {
                timeout = _PyDeadline_Get(deadline);
            }
            first = 0;
            if (timeout <= 0) {
                PyErr_SetString(PyExc_TimeoutError, "timed out");
                goto done;
            }
        }
        struct send_call call = {data, left, flags, NULL, 0, -1};
        if (socket_call_ex(s, 1, send_function, &call, 0, NULL, timeout)
            < 0) {
            goto done;
        }
        data += call.result;
        left -= call.result;
        /* A partial send may be a signal's doing. */
        if (PyErr_CheckSignals()) {
            goto done;
        }
    } while (left > 0);
    result = Py_NewRef(Py_None);
done:
    PyBuffer_Release(&buffer);
    return result;
}

static PyObject *
sock_sendto(PySocketSockObject *s, PyObject *args)
{
    Py_buffer buffer;
    PyObject *addro;
    int flags = 0;
    Py_ssize_t nargs = PyTuple_Size(args);
    int parsed;
    if (nargs == 2) {
        parsed = PyArg_ParseTuple(args, "y*O:sendto", &buffer, &addro);
    }
    else if (nargs == 3) {
        parsed = PyArg_ParseTuple(args, "y*iO:sendto", &buffer, &flags,
                                  &addro);
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "sendto() takes 2 or 3 arguments (%zd given)", nargs);
        return NULL;
    }
    if (!parsed) {
        return NULL;
    }
    sock_addr_t address;
    int length;
    PyObject *result = NULL;
    if (socket_parse_address(s, addro, &address, &length, "sendto")
        && PySys_Audit("socket.sendto", "OO", s, addro) == 0) {
        struct send_call call = {buffer.buf, buffer.len, flags, &address,
                                 length, -1};
        if (socket_call(s, 1, send_function, &call) == 0) {
            result = PyLong_FromSsize_t(call.result);
        }
    }
    PyBuffer_Release(&buffer);
    return result;
}

/* -- The type ------------------------------------------------------------- */

#define METHOD(NAME, FLAGS, DOC)                                              \
    {#NAME, _PyCFunction_CAST(sock_##NAME), FLAGS, DOC}

static PyMethodDef sock_methods[] = {
    {"_accept", (PyCFunction)sock_accept, METH_NOARGS,
     "_accept() -> (integer, address info)\n\n"
     "Wait for a connection; its descriptor and address."},
    METHOD(bind, METH_O,
           "bind(address)\n\nGive the socket a local address."),
    METHOD(close, METH_NOARGS, "close()\n\nClose the socket."),
    METHOD(connect, METH_O, "connect(address)\n\nConnect to an address."),
    METHOD(connect_ex, METH_O,
           "connect_ex(address) -> errno\n\n"
           "connect() that returns the error's number."),
    METHOD(detach, METH_NOARGS,
           "detach()\n\nThe descriptor, which the socket lets go."),
    METHOD(fileno, METH_NOARGS, "fileno() -> integer\n\nThe descriptor."),
    METHOD(getpeername, METH_NOARGS,
           "getpeername() -> address info\n\nThe other end's address."),
    METHOD(getsockname, METH_NOARGS,
           "getsockname() -> address info\n\nThis end's address."),
    METHOD(getsockopt, METH_VARARGS,
           "getsockopt(level, option[, buffersize]) -> value\n\n"
           "An option, an int or (with a size) bytes."),
    METHOD(listen, METH_VARARGS,
           "listen([backlog])\n\nLet others connect."),
    METHOD(recv, METH_VARARGS,
           "recv(buffersize[, flags]) -> data\n\nReceive bytes."),
    METHOD(recv_into, METH_VARARGS | METH_KEYWORDS,
           "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read\n\n"
           "Receive into a buffer."),
    METHOD(recvfrom, METH_VARARGS,
           "recvfrom(buffersize[, flags]) -> (data, address info)\n\n"
           "Receive bytes, and from where."),
    METHOD(recvfrom_into, METH_VARARGS | METH_KEYWORDS,
           "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address "
           "info)\n\nReceive into a buffer, and from where."),
    METHOD(send, METH_VARARGS,
           "send(data[, flags]) -> count\n\nSend; how many bytes were."),
    METHOD(sendall, METH_VARARGS,
           "sendall(data[, flags])\n\nSend everything."),
    METHOD(sendto, METH_VARARGS,
           "sendto(data[, flags], address) -> count\n\n"
           "Send to an address."),
    METHOD(setblocking, METH_O,
           "setblocking(flag)\n\nsettimeout(None) or settimeout(0.0)."),
    METHOD(getblocking, METH_NOARGS,
           "getblocking()\n\nWhether operations wait."),
    METHOD(settimeout, METH_O,
           "settimeout(timeout)\n\nHow many seconds operations wait."),
    METHOD(gettimeout, METH_NOARGS,
           "gettimeout() -> timeout\n\nHow many seconds operations wait."),
    METHOD(setsockopt, METH_VARARGS,
           "setsockopt(level, option, value: int)\n"
           "setsockopt(level, option, value: buffer)\n"
           "setsockopt(level, option, None, optlen: int)\n\n"
           "Set an option."),
    METHOD(shutdown, METH_O,
           "shutdown(flag)\n\nEnd one direction, or both."),
    METHOD(recvmsg, METH_VARARGS,
           "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, "
           "msg_flags, address)\n\n"
           "Receive bytes and ancillary data."),
    METHOD(recvmsg_into, METH_VARARGS,
           "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, "
           "ancdata, msg_flags, address)\n\n"
           "recvmsg() into several buffers."),
    METHOD(sendmsg, METH_VARARGS,
           "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count\n\n"
           "Send several buffers and ancillary data."),
    METHOD(sendmsg_afalg, METH_VARARGS | METH_KEYWORDS,
           "sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])"
           "\n\nSend to a socket of the kernel's cryptography."),
    {NULL, NULL, 0, NULL}
};
#undef METHOD

static PyMemberDef sock_members[] = {
    {"family", T_INT, offsetof(PySocketSockObject, sock_family), READONLY,
     "the socket family"},
    {"type", T_INT, offsetof(PySocketSockObject, sock_type), READONLY,
     "the socket type"},
    {"proto", T_INT, offsetof(PySocketSockObject, sock_proto), READONLY,
     "the socket protocol"},
    {NULL, 0, 0, 0, NULL}
};

static PyGetSetDef sock_getset[] = {
    {"timeout", (getter)sock_timeout_get, NULL, "the socket timeout", NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyDoc_STRVAR(sock_doc,
"socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n"
"socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n"
"\n"
"One end of a connection, or a place where others can connect to.\n"
"\n"
"With a timeout, operations that take longer raise TimeoutError.");

PyTypeObject sock_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_socket.socket",
    .tp_basicsize = sizeof(PySocketSockObject),
    .tp_dealloc = (destructor)sock_dealloc,
    .tp_repr = (reprfunc)sock_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = sock_doc,
    .tp_methods = sock_methods,
    .tp_members = sock_members,
    .tp_getset = sock_getset,
    .tp_init = (initproc)sock_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = sock_new,
    .tp_free = PyObject_Del,
    .tp_finalize = (destructor)sock_finalize,
};
