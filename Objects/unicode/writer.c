/* _PyUnicodeWriter: a string built from left to right.

   While nothing but one whole string has been written, the writer only holds
   it (readonly) and copies it at the first further write.  Otherwise the
   buffer is a string of its own, widened and enlarged when needed. */
#include "unicode_internal.h"
#include "pycore_object.h"

static inline void
writer_update(_PyUnicodeWriter *writer)
{
    writer->maxchar = PyUnicode_MAX_CHAR_VALUE(writer->buffer);
    writer->data = PyUnicode_DATA(writer->buffer);
    if (!writer->readonly) {
        writer->kind = PyUnicode_KIND(writer->buffer);
        writer->size = PyUnicode_GET_LENGTH(writer->buffer);
    }
    else {
        /* no room and no kind: the next write makes a copy */
        writer->kind = PyUnicode_WCHAR_KIND;
        writer->size = 0;
    }
}

void
_PyUnicodeWriter_Init(_PyUnicodeWriter *writer)
{
    memset(writer, 0, sizeof(*writer));
    writer->min_char = 127;
}

/* Replace the buffer by one of the given form. */
static int
writer_replace(_PyUnicodeWriter *writer, Py_ssize_t size, Py_UCS4 maxchar)
{
    PyObject *buffer = PyUnicode_New(size, maxchar);
    if (buffer == NULL) {
        return -1;
    }
    _PyUnicode_FastCopyCharacters(buffer, 0, writer->buffer, 0, writer->pos);
    writer->readonly = 0;
    Py_SETREF(writer->buffer, buffer);
    return 0;
}

int
_PyUnicodeWriter_PrepareInternal(_PyUnicodeWriter *writer, Py_ssize_t length,
                                 Py_UCS4 maxchar)
{
    if (length > PY_SSIZE_T_MAX - writer->pos) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t need = writer->pos + length;
    maxchar = Py_MAX(maxchar, writer->min_char);
    if (writer->buffer == NULL) {
        if (writer->overallocate && need <= PY_SSIZE_T_MAX - need / 4) {
            need += need / 4;
        }
        need = Py_MAX(need, writer->min_length);
        writer->buffer = PyUnicode_New(need, maxchar);
        if (writer->buffer == NULL) {
            return -1;
        }
        writer->readonly = 0;
    }
    else if (need > writer->size) {
        if (writer->overallocate && need <= PY_SSIZE_T_MAX - need / 4) {
            need += need / 4;
        }
        need = Py_MAX(need, writer->min_length);
        if (maxchar > writer->maxchar || writer->readonly) {
            maxchar = Py_MAX(maxchar, writer->maxchar);
            if (writer_replace(writer, need, maxchar) < 0) {
                return -1;
            }
        }
        else if (PyUnicode_Resize(&writer->buffer, need) < 0) {
            return -1;
        }
    }
    else if (maxchar > writer->maxchar) {
        if (writer_replace(writer, writer->size, maxchar) < 0) {
            return -1;
        }
    }
    writer_update(writer);
    return 0;
}

int
_PyUnicodeWriter_PrepareKindInternal(_PyUnicodeWriter *writer,
                                     enum PyUnicode_Kind kind)
{
    Py_UCS4 maxchar = kind == PyUnicode_1BYTE_KIND ? 0xff
                      : kind == PyUnicode_2BYTE_KIND ? 0xffff : UNICODE_MAX;
    return _PyUnicodeWriter_PrepareInternal(writer, 0, maxchar);
}

int
_PyUnicodeWriter_WriteChar(_PyUnicodeWriter *writer, Py_UCS4 ch)
{
    if (_PyUnicodeWriter_Prepare(writer, 1, ch) < 0) {
        return -1;
    }
    PyUnicode_WRITE(writer->kind, writer->data, writer->pos, ch);
    writer->pos++;
    return 0;
}

