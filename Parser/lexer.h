/* The lexer: from source text to tokens.

   Text arrives in lines. For a string or a file the whole text is in memory
   before the first token is made; only a terminal delivers line after line.
   The state always holds one *line*, cur <= inp, and everything from `buf` on
   is text of the current token's lines:

       buf          line_start     start      cur        inp
        |  ...older lines |  ...    | the token |  rest... | \0

   buf == line_start unless a string has run over several lines. */
#ifndef Py_LEXER_H
#define Py_LEXER_H

#include "Python.h"
#include "token.h"
#include "errcode.h"

#define LEXER_MAX_INDENT 100
#define LEXER_MAX_LEVEL 200

/* tok->done, why the lexer stopped, is one of the numbers in errcode.h. */

struct lexer_paren {
    int lineno;
    int col;                /* in bytes */
    char open;
};

/* Text handed out earlier whose tokens may still be in use. */
struct lexer_retired {
    struct lexer_retired *older;
    char *text;
};

struct tok_state {
    char *text;             /* owned; all of it, or the terminal's so far */
    char *text_end;         /* its terminating zero */
    const char *buf;
    const char *cur;        /* next character to read */
    const char *inp;        /* end of the line, behind its newline */
    const char *start;      /* of the current token, NULL outside one */
    const char *line_start;
    const char *multi_line_start;   /* line_start where the string began */
    int done;               /* E_OK as long as there is more */
    int lineno;
    int first_lineno;       /* lineno where the string began */

    int atbol;              /* at the beginning of a line */
    int pendin;             /* INDENTs (>0) or DEDENTs (<0) still to give */
    int indent;             /* top of the two stacks */
    int indents[LEXER_MAX_INDENT];      /* columns with tabs of 8 */
    int alternates[LEXER_MAX_INDENT];   /* columns with tabs of 1 */
    int level;              /* of parentheses */
    struct lexer_paren parens[LEXER_MAX_LEVEL];
    int cont_line;          /* the last token was joined by a backslash */

    PyObject *filename;     /* borrowed from whoever made the lexer, or NULL */
    char *encoding;         /* owned; NULL when none was declared */
    int check_utf8;         /* complain about each line that is not UTF-8 */

    int type_comments;      /* give TYPE_COMMENT and TYPE_IGNORE */
    /* Before 3.7 "async" and "await" were names outside "async def". */
    int async_hacks;
    int async_def;          /* inside the body of an "async def" */
    int async_def_indent;
    int async_def_nl;       /* its header is over */

    /* Reading from a terminal. */
    FILE *fp;
    const char *prompt;     /* NULL: not interactive; borrowed */
    const char *nextprompt;
    int interactive_stop;   /* do not ask for another line */
    size_t text_allocated;
    struct lexer_retired *retired;
};

/* Sources. NULL with an exception set, or E_NOMEM without one. */
struct tok_state *_PyTokenizer_FromString(const char *text, int exec_input);
struct tok_state *_PyTokenizer_FromUTF8(const char *text, int exec_input);
struct tok_state *_PyTokenizer_FromFile(FILE *fp, const char *encoding,
                                        const char *ps1, const char *ps2);
void _PyTokenizer_Free(struct tok_state *tok);

/* The next token's kind; its text is [*p_start, *p_end), or NULL where it has
   none. ERRORTOKEN: tok->done tells why. */
int _PyTokenizer_Get(struct tok_state *tok, const char **p_start,
                     const char **p_end);

/* The declared encoding of a file, or NULL: utf-8, or no such file. */
char *_PyTokenizer_FindEncodingFilename(int fd, PyObject *filename);

/* Makes the next line the current one. 0 when there is none; done says why.
   May run Python code (a terminal's readline). */
int lexer_next_line(struct tok_state *tok);

/* Sets a SyntaxError at the current position; returns ERRORTOKEN. */
int lexer_error(struct tok_state *tok, const char *format, ...);
int lexer_error_range(struct tok_state *tok, int col, int end_col,
                      const char *format, ...);

/* A number starting at tok->start with its first digit at P, or with a dot
   before P when FRACTION. Returns NUMBER or ERRORTOKEN. */
int lexer_number(struct tok_state *tok, const char *p, int fraction);

extern const unsigned char lexer_classes[256];
#define LEXER_LETTER 1      /* may start an identifier */
#define LEXER_DIGIT 2
#define LEXER_HEX 4
#define LEXER_IS(c, class) (lexer_classes[(unsigned char)(c)] & (class))
#define LEXER_WORD (LEXER_LETTER | LEXER_DIGIT)

#endif  /* !Py_LEXER_H */
