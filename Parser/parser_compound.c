/* Compound statements: the ones with blocks. */

#include "parser.h"

/* A token that must stand here: in either pass its absence is an error that
   names it. */
static int
expect_forced(Parser *p, int type, const char *text)
{
    struct token *token = peek(p);
    if (p->error) {
        return 0;
    }
    if (token->type != type) {
        RAISE_ON(token, "expected '%s'", text);
        return 0;
    }
    p->mark++;
    return 1;
}

static string
optional_type_comment(Parser *p)
{
    struct token *comment = accept(p, TYPE_COMMENT);
    return comment == NULL ? NULL : parser_type_comment(p, comment);
}

/* An empty sequence where a list of statements is missing. */
static asdl_stmt_seq *
no_statements(Parser *p)
{
    return BUILT(_Py_asdl_stmt_seq_new(0, p->arena));
}

/* -- Blocks -------------------------------------------------------------- */

static asdl_stmt_seq *
block_indented(Parser *p)
{
    if (!accept(p, NEWLINE) || !accept(p, INDENT)) {
        return NULL;
    }
    asdl_stmt_seq *body = parse_statements(p);
    return body != NULL && accept(p, DEDENT) ? body : NULL;
}

static asdl_stmt_seq *
block(Parser *p)
{
    struct spot spot = here(p);
    asdl_stmt_seq *body = NULL;
    if (peek_type(p) == NEWLINE) {
        body = block_indented(p);
    }
    else if (parse_simple_stmts(p)) {
        body = parser_take_items(p, spot.depth);
    }
    if (body != NULL || p->error) {
        return p->error ? NULL : body;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_block(p));
    return NULL;
}

asdl_stmt_seq *
parse_block(Parser *p)
{
    asdl_stmt_seq *body;
    if (p->remember && memo_find(p, MEMO_BLOCK, &body)) {
        return body;
    }
    int mark = p->mark;
    if (deeper(p, WEIGHT_BLOCK) < 0) {
        return NULL;
    }
    body = block(p);
    p->level -= WEIGHT_BLOCK;
    if (p->error) {
        return NULL;
    }
    if (p->remember) {
        memo_store(p, mark, MEMO_BLOCK, body);
    }
    return body;
}

/* Goes back to SPOT after an optional part failed without an exception. */
static int
gave_up(Parser *p, struct spot spot, const void *part)
{
    if (part == NULL) {
        if (p->error) {
            return -1;
        }
        back_to(p, spot);
    }
    return 0;
}

static asdl_stmt_seq *
parse_else_block(Parser *p)
{
    DIAGNOSE(diagnose_else(p));
    if (!accept(p, KW_ELSE) || !expect_forced(p, COLON, ":")) {
        return NULL;
    }
    return parse_block(p);
}

/* The else block, or an empty one if there is none. */
static asdl_stmt_seq *
optional_else(Parser *p)
{
    if (peek_type(p) == KW_ELSE) {
        struct spot spot = here(p);
        asdl_stmt_seq *body = parse_else_block(p);
        if (gave_up(p, spot, body) < 0) {
            return NULL;
        }
        if (body != NULL) {
            return body;
        }
    }
    return p->error ? NULL : no_statements(p);
}

/* -- if, while ----------------------------------------------------------- */

/* KEYWORD condition ":" block */
static asdl_stmt_seq *
parse_conditional(Parser *p, expr_ty *test)
{
    p->mark++;
    *test = parse_named_expression(p);
    if (*test == NULL || !accept(p, COLON)) {
        return NULL;
    }
    return parse_block(p);
}

static stmt_ty
parse_if(Parser *p, int keyword)
{
    DIAGNOSE(diagnose_condition(p, keyword,
                                keyword == KW_IF ? "if" : "elif"));
    struct token *start = peek(p);
    expr_ty test;
    asdl_stmt_seq *body = parse_conditional(p, &test);
    if (body == NULL) {
        return NULL;
    }
    if (peek_type(p) == KW_ELIF) {
        struct spot spot = here(p);
        if (deeper(p, 1) < 0) {
            return NULL;
        }
        stmt_ty elif = parse_if(p, KW_ELIF);
        p->level--;
        if (gave_up(p, spot, elif) < 0) {
            return NULL;
        }
        if (elif != NULL) {
            asdl_stmt_seq *orelse = _Py_asdl_stmt_seq_new(1, p->arena);
            if (orelse == NULL) {
                p->error = 1;
                return NULL;
            }
            asdl_seq_SET(orelse, 0, elif);
            return BUILT(_PyAST_If(test, body, orelse, SPAN_SOLID(start)));
        }
    }
    asdl_stmt_seq *orelse = optional_else(p);
    if (orelse == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_If(test, body, orelse, SPAN_SOLID(start)));
}

