/* Warnings: deciding what to do with one, and the module _warnings.

   The Python module warnings has the same lists (it takes them from here) and
   shows warnings; before it is imported, what is here suffices. */
#include "Python.h"
#include "pycore_frame.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_traceback.h"
#include "pycore_warnings.h"
#include "frameobject.h"

typedef struct _warnings_runtime_state WarningsState;

static inline WarningsState *
warnings_state_get(void)
{
    return &_PyInterpreterState_GET()->warnings;
}

/* -- State ------------------------------------------------------------------- */

static PyObject *
create_filter(PyObject *category, PyObject *action, PyObject *module)
{
    /* (action, message, category, module, line number) */
    return Py_BuildValue("(OOOOi)", action, Py_None, category,
                         module != NULL ? module : Py_None, 0);
}

static PyObject *
init_filters(void)
{
    PyObject *filters = PyList_New(5);
    if (filters == NULL) {
        return NULL;
    }
    struct {
        PyObject *category, *action, *module;
    } rows[] = {
        {PyExc_DeprecationWarning, &_Py_ID(default), &_Py_ID(__main__)},
        {PyExc_DeprecationWarning, &_Py_ID(ignore), NULL},
        {PyExc_PendingDeprecationWarning, &_Py_ID(ignore), NULL},
        {PyExc_ImportWarning, &_Py_ID(ignore), NULL},
        {PyExc_ResourceWarning, &_Py_ID(ignore), NULL},
    };
    for (int i = 0; i < 5; i++) {
        PyObject *filter = create_filter(rows[i].category, rows[i].action,
                                         rows[i].module);
        if (filter == NULL) {
            Py_DECREF(filters);
            return NULL;
        }
        PyList_SET_ITEM(filters, i, filter);
    }
    return filters;
}

int
_PyWarnings_InitState(PyInterpreterState *interp)
{
    WarningsState *st = &interp->warnings;
    if (st->filters == NULL) {
        st->filters = init_filters();
        if (st->filters == NULL) {
            return -1;
        }
    }
    if (st->once_registry == NULL) {
        st->once_registry = PyDict_New();
        if (st->once_registry == NULL) {
            return -1;
        }
    }
    if (st->default_action == NULL) {
        st->default_action = PyUnicode_FromString("default");
        if (st->default_action == NULL) {
            return -1;
        }
    }
    st->filters_version = 0;
    st->initialized = 1;
    return 0;
}

PyStatus
warnings_init(PyInterpreterState *interp)
{
    if (_PyWarnings_InitState(interp) < 0) {
        return _PyStatus_ERR("can't initialize warnings");
    }
    return _PyStatus_OK();
}

void
_PyWarnings_Fini(PyInterpreterState *interp)
{
    WarningsState *st = &interp->warnings;
    st->initialized = 0;
    Py_CLEAR(st->filters);
    Py_CLEAR(st->once_registry);
    Py_CLEAR(st->default_action);
}

/* -- What the Python module overrides ------------------------------------------ */

/* An attribute of the module warnings: new, or NULL with or without an
   exception. */
static PyObject *
get_warnings_attr(PyObject *attr, int try_import)
{
    PyObject *module;
    if (try_import) {
        module = PyImport_Import(&_Py_ID(warnings));
        if (module == NULL) {
            /* Missing or not importable: do without it. */
            if (PyErr_ExceptionMatches(PyExc_ImportError)) {
                PyErr_Clear();
            }
            return NULL;
        }
    }
    else {
        /* Modules lose their attributes while the interpreter ends. */
        if (_Py_IsFinalizing()) {
            return NULL;
        }
        module = PyImport_GetModule(&_Py_ID(warnings));
        if (module == NULL) {
            return NULL;
        }
    }
    PyObject *value;
    (void)_PyObject_LookupAttr(module, attr, &value);
    Py_DECREF(module);
    return value;
}

static PyObject *
get_once_registry(WarningsState *st)
{
    PyObject *registry = get_warnings_attr(&_Py_ID(onceregistry), 0);
    if (registry == NULL) {
        return PyErr_Occurred() ? NULL : st->once_registry;
    }
    if (!PyDict_Check(registry)) {
        PyErr_Format(PyExc_TypeError,
                     "_warnings.onceregistry must be a dict, not '%.200s'",
                     Py_TYPE(registry)->tp_name);
        Py_DECREF(registry);
        return NULL;
    }
    Py_SETREF(st->once_registry, registry);
    return registry;
}

