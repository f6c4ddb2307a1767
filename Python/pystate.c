/* Thread states, interpreter states and the runtime's own state: making,
   linking, clearing and deleting them, and PyGILState.

   The lists of interpreters and of an interpreter's threads are guarded by
   the runtime's HEAD_LOCK, which is never held while Python code runs. A
   state's fields belong to the thread that holds the GIL with it. */
#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_gil.h"
#include "pycore_frame.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pymem.h"
#include "pycore_pystate.h"
#include "pycore_runtime.h"
#include "pycore_sysmodule.h"

_PyRuntimeState _PyRuntime = {
    .interpreters = {.next_id = -1},
    .autoTSSkey = Py_tss_NEEDS_INIT,
};

/* -- The runtime -------------------------------------------------------------- */

PyStatus
_PyRuntimeState_Init(_PyRuntimeState *runtime)
{
    if (runtime->_initialized) {
        return _PyStatus_OK();
    }
    runtime->preinitializing = 0;
    runtime->preinitialized = 0;
    runtime->core_initialized = 0;
    runtime->initialized = 0;
    runtime->main_thread = PyThread_get_thread_ident();
    PyPreConfig_InitPythonConfig(&runtime->preconfig);
    if (runtime->interpreters.mutex == NULL) {
        runtime->interpreters.mutex = PyThread_allocate_lock();
    }
    if (runtime->xidregistry.mutex == NULL) {
        runtime->xidregistry.mutex = PyThread_allocate_lock();
    }
    if (runtime->interpreters.mutex == NULL
        || runtime->xidregistry.mutex == NULL) {
        return _PyStatus_NO_MEMORY();
    }
    runtime->_initialized = 1;
    return _PyStatus_OK();
}

void
_PyRuntimeState_Fini(_PyRuntimeState *runtime)
{
    runtime->_initialized = 0;
    runtime->preinitialized = 0;
    runtime->core_initialized = 0;
    runtime->initialized = 0;
    _PyRuntimeState_SetFinalizing(runtime, NULL);
}

PyStatus
_PyRuntimeState_ReInitThreads(_PyRuntimeState *runtime)
{
    /* only the forking thread exists in the child */
    runtime->main_thread = PyThread_get_thread_ident();
    if (_PyThread_at_fork_reinit(&runtime->interpreters.mutex) < 0
        || _PyThread_at_fork_reinit(&runtime->xidregistry.mutex) < 0) {
        return _PyStatus_ERR("Failed to reinitialize runtime locks");
    }
    PyInterpreterState *main = runtime->interpreters.main;
    if (main->id_mutex != NULL
        && _PyThread_at_fork_reinit(&main->id_mutex) < 0) {
        return _PyStatus_ERR("Failed to reinitialize runtime locks");
    }
    return _PyGILState_Reinit(runtime);
}

/* -- Interpreters ---------------------------------------------------------------- */

PyStatus
_PyInterpreterState_Enable(_PyRuntimeState *runtime)
{
    runtime->interpreters.next_id = 0;
    return _PyStatus_OK();
}

static int
interpreter_init(PyInterpreterState *interp, PyThread_type_lock pending_lock)
{
    interp->runtime = &_PyRuntime;
    interp->id_refcount = -1;
    interp->dlopenflags = 2; /* RTLD_NOW */
    interp->func_next_version = 1;
    _PyEval_InitState(&interp->ceval, pending_lock);
    _PyGC_InitState(&interp->gc);
    PyConfig_InitPythonConfig(&interp->config);
    _PyType_InitCache(interp);
    return 0;
}

