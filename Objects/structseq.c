/* Struct sequences: tuples whose items have names.

   An object has room for all n_fields items; ob_size counts only the first
   n_sequence_fields, which are what the tuple shows. The counts live in the
   type's dict, where Python can see them. */

#include "Python.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_structseq.h"
#include "pycore_tuple.h"
#include "pycore_typeobject.h"
#include "structmember.h"

const char *const PyStructSequence_UnnamedField = "unnamed field";

/* -- Counts ------------------------------------------------------------- */

static Py_ssize_t
type_count(PyTypeObject *type, PyObject *name)
{
    PyObject *value = PyDict_GetItemWithError(type->tp_dict, name);
    if (value == NULL || !PyLong_CheckExact(value)) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "Missed attribute '%U' of type %s",
                         name, type->tp_name);
        }
        return -1;
    }
    return PyLong_AsSsize_t(value);
}

#define COUNT_VISIBLE(type) type_count(type, &_Py_ID(n_sequence_fields))
#define COUNT_ALL(type) type_count(type, &_Py_ID(n_fields))
#define COUNT_UNNAMED(type) type_count(type, &_Py_ID(n_unnamed_fields))

/* -- Storage ------------------------------------------------------------ */

PyObject *
PyStructSequence_New(PyTypeObject *type)
{
    Py_ssize_t size = COUNT_ALL(type);
    if (size < 0) {
        return NULL;
    }
    Py_ssize_t visible = COUNT_VISIBLE(type);
    if (visible < 0) {
        return NULL;
    }
    PyStructSequence *self = PyObject_GC_NewVar(PyStructSequence, type,
                                                size);
    if (self == NULL) {
        return NULL;
    }
    Py_SET_SIZE(self, visible);
    for (Py_ssize_t i = 0; i < size; i++) {
        self->ob_item[i] = NULL;
    }
    return (PyObject *)self;
}

void
PyStructSequence_SetItem(PyObject *op, Py_ssize_t index, PyObject *value)
{
    PyStructSequence_SET_ITEM(op, index, value);
}

PyObject *
PyStructSequence_GetItem(PyObject *op, Py_ssize_t index)
{
    return PyStructSequence_GET_ITEM(op, index);
}

static int
structseq_traverse(PyStructSequence *self, visitproc visit, void *arg)
{
    if (Py_TYPE(self)->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        Py_VISIT(Py_TYPE(self));
    }
    Py_ssize_t size = COUNT_ALL(Py_TYPE(self));
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_VISIT(self->ob_item[i]);
    }
    return 0;
}

static void
structseq_dealloc(PyStructSequence *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_ssize_t size = COUNT_ALL(type);
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_XDECREF(self->ob_item[i]);
    }
    PyObject_GC_Del(self);
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        Py_DECREF(type);
    }
}

/* -- Making from Python ------------------------------------------------- */

static int
check_length(PyTypeObject *type, Py_ssize_t length, Py_ssize_t least,
             Py_ssize_t most)
{
    const char *bound;
    Py_ssize_t limit;
    if (least == most && length != least) {
        PyErr_Format(PyExc_TypeError,
                     "%.500s() takes a %zd-sequence (%zd-sequence given)",
                     type->tp_name, least, length);
        return -1;
    }
    if (length < least) {
        bound = "least";
        limit = least;
    }
    else if (length > most) {
        bound = "most";
        limit = most;
    }
    else {
        return 0;
    }
    PyErr_Format(PyExc_TypeError,
                 "%.500s() takes an at %s %zd-sequence (%zd-sequence given)",
                 type->tp_name, bound, limit, length);
    return -1;
}

/* The items of a sequence, then of a dict by name, then None. */
static PyObject *
structseq_make(PyTypeObject *type, PyObject *items, PyObject *dict)
{
    Py_ssize_t least = COUNT_VISIBLE(type);
    Py_ssize_t most = COUNT_ALL(type);
    Py_ssize_t unnamed = COUNT_UNNAMED(type);
    if (least < 0 || most < 0 || unnamed < 0) {
        return NULL;
    }
    Py_ssize_t length = PySequence_Fast_GET_SIZE(items);
    if (check_length(type, length, least, most) < 0) {
        return NULL;
    }
    PyStructSequence *self = (PyStructSequence *)PyStructSequence_New(type);
    if (self == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < most; i++) {
        PyObject *value = NULL;
        if (i < length) {
            value = PySequence_Fast_GET_ITEM(items, i);
        }
        else if (dict != NULL) {
            value = _PyDict_GetItemStringWithError(
                dict, type->tp_members[i - unnamed].name);
            if (value == NULL && PyErr_Occurred()) {
                Py_DECREF(self);
                return NULL;
            }
        }
        self->ob_item[i] = Py_NewRef(value != NULL ? value : Py_None);
    }
    _PyObject_GC_TRACK(self);
    return (PyObject *)self;
}

