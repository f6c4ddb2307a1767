/* Importing: sys.modules, the import statement's work, and the C API.

   Finding and loading is importlib's, in Python; this file is the fast path
   in front of it (a module that is there already is found without running
   Python code) and the door from C. Built-in, frozen and dynamic modules are
   made in import_builtin.c, import_frozen.c and import_dynload.c; the `_imp`
   module that importlib uses is in import_imp.c. */
#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_import.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_pymem.h"
#include "pycore_sysmodule.h"
#include "import_private.h"

/* -- sys.modules --------------------------------------------------------------- */

int
_PyImport_IsInitialized(PyInterpreterState *interp)
{
    return interp->modules != NULL;
}

PyObject *
PyImport_GetModuleDict(void)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->modules == NULL) {
        Py_FatalError("interpreter has no modules dictionary");
    }
    return interp->modules;
}

/* new reference, NULL without an exception when it is not there */
static PyObject *
modules_get(PyThreadState *tstate, PyObject *name)
{
    PyObject *modules = tstate->interp->modules;
    if (modules == NULL) {
        _PyErr_SetString(tstate, PyExc_RuntimeError,
                         "unable to get sys.modules");
        return NULL;
    }
    if (PyDict_CheckExact(modules)) {
        return Py_XNewRef(PyDict_GetItemWithError(modules, name));
    }
    PyObject *module = PyObject_GetItem(modules, name);
    if (module == NULL && _PyErr_ExceptionMatches(tstate, PyExc_KeyError)) {
        _PyErr_Clear(tstate);
    }
    return module;
}

static int
modules_set(PyObject *modules, PyObject *name, PyObject *module)
{
    return PyDict_CheckExact(modules)
               ? PyDict_SetItem(modules, name, module)
               : PyObject_SetItem(modules, name, module);
}

int
_PyImport_SetModule(PyObject *name, PyObject *module)
{
    return PyObject_SetItem(_PyInterpreterState_GET()->modules, name, module);
}

int
_PyImport_SetModuleString(const char *name, PyObject *module)
{
    return PyMapping_SetItemString(_PyInterpreterState_GET()->modules, name,
                                   module);
}

/* Whether importlib is still at work on it; errors count as no. */
static int
module_is_initializing(PyObject *module)
{
    PyObject *spec, *value;
    if (_PyObject_LookupAttr(module, &_Py_ID(__spec__), &spec) <= 0) {
        return 0;
    }
    int busy = spec != Py_None
               && _PyObject_LookupAttr(spec, &_Py_ID(_initializing), &value)
                      > 0;
    Py_DECREF(spec);
    if (!busy) {
        return 0;
    }
    busy = PyObject_IsTrue(value);
    Py_DECREF(value);
    return busy;
}

/* A module found in sys.modules may be another thread's, half imported: wait
   for that thread through importlib's lock. */
static int
wait_until_initialized(PyThreadState *tstate, PyObject *module,
                       PyObject *name)
{
    int busy = module_is_initializing(module);
    if (busy <= 0) {
        return busy;
    }
    PyObject *result = PyObject_CallMethodOneArg(
        tstate->interp->importlib, &_Py_ID(_lock_unlock_module), name);
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

PyObject *
PyImport_GetModule(PyObject *name)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *module = modules_get(tstate, name);
    if (module != NULL && module != Py_None
        && wait_until_initialized(tstate, module, name) < 0) {
        Py_DECREF(module);
        import_remove_frames(tstate);
        return NULL;
    }
    return module;
}

PyObject *
_PyImport_GetModuleId(_Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == NULL ? NULL : PyImport_GetModule(name);
}

/* new reference */
static PyObject *
modules_add(PyThreadState *tstate, PyObject *name)
{
    PyObject *module = modules_get(tstate, name);
    if (_PyErr_Occurred(tstate)) {
        return NULL;
    }
    if (module != NULL && PyModule_Check(module)) {
        return module;
    }
    Py_XDECREF(module);
    module = PyModule_NewObject(name);
    if (module != NULL
        && modules_set(tstate->interp->modules, name, module) < 0) {
        Py_CLEAR(module);
    }
    return module;
}

