/* Checks a tree that a program has made: what the parser guarantees and the
   compiler relies on. */

#include "Python.h"
#include "pycore_ast.h"
#include "pycore_pystate.h"
#include "pycore_unicodeobject.h"
#include <limits.h>

/* A level of recursion here costs less stack than a Python call. */
#define STACK_FRAME_SCALE 3

struct validator {
    int depth;
    int limit;
};

static int validate_stmts(struct validator *v, asdl_stmt_seq *seq);
static int validate_exprs(struct validator *v, asdl_expr_seq *seq,
                          expr_context_ty ctx, int null_ok);
static int validate_expr(struct validator *v, expr_ty e, expr_context_ty ctx);
static int validate_pattern(struct validator *v, pattern_ty pattern,
                            int star_ok);

/* -- Common checks ------------------------------------------------------- */

static int
fail(const char *message)
{
    PyErr_SetString(PyExc_ValueError, message);
    return 0;
}

static int
enter(struct validator *v)
{
    if (++v->depth > v->limit) {
        PyErr_SetString(PyExc_RecursionError,
                        "maximum recursion depth exceeded during "
                        "compilation");
        return 0;
    }
    return 1;
}

static int
validate_positions(int lineno, int col, int end_lineno, int end_col)
{
    if (lineno > end_lineno) {
        PyErr_Format(PyExc_ValueError,
                     "AST node line range (%d, %d) is not valid", lineno,
                     end_lineno);
        return 0;
    }
    if ((lineno < 0 && end_lineno != lineno) || (col < 0 && col != end_col)) {
        PyErr_Format(PyExc_ValueError,
                     "AST node column range (%d, %d) for line range (%d, %d) "
                     "is not valid", col, end_col, lineno, end_lineno);
        return 0;
    }
    if (lineno == end_lineno && col > end_col) {
        PyErr_Format(PyExc_ValueError,
                     "line %d, column %d-%d is not a valid range", lineno,
                     col, end_col);
        return 0;
    }
    return 1;
}

#define POSITIONS_ARE_VALID(NODE)                                       \
    validate_positions((NODE)->lineno, (NODE)->col_offset,              \
                       (NODE)->end_lineno, (NODE)->end_col_offset)

static int
validate_name(PyObject *name)
{
    static const char * const forbidden[] = {"None", "True", "False"};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(forbidden); i++) {
        if (_PyUnicode_EqualToASCIIString(name, forbidden[i])) {
            PyErr_Format(PyExc_ValueError,
                         "identifier field can't represent '%s' constant",
                         forbidden[i]);
            return 0;
        }
    }
    return 1;
}

static int
validate_nonempty(const void *seq, const char *what, const char *owner)
{
    if (asdl_seq_LEN((const asdl_seq *)seq) > 0) {
        return 1;
    }
    PyErr_Format(PyExc_ValueError, "empty %s on %s", what, owner);
    return 0;
}

/* -- Constants ----------------------------------------------------------- */

static int
validate_constant(struct validator *v, PyObject *value)
{
    if (value == Py_None || value == Py_Ellipsis
        || PyLong_CheckExact(value) || PyFloat_CheckExact(value)
        || PyComplex_CheckExact(value) || PyBool_Check(value)
        || PyUnicode_CheckExact(value) || PyBytes_CheckExact(value))
    {
        return 1;
    }
    if (!PyTuple_CheckExact(value) && !PyFrozenSet_CheckExact(value)) {
        PyErr_Format(PyExc_TypeError, "got an invalid type in Constant: %s",
                     _PyType_Name(Py_TYPE(value)));
        return 0;
    }
    if (!enter(v)) {
        return 0;
    }
    PyObject *iterator = PyObject_GetIter(value), *item;
    if (iterator == NULL) {
        return 0;
    }
    int good = 1;
    while (good && (item = PyIter_Next(iterator)) != NULL) {
        good = validate_constant(v, item);
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    v->depth--;
    return good && !PyErr_Occurred();
}

/* -- Expressions --------------------------------------------------------- */

static int
validate_comprehension(struct validator *v, asdl_comprehension_seq *gens)
{
    if (asdl_seq_LEN(gens) == 0) {
        return fail("comprehension with no generators");
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(gens); i++) {
        comprehension_ty c = asdl_seq_GET(gens, i);
        if (!validate_expr(v, c->target, Store)
            || !validate_expr(v, c->iter, Load)
            || !validate_exprs(v, c->ifs, Load, 0))
        {
            return 0;
        }
    }
    return 1;
}

static int
validate_keywords(struct validator *v, asdl_keyword_seq *keywords)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(keywords); i++) {
        if (!validate_expr(v, asdl_seq_GET(keywords, i)->value, Load)) {
            return 0;
        }
    }
    return 1;
}

