/* compile, eval and exec. */
#include "builtins_private.h"
#include "pycore_ast.h"
#include "pycore_compile.h"
#include "pycore_pyarena.h"
#include "pycore_pythonrun.h"

/* -- compile -------------------------------------------------------------------- */

const char builtin_compile_doc[] =
"compile($module, /, source, filename, mode, flags=0,\n"
"        dont_inherit=False, optimize=-1, *, _feature_version=-1)\n"
"--\n\n"
"Compile text, bytes or a tree into a code object, or text into a tree.\n\n"
"mode is 'exec' for a module, 'single' for an interactive statement, 'eval'\n"
"for an expression.";

static int
compile_mode(const char *text, int flags)
{
    static const struct {
        const char *name;
        int mode;
    } modes[] = {{"exec", 0}, {"eval", 1}, {"single", 2}, {"func_type", 3}};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(modes); i++) {
        if (strcmp(text, modes[i].name) != 0) {
            continue;
        }
        if (modes[i].mode == 3 && !(flags & PyCF_ONLY_AST)) {
            PyErr_SetString(PyExc_ValueError,
                            "compile() mode 'func_type' requires flag "
                            "PyCF_ONLY_AST");
            return -1;
        }
        return modes[i].mode;
    }
    PyErr_SetString(PyExc_ValueError,
                    flags & PyCF_ONLY_AST
                        ? "compile() mode must be 'exec', 'eval', 'single' "
                          "or 'func_type'"
                        : "compile() mode must be 'exec', 'eval' or "
                          "'single'");
    return -1;
}

static PyObject *
compile_tree(PyObject *source, PyObject *filename, int mode,
             PyCompilerFlags *flags, int optimize)
{
    if (flags->cf_flags & PyCF_ONLY_AST) {
        return Py_NewRef(source);
    }
    PyArena *arena = _PyArena_New();
    if (arena == NULL) {
        return NULL;
    }
    PyObject *code = NULL;
    mod_ty mod = PyAST_obj2mod(source, arena, mode);
    if (mod != NULL && _PyAST_Validate(mod)) {
        code = (PyObject *)_PyAST_Compile(mod, filename, flags, optimize,
                                          arena);
    }
    _PyArena_Free(arena);
    return code;
}

PyObject *
builtin_compile(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"source",       "filename", "mode",
                            "flags",        "dont_inherit", "optimize",
                            "_feature_version", NULL};
    static const int starts[] = {Py_file_input, Py_eval_input,
                                 Py_single_input, Py_func_type_input};
    PyObject *source, *filename;
    const char *mode_text;
    int flags = 0, dont_inherit = 0, optimize = -1, feature_version = -1;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO&s|ipi$i:compile",
                                     names, &source, PyUnicode_FSDecoder,
                                     &filename, &mode_text, &flags,
                                     &dont_inherit, &optimize,
                                     &feature_version)) {
        return NULL;
    }
    PyObject *result = NULL, *copy = NULL;
    PyCompilerFlags cf = _PyCompilerFlags_INIT;
    cf.cf_flags = flags | PyCF_SOURCE_IS_UTF8;
    if (feature_version >= 0 && (flags & PyCF_ONLY_AST)) {
        cf.cf_feature_version = feature_version;
    }
    if (flags & ~(PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK)) {
        PyErr_SetString(PyExc_ValueError,
                        "compile(): unrecognised flags");
        goto done;
    }
    if (optimize < -1 || optimize > 2) {
        PyErr_SetString(PyExc_ValueError,
                        "compile(): invalid optimize value");
        goto done;
    }
    if (!dont_inherit) {
        PyEval_MergeCompilerFlags(&cf);
    }
    int mode = compile_mode(mode_text, flags);
    if (mode < 0) {
        goto done;
    }
    int is_tree = PyAST_Check(source);
    if (is_tree < 0) {
        goto done;
    }
    if (is_tree) {
        result = compile_tree(source, filename, mode, &cf, optimize);
        goto done;
    }
    const char *text = _Py_SourceAsString(source, "compile",
                                          "string, bytes or AST", &cf, &copy);
    if (text != NULL) {
        result = Py_CompileStringObject(text, filename, starts[mode], &cf,
                                        optimize);
    }
done:
    Py_XDECREF(copy);
    Py_DECREF(filename);
    return result;
}

/* -- eval and exec ------------------------------------------------------------------ */

static int
add_builtins(PyObject *globals)
{
    int has = PyDict_Contains(globals, &_Py_ID(__builtins__));
    if (has == 0) {
        has = PyDict_SetItem(globals, &_Py_ID(__builtins__),
                             PyEval_GetBuiltins());
    }
    return has < 0 ? -1 : 0;
}

/* Defaults for the two scopes, borrowed. */
static int
default_scopes(const char *name, PyObject **globals, PyObject **locals)
{
    if (*globals == Py_None) {
        *globals = PyEval_GetGlobals();
        if (*locals == Py_None) {
            *locals = PyEval_GetLocals();
            if (*locals == NULL) {
                return -1;
            }
        }
        if (*globals == NULL || *locals == NULL) {
            if (strcmp(name, "eval") == 0) {
                PyErr_SetString(PyExc_TypeError,
                                "eval must be given globals and locals "
                                "when called without a frame");
            }
            else {
                PyErr_SetString(PyExc_SystemError,
                                "globals and locals cannot be NULL");
            }
            return -1;
        }
    }
    else if (*locals == Py_None) {
        *locals = *globals;
    }
    return 0;
}

const char builtin_eval_doc[] =
"eval($module, source, globals=None, locals=None, /)\n--\n\n"
"The value of an expression, given as text or as a code object.";

