/* Shared by the files of this folder. */
#ifndef BATON_ABSTRACT_PRIVATE_H
#define BATON_ABSTRACT_PRIVATE_H

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"

/* TypeError about the type of an operand; always NULL */
static inline PyObject *
abstract_type_error(const char *format, PyObject *object)
{
    PyErr_Format(PyExc_TypeError, format, Py_TYPE(object)->tp_name);
    return NULL;
}

/* A caller passed NULL: an error, unless there is one already. */
static inline PyObject *
abstract_null_error(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (!_PyErr_Occurred(tstate)) {
        _PyErr_SetString(tstate, PyExc_SystemError,
                         "null argument to internal routine");
    }
    return NULL;
}

#endif