static PyObject *
structseq_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"sequence", "dict", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "structseq"};
    PyObject *buffer[2] = {NULL, NULL};
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    PyObject *const *argv = _PyArg_UnpackKeywords(
        ((PyTupleObject *)args)->ob_item, nargs, kwargs, NULL, &parser, 1, 2,
        0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    PyObject *dict = argv == buffer || nargs > 1 ? argv[1] : NULL;
    PyObject *items = PySequence_Fast(argv[0],
                                      "constructor requires a sequence");
    if (items == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    if (dict != NULL && !PyDict_Check(dict)) {
        PyErr_Format(PyExc_TypeError,
                     "%.500s() takes a dict as second arg, if any",
                     type->tp_name);
    }
    else {
        result = structseq_make(type, items, dict);
    }
    Py_DECREF(items);
    return result;
}

/* -- Protocols ---------------------------------------------------------- */

static int
write_field(_PyUnicodeWriter *writer, const char *name, PyObject *value)
{
    if (_PyUnicodeWriter_WriteASCIIString(writer, name, -1) < 0
        || _PyUnicodeWriter_WriteChar(writer, '=') < 0) {
        return -1;
    }
    PyObject *repr = PyObject_Repr(value);
    if (repr == NULL) {
        return -1;
    }
    int status = _PyUnicodeWriter_WriteStr(writer, repr);
    Py_DECREF(repr);
    return status;
}

static PyObject *
structseq_repr(PyStructSequence *self)
{
    PyTypeObject *type = Py_TYPE(self);
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    PyObject *name = PyUnicode_FromString(type->tp_name);
    if (name == NULL) {
        goto error;
    }
    int status = _PyUnicodeWriter_WriteStr(&writer, name);
    Py_DECREF(name);
    if (status < 0 || _PyUnicodeWriter_WriteChar(&writer, '(') < 0) {
        goto error;
    }
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        const char *field = type->tp_members[i].name;
        if (field == NULL) {
            PyErr_Format(PyExc_SystemError,
                         "In structseq_repr(), member %zd name is NULL for "
                         "type %.500s", i, type->tp_name);
            goto error;
        }
        if (i > 0 && _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2) < 0) {
            goto error;
        }
        if (write_field(&writer, field, self->ob_item[i]) < 0) {
            goto error;
        }
    }
    if (_PyUnicodeWriter_WriteChar(&writer, ')') < 0) {
        goto error;
    }
    return _PyUnicodeWriter_Finish(&writer);

error:
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

static PyObject *
structseq_reduce(PyStructSequence *self, PyObject *Py_UNUSED(ignored))
{
    PyTypeObject *type = Py_TYPE(self);
    Py_ssize_t all = COUNT_ALL(type);
    Py_ssize_t visible = COUNT_VISIBLE(type);
    Py_ssize_t unnamed = COUNT_UNNAMED(type);
    if (all < 0 || visible < 0 || unnamed < 0) {
        return NULL;
    }
    PyObject *tuple = _PyTuple_FromArray(self->ob_item, visible);
    PyObject *dict = tuple == NULL ? NULL : PyDict_New();
    PyObject *result = NULL;
    if (dict == NULL) {
        goto done;
    }
    for (Py_ssize_t i = visible; i < all; i++) {
        const char *name = type->tp_members[i - unnamed].name;
        if (PyDict_SetItemString(dict, name, self->ob_item[i]) < 0) {
            goto done;
        }
    }
    result = Py_BuildValue("(O(OO))", type, tuple, dict);
done:
    Py_XDECREF(tuple);
    Py_XDECREF(dict);
    return result;
}

