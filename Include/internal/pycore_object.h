/* Helpers on objects that only the interpreter itself uses. */
#ifndef Py_INTERNAL_OBJECT_H
#define Py_INTERNAL_OBJECT_H

#include "pycore_port.h"
#include "pycore_global_strings.h"
#include "pycore_gc.h"
#include "pycore_interp.h"
#include "pycore_pystate.h"
#include "pycore_runtime.h"

#define _PyObject_IMMORTAL_INIT(type) \
    {.ob_refcnt = _PyObject_IMMORTAL_REFCNT, .ob_type = (type)}
#define _PyVarObject_IMMORTAL_INIT(type, size) \
    {.ob_base = _PyObject_IMMORTAL_INIT(type), .ob_size = (size)}

PyAPI_FUNC(void) _Py_NO_RETURN _Py_FatalRefcountErrorFunc(const char *func,
                                                        const char *message);
#define _Py_FatalRefcountError(message) \
    _Py_FatalRefcountErrorFunc(__func__, (message))

/* DECREF of an object whose type is known to need `destruct` at zero. */
static inline void
_Py_DECREF_SPECIALIZED(PyObject *op, const destructor destruct)
{
    if (--op->ob_refcnt == 0) {
        destruct(op);
    }
}

/* DECREF when the object is known to be referenced elsewhere as well. */
static inline void
_Py_DECREF_NO_DEALLOC(PyObject *op)
{
    op->ob_refcnt--;
    assert(op->ob_refcnt > 0);
}

PyAPI_FUNC(int) _PyType_CheckConsistency(PyTypeObject *type);
PyAPI_FUNC(int) _PyDict_CheckConsistency(PyObject *mp, int check_content);

/* Whether a heap type's reference count is kept by its instances. */
static inline void
_PyObject_Init(PyObject *op, PyTypeObject *typeobj)
{
    Py_SET_TYPE(op, typeobj);
    if (typeobj->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        Py_INCREF(typeobj);
    }
    _Py_NewReference(op);
}

static inline void
_PyObject_InitVar(PyVarObject *op, PyTypeObject *typeobj, Py_ssize_t size)
{
    Py_SET_SIZE(op, size);
    _PyObject_Init((PyObject *)op, typeobj);
}

/* Type checks on a type's own bit, not its bases'. */
static inline int
_PyType_HasFeature(PyTypeObject *type, unsigned long feature)
{
    return (type->tp_flags & feature) != 0;
}

static inline PyObject **
_PyObject_GET_WEAKREFS_LISTPTR(PyObject *op)
{
    Py_ssize_t offset = Py_TYPE(op)->tp_weaklistoffset;
    return (PyObject **)((char *)op + offset);
}

static inline int
_PyObject_IS_GC(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    return PyType_IS_GC(type)
           && (type->tp_is_gc == NULL || type->tp_is_gc(obj));
}

static inline int
_PyType_IS_GC(PyTypeObject *type)
{
    return PyType_IS_GC(type);
}

static inline int
_PyType_SUPPORTS_WEAKREFS(PyTypeObject *type)
{
    return type->tp_weaklistoffset > 0;
}

/* -- The collector's youngest ring ---------------------------------------- */

/* Tells the collector about an object whose fields are all valid. */
static inline void
_PyObject_GC_TRACK(PyObject *op)
{
    PyGC_Head *gc = _Py_AS_GC(op);
    assert(gc->_gc_next == 0);
    PyGC_Head *first = _PyInterpreterState_GET()->gc.generation0;
    PyGC_Head *last = (PyGC_Head *)first->_gc_prev;
    _PyGCHead_SET_NEXT(last, gc);
    _PyGCHead_SET_PREV(gc, last);
    _PyGCHead_SET_NEXT(gc, first);
    first->_gc_prev = (uintptr_t)gc;
}
#define _PyObject_GC_TRACK(op) _PyObject_GC_TRACK(_PyObject_CAST(op))

static inline void
_PyObject_GC_UNTRACK(PyObject *op)
{
    PyGC_Head *gc = _Py_AS_GC(op);
    assert(gc->_gc_next != 0);
    PyGC_Head *prev = _PyGCHead_PREV(gc);
    PyGC_Head *next = _PyGCHead_NEXT(gc);
    _PyGCHead_SET_NEXT(prev, next);
    _PyGCHead_SET_PREV(next, prev);
    gc->_gc_next = 0;
    gc->_gc_prev &= _PyGC_PREV_MASK_FINALIZED;
}
#define _PyObject_GC_UNTRACK(op) _PyObject_GC_UNTRACK(_PyObject_CAST(op))

/* -- Instances with their attributes in the words before the GC header --- */

#define MANAGED_DICT_OFFSET (((Py_ssize_t)sizeof(PyObject *)) * -3)

typedef struct _dictvalues PyDictValues;
typedef struct _dictkeysobject PyDictKeysObject;

static inline size_t
_PyType_PreHeaderSize(PyTypeObject *tp)
{
    return _PyType_IS_GC(tp) * sizeof(PyGC_Head)
           + _PyType_HasFeature(tp, Py_TPFLAGS_MANAGED_DICT) * 2
                 * sizeof(PyObject *);
}

static inline PyDictValues **
_PyObject_ValuesPointer(PyObject *obj)
{
    return ((PyDictValues **)obj) - 4;
}

static inline PyObject **
_PyObject_ManagedDictPointer(PyObject *obj)
{
    return ((PyObject **)obj) - 3;
}

PyAPI_FUNC(PyObject *) _PyType_AllocNoTrack(PyTypeObject *type,
                                            Py_ssize_t nitems);
extern void _PyObject_GC_Link(PyObject *op);
extern int _PyTraceMalloc_NewReference(PyObject *op);
extern int _PyObject_InitializeDict(PyObject *obj);
extern int _PyObject_StoreInstanceAttribute(PyObject *obj,
                                            PyDictValues *values,
                                            PyObject *name, PyObject *value);
extern PyObject *_PyObject_GetInstanceAttribute(PyObject *obj,
                                                PyDictValues *values,
                                                PyObject *name);
extern PyObject **_PyObject_ComputedDictPointer(PyObject *);
extern PyObject **_PyObject_DictPointer(PyObject *);
extern PyObject **_PyObject_DictPointer(PyObject *);
extern void _PyObject_FreeInstanceAttributes(PyObject *obj);
extern int _PyObject_IsInstanceDictEmpty(PyObject *);
extern int _PyObject_VisitInstanceAttributes(PyObject *self, visitproc visit,
                                             void *arg);
extern void _PyObject_ClearInstanceAttributes(PyObject *self);
PyAPI_FUNC(PyObject *) _PyObject_LookupSpecial(PyObject *, PyObject *);
extern int _Py_CheckSlotResult(PyObject *obj, const char *slot_name,
                               int success);


#endif
