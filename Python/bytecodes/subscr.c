/* Subscripts. */

/* container[sub]  [.. container sub] -> [.. res] */
inst(BINARY_SUBSCR, 25,
     (counter/1, type_version/2, func_version/1, container, sub -- res))
{
    res = PyObject_GetItem(container, sub);
    ERROR_IF(res == NULL);
}

inst(BINARY_SUBSCR_ADAPTIVE, 17,
     (counter/1, type_version/2, func_version/1, container, sub -- res))
    specializes(BINARY_SUBSCR) raw
{
    SPECIALIZE(_Py_Specialize_BinarySubscr(container, sub, next_instr - 1));
}

inst(BINARY_SUBSCR_LIST_INT, 20,
     (counter/1, type_version/2, func_version/1, container, sub -- res))
    specializes(BINARY_SUBSCR)
{
    DEOPT_IF(!PyLong_CheckExact(sub));
    DEOPT_IF(!PyList_CheckExact(container));
    DEOPT_IF((size_t)Py_SIZE(sub) > 1);
    size_t index = ((PyLongObject *)sub)->ob_digit[0]
        & -(size_t)Py_SIZE(sub);
    DEOPT_IF(index >= (size_t)PyList_GET_SIZE(container));
    res = PyList_GET_ITEM(container, index);
    Py_INCREF(res);
}

inst(BINARY_SUBSCR_TUPLE_INT, 21,
     (counter/1, type_version/2, func_version/1, container, sub -- res))
    specializes(BINARY_SUBSCR)
{
    DEOPT_IF(!PyLong_CheckExact(sub));
    DEOPT_IF(!PyTuple_CheckExact(container));
    DEOPT_IF((size_t)Py_SIZE(sub) > 1);
    size_t index = ((PyLongObject *)sub)->ob_digit[0]
        & -(size_t)Py_SIZE(sub);
    DEOPT_IF(index >= (size_t)PyTuple_GET_SIZE(container));
    res = PyTuple_GET_ITEM(container, index);
    Py_INCREF(res);
}

inst(BINARY_SUBSCR_DICT, 18,
     (counter/1, type_version/2, func_version/1, container, sub -- res))
    specializes(BINARY_SUBSCR)
{
    DEOPT_IF(!PyDict_CheckExact(container));
    res = PyDict_GetItemWithError(container, sub);
    ERROR_IF(res == NULL && eval_key_error(tstate, sub));
    Py_INCREF(res);
}

/* A Python __getitem__: its frame is entered without C recursion. */
inst(BINARY_SUBSCR_GETITEM, 19,
     (counter/1, type_version/2, func_version/1,
      steal container, steal sub -- res)) specializes(BINARY_SUBSCR)
{
    PyTypeObject *type = Py_TYPE(container);
    DEOPT_IF(type->tp_version_tag != type_version);
    PyObject *getitem =
        ((PyHeapTypeObject *)type)->_spec_cache.getitem;
    DEOPT_IF(getitem == NULL);
    PyFunctionObject *function = (PyFunctionObject *)getitem;
    DEOPT_IF(function->func_version != func_version);
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    DEOPT_IF(!_PyThreadState_HasStackSpace(tstate, _PyFrame_SizeOf(code)));
    DEOPT_IF(tstate->interp->eval_frame != NULL);
    Py_INCREF(function);
    _PyInterpreterFrame *new_frame = _PyFrame_PushUnchecked(tstate, function);
    new_frame->localsplus[0] = slot_steal(container);
    new_frame->localsplus[1] = slot_steal(sub);
    for (int i = 2; i < code->co_nlocalsplus; i++) {
        new_frame->localsplus[i] = SLOT_NULL;
    }
    ENTER_FRAME(new_frame);
    res = NULL;
}

/* container[sub] = value  [.. value container sub] -> [..] */
inst(STORE_SUBSCR, 60, (counter/1, value, container, sub -- )) {
    ERROR_IF(PyObject_SetItem(container, sub, value) < 0);
}

inst(STORE_SUBSCR_ADAPTIVE, 168, (counter/1, value, container, sub -- ))
    specializes(STORE_SUBSCR) raw
{
    SPECIALIZE(_Py_Specialize_StoreSubscr(container, sub, next_instr - 1));
}

inst(STORE_SUBSCR_DICT, 169,
     (counter/1, steal value, steal container, steal sub -- ))
    specializes(STORE_SUBSCR)
{
    DEOPT_IF(!PyDict_CheckExact(container));
    int failed = _PyDict_SetItem_Take2((PyDictObject *)container, sub, value);
    Py_DECREF(container);
    ERROR_IF(failed);
}

inst(STORE_SUBSCR_LIST_INT, 170, (counter/1, steal value, container, sub -- ))
    specializes(STORE_SUBSCR)
{
    DEOPT_IF(!PyLong_CheckExact(sub));
    DEOPT_IF(!PyList_CheckExact(container));
    DEOPT_IF((size_t)Py_SIZE(sub) > 1);
    size_t index = ((PyLongObject *)sub)->ob_digit[0]
        & -(size_t)Py_SIZE(sub);
    DEOPT_IF(index >= (size_t)PyList_GET_SIZE(container));
    PyObject *old = PyList_GET_ITEM(container, index);
    PyList_SET_ITEM(container, index, value);
    Py_DECREF(old);
}

/* del container[sub]  [.. container sub] -> [..] */
inst(DELETE_SUBSCR, 61, (container, sub -- )) {
    ERROR_IF(PyObject_DelItem(container, sub) < 0);
}
