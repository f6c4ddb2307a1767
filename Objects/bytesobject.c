/* The type bytes: storage, construction, slots.

   The bytes follow the header and a zero follows them.  The empty object and
   the 256 objects of one byte exist once, statically. */
#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_bytes_methods.h"
#include "pycore_bytesobject.h"
#include "pycore_call.h"
#include "pycore_initconfig.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_pyhash.h"

/* ob_shash is deprecated for others, not here. */
_Py_COMP_DIAG_IGNORE_DEPR_DECLS

#define PyBytesObject_SIZE ((Py_ssize_t)offsetof(PyBytesObject, ob_sval) + 1)

/* -- Singletons ---------------------------------------------------------- */

static struct {
    PyBytesObject ob;
    char more;                  /* room for the zero */
} bytes_characters[256];

static PyBytesObject bytes_empty = {
    .ob_base = {.ob_base = {_PyObject_IMMORTAL_REFCNT, &PyBytes_Type},
                .ob_size = 0},
    .ob_shash = -1,
};

static PyObject *
bytes_character(unsigned char c)
{
    PyBytesObject *op = &bytes_characters[c].ob;
    if (Py_TYPE(op) == NULL) {
        Py_SET_REFCNT((PyObject *)op, _PyObject_IMMORTAL_REFCNT);
        Py_SET_TYPE((PyObject *)op, &PyBytes_Type);
        Py_SET_SIZE((PyVarObject *)op, 1);
        op->ob_shash = -1;
        op->ob_sval[0] = (char)c;
    }
    return Py_NewRef(op);
}

PyObject *
bytes_get_empty(void)
{
    return (PyObject *)&bytes_empty;
}

PyStatus
_PyBytes_InitTypes(PyInterpreterState *interp)
{
    return _PyStatus_OK();
}

/* -- Making -------------------------------------------------------------- */

static PyObject *
bytes_alloc(Py_ssize_t size, int zeroed)
{
    if ((size_t)size > (size_t)PY_SSIZE_T_MAX - (size_t)PyBytesObject_SIZE) {
        PyErr_SetString(PyExc_OverflowError, "byte string is too large");
        return NULL;
    }
    size_t whole = (size_t)(PyBytesObject_SIZE + size);
    PyBytesObject *op = zeroed ? PyObject_Calloc(1, whole)
                               : PyObject_Malloc(whole);
    if (op == NULL) {
        return PyErr_NoMemory();
    }
    _PyObject_InitVar((PyVarObject *)op, &PyBytes_Type, size);
    op->ob_shash = -1;
    op->ob_sval[size] = '\0';
    return (PyObject *)op;
}

PyObject *
PyBytes_FromStringAndSize(const char *str, Py_ssize_t size)
{
    if (size < 0) {
        PyErr_SetString(PyExc_SystemError,
                        "Negative size passed to PyBytes_FromStringAndSize");
        return NULL;
    }
    if (size == 1 && str != NULL) {
        return bytes_character((unsigned char)*str);
    }
    if (size == 0) {
        return Py_NewRef(bytes_get_empty());
    }
    PyObject *op = bytes_alloc(size, 0);
    if (op != NULL && str != NULL) {
        memcpy(PyBytes_AS_STRING(op), str, (size_t)size);
    }
    return op;
}

PyObject *
PyBytes_FromString(const char *str)
{
    size_t size = strlen(str);
    if (size > (size_t)(PY_SSIZE_T_MAX - PyBytesObject_SIZE)) {
        PyErr_SetString(PyExc_OverflowError, "byte string is too long");
        return NULL;
    }
    return PyBytes_FromStringAndSize(str, (Py_ssize_t)size);
}

int
_PyBytes_Resize(PyObject **pv, Py_ssize_t newsize)
{
    PyObject *v = *pv;
    if (!PyBytes_Check(v) || newsize < 0) {
        *pv = NULL;
        Py_DECREF(v);
        PyErr_BadInternalCall();
        return -1;
    }
    if (Py_SIZE(v) == newsize) {
        return 0;
    }
    if (Py_SIZE(v) == 0) {
        *pv = bytes_alloc(newsize, 0);
        Py_DECREF(v);
        return *pv == NULL ? -1 : 0;
    }
    if (newsize == 0) {
        *pv = Py_NewRef(bytes_get_empty());
        Py_DECREF(v);
        return 0;
    }
    if (Py_REFCNT(v) != 1) {
        *pv = NULL;
        Py_DECREF(v);
        PyErr_BadInternalCall();
        return -1;
    }
    *pv = PyObject_Realloc(v, (size_t)(PyBytesObject_SIZE + newsize));
    if (*pv == NULL) {
        PyObject_Free(v);
        PyErr_NoMemory();
        return -1;
    }
    PyBytesObject *op = (PyBytesObject *)*pv;
    Py_SET_SIZE((PyVarObject *)op, newsize);
    op->ob_sval[newsize] = '\0';
    op->ob_shash = -1;
    return 0;
}

