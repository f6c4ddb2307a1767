/* Calls: f(a, *b, c=d, **e) and f(x for x in y).

   Arguments come in three stretches: plain and starred ones, then keywords and
   starred ones, then keywords and double-starred ones. They are returned as a
   Call node without a function, which the call completes. */

#include "parser.h"

/* -- Single arguments ---------------------------------------------------- */

/* "*" expression */
expr_ty
parse_starred_expression(Parser *p)
{
    struct token *start = accept(p, STAR);
    if (start == NULL) {
        return NULL;
    }
    expr_ty value = parse_expression(p);
    if (value == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Starred(value, Load, SPAN(start)));
}

static expr_ty
parse_positional(Parser *p)
{
    struct token *start = peek(p);
    if (start->type == STAR) {
        return parse_starred_expression(p);
    }
    struct spot spot = here(p);
    expr_ty e = parse_assignment_expression(p);
    if (e == NULL) {
        if (p->error) {
            return NULL;
        }
        back_to(p, spot);
        e = parse_expression(p);
        if (e == NULL || peek_type(p) == COLONEQUAL) {
            return NULL;
        }
    }
    return p->error || peek_type(p) == EQUAL ? NULL : e;
}

/* What the later stretches hold: a keyword, or else a starred expression,
   which is where they differ. */
struct argument {
    keyword_ty keyword;         /* NULL: starred */
    expr_ty starred;
};

static int
parse_keyword(Parser *p, struct argument *argument)
{
    struct token *start = peek(p);
    if (start->type != NAME || peek_second(p)->type != EQUAL) {
        return 0;
    }
    p->mark += 2;
    identifier name = parser_name(p, start->start,
                                  (size_t)(start->end - start->start));
    if (name == NULL) {
        return 0;
    }
    expr_ty value = parse_expression(p);
    if (value == NULL) {
        return 0;
    }
    argument->keyword = BUILT(_PyAST_keyword(name, value, SPAN(start)));
    return argument->keyword != NULL;
}

static int
parse_double_starred(Parser *p, struct argument *argument)
{
    struct token *start = accept(p, DOUBLESTAR);
    if (start == NULL) {
        return 0;
    }
    expr_ty value = parse_expression(p);
    if (value == NULL) {
        return 0;
    }
    argument->keyword = BUILT(_PyAST_keyword(NULL, value, SPAN(start)));
    return argument->keyword != NULL;
}

/* 1, or 0 if there is none. DOUBLE chooses the stretch. */
static int
parse_late_argument(Parser *p, int twice, struct argument *argument)
{
    struct spot spot = here(p);
    argument->keyword = NULL;
    argument->starred = NULL;
    if (p->diagnose) {
        diagnose_kwarg(p);
        if (p->error) {
            return 0;
        }
    }
    if (parse_keyword(p, argument)) {
        return 1;
    }
    if (p->error) {
        return 0;
    }
    back_to(p, spot);
    if (twice) {
        return parse_double_starred(p, argument);
    }
    argument->starred = parse_starred_expression(p);
    return argument->starred != NULL;
}

/* -- Stretches ----------------------------------------------------------- */

/* Pushes plain and starred arguments. Returns their number, -1 on errors. */
static Py_ssize_t
push_positional(Parser *p)
{
    Py_ssize_t n = 0;
    for (;;) {
        struct spot spot = here(p);
        if (n > 0 && !accept(p, COMMA)) {
            return p->error ? -1 : n;
        }
        struct token *start = peek(p);
        if (!p->second_pass
            && (start->type == RPAR || start->type == DOUBLESTAR
                || (start->type == NAME && peek_second(p)->type == EQUAL)))
        {
            back_to(p, spot);
            return p->error ? -1 : n;
        }
        expr_ty e = parse_positional(p);
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
    }
}

/* Pushes pairs (keyword, starred), one of them NULL. Returns how many. */
static Py_ssize_t
push_stretch(Parser *p, int twice)
{
    Py_ssize_t n = 0;
    for (;;) {
        struct spot spot = here(p);
        struct argument argument;
        if (n > 0 && !accept(p, COMMA)) {
            return p->error ? -1 : n;
        }
        int found = parse_late_argument(p, twice, &argument);
        if (p->error) {
            return -1;
        }
        if (!found) {
            back_to(p, spot);
            return n;
        }
        if (push_item(p, argument.keyword) < 0
            || push_item(p, argument.starred) < 0)
        {
            return -1;
        }
        n++;
    }
}

static Py_ssize_t
push_late_arguments(Parser *p)
{
    Py_ssize_t n = push_stretch(p, 0);
    if (n < 0) {
        return -1;
    }
    struct spot spot = here(p);
    if (n > 0 && !accept(p, COMMA)) {
        return p->error ? -1 : n;
    }
    Py_ssize_t more = push_stretch(p, 1);
    if (more < 0) {
        return -1;
    }
    if (more == 0) {
        back_to(p, spot);
    }
    return n + more;
}

