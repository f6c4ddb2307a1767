/* Folding of constant expressions in the tree.
 *
 * An operation on constants is done at once unless its result could be large
 * or it fails; a failing one is left for run time.  `x in [1, 2]` and loops
 * over list displays use tuples, `x in {1, 2}` a frozenset, and a simple
 * `"..." % (...)` becomes an f-string. */

#include "Python.h"
#include "pycore_ast.h"
#include "pycore_compile.h"
#include "pycore_global_strings.h"
#include "pycore_long.h"
#include "pycore_pystate.h"

/* Limits of what is computed in advance. */
#define MAX_INT_SIZE 128         /* bits */
#define MAX_COLLECTION_SIZE 256  /* items */
#define MAX_STR_SIZE 4096        /* characters or bytes */
#define MAX_TOTAL_ITEMS 1024     /* items, nested ones included */

/* Tree depth that one level of the recursion limit allows. */
#define TREE_LEVELS_PER_FRAME 3

struct folder {
    PyArena *arena;
    _PyASTOptimizeState *state;
};

static int fold_expr(struct folder *f, expr_ty e);
static int fold_stmt(struct folder *f, stmt_ty s);
static int fold_pattern(struct folder *f, pattern_ty p);

#define FOLD(KIND, NODE)                          \
    do {                                          \
        if (fold_##KIND(f, (NODE)) < 0) {         \
            return -1;                            \
        }                                         \
    } while (0)

#define FOLD_OPT(KIND, NODE)                              \
    do {                                                  \
        if ((NODE) != NULL && fold_##KIND(f, (NODE)) < 0) { \
            return -1;                                    \
        }                                                 \
    } while (0)

#define FOLD_SEQ(KIND, SEQ)                                           \
    do {                                                              \
        for (Py_ssize_t fold_i = 0; fold_i < asdl_seq_LEN(SEQ);       \
             fold_i++) {                                              \
            FOLD_OPT(KIND, asdl_seq_GET((SEQ), fold_i));              \
        }                                                             \
    } while (0)

static int
enter_level(struct folder *f)
{
    if (++f->state->recursion_depth > f->state->recursion_limit) {
        PyErr_SetString(PyExc_RecursionError,
                        "maximum recursion depth exceeded during "
                        "compilation");
        return -1;
    }
    return 0;
}

static void
leave_level(struct folder *f)
{
    f->state->recursion_depth--;
}

/* Turn the node into a constant (stolen).  NULL leaves it as it is, whatever
 * the failure, but for an interrupt. */
static int
make_const_steal(struct folder *f, expr_ty e, PyObject *value)
{
    if (value == NULL) {
        if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
            return -1;
        }
        PyErr_Clear();
        return 0;
    }
    if (_PyArena_AddPyObject(f->arena, value) < 0) {
        Py_DECREF(value);
        return -1;
    }
    e->kind = Constant_kind;
    e->v.Constant.kind = NULL;
    e->v.Constant.value = value;
    return 0;
}

static int
has_starred(asdl_expr_seq *elts)
{
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(elts); i++) {
        if (asdl_seq_GET(elts, i)->kind == Starred_kind) {
            return 1;
        }
    }
    return 0;
}

/* -- Unary operators ----------------------------------------------------- */

static PyObject *
logical_not(PyObject *value)
{
    int is_true = PyObject_IsTrue(value);
    return is_true < 0 ? NULL : PyBool_FromLong(!is_true);
}

/* `not (x in y)` is `x not in y`; == and its kin need not be opposites. */
static int
invert_comparison(expr_ty e, expr_ty compare)
{
    if (asdl_seq_LEN(compare->v.Compare.ops) != 1) {
        return 0;
    }
    int op = asdl_seq_GET(compare->v.Compare.ops, 0);
    switch (op) {
        case Is:
            op = IsNot;
            break;
        case IsNot:
            op = Is;
            break;
        case In:
            op = NotIn;
            break;
        case NotIn:
            op = In;
            break;
        default:
            return 0;
    }
    asdl_seq_SET(compare->v.Compare.ops, 0, op);
    *e = *compare;
    return 0;
}

