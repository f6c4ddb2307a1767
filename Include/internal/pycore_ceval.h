/* The evaluator's face to the rest of the interpreter. */
#ifndef Py_INTERNAL_CEVAL_H
#define Py_INTERNAL_CEVAL_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_interp.h"
#include "pycore_pystate.h"

struct pyruntimestate;
struct _ceval_runtime_state;
struct _PyInterpreterFrame;

#ifndef Py_DEFAULT_RECURSION_LIMIT
#  define Py_DEFAULT_RECURSION_LIMIT 1000
#endif

/* -- The GIL, pending calls, signals (Python/ceval_gil.c) -------------------- */

PyAPI_FUNC(void) _PyEval_SignalReceived(PyInterpreterState *interp);
PyAPI_FUNC(int) _PyEval_AddPendingCall(PyInterpreterState *interp,
                                       int (*func)(void *), void *arg);
PyAPI_FUNC(void) _PyEval_SignalAsyncExc(PyInterpreterState *interp);
extern PyStatus _PyEval_ReInitThreads(PyThreadState *tstate);
extern int _PyEval_ThreadsInitialized(struct pyruntimestate *runtime);
extern PyStatus _PyEval_InitGIL(PyThreadState *tstate);
extern void _PyEval_FiniGIL(PyInterpreterState *interp);
extern void _PyEval_ReleaseLock(PyThreadState *tstate);
extern void _PyEval_InitRuntimeState(struct _ceval_runtime_state *);
extern int _PyEval_InitState(struct _ceval_state *, PyThread_type_lock);
extern void _PyEval_FiniState(struct _ceval_state *ceval);
/* Serves whatever made the eval breaker true: -1 with an exception set. */
extern int _Py_HandlePending(PyThreadState *tstate);

/* -- Settings of the thread ---------------------------------------------------- */

extern void _PyEval_SetCoroutineOriginTrackingDepth(int depth);
extern int _PyEval_GetCoroutineOriginTrackingDepth(void);
extern int _PyEval_SetAsyncGenFirstiter(PyObject *);
extern PyObject *_PyEval_GetAsyncGenFirstiter(void);
extern int _PyEval_SetAsyncGenFinalizer(PyObject *);
extern PyObject *_PyEval_GetAsyncGenFinalizer(void);
extern void _PyEval_Fini(void);

/* -- Running -------------------------------------------------------------------- */

extern PyObject *_PyEval_GetBuiltins(PyThreadState *tstate);
extern PyObject *_PyEval_BuiltinsFromGlobals(PyThreadState *tstate,
                                             PyObject *globals);
/* The frame that runs, or NULL. */
extern struct _PyInterpreterFrame *_PyEval_GetFrame(void);

/* sys.call_tracing */
extern PyObject *_PyEval_CallTracing(PyObject *func, PyObject *args);

extern PyObject *_PyEval_Vector(PyThreadState *tstate, PyFunctionObject *func,
                                PyObject *locals, PyObject *const *args,
                                size_t argcount, PyObject *kwnames);

/* The evaluation function of the interpreter, or ours. */
static inline PyObject *
_PyEval_EvalFrame(PyThreadState *tstate, struct _PyInterpreterFrame *frame,
                  int throwflag)
{
    if (tstate->interp->eval_frame == NULL) {
        return _PyEval_EvalFrameDefault(tstate, frame, throwflag);
    }
    return tstate->interp->eval_frame(tstate, frame, throwflag);
}

/* -- Recursion ------------------------------------------------------------------ */

PyAPI_FUNC(int) _Py_CheckRecursiveCall(PyThreadState *tstate,
                                       const char *where);

static inline int
_Py_MakeRecCheck(PyThreadState *tstate)
{
    return tstate->recursion_remaining-- <= 0;
}

static inline int
_Py_EnterRecursiveCallTstate(PyThreadState *tstate, const char *where)
{
    return _Py_MakeRecCheck(tstate) && _Py_CheckRecursiveCall(tstate, where);
}

static inline int
_Py_EnterRecursiveCall(const char *where)
{
    return _Py_EnterRecursiveCallTstate(_PyThreadState_GET(), where);
}

static inline void
_Py_LeaveRecursiveCallTstate(PyThreadState *tstate)
{
    tstate->recursion_remaining++;
}

static inline void
_Py_LeaveRecursiveCall(void)
{
    _Py_LeaveRecursiveCallTstate(_PyThreadState_GET());
}

#define Py_EnterRecursiveCallTstate _Py_EnterRecursiveCallTstate
#define Py_LeaveRecursiveCallTstate _Py_LeaveRecursiveCallTstate

/* -- Limits --------------------------------------------------------------------- */

extern Py_ssize_t _Py_QuickenedCount;

#ifdef __cplusplus
}
#endif
#endif
