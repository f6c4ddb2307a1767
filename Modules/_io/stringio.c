/* StringIO: a text stream in memory.

   Two states.  While a stream is only written at its end, the text is in a
   string writer (ACCUMULATING); the first other operation turns it into an
   array of code points, where it can be read and overwritten anywhere
   (REALIZED). */

#include "Python.h"
#include "_iomodule.h"

enum { STATE_REALIZED = 1, STATE_ACCUMULATING = 2 };

struct stringio {
    PyObject_HEAD
    Py_UCS4 *buf;               /* the text when realized */
    Py_ssize_t pos;             /* may be beyond string_size */
    Py_ssize_t string_size;     /* length of the text, in either state */
    size_t buf_size;            /* code points that buf has room for */
    char state;
    char ok;                    /* initialised */
    char closed;
    char readuniversal;
    char readtranslate;
    _PyUnicodeWriter writer;    /* the text when accumulating */
    PyObject *decoder;          /* an IncrementalNewlineDecoder, or NULL */
    PyObject *readnl;           /* the newline argument, or NULL for None */
    PyObject *writenl;          /* what "\n" is written as, or NULL */
    PyObject *dict;
    PyObject *weakreflist;
};

static int
check_usable(struct stringio *self)
{
    if (self->ok <= 0) {
        PyErr_SetString(PyExc_ValueError,
                        "I/O operation on uninitialized object");
        return -1;
    }
    if (self->closed) {
        PyErr_SetString(PyExc_ValueError, "I/O operation on closed file");
        return -1;
    }
    return 0;
}

/* -- The text ------------------------------------------------------------- */

/* Room for size code points; grows and shrinks in steps. */
static int
resize_buffer(struct stringio *self, size_t size)
{
    size_t alloc = self->buf_size;
    size++;
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
    if (alloc > PY_SSIZE_T_MAX / sizeof(Py_UCS4)) {
        goto overflow;
    }
    Py_UCS4 *fresh = PyMem_Realloc(self->buf, alloc * sizeof(Py_UCS4));
    if (fresh == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->buf_size = alloc;
    self->buf = fresh;
    return 0;
overflow:
    PyErr_SetString(PyExc_OverflowError, "new buffer size too large");
    return -1;
}

static PyObject *
text_so_far(struct stringio *self)
{
    PyObject *text = _PyUnicodeWriter_Finish(&self->writer);
    self->state = STATE_REALIZED;
    if (text == NULL) {
        return NULL;
    }
    _PyUnicodeWriter_Init(&self->writer);
    self->writer.overallocate = 1;
    if (_PyUnicodeWriter_WriteStr(&self->writer, text) < 0) {
        Py_DECREF(text);
        return NULL;
    }
    self->state = STATE_ACCUMULATING;
    return text;
}

static int
realize(struct stringio *self)
{
    if (self->state == STATE_REALIZED) {
        return 0;
    }
    self->state = STATE_REALIZED;
    PyObject *text = _PyUnicodeWriter_Finish(&self->writer);
    if (text == NULL) {
        return -1;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (resize_buffer(self, (size_t)length) < 0
        || !PyUnicode_AsUCS4(text, self->buf, length, 0)) {
        Py_DECREF(text);
        return -1;
    }
    Py_DECREF(text);
    return 0;
}

static void
start_accumulating(struct stringio *self)
{
    _PyUnicodeWriter_Init(&self->writer);
    self->writer.overallocate = 1;
    self->state = STATE_ACCUMULATING;
}

static void
drop_text(struct stringio *self)
{
    if (self->state == STATE_ACCUMULATING) {
        _PyUnicodeWriter_Dealloc(&self->writer);
        self->state = STATE_REALIZED;
    }
    PyMem_Free(self->buf);
    self->buf = NULL;
    self->buf_size = 0;
}

/* -- Writing -------------------------------------------------------------- */

/* The text as it is stored: newlines decoded, then encoded. */
static PyObject *
convert_newlines(struct stringio *self, PyObject *text)
{
    PyObject *decoded = self->decoder != NULL
        ? newline_decoder_decode(self->decoder, text, 1) : Py_NewRef(text);
    if (decoded == NULL || self->writenl == NULL) {
        return decoded;
    }
    PyObject *translated = PyUnicode_Replace(decoded, &_Py_STR(newline),
                                             self->writenl, -1);
    Py_DECREF(decoded);
    return translated;
}

static int
write_converted(struct stringio *self, PyObject *text)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (self->pos > PY_SSIZE_T_MAX - length) {
        PyErr_SetString(PyExc_OverflowError, "new position too large");
        return -1;
    }
    if (self->state == STATE_ACCUMULATING) {
        if (self->string_size == self->pos) {
            if (_PyUnicodeWriter_WriteStr(&self->writer, text) < 0) {
                return -1;
            }
            goto written;
        }
        if (realize(self) < 0) {
            return -1;
        }
    }
    if (self->pos + length > self->string_size
        && resize_buffer(self, (size_t)(self->pos + length)) < 0) {
        return -1;
    }
    if (self->pos > self->string_size) {
        memset(self->buf + self->string_size, 0,
               (size_t)(self->pos - self->string_size) * sizeof(Py_UCS4));
    }
    if (!PyUnicode_AsUCS4(text, self->buf + self->pos, length, 0)) {
        return -1;
    }
written:
    self->pos += length;
    if (self->string_size < self->pos) {
        self->string_size = self->pos;
    }
    return 0;
}

static int
write_text(struct stringio *self, PyObject *text)
{
    PyObject *converted = convert_newlines(self, text);
    if (converted == NULL) {
        return -1;
    }
    int status = PyUnicode_READY(converted);
    if (status == 0) {
        status = write_converted(self, converted);
    }
    Py_DECREF(converted);
    return status;
}

static PyObject *
stringio_write(struct stringio *self, PyObject *text)
{
    if (self->ok <= 0) {
        check_usable(self);
        return NULL;
    }
    if (!PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "string argument expected, got '%s'",
                     Py_TYPE(text)->tp_name);
        return NULL;
    }
    if (PyUnicode_READY(text) < 0 || check_usable(self) < 0) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (length > 0 && write_text(self, text) < 0) {
        return NULL;
    }
    return PyLong_FromSsize_t(length);
}

