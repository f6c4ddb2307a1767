/* _PyBytesWriter: bytes built from left to right.

   The caller holds the position as a pointer and hands it in and out, since the
   buffer moves: first small_buffer on the caller's stack, then an object. */
#include "Python.h"
#include "pycore_bytesobject.h"

void
_PyBytesWriter_Init(_PyBytesWriter *writer)
{
    /* small_buffer is left as it is */
    memset(writer, 0, offsetof(_PyBytesWriter, small_buffer));
}

void
_PyBytesWriter_Dealloc(_PyBytesWriter *writer)
{
    Py_CLEAR(writer->buffer);
}

static inline char *
writer_start(_PyBytesWriter *writer)
{
    if (writer->use_small_buffer) {
        return writer->small_buffer;
    }
    return writer->use_bytearray ? PyByteArray_AS_STRING(writer->buffer)
                                 : PyBytes_AS_STRING(writer->buffer);
}

static inline Py_ssize_t
writer_position(_PyBytesWriter *writer, const char *str)
{
    return str - writer_start(writer);
}

static int
writer_enlarge(_PyBytesWriter *writer, Py_ssize_t size, Py_ssize_t used)
{
    if (writer->use_small_buffer) {
        PyObject *buffer = writer->use_bytearray
                               ? PyByteArray_FromStringAndSize(NULL, size)
                               : PyBytes_FromStringAndSize(NULL, size);
        if (buffer == NULL) {
            return -1;
        }
        writer->buffer = buffer;
        writer->use_small_buffer = 0;
        memcpy(writer_start(writer), writer->small_buffer, (size_t)used);
        return 0;
    }
    if (writer->use_bytearray) {
        return PyByteArray_Resize(writer->buffer, size);
    }
    return _PyBytes_Resize(&writer->buffer, size);
}

void *
_PyBytesWriter_Resize(_PyBytesWriter *writer, void *str, Py_ssize_t size)
{
    Py_ssize_t allocated = size;
    Py_ssize_t used = writer_position(writer, str);
    if (writer->overallocate && allocated <= PY_SSIZE_T_MAX - allocated / 4) {
        allocated += allocated / 4;
    }
    if (writer_enlarge(writer, allocated, used) < 0) {
        _PyBytesWriter_Dealloc(writer);
        return NULL;
    }
    writer->allocated = allocated;
    return writer_start(writer) + used;
}

void *
_PyBytesWriter_Prepare(_PyBytesWriter *writer, void *str, Py_ssize_t size)
{
    if (size == 0) {
        return str;
    }
    if (writer->min_size > PY_SSIZE_T_MAX - size) {
        PyErr_NoMemory();
        _PyBytesWriter_Dealloc(writer);
        return NULL;
    }
    Py_ssize_t need = writer->min_size + size;
    if (need > writer->allocated) {
        str = _PyBytesWriter_Resize(writer, str, need);
    }
    writer->min_size = need;
    return str;
}

void *
_PyBytesWriter_Alloc(_PyBytesWriter *writer, Py_ssize_t size)
{
    assert(writer->min_size == 0 && writer->buffer == NULL);
    writer->use_small_buffer = 1;
    writer->allocated = sizeof(writer->small_buffer);
    return _PyBytesWriter_Prepare(writer, writer->small_buffer, size);
}

PyObject *
_PyBytesWriter_Finish(_PyBytesWriter *writer, void *str)
{
    Py_ssize_t size = writer_position(writer, str);
    if (size == 0 && !writer->use_bytearray) {
        Py_CLEAR(writer->buffer);
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    if (writer->use_small_buffer) {
        return writer->use_bytearray
                   ? PyByteArray_FromStringAndSize(writer->small_buffer, size)
                   : PyBytes_FromStringAndSize(writer->small_buffer, size);
    }
    PyObject *result = writer->buffer;
    writer->buffer = NULL;
    if (size != writer->allocated) {
        if (writer->use_bytearray) {
            if (PyByteArray_Resize(result, size)) {
                Py_DECREF(result);
                return NULL;
            }
        }
        else if (_PyBytes_Resize(&result, size)) {
            return NULL;
        }
    }
    return result;
}

void *
_PyBytesWriter_WriteBytes(_PyBytesWriter *writer, void *str,
                          const void *bytes, Py_ssize_t size)
{
    char *to = _PyBytesWriter_Prepare(writer, str, size);
    if (to == NULL) {
        return NULL;
    }
    memcpy(to, bytes, (size_t)size);
    return to + size;
}
