/* Statements, but for definitions, try, with and match. */

#include "Python.h"
#include "codegen.h"

/* -- Annotations at hand ------------------------------------------------- */

static int has_annotations_in(stmt_ty s);

/* Is there an annotated assignment in the statements?  Nested scopes do not
 * count, nor, as the bytecode of 3.11 has it, do the cases of match. */
int
codegen_has_annotations(asdl_stmt_seq *stmts)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(stmts); i++) {
        if (has_annotations_in(asdl_seq_GET(stmts, i))) {
            return 1;
        }
    }
    return 0;
}

static int
has_annotations_in_handlers(asdl_excepthandler_seq *handlers)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(handlers); i++) {
        excepthandler_ty handler = asdl_seq_GET(handlers, i);
        if (codegen_has_annotations(handler->v.ExceptHandler.body)) {
            return 1;
        }
    }
    return 0;
}

static int
has_annotations_in(stmt_ty s)
{
    switch (s->kind) {
        case AnnAssign_kind:
            return 1;
        case For_kind:
            return codegen_has_annotations(s->v.For.body)
                   || codegen_has_annotations(s->v.For.orelse);
        case AsyncFor_kind:
            return codegen_has_annotations(s->v.AsyncFor.body)
                   || codegen_has_annotations(s->v.AsyncFor.orelse);
        case While_kind:
            return codegen_has_annotations(s->v.While.body)
                   || codegen_has_annotations(s->v.While.orelse);
        case If_kind:
            return codegen_has_annotations(s->v.If.body)
                   || codegen_has_annotations(s->v.If.orelse);
        case With_kind:
            return codegen_has_annotations(s->v.With.body);
        case AsyncWith_kind:
            return codegen_has_annotations(s->v.AsyncWith.body);
        case Try_kind:
            return has_annotations_in_handlers(s->v.Try.handlers)
                   || codegen_has_annotations(s->v.Try.body)
                   || codegen_has_annotations(s->v.Try.finalbody)
                   || codegen_has_annotations(s->v.Try.orelse);
        case TryStar_kind:
            return has_annotations_in_handlers(s->v.TryStar.handlers)
                   || codegen_has_annotations(s->v.TryStar.body)
                   || codegen_has_annotations(s->v.TryStar.finalbody)
                   || codegen_has_annotations(s->v.TryStar.orelse);
        default:
            return 0;
    }
}

/* -- Bodies -------------------------------------------------------------- */

/* The body of a module or class: its docstring becomes __doc__. */
int
codegen_body(struct compiler *c, asdl_stmt_seq *stmts)
{
    Py_ssize_t n = asdl_seq_LEN(stmts);
    if (c->unit->kind == UNIT_MODULE && n > 0) {
        SET_LOC(c, asdl_seq_GET(stmts, 0));
    }
    if (codegen_has_annotations(stmts)) {
        EMIT(SETUP_ANNOTATIONS);
    }
    Py_ssize_t first = 0;
    if (n > 0 && c->optimize < 2 && _PyAST_GetDocString(stmts) != NULL) {
        first = 1;
        VISIT(expr, asdl_seq_GET(stmts, 0)->v.Expr.value);
        UNSET_LOC(c);
        TRY(codegen_nameop(c, &_Py_ID(__doc__), Store));
    }
    for (Py_ssize_t i = first; i < n; i++) {
        VISIT(stmt, asdl_seq_GET(stmts, i));
    }
    return 0;
}

/* -- Branches and loops -------------------------------------------------- */

static int
codegen_if(struct compiler *c, stmt_ty s)
{
    NEW_BLOCK(end);
    struct block *next = end;
    if (asdl_seq_LEN(s->v.If.orelse) > 0) {
        next = codegen_new_block(c);
        if (next == NULL) {
            return -1;
        }
    }
    TRY(codegen_jump_if(c, s->v.If.test, next, 0));
    VISIT_SEQ(stmt, s->v.If.body);
    if (next != end) {
        UNSET_LOC(c);
        EMIT_JUMP(JUMP, end);
        USE_BLOCK(next);
        VISIT_SEQ(stmt, s->v.If.orelse);
    }
    USE_BLOCK(end);
    return 0;
}

