/* The hash array mapped trie behind contexts: an immutable mapping that
   shares structure with the mappings made from it. */
#ifndef Py_INTERNAL_HAMT_H
#define Py_INTERNAL_HAMT_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

extern PyTypeObject _PyHamt_Type;
extern PyTypeObject _PyHamt_ArrayNode_Type;
extern PyTypeObject _PyHamt_BitmapNode_Type;
extern PyTypeObject _PyHamt_CollisionNode_Type;
extern PyTypeObject _PyHamtKeys_Type;
extern PyTypeObject _PyHamtValues_Type;
extern PyTypeObject _PyHamtItems_Type;

#define PyHamt_Check(o) Py_IS_TYPE((o), &_PyHamt_Type)

/* 32 bits of hash, five a level, and one level for collisions. */
#define _Py_HAMT_MAX_TREE_DEPTH 8

typedef struct {
    PyObject_HEAD
} PyHamtNode;

typedef struct {
    PyObject_HEAD
    PyHamtNode *h_root;
    PyObject *h_weakreflist;
    Py_ssize_t h_count;
} PyHamtObject;

typedef struct {
    PyHamtNode *i_nodes[_Py_HAMT_MAX_TREE_DEPTH];   /* borrowed from the
                                                       mapping iterated */
    Py_ssize_t i_pos[_Py_HAMT_MAX_TREE_DEPTH];
    int8_t i_level;
} PyHamtIteratorState;

typedef struct {
    PyObject_HEAD
    PyHamtObject *hi_obj;
    PyHamtIteratorState hi_iter;
    binaryfunc hi_yield;
} PyHamtIterator;

extern PyHamtObject *_PyHamt_New(void);
/* New mappings; the given one stays as it is, and is the result if nothing
   changes. */
extern PyHamtObject *_PyHamt_Assoc(PyHamtObject *o, PyObject *key,
                                   PyObject *val);
extern PyHamtObject *_PyHamt_Without(PyHamtObject *o, PyObject *key);
/* 1 and *val borrowed; 0; -1. */
extern int _PyHamt_Find(PyHamtObject *o, PyObject *key, PyObject **val);
extern int _PyHamt_Eq(PyHamtObject *v, PyHamtObject *w);
extern Py_ssize_t _PyHamt_Len(PyHamtObject *o);
extern PyObject *_PyHamt_NewIterKeys(PyHamtObject *o);
extern PyObject *_PyHamt_NewIterValues(PyHamtObject *o);
extern PyObject *_PyHamt_NewIterItems(PyHamtObject *o);
extern void _PyHamt_Fini(PyInterpreterState *interp);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_HAMT_H */
