/* The layout of types: what static types in extensions are made of. */
#ifndef Py_CPYTHON_OBJECT_H
#  error "include Python.h, not this file"
#endif

PyAPI_FUNC(void) _Py_NewReference(PyObject *op);
PyAPI_FUNC(Py_ssize_t) _Py_GetRefTotal(void);

/* A name that is made into an interned string at its first use. */
typedef struct _Py_Identifier {
    const char *string;
    Py_ssize_t index; /* -1 until then */
} _Py_Identifier;

#define _Py_static_string_init(value) {.string = value, .index = -1}
#define _Py_static_string(varname, value) \
    static _Py_Identifier varname = _Py_static_string_init(value)
#define _Py_IDENTIFIER(varname) _Py_static_string(PyId_##varname, #varname)

/* -- Suites of slots ---------------------------------------------------- */

typedef int (*getbufferproc)(PyObject *, Py_buffer *, int);
typedef void (*releasebufferproc)(PyObject *, Py_buffer *);

typedef PyObject *(*vectorcallfunc)(PyObject *callable, PyObject *const *args,
                                    size_t nargsf, PyObject *kwnames);

typedef struct {
    binaryfunc nb_add;
    binaryfunc nb_subtract;
    binaryfunc nb_multiply;
    binaryfunc nb_remainder;
    binaryfunc nb_divmod;
    ternaryfunc nb_power;
    unaryfunc nb_negative;
    unaryfunc nb_positive;
    unaryfunc nb_absolute;
    inquiry nb_bool;
    unaryfunc nb_invert;
    binaryfunc nb_lshift;
    binaryfunc nb_rshift;
    binaryfunc nb_and;
    binaryfunc nb_xor;
    binaryfunc nb_or;
    unaryfunc nb_int;
    void *nb_reserved;
    unaryfunc nb_float;

    binaryfunc nb_inplace_add;
    binaryfunc nb_inplace_subtract;
    binaryfunc nb_inplace_multiply;
    binaryfunc nb_inplace_remainder;
    ternaryfunc nb_inplace_power;
    binaryfunc nb_inplace_lshift;
    binaryfunc nb_inplace_rshift;
    binaryfunc nb_inplace_and;
    binaryfunc nb_inplace_xor;
    binaryfunc nb_inplace_or;

    binaryfunc nb_floor_divide;
    binaryfunc nb_true_divide;
    binaryfunc nb_inplace_floor_divide;
    binaryfunc nb_inplace_true_divide;

    unaryfunc nb_index;

    binaryfunc nb_matrix_multiply;
    binaryfunc nb_inplace_matrix_multiply;
} PyNumberMethods;

typedef struct {
    lenfunc sq_length;
    binaryfunc sq_concat;
    ssizeargfunc sq_repeat;
    ssizeargfunc sq_item;
    void *was_sq_slice;
    ssizeobjargproc sq_ass_item;
    void *was_sq_ass_slice;
    objobjproc sq_contains;
    binaryfunc sq_inplace_concat;
    ssizeargfunc sq_inplace_repeat;
} PySequenceMethods;

typedef struct {
    lenfunc mp_length;
    binaryfunc mp_subscript;
    objobjargproc mp_ass_subscript;
} PyMappingMethods;

typedef PySendResult (*sendfunc)(PyObject *iter, PyObject *value,
                                 PyObject **result);

typedef struct {
    unaryfunc am_await;
    unaryfunc am_aiter;
    unaryfunc am_anext;
    sendfunc am_send;
} PyAsyncMethods;

typedef struct {
    getbufferproc bf_getbuffer;
    releasebufferproc bf_releasebuffer;
} PyBufferProcs;

typedef Py_ssize_t printfunc;

struct _typeobject {
    PyObject_VAR_HEAD
    const char *tp_name; /* "module.name" for printing */
    Py_ssize_t tp_basicsize;
    Py_ssize_t tp_itemsize;

    destructor tp_dealloc;
    Py_ssize_t tp_vectorcall_offset;
    getattrfunc tp_getattr;
    setattrfunc tp_setattr;
    PyAsyncMethods *tp_as_async;
    reprfunc tp_repr;

    PyNumberMethods *tp_as_number;
    PySequenceMethods *tp_as_sequence;
    PyMappingMethods *tp_as_mapping;

    hashfunc tp_hash;
    ternaryfunc tp_call;
    reprfunc tp_str;
    getattrofunc tp_getattro;
    setattrofunc tp_setattro;

