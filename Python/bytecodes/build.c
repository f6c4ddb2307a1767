/* Making containers and strings. */

/* [.. v1 .. vn] -> [.. tuple] */
inst(BUILD_TUPLE, 102, (steal values[oparg] -- res)) {
    res = _PyTuple_FromArraySteal(slot_objects(values), oparg);
    ERROR_IF(res == NULL);
}

/* [.. v1 .. vn] -> [.. list] */
inst(BUILD_LIST, 103, (steal values[oparg] -- res)) {
    res = _PyList_FromArraySteal(slot_objects(values), oparg);
    ERROR_IF(res == NULL);
}

/* [.. v1 .. vn] -> [.. set] */
inst(BUILD_SET, 104, (values[oparg] -- res)) {
    res = eval_build_set(slot_objects(values), oparg);
    ERROR_IF(res == NULL);
}

/* [.. k1 v1 .. kn vn] -> [.. dict] */
inst(BUILD_MAP, 105, (values[oparg * 2] -- res)) {
    PyObject **items = slot_objects(values);
    res = _PyDict_FromItems(items, 2, items + 1, 2, oparg);
    ERROR_IF(res == NULL);
}

/* [.. v1 .. vn (k1 .. kn)] -> [.. dict] */
inst(BUILD_CONST_KEY_MAP, 156, (values[oparg], keys -- res)) {
    res = eval_build_const_key_map(tstate, slot_objects(values), oparg, keys);
    ERROR_IF(res == NULL);
}

/* Join strings.  [.. s1 .. sn] -> [.. str] */
inst(BUILD_STRING, 157, (values[oparg] -- res)) {
    res = _PyUnicode_JoinArray(&_Py_STR(empty), slot_objects(values), oparg);
    ERROR_IF(res == NULL);
}

/* [.. start stop step?] -> [.. slice] */
inst(BUILD_SLICE, 133, (start, stop, step if (oparg == 3) -- res))
    effect(oparg == 3 ? -2 : -1)
{
    res = PySlice_New(start, stop, step);
    ERROR_IF(res == NULL);
}

/* [.. list] -> [.. tuple] */
inst(LIST_TO_TUPLE, 82, (list -- res)) {
    res = PyList_AsTuple(list);
    ERROR_IF(res == NULL);
}

/* -- Growing one ------------------------------------------------------------------ */

/* [list .. value] -> [list ..] */
inst(LIST_APPEND, 145,
     (list, unused[oparg - 1], steal value -- list, unused[oparg - 1]))
{
    ERROR_IF(_PyList_AppendTakeRef((PyListObject *)list, value) < 0);
}

/* [set .. value] -> [set ..] */
inst(SET_ADD, 146, (set, unused[oparg - 1], value -- set, unused[oparg - 1])) {
    ERROR_IF(PySet_Add(set, value) < 0);
}

/* [dict .. key value] -> [dict ..] */
inst(MAP_ADD, 147,
     (dict, unused[oparg - 1], steal key, steal value
      -- dict, unused[oparg - 1]))
{
    ERROR_IF(_PyDict_SetItem_Take2((PyDictObject *)dict, key, value) < 0);
}

/* list.extend, for [*iterable] and f(*iterable). */
inst(LIST_EXTEND, 162,
     (list, unused[oparg - 1], iterable -- list, unused[oparg - 1]))
{
    ERROR_IF(eval_list_extend(tstate, list, iterable) < 0);
}

inst(SET_UPDATE, 163,
     (set, unused[oparg - 1], iterable -- set, unused[oparg - 1]))
{
    ERROR_IF(_PySet_Update(set, iterable) < 0);
}

/* dict.update, for {**mapping}. */
inst(DICT_UPDATE, 165,
     (dict, unused[oparg - 1], mapping -- dict, unused[oparg - 1]))
{
    ERROR_IF(eval_dict_update(tstate, dict, mapping) < 0);
}

/* For f(**mapping): a key that is there already is an error that names the
   function, two below the dict. */
inst(DICT_MERGE, 164,
     (function, unused, dict, unused[oparg - 1], mapping
      -- function, unused, dict, unused[oparg - 1]))
{
    ERROR_IF(eval_dict_merge(tstate, function, dict, mapping) < 0);
}

/* -- Text -------------------------------------------------------------------------- */

/* A replacement field: oparg says how to convert, and whether there is a
   format specification.  [.. value spec?] -> [.. str] */
inst(FORMAT_VALUE, 155, (value, spec if ((oparg & FVS_MASK) == FVS_HAVE_SPEC)
                         -- res))
    effect((oparg & 4) == 4 ? -1 : 0)
{
    res = eval_format_value(value, spec, oparg & FVC_MASK);
    ERROR_IF(res == NULL);
}

/* Show an expression statement's value in interactive mode. */
inst(PRINT_EXPR, 70, (value -- )) {
    ERROR_IF(eval_print_expr(tstate, value) < 0);
}
