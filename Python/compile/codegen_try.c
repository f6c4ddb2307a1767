/* try, except*, with, and leaving them by return, break or continue.
 *
 * SETUP_FINALLY, SETUP_CLEANUP and SETUP_WITH mark where a handler comes into
 * force and POP_BLOCK where it ends; they leave no instruction behind, only
 * rows of the exception table.  A handler starts with the exception on the
 * stack (and, but for SETUP_FINALLY, the offset that raised below it). */

#include "Python.h"
#include "codegen.h"

/* The end of every handler's own cleanup: restore and raise again. */
static int
emit_pop_except_and_reraise(struct compiler *c)
{
    EMIT_I(COPY, 3);
    EMIT(POP_EXCEPT);
    EMIT_I(RERAISE, 1);
    return 0;
}

/* Unbind the name of a handler: `name = None; del name`. */
static int
emit_unbind(struct compiler *c, PyObject *name)
{
    EMIT_CONST(Py_None);
    TRY(codegen_nameop(c, name, Store));
    TRY(codegen_nameop(c, name, Del));
    return 0;
}

static int
emit_call_exit_with_nones(struct compiler *c)
{
    EMIT_CONST(Py_None);
    EMIT_CONST(Py_None);
    EMIT_CONST(Py_None);
    EMIT_I(PRECALL, 2);
    EMIT_I(CALL, 2);
    return 0;
}

/* Await the awaitable that with statements get: where 1 is __aenter__,
 * 2 is __aexit__. */
static int
emit_await_of_with(struct compiler *c, int where)
{
    EMIT_I(GET_AWAITABLE, where);
    EMIT_CONST(Py_None);
    return codegen_emit_yield_from(c, 1);
}

/* -- Unwinding ----------------------------------------------------------- */

/* Write what leaving the construct takes; with preserve_tos the value to
 * return stays on top of the stack. */
int
codegen_unwind(struct compiler *c, struct unwind *info, int preserve_tos)
{
    switch (info->kind) {
        case UNWIND_WHILE_LOOP:
        case UNWIND_EXCEPTION_HANDLER:
        case UNWIND_EXCEPTION_GROUP_HANDLER:
        case UNWIND_ASYNC_COMPREHENSION:
            return 0;

        case UNWIND_FOR_LOOP:
        case UNWIND_POP_VALUE:
            if (preserve_tos) {
                EMIT_I(SWAP, 2);
            }
            EMIT(POP_TOP);
            return 0;

        case UNWIND_TRY_EXCEPT:
            EMIT(POP_BLOCK);
            return 0;

        case UNWIND_FINALLY_TRY:
            EMIT(POP_BLOCK);
            if (preserve_tos) {
                TRY(codegen_push_unwind(c, UNWIND_POP_VALUE, NULL, NULL,
                                        NULL));
            }
            VISIT_SEQ(stmt, (asdl_stmt_seq *)info->datum);
            if (preserve_tos) {
                codegen_pop_unwind(c, UNWIND_POP_VALUE, NULL);
            }
            /* the rest must not seem to run before the finally body */
            UNSET_LOC(c);
            return 0;

        case UNWIND_FINALLY_END:
            if (preserve_tos) {
                EMIT_I(SWAP, 2);
            }
            EMIT(POP_TOP);
            if (preserve_tos) {
                EMIT_I(SWAP, 2);
            }
            EMIT(POP_BLOCK);
            EMIT(POP_EXCEPT);
            return 0;

        case UNWIND_WITH:
        case UNWIND_ASYNC_WITH:
            SET_LOC(c, (stmt_ty)info->datum);
            EMIT(POP_BLOCK);
            if (preserve_tos) {
                EMIT_I(SWAP, 2);
            }
            TRY(emit_call_exit_with_nones(c));
            if (info->kind == UNWIND_ASYNC_WITH) {
                TRY(emit_await_of_with(c, 2));
            }
            EMIT(POP_TOP);
            UNSET_LOC(c);
            return 0;

        case UNWIND_HANDLER_CLEANUP:
            if (info->datum != NULL) {
                EMIT(POP_BLOCK);
            }
            if (preserve_tos) {
                EMIT_I(SWAP, 2);
            }
            EMIT(POP_BLOCK);
            EMIT(POP_EXCEPT);
            if (info->datum != NULL) {
                TRY(emit_unbind(c, info->datum));
            }
            return 0;
    }
    Py_UNREACHABLE();
}

