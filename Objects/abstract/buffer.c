/* The buffer protocol (PEP 3118): getting and releasing views, and walking
   the memory they describe. */
#include "abstract_private.h"

int
PyObject_CheckBuffer(PyObject *obj)
{
    PyBufferProcs *procs = Py_TYPE(obj)->tp_as_buffer;
    return procs != NULL && procs->bf_getbuffer != NULL;
}

int
PyObject_GetBuffer(PyObject *obj, Py_buffer *view, int flags)
{
    PyBufferProcs *procs = Py_TYPE(obj)->tp_as_buffer;
    if (procs == NULL || procs->bf_getbuffer == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "a bytes-like object is required, not '%.100s'",
                     Py_TYPE(obj)->tp_name);
        return -1;
    }
    return procs->bf_getbuffer(obj, view, flags);
}

void
PyBuffer_Release(Py_buffer *view)
{
    PyObject *obj = view->obj;
    if (obj == NULL) {
        return;
    }
    PyBufferProcs *procs = Py_TYPE(obj)->tp_as_buffer;
    if (procs != NULL && procs->bf_releasebuffer != NULL) {
        procs->bf_releasebuffer(obj, view);
    }
    view->obj = NULL;
    Py_DECREF(obj);
}

int
PyBuffer_FillInfo(Py_buffer *view, PyObject *obj, void *buf, Py_ssize_t len,
                  int readonly, int flags)
{
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError,
                        "PyBuffer_FillInfo: view==NULL argument is obsolete");
        return -1;
    }
    if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE && readonly == 1) {
        PyErr_SetString(PyExc_BufferError, "Object is not writable.");
        return -1;
    }
    view->obj = Py_XNewRef(obj);
    view->buf = buf;
    view->len = len;
    view->readonly = readonly;
    view->itemsize = 1;
    view->format = (flags & PyBUF_FORMAT) == PyBUF_FORMAT ? "B" : NULL;
    view->ndim = 1;
    view->shape = (flags & PyBUF_ND) == PyBUF_ND ? &view->len : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &view->itemsize
                                                             : NULL;
    view->suboffsets = NULL;
    view->internal = NULL;
    return 0;
}

/* -- The old buffer API --------------------------------------------------------------- */

int
PyObject_CheckReadBuffer(PyObject *obj)
{
    PyBufferProcs *procs = Py_TYPE(obj)->tp_as_buffer;
    Py_buffer view;
    if (procs == NULL || procs->bf_getbuffer == NULL) {
        return 0;
    }
    if (procs->bf_getbuffer(obj, &view, PyBUF_SIMPLE) == -1) {
        PyErr_Clear();
        return 0;
    }
    PyBuffer_Release(&view);
    return 1;
}

static int
as_old_buffer(PyObject *obj, const void **buffer, Py_ssize_t *length,
              int flags)
{
    Py_buffer view;
    if (obj == NULL || buffer == NULL || length == NULL) {
        abstract_null_error();
        return -1;
    }
    if (PyObject_GetBuffer(obj, &view, flags) != 0) {
        return -1;
    }
    *buffer = view.buf;
    *length = view.len;
    PyBuffer_Release(&view);
    return 0;
}

int
PyObject_AsCharBuffer(PyObject *obj, const char **buffer, Py_ssize_t *length)
{
    return as_old_buffer(obj, (const void **)buffer, length, PyBUF_SIMPLE);
}

int
PyObject_AsReadBuffer(PyObject *obj, const void **buffer, Py_ssize_t *length)
{
    return as_old_buffer(obj, buffer, length, PyBUF_SIMPLE);
}

int
PyObject_AsWriteBuffer(PyObject *obj, void **buffer, Py_ssize_t *length)
{
    if (obj != NULL) {
        PyBufferProcs *procs = Py_TYPE(obj)->tp_as_buffer;
        Py_buffer view;
        if (buffer == NULL || length == NULL) {
            abstract_null_error();
            return -1;
        }
        if (procs == NULL || procs->bf_getbuffer == NULL
            || procs->bf_getbuffer(obj, &view, PyBUF_WRITABLE) != 0) {
            PyErr_SetString(PyExc_TypeError,
                            "expected a writable bytes-like object");
            return -1;
        }
        *buffer = view.buf;
        *length = view.len;
        PyBuffer_Release(&view);
        return 0;
    }
    abstract_null_error();
    return -1;
}

/* -- Contiguity ------------------------------------------------------------------------------ */

static int
is_c_contiguous(const Py_buffer *view)
{
    if (view->len == 0 || view->strides == NULL) {
        return 1;
    }
    Py_ssize_t expected = view->itemsize;
    for (int i = view->ndim - 1; i >= 0; i--) {
        Py_ssize_t dim = view->shape[i];
        if (dim > 1 && view->strides[i] != expected) {
            return 0;
        }
        expected *= dim;
    }
    return 1;
}

static int
is_fortran_contiguous(const Py_buffer *view)
{
    if (view->len == 0) {
        return 1;
    }
    if (view->strides == NULL) {
        /* C order: Fortran's as well if at most one dimension counts */
        if (view->ndim <= 1) {
            return 1;
        }
        int counting = 0;
        for (int i = 0; i < view->ndim; i++) {
            counting += view->shape[i] > 1;
        }
        return counting <= 1;
    }
    Py_ssize_t expected = view->itemsize;
    for (int i = 0; i < view->ndim; i++) {
        Py_ssize_t dim = view->shape[i];
        if (dim > 1 && view->strides[i] != expected) {
            return 0;
        }
        expected *= dim;
    }
    return 1;
}

