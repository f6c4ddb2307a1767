/* The _tracemalloc module: who allocated each block of memory.

   While it traces, hooks before the allocators record for every block its
   size and a traceback.  Tracebacks and file names are shared: each is kept
   once, in a table, and lives until tracing is cleared.

     traces:     address of a block -> trace (size, traceback)
     domains:    another domain's number -> its own table of traces
     tracebacks: the set of tracebacks;  filenames: the set of names

   The tables are guarded by a lock of their own, since PyMem_RawMalloc() is
   called without the GIL; they are made of memory that is not traced.  A
   thread that is inside a hook does not trace what it allocates there. */

#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_frame.h"
#include "pycore_gc.h"
#include "pycore_hashtable.h"
#include "pycore_object.h"
#include "pycore_pymem.h"
#include "pycore_pystate.h"
#include "pycore_traceback.h"

#include <stdlib.h>

#define DEFAULT_DOMAIN 0
#define MAX_NFRAME UINT16_MAX

struct frame {
    PyObject *filename;         /* borrowed from the table of names */
    unsigned int lineno;        /* 0: unknown */
};

struct traceback {
    Py_uhash_t hash;
    uint16_t nframe;            /* how many are here ... */
    uint16_t total_nframe;      /* ... and how many there were */
    struct frame frames[];      /* the most recent first */
};

struct trace {
    size_t size;
    struct traceback *traceback;    /* borrowed from the table */
};

static struct {
    PyMemAllocatorEx mem;
    PyMemAllocatorEx raw;
    PyMemAllocatorEx obj;
} allocators;

static PyThread_type_lock tables_lock;
static size_t traced_memory;
static size_t peak_traced_memory;
static PyObject *unknown_filename;
/* What a block gets when there is no frame, or no memory. */
static struct {
    struct traceback traceback;
    struct frame frame;
} empty_storage;
static struct traceback *const empty_traceback = &empty_storage.traceback;

static _Py_hashtable_t *filenames;
static _Py_hashtable_t *tracebacks;
static _Py_hashtable_t *traces;
static _Py_hashtable_t *domains;

/* The traceback that a thread is putting together. */
static struct traceback *scratch;

static Py_tss_t reentrant_key = Py_tss_NEEDS_INIT;
#define REENTRANT Py_True

#define TABLES_LOCK() PyThread_acquire_lock(tables_lock, 1)
#define TABLES_UNLOCK() PyThread_release_lock(tables_lock)

static size_t
traceback_size(size_t nframe)
{
    return sizeof(struct traceback) + sizeof(struct frame) * nframe;
}

/* -- Inside a hook? ------------------------------------------------------- */

static int
get_reentrant(void)
{
    return PyThread_tss_get(&reentrant_key) == REENTRANT;
}

static void
set_reentrant(int reentrant)
{
    PyThread_tss_set(&reentrant_key, reentrant ? REENTRANT : NULL);
}

/* -- Tables --------------------------------------------------------------- */

static Py_uhash_t
hash_filename(const void *key)
{
    return (Py_uhash_t)PyObject_Hash((PyObject *)key);
}

static int
equal_filenames(const void *key1, const void *key2)
{
    return PyUnicode_Compare((PyObject *)key1, (PyObject *)key2) == 0;
}

static Py_uhash_t
hash_traceback(const void *key)
{
    return ((const struct traceback *)key)->hash;
}

static int
equal_tracebacks(const void *key1, const void *key2)
{
    const struct traceback *a = key1;
    const struct traceback *b = key2;
    if (a->nframe != b->nframe || a->total_nframe != b->total_nframe) {
        return 0;
    }
    for (int i = 0; i < a->nframe; i++) {
        if (a->frames[i].lineno != b->frames[i].lineno
            || a->frames[i].filename != b->frames[i].filename) {
            return 0;
        }
    }
    return 1;
}

static Py_uhash_t
hash_number(const void *key)
{
    return (Py_uhash_t)(uintptr_t)key;
}

static void
drop_filename(void *name)
{
    Py_DECREF((PyObject *)name);
}

