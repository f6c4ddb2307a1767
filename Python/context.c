/* Contexts, context variables and tokens (PEP 567).

   A context is a box around an immutable mapping (hamt.c): setting a variable
   puts a new mapping into the box, and copying a context copies a pointer. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_context.h"
#include "pycore_gc.h"
#include "pycore_hamt.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_unicodeobject.h"
#include "structmember.h"

#define ENSURE(check, o, what) \
    do { \
        if (!check(o)) { \
            PyErr_SetString(PyExc_TypeError, \
                            "an instance of " what " was expected"); \
            return -1; \
        } \
    } while (0)

/* -- Contexts ---------------------------------------------------------------- */

static PyContext *
context_alloc(void)
{
    struct _Py_context_state *state = &_PyInterpreterState_GET()->context;
    PyContext *ctx;
    if (state->numfree) {
        state->numfree--;
        ctx = state->freelist;
        state->freelist = (PyContext *)ctx->ctx_weakreflist;
        ctx->ctx_weakreflist = NULL;
        _Py_NewReference((PyObject *)ctx);
    }
    else {
        ctx = PyObject_GC_New(PyContext, &PyContext_Type);
        if (ctx == NULL) {
            return NULL;
        }
    }
    ctx->ctx_vars = NULL;
    ctx->ctx_prev = NULL;
    ctx->ctx_entered = 0;
    ctx->ctx_weakreflist = NULL;
    return ctx;
}

static PyContext *
context_new_empty(void)
{
    PyContext *ctx = context_alloc();
    if (ctx == NULL) {
        return NULL;
    }
    ctx->ctx_vars = _PyHamt_New();
    if (ctx->ctx_vars == NULL) {
        Py_DECREF(ctx);
        return NULL;
    }
    _PyObject_GC_TRACK(ctx);
    return ctx;
}

static PyContext *
context_new_from_vars(PyHamtObject *vars)
{
    PyContext *ctx = context_alloc();
    if (ctx == NULL) {
        return NULL;
    }
    ctx->ctx_vars = (PyHamtObject *)Py_NewRef(vars);
    _PyObject_GC_TRACK(ctx);
    return ctx;
}

/* The thread's context, borrowed; made if there is none. */
static PyContext *
context_get(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyContext *current = (PyContext *)tstate->context;
    if (current == NULL) {
        current = context_new_empty();
        tstate->context = (PyObject *)current;
    }
    return current;
}

PyObject *
PyContext_New(void)
{
    return (PyObject *)context_new_empty();
}

PyObject *
PyContext_Copy(PyObject *octx)
{
    if (!PyContext_CheckExact(octx)) {
        PyErr_SetString(PyExc_TypeError,
                        "an instance of Context was expected");
        return NULL;
    }
    return (PyObject *)context_new_from_vars(((PyContext *)octx)->ctx_vars);
}

PyObject *
PyContext_CopyCurrent(void)
{
    PyContext *ctx = context_get();
    if (ctx == NULL) {
        return NULL;
    }
    return (PyObject *)context_new_from_vars(ctx->ctx_vars);
}

static int
context_enter(PyThreadState *tstate, PyObject *octx)
{
    ENSURE(PyContext_CheckExact, octx, "Context");
    PyContext *ctx = (PyContext *)octx;
    if (ctx->ctx_entered) {
        _PyErr_Format(tstate, PyExc_RuntimeError,
                      "cannot enter context: %R is already entered", ctx);
        return -1;
    }
    ctx->ctx_prev = (PyContext *)tstate->context;       /* takes it over */
    ctx->ctx_entered = 1;
    tstate->context = Py_NewRef(ctx);
    tstate->context_ver++;
    return 0;
}

int
PyContext_Enter(PyObject *octx)
{
    return context_enter(_PyThreadState_GET(), octx);
}

static int
context_exit(PyThreadState *tstate, PyObject *octx)
{
    ENSURE(PyContext_CheckExact, octx, "Context");
    PyContext *ctx = (PyContext *)octx;
    if (!ctx->ctx_entered) {
        PyErr_Format(PyExc_RuntimeError,
                     "cannot exit context: %R has not been entered", ctx);
        return -1;
    }
    if (tstate->context != (PyObject *)ctx) {
        /* Can only come from misuse in C. */
        PyErr_SetString(PyExc_RuntimeError,
                        "cannot exit context: thread state references "
                        "a different context object");
        return -1;
    }
    PyObject *left = tstate->context;
    tstate->context = (PyObject *)ctx->ctx_prev;
    tstate->context_ver++;
    ctx->ctx_prev = NULL;
    ctx->ctx_entered = 0;
    Py_DECREF(left);
    return 0;
}