static int
fold_unary(struct folder *f, expr_ty e)
{
    expr_ty operand = e->v.UnaryOp.operand;
    if (operand->kind != Constant_kind) {
        if (e->v.UnaryOp.op == Not && operand->kind == Compare_kind) {
            return invert_comparison(e, operand);
        }
        return 0;
    }
    PyObject *value = operand->v.Constant.value;
    PyObject *result = NULL;
    switch (e->v.UnaryOp.op) {
        case Invert:
            result = PyNumber_Invert(value);
            break;
        case Not:
            result = logical_not(value);
            break;
        case UAdd:
            result = PyNumber_Positive(value);
            break;
        case USub:
            result = PyNumber_Negative(value);
            break;
    }
    return make_const_steal(f, e, result);
}

/* -- Binary operators ----------------------------------------------------
 * The bounded operations return NULL, mostly without an exception, when the
 * result is too large to be worth keeping. */

/* What is left of the limit once the items within obj are counted. */
static Py_ssize_t
items_left(PyObject *obj, Py_ssize_t limit)
{
    if (PyTuple_Check(obj)) {
        limit -= PyTuple_GET_SIZE(obj);
        for (Py_ssize_t i = 0; limit >= 0 && i < PyTuple_GET_SIZE(obj); i++)
        {
            limit = items_left(PyTuple_GET_ITEM(obj, i), limit);
        }
    }
    else if (PyFrozenSet_Check(obj)) {
        Py_ssize_t pos = 0;
        PyObject *item;
        Py_hash_t hash;
        limit -= PySet_GET_SIZE(obj);
        while (limit >= 0 && _PySet_NextEntry(obj, &pos, &item, &hash)) {
            limit = items_left(item, limit);
        }
    }
    return limit;
}

static Py_ssize_t
sequence_size(PyObject *obj, int *is_text)
{
    *is_text = 0;
    if (PyTuple_CheckExact(obj)) {
        return PyTuple_GET_SIZE(obj);
    }
    if (PyFrozenSet_CheckExact(obj)) {
        return PySet_GET_SIZE(obj);
    }
    *is_text = 1;
    if (PyUnicode_Check(obj)) {
        return PyUnicode_GET_LENGTH(obj);
    }
    if (PyBytes_Check(obj)) {
        return PyBytes_GET_SIZE(obj);
    }
    return -1;
}

/* May the sequence be repeated so often in advance? */
static int
may_repeat(PyObject *times, PyObject *sequence)
{
    int is_text;
    Py_ssize_t size = sequence_size(sequence, &is_text);
    if (size <= 0) {
        return 1;
    }
    long n = PyLong_AsLong(times);
    if (n < 0 || n > (is_text ? MAX_STR_SIZE : MAX_COLLECTION_SIZE) / size) {
        return 0;
    }
    return is_text || n == 0 || items_left(sequence, MAX_TOTAL_ITEMS / n);
}

static PyObject *
bounded_multiply(PyObject *left, PyObject *right)
{
    if (PyLong_Check(left) && PyLong_Check(right)) {
        if (Py_SIZE(left) != 0 && Py_SIZE(right) != 0) {
            size_t left_bits = _PyLong_NumBits(left);
            size_t right_bits = _PyLong_NumBits(right);
            if (left_bits == (size_t)-1 || right_bits == (size_t)-1
                || left_bits + right_bits > MAX_INT_SIZE)
            {
                return NULL;
            }
        }
    }
    else if (PyLong_Check(left)) {
        if (!may_repeat(left, right)) {
            return NULL;
        }
    }
    else if (PyLong_Check(right)) {
        if (!may_repeat(right, left)) {
            return NULL;
        }
    }
    return PyNumber_Multiply(left, right);
}

static PyObject *
bounded_power(PyObject *left, PyObject *right)
{
    if (PyLong_Check(left) && PyLong_Check(right) && Py_SIZE(left) != 0
        && Py_SIZE(right) > 0)
    {
        size_t bits = _PyLong_NumBits(left);
        size_t exponent = PyLong_AsSize_t(right);
        if (bits == (size_t)-1 || exponent == (size_t)-1
            || bits > MAX_INT_SIZE / exponent)
        {
            return NULL;
        }
    }
    return PyNumber_Power(left, right, Py_None);
}

