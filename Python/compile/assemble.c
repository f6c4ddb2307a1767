/* From blocks to a code object: fast local slots, jump offsets, the bytes of
 * the instructions, the exception table and the location table. */

#include "Python.h"
#include "codegen.h"

/* -- Slots of cells and free variables ----------------------------------- */

/* Instructions on cells and free variables number these from 0; their slots
 * lie behind the locals, save that an argument's cell shares its slot. */

static int
uses_cell_index(int opcode)
{
    return opcode == MAKE_CELL || opcode == LOAD_CLOSURE
           || opcode == LOAD_DEREF || opcode == STORE_DEREF
           || opcode == DELETE_DEREF || opcode == LOAD_CLASSDEREF;
}

/* The slot of each cell and free variable, as if no slot were shared, but
 * for those that are arguments or locals. */
static int *
first_slots(struct compiler *c, int nlocals, int ncells, int nfree)
{
    struct unit *unit = c->unit;
    int n = ncells + nfree;
    int *slots = _PyArena_Malloc(c->arena, (size_t)(n + 1) * sizeof(int));
    if (slots == NULL) {
        return NULL;
    }
    for (int i = 0; i < n; i++) {
        slots[i] = nlocals + i;
    }
    PyObject *name;
    PyObject *index;
    Py_ssize_t pos = 0;
    while (PyDict_Next(unit->cellvars, &pos, &name, &index)) {
        PyObject *local = PyDict_GetItemWithError(unit->varnames, name);
        if (local != NULL) {
            slots[PyLong_AS_LONG(index)] = (int)PyLong_AS_LONG(local);
        }
        else if (PyErr_Occurred()) {
            return NULL;
        }
    }
    return slots;
}

/* Close the gaps that shared slots leave; returns their number. */
static int
close_slot_gaps(int *slots, int nlocals, int n)
{
    int shared = 0;
    for (int i = 0; i < n; i++) {
        if (slots[i] == nlocals + i) {
            slots[i] -= shared;
        }
        else {
            shared++;
        }
    }
    return shared;
}

/* -- The prefix ---------------------------------------------------------- */

static int
insert_instr(struct compiler *c, struct block *block, int pos, int opcode,
             int oparg, struct location loc)
{
    if (block_add_instr(c, block) == NULL) {
        return -1;
    }
    memmove(&block->instrs[pos + 1], &block->instrs[pos],
            (size_t)(block->ninstrs - 1 - pos) * sizeof(struct instr));
    block->instrs[pos] =
        (struct instr){.opcode = opcode, .oparg = oparg, .loc = loc};
    return 0;
}

/* What runs before RESUME: free variables come into the frame, cells are
 * made in the order of their slots, a generator is returned. */
static int
insert_prefix(struct compiler *c, const int *slots, int nlocals, int ncells,
              int nfree, int code_flags)
{
    struct block *entry = c->unit->entry;
    if (code_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) {
        struct location loc = {c->unit->firstlineno, -1, -1, -1};
        TRY(insert_instr(c, entry, 0, RETURN_GENERATOR, 0, loc));
        TRY(insert_instr(c, entry, 1, POP_TOP, 0, loc));
    }
    if (ncells > 0) {
        int nslots = nlocals + ncells;
        int *cell_at =
            _PyArena_Malloc(c->arena, (size_t)nslots * sizeof(int));
        if (cell_at == NULL) {
            return -1;
        }
        for (int i = 0; i < nslots; i++) {
            cell_at[i] = -1;
        }
        for (int i = 0; i < ncells; i++) {
            cell_at[slots[i]] = i;
        }
        int pos = 0;
        for (int i = 0; i < nslots; i++) {
            if (cell_at[i] >= 0) {
                TRY(insert_instr(c, entry, pos++, MAKE_CELL, cell_at[i],
                                 NO_LOCATION));
            }
        }
    }
    if (nfree > 0) {
        TRY(insert_instr(c, entry, 0, COPY_FREE_VARS, nfree, NO_LOCATION));
    }
    return 0;
}

static void
resolve_slots(struct block *entry, const int *slots)
{
    for (struct block *b = entry; b != NULL; b = b->next) {
        for (int i = 0; i < b->ninstrs; i++) {
            if (uses_cell_index(b->instrs[i].opcode)) {
                b->instrs[i].oparg = slots[b->instrs[i].oparg];
            }
        }
    }
}

/* -- Sizes and jump offsets ---------------------------------------------- */

static inline int
extended_args(int oparg)
{
    unsigned arg = (unsigned)oparg;
    return (arg > 0xff) + (arg > 0xffff) + (arg > 0xffffff);
}

