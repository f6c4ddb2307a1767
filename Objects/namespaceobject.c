/* types.SimpleNamespace: an object that has attributes and shows them. */
#include "Python.h"
#include "pycore_namespace.h"
#include "pycore_object.h"
#include "structmember.h"

typedef struct {
    PyObject_HEAD
    PyObject *ns_dict;
} namespaceobject;

#define NAMESPACE(OP) ((namespaceobject *)(OP))

static PyMemberDef namespace_members[] = {
    {"__dict__", T_OBJECT, offsetof(namespaceobject, ns_dict), READONLY,
     NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyObject *
namespace_new(PyTypeObject *type, PyObject *Py_UNUSED(args),
              PyObject *Py_UNUSED(kwds))
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    NAMESPACE(self)->ns_dict = PyDict_New();
    if (NAMESPACE(self)->ns_dict == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return self;
}

static int
namespace_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    if (PyTuple_GET_SIZE(args) != 0) {
        PyErr_Format(PyExc_TypeError, "no positional arguments expected");
        return -1;
    }
    if (kwds == NULL) {
        return 0;
    }
    if (!PyArg_ValidateKeywordArguments(kwds)) {
        return -1;
    }
    return PyDict_Update(NAMESPACE(self)->ns_dict, kwds);
}

static void
namespace_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(NAMESPACE(self)->ns_dict);
    Py_TYPE(self)->tp_free(self);
}

/* "name=repr" of each attribute, joined. */
static PyObject *
format_attributes(PyObject *dict)
{
    PyObject *keys = PyDict_Keys(dict);
    PyObject *pairs = PyList_New(0);
    PyObject *separator = NULL, *result = NULL;
    if (keys == NULL || pairs == NULL) {
        goto done;
    }
    Py_ssize_t count = PyList_GET_SIZE(keys);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *key = PyList_GET_ITEM(keys, i);
        if (!PyUnicode_Check(key) || PyUnicode_GET_LENGTH(key) == 0) {
            continue;
        }
        PyObject *value = PyDict_GetItemWithError(dict, key);
        if (value == NULL) {
            if (PyErr_Occurred()) {
                goto done;
            }
            continue;
        }
        Py_INCREF(value);
        PyObject *pair = PyUnicode_FromFormat("%U=%R", key, value);
        Py_DECREF(value);
        if (pair == NULL) {
            goto done;
        }
        int failed = PyList_Append(pairs, pair);
        Py_DECREF(pair);
        if (failed) {
            goto done;
        }
    }
    separator = PyUnicode_FromString(", ");
    if (separator != NULL) {
        result = PyUnicode_Join(separator, pairs);
    }
done:
    Py_XDECREF(separator);
    Py_XDECREF(pairs);
    Py_XDECREF(keys);
    return result;
}

static PyObject *
namespace_repr(PyObject *self)
{
    const char *name = Py_IS_TYPE(self, &_PyNamespace_Type)
                           ? "namespace"
                           : Py_TYPE(self)->tp_name;
    int entered = Py_ReprEnter(self);
    if (entered != 0) {
        return entered > 0 ? PyUnicode_FromFormat("%s(...)", name) : NULL;
    }
    PyObject *result = NULL;
    PyObject *dict = Py_NewRef(NAMESPACE(self)->ns_dict);
    PyObject *attributes = format_attributes(dict);
    if (attributes != NULL) {
        result = PyUnicode_FromFormat("%s(%S)", name, attributes);
        Py_DECREF(attributes);
    }
    Py_DECREF(dict);
    Py_ReprLeave(self);
    return result;
}

static int
namespace_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(NAMESPACE(self)->ns_dict);
    return 0;
}

static int
namespace_clear(PyObject *self)
{
    Py_CLEAR(NAMESPACE(self)->ns_dict);
    return 0;
}

static PyObject *
namespace_richcompare(PyObject *self, PyObject *other, int op)
{
    if (PyObject_TypeCheck(self, &_PyNamespace_Type)
        && PyObject_TypeCheck(other, &_PyNamespace_Type)) {
        return PyObject_RichCompare(NAMESPACE(self)->ns_dict,
                                    NAMESPACE(other)->ns_dict, op);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *
namespace_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *args = PyTuple_New(0);
    if (args == NULL) {
        return NULL;
    }
    PyObject *result = PyTuple_Pack(3, Py_TYPE(self), args,
                                    NAMESPACE(self)->ns_dict);
    Py_DECREF(args);
    return result;
}

static PyMethodDef namespace_methods[] = {
    {"__reduce__", namespace_reduce, METH_NOARGS,
     PyDoc_STR("Return state information for pickling")},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(namespace_doc,
"A simple attribute-based namespace.\n"
"\n"
"SimpleNamespace(**kwargs)");

PyTypeObject _PyNamespace_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "types.SimpleNamespace",
    .tp_basicsize = sizeof(namespaceobject),
    .tp_dealloc = namespace_dealloc,
    .tp_repr = namespace_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = namespace_doc,
    .tp_traverse = namespace_traverse,
    .tp_clear = namespace_clear,
    .tp_richcompare = namespace_richcompare,
    .tp_methods = namespace_methods,
    .tp_members = namespace_members,
    .tp_dictoffset = offsetof(namespaceobject, ns_dict),
    .tp_init = namespace_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = namespace_new,
    .tp_free = PyObject_GC_Del,
};

PyObject *
_PyNamespace_New(PyObject *kwds)
{
    PyObject *self = namespace_new(&_PyNamespace_Type, NULL, NULL);
    if (self != NULL && kwds != NULL
        && PyDict_Update(NAMESPACE(self)->ns_dict, kwds) != 0) {
        Py_CLEAR(self);
    }
    return self;
}
