/* What the passes of the compiler share: the control flow graph under
 * construction, the unit being compiled, and the emitters.
 *
 * The passes, in order: future.c finds future statements, ast_opt.c folds
 * constants in the tree, symtable*.c finds each name's scope, codegen_*.c
 * writes instructions into basic blocks, flowgraph*.c improves and orders the
 * blocks, assemble.c turns them into a code object.
 *
 * Everything of the graph lives in the arena of the tree: nothing is freed
 * one by one.  Functions return 0, or -1 with an exception set. */

#ifndef BATON_CODEGEN_H
#define BATON_CODEGEN_H

#include "pycore_ast.h"
#include "pycore_code.h"
#include "pycore_compile.h"
#include "pycore_global_strings.h"
#include "pycore_opcode.h"
#include "pycore_pyarena.h"
#include "pycore_symtable.h"

/* More stack entries than this for one display or call: build it piecemeal. */
#define STACK_USE_GUIDELINE 30

/* Statically nested blocks that unwinding has to know of. */
#define MAX_UNWIND_BLOCKS CO_MAXBLOCKS

/* -- The graph ----------------------------------------------------------- */

struct location {
    int line;      /* -1: artificial, no line */
    int end_line;
    int col;       /* -1: unknown */
    int end_col;
};

#define NO_LOCATION ((struct location){-1, -1, -1, -1})

struct block;

struct instr {
    int opcode;             /* or a pseudo-instruction, negative */
    int oparg;
    struct location loc;
    struct block *target;   /* of a jump or SETUP_*, else NULL */
    struct block *handler;  /* where an exception goes, NULL: out */
};

/* The exception handlers in force at a point, innermost first. */
struct handler_stack {
    struct block *handler;
    struct handler_stack *outer;
};

struct block {
    struct block *older;       /* block allocated before this one */
    struct block *next;        /* block that follows in the code */
    struct instr *instrs;
    int ninstrs;
    int capacity;
    int npredecessors;         /* after reachability */
    int start_depth;           /* of the stack, after stackdepth */
    int offset;                /* in code units, after layout */
    struct handler_stack *handlers;  /* at entry, while labelling */
    unsigned no_fallthrough : 1;     /* ends in a jump or exit */
    unsigned is_exit : 1;            /* ends in return or raise */
    unsigned preserve_lasti : 1;     /* handler wants the raising offset */
    unsigned visited : 1;            /* scratch of each traversal */
};

/* -- Units --------------------------------------------------------------- */

enum unit_kind {
    UNIT_MODULE,
    UNIT_CLASS,
    UNIT_FUNCTION,
    UNIT_ASYNC_FUNCTION,
    UNIT_LAMBDA,
    UNIT_COMPREHENSION
};

enum unwind_kind {
    UNWIND_WHILE_LOOP,
    UNWIND_FOR_LOOP,
    UNWIND_TRY_EXCEPT,
    UNWIND_FINALLY_TRY,
    UNWIND_FINALLY_END,
    UNWIND_WITH,
    UNWIND_ASYNC_WITH,
    UNWIND_HANDLER_CLEANUP,
    UNWIND_POP_VALUE,
    UNWIND_EXCEPTION_HANDLER,
    UNWIND_EXCEPTION_GROUP_HANDLER,
    UNWIND_ASYNC_COMPREHENSION
};

/* A construct that return, break and continue must leave tidily. */
struct unwind {
    enum unwind_kind kind;
    struct block *entry;   /* where continue goes */
    struct block *exit;    /* where break goes */
    void *datum;           /* finally body, with statement, handler name */
};

/* A scope being compiled. */
struct unit {
    struct unit *outer;
    PySTEntryObject *symbols;
    enum unit_kind kind;
    PyObject *name;
    PyObject *qualname;
    PyObject *private_name;    /* class name for mangling, or NULL */

    PyObject *consts;          /* dict: constant key to index */
    PyObject *const_list;      /* list of the constants */
    PyObject *names;           /* dicts: name to index, in order */
    PyObject *varnames;
    PyObject *cellvars;
    PyObject *freevars;

    Py_ssize_t argcount;       /* with the positional-only ones */
    Py_ssize_t posonlyargcount;
    Py_ssize_t kwonlyargcount;

    struct block *newest;      /* all blocks, by allocation */
    struct block *entry;       /* first block of the code */
    struct block *current;     /* block being filled */
    int start_block;           /* the next instruction begins a block */

    int nunwinds;
    struct unwind unwinds[MAX_UNWIND_BLOCKS];

    int firstlineno;
    struct location loc;       /* of the instructions emitted now */
};

