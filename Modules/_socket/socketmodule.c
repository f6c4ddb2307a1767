/* The _socket module: what its parts add up to. */

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "pycore_fileutils.h"
#include "socketmodule.h"

#include <unistd.h>

static PyObject *
socket_socketpair(PyObject *module, PyObject *args)
{
    int family = AF_UNIX;
    int type = SOCK_STREAM;
    int proto = 0;
    if (!PyArg_ParseTuple(args, "|iii:socketpair", &family, &type, &proto)) {
        return NULL;
    }
    int fds[2];
    int status;
    Py_BEGIN_ALLOW_THREADS
    status = socketpair(family, type | SOCK_CLOEXEC, proto, fds);
    Py_END_ALLOW_THREADS
    if (status < 0) {
        return socket_set_error();
    }
    PyObject *sockets[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        PySocketSockObject *s = (PySocketSockObject *)PyType_GenericNew(
            &sock_type, NULL, NULL);
        if (s != NULL) {
            s->sock_fd = -1;
            if (socket_init_object(s, fds[i], family, type, proto) < 0) {
                s->sock_fd = -1;
                Py_CLEAR(s);
            }
        }
        sockets[i] = (PyObject *)s;
        if (s == NULL) {
            close(fds[1]);
            if (i == 0) {
                close(fds[0]);
            }
            Py_XDECREF(sockets[0]);
            return NULL;
        }
    }
    PyObject *pair = PyTuple_Pack(2, sockets[0], sockets[1]);
    Py_DECREF(sockets[0]);
    Py_DECREF(sockets[1]);
    return pair;
}

static PyObject *
socket_close(PyObject *module, PyObject *fdobj)
{
    int fd = _PyLong_AsInt(fdobj);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = close(fd);
    Py_END_ALLOW_THREADS
    if (result < 0 && errno != ECONNRESET) {
        return socket_set_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
socket_dup(PyObject *module, PyObject *fdobj)
{
    int fd = _PyLong_AsInt(fdobj);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int copy = _Py_dup(fd);
    return copy == -1 ? NULL : PyLong_FromLong(copy);
}

static PyObject *
socket_getdefaulttimeout(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    if (socket_default_timeout < 0) {
        Py_RETURN_NONE;
    }
    return PyFloat_FromDouble(
        _PyTime_AsSecondsDouble(socket_default_timeout));
}

static PyObject *
socket_setdefaulttimeout(PyObject *module, PyObject *arg)
{
    _PyTime_t timeout;
    if (socket_parse_timeout(&timeout, arg) < 0) {
        return NULL;
    }
    socket_default_timeout = timeout;
    Py_RETURN_NONE;
}

static PyMethodDef socket_methods[] = {
    {"socketpair", socket_socketpair, METH_VARARGS,
     "socketpair([family[, type [, proto]]]) -> (socket object, socket "
     "object)\n\nTwo sockets that are connected."},
    {"close", socket_close, METH_O,
     "close(integer) -> None\n\nClose a socket's descriptor."},
    {"dup", socket_dup, METH_O,
     "dup(integer) -> integer\n\nA duplicate of a socket's descriptor."},
    {"getdefaulttimeout", socket_getdefaulttimeout, METH_NOARGS,
     "getdefaulttimeout() -> timeout\n\nThe timeout of new sockets."},
    {"setdefaulttimeout", socket_setdefaulttimeout, METH_O,
     "setdefaulttimeout(timeout)\n\nSet the timeout of new sockets."},
    {NULL, NULL, 0, NULL}
};

PyDoc_STRVAR(module_doc,
"Sockets at the lowest level; see the socket module.");

static struct PyModuleDef socket_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_socket",
    .m_doc = module_doc,
    .m_size = -1,
    .m_methods = socket_methods,
};

static PySocketModule_APIObject socket_api;

static int
add_api(PyObject *module)
{
    socket_api.Sock_Type = &sock_type;
    socket_api.error = PyExc_OSError;
    socket_api.timeout_error = PyExc_TimeoutError;
    PyObject *capsule = PyCapsule_New(&socket_api, "_socket.CAPI", NULL);
    if (capsule == NULL) {
        return -1;
    }
    int status = PyModule_AddObjectRef(module, "CAPI", capsule);
    Py_DECREF(capsule);
    return status;
}

PyMODINIT_FUNC
PyInit__socket(void)
{
    if (PyType_Ready(&sock_type) < 0) {
        return NULL;
    }
    PyObject *module = PyModule_Create(&socket_module);
    if (module == NULL) {
        return NULL;
    }
    if (socket_herror == NULL) {
        socket_herror = PyErr_NewException("socket.herror", PyExc_OSError,
                                           NULL);
        socket_gaierror = PyErr_NewException("socket.gaierror",
                                             PyExc_OSError, NULL);
    }
    if (socket_herror == NULL || socket_gaierror == NULL
        || PyModule_AddFunctions(module, socket_resolver_methods) < 0
        || PyModule_AddFunctions(module, socket_message_methods) < 0
        || PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0
        || PyModule_AddObjectRef(module, "herror", socket_herror) < 0
        || PyModule_AddObjectRef(module, "gaierror", socket_gaierror) < 0
        || PyModule_AddObjectRef(module, "timeout", PyExc_TimeoutError) < 0
        || PyModule_AddObjectRef(module, "SocketType",
                                 (PyObject *)&sock_type) < 0
        || PyModule_AddObjectRef(module, "socket",
                                 (PyObject *)&sock_type) < 0
        || PyModule_AddObjectRef(module, "has_ipv6", Py_True) < 0
        || add_api(module) < 0 || socket_add_constants(module) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
