/* BytesIO: a binary stream in memory.

   The content is a bytes object that is at least as long as the content.
   As long as somebody else holds it too (it was the initial value, or
   getvalue() or read() gave it away) it is shared and is copied before the
   first change.  While a memoryview of it lives, the object cannot be resized
   nor closed. */

#include "Python.h"
#include "_iomodule.h"

struct bytesio {
    PyObject_HEAD
    PyObject *buf;              /* bytes, or NULL when closed */
    Py_ssize_t pos;             /* may be beyond string_size */
    Py_ssize_t string_size;     /* how much of buf is content */
    PyObject *dict;
    PyObject *weakreflist;
    Py_ssize_t exports;         /* living memoryviews */
};

struct bytesiobuf {
    PyObject_HEAD
    struct bytesio *source;
};

static int
is_shared(struct bytesio *self)
{
    return Py_REFCNT(self->buf) > 1;
}

static int
check_closed(struct bytesio *self)
{
    if (self->buf == NULL) {
        PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.");
        return -1;
    }
    return 0;
}

static int
check_exports(struct bytesio *self)
{
    if (self->exports > 0) {
        PyErr_SetString(PyExc_BufferError,
                        "Existing exports of data: object cannot be re-sized");
        return -1;
    }
    return 0;
}

/* -- The buffer ----------------------------------------------------------- */

/* Give the object a buffer of its own, of so many bytes. */
static int
unshare_buffer(struct bytesio *self, size_t size)
{
    PyObject *fresh = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (fresh == NULL) {
        return -1;
    }
    memcpy(PyBytes_AS_STRING(fresh), PyBytes_AS_STRING(self->buf),
           (size_t)Py_MIN(self->string_size, (Py_ssize_t)size));
    Py_SETREF(self->buf, fresh);
    return 0;
}

/* Room for size bytes and some more, or less when far too much is held. */
static int
resize_buffer(struct bytesio *self, size_t size)
{
    size_t alloc = (size_t)PyBytes_GET_SIZE(self->buf);
    if (size > PY_SSIZE_T_MAX) {
        goto overflow;
    }
    if (size < alloc / 2) {
        alloc = size + 1;
    }
    else if (size < alloc) {
        return 0;
    }
    else if ((double)size <= (double)alloc * 1.125) {
        alloc = size + (size >> 3) + (size < 9 ? 3 : 6);
    }
    else {
        alloc = size + 1;
    }
    if (alloc > PY_SSIZE_T_MAX) {
        goto overflow;
    }
    if (is_shared(self)) {
        return unshare_buffer(self, alloc);
    }
    return _PyBytes_Resize(&self->buf, (Py_ssize_t)alloc);
overflow:
    PyErr_SetString(PyExc_OverflowError, "new buffer size too large");
    return -1;
}

/* How many bytes were written, or -1. */
static Py_ssize_t
write_bytes(struct bytesio *self, PyObject *bytes)
{
    if (check_closed(self) < 0 || check_exports(self) < 0) {
        return -1;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(bytes, &view, PyBUF_CONTIG_RO) < 0) {
        return -1;
    }
    Py_ssize_t written = -1;
    /* The buffer's provider may have run Python code. */
    if (check_closed(self) < 0 || check_exports(self) < 0) {
        goto done;
    }
    if (view.len == 0) {
        written = 0;
        goto done;
    }
    size_t end = (size_t)self->pos + (size_t)view.len;
    if (end > (size_t)PyBytes_GET_SIZE(self->buf)) {
        if (resize_buffer(self, end) < 0) {
            goto done;
        }
    }
    else if (is_shared(self)) {
        if (unshare_buffer(self, Py_MAX(end, (size_t)self->string_size))
            < 0) {
            goto done;
        }
    }
    char *content = PyBytes_AS_STRING(self->buf);
    if (self->pos > self->string_size) {
        memset(content + self->string_size, 0,
               (size_t)(self->pos - self->string_size));
    }
    memcpy(content + self->pos, view.buf, (size_t)view.len);
    self->pos = (Py_ssize_t)end;
    if (self->string_size < self->pos) {
        self->string_size = self->pos;
    }
    written = view.len;
done:
    PyBuffer_Release(&view);
    return written;
}

