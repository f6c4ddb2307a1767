/* pickle.PickleBuffer: a buffer that pickle may transmit out of band. */
#include "Python.h"
#include "pycore_object.h"

typedef struct {
    PyObject_HEAD
    Py_buffer view;             /* view.obj is NULL once released */
    PyObject *weakreflist;
} picklebuffer;

#define PICKLEBUFFER(OP) ((picklebuffer *)(OP))

/* -- The C interface ------------------------------------------------------ */

static PyObject *
picklebuf_alloc(PyTypeObject *type, PyObject *base)
{
    picklebuffer *self = (picklebuffer *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->view.obj = NULL;
    self->weakreflist = NULL;
    if (PyObject_GetBuffer(base, &self->view, PyBUF_FULL_RO) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

PyObject *
PyPickleBuffer_FromObject(PyObject *base)
{
    return picklebuf_alloc(&PyPickleBuffer_Type, base);
}

static void
set_released_error(void)
{
    PyErr_SetString(PyExc_ValueError,
                    "operation forbidden on released PickleBuffer object");
}

const Py_buffer *
PyPickleBuffer_GetBuffer(PyObject *object)
{
    if (!PyPickleBuffer_Check(object)) {
        PyErr_Format(PyExc_TypeError,
                     "expected PickleBuffer, %.200s found",
                     Py_TYPE(object)->tp_name);
        return NULL;
    }
    if (PICKLEBUFFER(object)->view.obj == NULL) {
        set_released_error();
        return NULL;
    }
    return &PICKLEBUFFER(object)->view;
}

int
PyPickleBuffer_Release(PyObject *object)
{
    if (!PyPickleBuffer_Check(object)) {
        PyErr_Format(PyExc_TypeError,
                     "expected PickleBuffer, %.200s found",
                     Py_TYPE(object)->tp_name);
        return -1;
    }
    PyBuffer_Release(&PICKLEBUFFER(object)->view);
    return 0;
}

/* -- Slots and methods ---------------------------------------------------- */

static PyObject *
picklebuf_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static char *keywords[] = {(char *)"", NULL};
    PyObject *base;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O:PickleBuffer", keywords,
                                     &base)) {
        return NULL;
    }
    return picklebuf_alloc(type, base);
}

static int
picklebuf_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(PICKLEBUFFER(self)->view.obj);
    return 0;
}

static int
picklebuf_clear(PyObject *self)
{
    PyBuffer_Release(&PICKLEBUFFER(self)->view);
    return 0;
}

static void
picklebuf_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (PICKLEBUFFER(self)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    PyBuffer_Release(&PICKLEBUFFER(self)->view);
    Py_TYPE(self)->tp_free(self);
}

static int
picklebuf_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    if (PICKLEBUFFER(self)->view.obj == NULL) {
        set_released_error();
        return -1;
    }
    return PyObject_GetBuffer(PICKLEBUFFER(self)->view.obj, view, flags);
}

static void
picklebuf_releasebuffer(PyObject *Py_UNUSED(self),
                        Py_buffer *Py_UNUSED(view))
{
    /* The view's owner is the base object. */
}

static PyBufferProcs picklebuf_as_buffer = {
    .bf_getbuffer = picklebuf_getbuffer,
    .bf_releasebuffer = picklebuf_releasebuffer,
};

PyDoc_STRVAR(raw_doc,
"raw($self, /)\n--\n\n"
"Return a memoryview of the raw memory underlying this buffer.\n"
"\n"
"Raises BufferError if the buffer isn't contiguous.");

static PyObject *
picklebuf_raw(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    picklebuffer *self = PICKLEBUFFER(op);
    if (self->view.obj == NULL) {
        set_released_error();
        return NULL;
    }
    if (self->view.suboffsets != NULL
        || !PyBuffer_IsContiguous(&self->view, 'A')) {
        PyErr_SetString(PyExc_BufferError,
                        "cannot extract raw buffer from non-contiguous "
                        "buffer");
        return NULL;
    }
    PyObject *memory = PyMemoryView_FromObject(op);
    if (memory == NULL) {
        return NULL;
    }
    /* The memoryview's own description becomes one of plain bytes. */
    Py_buffer *view = PyMemoryView_GET_BUFFER(memory);
    assert(view->len == self->view.len);
    view->format = (char *)"B";
    view->itemsize = 1;
    view->ndim = 1;
    view->suboffsets = NULL;
    view->shape = &view->len;
    view->strides = &view->itemsize;
    ((PyMemoryViewObject *)memory)->flags =
        _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN;
    return memory;
}

PyDoc_STRVAR(release_doc,
"release($self, /)\n--\n\n"
"Release the underlying buffer exposed by the PickleBuffer object.");

static PyObject *
picklebuf_release(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyBuffer_Release(&PICKLEBUFFER(self)->view);
    Py_RETURN_NONE;
}

static PyMethodDef picklebuf_methods[] = {
    {"raw", picklebuf_raw, METH_NOARGS, raw_doc},
    {"release", picklebuf_release, METH_NOARGS, release_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(picklebuf_doc,
"Wrapper for potentially out-of-band buffers");

PyTypeObject PyPickleBuffer_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "pickle.PickleBuffer",
    .tp_doc = picklebuf_doc,
    .tp_basicsize = sizeof(picklebuffer),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = picklebuf_new,
    .tp_dealloc = picklebuf_dealloc,
    .tp_traverse = picklebuf_traverse,
    .tp_clear = picklebuf_clear,
    .tp_weaklistoffset = offsetof(picklebuffer, weakreflist),
    .tp_as_buffer = &picklebuf_as_buffer,
    .tp_methods = picklebuf_methods,
};
