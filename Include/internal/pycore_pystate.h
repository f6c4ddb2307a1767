/* The current thread state and interpreter, quickly. */
#ifndef Py_INTERNAL_PYSTATE_H
#define Py_INTERNAL_PYSTATE_H

#include "pycore_runtime.h"

static inline int
_Py_IsMainThread(void)
{
    return PyThread_get_thread_ident() == _PyRuntime.main_thread;
}

static inline PyInterpreterState *
_PyInterpreterState_Main(void)
{
    return _PyRuntime.interpreters.main;
}

static inline int
_Py_IsMainInterpreter(PyInterpreterState *interp)
{
    return interp == _PyRuntime.interpreters.main;
}

static inline const PyConfig *
_Py_GetMainConfig(void)
{
    PyInterpreterState *interp = _PyRuntime.interpreters.main;
    return interp == NULL ? NULL : _PyInterpreterState_GetConfig(interp);
}

/* The thread that holds the GIL; may be NULL when the caller lacks it. */
static inline PyThreadState *
_PyRuntimeState_GetThreadState(_PyRuntimeState *runtime)
{
    return (PyThreadState *)_Py_atomic_load_relaxed(
        &runtime->gilstate.tstate_current);
}

static inline PyThreadState *
_PyThreadState_GET(void)
{
    return _PyRuntimeState_GetThreadState(&_PyRuntime);
}

static inline PyInterpreterState *
_PyInterpreterState_GET(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    return tstate->interp;
}

static inline int
_Py_ThreadCanHandleSignals(PyInterpreterState *interp)
{
    return _Py_IsMainThread() && _Py_IsMainInterpreter(interp);
}

static inline int
_Py_ThreadCanHandlePendingCalls(void)
{
    return _Py_IsMainThread();
}

PyAPI_FUNC(void) _Py_NO_RETURN _Py_FatalError_TstateNULL(const char *func);
static inline void
_Py_EnsureFuncTstateNotNULL(const char *func, PyThreadState *tstate)
{
    if (tstate == NULL) {
        _Py_FatalError_TstateNULL(func);
    }
}
#define _Py_EnsureTstateNotNULL(tstate) \
    _Py_EnsureFuncTstateNotNULL(__func__, (tstate))

/* -- Lifetime of thread and interpreter states --------------------------- */

PyAPI_FUNC(void) _PyThreadState_Init(PyThreadState *tstate);
PyAPI_FUNC(void) _PyThreadState_SetCurrent(PyThreadState *tstate);
PyAPI_FUNC(void) _PyThreadState_DeleteCurrent(PyThreadState *tstate);
PyAPI_FUNC(void) _PyThreadState_DeleteExcept(_PyRuntimeState *runtime,
                                             PyThreadState *tstate);
PyAPI_FUNC(PyThreadState *) _PyThreadState_Swap(
    struct _gilstate_runtime_state *gilstate, PyThreadState *newts);
PyAPI_FUNC(PyStatus) _PyInterpreterState_Enable(_PyRuntimeState *runtime);

extern void _PyInterpreterState_Clear(PyThreadState *tstate);
extern PyStatus _PyInterpreterState_DeleteExceptMain(
    _PyRuntimeState *runtime);
extern PyStatus _PyGILState_Init(_PyRuntimeState *runtime);
extern PyStatus _PyGILState_SetTstate(PyThreadState *tstate);
extern void _PyGILState_Fini(PyInterpreterState *interp);
extern PyStatus _PyGILState_Reinit(_PyRuntimeState *runtime);
extern void _PySignal_AfterFork(void);
extern int _PyOS_IsMainThread(void);

PyAPI_FUNC(int) _PyState_AddModule(PyThreadState *tstate, PyObject *module,
                                   PyModuleDef *def);

/* Room for a frame of `size` words on the thread's stack; NULL: no memory. */
extern struct _PyInterpreterFrame *_PyThreadState_PushFrame(
    PyThreadState *tstate, size_t size);
extern void _PyThreadState_PopFrame(PyThreadState *tstate,
                                    struct _PyInterpreterFrame *frame);

#define HEAD_LOCK(runtime) \
    PyThread_acquire_lock((runtime)->interpreters.mutex, WAIT_LOCK)
#define HEAD_UNLOCK(runtime) PyThread_release_lock((runtime)->interpreters.mutex)

#endif