static _Py_hashtable_t *
table_new(_Py_hashtable_hash_func hash, _Py_hashtable_compare_func compare,
          _Py_hashtable_destroy_func key_destroy,
          _Py_hashtable_destroy_func value_destroy)
{
    _Py_hashtable_allocator_t allocator = {malloc, free};
    return _Py_hashtable_new_full(hash, compare, key_destroy, value_destroy,
                                  &allocator);
}

static _Py_hashtable_t *
traces_new(void)
{
    return table_new(_Py_hashtable_hash_ptr, _Py_hashtable_compare_direct,
                     NULL, free);
}

static void
destroy_traces(void *table)
{
    _Py_hashtable_destroy(table);
}

/* A domain's table, or NULL. */
static _Py_hashtable_t *
traces_of(unsigned int domain)
{
    return domain == DEFAULT_DOMAIN
           ? traces : _Py_hashtable_get(domains, (void *)(uintptr_t)domain);
}

/* -- Tracebacks ----------------------------------------------------------- */

static PyObject *
intern_filename(PyObject *filename)
{
    if (filename == NULL || !PyUnicode_Check(filename)
        || !PyUnicode_IS_READY(filename)) {
        return unknown_filename;
    }
    _Py_hashtable_entry_t *entry = _Py_hashtable_get_entry(filenames,
                                                           filename);
    if (entry != NULL) {
        return entry->key;
    }
    Py_INCREF(filename);
    if (_Py_hashtable_set(filenames, filename, NULL) < 0) {
        Py_DECREF(filename);
        return unknown_filename;
    }
    return filename;
}

static void
collect_frames(struct traceback *traceback)
{
    PyThreadState *tstate = PyGILState_GetThisThreadState();
    if (tstate == NULL) {
        return;
    }
    _PyInterpreterFrame *frame = tstate->cframe->current_frame;
    for (; frame != NULL; frame = frame->previous) {
        if (_PyFrame_IsIncomplete(frame)) {
            continue;
        }
        if (traceback->nframe < _Py_tracemalloc_config.max_nframe) {
            struct frame *out = &traceback->frames[traceback->nframe++];
            int lineno = _PyInterpreterFrame_GetLine(frame);
            out->lineno = lineno < 0 ? 0 : (unsigned int)lineno;
            out->filename = intern_filename(frame->f_code->co_filename);
        }
        if (traceback->total_nframe < UINT16_MAX) {
            traceback->total_nframe++;
        }
    }
}

static Py_uhash_t
compute_hash(const struct traceback *traceback)
{
    Py_uhash_t hash = 0x345678UL;
    Py_uhash_t multiplier = _PyHASH_MULTIPLIER;
    for (int i = 0; i < traceback->nframe; i++) {
        Py_uhash_t name
            = (Py_uhash_t)PyObject_Hash(traceback->frames[i].filename);
        hash = (hash ^ (name ^ traceback->frames[i].lineno)) * multiplier;
        multiplier += (Py_uhash_t)82520UL + 2 * traceback->nframe;
    }
    hash ^= traceback->total_nframe;
    return hash + 97531UL;
}

/* The current traceback, as it is in the table; NULL without memory. */
static struct traceback *
traceback_new(void)
{
    scratch->nframe = 0;
    scratch->total_nframe = 0;
    collect_frames(scratch);
    if (scratch->nframe == 0) {
        return empty_traceback;
    }
    scratch->hash = compute_hash(scratch);
    _Py_hashtable_entry_t *entry = _Py_hashtable_get_entry(tracebacks,
                                                           scratch);
    if (entry != NULL) {
        return entry->key;
    }
    size_t size = traceback_size(scratch->nframe);
    struct traceback *copy = malloc(size);
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, scratch, size);
    if (_Py_hashtable_set(tracebacks, copy, NULL) < 0) {
        free(copy);
        return NULL;
    }
    return copy;
}

/* -- Traces (with the lock held) ------------------------------------------ */

