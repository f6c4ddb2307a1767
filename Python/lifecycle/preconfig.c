/* Before anything can be decoded: the locale, UTF-8 mode, the allocator.

   Everything here works on bytes: the names of options and variables are
   ASCII in every locale. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_initconfig.h"
#include "pycore_pylifecycle.h"
#include "pycore_pymem.h"
#include "pycore_runtime.h"
#include <langinfo.h>
#include <locale.h>

int Py_UTF8Mode;
const char *Py_FileSystemDefaultEncoding;
int Py_HasFileSystemDefaultEncoding;
const char *Py_FileSystemDefaultEncodeErrors = "surrogateescape";
int _Py_HasFileSystemDefaultEncodeErrors = 1;

/* -- The old globals of the encoding of file names ---------------------------- */

void
_Py_ClearFileSystemEncoding(void)
{
    if (!Py_HasFileSystemDefaultEncoding) {
        PyMem_RawFree((char *)Py_FileSystemDefaultEncoding);
        Py_FileSystemDefaultEncoding = NULL;
    }
    if (!_Py_HasFileSystemDefaultEncodeErrors) {
        PyMem_RawFree((char *)Py_FileSystemDefaultEncodeErrors);
        Py_FileSystemDefaultEncodeErrors = NULL;
    }
}

int
_Py_SetFileSystemEncoding(const char *encoding, const char *errors)
{
    char *own_encoding = _PyMem_RawStrdup(encoding);
    char *own_errors = _PyMem_RawStrdup(errors);
    if (own_encoding == NULL || own_errors == NULL) {
        PyMem_RawFree(own_encoding);
        PyMem_RawFree(own_errors);
        return -1;
    }
    _Py_ClearFileSystemEncoding();
    Py_FileSystemDefaultEncoding = own_encoding;
    Py_HasFileSystemDefaultEncoding = 0;
    Py_FileSystemDefaultEncodeErrors = own_errors;
    _Py_HasFileSystemDefaultEncodeErrors = 0;
    return 0;
}

/* -- Defaults -------------------------------------------------------------------- */

void
_PyPreConfig_InitCompatConfig(PyPreConfig *config)
{
    memset(config, 0, sizeof(*config));
    config->_config_init = (int)_PyConfig_INIT_COMPAT;
    config->isolated = -1;
    config->use_environment = -1;
    config->configure_locale = 1;
    config->utf8_mode = 0;
    config->coerce_c_locale = 0;
    config->coerce_c_locale_warn = 0;
    config->dev_mode = -1;
    config->allocator = PYMEM_ALLOCATOR_NOT_SET;
}

void
PyPreConfig_InitPythonConfig(PyPreConfig *config)
{
    _PyPreConfig_InitCompatConfig(config);
    config->_config_init = (int)_PyConfig_INIT_PYTHON;
    config->isolated = 0;
    config->parse_argv = 1;
    config->use_environment = 1;
    config->coerce_c_locale = -1;
    config->coerce_c_locale_warn = -1;
    config->utf8_mode = -1;
}

void
PyPreConfig_InitIsolatedConfig(PyPreConfig *config)
{
    _PyPreConfig_InitCompatConfig(config);
    config->_config_init = (int)_PyConfig_INIT_ISOLATED;
    config->configure_locale = 0;
    config->isolated = 1;
    config->use_environment = 0;
    config->dev_mode = 0;
}

/* -- Locale ------------------------------------------------------------------------- */

static const char *const coercion_targets[] = {"C.UTF-8", "C.utf8", "UTF-8"};

