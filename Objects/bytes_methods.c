/* bytes and bytearray: classes of characters, case, searching. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_bytes_methods.h"
#include "pycore_bytesobject.h"

/* -- Classes of characters ----------------------------------------------- */

static PyObject *
all_in_class(PyObject *self, unsigned int class)
{
    const char *s = bytes_like_data(self);
    Py_ssize_t n = bytes_like_size(self);
    for (Py_ssize_t i = 0; i < n; i++) {
        if (!(_Py_ctype_table[Py_CHARMASK(s[i])] & class)) {
            Py_RETURN_FALSE;
        }
    }
    return PyBool_FromLong(n > 0);
}

#define CLASS_METHOD(NAME, CLASS)                                  \
    PyObject *                                                     \
    bytes_like_##NAME(PyObject *self, PyObject *Py_UNUSED(unused)) \
    {                                                              \
        return all_in_class(self, CLASS);                          \
    }
CLASS_METHOD(isspace, PY_CTF_SPACE)
CLASS_METHOD(isalpha, PY_CTF_ALPHA)
CLASS_METHOD(isalnum, PY_CTF_ALNUM)
CLASS_METHOD(isdigit, PY_CTF_DIGIT)
#undef CLASS_METHOD

PyObject *
bytes_like_isascii(PyObject *self, PyObject *Py_UNUSED(unused))
{
    const char *s = bytes_like_data(self);
    Py_ssize_t n = bytes_like_size(self);
    unsigned char seen = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        seen |= (unsigned char)s[i];
    }
    return PyBool_FromLong(seen < 0x80);
}

static PyObject *
one_case(PyObject *self, unsigned int wanted, unsigned int other)
{
    const char *s = bytes_like_data(self);
    Py_ssize_t n = bytes_like_size(self);
    int cased = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        unsigned int class = _Py_ctype_table[Py_CHARMASK(s[i])];
        if (class & other) {
            Py_RETURN_FALSE;
        }
        cased |= (class & wanted) != 0;
    }
    return PyBool_FromLong(cased);
}

PyObject *
bytes_like_islower(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return one_case(self, PY_CTF_LOWER, PY_CTF_UPPER);
}

PyObject *
bytes_like_isupper(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return one_case(self, PY_CTF_UPPER, PY_CTF_LOWER);
}

PyObject *
bytes_like_istitle(PyObject *self, PyObject *Py_UNUSED(unused))
{
    const char *s = bytes_like_data(self);
    Py_ssize_t n = bytes_like_size(self);
    int cased = 0, after_cased = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (Py_ISUPPER(s[i])) {
            if (after_cased) {
                Py_RETURN_FALSE;
            }
            after_cased = cased = 1;
        }
        else if (Py_ISLOWER(s[i])) {
            if (!after_cased) {
                Py_RETURN_FALSE;
            }
        }
        else {
            after_cased = 0;
        }
    }
    return PyBool_FromLong(cased);
}

/* -- Case ---------------------------------------------------------------- */

enum case_form { FORM_LOWER, FORM_UPPER, FORM_SWAP, FORM_TITLE,
                 FORM_CAPITAL };

static char
case_byte(enum case_form form, char c, int first, int after_letter)
{
    switch (form) {
    case FORM_LOWER:
        return (char)Py_TOLOWER(c);
    case FORM_UPPER:
        return (char)Py_TOUPPER(c);
    case FORM_SWAP:
        return (char)(Py_ISLOWER(c) ? Py_TOUPPER(c) : Py_TOLOWER(c));
    case FORM_TITLE:
        return (char)(after_letter ? Py_TOLOWER(c) : Py_TOUPPER(c));
    default:
        return (char)(first ? Py_TOUPPER(c) : Py_TOLOWER(c));
    }
}

static PyObject *
case_map(PyObject *self, enum case_form form)
{
    Py_ssize_t n = bytes_like_size(self);
    PyObject *result = bytes_like_new(self, NULL, n);
    if (result == NULL) {
        return NULL;
    }
    const char *from = bytes_like_data(self);
    char *to = bytes_like_buffer(result);
    int after_letter = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        to[i] = case_byte(form, from[i], i == 0, after_letter);
        after_letter = Py_ISALPHA(from[i]) != 0;
    }
    return result;
}

