/* min, max and sum. */
#include "builtins_private.h"

/* -- min and max ----------------------------------------------------------------- */

const char builtin_min_doc[] =
"min(iterable, *[, default=obj, key=func]) -> value\n"
"min(arg1, arg2, *args, *[, key=func]) -> value\n\n"
"The smallest item of an iterable, or of two or more arguments. default is\n"
"for an empty iterable.";

const char builtin_max_doc[] =
"max(iterable, *[, default=obj, key=func]) -> value\n"
"max(arg1, arg2, *args, *[, key=func]) -> value\n\n"
"The largest item of an iterable, or of two or more arguments. default is\n"
"for an empty iterable.";

/* The best item of `it` (stolen); NULL without an exception when empty. */
static PyObject *
best_of(PyObject *it, PyObject *key, int op)
{
    PyObject *best = NULL, *best_value = NULL, *item;
    while ((item = PyIter_Next(it)) != NULL) {
        PyObject *value = key == NULL ? Py_NewRef(item)
                                      : PyObject_CallOneArg(key, item);
        if (value == NULL) {
            Py_DECREF(item);
            goto error;
        }
        int better = best == NULL
                         ? 1
                         : PyObject_RichCompareBool(value, best_value, op);
        if (better < 0) {
            Py_DECREF(value);
            Py_DECREF(item);
            goto error;
        }
        if (better) {
            Py_XSETREF(best, item);
            Py_XSETREF(best_value, value);
        }
        else {
            Py_DECREF(item);
            Py_DECREF(value);
        }
    }
    if (PyErr_Occurred()) {
        goto error;
    }
    Py_XDECREF(best_value);
    Py_DECREF(it);
    return best;
error:
    Py_XDECREF(best);
    Py_XDECREF(best_value);
    Py_DECREF(it);
    return NULL;
}

static PyObject *
min_max(PyObject *args, PyObject *kwds, int op)
{
    static char *names[] = {"key", "default", NULL};
    const char *name = op == Py_LT ? "min" : "max";
    PyObject *values = args, *key = NULL, *fallback = NULL;
    int positional = PyTuple_Size(args) > 1;
    if (!positional) {
        if (!PyArg_UnpackTuple(args, name, 1, 1, &values)) {
            if (PyTuple_GET_SIZE(args) == 0) {
                PyErr_Clear();
                PyErr_Format(PyExc_TypeError,
                             "%s expected at least 1 argument, got 0", name);
            }
            return NULL;
        }
    }
    PyObject *empty = PyTuple_New(0);
    if (empty == NULL) {
        return NULL;
    }
    int parsed = PyArg_ParseTupleAndKeywords(
        empty, kwds, op == Py_LT ? "|$OO:min" : "|$OO:max", names, &key,
        &fallback);
    Py_DECREF(empty);
    if (!parsed) {
        return NULL;
    }
    if (positional && fallback != NULL) {
        PyErr_Format(PyExc_TypeError,
                     "Cannot specify a default for %s() with multiple "
                     "positional arguments", name);
        return NULL;
    }
    PyObject *it = PyObject_GetIter(values);
    if (it == NULL) {
        return NULL;
    }
    PyObject *best = best_of(it, key == Py_None ? NULL : key, op);
    if (best == NULL && !PyErr_Occurred()) {
        if (fallback != NULL) {
            return Py_NewRef(fallback);
        }
        PyErr_Format(PyExc_ValueError, "%s() arg is an empty sequence", name);
    }
    return best;
}

PyObject *
builtin_min(PyObject *Py_UNUSED(self), PyObject *args, PyObject *kwds)
{
    return min_max(args, kwds, Py_LT);
}

PyObject *
builtin_max(PyObject *Py_UNUSED(self), PyObject *args, PyObject *kwds)
{
    return min_max(args, kwds, Py_GT);
}

/* -- sum ------------------------------------------------------------------------------ */

const char builtin_sum_doc[] =
"sum($module, iterable, /, start=0)\n--\n\n"
"start plus all items. For numbers; text is joined with ''.join().";

/* Sums begin in C numbers and fall back to objects. Each phase adds items
   while it can, and leaves *total as the sum so far; 1: the iterable ended,
   0: go on with the next phase (*item is the one that did not fit), -1. */