/* -- Reading -------------------------------------------------------------- */

static PyObject *
stringio_getvalue(struct stringio *self, PyObject *Py_UNUSED(ignored))
{
    if (check_usable(self) < 0) {
        return NULL;
    }
    if (self->state == STATE_ACCUMULATING) {
        return text_so_far(self);
    }
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self->buf,
                                     self->string_size);
}

static PyObject *
stringio_read(struct stringio *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t size = -1;
    if (io_parse_size("read", args, nargs, &size) < 0
        || check_usable(self) < 0) {
        return NULL;
    }
    Py_ssize_t left = self->string_size - self->pos;
    if (size < 0 || size > left) {
        size = Py_MAX(left, 0);
    }
    if (self->state == STATE_ACCUMULATING && self->pos == 0 && size == left) {
        self->pos = self->string_size;
        return text_so_far(self);
    }
    if (realize(self) < 0) {
        return NULL;
    }
    const Py_UCS4 *start = self->buf + self->pos;
    self->pos += size;
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND,
                                     size > 0 ? start : NULL, size);
}

/* The next line, of at most limit characters (below 0: no limit). */
static PyObject *
read_line(struct stringio *self, Py_ssize_t limit)
{
    if (self->pos >= self->string_size) {
        return PyUnicode_New(0, 0);
    }
    const Py_UCS4 *start = self->buf + self->pos;
    Py_ssize_t left = self->string_size - self->pos;
    if (limit < 0 || limit > left) {
        limit = left;
    }
    Py_ssize_t consumed;
    Py_ssize_t length = text_find_line_ending(
        self->readtranslate, self->readuniversal, self->readnl,
        PyUnicode_4BYTE_KIND, (const char *)start,
        (const char *)(start + limit), &consumed);
    if (length < 0) {
        length = limit;
    }
    self->pos += length;
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, start, length);
}

static PyObject *
stringio_readline(struct stringio *self, PyObject *const *args,
                  Py_ssize_t nargs)
{
    Py_ssize_t limit = -1;
    if (io_parse_size("readline", args, nargs, &limit) < 0
        || check_usable(self) < 0 || realize(self) < 0) {
        return NULL;
    }
    return read_line(self, limit);
}

