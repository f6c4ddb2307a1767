/* String literals: prefixes, escapes, rows of literals. */

#include "parser_strings.h"
#include "pycore_bytesobject.h"
#include "pycore_unicodeobject.h"
#include <string.h>

/* -- Escapes ------------------------------------------------------------- */

/* Warns of the escape whose character behind the backslash is *ESCAPE. */
int
string_warn_escape(Parser *p, const char *escape, struct token *token)
{
    unsigned char c = (unsigned char)*escape;
    int octal = c >= '4' && c <= '7';
    PyObject *message =
        octal ? PyUnicode_FromFormat("invalid octal escape sequence "
                                     "'\\%.3s'", escape)
              : PyUnicode_FromFormat("invalid escape sequence '\\%c'", c);
    if (message == NULL) {
        p->error = 1;
        return -1;
    }
    int result = PyErr_WarnExplicitObject(
        PyExc_DeprecationWarning, message,
        p->tok->filename ? p->tok->filename : Py_None, token->lineno, NULL,
        NULL);
    if (result < 0) {
        if (PyErr_ExceptionMatches(PyExc_DeprecationWarning)) {
            /* The warning is an error: point at the literal. */
            PyErr_Clear();
            p->error = 0;
            RAISE_ON(token, "%U", message);
        }
        p->error = 1;
    }
    Py_DECREF(message);
    return result < 0 ? -1 : 0;
}

/* Writes escapes for the characters beyond ASCII at *S to OUT and moves *S
   behind them. NULL on errors. */
static char *
escape_run(char *out, const char **s, const char *end)
{
    const char *run = *s;
    while (*s < end && **s & 0x80) {
        (*s)++;
    }
    PyObject *text = PyUnicode_DecodeUTF8(run, *s - run, NULL);
    if (text == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text); i++) {
        out += PyOS_snprintf(out, 11, "\\U%08x",
                             PyUnicode_READ_CHAR(text, i));
    }
    Py_DECREF(text);
    return out;
}

/* The decoder of escapes reads Latin-1, so characters beyond ASCII are turned
   into escapes first: ten bytes for one of at least two. The positions in its
   messages count in that text. */
static PyObject *
text_unescape(Parser *p, const char *text, size_t length,
              struct token *token)
{
    if (length > PY_SSIZE_T_MAX / 6) {
        return PyErr_NoMemory();
    }
    char *plain = PyMem_Malloc(length * 6 + 1);
    if (plain == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *result = NULL;
    char *out = plain;
    const char *s = text, *end = text + length, *bad = NULL;
    while (s < end) {
        if (*s == '\\') {
            *out++ = *s++;
            if (s >= end || *s & 0x80) {
                memcpy(out, "u005c", 5);
                out += 5;
                if (s >= end) {
                    break;
                }
            }
        }
        if (*s & 0x80) {
            out = escape_run(out, &s, end);
            if (out == NULL) {
                goto done;
            }
        }
        else {
            *out++ = *s++;
        }
    }
    result = _PyUnicode_DecodeUnicodeEscapeInternal(plain, out - plain, NULL,
                                                    NULL, &bad);
    if (result != NULL && bad != NULL
        && string_warn_escape(p, bad, token) < 0)
    {
        Py_CLEAR(result);
    }

done:
    PyMem_Free(plain);
    return result;
}

PyObject *
string_decode(Parser *p, const char *text, size_t length, int raw,
              struct token *token)
{
    PyObject *result = raw
        ? PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, NULL)
        : text_unescape(p, text, length, token);
    if (result == NULL && !p->error) {
        raise_decode_problem(p);
    }
    if (result == NULL) {
        p->error = 1;
    }
    return result;
}

