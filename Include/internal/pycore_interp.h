/* The state of one interpreter. */
#ifndef Py_INTERNAL_INTERP_H
#define Py_INTERNAL_INTERP_H

#include "pycore_atomic.h"
#include "pycore_context.h"
#include "pycore_dict.h"
#include "pycore_exceptions.h"
#include "pycore_floatobject.h"
#include "pycore_gc.h"
#include "pycore_genobject.h"
#include "pycore_list.h"
#include "pycore_tuple.h"
#include "pycore_typeobject.h"
#include "pycore_unicodeobject.h"
#include "pycore_warnings.h"

/* Calls asked for by any thread, run by the main thread at a check. */
#define NPENDINGCALLS 32
struct _pending_calls {
    PyThread_type_lock lock; /* guards the ring */
    _Py_atomic_int calls_to_do;
    int async_exc; /* a thread of this interpreter has one waiting */
    struct {
        int (*func)(void *);
        void *arg;
    } calls[NPENDINGCALLS];
    int first;
    int last;
};

/* What makes the evaluator look up from its bytecode. */
struct _ceval_state {
    /* nonzero when any of the requests below is, or a signal waits */
    _Py_atomic_int eval_breaker;
    int recursion_limit;
    struct _pending_calls pending;
};

/* Functions registered with atexit, in order of registration. */
typedef struct {
    PyObject *func;
    PyObject *args;
    PyObject *kwargs;
} atexit_callback;

struct atexit_state {
    atexit_callback **callbacks;
    int ncallbacks;
    int callback_len;
};

struct _is {
    PyInterpreterState *next;

    int64_t id;
    int64_t id_refcount; /* -1: not counted */
    int requires_idref;
    PyThread_type_lock id_mutex;

    struct pythreads {
        uint64_t next_unique_id;
        PyThreadState *head;
        long count;       /* of threads made by threading, for tests */
        size_t stacksize; /* 0: the system's default */
    } threads;

    struct pyruntimestate *runtime;

    int _initialized;
    int finalizing;

    struct _ceval_state ceval;
    struct _gc_runtime_state gc;

    PyObject *modules;          /* sys.modules */
    PyObject *modules_by_index; /* list, for PyState_FindModule */
    PyObject *sysdict;
    PyObject *builtins; /* dict of builtins */
    PyObject *importlib; /* module _frozen_importlib */
    PyObject *import_func; /* builtins.__import__ as it was at the start */
    PyObject *builtins_copy; /* dict of builtins as it was at the start */
    PyObject *sysdict_copy;
    int override_frozen_modules; /* 0, or 1 and -1 set by tests */

    PyObject *codec_search_path;
    PyObject *codec_search_cache;
    PyObject *codec_error_registry;
    int codecs_initialized;

    PyConfig config;
    int dlopenflags;
    PyObject *dict; /* PyInterpreterState_GetDict */

    _PyFrameEvalFunction eval_frame; /* PEP 523; NULL: our own evaluator */

    Py_ssize_t co_extra_user_count;
    freefunc co_extra_freefuncs[MAX_CO_EXTRA_USERS];

    PyObject *before_forkers;
    PyObject *after_forkers_parent;
    PyObject *after_forkers_child;

    PyObject *audit_hooks; /* list, or NULL */

    void (*pyexitfunc)(PyObject *);
    PyObject *pyexitmodule;
    struct atexit_state atexit;

    uint32_t func_next_version; /* of func_version; 0: exhausted */

    struct _warnings_runtime_state warnings;
    struct _Py_unicode_state unicode;
    struct _Py_float_state float_state;
    struct _Py_tuple_state tuple;
    struct _Py_list_state list;
    struct _Py_dict_state dict_state;
    struct _Py_context_state context;
    PySliceObject *slice_cache; /* a dead slice kept for reuse, or NULL */
    struct _Py_async_gen_state async_gen;
    struct _Py_exc_state exc_state;
    struct ast_state *ast; /* the ast module's types; NULL until used */
    struct type_cache type_cache;

    int int_max_str_digits; /* longest decimal text of an int; 0: any */

    /* the first thread state: start-up needs no allocator for it */
    PyThreadState _initial_thread;
};

PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_LookUpID(int64_t);
PyAPI_FUNC(int) _PyInterpreterState_IDInitref(PyInterpreterState *);
PyAPI_FUNC(int) _PyInterpreterState_IDIncref(PyInterpreterState *);
PyAPI_FUNC(void) _PyInterpreterState_IDDecref(PyInterpreterState *);

#endif
