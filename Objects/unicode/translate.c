/* str.translate and str.maketrans. */
#include "unicode_internal.h"

/* -- Looking characters up ----------------------------------------------- */

/* What the table says about ch: *item is a new reference to a str or an int in
   range, to None (no character), or NULL (not in the table: itself). */
static int
translate_lookup(PyObject *table, Py_UCS4 ch, PyObject **item)
{
    PyObject *key = PyLong_FromUnsignedLong(ch);
    if (key == NULL) {
        return -1;
    }
    PyObject *found = PyObject_GetItem(table, key);     /* may run Python */
    Py_DECREF(key);
    *item = NULL;
    if (found == NULL) {
        if (PyErr_ExceptionMatches(PyExc_LookupError)) {
            PyErr_Clear();
            return 0;
        }
        return -1;
    }
    if (PyLong_Check(found)) {
        long value = PyLong_AsLong(found);
        if (value < 0 || value > (long)UNICODE_MAX) {
            PyErr_Clear();
            PyErr_Format(PyExc_ValueError,
                         "character mapping must be in range(0x%x)",
                         UNICODE_MAX + 1);
            Py_DECREF(found);
            return -1;
        }
    }
    else if (found != Py_None && !PyUnicode_Check(found)) {
        PyErr_SetString(PyExc_TypeError,
                        "character mapping must return integer, None or str");
        Py_DECREF(found);
        return -1;
    }
    *item = found;
    return 0;
}

static int
translate_write(_PyUnicodeWriter *writer, PyObject *item, Py_UCS4 ch)
{
    if (item == NULL) {
        return _PyUnicodeWriter_WriteChar(writer, ch);
    }
    if (PyLong_Check(item)) {
        return _PyUnicodeWriter_WriteChar(writer,
                                          (Py_UCS4)PyLong_AsLong(item));
    }
    return _PyUnicodeWriter_WriteStr(writer, item);
}

/* -- Errors -------------------------------------------------------------- */

static int
translate_error(_PyUnicodeWriter *writer, const char *errors,
                PyObject **exception, PyObject *input, Py_ssize_t start,
                Py_ssize_t end, Py_ssize_t *position)
{
    static const char wanted[] =
        "Un;translating error handler must return (str, int) tuple";
    static const char reason[] = "character maps to <undefined>";
    if (*exception == NULL) {
        *exception = _PyUnicodeTranslateError_Create(input, start, end,
                                                     reason);
        if (*exception == NULL) {
            return -1;
        }
    }
    else if (PyUnicodeTranslateError_SetStart(*exception, start)
             || PyUnicodeTranslateError_SetEnd(*exception, end)
             || PyUnicodeTranslateError_SetReason(*exception, reason)) {
        return -1;
    }
    PyObject *handler = PyCodec_LookupError(errors);
    if (handler == NULL) {
        return -1;
    }
    PyObject *pair = PyObject_CallOneArg(handler, *exception);
    Py_DECREF(handler);
    if (pair == NULL) {
        return -1;
    }
    PyObject *text;
    Py_ssize_t next;
    int status = -1;
    if (!PyTuple_Check(pair)) {
        PyErr_SetString(PyExc_TypeError, &wanted[3]);
    }
    else if (PyArg_ParseTuple(pair, wanted, &text, &next)) {
        Py_ssize_t length = PyUnicode_GET_LENGTH(input);
        *position = next < 0 ? length + next : next;
        if (*position < 0 || *position > length) {
            PyErr_Format(PyExc_IndexError,
                         "position %zd from error handler out of bounds",
                         *position);
        }
        else {
            status = _PyUnicodeWriter_WriteStr(writer, text);
        }
    }
    Py_DECREF(pair);
    return status;
}

/* -- Translating --------------------------------------------------------- */

/* The beginning of an ASCII string, as long as the table gives ASCII
   characters or nothing for it; answers are kept by character.  Returns where
   it stops, with the characters written. */
