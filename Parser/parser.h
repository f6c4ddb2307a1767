/* The parser: from tokens to the syntax tree.

   Read this before any parser_*.c. The grammar is parsed by recursive descent.
   A function parse_X(p) either returns a node and leaves p->mark behind what it
   took, or returns NULL. After NULL, p->error tells two cases apart: set, an
   exception is on its way and everybody returns at once; clear, X simply is not
   here, and whoever knows another way to go on calls back_to() first.

   Two passes. The first is as quick as it can be: it never remembers anything
   and hardly ever goes back. If it fails without an exception, the second pass
   parses the same tokens again with p->diagnose set: in fixed places of the
   grammar it looks for well-known mistakes (parser_diagnose*.c), and the first
   one found becomes the message. Since looking for mistakes means trying things
   again and again, the second pass remembers what it parsed where (struct
   memo). Where no mistake is recognised, the farthest token that the first
   pass looked at is the one reported. Hence a rule for all code here: look at
   a token only when it matters. */
#ifndef Py_PARSER_H
#define Py_PARSER_H

#include "Python.h"
#include "pycore_ast.h"
#include "lexer.h"

/* Keywords have token types of their own, beyond those of token.h. */
enum keyword {
    KW_FALSE = 500, KW_NONE, KW_TRUE, KW_AND, KW_AS, KW_ASSERT, KW_BREAK,
    KW_CLASS, KW_CONTINUE, KW_DEF, KW_DEL, KW_ELIF, KW_ELSE, KW_EXCEPT,
    KW_FINALLY, KW_FOR, KW_FROM, KW_GLOBAL, KW_IF, KW_IMPORT, KW_IN, KW_IS,
    KW_LAMBDA, KW_NONLOCAL, KW_NOT, KW_OR, KW_PASS, KW_RAISE, KW_RETURN,
    KW_TRY, KW_WHILE, KW_WITH, KW_YIELD,
};

/* What the second pass remembers. */
enum memo_rule {
    MEMO_EXPRESSION, MEMO_STAR_EXPRESSION, MEMO_DISJUNCTION, MEMO_CONJUNCTION,
    MEMO_INVERSION, MEMO_BINARY, MEMO_FACTOR = MEMO_BINARY + 8,
    MEMO_AWAIT_PRIMARY, MEMO_PRIMARY, MEMO_STRINGS, MEMO_ARGUMENTS,
    MEMO_STAR_TARGET, MEMO_TARGET_STAR_ATOM, MEMO_T_PRIMARY, MEMO_DEL_TARGET,
    MEMO_NAMED_MISTAKE, MEMO_SIMPLE_STMT, MEMO_BLOCK, MEMO_LAMBDA_KWDS,
};

struct memo {
    struct memo *next;
    void *node;             /* NULL: it is not here */
    int rule;
    int end;                /* mark behind it */
};

struct token {
    int type;
    int level;              /* of parentheses, after it */
    const char *start;      /* its text; NULL when it has none */
    const char *end;
    int lineno, col_offset;
    int end_lineno, end_col_offset;
    struct memo *memo;
};

#define TOKENS_PER_CHUNK 256

/* Names already made into strings: most of them occur many times. */
struct name_entry {
    const char *text;
    size_t length;
    PyObject *name;         /* owned by the arena */
};

struct type_ignore_note {
    int lineno;
    const char *text;
    size_t length;
};

/* A place to come back to. */
struct spot {
    int mark;
    Py_ssize_t depth;       /* of the stack of pending items */
};

typedef struct parser {
    struct tok_state *tok;
    PyArena *arena;

    struct token **chunks;  /* tokens read so far; a token never moves */
    int chunks_allocated;
    int fill;               /* number of tokens read */
    int mark;               /* the next one to take */

    int error;              /* an exception is set, or will be */
    int diagnose;           /* look for mistakes */
    int second_pass;
    int remember;           /* keep what was parsed where */
    int level;              /* of recursion */

    int start_rule;
    int flags;
    int feature_version;
    int *errcode;           /* where to report E_EOF, or NULL */
    int parsing_started;    /* a line of a single statement was seen */
    int starting_lineno;    /* where an f-string's expression stands, or 0 */
    int starting_col_offset;

    void **items;           /* elements of the sequences being built */
    Py_ssize_t items_depth;
    Py_ssize_t items_allocated;

    struct name_entry *names;   /* open addressing */
    size_t names_size;          /* a power of two, or 0 */
    size_t names_used;
    PyObject *normalize;        /* unicodedata.normalize, or NULL */

    struct type_ignore_note *ignores;
    Py_ssize_t ignores_used;
    Py_ssize_t ignores_allocated;
} Parser;

