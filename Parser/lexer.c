/* Tokens from lines. The model is described in lexer.h. */

#include "lexer.h"
#include "pycore_unicodeobject.h"
#include <stdarg.h>
#include <string.h>

#define TAB_SIZE 8
#define ALTERNATE_TAB_SIZE 1

const unsigned char lexer_classes[256] = {
    ['0' ... '9'] = LEXER_DIGIT | LEXER_HEX,
    ['a' ... 'f'] = LEXER_LETTER | LEXER_HEX,
    ['g' ... 'z'] = LEXER_LETTER,
    ['A' ... 'F'] = LEXER_LETTER | LEXER_HEX,
    ['G' ... 'Z'] = LEXER_LETTER,
    ['_'] = LEXER_LETTER,
    [128 ... 255] = LEXER_LETTER,
};

/* -- Errors -------------------------------------------------------------- */

static int
error_at(struct tok_state *tok, const char *format, int col, int end_col,
         va_list arguments)
{
    PyObject *message = NULL, *text = NULL, *args = NULL;

    message = PyUnicode_FromFormatV(format, arguments);
    if (message == NULL) {
        goto done;
    }
    Py_ssize_t length = tok->cur - tok->line_start;
    text = PyUnicode_DecodeUTF8(tok->line_start, length, "replace");
    if (text == NULL) {
        goto done;
    }
    if (col < 0) {
        col = (int)PyUnicode_GET_LENGTH(text);
    }
    if (end_col < 0) {
        end_col = col;
    }
    Py_ssize_t whole = (Py_ssize_t)strcspn(tok->line_start, "\n");
    if (whole != length) {
        Py_SETREF(text, PyUnicode_DecodeUTF8(tok->line_start, whole,
                                             "replace"));
        if (text == NULL) {
            goto done;
        }
    }
    args = Py_BuildValue("(O(OiiOii))", message,
                         tok->filename ? tok->filename : Py_None,
                         tok->lineno, col, text, tok->lineno, end_col);
    if (args != NULL) {
        PyErr_SetObject(PyExc_SyntaxError, args);
    }

done:
    Py_XDECREF(message);
    Py_XDECREF(text);
    Py_XDECREF(args);
    tok->done = E_ERROR;
    return ERRORTOKEN;
}

int
lexer_error(struct tok_state *tok, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = error_at(tok, format, -1, -1, arguments);
    va_end(arguments);
    return result;
}

int
lexer_error_range(struct tok_state *tok, int col, int end_col,
                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = error_at(tok, format, col, end_col, arguments);
    va_end(arguments);
    return result;
}

/* A character that cannot stand where it does. */
static int
character_error(struct tok_state *tok, Py_UCS4 c)
{
    char hex[9];
    PyOS_snprintf(hex, sizeof(hex), "%04X", c);
    if (Py_UNICODE_ISPRINTABLE(c)) {
        return lexer_error(tok, "invalid character '%c' (U+%s)", c, hex);
    }
    return lexer_error(tok, "invalid non-printable character U+%s", hex);
}

/* The whole line is at fault. */
static int
line_error(struct tok_state *tok, int done)
{
    tok->done = done;
    tok->cur = tok->inp;
    return ERRORTOKEN;
}

/* -- Characters ---------------------------------------------------------- */

/* The next character without taking it, from the next line if need be; EOF at
   the end or on an error. */
static int
peek_char(struct tok_state *tok)
{
    while (tok->cur == tok->inp) {
        if (tok->done != E_OK || !lexer_next_line(tok)) {
            tok->cur = tok->inp;
            return EOF;
        }
    }
    return (unsigned char)*tok->cur;
}

/* Behind a backslash: a newline must follow, and after it more text. */
static int
continue_line(struct tok_state *tok)
{
    int c = peek_char(tok);
    if (c != EOF) {
        tok->cur++;
    }
    if (c != '\n') {
        tok->done = E_LINECONT;
        return -1;
    }
    if (peek_char(tok) == EOF) {
        if (tok->done != E_INTERACT_STOP && !PyErr_Occurred()) {
            tok->done = E_EOF;
        }
        tok->cur = tok->inp;
        return -1;
    }
    return 0;
}

