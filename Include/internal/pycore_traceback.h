/* Tracebacks: printing and dumping. */
#ifndef Py_INTERNAL_TRACEBACK_H
#define Py_INTERNAL_TRACEBACK_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#define EXCEPTION_TB_HEADER "Traceback (most recent call last):\n"
#define EXCEPTION_GROUP_TB_HEADER \
    "Exception Group Traceback (most recent call last):\n"

/* Safe in a signal handler: no allocation, no lock, no Python. */
PyAPI_FUNC(void) _Py_DumpTraceback(int fd, PyThreadState *tstate);
/* NULL, or what went wrong. */
PyAPI_FUNC(const char *) _Py_DumpTracebackThreads(
    int fd, PyInterpreterState *interp, PyThreadState *current_tstate);
PyAPI_FUNC(void) _Py_DumpASCII(int fd, PyObject *text);
PyAPI_FUNC(void) _Py_DumpDecimal(int fd, size_t value);
PyAPI_FUNC(void) _Py_DumpHexadecimal(int fd, uintptr_t value,
                                     Py_ssize_t width);

PyAPI_FUNC(PyObject *) _PyTraceBack_FromFrame(PyObject *tb_next,
                                              PyFrameObject *frame);
PyAPI_FUNC(int) _PyTraceBack_Print_Indented(PyObject *tb, int indent,
                                            const char *margin,
                                            const char *header_margin,
                                            const char *header, PyObject *f);
PyAPI_FUNC(int) _Py_WriteIndentedMargin(int indent, const char *margin,
                                        PyObject *f);
PyAPI_FUNC(int) _Py_WriteIndent(int indent, PyObject *f);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_TRACEBACK_H */