/* Leave everything, or (loop not NULL) everything within the nearest loop,
 * which *loop receives.  While the code of one construct is written, that
 * construct is not on the stack. */
int
codegen_unwind_all(struct compiler *c, int preserve_tos,
                   struct unwind **loop)
{
    struct unit *unit = c->unit;
    if (unit->nunwinds == 0) {
        return 0;
    }
    struct unwind *top = &unit->unwinds[unit->nunwinds - 1];
    if (top->kind == UNWIND_EXCEPTION_GROUP_HANDLER) {
        return compiler_error(c, "'break', 'continue' and 'return' cannot "
                                 "appear in an except* block");
    }
    if (loop != NULL && (top->kind == UNWIND_WHILE_LOOP
                         || top->kind == UNWIND_FOR_LOOP))
    {
        *loop = top;
        return 0;
    }
    struct unwind saved = *top;
    unit->nunwinds--;
    TRY(codegen_unwind(c, &saved, preserve_tos));
    TRY(codegen_unwind_all(c, preserve_tos, loop));
    unit->unwinds[unit->nunwinds++] = saved;
    return 0;
}

/* -- try ----------------------------------------------------------------- */

/* One `except` clause; *except is where the next one starts. */
static int
codegen_handler(struct compiler *c, excepthandler_ty handler, int is_last,
                struct block **except, struct block *end)
{
    expr_ty type = handler->v.ExceptHandler.type;
    PyObject *name = handler->v.ExceptHandler.name;
    SET_LOC(c, handler);
    if (type == NULL && !is_last) {
        return compiler_error(c, "default 'except:' must be last");
    }
    NEW_BLOCK(next);
    *except = next;
    if (type != NULL) {
        VISIT(expr, type);
        EMIT(CHECK_EXC_MATCH);
        EMIT_JUMP(POP_JUMP_IF_FALSE, next);
    }
    if (name == NULL) {
        NEW_BLOCK(body);
        EMIT(POP_TOP);
        USE_BLOCK(body);
        TRY(codegen_push_unwind(c, UNWIND_HANDLER_CLEANUP, body, NULL,
                                NULL));
        VISIT_SEQ(stmt, handler->v.ExceptHandler.body);
        codegen_pop_unwind(c, UNWIND_HANDLER_CLEANUP, body);
        UNSET_LOC(c);
        EMIT(POP_BLOCK);
        EMIT(POP_EXCEPT);
        EMIT_JUMP(JUMP, end);
        return 0;
    }
    NEW_BLOCK(cleanup_end);
    NEW_BLOCK(body);
    TRY(codegen_nameop(c, name, Store));
    EMIT_JUMP(SETUP_CLEANUP, cleanup_end);
    USE_BLOCK(body);
    TRY(codegen_push_unwind(c, UNWIND_HANDLER_CLEANUP, body, NULL, name));
    VISIT_SEQ(stmt, handler->v.ExceptHandler.body);
    codegen_pop_unwind(c, UNWIND_HANDLER_CLEANUP, body);
    UNSET_LOC(c);
    EMIT(POP_BLOCK);
    EMIT(POP_BLOCK);
    EMIT(POP_EXCEPT);
    TRY(emit_unbind(c, name));
    EMIT_JUMP(JUMP, end);
    USE_BLOCK(cleanup_end);
    UNSET_LOC(c);
    TRY(emit_unbind(c, name));
    EMIT_I(RERAISE, 1);
    return 0;
}

