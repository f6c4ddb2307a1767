/* Expressions, from the loosest binding to the tightest.

       star_expressions   a, *b, c
       expression         a if b else c | lambda
       disjunction        or
       conjunction        and
       inversion          not
       comparison         < in is ...
       binary             | ^ & << + *, by a table of precedences
       factor             - + ~
       power              **
       await_primary      await
       primary            a.b a(b) a[b]
       atom               parser_atom.c

   When what follows an operator is no operand, the operator is left alone
   and what was parsed so far returned: whoever called finds the operator where
   it cannot be. */

#include "parser.h"
#include <string.h>

/* Has this rule been tried here, as far as that is remembered? */
#define MEMO_LOOKUP(RULE)                           \
    do {                                            \
        expr_ty found;                              \
        if (p->remember                             \
            && memo_find(p, (RULE), &found))        \
        {                                           \
            return found;                           \
        }                                           \
    } while (0)
#define MEMO_STORE(MARK, RULE, NODE)                \
    do {                                            \
        if (p->remember) {                          \
            memo_store(p, (MARK), (RULE), (NODE));  \
        }                                           \
    } while (0)

/* -- Primaries ----------------------------------------------------------- */

expr_ty
parse_name(Parser *p)
{
    struct token *token = accept(p, NAME);
    if (token == NULL) {
        return NULL;
    }
    identifier id = parser_name(p, token->start,
                                (size_t)(token->end - token->start));
    if (id == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Name(id, Load, SPAN(token)));
}

static expr_ty
attribute_rest(Parser *p, struct token *start, expr_ty value)
{
    p->mark++;
    struct token *name = accept(p, NAME);
    if (name == NULL) {
        return NULL;
    }
    identifier id = parser_name(p, name->start,
                                (size_t)(name->end - name->start));
    if (id == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Attribute(value, id, Load, SPAN(start)));
}

static expr_ty
subscript_rest(Parser *p, struct token *start, expr_ty value)
{
    p->mark++;
    expr_ty slice = parse_slices(p);
    if (slice == NULL || !accept(p, RSQB)) {
        return NULL;
    }
    return BUILT(_PyAST_Subscript(value, slice, Load, SPAN(start)));
}

expr_ty
parse_primary(Parser *p)
{
    MEMO_LOOKUP(MEMO_PRIMARY);
    int mark = p->mark;
    struct token *start = peek(p);
    expr_ty primary = parse_atom(p);
    while (primary != NULL) {
        struct spot spot = here(p);
        expr_ty longer;
        int type = peek_type(p);
        if (type == LSQB || type == LBRACE) {
            /* Looked for wherever a generator expression could follow. */
            DIAGNOSE(diagnose_comprehension(p));
        }
        if (type == DOT) {
            longer = attribute_rest(p, start, primary);
        }
        else if (type == LPAR || type == LSQB) {
            if (deeper(p, WEIGHT_TRAILER) < 0) {
                return NULL;
            }
            longer = type == LPAR ? parse_call_rest(p, start, primary)
                                  : subscript_rest(p, start, primary);
            p->level -= WEIGHT_TRAILER;
        }
        else {
            break;
        }
        if (longer == NULL) {
            if (p->error) {
                return NULL;
            }
            back_to(p, spot);
            break;
        }
        primary = longer;
    }
    if (p->error) {
        return NULL;
    }
    MEMO_STORE(mark, MEMO_PRIMARY, primary);
    return primary;
}

static expr_ty
parse_await_primary(Parser *p)
{
    struct token *start = peek(p);
    if (start->type != AWAIT) {
        return parse_primary(p);
    }
    p->mark++;
    expr_ty value = parse_primary(p);
    if (value == NULL) {
        return NULL;
    }
    if (p->feature_version < 5) {
        return raise_version(p, 5, "Await expressions are");
    }
    return BUILT(_PyAST_Await(value, SPAN(start)));
}