static int
codegen_for(struct compiler *c, stmt_ty s)
{
    NEW_BLOCK(start);
    NEW_BLOCK(body);
    NEW_BLOCK(cleanup);
    NEW_BLOCK(end);
    TRY(codegen_push_unwind(c, UNWIND_FOR_LOOP, start, end, NULL));
    VISIT(expr, s->v.For.iter);
    EMIT(GET_ITER);
    USE_BLOCK(start);
    EMIT_JUMP(FOR_ITER, cleanup);
    USE_BLOCK(body);
    VISIT(expr, s->v.For.target);
    VISIT_SEQ(stmt, s->v.For.body);
    UNSET_LOC(c);
    EMIT_JUMP(JUMP, start);
    USE_BLOCK(cleanup);
    codegen_pop_unwind(c, UNWIND_FOR_LOOP, start);
    VISIT_SEQ(stmt, s->v.For.orelse);
    USE_BLOCK(end);
    return 0;
}

static int
codegen_async_for(struct compiler *c, stmt_ty s)
{
    if (COMPILER_TOP_LEVEL_AWAIT(c)) {
        c->unit->symbols->ste_coroutine = 1;
    }
    else if (c->unit->kind != UNIT_ASYNC_FUNCTION) {
        return compiler_error(c, "'async for' outside async function");
    }
    NEW_BLOCK(start);
    NEW_BLOCK(except);
    NEW_BLOCK(end);
    VISIT(expr, s->v.AsyncFor.iter);
    EMIT(GET_AITER);
    USE_BLOCK(start);
    TRY(codegen_push_unwind(c, UNWIND_FOR_LOOP, start, end, NULL));
    /* StopAsyncIteration of __anext__ ends the loop */
    EMIT_JUMP(SETUP_FINALLY, except);
    EMIT(GET_ANEXT);
    EMIT_CONST(Py_None);
    TRY(codegen_emit_yield_from(c, 1));
    EMIT(POP_BLOCK);
    VISIT(expr, s->v.AsyncFor.target);
    VISIT_SEQ(stmt, s->v.AsyncFor.body);
    UNSET_LOC(c);
    EMIT_JUMP(JUMP, start);
    codegen_pop_unwind(c, UNWIND_FOR_LOOP, start);
    USE_BLOCK(except);
    /* the loop's end belongs to its head, not to its body */
    SET_LOC(c, s->v.AsyncFor.iter);
    EMIT(END_ASYNC_FOR);
    VISIT_SEQ(stmt, s->v.AsyncFor.orelse);
    USE_BLOCK(end);
    return 0;
}

static int
codegen_while(struct compiler *c, stmt_ty s)
{
    NEW_BLOCK(loop);
    NEW_BLOCK(body);
    NEW_BLOCK(anchor);
    NEW_BLOCK(end);
    USE_BLOCK(loop);
    TRY(codegen_push_unwind(c, UNWIND_WHILE_LOOP, loop, end, NULL));
    TRY(codegen_jump_if(c, s->v.While.test, anchor, 0));
    USE_BLOCK(body);
    VISIT_SEQ(stmt, s->v.While.body);
    SET_LOC(c, s);
    TRY(codegen_jump_if(c, s->v.While.test, body, 1));
    codegen_pop_unwind(c, UNWIND_WHILE_LOOP, loop);
    USE_BLOCK(anchor);
    VISIT_SEQ(stmt, s->v.While.orelse);
    USE_BLOCK(end);
    return 0;
}

static int
codegen_return(struct compiler *c, stmt_ty s)
{
    expr_ty value = s->v.Return.value;
    int on_stack = value != NULL && value->kind != Constant_kind;
    if (c->unit->symbols->ste_type != FunctionBlock) {
        return compiler_error(c, "'return' outside function");
    }
    if (value != NULL && c->unit->symbols->ste_coroutine
        && c->unit->symbols->ste_generator)
    {
        return compiler_error(
            c, "'return' with value in async generator");
    }
    if (on_stack) {
        VISIT(expr, value);
    }
    else if (value != NULL) {
        SET_LOC(c, value);
        EMIT(NOP);
    }
    if (value == NULL || value->lineno != s->lineno) {
        SET_LOC(c, s);
        EMIT(NOP);
    }
    TRY(codegen_unwind_all(c, on_stack, NULL));
    if (!on_stack) {
        EMIT_CONST(value == NULL ? Py_None : value->v.Constant.value);
    }
    EMIT(RETURN_VALUE);
    return 0;
}