PyInterpreterState *
PyInterpreterState_New(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (PySys_Audit("cpython.PyInterpreterState_New", NULL) < 0) {
        return NULL;
    }
    PyThread_type_lock pending_lock = PyThread_allocate_lock();
    PyInterpreterState *interp = PyMem_RawCalloc(1, sizeof(*interp));
    if (pending_lock == NULL || interp == NULL) {
        if (pending_lock != NULL) {
            PyThread_free_lock(pending_lock);
        }
        PyMem_RawFree(interp);
        if (tstate != NULL) {
            _PyErr_NoMemory(tstate);
        }
        return NULL;
    }
    interpreter_init(interp, pending_lock);

    struct pyinterpreters *interpreters = &_PyRuntime.interpreters;
    HEAD_LOCK(&_PyRuntime);
    int full = interpreters->next_id < 0;
    if (!full) {
        interp->id = interpreters->next_id++;
        interp->next = interpreters->head;
        interpreters->head = interp;
        if (interpreters->main == NULL) {
            interpreters->main = interp;
        }
    }
    HEAD_UNLOCK(&_PyRuntime);
    if (full) {
        PyThread_free_lock(pending_lock);
        PyMem_RawFree(interp);
        if (tstate != NULL) {
            _PyErr_SetString(tstate, PyExc_RuntimeError,
                             "failed to get an interpreter ID");
        }
        return NULL;
    }
    return interp;
}

void
_PyInterpreterState_Clear(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    if (_PySys_Audit(tstate, "cpython.PyInterpreterState_Clear", NULL) < 0) {
        _PyErr_Clear(tstate);
    }
    for (PyThreadState *p = interp->threads.head; p != NULL; p = p->next) {
        PyThreadState_Clear(p);
    }
    Py_CLEAR(interp->audit_hooks);
    PyConfig_Clear(&interp->config);
    Py_CLEAR(interp->codec_search_path);
    Py_CLEAR(interp->codec_search_cache);
    Py_CLEAR(interp->codec_error_registry);
    Py_CLEAR(interp->modules);
    Py_CLEAR(interp->modules_by_index);
    Py_CLEAR(interp->builtins_copy);
    Py_CLEAR(interp->sysdict_copy);
    Py_CLEAR(interp->importlib);
    Py_CLEAR(interp->import_func);
    Py_CLEAR(interp->dict);
    Py_CLEAR(interp->before_forkers);
    Py_CLEAR(interp->after_forkers_parent);
    Py_CLEAR(interp->after_forkers_child);
    /* a last collection, now that the modules are gone */
    _PyGC_CollectNoFail(tstate);
    Py_CLEAR(interp->sysdict);
    Py_CLEAR(interp->builtins);
}

void
PyInterpreterState_Clear(PyInterpreterState *interp)
{
    /* the caller's thread may be another interpreter's */
    PyThreadState *tstate = _PyThreadState_GET();
    PyInterpreterState *own = tstate->interp;
    tstate->interp = interp;
    _PyInterpreterState_Clear(tstate);
    tstate->interp = own;
}

static void
interpreter_delete_threads(PyInterpreterState *interp)
{
    while (interp->threads.head != NULL) {
        PyThreadState_Delete(interp->threads.head);
    }
}

static void
interpreter_free(PyInterpreterState *interp)
{
    _PyEval_FiniState(&interp->ceval);
    if (interp->id_mutex != NULL) {
        PyThread_free_lock(interp->id_mutex);
    }
    PyMem_RawFree(interp);
}

void
PyInterpreterState_Delete(PyInterpreterState *interp)
{
    struct pyinterpreters *interpreters = &_PyRuntime.interpreters;
    /* its last thread state, if it is the current one, goes as well */
    PyThreadState *current = _PyThreadState_GET();
    if (current != NULL && current->interp == interp) {
        _PyThreadState_Swap(&_PyRuntime.gilstate, NULL);
    }
    interpreter_delete_threads(interp);

    HEAD_LOCK(&_PyRuntime);
    PyInterpreterState **p = &interpreters->head;
    while (*p != NULL && *p != interp) {
        p = &(*p)->next;
    }
    if (*p == NULL) {
        Py_FatalError("NULL interpreter");
    }
    *p = interp->next;
    if (interpreters->main == interp) {
        interpreters->main = NULL;
        if (interpreters->head != NULL) {
            Py_FatalError("remaining subinterpreters");
        }
    }
    HEAD_UNLOCK(&_PyRuntime);
    interpreter_free(interp);
}

