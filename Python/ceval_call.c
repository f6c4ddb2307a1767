/* Calls of Python functions: binding arguments to parameters, pushing the
   frame, and the ways in from C. */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_eval.h"
#include "pycore_function.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_tuple.h"

/* -- Errors about arguments ------------------------------------------------------ */

/* 'a', 'b', and 'c'; names is a list of repr texts, which is consumed. */
static PyObject *
join_names(PyObject *names)
{
    Py_ssize_t count = PyList_GET_SIZE(names);
    if (count == 1) {
        return Py_NewRef(PyList_GET_ITEM(names, 0));
    }
    PyObject *before_last = PyList_GET_ITEM(names, count - 2);
    PyObject *last = PyList_GET_ITEM(names, count - 1);
    if (count == 2) {
        return PyUnicode_FromFormat("%U and %U", before_last, last);
    }
    PyObject *tail = PyUnicode_FromFormat(", %U, and %U", before_last, last);
    if (tail == NULL) {
        return NULL;
    }
    PyObject *text = NULL;
    PyObject *comma = PyUnicode_FromString(", ");
    if (comma != NULL
        && PyList_SetSlice(names, count - 2, count, NULL) == 0) {
        PyObject *head = PyUnicode_Join(comma, names);
        if (head != NULL) {
            text = PyUnicode_Concat(head, tail);
            Py_DECREF(head);
        }
    }
    Py_XDECREF(comma);
    Py_DECREF(tail);
    return text;
}

/* Names the parameters in [start, end) that have no value. */
static void
raise_missing(PyThreadState *tstate, PyFunctionObject *func,
              slot_t *localsplus, const char *kind, int start, int end)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    PyObject *names = PyList_New(0);
    if (names == NULL) {
        return;
    }
    for (int i = start; i < end; i++) {
        if (!slot_is_null(localsplus[i])) {
            continue;
        }
        PyObject *name =
            PyObject_Repr(PyTuple_GET_ITEM(code->co_localsplusnames, i));
        if (name == NULL || PyList_Append(names, name) < 0) {
            Py_XDECREF(name);
            Py_DECREF(names);
            return;
        }
        Py_DECREF(name);
    }
    Py_ssize_t count = PyList_GET_SIZE(names);
    PyObject *text = join_names(names);
    if (text != NULL) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "%U() missing %zd required %s argument%s: %U",
                      func->func_qualname, count, kind, count == 1 ? "" : "s",
                      text);
        Py_DECREF(text);
    }
    Py_DECREF(names);
}

static void
raise_too_many(PyThreadState *tstate, PyFunctionObject *func,
               slot_t *localsplus, Py_ssize_t given)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    Py_ssize_t kwonly_given = 0;
    for (int i = 0; i < code->co_kwonlyargcount; i++) {
        kwonly_given += !slot_is_null(localsplus[code->co_argcount + i]);
    }
    Py_ssize_t defaults = func->func_defaults
        ? PyTuple_GET_SIZE(func->func_defaults) : 0;
    int plural = defaults != 0 || code->co_argcount != 1;
    PyObject *expected = defaults
        ? PyUnicode_FromFormat("from %zd to %d", code->co_argcount - defaults,
                               code->co_argcount)
        : PyUnicode_FromFormat("%d", code->co_argcount);
    if (expected == NULL) {
        return;
    }
    PyObject *kwonly = kwonly_given
        ? PyUnicode_FromFormat(
              " positional argument%s (and %zd keyword-only argument%s)",
              given != 1 ? "s" : "", kwonly_given,
              kwonly_given != 1 ? "s" : "")
        : PyUnicode_FromString("");
    if (kwonly != NULL) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "%U() takes %U positional argument%s but %zd%U %s given",
                      func->func_qualname, expected, plural ? "s" : "", given,
                      kwonly, given == 1 && !kwonly_given ? "was" : "were");
        Py_DECREF(kwonly);
    }
    Py_DECREF(expected);
}

/* If keywords name positional-only parameters, says so; whether an exception
   was set. */