/* break and continue: both leave what lies between them and the loop. */
static int
codegen_loop_jump(struct compiler *c, int is_break)
{
    struct unwind *loop = NULL;
    struct location statement = c->unit->loc;
    EMIT(NOP);
    TRY(codegen_unwind_all(c, 0, &loop));
    if (loop == NULL) {
        c->unit->loc = statement;
        return compiler_error(c, is_break
                                     ? "'break' outside loop"
                                     : "'continue' not properly in loop");
    }
    if (is_break) {
        TRY(codegen_unwind(c, loop, 0));
        EMIT_JUMP(JUMP, loop->exit);
    }
    else {
        EMIT_JUMP(JUMP, loop->entry);
    }
    return 0;
}

/* -- Imports ------------------------------------------------------------- */

/* `import a.b.c as d` binds the innermost module. */
static int
codegen_import_as(struct compiler *c, PyObject *name, PyObject *asname)
{
    Py_ssize_t len = PyUnicode_GET_LENGTH(name);
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, len, 1);
    if (dot == -2) {
        return -1;
    }
    if (dot < 0) {
        return codegen_nameop(c, asname, Store);
    }
    while (1) {
        Py_ssize_t start = dot + 1;
        dot = PyUnicode_FindChar(name, '.', start, len, 1);
        if (dot == -2) {
            return -1;
        }
        PyObject *attr = PyUnicode_Substring(name, start,
                                             dot < 0 ? len : dot);
        if (attr == NULL) {
            return -1;
        }
        int res = codegen_emit_name(c, IMPORT_FROM, attr);
        Py_DECREF(attr);
        TRY(res);
        if (dot < 0) {
            break;
        }
        EMIT_I(SWAP, 2);
        EMIT(POP_TOP);
    }
    TRY(codegen_nameop(c, asname, Store));
    EMIT(POP_TOP);
    return 0;
}

static int
codegen_import(struct compiler *c, stmt_ty s)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(s->v.Import.names); i++) {
        alias_ty alias = asdl_seq_GET(s->v.Import.names, i);
        EMIT_CONST_STEAL(PyLong_FromLong(0));
        EMIT_CONST(Py_None);
        EMIT_NAME(IMPORT_NAME, alias->name);
        if (alias->asname != NULL) {
            TRY(codegen_import_as(c, alias->name, alias->asname));
            continue;
        }
        Py_ssize_t dot = PyUnicode_FindChar(
            alias->name, '.', 0, PyUnicode_GET_LENGTH(alias->name), 1);
        if (dot == -2) {
            return -1;
        }
        PyObject *top = dot < 0 ? Py_NewRef(alias->name)
                                : PyUnicode_Substring(alias->name, 0, dot);
        if (top == NULL) {
            return -1;
        }
        int res = codegen_nameop(c, top, Store);
        Py_DECREF(top);
        TRY(res);
    }
    return 0;
}

static PyObject *
imported_names(asdl_alias_seq *aliases)
{
    Py_ssize_t n = asdl_seq_LEN(aliases);
    PyObject *names = PyTuple_New(n);
    if (names == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyTuple_SET_ITEM(names, i,
                         Py_NewRef(asdl_seq_GET(aliases, i)->name));
    }
    return names;
}

static int
codegen_import_from(struct compiler *c, stmt_ty s)
{
    asdl_alias_seq *aliases = s->v.ImportFrom.names;
    PyObject *module = s->v.ImportFrom.module;
    EMIT_CONST_STEAL(PyLong_FromLong(s->v.ImportFrom.level));
    PyObject *names = imported_names(aliases);
    if (names == NULL) {
        return -1;
    }
    if (s->lineno > c->future->ff_lineno && module != NULL
        && _PyUnicode_EqualToASCIIString(module, "__future__"))
    {
        Py_DECREF(names);
        return compiler_error(c, "from __future__ imports must occur at "
                                 "the beginning of the file");
    }
    EMIT_CONST_STEAL(names);
    EMIT_NAME(IMPORT_NAME, module != NULL ? module : &_Py_STR(empty));
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(aliases); i++) {
        alias_ty alias = asdl_seq_GET(aliases, i);
        if (i == 0 && PyUnicode_READ_CHAR(alias->name, 0) == '*') {
            EMIT(IMPORT_STAR);
            return 0;
        }
        EMIT_NAME(IMPORT_FROM, alias->name);
        TRY(codegen_nameop(
            c, alias->asname != NULL ? alias->asname : alias->name, Store));
    }
    EMIT(POP_TOP);
    return 0;
}

/* -- Assignments --------------------------------------------------------- */

