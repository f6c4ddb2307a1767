/* bool: False and True, ints that show their names. */

#include "Python.h"
#include "pycore_object.h"
#include "pycore_long.h"

struct _longobject _Py_FalseStruct = {
    _PyVarObject_IMMORTAL_INIT(&PyBool_Type, 0),
    .ob_digit = {0}
};

struct _longobject _Py_TrueStruct = {
    _PyVarObject_IMMORTAL_INIT(&PyBool_Type, 1),
    .ob_digit = {1}
};

PyObject *
PyBool_FromLong(long ok)
{
    return Py_NewRef(ok ? Py_True : Py_False);
}

static PyObject *
bool_repr(PyObject *self)
{
    return Py_NewRef(self == Py_True ? &_Py_ID(True) : &_Py_ID(False));
}

static PyObject *
bool_make(PyObject *x)
{
    int truth = PyObject_IsTrue(x);
    return truth < 0 ? NULL : PyBool_FromLong(truth);
}

static PyObject *
bool_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!_PyArg_NoKeywords("bool", kwargs)) {
        return NULL;
    }
    PyObject *x = Py_False;
    if (!PyArg_UnpackTuple(args, "bool", 0, 1, &x)) {
        return NULL;
    }
    return bool_make(x);
}

static PyObject *
bool_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_NoKwnames("bool", kwnames)
        || !_PyArg_CheckPositional("bool", nargs, 0, 1)) {
        return NULL;
    }
    return nargs ? bool_make(args[0]) : Py_NewRef(Py_False);
}

/* -- Bit operations: of two bools a bool, else an int's ------------------ */

static PyObject *
bool_and(PyObject *a, PyObject *b)
{
    if (!PyBool_Check(a) || !PyBool_Check(b)) {
        return PyLong_Type.tp_as_number->nb_and(a, b);
    }
    return PyBool_FromLong((a == Py_True) & (b == Py_True));
}

static PyObject *
bool_or(PyObject *a, PyObject *b)
{
    if (!PyBool_Check(a) || !PyBool_Check(b)) {
        return PyLong_Type.tp_as_number->nb_or(a, b);
    }
    return PyBool_FromLong((a == Py_True) | (b == Py_True));
}

static PyObject *
bool_xor(PyObject *a, PyObject *b)
{
    if (!PyBool_Check(a) || !PyBool_Check(b)) {
        return PyLong_Type.tp_as_number->nb_xor(a, b);
    }
    return PyBool_FromLong((a == Py_True) ^ (b == Py_True));
}

PyDoc_STRVAR(bool_doc,
"bool(x) -> bool\n\n"
"The truth of the argument: True or False, the only two objects of this\n"
"class, which is a subclass of int and has no subclasses.");

static PyNumberMethods bool_as_number = {
    .nb_and = bool_and,
    .nb_xor = bool_xor,
    .nb_or = bool_or,
};

static void _Py_NO_RETURN
bool_dealloc(PyObject *Py_UNUSED(self))
{
    _Py_FatalRefcountError("deallocating True or False");
}

PyTypeObject PyBool_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bool",
    .tp_basicsize = sizeof(struct _longobject),
    .tp_dealloc = bool_dealloc,
    .tp_repr = bool_repr,
    .tp_as_number = &bool_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = bool_doc,
    .tp_base = &PyLong_Type,
    .tp_new = bool_new,
    .tp_vectorcall = bool_vectorcall,
};
