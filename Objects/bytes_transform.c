/* bytes and bytearray: taking apart, putting together, replacing. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_bytes_methods.h"
#include "pycore_bytesobject.h"
#include "pycore_strhex.h"

static Py_ssize_t
index_argument(PyObject *arg)
{
    PyObject *number = _PyNumber_Index(arg);
    if (number == NULL) {
        return -1;
    }
    Py_ssize_t value = PyLong_AsSsize_t(number);
    Py_DECREF(number);
    return value;
}

/* self[start:end] */
static PyObject *
slice_of(PyObject *self, Py_ssize_t start, Py_ssize_t end)
{
    if (start == 0 && end == bytes_like_size(self)) {
        return bytes_like_same(self);
    }
    return bytes_like_new(self, bytes_like_data(self) + start, end - start);
}

static int
append_slice(PyObject *list, PyObject *self, Py_ssize_t start, Py_ssize_t end)
{
    PyObject *part = slice_of(self, start, end);
    if (part == NULL) {
        return -1;
    }
    int status = PyList_Append(list, part);
    Py_DECREF(part);
    return status;
}

/* -- split --------------------------------------------------------------- */

static int
split_space(PyObject *list, PyObject *self, Py_ssize_t maxcount)
{
    const char *s = bytes_like_data(self);
    Py_ssize_t n = bytes_like_size(self), i = 0;
    for (;;) {
        while (i < n && Py_ISSPACE(s[i])) {
            i++;
        }
        if (i == n) {
            return 0;
        }
        Py_ssize_t start = i;
        if (maxcount-- <= 0) {
            return append_slice(list, self, start, n);
        }
        while (i < n && !Py_ISSPACE(s[i])) {
            i++;
        }
        if (append_slice(list, self, start, i) < 0) {
            return -1;
        }
    }
}

static int
rsplit_space(PyObject *list, PyObject *self, Py_ssize_t maxcount)
{
    const char *s = bytes_like_data(self);
    Py_ssize_t i = bytes_like_size(self);
    for (;;) {
        while (i > 0 && Py_ISSPACE(s[i - 1])) {
            i--;
        }
        if (i == 0) {
            return 0;
        }
        Py_ssize_t end = i;
        if (maxcount-- <= 0) {
            return append_slice(list, self, 0, end);
        }
        while (i > 0 && !Py_ISSPACE(s[i - 1])) {
            i--;
        }
        if (append_slice(list, self, i, end) < 0) {
            return -1;
        }
    }
}

static int
split_separator(PyObject *list, PyObject *self, const Py_buffer *sep,
                Py_ssize_t maxcount, int reverse)
{
    const char *s = bytes_like_data(self);
    Py_ssize_t start = 0, end = bytes_like_size(self);
    while (maxcount-- > 0) {
        Py_ssize_t at = reverse
                            ? _PyBytes_ReverseFind(s + start, end - start,
                                                   sep->buf, sep->len, start)
                            : _PyBytes_Find(s + start, end - start, sep->buf,
                                            sep->len, start);
        if (at < 0) {
            break;
        }
        int status = reverse ? append_slice(list, self, at + sep->len, end)
                             : append_slice(list, self, start, at);
        if (status < 0) {
            return -1;
        }
        if (reverse) {
            end = at;
        }
        else {
            start = at + sep->len;
        }
    }
    return append_slice(list, self, start, end);
}

