/* Attributes that are fields of a C structure (PyMemberDef). */
#include "Python.h"
#include "pycore_object.h"
#include "structmember.h"

#define FIELD(ctype) (*(ctype *)address)

PyObject *
PyMember_GetOne(const char *obj_address, PyMemberDef *member)
{
    if (member->flags & READ_RESTRICTED) {
        if (PySys_Audit("object.__getattr__", "Os", (PyObject *)obj_address,
                        member->name) < 0) {
            return NULL;
        }
    }
    const char *address = obj_address + member->offset;
    PyObject *v;
    switch (member->type) {
    case T_BOOL:
        return PyBool_FromLong(FIELD(const char));
    case T_BYTE:
        return PyLong_FromLong(FIELD(const signed char));
    case T_UBYTE:
        return PyLong_FromUnsignedLong(FIELD(const unsigned char));
    case T_SHORT:
        return PyLong_FromLong(FIELD(const short));
    case T_USHORT:
        return PyLong_FromUnsignedLong(FIELD(const unsigned short));
    case T_INT:
        return PyLong_FromLong(FIELD(const int));
    case T_UINT:
        return PyLong_FromUnsignedLong(FIELD(const unsigned int));
    case T_LONG:
        return PyLong_FromLong(FIELD(const long));
    case T_ULONG:
        return PyLong_FromUnsignedLong(FIELD(const unsigned long));
    case T_PYSSIZET:
        return PyLong_FromSsize_t(FIELD(const Py_ssize_t));
    case T_LONGLONG:
        return PyLong_FromLongLong(FIELD(const long long));
    case T_ULONGLONG:
        return PyLong_FromUnsignedLongLong(FIELD(const unsigned long long));
    case T_FLOAT:
        return PyFloat_FromDouble((double)FIELD(const float));
    case T_DOUBLE:
        return PyFloat_FromDouble(FIELD(const double));
    case T_STRING:
        if (FIELD(const char *const) == NULL) {
            Py_RETURN_NONE;
        }
        return PyUnicode_FromString(FIELD(const char *const));
    case T_STRING_INPLACE:
        return PyUnicode_FromString(address);
    case T_CHAR:
        return PyUnicode_FromStringAndSize(address, 1);
    case T_OBJECT:
        v = FIELD(PyObject *const);
        return Py_NewRef(v != NULL ? v : Py_None);
    case T_OBJECT_EX:
        v = FIELD(PyObject *const);
        if (v == NULL) {
            PyObject *obj = (PyObject *)obj_address;
            PyErr_Format(PyExc_AttributeError,
                         "'%.200s' object has no attribute '%s'",
                         Py_TYPE(obj)->tp_name, member->name);
        }
        return Py_XNewRef(v);
    case T_NONE:
        Py_RETURN_NONE;
    default:
        PyErr_SetString(PyExc_SystemError, "bad memberdescr type");
        return NULL;
    }
}

/* -- Setting ------------------------------------------------------------- */

static int
warn_truncation(const char *what)
{
    return PyErr_WarnEx(PyExc_RuntimeWarning, what, 1);
}