int
_PyUnicodeWriter_WriteStr(_PyUnicodeWriter *writer, PyObject *str)
{
    if (PyUnicode_READY(str) == -1) {
        return -1;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(str);
    if (length == 0) {
        return 0;
    }
    Py_UCS4 maxchar = PyUnicode_MAX_CHAR_VALUE(str);
    if (maxchar > writer->maxchar || length > writer->size - writer->pos) {
        if (writer->buffer == NULL && !writer->overallocate
            && PyUnicode_CheckExact(str)) {
            writer->readonly = 1;
            writer->buffer = Py_NewRef(str);
            writer_update(writer);
            writer->pos += length;
            return 0;
        }
        if (_PyUnicodeWriter_PrepareInternal(writer, length, maxchar) < 0) {
            return -1;
        }
    }
    _PyUnicode_FastCopyCharacters(writer->buffer, writer->pos, str, 0,
                                  length);
    writer->pos += length;
    return 0;
}

int
_PyUnicodeWriter_WriteSubstring(_PyUnicodeWriter *writer, PyObject *str,
                                Py_ssize_t start, Py_ssize_t end)
{
    if (PyUnicode_READY(str) == -1) {
        return -1;
    }
    if (start == 0 && end == PyUnicode_GET_LENGTH(str)) {
        return _PyUnicodeWriter_WriteStr(writer, str);
    }
    Py_ssize_t length = end - start;
    if (length <= 0) {
        return 0;
    }
    Py_UCS4 bound = PyUnicode_MAX_CHAR_VALUE(str);
    if (bound > writer->maxchar) {
        bound = _PyUnicode_FindMaxChar(str, start, end);
    }
    if (_PyUnicodeWriter_Prepare(writer, length, bound) < 0) {
        return -1;
    }
    _PyUnicode_FastCopyCharacters(writer->buffer, writer->pos, str, start,
                                  length);
    writer->pos += length;
    return 0;
}

static int
writer_write_bytes(_PyUnicodeWriter *writer, const char *text, Py_ssize_t len,
                   Py_UCS4 bound)
{
    if (len == 0) {
        return 0;
    }
    if (_PyUnicodeWriter_Prepare(writer, len, bound) < 0) {
        return -1;
    }
    chars_convert((int)writer->kind,
                  (char *)writer->data + writer->pos * (int)writer->kind, 1,
                  text, len);
    writer->pos += len;
    return 0;
}

int
_PyUnicodeWriter_WriteASCIIString(_PyUnicodeWriter *writer, const char *ascii,
                                  Py_ssize_t len)
{
    if (len == -1) {
        len = (Py_ssize_t)strlen(ascii);
    }
    if (len > 0 && writer->buffer == NULL && !writer->overallocate) {
        PyObject *str = _PyUnicode_FromASCII(ascii, len);
        if (str == NULL) {
            return -1;
        }
        writer->readonly = 1;
        writer->buffer = str;
        writer_update(writer);
        writer->pos += len;
        return 0;
    }
    return writer_write_bytes(writer, ascii, len, 127);
}

int
_PyUnicodeWriter_WriteLatin1String(_PyUnicodeWriter *writer, const char *str,
                                   Py_ssize_t len)
{
    return writer_write_bytes(writer, str, len, chars_maxchar(1, str, len));
}

PyObject *
_PyUnicodeWriter_Finish(_PyUnicodeWriter *writer)
{
    if (writer->pos == 0) {
        Py_CLEAR(writer->buffer);
        return Py_NewRef(unicode_empty_borrow());
    }
    PyObject *str = writer->buffer;
    writer->buffer = NULL;
    if (writer->readonly) {
        assert(PyUnicode_GET_LENGTH(str) == writer->pos);
        return str;
    }
    if (PyUnicode_GET_LENGTH(str) != writer->pos
        && PyUnicode_Resize(&str, writer->pos) < 0) {
        Py_DECREF(str);
        return NULL;
    }
    return unicode_result_steal(str);
}

void
_PyUnicodeWriter_Dealloc(_PyUnicodeWriter *writer)
{
    Py_CLEAR(writer->buffer);
}
