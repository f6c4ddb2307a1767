/* Running the parser: start symbols, the two passes, the entry points. */

#include "parser.h"
#include "pycore_parser.h"
#include <string.h>

/* -- Start symbols ------------------------------------------------------- */

static asdl_type_ignore_seq *
type_ignores(Parser *p)
{
    asdl_type_ignore_seq *seq =
        _Py_asdl_type_ignore_seq_new(p->ignores_used, p->arena);
    if (seq == NULL) {
        p->error = 1;
        return NULL;
    }
    for (Py_ssize_t i = 0; i < p->ignores_used; i++) {
        struct type_ignore_note *note = &p->ignores[i];
        PyObject *tag = PyUnicode_DecodeUTF8(note->text,
                                             (Py_ssize_t)note->length, NULL);
        if (tag == NULL || _PyArena_AddPyObject(p->arena, tag) < 0) {
            Py_XDECREF(tag);
            p->error = 1;
            return NULL;
        }
        type_ignore_ty ignore = BUILT(_PyAST_TypeIgnore(note->lineno, tag,
                                                        p->arena));
        if (ignore == NULL) {
            return NULL;
        }
        asdl_seq_SET(seq, i, ignore);
    }
    return seq;
}

static mod_ty
start_file(Parser *p)
{
    asdl_stmt_seq *body = parse_statements(p);
    if (p->error || !accept(p, ENDMARKER)) {
        return NULL;
    }
    if (body == NULL) {
        body = _Py_asdl_stmt_seq_new(0, p->arena);
    }
    asdl_type_ignore_seq *ignores = type_ignores(p);
    if (body == NULL || ignores == NULL) {
        p->error = 1;
        return NULL;
    }
    return BUILT(_PyAST_Module(body, ignores, p->arena));
}

/* One statement, with the newline that ends it at a terminal. */
static mod_ty
start_interactive(Parser *p)
{
    Py_ssize_t base = p->items_depth;
    struct token *start = peek(p);
    struct spot spot = here(p);
    stmt_ty s = parse_compound(p);
    if (s != NULL && accept(p, NEWLINE)) {
        if (push_item(p, s) < 0) {
            return NULL;
        }
    }
    else if (p->error) {
        return NULL;
    }
    else {
        back_to(p, spot);
        if (!parse_simple_stmts(p)) {
            if (p->error) {
                return NULL;
            }
            back_to(p, spot);
            if (accept(p, NEWLINE)) {
                s = BUILT(_PyAST_Pass(SPAN(start)));
                if (s == NULL || push_item(p, s) < 0) {
                    return NULL;
                }
            }
            else {
                if (accept(p, ENDMARKER) && p->errcode != NULL) {
                    *p->errcode = E_EOF;
                }
                return NULL;
            }
        }
    }
    asdl_stmt_seq *body = parser_take_items(p, base);
    return body == NULL ? NULL : BUILT(_PyAST_Interactive(body, p->arena));
}

static int
take_end(Parser *p)
{
    while (accept(p, NEWLINE)) {
    }
    return accept(p, ENDMARKER) != NULL;
}

static mod_ty
start_eval(Parser *p)
{
    expr_ty body = parse_expressions(p);
    if (body == NULL || !take_end(p)) {
        return NULL;
    }
    return BUILT(_PyAST_Expression(body, p->arena));
}

/* One of "*" and "**" before a type of arguments, pushed without it. */
static int
push_starred_type(Parser *p, int star)
{
    if (!accept(p, star)) {
        return 0;
    }
    expr_ty e = parse_expression(p);
    return e != NULL && push_item(p, e) == 0;
}

