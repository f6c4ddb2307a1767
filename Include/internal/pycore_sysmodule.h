/* The sys module: the parts that are not public. */
#ifndef Py_INTERNAL_SYSMODULE_H
#define Py_INTERNAL_SYSMODULE_H

extern int _PySys_Audit(PyThreadState *tstate, const char *event,
                        const char *argFormat, ...);
extern void _PySys_ClearAuditHooks(PyThreadState *tstate);
extern int _PySys_SetAttr(PyObject *, PyObject *);

#endif
