/* Calling objects from C.

   The vectorcall protocol is the basis: a callable whose type has
   Py_TPFLAGS_HAVE_VECTORCALL holds a function pointer at tp_vectorcall_offset
   that takes an array of arguments, keyword values last, and a tuple of their
   names.  Everything else goes through tp_call with a tuple and a dict. */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_dict.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_tuple.h"

/* The two spellings of one function: what '#' stands for differs. */
#undef _Py_VaBuildStack
PyAPI_FUNC(PyObject **) _Py_VaBuildStack(PyObject **small_stack,
                                         Py_ssize_t small_stack_len,
                                         const char *format, va_list va,
                                         Py_ssize_t *p_nargs);
PyAPI_FUNC(PyObject **) _Py_VaBuildStack_SizeT(PyObject **small_stack,
                                               Py_ssize_t small_stack_len,
                                               const char *format, va_list va,
                                               Py_ssize_t *p_nargs);

static PyObject *
null_error(PyThreadState *tstate)
{
    if (!_PyErr_Occurred(tstate)) {
        _PyErr_SetString(tstate, PyExc_SystemError,
                         "null argument to internal routine");
    }
    return NULL;
}

/* -- Results ------------------------------------------------------------------------ */

/* A result must come without an exception, NULL with one. */
PyObject *
_Py_CheckFunctionResult(PyThreadState *tstate, PyObject *callable,
                        PyObject *result, const char *where)
{
    if (result != NULL) {
        if (PORT_LIKELY(!_PyErr_Occurred(tstate))) {
            return result;
        }
        Py_DECREF(result);
        if (callable) {
            _PyErr_FormatFromCauseTstate(
                tstate, PyExc_SystemError,
                "%R returned a result with an exception set", callable);
        }
        else {
            _PyErr_FormatFromCauseTstate(
                tstate, PyExc_SystemError,
                "%s returned a result with an exception set", where);
        }
        return NULL;
    }
    if (PORT_UNLIKELY(!_PyErr_Occurred(tstate))) {
        if (callable) {
            _PyErr_Format(tstate, PyExc_SystemError,
                          "%R returned NULL without setting an exception",
                          callable);
        }
        else {
            _PyErr_Format(tstate, PyExc_SystemError,
                          "%s returned NULL without setting an exception",
                          where);
        }
    }
    return NULL;
}

int
_Py_CheckSlotResult(PyObject *obj, const char *slot_name, int success)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (!success && !_PyErr_Occurred(tstate)) {
        _Py_FatalErrorFormat(__func__,
                             "Slot %s of type %s failed "
                             "without setting an exception",
                             slot_name, Py_TYPE(obj)->tp_name);
    }
    if (success && _PyErr_Occurred(tstate)) {
        _Py_FatalErrorFormat(__func__,
                             "Slot %s of type %s succeeded "
                             "with an exception set",
                             slot_name, Py_TYPE(obj)->tp_name);
    }
    return 1;
}

/* -- Arrays of arguments ----------------------------------------------------------------- */

/* A dict of keyword arguments from their values and names. */
PyObject *
_PyStack_AsDict(PyObject *const *values, PyObject *kwnames)
{
    assert(kwnames != NULL);
    return _PyDict_FromItems(&PyTuple_GET_ITEM(kwnames, 0), 1, values, 1,
                             PyTuple_GET_SIZE(kwnames));
}

