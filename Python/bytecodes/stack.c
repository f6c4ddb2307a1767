/* Moving values between the stack, the local variables and the constants. */

/* Not an instruction: room for the inline cache of the one before it. */
inst(CACHE, 0, ( -- )) quiet {
    Py_UNREACHABLE();
}

/* Drop the top.  [.. value] -> [..] */
inst(POP_TOP, 1, (value -- )) quiet {
}

/* Push an empty slot: the callable above it gets no self.  [..] -> [.. NULL] */
inst(PUSH_NULL, 2, ( -- slot null)) quiet {
    null = SLOT_NULL;
}

/* Nothing; carries a line number. */
inst(NOP, 9, ( -- )) quiet {
}

/* Push a local variable.  [..] -> [.. value]  Fails if it is unbound. */
inst(LOAD_FAST, 124, ( -- slot value)) quiet {
    value = LOCAL(oparg);
    ERROR_IF(slot_is_null(value) && eval_unbound_local(tstate, frame, oparg));
    Py_INCREF(slot_object(value));
}

/* Pop into a local variable.  [.. value] -> [..] */
inst(STORE_FAST, 125, (steal slot value -- )) quiet {
    slot_t old = LOCAL(oparg);
    LOCAL(oparg) = value;
    QUIET_XDROP(old);
}

/* Unbind a local variable.  Fails if it is unbound. */
inst(DELETE_FAST, 126, ( -- )) {
    slot_t old = LOCAL(oparg);
    ERROR_IF(slot_is_null(old) && eval_unbound_local(tstate, frame, oparg));
    LOCAL(oparg) = SLOT_NULL;
    slot_drop(old);
}

/* Push a constant.  [..] -> [.. value] */
inst(LOAD_CONST, 100, ( -- value)) quiet {
    value = CONST(oparg);
    Py_INCREF(value);
}

/* Exchange the top with the oparg-th value.  [a .. b] -> [b .. a] */
inst(SWAP, 99, ( -- )) quiet {
    slot_t top = PEEK(1);
    PEEK(1) = PEEK(oparg);
    PEEK(oparg) = top;
}

/* Push the oparg-th value again.  [a ..] -> [a .. a] */
inst(COPY, 120, ( -- value)) quiet {
    value = slot_object(PEEK(oparg));
    Py_INCREF(value);
}

/* -- Two instructions at once ------------------------------------------------ */

/* The second half's argument is in the instruction that follows. */
inst(LOAD_CONST__LOAD_FAST, 44, ( -- first, slot second))
    specializes(LOAD_CONST) quiet
{
    first = CONST(oparg);
    oparg = _Py_OPARG(*next_instr);
    JUMP(1);
    second = LOCAL(oparg);
    ERROR_IF(slot_is_null(second) && eval_unbound_local(tstate, frame, oparg));
    Py_INCREF(first);
    Py_INCREF(slot_object(second));
}

inst(LOAD_FAST__LOAD_CONST, 45, ( -- slot first, second))
    specializes(LOAD_FAST) quiet
{
    first = LOCAL(oparg);
    ERROR_IF(slot_is_null(first) && eval_unbound_local(tstate, frame, oparg));
    Py_INCREF(slot_object(first));
    second = CONST(_Py_OPARG(*next_instr));
    Py_INCREF(second);
    JUMP(1);
}

inst(LOAD_FAST__LOAD_FAST, 46, ( -- slot first, slot second))
    specializes(LOAD_FAST) quiet
{
    first = LOCAL(oparg);
    ERROR_IF(slot_is_null(first) && eval_unbound_local(tstate, frame, oparg));
    oparg = _Py_OPARG(*next_instr);
    JUMP(1);
    second = LOCAL(oparg);
    ERROR_IF(slot_is_null(second) && eval_unbound_local(tstate, frame, oparg));
    Py_INCREF(slot_object(first));
    Py_INCREF(slot_object(second));
}

inst(STORE_FAST__LOAD_FAST, 161, (steal slot value -- slot loaded))
    specializes(STORE_FAST) quiet
{
    slot_t old = LOCAL(oparg);
    LOCAL(oparg) = value;
    QUIET_XDROP(old);
    oparg = _Py_OPARG(*next_instr);
    JUMP(1);
    loaded = LOCAL(oparg);
    ERROR_IF(slot_is_null(loaded) && eval_unbound_local(tstate, frame, oparg));
    Py_INCREF(slot_object(loaded));
}

inst(STORE_FAST__STORE_FAST, 167, (steal slot second, steal slot first -- ))
    specializes(STORE_FAST) quiet
{
    slot_t old = LOCAL(oparg);
    LOCAL(oparg) = first;
    QUIET_XDROP(old);
    oparg = _Py_OPARG(*next_instr);
    JUMP(1);
    old = LOCAL(oparg);
    LOCAL(oparg) = second;
    QUIET_XDROP(old);
}

/* -- Arguments beyond one byte ------------------------------------------------ */

/* The high bits of the next instruction's argument. */
inst(EXTENDED_ARG, 144, ( -- )) raw quiet {
    oparg = oparg << 8 | _Py_OPARG(*next_instr);
    DISPATCH_TO(_PyOpcode_Deopt[_Py_OPCODE(*next_instr)]);
}

inst(EXTENDED_ARG_QUICK, 34, ( -- )) specializes(EXTENDED_ARG) raw quiet {
    oparg = oparg << 8 | _Py_OPARG(*next_instr);
    DISPATCH_TO(_Py_OPCODE(*next_instr));
}

/* What every instruction becomes while a trace or profile function is on. */
inst(DO_TRACING, 255, ( -- )) raw quiet {
    next_instr--;
    goto trace_instruction;
}
