/* PyConfig: one table of its fields, from which it is initialised, copied,
   cleared, shown and set; and reading it from the environment. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_gil.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_long.h"
#include "pycore_pyerrors.h"
#include "pycore_pyhash.h"
#include "pycore_pylifecycle.h"
#include "pycore_pymem.h"
#include "pycore_pystate.h"
#include <locale.h>

int Py_DebugFlag;
int Py_VerboseFlag;
int Py_QuietFlag;
int Py_InteractiveFlag;
int Py_InspectFlag;
int Py_OptimizeFlag;
int Py_NoSiteFlag;
int Py_BytesWarningFlag;
int Py_FrozenFlag;
int Py_IgnoreEnvironmentFlag;
int Py_DontWriteBytecodeFlag;
int Py_NoUserSiteDirectory;
int Py_UnbufferedStdioFlag;
int Py_HashRandomizationFlag;
int Py_IsolatedFlag;

int _Py_global_config_int_max_str_digits = -1;

/* -- The table of fields ------------------------------------------------------ */

enum field_kind {
    FIELD_INT,      /* any value */
    FIELD_UINT,     /* not negative once read */
    FIELD_ULONG,
    FIELD_STR,      /* never NULL once read */
    FIELD_STR_OPT,  /* may be NULL */
    FIELD_LIST,
};

struct config_field {
    const char *name;
    size_t offset;
    enum field_kind kind;
    int initial; /* of ints, in a fresh "python" configuration */
};

#define INT(NAME, INITIAL) \
    {#NAME, offsetof(PyConfig, NAME), FIELD_INT, INITIAL}
#define UINT(NAME, INITIAL) \
    {#NAME, offsetof(PyConfig, NAME), FIELD_UINT, INITIAL}
#define ULONG(NAME) {#NAME, offsetof(PyConfig, NAME), FIELD_ULONG, 0}
#define STR(NAME) {#NAME, offsetof(PyConfig, NAME), FIELD_STR, 0}
#define OPT(NAME) {#NAME, offsetof(PyConfig, NAME), FIELD_STR_OPT, 0}
#define LIST(NAME) {#NAME, offsetof(PyConfig, NAME), FIELD_LIST, 0}

static const struct config_field config_fields[] = {
    UINT(_config_init, _PyConfig_INIT_PYTHON),
    UINT(isolated, 0),
    UINT(use_environment, 1),
    UINT(dev_mode, -1),
    UINT(install_signal_handlers, 1),
    INT(use_hash_seed, -1),
    ULONG(hash_seed),
    INT(faulthandler, -1),
    INT(tracemalloc, -1),
    UINT(import_time, 0),
    INT(code_debug_ranges, 1),
    UINT(show_ref_count, 0),
    UINT(dump_refs, 0),
    OPT(dump_refs_file),
    UINT(malloc_stats, 0),
    STR(filesystem_encoding),
    STR(filesystem_errors),
    OPT(pycache_prefix),
    UINT(parse_argv, 1),
    LIST(orig_argv),
    LIST(argv),
    LIST(xoptions),
    LIST(warnoptions),
    UINT(site_import, 1),
    UINT(bytes_warning, 0),
    INT(warn_default_encoding, 0),
    UINT(inspect, 0),
    UINT(interactive, 0),
    UINT(optimization_level, 0),
    UINT(parser_debug, 0),
    UINT(write_bytecode, 1),
    UINT(verbose, 0),
    UINT(quiet, 0),
    UINT(user_site_directory, 1),
    UINT(configure_c_stdio, 1),
    UINT(buffered_stdio, 1),
    STR(stdio_encoding),
    STR(stdio_errors),
    STR(check_hash_pycs_mode),
    INT(use_frozen_modules, -1),
    UINT(safe_path, 0),
    UINT(pathconfig_warnings, 1),
    STR(program_name),
    OPT(pythonpath_env),
    OPT(home),
    STR(platlibdir),
    UINT(module_search_paths_set, 0),
    LIST(module_search_paths),
    OPT(stdlib_dir),
    OPT(executable),
    OPT(base_executable),
    OPT(prefix),
    OPT(base_prefix),
    OPT(exec_prefix),
    OPT(base_exec_prefix),
    UINT(skip_source_first_line, 0),
    OPT(run_command),
    OPT(run_module),
    OPT(run_filename),
    UINT(_install_importlib, 1),
    UINT(_init_main, 1),
    UINT(_isolated_interpreter, 0),
    UINT(_is_python_build, 0),
};

#undef INT
#undef UINT
#undef ULONG
#undef STR
#undef OPT
#undef LIST

#define FIELD_COUNT Py_ARRAY_LENGTH(config_fields)

static void *
field_at(const PyConfig *config, const struct config_field *field)
{
    return (char *)config + field->offset;
}

/* -- Fresh configurations ---------------------------------------------------------- */

void
PyConfig_InitPythonConfig(PyConfig *config)
{
    memset(config, 0, sizeof(*config));
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct config_field *field = &config_fields[i];
        if (field->kind == FIELD_INT || field->kind == FIELD_UINT) {
            *(int *)field_at(config, field) = field->initial;
        }
    }
}

void
_PyConfig_InitCompatConfig(PyConfig *config)
{
    PyConfig_InitPythonConfig(config);
    config->_config_init = (int)_PyConfig_INIT_COMPAT;
    config->parse_argv = 0;
    config->configure_c_stdio = 0;
    /* -1: taken from the global flags when it is read */
    config->isolated = -1;
    config->use_environment = -1;
    config->site_import = -1;
    config->bytes_warning = -1;
    config->inspect = -1;
    config->interactive = -1;
    config->optimization_level = -1;
    config->parser_debug = -1;
    config->write_bytecode = -1;
    config->verbose = -1;
    config->quiet = -1;
    config->user_site_directory = -1;
    config->buffered_stdio = -1;
    config->pathconfig_warnings = -1;
}

void
PyConfig_InitIsolatedConfig(PyConfig *config)
{
    PyConfig_InitPythonConfig(config);
    config->_config_init = (int)_PyConfig_INIT_ISOLATED;
    config->isolated = 1;
    config->use_environment = 0;
    config->user_site_directory = 0;
    config->dev_mode = 0;
    config->install_signal_handlers = 0;
    config->use_hash_seed = 0;
    config->faulthandler = 0;
    config->tracemalloc = 0;
    config->safe_path = 1;
    config->pathconfig_warnings = 0;
    config->parse_argv = 0;
    config->configure_c_stdio = 0;
}

void
PyConfig_Clear(PyConfig *config)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct config_field *field = &config_fields[i];
        void *at = field_at(config, field);
        if (field->kind == FIELD_STR || field->kind == FIELD_STR_OPT) {
            PyMem_RawFree(*(wchar_t **)at);
            *(wchar_t **)at = NULL;
        }
        else if (field->kind == FIELD_LIST) {
            _PyWideStringList_Clear(at);
        }
    }
}

