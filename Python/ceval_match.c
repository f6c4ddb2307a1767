/* Pattern matching: the slow halves of bytecodes/match.c. */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_eval.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"

/* -- Mappings -------------------------------------------------------------------- */

/* map.get(key, dummy) through an already found method; new reference. */
static PyObject *
call_get(PyObject *get, int bound, PyObject *map, PyObject *key,
         PyObject *dummy)
{
    PyObject *args[] = {map, key, dummy};
    return PyObject_Vectorcall(get, args + bound, 3 - bound, NULL);
}

/* The tuple of values of distinct keys, None if one is missing. */
static PyObject *
match_keys(PyThreadState *tstate, PyObject *get, int bound, PyObject *map,
           PyObject *keys)
{
    Py_ssize_t count = PyTuple_GET_SIZE(keys);
    PyObject *dummy = NULL;
    PyObject *values = NULL;
    PyObject *seen = PySet_New(NULL);
    if (seen == NULL) {
        goto error;
    }
    /* what no mapping can hold */
    dummy = _PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type);
    if (dummy == NULL) {
        goto error;
    }
    values = PyTuple_New(count);
    if (values == NULL) {
        goto error;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *key = PyTuple_GET_ITEM(keys, i);
        int known = PySet_Contains(seen, key);
        if (known != 0 || PySet_Add(seen, key) < 0) {
            if (known > 0) {
                _PyErr_Format(tstate, PyExc_ValueError,
                              "mapping pattern checks duplicate key (%R)",
                              key);
            }
            goto error;
        }
        PyObject *value = call_get(get, bound, map, key, dummy);
        if (value == NULL) {
            goto error;
        }
        if (value == dummy) {
            Py_DECREF(value);
            Py_SETREF(values, Py_NewRef(Py_None));
            break;
        }
        PyTuple_SET_ITEM(values, i, value);
    }
    Py_DECREF(dummy);
    Py_DECREF(seen);
    return values;
error:
    Py_XDECREF(values);
    Py_XDECREF(dummy);
    Py_XDECREF(seen);
    return NULL;
}

PyObject *
eval_match_keys(PyThreadState *tstate, PyObject *map, PyObject *keys)
{
    if (PyTuple_GET_SIZE(keys) == 0) {
        return PyTuple_New(0);
    }
    /* get() with a default, so that __missing__ stays out of it */
    PyObject *get = NULL;
    int unbound = _PyObject_GetMethod(map, &_Py_ID(get), &get);
    if (get == NULL) {
        return NULL;
    }
    PyObject *values = match_keys(tstate, get, !unbound, map, keys);
    Py_DECREF(get);
    return values;
}

/* -- Classes ------------------------------------------------------------------------ */

/* An attribute for a subpattern, each at most once; NULL with or without an
   exception. */
static PyObject *
match_attribute(PyThreadState *tstate, PyObject *subject, PyObject *type,
                PyObject *name, PyObject *seen)
{
    int known = PySet_Contains(seen, name);
    if (known != 0 || PySet_Add(seen, name) < 0) {
        if (known > 0) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "%s() got multiple sub-patterns for attribute %R",
                          ((PyTypeObject *)type)->tp_name, name);
        }
        return NULL;
    }
    PyObject *value = PyObject_GetAttr(subject, name);
    if (value == NULL
        && _PyErr_ExceptionMatches(tstate, PyExc_AttributeError)) {
        _PyErr_Clear(tstate);
    }
    return value;
}

/* Appends an attribute; 1 done, 0 no match or exception. */
static int
append_attribute(PyThreadState *tstate, PyObject *subject, PyObject *type,
                 PyObject *name, PyObject *seen, PyObject *attributes)
{
    PyObject *value = match_attribute(tstate, subject, type, name, seen);
    if (value == NULL) {
        return 0;
    }
    int status = PyList_Append(attributes, value);
    Py_DECREF(value);
    return status == 0;
}

/* Positional subpatterns, by __match_args__. */
static int
match_positional(PyThreadState *tstate, PyObject *subject, PyObject *type,
                 Py_ssize_t nargs, PyObject *seen, PyObject *attributes)
{
    const char *type_name = ((PyTypeObject *)type)->tp_name;
    /* some built-in types match the whole subject by one subpattern */
    int match_self = 0;
    PyObject *match_args = PyObject_GetAttr(type, &_Py_ID(__match_args__));
    if (match_args == NULL) {
        if (!_PyErr_ExceptionMatches(tstate, PyExc_AttributeError)) {
            return 0;
        }
        _PyErr_Clear(tstate);
        match_args = PyTuple_New(0);
        if (match_args == NULL) {
            return 0;
        }
        match_self = PyType_HasFeature((PyTypeObject *)type,
                                       _Py_TPFLAGS_MATCH_SELF);
    }
    else if (!PyTuple_CheckExact(match_args)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "%s.__match_args__ must be a tuple (got %s)",
                      type_name, Py_TYPE(match_args)->tp_name);
        goto no_match;
    }
    Py_ssize_t allowed = match_self ? 1 : PyTuple_GET_SIZE(match_args);
    if (allowed < nargs) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "%s() accepts %zd positional sub-pattern%s (%zd given)",
                      type_name, allowed, allowed == 1 ? "" : "s", nargs);
        goto no_match;
    }
    if (match_self) {
        if (PyList_Append(attributes, subject) < 0) {
            goto no_match;
        }
    }
    else {
        for (Py_ssize_t i = 0; i < nargs; i++) {
            PyObject *name = PyTuple_GET_ITEM(match_args, i);
            if (!PyUnicode_CheckExact(name)) {
                _PyErr_Format(tstate, PyExc_TypeError,
                              "__match_args__ elements must be strings "
                              "(got %s)", Py_TYPE(name)->tp_name);
                goto no_match;
            }
            if (!append_attribute(tstate, subject, type, name, seen,
                                  attributes)) {
                goto no_match;
            }
        }
    }
    Py_DECREF(match_args);
    return 1;
no_match:
    Py_DECREF(match_args);
    return 0;
}

PyObject *
eval_match_class(PyThreadState *tstate, PyObject *subject, PyObject *type,
                 Py_ssize_t nargs, PyObject *kwattrs)
{
    if (!PyType_Check(type)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "called match pattern must be a type");
        return NULL;
    }
    if (PyObject_IsInstance(subject, type) <= 0) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *attributes = NULL;
    PyObject *seen = PySet_New(NULL);
    if (seen == NULL) {
        return NULL;
    }
    attributes = PyList_New(0);
    if (attributes == NULL) {
        goto done;
    }
    if (nargs && !match_positional(tstate, subject, type, nargs, seen,
                                   attributes)) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kwattrs); i++) {
        if (!append_attribute(tstate, subject, type,
                              PyTuple_GET_ITEM(kwattrs, i), seen,
                              attributes)) {
            goto done;
        }
    }
    result = PyList_AsTuple(attributes);
done:
    Py_XDECREF(attributes);
    Py_DECREF(seen);
    return result;
}
