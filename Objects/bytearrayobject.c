/* The type bytearray.

     ob_bytes          ob_start              ob_start + ob_size
     | free (deleted)  | bytes in use        | 0 | free ... |
     <------------------- ob_alloc ----------------------->

   Bytes deleted at the front move ob_start on, so that a bytearray works as a
   queue.  While ob_exports buffers are out, the size may not change. */
#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_bytes_methods.h"
#include "pycore_bytesobject.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"

char _PyByteArray_empty_string[] = "";

#define SELF(op) ((PyByteArrayObject *)(op))

/* -- Storage ------------------------------------------------------------- */

static int
can_resize(PyObject *self)
{
    if (SELF(self)->ob_exports > 0) {
        PyErr_SetString(PyExc_BufferError,
                        "Existing exports of data: "
                        "object cannot be re-sized");
        return 0;
    }
    return 1;
}

PyObject *
PyByteArray_FromStringAndSize(const char *bytes, Py_ssize_t size)
{
    if (size < 0) {
        PyErr_SetString(PyExc_SystemError,
                        "Negative size passed to "
                        "PyByteArray_FromStringAndSize");
        return NULL;
    }
    if (size == PY_SSIZE_T_MAX) {
        return PyErr_NoMemory();
    }
    PyByteArrayObject *self = PyObject_New(PyByteArrayObject,
                                           &PyByteArray_Type);
    if (self == NULL) {
        return NULL;
    }
    Py_ssize_t alloc = size == 0 ? 0 : size + 1;
    self->ob_bytes = NULL;
    self->ob_exports = 0;
    Py_SET_SIZE((PyVarObject *)self, 0);
    if (alloc > 0) {
        self->ob_bytes = PyObject_Malloc((size_t)alloc);
        if (self->ob_bytes == NULL) {
            self->ob_start = NULL;
            self->ob_alloc = 0;
            Py_DECREF(self);
            return PyErr_NoMemory();
        }
        if (bytes != NULL) {
            memcpy(self->ob_bytes, bytes, (size_t)size);
        }
        self->ob_bytes[size] = '\0';
    }
    Py_SET_SIZE((PyVarObject *)self, size);
    self->ob_alloc = alloc;
    self->ob_start = self->ob_bytes;
    return (PyObject *)self;
}

PyObject *
PyByteArray_FromObject(PyObject *input)
{
    return PyObject_CallOneArg((PyObject *)&PyByteArray_Type, input);
}

Py_ssize_t
PyByteArray_Size(PyObject *self)
{
    assert(self != NULL && PyByteArray_Check(self));
    return PyByteArray_GET_SIZE(self);
}

char *
PyByteArray_AsString(PyObject *self)
{
    assert(self != NULL && PyByteArray_Check(self));
    return PyByteArray_AS_STRING(self);
}

/* The room to have for size bytes where alloc is not right: a little more when
   it grows by little, as much as needed otherwise. */
static Py_ssize_t
room_for(Py_ssize_t size, Py_ssize_t alloc)
{
    if (size + 1 <= alloc && size < alloc / 2) {
        return size + 1;        /* a major downsize */
    }
    if (size <= (Py_ssize_t)((double)alloc * 1.125)) {
        return size + (size >> 3) + (size < 9 ? 3 : 6);
    }
    return size + 1;
}

