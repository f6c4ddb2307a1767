/* Calls: of methods without making a bound method, plain ones, and those
 * with * or ** arguments. */

#include "Python.h"
#include "codegen.h"

/* -- Keywords ------------------------------------------------------------ */

/* No keyword may come twice, and none may be __debug__. */
static int
check_keywords(struct compiler *c, asdl_keyword_seq *keywords)
{
    Py_ssize_t n = asdl_seq_LEN(keywords);
    for (Py_ssize_t i = 0; i < n; i++) {
        keyword_ty key = asdl_seq_GET(keywords, i);
        if (key->arg == NULL) {
            continue;
        }
        TRY(codegen_forbidden_name(c, key->arg, Store));
        for (Py_ssize_t j = i + 1; j < n; j++) {
            keyword_ty other = asdl_seq_GET(keywords, j);
            if (other->arg != NULL
                && PyUnicode_Compare(key->arg, other->arg) == 0)
            {
                SET_LOC(c, other);
                return compiler_error(c, "keyword argument repeated: %U",
                                      key->arg);
            }
        }
    }
    return 0;
}

static PyObject *
keyword_names(asdl_keyword_seq *keywords, Py_ssize_t begin, Py_ssize_t end)
{
    PyObject *names = PyTuple_New(end - begin);
    if (names == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = begin; i < end; i++) {
        PyTuple_SET_ITEM(names, i - begin,
                         Py_NewRef(asdl_seq_GET(keywords, i)->arg));
    }
    return names;
}

/* The values of keywords, then their names for the call to come. */
static int
codegen_simple_keywords(struct compiler *c, asdl_keyword_seq *keywords)
{
    Py_ssize_t n = asdl_seq_LEN(keywords);
    for (Py_ssize_t i = 0; i < n; i++) {
        VISIT(expr, asdl_seq_GET(keywords, i)->value);
    }
    PyObject *names = keyword_names(keywords, 0, n);
    if (names == NULL) {
        return -1;
    }
    Py_ssize_t index = codegen_add_const(c, names);
    Py_DECREF(names);
    if (index < 0) {
        return -1;
    }
    EMIT_I(KW_NAMES, (int)index);
    return 0;
}

/* A dict of a run of keywords. */
static int
codegen_keyword_dict(struct compiler *c, asdl_keyword_seq *keywords,
                     Py_ssize_t begin, Py_ssize_t end)
{
    Py_ssize_t n = end - begin;
    int big = n * 2 > STACK_USE_GUIDELINE;
    if (n > 1 && !big) {
        for (Py_ssize_t i = begin; i < end; i++) {
            VISIT(expr, asdl_seq_GET(keywords, i)->value);
        }
        EMIT_CONST_STEAL(keyword_names(keywords, begin, end));
        EMIT_I(BUILD_CONST_KEY_MAP, (int)n);
        return 0;
    }
    if (big) {
        TRY(codegen_emit_noline(c, BUILD_MAP, 0));
    }
    for (Py_ssize_t i = begin; i < end; i++) {
        keyword_ty keyword = asdl_seq_GET(keywords, i);
        EMIT_CONST(keyword->arg);
        VISIT(expr, keyword->value);
        if (big) {
            TRY(codegen_emit_noline(c, MAP_ADD, 1));
        }
    }
    if (!big) {
        EMIT_I(BUILD_MAP, (int)n);
    }
    return 0;
}

/* One dict of all keywords, with the ** mappings among them. */
static int
codegen_keywords_merged(struct compiler *c, asdl_keyword_seq *keywords)
{
    Py_ssize_t n = asdl_seq_LEN(keywords);
    int have_dict = 0;
    Py_ssize_t waiting = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        keyword_ty keyword = asdl_seq_GET(keywords, i);
        if (keyword->arg != NULL) {
            waiting++;
            continue;
        }
        if (waiting > 0) {
            TRY(codegen_keyword_dict(c, keywords, i - waiting, i));
            if (have_dict) {
                EMIT_I(DICT_MERGE, 1);
            }
            have_dict = 1;
            waiting = 0;
        }
        if (!have_dict) {
            EMIT_I(BUILD_MAP, 0);
            have_dict = 1;
        }
        VISIT(expr, keyword->value);
        EMIT_I(DICT_MERGE, 1);
    }
    if (waiting > 0) {
        TRY(codegen_keyword_dict(c, keywords, n - waiting, n));
        if (have_dict) {
            EMIT_I(DICT_MERGE, 1);
        }
    }
    return 0;
}

/* -- Arguments and the call ---------------------------------------------- */