static int
raise_positional_only(PyThreadState *tstate, PyFunctionObject *func,
                      PyObject *kwnames)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    PyObject *conflicts = PyList_New(0);
    if (conflicts == NULL) {
        return 1;
    }
    for (int i = 0; i < code->co_posonlyargcount; i++) {
        PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, i);
        for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(kwnames); k++) {
            PyObject *keyword = PyTuple_GET_ITEM(kwnames, k);
            int same = name == keyword
                ? 1 : PyObject_RichCompareBool(name, keyword, Py_EQ);
            if (same < 0 || (same && PyList_Append(conflicts, keyword) < 0)) {
                Py_DECREF(conflicts);
                return 1;
            }
        }
    }
    if (PyList_GET_SIZE(conflicts) == 0) {
        Py_DECREF(conflicts);
        return 0;
    }
    PyObject *comma = PyUnicode_FromString(", ");
    PyObject *text = comma ? PyUnicode_Join(comma, conflicts) : NULL;
    if (text != NULL) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "%U() got some positional-only arguments passed as "
                      "keyword arguments: '%U'", func->func_qualname, text);
        Py_DECREF(text);
    }
    Py_XDECREF(comma);
    Py_DECREF(conflicts);
    return 1;
}

/* -- Binding --------------------------------------------------------------------------

   Parameters in localsplus: positional (co_argcount), keyword-only
   (co_kwonlyargcount), *args, **kwargs.                                          */

/* The index of the parameter that a keyword names, -1 if there is none, -2
   with an exception set. */
static int
find_parameter(PyCodeObject *code, PyObject *keyword)
{
    int end = code->co_argcount + code->co_kwonlyargcount;
    PyObject **names = ((PyTupleObject *)code->co_localsplusnames)->ob_item;
    for (int i = code->co_posonlyargcount; i < end; i++) {
        if (names[i] == keyword) {
            return i;
        }
    }
    for (int i = code->co_posonlyargcount; i < end; i++) {
        int same = PyObject_RichCompareBool(names[i], keyword, Py_EQ);
        if (same) {
            return same < 0 ? -2 : i;
        }
    }
    return -1;
}

/* Binds one keyword argument; consumes value. */
static int
bind_keyword_steal(PyThreadState *tstate, PyFunctionObject *func,
                   slot_t *localsplus, PyObject *extra, PyObject *keyword,
                   PyObject *value, PyObject *kwnames)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    if (keyword == NULL || !PyUnicode_Check(keyword)) {
        _PyErr_Format(tstate, PyExc_TypeError, "%U() keywords must be strings",
                      func->func_qualname);
        goto error;
    }
    int index = find_parameter(code, keyword);
    if (index == -2) {
        goto error;
    }
    if (index >= 0) {
        if (!slot_is_null(localsplus[index])) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "%U() got multiple values for argument '%S'",
                          func->func_qualname, keyword);
            goto error;
        }
        localsplus[index] = slot_steal(value);
        return 0;
    }
    if (extra == NULL) {
        if (code->co_posonlyargcount
            && raise_positional_only(tstate, func, kwnames)) {
            goto error;
        }
        _PyErr_Format(tstate, PyExc_TypeError,
                      "%U() got an unexpected keyword argument '%S'",
                      func->func_qualname, keyword);
        goto error;
    }
    if (PyDict_SetItem(extra, keyword, value) < 0) {
        goto error;
    }
    Py_DECREF(value);
    return 0;
error:
    Py_DECREF(value);
    return -1;
}

/* Gives positional parameters without argument their defaults. */
static int
bind_defaults(PyThreadState *tstate, PyFunctionObject *func,
              slot_t *localsplus, Py_ssize_t given)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    PyObject *defaults = func->func_defaults;
    Py_ssize_t count = defaults ? PyTuple_GET_SIZE(defaults) : 0;
    int required = code->co_argcount - (int)count;
    for (Py_ssize_t i = given; i < required; i++) {
        if (slot_is_null(localsplus[i])) {
            raise_missing(tstate, func, localsplus, "positional", 0,
                          required);
            return -1;
        }
    }
    for (Py_ssize_t i = Py_MAX(given - required, 0); i < count; i++) {
        if (required + i >= 0 && slot_is_null(localsplus[required + i])) {
            localsplus[required + i] = slot_new(PyTuple_GET_ITEM(defaults, i));
        }
    }
    return 0;
}

