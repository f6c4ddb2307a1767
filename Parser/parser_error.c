/* Raising SyntaxError and its kin with the place and the line of source. */

#include "parser.h"
#include "pycore_pyerrors.h"
#include <string.h>

/* -- The line of source -------------------------------------------------- */

/* Line LINENO of the text the lexer has in memory. */
static PyObject *
line_from_lexer(Parser *p, int lineno)
{
    const struct tok_state *tok = p->tok;
    int number = p->starting_lineno ? lineno - p->starting_lineno + 1
                                    : lineno;
    const char *line = tok->text;
    const char *limit = tok->prompt ? tok->text_end : tok->inp;
    for (int i = 0; i < number - 1; i++) {
        const char *newline = strchr(line, '\n');
        if (newline == NULL || newline + 1 > limit) {
            break;
        }
        line = newline + 1;
    }
    return PyUnicode_DecodeUTF8(line, (Py_ssize_t)strcspn(line, "\n"),
                                "replace");
}

static PyObject *
error_line(Parser *p, int lineno)
{
    const struct tok_state *tok = p->tok;
    PyObject *line = NULL;

    if (tok->prompt != NULL) {
        line = line_from_lexer(p, lineno);
    }
    else if (p->start_rule == Py_file_input && tok->filename != NULL) {
        line = _PyErr_ProgramDecodedTextObject(tok->filename, lineno,
                                               tok->encoding);
    }
    if (line != NULL || PyErr_Occurred()) {
        return line;
    }
    if (tok->lineno <= lineno && tok->inp > tok->buf) {
        return PyUnicode_DecodeUTF8(tok->buf, tok->inp - tok->buf,
                                    "replace");
    }
    if (tok->fp == NULL || tok->fp == stdin) {
        return line_from_lexer(p, lineno);
    }
    return PyUnicode_FromStringAndSize("", 0);
}

/* The number of characters in the first COL bytes of LINE; one byte beyond
   its end counts too. -1 on errors. */