PyObject *
PyImport_AddModuleObject(PyObject *name)
{
    PyObject *module = modules_add(_PyThreadState_GET(), name);
    if (module == NULL) {
        return NULL;
    }
    /* borrowed from sys.modules, unless that is something strange */
    PyObject *weak = PyWeakref_NewRef(module, NULL);
    Py_DECREF(module);
    if (weak == NULL) {
        return NULL;
    }
    PyObject *result = PyWeakref_GetObject(weak);
    Py_DECREF(weak);
    return result;
}

PyObject *
PyImport_AddModule(const char *name)
{
    PyObject *text = PyUnicode_FromString(name);
    if (text == NULL) {
        return NULL;
    }
    PyObject *module = PyImport_AddModuleObject(text);
    Py_DECREF(text);
    return module;
}

/* After a failed import: the half-made module goes, the exception stays. */
static void
modules_remove(PyThreadState *tstate, PyObject *name)
{
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    PyObject *modules = tstate->interp->modules;
    int failed = PyDict_CheckExact(modules)
                     ? _PyDict_Pop(modules, name, Py_None) == NULL
                     : PyMapping_HasKey(modules, name)
                           && PyObject_DelItem(modules, name) < 0;
    if (failed) {
        _PyErr_Clear(tstate);
    }
    _PyErr_Restore(tstate, type, value, traceback);
}

/* -- Running code as a module ------------------------------------------------------- */

static PyObject *
module_dict_for_exec(PyThreadState *tstate, PyObject *name)
{
    PyObject *module = modules_add(tstate, name);
    if (module == NULL) {
        return NULL;
    }
    PyObject *dict = PyModule_GetDict(module);
    int has = PyDict_Contains(dict, &_Py_ID(__builtins__));
    if (has < 0
        || (!has
            && PyDict_SetItem(dict, &_Py_ID(__builtins__),
                              PyEval_GetBuiltins()) < 0)) {
        modules_remove(tstate, name);
        Py_DECREF(module);
        return NULL;
    }
    Py_INCREF(dict);
    Py_DECREF(module);
    return dict;
}

PyObject *
import_exec_code(PyThreadState *tstate, PyObject *name, PyObject *dict,
                 PyObject *code)
{
    PyObject *result = PyEval_EvalCode(code, dict, dict);
    if (result == NULL) {
        modules_remove(tstate, name);
        return NULL;
    }
    Py_DECREF(result);
    /* the code may have put another object in its place */
    PyObject *module = modules_get(tstate, name);
    if (module == NULL && !_PyErr_Occurred(tstate)) {
        _PyErr_Format(tstate, PyExc_ImportError,
                      "Loaded module %R not found in sys.modules", name);
    }
    return module;
}

PyObject *
import_exec_in_new_module(PyThreadState *tstate, PyObject *name,
                          PyObject *code)
{
    PyObject *dict = module_dict_for_exec(tstate, name);
    if (dict == NULL) {
        return NULL;
    }
    PyObject *module = import_exec_code(tstate, name, dict, code);
    Py_DECREF(dict);
    return module;
}

PyObject *
PyImport_ExecCodeModuleObject(PyObject *name, PyObject *co,
                              PyObject *pathname, PyObject *cpathname)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *dict = module_dict_for_exec(tstate, name);
    if (dict == NULL) {
        return NULL;
    }
    if (pathname == NULL) {
        pathname = ((PyCodeObject *)co)->co_filename;
    }
    PyObject *external = PyObject_GetAttrString(tstate->interp->importlib,
                                                "_bootstrap_external");
    PyObject *result = NULL;
    if (external != NULL) {
        result = PyObject_CallMethodObjArgs(
            external, &_Py_ID(_fix_up_module), dict, name, pathname,
            cpathname != NULL ? cpathname : Py_None, NULL);
        Py_DECREF(external);
    }
    PyObject *module = NULL;
    if (result != NULL) {
        Py_DECREF(result);
        module = import_exec_code(tstate, name, dict, co);
    }
    else {
        modules_remove(tstate, name);
    }
    Py_DECREF(dict);
    return module;
}