/* -- Indentation --------------------------------------------------------- */

/* Opens or closes blocks for a line that starts at COLUMN. */
static int
indent_to(struct tok_state *tok, int column, int alternate)
{
    if (column == tok->indents[tok->indent]) {
        if (alternate != tok->alternates[tok->indent]) {
            return line_error(tok, E_TABSPACE);
        }
        return 0;
    }
    if (column > tok->indents[tok->indent]) {
        if (tok->indent + 1 >= LEXER_MAX_INDENT) {
            return line_error(tok, E_TOODEEP);
        }
        if (alternate <= tok->alternates[tok->indent]) {
            return line_error(tok, E_TABSPACE);
        }
        tok->pendin++;
        tok->indent++;
        tok->indents[tok->indent] = column;
        tok->alternates[tok->indent] = alternate;
        return 0;
    }
    while (tok->indent > 0 && column < tok->indents[tok->indent]) {
        tok->pendin--;
        tok->indent--;
    }
    if (column != tok->indents[tok->indent]) {
        return line_error(tok, E_DEDENT);
    }
    if (alternate != tok->alternates[tok->indent]) {
        return line_error(tok, E_TABSPACE);
    }
    return 0;
}

/* Takes the white space a line starts with. *BLANK tells whether the line has
   nothing that counts. */
static int
line_begin(struct tok_state *tok, int *blank)
{
    int column = 0, alternate = 0, joined = 0, c;

    tok->atbol = 0;
    for (;;) {
        c = peek_char(tok);
        if (c == ' ') {
            column++;
            alternate++;
        }
        else if (c == '\t') {
            column = (column / TAB_SIZE + 1) * TAB_SIZE;
            alternate = (alternate / ALTERNATE_TAB_SIZE + 1)
                        * ALTERNATE_TAB_SIZE;
        }
        else if (c == '\014') {
            column = alternate = 0;
        }
        else if (c == '\\') {
            /* The first of several joined lines sets the indentation. */
            joined = joined ? joined : column;
            tok->cur++;
            if (continue_line(tok) < 0) {
                return ERRORTOKEN;
            }
            continue;
        }
        else {
            break;
        }
        tok->cur++;
    }
    *blank = 0;
    if (c == '#' || c == '\n') {
        if (column == 0 && c == '\n' && tok->prompt != NULL) {
            /* An empty line ends a block at a terminal. */
        }
        else if (tok->prompt != NULL && tok->lineno == 1) {
            column = alternate = 0;
        }
        else {
            *blank = 1;
        }
    }
    if (*blank || tok->level > 0) {
        return 0;
    }
    return indent_to(tok, joined ? joined : column,
                     joined ? joined : alternate);
}

/* -- Comments ------------------------------------------------------------ */

/* A comment "# type: ..." runs from START to END. Returns the text behind the
   prefix, or NULL if it has another form. */
static const char *
type_comment_text(const char *start, const char *end)
{
    const char *p = start;
    for (const char *prefix = "# type: "; *prefix != '\0'; prefix++) {
        if (*prefix == ' ') {
            while (p < end && (*p == ' ' || *p == '\t')) {
                p++;
            }
        }
        else if (p < end && *p == *prefix) {
            p++;
        }
        else {
            return NULL;
        }
    }
    return p;
}

static int
type_comment(struct tok_state *tok, const char *text, int blank,
             const char **p_start, const char **p_end)
{
    const char *behind = text + 6;
    int ignore = tok->cur >= behind && memcmp(text, "ignore", 6) == 0
                 && !(tok->cur > behind
                      && ((unsigned char)*behind >= 128
                          || (LEXER_IS(*behind, LEXER_WORD)
                              && *behind != '_')));
    *p_end = tok->cur;
    if (!ignore) {
        *p_start = text;
        return TYPE_COMMENT;
    }
    *p_start = behind;
    if (blank) {
        /* Alone on its line: the newline belongs to it. */
        if (peek_char(tok) != EOF) {
            tok->cur++;
        }
        tok->atbol = 1;
    }
    return TYPE_IGNORE;
}

