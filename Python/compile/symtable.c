/* First pass over the tree: the blocks of the program and what each does with
 * each name.  The second pass (symtable_analyze.c) finds the scopes. */

#include "Python.h"
#include "symtable.h"
#include "pycore_compile.h"
#include "pycore_parser.h"
#include "pycore_pystate.h"
#include "structmember.h"

#define GLOBAL_PARAM "name '%U' is parameter and global"
#define NONLOCAL_PARAM "name '%U' is parameter and nonlocal"
#define GLOBAL_AFTER_ASSIGN \
    "name '%U' is assigned to before global declaration"
#define NONLOCAL_AFTER_ASSIGN \
    "name '%U' is assigned to before nonlocal declaration"
#define GLOBAL_AFTER_USE "name '%U' is used prior to global declaration"
#define NONLOCAL_AFTER_USE "name '%U' is used prior to nonlocal declaration"
#define GLOBAL_ANNOT "annotated name '%U' can't be global"
#define NONLOCAL_ANNOT "annotated name '%U' can't be nonlocal"

/* Tree depth that one level of the recursion limit allows. */
#define TREE_LEVELS_PER_FRAME 3

/* -- Blocks -------------------------------------------------------------- */

struct position {
    int line, col, end_line, end_col;
};

#define POSITION(NODE)                                              \
    ((struct position){(NODE)->lineno, (NODE)->col_offset,          \
                       (NODE)->end_lineno, (NODE)->end_col_offset})

static PySTEntryObject *
ste_new(struct symtable *st, PyObject *name, _Py_block_ty block, void *key,
        struct position pos)
{
    PyObject *id = PyLong_FromVoidPtr(key);
    if (id == NULL) {
        return NULL;
    }
    PySTEntryObject *ste = PyObject_New(PySTEntryObject, &PySTEntry_Type);
    if (ste == NULL) {
        Py_DECREF(id);
        return NULL;
    }
    memset((char *)ste + sizeof(PyObject), 0,
           sizeof(PySTEntryObject) - sizeof(PyObject));
    ste->ste_table = st;
    ste->ste_id = id;
    ste->ste_name = Py_NewRef(name);
    ste->ste_type = block;
    ste->ste_lineno = pos.line;
    ste->ste_col_offset = pos.col;
    ste->ste_end_lineno = pos.end_line;
    ste->ste_end_col_offset = pos.end_col;
    if (st->st_cur != NULL
        && (st->st_cur->ste_nested || st->st_cur->ste_type == FunctionBlock))
    {
        ste->ste_nested = 1;
    }
    ste->ste_symbols = PyDict_New();
    ste->ste_varnames = PyList_New(0);
    ste->ste_children = PyList_New(0);
    if (ste->ste_symbols == NULL || ste->ste_varnames == NULL
        || ste->ste_children == NULL
        || PyDict_SetItem(st->st_blocks, id, (PyObject *)ste) < 0)
    {
        Py_DECREF(ste);
        return NULL;
    }
    return ste;
}

static PyObject *
ste_repr(PySTEntryObject *ste)
{
    return PyUnicode_FromFormat("<symtable entry %U(%R), line %d>",
                                ste->ste_name, ste->ste_id, ste->ste_lineno);
}

static void
ste_dealloc(PySTEntryObject *ste)
{
    ste->ste_table = NULL;
    Py_XDECREF(ste->ste_id);
    Py_XDECREF(ste->ste_name);
    Py_XDECREF(ste->ste_symbols);
    Py_XDECREF(ste->ste_varnames);
    Py_XDECREF(ste->ste_children);
    Py_XDECREF(ste->ste_directives);
    PyObject_Free(ste);
}

static PyMemberDef ste_members[] = {
    {"id", T_OBJECT, offsetof(PySTEntryObject, ste_id), READONLY},
    {"name", T_OBJECT, offsetof(PySTEntryObject, ste_name), READONLY},
    {"symbols", T_OBJECT, offsetof(PySTEntryObject, ste_symbols), READONLY},
    {"varnames", T_OBJECT, offsetof(PySTEntryObject, ste_varnames),
     READONLY},
    {"children", T_OBJECT, offsetof(PySTEntryObject, ste_children),
     READONLY},
    {"nested", T_INT, offsetof(PySTEntryObject, ste_nested), READONLY},
    {"type", T_INT, offsetof(PySTEntryObject, ste_type), READONLY},
    {"lineno", T_INT, offsetof(PySTEntryObject, ste_lineno), READONLY},
    {NULL},
};

PyTypeObject PySTEntry_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "symtable entry",
    .tp_basicsize = sizeof(PySTEntryObject),
    .tp_dealloc = (destructor)ste_dealloc,
    .tp_repr = (reprfunc)ste_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_members = ste_members,
};

long
_PyST_GetSymbol(PySTEntryObject *ste, PyObject *name)
{
    PyObject *flags = PyDict_GetItemWithError(ste->ste_symbols, name);
    return flags == NULL ? 0 : PyLong_AS_LONG(flags);
}

int
_PyST_GetScope(PySTEntryObject *ste, PyObject *name)
{
    return (int)((_PyST_GetSymbol(ste, name) >> SCOPE_OFFSET) & SCOPE_MASK);
}