static int
validate_arg(struct validator *v, arg_ty arg)
{
    return POSITIONS_ARE_VALID(arg)
           && (arg->annotation == NULL
               || validate_expr(v, arg->annotation, Load));
}

static int
validate_args(struct validator *v, asdl_arg_seq *args)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(args); i++) {
        if (!validate_arg(v, asdl_seq_GET(args, i))) {
            return 0;
        }
    }
    return 1;
}

static int
validate_arguments(struct validator *v, arguments_ty args)
{
    if (!validate_args(v, args->posonlyargs)
        || !validate_args(v, args->args)
        || (args->vararg != NULL && args->vararg->annotation != NULL
            && !validate_expr(v, args->vararg->annotation, Load))
        || !validate_args(v, args->kwonlyargs)
        || (args->kwarg != NULL && args->kwarg->annotation != NULL
            && !validate_expr(v, args->kwarg->annotation, Load)))
    {
        return 0;
    }
    if (asdl_seq_LEN(args->defaults)
        > asdl_seq_LEN(args->posonlyargs) + asdl_seq_LEN(args->args))
    {
        return fail("more positional defaults than args on arguments");
    }
    if (asdl_seq_LEN(args->kw_defaults) != asdl_seq_LEN(args->kwonlyargs)) {
        return fail("length of kwonlyargs is not the same as kw_defaults on "
                    "arguments");
    }
    return validate_exprs(v, args->defaults, Load, 0)
           && validate_exprs(v, args->kw_defaults, Load, 1);
}

static const char *
context_name(expr_context_ty ctx)
{
    switch (ctx) {
        case Load:
            return "Load";
        case Store:
            return "Store";
        case Del:
            return "Del";
    }
    Py_UNREACHABLE();
}

/* Does E fit into the context CTX? */
static int
validate_context(expr_ty e, expr_context_ty ctx)
{
    expr_context_ty actual;
    switch (e->kind) {
        case Attribute_kind:
            actual = e->v.Attribute.ctx;
            break;
        case Subscript_kind:
            actual = e->v.Subscript.ctx;
            break;
        case Starred_kind:
            actual = e->v.Starred.ctx;
            break;
        case Name_kind:
            if (!validate_name(e->v.Name.id)) {
                return 0;
            }
            actual = e->v.Name.ctx;
            break;
        case List_kind:
            actual = e->v.List.ctx;
            break;
        case Tuple_kind:
            actual = e->v.Tuple.ctx;
            break;
        default:
            if (ctx == Load) {
                return 1;
            }
            PyErr_Format(PyExc_ValueError,
                         "expression which can't be assigned to in %s "
                         "context", context_name(ctx));
            return 0;
    }
    if (actual != ctx) {
        PyErr_Format(PyExc_ValueError,
                     "expression must have %s context but has %s instead",
                     context_name(ctx), context_name(actual));
        return 0;
    }
    return 1;
}

static int
validate_compare(struct validator *v, expr_ty e)
{
    if (asdl_seq_LEN(e->v.Compare.comparators) == 0) {
        return fail("Compare with no comparators");
    }
    if (asdl_seq_LEN(e->v.Compare.comparators)
        != asdl_seq_LEN(e->v.Compare.ops))
    {
        return fail("Compare has a different number of comparators and "
                    "operands");
    }
    return validate_exprs(v, e->v.Compare.comparators, Load, 0)
           && validate_expr(v, e->v.Compare.left, Load);
}

static int
validate_slice(struct validator *v, expr_ty e)
{
    return (e->v.Slice.lower == NULL
            || validate_expr(v, e->v.Slice.lower, Load))
           && (e->v.Slice.upper == NULL
               || validate_expr(v, e->v.Slice.upper, Load))
           && (e->v.Slice.step == NULL
               || validate_expr(v, e->v.Slice.step, Load));
}