static PyObject *
stringio_iternext(struct stringio *self)
{
    if (check_usable(self) < 0 || realize(self) < 0) {
        return NULL;
    }
    PyObject *line;
    if (Py_IS_TYPE(self, &PyStringIO_Type)) {
        line = read_line(self, -1);
    }
    else {
        line = PyObject_CallMethodNoArgs((PyObject *)self, &_Py_ID(readline));
        if (line != NULL && !PyUnicode_Check(line)) {
            PyErr_Format(PyExc_OSError, "readline() should have returned a "
                         "str object, not '%.200s'", Py_TYPE(line)->tp_name);
            Py_DECREF(line);
            return NULL;
        }
    }
    if (line != NULL && PyUnicode_GET_LENGTH(line) == 0) {
        Py_DECREF(line);
        return NULL;
    }
    return line;
}

/* -- Positions ------------------------------------------------------------ */

static PyObject *
stringio_tell(struct stringio *self, PyObject *Py_UNUSED(ignored))
{
    return check_usable(self) < 0 ? NULL : PyLong_FromSsize_t(self->pos);
}

static PyObject *
stringio_truncate(struct stringio *self, PyObject *const *args,
                  Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("truncate", nargs, 0, 1)) {
        return NULL;
    }
    Py_ssize_t size = self->pos;
    if (nargs > 0 && !_Py_convert_optional_to_ssize_t(args[0], &size)) {
        return NULL;
    }
    if (check_usable(self) < 0) {
        return NULL;
    }
    if (size < 0) {
        PyErr_Format(PyExc_ValueError, "Negative size value %zd", size);
        return NULL;
    }
    if (size < self->string_size) {
        if (realize(self) < 0 || resize_buffer(self, (size_t)size) < 0) {
            return NULL;
        }
        self->string_size = size;
    }
    return PyLong_FromSsize_t(size);
}

static PyObject *
stringio_seek(struct stringio *self, PyObject *const *args, Py_ssize_t nargs)
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
    if ((whence == -1 && PyErr_Occurred()) || check_usable(self) < 0) {
        return NULL;
    }
    if (whence != 0 && whence != 1 && whence != 2) {
        PyErr_Format(PyExc_ValueError,
                     "Invalid whence (%i, should be 0, 1 or 2)", whence);
        return NULL;
    }
    if (pos < 0 && whence == 0) {
        PyErr_Format(PyExc_ValueError, "Negative seek position %zd", pos);
        return NULL;
    }
    if (whence != 0 && pos != 0) {
        PyErr_SetString(PyExc_OSError, "Can't do nonzero cur-relative seeks");
        return NULL;
    }
    if (whence == 1) {
        pos = self->pos;
    }
    else if (whence == 2) {
        pos = self->string_size;
    }
    self->pos = pos;
    return PyLong_FromSsize_t(self->pos);
}

/* -- The rest of the protocol --------------------------------------------- */