/* Bits of p->flags. */
#define PARSE_DONT_IMPLY_DEDENT 0x0002
#define PARSE_IGNORE_COOKIE 0x0010
#define PARSE_BARRY_AS_BDFL 0x0020
#define PARSE_TYPE_COMMENTS 0x0040
#define PARSE_ASYNC_HACKS 0x0080
#define PARSE_ALLOW_INCOMPLETE_INPUT 0x0100

/* -- parser_tokens.c ----------------------------------------------------- */

Parser *parser_new(struct tok_state *tok, int start_rule, int flags,
                   int feature_version, int *errcode, PyArena *arena);
void parser_free(Parser *p);
mod_ty parser_run(Parser *p);
int parser_fill(Parser *p);
int token_is_text(const struct token *token, const char *text);
identifier parser_name(Parser *p, const char *text, size_t length);
identifier parser_new_identifier(Parser *p, const char *text);
string parser_type_comment(Parser *p, const struct token *token);
int parser_grow_items(Parser *p);
void *parser_take_items(Parser *p, Py_ssize_t base);
int memo_find(Parser *p, int rule, void *result);
void memo_store(Parser *p, int mark, int rule, void *node);
int parser_enter_deeper(Parser *p);

/* -- parser_error.c ------------------------------------------------------ */

#define CURRENT_POSITION (-5)
void *raise_at(Parser *p, PyObject *type, int lineno, int col, int end_lineno,
               int end_col, const char *format, ...);
void *raise_last(Parser *p, PyObject *type, const char *format, ...);
void raise_unclosed(Parser *p);
int raise_lexer_error(Parser *p);
int raise_decode_problem(Parser *p);
void parser_set_syntax_error(Parser *p, struct token *last);
const char *expr_describe(expr_ty e);
void *raise_version(Parser *p, int version, const char *what);

#define RAISE_SYNTAX_ERROR(...) raise_last(p, PyExc_SyntaxError, __VA_ARGS__)
#define RAISE_INDENTATION_ERROR(...) \
    raise_last(p, PyExc_IndentationError, __VA_ARGS__)
/* From the start of A to the end of B; each a token or a node. */
#define RAISE_RANGE(A, B, ...)                                              \
    raise_at(p, PyExc_SyntaxError, (A)->lineno, (A)->col_offset,            \
             (B)->end_lineno, (B)->end_col_offset, __VA_ARGS__)
#define RAISE_ON(A, ...) RAISE_RANGE(A, A, __VA_ARGS__)
#define RAISE_FROM(A, ...)                                                  \
    raise_at(p, PyExc_SyntaxError, (A)->lineno, (A)->col_offset,            \
             CURRENT_POSITION, CURRENT_POSITION, __VA_ARGS__)

/* -- Tokens -------------------------------------------------------------- */

static inline struct token *
token_at(Parser *p, int index)
{
    return &p->chunks[index / TOKENS_PER_CHUNK][index % TOKENS_PER_CHUNK];
}

/* The next token, read if need be. After an error there is one of type
   ERRORTOKEN, which no rule accepts. */
static inline struct token *
peek(Parser *p)
{
    if (p->mark == p->fill) {
        (void)parser_fill(p);
    }
    return token_at(p, p->mark);
}

static inline int
peek_type(Parser *p)
{
    return peek(p)->type;
}

/* The token after the next one. The next one must have been looked at. */
static inline struct token *
peek_second(Parser *p)
{
    if (p->error) {
        return peek(p);
    }
    if (p->mark + 1 == p->fill) {
        (void)parser_fill(p);
        if (p->error) {
            return token_at(p, p->fill - 1);
        }
    }
    return token_at(p, p->mark + 1);
}

static inline struct token *
take(Parser *p)
{
    return token_at(p, p->mark++);
}

/* Takes the next token if it has this type, else returns NULL. */
static inline struct token *
accept(Parser *p, int type)
{
    struct token *token = peek(p);
    if (token->type != type) {
        return NULL;
    }
    p->mark++;
    return token;
}

