/* Expressions back to text, for annotations that are kept as strings.

   Every writer takes the precedence of its surroundings and puts parentheses
   around what binds less tightly. */

#include "Python.h"
#include "pycore_ast.h"
#include "pycore_unicodeobject.h"
#include <float.h>
#include <string.h>

enum precedence {
    PREC_TUPLE,
    PREC_TEST,          /* if-else, lambda */
    PREC_OR,
    PREC_AND,
    PREC_NOT,
    PREC_CMP,
    PREC_EXPR,
    PREC_BOR = PREC_EXPR,
    PREC_BXOR,
    PREC_BAND,
    PREC_SHIFT,
    PREC_ARITH,
    PREC_TERM,
    PREC_FACTOR,
    PREC_POWER,
    PREC_AWAIT,
    PREC_ATOM,
};

static int write_expr(_PyUnicodeWriter *w, expr_ty e, int level);
static int write_fstring(_PyUnicodeWriter *w, expr_ty e, int is_spec);

static int
write_text(_PyUnicodeWriter *w, const char *text)
{
    return _PyUnicodeWriter_WriteASCIIString(w, text,
                                             (Py_ssize_t)strlen(text));
}

static int
write_if(_PyUnicodeWriter *w, int condition, const char *text)
{
    return condition ? write_text(w, text) : 0;
}

/* -- Constants ----------------------------------------------------------- */

/* "inf" would be a name: a number that overflows says the same. */
static int
write_repr(_PyUnicodeWriter *w, PyObject *value)
{
    PyObject *repr = PyObject_Repr(value);
    if (repr == NULL) {
        return -1;
    }
    if ((PyFloat_CheckExact(value) || PyComplex_CheckExact(value))) {
        PyObject *inf = PyUnicode_FromString("inf");
        PyObject *number = PyUnicode_FromFormat("1e%d", 1 + DBL_MAX_10_EXP);
        if (inf == NULL || number == NULL) {
            Py_CLEAR(repr);
        }
        else {
            Py_SETREF(repr, PyUnicode_Replace(repr, inf, number, -1));
        }
        Py_XDECREF(inf);
        Py_XDECREF(number);
        if (repr == NULL) {
            return -1;
        }
    }
    int result = _PyUnicodeWriter_WriteStr(w, repr);
    Py_DECREF(repr);
    return result;
}

static int
write_tuple_constant(_PyUnicodeWriter *w, PyObject *tuple)
{
    Py_ssize_t n = PyTuple_GET_SIZE(tuple);
    if (write_text(w, "(") < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        if (write_if(w, i > 0, ", ") < 0
            || write_repr(w, PyTuple_GET_ITEM(tuple, i)) < 0)
        {
            return -1;
        }
    }
    return write_text(w, n == 1 ? ",)" : ")");
}

static int
write_constant(_PyUnicodeWriter *w, expr_ty e)
{
    PyObject *value = e->v.Constant.value;
    if (value == Py_Ellipsis) {
        return write_text(w, "...");
    }
    if (e->v.Constant.kind != NULL
        && _PyUnicodeWriter_WriteStr(w, e->v.Constant.kind) < 0)
    {
        return -1;
    }
    return PyTuple_CheckExact(value) ? write_tuple_constant(w, value)
                                     : write_repr(w, value);
}

/* -- Operators ----------------------------------------------------------- */

static int
write_boolop(_PyUnicodeWriter *w, expr_ty e, int level)
{
    asdl_expr_seq *values = e->v.BoolOp.values;
    int is_and = e->v.BoolOp.op == And;
    int own = is_and ? PREC_AND : PREC_OR;
    if (write_if(w, level > own, "(") < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(values); i++) {
        if (write_if(w, i > 0, is_and ? " and " : " or ") < 0
            || write_expr(w, asdl_seq_GET(values, i), own + 1) < 0)
        {
            return -1;
        }
    }
    return write_if(w, level > own, ")");
}

struct operator_row {
    const char *text;
    int precedence;
    int right;          /* groups to the right */
};

