/* Argument parsing by name: PyArg_ParseTupleAndKeywords(), and the parsers
   that remember what they learned of their format (_PyArg_Parser). */
#include "Python.h"
#include "pycore_getargs.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_tuple.h"
#include "pycore_unicodeobject.h"

#include <limits.h>

#undef PyArg_ParseTupleAndKeywords
#undef PyArg_VaParseTupleAndKeywords
#undef _PyArg_ParseStackAndKeywords
#undef _PyArg_ParseTupleAndKeywordsFast
#undef _PyArg_VaParseTupleAndKeywordsFast
#undef _PyArg_UnpackKeywords

/* "name" "()" or a substitute: two arguments of PyErr_Format(). */
#define CALLEE(fname, other) \
    ((fname) == NULL ? (other) : (fname)), ((fname) == NULL ? "" : "()")

#define PLURAL(n) ((n) == 1 ? "" : "s")

/* -- Messages both kinds share --------------------------------------------- */

static void
raise_too_many(const char *fname, Py_ssize_t max, Py_ssize_t nargs,
               Py_ssize_t nkwargs)
{
    /* "keyword" when there can be no other kind. */
    PyErr_Format(PyExc_TypeError,
                 "%.200s%s takes %s %zd %sargument%s (%zd given)",
                 CALLEE(fname, "function"), "at most", max,
                 nargs == 0 ? "keyword " : "", PLURAL(max),
                 nargs + nkwargs);
}

static void
raise_positional(const char *fname, const char *how, Py_ssize_t limit,
                 Py_ssize_t nargs)
{
    PyErr_Format(PyExc_TypeError,
                 "%.200s%s takes %s %zd positional argument%s (%zd given)",
                 CALLEE(fname, "function"), how, limit, PLURAL(limit),
                 nargs);
}

static void
raise_unexpected(const char *fname, PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "keywords must be strings");
        return;
    }
    PyErr_Format(PyExc_TypeError,
                 "'%S' is an invalid keyword argument for %.200s%s",
                 name, CALLEE(fname, "this function"));
}

/* -- A list of C names, no memory ---------------------------------------- */

/* Checks kwlist: the number of names, and of leading empty ones (which are
   positional only) in *pos. */
static int
kwlist_measure(char **kwlist, int *pos)
{
    int n = 0;
    while (kwlist[n] != NULL && *kwlist[n] == '\0') {
        n++;
    }
    *pos = n;
    for (; kwlist[n] != NULL; n++) {
        if (*kwlist[n] == '\0') {
            PyErr_SetString(PyExc_SystemError,
                            "Empty keyword parameter name");
            return -1;
        }
    }
    return n;
}

/* After the arguments were converted, when some keyword argument remains: it
   is a duplicate or unknown. Always -1. */
static int
kwlist_check_rest(PyObject *args, PyObject *kwargs, char **kwlist, int len,
                  int pos, const char *fname)
{
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    for (int i = pos; i < nargs; i++) {
        PyObject *value = _PyDict_GetItemStringWithError(kwargs, kwlist[i]);
        if (value != NULL) {
            PyErr_Format(PyExc_TypeError,
                         "argument for %.200s%s given by name ('%s') "
                         "and position (%d)",
                         CALLEE(fname, "function"), kwlist[i], i + 1);
            return -1;
        }
        if (PyErr_Occurred()) {
            return -1;
        }
    }
    PyObject *key;
    Py_ssize_t j = 0;
    while (PyDict_Next(kwargs, &j, &key, NULL)) {
        int match = 0;
        if (PyUnicode_Check(key)) {
            for (int i = pos; i < len && !match; i++) {
                match = _PyUnicode_EqualToASCIIString(key, kwlist[i]);
            }
        }
        if (!match) {
            raise_unexpected(fname, key);
            return -1;
        }
    }
    /* A str subclass that spells a name, but is not found under it. */
    PyErr_Format(PyExc_TypeError,
                 "invalid keyword argument for %.200s%s",
                 CALLEE(fname, "this function"));
    return -1;
}