int
PyContext_Exit(PyObject *octx)
{
    return context_exit(_PyThreadState_GET(), octx);
}

/* -- The type Context -------------------------------------------------------- */

static PyObject *
context_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (PyTuple_GET_SIZE(args)
        || (kwds != NULL && PyDict_GET_SIZE(kwds))) {
        PyErr_SetString(PyExc_TypeError,
                        "Context() does not accept any arguments");
        return NULL;
    }
    return PyContext_New();
}

static int
context_tp_clear(PyContext *self)
{
    Py_CLEAR(self->ctx_prev);
    Py_CLEAR(self->ctx_vars);
    return 0;
}

static int
context_tp_traverse(PyContext *self, visitproc visit, void *arg)
{
    Py_VISIT(self->ctx_prev);
    Py_VISIT(self->ctx_vars);
    return 0;
}

static void
context_tp_dealloc(PyContext *self)
{
    PyObject_GC_UnTrack(self);
    if (self->ctx_weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    (void)context_tp_clear(self);
    struct _Py_context_state *state = &_PyInterpreterState_GET()->context;
    if (state->numfree < PyContext_MAXFREELIST) {
        state->numfree++;
        self->ctx_weakreflist = (PyObject *)state->freelist;
        state->freelist = self;
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

void
_PyContext_ClearFreeList(PyInterpreterState *interp)
{
    struct _Py_context_state *state = &interp->context;
    for (; state->numfree; state->numfree--) {
        PyContext *ctx = state->freelist;
        state->freelist = (PyContext *)ctx->ctx_weakreflist;
        ctx->ctx_weakreflist = NULL;
        PyObject_GC_Del(ctx);
    }
}

static PyObject *
context_tp_iter(PyContext *self)
{
    return _PyHamt_NewIterKeys(self->ctx_vars);
}

static PyObject *
context_tp_richcompare(PyObject *v, PyObject *w, int op)
{
    if (!PyContext_CheckExact(v) || !PyContext_CheckExact(w)
        || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int res = _PyHamt_Eq(((PyContext *)v)->ctx_vars,
                         ((PyContext *)w)->ctx_vars);
    if (res < 0) {
        return NULL;
    }
    return PyBool_FromLong(op == Py_EQ ? res : !res);
}

static Py_ssize_t
context_tp_len(PyContext *self)
{
    return _PyHamt_Len(self->ctx_vars);
}

static int
check_key(PyObject *key)
{
    if (!PyContextVar_CheckExact(key)) {
        PyErr_Format(PyExc_TypeError,
                     "a ContextVar key was expected, got %R", key);
        return -1;
    }
    return 0;
}

static PyObject *
context_tp_subscript(PyContext *self, PyObject *key)
{
    if (check_key(key) < 0) {
        return NULL;
    }
    PyObject *val = NULL;
    int found = _PyHamt_Find(self->ctx_vars, key, &val);
    if (found < 0) {
        return NULL;
    }
    if (found == 0) {
        PyErr_SetObject(PyExc_KeyError, key);
        return NULL;
    }
    return Py_NewRef(val);
}

static int
context_tp_contains(PyContext *self, PyObject *key)
{
    if (check_key(key) < 0) {
        return -1;
    }
    PyObject *val = NULL;
    return _PyHamt_Find(self->ctx_vars, key, &val);
}

PyDoc_STRVAR(context_get_doc,
"get($self, key, default=None, /)\n--\n\n"
"The value of a variable in the context, or the default.");

static PyObject *
context_py_get(PyContext *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("get", nargs, 1, 2)
        || check_key(args[0]) < 0) {
        return NULL;
    }
    PyObject *val = NULL;
    int found = _PyHamt_Find(self->ctx_vars, args[0], &val);
    if (found < 0) {
        return NULL;
    }
    if (found == 0) {
        val = nargs == 2 ? args[1] : Py_None;
    }
    return Py_NewRef(val);
}

PyDoc_STRVAR(context_items_doc,
"items($self, /)\n--\n\n"
"The pairs of variables and values.");

static PyObject *
context_py_items(PyContext *self, PyObject *unused)
{
    return _PyHamt_NewIterItems(self->ctx_vars);
}

PyDoc_STRVAR(context_keys_doc,
"keys($self, /)\n--\n\n"
"The variables that have a value.");

static PyObject *
context_py_keys(PyContext *self, PyObject *unused)
{
    return _PyHamt_NewIterKeys(self->ctx_vars);
}

PyDoc_STRVAR(context_values_doc,
"values($self, /)\n--\n\n"
"The values of the variables.");

static PyObject *
context_py_values(PyContext *self, PyObject *unused)
{
    return _PyHamt_NewIterValues(self->ctx_vars);
}

PyDoc_STRVAR(context_copy_doc,
"copy($self, /)\n--\n\n"
"A shallow copy of the context.");

static PyObject *
context_py_copy(PyContext *self, PyObject *unused)
{
    return (PyObject *)context_new_from_vars(self->ctx_vars);
}

static PyObject *
context_run(PyContext *self, PyObject *const *args, Py_ssize_t nargs,
            PyObject *kwnames)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (nargs < 1) {
        _PyErr_SetString(tstate, PyExc_TypeError,
                         "run() missing 1 required positional argument");
        return NULL;
    }
    if (context_enter(tstate, (PyObject *)self) < 0) {
        return NULL;
    }
    PyObject *result = _PyObject_VectorcallTstate(
        tstate, args[0], args + 1, (size_t)(nargs - 1), kwnames);
    if (context_exit(tstate, (PyObject *)self) < 0) {
        Py_XDECREF(result);
        return NULL;
    }
    return result;
}

static PyMethodDef context_methods[] = {
    {"get", (PyCFunction)(void (*)(void))context_py_get, METH_FASTCALL,
     context_get_doc},
    {"items", (PyCFunction)context_py_items, METH_NOARGS,
     context_items_doc},
    {"keys", (PyCFunction)context_py_keys, METH_NOARGS, context_keys_doc},
    {"values", (PyCFunction)context_py_values, METH_NOARGS,
     context_values_doc},
    {"copy", (PyCFunction)context_py_copy, METH_NOARGS, context_copy_doc},
    {"run", (PyCFunction)(void (*)(void))context_run,
     METH_FASTCALL | METH_KEYWORDS, NULL},
    {NULL, NULL},
};

static PySequenceMethods context_as_sequence = {
    .sq_contains = (objobjproc)context_tp_contains,
};

static PyMappingMethods context_as_mapping = {
    .mp_length = (lenfunc)context_tp_len,
    .mp_subscript = (binaryfunc)context_tp_subscript,
};

PyTypeObject PyContext_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_contextvars.Context",
    .tp_basicsize = sizeof(PyContext),
    .tp_methods = context_methods,
    .tp_as_mapping = &context_as_mapping,
    .tp_as_sequence = &context_as_sequence,
    .tp_iter = (getiterfunc)context_tp_iter,
    .tp_dealloc = (destructor)context_tp_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_richcompare = context_tp_richcompare,
    .tp_traverse = (traverseproc)context_tp_traverse,
    .tp_clear = (inquiry)context_tp_clear,
    .tp_new = context_tp_new,
    .tp_weaklistoffset = offsetof(PyContext, ctx_weakreflist),
    .tp_hash = PyObject_HashNotImplemented,
};

/* -- Context variables --------------------------------------------------- */

static PyContextToken *token_new(PyContext *ctx, PyContextVar *var,
                                 PyObject *val);

/* Spreads an address over all bits, so that equal names differ. */
static Py_hash_t
contextvar_generate_hash(void *address, PyObject *name)
{
    Py_hash_t name_hash = PyObject_Hash(name);
    if (name_hash == -1) {
        return -1;
    }
    Py_hash_t res = _Py_HashPointer(address) ^ name_hash;
    return res == -1 ? -2 : res;
}

static PyContextVar *
contextvar_new(PyObject *name, PyObject *def)
{
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError,
                        "context variable name must be a str");
        return NULL;
    }
    PyContextVar *var = PyObject_GC_New(PyContextVar, &PyContextVar_Type);
    if (var == NULL) {
        return NULL;
    }
    var->var_name = Py_NewRef(name);
    var->var_default = Py_XNewRef(def);
    var->var_cached = NULL;
    var->var_cached_tsid = 0;
    var->var_cached_tsver = 0;
    var->var_hash = contextvar_generate_hash(var, name);
    if (var->var_hash == -1) {
        Py_DECREF(var);
        return NULL;
    }
    if (_PyObject_GC_MAY_BE_TRACKED(name)
        || (def != NULL && _PyObject_GC_MAY_BE_TRACKED(def))) {
        PyObject_GC_Track(var);
    }
    return var;
}

