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

/* -- Static code objects (Tools/freeze.py) ----------------------------------- */

/* New reference to a module's code; the first time, its strings are interned
   and what cannot be static (empty tuples, frozen sets) is put in place. */
extern PyObject *frozen_prepare(PyCodeObject *code, int *ready);
/* stand for () and, by type, for a frozenset of the items */
extern PyVarObject frozen_empty_tuple;
extern PyTypeObject frozen_set_recipe;

extern PyStatus _PyImport_ReInitLock(void);
extern PyObject *_PyImport_BootstrapImp(PyThreadState *tstate);
extern PyStatus _PyImport_InitCore(PyThreadState *tstate, PyObject *sysmod,
                                   int importlib);
extern PyStatus _PyImport_InitExternal(PyThreadState *tstate);
extern PyObject *_PyImport_LoadDynamicModuleWithSpec(PyObject *spec,
                                                     FILE *fp);

#endif