static int
parse_keywords(PyObject *args, PyObject *kwargs, const char *format,
               char **kwlist, va_list *va, int flags)
{
    const char *fname = strchr(format, ':');
    const char *custom_msg = NULL;
    if (fname != NULL) {
        fname++;
    }
    else {
        custom_msg = strchr(format, ';');
        if (custom_msg != NULL) {
            custom_msg++;
        }
    }
    int pos;
    int len = kwlist_measure(kwlist, &pos);
    if (len < 0) {
        return 0;
    }
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    Py_ssize_t nkwargs = kwargs == NULL ? 0 : PyDict_GET_SIZE(kwargs);
    if (nargs + nkwargs > len) {
        raise_too_many(fname, len, nargs, nkwargs);
        return 0;
    }

    struct getargs_state state;
    getargs_state_init(&state, va, flags);
    int min = INT_MAX;          /* the position of '|', once seen */
    int max = INT_MAX;          /* the position of '$', once seen */
    int too_few = 0;            /* report at the end, when min is known */
    int i;
    for (i = 0; i < len; i++) {
        if (*format == '|') {
            if (min != INT_MAX) {
                PyErr_SetString(PyExc_SystemError,
                                "Invalid format string (| specified twice)");
                goto error;
            }
            if (max != INT_MAX) {
                PyErr_SetString(PyExc_SystemError,
                                "Invalid format string ($ before |)");
                goto error;
            }
            min = i;
            format++;
        }
        if (*format == '$') {
            if (max != INT_MAX) {
                PyErr_SetString(PyExc_SystemError,
                                "Invalid format string ($ specified twice)");
                goto error;
            }
            max = i;
            format++;
            if (max < pos) {
                PyErr_SetString(PyExc_SystemError,
                                "Empty parameter name after $");
                goto error;
            }
            if (too_few) {
                break;
            }
            if (max < nargs) {
                raise_positional(fname, min != INT_MAX ? "at most"
                                                       : "exactly",
                                 max, nargs);
                goto error;
            }
        }
        if (getargs_format_ends(*format)) {
            PyErr_Format(PyExc_SystemError,
                         "More keyword list entries (%d) than "
                         "format specifiers (%d)", len, i);
            goto error;
        }
        if (!too_few) {
            PyObject *arg = NULL;
            if (i < nargs) {
                arg = PyTuple_GET_ITEM(args, i);
            }
            else if (nkwargs && i >= pos) {
                arg = _PyDict_GetItemStringWithError(kwargs, kwlist[i]);
                if (arg != NULL) {
                    nkwargs--;
                }
                else if (PyErr_Occurred()) {
                    goto error;
                }
            }
            if (arg != NULL) {
                const char *problem = getargs_convert(&state, arg, &format,
                                                      state.levels);
                if (problem != NULL) {
                    getargs_set_error(&state, i + 1, problem, fname,
                                      custom_msg);
                    goto error;
                }
                continue;
            }
            if (i < min) {
                if (i < pos) {
                    too_few = 1;
                }
                else {
                    PyErr_Format(PyExc_TypeError,
                                 "%.200s%s missing required argument '%s' "
                                 "(pos %i)",
                                 CALLEE(fname, "function"), kwlist[i],
                                 i + 1);
                    goto error;
                }
            }
            if (!nkwargs && !too_few) {
                /* Nothing is left to convert: the rest of the format is not
                   looked at. */
                return getargs_finish(&state, 1);
            }
        }
        const char *problem = getargs_skip(&format, va, flags);
        if (problem != NULL) {
            PyErr_Format(PyExc_SystemError, "%s: '%s'", problem, format);
            goto error;
        }
    }
    if (too_few) {
        int limit = Py_MIN(pos, min);
        raise_positional(fname, limit < i ? "at least" : "exactly", limit,
                         nargs);
        goto error;
    }
    if (!getargs_format_ends(*format) && *format != '|' && *format != '$') {
        PyErr_Format(PyExc_SystemError,
                     "more argument specifiers than keyword list entries "
                     "(remaining format:'%s')", format);
        goto error;
    }
    if (nkwargs > 0
        && kwlist_check_rest(args, kwargs, kwlist, len, pos, fname) < 0) {
        goto error;
    }
    return getargs_finish(&state, 1);
error:
    return getargs_finish(&state, 0);
}

