/* The module _functools: reduce, cmp_to_key. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "structmember.h"
#include "functools.h"

/* -- cmp_to_key ------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *cmp;
    PyObject *object;           /* NULL: this is the maker of keys */
} keyobject;

static int
keyobject_clear(keyobject *ko)
{
    Py_CLEAR(ko->cmp);
    Py_CLEAR(ko->object);
    return 0;
}

static void
keyobject_dealloc(keyobject *ko)
{
    PyTypeObject *tp = Py_TYPE(ko);
    PyObject_GC_UnTrack(ko);
    (void)keyobject_clear(ko);
    tp->tp_free(ko);
    Py_DECREF(tp);
}

static int
keyobject_traverse(keyobject *ko, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(ko));
    Py_VISIT(ko->cmp);
    Py_VISIT(ko->object);
    return 0;
}

static PyObject *
keyobject_make(PyTypeObject *type, PyObject *cmp, PyObject *object)
{
    keyobject *ko = PyObject_GC_New(keyobject, type);
    if (ko == NULL) {
        return NULL;
    }
    ko->cmp = Py_NewRef(cmp);
    ko->object = Py_XNewRef(object);
    PyObject_GC_Track(ko);
    return (PyObject *)ko;
}

static PyObject *
keyobject_call(keyobject *ko, PyObject *args, PyObject *kwds)
{
    static const char *const kwargs[] = {"obj", NULL};
    PyObject *object;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O:K", (char **)kwargs,
                                     &object)) {
        return NULL;
    }
    return keyobject_make(Py_TYPE(ko), ko->cmp, object);
}

static PyObject *
keyobject_richcompare(PyObject *ko, PyObject *other, int op)
{
    if (!Py_IS_TYPE(other, Py_TYPE(ko))) {
        PyErr_Format(PyExc_TypeError, "other argument must be K instance");
        return NULL;
    }
    PyObject *compare = ((keyobject *)ko)->cmp;
    assert(compare != NULL);
    PyObject *x = ((keyobject *)ko)->object;
    PyObject *y = ((keyobject *)other)->object;
    if (x == NULL || y == NULL) {
        PyErr_Format(PyExc_AttributeError, "object");
        return NULL;
    }
    PyObject *args[2] = {x, y};
    PyObject *res = PyObject_Vectorcall(compare, args, 2, NULL);
    if (res == NULL) {
        return NULL;
    }
    PyObject *answer = PyObject_RichCompare(res, _PyLong_GetZero(), op);
    Py_DECREF(res);
    return answer;
}

static PyMemberDef keyobject_members[] = {
    {"obj", T_OBJECT, offsetof(keyobject, object), 0,
     PyDoc_STR("The object that the key stands for.")},
    {0},
};

static PyType_Slot keyobject_slots[] = {
    {Py_tp_dealloc, keyobject_dealloc},
    {Py_tp_call, keyobject_call},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_traverse, keyobject_traverse},
    {Py_tp_clear, keyobject_clear},
    {Py_tp_richcompare, keyobject_richcompare},
    {Py_tp_members, keyobject_members},
    {0, NULL},
};

PyType_Spec functools_keyobject_spec = {
    .name = "functools.KeyWrapper",
    .basicsize = sizeof(keyobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION
             | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = keyobject_slots,
};

PyDoc_STRVAR(cmp_to_key_doc,
"Makes a key function from a comparison cmp(a, b), as sort() takes it.");

PyObject *
functools_cmp_to_key(PyObject *module, PyObject *const *args,
                     Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"mycmp", NULL};
    static _PyArg_Parser parser = {
        .keywords = keywords, .fname = "cmp_to_key"};
    PyObject *buf[1];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 1,
                                 0, buf);
    if (args == NULL) {
        return NULL;
    }
    struct functools_state *state = functools_state_get(module);
    return keyobject_make(state->keyobject_type, args[0], NULL);
}

/* -- reduce ------------------------------------------------------------------ */