static PyObject *
split_method(PyObject *self, struct _PyArg_Parser *parser,
             PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
             int reverse)
{
    PyObject *buffer[2];
    Py_ssize_t maxsplit = -1;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, parser, 0, 2, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    if (args[1] != NULL) {
        maxsplit = index_argument(args[1]);
        if (maxsplit == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (maxsplit < 0) {
        maxsplit = PY_SSIZE_T_MAX;
    }
    PyObject *list = NULL;
    int status = -1;
    if (args[0] == NULL || args[0] == Py_None) {
        list = PyList_New(0);
        if (list != NULL) {
            status = reverse ? rsplit_space(list, self, maxsplit)
                             : split_space(list, self, maxsplit);
        }
    }
    else {
        Py_buffer sep;
        if (PyObject_GetBuffer(args[0], &sep, PyBUF_SIMPLE) != 0) {
            return NULL;
        }
        if (sep.len == 0) {
            PyErr_SetString(PyExc_ValueError, "empty separator");
        }
        else {
            list = PyList_New(0);
            if (list != NULL) {
                status = split_separator(list, self, &sep, maxsplit, reverse);
            }
        }
        PyBuffer_Release(&sep);
    }
    if (status == 0 && reverse) {
        status = PyList_Reverse(list);
    }
    if (status < 0) {
        Py_CLEAR(list);
    }
    return list;
}

static const char *const split_keywords[] = {"sep", "maxsplit", NULL};

PyObject *
bytes_like_split(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                 PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = split_keywords,
                                   .fname = "split"};
    return split_method(self, &parser, args, nargs, kwnames, 0);
}

PyObject *
bytes_like_rsplit(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                  PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = split_keywords,
                                   .fname = "rsplit"};
    return split_method(self, &parser, args, nargs, kwnames, 1);
}

