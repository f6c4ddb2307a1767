/* memoryview: single items to objects and back, and comparison.

   Items in a native single-character format are handled here; comparison asks
   the struct module about any other format. */

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_long.h"
#include "pycore_memoryview.h"
#include "pycore_object.h"

/* -- Formats ------------------------------------------------------------ */

Py_ssize_t
memory_format_size(char *native, const char *format)
{
    if (format[0] == '@') {
        format++;
    }
    Py_ssize_t size;
    switch (format[0]) {
    case 'c': case 'b': case 'B':
        size = sizeof(char);
        break;
    case 'h': case 'H':
        size = sizeof(short);
        break;
    case 'i': case 'I':
        size = sizeof(int);
        break;
    case 'l': case 'L':
        size = sizeof(long);
        break;
    case 'q': case 'Q':
        size = sizeof(long long);
        break;
    case 'n': case 'N':
        size = sizeof(Py_ssize_t);
        break;
    case 'f':
        size = sizeof(float);
        break;
    case 'd':
        size = sizeof(double);
        break;
    case '?':
        size = sizeof(_Bool);
        break;
    case 'P':
        size = sizeof(void *);
        break;
    default:
        return -1;
    }
    if (format[1] != '\0') {
        return -1;
    }
    *native = format[0];
    return size;
}

const char *
memory_format_native(const Py_buffer *view)
{
    const char *format = view->format;
    if (format[0] == '@') {
        format++;
    }
    if (format[0] != '\0' && format[1] == '\0') {
        return format;
    }
    PyErr_Format(PyExc_NotImplementedError,
                 "memoryview: unsupported format %s", view->format);
    return NULL;
}

/* -- To objects --------------------------------------------------------- */

#define LOAD(type, ptr)                                                 \
    ({                                                                  \
        type value_;                                                    \
        memcpy(&value_, ptr, sizeof(value_));                           \
        value_;                                                         \
    })

static PyObject *
unpack_native(const char *ptr, const char *format)
{
    switch (format[0]) {
    case 'b':
        return PyLong_FromLong(*(const signed char *)ptr);
    case 'B':
        return _PyLong_FromUnsignedChar(*(const unsigned char *)ptr);
    case 'h':
        return PyLong_FromLong(LOAD(short, ptr));
    case 'H':
        return PyLong_FromLong(LOAD(unsigned short, ptr));
    case 'i':
        return PyLong_FromLong(LOAD(int, ptr));
    case 'I':
        return PyLong_FromUnsignedLong(LOAD(unsigned int, ptr));
    case 'l':
        return PyLong_FromLong(LOAD(long, ptr));
    case 'L':
        return PyLong_FromUnsignedLong(LOAD(unsigned long, ptr));
    case 'q':
        return PyLong_FromLongLong(LOAD(long long, ptr));
    case 'Q':
        return PyLong_FromUnsignedLongLong(LOAD(unsigned long long, ptr));
    case 'n':
        return PyLong_FromSsize_t(LOAD(Py_ssize_t, ptr));
    case 'N':
        return PyLong_FromSize_t(LOAD(size_t, ptr));
    case 'f':
        return PyFloat_FromDouble(LOAD(float, ptr));
    case 'd':
        return PyFloat_FromDouble(LOAD(double, ptr));
    case '?':
        return PyBool_FromLong(*ptr != 0);
    case 'c':
        return PyBytes_FromStringAndSize(ptr, 1);
    case 'P':
        return PyLong_FromVoidPtr(LOAD(void *, ptr));
    default:
        return PyErr_Format(PyExc_NotImplementedError,
                            "memoryview: format %s not supported", format);
    }
}

PyObject *
memory_unpack(PyMemoryViewObject *self, const char *ptr, const char *format)
{
    /* Finding the item may have run Python code. */
    if (memoryview_check(self) < 0) {
        return NULL;
    }
    return unpack_native(ptr, format);
}

/* -- From objects ------------------------------------------------------- */

static int
type_error(const char *format)
{
    PyErr_Format(PyExc_TypeError, "memoryview: invalid type for format '%s'",
                 format);
    return -1;
}

static int
value_error(const char *format)
{
    PyErr_Format(PyExc_ValueError,
                 "memoryview: invalid value for format '%s'", format);
    return -1;
}

/* Says in our words what a conversion complained about. */
static int
fix_error(const char *format)
{
    if (PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        return type_error(format);
    }
    if (PyErr_ExceptionMatches(PyExc_OverflowError)
        || PyErr_ExceptionMatches(PyExc_ValueError)) {
        PyErr_Clear();
        return value_error(format);
    }
    return -1;
}