static const struct operator_row binary[] = {
    [Add] = {" + ", PREC_ARITH, 0},
    [Sub] = {" - ", PREC_ARITH, 0},
    [Mult] = {" * ", PREC_TERM, 0},
    [MatMult] = {" @ ", PREC_TERM, 0},
    [Div] = {" / ", PREC_TERM, 0},
    [Mod] = {" % ", PREC_TERM, 0},
    [LShift] = {" << ", PREC_SHIFT, 0},
    [RShift] = {" >> ", PREC_SHIFT, 0},
    [BitOr] = {" | ", PREC_BOR, 0},
    [BitXor] = {" ^ ", PREC_BXOR, 0},
    [BitAnd] = {" & ", PREC_BAND, 0},
    [FloorDiv] = {" // ", PREC_TERM, 0},
    [Pow] = {" ** ", PREC_POWER, 1},
};

static int
write_binop(_PyUnicodeWriter *w, expr_ty e, int level)
{
    const struct operator_row *op = &binary[e->v.BinOp.op];
    if (write_if(w, level > op->precedence, "(") < 0
        || write_expr(w, e->v.BinOp.left, op->precedence + op->right) < 0
        || write_text(w, op->text) < 0
        || write_expr(w, e->v.BinOp.right, op->precedence + !op->right) < 0)
    {
        return -1;
    }
    return write_if(w, level > op->precedence, ")");
}

static int
write_unaryop(_PyUnicodeWriter *w, expr_ty e, int level)
{
    static const struct operator_row unary[] = {
        [Invert] = {"~", PREC_FACTOR, 0},
        [Not] = {"not ", PREC_NOT, 0},
        [UAdd] = {"+", PREC_FACTOR, 0},
        [USub] = {"-", PREC_FACTOR, 0},
    };
    const struct operator_row *op = &unary[e->v.UnaryOp.op];
    if (write_if(w, level > op->precedence, "(") < 0
        || write_text(w, op->text) < 0
        || write_expr(w, e->v.UnaryOp.operand, op->precedence) < 0)
    {
        return -1;
    }
    return write_if(w, level > op->precedence, ")");
}

static int
write_compare(_PyUnicodeWriter *w, expr_ty e, int level)
{
    static const char * const texts[] = {
        [Eq] = " == ", [NotEq] = " != ", [Lt] = " < ", [LtE] = " <= ",
        [Gt] = " > ", [GtE] = " >= ", [Is] = " is ", [IsNot] = " is not ",
        [In] = " in ", [NotIn] = " not in ",
    };
    asdl_expr_seq *operands = e->v.Compare.comparators;
    if (write_if(w, level > PREC_CMP, "(") < 0
        || write_expr(w, e->v.Compare.left, PREC_CMP + 1) < 0)
    {
        return -1;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(operands); i++) {
        int op = asdl_seq_GET(e->v.Compare.ops, i);
        if (write_text(w, texts[op]) < 0
            || write_expr(w, asdl_seq_GET(operands, i), PREC_CMP + 1) < 0)
        {
            return -1;
        }
    }
    return write_if(w, level > PREC_CMP, ")");
}

static int
write_ifexp(_PyUnicodeWriter *w, expr_ty e, int level)
{
    if (write_if(w, level > PREC_TEST, "(") < 0
        || write_expr(w, e->v.IfExp.body, PREC_TEST + 1) < 0
        || write_text(w, " if ") < 0
        || write_expr(w, e->v.IfExp.test, PREC_TEST + 1) < 0
        || write_text(w, " else ") < 0
        || write_expr(w, e->v.IfExp.orelse, PREC_TEST) < 0)
    {
        return -1;
    }
    return write_if(w, level > PREC_TEST, ")");
}

/* -- Lambda -------------------------------------------------------------- */

static int
write_arg(_PyUnicodeWriter *w, arg_ty arg)
{
    if (_PyUnicodeWriter_WriteStr(w, arg->arg) < 0) {
        return -1;
    }
    if (arg->annotation == NULL) {
        return 0;
    }
    return write_text(w, ": ") < 0 ? -1
                                   : write_expr(w, arg->annotation,
                                                PREC_TEST);
}

/* *FIRST: nothing has been written yet. */
static int
write_comma(_PyUnicodeWriter *w, int *first)
{
    int result = write_if(w, !*first, ", ");
    *first = 0;
    return result;
}

static int
write_default(_PyUnicodeWriter *w, expr_ty value)
{
    if (value == NULL) {
        return 0;
    }
    return write_text(w, "=") < 0 ? -1 : write_expr(w, value, PREC_TEST);
}

