/* Built-in modules, and the memory of single-phase extension modules. */
#include "Python.h"
#include "pycore_import.h"
#include "pycore_interp.h"
#include "pycore_moduleobject.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pymem.h"
#include "pycore_pystate.h"
#include "import_private.h"

/* the generated table, or a longer copy made by PyImport_ExtendInittab */
struct _inittab *PyImport_Inittab = builtin_modules;
static struct _inittab *inittab_copy;

/* {(filename, name): module definition}; made at first use */
static PyObject *extensions;

/* -- The table of built-in modules ---------------------------------------------- */

int
PyImport_ExtendInittab(struct _inittab *newtab)
{
    if (_PyRuntime.initialized) {
        Py_FatalError("PyImport_ExtendInittab() may not be called after "
                      "Py_Initialize()");
    }
    size_t added = 0, existing = 0;
    while (newtab[added].name != NULL) {
        added++;
    }
    if (added == 0) {
        return 0;
    }
    while (PyImport_Inittab[existing].name != NULL) {
        existing++;
    }
    struct _inittab *table = PyMem_RawRealloc(
        inittab_copy, (existing + added + 1) * sizeof(*table));
    if (table == NULL) {
        return -1;
    }
    if (inittab_copy == NULL) {
        memcpy(table, PyImport_Inittab, existing * sizeof(*table));
    }
    memcpy(table + existing, newtab, (added + 1) * sizeof(*table));
    PyImport_Inittab = inittab_copy = table;
    return 0;
}

int
PyImport_AppendInittab(const char *name, PyObject *(*initfunc)(void))
{
    struct _inittab row[2] = {{name, initfunc}, {NULL, NULL}};
    return PyImport_ExtendInittab(row);
}

static const struct _inittab *
inittab_find(PyObject *name)
{
    for (const struct _inittab *row = PyImport_Inittab; row->name != NULL;
         row++) {
        if (_PyUnicode_EqualToASCIIString(name, row->name)) {
            return row;
        }
    }
    return NULL;
}

int
import_is_builtin(PyObject *name)
{
    const struct _inittab *row = inittab_find(name);
    if (row == NULL) {
        return 0;
    }
    /* builtins and sys exist since the start and are never made again */
    return row->initfunc == NULL ? -1 : 1;
}

/* -- Single-phase modules ----------------------------------------------------------- */

static PyObject *
extension_key(PyObject *name, PyObject *filename)
{
    return PyTuple_Pack(2, filename, name);
}

int
_PyImport_FixupExtensionObject(PyObject *mod, PyObject *name,
                               PyObject *filename, PyObject *modules)
{
    if (mod == NULL || !PyModule_Check(mod)) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyModuleDef *def = PyModule_GetDef(mod);
    if (def == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    if (PyObject_SetItem(modules, name, mod) < 0) {
        return -1;
    }
    if (_PyState_AddModule(tstate, mod, def) < 0) {
        PyMapping_DelItem(modules, name);
        return -1;
    }
    /* with size -1 a module has global state: only the main interpreter's
       copy can be remembered */
    if (!_Py_IsMainInterpreter(tstate->interp) && def->m_size != -1) {
        return 0;
    }
    if (def->m_size == -1) {
        if (def->m_base.m_copy != NULL) {
            Py_CLEAR(def->m_base.m_copy);
        }
        def->m_base.m_copy = PyDict_Copy(PyModule_GetDict(mod));
        if (def->m_base.m_copy == NULL) {
            return -1;
        }
    }
    if (extensions == NULL) {
        extensions = PyDict_New();
        if (extensions == NULL) {
            return -1;
        }
    }
    PyObject *key = extension_key(name, filename);
    int failed = key == NULL
                 || PyDict_SetItem(extensions, key, (PyObject *)def) < 0;
    Py_XDECREF(key);
    return failed ? -1 : 0;
}

int
_PyImport_FixupBuiltin(PyObject *mod, const char *name, PyObject *modules)
{
    PyObject *text = PyUnicode_InternFromString(name);
    if (text == NULL) {
        return -1;
    }
    int result = _PyImport_FixupExtensionObject(mod, text, text, modules);
    Py_DECREF(text);
    return result;
}

/* Make the module again from what it left the first time. */
static PyObject *
extension_again(PyThreadState *tstate, PyModuleDef *def, PyObject *name)
{
    PyObject *module;
    PyObject *modules = tstate->interp->modules;
    if (def->m_size == -1) {
        if (def->m_base.m_copy == NULL) {
            return NULL;
        }
        module = PyImport_AddModuleObject(name);
        if (module == NULL
            || PyDict_Update(PyModule_GetDict(module), def->m_base.m_copy)
                   < 0) {
            return NULL;
        }
        Py_INCREF(module);
    }
    else {
        if (def->m_base.m_init == NULL) {
            return NULL;
        }
        module = def->m_base.m_init();
        if (module == NULL) {
            return NULL;
        }
        if (PyObject_SetItem(modules, name, module) < 0) {
            Py_DECREF(module);
            return NULL;
        }
    }
    if (_PyState_AddModule(tstate, module, def) < 0) {
        PyMapping_DelItem(modules, name);
        Py_CLEAR(module);
    }
    return module;
}

PyObject *
import_find_extension(PyThreadState *tstate, PyObject *name,
                      PyObject *filename)
{
    if (extensions == NULL) {
        return NULL;
    }
    PyObject *key = extension_key(name, filename);
    if (key == NULL) {
        return NULL;
    }
    PyModuleDef *def = (PyModuleDef *)PyDict_GetItemWithError(extensions,
                                                              key);
    Py_DECREF(key);
    return def == NULL ? NULL : extension_again(tstate, def, name);
}

void
_PyImport_Fini(void)
{
    Py_CLEAR(extensions);
}

void
_PyImport_Fini2(void)
{
    PyMem_RawFree(inittab_copy);
    inittab_copy = NULL;
    PyImport_Inittab = builtin_modules;
}

/* -- Making one -------------------------------------------------------------------------- */

static PyObject *
builtin_first_time(PyThreadState *tstate, PyObject *name, PyObject *spec,
                   const struct _inittab *row)
{
    PyObject *module = row->initfunc();
    if (module == NULL) {
        return NULL;
    }
    if (PyObject_TypeCheck(module, &PyModuleDef_Type)) {
        return PyModule_FromDefAndSpec((PyModuleDef *)module, spec);
    }
    /* single-phase: remember how to make it again */
    PyModuleDef *def = PyModule_GetDef(module);
    if (def == NULL) {
        Py_DECREF(module);
        return NULL;
    }
    def->m_base.m_init = row->initfunc;
    if (_PyImport_FixupExtensionObject(module, name, name,
                                       tstate->interp->modules) < 0) {
        Py_CLEAR(module);
    }
    return module;
}

PyObject *
import_create_builtin(PyThreadState *tstate, PyObject *name, PyObject *spec)
{
    PyObject *module = import_find_extension(tstate, name, name);
    if (module != NULL || _PyErr_Occurred(tstate)) {
        return module;
    }
    const struct _inittab *row = inittab_find(name);
    if (row == NULL) {
        Py_RETURN_NONE;
    }
    if (row->initfunc == NULL) {
        /* builtins or sys */
        return Py_XNewRef(PyImport_AddModuleObject(name));
    }
    return builtin_first_time(tstate, name, spec, row);
}
