/* Exceptions: the table of handlers, raising, catching, context managers.

   A code object's exception table is a sequence of entries of four numbers

       start, length, handler        in code units
       depth << 1 | push_lasti

   sorted by start.  A number is big-endian groups of six bits, bit 6 says
   "more follows", bit 7 marks the first byte of an entry. */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_eval.h"
#include "pycore_exceptions.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"

/* -- The table ------------------------------------------------------------------ */

static const unsigned char *
read_number(const unsigned char *p, int *number)
{
    int value = *p & 63;
    while (*p & 64) {
        p++;
        value = (value << 6) | (*p & 63);
    }
    *number = value;
    return p + 1;
}

static const unsigned char *
entry_start(const unsigned char *p)
{
    while (!(*p & 128)) {
        p--;
    }
    return p;
}

/* Entries closer than this are not worth halving. */
enum { LINEAR_BYTES = 40 };

int
eval_find_handler(PyCodeObject *code, int index,
                  struct eval_handler *handler)
{
    PyObject *table = code->co_exceptiontable;
    const unsigned char *low =
        (const unsigned char *)PyBytes_AS_STRING(table);
    const unsigned char *end = low + PyBytes_GET_SIZE(table);
    const unsigned char *high = end;
    int start;
    if (low == end) {
        return 0;
    }
    while (high - low > LINEAR_BYTES) {
        const unsigned char *middle = entry_start(low + (high - low) / 2);
        read_number(middle, &start);
        if (start > index) {
            high = middle;
        }
        else if (middle == low) {
            break;
        }
        else {
            low = middle;
        }
    }
    while (low < end) {
        int length, target, depth_and_lasti;
        low = read_number(low, &start);
        low = read_number(low, &length);
        low = read_number(low, &target);
        low = read_number(low, &depth_and_lasti);
        if (start > index) {
            return 0;
        }
        if (index < start + length) {
            handler->start = target;
            handler->depth = depth_and_lasti >> 1;
            handler->push_lasti = depth_and_lasti & 1;
            return 1;
        }
    }
    return 0;
}

/* -- The exception being raised ------------------------------------------------------ */

PyObject *
eval_take_exception(PyThreadState *tstate)
{
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    _PyErr_NormalizeException(tstate, &type, &value, &traceback);
    PyException_SetTraceback(value, traceback ? traceback : Py_None);
    Py_XDECREF(traceback);
    Py_XDECREF(type);
    return value;
}

void
eval_restore_steal(PyThreadState *tstate, PyObject *exception)
{
    _PyErr_Restore(tstate, Py_NewRef(Py_TYPE(exception)), exception,
                   PyException_GetTraceback(exception));
}

/* -- raise ------------------------------------------------------------------------------ */

static int
raise_again(PyThreadState *tstate)
{
    PyObject *value = _PyErr_GetTopmostException(tstate)->exc_value;
    if (value == NULL || Py_IsNone(value)) {
        _PyErr_SetString(tstate, PyExc_RuntimeError,
                         "No active exception to reraise");
        return 0;
    }
    eval_restore_steal(tstate, Py_NewRef(value));
    return 1;
}

/* An instance for what follows `raise`; consumes it. */
static PyObject *
make_exception_steal(PyThreadState *tstate, PyObject *exception)
{
    if (PyExceptionInstance_Check(exception)) {
        return exception;
    }
    PyObject *value = NULL;
    if (PyExceptionClass_Check(exception)) {
        value = _PyObject_CallNoArgs(exception);
        if (value != NULL && !PyExceptionInstance_Check(value)) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "calling %R should have returned an instance of "
                          "BaseException, not %R", exception,
                          Py_TYPE(value));
            Py_CLEAR(value);
        }
    }
    else {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "exceptions must derive from BaseException");
    }
    Py_DECREF(exception);
    return value;
}

/* Sets __cause__ from what follows `from`; consumes it. */
static int
set_cause_steal(PyThreadState *tstate, PyObject *value, PyObject *cause)
{
    if (PyExceptionClass_Check(cause)) {
        Py_SETREF(cause, _PyObject_CallNoArgs(cause));
        if (cause == NULL) {
            return -1;
        }
    }
    else if (Py_IsNone(cause)) {
        Py_CLEAR(cause);
    }
    else if (!PyExceptionInstance_Check(cause)) {
        Py_DECREF(cause);
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "exception causes must derive from BaseException");
        return -1;
    }
    PyException_SetCause(value, cause);
    return 0;
}

int
eval_raise_steal(PyThreadState *tstate, PyObject *exception, PyObject *cause)
{
    if (exception == NULL) {
        return raise_again(tstate);
    }
    PyObject *type = PyExceptionClass_Check(exception)
        ? Py_NewRef(exception) : NULL;
    PyObject *value = make_exception_steal(tstate, exception);
    if (value == NULL) {
        Py_XDECREF(cause);
        Py_XDECREF(type);
        return 0;
    }
    if (type == NULL) {
        type = Py_NewRef(Py_TYPE(value));
    }
    if (cause == NULL || set_cause_steal(tstate, value, cause) == 0) {
        _PyErr_SetObject(tstate, type, value);
    }
    Py_DECREF(value);
    Py_DECREF(type);
    return 0;
}

/* -- except, except* ---------------------------------------------------------------------- */

/* Whether check holds for the type, or for each of a tuple of types. */
static int
each_type(PyObject *type, int (*check)(PyObject *))
{
    if (!PyTuple_Check(type)) {
        return check(type);
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type); i++) {
        int status = check(PyTuple_GET_ITEM(type, i));
        if (status <= 0) {
            return status;
        }
    }
    return 1;
}

