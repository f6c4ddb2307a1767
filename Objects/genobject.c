/* Generators, and what coroutines and asynchronous generators share with
   them.

   A generator owns its frame, which is the end of the object itself. While
   it is suspended, prev_instr is a YIELD_VALUE and the stack of the frame is
   saved; to resume it is to push the value that the yield gives, and execute
   on.  gi_frame_state says what can be done with it (enum _framestate). */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_frame.h"
#include "pycore_genobject.h"
#include "pycore_object.h"
#include "pycore_opcode.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_warnings.h"
#include "genobject_common.h"
#include "structmember.h"

static _PyInterpreterFrame *
gen_frame(PyGenObject *gen)
{
    return (_PyInterpreterFrame *)gen->gi_iframe;
}

/* One of three words, by kind of generator. */
static const char *
gen_kind(PyGenObject *gen)
{
    return PyCoro_CheckExact(gen) ? "coroutine"
        : PyAsyncGen_CheckExact(gen) ? "async generator" : "generator";
}

/* -- Storage --------------------------------------------------------------------- */

int
gen_traverse(PyGenObject *gen, visitproc visit, void *arg)
{
    Py_VISIT(gen->gi_code);
    Py_VISIT(gen->gi_name);
    Py_VISIT(gen->gi_qualname);
    if (gen->gi_frame_state < FRAME_CLEARED) {
        int err = _PyFrame_Traverse(gen_frame(gen), visit, arg);
        if (err) {
            return err;
        }
    }
    /* cr_origin holds strings and ints only */
    Py_VISIT(gen->gi_exc_state.exc_value);
    return 0;
}

void
_PyGen_Finalize(PyObject *self)
{
    PyGenObject *gen = (PyGenObject *)self;
    if (gen->gi_frame_state >= FRAME_COMPLETED) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = NULL;
    PyObject *finalizer = PyAsyncGen_CheckExact(self)
        ? ((PyAsyncGenObject *)self)->ag_origin_or_finalizer : NULL;
    if (finalizer && !((PyAsyncGenObject *)self)->ag_closed) {
        /* the event loop closes it */
        result = PyObject_CallOneArg(finalizer, self);
    }
    else if (gen->gi_code != NULL && (gen->gi_code->co_flags & CO_COROUTINE)
             && gen->gi_frame_state == FRAME_CREATED) {
        _PyErr_WarnUnawaitedCoroutine(self);
    }
    else {
        result = gen_close(gen, NULL);
    }
    if (result == NULL) {
        if (PyErr_Occurred()) {
            PyErr_WriteUnraisable(self);
        }
    }
    else {
        Py_DECREF(result);
    }
    PyErr_Restore(type, value, traceback);
}

