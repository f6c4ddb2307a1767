/* Variables: by name, in the globals, in cells. */

/* Bind a name in the frame's namespace.  [.. value] -> [..] */
inst(STORE_NAME, 90, (value -- )) {
    ERROR_IF(eval_store_name(tstate, LOCALS(), NAME(oparg), value) < 0);
}

/* Unbind a name.  NameError if there is none. */
inst(DELETE_NAME, 91, ( -- )) {
    ERROR_IF(eval_delete_name(tstate, LOCALS(), NAME(oparg)) < 0);
}

/* Push what a name means: namespace, globals, builtins. */
inst(LOAD_NAME, 101, ( -- value)) {
    value = eval_load_name(tstate, frame, LOCALS(), NAME(oparg));
    ERROR_IF(value == NULL);
}

/* Bind a global variable.  [.. value] -> [..] */
inst(STORE_GLOBAL, 97, (value -- )) {
    ERROR_IF(PyDict_SetItem(GLOBALS(), NAME(oparg), value) < 0);
}

/* Unbind a global variable.  NameError if there is none. */
inst(DELETE_GLOBAL, 98, ( -- )) {
    ERROR_IF(eval_delete_global(tstate, GLOBALS(), NAME(oparg)) < 0);
}

/* Push a global or builtin; with oparg's low bit, an empty slot below it. */
inst(LOAD_GLOBAL, 116,
     (counter/1, index/1, module_version/2, builtin_version/1
      -- slot null if (oparg & 1), value))
{
    null = SLOT_NULL;
    value = eval_load_global(tstate, frame, NAME(oparg >> 1));
    ERROR_IF(value == NULL);
}

inst(LOAD_GLOBAL_ADAPTIVE, 47,
     (counter/1, index/1, module_version/2, builtin_version/1
      -- slot null if (oparg & 1), value)) specializes(LOAD_GLOBAL) raw
{
    SPECIALIZE(_Py_Specialize_LoadGlobal(GLOBALS(), BUILTINS(),
                                         next_instr - 1, NAME(oparg >> 1)));
}

/* The value lies at a known entry of the globals, whose keys are as they
   were. */
inst(LOAD_GLOBAL_MODULE, 55,
     (counter/1, index/1, module_version/2, builtin_version/1
      -- slot null if (oparg & 1), value)) specializes(LOAD_GLOBAL) quiet
{
    DEOPT_IF(!PyDict_CheckExact(GLOBALS()));
    PyDictKeysObject *keys = ((PyDictObject *)GLOBALS())->ma_keys;
    DEOPT_IF(keys->dk_version != module_version);
    value = DK_UNICODE_ENTRIES(keys)[index].me_value;
    DEOPT_IF(value == NULL);
    Py_INCREF(value);
    null = SLOT_NULL;
}

/* The same of the builtins: the globals' keys show that none hides it. */
inst(LOAD_GLOBAL_BUILTIN, 48,
     (counter/1, index/1, module_version/2, builtin_version/1
      -- slot null if (oparg & 1), value)) specializes(LOAD_GLOBAL) quiet
{
    DEOPT_IF(!PyDict_CheckExact(GLOBALS()));
    DEOPT_IF(!PyDict_CheckExact(BUILTINS()));
    DEOPT_IF(((PyDictObject *)GLOBALS())->ma_keys->dk_version
             != module_version);
    PyDictKeysObject *keys = ((PyDictObject *)BUILTINS())->ma_keys;
    DEOPT_IF(keys->dk_version != builtin_version);
    value = DK_UNICODE_ENTRIES(keys)[index].me_value;
    DEOPT_IF(value == NULL);
    Py_INCREF(value);
    null = SLOT_NULL;
}

/* -- Cells --------------------------------------------------------------------- */

/* Put a variable into a new cell; an argument's value moves into it. */
inst(MAKE_CELL, 135, ( -- )) {
    PyObject *cell = PyCell_New(slot_object(LOCAL(oparg)));
    ERROR_IF(cell == NULL);
    slot_set_steal(&LOCAL(oparg), cell);
}

/* Push the cell itself, for a function that shares the variable. */
inst(LOAD_CLOSURE, 136, ( -- value)) quiet {
    value = slot_object(LOCAL(oparg));
    ERROR_IF(value == NULL && eval_unbound_local(tstate, frame, oparg));
    Py_INCREF(value);
}

/* Push a cell's content.  Fails if it is empty. */
inst(LOAD_DEREF, 137, ( -- value)) quiet {
    value = PyCell_GET(slot_object(LOCAL(oparg)));
    ERROR_IF(value == NULL && eval_unbound_deref(tstate, frame, oparg));
    Py_INCREF(value);
}

/* Pop into a cell.  [.. value] -> [..] */
inst(STORE_DEREF, 138, (steal value -- )) {
    PyObject *cell = slot_object(LOCAL(oparg));
    PyObject *old = PyCell_GET(cell);
    PyCell_SET(cell, value);
    Py_XDECREF(old);
}

/* Empty a cell.  Fails if it is empty. */
inst(DELETE_DEREF, 139, ( -- )) {
    PyObject *cell = slot_object(LOCAL(oparg));
    PyObject *old = PyCell_GET(cell);
    ERROR_IF(old == NULL && eval_unbound_deref(tstate, frame, oparg));
    PyCell_SET(cell, NULL);
    Py_DECREF(old);
}

/* In a class body: the namespace hides the cell. */
inst(LOAD_CLASSDEREF, 148, ( -- value)) {
    value = eval_load_classderef(tstate, frame, oparg);
    ERROR_IF(value == NULL);
}

/* On entry: the function's closure becomes the last oparg slots. */
inst(COPY_FREE_VARS, 149, ( -- )) {
    PyObject *closure = frame->f_func->func_closure;
    slot_t *free_variables = frame->localsplus
        + frame->f_code->co_nlocalsplus - oparg;
    for (int i = 0; i < oparg; i++) {
        free_variables[i] = slot_new(PyTuple_GET_ITEM(closure, i));
    }
}

/* -- Odds and ends --------------------------------------------------------------- */

/* Make sure that the namespace has __annotations__. */
inst(SETUP_ANNOTATIONS, 85, ( -- )) {
    ERROR_IF(eval_setup_annotations(tstate, LOCALS()) < 0);
}

/* Push builtins.__build_class__. */
inst(LOAD_BUILD_CLASS, 71, ( -- value)) {
    value = eval_load_build_class(tstate, BUILTINS());
    ERROR_IF(value == NULL);
}

/* Push AssertionError, whatever the name means now. */
inst(LOAD_ASSERTION_ERROR, 74, ( -- value)) quiet {
    value = Py_NewRef(PyExc_AssertionError);
}
