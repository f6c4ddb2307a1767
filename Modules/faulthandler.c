/* The faulthandler module: tracebacks when the process crashes, when it hangs,
   and on demand by a signal.

   What runs in a signal handler, or in the watchdog thread, takes no lock and
   allocates nothing: it writes with write(), on a stack of its own, and reads
   frames that may be half changed.  What is printed may then be wrong; it is
   better than nothing. */

#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_signal.h"
#include "pycore_sysmodule.h"
#include "pycore_traceback.h"

#include <signal.h>
#include <stdlib.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

#define PUTS(fd, text) (void)_Py_write_noraise(fd, text, strlen(text))

/* -- State, of the process ------------------------------------------------ */

/* For fatal signals. */
static struct {
    int enabled;
    PyObject *file;             /* keeps fd open */
    int fd;
    int all_threads;
    PyInterpreterState *interp;
} fatal_error;

/* The watchdog. */
static struct {
    PyObject *file;
    int fd;
    PY_TIMEOUT_T timeout_us;
    int repeat;
    PyInterpreterState *interp;
    int exit;                   /* _exit(1) after the traceback */
    char *header;
    size_t header_len;
    PyThread_type_lock cancel_event;    /* released to stop the thread */
    PyThread_type_lock running;         /* held while the thread runs */
} watchdog;

struct fault_handler {
    int signum;
    int enabled;
    const char *name;
    struct sigaction previous;
};

static struct fault_handler fault_handlers[] = {
    {SIGBUS, 0, "Bus error", {{0}}},
    {SIGILL, 0, "Illegal instruction", {{0}}},
    {SIGFPE, 0, "Floating point exception", {{0}}},
    {SIGABRT, 0, "Aborted", {{0}}},
    /* Last, so that it is the one found when none fits. */
    {SIGSEGV, 0, "Segmentation fault", {{0}}},
};
#define FAULT_COUNT Py_ARRAY_LENGTH(fault_handlers)

/* register() */
struct user_signal {
    int enabled;
    PyObject *file;
    int fd;
    int all_threads;
    int chain;                  /* call the previous handler, too */
    struct sigaction previous;
    PyInterpreterState *interp;
};

static struct user_signal *user_signals;    /* Py_NSIG of them, or NULL */

/* A stack overflow leaves no room for a handler on the usual stack. */
static stack_t alternative_stack;
static stack_t previous_stack;

/* -- Where to write ------------------------------------------------------- */

/* The descriptor of a file, which is flushed; *file becomes what has to be
   kept alive (borrowed), or NULL.  -1 with an exception. */
static int
file_descriptor(PyObject **file_ptr)
{
    PyObject *file = *file_ptr;
    if (file == NULL || file == Py_None) {
        file = _PySys_GetAttr(_PyThreadState_GET(), &_Py_ID(stderr));
        if (file == NULL) {
            PyErr_SetString(PyExc_RuntimeError, "unable to get sys.stderr");
            return -1;
        }
        if (file == Py_None) {
            PyErr_SetString(PyExc_RuntimeError, "sys.stderr is None");
            return -1;
        }
    }
    else if (PyLong_Check(file)) {
        int fd = _PyLong_AsInt(file);
        if (fd == -1 && PyErr_Occurred()) {
            return -1;
        }
        struct stat status;
        if (fd < 0 || fstat(fd, &status) < 0) {
            PyErr_SetString(PyExc_ValueError,
                            "file is not a valid file descripter");
            return -1;
        }
        *file_ptr = NULL;
        return fd;
    }
    PyObject *result = PyObject_CallMethodNoArgs(file, &_Py_ID(fileno));
    if (result == NULL) {
        return -1;
    }
    int fd = -1;
    if (PyLong_Check(result)) {
        long value = PyLong_AsLong(result);
        if (value >= 0 && value < INT_MAX) {
            fd = (int)value;
        }
    }
    Py_DECREF(result);
    if (fd == -1) {
        PyErr_SetString(PyExc_RuntimeError,
                        "file.fileno() is not a valid file descriptor");
        return -1;
    }
    result = PyObject_CallMethodNoArgs(file, &_Py_ID(flush));
    if (result != NULL) {
        Py_DECREF(result);
    }
    else {
        PyErr_Clear();
    }
    *file_ptr = file;
    return fd;
}