int
PyByteArray_Resize(PyObject *self, Py_ssize_t size)
{
    PyByteArrayObject *obj = SELF(self);
    assert(PyByteArray_Check(self) && size >= 0);
    if (size == Py_SIZE(obj)) {
        return 0;
    }
    if (!can_resize(self)) {
        return -1;
    }
    Py_ssize_t offset = obj->ob_start - obj->ob_bytes;
    if (size + offset + 1 <= obj->ob_alloc && size >= obj->ob_alloc / 2) {
        /* fits, and not much would be gained */
        Py_SET_SIZE((PyVarObject *)obj, size);
        obj->ob_start[size] = '\0';
        return 0;
    }
    if (size > PY_SSIZE_T_MAX - (size >> 3) - 8) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t alloc = room_for(size, obj->ob_alloc);
    char *block;
    if (offset > 0) {
        block = PyObject_Malloc((size_t)alloc);
        if (block != NULL) {
            memcpy(block, PyByteArray_AS_STRING(self),
                   (size_t)Py_MIN(size, Py_SIZE(obj)));
            PyObject_Free(obj->ob_bytes);
        }
    }
    else {
        block = PyObject_Realloc(obj->ob_bytes, (size_t)alloc);
    }
    if (block == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    obj->ob_bytes = obj->ob_start = block;
    Py_SET_SIZE((PyVarObject *)obj, size);
    obj->ob_alloc = alloc;
    obj->ob_bytes[size] = '\0';
    return 0;
}

static void
bytearray_dealloc(PyObject *self)
{
    if (SELF(self)->ob_exports > 0) {
        PyErr_SetString(PyExc_SystemError,
                        "deallocated bytearray object has exported buffers");
        PyErr_Print();
    }
    PyObject_Free(SELF(self)->ob_bytes);
    Py_TYPE(self)->tp_free(self);
}

/* Replace self[start:end] by n bytes, which are not self's own. */
static int
replace_range(PyObject *self, Py_ssize_t start, Py_ssize_t end,
              const char *bytes, Py_ssize_t n)
{
    PyByteArrayObject *obj = SELF(self);
    Py_ssize_t grow = n - (end - start);
    Py_ssize_t size = Py_SIZE(obj);
    if (grow < 0) {
        if (!can_resize(self)) {
            return -1;
        }
        if (start == 0) {
            /* a deletion at the front */
            obj->ob_start -= grow;
            Py_SET_SIZE((PyVarObject *)obj, size + grow);
            if (PyByteArray_GET_SIZE(self) < obj->ob_alloc / 2) {
                Py_ssize_t now = size + grow;
                /* give the room back; failure only wastes it */
                char *block = PyObject_Malloc((size_t)now + 1);
                if (block != NULL) {
                    memcpy(block, obj->ob_start, (size_t)now + 1);
                    PyObject_Free(obj->ob_bytes);
                    obj->ob_bytes = obj->ob_start = block;
                    obj->ob_alloc = now + 1;
                }
            }
        }
        else {
            memmove(obj->ob_start + start + n, obj->ob_start + end,
                    (size_t)(size - end));
            if (PyByteArray_Resize(self, size + grow) < 0) {
                return -1;
            }
        }
    }
    else if (grow > 0) {
        if (size > PY_SSIZE_T_MAX - grow) {
            PyErr_NoMemory();
            return -1;
        }
        if (PyByteArray_Resize(self, size + grow) < 0) {
            return -1;
        }
        memmove(obj->ob_start + start + n, obj->ob_start + end,
                (size_t)(size - end));
    }
    if (n > 0) {
        memcpy(obj->ob_start + start, bytes, (size_t)n);
    }
    return 0;
}

/* -- Buffers ------------------------------------------------------------- */

static int
bytearray_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError,
                        "bytearray_getbuffer: view==NULL argument is "
                        "obsolete");
        return -1;
    }
    (void)PyBuffer_FillInfo(view, self, PyByteArray_AS_STRING(self),
                            Py_SIZE(self), 0, flags);
    SELF(self)->ob_exports++;
    return 0;
}

static void
bytearray_releasebuffer(PyObject *self, Py_buffer *view)
{
    SELF(self)->ob_exports--;
    assert(SELF(self)->ob_exports >= 0);
}

/* -- Sequence ------------------------------------------------------------ */

static Py_ssize_t
bytearray_length(PyObject *self)
{
    return Py_SIZE(self);
}

/* 1 with the byte in *value, or 0 with an exception; may run Python. */
static int
byte_value(PyObject *arg, int *value)
{
    int overflow;
    long n = PyLong_AsLongAndOverflow(arg, &overflow);
    if (n == -1 && PyErr_Occurred()) {
        return 0;
    }
    if (overflow != 0 || n < 0 || n >= 256) {
        PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)");
        return 0;
    }
    *value = (int)n;
    return 1;
}

PyObject *
PyByteArray_Concat(PyObject *a, PyObject *b)
{
    Py_buffer va = {.len = -1}, vb = {.len = -1};
    PyObject *result = NULL;
    if (PyObject_GetBuffer(a, &va, PyBUF_SIMPLE) != 0
        || PyObject_GetBuffer(b, &vb, PyBUF_SIMPLE) != 0) {
        PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s",
                     Py_TYPE(b)->tp_name, Py_TYPE(a)->tp_name);
    }
    else if (va.len > PY_SSIZE_T_MAX - vb.len) {
        PyErr_NoMemory();
    }
    else {
        result = PyByteArray_FromStringAndSize(NULL, va.len + vb.len);
        if (result != NULL && va.len + vb.len > 0) {
            char *to = SELF(result)->ob_start;
            memcpy(to, va.buf, (size_t)va.len);
            memcpy(to + va.len, vb.buf, (size_t)vb.len);
        }
    }
    if (va.len != -1) {
        PyBuffer_Release(&va);
    }
    if (vb.len != -1) {
        PyBuffer_Release(&vb);
    }
    return result;
}

static PyObject *
bytearray_iconcat(PyObject *self, PyObject *other)
{
    Py_buffer view;
    if (PyObject_GetBuffer(other, &view, PyBUF_SIMPLE) != 0) {
        PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s",
                     Py_TYPE(other)->tp_name, Py_TYPE(self)->tp_name);
        return NULL;
    }
    Py_ssize_t size = Py_SIZE(self);
    if (size > PY_SSIZE_T_MAX - view.len) {
        PyBuffer_Release(&view);
        return PyErr_NoMemory();
    }
    if (PyByteArray_Resize(self, size + view.len) < 0) {
        PyBuffer_Release(&view);
        return NULL;
    }
    if (view.len > 0) {
        memcpy(PyByteArray_AS_STRING(self) + size, view.buf,
               (size_t)view.len);
    }
    PyBuffer_Release(&view);
    return Py_NewRef(self);
}

