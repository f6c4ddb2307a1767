/* Import statements: the slow halves of bytecodes/import.c. */

#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_eval.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"

PyObject *
eval_import_name(PyThreadState *tstate, _PyInterpreterFrame *frame,
                 PyObject *name, PyObject *fromlist, PyObject *level)
{
    PyObject *import = PyDict_GetItemWithError(frame->f_builtins,
                                               &_Py_ID(__import__));
    if (import == NULL) {
        if (!_PyErr_Occurred(tstate)) {
            _PyErr_SetString(tstate, PyExc_ImportError,
                             "__import__ not found");
        }
        return NULL;
    }
    PyObject *locals = frame->f_locals;
    if (import == tstate->interp->import_func) {
        /* nobody replaced it: without a Python level call */
        int depth = _PyLong_AsInt(level);
        if (depth == -1 && _PyErr_Occurred(tstate)) {
            return NULL;
        }
        return PyImport_ImportModuleLevelObject(
            name, frame->f_globals, locals == NULL ? Py_None : locals,
            fromlist, depth);
    }
    Py_INCREF(import);
    PyObject *args[5] = {
        name, frame->f_globals, locals == NULL ? Py_None : locals, fromlist,
        level,
    };
    PyObject *module = PyObject_Vectorcall(import, args, 5, NULL);
    Py_DECREF(import);
    return module;
}

/* -- from module import name ----------------------------------------------------- */

static PyObject *
raise_import_from(PyThreadState *tstate, PyObject *module, PyObject *package,
                  PyObject *name)
{
    PyObject *package_or_unknown = package
        ? Py_NewRef(package) : PyUnicode_FromString("<unknown module name>");
    if (package_or_unknown == NULL) {
        return NULL;
    }
    PyObject *message;
    PyObject *path = PyModule_GetFilenameObject(module);
    if (path == NULL) {
        _PyErr_Clear(tstate);
        message = PyUnicode_FromFormat(
            "cannot import name %R from %R (unknown location)", name,
            package_or_unknown);
    }
    else {
        PyObject *spec = PyObject_GetAttr(module, &_Py_ID(__spec__));
        if (spec == NULL) {
            _PyErr_Clear(tstate);
        }
        const char *format = _PyModuleSpec_IsInitializing(spec)
            ? "cannot import name %R from partially initialized module %R "
              "(most likely due to a circular import) (%S)"
            : "cannot import name %R from %R (%S)";
        Py_XDECREF(spec);
        message = PyUnicode_FromFormat(format, name, package_or_unknown,
                                       path);
    }
    PyErr_SetImportError(message, package, path);
    Py_XDECREF(message);
    Py_XDECREF(path);
    Py_DECREF(package_or_unknown);
    return NULL;
}

PyObject *
eval_import_from(PyThreadState *tstate, PyObject *module, PyObject *name)
{
    PyObject *value;
    if (_PyObject_LookupAttr(module, name, &value) != 0) {
        return value;
    }
    /* a submodule in the middle of a circular import is in sys.modules, not
       yet an attribute of its package */
    PyObject *package = PyObject_GetAttr(module, &_Py_ID(__name__));
    if (package == NULL) {
        _PyErr_Clear(tstate);
        return raise_import_from(tstate, module, NULL, name);
    }
    if (!PyUnicode_Check(package)) {
        Py_DECREF(package);
        return raise_import_from(tstate, module, NULL, name);
    }
    PyObject *full_name = PyUnicode_FromFormat("%U.%U", package, name);
    if (full_name == NULL) {
        Py_DECREF(package);
        return NULL;
    }
    value = PyImport_GetModule(full_name);
    Py_DECREF(full_name);
    if (value == NULL && !_PyErr_Occurred(tstate)) {
        raise_import_from(tstate, module, package, name);
    }
    Py_DECREF(package);
    return value;
}

/* -- from module import * ------------------------------------------------------------ */

static void
raise_bad_name(PyThreadState *tstate, PyObject *module, PyObject *name,
               int from_all)
{
    PyObject *module_name = PyObject_GetAttr(module, &_Py_ID(__name__));
    if (module_name == NULL) {
        return;
    }
    if (!PyUnicode_Check(module_name)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "module __name__ must be a string, not %.100s",
                      Py_TYPE(module_name)->tp_name);
    }
    else {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "%s in %U.%s must be str, not %.100s",
                      from_all ? "Item" : "Key", module_name,
                      from_all ? "__all__" : "__dict__",
                      Py_TYPE(name)->tp_name);
    }
    Py_DECREF(module_name);
}

/* The names to bind: __all__, or the keys of __dict__; *from_all says which. */
static PyObject *
star_names(PyThreadState *tstate, PyObject *module, int *from_all)
{
    PyObject *names;
    *from_all = 1;
    if (_PyObject_LookupAttr(module, &_Py_ID(__all__), &names) != 0) {
        return names;
    }
    *from_all = 0;
    PyObject *dict;
    if (_PyObject_LookupAttr(module, &_Py_ID(__dict__), &dict) < 0) {
        return NULL;
    }
    if (dict == NULL) {
        _PyErr_SetString(tstate, PyExc_ImportError,
                         "from-import-* object has no __dict__ and no "
                         "__all__");
        return NULL;
    }
    names = PyMapping_Keys(dict);
    Py_DECREF(dict);
    return names;
}

static int
import_star_name(PyThreadState *tstate, PyObject *locals, PyObject *module,
                 PyObject *name, int from_all)
{
    if (!PyUnicode_Check(name)) {
        raise_bad_name(tstate, module, name, from_all);
        return -1;
    }
    if (!from_all) {
        if (PyUnicode_READY(name) < 0) {
            return -1;
        }
        if (PyUnicode_GET_LENGTH(name) > 0
            && PyUnicode_READ_CHAR(name, 0) == '_') {
            return 0;
        }
    }
    PyObject *value = PyObject_GetAttr(module, name);
    if (value == NULL) {
        return -1;
    }
    int status = PyDict_CheckExact(locals)
        ? PyDict_SetItem(locals, name, value)
        : PyObject_SetItem(locals, name, value);
    Py_DECREF(value);
    return status;
}

static int
import_star(PyThreadState *tstate, PyObject *locals, PyObject *module)
{
    int from_all;
    PyObject *names = star_names(tstate, module, &from_all);
    if (names == NULL) {
        return -1;
    }
    int status = 0;
    for (Py_ssize_t i = 0; status == 0; i++) {
        PyObject *name = PySequence_GetItem(names, i);
        if (name == NULL) {
            if (_PyErr_ExceptionMatches(tstate, PyExc_IndexError)) {
                _PyErr_Clear(tstate);
            }
            else {
                status = -1;
            }
            break;
        }
        status = import_star_name(tstate, locals, module, name, from_all);
        Py_DECREF(name);
    }
    Py_DECREF(names);
    return status;
}

int
eval_import_star(PyThreadState *tstate, _PyInterpreterFrame *frame,
                 PyObject *module)
{
    if (_PyFrame_FastToLocalsWithError(frame) < 0) {
        return -1;
    }
    PyObject *locals = frame->f_locals;
    if (locals == NULL) {
        _PyErr_SetString(tstate, PyExc_SystemError,
                         "no locals found during 'import *'");
        return -1;
    }
    int status = import_star(tstate, locals, module);
    _PyFrame_LocalsToFast(frame, 0);
    return status;
}