static PyObject *
get_default_action(WarningsState *st)
{
    PyObject *action = get_warnings_attr(&_Py_ID(defaultaction), 0);
    if (action == NULL) {
        return PyErr_Occurred() ? NULL : st->default_action;
    }
    if (!PyUnicode_Check(action)) {
        PyErr_Format(PyExc_TypeError,
                     "_warnings.defaultaction must be a string, "
                     "not '%.200s'",
                     Py_TYPE(action)->tp_name);
        Py_DECREF(action);
        return NULL;
    }
    Py_SETREF(st->default_action, action);
    return action;
}

/* -- Filters ----------------------------------------------------------------- */

/* Whether a filter's message or module part (None, a string, or a compiled
   pattern) matches. */
static int
check_matched(PyObject *obj, PyObject *arg)
{
    if (obj == Py_None) {
        return 1;
    }
    if (PyUnicode_CheckExact(obj)) {
        int cmp = PyUnicode_Compare(obj, arg);
        if (cmp == -1 && PyErr_Occurred()) {
            return -1;
        }
        return !cmp;
    }
    PyObject *result = PyObject_CallMethodOneArg(obj, &_Py_ID(match), arg);
    if (result == NULL) {
        return -1;
    }
    int matched = PyObject_IsTrue(result);
    Py_DECREF(result);
    return matched;
}

/* 1: this filter decides; 0; -1. */
static int
filter_matches(PyObject *filter, PyObject *category, PyObject *text,
               Py_ssize_t lineno, PyObject *module)
{
    int good = check_matched(PyTuple_GET_ITEM(filter, 1), text);
    if (good <= 0) {
        return good;
    }
    good = check_matched(PyTuple_GET_ITEM(filter, 3), module);
    if (good <= 0) {
        return good;
    }
    good = PyObject_IsSubclass(category, PyTuple_GET_ITEM(filter, 2));
    if (good <= 0) {
        return good;
    }
    Py_ssize_t line = PyLong_AsSsize_t(PyTuple_GET_ITEM(filter, 4));
    if (line == -1 && PyErr_Occurred()) {
        return -1;
    }
    return line == 0 || line == lineno;
}

/* The action, borrowed from *item, which is a new reference. */
static PyObject *
get_filter(WarningsState *st, PyObject *category, PyObject *text,
           Py_ssize_t lineno, PyObject *module, PyObject **item)
{
    *item = NULL;
    PyObject *filters = get_warnings_attr(&_Py_ID(filters), 0);
    if (filters == NULL) {
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
    else {
        Py_SETREF(st->filters, filters);
    }
    filters = st->filters;
    if (filters == NULL || !PyList_Check(filters)) {
        PyErr_SetString(PyExc_ValueError,
                        "_warnings.filters must be a list");
        return NULL;
    }
    /* Matching may run Python that changes the list. */
    Py_INCREF(filters);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(filters); i++) {
        PyObject *filter = PyList_GET_ITEM(filters, i);
        if (!PyTuple_Check(filter) || PyTuple_GET_SIZE(filter) != 5) {
            PyErr_Format(PyExc_ValueError,
                         "_warnings.filters item %zd isn't a 5-tuple", i);
            Py_DECREF(filters);
            return NULL;
        }
        Py_INCREF(filter);
        PyObject *action = PyTuple_GET_ITEM(filter, 0);
        if (!PyUnicode_Check(action)) {
            PyErr_Format(PyExc_TypeError,
                         "action must be a string, not '%.200s'",
                         Py_TYPE(action)->tp_name);
            Py_DECREF(filter);
            Py_DECREF(filters);
            return NULL;
        }
        int good = filter_matches(filter, category, text, lineno, module);
        if (good != 0) {
            Py_DECREF(filters);
            if (good < 0) {
                Py_DECREF(filter);
                return NULL;
            }
            *item = filter;
            return action;
        }
        Py_DECREF(filter);
    }
    Py_DECREF(filters);
    PyObject *action = get_default_action(st);
    if (action != NULL) {
        *item = Py_NewRef(Py_None);
    }
    return action;
}

/* -- Registries ------------------------------------------------------------ */

