/* Lists: helpers of the interpreter. */
#ifndef Py_INTERNAL_LIST_H
#define Py_INTERNAL_LIST_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#define PyList_MAXFREELIST 80

struct _Py_list_state {
    PyListObject *free_list[PyList_MAXFREELIST];
    int numfree;
};

#define _PyList_ITEMS(op) (_PyList_CAST(op)->ob_item)

extern void _PyList_ClearFreeList(PyInterpreterState *interp);
extern void _PyList_Fini(PyInterpreterState *interp);

/* Takes over the references in src, also on failure. */
extern PyObject *_PyList_FromArraySteal(PyObject *const *src, Py_ssize_t n);

extern int _PyList_AppendTakeRefListResize(PyListObject *self,
                                           PyObject *newitem);

/* Appends and takes over the reference, also on failure. */
static inline int
_PyList_AppendTakeRef(PyListObject *self, PyObject *newitem)
{
    Py_ssize_t length = Py_SIZE(self);
    if (self->allocated > length) {
        self->ob_item[length] = newitem;
        Py_SET_SIZE(self, length + 1);
        return 0;
    }
    return _PyList_AppendTakeRefListResize(self, newitem);
}

/* The rest of a repetition: dest holds the pattern of src_len bytes, and is
   filled up to dest_len by copying what is there already. */
static inline void
_Py_memory_repeat(char *dest, Py_ssize_t dest_len, Py_ssize_t src_len)
{
    Py_ssize_t copied = src_len;
    while (copied < dest_len) {
        Py_ssize_t chunk = Py_MIN(copied, dest_len - copied);
        memcpy(dest + copied, dest, (size_t)chunk);
        copied += chunk;
    }
}

/* list.sort(), with vectorcall arguments (Objects/list/sort.c). */
extern PyObject *list_sort_method(PyListObject *self, PyObject *const *args,
                                  Py_ssize_t nargs, PyObject *kwnames);

typedef struct {
    PyObject_HEAD
    Py_ssize_t it_index;
    PyListObject *it_seq;       /* NULL when exhausted */
} _PyListIterObject;

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_LIST_H */
