/* BufferedRWPair: a reader and a writer that look like one stream, for the
   two ends of a socket or a pair of pipes. */

#include "Python.h"
#include "_iomodule.h"

struct rwpair {
    PyObject_HEAD
    PyObject *reader;           /* a BufferedReader */
    PyObject *writer;           /* a BufferedWriter */
    PyObject *dict;
    PyObject *weakreflist;
};

static int
bufferedrwpair_init(struct rwpair *self, PyObject *args, PyObject *kwargs)
{
    PyTypeObject *type = &PyBufferedRWPair_Type;
    if ((Py_IS_TYPE(self, type) || Py_TYPE(self)->tp_new == type->tp_new)
        && !_PyArg_NoKeywords("BufferedRWPair", kwargs)) {
        return -1;
    }
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (!_PyArg_CheckPositional("BufferedRWPair", nargs, 2, 3)) {
        return -1;
    }
    Py_ssize_t buffer_size = DEFAULT_BUFFER_SIZE;
    if (nargs > 2) {
        PyObject *index = _PyNumber_Index(PyTuple_GET_ITEM(args, 2));
        buffer_size = -1;
        if (index != NULL) {
            buffer_size = PyLong_AsSsize_t(index);
            Py_DECREF(index);
        }
        if (buffer_size == -1 && PyErr_Occurred()) {
            return -1;
        }
    }
    PyObject *raw_reader = PyTuple_GET_ITEM(args, 0);
    PyObject *raw_writer = PyTuple_GET_ITEM(args, 1);
    if (iobase_check_readable(raw_reader) < 0
        || iobase_check_writable(raw_writer) < 0) {
        return -1;
    }
    PyObject *reader = PyObject_CallFunction(
        (PyObject *)&PyBufferedReader_Type, "On", raw_reader, buffer_size);
    if (reader == NULL) {
        return -1;
    }
    PyObject *writer = PyObject_CallFunction(
        (PyObject *)&PyBufferedWriter_Type, "On", raw_writer, buffer_size);
    if (writer == NULL) {
        Py_DECREF(reader);
        return -1;
    }
    Py_XSETREF(self->reader, reader);
    Py_XSETREF(self->writer, writer);
    return 0;
}

static int
bufferedrwpair_traverse(struct rwpair *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dict);
    Py_VISIT(self->reader);
    Py_VISIT(self->writer);
    return 0;
}

static int
bufferedrwpair_clear(struct rwpair *self)
{
    Py_CLEAR(self->reader);
    Py_CLEAR(self->writer);
    Py_CLEAR(self->dict);
    return 0;
}

static void
bufferedrwpair_dealloc(struct rwpair *self)
{
    PyObject_GC_UnTrack(self);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    (void)bufferedrwpair_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* -- Passing on ----------------------------------------------------------- */

static PyObject *
forward(PyObject *stream, PyObject *name, PyObject *args)
{
    if (stream == NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "I/O operation on uninitialized object");
        return NULL;
    }
    PyObject *method = PyObject_GetAttr(stream, name);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = args != NULL ? PyObject_CallObject(method, args)
                                    : PyObject_CallNoArgs(method);
    Py_DECREF(method);
    return result;
}

static PyObject *
bufferedrwpair_read(struct rwpair *self, PyObject *args)
{
    return forward(self->reader, &_Py_ID(read), args);
}

static PyObject *
bufferedrwpair_peek(struct rwpair *self, PyObject *args)
{
    return forward(self->reader, &_Py_ID(peek), args);
}

static PyObject *
bufferedrwpair_read1(struct rwpair *self, PyObject *args)
{
    return forward(self->reader, &_Py_ID(read1), args);
}

static PyObject *
bufferedrwpair_readinto(struct rwpair *self, PyObject *args)
{
    return forward(self->reader, &_Py_ID(readinto), args);
}

static PyObject *
bufferedrwpair_readinto1(struct rwpair *self, PyObject *args)
{
    return forward(self->reader, &_Py_ID(readinto1), args);
}

