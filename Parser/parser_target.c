/* Targets: what may be assigned to, deleted, or annotated.

   The first pass parses a target like any primary and then looks whether it
   can be one; if so, its context is changed in place. The second pass parses
   targets by their own rules, which look at fewer tokens when they fail. */

#include "parser.h"

/* -- Checking and marking ------------------------------------------------ */

static int mark_all(asdl_expr_seq *elements, expr_context_ty ctx);

/* Gives E and what it contains the context CTX. 0 if that cannot be. */
static int
mark_target(expr_ty e, expr_context_ty ctx)
{
    switch (e->kind) {
        case Name_kind:
            e->v.Name.ctx = ctx;
            return 1;
        case Attribute_kind:
            e->v.Attribute.ctx = ctx;
            return 1;
        case Subscript_kind:
            e->v.Subscript.ctx = ctx;
            return 1;
        case Starred_kind:
            if (ctx != Store || e->v.Starred.value->kind == Starred_kind) {
                return 0;
            }
            e->v.Starred.ctx = ctx;
            return mark_target(e->v.Starred.value, ctx);
        case Tuple_kind:
            e->v.Tuple.ctx = ctx;
            return mark_all(e->v.Tuple.elts, ctx);
        case List_kind:
            e->v.List.ctx = ctx;
            return mark_all(e->v.List.elts, ctx);
        default:
            return 0;
    }
}

static int
mark_all(asdl_expr_seq *elements, expr_context_ty ctx)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(elements); i++) {
        if (!mark_target(asdl_seq_GET(elements, i), ctx)) {
            return 0;
        }
    }
    return 1;
}

/* E as a target of assignment, or NULL. */
expr_ty
target_store(Parser *p, expr_ty e)
{
    return mark_target(e, Store) ? e : NULL;
}

/* The same for one that is not unpacked: "e += 1" or "e: int". */
expr_ty
target_store_single(Parser *p, expr_ty e)
{
    if (e->kind != Name_kind && e->kind != Attribute_kind
        && e->kind != Subscript_kind)
    {
        return NULL;
    }
    return mark_target(e, Store) ? e : NULL;
}

/* -- By their own rules -------------------------------------------------- */

static inline int
goes_on(Parser *p)
{
    int type = peek_type(p);
    return type == LPAR || type == LSQB || type == DOT;
}

/* A primary behind which yet another trailer stands. */
static expr_ty
parse_t_primary(Parser *p)
{
    expr_ty found;
    if (p->remember && memo_find(p, MEMO_T_PRIMARY, &found)) {
        return found;
    }
    int mark = p->mark;
    struct token *start = peek(p);
    expr_ty e = parse_atom(p);
    if (p->error) {
        return NULL;
    }
    if (e != NULL && !goes_on(p)) {
        e = NULL;
    }
    while (e != NULL) {
        struct spot spot = here(p);
        expr_ty longer = NULL;
        int type = peek_type(p);
        if (type == DOT) {
            p->mark++;
            struct token *name = accept(p, NAME);
            if (name != NULL) {
                identifier id = parser_name(
                    p, name->start, (size_t)(name->end - name->start));
                if (id != NULL) {
                    longer = BUILT(_PyAST_Attribute(e, id, Load,
                                                    SPAN(start)));
                }
            }
        }
        else if (type == LSQB) {
            DIAGNOSE(diagnose_comprehension(p));
            p->mark++;
            expr_ty slice = parse_slices(p);
            if (slice != NULL && accept(p, RSQB)) {
                longer = BUILT(_PyAST_Subscript(e, slice, Load,
                                                SPAN(start)));
            }
        }
        else {
            longer = parse_call_rest(p, start, e);
        }
        if (p->error) {
            return NULL;
        }
        if (longer == NULL || !goes_on(p)) {
            back_to(p, spot);
            break;
        }
        e = longer;
    }
    if (p->error) {
        return NULL;
    }
    if (p->remember) {
        memo_store(p, mark, MEMO_T_PRIMARY, e);
    }
    return e;
}

/* primary.name or primary[slices] with nothing behind it. */
static expr_ty
parse_last_trailer(Parser *p, expr_context_ty ctx)
{
    struct token *start = peek(p);
    expr_ty e = parse_t_primary(p);
    if (e == NULL) {
        return NULL;
    }
    if (accept(p, DOT)) {
        struct token *name = accept(p, NAME);
        if (name == NULL || goes_on(p)) {
            return NULL;
        }
        identifier id = parser_name(p, name->start,
                                    (size_t)(name->end - name->start));
        if (id == NULL) {
            return NULL;
        }
        return BUILT(_PyAST_Attribute(e, id, ctx, SPAN(start)));
    }
    if (accept(p, LSQB)) {
        expr_ty slice = parse_slices(p);
        if (slice == NULL || !accept(p, RSQB) || goes_on(p)) {
            return NULL;
        }
        return BUILT(_PyAST_Subscript(e, slice, ctx, SPAN(start)));
    }
    return NULL;
}

static expr_ty parse_target_with_star_atom(Parser *p);
static expr_ty parse_del_target(Parser *p);

/* element ("," element)* [","], pushed; the number, or -1 on errors. */
static Py_ssize_t
push_targets(Parser *p, expr_ty (*element)(Parser *), int *comma)
{
    Py_ssize_t n = 0;
    *comma = 0;
    for (;;) {
        struct spot spot = here(p);
        expr_ty e = element(p);
        if (p->error) {
            return -1;
        }
        if (e == NULL) {
            back_to(p, spot);
            return n;
        }
        if (push_item(p, e) < 0) {
            return -1;
        }
        n++;
        *comma = accept(p, COMMA) != NULL;
        if (p->error) {
            return -1;
        }
        if (!*comma) {
            return n;
        }
    }
}

