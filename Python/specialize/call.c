/* PRECALL and CALL. */

#include "Python.h"
#include "pycore_function.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_opcode.h"
#include "pycore_pystate.h"
#include "pycore_specialize.h"

struct eval_callable_cache eval_callable_cache;

PyStatus
specialize_init(PyInterpreterState *interp)
{
    if (_Py_IsMainInterpreter(interp)) {
        eval_callable_cache = (struct eval_callable_cache){NULL};
    }
    return _PyStatus_OK();
}

/* Whether a C function is the builtin of that name: it is remembered, so that
   call sites can compare with it, and kept alive. */
static int
is_builtin(PyObject *callable, const char *name, PyObject **remembered)
{
    if (*remembered != NULL) {
        return *remembered == callable;
    }
    PyCFunctionObject *function = (PyCFunctionObject *)callable;
    if (strcmp(function->m_ml->ml_name, name) != 0
        || function->m_module == NULL || !PyUnicode_Check(function->m_module)
        || !_PyUnicode_EqualToASCIIString(function->m_module, "builtins")) {
        return 0;
    }
    *remembered = Py_NewRef(callable);
    return 1;
}

/* -- PRECALL ------------------------------------------------------------------------- */

static int
opcode_for_c_function(PyObject *callable, int nargs, PyObject *kwnames)
{
    struct eval_callable_cache *cache = &eval_callable_cache;
    switch (PyCFunction_GET_FLAGS(callable)) {
    case METH_O:
        if (kwnames != NULL || nargs != 1) {
            return 0;
        }
        return is_builtin(callable, "len", &cache->len)
            ? PRECALL_NO_KW_LEN : PRECALL_NO_KW_BUILTIN_O;
    case METH_FASTCALL:
        if (kwnames != NULL) {
            return 0;
        }
        return nargs == 2
                && is_builtin(callable, "isinstance", &cache->isinstance)
            ? PRECALL_NO_KW_ISINSTANCE : PRECALL_NO_KW_BUILTIN_FAST;
    case METH_FASTCALL | METH_KEYWORDS:
        return PRECALL_BUILTIN_FAST_WITH_KEYWORDS;
    default:
        return 0;
    }
}

/* Whether list.append's result is dropped by the POP_TOP behind the CALL. */
static int
is_list_append(PyObject *callable, _Py_CODEUNIT *instr)
{
    PyMethodDescrObject *descr = (PyMethodDescrObject *)callable;
    _Py_CODEUNIT next = instr[INLINE_CACHE_ENTRIES_PRECALL + 1
                              + INLINE_CACHE_ENTRIES_CALL + 1];
    if (descr->d_common.d_type != &PyList_Type
        || strcmp(descr->d_method->ml_name, "append") != 0
        || _PyOpcode_Deopt[_Py_OPCODE(next)] != POP_TOP) {
        return 0;
    }
    if (eval_callable_cache.list_append == NULL) {
        eval_callable_cache.list_append = Py_NewRef(callable);
    }
    return eval_callable_cache.list_append == callable;
}

static int
opcode_for_method(PyObject *callable, _Py_CODEUNIT *instr, int nargs,
                  PyObject *kwnames)
{
    int flags = ((PyMethodDescrObject *)callable)->d_method->ml_flags;
    if (kwnames != NULL && !(flags & METH_KEYWORDS)) {
        return 0;
    }
    switch (flags) {
    case METH_NOARGS:
        return nargs == 1 ? PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS : 0;
    case METH_O:
        if (nargs != 2) {
            return 0;
        }
        return is_list_append(callable, instr)
            ? PRECALL_NO_KW_LIST_APPEND : PRECALL_NO_KW_METHOD_DESCRIPTOR_O;
    case METH_FASTCALL:
        return PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST;
    case METH_FASTCALL | METH_KEYWORDS:
        return PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS;
    default:
        return 0;
    }
}

static int
opcode_for_class(PyObject *callable, int nargs, PyObject *kwnames)
{
    PyTypeObject *type = (PyTypeObject *)callable;
    if (!(type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE)) {
        return 0;
    }
    if (nargs == 1 && kwnames == NULL) {
        if (type == &PyType_Type) {
            return PRECALL_NO_KW_TYPE_1;
        }
        if (type == &PyUnicode_Type) {
            return PRECALL_NO_KW_STR_1;
        }
        if (type == &PyTuple_Type) {
            return PRECALL_NO_KW_TUPLE_1;
        }
    }
    return type->tp_vectorcall != NULL ? PRECALL_BUILTIN_CLASS : 0;
}

