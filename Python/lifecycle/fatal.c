/* Ending in an emergency: fatal errors, and exits from a PyStatus. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_runtime.h"
#include "pycore_traceback.h"

#undef Py_FatalError

/* Everything here writes with write(2) and formats by hand: the heap and the
   C library's streams may be broken. */
static void
fatal_put(int fd, const char *text)
{
    (void)_Py_write_noraise(fd, text, strlen(text));
}

static void
fatal_put_state(int fd)
{
    const char *state = NULL;
    if (_PyRuntimeState_GetFinalizing(&_PyRuntime)) {
        state = "finalizing (tstate=0x";
    }
    else if (_PyRuntime.initialized) {
        state = "initialized";
    }
    else if (_PyRuntime.core_initialized) {
        state = "core initialized";
    }
    else if (_PyRuntime.preinitialized) {
        state = "preinitialized";
    }
    else if (_PyRuntime.preinitializing) {
        state = "preinitializing";
    }
    else {
        state = "unknown";
    }
    fatal_put(fd, "Python runtime state: ");
    fatal_put(fd, state);
    PyThreadState *finalizing = _PyRuntimeState_GetFinalizing(&_PyRuntime);
    if (finalizing != NULL) {
        _Py_DumpHexadecimal(fd, (uintptr_t)finalizing, 2 * sizeof(void *));
        fatal_put(fd, ")");
    }
    fatal_put(fd, "\n");
}

static int fatal_busy; /* an error while reporting one ends it at once */

/* The exception that was being raised, with its traceback; 0: there is none,
   or it cannot be shown. */
static int
fatal_print_exception(PyThreadState *tstate)
{
    if (tstate->curexc_type == NULL || !_PyRuntime.core_initialized) {
        return 0;
    }
    PyErr_PrintEx(0);
    fflush(stderr);
    return 1;
}

static void _Py_NO_RETURN
fatal_error(int fd, const char *prefix, const char *message, int status)
{
    if (fatal_busy) {
        abort();
    }
    fatal_busy = 1;
    fatal_put(fd, "Fatal Python error: ");
    if (prefix != NULL) {
        fatal_put(fd, prefix);
        fatal_put(fd, ": ");
    }
    fatal_put(fd, message != NULL ? message : "<message not set>");
    fatal_put(fd, "\n");
    fatal_put_state(fd);

    PyThreadState *tstate = _PyThreadState_GET();
    PyThreadState *own = PyGILState_GetThisThreadState();
    int has_gil = tstate != NULL && own == tstate;
    PyInterpreterState *interp = own != NULL ? own->interp : NULL;
    if (!has_gil || !fatal_print_exception(tstate)) {
        fatal_put(fd, "\n");
        (void)_Py_DumpTracebackThreads(fd, interp, own);
    }
    if (interp == NULL) {
        interp = _PyInterpreterState_Main();
    }
    if (interp != NULL) {
        _Py_DumpExtensionModules(fd, interp);
    }
    /* the traceback is out: abort() must not print another */
    _PyFaulthandler_Fini();
    if (status < 0) {
        abort();
    }
    exit(status);
}

void _Py_NO_RETURN
Py_FatalError(const char *message)
{
    fatal_error(STDERR_FILENO, NULL, message, -1);
}

void _Py_NO_RETURN
_Py_FatalErrorFunc(const char *func, const char *message)
{
    fatal_error(STDERR_FILENO, func, message, -1);
}

void _Py_NO_RETURN
_Py_FatalErrorFormat(const char *func, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    fatal_error(STDERR_FILENO, func, message, -1);
}

void _Py_NO_RETURN
_Py_FatalRefcountErrorFunc(const char *func, const char *message)
{
    _Py_FatalErrorFormat(func, "reference count error: %s", message);
}

void _Py_NO_RETURN
_Py_FatalError_TstateNULL(const char *func)
{
    fatal_error(STDERR_FILENO, func,
                "the function must be called with the GIL held, "
                "after Python initialization and before Python finalization, "
                "but the GIL is released (the current Python thread state is "
                "NULL)",
                -1);
}

void _Py_NO_RETURN
Py_ExitStatusException(PyStatus status)
{
    if (_PyStatus_IS_EXIT(status)) {
        exit(status.exitcode);
    }
    if (_PyStatus_IS_ERROR(status)) {
        fatal_error(STDERR_FILENO, status.func, status.err_msg, 1);
    }
    Py_FatalError("Py_ExitStatusException() must not be called on success");
}

/* whether sys.stdlib_module_names has it, found without hashing */
static int
is_stdlib_module(PyInterpreterState *interp, PyObject *name)
{
    Py_ssize_t pos = 0;
    PyObject *key, *value, *names = NULL;
    while (interp->sysdict != NULL
           && PyDict_Next(interp->sysdict, &pos, &key, &value)) {
        if (PyUnicode_Check(key)
            && PyUnicode_CompareWithASCIIString(key, "stdlib_module_names")
                   == 0) {
            names = value;
        }
    }
    if (names == NULL || !PyFrozenSet_Check(names)) {
        return 0;
    }
    Py_ssize_t length = PyUnicode_FindChar(name, '.', 0,
                                           PyUnicode_GET_LENGTH(name), 1);
    if (length < 0) {
        length = PyUnicode_GET_LENGTH(name);
    }
    Py_hash_t hash;
    pos = 0;
    while (_PySet_NextEntry(names, &pos, &key, &hash)) {
        if (PyUnicode_Check(key) && PyUnicode_GET_LENGTH(key) == length
            && PyUnicode_Tailmatch(name, key, 0, length, -1) == 1) {
            return 1;
        }
    }
    return 0;
}

void
_Py_DumpExtensionModules(int fd, PyInterpreterState *interp)
{
    /* only what can be read without a lookup that may run code */
    PyObject *modules = interp->modules;
    if (modules == NULL || !PyDict_Check(modules)) {
        return;
    }
    int count = 0;
    Py_ssize_t pos = 0;
    PyObject *key, *value;
    while (PyDict_Next(modules, &pos, &key, &value)) {
        if (!PyUnicode_Check(key) || !PyModule_Check(value)
            || PyModule_GetDef(value) == NULL) {
            continue;
        }
        if (is_stdlib_module(interp, key)) {
            continue;
        }
        fatal_put(fd, count++ == 0 ? "\nExtension modules: " : ", ");
        _Py_DumpASCII(fd, key);
    }
    if (count > 0) {
        fatal_put(fd, " (total: ");
        _Py_DumpDecimal(fd, (size_t)count);
        fatal_put(fd, ")\n");
    }
}
