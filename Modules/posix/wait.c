/* posix: waiting for processes, their exit statuses, and signals to them. */

#include "Python.h"
#include "pycore_structseq.h"
#include "posixmodule.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* -- wait() --------------------------------------------------------------- */

static PyObject *
pid_and_status(pid_t pid, int status)
{
    return Py_BuildValue("Ni", PyLong_FromPid(pid), status);
}

static PyObject *
os_wait(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    pid_t pid;
    int async_error = 0;
    int status = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        pid = wait(&status);
        Py_END_ALLOW_THREADS
    } while (pid < 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (pid < 0) {
        return async_error ? NULL : posix_error();
    }
    return pid_and_status(pid, status);
}

static PyObject *
os_waitpid(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int pid_arg, options;
    if (!_PyArg_ParseStack(args, nargs, "ii:waitpid", &pid_arg, &options)) {
        return NULL;
    }
    pid_t pid;
    int async_error = 0;
    int status = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        pid = waitpid(pid_arg, &status, options);
        Py_END_ALLOW_THREADS
    } while (pid < 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (pid < 0) {
        return async_error ? NULL : posix_error();
    }
    return pid_and_status(pid, status);
}

static PyObject *
seconds(struct timeval tv)
{
    return PyFloat_FromDouble((double)tv.tv_sec + (double)tv.tv_usec * 1e-6);
}

/* (pid, status, resource.struct_rusage) */
static PyObject *
build_rusage(PyObject *module, pid_t pid, int status,
             const struct rusage *usage)
{
    os_state *state = os_get_state(module);
    if (state->struct_rusage == NULL) {
        PyObject *resource = PyImport_ImportModule("resource");
        if (resource == NULL) {
            return NULL;
        }
        state->struct_rusage = PyObject_GetAttr(resource,
                                                &_Py_ID(struct_rusage));
        Py_DECREF(resource);
        if (state->struct_rusage == NULL) {
            return NULL;
        }
    }
    PyObject *result = PyStructSequence_New(
        (PyTypeObject *)state->struct_rusage);
    if (result == NULL) {
        return NULL;
    }
    PyStructSequence_SET_ITEM(result, 0, seconds(usage->ru_utime));
    PyStructSequence_SET_ITEM(result, 1, seconds(usage->ru_stime));
    const long counts[] = {
        usage->ru_maxrss, usage->ru_ixrss, usage->ru_idrss, usage->ru_isrss,
        usage->ru_minflt, usage->ru_majflt, usage->ru_nswap,
        usage->ru_inblock, usage->ru_oublock, usage->ru_msgsnd,
        usage->ru_msgrcv, usage->ru_nsignals, usage->ru_nvcsw,
        usage->ru_nivcsw
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(counts); i++) {
        PyStructSequence_SET_ITEM(result, (Py_ssize_t)i + 2,
                                  PyLong_FromLong(counts[i]));
    }
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return Py_BuildValue("NiN", PyLong_FromPid(pid), status, result);
}

static PyObject *
wait_with_usage(PyObject *module, pid_t which, int options)
{
    struct rusage usage;
    memset(&usage, 0, sizeof(usage));
    pid_t pid;
    int async_error = 0;
    int status = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        pid = wait4(which, &status, options, &usage);
        Py_END_ALLOW_THREADS
    } while (pid < 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (pid < 0) {
        return async_error ? NULL : posix_error();
    }
    return build_rusage(module, pid, status, &usage);
}

static PyObject *
os_wait3(OS_ARGUMENTS)
{
    OS_PARSER("i:wait3", "options");
    int options;
    if (!OS_PARSE(&options)) {
        return NULL;
    }
    return wait_with_usage(module, -1, options);
}

static PyObject *
os_wait4(OS_ARGUMENTS)
{
    OS_PARSER("ii:wait4", "pid", "options");
    int pid, options;
    if (!OS_PARSE(&pid, &options)) {
        return NULL;
    }
    return wait_with_usage(module, pid, options);
}

static PyStructSequence_Field waitid_result_fields[] = {
    {"si_pid", NULL},
    {"si_uid", NULL},
    {"si_signo", NULL},
    {"si_status", NULL},
    {"si_code", NULL},
    {NULL, NULL}
};

