/* What the parsing of string literals and that of f-strings share. */
#ifndef Py_PARSER_STRINGS_H
#define Py_PARSER_STRINGS_H

#include "parser.h"

/* A row of literals standing side by side becomes one node. Pieces of text
   are joined until an expression comes between them. */
struct joiner {
    Parser *p;
    struct token *first;    /* of the row; all nodes span the whole row */
    struct token *last;
    PyObject *text;         /* owned; joined so far, or NULL */
    Py_ssize_t base;        /* finished values are items from here on */
    int formatted;          /* there is an f-string in the row */
};

/* Takes the reference to TEXT. -1 with p->error set. */
int joiner_add_text_steal(struct joiner *joiner, PyObject *text);
int joiner_add_value(struct joiner *joiner, expr_ty value);
/* The text so far becomes a value. */
int joiner_flush(struct joiner *joiner);
/* JoinedStr of everything. */
expr_ty joiner_finish(struct joiner *joiner);

/* Text of a literal without its quotes, its escapes replaced unless RAW. */
PyObject *string_decode(Parser *p, const char *text, size_t length, int raw,
                        struct token *token);
int string_warn_escape(Parser *p, const char *escape, struct token *token);

/* The inside of an f-string. */
int fstring_parse(struct joiner *joiner, const char *text, const char *end,
                  int raw, struct token *token);

#endif  /* !Py_PARSER_STRINGS_H */
