/* Exceptions: state, start-up, groups. */
#ifndef Py_INTERNAL_EXCEPTIONS_H
#define Py_INTERNAL_EXCEPTIONS_H

#include "pyerrors.h"

extern PyStatus _PyExc_InitState(PyInterpreterState *);
extern PyStatus _PyExc_InitGlobalObjects(PyInterpreterState *);
extern PyStatus _PyExc_InitTypes(PyInterpreterState *);
extern void _PyExc_FiniTypes(PyInterpreterState *);
extern void _PyExc_Fini(PyInterpreterState *);

struct _Py_exc_state {
    PyObject *errnomap;         /* errno -> subclass of OSError */
    PyBaseExceptionObject *memerrors_freelist;  /* linked through dict */
    int memerrors_numfree;
    PyObject *PyExc_ExceptionGroup;  /* a heap type: it has two bases */
};

extern void _PyExc_ClearExceptionGroupType(PyInterpreterState *);

extern PyObject *_PyExc_CreateExceptionGroup(const char *msg,
                                             PyObject *excs);
extern PyObject *_PyExc_PrepReraiseStar(PyObject *orig, PyObject *excs);

extern PyObject *_PyErr_NoMemory(PyThreadState *tstate);

#endif
