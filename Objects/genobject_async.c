/* Asynchronous generators.

   Their frame yields two kinds of things: what it awaits, which goes up to
   the event loop as it is, and what it yields, which ASYNC_GEN_WRAP puts into
   a wrapped value.  __anext__(), asend(), athrow() and aclose() return
   awaitables that drive the frame; a wrapped value ends the await with
   StopIteration(value). */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_frame.h"
#include "pycore_genobject.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "genobject_common.h"
#include "structmember.h"

#define IGNORED_EXIT_MESSAGE "async generator ignored GeneratorExit"

typedef enum {
    AWAITABLE_STATE_INIT,   /* not yet awaited */
    AWAITABLE_STATE_ITER,   /* being awaited */
    AWAITABLE_STATE_CLOSED  /* done */
} AwaitableState;

/* __anext__() and asend() */
typedef struct PyAsyncGenASend {
    PyObject_HEAD
    PyAsyncGenObject *ags_gen; /* owned */
    PyObject *ags_sendval;     /* owned; NULL for __anext__() */
    AwaitableState ags_state;
} PyAsyncGenASend;

/* athrow() and aclose() */
typedef struct PyAsyncGenAThrow {
    PyObject_HEAD
    PyAsyncGenObject *agt_gen; /* owned */
    PyObject *agt_args;        /* owned; NULL for aclose() */
    AwaitableState agt_state;
} PyAsyncGenAThrow;

typedef struct _PyAsyncGenWrappedValue {
    PyObject_HEAD
    PyObject *agw_val; /* owned */
} _PyAsyncGenWrappedValue;

#define is_wrapped_value(o) Py_IS_TYPE(o, &_PyAsyncGenWrappedValue_Type)

static struct _Py_async_gen_state *
get_async_gen_state(void)
{
    return &_PyInterpreterState_GET()->async_gen;
}

/* -- Wrapped values ------------------------------------------------------------------ */

PyObject *
_PyAsyncGenValueWrapperNew(PyObject *val)
{
    assert(val != NULL);
    struct _Py_async_gen_state *state = get_async_gen_state();
    _PyAsyncGenWrappedValue *o;
    if (state->value_numfree) {
        o = state->value_freelist[--state->value_numfree];
        _Py_NewReference((PyObject *)o);
    }
    else {
        o = PyObject_GC_New(_PyAsyncGenWrappedValue,
                            &_PyAsyncGenWrappedValue_Type);
        if (o == NULL) {
            return NULL;
        }
    }
    o->agw_val = Py_NewRef(val);
    _PyObject_GC_TRACK((PyObject *)o);
    return (PyObject *)o;
}

static void
wrapped_value_dealloc(_PyAsyncGenWrappedValue *o)
{
    _PyObject_GC_UNTRACK((PyObject *)o);
    Py_CLEAR(o->agw_val);
    struct _Py_async_gen_state *state = get_async_gen_state();
    if (state->value_numfree < _PyAsyncGen_MAXFREELIST) {
        state->value_freelist[state->value_numfree++] = o;
    }
    else {
        PyObject_GC_Del(o);
    }
}

static int
wrapped_value_traverse(_PyAsyncGenWrappedValue *o, visitproc visit, void *arg)
{
    Py_VISIT(o->agw_val);
    return 0;
}

PyTypeObject _PyAsyncGenWrappedValue_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "async_generator_wrapped_value",
    .tp_basicsize = sizeof(_PyAsyncGenWrappedValue),
    .tp_dealloc = (destructor)wrapped_value_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)wrapped_value_traverse,
};

/* What the frame gave: a yielded value ends the await, anything else is passed
   up; NULL means that it ended or failed.  Consumes result. */
static PyObject *
unwrap_value(PyAsyncGenObject *gen, PyObject *result)
{
    if (result == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetNone(PyExc_StopAsyncIteration);
        }
        if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration)
            || PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
            gen->ag_closed = 1;
        }
        gen->ag_running_async = 0;
        return NULL;
    }
    if (is_wrapped_value(result)) {
        _PyGen_SetStopIterationValue(
            ((_PyAsyncGenWrappedValue *)result)->agw_val);
        Py_DECREF(result);
        gen->ag_running_async = 0;
        return NULL;
    }
    return result;
}

/* -- __anext__() and asend() ---------------------------------------------------------- */