static int
parse_keywords_checked(PyObject *args, PyObject *kwargs, const char *format,
                       char **kwlist, va_list *va, int flags)
{
    if (args == NULL || !PyTuple_Check(args)
        || (kwargs != NULL && !PyDict_Check(kwargs))
        || format == NULL || kwlist == NULL) {
        PyErr_BadInternalCall();
        return 0;
    }
    return parse_keywords(args, kwargs, format, kwlist, va, flags);
}

PyAPI_FUNC(int) _PyArg_ParseTupleAndKeywords_SizeT(PyObject *, PyObject *,
                                                   const char *, char **,
                                                   ...);
PyAPI_FUNC(int) _PyArg_VaParseTupleAndKeywords_SizeT(PyObject *, PyObject *,
                                                     const char *, char **,
                                                     va_list);
PyAPI_FUNC(int) _PyArg_ParseTupleAndKeywordsFast_SizeT(PyObject *,
                                                       PyObject *,
                                                       _PyArg_Parser *, ...);
PyAPI_FUNC(int) _PyArg_ParseStackAndKeywords_SizeT(PyObject *const *,
                                                   Py_ssize_t, PyObject *,
                                                   _PyArg_Parser *, ...);
PyAPI_FUNC(int) _PyArg_VaParseTupleAndKeywordsFast_SizeT(PyObject *,
                                                         PyObject *,
                                                         _PyArg_Parser *,
                                                         va_list);

int
PyArg_ParseTupleAndKeywords(PyObject *args, PyObject *kwargs,
                            const char *format, char **kwlist, ...)
{
    va_list va;
    va_start(va, kwlist);
    int ok = parse_keywords_checked(args, kwargs, format, kwlist, &va, 0);
    va_end(va);
    return ok;
}

int
_PyArg_ParseTupleAndKeywords_SizeT(PyObject *args, PyObject *kwargs,
                                   const char *format, char **kwlist, ...)
{
    va_list va;
    va_start(va, kwlist);
    int ok = parse_keywords_checked(args, kwargs, format, kwlist, &va,
                                    GETARGS_SIZE_T);
    va_end(va);
    return ok;
}

int
PyArg_VaParseTupleAndKeywords(PyObject *args, PyObject *kwargs,
                              const char *format, char **kwlist, va_list va)
{
    va_list copy;
    va_copy(copy, va);
    int ok = parse_keywords_checked(args, kwargs, format, kwlist, &copy, 0);
    va_end(copy);
    return ok;
}

int
_PyArg_VaParseTupleAndKeywords_SizeT(PyObject *args, PyObject *kwargs,
                                     const char *format, char **kwlist,
                                     va_list va)
{
    va_list copy;
    va_copy(copy, va);
    int ok = parse_keywords_checked(args, kwargs, format, kwlist, &copy,
                                    GETARGS_SIZE_T);
    va_end(copy);
    return ok;
}

/* -- Parsers with a memory -------------------------------------------------- */

/* All parsers that were used, for _PyArg_Fini(). Guarded by the GIL. */
static struct _PyArg_Parser *parsers_used;