static int
bind_keyword_defaults(PyThreadState *tstate, PyFunctionObject *func,
                      slot_t *localsplus)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    int start = code->co_argcount;
    int end = start + code->co_kwonlyargcount;
    int missing = 0;
    for (int i = start; i < end; i++) {
        if (!slot_is_null(localsplus[i])) {
            continue;
        }
        if (func->func_kwdefaults != NULL) {
            PyObject *value = PyDict_GetItemWithError(
                func->func_kwdefaults,
                PyTuple_GET_ITEM(code->co_localsplusnames, i));
            if (value != NULL) {
                localsplus[i] = slot_new(value);
                continue;
            }
            if (_PyErr_Occurred(tstate)) {
                return -1;
            }
        }
        missing++;
    }
    if (missing) {
        raise_missing(tstate, func, localsplus, "keyword-only", start, end);
        return -1;
    }
    return 0;
}

static void
drop_arguments(PyObject *const *args, Py_ssize_t from, Py_ssize_t to)
{
    for (Py_ssize_t i = from; i < to; i++) {
        Py_DECREF(args[i]);
    }
}

/* Binds nargs positional arguments, followed by those that kwnames names, to
   the empty localsplus.  Consumes the arguments.  On failure (-1) some
   of localsplus is filled. */
static int
bind_arguments_steal(PyThreadState *tstate, PyFunctionObject *func,
                     slot_t *localsplus, PyObject *const *args,
                     Py_ssize_t nargs, PyObject *kwnames)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    Py_ssize_t nkeywords = kwnames ? PyTuple_GET_SIZE(kwnames) : 0;
    int next = code->co_argcount + code->co_kwonlyargcount;
    Py_ssize_t direct = Py_MIN(nargs, code->co_argcount);

    for (Py_ssize_t i = 0; i < direct; i++) {
        localsplus[i] = slot_steal(args[i]);
    }
    if (code->co_flags & CO_VARARGS) {
        PyObject *rest = _PyTuple_FromArraySteal(args + direct,
                                                 nargs - direct);
        if (rest == NULL) {
            drop_arguments(args, nargs, nargs + nkeywords);
            return -1;
        }
        localsplus[next++] = slot_steal(rest);
    }
    else {
        drop_arguments(args, direct, nargs);
    }
    PyObject *extra = NULL;
    if (code->co_flags & CO_VARKEYWORDS) {
        extra = PyDict_New();
        if (extra == NULL) {
            drop_arguments(args, nargs, nargs + nkeywords);
            return -1;
        }
        localsplus[next] = slot_steal(extra);
    }
    for (Py_ssize_t i = 0; i < nkeywords; i++) {
        if (bind_keyword_steal(tstate, func, localsplus, extra,
                               PyTuple_GET_ITEM(kwnames, i), args[nargs + i],
                               kwnames) < 0) {
            drop_arguments(args, nargs + i + 1, nargs + nkeywords);
            return -1;
        }
    }
    if (nargs > code->co_argcount && !(code->co_flags & CO_VARARGS)) {
        raise_too_many(tstate, func, localsplus, nargs);
        return -1;
    }
    if (nargs < code->co_argcount
        && bind_defaults(tstate, func, localsplus, nargs) < 0) {
        return -1;
    }
    if (code->co_kwonlyargcount > 0
        && bind_keyword_defaults(tstate, func, localsplus) < 0) {
        return -1;
    }
    return 0;
}

/* -- Frames ---------------------------------------------------------------------------- */

void
eval_frame_pop(PyThreadState *tstate, _PyInterpreterFrame *frame)
{
    /* destructors may run Python: not deeper than the frame itself */
    tstate->recursion_remaining--;
    _PyFrame_Clear(frame);
    tstate->recursion_remaining++;
    _PyThreadState_PopFrame(tstate, frame);
}

