/* memoryview: windows on other objects' memory.

     exporter <--- managed buffer <--- memoryview, memoryview, ...
                   (one request)       (each with its own shape)

   A managed buffer holds one answer of the exporter's getbuffer; it is given
   back when the last view of it is released. Slices and casts are new views
   of the same managed buffer. A view itself exports its memory: it cannot be
   released while such an export is alive. */

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_memoryview.h"
#include "pycore_object.h"
#include "pycore_strhex.h"
#include "pycore_tuple.h"

#define VIEW(op) (&((PyMemoryViewObject *)(op))->view)

/* -- Managed buffers ---------------------------------------------------- */

static _PyManagedBufferObject *
mbuf_alloc(void)
{
    _PyManagedBufferObject *mbuf =
        PyObject_GC_New(_PyManagedBufferObject, &_PyManagedBuffer_Type);
    if (mbuf == NULL) {
        return NULL;
    }
    mbuf->flags = 0;
    mbuf->exports = 0;
    mbuf->master.obj = NULL;
    _PyObject_GC_TRACK(mbuf);
    return mbuf;
}

static _PyManagedBufferObject *
mbuf_from_object(PyObject *base)
{
    _PyManagedBufferObject *mbuf = mbuf_alloc();
    if (mbuf == NULL) {
        return NULL;
    }
    if (PyObject_GetBuffer(base, &mbuf->master, PyBUF_FULL_RO) < 0) {
        mbuf->master.obj = NULL;
        Py_DECREF(mbuf);
        return NULL;
    }
    return mbuf;
}

static void
mbuf_release(_PyManagedBufferObject *self)
{
    if (self->flags & _Py_MANAGED_BUFFER_RELEASED) {
        return;
    }
    self->flags |= _Py_MANAGED_BUFFER_RELEASED;
    /* PyBuffer_Release may run Python code: leave the collector first. */
    PyObject_GC_UnTrack(self);
    PyBuffer_Release(&self->master);
}

static void
mbuf_dealloc(_PyManagedBufferObject *self)
{
    mbuf_release(self);
    if (self->flags & _Py_MANAGED_BUFFER_FREE_FORMAT) {
        PyMem_Free(self->master.format);
    }
    PyObject_GC_Del(self);
}

static int
mbuf_traverse(_PyManagedBufferObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->master.obj);
    return 0;
}

static int
mbuf_clear(_PyManagedBufferObject *self)
{
    mbuf_release(self);
    return 0;
}

PyTypeObject _PyManagedBuffer_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "managedbuffer",
    .tp_basicsize = sizeof(_PyManagedBufferObject),
    .tp_dealloc = (destructor)mbuf_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = (traverseproc)mbuf_traverse,
    .tp_clear = (inquiry)mbuf_clear,
};

/* -- Making views ------------------------------------------------------- */

static void
strides_fill_c(Py_buffer *view)
{
    Py_ssize_t stride = view->itemsize;
    for (int i = view->ndim; i-- > 0;) {
        view->strides[i] = stride;
        stride *= view->shape[i];
    }
}

static void
strides_fill_fortran(Py_buffer *view)
{
    Py_ssize_t stride = view->itemsize;
    for (int i = 0; i < view->ndim; i++) {
        view->strides[i] = stride;
        stride *= view->shape[i];
    }
}

static void
flags_fill(PyMemoryViewObject *self)
{
    const Py_buffer *view = &self->view;
    int flags = 0;
    if (view->ndim == 0) {
        flags = _Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_C
            | _Py_MEMORYVIEW_FORTRAN;
    }
    else if (view->ndim == 1) {
        if (view->shape[0] == 1 || view->strides[0] == view->itemsize) {
            flags = _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN;
        }
    }
    else {
        if (PyBuffer_IsContiguous(view, 'C')) {
            flags |= _Py_MEMORYVIEW_C;
        }
        if (PyBuffer_IsContiguous(view, 'F')) {
            flags |= _Py_MEMORYVIEW_FORTRAN;
        }
    }
    if (view->suboffsets != NULL) {
        flags |= _Py_MEMORYVIEW_PIL;
        flags &= ~(_Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN);
    }
    self->flags = flags;
}

static PyMemoryViewObject *
view_alloc(int ndim)
{
    PyMemoryViewObject *self =
        PyObject_GC_NewVar(PyMemoryViewObject, &PyMemoryView_Type, 3 * ndim);
    if (self == NULL) {
        return NULL;
    }
    self->mbuf = NULL;
    self->hash = -1;
    self->flags = 0;
    self->exports = 0;
    self->view.ndim = ndim;
    self->view.shape = self->ob_array;
    self->view.strides = self->ob_array + ndim;
    self->view.suboffsets = self->ob_array + 2 * ndim;
    self->weakreflist = NULL;
    _PyObject_GC_TRACK(self);
    return self;
}

static void
shape_fill(Py_buffer *dest, const Py_buffer *src)
{
    int ndim = src->ndim;
    if (ndim == 0) {
        dest->shape = NULL;
        dest->strides = NULL;
        dest->suboffsets = NULL;
        return;
    }
    if (ndim == 1) {
        dest->shape[0] = src->shape ? src->shape[0]
            : src->itemsize ? src->len / src->itemsize : 0;
        dest->strides[0] = src->strides ? src->strides[0] : src->itemsize;
    }
    else {
        memcpy(dest->shape, src->shape, (size_t)ndim * sizeof(Py_ssize_t));
        if (src->strides != NULL) {
            memcpy(dest->strides, src->strides,
                   (size_t)ndim * sizeof(Py_ssize_t));
        }
        else {
            strides_fill_c(dest);
        }
    }
    if (src->suboffsets != NULL) {
        memcpy(dest->suboffsets, src->suboffsets,
               (size_t)ndim * sizeof(Py_ssize_t));
    }
    else {
        dest->suboffsets = NULL;
    }
}