int
PyBuffer_IsContiguous(const Py_buffer *view, char order)
{
    if (view->suboffsets != NULL) {
        return 0;
    }
    switch (order) {
    case 'C': return is_c_contiguous(view);
    case 'F': return is_fortran_contiguous(view);
    case 'A': return is_c_contiguous(view) || is_fortran_contiguous(view);
    default: return 0;
    }
}

/* -- Walking ------------------------------------------------------------------------------------ */

void *
PyBuffer_GetPointer(const Py_buffer *view, const Py_ssize_t *indices)
{
    char *pointer = view->buf;
    for (int i = 0; i < view->ndim; i++) {
        pointer += view->strides[i] * indices[i];
        if (view->suboffsets != NULL && view->suboffsets[i] >= 0) {
            pointer = *((char **)pointer) + view->suboffsets[i];
        }
    }
    return pointer;
}

void
_Py_add_one_to_index_F(int nd, Py_ssize_t *index, const Py_ssize_t *shape)
{
    for (int k = 0; k < nd; k++) {
        if (index[k] < shape[k] - 1) {
            index[k]++;
            return;
        }
        index[k] = 0;
    }
}

void
_Py_add_one_to_index_C(int nd, Py_ssize_t *index, const Py_ssize_t *shape)
{
    for (int k = nd - 1; k >= 0; k--) {
        if (index[k] < shape[k] - 1) {
            index[k]++;
            return;
        }
        index[k] = 0;
    }
}

Py_ssize_t
PyBuffer_SizeFromFormat(const char *format)
{
    PyObject *calcsize = NULL, *result = NULL, *text = NULL;
    Py_ssize_t size = -1;
    PyObject *module = PyImport_ImportModule("struct");
    if (module == NULL) {
        return -1;
    }
    calcsize = PyObject_GetAttr(module, &_Py_ID(calcsize));
    text = calcsize == NULL ? NULL : PyUnicode_FromString(format);
    result = text == NULL ? NULL : PyObject_CallOneArg(calcsize, text);
    if (result != NULL) {
        size = PyLong_AsSsize_t(result);
    }
    Py_XDECREF(result);
    Py_XDECREF(text);
    Py_XDECREF(calcsize);
    Py_DECREF(module);
    return size;
}

typedef void (*index_step)(int, Py_ssize_t *, const Py_ssize_t *);

/* Copy `len` bytes between the view, in the order's item sequence, and flat
   memory. */
static int
copy_items(const Py_buffer *view, char *flat, Py_ssize_t len, char order,
           int from_flat)
{
    if (len > view->len) {
        len = view->len;
    }
    if (PyBuffer_IsContiguous(view, order)) {
        memcpy(from_flat ? view->buf : flat, from_flat ? flat : view->buf,
               (size_t)len);
        return 0;
    }
    Py_ssize_t *indices = PyMem_Calloc((size_t)Py_MAX(view->ndim, 1),
                                       sizeof(Py_ssize_t));
    if (indices == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    index_step step = order == 'F' ? _Py_add_one_to_index_F
                                   : _Py_add_one_to_index_C;
    for (Py_ssize_t items = len / view->itemsize; items > 0; items--) {
        char *item = PyBuffer_GetPointer(view, indices);
        memcpy(from_flat ? item : flat, from_flat ? flat : item,
               (size_t)view->itemsize);
        flat += view->itemsize;
        step(view->ndim, indices, view->shape);
    }
    PyMem_Free(indices);
    return 0;
}

int
PyBuffer_FromContiguous(const Py_buffer *view, const void *buf,
                        Py_ssize_t len, char fort)
{
    return copy_items(view, (char *)buf, len, fort, 1);
}

int
PyObject_CopyData(PyObject *dest, PyObject *src)
{
    Py_buffer to, from;
    if (!PyObject_CheckBuffer(dest) || !PyObject_CheckBuffer(src)) {
        PyErr_SetString(PyExc_TypeError,
                        "both destination and source must be bytes-like "
                        "objects");
        return -1;
    }
    if (PyObject_GetBuffer(dest, &to, PyBUF_FULL) != 0) {
        return -1;
    }
    if (PyObject_GetBuffer(src, &from, PyBUF_FULL_RO) != 0) {
        PyBuffer_Release(&to);
        return -1;
    }
    int result = -1;
    if (to.len < from.len) {
        PyErr_SetString(PyExc_BufferError,
                        "destination is too small to receive data from "
                        "source");
    }
    else if (PyBuffer_IsContiguous(&to, 'C')
             && PyBuffer_IsContiguous(&from, 'C')) {
        memcpy(to.buf, from.buf, (size_t)from.len);
        result = 0;
    }
    else {
        char *flat = PyMem_Malloc((size_t)Py_MAX(from.len, 1));
        if (flat == NULL) {
            PyErr_NoMemory();
        }
        else {
            result = copy_items(&from, flat, from.len, 'C', 0) < 0
                             || copy_items(&to, flat, from.len, 'C', 1) < 0
                         ? -1
                         : 0;
            PyMem_Free(flat);
        }
    }
    PyBuffer_Release(&to);
    PyBuffer_Release(&from);
    return result;
}

void
PyBuffer_FillContiguousStrides(int nd, Py_ssize_t *shape,
                               Py_ssize_t *strides, int itemsize, char fort)
{
    Py_ssize_t size = itemsize;
    for (int k = 0; k < nd; k++) {
        int at = fort == 'F' ? k : nd - 1 - k;
        strides[at] = size;
        size *= shape[at];
    }
}
