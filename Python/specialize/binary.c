/* BINARY_OP, COMPARE_OP and UNPACK_SEQUENCE: by the types of the operands. */

#include "Python.h"
#include "pycore_opcode.h"
#include "pycore_specialize.h"

/* -- BINARY_OP -------------------------------------------------------------------- */

/* `s + t`, stored in the local variable that s came from. */
static int
opcode_for_concatenation(PyObject *lhs, _Py_CODEUNIT *instr, slot_t *locals)
{
    _Py_CODEUNIT next = instr[INLINE_CACHE_ENTRIES_BINARY_OP + 1];
    return _PyOpcode_Deopt[_Py_OPCODE(next)] == STORE_FAST
            && slot_object(locals[_Py_OPARG(next)]) == lhs
        ? BINARY_OP_INPLACE_ADD_UNICODE : BINARY_OP_ADD_UNICODE;
}

static int
is_one_digit(PyObject *number)
{
    return (size_t)(Py_SIZE(number) + 1) <= 2;
}

/* The opcode for two ints, two floats, two strings; 0 if there is none. */
static int
opcode_for_same(PyObject *lhs, PyTypeObject *type, _Py_CODEUNIT *instr,
                int operator, slot_t *locals)
{
    switch (operator) {
    case NB_ADD:
        if (type == &PyUnicode_Type) {
            return opcode_for_concatenation(lhs, instr, locals);
        }
        return type == &PyLong_Type ? BINARY_OP_ADD_INT
            : type == &PyFloat_Type ? BINARY_OP_ADD_FLOAT : 0;
    case NB_MULTIPLY:
        return type == &PyLong_Type ? BINARY_OP_MULTIPLY_INT
            : type == &PyFloat_Type ? BINARY_OP_MULTIPLY_FLOAT : 0;
    case NB_SUBTRACT:
        return type == &PyLong_Type ? BINARY_OP_SUBTRACT_INT
            : type == &PyFloat_Type ? BINARY_OP_SUBTRACT_FLOAT : 0;
    default:
        return 0;
    }
}

/* A float, or an int that is one exactly. */
static int
is_number(PyObject *obj)
{
    return PyFloat_CheckExact(obj)
        || (PyLong_CheckExact(obj) && is_one_digit(obj));
}

/* At most two digits. */
static int
is_short(PyObject *number)
{
    return (size_t)(Py_SIZE(number) + 2) <= 4;
}

static int
is_small_int_operator(int operator)
{
    switch (operator) {
    case NB_AND:
    case NB_OR:
    case NB_XOR:
    case NB_LSHIFT:
    case NB_RSHIFT:
    case NB_FLOOR_DIVIDE:
    case NB_REMAINDER:
        return 1;
    default:
        return 0;
    }
}

/* The opcode for other operators and types. */
static int
opcode_for_numbers(PyObject *lhs, PyObject *rhs, int operator)
{
    if (PyLong_CheckExact(lhs) && PyLong_CheckExact(rhs)
        && is_short(lhs) && is_short(rhs)
        && is_small_int_operator(operator)) {
        return BINARY_OP_SMALL_INT;
    }
    if (!is_number(lhs) || !is_number(rhs)) {
        return 0;
    }
    int floats = PyFloat_CheckExact(lhs) || PyFloat_CheckExact(rhs);
    switch (operator) {
    case NB_TRUE_DIVIDE:
        return BINARY_OP_AS_FLOAT;
    case NB_ADD:
    case NB_SUBTRACT:
    case NB_MULTIPLY:
        return floats ? BINARY_OP_AS_FLOAT : 0;
    default:
        return 0;
    }
}

void
_Py_Specialize_BinaryOp(PyObject *lhs, PyObject *rhs, _Py_CODEUNIT *instr,
                        int oparg, slot_t *locals)
{
    int operator = oparg < NB_INPLACE_ADD ? oparg : oparg - NB_INPLACE_ADD;
    int opcode = 0;
    if (Py_IS_TYPE(lhs, Py_TYPE(rhs))) {
        opcode = opcode_for_same(lhs, Py_TYPE(lhs), instr, operator, locals);
    }
    if (!opcode) {
        opcode = opcode_for_numbers(lhs, rhs, operator);
    }
    if (opcode) {
        specialize_set(instr, opcode);
    }
    else {
        specialize_fail(instr);
    }
}

/* -- COMPARE_OP ---------------------------------------------------------------------- */

/* Outcomes for which each comparison holds: 1 less, 2 equal, 4 greater. */
static const uint8_t comparison_masks[] = {
    [Py_LT] = 1,
    [Py_LE] = 1 | 2,
    [Py_EQ] = 2,
    [Py_NE] = 1 | 4,
    [Py_GT] = 4,
    [Py_GE] = 4 | 2,
};

/* The outcomes for which the jump behind the comparison is taken, 8 if it
   goes back; -1 if there is no such jump. */
static int
jump_mask(_Py_CODEUNIT next, int oparg)
{
    int mask = comparison_masks[oparg];
    switch (_Py_OPCODE(next)) {
    case POP_JUMP_FORWARD_IF_TRUE:
        return mask;
    case POP_JUMP_FORWARD_IF_FALSE:
        return 7 & ~mask;
    case POP_JUMP_BACKWARD_IF_TRUE:
        return 8 | mask;
    case POP_JUMP_BACKWARD_IF_FALSE:
        return 8 | (7 & ~mask);
    default:
        return -1;
    }
}

void
_Py_Specialize_CompareOp(PyObject *lhs, PyObject *rhs, _Py_CODEUNIT *instr,
                         int oparg)
{
    _PyCompareOpCache *cache = (_PyCompareOpCache *)(instr + 1);
    int mask = jump_mask(instr[INLINE_CACHE_ENTRIES_COMPARE_OP + 1], oparg);
    int opcode = 0;
    if (mask >= 0 && Py_IS_TYPE(lhs, Py_TYPE(rhs))) {
        if (PyFloat_CheckExact(lhs)) {
            opcode = COMPARE_OP_FLOAT_JUMP;
        }
        else if (PyLong_CheckExact(lhs)) {
            if (is_one_digit(lhs) && is_one_digit(rhs)) {
                opcode = COMPARE_OP_INT_JUMP;
            }
        }
        else if (PyUnicode_CheckExact(lhs)) {
            if (oparg == Py_EQ || oparg == Py_NE) {
                opcode = COMPARE_OP_STR_JUMP;
            }
        }
    }
    if (opcode) {
        cache->mask = (uint16_t)mask;
        specialize_set(instr, opcode);
    }
    else {
        specialize_fail(instr);
    }
}

/* -- UNPACK_SEQUENCE --------------------------------------------------------------------- */

void
_Py_Specialize_UnpackSequence(PyObject *seq, _Py_CODEUNIT *instr, int oparg)
{
    if (PyTuple_CheckExact(seq) && PyTuple_GET_SIZE(seq) == oparg) {
        specialize_set(instr, oparg == 2 ? UNPACK_SEQUENCE_TWO_TUPLE
                                         : UNPACK_SEQUENCE_TUPLE);
    }
    else if (PyList_CheckExact(seq) && PyList_GET_SIZE(seq) == oparg) {
        specialize_set(instr, UNPACK_SEQUENCE_LIST);
    }
    else {
        specialize_fail(instr);
    }
}
