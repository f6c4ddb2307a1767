/* Functions and calls.

   A call finds [.. method self a1 .. an] or [.. NULL callable a1 .. an] on
   the stack.  KW_NAMES, if there is one, comes first: the names of the last
   arguments.  PRECALL does what depends on the kind of callable, up to the
   whole call; CALL makes the call if that is left to do. */

inst(KW_NAMES, 172, ( -- )) quiet {
    kwnames = CONST(oparg);
}

/* [.. defaults? kwdefaults? annotations? closure? code] -> [.. function] */
inst(MAKE_FUNCTION, 132,
     (steal defaults if (oparg & 1), steal kwdefaults if (oparg & 2),
      steal annotations if (oparg & 4), steal closure if (oparg & 8),
      steal code -- res))
    effect(0 - ((oparg & 1) != 0) - ((oparg & 2) != 0)
           - ((oparg & 4) != 0) - ((oparg & 8) != 0))
{
    res = eval_make_function_steal(code, GLOBALS(), defaults, kwdefaults,
                                   annotations, closure);
    ERROR_IF(res == NULL);
}

/* A bound method gives way to its function and self. */
inst(PRECALL, 166, (counter/1 -- )) effect(-oparg) {
    if (slot_is_null(PEEK(oparg + 2))) {
        PyObject *bound = slot_object(PEEK(oparg + 1));
        if (Py_IS_TYPE(bound, &PyMethod_Type)) {
            PEEK(oparg + 1) = slot_new(PyMethod_GET_SELF(bound));
            PEEK(oparg + 2) = slot_new(PyMethod_GET_FUNCTION(bound));
            Py_DECREF(bound);
        }
    }
}

inst(PRECALL_ADAPTIVE, 64, (counter/1 -- )) specializes(PRECALL) raw {
    int bound = !slot_is_null(PEEK(oparg + 2));
    SPECIALIZE(_Py_Specialize_Precall(
        slot_object(PEEK(oparg + 1 + bound)), next_instr - 1, oparg + bound,
        kwnames, oparg));
}

inst(PRECALL_BOUND_METHOD, 65, (counter/1 -- )) specializes(PRECALL) {
    DEOPT_IF(!slot_is_null(PEEK(oparg + 2)));
    PyObject *bound = slot_object(PEEK(oparg + 1));
    DEOPT_IF(!Py_IS_TYPE(bound, &PyMethod_Type));
    PEEK(oparg + 1) = slot_new(PyMethod_GET_SELF(bound));
    PEEK(oparg + 2) = slot_new(PyMethod_GET_FUNCTION(bound));
    Py_DECREF(bound);
}

/* CALL sees to everything, also if this is another callable now. */
inst(PRECALL_PYFUNC, 143, (counter/1 -- )) specializes(PRECALL) quiet {
}

/* The same for other callables that need no preparation. */
inst(PRECALL_NOTHING, 182, (counter/1 -- )) specializes(PRECALL) quiet {
}

/* -- PRECALL forms that make the call and skip the CALL ------------------------ */