/* A view of the managed buffer's memory, described by src. */
static PyObject *
mbuf_add_view(_PyManagedBufferObject *mbuf, const Py_buffer *src)
{
    if (src == NULL) {
        src = &mbuf->master;
    }
    if (src->ndim > PyBUF_MAX_NDIM) {
        PyErr_Format(PyExc_ValueError,
                     "memoryview: number of dimensions must not exceed %d",
                     PyBUF_MAX_NDIM);
        return NULL;
    }
    PyMemoryViewObject *self = view_alloc(src->ndim);
    if (self == NULL) {
        return NULL;
    }
    Py_buffer *dest = &self->view;
    static char bytes_format[] = "B";
    dest->obj = src->obj;       /* borrowed from the managed buffer */
    dest->buf = src->buf;
    dest->len = src->len;
    dest->itemsize = src->itemsize;
    dest->readonly = src->readonly;
    dest->format = src->format ? src->format : bytes_format;
    dest->internal = src->internal;
    shape_fill(dest, src);
    flags_fill(self);
    self->mbuf = (_PyManagedBufferObject *)Py_NewRef(mbuf);
    mbuf->exports++;
    return (PyObject *)self;
}

int
memoryview_check(PyMemoryViewObject *self)
{
    if ((self->flags & _Py_MEMORYVIEW_RELEASED)
        || (self->mbuf->flags & _Py_MANAGED_BUFFER_RELEASED)) {
        PyErr_SetString(PyExc_ValueError,
                        "operation forbidden on released memoryview object");
        return -1;
    }
    return 0;
}

#define CHECK_RELEASED(self, result)                                    \
    do {                                                                \
        if (memoryview_check((PyMemoryViewObject *)(self)) < 0) {       \
            return result;                                              \
        }                                                               \
    } while (0)

PyObject *
PyMemoryView_FromMemory(char *mem, Py_ssize_t size, int flags)
{
    _PyManagedBufferObject *mbuf = mbuf_alloc();
    if (mbuf == NULL) {
        return NULL;
    }
    int readonly = flags != PyBUF_WRITE;
    PyObject *view = NULL;
    if (PyBuffer_FillInfo(&mbuf->master, NULL, mem, size, readonly,
                          PyBUF_FULL_RO) == 0) {
        view = mbuf_add_view(mbuf, NULL);
    }
    Py_DECREF(mbuf);
    return view;
}

PyObject *
PyMemoryView_FromBuffer(const Py_buffer *info)
{
    if (info->buf == NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "PyMemoryView_FromBuffer(): info->buf must not be "
                        "NULL");
        return NULL;
    }
    _PyManagedBufferObject *mbuf = mbuf_alloc();
    if (mbuf == NULL) {
        return NULL;
    }
    mbuf->master = *info;
    mbuf->master.obj = NULL;    /* stays the caller's */
    PyObject *view = mbuf_add_view(mbuf, NULL);
    Py_DECREF(mbuf);
    return view;
}

PyObject *
PyMemoryView_FromObject(PyObject *v)
{
    if (PyMemoryView_Check(v)) {
        PyMemoryViewObject *other = (PyMemoryViewObject *)v;
        CHECK_RELEASED(other, NULL);
        return mbuf_add_view(other->mbuf, &other->view);
    }
    if (PyObject_CheckBuffer(v)) {
        _PyManagedBufferObject *mbuf = mbuf_from_object(v);
        if (mbuf == NULL) {
            return NULL;
        }
        PyObject *view = mbuf_add_view(mbuf, NULL);
        Py_DECREF(mbuf);
        return view;
    }
    return PyErr_Format(PyExc_TypeError,
                        "memoryview: a bytes-like object is required, not "
                        "'%.200s'", Py_TYPE(v)->tp_name);
}

static PyObject *
memory_new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"object", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "memoryview"};
    PyObject *buffer[1];
    PyObject *const *argv = _PyArg_UnpackKeywords(
        ((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), kwargs,
        NULL, &parser, 1, 1, 0, buffer);
    return argv == NULL ? NULL : PyMemoryView_FromObject(argv[0]);
}

/* -- Copying ------------------------------------------------------------ */

/* Copies the items of src, dimension by dimension, to memory with the given
   strides. */
static void
copy_out(char *dest, const Py_ssize_t *strides, const Py_buffer *src,
         char *ptr, int dim)
{
    if (dim == src->ndim) {
        memcpy(dest, ptr, (size_t)src->itemsize);
        return;
    }
    for (Py_ssize_t i = 0; i < src->shape[dim]; i++) {
        copy_out(dest, strides, src,
                 memory_adjust(ptr, src->suboffsets, dim), dim + 1);
        dest += strides[dim];
        ptr += src->strides[dim];
    }
}

/* order: 'C' or 'F'. */
static void
copy_contiguous(char *dest, const Py_buffer *src, char order)
{
    Py_ssize_t strides[PyBUF_MAX_NDIM];
    Py_buffer layout = *src;
    layout.strides = strides;
    if (order == 'F') {
        strides_fill_fortran(&layout);
    }
    else {
        strides_fill_c(&layout);
    }
    copy_out(dest, strides, src, src->buf, 0);
}

static int
is_contiguous(const PyMemoryViewObject *self, char order)
{
    switch (order) {
    case 'C':
        return (self->flags & _Py_MEMORYVIEW_C) != 0;
    case 'F':
        return (self->flags & _Py_MEMORYVIEW_FORTRAN) != 0;
    default:
        return (self->flags
                & (_Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN)) != 0;
    }
}

int
PyBuffer_ToContiguous(void *buf, const Py_buffer *src, Py_ssize_t len,
                      char order)
{
    if (len != src->len) {
        PyErr_SetString(PyExc_ValueError,
                        "PyBuffer_ToContiguous: len != view->len");
        return -1;
    }
    if (PyBuffer_IsContiguous(src, order)) {
        memcpy(buf, src->buf, (size_t)len);
        return 0;
    }
    Py_ssize_t arrays[2][PyBUF_MAX_NDIM];
    Py_buffer view = *src;
    if (view.ndim > PyBUF_MAX_NDIM) {
        PyErr_Format(PyExc_ValueError,
                     "memoryview: number of dimensions must not exceed %d",
                     PyBUF_MAX_NDIM);
        return -1;
    }
    view.shape = arrays[0];
    view.strides = arrays[1];
    Py_ssize_t suboffsets[PyBUF_MAX_NDIM];
    view.suboffsets = suboffsets;
    shape_fill(&view, src);
    copy_contiguous(buf, &view, order);
    return 0;
}

