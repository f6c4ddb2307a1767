/* Well-known mistakes in expressions.

   Each function looks for the mistakes of one construct, at the place where
   the second pass meets it. It raises, or goes back to where it began. Which of
   several mistakes in one source is reported follows from the order in which
   the second pass comes to these functions, so that order is part of the
   language as users see it. */

#include "parser.h"
#include <string.h>

static int
is_legacy_statement(expr_ty name)
{
    static const char * const legacy[] = {"print", "exec"};
    if (name->kind != Name_kind) {
        return 0;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(legacy); i++) {
        if (PyUnicode_CompareWithASCIIString(name->v.Name.id, legacy[i])
            == 0)
        {
            return 1;
        }
    }
    return 0;
}

/* Could this name be a soft keyword, or the beginning of one? */
static int
is_soft_keyword(const struct token *token)
{
    static const char * const soft[] = {"_", "case", "match"};
    size_t length = (size_t)(token->end - token->start);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(soft); i++) {
        if (strncmp(soft[i], token->start, length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Where a comprehension ends. */
static expr_ty
comprehension_last(asdl_comprehension_seq *clauses)
{
    comprehension_ty last =
        asdl_seq_GET(clauses, asdl_seq_LEN(clauses) - 1);
    Py_ssize_t n = asdl_seq_LEN(last->ifs);
    return n == 0 ? last->iter : asdl_seq_GET(last->ifs, n - 1);
}

/* -- expression ---------------------------------------------------------- */

/* Two expressions in a row inside brackets: a comma is missing. */
static void
diagnose_comma(Parser *p)
{
    struct token *token = peek(p);
    if (token->type == NAME
        && (is_soft_keyword(token) || peek_second(p)->type == STRING))
    {
        return;
    }
    expr_ty first = p->error ? NULL : parse_disjunction(p);
    if (first == NULL) {
        return;
    }
    int saved = p->diagnose;
    p->diagnose = 0;
    expr_ty second = parse_expression_plain(p);
    p->diagnose = saved;
    if (second == NULL || is_legacy_statement(first)
        || previous(p)->level == 0)
    {
        return;
    }
    RAISE_RANGE(first, second, "invalid syntax. Perhaps you forgot a comma?");
}

static void
diagnose_conditional(Parser *p)
{
    expr_ty body = parse_disjunction(p);
    if (body == NULL || !accept(p, KW_IF)) {
        return;
    }
    expr_ty test = parse_disjunction(p);
    if (test == NULL) {
        return;
    }
    int type = peek_type(p);
    if (!p->error && type != KW_ELSE && type != COLON) {
        RAISE_RANGE(body, test, "expected 'else' after 'if' expression");
    }
}

/* "print x" and "exec x". */
static void
diagnose_legacy(Parser *p)
{
    expr_ty name = parse_name(p);
    if (name == NULL || peek_type(p) == LPAR) {
        return;
    }
    if (deeper(p, WEIGHT_LEGACY) < 0) {
        return;
    }
    expr_ty rest = parse_star_expressions(p);
    p->level -= WEIGHT_LEGACY;
    if (rest != NULL && is_legacy_statement(name)) {
        RAISE_RANGE(name, rest, "Missing parentheses in call to '%U'. Did "
                    "you mean %U(...)?", name->v.Name.id, name->v.Name.id);
    }
}

void
diagnose_expression(Parser *p)
{
    static void (*const mistakes[])(Parser *) = {
        diagnose_comma, diagnose_conditional, diagnose_legacy,
    };
    struct spot spot = here(p);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(mistakes) && !p->error; i++) {
        mistakes[i](p);
        back_to(p, spot);
    }
}

/* -- named_expression ---------------------------------------------------- */

static void
diagnose_walrus_target(Parser *p)
{
    expr_ty target = parse_expression(p);
    if (target != NULL && accept(p, COLONEQUAL)
        && parse_expression(p) != NULL)
    {
        RAISE_ON(target, "cannot use assignment expressions with %s",
                 expr_describe(target));
    }
}

static int
assignment_follows(Parser *p)
{
    int type = peek_type(p);
    return type == EQUAL || type == COLONEQUAL;
}

/* "if x = 3". */
static void
diagnose_name_equal(Parser *p)
{
    expr_ty name = parse_name(p);
    if (name == NULL || !accept(p, EQUAL)) {
        return;
    }
    expr_ty value = parse_bitwise_or(p);
    if (value != NULL && !assignment_follows(p) && !p->error) {
        RAISE_RANGE(name, value, "invalid syntax. Maybe you meant '==' or "
                    "':=' instead of '='?");
    }
}

/* "if f() = 3", but not for what has a message of its own. */
static void
diagnose_expression_equal(Parser *p)
{
    static expr_ty (*const others[])(Parser *) = {
        parse_list, parse_tuple, parse_genexp,
    };
    struct spot spot = here(p);
    int type = peek_type(p);
    if (type == KW_TRUE || type == KW_FALSE || type == KW_NONE) {
        return;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(others); i++) {
        if (others[i](p) != NULL || p->error) {
            return;
        }
        back_to(p, spot);
    }
    expr_ty target = parse_bitwise_or(p);
    if (target != NULL && accept(p, EQUAL) && parse_bitwise_or(p) != NULL
        && !assignment_follows(p) && !p->error)
    {
        RAISE_ON(target, "cannot assign to %s here. Maybe you meant '==' "
                 "instead of '='?", expr_describe(target));
    }
}

void
diagnose_named_expression(Parser *p)
{
    static void (*const mistakes[])(Parser *) = {
        diagnose_walrus_target, diagnose_name_equal,
        diagnose_expression_equal,
    };
    struct spot spot = here(p);
    void *none;
    if (memo_find(p, MEMO_NAMED_MISTAKE, &none)) {
        back_to(p, spot);
        return;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(mistakes) && !p->error; i++) {
        mistakes[i](p);
        back_to(p, spot);
    }
    memo_store(p, spot.mark, MEMO_NAMED_MISTAKE, NULL);
}

/* -- Brackets ------------------------------------------------------------ */

void
diagnose_group(Parser *p)
{
    struct spot spot = here(p);
    if (!accept(p, LPAR)) {
        return;
    }
    struct token *star = peek(p);
    if (star->type == STAR) {
        expr_ty starred = parse_starred_expression(p);
        if (starred != NULL && accept(p, RPAR)) {
            RAISE_ON(starred, "cannot use starred expression here");
        }
    }
    else if (accept(p, DOUBLESTAR)) {
        if (parse_expression(p) != NULL && accept(p, RPAR)) {
            RAISE_ON(star, "cannot use double starred expression here");
        }
    }
    back_to(p, spot);
}

/* "[*a for a in b]" */
static void
diagnose_unpacking_in_comprehension(Parser *p)
{
    p->mark++;
    expr_ty starred = parse_starred_expression(p);
    if (starred != NULL && parse_for_if_clauses(p) != NULL) {
        RAISE_ON(starred, "iterable unpacking cannot be used in "
                 "comprehension");
    }
}

/* "[a, b for a, b in c]" */
static void
diagnose_bare_comprehension_target(Parser *p)
{
    static const char message[] =
        "did you forget parentheses around the comprehension target?";
    if (take(p)->type == LPAR) {
        return;
    }
    expr_ty first = parse_star_named_expression(p);
    struct spot behind = here(p);
    if (first == NULL || !accept(p, COMMA)) {
        return;
    }
    asdl_expr_seq *rest = parse_star_named_expressions(p);
    if (rest != NULL && parse_for_if_clauses(p) != NULL) {
        expr_ty last = asdl_seq_GET(rest, asdl_seq_LEN(rest) - 1);
        RAISE_RANGE(first, last, message);
    }
    if (p->error) {
        return;
    }
    back_to(p, behind);
    struct token *comma = take(p);
    if (parse_for_if_clauses(p) != NULL) {
        RAISE_RANGE(first, comma, message);
    }
}

void
diagnose_comprehension(Parser *p)
{
    struct spot spot = here(p);
    int type = peek_type(p);
    if (type != LPAR && type != LSQB && type != LBRACE) {
        return;
    }
    diagnose_unpacking_in_comprehension(p);
    back_to(p, spot);
    if (!p->error) {
        diagnose_bare_comprehension_target(p);
        back_to(p, spot);
    }
}

void
diagnose_dict_comprehension(Parser *p)
{
    struct spot spot = here(p);
    if (accept(p, LBRACE)) {
        struct token *star = accept(p, DOUBLESTAR);
        if (star != NULL && parse_bitwise_or(p) != NULL
            && parse_for_if_clauses(p) != NULL && accept(p, RBRACE))
        {
            RAISE_ON(star, "dict unpacking cannot be used in dict "
                     "comprehension");
        }
    }
    back_to(p, spot);
}

/* A key whose value is starred or missing. */
static void
diagnose_dict_value(Parser *p)
{
    struct spot spot = here(p);
    expr_ty key = parse_expression(p);
    struct token *colon = key != NULL ? accept(p, COLON) : NULL;
    if (colon != NULL) {
        struct token *next = peek(p);
        if (next->type == STAR) {
            p->mark++;
            if (parse_bitwise_or(p) != NULL) {
                RAISE_FROM(next, "cannot use a starred expression in a "
                           "dictionary value");
            }
        }
        else if (next->type == RBRACE || next->type == COMMA) {
            RAISE_ON(colon, "expression expected after dictionary key and "
                     "':'");
        }
    }
    back_to(p, spot);
}

static void
diagnose_kvpair(Parser *p)
{
    struct spot spot = here(p);
    expr_ty key = parse_expression(p);
    if (key != NULL && peek_type(p) != COLON && !p->error) {
        raise_at(p, PyExc_SyntaxError, key->lineno, key->end_col_offset - 1,
                 key->end_lineno, -1, "':' expected after dictionary key");
    }
    back_to(p, spot);
    if (!p->error) {
        diagnose_dict_value(p);
    }
}

/* Behind the opening brace. Called in the first pass too, which from here on
   has to remember: dicts nested deeply would be parsed again and again. */
void
diagnose_kvpairs(Parser *p)
{
    struct spot spot = here(p);
    p->remember = 1;
    struct key_value pair;
    if (parse_double_starred_kvpair(p, &pair)) {
        while (accept(p, COMMA)) {
            struct spot behind = here(p);
            if (!parse_double_starred_kvpair(p, &pair)) {
                if (!p->error) {
                    back_to(p, behind);
                    diagnose_kvpair(p);
                }
                break;
            }
        }
    }
    back_to(p, spot);
    if (!p->error) {
        diagnose_dict_value(p);
    }
}

/* -- Calls --------------------------------------------------------------- */

static void
diagnose_unparenthesized_genexp(Parser *p)
{
    static const char message[] = "Generator expression must be parenthesized";
    expr_ty element = parse_expression(p);
    if (element == NULL) {
        return;
    }
    asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
    if (clauses == NULL || !accept(p, COMMA)) {
        return;
    }
    struct spot spot = here(p);
    if (parse_args(p) == NULL && !p->error) {
        back_to(p, spot);
        if (parse_expression(p) != NULL) {
            parse_for_if_clauses(p);
        }
    }
    if (!p->error) {
        RAISE_RANGE(element, comprehension_last(clauses), message);
    }
}

static void
diagnose_keyword_comprehension(Parser *p)
{
    struct token *name = accept(p, NAME);
    struct token *equal = name != NULL ? accept(p, EQUAL) : NULL;
    if (equal != NULL && parse_expression(p) != NULL
        && parse_for_if_clauses(p) != NULL)
    {
        RAISE_RANGE(name, equal, "invalid syntax. Maybe you meant '==' or "
                    "':=' instead of '='?");
    }
}

static void
diagnose_args_comprehension(Parser *p)
{
    expr_ty args = parse_args(p);
    if (args == NULL) {
        return;
    }
    asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
    Py_ssize_t n = asdl_seq_LEN(args->v.Call.args);
    if (clauses != NULL && n > 1) {
        expr_ty last = asdl_seq_GET(args->v.Call.args, n - 1);
        RAISE_RANGE(last, comprehension_last(clauses),
                    "Generator expression must be parenthesized");
    }
}

static void
diagnose_late_comprehension(Parser *p)
{
    if (parse_args(p) == NULL || !accept(p, COMMA)) {
        return;
    }
    expr_ty element = parse_expression(p);
    if (element == NULL) {
        return;
    }
    asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
    if (clauses != NULL) {
        comprehension_ty last =
            asdl_seq_GET(clauses, asdl_seq_LEN(clauses) - 1);
        RAISE_RANGE(element, last->target,
                    "Generator expression must be parenthesized");
    }
}

static void
diagnose_unpacking_order(Parser *p)
{
    expr_ty args = parse_args(p);
    if (args != NULL && accept(p, COMMA) && accept(p, STAR)) {
        RAISE_ON(args, "iterable argument unpacking follows keyword "
                 "argument unpacking");
    }
}

static void
diagnose_argument_order(Parser *p)
{
    expr_ty args = parse_args(p);
    if (args == NULL || !accept(p, COMMA) || parse_args(p) == NULL) {
        return;
    }
    asdl_keyword_seq *keywords = args->v.Call.keywords;
    int unpacking = 0;
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(keywords); i++) {
        unpacking |= asdl_seq_GET(keywords, i)->arg == NULL;
    }
    RAISE_SYNTAX_ERROR(unpacking ? "positional argument follows keyword "
                                   "argument unpacking"
                                 : "positional argument follows keyword "
                                   "argument");
}

void
diagnose_arguments(Parser *p)
{
    static void (*const mistakes[])(Parser *) = {
        diagnose_unpacking_order, diagnose_unparenthesized_genexp,
        diagnose_keyword_comprehension, diagnose_args_comprehension,
        diagnose_late_comprehension, diagnose_argument_order,
    };
    struct spot spot = here(p);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(mistakes) && !p->error; i++) {
        mistakes[i](p);
        back_to(p, spot);
    }
}