#define CASE_METHOD(NAME, FORM)                                    \
    PyObject *                                                     \
    bytes_like_##NAME(PyObject *self, PyObject *Py_UNUSED(unused)) \
    {                                                              \
        return case_map(self, FORM);                               \
    }
CASE_METHOD(lower, FORM_LOWER)
CASE_METHOD(upper, FORM_UPPER)
CASE_METHOD(swapcase, FORM_SWAP)
CASE_METHOD(title, FORM_TITLE)
CASE_METHOD(capitalize, FORM_CAPITAL)
#undef CASE_METHOD

/* -- Searching ----------------------------------------------------------- */

/* What is looked for: the bytes of a buffer, or one byte given as an int. */
struct needle {
    Py_buffer buffer;           /* obj NULL where there is none */
    const char *data;
    Py_ssize_t size;
    char byte;
};

static int
needle_get(struct needle *needle, PyObject *arg)
{
    needle->buffer.obj = NULL;
    if (PyObject_CheckBuffer(arg)) {
        if (PyObject_GetBuffer(arg, &needle->buffer, PyBUF_SIMPLE) != 0) {
            return -1;
        }
        needle->data = needle->buffer.buf;
        needle->size = needle->buffer.len;
        return 0;
    }
    if (!_PyIndex_Check(arg)) {
        PyErr_Format(PyExc_TypeError,
                     "argument should be integer or bytes-like object, "
                     "not '%.200s'", Py_TYPE(arg)->tp_name);
        return -1;
    }
    Py_ssize_t value = PyNumber_AsSsize_t(arg, NULL);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (value < 0 || value > 255) {
        PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)");
        return -1;
    }
    needle->byte = (char)value;
    needle->data = &needle->byte;
    needle->size = 1;
    return 0;
}

static void
needle_release(struct needle *needle)
{
    if (needle->buffer.obj != NULL) {
        PyBuffer_Release(&needle->buffer);
    }
}

/* The arguments X[, start[, end]]. */
static int
parse_bounds(const char *name, PyObject *const *args, Py_ssize_t nargs,
             Py_ssize_t *start, Py_ssize_t *end)
{
    *start = 0;
    *end = PY_SSIZE_T_MAX;
    if (nargs < 1 || nargs > 3) {
        PyErr_Format(PyExc_TypeError,
                     nargs < 1
                         ? "%s() takes at least 1 argument (%zd given)"
                         : "%s() takes at most 3 arguments (%zd given)",
                     name, nargs);
        return -1;
    }
    if (nargs > 1 && !_PyEval_SliceIndex(args[1], start)) {
        return -1;
    }
    if (nargs > 2 && !_PyEval_SliceIndex(args[2], end)) {
        return -1;
    }
    return 0;
}

static void
adjust_bounds(Py_ssize_t *start, Py_ssize_t *end, Py_ssize_t size)
{
    if (*end > size) {
        *end = size;
    }
    else if (*end < 0) {
        *end = Py_MAX(*end + size, 0);
    }
    if (*start < 0) {
        *start = Py_MAX(*start + size, 0);
    }
}

static PyObject *
find_method(PyObject *self, const char *name, PyObject *const *args,
            Py_ssize_t nargs, int reverse, int must_exist)
{
    Py_ssize_t start, end;
    struct needle needle;
    if (parse_bounds(name, args, nargs, &start, &end) < 0
        || needle_get(&needle, args[0]) < 0) {
        return NULL;
    }
    const char *s = bytes_like_data(self);
    adjust_bounds(&start, &end, bytes_like_size(self));
    Py_ssize_t at = -1;
    if (end - start >= needle.size) {
        at = reverse ? _PyBytes_ReverseFind(s + start, end - start,
                                            needle.data, needle.size, start)
                     : _PyBytes_Find(s + start, end - start, needle.data,
                                     needle.size, start);
    }
    needle_release(&needle);
    if (at < 0 && must_exist) {
        PyErr_SetString(PyExc_ValueError, "subsection not found");
        return NULL;
    }
    return PyLong_FromSsize_t(at);
}