static inline int
instr_size(const struct instr *instr)
{
    return extended_args(instr->oparg) + 1
           + _PyOpcode_Caches[instr->opcode];
}

static inline int
is_relative_jump(int opcode)
{
    return (_PyOpcode_RelativeJump[opcode >> 5] >> (opcode & 31)) & 1;
}

/* Lay the blocks out until no jump needs another size; returns the number of
 * code units. */
static Py_ssize_t
assign_offsets(struct block *entry)
{
    Py_ssize_t total;
    int changed;
    do {
        total = 0;
        for (struct block *b = entry; b != NULL; b = b->next) {
            b->offset = (int)total;
            for (int i = 0; i < b->ninstrs; i++) {
                total += instr_size(&b->instrs[i]);
            }
        }
        changed = 0;
        for (struct block *b = entry; b != NULL; b = b->next) {
            int offset = b->offset;
            for (int i = 0; i < b->ninstrs; i++) {
                struct instr *instr = &b->instrs[i];
                int size = instr_size(instr);
                offset += size;
                if (instr->target == NULL) {
                    continue;
                }
                int to = instr->target->offset;
                if (!is_relative_jump(instr->opcode)) {
                    instr->oparg = to;
                }
                else {
                    instr->oparg = to < offset ? offset - to : to - offset;
                }
                changed |= instr_size(instr) != size;
            }
        }
    } while (changed);
    return total;
}

/* -- Growing byte buffers ------------------------------------------------ */

struct buffer {
    PyArena *arena;
    uint8_t *bytes;
    Py_ssize_t used;
    Py_ssize_t size;
};

/* Room for n more bytes. */
static uint8_t *
buffer_reserve(struct buffer *buf, Py_ssize_t n)
{
    if (buf->used + n > buf->size) {
        Py_ssize_t size = Py_MAX(buf->size * 2, buf->used + n);
        size = Py_MAX(size, 256);
        uint8_t *bytes = _PyArena_Malloc(buf->arena, (size_t)size);
        if (bytes == NULL) {
            return NULL;
        }
        if (buf->used > 0) {
            memcpy(bytes, buf->bytes, (size_t)buf->used);
        }
        buf->bytes = bytes;
        buf->size = size;
    }
    return buf->bytes + buf->used;
}

static PyObject *
buffer_as_bytes(const struct buffer *buf)
{
    return PyBytes_FromStringAndSize((const char *)buf->bytes, buf->used);
}

/* -- Instructions -------------------------------------------------------- */

static PyObject *
write_code(struct block *entry, Py_ssize_t nunits)
{
    PyObject *bytes = PyBytes_FromStringAndSize(
        NULL, nunits * (Py_ssize_t)sizeof(_Py_CODEUNIT));
    if (bytes == NULL) {
        return NULL;
    }
    _Py_CODEUNIT *unit = (_Py_CODEUNIT *)PyBytes_AS_STRING(bytes);
    for (struct block *b = entry; b != NULL; b = b->next) {
        for (int i = 0; i < b->ninstrs; i++) {
            struct instr *instr = &b->instrs[i];
            unsigned arg = (unsigned)instr->oparg;
            for (int k = extended_args(instr->oparg); k > 0; k--) {
                *unit++ = (_Py_CODEUNIT)_Py_MAKECODEUNIT(
                    EXTENDED_ARG, (arg >> (8 * k)) & 0xff);
            }
            *unit++ = (_Py_CODEUNIT)_Py_MAKECODEUNIT(instr->opcode,
                                                     arg & 0xff);
            for (int k = _PyOpcode_Caches[instr->opcode]; k > 0; k--) {
                *unit++ = (_Py_CODEUNIT)_Py_MAKECODEUNIT(CACHE, 0);
            }
        }
    }
    return bytes;
}

/* -- The exception table --------------------------------------------------
 * Rows of start, size, target and depth * 2 + lasti, as big-endian groups of
 * six bits; bit 6 says "more follows", bit 7 marks a row's first byte. */

static uint8_t *
write_item(uint8_t *p, unsigned value, unsigned mark)
{
    int shift = 0;
    while (shift < 30 && value >> (shift + 6)) {
        shift += 6;
    }
    for (; shift > 0; shift -= 6) {
        *p++ = (uint8_t)(((value >> shift) & 0x3f) | 0x40 | mark);
        mark = 0;
    }
    *p++ = (uint8_t)((value & 0x3f) | mark);
    return p;
}

