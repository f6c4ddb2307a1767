/* Operators. */

/* +value */
inst(UNARY_POSITIVE, 10, (value -- res)) {
    res = PyNumber_Positive(value);
    ERROR_IF(res == NULL);
}

/* -value */
inst(UNARY_NEGATIVE, 11, (value -- res)) {
    res = PyNumber_Negative(value);
    ERROR_IF(res == NULL);
}

/* not value */
inst(UNARY_NOT, 12, (value -- res)) {
    int truth = PyObject_IsTrue(value);
    ERROR_IF(truth < 0);
    res = Py_NewRef(truth ? Py_False : Py_True);
}

/* ~value */
inst(UNARY_INVERT, 15, (value -- res)) {
    res = PyNumber_Invert(value);
    ERROR_IF(res == NULL);
}

/* left OP right, where oparg is an NB_ number.  [.. left right] -> [.. res] */
inst(BINARY_OP, 122, (counter/1, left, right -- res)) {
    res = eval_binary_operators[oparg](left, right);
    ERROR_IF(res == NULL);
}

inst(BINARY_OP_ADAPTIVE, 3, (counter/1, left, right -- res))
    specializes(BINARY_OP) raw
{
    SPECIALIZE((_Py_Specialize_BinaryOp(left, right, next_instr - 1, oparg,
                                        frame->localsplus), 0));
}

inst(BINARY_OP_ADD_FLOAT, 4, (counter/1, steal left, steal right -- res))
    specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyFloat_CheckExact(left));
    DEOPT_IF(!PyFloat_CheckExact(right));
    res = FLOAT_RESULT(PyFloat_AS_DOUBLE(left) + PyFloat_AS_DOUBLE(right));
    ERROR_IF(res == NULL);
}

inst(BINARY_OP_SUBTRACT_FLOAT, 14, (counter/1, steal left, steal right -- res))
    specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyFloat_CheckExact(left));
    DEOPT_IF(!PyFloat_CheckExact(right));
    res = FLOAT_RESULT(PyFloat_AS_DOUBLE(left) - PyFloat_AS_DOUBLE(right));
    ERROR_IF(res == NULL);
}

inst(BINARY_OP_MULTIPLY_FLOAT, 8, (counter/1, steal left, steal right -- res))
    specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyFloat_CheckExact(left));
    DEOPT_IF(!PyFloat_CheckExact(right));
    res = FLOAT_RESULT(PyFloat_AS_DOUBLE(left) * PyFloat_AS_DOUBLE(right));
    ERROR_IF(res == NULL);
}

inst(BINARY_OP_ADD_INT, 5, (counter/1, steal left, steal right -- res))
    specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyLong_CheckExact(left));
    DEOPT_IF(!PyLong_CheckExact(right));
    INT_RESULT(+, __builtin_add_overflow, _PyLong_Add);
    ERROR_IF(res == NULL);
}

inst(BINARY_OP_SUBTRACT_INT, 16, (counter/1, steal left, steal right -- res))
    specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyLong_CheckExact(left));
    DEOPT_IF(!PyLong_CheckExact(right));
    INT_RESULT(-, __builtin_sub_overflow, _PyLong_Subtract);
    ERROR_IF(res == NULL);
}

inst(BINARY_OP_MULTIPLY_INT, 13, (counter/1, steal left, steal right -- res))
    specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyLong_CheckExact(left));
    DEOPT_IF(!PyLong_CheckExact(right));
    INT_RESULT(*, __builtin_mul_overflow, _PyLong_Multiply);
    ERROR_IF(res == NULL);
}

/* The other operators on ints of at most two digits. */
inst(BINARY_OP_SMALL_INT, 184, (counter/1, steal left, steal right -- res))
    specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyLong_CheckExact(left) || !PyLong_CheckExact(right));
    DEOPT_IF(!eval_is_short(left) || !eval_is_short(right));
    long long number;
    DEOPT_IF(!eval_int_operator(oparg, eval_short_value(left),
                                eval_short_value(right), &number));
    res = eval_int_result_steal(number, left, right,
                                eval_is_reusable(frame, next_instr[1], left));
    if (res == NULL) {
        res = PyLong_FromLongLong(number);
        Py_DECREF(left);
        Py_DECREF(right);
    }
    ERROR_IF(res == NULL);
}

/* + - * / where at least one operand is a float, the other a float or an int of
   one digit, or / of two such ints. */
