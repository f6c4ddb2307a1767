/* Atoms: names, literals, and everything in brackets.

   What an opening bracket begins shows only later: "(a" may be a group, a
   tuple or a generator expression. The first pass parses the first element
   once and decides by the token behind it. The second pass tries one after the
   other, because each of them looks for its own mistakes. */

#include "parser.h"
#include "pycore_pyarena.h"
#include <errno.h>
#include <string.h>

/* -- Numbers ------------------------------------------------------------- */

/* "12j" or "1.5e3". TEXT has no underscores. */
static PyObject *
number_inexact(const char *text, size_t length)
{
    int imaginary = text[length - 1] == 'j' || text[length - 1] == 'J';
    const char *end = NULL;
    double value = PyOS_string_to_double(text, (char **)&end, NULL);
    if (value == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    if (imaginary) {
        return PyComplex_FromCComplex((Py_complex){0.0, value});
    }
    return PyFloat_FromDouble(value);
}

static PyObject *
number_from_text(const char *text, size_t length)
{
    int based = length > 1 && text[0] == '0'
                && (text[1] == 'x' || text[1] == 'X' || text[1] == 'o'
                    || text[1] == 'O' || text[1] == 'b' || text[1] == 'B');
    if (!based && strpbrk(text, ".eEjJ") != NULL) {
        return number_inexact(text, length);
    }
    if (!based && length <= 18) {
        long value = 0;
        for (size_t i = 0; i < length; i++) {
            value = value * 10 + (text[i] - '0');
        }
        return PyLong_FromLong(value);
    }
    return PyLong_FromString(text, NULL, 0);
}

static PyObject *
number_value(const struct token *token)
{
    char small[64];
    size_t length = (size_t)(token->end - token->start), used = 0;
    char *text = small;
    if (length >= sizeof(small)) {
        text = PyMem_Malloc(length + 1);
        if (text == NULL) {
            return PyErr_NoMemory();
        }
    }
    for (size_t i = 0; i < length; i++) {
        if (token->start[i] != '_') {
            text[used++] = token->start[i];
        }
    }
    text[used] = '\0';
    PyObject *value = number_from_text(text, used);
    if (text != small) {
        PyMem_Free(text);
    }
    return value;
}

/* An integer with more digits than the limit allows is a syntax error. */
static void
number_too_long(Parser *p, struct token *token)
{
    if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    p->error = 0;
    raise_at(p, PyExc_SyntaxError, token->lineno, -1, token->end_lineno, -1,
             "%S - Consider hexadecimal for huge integer literals to avoid "
             "decimal conversion limits.", value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

expr_ty
parse_number(Parser *p)
{
    struct token *token = accept(p, NUMBER);
    if (token == NULL || p->error) {
        return NULL;
    }
    if (p->feature_version < 6
        && memchr(token->start, '_', (size_t)(token->end - token->start)))
    {
        p->error = 1;
        return RAISE_SYNTAX_ERROR("Underscores in numeric literals are only "
                                  "supported in Python 3.6 and greater");
    }
    PyObject *value = number_value(token);
    if (value == NULL) {
        p->error = 1;
        number_too_long(p, token);
        p->error = 1;
        return NULL;
    }
    if (_PyArena_AddPyObject(p->arena, value) < 0) {
        Py_DECREF(value);
        p->error = 1;
        return NULL;
    }
    return BUILT(_PyAST_Constant(value, NULL, SPAN(token)));
}

/* -- Comprehensions ------------------------------------------------------ */

/* "async for" or "for" targets "in" iterable, conditions. */
static comprehension_ty
parse_for_if_clause(Parser *p)
{
    struct spot spot = here(p);
    int is_async = accept(p, ASYNC) != NULL;
    if (accept(p, KW_FOR)) {
        expr_ty target = parse_star_targets(p);
        if (target != NULL && accept(p, KW_IN)) {
            /* From here on it cannot be anything else. */
            expr_ty iterable = parse_disjunction(p);
            if (iterable == NULL) {
                return NULL;
            }
            Py_ssize_t base = p->items_depth;
            while (peek_type(p) == KW_IF) {
                struct spot before = here(p);
                p->mark++;
                expr_ty condition = parse_disjunction(p);
                if (condition == NULL) {
                    if (p->error) {
                        return NULL;
                    }
                    back_to(p, before);
                    break;
                }
                if (push_item(p, condition) < 0) {
                    return NULL;
                }
            }
            if (is_async && p->feature_version < 6) {
                return raise_version(p, 6, "Async comprehensions are");
            }
            asdl_expr_seq *ifs = parser_take_items(p, base);
            if (ifs == NULL) {
                return NULL;
            }
            return BUILT(_PyAST_comprehension(target, iterable, ifs,
                                              is_async, p->arena));
        }
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_for_target(p));
    return NULL;
}

static inline int
at_for(int type)
{
    return type == KW_FOR || type == ASYNC;
}

asdl_comprehension_seq *
parse_for_if_clauses(Parser *p)
{
    Py_ssize_t base = p->items_depth;
    while (at_for(peek_type(p))) {
        struct spot spot = here(p);
        comprehension_ty clause = parse_for_if_clause(p);
        if (clause == NULL) {
            if (p->error) {
                return NULL;
            }
            back_to(p, spot);
            break;
        }
        if (push_item(p, clause) < 0) {
            return NULL;
        }
    }
    if (p->error || p->items_depth == base) {
        return NULL;
    }
    return parser_take_items(p, base);
}

/* -- Parentheses --------------------------------------------------------- */

static expr_ty
empty_tuple(Parser *p, struct token *start)
{
    asdl_expr_seq *none = _Py_asdl_expr_seq_new(0, p->arena);
    if (none == NULL) {
        p->error = 1;
        return NULL;
    }
    return BUILT(_PyAST_Tuple(none, Load, SPAN(start)));
}

/* A tuple with its parentheses. */
expr_ty
parse_tuple(Parser *p)
{
    struct token *start = accept(p, LPAR);
    if (start == NULL) {
        return NULL;
    }
    Py_ssize_t base = p->items_depth;
    struct spot spot = here(p);
    expr_ty first = parse_star_named_expression(p);
    if (p->error) {
        return NULL;
    }
    if (first == NULL || !accept(p, COMMA)) {
        back_to(p, spot);
        return accept(p, RPAR) ? empty_tuple(p, start) : NULL;
    }
    if (push_item(p, first) < 0) {
        return NULL;
    }
    spot = here(p);
    asdl_expr_seq *rest = parse_star_named_expressions(p);
    if (p->error) {
        return NULL;
    }
    if (rest == NULL) {
        back_to(p, spot);
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(rest); i++) {
        if (push_item(p, asdl_seq_GET(rest, i)) < 0) {
            return NULL;
        }
    }
    asdl_expr_seq *elements = parser_take_items(p, base);
    if (elements == NULL || !accept(p, RPAR)) {
        return NULL;
    }
    return BUILT(_PyAST_Tuple(elements, Load, SPAN(start)));
}

static expr_ty
parse_group(Parser *p)
{
    struct spot spot = here(p);
    if (accept(p, LPAR)) {
        struct spot inside = here(p);
        expr_ty e = parse_yield(p);
        if (e == NULL && !p->error) {
            back_to(p, inside);
            e = parse_named_expression(p);
        }
        if (e != NULL && accept(p, RPAR)) {
            return e;
        }
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_group(p));
    return NULL;
}

expr_ty
parse_genexp(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, LPAR);
    if (start != NULL) {
        struct spot inside = here(p);
        expr_ty element = parse_assignment_expression(p);
        if (element == NULL && !p->error) {
            back_to(p, inside);
            element = parse_expression(p);
            if (element != NULL && peek_type(p) == COLONEQUAL) {
                element = NULL;
            }
        }
        if (element != NULL) {
            asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
            if (clauses != NULL && accept(p, RPAR)) {
                return BUILT(_PyAST_GeneratorExp(element, clauses,
                                                 SPAN(start)));
            }
        }
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_comprehension(p));
    return NULL;
}

static expr_ty
try_all(Parser *p, expr_ty (*const *rules)(Parser *), int n)
{
    struct spot spot = here(p);
    for (int i = 0; i < n; i++) {
        expr_ty e = rules[i](p);
        if (e != NULL || p->error) {
            return p->error ? NULL : e;
        }
        back_to(p, spot);
    }
    return NULL;
}

/* A comma follows the first element of what began at START. */
static expr_ty
tuple_rest(Parser *p, struct token *start, expr_ty first)
{
    Py_ssize_t base = p->items_depth;
    if (push_item(p, first) < 0) {
        return NULL;
    }
    while (accept(p, COMMA)) {
        if (peek_type(p) == RPAR) {
            break;
        }
        expr_ty e = parse_star_named_expression(p);
        if (e == NULL || push_item(p, e) < 0) {
            return NULL;
        }
    }
    asdl_expr_seq *elements = parser_take_items(p, base);
    if (elements == NULL || !accept(p, RPAR)) {
        return NULL;
    }
    return BUILT(_PyAST_Tuple(elements, Load, SPAN(start)));
}

static expr_ty
atom_parenthesis(Parser *p)
{
    if (p->second_pass) {
        static expr_ty (*const rules[])(Parser *) = {
            parse_tuple, parse_group, parse_genexp,
        };
        return try_all(p, rules, 3);
    }
    struct token *start = take(p);
    int type = peek_type(p);
    if (type == RPAR) {
        p->mark++;
        return empty_tuple(p, start);
    }
    if (type == KW_YIELD) {
        expr_ty e = parse_yield(p);
        return e != NULL && accept(p, RPAR) ? e : NULL;
    }
    expr_ty first = parse_star_named_expression(p);
    if (first == NULL) {
        return NULL;
    }
    type = peek_type(p);
    if (type == COMMA) {
        return tuple_rest(p, start, first);
    }
    if (first->kind == Starred_kind) {
        return NULL;
    }
    if (type == RPAR) {
        p->mark++;
        return first;
    }
    asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
    if (clauses == NULL || !accept(p, RPAR)) {
        return NULL;
    }
    return BUILT(_PyAST_GeneratorExp(first, clauses, SPAN(start)));
}

/* -- Square brackets ----------------------------------------------------- */

expr_ty
parse_list(Parser *p)
{
    struct token *start = accept(p, LSQB);
    if (start == NULL) {
        return NULL;
    }
    struct spot spot = here(p);
    asdl_expr_seq *elements = NULL;
    if (peek_type(p) != RSQB) {
        elements = parse_star_named_expressions(p);
    }
    if (p->error) {
        return NULL;
    }
    if (elements == NULL) {
        back_to(p, spot);
        elements = _Py_asdl_expr_seq_new(0, p->arena);
        if (elements == NULL) {
            p->error = 1;
            return NULL;
        }
    }
    if (!accept(p, RSQB)) {
        return NULL;
    }
    return BUILT(_PyAST_List(elements, Load, SPAN(start)));
}

static expr_ty
parse_listcomp(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, LSQB);
    if (start != NULL) {
        expr_ty element = parse_named_expression(p);
        if (element != NULL) {
            asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
            if (clauses != NULL && accept(p, RSQB)) {
                return BUILT(_PyAST_ListComp(element, clauses, SPAN(start)));
            }
        }
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_comprehension(p));
    return NULL;
}

static expr_ty
atom_bracket(Parser *p)
{
    if (p->second_pass) {
        static expr_ty (*const rules[])(Parser *) = {
            parse_list, parse_listcomp,
        };
        return try_all(p, rules, 2);
    }
    struct token *start = take(p);
    Py_ssize_t base = p->items_depth;
    while (peek_type(p) != RSQB) {
        expr_ty e = parse_star_named_expression(p);
        if (e == NULL) {
            return NULL;
        }
        if (p->items_depth == base && e->kind != Starred_kind
            && at_for(peek_type(p)))
        {
            asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
            if (clauses == NULL || !accept(p, RSQB)) {
                return NULL;
            }
            return BUILT(_PyAST_ListComp(e, clauses, SPAN(start)));
        }
        if (push_item(p, e) < 0) {
            return NULL;
        }
        if (!accept(p, COMMA)) {
            break;
        }
    }
    if (!accept(p, RSQB)) {
        return NULL;
    }
    asdl_expr_seq *elements = parser_take_items(p, base);
    if (elements == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_List(elements, Load, SPAN(start)));
}

/* -- Braces -------------------------------------------------------------- */

/* expression ":" expression */
static int
parse_kvpair(Parser *p, struct key_value *pair)
{
    pair->key = parse_expression(p);
    if (pair->key == NULL || !accept(p, COLON)) {
        return 0;
    }
    pair->value = parse_expression(p);
    return pair->value != NULL;
}

/* The same, or "**" bitwise_or. */
int
parse_double_starred_kvpair(Parser *p, struct key_value *pair)
{
    if (peek_type(p) == DOUBLESTAR) {
        p->mark++;
        pair->key = NULL;
        pair->value = parse_bitwise_or(p);
        return pair->value != NULL;
    }
    return parse_kvpair(p, pair);
}

/* The keys and values alternate on the stack of items. */
static expr_ty
dict_build(Parser *p, struct token *start, Py_ssize_t base)
{
    Py_ssize_t n = (p->items_depth - base) / 2;
    asdl_expr_seq *keys = _Py_asdl_expr_seq_new(n, p->arena);
    asdl_expr_seq *values = _Py_asdl_expr_seq_new(n, p->arena);
    if (keys == NULL || values == NULL) {
        p->error = 1;
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        asdl_seq_SET(keys, i, p->items[base + 2 * i]);
        asdl_seq_SET(values, i, p->items[base + 2 * i + 1]);
    }
    p->items_depth = base;
    return BUILT(_PyAST_Dict(keys, values, SPAN(start)));
}

static int
push_pair(Parser *p, const struct key_value *pair)
{
    return push_item(p, pair->key) < 0 || push_item(p, pair->value) < 0
           ? -1 : 0;
}

/* The pairs up to the closing brace. */
static expr_ty
dict_rest(Parser *p, struct token *start, Py_ssize_t base)
{
    while (accept(p, COMMA)) {
        if (peek_type(p) == RBRACE) {
            break;
        }
        struct spot spot = here(p);
        struct key_value pair;
        if (!parse_double_starred_kvpair(p, &pair)) {
            if (p->error) {
                return NULL;
            }
            back_to(p, spot);
            break;
        }
        if (push_pair(p, &pair) < 0) {
            return NULL;
        }
    }
    if (!accept(p, RBRACE)) {
        return NULL;
    }
    return dict_build(p, start, base);
}

static expr_ty
parse_dict(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, LBRACE);
    if (start == NULL) {
        return NULL;
    }
    struct spot inside = here(p);
    struct key_value pair;
    if (peek_type(p) == RBRACE) {
        p->mark++;
        return dict_build(p, start, p->items_depth);
    }
    if (parse_double_starred_kvpair(p, &pair)) {
        Py_ssize_t base = p->items_depth;
        if (push_pair(p, &pair) < 0) {
            return NULL;
        }
        expr_ty dict = dict_rest(p, start, base);
        if (dict != NULL) {
            return dict;
        }
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, inside);
    diagnose_kvpairs(p);
    back_to(p, spot);
    return NULL;
}

