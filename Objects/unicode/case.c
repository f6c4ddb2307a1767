/* Case: lower, upper, title, swapcase, capitalize, casefold.

   ASCII strings are mapped byte by byte.  Others go through a buffer of UCS-4,
   three characters for each at most, since one may become several. */
#include "unicode_internal.h"

/* Map the view into to; returns the number of characters. */
typedef Py_ssize_t (*case_function)(struct unicode_view, Py_UCS4 *to,
                                    Py_UCS4 *maxchar);

static inline Py_UCS4 *
put_all(Py_UCS4 *to, const Py_UCS4 *mapped, int n, Py_UCS4 *maxchar)
{
    for (int i = 0; i < n; i++) {
        *maxchar |= mapped[i];
        *to++ = mapped[i];
    }
    return to;
}

/* A capital sigma ends a word, and is final, when a cased character comes
   before it and none after, case-ignorable ones left out. */
static int
lower_sigma(struct unicode_view s, Py_ssize_t i, Py_UCS4 *mapped)
{
    Py_UCS4 ch = 0;
    Py_ssize_t j;
    for (j = i - 1; j >= 0; j--) {
        ch = view_at(s, j);
        if (!_PyUnicode_IsCaseIgnorable(ch)) {
            break;
        }
    }
    int final = j >= 0 && _PyUnicode_IsCased(ch);
    if (final) {
        for (j = i + 1; j < s.length; j++) {
            ch = view_at(s, j);
            if (!_PyUnicode_IsCaseIgnorable(ch)) {
                break;
            }
        }
        final = j == s.length || !_PyUnicode_IsCased(ch);
    }
    mapped[0] = final ? 0x3c2 : 0x3c3;
    return 1;
}

static inline int
lower_one(struct unicode_view s, Py_ssize_t i, Py_UCS4 ch, Py_UCS4 *mapped)
{
    return ch == 0x3a3 ? lower_sigma(s, i, mapped)
                       : _PyUnicode_ToLowerFull(ch, mapped);
}

static Py_ssize_t
do_lower(struct unicode_view s, Py_UCS4 *to, Py_UCS4 *maxchar)
{
    Py_UCS4 *p = to, mapped[3];
    for (Py_ssize_t i = 0; i < s.length; i++) {
        p = put_all(p, mapped, lower_one(s, i, view_at(s, i), mapped),
                    maxchar);
    }
    return p - to;
}

static Py_ssize_t
do_upper(struct unicode_view s, Py_UCS4 *to, Py_UCS4 *maxchar)
{
    Py_UCS4 *p = to, mapped[3];
    for (Py_ssize_t i = 0; i < s.length; i++) {
        p = put_all(p, mapped, _PyUnicode_ToUpperFull(view_at(s, i), mapped),
                    maxchar);
    }
    return p - to;
}

static Py_ssize_t
do_casefold(struct unicode_view s, Py_UCS4 *to, Py_UCS4 *maxchar)
{
    Py_UCS4 *p = to, mapped[3];
    for (Py_ssize_t i = 0; i < s.length; i++) {
        p = put_all(p, mapped, _PyUnicode_ToFoldedFull(view_at(s, i), mapped),
                    maxchar);
    }
    return p - to;
}

static Py_ssize_t
do_capitalize(struct unicode_view s, Py_UCS4 *to, Py_UCS4 *maxchar)
{
    Py_UCS4 *p = to, mapped[3];
    p = put_all(p, mapped, _PyUnicode_ToTitleFull(view_at(s, 0), mapped),
                maxchar);
    for (Py_ssize_t i = 1; i < s.length; i++) {
        p = put_all(p, mapped, lower_one(s, i, view_at(s, i), mapped),
                    maxchar);
    }
    return p - to;
}

static Py_ssize_t
do_swapcase(struct unicode_view s, Py_UCS4 *to, Py_UCS4 *maxchar)
{
    Py_UCS4 *p = to, mapped[3];
    for (Py_ssize_t i = 0; i < s.length; i++) {
        Py_UCS4 ch = view_at(s, i);
        int n;
        if (Py_UNICODE_ISUPPER(ch)) {
            n = lower_one(s, i, ch, mapped);
        }
        else if (Py_UNICODE_ISLOWER(ch)) {
            n = _PyUnicode_ToUpperFull(ch, mapped);
        }
        else {
            n = 1;
            mapped[0] = ch;
        }
        p = put_all(p, mapped, n, maxchar);
    }
    return p - to;
}