/* expression, ...  ["*" expression] ["**" expression] */
static int
push_types(Parser *p)
{
    int n = 0;
    for (;;) {
        if (n > 0 && !accept(p, COMMA)) {
            return !p->error;
        }
        int type = peek_type(p);
        if (type == STAR || type == DOUBLESTAR) {
            if (!push_starred_type(p, type)) {
                return 0;
            }
            if (type == STAR && accept(p, COMMA)) {
                return push_starred_type(p, DOUBLESTAR);
            }
            return !p->error;
        }
        expr_ty e = parse_expression(p);
        if (e == NULL || push_item(p, e) < 0) {
            return 0;
        }
        n++;
    }
}

/* "(int, str) -> bool" */
static mod_ty
start_func_type(Parser *p)
{
    Py_ssize_t base = p->items_depth;
    if (!accept(p, LPAR)) {
        return NULL;
    }
    if (peek_type(p) != RPAR && !push_types(p)) {
        return NULL;
    }
    if (!accept(p, RPAR) || !accept(p, RARROW)) {
        return NULL;
    }
    asdl_expr_seq *types = parser_take_items(p, base);
    expr_ty returns = types == NULL ? NULL : parse_expression(p);
    if (returns == NULL || !take_end(p)) {
        return NULL;
    }
    return BUILT(_PyAST_FunctionType(types, returns, p->arena));
}

static mod_ty
parse_start(Parser *p)
{
    switch (p->start_rule) {
        case Py_file_input:
            return start_file(p);
        case Py_single_input:
            return start_interactive(p);
        case Py_eval_input:
            return start_eval(p);
        case Py_func_type_input:
            return start_func_type(p);
        case Py_fstring_input:
            return (mod_ty)parse_star_expressions(p);
        default:
            return NULL;
    }
}

/* -- Two passes ---------------------------------------------------------- */

static void
prepare_second_pass(Parser *p)
{
    for (int i = 0; i < p->fill; i++) {
        token_at(p, i)->memo = NULL;
    }
    p->mark = 0;
    p->items_depth = 0;
    p->diagnose = 1;
    p->second_pass = 1;
    p->remember = 1;
    p->level = WEIGHT_START;
    /* Never ask at the terminal only to explain an error. */
    p->tok->interactive_stop = 1;
}

/* Did the first pass fail because the text ended? */
static int
at_end_of_source(Parser *p)
{
    switch (p->tok->done) {
        case E_EOF:
        case E_EOFS:
        case E_EOLS:
            return 1;
        default:
            return 0;
    }
}

/* Is there more than white space and comments behind a single statement? */
static int
more_than_one_statement(Parser *p)
{
    const char *s = p->tok->cur;
    for (;;) {
        while (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\014') {
            s++;
        }
        if (*s == '\0') {
            return 0;
        }
        if (*s != '#') {
            return 1;
        }
        while (*s != '\0' && *s != '\n') {
            s++;
        }
    }
}

mod_ty
parser_run(Parser *p)
{
    p->level = WEIGHT_START;
    mod_ty tree = parse_start(p);
    if (tree == NULL || p->error) {
        if ((p->flags & PARSE_ALLOW_INCOMPLETE_INPUT)
            && at_end_of_source(p))
        {
            PyErr_Clear();
            p->error = 0;
            return RAISE_SYNTAX_ERROR("incomplete input");
        }
        if (p->errcode != NULL && *p->errcode == E_EOF && !p->error
            && !PyErr_Occurred())
        {
            return NULL;
        }
        if (PyErr_Occurred()
            && !PyErr_ExceptionMatches(PyExc_SyntaxError))
        {
            return NULL;
        }
        struct token *last = p->fill > 0 ? token_at(p, p->fill - 1) : NULL;
        prepare_second_pass(p);
        if (!p->error) {
            parse_start(p);
        }
        parser_set_syntax_error(p, last);
        return NULL;
    }
    if (p->start_rule == Py_single_input && p->tok->prompt == NULL
        && more_than_one_statement(p))
    {
        return RAISE_SYNTAX_ERROR("multiple statements found while compiling "
                                  "a single statement");
    }
    return tree;
}

