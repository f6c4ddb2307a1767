/* The inside of f-strings.

   An f-string is one token. Its text is scanned here: pieces of literal text,
   and replacement fields {expression = !conversion :spec}. The end of an
   expression is found by counting brackets and skipping quotes; then
   "(expression)" is parsed as a source of its own, with positions shifted to
   where the field stands. A spec may contain fields, but only one level. */

#include "parser_strings.h"
#include <string.h>

struct scanner {
    struct joiner *joiner;
    struct token *token;    /* the f-string */
    const char *s;          /* next character */
    const char *end;
    int raw;
};

static expr_ty spec_parse(struct scanner *scanner, int depth);

/* -- Literal text -------------------------------------------------------- */

/* Skips text up to a brace that means something, in which case 0 is returned,
   or up to a doubled brace: 1, and the scanner is behind it. -1 on errors. */
static int
literal_scan(struct scanner *scanner, int depth, const char **literal_end)
{
    Parser *p = scanner->joiner->p;
    const char *s = scanner->s, *end = scanner->end;

    while (s < end) {
        char c = *s++;
        if (!scanner->raw && c == '\\' && s < end) {
            c = *s++;
            if (c == 'N') {
                /* The braces of \N{NAME} are no field. */
                if (s < end && *s++ == '{') {
                    while (s < end && *s++ != '}') {
                    }
                }
                continue;
            }
            if (c == '{' && string_warn_escape(p, s - 1, scanner->token) < 0)
            {
                return -1;
            }
        }
        if (c != '{' && c != '}') {
            continue;
        }
        if (depth == 0) {
            if (s < end && *s == c) {
                *literal_end = s;
                scanner->s = s + 1;
                return 1;
            }
            if (c == '}') {
                RAISE_SYNTAX_ERROR("f-string: single '}' is not allowed");
                return -1;
            }
        }
        s--;
        break;
    }
    scanner->s = *literal_end = s;
    return 0;
}

/* -- The end of an expression -------------------------------------------- */

struct brackets {
    char open[LEXER_MAX_LEVEL];
    int depth;
};

static int
bracket_close(Parser *p, struct brackets *brackets, char c)
{
    if (brackets->depth == 0) {
        RAISE_SYNTAX_ERROR("f-string: unmatched '%c'", c);
        return -1;
    }
    char open = brackets->open[--brackets->depth];
    if ((open == '(' && c == ')') || (open == '[' && c == ']')
        || (open == '{' && c == '}'))
    {
        return 0;
    }
    RAISE_SYNTAX_ERROR("f-string: closing parenthesis '%c' does not match "
                       "opening parenthesis '%c'", c, open);
    return -1;
}

/* Behind the string that starts at S; END if it has no end. */
static const char *
quotes_skip(Parser *p, const char *s, const char *end, int *closed)
{
    char quote = *s;
    int triple = end - s > 2 && s[1] == quote && s[2] == quote;
    *closed = 0;
    for (s += triple ? 3 : 1; s < end; s++) {
        if (*s == '\\') {
            RAISE_SYNTAX_ERROR("f-string expression part cannot include a "
                               "backslash");
            return NULL;
        }
        if (*s != quote) {
            continue;
        }
        if (!triple) {
            *closed = 1;
            return s + 1;
        }
        if (end - s > 2 && s[1] == quote && s[2] == quote) {
            *closed = 1;
            return s + 3;
        }
    }
    return s;
}

/* One of the characters that end an expression outside brackets, unless they
   begin an operator. */
static int
ends_expression(const char *s, const char *end)
{
    if (s + 1 < end && s[1] == '='
        && (*s == '!' || *s == '=' || *s == '<' || *s == '>'))
    {
        return 0;
    }
    return *s == '!' || *s == ':' || *s == '}' || *s == '=';
}

/* Where the expression at scanner->s ends, or NULL. */
static const char *
expression_end(struct scanner *scanner)
{
    Parser *p = scanner->joiner->p;
    const char *s = scanner->s, *end = scanner->end;
    struct brackets brackets;
    int closed = 1;

    brackets.depth = 0;
    while (s < end) {
        char c = *s;
        if (c == '\\') {
            return RAISE_SYNTAX_ERROR("f-string expression part cannot "
                                      "include a backslash");
        }
        if (c == '\'' || c == '"') {
            s = quotes_skip(p, s, end, &closed);
            if (s == NULL) {
                return NULL;
            }
            continue;
        }
        if (c == '[' || c == '{' || c == '(') {
            if (brackets.depth >= LEXER_MAX_LEVEL) {
                return RAISE_SYNTAX_ERROR("f-string: too many nested "
                                          "parenthesis");
            }
            brackets.open[brackets.depth++] = c;
        }
        else if (c == '#') {
            return RAISE_SYNTAX_ERROR("f-string expression part cannot "
                                      "include '#'");
        }
        else if (brackets.depth == 0 && strchr("!:}=<>", c) != NULL
                 && c != '\0')
        {
            if (ends_expression(s, end)) {
                break;
            }
            if (s + 1 < end && s[1] == '=' && c != ':' && c != '}') {
                s++;
            }
        }
        else if (c == ']' || c == '}' || c == ')') {
            if (bracket_close(p, &brackets, c) < 0) {
                return NULL;
            }
        }
        s++;
    }
    if (!closed) {
        return RAISE_SYNTAX_ERROR("f-string: unterminated string");
    }
    if (brackets.depth > 0) {
        return RAISE_SYNTAX_ERROR("f-string: unmatched '%c'",
                                  brackets.open[brackets.depth - 1]);
    }
    if (s >= end) {
        return RAISE_SYNTAX_ERROR("f-string: expecting '}'");
    }
    return s;
}