PyObject *
PyImport_ExecCodeModuleWithPathnames(const char *name, PyObject *co,
                                     const char *pathname,
                                     const char *cpathname)
{
    PyObject *module = NULL, *path = NULL, *cpath = NULL;
    PyObject *text = PyUnicode_FromString(name);
    if (text == NULL) {
        return NULL;
    }
    if (cpathname != NULL) {
        cpath = PyUnicode_DecodeFSDefault(cpathname);
        if (cpath == NULL) {
            goto done;
        }
    }
    if (pathname != NULL) {
        path = PyUnicode_DecodeFSDefault(pathname);
        if (path == NULL) {
            goto done;
        }
    }
    module = PyImport_ExecCodeModuleObject(text, co, path, cpath);
done:
    Py_XDECREF(path);
    Py_XDECREF(cpath);
    Py_DECREF(text);
    return module;
}

PyObject *
PyImport_ExecCodeModuleEx(const char *name, PyObject *co,
                          const char *pathname)
{
    return PyImport_ExecCodeModuleWithPathnames(name, co, pathname, NULL);
}

PyObject *
PyImport_ExecCodeModule(const char *name, PyObject *co)
{
    return PyImport_ExecCodeModuleWithPathnames(name, co, NULL, NULL);
}

/* -- Names --------------------------------------------------------------------------- */

/* `package` of a relative import: __package__, or __name__ without its last
   part. New reference. */
static PyObject *
resolve_package(PyThreadState *tstate, PyObject *globals)
{
    PyObject *package = PyDict_GetItemWithError(globals,
                                                &_Py_ID(__package__));
    if (package == NULL && _PyErr_Occurred(tstate)) {
        return NULL;
    }
    PyObject *spec = PyDict_GetItemWithError(globals, &_Py_ID(__spec__));
    if (spec == NULL && _PyErr_Occurred(tstate)) {
        return NULL;
    }
    if (package != NULL && package != Py_None) {
        if (!PyUnicode_Check(package)) {
            _PyErr_SetString(tstate, PyExc_TypeError,
                             "package must be a string");
            return NULL;
        }
        Py_INCREF(package);
        if (spec != NULL && spec != Py_None) {
            PyObject *parent = PyObject_GetAttr(spec, &_Py_ID(parent));
            int equal = parent == NULL ? -1
                                       : PyObject_RichCompareBool(
                                           package, parent, Py_EQ);
            Py_XDECREF(parent);
            if (equal < 0
                || (equal == 0
                    && PyErr_WarnEx(PyExc_ImportWarning,
                                    "__package__ != __spec__.parent", 1)
                           < 0)) {
                Py_DECREF(package);
                return NULL;
            }
        }
        return package;
    }
    if (spec != NULL && spec != Py_None) {
        package = PyObject_GetAttr(spec, &_Py_ID(parent));
        if (package != NULL && !PyUnicode_Check(package)) {
            _PyErr_SetString(tstate, PyExc_TypeError,
                             "__spec__.parent must be a string");
            Py_CLEAR(package);
        }
        return package;
    }
    if (PyErr_WarnEx(PyExc_ImportWarning,
                     "can't resolve package from __spec__ or __package__, "
                     "falling back on __name__ and __path__", 1) < 0) {
        return NULL;
    }
    package = PyDict_GetItemWithError(globals, &_Py_ID(__name__));
    if (package == NULL) {
        if (!_PyErr_Occurred(tstate)) {
            _PyErr_SetString(tstate, PyExc_KeyError,
                             "'__name__' not in globals");
        }
        return NULL;
    }
    if (!PyUnicode_Check(package)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "__name__ must be a string");
        return NULL;
    }
    int has_path = PyDict_Contains(globals, &_Py_ID(__path__));
    if (has_path < 0) {
        return NULL;
    }
    if (has_path) {
        return Py_NewRef(package);
    }
    Py_ssize_t dot = PyUnicode_FindChar(package, '.', 0,
                                        PyUnicode_GET_LENGTH(package), -1);
    if (dot == -2) {
        return NULL;
    }
    if (dot == -1) {
        _PyErr_SetString(tstate, PyExc_ImportError,
                         "attempted relative import "
                         "with no known parent package");
        return NULL;
    }
    return PyUnicode_Substring(package, 0, dot);
}