/* -- From objects -------------------------------------------------------- */

static PyObject *
bytes_from_buffer(PyObject *x)
{
    Py_buffer view;
    if (PyObject_GetBuffer(x, &view, PyBUF_FULL_RO) < 0) {
        return NULL;
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, view.len);
    if (result != NULL && view.len > 0
        && PyBuffer_ToContiguous(PyBytes_AS_STRING(result), &view, view.len,
                                 'C') < 0) {
        Py_CLEAR(result);
    }
    PyBuffer_Release(&view);
    return result;
}

/* The byte that item stands for, or -1. */
static int
byte_from_item(PyObject *item)
{
    Py_ssize_t value = PyNumber_AsSsize_t(item, NULL);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (value < 0 || value >= 256) {
        PyErr_SetString(PyExc_ValueError, "bytes must be in range(0, 256)");
        return -1;
    }
    return (int)value;
}

static PyObject *
bytes_from_iterator(PyObject *it, Py_ssize_t hint)
{
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    Py_ssize_t size = hint;
    char *str = _PyBytesWriter_Alloc(&writer, size);
    if (str == NULL) {
        return NULL;
    }
    writer.overallocate = 1;
    size = writer.allocated;
    for (Py_ssize_t i = 0;; i++) {
        PyObject *item = PyIter_Next(it);
        if (item == NULL) {
            if (PyErr_Occurred()) {
                goto error;
            }
            break;
        }
        int byte = byte_from_item(item);
        Py_DECREF(item);
        if (byte < 0) {
            goto error;
        }
        if (i >= size) {
            str = _PyBytesWriter_Resize(&writer, str, size + 1);
            if (str == NULL) {
                return NULL;
            }
            size = writer.allocated;
        }
        *str++ = (char)byte;
    }
    return _PyBytesWriter_Finish(&writer, str);

error:
    _PyBytesWriter_Dealloc(&writer);
    return NULL;
}

/* A list may change while its items are asked for their values. */
static PyObject *
bytes_from_list(PyObject *x)
{
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    Py_ssize_t size = PyList_GET_SIZE(x);
    char *str = _PyBytesWriter_Alloc(&writer, size);
    if (str == NULL) {
        return NULL;
    }
    writer.overallocate = 1;
    size = writer.allocated;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(x); i++) {
        PyObject *item = Py_NewRef(PyList_GET_ITEM(x, i));
        int byte = byte_from_item(item);
        Py_DECREF(item);
        if (byte < 0) {
            _PyBytesWriter_Dealloc(&writer);
            return NULL;
        }
        if (i >= size) {
            str = _PyBytesWriter_Resize(&writer, str, size + 1);
            if (str == NULL) {
                return NULL;
            }
            size = writer.allocated;
        }
        *str++ = (char)byte;
    }
    return _PyBytesWriter_Finish(&writer, str);
}

static PyObject *
bytes_from_tuple(PyObject *x)
{
    Py_ssize_t size = PyTuple_GET_SIZE(x);
    PyObject *result = PyBytes_FromStringAndSize(NULL, size);
    if (result == NULL) {
        return NULL;
    }
    char *str = PyBytes_AS_STRING(result);
    for (Py_ssize_t i = 0; i < size; i++) {
        int byte = byte_from_item(PyTuple_GET_ITEM(x, i));
        if (byte < 0) {
            Py_DECREF(result);
            return NULL;
        }
        str[i] = (char)byte;
    }
    return result;
}

PyObject *
PyBytes_FromObject(PyObject *x)
{
    if (x == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyBytes_CheckExact(x)) {
        return Py_NewRef(x);
    }
    if (PyObject_CheckBuffer(x)) {
        return bytes_from_buffer(x);
    }
    if (PyList_CheckExact(x)) {
        return bytes_from_list(x);
    }
    if (PyTuple_CheckExact(x)) {
        return bytes_from_tuple(x);
    }
    if (!PyUnicode_Check(x)) {
        PyObject *it = PyObject_GetIter(x);
        if (it != NULL) {
            PyObject *result = NULL;
            Py_ssize_t hint = PyObject_LengthHint(x, 64);
            if (hint >= 0) {
                result = bytes_from_iterator(it, hint);
            }
            Py_DECREF(it);
            return result;
        }
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
            return NULL;
        }
    }
    PyErr_Format(PyExc_TypeError, "cannot convert '%.200s' object to bytes",
                 Py_TYPE(x)->tp_name);
    return NULL;
}

