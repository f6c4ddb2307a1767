/* X | Y between types, and what it shares with list[int]. */
#ifndef Py_INTERNAL_UNIONOBJECT_H
#define Py_INTERNAL_UNIONOBJECT_H

extern PyTypeObject _PyUnion_Type;
#define _PyUnion_Check(op) Py_IS_TYPE((op), &_PyUnion_Type)
extern PyObject *_Py_union_type_or(PyObject *, PyObject *);
extern PyObject *_Py_union_args(PyObject *self);

#define _PyGenericAlias_Check(op) \
    PyObject_TypeCheck((op), &Py_GenericAliasType)

/* The type variables of args, each once, in order of appearance. */
extern PyObject *_Py_make_parameters(PyObject *args);
/* args with parameters replaced by item; self is for messages. */
extern PyObject *_Py_subs_parameters(PyObject *self, PyObject *args,
                                     PyObject *parameters, PyObject *item);

#endif
