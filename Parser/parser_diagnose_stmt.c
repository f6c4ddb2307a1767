/* Well-known mistakes in statements; see parser_diagnose.c. */

#include "parser.h"

/* The next token is NEWLINE, and no INDENT follows: takes the NEWLINE. */
static int
block_is_missing(Parser *p)
{
    return accept(p, NEWLINE) && peek_type(p) != INDENT && !p->error;
}

static void
raise_no_block(Parser *p, const char *what, struct token *start)
{
    RAISE_INDENTATION_ERROR("expected an indented block after %s on line %d",
                            what, start->lineno);
}

/* Behind the head of a compound statement: the colon is forgotten, or the
   block is. COLON_TOO: look for the first of these as well. */
static void
diagnose_head_end(Parser *p, const char *what, struct token *start,
                  int colon_too)
{
    if (colon_too && accept(p, NEWLINE)) {
        RAISE_SYNTAX_ERROR("expected ':'");
        return;
    }
    if (!p->error && accept(p, COLON) && block_is_missing(p)) {
        raise_no_block(p, what, start);
    }
}

/* -- Simple statements --------------------------------------------------- */

/* list | tuple | "(" the same ")" */
static expr_ty
parse_unannotatable(Parser *p)
{
    struct spot spot = here(p);
    expr_ty e = parse_list(p);
    if (e != NULL || p->error) {
        return e;
    }
    back_to(p, spot);
    e = parse_tuple(p);
    if (e != NULL || p->error) {
        return e;
    }
    back_to(p, spot);
    if (!accept(p, LPAR)) {
        return NULL;
    }
    e = parse_unannotatable(p);
    return e != NULL && accept(p, RPAR) ? e : NULL;
}

static void
diagnose_annotated_list(Parser *p)
{
    expr_ty e = parse_unannotatable(p);
    if (e != NULL && accept(p, COLON) && parse_expression(p) != NULL) {
        RAISE_ON(e, "only single target (not %s) can be annotated",
                 expr_describe(e));
    }
}

static void
diagnose_annotated_tuple(Parser *p)
{
    expr_ty first = parse_star_named_expression(p);
    if (first == NULL || !accept(p, COMMA)) {
        return;
    }
    for (;;) {
        struct spot spot = here(p);
        asdl_expr_seq *more = parse_star_named_expressions(p);
        if (p->error) {
            return;
        }
        if (more == NULL) {
            back_to(p, spot);
            break;
        }
    }
    if (accept(p, COLON) && parse_expression(p) != NULL) {
        RAISE_ON(first, "only single target (not tuple) can be annotated");
    }
}

static void
diagnose_annotated_other(Parser *p)
{
    expr_ty e = parse_expression(p);
    if (e != NULL && accept(p, COLON) && parse_expression(p) != NULL) {
        RAISE_ON(e, "illegal target for annotation");
    }
}

/* All the good targets of a chain of assignments. */
static void
skip_targets(Parser *p)
{
    struct spot spot;
    do {
        spot = here(p);
    } while (parse_star_targets(p) != NULL && accept(p, EQUAL));
    back_to(p, spot);
}

static void
diagnose_assigned(Parser *p)
{
    skip_targets(p);
    expr_ty e = p->error ? NULL : parse_star_expressions(p);
    if (e != NULL && accept(p, EQUAL)) {
        diagnose_target(p, e, TARGET_STAR);
    }
}

static void
diagnose_assigned_yield(Parser *p)
{
    skip_targets(p);
    expr_ty e = p->error ? NULL : parse_yield(p);
    if (e != NULL && accept(p, EQUAL)) {
        RAISE_ON(e, "assignment to yield expression not possible");
    }
}

static void
diagnose_augmented(Parser *p)
{
    expr_ty e = parse_star_expressions(p);
    if (e == NULL || !augassign_operator(peek_type(p))) {
        return;
    }
    p->mark++;
    expr_ty value = peek_type(p) == KW_YIELD ? parse_yield(p)
                                             : parse_star_expressions(p);
    if (value != NULL) {
        RAISE_ON(e, "'%s' is an illegal expression for augmented assignment",
                 expr_describe(e));
    }
}