PyStatus
_PyInterpreterState_DeleteExceptMain(_PyRuntimeState *runtime)
{
    /* in a forked child: the others' threads do not exist any more */
    PyInterpreterState *main = runtime->interpreters.main;
    PyThreadState *tstate = _PyThreadState_Swap(&runtime->gilstate, NULL);
    if (tstate != NULL && tstate->interp != main) {
        return _PyStatus_ERR("not main interpreter");
    }
    HEAD_LOCK(runtime);
    PyInterpreterState *list = runtime->interpreters.head;
    runtime->interpreters.head = main;
    HEAD_UNLOCK(runtime);
    while (list != NULL) {
        PyInterpreterState *next = list->next;
        if (list != main) {
            PyInterpreterState_Clear(list);
            interpreter_delete_threads(list);
            interpreter_free(list);
        }
        list = next;
    }
    main->next = NULL;
    _PyThreadState_Swap(&runtime->gilstate, tstate);
    return _PyStatus_OK();
}

PyInterpreterState *
PyInterpreterState_Get(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    _Py_EnsureTstateNotNULL(tstate);
    return tstate->interp;
}

int64_t
PyInterpreterState_GetID(PyInterpreterState *interp)
{
    if (interp == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "no interpreter provided");
        return -1;
    }
    return interp->id;
}

PyObject *
PyInterpreterState_GetDict(PyInterpreterState *interp)
{
    if (interp->dict == NULL) {
        interp->dict = PyDict_New();
        if (interp->dict == NULL) {
            PyErr_Clear();
        }
    }
    return interp->dict;
}

PyInterpreterState *
_PyInterpreterState_LookUpID(int64_t id)
{
    PyInterpreterState *interp = NULL;
    if (id >= 0) {
        HEAD_LOCK(&_PyRuntime);
        interp = _PyRuntime.interpreters.head;
        while (interp != NULL && interp->id != id) {
            interp = interp->next;
        }
        HEAD_UNLOCK(&_PyRuntime);
    }
    if (interp == NULL && !PyErr_Occurred()) {
        PyErr_Format(PyExc_RuntimeError, "unrecognized interpreter ID %lld",
                     (long long)id);
    }
    return interp;
}

int
_PyInterpreterState_IDInitref(PyInterpreterState *interp)
{
    if (interp->id_mutex != NULL) {
        return 0;
    }
    interp->id_mutex = PyThread_allocate_lock();
    if (interp->id_mutex == NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "failed to create init interpreter ID mutex");
        return -1;
    }
    interp->id_refcount = 0;
    return 0;
}

int
_PyInterpreterState_IDIncref(PyInterpreterState *interp)
{
    if (_PyInterpreterState_IDInitref(interp) < 0) {
        return -1;
    }
    PyThread_acquire_lock(interp->id_mutex, WAIT_LOCK);
    interp->id_refcount++;
    PyThread_release_lock(interp->id_mutex);
    return 0;
}

void
_PyInterpreterState_IDDecref(PyInterpreterState *interp)
{
    PyThread_acquire_lock(interp->id_mutex, WAIT_LOCK);
    int64_t refcount = --interp->id_refcount;
    PyThread_release_lock(interp->id_mutex);
    if (refcount == 0 && interp->requires_idref) {
        /* nobody can name it any more: it ends */
        PyThreadState *tstate = PyThreadState_New(interp);
        PyThreadState *saved = PyThreadState_Swap(tstate);
        Py_EndInterpreter(tstate);
        PyThreadState_Swap(saved);
    }
}

int
_PyInterpreterState_RequiresIDRef(PyInterpreterState *interp)
{
    return interp->requires_idref;
}

void
_PyInterpreterState_RequireIDRef(PyInterpreterState *interp, int required)
{
    interp->requires_idref = required ? 1 : 0;
}

PyObject *
_PyInterpreterState_GetMainModule(PyInterpreterState *interp)
{
    if (interp->modules == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "interpreter not initialized");
        return NULL;
    }
    return PyMapping_GetItemString(interp->modules, "__main__");
}

