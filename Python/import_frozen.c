/* Frozen modules: code objects inside the binary. */
#include "Python.h"
#include "pycore_import.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "marshal.h"
#include "import_private.h"

/* a table an embedding program may set; looked at before ours */
const struct _frozen *PyImport_FrozenModules;

/* -- Looking up ------------------------------------------------------------------ */

static int
use_frozen(void)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    int override = interp->override_frozen_modules;
    if (override != 0) {
        return override > 0;
    }
    return interp->config.use_frozen_modules;
}

static const struct _frozen *
frozen_in_table(const struct _frozen *table, PyObject *name)
{
    for (; table != NULL && table->name != NULL; table++) {
        if (_PyUnicode_EqualToASCIIString(name, table->name)) {
            return table;
        }
    }
    return NULL;
}

static const struct _frozen *
frozen_lookup(PyObject *name)
{
    const struct _frozen *row = frozen_in_table(PyImport_FrozenModules, name);
    if (row == NULL) {
        row = frozen_in_table(_PyImport_FrozenBootstrap, name);
    }
    if (row == NULL && use_frozen()) {
        row = frozen_in_table(_PyImport_FrozenStdlib, name);
        if (row == NULL) {
            row = frozen_in_table(_PyImport_FrozenTest, name);
        }
    }
    return row;
}

/* "<name" in the table of aliases means the package `name` */
static void
frozen_fill_alias(struct frozen_info *info, const char *name)
{
    info->origname = name;
    const struct _module_alias *alias = _PyImport_FrozenAliases;
    for (; alias != NULL && alias->name != NULL; alias++) {
        if (strcmp(name, alias->name) == 0) {
            info->is_alias = alias->orig == NULL
                             || strcmp(name, alias->orig) != 0;
            info->origname = alias->orig;
            return;
        }
    }
}

enum frozen_status
frozen_find(PyObject *name, struct frozen_info *info)
{
    memset(info, 0, sizeof(*info));
    if (name == NULL || name == Py_None) {
        return FROZEN_BAD_NAME;
    }
    const struct _frozen *row = frozen_lookup(name);
    if (row == NULL) {
        /* the essential ones are used whatever -X frozen_modules says */
        if (!use_frozen()
            && (frozen_in_table(_PyImport_FrozenStdlib, name) != NULL
                || frozen_in_table(_PyImport_FrozenTest, name) != NULL)) {
            return FROZEN_DISABLED;
        }
        return FROZEN_NOT_FOUND;
    }
    info->nameobj = name;
    info->data = (const char *)row->code;
    info->get_code = row->get_code;
    info->size = row->size;
    info->is_package = row->is_package != 0;
    frozen_fill_alias(info, row->name);
    if (row->code == NULL && row->get_code == NULL && row->size == 0) {
        return FROZEN_EXCLUDED;
    }
    if (row->get_code == NULL && (row->code == NULL || row->size == 0)) {
        return FROZEN_INVALID;
    }
    return FROZEN_OKAY;
}

void
frozen_set_error(enum frozen_status status, PyObject *name)
{
    static const char *const messages[] = {
        [FROZEN_BAD_NAME] = "No such frozen object named %R",
        [FROZEN_NOT_FOUND] = "No such frozen object named %R",
        [FROZEN_DISABLED] = "Frozen modules are disabled and the frozen "
                            "object named %R is not essential",
        [FROZEN_EXCLUDED] = "Excluded frozen object named %R",
        [FROZEN_INVALID] = "Frozen object named %R is invalid",
    };
    PyObject *message = PyUnicode_FromFormat(messages[status],
                                             name == NULL ? Py_None : name);
    if (message == NULL) {
        PyErr_Clear();
    }
    PyErr_SetImportError(message, name, NULL);
    Py_XDECREF(message);
}

PyObject *
frozen_code(PyThreadState *tstate, const struct frozen_info *info)
{
    if (info->get_code != NULL) {
        return info->get_code();
    }
    PyObject *code = PyMarshal_ReadObjectFromString(info->data, info->size);
    if (code == NULL) {
        _PyErr_Clear(tstate);
        frozen_set_error(FROZEN_INVALID, info->nameobj);
        return NULL;
    }
    if (!PyCode_Check(code)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "frozen object %R is not a code object",
                      info->nameobj);
        Py_CLEAR(code);
    }
    return code;
}

static int
append_names(PyObject *list, const struct _frozen *table)
{
    for (; table != NULL && table->name != NULL; table++) {
        PyObject *name = PyUnicode_FromString(table->name);
        int failed = name == NULL || PyList_Append(list, name) < 0;
        Py_XDECREF(name);
        if (failed) {
            return -1;
        }
    }
    return 0;
}

PyObject *
frozen_names(void)
{
    PyObject *list = PyList_New(0);
    if (list == NULL || append_names(list, PyImport_FrozenModules) < 0
        || append_names(list, _PyImport_FrozenBootstrap) < 0
        || (use_frozen()
            && (append_names(list, _PyImport_FrozenStdlib) < 0
                || append_names(list, _PyImport_FrozenTest) < 0))) {
        Py_CLEAR(list);
    }
    return list;
}