/* 1: it was issued before. Notes it in the registry if should_set. A registry
   written under other filters is void. */
static int
already_warned(WarningsState *st, PyObject *registry, PyObject *key,
               int should_set)
{
    if (key == NULL) {
        return -1;
    }
    PyObject *version = PyDict_GetItemWithError(registry,
                                                &_Py_ID(version));
    if (version == NULL && PyErr_Occurred()) {
        return -1;
    }
    if (version == NULL || !PyLong_CheckExact(version)
        || PyLong_AsLong(version) != st->filters_version) {
        if (PyErr_Occurred()) {
            return -1;
        }
        PyDict_Clear(registry);
        version = PyLong_FromLong(st->filters_version);
        if (version == NULL) {
            return -1;
        }
        int err = PyDict_SetItem(registry, &_Py_ID(version), version);
        Py_DECREF(version);
        if (err < 0) {
            return -1;
        }
    }
    else {
        PyObject *warned = PyDict_GetItemWithError(registry, key);
        if (warned != NULL) {
            int rc = PyObject_IsTrue(warned);
            if (rc != 0) {
                return rc;
            }
        }
        else if (PyErr_Occurred()) {
            return -1;
        }
    }
    return should_set ? PyDict_SetItem(registry, key, Py_True) : 0;
}

static int
update_registry(WarningsState *st, PyObject *registry, PyObject *text,
                PyObject *category, int add_zero)
{
    PyObject *key;
    if (add_zero) {
        key = PyTuple_Pack(3, text, category, _PyLong_GetZero());
    }
    else {
        key = PyTuple_Pack(2, text, category);
    }
    int rc = already_warned(st, registry, key, 1);
    Py_XDECREF(key);
    return rc;
}

/* A module's name from its file: without ".py". */
static PyObject *
normalize_module(PyObject *filename)
{
    Py_ssize_t len = PyUnicode_GetLength(filename);
    if (len < 0) {
        return NULL;
    }
    if (len == 0) {
        return PyUnicode_FromString("<unknown>");
    }
    if (len >= 3 && PyUnicode_READ_CHAR(filename, len - 3) == '.'
        && PyUnicode_READ_CHAR(filename, len - 2) == 'p'
        && PyUnicode_READ_CHAR(filename, len - 1) == 'y') {
        return PyUnicode_Substring(filename, 0, len - 3);
    }
    return Py_NewRef(filename);
}

/* -- Showing --------------------------------------------------------------- */

/* Without the module warnings. Failures are dropped. */
static void
show_warning(PyThreadState *tstate, PyObject *filename, int lineno,
             PyObject *text, PyObject *category, PyObject *sourceline)
{
    char lineno_str[128];
    PyOS_snprintf(lineno_str, sizeof(lineno_str), ":%d: ", lineno);
    PyObject *name = PyObject_GetAttr(category, &_Py_ID(__name__));
    if (name == NULL) {
        goto done;
    }
    PyObject *f_stderr = PySys_GetObject("stderr");
    if (f_stderr == NULL) {
        fprintf(stderr, "lost sys.stderr\n");
        goto done;
    }
    /* "filename:lineno: category: text\n" */
    if (PyFile_WriteObject(filename, f_stderr, Py_PRINT_RAW) < 0
        || PyFile_WriteString(lineno_str, f_stderr) < 0
        || PyFile_WriteObject(name, f_stderr, Py_PRINT_RAW) < 0
        || PyFile_WriteString(": ", f_stderr) < 0
        || PyFile_WriteObject(text, f_stderr, Py_PRINT_RAW) < 0
        || PyFile_WriteString("\n", f_stderr) < 0) {
        goto done;
    }
    /* "  source line\n" */
    if (sourceline == NULL) {
        _Py_DisplaySourceLine(f_stderr, filename, lineno, 2, NULL, NULL);
        goto done;
    }
    Py_ssize_t len = PyUnicode_GET_LENGTH(sourceline);
    Py_ssize_t i;
    for (i = 0; i < len; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(sourceline, i);
        if (ch != ' ' && ch != '\t' && ch != '\014') {
            break;
        }
    }
    PyObject *truncated = PyUnicode_Substring(sourceline, i, len);
    if (truncated == NULL) {
        goto done;
    }
    PyFile_WriteObject(sourceline, f_stderr, Py_PRINT_RAW);
    Py_DECREF(truncated);
    PyFile_WriteString("\n", f_stderr);
done:
    Py_XDECREF(name);
    _PyErr_Clear(tstate);
}