static Py_ssize_t
translate_ascii(PyObject *input, PyObject *table, int ignore, Py_UCS1 *to,
                Py_ssize_t *written)
{
    enum { UNKNOWN = 0xff, DELETE = 0xfe };
    Py_UCS1 cache[128];
    memset(cache, UNKNOWN, sizeof(cache));
    const Py_UCS1 *from = PyUnicode_1BYTE_DATA(input);
    Py_ssize_t n = PyUnicode_GET_LENGTH(input), i, out = 0;
    for (i = 0; i < n; i++) {
        Py_UCS1 ch = from[i];
        if (cache[ch] == UNKNOWN) {
            PyObject *item;
            if (translate_lookup(table, ch, &item) < 0) {
                return -1;
            }
            Py_UCS1 answer = UNKNOWN;
            if (item == NULL) {
                answer = ch;
            }
            else if (item == Py_None) {
                answer = ignore ? DELETE : UNKNOWN;
            }
            else if (PyLong_Check(item)) {
                long value = PyLong_AsLong(item);
                answer = value < 128 ? (Py_UCS1)value : UNKNOWN;
            }
            else if (PyUnicode_READY(item) == 0
                     && PyUnicode_GET_LENGTH(item) == 1
                     && PyUnicode_IS_ASCII(item)) {
                answer = *PyUnicode_1BYTE_DATA(item);
            }
            Py_XDECREF(item);
            if (answer == UNKNOWN) {
                break;
            }
            cache[ch] = answer;
        }
        if (cache[ch] != DELETE) {
            to[out++] = cache[ch];
        }
    }
    *written = out;
    return i;
}

static int
translate_rest(_PyUnicodeWriter *writer, PyObject *input, PyObject *table,
               const char *errors, Py_ssize_t i)
{
    PyObject *exception = NULL;
    struct unicode_view s = unicode_view(input);
    int ignore = errors != NULL && strcmp(errors, "ignore") == 0;
    int status = -1;
    while (i < s.length) {
        PyObject *item;
        Py_UCS4 ch = view_at(s, i);
        if (translate_lookup(table, ch, &item) < 0) {
            goto done;
        }
        if (item != Py_None) {
            int failed = translate_write(writer, item, ch);
            Py_XDECREF(item);
            if (failed < 0) {
                goto done;
            }
            i++;
            continue;
        }
        Py_DECREF(item);
        Py_ssize_t end = i + 1;
        while (end < s.length) {
            if (translate_lookup(table, view_at(s, end), &item) < 0) {
                goto done;
            }
            int undefined = item == Py_None;
            Py_XDECREF(item);
            if (!undefined) {
                break;
            }
            end++;
        }
        if (ignore) {
            i = end;
        }
        else if (translate_error(writer, errors, &exception, input, i, end,
                                 &i) < 0) {
            goto done;
        }
    }
    status = 0;

done:
    Py_XDECREF(exception);
    return status;
}

static PyObject *
translate(PyObject *input, PyObject *table, const char *errors)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(input);
    Py_ssize_t done = 0;
    _PyUnicodeWriter writer;
    if (length == 0) {
        return Py_NewRef(input);
    }
    _PyUnicodeWriter_Init(&writer);
    if (_PyUnicodeWriter_Prepare(&writer, length, 127) < 0) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(input)) {
        int ignore = errors != NULL && strcmp(errors, "ignore") == 0;
        done = translate_ascii(input, table, ignore, writer.data,
                               &writer.pos);
        if (done < 0) {
            goto error;
        }
    }
    if (done < length) {
        writer.overallocate = 1;
        if (translate_rest(&writer, input, table, errors, done) < 0) {
            goto error;
        }
    }
    return _PyUnicodeWriter_Finish(&writer);

error:
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

PyObject *
PyUnicode_Translate(PyObject *str, PyObject *table, const char *errors)
{
    if (unicode_ensure(str) < 0) {
        return NULL;
    }
    return translate(str, table, errors);
}