static expr_ty
parse_set(Parser *p)
{
    struct token *start = accept(p, LBRACE);
    if (start == NULL) {
        return NULL;
    }
    asdl_expr_seq *elements = parse_star_named_expressions(p);
    if (elements == NULL || !accept(p, RBRACE)) {
        return NULL;
    }
    return BUILT(_PyAST_Set(elements, SPAN(start)));
}

static expr_ty
parse_dictcomp(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, LBRACE);
    struct key_value pair;
    if (start != NULL && parse_kvpair(p, &pair)) {
        asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
        if (clauses != NULL && accept(p, RBRACE)) {
            return BUILT(_PyAST_DictComp(pair.key, pair.value, clauses,
                                         SPAN(start)));
        }
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_dict_comprehension(p));
    return NULL;
}

static expr_ty
parse_setcomp(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = accept(p, LBRACE);
    if (start != NULL) {
        expr_ty element = parse_named_expression(p);
        if (element != NULL) {
            asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
            if (clauses != NULL && accept(p, RBRACE)) {
                return BUILT(_PyAST_SetComp(element, clauses, SPAN(start)));
            }
        }
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_comprehension(p));
    return NULL;
}

/* A set or its comprehension whose first element has been parsed. */
static expr_ty
set_rest(Parser *p, struct token *start, expr_ty first)
{
    if (first->kind != Starred_kind && at_for(peek_type(p))) {
        asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
        if (clauses == NULL || !accept(p, RBRACE)) {
            return NULL;
        }
        return BUILT(_PyAST_SetComp(first, clauses, SPAN(start)));
    }
    Py_ssize_t base = p->items_depth;
    if (push_item(p, first) < 0) {
        return NULL;
    }
    while (accept(p, COMMA)) {
        if (peek_type(p) == RBRACE) {
            break;
        }
        expr_ty e = parse_star_named_expression(p);
        if (e == NULL || push_item(p, e) < 0) {
            return NULL;
        }
    }
    if (!accept(p, RBRACE)) {
        return NULL;
    }
    asdl_expr_seq *elements = parser_take_items(p, base);
    if (elements == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Set(elements, SPAN(start)));
}

