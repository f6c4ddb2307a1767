/* Expressions, and conditions compiled for their jumps. */

#include "Python.h"
#include "codegen.h"

/* -- Operators ----------------------------------------------------------- */

int
codegen_binary_op(struct compiler *c, operator_ty op, int inplace)
{
    static const unsigned char plain[] = {
        [Add] = NB_ADD, [Sub] = NB_SUBTRACT, [Mult] = NB_MULTIPLY,
        [MatMult] = NB_MATRIX_MULTIPLY, [Div] = NB_TRUE_DIVIDE,
        [Mod] = NB_REMAINDER, [Pow] = NB_POWER, [LShift] = NB_LSHIFT,
        [RShift] = NB_RSHIFT, [BitOr] = NB_OR, [BitXor] = NB_XOR,
        [BitAnd] = NB_AND, [FloorDiv] = NB_FLOOR_DIVIDE,
    };
    int oparg = plain[op] + (inplace ? NB_INPLACE_ADD : 0);
    EMIT_I(BINARY_OP, oparg);
    return 0;
}

static int
unary_opcode(unaryop_ty op)
{
    switch (op) {
        case Invert:
            return UNARY_INVERT;
        case Not:
            return UNARY_NOT;
        case UAdd:
            return UNARY_POSITIVE;
        default:
            return UNARY_NEGATIVE;
    }
}

int
codegen_compare_op(struct compiler *c, cmpop_ty op)
{
    switch (op) {
        case Eq:
            return codegen_emit(c, COMPARE_OP, Py_EQ);
        case NotEq:
            return codegen_emit(c, COMPARE_OP, Py_NE);
        case Lt:
            return codegen_emit(c, COMPARE_OP, Py_LT);
        case LtE:
            return codegen_emit(c, COMPARE_OP, Py_LE);
        case Gt:
            return codegen_emit(c, COMPARE_OP, Py_GT);
        case GtE:
            return codegen_emit(c, COMPARE_OP, Py_GE);
        case Is:
            return codegen_emit(c, IS_OP, 0);
        case IsNot:
            return codegen_emit(c, IS_OP, 1);
        case In:
            return codegen_emit(c, CONTAINS_OP, 0);
        case NotIn:
            return codegen_emit(c, CONTAINS_OP, 1);
    }
    Py_UNREACHABLE();
}

/* `a < b < c` up to the last operand; a false link jumps to `cleanup` with
 * the next operand still on the stack. */
static int
codegen_compare_links(struct compiler *c, expr_ty e, int jump,
                      struct block *cleanup)
{
    Py_ssize_t last = asdl_seq_LEN(e->v.Compare.ops) - 1;
    VISIT(expr, e->v.Compare.left);
    for (Py_ssize_t i = 0; i < last; i++) {
        VISIT(expr, asdl_seq_GET(e->v.Compare.comparators, i));
        EMIT_I(SWAP, 2);
        EMIT_I(COPY, 2);
        TRY(codegen_compare_op(c, asdl_seq_GET(e->v.Compare.ops, i)));
        EMIT_JUMP(jump, cleanup);
    }
    VISIT(expr, asdl_seq_GET(e->v.Compare.comparators, last));
    return codegen_compare_op(c, asdl_seq_GET(e->v.Compare.ops, last));
}

static int
codegen_compare(struct compiler *c, expr_ty e)
{
    TRY(codegen_check_compare(c, e));
    if (asdl_seq_LEN(e->v.Compare.ops) == 1) {
        return codegen_compare_links(c, e, 0, NULL);
    }
    NEW_BLOCK(cleanup);
    TRY(codegen_compare_links(c, e, JUMP_IF_FALSE_OR_POP, cleanup));
    NEW_BLOCK(end);
    EMIT_JUMP_NOLINE(JUMP, end);
    USE_BLOCK(cleanup);
    EMIT_I(SWAP, 2);
    EMIT(POP_TOP);
    USE_BLOCK(end);
    return 0;
}

