/* The roots of the io classes: _IOBase and _RawIOBase.

   _IOBase gives every stream closing, finalisation, and lines made of
   read(); whether it was closed is an attribute, `__IOBase_closed`, so that
   it works for subclasses written in Python, too. */

#include "Python.h"
#include "_iomodule.h"

struct iobase {
    PyObject_HEAD
    PyObject *dict;
    PyObject *weakreflist;
};

PyDoc_STRVAR(iobase_doc,
"Common ground of all streams.\n"
"\n"
"Reads bytes and hands out lines of bytes; closing, context management and\n"
"finalisation are here, and every operation that a particular stream cannot\n"
"do raises UnsupportedOperation.");

/* -- Helpers for all streams ---------------------------------------------- */

PyObject *
io_unsupported(const char *message)
{
    struct io_state *state = io_get_state();
    if (state != NULL) {
        PyErr_SetString(state->unsupported_operation, message);
    }
    return NULL;
}

int
io_trap_eintr(void)
{
    if (!PyErr_ExceptionMatches(PyExc_OSError)) {
        return 0;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    int interrupted = 0;
    if (value != NULL && PyObject_TypeCheck(value,
                                            (PyTypeObject *)PyExc_OSError)) {
        PyObject *number = ((PyOSErrorObject *)value)->myerrno;
        if (number != NULL && PyLong_Check(number)) {
            int overflow;
            interrupted = PyLong_AsLongAndOverflow(number, &overflow) == EINTR;
        }
    }
    if (interrupted) {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return 1;
    }
    PyErr_Restore(type, value, traceback);
    return 0;
}

int
io_parse_size(const char *name, PyObject *const *args, Py_ssize_t nargs,
              Py_ssize_t *size)
{
    if (!_PyArg_CheckPositional(name, nargs, 0, 1)) {
        return -1;
    }
    if (nargs == 1 && !_Py_convert_optional_to_ssize_t(args[0], size)) {
        return -1;
    }
    return 0;
}

Py_off_t
io_as_offset(PyObject *number, PyObject *overflow)
{
    PyObject *index = PyNumber_Index(number);
    if (index == NULL) {
        return -1;
    }
    Py_off_t result = PyLong_AsOff_t(index);
    if (result == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_Clear();
            if (overflow != NULL) {
                PyErr_Format(overflow, "cannot fit '%.200s' into an "
                             "offset-sized integer",
                             Py_TYPE(number)->tp_name);
            }
            else {
                result = _PyLong_Sign(index) < 0 ? PY_OFF_T_MIN
                                                 : PY_OFF_T_MAX;
            }
        }
    }
    Py_DECREF(index);
    return result;
}

/* -- Closing -------------------------------------------------------------- */

/* Whether _IOBase.close() has run: 1, 0, or -1 with an exception. */
static int
iobase_is_closed(PyObject *self)
{
    PyObject *mark;
    int found = _PyObject_LookupAttr(self, &_Py_ID(__IOBase_closed), &mark);
    Py_XDECREF(mark);
    return found;
}

int
iobase_check_closed(PyObject *self)
{
    PyObject *closed;
    int found = _PyObject_LookupAttr(self, &_Py_ID(closed), &closed);
    if (found <= 0) {
        return found;
    }
    int truth = PyObject_IsTrue(closed);
    Py_DECREF(closed);
    if (truth > 0) {
        PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.");
        return -1;
    }
    return truth;
}

