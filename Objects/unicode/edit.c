/* Strings changed a little: strip, replace, padding, tabs. */
#include "unicode_internal.h"
#include "pycore_object.h"

/* -- Stripping ----------------------------------------------------------- */

enum strip_side { STRIP_LEFT = 0, STRIP_RIGHT = 1, STRIP_BOTH = 2 };

static PyObject *
strip_between(PyObject *self, Py_ssize_t start, Py_ssize_t end)
{
    return PyUnicode_Substring(self, start, end);
}

static PyObject *
strip_space(PyObject *self, enum strip_side side)
{
    struct unicode_view s = unicode_view(self);
    Py_ssize_t start = 0, end = s.length;
    if (side != STRIP_RIGHT) {
        while (start < end && Py_UNICODE_ISSPACE(view_at(s, start))) {
            start++;
        }
    }
    if (side != STRIP_LEFT) {
        while (end > start && Py_UNICODE_ISSPACE(view_at(s, end - 1))) {
            end--;
        }
    }
    return strip_between(self, start, end);
}

static int
strip_has(struct unicode_view set, uint64_t filter, Py_UCS4 ch)
{
    return (filter >> (ch & 63) & 1) && view_find_char(set, ch, 1) >= 0;
}

PyObject *
_PyUnicode_XStrip(PyObject *self, int side, PyObject *sepobj)
{
    if (PyUnicode_READY(self) == -1 || PyUnicode_READY(sepobj) == -1) {
        return NULL;
    }
    struct unicode_view s = unicode_view(self), set = unicode_view(sepobj);
    Py_ssize_t start = 0, end = s.length;
    uint64_t filter = 0;
    for (Py_ssize_t i = 0; i < set.length; i++) {
        filter |= (uint64_t)1 << (view_at(set, i) & 63);
    }
    if (side != STRIP_RIGHT) {
        while (start < end && strip_has(set, filter, view_at(s, start))) {
            start++;
        }
    }
    if (side != STRIP_LEFT) {
        while (end > start && strip_has(set, filter, view_at(s, end - 1))) {
            end--;
        }
    }
    return strip_between(self, start, end);
}

static PyObject *
strip_method(PyObject *self, const char *name, PyObject *const *args,
             Py_ssize_t nargs, enum strip_side side)
{
    if (!_PyArg_CheckPositional(name, nargs, 0, 1)
        || PyUnicode_READY(self) == -1) {
        return NULL;
    }
    if (nargs == 0 || args[0] == Py_None) {
        return strip_space(self, side);
    }
    if (!PyUnicode_Check(args[0])) {
        PyErr_Format(PyExc_TypeError, "%s arg must be None or str", name);
        return NULL;
    }
    return _PyUnicode_XStrip(self, (int)side, args[0]);
}

PyObject *
unicode_strip(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return strip_method(self, "strip", args, nargs, STRIP_BOTH);
}

PyObject *
unicode_lstrip(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return strip_method(self, "lstrip", args, nargs, STRIP_LEFT);
}

PyObject *
unicode_rstrip(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return strip_method(self, "rstrip", args, nargs, STRIP_RIGHT);
}

static PyObject *
remove_affix(PyObject *self, PyObject *affix, const char *name, int direction)
{
    if (!PyUnicode_Check(affix)) {
        _PyArg_BadArgument(name, "argument", "str", affix);
        return NULL;
    }
    Py_ssize_t match = PyUnicode_Tailmatch(self, affix, 0, PY_SSIZE_T_MAX,
                                           direction);
    if (match < 0) {
        return NULL;
    }
    if (!match) {
        return unicode_result_unchanged(self);
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    Py_ssize_t cut = PyUnicode_GET_LENGTH(affix);
    return direction < 0 ? PyUnicode_Substring(self, cut, length)
                         : PyUnicode_Substring(self, 0, length - cut);
}

PyObject *
unicode_removeprefix(PyObject *self, PyObject *arg)
{
    return remove_affix(self, arg, "removeprefix", -1);
}

PyObject *
unicode_removesuffix(PyObject *self, PyObject *arg)
{
    return remove_affix(self, arg, "removesuffix", 1);
}

/* -- Replacing ----------------------------------------------------------- */

/* A string whose widest characters may be gone, in its narrowest form
   (steals). */
static PyObject *
shrink_steal(PyObject *op)
{
    struct unicode_view view = unicode_view(op);
    Py_UCS4 bound = chars_maxchar(view.kind, view.data, view.length);
    if (bound == PyUnicode_MAX_CHAR_VALUE(op)) {
        return unicode_result_steal(op);
    }
    PyObject *narrow = unicode_from_view(view, 0, view.length);
    Py_DECREF(op);
    return narrow;
}

/* Between all characters. */
static void
interleave(int kind, char *to, struct unicode_view s, struct unicode_view by,
           Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        chars_convert(kind, to, by.kind, by.data, by.length);
        to += by.length * kind;
        if (i < s.length) {
            chars_convert(kind, to, s.kind, view_address(s, i), 1);
            to += kind;
        }
    }
    if (count < s.length) {
        chars_convert(kind, to, s.kind, view_address(s, count),
                      s.length - count);
    }
}

