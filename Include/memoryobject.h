/* memoryview: a window on another object's buffer. */
#ifndef Py_MEMORYOBJECT_H
#define Py_MEMORYOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API
PyAPI_DATA(PyTypeObject) _PyManagedBuffer_Type;
#endif
PyAPI_DATA(PyTypeObject) PyMemoryView_Type;

#define PyMemoryView_Check(op) Py_IS_TYPE(op, &PyMemoryView_Type)
#ifndef Py_LIMITED_API
#define PyMemoryView_GET_BUFFER(op) (&((PyMemoryViewObject *)(op))->view)
#define PyMemoryView_GET_BASE(op) (((PyMemoryViewObject *)(op))->view.obj)
#endif

PyAPI_FUNC(PyObject *) PyMemoryView_FromObject(PyObject *base);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03030000
PyAPI_FUNC(PyObject *) PyMemoryView_FromMemory(char *mem, Py_ssize_t size,
                                               int flags);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030b0000
PyAPI_FUNC(PyObject *) PyMemoryView_FromBuffer(const Py_buffer *info);
#endif
PyAPI_FUNC(PyObject *) PyMemoryView_GetContiguous(PyObject *base,
                                                  int buffertype, char order);

#ifndef Py_LIMITED_API
#define _Py_MANAGED_BUFFER_RELEASED 0x001       /* exporter is gone */
#define _Py_MANAGED_BUFFER_FREE_FORMAT 0x002    /* owns master.format */

/* One request to an exporter, shared by all views made from it. */
typedef struct {
    PyObject_HEAD
    int flags;              /* _Py_MANAGED_BUFFER_* */
    Py_ssize_t exports;     /* views that use it */
    Py_buffer master;       /* as the exporter filled it in */
} _PyManagedBufferObject;

#define _Py_MEMORYVIEW_RELEASED 0x001   /* no access any more */
#define _Py_MEMORYVIEW_C 0x002          /* C-contiguous */
#define _Py_MEMORYVIEW_FORTRAN 0x004    /* Fortran-contiguous */
#define _Py_MEMORYVIEW_SCALAR 0x008     /* ndim == 0 */
#define _Py_MEMORYVIEW_PIL 0x010        /* has suboffsets */

typedef struct {
    PyObject_VAR_HEAD
    _PyManagedBufferObject *mbuf;
    Py_hash_t hash;         /* -1: not computed */
    int flags;              /* _Py_MEMORYVIEW_* */
    Py_ssize_t exports;     /* buffers given out by this view */
    Py_buffer view;
    PyObject *weakreflist;
    Py_ssize_t ob_array[1]; /* shape, strides, suboffsets: 3 * ndim */
} PyMemoryViewObject;
#endif

#ifdef __cplusplus
}
#endif
#endif /* !Py_MEMORYOBJECT_H */
