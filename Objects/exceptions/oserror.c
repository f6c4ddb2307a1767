/* OSError and the choice of its subclass by errno.

   OSError(errno, strerror[, filename[, winerror[, filename2]]]): with these
   arguments the constructor makes the subclass that stands for the errno.
   Arguments are parsed in __new__, unless a subclass overrides __init__ only:
   then the arguments are in its hands, and __init__ parses what it passes. */
#include "Python.h"
#include "pycore_exception_types.h"
#include "pycore_object.h"
#include "structmember.h"

static PyObject *OSError_new(PyTypeObject *type, PyObject *args,
                             PyObject *kwds);

struct os_arguments {
    PyObject *myerrno;      /* all borrowed from args */
    PyObject *strerror;
    PyObject *filename;
    PyObject *filename2;
};

static int
parse_arguments(PyObject *args, struct os_arguments *parsed)
{
    PyObject *winerror = NULL;      /* means something on Windows only */
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count >= 2 && count <= 5
        && !PyArg_UnpackTuple(args, "OSError", 2, 5, &parsed->myerrno,
                              &parsed->strerror, &parsed->filename,
                              &winerror, &parsed->filename2)) {
        return -1;
    }
    return 0;
}

/* Enters the arguments into the object.  *args may be replaced. */
static int
enter_arguments(PyOSErrorObject *self, PyObject **args,
                struct os_arguments *parsed)
{
    Py_ssize_t count = PyTuple_GET_SIZE(*args);
    PyObject *filename = parsed->filename;
    if (filename && filename != Py_None) {
        if (Py_IS_TYPE(self, (PyTypeObject *)PyExc_BlockingIOError)
            && PyNumber_Check(filename)) {
            /* the number of characters written instead */
            self->written = PyNumber_AsSsize_t(filename, PyExc_ValueError);
            if (self->written == -1 && PyErr_Occurred()) {
                return -1;
            }
        }
        else {
            PyObject *filename2 = parsed->filename2;
            Py_XSETREF(self->filename, Py_NewRef(filename));
            if (filename2 && filename2 != Py_None) {
                Py_XSETREF(self->filename2, Py_NewRef(filename2));
            }
            if (count >= 2 && count <= 5) {
                /* args shows errno and strerror only */
                PyObject *pair = PyTuple_GetSlice(*args, 0, 2);
                if (pair == NULL) {
                    return -1;
                }
                Py_SETREF(*args, pair);
            }
        }
    }
    Py_XSETREF(self->myerrno, Py_XNewRef(parsed->myerrno));
    Py_XSETREF(self->strerror, Py_XNewRef(parsed->strerror));
    Py_XSETREF(self->args, Py_NewRef(*args));
    return 0;
}

/* Does the class leave the arguments to __init__? */
static int
arguments_are_for_init(PyTypeObject *type)
{
    return type->tp_init != OSError_init && type->tp_new == OSError_new;
}

static PyObject *
OSError_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    struct os_arguments parsed = {NULL, NULL, NULL, NULL};
    PyOSErrorObject *self = NULL;
    const int parse_now = !arguments_are_for_init(type);
    Py_INCREF(args);
    if (parse_now) {
        if (!_PyArg_NoKeywords(type->tp_name, kwds)
            || parse_arguments(args, &parsed) < 0) {
            goto error;
        }
        PyObject *errnomap = exceptions_state()->errnomap;
        if (parsed.myerrno && PyLong_Check(parsed.myerrno) && errnomap
            && (PyObject *)type == PyExc_OSError) {
            PyObject *subclass = PyDict_GetItemWithError(errnomap,
                                                         parsed.myerrno);
            if (subclass) {
                assert(PyType_Check(subclass));
                type = (PyTypeObject *)subclass;
            }
            else if (PyErr_Occurred()) {
                goto error;
            }
        }
    }
    self = (PyOSErrorObject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        goto error;
    }
    self->written = -1;
    if (parse_now) {
        if (enter_arguments(self, &args, &parsed) < 0) {
            goto error;
        }
    }
    else {
        self->args = PyTuple_New(0);
        if (self->args == NULL) {
            goto error;
        }
    }
    Py_DECREF(args);
    return (PyObject *)self;

error:
    Py_DECREF(args);
    Py_XDECREF(self);
    return NULL;
}

int
OSError_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    PyTypeObject *type = Py_TYPE(op);
    if (!arguments_are_for_init(type)) {
        return 0;
    }
    struct os_arguments parsed = {NULL, NULL, NULL, NULL};
    if (!_PyArg_NoKeywords(type->tp_name, kwds)) {
        return -1;
    }
    Py_INCREF(args);
    int result = parse_arguments(args, &parsed);
    if (result == 0) {
        result = enter_arguments((PyOSErrorObject *)op, &args, &parsed);
    }
    Py_DECREF(args);
    return result;
}

static int
OSError_clear(PyObject *op)
{
    PyOSErrorObject *self = (PyOSErrorObject *)op;
    Py_CLEAR(self->myerrno);
    Py_CLEAR(self->strerror);
    Py_CLEAR(self->filename);
    Py_CLEAR(self->filename2);
    return BaseException_clear(op);
}

static void
OSError_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    OSError_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int
OSError_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyOSErrorObject *self = (PyOSErrorObject *)op;
    Py_VISIT(self->myerrno);
    Py_VISIT(self->strerror);
    Py_VISIT(self->filename);
    Py_VISIT(self->filename2);
    return BaseException_traverse(op, visit, arg);
}

