/* Simple statements, the ones that fit on a line. */

#include "parser.h"

/* -- Assignments --------------------------------------------------------- */

operator_ty
augassign_operator(int type)
{
    switch (type) {
        case PLUSEQUAL:
            return Add;
        case MINEQUAL:
            return Sub;
        case STAREQUAL:
            return Mult;
        case ATEQUAL:
            return MatMult;
        case SLASHEQUAL:
            return Div;
        case PERCENTEQUAL:
            return Mod;
        case AMPEREQUAL:
            return BitAnd;
        case VBAREQUAL:
            return BitOr;
        case CIRCUMFLEXEQUAL:
            return BitXor;
        case LEFTSHIFTEQUAL:
            return LShift;
        case RIGHTSHIFTEQUAL:
            return RShift;
        case DOUBLESTAREQUAL:
            return Pow;
        case DOUBLESLASHEQUAL:
            return FloorDiv;
        default:
            return 0;
    }
}

/* yield_expr or star_expressions */
static expr_ty
parse_value(Parser *p)
{
    return peek_type(p) == KW_YIELD ? parse_yield(p)
                                    : parse_star_expressions(p);
}

/* Behind the target of "target: annotation = value". */
static stmt_ty
annotation_rest(Parser *p, struct token *start, expr_ty target, int simple)
{
    p->mark++;
    expr_ty annotation = parse_expression(p), value = NULL;
    if (annotation == NULL) {
        return NULL;
    }
    struct spot spot = here(p);
    if (accept(p, EQUAL)) {
        value = parse_value(p);
        if (value == NULL) {
            back_to(p, spot);
        }
    }
    if (p->error) {
        return NULL;
    }
    if (p->feature_version < 6) {
        return raise_version(p, 6, simple ? "Variable annotation syntax is"
                                          : "Variable annotations syntax is");
    }
    return BUILT(_PyAST_AnnAssign(target, annotation, value, simple,
                                  SPAN(start)));
}

static stmt_ty
augassign_rest(Parser *p, struct token *start, expr_ty target)
{
    operator_ty op = augassign_operator(take(p)->type);
    if (op == MatMult && p->feature_version < 5) {
        return raise_version(p, 5, "The '@' operator is");
    }
    expr_ty value = parse_value(p);
    if (value == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_AugAssign(target, op, value, SPAN(start)));
}

/* The targets have been pushed since BASE. */
static stmt_ty
assign_build(Parser *p, struct token *start, Py_ssize_t base, expr_ty value)
{
    string text = NULL;
    struct token *comment = accept(p, TYPE_COMMENT);
    if (comment != NULL) {
        text = parser_type_comment(p, comment);
    }
    asdl_expr_seq *targets = parser_take_items(p, base);
    if (p->error) {
        return NULL;
    }
    return BUILT(_PyAST_Assign(targets, value, text, SPAN(start)));
}

static stmt_ty
assign_rest(Parser *p, struct token *start, expr_ty value)
{
    Py_ssize_t base = p->items_depth;
    while (accept(p, EQUAL)) {
        if (value->kind == Yield_kind || value->kind == YieldFrom_kind
            || target_store(p, value) == NULL || push_item(p, value) < 0)
        {
            return NULL;
        }
        value = parse_value(p);
        if (value == NULL) {
            return NULL;
        }
    }
    return assign_build(p, start, base, value);
}

/* Any statement that begins with an expression. */
static stmt_ty
expression_stmt(Parser *p)
{
    struct token *start = peek(p);
    int mark = p->mark;
    if (start->type == KW_YIELD) {
        expr_ty e = parse_yield(p);
        return e == NULL ? NULL : BUILT(_PyAST_Expr(e, SPAN(start)));
    }
    expr_ty e = parse_star_expressions(p);
    if (e == NULL) {
        return NULL;
    }
    int type = peek_type(p);
    if (type == EQUAL) {
        return assign_rest(p, start, e);
    }
    if (type == COLON) {
        int simple = expr_is_bare_name(p, start, mark, e);
        if (target_store_single(p, e) == NULL) {
            return NULL;
        }
        return annotation_rest(p, start, e, simple);
    }
    if (augassign_operator(type)) {
        if (target_store_single(p, e) == NULL) {
            return NULL;
        }
        return augassign_rest(p, start, e);
    }
    return p->error ? NULL : BUILT(_PyAST_Expr(e, SPAN(start)));
}

