/* Tracing and profiling.

   While a trace or profile function is set, use_tracing of the evaluator's
   _PyCFrame is 255, which turns each instruction into DO_TRACING: the
   evaluator reports calls, lines and instructions from there, returns and
   exceptions where they happen, calls of C functions from CALL.
   While such a function runs, tstate->tracing keeps it from being traced. */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_code.h"
#include "pycore_eval.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_sysmodule.h"
#include "opcode.h"

/* -- Reporting -------------------------------------------------------------------- */

static uint8_t
wanted_tracing(PyThreadState *tstate)
{
    return tstate->c_tracefunc != NULL || tstate->c_profilefunc != NULL
        ? 255 : 0;
}

void
PyThreadState_EnterTracing(PyThreadState *tstate)
{
    tstate->tracing++;
    tstate->cframe->use_tracing = 0;
}

void
PyThreadState_LeaveTracing(PyThreadState *tstate)
{
    tstate->tracing--;
    tstate->cframe->use_tracing = wanted_tracing(tstate);
}

static int
need_lines(PyCodeObject *code)
{
    return code->_co_linearray != NULL ? 0 : _PyCode_CreateLineArray(code);
}

/* Reports an event of the frame: 0, or -1 with an exception. */
static int
report(PyThreadState *tstate, Py_tracefunc func, PyObject *obj,
       _PyInterpreterFrame *frame, int what, PyObject *arg)
{
    if (tstate->tracing) {
        return 0;
    }
    PyFrameObject *f = _PyFrame_GetFrameObject(frame);
    if (f == NULL || need_lines(frame->f_code) < 0) {
        return -1;
    }
    int old_what = tstate->tracing_what;
    tstate->tracing_what = what;
    PyThreadState_EnterTracing(tstate);
    f->f_lineno = _PyCode_LineNumberFromArray(
        frame->f_code, _PyInterpreterFrame_LASTI(frame));
    int result = func(obj, f, what, arg);
    f->f_lineno = 0;
    PyThreadState_LeaveTracing(tstate);
    tstate->tracing_what = old_what;
    return result;
}

