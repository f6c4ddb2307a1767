/* float.hex and float.fromhex, for the method table. */
#ifndef Py_INTERNAL_FLOAT_CONVERT_H
#define Py_INTERNAL_FLOAT_CONVERT_H
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

extern PyObject *float_hex(PyObject *self, PyObject *ignored);
extern PyObject *float_fromhex(PyObject *type, PyObject *string);

#endif /* !Py_INTERNAL_FLOAT_CONVERT_H */
