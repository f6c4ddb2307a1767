/* The control flow graph of a unit, from the blocks as generated to the
 * blocks in their final order.
 *
 * Within codegen a block may be jumped to or fallen into; blocks follow each
 * other by `next`.  Jumps are direction-less until the order is settled.
 * Lines matter as much as instructions: a NOP that alone carries a line
 * stays, and code reached from several places without a line of its own is
 * duplicated so that each copy can take the line of its origin. */

#include "Python.h"
#include "codegen.h"

/* Exit blocks up to this size are copied into the jumps to them. */
#define MAX_INLINED_EXIT 4

/* -- Small helpers ------------------------------------------------------- */

static inline struct instr *
last_instr(struct block *block)
{
    return block->ninstrs == 0 ? NULL : &block->instrs[block->ninstrs - 1];
}

static struct block *
skip_empty(struct block *block)
{
    while (block != NULL && block->ninstrs == 0) {
        block = block->next;
    }
    return block;
}

/* An array that holds every block once, for depth-first walks; also clears
 * the visited marks. */
struct block **
flowgraph_new_stack(struct compiler *c)
{
    size_t n = 0;
    for (struct block *b = c->unit->entry; b != NULL; b = b->next) {
        b->visited = 0;
        n++;
    }
    return _PyArena_Malloc(c->arena, (n + 1) * sizeof(struct block *));
}

/* -- Checking and inlining ----------------------------------------------- */

/* Note how each block ends; resolve targets that are empty blocks. */
static int
mark_block_end(struct block *block)
{
    for (int i = 0; i < block->ninstrs; i++) {
        struct instr *instr = &block->instrs[i];
        if (opcode_is_exit(instr->opcode)) {
            block->is_exit = 1;
            block->no_fallthrough = 1;
        }
        else if (opcode_is_jump(instr->opcode)) {
            if (i != block->ninstrs - 1) {
                PyErr_SetString(PyExc_SystemError,
                                "malformed control flow graph.");
                return -1;
            }
            if (instr->opcode == JUMP || instr->opcode == JUMP_NO_INTERRUPT)
            {
                block->no_fallthrough = 1;
            }
        }
        if (instr->target != NULL) {
            instr->target = skip_empty(instr->target);
            assert(instr->target != NULL);
        }
    }
    return 0;
}

static int
is_exit_without_line(struct block *block)
{
    if (!block->is_exit) {
        return 0;
    }
    for (int i = 0; i < block->ninstrs; i++) {
        if (block->instrs[i].loc.line >= 0) {
            return 0;
        }
    }
    return 1;
}

/* A jump to a short exit block without a line becomes a copy of that
 * block. */
static int
inline_exit(struct compiler *c, struct block *block)
{
    struct instr *last = last_instr(block);
    if (last == NULL || last->opcode != JUMP) {
        return 0;
    }
    struct block *target = last->target;
    if (!is_exit_without_line(target)
        || target->ninstrs > MAX_INLINED_EXIT)
    {
        return 0;
    }
    last->opcode = NOP;
    last->target = NULL;
    for (int i = 0; i < target->ninstrs; i++) {
        struct instr *copy = block_add_instr(c, block);
        if (copy == NULL) {
            return -1;
        }
        *copy = target->instrs[i];
    }
    block->is_exit = 1;
    return 0;
}

static int
inline_exits(struct compiler *c)
{
    for (struct block *b = c->unit->newest; b != NULL; b = b->older) {
        TRY(inline_exit(c, b));
    }
    return 0;
}

int
flowgraph_check(struct compiler *c)
{
    for (struct block *b = c->unit->newest; b != NULL; b = b->older) {
        TRY(mark_block_end(b));
    }
    return inline_exits(c);
}

/* -- NOPs ---------------------------------------------------------------- */

/* Is the NOP at `i` needed to show its line?  If not, the instruction behind
 * it may take over its location. */
static int
nop_is_needed(struct block *block, int i, int previous_line)
{
    struct location loc = block->instrs[i].loc;
    if (loc.line < 0 || loc.line == previous_line) {
        return 0;
    }
    if (i < block->ninstrs - 1) {
        int next_line = block->instrs[i + 1].loc.line;
        if (next_line < 0) {
            block->instrs[i + 1].loc = loc;
            return 0;
        }
        return next_line != loc.line;
    }
    struct block *next = skip_empty(block->next);
    return next == NULL || next->instrs[0].loc.line != loc.line;
}

