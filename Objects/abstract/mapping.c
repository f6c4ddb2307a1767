/* The mapping protocol. */
#include "abstract_private.h"

int
PyMapping_Check(PyObject *o)
{
    PyMappingMethods *mp = o == NULL ? NULL : Py_TYPE(o)->tp_as_mapping;
    return mp != NULL && mp->mp_subscript != NULL;
}

Py_ssize_t
PyMapping_Size(PyObject *o)
{
    if (o == NULL) {
        abstract_null_error();
        return -1;
    }
    PyMappingMethods *mp = Py_TYPE(o)->tp_as_mapping;
    if (mp != NULL && mp->mp_length != NULL) {
        return mp->mp_length(o);
    }
    PySequenceMethods *sq = Py_TYPE(o)->tp_as_sequence;
    if (sq != NULL && sq->sq_length != NULL) {
        abstract_type_error("%.200s is not a mapping", o);
        return -1;
    }
    abstract_type_error("object of type '%.200s' has no len()", o);
    return -1;
}

#undef PyMapping_Length
Py_ssize_t
PyMapping_Length(PyObject *o)
{
    return PyMapping_Size(o);
}

PyObject *
PyMapping_GetItemString(PyObject *o, const char *key)
{
    if (key == NULL) {
        return abstract_null_error();
    }
    PyObject *text = PyUnicode_FromString(key);
    if (text == NULL) {
        return NULL;
    }
    PyObject *value = PyObject_GetItem(o, text);
    Py_DECREF(text);
    return value;
}

int
PyMapping_SetItemString(PyObject *o, const char *key, PyObject *value)
{
    if (key == NULL) {
        abstract_null_error();
        return -1;
    }
    PyObject *text = PyUnicode_FromString(key);
    if (text == NULL) {
        return -1;
    }
    int result = PyObject_SetItem(o, text, value);
    Py_DECREF(text);
    return result;
}

int
PyMapping_HasKeyString(PyObject *o, const char *key)
{
    PyObject *value = PyMapping_GetItemString(o, key);
    if (value == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(value);
    return 1;
}

int
PyMapping_HasKey(PyObject *o, PyObject *key)
{
    PyObject *value = PyObject_GetItem(o, key);
    if (value == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(value);
    return 1;
}

/* A list of what a method without arguments gives. */
static PyObject *
method_as_list(PyObject *o, PyObject *name)
{
    PyObject *view = PyObject_CallMethodNoArgs(o, name);
    if (view == NULL || PyList_CheckExact(view)) {
        return view;
    }
    PyObject *it = PyObject_GetIter(view);
    if (it == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError,
                         "%.200s.%U() returned a non-iterable "
                         "(type %.200s)",
                         Py_TYPE(o)->tp_name, name, Py_TYPE(view)->tp_name);
        }
        Py_DECREF(view);
        return NULL;
    }
    Py_DECREF(view);
    PyObject *list = PySequence_List(it);
    Py_DECREF(it);
    return list;
}

PyObject *
PyMapping_Keys(PyObject *o)
{
    if (o == NULL) {
        return abstract_null_error();
    }
    return PyDict_CheckExact(o) ? PyDict_Keys(o)
                                : method_as_list(o, &_Py_ID(keys));
}

PyObject *
PyMapping_Items(PyObject *o)
{
    if (o == NULL) {
        return abstract_null_error();
    }
    return PyDict_CheckExact(o) ? PyDict_Items(o)
                                : method_as_list(o, &_Py_ID(items));
}

PyObject *
PyMapping_Values(PyObject *o)
{
    if (o == NULL) {
        return abstract_null_error();
    }
    return PyDict_CheckExact(o) ? PyDict_Values(o)
                                : method_as_list(o, &_Py_ID(values));
}
