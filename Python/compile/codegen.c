/* The ground of code generation: units, blocks, instructions, names and
 * constants.  The statements and expressions in codegen_*.c stand on it. */

#include "Python.h"
#include "codegen.h"
#include "pycore_long.h"
#include "pycore_pyerrors.h"

/* -- Errors and warnings ------------------------------------------------- */

int
compiler_error(struct compiler *c, const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    PyObject *msg = PyUnicode_FromFormatV(format, vargs);
    va_end(vargs);
    if (msg == NULL) {
        return -1;
    }
    struct location loc = c->unit->loc;
    PyObject *text = PyErr_ProgramTextObject(c->filename, loc.line);
    if (text == NULL) {
        text = Py_NewRef(Py_None);
    }
    PyObject *args = Py_BuildValue("O(OiiNii)", msg, c->filename, loc.line,
                                   loc.col + 1, text, loc.end_line,
                                   loc.end_col + 1);
    Py_DECREF(msg);
    if (args != NULL) {
        PyErr_SetObject(PyExc_SyntaxError, args);
        Py_DECREF(args);
    }
    return -1;
}

int
compiler_warn(struct compiler *c, const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    PyObject *msg = PyUnicode_FromFormatV(format, vargs);
    va_end(vargs);
    if (msg == NULL) {
        return -1;
    }
    int res = PyErr_WarnExplicitObject(PyExc_SyntaxWarning, msg, c->filename,
                                       c->unit->loc.line, NULL, NULL);
    if (res < 0 && PyErr_ExceptionMatches(PyExc_SyntaxWarning)) {
        /* a warning made an error shows its place as errors do */
        PyErr_Clear();
        compiler_error(c, "%U", msg);
    }
    Py_DECREF(msg);
    return res < 0 ? -1 : 0;
}

/* -- Blocks and instructions --------------------------------------------- */

struct block *
codegen_new_block(struct compiler *c)
{
    struct block *block = _PyArena_Malloc(c->arena, sizeof(struct block));
    if (block == NULL) {
        return NULL;
    }
    memset(block, 0, sizeof(struct block));
    block->older = c->unit->newest;
    c->unit->newest = block;
    return block;
}

/* Let the block follow the current one, and fill it from now on. */
void
codegen_use_block(struct compiler *c, struct block *block)
{
    c->unit->current->next = block;
    c->unit->current = block;
    c->unit->start_block = 0;
}

/* A zeroed instruction at the block's end. */
struct instr *
block_add_instr(struct compiler *c, struct block *block)
{
    if (block->ninstrs == block->capacity) {
        int capacity = block->capacity == 0 ? 8 : block->capacity * 2;
        if (capacity > INT_MAX / 64) {
            PyErr_NoMemory();
            return NULL;
        }
        struct instr *instrs = _PyArena_Malloc(
            c->arena, (size_t)capacity * sizeof(struct instr));
        if (instrs == NULL) {
            return NULL;
        }
        if (block->ninstrs > 0) {
            memcpy(instrs, block->instrs,
                   (size_t)block->ninstrs * sizeof(struct instr));
        }
        block->instrs = instrs;
        block->capacity = capacity;
    }
    struct instr *instr = &block->instrs[block->ninstrs++];
    memset(instr, 0, sizeof(struct instr));
    return instr;
}

static int
emit_at(struct compiler *c, int opcode, int oparg, struct block *target,
        struct location loc)
{
    struct unit *unit = c->unit;
    if (unit->start_block) {
        NEW_BLOCK(block);
        codegen_use_block(c, block);
    }
    struct instr *instr = block_add_instr(c, unit->current);
    if (instr == NULL) {
        return -1;
    }
    instr->opcode = opcode;
    instr->oparg = oparg;
    instr->target = target;
    instr->loc = loc;
    if (opcode_is_exit(opcode)) {
        unit->current->is_exit = 1;
        unit->start_block = 1;
    }
    else if (opcode_is_jump(opcode)) {
        unit->start_block = 1;
    }
    return 0;
}

int
codegen_emit(struct compiler *c, int opcode, int oparg)
{
    return emit_at(c, opcode, oparg, NULL, c->unit->loc);
}

