/* Operators, building and unpacking: the slow halves of the instructions in
   bytecodes/{arith,build,iter}.c. */

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_ceval.h"
#include "pycore_dict.h"
#include "pycore_eval.h"
#include "pycore_list.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "opcode.h"

/* -- Operators ------------------------------------------------------------------ */

const eval_binary_operator eval_binary_operators[26] = {
    [NB_ADD] = PyNumber_Add,
    [NB_AND] = PyNumber_And,
    [NB_FLOOR_DIVIDE] = PyNumber_FloorDivide,
    [NB_LSHIFT] = PyNumber_Lshift,
    [NB_MATRIX_MULTIPLY] = PyNumber_MatrixMultiply,
    [NB_MULTIPLY] = PyNumber_Multiply,
    [NB_REMAINDER] = PyNumber_Remainder,
    [NB_OR] = PyNumber_Or,
    [NB_POWER] = _PyNumber_PowerNoMod,
    [NB_RSHIFT] = PyNumber_Rshift,
    [NB_SUBTRACT] = PyNumber_Subtract,
    [NB_TRUE_DIVIDE] = PyNumber_TrueDivide,
    [NB_XOR] = PyNumber_Xor,
    [NB_INPLACE_ADD] = PyNumber_InPlaceAdd,
    [NB_INPLACE_AND] = PyNumber_InPlaceAnd,
    [NB_INPLACE_FLOOR_DIVIDE] = PyNumber_InPlaceFloorDivide,
    [NB_INPLACE_LSHIFT] = PyNumber_InPlaceLshift,
    [NB_INPLACE_MATRIX_MULTIPLY] = PyNumber_InPlaceMatrixMultiply,
    [NB_INPLACE_MULTIPLY] = PyNumber_InPlaceMultiply,
    [NB_INPLACE_REMAINDER] = PyNumber_InPlaceRemainder,
    [NB_INPLACE_OR] = PyNumber_InPlaceOr,
    [NB_INPLACE_POWER] = _PyNumber_InPlacePowerNoMod,
    [NB_INPLACE_RSHIFT] = PyNumber_InPlaceRshift,
    [NB_INPLACE_SUBTRACT] = PyNumber_InPlaceSubtract,
    [NB_INPLACE_TRUE_DIVIDE] = PyNumber_InPlaceTrueDivide,
    [NB_INPLACE_XOR] = PyNumber_InPlaceXor,
};

/* -- Containers ------------------------------------------------------------------- */

PyObject *
eval_build_set(PyObject *const *items, int count)
{
    PyObject *set = PySet_New(NULL);
    for (int i = 0; set != NULL && i < count; i++) {
        if (PySet_Add(set, items[i]) < 0) {
            Py_CLEAR(set);
        }
    }
    return set;
}

PyObject *
eval_build_const_key_map(PyThreadState *tstate, PyObject *const *values,
                         int count, PyObject *keys)
{
    if (!PyTuple_CheckExact(keys) || PyTuple_GET_SIZE(keys) != count) {
        _PyErr_SetString(tstate, PyExc_SystemError,
                         "bad BUILD_CONST_KEY_MAP keys argument");
        return NULL;
    }
    return _PyDict_FromItems(&PyTuple_GET_ITEM(keys, 0), 1, values, 1, count);
}

/* Whether the TypeError being raised says that obj is not iterable. */
static int
is_not_iterable(PyThreadState *tstate, PyObject *obj)
{
    return _PyErr_ExceptionMatches(tstate, PyExc_TypeError)
        && Py_TYPE(obj)->tp_iter == NULL && !PySequence_Check(obj);
}

int
eval_list_extend(PyThreadState *tstate, PyObject *list, PyObject *iterable)
{
    PyObject *none = _PyList_Extend((PyListObject *)list, iterable);
    if (none != NULL) {
        Py_DECREF(none);
        return 0;
    }
    if (is_not_iterable(tstate, iterable)) {
        _PyErr_Clear(tstate);
        _PyErr_Format(tstate, PyExc_TypeError,
                      "Value after * must be an iterable, not %.200s",
                      Py_TYPE(iterable)->tp_name);
    }
    return -1;
}

int
eval_dict_update(PyThreadState *tstate, PyObject *dict, PyObject *mapping)
{
    if (PyDict_Update(dict, mapping) == 0) {
        return 0;
    }
    if (_PyErr_ExceptionMatches(tstate, PyExc_AttributeError)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "'%.200s' object is not a mapping",
                      Py_TYPE(mapping)->tp_name);
    }
    return -1;
}

/* The key that a KeyError is about, borrowed: the exception may be an instance
   already, its arguments, or the key alone. */
static PyObject *
key_of_error(PyObject *value)
{
    if (value != NULL && PyExceptionInstance_Check(value)) {
        value = ((PyBaseExceptionObject *)value)->args;
    }
    if (value != NULL && PyTuple_Check(value)) {
        return PyTuple_GET_SIZE(value) == 1 ? PyTuple_GET_ITEM(value, 0)
                                            : NULL;
    }
    return value;
}

static void
explain_merge_error(PyThreadState *tstate, PyObject *function,
                    PyObject *mapping)
{
    if (_PyErr_ExceptionMatches(tstate, PyExc_AttributeError)) {
        /* it has no keys() */
        _PyErr_Clear(tstate);
        PyObject *name = _PyObject_FunctionStr(function);
        if (name != NULL) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "%U argument after ** must be a mapping, not %.200s",
                          name, Py_TYPE(mapping)->tp_name);
            Py_DECREF(name);
        }
    }
    else if (_PyErr_ExceptionMatches(tstate, PyExc_KeyError)) {
        PyObject *type, *value, *traceback;
        _PyErr_Fetch(tstate, &type, &value, &traceback);
        PyObject *key = key_of_error(value);
        if (key == NULL) {
            _PyErr_Restore(tstate, type, value, traceback);
            return;
        }
        PyObject *name = _PyObject_FunctionStr(function);
        if (name != NULL) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "%U got multiple values for keyword argument '%S'",
                          name, key);
            Py_DECREF(name);
        }
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
    }
}

