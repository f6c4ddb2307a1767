/* `from __future__ import ...` at the head of a module. */

#include "Python.h"
#include "pycore_ast.h"
#include "pycore_compile.h"

/* What a feature sets; the mandatory ones set nothing any more. */
static const struct {
    const char *name;
    int flag;
} features[] = {
    {FUTURE_NESTED_SCOPES, 0},
    {FUTURE_GENERATORS, 0},
    {FUTURE_DIVISION, 0},
    {FUTURE_ABSOLUTE_IMPORT, 0},
    {FUTURE_WITH_STATEMENT, 0},
    {FUTURE_PRINT_FUNCTION, 0},
    {FUTURE_UNICODE_LITERALS, 0},
    {FUTURE_BARRY_AS_BDFL, CO_FUTURE_BARRY_AS_BDFL},
    {FUTURE_GENERATOR_STOP, 0},
    {FUTURE_ANNOTATIONS, CO_FUTURE_ANNOTATIONS},
};

static int
future_add_feature(PyFutureFeatures *future, stmt_ty s, alias_ty alias,
                   PyObject *filename)
{
    const char *name = PyUnicode_AsUTF8(alias->name);
    if (name == NULL) {
        return -1;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(features); i++) {
        if (strcmp(name, features[i].name) == 0) {
            future->ff_features |= features[i].flag;
            return 0;
        }
    }
    if (strcmp(name, "braces") == 0) {
        PyErr_SetString(PyExc_SyntaxError, "not a chance");
    }
    else {
        PyErr_Format(PyExc_SyntaxError,
                     "future feature %.100s is not defined", name);
    }
    PyErr_SyntaxLocationObject(filename, s->lineno, s->col_offset + 1);
    return -1;
}

static int
is_future_import(stmt_ty s)
{
    return s->kind == ImportFrom_kind && s->v.ImportFrom.module != NULL
           && _PyUnicode_EqualToASCIIString(s->v.ImportFrom.module,
                                            "__future__");
}

static int
future_parse(PyFutureFeatures *future, mod_ty mod, PyObject *filename)
{
    asdl_stmt_seq *body;
    if (mod->kind == Module_kind) {
        body = mod->v.Module.body;
    }
    else if (mod->kind == Interactive_kind) {
        body = mod->v.Interactive.body;
    }
    else {
        return 0;
    }
    Py_ssize_t n = asdl_seq_LEN(body);
    Py_ssize_t first = n > 0 && _PyAST_GetDocString(body) != NULL;
    int done = 0;
    int line = 0;
    for (Py_ssize_t i = first; i < n; i++) {
        stmt_ty s = asdl_seq_GET(body, i);
        if (done && s->lineno > line) {
            break;  /* the compiler finds those on later lines */
        }
        line = s->lineno;
        if (!is_future_import(s)) {
            done = 1;
            continue;
        }
        if (done) {
            PyErr_SetString(PyExc_SyntaxError,
                            "from __future__ imports must occur at the "
                            "beginning of the file");
            PyErr_SyntaxLocationObject(filename, s->lineno,
                                       s->col_offset);
            return -1;
        }
        asdl_alias_seq *names = s->v.ImportFrom.names;
        for (Py_ssize_t k = 0; k < asdl_seq_LEN(names); k++) {
            if (future_add_feature(future, s, asdl_seq_GET(names, k),
                                   filename) < 0)
            {
                return -1;
            }
        }
        future->ff_lineno = s->lineno;
    }
    return 0;
}

PyFutureFeatures *
_PyFuture_FromAST(mod_ty mod, PyObject *filename)
{
    PyFutureFeatures *future = PyObject_Malloc(sizeof(PyFutureFeatures));
    if (future == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    future->ff_features = 0;
    future->ff_lineno = -1;
    if (future_parse(future, mod, filename) < 0) {
        PyObject_Free(future);
        return NULL;
    }
    return future;
}
