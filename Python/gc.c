/* The cycle collector.

   Reference counts free everything but cycles. Container objects ("tracked"
   ones) are kept in rings, one a generation; a new object enters generation
   0 and moves to the next older one with each collection it survives.

   One collection of a generation (the younger ones merged into it):

     1. Copy each reference count into the header, then subtract the
        references that come from inside. What is left above zero is held
        from outside.
     2. What is held from outside, and all that it reaches, is alive. The
        rest, `unreachable`, is a set of cycles and what hangs on them.
     3. Objects with an old-style finalizer (tp_del), and what they reach,
        cannot be freed in a safe order: they go to gc.garbage.
     4. Weak references to the rest are cleared; the callbacks of those that
        live outside are called.
     5. Finalizers (tp_finalize, PEP 442) are called, once in an object's
        life. They may bring objects back: steps 1 and 2 are repeated for the
        set, and what turned out to be alive moves to the older generation.
     6. The rest is broken up with tp_clear; reference counts do the freeing.

   In step 1 _gc_prev holds the count, shifted up, with the COLLECTING bit;
   rings are singly linked until step 2 restores it. In the `unreachable`
   ring bit 0 of _gc_next is set until step 3.

   Full collections are skipped while fewer than a quarter of the old objects
   are new there, so that the total cost stays linear. */

#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_context.h"
#include "pycore_dict.h"
#include "pycore_gc.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_tuple.h"

#define FROM_GC(g) ((PyObject *)((PyGC_Head *)(g) + 1))
#define AS_GC(o) _Py_AS_GC(o)
#define GC_NEXT _PyGCHead_NEXT
#define GC_PREV _PyGCHead_PREV

#define NEXT_UNREACHABLE ((uintptr_t)1)

#define GENERATION_OLDEST (NUM_GENERATIONS - 1)

/* -- Headers ------------------------------------------------------------ */

static inline int
gc_is_collecting(PyGC_Head *g)
{
    return (g->_gc_prev & _PyGC_PREV_MASK_COLLECTING) != 0;
}

static inline void
gc_clear_collecting(PyGC_Head *g)
{
    g->_gc_prev &= ~(uintptr_t)_PyGC_PREV_MASK_COLLECTING;
}

static inline Py_ssize_t
gc_refs(PyGC_Head *g)
{
    return (Py_ssize_t)(g->_gc_prev >> _PyGC_PREV_SHIFT);
}

static inline void
gc_set_refs(PyGC_Head *g, Py_ssize_t refs)
{
    g->_gc_prev = (g->_gc_prev & ~_PyGC_PREV_MASK)
        | ((uintptr_t)refs << _PyGC_PREV_SHIFT);
}

static inline void
gc_start_refs(PyGC_Head *g, Py_ssize_t refs)
{
    g->_gc_prev = (g->_gc_prev & _PyGC_PREV_MASK_FINALIZED)
        | _PyGC_PREV_MASK_COLLECTING
        | ((uintptr_t)refs << _PyGC_PREV_SHIFT);
}

/* -- Rings -------------------------------------------------------------- */

static inline void
ring_init(PyGC_Head *ring)
{
    ring->_gc_prev = (uintptr_t)ring;
    ring->_gc_next = (uintptr_t)ring;
}

static inline int
ring_is_empty(PyGC_Head *ring)
{
    return ring->_gc_next == (uintptr_t)ring;
}

static inline void
ring_append(PyGC_Head *node, PyGC_Head *ring)
{
    PyGC_Head *last = (PyGC_Head *)ring->_gc_prev;
    _PyGCHead_SET_PREV(node, last);
    _PyGCHead_SET_NEXT(last, node);
    _PyGCHead_SET_NEXT(node, ring);
    ring->_gc_prev = (uintptr_t)node;
}

static inline void
ring_unlink(PyGC_Head *node)
{
    PyGC_Head *prev = GC_PREV(node);
    PyGC_Head *next = GC_NEXT(node);
    _PyGCHead_SET_NEXT(prev, next);
    _PyGCHead_SET_PREV(next, prev);
}

static inline void
ring_remove(PyGC_Head *node)
{
    ring_unlink(node);
    node->_gc_next = 0;
}

static void
ring_move(PyGC_Head *node, PyGC_Head *ring)
{
    ring_unlink(node);
    ring_append(node, ring);
}