void
diagnose_assignment(Parser *p)
{
    static void (*const mistakes[])(Parser *) = {
        diagnose_annotated_list, diagnose_annotated_tuple,
        diagnose_annotated_other, diagnose_assigned,
        diagnose_assigned_yield, diagnose_augmented,
    };
    struct spot spot = here(p);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(mistakes) && !p->error; i++) {
        mistakes[i](p);
        back_to(p, spot);
    }
}

void
diagnose_del(Parser *p)
{
    struct spot spot = here(p);
    p->mark++;
    expr_ty e = parse_star_expressions(p);
    if (e != NULL) {
        diagnose_target(p, e, TARGET_DEL);
    }
    back_to(p, spot);
}

void
diagnose_import_targets(Parser *p)
{
    struct spot spot = here(p);
    if (parse_import_as_names(p) && accept(p, COMMA) && accept(p, NEWLINE)) {
        RAISE_SYNTAX_ERROR("trailing comma not allowed without surrounding "
                           "parentheses");
    }
    back_to(p, spot);
}

/* -- Blocks -------------------------------------------------------------- */

void
diagnose_block(Parser *p)
{
    struct spot spot = here(p);
    if (block_is_missing(p)) {
        RAISE_INDENTATION_ERROR("expected an indented block");
    }
    back_to(p, spot);
}

/* "if", "elif" or "while" */
void
diagnose_condition(Parser *p, int keyword, const char *name)
{
    struct spot spot = here(p);
    struct token *start = accept(p, keyword);
    if (start != NULL && parse_named_expression(p) != NULL) {
        char what[32];
        PyOS_snprintf(what, sizeof(what), "'%s' statement", name);
        diagnose_head_end(p, what, start, 1);
    }
    back_to(p, spot);
}

void
diagnose_else(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, KW_ELSE);
    if (start != NULL) {
        diagnose_head_end(p, "'else' statement", start, 0);
    }
    back_to(p, spot);
}

void
diagnose_for(Parser *p)
{
    struct spot spot = here(p);
    accept(p, ASYNC);
    struct token *start = accept(p, KW_FOR);
    if (start != NULL && parse_star_targets(p) != NULL && accept(p, KW_IN)
        && parse_star_expressions(p) != NULL)
    {
        diagnose_head_end(p, "'for' statement", start, 1);
    }
    back_to(p, spot);
}

/* -- with ---------------------------------------------------------------- */

void
diagnose_with_item(Parser *p)
{
    struct spot spot = here(p);
    if (parse_expression(p) != NULL && accept(p, KW_AS)) {
        expr_ty e = parse_expression(p);
        if (e != NULL) {
            int type = peek_type(p);
            if (!p->error
                && (type == COMMA || type == RPAR || type == COLON))
            {
                diagnose_target(p, e, TARGET_STAR);
            }
        }
    }
    back_to(p, spot);
}

/* Items as such, one or more. */
static int
skip_with_items(Parser *p, expr_ty (*context)(Parser *))
{
    int n = 0;
    for (;;) {
        struct spot spot = here(p);
        if (n > 0 && !accept(p, COMMA)) {
            return !p->error;
        }
        if (context(p) == NULL) {
            back_to(p, spot);
            return n > 0 && !p->error;
        }
        n++;
        spot = here(p);
        if (accept(p, KW_AS) && parse_star_target(p) == NULL) {
            back_to(p, spot);
        }
        if (p->error) {
            return 0;
        }
    }
}

/* "with" and its items, up to where the colon belongs. */
static struct token *
skip_with_head(Parser *p, int parenthesized)
{
    accept(p, ASYNC);
    struct token *start = accept(p, KW_WITH);
    if (start == NULL) {
        return NULL;
    }
    if (!parenthesized) {
        return skip_with_items(p, parse_expression) ? start : NULL;
    }
    if (!accept(p, LPAR) || !skip_with_items(p, parse_expressions)) {
        return NULL;
    }
    accept(p, COMMA);
    return accept(p, RPAR) ? start : NULL;
}

void
diagnose_with(Parser *p)
{
    struct spot spot = here(p);
    for (int parenthesized = 0; parenthesized < 2; parenthesized++) {
        if (skip_with_head(p, parenthesized) && accept(p, NEWLINE)) {
            RAISE_SYNTAX_ERROR("expected ':'");
        }
        back_to(p, spot);
        if (p->error) {
            return;
        }
    }
}