static int
codegen_assign(struct compiler *c, stmt_ty s)
{
    Py_ssize_t n = asdl_seq_LEN(s->v.Assign.targets);
    VISIT(expr, s->v.Assign.value);
    for (Py_ssize_t i = 0; i < n; i++) {
        if (i + 1 < n) {
            EMIT_I(COPY, 1);
        }
        VISIT(expr, asdl_seq_GET(s->v.Assign.targets, i));
    }
    return 0;
}

static int
codegen_aug_assign(struct compiler *c, stmt_ty s)
{
    expr_ty target = s->v.AugAssign.target;
    struct location statement = c->unit->loc;
    SET_LOC(c, target);
    switch (target->kind) {
        case Attribute_kind:
            VISIT(expr, target->v.Attribute.value);
            EMIT_I(COPY, 1);
            codegen_attr_location(c, target);
            EMIT_NAME(LOAD_ATTR, target->v.Attribute.attr);
            break;
        case Subscript_kind:
            VISIT(expr, target->v.Subscript.value);
            VISIT(expr, target->v.Subscript.slice);
            EMIT_I(COPY, 2);
            EMIT_I(COPY, 2);
            EMIT(BINARY_SUBSCR);
            break;
        case Name_kind:
            TRY(codegen_nameop(c, target->v.Name.id, Load));
            break;
        default:
            PyErr_Format(PyExc_SystemError,
                         "invalid node type (%d) for augmented assignment",
                         target->kind);
            return -1;
    }
    c->unit->loc = statement;
    VISIT(expr, s->v.AugAssign.value);
    TRY(codegen_binary_op(c, s->v.AugAssign.op, 1));
    SET_LOC(c, target);
    switch (target->kind) {
        case Attribute_kind:
            codegen_attr_location(c, target);
            EMIT_I(SWAP, 2);
            EMIT_NAME(STORE_ATTR, target->v.Attribute.attr);
            break;
        case Subscript_kind:
            EMIT_I(SWAP, 3);
            EMIT_I(SWAP, 2);
            EMIT(STORE_SUBSCR);
            break;
        default:
            return codegen_nameop(c, target->v.Name.id, Store);
    }
    return 0;
}

/* Evaluate for the effect only. */
static int
codegen_evaluate(struct compiler *c, expr_ty e)
{
    VISIT(expr, e);
    EMIT(POP_TOP);
    return 0;
}

static int
codegen_evaluate_subscript(struct compiler *c, expr_ty e)
{
    switch (e->kind) {
        case Slice_kind:
            if (e->v.Slice.lower != NULL) {
                TRY(codegen_evaluate(c, e->v.Slice.lower));
            }
            if (e->v.Slice.upper != NULL) {
                TRY(codegen_evaluate(c, e->v.Slice.upper));
            }
            if (e->v.Slice.step != NULL) {
                TRY(codegen_evaluate(c, e->v.Slice.step));
            }
            return 0;
        case Tuple_kind:
            VISIT_SEQ(evaluate_subscript, e->v.Tuple.elts);
            return 0;
        default:
            return codegen_evaluate(c, e);
    }
}

/* Keep the annotation of a simple name in __annotations__. */
static int
codegen_store_annotation(struct compiler *c, stmt_ty s)
{
    if (c->future->ff_features & CO_FUTURE_ANNOTATIONS) {
        VISIT(annexpr, s->v.AnnAssign.annotation);
    }
    else {
        VISIT(expr, s->v.AnnAssign.annotation);
    }
    EMIT_NAME(LOAD_NAME, &_Py_ID(__annotations__));
    EMIT_CONST_STEAL(_Py_Mangle(c->unit->private_name,
                                s->v.AnnAssign.target->v.Name.id));
    EMIT(STORE_SUBSCR);
    return 0;
}

static int
codegen_ann_assign(struct compiler *c, stmt_ty s)
{
    expr_ty target = s->v.AnnAssign.target;
    expr_ty value = s->v.AnnAssign.value;
    int in_namespace =
        c->unit->kind == UNIT_MODULE || c->unit->kind == UNIT_CLASS;
    if (value != NULL) {
        VISIT(expr, value);
        VISIT(expr, target);
    }
    switch (target->kind) {
        case Name_kind:
            TRY(codegen_forbidden_name(c, target->v.Name.id, Store));
            if (s->v.AnnAssign.simple && in_namespace) {
                TRY(codegen_store_annotation(c, s));
            }
            break;
        case Attribute_kind:
            TRY(codegen_forbidden_name(c, target->v.Attribute.attr, Store));
            if (value == NULL) {
                TRY(codegen_evaluate(c, target->v.Attribute.value));
            }
            break;
        case Subscript_kind:
            if (value == NULL) {
                TRY(codegen_evaluate(c, target->v.Subscript.value));
                TRY(codegen_evaluate_subscript(c,
                                               target->v.Subscript.slice));
            }
            break;
        default:
            PyErr_Format(PyExc_SystemError,
                         "invalid node type (%d) for annotated assignment",
                         target->kind);
            return -1;
    }
    /* other targets: the annotation is only evaluated, and comes last */
    if (!s->v.AnnAssign.simple && in_namespace
        && !(c->future->ff_features & CO_FUTURE_ANNOTATIONS))
    {
        return codegen_evaluate(c, s->v.AnnAssign.annotation);
    }
    return 0;
}

