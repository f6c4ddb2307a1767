/* Reporting of exceptions, and the interactive loop's internals. */

#ifndef Py_INTERNAL_PYTHONRUN_H
#define Py_INTERNAL_PYTHONRUN_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

/* If the current exception is SystemExit: its exit status goes to
 * *exitcode_p and 1 is returned. */
extern int _Py_HandleSystemExit(int *exitcode_p);

/* PyErr_Print() for a thread state. */
extern void _PyErr_Print(PyThreadState *tstate);

/* Write an exception with its chain to a file object. */
extern void _PyErr_Display(PyObject *file, PyObject *exception,
                           PyObject *value, PyObject *tb);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_PYTHONRUN_H */