static void
remove_trace(unsigned int domain, uintptr_t ptr)
{
    _Py_hashtable_t *table = traces_of(domain);
    if (table == NULL) {
        return;
    }
    struct trace *trace = _Py_hashtable_steal(table, (void *)ptr);
    if (trace != NULL) {
        traced_memory -= trace->size;
        free(trace);
    }
}

static int
add_trace(unsigned int domain, uintptr_t ptr, size_t size)
{
    struct traceback *traceback = traceback_new();
    if (traceback == NULL) {
        return -1;
    }
    _Py_hashtable_t *table = traces_of(domain);
    if (table == NULL) {
        table = traces_new();
        if (table == NULL) {
            return -1;
        }
        if (_Py_hashtable_set(domains, (void *)(uintptr_t)domain, table)
            < 0) {
            _Py_hashtable_destroy(table);
            return -1;
        }
    }
    struct trace *trace = _Py_hashtable_get(table, (void *)ptr);
    if (trace != NULL) {
        /* The block was not freed through us: it is another one now. */
        traced_memory -= trace->size;
    }
    else {
        trace = malloc(sizeof(*trace));
        if (trace == NULL) {
            return -1;
        }
        if (_Py_hashtable_set(table, (void *)ptr, trace) < 0) {
            free(trace);
            return -1;
        }
    }
    trace->size = size;
    trace->traceback = traceback;
    traced_memory += size;
    if (traced_memory > peak_traced_memory) {
        peak_traced_memory = traced_memory;
    }
    return 0;
}

/* -- Hooks ---------------------------------------------------------------- */

static void *
hook_allocate(int zeroed, PyMemAllocatorEx *allocator, size_t nelem,
              size_t elsize)
{
    void *ptr = zeroed
        ? allocator->calloc(allocator->ctx, nelem, elsize)
        : allocator->malloc(allocator->ctx, nelem * elsize);
    if (ptr == NULL) {
        return NULL;
    }
    TABLES_LOCK();
    int status = add_trace(DEFAULT_DOMAIN, (uintptr_t)ptr, nelem * elsize);
    TABLES_UNLOCK();
    if (status < 0) {
        allocator->free(allocator->ctx, ptr);
        return NULL;
    }
    return ptr;
}

static void *
hook_resize(PyMemAllocatorEx *allocator, void *ptr, size_t size)
{
    void *moved = allocator->realloc(allocator->ctx, ptr, size);
    if (moved == NULL) {
        return NULL;
    }
    TABLES_LOCK();
    if (ptr != NULL && moved != ptr) {
        remove_trace(DEFAULT_DOMAIN, (uintptr_t)ptr);
    }
    int status = add_trace(DEFAULT_DOMAIN, (uintptr_t)moved, size);
    TABLES_UNLOCK();
    if (status < 0) {
        if (ptr == NULL) {
            allocator->free(allocator->ctx, moved);
            return NULL;
        }
        /* The old block is gone, so the caller has to get the new one. */
    }
    return moved;
}

static void
hook_free(void *ctx, void *ptr)
{
    PyMemAllocatorEx *allocator = ctx;
    if (ptr == NULL) {
        return;
    }
    allocator->free(allocator->ctx, ptr);
    TABLES_LOCK();
    remove_trace(DEFAULT_DOMAIN, (uintptr_t)ptr);
    TABLES_UNLOCK();
}

/* PyMem_ and PyObject_: the GIL is held. */
static void *
gil_allocate(int zeroed, PyMemAllocatorEx *allocator, size_t nelem,
             size_t elsize)
{
    if (get_reentrant()) {
        return zeroed ? allocator->calloc(allocator->ctx, nelem, elsize)
                      : allocator->malloc(allocator->ctx, nelem * elsize);
    }
    set_reentrant(1);
    void *ptr = hook_allocate(zeroed, allocator, nelem, elsize);
    set_reentrant(0);
    return ptr;
}

static void *
gil_malloc(void *ctx, size_t size)
{
    return gil_allocate(0, ctx, 1, size);
}

static void *
gil_calloc(void *ctx, size_t nelem, size_t elsize)
{
    return gil_allocate(1, ctx, nelem, elsize);
}