static int
substitute(int kind, char *to, struct unicode_view s, struct unicode_view old,
           struct unicode_view by, Py_ssize_t count)
{
    Py_ssize_t at = 0;
    while (count-- > 0) {
        Py_ssize_t hit = view_find(view_slice(s, at, s.length), old, 1);
        if (hit < 0) {
            return -1;
        }
        chars_convert(kind, to, s.kind, view_address(s, at), hit);
        to += hit * kind;
        chars_convert(kind, to, by.kind, by.data, by.length);
        to += by.length * kind;
        at += hit + old.length;
    }
    chars_convert(kind, to, s.kind, view_address(s, at), s.length - at);
    return 0;
}

/* One character by another of the same kind, in a copy. */
static void
substitute_char(int kind, void *data, Py_ssize_t length, Py_UCS4 old,
                Py_UCS4 by, Py_ssize_t count)
{
    struct unicode_view s = {kind, length, data};
    for (Py_ssize_t at = 0; count-- > 0;) {
        Py_ssize_t hit = view_find_char(view_slice(s, at, length), old, 1);
        if (hit < 0) {
            break;
        }
        PyUnicode_WRITE(kind, data, at + hit, by);
        at += hit + 1;
    }
}

PyObject *
unicode_replace_all(PyObject *self, PyObject *old_string,
                    PyObject *new_string, Py_ssize_t maxcount)
{
    struct unicode_view s = unicode_view(self);
    struct unicode_view old = unicode_view(old_string);
    struct unicode_view by = unicode_view(new_string);
    if (maxcount < 0) {
        maxcount = PY_SSIZE_T_MAX;
    }
    if (maxcount == 0 || old_string == new_string || old.length > s.length) {
        return unicode_result_unchanged(self);
    }
    Py_ssize_t count = view_count(s, old, maxcount);
    if (count < 0) {
        return NULL;
    }
    if (count == 0) {
        return unicode_result_unchanged(self);
    }
    Py_ssize_t grow = by.length - old.length;
    if (grow > 0 && count > (PY_SSIZE_T_MAX - s.length) / grow) {
        PyErr_SetString(PyExc_OverflowError, "replace string is too long");
        return NULL;
    }
    Py_UCS4 self_bound = PyUnicode_MAX_CHAR_VALUE(self);
    Py_UCS4 new_bound = PyUnicode_MAX_CHAR_VALUE(new_string);
    int may_shrink = new_bound < self_bound
                     && PyUnicode_MAX_CHAR_VALUE(old_string) == self_bound;
    PyObject *result = PyUnicode_New(s.length + count * grow,
                                     Py_MAX(self_bound, new_bound));
    if (result == NULL || PyUnicode_GET_LENGTH(result) == 0) {
        return result;
    }
    int kind = PyUnicode_KIND(result);
    char *to = PyUnicode_DATA(result);
    if (old.length == 0) {
        interleave(kind, to, s, by, count);
    }
    else if (old.length == 1 && by.length == 1 && kind == s.kind) {
        memcpy(to, s.data, (size_t)(s.length * kind));
        substitute_char(kind, to, s.length, view_at(old, 0), view_at(by, 0),
                        count);
    }
    else if (substitute(kind, to, s, old, by, count) < 0) {
        Py_DECREF(result);
        return NULL;
    }
    return may_shrink ? shrink_steal(result) : unicode_result_steal(result);
}

PyObject *
PyUnicode_Replace(PyObject *str, PyObject *substr, PyObject *replstr,
                  Py_ssize_t maxcount)
{
    if (unicode_ensure(str) < 0 || unicode_ensure(substr) < 0
        || unicode_ensure(replstr) < 0) {
        return NULL;
    }
    return unicode_replace_all(str, substr, replstr, maxcount);
}

/* A Py_ssize_t argument: -1 with an exception on failure. */
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