PyStatus
_PyConfig_Copy(PyConfig *config, const PyConfig *config2)
{
    PyConfig_Clear(config);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct config_field *field = &config_fields[i];
        void *to = field_at(config, field);
        const void *from = field_at(config2, field);
        PyStatus status = _PyStatus_OK();
        switch (field->kind) {
        case FIELD_INT:
        case FIELD_UINT:
            *(int *)to = *(const int *)from;
            break;
        case FIELD_ULONG:
            *(unsigned long *)to = *(const unsigned long *)from;
            break;
        case FIELD_STR:
        case FIELD_STR_OPT:
            status = PyConfig_SetString(config, to,
                                        *(wchar_t *const *)from);
            break;
        case FIELD_LIST:
            if (_PyWideStringList_Copy(to, from) < 0) {
                status = _PyStatus_NO_MEMORY();
            }
            break;
        }
        if (_PyStatus_EXCEPTION(status)) {
            return status;
        }
    }
    return _PyStatus_OK();
}

/* -- Setting fields --------------------------------------------------------------------- */

PyStatus
PyConfig_SetString(PyConfig *config, wchar_t **config_str, const wchar_t *str)
{
    PyStatus status = _Py_PreInitializeFromConfig(config, NULL);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    wchar_t *copy = NULL;
    if (str != NULL) {
        copy = _PyMem_RawWcsdup(str);
        if (copy == NULL) {
            return _PyStatus_NO_MEMORY();
        }
    }
    PyMem_RawFree(*config_str);
    *config_str = copy;
    return _PyStatus_OK();
}

static PyStatus
config_set_bytes(PyConfig *config, wchar_t **config_str, const char *str,
                 const char *decode_err)
{
    PyStatus status = _Py_PreInitializeFromConfig(config, NULL);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    wchar_t *decoded = NULL;
    if (str != NULL) {
        size_t length;
        decoded = Py_DecodeLocale(str, &length);
        if (decoded == NULL) {
            return length == (size_t)-2 ? _PyStatus_ERR(decode_err)
                                        : _PyStatus_NO_MEMORY();
        }
    }
    PyMem_RawFree(*config_str);
    *config_str = decoded;
    return _PyStatus_OK();
}

PyStatus
PyConfig_SetBytesString(PyConfig *config, wchar_t **config_str,
                        const char *str)
{
    return config_set_bytes(config, config_str, str, "cannot decode string");
}

PyStatus
_PyConfig_SetPyArgv(PyConfig *config, const _PyArgv *args)
{
    PyStatus status = _Py_PreInitializeFromConfig(config, args);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    return _PyArgv_AsWstrList(args, &config->argv);
}

PyStatus
PyConfig_SetBytesArgv(PyConfig *config, Py_ssize_t argc, char *const *argv)
{
    _PyArgv args = {.argc = argc, .use_bytes_argv = 1, .bytes_argv = argv};
    return _PyConfig_SetPyArgv(config, &args);
}

PyStatus
PyConfig_SetArgv(PyConfig *config, Py_ssize_t argc, wchar_t *const *argv)
{
    _PyArgv args = {.argc = argc, .wchar_argv = argv};
    return _PyConfig_SetPyArgv(config, &args);
}

PyStatus
PyConfig_SetWideStringList(PyConfig *config, PyWideStringList *list,
                           Py_ssize_t length, wchar_t **items)
{
    PyStatus status = _Py_PreInitializeFromConfig(config, NULL);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    PyWideStringList source = {.length = length, .items = items};
    if (_PyWideStringList_Copy(list, &source) < 0) {
        return _PyStatus_NO_MEMORY();
    }
    return _PyStatus_OK();
}