static PyObject *
resolve_name(PyThreadState *tstate, PyObject *name, PyObject *globals,
             int level)
{
    if (globals == NULL) {
        _PyErr_SetString(tstate, PyExc_KeyError, "'__name__' not in globals");
        return NULL;
    }
    if (!PyDict_Check(globals)) {
        _PyErr_SetString(tstate, PyExc_TypeError, "globals must be a dict");
        return NULL;
    }
    PyObject *package = resolve_package(tstate, globals);
    if (package == NULL) {
        return NULL;
    }
    Py_ssize_t end = PyUnicode_GET_LENGTH(package);
    if (end == 0) {
        _PyErr_SetString(tstate, PyExc_ImportError,
                         "attempted relative import "
                         "with no known parent package");
        Py_DECREF(package);
        return NULL;
    }
    for (int up = 1; up < level; up++) {
        end = PyUnicode_FindChar(package, '.', 0, end, -1);
        if (end == -2) {
            Py_DECREF(package);
            return NULL;
        }
        if (end == -1) {
            _PyErr_SetString(tstate, PyExc_ImportError,
                             "attempted relative import beyond top-level "
                             "package");
            Py_DECREF(package);
            return NULL;
        }
    }
    PyObject *base = PyUnicode_Substring(package, 0, end);
    Py_DECREF(package);
    if (base == NULL || PyUnicode_GET_LENGTH(name) == 0) {
        return base;
    }
    PyObject *absolute = PyUnicode_FromFormat("%U.%U", base, name);
    Py_DECREF(base);
    return absolute;
}

/* -- Finding and loading --------------------------------------------------------------- */

/* Frames of importlib say nothing to the user: take them out of the
   traceback. All of a chunk that ends in _call_with_frames_removed; for an
   ImportError, every one. */
void
import_remove_frames(PyThreadState *tstate)
{
    const char *files[] = {"<frozen importlib._bootstrap>",
                           "<frozen importlib._bootstrap_external>"};
    PyObject *type, *value, *base;
    _PyErr_Fetch(tstate, &type, &value, &base);
    if (type == NULL || tstate->interp->config.verbose) {
        _PyErr_Restore(tstate, type, value, base);
        return;
    }
    int always = PyType_IsSubtype((PyTypeObject *)type,
                                  (PyTypeObject *)PyExc_ImportError);
    PyObject **previous = &base;
    PyObject **chunk = NULL;
    int in_importlib = 0;
    PyObject *entry = base;
    while (entry != NULL && PyTraceBack_Check(entry)) {
        PyTracebackObject *tb = (PyTracebackObject *)entry;
        PyObject *next = (PyObject *)tb->tb_next;
        PyCodeObject *code = PyFrame_GetCode(tb->tb_frame);
        int ours = 0;
        for (size_t i = 0; i < Py_ARRAY_LENGTH(files); i++) {
            ours |= _PyUnicode_EqualToASCIIString(code->co_filename,
                                                  files[i]);
        }
        if (ours && !in_importlib) {
            chunk = previous; /* a chunk begins */
        }
        in_importlib = ours;
        if (ours
            && (always
                || _PyUnicode_EqualToASCIIString(
                    code->co_name, "_call_with_frames_removed"))) {
            Py_XINCREF(next);
            Py_XSETREF(*chunk, next);
            previous = chunk;
        }
        else {
            previous = (PyObject **)&tb->tb_next;
        }
        Py_DECREF(code);
        entry = next;
    }
    _PyErr_Restore(tstate, type, value, base);
}

static PyObject *
find_and_load(PyThreadState *tstate, PyObject *name)
{
    PyInterpreterState *interp = tstate->interp;
    PyObject *sys_path = PySys_GetObject("path");
    PyObject *meta_path = PySys_GetObject("meta_path");
    PyObject *path_hooks = PySys_GetObject("path_hooks");
    if (_PySys_Audit(tstate, "import", "OOOOO", name, Py_None,
                     sys_path != NULL ? sys_path : Py_None,
                     meta_path != NULL ? meta_path : Py_None,
                     path_hooks != NULL ? path_hooks : Py_None) < 0) {
        return NULL;
    }
    int timed = interp->config.import_time;
    import_time_mark mark;
    if (timed) {
        import_time_begin(&mark);
    }
    PyObject *module = PyObject_CallMethodObjArgs(
        interp->importlib, &_Py_ID(_find_and_load), name,
        interp->import_func, NULL);
    if (timed) {
        import_time_end(&mark, name);
    }
    return module;
}