static int
call_show_warning(PyThreadState *tstate, PyObject *category, PyObject *text,
                  PyObject *message, PyObject *filename, int lineno,
                  PyObject *lineno_obj, PyObject *sourceline,
                  PyObject *source)
{
    /* Where the object was allocated (ResourceWarning) is worth importing
       the Python module for, unless it is too late. */
    int try_import = source != NULL && !_Py_IsFinalizing();
    PyObject *show_fn = get_warnings_attr(&_Py_ID(_showwarnmsg),
                                          try_import);
    if (show_fn == NULL) {
        if (_PyErr_Occurred(tstate)) {
            return -1;
        }
        show_warning(tstate, filename, lineno, text, category, sourceline);
        return 0;
    }
    PyObject *warnmsg_cls = NULL, *msg = NULL, *res = NULL;
    if (!PyCallable_Check(show_fn)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "warnings._showwarnmsg() must be set to a "
                         "callable");
        goto error;
    }
    warnmsg_cls = get_warnings_attr(&_Py_ID(WarningMessage), 0);
    if (warnmsg_cls == NULL) {
        if (!_PyErr_Occurred(tstate)) {
            _PyErr_SetString(tstate, PyExc_RuntimeError,
                             "unable to get warnings.WarningMessage");
        }
        goto error;
    }
    msg = PyObject_CallFunctionObjArgs(warnmsg_cls, message, category,
                                       filename, lineno_obj, Py_None,
                                       Py_None, source, NULL);
    Py_DECREF(warnmsg_cls);
    if (msg == NULL) {
        goto error;
    }
    res = PyObject_CallOneArg(show_fn, msg);
    Py_DECREF(show_fn);
    Py_DECREF(msg);
    if (res == NULL) {
        return -1;
    }
    Py_DECREF(res);
    return 0;
error:
    Py_XDECREF(show_fn);
    return -1;
}

/* -- Issuing --------------------------------------------------------------- */

/* Notes a warning that is to be shown, by its action. 1: it was shown
   already; 0: show it; -1. */
static int
note_warning(WarningsState *st, PyObject *action, PyObject *item,
             PyObject *registry, PyObject *key, PyObject *text,
             PyObject *category)
{
    int have_registry = registry != NULL && registry != Py_None;
    if (_PyUnicode_EqualToASCIIString(action, "always")) {
        return 0;
    }
    if (have_registry && PyDict_SetItem(registry, key, Py_True) < 0) {
        return -1;
    }
    if (_PyUnicode_EqualToASCIIString(action, "once")) {
        if (!have_registry) {
            registry = get_once_registry(st);
            if (registry == NULL) {
                return -1;
            }
        }
        return update_registry(st, registry, text, category, 0);
    }
    if (_PyUnicode_EqualToASCIIString(action, "module")) {
        return have_registry
                   ? update_registry(st, registry, text, category, 0)
                   : 0;
    }
    if (_PyUnicode_EqualToASCIIString(action, "default")) {
        return 0;
    }
    PyErr_Format(PyExc_RuntimeError,
                 "Unrecognized action (%R) in warnings.filters:\n %R",
                 action, item);
    return -1;
}

