/* xxsubtype: an example of built-in types subclassed in C.

   spamlist and spamdict are a list and a dict with one integer more, state.
   The tests of descriptors use them for C methods of every kind. */
#include "Python.h"
#include "structmember.h"

/* -- spamlist ------------------------------------------------------------- */

typedef struct {
    PyListObject list;
    int state;
} spamlistobject;

static PyObject *
spamlist_getstate(PyObject *self, PyObject *args)
{
    if (!PyArg_ParseTuple(args, ":getstate")) {
        return NULL;
    }
    return PyLong_FromLong(((spamlistobject *)self)->state);
}

static PyObject *
spamlist_setstate(PyObject *self, PyObject *args)
{
    int state;
    if (!PyArg_ParseTuple(args, "i:setstate", &state)) {
        return NULL;
    }
    ((spamlistobject *)self)->state = state;
    Py_RETURN_NONE;
}

/* What a class or static method is called with. */
static PyObject *
spamlist_specialmeth(PyObject *self, PyObject *args, PyObject *kwds)
{
    return PyTuple_Pack(3, self == NULL ? Py_None : self, args,
                        kwds == NULL ? Py_None : kwds);
}

static PyMethodDef spamlist_methods[] = {
    {"getstate", spamlist_getstate, METH_VARARGS,
     PyDoc_STR("getstate() -> state")},
    {"setstate", spamlist_setstate, METH_VARARGS,
     PyDoc_STR("setstate(state)")},
    {"classmeth", _PyCFunction_CAST(spamlist_specialmeth),
     METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     PyDoc_STR("classmeth(*args, **kw)")},
    {"staticmeth", _PyCFunction_CAST(spamlist_specialmeth),
     METH_VARARGS | METH_KEYWORDS | METH_STATIC,
     PyDoc_STR("staticmeth(*args, **kw)")},
    {NULL, NULL, 0, NULL},
};

static PyObject *
spamlist_state_get(PyObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(((spamlistobject *)self)->state);
}

static PyGetSetDef spamlist_getsets[] = {
    {"state", spamlist_state_get, NULL,
     PyDoc_STR("an int variable for demonstration purposes"), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static int
spamlist_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    if (PyList_Type.tp_init(self, args, kwds) < 0) {
        return -1;
    }
    ((spamlistobject *)self)->state = 0;
    return 0;
}

static PyTypeObject spamlist_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "xxsubtype.spamlist",
    .tp_basicsize = sizeof(spamlistobject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_methods = spamlist_methods,
    .tp_getset = spamlist_getsets,
    .tp_init = spamlist_init,
};

/* -- spamdict ------------------------------------------------------------- */

typedef struct {
    PyDictObject dict;
    int state;
} spamdictobject;

static PyObject *
spamdict_getstate(PyObject *self, PyObject *args)
{
    if (!PyArg_ParseTuple(args, ":getstate")) {
        return NULL;
    }
    return PyLong_FromLong(((spamdictobject *)self)->state);
}

static PyObject *
spamdict_setstate(PyObject *self, PyObject *args)
{
    int state;
    if (!PyArg_ParseTuple(args, "i:setstate", &state)) {
        return NULL;
    }
    ((spamdictobject *)self)->state = state;
    Py_RETURN_NONE;
}

static PyMethodDef spamdict_methods[] = {
    {"getstate", spamdict_getstate, METH_VARARGS,
     PyDoc_STR("getstate() -> state")},
    {"setstate", spamdict_setstate, METH_VARARGS,
     PyDoc_STR("setstate(state)")},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef spamdict_members[] = {
    {"state", T_INT, offsetof(spamdictobject, state), READONLY,
     PyDoc_STR("an int variable for demonstration purposes")},
    {NULL, 0, 0, 0, NULL},
};

static int
spamdict_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    if (PyDict_Type.tp_init(self, args, kwds) < 0) {
        return -1;
    }
    ((spamdictobject *)self)->state = 0;
    return 0;
}

static PyTypeObject spamdict_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "xxsubtype.spamdict",
    .tp_basicsize = sizeof(spamdictobject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_methods = spamdict_methods,
    .tp_members = spamdict_members,
    .tp_init = spamdict_init,
};

/* -- Module --------------------------------------------------------------- */

static PyObject *
spam_bench(PyObject *Py_UNUSED(self), PyObject *args)
{
    PyObject *object, *name;
    int count = 1000;
    if (!PyArg_ParseTuple(args, "OU|i", &object, &name, &count)) {
        return NULL;
    }
    clock_t start = clock();
    while (--count >= 0) {
        PyObject *value = PyObject_GetAttr(object, name);
        if (value == NULL) {
            return NULL;
        }
        Py_DECREF(value);
    }
    clock_t end = clock();
    return PyFloat_FromDouble((double)(end - start) / CLOCKS_PER_SEC);
}

static PyMethodDef xxsubtype_functions[] = {
    {"bench", spam_bench, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int
xxsubtype_exec(PyObject *module)
{
    /* The bases are set here: their addresses are no constants where the
       interpreter is a shared library. */
    spamlist_type.tp_base = &PyList_Type;
    spamdict_type.tp_base = &PyDict_Type;
    if (PyType_Ready(&spamlist_type) < 0 || PyType_Ready(&spamdict_type) < 0
        || PyModule_AddObjectRef(module, "spamlist",
                                 (PyObject *)&spamlist_type) < 0
        || PyModule_AddObjectRef(module, "spamdict",
                                 (PyObject *)&spamdict_type) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot xxsubtype_slots[] = {
    {Py_mod_exec, (void *)xxsubtype_exec},
    {0, NULL},
};

PyDoc_STRVAR(xxsubtype_doc,
"Built-in types subclassed in C, as an example and for tests.");

static struct PyModuleDef xxsubtype_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "xxsubtype",
    .m_doc = xxsubtype_doc,
    .m_methods = xxsubtype_functions,
    .m_slots = xxsubtype_slots,
};

PyMODINIT_FUNC
PyInit_xxsubtype(void)
{
    return PyModuleDef_Init(&xxsubtype_module);
}
