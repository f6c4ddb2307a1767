/* Taking strings apart and together: split, splitlines, partition, join. */
#include "unicode_internal.h"
#include "pycore_object.h"

/* -- Building the list --------------------------------------------------- */

/* Most results are short: the first places are allocated at once. */
#define SPLIT_GUESS 12

struct split_list {
    PyObject *list;             /* SPLIT_GUESS places, or more */
    Py_ssize_t count;
};

static int
split_list_init(struct split_list *out, Py_ssize_t maxcount)
{
    out->count = 0;
    out->list = PyList_New(maxcount >= SPLIT_GUESS ? SPLIT_GUESS
                                                   : maxcount + 1);
    return out->list == NULL ? -1 : 0;
}

static int
split_list_add_steal(struct split_list *out, PyObject *item)
{
    if (item == NULL) {
        return -1;
    }
    if (out->count < PyList_GET_SIZE(out->list)) {
        PyList_SET_ITEM(out->list, out->count, item);
    }
    else {
        int status = PyList_Append(out->list, item);
        Py_DECREF(item);
        if (status < 0) {
            return -1;
        }
    }
    out->count++;
    return 0;
}

static int
split_list_add(struct split_list *out, PyObject *self,
               struct unicode_view view, Py_ssize_t start, Py_ssize_t end)
{
    PyObject *item;
    if (start == 0 && end == view.length && PyUnicode_CheckExact(self)) {
        item = Py_NewRef(self);
    }
    else if (PyUnicode_IS_ASCII(self)) {
        item = _PyUnicode_FromASCII((const char *)view.data + start,
                                    end - start);
    }
    else {
        item = unicode_from_view(view, start, end);
    }
    return split_list_add_steal(out, item);
}

static PyObject *
split_list_finish(struct split_list *out)
{
    Py_SET_SIZE(out->list, out->count);
    return out->list;
}

/* -- At white space ------------------------------------------------------ */

static Py_ALWAYS_INLINE inline int
split_space_loop(struct split_list *out, PyObject *self,
                 struct unicode_view s, Py_ssize_t maxcount)
{
    Py_ssize_t i = 0;
    for (;;) {
        while (i < s.length && Py_UNICODE_ISSPACE(view_at(s, i))) {
            i++;
        }
        if (i == s.length) {
            return 0;
        }
        Py_ssize_t start = i;
        if (maxcount-- <= 0) {
            return split_list_add(out, self, s, start, s.length);
        }
        while (i < s.length && !Py_UNICODE_ISSPACE(view_at(s, i))) {
            i++;
        }
        if (split_list_add(out, self, s, start, i) < 0) {
            return -1;
        }
    }
}

static Py_ALWAYS_INLINE inline int
rsplit_space_loop(struct split_list *out, PyObject *self,
                  struct unicode_view s, Py_ssize_t maxcount)
{
    Py_ssize_t i = s.length;
    for (;;) {
        while (i > 0 && Py_UNICODE_ISSPACE(view_at(s, i - 1))) {
            i--;
        }
        if (i == 0) {
            return 0;
        }
        Py_ssize_t end = i;
        if (maxcount-- <= 0) {
            return split_list_add(out, self, s, 0, end);
        }
        while (i > 0 && !Py_UNICODE_ISSPACE(view_at(s, i - 1))) {
            i--;
        }
        if (split_list_add(out, self, s, i, end) < 0) {
            return -1;
        }
    }
}

/* One copy of a loop for each kind. */
#define FOR_KIND(STATUS, LOOP, VIEW, ...)                                    \
    switch ((VIEW).kind) {                                                   \
    case 1:                                                                  \
        STATUS = LOOP(__VA_ARGS__,                                           \
                      ((struct unicode_view){1, (VIEW).length,               \
                                             (VIEW).data}), maxcount);       \
        break;                                                               \
    case 2:                                                                  \
        STATUS = LOOP(__VA_ARGS__,                                           \
                      ((struct unicode_view){2, (VIEW).length,               \
                                             (VIEW).data}), maxcount);       \
        break;                                                               \
    default:                                                                 \
        STATUS = LOOP(__VA_ARGS__,                                           \
                      ((struct unicode_view){4, (VIEW).length,               \
                                             (VIEW).data}), maxcount);       \
    }

