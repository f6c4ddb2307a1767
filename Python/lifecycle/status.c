/* PyStatus, and lists of wide strings: what configuration is read with. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_initconfig.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pymem.h"

/* -- PyStatus ------------------------------------------------------------- */

PyStatus
PyStatus_Ok(void)
{
    return _PyStatus_OK();
}

PyStatus
PyStatus_Error(const char *err_msg)
{
    return (PyStatus){._type = _PyStatus_TYPE_ERROR, .err_msg = err_msg};
}

PyStatus
PyStatus_NoMemory(void)
{
    return PyStatus_Error("memory allocation failed");
}

PyStatus
PyStatus_Exit(int exitcode)
{
    return _PyStatus_EXIT(exitcode);
}

int
PyStatus_IsError(PyStatus status)
{
    return _PyStatus_IS_ERROR(status);
}

int
PyStatus_IsExit(PyStatus status)
{
    return _PyStatus_IS_EXIT(status);
}

int
PyStatus_Exception(PyStatus status)
{
    return _PyStatus_EXCEPTION(status);
}

void
_PyErr_SetFromPyStatus(PyStatus status)
{
    if (!_PyStatus_IS_ERROR(status)) {
        PyErr_Format(PyExc_SystemError,
                     "%s() expects an error PyStatus", __func__);
    }
    else if (status.func != NULL) {
        PyErr_Format(PyExc_ValueError, "%s: %s", status.func, status.err_msg);
    }
    else {
        PyErr_Format(PyExc_ValueError, "%s", status.err_msg);
    }
}

/* -- Wide strings ------------------------------------------------------------ */

void
_PyWideStringList_Clear(PyWideStringList *list)
{
    for (Py_ssize_t i = 0; i < list->length; i++) {
        PyMem_RawFree(list->items[i]);
    }
    PyMem_RawFree(list->items);
    list->length = 0;
    list->items = NULL;
}

PyStatus
PyWideStringList_Insert(PyWideStringList *list, Py_ssize_t index,
                        const wchar_t *item)
{
    if (index < 0) {
        return _PyStatus_ERR(
            "PyWideStringList_Insert index must be >= 0");
    }
    if (index > list->length) {
        index = list->length;
    }
    wchar_t *copy = _PyMem_RawWcsdup(item);
    size_t size = ((size_t)list->length + 1) * sizeof(list->items[0]);
    wchar_t **items = copy == NULL ? NULL : PyMem_RawRealloc(list->items,
                                                             size);
    if (items == NULL) {
        PyMem_RawFree(copy);
        return _PyStatus_NO_MEMORY();
    }
    memmove(&items[index + 1], &items[index],
            (size_t)(list->length - index) * sizeof(items[0]));
    items[index] = copy;
    list->items = items;
    list->length++;
    return _PyStatus_OK();
}

PyStatus
PyWideStringList_Append(PyWideStringList *list, const wchar_t *item)
{
    return PyWideStringList_Insert(list, list->length, item);
}

PyStatus
_PyWideStringList_Extend(PyWideStringList *list, const PyWideStringList *list2)
{
    for (Py_ssize_t i = 0; i < list2->length; i++) {
        PyStatus status = PyWideStringList_Append(list, list2->items[i]);
        if (_PyStatus_EXCEPTION(status)) {
            return status;
        }
    }
    return _PyStatus_OK();
}

int
_PyWideStringList_Copy(PyWideStringList *list, const PyWideStringList *list2)
{
    PyWideStringList copy = _PyWideStringList_INIT;
    if (_PyStatus_EXCEPTION(_PyWideStringList_Extend(&copy, list2))) {
        _PyWideStringList_Clear(&copy);
        return -1;
    }
    _PyWideStringList_Clear(list);
    *list = copy;
    return 0;
}

PyObject *
_PyWideStringList_AsList(const PyWideStringList *list)
{
    PyObject *result = PyList_New(list->length);
    if (result == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < list->length; i++) {
        PyObject *item = PyUnicode_FromWideChar(list->items[i], -1);
        if (item == NULL) {
            Py_DECREF(result);
            return NULL;
        }
        PyList_SET_ITEM(result, i, item);
    }
    return result;
}

PyStatus
_PyArgv_AsWstrList(const _PyArgv *args, PyWideStringList *list)
{
    PyWideStringList wide = _PyWideStringList_INIT;
    for (Py_ssize_t i = 0; i < args->argc; i++) {
        PyStatus status;
        if (args->use_bytes_argv) {
            size_t length;
            wchar_t *arg = Py_DecodeLocale(args->bytes_argv[i], &length);
            if (arg == NULL) {
                _PyWideStringList_Clear(&wide);
                return length == (size_t)-1
                           ? _PyStatus_NO_MEMORY()
                           : _PyStatus_ERR("cannot decode command line "
                                           "arguments");
            }
            status = PyWideStringList_Append(&wide, arg);
            PyMem_RawFree(arg);
        }
        else {
            status = PyWideStringList_Append(&wide, args->wchar_argv[i]);
        }
        if (_PyStatus_EXCEPTION(status)) {
            _PyWideStringList_Clear(&wide);
            return status;
        }
    }
    _PyWideStringList_Clear(list);
    *list = wide;
    return _PyStatus_OK();
}

/* -- Small readers --------------------------------------------------------------- */

int
_Py_str_to_int(const char *str, int *result)
{
    char *end;
    errno = 0;
    long value = strtol(str, &end, 10);
    if (*str == '\0' || *end != '\0' || errno == ERANGE || value < INT_MIN
        || value > INT_MAX) {
        return -1;
    }
    *result = (int)value;
    return 0;
}

const wchar_t *
_Py_get_xoption(const PyWideStringList *xoptions, const wchar_t *name)
{
    size_t length = wcslen(name);
    for (Py_ssize_t i = 0; i < xoptions->length; i++) {
        const wchar_t *option = xoptions->items[i];
        if (wcsncmp(option, name, length) == 0
            && (option[length] == L'=' || option[length] == L'\0')) {
            return option;
        }
    }
    return NULL;
}

const char *
_Py_GetEnv(int use_environment, const char *name)
{
    if (!use_environment) {
        return NULL;
    }
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

void
_Py_get_env_flag(int use_environment, int *flag, const char *name)
{
    const char *var = _Py_GetEnv(use_environment, name);
    if (var == NULL) {
        return;
    }
    int value;
    if (_Py_str_to_int(var, &value) < 0 || value < 0) {
        value = 1; /* PYTHONDEBUG=text means PYTHONDEBUG=1 */
    }
    if (*flag < value) {
        *flag = value;
    }
}

const char *
Py_GETENV(const char *name)
{
    return Py_IgnoreEnvironmentFlag ? NULL : getenv(name);
}
