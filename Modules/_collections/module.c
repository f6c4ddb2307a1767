/* The module _collections, and counting elements. */
#include "Python.h"
#include "pycore_dict.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "cpython/odictobject.h"
#include "collections.h"

/* -- Counting -------------------------------------------------------------- */

/* A dict whose get() and __setitem__() are the plain ones: go around them. */
static int
count_into_dict(PyObject *mapping, PyObject *it)
{
    PyObject *key;
    while ((key = PyIter_Next(it)) != NULL) {
        Py_hash_t hash = PyObject_Hash(key);
        int err = -1;
        if (hash != -1) {
            PyObject *old = _PyDict_GetItem_KnownHash(mapping, key, hash);
            if (old == NULL) {
                if (!PyErr_Occurred()) {
                    err = _PyDict_SetItem_KnownHash(
                        mapping, key, _PyLong_GetOne(), hash);
                }
            }
            else {
                PyObject *new = PyNumber_Add(old, _PyLong_GetOne());
                if (new != NULL) {
                    err = _PyDict_SetItem_KnownHash(mapping, key, new, hash);
                    Py_DECREF(new);
                }
            }
        }
        Py_DECREF(key);
        if (err < 0) {
            return -1;
        }
    }
    return PyErr_Occurred() ? -1 : 0;
}

static int
count_into_mapping(PyObject *mapping, PyObject *it)
{
    PyObject *bound_get = PyObject_GetAttr(mapping, &_Py_ID(get));
    if (bound_get == NULL) {
        return -1;
    }
    PyObject *key;
    while ((key = PyIter_Next(it)) != NULL) {
        int err = -1;
        PyObject *old = PyObject_CallFunctionObjArgs(
            bound_get, key, _PyLong_GetZero(), NULL);
        if (old != NULL) {
            PyObject *new = PyNumber_Add(old, _PyLong_GetOne());
            Py_DECREF(old);
            if (new != NULL) {
                err = PyObject_SetItem(mapping, key, new);
                Py_DECREF(new);
            }
        }
        Py_DECREF(key);
        if (err < 0) {
            Py_DECREF(bound_get);
            return -1;
        }
    }
    Py_DECREF(bound_get);
    return PyErr_Occurred() ? -1 : 0;
}

PyDoc_STRVAR(count_elements_doc,
"_count_elements($module, mapping, iterable, /)\n--\n\n"
"Counts the elements of the iterable in the mapping.");

static PyObject *
count_elements(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("_count_elements", nargs, 2, 2)) {
        return NULL;
    }
    PyObject *mapping = args[0];
    PyObject *it = PyObject_GetIter(args[1]);
    if (it == NULL) {
        return NULL;
    }
    /* Borrowed references, compared only. */
    PyTypeObject *type = Py_TYPE(mapping);
    int plain =
        PyDict_Check(mapping)
        && _PyType_Lookup(type, &_Py_ID(get))
               == _PyType_Lookup(&PyDict_Type, &_Py_ID(get))
        && _PyType_Lookup(type, &_Py_ID(__setitem__))
               == _PyType_Lookup(&PyDict_Type, &_Py_ID(__setitem__));
    int err = plain ? count_into_dict(mapping, it)
                    : count_into_mapping(mapping, it);
    Py_DECREF(it);
    if (err < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- The module -------------------------------------------------------------- */

PyDoc_STRVAR(collections_doc,
"Containers in C for the module collections:\n"
"- deque:        ordered collection that is fast at its ends\n"
"- defaultdict:  dictionary that makes missing values\n");

static PyMethodDef collections_methods[] = {
    {"_count_elements", (PyCFunction)(void (*)(void))count_elements,
     METH_FASTCALL, count_elements_doc},
    {NULL, NULL},
};

static int
collections_exec(PyObject *module)
{
    if (collections_add_deque(module) < 0
        || collections_add_defaultdict(module) < 0
        || PyModule_AddType(module, &PyODict_Type) < 0
        || collections_add_tuplegetter(module) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot collections_slots[] = {
    {Py_mod_exec, collections_exec},
    {0, NULL},
};

static struct PyModuleDef collections_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_collections",
    .m_doc = collections_doc,
    .m_methods = collections_methods,
    .m_slots = collections_slots,
};

PyMODINIT_FUNC
PyInit__collections(void)
{
    return PyModuleDef_Init(&collections_module);
}