PySTEntryObject *
PySymtable_Lookup(struct symtable *st, void *key)
{
    PyObject *id = PyLong_FromVoidPtr(key);
    if (id == NULL) {
        return NULL;
    }
    PyObject *ste = PyDict_GetItemWithError(st->st_blocks, id);
    if (ste == NULL && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_KeyError, "unknown symbol table entry");
    }
    Py_DECREF(id);
    Py_XINCREF(ste);
    return (PySTEntryObject *)ste;
}

/* -- Errors -------------------------------------------------------------- */

/* Put the pending SyntaxError at the position: always -1. */
static int
error_at(struct symtable *st, struct position pos)
{
    PyErr_RangedSyntaxLocationObject(st->st_filename, pos.line, pos.col + 1,
                                     pos.end_line, pos.end_col + 1);
    return -1;
}

static int
name_error_at(struct symtable *st, const char *format, PyObject *name,
              struct position pos)
{
    PyErr_Format(PyExc_SyntaxError, format, name);
    return error_at(st, pos);
}

/* -- Entering and leaving blocks ----------------------------------------- */

static int
exit_block(struct symtable *st)
{
    st->st_cur = NULL;
    Py_ssize_t size = PyList_GET_SIZE(st->st_stack);
    if (size == 0) {
        return 0;
    }
    if (PyList_SetSlice(st->st_stack, size - 1, size, NULL) < 0) {
        return -1;
    }
    if (--size > 0) {
        st->st_cur =
            (PySTEntryObject *)PyList_GET_ITEM(st->st_stack, size - 1);
    }
    return 0;
}

static int
enter_block(struct symtable *st, PyObject *name, _Py_block_ty block,
            void *key, struct position pos)
{
    PySTEntryObject *ste = ste_new(st, name, block, key, pos);
    if (ste == NULL) {
        return -1;
    }
    int res = PyList_Append(st->st_stack, (PyObject *)ste);
    Py_DECREF(ste);
    if (res < 0) {
        return -1;
    }
    PySTEntryObject *outer = st->st_cur;
    if (outer != NULL) {
        /* no assignment expressions in comprehension iterables, however
         * deep */
        ste->ste_comp_iter_expr = outer->ste_comp_iter_expr;
    }
    st->st_cur = ste;
    if (block == AnnotationBlock) {
        return 0;
    }
    if (block == ModuleBlock) {
        st->st_global = ste->ste_symbols;
    }
    if (outer != NULL) {
        return PyList_Append(outer->ste_children, (PyObject *)ste);
    }
    return 0;
}

/* -- Definitions --------------------------------------------------------- */

static long
lookup(struct symtable *st, PyObject *name)
{
    PyObject *mangled = _Py_Mangle(st->st_private, name);
    if (mangled == NULL) {
        return 0;
    }
    long flags = _PyST_GetSymbol(st->st_cur, mangled);
    Py_DECREF(mangled);
    return flags;
}

static int
set_flags(PyObject *symbols, PyObject *mangled, long flags)
{
    PyObject *value = PyLong_FromLong(flags);
    if (value == NULL) {
        return -1;
    }
    int res = PyDict_SetItem(symbols, mangled, value);
    Py_DECREF(value);
    return res;
}

static int
add_mangled(struct symtable *st, PyObject *name, PyObject *mangled,
            long flag, PySTEntryObject *ste, struct position pos)
{
    PyObject *known = PyDict_GetItemWithError(ste->ste_symbols, mangled);
    if (known == NULL && PyErr_Occurred()) {
        return -1;
    }
    long old = known == NULL ? 0 : PyLong_AS_LONG(known);
    if (flag & old & DEF_PARAM) {
        return name_error_at(
            st, "duplicate argument '%U' in function definition", name, pos);
    }
    long flags = old | flag;
    if (ste->ste_comp_iter_target) {
        if (flags & (DEF_GLOBAL | DEF_NONLOCAL)) {
            return name_error_at(
                st, "comprehension inner loop cannot rebind assignment "
                    "expression target '%U'", name, pos);
        }
        flags |= DEF_COMP_ITER;
    }
    if ((known == NULL || flags != old)
        && set_flags(ste->ste_symbols, mangled, flags) < 0)
    {
        return -1;
    }
    if (flag & DEF_PARAM) {
        return PyList_Append(ste->ste_varnames, mangled);
    }
    if (flag & DEF_GLOBAL) {
        known = PyDict_GetItemWithError(st->st_global, mangled);
        if (known == NULL && PyErr_Occurred()) {
            return -1;
        }
        old = known == NULL ? 0 : PyLong_AS_LONG(known);
        return set_flags(st->st_global, mangled, old | flag);
    }
    return 0;
}

static int
add_def_in(struct symtable *st, PyObject *name, long flag,
           PySTEntryObject *ste, struct position pos)
{
    PyObject *mangled = _Py_Mangle(st->st_private, name);
    if (mangled == NULL) {
        return -1;
    }
    int res = add_mangled(st, name, mangled, flag, ste, pos);
    Py_DECREF(mangled);
    return res;
}

static int
add_def(struct symtable *st, PyObject *name, long flag, struct position pos)
{
    return add_def_in(st, name, flag, st->st_cur, pos);
}