/* A view of a contiguous copy. */
static PyObject *
view_of_copy(const Py_buffer *src, char order)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, src->len);
    if (bytes == NULL) {
        return NULL;
    }
    copy_contiguous(PyBytes_AS_STRING(bytes), src, order);
    _PyManagedBufferObject *mbuf = mbuf_from_object(bytes);
    Py_DECREF(bytes);
    if (mbuf == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    char *format = _PyMem_Strdup(src->format);
    if (format == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    mbuf->master.format = format;
    mbuf->flags |= _Py_MANAGED_BUFFER_FREE_FORMAT;
    Py_ssize_t strides[PyBUF_MAX_NDIM];
    Py_buffer layout = *src;
    layout.strides = strides;
    if (order == 'F') {
        strides_fill_fortran(&layout);
    }
    else {
        strides_fill_c(&layout);
    }
    layout.suboffsets = NULL;
    layout.buf = mbuf->master.buf;
    layout.obj = mbuf->master.obj;
    layout.format = format;
    layout.readonly = 1;
    layout.internal = NULL;
    result = mbuf_add_view(mbuf, &layout);
done:
    Py_DECREF(mbuf);
    return result;
}

PyObject *
PyMemoryView_GetContiguous(PyObject *obj, int buffertype, char order)
{
    PyMemoryViewObject *view =
        (PyMemoryViewObject *)PyMemoryView_FromObject(obj);
    if (view == NULL) {
        return NULL;
    }
    if (buffertype == PyBUF_WRITE && view->view.readonly) {
        PyErr_SetString(PyExc_BufferError,
                        "underlying buffer is not writable");
        goto error;
    }
    if (PyBuffer_IsContiguous(&view->view, order)) {
        return (PyObject *)view;
    }
    if (buffertype == PyBUF_WRITE) {
        PyErr_SetString(PyExc_BufferError,
                        "writable contiguous buffer requested for a "
                        "non-contiguous object.");
        goto error;
    }
    PyObject *copy = view_of_copy(&view->view, order);
    Py_DECREF(view);
    return copy;

error:
    Py_DECREF(view);
    return NULL;
}

/* -- Release ------------------------------------------------------------ */

static int
view_release(PyMemoryViewObject *self)
{
    if (self->flags & _Py_MEMORYVIEW_RELEASED) {
        return 0;
    }
    if (self->exports > 0) {
        PyErr_Format(PyExc_BufferError,
                     "memoryview has %zd exported buffer%s", self->exports,
                     self->exports == 1 ? "" : "s");
        return -1;
    }
    self->flags |= _Py_MEMORYVIEW_RELEASED;
    if (self->mbuf != NULL && --self->mbuf->exports == 0) {
        mbuf_release(self->mbuf);
    }
    return 0;
}

static PyObject *
memory_release(PyMemoryViewObject *self, PyObject *Py_UNUSED(ignored))
{
    if (view_release(self) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static void
memory_dealloc(PyMemoryViewObject *self)
{
    assert(self->exports == 0);
    PyObject_GC_UnTrack(self);
    (void)view_release(self);
    Py_CLEAR(self->mbuf);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    PyObject_GC_Del(self);
}

static int
memory_traverse(PyMemoryViewObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->mbuf);
    return 0;
}

static int
memory_clear(PyMemoryViewObject *self)
{
    if (self->exports == 0) {
        (void)view_release(self);
        Py_CLEAR(self->mbuf);
    }
    return 0;
}

static PyObject *
memory_enter(PyObject *self, PyObject *Py_UNUSED(args))
{
    CHECK_RELEASED(self, NULL);
    return Py_NewRef(self);
}

static PyObject *
memory_exit(PyObject *self, PyObject *Py_UNUSED(args))
{
    return memory_release((PyMemoryViewObject *)self, NULL);
}

/* -- Casts -------------------------------------------------------------- */

static int
is_byte_format(char c)
{
    return c == 'b' || c == 'B' || c == 'c';
}

/* The native format in the static storage of its name. */
static char *
format_constant(char c)
{
    static char names[128][2];
    names[(unsigned char)c & 127][0] = c;
    return names[(unsigned char)c & 127];
}

static int
cast_to_1d(PyMemoryViewObject *self, PyObject *format)
{
    Py_buffer *view = &self->view;
    char from;
    char to;
    PyObject *ascii = PyUnicode_AsASCIIString(format);
    if (ascii == NULL) {
        return -1;
    }
    Py_ssize_t itemsize = memory_format_size(&to, PyBytes_AS_STRING(ascii));
    Py_DECREF(ascii);
    if (itemsize < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "memoryview: destination format must be a native "
                        "single character format prefixed with an optional "
                        "'@'");
        return -1;
    }
    int from_bytes = memory_format_size(&from, view->format) > 0
        && is_byte_format(from);
    if (!from_bytes && !is_byte_format(to)) {
        PyErr_SetString(PyExc_TypeError,
                        "memoryview: cannot cast between two non-byte "
                        "formats");
        return -1;
    }
    if (view->len % itemsize) {
        PyErr_SetString(PyExc_TypeError,
                        "memoryview: length is not a multiple of itemsize");
        return -1;
    }
    view->format = format_constant(to);
    view->itemsize = itemsize;
    view->ndim = 1;
    view->shape[0] = view->len / itemsize;
    view->strides[0] = itemsize;
    view->suboffsets = NULL;
    flags_fill(self);
    return 0;
}

/* shape[], and the number of bytes it takes; -1 with an exception. */
static Py_ssize_t
shape_from_sequence(Py_ssize_t *shape, PyObject *seq, int ndim,
                    Py_ssize_t itemsize)
{
    Py_ssize_t length = itemsize;
    for (int i = 0; i < ndim; i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(seq, i);
        if (!PyLong_Check(item)) {
            PyErr_SetString(PyExc_TypeError,
                            "memoryview.cast(): elements of shape must be "
                            "integers");
            return -1;
        }
        Py_ssize_t x = PyLong_AsSsize_t(item);
        if (x == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (x <= 0) {
            PyErr_SetString(PyExc_ValueError,
                            "memoryview.cast(): elements of shape must be "
                            "integers > 0");
            return -1;
        }
        if (x > PY_SSIZE_T_MAX / length) {
            PyErr_SetString(PyExc_ValueError,
                            "memoryview.cast(): product(shape) > SSIZE_MAX");
            return -1;
        }
        length *= x;
        shape[i] = x;
    }
    return length;
}

static int
cast_to_nd(PyMemoryViewObject *self, PyObject *shape, int ndim)
{
    Py_buffer *view = &self->view;
    view->ndim = ndim;
    view->shape = self->ob_array;
    view->strides = self->ob_array + ndim;
    view->suboffsets = NULL;
    Py_ssize_t length = view->itemsize;
    if (ndim == 0) {
        view->shape = NULL;
        view->strides = NULL;
    }
    else {
        length = shape_from_sequence(view->shape, shape, ndim,
                                     view->itemsize);
        if (length < 0) {
            return -1;
        }
        strides_fill_c(view);
    }
    if (view->len != length) {
        PyErr_SetString(PyExc_TypeError,
                        "memoryview: product(shape) * itemsize != buffer "
                        "size");
        return -1;
    }
    flags_fill(self);
    return 0;
}

static int
has_zero_in_shape(const Py_buffer *view)
{
    for (int i = 0; i < view->ndim; i++) {
        if (view->shape[i] == 0) {
            return 1;
        }
    }
    return 0;
}

/* A view with room for more dimensions, otherwise the same. */
static PyMemoryViewObject *
view_with_room(PyMemoryViewObject *self, int ndim)
{
    PyMemoryViewObject *view = view_alloc(Py_MAX(ndim, self->view.ndim));
    if (view == NULL) {
        return NULL;
    }
    Py_buffer *dest = &view->view;
    Py_ssize_t *shape = dest->shape;
    Py_ssize_t *strides = dest->strides;
    Py_ssize_t *suboffsets = dest->suboffsets;
    *dest = self->view;
    dest->shape = shape;
    dest->strides = strides;
    dest->suboffsets = suboffsets;
    shape_fill(dest, &self->view);
    if (dest->shape == NULL) {
        dest->shape = shape;
        dest->strides = strides;
    }
    view->mbuf = (_PyManagedBufferObject *)Py_NewRef(self->mbuf);
    view->mbuf->exports++;
    return view;
}

static PyObject *
memory_cast(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
            PyObject *kwnames)
{
    static const char *const keywords[] = {"format", "shape", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "cast"};
    PyMemoryViewObject *self = (PyMemoryViewObject *)op;
    PyObject *buffer[2] = {NULL, NULL};
    PyObject *const *argv = _PyArg_UnpackKeywords(
        args, nargs, NULL, kwnames, &parser, 1, 2, 0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    PyObject *format = argv[0];
    PyObject *shape = argv == buffer || nargs > 1 ? argv[1] : NULL;
    if (!PyUnicode_Check(format)) {
        _PyArg_BadArgument("cast", "argument 'format'", "str", format);
        return NULL;
    }
    CHECK_RELEASED(self, NULL);
    if (!is_contiguous(self, 'C')) {
        PyErr_SetString(PyExc_TypeError,
                        "memoryview: casts are restricted to C-contiguous "
                        "views");
        return NULL;
    }
    if ((shape != NULL || self->view.ndim != 1)
        && has_zero_in_shape(&self->view)) {
        PyErr_SetString(PyExc_TypeError,
                        "memoryview: cannot cast view with zeros in shape "
                        "or strides");
        return NULL;
    }
    Py_ssize_t ndim = 1;
    if (shape != NULL) {
        if (!PyList_Check(shape) && !PyTuple_Check(shape)) {
            PyErr_SetString(PyExc_TypeError,
                            "shape must be a list or a tuple");
            return NULL;
        }
        ndim = PySequence_Fast_GET_SIZE(shape);
        if (ndim > PyBUF_MAX_NDIM) {
            return PyErr_Format(PyExc_ValueError,
                                "memoryview: number of dimensions must not "
                                "exceed %d", PyBUF_MAX_NDIM);
        }
        if (self->view.ndim != 1 && ndim != 1) {
            PyErr_SetString(PyExc_TypeError,
                            "memoryview: cast must be 1D -> ND or ND -> 1D");
            return NULL;
        }
    }
    PyMemoryViewObject *view = view_with_room(self, Py_MAX((int)ndim, 1));
    if (view == NULL) {
        return NULL;
    }
    if (cast_to_1d(view, format) < 0
        || (shape != NULL && cast_to_nd(view, shape, (int)ndim) < 0)) {
        Py_DECREF(view);
        return NULL;
    }
    return (PyObject *)view;
}

static PyObject *
memory_toreadonly(PyMemoryViewObject *self, PyObject *Py_UNUSED(ignored))
{
    CHECK_RELEASED(self, NULL);
    PyObject *view = mbuf_add_view(self->mbuf, &self->view);
    if (view != NULL) {
        VIEW(view)->readonly = 1;
    }
    return view;
}

/* -- Exporting ---------------------------------------------------------- */

static int
refuse(const char *message)
{
    PyErr_Format(PyExc_BufferError, "memoryview: %s", message);
    return -1;
}

#define ASKS(flags, what) (((flags) & (what)) == (what))

static int
memory_getbuf(PyMemoryViewObject *self, Py_buffer *view, int flags)
{
    CHECK_RELEASED(self, -1);
    int c_contiguous = is_contiguous(self, 'C');
    *view = self->view;
    view->obj = NULL;
    if ((flags & PyBUF_WRITABLE) && view->readonly) {
        return refuse("underlying buffer is not writable");
    }
    if (!(flags & PyBUF_FORMAT)) {
        view->format = NULL;
    }
    if (ASKS(flags, PyBUF_C_CONTIGUOUS) && !c_contiguous) {
        return refuse("underlying buffer is not C-contiguous");
    }
    if (ASKS(flags, PyBUF_F_CONTIGUOUS) && !is_contiguous(self, 'F')) {
        return refuse("underlying buffer is not Fortran contiguous");
    }
    if (ASKS(flags, PyBUF_ANY_CONTIGUOUS) && !is_contiguous(self, 'A')) {
        return refuse("underlying buffer is not contiguous");
    }
    if (!ASKS(flags, PyBUF_INDIRECT)
        && (self->flags & _Py_MEMORYVIEW_PIL)) {
        return refuse("underlying buffer requires suboffsets");
    }
    if (!ASKS(flags, PyBUF_STRIDES)) {
        if (!c_contiguous) {
            return refuse("underlying buffer is not C-contiguous");
        }
        view->strides = NULL;
    }
    if (!ASKS(flags, PyBUF_ND)) {
        /* The flags promise that the memory can be read as bytes. */
        if (view->format != NULL) {
            return refuse("cannot cast to unsigned bytes if the format flag "
                          "is present");
        }
        view->ndim = 1;
        view->shape = NULL;
    }
    view->obj = Py_NewRef(self);
    self->exports++;
    return 0;
}

static void
memory_releasebuf(PyMemoryViewObject *self, Py_buffer *Py_UNUSED(view))
{
    self->exports--;
}

static PyBufferProcs memory_as_buffer = {
    .bf_getbuffer = (getbufferproc)memory_getbuf,
    .bf_releasebuffer = (releasebufferproc)memory_releasebuf,
};

/* -- Addressing --------------------------------------------------------- */

static char *
item_locate(const Py_buffer *view, char *ptr, int dim, Py_ssize_t index)
{
    Py_ssize_t n = view->shape[dim];
    if (index < 0) {
        index += n;
    }
    if (index < 0 || index >= n) {
        PyErr_Format(PyExc_IndexError, "index out of bounds on dimension %d",
                     dim + 1);
        return NULL;
    }
    ptr += view->strides[dim] * index;
    return memory_adjust(ptr, view->suboffsets, dim);
}

static char *
item_locate_tuple(PyMemoryViewObject *self, PyObject *tuple)
{
    const Py_buffer *view = &self->view;
    Py_ssize_t n = PyTuple_GET_SIZE(tuple);
    if (n > view->ndim) {
        PyErr_Format(PyExc_TypeError,
                     "cannot index %zd-dimension view with %zd-element "
                     "tuple", (Py_ssize_t)view->ndim, n);
        return NULL;
    }
    Py_ssize_t indices[PyBUF_MAX_NDIM];
    for (Py_ssize_t i = 0; i < n; i++) {
        indices[i] = PyNumber_AsSsize_t(PyTuple_GET_ITEM(tuple, i),
                                        PyExc_IndexError);
        if (indices[i] == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    /* may have run Python */
    CHECK_RELEASED(self, NULL);
    char *ptr = view->buf;
    for (Py_ssize_t i = 0; i < n && ptr != NULL; i++) {
        ptr = item_locate(view, ptr, (int)i, indices[i]);
    }
    return ptr;
}

static int
is_multi_index(PyObject *key)
{
    if (!PyTuple_Check(key)) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); i++) {
        if (!_PyIndex_Check(PyTuple_GET_ITEM(key, i))) {
            return 0;
        }
    }
    return 1;
}

static int
is_multi_slice(PyObject *key)
{
    if (!PyTuple_Check(key) || PyTuple_GET_SIZE(key) == 0) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); i++) {
        if (!PySlice_Check(PyTuple_GET_ITEM(key, i))) {
            return 0;
        }
    }
    return 1;
}

static int
is_empty_tuple(PyObject *key)
{
    return PyTuple_Check(key) && PyTuple_GET_SIZE(key) == 0;
}

static int
not_implemented(const char *message)
{
    PyErr_SetString(PyExc_NotImplementedError, message);
    return -1;
}

/* Narrows the first dimension to a slice. */
static int
view_slice(Py_buffer *view, PyObject *slice)
{
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0) {
        return -1;
    }
    Py_ssize_t length = PySlice_AdjustIndices(view->shape[0], &start, &stop,
                                              step);
    view->buf = (char *)view->buf + view->strides[0] * start;
    view->shape[0] = length;
    view->strides[0] *= step;
    return 0;
}