static PyThreadState *
current_thread(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (tstate == NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "unable to get the current thread state");
    }
    return tstate;
}

static void
dump(int fd, int all_threads, PyInterpreterState *interp)
{
    static volatile int reentrant;
    if (reentrant) {
        return;
    }
    reentrant = 1;
    /* In a handler the current thread state may be another thread's. */
    PyThreadState *tstate = PyGILState_GetThisThreadState();
    if (all_threads) {
        (void)_Py_DumpTracebackThreads(fd, NULL, tstate);
    }
    else if (tstate != NULL) {
        _Py_DumpTraceback(fd, tstate);
    }
    reentrant = 0;
}

static PyObject *
faulthandler_dump_traceback(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "file", "all_threads", NULL
    };
    static _PyArg_Parser parser = {.format = "|Oi:dump_traceback",
                                   .keywords = keywords};
    PyObject *file = NULL;
    int all_threads = 1;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser,
                                          &file, &all_threads)) {
        return NULL;
    }
    int fd = file_descriptor(&file);
    if (fd < 0) {
        return NULL;
    }
    PyThreadState *tstate = current_thread();
    if (tstate == NULL) {
        return NULL;
    }
    if (all_threads) {
        const char *problem = _Py_DumpTracebackThreads(fd, NULL, tstate);
        if (problem != NULL) {
            PyErr_SetString(PyExc_RuntimeError, problem);
            return NULL;
        }
    }
    else {
        _Py_DumpTraceback(fd, tstate);
    }
    if (PyErr_CheckSignals()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- Fatal signals -------------------------------------------------------- */

static void
disable_fault(struct fault_handler *handler)
{
    if (handler->enabled) {
        handler->enabled = 0;
        (void)sigaction(handler->signum, &handler->previous, NULL);
    }
}

static void
faulthandler_fatal_error(int signum)
{
    int saved_errno = errno;
    if (!fatal_error.enabled) {
        return;
    }
    struct fault_handler *handler = NULL;
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        handler = &fault_handlers[i];
        if (handler->signum == signum) {
            break;
        }
    }
    /* The next time the signal does what it did before. */
    disable_fault(handler);
    int fd = fatal_error.fd;
    PUTS(fd, "Fatal Python error: ");
    PUTS(fd, handler->name);
    PUTS(fd, "\n\n");
    dump(fd, fatal_error.all_threads, fatal_error.interp);
    _Py_DumpExtensionModules(fd, fatal_error.interp);
    errno = saved_errno;
    raise(signum);
}

static int
enable_faults(void)
{
    if (fatal_error.enabled) {
        return 0;
    }
    fatal_error.enabled = 1;
    if (alternative_stack.ss_sp == NULL) {
        alternative_stack.ss_sp = PyMem_Malloc(alternative_stack.ss_size);
        if (alternative_stack.ss_sp == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        if (sigaltstack(&alternative_stack, &previous_stack) != 0) {
            PyErr_SetFromErrno(PyExc_OSError);
            PyMem_Free(alternative_stack.ss_sp);
            alternative_stack.ss_sp = NULL;
            return -1;
        }
    }
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        struct sigaction action;
        action.sa_handler = faulthandler_fatal_error;
        sigemptyset(&action.sa_mask);
        /* The signal may arrive again inside the handler. */
        action.sa_flags = SA_NODEFER | SA_ONSTACK;
        if (sigaction(fault_handlers[i].signum, &action,
                      &fault_handlers[i].previous) != 0) {
            PyErr_SetFromErrno(PyExc_RuntimeError);
            return -1;
        }
        fault_handlers[i].enabled = 1;
    }
    return 0;
}

