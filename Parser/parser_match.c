/* The match statement and its patterns.

   "match", "case" and "_" are names everywhere else, so a line that begins with
   "match" is first tried as this statement, unless its second token already
   shows that it is none. */

#include "parser.h"

static pattern_ty parse_pattern(Parser *p);

/* -- Literals and values ------------------------------------------------- */

/* NUMBER with or without a minus before it. */
static expr_ty
parse_signed_number(Parser *p)
{
    struct token *start = peek(p);
    if (!accept(p, MINUS)) {
        return parse_number(p);
    }
    expr_ty number = parse_number(p);
    if (number == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_UnaryOp(USub, number, SPAN(start)));
}

static int
is_complex(expr_ty number)
{
    return PyComplex_CheckExact(number->v.Constant.value);
}

/* A signed real number, and perhaps an imaginary one added to it. */
static expr_ty
parse_number_value(Parser *p)
{
    struct token *start = peek(p);
    expr_ty real = parse_signed_number(p);
    if (real == NULL) {
        return NULL;
    }
    int type = peek_type(p);
    if (type != PLUS && type != MINUS) {
        return p->error ? NULL : real;
    }
    p->mark++;
    struct token *second = peek(p);
    expr_ty imaginary = parse_number(p);
    if (imaginary == NULL) {
        return NULL;
    }
    expr_ty bare = real->kind == UnaryOp_kind ? real->v.UnaryOp.operand
                                              : real;
    if (is_complex(bare)) {
        return RAISE_ON(bare, "real number required in complex literal");
    }
    if (!is_complex(imaginary)) {
        return RAISE_ON(second, "imaginary number required in complex "
                        "literal");
    }
    return BUILT(_PyAST_BinOp(real, type == PLUS ? Add : Sub, imaginary,
                              SPAN(start)));
}

/* NAME ("." NAME)+ ; with ALONE a single name is enough. */
static expr_ty
parse_attributes(Parser *p, int alone)
{
    struct token *start = peek(p);
    if (start->type != NAME) {
        return NULL;
    }
    if (!alone && peek_second(p)->type != DOT) {
        return NULL;
    }
    expr_ty e = parse_name(p);
    while (e != NULL && peek_type(p) == DOT) {
        struct spot spot = here(p);
        p->mark++;
        struct token *name = accept(p, NAME);
        if (name == NULL) {
            if (p->error || (!alone && e->kind == Name_kind)) {
                return NULL;
            }
            back_to(p, spot);
            break;
        }
        identifier id = parser_name(p, name->start,
                                    (size_t)(name->end - name->start));
        if (id == NULL) {
            return NULL;
        }
        e = BUILT(_PyAST_Attribute(e, id, Load, SPAN(start)));
    }
    return p->error ? NULL : e;
}

expr_ty
parse_name_or_attr(Parser *p)
{
    return parse_attributes(p, 1);
}

/* None, True or False. */
static PyObject *
singleton_at(int type)
{
    switch (type) {
        case KW_NONE:
            return Py_None;
        case KW_TRUE:
            return Py_True;
        case KW_FALSE:
            return Py_False;
        default:
            return NULL;
    }
}

static pattern_ty
parse_literal_pattern(Parser *p)
{
    struct token *start = peek(p);
    PyObject *singleton = singleton_at(start->type);
    if (singleton != NULL) {
        p->mark++;
        return BUILT(_PyAST_MatchSingleton(singleton, SPAN(start)));
    }
    expr_ty value = start->type == STRING ? parse_strings(p)
                                          : parse_number_value(p);
    if (value == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_MatchValue(value, SPAN(start)));
}

/* A key of a mapping pattern. */
static expr_ty
parse_key(Parser *p)
{
    struct token *start = peek(p);
    PyObject *singleton = singleton_at(start->type);
    if (singleton != NULL) {
        p->mark++;
        return BUILT(_PyAST_Constant(singleton, NULL, SPAN(start)));
    }
    if (start->type == NAME) {
        return parse_attributes(p, 0);
    }
    return start->type == STRING ? parse_strings(p) : parse_number_value(p);
}