PyInterpreterState *
PyInterpreterState_Head(void)
{
    return _PyRuntime.interpreters.head;
}

PyInterpreterState *
PyInterpreterState_Main(void)
{
    return _PyInterpreterState_Main();
}

PyInterpreterState *
PyInterpreterState_Next(PyInterpreterState *interp)
{
    return interp->next;
}

PyThreadState *
PyInterpreterState_ThreadHead(PyInterpreterState *interp)
{
    return interp->threads.head;
}

_PyFrameEvalFunction
_PyInterpreterState_GetEvalFrameFunc(PyInterpreterState *interp)
{
    return interp->eval_frame == NULL ? _PyEval_EvalFrameDefault
                                      : interp->eval_frame;
}

void
_PyInterpreterState_SetEvalFrameFunc(PyInterpreterState *interp,
                                     _PyFrameEvalFunction eval_frame)
{
    interp->eval_frame = eval_frame == _PyEval_EvalFrameDefault ? NULL
                                                                : eval_frame;
}

const PyConfig *
_PyInterpreterState_GetConfig(PyInterpreterState *interp)
{
    return &interp->config;
}

int
_PyInterpreterState_GetConfigCopy(PyConfig *config)
{
    PyInterpreterState *interp = PyInterpreterState_Get();
    PyStatus status = _PyConfig_Copy(config, &interp->config);
    if (PyStatus_Exception(status)) {
        _PyErr_SetFromPyStatus(status);
        return -1;
    }
    return 0;
}

const PyConfig *
_Py_GetConfig(void)
{
    return &_PyThreadState_GET()->interp->config;
}

/* -- Modules of single-phase initialisation ------------------------------------ */

PyObject *
PyState_FindModule(PyModuleDef *module)
{
    Py_ssize_t index = module->m_base.m_index;
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (module->m_slots != NULL || index == 0
        || interp->modules_by_index == NULL
        || index >= PyList_GET_SIZE(interp->modules_by_index)) {
        return NULL;
    }
    PyObject *res = PyList_GET_ITEM(interp->modules_by_index, index);
    return res == Py_None ? NULL : res;
}

int
_PyState_AddModule(PyThreadState *tstate, PyObject *module, PyModuleDef *def)
{
    if (def == NULL) {
        return -1;
    }
    if (def->m_slots != NULL) {
        _PyErr_SetString(tstate, PyExc_SystemError,
                         "PyState_AddModule called on module with slots");
        return -1;
    }
    PyInterpreterState *interp = tstate->interp;
    if (interp->modules_by_index == NULL) {
        interp->modules_by_index = PyList_New(0);
        if (interp->modules_by_index == NULL) {
            return -1;
        }
    }
    while (PyList_GET_SIZE(interp->modules_by_index) <= def->m_base.m_index) {
        if (PyList_Append(interp->modules_by_index, Py_None) < 0) {
            return -1;
        }
    }
    return PyList_SetItem(interp->modules_by_index, def->m_base.m_index,
                          Py_NewRef(module));
}

int
PyState_AddModule(PyObject *module, PyModuleDef *def)
{
    if (def == NULL) {
        Py_FatalError("module definition is NULL");
    }
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *list = tstate->interp->modules_by_index;
    Py_ssize_t index = def->m_base.m_index;
    if (list != NULL && index < PyList_GET_SIZE(list)
        && PyList_GET_ITEM(list, index) == module) {
        return 0;
    }
    return _PyState_AddModule(tstate, module, def);
}

int
PyState_RemoveModule(PyModuleDef *def)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (def->m_slots != NULL) {
        _PyErr_SetString(tstate, PyExc_SystemError,
                         "PyState_RemoveModule called on module with slots");
        return -1;
    }
    PyObject *list = tstate->interp->modules_by_index;
    Py_ssize_t index = def->m_base.m_index;
    if (index == 0) {
        Py_FatalError("invalid module index");
    }
    if (list == NULL || index >= PyList_GET_SIZE(list)) {
        Py_FatalError("Module index out of bounds.");
    }
    return PyList_SetItem(list, index, Py_NewRef(Py_None));
}