static PyStructSequence_Desc waitid_result_desc = {
    "posix.waitid_result",
    "waitid_result: Result from waitid.\n\n"
    "A tuple (si_pid, si_uid, si_signo, si_status, si_code).",
    waitid_result_fields,
    5
};

static PyObject *
os_waitid(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int idtype, id, options;
    if (!_PyArg_ParseStack(args, nargs, "iii:waitid", &idtype, &id,
                           &options)) {
        return NULL;
    }
    siginfo_t info;
    info.si_pid = 0;
    int status;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        status = waitid((idtype_t)idtype, (id_t)id, &info, options);
        Py_END_ALLOW_THREADS
    } while (status < 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (status < 0) {
        return async_error ? NULL : posix_error();
    }
    if (info.si_pid == 0) {
        Py_RETURN_NONE;
    }
    PyObject *result = PyStructSequence_New(
        os_get_state(module)->WaitidResultType);
    if (result == NULL) {
        return NULL;
    }
    PyStructSequence_SET_ITEM(result, 0, PyLong_FromPid(info.si_pid));
    PyStructSequence_SET_ITEM(result, 1, _PyLong_FromUid(info.si_uid));
    PyStructSequence_SET_ITEM(result, 2, PyLong_FromLong(info.si_signo));
    PyStructSequence_SET_ITEM(result, 3, PyLong_FromLong(info.si_status));
    PyStructSequence_SET_ITEM(result, 4, PyLong_FromLong(info.si_code));
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

static PyObject *
os_pidfd_open(OS_ARGUMENTS)
{
    OS_PARSER("i|O&:pidfd_open", "pid", "flags");
    int pid;
    unsigned int flags = 0;
    if (!OS_PARSE(&pid, _PyLong_UnsignedInt_Converter, &flags)) {
        return NULL;
    }
    int fd = (int)syscall(SYS_pidfd_open, pid, flags);
    return fd < 0 ? posix_error() : PyLong_FromLong(fd);
}

/* -- Statuses ------------------------------------------------------------- */

static PyObject *
os_waitstatus_to_exitcode(OS_ARGUMENTS)
{
    OS_PARSER("O:waitstatus_to_exitcode", "status");
    PyObject *status_obj;
    if (!OS_PARSE(&status_obj)) {
        return NULL;
    }
    int status = _PyLong_AsInt(status_obj);
    if (status == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int code;
    if (WIFEXITED(status)) {
        code = WEXITSTATUS(status);
        if (code < 0) {
            PyErr_Format(PyExc_ValueError, "invalid WEXITSTATUS: %i", code);
            return NULL;
        }
    }
    else if (WIFSIGNALED(status)) {
        int signum = WTERMSIG(status);
        if (signum <= 0) {
            PyErr_Format(PyExc_ValueError, "invalid WTERMSIG: %i", signum);
            return NULL;
        }
        code = -signum;
    }
    else if (WIFSTOPPED(status)) {
        PyErr_Format(PyExc_ValueError,
                     "process stopped by delivery of signal %i",
                     WSTOPSIG(status));
        return NULL;
    }
    else {
        PyErr_Format(PyExc_ValueError, "invalid wait status: %i", status);
        return NULL;
    }
    return PyLong_FromLong(code);
}

static PyObject *
os_WCOREDUMP(PyObject *module, PyObject *arg)
{
    int status = _PyLong_AsInt(arg);
    if (status == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyBool_FromLong(WCOREDUMP(status));
}

/* The seven others take their status by name and differ in one word. */
#define STATUS_FUNCTION(NAME, RESULT)                                         \
    static PyObject *os_##NAME(OS_ARGUMENTS)                                  \
    {                                                                         \
        OS_PARSER("i:" #NAME, "status");                                      \
        int status;                                                           \
        if (!OS_PARSE(&status)) {                                             \
            return NULL;                                                      \
        }                                                                     \
        return RESULT(NAME(status));                                          \
    }
STATUS_FUNCTION(WIFCONTINUED, PyBool_FromLong)
STATUS_FUNCTION(WIFSTOPPED, PyBool_FromLong)
STATUS_FUNCTION(WIFSIGNALED, PyBool_FromLong)
STATUS_FUNCTION(WIFEXITED, PyBool_FromLong)
STATUS_FUNCTION(WEXITSTATUS, PyLong_FromLong)
STATUS_FUNCTION(WTERMSIG, PyLong_FromLong)
STATUS_FUNCTION(WSTOPSIG, PyLong_FromLong)
#undef STATUS_FUNCTION

/* -- Signals -------------------------------------------------------------- */

/* A signal to ourselves has been handled when kill() returns. */
static PyObject *
os_kill(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int pid, signum;
    if (!_PyArg_ParseStack(args, nargs, "ii:kill", &pid, &signum)
        || PySys_Audit("os.kill", "ii", pid, signum) < 0) {
        return NULL;
    }
    if (kill(pid, signum) == -1) {
        return posix_error();
    }
    if (PyErr_CheckSignals()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
os_killpg(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int pgid, signum;
    if (!_PyArg_ParseStack(args, nargs, "ii:killpg", &pgid, &signum)
        || PySys_Audit("os.killpg", "ii", pgid, signum) < 0) {
        return NULL;
    }
    if (killpg(pgid, signum) == -1) {
        return posix_error();
    }
    if (PyErr_CheckSignals()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

#define STATUS_METHOD(NAME, DOC)                                              \
    {#NAME, _PyCFunction_CAST(os_##NAME), OS_KEYWORDS,                        \
     #NAME "($module, /, status)\n--\n\n" DOC}

PyMethodDef os_wait_methods[] = {
    {"wait", os_wait, METH_NOARGS,
     "wait($module, /)\n--\n\nWait for a child; (pid, status)."},
    {"waitpid", _PyCFunction_CAST(os_waitpid), METH_FASTCALL,
     "waitpid($module, pid, options, /)\n--\n\n"
     "Wait for a certain child; (pid, status)."},
    {"wait3", _PyCFunction_CAST(os_wait3), OS_KEYWORDS,
     "wait3($module, /, options)\n--\n\n"
     "Wait for a child; (pid, status, resource usage)."},
    {"wait4", _PyCFunction_CAST(os_wait4), OS_KEYWORDS,
     "wait4($module, /, pid, options)\n--\n\n"
     "Wait for a certain child; (pid, status, resource usage)."},
    {"waitid", _PyCFunction_CAST(os_waitid), METH_FASTCALL,
     "waitid($module, idtype, id, options, /)\n--\n\n"
     "Wait for processes; a waitid_result, or None."},
    {"pidfd_open", _PyCFunction_CAST(os_pidfd_open), OS_KEYWORDS,
     "pidfd_open($module, /, pid, flags=0)\n--\n\n"
     "A descriptor that stands for a process."},
    {"waitstatus_to_exitcode", _PyCFunction_CAST(os_waitstatus_to_exitcode),
     OS_KEYWORDS,
     "waitstatus_to_exitcode($module, /, status)\n--\n\n"
     "The exit code in a status; -N for a death by signal N."},
    {"WCOREDUMP", os_WCOREDUMP, METH_O,
     "WCOREDUMP($module, status, /)\n--\n\nWhether there is a core dump."},
    STATUS_METHOD(WIFCONTINUED, "Whether the child was continued."),
    STATUS_METHOD(WIFSTOPPED, "Whether the child was stopped."),
    STATUS_METHOD(WIFSIGNALED, "Whether the child died of a signal."),
    STATUS_METHOD(WIFEXITED, "Whether the child ended by itself."),
    STATUS_METHOD(WEXITSTATUS, "The code the child ended with."),
    STATUS_METHOD(WTERMSIG, "The signal the child died of."),
    STATUS_METHOD(WSTOPSIG, "The signal the child was stopped by."),
    {"kill", _PyCFunction_CAST(os_kill), METH_FASTCALL,
     "kill($module, pid, signal, /)\n--\n\nSend a signal to a process."},
    {"killpg", _PyCFunction_CAST(os_killpg), METH_FASTCALL,
     "killpg($module, pgid, signal, /)\n--\n\n"
     "Send a signal to a process group."},
    {NULL, NULL, 0, NULL}
};
#undef STATUS_METHOD

int
os_wait_exec(PyObject *module)
{
    os_state *state = os_get_state(module);
    state->WaitidResultType = os_add_structseq(module, &waitid_result_desc,
                                               "waitid_result");
    return state->WaitidResultType != NULL ? 0 : -1;
}
