/* Improvements within one block: conditions on constants, tuples of
 * constants, chains of jumps, shuffles of the stack. */

#include "Python.h"
#include "codegen.h"

/* -- Constants ----------------------------------------------------------- */

/* LOAD_CONST before a conditional jump decides it. */
static int
fold_conditional_jump(struct block *block, int i, PyObject *consts)
{
    struct instr *load = &block->instrs[i];
    struct instr *jump = &block->instrs[i + 1];
    int is_true = PyObject_IsTrue(PyList_GET_ITEM(consts, load->oparg));
    TRY(is_true);
    int keeps = jump->opcode == JUMP_IF_FALSE_OR_POP
                || jump->opcode == JUMP_IF_TRUE_OR_POP;
    int jumps_if = jump->opcode == POP_JUMP_IF_TRUE
                   || jump->opcode == JUMP_IF_TRUE_OR_POP;
    if (is_true == jumps_if) {
        jump->opcode = JUMP;
        block->no_fallthrough = 1;
        if (!keeps) {
            load->opcode = NOP;
        }
    }
    else {
        load->opcode = NOP;
        jump->opcode = NOP;
        jump->target = NULL;
    }
    return 0;
}

/* `x is None` and a jump are one instruction. */
static void
fold_none_test(struct block *block, int i, PyObject *consts)
{
    if (i + 2 >= block->ninstrs
        || PyList_GET_ITEM(consts, block->instrs[i].oparg) != Py_None)
    {
        return;
    }
    struct instr *jump = &block->instrs[i + 2];
    if (jump->opcode != POP_JUMP_IF_FALSE
        && jump->opcode != POP_JUMP_IF_TRUE)
    {
        return;
    }
    int inverted = block->instrs[i + 1].oparg == 1;
    int if_false = jump->opcode == POP_JUMP_IF_FALSE;
    block->instrs[i].opcode = NOP;
    block->instrs[i + 1].opcode = NOP;
    jump->opcode =
        inverted != if_false ? POP_JUMP_IF_NOT_NONE : POP_JUMP_IF_NONE;
}

/* n LOAD_CONSTs and BUILD_TUPLE n are one LOAD_CONST. */
static int
fold_tuple(struct compiler *c, struct block *block, int i, PyObject *consts)
{
    struct instr *build = &block->instrs[i];
    int n = build->oparg;
    struct instr *first = build - n;
    for (int k = 0; k < n; k++) {
        if (first[k].opcode != LOAD_CONST) {
            return 0;
        }
    }
    PyObject *tuple = PyTuple_New(n);
    if (tuple == NULL) {
        return -1;
    }
    for (int k = 0; k < n; k++) {
        PyObject *item = PyList_GET_ITEM(consts, first[k].oparg);
        PyTuple_SET_ITEM(tuple, k, Py_NewRef(item));
    }
    if (compiler_merge_const(c, &tuple) < 0) {
        Py_DECREF(tuple);
        return -1;
    }
    Py_ssize_t index = 0;
    Py_ssize_t nconsts = PyList_GET_SIZE(consts);
    while (index < nconsts && PyList_GET_ITEM(consts, index) != tuple) {
        index++;
    }
    if (index == nconsts) {
        if (index >= (Py_ssize_t)INT_MAX - 1) {
            Py_DECREF(tuple);
            PyErr_SetString(PyExc_OverflowError, "too many constants");
            return -1;
        }
        if (PyList_Append(consts, tuple) < 0) {
            Py_DECREF(tuple);
            return -1;
        }
    }
    Py_DECREF(tuple);
    for (int k = 0; k < n; k++) {
        first[k].opcode = NOP;
    }
    build->opcode = LOAD_CONST;
    build->oparg = (int)index;
    return 0;
}

/* -- Swaps --------------------------------------------------------------- */

/* Replace a run of SWAPs (NOPs between them) by a shortest equal one, written
 * at the run's end; returns the index of the run's last instruction, -1 on
 * error.  A permutation's cycles each take one SWAP for every member but the
 * top of the stack, which every SWAP goes through. */
