/* InterpreterID: the number of an interpreter, which keeps it alive. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_interp.h"
#include "pycore_interpreteridobject.h"
#include "pycore_pystate.h"

typedef struct {
    PyObject_HEAD
    int64_t id;
} interpid;

#define ID(OP) (((interpid *)(OP))->id)

/* force: the interpreter need not exist, and is not kept. */
static PyObject *
new_id(PyTypeObject *type, int64_t id, int force)
{
    PyInterpreterState *interp = _PyInterpreterState_LookUpID(id);
    if (interp == NULL) {
        if (!force) {
            return NULL;
        }
        PyErr_Clear();
    }
    if (interp != NULL && _PyInterpreterState_IDIncref(interp) < 0) {
        return NULL;
    }
    interpid *self = PyObject_New(interpid, type);
    if (self == NULL) {
        if (interp != NULL) {
            _PyInterpreterState_IDDecref(interp);
        }
        return NULL;
    }
    self->id = id;
    return (PyObject *)self;
}

/* "O&" converter to int64_t. */
static int
interp_id_converter(PyObject *arg, void *out)
{
    int64_t id;
    if (PyObject_TypeCheck(arg, &_PyInterpreterID_Type)) {
        id = ID(arg);
    }
    else if (_PyIndex_Check(arg)) {
        id = PyLong_AsLongLong(arg);
        if (id == -1 && PyErr_Occurred()) {
            return 0;
        }
        if (id < 0) {
            PyErr_Format(PyExc_ValueError,
                         "interpreter ID must be a non-negative int, got %R",
                         arg);
            return 0;
        }
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "interpreter ID must be an int, got %.100s",
                     Py_TYPE(arg)->tp_name);
        return 0;
    }
    *(int64_t *)out = id;
    return 1;
}

static PyObject *
interpid_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static char *keywords[] = {(char *)"id", (char *)"force", NULL};
    int64_t id;
    int force = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwds,
                                     "O&|$p:InterpreterID.__init__",
                                     keywords, interp_id_converter, &id,
                                     &force)) {
        return NULL;
    }
    return new_id(type, id, force);
}

static void
interpid_dealloc(PyObject *self)
{
    PyInterpreterState *interp = _PyInterpreterState_LookUpID(ID(self));
    if (interp != NULL) {
        _PyInterpreterState_IDDecref(interp);
    }
    else {
        /* it has been finalized */
        PyErr_Clear();
    }
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
interpid_repr(PyObject *self)
{
    return PyUnicode_FromFormat("%s(%lld)", _PyType_Name(Py_TYPE(self)),
                                (long long)ID(self));
}

static PyObject *
interpid_str(PyObject *self)
{
    return PyUnicode_FromFormat("%lld", (long long)ID(self));
}

static PyObject *
interpid_int(PyObject *self)
{
    return PyLong_FromLongLong((long long)ID(self));
}

static Py_hash_t
interpid_hash(PyObject *self)
{
    /* as the int that it equals */
    PyObject *number = interpid_int(self);
    if (number == NULL) {
        return -1;
    }
    Py_hash_t hash = PyObject_Hash(number);
    Py_DECREF(number);
    return hash;
}

static PyObject *
interpid_richcompare(PyObject *self, PyObject *other, int op)
{
    if (op != Py_EQ && op != Py_NE) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int equal;
    if (PyObject_TypeCheck(other, &_PyInterpreterID_Type)) {
        equal = ID(self) == ID(other);
    }
    else if (PyLong_CheckExact(other)) {
        int overflow;
        long long number = PyLong_AsLongLongAndOverflow(other, &overflow);
        if (number == -1 && PyErr_Occurred()) {
            return NULL;
        }
        equal = !overflow && number >= 0 && ID(self) == number;
    }
    else if (PyNumber_Check(other)) {
        PyObject *number = interpid_int(self);
        if (number == NULL) {
            return NULL;
        }
        PyObject *result = PyObject_RichCompare(number, other, op);
        Py_DECREF(number);
        return result;
    }
    else {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyBool_FromLong(equal == (op == Py_EQ));
}

static PyNumberMethods interpid_as_number = {
    .nb_int = interpid_int,
    .nb_index = interpid_int,
};

PyTypeObject _PyInterpreterID_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "InterpreterID",
    .tp_basicsize = sizeof(interpid),
    .tp_dealloc = interpid_dealloc,
    .tp_repr = interpid_repr,
    .tp_as_number = &interpid_as_number,
    .tp_hash = interpid_hash,
    .tp_str = interpid_str,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("The ID of an interpreter, usable as an int."),
    .tp_richcompare = interpid_richcompare,
    .tp_new = interpid_new,
};

PyObject *
_PyInterpreterID_New(int64_t id)
{
    return new_id(&_PyInterpreterID_Type, id, 0);
}

PyObject *
_PyInterpreterState_GetIDObject(PyInterpreterState *interp)
{
    if (_PyInterpreterState_IDInitref(interp) != 0) {
        return NULL;
    }
    int64_t id = PyInterpreterState_GetID(interp);
    return id < 0 ? NULL : new_id(&_PyInterpreterID_Type, id, 0);
}

PyInterpreterState *
_PyInterpreterID_LookUp(PyObject *requested)
{
    int64_t id;
    if (!interp_id_converter(requested, &id)) {
        return NULL;
    }
    return _PyInterpreterState_LookUpID(id);
}
