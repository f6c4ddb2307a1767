/* The GIL, policy-free half: what every policy needs and no policy knows.

   - attach and detach of thread states (PyEval_SaveThread and friends);
   - the eval breaker: the one word the evaluator looks at, nonzero when a
     thread wants the GIL, a signal waits, a pending call waits or an
     asynchronous exception has been set;
   - pending calls and signals, served by the main thread;
   - fork and finalisation.

   Who runs next and how the others wait is the policy's: Python/gil/NAME.c
   behind `struct gil_policy` (pycore_gil.h). Doc/internals/gil.md explains
   the whole. */
#include "Python.h"
#include "pycore_atomic.h"
#include "pycore_ceval.h"
#include "pycore_gil.h"
#include "pycore_interp.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_runtime.h"

#define GIL_DEFAULT_INTERVAL_US 5000

static struct {
    int created; /* the policy's init has run */
    /* microseconds; any thread writes, waiters read: relaxed */
    atomic_ulong interval_us;
    /* a waiter wants the GIL. Raised by gil_request_drop, cleared by the
       thread that takes it; pairs with the evaluator's relaxed look at the
       breaker: late by one check at worst */
    atomic_int drop_requested;
    /* a C signal handler has run; cleared by the main thread's check */
    atomic_int signals_pending;
    /* written under the GIL; outside tools read it: relaxed */
    _Atomic(PyThreadState *) last_holder;
    atomic_ulong switches;
} gil = {.interval_us = GIL_DEFAULT_INTERVAL_US};

/* -- The eval breaker ---------------------------------------------------- */

static int
breaker_is_due(PyInterpreterState *interp)
{
    struct _ceval_state *ceval = &interp->ceval;
    return atomic_load_explicit(&gil.drop_requested, memory_order_relaxed)
           || (atomic_load_explicit(&gil.signals_pending,
                                    memory_order_relaxed)
               && _Py_ThreadCanHandleSignals(interp))
           || (_Py_atomic_load_relaxed(&ceval->pending.calls_to_do)
               && _Py_ThreadCanHandlePendingCalls())
           || ceval->pending.async_exc;
}

/* Recompute the breaker from its sources. A request raised between the look
   and the store would be lost: so look again after it. */
static void
breaker_update(PyInterpreterState *interp)
{
    _Py_atomic_int *breaker = &interp->ceval.eval_breaker;
    int due = breaker_is_due(interp);
    _Py_atomic_store_relaxed(breaker, due);
    if (!due) {
        atomic_thread_fence(memory_order_seq_cst);
        if (breaker_is_due(interp)) {
            _Py_atomic_store_relaxed(breaker, 1);
        }
    }
}

static void
breaker_raise(PyInterpreterState *interp)
{
    atomic_thread_fence(memory_order_seq_cst);
    _Py_atomic_store_relaxed(&interp->ceval.eval_breaker, 1);
}

/* -- Callbacks of the policies --------------------------------------------- */

void
gil_request_drop(void)
{
    atomic_store_explicit(&gil.drop_requested, 1, memory_order_relaxed);
    /* the holder may run in any interpreter */
    HEAD_LOCK(&_PyRuntime);
    for (PyInterpreterState *interp = _PyRuntime.interpreters.head;
         interp != NULL; interp = interp->next) {
        breaker_raise(interp);
    }
    HEAD_UNLOCK(&_PyRuntime);
}

int
gil_drop_requested(void)
{
    return atomic_load_explicit(&gil.drop_requested, memory_order_relaxed);
}

int
gil_must_leave(const void *who)
{
    PyThreadState *finalizing = _PyRuntimeState_GetFinalizing(&_PyRuntime);
    return finalizing != NULL && finalizing != who;
}

unsigned long
gil_interval_us(void)
{
    return atomic_load_explicit(&gil.interval_us, memory_order_relaxed);
}

unsigned long
gil_switches(void)
{
    return atomic_load_explicit(&gil.switches, memory_order_relaxed);
}

