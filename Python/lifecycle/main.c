/* What the command does with its configuration: run a command, a module, a
   file, a directory, standard input or the prompt; and exit as told. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pathconfig.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_pythonrun.h"
#include "pycore_runtime.h"
#include <signal.h>
#include <sys/stat.h>

#define COPYRIGHT \
    "Type \"help\", \"copyright\", \"credits\" or \"license\" " \
    "for more information."

int _Py_UnhandledKeyboardInterrupt;

/* -- Helpers --------------------------------------------------------------------- */

static int
stdin_is_interactive(const PyConfig *config)
{
    return isatty(fileno(stdin)) || config->interactive;
}

/* The exit status after an exception; SystemExit ends the process here. */
static int
exit_status_after_error(void)
{
    PyErr_Print();
    return 1;
}

static int
sys_path_prepend(PyObject *path0)
{
    PyObject *sys_path = PySys_GetObject("path");
    if (sys_path == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "lost sys.path");
        return -1;
    }
    return PyList_Insert(sys_path, 0, path0);
}

static void
put_header(const PyConfig *config)
{
    if (config->quiet
        || (!config->verbose
            && (config->run_command != NULL || config->run_filename != NULL
                || config->run_module != NULL
                || !stdin_is_interactive(config)))) {
        return;
    }
    fprintf(stderr, "Python %s on %s\n", Py_GetVersion(), Py_GetPlatform());
    if (config->site_import) {
        fprintf(stderr, "%s\n", COPYRIGHT);
    }
}