PyObject *const *
_PyStack_UnpackDict(PyThreadState *tstate, PyObject *const *args,
                    Py_ssize_t nargs, PyObject *kwargs, PyObject **p_kwnames)
{
    assert(nargs >= 0 && kwargs != NULL && PyDict_Check(kwargs));
    Py_ssize_t nkwargs = PyDict_GET_SIZE(kwargs);
    Py_ssize_t max_nargs = PY_SSIZE_T_MAX / sizeof(args[0]) - 1;
    if (nargs > max_nargs - nkwargs) {
        _PyErr_NoMemory(tstate);
        return NULL;
    }
    /* one more in front, for PY_VECTORCALL_ARGUMENTS_OFFSET */
    PyObject **stack = PyMem_Malloc((1 + nargs + nkwargs) * sizeof(args[0]));
    if (stack == NULL) {
        _PyErr_NoMemory(tstate);
        return NULL;
    }
    PyObject *kwnames = PyTuple_New(nkwargs);
    if (kwnames == NULL) {
        PyMem_Free(stack);
        return NULL;
    }
    stack++;
    for (Py_ssize_t i = 0; i < nargs; i++) {
        stack[i] = Py_NewRef(args[i]);
    }
    PyObject *key, *value;
    Py_ssize_t position = 0, i = 0;
    unsigned long all_str = Py_TPFLAGS_UNICODE_SUBCLASS;
    while (PyDict_Next(kwargs, &position, &key, &value)) {
        all_str &= Py_TYPE(key)->tp_flags;
        PyTuple_SET_ITEM(kwnames, i, Py_NewRef(key));
        stack[nargs + i] = Py_NewRef(value);
        i++;
    }
    if (!all_str) {
        _PyErr_SetString(tstate, PyExc_TypeError, "keywords must be strings");
        _PyStack_UnpackDict_Free(stack, nargs, kwnames);
        return NULL;
    }
    *p_kwnames = kwnames;
    return stack;
}

void
_PyStack_UnpackDict_Free(PyObject *const *stack, Py_ssize_t nargs,
                         PyObject *kwnames)
{
    Py_ssize_t count = nargs + PyTuple_GET_SIZE(kwnames);
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_DECREF(stack[i]);
    }
    PyMem_Free((PyObject **)stack - 1);
    Py_DECREF(kwnames);
}

/* -- Core ----------------------------------------------------------------------------------- */

static PyObject *
raise_not_callable(PyThreadState *tstate, PyObject *callable)
{
    _PyErr_Format(tstate, PyExc_TypeError, "'%.200s' object is not callable",
                  Py_TYPE(callable)->tp_name);
    return NULL;
}

/* tp_call, guarded. */
static PyObject *
call_slot(PyThreadState *tstate, PyObject *callable, PyObject *args,
          PyObject *kwargs)
{
    ternaryfunc call = Py_TYPE(callable)->tp_call;
    if (call == NULL) {
        return raise_not_callable(tstate, callable);
    }
    if (_Py_EnterRecursiveCallTstate(tstate,
                                     " while calling a Python object")) {
        return NULL;
    }
    PyObject *result = call(callable, args, kwargs);
    _Py_LeaveRecursiveCallTstate(tstate);
    return _Py_CheckFunctionResult(tstate, callable, result, NULL);
}

PyObject *
_PyObject_MakeTpCall(PyThreadState *tstate, PyObject *callable,
                     PyObject *const *args, Py_ssize_t nargs,
                     PyObject *keywords)
{
    assert(keywords == NULL || PyTuple_Check(keywords)
           || PyDict_Check(keywords));
    if (Py_TYPE(callable)->tp_call == NULL) {
        return raise_not_callable(tstate, callable);
    }
    PyObject *tuple = _PyTuple_FromArray(args, nargs);
    if (tuple == NULL) {
        return NULL;
    }
    PyObject *dict;
    if (keywords == NULL || PyDict_Check(keywords)) {
        dict = keywords;
    }
    else if (PyTuple_GET_SIZE(keywords)) {
        dict = _PyStack_AsDict(args + nargs, keywords);
        if (dict == NULL) {
            Py_DECREF(tuple);
            return NULL;
        }
    }
    else {
        keywords = dict = NULL;
    }
    PyObject *result = call_slot(tstate, callable, tuple, dict);
    Py_DECREF(tuple);
    if (dict != keywords) {
        Py_DECREF(dict);
    }
    return result;
}

