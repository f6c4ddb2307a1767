/* Warnings: state of an interpreter, start-up and shutdown. */
#ifndef Py_INTERNAL_WARNINGS_H
#define Py_INTERNAL_WARNINGS_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

struct _warnings_runtime_state {
    int initialized;            /* the three objects below are set */
    PyObject *filters;          /* list */
    PyObject *once_registry;    /* dict */
    PyObject *default_action;   /* str */
    long filters_version;       /* changes with each change of the filters */
};

extern PyStatus warnings_init(PyInterpreterState *interp);
extern int _PyWarnings_InitState(PyInterpreterState *interp);
extern void _PyWarnings_Fini(PyInterpreterState *interp);
PyMODINIT_FUNC _PyWarnings_Init(void);

extern void _PyErr_WarnUnawaitedCoroutine(PyObject *coro);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_WARNINGS_H */
