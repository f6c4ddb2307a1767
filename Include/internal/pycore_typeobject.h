/* Types: the lookup cache, start-up, and what other parts ask of a type. */
#ifndef Py_INTERNAL_TYPEOBJECT_H
#define Py_INTERNAL_TYPEOBJECT_H

#include "pycore_moduleobject.h"

/* -- The cache of attribute lookups along the MRO ------------------------- */

#define MCACHE_SIZE_EXP 12

struct type_cache_entry {
    unsigned int version;   /* the type's tag when the entry was made */
    PyObject *name;         /* interned; owned, so that its address is not
                               reused while the entry stands */
    PyObject *value;        /* borrowed from a dictionary of the MRO, valid
                               while the tag is; NULL: looked up, absent */
};

struct type_cache {
    struct type_cache_entry hashtable[1 << MCACHE_SIZE_EXP];
};

extern void _PyType_InitCache(PyInterpreterState *interp);
/* As object.__getstate__ (x), also when overridden. */
PyAPI_FUNC(PyObject *) _PyObject_GetState(PyObject *);

extern PyStatus _PyTypes_InitSlotDefs(void);
extern PyStatus _PyTypes_InitTypes(PyInterpreterState *interp);
extern void _PyTypes_FiniTypes(PyInterpreterState *interp);
extern void _PyTypes_Fini(PyInterpreterState *interp);
extern void _PyStaticType_Dealloc(PyTypeObject *type);
PyAPI_FUNC(int) _PyType_CheckConsistency(PyTypeObject *type);

/* -- Questions ------------------------------------------------------------ */

/* A new list of the living direct subclasses. */
extern PyObject *_PyType_GetSubclasses(PyTypeObject *self);
extern int _PyType_HasSubclasses(PyTypeObject *);

static inline void *
_PyType_GetModuleState(PyTypeObject *type)
{
    assert(PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE));
    PyHeapTypeObject *heap_type = (PyHeapTypeObject *)type;
    assert(heap_type->ht_module != NULL);
    return _PyModule_GetState(heap_type->ht_module);
}

/* The slot functions behind a Python level __getattr__ or __getattribute__:
   specialisation recognises them by address. */
extern PyObject *_Py_slot_tp_getattro(PyObject *self, PyObject *name);
extern PyObject *_Py_slot_tp_getattr_hook(PyObject *self, PyObject *name);

#endif
