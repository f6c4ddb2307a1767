/* Where the executable, the prefixes and the library are.

   The library is CPython 3.11's as packaged; configure found it, or
   --with-stdlib named it. So the prefixes are the library's, not the
   executable's: site then finds the packages installed beside it. PYTHONHOME
   names another library. A pyvenv.cfg beside the executable, or one directory
   up, marks a virtual environment: its `home` gives the base executable. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"
#include "pycore_pathconfig.h"
#include "pycore_pylifecycle.h"
#include "pycore_pymem.h"
#include "pycore_runtime.h"
#include <sys/stat.h>

#define PATH_LENGTH 4096
#define VERSION_DIR L"python3.11"

/* -- What was set before initialisation ------------------------------------------ */

static struct {
    wchar_t *program_full_path;
    wchar_t *prefix;
    wchar_t *exec_prefix;
    wchar_t *module_search_path;
    wchar_t *calculated_module_search_path;
    wchar_t *program_name;
    wchar_t *home;
} global_paths;

static void
set_path(wchar_t **field, const wchar_t *value)
{
    wchar_t *copy = NULL;
    if (value != NULL && value[0] != L'\0') {
        copy = _PyMem_RawWcsdup(value);
        if (copy == NULL) {
            Py_FatalError("out of memory");
        }
    }
    PyMem_RawFree(*field);
    *field = copy;
}

void
_PyPathConfig_ClearGlobal(void)
{
    set_path(&global_paths.program_full_path, NULL);
    set_path(&global_paths.prefix, NULL);
    set_path(&global_paths.exec_prefix, NULL);
    set_path(&global_paths.module_search_path, NULL);
    set_path(&global_paths.calculated_module_search_path, NULL);
    set_path(&global_paths.program_name, NULL);
    set_path(&global_paths.home, NULL);
}

void
Py_SetPath(const wchar_t *path)
{
    if (path == NULL) {
        _PyPathConfig_ClearGlobal();
        return;
    }
    set_path(&global_paths.prefix, NULL);
    set_path(&global_paths.exec_prefix, NULL);
    set_path(&global_paths.module_search_path, path);
}

void
Py_SetPythonHome(const wchar_t *home)
{
    set_path(&global_paths.home, home);
}

void
Py_SetProgramName(const wchar_t *name)
{
    set_path(&global_paths.program_name, name);
}

void
_Py_SetProgramFullPath(const wchar_t *path)
{
    set_path(&global_paths.program_full_path, path);
}

wchar_t *
Py_GetPath(void)
{
    return global_paths.module_search_path != NULL
               ? global_paths.module_search_path
               : global_paths.calculated_module_search_path;
}

wchar_t *
Py_GetPrefix(void)
{
    return global_paths.prefix;
}

wchar_t *
Py_GetExecPrefix(void)
{
    return global_paths.exec_prefix;
}

wchar_t *
Py_GetProgramFullPath(void)
{
    return global_paths.program_full_path;
}

wchar_t *
Py_GetPythonHome(void)
{
    return global_paths.home;
}

wchar_t *
Py_GetProgramName(void)
{
    return global_paths.program_name;
}

PyStatus
_PyPathConfig_UpdateGlobal(const PyConfig *config)
{
    set_path(&global_paths.program_full_path, config->executable);
    set_path(&global_paths.prefix, config->prefix);
    set_path(&global_paths.exec_prefix, config->exec_prefix);
    set_path(&global_paths.program_name, config->program_name);
    set_path(&global_paths.home, config->home);
    size_t length = 1;
    for (Py_ssize_t i = 0; i < config->module_search_paths.length; i++) {
        length += wcslen(config->module_search_paths.items[i]) + 1;
    }
    wchar_t *joined = PyMem_RawCalloc(length, sizeof(wchar_t));
    if (joined == NULL) {
        return _PyStatus_NO_MEMORY();
    }
    for (Py_ssize_t i = 0; i < config->module_search_paths.length; i++) {
        if (i > 0) {
            wcscat(joined, L":");
        }
        wcscat(joined, config->module_search_paths.items[i]);
    }
    PyMem_RawFree(global_paths.calculated_module_search_path);
    global_paths.calculated_module_search_path = joined;
    return _PyStatus_OK();
}