static PyObject *
iobase_checkClosed(PyObject *self, PyObject *Py_UNUSED(args))
{
    if (iobase_check_closed(self) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
iobase_closed_get(PyObject *self, void *Py_UNUSED(context))
{
    int closed = iobase_is_closed(self);
    return closed < 0 ? NULL : PyBool_FromLong(closed);
}

static PyObject *
iobase_flush(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    int closed = iobase_is_closed(self);
    if (closed < 0) {
        return NULL;
    }
    if (closed) {
        PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
iobase_close(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    int closed = iobase_is_closed(self);
    if (closed < 0) {
        return NULL;
    }
    if (closed) {
        Py_RETURN_NONE;
    }
    PyObject *result = PyObject_CallMethodNoArgs(self, &_Py_ID(flush));
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    int status = PyObject_SetAttr(self, &_Py_ID(__IOBase_closed), Py_True);
    _PyErr_ChainExceptions(type, value, traceback);
    if (status < 0) {
        Py_CLEAR(result);
    }
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    Py_RETURN_NONE;
}

/* Nobody is there to hear of a failure; in the development mode it is told
   all the same. */
static void
iobase_finalize(PyObject *self)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    /* An object whose `closed` cannot be read is past use: leave it. */
    int closed = -1;
    PyObject *attribute;
    if (_PyObject_LookupAttr(self, &_Py_ID(closed), &attribute) > 0) {
        closed = PyObject_IsTrue(attribute);
        Py_DECREF(attribute);
    }
    if (closed < 0) {
        PyErr_Clear();
    }
    if (closed == 0) {
        /* Lets close() know that it may warn. */
        if (PyObject_SetAttr(self, &_Py_ID(_finalizing), Py_True) < 0) {
            PyErr_Clear();
        }
        PyObject *result = PyObject_CallMethodNoArgs(self, &_Py_ID(close));
        if (result != NULL) {
            Py_DECREF(result);
        }
        else if (_Py_GetConfig()->dev_mode) {
            PyErr_WriteUnraisable(self);
        }
        else {
            PyErr_Clear();
        }
    }
    PyErr_Restore(type, value, traceback);
}

int
iobase_finalize_dealloc(PyObject *self)
{
    if (Py_REFCNT(self) == 0) {
        return PyObject_CallFinalizerFromDealloc(self);
    }
    PyObject_CallFinalizer(self);
    return 0;
}

int
io_dealloc_begin(PyObject *self)
{
    if (iobase_finalize_dealloc(self) < 0) {
        /* subtype_dealloc() drops the type when we return, but the object
           lives on and needs it. */
        if (PyType_HasFeature(Py_TYPE(self), Py_TPFLAGS_HEAPTYPE)) {
            Py_INCREF(Py_TYPE(self));
        }
        return 1;
    }
    return 0;
}

static int
iobase_traverse(struct iobase *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dict);
    return 0;
}

static int
iobase_clear(struct iobase *self)
{
    Py_CLEAR(self->dict);
    return 0;
}

static void
iobase_dealloc(struct iobase *self)
{
    if (io_dealloc_begin((PyObject *)self)) {
        return;
    }
    PyObject_GC_UnTrack(self);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    Py_CLEAR(self->dict);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* -- What a stream can do ------------------------------------------------- */

static PyObject *
iobase_false(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Py_RETURN_FALSE;
}

static int
check_ability(PyObject *self, PyObject *method, const char *message)
{
    PyObject *answer = PyObject_CallMethodNoArgs(self, method);
    if (answer == NULL) {
        return -1;
    }
    int is_true = answer == Py_True;
    Py_DECREF(answer);
    if (!is_true) {
        io_unsupported(message);
        return -1;
    }
    return 0;
}

int
iobase_check_seekable(PyObject *self)
{
    return check_ability(self, &_Py_ID(seekable),
                         "File or stream is not seekable.");
}

int
iobase_check_readable(PyObject *self)
{
    return check_ability(self, &_Py_ID(readable),
                         "File or stream is not readable.");
}

int
iobase_check_writable(PyObject *self)
{
    return check_ability(self, &_Py_ID(writable),
                         "File or stream is not writable.");
}

static PyObject *
iobase_checkSeekable(PyObject *self, PyObject *Py_UNUSED(args))
{
    return iobase_check_seekable(self) < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
iobase_checkReadable(PyObject *self, PyObject *Py_UNUSED(args))
{
    return iobase_check_readable(self) < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
iobase_checkWritable(PyObject *self, PyObject *Py_UNUSED(args))
{
    return iobase_check_writable(self) < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
iobase_seek(PyObject *self, PyObject *Py_UNUSED(args))
{
    return io_unsupported("seek");
}

static PyObject *
iobase_tell(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethod(self, "seek", "ii", 0, 1);
}

static PyObject *
iobase_truncate(PyObject *self, PyObject *Py_UNUSED(args))
{
    return io_unsupported("truncate");
}

static PyObject *
iobase_fileno(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return io_unsupported("fileno");
}

static PyObject *
iobase_isatty(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    if (iobase_check_closed(self) < 0) {
        return NULL;
    }
    Py_RETURN_FALSE;
}

/* -- Context and iteration ------------------------------------------------ */

static PyObject *
iobase_iter(PyObject *self)
{
    if (iobase_check_closed(self) < 0) {
        return NULL;
    }
    return Py_NewRef(self);
}

static PyObject *
iobase_enter(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return iobase_iter(self);
}

static PyObject *
iobase_exit(PyObject *self, PyObject *Py_UNUSED(args))
{
    return PyObject_CallMethodNoArgs(self, &_Py_ID(close));
}

static PyObject *
iobase_iternext(PyObject *self)
{
    PyObject *line = PyObject_CallMethodNoArgs(self, &_Py_ID(readline));
    if (line == NULL) {
        return NULL;
    }
    if (PyObject_Size(line) <= 0) {
        Py_DECREF(line);
        return NULL;
    }
    return line;
}

/* -- Lines ---------------------------------------------------------------- */

/* How much may be read without reading beyond the line's end, from what
   peek() shows; -1 with an exception. */
static Py_ssize_t
readahead_length(PyObject *peek, Py_ssize_t limit)
{
    PyObject *ahead;
    PyObject *one = PyLong_FromLong(1);
    if (one == NULL) {
        return -1;
    }
    do {
        ahead = PyObject_CallOneArg(peek, one);
    } while (ahead == NULL && io_trap_eintr());
    Py_DECREF(one);
    if (ahead == NULL) {
        return -1;
    }
    if (!PyBytes_Check(ahead)) {
        PyErr_Format(PyExc_OSError, "peek() should have returned a bytes "
                     "object, not '%.200s'", Py_TYPE(ahead)->tp_name);
        Py_DECREF(ahead);
        return -1;
    }
    Py_ssize_t length = PyBytes_GET_SIZE(ahead);
    Py_ssize_t result = 1;
    if (length > 0) {
        if (limit >= 0 && length > limit) {
            length = limit;
        }
        const char *start = PyBytes_AS_STRING(ahead);
        const char *newline = memchr(start, '\n', (size_t)length);
        result = newline != NULL ? newline - start + 1 : length;
    }
    Py_DECREF(ahead);
    return result;
}

/* Append a piece of the line: 1 more to come, 0 complete, -1 error. */
static int
readline_step(PyObject *self, PyObject *peek, PyObject *line,
              Py_ssize_t limit)
{
    Py_ssize_t size = PyByteArray_GET_SIZE(line);
    Py_ssize_t wanted = 1;
    if (peek != NULL) {
        wanted = readahead_length(peek, limit < 0 ? -1 : limit - size);
        if (wanted < 0) {
            return -1;
        }
    }
    PyObject *piece;
    do {
        piece = PyObject_CallMethod(self, "read", "n", wanted);
    } while (piece == NULL && io_trap_eintr());
    if (piece == NULL) {
        return -1;
    }
    if (!PyBytes_Check(piece)) {
        PyErr_Format(PyExc_OSError, "read() should have returned a bytes "
                     "object, not '%.200s'", Py_TYPE(piece)->tp_name);
        Py_DECREF(piece);
        return -1;
    }
    Py_ssize_t length = PyBytes_GET_SIZE(piece);
    if (length == 0) {
        Py_DECREF(piece);
        return 0;
    }
    if (PyByteArray_Resize(line, size + length) < 0) {
        Py_DECREF(piece);
        return -1;
    }
    char *out = PyByteArray_AS_STRING(line);
    memcpy(out + size, PyBytes_AS_STRING(piece), (size_t)length);
    Py_DECREF(piece);
    return out[size + length - 1] != '\n';
}

static PyObject *
iobase_readline(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t limit = -1;
    if (io_parse_size("readline", args, nargs, &limit) < 0) {
        return NULL;
    }
    PyObject *peek;
    if (_PyObject_LookupAttr(self, &_Py_ID(peek), &peek) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *line = PyByteArray_FromStringAndSize(NULL, 0);
    if (line == NULL) {
        goto done;
    }
    int more = 1;
    while (more > 0 && (limit < 0 || PyByteArray_GET_SIZE(line) < limit)) {
        more = readline_step(self, peek, line, limit);
    }
    if (more >= 0) {
        result = PyBytes_FromStringAndSize(PyByteArray_AS_STRING(line),
                                           PyByteArray_GET_SIZE(line));
    }
done:
    Py_XDECREF(peek);
    Py_XDECREF(line);
    return result;
}

static PyObject *
iobase_readlines(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t hint = -1;
    if (io_parse_size("readlines", args, nargs, &hint) < 0) {
        return NULL;
    }
    if (hint <= 0) {
        return PySequence_List(self);
    }
    PyObject *lines = PyList_New(0);
    PyObject *it = lines != NULL ? PyObject_GetIter(self) : NULL;
    if (it == NULL) {
        Py_XDECREF(lines);
        return NULL;
    }
    Py_ssize_t total = 0;
    PyObject *line;
    while ((line = PyIter_Next(it)) != NULL) {
        Py_ssize_t length = -1;
        if (PyList_Append(lines, line) == 0) {
            length = PyObject_Size(line);
        }
        Py_DECREF(line);
        if (length < 0) {
            break;
        }
        if (length > hint - total) {
            break;
        }
        total += length;
    }
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        Py_CLEAR(lines);
    }
    return lines;
}

static PyObject *
iobase_writelines(PyObject *self, PyObject *lines)
{
    if (iobase_check_closed(self) < 0) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter(lines);
    if (it == NULL) {
        return NULL;
    }
    PyObject *line;
    while ((line = PyIter_Next(it)) != NULL) {
        PyObject *result;
        do {
            result = PyObject_CallMethodOneArg(self, &_Py_ID(write), line);
        } while (result == NULL && io_trap_eintr());
        Py_DECREF(line);
        if (result == NULL) {
            Py_DECREF(it);
            return NULL;
        }
        Py_DECREF(result);
    }
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- _IOBase -------------------------------------------------------------- */

static PyMethodDef iobase_methods[] = {
    {"seek", iobase_seek, METH_VARARGS,
     "Move to a byte position and return it.\n\n"
     "whence says from where: 0 the start, 1 here, 2 the end."},
    {"tell", iobase_tell, METH_NOARGS,
     "tell($self, /)\n--\n\nThe position in the stream."},
    {"truncate", iobase_truncate, METH_VARARGS,
     "Cut or extend the file to a size, by default the position.\n\n"
     "Returns the new size."},
    {"flush", iobase_flush, METH_NOARGS,
     "flush($self, /)\n--\n\nWrite out what is buffered."},
    {"close", iobase_close, METH_NOARGS,
     "close($self, /)\n--\n\nFlush and close; harmless when closed."},
    {"seekable", iobase_false, METH_NOARGS,
     "seekable($self, /)\n--\n\nWhether seek(), tell() and truncate() work."},
    {"readable", iobase_false, METH_NOARGS,
     "readable($self, /)\n--\n\nWhether the stream can be read."},
    {"writable", iobase_false, METH_NOARGS,
     "writable($self, /)\n--\n\nWhether the stream can be written."},
    {"_checkClosed", iobase_checkClosed, METH_NOARGS, NULL},
    {"_checkSeekable", iobase_checkSeekable, METH_NOARGS, NULL},
    {"_checkReadable", iobase_checkReadable, METH_NOARGS, NULL},
    {"_checkWritable", iobase_checkWritable, METH_NOARGS, NULL},
    {"fileno", iobase_fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\nThe descriptor, or OSError without one."},
    {"isatty", iobase_isatty, METH_NOARGS,
     "isatty($self, /)\n--\n\nWhether the stream is a terminal."},
    {"__enter__", iobase_enter, METH_NOARGS, NULL},
    {"__exit__", iobase_exit, METH_VARARGS, NULL},
    {"readline", _PyCFunction_CAST(iobase_readline), METH_FASTCALL,
     "readline($self, size=-1, /)\n--\n\n"
     "Read one line, of at most size bytes.\n\n"
     "Lines end with b'\\n'."},
    {"readlines", _PyCFunction_CAST(iobase_readlines), METH_FASTCALL,
     "readlines($self, hint=-1, /)\n--\n\n"
     "The lines as a list, ending when hint bytes have been read."},
    {"writelines", iobase_writelines, METH_O,
     "writelines($self, lines, /)\n--\n\n"
     "Write each item; no line ends are added."},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef iobase_getset[] = {
    {"__dict__", PyObject_GenericGetDict, NULL, NULL, NULL},
    {"closed", iobase_closed_get, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyTypeObject PyIOBase_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._IOBase",
    .tp_basicsize = sizeof(struct iobase),
    .tp_dealloc = (destructor)iobase_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = iobase_doc,
    .tp_traverse = (traverseproc)iobase_traverse,
    .tp_clear = (inquiry)iobase_clear,
    .tp_weaklistoffset = offsetof(struct iobase, weakreflist),
    .tp_iter = iobase_iter,
    .tp_iternext = iobase_iternext,
    .tp_methods = iobase_methods,
    .tp_getset = iobase_getset,
    .tp_dictoffset = offsetof(struct iobase, dict),
    .tp_new = PyType_GenericNew,
    .tp_finalize = iobase_finalize,
};

/* -- _RawIOBase ----------------------------------------------------------- */

PyDoc_STRVAR(rawiobase_doc, "Base class for raw binary I/O.");

static PyObject *
rawiobase_read(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("read", nargs, 0, 1)) {
        return NULL;
    }
    Py_ssize_t n = -1;
    if (nargs == 1) {
        PyObject *index = _PyNumber_Index(args[0]);
        if (index != NULL) {
            n = PyLong_AsSsize_t(index);
            Py_DECREF(index);
        }
        if (n == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (n < 0) {
        return PyObject_CallMethodNoArgs(self, &_Py_ID(readall));
    }
    PyObject *buffer = PyByteArray_FromStringAndSize(NULL, n);
    if (buffer == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethodOneArg(self, &_Py_ID(readinto),
                                                 buffer);
    if (result == NULL || result == Py_None) {
        Py_DECREF(buffer);
        return result;
    }
    Py_ssize_t count = PyNumber_AsSsize_t(result, PyExc_ValueError);
    Py_DECREF(result);
    if (count == -1 && PyErr_Occurred()) {
        Py_DECREF(buffer);
        return NULL;
    }
    if (count < 0 || count > PyByteArray_GET_SIZE(buffer)) {
        PyErr_Format(PyExc_ValueError,
                     "readinto returned %zd outside buffer size %zd", count,
                     PyByteArray_GET_SIZE(buffer));
        Py_DECREF(buffer);
        return NULL;
    }
    result = PyBytes_FromStringAndSize(PyByteArray_AS_STRING(buffer), count);
    Py_DECREF(buffer);
    return result;
}

static PyObject *
rawiobase_readall(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *chunks = PyList_New(0);
    if (chunks == NULL) {
        return NULL;
    }
    for (;;) {
        PyObject *data = PyObject_CallMethod(self, "read", "i",
                                             DEFAULT_BUFFER_SIZE);
        if (data == NULL) {
            if (io_trap_eintr()) {
                continue;
            }
            goto error;
        }
        if (data == Py_None) {
            if (PyList_GET_SIZE(chunks) == 0) {
                Py_DECREF(chunks);
                return data;
            }
            Py_DECREF(data);
            break;
        }
        if (!PyBytes_Check(data)) {
            Py_DECREF(data);
            PyErr_SetString(PyExc_TypeError, "read() should return bytes");
            goto error;
        }
        if (PyBytes_GET_SIZE(data) == 0) {
            Py_DECREF(data);
            break;
        }
        int status = PyList_Append(chunks, data);
        Py_DECREF(data);
        if (status < 0) {
            goto error;
        }
    }
    PyObject *empty = PyBytes_FromStringAndSize(NULL, 0);
    PyObject *result = empty != NULL ? _PyBytes_Join(empty, chunks) : NULL;
    Py_XDECREF(empty);
    Py_DECREF(chunks);
    return result;
error:
    Py_DECREF(chunks);
    return NULL;
}

static PyObject *
rawiobase_readinto(PyObject *self, PyObject *Py_UNUSED(args))
{
    PyErr_SetNone(PyExc_NotImplementedError);
    return NULL;
}

static PyObject *
rawiobase_write(PyObject *self, PyObject *Py_UNUSED(args))
{
    PyErr_SetNone(PyExc_NotImplementedError);
    return NULL;
}

static PyMethodDef rawiobase_methods[] = {
    {"read", _PyCFunction_CAST(rawiobase_read), METH_FASTCALL,
     "read($self, size=-1, /)\n--\n\n"},
    {"readall", rawiobase_readall, METH_NOARGS,
     "readall($self, /)\n--\n\nRead until the end."},
    {"readinto", rawiobase_readinto, METH_VARARGS, NULL},
    {"write", rawiobase_write, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}
};

PyTypeObject PyRawIOBase_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._RawIOBase",
    .tp_basicsize = sizeof(struct iobase),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = rawiobase_doc,
    .tp_methods = rawiobase_methods,
    .tp_base = &PyIOBase_Type,
};