static stmt_ty
parse_while(Parser *p)
{
    DIAGNOSE(diagnose_condition(p, KW_WHILE, "while"));
    struct token *start = peek(p);
    expr_ty test;
    asdl_stmt_seq *body = parse_conditional(p, &test);
    if (body == NULL) {
        return NULL;
    }
    asdl_stmt_seq *orelse = optional_else(p);
    if (orelse == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_While(test, body, orelse, SPAN_SOLID(start)));
}

/* -- for, with ----------------------------------------------------------- */

/* START is "async" or the keyword itself. */
static stmt_ty
parse_for(Parser *p)
{
    DIAGNOSE(diagnose_for(p));
    struct spot spot = here(p);
    struct token *start = peek(p);
    int is_async = accept(p, ASYNC) != NULL;
    p->mark++;
    expr_ty target = parse_star_targets(p);
    if (target == NULL || !accept(p, KW_IN)) {
        if (p->error) {
            return NULL;
        }
        back_to(p, spot);
        DIAGNOSE(diagnose_for_target(p));
        return NULL;
    }
    expr_ty iterable = parse_star_expressions(p);
    if (iterable == NULL || !accept(p, COLON)) {
        return NULL;
    }
    string comment = optional_type_comment(p);
    if (p->error) {
        return NULL;
    }
    asdl_stmt_seq *body = parse_block(p);
    if (body == NULL) {
        return NULL;
    }
    asdl_stmt_seq *orelse = optional_else(p);
    if (orelse == NULL) {
        return NULL;
    }
    if (!is_async) {
        return BUILT(_PyAST_For(target, iterable, body, orelse, comment,
                                SPAN_SOLID(start)));
    }
    if (p->feature_version < 5) {
        return raise_version(p, 5, "Async for loops are");
    }
    return BUILT(_PyAST_AsyncFor(target, iterable, body, orelse, comment,
                                 SPAN_SOLID(start)));
}

static withitem_ty
parse_with_item(Parser *p)
{
    struct spot spot = here(p);
    expr_ty context = parse_expression(p);
    if (context != NULL && peek_type(p) == KW_AS) {
        struct spot as = here(p);
        p->mark++;
        expr_ty target = parse_star_target(p);
        if (target != NULL) {
            int type = peek_type(p);
            if (type == COMMA || type == RPAR || type == COLON) {
                return BUILT(_PyAST_withitem(context, target, p->arena));
            }
        }
        if (p->error) {
            return NULL;
        }
        back_to(p, as);
    }
    if (p->error) {
        return NULL;
    }
    if (p->diagnose) {
        struct spot behind = here(p);
        back_to(p, spot);
        DIAGNOSE(diagnose_with_item(p));
        back_to(p, behind);
    }
    if (context == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_withitem(context, NULL, p->arena));
}

/* Items with commas between them, pushed. 0 if there is none. */
static int
push_with_items(Parser *p)
{
    int n = 0;
    for (;;) {
        struct spot spot = here(p);
        if (n > 0 && !accept(p, COMMA)) {
            return !p->error;
        }
        withitem_ty item = parse_with_item(p);
        if (p->error) {
            return 0;
        }
        if (item == NULL) {
            back_to(p, spot);
            return n > 0;
        }
        if (push_item(p, item) < 0) {
            return 0;
        }
        n++;
    }
}