static void
view_update_length(Py_buffer *view)
{
    Py_ssize_t length = view->itemsize;
    for (int i = 0; i < view->ndim; i++) {
        length *= view->shape[i];
    }
    view->len = length;
}

/* -- Reading items ------------------------------------------------------ */

static PyObject *
memory_item(PyMemoryViewObject *self, Py_ssize_t index)
{
    CHECK_RELEASED(self, NULL);
    const Py_buffer *view = &self->view;
    const char *format = memory_format_native(view);
    if (format == NULL) {
        return NULL;
    }
    if (view->ndim == 0) {
        PyErr_SetString(PyExc_TypeError, "invalid indexing of 0-dim memory");
        return NULL;
    }
    if (view->ndim > 1) {
        not_implemented("multi-dimensional sub-views are not implemented");
        return NULL;
    }
    const char *ptr = item_locate(view, view->buf, 0, index);
    return ptr == NULL ? NULL : memory_unpack(self, ptr, format);
}

static PyObject *
memory_item_multi(PyMemoryViewObject *self, PyObject *tuple)
{
    const char *format = memory_format_native(&self->view);
    if (format == NULL) {
        return NULL;
    }
    if (PyTuple_GET_SIZE(tuple) < self->view.ndim) {
        not_implemented("sub-views are not implemented");
        return NULL;
    }
    const char *ptr = item_locate_tuple(self, tuple);
    return ptr == NULL ? NULL : memory_unpack(self, ptr, format);
}