void
gc_ring_merge(PyGC_Head *from, PyGC_Head *to)
{
    if (!ring_is_empty(from)) {
        PyGC_Head *to_last = GC_PREV(to);
        PyGC_Head *from_first = GC_NEXT(from);
        PyGC_Head *from_last = GC_PREV(from);
        _PyGCHead_SET_NEXT(to_last, from_first);
        _PyGCHead_SET_PREV(from_first, to_last);
        _PyGCHead_SET_NEXT(from_last, to);
        _PyGCHead_SET_PREV(to, from_last);
    }
    ring_init(from);
}

Py_ssize_t
gc_ring_size(PyGC_Head *ring)
{
    Py_ssize_t n = 0;
    for (PyGC_Head *g = GC_NEXT(ring); g != ring; g = GC_NEXT(g)) {
        n++;
    }
    return n;
}

static void
ring_clear_collecting(PyGC_Head *ring)
{
    for (PyGC_Head *g = GC_NEXT(ring); g != ring; g = GC_NEXT(g)) {
        gc_clear_collecting(g);
    }
}

static void
ring_clear_unreachable(PyGC_Head *ring)
{
    ring->_gc_next &= ~NEXT_UNREACHABLE;
    for (PyGC_Head *g = GC_NEXT(ring); g != ring; g = GC_NEXT(g)) {
        g->_gc_next &= ~NEXT_UNREACHABLE;
    }
}

/* -- What is alive ------------------------------------------------------ */

static void
refs_copy(PyGC_Head *ring)
{
    for (PyGC_Head *g = GC_NEXT(ring); g != ring; g = GC_NEXT(g)) {
        gc_start_refs(g, Py_REFCNT(FROM_GC(g)));
    }
}

static int
visit_subtract(PyObject *op, void *Py_UNUSED(parent))
{
    if (_PyObject_IS_GC(op)) {
        PyGC_Head *g = AS_GC(op);
        /* Objects of other generations do not have the bit. */
        if (gc_is_collecting(g)) {
            g->_gc_prev -= (uintptr_t)1 << _PyGC_PREV_SHIFT;
        }
    }
    return 0;
}

static void
refs_subtract(PyGC_Head *ring)
{
    for (PyGC_Head *g = GC_NEXT(ring); g != ring; g = GC_NEXT(g)) {
        PyObject *op = FROM_GC(g);
        (void)Py_TYPE(op)->tp_traverse(op, visit_subtract, op);
    }
}

/* An object was reached from a living one. */
static int
visit_reachable(PyObject *op, void *arg)
{
    PyGC_Head *alive = arg;
    if (!_PyObject_IS_GC(op)) {
        return 0;
    }
    PyGC_Head *g = AS_GC(op);
    if (!gc_is_collecting(g)) {
        return 0;
    }
    if (g->_gc_next & NEXT_UNREACHABLE) {
        /* Given up too early: back to the end of the ring under
           examination, as alive. */
        PyGC_Head *prev = GC_PREV(g);
        PyGC_Head *next = (PyGC_Head *)(g->_gc_next & ~NEXT_UNREACHABLE);
        prev->_gc_next = g->_gc_next;
        _PyGCHead_SET_PREV(next, prev);
        ring_append(g, alive);
        gc_set_refs(g, 1);
    }
    else if (gc_refs(g) == 0) {
        /* Not examined yet. */
        gc_set_refs(g, 1);
    }
    return 0;
}

/* Leaves the living objects in `ring`, in order and with their _gc_prev
   restored; moves the others to `unreachable`. */
static void
ring_split(PyGC_Head *ring, PyGC_Head *unreachable)
{
    PyGC_Head *prev = ring;
    PyGC_Head *g = GC_NEXT(ring);
    while (g != ring) {
        if (gc_refs(g) != 0) {
            PyObject *op = FROM_GC(g);
            (void)Py_TYPE(op)->tp_traverse(op, visit_reachable, ring);
            _PyGCHead_SET_PREV(g, prev);
            gc_clear_collecting(g);
            prev = g;
        }
        else {
            /* Perhaps unreachable; visit_reachable may bring it back. */
            prev->_gc_next = g->_gc_next;
            PyGC_Head *last = GC_PREV(unreachable);
            last->_gc_next = NEXT_UNREACHABLE | (uintptr_t)g;
            _PyGCHead_SET_PREV(g, last);
            g->_gc_next = NEXT_UNREACHABLE | (uintptr_t)unreachable;
            unreachable->_gc_prev = (uintptr_t)g;
        }
        g = (PyGC_Head *)prev->_gc_next;
    }
    ring->_gc_prev = (uintptr_t)prev;
    unreachable->_gc_next &= ~NEXT_UNREACHABLE;
}