/* -- Simple statements --------------------------------------------------- */

static int
codegen_assert(struct compiler *c, stmt_ty s)
{
    expr_ty test = s->v.Assert.test;
    if ((test->kind == Tuple_kind && asdl_seq_LEN(test->v.Tuple.elts) > 0)
        || (test->kind == Constant_kind
            && PyTuple_Check(test->v.Constant.value)
            && PyTuple_GET_SIZE(test->v.Constant.value) > 0))
    {
        TRY(compiler_warn(c, "assertion is always true, "
                             "perhaps remove parentheses?"));
    }
    if (c->optimize) {
        return 0;
    }
    NEW_BLOCK(end);
    TRY(codegen_jump_if(c, test, end, 1));
    EMIT(LOAD_ASSERTION_ERROR);
    if (s->v.Assert.msg != NULL) {
        VISIT(expr, s->v.Assert.msg);
        EMIT_I(PRECALL, 0);
        EMIT_I(CALL, 0);
    }
    EMIT_I(RAISE_VARARGS, 1);
    USE_BLOCK(end);
    return 0;
}

static int
codegen_raise(struct compiler *c, stmt_ty s)
{
    int n = 0;
    if (s->v.Raise.exc != NULL) {
        VISIT(expr, s->v.Raise.exc);
        n++;
        if (s->v.Raise.cause != NULL) {
            VISIT(expr, s->v.Raise.cause);
            n++;
        }
    }
    EMIT_I(RAISE_VARARGS, n);
    return 0;
}

static int
codegen_expr_stmt(struct compiler *c, expr_ty value)
{
    if (c->interactive && c->nesting <= 1) {
        VISIT(expr, value);
        EMIT(PRINT_EXPR);
        return 0;
    }
    if (value->kind == Constant_kind) {
        EMIT(NOP);
        return 0;
    }
    VISIT(expr, value);
    UNSET_LOC(c);
    EMIT(POP_TOP);
    return 0;
}

int
codegen_stmt(struct compiler *c, stmt_ty s)
{
    SET_LOC(c, s);
    switch (s->kind) {
        case FunctionDef_kind:
            return codegen_function(c, s, 0);
        case AsyncFunctionDef_kind:
            return codegen_function(c, s, 1);
        case ClassDef_kind:
            return codegen_class(c, s);
        case Return_kind:
            return codegen_return(c, s);
        case Delete_kind:
            VISIT_SEQ(expr, s->v.Delete.targets);
            return 0;
        case Assign_kind:
            return codegen_assign(c, s);
        case AugAssign_kind:
            return codegen_aug_assign(c, s);
        case AnnAssign_kind:
            return codegen_ann_assign(c, s);
        case For_kind:
            return codegen_for(c, s);
        case AsyncFor_kind:
            return codegen_async_for(c, s);
        case While_kind:
            return codegen_while(c, s);
        case If_kind:
            return codegen_if(c, s);
        case With_kind:
            return codegen_with(c, s, 0);
        case AsyncWith_kind:
            return codegen_async_with(c, s, 0);
        case Match_kind:
            return codegen_match(c, s);
        case Raise_kind:
            return codegen_raise(c, s);
        case Try_kind:
            return codegen_try(c, s);
        case TryStar_kind:
            return codegen_try_star(c, s);
        case Assert_kind:
            return codegen_assert(c, s);
        case Import_kind:
            return codegen_import(c, s);
        case ImportFrom_kind:
            return codegen_import_from(c, s);
        case Global_kind:
        case Nonlocal_kind:
            return 0;
        case Expr_kind:
            return codegen_expr_stmt(c, s->v.Expr.value);
        case Pass_kind:
            EMIT(NOP);
            return 0;
        case Break_kind:
            return codegen_loop_jump(c, 1);
        case Continue_kind:
            return codegen_loop_jump(c, 0);
    }
    return 0;
}
