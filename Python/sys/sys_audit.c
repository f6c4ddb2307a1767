/* Audit events (PEP 578): C hooks of the process, Python hooks of the
   interpreter. */
#include "sys_private.h"
#include "pycore_ceval.h"
#include "pycore_tuple.h"

static int
audit_wanted(PyThreadState *tstate)
{
    return _PyRuntime.audit_hook_head != NULL
           || (tstate != NULL && tstate->interp->audit_hooks != NULL);
}

/* The arguments as a tuple. */
static PyObject *
audit_args(const char *format, va_list vargs)
{
    if (format == NULL || format[0] == '\0') {
        return PyTuple_New(0);
    }
    PyObject *args = _Py_VaBuildValue_SizeT(format, vargs);
    if (args != NULL && !PyTuple_Check(args)) {
        Py_SETREF(args, PyTuple_Pack(1, args));
    }
    return args;
}

/* A hook that asks to be traced (__cantrace__) is. */
static int
call_python_hook(PyThreadState *tstate, PyObject *hook, PyObject *event,
                 PyObject *args)
{
    PyObject *wish;
    int traced = _PyObject_LookupAttr(hook, &_Py_ID(__cantrace__), &wish);
    if (wish != NULL) {
        traced = PyObject_IsTrue(wish);
        Py_DECREF(wish);
    }
    if (traced < 0) {
        return -1;
    }
    if (traced) {
        PyThreadState_LeaveTracing(tstate);
    }
    PyObject *stack[2] = {event, args};
    PyObject *result = PyObject_Vectorcall(hook, stack, 2, NULL);
    if (traced) {
        PyThreadState_EnterTracing(tstate);
    }
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static int
run_python_hooks(PyThreadState *tstate, const char *event, PyObject *args)
{
    PyObject *name = PyUnicode_FromString(event);
    PyObject *hooks = name == NULL
                          ? NULL
                          : PyObject_GetIter(tstate->interp->audit_hooks);
    int result = hooks == NULL ? -1 : 0;
    PyThreadState_EnterTracing(tstate);
    while (result == 0) {
        PyObject *hook = PyIter_Next(hooks);
        if (hook == NULL) {
            result = _PyErr_Occurred(tstate) ? -1 : 0;
            break;
        }
        result = call_python_hook(tstate, hook, name, args);
        Py_DECREF(hook);
    }
    PyThreadState_LeaveTracing(tstate);
    Py_XDECREF(hooks);
    Py_XDECREF(name);
    return result;
}

static int
audit_va(PyThreadState *tstate, const char *event, const char *format,
         va_list vargs)
{
    if (!audit_wanted(tstate)) {
        return 0;
    }
    PyObject *type = NULL, *value = NULL, *traceback = NULL;
    if (tstate != NULL) {
        _PyErr_Fetch(tstate, &type, &value, &traceback);
    }
    int result = -1;
    PyObject *args = audit_args(format, vargs);
    if (args != NULL) {
        result = 0;
        for (_Py_AuditHookEntry *hook = _PyRuntime.audit_hook_head;
             hook != NULL && result == 0; hook = hook->next) {
            result = hook->hookCFunction(event, args, hook->userData) < 0
                         ? -1
                         : 0;
        }
        if (result == 0 && tstate != NULL
            && tstate->interp->audit_hooks != NULL) {
            result = run_python_hooks(tstate, event, args);
        }
        Py_DECREF(args);
    }
    if (tstate != NULL) {
        if (result == 0) {
            _PyErr_Restore(tstate, type, value, traceback);
        }
        else {
            Py_XDECREF(type);
            Py_XDECREF(value);
            Py_XDECREF(traceback);
        }
    }
    return result;
}

int
_PySys_Audit(PyThreadState *tstate, const char *event, const char *argFormat,
             ...)
{
    va_list vargs;
    va_start(vargs, argFormat);
    int result = audit_va(tstate, event, argFormat, vargs);
    va_end(vargs);
    return result;
}

int
PySys_Audit(const char *event, const char *argFormat, ...)
{
    va_list vargs;
    va_start(vargs, argFormat);
    int result = audit_va(_PyThreadState_GET(), event, argFormat, vargs);
    va_end(vargs);
    return result;
}

int
PySys_AddAuditHook(Py_AuditHookFunction hook, void *userData)
{
    PyThreadState *tstate = _PyRuntime.initialized ? _PyThreadState_GET()
                                                   : NULL;
    /* a hook that is there may refuse a new one, silently if it says so
       with a RuntimeError */
    if (tstate != NULL && _PySys_Audit(tstate, "sys.addaudithook", NULL) < 0) {
        if (_PyErr_ExceptionMatches(tstate, PyExc_RuntimeError)) {
            _PyErr_Clear(tstate);
            return 0;
        }
        return -1;
    }
    _Py_AuditHookEntry *entry = PyMem_RawCalloc(1, sizeof(*entry));
    if (entry == NULL) {
        if (tstate != NULL) {
            _PyErr_NoMemory(tstate);
        }
        return -1;
    }
    entry->hookCFunction = hook;
    entry->userData = userData;
    _Py_AuditHookEntry **last = &_PyRuntime.audit_hook_head;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = entry;
    return 0;
}

void
_PySys_ClearAuditHooks(PyThreadState *tstate)
{
    if (_PyRuntime.audit_hook_head == NULL) {
        return;
    }
    _PySys_Audit(tstate, "cpython._PySys_ClearAuditHooks", NULL);
    _PyErr_Clear(tstate);
    while (_PyRuntime.audit_hook_head != NULL) {
        _Py_AuditHookEntry *entry = _PyRuntime.audit_hook_head;
        _PyRuntime.audit_hook_head = entry->next;
        PyMem_RawFree(entry);
    }
}

PyDoc_STRVAR(addaudithook_doc,
"addaudithook($module, /, hook)\n--\n\n"
"Call hook(event, args) for each audit event of this interpreter.");

static PyObject *
sys_addaudithook(PyObject *Py_UNUSED(module), PyObject *args,
                 PyObject *kwargs)
{
    static char *names[] = {"hook", NULL};
    PyObject *hook;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:addaudithook", names,
                                     &hook)) {
        return NULL;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    if (_PySys_Audit(tstate, "sys.addaudithook", NULL) < 0) {
        if (_PyErr_ExceptionMatches(tstate, PyExc_Exception)) {
            /* refused */
            _PyErr_Clear(tstate);
            Py_RETURN_NONE;
        }
        return NULL;
    }
    PyInterpreterState *interp = tstate->interp;
    if (interp->audit_hooks == NULL) {
        interp->audit_hooks = PyList_New(0);
        if (interp->audit_hooks == NULL) {
            return NULL;
        }
        /* not to be found through gc */
        PyObject_GC_UnTrack(interp->audit_hooks);
    }
    if (PyList_Append(interp->audit_hooks, hook) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(audit_doc,
"audit(event, *args)\n\n"
"Raise an audit event with these arguments.");

static PyObject *
sys_audit(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (nargs == 0) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "audit() missing 1 required positional argument: "
                         "'event'");
        return NULL;
    }
    if (!audit_wanted(tstate)) {
        Py_RETURN_NONE;
    }
    PyObject *event = args[0];
    if (!PyUnicode_Check(event)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "expected str for argument 'event', not %.200s",
                      Py_TYPE(event)->tp_name);
        return NULL;
    }
    const char *name = PyUnicode_AsUTF8(event);
    if (name == NULL) {
        return NULL;
    }
    PyObject *rest = _PyTuple_FromArray(args + 1, nargs - 1);
    if (rest == NULL) {
        return NULL;
    }
    int failed = _PySys_Audit(tstate, name, "O", rest);
    Py_DECREF(rest);
    if (failed < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyMethodDef sys_audit_methods[] = {
    {"addaudithook", (PyCFunction)(void (*)(void))sys_addaudithook,
     METH_VARARGS | METH_KEYWORDS, addaudithook_doc},
    {"audit", (PyCFunction)(void (*)(void))sys_audit, METH_FASTCALL,
     audit_doc},
    {NULL, NULL, 0, NULL},
};