static int
codegen_try_except(struct compiler *c, stmt_ty s)
{
    NEW_BLOCK(body);
    NEW_BLOCK(except);
    NEW_BLOCK(end);
    NEW_BLOCK(cleanup);
    EMIT_JUMP(SETUP_FINALLY, except);
    USE_BLOCK(body);
    TRY(codegen_push_unwind(c, UNWIND_TRY_EXCEPT, body, NULL, NULL));
    VISIT_SEQ(stmt, s->v.Try.body);
    codegen_pop_unwind(c, UNWIND_TRY_EXCEPT, body);
    TRY(codegen_emit_noline(c, POP_BLOCK, 0));
    VISIT_SEQ(stmt, s->v.Try.orelse);
    EMIT_JUMP_NOLINE(JUMP, end);

    Py_ssize_t n = asdl_seq_LEN(s->v.Try.handlers);
    USE_BLOCK(except);
    UNSET_LOC(c);
    EMIT_JUMP(SETUP_CLEANUP, cleanup);
    EMIT(PUSH_EXC_INFO);
    TRY(codegen_push_unwind(c, UNWIND_EXCEPTION_HANDLER, NULL, NULL, NULL));
    for (Py_ssize_t i = 0; i < n; i++) {
        TRY(codegen_handler(c, asdl_seq_GET(s->v.Try.handlers, i),
                            i == n - 1, &except, end));
        USE_BLOCK(except);
    }
    UNSET_LOC(c);
    codegen_pop_unwind(c, UNWIND_EXCEPTION_HANDLER, NULL);
    EMIT_I(RERAISE, 0);
    USE_BLOCK(cleanup);
    TRY(emit_pop_except_and_reraise(c));
    USE_BLOCK(end);
    return 0;
}

static int codegen_try_star_except(struct compiler *c, stmt_ty s);

static int
codegen_try_finally(struct compiler *c, stmt_ty s)
{
    int is_star = s->kind == TryStar_kind;
    asdl_stmt_seq *stmts = is_star ? s->v.TryStar.body : s->v.Try.body;
    asdl_stmt_seq *finalbody =
        is_star ? s->v.TryStar.finalbody : s->v.Try.finalbody;
    Py_ssize_t nhandlers = is_star ? asdl_seq_LEN(s->v.TryStar.handlers)
                                   : asdl_seq_LEN(s->v.Try.handlers);
    NEW_BLOCK(body);
    NEW_BLOCK(end);
    NEW_BLOCK(cleanup);
    NEW_BLOCK(exit);
    EMIT_JUMP(SETUP_FINALLY, end);
    USE_BLOCK(body);
    TRY(codegen_push_unwind(c, UNWIND_FINALLY_TRY, body, end, finalbody));
    if (nhandlers == 0) {
        VISIT_SEQ(stmt, stmts);
    }
    else if (is_star) {
        TRY(codegen_try_star_except(c, s));
    }
    else {
        TRY(codegen_try_except(c, s));
    }
    TRY(codegen_emit_noline(c, POP_BLOCK, 0));
    codegen_pop_unwind(c, UNWIND_FINALLY_TRY, body);
    VISIT_SEQ(stmt, finalbody);
    EMIT_JUMP_NOLINE(JUMP, exit);

    USE_BLOCK(end);
    TRY(codegen_push_unwind(c, UNWIND_FINALLY_END, end, NULL, NULL));
    UNSET_LOC(c);
    EMIT_JUMP(SETUP_CLEANUP, cleanup);
    EMIT(PUSH_EXC_INFO);
    VISIT_SEQ(stmt, finalbody);
    EMIT_I(RERAISE, 0);
    codegen_pop_unwind(c, UNWIND_FINALLY_END, end);
    USE_BLOCK(cleanup);
    TRY(emit_pop_except_and_reraise(c));
    USE_BLOCK(exit);
    return 0;
}

int
codegen_try(struct compiler *c, stmt_ty s)
{
    return asdl_seq_LEN(s->v.Try.finalbody) > 0 ? codegen_try_finally(c, s)
                                                : codegen_try_except(c, s);
}

/* -- except* ------------------------------------------------------------- */

/* One `except*` clause.  Stack: the group as raised, the list of what to
 * raise in the end, what is left to handle. */