/* An integer of any native type as 64 bits, range checked. */
static int
integer_get(PyObject *item, const char *format, size_t size, int is_signed,
            uint64_t *value)
{
    PyObject *index = _PyNumber_Index(item);
    if (index == NULL) {
        return fix_error(format);
    }
    int status = _PyLong_AsByteArray((PyLongObject *)index,
                                     (unsigned char *)value, size,
                                     PY_LITTLE_ENDIAN, is_signed);
    Py_DECREF(index);
    return status < 0 ? fix_error(format) : 0;
}

static int
pack_integer(PyMemoryViewObject *self, char *ptr, PyObject *item,
             const char *format, size_t size, int is_signed)
{
    uint64_t value = 0;
    if (integer_get(item, format, size, is_signed, &value) < 0
        || memoryview_check(self) < 0) {
        return -1;
    }
    memcpy(ptr, &value, size);
    return 0;
}

static int
pack_double(PyMemoryViewObject *self, char *ptr, PyObject *item,
            const char *format)
{
    double d = PyFloat_AsDouble(item);
    if (d == -1.0 && PyErr_Occurred()) {
        return fix_error(format);
    }
    if (memoryview_check(self) < 0) {
        return -1;
    }
    if (format[0] == 'd') {
        memcpy(ptr, &d, sizeof(d));
    }
    else {
        float f = (float)d;
        memcpy(ptr, &f, sizeof(f));
    }
    return 0;
}

int
memory_pack(PyMemoryViewObject *self, char *ptr, PyObject *item,
            const char *format)
{
    char native;
    Py_ssize_t size = memory_format_size(&native, format);
    switch (format[0]) {
    case 'b': case 'h': case 'i': case 'l': case 'q': case 'n':
        return pack_integer(self, ptr, item, format, (size_t)size, 1);
    case 'B': case 'H': case 'I': case 'L': case 'Q': case 'N':
        return pack_integer(self, ptr, item, format, (size_t)size, 0);
    case 'f': case 'd':
        return pack_double(self, ptr, item, format);
    case '?': {
        int truth = PyObject_IsTrue(item);
        if (truth < 0 || memoryview_check(self) < 0) {
            return -1;
        }
        *ptr = (char)truth;
        return 0;
    }
    case 'c':
        if (!PyBytes_Check(item)) {
            return type_error(format);
        }
        if (PyBytes_GET_SIZE(item) != 1) {
            return value_error(format);
        }
        *ptr = PyBytes_AS_STRING(item)[0];
        return 0;
    case 'P': {
        void *p = PyLong_AsVoidPtr(item);
        if (p == NULL && PyErr_Occurred()) {
            return fix_error(format);
        }
        if (memoryview_check(self) < 0) {
            return -1;
        }
        memcpy(ptr, &p, sizeof(p));
        return 0;
    }
    default:
        PyErr_Format(PyExc_NotImplementedError,
                     "memoryview: format %s not supported", format);
        return -1;
    }
}

/* -- Comparison --------------------------------------------------------- */

/* How to compare the items of two views. */
struct comparison {
    char native;            /* the common native format; 0: by objects */
    Py_ssize_t itemsize;
    PyObject *unpack[2];    /* Struct.unpack of each format, owned */
    Py_ssize_t size[2];     /* of an item in each view */
};

static PyObject *
struct_module_get(const char *name)
{
    PyObject *module = PyImport_ImportModule("struct");
    if (module == NULL) {
        return NULL;
    }
    PyObject *value = PyObject_GetAttrString(module, name);
    Py_DECREF(module);
    return value;
}

/* Struct(format).unpack, and the size it wants. 1, or 0 if the struct module
   does not know the format; -1 with an exception. */
static int
struct_unpack_get(const Py_buffer *view, PyObject **unpack)
{
    int result = -1;
    PyObject *instance = NULL;
    PyObject *size = NULL;
    PyObject *type = struct_module_get("Struct");
    PyObject *error = struct_module_get("error");
    if (type == NULL || error == NULL) {
        goto done;
    }
    instance = PyObject_CallFunction(type, "s", view->format);
    if (instance == NULL) {
        if (PyErr_ExceptionMatches(error)
            || PyErr_ExceptionMatches(PyExc_UnicodeError)) {
            PyErr_Clear();
            result = 0;
        }
        goto done;
    }
    size = PyObject_GetAttr(instance, &_Py_ID(size));
    if (size == NULL) {
        goto done;
    }
    if (PyLong_AsSsize_t(size) != view->itemsize) {
        PyErr_Clear();
        result = 0;
        goto done;
    }
    *unpack = PyObject_GetAttr(instance, &_Py_ID(unpack));
    result = *unpack == NULL ? -1 : 1;
done:
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(instance);
    Py_XDECREF(size);
    return result;
}

static int
native_equal(const char *p, const char *q, char native, Py_ssize_t size)
{
    switch (native) {
    case 'f':
        return LOAD(float, p) == LOAD(float, q);
    case 'd':
        return LOAD(double, p) == LOAD(double, q);
    case '?':
        return (*p != 0) == (*q != 0);
    default:
        return memcmp(p, q, (size_t)size) == 0;
    }
}