static int
codegen_boolop(struct compiler *c, expr_ty e)
{
    int jump = e->v.BoolOp.op == And ? JUMP_IF_FALSE_OR_POP
                                     : JUMP_IF_TRUE_OR_POP;
    asdl_expr_seq *values = e->v.BoolOp.values;
    Py_ssize_t last = asdl_seq_LEN(values) - 1;
    NEW_BLOCK(end);
    for (Py_ssize_t i = 0; i < last; i++) {
        VISIT(expr, asdl_seq_GET(values, i));
        EMIT_JUMP(jump, end);
        NEW_BLOCK(next);
        USE_BLOCK(next);
    }
    VISIT(expr, asdl_seq_GET(values, last));
    USE_BLOCK(end);
    return 0;
}

static int
codegen_ifexp(struct compiler *c, expr_ty e)
{
    NEW_BLOCK(end);
    NEW_BLOCK(next);
    TRY(codegen_jump_if(c, e->v.IfExp.test, next, 0));
    VISIT(expr, e->v.IfExp.body);
    EMIT_JUMP_NOLINE(JUMP, end);
    USE_BLOCK(next);
    VISIT(expr, e->v.IfExp.orelse);
    USE_BLOCK(end);
    return 0;
}

/* -- Conditions ---------------------------------------------------------- */