static void
remove_nops(struct block *block)
{
    int previous_line = -1;
    int kept = 0;
    for (int i = 0; i < block->ninstrs; i++) {
        int line = block->instrs[i].loc.line;
        if (block->instrs[i].opcode == NOP) {
            if (!nop_is_needed(block, i, previous_line)) {
                continue;
            }
            block->instrs[i].oparg = 0;
        }
        if (kept != i) {
            block->instrs[kept] = block->instrs[i];
        }
        kept++;
        previous_line = line;
    }
    block->ninstrs = kept;
}

/* -- Empty blocks and redundant jumps ------------------------------------ */

static void
remove_empty_blocks(struct block *entry)
{
    for (struct block *b = entry; b != NULL; b = b->next) {
        b->next = skip_empty(b->next);
    }
    for (struct block *b = entry; b != NULL; b = b->next) {
        for (int i = 0; i < b->ninstrs; i++) {
            if (b->instrs[i].target != NULL) {
                b->instrs[i].target = skip_empty(b->instrs[i].target);
            }
        }
    }
}

/* A jump to the block that follows is none. */
static void
remove_redundant_jumps(struct block *entry)
{
    int removed = 0;
    for (struct block *b = entry; b != NULL; b = b->next) {
        struct instr *last = last_instr(b);
        if (last != NULL
            && (last->opcode == JUMP || last->opcode == JUMP_NO_INTERRUPT)
            && last->target == b->next)
        {
            b->no_fallthrough = 0;
            last->opcode = NOP;
            last->target = NULL;
            removed = 1;
        }
    }
    if (removed) {
        remove_empty_blocks(entry);
    }
}

/* -- Reachability -------------------------------------------------------- */

static int
mark_reachable(struct compiler *c)
{
    struct block **stack = flowgraph_new_stack(c);
    if (stack == NULL) {
        return -1;
    }
    struct block **sp = stack;
    c->unit->entry->npredecessors = 1;
    *sp++ = c->unit->entry;
    while (sp > stack) {
        struct block *b = *--sp;
        if (b->next != NULL && !b->no_fallthrough) {
            if (b->next->npredecessors++ == 0) {
                *sp++ = b->next;
            }
        }
        for (int i = 0; i < b->ninstrs; i++) {
            struct instr *instr = &b->instrs[i];
            if (instr->target == NULL) {
                continue;
            }
            if (instr->target->npredecessors++ == 0) {
                *sp++ = instr->target;
            }
        }
    }
    return 0;
}

int
flowgraph_optimize(struct compiler *c, PyObject *consts)
{
    struct block *entry = c->unit->entry;
    for (struct block *b = entry; b != NULL; b = b->next) {
        TRY(flowgraph_optimize_block(c, b, consts));
        remove_nops(b);
    }
    TRY(inline_exits(c));
    TRY(mark_reachable(c));
    for (struct block *b = entry; b != NULL; b = b->next) {
        if (b->npredecessors == 0) {
            b->ninstrs = 0;
            b->no_fallthrough = 0;
        }
        remove_nops(b);
    }
    remove_empty_blocks(entry);
    remove_redundant_jumps(entry);
    return 0;
}

/* -- Lines --------------------------------------------------------------- */

static struct block *
copy_block(struct compiler *c, struct block *block)
{
    struct block *copy = codegen_new_block(c);
    if (copy == NULL) {
        return NULL;
    }
    for (int i = 0; i < block->ninstrs; i++) {
        struct instr *instr = block_add_instr(c, copy);
        if (instr == NULL) {
            return NULL;
        }
        *instr = block->instrs[i];
    }
    copy->is_exit = block->is_exit;
    copy->no_fallthrough = block->no_fallthrough;
    return copy;
}

/* Tracing must see the line of each `return`: every jump to an exit without
 * a line gets its own copy, with the jump's location. */
int
flowgraph_duplicate_exits(struct compiler *c)
{
    for (struct block *b = c->unit->newest; b != NULL; b = b->older) {
        struct instr *last = last_instr(b);
        if (last == NULL || !opcode_is_jump(last->opcode)) {
            continue;
        }
        struct block *target = last->target;
        if (!is_exit_without_line(target) || target->npredecessors <= 1) {
            continue;
        }
        struct block *copy = copy_block(c, target);
        if (copy == NULL) {
            return -1;
        }
        copy->instrs[0].loc = last->loc;
        last->target = copy;
        target->npredecessors--;
        copy->npredecessors = 1;
        copy->next = target->next;
        target->next = copy;
    }
    for (struct block *b = c->unit->entry; b != NULL; b = b->next) {
        b->next = skip_empty(b->next);
    }
    for (struct block *b = c->unit->newest; b != NULL; b = b->older) {
        if (!b->no_fallthrough && b->next != NULL && b->ninstrs > 0
            && is_exit_without_line(b->next))
        {
            b->next->instrs[0].loc = last_instr(b)->loc;
        }
    }
    return 0;
}