static PyObject *
bounded_lshift(PyObject *left, PyObject *right)
{
    if (PyLong_Check(left) && PyLong_Check(right) && Py_SIZE(left) != 0
        && Py_SIZE(right) != 0)
    {
        size_t bits = _PyLong_NumBits(left);
        size_t shift = PyLong_AsSize_t(right);
        if (bits == (size_t)-1 || shift == (size_t)-1
            || shift > MAX_INT_SIZE || bits > MAX_INT_SIZE - shift)
        {
            return NULL;
        }
    }
    return PyNumber_Lshift(left, right);
}

static PyObject *
bounded_remainder(PyObject *left, PyObject *right)
{
    if (PyUnicode_Check(left) || PyBytes_Check(left)) {
        return NULL;  /* formatting */
    }
    return PyNumber_Remainder(left, right);
}

/* -- Formatting with % --------------------------------------------------- */

#define MAX_FORMAT_DIGITS 3

/* A conversion: %[flags][width][.precision]type */
struct format {
    int left_adjust;
    int width;      /* or -1 */
    int precision;  /* or -1 */
    Py_UCS4 type;
};

/* A number of at most two digits at *pos; leaves the character behind it in
 * *ch.  -1: the text ends or the number is too long. */
static int
format_number(PyObject *text, Py_ssize_t *pos, Py_UCS4 *ch)
{
    int number = 0;
    int digits = 0;
    while (*ch >= '0' && *ch <= '9') {
        number = number * 10 + (int)(*ch - '0');
        if (*pos >= PyUnicode_GET_LENGTH(text)
            || ++digits >= MAX_FORMAT_DIGITS)
        {
            return -1;
        }
        *ch = PyUnicode_READ_CHAR(text, *pos);
        (*pos)++;
    }
    return number;
}

/* Parse a conversion behind its %: 0 if it is none we know. */
static int
format_parse(PyObject *text, Py_ssize_t *pos, struct format *format)
{
    Py_ssize_t len = PyUnicode_GET_LENGTH(text);
    Py_UCS4 ch;
    *format = (struct format){.width = -1, .precision = -1};
    do {
        if (*pos >= len) {
            return 0;
        }
        ch = PyUnicode_READ_CHAR(text, *pos);
        (*pos)++;
        if (ch == '-') {
            format->left_adjust = 1;
        }
    } while (ch == '-' || ch == '+' || ch == ' ' || ch == '#' || ch == '0');
    if (ch >= '0' && ch <= '9') {
        format->width = format_number(text, pos, &ch);
        if (format->width < 0) {
            return 0;
        }
    }
    if (ch == '.') {
        if (*pos >= len) {
            return 0;
        }
        ch = PyUnicode_READ_CHAR(text, *pos);
        (*pos)++;
        format->precision = format_number(text, pos, &ch);
        if (format->precision < 0) {
            return 0;
        }
    }
    format->type = ch;
    return ch == 's' || ch == 'r' || ch == 'a';
}

static expr_ty
new_text_node_steal(struct folder *f, PyObject *text)
{
    if (text == NULL) {
        return NULL;
    }
    if (_PyArena_AddPyObject(f->arena, text) < 0) {
        Py_DECREF(text);
        return NULL;
    }
    return _PyAST_Constant(text, NULL, -1, -1, -1, -1, f->arena);
}

/* The text up to the next conversion; NULL if there is none. */
static expr_ty
format_literal(struct folder *f, PyObject *text, Py_ssize_t *pos)
{
    Py_ssize_t len = PyUnicode_GET_LENGTH(text);
    Py_ssize_t start = *pos;
    Py_ssize_t i = start;
    int has_percents = 0;
    while (i < len) {
        if (PyUnicode_READ_CHAR(text, i) != '%') {
            i++;
        }
        else if (i + 1 < len && PyUnicode_READ_CHAR(text, i + 1) == '%') {
            has_percents = 1;
            i += 2;
        }
        else {
            break;
        }
    }
    *pos = i;
    if (i == start) {
        return NULL;
    }
    PyObject *part = PyUnicode_Substring(text, start, i);
    if (part != NULL && has_percents) {
        Py_SETREF(part, PyUnicode_Replace(part, &_Py_STR(dbl_percent),
                                          &_Py_STR(percent), -1));
    }
    return new_text_node_steal(f, part);
}