/* -- Static code objects --------------------------------------------------------- */

/* Never readied, never seen by a program: only their addresses count. */
PyTypeObject frozen_set_recipe;
PyVarObject frozen_empty_tuple = {
    {_PyObject_IMMORTAL_REFCNT, &frozen_set_recipe}, 0};

static int prepare_code(PyCodeObject *code);

static int
is_name(PyObject *text)
{
    if (!PyUnicode_IS_ASCII(text)) {
        return 0;
    }
    const Py_UCS1 *p = PyUnicode_1BYTE_DATA(text);
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text); i++) {
        if (!Py_ISALNUM(p[i]) && p[i] != '_') {
            return 0;
        }
    }
    return 1;
}

/* Put the real object in place of what stands in *slot. */
static int
prepare_slot(PyObject **slot, int intern_all)
{
    PyObject *value = *slot;
    if (value == (PyObject *)&frozen_empty_tuple) {
        *slot = PyTuple_New(0);
        return *slot == NULL ? -1 : 0;
    }
    if (PyUnicode_CheckExact(value)) {
        if (intern_all || is_name(value)) {
            PyUnicode_InternInPlace(slot);
        }
        return 0;
    }
    if (PyCode_Check(value)) {
        return prepare_code((PyCodeObject *)value);
    }
    if (!PyTuple_CheckExact(value)
        && !Py_IS_TYPE(value, &frozen_set_recipe)) {
        return 0;
    }
    PyTupleObject *tuple = (PyTupleObject *)value;
    for (Py_ssize_t i = 0; i < Py_SIZE(tuple); i++) {
        if (prepare_slot(&tuple->ob_item[i], intern_all) < 0) {
            return -1;
        }
    }
    if (Py_IS_TYPE(value, &frozen_set_recipe)) {
        PyObject *items = PyTuple_New(Py_SIZE(tuple));
        for (Py_ssize_t i = 0; items != NULL && i < Py_SIZE(tuple); i++) {
            PyTuple_SET_ITEM(items, i, Py_NewRef(tuple->ob_item[i]));
        }
        *slot = items == NULL ? NULL : PyFrozenSet_New(items);
        Py_XDECREF(items);
        return *slot == NULL ? -1 : 0;
    }
    return 0;
}

static int
prepare_code(PyCodeObject *code)
{
    return prepare_slot(&code->co_name, 1) < 0
                   || prepare_slot(&code->co_qualname, 1) < 0
                   || prepare_slot(&code->co_filename, 1) < 0
                   || prepare_slot(&code->co_names, 1) < 0
                   || prepare_slot(&code->co_localsplusnames, 1) < 0
                   || prepare_slot(&code->co_consts, 0) < 0
               ? -1
               : 0;
}

PyObject *
frozen_prepare(PyCodeObject *code, int *ready)
{
    if (!*ready) {
        if (prepare_code(code) < 0) {
            return NULL;
        }
        *ready = 1;
    }
    return Py_NewRef((PyObject *)code);
}

/* -- Importing without importlib --------------------------------------------------- */

static int
frozen_fill_module(const struct frozen_info *info, PyObject *module)
{
    PyObject *origname = Py_NewRef(Py_None);
    if (info->is_package) {
        PyObject *path = PyList_New(0);
        int failed = path == NULL
                     || PyDict_SetItemString(PyModule_GetDict(module),
                                             "__path__", path) < 0;
        Py_XDECREF(path);
        if (failed) {
            Py_DECREF(origname);
            return -1;
        }
    }
    if (info->origname != NULL) {
        Py_SETREF(origname, PyUnicode_FromString(info->origname));
        if (origname == NULL) {
            return -1;
        }
    }
    int failed = PyObject_SetAttrString(module, "__origname__", origname);
    Py_DECREF(origname);
    return failed;
}

int
PyImport_ImportFrozenModuleObject(PyObject *name)
{
    PyThreadState *tstate = _PyThreadState_GET();
    struct frozen_info info;
    enum frozen_status status = frozen_find(name, &info);
    if (status == FROZEN_NOT_FOUND || status == FROZEN_DISABLED
        || status == FROZEN_BAD_NAME) {
        return 0;
    }
    if (status != FROZEN_OKAY) {
        frozen_set_error(status, name);
        return -1;
    }
    PyObject *code = frozen_code(tstate, &info);
    if (code == NULL) {
        return -1;
    }
    int result = -1;
    PyObject *module = PyImport_AddModuleObject(name);
    if (module != NULL && frozen_fill_module(&info, module) == 0) {
        module = import_exec_in_new_module(tstate, name, code);
        if (module != NULL) {
            Py_DECREF(module);
            result = 1;
        }
    }
    Py_DECREF(code);
    return result;
}

int
PyImport_ImportFrozenModule(const char *name)
{
    PyObject *text = PyUnicode_InternFromString(name);
    if (text == NULL) {
        return -1;
    }
    int result = PyImport_ImportFrozenModuleObject(text);
    Py_DECREF(text);
    return result;
}