static PyObject *
warn_explicit(PyThreadState *tstate, PyObject *category, PyObject *message,
              PyObject *filename, int lineno, PyObject *module,
              PyObject *registry, PyObject *sourceline, PyObject *source)
{
    PyObject *key = NULL, *text = NULL, *result = NULL;
    PyObject *lineno_obj = NULL, *item = NULL;
    WarningsState *st = &tstate->interp->warnings;

    /* The module warnings is ending. */
    if (module == Py_None) {
        Py_RETURN_NONE;
    }
    if (st->filters == NULL) {
        /* Before start-up or after the end. */
        Py_RETURN_NONE;
    }
    if (registry != NULL && !PyDict_Check(registry)
        && registry != Py_None) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "'registry' must be a dict or None");
        return NULL;
    }
    if (module == NULL) {
        module = normalize_module(filename);
        if (module == NULL) {
            return NULL;
        }
    }
    else {
        Py_INCREF(module);
    }
    Py_INCREF(message);
    int rc = PyObject_IsInstance(message, PyExc_Warning);
    if (rc < 0) {
        goto done;
    }
    if (rc == 1) {
        text = PyObject_Str(message);
        if (text == NULL) {
            goto done;
        }
        category = (PyObject *)Py_TYPE(message);
    }
    else {
        text = message;
        message = PyObject_CallOneArg(category, message);
        if (message == NULL) {
            goto done;
        }
    }
    lineno_obj = PyLong_FromLong(lineno);
    if (lineno_obj == NULL) {
        goto done;
    }
    if (source == Py_None) {
        source = NULL;
    }
    key = PyTuple_Pack(3, text, category, lineno_obj);
    if (key == NULL) {
        goto done;
    }
    if (registry != NULL && registry != Py_None) {
        rc = already_warned(st, registry, key, 0);
        if (rc < 0) {
            goto done;
        }
        if (rc == 1) {
            goto silent;
        }
    }
    PyObject *action = get_filter(st, category, text, lineno, module, &item);
    if (action == NULL) {
        goto done;
    }
    if (_PyUnicode_EqualToASCIIString(action, "error")) {
        _PyErr_SetObject(tstate, category, message);
        goto done;
    }
    if (_PyUnicode_EqualToASCIIString(action, "ignore")) {
        goto silent;
    }
    rc = note_warning(st, action, item, registry, key, text, category);
    if (rc < 0) {
        goto done;
    }
    if (rc == 0
        && call_show_warning(tstate, category, text, message, filename,
                             lineno, lineno_obj, sourceline, source) < 0) {
        goto done;
    }
silent:
    result = Py_NewRef(Py_None);
done:
    Py_XDECREF(item);
    Py_XDECREF(key);
    Py_XDECREF(text);
    Py_XDECREF(lineno_obj);
    Py_DECREF(module);
    Py_XDECREF(message);
    return result;
}

/* -- Whom to blame ----------------------------------------------------------- */

/* Frames of importlib are not shown to the user. */
static int
is_internal_frame(PyFrameObject *frame)
{
    if (frame == NULL) {
        return 0;
    }
    PyCodeObject *code = PyFrame_GetCode(frame);
    PyObject *filename = code->co_filename;
    int internal = 0;
    if (filename != NULL && PyUnicode_Check(filename)) {
        int contains = PyUnicode_Contains(filename, &_Py_ID(importlib));
        if (contains > 0) {
            contains = PyUnicode_Contains(filename, &_Py_ID(_bootstrap));
        }
        internal = contains > 0;
    }
    Py_DECREF(code);
    return internal;
}

/* Takes over the frame. */
static PyFrameObject *
frame_back_steal(PyFrameObject *frame)
{
    PyFrameObject *back = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    return back;
}

static PyFrameObject *
next_external_frame_steal(PyFrameObject *frame)
{
    do {
        frame = frame_back_steal(frame);
    } while (frame != NULL && is_internal_frame(frame));
    return frame;
}

/* Four new references (registry, module, filename), and the line. 0: failed. */
static int
setup_context(PyThreadState *tstate, Py_ssize_t stack_level,
              PyObject **filename, int *lineno, PyObject **module,
              PyObject **registry)
{
    PyFrameObject *f = PyThreadState_GetFrame(tstate);
    if (stack_level <= 0 || is_internal_frame(f)) {
        while (--stack_level > 0 && f != NULL) {
            f = frame_back_steal(f);
        }
    }
    else {
        while (--stack_level > 0 && f != NULL) {
            f = next_external_frame_steal(f);
        }
    }
    PyObject *globals;
    if (f == NULL) {
        globals = Py_XNewRef(tstate->interp->sysdict);
        *filename = PyUnicode_FromString("sys");
        *lineno = 1;
    }
    else {
        globals = Py_NewRef(f->f_frame->f_globals);
        PyCodeObject *code = PyFrame_GetCode(f);
        *filename = Py_NewRef(code->co_filename);
        Py_DECREF(code);
        *lineno = PyFrame_GetLineNumber(f);
        Py_DECREF(f);
    }
    *module = NULL;
    *registry = NULL;
    if (*filename == NULL || globals == NULL) {
        goto error;
    }
    *registry = PyDict_GetItemWithError(globals,
                                        &_Py_ID(__warningregistry__));
    if (*registry == NULL) {
        if (_PyErr_Occurred(tstate)) {
            goto error;
        }
        *registry = PyDict_New();
        if (*registry == NULL
            || PyDict_SetItem(globals, &_Py_ID(__warningregistry__),
                              *registry) < 0) {
            goto error;
        }
    }
    else {
        Py_INCREF(*registry);
    }
    *module = PyDict_GetItemWithError(globals, &_Py_ID(__name__));
    if (*module == Py_None
        || (*module != NULL && PyUnicode_Check(*module))) {
        Py_INCREF(*module);
    }
    else {
        if (_PyErr_Occurred(tstate)) {
            *module = NULL;
            goto error;
        }
        *module = PyUnicode_FromString("<string>");
        if (*module == NULL) {
            goto error;
        }
    }
    Py_DECREF(globals);
    return 1;
error:
    Py_XDECREF(globals);
    Py_CLEAR(*registry);
    Py_CLEAR(*filename);
    return 0;
}