static PyObject *
asend_new(PyAsyncGenObject *gen, PyObject *sendval)
{
    struct _Py_async_gen_state *state = get_async_gen_state();
    PyAsyncGenASend *o;
    if (state->asend_numfree) {
        o = state->asend_freelist[--state->asend_numfree];
        _Py_NewReference((PyObject *)o);
    }
    else {
        o = PyObject_GC_New(PyAsyncGenASend, &_PyAsyncGenASend_Type);
        if (o == NULL) {
            return NULL;
        }
    }
    o->ags_gen = (PyAsyncGenObject *)Py_NewRef(gen);
    o->ags_sendval = Py_XNewRef(sendval);
    o->ags_state = AWAITABLE_STATE_INIT;
    _PyObject_GC_TRACK((PyObject *)o);
    return (PyObject *)o;
}

static void
asend_dealloc(PyAsyncGenASend *o)
{
    _PyObject_GC_UNTRACK((PyObject *)o);
    Py_CLEAR(o->ags_gen);
    Py_CLEAR(o->ags_sendval);
    struct _Py_async_gen_state *state = get_async_gen_state();
    if (state->asend_numfree < _PyAsyncGen_MAXFREELIST) {
        state->asend_freelist[state->asend_numfree++] = o;
    }
    else {
        PyObject_GC_Del(o);
    }
}

static int
asend_traverse(PyAsyncGenASend *o, visitproc visit, void *arg)
{
    Py_VISIT(o->ags_gen);
    Py_VISIT(o->ags_sendval);
    return 0;
}

static PyObject *
asend_refuse_closed(void)
{
    PyErr_SetString(PyExc_RuntimeError,
                    "cannot reuse already awaited __anext__()/asend()");
    return NULL;
}

static PyObject *
asend_send(PyAsyncGenASend *o, PyObject *arg)
{
    if (o->ags_state == AWAITABLE_STATE_CLOSED) {
        return asend_refuse_closed();
    }
    if (o->ags_state == AWAITABLE_STATE_INIT) {
        if (o->ags_gen->ag_running_async) {
            PyErr_SetString(PyExc_RuntimeError,
                            "anext(): asynchronous generator is already "
                            "running");
            return NULL;
        }
        if (arg == NULL || Py_IsNone(arg)) {
            arg = o->ags_sendval;
        }
        o->ags_state = AWAITABLE_STATE_ITER;
    }
    o->ags_gen->ag_running_async = 1;
    PyObject *result = gen_send((PyGenObject *)o->ags_gen, arg);
    result = unwrap_value(o->ags_gen, result);
    if (result == NULL) {
        o->ags_state = AWAITABLE_STATE_CLOSED;
    }
    return result;
}

static PyObject *
asend_iternext(PyAsyncGenASend *o)
{
    return asend_send(o, NULL);
}

static PyObject *
asend_throw(PyAsyncGenASend *o, PyObject *const *args, Py_ssize_t nargs)
{
    if (o->ags_state == AWAITABLE_STATE_CLOSED) {
        return asend_refuse_closed();
    }
    PyObject *result = gen_throw((PyGenObject *)o->ags_gen, args, nargs);
    result = unwrap_value(o->ags_gen, result);
    if (result == NULL) {
        o->ags_state = AWAITABLE_STATE_CLOSED;
    }
    return result;
}

static PyObject *
asend_close(PyAsyncGenASend *o, PyObject *args)
{
    o->ags_state = AWAITABLE_STATE_CLOSED;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(awaitable_send_doc,
"send(arg) -> pass 'arg' into generator,\n\
return what it awaits next or raise StopIteration.");

PyDoc_STRVAR(awaitable_throw_doc,
"throw(value)\n\
throw(type[,value[,tb]])\n\
\n\
Raise an exception where the generator is suspended, return what it awaits\n\
next or raise StopIteration.");

PyDoc_STRVAR(awaitable_close_doc,
"close() -> make this awaitable unusable.");

static PyMethodDef asend_methods[] = {
    {"send", (PyCFunction)asend_send, METH_O, awaitable_send_doc},
    {"throw", _PyCFunction_CAST(asend_throw), METH_FASTCALL,
     awaitable_throw_doc},
    {"close", (PyCFunction)asend_close, METH_NOARGS, awaitable_close_doc},
    {NULL},
};

static PyAsyncMethods awaitable_as_async = {
    .am_await = PyObject_SelfIter,
};

PyTypeObject _PyAsyncGenASend_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "async_generator_asend",
    .tp_basicsize = sizeof(PyAsyncGenASend),
    .tp_dealloc = (destructor)asend_dealloc,
    .tp_as_async = &awaitable_as_async,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)asend_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)asend_iternext,
    .tp_methods = asend_methods,
};