/* `import a.b.c` gives a; `from . import x` the package itself. */
static PyObject *
top_of_import(PyThreadState *tstate, PyObject *name, PyObject *absolute,
              PyObject *module, int level)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    if (level != 0 && length == 0) {
        return Py_NewRef(module);
    }
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, length, 1);
    if (dot == -2) {
        return NULL;
    }
    if (dot == -1) {
        return Py_NewRef(module);
    }
    if (level == 0) {
        PyObject *front = PyUnicode_Substring(name, 0, dot);
        if (front == NULL) {
            return NULL;
        }
        PyObject *top = PyImport_ImportModuleLevelObject(front, NULL, NULL,
                                                         NULL, 0);
        Py_DECREF(front);
        return top;
    }
    Py_ssize_t cut = length - dot;
    PyObject *wanted = PyUnicode_Substring(
        absolute, 0, PyUnicode_GET_LENGTH(absolute) - cut);
    if (wanted == NULL) {
        return NULL;
    }
    PyObject *top = modules_get(tstate, wanted);
    if (top == NULL && !_PyErr_Occurred(tstate)) {
        _PyErr_Format(tstate, PyExc_KeyError,
                      "%R not in sys.modules as expected", wanted);
    }
    Py_DECREF(wanted);
    return top;
}

/* names after `from package import` may be submodules: importlib looks */
static PyObject *
handle_fromlist(PyThreadState *tstate, PyObject *module, PyObject *fromlist)
{
    PyObject *path;
    int found = _PyObject_LookupAttr(module, &_Py_ID(__path__), &path);
    if (found < 0) {
        return NULL;
    }
    if (!found) {
        return Py_NewRef(module);
    }
    Py_DECREF(path);
    PyInterpreterState *interp = tstate->interp;
    return PyObject_CallMethodObjArgs(interp->importlib,
                                      &_Py_ID(_handle_fromlist), module,
                                      fromlist, interp->import_func, NULL);
}

PyObject *
PyImport_ImportModuleLevelObject(PyObject *name, PyObject *globals,
                                 PyObject *Py_UNUSED(locals),
                                 PyObject *fromlist, int level)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *absolute = NULL, *module = NULL, *result = NULL;
    if (name == NULL) {
        _PyErr_SetString(tstate, PyExc_ValueError, "Empty module name");
        goto error;
    }
    if (!PyUnicode_Check(name)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "module name must be a string");
        goto error;
    }
    if (level < 0) {
        _PyErr_SetString(tstate, PyExc_ValueError, "level must be >= 0");
        goto error;
    }
    if (level > 0) {
        absolute = resolve_name(tstate, name, globals, level);
        if (absolute == NULL) {
            goto error;
        }
    }
    else {
        if (PyUnicode_GET_LENGTH(name) == 0) {
            _PyErr_SetString(tstate, PyExc_ValueError, "Empty module name");
            goto error;
        }
        absolute = Py_NewRef(name);
    }
    module = modules_get(tstate, absolute);
    if (module == NULL && _PyErr_Occurred(tstate)) {
        goto error;
    }
    if (module != NULL && module != Py_None) {
        if (wait_until_initialized(tstate, module, absolute) < 0) {
            goto error;
        }
    }
    else {
        Py_XDECREF(module);
        module = find_and_load(tstate, absolute);
        if (module == NULL) {
            goto error;
        }
    }
    int has_from = 0;
    if (fromlist != NULL && fromlist != Py_None) {
        has_from = PyObject_IsTrue(fromlist);
        if (has_from < 0) {
            goto error;
        }
    }
    result = has_from ? handle_fromlist(tstate, module, fromlist)
                      : top_of_import(tstate, name, absolute, module, level);