PyStatus
config_env_string(const PyConfig *config, wchar_t **dest, const char *name,
                  const char *decode_err)
{
    const char *var = _Py_GetEnv(config->use_environment, name);
    if (var == NULL) {
        *dest = NULL;
        return _PyStatus_OK();
    }
    size_t length;
    *dest = Py_DecodeLocale(var, &length);
    if (*dest == NULL) {
        return length == (size_t)-2 ? _PyStatus_ERR(decode_err)
                                    : _PyStatus_NO_MEMORY();
    }
    return _PyStatus_OK();
}

/* -- To and from a dictionary, for tests ---------------------------------------------- */

static PyObject *
field_as_object(const PyConfig *config, const struct config_field *field)
{
    const void *at = field_at(config, field);
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_UINT:
        return PyLong_FromLong(*(const int *)at);
    case FIELD_ULONG:
        return PyLong_FromUnsignedLong(*(const unsigned long *)at);
    case FIELD_STR:
    case FIELD_STR_OPT:
        if (*(wchar_t *const *)at == NULL) {
            return Py_NewRef(Py_None);
        }
        return PyUnicode_FromWideChar(*(wchar_t *const *)at, -1);
    case FIELD_LIST:
        return _PyWideStringList_AsList(at);
    }
    Py_UNREACHABLE();
}

PyObject *
_PyConfig_AsDict(const PyConfig *config)
{
    PyObject *dict = PyDict_New();
    for (size_t i = 0; dict != NULL && i < FIELD_COUNT; i++) {
        PyObject *value = field_as_object(config, &config_fields[i]);
        if (value == NULL
            || PyDict_SetItemString(dict, config_fields[i].name, value) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(value);
    }
    return dict;
}

static int
field_bad_type(const struct config_field *field)
{
    PyErr_Format(PyExc_TypeError, "invalid config type: %s", field->name);
    return -1;
}

static int
field_set_string(PyConfig *config, const struct config_field *field,
                 PyObject *value, wchar_t **at)
{
    if (value == Py_None && field->kind == FIELD_STR_OPT) {
        PyMem_RawFree(*at);
        *at = NULL;
        return 0;
    }
    if (!PyUnicode_Check(value)) {
        return field_bad_type(field);
    }
    wchar_t *wide = PyUnicode_AsWideCharString(value, NULL);
    if (wide == NULL) {
        return -1;
    }
    PyStatus status = PyConfig_SetString(config, at, wide);
    PyMem_Free(wide);
    if (_PyStatus_EXCEPTION(status)) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static int
field_set_list(const struct config_field *field, PyObject *value,
               PyWideStringList *list)
{
    if (!PyList_CheckExact(value) && !PyTuple_CheckExact(value)) {
        return field_bad_type(field);
    }
    PyWideStringList fresh = _PyWideStringList_INIT;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(value); i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(value, i);
        if (!PyUnicode_Check(item)) {
            _PyWideStringList_Clear(&fresh);
            return field_bad_type(field);
        }
        wchar_t *wide = PyUnicode_AsWideCharString(item, NULL);
        if (wide == NULL) {
            _PyWideStringList_Clear(&fresh);
            return -1;
        }
        PyStatus status = PyWideStringList_Append(&fresh, wide);
        PyMem_Free(wide);
        if (_PyStatus_EXCEPTION(status)) {
            _PyWideStringList_Clear(&fresh);
            PyErr_NoMemory();
            return -1;
        }
    }
    _PyWideStringList_Clear(list);
    *list = fresh;
    return 0;
}

static int
field_set(PyConfig *config, const struct config_field *field, PyObject *value)
{
    void *at = field_at(config, field);
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_UINT: {
        int number = _PyLong_AsInt(value);
        if (number == -1 && PyErr_Occurred()) {
            return PyErr_ExceptionMatches(PyExc_TypeError)
                       ? field_bad_type(field)
                       : -1;
        }
        if (field->kind == FIELD_UINT && number < 0) {
            PyErr_Format(PyExc_ValueError, "invalid config value: %s",
                         field->name);
            return -1;
        }
        *(int *)at = number;
        return 0;
    }
    case FIELD_ULONG: {
        unsigned long number = PyLong_AsUnsignedLong(value);
        if (number == (unsigned long)-1 && PyErr_Occurred()) {
            return -1;
        }
        *(unsigned long *)at = number;
        return 0;
    }
    case FIELD_STR:
    case FIELD_STR_OPT:
        return field_set_string(config, field, value, at);
    case FIELD_LIST:
        return field_set_list(field, value, at);
    }
    Py_UNREACHABLE();
}

int
_PyConfig_FromDict(PyConfig *config, PyObject *dict)
{
    if (!PyDict_Check(dict)) {
        PyErr_SetString(PyExc_TypeError, "dict expected");
        return -1;
    }
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct config_field *field = &config_fields[i];
        PyObject *name = PyUnicode_FromString(field->name);
        if (name == NULL) {
            return -1;
        }
        PyObject *value = PyDict_GetItemWithError(dict, name);
        Py_DECREF(name);
        if (value == NULL) {
            if (!PyErr_Occurred()) {
                PyErr_Format(PyExc_ValueError, "missing config key: %s",
                             field->name);
            }
            return -1;
        }
        if (field_set(config, field, value) < 0) {
            return -1;
        }
    }
    return 0;
}

