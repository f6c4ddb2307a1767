/* Functions, lambdas and classes: default values, annotations, decorators,
 * closures. */

#include "Python.h"
#include "codegen.h"

/* -- Closures ------------------------------------------------------------ */

/* Make a function of the code; `flags` says what lies on the stack for it
 * (MAKE_FUNCTION's argument). */
int
codegen_make_closure(struct compiler *c, PyCodeObject *code, int flags)
{
    if (code->co_nfreevars > 0) {
        int first = code->co_nlocals + code->co_nplaincellvars;
        for (int i = first; i < code->co_nlocalsplus; i++) {
            /* a class body's name may be local and free at once: it is the
             * free one that its methods mean */
            PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, i);
            int is_cell =
                (c->unit->kind == UNIT_CLASS
                 && _PyUnicode_EqualToASCIIString(name, "__class__"))
                || _PyST_GetScope(c->unit->symbols, name) == CELL;
            Py_ssize_t index = codegen_index_of(
                is_cell ? c->unit->cellvars : c->unit->freevars, name);
            if (index < 0) {
                if (!PyErr_Occurred()) {
                    PyErr_Format(PyExc_SystemError,
                                 "compiler: no cell for %R of %R in %R",
                                 name, code->co_name, c->unit->name);
                }
                return -1;
            }
            EMIT_I(LOAD_CLOSURE, (int)index);
        }
        flags |= 0x08;
        EMIT_I(BUILD_TUPLE, code->co_nfreevars);
    }
    EMIT_CONST((PyObject *)code);
    EMIT_I(MAKE_FUNCTION, flags);
    return 0;
}

/* -- Arguments ----------------------------------------------------------- */

static int
check_debug_args(struct compiler *c, asdl_arg_seq *args)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(args); i++) {
        TRY(codegen_forbidden_name(c, asdl_seq_GET(args, i)->arg, Store));
    }
    return 0;
}

/* No argument may be called __debug__. */
static int
check_arguments(struct compiler *c, arguments_ty args)
{
    TRY(check_debug_args(c, args->posonlyargs));
    TRY(check_debug_args(c, args->args));
    if (args->vararg != NULL) {
        TRY(codegen_forbidden_name(c, args->vararg->arg, Store));
    }
    TRY(check_debug_args(c, args->kwonlyargs));
    if (args->kwarg != NULL) {
        TRY(codegen_forbidden_name(c, args->kwarg->arg, Store));
    }
    return 0;
}

/* Push the dict of keyword-only defaults: 1 if there are any. */
static int
codegen_kwonly_defaults(struct compiler *c, arguments_ty args)
{
    PyObject *keys = NULL;
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(args->kwonlyargs); i++) {
        expr_ty value = asdl_seq_GET(args->kw_defaults, i);
        if (value == NULL) {
            continue;
        }
        arg_ty arg = asdl_seq_GET(args->kwonlyargs, i);
        PyObject *mangled = _Py_Mangle(c->unit->private_name, arg->arg);
        if (keys == NULL) {
            keys = PyList_New(0);
        }
        if (mangled == NULL || keys == NULL
            || PyList_Append(keys, mangled) < 0)
        {
            Py_XDECREF(mangled);
            goto error;
        }
        Py_DECREF(mangled);
        if (codegen_expr(c, value) < 0) {
            goto error;
        }
    }
    if (keys == NULL) {
        return 0;
    }
    PyObject *tuple = PyList_AsTuple(keys);
    Py_DECREF(keys);
    int n = tuple == NULL ? 0 : (int)PyTuple_GET_SIZE(tuple);
    EMIT_CONST_STEAL(tuple);
    EMIT_I(BUILD_CONST_KEY_MAP, n);
    return 1;

error:
    Py_XDECREF(keys);
    return -1;
}

/* Push the defaults; returns MAKE_FUNCTION's flags for them. */
static int
codegen_defaults(struct compiler *c, arguments_ty args)
{
    int flags = 0;
    Py_ssize_t n = asdl_seq_LEN(args->defaults);
    if (n > 0) {
        VISIT_SEQ(expr, args->defaults);
        EMIT_I(BUILD_TUPLE, (int)n);
        flags |= 0x01;
    }
    if (asdl_seq_LEN(args->kwonlyargs) > 0) {
        int res = codegen_kwonly_defaults(c, args);
        TRY(res);
        if (res > 0) {
            flags |= 0x02;
        }
    }
    return flags;
}

/* -- Annotations --------------------------------------------------------- */