/* -- Access -------------------------------------------------------------- */

static int
expect_bytes(PyObject *op)
{
    if (!PyBytes_Check(op)) {
        PyErr_Format(PyExc_TypeError, "expected bytes, %.200s found",
                     Py_TYPE(op)->tp_name);
        return -1;
    }
    return 0;
}

Py_ssize_t
PyBytes_Size(PyObject *op)
{
    return expect_bytes(op) < 0 ? -1 : PyBytes_GET_SIZE(op);
}

char *
PyBytes_AsString(PyObject *op)
{
    return expect_bytes(op) < 0 ? NULL : PyBytes_AS_STRING(op);
}

int
PyBytes_AsStringAndSize(PyObject *obj, char **s, Py_ssize_t *len)
{
    if (s == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (expect_bytes(obj) < 0) {
        return -1;
    }
    *s = PyBytes_AS_STRING(obj);
    if (len != NULL) {
        *len = PyBytes_GET_SIZE(obj);
    }
    else if (strlen(*s) != (size_t)PyBytes_GET_SIZE(obj)) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        return -1;
    }
    return 0;
}

/* -- repr and str -------------------------------------------------------- */

PyObject *
PyBytes_Repr(PyObject *obj, int smartquotes)
{
    const unsigned char *s = (const unsigned char *)PyBytes_AS_STRING(obj);
    Py_ssize_t n = PyBytes_GET_SIZE(obj), size = 3;
    unsigned char quote = '\'';
    if (smartquotes && memchr(s, '\'', (size_t)n)
        && !memchr(s, '"', (size_t)n)) {
        quote = '"';
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        unsigned char c = s[i];
        Py_ssize_t width = 1;
        if (c == quote || c == '\\' || c == '\t' || c == '\n' || c == '\r') {
            width = 2;
        }
        else if (c < ' ' || c >= 0x7f) {
            width = 4;
        }
        if (size > PY_SSIZE_T_MAX - width) {
            PyErr_SetString(PyExc_OverflowError,
                            "bytes object is too large to make repr");
            return NULL;
        }
        size += width;
    }
    PyObject *repr = PyUnicode_New(size, 127);
    if (repr == NULL) {
        return NULL;
    }
    unsigned char *p = PyUnicode_1BYTE_DATA(repr);
    *p++ = 'b';
    *p++ = quote;
    for (Py_ssize_t i = 0; i < n; i++) {
        unsigned char c = s[i];
        if (c == quote || c == '\\') {
            *p++ = '\\';
            *p++ = c;
        }
        else if (c == '\t' || c == '\n' || c == '\r') {
            *p++ = '\\';
            *p++ = c == '\t' ? 't' : c == '\n' ? 'n' : 'r';
        }
        else if (c < ' ' || c >= 0x7f) {
            *p++ = '\\';
            *p++ = 'x';
            *p++ = (unsigned char)Py_hexdigits[c >> 4];
            *p++ = (unsigned char)Py_hexdigits[c & 15];
        }
        else {
            *p++ = c;
        }
    }
    *p = quote;
    return repr;
}

static PyObject *
bytes_repr(PyObject *op)
{
    return PyBytes_Repr(op, 1);
}

static PyObject *
bytes_str(PyObject *op)
{
    if (_Py_GetConfig()->bytes_warning) {
        if (PyErr_WarnEx(PyExc_BytesWarning, "str() on a bytes instance",
                         1)) {
            return NULL;
        }
    }
    return bytes_repr(op);
}

/* -- Sequence ------------------------------------------------------------ */

static Py_ssize_t
bytes_length(PyObject *self)
{
    return Py_SIZE(self);
}