/* Remember where a name was declared, for errors of the second pass. */
static int
record_directive(struct symtable *st, PyObject *name, struct position pos)
{
    if (st->st_cur->ste_directives == NULL) {
        st->st_cur->ste_directives = PyList_New(0);
        if (st->st_cur->ste_directives == NULL) {
            return -1;
        }
    }
    PyObject *mangled = _Py_Mangle(st->st_private, name);
    if (mangled == NULL) {
        return -1;
    }
    PyObject *data = Py_BuildValue("(Niiii)", mangled, pos.line, pos.col,
                                   pos.end_line, pos.end_col);
    if (data == NULL) {
        return -1;
    }
    int res = PyList_Append(st->st_cur->ste_directives, data);
    Py_DECREF(data);
    return res;
}

/* -- Visiting ------------------------------------------------------------ */

static int visit_expr(struct symtable *st, expr_ty e);
static int visit_stmt(struct symtable *st, stmt_ty s);
static int visit_pattern(struct symtable *st, pattern_ty p);

#define VISIT(KIND, NODE)                       \
    do {                                        \
        if (visit_##KIND(st, (NODE)) < 0) {     \
            return -1;                          \
        }                                       \
    } while (0)

#define VISIT_OPT(KIND, NODE)                                  \
    do {                                                       \
        if ((NODE) != NULL && visit_##KIND(st, (NODE)) < 0) {  \
            return -1;                                         \
        }                                                      \
    } while (0)

#define VISIT_SEQ_FROM(KIND, SEQ, FIRST)                            \
    do {                                                            \
        for (Py_ssize_t visit_i = (FIRST);                          \
             visit_i < asdl_seq_LEN(SEQ); visit_i++) {              \
            VISIT_OPT(KIND, asdl_seq_GET((SEQ), visit_i));          \
        }                                                           \
    } while (0)

#define VISIT_SEQ(KIND, SEQ) VISIT_SEQ_FROM(KIND, SEQ, 0)

#define TRY(EXPR)          \
    do {                   \
        if ((EXPR) < 0) {  \
            return -1;     \
        }                  \
    } while (0)

static int
enter_level(struct symtable *st)
{
    if (++st->recursion_depth > st->recursion_limit) {
        PyErr_SetString(PyExc_RecursionError,
                        "maximum recursion depth exceeded during "
                        "compilation");
        return -1;
    }
    return 0;
}

/* -- Arguments and annotations ------------------------------------------- */

static int
visit_param(struct symtable *st, arg_ty arg)
{
    return add_def(st, arg->arg, DEF_PARAM, POSITION(arg));
}

static int
visit_arguments(struct symtable *st, arguments_ty a)
{
    VISIT_SEQ(param, a->posonlyargs);
    VISIT_SEQ(param, a->args);
    VISIT_SEQ(param, a->kwonlyargs);
    if (a->vararg != NULL) {
        VISIT(param, a->vararg);
        st->st_cur->ste_varargs = 1;
    }
    if (a->kwarg != NULL) {
        VISIT(param, a->kwarg);
        st->st_cur->ste_varkeywords = 1;
    }
    return 0;
}

static int
future_annotations(struct symtable *st)
{
    return (st->st_future->ff_features & CO_FUTURE_ANNOTATIONS) != 0;
}

/* Annotations that stay text get a block of their own, which is dropped. */
static int
visit_annotation(struct symtable *st, expr_ty annotation)
{
    int in_block = future_annotations(st);
    if (in_block) {
        TRY(enter_block(st, &_Py_ID(_annotation), AnnotationBlock,
                        annotation, POSITION(annotation)));
    }
    VISIT(expr, annotation);
    return in_block ? exit_block(st) : 0;
}

static int
visit_arg_annotation(struct symtable *st, arg_ty arg)
{
    VISIT_OPT(expr, arg->annotation);
    return 0;
}

static int
visit_annotations(struct symtable *st, stmt_ty s, arguments_ty a,
                  expr_ty returns)
{
    int in_block = future_annotations(st);
    if (in_block) {
        TRY(enter_block(st, &_Py_ID(_annotation), AnnotationBlock, s,
                        POSITION(s)));
    }
    VISIT_SEQ(arg_annotation, a->posonlyargs);
    VISIT_SEQ(arg_annotation, a->args);
    VISIT_OPT(arg_annotation, a->vararg);
    VISIT_OPT(arg_annotation, a->kwarg);
    VISIT_SEQ(arg_annotation, a->kwonlyargs);
    if (in_block) {
        TRY(exit_block(st));
    }
    VISIT_OPT(annotation, returns);
    return 0;
}

/* -- Expressions --------------------------------------------------------- */

static int
forbid_in_annotation(struct symtable *st, const char *what, expr_ty e)
{
    if (st->st_cur->ste_type != AnnotationBlock) {
        return 0;
    }
    PyErr_Format(PyExc_SyntaxError,
                 "%s cannot be used within an annotation", what);
    return error_at(st, POSITION(e));
}