static PyObject *
get_category(PyObject *message, PyObject *category)
{
    int rc = PyObject_IsInstance(message, PyExc_Warning);
    if (rc < 0) {
        return NULL;
    }
    if (rc == 1) {
        category = (PyObject *)Py_TYPE(message);
    }
    else if (category == NULL || category == Py_None) {
        category = PyExc_UserWarning;
    }
    rc = PyObject_IsSubclass(category, PyExc_Warning);
    if (rc != 1) {
        /* Also in place of "must be a class". */
        PyErr_Format(PyExc_TypeError,
                     "category must be a Warning subclass, not '%s'",
                     Py_TYPE(category)->tp_name);
        return NULL;
    }
    return category;
}

static PyObject *
do_warn(PyObject *message, PyObject *category, Py_ssize_t stack_level,
        PyObject *source)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *filename, *module, *registry;
    int lineno;
    if (!setup_context(tstate, stack_level, &filename, &lineno, &module,
                       &registry)) {
        return NULL;
    }
    PyObject *res = warn_explicit(tstate, category, message, filename,
                                  lineno, module, registry, NULL, source);
    Py_DECREF(filename);
    Py_DECREF(registry);
    Py_DECREF(module);
    return res;
}

/* -- The module's functions -------------------------------------------------- */

PyDoc_STRVAR(warn_doc,
"warn($module, /, message, category=None, stacklevel=1, source=None)\n--\n\n"
"Issues a warning, or ignores it, or raises it.");