PyStatus
_PyPathConfig_ReadGlobal(PyConfig *config)
{
    struct {
        wchar_t **field;
        const wchar_t *value;
    } fields[] = {
        {&config->prefix, global_paths.prefix},
        {&config->exec_prefix, global_paths.exec_prefix},
        {&config->home, global_paths.home},
        {&config->program_name, global_paths.program_name},
        {&config->executable, global_paths.program_full_path},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(fields); i++) {
        if (fields[i].value != NULL && *fields[i].field == NULL) {
            PyStatus status = PyConfig_SetString(config, fields[i].field,
                                                 fields[i].value);
            if (_PyStatus_EXCEPTION(status)) {
                return status;
            }
        }
    }
    return _PyStatus_OK();
}

/* -- Paths ------------------------------------------------------------------------- */

static int
path_stat(const wchar_t *path, struct stat *st)
{
    char *narrow = Py_EncodeLocale(path, NULL);
    if (narrow == NULL) {
        return -1;
    }
    int result = stat(narrow, st);
    PyMem_Free(narrow);
    return result;
}

static int
path_exists(const wchar_t *path, mode_t kind)
{
    struct stat st;
    return path_stat(path, &st) == 0 && (st.st_mode & S_IFMT) == kind;
}

static int
path_is_executable(const wchar_t *path)
{
    struct stat st;
    return path_stat(path, &st) == 0 && S_ISREG(st.st_mode)
           && (st.st_mode & 0111);
}

static void
path_join(wchar_t *out, const wchar_t *dir, const wchar_t *name)
{
    size_t length = wcslen(dir);
    if (name[0] == L'/') {
        dir = L"";
        length = 0;
    }
    const wchar_t *separator = length == 0 || dir[length - 1] == L'/' ? L""
                                                                      : L"/";
    if (swprintf(out, PATH_LENGTH, L"%ls%ls%ls", dir, separator, name) < 0) {
        out[0] = L'\0';
    }
}

/* cut the last component off, in place; "/" stays */
static void
path_parent(wchar_t *path)
{
    wchar_t *slash = wcsrchr(path, L'/');
    if (slash == NULL) {
        path[0] = L'\0';
    }
    else if (slash == path) {
        path[1] = L'\0';
    }
    else {
        *slash = L'\0';
    }
}

/* -- The executable ------------------------------------------------------------------ */

static int
search_on_path(wchar_t *out, const wchar_t *name)
{
    const char *env = getenv("PATH");
    wchar_t *path = env == NULL ? NULL : Py_DecodeLocale(env, NULL);
    int found = 0;
    wchar_t *state = NULL;
    for (wchar_t *dir = path == NULL ? NULL : wcstok(path, L":", &state);
         dir != NULL && !found; dir = wcstok(NULL, L":", &state)) {
        path_join(out, dir, name);
        found = path_is_executable(out);
    }
    PyMem_RawFree(path);
    return found;
}

static PyStatus
find_executable(PyConfig *config)
{
    if (config->executable != NULL) {
        return _PyStatus_OK();
    }
    if (config->program_name == NULL) {
        PyStatus status = PyConfig_SetString(config, &config->program_name,
                                             L"baton");
        if (_PyStatus_EXCEPTION(status)) {
            return status;
        }
    }
    wchar_t found[PATH_LENGTH];
    const wchar_t *name = config->program_name;
    if (wcschr(name, L'/') == NULL) {
        if (!search_on_path(found, name)) {
            found[0] = L'\0';
        }
    }
    else {
        path_join(found, L"", name);
    }
    if (found[0] == L'\0') {
        return PyConfig_SetString(config, &config->executable, L"");
    }
    wchar_t *absolute = NULL;
    if (_Py_abspath(found, &absolute) < 0 || absolute == NULL) {
        return _PyStatus_NO_MEMORY();
    }
    _Py_normpath(absolute, -1);
    PyStatus status = PyConfig_SetString(config, &config->executable,
                                         absolute);
    PyMem_RawFree(absolute);
    return status;
}

/* -- Virtual environments --------------------------------------------------------------- */

