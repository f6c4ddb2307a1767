/* Values of the simple types, by the letters of the struct module. */

#include "ctypes.h"
#include <string.h>
#include <wchar.h>

ffi_type *
value_ffi(char code)
{
    switch (code) {
        case 'c':
        case 'b':
            return &ffi_type_schar;
        case 'B':
        case '?':
            return &ffi_type_uchar;
        case 'h':
        case 'v':
            return &ffi_type_sshort;
        case 'H':
            return &ffi_type_ushort;
        case 'i':
        case 'u':
            return &ffi_type_sint;
        case 'I':
            return &ffi_type_uint;
        case 'l':
            return &ffi_type_slong;
        case 'L':
            return &ffi_type_ulong;
        case 'q':
            return &ffi_type_sint64;
        case 'Q':
            return &ffi_type_uint64;
        case 'f':
            return &ffi_type_float;
        case 'd':
            return &ffi_type_double;
        case 'g':
            return &ffi_type_longdouble;
        case 'P':
        case 'z':
        case 'Z':
        case 'O':
            return &ffi_type_pointer;
        default:
            return NULL;
    }
}

/* The letter of the buffer protocol, whose sizes are standard ones. */
char
value_format(char code)
{
    switch (code) {
        case 'l':
            return sizeof(long) == 8 ? 'q' : 'l';
        case 'L':
            return sizeof(long) == 8 ? 'Q' : 'L';
        default:
            return code;
    }
}

static void
value_copy(char code, int swapped, void *to, const void *from)
{
    size_t size = value_ffi(code)->size;
    if (!swapped) {
        memcpy(to, from, size);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        ((char *)to)[i] = ((const char *)from)[size - 1 - i];
    }
}

PyObject *
value_get(char code, int swapped, const void *p)
{
    union {
        signed char b;
        unsigned char B;
        short h;
        unsigned short H;
        int i;
        unsigned int I;
        long l;
        unsigned long L;
        long long q;
        unsigned long long Q;
        float f;
        double d;
        long double g;
        wchar_t u;
        void *P;
    } v;
    value_copy(code, swapped, &v, p);
    switch (code) {
        case 'c':
            return PyBytes_FromStringAndSize((const char *)&v, 1);
        case 'b':
            return PyLong_FromLong(v.b);
        case 'B':
            return PyLong_FromLong(v.B);
        case '?':
            return PyBool_FromLong(v.B != 0);
        case 'v':
            return PyBool_FromLong(v.h != 0);
        case 'h':
            return PyLong_FromLong(v.h);
        case 'H':
            return PyLong_FromLong(v.H);
        case 'i':
            return PyLong_FromLong(v.i);
        case 'I':
            return PyLong_FromUnsignedLong(v.I);
        case 'l':
            return PyLong_FromLong(v.l);
        case 'L':
            return PyLong_FromUnsignedLong(v.L);
        case 'q':
            return PyLong_FromLongLong(v.q);
        case 'Q':
            return PyLong_FromUnsignedLongLong(v.Q);
        case 'f':
            return PyFloat_FromDouble(v.f);
        case 'd':
            return PyFloat_FromDouble(v.d);
        case 'g':
            return PyFloat_FromDouble((double)v.g);
        case 'u':
            return PyUnicode_FromWideChar(&v.u, 1);
        case 'P':
            if (v.P == NULL) {
                Py_RETURN_NONE;
            }
            return PyLong_FromVoidPtr(v.P);
        case 'z':
            if (v.P == NULL) {
                Py_RETURN_NONE;
            }
            return PyBytes_FromString(v.P);
        case 'Z':
            if (v.P == NULL) {
                Py_RETURN_NONE;
            }
            return PyUnicode_FromWideChar(v.P, -1);
        case 'O':
            if (v.P == NULL) {
                PyErr_SetString(PyExc_ValueError, "PyObject is NULL");
                return NULL;
            }
            return Py_NewRef((PyObject *)v.P);
        default:
            Py_UNREACHABLE();
    }
}