/* -- Thread states ------------------------------------------------------------------ */

static void
thread_state_init(PyThreadState *tstate, PyInterpreterState *interp)
{
    memset(tstate, 0, sizeof(*tstate));
    tstate->interp = interp;
    tstate->recursion_limit = interp->ceval.recursion_limit;
    tstate->recursion_remaining = interp->ceval.recursion_limit;
    tstate->cframe = &tstate->root_cframe;
    tstate->exc_info = &tstate->exc_state;
    tstate->context_ver = 1;
}

/* Link it in and give it an id. */
static void
thread_state_link(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    HEAD_LOCK(&_PyRuntime);
    tstate->id = ++interp->threads.next_unique_id;
    tstate->next = interp->threads.head;
    if (tstate->next != NULL) {
        tstate->next->prev = tstate;
    }
    interp->threads.head = tstate;
    HEAD_UNLOCK(&_PyRuntime);
}

/* The part that the thread itself must do. */
void
_PyThreadState_SetCurrent(PyThreadState *tstate)
{
    tstate->thread_id = PyThread_get_thread_ident();
    tstate->native_thread_id = PyThread_get_thread_native_id();
    _PyGILState_SetTstate(tstate);
}

PyThreadState *
_PyThreadState_Prealloc(PyInterpreterState *interp)
{
    PyThreadState *tstate;
    int is_static = interp->threads.next_unique_id == 0;
    if (is_static) {
        tstate = &interp->_initial_thread;
    }
    else {
        tstate = PyMem_RawMalloc(sizeof(*tstate));
        if (tstate == NULL) {
            return NULL;
        }
    }
    thread_state_init(tstate, interp);
    tstate->_static = is_static;
    tstate->_initialized = 1;
    thread_state_link(tstate);
    return tstate;
}

void
_PyThreadState_Init(PyThreadState *Py_UNUSED(tstate))
{
    Py_FatalError("_PyThreadState_Init() is for internal use only");
}

PyThreadState *
PyThreadState_New(PyInterpreterState *interp)
{
    PyThreadState *tstate = _PyThreadState_Prealloc(interp);
    if (tstate != NULL) {
        _PyThreadState_SetCurrent(tstate);
    }
    return tstate;
}

void
PyThreadState_Clear(PyThreadState *tstate)
{
    int verbose = tstate->interp->config.verbose;
    if (verbose && tstate->cframe->current_frame != NULL) {
        fprintf(stderr,
                "PyThreadState_Clear: warning: thread still has a frame\n");
    }
    /* frames of a thread that never came to its end keep their references:
       its stack may still be looked at */
    Py_CLEAR(tstate->dict);
    Py_CLEAR(tstate->async_exc);
    Py_CLEAR(tstate->curexc_type);
    Py_CLEAR(tstate->curexc_value);
    Py_CLEAR(tstate->curexc_traceback);
    Py_CLEAR(tstate->exc_state.exc_value);
    if (verbose && tstate->exc_info != &tstate->exc_state) {
        fprintf(stderr,
                "PyThreadState_Clear: warning: thread still has a generator\n");
    }
    tstate->c_profilefunc = NULL;
    tstate->c_tracefunc = NULL;
    Py_CLEAR(tstate->c_profileobj);
    Py_CLEAR(tstate->c_traceobj);
    Py_CLEAR(tstate->async_gen_firstiter);
    Py_CLEAR(tstate->async_gen_finalizer);
    Py_CLEAR(tstate->context);
    if (tstate->on_delete != NULL) {
        /* threading learns here that the thread is done */
        tstate->on_delete(tstate->on_delete_data);
        tstate->on_delete = NULL;
    }
}

