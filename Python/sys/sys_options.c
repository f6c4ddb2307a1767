/* -W and -X: sys.warnoptions and sys._xoptions, and what was set before the
   interpreter started. */
#include "sys_private.h"
#include "pycore_pymem.h"

/* -- Before the start ----------------------------------------------------------- */

static PyWideStringList preinit_warnoptions;
static PyWideStringList preinit_xoptions;

PyStatus
_PySys_ReadPreinitWarnOptions(PyWideStringList *options)
{
    return _PyWideStringList_Extend(options, &preinit_warnoptions);
}

PyStatus
_PySys_ReadPreinitXOptions(PyConfig *config)
{
    return _PyWideStringList_Extend(&config->xoptions, &preinit_xoptions);
}

/* -- Warning options --------------------------------------------------------------- */

static PyObject *
warnoptions_list(PyThreadState *tstate)
{
    PyObject *list = _PySys_GetAttr(tstate, &_Py_ID(warnoptions));
    if (list != NULL && PyList_Check(list)) {
        return list;
    }
    list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    int failed = PyDict_SetItem(tstate->interp->sysdict,
                                &_Py_ID(warnoptions), list);
    Py_DECREF(list); /* borrowed from the dict now */
    return failed < 0 ? NULL : list;
}

void
PySys_AddWarnOptionUnicode(PyObject *option)
{
    PyThreadState *tstate = _PyThreadState_GET();
    _Py_EnsureTstateNotNULL(tstate);
    PyObject *list = warnoptions_list(tstate);
    if (list == NULL || PyList_Append(list, option) < 0) {
        _PyErr_Clear(tstate);
    }
}

void
PySys_AddWarnOption(const wchar_t *s)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (tstate == NULL) {
        (void)_PyRuntime_Initialize();
        (void)PyWideStringList_Append(&preinit_warnoptions, s);
        return;
    }
    PyObject *option = PyUnicode_FromWideChar(s, -1);
    if (option == NULL) {
        _PyErr_Clear(tstate);
        return;
    }
    PySys_AddWarnOptionUnicode(option);
    Py_DECREF(option);
}

void
PySys_ResetWarnOptions(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (tstate == NULL) {
        _PyWideStringList_Clear(&preinit_warnoptions);
        return;
    }
    PyObject *list = _PySys_GetAttr(tstate, &_Py_ID(warnoptions));
    if (list != NULL && PyList_Check(list)) {
        PyList_SetSlice(list, 0, PyList_GET_SIZE(list), NULL);
    }
}

int
PySys_HasWarnOptions(void)
{
    PyObject *list = _PySys_GetAttr(_PyThreadState_GET(),
                                    &_Py_ID(warnoptions));
    return list != NULL && PyList_Check(list) && PyList_GET_SIZE(list) > 0;
}

/* -- -X --------------------------------------------------------------------------------- */

static PyObject *
xoptions_dict(PyThreadState *tstate)
{
    PyObject *dict = _PySys_GetAttr(tstate, &_Py_ID(_xoptions));
    if (dict != NULL && PyDict_Check(dict)) {
        return dict;
    }
    dict = PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    int failed = PyDict_SetItem(tstate->interp->sysdict, &_Py_ID(_xoptions),
                                dict);
    Py_DECREF(dict);
    return failed < 0 ? NULL : dict;
}

PyObject *
PySys_GetXOptions(void)
{
    return xoptions_dict(_PyThreadState_GET());
}

/* "name" means True, "name=value" the text */
static int
xoptions_add(PyObject *dict, const wchar_t *s)
{
    const wchar_t *equals = wcschr(s, L'=');
    PyObject *name, *value;
    if (equals == NULL) {
        name = PyUnicode_FromWideChar(s, -1);
        value = Py_NewRef(Py_True);
    }
    else {
        name = PyUnicode_FromWideChar(s, equals - s);
        value = PyUnicode_FromWideChar(equals + 1, -1);
    }
    int failed = name == NULL || value == NULL
                 || PyDict_SetItem(dict, name, value) < 0;
    Py_XDECREF(name);
    Py_XDECREF(value);
    return failed ? -1 : 0;
}

void
PySys_AddXOption(const wchar_t *s)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (tstate == NULL) {
        (void)_PyRuntime_Initialize();
        (void)PyWideStringList_Append(&preinit_xoptions, s);
        return;
    }
    PyObject *dict = xoptions_dict(tstate);
    if (dict == NULL || xoptions_add(dict, s) < 0) {
        _PyErr_Clear(tstate);
    }
}

/* -- The configuration into sys -------------------------------------------------------- */

static int
set_string(PyObject *dict, const char *name, const wchar_t *value)
{
    PyObject *object = value == NULL ? Py_NewRef(Py_None)
                                     : PyUnicode_FromWideChar(value, -1);
    return sys_set_steal(dict, name, object);
}

static int
set_xoptions(const PyConfig *config, PyObject *dict)
{
    PyObject *options = PyDict_New();
    if (options == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < config->xoptions.length; i++) {
        if (xoptions_add(options, config->xoptions.items[i]) < 0) {
            Py_DECREF(options);
            return -1;
        }
    }
    return sys_set_steal(dict, "_xoptions", options);
}

int
sys_config_update(PyThreadState *tstate, PyObject *dict)
{
    const PyConfig *config = &tstate->interp->config;
    const struct {
        const char *name;
        const wchar_t *value;
        int skip_null;
    } strings[] = {
        {"executable", config->executable, 1},
        {"_base_executable", config->base_executable, 1},
        {"prefix", config->prefix, 1},
        {"base_prefix", config->base_prefix, 1},
        {"exec_prefix", config->exec_prefix, 1},
        {"base_exec_prefix", config->base_exec_prefix, 1},
        {"platlibdir", config->platlibdir, 1},
        {"pycache_prefix", config->pycache_prefix, 0},
        {"_stdlib_dir", config->stdlib_dir, 0},
        {"_home", config->home, 0},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(strings); i++) {
        if (strings[i].value == NULL && strings[i].skip_null) {
            continue;
        }
        if (set_string(dict, strings[i].name, strings[i].value) < 0) {
            return -1;
        }
    }
    if (config->module_search_paths_set
        && sys_set_steal(dict, "path", _PyWideStringList_AsList(
                                   &config->module_search_paths)) < 0) {
        return -1;
    }
    return sys_set_steal(dict, "argv", _PyWideStringList_AsList(
                                   &config->argv)) < 0
                   || sys_set_steal(dict, "orig_argv",
                                    _PyWideStringList_AsList(
                                        &config->orig_argv)) < 0
                   || sys_set_steal(dict, "warnoptions",
                                    _PyWideStringList_AsList(
                                        &config->warnoptions)) < 0
                   || set_xoptions(config, dict) < 0
                   || sys_set_steal(dict, "flags", sys_make_flags(tstate)) < 0
                   || sys_set_steal(dict, "dont_write_bytecode",
                                    PyBool_FromLong(!config->write_bytecode))
                          < 0
               ? -1
               : 0;
}
