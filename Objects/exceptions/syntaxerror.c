/* SyntaxError: a message and the place it is about. */
#include "Python.h"
#include "pycore_exception_types.h"
#include "pycore_object.h"
#include "structmember.h"

/* SyntaxError(msg, (filename, lineno, offset, text[, end_lineno,
   end_offset])) */
int
SyntaxError_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    PySyntaxErrorObject *self = (PySyntaxErrorObject *)op;
    if (BaseException_init(op, args, kwds) < 0) {
        return -1;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count >= 1) {
        Py_XSETREF(self->msg, Py_NewRef(PyTuple_GET_ITEM(args, 0)));
    }
    if (count != 2) {
        return 0;
    }
    PyObject *info = PySequence_Tuple(PyTuple_GET_ITEM(args, 1));
    if (info == NULL) {
        return -1;
    }
    PyObject *filename, *lineno, *offset, *text;
    PyObject *end_lineno = NULL, *end_offset = NULL;
    if (!PyArg_ParseTuple(info, "OOOO|OO", &filename, &lineno, &offset,
                          &text, &end_lineno, &end_offset)) {
        Py_DECREF(info);
        return -1;
    }
    Py_XSETREF(self->filename, Py_NewRef(filename));
    Py_XSETREF(self->lineno, Py_NewRef(lineno));
    Py_XSETREF(self->offset, Py_NewRef(offset));
    Py_XSETREF(self->text, Py_NewRef(text));
    Py_XSETREF(self->end_lineno, Py_XNewRef(end_lineno));
    Py_XSETREF(self->end_offset, Py_XNewRef(end_offset));
    Py_DECREF(info);
    if (self->end_lineno != NULL && self->end_offset == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "end_offset must be provided "
                        "when end_lineno is provided");
        return -1;
    }
    return 0;
}

static int
SyntaxError_clear(PyObject *op)
{
    PySyntaxErrorObject *self = (PySyntaxErrorObject *)op;
    Py_CLEAR(self->msg);
    Py_CLEAR(self->filename);
    Py_CLEAR(self->lineno);
    Py_CLEAR(self->offset);
    Py_CLEAR(self->end_lineno);
    Py_CLEAR(self->end_offset);
    Py_CLEAR(self->text);
    Py_CLEAR(self->print_file_and_line);
    return BaseException_clear(op);
}

static void
SyntaxError_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    SyntaxError_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int
SyntaxError_traverse(PyObject *op, visitproc visit, void *arg)
{
    PySyntaxErrorObject *self = (PySyntaxErrorObject *)op;
    Py_VISIT(self->msg);
    Py_VISIT(self->filename);
    Py_VISIT(self->lineno);
    Py_VISIT(self->offset);
    Py_VISIT(self->end_lineno);
    Py_VISIT(self->end_offset);
    Py_VISIT(self->text);
    Py_VISIT(self->print_file_and_line);
    return BaseException_traverse(op, visit, arg);
}

/* The part of a path behind the last separator. */
static PyObject *
path_basename(PyObject *path)
{
    Py_ssize_t size = PyUnicode_GET_LENGTH(path);
    Py_ssize_t slash = PyUnicode_FindChar(path, '/', 0, size, -1);
    if (slash == -2) {
        return NULL;
    }
    return PyUnicode_Substring(path, slash + 1, size);
}

/* The message, with file and line unless a traceback shows them anyway. */
static PyObject *
SyntaxError_str(PyObject *op)
{
    PySyntaxErrorObject *self = (PySyntaxErrorObject *)op;
    PyObject *message = self->msg ? self->msg : Py_None;
    PyObject *filename = NULL;
    if (self->filename && PyUnicode_Check(self->filename)) {
        filename = path_basename(self->filename);
        if (filename == NULL) {
            return NULL;
        }
    }
    const int have_line = self->lineno != NULL
                          && PyLong_CheckExact(self->lineno);
    if (!filename && !have_line) {
        return PyObject_Str(message);
    }
    PyObject *result;
    int overflow;
    long line = 0;
    if (have_line) {
        line = PyLong_AsLongAndOverflow(self->lineno, &overflow);
    }
    if (filename && have_line) {
        result = PyUnicode_FromFormat("%S (%U, line %ld)", message, filename,
                                      line);
    }
    else if (filename) {
        result = PyUnicode_FromFormat("%S (%U)", message, filename);
    }
    else {
        result = PyUnicode_FromFormat("%S (line %ld)", message, line);
    }
    Py_XDECREF(filename);
    return result;
}

static PyMemberDef SyntaxError_members[] = {
    {"msg", T_OBJECT, offsetof(PySyntaxErrorObject, msg), 0,
     PyDoc_STR("exception msg")},
    {"filename", T_OBJECT, offsetof(PySyntaxErrorObject, filename), 0,
     PyDoc_STR("exception filename")},
    {"lineno", T_OBJECT, offsetof(PySyntaxErrorObject, lineno), 0,
     PyDoc_STR("exception lineno")},
    {"offset", T_OBJECT, offsetof(PySyntaxErrorObject, offset), 0,
     PyDoc_STR("exception offset")},
    {"text", T_OBJECT, offsetof(PySyntaxErrorObject, text), 0,
     PyDoc_STR("exception text")},
    {"end_lineno", T_OBJECT, offsetof(PySyntaxErrorObject, end_lineno), 0,
     PyDoc_STR("exception end lineno")},
    {"end_offset", T_OBJECT, offsetof(PySyntaxErrorObject, end_offset), 0,
     PyDoc_STR("exception end offset")},
    {"print_file_and_line", T_OBJECT,
     offsetof(PySyntaxErrorObject, print_file_and_line), 0,
     PyDoc_STR("exception print_file_and_line")},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject _PyExc_SyntaxError = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "SyntaxError",
    .tp_basicsize = sizeof(PySyntaxErrorObject),
    .tp_dealloc = SyntaxError_dealloc,
    .tp_str = SyntaxError_str,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PyDoc_STR("Invalid syntax."),
    .tp_traverse = SyntaxError_traverse,
    .tp_clear = SyntaxError_clear,
    .tp_members = SyntaxError_members,
    .tp_base = &_PyExc_Exception,
    .tp_dictoffset = offsetof(PySyntaxErrorObject, dict),
    .tp_init = SyntaxError_init,
};