vectorcallfunc
PyVectorcall_Function(PyObject *callable)
{
    return _PyVectorcall_FunctionInline(callable);
}

PyObject *
PyObject_Vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf,
                    PyObject *kwnames)
{
    return _PyObject_VectorcallTstate(_PyThreadState_GET(), callable, args,
                                      nargsf, kwnames);
}

PyObject *
_PyObject_FastCallDictTstate(PyThreadState *tstate, PyObject *callable,
                             PyObject *const *args, size_t nargsf,
                             PyObject *kwargs)
{
    assert(callable != NULL && !_PyErr_Occurred(tstate));
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    vectorcallfunc func = _PyVectorcall_FunctionInline(callable);
    if (func == NULL) {
        return _PyObject_MakeTpCall(tstate, callable, args, nargs, kwargs);
    }
    PyObject *result;
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0) {
        result = func(callable, args, nargsf, NULL);
    }
    else {
        PyObject *kwnames;
        PyObject *const *stack = _PyStack_UnpackDict(tstate, args, nargs,
                                                     kwargs, &kwnames);
        if (stack == NULL) {
            return NULL;
        }
        result = func(callable, stack,
                      nargs | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
        _PyStack_UnpackDict_Free(stack, nargs, kwnames);
    }
    return _Py_CheckFunctionResult(tstate, callable, result, NULL);
}

PyObject *
PyObject_VectorcallDict(PyObject *callable, PyObject *const *args,
                        size_t nargsf, PyObject *kwargs)
{
    return _PyObject_FastCallDictTstate(_PyThreadState_GET(), callable, args,
                                        nargsf, kwargs);
}

PyObject *
_PyObject_FastCall(PyObject *func, PyObject *const *args, Py_ssize_t nargs)
{
    return _PyObject_FastCallTstate(_PyThreadState_GET(), func, args, nargs);
}

PyObject *
PyObject_CallOneArg(PyObject *func, PyObject *arg)
{
    assert(arg != NULL);
    PyObject *stack[2] = {NULL, arg};
    return _PyObject_VectorcallTstate(
        _PyThreadState_GET(), func, stack + 1,
        1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

PyObject *
PyObject_CallNoArgs(PyObject *func)
{
    return _PyObject_CallNoArgs(func);
}

/* -- With a tuple and a dict ------------------------------------------------------------ */

static PyObject *
vectorcall_tuple(PyThreadState *tstate, vectorcallfunc func,
                 PyObject *callable, PyObject *tuple, PyObject *kwargs)
{
    PyObject *const *items = ((PyTupleObject *)tuple)->ob_item;
    Py_ssize_t nargs = PyTuple_GET_SIZE(tuple);
    PyObject *result;
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0) {
        result = func(callable, items, nargs, NULL);
    }
    else {
        PyObject *kwnames;
        PyObject *const *stack = _PyStack_UnpackDict(tstate, items, nargs,
                                                     kwargs, &kwnames);
        if (stack == NULL) {
            return NULL;
        }
        result = func(callable, stack,
                      nargs | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
        _PyStack_UnpackDict_Free(stack, nargs, kwnames);
    }
    return _Py_CheckFunctionResult(tstate, callable, result, NULL);
}

/* A tp_call for types with vectorcall. */
PyObject *
PyVectorcall_Call(PyObject *callable, PyObject *tuple, PyObject *kwargs)
{
    PyThreadState *tstate = _PyThreadState_GET();
    Py_ssize_t offset = Py_TYPE(callable)->tp_vectorcall_offset;
    vectorcallfunc func = NULL;
    if (offset > 0) {
        memcpy(&func, (char *)callable + offset, sizeof func);
    }
    if (func == NULL) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "'%.200s' object does not support vectorcall",
                      Py_TYPE(callable)->tp_name);
        return NULL;
    }
    return vectorcall_tuple(tstate, func, callable, tuple, kwargs);
}

