/* Cells: variables shared between a function and those nested in it. */

#include "Python.h"
#include "pycore_object.h"

PyObject *
PyCell_New(PyObject *obj)
{
    PyCellObject *cell = PyObject_GC_New(PyCellObject, &PyCell_Type);
    if (cell == NULL) {
        return NULL;
    }
    cell->ob_ref = Py_XNewRef(obj);
    _PyObject_GC_TRACK(cell);
    return (PyObject *)cell;
}

PyDoc_STRVAR(cell_new_doc,
"cell([contents])\n"
"--\n"
"\n"
"A variable that several functions share.\n"
"\n"
"  contents\n"
"    its value; without one the cell is empty, and reading cell_contents\n"
"    raises a ValueError.");

static PyObject *
cell_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!_PyArg_NoKeywords("cell", kwargs)) {
        return NULL;
    }
    PyObject *contents = NULL;
    if (!PyArg_UnpackTuple(args, "cell", 0, 1, &contents)) {
        return NULL;
    }
    return PyCell_New(contents);
}

PyObject *
PyCell_Get(PyObject *op)
{
    if (!PyCell_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return Py_XNewRef(PyCell_GET(op));
}

int
PyCell_Set(PyObject *op, PyObject *value)
{
    if (!PyCell_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyObject *old = PyCell_GET(op);
    PyCell_SET(op, Py_XNewRef(value));
    Py_XDECREF(old);
    return 0;
}

static void
cell_dealloc(PyCellObject *self)
{
    _PyObject_GC_UNTRACK(self);
    Py_XDECREF(self->ob_ref);
    PyObject_GC_Del(self);
}

static PyObject *
cell_richcompare(PyObject *a, PyObject *b, int op)
{
    if (!PyCell_Check(a) || !PyCell_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *left = PyCell_GET(a);
    PyObject *right = PyCell_GET(b);
    if (left != NULL && right != NULL) {
        return PyObject_RichCompare(left, right, op);
    }
    /* an empty cell comes before others */
    Py_RETURN_RICHCOMPARE(right == NULL, left == NULL, op);
}

static PyObject *
cell_repr(PyCellObject *self)
{
    if (self->ob_ref == NULL) {
        return PyUnicode_FromFormat("<cell at %p: empty>", self);
    }
    return PyUnicode_FromFormat("<cell at %p: %.80s object at %p>", self,
                                Py_TYPE(self->ob_ref)->tp_name, self->ob_ref);
}

static int
cell_traverse(PyCellObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->ob_ref);
    return 0;
}

static int
cell_clear(PyCellObject *self)
{
    Py_CLEAR(self->ob_ref);
    return 0;
}

static PyObject *
cell_get_contents(PyCellObject *self, void *closure)
{
    if (self->ob_ref == NULL) {
        PyErr_SetString(PyExc_ValueError, "Cell is empty");
        return NULL;
    }
    return Py_NewRef(self->ob_ref);
}

static int
cell_set_contents(PyCellObject *self, PyObject *value, void *closure)
{
    Py_XINCREF(value);
    Py_XSETREF(self->ob_ref, value);
    return 0;
}

static PyGetSetDef cell_getset[] = {
    {"cell_contents", (getter)cell_get_contents, (setter)cell_set_contents,
     NULL},
    {NULL},
};

PyTypeObject PyCell_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "cell",
    .tp_basicsize = sizeof(PyCellObject),
    .tp_dealloc = (destructor)cell_dealloc,
    .tp_repr = (reprfunc)cell_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = cell_new_doc,
    .tp_traverse = (traverseproc)cell_traverse,
    .tp_clear = (inquiry)cell_clear,
    .tp_richcompare = cell_richcompare,
    .tp_getset = cell_getset,
    .tp_new = cell_new,
};
