/* Context variables: the objects. */
#ifndef Py_INTERNAL_CONTEXT_H
#define Py_INTERNAL_CONTEXT_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_hamt.h"

#define PyContext_MAXFREELIST 255

struct _Py_context_state {
    PyContext *freelist;        /* linked through ctx_weakreflist */
    int numfree;
};

struct _pycontextobject {
    PyObject_HEAD
    PyContext *ctx_prev;        /* the context left by entering this one */
    PyHamtObject *ctx_vars;     /* ContextVar -> value */
    PyObject *ctx_weakreflist;
    int ctx_entered;
};

struct _pycontextvarobject {
    PyObject_HEAD
    PyObject *var_name;
    PyObject *var_default;      /* or NULL */
    PyObject *var_cached;       /* borrowed from the context named by the
                                   next two, valid while they match */
    uint64_t var_cached_tsid;   /* PyThreadState.id */
    uint64_t var_cached_tsver;  /* PyThreadState.context_ver */
    Py_hash_t var_hash;
};

struct _pycontexttokenobject {
    PyObject_HEAD
    PyContext *tok_ctx;
    PyContextVar *tok_var;
    PyObject *tok_oldval;       /* NULL: there was none */
    int tok_used;
};

extern PyTypeObject _PyContextTokenMissing_Type;

extern PyStatus _PyContext_Init(PyInterpreterState *);
extern void _PyContext_Fini(PyInterpreterState *);
extern void _PyContext_ClearFreeList(PyInterpreterState *);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_CONTEXT_H */
