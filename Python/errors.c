/* Exceptions: the pending one, the handled one, raising and chaining.

   An exception being raised lives in three fields of the thread state
   (curexc_type, curexc_value, curexc_traceback), lazily: the value may still
   be the arguments, or NULL, until somebody needs the instance
   (normalisation). An exception being handled lives, normalised, on the
   stack of tstate->exc_info; it becomes the __context__ of every exception
   raised meanwhile. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_sysmodule.h"
#include "pycore_traceback.h"

#include <errno.h>

/* A constructor that fails while its exception is being made is replaced by
   the new exception, this many times at most. */
#define NORMALIZE_LIMIT 32

/* -- The pending exception ---------------------------------------------- */

void
_PyErr_Restore(PyThreadState *tstate, PyObject *type, PyObject *value,
               PyObject *traceback)
{
    if (traceback != NULL && !PyTraceBack_Check(traceback)) {
        /* A wrong object here is never fatal: tracebacks are optional. */
        Py_CLEAR(traceback);
    }
    PyObject *old_type = tstate->curexc_type;
    PyObject *old_value = tstate->curexc_value;
    PyObject *old_traceback = tstate->curexc_traceback;
    tstate->curexc_type = type;
    tstate->curexc_value = value;
    tstate->curexc_traceback = traceback;
    Py_XDECREF(old_type);
    Py_XDECREF(old_value);
    Py_XDECREF(old_traceback);
}

void
PyErr_Restore(PyObject *type, PyObject *value, PyObject *traceback)
{
    _PyErr_Restore(_PyThreadState_GET(), type, value, traceback);
}

void
_PyErr_Fetch(PyThreadState *tstate, PyObject **p_type, PyObject **p_value,
             PyObject **p_traceback)
{
    *p_type = tstate->curexc_type;
    *p_value = tstate->curexc_value;
    *p_traceback = tstate->curexc_traceback;
    tstate->curexc_type = NULL;
    tstate->curexc_value = NULL;
    tstate->curexc_traceback = NULL;
}

void
PyErr_Fetch(PyObject **p_type, PyObject **p_value, PyObject **p_traceback)
{
    _PyErr_Fetch(_PyThreadState_GET(), p_type, p_value, p_traceback);
}

void
_PyErr_Clear(PyThreadState *tstate)
{
    _PyErr_Restore(tstate, NULL, NULL, NULL);
}

void
PyErr_Clear(void)
{
    _PyErr_Clear(_PyThreadState_GET());
}

PyObject *
PyErr_Occurred(void)
{
    /* The caller must hold the GIL. */
    return _PyErr_Occurred(_PyThreadState_GET());
}

int
PyErr_GivenExceptionMatches(PyObject *err, PyObject *exc)
{
    if (err == NULL || exc == NULL) {
        /* Happens when an exception was forgotten by a caller. */
        return 0;
    }
    if (PyTuple_Check(exc)) {
        Py_ssize_t n = PyTuple_GET_SIZE(exc);
        for (Py_ssize_t i = 0; i < n; i++) {
            if (PyErr_GivenExceptionMatches(err, PyTuple_GET_ITEM(exc, i))) {
                return 1;
            }
        }
        return 0;
    }
    if (PyExceptionInstance_Check(err)) {
        err = PyExceptionInstance_Class(err);
    }
    if (PyExceptionClass_Check(err) && PyExceptionClass_Check(exc)) {
        return PyType_IsSubtype((PyTypeObject *)err, (PyTypeObject *)exc);
    }
    return err == exc;
}

int
_PyErr_ExceptionMatches(PyThreadState *tstate, PyObject *exc)
{
    return PyErr_GivenExceptionMatches(_PyErr_Occurred(tstate), exc);
}

int
PyErr_ExceptionMatches(PyObject *exc)
{
    return _PyErr_ExceptionMatches(_PyThreadState_GET(), exc);
}

/* -- The handled exception ---------------------------------------------- */

/* Generators that run without an exception of their own push an empty
   record: look past those. */
_PyErr_StackItem *
_PyErr_GetTopmostException(PyThreadState *tstate)
{
    _PyErr_StackItem *item = tstate->exc_info;
    assert(item != NULL);
    while ((item->exc_value == NULL || item->exc_value == Py_None)
           && item->previous_item != NULL) {
        item = item->previous_item;
    }
    return item;
}