static int
has_starred(asdl_expr_seq *args)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(args); i++) {
        if (asdl_seq_GET(args, i)->kind == Starred_kind) {
            return 1;
        }
    }
    return 0;
}

static int
has_mapping(asdl_keyword_seq *keywords)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(keywords); i++) {
        if (asdl_seq_GET(keywords, i)->arg == NULL) {
            return 1;
        }
    }
    return 0;
}

/* Arguments as one tuple and one dict. */
static int
codegen_call_ex(struct compiler *c, int pushed, asdl_expr_seq *args,
                asdl_keyword_seq *keywords)
{
    if (pushed == 0 && asdl_seq_LEN(args) == 1
        && asdl_seq_GET(args, 0)->kind == Starred_kind)
    {
        VISIT(expr, asdl_seq_GET(args, 0)->v.Starred.value);
    }
    else {
        TRY(codegen_star_display(c, args, pushed, BUILD_LIST, LIST_APPEND,
                                 LIST_EXTEND, 1));
    }
    if (asdl_seq_LEN(keywords) > 0) {
        TRY(codegen_keywords_merged(c, keywords));
    }
    EMIT_I(CALL_FUNCTION_EX, asdl_seq_LEN(keywords) > 0);
    return 0;
}

/* The arguments and the call itself; the callable and `pushed` arguments
 * are on the stack. */
int
codegen_call_args(struct compiler *c, int pushed, asdl_expr_seq *args,
                  asdl_keyword_seq *keywords)
{
    TRY(check_keywords(c, keywords));
    Py_ssize_t nargs = asdl_seq_LEN(args);
    Py_ssize_t nkeywords = asdl_seq_LEN(keywords);
    if (nargs + nkeywords * 2 > STACK_USE_GUIDELINE || has_starred(args)
        || has_mapping(keywords))
    {
        return codegen_call_ex(c, pushed, args, keywords);
    }
    VISIT_SEQ(expr, args);
    if (nkeywords > 0) {
        TRY(codegen_simple_keywords(c, keywords));
    }
    int n = (int)(pushed + nargs + nkeywords);
    EMIT_I(PRECALL, n);
    EMIT_I(CALL, n);
    return 0;
}

/* Is it a name that the module imports somewhere? */
static int
is_imported_name(struct compiler *c, expr_ty e)
{
    return e->kind == Name_kind
           && (_PyST_GetSymbol(c->symtable->st_top, e->v.Name.id)
               & DEF_IMPORT);
}

/* May `x.name(...)` be called by LOAD_METHOD?  Functions of modules have
 * nothing to gain by it. */
static int
is_method_call(struct compiler *c, expr_ty e)
{
    expr_ty func = e->v.Call.func;
    if (func->kind != Attribute_kind || func->v.Attribute.ctx != Load
        || is_imported_name(c, func->v.Attribute.value))
    {
        return 0;
    }
    Py_ssize_t nargs = asdl_seq_LEN(e->v.Call.args);
    Py_ssize_t nkeywords = asdl_seq_LEN(e->v.Call.keywords);
    return nargs + nkeywords + (nkeywords != 0) < STACK_USE_GUIDELINE
           && !has_starred(e->v.Call.args)
           && !has_mapping(e->v.Call.keywords);
}

static int
codegen_method_call(struct compiler *c, expr_ty e)
{
    expr_ty func = e->v.Call.func;
    asdl_keyword_seq *keywords = e->v.Call.keywords;
    VISIT(expr, func->v.Attribute.value);
    SET_LOC(c, func);
    codegen_attr_location(c, func);
    EMIT_NAME(LOAD_METHOD, func->v.Attribute.attr);
    VISIT_SEQ(expr, e->v.Call.args);
    Py_ssize_t nkeywords = asdl_seq_LEN(keywords);
    if (nkeywords > 0) {
        TRY(codegen_simple_keywords(c, keywords));
    }
    SET_LOC(c, e);
    codegen_attr_location(c, func);
    int n = (int)(asdl_seq_LEN(e->v.Call.args) + nkeywords);
    EMIT_I(PRECALL, n);
    EMIT_I(CALL, n);
    return 0;
}

int
codegen_call(struct compiler *c, expr_ty e)
{
    TRY(check_keywords(c, e->v.Call.keywords));
    if (is_method_call(c, e)) {
        return codegen_method_call(c, e);
    }
    TRY(codegen_check_caller(c, e->v.Call.func));
    SET_LOC(c, e->v.Call.func);
    EMIT(PUSH_NULL);
    SET_LOC(c, e);
    VISIT(expr, e->v.Call.func);
    return codegen_call_args(c, 0, e->v.Call.args, e->v.Call.keywords);
}