static PyObject *
OSError_str(PyObject *op)
{
    PyOSErrorObject *self = (PyOSErrorObject *)op;
    PyObject *number = self->myerrno ? self->myerrno : Py_None;
    PyObject *text = self->strerror ? self->strerror : Py_None;
    if (self->filename && self->filename2) {
        return PyUnicode_FromFormat("[Errno %S] %S: %R -> %R", number, text,
                                    self->filename, self->filename2);
    }
    if (self->filename) {
        return PyUnicode_FromFormat("[Errno %S] %S: %R", number, text,
                                    self->filename);
    }
    if (self->myerrno && self->strerror) {
        return PyUnicode_FromFormat("[Errno %S] %S", number, text);
    }
    return BaseException_str(op);
}

/* The file names go back into the arguments, from which the constructor took
   them. */
static PyObject *
full_arguments(PyOSErrorObject *self)
{
    PyObject *args = self->args;
    if (PyTuple_GET_SIZE(args) != 2 || !self->filename) {
        return Py_NewRef(args);
    }
    PyObject *number = PyTuple_GET_ITEM(args, 0);
    PyObject *text = PyTuple_GET_ITEM(args, 1);
    if (self->filename2) {
        return PyTuple_Pack(5, number, text, self->filename, Py_None,
                            self->filename2);
    }
    return PyTuple_Pack(3, number, text, self->filename);
}

static PyObject *
OSError_reduce(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    PyOSErrorObject *self = (PyOSErrorObject *)op;
    PyObject *args = full_arguments(self);
    if (args == NULL) {
        return NULL;
    }
    PyObject *result = exception_reduce(op, args, self->dict);
    Py_DECREF(args);
    return result;
}

static PyObject *
OSError_written_get(PyObject *op, void *Py_UNUSED(context))
{
    PyOSErrorObject *self = (PyOSErrorObject *)op;
    if (self->written == -1) {
        PyErr_SetString(PyExc_AttributeError, "characters_written");
        return NULL;
    }
    return PyLong_FromSsize_t(self->written);
}

static int
OSError_written_set(PyObject *op, PyObject *value, void *Py_UNUSED(context))
{
    PyOSErrorObject *self = (PyOSErrorObject *)op;
    if (value == NULL) {
        if (self->written == -1) {
            PyErr_SetString(PyExc_AttributeError, "characters_written");
            return -1;
        }
        self->written = -1;
        return 0;
    }
    Py_ssize_t count = PyNumber_AsSsize_t(value, PyExc_ValueError);
    if (count == -1 && PyErr_Occurred()) {
        return -1;
    }
    self->written = count;
    return 0;
}

static PyMemberDef OSError_members[] = {
    {"errno", T_OBJECT, offsetof(PyOSErrorObject, myerrno), 0,
     PyDoc_STR("POSIX exception code")},
    {"strerror", T_OBJECT, offsetof(PyOSErrorObject, strerror), 0,
     PyDoc_STR("exception strerror")},
    {"filename", T_OBJECT, offsetof(PyOSErrorObject, filename), 0,
     PyDoc_STR("exception filename")},
    {"filename2", T_OBJECT, offsetof(PyOSErrorObject, filename2), 0,
     PyDoc_STR("second exception filename")},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef OSError_methods[] = {
    {"__reduce__", OSError_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef OSError_getset[] = {
    {"characters_written", OSError_written_get, OSError_written_set, NULL,
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject _PyExc_OSError = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "OSError",
    .tp_basicsize = sizeof(PyOSErrorObject),
    .tp_dealloc = OSError_dealloc,
    .tp_str = OSError_str,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PyDoc_STR("Base class for I/O related errors."),
    .tp_traverse = OSError_traverse,
    .tp_clear = OSError_clear,
    .tp_methods = OSError_methods,
    .tp_members = OSError_members,
    .tp_getset = OSError_getset,
    .tp_base = &_PyExc_Exception,
    .tp_dictoffset = offsetof(PyOSErrorObject, dict),
    .tp_init = OSError_init,
    .tp_new = OSError_new,
};

/* -- errno to class ------------------------------------------------------- */

int
oserror_init_errnomap(struct _Py_exc_state *state)
{
    const struct {
        int code;
        PyTypeObject *type;
    } rows[] = {
        {EAGAIN, &_PyExc_BlockingIOError},
        {EALREADY, &_PyExc_BlockingIOError},
        {EINPROGRESS, &_PyExc_BlockingIOError},
        {EWOULDBLOCK, &_PyExc_BlockingIOError},
        {EPIPE, &_PyExc_BrokenPipeError},
        {ESHUTDOWN, &_PyExc_BrokenPipeError},
        {ECHILD, &_PyExc_ChildProcessError},
        {ECONNABORTED, &_PyExc_ConnectionAbortedError},
        {ECONNREFUSED, &_PyExc_ConnectionRefusedError},
        {ECONNRESET, &_PyExc_ConnectionResetError},
        {EEXIST, &_PyExc_FileExistsError},
        {ENOENT, &_PyExc_FileNotFoundError},
        {EISDIR, &_PyExc_IsADirectoryError},
        {ENOTDIR, &_PyExc_NotADirectoryError},
        {EINTR, &_PyExc_InterruptedError},
        {EACCES, &_PyExc_PermissionError},
        {EPERM, &_PyExc_PermissionError},
        {ESRCH, &_PyExc_ProcessLookupError},
        {ETIMEDOUT, &_PyExc_TimeoutError},
    };
    PyObject *map = PyDict_New();
    if (map == NULL) {
        return -1;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++) {
        PyObject *code = PyLong_FromLong(rows[i].code);
        if (code == NULL
            || PyDict_SetItem(map, code, (PyObject *)rows[i].type) < 0) {
            Py_XDECREF(code);
            Py_DECREF(map);
            return -1;
        }
        Py_DECREF(code);
    }
    Py_XSETREF(state->errnomap, map);
    return 0;
}