static inline PyObject *
handled_type_borrow(PyObject *value)
{
    if (value == NULL || value == Py_None) {
        return Py_None;
    }
    assert(PyExceptionInstance_Check(value));
    return PyExceptionInstance_Class(value);
}

static inline PyObject *
handled_traceback_borrow(PyObject *value)
{
    if (value == NULL || value == Py_None) {
        return Py_None;
    }
    assert(PyExceptionInstance_Check(value));
    PyObject *tb = ((PyBaseExceptionObject *)value)->traceback;
    return tb != NULL ? tb : Py_None;
}

PyObject *
_PyErr_StackItemToExcInfoTuple(_PyErr_StackItem *err_info)
{
    PyObject *value = err_info->exc_value;
    return PyTuple_Pack(3, handled_type_borrow(value),
                        value != NULL ? value : Py_None,
                        handled_traceback_borrow(value));
}

PyObject *
_PyErr_GetHandledException(PyThreadState *tstate)
{
    PyObject *value = _PyErr_GetTopmostException(tstate)->exc_value;
    if (value == NULL || value == Py_None) {
        return NULL;
    }
    return Py_NewRef(value);
}

PyObject *
PyErr_GetHandledException(void)
{
    return _PyErr_GetHandledException(_PyThreadState_GET());
}

void
_PyErr_SetHandledException(PyThreadState *tstate, PyObject *exc)
{
    Py_XSETREF(tstate->exc_info->exc_value, Py_XNewRef(exc));
}

void
PyErr_SetHandledException(PyObject *exc)
{
    _PyErr_SetHandledException(_PyThreadState_GET(), exc);
}

void
_PyErr_GetExcInfo(PyThreadState *tstate, PyObject **p_type,
                  PyObject **p_value, PyObject **p_traceback)
{
    PyObject *value = _PyErr_GetTopmostException(tstate)->exc_value;
    *p_type = Py_NewRef(handled_type_borrow(value));
    *p_value = Py_XNewRef(value);
    *p_traceback = Py_NewRef(handled_traceback_borrow(value));
}

void
PyErr_GetExcInfo(PyObject **p_type, PyObject **p_value,
                 PyObject **p_traceback)
{
    _PyErr_GetExcInfo(_PyThreadState_GET(), p_type, p_value, p_traceback);
}

void
PyErr_SetExcInfo(PyObject *type, PyObject *value, PyObject *traceback)
{
    PyErr_SetHandledException(value);
    Py_XDECREF(value);
    /* Both follow from the value. */
    Py_XDECREF(type);
    Py_XDECREF(traceback);
}

/* -- Making instances ---------------------------------------------------- */

static PyObject *
exception_create(PyObject *type, PyObject *value)
{
    PyObject *exc;
    if (value == NULL || value == Py_None) {
        exc = _PyObject_CallNoArgs(type);
    }
    else if (PyTuple_Check(value)) {
        exc = PyObject_Call(type, value, NULL);
    }
    else {
        exc = PyObject_CallOneArg(type, value);
    }
    if (exc != NULL && !PyExceptionInstance_Check(exc)) {
        PyErr_Format(PyExc_TypeError,
                     "calling %R should have returned an instance of "
                     "BaseException, not %s",
                     type, Py_TYPE(exc)->tp_name);
        Py_CLEAR(exc);
    }
    return exc;
}

/* One attempt: replaces *type and *value (owned) by a matching pair; -1 and
   an exception leaves them as they were. */
static int
exception_normalize_once(PyObject **p_type, PyObject **p_value)
{
    PyObject *type = *p_type;
    PyObject *value = *p_value;
    if (!PyExceptionClass_Check(type)) {
        return 0;
    }
    PyObject *value_class = NULL;
    int matches = 0;
    if (PyExceptionInstance_Check(value)) {
        value_class = PyExceptionInstance_Class(value);
        matches = PyObject_IsSubclass(value_class, type);
        if (matches < 0) {
            return -1;
        }
    }
    if (!matches) {
        PyObject *made = exception_create(type, value);
        if (made == NULL) {
            return -1;
        }
        *p_value = made;
        Py_DECREF(value);
    }
    else if (value_class != type) {
        *p_type = Py_NewRef(value_class);
        Py_DECREF(type);
    }
    return 0;
}