/* What E is made of. */
static int
validate_parts(struct validator *v, expr_ty e, expr_context_ty ctx)
{
    switch (e->kind) {
        case BoolOp_kind:
            if (asdl_seq_LEN(e->v.BoolOp.values) < 2) {
                return fail("BoolOp with less than 2 values");
            }
            return validate_exprs(v, e->v.BoolOp.values, Load, 0);
        case BinOp_kind:
            return validate_expr(v, e->v.BinOp.left, Load)
                   && validate_expr(v, e->v.BinOp.right, Load);
        case UnaryOp_kind:
            return validate_expr(v, e->v.UnaryOp.operand, Load);
        case Lambda_kind:
            return validate_arguments(v, e->v.Lambda.args)
                   && validate_expr(v, e->v.Lambda.body, Load);
        case IfExp_kind:
            return validate_expr(v, e->v.IfExp.test, Load)
                   && validate_expr(v, e->v.IfExp.body, Load)
                   && validate_expr(v, e->v.IfExp.orelse, Load);
        case Dict_kind:
            if (asdl_seq_LEN(e->v.Dict.keys)
                != asdl_seq_LEN(e->v.Dict.values))
            {
                return fail("Dict doesn't have the same number of keys as "
                            "values");
            }
            /* A missing key stands for "**". */
            return validate_exprs(v, e->v.Dict.keys, Load, 1)
                   && validate_exprs(v, e->v.Dict.values, Load, 0);
        case Set_kind:
            return validate_exprs(v, e->v.Set.elts, Load, 0);
        case ListComp_kind:
            return validate_comprehension(v, e->v.ListComp.generators)
                   && validate_expr(v, e->v.ListComp.elt, Load);
        case SetComp_kind:
            return validate_comprehension(v, e->v.SetComp.generators)
                   && validate_expr(v, e->v.SetComp.elt, Load);
        case GeneratorExp_kind:
            return validate_comprehension(v, e->v.GeneratorExp.generators)
                   && validate_expr(v, e->v.GeneratorExp.elt, Load);
        case DictComp_kind:
            return validate_comprehension(v, e->v.DictComp.generators)
                   && validate_expr(v, e->v.DictComp.key, Load)
                   && validate_expr(v, e->v.DictComp.value, Load);
        case Yield_kind:
            return e->v.Yield.value == NULL
                   || validate_expr(v, e->v.Yield.value, Load);
        case YieldFrom_kind:
            return validate_expr(v, e->v.YieldFrom.value, Load);
        case Await_kind:
            return validate_expr(v, e->v.Await.value, Load);
        case Compare_kind:
            return validate_compare(v, e);
        case Call_kind:
            return validate_expr(v, e->v.Call.func, Load)
                   && validate_exprs(v, e->v.Call.args, Load, 0)
                   && validate_keywords(v, e->v.Call.keywords);
        case Constant_kind:
            return validate_constant(v, e->v.Constant.value);
        case JoinedStr_kind:
            return validate_exprs(v, e->v.JoinedStr.values, Load, 0);
        case FormattedValue_kind:
            return validate_expr(v, e->v.FormattedValue.value, Load)
                   && (e->v.FormattedValue.format_spec == NULL
                       || validate_expr(v, e->v.FormattedValue.format_spec,
                                        Load));
        case Attribute_kind:
            return validate_expr(v, e->v.Attribute.value, Load);
        case Subscript_kind:
            return validate_expr(v, e->v.Subscript.slice, Load)
                   && validate_expr(v, e->v.Subscript.value, Load);
        case Starred_kind:
            return validate_expr(v, e->v.Starred.value, ctx);
        case Slice_kind:
            return validate_slice(v, e);
        case List_kind:
            return validate_exprs(v, e->v.List.elts, ctx, 0);
        case Tuple_kind:
            return validate_exprs(v, e->v.Tuple.elts, ctx, 0);
        case NamedExpr_kind:
            return validate_expr(v, e->v.NamedExpr.value, Load);
        case Name_kind:
            return 1;
    }
    PyErr_SetString(PyExc_SystemError, "unexpected expression");
    return 0;
}

static int
validate_expr(struct validator *v, expr_ty e, expr_context_ty ctx)
{
    if (!POSITIONS_ARE_VALID(e) || !enter(v)) {
        return 0;
    }
    int good = validate_context(e, ctx) && validate_parts(v, e, ctx);
    v->depth--;
    return good;
}

static int
validate_exprs(struct validator *v, asdl_expr_seq *seq, expr_context_ty ctx,
               int null_ok)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(seq); i++) {
        expr_ty e = asdl_seq_GET(seq, i);
        if (e == NULL) {
            if (!null_ok) {
                return fail("None disallowed in expression list");
            }
        }
        else if (!validate_expr(v, e, ctx)) {
            return 0;
        }
    }
    return 1;
}