static int
codegen_star_handler(struct compiler *c, excepthandler_ty handler,
                     int is_first, struct block *next)
{
    expr_ty type = handler->v.ExceptHandler.type;
    PyObject *name = handler->v.ExceptHandler.name;
    SET_LOC(c, handler);
    if (is_first) {
        EMIT_I(COPY, 1);
        EMIT_I(BUILD_LIST, 0);
        EMIT_I(SWAP, 2);
    }
    NEW_BLOCK(match);
    if (type != NULL) {
        VISIT(expr, type);
        EMIT(CHECK_EG_MATCH);
        EMIT_I(COPY, 1);
        EMIT_JUMP(POP_JUMP_IF_NOT_NONE, match);
        EMIT(POP_TOP);
        EMIT_JUMP(JUMP, next);
    }
    USE_BLOCK(match);
    NEW_BLOCK(cleanup_end);
    NEW_BLOCK(body);
    if (name != NULL) {
        TRY(codegen_nameop(c, name, Store));
    }
    else {
        EMIT(POP_TOP);
    }
    EMIT_JUMP(SETUP_CLEANUP, cleanup_end);
    USE_BLOCK(body);
    TRY(codegen_push_unwind(c, UNWIND_HANDLER_CLEANUP, body, NULL, name));
    VISIT_SEQ(stmt, handler->v.ExceptHandler.body);
    codegen_pop_unwind(c, UNWIND_HANDLER_CLEANUP, body);
    UNSET_LOC(c);
    EMIT(POP_BLOCK);
    if (name != NULL) {
        TRY(emit_unbind(c, name));
    }
    EMIT_JUMP(JUMP, next);

    /* the body raised: remember it and go on */
    USE_BLOCK(cleanup_end);
    UNSET_LOC(c);
    if (name != NULL) {
        TRY(emit_unbind(c, name));
    }
    EMIT_I(LIST_APPEND, 3);
    EMIT(POP_TOP);
    EMIT_JUMP(JUMP, next);
    return 0;
}

static int
codegen_try_star_except(struct compiler *c, stmt_ty s)
{
    NEW_BLOCK(body);
    NEW_BLOCK(except);
    NEW_BLOCK(orelse);
    NEW_BLOCK(end);
    NEW_BLOCK(cleanup);
    NEW_BLOCK(reraise_star);
    EMIT_JUMP(SETUP_FINALLY, except);
    USE_BLOCK(body);
    TRY(codegen_push_unwind(c, UNWIND_TRY_EXCEPT, body, NULL, NULL));
    VISIT_SEQ(stmt, s->v.TryStar.body);
    codegen_pop_unwind(c, UNWIND_TRY_EXCEPT, body);
    TRY(codegen_emit_noline(c, POP_BLOCK, 0));
    EMIT_JUMP_NOLINE(JUMP, orelse);

    Py_ssize_t n = asdl_seq_LEN(s->v.TryStar.handlers);
    USE_BLOCK(except);
    UNSET_LOC(c);
    EMIT_JUMP(SETUP_CLEANUP, cleanup);
    EMIT(PUSH_EXC_INFO);
    TRY(codegen_push_unwind(c, UNWIND_EXCEPTION_GROUP_HANDLER, NULL, NULL,
                            NULL));
    for (Py_ssize_t i = 0; i < n; i++) {
        NEW_BLOCK(next);
        TRY(codegen_star_handler(c,
                                 asdl_seq_GET(s->v.TryStar.handlers, i),
                                 i == 0, next));
        USE_BLOCK(next);
        if (i == n - 1) {
            EMIT_I(LIST_APPEND, 1);
            EMIT_JUMP(JUMP, reraise_star);
        }
    }
    UNSET_LOC(c);
    codegen_pop_unwind(c, UNWIND_EXCEPTION_GROUP_HANDLER, NULL);
    NEW_BLOCK(reraise);
    USE_BLOCK(reraise_star);
    EMIT(PREP_RERAISE_STAR);
    EMIT_I(COPY, 1);
    EMIT_JUMP(POP_JUMP_IF_NOT_NONE, reraise);
    EMIT(POP_TOP);
    EMIT(POP_BLOCK);
    EMIT(POP_EXCEPT);
    EMIT_JUMP(JUMP, end);

    USE_BLOCK(reraise);
    EMIT(POP_BLOCK);
    EMIT_I(SWAP, 2);
    EMIT(POP_EXCEPT);
    EMIT_I(RERAISE, 0);
    USE_BLOCK(cleanup);
    TRY(emit_pop_except_and_reraise(c));
    USE_BLOCK(orelse);
    VISIT_SEQ(stmt, s->v.TryStar.orelse);
    USE_BLOCK(end);
    return 0;
}