PyObject *
unicode_translate(PyObject *self, PyObject *table)
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    return translate(self, table, "ignore");
}

/* -- maketrans ----------------------------------------------------------- */

static int
maketrans_set(PyObject *table, Py_UCS4 from, PyObject *value)
{
    PyObject *key = PyLong_FromUnsignedLong(from);
    if (key == NULL) {
        return -1;
    }
    int status = PyDict_SetItem(table, key, value);
    Py_DECREF(key);
    return status;
}

static int
maketrans_pairs(PyObject *table, PyObject *x, PyObject *y, PyObject *z)
{
    if (!PyUnicode_Check(x)) {
        PyErr_SetString(PyExc_TypeError,
                        "first maketrans argument must be a string if "
                        "there is a second argument");
        return -1;
    }
    if (PyUnicode_READY(x) == -1 || PyUnicode_READY(y) == -1) {
        return -1;
    }
    struct unicode_view from = unicode_view(x), to = unicode_view(y);
    if (from.length != to.length) {
        PyErr_SetString(PyExc_ValueError,
                        "the first two maketrans arguments must have "
                        "equal length");
        return -1;
    }
    for (Py_ssize_t i = 0; i < from.length; i++) {
        PyObject *value = PyLong_FromUnsignedLong(view_at(to, i));
        if (value == NULL) {
            return -1;
        }
        int status = maketrans_set(table, view_at(from, i), value);
        Py_DECREF(value);
        if (status < 0) {
            return -1;
        }
    }
    if (z != NULL) {
        if (PyUnicode_READY(z) == -1) {
            return -1;
        }
        struct unicode_view gone = unicode_view(z);
        for (Py_ssize_t i = 0; i < gone.length; i++) {
            if (maketrans_set(table, view_at(gone, i), Py_None) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

static int
maketrans_dict(PyObject *table, PyObject *x)
{
    if (!PyDict_CheckExact(x)) {
        PyErr_SetString(PyExc_TypeError,
                        "if you give only one argument to maketrans it must "
                        "be a dict");
        return -1;
    }
    PyObject *key, *value;
    Py_ssize_t i = 0;
    while (PyDict_Next(x, &i, &key, &value)) {
        if (PyUnicode_Check(key)) {
            if (PyUnicode_READY(key) == -1) {
                return -1;
            }
            if (PyUnicode_GET_LENGTH(key) != 1) {
                PyErr_SetString(PyExc_ValueError,
                                "string keys in translate table must be of "
                                "length 1");
                return -1;
            }
            if (maketrans_set(table, PyUnicode_READ_CHAR(key, 0), value)
                < 0) {
                return -1;
            }
        }
        else if (PyLong_Check(key)) {
            if (PyDict_SetItem(table, key, value) < 0) {
                return -1;
            }
        }
        else {
            PyErr_SetString(PyExc_TypeError,
                            "keys in translate table must be strings or "
                            "integers");
            return -1;
        }
    }
    return 0;
}

PyObject *
unicode_maketrans(PyObject *unused, PyObject *const *args, Py_ssize_t nargs)
{
    static const char *const places[] = {NULL, "argument 2", "argument 3"};
    if (!_PyArg_CheckPositional("maketrans", nargs, 1, 3)) {
        return NULL;
    }
    for (Py_ssize_t i = 1; i < nargs; i++) {
        if (!PyUnicode_Check(args[i])) {
            _PyArg_BadArgument("maketrans", places[i], "str", args[i]);
            return NULL;
        }
    }
    PyObject *table = PyDict_New();
    if (table == NULL) {
        return NULL;
    }
    int status = nargs > 1 ? maketrans_pairs(table, args[0], args[1],
                                             nargs > 2 ? args[2] : NULL)
                           : maketrans_dict(table, args[0]);
    if (status < 0) {
        Py_CLEAR(table);
    }
    return table;
}