static int
forbid_in_comprehension(struct symtable *st, expr_ty e)
{
    const char *message;
    switch (st->st_cur->ste_comprehension) {
        case NoComprehension:
            return 0;
        case ListComprehension:
            message = "'yield' inside list comprehension";
            break;
        case SetComprehension:
            message = "'yield' inside set comprehension";
            break;
        case DictComprehension:
            message = "'yield' inside dict comprehension";
            break;
        default:
            message = "'yield' inside generator expression";
            break;
    }
    PyErr_SetString(PyExc_SyntaxError, message);
    return error_at(st, POSITION(e));
}

/* Bind the target of `:=` in the block around the comprehensions. */
static int
bind_outside_comprehensions(struct symtable *st, expr_ty target)
{
    PyObject *name = target->v.Name.id;
    struct position pos = POSITION(target);
    for (Py_ssize_t i = PyList_GET_SIZE(st->st_stack) - 1; i >= 0; i--) {
        PySTEntryObject *ste =
            (PySTEntryObject *)PyList_GET_ITEM(st->st_stack, i);
        if (ste->ste_comprehension != NoComprehension) {
            if (_PyST_GetSymbol(ste, name) & DEF_COMP_ITER) {
                return name_error_at(
                    st, "assignment expression cannot rebind comprehension "
                        "iteration variable '%U'", name, pos);
            }
            continue;
        }
        if (ste->ste_type == FunctionBlock) {
            long known = _PyST_GetSymbol(ste, name);
            TRY(add_def(st, name,
                        known & DEF_GLOBAL ? DEF_GLOBAL : DEF_NONLOCAL,
                        pos));
            TRY(record_directive(st, name, pos));
            return add_def_in(st, name, DEF_LOCAL, ste, pos);
        }
        if (ste->ste_type == ModuleBlock) {
            TRY(add_def(st, name, DEF_GLOBAL, pos));
            TRY(record_directive(st, name, pos));
            return add_def_in(st, name, DEF_GLOBAL, ste, pos);
        }
        if (ste->ste_type == ClassBlock) {
            PyErr_SetString(PyExc_SyntaxError,
                            "assignment expression within a comprehension "
                            "cannot be used in a class body");
            return error_at(st, pos);
        }
    }
    Py_UNREACHABLE();
}

static int
visit_named_expr(struct symtable *st, expr_ty e)
{
    if (st->st_cur->ste_comp_iter_expr > 0) {
        PyErr_SetString(PyExc_SyntaxError,
                        "assignment expression cannot be used in a "
                        "comprehension iterable expression");
        return error_at(st, POSITION(e));
    }
    if (st->st_cur->ste_comprehension != NoComprehension) {
        TRY(bind_outside_comprehensions(st, e->v.NamedExpr.target));
    }
    VISIT(expr, e->v.NamedExpr.value);
    VISIT(expr, e->v.NamedExpr.target);
    return 0;
}

static int
visit_comprehension(struct symtable *st, comprehension_ty comp)
{
    st->st_cur->ste_comp_iter_target = 1;
    VISIT(expr, comp->target);
    st->st_cur->ste_comp_iter_target = 0;
    st->st_cur->ste_comp_iter_expr++;
    VISIT(expr, comp->iter);
    st->st_cur->ste_comp_iter_expr--;
    VISIT_SEQ(expr, comp->ifs);
    if (comp->is_async) {
        st->st_cur->ste_coroutine = 1;
    }
    return 0;
}

/* The function of a comprehension; the outermost iterable belongs to the
 * block around it. */
static int
handle_comprehension(struct symtable *st, expr_ty e, PyObject *name,
                     _Py_comprehension_ty kind,
                     asdl_comprehension_seq *generators, expr_ty element,
                     expr_ty value)
{
    int is_generator = kind == GeneratorExpression;
    comprehension_ty outermost = asdl_seq_GET(generators, 0);
    st->st_cur->ste_comp_iter_expr++;
    VISIT(expr, outermost->iter);
    st->st_cur->ste_comp_iter_expr--;
    TRY(enter_block(st, name, FunctionBlock, e, POSITION(e)));
    st->st_cur->ste_comprehension = kind;
    if (outermost->is_async) {
        st->st_cur->ste_coroutine = 1;
    }
    PyObject *arg = PyUnicode_InternFromString(".0");
    if (arg == NULL) {
        return -1;
    }
    int res = add_def(st, arg, DEF_PARAM, POSITION(e));
    Py_DECREF(arg);
    TRY(res);
    st->st_cur->ste_comp_iter_target = 1;
    VISIT(expr, outermost->target);
    st->st_cur->ste_comp_iter_target = 0;
    VISIT_SEQ(expr, outermost->ifs);
    VISIT_SEQ_FROM(comprehension, generators, 1);
    VISIT_OPT(expr, value);
    VISIT(expr, element);
    st->st_cur->ste_generator = is_generator;
    int is_async = st->st_cur->ste_coroutine && !is_generator;
    TRY(exit_block(st));
    if (is_async) {
        st->st_cur->ste_coroutine = 1;
    }
    return 0;
}

