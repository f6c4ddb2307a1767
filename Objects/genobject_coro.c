/* Coroutines, and the iterator that their __await__ returns. */

#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_frame.h"
#include "pycore_genobject.h"
#include "pycore_object.h"
#include "genobject_common.h"
#include "structmember.h"

/* -- Awaitables ---------------------------------------------------------------- */

/* A generator that types.coroutine() made awaitable. */
static int
is_iterable_coroutine(PyObject *o)
{
    return PyGen_CheckExact(o)
        && (((PyGenObject *)o)->gi_code->co_flags & CO_ITERABLE_COROUTINE);
}

/* What await iterates over: a coroutine itself, others' __await__(). */
PyObject *
_PyCoro_GetAwaitableIter(PyObject *o)
{
    if (PyCoro_CheckExact(o) || is_iterable_coroutine(o)) {
        return Py_NewRef(o);
    }
    PyTypeObject *type = Py_TYPE(o);
    if (type->tp_as_async == NULL || type->tp_as_async->am_await == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "object %.100s can't be used in 'await' expression",
                     type->tp_name);
        return NULL;
    }
    PyObject *iter = type->tp_as_async->am_await(o);
    if (iter == NULL) {
        return NULL;
    }
    if (PyCoro_CheckExact(iter) || is_iterable_coroutine(iter)) {
        PyErr_SetString(PyExc_TypeError, "__await__() returned a coroutine");
        Py_DECREF(iter);
        return NULL;
    }
    if (!PyIter_Check(iter)) {
        PyErr_Format(PyExc_TypeError,
                     "__await__() returned non-iterator of type '%.100s'",
                     Py_TYPE(iter)->tp_name);
        Py_DECREF(iter);
        return NULL;
    }
    return iter;
}

/* -- The wrapper --------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyCoroObject *cw_coroutine; /* owned */
} coro_wrapper;

static PyObject *
coro_await(PyCoroObject *coro)
{
    coro_wrapper *cw = PyObject_GC_New(coro_wrapper, &_PyCoroWrapper_Type);
    if (cw == NULL) {
        return NULL;
    }
    cw->cw_coroutine = (PyCoroObject *)Py_NewRef(coro);
    _PyObject_GC_TRACK(cw);
    return (PyObject *)cw;
}

static void
coro_wrapper_dealloc(coro_wrapper *cw)
{
    _PyObject_GC_UNTRACK(cw);
    Py_CLEAR(cw->cw_coroutine);
    PyObject_GC_Del(cw);
}

static int
coro_wrapper_traverse(coro_wrapper *cw, visitproc visit, void *arg)
{
    Py_VISIT(cw->cw_coroutine);
    return 0;
}

static PyObject *
coro_wrapper_iternext(coro_wrapper *cw)
{
    return gen_send_ex((PyGenObject *)cw->cw_coroutine, NULL, 0, 0);
}

static PyObject *
coro_wrapper_send(coro_wrapper *cw, PyObject *arg)
{
    return gen_send((PyGenObject *)cw->cw_coroutine, arg);
}

static PyObject *
coro_wrapper_throw(coro_wrapper *cw, PyObject *const *args, Py_ssize_t nargs)
{
    return gen_throw((PyGenObject *)cw->cw_coroutine, args, nargs);
}

static PyObject *
coro_wrapper_close(coro_wrapper *cw, PyObject *args)
{
    return gen_close((PyGenObject *)cw->cw_coroutine, args);
}

PyDoc_STRVAR(coro_send_doc,
"send(arg) -> pass 'arg' into coroutine,\n\
return what it awaits next or raise StopIteration.");

PyDoc_STRVAR(coro_throw_doc,
"throw(value)\n\
throw(type[,value[,traceback]])\n\
\n\
Raise an exception in coroutine where it waits, return what it awaits\n\
next or raise StopIteration.");

PyDoc_STRVAR(coro_close_doc,
"close() -> raise GeneratorExit inside coroutine.");

static PyMethodDef coro_wrapper_methods[] = {
    {"send", (PyCFunction)coro_wrapper_send, METH_O, coro_send_doc},
    {"throw", _PyCFunction_CAST(coro_wrapper_throw), METH_FASTCALL,
     coro_throw_doc},
    {"close", (PyCFunction)coro_wrapper_close, METH_NOARGS, coro_close_doc},
    {NULL},
};

PyTypeObject _PyCoroWrapper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "coroutine_wrapper",
    .tp_basicsize = sizeof(coro_wrapper),
    .tp_dealloc = (destructor)coro_wrapper_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "What iterates over a coroutine for await.",
    .tp_traverse = (traverseproc)coro_wrapper_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)coro_wrapper_iternext,
    .tp_methods = coro_wrapper_methods,
};