/* -- Names --------------------------------------------------------------- */

/* A name that gets the value: not "_", and with nothing behind it that would
   make it something else. */
static identifier
parse_capture_target(Parser *p)
{
    struct token *name = peek(p);
    if (name->type != NAME || token_is_text(name, "_")) {
        return NULL;
    }
    p->mark++;
    int type = peek_type(p);
    if (p->error || type == DOT || type == LPAR || type == EQUAL) {
        return NULL;
    }
    return parser_name(p, name->start, (size_t)(name->end - name->start));
}

/* -- Sequences ----------------------------------------------------------- */

static pattern_ty
parse_star_pattern(Parser *p)
{
    struct token *start = take(p);
    identifier name = NULL;
    if (token_is_text(peek(p), "_")) {
        p->mark++;
    }
    else {
        name = parse_capture_target(p);
        if (name == NULL) {
            return NULL;
        }
    }
    return BUILT(_PyAST_MatchStar(name, SPAN(start)));
}

static pattern_ty
parse_maybe_star_pattern(Parser *p)
{
    return peek_type(p) == STAR ? parse_star_pattern(p) : parse_pattern(p);
}

/* Elements with commas between them, pushed; the number, or -1 on errors.
   *COMMA tells whether one ends the list. */
static Py_ssize_t
push_patterns(Parser *p, pattern_ty (*element)(Parser *), int *comma)
{
    Py_ssize_t n = 0;
    *comma = 0;
    for (;;) {
        struct spot spot = here(p);
        pattern_ty pattern = element(p);
        if (p->error) {
            return -1;
        }
        if (pattern == NULL) {
            back_to(p, spot);
            return n;
        }
        if (push_item(p, pattern) < 0) {
            return -1;
        }
        n++;
        *comma = accept(p, COMMA) != NULL;
        if (!*comma) {
            return p->error ? -1 : n;
        }
    }
}

static pattern_ty
parse_sequence_pattern(Parser *p)
{
    struct token *start = take(p);
    Py_ssize_t base = p->items_depth;
    int comma;
    Py_ssize_t n = push_patterns(p, parse_maybe_star_pattern, &comma);
    if (n < 0 || !accept(p, start->type == LPAR ? RPAR : RSQB)) {
        return NULL;
    }
    if (start->type == LPAR && n == 1 && !comma) {
        /* A group. */
        pattern_ty inner = p->items[base];
        p->items_depth = base;
        return inner->kind == MatchStar_kind ? NULL : inner;
    }
    asdl_pattern_seq *patterns = parser_take_items(p, base);
    if (patterns == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_MatchSequence(patterns, SPAN(start)));
}

/* -- Mappings ------------------------------------------------------------ */

/* The keys and patterns alternate on the stack of items. */
static pattern_ty
mapping_build(Parser *p, struct token *start, Py_ssize_t base,
              identifier rest)
{
    Py_ssize_t n = (p->items_depth - base) / 2;
    asdl_expr_seq *keys = _Py_asdl_expr_seq_new(n, p->arena);
    asdl_pattern_seq *patterns = _Py_asdl_pattern_seq_new(n, p->arena);
    if (keys == NULL || patterns == NULL) {
        p->error = 1;
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        asdl_seq_SET(keys, i, p->items[base + 2 * i]);
        asdl_seq_SET(patterns, i, p->items[base + 2 * i + 1]);
    }
    p->items_depth = base;
    return BUILT(_PyAST_MatchMapping(keys, patterns, rest, SPAN(start)));
}