/* The conversion at *pos as a field of an f-string; NULL if it is none. */
static expr_ty
format_field(struct folder *f, PyObject *text, Py_ssize_t *pos, expr_ty arg)
{
    struct format format;
    if (!format_parse(text, pos, &format)) {
        return NULL;
    }
    char spec[32];
    int n = 0;
    if (!format.left_adjust && format.width > 0) {
        spec[n++] = '>';
    }
    if (format.width >= 0) {
        n += snprintf(spec + n, sizeof(spec) - (size_t)n, "%d",
                      format.width);
    }
    if (format.precision >= 0) {
        n += snprintf(spec + n, sizeof(spec) - (size_t)n, ".%d",
                      format.precision);
    }
    expr_ty spec_node = NULL;
    if (n > 0) {
        spec_node = new_text_node_steal(
            f, PyUnicode_FromStringAndSize(spec, n));
        if (spec_node == NULL) {
            return NULL;
        }
    }
    return _PyAST_FormattedValue(arg, (int)format.type, spec_node,
                                 arg->lineno, arg->col_offset,
                                 arg->end_lineno, arg->end_col_offset,
                                 f->arena);
}

/* The parts of the f-string; NULL if the text is not simple enough. */
static asdl_expr_seq *
format_parts(struct folder *f, PyObject *text, asdl_expr_seq *elts)
{
    Py_ssize_t nelts = asdl_seq_LEN(elts);
    asdl_expr_seq *parts = _Py_asdl_expr_seq_new(nelts * 2 + 1, f->arena);
    if (parts == NULL) {
        return NULL;
    }
    Py_ssize_t nparts = 0;
    Py_ssize_t used = 0;
    Py_ssize_t pos = 0;
    while (1) {
        expr_ty literal = format_literal(f, text, &pos);
        if (literal != NULL) {
            asdl_seq_SET(parts, nparts++, literal);
        }
        else if (PyErr_Occurred()) {
            return NULL;
        }
        if (pos >= PyUnicode_GET_LENGTH(text)) {
            break;
        }
        if (used >= nelts) {
            return NULL;
        }
        pos++;
        expr_ty field =
            format_field(f, text, &pos, asdl_seq_GET(elts, used++));
        if (field == NULL) {
            return NULL;
        }
        asdl_seq_SET(parts, nparts++, field);
    }
    if (used < nelts) {
        return NULL;
    }
    parts->size = nparts;
    return parts;
}

static int
fold_format(struct folder *f, expr_ty e, PyObject *text, asdl_expr_seq *elts)
{
    asdl_expr_seq *parts = format_parts(f, text, elts);
    if (parts == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    expr_ty joined =
        _PyAST_JoinedStr(parts, e->lineno, e->col_offset, e->end_lineno,
                         e->end_col_offset, f->arena);
    if (joined == NULL) {
        return -1;
    }
    *e = *joined;
    return 0;
}

static int
fold_binary(struct folder *f, expr_ty e)
{
    expr_ty left_node = e->v.BinOp.left;
    expr_ty right_node = e->v.BinOp.right;
    if (left_node->kind != Constant_kind) {
        return 0;
    }
    PyObject *left = left_node->v.Constant.value;
    if (e->v.BinOp.op == Mod && right_node->kind == Tuple_kind
        && PyUnicode_Check(left) && !has_starred(right_node->v.Tuple.elts))
    {
        return fold_format(f, e, left, right_node->v.Tuple.elts);
    }
    if (right_node->kind != Constant_kind) {
        return 0;
    }
    PyObject *right = right_node->v.Constant.value;
    PyObject *result = NULL;
    switch (e->v.BinOp.op) {
        case Add:
            result = PyNumber_Add(left, right);
            break;
        case Sub:
            result = PyNumber_Subtract(left, right);
            break;
        case Mult:
            result = bounded_multiply(left, right);
            break;
        case Div:
            result = PyNumber_TrueDivide(left, right);
            break;
        case FloorDiv:
            result = PyNumber_FloorDivide(left, right);
            break;
        case Mod:
            result = bounded_remainder(left, right);
            break;
        case Pow:
            result = bounded_power(left, right);
            break;
        case LShift:
            result = bounded_lshift(left, right);
            break;
        case RShift:
            result = PyNumber_Rshift(left, right);
            break;
        case BitOr:
            result = PyNumber_Or(left, right);
            break;
        case BitXor:
            result = PyNumber_Xor(left, right);
            break;
        case BitAnd:
            result = PyNumber_And(left, right);
            break;
        case MatMult:
            return 0;
    }
    return make_const_steal(f, e, result);
}

/* -- Collections --------------------------------------------------------- */

/* The values of constant elements as a tuple; NULL if one is not constant. */
static PyObject *
constant_tuple(asdl_expr_seq *elts)
{
    Py_ssize_t n = asdl_seq_LEN(elts);
    for (Py_ssize_t i = 0; i < n; i++) {
        if (asdl_seq_GET(elts, i)->kind != Constant_kind) {
            return NULL;
        }
    }
    PyObject *tuple = PyTuple_New(n);
    if (tuple == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *value = asdl_seq_GET(elts, i)->v.Constant.value;
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(value));
    }
    return tuple;
}