void
diagnose_with_indent(Parser *p)
{
    struct spot spot = here(p);
    for (int parenthesized = 0; parenthesized < 2; parenthesized++) {
        struct token *start = skip_with_head(p, parenthesized);
        if (start != NULL) {
            diagnose_head_end(p, "'with' statement", start, 0);
        }
        back_to(p, spot);
        if (p->error) {
            return;
        }
    }
}

/* -- try ----------------------------------------------------------------- */

/* [expression ["as" NAME]]; 0 if there is no expression. */
static int
skip_exception(Parser *p)
{
    struct spot spot = here(p);
    if (parse_expression(p) == NULL) {
        back_to(p, spot);
        return 0;
    }
    spot = here(p);
    if (accept(p, KW_AS) && !accept(p, NAME)) {
        back_to(p, spot);
    }
    return !p->error;
}

static void
diagnose_mixed_handlers(Parser *p, int star_first)
{
    static const char message[] =
        "cannot have both 'except' and 'except*' on the same 'try'";
    struct spot spot;
    int n = 0;
    p->mark++;
    if (!accept(p, COLON)) {
        return;
    }
    do {
        spot = here(p);
    } while (parse_block(p) != NULL);
    back_to(p, spot);
    for (; !p->error; n++) {
        spot = here(p);
        if ((star_first ? parse_except_star_block(p)
                        : parse_except_block(p)) == NULL)
        {
            back_to(p, spot);
            break;
        }
    }
    struct token *except = p->error || n == 0 ? NULL : accept(p, KW_EXCEPT);
    if (except == NULL) {
        return;
    }
    if (star_first) {
        skip_exception(p);
        if (!p->error && accept(p, COLON)) {
            RAISE_ON(except, message);
        }
        return;
    }
    struct token *star = accept(p, STAR);
    if (star != NULL && skip_exception(p) && accept(p, COLON)) {
        RAISE_RANGE(except, star, message);
    }
}

void
diagnose_try(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = take(p);
    diagnose_head_end(p, "'try' statement", start, 0);
    if (!p->error) {
        back_to(p, spot);
        p->mark++;
        if (accept(p, COLON) && parse_block(p) != NULL) {
            int type = peek_type(p);
            if (!p->error && type != KW_EXCEPT && type != KW_FINALLY) {
                RAISE_SYNTAX_ERROR("expected 'except' or 'finally' block");
            }
        }
    }
    for (int star_first = 0; star_first < 2 && !p->error; star_first++) {
        back_to(p, spot);
        diagnose_mixed_handlers(p, star_first);
    }
    back_to(p, spot);
}

/* "except a, b:" */
static void
diagnose_except_list(Parser *p)
{
    p->mark++;
    accept(p, STAR);
    expr_ty first = parse_expression(p);
    if (first == NULL || !accept(p, COMMA) || parse_expressions(p) == NULL) {
        return;
    }
    struct spot spot = here(p);
    if (accept(p, KW_AS) && !accept(p, NAME)) {
        back_to(p, spot);
    }
    if (accept(p, COLON)) {
        RAISE_FROM(first, "multiple exception types must be parenthesized");
    }
}

static void
diagnose_except_colon(Parser *p)
{
    struct spot spot = here(p);
    p->mark++;
    accept(p, STAR);
    if (skip_exception(p) && accept(p, NEWLINE)) {
        RAISE_SYNTAX_ERROR("expected ':'");
        return;
    }
    if (p->error) {
        return;
    }
    back_to(p, spot);
    p->mark++;
    if (accept(p, NEWLINE)) {
        RAISE_SYNTAX_ERROR("expected ':'");
        return;
    }
    if (accept(p, STAR) && (accept(p, NEWLINE) || accept(p, COLON))) {
        RAISE_SYNTAX_ERROR("expected one or more exception types");
    }
}

void
diagnose_except(Parser *p)
{
    struct spot spot = here(p);
    if (peek_type(p) != KW_EXCEPT) {
        return;
    }
    diagnose_except_list(p);
    back_to(p, spot);
    if (!p->error) {
        diagnose_except_colon(p);
        back_to(p, spot);
    }
}

void
diagnose_except_indent(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, KW_EXCEPT);
    if (start != NULL) {
        skip_exception(p);
        if (!p->error) {
            diagnose_head_end(p, "'except' statement", start, 0);
        }
    }
    back_to(p, spot);
}