/* Steps 1 and 2. The objects in `unreachable` keep both marks. */
static void
find_unreachable(PyGC_Head *ring, PyGC_Head *unreachable)
{
    refs_copy(ring);
    refs_subtract(ring);
    ring_init(unreachable);
    ring_split(ring, unreachable);
}

/* Tuples and dicts that cannot be part of a cycle are left alone later. */
static void
untrack_tuples(PyGC_Head *ring)
{
    PyGC_Head *next;
    for (PyGC_Head *g = GC_NEXT(ring); g != ring; g = next) {
        next = GC_NEXT(g);
        PyObject *op = FROM_GC(g);
        if (PyTuple_CheckExact(op)) {
            _PyTuple_MaybeUntrack(op);
        }
    }
}

static void
untrack_dicts(PyGC_Head *ring)
{
    PyGC_Head *next;
    for (PyGC_Head *g = GC_NEXT(ring); g != ring; g = next) {
        next = GC_NEXT(g);
        PyObject *op = FROM_GC(g);
        if (PyDict_CheckExact(op)) {
            _PyDict_MaybeUntrack(op);
        }
    }
}

/* -- Old-style finalizers ----------------------------------------------- */

static int
has_legacy_finalizer(PyObject *op)
{
    return Py_TYPE(op)->tp_del != NULL;
}

/* Also takes the unreachable mark off all of them. */
static void
move_legacy_finalizers(PyGC_Head *unreachable, PyGC_Head *finalizers)
{
    PyGC_Head *next;
    for (PyGC_Head *g = GC_NEXT(unreachable); g != unreachable; g = next) {
        g->_gc_next &= ~NEXT_UNREACHABLE;
        next = GC_NEXT(g);
        if (has_legacy_finalizer(FROM_GC(g))) {
            gc_clear_collecting(g);
            ring_move(g, finalizers);
        }
    }
}

static int
visit_move(PyObject *op, void *arg)
{
    if (_PyObject_IS_GC(op)) {
        PyGC_Head *g = AS_GC(op);
        if (gc_is_collecting(g)) {
            ring_move(g, (PyGC_Head *)arg);
            gc_clear_collecting(g);
        }
    }
    return 0;
}

static void
move_legacy_reachable(PyGC_Head *finalizers)
{
    for (PyGC_Head *g = GC_NEXT(finalizers); g != finalizers;
         g = GC_NEXT(g)) {
        PyObject *op = FROM_GC(g);
        (void)Py_TYPE(op)->tp_traverse(op, visit_move, finalizers);
    }
}

/* Those with tp_del go to gc.garbage; what they reach is simply kept. */
static void
keep_legacy_garbage(PyThreadState *tstate, PyGC_Head *finalizers,
                    PyGC_Head *old)
{
    struct _gc_runtime_state *gc = &tstate->interp->gc;
    if (gc->garbage == NULL) {
        gc->garbage = PyList_New(0);
        if (gc->garbage == NULL) {
            Py_FatalError("gc couldn't create gc.garbage list");
        }
    }
    for (PyGC_Head *g = GC_NEXT(finalizers); g != finalizers;
         g = GC_NEXT(g)) {
        PyObject *op = FROM_GC(g);
        if ((gc->debug & GC_DEBUG_SAVEALL) || has_legacy_finalizer(op)) {
            if (PyList_Append(gc->garbage, op) < 0) {
                _PyErr_Clear(tstate);
                break;
            }
        }
    }
    gc_ring_merge(finalizers, old);
}

/* -- Weak references ---------------------------------------------------- */

/* Clears the weak references to one object that is trash; those whose
   callback must be called move to `callbacks`, each with a reference. */