static void
import_readline(const PyConfig *config)
{
    if (config->isolated || config->run_command != NULL
        || (!config->inspect
            && (config->run_filename != NULL || config->run_module != NULL))
        || !stdin_is_interactive(config)) {
        return;
    }
    PyObject *module = PyImport_ImportModule("readline");
    if (module == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(module);
}

/* -- -c ------------------------------------------------------------------------------ */

static int
run_command(wchar_t *command)
{
    PyObject *text = PyUnicode_FromWideChar(command, -1);
    if (text == NULL) {
        return exit_status_after_error();
    }
    if (PySys_Audit("cpython.run_command", "O", text) < 0) {
        Py_DECREF(text);
        return exit_status_after_error();
    }
    PyObject *bytes = PyUnicode_AsUTF8String(text);
    Py_DECREF(text);
    if (bytes == NULL) {
        PySys_WriteStderr("Unable to decode the command from the command "
                          "line:\n");
        return exit_status_after_error();
    }
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    flags.cf_flags |= PyCF_IGNORE_COOKIE;
    int failed = PyRun_SimpleStringFlags(PyBytes_AsString(bytes), &flags);
    Py_DECREF(bytes);
    return failed != 0;
}

/* -- -m and directories --------------------------------------------------------------- */

static int
run_module(const wchar_t *name, int set_argv0)
{
    PyObject *text = PyUnicode_FromWideChar(name, -1);
    if (text == NULL || PySys_Audit("cpython.run_module", "O", text) < 0) {
        Py_XDECREF(text);
        return exit_status_after_error();
    }
    PyObject *runner = _PyImport_GetModuleAttrString("runpy",
                                                     "_run_module_as_main");
    if (runner == NULL) {
        fprintf(stderr, "Could not import runpy._run_module_as_main\n");
        Py_DECREF(text);
        return exit_status_after_error();
    }
    PyObject *result = PyObject_CallFunctionObjArgs(
        runner, text, set_argv0 ? Py_True : Py_False, NULL);
    Py_DECREF(runner);
    Py_DECREF(text);
    if (result == NULL) {
        return exit_status_after_error();
    }
    Py_DECREF(result);
    return 0;
}

/* The file name when it is something with a __main__ (a directory, a zip
   file); NULL otherwise. */
static PyObject *
main_importer_path(const wchar_t *filename)
{
    PyObject *path = PyUnicode_FromWideChar(filename, -1);
    if (path == NULL) {
        PyErr_Print();
        return NULL;
    }
    PyObject *importer = PyImport_GetImporter(path);
    if (importer == NULL) {
        fputs("Failed checking if argv[0] is an import path entry\n",
              stderr);
        PyErr_Print();
        Py_DECREF(path);
        return NULL;
    }
    int found = importer != Py_None;
    Py_DECREF(importer);
    if (!found) {
        Py_CLEAR(path);
    }
    return path;
}

/* -- Files ------------------------------------------------------------------------------- */

/* "PROGRAM: can't open file 'NAME'..." and the like, on stderr */
static void
complain(const PyConfig *config, const char *what, PyObject *filename,
         const char *rest)
{
    PyObject *program = PyUnicode_FromWideChar(config->program_name, -1);
    if (program == NULL) {
        PyErr_Clear();
        return;
    }
    PySys_FormatStderr("%S: %s%R%s\n", program, what, filename, rest);
    Py_DECREF(program);
}

static FILE *
open_script(const PyConfig *config, PyObject *filename, int *status)
{
    FILE *fp = _Py_wfopen(config->run_filename, L"rb");
    if (fp == NULL) {
        char reason[256];
        snprintf(reason, sizeof(reason), ": [Errno %d] %s", errno,
                 strerror(errno));
        complain(config, "can't open file ", filename, reason);
        *status = 2;
        return NULL;
    }
    if (config->skip_source_first_line) {
        int c;
        while ((c = getc(fp)) != EOF) {
            if (c == '\n') {
                ungetc(c, fp);
                break;
            }
        }
    }
    struct _Py_stat_struct sb;
    if (_Py_fstat_noraise(fileno(fp), &sb) == 0 && S_ISDIR(sb.st_mode)) {
        complain(config, "", filename, " is a directory, cannot continue");
        fclose(fp);
        *status = 1;
        return NULL;
    }
    return fp;
}

static int
run_file(const PyConfig *config)
{
    PyObject *filename = PyUnicode_FromWideChar(config->run_filename, -1);
    if (filename == NULL) {
        PyErr_Print();
        return -1;
    }
    int status = 0;
    if (PySys_Audit("cpython.run_file", "O", filename) < 0) {
        Py_DECREF(filename);
        return exit_status_after_error();
    }
    FILE *fp = open_script(config, filename, &status);
    if (fp != NULL) {
        if (Py_MakePendingCalls() == -1) {
            fclose(fp);
            status = exit_status_after_error();
        }
        else {
            PyCompilerFlags flags = _PyCompilerFlags_INIT;
            status = _PyRun_AnyFileObject(fp, filename, 1, &flags) != 0;
        }
    }
    Py_DECREF(filename);
    return status;
}

/* -- Standard input and the prompt --------------------------------------------------------- */

/* 1: an error was printed and the process should end */
static int
run_startup_file(const PyConfig *config)
{
    const char *startup = _Py_GetEnv(config->use_environment,
                                     "PYTHONSTARTUP");
    if (startup == NULL) {
        return 0;
    }
    if (PySys_Audit("cpython.run_startup", "s", startup) < 0) {
        return exit_status_after_error();
    }
    PyObject *name = PyUnicode_DecodeFSDefault(startup);
    if (name == NULL) {
        PyErr_Print();
        return 0;
    }
    FILE *fp = fopen(startup, "r");
    if (fp == NULL) {
        int error = errno;
        PySys_WriteStderr("Could not open PYTHONSTARTUP\n");
        errno = error;
        PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, name, NULL);
        PyErr_Print();
        Py_DECREF(name);
        return 0;
    }
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    _PyRun_SimpleFileObject(fp, name, 0, &flags);
    PyErr_Clear();
    fclose(fp);
    Py_DECREF(name);
    return 0;
}

static int
run_interactive_hook(void)
{
    PyObject *hook = PySys_GetObject("__interactivehook__");
    if (hook == NULL) {
        return 0;
    }
    if (PySys_Audit("cpython.run_interactivehook", "O", hook) < 0) {
        return -1;
    }
    PyObject *result = PyObject_CallNoArgs(hook);
    if (result == NULL) {
        PySys_WriteStderr("Failed calling sys.__interactivehook__\n");
        PyErr_Print();
    }
    Py_XDECREF(result);
    return 0;
}

static int
run_stdin(PyConfig *config)
{
    if (stdin_is_interactive(config)) {
        /* no -i: the prompt itself goes on after SystemExit otherwise */
        config->inspect = 0;
        Py_InspectFlag = 0;
        if (run_startup_file(config) != 0) {
            return 1;
        }
        if (run_interactive_hook() < 0) {
            return exit_status_after_error();
        }
    }
    if (PySys_Audit("cpython.run_stdin", NULL) < 0) {
        return exit_status_after_error();
    }
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    int failed = PyRun_AnyFileExFlags(stdin, "<stdin>", 0, &flags);
    return failed != 0;
}