PyObject *
_Py_GetConfigsAsDict(void)
{
    PyObject *config = _PyConfig_AsDict(_Py_GetConfig());
    if (config == NULL) {
        return NULL;
    }
    return Py_BuildValue("{s:N}", "config", config);
}

int
_PyInterpreterState_SetConfig(const PyConfig *src_config)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyStatus status = _PyConfig_Copy(&tstate->interp->config, src_config);
    if (_PyStatus_EXCEPTION(status)) {
        _PyErr_SetFromPyStatus(status);
        return -1;
    }
    return _PySys_UpdateConfig(tstate);
}

/* -- Reading: global flags and environment --------------------------------------------- */

static void
config_get_global_flags(PyConfig *config)
{
    struct {
        int *field;
        int value;
    } flags[] = {
        {&config->isolated, Py_IsolatedFlag},
        {&config->use_environment, !Py_IgnoreEnvironmentFlag},
        {&config->bytes_warning, Py_BytesWarningFlag},
        {&config->inspect, Py_InspectFlag},
        {&config->interactive, Py_InteractiveFlag},
        {&config->optimization_level, Py_OptimizeFlag},
        {&config->parser_debug, Py_DebugFlag},
        {&config->verbose, Py_VerboseFlag},
        {&config->quiet, Py_QuietFlag},
        {&config->buffered_stdio, !Py_UnbufferedStdioFlag},
        {&config->site_import, !Py_NoSiteFlag},
        {&config->write_bytecode, !Py_DontWriteBytecodeFlag},
        {&config->user_site_directory, !Py_NoUserSiteDirectory},
        {&config->pathconfig_warnings, !Py_FrozenFlag},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(flags); i++) {
        if (*flags[i].field == -1) {
            *flags[i].field = flags[i].value;
        }
    }
}

static void
config_set_global_flags(const PyConfig *config)
{
    Py_IsolatedFlag = config->isolated;
    Py_IgnoreEnvironmentFlag = !config->use_environment;
    Py_BytesWarningFlag = config->bytes_warning;
    Py_InspectFlag = config->inspect;
    Py_InteractiveFlag = config->interactive;
    Py_OptimizeFlag = config->optimization_level;
    Py_DebugFlag = config->parser_debug;
    Py_VerboseFlag = config->verbose;
    Py_QuietFlag = config->quiet;
    Py_UnbufferedStdioFlag = !config->buffered_stdio;
    Py_NoSiteFlag = !config->site_import;
    Py_DontWriteBytecodeFlag = !config->write_bytecode;
    Py_NoUserSiteDirectory = !config->user_site_directory;
    Py_FrozenFlag = !config->pathconfig_warnings;
    Py_HashRandomizationFlag = config->use_hash_seed == 0
                               || config->hash_seed != 0;
}

static PyStatus
config_init_hash_seed(PyConfig *config)
{
    const char *seed = _Py_GetEnv(config->use_environment, "PYTHONHASHSEED");
    config->use_hash_seed = 0;
    config->hash_seed = 0;
    if (seed == NULL || strcmp(seed, "random") == 0) {
        return _PyStatus_OK();
    }
    char *end;
    errno = 0;
    unsigned long value = strtoul(seed, &end, 10);
    if (*end != '\0' || value > 4294967295UL || errno == ERANGE) {
        return _PyStatus_ERR("PYTHONHASHSEED must be \"random\" "
                             "or an integer in range [0; 4294967295]");
    }
    config->use_hash_seed = 1;
    config->hash_seed = value;
    return _PyStatus_OK();
}

static PyStatus
config_init_tracemalloc(PyConfig *config)
{
    int frames = -1;
    const char *env = _Py_GetEnv(config->use_environment,
                                 "PYTHONTRACEMALLOC");
    if (env != NULL) {
        if (_Py_str_to_int(env, &frames) < 0 || frames < 0) {
            return _PyStatus_ERR(
                "PYTHONTRACEMALLOC: invalid number of frames");
        }
        config->tracemalloc = frames;
    }
    const wchar_t *option = _Py_get_xoption(&config->xoptions,
                                            L"tracemalloc");
    if (option == NULL) {
        return _PyStatus_OK();
    }
    const wchar_t *value = wcschr(option, L'=');
    frames = 1;
    if (value != NULL) {
        wchar_t *end;
        errno = 0;
        long number = wcstol(value + 1, &end, 10);
        if (value[1] == L'\0' || *end != L'\0' || number < 0
            || number > INT_MAX || errno == ERANGE) {
            return _PyStatus_ERR("-X tracemalloc=NFRAME: "
                                 "invalid number of frames");
        }
        frames = (int)number;
    }
    config->tracemalloc = frames;
    return _PyStatus_OK();
}

