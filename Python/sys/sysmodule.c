/* The sys module: making it, and reading and writing it from C. */
#include "sys_private.h"
#include "pycore_fileutils.h"
#include "pycore_long.h"
#include "pycore_moduleobject.h"
#include "pycore_pathconfig.h"

/* -- Attributes from C --------------------------------------------------------------- */

PyObject *
_PySys_GetAttr(PyThreadState *tstate, PyObject *name)
{
    PyObject *dict = tstate->interp->sysdict;
    if (dict == NULL) {
        return NULL;
    }
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    PyObject *result = _PyDict_GetItemWithError(dict, name);
    _PyErr_Restore(tstate, type, value, traceback);
    return result;
}

PyObject *
PySys_GetObject(const char *name)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *dict = tstate->interp->sysdict;
    if (dict == NULL) {
        return NULL;
    }
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    PyObject *result = _PyDict_GetItemStringWithError(dict, name);
    _PyErr_Restore(tstate, type, value, traceback);
    return result;
}

static int
sys_set(PyObject *dict, PyObject *key, PyObject *value)
{
    if (key == NULL) {
        return -1;
    }
    if (value != NULL) {
        return PyDict_SetItem(dict, key, value);
    }
    return _PyDict_Pop(dict, key, Py_None) == NULL ? -1 : 0;
}

int
_PySys_SetAttr(PyObject *key, PyObject *value)
{
    return sys_set(_PyInterpreterState_GET()->sysdict, key, value);
}

int
PySys_SetObject(const char *name, PyObject *value)
{
    PyObject *key = value == NULL ? PyUnicode_FromString(name)
                                  : PyUnicode_InternFromString(name);
    int result = sys_set(_PyInterpreterState_GET()->sysdict, key, value);
    Py_XDECREF(key);
    return result;
}

/* -- sys.path and sys.argv from embedding programs -------------------------------------- */

void
PySys_SetPath(const wchar_t *path)
{
    PyObject *list = PyList_New(0);
    while (list != NULL) {
        const wchar_t *end = wcschr(path, L':');
        Py_ssize_t length = end == NULL ? (Py_ssize_t)wcslen(path)
                                        : end - path;
        PyObject *entry = PyUnicode_FromWideChar(path, length);
        if (entry == NULL || PyList_Append(list, entry) < 0) {
            Py_FatalError("can't create sys.path");
        }
        Py_DECREF(entry);
        if (end == NULL) {
            break;
        }
        path = end + 1;
    }
    if (list == NULL || _PySys_SetAttr(&_Py_ID(path), list) < 0) {
        Py_FatalError("can't assign sys.path");
    }
    Py_DECREF(list);
}

#undef PySys_SetArgvEx

_Py_COMP_DIAG_PUSH
_Py_COMP_DIAG_IGNORE_DEPR_DECLS
void
PySys_SetArgvEx(int argc, wchar_t **argv, int updatepath)
{
    wchar_t *empty[1] = {L""};
    PyWideStringList list = {
        .length = argc < 1 || argv == NULL ? 1 : argc,
        .items = argc < 1 || argv == NULL ? empty : argv};
    PyObject *object = _PyWideStringList_AsList(&list);
    if (object == NULL || _PySys_SetAttr(&_Py_ID(argv), object) < 0) {
        Py_FatalError("can't assign sys.argv");
    }
    Py_DECREF(object);
    if (!updatepath) {
        return;
    }
    PyObject *path0;
    if (_PyPathConfig_ComputeSysPath0(&list, &path0) > 0) {
        PyObject *path = _PySys_GetAttr(_PyThreadState_GET(), &_Py_ID(path));
        if (path != NULL && PyList_Insert(path, 0, path0) < 0) {
            Py_FatalError("can't prepend path0 to sys.path");
        }
        Py_DECREF(path0);
    }
}

void
PySys_SetArgv(int argc, wchar_t **argv)
{
    PySys_SetArgvEx(argc, argv, Py_IsolatedFlag == 0);
}
_Py_COMP_DIAG_POP

