/* Protocol operations that only the interpreter uses. */
#ifndef Py_INTERNAL_ABSTRACT_H
#define Py_INTERNAL_ABSTRACT_H

/* PyIndex_Check without the call. */
static inline int
_PyIndex_Check(PyObject *object)
{
    PyNumberMethods *methods = Py_TYPE(object)->tp_as_number;
    return methods != NULL && methods->nb_index != NULL;
}

/* The ** operator: power with modulus None. */
extern PyObject *_PyNumber_PowerNoMod(PyObject *lhs, PyObject *rhs);
extern PyObject *_PyNumber_InPlacePowerNoMod(PyObject *lhs, PyObject *rhs);

#endif