static PyObject *
bytearray_repeat(PyObject *self, Py_ssize_t count)
{
    count = Py_MAX(count, 0);
    Py_ssize_t size = Py_SIZE(self);
    if (count > 0 && size > PY_SSIZE_T_MAX / count) {
        return PyErr_NoMemory();
    }
    PyObject *result = PyByteArray_FromStringAndSize(NULL, size * count);
    if (result != NULL && size * count > 0) {
        _PyBytes_Repeat(SELF(result)->ob_start, size * count,
                        PyByteArray_AS_STRING(self), size);
    }
    return result;
}

static PyObject *
bytearray_irepeat(PyObject *self, Py_ssize_t count)
{
    count = Py_MAX(count, 0);
    Py_ssize_t size = Py_SIZE(self);
    if (count > 0 && size > PY_SSIZE_T_MAX / count) {
        return PyErr_NoMemory();
    }
    if (PyByteArray_Resize(self, size * count) < 0) {
        return NULL;
    }
    char *buffer = PyByteArray_AS_STRING(self);
    _PyBytes_Repeat(buffer, size * count, buffer, size);
    return Py_NewRef(self);
}

static int
index_error(void)
{
    PyErr_SetString(PyExc_IndexError, "bytearray index out of range");
    return -1;
}

static PyObject *
bytearray_getitem(PyObject *self, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(self)) {
        index_error();
        return NULL;
    }
    return PyLong_FromLong((unsigned char)SELF(self)->ob_start[i]);
}

static PyObject *
bytearray_subscript(PyObject *self, PyObject *index)
{
    if (_PyIndex_Check(index)) {
        Py_ssize_t i = PyNumber_AsSsize_t(index, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return bytearray_getitem(self, i < 0 ? i + Py_SIZE(self) : i);
    }
    if (!PySlice_Check(index)) {
        PyErr_Format(PyExc_TypeError,
                     "bytearray indices must be integers or slices, "
                     "not %.200s", Py_TYPE(index)->tp_name);
        return NULL;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(index, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t count = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop,
                                             step);
    if (count <= 0) {
        return PyByteArray_FromStringAndSize("", 0);
    }
    const char *from = PyByteArray_AS_STRING(self);
    if (step == 1) {
        return PyByteArray_FromStringAndSize(from + start, count);
    }
    PyObject *result = PyByteArray_FromStringAndSize(NULL, count);
    if (result != NULL) {
        char *to = SELF(result)->ob_start;
        for (Py_ssize_t i = 0; i < count; i++, start += step) {
            to[i] = from[start];
        }
    }
    return result;
}

/* self[start:end] = values; NULL deletes. */
static int
set_slice(PyObject *self, Py_ssize_t start, Py_ssize_t end, PyObject *values)
{
    if (values == NULL) {
        return replace_range(self, start, end, NULL, 0);
    }
    if (values == self || !PyByteArray_Check(values)) {
        if (PyNumber_Check(values) || PyUnicode_Check(values)) {
            PyErr_SetString(PyExc_TypeError,
                            "can assign only bytes, buffers, or iterables "
                            "of ints in range(0, 256)");
            return -1;
        }
        PyObject *copy = PyByteArray_FromObject(values);
        if (copy == NULL) {
            return -1;
        }
        /* making the copy may have run Python code */
        Py_ssize_t size = Py_SIZE(self);
        start = Py_MIN(start, size);
        end = Py_MAX(Py_MIN(end, size), start);
        int status = replace_range(self, start, end,
                                   PyByteArray_AS_STRING(copy),
                                   Py_SIZE(copy));
        Py_DECREF(copy);
        return status;
    }
    return replace_range(self, start, end, PyByteArray_AS_STRING(values),
                         Py_SIZE(values));
}

static int
set_item(PyObject *self, Py_ssize_t i, PyObject *value)
{
    int byte = 0;
    /* asking for the value may change the size */
    if (value != NULL && !byte_value(value, &byte)) {
        return -1;
    }
    if (i < 0) {
        i += Py_SIZE(self);
    }
    if (i < 0 || i >= Py_SIZE(self)) {
        return index_error();
    }
    if (value == NULL) {
        return replace_range(self, i, i + 1, NULL, 0);
    }
    SELF(self)->ob_start[i] = (char)byte;
    return 0;
}

static int
bytearray_setitem(PyObject *self, Py_ssize_t i, PyObject *value)
{
    int byte;
    if (i < 0 || i >= Py_SIZE(self)) {
        return index_error();
    }
    if (value == NULL) {
        return replace_range(self, i, i + 1, NULL, 0);
    }
    if (!byte_value(value, &byte)) {
        return -1;
    }
    if (i >= Py_SIZE(self)) {
        return index_error();
    }
    SELF(self)->ob_start[i] = (char)byte;
    return 0;
}

/* del self[start::step], count bytes. */
static int
delete_extended(PyObject *self, Py_ssize_t start, Py_ssize_t step,
                Py_ssize_t count)
{
    if (!can_resize(self)) {
        return -1;
    }
    if (count == 0) {
        return 0;
    }
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    char *buffer = PyByteArray_AS_STRING(self);
    Py_ssize_t size = Py_SIZE(self);
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t at = start + i * step;
        Py_ssize_t next = i + 1 < count ? at + step : size;
        memmove(buffer + at - i, buffer + at + 1, (size_t)(next - at - 1));
    }
    return PyByteArray_Resize(self, size - count);
}

static int
assign_slice(PyObject *self, PyObject *index, PyObject *values)
{
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(index, &start, &stop, &step) < 0) {
        return -1;
    }
    Py_ssize_t count = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop,
                                             step);
    if (step == 1) {
        /* an empty slice is where it starts */
        return set_slice(self, start, Py_MAX(stop, start), values);
    }
    if (values == NULL) {
        return delete_extended(self, start, step, count);
    }
    if (values == self || !PyByteArray_Check(values)) {
        if (PyNumber_Check(values) || PyUnicode_Check(values)) {
            PyErr_SetString(PyExc_TypeError,
                            "can assign only bytes, buffers, or iterables "
                            "of ints in range(0, 256)");
            return -1;
        }
        PyObject *copy = PyByteArray_FromObject(values);
        if (copy == NULL) {
            return -1;
        }
        int status = assign_slice(self, index, copy);
        Py_DECREF(copy);
        return status;
    }
    Py_ssize_t n = Py_SIZE(values);
    if (n == 0) {
        return delete_extended(self, start, step, count);
    }
    if (n != count) {
        PyErr_Format(PyExc_ValueError,
                     "attempt to assign bytes of size %zd to extended slice "
                     "of size %zd", n, count);
        return -1;
    }
    const char *from = PyByteArray_AS_STRING(values);
    char *to = PyByteArray_AS_STRING(self);
    for (Py_ssize_t i = 0; i < count; i++, start += step) {
        to[start] = from[i];
    }
    return 0;
}