static PyMethodDef structseq_methods[] = {
    {"__reduce__", (PyCFunction)structseq_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

/* -- Types -------------------------------------------------------------- */

static int
is_unnamed(const PyStructSequence_Field *field)
{
    return field->name == PyStructSequence_UnnamedField;
}

static Py_ssize_t
count_fields(PyStructSequence_Desc *desc, Py_ssize_t *unnamed)
{
    Py_ssize_t n = 0;
    *unnamed = 0;
    for (; desc->fields[n].name != NULL; n++) {
        *unnamed += is_unnamed(&desc->fields[n]);
    }
    return n;
}

/* The member table, in PyMem_ memory. */
static PyMemberDef *
make_members(PyStructSequence_Desc *desc, Py_ssize_t n, Py_ssize_t unnamed)
{
    PyMemberDef *members = PyMem_New(PyMemberDef, n - unnamed + 1);
    if (members == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    Py_ssize_t k = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (is_unnamed(&desc->fields[i])) {
            continue;
        }
        members[k++] = (PyMemberDef){
            .name = desc->fields[i].name,
            .type = T_OBJECT,
            .offset = (Py_ssize_t)(offsetof(PyStructSequence, ob_item)
                                   + (size_t)i * sizeof(PyObject *)),
            .flags = READONLY,
            .doc = desc->fields[i].doc,
        };
    }
    members[k] = (PyMemberDef){NULL};
    return members;
}

static int
dict_set_count(PyObject *dict, const char *name, Py_ssize_t count)
{
    PyObject *value = PyLong_FromSsize_t(count);
    if (value == NULL) {
        return -1;
    }
    int status = PyDict_SetItemString(dict, name, value);
    Py_DECREF(value);
    return status;
}

static int
dict_fill(PyObject *dict, PyStructSequence_Desc *desc, Py_ssize_t n,
          Py_ssize_t unnamed)
{
    if (dict_set_count(dict, "n_sequence_fields", desc->n_in_sequence) < 0
        || dict_set_count(dict, "n_fields", n) < 0
        || dict_set_count(dict, "n_unnamed_fields", unnamed) < 0) {
        return -1;
    }
    PyObject *names = PyList_New(0);
    if (names == NULL) {
        return -1;
    }
    int status = 0;
    for (int i = 0; i < desc->n_in_sequence && status == 0; i++) {
        if (is_unnamed(&desc->fields[i])) {
            continue;
        }
        PyObject *name = PyUnicode_FromString(desc->fields[i].name);
        status = name == NULL ? -1 : PyList_Append(names, name);
        Py_XDECREF(name);
    }
    PyObject *tuple = status < 0 ? NULL : PyList_AsTuple(names);
    Py_DECREF(names);
    if (tuple == NULL) {
        return -1;
    }
    status = PyDict_SetItemString(dict, "__match_args__", tuple);
    Py_DECREF(tuple);
    return status;
}

#define BASIC_SIZE ((int)offsetof(PyStructSequence, ob_item))

int
_PyStructSequence_InitType(PyTypeObject *type, PyStructSequence_Desc *desc,
                           unsigned long tp_flags)
{
    Py_ssize_t unnamed;
    Py_ssize_t n = count_fields(desc, &unnamed);
    PyMemberDef *members = make_members(desc, n, unnamed);
    if (members == NULL) {
        return -1;
    }
    *type = (PyTypeObject){
        PyVarObject_HEAD_INIT(&PyType_Type, 0)
        .tp_name = desc->name,
        .tp_basicsize = BASIC_SIZE,
        .tp_itemsize = sizeof(PyObject *),
        .tp_dealloc = (destructor)structseq_dealloc,
        .tp_repr = (reprfunc)structseq_repr,
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | tp_flags,
        .tp_doc = desc->doc,
        .tp_traverse = (traverseproc)structseq_traverse,
        .tp_methods = structseq_methods,
        .tp_members = members,
        .tp_base = &PyTuple_Type,
        .tp_new = structseq_new,
    };
    Py_SET_REFCNT(type, _PyObject_IMMORTAL_REFCNT);
    if (PyType_Ready(type) < 0
        || dict_fill(type->tp_dict, desc, n, unnamed) < 0) {
        PyMem_Free(members);
        type->tp_members = NULL;
        type->tp_name = NULL;
        return -1;
    }
    PyType_Modified(type);
    return 0;
}

int
PyStructSequence_InitType2(PyTypeObject *type, PyStructSequence_Desc *desc)
{
    return _PyStructSequence_InitType(type, desc, 0);
}

void
PyStructSequence_InitType(PyTypeObject *type, PyStructSequence_Desc *desc)
{
    (void)PyStructSequence_InitType2(type, desc);
}

void
_PyStructSequence_FiniType(PyTypeObject *type)
{
    /* Static types are shared: they end with the main interpreter. */
    if (type->tp_name == NULL
        || !_Py_IsMainInterpreter(_PyInterpreterState_GET())) {
        return;
    }
    PyMemberDef *members = type->tp_members;
    _PyStaticType_Dealloc(type);
    if (type->tp_subclasses != NULL) {
        return;     /* still used as a base */
    }
    type->tp_members = NULL;
    type->tp_name = NULL;
    PyMem_Free(members);
}

PyTypeObject *
_PyStructSequence_NewType(PyStructSequence_Desc *desc, unsigned long tp_flags)
{
    Py_ssize_t unnamed;
    Py_ssize_t n = count_fields(desc, &unnamed);
    PyMemberDef *members = make_members(desc, n, unnamed);
    if (members == NULL) {
        return NULL;
    }
    PyType_Slot slots[] = {
        {Py_tp_dealloc, structseq_dealloc},
        {Py_tp_repr, structseq_repr},
        {Py_tp_methods, structseq_methods},
        {Py_tp_new, structseq_new},
        {Py_tp_members, members},
        {Py_tp_traverse, structseq_traverse},
        {Py_tp_doc, (void *)desc->doc},
        {0, NULL}
    };
    if (desc->doc == NULL) {
        slots[6] = (PyType_Slot){0, NULL};
    }
    PyType_Spec spec = {
        .name = desc->name,
        .basicsize = BASIC_SIZE,
        .itemsize = sizeof(PyObject *),
        .flags = (unsigned)(Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                            | tp_flags),
        .slots = slots,
    };
    PyTypeObject *type = NULL;
    PyObject *bases = PyTuple_Pack(1, &PyTuple_Type);
    if (bases != NULL) {
        type = (PyTypeObject *)PyType_FromSpecWithBases(&spec, bases);
        Py_DECREF(bases);
    }
    PyMem_Free(members);
    if (type != NULL && dict_fill(type->tp_dict, desc, n, unnamed) < 0) {
        Py_CLEAR(type);
    }
    return type;
}

PyTypeObject *
PyStructSequence_NewType(PyStructSequence_Desc *desc)
{
    return _PyStructSequence_NewType(desc, 0);
}
