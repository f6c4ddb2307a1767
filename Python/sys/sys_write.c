/* PySys_WriteStdout and friends: text for the standard streams, from C, in
   any state of the interpreter. */
#include "sys_private.h"

#define WRITE_LIMIT 1000

static int
write_object(PyObject *file, PyObject *text)
{
    if (file == NULL || file == Py_None) {
        return -1;
    }
    PyObject *result = PyObject_CallMethodOneArg(file, &_Py_ID(write), text);
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

static int
write_text(PyObject *file, const char *text)
{
    if (file == NULL) {
        return -1;
    }
    PyObject *object = PyUnicode_FromString(text);
    if (object == NULL) {
        return -1;
    }
    int result = write_object(file, object);
    Py_DECREF(object);
    return result;
}

/* To the stream of this name, or to the C stream when it does not work. */
static void
write_va(PyObject *name, FILE *fallback, const char *format, va_list va)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    PyObject *file = Py_XNewRef(_PySys_GetAttr(tstate, name));
    char buffer[WRITE_LIMIT + 1];
    int length = vsnprintf(buffer, sizeof(buffer), format, va);
    if (write_text(file, buffer) < 0) {
        _PyErr_Clear(tstate);
        fputs(buffer, fallback);
    }
    if (length < 0 || length > WRITE_LIMIT) {
        const char *truncated = "... truncated";
        if (write_text(file, truncated) < 0) {
            _PyErr_Clear(tstate);
            fputs(truncated, fallback);
        }
    }
    Py_XDECREF(file);
    _PyErr_Restore(tstate, type, value, traceback);
}

void
PySys_WriteStdout(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    write_va(&_Py_ID(stdout), stdout, format, va);
    va_end(va);
}

void
PySys_WriteStderr(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    write_va(&_Py_ID(stderr), stderr, format, va);
    va_end(va);
}

static void
format_va(PyObject *name, FILE *fallback, const char *format, va_list va)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    PyObject *file = Py_XNewRef(_PySys_GetAttr(tstate, name));
    PyObject *message = PyUnicode_FromFormatV(format, va);
    if (message != NULL) {
        if (write_object(file, message) < 0) {
            _PyErr_Clear(tstate);
            const char *utf8 = PyUnicode_AsUTF8(message);
            if (utf8 == NULL) {
                _PyErr_Clear(tstate);
            }
            else {
                fputs(utf8, fallback);
            }
        }
        Py_DECREF(message);
    }
    Py_XDECREF(file);
    _PyErr_Restore(tstate, type, value, traceback);
}

void
PySys_FormatStdout(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    format_va(&_Py_ID(stdout), stdout, format, va);
    va_end(va);
}

void
PySys_FormatStderr(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    format_va(&_Py_ID(stderr), stderr, format, va);
    va_end(va);
}