void
diagnose_kwarg(Parser *p)
{
    struct spot spot = here(p);
    struct token *first = peek(p);
    int type = first->type;
    if ((type == KW_TRUE || type == KW_FALSE || type == KW_NONE)
        && peek_second(p)->type == EQUAL)
    {
        RAISE_RANGE(first, token_at(p, p->mark + 1), "cannot assign to %s",
                    type == KW_TRUE ? "True"
                    : type == KW_FALSE ? "False" : "None");
        return;
    }
    diagnose_keyword_comprehension(p);
    back_to(p, spot);
    if (p->error || (type == NAME && peek_second(p)->type == EQUAL)) {
        return;
    }
    expr_ty e = parse_expression(p);
    struct token *equal = e != NULL ? accept(p, EQUAL) : NULL;
    if (equal != NULL) {
        RAISE_RANGE(e, equal, "expression cannot contain assignment, perhaps "
                    "you meant \"==\"?");
    }
    back_to(p, spot);
}

/* -- Parameters ---------------------------------------------------------- */

/* Each tries one parameter and goes back if there is none. */
static int
try_no_default(Parser *p, int lambda)
{
    struct spot spot = here(p);
    arg_ty arg;
    if (parse_param_no_default(p, lambda, &arg)) {
        return 1;
    }
    back_to(p, spot);
    return 0;
}