static PyObject *
memory_slice(PyMemoryViewObject *self, PyObject *slice)
{
    PyObject *result = mbuf_add_view(self->mbuf, &self->view);
    if (result == NULL) {
        return NULL;
    }
    /* may run Python, which may release self; the result stays valid */
    if (view_slice(VIEW(result), slice) < 0) {
        Py_DECREF(result);
        return NULL;
    }
    view_update_length(VIEW(result));
    flags_fill((PyMemoryViewObject *)result);
    return result;
}

static PyObject *
memory_subscript(PyMemoryViewObject *self, PyObject *key)
{
    CHECK_RELEASED(self, NULL);
    if (self->view.ndim == 0) {
        if (is_empty_tuple(key)) {
            const char *format = memory_format_native(&self->view);
            return format == NULL ? NULL
                : memory_unpack(self, self->view.buf, format);
        }
        if (key == Py_Ellipsis) {
            return Py_NewRef(self);
        }
        PyErr_SetString(PyExc_TypeError, "invalid indexing of 0-dim memory");
        return NULL;
    }
    if (_PyIndex_Check(key)) {
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return memory_item(self, index);
    }
    if (PySlice_Check(key)) {
        return memory_slice(self, key);
    }
    if (is_multi_index(key)) {
        return memory_item_multi(self, key);
    }
    if (is_multi_slice(key)) {
        not_implemented("multi-dimensional slicing is not implemented");
        return NULL;
    }
    PyErr_SetString(PyExc_TypeError, "memoryview: invalid slice key");
    return NULL;
}

static Py_ssize_t
memory_length(PyMemoryViewObject *self)
{
    CHECK_RELEASED(self, -1);
    return self->view.ndim == 0 ? 1 : self->view.shape[0];
}

/* -- Writing items ------------------------------------------------------ */

static int
same_format(const Py_buffer *a, const Py_buffer *b)
{
    const char *x = a->format ? a->format : "B";
    const char *y = b->format ? b->format : "B";
    x += x[0] == '@';
    y += y[0] == '@';
    return strcmp(x, y) == 0 && a->itemsize == b->itemsize;
}

