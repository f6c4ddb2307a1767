/* defaultdict: a dictionary that makes missing values. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "structmember.h"
#include "collections.h"

typedef struct {
    PyDictObject dict;
    PyObject *default_factory;  /* callable, None or NULL */
} defdictobject;

static PyTypeObject defdict_type;

PyDoc_STRVAR(missing_doc,
"__missing__(key) # Called by __getitem__ for a key that is not there:\n"
"  if self.default_factory is None: raise KeyError((key,))\n"
"  self[key] = value = self.default_factory()\n"
"  return value\n");

static PyObject *
defdict_missing(defdictobject *dd, PyObject *key)
{
    PyObject *factory = dd->default_factory;
    if (factory == NULL || factory == Py_None) {
        PyObject *tup = PyTuple_Pack(1, key);
        if (tup != NULL) {
            PyErr_SetObject(PyExc_KeyError, tup);
            Py_DECREF(tup);
        }
        return NULL;
    }
    PyObject *value = _PyObject_CallNoArgs(factory);
    if (value == NULL) {
        return NULL;
    }
    if (PyObject_SetItem((PyObject *)dd, key, value) < 0) {
        Py_DECREF(value);
        return NULL;
    }
    return value;
}

static PyObject *
new_defdict(defdictobject *dd, PyObject *arg)
{
    return PyObject_CallFunctionObjArgs(
        (PyObject *)Py_TYPE(dd),
        dd->default_factory ? dd->default_factory : Py_None, arg, NULL);
}

PyDoc_STRVAR(copy_doc, "D.copy() -> a shallow copy of D.");

static PyObject *
defdict_copy(defdictobject *dd, PyObject *unused)
{
    /* Subclasses are called with (factory, self). */
    return new_defdict(dd, (PyObject *)dd);
}

PyDoc_STRVAR(reduce_doc, "What pickle needs.");

/* A class, arguments, no state, no list items, and an iterator of pairs. */
static PyObject *
defdict_reduce(defdictobject *dd, PyObject *unused)
{
    PyObject *args;
    if (dd->default_factory == NULL || dd->default_factory == Py_None) {
        args = PyTuple_New(0);
    }
    else {
        args = PyTuple_Pack(1, dd->default_factory);
    }
    if (args == NULL) {
        return NULL;
    }
    PyObject *items = PyObject_CallMethodNoArgs((PyObject *)dd,
                                                &_Py_ID(items));
    if (items == NULL) {
        Py_DECREF(args);
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(items);
    Py_DECREF(items);
    PyObject *result = NULL;
    if (iter != NULL) {
        result = PyTuple_Pack(5, Py_TYPE(dd), args, Py_None, Py_None, iter);
        Py_DECREF(iter);
    }
    Py_DECREF(args);
    return result;
}

static PyMethodDef defdict_methods[] = {
    {"__missing__", (PyCFunction)defdict_missing, METH_O, missing_doc},
    {"copy", (PyCFunction)defdict_copy, METH_NOARGS, copy_doc},
    {"__copy__", (PyCFunction)defdict_copy, METH_NOARGS, copy_doc},
    {"__reduce__", (PyCFunction)defdict_reduce, METH_NOARGS, reduce_doc},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

static PyMemberDef defdict_members[] = {
    {"default_factory", T_OBJECT, offsetof(defdictobject, default_factory),
     0, PyDoc_STR("Factory of missing values, called by __missing__().")},
    {0},
};

static void
defdict_dealloc(defdictobject *dd)
{
    PyObject_GC_UnTrack(dd);
    Py_CLEAR(dd->default_factory);
    PyDict_Type.tp_dealloc((PyObject *)dd);
}

static PyObject *
defdict_repr(defdictobject *dd)
{
    PyObject *baserepr = PyDict_Type.tp_repr((PyObject *)dd);
    if (baserepr == NULL) {
        return NULL;
    }
    PyObject *defrepr;
    if (dd->default_factory == NULL) {
        defrepr = PyUnicode_FromString("None");
    }
    else {
        int status = Py_ReprEnter(dd->default_factory);
        if (status != 0) {
            if (status < 0) {
                Py_DECREF(baserepr);
                return NULL;
            }
            defrepr = PyUnicode_FromString("...");
        }
        else {
            defrepr = PyObject_Repr(dd->default_factory);
            Py_ReprLeave(dd->default_factory);
        }
    }
    if (defrepr == NULL) {
        Py_DECREF(baserepr);
        return NULL;
    }
    PyObject *result = PyUnicode_FromFormat(
        "%s(%U, %U)", _PyType_Name(Py_TYPE(dd)), defrepr, baserepr);
    Py_DECREF(defrepr);
    Py_DECREF(baserepr);
    return result;
}

static PyObject *
defdict_or(PyObject *left, PyObject *right)
{
    PyObject *self, *other;
    /* PyObject_TypeCheck() would do, were it not for the reflected case. */
    if (PyObject_TypeCheck(left, &defdict_type)) {
        self = left;
        other = right;
    }
    else {
        self = right;
        other = left;
    }
    if (!PyDict_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *result = new_defdict((defdictobject *)self, left);
    if (result != NULL && PyDict_Update(result, right) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyNumberMethods defdict_as_number = {
    .nb_or = defdict_or,
};

static int
defdict_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((defdictobject *)self)->default_factory);
    return PyDict_Type.tp_traverse(self, visit, arg);
}

static int
defdict_tp_clear(defdictobject *dd)
{
    Py_CLEAR(dd->default_factory);
    return PyDict_Type.tp_clear((PyObject *)dd);
}

static int
defdict_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    defdictobject *dd = (defdictobject *)self;
    PyObject *olddefault = dd->default_factory;
    PyObject *newdefault = NULL;
    PyObject *newargs;
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    if (n > 0) {
        newdefault = PyTuple_GET_ITEM(args, 0);
        if (!PyCallable_Check(newdefault) && newdefault != Py_None) {
            PyErr_SetString(PyExc_TypeError,
                            "first argument must be callable or None");
            return -1;
        }
    }
    newargs = PySequence_GetSlice(args, n > 0 ? 1 : 0, n);
    if (newargs == NULL) {
        return -1;
    }
    dd->default_factory = Py_XNewRef(newdefault);
    int result = PyDict_Type.tp_init(self, newargs, kwds);
    Py_DECREF(newargs);
    Py_XDECREF(olddefault);
    return result;
}

PyDoc_STRVAR(defdict_doc,
"defaultdict(default_factory=None, /, [...]) --> dict with default factory\n"
"\n"
"The factory is called without arguments to make a value for a key that is\n"
"not there, in __getitem__ only. A defaultdict equals a dict of the same\n"
"items. The other arguments are those of dict.");

static PyTypeObject defdict_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "collections.defaultdict",
    .tp_basicsize = sizeof(defdictobject),
    .tp_dealloc = (destructor)defdict_dealloc,
    .tp_repr = (reprfunc)defdict_repr,
    .tp_as_number = &defdict_as_number,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_HAVE_GC,
    .tp_doc = defdict_doc,
    .tp_traverse = defdict_traverse,
    .tp_clear = (inquiry)defdict_tp_clear,
    .tp_methods = defdict_methods,
    .tp_members = defdict_members,
    .tp_init = defdict_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_GC_Del,
};

int
collections_add_defaultdict(PyObject *module)
{
    defdict_type.tp_base = &PyDict_Type;
    return PyModule_AddType(module, &defdict_type);
}