PyObject *
_PyObject_Call(PyThreadState *tstate, PyObject *callable, PyObject *args,
               PyObject *kwargs)
{
    assert(!_PyErr_Occurred(tstate));
    assert(PyTuple_Check(args));
    assert(kwargs == NULL || PyDict_Check(kwargs));
    vectorcallfunc func = _PyVectorcall_FunctionInline(callable);
    if (func != NULL) {
        return vectorcall_tuple(tstate, func, callable, args, kwargs);
    }
    return call_slot(tstate, callable, args, kwargs);
}

PyObject *
PyObject_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    return _PyObject_Call(_PyThreadState_GET(), callable, args, kwargs);
}

PyObject *
PyCFunction_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    return _PyObject_Call(_PyThreadState_GET(), callable, args, kwargs);
}

PyObject *
PyObject_CallObject(PyObject *callable, PyObject *args)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (args == NULL) {
        return _PyObject_CallNoArgsTstate(tstate, callable);
    }
    if (!PyTuple_Check(args)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "argument list must be a tuple");
        return NULL;
    }
    return _PyObject_Call(tstate, callable, args, NULL);
}

PyObject *
PyEval_CallObjectWithKeywords(PyObject *callable, PyObject *args,
                              PyObject *kwargs)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (args != NULL && !PyTuple_Check(args)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "argument list must be a tuple");
        return NULL;
    }
    if (kwargs != NULL && !PyDict_Check(kwargs)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "keyword list must be a dictionary");
        return NULL;
    }
    if (args == NULL) {
        return _PyObject_FastCallDictTstate(tstate, callable, NULL, 0,
                                            kwargs);
    }
    return _PyObject_Call(tstate, callable, args, kwargs);
}

/* Calls of at most so many arguments build their array on the C stack. */
enum { SMALL_STACK = 5 };

/* callable(obj, *args, **kwargs) */
PyObject *
_PyObject_Call_Prepend(PyThreadState *tstate, PyObject *callable,
                       PyObject *obj, PyObject *args, PyObject *kwargs)
{
    assert(PyTuple_Check(args));
    PyObject *small_stack[SMALL_STACK];
    PyObject **stack = small_stack;
    Py_ssize_t argcount = PyTuple_GET_SIZE(args);
    if (argcount + 1 > SMALL_STACK) {
        stack = PyMem_Malloc((argcount + 1) * sizeof(PyObject *));
        if (stack == NULL) {
            return _PyErr_NoMemory(tstate);
        }
    }
    stack[0] = obj;
    memcpy(&stack[1], &PyTuple_GET_ITEM(args, 0),
           argcount * sizeof(PyObject *));
    PyObject *result = _PyObject_FastCallDictTstate(
        tstate, callable, stack, argcount + 1, kwargs);
    if (stack != small_stack) {
        PyMem_Free(stack);
    }
    return result;
}

PyObject *
_PyFunction_Vectorcall(PyObject *func, PyObject *const *stack, size_t nargsf,
                       PyObject *kwnames)
{
    assert(PyFunction_Check(func));
    PyFunctionObject *f = (PyFunctionObject *)func;
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    PyThreadState *tstate = _PyThreadState_GET();
    int optimized = ((PyCodeObject *)f->func_code)->co_flags & CO_OPTIMIZED;
    return _PyEval_Vector(tstate, f, optimized ? NULL : f->func_globals,
                          stack, nargs, kwnames);
}

/* -- With a format ------------------------------------------------------------------------- */