int
_Py_Specialize_Precall(PyObject *callable, _Py_CODEUNIT *instr, int nargs,
                       PyObject *kwnames, int oparg)
{
    int bound = nargs != oparg;
    int opcode = 0;
    if (PyFunction_Check(callable)) {
        opcode = PRECALL_PYFUNC;
    }
    else if (bound) {
        if (Py_IS_TYPE(callable, &PyMethodDescr_Type)) {
            opcode = opcode_for_method(callable, instr, nargs, kwnames);
        }
    }
    else if (PyCFunction_CheckExact(callable)) {
        opcode = opcode_for_c_function(callable, nargs, kwnames);
    }
    else if (PyType_Check(callable)) {
        opcode = opcode_for_class(callable, nargs, kwnames);
    }
    else if (PyMethod_Check(callable)) {
        opcode = PRECALL_BOUND_METHOD;
    }
    if (!opcode && !PyMethod_Check(callable)) {
        opcode = PRECALL_NOTHING;
    }
    if (opcode) {
        specialize_set(instr, opcode);
    }
    else {
        specialize_fail(instr);
    }
    return 0;
}

/* -- CALL -------------------------------------------------------------------------------- */

static int
specialize_function(PyFunctionObject *func, _Py_CODEUNIT *instr, int nargs,
                    PyObject *kwnames)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    if (kwnames != NULL || _PyInterpreterState_GET()->eval_frame != NULL
        || !specialize_is_simple(code)) {
        return 0;
    }
    int max_args = code->co_argcount;
    int min_args = max_args - (func->func_defaults
        ? (int)PyTuple_GET_SIZE(func->func_defaults) : 0);
    if (nargs > max_args || nargs < min_args || min_args < 0
        || min_args > UINT16_MAX) {
        return 0;
    }
    uint32_t version = _PyFunction_GetVersionForCurrentState(func);
    if (version == 0) {
        return 0;
    }
    _PyCallCache *cache = (_PyCallCache *)(instr + 1);
    write_u32(cache->func_version, version);
    cache->min_args = (uint16_t)min_args;
    specialize_set(instr, nargs == max_args ? CALL_PY_EXACT_ARGS
                                            : CALL_PY_WITH_DEFAULTS);
    return 1;
}

/* A class that makes its instances as object does, and has an __init__ in
   Python that takes these arguments. */
static int
specialize_class(PyTypeObject *type, _Py_CODEUNIT *instr, int nargs,
                 PyObject *kwnames)
{
    if (kwnames != NULL || !Py_IS_TYPE(type, &PyType_Type)
        || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE)
        || (type->tp_flags & Py_TPFLAGS_IS_ABSTRACT)
        || type->tp_new != PyBaseObject_Type.tp_new
        || type->tp_alloc != PyType_GenericAlloc) {
        return 0;
    }
    PyObject *init = _PyType_Lookup(type, &_Py_ID(__init__));
    if (init == NULL || !PyFunction_Check(init)
        || type->tp_version_tag == 0) {
        return 0;
    }
    PyCodeObject *code =
        (PyCodeObject *)((PyFunctionObject *)init)->func_code;
    if (!specialize_is_simple(code) || code->co_argcount != nargs + 1
        || (code->co_flags
            & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR))) {
        return 0;
    }
    _PyCallCache *cache = (_PyCallCache *)(instr + 1);
    write_u32(cache->func_version, type->tp_version_tag);
    specialize_set(instr, CALL_PY_CLASS);
    return 1;
}

int
_Py_Specialize_Call(PyObject *callable, _Py_CODEUNIT *instr, int nargs,
                    PyObject *kwnames)
{
    int done = 0;
    if (PyFunction_Check(callable)) {
        done = specialize_function((PyFunctionObject *)callable, instr, nargs,
                                   kwnames);
    }
    else if (PyType_Check(callable)) {
        done = specialize_class((PyTypeObject *)callable, instr, nargs,
                                kwnames);
    }
    if (!done) {
        specialize_fail(instr);
    }
    return 0;
}
