/* Starting: the runtime, the main interpreter, sub-interpreters.

   core: objects, types, sys, builtins, importlib's bootstrap; configuration
   that needs no file system. main: search paths, encodings, the standard
   streams, signals, site. */
#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_fileutils.h"
#include "pycore_gil.h"
#include "pycore_import.h"
#include "pycore_bytesobject.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_runtime.h"
#include "pycore_sliceobject.h"
#include "pycore_sysmodule.h"
#include "pycore_typeobject.h"
#include "pycore_warnings.h"
#include "lifecycle.h"

/* -- The runtime --------------------------------------------------------------- */

PyStatus
_PyRuntime_Initialize(void)
{
    return _PyRuntimeState_Init(&_PyRuntime);
}

void
_PyRuntime_Finalize(void)
{
    _PyRuntimeState_Fini(&_PyRuntime);
}

int
Py_IsInitialized(void)
{
    return _PyRuntime.initialized;
}

int
_Py_IsCoreInitialized(void)
{
    return _PyRuntime.core_initialized;
}

int
_Py_IsFinalizing(void)
{
    return _PyRuntimeState_GetFinalizing(&_PyRuntime) != NULL;
}

/* -- Types and globals ------------------------------------------------------------ */

extern PyTypeObject *const static_types[];
extern void getargs_fini(PyInterpreterState *);
extern void _PyAST_Fini(PyInterpreterState *);

static PyStatus
types_ready(PyInterpreterState *interp)
{
    if (!_Py_IsMainInterpreter(interp)) {
        return _PyStatus_OK();
    }
    PyStatus status = _PyTypes_InitSlotDefs();
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    status = _PyTypes_InitTypes(interp);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    for (size_t i = 0; static_types[i] != NULL; i++) {
        if (PyType_Ready(static_types[i]) < 0) {
            return _PyStatus_ERR("Can't initialize a static type");
        }
    }
    return _PyStatus_OK();
}


struct stage {
    PyStatus (*init)(PyInterpreterState *);
    void (*fini)(PyInterpreterState *);
};

static const struct stage stages[] = {
#define STAGE(INIT, FINI) {INIT, FINI},
#include "stages.def"
#undef STAGE
};

static PyStatus
stages_run(PyInterpreterState *interp)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(stages); i++) {
        if (stages[i].init != NULL) {
            PyStatus status = stages[i].init(interp);
            if (_PyStatus_EXCEPTION(status)) {
                return status;
            }
        }
    }
    return _PyStatus_OK();
}

void
lifecycle_unwind_stages(PyInterpreterState *interp)
{
    for (size_t i = Py_ARRAY_LENGTH(stages); i-- > 0;) {
        if (stages[i].fini != NULL) {
            stages[i].fini(interp);
        }
    }
}

/* -- sys, builtins, importlib -------------------------------------------------------- */

static PyStatus
init_builtins(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    PyObject *module = _PyBuiltin_Init(interp);
    if (module == NULL) {
        return _PyStatus_ERR("can't initialize builtins module");
    }
    PyStatus status = _PyBuiltins_AddExceptions(module);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    interp->builtins = Py_NewRef(PyModule_GetDict(module));
    interp->builtins_copy = PyDict_Copy(interp->builtins);
    interp->import_func = Py_XNewRef(
        PyDict_GetItemWithError(interp->builtins, &_Py_ID(__import__)));
    if (_PyImport_FixupBuiltin(module, "builtins", interp->modules) < 0
        || interp->builtins_copy == NULL || interp->import_func == NULL) {
        return _PyStatus_ERR("can't initialize builtins module");
    }
    Py_DECREF(module);
    return _PyStatus_OK();
}

static PyStatus
init_interpreter(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    PyStatus status = stages_run(interp);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    interp->modules = PyDict_New();
    if (interp->modules == NULL) {
        return _PyStatus_ERR("can't create sys.modules dict");
    }
    PyObject *sysmod;
    status = _PySys_Create(tstate, &sysmod);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    status = init_builtins(tstate);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    if (interp->config._install_importlib) {
        status = _PyImport_InitCore(tstate, sysmod, 1);
    }
    Py_DECREF(sysmod);
    return status;
}

/* -- Core ------------------------------------------------------------------------------ */