void
gen_dealloc(PyGenObject *gen)
{
    PyObject *self = (PyObject *)gen;
    _PyObject_GC_UNTRACK(gen);
    if (gen->gi_weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    _PyObject_GC_TRACK(self);
    if (PyObject_CallFinalizerFromDealloc(self)) {
        return;
    }
    _PyObject_GC_UNTRACK(self);
    if (PyAsyncGen_CheckExact(gen)) {
        Py_CLEAR(((PyAsyncGenObject *)gen)->ag_origin_or_finalizer);
    }
    if (gen->gi_frame_state != FRAME_CLEARED) {
        _PyInterpreterFrame *frame = gen_frame(gen);
        gen->gi_frame_state = FRAME_CLEARED;
        frame->previous = NULL;
        _PyFrame_Clear(frame);
    }
    if (gen->gi_code->co_flags & CO_COROUTINE) {
        Py_CLEAR(((PyCoroObject *)gen)->cr_origin_or_finalizer);
    }
    Py_CLEAR(gen->gi_code);
    Py_CLEAR(gen->gi_name);
    Py_CLEAR(gen->gi_qualname);
    _PyErr_ClearExcState(&gen->gi_exc_state);
    PyObject_GC_Del(gen);
}

/* -- Resuming ------------------------------------------------------------------------ */

/* A just started, running or finished generator that cannot take what is
   sent: sets *result and the exception as that calls for. */
static PySendResult
gen_refuse(PyGenObject *gen, PyObject *arg, PyObject **result, int exc,
           int closing)
{
    if (gen->gi_frame_state == FRAME_CREATED) {
        PyErr_Format(PyExc_TypeError,
                     "can't send non-None value to a just-started %s",
                     gen_kind(gen));
    }
    else if (gen->gi_frame_state == FRAME_EXECUTING) {
        PyErr_Format(PyExc_ValueError, "%s already executing", gen_kind(gen));
    }
    else if (PyCoro_CheckExact(gen) && !closing) {
        PyErr_SetString(PyExc_RuntimeError,
                        "cannot reuse already awaited coroutine");
    }
    else if (arg && !exc) {
        /* send() to a finished generator */
        *result = Py_NewRef(Py_None);
        return PYGEN_RETURN;
    }
    return PYGEN_ERROR;
}

/* A StopIteration that leaves a generator would end its consumer's loop. */
static void
gen_convert_error(PyGenObject *gen)
{
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
        _PyErr_FormatFromCause(PyExc_RuntimeError, "%s raised StopIteration",
                               gen_kind(gen));
    }
    else if (PyAsyncGen_CheckExact(gen)
             && PyErr_ExceptionMatches(PyExc_StopAsyncIteration)) {
        _PyErr_FormatFromCause(PyExc_RuntimeError,
                               "%s raised StopAsyncIteration",
                               gen_kind(gen));
    }
}

PySendResult
gen_resume(PyGenObject *gen, PyObject *arg, PyObject **presult, int exc,
           int closing)
{
    PyThreadState *tstate = _PyThreadState_GET();
    _PyInterpreterFrame *frame = gen_frame(gen);
    *presult = NULL;
    if (gen->gi_frame_state >= FRAME_EXECUTING
        || (gen->gi_frame_state == FRAME_CREATED && arg
            && !Py_IsNone(arg))) {
        return gen_refuse(gen, arg, presult, exc, closing);
    }

    _PyFrame_StackPush(frame, Py_NewRef(arg ? arg : Py_None));
    frame->previous = tstate->cframe->current_frame;
    gen->gi_exc_state.previous_item = tstate->exc_info;
    tstate->exc_info = &gen->gi_exc_state;
    if (exc) {
        assert(_PyErr_Occurred(tstate));
        _PyErr_ChainStackItem(NULL);
    }
    gen->gi_frame_state = FRAME_EXECUTING;
    PyObject *result = _PyEval_EvalFrame(tstate, frame, exc);
    if (gen->gi_frame_state == FRAME_EXECUTING) {
        gen->gi_frame_state = FRAME_COMPLETED;
    }
    tstate->exc_info = gen->gi_exc_state.previous_item;
    gen->gi_exc_state.previous_item = NULL;
    /* the caller's frames must not live longer than they would without us */
    frame->previous = NULL;

    if (result) {
        if (gen->gi_frame_state == FRAME_SUSPENDED) {
            *presult = result;
            return PYGEN_NEXT;
        }
        if (Py_IsNone(result) && !PyAsyncGen_CheckExact(gen) && !arg) {
            /* the end of a for loop: no StopIteration object is needed */
            Py_CLEAR(result);
        }
    }
    else {
        gen_convert_error(gen);
    }
    /* finished: a traceback in the handled exception may hold the frame */
    _PyErr_ClearExcState(&gen->gi_exc_state);
    gen->gi_frame_state = FRAME_CLEARED;
    _PyFrame_Clear(frame);
    *presult = result;
    return result ? PYGEN_RETURN : PYGEN_ERROR;
}

PySendResult
gen_am_send(PyGenObject *gen, PyObject *arg, PyObject **result)
{
    return gen_resume(gen, arg, result, 0, 0);
}