int
codegen_emit_noline(struct compiler *c, int opcode, int oparg)
{
    return emit_at(c, opcode, oparg, NULL, NO_LOCATION);
}

int
codegen_emit_jump(struct compiler *c, int opcode, struct block *target)
{
    return emit_at(c, opcode, 0, target, c->unit->loc);
}

int
codegen_emit_jump_noline(struct compiler *c, int opcode,
                         struct block *target)
{
    return emit_at(c, opcode, 0, target, NO_LOCATION);
}

/* -- Constants ----------------------------------------------------------- */

/* The constant within a key of _PyCode_ConstantKey(), borrowed. */
static PyObject *
key_value(PyObject *key)
{
    return PyTuple_CheckExact(key) ? PyTuple_GET_ITEM(key, 1) : key;
}

static PyObject *const_share(struct compiler *c, PyObject *value);

/* Replace the items of a new tuple constant by shared ones. */
static int
share_tuple_items(struct compiler *c, PyObject *tuple)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        PyObject *key = const_share(c, item);
        if (key == NULL) {
            return -1;
        }
        PyObject *shared = key_value(key);
        if (shared != item) {
            PyTuple_SET_ITEM(tuple, i, Py_NewRef(shared));
            Py_DECREF(item);
        }
        Py_DECREF(key);
    }
    return 0;
}

/* A frozenset cannot be changed: its key gets a copy with shared items. */
static int
share_frozenset_items(struct compiler *c, PyObject *set, PyObject *key)
{
    PyObject *items = PyTuple_New(PySet_GET_SIZE(set));
    if (items == NULL) {
        return -1;
    }
    PyObject *item;
    Py_hash_t hash;
    Py_ssize_t pos = 0;
    Py_ssize_t i = 0;
    while (_PySet_NextEntry(set, &pos, &item, &hash)) {
        PyObject *item_key = const_share(c, item);
        if (item_key == NULL) {
            Py_DECREF(items);
            return -1;
        }
        PyTuple_SET_ITEM(items, i++, Py_NewRef(key_value(item_key)));
        Py_DECREF(item_key);
    }
    PyObject *shared = PyFrozenSet_New(items);
    Py_DECREF(items);
    if (shared == NULL) {
        return -1;
    }
    PyObject *old = PyTuple_GET_ITEM(key, 1);
    PyTuple_SET_ITEM(key, 1, shared);
    Py_DECREF(old);
    return 0;
}

/* The key of the constant in this compilation's cache; equal constants of
 * equal type, at any depth, get one key and with it one object. */
static PyObject *
const_share(struct compiler *c, PyObject *value)
{
    if (value == Py_None || value == Py_Ellipsis) {
        return Py_NewRef(value);
    }
    PyObject *key = _PyCode_ConstantKey(value);
    if (key == NULL) {
        return NULL;
    }
    PyObject *known = PyDict_SetDefault(c->const_cache, key, key);
    if (known != key) {
        Py_XINCREF(known);
        Py_DECREF(key);
        return known;
    }
    int res = 0;
    if (PyTuple_CheckExact(value)) {
        res = share_tuple_items(c, value);
    }
    else if (PyFrozenSet_CheckExact(value) && PySet_GET_SIZE(value) > 0) {
        res = share_frozenset_items(c, value, key);
    }
    if (res < 0) {
        Py_DECREF(key);
        return NULL;
    }
    return key;
}

/* Replace *value (owned) by an equal object already in use. */
int
compiler_merge_const(struct compiler *c, PyObject **value)
{
    PyObject *key = _PyCode_ConstantKey(*value);
    if (key == NULL) {
        return -1;
    }
    PyObject *known = PyDict_SetDefault(c->const_cache, key, key);
    Py_DECREF(key);
    if (known == NULL) {
        return -1;
    }
    if (known != key) {
        PyObject *shared = key_value(known);
        Py_INCREF(shared);
        Py_SETREF(*value, shared);
    }
    return 0;
}

