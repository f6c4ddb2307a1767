/* Attributes and methods.

   `version` is the tag of the owner's type: while it stands, neither the type
   nor its bases have changed, so what was found out about the attribute then
   still holds. */

/* Get an attribute.  [.. owner] -> [.. value] */
inst(LOAD_ATTR, 106, (counter/1, version/2, index/1, owner -- res)) {
    res = PyObject_GetAttr(owner, NAME(oparg));
    ERROR_IF(res == NULL);
}

inst(LOAD_ATTR_ADAPTIVE, 39, (counter/1, version/2, index/1, owner -- res))
    specializes(LOAD_ATTR) raw
{
    SPECIALIZE(_Py_Specialize_LoadAttr(owner, next_instr - 1, NAME(oparg)));
}

/* The value is in the instance, at a known place. */
inst(LOAD_ATTR_INSTANCE_VALUE, 40,
     (counter/1, version/2, index/1, owner -- res))
    specializes(LOAD_ATTR) quiet
{
    DEOPT_IF(Py_TYPE(owner)->tp_version_tag != version);
    PyDictValues *values = *_PyObject_ValuesPointer(owner);
    DEOPT_IF(values == NULL);
    res = values->values[index];
    DEOPT_IF(res == NULL);
    Py_INCREF(res);
}

/* The owner is a module: the value is at a known entry of its dictionary. */
inst(LOAD_ATTR_MODULE, 41, (counter/1, version/2, index/1, owner -- res))
    specializes(LOAD_ATTR) quiet
{
    DEOPT_IF(!PyModule_CheckExact(owner));
    PyDictObject *dict = (PyDictObject *)((PyModuleObject *)owner)->md_dict;
    DEOPT_IF(dict->ma_keys->dk_version != version);
    res = DK_UNICODE_ENTRIES(dict->ma_keys)[index].me_value;
    DEOPT_IF(res == NULL);
    Py_INCREF(res);
}

/* The value is in a __slots__ member. */
inst(LOAD_ATTR_SLOT, 42, (counter/1, version/2, index/1, owner -- res))
    specializes(LOAD_ATTR) quiet
{
    DEOPT_IF(Py_TYPE(owner)->tp_version_tag != version);
    res = *(PyObject **)((char *)owner + index);
    DEOPT_IF(res == NULL);
    Py_INCREF(res);
}

/* The instance has a dictionary, and the value was at a known entry of it. */
inst(LOAD_ATTR_WITH_HINT, 43, (counter/1, version/2, index/1, owner -- res))
    specializes(LOAD_ATTR) quiet
{
    DEOPT_IF(Py_TYPE(owner)->tp_version_tag != version);
    PyDictObject *dict =
        (PyDictObject *)*_PyObject_ManagedDictPointer(owner);
    DEOPT_IF(dict == NULL);
    res = eval_dict_hint(dict, NAME(oparg), index);
    DEOPT_IF(res == NULL);
    Py_INCREF(res);
}

/* The owner is a class, the attribute needs no binding. */
inst(LOAD_ATTR_CLASS, 186, (counter/1, version/2, index/1, owner -- res))
    specializes(LOAD_ATTR) quiet
{
    DEOPT_IF(!PyType_Check(owner));
    DEOPT_IF(((PyTypeObject *)owner)->tp_version_tag != version);
    res = _PyType_Lookup((PyTypeObject *)owner, NAME(oparg));
    DEOPT_IF(res == NULL);
    Py_INCREF(res);
}

/* A property whose getter is a Python function: its frame is entered. */
inst(LOAD_ATTR_PROPERTY, 183,
     (counter/1, version/2, index/1, steal owner -- res))
    specializes(LOAD_ATTR)
{
    PyTypeObject *type = Py_TYPE(owner);
    DEOPT_IF(type->tp_version_tag != version);
    DEOPT_IF(tstate->interp->eval_frame != NULL);
    PyObject *property = _PyType_Lookup(type, NAME(oparg));
    DEOPT_IF(property == NULL || !Py_IS_TYPE(property, &PyProperty_Type));
    PyFunctionObject *function =
        (PyFunctionObject *)((_PyPropertyObject *)property)->prop_get;
    DEOPT_IF(function == NULL || !PyFunction_Check(function));
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    DEOPT_IF(code->co_argcount != 1 || !specialize_is_plain(code));
    DEOPT_IF(!_PyThreadState_HasStackSpace(tstate, _PyFrame_SizeOf(code)));
    Py_INCREF(function);
    _PyInterpreterFrame *new_frame = _PyFrame_PushUnchecked(tstate, function);
    new_frame->localsplus[0] = slot_steal(owner);
    for (int i = 1; i < code->co_nlocalsplus; i++) {
        new_frame->localsplus[i] = SLOT_NULL;
    }
    ENTER_FRAME(new_frame);
    res = NULL;
}

/* Set an attribute.  [.. value owner] -> [..] */
inst(STORE_ATTR, 95, (counter/1, version/2, index/1, value, owner -- )) {
    ERROR_IF(PyObject_SetAttr(owner, NAME(oparg), value) < 0);
}

inst(STORE_ATTR_ADAPTIVE, 153,
     (counter/1, version/2, index/1, value, owner -- ))
    specializes(STORE_ATTR) raw
{
    SPECIALIZE(_Py_Specialize_StoreAttr(owner, next_instr - 1, NAME(oparg)));
}