static pattern_ty
parse_mapping_pattern(Parser *p)
{
    struct token *start = take(p);
    Py_ssize_t base = p->items_depth;
    identifier rest = NULL;
    while (peek_type(p) != RBRACE) {
        if (accept(p, DOUBLESTAR)) {
            rest = parse_capture_target(p);
            if (rest == NULL) {
                return NULL;
            }
            accept(p, COMMA);
            break;
        }
        expr_ty key = parse_key(p);
        if (key == NULL || !accept(p, COLON)) {
            return NULL;
        }
        pattern_ty pattern = parse_pattern(p);
        if (pattern == NULL || push_item(p, key) < 0
            || push_item(p, pattern) < 0)
        {
            return NULL;
        }
        if (!accept(p, COMMA)) {
            break;
        }
    }
    if (!accept(p, RBRACE)) {
        return NULL;
    }
    return mapping_build(p, start, base, rest);
}

/* -- Classes ------------------------------------------------------------- */

/* NAME "=" pattern: both are pushed. 0 if it is not that. */
static int
parse_keyword_pattern(Parser *p)
{
    struct token *name = peek(p);
    if (name->type != NAME || peek_second(p)->type != EQUAL) {
        return 0;
    }
    p->mark += 2;
    identifier id = parser_name(p, name->start,
                                (size_t)(name->end - name->start));
    if (id == NULL) {
        return 0;
    }
    pattern_ty pattern = parse_pattern(p);
    return pattern != NULL && push_item(p, id) == 0
           && push_item(p, pattern) == 0;
}

/* One or more of them, without a comma at the end. Returns how many. */
int
parse_keyword_patterns(Parser *p)
{
    int n = 0;
    for (;;) {
        struct spot spot = here(p);
        if (n > 0 && !accept(p, COMMA)) {
            return p->error ? 0 : n;
        }
        if (!parse_keyword_pattern(p)) {
            if (p->error) {
                return 0;
            }
            back_to(p, spot);
            return n;
        }
        n++;
    }
}

asdl_pattern_seq *
parse_positional_patterns(Parser *p)
{
    Py_ssize_t base = p->items_depth;
    for (;;) {
        struct spot spot = here(p);
        if (p->items_depth > base && !accept(p, COMMA)) {
            break;
        }
        pattern_ty pattern = parse_pattern(p);
        if (p->error) {
            return NULL;
        }
        if (pattern == NULL) {
            back_to(p, spot);
            break;
        }
        if (push_item(p, pattern) < 0) {
            return NULL;
        }
    }
    if (p->error || p->items_depth == base) {
        return NULL;
    }
    return parser_take_items(p, base);
}

static pattern_ty
class_build(Parser *p, struct token *start, expr_ty class,
            asdl_pattern_seq *patterns, Py_ssize_t base)
{
    Py_ssize_t n = (p->items_depth - base) / 2;
    asdl_identifier_seq *names = _Py_asdl_identifier_seq_new(n, p->arena);
    asdl_pattern_seq *values = _Py_asdl_pattern_seq_new(n, p->arena);
    if (names == NULL || values == NULL) {
        p->error = 1;
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        asdl_seq_SET(names, i, p->items[base + 2 * i]);
        asdl_seq_SET(values, i, p->items[base + 2 * i + 1]);
    }
    p->items_depth = base;
    return BUILT(_PyAST_MatchClass(class, patterns, names, values,
                                   SPAN(start)));
}

static pattern_ty
class_arguments(Parser *p, struct token *start, expr_ty class)
{
    p->mark++;
    struct spot spot = here(p);
    asdl_pattern_seq *patterns = parse_positional_patterns(p);
    if (p->error) {
        return NULL;
    }
    int more = 1;
    if (patterns == NULL) {
        back_to(p, spot);
        patterns = BUILT(_Py_asdl_pattern_seq_new(0, p->arena));
        if (patterns == NULL) {
            return NULL;
        }
    }
    else {
        more = accept(p, COMMA) != NULL;
    }
    Py_ssize_t base = p->items_depth;
    if (more && parse_keyword_patterns(p) > 0) {
        accept(p, COMMA);
    }
    if (!accept(p, RPAR)) {
        return NULL;
    }
    return class_build(p, start, class, patterns, base);
}