error:
    Py_XDECREF(absolute);
    Py_XDECREF(module);
    if (result == NULL) {
        import_remove_frames(tstate);
    }
    return result;
}

PyObject *
PyImport_ImportModuleLevel(const char *name, PyObject *globals,
                           PyObject *locals, PyObject *fromlist, int level)
{
    PyObject *text = PyUnicode_FromString(name);
    if (text == NULL) {
        return NULL;
    }
    PyObject *module = PyImport_ImportModuleLevelObject(text, globals, locals,
                                                        fromlist, level);
    Py_DECREF(text);
    return module;
}

/* -- From C -------------------------------------------------------------------------------- */

/* Through __import__ of the running code's builtins, so that hooks see it. */
PyObject *
PyImport_Import(PyObject *name)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *builtins = NULL, *importer = NULL, *result = NULL;
    PyObject *from = PyList_New(0);
    PyObject *globals = PyEval_GetGlobals();
    if (from == NULL) {
        return NULL;
    }
    if (globals != NULL) {
        Py_INCREF(globals);
        builtins = PyObject_GetItem(globals, &_Py_ID(__builtins__));
        if (builtins == NULL) {
            goto done;
        }
    }
    else {
        builtins = PyImport_ImportModuleLevel("builtins", NULL, NULL, NULL,
                                              0);
        if (builtins == NULL) {
            goto done;
        }
        globals = Py_BuildValue("{OO}", &_Py_ID(__builtins__), builtins);
        if (globals == NULL) {
            goto done;
        }
    }
    if (PyDict_Check(builtins)) {
        importer = PyObject_GetItem(builtins, &_Py_ID(__import__));
        if (importer == NULL) {
            _PyErr_SetObject(tstate, PyExc_KeyError, &_Py_ID(__import__));
        }
    }
    else {
        importer = PyObject_GetAttr(builtins, &_Py_ID(__import__));
    }
    if (importer == NULL) {
        goto done;
    }
    result = PyObject_CallFunction(importer, "OOOOi", name, globals, globals,
                                   from, 0, NULL);
    if (result == NULL) {
        goto done;
    }
    Py_DECREF(result);
    result = modules_get(tstate, name);
    if (result == NULL && !_PyErr_Occurred(tstate)) {
        _PyErr_SetObject(tstate, PyExc_KeyError, name);
    }
done:
    Py_XDECREF(globals);
    Py_XDECREF(builtins);
    Py_XDECREF(importer);
    Py_DECREF(from);
    return result;
}

PyObject *
PyImport_ImportModule(const char *name)
{
    PyObject *text = PyUnicode_FromString(name);
    if (text == NULL) {
        return NULL;
    }
    PyObject *module = PyImport_Import(text);
    Py_DECREF(text);
    return module;
}

PyObject *
PyImport_ImportModuleNoBlock(const char *name)
{
    return PyImport_ImportModule(name);
}

PyObject *
PyImport_ReloadModule(PyObject *m)
{
    PyObject *importlib = PyImport_GetModule(&_Py_ID(importlib));
    if (importlib == NULL) {
        if (PyErr_Occurred()) {
            return NULL;
        }
        importlib = PyImport_ImportModule("importlib");
        if (importlib == NULL) {
            return NULL;
        }
    }
    PyObject *module = PyObject_CallMethodOneArg(importlib, &_Py_ID(reload),
                                                 m);
    Py_DECREF(importlib);
    return module;
}

PyObject *
_PyImport_GetModuleAttr(PyObject *modname, PyObject *attrname)
{
    PyObject *module = PyImport_Import(modname);
    if (module == NULL) {
        return NULL;
    }
    PyObject *value = PyObject_GetAttr(module, attrname);
    Py_DECREF(module);
    return value;
}

PyObject *
_PyImport_GetModuleAttrString(const char *modname, const char *attrname)
{
    PyObject *module = PyImport_ImportModule(modname);
    if (module == NULL) {
        return NULL;
    }
    PyObject *value = PyObject_GetAttrString(module, attrname);
    Py_DECREF(module);
    return value;
}

