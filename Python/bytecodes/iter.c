/* Iteration and unpacking. */

/* iter(iterable) */
inst(GET_ITER, 68, (iterable -- iter)) {
    iter = PyObject_GetIter(iterable);
    ERROR_IF(iter == NULL);
}

/* Push the next value, or drop the iterator and jump when there is none.
   [.. iter] -> [.. iter value] or [..] */
inst(FOR_ITER, 93, (iter -- iter, value))
    jumps effect(jump > 0 ? -1 : 1)
{
    PyTypeObject *type = Py_TYPE(iter);
    if (type == &PyRangeIter_Type) {
        long number;
        value = NULL;
        if (eval_range_next(iter, &number)) {
            if (!cframe.use_tracing
                && eval_renew_number(frame, *next_instr, number)) {
                JUMP_KEEPING(1);
            }
            value = PyLong_FromLong(number);
            ERROR_IF(value == NULL);
        }
    }
    else if (type == &PyListIter_Type) {
        value = eval_list_next(iter);
    }
    else {
        if (type == &PyGen_Type && CAN_ENTER_GENERATOR((PyGenObject *)iter)) {
            _PyInterpreterFrame *new_frame = eval_generator_start(
                tstate, (PyGenObject *)iter, Py_NewRef(Py_None));
            ENTER_FRAME(new_frame);
        }
        value = type->tp_iternext(iter);
    }
    if (value == NULL) {
        if (_PyErr_Occurred(tstate)) {
            ERROR_IF(!eval_swallow_stop_iteration(tstate, frame));
        }
        JUMP_POPPING(oparg);
    }
}

/* [.. seq] -> [.. vn .. v1] */
inst(UNPACK_SEQUENCE, 92, (counter/1, steal seq -- values[oparg])) {
    ERROR_IF(!eval_unpack_steal(tstate, seq, oparg, -1, values + oparg));
}

inst(UNPACK_SEQUENCE_ADAPTIVE, 177, (counter/1, steal seq -- values[oparg]))
    specializes(UNPACK_SEQUENCE) raw
{
    SPECIALIZE((_Py_Specialize_UnpackSequence(seq, next_instr - 1, oparg),
                0));
}

inst(UNPACK_SEQUENCE_TWO_TUPLE, 180,
     (counter/1, seq -- second, first))
    specializes(UNPACK_SEQUENCE)
{
    DEOPT_IF(!PyTuple_CheckExact(seq));
    DEOPT_IF(PyTuple_GET_SIZE(seq) != 2);
    first = Py_NewRef(PyTuple_GET_ITEM(seq, 0));
    second = Py_NewRef(PyTuple_GET_ITEM(seq, 1));
}

inst(UNPACK_SEQUENCE_TUPLE, 179, (counter/1, seq -- values[oparg]))
    specializes(UNPACK_SEQUENCE)
{
    DEOPT_IF(!PyTuple_CheckExact(seq));
    DEOPT_IF(PyTuple_GET_SIZE(seq) != oparg);
    for (int i = 0; i < oparg; i++) {
        values[oparg - 1 - i] = slot_new(PyTuple_GET_ITEM(seq, i));
    }
}

inst(UNPACK_SEQUENCE_LIST, 178, (counter/1, seq -- values[oparg]))
    specializes(UNPACK_SEQUENCE)
{
    DEOPT_IF(!PyList_CheckExact(seq));
    DEOPT_IF(PyList_GET_SIZE(seq) != oparg);
    for (int i = 0; i < oparg; i++) {
        values[oparg - 1 - i] = slot_new(PyList_GET_ITEM(seq, i));
    }
}

/* `a, *b, c = seq`: oparg's low byte counts the targets before the starred
   one, the rest those behind it. */
inst(UNPACK_EX, 94,
     (steal seq -- values[(oparg & 0xff) + (oparg >> 8) + 1]))
{
    ERROR_IF(!eval_unpack_steal(tstate, seq, oparg & 0xff, oparg >> 8,
                                values + (oparg & 0xff) + (oparg >> 8) + 1));
}