/* Behind the first pair of a dict or its comprehension. */
static expr_ty
pair_rest(Parser *p, struct token *start, struct key_value *pair)
{
    if (pair->key != NULL && at_for(peek_type(p))) {
        asdl_comprehension_seq *clauses = parse_for_if_clauses(p);
        if (clauses == NULL || !accept(p, RBRACE)) {
            return NULL;
        }
        return BUILT(_PyAST_DictComp(pair->key, pair->value, clauses,
                                     SPAN(start)));
    }
    Py_ssize_t base = p->items_depth;
    if (push_pair(p, pair) < 0) {
        return NULL;
    }
    return dict_rest(p, start, base);
}

/* A dict that begins with "**". The mistakes of dicts are looked for in the
   first pass already: they come before all others. */
static expr_ty
dict_or_mistake(Parser *p, struct token *start)
{
    struct spot spot = here(p);
    struct key_value pair;
    expr_ty dict = NULL;
    if (parse_double_starred_kvpair(p, &pair)) {
        dict = pair_rest(p, start, &pair);
    }
    if (dict == NULL && !p->error) {
        back_to(p, spot);
        diagnose_kvpairs(p);
    }
    return p->error ? NULL : dict;
}

static expr_ty
atom_brace(Parser *p)
{
    if (p->second_pass) {
        static expr_ty (*const rules[])(Parser *) = {
            parse_dict, parse_set, parse_dictcomp, parse_setcomp,
        };
        return try_all(p, rules, 4);
    }
    struct token *start = take(p);
    struct key_value pair;
    expr_ty first;
    switch (peek_type(p)) {
        case RBRACE:
            p->mark++;
            return dict_build(p, start, p->items_depth);
        case DOUBLESTAR:
            return dict_or_mistake(p, start);
        case STAR:
            first = parse_star_named_expression(p);
            return first == NULL ? NULL : set_rest(p, start, first);
        default:
            break;
    }
    struct spot spot = here(p);
    struct token *element = peek(p);
    pair.key = parse_expression(p);
    if (pair.key == NULL) {
        return NULL;
    }
    int type = peek_type(p);
    if (type == COLON) {
        p->mark++;
        pair.value = parse_expression(p);
        first = pair.value == NULL ? NULL : pair_rest(p, start, &pair);
        if (first == NULL && !p->error) {
            back_to(p, spot);
            diagnose_kvpairs(p);
        }
        return p->error ? NULL : first;
    }
    if (type == COLONEQUAL) {
        if (!expr_is_bare_name(p, element, spot.mark, pair.key)) {
            return NULL;
        }
        back_to(p, spot);
        pair.key = parse_assignment_expression(p);
        if (pair.key == NULL) {
            return NULL;
        }
    }
    return set_rest(p, start, pair.key);
}

