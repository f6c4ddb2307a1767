/* Running source: strings, files, .pyc files and the interactive prompt; and
   compiling strings. Printing exceptions is in pythonrun_display.c. */
#include "Python.h"
#include "pycore_ast.h"
#include "pycore_ceval.h"
#include "pycore_compile.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_parser.h"
#include "pycore_pyarena.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "pycore_pythonrun.h"
#include "pycore_sysmodule.h"
#include "errcode.h"
#include "marshal.h"

/* -- Running a tree or code ----------------------------------------------------------- */

static PyObject *
run_code(PyThreadState *tstate, PyCodeObject *co, PyObject *globals,
         PyObject *locals)
{
    /* globals without builtins get ours */
    int has = PyDict_Contains(globals, &_Py_ID(__builtins__));
    if (has < 0
        || (!has
            && PyDict_SetItem(globals, &_Py_ID(__builtins__),
                              tstate->interp->builtins) < 0)) {
        return NULL;
    }
    _Py_UnhandledKeyboardInterrupt = 0;
    PyObject *result = PyEval_EvalCode((PyObject *)co, globals, locals);
    if (result == NULL
        && _PyErr_Occurred(tstate) == PyExc_KeyboardInterrupt) {
        _Py_UnhandledKeyboardInterrupt = 1;
    }
    return result;
}

static PyObject *
run_mod(mod_ty mod, PyObject *filename, PyObject *globals, PyObject *locals,
        PyCompilerFlags *flags, PyArena *arena)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyCodeObject *co = _PyAST_Compile(mod, filename, flags, -1, arena);
    if (co == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    if (_PySys_Audit(tstate, "exec", "O", co) == 0) {
        result = run_code(tstate, co, globals, locals);
    }
    Py_DECREF(co);
    return result;
}

static void
flush_io(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *names[2] = {&_Py_ID(stderr), &_Py_ID(stdout)};
    for (int i = 0; i < 2; i++) {
        PyObject *f = _PySys_GetAttr(_PyThreadState_GET(), names[i]);
        if (f != NULL) {
            PyObject *result = PyObject_CallMethodNoArgs(f, &_Py_ID(flush));
            if (result == NULL) {
                PyErr_Clear();
            }
            Py_XDECREF(result);
        }
    }
    PyErr_Restore(type, value, traceback);
}

/* -- Strings ------------------------------------------------------------------------------ */

