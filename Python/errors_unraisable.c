/* Exceptions that nobody can catch: raised by a destructor, a callback, a
   weak reference. They go to sys.unraisablehook, whose built-in version
   prints them. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_frame.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_structseq.h"
#include "pycore_sysmodule.h"
#include "pycore_traceback.h"

/* -- The hook's argument ------------------------------------------------- */

static PyTypeObject UnraisableHookArgs_Type;

static PyStructSequence_Field unraisable_fields[] = {
    {"exc_type", "Exception type"},
    {"exc_value", "Exception value"},
    {"exc_traceback", "Exception traceback"},
    {"err_msg", "Error message"},
    {"object", "Object causing the exception"},
    {0},
};

static PyStructSequence_Desc unraisable_desc = {
    .name = "UnraisableHookArgs",
    .doc = "UnraisableHookArgs\n\n"
           "What sys.unraisablehook() is given",
    .fields = unraisable_fields,
    .n_in_sequence = 5,
};

PyStatus
_PyErr_InitTypes(PyInterpreterState *interp)
{
    if (UnraisableHookArgs_Type.tp_name == NULL) {
        if (PyStructSequence_InitType2(&UnraisableHookArgs_Type,
                                       &unraisable_desc) < 0) {
            return _PyStatus_ERR("failed to initialize "
                                 "UnraisableHookArgs type");
        }
    }
    return _PyStatus_OK();
}

void
_PyErr_FiniTypes(PyInterpreterState *interp)
{
    if (!_Py_IsMainInterpreter(interp)) {
        return;
    }
    _PyStructSequence_FiniType(&UnraisableHookArgs_Type);
}

static PyObject *
unraisable_args_new(PyThreadState *tstate, PyObject *type, PyObject *value,
                    PyObject *tb, PyObject *err_msg, PyObject *object)
{
    PyObject *args = PyStructSequence_New(&UnraisableHookArgs_Type);
    if (args == NULL) {
        return NULL;
    }
    PyObject *items[] = {type, value, tb, err_msg, object};
    for (Py_ssize_t i = 0; i < 5; i++) {
        PyObject *item = items[i] != NULL ? items[i] : Py_None;
        PyStructSequence_SET_ITEM(args, i, Py_NewRef(item));
    }
    if (_PyErr_Occurred(tstate)) {
        Py_DECREF(args);
        return NULL;
    }
    return args;
}

/* -- Printing -------------------------------------------------------------- */

static inline int
is_given(PyObject *obj)
{
    return obj != NULL && obj != Py_None;
}

static int
write_heading(PyObject *err_msg, PyObject *obj, PyObject *file)
{
    if (!is_given(obj)) {
        if (!is_given(err_msg)) {
            return 0;
        }
        if (PyFile_WriteObject(err_msg, file, Py_PRINT_RAW) < 0) {
            return -1;
        }
        return PyFile_WriteString(":\n", file);
    }
    if (is_given(err_msg)) {
        if (PyFile_WriteObject(err_msg, file, Py_PRINT_RAW) < 0
            || PyFile_WriteString(": ", file) < 0) {
            return -1;
        }
    }
    else if (PyFile_WriteString("Exception ignored in: ", file) < 0) {
        return -1;
    }
    if (PyFile_WriteObject(obj, file, 0) < 0) {
        PyErr_Clear();
        if (PyFile_WriteString("<object repr() failed>", file) < 0) {
            return -1;
        }
    }
    return PyFile_WriteString("\n", file);
}

static int
write_type_name(PyObject *type, PyObject *file)
{
    assert(PyExceptionClass_Check(type));
    PyObject *module = PyObject_GetAttr(type, &_Py_ID(__module__));
    if (module == NULL || !PyUnicode_Check(module)) {
        Py_XDECREF(module);
        PyErr_Clear();
        if (PyFile_WriteString("<unknown>", file) < 0) {
            return -1;
        }
    }
    else {
        int err = 0;
        if (!_PyUnicode_Equal(module, &_Py_ID(builtins))
            && !_PyUnicode_Equal(module, &_Py_ID(__main__))) {
            err = PyFile_WriteObject(module, file, Py_PRINT_RAW);
            if (err == 0) {
                err = PyFile_WriteString(".", file);
            }
        }
        Py_DECREF(module);
        if (err < 0) {
            return -1;
        }
    }
    PyObject *qualname = PyType_GetQualName((PyTypeObject *)type);
    if (qualname == NULL || !PyUnicode_Check(qualname)) {
        Py_XDECREF(qualname);
        PyErr_Clear();
        return PyFile_WriteString("<unknown>", file);
    }
    int err = PyFile_WriteObject(qualname, file, Py_PRINT_RAW);
    Py_DECREF(qualname);
    return err;
}

static int
unraisable_write(PyThreadState *tstate, PyObject *type, PyObject *value,
                 PyObject *tb, PyObject *err_msg, PyObject *obj,
                 PyObject *file)
{
    if (write_heading(err_msg, obj, file) < 0) {
        return -1;
    }
    if (is_given(tb) && PyTraceBack_Print(tb, file) < 0) {
        /* The exception matters more than where it came from. */
        _PyErr_Clear(tstate);
    }
    if (!is_given(type)) {
        return -1;
    }
    if (write_type_name(type, file) < 0) {
        return -1;
    }
    if (is_given(value)) {
        if (PyFile_WriteString(": ", file) < 0) {
            return -1;
        }
        if (PyFile_WriteObject(value, file, Py_PRINT_RAW) < 0) {
            _PyErr_Clear(tstate);
            if (PyFile_WriteString("<exception str() failed>", file) < 0) {
                return -1;
            }
        }
    }
    if (PyFile_WriteString("\n", file) < 0) {
        return -1;
    }
    PyObject *res = _PyObject_CallMethodNoArgs(file, &_Py_ID(flush));
    if (res == NULL) {
        return -1;
    }
    Py_DECREF(res);
    return 0;
}