static int
write_positional(_PyUnicodeWriter *w, arguments_ty args, int *first)
{
    Py_ssize_t nposonly = asdl_seq_LEN(args->posonlyargs);
    Py_ssize_t n = nposonly + asdl_seq_LEN(args->args);
    Py_ssize_t plain = n - asdl_seq_LEN(args->defaults);
    for (Py_ssize_t i = 0; i < n; i++) {
        arg_ty arg = i < nposonly ? asdl_seq_GET(args->posonlyargs, i)
                                  : asdl_seq_GET(args->args, i - nposonly);
        expr_ty value =
            i < plain ? NULL : asdl_seq_GET(args->defaults, i - plain);
        if (write_comma(w, first) < 0 || write_arg(w, arg) < 0
            || write_default(w, value) < 0
            || write_if(w, nposonly > 0 && i + 1 == nposonly, ", /") < 0)
        {
            return -1;
        }
    }
    return 0;
}

static int
write_keyword_only(_PyUnicodeWriter *w, arguments_ty args, int *first)
{
    if (args->vararg != NULL || asdl_seq_LEN(args->kwonlyargs) > 0) {
        if (write_comma(w, first) < 0 || write_text(w, "*") < 0
            || (args->vararg != NULL && write_arg(w, args->vararg) < 0))
        {
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(args->kwonlyargs); i++) {
        if (write_comma(w, first) < 0
            || write_arg(w, asdl_seq_GET(args->kwonlyargs, i)) < 0
            || write_default(w, asdl_seq_GET(args->kw_defaults, i)) < 0)
        {
            return -1;
        }
    }
    return 0;
}

static int
write_lambda(_PyUnicodeWriter *w, expr_ty e, int level)
{
    arguments_ty args = e->v.Lambda.args;
    int first = 1;
    int any = asdl_seq_LEN(args->posonlyargs) || asdl_seq_LEN(args->args)
              || asdl_seq_LEN(args->kwonlyargs) || args->vararg != NULL
              || args->kwarg != NULL;
    if (write_if(w, level > PREC_TEST, "(") < 0
        || write_text(w, any ? "lambda " : "lambda") < 0
        || write_positional(w, args, &first) < 0
        || write_keyword_only(w, args, &first) < 0)
    {
        return -1;
    }
    if (args->kwarg != NULL
        && (write_comma(w, &first) < 0 || write_text(w, "**") < 0
            || write_arg(w, args->kwarg) < 0))
    {
        return -1;
    }
    if (write_text(w, ": ") < 0
        || write_expr(w, e->v.Lambda.body, PREC_TEST) < 0)
    {
        return -1;
    }
    return write_if(w, level > PREC_TEST, ")");
}

/* -- Displays and comprehensions ----------------------------------------- */

static int
write_elements(_PyUnicodeWriter *w, asdl_expr_seq *elements)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(elements); i++) {
        if (write_if(w, i > 0, ", ") < 0
            || write_expr(w, asdl_seq_GET(elements, i), PREC_TEST) < 0)
        {
            return -1;
        }
    }
    return 0;
}

static int
write_dict(_PyUnicodeWriter *w, expr_ty e)
{
    asdl_expr_seq *values = e->v.Dict.values;
    if (write_text(w, "{") < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(values); i++) {
        expr_ty key = asdl_seq_GET(e->v.Dict.keys, i);
        expr_ty value = asdl_seq_GET(values, i);
        if (write_if(w, i > 0, ", ") < 0) {
            return -1;
        }
        if (key != NULL) {
            if (write_expr(w, key, PREC_TEST) < 0 || write_text(w, ": ") < 0
                || write_expr(w, value, PREC_TEST) < 0)
            {
                return -1;
            }
        }
        else if (write_text(w, "**") < 0
                 || write_expr(w, value, PREC_EXPR) < 0)
        {
            return -1;
        }
    }
    return write_text(w, "}");
}

static int
write_tuple(_PyUnicodeWriter *w, expr_ty e, int level)
{
    Py_ssize_t n = asdl_seq_LEN(e->v.Tuple.elts);
    if (n == 0) {
        return write_text(w, "()");
    }
    if (write_if(w, level > PREC_TUPLE, "(") < 0
        || write_elements(w, e->v.Tuple.elts) < 0
        || write_if(w, n == 1, ",") < 0)
    {
        return -1;
    }
    return write_if(w, level > PREC_TUPLE, ")");
}