/* -- Take and drop ----------------------------------------------------------- */

/* A thread that asks for the GIL after finalisation began sleeps until the
   process ends: ending it would unwind frames of other languages, and going
   on would touch freed memory. */
static void _Py_NO_RETURN
gil_leave(void)
{
    for (;;) {
        pause();
    }
}

void
gil_take(PyThreadState *tstate)
{
    int saved_errno = errno;
    if (gil_must_leave(tstate)
        || gil_policy_current()->acquire(tstate) == GIL_MUST_LEAVE) {
        gil_leave();
    }
    if (gil_must_leave(tstate)) {
        gil_policy_current()->release(tstate, GIL_RELEASE_LAST);
        gil_leave();
    }
    if (atomic_load_explicit(&gil.last_holder, memory_order_relaxed)
        != tstate) {
        atomic_store_explicit(&gil.last_holder, tstate,
                              memory_order_relaxed);
        atomic_fetch_add_explicit(&gil.switches, 1, memory_order_relaxed);
    }
    if (gil_drop_requested()) {
        atomic_store_explicit(&gil.drop_requested, 0, memory_order_relaxed);
    }
    breaker_update(tstate->interp);
    if (tstate->async_exc != NULL) {
        _PyEval_SignalAsyncExc(tstate->interp);
    }
    errno = saved_errno;
}

void
gil_drop(PyThreadState *tstate, enum gil_release_reason reason)
{
    gil_policy_current()->release(tstate, reason);
}

int
gil_held_by(PyThreadState *tstate)
{
    return _PyThreadState_GET() == tstate;
}

/* -- Interval ------------------------------------------------------------------ */

void
_PyEval_SetSwitchInterval(unsigned long microseconds)
{
    atomic_store_explicit(&gil.interval_us,
                          microseconds > 0 ? microseconds : 1,
                          memory_order_relaxed);
}

unsigned long
_PyEval_GetSwitchInterval(void)
{
    return gil_interval_us();
}

/* -- Creation and end ------------------------------------------------------------ */

int
_PyEval_ThreadsInitialized(struct pyruntimestate *Py_UNUSED(runtime))
{
    return gil.created;
}

int
PyEval_ThreadsInitialized(void)
{
    return gil.created;
}

PyStatus
_PyEval_InitGIL(PyThreadState *tstate)
{
    if (!_Py_IsMainInterpreter(tstate->interp)) {
        return _PyStatus_OK();
    }
    if (gil_policy_current()->init() != 0) {
        return _PyStatus_ERR("cannot create the GIL");
    }
    gil.created = 1;
    gil_take(tstate);
    return _PyStatus_OK();
}

void
_PyEval_FiniGIL(PyInterpreterState *interp)
{
    if (!_Py_IsMainInterpreter(interp) || !gil.created) {
        return;
    }
    /* daemon threads may still be on their way into acquire, so the
       policy's objects stay as they are; a new start makes them anew */
    gil.created = 0;
    atomic_store(&gil.last_holder, NULL);
    atomic_store(&gil.drop_requested, 0);
    atomic_store(&gil.signals_pending, 0);
}

void
PyEval_InitThreads(void)
{
    /* the GIL exists since Py_Initialize */
}

int
_PyEval_InitState(struct _ceval_state *ceval, PyThread_type_lock pending_lock)
{
    ceval->recursion_limit = Py_DEFAULT_RECURSION_LIMIT;
    ceval->pending.lock = pending_lock;
    return 0;
}

void
_PyEval_FiniState(struct _ceval_state *ceval)
{
    if (ceval->pending.lock != NULL) {
        PyThread_free_lock(ceval->pending.lock);
        ceval->pending.lock = NULL;
    }
}