/* Unlink it, and forget it as its OS thread's state. */
static void
thread_state_unlink(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    HEAD_LOCK(&_PyRuntime);
    if (tstate->prev != NULL) {
        tstate->prev->next = tstate->next;
    }
    else {
        interp->threads.head = tstate->next;
    }
    if (tstate->next != NULL) {
        tstate->next->prev = tstate->prev;
    }
    HEAD_UNLOCK(&_PyRuntime);
    if (PyThread_tss_is_created(&_PyRuntime.autoTSSkey)
        && PyThread_tss_get(&_PyRuntime.autoTSSkey) == tstate) {
        PyThread_tss_set(&_PyRuntime.autoTSSkey, NULL);
    }
}

static void
thread_state_free(PyThreadState *tstate)
{
    _PyStackChunk *chunk = tstate->datastack_chunk;
    tstate->datastack_chunk = NULL;
    while (chunk != NULL) {
        _PyStackChunk *previous = chunk->previous;
        _PyObject_VirtualFree(chunk, chunk->size);
        chunk = previous;
    }
    if (!tstate->_static) {
        PyMem_RawFree(tstate);
    }
}

void
PyThreadState_Delete(PyThreadState *tstate)
{
    _Py_EnsureTstateNotNULL(tstate);
    if (tstate == _PyThreadState_GET()) {
        _Py_FatalErrorFormat(__func__, "tstate %p is still current",
                             (void *)tstate);
    }
    thread_state_unlink(tstate);
    thread_state_free(tstate);
}

void
_PyThreadState_DeleteCurrent(PyThreadState *tstate)
{
    _Py_EnsureTstateNotNULL(tstate);
    thread_state_unlink(tstate);
    _PyThreadState_Swap(&_PyRuntime.gilstate, NULL);
    thread_state_free(tstate);
    /* only the address is used from here on */
    _PyEval_ReleaseLock(tstate);
}

void
PyThreadState_DeleteCurrent(void)
{
    _PyThreadState_DeleteCurrent(_PyThreadState_GET());
}

void
_PyThreadState_DeleteExcept(_PyRuntimeState *runtime, PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    HEAD_LOCK(runtime);
    PyThreadState *list = interp->threads.head;
    if (list == tstate) {
        list = tstate->next;
    }
    if (tstate->prev != NULL) {
        tstate->prev->next = tstate->next;
    }
    if (tstate->next != NULL) {
        tstate->next->prev = tstate->prev;
    }
    tstate->prev = tstate->next = NULL;
    interp->threads.head = tstate;
    HEAD_UNLOCK(runtime);
    while (list != NULL) {
        PyThreadState *next = list->next;
        PyThreadState_Clear(list);
        thread_state_free(list);
        list = next;
    }
}

PyThreadState *
_PyThreadState_UncheckedGet(void)
{
    return _PyThreadState_GET();
}

PyThreadState *
PyThreadState_Get(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    _Py_EnsureTstateNotNULL(tstate);
    return tstate;
}

PyThreadState *
_PyThreadState_Swap(struct _gilstate_runtime_state *gilstate,
                    PyThreadState *newts)
{
    PyThreadState *old = (PyThreadState *)_Py_atomic_load_relaxed(
        &gilstate->tstate_current);
    _Py_atomic_store_relaxed(&gilstate->tstate_current, (uintptr_t)newts);
    return old;
}

PyThreadState *
PyThreadState_Swap(PyThreadState *newts)
{
    return _PyThreadState_Swap(&_PyRuntime.gilstate, newts);
}

PyObject *
_PyThreadState_GetDict(PyThreadState *tstate)
{
    if (tstate->dict == NULL) {
        tstate->dict = PyDict_New();
        if (tstate->dict == NULL) {
            _PyErr_Clear(tstate);
        }
    }
    return tstate->dict;
}

PyObject *
PyThreadState_GetDict(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    return tstate == NULL ? NULL : _PyThreadState_GetDict(tstate);
}

PyInterpreterState *
PyThreadState_GetInterpreter(PyThreadState *tstate)
{
    return tstate->interp;
}

PyThreadState *
PyThreadState_Next(PyThreadState *tstate)
{
    return tstate->next;
}