static PyObject *
bufferedrwpair_write(struct rwpair *self, PyObject *args)
{
    return forward(self->writer, &_Py_ID(write), args);
}

static PyObject *
bufferedrwpair_flush(struct rwpair *self, PyObject *Py_UNUSED(ignored))
{
    return forward(self->writer, &_Py_ID(flush), NULL);
}

static PyObject *
bufferedrwpair_readable(struct rwpair *self, PyObject *Py_UNUSED(ignored))
{
    return forward(self->reader, &_Py_ID(readable), NULL);
}

static PyObject *
bufferedrwpair_writable(struct rwpair *self, PyObject *Py_UNUSED(ignored))
{
    return forward(self->writer, &_Py_ID(writable), NULL);
}

/* Both are closed, whatever the first says. */
static PyObject *
bufferedrwpair_close(struct rwpair *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *type = NULL, *value = NULL, *traceback = NULL;
    PyObject *result = forward(self->writer, &_Py_ID(close), NULL);
    if (result == NULL) {
        PyErr_Fetch(&type, &value, &traceback);
    }
    else {
        Py_DECREF(result);
    }
    result = forward(self->reader, &_Py_ID(close), NULL);
    if (type != NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
bufferedrwpair_isatty(struct rwpair *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *answer = forward(self->writer, &_Py_ID(isatty), NULL);
    if (answer != Py_False) {
        return answer;
    }
    Py_DECREF(answer);
    return forward(self->reader, &_Py_ID(isatty), NULL);
}

static PyObject *
bufferedrwpair_closed_get(struct rwpair *self, void *context)
{
    if (self->writer == NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "the BufferedRWPair object is being "
                        "garbage-collected");
        return NULL;
    }
    return PyObject_GetAttr(self->writer, &_Py_ID(closed));
}

/* -- The type ------------------------------------------------------------- */

static PyMethodDef bufferedrwpair_methods[] = {
    {"read", (PyCFunction)bufferedrwpair_read, METH_VARARGS, NULL},
    {"peek", (PyCFunction)bufferedrwpair_peek, METH_VARARGS, NULL},
    {"read1", (PyCFunction)bufferedrwpair_read1, METH_VARARGS, NULL},
    {"readinto", (PyCFunction)bufferedrwpair_readinto, METH_VARARGS, NULL},
    {"readinto1", (PyCFunction)bufferedrwpair_readinto1, METH_VARARGS, NULL},
    {"write", (PyCFunction)bufferedrwpair_write, METH_VARARGS, NULL},
    {"flush", (PyCFunction)bufferedrwpair_flush, METH_NOARGS, NULL},
    {"readable", (PyCFunction)bufferedrwpair_readable, METH_NOARGS, NULL},
    {"writable", (PyCFunction)bufferedrwpair_writable, METH_NOARGS, NULL},
    {"close", (PyCFunction)bufferedrwpair_close, METH_NOARGS, NULL},
    {"isatty", (PyCFunction)bufferedrwpair_isatty, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef bufferedrwpair_getset[] = {
    {"closed", (getter)bufferedrwpair_closed_get, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyDoc_STRVAR(bufferedrwpair_doc,
"BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\n"
"A buffered reader and a buffered writer as one stream.\n"
"\n"
"The two raw streams are independent: no seeking, no common position.");

PyTypeObject PyBufferedRWPair_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.BufferedRWPair",
    .tp_basicsize = sizeof(struct rwpair),
    .tp_dealloc = (destructor)bufferedrwpair_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = bufferedrwpair_doc,
    .tp_traverse = (traverseproc)bufferedrwpair_traverse,
    .tp_clear = (inquiry)bufferedrwpair_clear,
    .tp_weaklistoffset = offsetof(struct rwpair, weakreflist),
    .tp_methods = bufferedrwpair_methods,
    .tp_getset = bufferedrwpair_getset,
    .tp_base = &PyBufferedIOBase_Type,
    .tp_dictoffset = offsetof(struct rwpair, dict),
    .tp_init = (initproc)bufferedrwpair_init,
    .tp_new = PyType_GenericNew,
};