static PyObject *
faulthandler_enable(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "file", "all_threads", NULL
    };
    static _PyArg_Parser parser = {.format = "|Oi:enable",
                                   .keywords = keywords};
    PyObject *file = NULL;
    int all_threads = 1;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser,
                                          &file, &all_threads)) {
        return NULL;
    }
    int fd = file_descriptor(&file);
    if (fd < 0) {
        return NULL;
    }
    PyThreadState *tstate = current_thread();
    if (tstate == NULL) {
        return NULL;
    }
    Py_XINCREF(file);
    Py_XSETREF(fatal_error.file, file);
    fatal_error.fd = fd;
    fatal_error.all_threads = all_threads;
    fatal_error.interp = PyThreadState_GetInterpreter(tstate);
    if (enable_faults() < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static void
disable_faults(void)
{
    if (fatal_error.enabled) {
        fatal_error.enabled = 0;
        for (size_t i = 0; i < FAULT_COUNT; i++) {
            disable_fault(&fault_handlers[i]);
        }
    }
    Py_CLEAR(fatal_error.file);
}

static PyObject *
faulthandler_disable(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    int was_enabled = fatal_error.enabled;
    disable_faults();
    return PyBool_FromLong(was_enabled);
}

static PyObject *
faulthandler_is_enabled(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(fatal_error.enabled);
}

/* -- The watchdog --------------------------------------------------------- */

static void
watchdog_run(void *unused)
{
    /* Signals are for Python's threads. */
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    int ok;
    do {
        PyLockStatus status = PyThread_acquire_lock_timed(
            watchdog.cancel_event, watchdog.timeout_us, 0);
        if (status == PY_LOCK_ACQUIRED) {
            PyThread_release_lock(watchdog.cancel_event);
            break;
        }
        (void)_Py_write_noraise(watchdog.fd, watchdog.header,
                                watchdog.header_len);
        ok = _Py_DumpTracebackThreads(watchdog.fd, watchdog.interp, NULL)
             == NULL;
        if (watchdog.exit) {
            _exit(1);
        }
    } while (ok && watchdog.repeat);
    PyThread_release_lock(watchdog.running);
}

static void
cancel_watchdog(void)
{
    if (watchdog.cancel_event == NULL) {
        return;
    }
    PyThread_release_lock(watchdog.cancel_event);
    /* Wait for the thread to end. */
    PyThread_acquire_lock(watchdog.running, 1);
    PyThread_release_lock(watchdog.running);
    PyThread_acquire_lock(watchdog.cancel_event, 1);
    Py_CLEAR(watchdog.file);
    PyMem_Free(watchdog.header);
    watchdog.header = NULL;
}

static char *
format_timeout(_PyTime_t us)
{
    unsigned long total = (unsigned long)(us / 1000000);
    unsigned long rest = (unsigned long)(us % 1000000);
    unsigned long minutes = total / 60;
    char text[128];
    if (rest != 0) {
        PyOS_snprintf(text, sizeof(text),
                      "Timeout (%lu:%02lu:%02lu.%06lu)!\n", minutes / 60,
                      minutes % 60, total % 60, rest);
    }
    else {
        PyOS_snprintf(text, sizeof(text), "Timeout (%lu:%02lu:%02lu)!\n",
                      minutes / 60, minutes % 60, total % 60);
    }
    return _PyMem_Strdup(text);
}

static PyObject *
faulthandler_dump_traceback_later(PyObject *self, PyObject *args,
                                  PyObject *kwargs)
{
    static const char *const keywords[] = {
        "timeout", "repeat", "file", "exit", NULL
    };
    static _PyArg_Parser parser = {.format = "O|iOi:dump_traceback_later",
                                   .keywords = keywords};
    PyObject *timeout_obj;
    int repeat = 0;
    PyObject *file = NULL;
    int exit_after = 0;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser,
                                          &timeout_obj, &repeat, &file,
                                     &exit_after)) {
        return NULL;
    }
    _PyTime_t timeout;
    if (_PyTime_FromSecondsObject(&timeout, timeout_obj,
                                  _PyTime_ROUND_TIMEOUT) < 0) {
        return NULL;
    }
    _PyTime_t us = _PyTime_AsMicroseconds(timeout, _PyTime_ROUND_TIMEOUT);
    if (us <= 0) {
        PyErr_SetString(PyExc_ValueError, "timeout must be greater than 0");
        return NULL;
    }
    if (us > PY_TIMEOUT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "timeout value is too large");
        return NULL;
    }
    PyThreadState *tstate = current_thread();
    if (tstate == NULL) {
        return NULL;
    }
    int fd = file_descriptor(&file);
    if (fd < 0) {
        return NULL;
    }
    if (watchdog.running == NULL) {
        watchdog.running = PyThread_allocate_lock();
        if (watchdog.running == NULL) {
            return PyErr_NoMemory();
        }
    }
    if (watchdog.cancel_event == NULL) {
        watchdog.cancel_event = PyThread_allocate_lock();
        if (watchdog.cancel_event == NULL) {
            return PyErr_NoMemory();
        }
        PyThread_acquire_lock(watchdog.cancel_event, 1);
    }
    char *header = format_timeout(us);
    if (header == NULL) {
        return PyErr_NoMemory();
    }
    cancel_watchdog();
    Py_XINCREF(file);
    Py_XSETREF(watchdog.file, file);
    watchdog.fd = fd;
    watchdog.timeout_us = us;
    watchdog.repeat = repeat;
    watchdog.interp = PyThreadState_GetInterpreter(tstate);
    watchdog.exit = exit_after;
    watchdog.header = header;
    watchdog.header_len = strlen(header);
    PyThread_acquire_lock(watchdog.running, 1);
    if (PyThread_start_new_thread(watchdog_run, NULL)
        == PYTHREAD_INVALID_THREAD_ID) {
        PyThread_release_lock(watchdog.running);
        Py_CLEAR(watchdog.file);
        PyMem_Free(header);
        watchdog.header = NULL;
        PyErr_SetString(PyExc_RuntimeError,
                        "unable to start watchdog thread");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
faulthandler_cancel_dump_traceback_later(PyObject *self,
                                         PyObject *Py_UNUSED(ignored))
{
    cancel_watchdog();
    Py_RETURN_NONE;
}

/* -- Signals of the user's ------------------------------------------------ */

static void faulthandler_user(int signum);

static int
install_user(int signum, int chain, struct sigaction *previous)
{
    struct sigaction action;
    action.sa_handler = faulthandler_user;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    if (chain) {
        /* The previous handler is called from inside this one. */
        action.sa_flags = SA_NODEFER;
    }
    if (alternative_stack.ss_sp != NULL) {
        action.sa_flags |= SA_ONSTACK;
    }
    return sigaction(signum, &action, previous);
}

static void
faulthandler_user(int signum)
{
    int saved_errno = errno;
    struct user_signal *user = &user_signals[signum];
    if (!user->enabled) {
        return;
    }
    dump(user->fd, user->all_threads, user->interp);
    if (user->chain) {
        errno = saved_errno;
        (void)sigaction(signum, &user->previous, NULL);
        raise(signum);
        saved_errno = errno;
        (void)install_user(signum, user->chain, NULL);
    }
    errno = saved_errno;
}

static int
check_signum(int signum)
{
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        if (fault_handlers[i].signum == signum) {
            PyErr_Format(PyExc_RuntimeError,
                         "signal %i cannot be registered, use enable() "
                         "instead", signum);
            return 0;
        }
    }
    if (signum < 1 || signum >= Py_NSIG) {
        PyErr_SetString(PyExc_ValueError, "signal number out of range");
        return 0;
    }
    return 1;
}