/* -- Names --------------------------------------------------------------- */

/* Checks a name with characters beyond ASCII. */
static int
name_check(struct tok_state *tok)
{
    Py_ssize_t length = tok->cur - tok->start;
    PyObject *name = PyUnicode_DecodeUTF8(tok->start, length, NULL);
    if (name == NULL) {
        if (PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
            tok->done = E_DECODE;
        }
        else {
            tok->done = E_ERROR;
        }
        return -1;
    }
    Py_ssize_t valid = _PyUnicode_ScanIdentifier(name);
    if (valid == PyUnicode_GET_LENGTH(name)) {
        Py_DECREF(name);
        return 0;
    }
    Py_UCS4 bad = PyUnicode_READ_CHAR(name, valid);
    /* Point behind the first character that does not belong. */
    Py_SETREF(name, PyUnicode_Substring(name, 0, valid + 1));
    const char *utf8 = NULL;
    Py_ssize_t size = 0;
    if (name != NULL) {
        utf8 = PyUnicode_AsUTF8AndSize(name, &size);
    }
    if (utf8 == NULL) {
        tok->done = E_ERROR;
        Py_XDECREF(name);
        return -1;
    }
    tok->cur = tok->start + size;
    Py_DECREF(name);
    character_error(tok, bad);
    return -1;
}

/* Is this "async" one that starts "async def"? Looks one token ahead. */
static int
async_def_follows(struct tok_state *tok)
{
    struct tok_state ahead = *tok;
    const char *start, *end;
    int kind = _PyTokenizer_Get(&ahead, &start, &end);
    if (PyErr_Occurred()) {
        PyErr_Clear();
    }
    /* The text may have moved under a terminal: keep what it owns. */
    tok->text = ahead.text;
    tok->text_end = ahead.text_end;
    tok->text_allocated = ahead.text_allocated;
    tok->retired = ahead.retired;
    return kind == NAME && end - start == 3 && memcmp(start, "def", 3) == 0;
}

static int
name_kind(struct tok_state *tok)
{
    const char *name = tok->start;
    if (tok->cur - name != 5 || name[0] != 'a') {
        return NAME;
    }
    if (!tok->async_hacks || tok->async_def) {
        if (memcmp(name, "async", 5) == 0) {
            return ASYNC;
        }
        return memcmp(name, "await", 5) == 0 ? AWAIT : NAME;
    }
    if (memcmp(name, "async", 5) == 0 && async_def_follows(tok)) {
        tok->async_def_indent = tok->indent;
        tok->async_def = 1;
        return ASYNC;
    }
    return NAME;
}

/* The length of a string prefix at P if a quote follows it, else 0. A u stands
   alone; r goes with b or f, in either order. */
static int
string_prefix(const char *p)
{
    int b = 0, r = 0, u = 0, f = 0, n = 0;
    for (;; n++) {
        int c = p[n] | 0x20;
        if (c == 'b' && !(b || u || f)) {
            b = 1;
        }
        else if (c == 'u' && !(b || u || r || f)) {
            u = 1;
        }
        else if (c == 'r' && !(r || u)) {
            r = 1;
        }
        else if (c == 'f' && !(f || b || u)) {
            f = 1;
        }
        else {
            return p[n] == '"' || p[n] == '\'' ? n : 0;
        }
    }
}

/* -- Strings ------------------------------------------------------------- */

static int
string_unterminated(struct tok_state *tok, int triple, int at_newline)
{
    int last = tok->lineno;

    /* Reported where it began. */
    tok->cur = tok->start + 1;
    tok->line_start = tok->multi_line_start;
    tok->lineno = tok->first_lineno;
    lexer_error(tok, triple ? "unterminated triple-quoted string literal "
                              "(detected at line %d)"
                            : "unterminated string literal "
                              "(detected at line %d)", last);
    if (!at_newline) {
        tok->done = triple ? E_EOFS : E_EOLS;
    }
    return ERRORTOKEN;
}