static void
weakrefs_clear(PyObject *op, PyGC_Head *callbacks)
{
    if (PyWeakref_Check(op)) {
        /* A trash reference whose callback ran later could show objects
           that are already broken up. */
        _PyWeakref_ClearRef((PyWeakReference *)op);
    }
    if (!_PyType_SUPPORTS_WEAKREFS(Py_TYPE(op))) {
        return;
    }
    PyWeakReference **list =
        (PyWeakReference **)_PyObject_GET_WEAKREFS_LISTPTR(op);
    while (*list != NULL) {
        PyWeakReference *wr = *list;
        _PyWeakref_ClearRef(wr);    /* takes it off the list */
        if (wr->wr_callback == NULL) {
            continue;
        }
        /* A callback is called only if the reference itself outlives. */
        PyGC_Head *g = AS_GC(wr);
        if (gc_is_collecting(g)) {
            continue;
        }
        Py_INCREF(wr);
        ring_move(g, callbacks);
    }
}

/* Returns how many references went away with their callback's call. */
static Py_ssize_t
weakref_callbacks_call(PyGC_Head *callbacks, PyGC_Head *old)
{
    Py_ssize_t freed = 0;
    while (!ring_is_empty(callbacks)) {
        PyGC_Head *g = GC_NEXT(callbacks);
        PyObject *wr = FROM_GC(g);
        PyObject *callback = ((PyWeakReference *)wr)->wr_callback;
        PyObject *result = PyObject_CallOneArg(callback, wr);
        if (result == NULL) {
            PyErr_WriteUnraisable(callback);
        }
        else {
            Py_DECREF(result);
        }
        Py_DECREF(wr);
        if (GC_NEXT(callbacks) == g) {
            ring_move(g, old);
        }
        else {
            freed++;
        }
    }
    return freed;
}

static Py_ssize_t
handle_weakrefs(PyGC_Head *unreachable, PyGC_Head *old)
{
    PyGC_Head callbacks;
    ring_init(&callbacks);
    PyGC_Head *next;
    for (PyGC_Head *g = GC_NEXT(unreachable); g != unreachable; g = next) {
        next = GC_NEXT(g);
        weakrefs_clear(FROM_GC(g), &callbacks);
    }
    return weakref_callbacks_call(&callbacks, old);
}

/* -- Finalizers and breaking up ----------------------------------------- */

static void
call_finalizers(PyThreadState *tstate, PyGC_Head *unreachable)
{
    PyGC_Head seen;
    ring_init(&seen);
    while (!ring_is_empty(unreachable)) {
        PyGC_Head *g = GC_NEXT(unreachable);
        PyObject *op = FROM_GC(g);
        ring_move(g, &seen);
        destructor finalize = Py_TYPE(op)->tp_finalize;
        if (finalize != NULL && !_PyGCHead_FINALIZED(g)) {
            _PyGCHead_SET_FINALIZED(g);
            Py_INCREF(op);
            finalize(op);
            assert(!_PyErr_Occurred(tstate));
            Py_DECREF(op);
        }
    }
    gc_ring_merge(&seen, unreachable);
}

/* Moves what the finalizers brought back to `old`. */
static void
handle_resurrected(PyGC_Head *unreachable, PyGC_Head *still_unreachable,
                   PyGC_Head *old)
{
    ring_clear_collecting(unreachable);
    find_unreachable(unreachable, still_unreachable);
    ring_clear_unreachable(still_unreachable);
    gc_ring_merge(unreachable, old);
}

static void
break_up(PyThreadState *tstate, PyObject *op)
{
    inquiry clear = Py_TYPE(op)->tp_clear;
    if (clear == NULL) {
        return;
    }
    Py_INCREF(op);
    (void)clear(op);
    if (_PyErr_Occurred(tstate)) {
        _PyErr_WriteUnraisableMsg("in tp_clear of",
                                  (PyObject *)Py_TYPE(op));
    }
    Py_DECREF(op);
}

static void
delete_garbage(PyThreadState *tstate, PyGC_Head *trash, PyGC_Head *old)
{
    struct _gc_runtime_state *gc = &tstate->interp->gc;
    while (!ring_is_empty(trash)) {
        PyGC_Head *g = GC_NEXT(trash);
        PyObject *op = FROM_GC(g);
        if (gc->debug & GC_DEBUG_SAVEALL) {
            if (PyList_Append(gc->garbage, op) < 0) {
                _PyErr_Clear(tstate);
            }
        }
        else {
            break_up(tstate, op);
        }
        if (GC_NEXT(trash) == g) {
            /* Still there: another object of the cycle will free it. */
            gc_clear_collecting(g);
            ring_move(g, old);
        }
    }
}