static int
fold_tuple(struct folder *f, expr_ty e)
{
    if (e->v.Tuple.ctx != Load) {
        return 0;
    }
    return make_const_steal(f, e, constant_tuple(e->v.Tuple.elts));
}

/* A display that is only iterated or searched may be immutable. */
static int
fold_iterable(struct folder *f, expr_ty e)
{
    if (e->kind == List_kind) {
        asdl_expr_seq *elts = e->v.List.elts;
        expr_context_ty ctx = e->v.List.ctx;
        if (has_starred(elts)) {
            return 0;
        }
        e->kind = Tuple_kind;
        e->v.Tuple.elts = elts;
        e->v.Tuple.ctx = ctx;
        return make_const_steal(f, e, constant_tuple(elts));
    }
    if (e->kind == Set_kind) {
        PyObject *items = constant_tuple(e->v.Set.elts);
        if (items != NULL) {
            Py_SETREF(items, PyFrozenSet_New(items));
        }
        return make_const_steal(f, e, items);
    }
    return 0;
}

static int
fold_subscript(struct folder *f, expr_ty e)
{
    expr_ty value = e->v.Subscript.value;
    expr_ty index = e->v.Subscript.slice;
    if (e->v.Subscript.ctx != Load || value->kind != Constant_kind
        || index->kind != Constant_kind)
    {
        return 0;
    }
    return make_const_steal(f, e,
                            PyObject_GetItem(value->v.Constant.value,
                                             index->v.Constant.value));
}

static int
fold_compare(struct folder *f, expr_ty e)
{
    Py_ssize_t last = asdl_seq_LEN(e->v.Compare.ops) - 1;
    int op = asdl_seq_GET(e->v.Compare.ops, last);
    if (op != In && op != NotIn) {
        return 0;
    }
    return fold_iterable(f, asdl_seq_GET(e->v.Compare.comparators, last));
}

static int
fold_name(struct folder *f, expr_ty e)
{
    if (e->v.Name.ctx == Load
        && _PyUnicode_EqualToASCIIString(e->v.Name.id, "__debug__"))
    {
        return make_const_steal(f, e, PyBool_FromLong(!f->state->optimize));
    }
    return 0;
}

/* -- Parts of expressions ------------------------------------------------ */

static int
fold_comprehension(struct folder *f, comprehension_ty comp)
{
    FOLD(expr, comp->target);
    FOLD(expr, comp->iter);
    FOLD_SEQ(expr, comp->ifs);
    return fold_iterable(f, comp->iter);
}

static int
fold_keyword(struct folder *f, keyword_ty keyword)
{
    return fold_expr(f, keyword->value);
}

static int
fold_annotation(struct folder *f, expr_ty annotation)
{
    if (annotation == NULL
        || (f->state->ff_features & CO_FUTURE_ANNOTATIONS))
    {
        return 0;
    }
    return fold_expr(f, annotation);
}

static int
fold_arg(struct folder *f, arg_ty arg)
{
    return fold_annotation(f, arg->annotation);
}

static int
fold_arguments(struct folder *f, arguments_ty args)
{
    FOLD_SEQ(arg, args->posonlyargs);
    FOLD_SEQ(arg, args->args);
    FOLD_OPT(arg, args->vararg);
    FOLD_SEQ(arg, args->kwonlyargs);
    FOLD_SEQ(expr, args->kw_defaults);
    FOLD_OPT(arg, args->kwarg);
    FOLD_SEQ(expr, args->defaults);
    return 0;
}