PyStatus
_PyEval_ReInitThreads(PyThreadState *tstate)
{
    atomic_store(&gil.drop_requested, 0);
    gil_policy_current()->after_fork();
    gil_take(tstate);
    struct _pending_calls *pending = &tstate->interp->ceval.pending;
    if (_PyThread_at_fork_reinit(&pending->lock) < 0) {
        return _PyStatus_ERR("Can't reinitialize pending calls lock");
    }
    _PyThreadState_DeleteExcept(&_PyRuntime, tstate);
    return _PyStatus_OK();
}

/* -- Attach and detach ------------------------------------------------------------- */

void
PyEval_AcquireThread(PyThreadState *tstate)
{
    _Py_EnsureTstateNotNULL(tstate);
    gil_take(tstate);
    if (_PyThreadState_Swap(&_PyRuntime.gilstate, tstate) != NULL) {
        Py_FatalError("non-NULL old thread state");
    }
}

void
PyEval_ReleaseThread(PyThreadState *tstate)
{
    PyThreadState *current = _PyThreadState_Swap(&_PyRuntime.gilstate, NULL);
    if (current != tstate) {
        Py_FatalError("wrong thread state");
    }
    gil_drop(tstate, GIL_RELEASE_BLOCK);
}

PyThreadState *
PyEval_SaveThread(void)
{
    PyThreadState *tstate = _PyThreadState_Swap(&_PyRuntime.gilstate, NULL);
    _Py_EnsureTstateNotNULL(tstate);
    gil_drop(tstate, GIL_RELEASE_BLOCK);
    return tstate;
}

void
PyEval_RestoreThread(PyThreadState *tstate)
{
    _Py_EnsureTstateNotNULL(tstate);
    gil_take(tstate);
    _PyThreadState_Swap(&_PyRuntime.gilstate, tstate);
}

void
PyEval_AcquireLock(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    _Py_EnsureTstateNotNULL(tstate);
    gil_take(tstate);
}

void
PyEval_ReleaseLock(void)
{
    gil_drop(_PyThreadState_GET(), GIL_RELEASE_BLOCK);
}

void
_PyEval_ReleaseLock(PyThreadState *tstate)
{
    gil_drop(tstate, GIL_RELEASE_LAST);
}

/* -- Requests from other places ------------------------------------------------------ */

void
_PyEval_SignalReceived(PyInterpreterState *interp)
{
    /* runs inside a C signal handler: atomics only */
    atomic_store_explicit(&gil.signals_pending, 1, memory_order_relaxed);
    breaker_raise(interp);
}

void
_PyEval_SignalAsyncExc(PyInterpreterState *interp)
{
    interp->ceval.pending.async_exc = 1;
    breaker_raise(interp);
}

static int
pending_push(struct _pending_calls *pending, int (*func)(void *), void *arg)
{
    int next = (pending->last + 1) % NPENDINGCALLS;
    if (next == pending->first) {
        return -1;
    }
    pending->calls[pending->last].func = func;
    pending->calls[pending->last].arg = arg;
    pending->last = next;
    return 0;
}

/* 0 when there is none */
static int
pending_pop(struct _pending_calls *pending, int (**func)(void *), void **arg)
{
    PyThread_acquire_lock(pending->lock, WAIT_LOCK);
    int found = pending->first != pending->last;
    if (found) {
        *func = pending->calls[pending->first].func;
        *arg = pending->calls[pending->first].arg;
        pending->first = (pending->first + 1) % NPENDINGCALLS;
    }
    PyThread_release_lock(pending->lock);
    return found;
}

int
_PyEval_AddPendingCall(PyInterpreterState *interp, int (*func)(void *),
                       void *arg)
{
    struct _pending_calls *pending = &interp->ceval.pending;
    PyThread_acquire_lock(pending->lock, WAIT_LOCK);
    int result = pending_push(pending, func, arg);
    PyThread_release_lock(pending->lock);
    _Py_atomic_store_relaxed(&pending->calls_to_do, 1);
    breaker_raise(interp);
    return result;
}