/* Index of the key in the dict, which grows by it if need be; *added tells. */
static Py_ssize_t
dict_add_key(PyObject *dict, PyObject *key, int *added)
{
    *added = 0;
    PyObject *index = PyDict_GetItemWithError(dict, key);
    if (index != NULL) {
        return PyLong_AsLong(index);
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    Py_ssize_t n = PyDict_GET_SIZE(dict);
    index = PyLong_FromSsize_t(n);
    if (index == NULL) {
        return -1;
    }
    int res = PyDict_SetItem(dict, key, index);
    Py_DECREF(index);
    *added = 1;
    return res < 0 ? -1 : n;
}

Py_ssize_t
codegen_add_const(struct compiler *c, PyObject *value)
{
    PyObject *key = const_share(c, value);
    if (key == NULL) {
        return -1;
    }
    int added;
    Py_ssize_t index = dict_add_key(c->unit->consts, key, &added);
    if (index >= 0 && added
        && PyList_Append(c->unit->const_list, key_value(key)) < 0)
    {
        index = -1;
    }
    Py_DECREF(key);
    return index;
}

int
codegen_emit_const(struct compiler *c, PyObject *value)
{
    Py_ssize_t index = codegen_add_const(c, value);
    return index < 0 ? -1 : codegen_emit(c, LOAD_CONST, (int)index);
}

int
codegen_emit_const_steal(struct compiler *c, PyObject *value)
{
    if (value == NULL) {
        return -1;
    }
    int res = codegen_emit_const(c, value);
    Py_DECREF(value);
    return res;
}

/* -- Names --------------------------------------------------------------- */

static int
emit_with_index(struct compiler *c, int opcode, PyObject *dict,
                PyObject *name)
{
    int added;
    Py_ssize_t index = dict_add_key(dict, name, &added);
    if (index < 0) {
        return -1;
    }
    if (opcode == LOAD_GLOBAL) {
        index <<= 1;  /* bit 0: push a NULL before it */
    }
    return codegen_emit(c, opcode, (int)index);
}

/* An instruction on an attribute or other name of co_names. */
int
codegen_emit_name(struct compiler *c, int opcode, PyObject *name)
{
    PyObject *mangled = _Py_Mangle(c->unit->private_name, name);
    if (mangled == NULL) {
        return -1;
    }
    int res = emit_with_index(c, opcode, c->unit->names, mangled);
    Py_DECREF(mangled);
    return res;
}

Py_ssize_t
codegen_index_of(PyObject *dict, PyObject *name)
{
    PyObject *index = PyDict_GetItemWithError(dict, name);
    return index == NULL ? -1 : PyLong_AsLong(index);
}

int
codegen_forbidden_name(struct compiler *c, PyObject *name,
                       expr_context_ty ctx)
{
    if (ctx == Load || !_PyUnicode_EqualToASCIIString(name, "__debug__")) {
        return 0;
    }
    return compiler_error(c, ctx == Store ? "cannot assign to __debug__"
                                          : "cannot delete __debug__");
}

enum access { ACCESS_FAST, ACCESS_GLOBAL, ACCESS_DEREF, ACCESS_NAME };

static const int access_opcodes[4][3] = {
    [ACCESS_FAST] = {LOAD_FAST, STORE_FAST, DELETE_FAST},
    [ACCESS_GLOBAL] = {LOAD_GLOBAL, STORE_GLOBAL, DELETE_GLOBAL},
    [ACCESS_DEREF] = {LOAD_DEREF, STORE_DEREF, DELETE_DEREF},
    [ACCESS_NAME] = {LOAD_NAME, STORE_NAME, DELETE_NAME},
};

static int
emit_access(struct compiler *c, PyObject *mangled, expr_context_ty ctx)
{
    struct unit *unit = c->unit;
    int in_function = unit->symbols->ste_type == FunctionBlock;
    enum access access = ACCESS_NAME;
    PyObject *dict = unit->names;
    switch (_PyST_GetScope(unit->symbols, mangled)) {
        case FREE:
            access = ACCESS_DEREF;
            dict = unit->freevars;
            break;
        case CELL:
            access = ACCESS_DEREF;
            dict = unit->cellvars;
            break;
        case LOCAL:
            if (in_function) {
                access = ACCESS_FAST;
                dict = unit->varnames;
            }
            break;
        case GLOBAL_IMPLICIT:
            if (in_function) {
                access = ACCESS_GLOBAL;
            }
            break;
        case GLOBAL_EXPLICIT:
            access = ACCESS_GLOBAL;
            break;
        default:
            break;
    }
    int opcode = access_opcodes[access][ctx - Load];
    if (opcode == LOAD_DEREF && unit->symbols->ste_type == ClassBlock) {
        opcode = LOAD_CLASSDEREF;
    }
    return emit_with_index(c, opcode, dict, mangled);
}

int
codegen_nameop(struct compiler *c, PyObject *name, expr_context_ty ctx)
{
    TRY(codegen_forbidden_name(c, name, ctx));
    PyObject *mangled = _Py_Mangle(c->unit->private_name, name);
    if (mangled == NULL) {
        return -1;
    }
    int res = emit_access(c, mangled, ctx);
    Py_DECREF(mangled);
    return res;
}

/* -- Unwind stack -------------------------------------------------------- */

int
codegen_push_unwind(struct compiler *c, enum unwind_kind kind,
                    struct block *entry, struct block *exit, void *datum)
{
    struct unit *unit = c->unit;
    if (unit->nunwinds >= MAX_UNWIND_BLOCKS) {
        return compiler_error(c, "too many statically nested blocks");
    }
    unit->unwinds[unit->nunwinds++] =
        (struct unwind){kind, entry, exit, datum};
    return 0;
}

void
codegen_pop_unwind(struct compiler *c, enum unwind_kind kind,
                   struct block *entry)
{
    struct unit *unit = c->unit;
    assert(unit->nunwinds > 0);
    unit->nunwinds--;
    assert(unit->unwinds[unit->nunwinds].kind == kind);
    assert(unit->unwinds[unit->nunwinds].entry == entry);
    (void)kind;
    (void)entry;
}

/* -- Awaiting ------------------------------------------------------------ */

/* Delegate to the iterator under the value to send: the loop of await and
 * yield from. */
int
codegen_emit_yield_from(struct compiler *c, int is_await)
{
    NEW_BLOCK(start);
    NEW_BLOCK(resume);
    NEW_BLOCK(exit);
    USE_BLOCK(start);
    EMIT_JUMP(SEND, exit);
    USE_BLOCK(resume);
    EMIT(YIELD_VALUE);
    EMIT_I(RESUME, is_await ? 3 : 2);
    EMIT_JUMP(JUMP_NO_INTERRUPT, start);
    USE_BLOCK(exit);
    return 0;
}

/* -- Units --------------------------------------------------------------- */

/* Names of a list of arguments, numbered by position. */
static PyObject *
list_to_dict(PyObject *list)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *index = PyLong_FromSsize_t(i);
        if (index == NULL
            || PyDict_SetItem(dict, PyList_GET_ITEM(list, i), index) < 0)
        {
            Py_XDECREF(index);
            Py_DECREF(dict);
            return NULL;
        }
        Py_DECREF(index);
    }
    return dict;
}