static int
split_space(struct split_list *out, PyObject *self, Py_ssize_t maxcount)
{
    struct unicode_view s = unicode_view(self);
    int status;
    FOR_KIND(status, split_space_loop, s, out, self)
    return status;
}

static int
rsplit_space(struct split_list *out, PyObject *self, Py_ssize_t maxcount)
{
    struct unicode_view s = unicode_view(self);
    int status;
    FOR_KIND(status, rsplit_space_loop, s, out, self)
    return status;
}
#undef FOR_KIND

/* -- At a separator ------------------------------------------------------ */

static int
split_separator(struct split_list *out, PyObject *self, PyObject *sep,
                Py_ssize_t maxcount)
{
    struct unicode_view s = unicode_view(self), p = unicode_view(sep);
    Py_ssize_t at = 0;
    while (maxcount-- > 0) {
        Py_ssize_t hit = view_find(view_slice(s, at, s.length), p, 1);
        if (hit == -2) {
            return -1;
        }
        if (hit < 0) {
            break;
        }
        if (split_list_add(out, self, s, at, at + hit) < 0) {
            return -1;
        }
        at += hit + p.length;
    }
    return split_list_add(out, self, s, at, s.length);
}

static int
rsplit_separator(struct split_list *out, PyObject *self, PyObject *sep,
                 Py_ssize_t maxcount)
{
    struct unicode_view s = unicode_view(self), p = unicode_view(sep);
    Py_ssize_t end = s.length;
    while (maxcount-- > 0) {
        Py_ssize_t hit = view_find(view_slice(s, 0, end), p, -1);
        if (hit == -2) {
            return -1;
        }
        if (hit < 0) {
            break;
        }
        if (split_list_add(out, self, s, hit + p.length, end) < 0) {
            return -1;
        }
        end = hit;
    }
    return split_list_add(out, self, s, 0, end);
}

static PyObject *
split(PyObject *self, PyObject *sep, Py_ssize_t maxcount, int reverse)
{
    struct split_list out;
    int status;
    if (PyUnicode_READY(self) == -1
        || (sep != NULL && PyUnicode_READY(sep) == -1)) {
        return NULL;
    }
    if (maxcount < 0) {
        maxcount = PY_SSIZE_T_MAX;
    }
    if (sep != NULL && PyUnicode_GET_LENGTH(sep) == 0) {
        PyErr_SetString(PyExc_ValueError, "empty separator");
        return NULL;
    }
    if (split_list_init(&out, maxcount) < 0) {
        return NULL;
    }
    if (sep == NULL) {
        status = reverse ? rsplit_space(&out, self, maxcount)
                         : split_space(&out, self, maxcount);
    }
    else {
        status = reverse ? rsplit_separator(&out, self, sep, maxcount)
                         : split_separator(&out, self, sep, maxcount);
    }
    PyObject *list = split_list_finish(&out);
    if (status < 0) {
        Py_DECREF(list);
        return NULL;
    }
    if (reverse && PyList_Reverse(list) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

PyObject *
PyUnicode_Split(PyObject *s, PyObject *sep, Py_ssize_t maxsplit)
{
    if (unicode_ensure(s) < 0 || (sep != NULL && unicode_ensure(sep) < 0)) {
        return NULL;
    }
    return split(s, sep, maxsplit, 0);
}

PyObject *
PyUnicode_RSplit(PyObject *s, PyObject *sep, Py_ssize_t maxsplit)
{
    if (unicode_ensure(s) < 0 || (sep != NULL && unicode_ensure(sep) < 0)) {
        return NULL;
    }
    return split(s, sep, maxsplit, 1);
}

/* The arguments sep=None, maxsplit=-1. */
static PyObject *
split_method(PyObject *self, struct _PyArg_Parser *parser,
             PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
             int reverse)
{
    PyObject *buffer[2];
    PyObject *sep = Py_None;
    Py_ssize_t maxsplit = -1;
    Py_ssize_t given = nargs + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0);
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, parser, 0, 2, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    if (given > 0) {
        if (args[0] != NULL) {
            sep = args[0];
        }
        if (args[1] != NULL) {
            PyObject *number = _PyNumber_Index(args[1]);
            if (number == NULL) {
                return NULL;
            }
            maxsplit = PyLong_AsSsize_t(number);
            Py_DECREF(number);
            if (maxsplit == -1 && PyErr_Occurred()) {
                return NULL;
            }
        }
    }
    if (sep == Py_None) {
        return split(self, NULL, maxsplit, reverse);
    }
    if (!PyUnicode_Check(sep)) {
        PyErr_Format(PyExc_TypeError, "must be str or None, not %.100s",
                     Py_TYPE(sep)->tp_name);
        return NULL;
    }
    return split(self, sep, maxsplit, reverse);
}

static const char *const split_keywords[] = {"sep", "maxsplit", NULL};

PyObject *
unicode_split(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
              PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = split_keywords,
                                   .fname = "split"};
    return split_method(self, &parser, args, nargs, kwnames, 0);
}