static PyObject *
faulthandler_register_py(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "signum", "file", "all_threads", "chain", NULL
    };
    static _PyArg_Parser parser = {.format = "i|Oii:register",
                                   .keywords = keywords};
    int signum;
    PyObject *file = NULL;
    int all_threads = 1;
    int chain = 0;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser,
                                          &signum, &file, &all_threads,
                                     &chain)
        || !check_signum(signum)) {
        return NULL;
    }
    PyThreadState *tstate = current_thread();
    if (tstate == NULL) {
        return NULL;
    }
    int fd = file_descriptor(&file);
    if (fd < 0) {
        return NULL;
    }
    if (user_signals == NULL) {
        user_signals = PyMem_Calloc(Py_NSIG, sizeof(struct user_signal));
        if (user_signals == NULL) {
            return PyErr_NoMemory();
        }
    }
    struct user_signal *user = &user_signals[signum];
    if (!user->enabled) {
        struct sigaction previous;
        if (install_user(signum, chain, &previous) != 0) {
            PyErr_SetFromErrno(PyExc_OSError);
            return NULL;
        }
        user->previous = previous;
    }
    Py_XINCREF(file);
    Py_XSETREF(user->file, file);
    user->fd = fd;
    user->all_threads = all_threads;
    user->chain = chain;
    user->interp = PyThreadState_GetInterpreter(tstate);
    user->enabled = 1;
    Py_RETURN_NONE;
}

