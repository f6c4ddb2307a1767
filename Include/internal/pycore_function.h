/* Functions inside the interpreter. */
#ifndef Py_INTERNAL_FUNCTION_H
#define Py_INTERNAL_FUNCTION_H

extern PyFunctionObject *_PyFunction_FromConstructor(
    PyFrameConstructor *constr);

/* The version that specialised calls compare; 0 if there can be none. */
extern uint32_t _PyFunction_GetVersionForCurrentState(PyFunctionObject *func);

#endif