static void *
gil_realloc(void *ctx, void *ptr, size_t size)
{
    PyMemAllocatorEx *allocator = ctx;
    if (get_reentrant()) {
        /* The old block may be traced; the new one is not. */
        void *moved = allocator->realloc(allocator->ctx, ptr, size);
        if (moved != NULL && ptr != NULL) {
            TABLES_LOCK();
            remove_trace(DEFAULT_DOMAIN, (uintptr_t)ptr);
            TABLES_UNLOCK();
        }
        return moved;
    }
    set_reentrant(1);
    void *moved = hook_resize(allocator, ptr, size);
    set_reentrant(0);
    return moved;
}

/* PyMem_Raw: the GIL is needed for the frames. */
static void *
raw_allocate(int zeroed, PyMemAllocatorEx *allocator, size_t nelem,
             size_t elsize)
{
    if (get_reentrant()) {
        return zeroed ? allocator->calloc(allocator->ctx, nelem, elsize)
                      : allocator->malloc(allocator->ctx, nelem * elsize);
    }
    /* Taking the GIL may allocate a thread state. */
    set_reentrant(1);
    PyGILState_STATE state = PyGILState_Ensure();
    void *ptr = hook_allocate(zeroed, allocator, nelem, elsize);
    PyGILState_Release(state);
    set_reentrant(0);
    return ptr;
}

static void *
raw_malloc(void *ctx, size_t size)
{
    return raw_allocate(0, ctx, 1, size);
}

static void *
raw_calloc(void *ctx, size_t nelem, size_t elsize)
{
    return raw_allocate(1, ctx, nelem, elsize);
}

static void *
raw_realloc(void *ctx, void *ptr, size_t size)
{
    PyMemAllocatorEx *allocator = ctx;
    if (get_reentrant()) {
        void *moved = allocator->realloc(allocator->ctx, ptr, size);
        if (moved != NULL && ptr != NULL) {
            TABLES_LOCK();
            remove_trace(DEFAULT_DOMAIN, (uintptr_t)ptr);
            TABLES_UNLOCK();
        }
        return moved;
    }
    set_reentrant(1);
    PyGILState_STATE state = PyGILState_Ensure();
    void *moved = hook_resize(allocator, ptr, size);
    PyGILState_Release(state);
    set_reentrant(0);
    return moved;
}

/* -- Starting and stopping ------------------------------------------------ */

static int
tracemalloc_init(void)
{
    if (_Py_tracemalloc_config.initialized == TRACEMALLOC_FINALIZED) {
        PyErr_SetString(PyExc_RuntimeError,
                        "the tracemalloc module has been unloaded");
        return -1;
    }
    if (_Py_tracemalloc_config.initialized == TRACEMALLOC_INITIALIZED) {
        return 0;
    }
    if (PyThread_tss_create(&reentrant_key) != 0) {
        PyErr_SetString(PyExc_MemoryError, "cannot create a thread key");
        return -1;
    }
    if (tables_lock == NULL) {
        tables_lock = PyThread_allocate_lock();
        if (tables_lock == NULL) {
            PyErr_SetString(PyExc_RuntimeError, "cannot allocate lock");
            return -1;
        }
    }
    filenames = table_new(hash_filename, equal_filenames, drop_filename,
                          NULL);
    tracebacks = table_new(hash_traceback, equal_tracebacks, free, NULL);
    traces = traces_new();
    domains = table_new(hash_number, _Py_hashtable_compare_direct, NULL,
                        destroy_traces);
    if (filenames == NULL || tracebacks == NULL || traces == NULL
        || domains == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    unknown_filename = PyUnicode_FromString("<unknown>");
    if (unknown_filename == NULL) {
        return -1;
    }
    PyUnicode_InternInPlace(&unknown_filename);
    empty_traceback->nframe = 1;
    empty_traceback->total_nframe = 1;
    empty_traceback->frames[0].filename = unknown_filename;
    empty_traceback->frames[0].lineno = 0;
    empty_traceback->hash = compute_hash(empty_traceback);
    _Py_tracemalloc_config.initialized = TRACEMALLOC_INITIALIZED;
    return 0;
}

static int
tracemalloc_start(int max_nframe)
{
    if (max_nframe < 1 || max_nframe > MAX_NFRAME) {
        PyErr_Format(PyExc_ValueError,
                     "the number of frames must be in range [1; %lu]",
                     (unsigned long)MAX_NFRAME);
        return -1;
    }
    if (tracemalloc_init() < 0) {
        return -1;
    }
    if (_Py_tracemalloc_config.tracing) {
        return 0;
    }
    _Py_tracemalloc_config.max_nframe = max_nframe;
    scratch = malloc(traceback_size((size_t)max_nframe));
    if (scratch == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    PyMemAllocatorEx hook = {
        .malloc = raw_malloc, .calloc = raw_calloc, .realloc = raw_realloc,
        .free = hook_free
    };
    hook.ctx = &allocators.raw;
    PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &allocators.raw);
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &hook);
    hook.malloc = gil_malloc;
    hook.calloc = gil_calloc;
    hook.realloc = gil_realloc;
    hook.ctx = &allocators.mem;
    PyMem_GetAllocator(PYMEM_DOMAIN_MEM, &allocators.mem);
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &hook);
    hook.ctx = &allocators.obj;
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &allocators.obj);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &hook);
    _Py_tracemalloc_config.tracing = 1;
    return 0;
}

