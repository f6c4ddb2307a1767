/* The _signal module, and how signals reach Python.

   The C handler only takes note: it marks the signal as tripped, tells the
   evaluator to look up, and writes a byte to the wake-up descriptor.  The
   Python handlers run later, in the main thread of the main interpreter, from
   the eval loop or wherever C code calls PyErr_CheckSignals().  Two threads
   write here: handlers (atomics only) and whoever holds the GIL. */

#include "Python.h"
#include "pycore_atomic.h"
#include "pycore_ceval.h"
#include "pycore_fileutils.h"
#include "pycore_frame.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_signal.h"
#include "pycore_structseq.h"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

/* -- State ---------------------------------------------------------------- */

/* One per signal.  tripped is set by the C handler and taken back by
   _PyErr_CheckSignalsTstate(); func is guarded by the GIL. */
static volatile struct {
    _Py_atomic_int tripped;
    PyObject *func;             /* a handler, SIG_DFL or SIG_IGN as an int,
                                   None (not Python's), or NULL */
} Handlers[Py_NSIG];

/* Whether any signal is tripped; set after, and cleared before, the flags of
   the signals, so that none is missed. */
static _Py_atomic_int is_tripped;

static volatile struct {
    int fd;                     /* -1: none */
    int warn_on_full_buffer;
} wakeup = {.fd = -1, .warn_on_full_buffer = 1};

static struct {
    PyObject *default_handler;  /* SIG_DFL as an int */
    PyObject *ignore_handler;   /* SIG_IGN as an int */
} global_state;

typedef struct {
    PyObject *itimer_error;
    PyTypeObject *siginfo_type;
} signal_state;

static inline signal_state *
get_state(PyObject *module)
{
    return (signal_state *)PyModule_GetState(module);
}

static inline PyObject *
get_handler(int signum)
{
    return Handlers[signum].func;
}

/* Takes the reference; the old one is the caller's. */
static inline PyObject *
set_handler_steal(int signum, PyObject *func)
{
    PyObject *old = Handlers[signum].func;
    Handlers[signum].func = func;
    return old;
}

static int
is_handler(PyObject *func, PyObject *wanted)
{
    return PyLong_CheckExact(func)
           && PyObject_RichCompareBool(func, wanted, Py_EQ) == 1;
}

/* -- The C handler -------------------------------------------------------- */

/* A pending call: the handler could not write the wake-up byte. */
static int
report_wakeup_write_error(void *data)
{
    int saved_errno = errno;
    PyObject *type, *value, *traceback;
    errno = (int)(intptr_t)data;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_SetFromErrno(PyExc_OSError);
    _PyErr_WriteUnraisableMsg("when trying to write to the signal wakeup fd",
                              NULL);
    PyErr_Restore(type, value, traceback);
    errno = saved_errno;
    return 0;
}

static void
trip_signal(int signum)
{
    _Py_atomic_store_relaxed(&Handlers[signum].tripped, 1);
    /* Pairs with the load in _PyErr_CheckSignalsTstate(): whoever sees
       is_tripped sees the flag above. */
    _Py_atomic_store(&is_tripped, 1);
    PyInterpreterState *interp = _PyInterpreterState_Main();
    _PyEval_SignalReceived(interp);
    /* Last: the byte may wake a thread that then looks for the signal. */
    int fd = wakeup.fd;
    if (fd == -1) {
        return;
    }
    unsigned char byte = (unsigned char)signum;
    Py_ssize_t n = _Py_write_noraise(fd, &byte, 1);
    if (n < 0
        && (wakeup.warn_on_full_buffer
            || (errno != EWOULDBLOCK && errno != EAGAIN))) {
        _PyEval_AddPendingCall(interp, report_wakeup_write_error,
                               (void *)(intptr_t)errno);
    }
}

static void
signal_handler(int signum)
{
    int saved_errno = errno;
    trip_signal(signum);
    errno = saved_errno;
}

/* -- Running Python's handlers -------------------------------------------- */

static PyObject *
handler_arguments(int signum, _PyInterpreterFrame *frame)
{
    PyObject *frame_object = frame != NULL
        ? (PyObject *)_PyFrame_GetFrameObject(frame) : Py_None;
    if (frame_object == NULL) {
        return NULL;
    }
    return Py_BuildValue("(iO)", signum, frame_object);
}