static pattern_ty
parse_class_pattern(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = peek(p);
    expr_ty class = parse_name_or_attr(p);
    pattern_ty pattern = NULL;
    if (class != NULL && peek_type(p) == LPAR) {
        pattern = class_arguments(p, start, class);
    }
    if (pattern != NULL || p->error) {
        return p->error ? NULL : pattern;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_class_pattern(p));
    return NULL;
}

/* -- Patterns ------------------------------------------------------------ */

/* "_", a capture, a value or a class: all of them begin with a name. */
static pattern_ty
parse_named_pattern(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = peek(p);
    identifier name = parse_capture_target(p);
    if (p->error) {
        return NULL;
    }
    if (name != NULL) {
        return BUILT(_PyAST_MatchAs(NULL, name, SPAN(start)));
    }
    back_to(p, spot);
    if (token_is_text(start, "_")) {
        /* A wildcard, whatever follows. */
        p->mark++;
        return BUILT(_PyAST_MatchAs(NULL, NULL, SPAN(start)));
    }
    expr_ty value = parse_attributes(p, 0);
    if (p->error) {
        return NULL;
    }
    if (value != NULL) {
        int type = peek_type(p);
        if (type != DOT && type != LPAR && type != EQUAL) {
            return BUILT(_PyAST_MatchValue(value, SPAN(start)));
        }
    }
    back_to(p, spot);
    return parse_class_pattern(p);
}

static pattern_ty
closed_pattern(Parser *p)
{
    switch (peek_type(p)) {
        case NAME:
            return parse_named_pattern(p);
        case NUMBER:
        case MINUS:
        case STRING:
        case KW_NONE:
        case KW_TRUE:
        case KW_FALSE:
            return parse_literal_pattern(p);
        case LPAR:
        case LSQB:
            return parse_sequence_pattern(p);
        case LBRACE:
            return parse_mapping_pattern(p);
        default:
            return NULL;
    }
}

static pattern_ty
parse_closed_pattern(Parser *p)
{
    if (deeper(p, 1) < 0) {
        return NULL;
    }
    pattern_ty pattern = closed_pattern(p);
    p->level--;
    return p->error ? NULL : pattern;
}