PyDoc_STRVAR(reduce_doc,
"reduce(function, iterable[, initial]) -> value\n\n"
"Applies a function of two arguments to the elements from left to right and\n"
"returns what is left: reduce(f, [a, b, c]) is f(f(a, b), c). The initial\n"
"value, if given, comes before the elements.");

static PyObject *
functools_reduce(PyObject *self, PyObject *args)
{
    PyObject *func, *seq, *result = NULL;
    if (!PyArg_UnpackTuple(args, "reduce", 2, 3, &func, &seq, &result)) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter(seq);
    if (it == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_SetString(PyExc_TypeError,
                            "reduce() arg 2 must support iteration");
        }
        return NULL;
    }
    Py_XINCREF(result);
    PyObject *item;
    while ((item = PyIter_Next(it)) != NULL) {
        if (result == NULL) {
            result = item;
            continue;
        }
        PyObject *pair[3] = {NULL, result, item};
        PyObject *next = PyObject_Vectorcall(
            func, pair + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        Py_DECREF(item);
        Py_SETREF(result, next);
        if (result == NULL) {
            Py_DECREF(it);
            return NULL;
        }
    }
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        Py_XDECREF(result);
        return NULL;
    }
    if (result == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "reduce() of empty iterable with no initial value");
    }
    return result;
}

/* -- The module -------------------------------------------------------------- */

PyDoc_STRVAR(functools_doc, "Tools that operate on functions.");

static PyMethodDef functools_methods[] = {
    {"reduce", functools_reduce, METH_VARARGS, reduce_doc},
    {"cmp_to_key", (PyCFunction)(void (*)(void))functools_cmp_to_key,
     METH_FASTCALL | METH_KEYWORDS, cmp_to_key_doc},
    {NULL, NULL},
};

static int
functools_exec(PyObject *module)
{
    struct functools_state *state = functools_state_get(module);
    state->kwd_mark = _PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type);
    if (state->kwd_mark == NULL) {
        return -1;
    }
    state->partial_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &functools_partial_spec, NULL);
    if (state->partial_type == NULL
        || PyModule_AddType(module, state->partial_type) < 0) {
        return -1;
    }
    PyObject *lru_cache_type = PyType_FromModuleAndSpec(
        module, &functools_lru_cache_spec, NULL);
    if (lru_cache_type == NULL) {
        return -1;
    }
    int err = PyModule_AddType(module, (PyTypeObject *)lru_cache_type);
    Py_DECREF(lru_cache_type);
    if (err < 0) {
        return -1;
    }
    state->keyobject_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &functools_keyobject_spec, NULL);
    if (state->keyobject_type == NULL) {
        return -1;
    }
    state->lru_list_elem_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &functools_lru_list_elem_spec, NULL);
    return state->lru_list_elem_type == NULL ? -1 : 0;
}

static int
functools_traverse(PyObject *module, visitproc visit, void *arg)
{
    struct functools_state *state = functools_state_get(module);
    Py_VISIT(state->kwd_mark);
    Py_VISIT(state->partial_type);
    Py_VISIT(state->keyobject_type);
    Py_VISIT(state->lru_list_elem_type);
    return 0;
}

static int
functools_clear(PyObject *module)
{
    struct functools_state *state = functools_state_get(module);
    Py_CLEAR(state->kwd_mark);
    Py_CLEAR(state->partial_type);
    Py_CLEAR(state->keyobject_type);
    Py_CLEAR(state->lru_list_elem_type);
    return 0;
}

static void
functools_free(void *module)
{
    functools_clear((PyObject *)module);
}

static PyModuleDef_Slot functools_slots[] = {
    {Py_mod_exec, functools_exec},
    {0, NULL},
};

struct PyModuleDef functools_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_functools",
    .m_doc = functools_doc,
    .m_size = sizeof(struct functools_state),
    .m_methods = functools_methods,
    .m_slots = functools_slots,
    .m_traverse = functools_traverse,
    .m_clear = functools_clear,
    .m_free = functools_free,
};

PyMODINIT_FUNC
PyInit__functools(void)
{
    return PyModuleDef_Init(&functools_module);
}