/* -- The coroutine ---------------------------------------------------------------------- */

PyObject *
coro_compute_origin(int depth, _PyInterpreterFrame *first)
{
    int count = 0;
    for (_PyInterpreterFrame *frame = first; frame && count < depth;
         frame = frame->previous) {
        count++;
    }
    PyObject *origin = PyTuple_New(count);
    if (origin == NULL) {
        return NULL;
    }
    _PyInterpreterFrame *frame = first;
    for (int i = 0; i < count; i++, frame = frame->previous) {
        PyCodeObject *code = frame->f_code;
        int line = PyCode_Addr2Line(code, _PyInterpreterFrame_LASTI(frame)
                                    * (int)sizeof(_Py_CODEUNIT));
        PyObject *entry = Py_BuildValue("OiO", code->co_filename, line,
                                        code->co_name);
        if (entry == NULL) {
            Py_DECREF(origin);
            return NULL;
        }
        PyTuple_SET_ITEM(origin, i, entry);
    }
    return origin;
}

static PyObject *
coro_repr(PyCoroObject *coro)
{
    return PyUnicode_FromFormat("<coroutine object %S at %p>",
                                coro->cr_qualname, coro);
}

static PyObject *
coro_getframe(PyGenObject *coro, void *closure)
{
    return gen_getframe_as(coro, "cr_frame");
}

static PyGetSetDef coro_getsetlist[] = {
    {"__name__", (getter)gen_get_name, (setter)gen_set_name,
     PyDoc_STR("name of the coroutine")},
    {"__qualname__", (getter)gen_get_qualname, (setter)gen_set_qualname,
     PyDoc_STR("qualified name of the coroutine")},
    {"cr_await", (getter)gen_getyieldfrom, NULL,
     PyDoc_STR("object being awaited on, or None")},
    {"cr_running", (getter)gen_getrunning, NULL, NULL},
    {"cr_frame", (getter)coro_getframe, NULL, NULL},
    {"cr_suspended", (getter)gen_getsuspended, NULL, NULL},
    {NULL},
};

static PyMemberDef coro_memberlist[] = {
    {"cr_code", T_OBJECT, offsetof(PyCoroObject, cr_code),
     READONLY | PY_AUDIT_READ},
    {"cr_origin", T_OBJECT, offsetof(PyCoroObject, cr_origin_or_finalizer),
     READONLY},
    {NULL},
};

PyDoc_STRVAR(coro_sizeof_doc,
"gen.__sizeof__() -> size of gen in memory, in bytes");

static PyMethodDef coro_methods[] = {
    {"send", (PyCFunction)gen_send, METH_O, coro_send_doc},
    {"throw", _PyCFunction_CAST(gen_throw), METH_FASTCALL, coro_throw_doc},
    {"close", (PyCFunction)gen_close, METH_NOARGS, coro_close_doc},
    {"__sizeof__", (PyCFunction)gen_sizeof, METH_NOARGS, coro_sizeof_doc},
    {NULL},
};

static PyAsyncMethods coro_as_async = {
    .am_await = (unaryfunc)coro_await,
    .am_send = (sendfunc)gen_am_send,
};

PyTypeObject PyCoro_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "coroutine",
    .tp_basicsize = offsetof(PyCoroObject, cr_iframe)
        + offsetof(_PyInterpreterFrame, localsplus),
    .tp_itemsize = sizeof(slot_t),
    .tp_dealloc = (destructor)gen_dealloc,
    .tp_as_async = &coro_as_async,
    .tp_repr = (reprfunc)coro_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)gen_traverse,
    .tp_weaklistoffset = offsetof(PyCoroObject, cr_weakreflist),
    .tp_methods = coro_methods,
    .tp_members = coro_memberlist,
    .tp_getset = coro_getsetlist,
    .tp_finalize = _PyGen_Finalize,
};

PyObject *
PyCoro_New(PyFrameObject *f, PyObject *name, PyObject *qualname)
{
    PyObject *coro = gen_make_from_frame(&PyCoro_Type, f, name, qualname);
    if (coro == NULL) {
        return NULL;
    }
    int depth = _PyThreadState_GET()->coroutine_origin_tracking_depth;
    if (depth > 0) {
        PyObject *origin = coro_compute_origin(depth, _PyEval_GetFrame());
        ((PyCoroObject *)coro)->cr_origin_or_finalizer = origin;
        if (origin == NULL) {
            Py_DECREF(coro);
            return NULL;
        }
    }
    return coro;
}