static int
try_with_default(Parser *p, int lambda)
{
    struct spot spot = here(p);
    if (parse_param_with_default(p, lambda)) {
        return 1;
    }
    back_to(p, spot);
    return 0;
}

static int
try_maybe_default(Parser *p, int lambda)
{
    struct spot spot = here(p);
    if (parse_param_maybe_default(p, lambda)) {
        return 1;
    }
    back_to(p, spot);
    return 0;
}

/* As many as there are; the number, -1 on errors. */
static int
many(Parser *p, int lambda, int (*rule)(Parser *, int))
{
    int n = 0;
    while (rule(p, lambda)) {
        n++;
    }
    return p->error ? -1 : n;
}

/* "/" and a comma or the end. */
static int
take_slash(Parser *p, int lambda)
{
    return accept(p, SLASH)
           && (accept(p, COMMA) || peek_type(p) == (lambda ? COLON : RPAR));
}

/* Positional-only parameters up to the slash, none of them with a default. */
static int
try_slash_no_default(Parser *p, int lambda)
{
    struct spot spot = here(p);
    if (many(p, lambda, try_no_default) > 0 && take_slash(p, lambda)) {
        return 1;
    }
    back_to(p, spot);
    return 0;
}

static int
try_slash_with_default(Parser *p, int lambda)
{
    struct spot spot = here(p);
    if (many(p, lambda, try_no_default) >= 0
        && many(p, lambda, try_with_default) > 0 && take_slash(p, lambda))
    {
        return 1;
    }
    back_to(p, spot);
    return 0;
}