static PyObject *
call_format(PyThreadState *tstate, PyObject *callable, const char *format,
            va_list va, int size_t_clean)
{
    if (callable == NULL) {
        return null_error(tstate);
    }
    if (!format || !*format) {
        return _PyObject_CallNoArgsTstate(tstate, callable);
    }
    PyObject *small_stack[SMALL_STACK];
    Py_ssize_t nargs;
    PyObject **stack = size_t_clean
        ? _Py_VaBuildStack_SizeT(small_stack, SMALL_STACK, format, va, &nargs)
        : _Py_VaBuildStack(small_stack, SMALL_STACK, format, va, &nargs);
    if (stack == NULL) {
        return NULL;
    }
    PyObject *result;
    if (nargs == 1 && PyTuple_Check(stack[0])) {
        /* "(...)" and "O" with a tuple are the whole argument list */
        PyObject *args = stack[0];
        result = _PyObject_VectorcallTstate(
            tstate, callable, ((PyTupleObject *)args)->ob_item,
            PyTuple_GET_SIZE(args), NULL);
    }
    else {
        result = _PyObject_VectorcallTstate(tstate, callable, stack, nargs,
                                            NULL);
    }
    for (Py_ssize_t i = 0; i < nargs; i++) {
        Py_DECREF(stack[i]);
    }
    if (stack != small_stack) {
        PyMem_Free(stack);
    }
    return result;
}

PyObject *
PyObject_CallFunction(PyObject *callable, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_format(_PyThreadState_GET(), callable, format, va,
                                   0);
    va_end(va);
    return result;
}

PyObject *
PyEval_CallFunction(PyObject *callable, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_format(_PyThreadState_GET(), callable, format, va,
                                   0);
    va_end(va);
    return result;
}

PyObject *
_PyObject_CallFunction_SizeT(PyObject *callable, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_format(_PyThreadState_GET(), callable, format, va,
                                   1);
    va_end(va);
    return result;
}

/* Calls the method and drops it. */
static PyObject *
call_method_steal(PyThreadState *tstate, PyObject *callable,
                  const char *format, va_list va, int size_t_clean)
{
    PyObject *result = NULL;
    if (!PyCallable_Check(callable)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "attribute of type '%.200s' is not callable",
                      Py_TYPE(callable)->tp_name);
    }
    else {
        result = call_format(tstate, callable, format, va, size_t_clean);
    }
    Py_DECREF(callable);
    return result;
}

PyObject *
_PyObject_CallMethodFormat(PyThreadState *tstate, PyObject *callable,
                           const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_method_steal(tstate, Py_NewRef(callable), format,
                                         va, 1);
    va_end(va);
    return result;
}

#define CALL_NAMED_METHOD(getter, clean) \
    PyThreadState *tstate = _PyThreadState_GET(); \
    if (obj == NULL || name == NULL) { \
        return null_error(tstate); \
    } \
    PyObject *callable = getter(obj, name); \
    if (callable == NULL) { \
        return NULL; \
    } \
    va_list va; \
    va_start(va, format); \
    PyObject *result = call_method_steal(tstate, callable, format, va, \
                                         clean); \
    va_end(va); \
    return result;

static PyObject *
get_attr_id(PyObject *obj, _Py_Identifier *name)
{
    PyObject *text = _PyUnicode_FromId(name);
    return text ? PyObject_GetAttr(obj, text) : NULL;
}

PyObject *
PyObject_CallMethod(PyObject *obj, const char *name, const char *format, ...)
{
    CALL_NAMED_METHOD(PyObject_GetAttrString, 0)
}

PyObject *
PyEval_CallMethod(PyObject *obj, const char *name, const char *format, ...)
{
    CALL_NAMED_METHOD(PyObject_GetAttrString, 0)
}

PyObject *
_PyObject_CallMethod(PyObject *obj, PyObject *name, const char *format, ...)
{
    CALL_NAMED_METHOD(PyObject_GetAttr, 1)
}

PyObject *
_PyObject_CallMethodId(PyObject *obj, _Py_Identifier *name,
                       const char *format, ...)
{
    CALL_NAMED_METHOD(get_attr_id, 0)
}

PyObject *
_PyObject_CallMethod_SizeT(PyObject *obj, const char *name,
                           const char *format, ...)
{
    CALL_NAMED_METHOD(PyObject_GetAttrString, 1)
}