int
_PyErr_CheckSignalsTstate(PyThreadState *tstate)
{
    if (!_Py_atomic_load(&is_tripped)) {
        return 0;
    }
    _Py_atomic_store(&is_tripped, 0);
    _PyInterpreterFrame *frame = tstate->cframe->current_frame;
    while (frame != NULL && _PyFrame_IsIncomplete(frame)) {
        frame = frame->previous;
    }
    for (int i = 1; i < Py_NSIG; i++) {
        if (!_Py_atomic_load_relaxed(&Handlers[i].tripped)) {
            continue;
        }
        _Py_atomic_store_relaxed(&Handlers[i].tripped, 0);
        PyObject *func = get_handler(i);
        if (func == NULL || func == Py_None
            || is_handler(func, global_state.ignore_handler)
            || is_handler(func, global_state.default_handler)) {
            /* An earlier handler replaced this one. */
            PyErr_Format(PyExc_OSError,
                         "Signal %i ignored due to race condition", i);
            PyErr_WriteUnraisable(Py_None);
            continue;
        }
        PyObject *result = NULL;
        PyObject *arguments = handler_arguments(i, frame);
        if (arguments != NULL) {
            Py_INCREF(func);
            result = PyObject_Call(func, arguments, NULL);
            Py_DECREF(func);
            Py_DECREF(arguments);
        }
        if (result == NULL) {
            /* There may be more: look again soon. */
            _Py_atomic_store(&is_tripped, 1);
            _PyEval_SignalReceived(tstate->interp);
            return -1;
        }
        Py_DECREF(result);
    }
    return 0;
}

int
PyErr_CheckSignals(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (!_Py_ThreadCanHandleSignals(tstate->interp)) {
        return 0;
    }
    return _PyErr_CheckSignalsTstate(tstate);
}

int
_PyErr_CheckSignals(void)
{
    return _PyErr_CheckSignalsTstate(_PyThreadState_GET());
}

/* Simulate a signal; -1: no such signal.  Safe in a C signal handler. */
int
PyErr_SetInterruptEx(int signum)
{
    if (signum < 1 || signum >= Py_NSIG) {
        return -1;
    }
    PyObject *func = get_handler(signum);
    if (func != NULL && func != Py_None
        && !is_handler(func, global_state.ignore_handler)
        && !is_handler(func, global_state.default_handler)) {
        trip_signal(signum);
    }
    return 0;
}

void
PyErr_SetInterrupt(void)
{
    (void)PyErr_SetInterruptEx(SIGINT);
}

int
PySignal_SetWakeupFd(int fd)
{
    int old_fd = wakeup.fd;
    wakeup.fd = fd < 0 ? -1 : fd;
    wakeup.warn_on_full_buffer = 1;
    return old_fd;
}

int
_PyOS_InterruptOccurred(PyThreadState *tstate)
{
    if (!_Py_ThreadCanHandleSignals(tstate->interp)
        || !_Py_atomic_load_relaxed(&Handlers[SIGINT].tripped)) {
        return 0;
    }
    _Py_atomic_store_relaxed(&Handlers[SIGINT].tripped, 0);
    return 1;
}

int
PyOS_InterruptOccurred(void)
{
    return _PyOS_InterruptOccurred(_PyThreadState_GET());
}

int
_PyOS_IsMainThread(void)
{
    return _Py_ThreadCanHandleSignals(_PyInterpreterState_GET());
}

static void
clear_pending_signals(void)
{
    if (!_Py_atomic_load(&is_tripped)) {
        return;
    }
    _Py_atomic_store(&is_tripped, 0);
    for (int i = 1; i < Py_NSIG; i++) {
        _Py_atomic_store_relaxed(&Handlers[i].tripped, 0);
    }
}

void
_PySignal_AfterFork(void)
{
    clear_pending_signals();
}

void
_Py_RestoreSignals(void)
{
    PyOS_setsig(SIGPIPE, SIG_DFL);
    PyOS_setsig(SIGXFSZ, SIG_DFL);
}

/* -- The system's handlers ------------------------------------------------ */

PyOS_sighandler_t
PyOS_getsig(int signum)
{
    struct sigaction action;
    return sigaction(signum, NULL, &action) == -1 ? SIG_ERR
                                                  : action.sa_handler;
}

