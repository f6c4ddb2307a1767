/* Where things are: set by the API, or computed from the executable. */
#ifndef Py_INTERNAL_PATHCONFIG_H
#define Py_INTERNAL_PATHCONFIG_H

PyAPI_FUNC(void) _PyPathConfig_ClearGlobal(void);
/* sys.path[0] of argv: 1 and a new reference, 0 when there is none, -1 */
extern int _PyPathConfig_ComputeSysPath0(const PyWideStringList *argv,
                                         PyObject **path0);
/* what the old getters and setters have; both directions */
extern PyStatus _PyPathConfig_UpdateGlobal(const PyConfig *config);
extern PyStatus _PyPathConfig_ReadGlobal(PyConfig *config);

#endif
