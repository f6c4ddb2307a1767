/* Generators, coroutines, asynchronous generators. */

/* The first instruction of a generator function: the frame moves into a new
   generator, which is returned. */
inst(RETURN_GENERATOR, 75, ( -- )) raw {
    _PyFrame_SetStackPointer(frame, stack_pointer);
    retval = eval_make_generator(frame);
    if (retval == NULL) {
        stack_pointer = _PyFrame_GetStackPointer(frame);
        goto error;
    }
    _Py_LeaveRecursiveCallTstate(tstate);
    if (frame->is_entry) {
        goto leave_evaluator;
    }
    _PyInterpreterFrame *caller = frame->previous;
    _PyThreadState_PopFrame(tstate, frame);
    frame = cframe.current_frame = caller;
    _PyFrame_StackPush(frame, retval);
    goto resume_frame;
}

/* Suspend, handing the top out. What is sent in takes its place. */
inst(YIELD_VALUE, 86, (value -- value)) raw {
    retval = value;
    stack_pointer--;
    goto yield_value;
}

/* Tell what an asynchronous generator yields from what it awaits. */
inst(ASYNC_GEN_WRAP, 87, (value -- res)) {
    res = _PyAsyncGenValueWrapperNew(value);
    ERROR_IF(res == NULL);
}

/* Send a value into a generator or iterator.
   [.. receiver value] -> [.. receiver yielded], or on its end
   [.. result] and a jump. */
inst(SEND, 123, (receiver, value -- receiver, res))
    jumps effect(jump > 0 ? -1 : 0) raw
{
    if ((PyGen_CheckExact(receiver) || PyCoro_CheckExact(receiver))
        && CAN_ENTER_GENERATOR((PyGenObject *)receiver)
        && (((PyGenObject *)receiver)->gi_frame_state == FRAME_SUSPENDED
            || Py_IsNone(value))) {
        stack_pointer--;
        _PyInterpreterFrame *new_frame =
            eval_generator_start(tstate, (PyGenObject *)receiver, value);
        ENTER_GENERATOR(new_frame);
    }
    PyObject *res;
    PySendResult status = eval_send(tstate, frame, receiver, value, &res);
    if (status == PYGEN_ERROR) {
        goto error;
    }
    Py_DECREF(value);
    if (status == PYGEN_RETURN) {
        stack_pointer -= 1;
        PEEK(1) = slot_steal(res);
        next_instr += oparg;
        Py_DECREF(receiver);
    }
    else {
        PEEK(1) = slot_steal(res);
    }
    DISPATCH();
}

/* For yield from: generators stay, others give their iterator. */
inst(GET_YIELD_FROM_ITER, 69, (iterable -- iter)) {
    iter = eval_yield_from_iter(tstate, frame, iterable);
    ERROR_IF(iter == NULL);
}

/* For await; oparg 1 and 2: what __aenter__ and __aexit__ returned. */
inst(GET_AWAITABLE, 131, (iterable -- iter)) {
    iter = eval_awaitable_iter(tstate, iterable, oparg);
    ERROR_IF(iter == NULL);
}

/* The iterator of an async for. */
inst(GET_AITER, 50, (obj -- iter)) {
    iter = eval_async_iter(tstate, obj);
    ERROR_IF(iter == NULL);
}

/* Its next awaitable.  [.. aiter] -> [.. aiter awaitable] */
inst(GET_ANEXT, 51, (aiter -- aiter, awaitable)) {
    awaitable = eval_async_next(tstate, aiter);
    ERROR_IF(awaitable == NULL);
}

/* The end of an async for: StopAsyncIteration is expected. */
inst(END_ASYNC_FOR, 54, (aiter, steal exc -- )) {
    if (PyErr_GivenExceptionMatches(exc, PyExc_StopAsyncIteration)) {
        Py_DECREF(exc);
    }
    else {
        eval_restore_steal(tstate, exc);
        UNWIND_IF(1);
    }
}

/* [.. manager] -> [.. __aexit__ awaitable] */
inst(BEFORE_ASYNC_WITH, 52, (mgr -- exit, res)) {
    res = eval_enter_context(tstate, mgr, 1, &exit);
    ERROR_IF(res == NULL);
}