/* Behind "with": the items up to the colon and the block. */
static asdl_stmt_seq *
with_rest(Parser *p, int parenthesized, asdl_withitem_seq **items,
          string *comment)
{
    Py_ssize_t base = p->items_depth;
    if (parenthesized && !accept(p, LPAR)) {
        return NULL;
    }
    if (!push_with_items(p)) {
        return NULL;
    }
    if (parenthesized) {
        accept(p, COMMA);
        if (!accept(p, RPAR)) {
            return NULL;
        }
    }
    if (!accept(p, COLON)) {
        return NULL;
    }
    *items = parser_take_items(p, base);
    *comment = parenthesized ? NULL : optional_type_comment(p);
    return p->error ? NULL : parse_block(p);
}

static stmt_ty
parse_with(Parser *p)
{
    DIAGNOSE(diagnose_with_indent(p));
    struct spot spot = here(p);
    struct token *start = peek(p);
    asdl_withitem_seq *items;
    string comment;
    int is_async = accept(p, ASYNC) != NULL;
    p->mark++;
    struct spot behind = here(p);
    asdl_stmt_seq *body = NULL;
    int parenthesized = peek_type(p) == LPAR;
    if (parenthesized) {
        body = with_rest(p, 1, &items, &comment);
    }
    if (body == NULL && !p->error) {
        parenthesized = 0;
        back_to(p, behind);
        body = with_rest(p, 0, &items, &comment);
    }
    if (p->error) {
        return NULL;
    }
    if (body == NULL) {
        back_to(p, spot);
        DIAGNOSE(diagnose_with(p));
        return NULL;
    }
    if (parenthesized && p->feature_version < 9) {
        return raise_version(p, 9, "Parenthesized context managers are");
    }
    if (!is_async) {
        return BUILT(_PyAST_With(items, body, comment, SPAN_SOLID(start)));
    }
    if (p->feature_version < 5) {
        return raise_version(p, 5, "Async with statements are");
    }
    return BUILT(_PyAST_AsyncWith(items, body, comment, SPAN_SOLID(start)));
}

/* -- try ----------------------------------------------------------------- */

/* "except" or "except*" with what it catches, up to the block. */
static excepthandler_ty
except_block(Parser *p, int star)
{
    struct token *start = accept(p, KW_EXCEPT);
    if (start == NULL || (star && !accept(p, STAR))) {
        return NULL;
    }
    expr_ty type = NULL;
    identifier name = NULL;
    if (star || peek_type(p) != COLON) {
        type = parse_expression(p);
        if (type == NULL) {
            return NULL;
        }
        if (accept(p, KW_AS)) {
            struct token *as = accept(p, NAME);
            if (as == NULL) {
                return NULL;
            }
            name = parser_name(p, as->start, (size_t)(as->end - as->start));
            if (name == NULL) {
                return NULL;
            }
        }
    }
    if (!accept(p, COLON)) {
        return NULL;
    }
    asdl_stmt_seq *body = parse_block(p);
    if (body == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_ExceptHandler(type, name, body, SPAN_SOLID(start)));
}

excepthandler_ty
parse_except_block(Parser *p)
{
    DIAGNOSE(diagnose_except_indent(p));
    struct spot spot = here(p);
    excepthandler_ty handler = except_block(p, 0);
    if (handler == NULL && !p->error) {
        back_to(p, spot);
        DIAGNOSE(diagnose_except(p));
    }
    return p->error ? NULL : handler;
}

excepthandler_ty
parse_except_star_block(Parser *p)
{
    DIAGNOSE(diagnose_except_star_indent(p));
    struct spot spot = here(p);
    excepthandler_ty handler = except_block(p, 1);
    if (handler == NULL && !p->error) {
        back_to(p, spot);
        DIAGNOSE(diagnose_except(p));
    }
    return p->error ? NULL : handler;
}

/* Handlers of one kind, at least one; NULL if there is none. */
static asdl_excepthandler_seq *
parse_handlers(Parser *p, excepthandler_ty (*rule)(Parser *))
{
    Py_ssize_t base = p->items_depth;
    while (peek_type(p) == KW_EXCEPT) {
        struct spot spot = here(p);
        excepthandler_ty handler = rule(p);
        if (gave_up(p, spot, handler) < 0) {
            return NULL;
        }
        if (handler == NULL) {
            break;
        }
        if (push_item(p, handler) < 0) {
            return NULL;
        }
    }
    if (p->error || p->items_depth == base) {
        return NULL;
    }
    return parser_take_items(p, base);
}