uint64_t
PyThreadState_GetID(PyThreadState *tstate)
{
    return tstate->id;
}

/* The innermost frame whose code has begun. */
static _PyInterpreterFrame *
thread_state_frame(PyThreadState *tstate)
{
    _PyInterpreterFrame *frame = tstate->cframe->current_frame;
    while (frame != NULL && _PyFrame_IsIncomplete(frame)) {
        frame = frame->previous;
    }
    return frame;
}

PyFrameObject *
PyThreadState_GetFrame(PyThreadState *tstate)
{
    _PyInterpreterFrame *frame = thread_state_frame(tstate);
    if (frame == NULL) {
        return NULL;
    }
    PyFrameObject *object = _PyFrame_GetFrameObject(frame);
    if (object == NULL) {
        PyErr_Clear();
    }
    return (PyFrameObject *)Py_XNewRef(object);
}

int
PyThreadState_SetAsyncExc(unsigned long id, PyObject *exc)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    HEAD_LOCK(&_PyRuntime);
    PyThreadState *tstate = interp->threads.head;
    while (tstate != NULL && tstate->thread_id != id) {
        tstate = tstate->next;
    }
    PyObject *old = NULL;
    if (tstate != NULL) {
        old = tstate->async_exc;
        tstate->async_exc = Py_XNewRef(exc);
    }
    HEAD_UNLOCK(&_PyRuntime);
    if (tstate == NULL) {
        return 0;
    }
    Py_XDECREF(old); /* may run Python: the lock is open */
    _PyEval_SignalAsyncExc(interp);
    return 1;
}

/* -- What all threads are doing ------------------------------------------------------ */

/* {thread id: describe(thread state)} of all threads of all interpreters;
   describe gives NULL without an exception for a thread to leave out. */