/* -- Operators ----------------------------------------------------------- */

static expr_ty
parse_factor(Parser *p)
{
    struct token *start = peek(p);
    unaryop_ty op;
    switch (start->type) {
        case PLUS:
            op = UAdd;
            break;
        case MINUS:
            op = USub;
            break;
        case TILDE:
            op = Invert;
            break;
        default: {
            expr_ty base = parse_await_primary(p);
            if (base == NULL || peek_type(p) != DOUBLESTAR) {
                return p->error ? NULL : base;
            }
            struct spot spot = here(p);
            p->mark++;
            if (deeper(p, 2) < 0) {
                return NULL;
            }
            expr_ty exponent = parse_factor(p);
            p->level -= 2;
            if (exponent == NULL) {
                if (p->error) {
                    return NULL;
                }
                back_to(p, spot);
                return base;
            }
            return BUILT(_PyAST_BinOp(base, Pow, exponent, SPAN(start)));
        }
    }
    MEMO_LOOKUP(MEMO_FACTOR);
    int mark = p->mark;
    p->mark++;
    if (deeper(p, 1) < 0) {
        return NULL;
    }
    expr_ty operand = parse_factor(p);
    p->level--;
    if (p->error) {
        return NULL;
    }
    expr_ty result = NULL;
    if (operand != NULL) {
        result = BUILT(_PyAST_UnaryOp(op, operand, SPAN(start)));
    }
    MEMO_STORE(mark, MEMO_FACTOR, result);
    return result;
}

struct binary_row {
    unsigned char precedence;   /* 0: no binary operator */
    unsigned char op;
};

#define PRECEDENCE_OR 1
#define PRECEDENCE_SUM 5

static const struct binary_row binary_table[N_TOKENS] = {
    [VBAR] = {PRECEDENCE_OR, BitOr},
    [CIRCUMFLEX] = {2, BitXor},
    [AMPER] = {3, BitAnd},
    [LEFTSHIFT] = {4, LShift},
    [RIGHTSHIFT] = {4, RShift},
    [PLUS] = {PRECEDENCE_SUM, Add},
    [MINUS] = {PRECEDENCE_SUM, Sub},
    [STAR] = {6, Mult},
    [SLASH] = {6, Div},
    [DOUBLESLASH] = {6, FloorDiv},
    [PERCENT] = {6, Mod},
    [AT] = {6, MatMult},
};

static inline int
binary_precedence(int type)
{
    return type < N_TOKENS ? binary_table[type].precedence : 0;
}

/* Operands joined by operators that bind at least as tight as MINIMUM; those
   of one precedence group to the left. */
static expr_ty
parse_binary(Parser *p, int minimum)
{
    MEMO_LOOKUP(MEMO_BINARY + minimum);
    int mark = p->mark;
    struct token *start = peek(p);
    expr_ty left = parse_factor(p);
    while (left != NULL) {
        int type = peek_type(p);
        int precedence = binary_precedence(type);
        if (precedence == 0 || precedence < minimum) {
            break;
        }
        struct spot spot = here(p);
        p->mark++;
        expr_ty right = parse_binary(p, precedence + 1);
        if (right == NULL) {
            if (p->error) {
                return NULL;
            }
            back_to(p, spot);
            break;
        }
        if (type == AT && p->feature_version < 5) {
            return raise_version(p, 5, "The '@' operator is");
        }
        left = BUILT(_PyAST_BinOp(left, binary_table[type].op, right,
                                  SPAN(start)));
    }
    if (p->error) {
        return NULL;
    }
    MEMO_STORE(mark, MEMO_BINARY + minimum, left);
    return left;
}

expr_ty
parse_bitwise_or(Parser *p)
{
    return parse_binary(p, PRECEDENCE_OR);
}

expr_ty
parse_sum(Parser *p)
{
    return parse_binary(p, PRECEDENCE_SUM);
}

