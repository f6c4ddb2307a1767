/* Extension modules: dlopen, PyInit_NAME, single- and multi-phase. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_import.h"
#include "pycore_interp.h"
#include "pycore_moduleobject.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "import_private.h"
#include <dlfcn.h>
#include <sys/stat.h>

/* -- Names ---------------------------------------------------------------------- */

/* "PyInit_" and the last part of the name; "PyInitU_" and punycode, with
   hyphens as underscores, when that is not ASCII. New bytes object. */
static PyObject *
init_function_name(PyObject *full_name)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(full_name);
    Py_ssize_t dot = PyUnicode_FindChar(full_name, '.', 0, length, -1);
    if (dot < -1) {
        return NULL;
    }
    PyObject *last = PyUnicode_Substring(full_name, dot + 1, length);
    if (last == NULL) {
        return NULL;
    }
    const char *prefix = "PyInit_";
    PyObject *encoded = PyUnicode_AsEncodedString(last, "ascii", NULL);
    if (encoded == NULL && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
        prefix = "PyInitU_";
        encoded = PyUnicode_AsEncodedString(last, "punycode", NULL);
    }
    Py_DECREF(last);
    if (encoded == NULL) {
        return NULL;
    }
    PyObject *result = PyBytes_FromFormat("%s%s", prefix,
                                          PyBytes_AS_STRING(encoded));
    Py_DECREF(encoded);
    if (result != NULL) {
        for (char *p = PyBytes_AS_STRING(result); *p != '\0'; p++) {
            if (*p == '-') {
                *p = '_';
            }
        }
    }
    return result;
}

/* -- dlopen ----------------------------------------------------------------------- */

typedef PyObject *(*init_function)(void);

static init_function
dynload_find(PyObject *name, PyObject *path, const char *symbol)
{
    PyObject *bytes = PyUnicode_EncodeFSDefault(path);
    if (bytes == NULL) {
        return NULL;
    }
    /* a name without a slash would be searched for in the system's places */
    const char *file = PyBytes_AS_STRING(bytes);
    PyObject *local = NULL;
    if (strchr(file, '/') == NULL) {
        local = PyBytes_FromFormat("./%s", file);
        if (local == NULL) {
            Py_DECREF(bytes);
            return NULL;
        }
        file = PyBytes_AS_STRING(local);
    }
    void *handle = dlopen(file, _PyInterpreterState_GET()->dlopenflags);
    Py_DECREF(bytes);
    Py_XDECREF(local);
    if (handle == NULL) {
        const char *error = dlerror();
        PyObject *message = PyUnicode_DecodeLocale(
            error != NULL ? error : "unknown dlopen() error",
            "surrogateescape");
        if (message != NULL) {
            PyErr_SetImportError(message, name, path);
            Py_DECREF(message);
        }
        return NULL;
    }
    return (init_function)dlsym(handle, symbol);
}

/* -- Calling it ---------------------------------------------------------------------- */

static PyObject *
call_init(init_function init, const char *name)
{
    const char *saved = _Py_PackageContext;
    PyObject *module = init();
    _Py_PackageContext = saved;
    if (module == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_SystemError,
                         "initialization of %s failed "
                         "without raising an exception", name);
        }
        return NULL;
    }
    if (PyErr_Occurred()) {
        /* not released: it may be a static PyModuleDef */
        _PyErr_FormatFromCause(PyExc_SystemError,
                               "initialization of %s raised "
                               "unreported exception", name);
        return NULL;
    }
    if (Py_IS_TYPE(module, NULL)) {
        /* a PyModuleDef that PyModuleDef_Init has not seen */
        PyErr_Format(PyExc_SystemError,
                     "init function of %s returned uninitialized object",
                     name);
        return NULL;
    }
    return module;
}

static PyObject *
finish_single_phase(PyObject *module, PyObject *name, PyObject *path,
                    const char *name_text, init_function init)
{
    PyModuleDef *def = PyModule_GetDef(module);
    if (def == NULL) {
        if (!PyErr_Occurred() || !PyModule_Check(module)) {
            PyErr_Clear();
            PyErr_Format(PyExc_SystemError,
                         "initialization of %s did not return an extension "
                         "module", name_text);
        }
        return NULL;
    }
    def->m_base.m_init = init;
    if (PyModule_AddObjectRef(module, "__file__", path) < 0) {
        PyErr_Clear();
    }
    PyObject *modules = PyImport_GetModuleDict();
    if (_PyImport_FixupExtensionObject(module, name, path, modules) < 0) {
        return NULL;
    }
    return Py_NewRef(module);
}

PyObject *
_PyImport_LoadDynamicModuleWithSpec(PyObject *spec, FILE *Py_UNUSED(fp))
{
    PyObject *result = NULL, *module = NULL, *symbol = NULL, *path = NULL;
    PyObject *name_utf8 = NULL;
    PyObject *name = PyObject_GetAttr(spec, &_Py_ID(name));
    if (name == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "spec.name must be a string");
        goto done;
    }
    symbol = init_function_name(name);
    if (symbol == NULL) {
        goto done;
    }
    name_utf8 = PyUnicode_AsEncodedString(name, "utf-8", "backslashreplace");
    path = PyObject_GetAttr(spec, &_Py_ID(origin));
    if (path == NULL || name_utf8 == NULL) {
        goto done;
    }
    if (PySys_Audit("import", "OOOOO", name, path, Py_None, Py_None, Py_None)
        < 0) {
        goto done;
    }
    init_function init = dynload_find(name, path, PyBytes_AS_STRING(symbol));
    if (init == NULL) {
        if (!PyErr_Occurred()) {
            PyObject *message = PyUnicode_FromFormat(
                "dynamic module does not define module export function (%s)",
                PyBytes_AS_STRING(symbol));
            if (message != NULL) {
                PyErr_SetImportError(message, name, path);
                Py_DECREF(message);
            }
        }
        goto done;
    }
    const char *name_text = PyBytes_AS_STRING(name_utf8);
    /* the full name, for PyModule_Create of a module in a package */
    const char *saved = _Py_PackageContext;
    const char *dot = strrchr(name_text, '.');
    _Py_PackageContext = dot != NULL ? name_text : NULL;
    module = call_init(init, name_text);
    _Py_PackageContext = saved;
    if (module == NULL) {
        goto done;
    }
    if (PyObject_TypeCheck(module, &PyModuleDef_Type)) {
        result = PyModule_FromDefAndSpec((PyModuleDef *)module, spec);
        module = NULL; /* a definition is no reference of ours */
    }
    else {
        result = finish_single_phase(module, name, path, name_text, init);
    }
done:
    Py_XDECREF(module);
    Py_XDECREF(name);
    Py_XDECREF(name_utf8);
    Py_XDECREF(symbol);
    Py_XDECREF(path);
    return result;
}