/* -- Slices -------------------------------------------------------------- */

/* A subscript that is no slice. FIRST is the expression already parsed from
   SPOT on, or NULL. */
static expr_ty
slice_rest(Parser *p, struct token *start, struct spot spot, expr_ty first)
{
    if (first == NULL || p->second_pass
        || (peek_type(p) == COLONEQUAL
            && expr_is_bare_name(p, start, spot.mark, first)))
    {
        back_to(p, spot);
        return parse_named_expression(p);
    }
    return peek_type(p) == COLONEQUAL || p->error ? NULL : first;
}

/* Any bound may be missing: "a:b:c", "::", or an expression. */
static expr_ty
parse_slice(Parser *p)
{
    struct token *start = peek(p);
    struct spot spot = here(p);
    expr_ty lower = NULL, upper = NULL, step = NULL;

    if (start->type != COLON) {
        lower = parse_expression(p);
        if (p->error) {
            return NULL;
        }
        if (lower == NULL || peek_type(p) != COLON) {
            return slice_rest(p, start, spot, lower);
        }
    }
    p->mark++;
    int type = peek_type(p);
    if (type != COLON && type != COMMA && type != RSQB) {
        spot = here(p);
        upper = parse_expression(p);
        if (upper == NULL) {
            back_to(p, spot);
        }
    }
    if (!p->error && accept(p, COLON)) {
        type = peek_type(p);
        if (type != COMMA && type != RSQB) {
            spot = here(p);
            step = parse_expression(p);
            if (step == NULL) {
                back_to(p, spot);
            }
        }
    }
    if (p->error) {
        return NULL;
    }
    return BUILT(_PyAST_Slice(lower, upper, step, SPAN(start)));
}