static void
clear_traces(void)
{
    set_reentrant(1);
    TABLES_LOCK();
    _Py_hashtable_clear(traces);
    _Py_hashtable_clear(domains);
    traced_memory = 0;
    peak_traced_memory = 0;
    TABLES_UNLOCK();
    _Py_hashtable_clear(tracebacks);
    _Py_hashtable_clear(filenames);
    set_reentrant(0);
}

static void
tracemalloc_stop(void)
{
    if (!_Py_tracemalloc_config.tracing) {
        return;
    }
    _Py_tracemalloc_config.tracing = 0;
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &allocators.raw);
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &allocators.mem);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &allocators.obj);
    clear_traces();
    free(scratch);
    scratch = NULL;
}

int
_PyTraceMalloc_Init(int nframe)
{
    return nframe == 0 ? 0 : tracemalloc_start(nframe);
}

void
_PyTraceMalloc_Fini(void)
{
    if (_Py_tracemalloc_config.initialized != TRACEMALLOC_INITIALIZED) {
        return;
    }
    tracemalloc_stop();
    _Py_tracemalloc_config.initialized = TRACEMALLOC_FINALIZED;
    _Py_hashtable_destroy(domains);
    _Py_hashtable_destroy(traces);
    _Py_hashtable_destroy(tracebacks);
    _Py_hashtable_destroy(filenames);
    domains = traces = tracebacks = filenames = NULL;
    PyThread_free_lock(tables_lock);
    tables_lock = NULL;
    PyThread_tss_delete(&reentrant_key);
    Py_CLEAR(unknown_filename);
}

/* -- For C code ----------------------------------------------------------- */

int
PyTraceMalloc_Track(unsigned int domain, uintptr_t ptr, size_t size)
{
    if (!_Py_tracemalloc_config.tracing) {
        return -2;
    }
    PyGILState_STATE state = PyGILState_Ensure();
    TABLES_LOCK();
    int status = add_trace(domain, ptr, size);
    TABLES_UNLOCK();
    PyGILState_Release(state);
    return status;
}

int
PyTraceMalloc_Untrack(unsigned int domain, uintptr_t ptr)
{
    if (!_Py_tracemalloc_config.tracing) {
        return -2;
    }
    TABLES_LOCK();
    remove_trace(domain, ptr);
    TABLES_UNLOCK();
    return 0;
}

/* Where the memory of an object starts. */
static uintptr_t
object_block(PyObject *op)
{
    return (uintptr_t)((char *)op - _PyType_PreHeaderSize(Py_TYPE(op)));
}