PyObject *
gen_send_ex(PyGenObject *gen, PyObject *arg, int exc, int closing)
{
    PyObject *result;
    if (gen_resume(gen, arg, &result, exc, closing) == PYGEN_RETURN) {
        if (PyAsyncGen_CheckExact(gen)) {
            assert(Py_IsNone(result));
            PyErr_SetNone(PyExc_StopAsyncIteration);
        }
        else if (Py_IsNone(result)) {
            PyErr_SetNone(PyExc_StopIteration);
        }
        else {
            _PyGen_SetStopIterationValue(result);
        }
        Py_CLEAR(result);
    }
    return result;
}

PyDoc_STRVAR(gen_send_doc,
"send(arg) -> pass 'arg' into generator,\n\
return what it yields next or raise StopIteration.");

PyObject *
gen_send(PyGenObject *gen, PyObject *arg)
{
    return gen_send_ex(gen, arg, 0, 0);
}

static PyObject *
gen_iternext(PyGenObject *gen)
{
    PyObject *result;
    if (gen_resume(gen, NULL, &result, 0, 0) == PYGEN_RETURN) {
        if (!Py_IsNone(result)) {
            _PyGen_SetStopIterationValue(result);
        }
        Py_CLEAR(result);
    }
    return result;
}

/* -- StopIteration as a carrier of return values ------------------------------------- */

int
_PyGen_SetStopIterationValue(PyObject *value)
{
    if (value == NULL
        || (!PyTuple_Check(value) && !PyExceptionInstance_Check(value))) {
        /* the instance can be made later */
        PyErr_SetObject(PyExc_StopIteration, value);
        return 0;
    }
    /* making it later would take the value apart */
    PyObject *e = PyObject_CallOneArg(PyExc_StopIteration, value);
    if (e == NULL) {
        return -1;
    }
    PyErr_SetObject(PyExc_StopIteration, e);
    Py_DECREF(e);
    return 0;
}

int
_PyGen_FetchStopIterationValue(PyObject **pvalue)
{
    if (!PyErr_Occurred()) {
        *pvalue = Py_NewRef(Py_None);
        return 0;
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
        return -1;
    }
    PyObject *type, *exception, *traceback;
    PyObject *value = NULL;
    PyErr_Fetch(&type, &exception, &traceback);
    if (exception != NULL) {
        if (type == PyExc_StopIteration && !PyTuple_Check(exception)
            && !PyObject_TypeCheck(exception, (PyTypeObject *)type)) {
            /* not an instance yet: the value itself */
            value = Py_NewRef(exception);
        }
        else {
            if (!PyObject_TypeCheck(exception, (PyTypeObject *)type)) {
                PyErr_NormalizeException(&type, &exception, &traceback);
                if (!PyObject_TypeCheck(
                        exception, (PyTypeObject *)PyExc_StopIteration)) {
                    PyErr_Restore(type, exception, traceback);
                    return -1;
                }
            }
            value = Py_XNewRef(((PyStopIterationObject *)exception)->value);
        }
    }
    Py_XDECREF(type);
    Py_XDECREF(exception);
    Py_XDECREF(traceback);
    *pvalue = value ? value : Py_NewRef(Py_None);
    return 0;
}

/* -- Delegation: yield from and await --------------------------------------------------- */

/* What a suspended generator delegates to; a new reference, or NULL. */
PyObject *
_PyGen_yf(PyGenObject *gen)
{
    if (gen->gi_frame_state != FRAME_SUSPENDED) {
        return NULL;
    }
    _PyInterpreterFrame *frame = gen_frame(gen);
    _Py_CODEUNIT next = frame->prev_instr[1];
    if (_PyOpcode_Deopt[_Py_OPCODE(next)] != RESUME || _Py_OPARG(next) < 2) {
        return NULL;
    }
    return Py_NewRef(slot_object(_PyFrame_StackPeek(frame)));
}

