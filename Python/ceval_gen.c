/* Generators and asynchronous code: the slow halves of bytecodes/gen.c, and
   the thread's hooks for them. */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_eval.h"
#include "pycore_genobject.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_sysmodule.h"

/* -- Generators ------------------------------------------------------------------ */

/* Moves an executing frame, whose stack pointer is saved, into a new
   generator.  What is left of it owns next to nothing. */
PyObject *
eval_make_generator(_PyInterpreterFrame *frame)
{
    PyGenObject *gen = (PyGenObject *)_Py_MakeCoro(frame->f_func);
    if (gen == NULL) {
        return NULL;
    }
    _PyInterpreterFrame *moved = (_PyInterpreterFrame *)gen->gi_iframe;
    _PyFrame_Copy(frame, moved);
    moved->owner = FRAME_OWNED_BY_GENERATOR;
    moved->previous = NULL;
    gen->gi_frame_state = FRAME_CREATED;
    if (frame->is_entry) {
        /* _PyEval_Vector is going to clear it */
        frame->stacktop = 0;
        frame->f_locals = NULL;
        frame->frame_obj = NULL;
        Py_INCREF(frame->f_func);
        Py_INCREF(frame->f_code);
    }
    return (PyObject *)gen;
}

int
eval_swallow_stop_iteration(PyThreadState *tstate, _PyInterpreterFrame *frame)
{
    if (!_PyErr_ExceptionMatches(tstate, PyExc_StopIteration)) {
        return 0;
    }
    if (tstate->c_tracefunc != NULL) {
        eval_trace_exception(tstate, frame);
    }
    _PyErr_Clear(tstate);
    return 1;
}

/* With a tracer, the StopIteration itself has to be seen. */
static PySendResult
send_traced(PyThreadState *tstate, _PyInterpreterFrame *frame,
            PyObject *receiver, PyObject *value, PyObject **result)
{
    if (Py_IsNone(value) && PyIter_Check(receiver)) {
        *result = Py_TYPE(receiver)->tp_iternext(receiver);
    }
    else {
        *result = PyObject_CallMethodOneArg(receiver, &_Py_ID(send), value);
    }
    if (*result != NULL) {
        return PYGEN_NEXT;
    }
    if (tstate->c_tracefunc != NULL
        && _PyErr_ExceptionMatches(tstate, PyExc_StopIteration)) {
        eval_trace_exception(tstate, frame);
    }
    return _PyGen_FetchStopIterationValue(result) == 0 ? PYGEN_RETURN
                                                       : PYGEN_ERROR;
}

PySendResult
eval_send(PyThreadState *tstate, _PyInterpreterFrame *frame,
          PyObject *receiver, PyObject *value, PyObject **result)
{
    if (tstate->c_tracefunc != NULL) {
        return send_traced(tstate, frame, receiver, value, result);
    }
    return PyIter_Send(receiver, value, result);
}

PyObject *
eval_yield_from_iter(PyThreadState *tstate, _PyInterpreterFrame *frame,
                     PyObject *iterable)
{
    if (PyCoro_CheckExact(iterable)) {
        if (!(frame->f_code->co_flags
              & (CO_COROUTINE | CO_ITERABLE_COROUTINE))) {
            _PyErr_SetString(tstate, PyExc_TypeError,
                             "cannot 'yield from' a coroutine object "
                             "in a non-coroutine generator");
            return NULL;
        }
        return Py_NewRef(iterable);
    }
    if (PyGen_CheckExact(iterable)) {
        return Py_NewRef(iterable);
    }
    return PyObject_GetIter(iterable);
}

/* -- Awaiting -------------------------------------------------------------------------- */