/* -- Assignments in the second pass -------------------------------------- */

static stmt_ty
annotated_diagnosed(Parser *p)
{
    struct token *start = peek(p);
    struct spot spot = here(p);
    stmt_ty s = NULL;
    if (start->type == NAME && peek_second(p)->type == COLON) {
        expr_ty target = parse_single_target(p);
        if (target != NULL) {
            s = annotation_rest(p, start, target, 1);
        }
    }
    if (s != NULL || p->error) {
        return p->error ? NULL : s;
    }
    back_to(p, spot);
    expr_ty target = parse_annotation_target(p);
    if (target != NULL && peek_type(p) == COLON) {
        return annotation_rest(p, start, target, 0);
    }
    return NULL;
}

static stmt_ty
assign_diagnosed(Parser *p)
{
    struct token *start = peek(p);
    Py_ssize_t base = p->items_depth;
    for (;;) {
        struct spot spot = here(p);
        expr_ty target = parse_star_targets(p);
        if (target == NULL || !accept(p, EQUAL)) {
            if (p->error) {
                return NULL;
            }
            back_to(p, spot);
            break;
        }
        if (push_item(p, target) < 0) {
            return NULL;
        }
    }
    if (p->items_depth == base) {
        return NULL;
    }
    expr_ty value = parse_value(p);
    if (value == NULL || peek_type(p) == EQUAL) {
        return NULL;
    }
    return p->error ? NULL : assign_build(p, start, base, value);
}

/* Every kind of assignment in turn, then the mistakes. */
static stmt_ty
assignment_diagnosed(Parser *p)
{
    struct token *start = peek(p);
    struct spot spot = here(p);
    stmt_ty s = annotated_diagnosed(p);
    if (s == NULL && !p->error) {
        back_to(p, spot);
        s = assign_diagnosed(p);
    }
    if (s != NULL || p->error) {
        return p->error ? NULL : s;
    }
    back_to(p, spot);
    expr_ty target = parse_single_target(p);
    if (target != NULL && augassign_operator(peek_type(p))) {
        return augassign_rest(p, start, target);
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_assignment(p));
    return NULL;
}

static stmt_ty
expression_stmt_diagnosed(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = peek(p);
    stmt_ty s = assignment_diagnosed(p);
    if (s != NULL || p->error) {
        return p->error ? NULL : s;
    }
    back_to(p, spot);
    expr_ty e = parse_value(p);
    return e == NULL ? NULL : BUILT(_PyAST_Expr(e, SPAN(start)));
}

/* -- Imports ------------------------------------------------------------- */

/* a.b.c as one string; *START is its first token. */
static identifier
parse_dotted_name(Parser *p)
{
    struct token *first = accept(p, NAME);
    if (first == NULL) {
        return NULL;
    }
    identifier name = parser_name(p, first->start,
                                  (size_t)(first->end - first->start));
    while (name != NULL && peek_type(p) == DOT) {
        struct spot spot = here(p);
        p->mark++;
        struct token *next = accept(p, NAME);
        if (next == NULL) {
            back_to(p, spot);
            break;
        }
        identifier part = parser_name(p, next->start,
                                      (size_t)(next->end - next->start));
        if (part == NULL) {
            return NULL;
        }
        PyObject *joined = PyUnicode_FromFormat("%U.%U", name, part);
        if (joined == NULL) {
            p->error = 1;
            return NULL;
        }
        PyUnicode_InternInPlace(&joined);
        if (_PyArena_AddPyObject(p->arena, joined) < 0) {
            Py_DECREF(joined);
            p->error = 1;
            return NULL;
        }
        name = joined;
    }
    return p->error ? NULL : name;
}

/* ["as" NAME]; NULL if it is not there. */
static identifier
parse_as_name(Parser *p)
{
    struct spot spot = here(p);
    if (!accept(p, KW_AS)) {
        return NULL;
    }
    struct token *name = accept(p, NAME);
    if (name == NULL) {
        back_to(p, spot);
        return NULL;
    }
    return parser_name(p, name->start, (size_t)(name->end - name->start));
}