PyObject *
unicode_rsplit(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
               PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = split_keywords,
                                   .fname = "rsplit"};
    return split_method(self, &parser, args, nargs, kwnames, 1);
}

/* -- At line ends -------------------------------------------------------- */

static inline int
ends_line(Py_UCS4 ch)
{
    if (ch < 0x80) {
        return ch - '\n' <= '\r' - '\n' || ch - 0x1c <= 2;
    }
    return ch == 0x85 || ch == 0x2028 || ch == 0x2029;
}

/* The first line end from i on, or the length. */
static Py_ALWAYS_INLINE inline Py_ssize_t
line_end(struct unicode_view s, Py_ssize_t i)
{
    while (i < s.length && !ends_line(view_at(s, i))) {
        i++;
    }
    return i;
}

static Py_ssize_t
find_line_end(struct unicode_view s, Py_ssize_t i)
{
    switch (s.kind) {
    case 1:
        return line_end((struct unicode_view){1, s.length, s.data}, i);
    case 2:
        return line_end((struct unicode_view){2, s.length, s.data}, i);
    default:
        return line_end((struct unicode_view){4, s.length, s.data}, i);
    }
}

PyObject *
PyUnicode_Splitlines(PyObject *string, int keepends)
{
    struct split_list out;
    PyObject *self = PyUnicode_FromObject(string);
    if (self == NULL) {
        return NULL;
    }
    struct unicode_view s = unicode_view(self);
    if (split_list_init(&out, PY_SSIZE_T_MAX) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    int status = 0;
    for (Py_ssize_t i = 0, start = 0; i < s.length && status == 0;
         start = i) {
        i = find_line_end(s, i);
        Py_ssize_t end = i;
        if (i < s.length) {
            i += view_at(s, i) == '\r' && i + 1 < s.length
                         && view_at(s, i + 1) == '\n' ? 2 : 1;
            if (keepends) {
                end = i;
            }
        }
        status = split_list_add(&out, self, s, start, end);
    }
    PyObject *list = split_list_finish(&out);
    Py_DECREF(self);
    if (status < 0) {
        Py_CLEAR(list);
    }
    return list;
}

PyObject *
unicode_splitlines(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                   PyObject *kwnames)
{
    static const char *const keywords[] = {"keepends", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "splitlines"};
    PyObject *buffer[1];
    int keepends = 0;
    Py_ssize_t given = nargs + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0);
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 1, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    if (given > 0) {
        keepends = _PyLong_AsInt(args[0]);
        if (keepends == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return PyUnicode_Splitlines(self, keepends);
}

/* -- Partition ----------------------------------------------------------- */

static PyObject *
partition(PyObject *str, PyObject *sep, int direction)
{
    if (unicode_ensure(str) < 0 || unicode_ensure(sep) < 0) {
        return NULL;
    }
    struct unicode_view s = unicode_view(str), p = unicode_view(sep);
    if (p.length == 0) {
        PyErr_SetString(PyExc_ValueError, "empty separator");
        return NULL;
    }
    Py_ssize_t at = view_find(s, p, direction);
    if (at == -2) {
        return NULL;
    }
    PyObject *empty = unicode_empty_borrow();
    if (at < 0) {
        PyObject *whole = unicode_result_unchanged(str);
        if (whole == NULL) {
            return NULL;
        }
        PyObject *result = direction > 0
                               ? PyTuple_Pack(3, whole, empty, empty)
                               : PyTuple_Pack(3, empty, empty, whole);
        Py_DECREF(whole);
        return result;
    }
    PyObject *before = unicode_from_view(s, 0, at);
    PyObject *after = unicode_from_view(s, at + p.length, s.length);
    PyObject *result = NULL;
    if (before != NULL && after != NULL) {
        result = PyTuple_Pack(3, before, sep, after);
    }
    Py_XDECREF(before);
    Py_XDECREF(after);
    return result;
}

PyObject *
PyUnicode_Partition(PyObject *str, PyObject *sep)
{
    return partition(str, sep, 1);
}

PyObject *
PyUnicode_RPartition(PyObject *str, PyObject *sep)
{
    return partition(str, sep, -1);
}

PyObject *
unicode_partition(PyObject *self, PyObject *sep)
{
    return partition(self, sep, 1);
}

PyObject *
unicode_rpartition(PyObject *self, PyObject *sep)
{
    return partition(self, sep, -1);
}

/* -- Join ---------------------------------------------------------------- */

/* The total length and the widest character of the items with their
   separators. */
static int
join_measure(PyObject *sep, PyObject *const *items, Py_ssize_t n,
             Py_ssize_t *total, Py_UCS4 *maxchar)
{
    Py_ssize_t sep_length = PyUnicode_GET_LENGTH(sep);
    size_t sum = 0;
    *maxchar = sep_length > 0 ? PyUnicode_MAX_CHAR_VALUE(sep) : 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = items[i];
        if (!PyUnicode_Check(item)) {
            PyErr_Format(PyExc_TypeError,
                         "sequence item %zd: expected str instance, "
                         "%.80s found", i, Py_TYPE(item)->tp_name);
            return -1;
        }
        if (PyUnicode_READY(item) == -1) {
            return -1;
        }
        size_t add = (size_t)PyUnicode_GET_LENGTH(item);
        if (i > 0) {
            add += (size_t)sep_length;
        }
        if (add > PY_SSIZE_T_MAX - sum) {
            PyErr_SetString(PyExc_OverflowError,
                            "join() result is too long for a Python string");
            return -1;
        }
        sum += add;
        Py_UCS4 bound = PyUnicode_MAX_CHAR_VALUE(item);
        if (bound > *maxchar) {
            *maxchar = bound;
        }
    }
    *total = (Py_ssize_t)sum;
    return 0;
}

PyObject *
_PyUnicode_JoinArray(PyObject *separator, PyObject *const *items,
                     Py_ssize_t seqlen)
{
    if (seqlen == 0) {
        return Py_NewRef(unicode_empty_borrow());
    }
    if (seqlen == 1 && PyUnicode_CheckExact(items[0])) {
        return Py_NewRef(items[0]);
    }
    PyObject *sep = separator;
    if (sep == NULL) {
        sep = unicode_latin1_borrow(' ');
    }
    else if (!PyUnicode_Check(sep)) {
        PyErr_Format(PyExc_TypeError,
                     "separator: expected str instance, %.80s found",
                     Py_TYPE(sep)->tp_name);
        return NULL;
    }
    else if (PyUnicode_READY(sep) == -1) {
        return NULL;
    }
    Py_ssize_t total;
    Py_UCS4 maxchar;
    if (join_measure(sep, items, seqlen, &total, &maxchar) < 0) {
        return NULL;
    }
    PyObject *result = PyUnicode_New(total, maxchar);
    if (result == NULL || total == 0) {
        return result;
    }
    int kind = PyUnicode_KIND(result);
    char *to = PyUnicode_DATA(result);
    struct unicode_view gap = unicode_view(sep);
    for (Py_ssize_t i = 0; i < seqlen; i++) {
        struct unicode_view item = unicode_view(items[i]);
        if (i > 0 && gap.length > 0) {
            chars_convert(kind, to, gap.kind, gap.data, gap.length);
            to += gap.length * kind;
        }
        chars_convert(kind, to, item.kind, item.data, item.length);
        to += item.length * kind;
    }
    return unicode_result_steal(result);
}

PyObject *
PyUnicode_Join(PyObject *separator, PyObject *seq)
{
    PyObject *fast = PySequence_Fast(seq, "can only join an iterable");
    if (fast == NULL) {
        return NULL;
    }
    PyObject *result = _PyUnicode_JoinArray(separator,
                                            PySequence_Fast_ITEMS(fast),
                                            PySequence_Fast_GET_SIZE(fast));
    Py_DECREF(fast);
    return result;
}

PyObject *
unicode_join(PyObject *self, PyObject *iterable)
{
    return PyUnicode_Join(self, iterable);
}