/* One dimension to another; they may overlap. */
static int
copy_1d(const Py_buffer *dest, const Py_buffer *src)
{
    Py_ssize_t n = dest->shape[0];
    Py_ssize_t src_n = src->shape ? src->shape[0]
        : src->ndim == 1 && src->itemsize ? src->len / src->itemsize : -1;
    if (src->ndim != 1 || !same_format(dest, src) || n != src_n) {
        PyErr_SetString(PyExc_ValueError,
                        "memoryview assignment: lvalue and rvalue have "
                        "different structures");
        return -1;
    }
    size_t itemsize = (size_t)dest->itemsize;
    Py_ssize_t src_stride = src->strides ? src->strides[0] : src->itemsize;
    int src_plain = src->suboffsets == NULL
        && src_stride == (Py_ssize_t)itemsize;
    int dest_plain = dest->suboffsets == NULL
        && dest->strides[0] == (Py_ssize_t)itemsize;
    if (src_plain && dest_plain) {
        memmove(dest->buf, src->buf, (size_t)n * itemsize);
        return 0;
    }
    char *copy = PyMem_Malloc((size_t)n * itemsize);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    char *ptr = src->buf;
    for (Py_ssize_t i = 0; i < n; i++, ptr += src_stride) {
        memcpy(copy + (size_t)i * itemsize,
               memory_adjust(ptr, src->suboffsets, 0), itemsize);
    }
    ptr = dest->buf;
    for (Py_ssize_t i = 0; i < n; i++, ptr += dest->strides[0]) {
        memcpy(memory_adjust(ptr, dest->suboffsets, 0),
               copy + (size_t)i * itemsize, itemsize);
    }
    PyMem_Free(copy);
    return 0;
}

static int
memory_assign_slice(PyMemoryViewObject *self, PyObject *key, PyObject *value)
{
    Py_buffer src;
    if (PyObject_GetBuffer(value, &src, PyBUF_FULL_RO) < 0) {
        return -1;
    }
    Py_ssize_t arrays[3];
    Py_buffer dest = self->view;
    dest.shape = &arrays[0];
    dest.strides = &arrays[1];
    dest.shape[0] = self->view.shape[0];
    dest.strides[0] = self->view.strides[0];
    if (self->view.suboffsets != NULL) {
        dest.suboffsets = &arrays[2];
        dest.suboffsets[0] = self->view.suboffsets[0];
    }
    int status = view_slice(&dest, key);
    if (status == 0) {
        status = memoryview_check(self);
    }
    if (status == 0) {
        dest.len = dest.shape[0] * dest.itemsize;
        status = copy_1d(&dest, &src);
    }
    PyBuffer_Release(&src);
    return status;
}

static int
memory_ass_sub(PyMemoryViewObject *self, PyObject *key, PyObject *value)
{
    CHECK_RELEASED(self, -1);
    const Py_buffer *view = &self->view;
    const char *format = memory_format_native(view);
    if (format == NULL) {
        return -1;
    }
    if (view->readonly) {
        PyErr_SetString(PyExc_TypeError, "cannot modify read-only memory");
        return -1;
    }
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "cannot delete memory");
        return -1;
    }
    if (view->ndim == 0) {
        if (key == Py_Ellipsis || is_empty_tuple(key)) {
            return memory_pack(self, view->buf, value, format);
        }
        PyErr_SetString(PyExc_TypeError, "invalid indexing of 0-dim memory");
        return -1;
    }
    if (_PyIndex_Check(key)) {
        if (view->ndim > 1) {
            return not_implemented("sub-views are not implemented");
        }
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) {
            return -1;
        }
        CHECK_RELEASED(self, -1);
        char *ptr = item_locate(view, view->buf, 0, index);
        return ptr == NULL ? -1 : memory_pack(self, ptr, value, format);
    }
    if (PySlice_Check(key) && view->ndim == 1) {
        return memory_assign_slice(self, key, value);
    }
    if (is_multi_index(key)) {
        if (PyTuple_GET_SIZE(key) < view->ndim) {
            return not_implemented("sub-views are not implemented");
        }
        char *ptr = item_locate_tuple(self, key);
        return ptr == NULL ? -1 : memory_pack(self, ptr, value, format);
    }
    if (PySlice_Check(key) || is_multi_slice(key)) {
        return not_implemented("memoryview slice assignments are currently "
                               "restricted to ndim = 1");
    }
    PyErr_SetString(PyExc_TypeError, "memoryview: invalid slice key");
    return -1;
}

static PyMappingMethods memory_as_mapping = {
    .mp_length = (lenfunc)memory_length,
    .mp_subscript = (binaryfunc)memory_subscript,
    .mp_ass_subscript = (objobjargproc)memory_ass_sub,
};

static PySequenceMethods memory_as_sequence = {
    .sq_length = (lenfunc)memory_length,
    .sq_item = (ssizeargfunc)memory_item,
};

/* -- Whole contents ----------------------------------------------------- */

static PyObject *
list_from_dimension(PyMemoryViewObject *self, char *ptr, int dim,
                    const char *format)
{
    const Py_buffer *view = &self->view;
    if (dim == view->ndim) {
        return memory_unpack(self, ptr, format);
    }
    PyObject *list = PyList_New(view->shape[dim]);
    if (list == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *item = list_from_dimension(
            self, memory_adjust(ptr, view->suboffsets, dim), dim + 1,
            format);
        if (item == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
        ptr += view->strides[dim];
    }
    return list;
}

static PyObject *
memory_tolist(PyMemoryViewObject *self, PyObject *Py_UNUSED(ignored))
{
    CHECK_RELEASED(self, NULL);
    const char *format = memory_format_native(&self->view);
    if (format == NULL) {
        return NULL;
    }
    return list_from_dimension(self, self->view.buf, 0, format);
}

static PyObject *
memory_tobytes(PyMemoryViewObject *self, PyObject *const *args,
               Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"order", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "tobytes"};
    PyObject *buffer[1] = {NULL};
    PyObject *order_object = NULL;
    if (nargs > 0 || kwnames != NULL) {
        PyObject *const *argv = _PyArg_UnpackKeywords(
            args, nargs, NULL, kwnames, &parser, 0, 1, 0, buffer);
        if (argv == NULL) {
            return NULL;
        }
        order_object = argv[0];
    }
    char order = 'C';
    if (order_object != NULL && order_object != Py_None) {
        if (!PyUnicode_Check(order_object)) {
            _PyArg_BadArgument("tobytes", "argument 'order'", "str or None",
                               order_object);
            return NULL;
        }
        const char *text = PyUnicode_AsUTF8(order_object);
        if (text == NULL) {
            return NULL;
        }
        if (strcmp(text, "C") != 0 && strcmp(text, "F") != 0
            && strcmp(text, "A") != 0) {
            PyErr_SetString(PyExc_ValueError,
                            "order must be 'C', 'F' or 'A'");
            return NULL;
        }
        order = text[0];
    }
    CHECK_RELEASED(self, NULL);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, self->view.len);
    if (bytes != NULL
        && PyBuffer_ToContiguous(PyBytes_AS_STRING(bytes), &self->view,
                                 self->view.len, order) < 0) {
        Py_CLEAR(bytes);
    }
    return bytes;
}

