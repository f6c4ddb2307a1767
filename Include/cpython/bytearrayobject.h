/* bytearray: the part of the API that knows the layout of the objects. */
#ifndef Py_CPYTHON_BYTEARRAYOBJECT_H
#  error "this header file must not be included directly"
#endif

typedef struct {
    PyObject_VAR_HEAD
    Py_ssize_t ob_alloc;        /* bytes allocated at ob_bytes */
    char *ob_bytes;             /* owned block, or NULL */
    char *ob_start;             /* first byte in use, inside the block */
    Py_ssize_t ob_exports;      /* buffers handed out: no resizing while > 0 */
} PyByteArrayObject;

/* What the data pointer of an empty bytearray points at. */
PyAPI_DATA(char) _PyByteArray_empty_string[];

#define _PyByteArray_CAST(op) \
    (assert(PyByteArray_Check(op)), _Py_CAST(PyByteArrayObject *, op))

static inline char *
PyByteArray_AS_STRING(PyObject *op)
{
    PyByteArrayObject *self = _PyByteArray_CAST(op);
    return Py_SIZE(self) ? self->ob_start : _PyByteArray_empty_string;
}
#define PyByteArray_AS_STRING(self) \
    PyByteArray_AS_STRING(_PyObject_CAST(self))

static inline Py_ssize_t
PyByteArray_GET_SIZE(PyObject *op)
{
    PyByteArrayObject *self = _PyByteArray_CAST(op);
    return Py_SIZE(self);
}
#define PyByteArray_GET_SIZE(self) PyByteArray_GET_SIZE(_PyObject_CAST(self))