/* Memory of a free list is in use again: by somebody else, perhaps. */
int
_PyTraceMalloc_NewReference(PyObject *op)
{
    if (!_Py_tracemalloc_config.tracing) {
        return -1;
    }
    int status = -1;
    TABLES_LOCK();
    struct trace *trace = _Py_hashtable_get(traces,
                                            (void *)object_block(op));
    if (trace != NULL) {
        struct traceback *traceback = traceback_new();
        if (traceback != NULL) {
            trace->traceback = traceback;
            status = 0;
        }
    }
    TABLES_UNLOCK();
    return status;
}

static struct traceback *
find_traceback(unsigned int domain, uintptr_t ptr)
{
    if (!_Py_tracemalloc_config.tracing) {
        return NULL;
    }
    TABLES_LOCK();
    _Py_hashtable_t *table = traces_of(domain);
    struct trace *trace = table != NULL
                          ? _Py_hashtable_get(table, (void *)ptr) : NULL;
    struct traceback *traceback = trace != NULL ? trace->traceback : NULL;
    TABLES_UNLOCK();
    return traceback;
}

void
_PyMem_DumpTraceback(int fd, const void *ptr)
{
    static const char disabled[]
        = "Enable tracemalloc to get the memory block allocation "
          "traceback\n\n";
    static const char heading[]
        = "Memory block allocated at (most recent call first):\n";
    if (!_Py_tracemalloc_config.tracing) {
        (void)_Py_write_noraise(fd, disabled, sizeof(disabled) - 1);
        return;
    }
    struct traceback *traceback = find_traceback(DEFAULT_DOMAIN,
                                                 (uintptr_t)ptr);
    if (traceback == NULL) {
        return;
    }
    (void)_Py_write_noraise(fd, heading, sizeof(heading) - 1);
    for (int i = 0; i < traceback->nframe; i++) {
        (void)_Py_write_noraise(fd, "  File \"", 8);
        _Py_DumpASCII(fd, traceback->frames[i].filename);
        (void)_Py_write_noraise(fd, "\", line ", 8);
        _Py_DumpDecimal(fd, traceback->frames[i].lineno);
        (void)_Py_write_noraise(fd, "\n", 1);
    }
    (void)_Py_write_noraise(fd, "\n", 1);
}

/* -- To Python ------------------------------------------------------------ */

/* ((filename, lineno), ...); shared, with a memo, among equal tracebacks. */
static PyObject *
traceback_to_tuple(const struct traceback *traceback, _Py_hashtable_t *memo)
{
    PyObject *tuple = memo != NULL ? _Py_hashtable_get(memo, traceback)
                                   : NULL;
    if (tuple != NULL) {
        return Py_NewRef(tuple);
    }
    tuple = PyTuple_New(traceback->nframe);
    for (int i = 0; tuple != NULL && i < traceback->nframe; i++) {
        PyObject *frame = Py_BuildValue("Ok", traceback->frames[i].filename,
                                        (unsigned long)traceback->frames[i]
                                            .lineno);
        if (frame == NULL) {
            Py_CLEAR(tuple);
            break;
        }
        PyTuple_SET_ITEM(tuple, i, frame);
    }
    if (tuple != NULL && memo != NULL) {
        if (_Py_hashtable_set(memo, traceback, Py_NewRef(tuple)) < 0) {
            Py_DECREF(tuple);
            Py_DECREF(tuple);
            return PyErr_NoMemory();
        }
    }
    return tuple;
}

PyObject *
_PyTraceMalloc_GetTraceback(unsigned int domain, uintptr_t ptr)
{
    struct traceback *traceback = find_traceback(domain, ptr);
    if (traceback == NULL) {
        Py_RETURN_NONE;
    }
    return traceback_to_tuple(traceback, NULL);
}

/* A copy of all traces, so that Python objects are made without the lock. */
struct trace_copy {
    unsigned int domain;
    struct trace trace;
};

struct copy_state {
    struct trace_copy *copies;
    size_t count;
    unsigned int domain;
};