/* -- Path hooks ------------------------------------------------------------------------------ */

PyObject *
PyImport_GetImporter(PyObject *path)
{
    PyObject *cache = PySys_GetObject("path_importer_cache");
    PyObject *hooks = PySys_GetObject("path_hooks");
    if (cache == NULL || hooks == NULL || !PyList_Check(hooks)
        || !PyDict_Check(cache)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "lost sys.path_hooks or sys.path_importer_cache");
        return NULL;
    }
    PyObject *importer = PyDict_GetItemWithError(cache, path);
    if (importer != NULL || PyErr_Occurred()) {
        return Py_XNewRef(importer);
    }
    if (PyDict_SetItem(cache, path, Py_None) < 0) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(hooks); i++) {
        PyObject *hook = PyList_GET_ITEM(hooks, i);
        importer = PyObject_CallOneArg(hook, path);
        if (importer != NULL) {
            if (PyDict_SetItem(cache, path, importer) < 0) {
                Py_CLEAR(importer);
            }
            return importer;
        }
        if (!PyErr_ExceptionMatches(PyExc_ImportError)) {
            return NULL;
        }
        PyErr_Clear();
    }
    Py_RETURN_NONE;
}

/* -- Start ------------------------------------------------------------------------------------- */

PyStatus
_PyImport_Init(void)
{
    return _PyStatus_OK();
}

PyStatus
_PyImport_InitCore(PyThreadState *tstate, PyObject *sysmod, int importlib)
{
    if (!importlib) {
        return _PyStatus_OK();
    }
    PyInterpreterState *interp = tstate->interp;
    if (PyImport_ImportFrozenModule("_frozen_importlib") <= 0) {
        return _PyStatus_ERR("failed to import _frozen_importlib");
    }
    PyObject *module = PyImport_AddModule("_frozen_importlib");
    if (module == NULL) {
        return _PyStatus_ERR("failed to import _frozen_importlib");
    }
    interp->importlib = Py_NewRef(module);
    PyObject *imp = _PyImport_BootstrapImp(tstate);
    if (imp == NULL) {
        return _PyStatus_ERR("failed to import _imp");
    }
    if (_PyImport_SetModuleString("_imp", imp) < 0) {
        Py_DECREF(imp);
        return _PyStatus_ERR("failed to save _imp");
    }
    PyObject *result = PyObject_CallMethod(module, "_install", "OO", sysmod,
                                           imp);
    Py_DECREF(imp);
    if (result == NULL) {
        return _PyStatus_ERR("failed to install importlib");
    }
    Py_DECREF(result);
    return _PyStatus_OK();
}

PyStatus
_PyImport_InitExternal(PyThreadState *tstate)
{
    PyObject *result = PyObject_CallMethod(tstate->interp->importlib,
                                           "_install_external_importers",
                                           "");
    if (result == NULL) {
        PyErr_Print();
        return _PyStatus_ERR("external importer setup failed");
    }
    Py_DECREF(result);
    return _PyImportZip_Init(tstate);
}

PyStatus
_PyImportZip_Init(PyThreadState *tstate)
{
    PyObject *hooks = PySys_GetObject("path_hooks");
    if (hooks == NULL) {
        return _PyStatus_ERR("unable to get sys.path_hooks");
    }
    PyObject *importer = _PyImport_GetModuleAttrString("zipimport",
                                                       "zipimporter");
    if (importer == NULL) {
        /* nothing but zip files is lost without it */
        _PyErr_Clear(tstate);
        return _PyStatus_OK();
    }
    int failed = PyList_Insert(hooks, 0, importer) < 0;
    Py_DECREF(importer);
    return failed ? _PyStatus_ERR("initializing zipimport failed")
                  : _PyStatus_OK();
}

/* -- The bytecode's magic number --------------------------------------------------------------- */

#define MAGIC_NUMBER 3495

long
PyImport_GetMagicNumber(void)
{
    /* the number, then "\r\n", as a little-endian word */
    return MAGIC_NUMBER | ((long)'\r' << 16) | ((long)'\n' << 24);
}

const char *
PyImport_GetMagicTag(void)
{
    return "cpython-311";
}

