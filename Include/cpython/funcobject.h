/* Functions, class methods, static methods. */
#ifndef Py_LIMITED_API
#ifndef Py_FUNCOBJECT_H
#define Py_FUNCOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif

#define COMMON_FIELDS(PREFIX) \
    PyObject *PREFIX ## globals;    /* dict that LOAD_GLOBAL searches */ \
    PyObject *PREFIX ## builtins;   /* dict searched after it */ \
    PyObject *PREFIX ## name;       /* str */ \
    PyObject *PREFIX ## qualname;   /* str */ \
    PyObject *PREFIX ## code;       /* code object */ \
    PyObject *PREFIX ## defaults;   /* NULL or tuple */ \
    PyObject *PREFIX ## kwdefaults; /* NULL or dict */ \
    PyObject *PREFIX ## closure;    /* NULL or tuple of cells */

/* All borrowed: what makes a function, before it is one. */
typedef struct {
    COMMON_FIELDS(fc_)
} PyFrameConstructor;

typedef struct {
    PyObject_HEAD
    COMMON_FIELDS(func_)
    PyObject *func_doc;         /* __doc__, any object */
    PyObject *func_dict;        /* __dict__: NULL or dict */
    PyObject *func_weakreflist; /* list of weak references */
    PyObject *func_module;      /* __module__, any object */
    PyObject *func_annotations; /* NULL, dict, or tuple of names and values
                                   that becomes a dict when asked for */
    vectorcallfunc vectorcall;
    /* Changes with every assignment that matters to specialised calls: 0 if
       it has none; unique among live functions otherwise. */
    uint32_t func_version;
} PyFunctionObject;

#undef COMMON_FIELDS

PyAPI_DATA(PyTypeObject) PyFunction_Type;
#define PyFunction_Check(op) Py_IS_TYPE((op), &PyFunction_Type)

PyAPI_FUNC(PyObject *) PyFunction_New(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyFunction_NewWithQualName(PyObject *, PyObject *,
                                                  PyObject *);
PyAPI_FUNC(PyObject *) PyFunction_GetCode(PyObject *);
PyAPI_FUNC(PyObject *) PyFunction_GetGlobals(PyObject *);
PyAPI_FUNC(PyObject *) PyFunction_GetModule(PyObject *);
PyAPI_FUNC(PyObject *) PyFunction_GetDefaults(PyObject *);
PyAPI_FUNC(int) PyFunction_SetDefaults(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyFunction_GetKwDefaults(PyObject *);
PyAPI_FUNC(int) PyFunction_SetKwDefaults(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyFunction_GetClosure(PyObject *);
PyAPI_FUNC(int) PyFunction_SetClosure(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyFunction_GetAnnotations(PyObject *);
PyAPI_FUNC(int) PyFunction_SetAnnotations(PyObject *, PyObject *);

PyAPI_FUNC(PyObject *) _PyFunction_Vectorcall(PyObject *func,
                                              PyObject *const *stack,
                                              size_t nargsf,
                                              PyObject *kwnames);

#define PyFunction_GET_CODE(func) (((PyFunctionObject *)func)->func_code)
#define PyFunction_GET_GLOBALS(func) (((PyFunctionObject *)func)->func_globals)
#define PyFunction_GET_MODULE(func) (((PyFunctionObject *)func)->func_module)
#define PyFunction_GET_DEFAULTS(func) \
    (((PyFunctionObject *)func)->func_defaults)
#define PyFunction_GET_KW_DEFAULTS(func) \
    (((PyFunctionObject *)func)->func_kwdefaults)
#define PyFunction_GET_CLOSURE(func) (((PyFunctionObject *)func)->func_closure)
#define PyFunction_GET_ANNOTATIONS(func) \
    (((PyFunctionObject *)func)->func_annotations)

PyAPI_DATA(PyTypeObject) PyClassMethod_Type;
PyAPI_DATA(PyTypeObject) PyStaticMethod_Type;

PyAPI_FUNC(PyObject *) PyClassMethod_New(PyObject *);
PyAPI_FUNC(PyObject *) PyStaticMethod_New(PyObject *);

#ifdef __cplusplus
}
#endif
#endif
#endif