static int
bytearray_ass_subscript(PyObject *self, PyObject *index, PyObject *values)
{
    if (_PyIndex_Check(index)) {
        Py_ssize_t i = PyNumber_AsSsize_t(index, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return -1;
        }
        return set_item(self, i, values);
    }
    if (PySlice_Check(index)) {
        return assign_slice(self, index, values);
    }
    PyErr_Format(PyExc_TypeError,
                 "bytearray indices must be integers or slices, not %.200s",
                 Py_TYPE(index)->tp_name);
    return -1;
}

/* -- Construction -------------------------------------------------------- */

/* Append what the iterator gives. */
static int
append_iterator(PyObject *self, PyObject *it)
{
    iternextfunc iternext = *Py_TYPE(it)->tp_iternext;
    for (;;) {
        int value;
        PyObject *item = iternext(it);
        if (item == NULL) {
            if (PyErr_Occurred()) {
                if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
                    return -1;
                }
                PyErr_Clear();
            }
            return 0;
        }
        int valid = byte_value(item, &value);
        Py_DECREF(item);
        if (!valid) {
            return -1;
        }
        Py_ssize_t size = Py_SIZE(self);
        if (PyByteArray_Resize(self, size + 1) < 0) {
            return -1;
        }
        PyByteArray_AS_STRING(self)[size] = (char)value;
    }
}

static int
init_from_string(PyObject *self, PyObject *arg, const char *encoding,
                 const char *errors)
{
    if (encoding == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "string argument without an encoding");
        return -1;
    }
    PyObject *encoded = PyUnicode_AsEncodedString(arg, encoding, errors);
    if (encoded == NULL) {
        return -1;
    }
    PyObject *done = bytearray_iconcat(self, encoded);
    Py_DECREF(encoded);
    if (done == NULL) {
        return -1;
    }
    Py_DECREF(done);
    return 0;
}

static int
init_from_buffer(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    if (PyObject_GetBuffer(arg, &view, PyBUF_FULL_RO) < 0) {
        return -1;
    }
    int status = PyByteArray_Resize(self, view.len);
    if (status == 0) {
        status = PyBuffer_ToContiguous(PyByteArray_AS_STRING(self), &view,
                                       view.len, 'C');
    }
    PyBuffer_Release(&view);
    return status;
}