/* Names of a scope or flag, sorted and numbered from `first`. */
static PyObject *
symbols_by_scope(PyObject *symbols, int scope, int flag, Py_ssize_t first)
{
    PyObject *dict = PyDict_New();
    PyObject *names = PyDict_Keys(symbols);
    if (dict == NULL || names == NULL || PyList_Sort(names) < 0) {
        goto error;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *name = PyList_GET_ITEM(names, i);
        PyObject *info = PyDict_GetItemWithError(symbols, name);
        if (info == NULL) {
            goto error;
        }
        long flags = PyLong_AS_LONG(info);
        if (((flags >> SCOPE_OFFSET) & SCOPE_MASK) != scope
            && !(flags & flag))
        {
            continue;
        }
        PyObject *index = PyLong_FromSsize_t(first++);
        if (index == NULL || PyDict_SetItem(dict, name, index) < 0) {
            Py_XDECREF(index);
            goto error;
        }
        Py_DECREF(index);
    }
    Py_DECREF(names);
    return dict;

error:
    Py_XDECREF(names);
    Py_XDECREF(dict);
    return NULL;
}

/* The dotted path of a function or class from the module. */
static PyObject *
make_qualname(struct unit *unit)
{
    struct unit *outer = unit->outer;
    if (outer == NULL || outer->outer == NULL) {
        return Py_NewRef(unit->name);
    }
    if (unit->kind == UNIT_FUNCTION || unit->kind == UNIT_ASYNC_FUNCTION
        || unit->kind == UNIT_CLASS)
    {
        PyObject *mangled = _Py_Mangle(outer->private_name, unit->name);
        if (mangled == NULL) {
            return NULL;
        }
        int scope = _PyST_GetScope(outer->symbols, mangled);
        Py_DECREF(mangled);
        if (scope == GLOBAL_EXPLICIT) {
            return Py_NewRef(unit->name);
        }
    }
    int in_function = outer->kind == UNIT_FUNCTION
                      || outer->kind == UNIT_ASYNC_FUNCTION
                      || outer->kind == UNIT_LAMBDA;
    return PyUnicode_FromFormat(in_function ? "%U.<locals>.%U" : "%U.%U",
                                outer->qualname, unit->name);
}

