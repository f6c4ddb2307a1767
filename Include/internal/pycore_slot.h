/* What a local variable or a value on the evaluation stack is kept in.

   A slot is opaque: instruction bodies and frame code read and write it only
   through these functions, so that its coding can change (unboxed ints,
   borrowed references) without touching them. Today it is one object pointer.

   Ownership: a slot owns its object. `slot_steal` moves a reference in,
   `slot_object` borrows it, `slot_take` moves it out. */
#ifndef Py_INTERNAL_SLOT_H
#define Py_INTERNAL_SLOT_H

#include "pycore_port.h"

typedef struct {
    uintptr_t bits;
} slot_t;

#define SLOT_NULL ((slot_t){0})

PORT_INLINE slot_t
slot_steal(PyObject *obj)
{
    return (slot_t){(uintptr_t)obj};
}

PORT_INLINE slot_t
slot_new(PyObject *obj)
{
    Py_INCREF(obj);
    return (slot_t){(uintptr_t)obj};
}

PORT_INLINE int
slot_is_null(slot_t slot)
{
    return slot.bits == 0;
}

/* borrowed; NULL for an empty slot */
PORT_INLINE PyObject *
slot_object(slot_t slot)
{
    return (PyObject *)slot.bits;
}

/* the reference moves to the caller, the slot becomes empty */
PORT_INLINE PyObject *
slot_take(slot_t *slot)
{
    PyObject *obj = (PyObject *)slot->bits;
    slot->bits = 0;
    return obj;
}

PORT_INLINE void
slot_drop(slot_t slot)
{
    Py_DECREF((PyObject *)slot.bits);
}

PORT_INLINE void
slot_xdrop(slot_t slot)
{
    Py_XDECREF((PyObject *)slot.bits);
}

PORT_INLINE void
slot_clear(slot_t *slot)
{
    PyObject *obj = slot_take(slot);
    Py_XDECREF(obj);
}

/* the object in it is replaced, the old one dropped afterwards; steals */
PORT_INLINE void
slot_set_steal(slot_t *slot, PyObject *obj)
{
    PyObject *old = (PyObject *)slot->bits;
    slot->bits = (uintptr_t)obj;
    Py_XDECREF(old);
}

/* `count` slots seen as an array of borrowed objects, for vectorcall */
PORT_INLINE PyObject **
slot_objects(slot_t *slots)
{
    return (PyObject **)slots;
}

#endif