static int
try_any_slash(Parser *p, int lambda)
{
    return try_slash_no_default(p, lambda)
           || (!p->error && try_slash_with_default(p, lambda));
}

static void
diagnose_default_order(Parser *p, int lambda)
{
    arg_ty arg;
    if (many(p, lambda, try_no_default) < 0) {
        return;
    }
    if (!try_slash_with_default(p, lambda)
        && (p->error || many(p, lambda, try_with_default) <= 0))
    {
        return;
    }
    if (parse_param_no_default(p, lambda, &arg)) {
        RAISE_ON(arg, "non-default argument follows default argument");
    }
}

static void
diagnose_parenthesized(Parser *p, int lambda)
{
    many(p, lambda, try_no_default);
    struct token *open = p->error ? NULL : accept(p, LPAR);
    if (open == NULL) {
        return;
    }
    int n = 0;
    if (lambda) {
        do {
            struct spot spot = here(p);
            if (parse_param(p, 1) == NULL) {
                back_to(p, spot);
                if (n > 0) {
                    p->mark--;
                }
                break;
            }
            n++;
        } while (accept(p, COMMA));
    }
    else {
        n = many(p, 0, try_no_default);
    }
    if (n <= 0) {
        return;
    }
    accept(p, COMMA);
    struct token *close = accept(p, RPAR);
    if (close != NULL) {
        RAISE_RANGE(open, close, lambda
                    ? "Lambda expression parameters cannot be parenthesized"
                    : "Function parameters cannot be parenthesized");
    }
}