static int
unit_fill_names(struct unit *unit)
{
    PyObject *symbols = unit->symbols->ste_symbols;
    unit->varnames = list_to_dict(unit->symbols->ste_varnames);
    unit->cellvars = symbols_by_scope(symbols, CELL, 0, 0);
    if (unit->varnames == NULL || unit->cellvars == NULL) {
        return -1;
    }
    if (unit->symbols->ste_needs_class_closure) {
        /* the cell that super() and __class__ in methods look at */
        assert(unit->kind == UNIT_CLASS);
        assert(PyDict_GET_SIZE(unit->cellvars) == 0);
        TRY(PyDict_SetItem(unit->cellvars, &_Py_ID(__class__),
                           _PyLong_GetZero()));
    }
    unit->freevars = symbols_by_scope(symbols, FREE, DEF_FREE_CLASS,
                                      PyDict_GET_SIZE(unit->cellvars));
    unit->names = PyDict_New();
    unit->consts = PyDict_New();
    unit->const_list = PyList_New(0);
    if (unit->freevars == NULL || unit->names == NULL
        || unit->consts == NULL || unit->const_list == NULL)
    {
        return -1;
    }
    return 0;
}

/* Begin the code of the scope that the tree node `key` opens. */
int
compiler_enter_unit(struct compiler *c, PyObject *name, enum unit_kind kind,
                    void *key, int line)
{
    struct unit *unit = PyMem_Calloc(1, sizeof(struct unit));
    if (unit == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    unit->outer = c->unit;
    c->unit = unit;
    c->nesting++;

    unit->kind = kind;
    unit->name = Py_NewRef(name);
    unit->symbols = PySymtable_Lookup(c->symtable, key);
    if (unit->symbols == NULL) {
        return -1;
    }
    if (unit->outer != NULL) {
        unit->private_name = Py_XNewRef(unit->outer->private_name);
    }
    TRY(unit_fill_names(unit));
    unit->firstlineno = line;
    unit->entry = codegen_new_block(c);
    if (unit->entry == NULL) {
        return -1;
    }
    unit->current = unit->entry;
    unit->loc = (struct location){line, line, 0, 0};
    if (kind == UNIT_MODULE) {
        unit->loc.line = 0;
    }
    else {
        unit->qualname = make_qualname(unit);
        if (unit->qualname == NULL) {
            return -1;
        }
    }
    EMIT_I(RESUME, 0);
    if (kind == UNIT_MODULE) {
        unit->loc.line = -1;
    }
    return 0;
}

void
compiler_exit_unit(struct compiler *c)
{
    struct unit *unit = c->unit;
    c->unit = unit->outer;
    c->nesting--;
    Py_XDECREF(unit->symbols);
    Py_XDECREF(unit->name);
    Py_XDECREF(unit->qualname);
    Py_XDECREF(unit->private_name);
    Py_XDECREF(unit->consts);
    Py_XDECREF(unit->const_list);
    Py_XDECREF(unit->names);
    Py_XDECREF(unit->varnames);
    Py_XDECREF(unit->cellvars);
    Py_XDECREF(unit->freevars);
    PyMem_Free(unit);
}