static alias_ty
parse_import_alias(Parser *p, int dotted)
{
    struct token *start = peek(p);
    identifier name = NULL;
    if (dotted) {
        name = parse_dotted_name(p);
    }
    else if (accept(p, NAME)) {
        name = parser_name(p, start->start,
                           (size_t)(start->end - start->start));
    }
    if (name == NULL) {
        return NULL;
    }
    identifier asname = parse_as_name(p);
    if (p->error) {
        return NULL;
    }
    return BUILT(_PyAST_alias(name, asname, SPAN(start)));
}

/* Names with commas between them, pushed. 0 if there is none. */
static int
push_aliases(Parser *p, int dotted)
{
    int n = 0;
    for (;;) {
        struct spot spot = here(p);
        if (n > 0 && !accept(p, COMMA)) {
            return !p->error;
        }
        alias_ty alias = parse_import_alias(p, dotted);
        if (p->error) {
            return 0;
        }
        if (alias == NULL) {
            back_to(p, spot);
            return n > 0;
        }
        if (push_item(p, alias) < 0) {
            return 0;
        }
        n++;
    }
}

int
parse_import_as_names(Parser *p)
{
    return push_aliases(p, 0);
}

static stmt_ty
parse_import(Parser *p)
{
    struct token *start = take(p);
    Py_ssize_t base = p->items_depth;
    if (!push_aliases(p, 1)) {
        return NULL;
    }
    asdl_alias_seq *names = parser_take_items(p, base);
    if (names == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Import(names, SPAN(start)));
}

static asdl_alias_seq *
import_all(Parser *p)
{
    struct token *star = take(p);
    identifier name = parser_name(p, "*", 1);
    if (name == NULL) {
        return NULL;
    }
    alias_ty alias = BUILT(_PyAST_alias(name, NULL, SPAN(star)));
    Py_ssize_t base = p->items_depth;
    if (alias == NULL || push_item(p, alias) < 0) {
        return NULL;
    }
    return parser_take_items(p, base);
}

static asdl_alias_seq *
parse_import_targets(Parser *p)
{
    struct spot spot = here(p);
    int type = peek_type(p);
    if (type == LPAR) {
        p->mark++;
        if (push_aliases(p, 0)) {
            accept(p, COMMA);
            if (accept(p, RPAR)) {
                return parser_take_items(p, spot.depth);
            }
        }
    }
    else if (type == STAR) {
        return import_all(p);
    }
    else if (push_aliases(p, 0) && peek_type(p) != COMMA && !p->error) {
        return parser_take_items(p, spot.depth);
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_import_targets(p));
    return NULL;
}

static stmt_ty
parse_import_from(Parser *p)
{
    struct token *start = take(p);
    int level = 0;
    for (;;) {
        if (accept(p, DOT)) {
            level++;
        }
        else if (accept(p, ELLIPSIS)) {
            level += 3;
        }
        else {
            break;
        }
    }
    identifier module = parse_dotted_name(p);
    if (p->error || (module == NULL && level == 0) || !accept(p, KW_IMPORT))
    {
        return NULL;
    }
    asdl_alias_seq *names = parse_import_targets(p);
    if (names == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_ImportFrom(module, names, level, SPAN(start)));
}

/* -- Statements with a keyword ------------------------------------------- */

static stmt_ty
parse_return(Parser *p)
{
    struct token *start = take(p);
    struct spot spot = here(p);
    expr_ty value = parse_star_expressions(p);
    if (p->error) {
        return NULL;
    }
    if (value == NULL) {
        back_to(p, spot);
    }
    return BUILT(_PyAST_Return(value, SPAN(start)));
}

static stmt_ty
parse_raise(Parser *p)
{
    struct token *start = take(p);
    struct spot spot = here(p);
    expr_ty exception = parse_expression(p), cause = NULL;
    if (p->error) {
        return NULL;
    }
    if (exception == NULL) {
        back_to(p, spot);
    }
    else {
        spot = here(p);
        if (accept(p, KW_FROM)) {
            cause = parse_expression(p);
            if (cause == NULL) {
                back_to(p, spot);
            }
        }
        if (p->error) {
            return NULL;
        }
    }
    return BUILT(_PyAST_Raise(exception, cause, SPAN(start)));
}

