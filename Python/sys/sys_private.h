/* Shared by the files of the sys module. */
#ifndef BATON_SYS_PRIVATE_H
#define BATON_SYS_PRIVATE_H

#include "Python.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_sysmodule.h"

/* Method tables of the other files, added to the module. */
extern PyMethodDef sys_hook_methods[];
extern PyMethodDef sys_setting_methods[];
extern PyMethodDef sys_audit_methods[];

/* version, platform, structseqs and the like, into `dict`; -1 on error */
extern int sys_info_init(PyThreadState *tstate, PyObject *dict);
/* what follows from the configuration: paths, argv, flags */
extern int sys_config_update(PyThreadState *tstate, PyObject *dict);
extern PyObject *sys_make_flags(PyThreadState *tstate);
extern void sys_info_fini(void);

/* new reference stolen; -1 when value is NULL or it cannot be set */
static inline int
sys_set_steal(PyObject *dict, const char *name, PyObject *value)
{
    if (value == NULL) {
        return -1;
    }
    int result = PyDict_SetItemString(dict, name, value);
    Py_DECREF(value);
    return result;
}

#endif