/* Closes what is delegated to: 0, or -1 with an exception. */
static int
gen_close_iter(PyObject *yf)
{
    PyObject *result;
    if (PyGen_CheckExact(yf) || PyCoro_CheckExact(yf)) {
        result = gen_close((PyGenObject *)yf, NULL);
        if (result == NULL) {
            return -1;
        }
    }
    else {
        PyObject *close;
        if (_PyObject_LookupAttr(yf, &_Py_ID(close), &close) < 0) {
            PyErr_WriteUnraisable(yf);
        }
        if (close == NULL) {
            return 0;
        }
        result = _PyObject_CallNoArgs(close);
        Py_DECREF(close);
        if (result == NULL) {
            return -1;
        }
    }
    Py_DECREF(result);
    return 0;
}

/* The same while the delegating generator counts as executing. */
static int
gen_close_delegate(PyGenObject *gen, PyObject *yf)
{
    int8_t state = gen->gi_frame_state;
    gen->gi_frame_state = FRAME_EXECUTING;
    int err = gen_close_iter(yf);
    gen->gi_frame_state = state;
    return err;
}

/* -- close() -------------------------------------------------------------------------------- */

PyDoc_STRVAR(gen_close_doc,
"close() -> raise GeneratorExit inside generator.");

PyObject *
gen_close(PyGenObject *gen, PyObject *args)
{
    int err = 0;
    PyObject *yf = _PyGen_yf(gen);
    if (yf) {
        err = gen_close_delegate(gen, yf);
        Py_DECREF(yf);
    }
    if (err == 0) {
        PyErr_SetNone(PyExc_GeneratorExit);
    }
    PyObject *result = gen_send_ex(gen, Py_None, 1, 1);
    if (result) {
        Py_DECREF(result);
        PyErr_Format(PyExc_RuntimeError, "%s ignored GeneratorExit",
                     gen_kind(gen));
        return NULL;
    }
    if (PyErr_ExceptionMatches(PyExc_StopIteration)
        || PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    return NULL;
}

/* -- throw() -------------------------------------------------------------------------------- */

PyDoc_STRVAR(gen_throw_doc,
"throw(value)\n\
throw(type[,value[,tb]])\n\
\n\
Raise an exception where the generator is suspended, return what it yields\n\
next or raise StopIteration.");

/* Raises at the generator's own yield. */
static PyObject *
gen_throw_here(PyGenObject *gen, PyObject *typ, PyObject *val, PyObject *tb)
{
    if (tb != NULL && Py_IsNone(tb)) {
        tb = NULL;
    }
    else if (tb != NULL && !PyTraceBack_Check(tb)) {
        PyErr_SetString(PyExc_TypeError,
                        "throw() third argument must be a traceback object");
        return NULL;
    }
    Py_INCREF(typ);
    Py_XINCREF(val);
    Py_XINCREF(tb);
    if (PyExceptionClass_Check(typ)) {
        PyErr_NormalizeException(&typ, &val, &tb);
    }
    else if (PyExceptionInstance_Check(typ)) {
        if (val && !Py_IsNone(val)) {
            PyErr_SetString(PyExc_TypeError,
                            "instance exception may not have a separate "
                            "value");
            goto error;
        }
        Py_XDECREF(val);
        val = typ;
        typ = Py_NewRef(PyExceptionInstance_Class(val));
        if (tb == NULL) {
            tb = PyException_GetTraceback(val);
        }
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "exceptions must be classes or instances "
                     "deriving from BaseException, not %s",
                     Py_TYPE(typ)->tp_name);
        goto error;
    }
    PyErr_Restore(typ, val, tb);
    return gen_send_ex(gen, Py_None, 1, 0);
error:
    Py_DECREF(typ);
    Py_XDECREF(val);
    Py_XDECREF(tb);
    return NULL;
}

/* Throws into what the generator delegates to: *done is 0 if that has no
   throw(). */