static PyObject *
bytes_concat(PyObject *a, PyObject *b)
{
    Py_buffer va = {.len = -1}, vb = {.len = -1};
    PyObject *result = NULL;
    if (PyObject_GetBuffer(a, &va, PyBUF_SIMPLE) != 0
        || PyObject_GetBuffer(b, &vb, PyBUF_SIMPLE) != 0) {
        PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s",
                     Py_TYPE(b)->tp_name, Py_TYPE(a)->tp_name);
    }
    else if (va.len == 0 && PyBytes_CheckExact(b)) {
        result = Py_NewRef(b);
    }
    else if (vb.len == 0 && PyBytes_CheckExact(a)) {
        result = Py_NewRef(a);
    }
    else if (va.len > PY_SSIZE_T_MAX - vb.len) {
        PyErr_NoMemory();
    }
    else {
        result = PyBytes_FromStringAndSize(NULL, va.len + vb.len);
        if (result != NULL) {
            memcpy(PyBytes_AS_STRING(result), va.buf, (size_t)va.len);
            memcpy(PyBytes_AS_STRING(result) + va.len, vb.buf,
                   (size_t)vb.len);
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

void
_PyBytes_Repeat(char *dest, Py_ssize_t len_dest, const char *src,
                Py_ssize_t len_src)
{
    if (len_dest == 0) {
        return;
    }
    if (len_src == 1) {
        memset(dest, src[0], (size_t)len_dest);
        return;
    }
    if (src != dest) {
        memcpy(dest, src, (size_t)len_src);
    }
    Py_ssize_t done = len_src;
    while (done < len_dest) {
        Py_ssize_t n = Py_MIN(done, len_dest - done);
        memcpy(dest + done, dest, (size_t)n);
        done += n;
    }
}

static PyObject *
bytes_repeat(PyObject *a, Py_ssize_t n)
{
    if (n < 0) {
        n = 0;
    }
    if (n > 0 && Py_SIZE(a) > PY_SSIZE_T_MAX / n) {
        PyErr_SetString(PyExc_OverflowError, "repeated bytes are too long");
        return NULL;
    }
    Py_ssize_t size = Py_SIZE(a) * n;
    if (size == Py_SIZE(a) && PyBytes_CheckExact(a)) {
        return Py_NewRef(a);
    }
    if (size > PY_SSIZE_T_MAX - PyBytesObject_SIZE) {
        PyErr_SetString(PyExc_OverflowError, "repeated bytes are too long");
        return NULL;
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, size);
    if (result != NULL) {
        _PyBytes_Repeat(PyBytes_AS_STRING(result), size,
                        PyBytes_AS_STRING(a), Py_SIZE(a));
    }
    return result;
}

static PyObject *
bytes_item(PyObject *a, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(a)) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return NULL;
    }
    return PyLong_FromLong((unsigned char)PyBytes_AS_STRING(a)[i]);
}