static void
contextvar_cache(PyContextVar *var, PyThreadState *tstate, PyObject *val)
{
    var->var_cached = val;
    var->var_cached_tsid = tstate->id;
    var->var_cached_tsver = tstate->context_ver;
}

static int
contextvar_set(PyContextVar *var, PyObject *val)
{
    var->var_cached = NULL;
    PyThreadState *tstate = _PyThreadState_GET();
    PyContext *ctx = context_get();
    if (ctx == NULL) {
        return -1;
    }
    PyHamtObject *vars = _PyHamt_Assoc(ctx->ctx_vars, (PyObject *)var, val);
    if (vars == NULL) {
        return -1;
    }
    Py_SETREF(ctx->ctx_vars, vars);
    contextvar_cache(var, tstate, val);
    return 0;
}

static int
contextvar_del(PyContextVar *var)
{
    var->var_cached = NULL;
    PyContext *ctx = context_get();
    if (ctx == NULL) {
        return -1;
    }
    PyHamtObject *vars = ctx->ctx_vars;
    PyHamtObject *new_vars = _PyHamt_Without(vars, (PyObject *)var);
    if (new_vars == NULL) {
        return -1;
    }
    if (vars == new_vars) {
        Py_DECREF(new_vars);
        PyErr_SetObject(PyExc_LookupError, (PyObject *)var);
        return -1;
    }
    Py_SETREF(ctx->ctx_vars, new_vars);
    return 0;
}