/* The value of `home` in a pyvenv.cfg, in `home`; 0 when there is none. */
static int
venv_read_home(const wchar_t *cfg, wchar_t *home)
{
    FILE *f = _Py_wfopen(cfg, L"rb");
    if (f == NULL) {
        return 0;
    }
    char line[PATH_LENGTH];
    int found = 0;
    while (!found && fgets(line, sizeof(line), f) != NULL) {
        char *equals = strchr(line, '=');
        if (equals == NULL) {
            continue;
        }
        *equals = '\0';
        char *key = line + strspn(line, " \t");
        char *end = key + strlen(key);
        while (end > key && (end[-1] == ' ' || end[-1] == '\t')) {
            *--end = '\0';
        }
        if (strcasecmp(key, "home") != 0) {
            continue;
        }
        char *value = equals + 1 + strspn(equals + 1, " \t");
        value[strcspn(value, "\r\n")] = '\0';
        wchar_t *wide = Py_DecodeLocale(value, NULL);
        if (wide != NULL && wcslen(wide) < PATH_LENGTH) {
            wcscpy(home, wide);
            found = 1;
        }
        PyMem_RawFree(wide);
    }
    fclose(f);
    return found;
}

static int
venv_find_home(const wchar_t *executable, wchar_t *home)
{
    wchar_t dir[PATH_LENGTH], cfg[PATH_LENGTH];
    wcsncpy(dir, executable, PATH_LENGTH - 1);
    dir[PATH_LENGTH - 1] = L'\0';
    for (int up = 0; up < 2; up++) {
        path_parent(dir);
        path_join(cfg, dir, L"pyvenv.cfg");
        if (path_exists(cfg, S_IFREG)) {
            return venv_read_home(cfg, home);
        }
    }
    return 0;
}

/* The interpreter that a virtual environment was made from. */
static PyStatus
find_base_executable(PyConfig *config)
{
    if (config->base_executable != NULL) {
        return _PyStatus_OK();
    }
    wchar_t home[PATH_LENGTH], base[PATH_LENGTH], resolved[PATH_LENGTH];
    const wchar_t *result = config->executable;
    if (config->executable[0] != L'\0'
        && venv_find_home(config->executable, home)) {
        const wchar_t *slash = wcsrchr(config->executable, L'/');
        path_join(base, home, slash == NULL ? config->executable : slash + 1);
        if (path_is_executable(base)) {
            result = base;
        }
        else if (_Py_wrealpath(config->executable, resolved, PATH_LENGTH)
                 != NULL) {
            result = resolved;
        }
    }
    return PyConfig_SetString(config, &config->base_executable, result);
}

/* -- Prefixes and search path ---------------------------------------------------------------- */

/* prefix and stdlib, from PYTHONHOME or the library that configure found */
static void
find_library(const PyConfig *config, wchar_t *prefix, wchar_t *exec_prefix,
             wchar_t *stdlib)
{
    if (config->home != NULL) {
        wcsncpy(prefix, config->home, PATH_LENGTH - 1);
        prefix[PATH_LENGTH - 1] = L'\0';
        wchar_t *colon = wcschr(prefix, L':');
        if (colon != NULL) {
            wcscpy(exec_prefix, colon + 1);
            *colon = L'\0';
        }
        else {
            wcscpy(exec_prefix, prefix);
        }
        wchar_t lib[PATH_LENGTH];
        path_join(lib, prefix, config->platlibdir);
        path_join(stdlib, lib, VERSION_DIR);
        return;
    }
    if (swprintf(stdlib, PATH_LENGTH, L"%s", BATON_STDLIB_DIR) < 0) {
        stdlib[0] = L'\0';
    }
    wcscpy(prefix, stdlib);
    path_parent(prefix);
    path_parent(prefix);
    wcscpy(exec_prefix, prefix);
}

static PyStatus
append_pythonpath(PyConfig *config)
{
    const wchar_t *rest = config->pythonpath_env;
    while (rest != NULL) {
        const wchar_t *colon = wcschr(rest, L':');
        size_t length = colon == NULL ? wcslen(rest)
                                      : (size_t)(colon - rest);
        wchar_t *entry = PyMem_RawCalloc(length + 1, sizeof(wchar_t));
        if (entry == NULL) {
            return _PyStatus_NO_MEMORY();
        }
        memcpy(entry, rest, length * sizeof(wchar_t));
        PyStatus status = PyWideStringList_Append(
            &config->module_search_paths, entry);
        PyMem_RawFree(entry);
        if (_PyStatus_EXCEPTION(status)) {
            return status;
        }
        rest = colon == NULL ? NULL : colon + 1;
    }
    return _PyStatus_OK();
}