static PyObject *
threads_describe(const char *event, PyObject *(*describe)(PyThreadState *))
{
    if (PySys_Audit(event, NULL) < 0) {
        return NULL;
    }
    PyObject *result = PyDict_New();
    if (result == NULL) {
        return NULL;
    }
    /* no thread can appear or go while we hold the GIL and allocate: a state
       is linked and unlinked by threads that lack it, but never freed */
    HEAD_LOCK(&_PyRuntime);
    int failed = 0;
    for (PyInterpreterState *i = _PyRuntime.interpreters.head;
         i != NULL && !failed; i = i->next) {
        for (PyThreadState *t = i->threads.head; t != NULL && !failed;
             t = t->next) {
            PyObject *value = describe(t);
            if (value == NULL) {
                failed = PyErr_Occurred() != NULL;
                continue;
            }
            PyObject *id = PyLong_FromUnsignedLong(t->thread_id);
            failed = id == NULL || PyDict_SetItem(result, id, value) < 0;
            Py_XDECREF(id);
            Py_DECREF(value);
        }
    }
    HEAD_UNLOCK(&_PyRuntime);
    if (failed) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
describe_frame(PyThreadState *tstate)
{
    _PyInterpreterFrame *frame = thread_state_frame(tstate);
    if (frame == NULL) {
        return NULL;
    }
    return Py_XNewRef(_PyFrame_GetFrameObject(frame));
}

PyObject *
_PyThread_CurrentFrames(void)
{
    return threads_describe("sys._current_frames", describe_frame);
}

static PyObject *
describe_exception(PyThreadState *tstate)
{
    _PyErr_StackItem *item = _PyErr_GetTopmostException(tstate);
    if (item == NULL) {
        return NULL;
    }
    return _PyErr_StackItemToExcInfoTuple(item);
}

PyObject *
_PyThread_CurrentExceptions(void)
{
    return threads_describe("sys._current_exceptions", describe_exception);
}

/* -- PyGILState ------------------------------------------------------------------------ */

PyStatus
_PyGILState_Init(_PyRuntimeState *runtime)
{
    if (PyThread_tss_create(&runtime->autoTSSkey) != 0) {
        return _PyStatus_NO_MEMORY();
    }
    return _PyStatus_OK();
}

PyStatus
_PyGILState_SetTstate(PyThreadState *tstate)
{
    /* an OS thread keeps the first state it had */
    _PyRuntimeState *runtime = &_PyRuntime;
    if (_Py_IsMainInterpreter(tstate->interp)) {
        runtime->autoInterpreterState = tstate->interp;
    }
    if (!PyThread_tss_is_created(&runtime->autoTSSkey)) {
        return _PyStatus_OK();
    }
    if (PyThread_tss_get(&runtime->autoTSSkey) == NULL
        && PyThread_tss_set(&runtime->autoTSSkey, tstate) != 0) {
        return _PyStatus_ERR("Couldn't create autoTSSkey mapping");
    }
    tstate->gilstate_counter = 1;
    return _PyStatus_OK();
}

void
_PyGILState_Fini(PyInterpreterState *interp)
{
    if (_Py_IsMainInterpreter(interp)) {
        PyThread_tss_delete(&_PyRuntime.autoTSSkey);
        _PyRuntime.autoInterpreterState = NULL;
    }
}

PyStatus
_PyGILState_Reinit(_PyRuntimeState *runtime)
{
    PyThreadState *tstate = PyGILState_GetThisThreadState();
    PyThread_tss_delete(&runtime->autoTSSkey);
    if (PyThread_tss_create(&runtime->autoTSSkey) != 0) {
        return _PyStatus_NO_MEMORY();
    }
    if (tstate != NULL && PyThread_tss_set(&runtime->autoTSSkey, tstate)) {
        return _PyStatus_ERR("failed to set autoTSSkey");
    }
    return _PyStatus_OK();
}

PyInterpreterState *
_PyGILState_GetInterpreterStateUnsafe(void)
{
    return _PyRuntime.autoInterpreterState;
}

PyThreadState *
PyGILState_GetThisThreadState(void)
{
    if (!PyThread_tss_is_created(&_PyRuntime.autoTSSkey)) {
        return NULL;
    }
    return PyThread_tss_get(&_PyRuntime.autoTSSkey);
}

int
PyGILState_Check(void)
{
    if (!PyThread_tss_is_created(&_PyRuntime.autoTSSkey)) {
        return 1;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    return tstate != NULL && tstate == PyGILState_GetThisThreadState();
}

PyGILState_STATE
PyGILState_Ensure(void)
{
    PyThreadState *tstate = PyGILState_GetThisThreadState();
    int has_gil;
    if (tstate == NULL) {
        if (_PyRuntime.autoInterpreterState == NULL) {
            Py_FatalError("the interpreter is not initialized");
        }
        tstate = PyThreadState_New(_PyRuntime.autoInterpreterState);
        if (tstate == NULL) {
            Py_FatalError("Couldn't create thread-state for new thread");
        }
        tstate->gilstate_counter = 0;
        has_gil = 0;
    }
    else {
        has_gil = tstate == _PyThreadState_GET();
    }
    if (!has_gil) {
        PyEval_RestoreThread(tstate);
    }
    tstate->gilstate_counter++;
    return has_gil ? PyGILState_LOCKED : PyGILState_UNLOCKED;
}

void
PyGILState_Release(PyGILState_STATE oldstate)
{
    PyThreadState *tstate = PyGILState_GetThisThreadState();
    if (tstate == NULL) {
        Py_FatalError("auto-releasing thread-state, "
                      "but no thread-state for this thread");
    }
    if (tstate != _PyThreadState_GET()) {
        _Py_FatalErrorFormat(__func__,
                             "thread state %p must be current when releasing",
                             (void *)tstate);
    }
    if (--tstate->gilstate_counter == 0) {
        /* keep it alive while Clear may run Python code that comes here */
        tstate->gilstate_counter = 1;
        PyThreadState_Clear(tstate);
        tstate->gilstate_counter = 0;
        _PyThreadState_DeleteCurrent(tstate);
    }
    else if (oldstate == PyGILState_UNLOCKED) {
        PyEval_SaveThread();
    }
}