static int
unregister_signal(struct user_signal *user, int signum)
{
    if (!user->enabled) {
        return 0;
    }
    user->enabled = 0;
    (void)sigaction(signum, &user->previous, NULL);
    Py_CLEAR(user->file);
    user->fd = -1;
    return 1;
}

static PyObject *
faulthandler_unregister_py(PyObject *self, PyObject *args)
{
    int signum;
    if (!PyArg_ParseTuple(args, "i:unregister", &signum)
        || !check_signum(signum)) {
        return NULL;
    }
    if (user_signals == NULL) {
        Py_RETURN_FALSE;
    }
    return PyBool_FromLong(unregister_signal(&user_signals[signum], signum));
}

/* -- Crashes for tests ---------------------------------------------------- */

static void
no_core_dump(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &limit);
    }
}

static PyObject *
faulthandler_read_null(PyObject *self, PyObject *args)
{
    no_core_dump();
    volatile int *null = NULL;
    return PyLong_FromLong(*null);
}

static void
raise_forever(int signum)
{
    no_core_dump();
    /* A debugger may swallow the first. */
    for (;;) {
        raise(signum);
    }
}

static PyObject *
faulthandler_sigsegv(PyObject *self, PyObject *args)
{
    int release_gil = 0;
    if (!PyArg_ParseTuple(args, "|i:_sigsegv", &release_gil)) {
        return NULL;
    }
    if (release_gil) {
        Py_BEGIN_ALLOW_THREADS
        raise_forever(SIGSEGV);
        Py_END_ALLOW_THREADS
    }
    else {
        raise_forever(SIGSEGV);
    }
    Py_RETURN_NONE;
}

static void _Py_NO_RETURN
faulthandler_fatal_error_thread(void *plock)
{
    Py_FatalError("in new thread");
}

static PyObject *
faulthandler_fatal_error_c_thread(PyObject *self, PyObject *args)
{
    no_core_dump();
    PyThread_type_lock lock = PyThread_allocate_lock();
    if (lock == NULL) {
        return PyErr_NoMemory();
    }
    PyThread_acquire_lock(lock, WAIT_LOCK);
    if (PyThread_start_new_thread(faulthandler_fatal_error_thread, lock)
        == PYTHREAD_INVALID_THREAD_ID) {
        PyThread_free_lock(lock);
        PyErr_SetString(PyExc_RuntimeError, "unable to start the thread");
        return NULL;
    }
    /* The thread ends the process before it would release the lock. */
    PyThread_acquire_lock(lock, WAIT_LOCK);
    PyThread_release_lock(lock);
    PyThread_free_lock(lock);
    Py_RETURN_NONE;
}