static PyStatus
create_interpreter(const PyConfig *config, PyThreadState **tstate_p)
{
    PyStatus status = _PyInterpreterState_Enable(&_PyRuntime);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    PyInterpreterState *interp = PyInterpreterState_New();
    if (interp == NULL) {
        return _PyStatus_ERR("can't make main interpreter");
    }
    status = _PyConfig_Copy(&interp->config, config);
    if (!_PyStatus_EXCEPTION(status)) {
        status = _PyGILState_Init(&_PyRuntime);
    }
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    PyThreadState *tstate = PyThreadState_New(interp);
    if (tstate == NULL) {
        return _PyStatus_ERR("can't make first thread");
    }
    status = _PyEval_InitGIL(tstate);
    PyThreadState_Swap(tstate);
    *tstate_p = tstate;
    return status;
}

static PyStatus
init_core(const PyConfig *src_config, PyThreadState **tstate_p)
{
    PyStatus status = _Py_PreInitializeFromConfig(src_config, NULL);
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    status = _PyConfig_Copy(&config, src_config);
    if (!_PyStatus_EXCEPTION(status)) {
        status = _PyConfig_Read(&config, 0);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = _PyConfig_Write(&config, &_PyRuntime);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = _Py_HashRandomization_Init(&config);
    }
    PyThreadState *tstate = NULL;
    if (!_PyStatus_EXCEPTION(status)) {
        status = create_interpreter(&config, &tstate);
    }
    PyConfig_Clear(&config);
    if (!_PyStatus_EXCEPTION(status)) {
        status = init_interpreter(tstate);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        _PyRuntime.core_initialized = 1;
        *tstate_p = tstate;
    }
    return status;
}

/* -- Main -------------------------------------------------------------------------------- */

static PyStatus
add_main_module(PyInterpreterState *interp)
{
    PyObject *module = PyImport_AddModule("__main__");
    if (module == NULL) {
        return _PyStatus_ERR("can't create __main__ module");
    }
    PyObject *dict = PyModule_GetDict(module);
    PyObject *annotations = PyDict_New();
    if (annotations == NULL
        || PyDict_SetItemString(dict, "__annotations__", annotations) < 0) {
        return _PyStatus_ERR("Failed to initialize __main__.__annotations__");
    }
    Py_DECREF(annotations);
    PyObject *builtins = PyImport_ImportModule("builtins");
    if (builtins == NULL
        || PyDict_SetItemString(dict, "__builtins__", builtins) < 0) {
        return _PyStatus_ERR("Failed to initialize __main__.__builtins__");
    }
    Py_DECREF(builtins);
    /* a module without a spec: its loader says that it is built in */
    PyObject *loader = PyDict_GetItemString(dict, "__loader__");
    if ((loader == NULL || loader == Py_None) && interp->importlib != NULL) {
        loader = PyObject_GetAttrString(interp->importlib, "BuiltinImporter");
        if (loader == NULL
            || PyDict_SetItemString(dict, "__loader__", loader) < 0) {
            return _PyStatus_ERR("Failed to initialize __main__.__loader__");
        }
        Py_DECREF(loader);
    }
    return _PyStatus_OK();
}

static PyStatus
import_site(void)
{
    PyObject *module = PyImport_ImportModule("site");
    if (module == NULL) {
        return _PyStatus_ERR("Failed to import the site module");
    }
    Py_DECREF(module);
    return _PyStatus_OK();
}

/* Filters from -W need the Python half of warnings. */
static void
import_warnings(PyThreadState *tstate)
{
    if (tstate->interp->config.warnoptions.length == 0) {
        return;
    }
    PyObject *module = PyImport_ImportModule("warnings");
    if (module == NULL) {
        fprintf(stderr, "'import warnings' failed; traceback:\n");
        PyErr_Print();
    }
    Py_XDECREF(module);
}

static PyStatus
init_main_only(PyThreadState *tstate)
{
    const PyConfig *config = &tstate->interp->config;
    if (_PySignal_Init(config->install_signal_handlers) < 0) {
        return _PyStatus_ERR("can't initialize signals");
    }
    if (_PyTraceMalloc_Init(config->tracemalloc) < 0) {
        return _PyStatus_ERR("can't initialize tracemalloc");
    }
    return _PyStatus_OK();
}