/* Fills in pos, min, max, fname from the format. */
static int
parser_scan_format(_PyArg_Parser *parser, int len)
{
    int min = INT_MAX;
    int max = INT_MAX;
    const char *format = parser->format;
    parser->fname = strchr(format, ':');
    if (parser->fname != NULL) {
        parser->fname++;
        parser->custom_msg = NULL;
    }
    else {
        parser->custom_msg = strchr(format, ';');
        if (parser->custom_msg != NULL) {
            parser->custom_msg++;
        }
    }
    for (int i = 0; i < len; i++) {
        if (*format == '|') {
            if (min != INT_MAX) {
                PyErr_SetString(PyExc_SystemError,
                                "Invalid format string (| specified twice)");
                return -1;
            }
            if (max != INT_MAX) {
                PyErr_SetString(PyExc_SystemError,
                                "Invalid format string ($ before |)");
                return -1;
            }
            min = i;
            format++;
        }
        if (*format == '$') {
            if (max != INT_MAX) {
                PyErr_SetString(PyExc_SystemError,
                                "Invalid format string ($ specified twice)");
                return -1;
            }
            if (i < parser->pos) {
                PyErr_SetString(PyExc_SystemError,
                                "Empty parameter name after $");
                return -1;
            }
            max = i;
            format++;
        }
        if (getargs_format_ends(*format)) {
            PyErr_Format(PyExc_SystemError,
                         "More keyword list entries (%d) than "
                         "format specifiers (%d)", len, i);
            return -1;
        }
        const char *problem = getargs_skip(&format, NULL, 0);
        if (problem != NULL) {
            PyErr_Format(PyExc_SystemError, "%s: '%s'", problem, format);
            return -1;
        }
    }
    parser->min = Py_MIN(min, len);
    parser->max = Py_MIN(max, len);
    if (!getargs_format_ends(*format) && *format != '|' && *format != '$') {
        PyErr_Format(PyExc_SystemError,
                     "more argument specifiers than keyword list entries "
                     "(remaining format:'%s')", format);
        return -1;
    }
    return 0;
}

static int
parser_init(_PyArg_Parser *parser)
{
    if (parser->kwtuple != NULL) {
        return 1;
    }
    assert(parser->keywords != NULL);
    int pos;
    int len = kwlist_measure((char **)parser->keywords, &pos);
    if (len < 0) {
        return 0;
    }
    parser->pos = pos;
    if (parser->format != NULL && parser_scan_format(parser, len) < 0) {
        return 0;
    }
    PyObject *kwtuple = PyTuple_New(len - pos);
    if (kwtuple == NULL) {
        return 0;
    }
    for (int i = pos; i < len; i++) {
        PyObject *name = PyUnicode_FromString(parser->keywords[i]);
        if (name == NULL) {
            Py_DECREF(kwtuple);
            return 0;
        }
        PyUnicode_InternInPlace(&name);
        PyTuple_SET_ITEM(kwtuple, i - pos, name);
    }
    if (parser->next == NULL) {
        parser->next = parsers_used;
        parsers_used = parser;
    }
    parser->kwtuple = kwtuple;
    return 1;
}

void
_PyArg_Fini(void)
{
    struct _PyArg_Parser *parser = parsers_used;
    while (parser != NULL) {
        struct _PyArg_Parser *next = parser->next;
        Py_CLEAR(parser->kwtuple);
        parser->next = NULL;
        parser = next;
    }
    parsers_used = NULL;
}

void
getargs_fini(PyInterpreterState *interp)
{
    if (_Py_IsMainInterpreter(interp)) {
        _PyArg_Fini();
    }
}

/* Keyword arguments in either form: a dict, or names with the values behind
   the positional arguments. */
struct keyword_args {
    PyObject *dict;             /* or NULL */
    PyObject *names;            /* or NULL */
    PyObject *const *values;
    Py_ssize_t count;
};