/* -- athrow() and aclose() ---------------------------------------------------------------- */

static PyObject *
athrow_new(PyAsyncGenObject *gen, PyObject *args)
{
    PyAsyncGenAThrow *o = PyObject_GC_New(PyAsyncGenAThrow,
                                          &_PyAsyncGenAThrow_Type);
    if (o == NULL) {
        return NULL;
    }
    o->agt_gen = (PyAsyncGenObject *)Py_NewRef(gen);
    o->agt_args = Py_XNewRef(args);
    o->agt_state = AWAITABLE_STATE_INIT;
    _PyObject_GC_TRACK((PyObject *)o);
    return (PyObject *)o;
}

static void
athrow_dealloc(PyAsyncGenAThrow *o)
{
    _PyObject_GC_UNTRACK((PyObject *)o);
    Py_CLEAR(o->agt_gen);
    Py_CLEAR(o->agt_args);
    PyObject_GC_Del(o);
}

static int
athrow_traverse(PyAsyncGenAThrow *o, visitproc visit, void *arg)
{
    Py_VISIT(o->agt_gen);
    Py_VISIT(o->agt_args);
    return 0;
}

static PyObject *
athrow_refuse_closed(void)
{
    PyErr_SetString(PyExc_RuntimeError,
                    "cannot reuse already awaited aclose()/athrow()");
    return NULL;
}

/* aclose(): the generator yielded instead of ending. */
static PyObject *
aclose_ignored(PyAsyncGenAThrow *o, PyObject *result)
{
    Py_DECREF(result);
    o->agt_gen->ag_running_async = 0;
    o->agt_state = AWAITABLE_STATE_CLOSED;
    PyErr_SetString(PyExc_RuntimeError, IGNORED_EXIT_MESSAGE);
    return NULL;
}

/* The end of aclose() is a success. */
static void
aclose_convert_error(void)
{
    if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration)
        || PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
        PyErr_Clear();
        PyErr_SetNone(PyExc_StopIteration);
    }
}

static PyObject *
athrow_failed(PyAsyncGenAThrow *o)
{
    o->agt_gen->ag_running_async = 0;
    o->agt_state = AWAITABLE_STATE_CLOSED;
    if (o->agt_args == NULL) {
        aclose_convert_error();
    }
    return NULL;
}

/* The first step. */
static PyObject *
athrow_start(PyAsyncGenAThrow *o, PyObject *arg)
{
    PyGenObject *gen = (PyGenObject *)o->agt_gen;
    if (o->agt_gen->ag_running_async) {
        o->agt_state = AWAITABLE_STATE_CLOSED;
        PyErr_SetString(
            PyExc_RuntimeError,
            o->agt_args == NULL
                ? "aclose(): asynchronous generator is already running"
                : "athrow(): asynchronous generator is already running");
        return NULL;
    }
    if (o->agt_gen->ag_closed) {
        o->agt_state = AWAITABLE_STATE_CLOSED;
        PyErr_SetNone(PyExc_StopAsyncIteration);
        return NULL;
    }
    if (!Py_IsNone(arg)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "can't send non-None value to a just-started "
                        "coroutine");
        return NULL;
    }
    o->agt_state = AWAITABLE_STATE_ITER;
    o->agt_gen->ag_running_async = 1;
    PyObject *result;
    if (o->agt_args == NULL) {
        o->agt_gen->ag_closed = 1;
        result = gen_throw_ex(gen, 0, PyExc_GeneratorExit, NULL, NULL);
        if (result && is_wrapped_value(result)) {
            return aclose_ignored(o, result);
        }
    }
    else {
        PyObject *typ, *val = NULL, *tb = NULL;
        if (!PyArg_UnpackTuple(o->agt_args, "athrow", 1, 3, &typ, &val,
                               &tb)) {
            return NULL;
        }
        result = gen_throw_ex(gen, 0, typ, val, tb);
        result = unwrap_value(o->agt_gen, result);
    }
    return result ? result : athrow_failed(o);
}

