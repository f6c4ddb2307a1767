/* Functions of sys that the interpreter calls, or that see what it does:
   hooks for display, exceptions, breakpoints, tracing and asynchronous
   generators. */
#include "sys_private.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_structseq.h"
#include "pycore_frame.h"
#include "frameobject.h"

/* -- Display ---------------------------------------------------------------------- */

/* Write through the stream's own encoding with backslashes for what it
   cannot say. */
static int
display_escaped(PyObject *out, PyObject *o)
{
    PyObject *result = NULL, *encoded = NULL, *buffer = NULL, *text = NULL;
    PyObject *encoding = PyObject_GetAttr(out, &_Py_ID(encoding));
    const char *name = encoding == NULL ? NULL : PyUnicode_AsUTF8(encoding);
    PyObject *repr = name == NULL ? NULL : PyObject_Repr(o);
    int status = -1;
    if (repr != NULL) {
        encoded = PyUnicode_AsEncodedString(repr, name, "backslashreplace");
    }
    if (encoded == NULL || _PyObject_LookupAttr(out, &_Py_ID(buffer), &buffer)
                               < 0) {
        goto done;
    }
    if (buffer != NULL) {
        result = PyObject_CallMethodOneArg(buffer, &_Py_ID(write), encoded);
    }
    else {
        text = PyUnicode_FromEncodedObject(encoded, name, "strict");
        if (text != NULL) {
            status = PyFile_WriteObject(text, out, Py_PRINT_RAW);
        }
        goto done;
    }
    status = result == NULL ? -1 : 0;
done:
    Py_XDECREF(result);
    Py_XDECREF(text);
    Py_XDECREF(buffer);
    Py_XDECREF(encoded);
    Py_XDECREF(repr);
    Py_XDECREF(encoding);
    return status;
}

PyDoc_STRVAR(displayhook_doc,
"displayhook($module, object, /)\n--\n\n"
"Print an object to sys.stdout and keep it in builtins._ .");

static PyObject *
sys_displayhook(PyObject *Py_UNUSED(module), PyObject *o)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *builtins = PyImport_GetModule(&_Py_ID(builtins));
    if (builtins == NULL) {
        if (!_PyErr_Occurred(tstate)) {
            _PyErr_SetString(tstate, PyExc_RuntimeError,
                             "lost builtins module");
        }
        return NULL;
    }
    Py_DECREF(builtins);
    if (o == Py_None) {
        Py_RETURN_NONE;
    }
    /* `_` is unset while the repr runs */
    if (PyObject_SetAttr(builtins, &_Py_ID(_), Py_None) != 0) {
        return NULL;
    }
    PyObject *out = _PySys_GetAttr(tstate, &_Py_ID(stdout));
    if (out == NULL || out == Py_None) {
        _PyErr_SetString(tstate, PyExc_RuntimeError, "lost sys.stdout");
        return NULL;
    }
    if (PyFile_WriteObject(o, out, 0) != 0) {
        if (!_PyErr_ExceptionMatches(tstate, PyExc_UnicodeEncodeError)) {
            return NULL;
        }
        _PyErr_Clear(tstate);
        if (display_escaped(out, o) != 0) {
            return NULL;
        }
    }
    if (PyFile_WriteObject(&_Py_STR(newline), out, Py_PRINT_RAW) != 0
        || PyObject_SetAttr(builtins, &_Py_ID(_), o) != 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- Exceptions ---------------------------------------------------------------------- */

PyDoc_STRVAR(excepthook_doc,
"excepthook($module, exctype, value, traceback, /)\n--\n\n"
"Print an exception to sys.stderr.");

static PyObject *
sys_excepthook(PyObject *Py_UNUSED(module), PyObject *const *args,
               Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("excepthook", nargs, 3, 3)) {
        return NULL;
    }
    PyErr_Display(args[0], args[1], args[2]);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(exception_doc,
"exception($module, /)\n--\n\n"
"The exception being handled, or None.");

static PyObject *
sys_exception(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    _PyErr_StackItem *item = _PyErr_GetTopmostException(_PyThreadState_GET());
    PyObject *value = item->exc_value;
    return Py_NewRef(value != NULL ? value : Py_None);
}

PyDoc_STRVAR(exc_info_doc,
"exc_info($module, /)\n--\n\n"
"(type, value, traceback) of the exception being handled, or of None.");

static PyObject *
sys_exc_info(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return _PyErr_StackItemToExcInfoTuple(
        _PyErr_GetTopmostException(_PyThreadState_GET()));
}

PyDoc_STRVAR(unraisablehook_doc,
"unraisablehook($module, unraisable, /)\n--\n\n"
"Report an exception that nobody can handle.");

static PyObject *
sys_unraisablehook(PyObject *Py_UNUSED(module), PyObject *unraisable)
{
    return _PyErr_WriteUnraisableDefaultHook(unraisable);
}

PyDoc_STRVAR(exit_doc,
"exit($module, status=None, /)\n--\n\n"
"Raise SystemExit(status).");

static PyObject *
sys_exit(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("exit", nargs, 0, 1)) {
        return NULL;
    }
    PyErr_SetObject(PyExc_SystemExit, nargs > 0 ? args[0] : Py_None);
    return NULL;
}