/* An annotation as source text. */
int
codegen_annexpr(struct compiler *c, expr_ty annotation)
{
    EMIT_CONST_STEAL(_PyAST_ExprAsUnicode(annotation));
    return 0;
}

static int
codegen_annotation(struct compiler *c, PyObject *name, expr_ty annotation,
                   int *npushed)
{
    if (annotation == NULL) {
        return 0;
    }
    EMIT_CONST_STEAL(_Py_Mangle(c->unit->private_name, name));
    if (c->future->ff_features & CO_FUTURE_ANNOTATIONS) {
        VISIT(annexpr, annotation);
    }
    else if (annotation->kind == Starred_kind) {
        /* `*args: *Ts` */
        VISIT(expr, annotation->v.Starred.value);
        EMIT_I(UNPACK_SEQUENCE, 1);
    }
    else {
        VISIT(expr, annotation);
    }
    *npushed += 2;
    return 0;
}

static int
codegen_annotation_seq(struct compiler *c, asdl_arg_seq *args, int *npushed)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(args); i++) {
        arg_ty arg = asdl_seq_GET(args, i);
        TRY(codegen_annotation(c, arg->arg, arg->annotation, npushed));
    }
    return 0;
}

/* Push the tuple of names and annotations: 1 if there are any. */
static int
codegen_annotations(struct compiler *c, arguments_ty args, expr_ty returns)
{
    int n = 0;
    TRY(codegen_annotation_seq(c, args->args, &n));
    TRY(codegen_annotation_seq(c, args->posonlyargs, &n));
    if (args->vararg != NULL) {
        TRY(codegen_annotation(c, args->vararg->arg,
                               args->vararg->annotation, &n));
    }
    TRY(codegen_annotation_seq(c, args->kwonlyargs, &n));
    if (args->kwarg != NULL) {
        TRY(codegen_annotation(c, args->kwarg->arg, args->kwarg->annotation,
                               &n));
    }
    TRY(codegen_annotation(c, &_Py_ID(return), returns, &n));
    if (n == 0) {
        return 0;
    }
    EMIT_I(BUILD_TUPLE, n);
    return 1;
}

/* -- Decorators ---------------------------------------------------------- */

static int
codegen_apply_decorators(struct compiler *c, asdl_expr_seq *decorators)
{
    struct location saved = c->unit->loc;
    for (Py_ssize_t i = asdl_seq_LEN(decorators) - 1; i >= 0; i--) {
        SET_LOC(c, asdl_seq_GET(decorators, i));
        EMIT_I(PRECALL, 0);
        EMIT_I(CALL, 0);
    }
    c->unit->loc = saved;
    return 0;
}

static int
first_line(stmt_ty s, asdl_expr_seq *decorators)
{
    return asdl_seq_LEN(decorators) > 0
               ? asdl_seq_GET(decorators, 0)->lineno
               : s->lineno;
}

/* -- Functions ----------------------------------------------------------- */

static void
set_argcounts(struct unit *unit, arguments_ty args)
{
    unit->posonlyargcount = asdl_seq_LEN(args->posonlyargs);
    unit->argcount = unit->posonlyargcount + asdl_seq_LEN(args->args);
    unit->kwonlyargcount = asdl_seq_LEN(args->kwonlyargs);
}

/* The code object of a function's body. */
static PyCodeObject *
compile_function_body(struct compiler *c, asdl_stmt_seq *body,
                      arguments_ty args)
{
    PyObject *docstring =
        c->optimize < 2 ? _PyAST_GetDocString(body) : NULL;
    if (codegen_add_const(c, docstring != NULL ? docstring : Py_None) < 0) {
        return NULL;
    }
    set_argcounts(c->unit, args);
    for (Py_ssize_t i = docstring != NULL; i < asdl_seq_LEN(body); i++) {
        if (codegen_stmt(c, asdl_seq_GET(body, i)) < 0) {
            return NULL;
        }
    }
    return compiler_assemble(c, 1);
}

