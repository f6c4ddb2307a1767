/* The cycle collector's header and state.

   Sixteen bytes before a collectable object hold two words:
     _gc_next  next header in the generation's ring; 0 = not tracked
     _gc_prev  previous header, with two low bits:
               bit 0  the finalizer has been called
               bit 1  the object is in the generation being collected, and
                      the upper bits count references instead */
#ifndef Py_INTERNAL_GC_H
#define Py_INTERNAL_GC_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

typedef struct {
    uintptr_t _gc_next;
    uintptr_t _gc_prev;
} PyGC_Head;

#define _Py_AS_GC(o) ((PyGC_Head *)(o) - 1)
#define _PyGC_Head_UNUSED PyGC_Head

#define _PyObject_GC_IS_TRACKED(o) (_Py_AS_GC(o)->_gc_next != 0)

/* False only if the object certainly cannot be part of a cycle. */
#define _PyObject_GC_MAY_BE_TRACKED(obj)                                \
    (PyObject_IS_GC(obj) &&                                             \
     (!PyTuple_CheckExact(obj) || _PyObject_GC_IS_TRACKED(obj)))

#define _PyGC_PREV_MASK_FINALIZED (1)
#define _PyGC_PREV_MASK_COLLECTING (2)
#define _PyGC_PREV_SHIFT (2)
#define _PyGC_PREV_MASK (((uintptr_t)-1) << _PyGC_PREV_SHIFT)

#define _PyGCHead_NEXT(g) ((PyGC_Head *)(g)->_gc_next)
#define _PyGCHead_SET_NEXT(g, p) _Py_RVALUE((g)->_gc_next = (uintptr_t)(p))
#define _PyGCHead_PREV(g) ((PyGC_Head *)((g)->_gc_prev & _PyGC_PREV_MASK))
#define _PyGCHead_SET_PREV(g, p)                                        \
    do {                                                                \
        assert(((uintptr_t)(p) & ~_PyGC_PREV_MASK) == 0);               \
        (g)->_gc_prev = ((g)->_gc_prev & ~_PyGC_PREV_MASK)              \
            | (uintptr_t)(p);                                           \
    } while (0)

#define _PyGCHead_FINALIZED(g)                                          \
    (((g)->_gc_prev & _PyGC_PREV_MASK_FINALIZED) != 0)
#define _PyGCHead_SET_FINALIZED(g)                                      \
    _Py_RVALUE((g)->_gc_prev |= _PyGC_PREV_MASK_FINALIZED)
#define _PyGC_FINALIZED(o) _PyGCHead_FINALIZED(_Py_AS_GC(o))
#define _PyGC_SET_FINALIZED(o) _PyGCHead_SET_FINALIZED(_Py_AS_GC(o))

#define NUM_GENERATIONS 3

struct gc_generation {
    PyGC_Head head;     /* anchor of the ring */
    int threshold;      /* collect when count exceeds it; 0: never */
    int count;          /* gen 0: allocations minus deallocations;
                           others: collections of the next younger one */
};

struct gc_generation_stats {
    Py_ssize_t collections;
    Py_ssize_t collected;
    Py_ssize_t uncollectable;
};

struct _gc_runtime_state {
    int enabled;
    int debug;          /* gc.DEBUG_* */
    struct gc_generation generations[NUM_GENERATIONS];
    PyGC_Head *generation0;     /* == &generations[0].head */
    struct gc_generation permanent_generation;  /* gc.freeze() */
    struct gc_generation_stats generation_stats[NUM_GENERATIONS];
    int collecting;     /* a collection is under way */
    PyObject *garbage;  /* gc.garbage, owned */
    PyObject *callbacks;        /* gc.callbacks, owned */
    Py_ssize_t long_lived_total;    /* objects that survived the last full
                                       collection */
    Py_ssize_t long_lived_pending;  /* objects that reached the oldest
                                       generation since */
};

extern void _PyGC_InitState(struct _gc_runtime_state *);
extern PyStatus _PyGC_Init(PyInterpreterState *interp);
extern void _PyGC_Fini(PyInterpreterState *interp);
extern void _PyGC_DumpShutdownStats(PyInterpreterState *interp);
extern Py_ssize_t _PyGC_CollectNoFail(PyThreadState *tstate);

/* -- Between the collector (Python/gc.c) and its module ------------------ */

#define GC_DEBUG_STATS 1            /* print what each collection did */
#define GC_DEBUG_COLLECTABLE 2      /* print what was found and freed */
#define GC_DEBUG_UNCOLLECTABLE 4    /* print what was found and kept */
#define GC_DEBUG_SAVEALL 32         /* put all that was found in garbage */
#define GC_DEBUG_LEAK \
    (GC_DEBUG_COLLECTABLE | GC_DEBUG_UNCOLLECTABLE | GC_DEBUG_SAVEALL)

/* Runs one collection, with callbacks; returns the number of unreachable
   objects. 0 if one is under way already. */
extern Py_ssize_t gc_collect(PyThreadState *tstate, int generation);
/* Length of a generation's ring. */
extern Py_ssize_t gc_ring_size(PyGC_Head *ring);
/* Moves all of one ring to the end of another. */
extern void gc_ring_merge(PyGC_Head *from, PyGC_Head *to);

/* Called by a full collection; each by the owner of the free list. */
extern void _PyTuple_ClearFreeList(PyInterpreterState *interp);
extern void _PyFloat_ClearFreeList(PyInterpreterState *interp);
extern void _PyList_ClearFreeList(PyInterpreterState *interp);
extern void _PyDict_ClearFreeList(PyInterpreterState *interp);
extern void _PyAsyncGen_ClearFreeLists(PyInterpreterState *interp);
extern void _PyContext_ClearFreeList(PyInterpreterState *interp);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_GC_H */
