/* types.UnionType: int | str. */
#include "Python.h"
#include "pycore_object.h"
#include "pycore_unionobject.h"
#include "structmember.h"

typedef struct {
    PyObject_HEAD
    PyObject *args;             /* tuple of the members, flat, no two equal */
    PyObject *parameters;       /* tuple of type variables; on demand */
} unionobject;

#define UNION(OP) ((unionobject *)(OP))

static void
union_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(UNION(self)->args);
    Py_XDECREF(UNION(self)->parameters);
    Py_TYPE(self)->tp_free(self);
}

static int
union_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(UNION(self)->args);
    Py_VISIT(UNION(self)->parameters);
    return 0;
}

/* -- Comparison: as sets -------------------------------------------------- */

static Py_hash_t
union_hash(PyObject *self)
{
    PyObject *members = PyFrozenSet_New(UNION(self)->args);
    if (members == NULL) {
        return -1;
    }
    Py_hash_t hash = PyObject_Hash(members);
    Py_DECREF(members);
    return hash;
}

static PyObject *
union_richcompare(PyObject *a, PyObject *b, int op)
{
    if (!_PyUnion_Check(b) || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *a_set = PySet_New(UNION(a)->args);
    if (a_set == NULL) {
        return NULL;
    }
    PyObject *b_set = PySet_New(UNION(b)->args);
    if (b_set == NULL) {
        Py_DECREF(a_set);
        return NULL;
    }
    PyObject *result = PyObject_RichCompare(a_set, b_set, op);
    Py_DECREF(b_set);
    Py_DECREF(a_set);
    return result;
}

/* -- Construction --------------------------------------------------------- */

/* Are two members the same?  Aliases are equal if they look equal, all others
   if they are one. */
static int
is_same(PyObject *a, PyObject *b)
{
    if (_PyGenericAlias_Check(a) && _PyGenericAlias_Check(b)) {
        return PyObject_RichCompareBool(a, b, Py_EQ);
    }
    return a == b;
}

static int
contains_same(PyObject **items, Py_ssize_t count, PyObject *item)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        int same = is_same(items[i], item);
        if (same != 0) {
            return same;
        }
    }
    return 0;
}

/* A tuple in which unions are replaced by their members and None by its
   type. */
static PyObject *
flatten_args(PyObject *args)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args), total = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *arg = PyTuple_GET_ITEM(args, i);
        total += _PyUnion_Check(arg) ? PyTuple_GET_SIZE(UNION(arg)->args)
                                     : 1;
    }
    PyObject *flat = PyTuple_New(total);
    if (flat == NULL) {
        return NULL;
    }
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *arg = PyTuple_GET_ITEM(args, i);
        if (_PyUnion_Check(arg)) {
            PyObject *nested = UNION(arg)->args;
            Py_ssize_t nested_count = PyTuple_GET_SIZE(nested);
            for (Py_ssize_t j = 0; j < nested_count; j++) {
                PyTuple_SET_ITEM(flat, at++,
                                 Py_NewRef(PyTuple_GET_ITEM(nested, j)));
            }
            continue;
        }
        if (arg == Py_None) {
            arg = (PyObject *)&_PyNone_Type;
        }
        PyTuple_SET_ITEM(flat, at++, Py_NewRef(arg));
    }
    assert(at == total);
    return flat;
}

static PyObject *
dedup_and_flatten_args(PyObject *args)
{
    args = flatten_args(args);
    if (args == NULL) {
        return NULL;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    PyObject *unique = PyTuple_New(count);
    if (unique == NULL) {
        Py_DECREF(args);
        return NULL;
    }
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *arg = PyTuple_GET_ITEM(args, i);
        int known = contains_same(&PyTuple_GET_ITEM(unique, 0), kept, arg);
        if (known < 0) {
            Py_DECREF(args);
            Py_DECREF(unique);
            return NULL;
        }
        if (!known) {
            PyTuple_SET_ITEM(unique, kept++, Py_NewRef(arg));
        }
    }
    Py_DECREF(args);
    _PyTuple_Resize(&unique, kept);
    return unique;
}

/* A union, or the only member. */
static PyObject *
make_union(PyObject *args)
{
    assert(PyTuple_CheckExact(args));
    args = dedup_and_flatten_args(args);
    if (args == NULL) {
        return NULL;
    }
    if (PyTuple_GET_SIZE(args) == 1) {
        PyObject *only = Py_NewRef(PyTuple_GET_ITEM(args, 0));
        Py_DECREF(args);
        return only;
    }
    unionobject *result = PyObject_GC_New(unionobject, &_PyUnion_Type);
    if (result == NULL) {
        Py_DECREF(args);
        return NULL;
    }
    result->parameters = NULL;
    result->args = args;
    _PyObject_GC_TRACK(result);
    return (PyObject *)result;
}

static int
is_unionable(PyObject *object)
{
    return object == Py_None || PyType_Check(object)
           || _PyGenericAlias_Check(object) || _PyUnion_Check(object);
}

