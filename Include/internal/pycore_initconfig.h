/* Reading the configuration: helpers on PyStatus, lists and options. */
#ifndef Py_INTERNAL_CORECONFIG_H
#define Py_INTERNAL_CORECONFIG_H

struct pyruntimestate;

#define _PyStatus_GET_FUNC() __func__
#define _PyStatus_OK() ((PyStatus){._type = _PyStatus_TYPE_OK})
#define _PyStatus_ERR(ERR_MSG)                                                \
    ((PyStatus){._type = _PyStatus_TYPE_ERROR,                                \
                .func = _PyStatus_GET_FUNC(),                                 \
                .err_msg = (ERR_MSG)})
#define _PyStatus_NO_MEMORY() _PyStatus_ERR("memory allocation failed")
#define _PyStatus_EXIT(EXITCODE) \
    ((PyStatus){._type = _PyStatus_TYPE_EXIT, .exitcode = (EXITCODE)})
#define _PyStatus_IS_ERROR(err) ((err)._type == _PyStatus_TYPE_ERROR)
#define _PyStatus_IS_EXIT(err) ((err)._type == _PyStatus_TYPE_EXIT)
#define _PyStatus_EXCEPTION(err) ((err)._type != _PyStatus_TYPE_OK)

#define _PyWideStringList_INIT \
    (PyWideStringList){.length = 0, .items = NULL}

PyAPI_FUNC(void) _PyWideStringList_Clear(PyWideStringList *list);
PyAPI_FUNC(int) _PyWideStringList_Copy(PyWideStringList *list,
                                       const PyWideStringList *list2);
PyAPI_FUNC(PyStatus) _PyWideStringList_Extend(PyWideStringList *list,
                                              const PyWideStringList *list2);
PyAPI_FUNC(PyObject *) _PyWideStringList_AsList(const PyWideStringList *list);

/* The command line, as bytes or wide strings; borrowed. */
typedef struct _PyArgv {
    Py_ssize_t argc;
    int use_bytes_argv;
    char *const *bytes_argv;
    wchar_t *const *wchar_argv;
} _PyArgv;

PyAPI_FUNC(PyStatus) _PyArgv_AsWstrList(const _PyArgv *args,
                                        PyWideStringList *list);

PyAPI_FUNC(int) _Py_str_to_int(const char *str, int *result);
/* the value of -X name or -X name=value, NULL without it; borrowed */
PyAPI_FUNC(const wchar_t *) _Py_get_xoption(const PyWideStringList *xoptions,
                                            const wchar_t *name);
PyAPI_FUNC(const char *) _Py_GetEnv(int use_environment, const char *name);
PyAPI_FUNC(void) _Py_get_env_flag(int use_environment, int *flag,
                                  const char *name);

typedef struct {
    int isolated;
    int use_environment;
    int dev_mode;
    int warn_default_encoding;
} _PyPreCmdline;

typedef enum {
    _PyConfig_INIT_COMPAT = 1,   /* Py_Initialize */
    _PyConfig_INIT_PYTHON = 2,   /* like the command */
    _PyConfig_INIT_ISOLATED = 3
} _PyConfigInitEnum;

PyAPI_FUNC(void) _PyPreConfig_InitCompatConfig(PyPreConfig *config);
PyAPI_FUNC(void) _PyConfig_InitCompatConfig(PyConfig *config);
extern PyStatus _PyConfig_Copy(PyConfig *config, const PyConfig *config2);
extern PyStatus _PyConfig_InitPathConfig(PyConfig *config, int compute);
extern PyStatus _PyConfig_Read(PyConfig *config, int compute_path_config);
extern PyStatus _PyConfig_Write(const PyConfig *config,
                                struct pyruntimestate *runtime);
extern PyStatus _PyConfig_SetPyArgv(PyConfig *config, const _PyArgv *args);

PyAPI_FUNC(PyObject *) _PyConfig_AsDict(const PyConfig *config);
PyAPI_FUNC(int) _PyConfig_FromDict(PyConfig *config, PyObject *dict);
PyAPI_FUNC(PyObject *) _Py_GetConfigsAsDict(void);

/* raise what a status says, as an exception */
extern void _PyErr_SetFromPyStatus(PyStatus status);

/* -- Pieces of reading the configuration (Python/lifecycle/) --------------- */

/* -X int_max_str_digits and its variable; -1: not given */
extern int _Py_global_config_int_max_str_digits;
/* the environment variable in the locale's encoding; *dest NULL when unset */
extern PyStatus config_env_string(const PyConfig *config, wchar_t **dest,
                                  const char *name, const char *decode_err);
/* the options of argv: sets config fields and leaves argv to the script */
extern PyStatus config_parse_cmdline(PyConfig *config,
                                     PyWideStringList *cmdline_warnoptions,
                                     Py_ssize_t *opt_index);
/* what --help prints, and the short form after a bad option */
extern void config_usage(int error, const wchar_t *program);
extern void config_usage_environment(void);
extern void config_usage_xoptions(void);
/* where the executable, the prefixes and the library are */
extern PyStatus config_compute_paths(PyConfig *config);

#endif