/* -- Patterns ------------------------------------------------------------ */

static int
is_number(expr_ty e, int real, int imaginary)
{
    if (e->kind != Constant_kind) {
        return 0;
    }
    PyObject *value = e->v.Constant.value;
    return (real && (PyFloat_CheckExact(value) || PyLong_CheckExact(value)))
           || (imaginary && PyComplex_CheckExact(value));
}

static int
is_negative(expr_ty e, int imaginary)
{
    return e->kind == UnaryOp_kind && e->v.UnaryOp.op == USub
           && is_number(e->v.UnaryOp.operand, 1, imaginary);
}

static int
is_complex(expr_ty e)
{
    if (e->v.BinOp.op != Add && e->v.BinOp.op != Sub) {
        return 0;
    }
    expr_ty left = e->v.BinOp.left;
    return (is_number(left, 1, 0) || is_negative(left, 0))
           && is_number(e->v.BinOp.right, 0, 1);
}

static int
validate_pattern_value(struct validator *v, expr_ty e)
{
    if (!validate_expr(v, e, Load)) {
        return 0;
    }
    switch (e->kind) {
        case Constant_kind: {
            PyObject *value = e->v.Constant.value;
            if (PyLong_CheckExact(value) || PyFloat_CheckExact(value)
                || PyBytes_CheckExact(value) || PyComplex_CheckExact(value)
                || PyUnicode_CheckExact(value))
            {
                return 1;
            }
            return fail("unexpected constant inside of a literal pattern");
        }
        case Attribute_kind:
        case JoinedStr_kind:    /* the compiler complains */
            return 1;
        case UnaryOp_kind:
            if (is_negative(e, 1)) {
                return 1;
            }
            break;
        case BinOp_kind:
            if (is_complex(e)) {
                return 1;
            }
            break;
        default:
            break;
    }
    return fail("patterns may only match literals and attribute lookups");
}

static int
validate_capture(PyObject *name)
{
    if (_PyUnicode_EqualToASCIIString(name, "_")) {
        return fail("can't capture name '_' in patterns");
    }
    return validate_name(name);
}

static int
validate_patterns(struct validator *v, asdl_pattern_seq *patterns,
                  int star_ok)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(patterns); i++) {
        if (!validate_pattern(v, asdl_seq_GET(patterns, i), star_ok)) {
            return 0;
        }
    }
    return 1;
}

static int
validate_mapping(struct validator *v, pattern_ty pattern)
{
    asdl_expr_seq *keys = pattern->v.MatchMapping.keys;
    asdl_pattern_seq *patterns = pattern->v.MatchMapping.patterns;
    if (asdl_seq_LEN(keys) != asdl_seq_LEN(patterns)) {
        return fail("MatchMapping doesn't have the same number of keys as "
                    "patterns");
    }
    if (pattern->v.MatchMapping.rest != NULL
        && !validate_capture(pattern->v.MatchMapping.rest))
    {
        return 0;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(keys); i++) {
        expr_ty key = asdl_seq_GET(keys, i);
        if (key->kind == Constant_kind
            && (key->v.Constant.value == Py_None
                || PyBool_Check(key->v.Constant.value)))
        {
            continue;
        }
        if (!validate_pattern_value(v, key)) {
            return 0;
        }
    }
    return validate_patterns(v, patterns, 0);
}

static int
validate_class(struct validator *v, pattern_ty pattern)
{
    asdl_identifier_seq *names = pattern->v.MatchClass.kwd_attrs;
    if (asdl_seq_LEN(names)
        != asdl_seq_LEN(pattern->v.MatchClass.kwd_patterns))
    {
        return fail("MatchClass doesn't have the same number of keyword "
                    "attributes as patterns");
    }
    if (!validate_expr(v, pattern->v.MatchClass.cls, Load)) {
        return 0;
    }
    expr_ty class = pattern->v.MatchClass.cls;
    while (class->kind == Attribute_kind) {
        class = class->v.Attribute.value;
    }
    if (class->kind != Name_kind) {
        return fail("MatchClass cls field can only contain Name or Attribute "
                    "nodes.");
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(names); i++) {
        if (!validate_name(asdl_seq_GET(names, i))) {
            return 0;
        }
    }
    return validate_patterns(v, pattern->v.MatchClass.patterns, 0)
           && validate_patterns(v, pattern->v.MatchClass.kwd_patterns, 0);
}