/* Targets in brackets. A tuple of one needs its comma. */
static expr_ty
parse_bracketed_targets(Parser *p, expr_context_ty ctx)
{
    struct token *start = take(p);
    struct spot spot = here(p);
    expr_ty (*single)(Parser *) =
        ctx == Del ? parse_del_target : parse_target_with_star_atom;
    if (start->type == LPAR) {
        expr_ty e = single(p);
        if (e != NULL && accept(p, RPAR)) {
            return e;
        }
        if (p->error) {
            return NULL;
        }
        back_to(p, spot);
    }
    int comma;
    Py_ssize_t n = push_targets(p, ctx == Del ? parse_del_target
                                              : parse_star_target, &comma);
    if (n < 0) {
        return NULL;
    }
    if (start->type == LPAR && ctx == Store && n == 1 && !comma) {
        back_to(p, spot);
        n = 0;
    }
    if (!accept(p, start->type == LPAR ? RPAR : RSQB)) {
        return NULL;
    }
    asdl_expr_seq *elements = parser_take_items(p, spot.depth);
    if (elements == NULL) {
        return NULL;
    }
    return BUILT(start->type == LPAR
                     ? _PyAST_Tuple(elements, ctx, SPAN(start))
                     : _PyAST_List(elements, ctx, SPAN(start)));
}

static expr_ty
parse_target_of(Parser *p, expr_context_ty ctx, int rule)
{
    expr_ty e;
    if (p->remember && memo_find(p, rule, &e)) {
        return e;
    }
    struct spot spot = here(p);
    e = parse_last_trailer(p, ctx);
    if (e == NULL && !p->error) {
        back_to(p, spot);
        int type = peek_type(p);
        if (type == NAME) {
            e = parse_name(p);
            if (e != NULL) {
                e->v.Name.ctx = ctx;
            }
        }
        else if (type == LPAR || type == LSQB) {
            if (deeper(p, 1) < 0) {
                return NULL;
            }
            e = parse_bracketed_targets(p, ctx);
            p->level--;
        }
    }
    if (p->error) {
        return NULL;
    }
    if (p->remember) {
        memo_store(p, spot.mark, rule, e);
    }
    return e;
}

static expr_ty
parse_target_with_star_atom(Parser *p)
{
    return parse_target_of(p, Store, MEMO_TARGET_STAR_ATOM);
}

static expr_ty
parse_del_target(Parser *p)
{
    if (!p->second_pass) {
        expr_ty e = parse_primary(p);
        return e != NULL && mark_target(e, Del) ? e : NULL;
    }
    return parse_target_of(p, Del, MEMO_DEL_TARGET);
}

expr_ty
parse_single_target(Parser *p)
{
    struct spot spot = here(p);
    expr_ty e = parse_last_trailer(p, Store);
    if (e != NULL || p->error) {
        return p->error ? NULL : e;
    }
    back_to(p, spot);
    if (peek_type(p) == NAME) {
        e = parse_name(p);
        if (e != NULL) {
            e->v.Name.ctx = Store;
        }
        return e;
    }
    if (!accept(p, LPAR) || deeper(p, 1) < 0) {
        return NULL;
    }
    e = parse_single_target(p);
    p->level--;
    return e != NULL && accept(p, RPAR) ? e : NULL;
}

/* What may be annotated, besides a bare name. */
expr_ty
parse_annotation_target(Parser *p)
{
    struct spot spot = here(p);
    if (accept(p, LPAR)) {
        expr_ty e = parse_single_target(p);
        if (e != NULL && accept(p, RPAR)) {
            return e;
        }
        if (p->error) {
            return NULL;
        }
        back_to(p, spot);
    }
    return parse_last_trailer(p, Store);
}

/* -- Lists of targets ---------------------------------------------------- */

expr_ty
parse_star_target(Parser *p)
{
    struct token *start = peek(p);
    if (start->type == STAR) {
        expr_ty found;
        if (p->remember && memo_find(p, MEMO_STAR_TARGET, &found)) {
            return found;
        }
        int mark = p->mark;
        p->mark++;
        expr_ty e = NULL;
        if (peek_type(p) != STAR) {
            e = parse_star_target(p);
        }
        if (e != NULL) {
            e = BUILT(_PyAST_Starred(e, Store, SPAN(start)));
        }
        if (p->remember && !p->error) {
            memo_store(p, mark, MEMO_STAR_TARGET, e);
        }
        return p->error ? NULL : e;
    }
    if (p->second_pass) {
        return parse_target_with_star_atom(p);
    }
    expr_ty e = parse_primary(p);
    return e == NULL ? NULL : target_store(p, e);
}

expr_ty
parse_star_targets(Parser *p)
{
    struct token *start = peek(p);
    Py_ssize_t base = p->items_depth;
    int comma;
    Py_ssize_t n = push_targets(p, parse_star_target, &comma);
    if (n <= 0) {
        return NULL;
    }
    if (n == 1 && !comma) {
        p->items_depth = base;
        return p->items[base];
    }
    asdl_expr_seq *elements = parser_take_items(p, base);
    if (elements == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Tuple(elements, Store, SPAN(start)));
}

/* At least one; a comma may follow the last. */
asdl_expr_seq *
parse_del_targets(Parser *p)
{
    Py_ssize_t base = p->items_depth;
    int comma;
    Py_ssize_t n = push_targets(p, parse_del_target, &comma);
    return n <= 0 ? NULL : parser_take_items(p, base);
}
