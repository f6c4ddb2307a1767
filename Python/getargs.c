/* Argument parsing by a format: PyArg_Parse() and PyArg_ParseTuple().

   The format's units stand for the arguments in order; '|' begins the
   optional ones, ':' the function's name for messages, ';' a message that
   replaces ours. */
#include "Python.h"
#include "pycore_getargs.h"
#include "pycore_pyerrors.h"

/* The functions below have two spellings each; these macros would make them
   one. */
#undef PyArg_Parse
#undef PyArg_ParseTuple
#undef PyArg_VaParse
#undef _PyArg_ParseStack

/* -- The format's outline -------------------------------------------------- */

struct outline {
    int min, max;               /* number of arguments */
    const char *fname;          /* or NULL */
    const char *message;        /* or NULL */
};

static void
outline_scan(const char *format, struct outline *outline)
{
    int min = -1;
    int max = 0;
    int level = 0;
    outline->fname = NULL;
    outline->message = NULL;
    for (int done = 0; !done;) {
        char c = *format++;
        switch (c) {
        case '(':
            if (level == 0) {
                max++;
            }
            level++;
            if (level >= 30) {
                Py_FatalError("too many tuple nesting levels "
                              "in argument format string");
            }
            break;
        case ')':
            if (level == 0) {
                Py_FatalError("excess ')' in getargs format");
            }
            level--;
            break;
        case '\0':
            done = 1;
            break;
        case ':':
            outline->fname = format;
            done = 1;
            break;
        case ';':
            outline->message = format;
            done = 1;
            break;
        case '|':
            if (level == 0) {
                min = max;
            }
            break;
        default:
            /* "es" and "et" are one argument */
            if (level == 0 && Py_ISALPHA(c) && c != 'e') {
                max++;
            }
            break;
        }
    }
    if (level != 0) {
        Py_FatalError("missing ')' in getargs format");
    }
    outline->min = min < 0 ? max : min;
    outline->max = max;
}

static void
outline_count_error(const struct outline *outline, Py_ssize_t nargs)
{
    if (outline->message != NULL) {
        PyErr_SetString(PyExc_TypeError, outline->message);
        return;
    }
    int too_few = nargs < outline->min;
    int limit = too_few ? outline->min : outline->max;
    const char *how = outline->min == outline->max ? "exactly"
                      : too_few ? "at least" : "at most";
    PyErr_Format(PyExc_TypeError,
                 "%.150s%s takes %s %d argument%s (%zd given)",
                 outline->fname == NULL ? "function" : outline->fname,
                 outline->fname == NULL ? "" : "()",
                 how, limit, limit == 1 ? "" : "s", nargs);
}

/* -- Parsing ------------------------------------------------------------- */

/* PyArg_Parse(): the argument itself, or NULL, in place of a tuple. */
static int
parse_compat(PyObject *arg, const char *format, va_list *va, int flags,
             const struct outline *outline)
{
    const char *fname = outline->fname;
    if (outline->max == 0) {
        if (arg == NULL) {
            return 1;
        }
        PyErr_Format(PyExc_TypeError, "%.200s%s takes no arguments",
                     fname == NULL ? "function" : fname,
                     fname == NULL ? "" : "()");
        return 0;
    }
    if (outline->min != 1 || outline->max != 1) {
        PyErr_SetString(PyExc_SystemError,
                        "old style getargs format uses new features");
        return 0;
    }
    if (arg == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "%.200s%s takes at least one argument",
                     fname == NULL ? "function" : fname,
                     fname == NULL ? "" : "()");
        return 0;
    }
    struct getargs_state state;
    getargs_state_init(&state, va, flags);
    const char *problem = getargs_convert(&state, arg, &format,
                                          state.levels);
    if (problem != NULL) {
        getargs_set_error(&state, state.levels[0], problem, fname,
                          outline->message);
    }
    return getargs_finish(&state, problem == NULL);
}

static int
parse_array(PyObject *const *args, Py_ssize_t nargs, const char *format,
            va_list *va, int flags)
{
    struct outline outline;
    outline_scan(format, &outline);
    if (nargs < outline.min || nargs > outline.max) {
        outline_count_error(&outline, nargs);
        return 0;
    }
    const char *whole = format;
    struct getargs_state state;
    getargs_state_init(&state, va, flags);
    for (Py_ssize_t i = 0; i < nargs; i++) {
        if (*format == '|') {
            format++;
        }
        const char *problem = getargs_convert(&state, args[i], &format,
                                              state.levels);
        if (problem != NULL) {
            getargs_set_error(&state, i + 1, problem, outline.fname,
                              outline.message);
            return getargs_finish(&state, 0);
        }
    }
    if (!getargs_format_ends(*format) && !Py_ISALPHA(*format)
        && *format != '(' && *format != '|') {
        PyErr_Format(PyExc_SystemError, "bad format string: %.200s", whole);
        return getargs_finish(&state, 0);
    }
    return getargs_finish(&state, 1);
}

static int
parse(PyObject *args, const char *format, va_list *va, int flags)
{
    if (flags & GETARGS_COMPAT) {
        struct outline outline;
        outline_scan(format, &outline);
        return parse_compat(args, format, va, flags, &outline);
    }
    assert(args != NULL);
    if (!PyTuple_Check(args)) {
        PyErr_SetString(PyExc_SystemError,
                        "new style getargs format but argument is not "
                        "a tuple");
        return 0;
    }
    return parse_array(&PyTuple_GET_ITEM(args, 0), PyTuple_GET_SIZE(args),
                       format, va, flags);
}

/* -- The exported spellings -------------------------------------------------- */

PyAPI_FUNC(int) _PyArg_Parse_SizeT(PyObject *, const char *, ...);
PyAPI_FUNC(int) _PyArg_ParseTuple_SizeT(PyObject *, const char *, ...);
PyAPI_FUNC(int) _PyArg_VaParse_SizeT(PyObject *, const char *, va_list);
PyAPI_FUNC(int) _PyArg_ParseStack_SizeT(PyObject *const *, Py_ssize_t,
                                        const char *, ...);

int
PyArg_Parse(PyObject *args, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int ok = parse(args, format, &va, GETARGS_COMPAT);
    va_end(va);
    return ok;
}

int
_PyArg_Parse_SizeT(PyObject *args, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int ok = parse(args, format, &va, GETARGS_COMPAT | GETARGS_SIZE_T);
    va_end(va);
    return ok;
}

int
PyArg_ParseTuple(PyObject *args, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int ok = parse(args, format, &va, 0);
    va_end(va);
    return ok;
}

int
_PyArg_ParseTuple_SizeT(PyObject *args, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int ok = parse(args, format, &va, GETARGS_SIZE_T);
    va_end(va);
    return ok;
}

int
_PyArg_ParseStack(PyObject *const *args, Py_ssize_t nargs,
                  const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int ok = parse_array(args, nargs, format, &va, 0);
    va_end(va);
    return ok;
}

int
_PyArg_ParseStack_SizeT(PyObject *const *args, Py_ssize_t nargs,
                        const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int ok = parse_array(args, nargs, format, &va, GETARGS_SIZE_T);
    va_end(va);
    return ok;
}

int
PyArg_VaParse(PyObject *args, const char *format, va_list va)
{
    va_list copy;
    va_copy(copy, va);
    int ok = parse(args, format, &copy, 0);
    va_end(copy);
    return ok;
}

int
_PyArg_VaParse_SizeT(PyObject *args, const char *format, va_list va)
{
    va_list copy;
    va_copy(copy, va);
    int ok = parse(args, format, &copy, GETARGS_SIZE_T);
    va_end(copy);
    return ok;
}