static int
validate_as(struct validator *v, pattern_ty pattern)
{
    identifier name = pattern->v.MatchAs.name;
    if (name != NULL && !validate_capture(name)) {
        return 0;
    }
    if (pattern->v.MatchAs.pattern == NULL) {
        return 1;
    }
    if (name == NULL) {
        return fail("MatchAs must specify a target name if a pattern is "
                    "given");
    }
    return validate_pattern(v, pattern->v.MatchAs.pattern, 0);
}

static int
validate_pattern_kind(struct validator *v, pattern_ty pattern, int star_ok)
{
    switch (pattern->kind) {
        case MatchValue_kind:
            return validate_pattern_value(v, pattern->v.MatchValue.value);
        case MatchSingleton_kind: {
            PyObject *value = pattern->v.MatchSingleton.value;
            if (value == Py_None || PyBool_Check(value)) {
                return 1;
            }
            return fail("MatchSingleton can only contain True, False and "
                        "None");
        }
        case MatchSequence_kind:
            return validate_patterns(v, pattern->v.MatchSequence.patterns,
                                     1);
        case MatchMapping_kind:
            return validate_mapping(v, pattern);
        case MatchClass_kind:
            return validate_class(v, pattern);
        case MatchStar_kind:
            if (!star_ok) {
                return fail("can't use MatchStar here");
            }
            return pattern->v.MatchStar.name == NULL
                   || validate_capture(pattern->v.MatchStar.name);
        case MatchAs_kind:
            return validate_as(v, pattern);
        case MatchOr_kind:
            if (asdl_seq_LEN(pattern->v.MatchOr.patterns) < 2) {
                return fail("MatchOr requires at least 2 patterns");
            }
            return validate_patterns(v, pattern->v.MatchOr.patterns, 0);
    }
    PyErr_SetString(PyExc_SystemError, "unexpected pattern");
    return 0;
}

static int
validate_pattern(struct validator *v, pattern_ty pattern, int star_ok)
{
    if (!POSITIONS_ARE_VALID(pattern) || !enter(v)) {
        return 0;
    }
    int good = validate_pattern_kind(v, pattern, star_ok);
    v->depth--;
    return good;
}

/* -- Statements ---------------------------------------------------------- */

static int
validate_body(struct validator *v, asdl_stmt_seq *body, const char *owner)
{
    return validate_nonempty(body, "body", owner) && validate_stmts(v, body);
}

static int
validate_function(struct validator *v, asdl_stmt_seq *body,
                  arguments_ty args, asdl_expr_seq *decorators,
                  expr_ty returns, const char *owner)
{
    return validate_body(v, body, owner) && validate_arguments(v, args)
           && validate_exprs(v, decorators, Load, 0)
           && (returns == NULL || validate_expr(v, returns, Load));
}

static int
validate_targets(struct validator *v, asdl_expr_seq *targets,
                 expr_context_ty ctx, const char *owner)
{
    return validate_nonempty(targets, "targets", owner)
           && validate_exprs(v, targets, ctx, 0);
}

static int
validate_annotated(struct validator *v, stmt_ty s)
{
    if (s->v.AnnAssign.target->kind != Name_kind && s->v.AnnAssign.simple) {
        PyErr_SetString(PyExc_TypeError,
                        "AnnAssign with simple non-Name target");
        return 0;
    }
    return validate_expr(v, s->v.AnnAssign.target, Store)
           && (s->v.AnnAssign.value == NULL
               || validate_expr(v, s->v.AnnAssign.value, Load))
           && validate_expr(v, s->v.AnnAssign.annotation, Load);
}

static int
validate_loop(struct validator *v, expr_ty target, expr_ty iterable,
              asdl_stmt_seq *body, asdl_stmt_seq *orelse, const char *owner)
{
    return validate_expr(v, target, Store) && validate_expr(v, iterable, Load)
           && validate_body(v, body, owner) && validate_stmts(v, orelse);
}

static int
validate_with(struct validator *v, asdl_withitem_seq *items,
              asdl_stmt_seq *body, const char *owner)
{
    if (!validate_nonempty(items, "items", owner)) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(items); i++) {
        withitem_ty item = asdl_seq_GET(items, i);
        if (!validate_expr(v, item->context_expr, Load)
            || (item->optional_vars != NULL
                && !validate_expr(v, item->optional_vars, Store)))
        {
            return 0;
        }
    }
    return validate_body(v, body, owner);
}