PyObject *
eval_awaitable_iter(PyThreadState *tstate, PyObject *iterable, int kind)
{
    PyObject *iter = _PyCoro_GetAwaitableIter(iterable);
    if (iter == NULL) {
        PyTypeObject *type = Py_TYPE(iterable);
        if (kind != 0
            && (type->tp_as_async == NULL
                || type->tp_as_async->am_await == NULL)) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "'async with' received an object from %s "
                          "that does not implement __await__: %.100s",
                          kind == 1 ? "__aenter__" : "__aexit__",
                          type->tp_name);
        }
        return NULL;
    }
    if (PyCoro_CheckExact(iter)) {
        PyObject *delegate = _PyGen_yf((PyGenObject *)iter);
        if (delegate != NULL) {
            Py_DECREF(delegate);
            Py_DECREF(iter);
            _PyErr_SetString(tstate, PyExc_RuntimeError,
                             "coroutine is being awaited already");
            return NULL;
        }
    }
    return iter;
}

PyObject *
eval_async_iter(PyThreadState *tstate, PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (type->tp_as_async == NULL || type->tp_as_async->am_aiter == NULL) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "'async for' requires an object with "
                      "__aiter__ method, got %.100s", type->tp_name);
        return NULL;
    }
    PyObject *iter = type->tp_as_async->am_aiter(obj);
    if (iter == NULL) {
        return NULL;
    }
    if (Py_TYPE(iter)->tp_as_async == NULL
        || Py_TYPE(iter)->tp_as_async->am_anext == NULL) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "'async for' received an object from __aiter__ "
                      "that does not implement __anext__: %.100s",
                      Py_TYPE(iter)->tp_name);
        Py_DECREF(iter);
        return NULL;
    }
    return iter;
}

PyObject *
eval_async_next(PyThreadState *tstate, PyObject *iter)
{
    PyTypeObject *type = Py_TYPE(iter);
    if (PyAsyncGen_CheckExact(iter)) {
        return type->tp_as_async->am_anext(iter);
    }
    if (type->tp_as_async == NULL || type->tp_as_async->am_anext == NULL) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "'async for' requires an iterator with "
                      "__anext__ method, got %.100s", type->tp_name);
        return NULL;
    }
    PyObject *next = type->tp_as_async->am_anext(iter);
    if (next == NULL) {
        return NULL;
    }
    PyObject *awaitable = _PyCoro_GetAwaitableIter(next);
    if (awaitable == NULL) {
        _PyErr_FormatFromCause(PyExc_TypeError,
                               "'async for' received an invalid object "
                               "from __anext__: %.100s",
                               Py_TYPE(next)->tp_name);
    }
    Py_DECREF(next);
    return awaitable;
}

/* -- The thread's settings ------------------------------------------------------------ */

void
_PyEval_SetCoroutineOriginTrackingDepth(int depth)
{
    _PyThreadState_GET()->coroutine_origin_tracking_depth = depth;
}

int
_PyEval_GetCoroutineOriginTrackingDepth(void)
{
    return _PyThreadState_GET()->coroutine_origin_tracking_depth;
}

int
_PyEval_SetAsyncGenFirstiter(PyObject *firstiter)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (_PySys_Audit(tstate, "sys.set_asyncgen_hook_firstiter", NULL) < 0) {
        return -1;
    }
    Py_XINCREF(firstiter);
    Py_XSETREF(tstate->async_gen_firstiter, firstiter);
    return 0;
}

PyObject *
_PyEval_GetAsyncGenFirstiter(void)
{
    return _PyThreadState_GET()->async_gen_firstiter;
}

int
_PyEval_SetAsyncGenFinalizer(PyObject *finalizer)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (_PySys_Audit(tstate, "sys.set_asyncgen_hook_finalizer", NULL) < 0) {
        return -1;
    }
    Py_XINCREF(finalizer);
    Py_XSETREF(tstate->async_gen_finalizer, finalizer);
    return 0;
}

PyObject *
_PyEval_GetAsyncGenFinalizer(void)
{
    return _PyThreadState_GET()->async_gen_finalizer;
}

/* The index under which a tool keeps its own data in code objects. */
Py_ssize_t
_PyEval_RequestCodeExtraIndex(freefunc free)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->co_extra_user_count >= MAX_CO_EXTRA_USERS - 1) {
        return -1;
    }
    Py_ssize_t index = interp->co_extra_user_count++;
    interp->co_extra_freefuncs[index] = free;
    return index;
}

void
_PyEval_Fini(void)
{
}