static Py_ssize_t
do_title(struct unicode_view s, Py_UCS4 *to, Py_UCS4 *maxchar)
{
    Py_UCS4 *p = to, mapped[3];
    int after_cased = 0;
    for (Py_ssize_t i = 0; i < s.length; i++) {
        Py_UCS4 ch = view_at(s, i);
        int n = after_cased ? lower_one(s, i, ch, mapped)
                            : _PyUnicode_ToTitleFull(ch, mapped);
        p = put_all(p, mapped, n, maxchar);
        after_cased = _PyUnicode_IsCased(ch);
    }
    return p - to;
}

static PyObject *
case_map(PyObject *self, case_function map)
{
    struct unicode_view view = unicode_view(self);
    if (view.length == 0) {
        return unicode_result_unchanged(self);
    }
    if ((size_t)view.length > PY_SSIZE_T_MAX / (3 * sizeof(Py_UCS4))) {
        PyErr_SetString(PyExc_OverflowError, "string is too long");
        return NULL;
    }
    Py_UCS4 *buffer = PyMem_Malloc(sizeof(Py_UCS4) * 3 * (size_t)view.length);
    if (buffer == NULL) {
        return PyErr_NoMemory();
    }
    Py_UCS4 maxchar = 0;
    Py_ssize_t n = map(view, buffer, &maxchar);
    /* an OR of characters bounds their category but may exceed the last */
    PyObject *result = PyUnicode_New(n, Py_MIN(maxchar, UNICODE_MAX));
    if (result != NULL) {
        chars_convert(PyUnicode_KIND(result), PyUnicode_DATA(result), 4,
                      buffer, n);
    }
    PyMem_Free(buffer);
    return unicode_result_steal(result);
}

/* -- ASCII --------------------------------------------------------------- */

static PyObject *
ascii_new_like(PyObject *self, Py_UCS1 **to, const Py_UCS1 **from)
{
    PyObject *result = PyUnicode_New(PyUnicode_GET_LENGTH(self), 127);
    if (result != NULL) {
        *to = PyUnicode_1BYTE_DATA(result);
        *from = PyUnicode_1BYTE_DATA(self);
    }
    return result;
}

static inline Py_UCS1
ascii_lower(Py_UCS1 c)
{
    return (Py_UCS1)(c + ((Py_UCS1)(c - 'A') < 26 ? 32 : 0));
}

static inline Py_UCS1
ascii_upper(Py_UCS1 c)
{
    return (Py_UCS1)(c - ((Py_UCS1)(c - 'a') < 26 ? 32 : 0));
}

static UNICODE_VECTORS PyObject *
ascii_map(PyObject *self, int to_upper)
{
    Py_UCS1 *to;
    const Py_UCS1 *from;
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    if (n == 0) {
        return unicode_result_unchanged(self);
    }
    PyObject *result = ascii_new_like(self, &to, &from);
    if (result == NULL) {
        return NULL;
    }
    if (to_upper) {
        for (Py_ssize_t i = 0; i < n; i++) {
            to[i] = ascii_upper(from[i]);
        }
    }
    else {
        for (Py_ssize_t i = 0; i < n; i++) {
            to[i] = ascii_lower(from[i]);
        }
    }
    return unicode_result_steal(result);
}

/* -- Methods ------------------------------------------------------------- */

PyObject *
unicode_lower(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    return PyUnicode_IS_ASCII(self) ? ascii_map(self, 0)
                                    : case_map(self, do_lower);
}

PyObject *
unicode_upper(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    return PyUnicode_IS_ASCII(self) ? ascii_map(self, 1)
                                    : case_map(self, do_upper);
}

PyObject *
unicode_casefold(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    return PyUnicode_IS_ASCII(self) ? ascii_map(self, 0)
                                    : case_map(self, do_casefold);
}

#define CASE_METHOD(NAME)                                       \
    PyObject *                                                  \
    unicode_##NAME(PyObject *self, PyObject *Py_UNUSED(unused)) \
    {                                                           \
        if (PyUnicode_READY(self) == -1) {                      \
            return NULL;                                        \
        }                                                       \
        return case_map(self, do_##NAME);                       \
    }
CASE_METHOD(capitalize)
CASE_METHOD(swapcase)
CASE_METHOD(title)
#undef CASE_METHOD