static PyObject *
stringio_true(struct stringio *self, PyObject *Py_UNUSED(ignored))
{
    return check_usable(self) < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
stringio_close(struct stringio *self, PyObject *Py_UNUSED(ignored))
{
    self->closed = 1;
    drop_text(self);
    Py_RETURN_NONE;
}

static PyObject *
stringio_closed_get(struct stringio *self, void *context)
{
    if (self->ok <= 0) {
        check_usable(self);
        return NULL;
    }
    return PyBool_FromLong(self->closed);
}

static PyObject *
stringio_line_buffering_get(struct stringio *self, void *context)
{
    return check_usable(self) < 0 ? NULL : Py_NewRef(Py_False);
}

static PyObject *
stringio_newlines_get(struct stringio *self, void *context)
{
    if (check_usable(self) < 0) {
        return NULL;
    }
    if (self->decoder == NULL) {
        Py_RETURN_NONE;
    }
    return PyObject_GetAttr(self->decoder, &_Py_ID(newlines));
}

/* -- Life ----------------------------------------------------------------- */

static int
set_newline(struct stringio *self, PyObject *newline_obj)
{
    const char *newline = "\n";
    if (newline_obj != NULL) {
        if (newline_obj == Py_None) {
            newline = NULL;
        }
        else if (!PyUnicode_Check(newline_obj)) {
            PyErr_Format(PyExc_TypeError,
                         "newline must be str or None, not %.200s",
                         Py_TYPE(newline_obj)->tp_name);
            return -1;
        }
        else {
            newline = PyUnicode_AsUTF8(newline_obj);
            if (newline == NULL) {
                return -1;
            }
        }
    }
    if (newline != NULL
        && (text_check_newline(newline) < 0
            || (newline_obj != NULL
                && (Py_ssize_t)strlen(newline)
                       != PyUnicode_GET_LENGTH(newline_obj)))) {
        PyErr_Format(PyExc_ValueError, "illegal newline value: %R",
                     newline_obj);
        return -1;
    }
    Py_CLEAR(self->readnl);
    Py_CLEAR(self->writenl);
    Py_CLEAR(self->decoder);
    if (newline != NULL) {
        self->readnl = PyUnicode_FromString(newline);
        if (self->readnl == NULL) {
            return -1;
        }
    }
    self->readuniversal = newline == NULL || newline[0] == '\0';
    self->readtranslate = newline == NULL;
    /* "\n" written stays "\n", unless lines end with "\r" or "\r\n". */
    if (newline != NULL && newline[0] == '\r') {
        self->writenl = Py_NewRef(self->readnl);
    }
    if (self->readuniversal) {
        self->decoder = PyObject_CallFunctionObjArgs(
            (PyObject *)&PyIncrementalNewlineDecoder_Type, Py_None,
            self->readtranslate ? Py_True : Py_False, NULL);
        if (self->decoder == NULL) {
            return -1;
        }
    }
    return 0;
}

static int
stringio_setup(struct stringio *self, PyObject *value, PyObject *newline_obj)
{
    if (value != NULL && value != Py_None && !PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "initial_value must be str or None, not %.200s",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    self->ok = 0;
    if (set_newline(self, newline_obj) < 0) {
        return -1;
    }
    drop_text(self);
    self->pos = 0;
    self->string_size = 0;
    self->closed = 0;
    start_accumulating(self);
    self->ok = 1;
    if (value != NULL && value != Py_None && PyUnicode_GET_LENGTH(value) > 0) {
        /* What is there at first is there to be read. */
        if (realize(self) < 0 || write_text(self, value) < 0) {
            return -1;
        }
    }
    self->pos = 0;
    return 0;
}

static int
stringio_init(struct stringio *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"initial_value", "newline", NULL};
    static _PyArg_Parser parser = {.format = "|OO:StringIO",
                                   .keywords = keywords};
    PyObject *value = NULL;
    PyObject *newline = NULL;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &value,
                                          &newline)) {
        return -1;
    }
    if (newline != NULL && newline != Py_None && !PyUnicode_Check(newline)) {
        return set_newline(self, newline);
    }
    return stringio_setup(self, value, newline);
}

static PyObject *
stringio_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    struct stringio *self = (struct stringio *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->state = STATE_REALIZED;
    }
    return (PyObject *)self;
}

static int
stringio_traverse(struct stringio *self, visitproc visit, void *arg)
{
    Py_VISIT(self->decoder);
    Py_VISIT(self->dict);
    return 0;
}

static int
stringio_clear(struct stringio *self)
{
    Py_CLEAR(self->dict);
    return 0;
}

static void
stringio_dealloc(struct stringio *self)
{
    PyObject_GC_UnTrack(self);
    self->ok = 0;
    drop_text(self);
    Py_CLEAR(self->readnl);
    Py_CLEAR(self->writenl);
    Py_CLEAR(self->decoder);
    Py_CLEAR(self->dict);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    Py_TYPE(self)->tp_free(self);
}

/* -- Pickling ------------------------------------------------------------- */

static PyObject *
stringio_getstate(struct stringio *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *value = stringio_getvalue(self, NULL);
    if (value == NULL) {
        return NULL;
    }
    PyObject *dict = self->dict != NULL ? PyDict_Copy(self->dict)
                                        : Py_NewRef(Py_None);
    if (dict == NULL) {
        Py_DECREF(value);
        return NULL;
    }
    return Py_BuildValue("(NOnN)", value,
                         self->readnl != NULL ? self->readnl : Py_None,
                         self->pos, dict);
}