/* From the opening quote at tok->cur to behind the closing one. */
static int
string_token(struct tok_state *tok)
{
    const char quote = *tok->cur++;
    int triple = 0;

    tok->first_lineno = tok->lineno;
    tok->multi_line_start = tok->line_start;
    if (tok->cur[0] == quote) {
        if (tok->cur[1] != quote) {
            tok->cur++;
            return STRING;
        }
        triple = 1;
        tok->cur += 2;
    }
    for (;;) {
        int c = peek_char(tok);
        if (c == EOF && (tok->done == E_DECODE || tok->done == E_INTR
                         || PyErr_Occurred()))
        {
            return ERRORTOKEN;
        }
        if (c == EOF || (c == '\n' && !triple)) {
            return string_unterminated(tok, triple, c == '\n');
        }
        const char *p = tok->cur;
        while (*p != quote && *p != '\\' && *p != '\n' && p < tok->inp) {
            p++;
        }
        tok->cur = p;
        if (p == tok->inp) {
            continue;
        }
        if (*p == '\n') {
            if (triple) {
                tok->cur++;
            }
        }
        else if (*p == '\\') {
            tok->cur++;
            if (peek_char(tok) != EOF) {
                tok->cur++;
            }
        }
        else if (!triple) {
            tok->cur++;
            return STRING;
        }
        else if (p[1] == quote && p[2] == quote) {
            tok->cur += 3;
            return STRING;
        }
        else {
            tok->cur++;
        }
    }
}

/* -- Operators ----------------------------------------------------------- */

static int
paren_open(struct tok_state *tok, char c)
{
    if (tok->level >= LEXER_MAX_LEVEL) {
        return lexer_error(tok, "too many nested parentheses");
    }
    struct lexer_paren *paren = &tok->parens[tok->level++];
    paren->open = c;
    paren->lineno = tok->lineno;
    paren->col = (int)(tok->start - tok->line_start);
    return 0;
}

static int
paren_close(struct tok_state *tok, char c)
{
    if (tok->level == 0) {
        return lexer_error(tok, "unmatched '%c'", c);
    }
    const struct lexer_paren *paren = &tok->parens[--tok->level];
    char wanted = paren->open == '(' ? ')' : paren->open == '[' ? ']' : '}';
    if (c == wanted) {
        return 0;
    }
    if (paren->lineno != tok->lineno) {
        return lexer_error(tok, "closing parenthesis '%c' does not match "
                           "opening parenthesis '%c' on line %d",
                           c, paren->open, paren->lineno);
    }
    return lexer_error(tok, "closing parenthesis '%c' does not match opening "
                       "parenthesis '%c'", c, paren->open);
}

static int
operator_token(struct tok_state *tok)
{
    const char *p = tok->cur;
    int kind = PyToken_TwoChars((unsigned char)p[0], (unsigned char)p[1]);
    if (kind != OP) {
        int longer = PyToken_ThreeChars((unsigned char)p[0],
                                        (unsigned char)p[1],
                                        (unsigned char)p[2]);
        tok->cur += longer != OP ? 3 : 2;
        return longer != OP ? longer : kind;
    }
    tok->cur++;
    switch (*p) {
        case '(':
        case '[':
        case '{':
            if (paren_open(tok, *p)) {
                return ERRORTOKEN;
            }
            break;
        case ')':
        case ']':
        case '}':
            if (paren_close(tok, *p)) {
                return ERRORTOKEN;
            }
            break;
        default:
            break;
    }
    if ((unsigned char)*p < ' ' || *p == 0x7f) {
        return character_error(tok, (unsigned char)*p);
    }
    return PyToken_OneChar((unsigned char)*p);
}

/* -- One token ----------------------------------------------------------- */

static int
name_or_string(struct tok_state *tok)
{
    const char *p = tok->cur;
    int prefix = string_prefix(p);
    if (prefix > 0) {
        tok->cur += prefix;
        return string_token(tok);
    }
    int beyond_ascii = 0;
    while (LEXER_IS(*p, LEXER_WORD)) {
        beyond_ascii |= *p & 0x80;
        p++;
    }
    tok->cur = p;
    if (beyond_ascii && name_check(tok) < 0) {
        return ERRORTOKEN;
    }
    return name_kind(tok);
}

