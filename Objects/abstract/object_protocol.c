/* Size, items, format, iteration: what is asked of any object. */
#include "abstract_private.h"

PyObject *
PyObject_Type(PyObject *o)
{
    if (o == NULL) {
        return abstract_null_error();
    }
    return Py_NewRef((PyObject *)Py_TYPE(o));
}

/* -- Size --------------------------------------------------------------------------- */

Py_ssize_t
PyObject_Size(PyObject *o)
{
    if (o == NULL) {
        abstract_null_error();
        return -1;
    }
    PySequenceMethods *sq = Py_TYPE(o)->tp_as_sequence;
    if (sq != NULL && sq->sq_length != NULL) {
        return sq->sq_length(o);
    }
    return PyMapping_Size(o);
}

#undef PyObject_Length
Py_ssize_t
PyObject_Length(PyObject *o)
{
    return PyObject_Size(o);
}

int
_PyObject_HasLen(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    return (type->tp_as_sequence != NULL
            && type->tp_as_sequence->sq_length != NULL)
           || (type->tp_as_mapping != NULL
               && type->tp_as_mapping->mp_length != NULL);
}

/* len(), else __length_hint__(), else the default; -1 on error (PEP 424) */
Py_ssize_t
PyObject_LengthHint(PyObject *o, Py_ssize_t default_value)
{
    if (_PyObject_HasLen(o)) {
        Py_ssize_t size = PyObject_Size(o);
        if (size >= 0) {
            return size;
        }
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
            return -1;
        }
        PyErr_Clear();
    }
    PyObject *method = _PyObject_LookupSpecial(o, &_Py_ID(__length_hint__));
    if (method == NULL) {
        return PyErr_Occurred() ? -1 : default_value;
    }
    PyObject *result = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (result == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            return default_value;
        }
        return -1;
    }
    if (result == Py_NotImplemented) {
        Py_DECREF(result);
        return default_value;
    }
    if (!PyLong_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "__length_hint__ must be an integer, not %.100s",
                     Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return -1;
    }
    Py_ssize_t hint = PyLong_AsSsize_t(result);
    Py_DECREF(result);
    if (hint < 0 && !PyErr_Occurred()) {
        PyErr_Format(PyExc_ValueError,
                     "__length_hint__() should return >= 0");
        return -1;
    }
    return hint;
}

/* -- Items ------------------------------------------------------------------------------ */

/* list[int] and the like */
static PyObject *
class_getitem(PyObject *o, PyObject *key)
{
    if ((PyTypeObject *)o == &PyType_Type) {
        return Py_GenericAlias(o, key);
    }
    PyObject *method;
    if (_PyObject_LookupAttr(o, &_Py_ID(__class_getitem__), &method) < 0) {
        return NULL;
    }
    if (method != NULL && method != Py_None) {
        PyObject *result = PyObject_CallOneArg(method, key);
        Py_DECREF(method);
        return result;
    }
    Py_XDECREF(method);
    PyErr_Format(PyExc_TypeError, "type '%.200s' is not subscriptable",
                 ((PyTypeObject *)o)->tp_name);
    return NULL;
}

PyObject *
PyObject_GetItem(PyObject *o, PyObject *key)
{
    if (o == NULL || key == NULL) {
        return abstract_null_error();
    }
    PyMappingMethods *mp = Py_TYPE(o)->tp_as_mapping;
    if (mp != NULL && mp->mp_subscript != NULL) {
        return mp->mp_subscript(o, key);
    }
    PySequenceMethods *sq = Py_TYPE(o)->tp_as_sequence;
    if (sq != NULL && sq->sq_item != NULL) {
        if (!_PyIndex_Check(key)) {
            return abstract_type_error("sequence index must be integer, "
                                       "not '%.200s'", key);
        }
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return PySequence_GetItem(o, i);
    }
    if (PyType_Check(o)) {
        return class_getitem(o, key);
    }
    return abstract_type_error("'%.200s' object is not subscriptable", o);
}

static int
assign_item(PyObject *o, PyObject *key, PyObject *value, const char *what)
{
    if (o == NULL || key == NULL) {
        abstract_null_error();
        return -1;
    }
    PyMappingMethods *mp = Py_TYPE(o)->tp_as_mapping;
    if (mp != NULL && mp->mp_ass_subscript != NULL) {
        return mp->mp_ass_subscript(o, key, value);
    }
    PySequenceMethods *sq = Py_TYPE(o)->tp_as_sequence;
    if (sq != NULL) {
        if (_PyIndex_Check(key)) {
            Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
            if (i == -1 && PyErr_Occurred()) {
                return -1;
            }
            return value == NULL ? PySequence_DelItem(o, i)
                                 : PySequence_SetItem(o, i, value);
        }
        if (sq->sq_ass_item != NULL) {
            abstract_type_error("sequence index must be integer, "
                                "not '%.200s'", key);
            return -1;
        }
    }
    PyErr_Format(PyExc_TypeError, "'%.200s' object %s",
                 Py_TYPE(o)->tp_name, what);
    return -1;
}

