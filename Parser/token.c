/* Names of the token kinds, and which characters make an operator. */

#include "Python.h"
#include "token.h"

/* Indexed by kind; ends with a placeholder. */
const char * const _PyParser_TokenNames[] = {
    "ENDMARKER", "NAME", "NUMBER", "STRING", "NEWLINE", "INDENT", "DEDENT",
    "LPAR", "RPAR", "LSQB", "RSQB", "COLON", "COMMA", "SEMI", "PLUS", "MINUS",
    "STAR", "SLASH", "VBAR", "AMPER", "LESS", "GREATER", "EQUAL", "DOT",
    "PERCENT", "LBRACE", "RBRACE", "EQEQUAL", "NOTEQUAL", "LESSEQUAL",
    "GREATEREQUAL", "TILDE", "CIRCUMFLEX", "LEFTSHIFT", "RIGHTSHIFT",
    "DOUBLESTAR", "PLUSEQUAL", "MINEQUAL", "STAREQUAL", "SLASHEQUAL",
    "PERCENTEQUAL", "AMPEREQUAL", "VBAREQUAL", "CIRCUMFLEXEQUAL",
    "LEFTSHIFTEQUAL", "RIGHTSHIFTEQUAL", "DOUBLESTAREQUAL", "DOUBLESLASH",
    "DOUBLESLASHEQUAL", "AT", "ATEQUAL", "RARROW", "ELLIPSIS", "COLONEQUAL",
    "OP", "AWAIT", "ASYNC", "TYPE_IGNORE", "TYPE_COMMENT", "SOFT_KEYWORD",
    "<ERRORTOKEN>", "<COMMENT>", "<NL>", "<ENCODING>", "<N_TOKENS>",
};

/* What a character is alone, doubled (xx), and followed by '='. OP stands
   for: not an operator. */
struct operator_row {
    unsigned char alone, doubled, equal;
};

static const struct operator_row operators[128] = {
    ['('] = {LPAR, OP, OP},
    [')'] = {RPAR, OP, OP},
    ['['] = {LSQB, OP, OP},
    [']'] = {RSQB, OP, OP},
    ['{'] = {LBRACE, OP, OP},
    ['}'] = {RBRACE, OP, OP},
    [':'] = {COLON, OP, COLONEQUAL},
    [','] = {COMMA, OP, OP},
    [';'] = {SEMI, OP, OP},
    ['.'] = {DOT, OP, OP},
    ['~'] = {TILDE, OP, OP},
    ['+'] = {PLUS, OP, PLUSEQUAL},
    ['-'] = {MINUS, OP, MINEQUAL},
    ['*'] = {STAR, DOUBLESTAR, STAREQUAL},
    ['/'] = {SLASH, DOUBLESLASH, SLASHEQUAL},
    ['|'] = {VBAR, OP, VBAREQUAL},
    ['&'] = {AMPER, OP, AMPEREQUAL},
    ['<'] = {LESS, LEFTSHIFT, LESSEQUAL},
    ['>'] = {GREATER, RIGHTSHIFT, GREATEREQUAL},
    ['='] = {EQUAL, EQEQUAL, EQEQUAL},
    ['!'] = {OP, OP, NOTEQUAL},
    ['%'] = {PERCENT, OP, PERCENTEQUAL},
    ['^'] = {CIRCUMFLEX, OP, CIRCUMFLEXEQUAL},
    ['@'] = {AT, OP, ATEQUAL},
};

int
PyToken_OneChar(int c1)
{
    if (c1 <= 0 || c1 >= 128 || operators[c1].alone == 0) {
        return OP;
    }
    return operators[c1].alone;
}

int
PyToken_TwoChars(int c1, int c2)
{
    if (c1 == '-' && c2 == '>') {
        return RARROW;
    }
    if (c1 == '<' && c2 == '>') {
        return NOTEQUAL;
    }
    if (c1 <= 0 || c1 >= 128 || operators[c1].alone == 0) {
        return OP;
    }
    if (c2 == '=') {
        return operators[c1].equal;
    }
    return c2 == c1 ? operators[c1].doubled : OP;
}

int
PyToken_ThreeChars(int c1, int c2, int c3)
{
    if (c1 == '.' && c2 == '.' && c3 == '.') {
        return ELLIPSIS;
    }
    if (c3 != '=' || c1 != c2) {
        return OP;
    }
    switch (c1) {
        case '*':
            return DOUBLESTAREQUAL;
        case '/':
            return DOUBLESLASHEQUAL;
        case '<':
            return LEFTSHIFTEQUAL;
        case '>':
            return RIGHTSHIFTEQUAL;
        default:
            return OP;
    }
}