    PyBufferProcs *tp_as_buffer;

    unsigned long tp_flags; /* Py_TPFLAGS_... */

    const char *tp_doc;

    traverseproc tp_traverse;
    inquiry tp_clear;

    richcmpfunc tp_richcompare;

    Py_ssize_t tp_weaklistoffset; /* of the weak reference list; 0: none */

    getiterfunc tp_iter;
    iternextfunc tp_iternext;

    PyMethodDef *tp_methods;
    PyMemberDef *tp_members;
    PyGetSetDef *tp_getset;
    PyTypeObject *tp_base; /* static types: borrowed; heap types: owned */
    PyObject *tp_dict;
    descrgetfunc tp_descr_get;
    descrsetfunc tp_descr_set;
    Py_ssize_t tp_dictoffset; /* of __dict__; negative: from the end */
    initproc tp_init;
    allocfunc tp_alloc;
    newfunc tp_new;
    freefunc tp_free;
    inquiry tp_is_gc;
    PyObject *tp_bases;
    PyObject *tp_mro;
    PyObject *tp_cache;
    PyObject *tp_subclasses; /* weak references to direct subclasses */
    PyObject *tp_weaklist;
    destructor tp_del;

    unsigned int tp_version_tag; /* of the attribute cache; 0: none */

    destructor tp_finalize;
    vectorcallfunc tp_vectorcall;
};

/* Where a type's specialised subscript keeps its function (see specialize/). */
struct _specialization_cache {
    PyObject *getitem; /* borrowed from the type's dict, guarded by versions */
};

typedef struct _heaptypeobject {
    PyTypeObject ht_type;
    PyAsyncMethods as_async;
    PyNumberMethods as_number;
    PyMappingMethods as_mapping;
    PySequenceMethods as_sequence;
    PyBufferProcs as_buffer;
    PyObject *ht_name;
    PyObject *ht_slots;
    PyObject *ht_qualname;
    struct _dictkeysobject *ht_cached_keys; /* shared by the instances */
    PyObject *ht_module;
    char *_ht_tpname; /* owned storage of tp_name for types from a spec */
    struct _specialization_cache _spec_cache;
} PyHeapTypeObject;

#define PyHeapType_GET_MEMBERS(etype) \
    ((PyMemberDef *)((char *)(etype) + Py_TYPE(etype)->tp_basicsize))

