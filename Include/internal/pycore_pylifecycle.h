/* Start-up and shutdown: what the stages are and what others ask of them. */
#ifndef Py_INTERNAL_LIFECYCLE_H
#define Py_INTERNAL_LIFECYCLE_H

#include "pycore_runtime.h"
#include "pycore_initconfig.h"

extern int _Py_SetFileSystemEncoding(const char *encoding,
                                     const char *errors);
extern void _Py_ClearFileSystemEncoding(void);
extern PyStatus _PyUnicode_InitEncodings(PyThreadState *tstate);

PyAPI_DATA(int) _Py_UnhandledKeyboardInterrupt;
PyAPI_FUNC(void) _Py_DumpExtensionModules(int fd, PyInterpreterState *interp);
PyAPI_FUNC(int) _Py_IsLocaleCoercionTarget(const char *ctype_loc);
PyAPI_FUNC(void) _Py_ClearArgcArgv(void);
PyAPI_FUNC(void) _Py_ClearStandardStreamEncoding(void);
PyAPI_FUNC(PyStatus) _Py_PreInitializeFromPyArgv(const PyPreConfig *src,
                                                 const _PyArgv *args);
PyAPI_FUNC(PyStatus) _Py_PreInitializeFromConfig(const PyConfig *config,
                                                 const _PyArgv *args);
PyAPI_FUNC(void) _Py_NO_RETURN _Py_FatalErrorFunc(const char *func,
                                                const char *message);
PyAPI_FUNC(void) _Py_NO_RETURN _Py_FatalErrorFormat(const char *func,
                                                  const char *format, ...);

extern PyStatus _PySys_Create(PyThreadState *tstate, PyObject **sysmod_p);
extern PyStatus _PySys_ReadPreinitWarnOptions(PyWideStringList *options);
extern PyStatus _PySys_ReadPreinitXOptions(PyConfig *config);
extern int _PySys_UpdateConfig(PyThreadState *tstate);
extern void _PySys_Fini(PyInterpreterState *interp);
extern PyStatus _PySys_SetPreliminaryStderr(PyObject *sysdict);
extern PyStatus _PyBuiltins_AddExceptions(PyObject *bltinmod);
extern PyObject *_PyBuiltin_Init(PyInterpreterState *interp);
extern PyStatus _Py_HashRandomization_Init(const PyConfig *);
extern void _Py_HashRandomization_Fini(void);
extern PyStatus _PyFaulthandler_Init(int enable);
extern void _PyFaulthandler_Fini(void);
extern int _PyTraceMalloc_Init(int enable);
extern void _PyTraceMalloc_Fini(void);
extern int _PySignal_Init(int install_signal_handlers);
extern void _PySignal_Fini(void);
extern PyStatus _PyImport_Init(void);
extern PyStatus _PyImportZip_Init(PyThreadState *tstate);
extern void _PyAtExit_Call(PyInterpreterState *interp);
extern PyStatus _PyAtExit_Init(PyInterpreterState *interp);
extern void _PyAtExit_Fini(PyInterpreterState *interp);
extern void _Py_FinishPendingCalls(PyThreadState *tstate);
extern void _PyImport_Fini(void);
extern void _PyImport_Fini2(void);


#endif
