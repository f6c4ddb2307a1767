/* Lists: the layout and unchecked access. */
#ifndef Py_CPYTHON_LISTOBJECT_H
#  error "this header file must not be included directly"
#endif

typedef struct {
    PyObject_VAR_HEAD
    PyObject **ob_item;         /* ob_size items; NULL when nothing is
                                   allocated */
    Py_ssize_t allocated;       /* slots of ob_item; -1 while sorting */
} PyListObject;

PyAPI_FUNC(PyObject *) _PyList_Extend(PyListObject *, PyObject *);
PyAPI_FUNC(void) _PyList_DebugMallocStats(FILE *out);

#define _PyList_CAST(op) (assert(PyList_Check(op)), \
                          _Py_CAST(PyListObject *, (op)))

static inline Py_ssize_t
PyList_GET_SIZE(PyListObject *op)
{
    return Py_SIZE(op);
}
#define PyList_GET_SIZE(op) PyList_GET_SIZE(_PyList_CAST(op))

#define PyList_GET_ITEM(op, index) (_PyList_CAST(op)->ob_item[index])

static inline void
PyList_SET_ITEM(PyListObject *op, Py_ssize_t index, PyObject *value)
{
    op->ob_item[index] = value;
}
#define PyList_SET_ITEM(op, index, value) \
    PyList_SET_ITEM(_PyList_CAST(op), (index), _PyObject_CAST(value))