/* -- Start ---------------------------------------------------------------------------------- */

PyDoc_STRVAR(sys_doc,
"The interpreter, seen from Python: its settings, what it runs, what it\n"
"calls on errors, and what is known of this build.");

static struct PyModuleDef sys_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "sys",
    .m_doc = sys_doc,
    .m_size = -1,
    .m_methods = sys_hook_methods,
};

/* Until io works: stderr writes to the C stream. */
PyStatus
_PySys_SetPreliminaryStderr(PyObject *sysdict)
{
    PyObject *stream = PyFile_NewStdPrinter(fileno(stderr));
    if (stream == NULL
        || PyDict_SetItem(sysdict, &_Py_ID(stderr), stream) < 0
        || PyDict_SetItemString(sysdict, "__stderr__", stream) < 0) {
        return _PyStatus_ERR("can't set preliminary stderr");
    }
    Py_DECREF(stream);
    return _PyStatus_OK();
}

static const char *const originals[][2] = {
    {"__displayhook__", "displayhook"},
    {"__excepthook__", "excepthook"},
    {"__breakpointhook__", "breakpointhook"},
    {"__unraisablehook__", "unraisablehook"},
};

static int
sys_fill(PyThreadState *tstate, PyObject *module, PyObject *dict)
{
    if (PyModule_AddFunctions(module, sys_setting_methods) < 0
        || PyModule_AddFunctions(module, sys_audit_methods) < 0) {
        return -1;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(originals); i++) {
        PyObject *function = PyDict_GetItemString(dict, originals[i][1]);
        if (PyDict_SetItemString(dict, originals[i][0], function) < 0) {
            return -1;
        }
    }
    if (sys_set_steal(dict, "meta_path", PyList_New(0)) < 0
        || sys_set_steal(dict, "path_hooks", PyList_New(0)) < 0
        || sys_set_steal(dict, "path_importer_cache", PyDict_New()) < 0) {
        return -1;
    }
    if (sys_info_init(tstate, dict) < 0) {
        return -1;
    }
    /* importlib's bootstrap asks for the verbosity before the configuration
       is complete */
    return sys_set_steal(dict, "flags", sys_make_flags(tstate));
}

PyStatus
_PySys_Create(PyThreadState *tstate, PyObject **sysmod_p)
{
    PyInterpreterState *interp = tstate->interp;
    PyObject *module = PyModule_Create2(&sys_module,
                                        PYTHON_API_VERSION);
    if (module == NULL) {
        return _PyStatus_ERR("failed to create a module object");
    }
    PyObject *dict = PyModule_GetDict(module);
    interp->sysdict = Py_NewRef(dict);
    if (PyDict_SetItemString(dict, "modules", interp->modules) < 0) {
        return _PyStatus_ERR("can't initialize sys module");
    }
    interp->int_max_str_digits = _Py_global_config_int_max_str_digits >= 0
                                     ? _Py_global_config_int_max_str_digits
                                     : _PY_LONG_DEFAULT_MAX_STR_DIGITS;
    PyStatus status = _PySys_SetPreliminaryStderr(dict);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    if (sys_fill(tstate, module, dict) < 0
        || _PyImport_FixupBuiltin(module, "sys", interp->modules) < 0) {
        return _PyStatus_ERR("can't initialize sys module");
    }
    /* exceptions of the codecs and warnings need it early */
    if (_PyErr_Occurred(tstate)) {
        return _PyStatus_ERR("can't initialize sys module");
    }
    *sysmod_p = module;
    return _PyStatus_OK();
}

int
_PySys_UpdateConfig(PyThreadState *tstate)
{
    PyObject *dict = tstate->interp->sysdict;
    if (sys_config_update(tstate, dict) < 0) {
        return -1;
    }
    return _PyErr_Occurred(tstate) ? -1 : 0;
}

void
_PySys_Fini(PyInterpreterState *interp)
{
    if (_Py_IsMainInterpreter(interp)) {
        sys_info_fini();
    }
}
