/* Tuples: helpers of the interpreter. */
#ifndef Py_INTERNAL_TUPLE_H
#define Py_INTERNAL_TUPLE_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

/* Tuples of 1 to 20 items are kept for reuse, 2000 of each size. */
#define PyTuple_MAXSAVESIZE 20
#define PyTuple_NFREELISTS PyTuple_MAXSAVESIZE
#define PyTuple_MAXFREELIST 2000

struct _Py_tuple_state {
    PyTupleObject *free_list[PyTuple_NFREELISTS];   /* by size - 1; linked
                                                       through ob_item[0] */
    int numfree[PyTuple_NFREELISTS];
};

#define _PyTuple_ITEMS(op) (_PyTuple_CAST(op)->ob_item)

extern PyStatus _PyTuple_InitTypes(PyInterpreterState *);
extern PyStatus _PyTuple_InitGlobalObjects(PyInterpreterState *);
extern void _PyTuple_Fini(PyInterpreterState *);
extern void _PyTuple_ClearFreeList(PyInterpreterState *);

extern PyObject *_PyTuple_FromArray(PyObject *const *, Py_ssize_t);
/* Takes over the references, also on failure. */
extern PyObject *_PyTuple_FromArraySteal(PyObject *const *, Py_ssize_t);

typedef struct {
    PyObject_HEAD
    Py_ssize_t it_index;
    PyTupleObject *it_seq;      /* NULL when exhausted */
} _PyTupleIterObject;

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_TUPLE_H */