/* -- Entry points -------------------------------------------------------- */

static int
parser_flags(const PyCompilerFlags *flags)
{
    int result = 0;
    if (flags == NULL) {
        return 0;
    }
    if (flags->cf_flags & PyCF_DONT_IMPLY_DEDENT) {
        result |= PARSE_DONT_IMPLY_DEDENT;
    }
    if (flags->cf_flags & PyCF_IGNORE_COOKIE) {
        result |= PARSE_IGNORE_COOKIE;
    }
    if (flags->cf_flags & CO_FUTURE_BARRY_AS_BDFL) {
        result |= PARSE_BARRY_AS_BDFL;
    }
    if (flags->cf_flags & PyCF_TYPE_COMMENTS) {
        result |= PARSE_TYPE_COMMENTS;
    }
    if ((flags->cf_flags & PyCF_ONLY_AST) && flags->cf_feature_version < 7) {
        result |= PARSE_ASYNC_HACKS;
    }
    if (flags->cf_flags & PyCF_ALLOW_INCOMPLETE_INPUT) {
        result |= PARSE_ALLOW_INCOMPLETE_INPUT;
    }
    return result;
}

static int
feature_version(const PyCompilerFlags *flags)
{
    return flags != NULL && (flags->cf_flags & PyCF_ONLY_AST)
               ? flags->cf_feature_version : PY_MINOR_VERSION;
}

/* The source could not even be decoded: a SyntaxError that names the file. */
static void
raise_source_error(PyObject *filename)
{
    if (!PyErr_ExceptionMatches(PyExc_LookupError)
        && !PyErr_ExceptionMatches(PyExc_SyntaxError)
        && !PyErr_ExceptionMatches(PyExc_ValueError))
    {
        return;
    }
    PyObject *type, *value, *traceback, *args = NULL;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *message = PyObject_Str(value);
    if (message != NULL) {
        args = Py_BuildValue("(O(OiiO))", message, filename, 0, -1, Py_None);
        Py_DECREF(message);
    }
    if (args != NULL) {
        PyErr_SetObject(PyExc_SyntaxError, args);
        Py_DECREF(args);
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

static mod_ty
run_on(struct tok_state *tok, PyObject *filename, int mode,
       PyCompilerFlags *flags, int *errcode, PyArena *arena)
{
    mod_ty tree = NULL;
    tok->filename = filename;
    Parser *p = parser_new(tok, mode, parser_flags(flags),
                           feature_version(flags), errcode, arena);
    if (p != NULL) {
        tree = parser_run(p);
        parser_free(p);
    }
    _PyTokenizer_Free(tok);
    return tree;
}

mod_ty
_PyParser_ASTFromString(const char *text, PyObject *filename, int mode,
                        PyCompilerFlags *flags, PyArena *arena)
{
    if (PySys_Audit("compile", "yO", text, filename) < 0) {
        return NULL;
    }
    int exec_input = mode == Py_file_input;
    struct tok_state *tok =
        flags != NULL && (flags->cf_flags & PyCF_IGNORE_COOKIE)
            ? _PyTokenizer_FromUTF8(text, exec_input)
            : _PyTokenizer_FromString(text, exec_input);
    if (tok == NULL) {
        raise_source_error(filename);
        return NULL;
    }
    return run_on(tok, filename, mode, flags, NULL, arena);
}

mod_ty
_PyParser_ASTFromFile(FILE *fp, PyObject *filename, const char *encoding,
                      int mode, const char *ps1, const char *ps2,
                      PyCompilerFlags *flags, int *errcode, PyArena *arena)
{
    if (PySys_Audit("compile", "OO", Py_None, filename) < 0) {
        return NULL;
    }
    struct tok_state *tok = _PyTokenizer_FromFile(fp, encoding, ps1, ps2);
    if (tok == NULL) {
        return NULL;
    }
    return run_on(tok, filename, mode, flags, errcode, arena);
}