static int
bytearray_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    static const char *const keywords[] = {"source", "encoding", "errors",
                                           NULL};
    PyObject *arg = NULL;
    const char *encoding = NULL, *errors = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "|Oss:bytearray",
                                     (char **)keywords, &arg, &encoding,
                                     &errors)) {
        return -1;
    }
    if (Py_SIZE(self) != 0 && PyByteArray_Resize(self, 0) < 0) {
        return -1;
    }
    if (arg == NULL) {
        if (encoding != NULL || errors != NULL) {
            PyErr_SetString(PyExc_TypeError,
                            encoding != NULL
                                ? "encoding without a string argument"
                                : "errors without a string argument");
            return -1;
        }
        return 0;
    }
    if (PyUnicode_Check(arg)) {
        return init_from_string(self, arg, encoding, errors);
    }
    if (encoding != NULL || errors != NULL) {
        PyErr_SetString(PyExc_TypeError,
                        encoding != NULL
                            ? "encoding without a string argument"
                            : "errors without a string argument");
        return -1;
    }
    if (_PyIndex_Check(arg)) {
        Py_ssize_t count = PyNumber_AsSsize_t(arg, PyExc_OverflowError);
        if (count == -1 && PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
                return -1;
            }
            PyErr_Clear();      /* perhaps something else will do */
        }
        else {
            if (count < 0) {
                PyErr_SetString(PyExc_ValueError, "negative count");
                return -1;
            }
            if (count > 0) {
                if (PyByteArray_Resize(self, count)) {
                    return -1;
                }
                memset(PyByteArray_AS_STRING(self), 0, (size_t)count);
            }
            return 0;
        }
    }
    if (PyObject_CheckBuffer(arg)) {
        return init_from_buffer(self, arg);
    }
    PyObject *it = PyObject_GetIter(arg);
    if (it == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError,
                         "cannot convert '%.200s' object to bytearray",
                         Py_TYPE(arg)->tp_name);
        }
        return -1;
    }
    int status = append_iterator(self, it);
    Py_DECREF(it);
    return status;
}

/* -- repr, str, comparison ----------------------------------------------- */

