/* Sets: the layout.

   A slot is unused (key NULL, hash 0), dummy (key _PySet_Dummy, hash -1:
   it held an element once) or active (key not NULL). */
#ifndef Py_CPYTHON_SETOBJECT_H
#  error "this header file must not be included directly"
#endif

#define PySet_MINSIZE 8

typedef struct {
    PyObject *key;
    Py_hash_t hash;             /* of the key, kept */
} setentry;

typedef struct {
    PyObject_HEAD
    Py_ssize_t fill;            /* active and dummy entries */
    Py_ssize_t used;            /* active entries */
    Py_ssize_t mask;            /* slots - 1; slots is a power of two */
    setentry *table;            /* smalltable or allocated memory */
    Py_hash_t hash;             /* frozenset only: -1 if not computed yet */
    Py_ssize_t finger;          /* where pop() goes on searching */
    setentry smalltable[PySet_MINSIZE];
    PyObject *weakreflist;
} PySetObject;

static inline Py_ssize_t
PySet_GET_SIZE(PyObject *so)
{
    return ((PySetObject *)so)->used;
}
#define PySet_GET_SIZE(so) PySet_GET_SIZE(_PyObject_CAST(so))

PyAPI_DATA(PyObject *) _PySet_Dummy;

PyAPI_FUNC(int) _PySet_NextEntry(PyObject *set, Py_ssize_t *pos,
                                 PyObject **key, Py_hash_t *hash);
PyAPI_FUNC(int) _PySet_Update(PyObject *set, PyObject *iterable);