void
_PyErr_NormalizeException(PyThreadState *tstate, PyObject **exc,
                          PyObject **val, PyObject **tb)
{
    int depth = 0;
    while (*exc != NULL) {
        if (*val == NULL) {
            *val = Py_NewRef(Py_None);
        }
        /* making a RecursionError needs some room itself */
        tstate->recursion_headroom++;
        int status = exception_normalize_once(exc, val);
        tstate->recursion_headroom--;
        if (status == 0) {
            return;
        }
        /* The exception that making the exception raised takes its place,
           under the traceback known so far. */
        Py_CLEAR(*exc);
        Py_CLEAR(*val);
        depth++;
        if (depth == NORMALIZE_LIMIT) {
            _PyErr_SetString(tstate, PyExc_RecursionError,
                             "maximum recursion depth exceeded "
                             "while normalizing an exception");
        }
        PyObject *known_tb = *tb;
        _PyErr_Fetch(tstate, exc, val, tb);
        if (known_tb != NULL) {
            if (*tb == NULL) {
                *tb = known_tb;
            }
            else {
                Py_DECREF(known_tb);
            }
        }
        if (depth >= NORMALIZE_LIMIT + 2) {
            if (PyErr_GivenExceptionMatches(*exc, PyExc_MemoryError)) {
                Py_FatalError("Cannot recover from MemoryErrors "
                              "while normalizing exceptions.");
            }
            Py_FatalError("Cannot recover from the recursive normalization "
                          "of an exception.");
        }
    }
}

void
PyErr_NormalizeException(PyObject **exc, PyObject **val, PyObject **tb)
{
    _PyErr_NormalizeException(_PyThreadState_GET(), exc, val, tb);
}

/* -- Raising --------------------------------------------------------------- */

/* Links value to the exception being handled, after cutting value out of the
   latter's own chain of contexts. The chain may have a cycle that does not
   pass through value: a second pointer at half speed finds it. */
static void
exception_set_context_steal(PyObject *value, PyObject *handled)
{
    PyObject *fast = handled;
    PyObject *slow = handled;
    int move_slow = 0;
    for (;;) {
        PyObject *context = ((PyBaseExceptionObject *)fast)->context;
        if (context == NULL) {
            break;
        }
        if (context == value) {
            PyException_SetContext(fast, NULL);
            break;
        }
        fast = context;
        if (fast == slow) {
            break;
        }
        if (move_slow) {
            slow = ((PyBaseExceptionObject *)slow)->context;
        }
        move_slow = !move_slow;
    }
    PyException_SetContext(value, handled);
}

void
_PyErr_SetObject(PyThreadState *tstate, PyObject *exception, PyObject *value)
{
    if (exception != NULL && !PyExceptionClass_Check(exception)) {
        _PyErr_Format(tstate, PyExc_SystemError,
                      "_PyErr_SetObject: "
                      "exception %R is not a BaseException subclass",
                      exception);
        return;
    }
    Py_XINCREF(value);
    PyObject *handled = _PyErr_GetHandledException(tstate);
    if (handled != NULL) {
        if (value == NULL || !PyExceptionInstance_Check(value)) {
            /* The context needs an instance to be stored in. */
            _PyErr_Clear(tstate);
            PyObject *made = exception_create(exception, value);
            Py_XDECREF(value);
            if (made == NULL) {
                Py_DECREF(handled);
                return;
            }
            value = made;
        }
        if (handled != value) {
            exception_set_context_steal(value, handled);
        }
        else {
            Py_DECREF(handled);
        }
    }
    PyObject *tb = NULL;
    if (value != NULL && PyExceptionInstance_Check(value)) {
        tb = PyException_GetTraceback(value);
    }
    _PyErr_Restore(tstate, Py_XNewRef(exception), value, tb);
}

void
PyErr_SetObject(PyObject *exception, PyObject *value)
{
    _PyErr_SetObject(_PyThreadState_GET(), exception, value);
}

