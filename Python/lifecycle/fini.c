/* Stopping: threads, exit functions, modules, types, memory; and the end of
   sub-interpreters. */
#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_gil.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pymem.h"
#include "pycore_pystate.h"
#include "pycore_runtime.h"
#include "pycore_sysmodule.h"
#include "lifecycle.h"

/* -- Functions for the very end ----------------------------------------------- */

#define EXIT_FUNCTIONS 32

static void (*exit_functions[EXIT_FUNCTIONS])(void);
static int exit_function_count;

int
Py_AtExit(void (*func)(void))
{
    if (exit_function_count >= EXIT_FUNCTIONS) {
        return -1;
    }
    exit_functions[exit_function_count++] = func;
    return 0;
}

static void
run_exit_functions(void)
{
    while (exit_function_count > 0) {
        exit_functions[--exit_function_count]();
    }
    fflush(stdout);
    fflush(stderr);
}

void
Py_Exit(int status)
{
    if (Py_FinalizeEx() < 0) {
        status = 120;
    }
    exit(status);
}

/* -- Threads and modules ---------------------------------------------------------- */

/* Let threading join what is no daemon. */
static void
wait_for_threads(PyThreadState *tstate)
{
    PyObject *threading = PyImport_GetModule(&_Py_ID(threading));
    if (threading == NULL) {
        /* never imported, or the import failed: nothing to wait for */
        _PyErr_Clear(tstate);
        return;
    }
    PyObject *result = PyObject_CallMethodNoArgs(threading,
                                                 &_Py_ID(_shutdown));
    if (result == NULL) {
        PyErr_WriteUnraisable(threading);
    }
    Py_XDECREF(result);
    Py_DECREF(threading);
}

/* Names of sys that keep objects alive without being the user's. */
static const char *const sys_to_none[] = {
    "path", "argv", "ps1", "ps2", "last_type", "last_value",
    "last_traceback", "path_hooks", "path_importer_cache", "meta_path",
};
static const char *const sys_to_original[][2] = {
    {"stdin", "__stdin__"},
    {"stdout", "__stdout__"},
    {"stderr", "__stderr__"},
};

static void
clear_special_attributes(PyInterpreterState *interp)
{
    if (PyDict_SetItemString(interp->builtins, "_", Py_None) < 0) {
        PyErr_WriteUnraisable(NULL);
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(sys_to_none); i++) {
        if (PyDict_SetItemString(interp->sysdict, sys_to_none[i], Py_None)
            < 0) {
            PyErr_WriteUnraisable(NULL);
        }
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(sys_to_original); i++) {
        PyObject *original = PyDict_GetItemString(interp->sysdict,
                                                  sys_to_original[i][1]);
        if (PyDict_SetItemString(interp->sysdict, sys_to_original[i][0],
                                 original == NULL ? Py_None : original)
            < 0) {
            PyErr_WriteUnraisable(NULL);
        }
    }
}

/* [(name, weak reference)] of the modules, whose places in sys.modules become
   None. */
static PyObject *
forget_modules(PyObject *modules)
{
    PyObject *list = PyList_New(0);
    PyObject *names = PyMapping_Keys(modules);
    if (list == NULL || names == NULL) {
        PyErr_WriteUnraisable(NULL);
        Py_XDECREF(names);
        return list;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *name = PyList_GET_ITEM(names, i);
        PyObject *module = PyObject_GetItem(modules, name);
        if (module == NULL) {
            PyErr_Clear();
            continue;
        }
        if (PyModule_Check(module)) {
            PyObject *weak = PyWeakref_NewRef(module, NULL);
            PyObject *pair = weak == NULL ? NULL
                                          : PyTuple_Pack(2, name, weak);
            if (pair == NULL || PyList_Append(list, pair) < 0) {
                PyErr_WriteUnraisable(NULL);
            }
            Py_XDECREF(weak);
            Py_XDECREF(pair);
        }
        if (PyObject_SetItem(modules, name, Py_None) < 0) {
            PyErr_WriteUnraisable(NULL);
        }
        Py_DECREF(module);
    }
    Py_DECREF(names);
    return list;
}

/* Modules that something still holds lose their contents, last imported
   first. */