static asdl_stmt_seq *
parse_finally(Parser *p)
{
    DIAGNOSE(diagnose_finally(p));
    if (!accept(p, KW_FINALLY) || !expect_forced(p, COLON, ":")) {
        return NULL;
    }
    return parse_block(p);
}

/* The finally block; an empty one if there is none. */
static asdl_stmt_seq *
optional_finally(Parser *p)
{
    if (peek_type(p) == KW_FINALLY) {
        struct spot spot = here(p);
        asdl_stmt_seq *body = parse_finally(p);
        if (gave_up(p, spot, body) < 0) {
            return NULL;
        }
        if (body != NULL) {
            return body;
        }
    }
    return p->error ? NULL : no_statements(p);
}

/* Behind the block of "try". */
static stmt_ty
try_rest(Parser *p, struct token *start, asdl_stmt_seq *body)
{
    struct spot spot = here(p);
    asdl_excepthandler_seq *handlers = NULL;
    asdl_stmt_seq *orelse, *final;
    int star = 0;
    if (peek_type(p) == KW_FINALLY) {
        handlers = BUILT(_Py_asdl_excepthandler_seq_new(0, p->arena));
        final = parse_finally(p);
        orelse = no_statements(p);
        if (final == NULL || p->error) {
            return NULL;
        }
    }
    else {
        handlers = parse_handlers(p, parse_except_block);
        if (handlers == NULL && !p->error) {
            back_to(p, spot);
            star = 1;
            handlers = parse_handlers(p, parse_except_star_block);
        }
        if (handlers == NULL) {
            return NULL;
        }
        orelse = optional_else(p);
        if (orelse == NULL) {
            return NULL;
        }
        final = optional_finally(p);
        if (final == NULL) {
            return NULL;
        }
    }
    if (star) {
        if (p->feature_version < 11) {
            return raise_version(p, 11, "Exception groups are");
        }
        return BUILT(_PyAST_TryStar(body, handlers, orelse, final,
                                    SPAN_SOLID(start)));
    }
    return BUILT(_PyAST_Try(body, handlers, orelse, final,
                            SPAN_SOLID(start)));
}

static stmt_ty
parse_try(Parser *p)
{
    DIAGNOSE(diagnose_try(p));
    struct token *start = take(p);
    if (!expect_forced(p, COLON, ":")) {
        return NULL;
    }
    asdl_stmt_seq *body = parse_block(p);
    return body == NULL ? NULL : try_rest(p, start, body);
}

/* -- Functions and classes ----------------------------------------------- */

/* The type comment of a function: behind the colon, or alone on the line
   before an indented body. */
static string
function_type_comment(Parser *p)
{
    struct spot spot = here(p);
    if (accept(p, NEWLINE)) {
        struct token *comment = accept(p, TYPE_COMMENT);
        if (comment != NULL && peek_type(p) == NEWLINE
            && peek_second(p)->type == INDENT)
        {
            return parser_type_comment(p, comment);
        }
        if (p->error) {
            return NULL;
        }
        back_to(p, spot);
    }
    DIAGNOSE(diagnose_double_type_comments(p));
    struct token *comment = accept(p, TYPE_COMMENT);
    return comment == NULL ? NULL : parser_type_comment(p, comment);
}

