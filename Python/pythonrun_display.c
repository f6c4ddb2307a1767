/* Printing exceptions: tracebacks, chains, groups, syntax errors; and what
   SystemExit does to the process. */
#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_pythonrun.h"
#include "pycore_sysmodule.h"
#include "pycore_traceback.h"

static const char cause_message[] =
    "The above exception was the direct cause "
    "of the following exception:\n";

static const char context_message[] =
    "During handling of the above exception, "
    "another exception occurred:\n";

#define INDENT_SIZE 2
#define MAX_GROUP_WIDTH 15
#define MAX_GROUP_DEPTH 10

/* Where an exception is being printed. */
struct display {
    PyObject *file;   /* borrowed */
    PyObject *seen;   /* set of ids of exceptions printed, or NULL */
    int group_depth;  /* nesting of exception groups, 0 outside */
    bool need_close;  /* the group's closing line is still to be printed */
    int max_group_width;
    int max_group_depth;
};

static int
display_indent(const struct display *d)
{
    return INDENT_SIZE * d->group_depth;
}

static const char *
display_margin_char(const struct display *d)
{
    return d->group_depth > 0 ? "| " : NULL;
}

static int
write_indented_margin(const struct display *d)
{
    return _Py_WriteIndentedMargin(display_indent(d), display_margin_char(d),
                                   d->file);
}

/* -- SystemExit ---------------------------------------------------------------------- */

/* `sys.exit(None)` is 0, an int itself, anything else is printed and 1. */
static int
parse_exit_code(PyObject *code, int *exitcode_p)
{
    if (PyLong_Check(code)) {
        int exitcode = (int)PyLong_AsLong(code);
        if (exitcode == -1 && PyErr_Occurred()) {
            PyErr_Clear();
            *exitcode_p = -1;
            return 1;
        }
        *exitcode_p = exitcode;
        return 1;
    }
    if (code == Py_None) {
        *exitcode_p = 0;
        return 1;
    }
    return 0;
}