/* -- One collection ----------------------------------------------------- */

static void
debug_object(const char *what, PyObject *op)
{
    PySys_FormatStderr("gc: %s <%s %p>\n", what, Py_TYPE(op)->tp_name, op);
}

static void
debug_ring(const char *what, PyGC_Head *ring)
{
    for (PyGC_Head *g = GC_NEXT(ring); g != ring; g = GC_NEXT(g)) {
        debug_object(what, FROM_GC(g));
    }
}

static void
debug_start(struct _gc_runtime_state *gc, int generation)
{
    PySys_WriteStderr("gc: collecting generation %d...\n", generation);
    Py_ssize_t size[NUM_GENERATIONS];
    for (int i = 0; i < NUM_GENERATIONS; i++) {
        size[i] = gc_ring_size(&gc->generations[i].head);
    }
    PySys_FormatStderr("gc: objects in each generation: %zd %zd %zd\n"
                       "gc: objects in permanent generation: %zd\n",
                       size[0], size[1], size[2],
                       gc_ring_size(&gc->permanent_generation.head));
}

static void
clear_free_lists(PyInterpreterState *interp)
{
    _PyTuple_ClearFreeList(interp);
    _PyFloat_ClearFreeList(interp);
    long_free_clear();
    _PyList_ClearFreeList(interp);
    _PyDict_ClearFreeList(interp);
    _PyAsyncGen_ClearFreeLists(interp);
    _PyContext_ClearFreeList(interp);
}

/* Merges the younger generations and counts this collection. */
static PyGC_Head *
generation_start(struct _gc_runtime_state *gc, int generation)
{
    PyGC_Head *young = &gc->generations[generation].head;
    if (generation < GENERATION_OLDEST) {
        gc->generations[generation + 1].count++;
    }
    for (int i = 0; i <= generation; i++) {
        gc->generations[i].count = 0;
        if (i < generation) {
            gc_ring_merge(&gc->generations[i].head, young);
        }
    }
    return young;
}

/* What survived belongs to the next generation. */
static void
generation_promote(struct _gc_runtime_state *gc, int generation,
                   PyGC_Head *young, PyGC_Head *old)
{
    if (young != old) {
        if (generation == GENERATION_OLDEST - 1) {
            gc->long_lived_pending += gc_ring_size(young);
        }
        gc_ring_merge(young, old);
    }
    else {
        untrack_dicts(young);
        gc->long_lived_pending = 0;
        gc->long_lived_total = gc_ring_size(young);
    }
}

static void
collection_finish_errors(PyThreadState *tstate, int nofail)
{
    if (_PyErr_Occurred(tstate)) {
        if (nofail) {
            _PyErr_Clear(tstate);
        }
        else {
            _PyErr_WriteUnraisableMsg("in garbage collection", NULL);
        }
    }
}

static Py_ssize_t
collect_main(PyThreadState *tstate, int generation, Py_ssize_t *collected,
             Py_ssize_t *uncollectable, int nofail)
{
    struct _gc_runtime_state *gc = &tstate->interp->gc;
    _PyTime_t start = 0;
    if (gc->debug & GC_DEBUG_STATS) {
        debug_start(gc, generation);
        start = _PyTime_GetPerfCounter();
    }

    PyGC_Head *young = generation_start(gc, generation);
    PyGC_Head *old = generation < GENERATION_OLDEST
        ? &gc->generations[generation + 1].head : young;

    PyGC_Head unreachable;
    find_unreachable(young, &unreachable);
    untrack_tuples(young);
    generation_promote(gc, generation, young, old);

    PyGC_Head finalizers;
    ring_init(&finalizers);
    move_legacy_finalizers(&unreachable, &finalizers);
    move_legacy_reachable(&finalizers);
    if (gc->debug & GC_DEBUG_COLLECTABLE) {
        debug_ring("collectable", &unreachable);
    }

    Py_ssize_t found = handle_weakrefs(&unreachable, old);
    call_finalizers(tstate, &unreachable);
    PyGC_Head trash;
    handle_resurrected(&unreachable, &trash, old);
    found += gc_ring_size(&trash);
    delete_garbage(tstate, &trash, old);

    Py_ssize_t kept = gc_ring_size(&finalizers);
    if (gc->debug & GC_DEBUG_UNCOLLECTABLE) {
        debug_ring("uncollectable", &finalizers);
    }
    if (gc->debug & GC_DEBUG_STATS) {
        double elapsed =
            _PyTime_AsSecondsDouble(_PyTime_GetPerfCounter() - start);
        PySys_WriteStderr("gc: done, %zd unreachable, %zd uncollectable, "
                          "%.4fs elapsed\n", found + kept, kept, elapsed);
    }
    keep_legacy_garbage(tstate, &finalizers, old);

    if (generation == GENERATION_OLDEST) {
        clear_free_lists(tstate->interp);
    }
    collection_finish_errors(tstate, nofail);

    struct gc_generation_stats *stats = &gc->generation_stats[generation];
    stats->collections++;
    stats->collected += found;
    stats->uncollectable += kept;
    if (collected != NULL) {
        *collected = found;
    }
    if (uncollectable != NULL) {
        *uncollectable = kept;
    }
    return found + kept;
}