/* -- breakpoint() ------------------------------------------------------------------------ */

/* What PYTHONBREAKPOINT names: "module.attribute" or a builtin; a warning and
   NULL without an exception when it cannot be had. */
static PyObject *
find_breakpoint(const char *name)
{
    PyObject *function = NULL;
    const char *dot = strrchr(name, '.');
    const char *attribute = dot == NULL ? name : dot + 1;
    PyObject *path = dot == NULL
                         ? PyUnicode_FromString("builtins")
                         : PyUnicode_FromStringAndSize(name, dot - name);
    PyObject *module = path == NULL ? NULL : PyImport_Import(path);
    Py_XDECREF(path);
    if (module != NULL) {
        function = PyObject_GetAttrString(module, attribute);
        Py_DECREF(module);
    }
    if (function == NULL
        && (PyErr_ExceptionMatches(PyExc_ImportError)
            || PyErr_ExceptionMatches(PyExc_AttributeError)
            || PyErr_ExceptionMatches(PyExc_ValueError))) {
        PyErr_Clear();
        PyErr_WarnFormat(PyExc_RuntimeWarning, 0,
                         "Ignoring unimportable $PYTHONBREAKPOINT: \"%s\"",
                         name);
    }
    return function;
}

PyDoc_STRVAR(breakpointhook_doc,
"breakpointhook(*args, **kws)\n\n"
"Called by breakpoint(): enters the debugger that PYTHONBREAKPOINT names.");