int
codegen_function(struct compiler *c, stmt_ty s, int is_async)
{
    /* both kinds of definition have the same members */
    arguments_ty args =
        is_async ? s->v.AsyncFunctionDef.args : s->v.FunctionDef.args;
    expr_ty returns =
        is_async ? s->v.AsyncFunctionDef.returns : s->v.FunctionDef.returns;
    asdl_expr_seq *decorators = is_async
                                    ? s->v.AsyncFunctionDef.decorator_list
                                    : s->v.FunctionDef.decorator_list;
    PyObject *name =
        is_async ? s->v.AsyncFunctionDef.name : s->v.FunctionDef.name;
    asdl_stmt_seq *body =
        is_async ? s->v.AsyncFunctionDef.body : s->v.FunctionDef.body;

    TRY(check_arguments(c, args));
    VISIT_SEQ(expr, decorators);
    int flags = codegen_defaults(c, args);
    TRY(flags);
    int annotated = codegen_annotations(c, args, returns);
    TRY(annotated);
    if (annotated) {
        flags |= 0x04;
    }
    TRY(compiler_enter_unit(c, name,
                            is_async ? UNIT_ASYNC_FUNCTION : UNIT_FUNCTION,
                            s, first_line(s, decorators)));
    PyCodeObject *code = compile_function_body(c, body, args);
    compiler_exit_unit(c);
    if (code == NULL) {
        return -1;
    }
    int res = codegen_make_closure(c, code, flags);
    Py_DECREF(code);
    TRY(res);
    TRY(codegen_apply_decorators(c, decorators));
    return codegen_nameop(c, name, Store);
}

static PyCodeObject *
compile_lambda_body(struct compiler *c, expr_ty e)
{
    /* None comes first, so that no constant passes for a docstring */
    if (codegen_add_const(c, Py_None) < 0) {
        return NULL;
    }
    set_argcounts(c->unit, e->v.Lambda.args);
    if (codegen_expr(c, e->v.Lambda.body) < 0) {
        return NULL;
    }
    if (c->unit->symbols->ste_generator) {
        return compiler_assemble(c, 0);
    }
    if (codegen_emit(c, RETURN_VALUE, 0) < 0) {
        return NULL;
    }
    return compiler_assemble(c, 1);
}

int
codegen_lambda(struct compiler *c, expr_ty e)
{
    arguments_ty args = e->v.Lambda.args;
    TRY(check_arguments(c, args));
    int flags = codegen_defaults(c, args);
    TRY(flags);
    TRY(compiler_enter_unit(c, &_Py_STR(anon_lambda), UNIT_LAMBDA, e,
                            e->lineno));
    PyCodeObject *code = compile_lambda_body(c, e);
    compiler_exit_unit(c);
    if (code == NULL) {
        return -1;
    }
    int res = codegen_make_closure(c, code, flags);
    Py_DECREF(code);
    return res;
}

/* -- Classes ------------------------------------------------------------- */

/* A class body binds __module__ and __qualname__ first and returns the cell
 * of __class__ if its methods want one. */
static int
codegen_class_body(struct compiler *c, stmt_ty s)
{
    Py_XSETREF(c->unit->private_name, Py_NewRef(s->v.ClassDef.name));
    TRY(codegen_nameop(c, &_Py_ID(__name__), Load));
    TRY(codegen_nameop(c, &_Py_ID(__module__), Store));
    EMIT_CONST(c->unit->qualname);
    TRY(codegen_nameop(c, &_Py_ID(__qualname__), Store));
    TRY(codegen_body(c, s->v.ClassDef.body));
    UNSET_LOC(c);
    if (c->unit->symbols->ste_needs_class_closure) {
        Py_ssize_t index = codegen_index_of(c->unit->cellvars,
                                            &_Py_ID(__class__));
        TRY((int)index);
        EMIT_I(LOAD_CLOSURE, (int)index);
        EMIT_I(COPY, 1);
        TRY(codegen_nameop(c, &_Py_ID(__classcell__), Store));
    }
    else {
        EMIT_CONST(Py_None);
    }
    EMIT(RETURN_VALUE);
    return 0;
}

int
codegen_class(struct compiler *c, stmt_ty s)
{
    asdl_expr_seq *decorators = s->v.ClassDef.decorator_list;
    VISIT_SEQ(expr, decorators);
    TRY(compiler_enter_unit(c, s->v.ClassDef.name, UNIT_CLASS, s,
                            first_line(s, decorators)));
    PyCodeObject *code = NULL;
    if (codegen_class_body(c, s) == 0) {
        code = compiler_assemble(c, 1);
    }
    compiler_exit_unit(c);
    if (code == NULL) {
        return -1;
    }
    int res = 0;
    if (codegen_emit(c, PUSH_NULL, 0) < 0
        || codegen_emit(c, LOAD_BUILD_CLASS, 0) < 0
        || codegen_make_closure(c, code, 0) < 0)
    {
        res = -1;
    }
    Py_DECREF(code);
    TRY(res);
    EMIT_CONST(s->v.ClassDef.name);
    TRY(codegen_call_args(c, 2, s->v.ClassDef.bases,
                          s->v.ClassDef.keywords));
    TRY(codegen_apply_decorators(c, decorators));
    return codegen_nameop(c, s->v.ClassDef.name, Store);
}
