/* Bytes to hexadecimal text. */
#ifndef Py_INTERNAL_STRHEX_H
#define Py_INTERNAL_STRHEX_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

PyAPI_FUNC(PyObject *) _Py_strhex(const char *argbuf,
                                  const Py_ssize_t arglen);
PyAPI_FUNC(PyObject *) _Py_strhex_bytes(const char *argbuf,
                                        const Py_ssize_t arglen);
/* A separator every |bytes_per_group| bytes, counted from the right if that
   is positive, from the left if negative. */
PyAPI_FUNC(PyObject *) _Py_strhex_with_sep(const char *argbuf,
                                           const Py_ssize_t arglen,
                                           PyObject *sep,
                                           const int bytes_per_group);
PyAPI_FUNC(PyObject *) _Py_strhex_bytes_with_sep(const char *argbuf,
                                                 const Py_ssize_t arglen,
                                                 PyObject *sep,
                                                 const int bytes_per_group);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_STRHEX_H */