static PyStatus
config_init_int_max_str_digits(PyConfig *config)
{
    int limit;
    const char *env = _Py_GetEnv(config->use_environment,
                                 "PYTHONINTMAXSTRDIGITS");
    if (env != NULL) {
        if (_Py_str_to_int(env, &limit) < 0 || (limit != 0 && limit < 640)) {
            return _PyStatus_ERR("PYTHONINTMAXSTRDIGITS: invalid limit; must "
                                 "be >= 640 or 0 for unlimited.");
        }
        _Py_global_config_int_max_str_digits = limit;
    }
    const wchar_t *option = _Py_get_xoption(&config->xoptions,
                                            L"int_max_str_digits");
    if (option == NULL) {
        return _PyStatus_OK();
    }
    const wchar_t *value = wcschr(option, L'=');
    wchar_t *end = NULL;
    long number = value == NULL ? -1 : wcstol(value + 1, &end, 10);
    if (value == NULL || value[1] == L'\0' || *end != L'\0' || number < 0
        || (number != 0 && number < 640) || number > INT_MAX) {
        return _PyStatus_ERR("-X int_max_str_digits: invalid limit; must "
                             "be >= 640 or 0 for unlimited.");
    }
    _Py_global_config_int_max_str_digits = (int)number;
    return _PyStatus_OK();
}

static PyStatus
config_init_pycache_prefix(PyConfig *config)
{
    const wchar_t *option = _Py_get_xoption(&config->xoptions,
                                            L"pycache_prefix");
    if (option != NULL) {
        const wchar_t *value = wcschr(option, L'=');
        if (value == NULL || value[1] == L'\0') {
            /* "-X pycache_prefix=" unsets the variable */
            return _PyStatus_OK();
        }
        return PyConfig_SetString(config, &config->pycache_prefix, value + 1);
    }
    return config_env_string(config, &config->pycache_prefix,
                             "PYTHONPYCACHEPREFIX",
                             "cannot decode PYTHONPYCACHEPREFIX");
}

static void
config_read_flags(PyConfig *config)
{
    int env = config->use_environment;
    _Py_get_env_flag(env, &config->parser_debug, "PYTHONDEBUG");
    _Py_get_env_flag(env, &config->verbose, "PYTHONVERBOSE");
    _Py_get_env_flag(env, &config->optimization_level, "PYTHONOPTIMIZE");
    _Py_get_env_flag(env, &config->inspect, "PYTHONINSPECT");

    struct {
        const char *variable;
        int *field;
        int value;
    } switches[] = {
        {"PYTHONDONTWRITEBYTECODE", &config->write_bytecode, 0},
        {"PYTHONNOUSERSITE", &config->user_site_directory, 0},
        {"PYTHONUNBUFFERED", &config->buffered_stdio, 0},
        {"PYTHONSAFEPATH", &config->safe_path, 1},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(switches); i++) {
        int on = 0;
        _Py_get_env_flag(env, &on, switches[i].variable);
        if (on) {
            *switches[i].field = switches[i].value;
        }
    }
    struct {
        const char *variable;
        const wchar_t *option;
        int *field;
        int value;
    } either[] = {
        {"PYTHONFAULTHANDLER", L"faulthandler", &config->faulthandler, 1},
        {"PYTHONPROFILEIMPORTTIME", L"importtime", &config->import_time, 1},
        {"PYTHONNODEBUGRANGES", L"no_debug_ranges",
         &config->code_debug_ranges, 0},
        {"PYTHONWARNDEFAULTENCODING", L"warn_default_encoding",
         &config->warn_default_encoding, 1},
        {"PYTHONDUMPREFS", L"\1", &config->dump_refs, 1},
        {"PYTHONMALLOCSTATS", L"\1", &config->malloc_stats, 1},
        {"\1", L"showrefcount", &config->show_ref_count, 1},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(either); i++) {
        if (_Py_GetEnv(env, either[i].variable) != NULL
            || _Py_get_xoption(&config->xoptions, either[i].option) != NULL) {
            *either[i].field = either[i].value;
        }
    }
}

static PyStatus
config_read_frozen_modules(PyConfig *config)
{
    if (config->use_frozen_modules >= 0) {
        return _PyStatus_OK();
    }
    config->use_frozen_modules = 1;
    const wchar_t *option = _Py_get_xoption(&config->xoptions,
                                            L"frozen_modules");
    if (option != NULL) {
        const wchar_t *value = wcschr(option, L'=');
        if (value == NULL || wcscmp(value, L"=on") == 0
            || wcscmp(value, L"=") == 0) {
            config->use_frozen_modules = 1;
        }
        else if (wcscmp(value, L"=off") == 0) {
            config->use_frozen_modules = 0;
        }
        else {
            return PyStatus_Error("bad value for option -X frozen_modules "
                                  "(expected \"on\" or \"off\")");
        }
    }
    return _PyStatus_OK();
}

/* -- The GIL's policy ------------------------------------------------------------------ */

static PyStatus
config_unknown_gil(const char *name)
{
    fprintf(stderr, "unknown GIL policy '%s'; choose one of:", name);
    for (int i = 0; gil_policies[i] != NULL; i++) {
        fprintf(stderr, "%s %s", i == 0 ? "" : ",", gil_policies[i]->name);
    }
    fputc('\n', stderr);
    return _PyStatus_EXIT(2);
}