/* System calls are interrupted, so that Python's handlers run; handlers use
   the alternative stack, if faulthandler has set one up. */
PyOS_sighandler_t
PyOS_setsig(int signum, PyOS_sighandler_t handler)
{
    struct sigaction action, old;
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_ONSTACK;
    return sigaction(signum, &action, &old) == -1 ? SIG_ERR : old.sa_handler;
}

/* -- Handlers ------------------------------------------------------------- */

static int
int_argument(PyObject *arg, int *value)
{
    *value = _PyLong_AsInt(arg);
    return *value != -1 || !PyErr_Occurred();
}

static PyObject *
signal_default_int_handler(PyObject *module, PyObject *const *args,
                           Py_ssize_t nargs)
{
    int signum;
    if (!_PyArg_CheckPositional("default_int_handler", nargs, 2, 2)
        || !int_argument(args[0], &signum)) {
        return NULL;
    }
    PyErr_SetNone(PyExc_KeyboardInterrupt);
    return NULL;
}

static int
check_range(int signum)
{
    if (signum < 1 || signum >= Py_NSIG) {
        PyErr_SetString(PyExc_ValueError, "signal number out of range");
        return -1;
    }
    return 0;
}

static PyObject *
signal_signal(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int signum;
    if (!_PyArg_CheckPositional("signal", nargs, 2, 2)
        || !int_argument(args[0], &signum)) {
        return NULL;
    }
    PyObject *handler = args[1];
    PyThreadState *tstate = _PyThreadState_GET();
    if (!_Py_ThreadCanHandleSignals(tstate->interp)) {
        PyErr_SetString(PyExc_ValueError,
                        "signal only works in main thread "
                        "of the main interpreter");
        return NULL;
    }
    if (check_range(signum) < 0) {
        return NULL;
    }
    void (*func)(int);
    if (PyCallable_Check(handler)) {
        func = signal_handler;
    }
    else if (is_handler(handler, global_state.ignore_handler)) {
        func = SIG_IGN;
    }
    else if (is_handler(handler, global_state.default_handler)) {
        func = SIG_DFL;
    }
    else {
        PyErr_SetString(PyExc_TypeError,
                        "signal handler must be signal.SIG_IGN, "
                        "signal.SIG_DFL, or a callable object");
        return NULL;
    }
    /* What is pending is for the old handler. */
    if (_PyErr_CheckSignalsTstate(tstate)) {
        return NULL;
    }
    if (PyOS_setsig(signum, func) == SIG_ERR) {
        PyErr_SetFromErrno(PyExc_OSError);
        return NULL;
    }
    PyObject *old = set_handler_steal(signum, Py_NewRef(handler));
    return old != NULL ? old : Py_NewRef(Py_None);
}

static PyObject *
signal_getsignal(PyObject *module, PyObject *arg)
{
    int signum;
    if (!int_argument(arg, &signum) || check_range(signum) < 0) {
        return NULL;
    }
    PyObject *handler = get_handler(signum);
    return Py_NewRef(handler != NULL ? handler : Py_None);
}

static PyObject *
signal_strsignal(PyObject *module, PyObject *arg)
{
    int signum;
    if (!int_argument(arg, &signum) || check_range(signum) < 0) {
        return NULL;
    }
    errno = 0;
    const char *text = strsignal(signum);
    if (errno != 0 || text == NULL || strstr(text, "Unknown signal")) {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromString(text);
}

static PyObject *
signal_siginterrupt(PyObject *module, PyObject *const *args,
                    Py_ssize_t nargs)
{
    int signum, flag;
    if (!_PyArg_CheckPositional("siginterrupt", nargs, 2, 2)
        || !int_argument(args[0], &signum) || !int_argument(args[1], &flag)
        || check_range(signum) < 0) {
        return NULL;
    }
    struct sigaction action;
    (void)sigaction(signum, NULL, &action);
    if (flag) {
        action.sa_flags &= ~SA_RESTART;
    }
    else {
        action.sa_flags |= SA_RESTART;
    }
    if (sigaction(signum, &action, NULL) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
signal_set_wakeup_fd(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"", "warn_on_full_buffer", NULL};
    static _PyArg_Parser parser = {.format = "i|$p:set_wakeup_fd",
                                   .keywords = keywords};
    int fd;
    int warn_on_full_buffer = 1;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &fd,
                                          &warn_on_full_buffer)) {
        return NULL;
    }
    if (!_Py_ThreadCanHandleSignals(_PyInterpreterState_GET())) {
        PyErr_SetString(PyExc_ValueError,
                        "set_wakeup_fd only works in main thread "
                        "of the main interpreter");
        return NULL;
    }
    if (fd != -1) {
        struct stat status;
        if (_Py_fstat(fd, &status) != 0) {
            return NULL;
        }
        int blocking = _Py_get_blocking(fd);
        if (blocking < 0) {
            return NULL;
        }
        if (blocking) {
            PyErr_Format(PyExc_ValueError,
                         "the fd %i must be in non-blocking mode", fd);
            return NULL;
        }
    }
    int old_fd = wakeup.fd;
    wakeup.fd = fd;
    wakeup.warn_on_full_buffer = warn_on_full_buffer;
    return PyLong_FromLong(old_fd);
}