/* The last token taken. */
static inline struct token *
previous(Parser *p)
{
    return token_at(p, p->mark - 1);
}

/* The last one taken that has text of its own. */
static inline struct token *
previous_solid(Parser *p)
{
    struct token *token;
    int m = p->mark;
    do {
        token = token_at(p, --m);
    } while (m > 0 && (token->type == ENDMARKER
                       || (token->type >= NEWLINE && token->type <= DEDENT)));
    return token;
}

/* The positions of a node that starts at token START and ends here. */
#define SPAN(START)                                                         \
    (START)->lineno, (START)->col_offset, previous(p)->end_lineno,          \
        previous(p)->end_col_offset, p->arena
#define SPAN_SOLID(START)                                                   \
    (START)->lineno, (START)->col_offset, previous_solid(p)->end_lineno,    \
        previous_solid(p)->end_col_offset, p->arena

static inline struct spot
here(Parser *p)
{
    return (struct spot){p->mark, p->items_depth};
}

static inline void
back_to(Parser *p, struct spot spot)
{
    p->mark = spot.mark;
    p->items_depth = spot.depth;
}

/* -- Recursion ----------------------------------------------------------- */

#define PARSER_MAX_LEVEL 6000

/* How many rules of the grammar lie between a construct and itself, which is
   what the limit counts. */
#define WEIGHT_START 30
#define WEIGHT_PARENTHESIS 27
#define WEIGHT_BRACKET 28
#define WEIGHT_TRAILER 23
#define WEIGHT_BLOCK 6
#define WEIGHT_LEGACY 3
#define WEIGHT_PARAMETERS 6

/* Every rule that can contain itself passes here; WEIGHT is how much of the
   limit it uses up. 0, or -1 with MemoryError. */
static inline int
deeper(Parser *p, int weight)
{
    p->level += weight;
    return p->level > PARSER_MAX_LEVEL ? parser_enter_deeper(p) : 0;
}

/* -- Sequences ----------------------------------------------------------- */

static inline int
push_item(Parser *p, void *item)
{
    if (p->items_depth == p->items_allocated && parser_grow_items(p) < 0) {
        return -1;
    }
    p->items[p->items_depth++] = item;
    return 0;
}

/* The result of a constructor: NULL means an exception. */
static inline void *
built(Parser *p, void *node)
{
    if (node == NULL) {
        p->error = 1;
    }
    return node;
}
#define BUILT(NODE) built(p, NODE)

static inline asdl_expr_seq *
single_expr(Parser *p, expr_ty e)
{
    asdl_expr_seq *seq = _Py_asdl_expr_seq_new(1, p->arena);
    if (seq == NULL) {
        p->error = 1;
        return NULL;
    }
    asdl_seq_SET(seq, 0, e);
    return seq;
}

/* -- Rules that other files call ----------------------------------------- */

/* parser_expr.c */
expr_ty parse_expression(Parser *p);
expr_ty parse_expression_plain(Parser *p);
expr_ty parse_disjunction(Parser *p);
expr_ty parse_bitwise_or(Parser *p);
expr_ty parse_named_expression(Parser *p);
expr_ty parse_assignment_expression(Parser *p);
expr_ty parse_star_expressions(Parser *p);
expr_ty parse_star_expression(Parser *p);
expr_ty parse_expressions(Parser *p);
expr_ty parse_yield(Parser *p);
expr_ty parse_star_named_expression(Parser *p);
asdl_expr_seq *parse_star_named_expressions(Parser *p);
expr_ty parse_primary(Parser *p);
expr_ty parse_name(Parser *p);
expr_ty parse_sum(Parser *p);
int expr_is_bare_name(Parser *p, struct token *start, int start_mark,
                      expr_ty e);

/* parser_atom.c */
expr_ty parse_atom(Parser *p);
expr_ty parse_number(Parser *p);
expr_ty parse_tuple(Parser *p);
expr_ty parse_list(Parser *p);
expr_ty parse_genexp(Parser *p);
expr_ty parse_slices(Parser *p);
asdl_comprehension_seq *parse_for_if_clauses(Parser *p);
struct key_value {
    expr_ty key;            /* NULL for **value */
    expr_ty value;
};
int parse_double_starred_kvpair(Parser *p, struct key_value *pair);

