/* File objects as seen from C: calls of io's methods, and the little printer
   that stands in for sys.stderr until io can be imported. */

#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_object.h"

#include <unistd.h>

/* -- Calls of io ---------------------------------------------------------- */

/* The name is for messages only, and nobody prints it any more. */
PyObject *
PyFile_FromFd(int fd, const char *name, const char *mode, int buffering,
              const char *encoding, const char *errors, const char *newline,
              int closefd)
{
    PyObject *io = PyImport_ImportModule("_io");
    if (io == NULL) {
        return NULL;
    }
    PyObject *stream = PyObject_CallMethod(
        io, "open", "isisssO", fd, mode, buffering, encoding, errors, newline,
        closefd ? Py_True : Py_False);
    Py_DECREF(io);
    return stream;
}

/* The line without its newline; NULL with EOFError at the end. */
static PyObject *
strip_newline(PyObject *line)
{
    if (PyBytes_Check(line)) {
        const char *s = PyBytes_AS_STRING(line);
        Py_ssize_t length = PyBytes_GET_SIZE(line);
        if (length == 0) {
            Py_DECREF(line);
            PyErr_SetString(PyExc_EOFError, "EOF when reading a line");
            return NULL;
        }
        if (s[length - 1] != '\n') {
            return line;
        }
        PyObject *stripped = PyBytes_FromStringAndSize(s, length - 1);
        Py_DECREF(line);
        return stripped;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(line);
    if (length == 0) {
        Py_DECREF(line);
        PyErr_SetString(PyExc_EOFError, "EOF when reading a line");
        return NULL;
    }
    if (PyUnicode_READ_CHAR(line, length - 1) != '\n') {
        return line;
    }
    PyObject *stripped = PyUnicode_Substring(line, 0, length - 1);
    Py_DECREF(line);
    return stripped;
}

/* n > 0: at most n characters; 0: a line with its newline; below 0: a line
   without it, and EOFError when there is none. */
PyObject *
PyFile_GetLine(PyObject *f, int n)
{
    if (f == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *line = n <= 0
        ? PyObject_CallMethodNoArgs(f, &_Py_ID(readline))
        : PyObject_CallMethod(f, "readline", "i", n);
    if (line == NULL) {
        return NULL;
    }
    if (!PyBytes_Check(line) && !PyUnicode_Check(line)) {
        Py_DECREF(line);
        PyErr_SetString(PyExc_TypeError,
                        "object.readline() returned non-string");
        return NULL;
    }
    return n < 0 ? strip_newline(line) : line;
}

int
PyFile_WriteObject(PyObject *v, PyObject *f, int flags)
{
    if (f == NULL) {
        PyErr_SetString(PyExc_TypeError, "writeobject with NULL file");
        return -1;
    }
    PyObject *writer = PyObject_GetAttr(f, &_Py_ID(write));
    if (writer == NULL) {
        return -1;
    }
    PyObject *text = flags & Py_PRINT_RAW ? PyObject_Str(v) : PyObject_Repr(v);
    if (text == NULL) {
        Py_DECREF(writer);
        return -1;
    }
    PyObject *result = PyObject_CallOneArg(writer, text);
    Py_DECREF(text);
    Py_DECREF(writer);
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

int
PyFile_WriteString(const char *s, PyObject *f)
{
    if (f == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError,
                            "null file for PyFile_WriteString");
        }
        return -1;
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    PyObject *text = PyUnicode_FromString(s);
    if (text == NULL) {
        return -1;
    }
    int status = PyFile_WriteObject(text, f, Py_PRINT_RAW);
    Py_DECREF(text);
    return status;
}

/* An int, or the answer of the object's fileno(). */
int
PyObject_AsFileDescriptor(PyObject *o)
{
    int fd;
    PyObject *method;
    if (PyLong_Check(o)) {
        fd = _PyLong_AsInt(o);
    }
    else if (_PyObject_LookupAttr(o, &_Py_ID(fileno), &method) < 0) {
        return -1;
    }
    else if (method != NULL) {
        PyObject *number = PyObject_CallNoArgs(method);
        Py_DECREF(method);
        if (number == NULL) {
            return -1;
        }
        if (!PyLong_Check(number)) {
            PyErr_SetString(PyExc_TypeError,
                            "fileno() returned a non-integer");
            Py_DECREF(number);
            return -1;
        }
        fd = _PyLong_AsInt(number);
        Py_DECREF(number);
    }
    else {
        PyErr_SetString(PyExc_TypeError,
                        "argument must be an int, or have a fileno() method.");
        return -1;
    }
    if (fd == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (fd < 0) {
        PyErr_Format(PyExc_ValueError,
                     "file descriptor cannot be a negative integer (%i)", fd);
        return -1;
    }
    return fd;
}

int
_PyLong_FileDescriptor_Converter(PyObject *o, void *ptr)
{
    int fd = PyObject_AsFileDescriptor(o);
    if (fd == -1) {
        return 0;
    }
    *(int *)ptr = fd;
    return 1;
}

/* fgets() with "\n", "\r" and "\r\n" all read as "\n". */
char *
Py_UniversalNewlineFgets(char *buf, int n, FILE *stream, PyObject *fobj)
{
    if (fobj != NULL) {
        errno = ENXIO;
        return NULL;
    }
    char *p = buf;
    int ch = 'x';
    int skip_newline = 0;
    flockfile(stream);
    while (--n > 0 && (ch = getc_unlocked(stream)) != EOF) {
        if (skip_newline) {
            skip_newline = 0;
            if (ch == '\n') {
                ch = getc_unlocked(stream);
                if (ch == EOF) {
                    break;
                }
            }
        }
        if (ch == '\r') {
            skip_newline = 1;
            ch = '\n';
        }
        *p++ = (char)ch;
        if (ch == '\n') {
            break;
        }
    }
    funlockfile(stream);
    *p = '\0';
    if (skip_newline) {
        ch = getc(stream);
        if (ch != '\n') {
            ungetc(ch, stream);
        }
    }
    return p == buf ? NULL : buf;
}

/* -- The standard printer ------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    int fd;             /* where write() writes; below 0: nowhere */
} PyStdPrinter_Object;

PyObject *
PyFile_NewStdPrinter(int fd)
{
    if (fd != fileno(stdout) && fd != fileno(stderr)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyStdPrinter_Object *self = PyObject_New(PyStdPrinter_Object,
                                             &PyStdPrinter_Type);
    if (self != NULL) {
        self->fd = fd;
    }
    return (PyObject *)self;
}

static PyObject *
stdprinter_write(PyStdPrinter_Object *self, PyObject *args)
{
    if (self->fd < 0) {
        Py_RETURN_NONE;
    }
    PyObject *text;
    if (!PyArg_ParseTuple(args, "U", &text)) {
        return NULL;
    }
    PyObject *bytes = _PyUnicode_AsUTF8String(text, "backslashreplace");
    if (bytes == NULL) {
        return NULL;
    }
    Py_ssize_t n = _Py_write(self->fd, PyBytes_AS_STRING(bytes),
                             (size_t)PyBytes_GET_SIZE(bytes));
    int error = errno;
    Py_DECREF(bytes);
    if (n == -1) {
        if (error == EAGAIN) {
            PyErr_Clear();
            Py_RETURN_NONE;
        }
        return NULL;
    }
    return PyLong_FromSsize_t(n);
}

static PyObject *
stdprinter_fileno(PyStdPrinter_Object *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(self->fd);
}

static PyObject *
stdprinter_repr(PyStdPrinter_Object *self)
{
    return PyUnicode_FromFormat("<stdprinter(fd=%d) object at %p>", self->fd,
                                self);
}

static PyObject *
stdprinter_noop(PyStdPrinter_Object *self, PyObject *Py_UNUSED(ignored))
{
    Py_RETURN_NONE;
}

static PyObject *
stdprinter_isatty(PyStdPrinter_Object *self, PyObject *Py_UNUSED(ignored))
{
    if (self->fd < 0) {
        Py_RETURN_FALSE;
    }
    int answer;
    Py_BEGIN_ALLOW_THREADS
    answer = isatty(self->fd);
    Py_END_ALLOW_THREADS
    return PyBool_FromLong(answer);
}

static PyObject *
stdprinter_encoding(PyStdPrinter_Object *self, void *closure)
{
    Py_RETURN_NONE;
}

static PyObject *
stdprinter_closed(PyStdPrinter_Object *self, void *closure)
{
    Py_RETURN_FALSE;
}

static PyObject *
stdprinter_mode(PyStdPrinter_Object *self, void *closure)
{
    return PyUnicode_FromString("w");
}

static PyMethodDef stdprinter_methods[] = {
    {"close", (PyCFunction)stdprinter_noop, METH_NOARGS, ""},
    {"flush", (PyCFunction)stdprinter_noop, METH_NOARGS, ""},
    {"fileno", (PyCFunction)stdprinter_fileno, METH_NOARGS, ""},
    {"isatty", (PyCFunction)stdprinter_isatty, METH_NOARGS, ""},
    {"write", (PyCFunction)stdprinter_write, METH_VARARGS, ""},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef stdprinter_getset[] = {
    {"closed", (getter)stdprinter_closed, NULL,
     "True if the file is closed", NULL},
    {"encoding", (getter)stdprinter_encoding, NULL,
     "Encoding of the file", NULL},
    {"mode", (getter)stdprinter_mode, NULL, "String giving the file mode",
     NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyTypeObject PyStdPrinter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "stderrprinter",
    .tp_basicsize = sizeof(PyStdPrinter_Object),
    .tp_repr = (reprfunc)stdprinter_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_methods = stdprinter_methods,
    .tp_getset = stdprinter_getset,
    .tp_free = PyObject_Del,
};

/* -- Opening code --------------------------------------------------------- */

/* The hook is set at most once, for the whole process. */
int
PyFile_SetOpenCodeHook(Py_OpenCodeHookFunction hook, void *userData)
{
    if (Py_IsInitialized() && PySys_Audit("setopencodehook", NULL) < 0) {
        return -1;
    }
    if (_PyRuntime.open_code_hook != NULL) {
        if (Py_IsInitialized()) {
            PyErr_SetString(PyExc_SystemError,
                            "failed to change existing open_code hook");
        }
        return -1;
    }
    _PyRuntime.open_code_hook = hook;
    _PyRuntime.open_code_userdata = userData;
    return 0;
}

PyObject *
PyFile_OpenCodeObject(PyObject *path)
{
    if (!PyUnicode_Check(path)) {
        PyErr_Format(PyExc_TypeError, "'path' must be 'str', not '%.200s'",
                     Py_TYPE(path)->tp_name);
        return NULL;
    }
    if (_PyRuntime.open_code_hook != NULL) {
        return _PyRuntime.open_code_hook(path, _PyRuntime.open_code_userdata);
    }
    PyObject *io = PyImport_ImportModule("_io");
    if (io == NULL) {
        return NULL;
    }
    PyObject *stream = PyObject_CallMethod(io, "open", "Os", path, "rb");
    Py_DECREF(io);
    return stream;
}

PyObject *
PyFile_OpenCode(const char *utf8path)
{
    PyObject *path = PyUnicode_FromString(utf8path);
    if (path == NULL) {
        return NULL;
    }
    PyObject *stream = PyFile_OpenCodeObject(path);
    Py_DECREF(path);
    return stream;
}