int
Py_AddPendingCall(int (*func)(void *), void *arg)
{
    /* callable without the GIL, from a thread without a state */
    PyInterpreterState *interp = _PyRuntime.interpreters.main;
    PyThreadState *tstate = PyGILState_GetThisThreadState();
    if (tstate != NULL) {
        interp = tstate->interp;
    }
    return _PyEval_AddPendingCall(interp, func, arg);
}

/* -- Serving them -------------------------------------------------------------------- */

static int
serve_signals(PyThreadState *tstate)
{
    if (!_Py_ThreadCanHandleSignals(tstate->interp)) {
        return 0;
    }
    atomic_store_explicit(&gil.signals_pending, 0, memory_order_relaxed);
    if (_PyErr_CheckSignalsTstate(tstate) < 0) {
        /* some handlers may not have run yet */
        _PyEval_SignalReceived(tstate->interp);
        return -1;
    }
    return 0;
}

static int
serve_pending_calls(PyInterpreterState *interp)
{
    static int busy; /* main thread only: a call must not run calls */
    if (!_Py_ThreadCanHandlePendingCalls() || busy) {
        return 0;
    }
    busy = 1;
    struct _pending_calls *pending = &interp->ceval.pending;
    _Py_atomic_store_relaxed(&pending->calls_to_do, 0);
    int result = 0;
    /* no more than the ring holds, so that a call that adds itself again
       cannot keep us here */
    for (int i = 0; i < NPENDINGCALLS; i++) {
        int (*func)(void *);
        void *arg;
        if (!pending_pop(pending, &func, &arg)) {
            break;
        }
        result = func(arg);
        if (result != 0) {
            result = -1;
            break;
        }
    }
    busy = 0;
    if (pending->first != pending->last) {
        _Py_atomic_store_relaxed(&pending->calls_to_do, 1);
    }
    breaker_update(interp);
    return result;
}

void
_Py_FinishPendingCalls(PyThreadState *tstate)
{
    struct _pending_calls *pending = &tstate->interp->ceval.pending;
    if (!_Py_atomic_load_relaxed(&pending->calls_to_do)) {
        return;
    }
    if (serve_pending_calls(tstate->interp) < 0) {
        PyObject *type, *value, *traceback;
        _PyErr_Fetch(tstate, &type, &value, &traceback);
        PyErr_BadInternalCall();
        _PyErr_ChainExceptions(type, value, traceback);
        PyErr_Print();
    }
}

int
Py_MakePendingCalls(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (serve_signals(tstate) != 0) {
        return -1;
    }
    return serve_pending_calls(tstate->interp);
}

/* Give the GIL to whoever asked, and queue up for it again. */
static void
serve_drop_request(PyThreadState *tstate)
{
    if (_PyThreadState_Swap(&_PyRuntime.gilstate, NULL) != tstate) {
        Py_FatalError("tstate mix-up");
    }
    gil_drop(tstate, GIL_RELEASE_FORCED);
    gil_take(tstate);
    if (_PyThreadState_Swap(&_PyRuntime.gilstate, tstate) != NULL) {
        Py_FatalError("orphan tstate");
    }
}

static int
serve_async_exception(PyThreadState *tstate)
{
    PyObject *exception = tstate->async_exc;
    tstate->async_exc = NULL;
    tstate->interp->ceval.pending.async_exc = 0;
    breaker_update(tstate->interp);
    _PyErr_SetNone(tstate, exception);
    Py_DECREF(exception);
    return -1;
}

int
_Py_HandlePending(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    if (atomic_load_explicit(&gil.signals_pending, memory_order_relaxed)
        && serve_signals(tstate) != 0) {
        return -1;
    }
    if (_Py_atomic_load_relaxed(&interp->ceval.pending.calls_to_do)
        && serve_pending_calls(interp) != 0) {
        return -1;
    }
    if (gil_drop_requested()) {
        serve_drop_request(tstate);
    }
    if (tstate->async_exc != NULL) {
        return serve_async_exception(tstate);
    }
    /* a signal or pending call that this thread may not serve, or none: make
       sure that the breaker is not raised for nothing */
    breaker_update(interp);
    return 0;
}