static Py_ssize_t
column_in_characters(PyObject *line, Py_ssize_t col)
{
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(line, &length);
    if (text == NULL) {
        return -1;
    }
    if (col < 0) {
        col = 0;
    }
    if (col > length + 1) {
        col = length + 1;
    }
    PyObject *before = PyUnicode_DecodeUTF8(text, col, "replace");
    if (before == NULL) {
        return -1;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(before);
    Py_DECREF(before);
    return n;
}

/* -- Raising ------------------------------------------------------------- */

static void
raise_message_steal(Parser *p, PyObject *type, int lineno, int col,
                    int end_lineno, int end_col, PyObject *message)
{
    PyObject *line = NULL, *args = NULL;

    if (message == NULL || (line = error_line(p, lineno)) == NULL) {
        goto done;
    }
    if (p->start_rule == Py_fstring_input) {
        col -= p->starting_col_offset;
        end_col -= p->starting_col_offset;
    }
    Py_ssize_t column = col, end_column = end_col;
    if (p->tok->encoding != NULL) {
        column = column_in_characters(line, col);
        if (column < 0) {
            goto done;
        }
        if (end_column > 0) {
            end_column = column_in_characters(line, end_col);
            if (end_column < 0) {
                goto done;
            }
        }
    }
    args = Py_BuildValue("(O(OinOin))", message,
                         p->tok->filename ? p->tok->filename : Py_None,
                         lineno, column, line, end_lineno, end_column);
    if (args != NULL) {
        PyErr_SetObject(type, args);
    }

done:
    Py_XDECREF(message);
    Py_XDECREF(line);
    Py_XDECREF(args);
}

/* Columns count from 1 here; 0 and less mean: not known. */
static void
raise_formatted(Parser *p, PyObject *type, int lineno, int col,
                int end_lineno, int end_col, const char *format,
                va_list arguments)
{
    if (p->error && PyErr_Occurred()) {
        return;
    }
    p->error = 1;
    PyObject *message = PyUnicode_FromFormatV(format, arguments);
    if (message != NULL && p->start_rule == Py_fstring_input) {
        Py_SETREF(message, PyUnicode_FromFormat("f-string: %U", message));
    }
    if (end_lineno == CURRENT_POSITION) {
        end_lineno = p->tok->lineno;
    }
    if (end_col == CURRENT_POSITION) {
        end_col = (int)(p->tok->cur - p->tok->line_start);
    }
    raise_message_steal(p, type, lineno, col, end_lineno, end_col, message);
}

/* Columns count from 0, in bytes. */
void *
raise_at(Parser *p, PyObject *type, int lineno, int col, int end_lineno,
         int end_col, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    raise_formatted(p, type, lineno, col + 1, end_lineno,
                    end_col == CURRENT_POSITION ? end_col : end_col + 1,
                    format, arguments);
    va_end(arguments);
    return NULL;
}

void
raise_unclosed(Parser *p)
{
    const struct lexer_paren *paren = &p->tok->parens[p->tok->level - 1];
    raise_at(p, PyExc_SyntaxError, paren->lineno, paren->col, paren->lineno,
             -1, "'%c' was never closed", paren->open);
}

/* On the last token read. */
void *
raise_last(Parser *p, PyObject *type, const char *format, ...)
{
    va_list arguments;

    if (p->error && PyErr_Occurred()) {
        return NULL;
    }
    if (p->fill == 0) {
        va_start(arguments, format);
        raise_formatted(p, type, 0, 0, 0, -1, format, arguments);
        va_end(arguments);
        return NULL;
    }
    const struct tok_state *tok = p->tok;
    const struct token *token = token_at(p, p->fill - 1);
    int col = token->col_offset + 1, end_col = -1;
    if (token->col_offset == -1) {
        col = tok->cur == tok->buf ? 0 : (int)(tok->cur - tok->line_start);
    }
    if (token->end_col_offset != -1) {
        end_col = token->end_col_offset + 1;
    }
    va_start(arguments, format);
    raise_formatted(p, type, token->lineno, col, token->end_lineno, end_col,
                    format, arguments);
    va_end(arguments);
    return NULL;
}

void *
raise_version(Parser *p, int version, const char *what)
{
    RAISE_SYNTAX_ERROR("%s only supported in Python 3.%i and greater", what,
                       version);
    p->error = 1;
    return NULL;
}

/* -- What the lexer could not read --------------------------------------- */

/* Turns the codec's complaint into a SyntaxError. */
int
raise_decode_problem(Parser *p)
{
    const char *kind = NULL;
    if (PyErr_ExceptionMatches(PyExc_UnicodeError)) {
        kind = "unicode error";
    }
    else if (PyErr_ExceptionMatches(PyExc_ValueError)) {
        kind = "value error";
    }
    if (kind != NULL) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyObject *text = value != NULL ? PyObject_Str(value) : NULL;
        if (text != NULL) {
            RAISE_SYNTAX_ERROR("(%s) %U", kind, text);
            Py_DECREF(text);
        }
        else {
            PyErr_Clear();
            RAISE_SYNTAX_ERROR("(%s) unknown error", kind);
        }
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
    }
    return -1;
}

int
raise_lexer_error(Parser *p)
{
    PyObject *type = PyExc_SyntaxError;
    const char *message;
    int col = 0;

    if (PyErr_Occurred()) {
        return -1;
    }
    switch (p->tok->done) {
        case E_TOKEN:
            message = "invalid token";
            break;
        case E_EOF:
            if (p->tok->level > 0) {
                raise_unclosed(p);
            }
            else {
                RAISE_SYNTAX_ERROR("unexpected EOF while parsing");
            }
            return -1;
        case E_DEDENT:
            RAISE_INDENTATION_ERROR("unindent does not match any outer "
                                    "indentation level");
            return -1;
        case E_INTR:
            PyErr_SetNone(PyExc_KeyboardInterrupt);
            return -1;
        case E_NOMEM:
            PyErr_NoMemory();
            return -1;
        case E_TABSPACE:
            type = PyExc_TabError;
            message = "inconsistent use of tabs and spaces in indentation";
            break;
        case E_TOODEEP:
            type = PyExc_IndentationError;
            message = "too many levels of indentation";
            break;
        case E_LINECONT:
            col = (int)(p->tok->cur - p->tok->buf - 1);
            message = "unexpected character after line continuation "
                      "character";
            break;
        default:
            message = "unknown parsing error";
            break;
    }
    raise_at(p, type, p->tok->lineno, col >= 0 ? col : 0, p->tok->lineno, -1,
             message);
    return -1;
}

