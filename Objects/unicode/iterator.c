/* Iterating over strings: one type for ASCII text, where every character is a
   ready-made object, one for the rest. */
#include "unicode_internal.h"
#include "pycore_object.h"

typedef struct {
    PyObject_HEAD
    Py_ssize_t index;           /* of the next character */
    PyObject *string;           /* NULL when exhausted */
} unicodeiterobject;

static void
unicodeiter_dealloc(unicodeiterobject *it)
{
    _PyObject_GC_UNTRACK(it);
    Py_XDECREF(it->string);
    PyObject_GC_Del(it);
}

static int
unicodeiter_traverse(unicodeiterobject *it, visitproc visit, void *arg)
{
    Py_VISIT(it->string);
    return 0;
}

static PyObject *
unicodeiter_next(unicodeiterobject *it)
{
    PyObject *string = it->string;
    if (string == NULL) {
        return NULL;
    }
    if (it->index < PyUnicode_GET_LENGTH(string)) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(string, it->index);
        PyObject *item = unicode_char(ch);
        if (item != NULL) {
            it->index++;
        }
        return item;
    }
    it->string = NULL;
    Py_DECREF(string);
    return NULL;
}

static PyObject *
ascii_iter_next(unicodeiterobject *it)
{
    PyObject *string = it->string;
    if (string == NULL) {
        return NULL;
    }
    if (it->index < PyUnicode_GET_LENGTH(string)) {
        const Py_UCS1 *data = PyUnicode_1BYTE_DATA(string);
        return Py_NewRef(unicode_latin1_borrow(data[it->index++]));
    }
    it->string = NULL;
    Py_DECREF(string);
    return NULL;
}

static PyObject *
unicodeiter_len(unicodeiterobject *it, PyObject *Py_UNUSED(unused))
{
    Py_ssize_t length = 0;
    if (it->string != NULL) {
        length = PyUnicode_GET_LENGTH(it->string) - it->index;
    }
    return PyLong_FromSsize_t(length);
}

static PyObject *
unicodeiter_reduce(unicodeiterobject *it, PyObject *Py_UNUSED(unused))
{
    PyObject *iter = _PyEval_GetBuiltin(&_Py_ID(iter));
    if (iter == NULL) {
        return NULL;
    }
    /* looking up may have run Python code that exhausted the iterator */
    if (it->string != NULL) {
        return Py_BuildValue("N(O)n", iter, it->string, it->index);
    }
    return Py_BuildValue("N(N)", iter, Py_NewRef(unicode_empty_borrow()));
}

static PyObject *
unicodeiter_setstate(unicodeiterobject *it, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (it->string != NULL) {
        Py_ssize_t length = PyUnicode_GET_LENGTH(it->string);
        it->index = index < 0 ? 0 : Py_MIN(index, length);
    }
    Py_RETURN_NONE;
}

static PyMethodDef unicodeiter_methods[] = {
    {"__length_hint__", (PyCFunction)unicodeiter_len, METH_NOARGS,
     PyDoc_STR("Private method returning an estimate of len(list(it)).")},
    {"__reduce__", (PyCFunction)unicodeiter_reduce, METH_NOARGS,
     PyDoc_STR("Return state information for pickling.")},
    {"__setstate__", (PyCFunction)unicodeiter_setstate, METH_O,
     PyDoc_STR("Set state information for unpickling.")},
    {NULL, NULL},
};

PyTypeObject PyUnicodeIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "str_iterator",
    .tp_basicsize = sizeof(unicodeiterobject),
    .tp_dealloc = (destructor)unicodeiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)unicodeiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)unicodeiter_next,
    .tp_methods = unicodeiter_methods,
};

PyTypeObject _PyUnicodeASCIIIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "str_ascii_iterator",
    .tp_basicsize = sizeof(unicodeiterobject),
    .tp_dealloc = (destructor)unicodeiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)unicodeiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)ascii_iter_next,
    .tp_methods = unicodeiter_methods,
};

PyObject *
unicode_iter(PyObject *self)
{
    if (!PyUnicode_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    PyTypeObject *type = PyUnicode_IS_ASCII(self) ? &_PyUnicodeASCIIIter_Type
                                                  : &PyUnicodeIter_Type;
    unicodeiterobject *it = PyObject_GC_New(unicodeiterobject, type);
    if (it == NULL) {
        return NULL;
    }
    it->index = 0;
    it->string = Py_NewRef(self);
    _PyObject_GC_TRACK(it);
    return (PyObject *)it;
}
