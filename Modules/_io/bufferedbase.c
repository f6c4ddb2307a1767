/* _BufferedIOBase: what buffered streams have in common. */

#include "Python.h"
#include "_iomodule.h"

PyDoc_STRVAR(bufferediobase_doc,
"Base class of buffered streams.\n"
"\n"
"read(), readinto() and write() do all that was asked in as many raw calls\n"
"as it takes; read1() and readinto1() make at most one.");

static PyObject *
readinto_generic(PyObject *self, PyObject *arg, const char *name,
                 PyObject *method)
{
    Py_buffer buffer = {NULL, NULL};
    if (PyObject_GetBuffer(arg, &buffer, PyBUF_WRITABLE) < 0) {
        PyErr_Clear();
        _PyArg_BadArgument(name, "argument",
                           "read-write bytes-like object", arg);
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *size = PyLong_FromSsize_t(buffer.len);
    PyObject *data = NULL;
    if (size != NULL) {
        data = PyObject_CallMethodOneArg(self, method, size);
        Py_DECREF(size);
    }
    if (data == NULL) {
        goto done;
    }
    if (!PyBytes_Check(data)) {
        PyErr_SetString(PyExc_TypeError, "read() should return bytes");
        goto done;
    }
    Py_ssize_t length = PyBytes_GET_SIZE(data);
    if (length > buffer.len) {
        PyErr_Format(PyExc_ValueError,
                     "read() returned too much data: "
                     "%zd bytes requested, %zd returned",
                     buffer.len, length);
        goto done;
    }
    memcpy(buffer.buf, PyBytes_AS_STRING(data), (size_t)length);
    result = PyLong_FromSsize_t(length);
done:
    Py_XDECREF(data);
    PyBuffer_Release(&buffer);
    return result;
}

static PyObject *
bufferediobase_readinto(PyObject *self, PyObject *arg)
{
    return readinto_generic(self, arg, "readinto", &_Py_ID(read));
}

static PyObject *
bufferediobase_readinto1(PyObject *self, PyObject *arg)
{
    return readinto_generic(self, arg, "readinto1", &_Py_ID(read1));
}

static PyObject *
bufferediobase_detach(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return io_unsupported("detach");
}

static PyObject *
bufferediobase_read(PyObject *self, PyObject *Py_UNUSED(args))
{
    return io_unsupported("read");
}

static PyObject *
bufferediobase_read1(PyObject *self, PyObject *Py_UNUSED(args))
{
    return io_unsupported("read1");
}

static PyObject *
bufferediobase_write(PyObject *self, PyObject *Py_UNUSED(args))
{
    return io_unsupported("write");
}

static PyMethodDef bufferediobase_methods[] = {
    {"detach", bufferediobase_detach, METH_NOARGS,
     "detach($self, /)\n--\n\n"
     "Part from the raw stream and return it; nothing works afterwards."},
    {"read", bufferediobase_read, METH_VARARGS,
     "Read and return up to n bytes, or everything without n.\n\n"
     "None means that nothing is there now; b'' that the end is reached."},
    {"read1", bufferediobase_read1, METH_VARARGS,
     "Read up to n bytes with at most one call of the raw stream's read()."},
    {"readinto", bufferediobase_readinto, METH_O,
     "readinto($self, buffer, /)\n--\n\n"},
    {"readinto1", bufferediobase_readinto1, METH_O,
     "readinto1($self, buffer, /)\n--\n\n"},
    {"write", bufferediobase_write, METH_VARARGS,
     "Write a buffer and return its length.\n\n"
     "BlockingIOError: the raw stream would have to be waited for."},
    {NULL, NULL, 0, NULL}
};

PyTypeObject PyBufferedIOBase_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._BufferedIOBase",
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = bufferediobase_doc,
    .tp_methods = bufferediobase_methods,
    .tp_base = &PyIOBase_Type,
};