/* A frame for a call. Consumes func, locals and the arguments. */
static _PyInterpreterFrame *
push_frame_steal(PyThreadState *tstate, PyFunctionObject *func,
                 PyObject *locals, PyObject *const *args, Py_ssize_t nargs,
                 PyObject *kwnames)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    _PyInterpreterFrame *frame =
        _PyThreadState_PushFrameSpace(tstate, _PyFrame_SizeOf(code));
    if (frame == NULL) {
        Py_DECREF(func);
        Py_XDECREF(locals);
        drop_arguments(args, 0, nargs
                       + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0));
        if (!_PyErr_Occurred(tstate)) {
            _PyErr_NoMemory(tstate);
        }
        return NULL;
    }
    _PyFrame_InitializeSpecials(frame, func, locals, code->co_nlocalsplus);
    slot_t *localsplus = frame->localsplus;
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        localsplus[i] = SLOT_NULL;
    }
    if (bind_arguments_steal(tstate, func, localsplus, args, nargs,
                             kwnames) < 0) {
        eval_frame_pop(tstate, frame);
        return NULL;
    }
    return frame;
}

/* What a function's names live in, when it is not in fast locals. */
static PyObject *
function_locals(PyFunctionObject *function)
{
    int flags = ((PyCodeObject *)function->func_code)->co_flags;
    return flags & CO_OPTIMIZED ? NULL : Py_NewRef(function->func_globals);
}

/* nargs counts the keyword arguments too. */
_PyInterpreterFrame *
eval_push_call_steal(PyThreadState *tstate, PyFunctionObject *function,
                     slot_t *args, Py_ssize_t nargs, PyObject *kwnames)
{
    Py_ssize_t positional = nargs
        - (kwnames ? PyTuple_GET_SIZE(kwnames) : 0);
    return push_frame_steal(tstate, function, function_locals(function),
                            slot_objects(args), positional, kwnames);
}

_PyInterpreterFrame *
eval_push_call_ex_steal(PyThreadState *tstate, PyFunctionObject *function,
                        PyObject *args, PyObject *kwargs)
{
    PyObject **items = ((PyTupleObject *)args)->ob_item;
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    _PyInterpreterFrame *frame = NULL;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyObject *kwnames;
        PyObject *const *stack =
            _PyStack_UnpackDict(tstate, items, nargs, kwargs, &kwnames);
        if (stack == NULL) {
            Py_DECREF(function);
        }
        else {
            frame = push_frame_steal(tstate, function,
                                     function_locals(function), stack, nargs,
                                     kwnames);
            PyMem_Free((PyObject **)stack - 1);
            Py_DECREF(kwnames);
        }
    }
    else {
        for (Py_ssize_t i = 0; i < nargs; i++) {
            Py_INCREF(items[i]);
        }
        frame = push_frame_steal(tstate, function, function_locals(function),
                                 items, nargs, NULL);
    }
    Py_DECREF(args);
    Py_XDECREF(kwargs);
    return frame;
}

/* -- Ways in from C ------------------------------------------------------------------------ */

PyObject *
_PyEval_Vector(PyThreadState *tstate, PyFunctionObject *func,
               PyObject *locals, PyObject *const *args, size_t argcount,
               PyObject *kwnames)
{
    Py_ssize_t total = (Py_ssize_t)argcount
        + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0);
    for (Py_ssize_t i = 0; i < total; i++) {
        Py_INCREF(args[i]);
    }
    Py_INCREF(func);
    Py_XINCREF(locals);
    _PyInterpreterFrame *frame = push_frame_steal(
        tstate, func, locals, args, (Py_ssize_t)argcount, kwnames);
    if (frame == NULL) {
        return NULL;
    }
    PyObject *result = _PyEval_EvalFrame(tstate, frame, 0);
    eval_frame_pop(tstate, frame);
    return result;
}

