/* posix: making processes by copying this one, and what the interpreter has
   to do around that, whoever calls fork(). */

#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_import.h"
#include "pycore_initconfig.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_runtime.h"
#include "pycore_signal.h"
#include "posixmodule.h"

#include <pty.h>
#include <utmp.h>

/* -- Around fork() -------------------------------------------------------- */

/* Call what os.register_at_fork() was given; errors are only reported. */
static void
run_at_forkers(PyObject *list, int reverse)
{
    if (list == NULL) {
        return;
    }
    /* A copy: a function may register another. */
    PyObject *copy = PyList_GetSlice(list, 0, PyList_GET_SIZE(list));
    if (copy == NULL) {
        PyErr_WriteUnraisable(list);
        return;
    }
    if (reverse) {
        PyList_Reverse(copy);
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(copy); i++) {
        PyObject *function = PyList_GET_ITEM(copy, i);
        PyObject *result = PyObject_CallNoArgs(function);
        if (result == NULL) {
            PyErr_WriteUnraisable(function);
        }
        else {
            Py_DECREF(result);
        }
    }
    Py_DECREF(copy);
}

void
PyOS_BeforeFork(void)
{
    run_at_forkers(_PyInterpreterState_GET()->before_forkers, 1);
    _PyImport_AcquireLock();
}

void
PyOS_AfterFork_Parent(void)
{
    if (_PyImport_ReleaseLock() <= 0) {
        Py_FatalError("failed releasing import lock after fork");
    }
    run_at_forkers(_PyInterpreterState_GET()->after_forkers_parent, 0);
}

/* The child has this thread only: locks that others held are made anew and
   their thread states go. */
static PyStatus
reinit_after_fork(PyThreadState *tstate)
{
    _PyRuntimeState *runtime = &_PyRuntime;
    PyStatus status = _PyEval_ReInitThreads(tstate);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    status = _PyImport_ReInitLock();
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    _PySignal_AfterFork();
    status = _PyRuntimeState_ReInitThreads(runtime);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    return _PyInterpreterState_DeleteExceptMain(runtime);
}

void
PyOS_AfterFork_Child(void)
{
    _PyRuntimeState *runtime = &_PyRuntime;
    PyStatus status = _PyGILState_Reinit(runtime);
    if (!_PyStatus_EXCEPTION(status)) {
        PyThreadState *tstate = _PyThreadState_GET();
        tstate->native_thread_id = PyThread_get_thread_native_id();
        status = reinit_after_fork(tstate);
        if (!_PyStatus_EXCEPTION(status)) {
            run_at_forkers(tstate->interp->after_forkers_child, 0);
            return;
        }
    }
    Py_ExitStatusException(status);
}

void
PyOS_AfterFork(void)
{
    PyOS_AfterFork_Child();
}

/* -- Registering ---------------------------------------------------------- */

/* 1 given, 0 not, -1 not callable. */
static int
check_callable(PyObject *object, const char *name)
{
    if (object == NULL) {
        return 0;
    }
    if (!PyCallable_Check(object)) {
        PyErr_Format(PyExc_TypeError, "'%s' must be callable, not %.200s",
                     name, _PyType_Name(Py_TYPE(object)));
        return -1;
    }
    return 1;
}

static int
register_forker(PyObject **list, PyObject *function)
{
    if (function == NULL) {
        return 0;
    }
    if (*list == NULL) {
        *list = PyList_New(0);
        if (*list == NULL) {
            return -1;
        }
    }
    return PyList_Append(*list, function);
}

static PyObject *
os_register_at_fork(OS_ARGUMENTS)
{
    OS_PARSER("|$OOO:register_at_fork", "before", "after_in_child",
              "after_in_parent");
    PyObject *before = NULL;
    PyObject *after_in_child = NULL;
    PyObject *after_in_parent = NULL;
    if (!OS_PARSE(&before, &after_in_child, &after_in_parent)) {
        return NULL;
    }
    if (before == NULL && after_in_child == NULL && after_in_parent == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "At least one argument is required.");
        return NULL;
    }
    if (check_callable(before, "before") < 0
        || check_callable(after_in_child, "after_in_child") < 0
        || check_callable(after_in_parent, "after_in_parent") < 0) {
        return NULL;
    }
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (register_forker(&interp->before_forkers, before) < 0
        || register_forker(&interp->after_forkers_child, after_in_child) < 0
        || register_forker(&interp->after_forkers_parent, after_in_parent)
               < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- fork() and forkpty() ------------------------------------------------- */

static int
check_may_fork(void)
{
    if (_PyInterpreterState_GET() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_RuntimeError,
                        "fork not supported for subinterpreters");
        return -1;
    }
    return 0;
}

static PyObject *
os_fork(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    if (check_may_fork() < 0 || PySys_Audit("os.fork", NULL) < 0) {
        return NULL;
    }
    PyOS_BeforeFork();
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) {
        PyOS_AfterFork_Child();
    }
    else {
        PyOS_AfterFork_Parent();
    }
    if (pid == -1) {
        errno = error;
        return posix_error();
    }
    return PyLong_FromPid(pid);
}

static PyObject *
os_forkpty(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    if (check_may_fork() < 0 || PySys_Audit("os.forkpty", NULL) < 0) {
        return NULL;
    }
    int master = -1;
    PyOS_BeforeFork();
    pid_t pid = forkpty(&master, NULL, NULL, NULL);
    int error = errno;
    if (pid == 0) {
        PyOS_AfterFork_Child();
    }
    else {
        PyOS_AfterFork_Parent();
    }
    if (pid == -1) {
        errno = error;
        return posix_error();
    }
    return Py_BuildValue("(Ni)", PyLong_FromPid(pid), master);
}

/* -- Terminals ------------------------------------------------------------ */

static PyObject *
os_openpty(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    int master = -1, slave = -1;
    if (openpty(&master, &slave, NULL, NULL, NULL) != 0) {
        return posix_error();
    }
    if (_Py_set_inheritable(master, 0, NULL) < 0
        || _Py_set_inheritable(slave, 0, NULL) < 0) {
        close(master);
        close(slave);
        return NULL;
    }
    return Py_BuildValue("(ii)", master, slave);
}

static PyObject *
os_login_tty(PyObject *module, PyObject *arg)
{
    int fd;
    if (!fildes_converter(arg, &fd)) {
        return NULL;
    }
    if (login_tty(fd) == -1) {
        return posix_error();
    }
    Py_RETURN_NONE;
}

PyMethodDef os_fork_methods[] = {
    {"register_at_fork", _PyCFunction_CAST(os_register_at_fork), OS_KEYWORDS,
     "register_at_fork($module, /, *, before=<unrepresentable>,\n"
     "                 after_in_child=<unrepresentable>,\n"
     "                 after_in_parent=<unrepresentable>)\n--\n\n"
     "Functions to call before a fork (in reverse) and after it."},
    {"fork", os_fork, METH_NOARGS,
     "fork($module, /)\n--\n\nCopy the process; 0 in the child."},
    {"forkpty", os_forkpty, METH_NOARGS,
     "forkpty($module, /)\n--\n\n"
     "fork() with a new terminal for the child; (pid, master)."},
    {"openpty", os_openpty, METH_NOARGS,
     "openpty($module, /)\n--\n\nA pseudo-terminal's (master, slave)."},
    {"login_tty", os_login_tty, METH_O,
     "login_tty($module, fd, /)\n--\n\n"
     "Make a terminal the controlling one, and standard input and output."},
    {NULL, NULL, 0, NULL}
};