static PyStatus
config_choose_gil(const PyConfig *config)
{
    char name[64] = "";
    const wchar_t *option = _Py_get_xoption(&config->xoptions, L"gil");
    const char *env = _Py_GetEnv(config->use_environment, "BATON_GIL");
    if (option != NULL) {
        const wchar_t *value = wcschr(option, L'=');
        for (size_t i = 0;
             value != NULL && i < sizeof(name) - 1 && value[i + 1] != L'\0';
             i++) {
            name[i] = value[i + 1] < 128 ? (char)value[i + 1] : '?';
            name[i + 1] = '\0';
        }
    }
    else if (env != NULL) {
        snprintf(name, sizeof(name), "%s", env);
    }
    else {
        return _PyStatus_OK();
    }
    return gil_policy_choose(name) < 0 ? config_unknown_gil(name)
                                       : _PyStatus_OK();
}

/* -- Encodings -------------------------------------------------------------------------- */

static PyStatus
config_init_fs_encoding(PyConfig *config)
{
    PyStatus status = _PyStatus_OK();
    if (config->filesystem_encoding == NULL) {
        if (_PyRuntime.preconfig.utf8_mode) {
            status = PyConfig_SetString(config, &config->filesystem_encoding,
                                        L"utf-8");
        }
        else if (_Py_GetForceASCII()) {
            status = PyConfig_SetString(config, &config->filesystem_encoding,
                                        L"ascii");
        }
        else {
            wchar_t *encoding = _Py_GetLocaleEncoding();
            if (encoding == NULL) {
                return _PyStatus_NO_MEMORY();
            }
            status = PyConfig_SetString(config, &config->filesystem_encoding,
                                        encoding);
            PyMem_RawFree(encoding);
        }
    }
    if (!_PyStatus_EXCEPTION(status) && config->filesystem_errors == NULL) {
        status = PyConfig_SetString(config, &config->filesystem_errors,
                                    L"surrogateescape");
    }
    return status;
}

/* C.UTF-8, C and POSIX: bytes that do not decode must survive a round trip. */
static const wchar_t *
config_default_stdio_errors(void)
{
    const char *locale = setlocale(LC_CTYPE, NULL);
    if (locale != NULL
        && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0
            || _Py_IsLocaleCoercionTarget(locale))) {
        return L"surrogateescape";
    }
    return L"strict";
}

/* PYTHONIOENCODING=encoding[:errors] */
static PyStatus
config_stdio_from_env(PyConfig *config, const char *text)
{
    char *copy = _PyMem_RawStrdup(text);
    if (copy == NULL) {
        return _PyStatus_NO_MEMORY();
    }
    char *errors = strchr(copy, ':');
    if (errors != NULL) {
        *errors++ = '\0';
        if (*errors == '\0') {
            errors = NULL;
        }
    }
    PyStatus status = _PyStatus_OK();
    if (copy[0] != '\0' && config->stdio_encoding == NULL) {
        status = config_set_bytes(config, &config->stdio_encoding, copy,
                                  "PYTHONIOENCODING environment variable");
    }
    if (!_PyStatus_EXCEPTION(status) && config->stdio_errors == NULL
        && (errors != NULL || copy[0] != '\0')) {
        status = config_set_bytes(config, &config->stdio_errors,
                                  errors != NULL ? errors : "strict",
                                  "PYTHONIOENCODING environment variable");
    }
    PyMem_RawFree(copy);
    return status;
}

static char *standard_encoding;
static char *standard_errors;

int
Py_SetStandardStreamEncoding(const char *encoding, const char *errors)
{
    if (Py_IsInitialized()) {
        return -1;
    }
    _Py_ClearStandardStreamEncoding();
    if (encoding != NULL) {
        standard_encoding = _PyMem_RawStrdup(encoding);
        if (standard_encoding == NULL) {
            return -2;
        }
    }
    if (errors != NULL) {
        standard_errors = _PyMem_RawStrdup(errors);
        if (standard_errors == NULL) {
            _Py_ClearStandardStreamEncoding();
            return -3;
        }
    }
    return 0;
}

void
_Py_ClearStandardStreamEncoding(void)
{
    PyMem_RawFree(standard_encoding);
    PyMem_RawFree(standard_errors);
    standard_encoding = NULL;
    standard_errors = NULL;
}

static PyStatus
config_init_stdio_encoding(PyConfig *config)
{
    PyStatus status = _PyStatus_OK();
    if (standard_encoding != NULL && config->stdio_encoding == NULL) {
        status = config_set_bytes(config, &config->stdio_encoding,
                                  standard_encoding, "stdio encoding");
    }
    if (!_PyStatus_EXCEPTION(status) && standard_errors != NULL
        && config->stdio_errors == NULL) {
        status = config_set_bytes(config, &config->stdio_errors,
                                  standard_errors, "stdio errors");
    }
    const char *env = _Py_GetEnv(config->use_environment, "PYTHONIOENCODING");
    if (!_PyStatus_EXCEPTION(status) && env != NULL) {
        status = config_stdio_from_env(config, env);
    }
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    if (config->stdio_errors == NULL) {
        status = PyConfig_SetString(config, &config->stdio_errors,
                                    _PyRuntime.preconfig.utf8_mode
                                        ? L"surrogateescape"
                                        : config_default_stdio_errors());
    }
    if (!_PyStatus_EXCEPTION(status) && config->stdio_encoding == NULL) {
        status = PyConfig_SetString(config, &config->stdio_encoding,
                                    config->filesystem_encoding);
    }
    return status;
}