PyObject *
builtin_eval(PyObject *Py_UNUSED(module), PyObject *const *args,
             Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("eval", nargs, 1, 3)) {
        return NULL;
    }
    PyObject *source = args[0];
    PyObject *globals = nargs > 1 ? args[1] : Py_None;
    PyObject *locals = nargs > 2 ? args[2] : Py_None;
    if (locals != Py_None && !PyMapping_Check(locals)) {
        PyErr_SetString(PyExc_TypeError, "locals must be a mapping");
        return NULL;
    }
    if (globals != Py_None && !PyDict_Check(globals)) {
        PyErr_SetString(PyExc_TypeError,
                        PyMapping_Check(globals)
                            ? "globals must be a real dict; try eval(code, "
                              "{}, mapping)"
                            : "globals must be a dict");
        return NULL;
    }
    if (default_scopes("eval", &globals, &locals) < 0
        || add_builtins(globals) < 0) {
        return NULL;
    }
    if (PyCode_Check(source)) {
        if (PySys_Audit("exec", "O", source) < 0) {
            return NULL;
        }
        if (PyCode_GetNumFree((PyCodeObject *)source) > 0) {
            PyErr_SetString(PyExc_TypeError,
                            "code object passed to eval() may not contain "
                            "free variables");
            return NULL;
        }
        return PyEval_EvalCode(source, globals, locals);
    }
    PyCompilerFlags cf = _PyCompilerFlags_INIT;
    cf.cf_flags = PyCF_SOURCE_IS_UTF8;
    PyObject *copy;
    const char *text = _Py_SourceAsString(source, "eval",
                                          "string, bytes or code", &cf,
                                          &copy);
    if (text == NULL) {
        return NULL;
    }
    while (*text == ' ' || *text == '\t') {
        text++;
    }
    (void)PyEval_MergeCompilerFlags(&cf);
    Py_INCREF(locals);
    PyObject *result = PyRun_StringFlags(text, Py_eval_input, globals, locals,
                                         &cf);
    Py_DECREF(locals);
    Py_XDECREF(copy);
    return result;
}

const char builtin_exec_doc[] =
"exec($module, source, globals=None, locals=None, /, *, closure=None)\n--\n\n"
"Run statements, given as text or as a code object.\n\n"
"closure is a tuple of the cells of a code object's free variables.";

/* The tuple of cells must fit the code's free variables. */
static int
check_closure(PyObject *source, PyObject *closure)
{
    Py_ssize_t free = PyCode_GetNumFree((PyCodeObject *)source);
    if (free == 0) {
        if (closure != NULL) {
            PyErr_SetString(PyExc_TypeError,
                            "cannot use a closure with this code object");
            return -1;
        }
        return 0;
    }
    int good = closure != NULL && PyTuple_CheckExact(closure)
               && PyTuple_GET_SIZE(closure) == free;
    for (Py_ssize_t i = 0; good && i < free; i++) {
        good = PyCell_Check(PyTuple_GET_ITEM(closure, i));
    }
    if (!good) {
        PyErr_Format(PyExc_TypeError,
                     "code object requires a closure of exactly length %zd",
                     free);
        return -1;
    }
    return 0;
}

static PyObject *
exec_code(PyObject *source, PyObject *globals, PyObject *locals,
          PyObject *closure)
{
    if (check_closure(source, closure) < 0
        || PySys_Audit("exec", "O", source) < 0) {
        return NULL;
    }
    if (closure == NULL) {
        return PyEval_EvalCode(source, globals, locals);
    }
    return PyEval_EvalCodeEx(source, globals, locals, NULL, 0, NULL, 0, NULL,
                             0, NULL, closure);
}

static PyObject *
exec_text(PyObject *source, PyObject *globals, PyObject *locals)
{
    PyCompilerFlags cf = _PyCompilerFlags_INIT;
    cf.cf_flags = PyCF_SOURCE_IS_UTF8;
    PyObject *copy;
    const char *text = _Py_SourceAsString(source, "exec",
                                          "string, bytes or code", &cf,
                                          &copy);
    if (text == NULL) {
        return NULL;
    }
    (void)PyEval_MergeCompilerFlags(&cf);
    PyObject *result = PyRun_StringFlags(text, Py_file_input, globals, locals,
                                         &cf);
    Py_XDECREF(copy);
    return result;
}

PyObject *
builtin_exec(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"", "", "", "closure", NULL};
    PyObject *source, *globals = Py_None, *locals = Py_None;
    PyObject *closure = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OO$O:exec", names,
                                     &source, &globals, &locals, &closure)) {
        return NULL;
    }
    if (default_scopes("exec", &globals, &locals) < 0) {
        return NULL;
    }
    if (!PyDict_Check(globals)) {
        PyErr_Format(PyExc_TypeError,
                     "exec() globals must be a dict, not %.100s",
                     Py_TYPE(globals)->tp_name);
        return NULL;
    }
    if (!PyMapping_Check(locals)) {
        PyErr_Format(PyExc_TypeError,
                     "locals must be a mapping or None, not %.100s",
                     Py_TYPE(locals)->tp_name);
        return NULL;
    }
    if (add_builtins(globals) < 0) {
        return NULL;
    }
    if (closure == Py_None) {
        closure = NULL;
    }
    PyObject *result;
    Py_INCREF(locals);
    if (PyCode_Check(source)) {
        result = exec_code(source, globals, locals, closure);
    }
    else if (closure != NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "closure can only be used when source is a code "
                        "object");
        result = NULL;
    }
    else {
        result = exec_text(source, globals, locals);
    }
    Py_DECREF(locals);
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    Py_RETURN_NONE;
}