/* What stands in a subscript: a slice, or several with commas, starred ones
   among them. */
expr_ty
parse_slices(Parser *p)
{
    struct token *start = peek(p);
    struct spot spot = here(p);
    expr_ty first = NULL;
    if (start->type != STAR) {
        first = parse_slice(p);
        if (first == NULL || peek_type(p) != COMMA) {
            return p->error ? NULL : first;
        }
    }
    else {
        first = parse_starred_expression(p);
        if (first == NULL) {
            return NULL;
        }
    }
    if (push_item(p, first) < 0) {
        return NULL;
    }
    while (accept(p, COMMA)) {
        struct spot before = here(p);
        int type = peek_type(p);
        if (type == RSQB) {
            break;
        }
        expr_ty next = type == STAR ? parse_starred_expression(p)
                                    : parse_slice(p);
        if (next == NULL) {
            if (p->error) {
                return NULL;
            }
            back_to(p, before);
            break;
        }
        if (push_item(p, next) < 0) {
            return NULL;
        }
    }
    if (p->error) {
        return NULL;
    }
    asdl_expr_seq *elements = parser_take_items(p, spot.depth);
    if (elements == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Tuple(elements, Load, SPAN(start)));
}

/* -- Atoms --------------------------------------------------------------- */

static expr_ty
parse_singleton(Parser *p, PyObject *value)
{
    struct token *token = take(p);
    return BUILT(_PyAST_Constant(value, NULL, SPAN(token)));
}

/* What is in brackets may itself hold brackets, so this goes deeper. */
static expr_ty
parse_bracketed(Parser *p, expr_ty (*rule)(Parser *), int weight)
{
    if (deeper(p, weight) < 0) {
        return NULL;
    }
    expr_ty result = rule(p);
    p->level -= weight;
    return p->error ? NULL : result;
}

expr_ty
parse_atom(Parser *p)
{
    switch (peek_type(p)) {
        case NAME:
            return parse_name(p);
        case NUMBER:
            return parse_number(p);
        case STRING:
            return parse_strings(p);
        case LPAR:
            return parse_bracketed(p, atom_parenthesis, WEIGHT_PARENTHESIS);
        case LSQB:
            return parse_bracketed(p, atom_bracket, WEIGHT_BRACKET);
        case LBRACE:
            return parse_bracketed(p, atom_brace, WEIGHT_BRACKET);
        case KW_NONE:
            return parse_singleton(p, Py_None);
        case KW_TRUE:
            return parse_singleton(p, Py_True);
        case KW_FALSE:
            return parse_singleton(p, Py_False);
        case ELLIPSIS:
            return parse_singleton(p, Py_Ellipsis);
        default:
            return NULL;
    }
}