/* -- Warning options --------------------------------------------------------------------- */

static PyStatus
warnoptions_from_env(const PyConfig *config, PyWideStringList *list)
{
    wchar_t *env;
    PyStatus status = config_env_string(config, &env, "PYTHONWARNINGS",
                                        "cannot decode PYTHONWARNINGS");
    if (_PyStatus_EXCEPTION(status) || env == NULL) {
        return status;
    }
    wchar_t *state = NULL;
    for (wchar_t *warning = wcstok(env, L",", &state); warning != NULL;
         warning = wcstok(NULL, L",", &state)) {
        status = PyWideStringList_Append(list, warning);
        if (_PyStatus_EXCEPTION(status)) {
            break;
        }
    }
    PyMem_RawFree(env);
    return status;
}

/* In rising precedence: dev mode, environment, command line, those set
   before, -b. */
static PyStatus
config_init_warnoptions(PyConfig *config, const PyWideStringList *cmdline)
{
    PyWideStringList options = _PyWideStringList_INIT;
    PyStatus status = _PyStatus_OK();
    if (config->dev_mode) {
        status = PyWideStringList_Append(&options, L"default");
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = warnoptions_from_env(config, &options);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = _PyWideStringList_Extend(&options, cmdline);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = _PySys_ReadPreinitWarnOptions(&options);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = _PyWideStringList_Extend(&options, &config->warnoptions);
    }
    if (!_PyStatus_EXCEPTION(status) && config->bytes_warning) {
        status = PyWideStringList_Append(&options,
                                         config->bytes_warning > 1
                                             ? L"error::BytesWarning"
                                             : L"default::BytesWarning");
    }
    if (_PyStatus_EXCEPTION(status)) {
        _PyWideStringList_Clear(&options);
        return status;
    }
    _PyWideStringList_Clear(&config->warnoptions);
    config->warnoptions = options;
    return _PyStatus_OK();
}

/* -- argv --------------------------------------------------------------------------------- */

static PyStatus
config_update_argv(PyConfig *config, Py_ssize_t opt_index)
{
    PyWideStringList *argv = &config->argv;
    PyWideStringList fresh = _PyWideStringList_INIT;
    PyWideStringList rest = _PyWideStringList_INIT;
    if (opt_index < argv->length) {
        rest.length = argv->length - opt_index;
        rest.items = &argv->items[opt_index];
    }
    if (_PyWideStringList_Copy(&fresh, &rest) < 0) {
        return _PyStatus_NO_MEMORY();
    }
    const wchar_t *first = config->run_command != NULL  ? L"-c"
                           : config->run_module != NULL ? L"-m"
                           : rest.length == 0           ? L""
                                                        : NULL;
    if (first != NULL) {
        PyStatus status;
        if (fresh.length == 0 || config->run_command != NULL
            || config->run_module != NULL) {
            status = PyWideStringList_Insert(&fresh, 0, first);
            if (_PyStatus_EXCEPTION(status)) {
                _PyWideStringList_Clear(&fresh);
                return status;
            }
        }
    }
    _PyWideStringList_Clear(argv);
    *argv = fresh;
    return _PyStatus_OK();
}

/* __file__ of the script is absolute, argv[0] as it was given. */
static PyStatus
config_run_filename_abspath(PyConfig *config)
{
    if (config->run_filename == NULL || config->run_filename[0] == L'/') {
        return _PyStatus_OK();
    }
    wchar_t *absolute;
    if (_Py_abspath(config->run_filename, &absolute) < 0) {
        return _PyStatus_NO_MEMORY();
    }
    if (absolute != NULL) {
        PyMem_RawFree(config->run_filename);
        config->run_filename = absolute;
    }
    return _PyStatus_OK();
}

static PyStatus
config_read_cmdline(PyConfig *config)
{
    PyWideStringList warnoptions = _PyWideStringList_INIT;
    PyStatus status = _PyStatus_OK();
    if (config->program_name == NULL && config->argv.length > 0
        && config->argv.items[0][0] != L'\0') {
        status = PyConfig_SetString(config, &config->program_name,
                                    config->argv.items[0]);
    }
    if (!_PyStatus_EXCEPTION(status) && config->parse_argv) {
        Py_ssize_t opt_index;
        status = config_parse_cmdline(config, &warnoptions, &opt_index);
        if (!_PyStatus_EXCEPTION(status)) {
            if (config->run_command == NULL && config->run_module == NULL
                && config->run_filename == NULL
                && opt_index < config->argv.length
                && wcscmp(config->argv.items[opt_index], L"-") != 0) {
                status = PyConfig_SetString(config, &config->run_filename,
                                            config->argv.items[opt_index]);
            }
        }
        if (!_PyStatus_EXCEPTION(status)) {
            status = config_run_filename_abspath(config);
        }
        if (!_PyStatus_EXCEPTION(status)) {
            status = config_update_argv(config, opt_index);
        }
    }
    else if (!_PyStatus_EXCEPTION(status) && config->argv.length == 0) {
        status = PyWideStringList_Append(&config->argv, L"");
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = config_init_warnoptions(config, &warnoptions);
    }
    _PyWideStringList_Clear(&warnoptions);
    if (config->parse_argv == 1) {
        config->parse_argv = 2; /* parsed; do not do it again */
    }
    return status;
}

