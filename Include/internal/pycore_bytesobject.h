/* bytes: what other parts of the interpreter use of it. */
#ifndef Py_INTERNAL_BYTESOBJECT_H
#define Py_INTERNAL_BYTESOBJECT_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

extern PyStatus _PyBytes_InitTypes(PyInterpreterState *);

/* Where needle occurs in haystack, plus offset; -1 if nowhere. */
PyAPI_FUNC(Py_ssize_t) _PyBytes_Find(const char *haystack,
                                     Py_ssize_t len_haystack,
                                     const char *needle,
                                     Py_ssize_t len_needle,
                                     Py_ssize_t offset);
PyAPI_FUNC(Py_ssize_t) _PyBytes_ReverseFind(const char *haystack,
                                            Py_ssize_t len_haystack,
                                            const char *needle,
                                            Py_ssize_t len_needle,
                                            Py_ssize_t offset);
/* Fill dest with repetitions of src. */
PyAPI_FUNC(void) _PyBytes_Repeat(char *dest, Py_ssize_t len_dest,
                                 const char *src, Py_ssize_t len_src);

/* The zero-length bytes object, borrowed. */
extern PyObject *bytes_get_empty(void);

#endif /* !Py_INTERNAL_BYTESOBJECT_H */