static PyObject *
stringio_setstate(struct stringio *self, PyObject *state)
{
    if (self->closed) {
        check_usable(self);
        return NULL;
    }
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) < 4) {
        PyErr_Format(PyExc_TypeError,
                     "%.200s.__setstate__ argument should be 4-tuple, got "
                     "%.200s", Py_TYPE(self)->tp_name,
                     Py_TYPE(state)->tp_name);
        return NULL;
    }
    PyObject *value = PyTuple_GET_ITEM(state, 0);
    if (stringio_setup(self, value, PyTuple_GET_ITEM(state, 1)) < 0) {
        return NULL;
    }
    /* The value has been through the newline translation before; take it as
       it is. */
    if (PyUnicode_Check(value)) {
        if (realize(self) < 0) {
            return NULL;
        }
        self->pos = 0;
        self->string_size = 0;
        if (write_converted(self, value) < 0) {
            return NULL;
        }
    }
    PyObject *position = PyTuple_GET_ITEM(state, 2);
    if (!PyLong_Check(position)) {
        PyErr_Format(PyExc_TypeError,
                     "third item of state must be an integer, got %.200s",
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
    PyObject *dict = PyTuple_GET_ITEM(state, 3);
    if (dict != Py_None) {
        if (!PyDict_Check(dict)) {
            PyErr_Format(PyExc_TypeError,
                         "fourth item of state should be a dict, got a "
                         "%.200s", Py_TYPE(dict)->tp_name);
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

static PyMethodDef stringio_methods[] = {
    {"close", (PyCFunction)stringio_close, METH_NOARGS,
     "close($self, /)\n--\n\nLet go of the text."},
    {"getvalue", (PyCFunction)stringio_getvalue, METH_NOARGS,
     "getvalue($self, /)\n--\n\nThe whole text."},
    {"read", _PyCFunction_CAST(stringio_read), METH_FASTCALL,
     "read($self, size=-1, /)\n--\n\n"
     "At most size characters; '' at the end."},
    {"readline", _PyCFunction_CAST(stringio_readline), METH_FASTCALL,
     "readline($self, size=-1, /)\n--\n\nThe next line, with its end."},
    {"tell", (PyCFunction)stringio_tell, METH_NOARGS,
     "tell($self, /)\n--\n\nThe position."},
    {"truncate", _PyCFunction_CAST(stringio_truncate), METH_FASTCALL,
     "truncate($self, pos=None, /)\n--\n\n"
     "Cut the text; the position stays."},
    {"seek", _PyCFunction_CAST(stringio_seek), METH_FASTCALL,
     "seek($self, pos, whence=0, /)\n--\n\n"
     "Move; returns the new position."},
    {"write", (PyCFunction)stringio_write, METH_O,
     "write($self, s, /)\n--\n\nWrite text; how many characters."},
    {"seekable", (PyCFunction)stringio_true, METH_NOARGS,
     "seekable($self, /)\n--\n\nAlways true."},
    {"readable", (PyCFunction)stringio_true, METH_NOARGS,
     "readable($self, /)\n--\n\nAlways true."},
    {"writable", (PyCFunction)stringio_true, METH_NOARGS,
     "writable($self, /)\n--\n\nAlways true."},
    {"__getstate__", (PyCFunction)stringio_getstate, METH_NOARGS, NULL},
    {"__setstate__", (PyCFunction)stringio_setstate, METH_O, NULL},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef stringio_getset[] = {
    {"closed", (getter)stringio_closed_get, NULL, NULL, NULL},
    {"newlines", (getter)stringio_newlines_get, NULL, NULL, NULL},
    {"line_buffering", (getter)stringio_line_buffering_get, NULL, NULL,
     NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyDoc_STRVAR(stringio_doc,
"StringIO(initial_value='', newline='\\n')\n--\n\n"
"A text stream whose content is in memory.\n"
"\n"
"newline is as for TextIOWrapper, but None writes '\\n' everywhere.");

PyTypeObject PyStringIO_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.StringIO",
    .tp_basicsize = sizeof(struct stringio),
    .tp_dealloc = (destructor)stringio_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = stringio_doc,
    .tp_traverse = (traverseproc)stringio_traverse,
    .tp_clear = (inquiry)stringio_clear,
    .tp_weaklistoffset = offsetof(struct stringio, weakreflist),
    .tp_iternext = (iternextfunc)stringio_iternext,
    .tp_methods = stringio_methods,
    .tp_getset = stringio_getset,
    .tp_base = &PyTextIOBase_Type,
    .tp_dictoffset = offsetof(struct stringio, dict),
    .tp_init = (initproc)stringio_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = stringio_new,
    .tp_free = PyObject_GC_Del,
};