static int
visit_name(struct symtable *st, expr_ty e)
{
    PyObject *name = e->v.Name.id;
    TRY(add_def(st, name, e->v.Name.ctx == Load ? USE : DEF_LOCAL,
                POSITION(e)));
    /* super() finds its class through the cell of __class__ */
    if (e->v.Name.ctx == Load && st->st_cur->ste_type == FunctionBlock
        && _PyUnicode_EqualToASCIIString(name, "super"))
    {
        return add_def(st, &_Py_ID(__class__), USE, POSITION(e));
    }
    return 0;
}

static int
visit_lambda(struct symtable *st, expr_ty e)
{
    arguments_ty args = e->v.Lambda.args;
    VISIT_SEQ(expr, args->defaults);
    VISIT_SEQ(expr, args->kw_defaults);
    TRY(enter_block(st, &_Py_ID(lambda), FunctionBlock, e, POSITION(e)));
    VISIT(arguments, args);
    VISIT(expr, e->v.Lambda.body);
    return exit_block(st);
}

static int
visit_keyword(struct symtable *st, keyword_ty keyword)
{
    return visit_expr(st, keyword->value);
}

static int
visit_expr_kind(struct symtable *st, expr_ty e)
{
    switch (e->kind) {
        case NamedExpr_kind:
            TRY(forbid_in_annotation(st, "named expression", e));
            return visit_named_expr(st, e);
        case BoolOp_kind:
            VISIT_SEQ(expr, e->v.BoolOp.values);
            return 0;
        case BinOp_kind:
            VISIT(expr, e->v.BinOp.left);
            return visit_expr(st, e->v.BinOp.right);
        case UnaryOp_kind:
            return visit_expr(st, e->v.UnaryOp.operand);
        case Lambda_kind:
            return visit_lambda(st, e);
        case IfExp_kind:
            VISIT(expr, e->v.IfExp.test);
            VISIT(expr, e->v.IfExp.body);
            return visit_expr(st, e->v.IfExp.orelse);
        case Dict_kind:
            VISIT_SEQ(expr, e->v.Dict.keys);
            VISIT_SEQ(expr, e->v.Dict.values);
            return 0;
        case Set_kind:
            VISIT_SEQ(expr, e->v.Set.elts);
            return 0;
        case GeneratorExp_kind:
            return handle_comprehension(
                st, e, &_Py_ID(genexpr), GeneratorExpression,
                e->v.GeneratorExp.generators, e->v.GeneratorExp.elt, NULL);
        case ListComp_kind:
            return handle_comprehension(
                st, e, &_Py_ID(listcomp), ListComprehension,
                e->v.ListComp.generators, e->v.ListComp.elt, NULL);
        case SetComp_kind:
            return handle_comprehension(
                st, e, &_Py_ID(setcomp), SetComprehension,
                e->v.SetComp.generators, e->v.SetComp.elt, NULL);
        case DictComp_kind:
            return handle_comprehension(
                st, e, &_Py_ID(dictcomp), DictComprehension,
                e->v.DictComp.generators, e->v.DictComp.key,
                e->v.DictComp.value);
        case Yield_kind:
            TRY(forbid_in_annotation(st, "yield expression", e));
            VISIT_OPT(expr, e->v.Yield.value);
            st->st_cur->ste_generator = 1;
            return forbid_in_comprehension(st, e);
        case YieldFrom_kind:
            TRY(forbid_in_annotation(st, "yield expression", e));
            VISIT(expr, e->v.YieldFrom.value);
            st->st_cur->ste_generator = 1;
            return forbid_in_comprehension(st, e);
        case Await_kind:
            TRY(forbid_in_annotation(st, "await expression", e));
            VISIT(expr, e->v.Await.value);
            st->st_cur->ste_coroutine = 1;
            return 0;
        case Compare_kind:
            VISIT(expr, e->v.Compare.left);
            VISIT_SEQ(expr, e->v.Compare.comparators);
            return 0;
        case Call_kind:
            VISIT(expr, e->v.Call.func);
            VISIT_SEQ(expr, e->v.Call.args);
            VISIT_SEQ(keyword, e->v.Call.keywords);
            return 0;
        case FormattedValue_kind:
            VISIT(expr, e->v.FormattedValue.value);
            VISIT_OPT(expr, e->v.FormattedValue.format_spec);
            return 0;
        case JoinedStr_kind:
            VISIT_SEQ(expr, e->v.JoinedStr.values);
            return 0;
        case Constant_kind:
            return 0;
        case Attribute_kind:
            return visit_expr(st, e->v.Attribute.value);
        case Subscript_kind:
            VISIT(expr, e->v.Subscript.value);
            return visit_expr(st, e->v.Subscript.slice);
        case Starred_kind:
            return visit_expr(st, e->v.Starred.value);
        case Slice_kind:
            VISIT_OPT(expr, e->v.Slice.lower);
            VISIT_OPT(expr, e->v.Slice.upper);
            VISIT_OPT(expr, e->v.Slice.step);
            return 0;
        case Name_kind:
            return visit_name(st, e);
        case List_kind:
            VISIT_SEQ(expr, e->v.List.elts);
            return 0;
        case Tuple_kind:
            VISIT_SEQ(expr, e->v.Tuple.elts);
            return 0;
    }
    return 0;
}

static int
visit_expr(struct symtable *st, expr_ty e)
{
    TRY(enter_level(st));
    TRY(visit_expr_kind(st, e));
    st->recursion_depth--;
    return 0;
}

