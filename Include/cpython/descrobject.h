#ifndef Py_CPYTHON_DESCROBJECT_H
#  error "include Python.h instead of this header"
#endif

typedef PyObject *(*wrapperfunc)(PyObject *self, PyObject *args,
                                 void *wrapped);
typedef PyObject *(*wrapperfunc_kwds)(PyObject *self, PyObject *args,
                                      void *wrapped, PyObject *kwds);

/* One row of the slot table: how a special method and a slot meet. */
struct wrapperbase {
    const char *name;
    int offset;             /* of the slot in PyHeapTypeObject */
    void *function;         /* slot function that calls the method */
    wrapperfunc wrapper;    /* calls the slot for the method */
    const char *doc;
    int flags;
    PyObject *name_strobj;  /* name, interned */
};

/* wrapper takes keyword arguments */
#define PyWrapperFlag_KEYWORDS 1

typedef struct {
    PyObject_HEAD
    PyTypeObject *d_type;
    PyObject *d_name;
    PyObject *d_qualname;   /* made on demand */
} PyDescrObject;

#define PyDescr_COMMON PyDescrObject d_common
#define PyDescr_TYPE(x) (((PyDescrObject *)(x))->d_type)
#define PyDescr_NAME(x) (((PyDescrObject *)(x))->d_name)

typedef struct {
    PyDescr_COMMON;
    PyMethodDef *d_method;
    vectorcallfunc vectorcall;
} PyMethodDescrObject;

typedef struct {
    PyDescr_COMMON;
    PyMemberDef *d_member;
} PyMemberDescrObject;

typedef struct {
    PyDescr_COMMON;
    PyGetSetDef *d_getset;
} PyGetSetDescrObject;

typedef struct {
    PyDescr_COMMON;
    struct wrapperbase *d_base;
    void *d_wrapped;        /* the slot's function */
} PyWrapperDescrObject;

PyAPI_DATA(PyTypeObject) _PyMethodWrapper_Type;

PyAPI_FUNC(PyObject *) PyDescr_NewWrapper(PyTypeObject *,
                                          struct wrapperbase *, void *);
PyAPI_FUNC(int) PyDescr_IsData(PyObject *);
