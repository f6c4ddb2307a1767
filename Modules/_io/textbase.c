/* _TextIOBase: the root of text streams. */

#include "Python.h"
#include "_iomodule.h"

PyDoc_STRVAR(textiobase_doc,
"Base class for text streams.\n"
"\n"
"Characters and lines instead of bytes.  There is no readinto(), since\n"
"strings do not change.");

static PyObject *
textiobase_detach(PyObject *self, PyObject *Py_UNUSED(args))
{
    return io_unsupported("detach");
}

static PyObject *
textiobase_read(PyObject *self, PyObject *Py_UNUSED(args))
{
    return io_unsupported("read");
}

static PyObject *
textiobase_readline(PyObject *self, PyObject *Py_UNUSED(args))
{
    return io_unsupported("readline");
}

static PyObject *
textiobase_write(PyObject *self, PyObject *Py_UNUSED(args))
{
    return io_unsupported("write");
}

static PyObject *
textiobase_none_get(PyObject *self, void *context)
{
    Py_RETURN_NONE;
}

static PyMethodDef textiobase_methods[] = {
    {"detach", textiobase_detach, METH_NOARGS,
     "Part from the buffer and return it; nothing works afterwards."},
    {"read", textiobase_read, METH_VARARGS,
     "Read at most n characters, or everything without n."},
    {"readline", textiobase_readline, METH_VARARGS,
     "Read to the end of the line; '' at the end of the stream."},
    {"write", textiobase_write, METH_VARARGS,
     "Write a string; how many characters it had."},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef textiobase_getset[] = {
    {"encoding", textiobase_none_get, NULL,
     "Name of the encoding; set by subclasses.", NULL},
    {"newlines", textiobase_none_get, NULL,
     "The kinds of line end that were read so far: None, a string or a\n"
     "tuple; set by subclasses.", NULL},
    {"errors", textiobase_none_get, NULL,
     "Name of the error handler; set by subclasses.", NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyTypeObject PyTextIOBase_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._TextIOBase",
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = textiobase_doc,
    .tp_methods = textiobase_methods,
    .tp_getset = textiobase_getset,
    .tp_base = &PyIOBase_Type,
};