/* -- gc.callbacks ------------------------------------------------------- */

static void
callbacks_call(PyThreadState *tstate, const char *phase, int generation,
               Py_ssize_t collected, Py_ssize_t uncollectable)
{
    struct _gc_runtime_state *gc = &tstate->interp->gc;
    if (gc->callbacks == NULL || PyList_GET_SIZE(gc->callbacks) == 0) {
        return;
    }
    PyObject *info = Py_BuildValue("{sisnsn}", "generation", generation,
                                   "collected", collected, "uncollectable",
                                   uncollectable);
    PyObject *phase_object = PyUnicode_FromString(phase);
    if (info == NULL || phase_object == NULL) {
        PyErr_WriteUnraisable(NULL);
        Py_XDECREF(info);
        Py_XDECREF(phase_object);
        return;
    }
    PyObject *args[] = {phase_object, info};
    /* A callback may change the list. */
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(gc->callbacks); i++) {
        PyObject *callback = Py_NewRef(PyList_GET_ITEM(gc->callbacks, i));
        PyObject *result = PyObject_Vectorcall(callback, args, 2, NULL);
        if (result == NULL) {
            PyErr_WriteUnraisable(callback);
        }
        else {
            Py_DECREF(result);
        }
        Py_DECREF(callback);
    }
    Py_DECREF(phase_object);
    Py_DECREF(info);
}

static Py_ssize_t
collect_with_callbacks(PyThreadState *tstate, int generation)
{
    Py_ssize_t collected;
    Py_ssize_t uncollectable;
    callbacks_call(tstate, "start", generation, 0, 0);
    Py_ssize_t result = collect_main(tstate, generation, &collected,
                                     &uncollectable, 0);
    callbacks_call(tstate, "stop", generation, collected, uncollectable);
    return result;
}

Py_ssize_t
gc_collect(PyThreadState *tstate, int generation)
{
    struct _gc_runtime_state *gc = &tstate->interp->gc;
    if (gc->collecting) {
        return 0;
    }
    gc->collecting = 1;
    Py_ssize_t result = collect_with_callbacks(tstate, generation);
    gc->collecting = 0;
    return result;
}

/* -- When --------------------------------------------------------------- */

/* Collects the oldest generation whose count is above its threshold. */
static void
collect_generations(PyThreadState *tstate)
{
    struct _gc_runtime_state *gc = &tstate->interp->gc;
    for (int i = NUM_GENERATIONS; i-- > 0;) {
        if (gc->generations[i].count <= gc->generations[i].threshold) {
            continue;
        }
        if (i == GENERATION_OLDEST
            && gc->long_lived_pending < gc->long_lived_total / 4) {
            continue;
        }
        (void)gc_collect(tstate, i);
        return;
    }
}

static inline void
count_allocation(PyThreadState *tstate)
{
    struct _gc_runtime_state *gc = &tstate->interp->gc;
    struct gc_generation *youngest = &gc->generations[0];
    youngest->count++;
    if (youngest->count > youngest->threshold && gc->enabled
        && youngest->threshold && !gc->collecting
        && !_PyErr_Occurred(tstate)) {
        collect_generations(tstate);
    }
}

/* -- Making and freeing collectable objects ----------------------------- */