/* 1 and a new *val; 0; -1: the value in the thread's context. */
static int
contextvar_lookup(PyContextVar *var, PyObject **val)
{
    PyThreadState *tstate = _PyThreadState_GET();
    *val = NULL;
    if (tstate->context == NULL) {
        return 0;
    }
    if (var->var_cached != NULL && var->var_cached_tsid == tstate->id
        && var->var_cached_tsver == tstate->context_ver) {
        *val = Py_NewRef(var->var_cached);
        return 1;
    }
    PyHamtObject *vars = ((PyContext *)tstate->context)->ctx_vars;
    PyObject *found = NULL;
    int res = _PyHamt_Find(vars, (PyObject *)var, &found);
    if (res == 1) {
        contextvar_cache(var, tstate, found);
        *val = Py_NewRef(found);
    }
    return res;
}

PyObject *
PyContextVar_New(const char *name, PyObject *def)
{
    PyObject *pyname = PyUnicode_FromString(name);
    if (pyname == NULL) {
        return NULL;
    }
    PyContextVar *var = contextvar_new(pyname, def);
    Py_DECREF(pyname);
    return (PyObject *)var;
}

int
PyContextVar_Get(PyObject *ovar, PyObject *def, PyObject **val)
{
    ENSURE(PyContextVar_CheckExact, ovar, "ContextVar");
    PyContextVar *var = (PyContextVar *)ovar;
    int found = contextvar_lookup(var, val);
    if (found != 0) {
        return found < 0 ? -1 : 0;
    }
    if (def == NULL) {
        def = var->var_default;
    }
    *val = Py_XNewRef(def);
    return 0;
}

PyObject *
PyContextVar_Set(PyObject *ovar, PyObject *val)
{
    if (!PyContextVar_CheckExact(ovar)) {
        PyErr_SetString(PyExc_TypeError,
                        "an instance of ContextVar was expected");
        return NULL;
    }
    PyContextVar *var = (PyContextVar *)ovar;
    PyContext *ctx = context_get();
    if (ctx == NULL) {
        return NULL;
    }
    PyObject *old_val = NULL;
    if (_PyHamt_Find(ctx->ctx_vars, (PyObject *)var, &old_val) < 0) {
        return NULL;
    }
    PyContextToken *tok = token_new(ctx, var, old_val);
    if (tok == NULL) {
        return NULL;
    }
    if (contextvar_set(var, val) < 0) {
        Py_DECREF(tok);
        return NULL;
    }
    return (PyObject *)tok;
}