/* -- Reading, the whole -------------------------------------------------------------------- */

static PyStatus
config_read_complex(PyConfig *config)
{
    PyStatus (*const steps[])(PyConfig *) = {
        config_init_int_max_str_digits,
        config_init_pycache_prefix,
        config_read_frozen_modules,
        config_init_fs_encoding,
        config_init_stdio_encoding,
    };
    PyStatus status = _PyStatus_OK();
    if (config->use_hash_seed < 0) {
        status = config_init_hash_seed(config);
    }
    if (!_PyStatus_EXCEPTION(status) && config->tracemalloc < 0) {
        config->tracemalloc = 0;
        status = config_init_tracemalloc(config);
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(steps); i++) {
        if (_PyStatus_EXCEPTION(status)) {
            return status;
        }
        status = steps[i](config);
    }
    return status;
}

static PyStatus
config_read_environment_strings(PyConfig *config)
{
    struct {
        wchar_t **field;
        const char *name;
        const char *error;
    } strings[] = {
        {&config->home, "PYTHONHOME", "cannot decode PYTHONHOME"},
        {&config->pythonpath_env, "PYTHONPATH", "cannot decode PYTHONPATH"},
        {&config->platlibdir, "PYTHONPLATLIBDIR",
         "cannot decode PYTHONPLATLIBDIR"},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(strings); i++) {
        if (*strings[i].field == NULL) {
            PyStatus status = config_env_string(config, strings[i].field,
                                                strings[i].name,
                                                strings[i].error);
            if (_PyStatus_EXCEPTION(status)) {
                return status;
            }
        }
    }
    return _PyStatus_OK();
}

static void
config_defaults(PyConfig *config)
{
    if (config->dev_mode) {
        if (config->faulthandler < 0) {
            config->faulthandler = 1;
        }
    }
    if (config->faulthandler < 0) {
        config->faulthandler = 0;
    }
    if (config->isolated) {
        config->safe_path = 1;
        config->user_site_directory = 0;
        config->use_environment = 0;
    }
    if (config->interactive) {
        config->inspect = config->inspect > 0 ? config->inspect : 1;
    }
}

PyStatus
_PyConfig_Read(PyConfig *config, int compute_path_config)
{
    PyStatus status = _Py_PreInitializeFromConfig(config, NULL);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    const PyPreConfig *preconfig = &_PyRuntime.preconfig;
    config->isolated = preconfig->isolated;
    config->use_environment = preconfig->use_environment;
    config->dev_mode = preconfig->dev_mode;
    config_get_global_flags(config);

    if (config->orig_argv.length == 0
        && !(config->argv.length == 1 && config->argv.items[0][0] == L'\0')
        && _PyWideStringList_Copy(&config->orig_argv, &config->argv) < 0) {
        return _PyStatus_NO_MEMORY();
    }
    status = _PySys_ReadPreinitXOptions(config);
    if (!_PyStatus_EXCEPTION(status)) {
        status = config_read_cmdline(config);
    }
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    config_read_flags(config);
    config_defaults(config);
    status = config_read_environment_strings(config);
    if (!_PyStatus_EXCEPTION(status)) {
        status = config_read_complex(config);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = config_choose_gil(config);
    }
    if (!_PyStatus_EXCEPTION(status)
        && config->check_hash_pycs_mode == NULL) {
        status = PyConfig_SetString(config, &config->check_hash_pycs_mode,
                                    L"default");
    }
    if (!_PyStatus_EXCEPTION(status) && config->platlibdir == NULL) {
        status = PyConfig_SetString(config, &config->platlibdir, L"lib");
    }
    if (!_PyStatus_EXCEPTION(status) && config->_install_importlib
        && compute_path_config) {
        status = config_compute_paths(config);
    }
    return status;
}

PyStatus
PyConfig_Read(PyConfig *config)
{
    return _PyConfig_Read(config, 0);
}

/* -- Writing it into the process ------------------------------------------------------------ */

static PyWideStringList process_argv;

void
Py_GetArgcArgv(int *argc, wchar_t ***argv)
{
    *argc = (int)process_argv.length;
    *argv = process_argv.items;
}

void
_Py_ClearArgcArgv(void)
{
    _PyWideStringList_Clear(&process_argv);
}

PyStatus
_PyConfig_Write(const PyConfig *config, _PyRuntimeState *runtime)
{
    config_set_global_flags(config);
    if (config->configure_c_stdio) {
        if (!config->buffered_stdio) {
            setvbuf(stdin, NULL, _IONBF, BUFSIZ);
            setvbuf(stdout, NULL, _IONBF, BUFSIZ);
            setvbuf(stderr, NULL, _IONBF, BUFSIZ);
        }
        else if (config->interactive) {
            setvbuf(stdin, NULL, _IOLBF, BUFSIZ);
            setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
        }
    }
    runtime->preconfig.isolated = config->isolated;
    runtime->preconfig.use_environment = config->use_environment;
    runtime->preconfig.dev_mode = config->dev_mode;
    if (_PyWideStringList_Copy(&process_argv, &config->orig_argv) < 0) {
        return _PyStatus_NO_MEMORY();
    }
    return _PyStatus_OK();
}