PyObject *
_Py_union_type_or(PyObject *self, PyObject *other)
{
    if (!is_unionable(self) || !is_unionable(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *pair = PyTuple_Pack(2, self, other);
    if (pair == NULL) {
        return NULL;
    }
    PyObject *result = make_union(pair);
    Py_DECREF(pair);
    return result;
}

PyObject *
_Py_union_args(PyObject *self)
{
    assert(_PyUnion_Check(self));
    return UNION(self)->args;
}

/* -- Representation ------------------------------------------------------- */

/* As members are written: int, module.Class, None, list[int]. */
static PyObject *
member_text(PyObject *member)
{
    if (member == (PyObject *)&_PyNone_Type) {
        return PyUnicode_FromString("None");
    }
    PyObject *attribute, *qualname, *module, *result = NULL;
    int found = _PyObject_LookupAttr(member, &_Py_ID(__origin__),
                                     &attribute);
    if (found > 0) {
        Py_DECREF(attribute);
        found = _PyObject_LookupAttr(member, &_Py_ID(__args__), &attribute);
        Py_XDECREF(attribute);
    }
    if (found < 0) {
        return NULL;
    }
    if (found > 0) {
        return PyObject_Repr(member);
    }
    found = _PyObject_LookupAttr(member, &_Py_ID(__qualname__), &qualname);
    if (found < 0) {
        return NULL;
    }
    if (found == 0) {
        return PyObject_Repr(member);
    }
    found = _PyObject_LookupAttr(member, &_Py_ID(__module__), &module);
    if (found < 0) {
        Py_DECREF(qualname);
        return NULL;
    }
    if (module == NULL || module == Py_None) {
        result = PyObject_Repr(member);
    }
    else if (PyUnicode_Check(module)
             && _PyUnicode_EqualToASCIIString(module, "builtins")) {
        result = PyObject_Str(qualname);
    }
    else {
        result = PyUnicode_FromFormat("%S.%S", module, qualname);
    }
    Py_XDECREF(module);
    Py_DECREF(qualname);
    return result;
}

static PyObject *
union_repr(PyObject *self)
{
    PyObject *args = UNION(self)->args;
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (i > 0
            && _PyUnicodeWriter_WriteASCIIString(&writer, " | ", 3) < 0) {
            goto error;
        }
        PyObject *text = member_text(PyTuple_GET_ITEM(args, i));
        if (text == NULL) {
            goto error;
        }
        int failed = _PyUnicodeWriter_WriteStr(&writer, text);
        Py_DECREF(text);
        if (failed < 0) {
            goto error;
        }
    }
    return _PyUnicodeWriter_Finish(&writer);

error:
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

/* -- Attributes and parameters -------------------------------------------- */

static int
make_parameters(unionobject *self)
{
    if (self->parameters == NULL) {
        self->parameters = _Py_make_parameters(self->args);
    }
    return self->parameters == NULL ? -1 : 0;
}

static PyObject *
union_getitem(PyObject *self, PyObject *item)
{
    if (make_parameters(UNION(self)) < 0) {
        return NULL;
    }
    PyObject *args = _Py_subs_parameters(self, UNION(self)->args,
                                         UNION(self)->parameters, item);
    if (args == NULL) {
        return NULL;
    }
    /* Replacements may be anything: let their own | decide. */
    PyObject *result;
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count == 0) {
        result = make_union(args);
    }
    else {
        result = Py_NewRef(PyTuple_GET_ITEM(args, 0));
        for (Py_ssize_t i = 1; i < count && result != NULL; i++) {
            Py_SETREF(result,
                      PyNumber_Or(result, PyTuple_GET_ITEM(args, i)));
        }
    }
    Py_DECREF(args);
    return result;
}

static PyMappingMethods union_as_mapping = {
    .mp_subscript = union_getitem,
};

static PyObject *
union_parameters(PyObject *self, void *Py_UNUSED(closure))
{
    if (make_parameters(UNION(self)) < 0) {
        return NULL;
    }
    return Py_NewRef(UNION(self)->parameters);
}

/* A few attributes are looked up on the class, as typing expects. */
static PyObject *
union_getattro(PyObject *self, PyObject *name)
{
    if (PyUnicode_Check(name)
        && _PyUnicode_EqualToASCIIString(name, "__module__")) {
        return PyObject_GetAttr((PyObject *)Py_TYPE(self), name);
    }
    return PyObject_GenericGetAttr(self, name);
}

static PyMemberDef union_members[] = {
    {"__args__", T_OBJECT, offsetof(unionobject, args), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef union_properties[] = {
    {"__parameters__", union_parameters, NULL,
     PyDoc_STR("Type variables in the types.UnionType."), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyNumberMethods union_as_number = {
    .nb_or = _Py_union_type_or,
};

PyTypeObject _PyUnion_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "types.UnionType",
    .tp_doc = PyDoc_STR("Represent a PEP 604 union type\n"
                        "\n"
                        "E.g. for int | str"),
    .tp_basicsize = sizeof(unionobject),
    .tp_dealloc = union_dealloc,
    .tp_repr = union_repr,
    .tp_as_number = &union_as_number,
    .tp_as_mapping = &union_as_mapping,
    .tp_hash = union_hash,
    .tp_getattro = union_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = union_traverse,
    .tp_richcompare = union_richcompare,
    .tp_members = union_members,
    .tp_getset = union_properties,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_GC_Del,
};