static int
fold_expr_kind(struct folder *f, expr_ty e)
{
    switch (e->kind) {
        case NamedExpr_kind:
            return fold_expr(f, e->v.NamedExpr.value);
        case BoolOp_kind:
            FOLD_SEQ(expr, e->v.BoolOp.values);
            return 0;
        case BinOp_kind:
            FOLD(expr, e->v.BinOp.left);
            FOLD(expr, e->v.BinOp.right);
            return fold_binary(f, e);
        case UnaryOp_kind:
            FOLD(expr, e->v.UnaryOp.operand);
            return fold_unary(f, e);
        case Lambda_kind:
            FOLD(arguments, e->v.Lambda.args);
            return fold_expr(f, e->v.Lambda.body);
        case IfExp_kind:
            FOLD(expr, e->v.IfExp.test);
            FOLD(expr, e->v.IfExp.body);
            return fold_expr(f, e->v.IfExp.orelse);
        case Dict_kind:
            FOLD_SEQ(expr, e->v.Dict.keys);
            FOLD_SEQ(expr, e->v.Dict.values);
            return 0;
        case Set_kind:
            FOLD_SEQ(expr, e->v.Set.elts);
            return 0;
        case ListComp_kind:
            FOLD(expr, e->v.ListComp.elt);
            FOLD_SEQ(comprehension, e->v.ListComp.generators);
            return 0;
        case SetComp_kind:
            FOLD(expr, e->v.SetComp.elt);
            FOLD_SEQ(comprehension, e->v.SetComp.generators);
            return 0;
        case DictComp_kind:
            FOLD(expr, e->v.DictComp.key);
            FOLD(expr, e->v.DictComp.value);
            FOLD_SEQ(comprehension, e->v.DictComp.generators);
            return 0;
        case GeneratorExp_kind:
            FOLD(expr, e->v.GeneratorExp.elt);
            FOLD_SEQ(comprehension, e->v.GeneratorExp.generators);
            return 0;
        case Await_kind:
            return fold_expr(f, e->v.Await.value);
        case Yield_kind:
            FOLD_OPT(expr, e->v.Yield.value);
            return 0;
        case YieldFrom_kind:
            return fold_expr(f, e->v.YieldFrom.value);
        case Compare_kind:
            FOLD(expr, e->v.Compare.left);
            FOLD_SEQ(expr, e->v.Compare.comparators);
            return fold_compare(f, e);
        case Call_kind:
            FOLD(expr, e->v.Call.func);
            FOLD_SEQ(expr, e->v.Call.args);
            FOLD_SEQ(keyword, e->v.Call.keywords);
            return 0;
        case FormattedValue_kind:
            FOLD(expr, e->v.FormattedValue.value);
            FOLD_OPT(expr, e->v.FormattedValue.format_spec);
            return 0;
        case JoinedStr_kind:
            FOLD_SEQ(expr, e->v.JoinedStr.values);
            return 0;
        case Attribute_kind:
            return fold_expr(f, e->v.Attribute.value);
        case Subscript_kind:
            FOLD(expr, e->v.Subscript.value);
            FOLD(expr, e->v.Subscript.slice);
            return fold_subscript(f, e);
        case Starred_kind:
            return fold_expr(f, e->v.Starred.value);
        case Slice_kind:
            FOLD_OPT(expr, e->v.Slice.lower);
            FOLD_OPT(expr, e->v.Slice.upper);
            FOLD_OPT(expr, e->v.Slice.step);
            return 0;
        case List_kind:
            FOLD_SEQ(expr, e->v.List.elts);
            return 0;
        case Tuple_kind:
            FOLD_SEQ(expr, e->v.Tuple.elts);
            return fold_tuple(f, e);
        case Name_kind:
            return fold_name(f, e);
        case Constant_kind:
            return 0;
    }
    return 0;
}

static int
fold_expr(struct folder *f, expr_ty e)
{
    if (enter_level(f) < 0) {
        return -1;
    }
    int res = fold_expr_kind(f, e);
    leave_level(f);
    return res;
}

/* -- Statements ---------------------------------------------------------- */

/* A body whose first expression has just become a string must not gain a
 * docstring by it: the string goes into an f-string of its own. */