/* -- After the second pass ----------------------------------------------- */

/* Reads the rest of the source. What the lexer finds there - an unclosed
   bracket above all - explains more than the error that is set. */
static void
prefer_lexer_error(Parser *p)
{
    PyObject *type, *value, *traceback;
    const char *start, *end;
    struct tok_state *tok = p->tok;
    int kind;

    if (tok->prompt != NULL) {
        return;
    }
    PyErr_Fetch(&type, &value, &traceback);
    int lineno = token_at(p, p->fill - 1)->lineno;
    do {
        kind = _PyTokenizer_Get(tok, &start, &end);
    } while (kind != ERRORTOKEN && kind != ENDMARKER);
    if (kind == ERRORTOKEN && !PyErr_Occurred() && tok->level > 0
        && lineno > tok->parens[tok->level - 1].lineno)
    {
        p->error = 0;
        raise_unclosed(p);
    }
    if (PyErr_Occurred()) {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
    }
    else {
        PyErr_Restore(type, value, traceback);
    }
}

/* Both passes are over: makes sure that there is a good error. LAST is the
   farthest token of the first pass, NULL if there was none. */
void
parser_set_syntax_error(Parser *p, struct token *last)
{
    struct tok_state *tok = p->tok;

    if (PyErr_Occurred()) {
        if ((tok->done == E_DONE || tok->done == E_OK)
            && PyErr_ExceptionMatches(PyExc_SyntaxError))
        {
            prefer_lexer_error(p);
        }
        return;
    }
    if (last == NULL) {
        RAISE_SYNTAX_ERROR("error at start before reading any input");
        return;
    }
    if (last->type == ERRORTOKEN && tok->done == E_EOF) {
        if (tok->level > 0) {
            raise_unclosed(p);
        }
        else {
            RAISE_SYNTAX_ERROR("unexpected EOF while parsing");
        }
        return;
    }
    if (last->type == INDENT || last->type == DEDENT) {
        RAISE_INDENTATION_ERROR(last->type == INDENT ? "unexpected indent"
                                                     : "unexpected unindent");
        return;
    }
    RAISE_ON(last, "invalid syntax");
    prefer_lexer_error(p);
}

/* -- Names of things ----------------------------------------------------- */

static const char *
constant_describe(PyObject *value)
{
    if (value == Py_None) {
        return "None";
    }
    if (value == Py_False) {
        return "False";
    }
    if (value == Py_True) {
        return "True";
    }
    return value == Py_Ellipsis ? "ellipsis" : "literal";
}

/* What the messages call an expression. */
const char *
expr_describe(expr_ty e)
{
    switch (e->kind) {
        case Attribute_kind:
            return "attribute";
        case Subscript_kind:
            return "subscript";
        case Starred_kind:
            return "starred";
        case Name_kind:
            return "name";
        case List_kind:
            return "list";
        case Tuple_kind:
            return "tuple";
        case Lambda_kind:
            return "lambda";
        case Call_kind:
            return "function call";
        case BoolOp_kind:
        case BinOp_kind:
        case UnaryOp_kind:
            return "expression";
        case GeneratorExp_kind:
            return "generator expression";
        case Yield_kind:
        case YieldFrom_kind:
            return "yield expression";
        case Await_kind:
            return "await expression";
        case ListComp_kind:
            return "list comprehension";
        case SetComp_kind:
            return "set comprehension";
        case DictComp_kind:
            return "dict comprehension";
        case Dict_kind:
            return "dict literal";
        case Set_kind:
            return "set display";
        case JoinedStr_kind:
        case FormattedValue_kind:
            return "f-string expression";
        case Constant_kind:
            return constant_describe(e->v.Constant.value);
        case Compare_kind:
            return "comparison";
        case IfExp_kind:
            return "conditional expression";
        case NamedExpr_kind:
            return "named expression";
        default:
            return "expression";
    }
}