static int
is_exception_class(PyObject *type)
{
    return PyExceptionClass_Check(type);
}

static int
is_no_group(PyObject *type)
{
    int status = PyObject_IsSubclass(type, PyExc_BaseExceptionGroup);
    return status < 0 ? -1 : !status;
}

int
eval_check_except_type(PyThreadState *tstate, PyObject *type)
{
    if (!each_type(type, is_exception_class)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "catching classes that do not inherit from "
                         "BaseException is not allowed");
        return -1;
    }
    return 0;
}

static int
check_except_star_type(PyThreadState *tstate, PyObject *type)
{
    if (eval_check_except_type(tstate, type) < 0) {
        return -1;
    }
    int status = each_type(type, is_no_group);
    if (status == 0) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "catching ExceptionGroup with except* "
                         "is not allowed. Use except instead.");
    }
    return status > 0 ? 0 : -1;
}

/* Splits exception in what except* TYPE handles and the rest; each is None
   if it is empty. */
static PyObject *
split_group(PyObject *exception, PyObject *type, PyObject **rest)
{
    *rest = NULL;
    if (Py_IsNone(exception)) {
        *rest = Py_NewRef(Py_None);
        return Py_NewRef(Py_None);
    }
    if (PyErr_GivenExceptionMatches(exception, type)) {
        PyObject *match;
        if (_PyBaseExceptionGroup_Check(exception)) {
            match = Py_NewRef(exception);
        }
        else {
            /* a single exception is handled as a group of one */
            PyObject *members = PyTuple_Pack(1, exception);
            if (members == NULL) {
                return NULL;
            }
            match = _PyExc_CreateExceptionGroup("", members);
            Py_DECREF(members);
            if (match == NULL) {
                return NULL;
            }
        }
        *rest = Py_NewRef(Py_None);
        return match;
    }
    if (_PyBaseExceptionGroup_Check(exception)) {
        PyObject *pair = PyObject_CallMethodOneArg(exception, &_Py_ID(split),
                                                   type);
        if (pair == NULL) {
            return NULL;
        }
        if (!PyTuple_CheckExact(pair)) {
            PyErr_Format(PyExc_TypeError,
                         "%.200s.split must return a tuple, not %.200s",
                         Py_TYPE(exception)->tp_name, Py_TYPE(pair)->tp_name);
            Py_DECREF(pair);
            return NULL;
        }
        if (PyTuple_GET_SIZE(pair) < 2) {
            PyErr_Format(PyExc_TypeError,
                         "%.200s.split must return a 2-tuple, "
                         "got tuple of size %zd", Py_TYPE(exception)->tp_name,
                         PyTuple_GET_SIZE(pair));
            Py_DECREF(pair);
            return NULL;
        }
        PyObject *match = Py_NewRef(PyTuple_GET_ITEM(pair, 0));
        *rest = Py_NewRef(PyTuple_GET_ITEM(pair, 1));
        Py_DECREF(pair);
        return match;
    }
    *rest = Py_NewRef(exception);
    return Py_NewRef(Py_None);
}

PyObject *
eval_match_group(PyThreadState *tstate, PyObject *exception, PyObject *type,
                 PyObject **rest)
{
    if (check_except_star_type(tstate, type) < 0) {
        return NULL;
    }
    PyObject *match = split_group(exception, type, rest);
    if (match != NULL && !Py_IsNone(match)) {
        PyErr_SetHandledException(match);
    }
    return match;
}

/* -- with ------------------------------------------------------------------------------------ */

/* A special method, bound; says what is missing otherwise. */
static PyObject *
lookup_context_method(PyThreadState *tstate, PyObject *manager,
                      PyObject *name, const char *protocol,
                      const char *missed)
{
    PyObject *method = _PyObject_LookupSpecial(manager, name);
    if (method == NULL && !_PyErr_Occurred(tstate)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "'%.200s' object does not support the %s protocol%s",
                      Py_TYPE(manager)->tp_name, protocol, missed);
    }
    return method;
}

PyObject *
eval_enter_context(PyThreadState *tstate, PyObject *manager, int is_async,
                   PyObject **exit)
{
    const char *protocol = is_async ? "asynchronous context manager"
                                    : "context manager";
    PyObject *enter = lookup_context_method(
        tstate, manager,
        is_async ? &_Py_ID(__aenter__) : &_Py_ID(__enter__), protocol, "");
    if (enter == NULL) {
        return NULL;
    }
    *exit = lookup_context_method(
        tstate, manager, is_async ? &_Py_ID(__aexit__) : &_Py_ID(__exit__),
        protocol, is_async ? " (missed __aexit__ method)"
                           : " (missed __exit__ method)");
    if (*exit == NULL) {
        Py_DECREF(enter);
        return NULL;
    }
    PyObject *value = _PyObject_CallNoArgs(enter);
    Py_DECREF(enter);
    if (value == NULL) {
        Py_CLEAR(*exit);
    }
    return value;
}

PyObject *
eval_call_exit(PyObject *exit, PyObject *exception)
{
    PyObject *traceback = PyException_GetTraceback(exception);
    PyObject *args[4] = {
        NULL, (PyObject *)Py_TYPE(exception), exception,
        traceback ? traceback : Py_None,
    };
    PyObject *result = PyObject_Vectorcall(
        exit, args + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_XDECREF(traceback);
    return result;
}
