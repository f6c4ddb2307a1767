/* Bytes to hexadecimal text, with separators if asked. */

#include "Python.h"
#include "pycore_strhex.h"

/* The separator character of a one-character str or bytes; -1 with an
   exception. */
static int
separator_get(PyObject *sep)
{
    Py_ssize_t length = PyObject_Length(sep);
    if (length < 0) {
        return -1;
    }
    if (length != 1) {
        PyErr_SetString(PyExc_ValueError, "sep must be length 1.");
        return -1;
    }
    int c;
    if (PyUnicode_Check(sep)) {
        if (PyUnicode_READY(sep)) {
            return -1;
        }
        if (PyUnicode_KIND(sep) != PyUnicode_1BYTE_KIND) {
            PyErr_SetString(PyExc_ValueError, "sep must be ASCII.");
            return -1;
        }
        c = PyUnicode_READ_CHAR(sep, 0);
    }
    else if (PyBytes_Check(sep)) {
        c = (unsigned char)PyBytes_AS_STRING(sep)[0];
    }
    else {
        PyErr_SetString(PyExc_TypeError, "sep must be str or bytes.");
        return -1;
    }
    if (c > 127) {
        PyErr_SetString(PyExc_ValueError, "sep must be ASCII.");
        return -1;
    }
    return c;
}

static void
hex_write(unsigned char *out, const unsigned char *bytes, Py_ssize_t n,
          Py_ssize_t group, int from_left, int separator)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        *out++ = (unsigned char)Py_hexdigits[bytes[i] >> 4];
        *out++ = (unsigned char)Py_hexdigits[bytes[i] & 15];
        Py_ssize_t position = from_left ? i + 1 : n - 1 - i;
        if (group > 0 && i + 1 < n && position % group == 0) {
            *out++ = (unsigned char)separator;
        }
    }
}

static PyObject *
strhex(const char *argbuf, Py_ssize_t arglen, PyObject *sep,
       int bytes_per_group, int return_bytes)
{
    int separator = 0;
    if (sep != NULL) {
        separator = separator_get(sep);
        if (separator < 0) {
            return NULL;
        }
    }
    Py_ssize_t group = 0;
    Py_ssize_t nseparators = 0;
    if (sep != NULL && bytes_per_group != 0) {
        group = Py_ABS((Py_ssize_t)bytes_per_group);
        nseparators = arglen > 0 ? (arglen - 1) / group : 0;
    }
    if (arglen >= PY_SSIZE_T_MAX / 2 - nseparators) {
        return PyErr_NoMemory();
    }
    Py_ssize_t length = arglen * 2 + nseparators;
    PyObject *result = return_bytes ? PyBytes_FromStringAndSize(NULL, length)
                                    : PyUnicode_New(length, 127);
    if (result == NULL) {
        return NULL;
    }
    unsigned char *out = return_bytes
        ? (unsigned char *)PyBytes_AS_STRING(result)
        : PyUnicode_1BYTE_DATA(result);
    hex_write(out, (const unsigned char *)argbuf, arglen, group,
              bytes_per_group < 0, separator);
    return result;
}

PyObject *
_Py_strhex(const char *argbuf, const Py_ssize_t arglen)
{
    return strhex(argbuf, arglen, NULL, 0, 0);
}

PyObject *
_Py_strhex_bytes(const char *argbuf, const Py_ssize_t arglen)
{
    return strhex(argbuf, arglen, NULL, 0, 1);
}

PyObject *
_Py_strhex_with_sep(const char *argbuf, const Py_ssize_t arglen,
                    PyObject *sep, const int bytes_per_group)
{
    return strhex(argbuf, arglen, sep, bytes_per_group, 0);
}

PyObject *
_Py_strhex_bytes_with_sep(const char *argbuf, const Py_ssize_t arglen,
                          PyObject *sep, const int bytes_per_group)
{
    return strhex(argbuf, arglen, sep, bytes_per_group, 1);
}