/* One compilation. */
struct compiler {
    PyObject *filename;
    struct symtable *symtable;
    PyFutureFeatures *future;
    PyCompilerFlags *flags;
    PyCompilerFlags own_flags;
    PyArena *arena;
    PyObject *const_cache;     /* dict: constant key to shared constant */
    struct unit *unit;         /* innermost */
    int optimize;              /* level 0-2 */
    int interactive;
    int nesting;               /* units open */
};

#define COMPILER_TOP_LEVEL_AWAIT(c)                              \
    (((c)->flags->cf_flags & PyCF_ALLOW_TOP_LEVEL_AWAIT)         \
     && (c)->unit->symbols->ste_type == ModuleBlock)

/* -- Emitting (codegen.c) ------------------------------------------------ */

#define TRY(EXPR)          \
    do {                   \
        if ((EXPR) < 0) {  \
            return -1;     \
        }                  \
    } while (0)

#define NODE_LOCATION(NODE)                                      \
    ((struct location){(NODE)->lineno, (NODE)->end_lineno,       \
                       (NODE)->col_offset, (NODE)->end_col_offset})

#define SET_LOC(C, NODE) ((C)->unit->loc = NODE_LOCATION(NODE))
#define UNSET_LOC(C) ((C)->unit->loc = NO_LOCATION)

#define EMIT(OP) TRY(codegen_emit(c, (OP), 0))
#define EMIT_I(OP, ARG) TRY(codegen_emit(c, (OP), (ARG)))
#define EMIT_JUMP(OP, BLOCK) TRY(codegen_emit_jump(c, (OP), (BLOCK)))
#define EMIT_JUMP_NOLINE(OP, BLOCK) \
    TRY(codegen_emit_jump_noline(c, (OP), (BLOCK)))
#define EMIT_CONST(OBJ) TRY(codegen_emit_const(c, (OBJ)))
#define EMIT_CONST_STEAL(OBJ) TRY(codegen_emit_const_steal(c, (OBJ)))
#define EMIT_NAME(OP, NAME) TRY(codegen_emit_name(c, (OP), (NAME)))
#define NEW_BLOCK(VAR)                                \
    struct block *VAR = codegen_new_block(c);         \
    if (VAR == NULL) {                                \
        return -1;                                    \
    }