void
_PyErr_SetKeyError(PyObject *key)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (!PyTuple_Check(key) && !PyExceptionInstance_Check(key)) {
        _PyErr_SetObject(tstate, PyExc_KeyError, key);
        return;
    }
    /* A tuple would be taken for the arguments, an instance for the
       exception. */
    PyObject *args = PyTuple_Pack(1, key);
    if (args == NULL) {
        return;
    }
    _PyErr_SetObject(tstate, PyExc_KeyError, args);
    Py_DECREF(args);
}

void
_PyErr_SetNone(PyThreadState *tstate, PyObject *exception)
{
    _PyErr_SetObject(tstate, exception, NULL);
}

void
PyErr_SetNone(PyObject *exception)
{
    _PyErr_SetNone(_PyThreadState_GET(), exception);
}

void
_PyErr_SetString(PyThreadState *tstate, PyObject *exception,
                 const char *string)
{
    PyObject *value = PyUnicode_FromString(string);
    if (value != NULL) {
        _PyErr_SetObject(tstate, exception, value);
        Py_DECREF(value);
    }
}

void
PyErr_SetString(PyObject *exception, const char *string)
{
    _PyErr_SetString(_PyThreadState_GET(), exception, string);
}

static PyObject *
errors_format_v(PyThreadState *tstate, PyObject *exception,
                const char *format, va_list vargs)
{
    /* Formatting runs code that must not see a pending exception. */
    _PyErr_Clear(tstate);
    PyObject *string = PyUnicode_FromFormatV(format, vargs);
    if (string != NULL) {
        _PyErr_SetObject(tstate, exception, string);
        Py_DECREF(string);
    }
    return NULL;
}

PyObject *
PyErr_FormatV(PyObject *exception, const char *format, va_list vargs)
{
    return errors_format_v(_PyThreadState_GET(), exception, format, vargs);
}

PyObject *
_PyErr_Format(PyThreadState *tstate, PyObject *exception, const char *format,
              ...)
{
    va_list vargs;
    va_start(vargs, format);
    errors_format_v(tstate, exception, format, vargs);
    va_end(vargs);
    return NULL;
}

PyObject *
PyErr_Format(PyObject *exception, const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    errors_format_v(_PyThreadState_GET(), exception, format, vargs);
    va_end(vargs);
    return NULL;
}

/* -- Chaining ------------------------------------------------------------ */