static PyObject *
faulthandler_sigfpe(PyObject *self, PyObject *args)
{
    raise_forever(SIGFPE);
    Py_RETURN_NONE;
}

static PyObject *
faulthandler_sigabrt(PyObject *self, PyObject *args)
{
    no_core_dump();
    abort();
}

#define STACK_OVERFLOW_MAX_SIZE (100 * 1024 * 1024)

/* Each call takes a page; the limits are where to give up. */
static uintptr_t __attribute__((noinline))
stack_overflow(uintptr_t min_sp, uintptr_t max_sp, size_t *depth)
{
    volatile unsigned char buffer[4096];
    uintptr_t sp = (uintptr_t)&buffer[0];
    (*depth)++;
    if (sp < min_sp || max_sp < sp) {
        return sp;
    }
    buffer[0] = 1;
    buffer[4095] = 2;
    uintptr_t result = stack_overflow(min_sp, max_sp, depth);
    return result + buffer[0] - buffer[0];
}

static PyObject *
faulthandler_stack_overflow(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    no_core_dump();
    size_t depth = 0;
    uintptr_t sp = (uintptr_t)&depth;
    uintptr_t lower = sp > STACK_OVERFLOW_MAX_SIZE
                      ? sp - STACK_OVERFLOW_MAX_SIZE : 0;
    uintptr_t upper = sp < UINTPTR_MAX - STACK_OVERFLOW_MAX_SIZE
                      ? sp + STACK_OVERFLOW_MAX_SIZE : UINTPTR_MAX;
    uintptr_t stop = stack_overflow(lower, upper, &depth);
    size_t size = sp < stop ? stop - sp : sp - stop;
    PyErr_Format(PyExc_RuntimeError,
                 "unable to raise a stack overflow (allocated %zu bytes on "
                 "the stack, %zu recursive calls)", size, depth);
    return NULL;
}

/* -- The module ----------------------------------------------------------- */

static int
faulthandler_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(watchdog.file);
    if (user_signals != NULL) {
        for (size_t signum = 0; signum < Py_NSIG; signum++) {
            Py_VISIT(user_signals[signum].file);
        }
    }
    Py_VISIT(fatal_error.file);
    return 0;
}

#define KEYWORDS (METH_VARARGS | METH_KEYWORDS)