#define USE_BLOCK(BLOCK) codegen_use_block(c, (BLOCK))
#define VISIT(KIND, NODE) TRY(codegen_##KIND(c, (NODE)))
#define VISIT_SEQ(KIND, SEQ)                                              \
    do {                                                                  \
        for (Py_ssize_t visit_i = 0; visit_i < asdl_seq_LEN(SEQ);         \
             visit_i++) {                                                 \
            TRY(codegen_##KIND(c, asdl_seq_GET((SEQ), visit_i)));         \
        }                                                                 \
    } while (0)

extern struct block *codegen_new_block(struct compiler *c);
extern void codegen_use_block(struct compiler *c, struct block *block);
extern struct instr *block_add_instr(struct compiler *c, struct block *block);

extern int codegen_emit(struct compiler *c, int opcode, int oparg);
extern int codegen_emit_noline(struct compiler *c, int opcode, int oparg);
extern int codegen_emit_jump(struct compiler *c, int opcode,
                             struct block *target);
extern int codegen_emit_jump_noline(struct compiler *c, int opcode,
                                    struct block *target);
extern int codegen_emit_const(struct compiler *c, PyObject *value);
extern int codegen_emit_const_steal(struct compiler *c, PyObject *value);
extern int codegen_emit_name(struct compiler *c, int opcode, PyObject *name);
extern int codegen_emit_yield_from(struct compiler *c, int is_await);

/* Index of a constant, and sharing of equal constants across the units. */
extern Py_ssize_t codegen_add_const(struct compiler *c, PyObject *value);
extern int compiler_merge_const(struct compiler *c, PyObject **value);
extern Py_ssize_t codegen_index_of(PyObject *dict, PyObject *name);

/* Load, store or delete a name by its scope. */
extern int codegen_nameop(struct compiler *c, PyObject *name,
                          expr_context_ty ctx);
extern int codegen_forbidden_name(struct compiler *c, PyObject *name,
                                  expr_context_ty ctx);

extern int codegen_push_unwind(struct compiler *c, enum unwind_kind kind,
                               struct block *entry, struct block *exit,
                               void *datum);
extern void codegen_pop_unwind(struct compiler *c, enum unwind_kind kind,
                               struct block *entry);

/* SyntaxError at the current location: always -1. */
extern int compiler_error(struct compiler *c, const char *format, ...);
extern int compiler_warn(struct compiler *c, const char *format, ...);

extern int compiler_enter_unit(struct compiler *c, PyObject *name,
                               enum unit_kind kind, void *key, int line);
extern void compiler_exit_unit(struct compiler *c);

/* -- Statements and expressions ------------------------------------------ */

/* codegen_stmt.c */
extern int codegen_stmt(struct compiler *c, stmt_ty s);
extern int codegen_body(struct compiler *c, asdl_stmt_seq *stmts);
extern int codegen_has_annotations(asdl_stmt_seq *stmts);

/* codegen_try.c */
extern int codegen_try(struct compiler *c, stmt_ty s);
extern int codegen_try_star(struct compiler *c, stmt_ty s);
extern int codegen_with(struct compiler *c, stmt_ty s, int pos);
extern int codegen_async_with(struct compiler *c, stmt_ty s, int pos);
extern int codegen_unwind(struct compiler *c, struct unwind *info,
                          int preserve_tos);
extern int codegen_unwind_all(struct compiler *c, int preserve_tos,
                              struct unwind **loop);

/* codegen_def.c */
extern int codegen_function(struct compiler *c, stmt_ty s, int is_async);
extern int codegen_class(struct compiler *c, stmt_ty s);
extern int codegen_lambda(struct compiler *c, expr_ty e);
extern int codegen_make_closure(struct compiler *c, PyCodeObject *code,
                                int flags);
extern int codegen_annexpr(struct compiler *c, expr_ty annotation);

/* codegen_comp.c */
extern int codegen_comprehension(struct compiler *c, expr_ty e);

/* codegen_expr.c */
extern int codegen_expr(struct compiler *c, expr_ty e);
extern int codegen_jump_if(struct compiler *c, expr_ty e,
                           struct block *target, int condition);
extern int codegen_attr_location(struct compiler *c, expr_ty attr);
extern int codegen_compare_op(struct compiler *c, cmpop_ty op);
extern int codegen_binary_op(struct compiler *c, operator_ty op, int inplace);
extern int codegen_unpack(struct compiler *c, asdl_expr_seq *elts);
extern int codegen_star_display(struct compiler *c, asdl_expr_seq *elts,
                                int pushed, int build, int add, int extend,
                                int tuple);

/* codegen_call.c */
extern int codegen_call(struct compiler *c, expr_ty e);
extern int codegen_call_args(struct compiler *c, int pushed,
                             asdl_expr_seq *args, asdl_keyword_seq *keywords);

/* codegen_match.c */
extern int codegen_match(struct compiler *c, stmt_ty s);

/* codegen_warn.c */
extern int codegen_check_compare(struct compiler *c, expr_ty e);
extern int codegen_check_caller(struct compiler *c, expr_ty e);
extern int codegen_check_subscripter(struct compiler *c, expr_ty e);
extern int codegen_check_index(struct compiler *c, expr_ty e, expr_ty index);

/* -- The later passes ---------------------------------------------------- */

static inline int
opcode_is_block_push(int opcode)
{
    return opcode == SETUP_FINALLY || opcode == SETUP_CLEANUP
           || opcode == SETUP_WITH;
}

static inline int
opcode_is_jump(int opcode)
{
    if (opcode < 0) {
        return opcode == JUMP || opcode == JUMP_NO_INTERRUPT
               || opcode == POP_JUMP_IF_FALSE || opcode == POP_JUMP_IF_TRUE
               || opcode == POP_JUMP_IF_NONE
               || opcode == POP_JUMP_IF_NOT_NONE;
    }
    return (_PyOpcode_Jump[opcode >> 5] >> (opcode & 31)) & 1;
}

static inline int
opcode_is_exit(int opcode)
{
    return opcode == RETURN_VALUE || opcode == RAISE_VARARGS
           || opcode == RERAISE;
}

/* flowgraph.c: from the blocks as generated to the blocks in final order;
 * *depth receives the stack size. */
extern int flowgraph_check(struct compiler *c);
extern int flowgraph_optimize(struct compiler *c, PyObject *consts);
extern int flowgraph_duplicate_exits(struct compiler *c);
extern int flowgraph_finish(struct compiler *c, int *depth);

/* flowgraph_peephole.c */
extern int flowgraph_optimize_block(struct compiler *c, struct block *block,
                                    PyObject *consts);

/* flowgraph_except.c */
extern int flowgraph_stack_depth(struct compiler *c);
extern int flowgraph_label_handlers(struct compiler *c);

/* flowgraph.c, for the others */
extern struct block **flowgraph_new_stack(struct compiler *c);

/* assemble.c */
extern PyCodeObject *compiler_assemble(struct compiler *c, int add_none);

#endif /* !BATON_CODEGEN_H */