/* As bytes, but that an apostrophe is always escaped. */
static PyObject *
bytearray_repr(PyObject *self)
{
    _PyUnicodeWriter writer;
    const unsigned char *s =
        (const unsigned char *)PyByteArray_AS_STRING(self);
    Py_ssize_t n = Py_SIZE(self);
    const char *quote = "'";
    if (memchr(s, '\'', (size_t)n) && !memchr(s, '"', (size_t)n)) {
        quote = "\"";
    }
    if (n > (PY_SSIZE_T_MAX - 300) / 4) {
        PyErr_SetString(PyExc_OverflowError,
                        "bytearray object is too large to make repr");
        return NULL;
    }
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    const char *name = _PyType_Name(Py_TYPE(self));
    PyObject *name_object = PyUnicode_FromString(name);
    int status = name_object == NULL
                     ? -1 : _PyUnicodeWriter_WriteStr(&writer, name_object);
    Py_XDECREF(name_object);
    if (status < 0
        || _PyUnicodeWriter_WriteASCIIString(&writer, "(b", 2) < 0
        || _PyUnicodeWriter_WriteASCIIString(&writer, quote, 1) < 0) {
        goto error;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        char escape[4] = {'\\', 'x'};
        int width = 2;
        switch (s[i]) {
        case '\'':
        case '\\':
            escape[1] = (char)s[i];
            break;
        case '\t':
            escape[1] = 't';
            break;
        case '\n':
            escape[1] = 'n';
            break;
        case '\r':
            escape[1] = 'r';
            break;
        default:
            if (s[i] >= ' ' && s[i] < 0x7f) {
                escape[0] = (char)s[i];
                width = 1;
            }
            else {
                escape[2] = Py_hexdigits[s[i] >> 4];
                escape[3] = Py_hexdigits[s[i] & 15];
                width = 4;
            }
        }
        if (_PyUnicodeWriter_WriteASCIIString(&writer, escape, width) < 0) {
            goto error;
        }
    }
    if (_PyUnicodeWriter_WriteASCIIString(&writer, quote, 1) < 0
        || _PyUnicodeWriter_WriteASCIIString(&writer, ")", 1) < 0) {
        goto error;
    }
    return _PyUnicodeWriter_Finish(&writer);

error:
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

static PyObject *
bytearray_str(PyObject *self)
{
    if (_Py_GetConfig()->bytes_warning) {
        if (PyErr_WarnEx(PyExc_BytesWarning, "str() on a bytearray instance",
                         1)) {
            return NULL;
        }
    }
    return bytearray_repr(self);
}

static PyObject *
bytearray_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyObject_CheckBuffer(self) || !PyObject_CheckBuffer(other)) {
        if (_Py_GetConfig()->bytes_warning && (op == Py_EQ || op == Py_NE)) {
            if (PyUnicode_Check(self) || PyUnicode_Check(other)) {
                if (PyErr_WarnEx(PyExc_BytesWarning,
                                 "Comparison between bytearray and string",
                                 1)) {
                    return NULL;
                }
            }
        }
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_buffer a, b;
    if (PyObject_GetBuffer(self, &a, PyBUF_SIMPLE) != 0) {
        PyErr_Clear();
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (PyObject_GetBuffer(other, &b, PyBUF_SIMPLE) != 0) {
        PyErr_Clear();
        PyBuffer_Release(&a);
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_ssize_t n = a.len, m = b.len;
    int order = 1;
    if (n == m || (op != Py_EQ && op != Py_NE)) {
        order = memcmp(a.buf, b.buf, (size_t)Py_MIN(n, m));
        if (order == 0) {
            order = n < m ? -1 : n > m;
        }
    }
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

static PyObject *
bytearray_mod(PyObject *v, PyObject *w)
{
    if (!PyByteArray_Check(v)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    /* the format must stay as it is while Python code runs */
    Py_buffer format;
    if (PyObject_GetBuffer(v, &format, PyBUF_SIMPLE) != 0) {
        return NULL;
    }
    PyObject *result = _PyBytes_FormatEx(format.buf, format.len, w, 1);
    PyBuffer_Release(&format);
    return result;
}

/* -- Methods that change it ---------------------------------------------- */

static PyObject *
bytearray_append(PyObject *self, PyObject *item)
{
    int value;
    if (!byte_value(item, &value)) {
        return NULL;
    }
    Py_ssize_t n = Py_SIZE(self);
    if (n == PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError,
                        "cannot add more objects to bytearray");
        return NULL;
    }
    if (PyByteArray_Resize(self, n + 1) < 0) {
        return NULL;
    }
    SELF(self)->ob_start[n] = (char)value;
    Py_RETURN_NONE;
}

static PyObject *
bytearray_insert(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    int value;
    if (!_PyArg_CheckPositional("insert", nargs, 2, 2)) {
        return NULL;
    }
    Py_ssize_t i = -1;
    PyObject *number = _PyNumber_Index(args[0]);
    if (number != NULL) {
        i = PyLong_AsSsize_t(number);
        Py_DECREF(number);
    }
    if ((i == -1 && PyErr_Occurred()) || !byte_value(args[1], &value)) {
        return NULL;
    }
    Py_ssize_t n = Py_SIZE(self);
    if (n == PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError,
                        "cannot add more objects to bytearray");
        return NULL;
    }
    if (i < 0) {
        i = Py_MAX(i + n, 0);
    }
    i = Py_MIN(i, n);
    char byte = (char)value;
    if (replace_range(self, i, i, &byte, 1) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
bytearray_pop(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t i = -1;
    if (!_PyArg_CheckPositional("pop", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs > 0) {
        PyObject *number = _PyNumber_Index(args[0]);
        if (number != NULL) {
            i = PyLong_AsSsize_t(number);
            Py_DECREF(number);
        }
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    Py_ssize_t n = Py_SIZE(self);
    if (n == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from empty bytearray");
        return NULL;
    }
    if (i < 0) {
        i += n;
    }
    if (i < 0 || i >= n) {
        PyErr_SetString(PyExc_IndexError, "pop index out of range");
        return NULL;
    }
    if (!can_resize(self)) {
        return NULL;
    }
    unsigned char value = (unsigned char)SELF(self)->ob_start[i];
    if (replace_range(self, i, i + 1, NULL, 0) < 0) {
        return NULL;
    }
    return PyLong_FromLong(value);
}

static PyObject *
bytearray_remove(PyObject *self, PyObject *arg)
{
    int value;
    if (!byte_value(arg, &value)) {
        return NULL;
    }
    const char *start = PyByteArray_AS_STRING(self);
    const char *hit = memchr(start, value, (size_t)Py_SIZE(self));
    if (hit == NULL) {
        PyErr_SetString(PyExc_ValueError, "value not found in bytearray");
        return NULL;
    }
    Py_ssize_t i = hit - start;
    if (!can_resize(self) || replace_range(self, i, i + 1, NULL, 0) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
bytearray_extend(PyObject *self, PyObject *iterable)
{
    if (PyObject_CheckBuffer(iterable)) {
        if (set_slice(self, Py_SIZE(self), Py_SIZE(self), iterable) < 0) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    PyObject *it = PyObject_GetIter(iterable);
    if (it == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "can't extend bytearray with %.100s",
                         Py_TYPE(iterable)->tp_name);
        }
        return NULL;
    }
    /* a hint that raises is an error, as for lists */
    if (PyObject_LengthHint(iterable, 32) < 0) {
        Py_DECREF(it);
        return NULL;
    }
    /* all or nothing: collect first */
    PyObject *more = PyByteArray_FromStringAndSize(NULL, 0);
    int status = -1;
    if (more != NULL && append_iterator(more, it) == 0) {
        status = set_slice(self, Py_SIZE(self), Py_SIZE(self), more);
    }
    Py_DECREF(it);
    Py_XDECREF(more);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
bytearray_reverse(PyObject *self, PyObject *Py_UNUSED(unused))
{
    char *left = PyByteArray_AS_STRING(self);
    for (char *right = left + Py_SIZE(self) - 1; left < right;
         left++, right--) {
        char c = *left;
        *left = *right;
        *right = c;
    }
    Py_RETURN_NONE;
}

static PyObject *
bytearray_clear(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (!can_resize(self) || PyByteArray_Resize(self, 0) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
bytearray_copy(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return PyByteArray_FromStringAndSize(PyByteArray_AS_STRING(self),
                                         Py_SIZE(self));
}

/* -- Other methods ------------------------------------------------------- */

static PyObject *
bytearray_fromhex(PyObject *type, PyObject *string)
{
    if (!PyUnicode_Check(string)) {
        _PyArg_BadArgument("fromhex", "argument", "str", string);
        return NULL;
    }
    PyObject *result = _PyBytes_FromHex(string, 1);
    if (type != (PyObject *)&PyByteArray_Type && result != NULL) {
        Py_SETREF(result, PyObject_CallOneArg(type, result));
    }
    return result;
}

static PyObject *
reduce(PyObject *self, int proto)
{
    PyObject *state = _PyObject_GetState(self);
    if (state == NULL) {
        return NULL;
    }
    Py_ssize_t size = Py_SIZE(self);
    const char *data = PyByteArray_AS_STRING(self);
    if (size == 0) {
        return Py_BuildValue("(O()N)", Py_TYPE(self), state);
    }
    if (proto < 3) {
        /* as text, for protocols without bytes */
        PyObject *text = PyUnicode_DecodeLatin1(data, size, NULL);
        return Py_BuildValue("(O(Ns)N)", Py_TYPE(self), text, "latin-1",
                             state);
    }
    return Py_BuildValue("(O(y#)N)", Py_TYPE(self), data, size, state);
}

static PyObject *
bytearray_reduce(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return reduce(self, 2);
}

static PyObject *
bytearray_reduce_ex(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    int proto = 0;
    if (!_PyArg_CheckPositional("__reduce_ex__", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs > 0) {
        proto = _PyLong_AsInt(args[0]);
        if (proto == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return reduce(self, proto);
}

static PyObject *
bytearray_sizeof(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return PyLong_FromSsize_t(_PyObject_SIZE(Py_TYPE(self))
                              + SELF(self)->ob_alloc);
}

static PyObject *
bytearray_alloc(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return PyLong_FromSsize_t(SELF(self)->ob_alloc);
}

/* -- Tables -------------------------------------------------------------- */

static PyMethodDef bytearray_methods[] = {
    {"__alloc__", bytearray_alloc, METH_NOARGS,
     PyDoc_STR("B.__alloc__() -> int\n\n"
               "The bytes of memory that are there for the content.")},
    {"__reduce__", bytearray_reduce, METH_NOARGS,
     PyDoc_STR("__reduce__($self, /)\n--\n\n"
               "Return state information for pickling.")},
    {"__reduce_ex__", _PyCFunction_CAST(bytearray_reduce_ex), METH_FASTCALL,
     PyDoc_STR("__reduce_ex__($self, proto=0, /)\n--\n\n"
               "Return state information for pickling.")},
    {"__sizeof__", bytearray_sizeof, METH_NOARGS,
     PyDoc_STR("__sizeof__($self, /)\n--\n\n"
               "The bytes of memory that the object takes.")},
    {"append", bytearray_append, METH_O,
     PyDoc_STR("append($self, item, /)\n--\n\n"
               "Add one byte, an integer, at the end.")},
    {"clear", bytearray_clear, METH_NOARGS,
     PyDoc_STR("clear($self, /)\n--\n\nRemove all bytes.")},
    {"copy", bytearray_copy, METH_NOARGS,
     PyDoc_STR("copy($self, /)\n--\n\nA copy.")},
    {"extend", bytearray_extend, METH_O,
     PyDoc_STR("extend($self, iterable_of_ints, /)\n--\n\n"
               "Add all bytes of a buffer or integers of an iterable at the\n"
               "end.")},
    {"fromhex", bytearray_fromhex, METH_O | METH_CLASS,
     PyDoc_STR("fromhex($type, string, /)\n--\n\n"
               "A bytearray from hexadecimal digits, two a byte; white space\n"
               "between them is skipped.")},
    {"insert", _PyCFunction_CAST(bytearray_insert), METH_FASTCALL,
     PyDoc_STR("insert($self, index, item, /)\n--\n\n"
               "Put one byte, an integer, before the index.")},
    {"pop", _PyCFunction_CAST(bytearray_pop), METH_FASTCALL,
     PyDoc_STR("pop($self, index=-1, /)\n--\n\n"
               "Remove the byte at the index, the last by default, and return\n"
               "it.")},
    {"remove", bytearray_remove, METH_O,
     PyDoc_STR("remove($self, value, /)\n--\n\n"
               "Remove the first byte of that value.")},
    {"reverse", bytearray_reverse, METH_NOARGS,
     PyDoc_STR("reverse($self, /)\n--\n\nTurn the order round in place.")},
    BYTES_LIKE_METHODS("bytearray"),
    {NULL, NULL},
};

static PySequenceMethods bytearray_as_sequence = {
    .sq_length = bytearray_length,
    .sq_concat = PyByteArray_Concat,
    .sq_repeat = bytearray_repeat,
    .sq_item = bytearray_getitem,
    .sq_ass_item = bytearray_setitem,
    .sq_contains = bytes_like_contains,
    .sq_inplace_concat = bytearray_iconcat,
    .sq_inplace_repeat = bytearray_irepeat,
};

static PyMappingMethods bytearray_as_mapping = {
    .mp_length = bytearray_length,
    .mp_subscript = bytearray_subscript,
    .mp_ass_subscript = bytearray_ass_subscript,
};

static PyNumberMethods bytearray_as_number = {
    .nb_remainder = bytearray_mod,
};

static PyBufferProcs bytearray_as_buffer = {
    .bf_getbuffer = bytearray_getbuffer,
    .bf_releasebuffer = bytearray_releasebuffer,
};

static PyObject *bytearray_iter(PyObject *seq);

PyDoc_STRVAR(bytearray_doc,
"bytearray(iterable_of_ints) -> bytearray\n"
"bytearray(string, encoding[, errors]) -> bytearray\n"
"bytearray(bytes_or_buffer) -> a copy that can change\n"
"bytearray(int) -> that many zero bytes\n"
"bytearray() -> no bytes\n"
"\n"
"A sequence of integers from 0 to 255 that can change.");

PyTypeObject PyByteArray_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bytearray",
    .tp_basicsize = sizeof(PyByteArrayObject),
    .tp_dealloc = bytearray_dealloc,
    .tp_repr = bytearray_repr,
    .tp_as_number = &bytearray_as_number,
    .tp_as_sequence = &bytearray_as_sequence,
    .tp_as_mapping = &bytearray_as_mapping,
    .tp_str = bytearray_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &bytearray_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
                | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = bytearray_doc,
    .tp_richcompare = bytearray_richcompare,
    .tp_iter = bytearray_iter,
    .tp_methods = bytearray_methods,
    .tp_init = bytearray_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_Free,
};

/* -- Iterator ------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    Py_ssize_t index;           /* of the next byte */
    PyObject *array;            /* NULL when exhausted */
} bytearrayiterobject;

static void
bytearrayiter_dealloc(bytearrayiterobject *it)
{
    _PyObject_GC_UNTRACK(it);
    Py_XDECREF(it->array);
    PyObject_GC_Del(it);
}

static int
bytearrayiter_traverse(bytearrayiterobject *it, visitproc visit, void *arg)
{
    Py_VISIT(it->array);
    return 0;
}

static PyObject *
bytearrayiter_next(bytearrayiterobject *it)
{
    PyObject *array = it->array;
    if (array == NULL) {
        return NULL;
    }
    if (it->index < PyByteArray_GET_SIZE(array)) {
        return PyLong_FromLong(
            (unsigned char)PyByteArray_AS_STRING(array)[it->index++]);
    }
    it->array = NULL;
    Py_DECREF(array);
    return NULL;
}

static PyObject *
bytearrayiter_length_hint(bytearrayiterobject *it,
                          PyObject *Py_UNUSED(unused))
{
    Py_ssize_t n = 0;
    if (it->array != NULL) {
        n = PyByteArray_GET_SIZE(it->array) - it->index;
        n = Py_MAX(n, 0);
    }
    return PyLong_FromSsize_t(n);
}

static PyObject *
bytearrayiter_reduce(bytearrayiterobject *it, PyObject *Py_UNUSED(unused))
{
    PyObject *iter = _PyEval_GetBuiltin(&_Py_ID(iter));
    if (iter == NULL) {
        return NULL;
    }
    /* looking up may have run Python code that exhausted the iterator */
    if (it->array != NULL) {
        return Py_BuildValue("N(O)n", iter, it->array, it->index);
    }
    return Py_BuildValue("N(())", iter);
}

static PyObject *
bytearrayiter_setstate(bytearrayiterobject *it, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (it->array != NULL) {
        Py_ssize_t size = PyByteArray_GET_SIZE(it->array);
        it->index = index < -1 ? -1 : Py_MIN(index, size);
        it->index = Py_MAX(it->index, 0);
    }
    Py_RETURN_NONE;
}

static PyMethodDef bytearrayiter_methods[] = {
    {"__length_hint__", (PyCFunction)bytearrayiter_length_hint, METH_NOARGS,
     PyDoc_STR("Private method returning an estimate of len(list(it)).")},
    {"__reduce__", (PyCFunction)bytearrayiter_reduce, METH_NOARGS,
     PyDoc_STR("Return state information for pickling.")},
    {"__setstate__", (PyCFunction)bytearrayiter_setstate, METH_O,
     PyDoc_STR("Set state information for unpickling.")},
    {NULL, NULL},
};

PyTypeObject PyByteArrayIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bytearray_iterator",
    .tp_basicsize = sizeof(bytearrayiterobject),
    .tp_dealloc = (destructor)bytearrayiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)bytearrayiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)bytearrayiter_next,
    .tp_methods = bytearrayiter_methods,
};

static PyObject *
bytearray_iter(PyObject *seq)
{
    if (!PyByteArray_Check(seq)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    bytearrayiterobject *it = PyObject_GC_New(bytearrayiterobject,
                                              &PyByteArrayIter_Type);
    if (it == NULL) {
        return NULL;
    }
    it->index = 0;
    it->array = Py_NewRef(seq);
    _PyObject_GC_TRACK(it);
    return (PyObject *)it;
}