static PyObject *
sys_breakpointhook(PyObject *Py_UNUSED(module), PyObject *const *args,
                   Py_ssize_t nargs, PyObject *keywords)
{
    const char *env = Py_GETENV("PYTHONBREAKPOINT");
    if (env == NULL || env[0] == '\0') {
        env = "pdb.set_trace";
    }
    else if (strcmp(env, "0") == 0) {
        Py_RETURN_NONE;
    }
    char *name = PyMem_RawMalloc(strlen(env) + 1);
    if (name == NULL) {
        return PyErr_NoMemory();
    }
    strcpy(name, env);
    PyObject *function = find_breakpoint(name);
    PyMem_RawFree(name);
    if (function == NULL) {
        if (PyErr_Occurred()) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    PyObject *result = PyObject_Vectorcall(function, args, (size_t)nargs,
                                           keywords);
    Py_DECREF(function);
    return result;
}

/* -- Tracing -------------------------------------------------------------------------------- */

static PyObject *
event_name(int what)
{
    switch (what) {
    case PyTrace_CALL: return &_Py_ID(call);
    case PyTrace_EXCEPTION: return &_Py_ID(exception);
    case PyTrace_LINE: return &_Py_ID(line);
    case PyTrace_RETURN: return &_Py_ID(return);
    case PyTrace_C_CALL: return &_Py_ID(c_call);
    case PyTrace_C_EXCEPTION: return &_Py_ID(c_exception);
    case PyTrace_C_RETURN: return &_Py_ID(c_return);
    default: return &_Py_ID(opcode);
    }
}

static PyObject *
call_trampoline(PyThreadState *tstate, PyObject *callback,
                PyFrameObject *frame, int what, PyObject *arg)
{
    if (PyFrame_FastToLocalsWithError(frame) < 0) {
        return NULL;
    }
    PyObject *stack[3] = {(PyObject *)frame, event_name(what),
                          arg != NULL ? arg : Py_None};
    PyObject *result = _PyObject_VectorcallTstate(tstate, callback, stack, 3,
                                                  NULL);
    PyFrame_LocalsToFast(frame, 1);
    if (result == NULL) {
        PyTraceBack_Here(frame);
    }
    return result;
}

static int
profile_trampoline(PyObject *self, PyFrameObject *frame, int what,
                   PyObject *arg)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *result = call_trampoline(tstate, self, frame, what, arg);
    if (result == NULL) {
        _PyEval_SetProfile(tstate, NULL, NULL);
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

static int
trace_trampoline(PyObject *self, PyFrameObject *frame, int what,
                 PyObject *arg)
{
    PyThreadState *tstate = _PyThreadState_GET();
    /* the global function sees calls; what it returned sees the rest */
    PyObject *callback = what == PyTrace_CALL ? self : frame->f_trace;
    if (callback == NULL) {
        return 0;
    }
    PyObject *result = call_trampoline(tstate, callback, frame, what, arg);
    if (result == NULL) {
        _PyEval_SetTrace(tstate, NULL, NULL);
        Py_CLEAR(frame->f_trace);
        return -1;
    }
    if (result != Py_None) {
        Py_XSETREF(frame->f_trace, result);
    }
    else {
        Py_DECREF(result);
    }
    return 0;
}

PyDoc_STRVAR(settrace_doc,
"settrace(function)\n\n"
"Call function(frame, event, arg) for events of this thread; None stops.");

static PyObject *
sys_settrace(PyObject *Py_UNUSED(module), PyObject *arg)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int failed = arg == Py_None
                     ? _PyEval_SetTrace(tstate, NULL, NULL)
                     : _PyEval_SetTrace(tstate, trace_trampoline, arg);
    if (failed < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(gettrace_doc,
"gettrace($module, /)\n--\n\n"
"The trace function of this thread.");

static PyObject *
sys_gettrace(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    PyObject *function = _PyThreadState_GET()->c_traceobj;
    return Py_NewRef(function != NULL ? function : Py_None);
}

PyDoc_STRVAR(setprofile_doc,
"setprofile(function)\n\n"
"Call function(frame, event, arg) on calls and returns of this thread.");

static PyObject *
sys_setprofile(PyObject *Py_UNUSED(module), PyObject *arg)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int failed = arg == Py_None
                     ? _PyEval_SetProfile(tstate, NULL, NULL)
                     : _PyEval_SetProfile(tstate, profile_trampoline, arg);
    if (failed < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(getprofile_doc,
"getprofile($module, /)\n--\n\n"
"The profile function of this thread.");

static PyObject *
sys_getprofile(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    PyObject *function = _PyThreadState_GET()->c_profileobj;
    return Py_NewRef(function != NULL ? function : Py_None);
}

PyDoc_STRVAR(call_tracing_doc,
"call_tracing($module, func, args, /)\n--\n\n"
"Call func(*args) with tracing on, as a debugger does from its prompt.");

static PyObject *
sys_call_tracing(PyObject *Py_UNUSED(module), PyObject *const *args,
                 Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("call_tracing", nargs, 2, 2)) {
        return NULL;
    }
    if (!PyTuple_Check(args[1])) {
        _PyArg_BadArgument("call_tracing", "argument 2", "tuple", args[1]);
        return NULL;
    }
    return _PyEval_CallTracing(args[0], args[1]);
}

/* -- Coroutines and asynchronous generators ---------------------------------------------------- */

PyDoc_STRVAR(set_origin_doc,
"set_coroutine_origin_tracking_depth($module, /, depth)\n--\n\n"
"Remember this many frames of where coroutines are made.");

static PyObject *
sys_set_coroutine_origin_tracking_depth(PyObject *Py_UNUSED(module),
                                        PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"depth", NULL};
    int depth;
    if (!PyArg_ParseTupleAndKeywords(
            args, kwargs, "i:set_coroutine_origin_tracking_depth", names,
            &depth)) {
        return NULL;
    }
    if (depth < 0) {
        PyErr_SetString(PyExc_ValueError, "depth must be >= 0");
        return NULL;
    }
    _PyThreadState_GET()->coroutine_origin_tracking_depth = depth;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(get_origin_doc,
"get_coroutine_origin_tracking_depth($module, /)\n--\n\n"
"How many frames of where coroutines are made are remembered.");

static PyObject *
sys_get_coroutine_origin_tracking_depth(PyObject *Py_UNUSED(module),
                                        PyObject *Py_UNUSED(args))
{
    return PyLong_FromLong(
        _PyThreadState_GET()->coroutine_origin_tracking_depth);
}

static int
check_hook(const char *name, PyObject *hook)
{
    if (hook != NULL && hook != Py_None && !PyCallable_Check(hook)) {
        PyErr_Format(PyExc_TypeError, "callable %.50s expected, got %.50s",
                     name, Py_TYPE(hook)->tp_name);
        return -1;
    }
    return 0;
}

PyDoc_STRVAR(set_asyncgen_hooks_doc,
"set_asyncgen_hooks(* [, firstiter] [, finalizer])\n\n"
"Set the hooks of this thread's asynchronous generators.");

static PyObject *
sys_set_asyncgen_hooks(PyObject *Py_UNUSED(module), PyObject *args,
                       PyObject *kwargs)
{
    static char *names[] = {"firstiter", "finalizer", NULL};
    PyObject *firstiter = NULL, *finalizer = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OO", names, &firstiter,
                                     &finalizer)) {
        return NULL;
    }
    if (check_hook("finalizer", finalizer) < 0
        || check_hook("firstiter", firstiter) < 0) {
        return NULL;
    }
    if (finalizer != NULL
        && _PyEval_SetAsyncGenFinalizer(
               finalizer == Py_None ? NULL : finalizer) < 0) {
        return NULL;
    }
    if (firstiter != NULL
        && _PyEval_SetAsyncGenFirstiter(
               firstiter == Py_None ? NULL : firstiter) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(get_asyncgen_hooks_doc,
"get_asyncgen_hooks($module, /)\n--\n\n"
"The hooks of this thread's asynchronous generators.");

extern PyTypeObject *const sys_asyncgen_hooks_type;

static PyObject *
sys_get_asyncgen_hooks(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    PyObject *result = PyStructSequence_New(sys_asyncgen_hooks_type);
    if (result == NULL) {
        return NULL;
    }
    PyObject *firstiter = _PyEval_GetAsyncGenFirstiter();
    PyObject *finalizer = _PyEval_GetAsyncGenFinalizer();
    PyStructSequence_SET_ITEM(
        result, 0, Py_NewRef(firstiter != NULL ? firstiter : Py_None));
    PyStructSequence_SET_ITEM(
        result, 1, Py_NewRef(finalizer != NULL ? finalizer : Py_None));
    return result;
}

#define FUNCTION(F) ((PyCFunction)(void (*)(void))F)

PyMethodDef sys_hook_methods[] = {
    {"displayhook", sys_displayhook, METH_O, displayhook_doc},
    {"excepthook", FUNCTION(sys_excepthook), METH_FASTCALL, excepthook_doc},
    {"exception", sys_exception, METH_NOARGS, exception_doc},
    {"exc_info", sys_exc_info, METH_NOARGS, exc_info_doc},
    {"unraisablehook", sys_unraisablehook, METH_O, unraisablehook_doc},
    {"exit", FUNCTION(sys_exit), METH_FASTCALL, exit_doc},
    {"breakpointhook", FUNCTION(sys_breakpointhook),
     METH_FASTCALL | METH_KEYWORDS, breakpointhook_doc},
    {"settrace", sys_settrace, METH_O, settrace_doc},
    {"gettrace", sys_gettrace, METH_NOARGS, gettrace_doc},
    {"setprofile", sys_setprofile, METH_O, setprofile_doc},
    {"getprofile", sys_getprofile, METH_NOARGS, getprofile_doc},
    {"call_tracing", FUNCTION(sys_call_tracing), METH_FASTCALL,
     call_tracing_doc},
    {"set_coroutine_origin_tracking_depth",
     FUNCTION(sys_set_coroutine_origin_tracking_depth),
     METH_VARARGS | METH_KEYWORDS, set_origin_doc},
    {"get_coroutine_origin_tracking_depth",
     sys_get_coroutine_origin_tracking_depth, METH_NOARGS, get_origin_doc},
    {"set_asyncgen_hooks", FUNCTION(sys_set_asyncgen_hooks),
     METH_VARARGS | METH_KEYWORDS, set_asyncgen_hooks_doc},
    {"get_asyncgen_hooks", sys_get_asyncgen_hooks, METH_NOARGS,
     get_asyncgen_hooks_doc},
    {NULL, NULL, 0, NULL},
};
