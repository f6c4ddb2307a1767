/* The parser's own machinery: tokens as they are needed, names, items of
   sequences under construction, what the second pass remembers. */

#include "parser.h"
#include "pycore_pyarena.h"
#include "pycore_unicodeobject.h"
#include <string.h>

/* -- Keywords ------------------------------------------------------------ */

struct keyword_row {
    char text[9];
    short type;
};

/* By length and first letter there are never more than three candidates. */
static const struct keyword_row keywords_2[] = {
    {"as", KW_AS}, {"if", KW_IF}, {"in", KW_IN}, {"is", KW_IS}, {"or", KW_OR},
    {"", 0},
};
static const struct keyword_row keywords_3[] = {
    {"and", KW_AND}, {"def", KW_DEF}, {"del", KW_DEL}, {"for", KW_FOR},
    {"not", KW_NOT}, {"try", KW_TRY}, {"", 0},
};
static const struct keyword_row keywords_4[] = {
    {"None", KW_NONE}, {"True", KW_TRUE}, {"elif", KW_ELIF},
    {"else", KW_ELSE}, {"from", KW_FROM}, {"pass", KW_PASS},
    {"with", KW_WITH}, {"", 0},
};
static const struct keyword_row keywords_5[] = {
    {"False", KW_FALSE}, {"break", KW_BREAK}, {"class", KW_CLASS},
    {"raise", KW_RAISE}, {"while", KW_WHILE}, {"yield", KW_YIELD}, {"", 0},
};
static const struct keyword_row keywords_6[] = {
    {"assert", KW_ASSERT}, {"except", KW_EXCEPT}, {"global", KW_GLOBAL},
    {"import", KW_IMPORT}, {"lambda", KW_LAMBDA}, {"return", KW_RETURN},
    {"", 0},
};
static const struct keyword_row keywords_7[] = {
    {"finally", KW_FINALLY}, {"", 0},
};
static const struct keyword_row keywords_8[] = {
    {"continue", KW_CONTINUE}, {"nonlocal", KW_NONLOCAL}, {"", 0},
};
static const struct keyword_row * const keywords[] = {
    keywords_2, keywords_3, keywords_4, keywords_5, keywords_6, keywords_7,
    keywords_8,
};

/* NAME, or the type of the keyword. */
static int
keyword_type(const char *text, size_t length)
{
    if (length < 2 || length > 8) {
        return NAME;
    }
    for (const struct keyword_row *row = keywords[length - 2]; row->type;
         row++)
    {
        if (row->text[0] == text[0]
            && memcmp(row->text, text, length) == 0)
        {
            return row->type;
        }
    }
    return NAME;
}

static int
no_memory(Parser *p)
{
    PyErr_NoMemory();
    p->error = 1;
    return -1;
}

/* -- Tokens -------------------------------------------------------------- */

/* Makes the slot for the token number INDEX exist. */
static int
reserve_token(Parser *p, int index)
{
    int chunk = index / TOKENS_PER_CHUNK;
    if (chunk < p->chunks_allocated) {
        return 0;
    }
    struct token **chunks = PyMem_Realloc(
        p->chunks, sizeof(*chunks) * (size_t)(chunk + 1));
    if (chunks == NULL) {
        return no_memory(p);
    }
    p->chunks = chunks;
    chunks[chunk] = PyMem_Malloc(sizeof(struct token) * TOKENS_PER_CHUNK);
    if (chunks[chunk] == NULL) {
        return no_memory(p);
    }
    p->chunks_allocated = chunk + 1;
    return 0;
}

static int
note_type_ignore(Parser *p, const char *start, const char *end)
{
    if (p->ignores_used == p->ignores_allocated) {
        Py_ssize_t size = p->ignores_allocated * 2 + 8;
        struct type_ignore_note *notes = PyMem_Realloc(
            p->ignores, sizeof(*notes) * (size_t)size);
        if (notes == NULL) {
            return no_memory(p);
        }
        p->ignores = notes;
        p->ignores_allocated = size;
    }
    struct type_ignore_note *note = &p->ignores[p->ignores_used++];
    note->lineno = p->tok->lineno;
    note->text = start;
    note->length = (size_t)(end - start);
    return 0;
}

/* At a terminal the end of the input also ends the last line and every open
   block. */
static int
finish_single(Parser *p, int type)
{
    if (type != ENDMARKER || !p->parsing_started) {
        p->parsing_started = 1;
        return type;
    }
    p->parsing_started = 0;
    if (p->tok->indent && !(p->flags & PARSE_DONT_IMPLY_DEDENT)) {
        p->tok->pendin = -p->tok->indent;
        p->tok->indent = 0;
    }
    return NEWLINE;
}