PyObject *
unicode_replace(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t count = -1;
    if (!_PyArg_CheckPositional("replace", nargs, 2, 3)) {
        return NULL;
    }
    if (!PyUnicode_Check(args[0])) {
        _PyArg_BadArgument("replace", "argument 1", "str", args[0]);
        return NULL;
    }
    if (!PyUnicode_Check(args[1])) {
        _PyArg_BadArgument("replace", "argument 2", "str", args[1]);
        return NULL;
    }
    if (nargs > 2) {
        count = index_argument(args[2]);
        if (count == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return PyUnicode_Replace(self, args[0], args[1], count);
}

/* -- Padding ------------------------------------------------------------- */

PyObject *
unicode_pad(PyObject *self, Py_ssize_t left, Py_ssize_t right, Py_UCS4 fill)
{
    left = Py_MAX(left, 0);
    right = Py_MAX(right, 0);
    if (left == 0 && right == 0) {
        return unicode_result_unchanged(self);
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    if (left > PY_SSIZE_T_MAX - length
        || right > PY_SSIZE_T_MAX - (left + length)) {
        PyErr_SetString(PyExc_OverflowError, "padded string is too long");
        return NULL;
    }
    Py_UCS4 bound = PyUnicode_MAX_CHAR_VALUE(self);
    PyObject *result = PyUnicode_New(left + length + right,
                                     Py_MAX(bound, maxchar_round(fill)));
    if (result == NULL) {
        return NULL;
    }
    _PyUnicode_FastFill(result, 0, left, fill);
    _PyUnicode_FastFill(result, left + length, right, fill);
    _PyUnicode_FastCopyCharacters(result, left, self, 0, length);
    return result;
}

/* The arguments width, fillchar=' '. */
static int
parse_padding(PyObject *self, const char *name, PyObject *const *args,
              Py_ssize_t nargs, Py_ssize_t *width, Py_UCS4 *fill)
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
        if (!PyUnicode_Check(args[1])) {
            PyErr_Format(PyExc_TypeError,
                         "The fill character must be a unicode character, "
                         "not %.100s", Py_TYPE(args[1])->tp_name);
            return -1;
        }
        if (PyUnicode_READY(args[1]) < 0) {
            return -1;
        }
        if (PyUnicode_GET_LENGTH(args[1]) != 1) {
            PyErr_SetString(PyExc_TypeError,
                            "The fill character must be exactly one "
                            "character long");
            return -1;
        }
        *fill = PyUnicode_READ_CHAR(args[1], 0);
    }
    return PyUnicode_READY(self);
}

PyObject *
unicode_center(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t width;
    Py_UCS4 fill;
    if (parse_padding(self, "center", args, nargs, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    if (length >= width) {
        return unicode_result_unchanged(self);
    }
    Py_ssize_t margin = width - length;
    Py_ssize_t left = margin / 2 + (margin & width & 1);
    return unicode_pad(self, left, margin - left, fill);
}

PyObject *
unicode_ljust(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t width;
    Py_UCS4 fill;
    if (parse_padding(self, "ljust", args, nargs, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    return unicode_pad(self, 0, length < width ? width - length : 0, fill);
}

PyObject *
unicode_rjust(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t width;
    Py_UCS4 fill;
    if (parse_padding(self, "rjust", args, nargs, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    return unicode_pad(self, length < width ? width - length : 0, 0, fill);
}

PyObject *
unicode_zfill(PyObject *self, PyObject *arg)
{
    Py_ssize_t width = index_argument(arg);
    if ((width == -1 && PyErr_Occurred()) || PyUnicode_READY(self) == -1) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    if (length >= width) {
        return unicode_result_unchanged(self);
    }
    Py_ssize_t fill = width - length;
    PyObject *result = unicode_pad(self, fill, 0, '0');
    if (result == NULL || length == 0) {
        return result;
    }
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    Py_UCS4 first = PyUnicode_READ(kind, data, fill);
    if (first == '+' || first == '-') {
        PyUnicode_WRITE(kind, data, 0, first);
        PyUnicode_WRITE(kind, data, fill, '0');
    }
    return result;
}

/* -- Tabs ---------------------------------------------------------------- */

static int
expandtabs_measure(struct unicode_view s, int tabsize, Py_ssize_t *total)
{
    Py_ssize_t length = 0, column = 0;
    for (Py_ssize_t i = 0; i < s.length; i++) {
        Py_UCS4 ch = view_at(s, i);
        Py_ssize_t step = 1;
        if (ch == '\t') {
            step = tabsize > 0 ? tabsize - column % tabsize : 0;
            column = 0;
        }
        else {
            column = ch == '\n' || ch == '\r' ? 0 : column + 1;
        }
        if (length > PY_SSIZE_T_MAX - step) {
            PyErr_SetString(PyExc_OverflowError, "new string is too long");
            return -1;
        }
        length += step;
    }
    *total = length;
    return 0;
}

PyObject *
unicode_expandtabs(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                   PyObject *kwnames)
{
    static const char *const keywords[] = {"tabsize", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "expandtabs"};
    PyObject *buffer[1];
    int tabsize = 8;
    Py_ssize_t given = nargs + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0);
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 1, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    if (given > 0) {
        tabsize = _PyLong_AsInt(args[0]);
        if (tabsize == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    struct unicode_view s = unicode_view(self);
    if (view_find_char(s, '\t', 1) < 0) {
        return unicode_result_unchanged(self);
    }
    Py_ssize_t total;
    if (expandtabs_measure(s, tabsize, &total) < 0) {
        return NULL;
    }
    PyObject *result = PyUnicode_New(total, PyUnicode_MAX_CHAR_VALUE(self));
    if (result == NULL || total == 0) {
        return result;
    }
    void *data = PyUnicode_DATA(result);
    Py_ssize_t at = 0, column = 0;
    for (Py_ssize_t i = 0; i < s.length; i++) {
        Py_UCS4 ch = view_at(s, i);
        if (ch == '\t') {
            Py_ssize_t step = tabsize > 0 ? tabsize - column % tabsize : 0;
            _PyUnicode_FastFill(result, at, step, ' ');
            at += step;
            column = 0;
            continue;
        }
        PyUnicode_WRITE(s.kind, data, at, ch);
        at++;
        column = ch == '\n' || ch == '\r' ? 0 : column + 1;
    }
    return unicode_result_steal(result);
}