int
codegen_try_star(struct compiler *c, stmt_ty s)
{
    return asdl_seq_LEN(s->v.TryStar.finalbody) > 0
               ? codegen_try_finally(c, s)
               : codegen_try_star_except(c, s);
}

/* -- with ---------------------------------------------------------------- */

/* After __exit__ of a handler: swallow the exception or raise it again. */
static int
codegen_with_except_finish(struct compiler *c, struct block *cleanup)
{
    NEW_BLOCK(suppress);
    UNSET_LOC(c);
    EMIT_JUMP(POP_JUMP_IF_TRUE, suppress);
    EMIT_I(RERAISE, 2);
    USE_BLOCK(cleanup);
    TRY(emit_pop_except_and_reraise(c));
    USE_BLOCK(suppress);
    EMIT(POP_TOP);
    EMIT(POP_BLOCK);
    EMIT(POP_EXCEPT);
    EMIT(POP_TOP);
    EMIT(POP_TOP);
    return 0;
}

/* The item at `pos` of a with statement and all within it. */
static int
codegen_with_item(struct compiler *c, stmt_ty s, int pos, int is_async)
{
    enum unwind_kind kind = is_async ? UNWIND_ASYNC_WITH : UNWIND_WITH;
    asdl_withitem_seq *items =
        is_async ? s->v.AsyncWith.items : s->v.With.items;
    withitem_ty item = asdl_seq_GET(items, pos);
    NEW_BLOCK(block);
    NEW_BLOCK(final);
    NEW_BLOCK(exit);
    NEW_BLOCK(cleanup);
    VISIT(expr, item->context_expr);
    if (is_async) {
        EMIT(BEFORE_ASYNC_WITH);
        TRY(emit_await_of_with(c, 1));
    }
    else {
        EMIT(BEFORE_WITH);
    }
    EMIT_JUMP(SETUP_WITH, final);

    USE_BLOCK(block);
    TRY(codegen_push_unwind(c, kind, block, final, s));
    if (item->optional_vars != NULL) {
        VISIT(expr, item->optional_vars);
    }
    else {
        EMIT(POP_TOP);
    }
    if (pos + 1 < asdl_seq_LEN(items)) {
        TRY(is_async ? codegen_async_with(c, s, pos + 1)
                     : codegen_with(c, s, pos + 1));
    }
    else {
        VISIT_SEQ(stmt, is_async ? s->v.AsyncWith.body : s->v.With.body);
    }
    codegen_pop_unwind(c, kind, block);
    if (!is_async) {
        UNSET_LOC(c);
    }
    EMIT(POP_BLOCK);

    SET_LOC(c, s);
    TRY(emit_call_exit_with_nones(c));
    if (is_async) {
        TRY(emit_await_of_with(c, 2));
    }
    EMIT(POP_TOP);
    EMIT_JUMP(JUMP, exit);

    USE_BLOCK(final);
    EMIT_JUMP(SETUP_CLEANUP, cleanup);
    EMIT(PUSH_EXC_INFO);
    EMIT(WITH_EXCEPT_START);
    if (is_async) {
        TRY(emit_await_of_with(c, 2));
    }
    TRY(codegen_with_except_finish(c, cleanup));
    USE_BLOCK(exit);
    return 0;
}

int
codegen_with(struct compiler *c, stmt_ty s, int pos)
{
    return codegen_with_item(c, s, pos, 0);
}

int
codegen_async_with(struct compiler *c, stmt_ty s, int pos)
{
    if (COMPILER_TOP_LEVEL_AWAIT(c)) {
        c->unit->symbols->ste_coroutine = 1;
    }
    else if (c->unit->kind != UNIT_ASYNC_FUNCTION) {
        return compiler_error(c, "'async with' outside async function");
    }
    return codegen_with_item(c, s, pos, 1);
}