int
PyContextVar_Reset(PyObject *ovar, PyObject *otok)
{
    ENSURE(PyContextVar_CheckExact, ovar, "ContextVar");
    ENSURE(PyContextToken_CheckExact, otok, "Token");
    PyContextVar *var = (PyContextVar *)ovar;
    PyContextToken *tok = (PyContextToken *)otok;
    if (tok->tok_used) {
        PyErr_Format(PyExc_RuntimeError, "%R has already been used once",
                     tok);
        return -1;
    }
    if (var != tok->tok_var) {
        PyErr_Format(PyExc_ValueError,
                     "%R was created by a different ContextVar", tok);
        return -1;
    }
    PyContext *ctx = context_get();
    if (ctx == NULL) {
        return -1;
    }
    if (ctx != tok->tok_ctx) {
        PyErr_Format(PyExc_ValueError,
                     "%R was created in a different Context", tok);
        return -1;
    }
    tok->tok_used = 1;
    if (tok->tok_oldval == NULL) {
        return contextvar_del(var);
    }
    return contextvar_set(var, tok->tok_oldval);
}

/* -- The type ContextVar ----------------------------------------------------- */

static PyObject *
contextvar_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static const char *const kwlist[] = {"", "default", NULL};
    PyObject *name;
    PyObject *def = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O|$O:ContextVar",
                                     (char **)kwlist, &name, &def)) {
        return NULL;
    }
    return (PyObject *)contextvar_new(name, def);
}

static int
contextvar_tp_clear(PyContextVar *self)
{
    Py_CLEAR(self->var_name);
    Py_CLEAR(self->var_default);
    self->var_cached = NULL;
    self->var_cached_tsid = 0;
    self->var_cached_tsver = 0;
    return 0;
}

static int
contextvar_tp_traverse(PyContextVar *self, visitproc visit, void *arg)
{
    Py_VISIT(self->var_name);
    Py_VISIT(self->var_default);
    return 0;
}

static void
contextvar_tp_dealloc(PyContextVar *self)
{
    PyObject_GC_UnTrack(self);
    (void)contextvar_tp_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static Py_hash_t
contextvar_tp_hash(PyContextVar *self)
{
    return self->var_hash;
}

static PyObject *
contextvar_tp_repr(PyContextVar *self)
{
    if (self->var_default != NULL) {
        return PyUnicode_FromFormat("<ContextVar name=%R default=%R at %p>",
                                    self->var_name, self->var_default, self);
    }
    return PyUnicode_FromFormat("<ContextVar name=%R at %p>", self->var_name,
                                self);
}

PyDoc_STRVAR(contextvar_get_doc,
"get([default], /)\n--\n\n"
"The variable's value in the current context; without one the default given\n"
"here, or that of the variable; else raises LookupError.");

static PyObject *
contextvar_py_get(PyContextVar *self, PyObject *const *args,
                  Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("get", nargs, 0, 1)) {
        return NULL;
    }
    PyObject *val;
    if (PyContextVar_Get((PyObject *)self, nargs ? args[0] : NULL,
                         &val) < 0) {
        return NULL;
    }
    if (val == NULL) {
        PyErr_SetObject(PyExc_LookupError, (PyObject *)self);
    }
    return val;
}

PyDoc_STRVAR(contextvar_set_doc,
"set($self, value, /)\n--\n\n"
"Gives the variable a value in the current context.\n\n"
"Returns a token with which reset() restores the value before.");

static PyObject *
contextvar_py_set(PyContextVar *self, PyObject *value)
{
    return PyContextVar_Set((PyObject *)self, value);
}

PyDoc_STRVAR(contextvar_reset_doc,
"reset($self, token, /)\n--\n\n"
"Restores the value that the variable had before the set() that made token.");

static PyObject *
contextvar_py_reset(PyContextVar *self, PyObject *token)
{
    if (!PyContextToken_CheckExact(token)) {
        PyErr_Format(PyExc_TypeError,
                     "expected an instance of Token, got %R", token);
        return NULL;
    }
    if (PyContextVar_Reset((PyObject *)self, token) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMemberDef contextvar_members[] = {
    {"name", T_OBJECT, offsetof(PyContextVar, var_name), READONLY},
    {0},
};

static PyMethodDef contextvar_methods[] = {
    {"get", (PyCFunction)(void (*)(void))contextvar_py_get, METH_FASTCALL,
     contextvar_get_doc},
    {"set", (PyCFunction)contextvar_py_set, METH_O, contextvar_set_doc},
    {"reset", (PyCFunction)contextvar_py_reset, METH_O,
     contextvar_reset_doc},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

PyTypeObject PyContextVar_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_contextvars.ContextVar",
    .tp_basicsize = sizeof(PyContextVar),
    .tp_methods = contextvar_methods,
    .tp_members = contextvar_members,
    .tp_dealloc = (destructor)contextvar_tp_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)contextvar_tp_traverse,
    .tp_clear = (inquiry)contextvar_tp_clear,
    .tp_new = contextvar_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_hash = (hashfunc)contextvar_tp_hash,
    .tp_repr = (reprfunc)contextvar_tp_repr,
};

/* -- Token.MISSING --------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
} ContextTokenMissing;

static PyObject *
missing_tp_repr(PyObject *self)
{
    return PyUnicode_FromString("<Token.MISSING>");
}

static void
missing_tp_dealloc(PyObject *self)
{
    /* Somebody gave back more than they took. */
    Py_SET_REFCNT(self, _PyObject_IMMORTAL_REFCNT);
}