static PyStatus
split_search_path(PyConfig *config, const wchar_t *path)
{
    wchar_t *copy = _PyMem_RawWcsdup(path);
    if (copy == NULL) {
        return _PyStatus_NO_MEMORY();
    }
    PyStatus status = _PyStatus_OK();
    wchar_t *state = NULL;
    for (wchar_t *dir = wcstok(copy, L":", &state);
         dir != NULL && !_PyStatus_EXCEPTION(status);
         dir = wcstok(NULL, L":", &state)) {
        status = PyWideStringList_Append(&config->module_search_paths, dir);
    }
    PyMem_RawFree(copy);
    return status;
}

static PyStatus
fill_search_paths(PyConfig *config, const wchar_t *prefix,
                  const wchar_t *stdlib)
{
    if (config->module_search_paths_set) {
        return _PyStatus_OK();
    }
    config->module_search_paths_set = 1;
    if (global_paths.module_search_path != NULL) {
        return split_search_path(config, global_paths.module_search_path);
    }
    PyStatus status = append_pythonpath(config);
    wchar_t lib[PATH_LENGTH], entry[PATH_LENGTH];
    path_join(lib, prefix, config->platlibdir);
    path_join(entry, lib, L"python311.zip");
    if (!_PyStatus_EXCEPTION(status)) {
        status = PyWideStringList_Append(&config->module_search_paths, entry);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = PyWideStringList_Append(&config->module_search_paths,
                                         stdlib);
    }
    path_join(entry, stdlib, L"lib-dynload");
    if (!_PyStatus_EXCEPTION(status)) {
        status = PyWideStringList_Append(&config->module_search_paths, entry);
    }
    return status;
}

PyStatus
config_compute_paths(PyConfig *config)
{
    wchar_t prefix[PATH_LENGTH], exec_prefix[PATH_LENGTH];
    wchar_t stdlib[PATH_LENGTH];
    PyStatus status = _PyPathConfig_ReadGlobal(config);
    if (!_PyStatus_EXCEPTION(status)) {
        status = find_executable(config);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = find_base_executable(config);
    }
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    find_library(config, prefix, exec_prefix, stdlib);
    struct {
        wchar_t **field;
        const wchar_t *value;
    } fields[] = {
        {&config->stdlib_dir, stdlib},
        {&config->base_prefix, prefix},
        {&config->prefix, prefix},
        {&config->base_exec_prefix, exec_prefix},
        {&config->exec_prefix, exec_prefix},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(fields); i++) {
        if (*fields[i].field == NULL) {
            status = PyConfig_SetString(config, fields[i].field,
                                        fields[i].value);
            if (_PyStatus_EXCEPTION(status)) {
                return status;
            }
        }
    }
    status = fill_search_paths(config, prefix, stdlib);
    if (!_PyStatus_EXCEPTION(status)) {
        status = _PyPathConfig_UpdateGlobal(config);
    }
    return status;
}

/* -- sys.path[0] ---------------------------------------------------------------------------------- */

int
_PyPathConfig_ComputeSysPath0(const PyWideStringList *argv, PyObject **path0)
{
    if (argv->length == 0) {
        return 0;
    }
    const wchar_t *script = argv->items[0];
    wchar_t buffer[PATH_LENGTH];
    if (wcscmp(script, L"-m") == 0) {
        if (_Py_wgetcwd(buffer, PATH_LENGTH) == NULL) {
            return 0;
        }
        *path0 = PyUnicode_FromWideChar(buffer, -1);
        return *path0 == NULL ? -1 : 1;
    }
    if (wcscmp(script, L"-c") == 0) {
        *path0 = PyUnicode_FromWideChar(L"", 0);
        return *path0 == NULL ? -1 : 1;
    }
    wchar_t resolved[PATH_LENGTH];
    if (script[0] != L'\0'
        && _Py_wrealpath(script, resolved, PATH_LENGTH) != NULL) {
        script = resolved;
    }
    wcsncpy(buffer, script, PATH_LENGTH - 1);
    buffer[PATH_LENGTH - 1] = L'\0';
    path_parent(buffer);
    *path0 = PyUnicode_FromWideChar(buffer, -1);
    return *path0 == NULL ? -1 : 1;
}

/* For the test module that asks: the paths are computed here, in C, so there
   is no code object that does it. */
PyAPI_FUNC(PyObject *) _Py_Get_Getpath_CodeObject(void);
PyObject *
_Py_Get_Getpath_CodeObject(void)
{
    PyErr_SetString(PyExc_RuntimeError, "paths are not computed in Python");
    return NULL;
}