int
_Py_HandleSystemExit(int *exitcode_p)
{
    if (_Py_GetConfig()->inspect || Py_InspectFlag) {
        /* -i: the prompt comes instead of the end */
        return 0;
    }
    PyObject *exception, *value, *tb;
    PyErr_Fetch(&exception, &value, &tb);
    PyErr_NormalizeException(&exception, &value, &tb);
    fflush(stdout);

    int exitcode = 0;
    if (value == NULL || value == Py_None) {
        goto done;
    }
    if (PyExceptionInstance_Check(value)) {
        PyObject *code = PyObject_GetAttr(value, &_Py_ID(code));
        if (code != NULL) {
            Py_SETREF(value, code);
            if (value == Py_None) {
                goto done;
            }
        }
        else {
            PyErr_Clear();
        }
    }
    if (parse_exit_code(value, &exitcode)) {
        goto done;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *err = _PySys_GetAttr(tstate, &_Py_ID(stderr));
    if (err != NULL && err != Py_None) {
        if (PyFile_WriteObject(value, err, Py_PRINT_RAW) < 0) {
            PyErr_Clear();
        }
    }
    else {
        if (PyObject_Print(value, stderr, Py_PRINT_RAW) < 0) {
            PyErr_Clear();
        }
        fflush(stderr);
    }
    PySys_WriteStderr("\n");
    exitcode = 1;
done:
    Py_CLEAR(exception);
    Py_CLEAR(value);
    Py_CLEAR(tb);
    *exitcode_p = exitcode;
    return 1;
}

static void
handle_system_exit(void)
{
    int exitcode;
    if (_Py_HandleSystemExit(&exitcode)) {
        Py_Exit(exitcode);
    }
}

/* -- Syntax errors -------------------------------------------------------------------- */

struct syntax_location {
    PyObject *filename; /* new reference */
    Py_ssize_t lineno;
    Py_ssize_t offset; /* -1: none */
    Py_ssize_t end_lineno;
    Py_ssize_t end_offset;
    PyObject *text; /* new reference or NULL */
};

static int
get_number(PyObject *err, PyObject *name, Py_ssize_t *value)
{
    PyObject *v = PyObject_GetAttr(err, name);
    if (v == NULL) {
        return -1;
    }
    if (v == Py_None) {
        *value = -1;
        Py_DECREF(v);
        return 0;
    }
    Py_ssize_t number = PyLong_AsSsize_t(v);
    Py_DECREF(v);
    if (number < 0 && PyErr_Occurred()) {
        return -1;
    }
    *value = number;
    return 0;
}

static int
parse_syntax_error(PyObject *err, struct syntax_location *where)
{
    memset(where, 0, sizeof(*where));
    where->filename = PyObject_GetAttr(err, &_Py_ID(filename));
    if (where->filename == NULL) {
        return -1;
    }
    if (where->filename == Py_None) {
        Py_SETREF(where->filename, Py_NewRef(&_Py_STR(anon_string)));
    }
    if (get_number(err, &_Py_ID(lineno), &where->lineno) < 0
        || get_number(err, &_Py_ID(offset), &where->offset) < 0
        || get_number(err, &_Py_ID(end_lineno), &where->end_lineno) < 0
        || get_number(err, &_Py_ID(end_offset), &where->end_offset) < 0
        || where->lineno < 0) {
        goto error;
    }
    where->text = PyObject_GetAttr(err, &_Py_ID(text));
    if (where->text == NULL) {
        goto error;
    }
    if (where->text == Py_None) {
        Py_CLEAR(where->text);
    }
    return 0;
error:
    Py_CLEAR(where->filename);
    return -1;
}

/* The source line with carets below the part that is wrong. */
static int
print_error_text(const struct display *d, Py_ssize_t offset,
                 Py_ssize_t end_offset, PyObject *text_obj)
{
    PyObject *f = d->file;
    const char *text = PyUnicode_AsUTF8(text_obj);
    if (text == NULL) {
        return -1;
    }
    Py_ssize_t carets =
        end_offset > 0 && end_offset > offset ? end_offset - offset : 1;
    offset--;
    for (; *text == ' ' || *text == '\t' || *text == '\f'; text++) {
        offset--;
    }
    Py_ssize_t length = (Py_ssize_t)strlen(text);
    if (length > 0 && text[length - 1] == '\n') {
        length--;
    }
    if (offset > length) {
        offset = length;
    }
    /* lines that end before the place are not shown */
    const char *newline;
    while ((newline = strchr(text, '\n')) != NULL
           && newline - text < offset) {
        Py_ssize_t skipped = newline + 1 - text;
        text += skipped;
        length -= skipped;
        offset -= skipped;
    }
    if (write_indented_margin(d) < 0 || PyFile_WriteString("    ", f) < 0
        || PyFile_WriteString(text, f) < 0
        || (text[length] != '\n' && PyFile_WriteString("\n", f) < 0)) {
        return -1;
    }
    if (offset < 0) {
        return 0;
    }
    if (write_indented_margin(d) < 0 || PyFile_WriteString("    ", f) < 0) {
        return -1;
    }
    while (--offset >= 0) {
        if (PyFile_WriteString(" ", f) < 0) {
            return -1;
        }
    }
    while (--carets >= 0) {
        if (PyFile_WriteString("^", f) < 0) {
            return -1;
        }
    }
    return PyFile_WriteString("\n", f);
}

/* "File ..., line ..." of a syntax error; *value becomes its message. */
static int
print_exception_file_and_line(const struct display *d, PyObject **value)
{
    PyObject *tmp;
    int found = _PyObject_LookupAttr(*value,
                                     &_Py_ID(print_file_and_line), &tmp);
    if (found <= 0) {
        return found;
    }
    Py_DECREF(tmp);
    struct syntax_location where;
    if (parse_syntax_error(*value, &where) < 0) {
        PyErr_Clear();
        return 0;
    }
    PyObject *line = PyUnicode_FromFormat("  File \"%S\", line %zd\n",
                                          where.filename, where.lineno);
    int failed = line == NULL || write_indented_margin(d) < 0
                 || PyFile_WriteObject(line, d->file, Py_PRINT_RAW) < 0;
    Py_XDECREF(line);
    if (!failed && where.text != NULL) {
        Py_ssize_t line_size;
        const char *error_line = PyUnicode_AsUTF8AndSize(where.text,
                                                         &line_size);
        if (error_line == NULL) {
            failed = 1;
        }
        else {
            Py_ssize_t end_offset = where.end_offset;
            /* an error over several lines is marked to the line's end */
            if (where.end_lineno > where.lineno) {
                end_offset = line_size;
            }
            else if (end_offset > line_size + 1) {
                end_offset = line_size + 1;
            }
            failed = print_error_text(d, where.offset, end_offset,
                                      where.text) < 0;
        }
    }
    Py_XDECREF(where.filename);
    Py_XDECREF(where.text);
    if (failed) {
        return -1;
    }
    PyObject *message = PyObject_GetAttr(*value, &_Py_ID(msg));
    if (message == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_SETREF(*value, message);
    return 0;
}

/* -- One exception ------------------------------------------------------------------------ */

static int
print_traceback(const struct display *d, PyObject *value)
{
    PyObject *tb = PyException_GetTraceback(value);
    if (tb == NULL || tb == Py_None) {
        Py_XDECREF(tb);
        return 0;
    }
    const char *header = EXCEPTION_TB_HEADER;
    const char *header_margin = display_margin_char(d);
    if (_PyBaseExceptionGroup_Check(value)) {
        header = EXCEPTION_GROUP_TB_HEADER;
        if (d->group_depth == 1) {
            header_margin = "+ ";
        }
    }
    int result = _PyTraceBack_Print_Indented(tb, display_indent(d),
                                             display_margin_char(d),
                                             header_margin, header, d->file);
    Py_DECREF(tb);
    return result;
}

/* "module.Class", without the modules that everybody knows */
static int
print_type(const struct display *d, PyObject *type)
{
    if (write_indented_margin(d) < 0) {
        return -1;
    }
    PyObject *module = PyObject_GetAttr(type, &_Py_ID(__module__));
    if (module == NULL || !PyUnicode_Check(module)) {
        Py_XDECREF(module);
        PyErr_Clear();
        if (PyFile_WriteString("<unknown>.", d->file) < 0) {
            return -1;
        }
    }
    else {
        int hidden = _PyUnicode_Equal(module, &_Py_ID(builtins))
                     || _PyUnicode_Equal(module, &_Py_ID(__main__));
        int failed = !hidden
                     && (PyFile_WriteObject(module, d->file, Py_PRINT_RAW) < 0
                         || PyFile_WriteString(".", d->file) < 0);
        Py_DECREF(module);
        if (failed) {
            return -1;
        }
    }
    PyObject *name = PyType_GetQualName((PyTypeObject *)type);
    if (name == NULL || !PyUnicode_Check(name)) {
        /* no memory for the name: it may do in pieces */
        Py_XDECREF(name);
        PyErr_Clear();
        return PyFile_WriteString(_PyType_Name((PyTypeObject *)type),
                                  d->file);
    }
    int result = PyFile_WriteObject(name, d->file, Py_PRINT_RAW);
    Py_DECREF(name);
    return result;
}

static int
print_message(const struct display *d, PyObject *value)
{
    if (value == Py_None) {
        return 0;
    }
    PyObject *s = PyObject_Str(value);
    if (s == NULL) {
        PyErr_Clear();
        return PyFile_WriteString(": <exception str() failed>", d->file);
    }
    int result = 0;
    if (!PyUnicode_Check(s) || PyUnicode_GET_LENGTH(s) != 0) {
        result = PyFile_WriteString(": ", d->file) < 0
                         || PyFile_WriteObject(s, d->file, Py_PRINT_RAW) < 0
                     ? -1
                     : 0;
    }
    Py_DECREF(s);
    return result;
}

static int
print_suggestion(const struct display *d, PyObject *value)
{
    PyObject *hint = _Py_Offer_Suggestions(value);
    int result = 0;
    if (hint != NULL) {
        result = PyFile_WriteString(". Did you mean: '", d->file) < 0
                         || PyFile_WriteObject(hint, d->file, Py_PRINT_RAW)
                                < 0
                         || PyFile_WriteString("'?", d->file) < 0
                     ? -1
                     : 0;
        Py_DECREF(hint);
    }
    else if (PyErr_Occurred()) {
        PyErr_Clear();
    }
    return result;
}

static int
print_note_line(const struct display *d, PyObject *line)
{
    return write_indented_margin(d) < 0
                   || PyFile_WriteObject(line, d->file, Py_PRINT_RAW) < 0
               ? -1
               : 0;
}

static int
print_note(const struct display *d, PyObject *note)
{
    PyObject *text;
    if (PyUnicode_Check(note)) {
        text = Py_NewRef(note);
    }
    else {
        text = PyObject_Str(note);
        if (text == NULL) {
            PyErr_Clear();
            text = PyUnicode_FromString("<note str() failed>");
            if (text == NULL) {
                return -1;
            }
        }
    }
    PyObject *lines = PyUnicode_Splitlines(text, 1);
    Py_DECREF(text);
    if (lines == NULL) {
        return -1;
    }
    int result = 0;
    for (Py_ssize_t i = 0; result == 0 && i < PyList_GET_SIZE(lines); i++) {
        result = print_note_line(d, PyList_GET_ITEM(lines, i));
    }
    Py_DECREF(lines);
    return result < 0 ? -1 : PyFile_WriteString("\n", d->file);
}

static int
print_notes(const struct display *d, PyObject *value)
{
    if (!PyExceptionInstance_Check(value)) {
        return 0;
    }
    PyObject *notes;
    int found = _PyObject_LookupAttr(value, &_Py_ID(__notes__), &notes);
    if (found <= 0) {
        return found;
    }
    int result = 0;
    if (!PySequence_Check(notes)) {
        PyObject *text = PyObject_Repr(notes);
        if (text == NULL) {
            PyErr_Clear();
            text = PyUnicode_FromString("<__notes__ repr() failed>");
        }
        result = text == NULL ? -1 : print_note_line(d, text);
        Py_XDECREF(text);
    }
    else {
        Py_ssize_t count = PySequence_Length(notes);
        for (Py_ssize_t i = 0; result == 0 && i < count; i++) {
            PyObject *note = PySequence_GetItem(notes, i);
            result = note == NULL ? -1 : print_note(d, note);
            Py_XDECREF(note);
        }
    }
    Py_DECREF(notes);
    return result;
}

static int
print_exception(const struct display *d, PyObject *value)
{
    PyObject *f = d->file;
    if (!PyExceptionInstance_Check(value)) {
        return _Py_WriteIndent(display_indent(d), f) < 0
                       || PyFile_WriteString(
                              "TypeError: print_exception(): Exception "
                              "expected for value, ", f) < 0
                       || PyFile_WriteString(Py_TYPE(value)->tp_name, f) < 0
                       || PyFile_WriteString(" found\n", f) < 0
                   ? -1
                   : 0;
    }
    Py_INCREF(value);
    fflush(stdout);
    PyObject *original = Py_NewRef(value);
    PyObject *type = (PyObject *)Py_TYPE(value);
    int failed = print_traceback(d, value) < 0
                 || print_exception_file_and_line(d, &value) < 0
                 || print_type(d, type) < 0 || print_message(d, value) < 0
                 || print_suggestion(d, original) < 0
                 || PyFile_WriteString("\n", f) < 0
                 || print_notes(d, original) < 0;
    Py_DECREF(original);
    Py_DECREF(value);
    return failed ? -1 : 0;
}

/* -- Chains and groups -------------------------------------------------------------------- */

static int print_recursive(struct display *d, PyObject *value);

/* 1: not printed yet, now noted; 0: it was; -1 */
static int
mark_seen(struct display *d, PyObject *value)
{
    if (d->seen == NULL) {
        return 1;
    }
    PyObject *id = PyLong_FromVoidPtr(value);
    if (id == NULL) {
        return -1;
    }
    int seen = PySet_Contains(d->seen, id);
    if (seen == 0) {
        seen = PySet_Add(d->seen, id) < 0 ? -1 : 0;
    }
    Py_DECREF(id);
    return seen < 0 ? -1 : !seen;
}

static int
print_chained(struct display *d, PyObject *value, const char *message)
{
    if (_Py_EnterRecursiveCall(" in print_chained")) {
        return -1;
    }
    bool need_close = d->need_close;
    int result = print_recursive(d, value);
    d->need_close = need_close;
    _Py_LeaveRecursiveCall();
    if (result < 0) {
        return -1;
    }
    return write_indented_margin(d) < 0
                   || PyFile_WriteString("\n", d->file) < 0
                   || write_indented_margin(d) < 0
                   || PyFile_WriteString(message, d->file) < 0
                   || write_indented_margin(d) < 0
                   || PyFile_WriteString("\n", d->file) < 0
               ? -1
               : 0;
}

static int
print_cause_and_context(struct display *d, PyObject *value)
{
    PyObject *cause = PyException_GetCause(value);
    if (cause != NULL) {
        int fresh = mark_seen(d, cause);
        int result = fresh > 0 ? print_chained(d, cause, cause_message)
                               : fresh;
        Py_DECREF(cause);
        return result;
    }
    if (((PyBaseExceptionObject *)value)->suppress_context) {
        return 0;
    }
    PyObject *context = PyException_GetContext(value);
    if (context == NULL) {
        return 0;
    }
    int fresh = mark_seen(d, context);
    int result = fresh > 0 ? print_chained(d, context, context_message)
                           : fresh;
    Py_DECREF(context);
    return result;
}

static int
print_group_member(struct display *d, PyObject *member, Py_ssize_t index,
                   Py_ssize_t count, Py_ssize_t shown)
{
    bool last = index == shown - 1;
    d->need_close = false;
    if (last) {
        /* the innermost last member prints the closing line */
        d->need_close = true;
    }
    bool truncated = index >= d->max_group_width;
    int failed = 0;
    if (_Py_WriteIndent(display_indent(d), d->file) < 0) {
        return -1;
    }
    PyObject *line =
        truncated
            ? PyUnicode_FromString(index == 0
                                       ? "+-+---------------- ... "
                                         "----------------\n"
                                       : "  +---------------- ... "
                                         "----------------\n")
            : PyUnicode_FromFormat(
                index == 0 ? "+-+---------------- %zd ----------------\n"
                           : "  +---------------- %zd ----------------\n",
                index + 1);
    failed = line == NULL
             || PyFile_WriteObject(line, d->file, Py_PRINT_RAW) < 0;
    Py_XDECREF(line);
    if (failed) {
        return -1;
    }
    d->group_depth++;
    if (!truncated) {
        if (_Py_EnterRecursiveCall(" in print_exception_group")) {
            return -1;
        }
        failed = print_recursive(d, member) < 0;
        _Py_LeaveRecursiveCall();
    }
    else {
        Py_ssize_t excess = count - d->max_group_width;
        PyObject *text = PyUnicode_FromFormat("and %zd more exception%s\n",
                                              excess, excess > 1 ? "s" : "");
        failed = text == NULL || write_indented_margin(d) < 0
                 || PyFile_WriteObject(text, d->file, Py_PRINT_RAW) < 0;
        Py_XDECREF(text);
    }
    if (!failed && last && d->need_close) {
        failed = _Py_WriteIndent(display_indent(d), d->file) < 0
                 || PyFile_WriteString(
                        "+------------------------------------\n", d->file)
                        < 0;
        d->need_close = false;
    }
    d->group_depth--;
    return failed ? -1 : 0;
}

static int
print_exception_group(struct display *d, PyObject *value)
{
    if (d->group_depth > d->max_group_depth) {
        PyObject *text = PyUnicode_FromFormat("... (max_group_depth is %d)\n",
                                              d->max_group_depth);
        int failed = text == NULL || write_indented_margin(d) < 0
                     || PyFile_WriteObject(text, d->file, Py_PRINT_RAW) < 0;
        Py_XDECREF(text);
        return failed ? -1 : 0;
    }
    if (d->group_depth == 0) {
        d->group_depth = 1;
        int result = -1;
        if (print_exception(d, value) == 0) {
            result = 1;
        }
        d->group_depth = 0;
        if (result < 0) {
            return -1;
        }
    }
    else if (print_exception(d, value) < 0) {
        return -1;
    }
    PyObject *members = ((PyBaseExceptionGroupObject *)value)->excs;
    Py_ssize_t count = PyTuple_GET_SIZE(members);
    Py_ssize_t shown = count;
    if (count > d->max_group_width) {
        shown = d->max_group_width + 1;
    }
    int top = d->group_depth == 0;
    if (top) {
        d->group_depth = 1;
    }
    int result = 0;
    for (Py_ssize_t i = 0; result == 0 && i < shown; i++) {
        result = print_group_member(d, PyTuple_GET_ITEM(members, i), i,
                                    count, shown);
    }
    if (top) {
        d->group_depth = 0;
    }
    return result;
}

static int
print_recursive(struct display *d, PyObject *value)
{
    if (_Py_EnterRecursiveCall(" in print_exception_recursive")) {
        return -1;
    }
    int result = -1;
    if (d->seen != NULL && PyExceptionInstance_Check(value)) {
        PyObject *id = PyLong_FromVoidPtr(value);
        if (id == NULL || PySet_Add(d->seen, id) < 0) {
            Py_XDECREF(id);
            goto done;
        }
        Py_DECREF(id);
        if (print_cause_and_context(d, value) < 0) {
            goto done;
        }
    }
    result = _PyBaseExceptionGroup_Check(value)
                 ? print_exception_group(d, value)
                 : print_exception(d, value);
done:
    _Py_LeaveRecursiveCall();
    return result;
}

/* -- Entry points ------------------------------------------------------------------------- */

void
_PyErr_Display(PyObject *file, PyObject *Py_UNUSED(exception),
               PyObject *value, PyObject *tb)
{
    if (PyExceptionInstance_Check(value) && tb != NULL
        && PyTraceBack_Check(tb)) {
        /* put the traceback on the exception, unless it has one */
        PyObject *current = PyException_GetTraceback(value);
        if (current == NULL) {
            PyException_SetTraceback(value, tb);
        }
        else {
            Py_DECREF(current);
        }
    }
    struct display d = {
        .file = file,
        .max_group_width = MAX_GROUP_WIDTH,
        .max_group_depth = MAX_GROUP_DEPTH,
    };
    d.seen = PySet_New(NULL);
    if (d.seen == NULL) {
        PyErr_Clear(); /* print the last one at least */
    }
    if (print_recursive(&d, value) < 0) {
        PyErr_Clear();
        _PyObject_Dump(value);
        fprintf(stderr, "lost sys.stderr\n");
    }
    Py_XDECREF(d.seen);
    PyObject *result = PyObject_CallMethodNoArgs(file, &_Py_ID(flush));
    if (result == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(result);
}

void
PyErr_Display(PyObject *exception, PyObject *value, PyObject *tb)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *file = _PySys_GetAttr(tstate, &_Py_ID(stderr));
    if (file == NULL) {
        _PyObject_Dump(value);
        fprintf(stderr, "lost sys.stderr\n");
        return;
    }
    if (file == Py_None) {
        return;
    }
    Py_INCREF(file);
    _PyErr_Display(file, exception, value, tb);
    Py_DECREF(file);
}

static void
set_last_exception(PyObject *type, PyObject *value, PyObject *tb)
{
    if (_PySys_SetAttr(&_Py_ID(last_type), type) < 0
        || _PySys_SetAttr(&_Py_ID(last_value), value) < 0
        || _PySys_SetAttr(&_Py_ID(last_traceback), tb) < 0) {
        PyErr_Clear();
    }
}

/* Call sys.excepthook; if that fails, say so and print both. */
static void
call_excepthook(PyThreadState *tstate, PyObject *exception, PyObject *value,
                PyObject *tb)
{
    PyObject *hook = _PySys_GetAttr(tstate, &_Py_ID(excepthook));
    if (_PySys_Audit(tstate, "sys.excepthook", "OOOO",
                     hook != NULL ? hook : Py_None, exception, value, tb)
        < 0) {
        if (PyErr_ExceptionMatches(PyExc_RuntimeError)) {
            PyErr_Clear();
            return;
        }
        PyErr_Clear();
    }
    if (hook == NULL) {
        PySys_WriteStderr("sys.excepthook is missing\n");
        PyErr_Display(exception, value, tb);
        return;
    }
    Py_INCREF(hook);
    PyObject *stack[3] = {exception, value, tb};
    PyObject *result = PyObject_Vectorcall(hook, stack, 3, NULL);
    Py_DECREF(hook);
    if (result != NULL) {
        Py_DECREF(result);
        return;
    }
    if (PyErr_ExceptionMatches(PyExc_SystemExit)) {
        handle_system_exit();
    }
    PyObject *type2, *value2, *tb2;
    PyErr_Fetch(&type2, &value2, &tb2);
    PyErr_NormalizeException(&type2, &value2, &tb2);
    if (tb2 != NULL) {
        PyException_SetTraceback(value2, tb2);
    }
    fflush(stdout);
    PySys_WriteStderr("Error in sys.excepthook:\n");
    PyErr_Display(type2, value2 != NULL ? value2 : Py_None, tb2);
    PySys_WriteStderr("\nOriginal exception was:\n");
    PyErr_Display(exception, value, tb);
    Py_XDECREF(type2);
    Py_XDECREF(value2);
    Py_XDECREF(tb2);
}

static void
print_pending(PyThreadState *tstate, int set_sys_last_vars)
{
    PyObject *exception, *value, *tb;
    if (PyErr_ExceptionMatches(PyExc_SystemExit)) {
        handle_system_exit();
    }
    _PyErr_Fetch(tstate, &exception, &value, &tb);
    if (exception == NULL) {
        return;
    }
    _PyErr_NormalizeException(tstate, &exception, &value, &tb);
    if (tb == NULL) {
        tb = Py_NewRef(Py_None);
    }
    PyException_SetTraceback(value, tb);
    if (exception != NULL) {
        if (set_sys_last_vars) {
            set_last_exception(exception, value, tb);
        }
        call_excepthook(tstate, exception, value, tb);
    }
    Py_XDECREF(exception);
    Py_XDECREF(value);
    Py_XDECREF(tb);
}

void
_PyErr_Print(PyThreadState *tstate)
{
    print_pending(tstate, 1);
}

void
PyErr_PrintEx(int set_sys_last_vars)
{
    print_pending(_PyThreadState_GET(), set_sys_last_vars);
}

void
PyErr_Print(void)
{
    PyErr_PrintEx(1);
}
