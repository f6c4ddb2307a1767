/* The _symtable module: the compiler's symbol tables, for symtable.py. */

#include "Python.h"
#include "pycore_global_strings.h"
#include "pycore_symtable.h"

PyDoc_STRVAR(symtable_doc,
"symtable($module, source, filename, startstr, /)\n\
--\n\
\n\
Return symbol and scope dictionaries used internally by compiler.");

/* The start symbol of compile()'s mode; -1 with an exception set. */
static int
start_symbol(const char *mode)
{
    if (strcmp(mode, "exec") == 0) {
        return Py_file_input;
    }
    if (strcmp(mode, "eval") == 0) {
        return Py_eval_input;
    }
    if (strcmp(mode, "single") == 0) {
        return Py_single_input;
    }
    PyErr_SetString(
        PyExc_ValueError,
        "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
    return -1;
}

static PyObject *
symtable_symtable(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *source;
    PyObject *filename = NULL;
    const char *mode;
    if (!PyArg_ParseTuple(args, "OO&s:symtable", &source,
                          PyUnicode_FSDecoder, &filename, &mode))
    {
        return NULL;
    }
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    flags.cf_flags = PyCF_SOURCE_IS_UTF8;
    PyObject *copy = NULL;
    PyObject *result = NULL;
    const char *text = _Py_SourceAsString(source, "symtable",
                                          "string or bytes", &flags, &copy);
    if (text != NULL) {
        int start = start_symbol(mode);
        if (start >= 0) {
            struct symtable *st = _Py_SymtableStringObjectFlags(
                text, filename, start, &flags);
            if (st != NULL) {
                result = Py_NewRef(st->st_top);
                _PySymtable_Free(st);
            }
        }
    }
    Py_DECREF(filename);
    Py_XDECREF(copy);
    return result;
}

static PyMethodDef symtable_methods[] = {
    {"symtable", symtable_symtable, METH_VARARGS, symtable_doc},
    {NULL},
};

static int
symtable_exec(PyObject *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"USE", USE},
        {"DEF_GLOBAL", DEF_GLOBAL},
        {"DEF_NONLOCAL", DEF_NONLOCAL},
        {"DEF_LOCAL", DEF_LOCAL},
        {"DEF_PARAM", DEF_PARAM},
        {"DEF_FREE", DEF_FREE},
        {"DEF_FREE_CLASS", DEF_FREE_CLASS},
        {"DEF_IMPORT", DEF_IMPORT},
        {"DEF_BOUND", DEF_BOUND},
        {"DEF_ANNOT", DEF_ANNOT},
        {"TYPE_FUNCTION", FunctionBlock},
        {"TYPE_CLASS", ClassBlock},
        {"TYPE_MODULE", ModuleBlock},
        {"LOCAL", LOCAL},
        {"GLOBAL_EXPLICIT", GLOBAL_EXPLICIT},
        {"GLOBAL_IMPLICIT", GLOBAL_IMPLICIT},
        {"FREE", FREE},
        {"CELL", CELL},
        {"SCOPE_OFF", SCOPE_OFFSET},
        {"SCOPE_MASK", SCOPE_MASK},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name,
                                    constants[i].value) < 0)
        {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot symtable_slots[] = {
    {Py_mod_exec, symtable_exec},
    {0, NULL},
};

static struct PyModuleDef symtable_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_symtable",
    .m_methods = symtable_methods,
    .m_slots = symtable_slots,
};

PyMODINIT_FUNC
PyInit__symtable(void)
{
    return PyModuleDef_Init(&symtable_module);
}