static int
shorten_swaps(struct block *block, int start)
{
    int depth = block->instrs[start].oparg;
    int end = start + 1;
    int nswaps = 1;
    while (end < block->ninstrs) {
        struct instr *instr = &block->instrs[end];
        if (instr->opcode == SWAP) {
            depth = Py_MAX(depth, instr->oparg);
            nswaps++;
        }
        else if (instr->opcode != NOP) {
            break;
        }
        end++;
    }
    if (nswaps == 1) {
        return start;
    }
    int *stack = PyMem_Malloc((size_t)depth * sizeof(int));
    if (stack == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int i = 0; i < depth; i++) {
        stack[i] = i;
    }
    for (int i = start; i < end; i++) {
        struct instr *instr = &block->instrs[i];
        if (instr->opcode == SWAP) {
            int top = stack[0];
            stack[0] = stack[instr->oparg - 1];
            stack[instr->oparg - 1] = top;
        }
    }
    const int done = -1;
    int at = end - 1;
    for (int i = 0; i < depth; i++) {
        if (stack[i] == done || stack[i] == i) {
            continue;
        }
        /* visit the cycle through i; it is closed by coming back to i */
        int j = i;
        while (1) {
            if (j != 0) {
                assert(at >= start);
                block->instrs[at].opcode = SWAP;
                block->instrs[at].oparg = j + 1;
                at--;
            }
            if (stack[j] == done) {
                break;
            }
            int next = stack[j];
            stack[j] = done;
            j = next;
        }
    }
    while (at >= start) {
        block->instrs[at--].opcode = NOP;
    }
    PyMem_Free(stack);
    return end - 1;
}

/* Does the instruction do no more than take the top of the stack away? */
static int
is_plain_pop(int opcode)
{
    return opcode == STORE_FAST || opcode == POP_TOP;
}

/* The next plain pop after `i`, NOPs aside, on the line unless it is -1. */
static int
next_plain_pop(struct block *block, int i, int line)
{
    while (++i < block->ninstrs) {
        struct instr *instr = &block->instrs[i];
        if (line >= 0 && instr->loc.line != line) {
            return -1;
        }
        if (instr->opcode == NOP) {
            continue;
        }
        return is_plain_pop(instr->opcode) ? i : -1;
    }
    return -1;
}

/* SWAP n before n plain pops: exchange two of these instead. */
static void
apply_swaps(struct block *block, int i)
{
    for (; i >= 0; i--) {
        struct instr *swap = &block->instrs[i];
        if (swap->opcode != SWAP) {
            if (swap->opcode == NOP || is_plain_pop(swap->opcode)) {
                continue;
            }
            return;
        }
        int first = next_plain_pop(block, i, -1);
        if (first < 0) {
            return;
        }
        int last = first;
        int line = block->instrs[first].loc.line;
        for (int n = swap->oparg - 1; n > 0; n--) {
            last = next_plain_pop(block, last, line);
            if (last < 0) {
                return;
            }
        }
        swap->opcode = NOP;
        struct instr tmp = block->instrs[first];
        block->instrs[first] = block->instrs[last];
        block->instrs[last] = tmp;
    }
}

/* -- Jumps --------------------------------------------------------------- */

/* Let the jump go where the jump at its target goes.  Both must be on one
 * line, for the second would vanish from the trace. */
static int
thread_jump(struct instr *jump, struct instr *target, int opcode)
{
    if (jump->loc.line != target->loc.line
        || jump->target == target->target)
    {
        return 0;
    }
    jump->target = target->target;
    jump->opcode = opcode;
    return 1;
}

/* JUMP_IF_x_OR_POP at a test of the same value: its outcome is known.
 * Returns 1 if the jump changed. */