static int
write_generators(_PyUnicodeWriter *w, asdl_comprehension_seq *generators)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(generators); i++) {
        comprehension_ty c = asdl_seq_GET(generators, i);
        if (write_text(w, c->is_async ? " async for " : " for ") < 0
            || write_expr(w, c->target, PREC_TUPLE) < 0
            || write_text(w, " in ") < 0
            || write_expr(w, c->iter, PREC_TEST + 1) < 0)
        {
            return -1;
        }
        for (Py_ssize_t j = 0; j < asdl_seq_LEN(c->ifs); j++) {
            if (write_text(w, " if ") < 0
                || write_expr(w, asdl_seq_GET(c->ifs, j), PREC_TEST + 1) < 0)
            {
                return -1;
            }
        }
    }
    return 0;
}

static int
write_comprehension(_PyUnicodeWriter *w, expr_ty element,
                    asdl_comprehension_seq *generators, const char *open,
                    const char *close)
{
    if (write_text(w, open) < 0 || write_expr(w, element, PREC_TEST) < 0
        || write_generators(w, generators) < 0)
    {
        return -1;
    }
    return write_text(w, close);
}

static int
write_dictcomp(_PyUnicodeWriter *w, expr_ty e)
{
    if (write_text(w, "{") < 0
        || write_expr(w, e->v.DictComp.key, PREC_TEST) < 0
        || write_text(w, ": ") < 0
        || write_expr(w, e->v.DictComp.value, PREC_TEST) < 0
        || write_generators(w, e->v.DictComp.generators) < 0)
    {
        return -1;
    }
    return write_text(w, "}");
}

/* -- Calls, attributes, subscripts --------------------------------------- */