static int
sum_ints(PyObject *it, PyObject **total, PyObject **item)
{
    int overflow;
    long sum = PyLong_AsLongAndOverflow(*total, &overflow);
    if (overflow) {
        *item = NULL;
        return 0;
    }
    if (sum == -1 && PyErr_Occurred()) {
        return -1;
    }
    int result = -1;
    for (;;) {
        PyObject *next = PyIter_Next(it);
        if (next == NULL) {
            if (PyErr_Occurred()) {
                return -1;
            }
            result = 1;
            break;
        }
        if (PyLong_CheckExact(next) || PyBool_Check(next)) {
            long value = PyLong_AsLongAndOverflow(next, &overflow);
            long fresh;
            if (!overflow && !__builtin_add_overflow(sum, value, &fresh)) {
                sum = fresh;
                Py_DECREF(next);
                continue;
            }
        }
        *item = next;
        result = 0;
        break;
    }
    PyObject *object = PyLong_FromLong(sum);
    if (object == NULL) {
        if (result == 0) {
            Py_CLEAR(*item);
        }
        return -1;
    }
    Py_SETREF(*total, object);
    return result;
}

static int
sum_floats(PyObject *it, PyObject **total, PyObject **item)
{
    double sum = PyFloat_AS_DOUBLE(*total);
    int result;
    for (;;) {
        PyObject *next = *item != NULL ? *item : PyIter_Next(it);
        *item = NULL;
        if (next == NULL) {
            if (PyErr_Occurred()) {
                return -1;
            }
            result = 1;
            break;
        }
        if (PyFloat_CheckExact(next)) {
            sum += PyFloat_AS_DOUBLE(next);
            Py_DECREF(next);
            continue;
        }
        if (PyLong_Check(next)) {
            int overflow;
            long value = PyLong_AsLongAndOverflow(next, &overflow);
            if (!overflow) {
                sum += (double)value;
                Py_DECREF(next);
                continue;
            }
        }
        *item = next;
        result = 0;
        break;
    }
    PyObject *object = PyFloat_FromDouble(sum);
    if (object == NULL) {
        Py_CLEAR(*item);
        return -1;
    }
    Py_SETREF(*total, object);
    return result;
}

/* Add one item (stolen) to the total by the operator. */
static int
sum_add(PyObject **total, PyObject *item)
{
    PyObject *object = PyNumber_Add(*total, item);
    Py_DECREF(item);
    if (object == NULL) {
        return -1;
    }
    Py_SETREF(*total, object);
    return 0;
}

static int
sum_all(PyObject *it, PyObject **total)
{
    PyObject *item = NULL;
    int status = 0;
    if (PyLong_CheckExact(*total)) {
        status = sum_ints(it, total, &item);
        if (status == 0 && item != NULL) {
            /* an int and a float make a float */
            status = sum_add(total, item);
            item = NULL;
        }
    }
    if (status == 0 && PyFloat_CheckExact(*total)) {
        status = sum_floats(it, total, &item);
        if (status == 0 && item != NULL) {
            status = sum_add(total, item);
        }
    }
    if (status != 0) {
        return status < 0 ? -1 : 0;
    }
    while ((item = PyIter_Next(it)) != NULL) {
        if (sum_add(total, item) < 0) {
            return -1;
        }
    }
    return PyErr_Occurred() ? -1 : 0;
}

static int
check_start(PyObject *start)
{
    const char *message = NULL;
    if (PyUnicode_Check(start)) {
        message = "sum() can't sum strings [use ''.join(seq) instead]";
    }
    else if (PyBytes_Check(start)) {
        message = "sum() can't sum bytes [use b''.join(seq) instead]";
    }
    else if (PyByteArray_Check(start)) {
        message = "sum() can't sum bytearray [use b''.join(seq) instead]";
    }
    if (message != NULL) {
        PyErr_SetString(PyExc_TypeError, message);
        return -1;
    }
    return 0;
}

PyObject *
builtin_sum(PyObject *Py_UNUSED(module), PyObject *const *args,
            Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const names[] = {"", "start", NULL};
    static _PyArg_Parser parser = {.keywords = names, .fname = "sum"};
    PyObject *buffer[2];
    Py_ssize_t given = nargs + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0);
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 2, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    PyObject *start = given > 1 ? args[1] : NULL;
    PyObject *it = PyObject_GetIter(args[0]);
    if (it == NULL) {
        return NULL;
    }
    PyObject *total = start == NULL ? PyLong_FromLong(0) : Py_NewRef(start);
    if (total == NULL || (start != NULL && check_start(start) < 0)
        || sum_all(it, &total) < 0) {
        Py_CLEAR(total);
    }
    Py_DECREF(it);
    return total;
}