static int
fold_body(struct folder *f, asdl_stmt_seq *stmts)
{
    int had_docstring = _PyAST_GetDocString(stmts) != NULL;
    FOLD_SEQ(stmt, stmts);
    if (had_docstring || _PyAST_GetDocString(stmts) == NULL) {
        return 0;
    }
    stmt_ty s = asdl_seq_GET(stmts, 0);
    asdl_expr_seq *values = _Py_asdl_expr_seq_new(1, f->arena);
    if (values == NULL) {
        return -1;
    }
    asdl_seq_SET(values, 0, s->v.Expr.value);
    expr_ty joined =
        _PyAST_JoinedStr(values, s->lineno, s->col_offset, s->end_lineno,
                         s->end_col_offset, f->arena);
    if (joined == NULL) {
        return -1;
    }
    s->v.Expr.value = joined;
    return 0;
}

static int
fold_withitem(struct folder *f, withitem_ty item)
{
    FOLD(expr, item->context_expr);
    FOLD_OPT(expr, item->optional_vars);
    return 0;
}

static int
fold_handler(struct folder *f, excepthandler_ty handler)
{
    FOLD_OPT(expr, handler->v.ExceptHandler.type);
    FOLD_SEQ(stmt, handler->v.ExceptHandler.body);
    return 0;
}

static int
fold_match_case(struct folder *f, match_case_ty m)
{
    FOLD(pattern, m->pattern);
    FOLD_OPT(expr, m->guard);
    FOLD_SEQ(stmt, m->body);
    return 0;
}

static int
fold_pattern_kind(struct folder *f, pattern_ty p)
{
    switch (p->kind) {
        case MatchValue_kind:
            return fold_expr(f, p->v.MatchValue.value);
        case MatchSequence_kind:
            FOLD_SEQ(pattern, p->v.MatchSequence.patterns);
            return 0;
        case MatchMapping_kind:
            FOLD_SEQ(expr, p->v.MatchMapping.keys);
            FOLD_SEQ(pattern, p->v.MatchMapping.patterns);
            return 0;
        case MatchClass_kind:
            FOLD(expr, p->v.MatchClass.cls);
            FOLD_SEQ(pattern, p->v.MatchClass.patterns);
            FOLD_SEQ(pattern, p->v.MatchClass.kwd_patterns);
            return 0;
        case MatchAs_kind:
            FOLD_OPT(pattern, p->v.MatchAs.pattern);
            return 0;
        case MatchOr_kind:
            FOLD_SEQ(pattern, p->v.MatchOr.patterns);
            return 0;
        case MatchSingleton_kind:
        case MatchStar_kind:
            return 0;
    }
    return 0;
}

static int
fold_pattern(struct folder *f, pattern_ty p)
{
    if (enter_level(f) < 0) {
        return -1;
    }
    int res = fold_pattern_kind(f, p);
    leave_level(f);
    return res;
}