static int
jump_if_boolop(struct compiler *c, expr_ty e, struct block *target,
               int condition)
{
    asdl_expr_seq *values = e->v.BoolOp.values;
    Py_ssize_t last = asdl_seq_LEN(values) - 1;
    int decisive = e->v.BoolOp.op == Or;
    struct block *shortcut = target;
    if (decisive != !!condition) {
        shortcut = codegen_new_block(c);
        if (shortcut == NULL) {
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < last; i++) {
        TRY(codegen_jump_if(c, asdl_seq_GET(values, i), shortcut,
                            decisive));
    }
    TRY(codegen_jump_if(c, asdl_seq_GET(values, last), target, condition));
    if (shortcut != target) {
        USE_BLOCK(shortcut);
    }
    return 0;
}

static int
jump_if_ifexp(struct compiler *c, expr_ty e, struct block *target,
              int condition)
{
    NEW_BLOCK(end);
    NEW_BLOCK(next);
    TRY(codegen_jump_if(c, e->v.IfExp.test, next, 0));
    TRY(codegen_jump_if(c, e->v.IfExp.body, target, condition));
    EMIT_JUMP_NOLINE(JUMP, end);
    USE_BLOCK(next);
    TRY(codegen_jump_if(c, e->v.IfExp.orelse, target, condition));
    USE_BLOCK(end);
    return 0;
}

static int
jump_if_compare(struct compiler *c, expr_ty e, struct block *target,
                int condition)
{
    TRY(codegen_check_compare(c, e));
    NEW_BLOCK(cleanup);
    TRY(codegen_compare_links(c, e, POP_JUMP_IF_FALSE, cleanup));
    EMIT_JUMP(condition ? POP_JUMP_IF_TRUE : POP_JUMP_IF_FALSE, target);
    NEW_BLOCK(end);
    EMIT_JUMP_NOLINE(JUMP, end);
    USE_BLOCK(cleanup);
    EMIT(POP_TOP);
    if (!condition) {
        EMIT_JUMP_NOLINE(JUMP, target);
    }
    USE_BLOCK(end);
    return 0;
}

/* Jump to the target if the expression's truth equals the condition. */
int
codegen_jump_if(struct compiler *c, expr_ty e, struct block *target,
                int condition)
{
    switch (e->kind) {
        case UnaryOp_kind:
            if (e->v.UnaryOp.op == Not) {
                return codegen_jump_if(c, e->v.UnaryOp.operand, target,
                                       !condition);
            }
            break;
        case BoolOp_kind:
            return jump_if_boolop(c, e, target, condition);
        case IfExp_kind:
            return jump_if_ifexp(c, e, target, condition);
        case Compare_kind:
            SET_LOC(c, e);
            if (asdl_seq_LEN(e->v.Compare.ops) > 1) {
                return jump_if_compare(c, e, target, condition);
            }
            break;
        default:
            break;
    }
    VISIT(expr, e);
    EMIT_JUMP(condition ? POP_JUMP_IF_TRUE : POP_JUMP_IF_FALSE, target);
    return 0;
}

/* -- Displays ------------------------------------------------------------ */

static int
all_constant(asdl_expr_seq *seq, Py_ssize_t begin, Py_ssize_t end)
{
    for (Py_ssize_t i = begin; i < end; i++) {
        expr_ty e = asdl_seq_GET(seq, i);
        if (e == NULL || e->kind != Constant_kind) {
            return 0;
        }
    }
    return 1;
}

static PyObject *
constants_as_tuple(asdl_expr_seq *seq, Py_ssize_t begin, Py_ssize_t end)
{
    PyObject *tuple = PyTuple_New(end - begin);
    if (tuple == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = begin; i < end; i++) {
        PyObject *value = asdl_seq_GET(seq, i)->v.Constant.value;
        PyTuple_SET_ITEM(tuple, i - begin, Py_NewRef(value));
    }
    return tuple;
}

static int
codegen_constant_display(struct compiler *c, asdl_expr_seq *elts, int pushed,
                         int build, int add, int extend, int tuple)
{
    PyObject *folded = constants_as_tuple(elts, 0, asdl_seq_LEN(elts));
    if (folded == NULL) {
        return -1;
    }
    if (tuple && !pushed) {
        EMIT_CONST_STEAL(folded);
        return 0;
    }
    if (add == SET_ADD) {
        Py_SETREF(folded, PyFrozenSet_New(folded));
        if (folded == NULL) {
            return -1;
        }
    }
    if (codegen_emit(c, build, pushed) < 0) {
        Py_DECREF(folded);
        return -1;
    }
    EMIT_CONST_STEAL(folded);
    EMIT_I(extend, 1);
    if (tuple) {
        EMIT(LIST_TO_TUPLE);
    }
    return 0;
}

/* A list, set, tuple or argument list; `pushed` elements are on the stack
 * already.  Long ones and those with `*x` grow one element at a time. */
int
codegen_star_display(struct compiler *c, asdl_expr_seq *elts, int pushed,
                     int build, int add, int extend, int tuple)
{
    Py_ssize_t n = asdl_seq_LEN(elts);
    if (n > 2 && all_constant(elts, 0, n)) {
        return codegen_constant_display(c, elts, pushed, build, add, extend,
                                        tuple);
    }
    int big = n + pushed > STACK_USE_GUIDELINE;
    int starred = 0;
    for (Py_ssize_t i = 0; i < n && !starred; i++) {
        starred = asdl_seq_GET(elts, i)->kind == Starred_kind;
    }
    if (!starred && !big) {
        VISIT_SEQ(expr, elts);
        EMIT_I(tuple ? BUILD_TUPLE : build, (int)(n + pushed));
        return 0;
    }
    int built = 0;
    if (big) {
        EMIT_I(build, pushed);
        built = 1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        expr_ty e = asdl_seq_GET(elts, i);
        if (e->kind == Starred_kind) {
            if (!built) {
                EMIT_I(build, (int)(i + pushed));
                built = 1;
            }
            VISIT(expr, e->v.Starred.value);
            EMIT_I(extend, 1);
        }
        else {
            VISIT(expr, e);
            if (built) {
                EMIT_I(add, 1);
            }
        }
    }
    assert(built);
    if (tuple) {
        EMIT(LIST_TO_TUPLE);
    }
    return 0;
}

/* The instruction that takes a sequence apart into the targets. */
int
codegen_unpack(struct compiler *c, asdl_expr_seq *elts)
{
    Py_ssize_t n = asdl_seq_LEN(elts);
    int starred = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (asdl_seq_GET(elts, i)->kind != Starred_kind) {
            continue;
        }
        if (starred) {
            return compiler_error(
                c, "multiple starred expressions in assignment");
        }
        if (i >= (1 << 8) || n - i - 1 >= (INT_MAX >> 8)) {
            return compiler_error(
                c, "too many expressions in star-unpacking assignment");
        }
        EMIT_I(UNPACK_EX, (int)(i + ((n - i - 1) << 8)));
        starred = 1;
    }
    if (!starred) {
        EMIT_I(UNPACK_SEQUENCE, (int)n);
    }
    return 0;
}

static int
codegen_assign_targets(struct compiler *c, asdl_expr_seq *elts)
{
    TRY(codegen_unpack(c, elts));
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(elts); i++) {
        expr_ty e = asdl_seq_GET(elts, i);
        VISIT(expr, e->kind == Starred_kind ? e->v.Starred.value : e);
    }
    return 0;
}