void
_PyObject_GC_Link(PyObject *op)
{
    PyGC_Head *g = AS_GC(op);
    g->_gc_next = 0;
    g->_gc_prev = 0;
    count_allocation(_PyThreadState_GET());
}

static PyObject *
gc_alloc(PyTypeObject *type, size_t size)
{
    size_t header = _PyType_PreHeaderSize(type);
    PyThreadState *tstate = _PyThreadState_GET();
    if (size > (size_t)PY_SSIZE_T_MAX - header) {
        return _PyErr_NoMemory(tstate);
    }
    char *memory = PyObject_Malloc(header + size);
    if (memory == NULL) {
        return _PyErr_NoMemory(tstate);
    }
    memset(memory, 0, header);
    count_allocation(tstate);
    return (PyObject *)(memory + header);
}

PyObject *
_PyObject_GC_New(PyTypeObject *type)
{
    PyObject *op = gc_alloc(type, (size_t)_PyObject_SIZE(type));
    if (op != NULL) {
        _PyObject_Init(op, type);
    }
    return op;
}

PyVarObject *
_PyObject_GC_NewVar(PyTypeObject *type, Py_ssize_t nitems)
{
    if (nitems < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (type->tp_itemsize > 0
        && nitems > (PY_SSIZE_T_MAX - type->tp_basicsize
                     - (Py_ssize_t)sizeof(void *)) / type->tp_itemsize) {
        PyErr_NoMemory();
        return NULL;
    }
    PyVarObject *op =
        (PyVarObject *)gc_alloc(type, _PyObject_VAR_SIZE(type, nitems));
    if (op != NULL) {
        _PyObject_InitVar(op, type, nitems);
    }
    return op;
}

PyVarObject *
_PyObject_GC_Resize(PyVarObject *op, Py_ssize_t nitems)
{
    PyTypeObject *type = Py_TYPE(op);
    size_t header = _PyType_PreHeaderSize(type);
    size_t size = _PyObject_VAR_SIZE(type, nitems);
    assert(!_PyObject_GC_IS_TRACKED(op));
    if (size > (size_t)PY_SSIZE_T_MAX - header) {
        return (PyVarObject *)PyErr_NoMemory();
    }
    char *memory = PyObject_Realloc((char *)op - header, header + size);
    if (memory == NULL) {
        return (PyVarObject *)PyErr_NoMemory();
    }
    op = (PyVarObject *)(memory + header);
    Py_SET_SIZE(op, nitems);
    return op;
}

void
PyObject_GC_Del(void *object)
{
    PyObject *op = object;
    PyGC_Head *g = AS_GC(op);
    size_t header = _PyType_PreHeaderSize(Py_TYPE(op));
    if (_PyObject_GC_IS_TRACKED(op)) {
        ring_remove(g);
    }
    struct gc_generation *youngest =
        &_PyInterpreterState_GET()->gc.generations[0];
    if (youngest->count > 0) {
        youngest->count--;
    }
    PyObject_Free((char *)op - header);
}

void
PyObject_GC_Track(void *object)
{
    PyObject *op = _PyObject_CAST(object);
    if (_PyObject_GC_IS_TRACKED(op)) {
        _PyObject_ASSERT_FAILED_MSG(op,
                                    "object already tracked by the garbage "
                                    "collector");
    }
    _PyObject_GC_TRACK(op);
}

void
PyObject_GC_UnTrack(void *object)
{
    PyObject *op = _PyObject_CAST(object);
    if (_PyObject_GC_IS_TRACKED(op)) {
        _PyObject_GC_UNTRACK(op);
    }
}

/* -- Questions ---------------------------------------------------------- */

int
PyObject_IS_GC(PyObject *obj)
{
    return _PyObject_IS_GC(obj);
}

int
PyObject_GC_IsTracked(PyObject *obj)
{
    return _PyObject_IS_GC(obj) && _PyObject_GC_IS_TRACKED(obj);
}

int
PyObject_GC_IsFinalized(PyObject *obj)
{
    return _PyObject_IS_GC(obj) && _PyGC_FINALIZED(obj);
}

/* -- API ---------------------------------------------------------------- */

int
PyGC_Enable(void)
{
    struct _gc_runtime_state *gc = &_PyInterpreterState_GET()->gc;
    int was_enabled = gc->enabled;
    gc->enabled = 1;
    return was_enabled;
}

int
PyGC_Disable(void)
{
    struct _gc_runtime_state *gc = &_PyInterpreterState_GET()->gc;
    int was_enabled = gc->enabled;
    gc->enabled = 0;
    return was_enabled;
}

int
PyGC_IsEnabled(void)
{
    return _PyInterpreterState_GET()->gc.enabled;
}

Py_ssize_t
PyGC_Collect(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (!tstate->interp->gc.enabled) {
        return 0;
    }
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    Py_ssize_t result = gc_collect(tstate, GENERATION_OLDEST);
    _PyErr_Restore(tstate, type, value, traceback);
    return result;
}

Py_ssize_t
_PyGC_CollectNoFail(PyThreadState *tstate)
{
    struct _gc_runtime_state *gc = &tstate->interp->gc;
    if (gc->collecting) {
        return 0;
    }
    gc->collecting = 1;
    Py_ssize_t result = collect_main(tstate, GENERATION_OLDEST, NULL, NULL,
                                     1);
    gc->collecting = 0;
    return result;
}

/* -- Life of the collector ---------------------------------------------- */

void
_PyGC_InitState(struct _gc_runtime_state *gc)
{
    static const int thresholds[NUM_GENERATIONS] = {700, 10, 10};
    gc->enabled = 1;
    for (int i = 0; i < NUM_GENERATIONS; i++) {
        ring_init(&gc->generations[i].head);
        gc->generations[i].threshold = thresholds[i];
        gc->generations[i].count = 0;
    }
    gc->generation0 = &gc->generations[0].head;
    ring_init(&gc->permanent_generation.head);
    gc->permanent_generation.threshold = 0;
    gc->permanent_generation.count = 0;
}

PyStatus
_PyGC_Init(PyInterpreterState *interp)
{
    struct _gc_runtime_state *gc = &interp->gc;
    if (gc->garbage == NULL) {
        gc->garbage = PyList_New(0);
    }
    if (gc->callbacks == NULL) {
        gc->callbacks = PyList_New(0);
    }
    if (gc->garbage == NULL || gc->callbacks == NULL) {
        return _PyStatus_NO_MEMORY();
    }
    return _PyStatus_OK();
}

void
_PyGC_DumpShutdownStats(PyInterpreterState *interp)
{
    struct _gc_runtime_state *gc = &interp->gc;
    if ((gc->debug & GC_DEBUG_SAVEALL) || gc->garbage == NULL
        || PyList_GET_SIZE(gc->garbage) == 0) {
        return;
    }
    const char *format = gc->debug & GC_DEBUG_UNCOLLECTABLE
        ? "gc: %zd uncollectable objects at shutdown"
        : "gc: %zd uncollectable objects at shutdown; "
          "use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them";
    /* The warnings module may be gone: no registry, our own location. */
    if (PyErr_WarnExplicitFormat(PyExc_ResourceWarning, "gc", 0, "gc", NULL,
                                 format,
                                 PyList_GET_SIZE(gc->garbage)) < 0) {
        PyErr_WriteUnraisable(NULL);
    }
    if (gc->debug & GC_DEBUG_UNCOLLECTABLE) {
        PyObject *repr = PyObject_Repr(gc->garbage);
        PyObject *bytes = repr ? PyUnicode_EncodeFSDefault(repr) : NULL;
        if (bytes == NULL) {
            PyErr_WriteUnraisable(gc->garbage);
        }
        else {
            PySys_WriteStderr("      %s\n", PyBytes_AS_STRING(bytes));
        }
        Py_XDECREF(repr);
        Py_XDECREF(bytes);
    }
}

void
_PyGC_Fini(PyInterpreterState *interp)
{
    struct _gc_runtime_state *gc = &interp->gc;
    Py_CLEAR(gc->garbage);
    Py_CLEAR(gc->callbacks);
    /* Objects that are still alive must not point into an interpreter that
       is about to go. A deallocator may insist on a tracked object, so none
       may run any more: each gets a reference that is never dropped. */
    for (int i = 0; i < NUM_GENERATIONS; i++) {
        PyGC_Head *ring = &gc->generations[i].head;
        while (!ring_is_empty(ring)) {
            PyObject *op = FROM_GC(GC_NEXT(ring));
            _PyObject_GC_UNTRACK(op);
            Py_INCREF(op);
        }
    }
}