static int
write_call(_PyUnicodeWriter *w, expr_ty e)
{
    asdl_expr_seq *args = e->v.Call.args;
    asdl_keyword_seq *keywords = e->v.Call.keywords;
    if (write_expr(w, e->v.Call.func, PREC_ATOM) < 0) {
        return -1;
    }
    if (asdl_seq_LEN(args) == 1 && asdl_seq_LEN(keywords) == 0
        && asdl_seq_GET(args, 0)->kind == GeneratorExp_kind)
    {
        /* It brings its own parentheses. */
        return write_expr(w, asdl_seq_GET(args, 0), PREC_TEST);
    }
    int first = 1;
    if (write_text(w, "(") < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(args); i++) {
        if (write_comma(w, &first) < 0
            || write_expr(w, asdl_seq_GET(args, i), PREC_TEST) < 0)
        {
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(keywords); i++) {
        keyword_ty keyword = asdl_seq_GET(keywords, i);
        if (write_comma(w, &first) < 0) {
            return -1;
        }
        if (keyword->arg == NULL) {
            if (write_text(w, "**") < 0) {
                return -1;
            }
        }
        else if (_PyUnicodeWriter_WriteStr(w, keyword->arg) < 0
                 || write_text(w, "=") < 0)
        {
            return -1;
        }
        if (write_expr(w, keyword->value, PREC_TEST) < 0) {
            return -1;
        }
    }
    return write_text(w, ")");
}

static int
write_attribute(_PyUnicodeWriter *w, expr_ty e)
{
    expr_ty value = e->v.Attribute.value;
    /* "1.real" would not be read as meant. */
    int integer = value->kind == Constant_kind
                  && PyLong_CheckExact(value->v.Constant.value);
    if (write_expr(w, value, PREC_ATOM) < 0
        || write_text(w, integer ? " ." : ".") < 0)
    {
        return -1;
    }
    return _PyUnicodeWriter_WriteStr(w, e->v.Attribute.attr);
}

static int
write_subscript(_PyUnicodeWriter *w, expr_ty e)
{
    if (write_expr(w, e->v.Subscript.value, PREC_ATOM) < 0
        || write_text(w, "[") < 0
        || write_expr(w, e->v.Subscript.slice, PREC_TUPLE) < 0)
    {
        return -1;
    }
    return write_text(w, "]");
}

static int
write_slice(_PyUnicodeWriter *w, expr_ty e)
{
    expr_ty lower = e->v.Slice.lower, upper = e->v.Slice.upper;
    expr_ty step = e->v.Slice.step;
    if ((lower != NULL && write_expr(w, lower, PREC_TEST) < 0)
        || write_text(w, ":") < 0
        || (upper != NULL && write_expr(w, upper, PREC_TEST) < 0))
    {
        return -1;
    }
    if (step == NULL) {
        return 0;
    }
    return write_text(w, ":") < 0 ? -1 : write_expr(w, step, PREC_TEST);
}

/* -- f-strings ----------------------------------------------------------- */

static PyObject *
braces_doubled(PyObject *text)
{
    PyObject *opened = PyUnicode_Replace(text, &_Py_STR(open_br),
                                         &_Py_STR(dbl_open_br), -1);
    if (opened == NULL) {
        return NULL;
    }
    PyObject *result = PyUnicode_Replace(opened, &_Py_STR(close_br),
                                         &_Py_STR(dbl_close_br), -1);
    Py_DECREF(opened);
    return result;
}

static int
write_fstring_text(_PyUnicodeWriter *w, PyObject *text)
{
    PyObject *escaped = braces_doubled(text);
    if (escaped == NULL) {
        return -1;
    }
    int result = _PyUnicodeWriter_WriteStr(w, escaped);
    Py_DECREF(escaped);
    return result;
}

static PyObject *
expr_text(expr_ty e, int level)
{
    _PyUnicodeWriter w;
    _PyUnicodeWriter_Init(&w);
    w.min_length = 256;
    w.overallocate = 1;
    if (write_expr(&w, e, level) < 0) {
        _PyUnicodeWriter_Dealloc(&w);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&w);
}

static int
write_field(_PyUnicodeWriter *w, expr_ty e)
{
    PyObject *text = expr_text(e->v.FormattedValue.value, PREC_TEST + 1);
    if (text == NULL) {
        return -1;
    }
    /* "{{" would be a brace. */
    int brace = PyUnicode_GET_LENGTH(text) > 0
                && PyUnicode_READ_CHAR(text, 0) == '{';
    int result = write_text(w, brace ? "{ " : "{");
    if (result == 0) {
        result = _PyUnicodeWriter_WriteStr(w, text);
    }
    Py_DECREF(text);
    if (result < 0) {
        return -1;
    }
    int conversion = e->v.FormattedValue.conversion;
    if (conversion > 0) {
        char mark[] = {'!', (char)conversion, '\0'};
        if (conversion != 'a' && conversion != 'r' && conversion != 's') {
            PyErr_SetString(PyExc_SystemError,
                            "unknown f-value conversion kind");
            return -1;
        }
        if (write_text(w, mark) < 0) {
            return -1;
        }
    }
    expr_ty spec = e->v.FormattedValue.format_spec;
    if (spec != NULL
        && (write_text(w, ":") < 0 || write_fstring(w, spec, 1) < 0))
    {
        return -1;
    }
    return write_text(w, "}");
}

static int
write_fstring_piece(_PyUnicodeWriter *w, expr_ty e, int is_spec)
{
    switch (e->kind) {
        case Constant_kind:
            return write_fstring_text(w, e->v.Constant.value);
        case JoinedStr_kind:
            return write_fstring(w, e, is_spec);
        case FormattedValue_kind:
            return write_field(w, e);
        default:
            PyErr_SetString(PyExc_SystemError,
                            "unknown expression kind inside f-string");
            return -1;
    }
}

static int
write_fstring(_PyUnicodeWriter *w, expr_ty e, int is_spec)
{
    _PyUnicodeWriter body;
    _PyUnicodeWriter *out = w;
    asdl_expr_seq *values = e->v.JoinedStr.values;

    if (!is_spec) {
        /* Written apart first: the quotes depend on what is in it. */
        _PyUnicodeWriter_Init(&body);
        body.min_length = 256;
        body.overallocate = 1;
        out = &body;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(values); i++) {
        if (write_fstring_piece(out, asdl_seq_GET(values, i), is_spec) < 0) {
            if (!is_spec) {
                _PyUnicodeWriter_Dealloc(&body);
            }
            return -1;
        }
    }
    if (is_spec) {
        return 0;
    }
    PyObject *text = _PyUnicodeWriter_Finish(&body);
    if (text == NULL) {
        return -1;
    }
    int result = write_text(w, "f");
    if (result == 0) {
        result = write_repr(w, text);
    }
    Py_DECREF(text);
    return result;
}

/* -- Dispatch ------------------------------------------------------------ */

static int
write_prefixed(_PyUnicodeWriter *w, const char *prefix, expr_ty e, int level)
{
    return write_text(w, prefix) < 0 ? -1 : write_expr(w, e, level);
}

static int
write_await(_PyUnicodeWriter *w, expr_ty e, int level)
{
    if (write_if(w, level > PREC_AWAIT, "(") < 0
        || write_prefixed(w, "await ", e->v.Await.value, PREC_ATOM) < 0)
    {
        return -1;
    }
    return write_if(w, level > PREC_AWAIT, ")");
}

static int
write_yield(_PyUnicodeWriter *w, expr_ty value)
{
    if (value == NULL) {
        return write_text(w, "(yield)");
    }
    if (write_prefixed(w, "(yield ", value, PREC_TEST) < 0) {
        return -1;
    }
    return write_text(w, ")");
}

static int
write_named(_PyUnicodeWriter *w, expr_ty e, int level)
{
    if (write_if(w, level > PREC_TUPLE, "(") < 0
        || write_expr(w, e->v.NamedExpr.target, PREC_ATOM) < 0
        || write_prefixed(w, " := ", e->v.NamedExpr.value, PREC_ATOM) < 0)
    {
        return -1;
    }
    return write_if(w, level > PREC_TUPLE, ")");
}

static int
write_listing(_PyUnicodeWriter *w, const char *open, asdl_expr_seq *elements,
              const char *close)
{
    if (write_text(w, open) < 0 || write_elements(w, elements) < 0) {
        return -1;
    }
    return write_text(w, close);
}

static int
write_kind(_PyUnicodeWriter *w, expr_ty e, int level)
{
    switch (e->kind) {
        case BoolOp_kind:
            return write_boolop(w, e, level);
        case BinOp_kind:
            return write_binop(w, e, level);
        case UnaryOp_kind:
            return write_unaryop(w, e, level);
        case Lambda_kind:
            return write_lambda(w, e, level);
        case IfExp_kind:
            return write_ifexp(w, e, level);
        case Dict_kind:
            return write_dict(w, e);
        case Set_kind:
            return write_listing(w, "{", e->v.Set.elts, "}");
        case GeneratorExp_kind:
            return write_comprehension(w, e->v.GeneratorExp.elt,
                                       e->v.GeneratorExp.generators, "(",
                                       ")");
        case ListComp_kind:
            return write_comprehension(w, e->v.ListComp.elt,
                                       e->v.ListComp.generators, "[", "]");
        case SetComp_kind:
            return write_comprehension(w, e->v.SetComp.elt,
                                       e->v.SetComp.generators, "{", "}");
        case DictComp_kind:
            return write_dictcomp(w, e);
        case Yield_kind:
            return write_yield(w, e->v.Yield.value);
        case YieldFrom_kind:
            if (write_prefixed(w, "(yield from ", e->v.YieldFrom.value,
                               PREC_TEST) < 0)
            {
                return -1;
            }
            return write_text(w, ")");
        case Await_kind:
            return write_await(w, e, level);
        case Compare_kind:
            return write_compare(w, e, level);
        case Call_kind:
            return write_call(w, e);
        case Constant_kind:
            return write_constant(w, e);
        case JoinedStr_kind:
            return write_fstring(w, e, 0);
        case FormattedValue_kind:
            return write_field(w, e);
        case Attribute_kind:
            return write_attribute(w, e);
        case Starred_kind:
            return write_prefixed(w, "*", e->v.Starred.value, PREC_EXPR);
        case Name_kind:
            return _PyUnicodeWriter_WriteStr(w, e->v.Name.id);
        case List_kind:
            return write_listing(w, "[", e->v.List.elts, "]");
        case Tuple_kind:
            return write_tuple(w, e, level);
        case Subscript_kind:
            return write_subscript(w, e);
        case Slice_kind:
            return write_slice(w, e);
        case NamedExpr_kind:
            return write_named(w, e, level);
    }
    PyErr_SetString(PyExc_SystemError, "unknown expression kind");
    return -1;
}

static int
write_expr(_PyUnicodeWriter *w, expr_ty e, int level)
{
    if (Py_EnterRecursiveCall(" while converting an annotation to text")) {
        return -1;
    }
    int result = write_kind(w, e, level);
    Py_LeaveRecursiveCall();
    return result;
}

/* The text of an expression. */
PyObject *
_PyAST_ExprAsUnicode(expr_ty e)
{
    return expr_text(e, PREC_TEST);
}