/* -- Patterns ------------------------------------------------------------ */

static int
visit_capture(struct symtable *st, PyObject *name, pattern_ty p)
{
    return name == NULL ? 0 : add_def(st, name, DEF_LOCAL, POSITION(p));
}

static int
visit_pattern_kind(struct symtable *st, pattern_ty p)
{
    switch (p->kind) {
        case MatchValue_kind:
            return visit_expr(st, p->v.MatchValue.value);
        case MatchSingleton_kind:
            return 0;
        case MatchSequence_kind:
            VISIT_SEQ(pattern, p->v.MatchSequence.patterns);
            return 0;
        case MatchStar_kind:
            return visit_capture(st, p->v.MatchStar.name, p);
        case MatchMapping_kind:
            VISIT_SEQ(expr, p->v.MatchMapping.keys);
            VISIT_SEQ(pattern, p->v.MatchMapping.patterns);
            return visit_capture(st, p->v.MatchMapping.rest, p);
        case MatchClass_kind:
            VISIT(expr, p->v.MatchClass.cls);
            VISIT_SEQ(pattern, p->v.MatchClass.patterns);
            VISIT_SEQ(pattern, p->v.MatchClass.kwd_patterns);
            return 0;
        case MatchAs_kind:
            VISIT_OPT(pattern, p->v.MatchAs.pattern);
            return visit_capture(st, p->v.MatchAs.name, p);
        case MatchOr_kind:
            VISIT_SEQ(pattern, p->v.MatchOr.patterns);
            return 0;
    }
    return 0;
}

static int
visit_pattern(struct symtable *st, pattern_ty p)
{
    TRY(enter_level(st));
    TRY(visit_pattern_kind(st, p));
    st->recursion_depth--;
    return 0;
}

static int
visit_match_case(struct symtable *st, match_case_ty m)
{
    VISIT(pattern, m->pattern);
    VISIT_OPT(expr, m->guard);
    VISIT_SEQ(stmt, m->body);
    return 0;
}

/* -- Statements ---------------------------------------------------------- */

static int
visit_function(struct symtable *st, stmt_ty s, PyObject *name,
               arguments_ty args, asdl_stmt_seq *body,
               asdl_expr_seq *decorators, expr_ty returns, int is_async)
{
    TRY(add_def(st, name, DEF_LOCAL, POSITION(s)));
    VISIT_SEQ(expr, args->defaults);
    VISIT_SEQ(expr, args->kw_defaults);
    TRY(visit_annotations(st, s, args, returns));
    VISIT_SEQ(expr, decorators);
    TRY(enter_block(st, name, FunctionBlock, s, POSITION(s)));
    st->st_cur->ste_coroutine = is_async;
    VISIT(arguments, args);
    VISIT_SEQ(stmt, body);
    return exit_block(st);
}

static int
visit_class(struct symtable *st, stmt_ty s)
{
    PyObject *name = s->v.ClassDef.name;
    TRY(add_def(st, name, DEF_LOCAL, POSITION(s)));
    VISIT_SEQ(expr, s->v.ClassDef.bases);
    VISIT_SEQ(keyword, s->v.ClassDef.keywords);
    VISIT_SEQ(expr, s->v.ClassDef.decorator_list);
    TRY(enter_block(st, name, ClassBlock, s, POSITION(s)));
    PyObject *outer_private = st->st_private;
    st->st_private = name;
    VISIT_SEQ(stmt, s->v.ClassDef.body);
    st->st_private = outer_private;
    return exit_block(st);
}

static int
visit_ann_assign(struct symtable *st, stmt_ty s)
{
    expr_ty target = s->v.AnnAssign.target;
    if (target->kind != Name_kind) {
        VISIT(expr, target);
    }
    else {
        PyObject *name = target->v.Name.id;
        int simple = s->v.AnnAssign.simple;
        long known = lookup(st, name);
        if (known == 0 && PyErr_Occurred()) {
            return -1;
        }
        if ((known & (DEF_GLOBAL | DEF_NONLOCAL))
            && st->st_cur->ste_symbols != st->st_global && simple)
        {
            return name_error_at(
                st, known & DEF_GLOBAL ? GLOBAL_ANNOT : NONLOCAL_ANNOT,
                name, POSITION(s));
        }
        if (simple) {
            TRY(add_def(st, name, DEF_ANNOT | DEF_LOCAL, POSITION(target)));
        }
        else if (s->v.AnnAssign.value != NULL) {
            TRY(add_def(st, name, DEF_LOCAL, POSITION(target)));
        }
    }
    TRY(visit_annotation(st, s->v.AnnAssign.annotation));
    VISIT_OPT(expr, s->v.AnnAssign.value);
    return 0;
}