static PyObject *
bytes_subscript(PyObject *self, PyObject *item)
{
    if (_PyIndex_Check(item)) {
        Py_ssize_t i = PyNumber_AsSsize_t(item, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return bytes_item(self, i < 0 ? i + Py_SIZE(self) : i);
    }
    if (!PySlice_Check(item)) {
        PyErr_Format(PyExc_TypeError,
                     "byte indices must be integers or slices, not %.200s",
                     Py_TYPE(item)->tp_name);
        return NULL;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(item, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t size = Py_SIZE(self);
    Py_ssize_t count = PySlice_AdjustIndices(size, &start, &stop, step);
    if (count <= 0) {
        return PyBytes_FromStringAndSize("", 0);
    }
    const char *from = PyBytes_AS_STRING(self);
    if (start == 0 && step == 1 && count == size
        && PyBytes_CheckExact(self)) {
        return Py_NewRef(self);
    }
    if (step == 1) {
        return PyBytes_FromStringAndSize(from + start, count);
    }
    if (count == 1) {
        return bytes_character((unsigned char)from[start]);
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, count);
    if (result != NULL) {
        char *to = PyBytes_AS_STRING(result);
        for (Py_ssize_t i = 0; i < count; i++, start += step) {
            to[i] = from[start];
        }
    }
    return result;
}

/* -- Comparison and hash ------------------------------------------------- */

static PyObject *
bytes_richcompare(PyObject *a, PyObject *b, int op)
{
    if (!PyBytes_Check(a) || !PyBytes_Check(b)) {
        if (_Py_GetConfig()->bytes_warning && (op == Py_EQ || op == Py_NE)) {
            if (PyUnicode_Check(a) || PyUnicode_Check(b)) {
                if (PyErr_WarnEx(PyExc_BytesWarning,
                                 "Comparison between bytes and string", 1)) {
                    return NULL;
                }
            }
            if (PyLong_Check(a) || PyLong_Check(b)) {
                if (PyErr_WarnEx(PyExc_BytesWarning,
                                 "Comparison between bytes and int", 1)) {
                    return NULL;
                }
            }
        }
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_ssize_t n = Py_SIZE(a), m = Py_SIZE(b);
    if (op == Py_EQ || op == Py_NE) {
        int equal = a == b
                    || (n == m
                        && memcmp(PyBytes_AS_STRING(a), PyBytes_AS_STRING(b),
                                  (size_t)n) == 0);
        return PyBool_FromLong(equal ^ (op == Py_NE));
    }
    int order = a == b ? 0 : memcmp(PyBytes_AS_STRING(a),
                                    PyBytes_AS_STRING(b),
                                    (size_t)Py_MIN(n, m));
    if (order != 0) {
        Py_RETURN_RICHCOMPARE(order, 0, op);
    }
    Py_RETURN_RICHCOMPARE(n, m, op);
}

static Py_hash_t
bytes_hash(PyObject *self)
{
    PyBytesObject *op = (PyBytesObject *)self;
    if (op->ob_shash == -1) {
        op->ob_shash = _Py_HashBytes(op->ob_sval, Py_SIZE(op));
    }
    return op->ob_shash;
}

static int
bytes_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    return PyBuffer_FillInfo(view, self, PyBytes_AS_STRING(self),
                             Py_SIZE(self), 1, flags);
}

static PyObject *
bytes_mod(PyObject *self, PyObject *arg)
{
    if (!PyBytes_Check(self)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return _PyBytes_FormatEx(PyBytes_AS_STRING(self), PyBytes_GET_SIZE(self),
                             arg, 0);
}

/* -- Appending ----------------------------------------------------------- */

void
PyBytes_Concat(PyObject **pv, PyObject *w)
{
    if (*pv == NULL) {
        return;
    }
    if (w == NULL) {
        Py_CLEAR(*pv);
        return;
    }
    if (Py_REFCNT(*pv) == 1 && PyBytes_CheckExact(*pv)) {
        Py_buffer wb;
        if (PyObject_GetBuffer(w, &wb, PyBUF_SIMPLE) != 0) {
            PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s",
                         Py_TYPE(w)->tp_name, Py_TYPE(*pv)->tp_name);
            Py_CLEAR(*pv);
            return;
        }
        Py_ssize_t old = PyBytes_GET_SIZE(*pv);
        if (old > PY_SSIZE_T_MAX - wb.len) {
            PyErr_NoMemory();
            Py_CLEAR(*pv);
        }
        else if (_PyBytes_Resize(pv, old + wb.len) == 0 && wb.len > 0) {
            memcpy(PyBytes_AS_STRING(*pv) + old, wb.buf, (size_t)wb.len);
        }
        PyBuffer_Release(&wb);
        return;
    }
    PyObject *joined = bytes_concat(*pv, w);
    Py_SETREF(*pv, joined);
}

void
PyBytes_ConcatAndDel(PyObject **pv, PyObject *w)
{
    PyBytes_Concat(pv, w);
    Py_XDECREF(w);
}

/* -- Construction from Python -------------------------------------------- */

static PyObject *
bytes_of_zeros(Py_ssize_t size)
{
    if (size == 0) {
        return Py_NewRef(bytes_get_empty());
    }
    return bytes_alloc(size, 1);
}

/* bytes(x) for an x that is no str; may run Python. */
static PyObject *
bytes_from_source(PyObject *x)
{
    PyObject *method = _PyObject_LookupSpecial(x, &_Py_ID(__bytes__));
    if (method != NULL) {
        PyObject *bytes = _PyObject_CallNoArgs(method);
        Py_DECREF(method);
        if (bytes != NULL && !PyBytes_Check(bytes)) {
            PyErr_Format(PyExc_TypeError,
                         "__bytes__ returned non-bytes (type %.200s)",
                         Py_TYPE(bytes)->tp_name);
            Py_CLEAR(bytes);
        }
        return bytes;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (PyUnicode_Check(x)) {
        PyErr_SetString(PyExc_TypeError, "string argument without an encoding");
        return NULL;
    }
    if (_PyIndex_Check(x)) {
        Py_ssize_t size = PyNumber_AsSsize_t(x, PyExc_OverflowError);
        if (size == -1 && PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
                return NULL;
            }
            PyErr_Clear();      /* perhaps something else will do */
        }
        else {
            if (size < 0) {
                PyErr_SetString(PyExc_ValueError, "negative count");
                return NULL;
            }
            return bytes_of_zeros(size);
        }
    }
    return PyBytes_FromObject(x);
}

static PyObject *
bytes_subtype_steal(PyTypeObject *type, PyObject *bytes)
{
    if (bytes == NULL || type == &PyBytes_Type) {
        return bytes;
    }
    Py_ssize_t n = PyBytes_GET_SIZE(bytes);
    PyObject *self = type->tp_alloc(type, n);
    if (self != NULL) {
        memcpy(PyBytes_AS_STRING(self), PyBytes_AS_STRING(bytes),
               (size_t)n + 1);
        ((PyBytesObject *)self)->ob_shash =
            ((PyBytesObject *)bytes)->ob_shash;
    }
    Py_DECREF(bytes);
    return self;
}

static PyObject *
bytes_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"source", "encoding", "errors",
                                           NULL};
    PyObject *x = NULL, *bytes;
    const char *encoding = NULL, *errors = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|Oss:bytes",
                                     (char **)keywords, &x, &encoding,
                                     &errors)) {
        return NULL;
    }
    if (x == NULL) {
        if (encoding != NULL || errors != NULL) {
            PyErr_SetString(PyExc_TypeError,
                            encoding != NULL
                                ? "encoding without a string argument"
                                : "errors without a string argument");
            return NULL;
        }
        bytes = Py_NewRef(bytes_get_empty());
    }
    else if (encoding != NULL) {
        if (!PyUnicode_Check(x)) {
            PyErr_SetString(PyExc_TypeError,
                            "encoding without a string argument");
            return NULL;
        }
        bytes = PyUnicode_AsEncodedString(x, encoding, errors);
    }
    else if (errors != NULL) {
        PyErr_SetString(PyExc_TypeError,
                        PyUnicode_Check(x)
                            ? "string argument without an encoding"
                            : "errors without a string argument");
        return NULL;
    }
    else {
        bytes = bytes_from_source(x);
    }
    return bytes_subtype_steal(type, bytes);
}