/* -- Reading -------------------------------------------------------------- */

/* How far it is to the end of the line, at most length. */
static Py_ssize_t
scan_line(struct bytesio *self, Py_ssize_t length)
{
    if (self->pos >= self->string_size) {
        return 0;
    }
    Py_ssize_t left = self->string_size - self->pos;
    if (length < 0 || length > left) {
        length = left;
    }
    if (length > 0) {
        const char *start = PyBytes_AS_STRING(self->buf) + self->pos;
        const char *newline = memchr(start, '\n', (size_t)length);
        if (newline != NULL) {
            length = newline - start + 1;
        }
    }
    self->pos += length;
    return length;
}

/* Take so many bytes, which are there. */
static PyObject *
take_bytes(struct bytesio *self, Py_ssize_t size)
{
    if (size > 1 && self->pos == 0 && size == PyBytes_GET_SIZE(self->buf)
        && self->exports == 0) {
        self->pos += size;
        return Py_NewRef(self->buf);
    }
    const char *start = PyBytes_AS_STRING(self->buf) + self->pos;
    self->pos += size;
    return PyBytes_FromStringAndSize(size > 0 ? start : NULL, size);
}

static PyObject *
bytesio_read_named(struct bytesio *self, PyObject *const *args,
                   Py_ssize_t nargs, const char *name)
{
    Py_ssize_t size = -1;
    if (io_parse_size(name, args, nargs, &size) < 0
        || check_closed(self) < 0) {
        return NULL;
    }
    Py_ssize_t left = self->string_size - self->pos;
    if (size < 0 || size > left) {
        size = Py_MAX(left, 0);
    }
    return take_bytes(self, size);
}

static PyObject *
bytesio_read(struct bytesio *self, PyObject *const *args, Py_ssize_t nargs)
{
    return bytesio_read_named(self, args, nargs, "read");
}

static PyObject *
bytesio_read1(struct bytesio *self, PyObject *const *args, Py_ssize_t nargs)
{
    return bytesio_read_named(self, args, nargs, "read1");
}

static PyObject *
bytesio_readline(struct bytesio *self, PyObject *const *args,
                 Py_ssize_t nargs)
{
    Py_ssize_t size = -1;
    if (io_parse_size("readline", args, nargs, &size) < 0
        || check_closed(self) < 0) {
        return NULL;
    }
    Py_ssize_t n = scan_line(self, size);
    return PyBytes_FromStringAndSize(
        PyBytes_AS_STRING(self->buf) + self->pos - n, n);
}