/* global and nonlocal */
static int
visit_declaration(struct symtable *st, stmt_ty s)
{
    int is_global = s->kind == Global_kind;
    asdl_identifier_seq *names =
        is_global ? s->v.Global.names : s->v.Nonlocal.names;
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(names); i++) {
        PyObject *name = asdl_seq_GET(names, i);
        long known = lookup(st, name);
        if (known == 0 && PyErr_Occurred()) {
            return -1;
        }
        const char *message = NULL;
        if (known & DEF_PARAM) {
            message = is_global ? GLOBAL_PARAM : NONLOCAL_PARAM;
        }
        else if (known & USE) {
            message = is_global ? GLOBAL_AFTER_USE : NONLOCAL_AFTER_USE;
        }
        else if (known & DEF_ANNOT) {
            message = is_global ? GLOBAL_ANNOT : NONLOCAL_ANNOT;
        }
        else if (known & DEF_LOCAL) {
            message =
                is_global ? GLOBAL_AFTER_ASSIGN : NONLOCAL_AFTER_ASSIGN;
        }
        if (message != NULL) {
            return name_error_at(st, message, name, POSITION(s));
        }
        TRY(add_def(st, name, is_global ? DEF_GLOBAL : DEF_NONLOCAL,
                    POSITION(s)));
        TRY(record_directive(st, name, POSITION(s)));
    }
    return 0;
}

static int
visit_alias(struct symtable *st, alias_ty a)
{
    PyObject *name = a->asname != NULL ? a->asname : a->name;
    Py_ssize_t len = PyUnicode_GET_LENGTH(name);
    if (len == 1 && PyUnicode_READ_CHAR(name, 0) == '*') {
        if (st->st_cur->ste_type != ModuleBlock) {
            PyErr_SetString(PyExc_SyntaxError,
                            "import * only allowed at module level");
            return error_at(st, POSITION(a));
        }
        return 0;
    }
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, len, 1);
    if (dot == -2) {
        return -1;
    }
    PyObject *bound =
        dot < 0 ? Py_NewRef(name) : PyUnicode_Substring(name, 0, dot);
    if (bound == NULL) {
        return -1;
    }
    int res = add_def(st, bound, DEF_IMPORT, POSITION(a));
    Py_DECREF(bound);
    return res;
}

static int
visit_handler(struct symtable *st, excepthandler_ty h)
{
    VISIT_OPT(expr, h->v.ExceptHandler.type);
    if (h->v.ExceptHandler.name != NULL) {
        TRY(add_def(st, h->v.ExceptHandler.name, DEF_LOCAL, POSITION(h)));
    }
    VISIT_SEQ(stmt, h->v.ExceptHandler.body);
    return 0;
}

static int
visit_withitem(struct symtable *st, withitem_ty item)
{
    VISIT(expr, item->context_expr);
    VISIT_OPT(expr, item->optional_vars);
    return 0;
}

static int
visit_stmt_kind(struct symtable *st, stmt_ty s)
{
    switch (s->kind) {
        case FunctionDef_kind:
            return visit_function(
                st, s, s->v.FunctionDef.name, s->v.FunctionDef.args,
                s->v.FunctionDef.body, s->v.FunctionDef.decorator_list,
                s->v.FunctionDef.returns, 0);
        case AsyncFunctionDef_kind:
            return visit_function(
                st, s, s->v.AsyncFunctionDef.name,
                s->v.AsyncFunctionDef.args, s->v.AsyncFunctionDef.body,
                s->v.AsyncFunctionDef.decorator_list,
                s->v.AsyncFunctionDef.returns, 1);
        case ClassDef_kind:
            return visit_class(st, s);
        case Return_kind:
            if (s->v.Return.value != NULL) {
                VISIT(expr, s->v.Return.value);
                st->st_cur->ste_returns_value = 1;
            }
            return 0;
        case Delete_kind:
            VISIT_SEQ(expr, s->v.Delete.targets);
            return 0;
        case Assign_kind:
            VISIT_SEQ(expr, s->v.Assign.targets);
            return visit_expr(st, s->v.Assign.value);
        case AnnAssign_kind:
            return visit_ann_assign(st, s);
        case AugAssign_kind:
            VISIT(expr, s->v.AugAssign.target);
            return visit_expr(st, s->v.AugAssign.value);
        case For_kind:
            VISIT(expr, s->v.For.target);
            VISIT(expr, s->v.For.iter);
            VISIT_SEQ(stmt, s->v.For.body);
            VISIT_SEQ(stmt, s->v.For.orelse);
            return 0;
        case AsyncFor_kind:
            VISIT(expr, s->v.AsyncFor.target);
            VISIT(expr, s->v.AsyncFor.iter);
            VISIT_SEQ(stmt, s->v.AsyncFor.body);
            VISIT_SEQ(stmt, s->v.AsyncFor.orelse);
            return 0;
        case While_kind:
            VISIT(expr, s->v.While.test);
            VISIT_SEQ(stmt, s->v.While.body);
            VISIT_SEQ(stmt, s->v.While.orelse);
            return 0;
        case If_kind:
            VISIT(expr, s->v.If.test);
            VISIT_SEQ(stmt, s->v.If.body);
            VISIT_SEQ(stmt, s->v.If.orelse);
            return 0;
        case With_kind:
            VISIT_SEQ(withitem, s->v.With.items);
            VISIT_SEQ(stmt, s->v.With.body);
            return 0;
        case AsyncWith_kind:
            VISIT_SEQ(withitem, s->v.AsyncWith.items);
            VISIT_SEQ(stmt, s->v.AsyncWith.body);
            return 0;
        case Match_kind:
            VISIT(expr, s->v.Match.subject);
            VISIT_SEQ(match_case, s->v.Match.cases);
            return 0;
        case Raise_kind:
            VISIT_OPT(expr, s->v.Raise.exc);
            VISIT_OPT(expr, s->v.Raise.cause);
            return 0;
        case Try_kind:
            VISIT_SEQ(stmt, s->v.Try.body);
            VISIT_SEQ(stmt, s->v.Try.orelse);
            VISIT_SEQ(handler, s->v.Try.handlers);
            VISIT_SEQ(stmt, s->v.Try.finalbody);
            return 0;
        case TryStar_kind:
            VISIT_SEQ(stmt, s->v.TryStar.body);
            VISIT_SEQ(stmt, s->v.TryStar.orelse);
            VISIT_SEQ(handler, s->v.TryStar.handlers);
            VISIT_SEQ(stmt, s->v.TryStar.finalbody);
            return 0;
        case Assert_kind:
            VISIT(expr, s->v.Assert.test);
            VISIT_OPT(expr, s->v.Assert.msg);
            return 0;
        case Import_kind:
            VISIT_SEQ(alias, s->v.Import.names);
            return 0;
        case ImportFrom_kind:
            VISIT_SEQ(alias, s->v.ImportFrom.names);
            return 0;
        case Global_kind:
        case Nonlocal_kind:
            return visit_declaration(st, s);
        case Expr_kind:
            return visit_expr(st, s->v.Expr.value);
        case Pass_kind:
        case Break_kind:
        case Continue_kind:
            return 0;
    }
    return 0;
}