/* -- Sending and waiting -------------------------------------------------- */

static PyObject *
signal_alarm(PyObject *module, PyObject *arg)
{
    int seconds;
    if (!int_argument(arg, &seconds)) {
        return NULL;
    }
    return PyLong_FromLong((long)alarm((unsigned int)seconds));
}

static PyObject *
signal_pause(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    Py_BEGIN_ALLOW_THREADS
    (void)pause();
    Py_END_ALLOW_THREADS
    /* Run the handlers now, not at the next opportunity. */
    if (PyErr_CheckSignals()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
signal_raise_signal(PyObject *module, PyObject *arg)
{
    int signum;
    if (!int_argument(arg, &signum)) {
        return NULL;
    }
    int error;
    Py_BEGIN_ALLOW_THREADS
    error = raise(signum);
    Py_END_ALLOW_THREADS
    if (error) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (PyErr_CheckSignals()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
signal_pthread_kill(PyObject *module, PyObject *const *args,
                    Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("pthread_kill", nargs, 2, 2)) {
        return NULL;
    }
    if (!PyLong_Check(args[0])) {
        _PyArg_BadArgument("pthread_kill", "argument 1", "int", args[0]);
        return NULL;
    }
    unsigned long thread_id = PyLong_AsUnsignedLongMask(args[0]);
    int signum;
    if (!int_argument(args[1], &signum)
        || PySys_Audit("signal.pthread_kill", "ki", thread_id, signum) < 0) {
        return NULL;
    }
    int error = pthread_kill((pthread_t)thread_id, signum);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    /* It may have been for this thread. */
    if (PyErr_CheckSignals()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
signal_pidfd_send_signal(PyObject *module, PyObject *const *args,
                         Py_ssize_t nargs)
{
    int pidfd, signum;
    int flags = 0;
    if (!_PyArg_CheckPositional("pidfd_send_signal", nargs, 2, 4)
        || !int_argument(args[0], &pidfd)
        || !int_argument(args[1], &signum)
        || (nargs > 3 && !int_argument(args[3], &flags))) {
        return NULL;
    }
    if (nargs > 2 && args[2] != Py_None) {
        PyErr_SetString(PyExc_TypeError, "siginfo must be None");
        return NULL;
    }
    if (syscall(SYS_pidfd_send_signal, pidfd, signum, NULL, flags) < 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

/* -- Sets of signals ------------------------------------------------------ */

static PyObject *
set_of_signals(const sigset_t *mask)
{
    PyObject *result = PySet_New(NULL);
    for (int i = 1; result != NULL && i < Py_NSIG; i++) {
        if (sigismember(mask, i) != 1) {
            continue;
        }
        PyObject *number = PyLong_FromLong(i);
        if (number == NULL || PySet_Add(result, number) < 0) {
            Py_CLEAR(result);
        }
        Py_XDECREF(number);
    }
    return result;
}

extern int _Py_Sigset_Converter(PyObject *o, void *p);

static PyObject *
signal_pthread_sigmask(PyObject *module, PyObject *const *args,
                       Py_ssize_t nargs)
{
    int how;
    sigset_t mask, previous;
    if (!_PyArg_CheckPositional("pthread_sigmask", nargs, 2, 2)
        || !int_argument(args[0], &how)
        || !_Py_Sigset_Converter(args[1], &mask)) {
        return NULL;
    }
    int error = pthread_sigmask(how, &mask, &previous);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    /* Unblocking lets pending signals in. */
    if (PyErr_CheckSignals()) {
        return NULL;
    }
    return set_of_signals(&previous);
}

static PyObject *
signal_sigpending(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    sigset_t mask;
    if (sigpending(&mask)) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return set_of_signals(&mask);
}

static PyObject *
signal_valid_signals(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    sigset_t mask;
    if (sigemptyset(&mask) || sigfillset(&mask)) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return set_of_signals(&mask);
}

static PyObject *
signal_sigwait(PyObject *module, PyObject *arg)
{
    sigset_t mask;
    if (!_Py_Sigset_Converter(arg, &mask)) {
        return NULL;
    }
    int signum;
    int error;
    Py_BEGIN_ALLOW_THREADS
    error = sigwait(&mask, &signum);
    Py_END_ALLOW_THREADS
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyLong_FromLong(signum);
}

static PyStructSequence_Field siginfo_fields[] = {
    {"si_signo", "signal number"},
    {"si_code", "signal code"},
    {"si_errno", "errno associated with this signal"},
    {"si_pid", "sending process ID"},
    {"si_uid", "real user ID of sending process"},
    {"si_status", "exit value or signal"},
    {"si_band", "band event for SIGPOLL"},
    {NULL, NULL}
};

static PyStructSequence_Desc siginfo_desc = {
    "signal.struct_siginfo",
    "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\n"
    "A tuple (si_signo, si_code, si_errno, si_pid, si_uid, si_status,\n"
    "si_band).",
    siginfo_fields,
    7
};

static PyObject *
build_siginfo(PyObject *module, const siginfo_t *info)
{
    PyObject *result = PyStructSequence_New(get_state(module)->siginfo_type);
    if (result == NULL) {
        return NULL;
    }
    const long values[] = {
        info->si_signo, info->si_code, info->si_errno, info->si_pid, 0,
        info->si_status, info->si_band
    };
    for (int i = 0; i < 7; i++) {
        PyObject *value = i == 4 ? PyLong_FromUnsignedLong(info->si_uid)
                                 : PyLong_FromLong(values[i]);
        PyStructSequence_SET_ITEM(result, i, value);
    }
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

static PyObject *
signal_sigwaitinfo(PyObject *module, PyObject *arg)
{
    sigset_t mask;
    if (!_Py_Sigset_Converter(arg, &mask)) {
        return NULL;
    }
    siginfo_t info;
    int status;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        status = sigwaitinfo(&mask, &info);
        Py_END_ALLOW_THREADS
    } while (status == -1 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (status == -1) {
        return async_error ? NULL : PyErr_SetFromErrno(PyExc_OSError);
    }
    return build_siginfo(module, &info);
}

static PyObject *
signal_sigtimedwait(PyObject *module, PyObject *const *args,
                    Py_ssize_t nargs)
{
    sigset_t mask;
    _PyTime_t timeout;
    if (!_PyArg_CheckPositional("sigtimedwait", nargs, 2, 2)
        || !_Py_Sigset_Converter(args[0], &mask)
        || _PyTime_FromSecondsObject(&timeout, args[1],
                                     _PyTime_ROUND_CEILING) < 0) {
        return NULL;
    }
    if (timeout < 0) {
        PyErr_SetString(PyExc_ValueError, "timeout must be non-negative");
        return NULL;
    }
    _PyTime_t deadline = _PyDeadline_Init(timeout);
    siginfo_t info;
    for (;;) {
        struct timespec ts;
        if (_PyTime_AsTimespec(timeout, &ts) < 0) {
            return NULL;
        }
        int status;
        Py_BEGIN_ALLOW_THREADS
        status = sigtimedwait(&mask, &info, &ts);
        Py_END_ALLOW_THREADS
        if (status != -1) {
            return build_siginfo(module, &info);
        }
        if (errno != EINTR) {
            if (errno == EAGAIN) {
                Py_RETURN_NONE;
            }
            return PyErr_SetFromErrno(PyExc_OSError);
        }
        if (PyErr_CheckSignals()) {
            return NULL;
        }
        timeout = _PyDeadline_Get(deadline);
        if (timeout < 0) {
            Py_RETURN_NONE;
        }
    }
}

/* -- Timers --------------------------------------------------------------- */

static int
timeval_from_object(PyObject *obj, struct timeval *tv)
{
    if (obj == NULL) {
        tv->tv_sec = 0;
        tv->tv_usec = 0;
        return 0;
    }
    _PyTime_t t;
    if (_PyTime_FromSecondsObject(&t, obj, _PyTime_ROUND_CEILING) < 0) {
        return -1;
    }
    return _PyTime_AsTimeval(t, tv, _PyTime_ROUND_CEILING);
}

static double
seconds(const struct timeval *tv)
{
    return (double)tv->tv_sec + (double)tv->tv_usec / 1000000.0;
}

static PyObject *
build_itimer(const struct itimerval *timer)
{
    return Py_BuildValue("(dd)", seconds(&timer->it_value),
                         seconds(&timer->it_interval));
}

static PyObject *
signal_setitimer(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int which;
    struct itimerval timer, old;
    if (!_PyArg_CheckPositional("setitimer", nargs, 2, 3)
        || !int_argument(args[0], &which)
        || timeval_from_object(args[1], &timer.it_value) < 0
        || timeval_from_object(nargs > 2 ? args[2] : NULL,
                               &timer.it_interval) < 0) {
        return NULL;
    }
    if (setitimer((__itimer_which_t)which, &timer, &old) < 0) {
        return PyErr_SetFromErrno(get_state(module)->itimer_error);
    }
    return build_itimer(&old);
}

static PyObject *
signal_getitimer(PyObject *module, PyObject *arg)
{
    int which;
    struct itimerval timer;
    if (!int_argument(arg, &which)) {
        return NULL;
    }
    if (getitimer((__itimer_which_t)which, &timer) < 0) {
        return PyErr_SetFromErrno(get_state(module)->itimer_error);
    }
    return build_itimer(&timer);
}

/* -- The module ----------------------------------------------------------- */

PyDoc_STRVAR(module_doc,
"Signal handlers, timers and the sending of signals.\n"
"\n"
"A handler is called with the signal's number and the interrupted frame;\n"
"SIG_DFL and SIG_IGN are the system's own.  Only the main thread runs them\n"
"and may set them.");

static PyMethodDef signal_methods[] = {
    {"default_int_handler", _PyCFunction_CAST(signal_default_int_handler),
     METH_FASTCALL,
     "default_int_handler($module, signalnum, frame, /)\n--\n\n"
     "SIGINT's handler unless there is another: KeyboardInterrupt."},
    {"alarm", signal_alarm, METH_O,
     "alarm($module, seconds, /)\n--\n\nHave SIGALRM sent after a time."},
    {"setitimer", _PyCFunction_CAST(signal_setitimer), METH_FASTCALL,
     "setitimer($module, which, seconds, interval=0.0, /)\n--\n\n"
     "Start a timer; (delay, interval) of the old one."},
    {"getitimer", signal_getitimer, METH_O,
     "getitimer($module, which, /)\n--\n\nA timer's (delay, interval)."},
    {"signal", _PyCFunction_CAST(signal_signal), METH_FASTCALL,
     "signal($module, signalnum, handler, /)\n--\n\n"
     "Set a handler; the old one."},
    {"raise_signal", signal_raise_signal, METH_O,
     "raise_signal($module, signalnum, /)\n--\n\n"
     "Send a signal to this process."},
    {"strsignal", signal_strsignal, METH_O,
     "strsignal($module, signalnum, /)\n--\n\n"
     "A signal's description, or None."},
    {"getsignal", signal_getsignal, METH_O,
     "getsignal($module, signalnum, /)\n--\n\n"
     "The handler: SIG_IGN, SIG_DFL, a callable, or None."},
    {"set_wakeup_fd", _PyCFunction_CAST(signal_set_wakeup_fd),
     METH_VARARGS | METH_KEYWORDS,
     "set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd\n\n"
     "The descriptor that gets a byte for each signal; the old one."},
    {"siginterrupt", _PyCFunction_CAST(signal_siginterrupt), METH_FASTCALL,
     "siginterrupt($module, signalnum, flag, /)\n--\n\n"
     "Say whether a signal interrupts system calls."},
    {"pause", signal_pause, METH_NOARGS,
     "pause($module, /)\n--\n\nWait for a signal."},
    {"pidfd_send_signal", _PyCFunction_CAST(signal_pidfd_send_signal),
     METH_FASTCALL,
     "pidfd_send_signal($module, pidfd, signalnum, siginfo=None, flags=0, /)"
     "\n--\n\nSend a signal to the process of a descriptor."},
    {"pthread_kill", _PyCFunction_CAST(signal_pthread_kill), METH_FASTCALL,
     "pthread_kill($module, thread_id, signalnum, /)\n--\n\n"
     "Send a signal to a thread."},
    {"pthread_sigmask", _PyCFunction_CAST(signal_pthread_sigmask),
     METH_FASTCALL,
     "pthread_sigmask($module, how, mask, /)\n--\n\n"
     "Change the thread's blocked signals; the old ones."},
    {"sigpending", signal_sigpending, METH_NOARGS,
     "sigpending($module, /)\n--\n\nThe signals that wait to get through."},
    {"sigwait", signal_sigwait, METH_O,
     "sigwait($module, sigset, /)\n--\n\nWait for one of some signals."},
    {"sigwaitinfo", signal_sigwaitinfo, METH_O,
     "sigwaitinfo($module, sigset, /)\n--\n\n"
     "sigwait() that tells more."},
    {"sigtimedwait", _PyCFunction_CAST(signal_sigtimedwait), METH_FASTCALL,
     "sigtimedwait($module, sigset, timeout, /)\n--\n\n"
     "sigwaitinfo() for a time, then None."},
    {"valid_signals", signal_valid_signals, METH_NOARGS,
     "valid_signals($module, /)\n--\n\nThe signals there are."},
    {NULL, NULL, 0, NULL}
};

#define CONSTANT(NAME) {#NAME, NAME}
/* The real-time range is known at run time only. */
#define RUNTIME_CONSTANTS                                                     \
    {                                                                         \
        {"SIGRTMIN", SIGRTMIN}, {"SIGRTMAX", SIGRTMAX}, {NULL, 0}             \
    }

struct constant {
    const char *name;
    long value;
};

static const struct constant constants[] = {
    {"NSIG", Py_NSIG},
    CONSTANT(SIG_BLOCK), CONSTANT(SIG_UNBLOCK), CONSTANT(SIG_SETMASK),
    CONSTANT(SIGHUP), CONSTANT(SIGINT), CONSTANT(SIGQUIT), CONSTANT(SIGILL),
    CONSTANT(SIGTRAP), CONSTANT(SIGIOT), CONSTANT(SIGABRT), CONSTANT(SIGFPE),
    CONSTANT(SIGKILL), CONSTANT(SIGBUS), CONSTANT(SIGSEGV), CONSTANT(SIGSYS),
    CONSTANT(SIGPIPE), CONSTANT(SIGALRM), CONSTANT(SIGTERM),
    CONSTANT(SIGUSR1), CONSTANT(SIGUSR2), {"SIGCLD", SIGCHLD},
    CONSTANT(SIGCHLD), CONSTANT(SIGPWR), CONSTANT(SIGIO), CONSTANT(SIGURG),
    CONSTANT(SIGWINCH), CONSTANT(SIGPOLL), CONSTANT(SIGSTOP),
    CONSTANT(SIGTSTP), CONSTANT(SIGCONT), CONSTANT(SIGTTIN),
    CONSTANT(SIGTTOU), CONSTANT(SIGVTALRM), CONSTANT(SIGPROF),
    CONSTANT(SIGXCPU), CONSTANT(SIGXFSZ), CONSTANT(SIGSTKFLT),
    CONSTANT(ITIMER_REAL), CONSTANT(ITIMER_VIRTUAL), CONSTANT(ITIMER_PROF),
    {NULL, 0}
};
#undef CONSTANT

static int
add_constants(PyObject *module, const struct constant *table)
{
    for (; table->name != NULL; table++) {
        if (PyModule_AddIntConstant(module, table->name, table->value) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Note what is installed, and take SIGINT over. */
static int
adopt_handlers(PyObject *module)
{
    for (int signum = 1; signum < Py_NSIG; signum++) {
        void (*installed)(int) = PyOS_getsig(signum);
        PyObject *func;
        if (installed == SIG_DFL) {
            func = global_state.default_handler;
        }
        else if (installed == SIG_IGN) {
            func = global_state.ignore_handler;
        }
        else {
            func = Py_None;
        }
        if (installed == signal_handler && get_handler(signum) != NULL) {
            continue;
        }
        Py_XDECREF(set_handler_steal(signum, Py_NewRef(func)));
    }
    if (get_handler(SIGINT) == global_state.default_handler) {
        PyObject *handler = PyObject_GetAttrString(module,
                                                   "default_int_handler");
        if (handler == NULL) {
            return -1;
        }
        Py_XDECREF(set_handler_steal(SIGINT, handler));
        PyOS_setsig(SIGINT, signal_handler);
    }
    return 0;
}

static int
signal_exec(PyObject *module)
{
    signal_state *state = get_state(module);
    const struct constant runtime_constants[] = RUNTIME_CONSTANTS;
    if (PyModule_AddObjectRef(module, "SIG_DFL",
                              global_state.default_handler) < 0
        || PyModule_AddObjectRef(module, "SIG_IGN",
                                 global_state.ignore_handler) < 0
        || add_constants(module, constants) < 0
        || add_constants(module, runtime_constants) < 0) {
        return -1;
    }
    state->itimer_error = PyErr_NewException("signal.itimer_error",
                                             PyExc_OSError, NULL);
    state->siginfo_type = PyStructSequence_NewType(&siginfo_desc);
    if (state->itimer_error == NULL || state->siginfo_type == NULL
        || PyModule_AddObjectRef(module, "ItimerError",
                                 state->itimer_error) < 0
        || PyModule_AddObjectRef(module, "struct_siginfo",
                                 (PyObject *)state->siginfo_type) < 0) {
        return -1;
    }
    if (_Py_IsMainInterpreter(_PyInterpreterState_GET())) {
        return adopt_handlers(module);
    }
    return 0;
}

static int
signal_traverse(PyObject *module, visitproc visit, void *arg)
{
    signal_state *state = get_state(module);
    Py_VISIT(state->itimer_error);
    Py_VISIT(state->siginfo_type);
    return 0;
}

static int
signal_clear(PyObject *module)
{
    signal_state *state = get_state(module);
    Py_CLEAR(state->itimer_error);
    Py_CLEAR(state->siginfo_type);
    return 0;
}

static void
signal_free(void *module)
{
    signal_clear((PyObject *)module);
}

static PyModuleDef_Slot signal_slots[] = {
    {Py_mod_exec, signal_exec},
    {0, NULL}
};

static struct PyModuleDef signal_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_signal",
    .m_doc = module_doc,
    .m_size = sizeof(signal_state),
    .m_methods = signal_methods,
    .m_slots = signal_slots,
    .m_traverse = signal_traverse,
    .m_clear = signal_clear,
    .m_free = signal_free,
};

PyMODINIT_FUNC
PyInit__signal(void)
{
    return PyModuleDef_Init(&signal_module);
}

/* -- Start and end -------------------------------------------------------- */

int
_PySignal_Init(int install_signal_handlers)
{
    if (global_state.default_handler == NULL) {
        global_state.default_handler = PyLong_FromVoidPtr((void *)SIG_DFL);
        global_state.ignore_handler = PyLong_FromVoidPtr((void *)SIG_IGN);
        if (global_state.default_handler == NULL
            || global_state.ignore_handler == NULL) {
            return -1;
        }
    }
    for (int signum = 1; signum < Py_NSIG; signum++) {
        _Py_atomic_store_relaxed(&Handlers[signum].tripped, 0);
    }
    if (!install_signal_handlers) {
        return 0;
    }
    PyOS_setsig(SIGPIPE, SIG_IGN);
    PyOS_setsig(SIGXFSZ, SIG_IGN);
    /* The module takes SIGINT over. */
    PyObject *module = PyImport_ImportModule("_signal");
    if (module == NULL) {
        return -1;
    }
    Py_DECREF(module);
    return 0;
}

void
_PySignal_Fini(void)
{
    for (int signum = 1; signum < Py_NSIG; signum++) {
        PyObject *func = set_handler_steal(signum, NULL);
        _Py_atomic_store_relaxed(&Handlers[signum].tripped, 0);
        if (func != NULL && func != Py_None
            && func != global_state.default_handler
            && func != global_state.ignore_handler) {
            PyOS_setsig(signum, SIG_DFL);
        }
        Py_XDECREF(func);
    }
    Py_CLEAR(global_state.default_handler);
    Py_CLEAR(global_state.ignore_handler);
}