/* The items from BASE on: first plain arguments, then LATE pairs. */
static expr_ty
call_build(Parser *p, struct token *start, expr_ty function, Py_ssize_t base,
           Py_ssize_t plain, Py_ssize_t late)
{
    void **pairs = p->items + base + plain;
    Py_ssize_t starred = 0, i, a, k;
    for (i = 0; i < late; i++) {
        starred += pairs[2 * i + 1] != NULL;
    }
    asdl_expr_seq *args = _Py_asdl_expr_seq_new(plain + starred, p->arena);
    asdl_keyword_seq *keywords =
        _Py_asdl_keyword_seq_new(late - starred, p->arena);
    if (args == NULL || keywords == NULL) {
        p->error = 1;
        return NULL;
    }
    for (a = 0; a < plain; a++) {
        asdl_seq_SET(args, a, p->items[base + a]);
    }
    for (i = k = 0; i < late; i++) {
        if (pairs[2 * i + 1] != NULL) {
            asdl_seq_SET(args, a, pairs[2 * i + 1]);
            a++;
        }
        else {
            asdl_seq_SET(keywords, k, pairs[2 * i]);
            k++;
        }
    }
    p->items_depth = base;
    return BUILT(_PyAST_Call(function, args, keywords, SPAN(start)));
}

static expr_ty
nameless_function(Parser *p, struct token *start)
{
    return BUILT(_PyAST_Name(Py_None, Load, SPAN(start)));
}

/* At least one argument, and no comma behind the last. */
expr_ty
parse_args(Parser *p)
{
    struct token *start = peek(p);
    Py_ssize_t base = p->items_depth;
    Py_ssize_t plain = push_positional(p), late = 0;
    if (plain < 0) {
        return NULL;
    }
    struct spot spot = here(p);
    if (plain == 0 || accept(p, COMMA)) {
        late = push_late_arguments(p);
        if (late < 0) {
            return NULL;
        }
        if (late == 0) {
            back_to(p, spot);
        }
    }
    if (p->error || plain + late == 0) {
        return NULL;
    }
    expr_ty function = nameless_function(p, start);
    if (function == NULL) {
        return NULL;
    }
    return call_build(p, start, function, base, plain, late);
}

/* All that stands before a closing parenthesis. */
expr_ty
parse_arguments(Parser *p)
{
    struct spot spot = here(p);
    expr_ty found;
    if (p->remember && memo_find(p, MEMO_ARGUMENTS, &found)) {
        return found;
    }
    expr_ty args = parse_args(p);
    if (args != NULL) {
        accept(p, COMMA);
        if (peek_type(p) != RPAR) {
            args = NULL;
        }
    }
    if (p->error) {
        return NULL;
    }
    if (args == NULL) {
        back_to(p, spot);
        DIAGNOSE(diagnose_arguments(p));
    }
    if (p->remember) {
        memo_store(p, spot.mark, MEMO_ARGUMENTS, args);
    }
    return args;
}

/* -- Calls --------------------------------------------------------------- */

static expr_ty
call_with_generator(Parser *p, struct token *start, expr_ty function,
                    expr_ty generator)
{
    asdl_expr_seq *args = single_expr(p, generator);
    asdl_keyword_seq *keywords = _Py_asdl_keyword_seq_new(0, p->arena);
    if (args == NULL || keywords == NULL) {
        p->error = 1;
        return NULL;
    }
    return BUILT(_PyAST_Call(function, args, keywords, SPAN(start)));
}

/* The second pass looks for a generator expression first. */
static expr_ty
call_diagnosed(Parser *p, struct token *start, expr_ty function)
{
    struct spot spot = here(p);
    expr_ty generator = parse_genexp(p);
    if (generator != NULL) {
        return call_with_generator(p, start, function, generator);
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    p->mark++;
    spot = here(p);
    expr_ty call = parse_arguments(p);
    if (p->error) {
        return NULL;
    }
    if (call == NULL) {
        back_to(p, spot);
    }
    if (!accept(p, RPAR)) {
        return NULL;
    }
    if (call == NULL) {
        return call_build(p, start, function, p->items_depth, 0, 0);
    }
    return BUILT(_PyAST_Call(function, call->v.Call.args,
                             call->v.Call.keywords, SPAN(start)));
}

/* "(" stands here, behind a primary. */
expr_ty
parse_call_rest(Parser *p, struct token *start, expr_ty function)
{
    if (p->second_pass) {
        return call_diagnosed(p, start, function);
    }
    struct token *open = take(p);
    Py_ssize_t base = p->items_depth;
    if (accept(p, RPAR)) {
        return call_build(p, start, function, base, 0, 0);
    }
    Py_ssize_t plain = push_positional(p), late = 0;
    if (plain < 0) {
        return NULL;
    }
    int type = peek_type(p);
    if (plain == 1 && (type == KW_FOR || type == ASYNC)) {
        expr_ty element = p->items[base];
        p->items_depth = base;
        if (element->kind == Starred_kind) {
            return NULL;
        }
        asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
        if (clauses == NULL || !accept(p, RPAR)) {
            return NULL;
        }
        expr_ty generator = BUILT(_PyAST_GeneratorExp(element, clauses,
                                                      SPAN(open)));
        if (generator == NULL) {
            return NULL;
        }
        return call_with_generator(p, start, function, generator);
    }
    if (plain == 0 || accept(p, COMMA)) {
        late = push_late_arguments(p);
        if (late < 0) {
            return NULL;
        }
        if (late > 0) {
            accept(p, COMMA);
        }
    }
    if (plain + late == 0 || !accept(p, RPAR)) {
        return NULL;
    }
    return call_build(p, start, function, base, plain, late);
}