static int
codegen_sequence(struct compiler *c, asdl_expr_seq *elts,
                 expr_context_ty ctx, int tuple)
{
    if (ctx == Store) {
        return codegen_assign_targets(c, elts);
    }
    if (ctx == Load) {
        return codegen_star_display(c, elts, 0, BUILD_LIST, LIST_APPEND,
                                    LIST_EXTEND, tuple);
    }
    VISIT_SEQ(expr, elts);
    return 0;
}

/* A run of `key: value` pairs. */
static int
codegen_dict_part(struct compiler *c, expr_ty e, Py_ssize_t begin,
                  Py_ssize_t end)
{
    asdl_expr_seq *keys = e->v.Dict.keys;
    asdl_expr_seq *values = e->v.Dict.values;
    Py_ssize_t n = end - begin;
    int big = n * 2 > STACK_USE_GUIDELINE;
    if (n > 1 && !big && all_constant(keys, begin, end)) {
        for (Py_ssize_t i = begin; i < end; i++) {
            VISIT(expr, asdl_seq_GET(values, i));
        }
        EMIT_CONST_STEAL(constants_as_tuple(keys, begin, end));
        EMIT_I(BUILD_CONST_KEY_MAP, (int)n);
        return 0;
    }
    if (big) {
        EMIT_I(BUILD_MAP, 0);
    }
    for (Py_ssize_t i = begin; i < end; i++) {
        VISIT(expr, asdl_seq_GET(keys, i));
        VISIT(expr, asdl_seq_GET(values, i));
        if (big) {
            EMIT_I(MAP_ADD, 1);
        }
    }
    if (!big) {
        EMIT_I(BUILD_MAP, (int)n);
    }
    return 0;
}

static int
codegen_dict(struct compiler *c, expr_ty e)
{
    Py_ssize_t n = asdl_seq_LEN(e->v.Dict.values);
    int have_dict = 0;
    Py_ssize_t waiting = 0;  /* pairs before i, not yet written */
    for (Py_ssize_t i = 0; i < n; i++) {
        if (asdl_seq_GET(e->v.Dict.keys, i) != NULL) {
            if (waiting * 2 <= STACK_USE_GUIDELINE) {
                waiting++;
                continue;
            }
            TRY(codegen_dict_part(c, e, i - waiting, i + 1));
            if (have_dict) {
                EMIT_I(DICT_UPDATE, 1);
            }
            have_dict = 1;
            waiting = 0;
            continue;
        }
        /* **mapping */
        if (waiting > 0) {
            TRY(codegen_dict_part(c, e, i - waiting, i));
            if (have_dict) {
                EMIT_I(DICT_UPDATE, 1);
            }
            have_dict = 1;
            waiting = 0;
        }
        if (!have_dict) {
            EMIT_I(BUILD_MAP, 0);
            have_dict = 1;
        }
        VISIT(expr, asdl_seq_GET(e->v.Dict.values, i));
        EMIT_I(DICT_UPDATE, 1);
    }
    if (waiting > 0) {
        TRY(codegen_dict_part(c, e, n - waiting, n));
        if (have_dict) {
            EMIT_I(DICT_UPDATE, 1);
        }
        have_dict = 1;
    }
    if (!have_dict) {
        EMIT_I(BUILD_MAP, 0);
    }
    return 0;
}

/* -- f-strings ----------------------------------------------------------- */

static int
codegen_joined_str(struct compiler *c, expr_ty e)
{
    asdl_expr_seq *values = e->v.JoinedStr.values;
    Py_ssize_t n = asdl_seq_LEN(values);
    if (n <= STACK_USE_GUIDELINE) {
        VISIT_SEQ(expr, values);
        if (n != 1) {
            EMIT_I(BUILD_STRING, (int)n);
        }
        return 0;
    }
    EMIT_CONST_STEAL(Py_NewRef(&_Py_STR(empty)));
    EMIT_NAME(LOAD_METHOD, &_Py_ID(join));
    EMIT_I(BUILD_LIST, 0);
    for (Py_ssize_t i = 0; i < n; i++) {
        VISIT(expr, asdl_seq_GET(values, i));
        EMIT_I(LIST_APPEND, 1);
    }
    EMIT_I(PRECALL, 1);
    EMIT_I(CALL, 1);
    return 0;
}