int
eval_dict_merge(PyThreadState *tstate, PyObject *function, PyObject *dict,
                PyObject *mapping)
{
    if (_PyDict_MergeEx(dict, mapping, 2) < 0) {
        explain_merge_error(tstate, function, mapping);
        return -1;
    }
    return 0;
}

/* -- Text --------------------------------------------------------------------------- */

PyObject *
eval_format_value(PyObject *value, PyObject *spec, int conversion)
{
    PyObject *converted;
    switch (conversion) {
    case FVC_STR:
        converted = PyObject_Str(value);
        break;
    case FVC_REPR:
        converted = PyObject_Repr(value);
        break;
    case FVC_ASCII:
        converted = PyObject_ASCII(value);
        break;
    default:
        converted = Py_NewRef(value);
        break;
    }
    if (converted == NULL
        || (PyUnicode_CheckExact(converted) && spec == NULL)) {
        return converted;
    }
    PyObject *text = PyObject_Format(converted, spec);
    Py_DECREF(converted);
    return text;
}

int
eval_print_expr(PyThreadState *tstate, PyObject *value)
{
    PyObject *hook = _PySys_GetAttr(tstate, &_Py_ID(displayhook));
    if (hook == NULL) {
        _PyErr_SetString(tstate, PyExc_RuntimeError, "lost sys.displayhook");
        return -1;
    }
    Py_INCREF(hook);
    PyObject *result = PyObject_CallOneArg(hook, value);
    Py_DECREF(hook);
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

/* -- Unpacking ------------------------------------------------------------------------- */

static void
too_few(PyThreadState *tstate, int count, int after, Py_ssize_t got)
{
    if (after == -1) {
        _PyErr_Format(tstate, PyExc_ValueError,
                      "not enough values to unpack (expected %d, got %zd)",
                      count, got);
    }
    else {
        _PyErr_Format(tstate, PyExc_ValueError,
                      "not enough values to unpack "
                      "(expected at least %d, got %zd)",
                      count + after, got);
    }
}

/* Collects the rest in a list, gives its last `after` items to the targets
   behind it. *top moves down. */
static int
unpack_rest(PyThreadState *tstate, PyObject *iter, int count, int after,
            slot_t **top)
{
    PyObject *list = PySequence_List(iter);
    if (list == NULL) {
        return 0;
    }
    *--*top = slot_steal(list);
    Py_ssize_t length = PyList_GET_SIZE(list);
    if (length < after) {
        too_few(tstate, count, after, count + length);
        return 0;
    }
    for (int i = after; i > 0; i--) {
        *--*top = slot_steal(PyList_GET_ITEM(list, length - i));
    }
    Py_SET_SIZE(list, length - after);
    return 1;
}

static int
unpack_iterator(PyThreadState *tstate, PyObject *iter, int count, int after,
                slot_t **top)
{
    for (int i = 0; i < count; i++) {
        PyObject *value = PyIter_Next(iter);
        if (value == NULL) {
            if (!_PyErr_Occurred(tstate)) {
                too_few(tstate, count, after, i);
            }
            return 0;
        }
        *--*top = slot_steal(value);
    }
    if (after >= 0) {
        return unpack_rest(tstate, iter, count, after, top);
    }
    PyObject *value = PyIter_Next(iter);
    if (value != NULL) {
        Py_DECREF(value);
        _PyErr_Format(tstate, PyExc_ValueError,
                      "too many values to unpack (expected %d)", count);
        return 0;
    }
    return !_PyErr_Occurred(tstate);
}

int
eval_unpack_steal(PyThreadState *tstate, PyObject *iterable, int count,
                  int after, slot_t *top)
{
    PyObject *iter = PyObject_GetIter(iterable);
    if (iter == NULL) {
        if (is_not_iterable(tstate, iterable)) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "cannot unpack non-iterable %.200s object",
                          Py_TYPE(iterable)->tp_name);
        }
        Py_DECREF(iterable);
        return 0;
    }
    slot_t *bottom = top;
    int done = unpack_iterator(tstate, iter, count, after, &bottom);
    if (!done) {
        for (; bottom < top; bottom++) {
            slot_drop(*bottom);
        }
    }
    Py_DECREF(iter);
    Py_DECREF(iterable);
    return done;
}

/* -- Slices ------------------------------------------------------------------------------ */

int
_PyEval_SliceIndexNotNone(PyObject *v, Py_ssize_t *pi)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (!_PyIndex_Check(v)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "slice indices must be integers or "
                         "have an __index__ method");
        return 0;
    }
    Py_ssize_t x = PyNumber_AsSsize_t(v, NULL);
    if (x == -1 && _PyErr_Occurred(tstate)) {
        return 0;
    }
    *pi = x;
    return 1;
}

int
_PyEval_SliceIndex(PyObject *v, Py_ssize_t *pi)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (Py_IsNone(v)) {
        return 1;
    }
    if (!_PyIndex_Check(v)) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "slice indices must be integers or "
                         "None or have an __index__ method");
        return 0;
    }
    Py_ssize_t x = PyNumber_AsSsize_t(v, NULL);
    if (x == -1 && _PyErr_Occurred(tstate)) {
        return 0;
    }
    *pi = x;
    return 1;
}