/* -- Hexadecimal and escapes --------------------------------------------- */

PyObject *
_PyBytes_FromHex(PyObject *string, int use_bytearray)
{
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    writer.use_bytearray = use_bytearray;
    if (PyUnicode_READY(string)) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(string), i = 0;
    int kind = PyUnicode_KIND(string);
    const void *data = PyUnicode_DATA(string);
    char *to = _PyBytesWriter_Alloc(&writer, n / 2);
    if (to == NULL) {
        return NULL;
    }
    while (i < n) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        if (c < 128 && Py_ISSPACE(c)) {
            i++;
            continue;
        }
        Py_UCS4 d = i + 1 < n ? PyUnicode_READ(kind, data, i + 1) : 0;
        unsigned int top = c < 128 ? _PyLong_DigitValue[c] : 37;
        unsigned int bottom = d < 128 ? _PyLong_DigitValue[d] : 37;
        if (top >= 16 || bottom >= 16) {
            PyErr_Format(PyExc_ValueError,
                         "non-hexadecimal number found in fromhex() arg at "
                         "position %zd", top >= 16 ? i : i + 1);
            _PyBytesWriter_Dealloc(&writer);
            return NULL;
        }
        *to++ = (char)(top << 4 | bottom);
        i += 2;
    }
    return _PyBytesWriter_Finish(&writer, to);
}

/* The value of the escape letter, or -1. */
static int
simple_escape(char c)
{
    switch (c) {
    case '\\':
    case '\'':
    case '"':
        return c;
    case 'a':
        return '\a';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    default:
        return -1;
    }
}

/* What to do about a bad \x at `at`: 0, or -1 with an exception. */
static int
bad_hex_escape(const char *errors, Py_ssize_t at, char **to)
{
    if (errors == NULL || strcmp(errors, "strict") == 0) {
        PyErr_Format(PyExc_ValueError, "invalid \\x escape at position %zd",
                     at);
        return -1;
    }
    if (strcmp(errors, "replace") == 0) {
        *(*to)++ = '?';
    }
    else if (strcmp(errors, "ignore") != 0) {
        PyErr_Format(PyExc_ValueError,
                     "decoding error; unknown error handling code: %.400s",
                     errors);
        return -1;
    }
    return 0;
}

