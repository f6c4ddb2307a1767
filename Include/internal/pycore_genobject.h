/* Generators inside the interpreter. */
#ifndef Py_INTERNAL_GENOBJECT_H
#define Py_INTERNAL_GENOBJECT_H

/* Objects of asynchronous generators are kept for reuse. */
#define _PyAsyncGen_MAXFREELIST 80

struct _Py_async_gen_state {
    struct _PyAsyncGenWrappedValue
        *value_freelist[_PyAsyncGen_MAXFREELIST];
    int value_numfree;
    struct PyAsyncGenASend *asend_freelist[_PyAsyncGen_MAXFREELIST];
    int asend_numfree;
};

/* The generator, coroutine or asynchronous generator of a function; its frame
   is still to be copied into it. */
extern PyObject *_Py_MakeCoro(PyFunctionObject *func);

extern PyObject *_PyGen_yf(PyGenObject *);
extern PyObject *_PyCoro_GetAwaitableIter(PyObject *o);
extern PyObject *_PyAsyncGenValueWrapperNew(PyObject *);
extern void _PyAsyncGen_ClearFreeLists(PyInterpreterState *);
extern void _PyAsyncGen_Fini(PyInterpreterState *);

#endif