static PyObject *
memory_hex(PyMemoryViewObject *self, PyObject *const *args, Py_ssize_t nargs,
           PyObject *kwnames)
{
    static const char *const keywords[] = {"sep", "bytes_per_sep", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "hex"};
    PyObject *buffer[2] = {NULL, NULL};
    PyObject *const *argv = _PyArg_UnpackKeywords(
        args, nargs, NULL, kwnames, &parser, 0, 2, 0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    PyObject *sep = argv == buffer || nargs > 0 ? argv[0] : NULL;
    PyObject *group_object = argv == buffer || nargs > 1 ? argv[1] : NULL;
    int group = 1;
    if (group_object != NULL) {
        group = _PyLong_AsInt(group_object);
        if (group == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    CHECK_RELEASED(self, NULL);
    if (is_contiguous(self, 'C')) {
        return _Py_strhex_with_sep(self->view.buf, self->view.len, sep,
                                   group);
    }
    PyObject *bytes = memory_tobytes(self, NULL, 0, NULL);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *result = _Py_strhex_with_sep(PyBytes_AS_STRING(bytes),
                                           PyBytes_GET_SIZE(bytes), sep,
                                           group);
    Py_DECREF(bytes);
    return result;
}

/* -- Comparison, hash, repr --------------------------------------------- */

static PyObject *
memory_richcompare(PyObject *v, PyObject *w, int op)
{
    if (op != Py_EQ && op != Py_NE) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int equal;
    if (((PyMemoryViewObject *)v)->flags & _Py_MEMORYVIEW_RELEASED) {
        equal = v == w;
        return PyBool_FromLong(op == Py_EQ ? equal : !equal);
    }
    Py_buffer other;
    const Py_buffer *other_view = &other;
    other.obj = NULL;
    if (PyMemoryView_Check(w)) {
        if (((PyMemoryViewObject *)w)->flags & _Py_MEMORYVIEW_RELEASED) {
            equal = v == w;
            return PyBool_FromLong(op == Py_EQ ? equal : !equal);
        }
        other_view = VIEW(w);
    }
    else if (PyObject_GetBuffer(w, &other, PyBUF_FULL_RO) < 0) {
        PyErr_Clear();
        Py_RETURN_NOTIMPLEMENTED;
    }
    equal = memory_equal(VIEW(v), other_view);
    if (other_view == &other) {
        PyBuffer_Release(&other);
    }
    if (equal < 0) {
        return NULL;
    }
    return PyBool_FromLong(op == Py_EQ ? equal : !equal);
}

static Py_hash_t
memory_hash(PyMemoryViewObject *self)
{
    if (self->hash != -1) {
        return self->hash;
    }
    CHECK_RELEASED(self, -1);
    const Py_buffer *view = &self->view;
    if (!view->readonly) {
        PyErr_SetString(PyExc_ValueError,
                        "cannot hash writable memoryview object");
        return -1;
    }
    char native;
    if (memory_format_size(&native, view->format) < 0
        || !is_byte_format(native)) {
        PyErr_SetString(PyExc_ValueError,
                        "memoryview: hashing is restricted to formats 'B', "
                        "'b' or 'c'");
        return -1;
    }
    if (view->obj != NULL && PyObject_Hash(view->obj) == -1) {
        return -1;
    }
    if (is_contiguous(self, 'C')) {
        self->hash = _Py_HashBytes(view->buf, view->len);
        return self->hash;
    }
    PyObject *bytes = memory_tobytes(self, NULL, 0, NULL);
    if (bytes == NULL) {
        return -1;
    }
    self->hash = _Py_HashBytes(PyBytes_AS_STRING(bytes),
                               PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
    return self->hash;
}

static PyObject *
memory_repr(PyMemoryViewObject *self)
{
    return PyUnicode_FromFormat(self->flags & _Py_MEMORYVIEW_RELEASED
                                ? "<released memory at %p>"
                                : "<memory at %p>", self);
}

/* -- Attributes --------------------------------------------------------- */

static PyObject *
tuple_of_sizes(const Py_ssize_t *sizes, int n)
{
    if (sizes == NULL) {
        return PyTuple_New(0);
    }
    PyObject *tuple = PyTuple_New(n);
    for (int i = 0; i < n && tuple != NULL; i++) {
        PyObject *item = PyLong_FromSsize_t(sizes[i]);
        if (item == NULL) {
            Py_CLEAR(tuple);
        }
        else {
            PyTuple_SET_ITEM(tuple, i, item);
        }
    }
    return tuple;
}

#define GETTER(name, expression)                                        \
    static PyObject *                                                   \
    memory_get_##name(PyMemoryViewObject *self, void *Py_UNUSED(ignored))\
    {                                                                   \
        CHECK_RELEASED(self, NULL);                                     \
        const Py_buffer *view = &self->view;                            \
        (void)view;                                                     \
        return expression;                                              \
    }

GETTER(obj, Py_NewRef(view->obj != NULL ? view->obj : Py_None))
GETTER(nbytes, PyLong_FromSsize_t(view->len))
GETTER(readonly, PyBool_FromLong(view->readonly))
GETTER(itemsize, PyLong_FromSsize_t(view->itemsize))
GETTER(format, PyUnicode_FromString(view->format))
GETTER(ndim, PyLong_FromLong(view->ndim))
GETTER(shape, tuple_of_sizes(view->shape, view->ndim))
GETTER(strides, tuple_of_sizes(view->strides, view->ndim))
GETTER(suboffsets, tuple_of_sizes(view->suboffsets, view->ndim))
GETTER(c_contiguous, PyBool_FromLong(is_contiguous(self, 'C')))
GETTER(f_contiguous, PyBool_FromLong(is_contiguous(self, 'F')))
GETTER(contiguous, PyBool_FromLong(is_contiguous(self, 'A')))
#undef GETTER

#define ATTRIBUTE(name, doc)                                            \
    {#name, (getter)memory_get_##name, NULL, PyDoc_STR(doc), NULL}

static PyGetSetDef memory_getset[] = {
    ATTRIBUTE(obj, "The object whose memory is viewed."),
    ATTRIBUTE(nbytes, "The bytes the items would take, put together."),
    ATTRIBUTE(readonly, "Whether the memory is read only."),
    ATTRIBUTE(itemsize, "The size of an item in bytes."),
    ATTRIBUTE(format, "The format of an item, in the struct module's "
                      "syntax."),
    ATTRIBUTE(ndim, "The number of dimensions."),
    ATTRIBUTE(shape, "The length of each dimension."),
    ATTRIBUTE(strides, "The bytes from one item to the next, in each "
                       "dimension."),
    ATTRIBUTE(suboffsets, "For arrays of pointers, as PIL has them."),
    ATTRIBUTE(c_contiguous, "Whether the memory is C-contiguous."),
    ATTRIBUTE(f_contiguous, "Whether the memory is Fortran contiguous."),
    ATTRIBUTE(contiguous, "Whether the memory is contiguous."),
    {NULL, NULL, NULL, NULL, NULL}
};

static PyMethodDef memory_methods[] = {
    {"release", (PyCFunction)memory_release, METH_NOARGS,
     PyDoc_STR("release($self, /)\n--\n\n"
               "Give the viewed memory back to its object.")},
    {"tobytes", _PyCFunction_CAST(memory_tobytes),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("tobytes($self, /, order=\'C\')\n--\n\n"
               "The contents as bytes.\n\n"
               "order 'C' or None is row by row, 'F' column by column, 'A'\n"
               "'F' for Fortran contiguous memory and otherwise 'C'.")},
    {"hex", _PyCFunction_CAST(memory_hex), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)"
               "\n--\n\n"
               "The contents as hexadecimal text.\n\n"
               "sep separates the bytes, or groups of bytes_per_sep bytes\n"
               "counted from the right (from the left if negative).")},
    {"tolist", (PyCFunction)memory_tolist, METH_NOARGS,
     PyDoc_STR("tolist($self, /)\n--\n\n"
               "The contents as a list of items.")},
    {"cast", _PyCFunction_CAST(memory_cast), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("cast($self, /, format, shape=<unrepresentable>)\n--\n\n"
               "A view of the same memory in another format or shape.")},
    {"toreadonly", (PyCFunction)memory_toreadonly, METH_NOARGS,
     PyDoc_STR("toreadonly($self, /)\n--\n\n"
               "A read-only view of the same memory.")},
    {"__enter__", memory_enter, METH_NOARGS, NULL},
    {"__exit__", memory_exit, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}
};

/* -- Iteration ---------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t index;
    PyMemoryViewObject *seq;    /* NULL once exhausted */
    Py_ssize_t length;
    const char *format;         /* native, of the view */
} memory_iterator;

static void
memory_iter_dealloc(memory_iterator *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->seq);
    PyObject_GC_Del(self);
}

static int
memory_iter_traverse(memory_iterator *self, visitproc visit, void *arg)
{
    Py_VISIT(self->seq);
    return 0;
}

static PyObject *
memory_iter_next(memory_iterator *self)
{
    PyMemoryViewObject *seq = self->seq;
    if (seq == NULL) {
        return NULL;
    }
    if (self->index < self->length) {
        CHECK_RELEASED(seq, NULL);
        const Py_buffer *view = &seq->view;
        char *ptr = (char *)view->buf + view->strides[0] * self->index++;
        return memory_unpack(seq, memory_adjust(ptr, view->suboffsets, 0),
                             self->format);
    }
    self->seq = NULL;
    Py_DECREF(seq);
    return NULL;
}

static PyObject *
memory_iter(PyObject *seq)
{
    PyMemoryViewObject *view = (PyMemoryViewObject *)seq;
    CHECK_RELEASED(view, NULL);
    if (view->view.ndim == 0) {
        PyErr_SetString(PyExc_TypeError, "invalid indexing of 0-dim memory");
        return NULL;
    }
    if (view->view.ndim != 1) {
        not_implemented("multi-dimensional sub-views are not implemented");
        return NULL;
    }
    const char *format = memory_format_native(&view->view);
    if (format == NULL) {
        return NULL;
    }
    memory_iterator *self =
        PyObject_GC_New(memory_iterator, &_PyMemoryIter_Type);
    if (self == NULL) {
        return NULL;
    }
    self->format = format;
    self->length = view->view.shape[0];
    self->index = 0;
    self->seq = (PyMemoryViewObject *)Py_NewRef(seq);
    _PyObject_GC_TRACK(self);
    return (PyObject *)self;
}

PyTypeObject _PyMemoryIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "memory_iterator",
    .tp_basicsize = sizeof(memory_iterator),
    .tp_dealloc = (destructor)memory_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = (traverseproc)memory_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)memory_iter_next,
};

/* -- The type ----------------------------------------------------------- */

PyTypeObject PyMemoryView_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "memoryview",
    .tp_basicsize = offsetof(PyMemoryViewObject, ob_array),
    .tp_itemsize = sizeof(Py_ssize_t),
    .tp_dealloc = (destructor)memory_dealloc,
    .tp_repr = (reprfunc)memory_repr,
    .tp_as_sequence = &memory_as_sequence,
    .tp_as_mapping = &memory_as_mapping,
    .tp_hash = (hashfunc)memory_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &memory_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_SEQUENCE,
    .tp_doc = PyDoc_STR("memoryview(object)\n--\n\n"
                        "A view of the memory of an object with a buffer."),
    .tp_traverse = (traverseproc)memory_traverse,
    .tp_clear = (inquiry)memory_clear,
    .tp_richcompare = memory_richcompare,
    .tp_weaklistoffset = offsetof(PyMemoryViewObject, weakreflist),
    .tp_iter = memory_iter,
    .tp_methods = memory_methods,
    .tp_getset = memory_getset,
    .tp_new = memory_new,
};