void
_PyErr_ChainExceptions(PyObject *type, PyObject *value, PyObject *tb)
{
    if (type == NULL) {
        return;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    if (!_PyErr_Occurred(tstate)) {
        _PyErr_Restore(tstate, type, value, tb);
        return;
    }
    PyObject *new_type, *new_value, *new_tb;
    _PyErr_Fetch(tstate, &new_type, &new_value, &new_tb);
    _PyErr_NormalizeException(tstate, &type, &value, &tb);
    if (tb != NULL) {
        PyException_SetTraceback(value, tb);
        Py_DECREF(tb);
    }
    Py_DECREF(type);
    _PyErr_NormalizeException(tstate, &new_type, &new_value, &new_tb);
    PyException_SetContext(new_value, value);
    _PyErr_Restore(tstate, new_type, new_value, new_tb);
}

/* Makes the pending exception a consequence of the one in exc_info, which is
   not on the thread's stack of handled exceptions (a generator's); NULL: of
   the one being handled. */
void
_PyErr_ChainStackItem(_PyErr_StackItem *exc_info)
{
    PyThreadState *tstate = _PyThreadState_GET();
    assert(_PyErr_Occurred(tstate));
    _PyErr_StackItem *item = exc_info != NULL ? exc_info : tstate->exc_info;
    if (item->exc_value == NULL || item->exc_value == Py_None) {
        return;
    }
    _PyErr_StackItem *saved = tstate->exc_info;
    tstate->exc_info = item;

    PyObject *type, *value, *tb;
    _PyErr_Fetch(tstate, &type, &value, &tb);
    _PyErr_NormalizeException(tstate, &type, &value, &tb);
    if (tb != NULL && PyExceptionInstance_Check(value)) {
        PyException_SetTraceback(value, tb);
    }
    /* Setting it again adds the context. */
    _PyErr_SetObject(tstate, type, value);
    Py_DECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(tb);

    tstate->exc_info = saved;
}

static PyObject *
errors_format_v_from_cause(PyThreadState *tstate, PyObject *exception,
                           const char *format, va_list vargs)
{
    assert(_PyErr_Occurred(tstate));
    PyObject *type, *cause, *tb;
    _PyErr_Fetch(tstate, &type, &cause, &tb);
    _PyErr_NormalizeException(tstate, &type, &cause, &tb);
    if (tb != NULL) {
        PyException_SetTraceback(cause, tb);
        Py_DECREF(tb);
    }
    Py_DECREF(type);

    errors_format_v(tstate, exception, format, vargs);

    PyObject *value;
    _PyErr_Fetch(tstate, &type, &value, &tb);
    _PyErr_NormalizeException(tstate, &type, &value, &tb);
    PyException_SetCause(value, Py_NewRef(cause));
    PyException_SetContext(value, cause);
    _PyErr_Restore(tstate, type, value, tb);
    return NULL;
}

PyObject *
_PyErr_FormatFromCauseTstate(PyThreadState *tstate, PyObject *exception,
                             const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    errors_format_v_from_cause(tstate, exception, format, vargs);
    va_end(vargs);
    return NULL;
}

PyObject *
_PyErr_FormatFromCause(PyObject *exception, const char *format, ...)
{
    va_list vargs;
    va_start(vargs, format);
    errors_format_v_from_cause(_PyThreadState_GET(), exception, format,
                               vargs);
    va_end(vargs);
    return NULL;
}

/* -- Common errors -------------------------------------------------------- */

int
PyErr_BadArgument(void)
{
    PyErr_SetString(PyExc_TypeError,
                    "bad argument type for built-in operation");
    return 0;
}

PyObject *
_PyErr_NoMemory(PyThreadState *tstate)
{
    if (Py_TYPE(PyExc_MemoryError) == NULL) {
        /* The type is not set up yet. */
        Py_FatalError("Out of memory and PyExc_MemoryError is not "
                      "initialized yet");
    }
    _PyErr_SetNone(tstate, PyExc_MemoryError);
    return NULL;
}

PyObject *
PyErr_NoMemory(void)
{
    return _PyErr_NoMemory(_PyThreadState_GET());
}

void
_PyErr_BadInternalCall(const char *filename, int lineno)
{
    PyErr_Format(PyExc_SystemError,
                 "%s:%d: bad argument to internal function",
                 filename, lineno);
}

#undef PyErr_BadInternalCall
void
PyErr_BadInternalCall(void)
{
    PyErr_SetString(PyExc_SystemError, "bad argument to internal function");
}

PyObject *
PyErr_SetFromErrnoWithFilenameObjects(PyObject *exc, PyObject *filename,
                                      PyObject *filename2)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int number = errno;
    if (number == EINTR && PyErr_CheckSignals()) {
        return NULL;
    }
    PyObject *message;
    if (number == 0) {
        message = PyUnicode_FromString("Error");
    }
    else {
        message = PyUnicode_DecodeLocale(strerror(number),
                                         "surrogateescape");
    }
    if (message == NULL) {
        return NULL;
    }
    PyObject *args;
    if (filename == NULL) {
        assert(filename2 == NULL);
        args = Py_BuildValue("(iO)", number, message);
    }
    else if (filename2 == NULL) {
        args = Py_BuildValue("(iOO)", number, message, filename);
    }
    else {
        args = Py_BuildValue("(iOOiO)", number, message, filename, 0,
                             filename2);
    }
    Py_DECREF(message);
    if (args == NULL) {
        return NULL;
    }
    PyObject *value = PyObject_Call(exc, args, NULL);
    Py_DECREF(args);
    if (value != NULL) {
        /* OSError chooses a subclass by the number. */
        _PyErr_SetObject(tstate, (PyObject *)Py_TYPE(value), value);
        Py_DECREF(value);
    }
    return NULL;
}

PyObject *
PyErr_SetFromErrnoWithFilenameObject(PyObject *exc, PyObject *filename)
{
    return PyErr_SetFromErrnoWithFilenameObjects(exc, filename, NULL);
}