static void
run_repl_after(PyConfig *config, int *status)
{
    /* PYTHONINSPECT may have been set by the program */
    if (!Py_InspectFlag
        && _Py_GetEnv(config->use_environment, "PYTHONINSPECT") != NULL) {
        config->inspect = 1;
        Py_InspectFlag = 1;
    }
    if (!Py_InspectFlag || !stdin_is_interactive(config)
        || (config->run_command == NULL && config->run_filename == NULL
            && config->run_module == NULL)) {
        return;
    }
    config->inspect = 0;
    Py_InspectFlag = 0;
    if (run_interactive_hook() < 0) {
        *status = exit_status_after_error();
        return;
    }
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    *status = PyRun_AnyFileExFlags(stdin, "<stdin>", 0, &flags) != 0;
}

/* -- Everything ------------------------------------------------------------------------------ */

/* What goes first on sys.path: the script's directory, or "" */
static int
prepare_path(const PyConfig *config, PyObject *main_importer)
{
    if (main_importer != NULL) {
        return sys_path_prepend(main_importer);
    }
    if (config->safe_path) {
        return 0;
    }
    PyObject *path0 = NULL;
    int found = _PyPathConfig_ComputeSysPath0(&config->argv, &path0);
    if (found < 0) {
        return -1;
    }
    if (found > 0) {
        int result = sys_path_prepend(path0);
        Py_DECREF(path0);
        return result;
    }
    return 0;
}

static int
run_python(void)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    PyConfig *config = &interp->config;
    PyObject *main_importer = NULL;
    int status;
    if (config->run_filename != NULL) {
        main_importer = main_importer_path(config->run_filename);
    }
    import_readline(config);
    if (prepare_path(config, main_importer) < 0) {
        status = exit_status_after_error();
    }
    else {
        put_header(config);
        if (config->run_command != NULL) {
            status = run_command(config->run_command);
        }
        else if (config->run_module != NULL) {
            status = run_module(config->run_module, 1);
        }
        else if (main_importer != NULL) {
            status = run_module(L"__main__", 0);
        }
        else if (config->run_filename != NULL) {
            status = run_file(config);
        }
        else {
            status = run_stdin(config);
        }
        run_repl_after(config, &status);
    }
    Py_XDECREF(main_importer);
    return status;
}

/* End as if SIGINT had not been caught, so that a shell sees it. */
static int
exit_by_sigint(void)
{
    if (signal(SIGINT, SIG_DFL) == SIG_ERR) {
        perror("signal");
    }
    else {
        kill(getpid(), SIGINT);
    }
    return SIGINT + 128;
}

int
Py_RunMain(void)
{
    _Py_UnhandledKeyboardInterrupt = 0;
    int status = run_python();
    if (Py_FinalizeEx() < 0) {
        /* the standard streams could not be flushed */
        status = 120;
    }
    _Py_ClearArgcArgv();
    _Py_ClearStandardStreamEncoding();
    if (_Py_UnhandledKeyboardInterrupt) {
        status = exit_by_sigint();
    }
    return status;
}

static int
main_with_args(const _PyArgv *args)
{
    PyConfig config;
    PyPreConfig preconfig;
    PyPreConfig_InitPythonConfig(&preconfig);
    PyStatus status = _Py_PreInitializeFromPyArgv(&preconfig, args);
    if (!_PyStatus_EXCEPTION(status)) {
        PyConfig_InitPythonConfig(&config);
        status = _PyConfig_SetPyArgv(&config, args);
        if (!_PyStatus_EXCEPTION(status)) {
            status = Py_InitializeFromConfig(&config);
        }
        PyConfig_Clear(&config);
    }
    if (_PyStatus_IS_EXIT(status)) {
        return status.exitcode;
    }
    if (_PyStatus_EXCEPTION(status)) {
        Py_ExitStatusException(status);
    }
    return Py_RunMain();
}

int
Py_BytesMain(int argc, char **argv)
{
    _PyArgv args = {.argc = argc, .use_bytes_argv = 1, .bytes_argv = argv};
    return main_with_args(&args);
}

int
Py_Main(int argc, wchar_t **argv)
{
    _PyArgv args = {.argc = argc, .wchar_argv = argv};
    return main_with_args(&args);
}
