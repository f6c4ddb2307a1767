/* Entry points of the compiler: tree to code object, name mangling, stack
 * effects. */

#include "Python.h"
#include "codegen.h"
#include "pycore_initconfig.h"
#include "pycore_pystate.h"

/* -- Names --------------------------------------------------------------- */

/* Within class C, `__x` means `_C__x`.  Dunder names, names with dots and
 * classes called by underscores alone are exempt. */
PyObject *
_Py_Mangle(PyObject *privateobj, PyObject *name)
{
    if (privateobj == NULL || !PyUnicode_Check(privateobj)
        || PyUnicode_READ_CHAR(name, 0) != '_'
        || PyUnicode_READ_CHAR(name, 1) != '_')
    {
        return Py_NewRef(name);
    }
    Py_ssize_t len = PyUnicode_GET_LENGTH(name);
    if ((PyUnicode_READ_CHAR(name, len - 1) == '_'
         && PyUnicode_READ_CHAR(name, len - 2) == '_')
        || PyUnicode_FindChar(name, '.', 0, len, 1) != -1)
    {
        return Py_NewRef(name);
    }
    Py_ssize_t class_len = PyUnicode_GET_LENGTH(privateobj);
    Py_ssize_t start = 0;
    while (start < class_len
           && PyUnicode_READ_CHAR(privateobj, start) == '_')
    {
        start++;
    }
    if (start == class_len) {
        return Py_NewRef(name);
    }
    class_len -= start;
    if (class_len + len >= PY_SSIZE_T_MAX - 1) {
        PyErr_SetString(PyExc_OverflowError,
                        "private identifier too large to be mangled");
        return NULL;
    }
    Py_UCS4 maxchar = Py_MAX(PyUnicode_MAX_CHAR_VALUE(name),
                             PyUnicode_MAX_CHAR_VALUE(privateobj));
    PyObject *mangled = PyUnicode_New(1 + class_len + len, maxchar);
    if (mangled == NULL) {
        return NULL;
    }
    if (PyUnicode_WriteChar(mangled, 0, '_') < 0
        || PyUnicode_CopyCharacters(mangled, 1, privateobj, start,
                                    class_len) < 0
        || PyUnicode_CopyCharacters(mangled, 1 + class_len, name, 0, len)
               < 0)
    {
        Py_DECREF(mangled);
        return NULL;
    }
    return mangled;
}

/* -- Modules ------------------------------------------------------------- */

static PyCodeObject *
compile_tree(struct compiler *c, mod_ty mod)
{
    int add_none = 1;
    if (compiler_enter_unit(c, &_Py_STR(anon_module), UNIT_MODULE, mod, 1)
        < 0)
    {
        return NULL;
    }
    switch (mod->kind) {
        case Module_kind:
            if (codegen_body(c, mod->v.Module.body) < 0) {
                return NULL;
            }
            break;
        case Interactive_kind: {
            asdl_stmt_seq *body = mod->v.Interactive.body;
            c->unit->loc.line = 1;
            if (codegen_has_annotations(body)
                && codegen_emit(c, SETUP_ANNOTATIONS, 0) < 0)
            {
                return NULL;
            }
            c->interactive = 1;
            for (Py_ssize_t i = 0; i < asdl_seq_LEN(body); i++) {
                if (codegen_stmt(c, asdl_seq_GET(body, i)) < 0) {
                    return NULL;
                }
            }
            break;
        }
        case Expression_kind:
            if (codegen_expr(c, mod->v.Expression.body) < 0) {
                return NULL;
            }
            add_none = 0;
            break;
        default:
            PyErr_Format(PyExc_SystemError,
                         "module kind %d should not be possible",
                         mod->kind);
            return NULL;
    }
    return compiler_assemble(c, add_none);
}

/* Flags asked for and features found are one set from here on. */
static int
merge_flags(struct compiler *c, mod_ty mod, PyCompilerFlags *flags)
{
    c->future = _PyFuture_FromAST(mod, c->filename);
    if (c->future == NULL) {
        return -1;
    }
    if (flags == NULL) {
        c->own_flags = _PyCompilerFlags_INIT;
        flags = &c->own_flags;
    }
    c->future->ff_features |= flags->cf_flags;
    flags->cf_flags = c->future->ff_features;
    c->flags = flags;
    return 0;
}

static PyCodeObject *
compile_passes(struct compiler *c, mod_ty mod, PyCompilerFlags *flags)
{
    if (merge_flags(c, mod, flags) < 0) {
        return NULL;
    }
    _PyASTOptimizeState state = {
        .optimize = c->optimize,
        .ff_features = c->future->ff_features,
    };
    if (_PyAST_Optimize(mod, c->arena, &state) < 0) {
        return NULL;
    }
    c->symtable = _PySymtable_Build(mod, c->filename, c->future);
    if (c->symtable == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, "no symtable");
        }
        return NULL;
    }
    c->const_cache = PyDict_New();
    if (c->const_cache == NULL) {
        return NULL;
    }
    return compile_tree(c, mod);
}

PyCodeObject *
_PyAST_Compile(mod_ty mod, PyObject *filename, PyCompilerFlags *flags,
               int optimize, PyArena *arena)
{
    struct compiler c = {
        .filename = Py_NewRef(filename),
        .arena = arena,
        .optimize = optimize,
    };
    if (optimize == -1) {
        c.optimize =
            _PyInterpreterState_GetConfig(_PyInterpreterState_GET())
                ->optimization_level;
    }
    PyCodeObject *code = compile_passes(&c, mod, flags);
    while (c.unit != NULL) {
        compiler_exit_unit(&c);
    }
    if (c.symtable != NULL) {
        _PySymtable_Free(c.symtable);
    }
    PyObject_Free(c.future);
    Py_DECREF(c.filename);
    Py_XDECREF(c.const_cache);
    assert((code == NULL) == (PyErr_Occurred() != NULL));
    return code;
}

/* -- Stack effects ------------------------------------------------------- */

static int
public_stack_effect(int opcode, int oparg, int jump)
{
    if (opcode < 0 || opcode > 255 || _PyOpcode_Deopt[opcode] != opcode) {
        return PY_INVALID_STACK_EFFECT;
    }
    int effect = opcode_stack_effect(opcode, oparg, jump);
    return effect == INT_MIN ? PY_INVALID_STACK_EFFECT : effect;
}

int
PyCompile_OpcodeStackEffectWithJump(int opcode, int oparg, int jump)
{
    return public_stack_effect(opcode, oparg, jump);
}

int
PyCompile_OpcodeStackEffect(int opcode, int oparg)
{
    return public_stack_effect(opcode, oparg, -1);
}

/* -- Old interface ------------------------------------------------------- */

/* The peephole optimiser of earlier versions: code comes optimised. */
PyObject *
PyCode_Optimize(PyObject *code, PyObject *Py_UNUSED(consts),
                PyObject *Py_UNUSED(names), PyObject *Py_UNUSED(lnotab))
{
    return Py_NewRef(code);
}
