/* Exceptions and context managers. */

/* On entry to a handler: the exception becomes the one being handled.
   [.. exc] -> [.. previous exc] */
inst(PUSH_EXC_INFO, 35, (steal value -- previous, value)) quiet {
    _PyErr_StackItem *item = tstate->exc_info;
    previous = item->exc_value ? item->exc_value : Py_NewRef(Py_None);
    item->exc_value = Py_NewRef(value);
}

/* On leaving it: the previous one is again.  [.. previous] -> [..] */
inst(POP_EXCEPT, 89, (steal value -- )) {
    _PyErr_StackItem *item = tstate->exc_info;
    PyObject *handled = item->exc_value;
    item->exc_value = value;
    Py_XDECREF(handled);
}

/* except TYPE:  [.. exc type] -> [.. exc bool] */
inst(CHECK_EXC_MATCH, 36, (exc, type -- exc, match)) {
    ERROR_IF(eval_check_except_type(tstate, type) < 0);
    match = Py_NewRef(PyErr_GivenExceptionMatches(exc, type)
                      ? Py_True : Py_False);
}

/* except* TYPE:  [.. exc type] -> [.. rest match] */
inst(CHECK_EG_MATCH, 37, (exc, type -- rest, match)) {
    match = eval_match_group(tstate, exc, type, &rest);
    ERROR_IF(match == NULL);
}

/* At the end of try-except*: what is to be raised, or None.
   [.. original list] -> [.. exc] */
inst(PREP_RERAISE_STAR, 88, (original, list -- res)) {
    res = _PyExc_PrepReraiseStar(original, list);
    ERROR_IF(res == NULL);
}

/* raise, raise exc, raise exc from cause */
inst(RAISE_VARARGS, 130,
     (steal exc if (oparg >= 1), steal cause if (oparg >= 2) -- ))
    effect(-oparg)
{
    int again = eval_raise_steal(tstate, exc, cause);
    UNWIND_IF(again);
    ERROR_IF(1);
}

/* Raise again what a handler or finally clause caught; with oparg, as if by
   the instruction whose offset lies oparg below it. */
inst(RERAISE, 119, (slot values[oparg], steal exc -- slot values[oparg])) {
    if (oparg) {
        long lasti = PyLong_AsLong(slot_object(values[0]));
        frame->prev_instr = _PyCode_CODE(frame->f_code) + lasti;
    }
    eval_restore_steal(tstate, exc);
    UNWIND_IF(1);
}

/* [.. manager] -> [.. __exit__ value] */
inst(BEFORE_WITH, 53, (mgr -- exit, res)) {
    res = eval_enter_context(tstate, mgr, 0, &exit);
    ERROR_IF(res == NULL);
}

/* Call __exit__ with the exception.
   [.. exit lasti previous exc] -> [.. exit lasti previous exc res] */
inst(WITH_EXCEPT_START, 49,
     (exit, lasti, unused, exc -- exit, lasti, unused, exc, res))
{
    res = eval_call_exit(exit, exc);
    ERROR_IF(res == NULL);
}

/* -- Inside the compiler only -------------------------------------------------- */

pseudo(SETUP_FINALLY, -1) jumps effect(jump ? 1 : 0)
pseudo(SETUP_CLEANUP, -2) jumps effect(jump ? 2 : 0)
pseudo(SETUP_WITH, -3) jumps effect(jump ? 1 : 0)
pseudo(POP_BLOCK, -4) effect(0)
pseudo(JUMP, -5) jumps effect(0)
pseudo(JUMP_NO_INTERRUPT, -6) jumps effect(0)
pseudo(POP_JUMP_IF_FALSE, -7) jumps effect(-1)
pseudo(POP_JUMP_IF_TRUE, -8) jumps effect(-1)
pseudo(POP_JUMP_IF_NONE, -9) jumps effect(-1)
pseudo(POP_JUMP_IF_NOT_NONE, -10) jumps effect(-1)