static int
visit_stmt(struct symtable *st, stmt_ty s)
{
    TRY(enter_level(st));
    TRY(visit_stmt_kind(st, s));
    st->recursion_depth--;
    return 0;
}

/* -- The whole table ----------------------------------------------------- */

static int
visit_mod(struct symtable *st, mod_ty mod)
{
    switch (mod->kind) {
        case Module_kind:
            VISIT_SEQ(stmt, mod->v.Module.body);
            return 0;
        case Expression_kind:
            return visit_expr(st, mod->v.Expression.body);
        case Interactive_kind:
            VISIT_SEQ(stmt, mod->v.Interactive.body);
            return 0;
        case FunctionType_kind:
            PyErr_SetString(PyExc_RuntimeError,
                            "this compiler does not handle FunctionTypes");
            return -1;
    }
    return 0;
}

static int
symtable_fill(struct symtable *st, mod_ty mod)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int limit = tstate->recursion_limit;
    int start =
        (limit - tstate->recursion_remaining) * TREE_LEVELS_PER_FRAME;
    st->recursion_depth = start;
    st->recursion_limit = limit > INT_MAX / TREE_LEVELS_PER_FRAME
                              ? INT_MAX
                              : limit * TREE_LEVELS_PER_FRAME;
    TRY(enter_block(st, &_Py_ID(top), ModuleBlock, mod,
                    (struct position){0, 0, 0, 0}));
    st->st_top = st->st_cur;
    TRY(visit_mod(st, mod));
    TRY(exit_block(st));
    if (st->recursion_depth != start) {
        PyErr_Format(PyExc_SystemError,
                     "symtable analysis recursion depth mismatch "
                     "(before=%d, after=%d)", start, st->recursion_depth);
        return -1;
    }
    return symtable_analyze(st);
}

struct symtable *
_PySymtable_Build(mod_ty mod, PyObject *filename, PyFutureFeatures *future)
{
    struct symtable *st = PyMem_Calloc(1, sizeof(struct symtable));
    if (st == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    st->st_filename = Py_NewRef(filename);
    st->st_future = future;
    st->st_blocks = PyDict_New();
    st->st_stack = PyList_New(0);
    if (st->st_blocks == NULL || st->st_stack == NULL
        || symtable_fill(st, mod) < 0)
    {
        _PySymtable_Free(st);
        return NULL;
    }
    return st;
}

void
_PySymtable_Free(struct symtable *st)
{
    Py_XDECREF(st->st_filename);
    Py_XDECREF(st->st_blocks);
    Py_XDECREF(st->st_stack);
    PyMem_Free(st);
}

struct symtable *
_Py_SymtableStringObjectFlags(const char *str, PyObject *filename, int start,
                              PyCompilerFlags *flags)
{
    PyArena *arena = _PyArena_New();
    if (arena == NULL) {
        return NULL;
    }
    struct symtable *st = NULL;
    mod_ty mod = _PyParser_ASTFromString(str, filename, start, flags, arena);
    if (mod != NULL) {
        PyFutureFeatures *future = _PyFuture_FromAST(mod, filename);
        if (future != NULL) {
            future->ff_features |= flags->cf_flags;
            st = _PySymtable_Build(mod, filename, future);
            PyObject_Free(future);
        }
    }
    _PyArena_Free(arena);
    return st;
}

struct symtable *
Py_SymtableStringObject(const char *str, PyObject *filename, int start)
{
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    flags.cf_flags = PyCF_SOURCE_IS_UTF8;
    return _Py_SymtableStringObjectFlags(str, filename, start, &flags);
}