static PyObject *
gen_throw_delegate(PyGenObject *gen, PyObject *yf, int close_on_genexit,
                   PyObject *typ, PyObject *val, PyObject *tb, int *done)
{
    PyThreadState *tstate = _PyThreadState_GET();
    _PyInterpreterFrame *frame = gen_frame(gen);
    PyObject *throw = NULL;
    *done = 1;
    if (!PyGen_CheckExact(yf) && !PyCoro_CheckExact(yf)) {
        if (_PyObject_LookupAttr(yf, &_Py_ID(throw), &throw) < 0) {
            *done = -1;
            return NULL;
        }
        if (throw == NULL) {
            *done = 0;
            return NULL;
        }
    }
    /* the generator is between the thrower and its delegate */
    _PyInterpreterFrame *previous = tstate->cframe->current_frame;
    frame->previous = previous;
    tstate->cframe->current_frame = frame;
    int8_t state = gen->gi_frame_state;
    gen->gi_frame_state = FRAME_EXECUTING;
    PyObject *result = throw
        ? PyObject_CallFunctionObjArgs(throw, typ, val, tb, NULL)
        : gen_throw_ex((PyGenObject *)yf, close_on_genexit, typ, val, tb);
    gen->gi_frame_state = state;
    tstate->cframe->current_frame = previous;
    frame->previous = NULL;
    Py_XDECREF(throw);
    return result;
}

/* The delegate has ended: takes it off the stack, goes on behind the loop. */
static PyObject *
gen_end_delegation(PyGenObject *gen)
{
    _PyInterpreterFrame *frame = gen_frame(gen);
    slot_drop(_PyFrame_StackPop(frame));
    /* prev_instr is the YIELD_VALUE behind the SEND, which jumps there */
    assert(_Py_OPCODE(frame->prev_instr[-1]) == SEND);
    frame->prev_instr += _Py_OPARG(frame->prev_instr[-1]) - 1;
    PyObject *value;
    if (_PyGen_FetchStopIterationValue(&value) == 0) {
        PyObject *result = gen_send(gen, value);
        Py_DECREF(value);
        return result;
    }
    return gen_send_ex(gen, Py_None, 1, 0);
}

PyObject *
gen_throw_ex(PyGenObject *gen, int close_on_genexit, PyObject *typ,
             PyObject *val, PyObject *tb)
{
    PyObject *yf = _PyGen_yf(gen);
    if (yf == NULL) {
        return gen_throw_here(gen, typ, val, tb);
    }
    if (close_on_genexit
        && PyErr_GivenExceptionMatches(typ, PyExc_GeneratorExit)) {
        int err = gen_close_delegate(gen, yf);
        Py_DECREF(yf);
        if (err < 0) {
            return gen_send_ex(gen, Py_None, 1, 0);
        }
        return gen_throw_here(gen, typ, val, tb);
    }
    int done;
    PyObject *result = gen_throw_delegate(gen, yf, close_on_genexit, typ, val,
                                          tb, &done);
    Py_DECREF(yf);
    if (done == 0) {
        return gen_throw_here(gen, typ, val, tb);
    }
    if (done > 0 && result == NULL) {
        return gen_end_delegation(gen);
    }
    return result;
}

PyObject *
gen_throw(PyGenObject *gen, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("throw", nargs, 1, 3)) {
        return NULL;
    }
    return gen_throw_ex(gen, 1, args[0], nargs > 1 ? args[1] : NULL,
                        nargs > 2 ? args[2] : NULL);
}

/* -- Attributes ------------------------------------------------------------------------------- */

static PyObject *
gen_repr(PyGenObject *gen)
{
    return PyUnicode_FromFormat("<generator object %S at %p>",
                                gen->gi_qualname, gen);
}

PyObject *
gen_get_name(PyGenObject *op, void *closure)
{
    return Py_NewRef(op->gi_name);
}

int
gen_set_name(PyGenObject *op, PyObject *value, void *closure)
{
    if (value == NULL || !PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "__name__ must be set to a string object");
        return -1;
    }
    Py_XSETREF(op->gi_name, Py_NewRef(value));
    return 0;
}

PyObject *
gen_get_qualname(PyGenObject *op, void *closure)
{
    return Py_NewRef(op->gi_qualname);
}