/* A long for a field of a smaller signed type. */
static int
member_get_signed(PyObject *v, long min, long max, const char *what,
                  long *result)
{
    *result = PyLong_AsLong(v);
    if (*result == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (*result < min || *result > max) {
        return warn_truncation(what);
    }
    return 0;
}

/* An unsigned long; negative numbers are tolerated with a warning. */
static int
member_get_unsigned(PyObject *v, unsigned long max, const char *what,
                    unsigned long *result)
{
    *result = PyLong_AsUnsignedLong(v);
    if (*result == (unsigned long)-1 && PyErr_Occurred()) {
        PyErr_Clear();
        *result = (unsigned long)PyLong_AsLong(v);
        if (*result == (unsigned long)-1 && PyErr_Occurred()) {
            return -1;
        }
        return warn_truncation("Writing negative value into unsigned field");
    }
    if (*result > max) {
        return warn_truncation(what);
    }
    return 0;
}

static int
member_set_int(char *address, int type, PyObject *v)
{
    long value;
    unsigned long uvalue;
    switch (type) {
    case T_BYTE:
        if (member_get_signed(v, CHAR_MIN, CHAR_MAX,
                              "Truncation of value to char", &value) < 0) {
            return -1;
        }
        FIELD(char) = (char)value;
        return 0;
    case T_UBYTE:
        if (member_get_signed(v, 0, UCHAR_MAX,
                              "Truncation of value to unsigned char",
                              &value) < 0) {
            return -1;
        }
        FIELD(unsigned char) = (unsigned char)value;
        return 0;
    case T_SHORT:
        if (member_get_signed(v, SHRT_MIN, SHRT_MAX,
                              "Truncation of value to short", &value) < 0) {
            return -1;
        }
        FIELD(short) = (short)value;
        return 0;
    case T_USHORT:
        if (member_get_signed(v, 0, USHRT_MAX,
                              "Truncation of value to unsigned short",
                              &value) < 0) {
            return -1;
        }
        FIELD(unsigned short) = (unsigned short)value;
        return 0;
    case T_INT:
        if (member_get_signed(v, INT_MIN, INT_MAX,
                              "Truncation of value to int", &value) < 0) {
            return -1;
        }
        FIELD(int) = (int)value;
        return 0;
    case T_UINT:
        if (member_get_unsigned(v, UINT_MAX,
                                "Truncation of value to unsigned int",
                                &uvalue) < 0) {
            return -1;
        }
        FIELD(unsigned int) = (unsigned int)uvalue;
        return 0;
    case T_LONG:
        if (member_get_signed(v, LONG_MIN, LONG_MAX, "", &value) < 0) {
            return -1;
        }
        FIELD(long) = value;
        return 0;
    default:
        assert(type == T_ULONG);
        if (member_get_unsigned(v, ULONG_MAX, "", &uvalue) < 0) {
            return -1;
        }
        FIELD(unsigned long) = uvalue;
        return 0;
    }
}

static int
member_set_wide(char *address, int type, PyObject *v)
{
    if (type == T_PYSSIZET) {
        Py_ssize_t value = PyLong_AsSsize_t(v);
        if (value == -1 && PyErr_Occurred()) {
            return -1;
        }
        FIELD(Py_ssize_t) = value;
    }
    else if (type == T_LONGLONG) {
        long long value = PyLong_AsLongLong(v);
        if (value == -1 && PyErr_Occurred()) {
            return -1;
        }
        FIELD(long long) = value;
    }
    else {
        unsigned long long value;
        if (PyLong_Check(v)) {
            value = PyLong_AsUnsignedLongLong(v);
        }
        else {
            value = (unsigned long long)PyLong_AsLong(v);
        }
        if (value == (unsigned long long)-1 && PyErr_Occurred()) {
            return -1;
        }
        FIELD(unsigned long long) = value;
    }
    return 0;
}

static int
member_set_object(PyObject **slot, PyObject *v)
{
    PyObject *old = *slot;
    *slot = Py_XNewRef(v);
    Py_XDECREF(old);
    return 0;
}

int
PyMember_SetOne(char *obj_address, PyMemberDef *member, PyObject *v)
{
    char *address = obj_address + member->offset;
    if (member->flags & READONLY) {
        PyErr_SetString(PyExc_AttributeError, "readonly attribute");
        return -1;
    }
    if (v == NULL) {
        if (member->type == T_OBJECT_EX) {
            if (FIELD(PyObject *) == NULL) {
                PyErr_SetString(PyExc_AttributeError, member->name);
                return -1;
            }
        }
        else if (member->type != T_OBJECT) {
            PyErr_SetString(PyExc_TypeError,
                            "can't delete numeric/char attribute");
            return -1;
        }
    }
    double number;
    switch (member->type) {
    case T_BOOL:
        if (!PyBool_Check(v)) {
            PyErr_SetString(PyExc_TypeError,
                            "attribute value type must be bool");
            return -1;
        }
        FIELD(char) = v == Py_True;
        return 0;
    case T_BYTE: case T_UBYTE: case T_SHORT: case T_USHORT:
    case T_INT: case T_UINT: case T_LONG: case T_ULONG:
        return member_set_int(address, member->type, v);
    case T_PYSSIZET: case T_LONGLONG: case T_ULONGLONG:
        return member_set_wide(address, member->type, v);
    case T_FLOAT:
    case T_DOUBLE:
        number = PyFloat_AsDouble(v);
        if (number == -1.0 && PyErr_Occurred()) {
            return -1;
        }
        if (member->type == T_FLOAT) {
            FIELD(float) = (float)number;
        }
        else {
            FIELD(double) = number;
        }
        return 0;
    case T_OBJECT:
    case T_OBJECT_EX:
        return member_set_object(&FIELD(PyObject *), v);
    case T_CHAR: {
        Py_ssize_t len;
        const char *string = PyUnicode_AsUTF8AndSize(v, &len);
        if (string == NULL) {
            return -1;
        }
        if (len != 1) {
            PyErr_BadArgument();
            return -1;
        }
        FIELD(char) = string[0];
        return 0;
    }
    case T_STRING:
    case T_STRING_INPLACE:
        PyErr_SetString(PyExc_TypeError, "readonly attribute");
        return -1;
    default:
        PyErr_Format(PyExc_SystemError, "bad memberdescr type for %s",
                     member->name);
        return -1;
    }
}