static PyMethodDef faulthandler_methods[] = {
    {"enable", _PyCFunction_CAST(faulthandler_enable), KEYWORDS,
     "enable(file=sys.stderr, all_threads=True): enable the fault handler"},
    {"disable", faulthandler_disable, METH_NOARGS,
     "disable(): disable the fault handler"},
    {"is_enabled", faulthandler_is_enabled, METH_NOARGS,
     "is_enabled()->bool: check if the handler is enabled"},
    {"dump_traceback", _PyCFunction_CAST(faulthandler_dump_traceback),
     KEYWORDS,
     "dump_traceback(file=sys.stderr, all_threads=True): "
     "dump the traceback of the current thread, or of all threads"},
    {"dump_traceback_later",
     _PyCFunction_CAST(faulthandler_dump_traceback_later), KEYWORDS,
     "dump_traceback_later(timeout, repeat=False, file=sys.stderr, "
     "exit=False):\ndump the traceback of all threads in timeout seconds,\n"
     "or each timeout seconds if repeat is True. If exit is True, "
     "call _exit(1)."},
    {"cancel_dump_traceback_later", faulthandler_cancel_dump_traceback_later,
     METH_NOARGS,
     "cancel_dump_traceback_later():\n"
     "cancel the previous call to dump_traceback_later()."},
    {"register", _PyCFunction_CAST(faulthandler_register_py), KEYWORDS,
     "register(signum, file=sys.stderr, all_threads=True, chain=False): "
     "dump the traceback on a signal"},
    {"unregister", _PyCFunction_CAST(faulthandler_unregister_py),
     METH_VARARGS, "unregister(signum): undo register()"},
    {"_read_null", faulthandler_read_null, METH_NOARGS,
     "_read_null(): read from NULL"},
    {"_sigsegv", faulthandler_sigsegv, METH_VARARGS,
     "_sigsegv(release_gil=False): raise a SIGSEGV signal"},
    {"_fatal_error_c_thread", faulthandler_fatal_error_c_thread, METH_NOARGS,
     "fatal_error_c_thread(): call Py_FatalError() in a new C thread."},
    {"_sigabrt", faulthandler_sigabrt, METH_NOARGS,
     "_sigabrt(): raise a SIGABRT signal"},
    {"_sigfpe", faulthandler_sigfpe, METH_NOARGS,
     "_sigfpe(): raise a SIGFPE signal"},
    {"_stack_overflow", faulthandler_stack_overflow, METH_NOARGS,
     "_stack_overflow(): recursive call to raise a stack overflow"},
    {NULL, NULL, 0, NULL}
};

static PyModuleDef_Slot faulthandler_slots[] = {
    {0, NULL}
};

static struct PyModuleDef faulthandler_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "faulthandler",
    .m_doc = "faulthandler module.",
    .m_methods = faulthandler_methods,
    .m_slots = faulthandler_slots,
    .m_traverse = faulthandler_traverse,
};

PyMODINIT_FUNC
PyInit_faulthandler(void)
{
    return PyModuleDef_Init(&faulthandler_module);
}

/* -- Start and end -------------------------------------------------------- */

static int
enable_at_start(void)
{
    PyObject *module = PyImport_ImportModule("faulthandler");
    if (module == NULL) {
        return -1;
    }
    PyObject *result = PyObject_CallMethod(module, "enable", NULL);
    Py_DECREF(module);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

PyStatus
_PyFaulthandler_Init(int enable)
{
    alternative_stack.ss_flags = 0;
    alternative_stack.ss_size = (size_t)SIGSTKSZ * 2;
    /* Wide registers need more than the old constant. */
    unsigned long minimum = getauxval(AT_MINSIGSTKSZ);
    if (minimum != 0) {
        alternative_stack.ss_size = (size_t)SIGSTKSZ + minimum;
    }
    if (enable && enable_at_start() < 0) {
        return _PyStatus_ERR("failed to enable faulthandler");
    }
    return _PyStatus_OK();
}

void
_PyFaulthandler_Fini(void)
{
    if (watchdog.cancel_event != NULL) {
        cancel_watchdog();
        PyThread_release_lock(watchdog.cancel_event);
        PyThread_free_lock(watchdog.cancel_event);
        watchdog.cancel_event = NULL;
    }
    if (watchdog.running != NULL) {
        PyThread_free_lock(watchdog.running);
        watchdog.running = NULL;
    }
    if (user_signals != NULL) {
        for (int signum = 0; signum < Py_NSIG; signum++) {
            unregister_signal(&user_signals[signum], signum);
        }
        PyMem_Free(user_signals);
        user_signals = NULL;
    }
    disable_faults();
    if (alternative_stack.ss_sp != NULL) {
        /* Only if nobody has replaced it. */
        stack_t current;
        if (sigaltstack(NULL, &current) == 0
            && current.ss_sp == alternative_stack.ss_sp) {
            (void)sigaltstack(&previous_stack, NULL);
        }
        PyMem_Free(alternative_stack.ss_sp);
        alternative_stack.ss_sp = NULL;
    }
}