PyObject *
bytes_like_splitlines(PyObject *self, PyObject *const *args,
                      Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"keepends", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "splitlines"};
    PyObject *buffer[1];
    int keepends = 0;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 1, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    if (args[0] != NULL) {
        keepends = _PyLong_AsInt(args[0]);
        if (keepends == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    const char *s = bytes_like_data(self);
    Py_ssize_t n = bytes_like_size(self);
    for (Py_ssize_t i = 0, start = 0; i < n; start = i) {
        while (i < n && s[i] != '\n' && s[i] != '\r') {
            i++;
        }
        Py_ssize_t end = i;
        if (i < n) {
            i += s[i] == '\r' && i + 1 < n && s[i + 1] == '\n' ? 2 : 1;
            if (keepends) {
                end = i;
            }
        }
        if (append_slice(list, self, start, end) < 0) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

/* -- partition ----------------------------------------------------------- */

static PyObject *
partition(PyObject *self, PyObject *sep, int reverse)
{
    Py_buffer buffer;
    if (PyObject_GetBuffer(sep, &buffer, PyBUF_SIMPLE) != 0) {
        return NULL;
    }
    /* the parts of a bytearray are new objects, the separator too */
    PyObject *owned = PyBytes_Check(self)
                          ? Py_NewRef(sep)
                          : PyByteArray_FromStringAndSize(buffer.buf,
                                                          buffer.len);
    if (owned == NULL) {
        PyBuffer_Release(&buffer);
        return NULL;
    }
    PyObject *parts[3] = {NULL, NULL, NULL};
    PyObject *result = NULL;
    if (buffer.len == 0) {
        PyErr_SetString(PyExc_ValueError, "empty separator");
        goto done;
    }
    const char *s = bytes_like_data(self);
    Py_ssize_t n = bytes_like_size(self);
    Py_ssize_t at = reverse
                        ? _PyBytes_ReverseFind(s, n, buffer.buf, buffer.len,
                                               0)
                        : _PyBytes_Find(s, n, buffer.buf, buffer.len, 0);
    if (at < 0) {
        parts[reverse ? 2 : 0] = bytes_like_same(self);
        parts[1] = bytes_like_new(self, NULL, 0);
        parts[reverse ? 0 : 2] = bytes_like_new(self, NULL, 0);
    }
    else {
        parts[0] = bytes_like_new(self, s, at);
        parts[1] = Py_NewRef(owned);
        parts[2] = bytes_like_new(self, s + at + buffer.len,
                                  n - at - buffer.len);
    }
    if (parts[0] != NULL && parts[1] != NULL && parts[2] != NULL) {
        result = PyTuple_Pack(3, parts[0], parts[1], parts[2]);
    }
    for (int i = 0; i < 3; i++) {
        Py_XDECREF(parts[i]);
    }

done:
    PyBuffer_Release(&buffer);
    Py_DECREF(owned);
    return result;
}

PyObject *
bytes_like_partition(PyObject *self, PyObject *sep)
{
    return partition(self, sep, 0);
}

PyObject *
bytes_like_rpartition(PyObject *self, PyObject *sep)
{
    return partition(self, sep, 1);
}

/* -- join ---------------------------------------------------------------- */

#define JOIN_STATIC_BUFFERS 10

/* The buffers of the items; returns how many are held, -1 - that number on
   failure. */
static Py_ssize_t
join_buffers(PyObject *items, Py_buffer *buffers, Py_ssize_t n,
             Py_ssize_t gap, Py_ssize_t *total)
{
    size_t sum = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(items, i);
        if (PyBytes_CheckExact(item)) {
            /* needs no protocol */
            buffers[i].obj = Py_NewRef(item);
            buffers[i].buf = PyBytes_AS_STRING(item);
            buffers[i].len = PyBytes_GET_SIZE(item);
        }
        else {
            Py_INCREF(item);
            int status = PyObject_GetBuffer(item, &buffers[i], PyBUF_SIMPLE);
            if (status != 0) {
                PyErr_Format(PyExc_TypeError,
                             "sequence item %zd: expected a bytes-like "
                             "object, %.80s found",
                             i, Py_TYPE(item)->tp_name);
                Py_DECREF(item);
                return -1 - i;
            }
            Py_DECREF(item);
        }
        size_t add = (size_t)buffers[i].len + (size_t)(i > 0 ? gap : 0);
        if (add > PY_SSIZE_T_MAX - sum) {
            PyErr_SetString(PyExc_OverflowError, "join() result is too long");
            return -1 - (i + 1);
        }
        sum += add;
        if (n != PySequence_Fast_GET_SIZE(items)) {
            PyErr_SetString(PyExc_RuntimeError,
                            "sequence changed size during iteration");
            return -1 - (i + 1);
        }
    }
    *total = (Py_ssize_t)sum;
    return n;
}

PyObject *
bytes_like_join(PyObject *self, PyObject *iterable)
{
    PyObject *items = PySequence_Fast(iterable, "can only join an iterable");
    if (items == NULL) {
        return NULL;
    }
    Py_ssize_t n = PySequence_Fast_GET_SIZE(items);
    PyObject *result = NULL;
    if (n == 0) {
        result = bytes_like_new(self, NULL, 0);
        Py_DECREF(items);
        return result;
    }
    if (n == 1 && PyBytes_Check(self)
        && PyBytes_CheckExact(PySequence_Fast_GET_ITEM(items, 0))) {
        result = Py_NewRef(PySequence_Fast_GET_ITEM(items, 0));
        Py_DECREF(items);
        return result;
    }
    Py_buffer fixed[JOIN_STATIC_BUFFERS];
    Py_buffer *buffers = fixed;
    if (n > JOIN_STATIC_BUFFERS) {
        buffers = PyMem_New(Py_buffer, (size_t)n);
        if (buffers == NULL) {
            Py_DECREF(items);
            return PyErr_NoMemory();
        }
    }
    Py_ssize_t total = 0;
    /* the separator must not move while Python code runs in between */
    Py_buffer gap;
    Py_ssize_t held = -1;
    if (PyObject_GetBuffer(self, &gap, PyBUF_SIMPLE) == 0) {
        held = join_buffers(items, buffers, n, gap.len, &total);
        if (held >= 0) {
            result = bytes_like_new(self, NULL, total);
        }
        if (result != NULL) {
            char *to = bytes_like_buffer(result);
            for (Py_ssize_t i = 0; i < n; i++) {
                if (i > 0) {
                    memcpy(to, gap.buf, (size_t)gap.len);
                    to += gap.len;
                }
                memcpy(to, buffers[i].buf, (size_t)buffers[i].len);
                to += buffers[i].len;
            }
        }
        PyBuffer_Release(&gap);
    }
    if (held < 0) {
        held = -1 - held;
    }
    for (Py_ssize_t i = 0; i < held; i++) {
        if (PyBytes_CheckExact(buffers[i].obj)) {
            Py_DECREF(buffers[i].obj);
        }
        else {
            PyBuffer_Release(&buffers[i]);
        }
    }
    if (buffers != fixed) {
        PyMem_Free(buffers);
    }
    Py_DECREF(items);
    return result;
}

PyObject *
_PyBytes_Join(PyObject *sep, PyObject *x)
{
    assert(sep != NULL && PyBytes_Check(sep));
    return bytes_like_join(sep, x);
}

/* -- strip --------------------------------------------------------------- */

static PyObject *
strip_method(PyObject *self, const char *name, PyObject *const *args,
             Py_ssize_t nargs, int left, int right)
{
    if (!_PyArg_CheckPositional(name, nargs, 0, 1)) {
        return NULL;
    }
    unsigned char set[256];
    if (nargs == 0 || args[0] == Py_None) {
        for (int c = 0; c < 256; c++) {
            set[c] = Py_ISSPACE(c) != 0;
        }
    }
    else {
        Py_buffer bytes;
        if (PyObject_GetBuffer(args[0], &bytes, PyBUF_SIMPLE) != 0) {
            return NULL;
        }
        memset(set, 0, sizeof(set));
        for (Py_ssize_t i = 0; i < bytes.len; i++) {
            set[((const unsigned char *)bytes.buf)[i]] = 1;
        }
        PyBuffer_Release(&bytes);
    }
    const char *s = bytes_like_data(self);
    Py_ssize_t start = 0, end = bytes_like_size(self);
    if (left) {
        while (start < end && set[(unsigned char)s[start]]) {
            start++;
        }
    }
    if (right) {
        while (end > start && set[(unsigned char)s[end - 1]]) {
            end--;
        }
    }
    return slice_of(self, start, end);
}

PyObject *
bytes_like_strip(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return strip_method(self, "strip", args, nargs, 1, 1);
}

PyObject *
bytes_like_lstrip(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return strip_method(self, "lstrip", args, nargs, 1, 0);
}

PyObject *
bytes_like_rstrip(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return strip_method(self, "rstrip", args, nargs, 0, 1);
}

static PyObject *
remove_affix(PyObject *self, PyObject *arg, int at_end)
{
    Py_buffer affix;
    if (PyObject_GetBuffer(arg, &affix, PyBUF_SIMPLE) != 0) {
        return NULL;
    }
    const char *s = bytes_like_data(self);
    Py_ssize_t start = 0, end = bytes_like_size(self);
    if (affix.len > 0 && end >= affix.len
        && memcmp(at_end ? s + end - affix.len : s, affix.buf,
                  (size_t)affix.len) == 0) {
        if (at_end) {
            end -= affix.len;
        }
        else {
            start = affix.len;
        }
    }
    PyBuffer_Release(&affix);
    return slice_of(self, start, end);
}

PyObject *
bytes_like_removeprefix(PyObject *self, PyObject *arg)
{
    return remove_affix(self, arg, 0);
}

PyObject *
bytes_like_removesuffix(PyObject *self, PyObject *arg)
{
    return remove_affix(self, arg, 1);
}

/* -- replace ------------------------------------------------------------- */

static PyObject *
replace_interleave(PyObject *self, const Py_buffer *by, Py_ssize_t maxcount)
{
    Py_ssize_t n = bytes_like_size(self);
    Py_ssize_t count = n < maxcount ? n + 1 : maxcount;
    if (by->len > 0 && count > (PY_SSIZE_T_MAX - n) / by->len) {
        PyErr_SetString(PyExc_OverflowError, "replace bytes is too long");
        return NULL;
    }
    PyObject *result = bytes_like_new(self, NULL, n + count * by->len);
    if (result == NULL) {
        return NULL;
    }
    const char *s = bytes_like_data(self);
    char *to = bytes_like_buffer(result);
    for (Py_ssize_t i = 0; i < count; i++) {
        memcpy(to, by->buf, (size_t)by->len);
        to += by->len;
        if (i < n) {
            *to++ = s[i];
        }
    }
    if (count < n) {
        memcpy(to, s + count, (size_t)(n - count));
    }
    return result;
}

static PyObject *
replace_bytes(PyObject *self, const Py_buffer *old, const Py_buffer *by,
              Py_ssize_t maxcount)
{
    const char *s = bytes_like_data(self);
    Py_ssize_t n = bytes_like_size(self), count = 0, at = 0, hit;
    while (count < maxcount
           && (hit = _PyBytes_Find(s + at, n - at, old->buf, old->len, at))
                  >= 0) {
        count++;
        at = hit + old->len;
    }
    if (count == 0) {
        return bytes_like_same(self);
    }
    Py_ssize_t grow = by->len - old->len;
    if (grow > 0 && count > (PY_SSIZE_T_MAX - n) / grow) {
        PyErr_SetString(PyExc_OverflowError, "replace bytes is too long");
        return NULL;
    }
    PyObject *result = bytes_like_new(self, NULL, n + count * grow);
    if (result == NULL) {
        return NULL;
    }
    char *to = bytes_like_buffer(result);
    at = 0;
    while (count-- > 0) {
        hit = _PyBytes_Find(s + at, n - at, old->buf, old->len, at);
        memcpy(to, s + at, (size_t)(hit - at));
        to += hit - at;
        memcpy(to, by->buf, (size_t)by->len);
        to += by->len;
        at = hit + old->len;
    }
    memcpy(to, s + at, (size_t)(n - at));
    return result;
}

PyObject *
bytes_like_replace(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_buffer old, by;
    Py_ssize_t count = -1;
    if (!_PyArg_CheckPositional("replace", nargs, 2, 3)) {
        return NULL;
    }
    if (PyObject_GetBuffer(args[0], &old, PyBUF_SIMPLE) != 0) {
        return NULL;
    }
    if (PyObject_GetBuffer(args[1], &by, PyBUF_SIMPLE) != 0) {
        PyBuffer_Release(&old);
        return NULL;
    }
    PyObject *result = NULL;
    if (nargs > 2) {
        count = index_argument(args[2]);
        if (count == -1 && PyErr_Occurred()) {
            goto done;
        }
    }
    if (count < 0) {
        count = PY_SSIZE_T_MAX;
    }
    if (count == 0 || (old.len == 0 && by.len == 0)
        || old.len > bytes_like_size(self)) {
        result = bytes_like_same(self);
    }
    else if (old.len == 0) {
        result = replace_interleave(self, &by, count);
    }
    else {
        result = replace_bytes(self, &old, &by, count);
    }

done:
    PyBuffer_Release(&old);
    PyBuffer_Release(&by);
    return result;
}

/* -- Padding ------------------------------------------------------------- */

static PyObject *
pad(PyObject *self, Py_ssize_t left, Py_ssize_t right, char fill)
{
    left = Py_MAX(left, 0);
    right = Py_MAX(right, 0);
    if (left == 0 && right == 0) {
        return bytes_like_same(self);
    }
    Py_ssize_t n = bytes_like_size(self);
    PyObject *result = bytes_like_new(self, NULL, left + n + right);
    if (result != NULL) {
        char *to = bytes_like_buffer(result);
        memset(to, fill, (size_t)left);
        memcpy(to + left, bytes_like_data(self), (size_t)n);
        memset(to + left + n, fill, (size_t)right);
    }
    return result;
}

static int
parse_padding(const char *name, PyObject *const *args, Py_ssize_t nargs,
              Py_ssize_t *width, char *fill)
{
    *fill = ' ';
    if (!_PyArg_CheckPositional(name, nargs, 1, 2)) {
        return -1;
    }
    *width = index_argument(args[0]);
    if (*width == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (nargs > 1) {
        if (PyBytes_Check(args[1]) && PyBytes_GET_SIZE(args[1]) == 1) {
            *fill = PyBytes_AS_STRING(args[1])[0];
        }
        else if (PyByteArray_Check(args[1])
                 && PyByteArray_GET_SIZE(args[1]) == 1) {
            *fill = PyByteArray_AS_STRING(args[1])[0];
        }
        else {
            _PyArg_BadArgument(name, "argument 2",
                               "a byte string of length 1", args[1]);
            return -1;
        }
    }
    return 0;
}

PyObject *
bytes_like_center(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t width;
    char fill;
    if (parse_padding("center", args, nargs, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t n = bytes_like_size(self);
    if (n >= width) {
        return bytes_like_same(self);
    }
    Py_ssize_t margin = width - n;
    Py_ssize_t left = margin / 2 + (margin & width & 1);
    return pad(self, left, margin - left, fill);
}

PyObject *
bytes_like_ljust(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t width;
    char fill;
    if (parse_padding("ljust", args, nargs, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t n = bytes_like_size(self);
    return pad(self, 0, n < width ? width - n : 0, fill);
}

PyObject *
bytes_like_rjust(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t width;
    char fill;
    if (parse_padding("rjust", args, nargs, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t n = bytes_like_size(self);
    return pad(self, n < width ? width - n : 0, 0, fill);
}

PyObject *
bytes_like_zfill(PyObject *self, PyObject *arg)
{
    Py_ssize_t width = index_argument(arg);
    if (width == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Py_ssize_t n = bytes_like_size(self);
    if (n >= width) {
        return bytes_like_same(self);
    }
    Py_ssize_t fill = width - n;
    PyObject *result = pad(self, fill, 0, '0');
    if (result != NULL && n > 0) {
        char *s = bytes_like_buffer(result);
        if (s[fill] == '+' || s[fill] == '-') {
            s[0] = s[fill];
            s[fill] = '0';
        }
    }
    return result;
}

PyObject *
bytes_like_expandtabs(PyObject *self, PyObject *const *args,
                      Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"tabsize", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "expandtabs"};
    PyObject *buffer[1];
    int tabsize = 8;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 1, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    if (args[0] != NULL) {
        tabsize = _PyLong_AsInt(args[0]);
        if (tabsize == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    const char *s = bytes_like_data(self);
    Py_ssize_t n = bytes_like_size(self), length = 0, column = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_ssize_t step = 1;
        if (s[i] == '\t') {
            step = tabsize > 0 ? tabsize - column % tabsize : 0;
            column = 0;
        }
        else {
            column = s[i] == '\n' || s[i] == '\r' ? 0 : column + 1;
        }
        if (length > PY_SSIZE_T_MAX - step) {
            PyErr_SetString(PyExc_OverflowError, "result too long");
            return NULL;
        }
        length += step;
    }
    PyObject *result = bytes_like_new(self, NULL, length);
    if (result == NULL) {
        return NULL;
    }
    char *to = bytes_like_buffer(result);
    column = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (s[i] == '\t') {
            Py_ssize_t step = tabsize > 0 ? tabsize - column % tabsize : 0;
            memset(to, ' ', (size_t)step);
            to += step;
            column = 0;
            continue;
        }
        *to++ = s[i];
        column = s[i] == '\n' || s[i] == '\r' ? 0 : column + 1;
    }
    return result;
}

/* -- translate ----------------------------------------------------------- */

static PyObject *
translate_bytes(PyObject *self, const unsigned char *table,
                const unsigned char *drop)
{
    Py_ssize_t n = bytes_like_size(self), out = 0;
    PyObject *result = bytes_like_new(self, NULL, n);
    if (result == NULL) {
        return NULL;
    }
    const unsigned char *s = (const unsigned char *)bytes_like_data(self);
    char *to = bytes_like_buffer(result);
    int changed = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        unsigned char c = s[i];
        if (drop[c]) {
            changed = 1;
            continue;
        }
        unsigned char mapped = table ? table[c] : c;
        changed |= mapped != c;
        to[out++] = (char)mapped;
    }
    if (!changed && PyBytes_CheckExact(self)) {
        Py_DECREF(result);
        return Py_NewRef(self);
    }
    if (out < n) {
        if (PyBytes_Check(result)) {
            _PyBytes_Resize(&result, out);
        }
        else if (PyByteArray_Resize(result, out) < 0) {
            Py_CLEAR(result);
        }
    }
    return result;
}

PyObject *
bytes_like_translate(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                     PyObject *kwnames)
{
    static const char *const keywords[] = {"", "delete", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "translate"};
    PyObject *unpacked[2];
    unsigned char table[256], drop[256];
    const unsigned char *map = NULL;
    Py_buffer buffer;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 2, 0,
                                 unpacked);
    if (args == NULL) {
        return NULL;
    }
    if (args[0] != Py_None) {
        if (PyObject_GetBuffer(args[0], &buffer, PyBUF_SIMPLE) != 0) {
            return NULL;
        }
        if (buffer.len != 256) {
            PyBuffer_Release(&buffer);
            PyErr_SetString(PyExc_ValueError,
                            "translation table must be 256 characters long");
            return NULL;
        }
        memcpy(table, buffer.buf, 256);
        map = table;
        PyBuffer_Release(&buffer);
    }
    memset(drop, 0, sizeof(drop));
    if (args[1] != NULL) {
        if (PyObject_GetBuffer(args[1], &buffer, PyBUF_SIMPLE) != 0) {
            return NULL;
        }
        for (Py_ssize_t i = 0; i < buffer.len; i++) {
            drop[((const unsigned char *)buffer.buf)[i]] = 1;
        }
        PyBuffer_Release(&buffer);
    }
    return translate_bytes(self, map, drop);
}

PyObject *
bytes_like_maketrans(PyObject *unused, PyObject *const *args,
                     Py_ssize_t nargs)
{
    Py_buffer from, to;
    if (!_PyArg_CheckPositional("maketrans", nargs, 2, 2)
        || PyObject_GetBuffer(args[0], &from, PyBUF_SIMPLE) != 0) {
        return NULL;
    }
    if (PyObject_GetBuffer(args[1], &to, PyBUF_SIMPLE) != 0) {
        PyBuffer_Release(&from);
        return NULL;
    }
    PyObject *result = NULL;
    if (from.len != to.len) {
        PyErr_SetString(PyExc_ValueError,
                        "maketrans arguments must have same length");
    }
    else {
        result = PyBytes_FromStringAndSize(NULL, 256);
    }
    if (result != NULL) {
        char *table = PyBytes_AS_STRING(result);
        for (int i = 0; i < 256; i++) {
            table[i] = (char)i;
        }
        for (Py_ssize_t i = 0; i < from.len; i++) {
            table[((const unsigned char *)from.buf)[i]] =
                ((const char *)to.buf)[i];
        }
    }
    PyBuffer_Release(&from);
    PyBuffer_Release(&to);
    return result;
}

/* -- To strings ---------------------------------------------------------- */

PyObject *
bytes_like_decode(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                  PyObject *kwnames)
{
    static const char *const keywords[] = {"encoding", "errors", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "decode"};
    static const char *const places[] = {"argument 'encoding'",
                                         "argument 'errors'"};
    const char *values[2] = {NULL, NULL};
    PyObject *buffer[2];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 2, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (args[i] == NULL) {
            continue;
        }
        if (!PyUnicode_Check(args[i])) {
            _PyArg_BadArgument("decode", places[i], "str", args[i]);
            return NULL;
        }
        Py_ssize_t length;
        values[i] = PyUnicode_AsUTF8AndSize(args[i], &length);
        if (values[i] == NULL) {
            return NULL;
        }
        if (strlen(values[i]) != (size_t)length) {
            PyErr_SetString(PyExc_ValueError, "embedded null character");
            return NULL;
        }
    }
    return PyUnicode_FromEncodedObject(self, values[0], values[1]);
}

PyObject *
bytes_like_hex(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
               PyObject *kwnames)
{
    static const char *const keywords[] = {"sep", "bytes_per_sep", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "hex"};
    PyObject *buffer[2];
    int group = 1;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 2, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    if (args[1] != NULL) {
        group = _PyLong_AsInt(args[1]);
        if (group == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return _Py_strhex_with_sep(bytes_like_data(self), bytes_like_size(self),
                               args[0], group);
}
