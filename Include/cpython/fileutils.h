/* The part of fileutils.h outside the limited API. */
#ifndef Py_CPYTHON_FILEUTILS_H
#  error "this header file must not be included directly"
#endif

PyAPI_FUNC(FILE *) _Py_fopen_obj(PyObject *path, const char *mode);
