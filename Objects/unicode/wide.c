/* Strings from and to wchar_t, which has 32 bits here. */
#include "unicode_internal.h"

_Static_assert(sizeof(wchar_t) == sizeof(Py_UCS4), "wchar_t holds UCS-4");

PyObject *
PyUnicode_FromWideChar(const wchar_t *u, Py_ssize_t size)
{
    if (u == NULL && size != 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (size == -1) {
        size = (Py_ssize_t)wcslen(u);
    }
    if (size == 0) {
        return Py_NewRef(unicode_empty_borrow());
    }
    const Py_UCS4 *units = (const Py_UCS4 *)u;
    for (Py_ssize_t i = 0; i < size; i++) {
        if (units[i] > UNICODE_MAX) {
            PyErr_Format(PyExc_ValueError,
                         "character U+%x is not in range [U+0000; U+%x]",
                         units[i], UNICODE_MAX);
            return NULL;
        }
    }
    return unicode_from_view((struct unicode_view){4, size, u}, 0, size);
}

Py_ssize_t
PyUnicode_AsWideChar(PyObject *unicode, wchar_t *w, Py_ssize_t size)
{
    if (unicode == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return -1;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return -1;
    }
    Py_ssize_t need = PyUnicode_GET_LENGTH(unicode) + 1;
    if (w == NULL) {
        return need;
    }
    if (size < need) {
        need = size;
    }
    chars_convert(4, w, PyUnicode_KIND(unicode), PyUnicode_DATA(unicode),
                  need);
    return need == PyUnicode_GET_LENGTH(unicode) + 1 ? need - 1 : need;
}

wchar_t *
PyUnicode_AsWideCharString(PyObject *unicode, Py_ssize_t *size)
{
    if (unicode == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(unicode);
    wchar_t *buffer = PyMem_New(wchar_t, (size_t)length + 1);
    if (buffer == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    chars_convert(4, buffer, PyUnicode_KIND(unicode),
                  PyUnicode_DATA(unicode), length + 1);
    if (size != NULL) {
        *size = length;
    }
    else if (wcslen(buffer) != (size_t)length) {
        PyMem_Free(buffer);
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return buffer;
}

int
_PyUnicode_WideCharString_Converter(PyObject *obj, void *ptr)
{
    wchar_t **p = ptr;
    if (obj == NULL) {
        PyMem_Free(*p);
        *p = NULL;
        return 1;
    }
    if (PyUnicode_Check(obj)) {
        *p = PyUnicode_AsWideCharString(obj, NULL);
        return *p == NULL ? 0 : Py_CLEANUP_SUPPORTED;
    }
    PyErr_Format(PyExc_TypeError, "argument must be str, not %.50s",
                 Py_TYPE(obj)->tp_name);
    return 0;
}

int
_PyUnicode_WideCharString_Opt_Converter(PyObject *obj, void *ptr)
{
    wchar_t **p = ptr;
    if (obj == NULL) {
        PyMem_Free(*p);
        *p = NULL;
        return 1;
    }
    if (obj == Py_None) {
        *p = NULL;
        return 1;
    }
    if (PyUnicode_Check(obj)) {
        *p = PyUnicode_AsWideCharString(obj, NULL);
        return *p == NULL ? 0 : Py_CLEANUP_SUPPORTED;
    }
    PyErr_Format(PyExc_TypeError, "argument must be str or None, not %.50s",
                 Py_TYPE(obj)->tp_name);
    return 0;
}