PyObject *
PyRun_StringFlags(const char *str, int start, PyObject *globals,
                  PyObject *locals, PyCompilerFlags *flags)
{
    PyArena *arena = _PyArena_New();
    if (arena == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    mod_ty mod = _PyParser_ASTFromString(str, &_Py_STR(anon_string), start,
                                         flags, arena);
    if (mod != NULL) {
        result = run_mod(mod, &_Py_STR(anon_string), globals, locals, flags,
                         arena);
    }
    _PyArena_Free(arena);
    return result;
}

int
PyRun_SimpleStringFlags(const char *command, PyCompilerFlags *flags)
{
    PyObject *main_module = PyImport_AddModule("__main__");
    if (main_module == NULL) {
        return -1;
    }
    PyObject *dict = PyModule_GetDict(main_module);
    PyObject *result = PyRun_StringFlags(command, Py_file_input, dict, dict,
                                         flags);
    if (result == NULL) {
        PyErr_Print();
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

/* -- Compiling ------------------------------------------------------------------------------ */

PyObject *
Py_CompileStringObject(const char *str, PyObject *filename, int start,
                       PyCompilerFlags *flags, int optimize)
{
    PyArena *arena = _PyArena_New();
    if (arena == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    mod_ty mod = _PyParser_ASTFromString(str, filename, start, flags, arena);
    if (mod != NULL) {
        if (flags != NULL && (flags->cf_flags & PyCF_ONLY_AST)) {
            result = PyAST_mod2obj(mod);
        }
        else {
            result = (PyObject *)_PyAST_Compile(mod, filename, flags,
                                                optimize, arena);
        }
    }
    _PyArena_Free(arena);
    return result;
}

PyObject *
Py_CompileStringExFlags(const char *str, const char *filename_str, int start,
                        PyCompilerFlags *flags, int optimize)
{
    PyObject *filename = PyUnicode_DecodeFSDefault(filename_str);
    if (filename == NULL) {
        return NULL;
    }
    PyObject *co = Py_CompileStringObject(str, filename, start, flags,
                                          optimize);
    Py_DECREF(filename);
    return co;
}

#undef Py_CompileString
PyObject *
Py_CompileString(const char *str, const char *p, int s)
{
    return Py_CompileStringExFlags(str, p, s, NULL, -1);
}

#undef Py_CompileStringFlags
PyAPI_FUNC(PyObject *) Py_CompileStringFlags(const char *str, const char *p,
                                             int s, PyCompilerFlags *flags);
PyObject *
Py_CompileStringFlags(const char *str, const char *p, int s,
                      PyCompilerFlags *flags)
{
    return Py_CompileStringExFlags(str, p, s, flags, -1);
}

/* Text or bytes-like source as a C string; *cmd_copy owns it if not the
   object itself. */
const char *
_Py_SourceAsString(PyObject *cmd, const char *funcname, const char *what,
                   PyCompilerFlags *cf, PyObject **cmd_copy)
{
    const char *str;
    Py_ssize_t size;
    Py_buffer view;
    *cmd_copy = NULL;
    if (PyUnicode_Check(cmd)) {
        cf->cf_flags |= PyCF_IGNORE_COOKIE;
        str = PyUnicode_AsUTF8AndSize(cmd, &size);
        if (str == NULL) {
            return NULL;
        }
    }
    else if (PyBytes_Check(cmd)) {
        str = PyBytes_AS_STRING(cmd);
        size = PyBytes_GET_SIZE(cmd);
    }
    else if (PyByteArray_Check(cmd)) {
        str = PyByteArray_AS_STRING(cmd);
        size = PyByteArray_GET_SIZE(cmd);
    }
    else if (PyObject_GetBuffer(cmd, &view, PyBUF_SIMPLE) == 0) {
        *cmd_copy = PyBytes_FromStringAndSize((const char *)view.buf,
                                              view.len);
        PyBuffer_Release(&view);
        if (*cmd_copy == NULL) {
            return NULL;
        }
        str = PyBytes_AS_STRING(*cmd_copy);
        size = PyBytes_GET_SIZE(*cmd_copy);
    }
    else {
        PyErr_Format(PyExc_TypeError, "%s() arg 1 must be a %s object",
                     funcname, what);
        return NULL;
    }
    if (strlen(str) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError,
                        "source code string cannot contain null bytes");
        Py_CLEAR(*cmd_copy);
        return NULL;
    }
    return str;
}

/* -- Files ------------------------------------------------------------------------------------ */

static PyObject *
run_file(FILE *fp, PyObject *filename, int start, PyObject *globals,
         PyObject *locals, int closeit, PyCompilerFlags *flags)
{
    PyArena *arena = _PyArena_New();
    if (arena == NULL) {
        return NULL;
    }
    mod_ty mod = _PyParser_ASTFromFile(fp, filename, NULL, start, NULL, NULL,
                                       flags, NULL, arena);
    if (closeit) {
        fclose(fp);
    }
    PyObject *result = NULL;
    if (mod != NULL) {
        result = run_mod(mod, filename, globals, locals, flags, arena);
    }
    _PyArena_Free(arena);
    return result;
}

PyObject *
PyRun_FileExFlags(FILE *fp, const char *filename, int start,
                  PyObject *globals, PyObject *locals, int closeit,
                  PyCompilerFlags *flags)
{
    PyObject *name = PyUnicode_DecodeFSDefault(filename);
    if (name == NULL) {
        return NULL;
    }
    PyObject *result = run_file(fp, name, start, globals, locals, closeit,
                                flags);
    Py_DECREF(name);
    return result;
}

/* A .pyc file by its name, or by the first two bytes of its magic number. */
static int
maybe_pyc_file(FILE *fp, PyObject *filename, int closeit)
{
    PyObject *ext = PyUnicode_FromString(".pyc");
    if (ext == NULL) {
        return -1;
    }
    Py_ssize_t match = PyUnicode_Tailmatch(filename, ext, 0, PY_SSIZE_T_MAX,
                                           +1);
    Py_DECREF(ext);
    if (match != 0) {
        return match < 0 ? -1 : 1;
    }
    if (!closeit) {
        return 0; /* it may be a pipe: leave the position alone */
    }
    unsigned int halfmagic = PyImport_GetMagicNumber() & 0xFFFF;
    int result = 0;
    unsigned char buf[2];
    if (ftell(fp) == 0) {
        if (fread(buf, 1, 2, fp) == 2
            && ((unsigned int)buf[1] << 8 | buf[0]) == halfmagic) {
            result = 1;
        }
        rewind(fp);
    }
    return result;
}

static PyObject *
run_pyc_file(FILE *fp, PyObject *globals, PyObject *locals,
             PyCompilerFlags *flags)
{
    PyThreadState *tstate = _PyThreadState_GET();
    long magic = PyMarshal_ReadLongFromFile(fp);
    if (magic != PyImport_GetMagicNumber()) {
        if (!_PyErr_Occurred(tstate)) {
            _PyErr_SetString(tstate, PyExc_RuntimeError,
                             "Bad magic number in .pyc file");
        }
        fclose(fp);
        return NULL;
    }
    /* flags, and the source's time and size or its hash */
    for (int i = 0; i < 3; i++) {
        (void)PyMarshal_ReadLongFromFile(fp);
    }
    PyObject *v = _PyErr_Occurred(tstate)
                      ? NULL
                      : PyMarshal_ReadLastObjectFromFile(fp);
    fclose(fp);
    if (v == NULL || !PyCode_Check(v)) {
        Py_XDECREF(v);
        if (!_PyErr_Occurred(tstate)) {
            _PyErr_SetString(tstate, PyExc_RuntimeError,
                             "Bad code object in .pyc file");
        }
        return NULL;
    }
    PyCodeObject *co = (PyCodeObject *)v;
    PyObject *result = run_code(tstate, co, globals, locals);
    if (result != NULL && flags != NULL) {
        flags->cf_flags |= co->co_flags & PyCF_MASK;
    }
    Py_DECREF(co);
    return result;
}

/* __main__.__loader__, for runpy and inspect */
static int
set_main_loader(PyObject *dict, PyObject *filename, const char *loader_name)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *external = PyObject_GetAttrString(tstate->interp->importlib,
                                                "_bootstrap_external");
    if (external == NULL) {
        return -1;
    }
    PyObject *type = PyObject_GetAttrString(external, loader_name);
    Py_DECREF(external);
    if (type == NULL) {
        return -1;
    }
    PyObject *loader = PyObject_CallFunction(type, "sO", "__main__",
                                             filename);
    Py_DECREF(type);
    if (loader == NULL) {
        return -1;
    }
    int result = PyDict_SetItemString(dict, "__loader__", loader) < 0 ? -1
                                                                      : 0;
    Py_DECREF(loader);
    return result;
}

static PyObject *
run_pyc_by_name(FILE *fp, PyObject *filename, int closeit, PyObject *dict,
                PyCompilerFlags *flags)
{
    if (closeit) {
        fclose(fp);
    }
    PyObject *bytes;
    if (!PyUnicode_FSConverter(filename, &bytes)) {
        return NULL;
    }
    FILE *pyc = fopen(PyBytes_AS_STRING(bytes), "rb");
    Py_DECREF(bytes);
    if (pyc == NULL) {
        fprintf(stderr, "python: Can't reopen .pyc file\n");
        return NULL;
    }
    if (set_main_loader(dict, filename, "SourcelessFileLoader") < 0) {
        fprintf(stderr, "python: failed to set __main__.__loader__\n");
        fclose(pyc);
        return NULL;
    }
    return run_pyc_file(pyc, dict, dict, flags);
}

int
_PyRun_SimpleFileObject(FILE *fp, PyObject *filename, int closeit,
                        PyCompilerFlags *flags)
{
    PyObject *main_module = PyImport_AddModule("__main__");
    if (main_module == NULL) {
        return -1;
    }
    Py_INCREF(main_module);
    PyObject *dict = PyModule_GetDict(main_module);
    int set_file_name = 0;
    int status = -1;
    int has_file = PyDict_Contains(dict, &_Py_ID(__file__));
    if (has_file < 0) {
        goto done;
    }
    if (!has_file) {
        if (PyDict_SetItem(dict, &_Py_ID(__file__), filename) < 0
            || PyDict_SetItem(dict, &_Py_ID(__cached__), Py_None) < 0) {
            goto done;
        }
        set_file_name = 1;
    }
    int pyc = maybe_pyc_file(fp, filename, closeit);
    if (pyc < 0) {
        goto done;
    }
    PyObject *result;
    if (pyc) {
        result = run_pyc_by_name(fp, filename, closeit, dict, flags);
    }
    else {
        /* standard input keeps the loader it has */
        if (!_PyUnicode_EqualToASCIIString(filename, "<stdin>")
            && set_main_loader(dict, filename, "SourceFileLoader") < 0) {
            fprintf(stderr, "python: failed to set __main__.__loader__\n");
            goto done;
        }
        result = run_file(fp, filename, Py_file_input, dict, dict, closeit,
                          flags);
    }
    flush_io();
    if (result == NULL) {
        Py_CLEAR(main_module);
        PyErr_Print();
        goto done;
    }
    Py_DECREF(result);
    status = 0;
done:
    if (set_file_name) {
        if (_PyDict_Pop(dict, &_Py_ID(__file__), Py_None) == NULL) {
            PyErr_Print();
        }
        if (_PyDict_Pop(dict, &_Py_ID(__cached__), Py_None) == NULL) {
            PyErr_Print();
        }
    }
    Py_XDECREF(main_module);
    return status;
}

int
PyRun_SimpleFileExFlags(FILE *fp, const char *filename, int closeit,
                        PyCompilerFlags *flags)
{
    PyObject *name = PyUnicode_DecodeFSDefault(filename);
    if (name == NULL) {
        return -1;
    }
    int result = _PyRun_SimpleFileObject(fp, name, closeit, flags);
    Py_DECREF(name);
    return result;
}

/* -- The prompt ---------------------------------------------------------------------------------- */

static PyObject *
prompt_text(PyThreadState *tstate, PyObject *name)
{
    PyObject *value = _PySys_GetAttr(tstate, name);
    if (value == NULL) {
        return NULL;
    }
    PyObject *text = PyObject_Str(value);
    if (text == NULL || !PyUnicode_Check(text)
        || PyUnicode_AsUTF8(text) == NULL) {
        PyErr_Clear();
        Py_CLEAR(text);
    }
    return text;
}

/* The encoding of standard input; new reference or NULL. */
static PyObject *
stdin_encoding(PyThreadState *tstate)
{
    PyObject *in = _PySys_GetAttr(tstate, &_Py_ID(stdin));
    if (in == NULL || in == Py_None) {
        return NULL;
    }
    PyObject *encoding = PyObject_GetAttr(in, &_Py_ID(encoding));
    if (encoding == NULL || !PyUnicode_Check(encoding)) {
        PyErr_Clear();
        Py_CLEAR(encoding);
    }
    return encoding;
}

static int
interactive_one(FILE *fp, PyObject *filename, PyCompilerFlags *flags)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *encoding = fp == stdin ? stdin_encoding(tstate) : NULL;
    PyObject *ps1 = prompt_text(tstate, &_Py_ID(ps1));
    PyObject *ps2 = prompt_text(tstate, &_Py_ID(ps2));
    int result = -1, errcode = 0;
    PyArena *arena = _PyArena_New();
    if (arena != NULL) {
        mod_ty mod = _PyParser_ASTFromFile(
            fp, filename, encoding == NULL ? NULL : PyUnicode_AsUTF8(encoding),
            Py_single_input, ps1 == NULL ? "" : PyUnicode_AsUTF8(ps1),
            ps2 == NULL ? "" : PyUnicode_AsUTF8(ps2), flags, &errcode, arena);
        if (mod == NULL) {
            if (errcode == E_EOF) {
                PyErr_Clear();
                result = E_EOF;
            }
        }
        else {
            PyObject *module = PyImport_AddModuleObject(&_Py_ID(__main__));
            if (module != NULL) {
                PyObject *dict = PyModule_GetDict(module);
                PyObject *value = run_mod(mod, filename, dict, dict, flags,
                                          arena);
                if (value != NULL) {
                    Py_DECREF(value);
                    flush_io();
                    result = 0;
                }
            }
        }
        _PyArena_Free(arena);
    }
    Py_XDECREF(encoding);
    Py_XDECREF(ps1);
    Py_XDECREF(ps2);
    return result;
}

int
PyRun_InteractiveOneObject(FILE *fp, PyObject *filename,
                           PyCompilerFlags *flags)
{
    int result = interactive_one(fp, filename, flags);
    if (result == -1) {
        PyErr_Print();
        flush_io();
    }
    return result;
}

int
PyRun_InteractiveOneFlags(FILE *fp, const char *filename_str,
                          PyCompilerFlags *flags)
{
    PyObject *filename = PyUnicode_DecodeFSDefault(filename_str);
    if (filename == NULL) {
        PyErr_Print();
        return -1;
    }
    int result = PyRun_InteractiveOneObject(fp, filename, flags);
    Py_DECREF(filename);
    return result;
}

static void
set_default_prompt(PyThreadState *tstate, PyObject *name, const char *text)
{
    if (_PySys_GetAttr(tstate, name) == NULL) {
        PyObject *value = PyUnicode_FromString(text);
        if (value == NULL || _PySys_SetAttr(name, value) < 0) {
            PyErr_Clear();
        }
        Py_XDECREF(value);
    }
}

int
_PyRun_InteractiveLoopObject(FILE *fp, PyObject *filename,
                             PyCompilerFlags *flags)
{
    PyCompilerFlags local_flags = _PyCompilerFlags_INIT;
    if (flags == NULL) {
        flags = &local_flags;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    set_default_prompt(tstate, &_Py_ID(ps1), ">>> ");
    set_default_prompt(tstate, &_Py_ID(ps2), "... ");
    int error = 0, out_of_memory = 0, result;
    do {
        result = interactive_one(fp, filename, flags);
        if (result == -1 && _PyErr_Occurred(tstate)) {
            /* leave when the same failure would come back for ever */
            if (_PyErr_ExceptionMatches(tstate, PyExc_MemoryError)) {
                if (++out_of_memory > 16) {
                    _PyErr_Clear(tstate);
                    error = -1;
                    break;
                }
            }
            else {
                out_of_memory = 0;
            }
            PyErr_Print();
            flush_io();
        }
        else {
            out_of_memory = 0;
        }
    } while (result != E_EOF);
    if (result == E_EOF) {
        /* the shell's prompt goes on a line of its own */
        fputc('\n', stderr);
        fflush(stderr);
    }
    return error;
}

int
PyRun_InteractiveLoopFlags(FILE *fp, const char *filename,
                           PyCompilerFlags *flags)
{
    PyObject *name = PyUnicode_DecodeFSDefault(filename);
    if (name == NULL) {
        PyErr_Print();
        return -1;
    }
    int error = _PyRun_InteractiveLoopObject(fp, name, flags);
    Py_DECREF(name);
    return error;
}

int
_PyRun_AnyFileObject(FILE *fp, PyObject *filename, int closeit,
                     PyCompilerFlags *flags)
{
    PyObject *name = filename == NULL ? PyUnicode_FromString("???")
                                      : Py_NewRef(filename);
    if (name == NULL) {
        PyErr_Print();
        return -1;
    }
    int result;
    if (_Py_FdIsInteractive(fp, name)) {
        result = _PyRun_InteractiveLoopObject(fp, name, flags);
        if (closeit) {
            fclose(fp);
        }
    }
    else {
        result = _PyRun_SimpleFileObject(fp, name, closeit, flags);
    }
    Py_DECREF(name);
    return result;
}

int
PyRun_AnyFileExFlags(FILE *fp, const char *filename, int closeit,
                     PyCompilerFlags *flags)
{
    PyObject *name = NULL;
    if (filename != NULL) {
        name = PyUnicode_DecodeFSDefault(filename);
        if (name == NULL) {
            PyErr_Print();
            return -1;
        }
    }
    int result = _PyRun_AnyFileObject(fp, name, closeit, flags);
    Py_XDECREF(name);
    return result;
}

int
_Py_FdIsInteractive(FILE *fp, PyObject *filename)
{
    if (isatty(fileno(fp))) {
        return 1;
    }
    if (!_Py_GetConfig()->interactive) {
        return 0;
    }
    return filename == NULL
           || PyUnicode_CompareWithASCIIString(filename, "<stdin>") == 0
           || PyUnicode_CompareWithASCIIString(filename, "???") == 0;
}

int
Py_FdIsInteractive(FILE *fp, const char *filename)
{
    if (isatty(fileno(fp))) {
        return 1;
    }
    if (!Py_InteractiveFlag) {
        return 0;
    }
    return filename == NULL || strcmp(filename, "<stdin>") == 0
           || strcmp(filename, "???") == 0;
}

/* -- The short names, as functions ------------------------------------------------------------------ */

#undef PyRun_AnyFile
#undef PyRun_AnyFileEx
#undef PyRun_AnyFileFlags
#undef PyRun_File
#undef PyRun_FileEx
#undef PyRun_FileFlags
#undef PyRun_SimpleFile
#undef PyRun_SimpleFileEx
#undef PyRun_String
#undef PyRun_SimpleString
#undef PyRun_InteractiveOne
#undef PyRun_InteractiveLoop

PyObject *
PyRun_File(FILE *fp, const char *p, int s, PyObject *g, PyObject *l)
{
    return PyRun_FileExFlags(fp, p, s, g, l, 0, NULL);
}

PyObject *
PyRun_FileEx(FILE *fp, const char *p, int s, PyObject *g, PyObject *l, int c)
{
    return PyRun_FileExFlags(fp, p, s, g, l, c, NULL);
}

PyObject *
PyRun_FileFlags(FILE *fp, const char *p, int s, PyObject *g, PyObject *l,
                PyCompilerFlags *flags)
{
    return PyRun_FileExFlags(fp, p, s, g, l, 0, flags);
}

int
PyRun_AnyFile(FILE *fp, const char *name)
{
    return PyRun_AnyFileExFlags(fp, name, 0, NULL);
}

int
PyRun_AnyFileEx(FILE *fp, const char *name, int closeit)
{
    return PyRun_AnyFileExFlags(fp, name, closeit, NULL);
}

int
PyRun_AnyFileFlags(FILE *fp, const char *name, PyCompilerFlags *flags)
{
    return PyRun_AnyFileExFlags(fp, name, 0, flags);
}

int
PyRun_SimpleFile(FILE *f, const char *p)
{
    return PyRun_SimpleFileExFlags(f, p, 0, NULL);
}

int
PyRun_SimpleFileEx(FILE *f, const char *p, int c)
{
    return PyRun_SimpleFileExFlags(f, p, c, NULL);
}

PyObject *
PyRun_String(const char *str, int s, PyObject *g, PyObject *l)
{
    return PyRun_StringFlags(str, s, g, l, NULL);
}

int
PyRun_SimpleString(const char *s)
{
    return PyRun_SimpleStringFlags(s, NULL);
}

int
PyRun_InteractiveOne(FILE *f, const char *p)
{
    return PyRun_InteractiveOneFlags(f, p, NULL);
}

int
PyRun_InteractiveLoop(FILE *f, const char *p)
{
    return PyRun_InteractiveLoopFlags(f, p, NULL);
}
