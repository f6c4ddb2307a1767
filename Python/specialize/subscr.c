/* BINARY_SUBSCR and STORE_SUBSCR. */

#include "Python.h"
#include "pycore_function.h"
#include "pycore_object.h"
#include "pycore_opcode.h"
#include "pycore_specialize.h"

int
specialize_is_simple(PyCodeObject *code)
{
    return (code->co_flags & (CO_VARARGS | CO_VARKEYWORDS | CO_OPTIMIZED))
               == CO_OPTIMIZED
        && code->co_kwonlyargcount == 0;
}

/* A Python __getitem__(self, key). */
static int
specialize_getitem(PyTypeObject *type, _Py_CODEUNIT *instr)
{
    PyObject *getitem = _PyType_Lookup(type, &_Py_ID(__getitem__));
    if (getitem == NULL || !PyFunction_Check(getitem)
        || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE)
        || type->tp_version_tag == 0) {
        return 0;
    }
    PyFunctionObject *func = (PyFunctionObject *)getitem;
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    if (!specialize_is_simple(code) || code->co_argcount != 2) {
        return 0;
    }
    uint32_t version = _PyFunction_GetVersionForCurrentState(func);
    if (version == 0 || version > UINT16_MAX) {
        return 0;
    }
    _PyBinarySubscrCache *cache = (_PyBinarySubscrCache *)(instr + 1);
    cache->func_version = (uint16_t)version;
    write_u32(cache->type_version, type->tp_version_tag);
    ((PyHeapTypeObject *)type)->_spec_cache.getitem = getitem;
    specialize_set(instr, BINARY_SUBSCR_GETITEM);
    return 1;
}

int
_Py_Specialize_BinarySubscr(PyObject *container, PyObject *sub,
                            _Py_CODEUNIT *instr)
{
    PyTypeObject *type = Py_TYPE(container);
    if (type == &PyList_Type && PyLong_CheckExact(sub)) {
        specialize_set(instr, BINARY_SUBSCR_LIST_INT);
    }
    else if (type == &PyTuple_Type && PyLong_CheckExact(sub)) {
        specialize_set(instr, BINARY_SUBSCR_TUPLE_INT);
    }
    else if (type == &PyDict_Type) {
        specialize_set(instr, BINARY_SUBSCR_DICT);
    }
    else if (!specialize_getitem(type, instr)) {
        specialize_fail(instr);
    }
    return 0;
}

int
_Py_Specialize_StoreSubscr(PyObject *container, PyObject *sub,
                           _Py_CODEUNIT *instr)
{
    if (PyList_CheckExact(container) && PyLong_CheckExact(sub)
        && (size_t)Py_SIZE(sub) <= 1) {
        specialize_set(instr, STORE_SUBSCR_LIST_INT);
    }
    else if (PyDict_CheckExact(container)) {
        specialize_set(instr, STORE_SUBSCR_DICT);
    }
    else {
        specialize_fail(instr);
    }
    return 0;
}