static int
write_exception_row(struct buffer *buf, int start, int end,
                    struct block *handler)
{
    uint8_t *p = buffer_reserve(buf, 4 * 6);
    if (p == NULL) {
        return -1;
    }
    int depth = handler->start_depth - 1;
    if (handler->preserve_lasti) {
        depth--;
    }
    assert(depth >= 0);
    p = write_item(p, (unsigned)start, 0x80);
    p = write_item(p, (unsigned)(end - start), 0);
    p = write_item(p, (unsigned)handler->offset, 0);
    p = write_item(p, (unsigned)(depth << 1) | handler->preserve_lasti, 0);
    buf->used = p - buf->bytes;
    return 0;
}

static int
write_exception_table(struct block *entry, struct buffer *buf)
{
    struct block *handler = NULL;
    int start = -1;
    int offset = 0;
    for (struct block *b = entry; b != NULL; b = b->next) {
        for (int i = 0; i < b->ninstrs; i++) {
            struct instr *instr = &b->instrs[i];
            if (instr->handler != handler) {
                if (handler != NULL) {
                    TRY(write_exception_row(buf, start, offset, handler));
                }
                start = offset;
                handler = instr->handler;
            }
            offset += instr_size(instr);
        }
    }
    return handler == NULL
               ? 0
               : write_exception_row(buf, start, offset, handler);
}

/* -- The location table --------------------------------------------------- */

/* Write one entry for `size` (at most 8) code units; *line is the line of
 * the entry before. */
static int
write_location(struct buffer *buf, int *line, struct location loc, int size)
{
    uint8_t *p = buffer_reserve(buf, 32);
    if (p == NULL) {
        return -1;
    }
    if (loc.line < 0) {
        p += write_location_entry_start(p, PY_CODE_LOCATION_INFO_NONE, size);
        buf->used = p - buf->bytes;
        return 0;
    }
    int delta = loc.line - *line;
    *line = loc.line;
    int has_columns = loc.col >= 0 && loc.end_col >= 0;
    if (!has_columns && (loc.end_line == loc.line || loc.end_line == -1)) {
        p += write_location_entry_start(p, PY_CODE_LOCATION_INFO_NO_COLUMNS,
                                        size);
        p += write_signed_varint(p, delta);
    }
    else if (has_columns && loc.end_line == loc.line && delta == 0
             && loc.col < 80 && loc.end_col >= loc.col
             && loc.end_col - loc.col < 16)
    {
        p += write_location_entry_start(
            p, PY_CODE_LOCATION_INFO_SHORT0 + (loc.col >> 3), size);
        *p++ = (uint8_t)(((loc.col & 7) << 4) | (loc.end_col - loc.col));
    }
    else if (has_columns && loc.end_line == loc.line && delta >= 0
             && delta < 3 && loc.col < 128 && loc.end_col < 128)
    {
        p += write_location_entry_start(
            p, PY_CODE_LOCATION_INFO_ONE_LINE0 + delta, size);
        *p++ = (uint8_t)loc.col;
        *p++ = (uint8_t)loc.end_col;
    }
    else {
        p += write_location_entry_start(p, PY_CODE_LOCATION_INFO_LONG, size);
        p += write_signed_varint(p, delta);
        p += write_varint(p, (unsigned)(loc.end_line - loc.line));
        p += write_varint(p, (unsigned)(loc.col + 1));
        p += write_varint(p, (unsigned)(loc.end_col + 1));
    }
    buf->used = p - buf->bytes;
    return 0;
}

static int
write_locations(struct block *entry, int firstlineno, struct buffer *buf)
{
    int line = firstlineno;
    for (struct block *b = entry; b != NULL; b = b->next) {
        for (int i = 0; i < b->ninstrs; i++) {
            struct instr *instr = &b->instrs[i];
            int size = instr_size(instr);
            while (size > 8) {
                TRY(write_location(buf, &line, instr->loc, 8));
                size -= 8;
            }
            TRY(write_location(buf, &line, instr->loc, size));
        }
    }
    return 0;
}

/* -- Constants, names and flags ------------------------------------------ */

/* Constants behind the last one in use go; the first stays, it may be the
 * docstring. */
static int
trim_constants(struct block *entry, PyObject *consts)
{
    int last = 0;
    for (struct block *b = entry; b != NULL; b = b->next) {
        for (int i = 0; i < b->ninstrs; i++) {
            struct instr *instr = &b->instrs[i];
            if ((instr->opcode == LOAD_CONST || instr->opcode == KW_NAMES)
                && instr->oparg > last)
            {
                last = instr->oparg;
            }
        }
    }
    Py_ssize_t n = PyList_GET_SIZE(consts);
    return last + 1 < n ? PyList_SetSlice(consts, last + 1, n, NULL) : 0;
}