PyTypeObject _PyContextTokenMissing_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "Token.MISSING",
    .tp_basicsize = sizeof(ContextTokenMissing),
    .tp_dealloc = missing_tp_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_repr = missing_tp_repr,
};

static ContextTokenMissing token_missing = {
    .ob_base = {
        .ob_refcnt = _PyObject_IMMORTAL_REFCNT,
        .ob_type = &_PyContextTokenMissing_Type,
    },
};

/* -- Tokens ------------------------------------------------------------------ */

static PyContextToken *
token_new(PyContext *ctx, PyContextVar *var, PyObject *val)
{
    PyContextToken *tok = PyObject_GC_New(PyContextToken,
                                          &PyContextToken_Type);
    if (tok == NULL) {
        return NULL;
    }
    tok->tok_ctx = (PyContext *)Py_NewRef(ctx);
    tok->tok_var = (PyContextVar *)Py_NewRef(var);
    tok->tok_oldval = Py_XNewRef(val);
    tok->tok_used = 0;
    PyObject_GC_Track(tok);
    return tok;
}

static PyObject *
token_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyErr_SetString(PyExc_RuntimeError,
                    "Tokens can only be created by ContextVars");
    return NULL;
}

static int
token_tp_clear(PyContextToken *self)
{
    Py_CLEAR(self->tok_ctx);
    Py_CLEAR(self->tok_var);
    Py_CLEAR(self->tok_oldval);
    return 0;
}

static int
token_tp_traverse(PyContextToken *self, visitproc visit, void *arg)
{
    Py_VISIT(self->tok_ctx);
    Py_VISIT(self->tok_var);
    Py_VISIT(self->tok_oldval);
    return 0;
}

static void
token_tp_dealloc(PyContextToken *self)
{
    PyObject_GC_UnTrack(self);
    (void)token_tp_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
token_tp_repr(PyContextToken *self)
{
    return PyUnicode_FromFormat("<Token%s var=%R at %p>",
                                self->tok_used ? " used" : "",
                                self->tok_var, self);
}

static PyObject *
token_get_var(PyContextToken *self, void *unused)
{
    return Py_NewRef(self->tok_var);
}

static PyObject *
token_get_old_value(PyContextToken *self, void *unused)
{
    if (self->tok_oldval == NULL) {
        return Py_NewRef(&token_missing);
    }
    return Py_NewRef(self->tok_oldval);
}

static PyGetSetDef token_getset[] = {
    {"var", (getter)token_get_var, NULL, NULL, NULL},
    {"old_value", (getter)token_get_old_value, NULL, NULL, NULL},
    {0},
};

static PyMethodDef token_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

PyTypeObject PyContextToken_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_contextvars.Token",
    .tp_basicsize = sizeof(PyContextToken),
    .tp_methods = token_methods,
    .tp_getset = token_getset,
    .tp_dealloc = (destructor)token_tp_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)token_tp_traverse,
    .tp_clear = (inquiry)token_tp_clear,
    .tp_new = token_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_repr = (reprfunc)token_tp_repr,
};

/* -- Start-up, shutdown ------------------------------------------------------ */

PyObject *
_PyContext_NewHamtForTests(void)
{
    return (PyObject *)_PyHamt_New();
}

PyStatus
_PyContext_Init(PyInterpreterState *interp)
{
    if (!_Py_IsMainInterpreter(interp)) {
        return _PyStatus_OK();
    }
    if (PyDict_SetItemString(PyContextToken_Type.tp_dict, "MISSING",
                             (PyObject *)&token_missing) < 0) {
        return _PyStatus_ERR("can't init context types");
    }
    return _PyStatus_OK();
}

void
_PyContext_Fini(PyInterpreterState *interp)
{
    _PyContext_ClearFreeList(interp);
}