static int
validate_match(struct validator *v, stmt_ty s)
{
    asdl_match_case_seq *cases = s->v.Match.cases;
    if (!validate_expr(v, s->v.Match.subject, Load)
        || !validate_nonempty(cases, "cases", "Match"))
    {
        return 0;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(cases); i++) {
        match_case_ty c = asdl_seq_GET(cases, i);
        if (!validate_pattern(v, c->pattern, 0)
            || (c->guard != NULL && !validate_expr(v, c->guard, Load))
            || !validate_body(v, c->body, "match_case"))
        {
            return 0;
        }
    }
    return 1;
}

static int
validate_raise(struct validator *v, stmt_ty s)
{
    if (s->v.Raise.exc != NULL) {
        return validate_expr(v, s->v.Raise.exc, Load)
               && (s->v.Raise.cause == NULL
                   || validate_expr(v, s->v.Raise.cause, Load));
    }
    return s->v.Raise.cause == NULL
           || fail("Raise with cause but no exception");
}

/* Both kinds of "try" have the same parts. */
static int
validate_try(struct validator *v, asdl_stmt_seq *body,
             asdl_excepthandler_seq *handlers, asdl_stmt_seq *orelse,
             asdl_stmt_seq *final, const char *owner)
{
    if (!validate_body(v, body, owner)) {
        return 0;
    }
    if (asdl_seq_LEN(handlers) == 0 && asdl_seq_LEN(final) == 0) {
        PyErr_Format(PyExc_ValueError,
                     "%s has neither except handlers nor finalbody", owner);
        return 0;
    }
    if (asdl_seq_LEN(handlers) == 0 && asdl_seq_LEN(orelse) > 0) {
        PyErr_Format(PyExc_ValueError,
                     "%s has orelse but no except handlers", owner);
        return 0;
    }
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(handlers); i++) {
        excepthandler_ty handler = asdl_seq_GET(handlers, i);
        if (!POSITIONS_ARE_VALID(handler)
            || (handler->v.ExceptHandler.type != NULL
                && !validate_expr(v, handler->v.ExceptHandler.type, Load))
            || !validate_body(v, handler->v.ExceptHandler.body,
                              "ExceptHandler"))
        {
            return 0;
        }
    }
    return (asdl_seq_LEN(final) == 0 || validate_stmts(v, final))
           && (asdl_seq_LEN(orelse) == 0 || validate_stmts(v, orelse));
}