static int
code_flags_of(struct compiler *c)
{
    PySTEntryObject *ste = c->unit->symbols;
    int flags = 0;
    if (ste->ste_type == FunctionBlock) {
        flags |= CO_NEWLOCALS | CO_OPTIMIZED;
        if (ste->ste_nested) {
            flags |= CO_NESTED;
        }
        if (ste->ste_generator && ste->ste_coroutine) {
            flags |= CO_ASYNC_GENERATOR;
        }
        else if (ste->ste_generator) {
            flags |= CO_GENERATOR;
        }
        else if (ste->ste_coroutine) {
            flags |= CO_COROUTINE;
        }
        if (ste->ste_varargs) {
            flags |= CO_VARARGS;
        }
        if (ste->ste_varkeywords) {
            flags |= CO_VARKEYWORDS;
        }
    }
    flags |= c->flags->cf_flags & PyCF_MASK;
    if (COMPILER_TOP_LEVEL_AWAIT(c) && ste->ste_coroutine
        && !ste->ste_generator)
    {
        flags |= CO_COROUTINE;
    }
    return flags;
}

/* The names of a dict of indexes as a tuple, in order. */
static PyObject *
names_in_order(PyObject *dict)
{
    PyObject *names = PyTuple_New(PyDict_GET_SIZE(dict));
    if (names == NULL) {
        return NULL;
    }
    PyObject *name;
    PyObject *index;
    Py_ssize_t pos = 0;
    while (PyDict_Next(dict, &pos, &name, &index)) {
        Py_ssize_t i = PyLong_AS_LONG(index);
        assert(i < PyTuple_GET_SIZE(names));
        PyTuple_SET_ITEM(names, i, Py_NewRef(name));
    }
    return names;
}

/* Names and kinds of the slots. */
static int
fill_slot_names(struct unit *unit, const int *slots, PyObject *names,
                PyObject *kinds)
{
    PyObject *name;
    PyObject *index;
    Py_ssize_t pos = 0;
    while (PyDict_Next(unit->varnames, &pos, &name, &index)) {
        int slot = (int)PyLong_AS_LONG(index);
        int is_cell = PyDict_Contains(unit->cellvars, name);
        TRY(is_cell);
        PyTuple_SET_ITEM(names, slot, Py_NewRef(name));
        _PyLocals_SetKind(kinds, slot,
                          CO_FAST_LOCAL | (is_cell ? CO_FAST_CELL : 0));
    }
    PyObject *dicts[] = {unit->cellvars, unit->freevars};
    for (int i = 0; i < 2; i++) {
        pos = 0;
        while (PyDict_Next(dicts[i], &pos, &name, &index)) {
            int slot = slots[PyLong_AS_LONG(index)];
            if (PyTuple_GET_ITEM(names, slot) != NULL) {
                continue;  /* an argument's cell */
            }
            PyTuple_SET_ITEM(names, slot, Py_NewRef(name));
            _PyLocals_SetKind(kinds, slot,
                              i == 0 ? CO_FAST_CELL : CO_FAST_FREE);
        }
    }
    return 0;
}

/* -- The code object ----------------------------------------------------- */

/* Everything but the scalar members; owned. */
struct parts {
    PyObject *code;
    PyObject *linetable;
    PyObject *exceptiontable;
    PyObject *consts;
    PyObject *names;
    PyObject *slot_names;
    PyObject *slot_kinds;
};

static int
make_tables(struct compiler *c, struct parts *parts)
{
    struct block *entry = c->unit->entry;
    struct buffer locations = {.arena = c->arena};
    struct buffer exceptions = {.arena = c->arena};
    Py_ssize_t nunits = assign_offsets(entry);
    if (nunits > INT_MAX / (Py_ssize_t)sizeof(_Py_CODEUNIT)) {
        PyErr_NoMemory();
        return -1;
    }
    parts->code = write_code(entry, nunits);
    if (parts->code == NULL) {
        return -1;
    }
    TRY(write_locations(entry, c->unit->firstlineno, &locations));
    TRY(write_exception_table(entry, &exceptions));
    parts->exceptiontable = buffer_as_bytes(&exceptions);
    if (parts->exceptiontable == NULL) {
        return -1;
    }
    TRY(compiler_merge_const(c, &parts->exceptiontable));
    parts->linetable = buffer_as_bytes(&locations);
    if (parts->linetable == NULL) {
        return -1;
    }
    TRY(compiler_merge_const(c, &parts->linetable));
    return compiler_merge_const(c, &parts->code);
}