PyObject *
PyEval_EvalCode(PyObject *co, PyObject *globals, PyObject *locals)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *builtins = _PyEval_BuiltinsFromGlobals(tstate, globals);
    if (builtins == NULL) {
        return NULL;
    }
    PyCodeObject *code = (PyCodeObject *)co;
    PyFrameConstructor desc = {
        .fc_globals = globals,
        .fc_builtins = builtins,
        .fc_name = code->co_name,
        .fc_qualname = code->co_name,
        .fc_code = co,
    };
    PyFunctionObject *func = _PyFunction_FromConstructor(&desc);
    if (func == NULL) {
        return NULL;
    }
    PyObject *result = _PyEval_Vector(
        tstate, func, locals == NULL ? globals : locals, NULL, 0, NULL);
    Py_DECREF(func);
    return result;
}

PyObject *
PyEval_EvalCodeEx(PyObject *_co, PyObject *globals, PyObject *locals,
                  PyObject *const *args, int argcount,
                  PyObject *const *kws, int kwcount, PyObject *const *defs,
                  int defcount, PyObject *kwdefs, PyObject *closure)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *result = NULL;
    PyObject *kwnames = NULL;
    PyObject **all_args = NULL;
    PyFunctionObject *func = NULL;
    PyCodeObject *code = (PyCodeObject *)_co;
    PyObject *defaults = _PyTuple_FromArray(defs, defcount);
    if (defaults == NULL) {
        return NULL;
    }
    PyObject *builtins = _PyEval_BuiltinsFromGlobals(tstate, globals);
    if (builtins == NULL) {
        goto error;
    }
    PyObject *const *arguments = args;
    if (kwcount > 0) {
        kwnames = PyTuple_New(kwcount);
        all_args = PyMem_New(PyObject *, argcount + kwcount);
        if (kwnames == NULL || all_args == NULL) {
            if (all_args == NULL) {
                _PyErr_NoMemory(tstate);
            }
            goto error;
        }
        for (int i = 0; i < argcount; i++) {
            all_args[i] = args[i];
        }
        for (int i = 0; i < kwcount; i++) {
            PyTuple_SET_ITEM(kwnames, i, Py_NewRef(kws[2 * i]));
            all_args[argcount + i] = kws[2 * i + 1];
        }
        arguments = all_args;
    }
    PyFrameConstructor desc = {
        .fc_globals = globals,
        .fc_builtins = builtins,
        .fc_name = code->co_name,
        .fc_qualname = code->co_name,
        .fc_code = _co,
        .fc_defaults = defaults,
        .fc_kwdefaults = kwdefs,
        .fc_closure = closure,
    };
    func = _PyFunction_FromConstructor(&desc);
    if (func == NULL) {
        goto error;
    }
    result = _PyEval_Vector(tstate, func, locals == NULL ? globals : locals,
                            arguments, argcount, kwnames);
error:
    Py_XDECREF(func);
    Py_XDECREF(kwnames);
    PyMem_Free(all_args);
    Py_DECREF(defaults);
    return result;
}

PyObject *
PyEval_EvalFrame(PyFrameObject *f)
{
    return PyEval_EvalFrameEx(f, 0);
}

PyObject *
PyEval_EvalFrameEx(PyFrameObject *f, int throwflag)
{
    return _PyEval_EvalFrame(_PyThreadState_GET(), f->f_frame, throwflag);
}

/* -- Calls from instructions ------------------------------------------------------------------ */

PyObject *
eval_star_args_steal(PyThreadState *tstate, PyObject *function,
                     PyObject *args)
{
    PyObject *tuple = NULL;
    if (Py_TYPE(args)->tp_iter == NULL && !PySequence_Check(args)) {
        /* a lookup of the function's name must not hide another error */
        _PyErr_Clear(tstate);
        PyObject *name = _PyObject_FunctionStr(function);
        if (name != NULL) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "%U argument after * must be an iterable, "
                          "not %.200s", name, Py_TYPE(args)->tp_name);
            Py_DECREF(name);
        }
    }
    else {
        tuple = PySequence_Tuple(args);
    }
    Py_DECREF(args);
    return tuple;
}