static int
fold_stmt_kind(struct folder *f, stmt_ty s)
{
    switch (s->kind) {
        case FunctionDef_kind:
            FOLD(arguments, s->v.FunctionDef.args);
            FOLD(body, s->v.FunctionDef.body);
            FOLD_SEQ(expr, s->v.FunctionDef.decorator_list);
            return fold_annotation(f, s->v.FunctionDef.returns);
        case AsyncFunctionDef_kind:
            FOLD(arguments, s->v.AsyncFunctionDef.args);
            FOLD(body, s->v.AsyncFunctionDef.body);
            FOLD_SEQ(expr, s->v.AsyncFunctionDef.decorator_list);
            return fold_annotation(f, s->v.AsyncFunctionDef.returns);
        case ClassDef_kind:
            FOLD_SEQ(expr, s->v.ClassDef.bases);
            FOLD_SEQ(keyword, s->v.ClassDef.keywords);
            FOLD(body, s->v.ClassDef.body);
            FOLD_SEQ(expr, s->v.ClassDef.decorator_list);
            return 0;
        case Return_kind:
            FOLD_OPT(expr, s->v.Return.value);
            return 0;
        case Delete_kind:
            FOLD_SEQ(expr, s->v.Delete.targets);
            return 0;
        case Assign_kind:
            FOLD_SEQ(expr, s->v.Assign.targets);
            return fold_expr(f, s->v.Assign.value);
        case AugAssign_kind:
            FOLD(expr, s->v.AugAssign.target);
            return fold_expr(f, s->v.AugAssign.value);
        case AnnAssign_kind:
            FOLD(expr, s->v.AnnAssign.target);
            FOLD(annotation, s->v.AnnAssign.annotation);
            FOLD_OPT(expr, s->v.AnnAssign.value);
            return 0;
        case For_kind:
            FOLD(expr, s->v.For.target);
            FOLD(expr, s->v.For.iter);
            FOLD_SEQ(stmt, s->v.For.body);
            FOLD_SEQ(stmt, s->v.For.orelse);
            return fold_iterable(f, s->v.For.iter);
        case AsyncFor_kind:
            FOLD(expr, s->v.AsyncFor.target);
            FOLD(expr, s->v.AsyncFor.iter);
            FOLD_SEQ(stmt, s->v.AsyncFor.body);
            FOLD_SEQ(stmt, s->v.AsyncFor.orelse);
            return 0;
        case While_kind:
            FOLD(expr, s->v.While.test);
            FOLD_SEQ(stmt, s->v.While.body);
            FOLD_SEQ(stmt, s->v.While.orelse);
            return 0;
        case If_kind:
            FOLD(expr, s->v.If.test);
            FOLD_SEQ(stmt, s->v.If.body);
            FOLD_SEQ(stmt, s->v.If.orelse);
            return 0;
        case With_kind:
            FOLD_SEQ(withitem, s->v.With.items);
            FOLD_SEQ(stmt, s->v.With.body);
            return 0;
        case AsyncWith_kind:
            FOLD_SEQ(withitem, s->v.AsyncWith.items);
            FOLD_SEQ(stmt, s->v.AsyncWith.body);
            return 0;
        case Match_kind:
            FOLD(expr, s->v.Match.subject);
            FOLD_SEQ(match_case, s->v.Match.cases);
            return 0;
        case Raise_kind:
            FOLD_OPT(expr, s->v.Raise.exc);
            FOLD_OPT(expr, s->v.Raise.cause);
            return 0;
        case Try_kind:
            FOLD_SEQ(stmt, s->v.Try.body);
            FOLD_SEQ(handler, s->v.Try.handlers);
            FOLD_SEQ(stmt, s->v.Try.orelse);
            FOLD_SEQ(stmt, s->v.Try.finalbody);
            return 0;
        case TryStar_kind:
            FOLD_SEQ(stmt, s->v.TryStar.body);
            FOLD_SEQ(handler, s->v.TryStar.handlers);
            FOLD_SEQ(stmt, s->v.TryStar.orelse);
            FOLD_SEQ(stmt, s->v.TryStar.finalbody);
            return 0;
        case Assert_kind:
            FOLD(expr, s->v.Assert.test);
            FOLD_OPT(expr, s->v.Assert.msg);
            return 0;
        case Expr_kind:
            return fold_expr(f, s->v.Expr.value);
        case Import_kind:
        case ImportFrom_kind:
        case Global_kind:
        case Nonlocal_kind:
        case Pass_kind:
        case Break_kind:
        case Continue_kind:
            return 0;
    }
    return 0;
}

static int
fold_stmt(struct folder *f, stmt_ty s)
{
    if (enter_level(f) < 0) {
        return -1;
    }
    int res = fold_stmt_kind(f, s);
    leave_level(f);
    return res;
}

static int
fold_mod(struct folder *f, mod_ty mod)
{
    switch (mod->kind) {
        case Module_kind:
            return fold_body(f, mod->v.Module.body);
        case Interactive_kind:
            FOLD_SEQ(stmt, mod->v.Interactive.body);
            return 0;
        case Expression_kind:
            return fold_expr(f, mod->v.Expression.body);
        case FunctionType_kind:
            return 0;
    }
    return 0;
}

int
_PyAST_Optimize(mod_ty mod, PyArena *arena, _PyASTOptimizeState *state)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int limit = tstate->recursion_limit;
    int start =
        (limit - tstate->recursion_remaining) * TREE_LEVELS_PER_FRAME;
    state->recursion_depth = start;
    state->recursion_limit = limit > INT_MAX / TREE_LEVELS_PER_FRAME
                                 ? INT_MAX
                                 : limit * TREE_LEVELS_PER_FRAME;
    struct folder folder = {arena, state};
    int res = fold_mod(&folder, mod);
    if (res == 0 && state->recursion_depth != start) {
        PyErr_Format(PyExc_SystemError,
                     "AST optimizer recursion depth mismatch "
                     "(before=%d, after=%d)", start, state->recursion_depth);
        return -1;
    }
    return res;
}
