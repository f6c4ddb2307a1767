/* Comprehensions and generator expressions: a nested function over the
 * outermost iterator, which is made outside and passed as `.0`. */

#include "Python.h"
#include "codegen.h"

struct comprehension {
    enum _expr_kind kind;
    asdl_comprehension_seq *generators;
    expr_ty element;  /* or a dict's key */
    expr_ty value;    /* a dict's value, else NULL */
};

static int codegen_generator(struct compiler *c, struct comprehension *comp,
                             int index, int depth);

/* The innermost body: yield or collect one element. */
static int
codegen_element(struct compiler *c, struct comprehension *comp, int depth)
{
    VISIT(expr, comp->element);
    switch (comp->kind) {
        case GeneratorExp_kind:
            if (c->unit->symbols->ste_generator
                && c->unit->symbols->ste_coroutine)
            {
                EMIT(ASYNC_GEN_WRAP);
            }
            EMIT(YIELD_VALUE);
            EMIT_I(RESUME, 1);
            EMIT(POP_TOP);
            return 0;
        case ListComp_kind:
            EMIT_I(LIST_APPEND, depth + 1);
            return 0;
        case SetComp_kind:
            EMIT_I(SET_ADD, depth + 1);
            return 0;
        default:
            VISIT(expr, comp->value);
            EMIT_I(MAP_ADD, depth + 1);
            return 0;
    }
}

/* The conditions of a clause, then the next clause or the element. */
static int
codegen_generator_body(struct compiler *c, struct comprehension *comp,
                       int index, int depth, struct block *skip)
{
    comprehension_ty gen = asdl_seq_GET(comp->generators, index);
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(gen->ifs); i++) {
        TRY(codegen_jump_if(c, asdl_seq_GET(gen->ifs, i), skip, 0));
    }
    if (index + 1 < asdl_seq_LEN(comp->generators)) {
        return codegen_generator(c, comp, index + 1, depth);
    }
    return codegen_element(c, comp, depth);
}

/* The one element of `for x in [element]`, which is an assignment. */
static expr_ty
single_element(expr_ty iter)
{
    asdl_expr_seq *elts;
    if (iter->kind == List_kind) {
        elts = iter->v.List.elts;
    }
    else if (iter->kind == Tuple_kind) {
        elts = iter->v.Tuple.elts;
    }
    else {
        return NULL;
    }
    if (asdl_seq_LEN(elts) != 1
        || asdl_seq_GET(elts, 0)->kind == Starred_kind)
    {
        return NULL;
    }
    return asdl_seq_GET(elts, 0);
}

static int
codegen_sync_generator(struct compiler *c, struct comprehension *comp,
                       int index, int depth)
{
    comprehension_ty gen = asdl_seq_GET(comp->generators, index);
    NEW_BLOCK(start);
    NEW_BLOCK(skip);
    NEW_BLOCK(anchor);
    int is_loop = 1;
    if (index == 0) {
        c->unit->argcount = 1;
        EMIT_I(LOAD_FAST, 0);
    }
    else {
        expr_ty single = single_element(gen->iter);
        if (single != NULL) {
            VISIT(expr, single);
            is_loop = 0;
        }
        else {
            VISIT(expr, gen->iter);
            EMIT(GET_ITER);
        }
    }
    if (is_loop) {
        depth++;
        USE_BLOCK(start);
        EMIT_JUMP(FOR_ITER, anchor);
    }
    VISIT(expr, gen->target);
    TRY(codegen_generator_body(c, comp, index, depth, skip));
    USE_BLOCK(skip);
    if (is_loop) {
        EMIT_JUMP(JUMP, start);
        USE_BLOCK(anchor);
    }
    return 0;
}