static int
unraisable_write_stderr(PyThreadState *tstate, PyObject *type,
                        PyObject *value, PyObject *tb, PyObject *err_msg,
                        PyObject *obj)
{
    PyObject *file = _PySys_GetAttr(tstate, &_Py_ID(stderr));
    if (file == NULL || file == Py_None) {
        return 0;
    }
    Py_INCREF(file);
    int res = unraisable_write(tstate, type, value, tb, err_msg, obj, file);
    Py_DECREF(file);
    return res;
}

PyObject *
_PyErr_WriteUnraisableDefaultHook(PyObject *args)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (!Py_IS_TYPE(args, &UnraisableHookArgs_Type)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "sys.unraisablehook argument type "
                         "must be UnraisableHookArgs");
        return NULL;
    }
    if (unraisable_write_stderr(tstate,
                                PyStructSequence_GET_ITEM(args, 0),
                                PyStructSequence_GET_ITEM(args, 1),
                                PyStructSequence_GET_ITEM(args, 2),
                                PyStructSequence_GET_ITEM(args, 3),
                                PyStructSequence_GET_ITEM(args, 4)) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- Reporting ------------------------------------------------------------- */

/* What is known of the failure while it is on its way to the hook. */
struct unraisable {
    PyObject *type, *value, *tb;        /* owned; type may be NULL */
    PyObject *err_msg;                  /* owned, str or NULL */
    PyObject *obj;                      /* owned, or NULL */
};

/* Reporting itself failed: from now on that failure is the subject. */
static void
unraisable_replace(PyThreadState *tstate, struct unraisable *report,
                   const char *err_msg, PyObject *obj)
{
    Py_XDECREF(report->type);
    Py_XDECREF(report->value);
    Py_XDECREF(report->tb);
    _PyErr_Fetch(tstate, &report->type, &report->value, &report->tb);
    PyObject *msg = PyUnicode_FromString(err_msg);
    if (msg == NULL) {
        PyErr_Clear();
    }
    Py_XSETREF(report->err_msg, msg);
    Py_XSETREF(report->obj, Py_XNewRef(obj));
}

/* 1: the hook took it; 0: the default is to do it. */
static int
unraisable_call_hook(PyThreadState *tstate, struct unraisable *report)
{
    PyObject *args = unraisable_args_new(tstate, report->type,
                                         report->value, report->tb,
                                         report->err_msg, report->obj);
    if (args == NULL) {
        unraisable_replace(tstate, report,
                           "Exception ignored on building "
                           "sys.unraisablehook arguments", NULL);
        return 0;
    }
    int taken = 0;
    PyObject *hook = _PySys_GetAttr(tstate, &_Py_ID(unraisablehook));
    Py_XINCREF(hook);
    if (hook != NULL
        && _PySys_Audit(tstate, "sys.unraisablehook", "OO", hook,
                        args) < 0) {
        unraisable_replace(tstate, report,
                           "Exception ignored in audit hook", NULL);
    }
    else if (hook != NULL && hook != Py_None) {
        PyObject *res = PyObject_CallOneArg(hook, args);
        if (res != NULL) {
            Py_DECREF(res);
            taken = 1;
        }
        else {
            unraisable_replace(tstate, report,
                               "Exception ignored in sys.unraisablehook",
                               hook);
        }
    }
    Py_XDECREF(hook);
    Py_DECREF(args);
    return taken;
}

void
_PyErr_WriteUnraisableMsg(const char *err_msg_str, PyObject *obj)
{
    PyThreadState *tstate = _PyThreadState_GET();
    struct unraisable report = {.obj = Py_XNewRef(obj)};
    _PyErr_Fetch(tstate, &report.type, &report.value, &report.tb);
    assert(report.type != NULL);

    if (report.tb == NULL) {
        PyFrameObject *frame = PyThreadState_GetFrame(tstate);
        if (frame != NULL) {
            report.tb = _PyTraceBack_FromFrame(NULL, frame);
            if (report.tb == NULL) {
                _PyErr_Clear(tstate);
            }
            Py_DECREF(frame);
        }
    }
    _PyErr_NormalizeException(tstate, &report.type, &report.value,
                              &report.tb);
    if (is_given(report.tb)
        && PyException_SetTraceback(report.value, report.tb) < 0) {
        _PyErr_Clear(tstate);
    }
    if (err_msg_str != NULL) {
        report.err_msg = PyUnicode_FromFormat("Exception ignored %s",
                                              err_msg_str);
        if (report.err_msg == NULL) {
            PyErr_Clear();
        }
    }
    if (!unraisable_call_hook(tstate, &report)) {
        (void)unraisable_write_stderr(tstate, report.type, report.value,
                                      report.tb, report.err_msg,
                                      report.obj);
    }
    Py_XDECREF(report.type);
    Py_XDECREF(report.value);
    Py_XDECREF(report.tb);
    Py_XDECREF(report.err_msg);
    Py_XDECREF(report.obj);
    /* Nothing that went wrong on the way may reach the caller. */
    _PyErr_Clear(tstate);
}

void
PyErr_WriteUnraisable(PyObject *obj)
{
    _PyErr_WriteUnraisableMsg(NULL, obj);
}