static void
token_place(Parser *p, struct token *token, const char *start,
            const char *end)
{
    const struct tok_state *tok = p->tok;
    const char *line = tok->line_start;
    token->lineno = tok->lineno;
    if (token->type == STRING) {
        line = tok->multi_line_start;
        token->lineno = tok->first_lineno;
    }
    token->end_lineno = tok->lineno;
    token->col_offset =
        start != NULL && start >= line ? (int)(start - line) : -1;
    token->end_col_offset =
        end != NULL && end >= tok->line_start
            ? (int)(end - tok->line_start) : -1;
    if (tok->lineno == p->starting_lineno) {
        token->col_offset += p->starting_col_offset;
        token->end_col_offset += p->starting_col_offset;
    }
}

/* Reads one more token. The slot at p->fill exists before and after, and after
   an error it holds an ERRORTOKEN: peek() needs no test. */
int
parser_fill(Parser *p)
{
    const char *start, *end;

    struct token *token = token_at(p, p->fill);
    memset(token, 0, sizeof(*token));
    token->type = ERRORTOKEN;
    if (p->error) {
        return -1;
    }
    int type = _PyTokenizer_Get(p->tok, &start, &end);
    while (type == TYPE_IGNORE) {
        if (note_type_ignore(p, start, end) < 0) {
            return -1;
        }
        type = _PyTokenizer_Get(p->tok, &start, &end);
    }
    if (p->start_rule == Py_single_input) {
        type = finish_single(p, type);
    }
    token->type = type == NAME ? keyword_type(start, (size_t)(end - start))
                               : type;
    token->level = p->tok->level;
    token->start = start;
    token->end = end;
    token_place(p, token, start, end);
    if (reserve_token(p, p->fill + 1) < 0) {
        token->type = ERRORTOKEN;
        return -1;
    }
    p->fill++;
    if (type == ERRORTOKEN) {
        if (p->tok->done == E_DECODE) {
            raise_decode_problem(p);
        }
        else {
            raise_lexer_error(p);
        }
        p->error = 1;
        return -1;
    }
    return 0;
}

int
token_is_text(const struct token *token, const char *text)
{
    size_t length = strlen(text);
    return token->type == NAME
           && (size_t)(token->end - token->start) == length
           && memcmp(token->start, text, length) == 0;
}

/* -- Creation ------------------------------------------------------------ */

void
parser_free(Parser *p)
{
    for (int i = 0; i < p->chunks_allocated; i++) {
        PyMem_Free(p->chunks[i]);
    }
    PyMem_Free(p->chunks);
    PyMem_Free(p->items);
    PyMem_Free(p->names);
    PyMem_Free(p->ignores);
    Py_XDECREF(p->normalize);
    PyMem_Free(p);
}

Parser *
parser_new(struct tok_state *tok, int start_rule, int flags,
           int feature_version, int *errcode, PyArena *arena)
{
    Parser *p = PyMem_Calloc(1, sizeof(*p));
    if (p == NULL) {
        return (Parser *)PyErr_NoMemory();
    }
    p->tok = tok;
    p->arena = arena;
    p->start_rule = start_rule;
    p->flags = flags;
    p->feature_version = feature_version;
    p->errcode = errcode;
    if (reserve_token(p, 0) < 0) {
        parser_free(p);
        return NULL;
    }
    tok->type_comments = (flags & PARSE_TYPE_COMMENTS) != 0;
    tok->async_hacks = (flags & PARSE_ASYNC_HACKS) != 0;
    return p;
}

/* -- Names --------------------------------------------------------------- */

/* Names are compared in normal form KC. Takes the reference to ID. */
static PyObject *
name_normalize_steal(Parser *p, PyObject *id)
{
    PyObject *form = NULL, *result = NULL;
    if (p->normalize == NULL) {
        PyObject *module = PyImport_ImportModule("unicodedata");
        if (module == NULL) {
            goto done;
        }
        p->normalize = PyObject_GetAttrString(module, "normalize");
        Py_DECREF(module);
        if (p->normalize == NULL) {
            goto done;
        }
    }
    form = PyUnicode_FromString("NFKC");
    if (form == NULL) {
        goto done;
    }
    PyObject *arguments[] = {form, id};
    result = PyObject_Vectorcall(p->normalize, arguments, 2, NULL);
    if (result != NULL && !PyUnicode_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "unicodedata.normalize() must return a string, not "
                     "%.200s", Py_TYPE(result)->tp_name);
        Py_CLEAR(result);
    }

done:
    Py_XDECREF(form);
    Py_DECREF(id);
    return result;
}