inst(STORE_ATTR_INSTANCE_VALUE, 154,
     (counter/1, version/2, index/1, steal value, steal owner -- ))
    specializes(STORE_ATTR)
{
    DEOPT_IF(Py_TYPE(owner)->tp_version_tag != version);
    PyDictValues *values = *_PyObject_ValuesPointer(owner);
    DEOPT_IF(values == NULL);
    PyObject *old = values->values[index];
    values->values[index] = value;
    if (old == NULL) {
        _PyDictValues_AddToInsertionOrder(values, index);
    }
    else {
        Py_DECREF(old);
    }
    Py_DECREF(owner);
}

inst(STORE_ATTR_SLOT, 158,
     (counter/1, version/2, index/1, steal value, steal owner -- ))
    specializes(STORE_ATTR)
{
    DEOPT_IF(Py_TYPE(owner)->tp_version_tag != version);
    PyObject **address = (PyObject **)((char *)owner + index);
    PyObject *old = *address;
    *address = value;
    Py_XDECREF(old);
    Py_DECREF(owner);
}

inst(STORE_ATTR_WITH_HINT, 159,
     (counter/1, version/2, index/1, steal value, steal owner -- ))
    specializes(STORE_ATTR)
{
    DEOPT_IF(Py_TYPE(owner)->tp_version_tag != version);
    PyDictObject *dict =
        (PyDictObject *)*_PyObject_ManagedDictPointer(owner);
    DEOPT_IF(dict == NULL);
    DEOPT_IF(!eval_dict_hint_store(dict, NAME(oparg), index, value));
    Py_DECREF(owner);
}

/* Delete an attribute.  [.. owner] -> [..] */
inst(DELETE_ATTR, 96, (owner -- )) {
    ERROR_IF(PyObject_SetAttr(owner, NAME(oparg), NULL) < 0);
}

/* -- Methods --------------------------------------------------------------------- */

/* Get an attribute that is about to be called.
   [.. owner] -> [.. function owner] or [.. NULL attribute] */
inst(LOAD_METHOD, 160,
     (counter/1, type_version/2, dict_offset/1, keys_version/2, descr/4,
      owner -- function, self))
{
    function = NULL;
    int unbound = _PyObject_GetMethod(owner, NAME(oparg), &function);
    ERROR_IF(function == NULL);
    if (unbound) {
        self = Py_NewRef(owner);
    }
    else {
        self = function;
        function = NULL;
    }
}

inst(LOAD_METHOD_ADAPTIVE, 56,
     (counter/1, type_version/2, dict_offset/1, keys_version/2, descr/4,
      owner -- function, self)) specializes(LOAD_METHOD) raw
{
    SPECIALIZE(_Py_Specialize_LoadMethod(owner, next_instr - 1,
                                         NAME(oparg)));
}

/* The owner is a class, the attribute needs no binding. */
inst(LOAD_METHOD_CLASS, 57,
     (counter/1, type_version/2, dict_offset/1, keys_version/2, descr/4,
      owner -- function, self)) specializes(LOAD_METHOD) quiet
{
    DEOPT_IF(!PyType_Check(owner));
    DEOPT_IF(((PyTypeObject *)owner)->tp_version_tag != type_version);
    function = NULL;
    self = Py_NewRef(descr);
}

inst(LOAD_METHOD_MODULE, 58,
     (counter/1, type_version/2, dict_offset/1, keys_version/2, descr/4,
      owner -- function, self)) specializes(LOAD_METHOD) quiet
{
    DEOPT_IF(!PyModule_CheckExact(owner));
    PyDictObject *dict = (PyDictObject *)((PyModuleObject *)owner)->md_dict;
    DEOPT_IF(dict->ma_keys->dk_version != keys_version);
    self = DK_UNICODE_ENTRIES(dict->ma_keys)[dict_offset].me_value;
    DEOPT_IF(self == NULL);
    Py_INCREF(self);
    function = NULL;
}

/* The owner cannot have attributes of its own. */
inst(LOAD_METHOD_NO_DICT, 59,
     (counter/1, type_version/2, dict_offset/1, keys_version/2, descr/4,
      steal owner -- function, self)) specializes(LOAD_METHOD) quiet
{
    DEOPT_IF(Py_TYPE(owner)->tp_version_tag != type_version);
    function = Py_NewRef(descr);
    self = owner;
}

/* The owner has a dictionary, at dict_offset, whose keys do not hide the
   method. */
inst(LOAD_METHOD_WITH_DICT, 62,
     (counter/1, type_version/2, dict_offset/1, keys_version/2, descr/4,
      steal owner -- function, self)) specializes(LOAD_METHOD) quiet
{
    DEOPT_IF(Py_TYPE(owner)->tp_version_tag != type_version);
    PyObject *dict =
        *(PyObject **)((char *)owner + (int16_t)dict_offset);
    DEOPT_IF(dict == NULL);
    DEOPT_IF(((PyDictObject *)dict)->ma_keys->dk_version != keys_version);
    function = Py_NewRef(descr);
    self = owner;
}

/* The owner's values are inline: the keys that its class's instances share do
   not hide the method. */
inst(LOAD_METHOD_WITH_VALUES, 63,
     (counter/1, type_version/2, dict_offset/1, keys_version/2, descr/4,
      steal owner -- function, self)) specializes(LOAD_METHOD) quiet
{
    PyTypeObject *type = Py_TYPE(owner);
    DEOPT_IF(type->tp_version_tag != type_version);
    DEOPT_IF(*_PyObject_ManagedDictPointer(owner) != NULL);
    DEOPT_IF(((PyHeapTypeObject *)type)->ht_cached_keys->dk_version
             != keys_version);
    function = Py_NewRef(descr);
    self = owner;
}