static int
copy_trace(_Py_hashtable_t *table, const void *key, const void *value,
           void *user_data)
{
    struct copy_state *state = user_data;
    state->copies[state->count].domain = state->domain;
    state->copies[state->count].trace = *(const struct trace *)value;
    state->count++;
    return 0;
}

static int
copy_domain(_Py_hashtable_t *table, const void *key, const void *value,
            void *user_data)
{
    struct copy_state *state = user_data;
    state->domain = (unsigned int)(uintptr_t)key;
    return _Py_hashtable_foreach((_Py_hashtable_t *)value, copy_trace, state);
}

static int
count_domain(_Py_hashtable_t *table, const void *key, const void *value,
             void *user_data)
{
    *(size_t *)user_data += _Py_hashtable_size(value);
    return 0;
}

static int
copy_all_traces(struct copy_state *state)
{
    TABLES_LOCK();
    size_t total = _Py_hashtable_size(traces);
    _Py_hashtable_foreach(domains, count_domain, &total);
    state->copies = malloc((total + 1) * sizeof(struct trace_copy));
    if (state->copies != NULL) {
        state->domain = DEFAULT_DOMAIN;
        _Py_hashtable_foreach(traces, copy_trace, state);
        _Py_hashtable_foreach(domains, copy_domain, state);
    }
    TABLES_UNLOCK();
    return state->copies != NULL ? 0 : -1;
}

static PyObject *
tracemalloc_get_traces(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    if (list == NULL || !_Py_tracemalloc_config.tracing) {
        return list;
    }
    struct copy_state state = {NULL, 0, 0};
    set_reentrant(1);
    _Py_hashtable_t *memo = table_new(_Py_hashtable_hash_ptr,
                                      _Py_hashtable_compare_direct, NULL,
                                      drop_filename);
    if (memo == NULL || copy_all_traces(&state) < 0) {
        PyErr_NoMemory();
        Py_CLEAR(list);
    }
    for (size_t i = 0; list != NULL && i < state.count; i++) {
        const struct trace_copy *copy = &state.copies[i];
        PyObject *frames = traceback_to_tuple(copy->trace.traceback, memo);
        PyObject *item = frames == NULL
            ? NULL
            : Py_BuildValue("InNi", copy->domain,
                            (Py_ssize_t)copy->trace.size, frames,
                            (int)copy->trace.traceback->total_nframe);
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(item);
    }
    free(state.copies);
    if (memo != NULL) {
        _Py_hashtable_destroy(memo);
    }
    set_reentrant(0);
    return list;
}

static PyObject *
tracemalloc_get_object_traceback(PyObject *module, PyObject *object)
{
    return _PyTraceMalloc_GetTraceback(DEFAULT_DOMAIN, object_block(object));
}

static PyObject *
tracemalloc_is_tracing(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(_Py_tracemalloc_config.tracing);
}

static PyObject *
tracemalloc_clear_traces(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    if (_Py_tracemalloc_config.tracing) {
        clear_traces();
    }
    Py_RETURN_NONE;
}