/* A new interned string that the arena owns. */
static identifier
name_make(Parser *p, const char *text, size_t length)
{
    PyObject *id = PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, NULL);
    if (id != NULL && !PyUnicode_IS_ASCII(id)) {
        id = name_normalize_steal(p, id);
    }
    if (id == NULL) {
        p->error = 1;
        return NULL;
    }
    PyUnicode_InternInPlace(&id);
    if (_PyArena_AddPyObject(p->arena, id) < 0) {
        Py_DECREF(id);
        p->error = 1;
        return NULL;
    }
    return id;
}

static size_t
name_hash(const char *text, size_t length)
{
    size_t hash = length;
    for (size_t i = 0; i < length; i++) {
        hash = hash * 31 + (unsigned char)text[i];
    }
    return hash ^ (hash >> 15);
}

static int
names_grow(Parser *p)
{
    size_t size = p->names_size ? p->names_size * 4 : 256;
    struct name_entry *names = PyMem_Calloc(size, sizeof(*names));
    if (names == NULL) {
        return no_memory(p);
    }
    for (size_t i = 0; i < p->names_size; i++) {
        struct name_entry *old = &p->names[i];
        if (old->name != NULL) {
            size_t at = name_hash(old->text, old->length) & (size - 1);
            while (names[at].name != NULL) {
                at = (at + 1) & (size - 1);
            }
            names[at] = *old;
        }
    }
    PyMem_Free(p->names);
    p->names = names;
    p->names_size = size;
    return 0;
}

/* The string for a name; borrowed from the arena. */
identifier
parser_name(Parser *p, const char *text, size_t length)
{
    if (p->error
        || (p->names_used * 2 >= p->names_size && names_grow(p) < 0))
    {
        return NULL;
    }
    size_t at = name_hash(text, length) & (p->names_size - 1);
    struct name_entry *entry;
    while ((entry = &p->names[at])->name != NULL) {
        if (entry->length == length
            && memcmp(entry->text, text, length) == 0)
        {
            return entry->name;
        }
        at = (at + 1) & (p->names_size - 1);
    }
    identifier name = name_make(p, text, length);
    if (name != NULL) {
        entry->text = text;
        entry->length = length;
        entry->name = name;
        p->names_used++;
    }
    return name;
}

identifier
parser_new_identifier(Parser *p, const char *text)
{
    return name_make(p, text, strlen(text));
}

string
parser_type_comment(Parser *p, const struct token *token)
{
    PyObject *text = PyUnicode_DecodeUTF8(token->start,
                                          token->end - token->start, NULL);
    if (text == NULL || _PyArena_AddPyObject(p->arena, text) < 0) {
        Py_XDECREF(text);
        p->error = 1;
        return NULL;
    }
    return text;
}

/* -- Recursion ----------------------------------------------------------- */

int
parser_enter_deeper(Parser *p)
{
    if (!p->error) {
        p->error = 1;
        PyErr_NoMemory();
    }
    return -1;
}

/* -- Items --------------------------------------------------------------- */

int
parser_grow_items(Parser *p)
{
    Py_ssize_t size = p->items_allocated * 2 + 64;
    void **items = PyMem_Realloc(p->items, sizeof(void *) * (size_t)size);
    if (items == NULL) {
        return no_memory(p);
    }
    p->items = items;
    p->items_allocated = size;
    return 0;
}

/* The items pushed since BASE, as a sequence of the type the caller wants:
   all sequences of pointers have one layout. */
void *
parser_take_items(Parser *p, Py_ssize_t base)
{
    Py_ssize_t n = p->items_depth - base;
    asdl_generic_seq *seq = _Py_asdl_generic_seq_new(n, p->arena);
    if (seq == NULL) {
        p->error = 1;
        return NULL;
    }
    if (n > 0) {
        memcpy(seq->typed_elements, p->items + base,
               sizeof(void *) * (size_t)n);
    }
    p->items_depth = base;
    return seq;
}

/* -- Memory of the second pass ------------------------------------------- */

/* Was RULE parsed here before? Then *RESULT is its node, or NULL. */
int
memo_find(Parser *p, int rule, void *result)
{
    struct memo *memo = peek(p)->memo;
    for (; memo != NULL; memo = memo->next) {
        if (memo->rule == rule) {
            p->mark = memo->end;
            *(void **)result = memo->node;
            return 1;
        }
    }
    return 0;
}

/* RULE, parsed at MARK, gave NODE and left us here. */
void
memo_store(Parser *p, int mark, int rule, void *node)
{
    if (p->error || mark >= p->fill) {
        return;
    }
    struct memo *memo = _PyArena_Malloc(p->arena, sizeof(*memo));
    if (memo == NULL) {
        p->error = 1;
        return;
    }
    struct token *token = token_at(p, mark);
    memo->rule = rule;
    memo->node = node;
    memo->end = p->mark;
    memo->next = token->memo;
    token->memo = memo;
}