PyObject *
_PyBytes_DecodeEscape(const char *s, Py_ssize_t len, const char *errors,
                      const char **first_invalid_escape)
{
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    char *to = _PyBytesWriter_Alloc(&writer, len);
    if (to == NULL) {
        return NULL;
    }
    *first_invalid_escape = NULL;
    const char *start = s, *end = s + len;
    while (s < end) {
        if (*s != '\\') {
            *to++ = *s++;
            continue;
        }
        if (++s == end) {
            PyErr_SetString(PyExc_ValueError, "Trailing \\ in string");
            goto error;
        }
        char c = *s++;
        int value = simple_escape(c);
        if (value >= 0) {
            *to++ = (char)value;
        }
        else if (c >= '0' && c <= '7') {
            value = c - '0';
            for (int i = 0; i < 2 && s < end && *s >= '0' && *s <= '7';
                 i++) {
                value = value * 8 + (*s++ - '0');
            }
            if (value > 0377 && *first_invalid_escape == NULL) {
                *first_invalid_escape = s - 3;
            }
            *to++ = (char)value;
        }
        else if (c == 'x') {
            if (s + 1 < end) {
                int top = _PyLong_DigitValue[(unsigned char)s[0]];
                int bottom = _PyLong_DigitValue[(unsigned char)s[1]];
                if (top < 16 && bottom < 16) {
                    *to++ = (char)(top << 4 | bottom);
                    s += 2;
                    continue;
                }
            }
            if (bad_hex_escape(errors, s - 2 - start, &to) < 0) {
                goto error;
            }
            if (s < end && Py_ISXDIGIT(*s)) {
                s++;
            }
        }
        else if (c != '\n') {
            if (*first_invalid_escape == NULL) {
                *first_invalid_escape = s - 1;
            }
            *to++ = '\\';
            *to++ = c;
        }
    }
    return _PyBytesWriter_Finish(&writer, to);

error:
    _PyBytesWriter_Dealloc(&writer);
    return NULL;
}

PyObject *
PyBytes_DecodeEscape(const char *s, Py_ssize_t len, const char *errors,
                     Py_ssize_t unicode, const char *recode_encoding)
{
    const char *invalid;
    PyObject *result = _PyBytes_DecodeEscape(s, len, errors, &invalid);
    if (result != NULL && invalid != NULL) {
        unsigned char c = (unsigned char)*invalid;
        int status = c >= '4' && c <= '7'
                         ? PyErr_WarnFormat(
                               PyExc_DeprecationWarning, 1,
                               "invalid octal escape sequence '\\%.3s'",
                               invalid)
                         : PyErr_WarnFormat(
                               PyExc_DeprecationWarning, 1,
                               "invalid escape sequence '\\%c'", c);
        if (status < 0) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

/* -- Methods ------------------------------------------------------------- */

static PyObject *
bytes___bytes__(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (PyBytes_CheckExact(self)) {
        return Py_NewRef(self);
    }
    return PyBytes_FromStringAndSize(PyBytes_AS_STRING(self), Py_SIZE(self));
}

static PyObject *
bytes_getnewargs(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return Py_BuildValue("(y#)", PyBytes_AS_STRING(self), Py_SIZE(self));
}

static PyObject *
bytes_fromhex(PyObject *type, PyObject *string)
{
    if (!PyUnicode_Check(string)) {
        _PyArg_BadArgument("fromhex", "argument", "str", string);
        return NULL;
    }
    PyObject *result = _PyBytes_FromHex(string, 0);
    if (type != (PyObject *)&PyBytes_Type && result != NULL) {
        Py_SETREF(result, PyObject_CallOneArg(type, result));
    }
    return result;
}

static PyMethodDef bytes_methods[] = {
    {"__getnewargs__", bytes_getnewargs, METH_NOARGS},
    {"__bytes__", bytes___bytes__, METH_NOARGS,
     PyDoc_STR("__bytes__($self, /)\n--\n\n"
               "The value as an object of exactly the type bytes.")},
    {"fromhex", bytes_fromhex, METH_O | METH_CLASS,
     PyDoc_STR("fromhex($type, string, /)\n--\n\n"
               "Bytes from hexadecimal digits, two each; white space between\n"
               "them is skipped.")},
    BYTES_LIKE_METHODS("bytes object"),
    {NULL, NULL},
};

static PySequenceMethods bytes_as_sequence = {
    .sq_length = bytes_length,
    .sq_concat = bytes_concat,
    .sq_repeat = bytes_repeat,
    .sq_item = bytes_item,
    .sq_contains = bytes_like_contains,
};

static PyMappingMethods bytes_as_mapping = {
    .mp_length = bytes_length,
    .mp_subscript = bytes_subscript,
};

static PyNumberMethods bytes_as_number = {
    .nb_remainder = bytes_mod,
};

static PyBufferProcs bytes_as_buffer = {
    .bf_getbuffer = bytes_getbuffer,
};

static PyObject *
bytes_tp_alloc(PyTypeObject *type, Py_ssize_t nitems)
{
    PyObject *self = PyType_GenericAlloc(type, nitems);
    if (self != NULL) {
        ((PyBytesObject *)self)->ob_shash = -1;
    }
    return self;
}

static PyObject *bytes_iter(PyObject *seq);

PyDoc_STRVAR(bytes_doc,
"bytes(iterable_of_ints) -> bytes\n"
"bytes(string, encoding[, errors]) -> bytes\n"
"bytes(bytes_or_buffer) -> a copy that does not change\n"
"bytes(int) -> that many zero bytes\n"
"bytes() -> no bytes\n"
"\n"
"A sequence of integers from 0 to 255 that does not change.");

PyTypeObject PyBytes_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bytes",
    .tp_basicsize = PyBytesObject_SIZE,
    .tp_itemsize = sizeof(char),
    .tp_repr = bytes_repr,
    .tp_as_number = &bytes_as_number,
    .tp_as_sequence = &bytes_as_sequence,
    .tp_as_mapping = &bytes_as_mapping,
    .tp_hash = bytes_hash,
    .tp_str = bytes_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &bytes_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_BYTES_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = bytes_doc,
    .tp_richcompare = bytes_richcompare,
    .tp_iter = bytes_iter,
    .tp_methods = bytes_methods,
    .tp_alloc = bytes_tp_alloc,
    .tp_new = bytes_new,
    .tp_free = PyObject_Free,
};

/* -- Iterator ------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    Py_ssize_t index;           /* of the next byte */
    PyObject *bytes;            /* NULL when exhausted */
} bytesiterobject;