/* Instructions without a line take that of the one before; a block reached
 * from one place only takes that place's. */
static void
propagate_lines(struct block *entry)
{
    for (struct block *b = entry; b != NULL; b = b->next) {
        if (b->ninstrs == 0) {
            continue;
        }
        struct location loc = NO_LOCATION;
        for (int i = 0; i < b->ninstrs; i++) {
            if (b->instrs[i].loc.line < 0) {
                b->instrs[i].loc = loc;
            }
            else {
                loc = b->instrs[i].loc;
            }
        }
        if (!b->no_fallthrough && b->next->npredecessors == 1
            && b->next->instrs[0].loc.line < 0)
        {
            b->next->instrs[0].loc = loc;
        }
        struct instr *last = last_instr(b);
        if (opcode_is_jump(last->opcode)) {
            struct block *target = last->target;
            if (target->npredecessors == 1 && target->instrs[0].loc.line < 0)
            {
                target->instrs[0].loc = loc;
            }
        }
    }
}

/* A return must have a line: the last one before it in the code. */
static void
guarantee_lines_of_exits(struct block *entry, int line)
{
    for (struct block *b = entry; b != NULL; b = b->next) {
        struct instr *last = last_instr(b);
        if (last == NULL) {
            continue;
        }
        if (last->loc.line >= 0) {
            line = last->loc.line;
        }
        else if (last->opcode == RETURN_VALUE) {
            for (int i = 0; i < b->ninstrs; i++) {
                b->instrs[i].loc.line = line;
            }
        }
    }
}

/* -- Final order --------------------------------------------------------- */

/* Choose the forward or backward form of each jump. */
static void
direct_jumps(struct block *entry)
{
    static const struct {
        int pseudo, forward, backward;
    } forms[] = {
        {JUMP, JUMP_FORWARD, JUMP_BACKWARD},
        {JUMP_NO_INTERRUPT, JUMP_FORWARD, JUMP_BACKWARD_NO_INTERRUPT},
        {POP_JUMP_IF_FALSE, POP_JUMP_FORWARD_IF_FALSE,
         POP_JUMP_BACKWARD_IF_FALSE},
        {POP_JUMP_IF_TRUE, POP_JUMP_FORWARD_IF_TRUE,
         POP_JUMP_BACKWARD_IF_TRUE},
        {POP_JUMP_IF_NONE, POP_JUMP_FORWARD_IF_NONE,
         POP_JUMP_BACKWARD_IF_NONE},
        {POP_JUMP_IF_NOT_NONE, POP_JUMP_FORWARD_IF_NOT_NONE,
         POP_JUMP_BACKWARD_IF_NOT_NONE},
    };
    for (struct block *b = entry; b != NULL; b = b->next) {
        b->visited = 0;
    }
    for (struct block *b = entry; b != NULL; b = b->next) {
        b->visited = 1;
        struct instr *last = last_instr(b);
        if (last == NULL || last->opcode >= 0) {
            continue;
        }
        for (size_t i = 0; i < Py_ARRAY_LENGTH(forms); i++) {
            if (last->opcode == forms[i].pseudo) {
                last->opcode = last->target->visited ? forms[i].backward
                                                     : forms[i].forward;
                break;
            }
        }
    }
}

/* SETUP_* and POP_BLOCK have done their duty. */
static void
drop_block_markers(struct block *entry)
{
    for (struct block *b = entry; b != NULL; b = b->next) {
        for (int i = 0; i < b->ninstrs; i++) {
            struct instr *instr = &b->instrs[i];
            if (opcode_is_block_push(instr->opcode)
                || instr->opcode == POP_BLOCK)
            {
                instr->opcode = NOP;
                instr->target = NULL;
            }
        }
    }
}

/* From optimised blocks to final ones. */
int
flowgraph_finish(struct compiler *c, int *depth)
{
    struct block *entry = c->unit->entry;
    propagate_lines(entry);
    guarantee_lines_of_exits(entry, c->unit->firstlineno);
    *depth = flowgraph_stack_depth(c);
    TRY(*depth);
    TRY(flowgraph_label_handlers(c));
    drop_block_markers(entry);
    for (struct block *b = entry; b != NULL; b = b->next) {
        remove_nops(b);
    }
    remove_empty_blocks(entry);
    direct_jumps(entry);
    return 0;
}