/* The "!=" of this source: "<>" if the Uncle is in office. Returns -1 with an
   exception when the other one was written. */
static int
check_barry(Parser *p, struct token *token)
{
    int is_old = token->end - token->start == 2 && token->start[0] == '<';
    if (p->flags & PARSE_BARRY_AS_BDFL) {
        if (!is_old) {
            RAISE_SYNTAX_ERROR("with Barry as BDFL, use '<>' instead of "
                               "'!='");
            return -1;
        }
        return 1;
    }
    return !is_old;
}

/* Takes a comparison operator. 0 if there is none here. */
static int
parse_compare_operator(Parser *p)
{
    struct token *token = peek(p);
    switch (token->type) {
        case EQEQUAL:
            p->mark++;
            return Eq;
        case NOTEQUAL: {
            p->mark++;
            int good = check_barry(p, token);
            return good > 0 ? NotEq : 0;
        }
        case LESS:
            p->mark++;
            return Lt;
        case LESSEQUAL:
            p->mark++;
            return LtE;
        case GREATER:
            p->mark++;
            return Gt;
        case GREATEREQUAL:
            p->mark++;
            return GtE;
        case KW_IN:
            p->mark++;
            return In;
        case KW_NOT:
            p->mark++;
            return accept(p, KW_IN) ? NotIn : 0;
        case KW_IS:
            p->mark++;
            return accept(p, KW_NOT) ? IsNot : Is;
        default:
            return 0;
    }
}

/* The operators and the operands alternate on the stack of items. */
static expr_ty
comparison_build(Parser *p, struct token *start, expr_ty left,
                 Py_ssize_t base)
{
    Py_ssize_t n = (p->items_depth - base) / 2;
    asdl_int_seq *ops = _Py_asdl_int_seq_new(n, p->arena);
    asdl_expr_seq *operands = _Py_asdl_expr_seq_new(n, p->arena);
    if (ops == NULL || operands == NULL) {
        p->error = 1;
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        asdl_seq_SET(ops, i, (int)(intptr_t)p->items[base + 2 * i]);
        asdl_seq_SET(operands, i, p->items[base + 2 * i + 1]);
    }
    p->items_depth = base;
    return BUILT(_PyAST_Compare(left, ops, operands, SPAN(start)));
}

static expr_ty
parse_comparison(Parser *p)
{
    struct token *start = peek(p);
    Py_ssize_t base = p->items_depth;
    expr_ty left = parse_bitwise_or(p);
    if (left == NULL) {
        return NULL;
    }
    for (;;) {
        struct spot spot = here(p);
        int op = parse_compare_operator(p);
        expr_ty right = op ? parse_bitwise_or(p) : NULL;
        if (right == NULL) {
            if (p->error) {
                return NULL;
            }
            /* "is" may have taken a "not" that belongs to the operand. */
            back_to(p, spot);
            break;
        }
        if (push_item(p, (void *)(intptr_t)op) < 0
            || push_item(p, right) < 0)
        {
            return NULL;
        }
    }
    if (p->items_depth == base) {
        return left;
    }
    return comparison_build(p, start, left, base);
}

static expr_ty
parse_inversion(Parser *p)
{
    MEMO_LOOKUP(MEMO_INVERSION);
    int mark = p->mark;
    struct token *start = peek(p);
    expr_ty result;
    if (start->type == KW_NOT) {
        p->mark++;
        if (deeper(p, 1) < 0) {
            return NULL;
        }
        result = parse_inversion(p);
        p->level--;
        if (result != NULL) {
            result = BUILT(_PyAST_UnaryOp(Not, result, SPAN(start)));
        }
    }
    else {
        result = parse_comparison(p);
    }
    if (p->error) {
        return NULL;
    }
    MEMO_STORE(mark, MEMO_INVERSION, result);
    return result;
}

