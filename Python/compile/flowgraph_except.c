/* What exceptions ask of the graph: how deep the stack is at each point and
 * which handler covers each instruction. */

#include "Python.h"
#include "codegen.h"

/* -- Stack depth --------------------------------------------------------- */

static void
push_depth(struct block ***sp, struct block *block, int depth)
{
    if (block->start_depth < depth && block->start_depth < 100) {
        assert(block->start_depth < 0);
        block->start_depth = depth;
        *(*sp)++ = block;
    }
}

/* The largest depth, following every edge once; sets start_depth. */
int
flowgraph_stack_depth(struct compiler *c)
{
    struct block *entry = c->unit->entry;
    for (struct block *b = entry; b != NULL; b = b->next) {
        b->start_depth = INT_MIN;
    }
    struct block **stack = flowgraph_new_stack(c);
    if (stack == NULL) {
        return -1;
    }
    struct block **sp = stack;
    int max_depth = 0;
    /* a generator starts with the value sent to it */
    PySTEntryObject *ste = c->unit->symbols;
    int is_generator = ste->ste_generator || ste->ste_coroutine;
    push_depth(&sp, entry, is_generator ? 1 : 0);
    while (sp > stack) {
        struct block *b = *--sp;
        int depth = b->start_depth;
        struct block *next = b->next;
        for (int i = 0; i < b->ninstrs; i++) {
            struct instr *instr = &b->instrs[i];
            int effect = opcode_stack_effect(instr->opcode, instr->oparg, 0);
            if (effect == INT_MIN) {
                PyErr_Format(PyExc_SystemError,
                             "compiler stack_effect(opcode=%d, arg=%i) "
                             "failed", instr->opcode, instr->oparg);
                return -1;
            }
            int new_depth = depth + effect;
            if (new_depth > max_depth) {
                max_depth = new_depth;
            }
            if (instr->target != NULL) {
                int target_depth =
                    depth
                    + opcode_stack_effect(instr->opcode, instr->oparg, 1);
                if (target_depth > max_depth) {
                    max_depth = target_depth;
                }
                push_depth(&sp, instr->target, target_depth);
            }
            depth = new_depth;
            if (instr->opcode == JUMP || instr->opcode == JUMP_NO_INTERRUPT
                || opcode_is_exit(instr->opcode))
            {
                next = NULL;
                break;
            }
        }
        if (next != NULL) {
            push_depth(&sp, next, depth);
        }
    }
    return max_depth;
}

/* -- Handlers ------------------------------------------------------------ */

static struct block *
innermost(struct handler_stack *handlers)
{
    return handlers == NULL ? NULL : handlers->handler;
}

/* Enter a block for the first time, with the handlers in force there. */
static void
visit_with(struct block ***sp, struct block *block,
           struct handler_stack *handlers)
{
    if (!block->visited) {
        block->visited = 1;
        block->handlers = handlers;
        *(*sp)++ = block;
    }
}

/* Give each instruction its handler.  Handler stacks share their tails, so
 * entering a block costs nothing. */
int
flowgraph_label_handlers(struct compiler *c)
{
    struct block **stack = flowgraph_new_stack(c);
    if (stack == NULL) {
        return -1;
    }
    struct block **sp = stack;
    visit_with(&sp, c->unit->entry, NULL);
    while (sp > stack) {
        struct block *b = *--sp;
        struct handler_stack *handlers = b->handlers;
        for (int i = 0; i < b->ninstrs; i++) {
            struct instr *instr = &b->instrs[i];
            if (opcode_is_block_push(instr->opcode)) {
                visit_with(&sp, instr->target, handlers);
                struct handler_stack *inner =
                    _PyArena_Malloc(c->arena, sizeof(*inner));
                if (inner == NULL) {
                    return -1;
                }
                if (instr->opcode != SETUP_FINALLY) {
                    instr->target->preserve_lasti = 1;
                }
                inner->handler = instr->target;
                inner->outer = handlers;
                handlers = inner;
            }
            else if (instr->opcode == POP_BLOCK) {
                assert(handlers != NULL);
                handlers = handlers->outer;
            }
            else {
                instr->handler = innermost(handlers);
                if (instr->target != NULL) {
                    visit_with(&sp, instr->target, handlers);
                }
            }
        }
        if (!b->no_fallthrough && b->next != NULL) {
            visit_with(&sp, b->next, handlers);
        }
    }
    return 0;
}