/* Borrowed, or NULL with or without an exception. */
static PyObject *
keyword_find(const struct keyword_args *kwargs, PyObject *key)
{
    if (kwargs->dict != NULL) {
        return PyDict_GetItemWithError(kwargs->dict, key);
    }
    Py_ssize_t n = kwargs->names == NULL ? 0
                                         : PyTuple_GET_SIZE(kwargs->names);
    for (Py_ssize_t i = 0; i < n; i++) {
        /* Most names are interned constants of the caller's code. */
        if (PyTuple_GET_ITEM(kwargs->names, i) == key) {
            return kwargs->values[i];
        }
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        if (_PyUnicode_EQ(PyTuple_GET_ITEM(kwargs->names, i), key)) {
            return kwargs->values[i];
        }
    }
    return NULL;
}

static void
keyword_raise_unexpected(const struct keyword_args *kwargs,
                         PyObject *kwtuple, const char *fname)
{
    Py_ssize_t i = 0;
    Py_ssize_t pos = 0;
    for (;;) {
        PyObject *name;
        if (kwargs->dict != NULL) {
            if (!PyDict_Next(kwargs->dict, &pos, &name, NULL)) {
                break;
            }
        }
        else {
            if (i >= PyTuple_GET_SIZE(kwargs->names)) {
                break;
            }
            name = PyTuple_GET_ITEM(kwargs->names, i++);
        }
        int match = 0;
        if (PyUnicode_Check(name)) {
            match = PySequence_Contains(kwtuple, name);
        }
        if (match > 0) {
            continue;
        }
        if (match == 0) {
            raise_unexpected(fname, name);
        }
        return;
    }
    /* Two keys of a dict can be equal to one name (str subclasses that
       differ); and nothing else brings us here. */
    PyErr_Format(PyExc_TypeError,
                 "invalid keyword argument for %.200s%s",
                 CALLEE(fname, "this function"));
}

/* After all names were looked up and some keyword arguments remain. */
static int
keyword_check_rest(const struct keyword_args *kwargs,
                   const _PyArg_Parser *parser, Py_ssize_t nargs)
{
    PyObject *kwtuple = parser->kwtuple;
    for (Py_ssize_t i = parser->pos; i < nargs; i++) {
        if (i - parser->pos >= PyTuple_GET_SIZE(kwtuple)) {
            break;
        }
        PyObject *keyword = PyTuple_GET_ITEM(kwtuple, i - parser->pos);
        if (keyword_find(kwargs, keyword) != NULL) {
            PyErr_Format(PyExc_TypeError,
                         "argument for %.200s%s given by name ('%U') "
                         "and position (%zd)",
                         CALLEE(parser->fname, "function"), keyword, i + 1);
            return -1;
        }
        if (PyErr_Occurred()) {
            return -1;
        }
    }
    keyword_raise_unexpected(kwargs, kwtuple, parser->fname);
    return -1;
}