PyAPI_FUNC(const char *) _PyType_Name(PyTypeObject *);
PyAPI_FUNC(PyObject *) _PyType_Lookup(PyTypeObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PyType_LookupId(PyTypeObject *, _Py_Identifier *);
PyAPI_FUNC(PyObject *) _PyObject_LookupSpecialId(PyObject *,
                                                 _Py_Identifier *);
PyAPI_FUNC(PyTypeObject *) _PyType_CalculateMetaclass(PyTypeObject *,
                                                      PyObject *);
PyAPI_FUNC(PyObject *) _PyType_GetDocFromInternalDoc(const char *,
                                                     const char *);
PyAPI_FUNC(PyObject *) _PyType_GetTextSignatureFromInternalDoc(const char *,
                                                               const char *);
PyAPI_FUNC(PyObject *) PyType_GetModuleByDef(PyTypeObject *, PyModuleDef *);

PyAPI_FUNC(int) PyObject_Print(PyObject *, FILE *, int);
PyAPI_FUNC(void) _Py_BreakPoint(void);
PyAPI_FUNC(void) _PyObject_Dump(PyObject *);
PyAPI_FUNC(int) _PyObject_IsFreed(PyObject *);

PyAPI_FUNC(int) _PyObject_IsAbstract(PyObject *);
PyAPI_FUNC(PyObject *) _PyObject_GetAttrId(PyObject *, _Py_Identifier *);
PyAPI_FUNC(int) _PyObject_SetAttrId(PyObject *, _Py_Identifier *, PyObject *);
/* 1 and *result; 0 and NULL when there is no such attribute; -1 on error */
PyAPI_FUNC(int) _PyObject_LookupAttr(PyObject *, PyObject *, PyObject **);
PyAPI_FUNC(int) _PyObject_LookupAttrId(PyObject *, _Py_Identifier *,
                                       PyObject **);
PyAPI_FUNC(int) _PyObject_GetMethod(PyObject *obj, PyObject *name,
                                    PyObject **method);
PyAPI_FUNC(PyObject **) _PyObject_GetDictPtr(PyObject *);
PyAPI_FUNC(PyObject *) _PyObject_NextNotImplemented(PyObject *);
PyAPI_FUNC(void) PyObject_CallFinalizer(PyObject *);
PyAPI_FUNC(int) PyObject_CallFinalizerFromDealloc(PyObject *);

/* generic attribute access with an explicit dict, and without an error when
   the attribute is missing (suppress) */
PyAPI_FUNC(PyObject *) _PyObject_GenericGetAttrWithDict(PyObject *,
                                                        PyObject *,
                                                        PyObject *, int);
PyAPI_FUNC(int) _PyObject_GenericSetAttrWithDict(PyObject *, PyObject *,
                                                 PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PyObject_FunctionStr(PyObject *);

/* Replace a reference, then drop the old one. */
#define Py_SETREF(op, op2)                                                    \
    do {                                                                      \
        PyObject *_py_tmp = _PyObject_CAST(op);                               \
        (op) = (op2);                                                         \
        Py_DECREF(_py_tmp);                                                   \
    } while (0)

#define Py_XSETREF(op, op2)                                                   \
    do {                                                                      \
        PyObject *_py_tmp = _PyObject_CAST(op);                               \
        (op) = (op2);                                                         \
        Py_XDECREF(_py_tmp);                                                  \
    } while (0)

PyAPI_DATA(PyTypeObject) _PyNone_Type;
PyAPI_DATA(PyTypeObject) _PyNotImplemented_Type;
PyAPI_DATA(int) _Py_SwappedOp[];

PyAPI_FUNC(void) _PyDebugAllocatorStats(FILE *out, const char *block_name,
                                        int num_blocks, size_t sizeof_block);
PyAPI_FUNC(void) _PyObject_DebugTypeStats(FILE *out);

#define _PyObject_ASSERT_FROM(obj, expr, msg, filename, lineno, func) \
    ((void)0)
#define _PyObject_ASSERT_WITH_MSG(obj, expr, msg) assert(expr)
#define _PyObject_ASSERT(obj, expr) assert(expr)
#define _PyObject_ASSERT_FAILED_MSG(obj, msg) \
    _PyObject_AssertFailed((obj), NULL, (msg), __FILE__, __LINE__, __func__)
PyAPI_FUNC(void) _Py_NO_RETURN _PyObject_AssertFailed(
    PyObject *obj, const char *expr, const char *msg, const char *file,
    int line, const char *function);
PyAPI_FUNC(int) _PyObject_CheckConsistency(PyObject *op, int check_content);

/* -- The trashcan: deep structures die without deep recursion ----------- */

PyAPI_FUNC(int) _PyTrash_begin(PyThreadState *tstate, PyObject *op);
PyAPI_FUNC(void) _PyTrash_end(PyThreadState *tstate);
PyAPI_FUNC(int) _PyTrash_cond(PyObject *op, destructor dealloc);
PyAPI_FUNC(void) _PyTrash_deposit_object(PyObject *);
PyAPI_FUNC(void) _PyTrash_thread_deposit_object(PyObject *);
PyAPI_FUNC(void) _PyTrash_destroy_chain(void);
PyAPI_FUNC(void) _PyTrash_thread_destroy_chain(void);

#define PyTrash_UNWIND_LEVEL 50

#define Py_TRASHCAN_BEGIN_CONDITION(op, cond)                                 \
    do {                                                                      \
        PyThreadState *_tstate = NULL;                                        \
        /* a subclass has entered the trashcan for this object already */     \
        if (cond) {                                                           \
            _tstate = PyThreadState_Get();                                    \
            if (_PyTrash_begin(_tstate, _PyObject_CAST(op))) {                \
                break;                                                        \
            }                                                                 \
        }
#define Py_TRASHCAN_END                                                       \
        if (_tstate) {                                                        \
            _PyTrash_end(_tstate);                                            \
        }                                                                     \
    } while (0);

#define Py_TRASHCAN_BEGIN(op, dealloc) \
    Py_TRASHCAN_BEGIN_CONDITION(       \
        op, _PyTrash_cond(_PyObject_CAST(op), (destructor)dealloc))
#define Py_TRASHCAN_SAFE_BEGIN(op)                                            \
    do {                                                                      \
        int _py_trash_cond = 1;                                               \
        Py_TRASHCAN_BEGIN_CONDITION(op, _py_trash_cond);
#define Py_TRASHCAN_SAFE_END(op)                                              \
        Py_TRASHCAN_END;                                                      \
    } while (0);
