/* Syntax trees to Python objects and back, by the tables. */

#include "Python.h"
#include "pycore_ast_table.h"
#include "pycore_ceval.h"
#include "pycore_pyarena.h"
#include "pycore_pystate.h"
#include <limits.h>
#include <string.h>

/* A level of recursion here costs less stack than a Python call. */
#define STACK_FRAME_SCALE 3

static const char * const location_names[] = {
    "lineno", "col_offset", "end_lineno", "end_col_offset",
};

/* -- To objects ---------------------------------------------------------- */

static PyObject *node_to_object(struct ast_state *state, int type,
                                const void *node);

static PyObject *
value_to_object(struct ast_state *state, const struct ast_field *field,
                const void *place)
{
    switch (field->value) {
        case AST_INT:
            return PyLong_FromLong(*(const int *)place);
        case AST_ENUM: {
            const struct ast_type *type = &ast_types[field->type];
            int kind = *(const int *)place;
            return Py_NewRef(state->singletons[type->first_node + kind - 1]);
        }
        case AST_NODE:
            return node_to_object(state, field->type,
                                  *(void * const *)place);
        default: {
            PyObject *object = *(PyObject * const *)place;
            return Py_NewRef(object == NULL ? Py_None : object);
        }
    }
}

static PyObject *
sequence_to_object(struct ast_state *state, const struct ast_field *field,
                   const asdl_generic_seq *seq)
{
    Py_ssize_t n = asdl_seq_LEN(seq);
    PyObject *list = PyList_New(n);
    if (list == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        const void *place =
            field->value == AST_ENUM
                ? (const void *)&((const asdl_int_seq *)seq)
                      ->typed_elements[i]
                : (const void *)&seq->typed_elements[i];
        PyObject *item = value_to_object(state, field, place);
        if (item == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

static int
set_location(PyObject *object, const int *location)
{
    for (int i = 0; i < 4; i++) {
        PyObject *value = PyLong_FromLong(location[i]);
        if (value == NULL) {
            return -1;
        }
        int result = PyObject_SetAttrString(object, location_names[i], value);
        Py_DECREF(value);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

static int
set_fields(struct ast_state *state, PyObject *object,
           const struct ast_node *info, const void *node)
{
    for (int i = 0; i < info->nfields; i++) {
        const struct ast_field *field = &info->fields[i];
        const void *place = (const char *)node + field->offset;
        PyObject *value =
            field->quantity == '*'
                ? sequence_to_object(state, field, *(void * const *)place)
                : value_to_object(state, field, place);
        if (value == NULL) {
            return -1;
        }
        int result = PyObject_SetAttrString(object, field->name, value);
        Py_DECREF(value);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

static const struct ast_node *
node_info(int type, const void *node)
{
    const struct ast_type *t = &ast_types[type];
    int kind = t->form == AST_PRODUCT ? 1 : *(const int *)node;
    return &ast_nodes[t->first_node + kind - 1];
}

static PyObject *
node_to_object(struct ast_state *state, int type, const void *node)
{
    if (node == NULL) {
        Py_RETURN_NONE;
    }
    if (++state->depth > state->depth_limit) {
        PyErr_SetString(PyExc_RecursionError,
                        "maximum recursion depth exceeded during ast "
                        "construction");
        return NULL;
    }
    const struct ast_type *t = &ast_types[type];
    const struct ast_node *info = node_info(type, node);
    PyObject *object = PyType_GenericNew(
        (PyTypeObject *)state->nodes[info - ast_nodes], NULL, NULL);
    if (object == NULL) {
        return NULL;
    }
    if (set_fields(state, object, info, node) < 0
        || (t->location
            && set_location(object, (const int *)((const char *)node
                                                  + t->location_offset))
                   < 0))
    {
        Py_DECREF(object);
        return NULL;
    }
    state->depth--;
    return object;
}

PyObject *
PyAST_mod2obj(mod_ty tree)
{
    struct ast_state *state = ast_get_state();
    if (state == NULL) {
        return NULL;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    int limit = Py_GetRecursionLimit();
    int depth = tstate->recursion_limit - tstate->recursion_remaining;
    int saved_depth = state->depth, saved_limit = state->depth_limit;
    state->depth = depth * STACK_FRAME_SCALE;
    state->depth_limit = limit > INT_MAX / STACK_FRAME_SCALE
                             ? INT_MAX : limit * STACK_FRAME_SCALE;
    PyObject *result = node_to_object(state, AST_TYPE_mod, tree);
    state->depth = saved_depth;
    state->depth_limit = saved_limit;
    return result;
}

/* -- From objects -------------------------------------------------------- */

static int node_from_object(struct ast_state *state, int type,
                            PyObject *object, void **node, PyArena *arena);

static int
keep(PyObject *object, PyObject **place, PyArena *arena)
{
    if (_PyArena_AddPyObject(arena, Py_NewRef(object)) < 0) {
        Py_DECREF(object);
        return -1;
    }
    *place = object;
    return 0;
}

static int
text_from_object(const struct ast_field *field, PyObject *object,
                 PyObject **place, PyArena *arena)
{
    int good = PyUnicode_CheckExact(object);
    if (!good && field->value == AST_IDENTIFIER && object != Py_None) {
        PyErr_SetString(PyExc_TypeError,
                        "AST identifier must be of type str");
        return -1;
    }
    if (!good && field->value == AST_STRING && !PyBytes_CheckExact(object)) {
        PyErr_SetString(PyExc_TypeError, "AST string must be of type str");
        return -1;
    }
    if (object == Py_None) {
        *place = NULL;
        return 0;
    }
    return keep(object, place, arena);
}

static int
int_from_object(PyObject *object, int *place)
{
    if (!PyLong_Check(object)) {
        PyErr_Format(PyExc_ValueError, "invalid integer value: %R", object);
        return -1;
    }
    int value = _PyLong_AsInt(object);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    *place = value;
    return 0;
}

static int
enum_from_object(struct ast_state *state, int type, PyObject *object,
                 int *place)
{
    const struct ast_type *t = &ast_types[type];
    for (int n = 0; n < t->nnodes; n++) {
        int is = PyObject_IsInstance(object,
                                     state->nodes[t->first_node + n]);
        if (is < 0) {
            return -1;
        }
        if (is) {
            *place = n + 1;
            return 0;
        }
    }
    PyErr_Format(PyExc_TypeError, "expected some sort of %s, but got %R",
                 t->name, object);
    return -1;
}

static int
value_from_object(struct ast_state *state, const struct ast_field *field,
                  PyObject *object, void *place, PyArena *arena)
{
    switch (field->value) {
        case AST_INT:
            return int_from_object(object, place);
        case AST_ENUM:
            return enum_from_object(state, field->type, object, place);
        case AST_NODE:
            return node_from_object(state, field->type, object, place,
                                    arena);
        case AST_CONSTANT:
            return keep(object, place, arena);
        default:
            return text_from_object(field, object, place, arena);
    }
}

/* The C stack is guarded by the interpreter's own limit. */
static int
enter_node(const char *name)
{
    char where[64];
    PyOS_snprintf(where, sizeof(where), " while traversing '%s' node", name);
    return Py_EnterRecursiveCall(where);
}

static int
guarded_from_object(struct ast_state *state, const char *name,
                    const struct ast_field *field, PyObject *object,
                    void *place, PyArena *arena)
{
    if (enter_node(name)) {
        return -1;
    }
    int result = value_from_object(state, field, object, place, arena);
    Py_LeaveRecursiveCall();
    return result;
}

static int
sequence_from_object(struct ast_state *state, const char *name,
                     const struct ast_field *field, PyObject *list,
                     void *place, PyArena *arena)
{
    if (!PyList_Check(list)) {
        PyErr_Format(PyExc_TypeError,
                     "%s field \"%s\" must be a list, not a %.200s", name,
                     field->name, _PyType_Name(Py_TYPE(list)));
        return -1;
    }
    Py_ssize_t n = PyList_GET_SIZE(list);
    int small = field->value == AST_ENUM;
    void *seq = small ? (void *)_Py_asdl_int_seq_new(n, arena)
                      : (void *)_Py_asdl_generic_seq_new(n, arena);
    if (seq == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        void *element =
            small ? (void *)&((asdl_int_seq *)seq)->typed_elements[i]
                  : (void *)&((asdl_generic_seq *)seq)->typed_elements[i];
        PyObject *item = Py_NewRef(PyList_GET_ITEM(list, i));
        int result = guarded_from_object(state, name, field, item, element,
                                         arena);
        Py_DECREF(item);
        if (result < 0) {
            return -1;
        }
        /* May have run Python code. */
        if (PyList_GET_SIZE(list) != n) {
            PyErr_Format(PyExc_RuntimeError,
                         "%s field \"%s\" changed size during iteration",
                         name, field->name);
            return -1;
        }
    }
    *(void **)place = seq;
    return 0;
}

static int
attribute_missing(const char *attribute, const char *name)
{
    PyErr_Format(PyExc_TypeError, "required field \"%s\" missing from %s",
                 attribute, name);
    return -1;
}

static int
field_from_object(struct ast_state *state, const char *name,
                  const struct ast_field *field, PyObject *object,
                  void *place, PyArena *arena)
{
    PyObject *attribute = PyUnicode_InternFromString(field->name), *value;
    if (attribute == NULL) {
        return -1;
    }
    int result = _PyObject_LookupAttr(object, attribute, &value);
    Py_DECREF(attribute);
    if (result < 0) {
        return -1;
    }
    if (field->quantity == '?' && (value == NULL || value == Py_None)) {
        Py_XDECREF(value);
        if (field->value == AST_INT) {
            *(int *)place = 0;
        }
        return 0;
    }
    if (value == NULL) {
        return attribute_missing(field->name, name);
    }
    result = field->quantity == '*'
                 ? sequence_from_object(state, name, field, value, place,
                                        arena)
                 : guarded_from_object(state, name, field, value, place,
                                       arena);
    Py_DECREF(value);
    return result;
}

static int
location_from_object(const struct ast_type *type, PyObject *object,
                     int *location)
{
    for (int i = 0; i < 4; i++) {
        PyObject *name = PyUnicode_InternFromString(location_names[i]);
        PyObject *value;
        if (name == NULL) {
            return -1;
        }
        int result = _PyObject_LookupAttr(object, name, &value);
        Py_DECREF(name);
        if (result < 0) {
            return -1;
        }
        if (i >= 2 && type->location == 1
            && (value == NULL || value == Py_None))
        {
            Py_XDECREF(value);
            location[i] = location[i - 2];
            continue;
        }
        if (value == NULL) {
            return attribute_missing(location_names[i], type->name);
        }
        result = int_from_object(value, &location[i]);
        Py_DECREF(value);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

/* Which node of the type OBJECT is: its index, or -1. */
static int
node_index(struct ast_state *state, int type, PyObject *object)
{
    const struct ast_type *t = &ast_types[type];
    if (t->form == AST_PRODUCT) {
        return t->first_node;
    }
    for (int n = 0; n < t->nnodes; n++) {
        int is = PyObject_IsInstance(object,
                                     state->nodes[t->first_node + n]);
        if (is < 0) {
            return -1;
        }
        if (is) {
            return t->first_node + n;
        }
    }
    PyErr_Format(PyExc_TypeError, "expected some sort of %s, but got %R",
                 t->name, object);
    return -1;
}

/* A required field may not be None either. */
static int
check_required(const struct ast_node *info, const char *node)
{
    for (int i = 0; i < info->nfields; i++) {
        const struct ast_field *field = &info->fields[i];
        if (field->quantity == '1' && field->value != AST_INT
            && field->value != AST_ENUM
            && *(void * const *)(node + field->offset) == NULL)
        {
            PyErr_Format(PyExc_ValueError, "field '%s' is required for %s",
                         field->name, info->name);
            return -1;
        }
    }
    return 0;
}

static int
node_from_object(struct ast_state *state, int type, PyObject *object,
                 void **node, PyArena *arena)
{
    const struct ast_type *t = &ast_types[type];
    if (object == Py_None && t->form != AST_PRODUCT) {
        *node = NULL;
        return 0;
    }
    char *result = _PyArena_Malloc(arena, t->size);
    if (result == NULL) {
        return -1;
    }
    memset(result, 0, t->size);
    int *location = (int *)(result + t->location_offset);
    if (t->location && t->form != AST_PRODUCT
        && location_from_object(t, object, location) < 0)
    {
        return -1;
    }
    int index = node_index(state, type, object);
    if (index < 0) {
        return -1;
    }
    const struct ast_node *info = &ast_nodes[index];
    if (t->form != AST_PRODUCT) {
        *(int *)result = info->kind;
    }
    for (int i = 0; i < info->nfields; i++) {
        const struct ast_field *field = &info->fields[i];
        if (field_from_object(state, info->name, field, object,
                              result + field->offset, arena) < 0)
        {
            return -1;
        }
    }
    if (t->location && t->form == AST_PRODUCT
        && location_from_object(t, object, location) < 0)
    {
        return -1;
    }
    if (check_required(info, result) < 0) {
        return -1;
    }
    *node = result;
    return 0;
}

/* MODE: 0 exec, 1 eval, 2 single. */
mod_ty
PyAST_obj2mod(PyObject *ast, PyArena *arena, int mode)
{
    static const int wanted[] = {
        AST_NODE_Module, AST_NODE_Expression, AST_NODE_Interactive,
    };
    if (PySys_Audit("compile", "OO", ast, Py_None) < 0) {
        return NULL;
    }
    struct ast_state *state = ast_get_state();
    if (state == NULL) {
        return NULL;
    }
    int is = PyObject_IsInstance(ast, state->nodes[wanted[mode]]);
    if (is < 0) {
        return NULL;
    }
    if (!is) {
        PyErr_Format(PyExc_TypeError, "expected %s node, got %.400s",
                     ast_nodes[wanted[mode]].name,
                     _PyType_Name(Py_TYPE(ast)));
        return NULL;
    }
    void *tree = NULL;
    if (node_from_object(state, AST_TYPE_mod, ast, &tree, arena) < 0) {
        return NULL;
    }
    return tree;
}