PyObject *
bytes_like_find(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return find_method(self, "find", args, nargs, 0, 0);
}

PyObject *
bytes_like_rfind(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return find_method(self, "rfind", args, nargs, 1, 0);
}

PyObject *
bytes_like_index(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return find_method(self, "index", args, nargs, 0, 1);
}

PyObject *
bytes_like_rindex(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return find_method(self, "rindex", args, nargs, 1, 1);
}

PyObject *
bytes_like_count(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t start, end;
    struct needle needle;
    if (parse_bounds("count", args, nargs, &start, &end) < 0
        || needle_get(&needle, args[0]) < 0) {
        return NULL;
    }
    const char *s = bytes_like_data(self);
    adjust_bounds(&start, &end, bytes_like_size(self));
    Py_ssize_t count = 0;
    if (needle.size == 0) {
        count = end >= start ? end - start + 1 : 0;
    }
    else {
        while (end - start >= needle.size) {
            Py_ssize_t at = _PyBytes_Find(s + start, end - start, needle.data,
                                          needle.size, start);
            if (at < 0) {
                break;
            }
            count++;
            start = at + needle.size;
        }
    }
    needle_release(&needle);
    return PyLong_FromSsize_t(count);
}

int
bytes_like_contains(PyObject *self, PyObject *arg)
{
    Py_ssize_t value = PyNumber_AsSsize_t(arg, NULL);
    if (value == -1 && PyErr_Occurred()) {
        Py_buffer buffer;
        PyErr_Clear();
        if (PyObject_GetBuffer(arg, &buffer, PyBUF_SIMPLE) != 0) {
            return -1;
        }
        Py_ssize_t at = _PyBytes_Find(bytes_like_data(self),
                                      bytes_like_size(self), buffer.buf,
                                      buffer.len, 0);
        PyBuffer_Release(&buffer);
        return at >= 0;
    }
    if (value < 0 || value > 255) {
        PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)");
        return -1;
    }
    return memchr(bytes_like_data(self), (int)value,
                  (size_t)bytes_like_size(self)) != NULL;
}

/* 1, 0, or -1 when arg is no buffer. */
static int
tail_matches(PyObject *self, PyObject *arg, Py_ssize_t start, Py_ssize_t end,
             int at_end)
{
    Py_buffer buffer;
    if (PyObject_GetBuffer(arg, &buffer, PyBUF_SIMPLE) != 0) {
        return -1;
    }
    const char *s = bytes_like_data(self);
    adjust_bounds(&start, &end, bytes_like_size(self));
    int match = 0;
    if (end - start >= buffer.len && start <= bytes_like_size(self)) {
        if (at_end) {
            start = end - buffer.len;
        }
        match = memcmp(s + start, buffer.buf, (size_t)buffer.len) == 0;
    }
    PyBuffer_Release(&buffer);
    return match;
}

static PyObject *
tail_method(PyObject *self, const char *name, PyObject *const *args,
            Py_ssize_t nargs, int at_end)
{
    Py_ssize_t start, end;
    if (parse_bounds(name, args, nargs, &start, &end) < 0) {
        return NULL;
    }
    PyObject *affix = args[0];
    if (PyTuple_Check(affix)) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(affix); i++) {
            int match = tail_matches(self, PyTuple_GET_ITEM(affix, i), start,
                                     end, at_end);
            if (match != 0) {
                return match < 0 ? NULL : Py_NewRef(Py_True);
            }
        }
        Py_RETURN_FALSE;
    }
    int match = tail_matches(self, affix, start, end, at_end);
    if (match < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError,
                         "%s first arg must be bytes or a tuple of bytes, "
                         "not %s", name, Py_TYPE(affix)->tp_name);
        }
        return NULL;
    }
    return PyBool_FromLong(match);
}

PyObject *
bytes_like_startswith(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return tail_method(self, "startswith", args, nargs, 0);
}

PyObject *
bytes_like_endswith(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return tail_method(self, "endswith", args, nargs, 1);
}