static stmt_ty
parse_names_stmt(Parser *p)
{
    struct token *start = take(p);
    Py_ssize_t base = p->items_depth;
    for (;;) {
        struct spot spot = here(p);
        if (p->items_depth > base && !accept(p, COMMA)) {
            break;
        }
        struct token *name = accept(p, NAME);
        if (name == NULL) {
            back_to(p, spot);
            break;
        }
        identifier id = parser_name(p, name->start,
                                    (size_t)(name->end - name->start));
        if (id == NULL || push_item(p, id) < 0) {
            return NULL;
        }
    }
    if (p->error || p->items_depth == base) {
        return NULL;
    }
    asdl_identifier_seq *names = parser_take_items(p, base);
    if (names == NULL) {
        return NULL;
    }
    return BUILT(start->type == KW_GLOBAL
                     ? _PyAST_Global(names, SPAN(start))
                     : _PyAST_Nonlocal(names, SPAN(start)));
}

static stmt_ty
parse_del(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = take(p);
    asdl_expr_seq *targets = parse_del_targets(p);
    if (targets != NULL) {
        int type = peek_type(p);
        if (type == SEMI || type == NEWLINE) {
            return BUILT(_PyAST_Delete(targets, SPAN(start)));
        }
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_del(p));
    return NULL;
}

static stmt_ty
parse_assert(Parser *p)
{
    struct token *start = take(p);
    expr_ty test = parse_expression(p), message = NULL;
    if (test == NULL) {
        return NULL;
    }
    struct spot spot = here(p);
    if (accept(p, COMMA)) {
        message = parse_expression(p);
        if (message == NULL) {
            back_to(p, spot);
        }
    }
    if (p->error) {
        return NULL;
    }
    return BUILT(_PyAST_Assert(test, message, SPAN(start)));
}

static stmt_ty
simple_stmt(Parser *p)
{
    struct token *start = peek(p);
    switch (start->type) {
        case KW_RETURN:
            return parse_return(p);
        case KW_IMPORT:
            return parse_import(p);
        case KW_FROM:
            return parse_import_from(p);
        case KW_RAISE:
            return parse_raise(p);
        case KW_PASS:
            p->mark++;
            return BUILT(_PyAST_Pass(SPAN(start)));
        case KW_BREAK:
            p->mark++;
            return BUILT(_PyAST_Break(SPAN(start)));
        case KW_CONTINUE:
            p->mark++;
            return BUILT(_PyAST_Continue(SPAN(start)));
        case KW_DEL:
            return parse_del(p);
        case KW_ASSERT:
            return parse_assert(p);
        case KW_GLOBAL:
        case KW_NONLOCAL:
            return parse_names_stmt(p);
        default:
            return p->second_pass ? expression_stmt_diagnosed(p)
                                  : expression_stmt(p);
    }
}

static stmt_ty
parse_simple_stmt(Parser *p)
{
    stmt_ty found;
    if (p->remember && memo_find(p, MEMO_SIMPLE_STMT, &found)) {
        return found;
    }
    int mark = p->mark;
    stmt_ty s = simple_stmt(p);
    if (p->error) {
        return NULL;
    }
    if (p->remember) {
        memo_store(p, mark, MEMO_SIMPLE_STMT, s);
    }
    return s;
}

/* Statements with semicolons between them, pushed, and the end of the line.
   0 if it is not that. */
int
parse_simple_stmts(Parser *p)
{
    for (;;) {
        stmt_ty s = parse_simple_stmt(p);
        if (s == NULL || push_item(p, s) < 0) {
            return 0;
        }
        if (!accept(p, SEMI)) {
            return accept(p, NEWLINE) != NULL;
        }
        if (peek_type(p) == NEWLINE) {
            p->mark++;
            return 1;
        }
    }
}

/* -- Statements ---------------------------------------------------------- */

/* One compound statement or a line of simple ones, pushed. */
int
parse_statement(Parser *p)
{
    struct spot spot = here(p);
    stmt_ty s = parse_compound(p);
    if (s != NULL) {
        return push_item(p, s) == 0;
    }
    if (p->error) {
        return 0;
    }
    back_to(p, spot);
    return parse_simple_stmts(p);
}

/* As many as there are; NULL if there is none. */
asdl_stmt_seq *
parse_statements(Parser *p)
{
    Py_ssize_t base = p->items_depth;
    for (;;) {
        int type = peek_type(p);
        struct spot spot = here(p);
        if (type == ENDMARKER || type == DEDENT) {
            break;
        }
        if (!parse_statement(p)) {
            if (p->error) {
                return NULL;
            }
            back_to(p, spot);
            break;
        }
    }
    if (p->error || p->items_depth == base) {
        return NULL;
    }
    return parser_take_items(p, base);
}