static int
codegen_formatted_value(struct compiler *c, expr_ty e)
{
    int oparg;
    VISIT(expr, e->v.FormattedValue.value);
    switch (e->v.FormattedValue.conversion) {
        case -1:
            oparg = 0;
            break;
        case 's':
            oparg = 1;
            break;
        case 'r':
            oparg = 2;
            break;
        case 'a':
            oparg = 3;
            break;
        default:
            PyErr_Format(PyExc_SystemError,
                         "Unrecognized conversion character %d",
                         e->v.FormattedValue.conversion);
            return -1;
    }
    if (e->v.FormattedValue.format_spec != NULL) {
        VISIT(expr, e->v.FormattedValue.format_spec);
        oparg |= 4;
    }
    EMIT_I(FORMAT_VALUE, oparg);
    return 0;
}

/* -- Attributes and items ------------------------------------------------ */

/* If the attribute's name is on another line than the current location
 * starts on, the location becomes that of the name. */
int
codegen_attr_location(struct compiler *c, expr_ty attr)
{
    struct location *loc = &c->unit->loc;
    assert(attr->kind == Attribute_kind);
    if (loc->line == attr->end_lineno) {
        return 0;
    }
    loc->line = attr->end_lineno;
    int len = (int)PyUnicode_GET_LENGTH(attr->v.Attribute.attr);
    if (len <= attr->end_col_offset) {
        loc->col = attr->end_col_offset - len;
    }
    else {
        /* a tree made by hand: no columns rather than wrong ones */
        loc->col = -1;
        loc->end_col = -1;
    }
    if (loc->end_line < loc->line) {
        loc->end_line = loc->line;
    }
    if (loc->line == loc->end_line && loc->end_col < loc->col) {
        loc->end_col = loc->col;
    }
    return 0;
}

static int
codegen_attribute(struct compiler *c, expr_ty e)
{
    static const int opcodes[] = {
        [Load] = LOAD_ATTR, [Store] = STORE_ATTR, [Del] = DELETE_ATTR,
    };
    expr_context_ty ctx = e->v.Attribute.ctx;
    VISIT(expr, e->v.Attribute.value);
    codegen_attr_location(c, e);
    if (ctx == Store) {
        TRY(codegen_forbidden_name(c, e->v.Attribute.attr, ctx));
    }
    EMIT_NAME(opcodes[ctx], e->v.Attribute.attr);
    return 0;
}

static int
codegen_subscript(struct compiler *c, expr_ty e)
{
    static const int opcodes[] = {
        [Load] = BINARY_SUBSCR, [Store] = STORE_SUBSCR,
        [Del] = DELETE_SUBSCR,
    };
    if (e->v.Subscript.ctx == Load) {
        TRY(codegen_check_subscripter(c, e->v.Subscript.value));
        TRY(codegen_check_index(c, e->v.Subscript.value,
                                e->v.Subscript.slice));
    }
    VISIT(expr, e->v.Subscript.value);
    VISIT(expr, e->v.Subscript.slice);
    EMIT(opcodes[e->v.Subscript.ctx]);
    return 0;
}

static int
codegen_slice(struct compiler *c, expr_ty e)
{
    int n = 2;
    if (e->v.Slice.lower != NULL) {
        VISIT(expr, e->v.Slice.lower);
    }
    else {
        EMIT_CONST(Py_None);
    }
    if (e->v.Slice.upper != NULL) {
        VISIT(expr, e->v.Slice.upper);
    }
    else {
        EMIT_CONST(Py_None);
    }
    if (e->v.Slice.step != NULL) {
        VISIT(expr, e->v.Slice.step);
        n = 3;
    }
    EMIT_I(BUILD_SLICE, n);
    return 0;
}

/* -- Yield and await ----------------------------------------------------- */

static int
codegen_yield(struct compiler *c, expr_ty e)
{
    if (c->unit->symbols->ste_type != FunctionBlock) {
        return compiler_error(c, "'yield' outside function");
    }
    if (e->v.Yield.value != NULL) {
        VISIT(expr, e->v.Yield.value);
    }
    else {
        EMIT_CONST(Py_None);
    }
    if (c->unit->symbols->ste_generator && c->unit->symbols->ste_coroutine) {
        EMIT(ASYNC_GEN_WRAP);
    }
    EMIT(YIELD_VALUE);
    EMIT_I(RESUME, 1);
    return 0;
}

