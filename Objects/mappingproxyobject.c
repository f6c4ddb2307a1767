/* mappingproxy: a read-only view of a mapping, such as a class's __dict__. */
#include "Python.h"
#include "pycore_object.h"

typedef struct {
    PyObject_HEAD
    PyObject *mapping;
} mappingproxyobject;

static Py_ssize_t
mappingproxy_len(PyObject *self)
{
    return PyObject_Size(((mappingproxyobject *)self)->mapping);
}

static PyObject *
mappingproxy_getitem(PyObject *self, PyObject *key)
{
    return PyObject_GetItem(((mappingproxyobject *)self)->mapping, key);
}

static PyMappingMethods mappingproxy_as_mapping = {
    .mp_length = mappingproxy_len,
    .mp_subscript = mappingproxy_getitem,
};

static PyObject *
unwrap(PyObject *object)
{
    if (PyObject_TypeCheck(object, &PyDictProxy_Type)) {
        return ((mappingproxyobject *)object)->mapping;
    }
    return object;
}

static PyObject *
mappingproxy_or(PyObject *left, PyObject *right)
{
    return PyNumber_Or(unwrap(left), unwrap(right));
}

static PyObject *
mappingproxy_ior(PyObject *self, PyObject *Py_UNUSED(other))
{
    return PyErr_Format(PyExc_TypeError,
                        "'|=' is not supported by %s; use '|' instead",
                        Py_TYPE(self)->tp_name);
}

static PyNumberMethods mappingproxy_as_number = {
    .nb_or = mappingproxy_or,
    .nb_inplace_or = mappingproxy_ior,
};

static int
mappingproxy_contains(PyObject *self, PyObject *key)
{
    PyObject *mapping = ((mappingproxyobject *)self)->mapping;
    if (PyDict_CheckExact(mapping)) {
        return PyDict_Contains(mapping, key);
    }
    return PySequence_Contains(mapping, key);
}

static PySequenceMethods mappingproxy_as_sequence = {
    .sq_contains = mappingproxy_contains,
};

/* -- Methods: those of the mapping ---------------------------------------- */

static PyObject *
mappingproxy_get(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    /* slots for self, key and default */
    PyObject *stack[3] = {((mappingproxyobject *)self)->mapping, NULL,
                          Py_None};
    if (!_PyArg_UnpackStack(args, nargs, "get", 1, 2, &stack[1],
                            &stack[2])) {
        return NULL;
    }
    return PyObject_VectorcallMethod(&_Py_ID(get), stack,
                                     3 | PY_VECTORCALL_ARGUMENTS_OFFSET,
                                     NULL);
}

static PyObject *
mappingproxy_keys(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(((mappingproxyobject *)self)->mapping,
                                     &_Py_ID(keys));
}

static PyObject *
mappingproxy_values(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(((mappingproxyobject *)self)->mapping,
                                     &_Py_ID(values));
}

static PyObject *
mappingproxy_items(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(((mappingproxyobject *)self)->mapping,
                                     &_Py_ID(items));
}

static PyObject *
mappingproxy_copy(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(((mappingproxyobject *)self)->mapping,
                                     &_Py_ID(copy));
}

static PyObject *
mappingproxy_reversed(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(((mappingproxyobject *)self)->mapping,
                                     &_Py_ID(__reversed__));
}

static PyMethodDef mappingproxy_methods[] = {
    {"get", _PyCFunction_CAST(mappingproxy_get), METH_FASTCALL,
     PyDoc_STR("D.get(k[,d]) -> D[k] if k in D, else d."
               "  d defaults to None.")},
    {"keys", mappingproxy_keys, METH_NOARGS,
     PyDoc_STR("D.keys() -> a set-like object providing a view on D's "
               "keys")},
    {"values", mappingproxy_values, METH_NOARGS,
     PyDoc_STR("D.values() -> an object providing a view on D's values")},
    {"items", mappingproxy_items, METH_NOARGS,
     PyDoc_STR("D.items() -> a set-like object providing a view on D's "
               "items")},
    {"copy", mappingproxy_copy, METH_NOARGS,
     PyDoc_STR("D.copy() -> a shallow copy of D")},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {"__reversed__", mappingproxy_reversed, METH_NOARGS,
     PyDoc_STR("D.__reversed__() -> reverse iterator")},
    {NULL, NULL, 0, NULL},
};

/* -- Protocols ------------------------------------------------------------ */

static void
mappingproxy_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_DECREF(((mappingproxyobject *)self)->mapping);
    PyObject_GC_Del(self);
}

static int
mappingproxy_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((mappingproxyobject *)self)->mapping);
    return 0;
}

static PyObject *
mappingproxy_getiter(PyObject *self)
{
    return PyObject_GetIter(((mappingproxyobject *)self)->mapping);
}

static PyObject *
mappingproxy_str(PyObject *self)
{
    return PyObject_Str(((mappingproxyobject *)self)->mapping);
}

static PyObject *
mappingproxy_repr(PyObject *self)
{
    return PyUnicode_FromFormat("mappingproxy(%R)",
                                ((mappingproxyobject *)self)->mapping);
}

static PyObject *
mappingproxy_richcompare(PyObject *self, PyObject *other, int op)
{
    return PyObject_RichCompare(((mappingproxyobject *)self)->mapping, other,
                                op);
}

/* -- Construction --------------------------------------------------------- */

static int
check_mapping(PyObject *mapping)
{
    if (!PyMapping_Check(mapping) || PyList_Check(mapping)
        || PyTuple_Check(mapping)) {
        PyErr_Format(PyExc_TypeError,
                     "mappingproxy() argument must be a mapping, not %s",
                     Py_TYPE(mapping)->tp_name);
        return -1;
    }
    return 0;
}

PyObject *
PyDictProxy_New(PyObject *mapping)
{
    if (check_mapping(mapping) < 0) {
        return NULL;
    }
    mappingproxyobject *proxy = PyObject_GC_New(mappingproxyobject,
                                                &PyDictProxy_Type);
    if (proxy != NULL) {
        proxy->mapping = Py_NewRef(mapping);
        _PyObject_GC_TRACK(proxy);
    }
    return (PyObject *)proxy;
}

static PyObject *
mappingproxy_new(PyTypeObject *Py_UNUSED(type), PyObject *args,
                 PyObject *kwds)
{
    static char *keywords[] = {(char *)"mapping", NULL};
    PyObject *mapping;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O:mappingproxy", keywords,
                                     &mapping)) {
        return NULL;
    }
    return PyDictProxy_New(mapping);
}

PyTypeObject PyDictProxy_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "mappingproxy",
    .tp_basicsize = sizeof(mappingproxyobject),
    .tp_dealloc = mappingproxy_dealloc,
    .tp_repr = mappingproxy_repr,
    .tp_as_number = &mappingproxy_as_number,
    .tp_as_sequence = &mappingproxy_as_sequence,
    .tp_as_mapping = &mappingproxy_as_mapping,
    .tp_str = mappingproxy_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MAPPING,
    .tp_traverse = mappingproxy_traverse,
    .tp_richcompare = mappingproxy_richcompare,
    .tp_iter = mappingproxy_getiter,
    .tp_methods = mappingproxy_methods,
    .tp_new = mappingproxy_new,
};
