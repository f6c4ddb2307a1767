/* The layout of thread states, which extensions read and write. */
#ifndef Py_CPYTHON_PYSTATE_H
#  error "include Python.h, not this file"
#endif

PyAPI_FUNC(int) _PyInterpreterState_RequiresIDRef(PyInterpreterState *);
PyAPI_FUNC(void) _PyInterpreterState_RequireIDRef(PyInterpreterState *, int);
PyAPI_FUNC(PyObject *) _PyInterpreterState_GetMainModule(PyInterpreterState *);

/* A trace or profile function: `what` is one of PyTrace_.... */
typedef int (*Py_tracefunc)(PyObject *, PyFrameObject *, int, PyObject *);

#define PyTrace_CALL 0
#define PyTrace_EXCEPTION 1
#define PyTrace_LINE 2
#define PyTrace_RETURN 3
#define PyTrace_C_CALL 4
#define PyTrace_C_EXCEPTION 5
#define PyTrace_C_RETURN 6
#define PyTrace_OPCODE 7

typedef struct {
    PyCodeObject *code; /* borrowed; the code whose bounds are cached */
    PyCodeAddressRange bounds;
} PyTraceInfo;

/* What each activation of the evaluator keeps on the C stack. */
typedef struct _PyCFrame {
    uint8_t use_tracing; /* 0, or 255 when a trace or profile function is on */
    struct _PyInterpreterFrame *current_frame;
    struct _PyCFrame *previous;
} _PyCFrame;

/* An exception being handled; a stack of them per thread and generator. */
typedef struct _err_stackitem {
    PyObject *exc_value; /* owned; NULL or None when nothing is handled */
    struct _err_stackitem *previous_item;
} _PyErr_StackItem;

typedef struct _stack_chunk {
    struct _stack_chunk *previous;
    size_t size; /* bytes, with this header */
    size_t top;  /* slots used, valid while not the newest chunk */
    PyObject *data[1];
} _PyStackChunk;

struct _ts {
    PyThreadState *prev;
    PyThreadState *next;
    PyInterpreterState *interp;

    int _initialized;
    int _static; /* lives inside an interpreter state: not freed */

    int recursion_remaining; /* frames left before RecursionError */
    int recursion_limit;
    int recursion_headroom; /* extra frames granted while handling it */

    int tracing;      /* > 0 while a trace function runs */
    int tracing_what; /* the event being reported */

    _PyCFrame *cframe; /* never NULL; root_cframe at the bottom */

    Py_tracefunc c_profilefunc;
    Py_tracefunc c_tracefunc;
    PyObject *c_profileobj;
    PyObject *c_traceobj;

    /* the exception being raised */
    PyObject *curexc_type;
    PyObject *curexc_value;
    PyObject *curexc_traceback;

    _PyErr_StackItem *exc_info; /* top of the handled exceptions */

    PyObject *dict; /* PyThreadState_GetDict */

    int gilstate_counter; /* nesting of PyGILState_Ensure */

    PyObject *async_exc; /* to be raised at the next check */
    unsigned long thread_id;
    unsigned long native_thread_id;

    int trash_delete_nesting;
    PyObject *trash_delete_later;

    void (*on_delete)(void *); /* runs when the state is deleted */
    void *on_delete_data;

    int coroutine_origin_tracking_depth;

    PyObject *async_gen_firstiter;
    PyObject *async_gen_finalizer;

    PyObject *context;
    uint64_t context_ver;

    uint64_t id; /* unique in the interpreter */

    PyTraceInfo trace_info;

    /* the chunked stack that Python frames live on */
    _PyStackChunk *datastack_chunk;
    PyObject **datastack_top;
    PyObject **datastack_limit;

    _PyErr_StackItem exc_state; /* bottom of exc_info */
    _PyCFrame root_cframe;
};

PyAPI_FUNC(PyThreadState *) _PyThreadState_Prealloc(PyInterpreterState *);
PyAPI_FUNC(PyThreadState *) _PyThreadState_UncheckedGet(void);
PyAPI_FUNC(PyObject *) _PyThreadState_GetDict(PyThreadState *tstate);
PyAPI_FUNC(void) PyThreadState_EnterTracing(PyThreadState *tstate);
PyAPI_FUNC(void) PyThreadState_LeaveTracing(PyThreadState *tstate);
PyAPI_FUNC(int) PyGILState_Check(void);
PyAPI_FUNC(PyInterpreterState *) _PyGILState_GetInterpreterStateUnsafe(void);
PyAPI_FUNC(PyObject *) _PyThread_CurrentFrames(void);
PyAPI_FUNC(PyObject *) _PyThread_CurrentExceptions(void);

PyAPI_FUNC(PyInterpreterState *) PyInterpreterState_Main(void);
PyAPI_FUNC(PyInterpreterState *) PyInterpreterState_Head(void);
PyAPI_FUNC(PyInterpreterState *) PyInterpreterState_Next(PyInterpreterState *);
PyAPI_FUNC(PyThreadState *) PyInterpreterState_ThreadHead(
    PyInterpreterState *);
PyAPI_FUNC(PyThreadState *) PyThreadState_Next(PyThreadState *);
PyAPI_FUNC(void) PyThreadState_DeleteCurrent(void);

/* Replace the evaluator (PEP 523). */
typedef PyObject *(*_PyFrameEvalFunction)(PyThreadState *tstate,
                                          struct _PyInterpreterFrame *, int);
PyAPI_FUNC(_PyFrameEvalFunction) _PyInterpreterState_GetEvalFrameFunc(
    PyInterpreterState *interp);
PyAPI_FUNC(void) _PyInterpreterState_SetEvalFrameFunc(
    PyInterpreterState *interp, _PyFrameEvalFunction eval_frame);

PyAPI_FUNC(const PyConfig *) _PyInterpreterState_GetConfig(
    PyInterpreterState *interp);
PyAPI_FUNC(int) _PyInterpreterState_GetConfigCopy(PyConfig *config);
PyAPI_FUNC(int) _PyInterpreterState_SetConfig(const PyConfig *config);
PyAPI_FUNC(const PyConfig *) _Py_GetConfig(void);

/* -- Data handed from one interpreter to another ------------------------ */

struct _xid;
typedef PyObject *(*xid_newobjectfunc)(struct _xid *);

typedef struct _xid {
    void *data;    /* the bits, independent of any interpreter */
    PyObject *obj; /* owned by the interpreter of the id below */
    int64_t interp;
    xid_newobjectfunc new_object;
    void (*free)(void *);
} _PyCrossInterpreterData;

typedef int (*crossinterpdatafunc)(PyObject *, _PyCrossInterpreterData *);

PyAPI_FUNC(int) _PyObject_GetCrossInterpreterData(PyObject *,
                                                  _PyCrossInterpreterData *);
PyAPI_FUNC(PyObject *) _PyCrossInterpreterData_NewObject(
    _PyCrossInterpreterData *);
PyAPI_FUNC(void) _PyCrossInterpreterData_Release(_PyCrossInterpreterData *);
PyAPI_FUNC(int) _PyObject_CheckCrossInterpreterData(PyObject *);
PyAPI_FUNC(int) _PyCrossInterpreterData_RegisterClass(PyTypeObject *,
                                                      crossinterpdatafunc);
PyAPI_FUNC(crossinterpdatafunc) _PyCrossInterpreterData_Lookup(PyObject *);