int
gen_set_qualname(PyGenObject *op, PyObject *value, void *closure)
{
    if (value == NULL || !PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "__qualname__ must be set to a string object");
        return -1;
    }
    Py_XSETREF(op->gi_qualname, Py_NewRef(value));
    return 0;
}

PyObject *
gen_getyieldfrom(PyGenObject *gen, void *closure)
{
    PyObject *yf = _PyGen_yf(gen);
    return yf ? yf : Py_NewRef(Py_None);
}

PyObject *
gen_getrunning(PyGenObject *gen, void *closure)
{
    return PyBool_FromLong(gen->gi_frame_state == FRAME_EXECUTING);
}

PyObject *
gen_getsuspended(PyGenObject *gen, void *closure)
{
    return PyBool_FromLong(gen->gi_frame_state == FRAME_SUSPENDED);
}

PyObject *
gen_getframe_as(PyGenObject *gen, const char *name)
{
    if (PySys_Audit("object.__getattr__", "Os", gen, name) < 0) {
        return NULL;
    }
    if (gen->gi_frame_state == FRAME_CLEARED) {
        Py_RETURN_NONE;
    }
    return Py_XNewRef((PyObject *)_PyFrame_GetFrameObject(gen_frame(gen)));
}

static PyObject *
gen_getframe(PyGenObject *gen, void *closure)
{
    return gen_getframe_as(gen, "gi_frame");
}

PyObject *
gen_sizeof(PyGenObject *gen, PyObject *ignored)
{
    Py_ssize_t size = offsetof(PyGenObject, gi_iframe)
        + offsetof(_PyInterpreterFrame, localsplus);
    size += (gen->gi_code->co_nlocalsplus + gen->gi_code->co_stacksize)
        * sizeof(slot_t);
    return PyLong_FromSsize_t(size);
}

static PyGetSetDef gen_getsetlist[] = {
    {"__name__", (getter)gen_get_name, (setter)gen_set_name,
     PyDoc_STR("name of the generator")},
    {"__qualname__", (getter)gen_get_qualname, (setter)gen_set_qualname,
     PyDoc_STR("qualified name of the generator")},
    {"gi_yieldfrom", (getter)gen_getyieldfrom, NULL,
     PyDoc_STR("object being iterated by yield from, or None")},
    {"gi_running", (getter)gen_getrunning, NULL, NULL},
    {"gi_frame", (getter)gen_getframe, NULL, NULL},
    {"gi_suspended", (getter)gen_getsuspended, NULL, NULL},
    {NULL},
};

static PyMemberDef gen_memberlist[] = {
    {"gi_code", T_OBJECT, offsetof(PyGenObject, gi_code),
     READONLY | PY_AUDIT_READ},
    {NULL},
};

PyDoc_STRVAR(gen_sizeof_doc,
"gen.__sizeof__() -> size of gen in memory, in bytes");

static PyMethodDef gen_methods[] = {
    {"send", (PyCFunction)gen_send, METH_O, gen_send_doc},
    {"throw", _PyCFunction_CAST(gen_throw), METH_FASTCALL, gen_throw_doc},
    {"close", (PyCFunction)gen_close, METH_NOARGS, gen_close_doc},
    {"__sizeof__", (PyCFunction)gen_sizeof, METH_NOARGS, gen_sizeof_doc},
    {NULL},
};

static PyAsyncMethods gen_as_async = {
    .am_send = (sendfunc)gen_am_send,
};

PyTypeObject PyGen_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "generator",
    .tp_basicsize = offsetof(PyGenObject, gi_iframe)
        + offsetof(_PyInterpreterFrame, localsplus),
    .tp_itemsize = sizeof(slot_t),
    .tp_dealloc = (destructor)gen_dealloc,
    .tp_as_async = &gen_as_async,
    .tp_repr = (reprfunc)gen_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)gen_traverse,
    .tp_weaklistoffset = offsetof(PyGenObject, gi_weakreflist),
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)gen_iternext,
    .tp_methods = gen_methods,
    .tp_members = gen_memberlist,
    .tp_getset = gen_getsetlist,
    .tp_finalize = _PyGen_Finalize,
};