PyObject *
eval_call_ex(PyThreadState *tstate, PyObject *function, PyObject *args,
             PyObject *kwargs, int tracing)
{
    if (tracing) {
        return eval_trace_c_call_ex(tstate, function, args, kwargs);
    }
    return PyObject_Call(function, args, kwargs);
}

PyObject *
eval_trace_call(PyThreadState *tstate, PyObject *function, PyObject **args,
                Py_ssize_t nargs, PyObject *kwnames)
{
    size_t positional = (size_t)(nargs
        - (kwnames ? PyTuple_GET_SIZE(kwnames) : 0));
    return eval_trace_c_call(tstate, function, args, positional, kwnames);
}

PyObject *
eval_make_function_steal(PyObject *code, PyObject *globals,
                         PyObject *defaults, PyObject *kwdefaults,
                         PyObject *annotations, PyObject *closure)
{
    PyFunctionObject *func =
        (PyFunctionObject *)PyFunction_New(code, globals);
    Py_DECREF(code);
    if (func == NULL) {
        Py_XDECREF(defaults);
        Py_XDECREF(kwdefaults);
        Py_XDECREF(annotations);
        Py_XDECREF(closure);
        return NULL;
    }
    func->func_closure = closure;
    func->func_annotations = annotations;
    func->func_kwdefaults = kwdefaults;
    func->func_defaults = defaults;
    return (PyObject *)func;
}

/* -- Descriptions of callables, for messages -------------------------------------------------- */

const char *
PyEval_GetFuncName(PyObject *func)
{
    if (PyMethod_Check(func)) {
        return PyEval_GetFuncName(PyMethod_GET_FUNCTION(func));
    }
    if (PyFunction_Check(func)) {
        return PyUnicode_AsUTF8(((PyFunctionObject *)func)->func_name);
    }
    if (PyCFunction_Check(func)) {
        return ((PyCFunctionObject *)func)->m_ml->ml_name;
    }
    return Py_TYPE(func)->tp_name;
}

const char *
PyEval_GetFuncDesc(PyObject *func)
{
    if (PyMethod_Check(func) || PyFunction_Check(func)
        || PyCFunction_Check(func)) {
        return "()";
    }
    return " object";
}

/* -- Recursion ------------------------------------------------------------------------------------ */

void
Py_SetRecursionLimit(int new_limit)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    interp->ceval.recursion_limit = new_limit;
    for (PyThreadState *p = interp->threads.head; p != NULL; p = p->next) {
        int depth = p->recursion_limit - p->recursion_remaining;
        p->recursion_limit = new_limit;
        p->recursion_remaining = new_limit - depth;
    }
}

int
Py_GetRecursionLimit(void)
{
    return _PyInterpreterState_GET()->ceval.recursion_limit;
}

/* The limit is reached: grants some frames more while a RecursionError is
   handled, dies when they are used up. */
int
_Py_CheckRecursiveCall(PyThreadState *tstate, const char *where)
{
    int limit = tstate->interp->ceval.recursion_limit;
    int depth = tstate->recursion_limit - tstate->recursion_remaining;
    if (depth < limit) {
        /* the limit was raised meanwhile */
        tstate->recursion_limit = limit;
        tstate->recursion_remaining = limit - depth;
        return 0;
    }
    if (tstate->recursion_headroom) {
        if (tstate->recursion_remaining < -50) {
            Py_FatalError("Cannot recover from stack overflow.");
        }
        return 0;
    }
    if (tstate->recursion_remaining <= 0) {
        tstate->recursion_headroom++;
        _PyErr_Format(tstate, PyExc_RecursionError,
                      "maximum recursion depth exceeded%s", where);
        tstate->recursion_headroom--;
        ++tstate->recursion_remaining;
        return -1;
    }
    return 0;
}

#undef Py_EnterRecursiveCall
int
Py_EnterRecursiveCall(const char *where)
{
    return _Py_EnterRecursiveCall(where);
}

#undef Py_LeaveRecursiveCall
void
Py_LeaveRecursiveCall(void)
{
    _Py_LeaveRecursiveCall();
}