static int
codegen_yield_from(struct compiler *c, expr_ty e)
{
    if (c->unit->symbols->ste_type != FunctionBlock) {
        return compiler_error(c, "'yield' outside function");
    }
    if (c->unit->kind == UNIT_ASYNC_FUNCTION) {
        return compiler_error(c, "'yield from' inside async function");
    }
    VISIT(expr, e->v.YieldFrom.value);
    EMIT(GET_YIELD_FROM_ITER);
    EMIT_CONST(Py_None);
    return codegen_emit_yield_from(c, 0);
}

static int
codegen_await(struct compiler *c, expr_ty e)
{
    if (!COMPILER_TOP_LEVEL_AWAIT(c)) {
        if (c->unit->symbols->ste_type != FunctionBlock) {
            return compiler_error(c, "'await' outside function");
        }
        if (c->unit->kind != UNIT_ASYNC_FUNCTION
            && c->unit->kind != UNIT_COMPREHENSION)
        {
            return compiler_error(c, "'await' outside async function");
        }
    }
    VISIT(expr, e->v.Await.value);
    EMIT_I(GET_AWAITABLE, 0);
    EMIT_CONST(Py_None);
    return codegen_emit_yield_from(c, 1);
}

/* -- All expressions ----------------------------------------------------- */

static int
codegen_expr_kind(struct compiler *c, expr_ty e)
{
    switch (e->kind) {
        case NamedExpr_kind:
            VISIT(expr, e->v.NamedExpr.value);
            EMIT_I(COPY, 1);
            VISIT(expr, e->v.NamedExpr.target);
            return 0;
        case BoolOp_kind:
            return codegen_boolop(c, e);
        case BinOp_kind:
            VISIT(expr, e->v.BinOp.left);
            VISIT(expr, e->v.BinOp.right);
            return codegen_binary_op(c, e->v.BinOp.op, 0);
        case UnaryOp_kind:
            VISIT(expr, e->v.UnaryOp.operand);
            EMIT(unary_opcode(e->v.UnaryOp.op));
            return 0;
        case Lambda_kind:
            return codegen_lambda(c, e);
        case IfExp_kind:
            return codegen_ifexp(c, e);
        case Dict_kind:
            return codegen_dict(c, e);
        case Set_kind:
            return codegen_star_display(c, e->v.Set.elts, 0, BUILD_SET,
                                        SET_ADD, SET_UPDATE, 0);
        case ListComp_kind:
        case SetComp_kind:
        case DictComp_kind:
        case GeneratorExp_kind:
            return codegen_comprehension(c, e);
        case Await_kind:
            return codegen_await(c, e);
        case Yield_kind:
            return codegen_yield(c, e);
        case YieldFrom_kind:
            return codegen_yield_from(c, e);
        case Compare_kind:
            return codegen_compare(c, e);
        case Call_kind:
            return codegen_call(c, e);
        case FormattedValue_kind:
            return codegen_formatted_value(c, e);
        case JoinedStr_kind:
            return codegen_joined_str(c, e);
        case Constant_kind:
            EMIT_CONST(e->v.Constant.value);
            return 0;
        case Attribute_kind:
            return codegen_attribute(c, e);
        case Subscript_kind:
            return codegen_subscript(c, e);
        case Starred_kind:
            if (e->v.Starred.ctx == Store) {
                return compiler_error(c, "starred assignment target must "
                                         "be in a list or tuple");
            }
            return compiler_error(c, "can't use starred expression here");
        case Name_kind:
            return codegen_nameop(c, e->v.Name.id, e->v.Name.ctx);
        case List_kind:
            return codegen_sequence(c, e->v.List.elts, e->v.List.ctx, 0);
        case Tuple_kind:
            return codegen_sequence(c, e->v.Tuple.elts, e->v.Tuple.ctx, 1);
        case Slice_kind:
            return codegen_slice(c, e);
    }
    Py_UNREACHABLE();
}

int
codegen_expr(struct compiler *c, expr_ty e)
{
    struct location saved = c->unit->loc;
    SET_LOC(c, e);
    int res = codegen_expr_kind(c, e);
    if (res == 0) {
        /* on failure the unit may be another one */
        c->unit->loc = saved;
    }
    return res;
}
