/* What the files of Objects/type/ share.

   How a class comes to be: type_new.c computes its metaclass, base and slots,
   mro.c its order of lookup, type_ready.c fills in the rest (inherit.c copies
   slots from the bases, slots.c enters wrappers for C slots into the
   dictionary), and slots.c points the C slots of heap types at functions that
   call the special methods.  lookup_cache.c finds attributes afterwards. */
#ifndef Py_INTERNAL_TYPE_H
#define Py_INTERNAL_TYPE_H

#include "pycore_object.h"
#include "pycore_typeobject.h"
#include "structmember.h"

/* -- mro.c ---------------------------------------------------------------- */

/* Computes tp_mro.  1: done; 0: a nested call has done it; -1: error.  The
   replaced tuple is given to *old_mro unless that is NULL. */
extern int type_mro_compute(PyTypeObject *type, PyObject **old_mro);
extern PyObject *type_mro_default(PyTypeObject *type);
extern PyTypeObject *type_best_base(PyObject *bases);
extern PyTypeObject *type_solid_base(PyTypeObject *type);
extern int type_compatible_for_assignment(PyTypeObject *from,
                                          PyTypeObject *to,
                                          const char *attribute);
/* Is b reached from a through tp_base alone? */
extern int type_is_base_chain(PyTypeObject *a, PyTypeObject *b);

extern int type_add_subclass(PyTypeObject *base, PyTypeObject *type);
extern int type_add_all_subclasses(PyTypeObject *type, PyObject *bases);
extern void type_remove_all_subclasses(PyTypeObject *type, PyObject *bases);

/* Calls visit with each living direct subclass (a strong reference is held
   meanwhile); stops at the first negative result. */
extern int type_visit_subclasses(PyTypeObject *type,
                                 int (*visit)(PyTypeObject *, void *),
                                 void *arg);

/* -- lookup_cache.c ------------------------------------------------------- */

extern void type_mro_modified(PyTypeObject *type, PyObject *bases);
extern int type_assign_version(PyTypeObject *type);
/* Borrowed result; *error is 1 or -1 (exception set) if NULL means that the
   search failed. */
extern PyObject *type_find_in_mro(PyTypeObject *type, PyObject *name,
                                  int *error);

/* -- inherit.c, type_ready.c ---------------------------------------------- */

extern void type_inherit_special(PyTypeObject *type, PyTypeObject *base);
extern int type_inherit_slots(PyTypeObject *type, PyTypeObject *base);
extern int type_add_members(PyTypeObject *type);
extern int type_is_new_wrapper(PyObject *object, PyTypeObject **type);

/* -- slots.c -------------------------------------------------------------- */

extern void type_init_slotdefs(void);
extern int type_add_operators(PyTypeObject *type);
extern void type_fixup_slots(PyTypeObject *type);
extern int type_update_slot(PyTypeObject *type, PyObject *name);
extern void type_update_all_slots(PyTypeObject *type);
/* The special method of an object's type, as _PyObject_LookupSpecial, and
   whether it wants self as its first argument. */
extern PyObject *type_lookup_method(PyObject *self, PyObject *name,
                                    int *unbound);
/* Calls the special method name of stack[0]; NULL with AttributeError if
   there is none. */
extern PyObject *type_vectorcall_method(PyObject *name,
                                        PyObject *const *stack,
                                        Py_ssize_t nargs);
extern PyObject *slot_tp_new(PyTypeObject *type, PyObject *args,
                             PyObject *kwds);
extern void slot_tp_finalize(PyObject *self);

/* -- type_alloc.c --------------------------------------------------------- */

extern void subtype_dealloc(PyObject *self);
extern int subtype_traverse(PyObject *self, visitproc visit, void *arg);
extern int subtype_clear(PyObject *self);
/* __dict__ and __weakref__, as the class adds both, one, or none. */
extern PyGetSetDef *subtype_getsets(int dict, int weaklist);

/* -- type_attrs.c --------------------------------------------------------- */

/* Stops modification of a type's special attribute: error set, 0. */
extern int type_check_set_special(PyTypeObject *type, PyObject *value,
                                  const char *name);
extern PyObject *type_module(PyTypeObject *type);
extern PyObject *type_qualname(PyTypeObject *type);
extern PyMethodDef type_methods[];
extern PyMemberDef type_members[];
extern PyGetSetDef type_getsets[];
/* Adds the attributes of cls and of its __bases__, recursively, to dict. */
extern int type_merge_dir(PyObject *dict, PyObject *cls);
extern PyObject *type_repr(PyTypeObject *type);
extern PyObject *type_getattro(PyTypeObject *type, PyObject *name);
extern int type_setattro(PyTypeObject *type, PyObject *name,
                         PyObject *value);
extern int type_set_bases(PyTypeObject *type, PyObject *new_bases,
                          void *context);

/* -- object_type.c -------------------------------------------------------- */

extern int object_init(PyObject *self, PyObject *args, PyObject *kwds);
extern PyObject *object_new(PyTypeObject *type, PyObject *args,
                            PyObject *kwds);

#endif