static PyObject *
athrow_send(PyAsyncGenAThrow *o, PyObject *arg)
{
    PyGenObject *gen = (PyGenObject *)o->agt_gen;
    if (o->agt_state == AWAITABLE_STATE_CLOSED) {
        return athrow_refuse_closed();
    }
    if (gen->gi_frame_state >= FRAME_COMPLETED) {
        o->agt_state = AWAITABLE_STATE_CLOSED;
        PyErr_SetNone(PyExc_StopIteration);
        return NULL;
    }
    if (o->agt_state == AWAITABLE_STATE_INIT) {
        return athrow_start(o, arg);
    }
    PyObject *result = gen_send(gen, arg);
    if (o->agt_args) {
        return unwrap_value(o->agt_gen, result);
    }
    if (result == NULL) {
        return athrow_failed(o);
    }
    if (is_wrapped_value(result)) {
        return aclose_ignored(o, result);
    }
    return result;
}

static PyObject *
athrow_throw(PyAsyncGenAThrow *o, PyObject *const *args, Py_ssize_t nargs)
{
    if (o->agt_state == AWAITABLE_STATE_CLOSED) {
        return athrow_refuse_closed();
    }
    PyObject *result = gen_throw((PyGenObject *)o->agt_gen, args, nargs);
    if (o->agt_args) {
        return unwrap_value(o->agt_gen, result);
    }
    if (result && is_wrapped_value(result)) {
        return aclose_ignored(o, result);
    }
    if (result == NULL) {
        aclose_convert_error();
    }
    return result;
}

static PyObject *
athrow_iternext(PyAsyncGenAThrow *o)
{
    return athrow_send(o, Py_None);
}

static PyObject *
athrow_close(PyAsyncGenAThrow *o, PyObject *args)
{
    o->agt_state = AWAITABLE_STATE_CLOSED;
    Py_RETURN_NONE;
}

static PyMethodDef athrow_methods[] = {
    {"send", (PyCFunction)athrow_send, METH_O, awaitable_send_doc},
    {"throw", _PyCFunction_CAST(athrow_throw), METH_FASTCALL,
     awaitable_throw_doc},
    {"close", (PyCFunction)athrow_close, METH_NOARGS, awaitable_close_doc},
    {NULL},
};

PyTypeObject _PyAsyncGenAThrow_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "async_generator_athrow",
    .tp_basicsize = sizeof(PyAsyncGenAThrow),
    .tp_dealloc = (destructor)athrow_dealloc,
    .tp_as_async = &awaitable_as_async,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)athrow_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)athrow_iternext,
    .tp_methods = athrow_methods,
};

/* -- The generator ----------------------------------------------------------------------------- */

static int
async_gen_traverse(PyAsyncGenObject *gen, visitproc visit, void *arg)
{
    Py_VISIT(gen->ag_origin_or_finalizer);
    return gen_traverse((PyGenObject *)gen, visit, arg);
}

static PyObject *
async_gen_repr(PyAsyncGenObject *o)
{
    return PyUnicode_FromFormat("<async_generator object %S at %p>",
                                o->ag_qualname, o);
}

/* Before the first iteration: tells the event loop. */
static int
async_gen_init_hooks(PyAsyncGenObject *o)
{
    if (o->ag_hooks_inited) {
        return 0;
    }
    o->ag_hooks_inited = 1;
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *finalizer = tstate->async_gen_finalizer;
    if (finalizer) {
        o->ag_origin_or_finalizer = Py_NewRef(finalizer);
    }
    PyObject *firstiter = tstate->async_gen_firstiter;
    if (firstiter) {
        Py_INCREF(firstiter);
        PyObject *result = PyObject_CallOneArg(firstiter, (PyObject *)o);
        Py_DECREF(firstiter);
        if (result == NULL) {
            return -1;
        }
        Py_DECREF(result);
    }
    return 0;
}

static PyObject *
async_gen_anext(PyAsyncGenObject *o)
{
    return async_gen_init_hooks(o) < 0 ? NULL : asend_new(o, NULL);
}