static int
make_names(struct compiler *c, const int *slots, int nslots,
           PyObject *consts, struct parts *parts)
{
    parts->names = names_in_order(c->unit->names);
    if (parts->names == NULL) {
        return -1;
    }
    TRY(compiler_merge_const(c, &parts->names));
    parts->consts = PyList_AsTuple(consts);
    if (parts->consts == NULL) {
        return -1;
    }
    TRY(compiler_merge_const(c, &parts->consts));
    parts->slot_names = PyTuple_New(nslots);
    parts->slot_kinds = PyBytes_FromStringAndSize(NULL, nslots);
    if (parts->slot_names == NULL || parts->slot_kinds == NULL) {
        return -1;
    }
    TRY(fill_slot_names(c->unit, slots, parts->slot_names,
                        parts->slot_kinds));
    return compiler_merge_const(c, &parts->slot_names);
}

static PyCodeObject *
make_code(struct compiler *c, const struct parts *parts, int flags,
          int depth)
{
    struct unit *unit = c->unit;
    struct _PyCodeConstructor con = {
        .filename = c->filename,
        .name = unit->name,
        .qualname = unit->qualname != NULL ? unit->qualname : unit->name,
        .flags = flags,
        .code = parts->code,
        .firstlineno = unit->firstlineno,
        .linetable = parts->linetable,
        .consts = parts->consts,
        .names = parts->names,
        .localsplusnames = parts->slot_names,
        .localspluskinds = parts->slot_kinds,
        .argcount = (int)unit->argcount,
        .posonlyargcount = (int)unit->posonlyargcount,
        .kwonlyargcount = (int)unit->kwonlyargcount,
        .stacksize = depth,
        .exceptiontable = parts->exceptiontable,
    };
    if (_PyCode_Validate(&con) < 0) {
        return NULL;
    }
    return _PyCode_New(&con);
}

/* A block that falls off the end returns None (add_none) or the value on the
 * stack. */
static int
emit_final_return(struct compiler *c, int add_none)
{
    struct block *last = c->unit->current;
    if (last->ninstrs > 0
        && last->instrs[last->ninstrs - 1].opcode == RETURN_VALUE)
    {
        return 0;
    }
    UNSET_LOC(c);
    if (add_none) {
        EMIT_CONST(Py_None);
    }
    EMIT(RETURN_VALUE);
    return 0;
}

static int
compiler_assemble_parts(struct compiler *c, PyObject *consts, int flags,
                        int *depth, struct parts *parts)
{
    struct unit *unit = c->unit;
    int nlocals = (int)PyDict_GET_SIZE(unit->varnames);
    int ncells = (int)PyDict_GET_SIZE(unit->cellvars);
    int nfree = (int)PyDict_GET_SIZE(unit->freevars);
    int *slots = first_slots(c, nlocals, ncells, nfree);
    if (slots == NULL) {
        return -1;
    }
    TRY(insert_prefix(c, slots, nlocals, ncells, nfree, flags));
    int shared = close_slot_gaps(slots, nlocals, ncells + nfree);
    resolve_slots(unit->entry, slots);
    TRY(flowgraph_optimize(c, consts));
    TRY(flowgraph_duplicate_exits(c));
    TRY(trim_constants(unit->entry, consts));
    TRY(flowgraph_finish(c, depth));
    TRY(make_tables(c, parts));
    return make_names(c, slots, nlocals + ncells + nfree - shared, consts,
                      parts);
}

PyCodeObject *
compiler_assemble(struct compiler *c, int add_none)
{
    int flags = code_flags_of(c);
    struct parts parts = {NULL};
    PyCodeObject *code = NULL;
    int depth = 0;
    if (emit_final_return(c, add_none) < 0 || flowgraph_check(c) < 0) {
        return NULL;
    }
    PyObject *consts =
        PyList_GetSlice(c->unit->const_list, 0,
                        PyList_GET_SIZE(c->unit->const_list));
    if (consts == NULL) {
        return NULL;
    }
    if (compiler_assemble_parts(c, consts, flags, &depth, &parts) == 0) {
        code = make_code(c, &parts, flags, depth);
    }
    Py_DECREF(consts);
    Py_XDECREF(parts.code);
    Py_XDECREF(parts.linetable);
    Py_XDECREF(parts.exceptiontable);
    Py_XDECREF(parts.consts);
    Py_XDECREF(parts.names);
    Py_XDECREF(parts.slot_names);
    Py_XDECREF(parts.slot_kinds);
    return code;
}
