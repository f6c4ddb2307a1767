/* The "_ast" module: Python types for the nodes of the syntax tree.

   There is a type for every node and, above the nodes of a sum or an enum, one
   for the whole. All are made from the tables of pycore_ast_table.h when first
   needed, and kept by the interpreter. */

#include "Python.h"
#include "pycore_ast_table.h"
#include "pycore_interp.h"
#include "pycore_pystate.h"
#include "structmember.h"
#include <stddef.h>

struct ast_object {
    PyObject_HEAD
    PyObject *dict;
};

/* -- ast.AST ------------------------------------------------------------- */

static void
ast_dealloc(struct ast_object *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->dict);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static int
ast_traverse(struct ast_object *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->dict);
    return 0;
}

static int
ast_clear(struct ast_object *self)
{
    Py_CLEAR(self->dict);
    return 0;
}

static int
init_positional(PyObject *self, PyObject *args, PyObject *fields,
                Py_ssize_t nfields)
{
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (nargs > nfields) {
        PyErr_Format(PyExc_TypeError,
                     "%.400s constructor takes at most %zd positional "
                     "argument%s",
                     _PyType_Name(Py_TYPE(self)), nfields,
                     nfields == 1 ? "" : "s");
        return -1;
    }
    for (Py_ssize_t i = 0; i < nargs; i++) {
        /* May run Python code: the fields are fetched one by one. */
        PyObject *name = PySequence_GetItem(fields, i);
        if (name == NULL) {
            return -1;
        }
        int result = PyObject_SetAttr(self, name, PyTuple_GET_ITEM(args, i));
        Py_DECREF(name);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

static int
init_keywords(PyObject *self, PyObject *kwargs, PyObject *fields,
              Py_ssize_t nargs)
{
    PyObject *key, *value;
    Py_ssize_t i = 0;

    while (PyDict_Next(kwargs, &i, &key, &value)) {
        int contains = fields == NULL ? 0 : PySequence_Contains(fields, key);
        if (contains < 0) {
            return -1;
        }
        if (contains) {
            Py_ssize_t index = PySequence_Index(fields, key);
            if (index < 0) {
                return -1;
            }
            if (index < nargs) {
                PyErr_Format(PyExc_TypeError,
                             "%.400s got multiple values for argument '%U'",
                             Py_TYPE(self)->tp_name, key);
                return -1;
            }
        }
        if (PyObject_SetAttr(self, key, value) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
ast_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *fields;
    Py_ssize_t nfields = 0;
    int result = -1;

    if (_PyObject_LookupAttr((PyObject *)Py_TYPE(self), &_Py_ID(_fields),
                             &fields) < 0)
    {
        return -1;
    }
    if (fields != NULL) {
        nfields = PySequence_Size(fields);
        if (nfields == -1) {
            goto done;
        }
    }
    result = init_positional(self, args, fields, nfields);
    if (result == 0 && kwargs != NULL) {
        result = init_keywords(self, kwargs, fields, PyTuple_GET_SIZE(args));
    }

done:
    Py_XDECREF(fields);
    return result;
}

static PyObject *
ast_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *dict;
    if (_PyObject_LookupAttr(self, &_Py_ID(__dict__), &dict) < 0) {
        return NULL;
    }
    if (dict != NULL) {
        return Py_BuildValue("O()N", Py_TYPE(self), dict);
    }
    return Py_BuildValue("O()", Py_TYPE(self));
}

static PyMethodDef ast_methods[] = {
    {"__reduce__", ast_reduce, METH_NOARGS, NULL},
    {NULL}
};

static PyMemberDef ast_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(struct ast_object, dict),
     READONLY},
    {NULL}
};

static PyGetSetDef ast_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict},
    {NULL}
};

static PyType_Slot ast_slots[] = {
    {Py_tp_dealloc, ast_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_setattro, PyObject_GenericSetAttr},
    {Py_tp_traverse, ast_traverse},
    {Py_tp_clear, ast_clear},
    {Py_tp_members, ast_members},
    {Py_tp_methods, ast_methods},
    {Py_tp_getset, ast_getset},
    {Py_tp_init, ast_init},
    {Py_tp_alloc, PyType_GenericAlloc},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_free, PyObject_GC_Del},
    {0, NULL},
};