static PyObject *
warnings_warn(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
              PyObject *kwnames)
{
    static const char *const keywords[] = {"message", "category",
                                           "stacklevel", "source", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "warn"};
    PyObject *buf[4];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 4,
                                 0, buf);
    if (args == NULL) {
        return NULL;
    }
    PyObject *given[4] = {args[0], NULL, NULL, NULL};
    Py_ssize_t n = nargs + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0);
    /* Without keywords only the given ones are there. */
    for (Py_ssize_t i = 1; i < (kwnames != NULL ? 4 : n); i++) {
        given[i] = args[i];
    }
    Py_ssize_t stacklevel = 1;
    if (given[2] != NULL) {
        PyObject *index = PyNumber_Index(given[2]);
        stacklevel = -1;
        if (index != NULL) {
            stacklevel = PyLong_AsSsize_t(index);
            Py_DECREF(index);
        }
        if (stacklevel == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    PyObject *category = get_category(given[0], given[1]);
    if (category == NULL) {
        return NULL;
    }
    return do_warn(given[0], category, stacklevel,
                   given[3] != NULL ? given[3] : Py_None);
}

/* The line from the module's loader: new, or NULL with or without an
   exception. */
static PyObject *
get_source_line(PyObject *module_globals, int lineno)
{
    PyObject *loader = PyDict_GetItemWithError(module_globals,
                                               &_Py_ID(__loader__));
    if (loader == NULL) {
        return NULL;
    }
    PyObject *name = PyDict_GetItemWithError(module_globals,
                                             &_Py_ID(__name__));
    if (name == NULL) {
        return NULL;
    }
    Py_INCREF(loader);
    Py_INCREF(name);
    PyObject *line = NULL;
    PyObject *get_source;
    (void)_PyObject_LookupAttr(loader, &_Py_ID(get_source), &get_source);
    Py_DECREF(loader);
    PyObject *source = NULL;
    if (get_source != NULL) {
        source = PyObject_CallOneArg(get_source, name);
        Py_DECREF(get_source);
    }
    Py_DECREF(name);
    if (source == NULL) {
        return NULL;
    }
    if (source == Py_None) {
        Py_DECREF(source);
        return NULL;
    }
    PyObject *lines = PyUnicode_Splitlines(source, 0);
    Py_DECREF(source);
    if (lines != NULL) {
        line = Py_XNewRef(PyList_GetItem(lines, lineno - 1));
        Py_DECREF(lines);
    }
    return line;
}

PyDoc_STRVAR(warn_explicit_doc,
"Low-level interface to warnings: everything is given.");

static PyObject *
warnings_warn_explicit(PyObject *self, PyObject *args, PyObject *kwds)
{
    static const char *const kwlist[] = {
        "message", "category", "filename", "lineno", "module", "registry",
        "module_globals", "source", NULL};
    PyObject *message, *category, *filename;
    int lineno;
    PyObject *module = NULL, *registry = NULL, *module_globals = NULL;
    PyObject *source = NULL, *line = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "OOUi|OOOO:warn_explicit",
                                     (char **)kwlist, &message, &category,
                                     &filename, &lineno, &module, &registry,
                                     &module_globals, &source)) {
        return NULL;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    if (module_globals != NULL && module_globals != Py_None) {
        if (!PyDict_Check(module_globals)) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "module_globals must be a dict, not '%.200s'",
                          Py_TYPE(module_globals)->tp_name);
            return NULL;
        }
        line = get_source_line(module_globals, lineno);
        if (line == NULL && _PyErr_Occurred(tstate)) {
            return NULL;
        }
    }
    PyObject *result = warn_explicit(tstate, category, message, filename,
                                     lineno, module, registry, line, source);
    Py_XDECREF(line);
    return result;
}

static PyObject *
warnings_filters_mutated(PyObject *self, PyObject *unused)
{
    warnings_state_get()->filters_version++;
    Py_RETURN_NONE;
}

/* -- Issuing from C ---------------------------------------------------------- */

static int
warn_unicode(PyObject *category, PyObject *message, Py_ssize_t stack_level,
             PyObject *source)
{
    if (category == NULL) {
        category = PyExc_RuntimeWarning;
    }
    PyObject *res = do_warn(message, category, stack_level, source);
    if (res == NULL) {
        return -1;
    }
    Py_DECREF(res);
    return 0;
}

static int
warn_format(PyObject *source, PyObject *category, Py_ssize_t stack_level,
            const char *format, va_list vargs)
{
    PyObject *message = PyUnicode_FromFormatV(format, vargs);
    if (message == NULL) {
        return -1;
    }
    int res = warn_unicode(category, message, stack_level, source);
    Py_DECREF(message);
    return res;
}

int
PyErr_WarnFormat(PyObject *category, Py_ssize_t stack_level,
                 const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    int res = warn_format(NULL, category, stack_level, format, vargs);
    va_end(vargs);
    return res;
}

int
PyErr_ResourceWarning(PyObject *source, Py_ssize_t stack_level,
                      const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    int res = warn_format(source, PyExc_ResourceWarning, stack_level, format,
                          vargs);
    va_end(vargs);
    return res;
}

int
PyErr_WarnEx(PyObject *category, const char *text, Py_ssize_t stack_level)
{
    PyObject *message = PyUnicode_FromString(text);
    if (message == NULL) {
        return -1;
    }
    int ret = warn_unicode(category, message, stack_level, NULL);
    Py_DECREF(message);
    return ret;
}

int
PyErr_WarnExplicitObject(PyObject *category, PyObject *message,
                         PyObject *filename, int lineno, PyObject *module,
                         PyObject *registry)
{
    if (category == NULL) {
        category = PyExc_RuntimeWarning;
    }
    PyObject *res = warn_explicit(_PyThreadState_GET(), category, message,
                                  filename, lineno, module, registry, NULL,
                                  NULL);
    if (res == NULL) {
        return -1;
    }
    Py_DECREF(res);
    return 0;
}