PyObject *
_PyObject_CallMethodId_SizeT(PyObject *obj, _Py_Identifier *name,
                             const char *format, ...)
{
    CALL_NAMED_METHOD(get_attr_id, 1)
}

#undef CALL_NAMED_METHOD

/* -- With objects as arguments, NULL at the end ------------------------------------------ */

/* base, if there is one, is the first argument. */
static PyObject *
call_objects(PyThreadState *tstate, PyObject *base, PyObject *callable,
             va_list vargs)
{
    if (callable == NULL) {
        return null_error(tstate);
    }
    Py_ssize_t nargs = base ? 1 : 0;
    va_list countva;
    va_copy(countva, vargs);
    while (va_arg(countva, PyObject *) != NULL) {
        nargs++;
    }
    va_end(countva);
    PyObject *small_stack[SMALL_STACK];
    PyObject **stack = small_stack;
    if (nargs > SMALL_STACK) {
        stack = PyMem_Malloc(nargs * sizeof(stack[0]));
        if (stack == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
    }
    Py_ssize_t i = 0;
    if (base) {
        stack[i++] = base;
    }
    for (; i < nargs; i++) {
        stack[i] = va_arg(vargs, PyObject *);
    }
    PyObject *result = _PyObject_VectorcallTstate(tstate, callable, stack,
                                                  nargs, NULL);
    if (stack != small_stack) {
        PyMem_Free(stack);
    }
    return result;
}

PyObject *
PyObject_CallFunctionObjArgs(PyObject *callable, ...)
{
    va_list vargs;
    va_start(vargs, callable);
    PyObject *result = call_objects(_PyThreadState_GET(), NULL, callable,
                                    vargs);
    va_end(vargs);
    return result;
}

static PyObject *
call_method_objects(PyThreadState *tstate, PyObject *obj, PyObject *name,
                    va_list vargs)
{
    PyObject *callable = NULL;
    int unbound = _PyObject_GetMethod(obj, name, &callable);
    if (callable == NULL) {
        return NULL;
    }
    PyObject *result = call_objects(tstate, unbound ? obj : NULL, callable,
                                    vargs);
    Py_DECREF(callable);
    return result;
}

PyObject *
PyObject_CallMethodObjArgs(PyObject *obj, PyObject *name, ...)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (obj == NULL || name == NULL) {
        return null_error(tstate);
    }
    va_list vargs;
    va_start(vargs, name);
    PyObject *result = call_method_objects(tstate, obj, name, vargs);
    va_end(vargs);
    return result;
}

PyObject *
_PyObject_CallMethodIdObjArgs(PyObject *obj, _Py_Identifier *name, ...)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (obj == NULL || name == NULL) {
        return null_error(tstate);
    }
    PyObject *text = _PyUnicode_FromId(name);
    if (text == NULL) {
        return NULL;
    }
    va_list vargs;
    va_start(vargs, name);
    PyObject *result = call_method_objects(tstate, obj, text, vargs);
    va_end(vargs);
    return result;
}

/* args[0].name(*args[1:]) without making a bound method, where possible. */
PyObject *
PyObject_VectorcallMethod(PyObject *name, PyObject *const *args,
                          size_t nargsf, PyObject *kwnames)
{
    assert(name != NULL && args != NULL);
    assert(PyVectorcall_NARGS(nargsf) >= 1);
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *callable = NULL;
    int unbound = _PyObject_GetMethod(args[0], name, &callable);
    if (callable == NULL) {
        return NULL;
    }
    if (unbound) {
        /* args[-1] is not ours to lend */
        nargsf &= ~PY_VECTORCALL_ARGUMENTS_OFFSET;
    }
    else {
        /* args[0] is free to be overwritten */
        args++;
        nargsf--;
    }
    PyObject *result = _PyObject_VectorcallTstate(tstate, callable, args,
                                                  nargsf, kwnames);
    Py_DECREF(callable);
    return result;
}
