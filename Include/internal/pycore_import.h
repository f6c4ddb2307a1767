/* Import: the parts that are not public. */
#ifndef Py_INTERNAL_IMPORT_H
#define Py_INTERNAL_IMPORT_H

PyAPI_DATA(const struct _frozen *) _PyImport_FrozenBootstrap;
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenStdlib;
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenTest;

struct _module_alias {
    const char *name; /* of a frozen module; the table ends with NULL */
    const char *orig; /* "<name" marks a package's __init__; may be NULL */
};
extern const struct _module_alias *_PyImport_FrozenAliases;

/* built-in modules, by name: generated from the sources; ends with NULL */
extern struct _inittab builtin_modules[];

extern PyStatus _PyImport_ReInitLock(void);
extern PyObject *_PyImport_BootstrapImp(PyThreadState *tstate);
extern PyStatus _PyImport_InitCore(PyThreadState *tstate, PyObject *sysmod,
                                   int importlib);
extern PyStatus _PyImport_InitExternal(PyThreadState *tstate);
extern PyObject *_PyImport_LoadDynamicModuleWithSpec(PyObject *spec,
                                                     FILE *fp);

#endif