int
PyObject_SetItem(PyObject *o, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        abstract_null_error();
        return -1;
    }
    return assign_item(o, key, value, "does not support item assignment");
}

int
PyObject_DelItem(PyObject *o, PyObject *key)
{
    return assign_item(o, key, NULL, "doesn't support item deletion");
}

int
PyObject_DelItemString(PyObject *o, const char *key)
{
    if (o == NULL || key == NULL) {
        abstract_null_error();
        return -1;
    }
    PyObject *text = PyUnicode_FromString(key);
    if (text == NULL) {
        return -1;
    }
    int result = PyObject_DelItem(o, text);
    Py_DECREF(text);
    return result;
}

/* -- Format -------------------------------------------------------------------------------- */

PyObject *
PyObject_Format(PyObject *obj, PyObject *format_spec)
{
    if (format_spec != NULL && !PyUnicode_Check(format_spec)) {
        PyErr_Format(PyExc_SystemError,
                     "Format specifier must be a string, not %.200s",
                     Py_TYPE(format_spec)->tp_name);
        return NULL;
    }
    if (format_spec == NULL || PyUnicode_GET_LENGTH(format_spec) == 0) {
        /* the commonest cases need no method call */
        if (PyUnicode_CheckExact(obj)) {
            return Py_NewRef(obj);
        }
        if (PyLong_CheckExact(obj)) {
            return PyObject_Str(obj);
        }
    }
    PyObject *method = _PyObject_LookupSpecial(obj, &_Py_ID(__format__));
    if (method == NULL) {
        if (!PyErr_Occurred()) {
            abstract_type_error("Type %.100s doesn't define __format__", obj);
        }
        return NULL;
    }
    PyObject *result = PyObject_CallOneArg(
        method, format_spec != NULL ? format_spec : &_Py_STR(empty));
    Py_DECREF(method);
    if (result != NULL && !PyUnicode_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "__format__ must return a str, not %.200s",
                     Py_TYPE(result)->tp_name);
        Py_CLEAR(result);
    }
    return result;
}

/* -- Iteration --------------------------------------------------------------------------------- */

int
PyIter_Check(PyObject *obj)
{
    iternextfunc next = Py_TYPE(obj)->tp_iternext;
    return next != NULL && next != &_PyObject_NextNotImplemented;
}

int
PyAIter_Check(PyObject *obj)
{
    PyAsyncMethods *am = Py_TYPE(obj)->tp_as_async;
    return am != NULL && am->am_anext != NULL
           && am->am_anext != &_PyObject_NextNotImplemented;
}

PyObject *
PyObject_GetIter(PyObject *o)
{
    getiterfunc f = Py_TYPE(o)->tp_iter;
    if (f == NULL) {
        if (PySequence_Check(o)) {
            return PySeqIter_New(o);
        }
        return abstract_type_error("'%.200s' object is not iterable", o);
    }
    PyObject *it = f(o);
    if (it != NULL && !PyIter_Check(it)) {
        PyErr_Format(PyExc_TypeError,
                     "iter() returned non-iterator of type '%.100s'",
                     Py_TYPE(it)->tp_name);
        Py_CLEAR(it);
    }
    return it;
}

PyObject *
PyObject_GetAIter(PyObject *o)
{
    PyAsyncMethods *am = Py_TYPE(o)->tp_as_async;
    if (am == NULL || am->am_aiter == NULL) {
        return abstract_type_error("'%.200s' object is not an async iterable",
                                   o);
    }
    PyObject *it = am->am_aiter(o);
    if (it != NULL && !PyAIter_Check(it)) {
        PyErr_Format(PyExc_TypeError,
                     "aiter() returned not an async iterator of type "
                     "'%.100s'", Py_TYPE(it)->tp_name);
        Py_CLEAR(it);
    }
    return it;
}

PyObject *
PyIter_Next(PyObject *iter)
{
    PyObject *result = Py_TYPE(iter)->tp_iternext(iter);
    if (result == NULL) {
        PyThreadState *tstate = _PyThreadState_GET();
        if (tstate->curexc_type != NULL
            && _PyErr_ExceptionMatches(tstate, PyExc_StopIteration)) {
            _PyErr_Clear(tstate);
        }
    }
    return result;
}

PySendResult
PyIter_Send(PyObject *iter, PyObject *arg, PyObject **result)
{
    PyAsyncMethods *am = Py_TYPE(iter)->tp_as_async;
    if (am != NULL && am->am_send != NULL) {
        return am->am_send(iter, arg, result);
    }
    if (arg == Py_None && PyIter_Check(iter)) {
        *result = Py_TYPE(iter)->tp_iternext(iter);
    }
    else {
        *result = PyObject_CallMethodOneArg(iter, &_Py_ID(send), arg);
    }
    if (*result != NULL) {
        return PYGEN_NEXT;
    }
    return _PyGen_FetchStopIterationValue(result) == 0 ? PYGEN_RETURN
                                                       : PYGEN_ERROR;
}