static int
set_integer(char code, int swapped, void *p, PyObject *value)
{
    if (PyFloat_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "int expected instead of %s instance",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    unsigned long long number = PyLong_AsUnsignedLongLongMask(value);
    if (number == (unsigned long long)-1 && PyErr_Occurred()) {
        return -1;
    }
#if PY_BIG_ENDIAN
    number <<= 8 * (8 - value_ffi(code)->size);
#endif
    value_copy(code, swapped, p, &number);
    return 0;
}

static int
set_float(char code, int swapped, void *p, PyObject *value)
{
    double d = PyFloat_AsDouble(value);
    if (d == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    float f = (float)d;
    long double g = d;
    value_copy(code, swapped, p,
               code == 'f' ? (void *)&f : code == 'd' ? (void *)&d
                                                      : (void *)&g);
    return 0;
}

static int
set_character(void *p, PyObject *value)
{
    if (PyBytes_Check(value) && PyBytes_GET_SIZE(value) == 1) {
        *(char *)p = PyBytes_AS_STRING(value)[0];
        return 0;
    }
    if (PyByteArray_Check(value) && PyByteArray_GET_SIZE(value) == 1) {
        *(char *)p = PyByteArray_AS_STRING(value)[0];
        return 0;
    }
    if (PyLong_Check(value)) {
        int overflow;
        long number = PyLong_AsLongAndOverflow(value, &overflow);
        if (!overflow && number >= 0 && number < 256) {
            *(char *)p = (char)number;
            return 0;
        }
    }
    PyErr_SetString(PyExc_TypeError, "one character bytes, bytearray or "
                    "integer expected");
    return -1;
}

static int
set_wide_character(void *p, PyObject *value)
{
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "unicode string expected instead of %s instance",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    wchar_t text[3];
    Py_ssize_t n = PyUnicode_AsWideChar(value, text, 3);
    if (n != 1) {
        PyErr_SetString(PyExc_TypeError,
                        "one character unicode string expected");
        return -1;
    }
    memcpy(p, text, sizeof(wchar_t));
    return 0;
}

static int
set_address(void *p, PyObject *value, const char *expected)
{
    void *address = NULL;
    if (PyLong_Check(value)) {
        address = (void *)(uintptr_t)PyLong_AsUnsignedLongLongMask(value);
        if (PyErr_Occurred()) {
            return -1;
        }
    }
    else if (value != Py_None) {
        PyErr_Format(PyExc_TypeError, expected, Py_TYPE(value)->tp_name);
        return -1;
    }
    memcpy(p, &address, sizeof(address));
    return 0;
}

static void
free_wide(PyObject *capsule)
{
    PyMem_Free(PyCapsule_GetPointer(capsule, "_ctypes pymem"));
}

/* Stores the address of the text of VALUE; the keeper of that text is new. */
static PyObject *
set_wide_text(void *p, PyObject *value)
{
    Py_ssize_t length;
    wchar_t *text = PyUnicode_AsWideCharString(value, &length);
    if (text == NULL) {
        return NULL;
    }
    PyObject *keep = PyCapsule_New(text, "_ctypes pymem", free_wide);
    if (keep == NULL) {
        PyMem_Free(text);
        return NULL;
    }
    memcpy(p, &text, sizeof(text));
    return keep;
}

PyObject *
value_set(char code, int swapped, void *p, PyObject *value)
{
    int result;
    switch (code) {
        case 'f':
        case 'd':
        case 'g':
            result = set_float(code, swapped, p, value);
            break;
        case 'c':
            result = set_character(p, value);
            break;
        case 'u':
            result = set_wide_character(p, value);
            break;
        case '?':
            result = PyObject_IsTrue(value);
            if (result >= 0) {
                *(unsigned char *)p = (unsigned char)result;
            }
            break;
        case 'v':
            result = PyObject_IsTrue(value);
            if (result >= 0) {
                *(short *)p = result ? -1 : 0;
            }
            break;
        case 'P':
            result = set_address(p, value, "cannot be converted to pointer");
            break;
        case 'z':
            if (PyBytes_Check(value)) {
                const char *text = PyBytes_AS_STRING(value);
                memcpy(p, &text, sizeof(text));
                return Py_NewRef(value);
            }
            result = set_address(p, value, "bytes or integer address "
                                 "expected instead of %s instance");
            break;
        case 'Z':
            if (PyUnicode_Check(value)) {
                return set_wide_text(p, value);
            }
            result = set_address(p, value, "unicode string or integer "
                                 "address expected instead of %s instance");
            break;
        case 'O':
            memcpy(p, &value, sizeof(value));
            return Py_NewRef(value);
        default:
            result = set_integer(code, swapped, p, value);
            break;
    }
    return result < 0 ? NULL : Py_NewRef(Py_None);
}
