/* LOAD_METHOD. */

#include "Python.h"
#include "pycore_dict.h"
#include "pycore_object.h"
#include "pycore_opcode.h"
#include "pycore_specialize.h"

static int
specialize_module(PyObject *owner, _Py_CODEUNIT *instr, PyObject *name)
{
    uint32_t version;
    int index = specialize_module_entry(owner, name, &version);
    if (index < 0) {
        return 0;
    }
    _PyLoadMethodCache *cache = (_PyLoadMethodCache *)(instr + 1);
    cache->dict_offset = (uint16_t)index;
    write_u32(cache->keys_version, version);
    specialize_set(instr, LOAD_METHOD_MODULE);
    return 1;
}

static int
specialize_class(PyTypeObject *owner, _Py_CODEUNIT *instr, PyObject *name)
{
    PyObject *descr = specialize_class_attribute(owner, name);
    if (descr == NULL) {
        return 0;
    }
    _PyLoadMethodCache *cache = (_PyLoadMethodCache *)(instr + 1);
    write_u32(cache->type_version, owner->tp_version_tag);
    write_obj(cache->descr, descr);
    specialize_set(instr, LOAD_METHOD_CLASS);
    return 1;
}

/* Where an instance could have an attribute that hides the method: nowhere,
   in its inline values, or in a dictionary. */
static int
specialize_instance(PyObject *owner, _Py_CODEUNIT *instr, PyObject *name)
{
    PyObject *descr;
    PyTypeObject *type = Py_TYPE(owner);
    if (specialize_analyze(type, name, &descr, 0) != ATTR_METHOD) {
        return 0;
    }
    _PyLoadMethodCache *cache = (_PyLoadMethodCache *)(instr + 1);
    PyDictKeysObject *keys;
    int opcode;
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        PyObject *dict = *_PyObject_ManagedDictPointer(owner);
        if (dict == NULL) {
            keys = ((PyHeapTypeObject *)type)->ht_cached_keys;
            opcode = LOAD_METHOD_WITH_VALUES;
        }
        else {
            keys = ((PyDictObject *)dict)->ma_keys;
            opcode = LOAD_METHOD_WITH_DICT;
            cache->dict_offset = (uint16_t)(int16_t)MANAGED_DICT_OFFSET;
        }
    }
    else if (type->tp_dictoffset == 0) {
        keys = NULL;
        opcode = LOAD_METHOD_NO_DICT;
    }
    else {
        Py_ssize_t offset = type->tp_dictoffset;
        if (offset < 0 || offset > INT16_MAX) {
            return 0;
        }
        PyObject *dict = *(PyObject **)((char *)owner + offset);
        if (dict == NULL) {
            return 0;
        }
        keys = ((PyDictObject *)dict)->ma_keys;
        opcode = LOAD_METHOD_WITH_DICT;
        cache->dict_offset = (uint16_t)offset;
    }
    if (keys != NULL) {
        if (!DK_IS_UNICODE(keys)
            || _PyDictKeys_StringLookup(keys, name) != DKIX_EMPTY) {
            return 0;
        }
        uint32_t version = _PyDictKeys_GetVersionForCurrentState(keys);
        if (version == 0) {
            return 0;
        }
        write_u32(cache->keys_version, version);
    }
    write_u32(cache->type_version, type->tp_version_tag);
    write_obj(cache->descr, descr);
    specialize_set(instr, opcode);
    return 1;
}

int
_Py_Specialize_LoadMethod(PyObject *owner, _Py_CODEUNIT *instr,
                          PyObject *name)
{
    int done;
    if (PyModule_CheckExact(owner)) {
        done = specialize_module(owner, instr, name);
    }
    else if (PyType_Check(owner)) {
        done = specialize_class((PyTypeObject *)owner, instr, name);
    }
    else {
        done = specialize_instance(owner, instr, name);
    }
    if (!done) {
        specialize_fail(instr);
    }
    return 0;
}