static stmt_ty
parse_def(Parser *p, asdl_expr_seq *decorators)
{
    DIAGNOSE(diagnose_def(p));
    struct token *start = peek(p);
    int is_async = accept(p, ASYNC) != NULL;
    if (!accept(p, KW_DEF)) {
        return NULL;
    }
    struct token *token = accept(p, NAME);
    if (token == NULL) {
        return NULL;
    }
    identifier name = parser_name(p, token->start,
                                  (size_t)(token->end - token->start));
    if (name == NULL || !expect_forced(p, LPAR, "(")) {
        return NULL;
    }
    struct spot spot = here(p);
    arguments_ty args = NULL;
    if (p->second_pass || peek_type(p) != RPAR) {
        args = parse_params(p);
        if (gave_up(p, spot, args) < 0) {
            return NULL;
        }
    }
    if (!accept(p, RPAR)) {
        return NULL;
    }
    expr_ty returns = NULL;
    if (peek_type(p) == RARROW) {
        spot = here(p);
        p->mark++;
        returns = parse_expression(p);
        if (gave_up(p, spot, returns) < 0) {
            return NULL;
        }
    }
    if (!expect_forced(p, COLON, ":")) {
        return NULL;
    }
    string comment = NULL;
    if (p->flags & PARSE_TYPE_COMMENTS) {
        comment = function_type_comment(p);
    }
    if (p->error) {
        return NULL;
    }
    asdl_stmt_seq *body = parse_block(p);
    if (body == NULL) {
        return NULL;
    }
    if (args == NULL && (args = empty_arguments(p)) == NULL) {
        return NULL;
    }
    if (!is_async) {
        return BUILT(_PyAST_FunctionDef(name, args, body, decorators,
                                        returns, comment,
                                        SPAN_SOLID(start)));
    }
    if (p->feature_version < 5) {
        return raise_version(p, 5, "Async functions are");
    }
    return BUILT(_PyAST_AsyncFunctionDef(name, args, body, decorators,
                                         returns, comment,
                                         SPAN_SOLID(start)));
}

static stmt_ty
parse_class(Parser *p, asdl_expr_seq *decorators)
{
    DIAGNOSE(diagnose_class(p));
    struct token *start = accept(p, KW_CLASS);
    if (start == NULL) {
        return NULL;
    }
    struct token *token = accept(p, NAME);
    if (token == NULL) {
        return NULL;
    }
    identifier name = parser_name(p, token->start,
                                  (size_t)(token->end - token->start));
    if (name == NULL) {
        return NULL;
    }
    asdl_expr_seq *bases = NULL;
    asdl_keyword_seq *keywords = NULL;
    if (accept(p, LPAR)) {
        struct spot spot = here(p);
        expr_ty call = NULL;
        if (p->second_pass || peek_type(p) != RPAR) {
            call = parse_arguments(p);
            if (gave_up(p, spot, call) < 0) {
                return NULL;
            }
        }
        if (!accept(p, RPAR)) {
            return NULL;
        }
        if (call != NULL) {
            bases = call->v.Call.args;
            keywords = call->v.Call.keywords;
        }
    }
    if (!accept(p, COLON)) {
        return NULL;
    }
    asdl_stmt_seq *body = parse_block(p);
    if (body == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_ClassDef(name, bases, keywords, body, decorators,
                                 SPAN_SOLID(start)));
}

/* A definition behind its decorators. */
static stmt_ty
parse_definition(Parser *p, asdl_expr_seq *decorators)
{
    switch (peek_type(p)) {
        case KW_CLASS:
            return parse_class(p, decorators);
        case KW_DEF:
        case ASYNC:
            return parse_def(p, decorators);
        default:
            return NULL;
    }
}

static stmt_ty
parse_decorated(Parser *p)
{
    Py_ssize_t base = p->items_depth;
    while (accept(p, AT)) {
        expr_ty e = parse_named_expression(p);
        if (e == NULL || !accept(p, NEWLINE) || push_item(p, e) < 0) {
            return NULL;
        }
    }
    if (p->error) {
        return NULL;
    }
    asdl_expr_seq *decorators = parser_take_items(p, base);
    return decorators == NULL ? NULL : parse_definition(p, decorators);
}

/* -- Dispatch ------------------------------------------------------------ */

static stmt_ty
parse_async(Parser *p)
{
    switch (peek_second(p)->type) {
        case KW_DEF:
            return parse_def(p, NULL);
        case KW_WITH:
            return parse_with(p);
        case KW_FOR:
            return parse_for(p);
        default:
            return NULL;
    }
}

stmt_ty
parse_compound(Parser *p)
{
    switch (peek_type(p)) {
        case KW_DEF:
            return parse_def(p, NULL);
        case AT:
            return parse_decorated(p);
        case ASYNC:
            return parse_async(p);
        case KW_IF:
            return parse_if(p, KW_IF);
        case KW_CLASS:
            return parse_class(p, NULL);
        case KW_WITH:
            return parse_with(p);
        case KW_FOR:
            return parse_for(p);
        case KW_TRY:
            return parse_try(p);
        case KW_WHILE:
            return parse_while(p);
        case NAME:
            return parse_match(p);
        default:
            return NULL;
    }
}