/* Operands of "and" or "or". */
static expr_ty
parse_junction(Parser *p, int keyword, boolop_ty op,
               expr_ty (*operand)(Parser *))
{
    struct token *start = peek(p);
    Py_ssize_t base = p->items_depth;
    expr_ty first = operand(p);
    if (first == NULL || peek_type(p) != keyword) {
        return p->error ? NULL : first;
    }
    if (push_item(p, first) < 0) {
        return NULL;
    }
    while (peek_type(p) == keyword) {
        struct spot spot = here(p);
        p->mark++;
        expr_ty next = operand(p);
        if (next == NULL) {
            if (p->error) {
                return NULL;
            }
            back_to(p, spot);
            break;
        }
        if (push_item(p, next) < 0) {
            return NULL;
        }
    }
    if (p->items_depth == base + 1) {
        p->items_depth = base;
        return first;
    }
    asdl_expr_seq *values = parser_take_items(p, base);
    if (values == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_BoolOp(op, values, SPAN(start)));
}

static expr_ty
parse_conjunction(Parser *p)
{
    MEMO_LOOKUP(MEMO_CONJUNCTION);
    int mark = p->mark;
    expr_ty result = parse_junction(p, KW_AND, And, parse_inversion);
    MEMO_STORE(mark, MEMO_CONJUNCTION, result);
    return result;
}

expr_ty
parse_disjunction(Parser *p)
{
    MEMO_LOOKUP(MEMO_DISJUNCTION);
    int mark = p->mark;
    expr_ty result = parse_junction(p, KW_OR, Or, parse_conjunction);
    MEMO_STORE(mark, MEMO_DISJUNCTION, result);
    return result;
}

/* -- Expressions --------------------------------------------------------- */

/* Behind the first operand and an "if". */
static expr_ty
conditional_rest(Parser *p, struct token *start, expr_ty body)
{
    p->mark++;
    expr_ty test = parse_disjunction(p);
    if (test == NULL || !accept(p, KW_ELSE)) {
        return NULL;
    }
    expr_ty orelse = parse_expression(p);
    if (orelse == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_IfExp(test, body, orelse, SPAN(start)));
}

/* An expression as such; the mistakes of its whole are not looked for. */
expr_ty
parse_expression_plain(Parser *p)
{
    struct token *start = peek(p);
    if (start->type == KW_LAMBDA) {
        return parse_lambda(p);
    }
    expr_ty body = parse_disjunction(p);
    if (body == NULL || peek_type(p) != KW_IF) {
        return p->error ? NULL : body;
    }
    struct spot spot = here(p);
    expr_ty conditional = conditional_rest(p, start, body);
    if (conditional == NULL && !p->error) {
        back_to(p, spot);
        return body;
    }
    return conditional;
}

expr_ty
parse_expression(Parser *p)
{
    MEMO_LOOKUP(MEMO_EXPRESSION);
    int mark = p->mark;
    if (deeper(p, 1) < 0) {
        return NULL;
    }
    DIAGNOSE(diagnose_expression(p));
    expr_ty result = parse_expression_plain(p);
    p->level--;
    if (p->error) {
        return NULL;
    }
    MEMO_STORE(mark, MEMO_EXPRESSION, result);
    return result;
}

/* Is E the name that token START alone makes? */
int
expr_is_bare_name(Parser *p, struct token *start, int start_mark, expr_ty e)
{
    return e->kind == Name_kind && start->type == NAME
           && p->mark == start_mark + 1;
}

/* NAME := expression. Behind the ":=" there is no way back. */
expr_ty
parse_assignment_expression(Parser *p)
{
    struct token *start = peek(p);
    if (start->type != NAME || peek_second(p)->type != COLONEQUAL) {
        return NULL;
    }
    expr_ty target = parse_name(p);
    if (target == NULL) {
        return NULL;
    }
    p->mark++;
    expr_ty value = parse_expression(p);
    if (value == NULL) {
        return NULL;
    }
    if (p->feature_version < 8) {
        return raise_version(p, 8, "Assignment expressions are");
    }
    target->v.Name.ctx = Store;
    return BUILT(_PyAST_NamedExpr(target, value, SPAN(start)));
}

