/* The atexit module: functions to call when the interpreter ends.  They are
   kept in the interpreter's state, last registered called first. */

#include "Python.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"

static struct atexit_state *
get_atexit_state(void)
{
    return &_PyInterpreterState_GET()->atexit;
}

/* Its place stays, empty: an iteration may be under way. */
static void
atexit_delete_callback(struct atexit_state *state, int i)
{
    atexit_callback *callback = state->callbacks[i];
    state->callbacks[i] = NULL;
    Py_DECREF(callback->func);
    Py_DECREF(callback->args);
    Py_XDECREF(callback->kwargs);
    PyMem_Free(callback);
}

static void
atexit_cleanup(struct atexit_state *state)
{
    for (int i = 0; i < state->ncallbacks; i++) {
        if (state->callbacks[i] != NULL) {
            atexit_delete_callback(state, i);
        }
    }
    state->ncallbacks = 0;
}

static void
atexit_call_all(struct atexit_state *state)
{
    for (int i = state->ncallbacks - 1; i >= 0; i--) {
        atexit_callback *callback = state->callbacks[i];
        if (callback == NULL) {
            continue;
        }
        /* It may unregister itself, and then goes. */
        PyObject *func = Py_NewRef(callback->func);
        PyObject *args = Py_NewRef(callback->args);
        PyObject *kwargs = Py_XNewRef(callback->kwargs);
        PyObject *result = PyObject_Call(func, args, kwargs);
        if (result == NULL) {
            _PyErr_WriteUnraisableMsg("in atexit callback", func);
        }
        else {
            Py_DECREF(result);
        }
        Py_DECREF(func);
        Py_DECREF(args);
        Py_XDECREF(kwargs);
    }
    atexit_cleanup(state);
}

/* -- For the interpreter -------------------------------------------------- */

PyStatus
_PyAtExit_Init(PyInterpreterState *interp)
{
    struct atexit_state *state = &interp->atexit;
    state->callback_len = 32;
    state->ncallbacks = 0;
    state->callbacks = PyMem_New(atexit_callback *,
                                 (size_t)state->callback_len);
    if (state->callbacks == NULL) {
        return _PyStatus_NO_MEMORY();
    }
    return _PyStatus_OK();
}

void
_PyAtExit_Call(PyInterpreterState *interp)
{
    atexit_call_all(&interp->atexit);
}

void
_PyAtExit_Fini(PyInterpreterState *interp)
{
    struct atexit_state *state = &interp->atexit;
    atexit_cleanup(state);
    PyMem_Free(state->callbacks);
    state->callbacks = NULL;
}

/* -- The module ----------------------------------------------------------- */

static PyObject *
atexit_register(PyObject *module, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) == 0) {
        PyErr_SetString(PyExc_TypeError,
                        "register() takes at least 1 argument (0 given)");
        return NULL;
    }
    PyObject *func = PyTuple_GET_ITEM(args, 0);
    if (!PyCallable_Check(func)) {
        PyErr_SetString(PyExc_TypeError,
                        "the first argument must be callable");
        return NULL;
    }
    struct atexit_state *state = get_atexit_state();
    if (state->ncallbacks >= state->callback_len) {
        int length = state->callback_len + 16;
        size_t size = sizeof(atexit_callback *) * (size_t)length;
        atexit_callback **larger = PyMem_Realloc(state->callbacks, size);
        if (larger == NULL) {
            return PyErr_NoMemory();
        }
        state->callbacks = larger;
        state->callback_len = length;
    }
    atexit_callback *callback = PyMem_Malloc(sizeof(atexit_callback));
    if (callback == NULL) {
        return PyErr_NoMemory();
    }
    callback->args = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    if (callback->args == NULL) {
        PyMem_Free(callback);
        return NULL;
    }
    callback->func = Py_NewRef(func);
    callback->kwargs = Py_XNewRef(kwargs);
    state->callbacks[state->ncallbacks++] = callback;
    return Py_NewRef(func);
}

static PyObject *
atexit_run_exitfuncs(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    atexit_call_all(get_atexit_state());
    Py_RETURN_NONE;
}

static PyObject *
atexit_clear(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    atexit_cleanup(get_atexit_state());
    Py_RETURN_NONE;
}

static PyObject *
atexit_ncallbacks(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromSsize_t(get_atexit_state()->ncallbacks);
}

static PyObject *
atexit_unregister(PyObject *module, PyObject *func)
{
    struct atexit_state *state = get_atexit_state();
    for (int i = 0; i < state->ncallbacks; i++) {
        atexit_callback *callback = state->callbacks[i];
        if (callback == NULL) {
            continue;
        }
        /* Comparing runs Python code, which may unregister, too. */
        PyObject *candidate = Py_NewRef(callback->func);
        int equal = PyObject_RichCompareBool(candidate, func, Py_EQ);
        Py_DECREF(candidate);
        if (equal < 0) {
            return NULL;
        }
        if (equal && i < state->ncallbacks
            && state->callbacks[i] == callback) {
            atexit_delete_callback(state, i);
        }
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(module_doc,
"Functions to be called when the interpreter ends, the last one first.\n"
"\n"
"register() adds one, unregister() takes it back.");

static PyMethodDef atexit_methods[] = {
    {"register", _PyCFunction_CAST(atexit_register),
     METH_VARARGS | METH_KEYWORDS,
     "register(func, *args, **kwargs) -> func\n\n"
     "Have func(*args, **kwargs) called at the end."},
    {"_clear", atexit_clear, METH_NOARGS,
     "_clear() -> None\n\nForget all functions."},
    {"unregister", atexit_unregister, METH_O,
     "unregister(func) -> None\n\nForget a function, however often given."},
    {"_run_exitfuncs", atexit_run_exitfuncs, METH_NOARGS,
     "_run_exitfuncs() -> None\n\n"
     "Call all functions now, and forget them."},
    {"_ncallbacks", atexit_ncallbacks, METH_NOARGS,
     "_ncallbacks() -> int\n\nHow many functions are registered."},
    {NULL, NULL, 0, NULL}
};

static PyModuleDef_Slot atexit_slots[] = {
    {0, NULL}
};

static struct PyModuleDef atexit_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "atexit",
    .m_doc = module_doc,
    .m_size = 0,
    .m_methods = atexit_methods,
    .m_slots = atexit_slots,
};

PyMODINIT_FUNC
PyInit_atexit(void)
{
    return PyModuleDef_Init(&atexit_module);
}