static int
optimize_jump_or_pop(struct instr *jump, struct instr *target)
{
    int on_true = jump->opcode == JUMP_IF_TRUE_OR_POP;
    int same_keep = jump->opcode;
    int same_pop = on_true ? POP_JUMP_IF_TRUE : POP_JUMP_IF_FALSE;
    int other_keep = on_true ? JUMP_IF_FALSE_OR_POP : JUMP_IF_TRUE_OR_POP;
    int other_pop = on_true ? POP_JUMP_IF_FALSE : POP_JUMP_IF_TRUE;
    if (target->opcode == same_pop) {
        return thread_jump(jump, target, same_pop);
    }
    if (target->opcode == JUMP || target->opcode == same_keep) {
        return thread_jump(jump, target, same_keep);
    }
    if ((target->opcode == other_keep || target->opcode == other_pop)
        && jump->loc.line == target->loc.line)
    {
        /* the second test fails: go on behind it */
        jump->opcode = same_pop;
        jump->target = jump->target->next;
        return 1;
    }
    return 0;
}

/* -- One block ----------------------------------------------------------- */

static int
optimize_load_const(struct block *block, int i, PyObject *consts)
{
    int next = i + 1 < block->ninstrs ? block->instrs[i + 1].opcode : NOP;
    switch (next) {
        case POP_JUMP_IF_FALSE:
        case POP_JUMP_IF_TRUE:
        case JUMP_IF_FALSE_OR_POP:
        case JUMP_IF_TRUE_OR_POP:
            return fold_conditional_jump(block, i, consts);
        case IS_OP:
            fold_none_test(block, i, consts);
            return 0;
        default:
            return 0;
    }
}

static int
optimize_build_tuple(struct compiler *c, struct block *block, int i,
                     PyObject *consts)
{
    struct instr *instr = &block->instrs[i];
    int n = instr->oparg;
    if (i + 1 < block->ninstrs && n >= 1 && n <= 3) {
        struct instr *next = instr + 1;
        if (next->opcode == UNPACK_SEQUENCE && next->oparg == n) {
            instr->opcode = NOP;
            next->opcode = n == 1 ? NOP : SWAP;
            return 0;
        }
    }
    return i >= n ? fold_tuple(c, block, i, consts) : 0;
}

int
flowgraph_optimize_block(struct compiler *c, struct block *block,
                         PyObject *consts)
{
    static struct instr nop = {.opcode = NOP};
    for (int i = 0; i < block->ninstrs; i++) {
        struct instr *instr = &block->instrs[i];
        struct instr *target = &nop;
        if (instr->target != NULL) {
            while (instr->target->ninstrs == 0) {
                instr->target = instr->target->next;
            }
            target = &instr->target->instrs[0];
        }
        switch (instr->opcode) {
            case LOAD_CONST:
                TRY(optimize_load_const(block, i, consts));
                break;
            case BUILD_TUPLE:
                TRY(optimize_build_tuple(c, block, i, consts));
                break;
            case JUMP_IF_FALSE_OR_POP:
            case JUMP_IF_TRUE_OR_POP:
                i -= optimize_jump_or_pop(instr, target);
                break;
            case JUMP:
            case POP_JUMP_IF_FALSE:
            case POP_JUMP_IF_TRUE:
            case POP_JUMP_IF_NONE:
            case POP_JUMP_IF_NOT_NONE:
                if (target->opcode == JUMP) {
                    i -= thread_jump(instr, target, instr->opcode);
                }
                break;
            case SWAP:
                if (instr->oparg == 1) {
                    instr->opcode = NOP;
                    break;
                }
                i = shorten_swaps(block, i);
                TRY(i);
                apply_swaps(block, i);
                break;
            case PUSH_NULL:
                if (i + 1 < block->ninstrs
                    && instr[1].opcode == LOAD_GLOBAL)
                {
                    instr->opcode = NOP;
                    instr->oparg = 0;
                    instr[1].oparg |= 1;
                }
                break;
            default:
                break;
        }
    }
    return 0;
}