static PyObject *
bytesio_readlines(struct bytesio *self, PyObject *const *args,
                  Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("readlines", nargs, 0, 1)
        || check_closed(self) < 0) {
        return NULL;
    }
    Py_ssize_t limit = 0;
    if (nargs > 0 && PyLong_Check(args[0])) {
        limit = PyLong_AsSsize_t(args[0]);
        if (limit == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    else if (nargs > 0 && args[0] != Py_None) {
        PyErr_Format(PyExc_TypeError, "integer argument expected, got '%s'",
                     Py_TYPE(args[0])->tp_name);
        return NULL;
    }
    PyObject *lines = PyList_New(0);
    if (lines == NULL) {
        return NULL;
    }
    Py_ssize_t total = 0;
    Py_ssize_t n;
    while ((n = scan_line(self, -1)) != 0) {
        PyObject *line = PyBytes_FromStringAndSize(
            PyBytes_AS_STRING(self->buf) + self->pos - n, n);
        if (line == NULL || PyList_Append(lines, line) < 0) {
            Py_XDECREF(line);
            Py_DECREF(lines);
            return NULL;
        }
        Py_DECREF(line);
        total += n;
        if (limit > 0 && total >= limit) {
            break;
        }
    }
    return lines;
}

static PyObject *
bytesio_readinto(struct bytesio *self, PyObject *arg)
{
    Py_buffer buffer = {NULL, NULL};
    if (PyObject_GetBuffer(arg, &buffer, PyBUF_WRITABLE) < 0) {
        PyErr_Clear();
        _PyArg_BadArgument("readinto", "argument",
                           "read-write bytes-like object", arg);
        return NULL;
    }
    PyObject *result = NULL;
    if (check_closed(self) == 0) {
        Py_ssize_t length = Py_MIN(buffer.len,
                                   self->string_size - self->pos);
        length = Py_MAX(length, 0);
        memcpy(buffer.buf, PyBytes_AS_STRING(self->buf) + self->pos,
               (size_t)length);
        self->pos += length;
        result = PyLong_FromSsize_t(length);
    }
    PyBuffer_Release(&buffer);
    return result;
}

static PyObject *
bytesio_iter(struct bytesio *self)
{
    return check_closed(self) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *
bytesio_iternext(struct bytesio *self)
{
    if (check_closed(self) < 0) {
        return NULL;
    }
    Py_ssize_t n = scan_line(self, -1);
    if (n == 0) {
        return NULL;
    }
    return PyBytes_FromStringAndSize(
        PyBytes_AS_STRING(self->buf) + self->pos - n, n);
}

/* -- Writing -------------------------------------------------------------- */

static PyObject *
bytesio_write(struct bytesio *self, PyObject *bytes)
{
    Py_ssize_t n = write_bytes(self, bytes);
    return n >= 0 ? PyLong_FromSsize_t(n) : NULL;
}

static PyObject *
bytesio_writelines(struct bytesio *self, PyObject *lines)
{
    if (check_closed(self) < 0) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter(lines);
    if (it == NULL) {
        return NULL;
    }
    PyObject *item;
    while ((item = PyIter_Next(it)) != NULL) {
        Py_ssize_t n = write_bytes(self, item);
        Py_DECREF(item);
        if (n < 0) {
            break;
        }
    }
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
bytesio_truncate(struct bytesio *self, PyObject *const *args,
                 Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("truncate", nargs, 0, 1)) {
        return NULL;
    }
    Py_ssize_t size = self->pos;
    if (nargs > 0 && !_Py_convert_optional_to_ssize_t(args[0], &size)) {
        return NULL;
    }
    if (check_closed(self) < 0 || check_exports(self) < 0) {
        return NULL;
    }
    if (size < 0) {
        PyErr_Format(PyExc_ValueError, "negative size value %zd", size);
        return NULL;
    }
    if (size < self->string_size) {
        self->string_size = size;
        if (resize_buffer(self, (size_t)size) < 0) {
            return NULL;
        }
    }
    return PyLong_FromSsize_t(size);
}

/* -- Positions ------------------------------------------------------------ */

static PyObject *
bytesio_tell(struct bytesio *self, PyObject *Py_UNUSED(ignored))
{
    return check_closed(self) < 0 ? NULL : PyLong_FromSsize_t(self->pos);
}

static PyObject *
bytesio_seek(struct bytesio *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("seek", nargs, 1, 2)) {
        return NULL;
    }
    PyObject *index = _PyNumber_Index(args[0]);
    Py_ssize_t pos = -1;
    if (index != NULL) {
        pos = PyLong_AsSsize_t(index);
        Py_DECREF(index);
    }
    if (pos == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int whence = nargs > 1 ? _PyLong_AsInt(args[1]) : 0;
    if (whence == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (check_closed(self) < 0) {
        return NULL;
    }
    if (pos < 0 && whence == 0) {
        PyErr_Format(PyExc_ValueError, "negative seek value %zd", pos);
        return NULL;
    }
    if (whence < 0 || whence > 2) {
        PyErr_Format(PyExc_ValueError,
                     "invalid whence (%i, should be 0, 1 or 2)", whence);
        return NULL;
    }
    Py_ssize_t origin = whence == 1 ? self->pos
                        : whence == 2 ? self->string_size : 0;
    if (pos > PY_SSIZE_T_MAX - origin) {
        PyErr_SetString(PyExc_OverflowError, "new position too large");
        return NULL;
    }
    self->pos = Py_MAX(pos + origin, 0);
    return PyLong_FromSsize_t(self->pos);
}

/* -- The whole content ---------------------------------------------------- */

static PyObject *
bytesio_getvalue(struct bytesio *self, PyObject *Py_UNUSED(ignored))
{
    if (check_closed(self) < 0) {
        return NULL;
    }
    if (self->exports > 0) {
        /* A view may change the buffer: a bytes object must not. */
        return PyBytes_FromStringAndSize(PyBytes_AS_STRING(self->buf),
                                         self->string_size);
    }
    if (self->string_size != PyBytes_GET_SIZE(self->buf)) {
        int status = is_shared(self)
            ? unshare_buffer(self, (size_t)self->string_size)
            : _PyBytes_Resize(&self->buf, self->string_size);
        if (status < 0) {
            return NULL;
        }
    }
    return Py_NewRef(self->buf);
}

static PyObject *
bytesio_getbuffer(struct bytesio *self, PyObject *Py_UNUSED(ignored))
{
    if (check_closed(self) < 0) {
        return NULL;
    }
    PyTypeObject *type = &_PyBytesIOBuffer_Type;
    struct bytesiobuf *exporter = (struct bytesiobuf *)type->tp_alloc(type, 0);
    if (exporter == NULL) {
        return NULL;
    }
    exporter->source = (struct bytesio *)Py_NewRef(self);
    PyObject *view = PyMemoryView_FromObject((PyObject *)exporter);
    Py_DECREF(exporter);
    return view;
}

/* -- The rest of the protocol --------------------------------------------- */

static PyObject *
bytesio_true(struct bytesio *self, PyObject *Py_UNUSED(ignored))
{
    return check_closed(self) < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
bytesio_isatty(struct bytesio *self, PyObject *Py_UNUSED(ignored))
{
    return check_closed(self) < 0 ? NULL : Py_NewRef(Py_False);
}

static PyObject *
bytesio_flush(struct bytesio *self, PyObject *Py_UNUSED(ignored))
{
    return check_closed(self) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
bytesio_close(struct bytesio *self, PyObject *Py_UNUSED(ignored))
{
    if (check_exports(self) < 0) {
        return NULL;
    }
    Py_CLEAR(self->buf);
    Py_RETURN_NONE;
}

static PyObject *
bytesio_closed_get(struct bytesio *self, void *context)
{
    return PyBool_FromLong(self->buf == NULL);
}

static PyObject *
bytesio_sizeof(struct bytesio *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t size = Py_TYPE(self)->tp_basicsize;
    if (self->buf != NULL && !is_shared(self)) {
        size_t held = _PySys_GetSizeOf(self->buf);
        if (held == (size_t)-1) {
            return NULL;
        }
        size += (Py_ssize_t)held;
    }
    return PyLong_FromSsize_t(size);
}

/* -- Pickling ------------------------------------------------------------- */

static PyObject *
bytesio_getstate(struct bytesio *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *value = bytesio_getvalue(self, NULL);
    if (value == NULL) {
        return NULL;
    }
    PyObject *dict = self->dict != NULL ? PyDict_Copy(self->dict)
                                        : Py_NewRef(Py_None);
    if (dict == NULL) {
        Py_DECREF(value);
        return NULL;
    }
    PyObject *state = Py_BuildValue("(OnN)", value, self->pos, dict);
    Py_DECREF(value);
    return state;
}

static PyObject *
bytesio_setstate(struct bytesio *self, PyObject *state)
{
    /* More than three items are allowed: subclasses may add some. */
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) < 3) {
        PyErr_Format(PyExc_TypeError,
                     "%.200s.__setstate__ argument should be 3-tuple, got "
                     "%.200s", Py_TYPE(self)->tp_name,
                     Py_TYPE(state)->tp_name);
        return NULL;
    }
    if (check_exports(self) < 0) {
        return NULL;
    }
    self->string_size = 0;
    self->pos = 0;
    if (write_bytes(self, PyTuple_GET_ITEM(state, 0)) < 0) {
        return NULL;
    }
    PyObject *position = PyTuple_GET_ITEM(state, 1);
    if (!PyLong_Check(position)) {
        PyErr_Format(PyExc_TypeError,
                     "second item of state must be an integer, not %.200s",
                     Py_TYPE(position)->tp_name);
        return NULL;
    }
    Py_ssize_t pos = PyLong_AsSsize_t(position);
    if (pos == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (pos < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "position value cannot be negative");
        return NULL;
    }
    self->pos = pos;
    PyObject *dict = PyTuple_GET_ITEM(state, 2);
    if (dict != Py_None) {
        if (!PyDict_Check(dict)) {
            PyErr_Format(PyExc_TypeError,
                         "third item of state should be a dict, got a %.200s",
                         Py_TYPE(dict)->tp_name);
            return NULL;
        }
        if (self->dict != NULL) {
            if (PyDict_Update(self->dict, dict) < 0) {
                return NULL;
            }
        }
        else {
            self->dict = Py_NewRef(dict);
        }
    }
    Py_RETURN_NONE;
}

/* -- Life ----------------------------------------------------------------- */

static PyObject *
bytesio_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    struct bytesio *self = (struct bytesio *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->buf = PyBytes_FromStringAndSize(NULL, 0);
    if (self->buf == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

static int
bytesio_init(struct bytesio *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"initial_bytes", NULL};
    static _PyArg_Parser parser = {.format = "|O:BytesIO",
                                   .keywords = keywords};
    PyObject *initial = NULL;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &initial)) {
        return -1;
    }
    self->string_size = 0;
    self->pos = 0;
    if (check_exports(self) < 0) {
        return -1;
    }
    if (initial != NULL && initial != Py_None) {
        if (PyBytes_CheckExact(initial)) {
            Py_XSETREF(self->buf, Py_NewRef(initial));
            self->string_size = PyBytes_GET_SIZE(initial);
        }
        else {
            if (write_bytes(self, initial) < 0) {
                return -1;
            }
            self->pos = 0;
        }
    }
    return 0;
}

static int
bytesio_traverse(struct bytesio *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dict);
    return 0;
}

static int
bytesio_clear(struct bytesio *self)
{
    Py_CLEAR(self->dict);
    return 0;
}

static void
bytesio_dealloc(struct bytesio *self)
{
    PyObject_GC_UnTrack(self);
    if (self->exports > 0) {
        PyErr_SetString(PyExc_SystemError,
                        "deallocated BytesIO object has exported buffers");
        PyErr_Print();
    }
    Py_CLEAR(self->buf);
    Py_CLEAR(self->dict);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef bytesio_methods[] = {
    {"readable", (PyCFunction)bytesio_true, METH_NOARGS,
     "readable($self, /)\n--\n\nAlways true."},
    {"seekable", (PyCFunction)bytesio_true, METH_NOARGS,
     "seekable($self, /)\n--\n\nAlways true."},
    {"writable", (PyCFunction)bytesio_true, METH_NOARGS,
     "writable($self, /)\n--\n\nAlways true."},
    {"close", (PyCFunction)bytesio_close, METH_NOARGS,
     "close($self, /)\n--\n\nLet go of the content."},
    {"flush", (PyCFunction)bytesio_flush, METH_NOARGS,
     "flush($self, /)\n--\n\nNothing to do."},
    {"isatty", (PyCFunction)bytesio_isatty, METH_NOARGS,
     "isatty($self, /)\n--\n\nAlways false."},
    {"tell", (PyCFunction)bytesio_tell, METH_NOARGS,
     "tell($self, /)\n--\n\nThe position, a count of bytes."},
    {"write", (PyCFunction)bytesio_write, METH_O,
     "write($self, b, /)\n--\n\nWrite bytes; how many they were."},
    {"writelines", (PyCFunction)bytesio_writelines, METH_O,
     "writelines($self, lines, /)\n--\n\nWrite every item."},
    {"read1", _PyCFunction_CAST(bytesio_read1), METH_FASTCALL,
     "read1($self, size=-1, /)\n--\n\nThe same as read()."},
    {"readinto", (PyCFunction)bytesio_readinto, METH_O,
     "readinto($self, buffer, /)\n--\n\nRead into a buffer; how many bytes."},
    {"readline", _PyCFunction_CAST(bytesio_readline), METH_FASTCALL,
     "readline($self, size=-1, /)\n--\n\nThe next line, with its end."},
    {"readlines", _PyCFunction_CAST(bytesio_readlines), METH_FASTCALL,
     "readlines($self, size=None, /)\n--\n\n"
     "A list of lines, about size bytes in all."},
    {"read", _PyCFunction_CAST(bytesio_read), METH_FASTCALL,
     "read($self, size=-1, /)\n--\n\nAt most size bytes; b'' at the end."},
    {"getbuffer", (PyCFunction)bytesio_getbuffer, METH_NOARGS,
     "getbuffer($self, /)\n--\n\nA view of the content that can change it."},
    {"getvalue", (PyCFunction)bytesio_getvalue, METH_NOARGS,
     "getvalue($self, /)\n--\n\nThe whole content."},
    {"seek", _PyCFunction_CAST(bytesio_seek), METH_FASTCALL,
     "seek($self, pos, whence=0, /)\n--\n\n"
     "Move; returns the new position."},
    {"truncate", _PyCFunction_CAST(bytesio_truncate), METH_FASTCALL,
     "truncate($self, size=None, /)\n--\n\n"
     "Cut the content; the position stays."},
    {"__getstate__", (PyCFunction)bytesio_getstate, METH_NOARGS, NULL},
    {"__setstate__", (PyCFunction)bytesio_setstate, METH_O, NULL},
    {"__sizeof__", (PyCFunction)bytesio_sizeof, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef bytesio_getset[] = {
    {"closed", (getter)bytesio_closed_get, NULL,
     "True if the file is closed.", NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyDoc_STRVAR(bytesio_doc,
"BytesIO(initial_bytes=b'')\n--\n\n"
"A binary stream whose content is in memory.");

PyTypeObject PyBytesIO_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.BytesIO",
    .tp_basicsize = sizeof(struct bytesio),
    .tp_dealloc = (destructor)bytesio_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = bytesio_doc,
    .tp_traverse = (traverseproc)bytesio_traverse,
    .tp_clear = (inquiry)bytesio_clear,
    .tp_weaklistoffset = offsetof(struct bytesio, weakreflist),
    .tp_iter = (getiterfunc)bytesio_iter,
    .tp_iternext = (iternextfunc)bytesio_iternext,
    .tp_methods = bytesio_methods,
    .tp_getset = bytesio_getset,
    .tp_base = &PyBufferedIOBase_Type,
    .tp_dictoffset = offsetof(struct bytesio, dict),
    .tp_init = (initproc)bytesio_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = bytesio_new,
    .tp_free = PyObject_GC_Del,
};

/* -- The exporter behind getbuffer() -------------------------------------- */

static int
bytesiobuf_getbuffer(struct bytesiobuf *self, Py_buffer *view, int flags)
{
    struct bytesio *source = self->source;
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError,
                        "bytesiobuf_getbuffer: view==NULL argument is "
                        "obsolete");
        return -1;
    }
    if (source->exports == 0 && is_shared(source)
        && unshare_buffer(source, (size_t)source->string_size) < 0) {
        return -1;
    }
    (void)PyBuffer_FillInfo(view, (PyObject *)self,
                            PyBytes_AS_STRING(source->buf),
                            source->string_size, 0, flags);
    source->exports++;
    return 0;
}

static void
bytesiobuf_releasebuffer(struct bytesiobuf *self, Py_buffer *view)
{
    self->source->exports--;
}

static int
bytesiobuf_traverse(struct bytesiobuf *self, visitproc visit, void *arg)
{
    Py_VISIT(self->source);
    return 0;
}

static void
bytesiobuf_dealloc(struct bytesiobuf *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->source);
    Py_TYPE(self)->tp_free(self);
}

static PyBufferProcs bytesiobuf_as_buffer = {
    .bf_getbuffer = (getbufferproc)bytesiobuf_getbuffer,
    .bf_releasebuffer = (releasebufferproc)bytesiobuf_releasebuffer,
};

PyTypeObject _PyBytesIOBuffer_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._BytesIOBuffer",
    .tp_basicsize = sizeof(struct bytesiobuf),
    .tp_dealloc = (destructor)bytesiobuf_dealloc,
    .tp_as_buffer = &bytesiobuf_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = (traverseproc)bytesiobuf_traverse,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_GC_Del,
};