/* A built-in type with a vectorcall function of its own. */
inst(PRECALL_BUILTIN_CLASS, 66,
     (counter/1, steal slot null, type, args[oparg] -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(!PyType_Check(type));
    vectorcallfunc construct = ((PyTypeObject *)type)->tp_vectorcall;
    DEOPT_IF(construct == NULL);
    res = construct(type, slot_objects(args),
                    oparg - (kwnames ? PyTuple_GET_SIZE(kwnames) : 0),
                    kwnames);
    kwnames = NULL;
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* A METH_FASTCALL | METH_KEYWORDS function. */
inst(PRECALL_BUILTIN_FAST_WITH_KEYWORDS, 67,
     (counter/1, steal slot null, function, args[oparg] -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(!PyCFunction_CheckExact(function));
    DEOPT_IF(PyCFunction_GET_FLAGS(function)
             != (METH_FASTCALL | METH_KEYWORDS));
    _PyCFunctionFastWithKeywords call = (_PyCFunctionFastWithKeywords)
        (void (*)(void))PyCFunction_GET_FUNCTION(function);
    res = call(PyCFunction_GET_SELF(function), slot_objects(args),
               oparg - (kwnames ? PyTuple_GET_SIZE(kwnames) : 0), kwnames);
    kwnames = NULL;
    res = _Py_CheckFunctionResult(tstate, function, res, NULL);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* A METH_FASTCALL function. */
inst(PRECALL_NO_KW_BUILTIN_FAST, 73,
     (counter/1, steal slot null, function, args[oparg] -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(!PyCFunction_CheckExact(function));
    DEOPT_IF(PyCFunction_GET_FLAGS(function) != METH_FASTCALL);
    _PyCFunctionFast call = (_PyCFunctionFast)
        (void (*)(void))PyCFunction_GET_FUNCTION(function);
    res = call(PyCFunction_GET_SELF(function), slot_objects(args), oparg);
    res = _Py_CheckFunctionResult(tstate, function, res, NULL);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* A METH_O function. */
inst(PRECALL_NO_KW_BUILTIN_O, 76,
     (counter/1, steal slot null, function, arg -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(!PyCFunction_CheckExact(function));
    DEOPT_IF(PyCFunction_GET_FLAGS(function) != METH_O);
    PyCFunction call = PyCFunction_GET_FUNCTION(function);
    ERROR_IF(_Py_EnterRecursiveCallTstate(tstate,
                                          " while calling a Python object"));
    res = call(PyCFunction_GET_SELF(function), arg);
    _Py_LeaveRecursiveCallTstate(tstate);
    res = _Py_CheckFunctionResult(tstate, function, res, NULL);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* len(arg) */
inst(PRECALL_NO_KW_LEN, 78, (counter/1, steal slot null, function, arg -- res))
    specializes(PRECALL)
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(function != EVAL_CACHE.len);
    Py_ssize_t length = PyObject_Length(arg);
    ERROR_IF(length < 0);
    res = PyLong_FromSsize_t(length);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* isinstance(arg, type) */
inst(PRECALL_NO_KW_ISINSTANCE, 77,
     (counter/1, steal slot null, function, arg, type -- res))
    specializes(PRECALL)
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(function != EVAL_CACHE.isinstance);
    int answer = PyObject_IsInstance(arg, type);
    ERROR_IF(answer < 0);
    res = Py_NewRef(answer ? Py_True : Py_False);
    JUMP(SKIP_CALL);
}

/* type(arg), str(arg), tuple(arg) */
inst(PRECALL_NO_KW_TYPE_1, 141, (counter/1, steal slot null, function, arg -- res))
    specializes(PRECALL)
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(function != (PyObject *)&PyType_Type);
    res = Py_NewRef(Py_TYPE(arg));
    JUMP(SKIP_CALL);
}

inst(PRECALL_NO_KW_STR_1, 121, (counter/1, steal slot null, function, arg -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(function != (PyObject *)&PyUnicode_Type);
    res = PyObject_Str(arg);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

inst(PRECALL_NO_KW_TUPLE_1, 127, (counter/1, steal slot null, function, arg -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(function != (PyObject *)&PyTuple_Type);
    res = PySequence_Tuple(arg);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* list.append as a statement: the None and its POP_TOP go too. */
inst(PRECALL_NO_KW_LIST_APPEND, 79,
     (counter/1, method, list, steal arg -- ))
    specializes(PRECALL)
{
    DEOPT_IF(method != EVAL_CACHE.list_append);
    DEOPT_IF(!PyList_Check(list));
    ERROR_IF(_PyList_AppendTakeRef((PyListObject *)list, arg) < 0);
    JUMP(SKIP_CALL + 1);
}

/* A METH_O method of a built-in type. */
inst(PRECALL_NO_KW_METHOD_DESCRIPTOR_O, 113,
     (counter/1, maybe method, self, arg -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(method == NULL || !Py_IS_TYPE(method, &PyMethodDescr_Type));
    PyMethodDescrObject *descr = (PyMethodDescrObject *)method;
    DEOPT_IF(descr->d_method->ml_flags != METH_O);
    DEOPT_IF(!Py_IS_TYPE(self, descr->d_common.d_type));
    PyCFunction call = descr->d_method->ml_meth;
    ERROR_IF(_Py_EnterRecursiveCallTstate(tstate,
                                          " while calling a Python object"));
    res = call(self, arg);
    _Py_LeaveRecursiveCallTstate(tstate);
    res = _Py_CheckFunctionResult(tstate, method, res, NULL);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* A METH_NOARGS method of a built-in type. */
inst(PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS, 81,
     (counter/1, maybe method, self -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(method == NULL || !Py_IS_TYPE(method, &PyMethodDescr_Type));
    PyMethodDescrObject *descr = (PyMethodDescrObject *)method;
    DEOPT_IF(descr->d_method->ml_flags != METH_NOARGS);
    DEOPT_IF(!Py_IS_TYPE(self, descr->d_common.d_type));
    PyCFunction call = descr->d_method->ml_meth;
    ERROR_IF(_Py_EnterRecursiveCallTstate(tstate,
                                          " while calling a Python object"));
    res = call(self, NULL);
    _Py_LeaveRecursiveCallTstate(tstate);
    res = _Py_CheckFunctionResult(tstate, method, res, NULL);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* A METH_FASTCALL method of a built-in type. */
inst(PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST, 80,
     (counter/1, maybe method, self, args[oparg] -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(method == NULL || !Py_IS_TYPE(method, &PyMethodDescr_Type));
    PyMethodDescrObject *descr = (PyMethodDescrObject *)method;
    DEOPT_IF(descr->d_method->ml_flags != METH_FASTCALL);
    DEOPT_IF(!Py_IS_TYPE(self, descr->d_common.d_type));
    _PyCFunctionFast call =
        (_PyCFunctionFast)(void (*)(void))descr->d_method->ml_meth;
    res = call(self, slot_objects(args), oparg);
    res = _Py_CheckFunctionResult(tstate, method, res, NULL);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* A METH_FASTCALL | METH_KEYWORDS method of a built-in type. */
inst(PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS, 72,
     (counter/1, maybe method, self, args[oparg] -- res))
    specializes(PRECALL) polls
{
    DEOPT_IF(method == NULL || !Py_IS_TYPE(method, &PyMethodDescr_Type));
    PyMethodDescrObject *descr = (PyMethodDescrObject *)method;
    DEOPT_IF(descr->d_method->ml_flags != (METH_FASTCALL | METH_KEYWORDS));
    DEOPT_IF(!Py_IS_TYPE(self, descr->d_common.d_type));
    _PyCFunctionFastWithKeywords call = (_PyCFunctionFastWithKeywords)
        (void (*)(void))descr->d_method->ml_meth;
    res = call(self, slot_objects(args),
               oparg - (kwnames ? PyTuple_GET_SIZE(kwnames) : 0), kwnames);
    kwnames = NULL;
    res = _Py_CheckFunctionResult(tstate, method, res, NULL);
    ERROR_IF(res == NULL);
    JUMP(SKIP_CALL);
}

/* -- CALL ----------------------------------------------------------------------- */

/* [.. method self a1 .. an] or [.. NULL callable a1 .. an] -> [.. res] */
inst(CALL, 171,
     (counter/1, func_version/2, min_args/1,
      steal method, steal callable, steal args[oparg] -- res))
    effect(-1) polls
{
    if (method == NULL && Py_IS_TYPE(callable, &PyMethod_Type)) {
        PyObject *bound = callable;
        method = Py_NewRef(PyMethod_GET_FUNCTION(bound));
        callable = Py_NewRef(PyMethod_GET_SELF(bound));
        base[0] = slot_steal(method);
        base[1] = slot_steal(callable);
        Py_DECREF(bound);
    }
    PyObject *function = method ? method : callable;
    slot_t *first = args - (method != NULL);
    Py_ssize_t nargs = oparg + (method != NULL);
    PyObject *names = kwnames;
    kwnames = NULL;
    if (eval_can_enter(tstate, function)) {
        _PyInterpreterFrame *new_frame = eval_push_call_steal(
            tstate, (PyFunctionObject *)function, first, nargs, names);
        ERROR_IF(new_frame == NULL);
        ENTER_FRAME(new_frame);
    }
    if (cframe.use_tracing) {
        res = eval_trace_call(tstate, function, slot_objects(first), nargs,
                              names);
    }
    else {
        res = PyObject_Vectorcall(
            function, slot_objects(first),
            (nargs - (names ? PyTuple_GET_SIZE(names) : 0))
                | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
    }
    slots_drop(first, nargs);
    Py_DECREF(function);
    ERROR_IF(res == NULL);
}

inst(CALL_ADAPTIVE, 22,
     (counter/1, func_version/2, min_args/1 -- ))
    specializes(CALL) raw
{
    int bound = !slot_is_null(PEEK(oparg + 2));
    SPECIALIZE(_Py_Specialize_Call(
        slot_object(PEEK(oparg + 1 + bound)), next_instr - 1, oparg + bound,
        kwnames));
}

/* A Python function with as many arguments as it has parameters. */
inst(CALL_PY_EXACT_ARGS, 23,
     (counter/1, func_version/2, min_args/1,
      steal method, steal callable, steal args[oparg] -- res))
    specializes(CALL) raw
{
    PyFunctionObject *function =
        (PyFunctionObject *)(method ? method : callable);
    DEOPT_IF(!PyFunction_Check(function));
    DEOPT_IF(function->func_version != func_version);
    DEOPT_IF(tstate->interp->eval_frame != NULL);
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    int nargs = oparg + (method != NULL);
    DEOPT_IF(code->co_argcount != nargs);
    DEOPT_IF(!_PyThreadState_HasStackSpace(tstate, _PyFrame_SizeOf(code)));
    slot_t *first = args - (method != NULL);
    _PyInterpreterFrame *new_frame = _PyFrame_PushUnchecked(tstate, function);
    for (int i = 0; i < nargs; i++) {
        new_frame->localsplus[i] = first[i];
    }
    for (int i = nargs; i < code->co_nlocalsplus; i++) {
        new_frame->localsplus[i] = SLOT_NULL;
    }
    ENTER_FRAME(new_frame);
}

/* A class in Python with an __init__ in Python: the object is pushed, then the
   frame of __init__ entered, which must return None.  func_version is the tag
   of the class. */
inst(CALL_PY_CLASS, 181,
     (counter/1, func_version/2, min_args/1,
      steal slot null, callable, steal args[oparg] -- res))
    specializes(CALL) raw
{
    DEOPT_IF(!slot_is_null(null));
    DEOPT_IF(!PyType_Check(callable));
    PyTypeObject *type = (PyTypeObject *)callable;
    DEOPT_IF(type->tp_version_tag != func_version);
    DEOPT_IF(tstate->interp->eval_frame != NULL);
    DEOPT_IF(cframe.use_tracing);
    PyFunctionObject *function =
        (PyFunctionObject *)_PyType_Lookup(type, &_Py_ID(__init__));
    DEOPT_IF(function == NULL || !PyFunction_Check(function));
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    DEOPT_IF(code->co_argcount != oparg + 1 || !specialize_is_plain(code));
    DEOPT_IF(!_PyThreadState_HasStackSpace(tstate, _PyFrame_SizeOf(code)));
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) {
        goto error;
    }
    if (_PyObject_InitializeDict(self) < 0) {
        Py_DECREF(self);
        goto error;
    }
    Py_INCREF(function);
    _PyInterpreterFrame *new_frame = _PyFrame_PushUnchecked(tstate, function);
    new_frame->is_init = true;
    new_frame->localsplus[0] = slot_new(self);
    for (int i = 0; i < oparg; i++) {
        new_frame->localsplus[i + 1] = args[i];
    }
    for (int i = oparg + 1; i < code->co_nlocalsplus; i++) {
        new_frame->localsplus[i] = SLOT_NULL;
    }
    stack_pointer -= oparg + 2;
    *stack_pointer++ = slot_steal(self);
    next_instr += INLINE_CACHE_ENTRIES_CALL;
    Py_DECREF(callable);
    PUSH_FRAME(new_frame);
}

/* The same, but the last parameters take their defaults. */
inst(CALL_PY_WITH_DEFAULTS, 24,
     (counter/1, func_version/2, min_args/1,
      steal method, steal callable, steal args[oparg] -- res))
    specializes(CALL) raw
{
    PyFunctionObject *function =
        (PyFunctionObject *)(method ? method : callable);
    DEOPT_IF(!PyFunction_Check(function));
    DEOPT_IF(function->func_version != func_version);
    DEOPT_IF(tstate->interp->eval_frame != NULL);
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    int nargs = oparg + (method != NULL);
    DEOPT_IF(nargs > code->co_argcount);
    DEOPT_IF(nargs < min_args);
    DEOPT_IF(!_PyThreadState_HasStackSpace(tstate, _PyFrame_SizeOf(code)));
    slot_t *first = args - (method != NULL);
    PyObject *defaults = function->func_defaults;
    _PyInterpreterFrame *new_frame = _PyFrame_PushUnchecked(tstate, function);
    for (int i = 0; i < nargs; i++) {
        new_frame->localsplus[i] = first[i];
    }
    for (int i = nargs; i < code->co_argcount; i++) {
        new_frame->localsplus[i] =
            slot_new(PyTuple_GET_ITEM(defaults, i - min_args));
    }
    for (int i = code->co_argcount; i < code->co_nlocalsplus; i++) {
        new_frame->localsplus[i] = SLOT_NULL;
    }
    ENTER_FRAME(new_frame);
}

/* function(*args, **kwargs)
   [.. NULL function args kwargs?] -> [.. res] */
inst(CALL_FUNCTION_EX, 142,
     (steal unused, steal function, steal callargs,
      steal kwargs if (oparg & 1) -- res))
    effect(-2 - ((oparg & 1) != 0)) polls
{
    if (!PyTuple_CheckExact(callargs)) {
        callargs = eval_star_args_steal(tstate, function, callargs);
        if (callargs == NULL) {
            Py_DECREF(function);
            Py_XDECREF(kwargs);
        }
        ERROR_IF(callargs == NULL);
    }
    if (!cframe.use_tracing && eval_can_enter(tstate, function)) {
        _PyInterpreterFrame *new_frame = eval_push_call_ex_steal(
            tstate, (PyFunctionObject *)function, callargs, kwargs);
        ERROR_IF(new_frame == NULL);
        ENTER_FRAME(new_frame);
    }
    res = eval_call_ex(tstate, function, callargs, kwargs,
                       cframe.use_tracing);
    Py_DECREF(function);
    Py_DECREF(callargs);
    Py_XDECREF(kwargs);
    ERROR_IF(res == NULL);
}