static PyObject *
async_gen_asend(PyAsyncGenObject *o, PyObject *arg)
{
    return async_gen_init_hooks(o) < 0 ? NULL : asend_new(o, arg);
}

static PyObject *
async_gen_aclose(PyAsyncGenObject *o, PyObject *arg)
{
    return async_gen_init_hooks(o) < 0 ? NULL : athrow_new(o, NULL);
}

static PyObject *
async_gen_athrow(PyAsyncGenObject *o, PyObject *args)
{
    return async_gen_init_hooks(o) < 0 ? NULL : athrow_new(o, args);
}

static PyObject *
async_gen_getframe(PyGenObject *gen, void *closure)
{
    return gen_getframe_as(gen, "ag_frame");
}

static PyGetSetDef async_gen_getsetlist[] = {
    {"__name__", (getter)gen_get_name, (setter)gen_set_name,
     PyDoc_STR("name of the async generator")},
    {"__qualname__", (getter)gen_get_qualname, (setter)gen_set_qualname,
     PyDoc_STR("qualified name of the async generator")},
    {"ag_await", (getter)gen_getyieldfrom, NULL,
     PyDoc_STR("object being awaited on, or None")},
    {"ag_frame", (getter)async_gen_getframe, NULL, NULL},
    {NULL},
};

static PyMemberDef async_gen_memberlist[] = {
    {"ag_running", T_BOOL, offsetof(PyAsyncGenObject, ag_running_async),
     READONLY},
    {"ag_code", T_OBJECT, offsetof(PyAsyncGenObject, ag_code),
     READONLY | PY_AUDIT_READ},
    {NULL},
};

PyDoc_STRVAR(async_asend_doc,
"asend(v) -> give 'v' to the generator.");

PyDoc_STRVAR(async_aclose_doc,
"aclose() -> raise GeneratorExit in the generator.");

PyDoc_STRVAR(async_athrow_doc,
"athrow(typ[,val[,tb]]) -> raise an exception in the generator.");

PyDoc_STRVAR(async_sizeof_doc,
"gen.__sizeof__() -> size of gen in memory, in bytes");

static PyMethodDef async_gen_methods[] = {
    {"asend", (PyCFunction)async_gen_asend, METH_O, async_asend_doc},
    {"athrow", (PyCFunction)async_gen_athrow, METH_VARARGS,
     async_athrow_doc},
    {"aclose", (PyCFunction)async_gen_aclose, METH_NOARGS, async_aclose_doc},
    {"__sizeof__", (PyCFunction)gen_sizeof, METH_NOARGS, async_sizeof_doc},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL},
};

static PyAsyncMethods async_gen_as_async = {
    .am_aiter = PyObject_SelfIter,
    .am_anext = (unaryfunc)async_gen_anext,
    .am_send = (sendfunc)gen_am_send,
};

PyTypeObject PyAsyncGen_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "async_generator",
    .tp_basicsize = offsetof(PyAsyncGenObject, ag_iframe)
        + offsetof(_PyInterpreterFrame, localsplus),
    .tp_itemsize = sizeof(slot_t),
    .tp_dealloc = (destructor)gen_dealloc,
    .tp_as_async = &async_gen_as_async,
    .tp_repr = (reprfunc)async_gen_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)async_gen_traverse,
    .tp_weaklistoffset = offsetof(PyAsyncGenObject, ag_weakreflist),
    .tp_methods = async_gen_methods,
    .tp_members = async_gen_memberlist,
    .tp_getset = async_gen_getsetlist,
    .tp_finalize = _PyGen_Finalize,
};

PyObject *
PyAsyncGen_New(PyFrameObject *f, PyObject *name, PyObject *qualname)
{
    return gen_make_from_frame(&PyAsyncGen_Type, f, name, qualname);
}

/* -- Free lists ------------------------------------------------------------------------------------ */

void
_PyAsyncGen_ClearFreeLists(PyInterpreterState *interp)
{
    struct _Py_async_gen_state *state = &interp->async_gen;
    while (state->value_numfree) {
        PyObject_GC_Del(state->value_freelist[--state->value_numfree]);
    }
    while (state->asend_numfree) {
        PyObject_GC_Del(state->asend_freelist[--state->asend_numfree]);
    }
}

void
_PyAsyncGen_Fini(PyInterpreterState *interp)
{
    _PyAsyncGen_ClearFreeLists(interp);
}
