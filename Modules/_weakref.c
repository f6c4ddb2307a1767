/* _weakref: what the weakref module is built from. */

#include "Python.h"
#include "pycore_dict.h"
#include "pycore_object.h"

static PyWeakReference *
list_of(PyObject *object)
{
    if (!_PyType_SUPPORTS_WEAKREFS(Py_TYPE(object))) {
        return NULL;
    }
    return (PyWeakReference *)*_PyObject_GET_WEAKREFS_LISTPTR(object);
}

static PyObject *
weakref_getweakrefcount(PyObject *Py_UNUSED(module), PyObject *object)
{
    return PyLong_FromSsize_t(_PyWeakref_GetWeakrefCount(list_of(object)));
}

static PyObject *
weakref_getweakrefs(PyObject *Py_UNUSED(module), PyObject *object)
{
    PyObject *result =
        PyList_New(_PyWeakref_GetWeakrefCount(list_of(object)));
    if (result == NULL) {
        return NULL;
    }
    PyWeakReference *ref = list_of(object);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(result); i++) {
        PyList_SET_ITEM(result, i, Py_NewRef(ref));
        ref = ref->wr_next;
    }
    return result;
}

static int
is_dead_weakref(PyObject *value)
{
    if (!PyWeakref_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "not a weakref");
        return -1;
    }
    return PyWeakref_GET_OBJECT(value) == Py_None;
}

static PyObject *
weakref_remove_dead(PyObject *Py_UNUSED(module), PyObject *const *args,
                    Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("_remove_dead_weakref", nargs, 2, 2)) {
        return NULL;
    }
    if (!PyDict_Check(args[0])) {
        _PyArg_BadArgument("_remove_dead_weakref", "argument 1", "dict",
                           args[0]);
        return NULL;
    }
    if (_PyDict_DelItemIf(args[0], args[1], is_dead_weakref) < 0) {
        /* The item may be gone meanwhile. */
        if (!PyErr_ExceptionMatches(PyExc_KeyError)) {
            return NULL;
        }
        PyErr_Clear();
    }
    Py_RETURN_NONE;
}

static PyObject *
weakref_proxy(PyObject *Py_UNUSED(module), PyObject *const *args,
              Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("proxy", nargs, 1, 2)) {
        return NULL;
    }
    return PyWeakref_NewProxy(args[0], nargs > 1 ? args[1] : NULL);
}

static PyMethodDef weakref_functions[] = {
    {"getweakrefcount", weakref_getweakrefcount, METH_O,
     PyDoc_STR("getweakrefcount($module, object, /)\n--\n\n"
               "How many weak references to the object there are.")},
    {"_remove_dead_weakref", _PyCFunction_CAST(weakref_remove_dead),
     METH_FASTCALL,
     PyDoc_STR("_remove_dead_weakref($module, dct, key, /)\n--\n\n"
               "Remove key from dict if it points to a dead weakref, in one "
               "step.")},
    {"getweakrefs", weakref_getweakrefs, METH_O,
     PyDoc_STR("getweakrefs($module, object, /)\n--\n\n"
               "A list of all weak references to the object.")},
    {"proxy", _PyCFunction_CAST(weakref_proxy), METH_FASTCALL,
     PyDoc_STR("proxy($module, object, callback=None, /)\n--\n\n"
               "A proxy object that refers weakly to the object.\n\n"
               "callback, if any, is called with the proxy when the object\n"
               "is about to be finalized.")},
    {NULL, NULL, 0, NULL}
};

static int
weakref_exec(PyObject *module)
{
    static const struct {
        const char *name;
        PyTypeObject *type;
    } types[] = {
        {"ref", &_PyWeakref_RefType},
        {"ReferenceType", &_PyWeakref_RefType},
        {"ProxyType", &_PyWeakref_ProxyType},
        {"CallableProxyType", &_PyWeakref_CallableProxyType},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++) {
        if (PyModule_AddObjectRef(module, types[i].name,
                                  (PyObject *)types[i].type) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot weakref_slots[] = {
    {Py_mod_exec, weakref_exec},
    {0, NULL}
};

static struct PyModuleDef weakref_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_weakref",
    .m_doc = PyDoc_STR("Weak-reference support module."),
    .m_methods = weakref_functions,
    .m_slots = weakref_slots,
};

PyMODINIT_FUNC
PyInit__weakref(void)
{
    return PyModuleDef_Init(&weakref_module);
}