static void
diagnose_slash_first(Parser *p, int lambda)
{
    struct token *slash = accept(p, SLASH);
    if (slash != NULL && accept(p, COMMA)) {
        RAISE_ON(slash, "at least one argument must precede /");
    }
}

static void
diagnose_second_slash(Parser *p, int lambda)
{
    if (!try_any_slash(p, lambda)
        || many(p, lambda, try_maybe_default) < 0)
    {
        return;
    }
    struct token *slash = accept(p, SLASH);
    if (slash != NULL) {
        RAISE_ON(slash, "/ may appear only once");
    }
}

static void
diagnose_slash_behind_star(Parser *p, int lambda)
{
    try_any_slash(p, lambda);
    if (p->error || many(p, lambda, try_maybe_default) < 0
        || !accept(p, STAR))
    {
        return;
    }
    if ((!accept(p, COMMA) && !try_no_default(p, lambda))
        || many(p, lambda, try_maybe_default) < 0)
    {
        return;
    }
    struct token *slash = accept(p, SLASH);
    if (slash != NULL) {
        RAISE_ON(slash, "/ must be ahead of *");
    }
}

static void
diagnose_slash_star(Parser *p, int lambda)
{
    if (many(p, lambda, try_maybe_default) <= 0 || !accept(p, SLASH)) {
        return;
    }
    struct token *star = accept(p, STAR);
    if (star != NULL) {
        RAISE_ON(star, "expected comma between / and *");
    }
}

void
diagnose_parameters(Parser *p, int lambda)
{
    static void (*const mistakes[])(Parser *, int) = {
        diagnose_default_order, diagnose_parenthesized,
        diagnose_slash_first, diagnose_second_slash,
        diagnose_slash_behind_star, diagnose_slash_star,
    };
    struct spot spot = here(p);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(mistakes) && !p->error; i++) {
        mistakes[i](p, lambda);
        back_to(p, spot);
    }
}

void
diagnose_default(Parser *p, int lambda)
{
    struct token *equal = peek(p);
    if (equal->type != EQUAL) {
        return;
    }
    int type = peek_second(p)->type;
    if (type == RPAR || type == COMMA) {
        RAISE_ON(equal, "expected default value expression");
    }
}

/* A star with no name behind it and nothing that it could introduce. */
static void
diagnose_bare_star(Parser *p, int lambda)
{
    struct token *star = take(p);
    int end = lambda ? COLON : RPAR;
    int bare = accept(p, end) != NULL;
    if (!bare && accept(p, COMMA)) {
        bare = accept(p, end) != NULL || accept(p, DOUBLESTAR) != NULL;
    }
    if (!bare || p->error) {
        return;
    }
    if (lambda) {
        RAISE_SYNTAX_ERROR("named arguments must follow bare *");
    }
    else {
        RAISE_ON(star, "named arguments must follow bare *");
    }
}