static int
parse_fast(PyObject *const *args, Py_ssize_t nargs, PyObject *kwdict,
           PyObject *kwnames, _PyArg_Parser *parser, va_list *va, int flags)
{
    if (!parser_init(parser)) {
        return 0;
    }
    const char *format = parser->format;
    PyObject *kwtuple = parser->kwtuple;
    int pos = parser->pos;
    int len = pos + (int)PyTuple_GET_SIZE(kwtuple);
    struct keyword_args kwargs = {kwdict, kwnames, args + nargs, 0};
    if (kwdict != NULL) {
        kwargs.count = PyDict_GET_SIZE(kwdict);
    }
    else if (kwnames != NULL) {
        kwargs.count = PyTuple_GET_SIZE(kwnames);
    }
    if (nargs + kwargs.count > len) {
        raise_too_many(parser->fname, len, nargs, kwargs.count);
        return 0;
    }
    if (parser->max < nargs) {
        raise_positional(parser->fname,
                         parser->min < parser->max ? "at most" : "exactly",
                         parser->max, nargs);
        return 0;
    }
    struct getargs_state state;
    getargs_state_init(&state, va, flags);
    for (int i = 0; i < len; i++) {
        if (*format == '|') {
            format++;
        }
        if (*format == '$') {
            format++;
        }
        assert(!getargs_format_ends(*format));
        PyObject *arg = NULL;
        if (i < nargs) {
            arg = args[i];
        }
        else if (kwargs.count && i >= pos) {
            arg = keyword_find(&kwargs, PyTuple_GET_ITEM(kwtuple, i - pos));
            if (arg != NULL) {
                kwargs.count--;
            }
            else if (PyErr_Occurred()) {
                goto error;
            }
        }
        if (arg != NULL) {
            const char *problem = getargs_convert(&state, arg, &format,
                                                  state.levels);
            if (problem != NULL) {
                getargs_set_error(&state, i + 1, problem, parser->fname,
                                  parser->custom_msg);
                goto error;
            }
            continue;
        }
        if (i < parser->min) {
            if (i < pos) {
                int limit = Py_MIN(pos, parser->min);
                raise_positional(parser->fname,
                                 limit < parser->max ? "at least"
                                                     : "exactly",
                                 limit, nargs);
            }
            else {
                PyErr_Format(PyExc_TypeError,
                             "%.200s%s missing required argument '%U' "
                             "(pos %i)",
                             CALLEE(parser->fname, "function"),
                             PyTuple_GET_ITEM(kwtuple, i - pos), i + 1);
            }
            goto error;
        }
        if (!kwargs.count) {
            return getargs_finish(&state, 1);
        }
        const char *problem = getargs_skip(&format, va, flags);
        if (problem != NULL) {
            PyErr_Format(PyExc_SystemError, "%s: '%s'", problem, format);
            goto error;
        }
    }
    if (kwargs.count > 0
        && keyword_check_rest(&kwargs, parser, nargs) < 0) {
        goto error;
    }
    return getargs_finish(&state, 1);
error:
    return getargs_finish(&state, 0);
}

static int
parse_fast_checked(PyObject *args, PyObject *kwargs, _PyArg_Parser *parser,
                   va_list *va, int flags)
{
    if (args == NULL || !PyTuple_Check(args)
        || (kwargs != NULL && !PyDict_Check(kwargs)) || parser == NULL) {
        PyErr_BadInternalCall();
        return 0;
    }
    return parse_fast(_PyTuple_ITEMS(args), PyTuple_GET_SIZE(args), kwargs,
                      NULL, parser, va, flags);
}

int
_PyArg_ParseTupleAndKeywordsFast(PyObject *args, PyObject *kwargs,
                                 _PyArg_Parser *parser, ...)
{
    va_list va;
    va_start(va, parser);
    int ok = parse_fast_checked(args, kwargs, parser, &va, 0);
    va_end(va);
    return ok;
}

int
_PyArg_ParseTupleAndKeywordsFast_SizeT(PyObject *args, PyObject *kwargs,
                                       _PyArg_Parser *parser, ...)
{
    va_list va;
    va_start(va, parser);
    int ok = parse_fast_checked(args, kwargs, parser, &va, GETARGS_SIZE_T);
    va_end(va);
    return ok;
}

int
_PyArg_ParseStackAndKeywords(PyObject *const *args, Py_ssize_t nargs,
                             PyObject *kwnames, _PyArg_Parser *parser, ...)
{
    va_list va;
    va_start(va, parser);
    int ok = parse_fast(args, nargs, NULL, kwnames, parser, &va, 0);
    va_end(va);
    return ok;
}

int
_PyArg_ParseStackAndKeywords_SizeT(PyObject *const *args, Py_ssize_t nargs,
                                   PyObject *kwnames, _PyArg_Parser *parser,
                                   ...)
{
    va_list va;
    va_start(va, parser);
    int ok = parse_fast(args, nargs, NULL, kwnames, parser, &va,
                        GETARGS_SIZE_T);
    va_end(va);
    return ok;
}