int
_Py_IsLocaleCoercionTarget(const char *ctype_loc)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(coercion_targets); i++) {
        if (strcmp(ctype_loc, coercion_targets[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

int
_Py_LegacyLocaleDetected(int warn)
{
    const char *locale = setlocale(LC_CTYPE, NULL);
    if (locale == NULL) {
        return 0;
    }
    return strcmp(locale, "C") == 0
           || (!warn && strcmp(locale, "POSIX") == 0);
}

int
_Py_CoerceLegacyLocale(int warn)
{
    int coerced = 0;
    char *saved = _PyMem_RawStrdup(setlocale(LC_CTYPE, NULL));
    if (saved == NULL) {
        return 0;
    }
    const char *all = getenv("LC_ALL");
    if (all == NULL || *all == '\0') {
        for (size_t i = 0; i < Py_ARRAY_LENGTH(coercion_targets); i++) {
            const char *target = coercion_targets[i];
            if (setlocale(LC_CTYPE, target) == NULL) {
                continue;
            }
            const char *codeset = nl_langinfo(CODESET);
            if (codeset == NULL || *codeset == '\0'
                || setenv("LC_CTYPE", target, 1) != 0) {
                continue;
            }
            if (warn) {
                fprintf(stderr,
                        "Python detected LC_CTYPE=C: LC_CTYPE coerced to %s "
                        "(set another locale or PYTHONCOERCECLOCALE=0 to "
                        "disable this locale coercion behavior).\n",
                        target);
            }
            setlocale(LC_ALL, "");
            setlocale(LC_NUMERIC, "C");
            setlocale(LC_COLLATE, "C");
            setlocale(LC_MONETARY, "C");
            setlocale(LC_TIME, "C");
            setlocale(LC_MESSAGES, "C");
            coerced = 1;
            break;
        }
    }
    if (!coerced) {
        setlocale(LC_CTYPE, saved);
    }
    PyMem_RawFree(saved);
    return coerced;
}

char *
_Py_SetLocaleFromEnv(int category)
{
    return setlocale(category, "");
}

/* -- The bytes command line ------------------------------------------------------------ */

/* What the options say that decoding depends on. */
struct early_options {
    int isolated;
    int ignore_environment;
    int dev_mode;
    const char *utf8; /* the text after "utf8": "", "=1", ... ; NULL: none */
};

static int
option_takes_argument(char c)
{
    return c == 'c' || c == 'm' || c == 'W' || c == 'X';
}

static void
early_xoption(struct early_options *early, const char *option)
{
    if (strncmp(option, "utf8", 4) == 0
        && (option[4] == '=' || option[4] == '\0')) {
        early->utf8 = option + 4;
    }
    else if (strcmp(option, "dev") == 0) {
        early->dev_mode = 1;
    }
}

static void
early_parse(struct early_options *early, const _PyArgv *args,
            char *const *argv)
{
    for (Py_ssize_t i = 1; i < args->argc; i++) {
        const char *arg = argv[i];
        if (arg[0] != '-' || arg[1] == '\0' || strcmp(arg, "--") == 0) {
            return;
        }
        if (strcmp(arg, "--check-hash-based-pycs") == 0) {
            i++;
            continue;
        }
        if (arg[1] == '-') {
            continue;
        }
        for (const char *p = arg + 1; *p != '\0'; p++) {
            if (*p == 'I') {
                early->isolated = 1;
                early->ignore_environment = 1;
            }
            else if (*p == 'E') {
                early->ignore_environment = 1;
            }
            if (!option_takes_argument(*p)) {
                continue;
            }
            if (*p == 'c' || *p == 'm') {
                return; /* the rest belongs to the program */
            }
            const char *value = p + 1;
            if (*value == '\0') {
                i++;
                value = i < args->argc ? argv[i] : "";
            }
            if (*p == 'X') {
                early_xoption(early, value);
            }
            break;
        }
    }
}

/* The narrow form of a wide command line, for its ASCII options. */
static char **
argv_narrow(const _PyArgv *args)
{
    char **argv = PyMem_RawCalloc((size_t)args->argc + 1, sizeof(char *));
    for (Py_ssize_t i = 0; argv != NULL && i < args->argc; i++) {
        size_t length = wcslen(args->wchar_argv[i]);
        argv[i] = PyMem_RawCalloc(length + 1, 1);
        for (size_t j = 0; argv[i] != NULL && j < length; j++) {
            wchar_t c = args->wchar_argv[i][j];
            argv[i][j] = c > 0 && c < 128 ? (char)c : '?';
        }
    }
    return argv;
}

static PyStatus
preconfig_parse_argv(struct early_options *early, const _PyArgv *args)
{
    if (args == NULL || args->argc == 0) {
        return _PyStatus_OK();
    }
    if (args->use_bytes_argv) {
        early_parse(early, args, args->bytes_argv);
        return _PyStatus_OK();
    }
    char **argv = argv_narrow(args);
    if (argv == NULL) {
        return _PyStatus_NO_MEMORY();
    }
    early_parse(early, args, argv);
    for (Py_ssize_t i = 0; i < args->argc; i++) {
        PyMem_RawFree(argv[i]);
    }
    PyMem_RawFree(argv);
    return _PyStatus_OK();
}

/* -- Reading ------------------------------------------------------------------------------ */

static PyStatus
preconfig_init_utf8_mode(PyPreConfig *config,
                         const struct early_options *early)
{
    if (early->utf8 != NULL) {
        if (early->utf8[0] == '\0' || strcmp(early->utf8, "=1") == 0) {
            config->utf8_mode = 1;
        }
        else if (strcmp(early->utf8, "=0") == 0) {
            config->utf8_mode = 0;
        }
        else {
            return _PyStatus_ERR("invalid -X utf8 option value");
        }
        return _PyStatus_OK();
    }
    if (config->utf8_mode >= 0) {
        return _PyStatus_OK();
    }
    const char *variable = _Py_GetEnv(config->use_environment, "PYTHONUTF8");
    if (variable != NULL) {
        if (strcmp(variable, "1") == 0) {
            config->utf8_mode = 1;
        }
        else if (strcmp(variable, "0") == 0) {
            config->utf8_mode = 0;
        }
        else {
            return _PyStatus_ERR(
                "invalid PYTHONUTF8 environment variable value");
        }
    }
    return _PyStatus_OK();
}

static void
preconfig_init_coercion(PyPreConfig *config)
{
    const char *env = _Py_GetEnv(config->use_environment,
                                 "PYTHONCOERCECLOCALE");
    if (env != NULL) {
        if (strcmp(env, "0") == 0) {
            if (config->coerce_c_locale < 0) {
                config->coerce_c_locale = 0;
            }
        }
        else if (strcmp(env, "warn") == 0) {
            if (config->coerce_c_locale_warn < 0) {
                config->coerce_c_locale_warn = 1;
            }
        }
        else if (config->coerce_c_locale < 0) {
            config->coerce_c_locale = 1;
        }
    }
    if (config->coerce_c_locale_warn < 0) {
        config->coerce_c_locale_warn = 0;
    }
    if (config->coerce_c_locale < 0 || config->coerce_c_locale == 1) {
        /* only the C locale is coerced, POSIX on demand as well */
        config->coerce_c_locale = _Py_LegacyLocaleDetected(0) ? 2 : 0;
    }
}

static PyStatus
preconfig_init_allocator(PyPreConfig *config)
{
    if (config->allocator == PYMEM_ALLOCATOR_NOT_SET) {
        const char *name = _Py_GetEnv(config->use_environment,
                                      "PYTHONMALLOC");
        if (name != NULL) {
            PyMemAllocatorName allocator;
            if (_PyMem_GetAllocatorName(name, &allocator) < 0) {
                return _PyStatus_ERR("PYTHONMALLOC: unknown allocator");
            }
            config->allocator = (int)allocator;
        }
    }
    if (config->dev_mode && config->allocator == PYMEM_ALLOCATOR_NOT_SET) {
        config->allocator = PYMEM_ALLOCATOR_DEBUG;
    }
    return _PyStatus_OK();
}

static PyStatus
preconfig_read(PyPreConfig *config, const _PyArgv *args)
{
    struct early_options early = {0};
    if (config->parse_argv) {
        PyStatus status = preconfig_parse_argv(&early, args);
        if (_PyStatus_EXCEPTION(status)) {
            return status;
        }
    }
    if (early.isolated || config->isolated > 0) {
        config->isolated = 1;
    }
    if (config->isolated < 0) {
        config->isolated = Py_IsolatedFlag > 0;
    }
    if (config->use_environment < 0) {
        config->use_environment = !Py_IgnoreEnvironmentFlag;
    }
    if (early.ignore_environment || config->isolated) {
        config->use_environment = 0;
    }
    if (early.dev_mode
        || (config->dev_mode < 0
            && _Py_GetEnv(config->use_environment, "PYTHONDEVMODE"))) {
        config->dev_mode = 1;
    }
    if (config->dev_mode < 0) {
        config->dev_mode = 0;
    }
    PyStatus status = preconfig_init_utf8_mode(config, &early);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    return preconfig_init_allocator(config);
}

static PyStatus
preconfig_apply_locale(PyPreConfig *config)
{
    if (config->configure_locale) {
        _Py_SetLocaleFromEnv(LC_CTYPE);
    }
    preconfig_init_coercion(config);
    int legacy = _Py_LegacyLocaleDetected(0);
    if (config->utf8_mode < 0) {
        /* PEP 540: the C and POSIX locales imply UTF-8 mode */
        config->utf8_mode = legacy;
    }
    if (config->coerce_c_locale == 2) {
        config->coerce_c_locale = _Py_CoerceLegacyLocale(
            config->coerce_c_locale_warn);
        if (!config->coerce_c_locale && config->coerce_c_locale_warn) {
            fprintf(stderr,
                    "Python runtime initialized with LC_CTYPE=C (a locale "
                    "with default ASCII encoding), which may cause Unicode "
                    "compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 "
                    "(if available) as alternative Unicode-compatible "
                    "locales is recommended.\n");
        }
    }
    Py_UTF8Mode = config->utf8_mode;
    return _PyStatus_OK();
}

PyStatus
_Py_PreInitializeFromPyArgv(const PyPreConfig *src, const _PyArgv *args)
{
    PyStatus status = _PyRuntime_Initialize();
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    if (_PyRuntime.preinitialized) {
        return _PyStatus_OK();
    }
    _PyRuntime.preinitializing = 1;
    PyPreConfig config = *src;
    status = preconfig_read(&config, args);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    if (config.allocator != PYMEM_ALLOCATOR_NOT_SET
        && _PyMem_SetupAllocators((PyMemAllocatorName)config.allocator) < 0) {
        return _PyStatus_ERR("Unknown PYTHONMALLOC allocator");
    }
    status = preconfig_apply_locale(&config);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    Py_IsolatedFlag = config.isolated > 0;
    Py_IgnoreEnvironmentFlag = !config.use_environment;
    _PyRuntime.preconfig = config;
    _PyRuntime.preinitializing = 0;
    _PyRuntime.preinitialized = 1;
    return _PyStatus_OK();
}

PyStatus
Py_PreInitializeFromBytesArgs(const PyPreConfig *src_config, Py_ssize_t argc,
                              char **argv)
{
    _PyArgv args = {.use_bytes_argv = 1, .argc = argc, .bytes_argv = argv};
    return _Py_PreInitializeFromPyArgv(src_config, &args);
}

PyStatus
Py_PreInitializeFromArgs(const PyPreConfig *src_config, Py_ssize_t argc,
                         wchar_t **argv)
{
    _PyArgv args = {.argc = argc, .wchar_argv = argv};
    return _Py_PreInitializeFromPyArgv(src_config, &args);
}

PyStatus
Py_PreInitialize(const PyPreConfig *src_config)
{
    return _Py_PreInitializeFromPyArgv(src_config, NULL);
}

PyStatus
_Py_PreInitializeFromConfig(const PyConfig *config, const _PyArgv *args)
{
    PyStatus status = _PyRuntime_Initialize();
    if (_PyStatus_EXCEPTION(status) || _PyRuntime.preinitialized) {
        return status;
    }
    PyPreConfig preconfig;
    switch (config->_config_init) {
    case _PyConfig_INIT_PYTHON:
        PyPreConfig_InitPythonConfig(&preconfig);
        break;
    case _PyConfig_INIT_ISOLATED:
        PyPreConfig_InitIsolatedConfig(&preconfig);
        break;
    default:
        _PyPreConfig_InitCompatConfig(&preconfig);
        break;
    }
    preconfig.parse_argv = config->parse_argv;
    if (config->isolated != -1) {
        preconfig.isolated = config->isolated;
    }
    if (config->use_environment != -1) {
        preconfig.use_environment = config->use_environment;
    }
    if (config->dev_mode != -1) {
        preconfig.dev_mode = config->dev_mode;
    }
    if (args == NULL && config->parse_argv) {
        _PyArgv own = {.argc = config->argv.length,
                       .wchar_argv = config->argv.items};
        return _Py_PreInitializeFromPyArgv(&preconfig, &own);
    }
    return _Py_PreInitializeFromPyArgv(&preconfig,
                                       config->parse_argv ? args : NULL);
}