inst(BINARY_OP_AS_FLOAT, 185, (counter/1, steal left, steal right -- res))
    specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyFloat_CheckExact(left) && !PyFloat_CheckExact(right)
             && oparg != NB_TRUE_DIVIDE && oparg != NB_INPLACE_TRUE_DIVIDE);
    double a, b, number;
    DEOPT_IF(!eval_as_double(left, &a) || !eval_as_double(right, &b));
    DEOPT_IF(!eval_float_operator(oparg, a, b, &number));
    res = eval_mixed_result_steal(number, left, right);
    ERROR_IF(res == NULL);
}

inst(BINARY_OP_ADD_UNICODE, 6, (counter/1, left, right -- res))
    specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyUnicode_CheckExact(left));
    DEOPT_IF(!PyUnicode_CheckExact(right));
    res = PyUnicode_Concat(left, right);
    ERROR_IF(res == NULL);
}

/* `s += t` on a local variable, with the STORE_FAST that follows: the string
   grows where it is when nobody else holds it. */
inst(BINARY_OP_INPLACE_ADD_UNICODE, 7,
     (counter/1, steal left, steal right -- )) specializes(BINARY_OP) quiet
{
    DEOPT_IF(!PyUnicode_CheckExact(left));
    DEOPT_IF(!PyUnicode_CheckExact(right));
    slot_t *target = &LOCAL(_Py_OPARG(next_instr[1]));
    DEOPT_IF(slot_object(*target) != left);
    Py_DECREF(left);
    PyObject *text = slot_take(target);
    PyUnicode_Append(&text, right);
    *target = slot_steal(text);
    Py_DECREF(right);
    ERROR_IF(text == NULL);
    JUMP(1);
}

/* -- Comparisons ------------------------------------------------------------------- */

/* left CMP right, where oparg is a Py_LT ... Py_GE number. */
inst(COMPARE_OP, 107, (counter/1, mask/1, left, right -- res)) {
    res = PyObject_RichCompare(left, right, oparg);
    ERROR_IF(res == NULL);
}

inst(COMPARE_OP_ADAPTIVE, 26, (counter/1, mask/1, left, right -- res))
    specializes(COMPARE_OP) raw
{
    SPECIALIZE((_Py_Specialize_CompareOp(left, right, next_instr - 1, oparg),
                0));
}

/* Compare, with the conditional jump that follows. Of mask, the bit of the
   outcome (1 less, 2 equal, 4 greater) says whether to jump, and bit 8 that
   the jump goes back. */
inst(COMPARE_OP_FLOAT_JUMP, 27, (counter/1, mask/1, left, right -- ))
    specializes(COMPARE_OP) polls(mask & 8)
{
    DEOPT_IF(!PyFloat_CheckExact(left));
    DEOPT_IF(!PyFloat_CheckExact(right));
    double a = PyFloat_AS_DOUBLE(left);
    double b = PyFloat_AS_DOUBLE(right);
    DEOPT_IF(isnan(a) || isnan(b));
    COMPARE_JUMP((a >= b) + (a > b));
}

inst(COMPARE_OP_INT_JUMP, 28, (counter/1, mask/1, left, right -- ))
    specializes(COMPARE_OP) polls(mask & 8)
{
    DEOPT_IF(!PyLong_CheckExact(left));
    DEOPT_IF(!PyLong_CheckExact(right));
    DEOPT_IF((size_t)(Py_SIZE(left) + 1) > 2);
    DEOPT_IF((size_t)(Py_SIZE(right) + 1) > 2);
    Py_ssize_t a = Py_SIZE(left) * (Py_ssize_t)
        ((PyLongObject *)left)->ob_digit[0];
    Py_ssize_t b = Py_SIZE(right) * (Py_ssize_t)
        ((PyLongObject *)right)->ob_digit[0];
    COMPARE_JUMP((a >= b) + (a > b));
}

/* Equality only. */
inst(COMPARE_OP_STR_JUMP, 29, (counter/1, mask/1, left, right -- ))
    specializes(COMPARE_OP) polls(mask & 8)
{
    DEOPT_IF(!PyUnicode_CheckExact(left));
    DEOPT_IF(!PyUnicode_CheckExact(right));
    int equal = _PyUnicode_Equal(left, right);
    ERROR_IF(equal < 0);
    COMPARE_JUMP(equal);
}

/* left is right; oparg: is not. */
inst(IS_OP, 117, (left, right -- res)) quiet {
    res = Py_NewRef((left == right) ^ oparg ? Py_True : Py_False);
}

/* left in right; oparg: not in. */
inst(CONTAINS_OP, 118, (left, right -- res)) {
    int found = PySequence_Contains(right, left);
    ERROR_IF(found < 0);
    res = Py_NewRef(found ^ oparg ? Py_True : Py_False);
}