static PyObject *
tracemalloc_start_py(PyObject *module, PyObject *const *args,
                     Py_ssize_t nargs)
{
    int nframe = 1;
    if (!_PyArg_CheckPositional("start", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs > 0) {
        nframe = _PyLong_AsInt(args[0]);
        if (nframe == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (tracemalloc_start(nframe) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
tracemalloc_stop_py(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    tracemalloc_stop();
    Py_RETURN_NONE;
}

static PyObject *
tracemalloc_get_traceback_limit(PyObject *module, PyObject *Py_UNUSED(args))
{
    return PyLong_FromLong(_Py_tracemalloc_config.max_nframe);
}

static size_t
table_memory(const _Py_hashtable_t *table)
{
    return table == NULL ? 0
        : sizeof(*table) + table->nbuckets * sizeof(_Py_slist_t)
          + table->nentries * sizeof(_Py_hashtable_entry_t);
}

static int
add_traceback_size(_Py_hashtable_t *table, const void *key, const void *value,
                   void *user_data)
{
    *(size_t *)user_data
        += traceback_size(((const struct traceback *)key)->nframe);
    return 0;
}

static int
add_domain_size(_Py_hashtable_t *table, const void *key, const void *value,
                void *user_data)
{
    *(size_t *)user_data += table_memory(value)
                            + _Py_hashtable_size(value)
                                  * sizeof(struct trace);
    return 0;
}

static PyObject *
tracemalloc_get_tracemalloc_memory(PyObject *module,
                                   PyObject *Py_UNUSED(ignored))
{
    size_t size = 0;
    if (tracebacks != NULL) {
        size = table_memory(tracebacks) + table_memory(filenames);
        _Py_hashtable_foreach(tracebacks, add_traceback_size, &size);
        TABLES_LOCK();
        add_domain_size(NULL, NULL, traces, &size);
        size += table_memory(domains);
        _Py_hashtable_foreach(domains, add_domain_size, &size);
        TABLES_UNLOCK();
    }
    return PyLong_FromSize_t(size);
}

static PyObject *
tracemalloc_get_traced_memory(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    if (!_Py_tracemalloc_config.tracing) {
        return Py_BuildValue("ii", 0, 0);
    }
    TABLES_LOCK();
    Py_ssize_t size = (Py_ssize_t)traced_memory;
    Py_ssize_t peak = (Py_ssize_t)peak_traced_memory;
    TABLES_UNLOCK();
    return Py_BuildValue("nn", size, peak);
}

static PyObject *
tracemalloc_reset_peak(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    if (_Py_tracemalloc_config.tracing) {
        TABLES_LOCK();
        peak_traced_memory = traced_memory;
        TABLES_UNLOCK();
    }
    Py_RETURN_NONE;
}

static PyMethodDef tracemalloc_methods[] = {
    {"is_tracing", tracemalloc_is_tracing, METH_NOARGS,
     "is_tracing($module, /)\n--\n\nWhether allocations are traced."},
    {"clear_traces", tracemalloc_clear_traces, METH_NOARGS,
     "clear_traces($module, /)\n--\n\nForget all traces."},
    {"_get_traces", tracemalloc_get_traces, METH_NOARGS,
     "_get_traces($module, /)\n--\n\n"
     "All traces: (domain, size, traceback, frames)."},
    {"_get_object_traceback", tracemalloc_get_object_traceback, METH_O,
     "_get_object_traceback($module, obj, /)\n--\n\n"
     "Where an object was allocated, or None."},
    {"start", _PyCFunction_CAST(tracemalloc_start_py), METH_FASTCALL,
     "start($module, nframe=1, /)\n--\n\n"
     "Trace allocations, with so many frames each."},
    {"stop", tracemalloc_stop_py, METH_NOARGS,
     "stop($module, /)\n--\n\nTrace no more, and forget all traces."},
    {"get_traceback_limit", tracemalloc_get_traceback_limit, METH_NOARGS,
     "get_traceback_limit($module, /)\n--\n\n"
     "How many frames are kept for each trace."},
    {"get_tracemalloc_memory", tracemalloc_get_tracemalloc_memory,
     METH_NOARGS,
     "get_tracemalloc_memory($module, /)\n--\n\n"
     "How many bytes the traces take."},
    {"get_traced_memory", tracemalloc_get_traced_memory, METH_NOARGS,
     "get_traced_memory($module, /)\n--\n\n"
     "How many bytes are traced, now and at most."},
    {"reset_peak", tracemalloc_reset_peak, METH_NOARGS,
     "reset_peak($module, /)\n--\n\nLet the maximum be what it is now."},
    {NULL, NULL, 0, NULL}
};

static struct PyModuleDef tracemalloc_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_tracemalloc",
    .m_doc = "Debug module to trace memory blocks allocated by Python.",
    .m_size = 0,
    .m_methods = tracemalloc_methods,
};

PyMODINIT_FUNC
PyInit__tracemalloc(void)
{
    PyObject *module = PyModule_Create(&tracemalloc_module);
    if (module != NULL && tracemalloc_init() < 0) {
        Py_CLEAR(module);
    }
    return module;
}
