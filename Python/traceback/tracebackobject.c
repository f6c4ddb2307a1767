/* Traceback objects: one for each frame an exception passed through. */
#include "Python.h"
#include "pycore_frame.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_traceback.h"
#include "frameobject.h"
#include "structmember.h"

static PyObject *
tb_create_raw(PyTracebackObject *next, PyFrameObject *frame, int lasti,
              int lineno)
{
    if ((next != NULL && !PyTraceBack_Check(next)) || frame == NULL
        || !PyFrame_Check(frame)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyTracebackObject *tb = PyObject_GC_New(PyTracebackObject,
                                            &PyTraceBack_Type);
    if (tb != NULL) {
        tb->tb_next = (PyTracebackObject *)Py_XNewRef(next);
        tb->tb_frame = (PyFrameObject *)Py_NewRef(frame);
        tb->tb_lasti = lasti;
        tb->tb_lineno = lineno;
        PyObject_GC_Track(tb);
    }
    return (PyObject *)tb;
}

static PyObject *
tb_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const kwlist[] = {"tb_next", "tb_frame", "tb_lasti",
                                         "tb_lineno", NULL};
    PyObject *tb_next;
    PyFrameObject *tb_frame;
    int tb_lasti, tb_lineno;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO!ii:TracebackType",
                                     (char **)kwlist, &tb_next,
                                     &PyFrame_Type, &tb_frame, &tb_lasti,
                                     &tb_lineno)) {
        return NULL;
    }
    if (tb_next == Py_None) {
        tb_next = NULL;
    }
    else if (!PyTraceBack_Check(tb_next)) {
        return PyErr_Format(PyExc_TypeError,
                            "expected traceback object or None, got '%s'",
                            Py_TYPE(tb_next)->tp_name);
    }
    return tb_create_raw((PyTracebackObject *)tb_next, tb_frame, tb_lasti,
                         tb_lineno);
}

static PyObject *
tb_dir(PyTracebackObject *self, PyObject *unused)
{
    return Py_BuildValue("[ssss]", "tb_frame", "tb_next", "tb_lasti",
                         "tb_lineno");
}

static PyObject *
tb_next_get(PyTracebackObject *self, void *unused)
{
    PyObject *next = (PyObject *)self->tb_next;
    return Py_NewRef(next != NULL ? next : Py_None);
}

static int
tb_next_set(PyTracebackObject *self, PyObject *new_next, void *unused)
{
    if (new_next == NULL) {
        PyErr_Format(PyExc_TypeError, "can't delete tb_next attribute");
        return -1;
    }
    if (new_next == Py_None) {
        new_next = NULL;
    }
    else if (!PyTraceBack_Check(new_next)) {
        PyErr_Format(PyExc_TypeError,
                     "expected traceback object, got '%s'",
                     Py_TYPE(new_next)->tp_name);
        return -1;
    }
    for (PyTracebackObject *cursor = (PyTracebackObject *)new_next; cursor;
         cursor = cursor->tb_next) {
        if (cursor == self) {
            PyErr_Format(PyExc_ValueError, "traceback loop detected");
            return -1;
        }
    }
    Py_XSETREF(self->tb_next, (PyTracebackObject *)Py_XNewRef(new_next));
    return 0;
}

static void
tb_dealloc(PyTracebackObject *tb)
{
    PyObject_GC_UnTrack(tb);
    Py_TRASHCAN_BEGIN(tb, tb_dealloc)
    Py_XDECREF(tb->tb_next);
    Py_XDECREF(tb->tb_frame);
    PyObject_GC_Del(tb);
    Py_TRASHCAN_END
}

static int
tb_traverse(PyTracebackObject *tb, visitproc visit, void *arg)
{
    Py_VISIT(tb->tb_next);
    Py_VISIT(tb->tb_frame);
    return 0;
}

static int
tb_clear(PyTracebackObject *tb)
{
    Py_CLEAR(tb->tb_next);
    Py_CLEAR(tb->tb_frame);
    return 0;
}

static PyMethodDef tb_methods[] = {
    {"__dir__", (PyCFunction)tb_dir, METH_NOARGS, NULL},
    {NULL, NULL},
};

static PyMemberDef tb_members[] = {
    {"tb_frame", T_OBJECT, offsetof(PyTracebackObject, tb_frame),
     READONLY | PY_AUDIT_READ},
    {"tb_lasti", T_INT, offsetof(PyTracebackObject, tb_lasti), READONLY},
    {"tb_lineno", T_INT, offsetof(PyTracebackObject, tb_lineno), READONLY},
    {0},
};

static PyGetSetDef tb_getset[] = {
    {"tb_next", (getter)tb_next_get, (setter)tb_next_set, NULL, NULL},
    {0},
};

PyDoc_STRVAR(tb_doc,
"TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\n"
"A new traceback object.");

PyTypeObject PyTraceBack_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "traceback",
    .tp_basicsize = sizeof(PyTracebackObject),
    .tp_dealloc = (destructor)tb_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = tb_doc,
    .tp_traverse = (traverseproc)tb_traverse,
    .tp_clear = (inquiry)tb_clear,
    .tp_methods = tb_methods,
    .tp_members = tb_members,
    .tp_getset = tb_getset,
    .tp_new = tb_new,
};

/* -- Adding frames --------------------------------------------------------- */

PyObject *
_PyTraceBack_FromFrame(PyObject *tb_next, PyFrameObject *frame)
{
    assert(tb_next == NULL || PyTraceBack_Check(tb_next));
    assert(frame != NULL);
    int addr = _PyInterpreterFrame_LASTI(frame->f_frame)
               * (int)sizeof(_Py_CODEUNIT);
    return tb_create_raw((PyTracebackObject *)tb_next, frame, addr,
                         PyFrame_GetLineNumber(frame));
}

/* Adds the frame to the pending exception's traceback. */
int
PyTraceBack_Here(PyFrameObject *frame)
{
    PyObject *type, *value, *tb;
    PyErr_Fetch(&type, &value, &tb);
    PyObject *newtb = _PyTraceBack_FromFrame(tb, frame);
    if (newtb == NULL) {
        _PyErr_ChainExceptions(type, value, tb);
        return -1;
    }
    PyErr_Restore(type, value, newtb);
    Py_XDECREF(tb);
    return 0;
}

/* Adds a frame for code that is not Python's. */
void
_PyTraceback_Add(const char *funcname, const char *filename, int lineno)
{
    PyObject *type, *value, *tb;
    PyCodeObject *code = NULL;
    PyFrameObject *frame = NULL;
    /* Nothing below may see the exception. */
    PyErr_Fetch(&type, &value, &tb);
    PyObject *globals = PyDict_New();
    if (globals == NULL) {
        goto error;
    }
    code = PyCode_NewEmpty(filename, funcname, lineno);
    if (code == NULL) {
        goto error;
    }
    frame = PyFrame_New(PyThreadState_Get(), code, globals, NULL);
    Py_DECREF(globals);
    Py_DECREF(code);
    globals = NULL;
    code = NULL;
    if (frame == NULL) {
        goto error;
    }
    frame->f_lineno = lineno;
    PyErr_Restore(type, value, tb);
    PyTraceBack_Here(frame);
    Py_DECREF(frame);
    return;
error:
    _PyErr_ChainExceptions(type, value, tb);
    Py_XDECREF(globals);
    Py_XDECREF(code);
}