/* A token that begins with C at tok->cur, on this line. */
static int
token_from(struct tok_state *tok, int c)
{
    if (LEXER_IS(c, LEXER_LETTER)) {
        return name_or_string(tok);
    }
    if (LEXER_IS(c, LEXER_DIGIT)) {
        return lexer_number(tok, tok->cur, 0);
    }
    if (c == '"' || c == '\'') {
        return string_token(tok);
    }
    if (c == '.') {
        if (LEXER_IS(tok->cur[1], LEXER_DIGIT)) {
            return lexer_number(tok, tok->cur + 1, 1);
        }
        if (tok->cur[1] == '.' && tok->cur[2] == '.') {
            tok->cur += 3;
            return ELLIPSIS;
        }
        tok->cur++;
        return DOT;
    }
    return operator_token(tok);
}

/* C is the next character: a type comment alone on the line below the header
   must not seem to end the function. */
static void
async_def_leave(struct tok_state *tok, int blank, int c)
{
    if (tok->async_def && !blank && c != '\n' && tok->level == 0
        && tok->async_def_nl
        && tok->async_def_indent >= tok->indent)
    {
        tok->async_def = 0;
        tok->async_def_indent = 0;
        tok->async_def_nl = 0;
    }
}

/* What ends the text: the end proper, or a failure. */
static int
end_token(struct tok_state *tok)
{
    if (tok->done == E_INTERACT_STOP) {
        return ENDMARKER;
    }
    if (tok->level > 0) {
        return ERRORTOKEN;
    }
    return tok->done == E_EOF ? ENDMARKER : ERRORTOKEN;
}

int
_PyTokenizer_Get(struct tok_state *tok, const char **p_start,
                 const char **p_end)
{
    int blank, c, kind;

    *p_start = *p_end = NULL;
next_line:
    tok->start = NULL;
    blank = 0;
    if (tok->atbol && line_begin(tok, &blank)) {
        return ERRORTOKEN;
    }
    tok->start = tok->cur;
    if (tok->pendin < 0) {
        tok->pendin++;
        return DEDENT;
    }
    if (tok->pendin > 0) {
        tok->pendin--;
        return INDENT;
    }
    async_def_leave(tok, blank, peek_char(tok));

again:
    tok->start = NULL;
    while ((c = peek_char(tok)) == ' ' || c == '\t' || c == '\014') {
        tok->cur++;
    }
    tok->start = tok->cur;
    if (c == '#') {
        while (tok->cur < tok->inp && *tok->cur != '\n') {
            tok->cur++;
        }
        if (tok->type_comments) {
            const char *text = type_comment_text(tok->start, tok->cur);
            if (text != NULL) {
                return type_comment(tok, text, blank, p_start, p_end);
            }
        }
        c = peek_char(tok);
    }
    if (c == EOF) {
        return end_token(tok);
    }
    if (c == '\n') {
        tok->cur++;
        tok->atbol = 1;
        if (blank || tok->level > 0) {
            goto next_line;
        }
        *p_start = tok->start;
        *p_end = tok->cur - 1;
        tok->cont_line = 0;
        if (tok->async_def) {
            tok->async_def_nl = 1;
        }
        return NEWLINE;
    }
    if (c == '\\') {
        tok->cur++;
        if (continue_line(tok) < 0) {
            return ERRORTOKEN;
        }
        tok->cont_line = 1;
        goto again;
    }
    kind = token_from(tok, c);
    if (kind != ERRORTOKEN) {
        *p_start = tok->start;
        *p_end = tok->cur;
        if (tok->cur == tok->text_end && tok->prompt == NULL
            && (kind != STRING || tok->cur - tok->start == 2))
        {
            /* The end of this token shows only by the end of the text. */
            tok->done = E_EOF;
        }
    }
    return kind;
}