static int
validate_stmt_kind(struct validator *v, stmt_ty s)
{
    switch (s->kind) {
        case FunctionDef_kind:
            return validate_function(v, s->v.FunctionDef.body,
                                     s->v.FunctionDef.args,
                                     s->v.FunctionDef.decorator_list,
                                     s->v.FunctionDef.returns,
                                     "FunctionDef");
        case AsyncFunctionDef_kind:
            return validate_function(v, s->v.AsyncFunctionDef.body,
                                     s->v.AsyncFunctionDef.args,
                                     s->v.AsyncFunctionDef.decorator_list,
                                     s->v.AsyncFunctionDef.returns,
                                     "AsyncFunctionDef");
        case ClassDef_kind:
            return validate_body(v, s->v.ClassDef.body, "ClassDef")
                   && validate_exprs(v, s->v.ClassDef.bases, Load, 0)
                   && validate_keywords(v, s->v.ClassDef.keywords)
                   && validate_exprs(v, s->v.ClassDef.decorator_list, Load,
                                     0);
        case Return_kind:
            return s->v.Return.value == NULL
                   || validate_expr(v, s->v.Return.value, Load);
        case Delete_kind:
            return validate_targets(v, s->v.Delete.targets, Del, "Delete");
        case Assign_kind:
            return validate_targets(v, s->v.Assign.targets, Store, "Assign")
                   && validate_expr(v, s->v.Assign.value, Load);
        case AugAssign_kind:
            return validate_expr(v, s->v.AugAssign.target, Store)
                   && validate_expr(v, s->v.AugAssign.value, Load);
        case AnnAssign_kind:
            return validate_annotated(v, s);
        case For_kind:
            return validate_loop(v, s->v.For.target, s->v.For.iter,
                                 s->v.For.body, s->v.For.orelse, "For");
        case AsyncFor_kind:
            return validate_loop(v, s->v.AsyncFor.target, s->v.AsyncFor.iter,
                                 s->v.AsyncFor.body, s->v.AsyncFor.orelse,
                                 "AsyncFor");
        case While_kind:
            return validate_expr(v, s->v.While.test, Load)
                   && validate_body(v, s->v.While.body, "While")
                   && validate_stmts(v, s->v.While.orelse);
        case If_kind:
            return validate_expr(v, s->v.If.test, Load)
                   && validate_body(v, s->v.If.body, "If")
                   && validate_stmts(v, s->v.If.orelse);
        case With_kind:
            return validate_with(v, s->v.With.items, s->v.With.body, "With");
        case AsyncWith_kind:
            return validate_with(v, s->v.AsyncWith.items,
                                 s->v.AsyncWith.body, "AsyncWith");
        case Match_kind:
            return validate_match(v, s);
        case Raise_kind:
            return validate_raise(v, s);
        case Try_kind:
            return validate_try(v, s->v.Try.body, s->v.Try.handlers,
                                s->v.Try.orelse, s->v.Try.finalbody, "Try");
        case TryStar_kind:
            return validate_try(v, s->v.TryStar.body, s->v.TryStar.handlers,
                                s->v.TryStar.orelse, s->v.TryStar.finalbody,
                                "TryStar");
        case Assert_kind:
            return validate_expr(v, s->v.Assert.test, Load)
                   && (s->v.Assert.msg == NULL
                       || validate_expr(v, s->v.Assert.msg, Load));
        case Import_kind:
            return validate_nonempty(s->v.Import.names, "names", "Import");
        case ImportFrom_kind:
            if (s->v.ImportFrom.level < 0) {
                return fail("Negative ImportFrom level");
            }
            return validate_nonempty(s->v.ImportFrom.names, "names",
                                     "ImportFrom");
        case Global_kind:
            return validate_nonempty(s->v.Global.names, "names", "Global");
        case Nonlocal_kind:
            return validate_nonempty(s->v.Nonlocal.names, "names",
                                     "Nonlocal");
        case Expr_kind:
            return validate_expr(v, s->v.Expr.value, Load);
        case Pass_kind:
        case Break_kind:
        case Continue_kind:
            return 1;
    }
    PyErr_SetString(PyExc_SystemError, "unexpected statement");
    return 0;
}

static int
validate_stmts(struct validator *v, asdl_stmt_seq *seq)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(seq); i++) {
        stmt_ty s = asdl_seq_GET(seq, i);
        if (s == NULL) {
            return fail("None disallowed in statement list");
        }
        if (!POSITIONS_ARE_VALID(s) || !enter(v)) {
            return 0;
        }
        int good = validate_stmt_kind(v, s);
        v->depth--;
        if (!good) {
            return 0;
        }
    }
    return 1;
}

/* -- The whole ----------------------------------------------------------- */

int
_PyAST_Validate(mod_ty tree)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int limit = Py_GetRecursionLimit();
    int depth = tstate->recursion_limit - tstate->recursion_remaining;
    struct validator v = {
        depth * STACK_FRAME_SCALE,
        limit > INT_MAX / STACK_FRAME_SCALE ? INT_MAX
                                            : limit * STACK_FRAME_SCALE,
    };
    switch (tree->kind) {
        case Module_kind:
            return validate_stmts(&v, tree->v.Module.body);
        case Interactive_kind:
            return validate_stmts(&v, tree->v.Interactive.body);
        case Expression_kind:
            return validate_expr(&v, tree->v.Expression.body, Load);
        case FunctionType_kind:
            return validate_exprs(&v, tree->v.FunctionType.argtypes, Load, 0)
                   && validate_expr(&v, tree->v.FunctionType.returns, Load);
    }
    PyErr_SetString(PyExc_SystemError, "impossible module node");
    return 0;
}

/* The docstring of a body, borrowed from the tree, or NULL. */
PyObject *
_PyAST_GetDocString(asdl_stmt_seq *body)
{
    if (asdl_seq_LEN(body) == 0) {
        return NULL;
    }
    stmt_ty first = asdl_seq_GET(body, 0);
    if (first->kind != Expr_kind
        || first->v.Expr.value->kind != Constant_kind)
    {
        return NULL;
    }
    PyObject *value = first->v.Expr.value->v.Constant.value;
    return PyUnicode_CheckExact(value) ? value : NULL;
}
