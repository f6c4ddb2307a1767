/* Weak references: layout. */
#ifndef Py_CPYTHON_WEAKREFOBJECT_H
#  error "this header file must not be included directly"
#endif

struct _PyWeakReference {
    PyObject_HEAD
    PyObject *wr_object;        /* borrowed while alive; then None */
    PyObject *wr_callback;      /* owned; NULL if there is none */
    Py_hash_t hash;             /* the referent's; -1: not known yet */
    PyWeakReference *wr_prev;   /* neighbours in the referent's list */
    PyWeakReference *wr_next;
    vectorcallfunc vectorcall;
};

PyAPI_FUNC(Py_ssize_t) _PyWeakref_GetWeakrefCount(PyWeakReference *head);
PyAPI_FUNC(void) _PyWeakref_ClearRef(PyWeakReference *self);

/* Borrowed. A referent under destruction (no references left) counts as
   gone even though its weak references are not cleared yet. */
static inline PyObject *
PyWeakref_GET_OBJECT(PyObject *ref_obj)
{
    PyObject *object = ((PyWeakReference *)ref_obj)->wr_object;
    return Py_REFCNT(object) > 0 ? object : Py_None;
}
#define PyWeakref_GET_OBJECT(ref) PyWeakref_GET_OBJECT(_PyObject_CAST(ref))