static PyObject *
bytes_decode(Parser *p, const char *text, size_t length, int raw,
             struct token *token)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] & 0x80) {
            return RAISE_SYNTAX_ERROR("bytes can only contain ASCII literal "
                                      "characters");
        }
    }
    if (raw) {
        return PyBytes_FromStringAndSize(text, (Py_ssize_t)length);
    }
    const char *bad = NULL;
    PyObject *result = _PyBytes_DecodeEscape(text, (Py_ssize_t)length, NULL,
                                             &bad);
    if (result == NULL) {
        raise_decode_problem(p);
        return NULL;
    }
    if (bad != NULL && string_warn_escape(p, bad, token) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* -- Joining ------------------------------------------------------------- */

int
joiner_add_text_steal(struct joiner *joiner, PyObject *text)
{
    if (joiner->text == NULL && PyUnicode_GET_LENGTH(text) > 0) {
        joiner->text = text;
        return 0;
    }
    if (PyUnicode_GET_LENGTH(text) == 0) {
        Py_DECREF(text);
        return 0;
    }
    PyUnicode_AppendAndDel(&joiner->text, text);
    if (joiner->text == NULL) {
        joiner->p->error = 1;
        return -1;
    }
    return 0;
}

int
joiner_add_value(struct joiner *joiner, expr_ty value)
{
    if (joiner_flush(joiner) < 0) {
        return -1;
    }
    return push_item(joiner->p, value);
}

/* A constant for the whole row; takes the reference to VALUE. */
static expr_ty
row_constant_steal(struct joiner *joiner, PyObject *value)
{
    Parser *p = joiner->p;
    if (_PyArena_AddPyObject(p->arena, value) < 0) {
        Py_DECREF(value);
        p->error = 1;
        return NULL;
    }
    string kind = NULL;
    if (PyUnicode_CheckExact(value) && joiner->first->start[0] == 'u') {
        kind = parser_new_identifier(p, "u");
        if (kind == NULL) {
            return NULL;
        }
    }
    return BUILT(_PyAST_Constant(value, kind, joiner->first->lineno,
                                 joiner->first->col_offset,
                                 joiner->last->end_lineno,
                                 joiner->last->end_col_offset, p->arena));
}

int
joiner_flush(struct joiner *joiner)
{
    PyObject *text = joiner->text;
    if (text == NULL) {
        return 0;
    }
    joiner->text = NULL;
    expr_ty piece = row_constant_steal(joiner, text);
    return piece == NULL ? -1 : push_item(joiner->p, piece);
}

expr_ty
joiner_finish(struct joiner *joiner)
{
    Parser *p = joiner->p;
    if (joiner_flush(joiner) < 0) {
        return NULL;
    }
    asdl_expr_seq *values = parser_take_items(p, joiner->base);
    if (values == NULL) {
        return NULL;
    }
    return BUILT(_PyAST_JoinedStr(values, joiner->first->lineno,
                                  joiner->first->col_offset,
                                  joiner->last->end_lineno,
                                  joiner->last->end_col_offset, p->arena));
}

/* -- Literals ------------------------------------------------------------ */

struct literal {
    const char *text;       /* between the quotes */
    size_t length;
    int raw, bytes, formatted;
};

static void
literal_split(const struct token *token, struct literal *literal)
{
    const char *s = token->start, *end = token->end;
    memset(literal, 0, sizeof(*literal));
    for (; *s != '\'' && *s != '"'; s++) {
        switch (*s | 0x20) {
            case 'r':
                literal->raw = 1;
                break;
            case 'b':
                literal->bytes = 1;
                break;
            case 'f':
                literal->formatted = 1;
                break;
            default:
                break;
        }
    }
    int quotes = end - s >= 6 && s[1] == s[0] && s[2] == s[0] ? 3 : 1;
    literal->text = s + quotes;
    literal->length = (size_t)(end - quotes - literal->text);
}

/* The value of a literal that is not an f-string. */
static PyObject *
literal_value(Parser *p, const struct literal *literal, struct token *token)
{
    int raw = literal->raw
              || memchr(literal->text, '\\', literal->length) == NULL;
    PyObject *value = literal->bytes
        ? bytes_decode(p, literal->text, literal->length, raw, token)
        : string_decode(p, literal->text, literal->length, raw, token);
    if (value == NULL) {
        p->error = 1;
    }
    return value;
}

static int
join_bytes_steal(Parser *p, PyObject **bytes, PyObject *more)
{
    if (*bytes == NULL) {
        *bytes = more;
        return 0;
    }
    PyBytes_ConcatAndDel(bytes, more);
    if (*bytes == NULL) {
        p->error = 1;
        return -1;
    }
    return 0;
}

/* Adds the literal TOKEN to the row. The row is of BYTES if its first
   literal, which this one is or not, is. */
static int
join_literal(struct joiner *joiner, struct token *token, int *bytes_mode,
             PyObject **bytes)
{
    Parser *p = joiner->p;
    struct literal literal;
    PyObject *value = NULL;

    literal_split(token, &literal);
    if (literal.formatted && p->feature_version < 6) {
        RAISE_SYNTAX_ERROR("Format strings are only supported in Python 3.6 "
                           "and greater");
        return -1;
    }
    if (!literal.formatted) {
        value = literal_value(p, &literal, token);
        if (value == NULL) {
            return -1;
        }
    }
    if (token != joiner->first && literal.bytes != *bytes_mode) {
        Py_XDECREF(value);
        RAISE_SYNTAX_ERROR("cannot mix bytes and nonbytes literals");
        return -1;
    }
    *bytes_mode = literal.bytes;
    if (literal.formatted) {
        joiner->formatted = 1;
        return fstring_parse(joiner, literal.text,
                             literal.text + literal.length, literal.raw,
                             token);
    }
    return literal.bytes ? join_bytes_steal(p, bytes, value)
                         : joiner_add_text_steal(joiner, value);
}

/* The tokens number FIRST to LAST as one expression. */
expr_ty
strings_concatenate(Parser *p, int first, int last)
{
    struct joiner joiner = {
        p, token_at(p, first), token_at(p, last), NULL, p->items_depth, 0,
    };
    PyObject *bytes = NULL;
    int bytes_mode = 0;

    for (int i = first; i <= last; i++) {
        if (join_literal(&joiner, token_at(p, i), &bytes_mode, &bytes) < 0) {
            goto error;
        }
    }
    if (bytes_mode) {
        return row_constant_steal(&joiner, bytes);
    }
    if (joiner.formatted) {
        return joiner_finish(&joiner);
    }
    if (joiner.text == NULL) {
        joiner.text = PyUnicode_New(0, 0);
        if (joiner.text == NULL) {
            goto error;
        }
    }
    return row_constant_steal(&joiner, joiner.text);

error:
    p->error = 1;
    Py_XDECREF(bytes);
    Py_XDECREF(joiner.text);
    return NULL;
}

/* All the literals that stand here. */
expr_ty
parse_strings(Parser *p)
{
    expr_ty e;
    if (p->remember && memo_find(p, MEMO_STRINGS, &e)) {
        return e;
    }
    int first = p->mark;
    while (peek_type(p) == STRING) {
        p->mark++;
    }
    if (p->error || p->mark == first) {
        return NULL;
    }
    e = strings_concatenate(p, first, p->mark - 1);
    if (e != NULL && p->remember) {
        memo_store(p, first, MEMO_STRINGS, e);
    }
    return e;
}