int
PyErr_WarnExplicit(PyObject *category, const char *text,
                   const char *filename_str, int lineno,
                   const char *module_str, PyObject *registry)
{
    int ret = -1;
    PyObject *module = NULL;
    PyObject *message = PyUnicode_FromString(text);
    PyObject *filename = PyUnicode_DecodeFSDefault(filename_str);
    if (message == NULL || filename == NULL) {
        goto done;
    }
    if (module_str != NULL) {
        module = PyUnicode_FromString(module_str);
        if (module == NULL) {
            goto done;
        }
    }
    ret = PyErr_WarnExplicitObject(category, message, filename, lineno,
                                   module, registry);
done:
    Py_XDECREF(message);
    Py_XDECREF(module);
    Py_XDECREF(filename);
    return ret;
}

int
PyErr_WarnExplicitFormat(PyObject *category, const char *filename_str,
                         int lineno, const char *module_str,
                         PyObject *registry, const char *format, ...)
{
    int ret = -1;
    PyObject *module = NULL;
    PyObject *filename = PyUnicode_DecodeFSDefault(filename_str);
    if (filename == NULL) {
        return -1;
    }
    if (module_str != NULL) {
        module = PyUnicode_FromString(module_str);
        if (module == NULL) {
            goto done;
        }
    }
    va_list vargs;
    va_start(vargs, format);
    PyObject *message = PyUnicode_FromFormatV(format, vargs);
    va_end(vargs);
    if (message != NULL) {
        PyObject *res = warn_explicit(_PyThreadState_GET(), category,
                                      message, filename, lineno, module,
                                      registry, NULL, NULL);
        Py_DECREF(message);
        if (res != NULL) {
            Py_DECREF(res);
            ret = 0;
        }
    }
done:
    Py_XDECREF(module);
    Py_DECREF(filename);
    return ret;
}

/* The Python function can also show where the coroutine was made. */
void
_PyErr_WarnUnawaitedCoroutine(PyObject *coro)
{
    int warned = 0;
    PyObject *fn = get_warnings_attr(&_Py_ID(_warn_unawaited_coroutine), 1);
    if (fn != NULL) {
        PyObject *res = PyObject_CallOneArg(fn, coro);
        Py_DECREF(fn);
        if (res != NULL || PyErr_ExceptionMatches(PyExc_RuntimeWarning)) {
            warned = 1;
        }
        Py_XDECREF(res);
    }
    if (PyErr_Occurred()) {
        PyErr_WriteUnraisable(coro);
    }
    if (!warned
        && PyErr_WarnFormat(PyExc_RuntimeWarning, 1,
                            "coroutine '%S' was never awaited",
                            ((PyCoroObject *)coro)->cr_qualname) < 0) {
        PyErr_WriteUnraisable(coro);
    }
}

/* -- The module -------------------------------------------------------------- */

PyDoc_STRVAR(warnings_doc,
"_warnings is the C half of warnings: filters and registries.");

static PyMethodDef warnings_functions[] = {
    {"warn", (PyCFunction)(void (*)(void))warnings_warn,
     METH_FASTCALL | METH_KEYWORDS, warn_doc},
    {"warn_explicit", (PyCFunction)(void (*)(void))warnings_warn_explicit,
     METH_VARARGS | METH_KEYWORDS, warn_explicit_doc},
    {"_filters_mutated", warnings_filters_mutated, METH_NOARGS, NULL},
    {NULL, NULL},
};

static int
warnings_exec(PyObject *module)
{
    WarningsState *st = warnings_state_get();
    if (PyModule_AddObjectRef(module, "filters", st->filters) < 0
        || PyModule_AddObjectRef(module, "_onceregistry",
                                 st->once_registry) < 0
        || PyModule_AddObjectRef(module, "_defaultaction",
                                 st->default_action) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot warnings_slots[] = {
    {Py_mod_exec, warnings_exec},
    {0, NULL},
};

static struct PyModuleDef warnings_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_warnings",
    .m_doc = warnings_doc,
    .m_size = 0,
    .m_methods = warnings_functions,
    .m_slots = warnings_slots,
};

PyMODINIT_FUNC
_PyWarnings_Init(void)
{
    return PyModuleDef_Init(&warnings_module);
}

PyMODINIT_FUNC
PyInit__warnings(void)
{
    return PyModuleDef_Init(&warnings_module);
}