int
_PyArg_VaParseTupleAndKeywordsFast(PyObject *args, PyObject *kwargs,
                                   _PyArg_Parser *parser, va_list va)
{
    va_list copy;
    va_copy(copy, va);
    int ok = parse_fast_checked(args, kwargs, parser, &copy, 0);
    va_end(copy);
    return ok;
}

int
_PyArg_VaParseTupleAndKeywordsFast_SizeT(PyObject *args, PyObject *kwargs,
                                         _PyArg_Parser *parser, va_list va)
{
    va_list copy;
    va_copy(copy, va);
    int ok = parse_fast_checked(args, kwargs, parser, &copy,
                                GETARGS_SIZE_T);
    va_end(copy);
    return ok;
}

/* -- Sorting arguments into places ------------------------------------------ */

/* What both unpackers check first: a NULL return has an exception set. */
static PyObject *const *
unpack_prepare(PyObject *const *args, Py_ssize_t nargs,
               struct keyword_args *kwargs, _PyArg_Parser *parser)
{
    if (kwargs->dict != NULL && !PyDict_Check(kwargs->dict)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (args == NULL && nargs == 0) {
        /* Any address will do. */
        args = (PyObject *const *)parser;
    }
    if (!parser_init(parser)) {
        return NULL;
    }
    if (kwargs->dict != NULL) {
        kwargs->count = PyDict_GET_SIZE(kwargs->dict);
    }
    else if (kwargs->names != NULL) {
        kwargs->count = PyTuple_GET_SIZE(kwargs->names);
        kwargs->values = args + nargs;
    }
    return args;
}

static void
raise_missing(const _PyArg_Parser *parser, Py_ssize_t i)
{
    PyErr_Format(PyExc_TypeError,
                 "%.200s%s missing required argument '%U' (pos %zd)",
                 CALLEE(parser->fname, "function"),
                 PyTuple_GET_ITEM(parser->kwtuple, i - parser->pos), i + 1);
}

/* Puts the arguments in the order of the parameters into buf, NULL for those
   not given; all references are borrowed. minpos and maxpos count positional
   parameters, minkw required keyword-only ones. */
PyObject *const *
_PyArg_UnpackKeywords(PyObject *const *args, Py_ssize_t nargs,
                      PyObject *kwdict, PyObject *kwnames,
                      _PyArg_Parser *parser, int minpos, int maxpos,
                      int minkw, PyObject **buf)
{
    assert(kwdict == NULL || kwnames == NULL);
    struct keyword_args kwargs = {kwdict, kwnames, NULL, 0};
    args = unpack_prepare(args, nargs, &kwargs, parser);
    if (args == NULL) {
        return NULL;
    }
    PyObject *kwtuple = parser->kwtuple;
    int posonly = parser->pos;
    int minposonly = Py_MIN(posonly, minpos);
    int maxargs = posonly + (int)PyTuple_GET_SIZE(kwtuple);
    int reqlimit = minkw ? maxpos + minkw : minpos;

    if (kwargs.count == 0 && minkw == 0 && minpos <= nargs
        && nargs <= maxpos) {
        /* All in place already, save for the missing ones at the end. */
        for (Py_ssize_t i = 0; i < nargs; i++) {
            buf[i] = args[i];
        }
        for (Py_ssize_t i = nargs; i < maxargs; i++) {
            buf[i] = NULL;
        }
        return buf;
    }
    if (nargs + kwargs.count > maxargs) {
        raise_too_many(parser->fname, maxargs, nargs, kwargs.count);
        return NULL;
    }
    if (nargs > maxpos) {
        if (maxpos == 0) {
            PyErr_Format(PyExc_TypeError,
                         "%.200s%s takes no positional arguments",
                         CALLEE(parser->fname, "function"));
        }
        else {
            raise_positional(parser->fname,
                             minpos < maxpos ? "at most" : "exactly",
                             maxpos, nargs);
        }
        return NULL;
    }
    if (nargs < minposonly) {
        raise_positional(parser->fname,
                         minposonly < maxpos ? "at least" : "exactly",
                         minposonly, nargs);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < nargs; i++) {
        buf[i] = args[i];
    }
    for (Py_ssize_t i = nargs; i < posonly; i++) {
        buf[i] = NULL;
    }
    for (Py_ssize_t i = Py_MAX(nargs, posonly); i < maxargs; i++) {
        PyObject *arg = NULL;
        if (kwargs.count) {
            arg = keyword_find(&kwargs,
                               PyTuple_GET_ITEM(kwtuple, i - posonly));
            if (arg == NULL && PyErr_Occurred()) {
                return NULL;
            }
        }
        else if (i >= reqlimit) {
            for (; i < maxargs; i++) {
                buf[i] = NULL;
            }
            return buf;
        }
        buf[i] = arg;
        if (arg != NULL) {
            kwargs.count--;
        }
        else if (i < minpos || (maxpos <= i && i < reqlimit)) {
            raise_missing(parser, i);
            return NULL;
        }
    }
    if (kwargs.count > 0
        && keyword_check_rest(&kwargs, parser, nargs) < 0) {
        return NULL;
    }
    return buf;
}

/* The same for a signature with *args, whose tuple (a new reference) goes to
   buf[vararg]; keyword parameters come behind it. */
PyObject *const *
_PyArg_UnpackKeywordsWithVararg(PyObject *const *args, Py_ssize_t nargs,
                                PyObject *kwdict, PyObject *kwnames,
                                _PyArg_Parser *parser, int minpos,
                                int maxpos, int minkw, int vararg,
                                PyObject **buf)
{
    struct keyword_args kwargs = {kwdict, kwnames, NULL, 0};
    args = unpack_prepare(args, nargs, &kwargs, parser);
    if (args == NULL) {
        return NULL;
    }
    PyObject *kwtuple = parser->kwtuple;
    int posonly = parser->pos;
    int minposonly = Py_MIN(posonly, minpos);
    int maxargs = posonly + (int)PyTuple_GET_SIZE(kwtuple);
    int reqlimit = minkw ? maxpos + minkw : minpos;
    Py_ssize_t nextra = Py_MAX(nargs - maxpos, 0);

    if (nargs < minposonly) {
        raise_positional(parser->fname,
                         minposonly < maxpos ? "at least" : "exactly",
                         minposonly, nargs);
        return NULL;
    }
    PyObject *extra = _PyTuple_FromArray(args + nargs - nextra, nextra);
    if (extra == NULL) {
        return NULL;
    }
    buf[vararg] = extra;
    Py_ssize_t nplaced = nargs - nextra;
    for (Py_ssize_t i = 0; i < nplaced; i++) {
        buf[i < vararg ? i : i + 1] = args[i];
    }
    for (Py_ssize_t i = nplaced; i < posonly; i++) {
        buf[i < vararg ? i : i + 1] = NULL;
    }
    for (Py_ssize_t i = Py_MAX(nplaced, posonly); i < maxargs; i++) {
        PyObject *arg = NULL;
        if (kwargs.count) {
            arg = keyword_find(&kwargs,
                               PyTuple_GET_ITEM(kwtuple, i - posonly));
            if (arg == NULL && PyErr_Occurred()) {
                goto error;
            }
        }
        buf[i < vararg ? i : i + 1] = arg;
        if (arg != NULL) {
            kwargs.count--;
        }
        else if (i < minpos || (maxpos <= i && i < reqlimit)) {
            raise_missing(parser, i);
            goto error;
        }
    }
    if (kwargs.count > 0) {
        keyword_check_rest(&kwargs, parser, nplaced);
        goto error;
    }
    return buf;
error:
    buf[vararg] = NULL;
    Py_DECREF(extra);
    return NULL;
}
