/* Calling, for those who have the thread state at hand. */
#ifndef Py_INTERNAL_CALL_H
#define Py_INTERNAL_CALL_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_pystate.h"

PyAPI_FUNC(PyObject *) _PyObject_Call_Prepend(PyThreadState *tstate,
                                              PyObject *callable,
                                              PyObject *obj, PyObject *args,
                                              PyObject *kwargs);
PyAPI_FUNC(PyObject *) _PyObject_FastCallDictTstate(PyThreadState *tstate,
                                                    PyObject *callable,
                                                    PyObject *const *args,
                                                    size_t nargsf,
                                                    PyObject *kwargs);
PyAPI_FUNC(PyObject *) _PyObject_Call(PyThreadState *tstate,
                                      PyObject *callable, PyObject *args,
                                      PyObject *kwargs);

extern PyObject *_PyObject_CallMethodFormat(PyThreadState *tstate,
                                            PyObject *callable,
                                            const char *format, ...);

/* One block of arguments, keyword values last; *p_kwnames gets their names.
   Freed by _PyStack_UnpackDict_Free. */
extern PyObject *const *_PyStack_UnpackDict(PyThreadState *tstate,
                                            PyObject *const *args,
                                            Py_ssize_t nargs,
                                            PyObject *kwargs,
                                            PyObject **p_kwnames);
extern void _PyStack_UnpackDict_Free(PyObject *const *stack,
                                     Py_ssize_t nargs, PyObject *kwnames);

static inline vectorcallfunc
_PyVectorcall_FunctionInline(PyObject *callable)
{
    PyTypeObject *type = Py_TYPE(callable);
    if (!PyType_HasFeature(type, Py_TPFLAGS_HAVE_VECTORCALL)) {
        return NULL;
    }
    vectorcallfunc func;
    memcpy(&func, (char *)callable + type->tp_vectorcall_offset, sizeof func);
    return func;
}

static inline PyObject *
_PyObject_VectorcallTstate(PyThreadState *tstate, PyObject *callable,
                           PyObject *const *args, size_t nargsf,
                           PyObject *kwnames)
{
    vectorcallfunc func = _PyVectorcall_FunctionInline(callable);
    if (func == NULL) {
        return _PyObject_MakeTpCall(tstate, callable, args,
                                    PyVectorcall_NARGS(nargsf), kwnames);
    }
    PyObject *res = func(callable, args, nargsf, kwnames);
    return _Py_CheckFunctionResult(tstate, callable, res, NULL);
}

static inline PyObject *
_PyObject_CallNoArgsTstate(PyThreadState *tstate, PyObject *func)
{
    return _PyObject_VectorcallTstate(tstate, func, NULL, 0, NULL);
}

static inline PyObject *
_PyObject_CallNoArgs(PyObject *func)
{
    return _PyObject_VectorcallTstate(_PyThreadState_GET(), func, NULL, 0,
                                      NULL);
}

static inline PyObject *
_PyObject_FastCallTstate(PyThreadState *tstate, PyObject *func,
                         PyObject *const *args, Py_ssize_t nargs)
{
    return _PyObject_VectorcallTstate(tstate, func, args, (size_t)nargs, NULL);
}

#ifdef __cplusplus
}
#endif
#endif