pattern_ty
parse_or_pattern(Parser *p)
{
    struct token *start = peek(p);
    Py_ssize_t base = p->items_depth;
    pattern_ty first = parse_closed_pattern(p);
    if (first == NULL || peek_type(p) != VBAR) {
        return p->error ? NULL : first;
    }
    if (push_item(p, first) < 0) {
        return NULL;
    }
    while (peek_type(p) == VBAR) {
        struct spot spot = here(p);
        p->mark++;
        pattern_ty next = parse_closed_pattern(p);
        if (p->error) {
            return NULL;
        }
        if (next == NULL) {
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
    asdl_pattern_seq *patterns = parser_take_items(p, base);
    if (patterns == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_MatchOr(patterns, SPAN(start)));
}

/* or_pattern ["as" name] */
static pattern_ty
parse_pattern(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = peek(p);
    pattern_ty pattern = parse_or_pattern(p);
    if (pattern == NULL || peek_type(p) != KW_AS) {
        return p->error ? NULL : pattern;
    }
    struct spot as = here(p);
    p->mark++;
    identifier name = parse_capture_target(p);
    if (name != NULL) {
        return BUILT(_PyAST_MatchAs(pattern, name, SPAN(start)));
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_as_pattern(p));
    back_to(p, as);
    return pattern;
}

/* What stands behind "case": one pattern, or an open sequence. */
pattern_ty
parse_patterns(Parser *p)
{
    struct token *start = peek(p);
    Py_ssize_t base = p->items_depth;
    int comma;
    Py_ssize_t n = push_patterns(p, parse_maybe_star_pattern, &comma);
    if (n <= 0) {
        return NULL;
    }
    if (n == 1 && !comma) {
        pattern_ty only = p->items[base];
        p->items_depth = base;
        return only->kind == MatchStar_kind ? NULL : only;
    }
    asdl_pattern_seq *patterns = parser_take_items(p, base);
    if (patterns == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_MatchSequence(patterns, SPAN(start)));
}

/* -- The statement ------------------------------------------------------- */

/* "if" condition */
expr_ty
parse_guard(Parser *p)
{
    return accept(p, KW_IF) ? parse_named_expression(p) : NULL;
}

static match_case_ty
parse_case_block(Parser *p)
{
    DIAGNOSE(diagnose_case(p));
    if (!token_is_text(peek(p), "case")) {
        return NULL;
    }
    p->mark++;
    pattern_ty pattern = parse_patterns(p);
    if (pattern == NULL) {
        return NULL;
    }
    struct spot spot = here(p);
    expr_ty guard = parse_guard(p);
    if (p->error) {
        return NULL;
    }
    if (guard == NULL) {
        back_to(p, spot);
    }
    if (!accept(p, COLON)) {
        return NULL;
    }
    asdl_stmt_seq *body = parse_block(p);
    if (body == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_match_case(pattern, guard, body, p->arena));
}

/* What is matched: an expression, or a tuple without parentheses. */
expr_ty
parse_subject(Parser *p)
{
    struct spot spot = here(p);
    struct token *start = peek(p);
    expr_ty first = parse_star_named_expression(p);
    if (first == NULL) {
        return NULL;
    }
    if (peek_type(p) != COMMA) {
        return p->error || first->kind == Starred_kind ? NULL : first;
    }
    back_to(p, spot);
    asdl_expr_seq *elements = parse_star_named_expressions(p);
    if (elements == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_Tuple(elements, Load, SPAN(start)));
}

static asdl_match_case_seq *
parse_cases(Parser *p)
{
    Py_ssize_t base = p->items_depth;
    for (;;) {
        struct spot spot = here(p);
        match_case_ty one = parse_case_block(p);
        if (p->error) {
            return NULL;
        }
        if (one == NULL) {
            back_to(p, spot);
            break;
        }
        if (push_item(p, one) < 0) {
            return NULL;
        }
    }
    return p->items_depth == base ? NULL : parser_take_items(p, base);
}

/* Can this token begin what is matched? Those that could also follow a
   variable called "match" are among them. */
static int
starts_subject(int type)
{
    switch (type) {
        case NAME:
        case NUMBER:
        case STRING:
        case LPAR:
        case LSQB:
        case LBRACE:
        case MINUS:
        case PLUS:
        case TILDE:
        case STAR:
        case ELLIPSIS:
        case AWAIT:
        case KW_NOT:
        case KW_LAMBDA:
        case KW_NONE:
        case KW_TRUE:
        case KW_FALSE:
            return 1;
        default:
            return 0;
    }
}

static stmt_ty
match_stmt(Parser *p)
{
    struct token *start = take(p);
    expr_ty subject = parse_subject(p);
    if (subject == NULL || !accept(p, COLON) || !accept(p, NEWLINE)
        || !accept(p, INDENT))
    {
        return NULL;
    }
    asdl_match_case_seq *cases = parse_cases(p);
    if (cases == NULL || !accept(p, DEDENT)) {
        return NULL;
    }
    if (p->feature_version < 10) {
        return raise_version(p, 10, "Pattern matching is");
    }
    return BUILT(_PyAST_Match(subject, cases, SPAN_SOLID(start)));
}

stmt_ty
parse_match(Parser *p)
{
    struct token *start = peek(p);
    if (!token_is_text(start, "match")
        || !starts_subject(peek_second(p)->type))
    {
        return NULL;
    }
    struct spot spot = here(p);
    stmt_ty s = match_stmt(p);
    if (s == NULL && !p->error) {
        back_to(p, spot);
        DIAGNOSE(diagnose_match(p));
    }
    return p->error ? NULL : s;
}