/* parser_call.c */
expr_ty parse_call_rest(Parser *p, struct token *start, expr_ty function);
expr_ty parse_arguments(Parser *p);
expr_ty parse_args(Parser *p);
expr_ty parse_starred_expression(Parser *p);

/* parser_params.c */
arguments_ty parse_params(Parser *p);
expr_ty parse_lambda(Parser *p);
arguments_ty empty_arguments(Parser *p);
/* What a diagnosis needs of parameters; LAMBDA chooses the kind. */
arg_ty parse_param(Parser *p, int lambda);
int parse_param_no_default(Parser *p, int lambda, arg_ty *arg);
int parse_param_with_default(Parser *p, int lambda);
int parse_param_maybe_default(Parser *p, int lambda);

/* parser_target.c */
expr_ty target_store(Parser *p, expr_ty e);
expr_ty target_store_single(Parser *p, expr_ty e);
expr_ty parse_star_targets(Parser *p);
expr_ty parse_star_target(Parser *p);
asdl_expr_seq *parse_del_targets(Parser *p);
expr_ty parse_single_target(Parser *p);
expr_ty parse_annotation_target(Parser *p);

/* parser_stmt.c, parser_compound.c, parser_match.c */
asdl_stmt_seq *parse_statements(Parser *p);
int parse_statement(Parser *p);
int parse_simple_stmts(Parser *p);
stmt_ty parse_compound(Parser *p);
asdl_stmt_seq *parse_block(Parser *p);
stmt_ty parse_match(Parser *p);
int parse_import_as_names(Parser *p);
operator_ty augassign_operator(int type);
excepthandler_ty parse_except_block(Parser *p);
excepthandler_ty parse_except_star_block(Parser *p);
expr_ty parse_subject(Parser *p);
pattern_ty parse_patterns(Parser *p);
pattern_ty parse_or_pattern(Parser *p);
expr_ty parse_guard(Parser *p);
expr_ty parse_name_or_attr(Parser *p);
asdl_pattern_seq *parse_positional_patterns(Parser *p);
int parse_keyword_patterns(Parser *p);

/* parser_strings.c */
expr_ty parse_strings(Parser *p);
expr_ty strings_concatenate(Parser *p, int first, int last);

/* parser_diagnose.c, parser_diagnose_stmt.c: raise, or leave p->mark alone */
void diagnose_expression(Parser *p);
void diagnose_named_expression(Parser *p);
void diagnose_group(Parser *p);
void diagnose_comprehension(Parser *p);
void diagnose_dict_comprehension(Parser *p);
void diagnose_kvpairs(Parser *p);
void diagnose_arguments(Parser *p);
void diagnose_kwarg(Parser *p);
void diagnose_for_target(Parser *p);
void diagnose_parameters(Parser *p, int lambda);
void diagnose_default(Parser *p, int lambda);
void diagnose_star_etc(Parser *p, int lambda);
void diagnose_kwds(Parser *p, int lambda);
expr_ty invalid_target(expr_ty e, int kind);
#define TARGET_STAR 0
#define TARGET_DEL 1
#define TARGET_FOR 2
void diagnose_target(Parser *p, expr_ty e, int kind);

void diagnose_assignment(Parser *p);
void diagnose_del(Parser *p);
void diagnose_block(Parser *p);
void diagnose_double_type_comments(Parser *p);
void diagnose_with_item(Parser *p);
void diagnose_import_targets(Parser *p);
void diagnose_with(Parser *p);
void diagnose_with_indent(Parser *p);
void diagnose_try(Parser *p);
void diagnose_except(Parser *p);
void diagnose_except_indent(Parser *p);
void diagnose_except_star_indent(Parser *p);
void diagnose_finally(Parser *p);
void diagnose_match(Parser *p);
void diagnose_case(Parser *p);
void diagnose_as_pattern(Parser *p);
void diagnose_class_pattern(Parser *p);
void diagnose_condition(Parser *p, int keyword, const char *name);
void diagnose_else(Parser *p);
void diagnose_for(Parser *p);
void diagnose_def(Parser *p);
void diagnose_class(Parser *p);

/* Looks for a mistake, in the second pass, and gives up if there is one. */
#define DIAGNOSE(CALL)          \
    do {                        \
        if (p->diagnose) {      \
            CALL;               \
            if (p->error) {     \
                return NULL;    \
            }                   \
        }                       \
    } while (0)

#endif  /* !Py_PARSER_H */