static PyStatus
init_main(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    int is_main = _Py_IsMainInterpreter(interp);
    if (!interp->config._install_importlib) {
        if (is_main) {
            _PyRuntime.initialized = 1;
        }
        return _PyStatus_OK();
    }
    PyStatus status = _PyStatus_OK();
    if (is_main) {
        status = config_compute_paths(&interp->config);
    }
    if (!_PyStatus_EXCEPTION(status) && _PySys_UpdateConfig(tstate) < 0) {
        return _PyStatus_ERR("failed to update the Python config");
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = _PyImport_InitExternal(tstate);
    }
    if (!_PyStatus_EXCEPTION(status) && is_main) {
        status = _PyFaulthandler_Init(interp->config.faulthandler);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = _PyUnicode_InitEncodings(tstate);
    }
    if (!_PyStatus_EXCEPTION(status) && is_main) {
        status = init_main_only(tstate);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = lifecycle_init_streams(tstate);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = add_main_module(interp);
    }
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    if (is_main) {
        import_warnings(tstate);
        _PyRuntime.initialized = 1;
    }
    if (interp->config.site_import) {
        status = import_site();
    }
    return status;
}

PyStatus
_Py_InitializeMain(void)
{
    PyStatus status = _PyRuntime_Initialize();
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    return init_main(_PyThreadState_GET());
}

PyStatus
Py_InitializeFromConfig(const PyConfig *config)
{
    if (config == NULL) {
        return _PyStatus_ERR("initialization config is NULL");
    }
    PyStatus status = _PyRuntime_Initialize();
    if (_PyStatus_EXCEPTION(status)) {
        return status;
    }
    if (_PyRuntime.initialized) {
        return _PyStatus_OK();
    }
    PyThreadState *tstate = _PyThreadState_GET();
    if (!_PyRuntime.core_initialized) {
        status = init_core(config, &tstate);
        if (_PyStatus_EXCEPTION(status)) {
            return status;
        }
    }
    if (tstate->interp->config._init_main) {
        status = init_main(tstate);
    }
    return status;
}

void
Py_InitializeEx(int install_signal_handlers)
{
    PyStatus status = _PyRuntime_Initialize();
    if (_PyStatus_EXCEPTION(status)) {
        Py_ExitStatusException(status);
    }
    if (_PyRuntime.initialized) {
        return;
    }
    PyConfig config;
    _PyConfig_InitCompatConfig(&config);
    config.install_signal_handlers = install_signal_handlers;
    status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (_PyStatus_EXCEPTION(status)) {
        Py_ExitStatusException(status);
    }
}

void
Py_Initialize(void)
{
    Py_InitializeEx(1);
}

/* -- Sub-interpreters ---------------------------------------------------------------------- */

PyThreadState *
_Py_NewInterpreter(int isolated_subinterpreter)
{
    if (!_PyRuntime.initialized) {
        Py_FatalError("Py_Initialize must be called first");
    }
    PyInterpreterState *interp = PyInterpreterState_New();
    if (interp == NULL) {
        return NULL;
    }
    PyThreadState *tstate = PyThreadState_New(interp);
    if (tstate == NULL) {
        PyInterpreterState_Delete(interp);
        return NULL;
    }
    PyThreadState *saved = PyThreadState_Swap(tstate);
    const PyConfig *config = saved != NULL
                                 ? &saved->interp->config
                                 : &_PyInterpreterState_Main()->config;
    PyStatus status = _PyConfig_Copy(&interp->config, config);
    interp->config._isolated_interpreter = isolated_subinterpreter;
    if (!_PyStatus_EXCEPTION(status)) {
        status = init_interpreter(tstate);
    }
    if (!_PyStatus_EXCEPTION(status)) {
        status = init_main(tstate);
    }
    if (_PyStatus_EXCEPTION(status)) {
        PyErr_PrintEx(0);
        PyThreadState_Clear(tstate);
        PyThreadState_Delete(tstate);
        PyThreadState_Swap(saved);
        Py_ExitStatusException(status);
    }
    return tstate;
}

PyThreadState *
Py_NewInterpreter(void)
{
    return _Py_NewInterpreter(0);
}