void
diagnose_except_star_indent(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, KW_EXCEPT);
    if (start != NULL && accept(p, STAR) && skip_exception(p)) {
        diagnose_head_end(p, "'except*' statement", start, 0);
    }
    back_to(p, spot);
}

void
diagnose_finally(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, KW_FINALLY);
    if (start != NULL) {
        diagnose_head_end(p, "'finally' statement", start, 0);
    }
    back_to(p, spot);
}

/* -- match --------------------------------------------------------------- */

void
diagnose_match(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = take(p);
    if (parse_subject(p) != NULL) {
        if (accept(p, NEWLINE)) {
            RAISE_SYNTAX_ERROR("expected ':'");
        }
        else {
            diagnose_head_end(p, "'match' statement", start, 0);
        }
    }
    back_to(p, spot);
}

void
diagnose_case(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = peek(p);
    if (!token_is_text(start, "case")) {
        return;
    }
    p->mark++;
    if (parse_patterns(p) != NULL) {
        struct spot behind = here(p);
        if (parse_guard(p) == NULL) {
            back_to(p, behind);
        }
        if (!p->error) {
            diagnose_head_end(p, "'case' statement", start, 1);
        }
    }
    back_to(p, spot);
}

void
diagnose_as_pattern(Parser *p)
{
    struct spot spot = here(p);
    if (parse_or_pattern(p) != NULL && accept(p, KW_AS)) {
        struct token *next = peek(p);
        if (token_is_text(next, "_")) {
            RAISE_ON(next, "cannot use '_' as a target");
        }
        else if (next->type != NAME && !p->error) {
            expr_ty e = parse_expression(p);
            if (e != NULL) {
                RAISE_ON(e, "invalid pattern target");
            }
        }
    }
    back_to(p, spot);
}

void
diagnose_class_pattern(Parser *p)
{
    struct spot spot = here(p);
    if (parse_name_or_attr(p) != NULL && accept(p, LPAR)) {
        struct spot inside = here(p);
        if (parse_positional_patterns(p) == NULL || !accept(p, COMMA)) {
            back_to(p, inside);
        }
        if (!p->error && parse_keyword_patterns(p) > 0 && accept(p, COMMA)) {
            asdl_pattern_seq *late = parse_positional_patterns(p);
            if (late != NULL) {
                pattern_ty first = asdl_seq_GET(late, 0);
                pattern_ty last =
                    asdl_seq_GET(late, asdl_seq_LEN(late) - 1);
                RAISE_RANGE(first, last,
                            "positional patterns follow keyword patterns");
            }
        }
    }
    back_to(p, spot);
}

/* -- Definitions --------------------------------------------------------- */

void
diagnose_def(Parser *p)
{
    struct spot spot = here(p);
    accept(p, ASYNC);
    struct token *start = accept(p, KW_DEF);
    if (start != NULL && accept(p, NAME) && accept(p, LPAR)) {
        struct spot behind = here(p);
        if (parse_params(p) == NULL) {
            back_to(p, behind);
        }
        if (!p->error && accept(p, RPAR)) {
            behind = here(p);
            if (accept(p, RARROW) && parse_expression(p) == NULL) {
                back_to(p, behind);
            }
            if (!p->error) {
                diagnose_head_end(p, "function definition", start, 0);
            }
        }
    }
    back_to(p, spot);
}

void
diagnose_class(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, KW_CLASS);
    if (start != NULL && accept(p, NAME)) {
        struct spot behind = here(p);
        if (accept(p, LPAR)) {
            struct spot inside = here(p);
            if (parse_arguments(p) == NULL) {
                back_to(p, inside);
            }
            if (!p->error && !accept(p, RPAR)) {
                back_to(p, behind);
            }
        }
        if (!p->error) {
            diagnose_head_end(p, "class definition", start, 1);
        }
    }
    back_to(p, spot);
}

void
diagnose_double_type_comments(Parser *p)
{
    struct spot spot = here(p);
    if (accept(p, TYPE_COMMENT) && accept(p, NEWLINE)
        && accept(p, TYPE_COMMENT) && accept(p, NEWLINE)
        && accept(p, INDENT))
    {
        RAISE_SYNTAX_ERROR("Cannot have two type comments on def");
    }
    back_to(p, spot);
}