/* The same while an exception may be set; a new one replaces it. */
static int
report_protected(PyThreadState *tstate, Py_tracefunc func, PyObject *obj,
                 _PyInterpreterFrame *frame, int what, PyObject *arg)
{
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    if (report(tstate, func, obj, frame, what, arg) == 0) {
        _PyErr_Restore(tstate, type, value, traceback);
        return 0;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return -1;
}

/* To the tracer, then to the profiler. */
static int
report_to_both(PyThreadState *tstate, _PyInterpreterFrame *frame, int what,
               PyObject *arg)
{
    if (tstate->c_tracefunc != NULL
        && report_protected(tstate, tstate->c_tracefunc, tstate->c_traceobj,
                            frame, what, arg) < 0) {
        return -1;
    }
    if (tstate->c_profilefunc != NULL
        && report_protected(tstate, tstate->c_profilefunc,
                            tstate->c_profileobj, frame, what, arg) < 0) {
        return -1;
    }
    return 0;
}

/* -- Events of a frame ---------------------------------------------------------------- */

int
eval_trace_entry(PyThreadState *tstate, _PyInterpreterFrame *frame)
{
    return report_to_both(tstate, frame, PyTrace_CALL, Py_None);
}

int
eval_trace_exit(PyThreadState *tstate, _PyInterpreterFrame *frame,
                PyObject *value)
{
    return report_to_both(tstate, frame, PyTrace_RETURN, value);
}

void
eval_trace_exception(PyThreadState *tstate, _PyInterpreterFrame *frame)
{
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    if (value == NULL) {
        value = Py_NewRef(Py_None);
    }
    _PyErr_NormalizeException(tstate, &type, &value, &traceback);
    PyObject *arg = PyTuple_Pack(3, type, value,
                                 traceback ? traceback : Py_None);
    if (arg == NULL) {
        _PyErr_Restore(tstate, type, value, traceback);
        return;
    }
    int status = report(tstate, tstate->c_tracefunc, tstate->c_traceobj,
                        frame, PyTrace_EXCEPTION, arg);
    Py_DECREF(arg);
    if (status == 0) {
        _PyErr_Restore(tstate, type, value, traceback);
    }
    else {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
    }
}

int
eval_trace_instruction(PyThreadState *tstate, _PyInterpreterFrame *frame,
                       int instr_prev)
{
    if (tstate->tracing) {
        return 0;
    }
    PyCodeObject *code = frame->f_code;
    if (need_lines(code) < 0) {
        return -1;
    }
    int index = _PyInterpreterFrame_LASTI(frame);
    int line = _PyCode_LineNumberFromArray(code, index);
    int last_line = instr_prev <= code->_co_firsttraceable
        ? -1 : _PyCode_LineNumberFromArray(code, instr_prev);
    PyFrameObject *f = _PyFrame_GetFrameObject(frame);
    if (f == NULL) {
        return -1;
    }
    int result = 0;
    if (line != -1 && f->f_trace_lines) {
        /* a new line, or the same again by a jump back (other than that of
           an await) */
        int jumped_back = index < instr_prev
            && _Py_OPCODE(*frame->prev_instr) != SEND;
        if (line != last_line || jumped_back) {
            result = report(tstate, tstate->c_tracefunc, tstate->c_traceobj,
                            frame, PyTrace_LINE, Py_None);
        }
    }
    if (result == 0 && f->f_trace_opcodes && tstate->c_tracefunc != NULL) {
        result = report(tstate, tstate->c_tracefunc, tstate->c_traceobj,
                        frame, PyTrace_OPCODE, Py_None);
    }
    return result;
}

/* -- Calls of C functions --------------------------------------------------------------- */

static int
c_call_event(PyThreadState *tstate, int what, PyObject *function)
{
    if (tstate->c_profilefunc == NULL) {
        return 0;
    }
    return report(tstate, tstate->c_profilefunc, tstate->c_profileobj,
                  tstate->cframe->current_frame, what, function);
}

/* Reports how the call ended. */
static PyObject *
c_call_ended(PyThreadState *tstate, PyObject *function, PyObject *result)
{
    if (tstate->c_profilefunc == NULL) {
        return result;
    }
    if (result == NULL) {
        report_protected(tstate, tstate->c_profilefunc, tstate->c_profileobj,
                         tstate->cframe->current_frame, PyTrace_C_EXCEPTION,
                         function);
    }
    else if (c_call_event(tstate, PyTrace_C_RETURN, function) != 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
bind_descriptor(PyObject *function, PyObject *self)
{
    return Py_TYPE(function)->tp_descr_get(function, self,
                                           (PyObject *)Py_TYPE(self));
}

PyObject *
eval_trace_c_call(PyThreadState *tstate, PyObject *function,
                  PyObject *const *args, size_t nargs, PyObject *kwnames)
{
    if (PyCFunction_CheckExact(function) || PyCMethod_CheckExact(function)) {
        if (c_call_event(tstate, PyTrace_C_CALL, function) != 0) {
            return NULL;
        }
        PyObject *result = PyObject_Vectorcall(function, args, nargs,
                                               kwnames);
        return c_call_ended(tstate, function, result);
    }
    if (Py_IS_TYPE(function, &PyMethodDescr_Type) && nargs > 0) {
        /* the event wants the bound method */
        PyObject *bound = bind_descriptor(function, args[0]);
        if (bound == NULL) {
            return NULL;
        }
        PyObject *result = NULL;
        if (c_call_event(tstate, PyTrace_C_CALL, bound) == 0) {
            result = PyObject_Vectorcall(bound, args + 1, nargs - 1, kwnames);
            result = c_call_ended(tstate, bound, result);
        }
        Py_DECREF(bound);
        return result;
    }
    return PyObject_Vectorcall(function, args,
                               nargs | PY_VECTORCALL_ARGUMENTS_OFFSET,
                               kwnames);
}

PyObject *
eval_trace_c_call_ex(PyThreadState *tstate, PyObject *function,
                     PyObject *args, PyObject *kwargs)
{
    if (PyCFunction_CheckExact(function) || PyCMethod_CheckExact(function)) {
        if (c_call_event(tstate, PyTrace_C_CALL, function) != 0) {
            return NULL;
        }
        PyObject *result = PyObject_Call(function, args, kwargs);
        return c_call_ended(tstate, function, result);
    }
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (Py_IS_TYPE(function, &PyMethodDescr_Type) && nargs > 0) {
        PyObject *bound = bind_descriptor(function,
                                          PyTuple_GET_ITEM(args, 0));
        if (bound == NULL) {
            return NULL;
        }
        PyObject *result = NULL;
        if (c_call_event(tstate, PyTrace_C_CALL, bound) == 0) {
            result = _PyObject_FastCallDictTstate(
                tstate, bound, &PyTuple_GET_ITEM(args, 1), nargs - 1,
                kwargs);
            result = c_call_ended(tstate, bound, result);
        }
        Py_DECREF(bound);
        return result;
    }
    return PyObject_Call(function, args, kwargs);
}

/* -- Switching on and off ----------------------------------------------------------------- */

/* Replaces a trace or profile function.  The destructor of the old one's
   object may run Python, which must not install another meanwhile. */
static int
set_function(PyThreadState *tstate, Py_tracefunc *func_place,
             PyObject **obj_place, Py_tracefunc func, PyObject *arg,
             const char *what, int *installing)
{
    if (*installing) {
        _PyErr_Format(tstate, PyExc_RuntimeError,
                      "Cannot install a %s function while another %s "
                      "function is being installed", what, what);
        *installing = 0;
        return -1;
    }
    *installing = 1;
    PyObject *old = *obj_place;
    *func_place = NULL;
    *obj_place = NULL;
    tstate->cframe->use_tracing = wanted_tracing(tstate);
    Py_XINCREF(arg);
    Py_XDECREF(old);
    *obj_place = arg;
    *func_place = func;
    tstate->cframe->use_tracing = wanted_tracing(tstate);
    *installing = 0;
    return 0;
}

int
_PyEval_SetTrace(PyThreadState *tstate, Py_tracefunc func, PyObject *arg)
{
    static int installing;
    if (_PySys_Audit(_PyThreadState_GET(), "sys.settrace", NULL) < 0) {
        return -1;
    }
    return set_function(tstate, &tstate->c_tracefunc, &tstate->c_traceobj,
                        func, arg, "trace", &installing);
}

int
_PyEval_SetProfile(PyThreadState *tstate, Py_tracefunc func, PyObject *arg)
{
    static int installing;
    if (_PySys_Audit(_PyThreadState_GET(), "sys.setprofile", NULL) < 0) {
        return -1;
    }
    return set_function(tstate, &tstate->c_profilefunc, &tstate->c_profileobj,
                        func, arg, "profile", &installing);
}

void
PyEval_SetTrace(Py_tracefunc func, PyObject *arg)
{
    if (_PyEval_SetTrace(_PyThreadState_GET(), func, arg) < 0) {
        _PyErr_WriteUnraisableMsg("in PyEval_SetTrace", NULL);
    }
}

void
PyEval_SetProfile(Py_tracefunc func, PyObject *arg)
{
    if (_PyEval_SetProfile(_PyThreadState_GET(), func, arg) < 0) {
        _PyErr_WriteUnraisableMsg("in PyEval_SetProfile", NULL);
    }
}

/* sys.call_tracing: traced although a trace function is running. */
PyObject *
_PyEval_CallTracing(PyObject *func, PyObject *args)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int save_tracing = tstate->tracing;
    uint8_t save_use_tracing = tstate->cframe->use_tracing;
    tstate->tracing = 0;
    tstate->cframe->use_tracing = wanted_tracing(tstate);
    PyObject *result = PyObject_Call(func, args, NULL);
    tstate->tracing = save_tracing;
    tstate->cframe->use_tracing = save_use_tracing;
    return result;
}