static PyType_Spec ast_spec = {
    .name = "ast.AST",
    .basicsize = sizeof(struct ast_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = ast_slots,
};

/* -- Making the types ---------------------------------------------------- */

static const char * const location_names[] = {
    "lineno", "col_offset", "end_lineno", "end_col_offset",
};

static PyObject *
names_tuple(const struct ast_field *fields, int n)
{
    PyObject *names = PyTuple_New(n);
    if (names == NULL) {
        return NULL;
    }
    for (int i = 0; i < n; i++) {
        PyObject *name = PyUnicode_InternFromString(fields[i].name);
        if (name == NULL) {
            Py_DECREF(names);
            return NULL;
        }
        PyTuple_SET_ITEM(names, i, name);
    }
    return names;
}

static PyObject *
type_make(const char *name, PyObject *base, const struct ast_field *fields,
          int nfields, const char *doc)
{
    PyObject *names = names_tuple(fields, nfields);
    if (names == NULL) {
        return NULL;
    }
    PyObject *type = PyObject_CallFunction(
        (PyObject *)&PyType_Type, "s(O){OOOOOsOs}", name, base,
        &_Py_ID(_fields), names, &_Py_ID(__match_args__), names,
        &_Py_ID(__module__), "ast", &_Py_ID(__doc__), doc);
    Py_DECREF(names);
    /* What may be left out is None. */
    for (int i = 0; type != NULL && i < nfields; i++) {
        if (fields[i].quantity == '?'
            && PyObject_SetAttrString(type, fields[i].name, Py_None) < 0)
        {
            Py_CLEAR(type);
        }
    }
    return type;
}

/* Sets _attributes. LOCATION is that of struct ast_type. */
static int
type_add_location(PyObject *type, int location)
{
    PyObject *names = PyTuple_New(location ? 4 : 0);
    if (names == NULL) {
        return -1;
    }
    int result = 0;
    for (int i = 0; location && i < 4; i++) {
        PyObject *name = PyUnicode_InternFromString(location_names[i]);
        if (name == NULL) {
            result = -1;
            break;
        }
        PyTuple_SET_ITEM(names, i, name);
    }
    if (result == 0) {
        result = PyObject_SetAttr(type, &_Py_ID(_attributes), names);
    }
    Py_DECREF(names);
    for (int i = 2; result == 0 && location == 1 && i < 4; i++) {
        result = PyObject_SetAttrString(type, location_names[i], Py_None);
    }
    return result;
}

static int
base_make(struct ast_state *state)
{
    PyObject *none = PyTuple_New(0);
    state->base = PyType_FromSpec(&ast_spec);
    int result = -1;
    if (none != NULL && state->base != NULL
        && PyObject_SetAttr(state->base, &_Py_ID(_fields), none) == 0
        && PyObject_SetAttr(state->base, &_Py_ID(__match_args__), none) == 0
        && PyObject_SetAttr(state->base, &_Py_ID(_attributes), none) == 0)
    {
        result = 0;
    }
    Py_XDECREF(none);
    return result;
}

/* A node's type, its base being BASE. */
static int
node_make(struct ast_state *state, int index, PyObject *base)
{
    const struct ast_node *node = &ast_nodes[index];
    state->nodes[index] = type_make(node->name, base, node->fields,
                                    node->nfields, node->doc);
    if (state->nodes[index] == NULL) {
        return -1;
    }
    if (ast_types[node->type].form != AST_ENUM_TYPE) {
        return 0;
    }
    state->singletons[index] = PyType_GenericNew(
        (PyTypeObject *)state->nodes[index], NULL, NULL);
    return state->singletons[index] == NULL ? -1 : 0;
}

static int
types_make(struct ast_state *state)
{
    for (int t = 0; t < AST_TYPE_COUNT; t++) {
        const struct ast_type *type = &ast_types[t];
        if (type->form == AST_PRODUCT) {
            if (node_make(state, type->first_node, state->base) < 0) {
                return -1;
            }
            state->types[t] = Py_NewRef(state->nodes[type->first_node]);
        }
        else {
            state->types[t] = type_make(type->name, state->base, NULL, 0,
                                        type->doc);
        }
        if (state->types[t] == NULL
            || type_add_location(state->types[t], type->location) < 0)
        {
            return -1;
        }
        for (int n = 0; type->form != AST_PRODUCT && n < type->nnodes; n++) {
            if (node_make(state, type->first_node + n, state->types[t]) < 0)
            {
                return -1;
            }
        }
    }
    return 0;
}

static void
state_free(struct ast_state *state)
{
    for (int n = 0; n < AST_NODE_COUNT; n++) {
        Py_CLEAR(state->singletons[n]);
        Py_CLEAR(state->nodes[n]);
    }
    for (int t = 0; t < AST_TYPE_COUNT; t++) {
        Py_CLEAR(state->types[t]);
    }
    Py_CLEAR(state->base);
    PyMem_Free(state);
}

struct ast_state *
ast_get_state(void)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->ast != NULL) {
        return interp->ast;
    }
    struct ast_state *state = PyMem_Calloc(1, sizeof(*state));
    if (state == NULL) {
        return (struct ast_state *)PyErr_NoMemory();
    }
    if (base_make(state) < 0 || types_make(state) < 0) {
        state_free(state);
        return NULL;
    }
    /* Making types may run Python code, which may have come here as well. */
    if (interp->ast != NULL) {
        state_free(state);
        return interp->ast;
    }
    interp->ast = state;
    return state;
}

void
_PyAST_Fini(PyInterpreterState *interp)
{
    struct ast_state *state = interp->ast;
    interp->ast = NULL;
    if (state != NULL) {
        state_free(state);
    }
}

int
PyAST_Check(PyObject *object)
{
    struct ast_state *state = ast_get_state();
    return state == NULL ? -1 : PyObject_IsInstance(object, state->base);
}

/* -- The module ---------------------------------------------------------- */

static int
astmodule_exec(PyObject *module)
{
    struct ast_state *state = ast_get_state();
    if (state == NULL
        || PyModule_AddObjectRef(module, "AST", state->base) < 0
        || PyModule_AddIntMacro(module, PyCF_ALLOW_TOP_LEVEL_AWAIT) < 0
        || PyModule_AddIntMacro(module, PyCF_ONLY_AST) < 0
        || PyModule_AddIntMacro(module, PyCF_TYPE_COMMENTS) < 0)
    {
        return -1;
    }
    for (int t = 0; t < AST_TYPE_COUNT; t++) {
        if (PyModule_AddObjectRef(module, ast_types[t].name,
                                  state->types[t]) < 0)
        {
            return -1;
        }
    }
    for (int n = 0; n < AST_NODE_COUNT; n++) {
        if (PyModule_AddObjectRef(module, ast_nodes[n].name,
                                  state->nodes[n]) < 0)
        {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot astmodule_slots[] = {
    {Py_mod_exec, astmodule_exec},
    {0, NULL},
};

static struct PyModuleDef astmodule = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_ast",
    .m_size = 0,
    .m_slots = astmodule_slots,
};

PyMODINIT_FUNC
PyInit__ast(void)
{
    return PyModuleDef_Init(&astmodule);
}