/* -- Making one --------------------------------------------------------------------------------- */

PyObject *
gen_make(PyTypeObject *type, PyFunctionObject *func)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    int slots = code->co_nlocalsplus + code->co_stacksize;
    PyGenObject *gen = PyObject_GC_NewVar(PyGenObject, type, slots);
    if (gen == NULL) {
        return NULL;
    }
    gen->gi_frame_state = FRAME_CLEARED;
    gen->gi_code = (PyCodeObject *)Py_NewRef(code);
    gen->gi_weakreflist = NULL;
    gen->gi_exc_state.exc_value = NULL;
    gen->gi_exc_state.previous_item = NULL;
    gen->gi_name = Py_NewRef(func->func_name);
    gen->gi_qualname = Py_NewRef(func->func_qualname);
    gen->gi_origin_or_finalizer = NULL;
    gen->gi_hooks_inited = 0;
    gen->gi_closed = 0;
    gen->gi_running_async = 0;
    _PyObject_GC_TRACK(gen);
    return (PyObject *)gen;
}

PyObject *
_Py_MakeCoro(PyFunctionObject *func)
{
    int flags = ((PyCodeObject *)func->func_code)->co_flags
        & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR);
    if (flags == CO_GENERATOR) {
        return gen_make(&PyGen_Type, func);
    }
    if (flags == CO_ASYNC_GENERATOR) {
        return gen_make(&PyAsyncGen_Type, func);
    }
    assert(flags == CO_COROUTINE);
    PyObject *coro = gen_make(&PyCoro_Type, func);
    if (coro == NULL) {
        return NULL;
    }
    int depth = _PyThreadState_GET()->coroutine_origin_tracking_depth;
    if (depth > 0) {
        _PyInterpreterFrame *frame = _PyEval_GetFrame();
        PyObject *origin = coro_compute_origin(depth, frame);
        if (origin == NULL) {
            Py_DECREF(coro);
            return NULL;
        }
        ((PyCoroObject *)coro)->cr_origin_or_finalizer = origin;
    }
    return coro;
}

/* From a frame object, whose reference is consumed. */
PyObject *
gen_make_from_frame(PyTypeObject *type, PyFrameObject *f, PyObject *name,
                    PyObject *qualname)
{
    PyCodeObject *code = f->f_frame->f_code;
    int size = code->co_nlocalsplus + code->co_stacksize;
    PyGenObject *gen = PyObject_GC_NewVar(PyGenObject, type, size);
    if (gen == NULL) {
        Py_DECREF(f);
        return NULL;
    }
    assert(f->f_frame->owner == FRAME_OWNED_BY_FRAME_OBJECT);
    _PyInterpreterFrame *frame = gen_frame(gen);
    _PyFrame_Copy((_PyInterpreterFrame *)f->_f_frame_data, frame);
    gen->gi_frame_state = FRAME_CREATED;
    frame->frame_obj = f;
    f->f_frame = frame;
    frame->owner = FRAME_OWNED_BY_GENERATOR;
    gen->gi_code = (PyCodeObject *)Py_NewRef(code);
    gen->gi_weakreflist = NULL;
    gen->gi_exc_state.exc_value = NULL;
    gen->gi_exc_state.previous_item = NULL;
    gen->gi_name = Py_NewRef(name ? name : code->co_name);
    gen->gi_qualname = Py_NewRef(qualname ? qualname : code->co_qualname);
    gen->gi_origin_or_finalizer = NULL;
    gen->gi_hooks_inited = 0;
    gen->gi_closed = 0;
    gen->gi_running_async = 0;
    _PyObject_GC_TRACK(gen);
    return (PyObject *)gen;
}

PyObject *
PyGen_NewWithQualName(PyFrameObject *f, PyObject *name, PyObject *qualname)
{
    return gen_make_from_frame(&PyGen_Type, f, name, qualname);
}

PyObject *
PyGen_New(PyFrameObject *f)
{
    return gen_make_from_frame(&PyGen_Type, f, NULL, NULL);
}
