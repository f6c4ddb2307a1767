/* The state of the process: what all interpreters share.

   Outside tools and a few binaries built for CPython 3.11 read two places of
   this object, so they stay at 3.11's offsets: the current thread state
   (0x240) and the small ints (0x2a8). The rest is ours. */
#ifndef Py_INTERNAL_RUNTIME_H
#define Py_INTERNAL_RUNTIME_H

#include "pycore_atomic.h"
#include "pycore_port.h"

/* The thread that runs Python code. */
struct _gilstate_runtime_state {
    _Py_atomic_address tstate_current;
};

#define _PY_NSMALLPOSINTS 257
#define _PY_NSMALLNEGINTS 5

/* Called with each audit event, for the process (PEP 578). */
typedef struct _Py_AuditHookEntry {
    struct _Py_AuditHookEntry *next;
    Py_AuditHookFunction hookCFunction;
    void *userData;
} _Py_AuditHookEntry;

typedef struct pyruntimestate {
    /* progress of start-up; written by the main thread only */
    int _initialized;     /* this struct is set up */
    int preinitializing;
    int preinitialized;   /* encodings and allocator are chosen */
    int core_initialized; /* objects can be made */
    int initialized;      /* imports work, main may run */

    /* the thread that finalises the runtime, or NULL */
    _Py_atomic_address _finalizing;

    unsigned long main_thread; /* its ident; changes in a forked child */

    struct pyinterpreters {
        PyThread_type_lock mutex; /* guards the lists of states */
        PyInterpreterState *head;
        PyInterpreterState *main;
        int64_t next_id; /* -1: interpreters may not be made yet */
    } interpreters;

    /* thread state of an OS thread, for PyGILState_Ensure */
    Py_tss_t autoTSSkey;
    PyInterpreterState *autoInterpreterState;

    PyPreConfig preconfig;
    Py_OpenCodeHookFunction open_code_hook;
    void *open_code_userdata;
    _Py_AuditHookEntry *audit_hook_head;

    char _pad_to_gilstate[576 - 5 * sizeof(int) - 4 - 8 - 8 - 32 - 8 - 8
                          - sizeof(PyPreConfig) - 3 * 8];

    struct _gilstate_runtime_state gilstate; /* at 576 */

    /* classes that can cross interpreters; guarded by its lock */
    struct _xidregistry {
        PyThread_type_lock mutex;
        struct _xidregitem *head;
    } xidregistry;

    char _pad_to_small_ints[680 - 576 - 8 - 16];

    struct _Py_global_objects {
        struct {
            /* -5 .. 256, at 680, 32 bytes each */
            PyLongObject small_ints[_PY_NSMALLNEGINTS + _PY_NSMALLPOSINTS];
        } singletons;
    } global_objects;

    char _pad_to_size[166688 - 680 - 262 * 32];
} _PyRuntimeState;

PyAPI_DATA(_PyRuntimeState) _PyRuntime;

_Static_assert(offsetof(_PyRuntimeState, gilstate) == 576,
               "tools read the current thread state here");
_Static_assert(offsetof(_PyRuntimeState, global_objects) == 680,
               "extensions read the small ints here");
_Static_assert(sizeof(_PyRuntimeState) == 166688,
               "binaries that name this object carry its size");

#define _Py_SINGLETON(NAME) _PyRuntime.global_objects.singletons.NAME

PyAPI_FUNC(PyStatus) _PyRuntimeState_Init(_PyRuntimeState *runtime);
PyAPI_FUNC(void) _PyRuntimeState_Fini(_PyRuntimeState *runtime);
extern PyStatus _PyRuntimeState_ReInitThreads(_PyRuntimeState *runtime);
PyAPI_FUNC(PyStatus) _PyRuntime_Initialize(void);
PyAPI_FUNC(void) _PyRuntime_Finalize(void);

static inline PyThreadState *
_PyRuntimeState_GetFinalizing(_PyRuntimeState *runtime)
{
    return (PyThreadState *)_Py_atomic_load_relaxed(&runtime->_finalizing);
}

static inline void
_PyRuntimeState_SetFinalizing(_PyRuntimeState *runtime, PyThreadState *tstate)
{
    _Py_atomic_store_relaxed(&runtime->_finalizing, (uintptr_t)tstate);
}

#endif