static void
bytesiter_dealloc(bytesiterobject *it)
{
    _PyObject_GC_UNTRACK(it);
    Py_XDECREF(it->bytes);
    PyObject_GC_Del(it);
}

static int
bytesiter_traverse(bytesiterobject *it, visitproc visit, void *arg)
{
    Py_VISIT(it->bytes);
    return 0;
}

static PyObject *
bytesiter_next(bytesiterobject *it)
{
    PyObject *bytes = it->bytes;
    if (bytes == NULL) {
        return NULL;
    }
    if (it->index < PyBytes_GET_SIZE(bytes)) {
        return PyLong_FromLong(
            (unsigned char)PyBytes_AS_STRING(bytes)[it->index++]);
    }
    it->bytes = NULL;
    Py_DECREF(bytes);
    return NULL;
}

static PyObject *
bytesiter_len(bytesiterobject *it, PyObject *Py_UNUSED(unused))
{
    Py_ssize_t length = 0;
    if (it->bytes != NULL) {
        length = PyBytes_GET_SIZE(it->bytes) - it->index;
    }
    return PyLong_FromSsize_t(length);
}

static PyObject *
bytesiter_reduce(bytesiterobject *it, PyObject *Py_UNUSED(unused))
{
    PyObject *iter = _PyEval_GetBuiltin(&_Py_ID(iter));
    if (iter == NULL) {
        return NULL;
    }
    /* looking up may have run Python code that exhausted the iterator */
    if (it->bytes != NULL) {
        return Py_BuildValue("N(O)n", iter, it->bytes, it->index);
    }
    return Py_BuildValue("N(())", iter);
}

static PyObject *
bytesiter_setstate(bytesiterobject *it, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (it->bytes != NULL) {
        it->index = index < 0 ? 0 : Py_MIN(index,
                                           PyBytes_GET_SIZE(it->bytes));
    }
    Py_RETURN_NONE;
}

static PyMethodDef bytesiter_methods[] = {
    {"__length_hint__", (PyCFunction)bytesiter_len, METH_NOARGS,
     PyDoc_STR("Private method returning an estimate of len(list(it)).")},
    {"__reduce__", (PyCFunction)bytesiter_reduce, METH_NOARGS,
     PyDoc_STR("Return state information for pickling.")},
    {"__setstate__", (PyCFunction)bytesiter_setstate, METH_O,
     PyDoc_STR("Set state information for unpickling.")},
    {NULL, NULL},
};

PyTypeObject PyBytesIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bytes_iterator",
    .tp_basicsize = sizeof(bytesiterobject),
    .tp_dealloc = (destructor)bytesiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)bytesiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)bytesiter_next,
    .tp_methods = bytesiter_methods,
};

static PyObject *
bytes_iter(PyObject *seq)
{
    if (!PyBytes_Check(seq)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    bytesiterobject *it = PyObject_GC_New(bytesiterobject, &PyBytesIter_Type);
    if (it == NULL) {
        return NULL;
    }
    it->index = 0;
    it->bytes = Py_NewRef(seq);
    _PyObject_GC_TRACK(it);
    return (PyObject *)it;
}