/* -- The expression ------------------------------------------------------ */

/* Where the field whose brace is at BRACE stands: lines below the token's
   first line, and the column that the parenthesis put before the expression
   would have. */
static void
field_place(const struct token *token, const char *brace, int *lines,
            int *cols)
{
    const char *s = brace + 1;
    int newline_first = 1;
    *lines = *cols = 0;
    for (; *s != '}' && *s != '\n'; s++) {
        if (*s != ' ' && *s != '\t' && *s != '\f') {
            newline_first = 0;
            break;
        }
    }
    if (!newline_first) {
        s = brace;
        while (s > token->start && *s != '\n') {
            s--;
        }
        *cols = (int)(brace - s);
        if (*s == '\n') {
            (*cols)--;
        }
    }
    for (s = token->start; s < brace; s++) {
        *lines += *s == '\n';
    }
}

static expr_ty
source_parse(struct scanner *scanner, const char *source, int lines,
             int cols)
{
    Parser *p = scanner->joiner->p;
    struct token *token = scanner->token;
    expr_ty result = NULL;
    struct tok_state *tok = _PyTokenizer_FromString(source, 1);
    if (tok == NULL) {
        return NULL;
    }
    tok->filename = p->tok->filename;
    tok->lineno = token->lineno + lines - 1;
    Parser *inner = parser_new(tok, Py_fstring_input, p->flags,
                               p->feature_version, NULL, p->arena);
    if (inner != NULL) {
        inner->starting_lineno = token->lineno + lines;
        inner->starting_col_offset = lines != 0 ? cols
                                                : token->col_offset + cols;
        result = (expr_ty)parser_run(inner);
        parser_free(inner);
    }
    _PyTokenizer_Free(tok);
    return result;
}

/* The expression from scanner->s to END. */
static expr_ty
expression_parse(struct scanner *scanner, const char *end)
{
    Parser *p = scanner->joiner->p;
    const char *start = scanner->s, *s;

    for (s = start; s < end; s++) {
        if (*s != ' ' && *s != '\t' && *s != '\n' && *s != '\f'
            && *s != '\r')
        {
            break;
        }
    }
    if (s == end) {
        if (*end == '!' || *end == ':' || *end == '=') {
            return RAISE_SYNTAX_ERROR("f-string: expression required before "
                                      "'%c'", *end);
        }
        return RAISE_SYNTAX_ERROR("f-string: empty expression not allowed");
    }
    size_t length = (size_t)(end - start);
    char *source = PyMem_Malloc(length + 3);
    if (source == NULL) {
        PyErr_NoMemory();
        p->error = 1;
        return NULL;
    }
    source[0] = '(';
    memcpy(source + 1, start, length);
    source[length + 1] = ')';
    source[length + 2] = '\0';
    int lines, cols;
    field_place(scanner->token, start - 1, &lines, &cols);
    expr_ty result = NULL;
    if (Py_EnterRecursiveCall(" while parsing an f-string") == 0) {
        result = source_parse(scanner, source, lines, cols);
        Py_LeaveRecursiveCall();
    }
    PyMem_Free(source);
    if (result == NULL) {
        p->error = 1;
    }
    return result;
}

/* -- Fields -------------------------------------------------------------- */

static void *
field_unfinished(struct scanner *scanner)
{
    Parser *p = scanner->joiner->p;
    return RAISE_SYNTAX_ERROR("f-string: expecting '}'");
}

/* "=" and white space behind an expression: the source text from START on is
   shown. */