static int
codegen_async_generator(struct compiler *c, struct comprehension *comp,
                        int index, int depth)
{
    comprehension_ty gen = asdl_seq_GET(comp->generators, index);
    NEW_BLOCK(start);
    NEW_BLOCK(except);
    NEW_BLOCK(skip);
    if (index == 0) {
        c->unit->argcount = 1;
        EMIT_I(LOAD_FAST, 0);
    }
    else {
        VISIT(expr, gen->iter);
        EMIT(GET_AITER);
    }
    USE_BLOCK(start);
    TRY(codegen_push_unwind(c, UNWIND_ASYNC_COMPREHENSION, start, NULL,
                            NULL));
    EMIT_JUMP(SETUP_FINALLY, except);
    EMIT(GET_ANEXT);
    EMIT_CONST(Py_None);
    TRY(codegen_emit_yield_from(c, 1));
    EMIT(POP_BLOCK);
    VISIT(expr, gen->target);
    TRY(codegen_generator_body(c, comp, index, depth + 1, skip));
    USE_BLOCK(skip);
    EMIT_JUMP(JUMP, start);
    codegen_pop_unwind(c, UNWIND_ASYNC_COMPREHENSION, start);
    USE_BLOCK(except);
    EMIT(END_ASYNC_FOR);
    return 0;
}

static int
codegen_generator(struct compiler *c, struct comprehension *comp, int index,
                  int depth)
{
    return asdl_seq_GET(comp->generators, index)->is_async
               ? codegen_async_generator(c, comp, index, depth)
               : codegen_sync_generator(c, comp, index, depth);
}

static int
codegen_comprehension_body(struct compiler *c, struct comprehension *comp)
{
    switch (comp->kind) {
        case ListComp_kind:
            EMIT_I(BUILD_LIST, 0);
            break;
        case SetComp_kind:
            EMIT_I(BUILD_SET, 0);
            break;
        case DictComp_kind:
            EMIT_I(BUILD_MAP, 0);
            break;
        default:
            break;
    }
    TRY(codegen_generator(c, comp, 0, 0));
    if (comp->kind != GeneratorExp_kind) {
        EMIT(RETURN_VALUE);
    }
    return 0;
}

static PyObject *
comprehension_init(struct comprehension *comp, expr_ty e)
{
    comp->kind = e->kind;
    comp->value = NULL;
    switch (e->kind) {
        case GeneratorExp_kind:
            comp->generators = e->v.GeneratorExp.generators;
            comp->element = e->v.GeneratorExp.elt;
            return &_Py_STR(anon_genexpr);
        case ListComp_kind:
            comp->generators = e->v.ListComp.generators;
            comp->element = e->v.ListComp.elt;
            return &_Py_STR(anon_listcomp);
        case SetComp_kind:
            comp->generators = e->v.SetComp.generators;
            comp->element = e->v.SetComp.elt;
            return &_Py_STR(anon_setcomp);
        default:
            assert(e->kind == DictComp_kind);
            comp->generators = e->v.DictComp.generators;
            comp->element = e->v.DictComp.key;
            comp->value = e->v.DictComp.value;
            return &_Py_STR(anon_dictcomp);
    }
}

int
codegen_comprehension(struct compiler *c, expr_ty e)
{
    struct comprehension comp;
    PyObject *name = comprehension_init(&comp, e);
    int top_level_await = COMPILER_TOP_LEVEL_AWAIT(c);
    enum unit_kind outer_kind = c->unit->kind;
    TRY(compiler_enter_unit(c, name, UNIT_COMPREHENSION, e, e->lineno));
    SET_LOC(c, e);
    int is_async = c->unit->symbols->ste_coroutine;
    if (is_async && e->kind != GeneratorExp_kind
        && outer_kind != UNIT_ASYNC_FUNCTION
        && outer_kind != UNIT_COMPREHENSION && !top_level_await)
    {
        return compiler_error(c, "asynchronous comprehension outside of "
                                 "an asynchronous function");
    }
    PyCodeObject *code = NULL;
    if (codegen_comprehension_body(c, &comp) == 0) {
        code = compiler_assemble(c, 1);
    }
    compiler_exit_unit(c);
    if (code == NULL) {
        return -1;
    }
    if (top_level_await && is_async) {
        c->unit->symbols->ste_coroutine = 1;
    }
    int res = codegen_make_closure(c, code, 0);
    Py_DECREF(code);
    TRY(res);

    comprehension_ty outermost = asdl_seq_GET(comp.generators, 0);
    VISIT(expr, outermost->iter);
    EMIT(outermost->is_async ? GET_AITER : GET_ITER);
    EMIT_I(PRECALL, 0);
    EMIT_I(CALL, 0);
    if (is_async && e->kind != GeneratorExp_kind) {
        EMIT_I(GET_AWAITABLE, 0);
        EMIT_CONST(Py_None);
        TRY(codegen_emit_yield_from(c, 1));
    }
    return 0;
}