expr_ty
parse_named_expression(Parser *p)
{
    struct spot spot = here(p);
    expr_ty result = parse_assignment_expression(p);
    if (result != NULL || p->error) {
        return p->error ? NULL : result;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_named_expression(p));
    result = parse_expression(p);
    if (result == NULL || peek_type(p) == COLONEQUAL) {
        return NULL;
    }
    return p->error ? NULL : result;
}

/* -- Lists of expressions ------------------------------------------------ */

/* *bitwise_or */
static expr_ty
parse_starred_operand(Parser *p)
{
    struct token *start = take(p);
    expr_ty value = parse_bitwise_or(p);
    if (value == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Starred(value, Load, SPAN(start)));
}

expr_ty
parse_star_expression(Parser *p)
{
    if (peek_type(p) == STAR) {
        return parse_starred_operand(p);
    }
    return parse_expression(p);
}

expr_ty
parse_star_named_expression(Parser *p)
{
    if (peek_type(p) == STAR) {
        return parse_starred_operand(p);
    }
    return parse_named_expression(p);
}

/* Elements with commas between them, and perhaps one behind the last: the
   second and later ones are pushed. 1 if there was any comma, -1 on errors. */
static int
push_further(Parser *p, expr_ty (*element)(Parser *))
{
    int any = 0;
    while (peek_type(p) == COMMA) {
        any = 1;
        p->mark++;
        struct spot spot = here(p);
        expr_ty e = element(p);
        if (e == NULL) {
            if (p->error) {
                return -1;
            }
            back_to(p, spot);
            break;
        }
        if (push_item(p, e) < 0) {
            return -1;
        }
    }
    return p->error ? -1 : any;
}

/* One element alone is itself; anything with a comma is a tuple. */
static expr_ty
parse_bare_tuple(Parser *p, expr_ty (*element)(Parser *))
{
    struct token *start = peek(p);
    Py_ssize_t base = p->items_depth;
    expr_ty first = element(p);
    if (first == NULL || peek_type(p) != COMMA) {
        return p->error ? NULL : first;
    }
    if (push_item(p, first) < 0 || push_further(p, element) < 0) {
        return NULL;
    }
    asdl_expr_seq *elements = parser_take_items(p, base);
    if (elements == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Tuple(elements, Load, SPAN(start)));
}

expr_ty
parse_star_expressions(Parser *p)
{
    return parse_bare_tuple(p, parse_star_expression);
}

expr_ty
parse_expressions(Parser *p)
{
    return parse_bare_tuple(p, parse_expression);
}

/* At least one element; a comma may follow the last. */
asdl_expr_seq *
parse_star_named_expressions(Parser *p)
{
    Py_ssize_t base = p->items_depth;
    expr_ty first = parse_star_named_expression(p);
    if (first == NULL || push_item(p, first) < 0
        || push_further(p, parse_star_named_expression) < 0)
    {
        return NULL;
    }
    return parser_take_items(p, base);
}

expr_ty
parse_yield(Parser *p)
{
    struct token *start = accept(p, KW_YIELD);
    if (start == NULL) {
        return NULL;
    }
    if (peek_type(p) == KW_FROM) {
        struct spot spot = here(p);
        p->mark++;
        expr_ty source = parse_expression(p);
        if (source != NULL) {
            return BUILT(_PyAST_YieldFrom(source, SPAN(start)));
        }
        if (p->error) {
            return NULL;
        }
        back_to(p, spot);
    }
    struct spot spot = here(p);
    expr_ty value = parse_star_expressions(p);
    if (p->error) {
        return NULL;
    }
    if (value == NULL) {
        back_to(p, spot);
    }
    return BUILT(_PyAST_Yield(value, SPAN(start)));
}