static int
field_show_source(struct scanner *scanner, const char *start)
{
    Parser *p = scanner->joiner->p;
    if (p->feature_version < 8) {
        RAISE_SYNTAX_ERROR("f-string: self documenting expressions are only "
                           "supported in Python 3.8 and greater");
        return -1;
    }
    scanner->s++;
    while (scanner->s < scanner->end && Py_ISSPACE(*scanner->s)) {
        scanner->s++;
    }
    if (scanner->s >= scanner->end) {
        field_unfinished(scanner);
        return -1;
    }
    PyObject *text = PyUnicode_DecodeUTF8(start, scanner->s - start, NULL);
    if (text == NULL) {
        p->error = 1;
        return -1;
    }
    return joiner_add_text_steal(scanner->joiner, text);
}

/* "!r" and the like. 0 without an error: there is none. */
static int
field_conversion(struct scanner *scanner)
{
    Parser *p = scanner->joiner->p;
    if (*scanner->s != '!') {
        return 0;
    }
    scanner->s++;
    if (scanner->s >= scanner->end) {
        field_unfinished(scanner);
        return 0;
    }
    char c = *scanner->s++;
    if (c != 's' && c != 'r' && c != 'a') {
        RAISE_SYNTAX_ERROR("f-string: invalid conversion character: expected "
                           "'s', 'r', or 'a'");
        return 0;
    }
    return c;
}

/* From an opening brace to behind the closing one. */
static expr_ty
field_parse(struct scanner *scanner, int depth)
{
    struct joiner *joiner = scanner->joiner;
    Parser *p = joiner->p;

    if (depth >= 2) {
        return RAISE_SYNTAX_ERROR("f-string: expressions nested too deeply");
    }
    scanner->s++;
    const char *start = scanner->s;
    const char *end = expression_end(scanner);
    if (end == NULL) {
        return NULL;
    }
    expr_ty value = expression_parse(scanner, end);
    if (value == NULL) {
        return NULL;
    }
    scanner->s = end;
    int shown = *end == '=';
    if (shown && field_show_source(scanner, start) < 0) {
        return NULL;
    }
    int conversion = field_conversion(scanner);
    if (p->error) {
        return NULL;
    }
    expr_ty spec = NULL;
    if (scanner->s < scanner->end && *scanner->s == ':') {
        scanner->s++;
        if (scanner->s >= scanner->end) {
            return field_unfinished(scanner);
        }
        spec = spec_parse(scanner, depth + 1);
        if (spec == NULL) {
            return NULL;
        }
    }
    if (scanner->s >= scanner->end || *scanner->s != '}') {
        return field_unfinished(scanner);
    }
    scanner->s++;
    if (conversion == 0) {
        conversion = shown && spec == NULL ? 'r' : -1;
    }
    return BUILT(_PyAST_FormattedValue(value, conversion, spec,
                                       joiner->first->lineno,
                                       joiner->first->col_offset,
                                       joiner->last->end_lineno,
                                       joiner->last->end_col_offset,
                                       p->arena));
}

/* Text and fields up to the end, or to a closing brace within a spec. */
static int
pieces_parse(struct scanner *scanner, int depth)
{
    struct joiner *joiner = scanner->joiner;
    Parser *p = joiner->p;

    for (;;) {
        const char *start = scanner->s, *end;
        int doubled = literal_scan(scanner, depth, &end);
        if (doubled < 0) {
            return -1;
        }
        if (end > start) {
            PyObject *text = string_decode(p, start, (size_t)(end - start),
                                           scanner->raw, scanner->token);
            if (text == NULL || joiner_add_text_steal(joiner, text) < 0) {
                return -1;
            }
        }
        if (doubled) {
            continue;
        }
        if (scanner->s >= scanner->end || *scanner->s == '}') {
            break;
        }
        expr_ty field = field_parse(scanner, depth);
        if (field == NULL || joiner_add_value(joiner, field) < 0) {
            return -1;
        }
    }
    if (depth > 0 && scanner->s >= scanner->end) {
        field_unfinished(scanner);
        return -1;
    }
    return 0;
}

/* A spec is a row of its own, up to the brace that closes its field; its nodes
   span the f-string alone. */
static expr_ty
spec_parse(struct scanner *scanner, int depth)
{
    struct joiner *outer = scanner->joiner;
    struct joiner inner = *outer;
    /* What waits in the outer row has to be finished first, since the values
       of both are on the same stack. */
    if (joiner_flush(outer) < 0) {
        return NULL;
    }
    inner.first = inner.last = scanner->token;
    inner.text = NULL;
    inner.base = outer->p->items_depth;
    scanner->joiner = &inner;
    int result = pieces_parse(scanner, depth);
    scanner->joiner = outer;
    if (result < 0) {
        Py_XDECREF(inner.text);
        return NULL;
    }
    return joiner_finish(&inner);
}

int
fstring_parse(struct joiner *joiner, const char *text, const char *end,
              int raw, struct token *token)
{
    struct scanner scanner = {joiner, token, text, end, raw};
    return pieces_parse(&scanner, 0);
}
