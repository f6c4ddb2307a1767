/* Numbers, from the first digit to the character after the last.

   Every line ends with a newline or a zero, so looking one character ahead is
   always allowed. */

#include "lexer.h"
#include <string.h>

/* An error at P: the column reported is that of the character before it. */
static const char *
number_error(struct tok_state *tok, const char *p, const char *format,
             const void *detail)
{
    tok->cur = p;
    lexer_error(tok, format, detail);
    return NULL;
}

static const char *
digit_error(struct tok_state *tok, const char *p, const char *kind)
{
    tok->cur = p + 1;
    lexer_error(tok, "invalid digit '%c' in %s literal", *p, kind);
    return NULL;
}

/* Digits with single underscores between them. P is behind the first one. */
static const char *
decimal_tail(struct tok_state *tok, const char *p)
{
    for (;;) {
        while (LEXER_IS(*p, LEXER_DIGIT)) {
            p++;
        }
        if (*p != '_') {
            return p;
        }
        p++;
        if (!LEXER_IS(*p, LEXER_DIGIT)) {
            return number_error(tok, p, "invalid decimal literal", NULL);
        }
    }
}

/* The digits behind 0x, 0o or 0b. */
static const char *
prefixed_tail(struct tok_state *tok, const char *p, int base,
              const char *kind)
{
    do {
        if (*p == '_') {
            p++;
        }
        const char *first = p;
        if (base == 16) {
            while (LEXER_IS(*p, LEXER_HEX)) {
                p++;
            }
        }
        else {
            while (*p >= '0' && *p < '0' + base) {
                p++;
            }
        }
        if (p == first) {
            if (base != 16 && LEXER_IS(*p, LEXER_DIGIT)) {
                return digit_error(tok, p, kind);
            }
            return number_error(tok, p, "invalid %s literal", kind);
        }
    } while (*p == '_');
    if (LEXER_IS(*p, LEXER_DIGIT)) {
        return digit_error(tok, p, kind);
    }
    return p;
}

static int
word_is(const char *p, const char *word)
{
    size_t length = strlen(word);
    return strncmp(p, word, length) == 0
           && !LEXER_IS(p[length], LEXER_WORD);
}

/* Does one of the keywords that may follow an operand stand here? Then "1or 2"
   is still accepted, with a warning. */
static int
keyword_follows(const char *p)
{
    if (*p == 'i') {
        return p[1] == 'f' || p[1] == 'n' || p[1] == 's';
    }
    return word_is(p, "and") || word_is(p, "else") || word_is(p, "for")
           || word_is(p, "or") || word_is(p, "not");
}

static int
warn_keyword(struct tok_state *tok, const char *kind)
{
    PyObject *message = PyUnicode_FromFormat("invalid %s literal", kind);
    if (message == NULL) {
        goto error;
    }
    if (PyErr_WarnExplicitObject(PyExc_SyntaxWarning, message,
                                 tok->filename ? tok->filename : Py_None,
                                 tok->lineno, NULL, NULL) < 0)
    {
        if (PyErr_ExceptionMatches(PyExc_SyntaxWarning)) {
            /* The warning is an error: say where. */
            PyErr_Clear();
            lexer_error(tok, "%U", message);
        }
        goto error;
    }
    Py_DECREF(message);
    return 0;

error:
    Py_XDECREF(message);
    tok->done = E_ERROR;
    return -1;
}

/* A number must not run into a name. */
static const char *
number_end(struct tok_state *tok, const char *p, const char *kind)
{
    if (!LEXER_IS(*p, LEXER_WORD)) {
        return p;
    }
    if (keyword_follows(p)) {
        tok->cur = p;
        return warn_keyword(tok, kind) < 0 ? NULL : p;
    }
    return number_error(tok, p, "invalid %s literal", kind);
}

/* Behind the integer part and the fraction. */
static const char *
exponent_part(struct tok_state *tok, const char *p)
{
    if (*p == 'e' || *p == 'E') {
        const char *digits = p + 1;
        if (*digits == '+' || *digits == '-') {
            digits++;
            if (!LEXER_IS(*digits, LEXER_DIGIT)) {
                return number_error(tok, digits, "invalid decimal literal",
                                    NULL);
            }
        }
        else if (!LEXER_IS(*digits, LEXER_DIGIT)) {
            /* Not an exponent; only "else" could follow. */
            return number_end(tok, p, "decimal");
        }
        p = decimal_tail(tok, digits);
        if (p == NULL) {
            return NULL;
        }
    }
    if (*p == 'j' || *p == 'J') {
        return number_end(tok, p + 1, "imaginary");
    }
    return number_end(tok, p, "decimal");
}

static const char *
fraction_part(struct tok_state *tok, const char *p)
{
    if (LEXER_IS(*p, LEXER_DIGIT)) {
        p = decimal_tail(tok, p);
        if (p == NULL) {
            return NULL;
        }
    }
    return exponent_part(tok, p);
}

/* A zero without a base letter: zeros alone are an integer, other digits
   only make sense in a float. P is behind the zero. */
static const char *
zero_tail(struct tok_state *tok, const char *p)
{
    for (;;) {
        if (*p == '_') {
            p++;
            if (!LEXER_IS(*p, LEXER_DIGIT)) {
                return number_error(tok, p, "invalid decimal literal", NULL);
            }
        }
        if (*p != '0') {
            break;
        }
        p++;
    }
    const char *zeros_end = p + 1;
    int nonzero = LEXER_IS(*p, LEXER_DIGIT) != 0;
    if (nonzero) {
        p = decimal_tail(tok, p);
        if (p == NULL) {
            return NULL;
        }
    }
    if (*p == '.') {
        return fraction_part(tok, p + 1);
    }
    if (*p == 'e' || *p == 'E' || *p == 'j' || *p == 'J') {
        return exponent_part(tok, p);
    }
    if (nonzero) {
        tok->cur = p;
        lexer_error_range(tok, (int)(tok->start + 1 - tok->line_start),
                          (int)(zeros_end - tok->line_start),
                          "leading zeros in decimal integer literals are "
                          "not permitted; use an 0o prefix for octal "
                          "integers");
        return NULL;
    }
    return number_end(tok, p, "decimal");
}

static const char *
based_number(struct tok_state *tok, const char *p, int base, const char *kind)
{
    p = prefixed_tail(tok, p, base, kind);
    return p == NULL ? NULL : number_end(tok, p, kind);
}

static const char *
integer_part(struct tok_state *tok, const char *p)
{
    if (*p == '0') {
        switch (p[1]) {
            case 'x':
            case 'X':
                return based_number(tok, p + 2, 16, "hexadecimal");
            case 'o':
            case 'O':
                return based_number(tok, p + 2, 8, "octal");
            case 'b':
            case 'B':
                return based_number(tok, p + 2, 2, "binary");
            default:
                return zero_tail(tok, p + 1);
        }
    }
    p = decimal_tail(tok, p);
    if (p == NULL) {
        return NULL;
    }
    return *p == '.' ? fraction_part(tok, p + 1) : exponent_part(tok, p);
}

int
lexer_number(struct tok_state *tok, const char *p, int fraction)
{
    p = fraction ? fraction_part(tok, p) : integer_part(tok, p);
    if (p == NULL) {
        return ERRORTOKEN;
    }
    tok->cur = p;
    return NUMBER;
}