PyObject *
PyErr_SetFromErrnoWithFilename(PyObject *exc, const char *filename)
{
    PyObject *name = NULL;
    if (filename != NULL) {
        /* Decoding may change errno. */
        int number = errno;
        name = PyUnicode_DecodeFSDefault(filename);
        if (name == NULL) {
            return NULL;
        }
        errno = number;
    }
    PyObject *result = PyErr_SetFromErrnoWithFilenameObjects(exc, name,
                                                             NULL);
    Py_XDECREF(name);
    return result;
}

PyObject *
PyErr_SetFromErrno(PyObject *exc)
{
    return PyErr_SetFromErrnoWithFilenameObjects(exc, NULL, NULL);
}

PyObject *
PyErr_SetImportErrorSubclass(PyObject *exception, PyObject *msg,
                             PyObject *name, PyObject *path)
{
    PyThreadState *tstate = _PyThreadState_GET();
    int is_subclass = PyObject_IsSubclass(exception, PyExc_ImportError);
    if (is_subclass < 0) {
        return NULL;
    }
    if (!is_subclass) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "expected a subclass of ImportError");
        return NULL;
    }
    if (msg == NULL) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "expected a message argument");
        return NULL;
    }
    PyObject *kwargs = PyDict_New();
    if (kwargs == NULL) {
        return NULL;
    }
    if (PyDict_SetItemString(kwargs, "name", name ? name : Py_None) < 0
        || PyDict_SetItemString(kwargs, "path", path ? path : Py_None) < 0)
    {
        goto done;
    }
    PyObject *error = PyObject_VectorcallDict(exception, &msg, 1, kwargs);
    if (error != NULL) {
        _PyErr_SetObject(tstate, (PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
done:
    Py_DECREF(kwargs);
    return NULL;
}

PyObject *
PyErr_SetImportError(PyObject *msg, PyObject *name, PyObject *path)
{
    return PyErr_SetImportErrorSubclass(PyExc_ImportError, msg, name, path);
}

/* -- New exception classes -------------------------------------------------- */

PyObject *
PyErr_NewException(const char *name, PyObject *base, PyObject *dict)
{
    const char *dot = strrchr(name, '.');
    if (dot == NULL) {
        PyErr_SetString(PyExc_SystemError,
                        "PyErr_NewException: name must be module.class");
        return NULL;
    }
    if (base == NULL) {
        base = PyExc_Exception;
    }
    PyObject *own_dict = NULL;
    PyObject *bases = NULL;
    PyObject *result = NULL;
    if (dict == NULL) {
        dict = own_dict = PyDict_New();
        if (dict == NULL) {
            return NULL;
        }
    }
    int known = PyDict_Contains(dict, &_Py_ID(__module__));
    if (known < 0) {
        goto done;
    }
    if (!known) {
        PyObject *module = PyUnicode_FromStringAndSize(
            name, (Py_ssize_t)(dot - name));
        if (module == NULL) {
            goto done;
        }
        int err = PyDict_SetItem(dict, &_Py_ID(__module__), module);
        Py_DECREF(module);
        if (err < 0) {
            goto done;
        }
    }
    bases = PyTuple_Check(base) ? Py_NewRef(base) : PyTuple_Pack(1, base);
    if (bases == NULL) {
        goto done;
    }
    result = PyObject_CallFunction((PyObject *)&PyType_Type, "sOO",
                                   dot + 1, bases, dict);
done:
    Py_XDECREF(own_dict);
    Py_XDECREF(bases);
    return result;
}

PyObject *
PyErr_NewExceptionWithDoc(const char *name, const char *doc, PyObject *base,
                          PyObject *dict)
{
    PyObject *own_dict = NULL;
    PyObject *result = NULL;
    if (dict == NULL) {
        dict = own_dict = PyDict_New();
        if (dict == NULL) {
            return NULL;
        }
    }
    if (doc != NULL) {
        PyObject *docobj = PyUnicode_FromString(doc);
        if (docobj == NULL) {
            goto done;
        }
        int err = PyDict_SetItemString(dict, "__doc__", docobj);
        Py_DECREF(docobj);
        if (err < 0) {
            goto done;
        }
    }
    result = PyErr_NewException(name, base, dict);
done:
    Py_XDECREF(own_dict);
    return result;
}