static void
clear_module_dicts(PyInterpreterState *interp, PyObject *list)
{
    for (Py_ssize_t i = PyList_GET_SIZE(list) - 1; i >= 0; i--) {
        PyObject *weak = PyTuple_GET_ITEM(PyList_GET_ITEM(list, i), 1);
        PyObject *module = PyWeakref_GET_OBJECT(weak);
        if (module == Py_None) {
            continue;
        }
        PyObject *dict = PyModule_GetDict(module);
        if (dict == interp->builtins || dict == interp->sysdict) {
            continue;
        }
        Py_INCREF(module);
        _PyModule_Clear(module);
        Py_DECREF(module);
    }
}

static void
restore_builtins(PyInterpreterState *interp)
{
    /* tools may have replaced builtins; keep the originals alive to the end */
    PyObject *copy = PyDict_Copy(interp->builtins);
    if (copy == NULL) {
        PyErr_WriteUnraisable(NULL);
    }
    PyDict_Clear(interp->builtins);
    if (PyDict_Update(interp->builtins, interp->builtins_copy) < 0) {
        PyErr_WriteUnraisable(NULL);
    }
    Py_XDECREF(copy);
}

void
lifecycle_clear_modules(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    PyObject *modules = interp->modules;
    if (modules == NULL) {
        return;
    }
    clear_special_attributes(interp);
    PyObject *list = forget_modules(modules);
    if (PyDict_CheckExact(modules)) {
        PyDict_Clear(modules);
    }
    else {
        PyObject *result = PyObject_CallMethodNoArgs(modules,
                                                     &_Py_ID(clear));
        if (result == NULL) {
            PyErr_WriteUnraisable(NULL);
        }
        Py_XDECREF(result);
    }
    restore_builtins(interp);
    Py_CLEAR(interp->importlib);
    Py_CLEAR(interp->import_func);
    _PyGC_CollectNoFail(tstate);
    /* while the warnings machinery still works */
    _PyGC_DumpShutdownStats(interp);
    if (list != NULL) {
        clear_module_dicts(interp, list);
        Py_DECREF(list);
    }
    _PyModule_ClearDict(interp->sysdict);
    _PyModule_ClearDict(interp->builtins);
    Py_CLEAR(interp->modules);
    _PyGC_CollectNoFail(tstate);
}

/* -- Finalising --------------------------------------------------------------------- */

static void
finalize_interpreter(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    int is_main = _Py_IsMainInterpreter(interp);
    _PyInterpreterState_Clear(tstate);
    lifecycle_unwind_stages(interp);
    _PyGC_Fini(interp); /* what the types held is untracked by now */
    if (is_main) {
        _Py_ClearFileSystemEncoding();
    }
    _PyGILState_Fini(interp);
    _PyThreadState_Swap(&_PyRuntime.gilstate, NULL);
    PyInterpreterState_Delete(interp);
}

int
Py_FinalizeEx(void)
{
    if (!_PyRuntime.initialized) {
        return 0;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    int status = 0;

    wait_for_threads(tstate);
    _Py_FinishPendingCalls(tstate);
    _PyAtExit_Call(tstate->interp);

    /* from here on, other threads that ask for the GIL sleep for good */
    tstate->interp->finalizing = 1;
    _PyRuntimeState_SetFinalizing(&_PyRuntime, tstate);
    _PyRuntime.initialized = 0;
    _PyRuntime.core_initialized = 0;

    if (lifecycle_flush_streams() < 0) {
        status = -1;
    }
    _PySignal_Fini();
    PyGC_Collect();
    lifecycle_clear_modules(tstate);
    if (lifecycle_flush_streams() < 0) {
        status = -1;
    }
    _PyTraceMalloc_Fini();
    _PyImport_Fini();
    _PyFaulthandler_Fini();
    _Py_HashRandomization_Fini();
    _PySys_ClearAuditHooks(tstate);
    PyThreadState_Clear(tstate);
    finalize_interpreter(tstate);
    run_exit_functions();
    _PyRuntime_Finalize();
    return status;
}

void
Py_Finalize(void)
{
    Py_FinalizeEx();
}

void
Py_EndInterpreter(PyThreadState *tstate)
{
    PyInterpreterState *interp = tstate->interp;
    if (tstate != _PyThreadState_GET()) {
        Py_FatalError("thread is not current");
    }
    if (tstate->cframe->current_frame != NULL) {
        Py_FatalError("thread still has a frame");
    }
    interp->finalizing = 1;
    wait_for_threads(tstate);
    _PyAtExit_Call(interp);
    if (tstate != interp->threads.head || tstate->next != NULL) {
        Py_FatalError("not the last thread");
    }
    lifecycle_clear_modules(tstate);
    PyThreadState_Clear(tstate);
    finalize_interpreter(tstate);
}