static void
diagnose_star_comment(Parser *p, int lambda)
{
    p->mark++;
    if (!lambda && accept(p, COMMA) && accept(p, TYPE_COMMENT)) {
        RAISE_SYNTAX_ERROR("bare * has associated type comment");
    }
}

static void
diagnose_star_default(Parser *p, int lambda)
{
    p->mark++;
    if (parse_param(p, lambda) == NULL) {
        return;
    }
    struct token *equal = accept(p, EQUAL);
    if (equal != NULL) {
        RAISE_ON(equal, "var-positional argument cannot have default value");
    }
}

static void
diagnose_second_star(Parser *p, int lambda)
{
    p->mark++;
    if ((!try_no_default(p, lambda) && !accept(p, COMMA))
        || many(p, lambda, try_maybe_default) < 0)
    {
        return;
    }
    struct token *star = accept(p, STAR);
    if (star != NULL && (try_no_default(p, lambda) || accept(p, COMMA))) {
        RAISE_ON(star, "* argument may appear only once");
    }
}

void
diagnose_star_etc(Parser *p, int lambda)
{
    static void (*const mistakes[])(Parser *, int) = {
        diagnose_bare_star, diagnose_star_comment, diagnose_star_default,
        diagnose_second_star,
    };
    struct spot spot = here(p);
    if (peek_type(p) != STAR) {
        return;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(mistakes) && !p->error; i++) {
        mistakes[i](p, lambda);
        back_to(p, spot);
    }
}

void
diagnose_kwds(Parser *p, int lambda)
{
    struct spot spot = here(p);
    if (accept(p, DOUBLESTAR) && parse_param(p, lambda) != NULL) {
        struct token *next = peek(p);
        if (next->type == EQUAL) {
            RAISE_ON(next, "var-keyword argument cannot have default value");
        }
        else if (next->type == COMMA) {
            p->mark++;
            next = peek(p);
            struct spot behind = here(p);
            arg_ty arg = parse_param(p, lambda);
            if (arg != NULL) {
                RAISE_ON(arg, "arguments cannot follow var-keyword argument");
            }
            else if (!p->error) {
                back_to(p, behind);
                if (next->type == STAR || next->type == DOUBLESTAR
                    || next->type == SLASH)
                {
                    RAISE_ON(next, "arguments cannot follow var-keyword "
                             "argument");
                }
            }
        }
    }
    back_to(p, spot);
}

/* -- Targets ------------------------------------------------------------- */

/* The innermost part of E that cannot be a target of this KIND, or NULL. */
expr_ty
invalid_target(expr_ty e, int kind)
{
    asdl_expr_seq *elements;
    switch (e->kind) {
        case Name_kind:
        case Attribute_kind:
        case Subscript_kind:
            return NULL;
        case List_kind:
            elements = e->v.List.elts;
            break;
        case Tuple_kind:
            elements = e->v.Tuple.elts;
            break;
        case Starred_kind:
            return kind == TARGET_DEL ? e
                                      : invalid_target(e->v.Starred.value,
                                                       kind);
        case Compare_kind:
            /* "a in b" behind "for" is a target and the rest. */
            if (kind != TARGET_FOR) {
                return e;
            }
            if (asdl_seq_GET(e->v.Compare.ops, 0) != In) {
                return NULL;
            }
            return invalid_target(e->v.Compare.left, kind);
        default:
            return e;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(elements); i++) {
        expr_ty bad = invalid_target(asdl_seq_GET(elements, i), kind);
        if (bad != NULL) {
            return bad;
        }
    }
    return NULL;
}

void
diagnose_target(Parser *p, expr_ty e, int kind)
{
    expr_ty bad = invalid_target(e, kind);
    if (bad != NULL) {
        RAISE_ON(bad, kind == TARGET_DEL ? "cannot delete %s"
                                         : "cannot assign to %s",
                 expr_describe(bad));
    }
}

void
diagnose_for_target(Parser *p)
{
    struct spot spot = here(p);
    accept(p, ASYNC);
    if (accept(p, KW_FOR)) {
        expr_ty e = parse_star_expressions(p);
        if (e != NULL) {
            diagnose_target(p, e, TARGET_FOR);
        }
    }
    back_to(p, spot);
}