static PyObject *
item_object(const struct comparison *how, int which, const Py_buffer *view,
            const char *ptr)
{
    char native;
    if (how->unpack[which] == NULL) {
        (void)memory_format_size(&native, view->format);
        return unpack_native(ptr, &native);
    }
    PyObject *bytes = PyBytes_FromStringAndSize(ptr, how->size[which]);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *tuple = PyObject_CallOneArg(how->unpack[which], bytes);
    Py_DECREF(bytes);
    if (tuple != NULL && PyTuple_Check(tuple)
        && PyTuple_GET_SIZE(tuple) == 1) {
        Py_SETREF(tuple, Py_NewRef(PyTuple_GET_ITEM(tuple, 0)));
    }
    return tuple;
}

static int
items_equal(const struct comparison *how, const Py_buffer *v, const char *p,
            const Py_buffer *w, const char *q)
{
    if (how->native) {
        return native_equal(p, q, how->native, how->itemsize);
    }
    PyObject *a = item_object(how, 0, v, p);
    PyObject *b = a == NULL ? NULL : item_object(how, 1, w, q);
    int result = b == NULL ? -1 : PyObject_RichCompareBool(a, b, Py_EQ);
    Py_XDECREF(a);
    Py_XDECREF(b);
    return result;
}

static int
dimension_equal(const struct comparison *how, const Py_buffer *v, char *p,
                const Py_buffer *w, char *q, int dim)
{
    if (dim == v->ndim) {
        return items_equal(how, v, p, w, q);
    }
    for (Py_ssize_t i = 0; i < v->shape[dim]; i++) {
        int result = dimension_equal(
            how, v, memory_adjust(p, v->suboffsets, dim), w,
            memory_adjust(q, w->suboffsets, dim), dim + 1);
        if (result <= 0) {
            return result;
        }
        p += v->strides[dim];
        q += w->strides[dim];
    }
    return 1;
}

static int
same_shape(const Py_buffer *v, const Py_buffer *w)
{
    if (v->ndim != w->ndim) {
        return 0;
    }
    for (int i = 0; i < v->ndim; i++) {
        if (v->shape[i] != w->shape[i]) {
            return 0;
        }
        if (v->shape[i] == 0) {
            break;
        }
    }
    return 1;
}

/* NULL stands for 'B'; strides that the exporter left out are made up. */
struct filled_view {
    Py_buffer view;
    Py_ssize_t shape[PyBUF_MAX_NDIM];
    Py_ssize_t strides[PyBUF_MAX_NDIM];
};

static int
view_fill(struct filled_view *filled, const Py_buffer *view)
{
    filled->view = *view;
    Py_buffer *v = &filled->view;
    if (v->ndim > PyBUF_MAX_NDIM) {
        return -1;
    }
    if (v->format == NULL) {
        static char bytes_format[] = "B";
        v->format = bytes_format;
    }
    if (v->shape == NULL && v->ndim == 1) {
        filled->shape[0] = v->itemsize ? v->len / v->itemsize : 0;
        v->shape = filled->shape;
    }
    if (v->strides == NULL && v->ndim > 0) {
        Py_ssize_t stride = v->itemsize;
        for (int i = v->ndim; i-- > 0;) {
            filled->strides[i] = stride;
            stride *= v->shape[i];
        }
        v->strides = filled->strides;
    }
    return 0;
}

int
memory_equal(const Py_buffer *v_given, const Py_buffer *w_given)
{
    struct filled_view v_filled;
    struct filled_view w_filled;
    if (view_fill(&v_filled, v_given) < 0
        || view_fill(&w_filled, w_given) < 0) {
        return 0;
    }
    const Py_buffer *v = &v_filled.view;
    const Py_buffer *w = &w_filled.view;
    if (!same_shape(v, w)) {
        return 0;
    }
    struct comparison how = {.size = {v->itemsize, w->itemsize}};
    char v_native = 0;
    char w_native = 0;
    int result = 1;
    Py_ssize_t v_size = memory_format_size(&v_native, v->format);
    Py_ssize_t w_size = memory_format_size(&w_native, w->format);
    if (v_size > 0 && v_native == w_native) {
        how.native = v_native;
        how.itemsize = v_size;
    }
    if (v_size < 0 || w_size < 0) {
        result = struct_unpack_get(v, &how.unpack[0]);
        if (result > 0) {
            result = struct_unpack_get(w, &how.unpack[1]);
        }
    }
    if (result > 0) {
        result = dimension_equal(
            &how, v, v->buf, w, w->buf, 0);
    }
    Py_XDECREF(how.unpack[0]);
    Py_XDECREF(how.unpack[1]);
    return result;
}
