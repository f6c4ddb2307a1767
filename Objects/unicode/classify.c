/* Questions about all the characters of a string: str.isalpha and the like. */
#include "unicode_internal.h"

PyObject *
unicode_isascii(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    return PyBool_FromLong(PyUnicode_IS_ASCII(self));
}

/* True if there are characters and test holds for every one. */
static PyObject *
all_characters(PyObject *self, int (*test)(Py_UCS4))
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    struct unicode_view view = unicode_view(self);
    for (Py_ssize_t i = 0; i < view.length; i++) {
        if (!test(view_at(view, i))) {
            Py_RETURN_FALSE;
        }
    }
    return PyBool_FromLong(view.length > 0);
}

static int
is_space(Py_UCS4 ch)
{
    return Py_UNICODE_ISSPACE(ch);
}

static int
is_alnum(Py_UCS4 ch)
{
    return Py_UNICODE_ISALNUM(ch);
}

#define ALL_METHOD(NAME, TEST)                                  \
    PyObject *                                                  \
    unicode_##NAME(PyObject *self, PyObject *Py_UNUSED(unused)) \
    {                                                           \
        return all_characters(self, TEST);                      \
    }
ALL_METHOD(isspace, is_space)
ALL_METHOD(isalpha, _PyUnicode_IsAlpha)
ALL_METHOD(isalnum, is_alnum)
ALL_METHOD(isdecimal, _PyUnicode_IsDecimalDigit)
ALL_METHOD(isdigit, _PyUnicode_IsDigit)
ALL_METHOD(isnumeric, _PyUnicode_IsNumeric)
#undef ALL_METHOD

PyObject *
unicode_isprintable(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    struct unicode_view view = unicode_view(self);
    for (Py_ssize_t i = 0; i < view.length; i++) {
        if (!Py_UNICODE_ISPRINTABLE(view_at(view, i))) {
            Py_RETURN_FALSE;
        }
    }
    Py_RETURN_TRUE;
}

/* Some character is in the wanted case and none in another. */
static PyObject *
one_case(PyObject *self, int (*wanted)(Py_UCS4), int (*other)(Py_UCS4))
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    struct unicode_view view = unicode_view(self);
    int cased = 0;
    for (Py_ssize_t i = 0; i < view.length; i++) {
        Py_UCS4 ch = view_at(view, i);
        if (other(ch) || Py_UNICODE_ISTITLE(ch)) {
            Py_RETURN_FALSE;
        }
        cased |= !cased && wanted(ch);
    }
    return PyBool_FromLong(cased);
}

PyObject *
unicode_islower(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return one_case(self, _PyUnicode_IsLowercase, _PyUnicode_IsUppercase);
}

PyObject *
unicode_isupper(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return one_case(self, _PyUnicode_IsUppercase, _PyUnicode_IsLowercase);
}

PyObject *
unicode_istitle(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    struct unicode_view view = unicode_view(self);
    int cased = 0;
    int after_cased = 0;
    for (Py_ssize_t i = 0; i < view.length; i++) {
        Py_UCS4 ch = view_at(view, i);
        if (Py_UNICODE_ISUPPER(ch) || Py_UNICODE_ISTITLE(ch)) {
            if (after_cased) {
                Py_RETURN_FALSE;
            }
            after_cased = cased = 1;
        }
        else if (Py_UNICODE_ISLOWER(ch)) {
            if (!after_cased) {
                Py_RETURN_FALSE;
            }
            cased = 1;
        }
        else {
            after_cased = 0;
        }
    }
    return PyBool_FromLong(cased);
}

/* -- Identifiers --------------------------------------------------------- */

Py_ssize_t
_PyUnicode_ScanIdentifier(PyObject *self)
{
    if (PyUnicode_READY(self) == -1) {
        Py_FatalError("identifier not ready");
    }
    struct unicode_view view = unicode_view(self);
    if (view.length == 0) {
        return 0;
    }
    Py_UCS4 ch = view_at(view, 0);
    if (!_PyUnicode_IsXidStart(ch) && ch != '_') {
        return 0;
    }
    Py_ssize_t i = 1;
    while (i < view.length && _PyUnicode_IsXidContinue(view_at(view, i))) {
        i++;
    }
    return i;
}

int
PyUnicode_IsIdentifier(PyObject *self)
{
    if (PyUnicode_READY(self) == -1) {
        return -1;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    return length > 0 && _PyUnicode_ScanIdentifier(self) == length;
}

PyObject *
unicode_isidentifier(PyObject *self, PyObject *Py_UNUSED(unused))
{
    int yes = PyUnicode_IsIdentifier(self);
    return yes < 0 ? NULL : PyBool_FromLong(yes);
}
