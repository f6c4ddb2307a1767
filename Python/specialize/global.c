/* LOAD_GLOBAL. */

#include "Python.h"
#include "pycore_dict.h"
#include "pycore_opcode.h"
#include "pycore_specialize.h"

/* The keys of a dict that maps strings and owns its values, or NULL. */
static PyDictKeysObject *
plain_keys(PyObject *dict)
{
    if (!PyDict_CheckExact(dict)
        || ((PyDictObject *)dict)->ma_values != NULL) {
        return NULL;
    }
    PyDictKeysObject *keys = ((PyDictObject *)dict)->ma_keys;
    return DK_IS_UNICODE(keys) ? keys : NULL;
}

static int
specialize(PyObject *globals, PyObject *builtins, _Py_CODEUNIT *instr,
           PyObject *name)
{
    _PyLoadGlobalCache *cache = (_PyLoadGlobalCache *)(instr + 1);
    PyDictKeysObject *keys = plain_keys(globals);
    if (keys == NULL) {
        return 0;
    }
    Py_ssize_t index = _PyDictKeys_StringLookup(keys, name);
    int opcode = LOAD_GLOBAL_MODULE;
    uint32_t version = _PyDictKeys_GetVersionForCurrentState(keys);
    if (version == 0 || index == DKIX_ERROR) {
        return 0;
    }
    if (index == DKIX_EMPTY) {
        PyDictKeysObject *builtin_keys = plain_keys(builtins);
        if (builtin_keys == NULL) {
            return 0;
        }
        index = _PyDictKeys_StringLookup(builtin_keys, name);
        uint32_t builtin_version =
            _PyDictKeys_GetVersionForCurrentState(builtin_keys);
        if (builtin_version == 0 || builtin_version > UINT16_MAX) {
            return 0;
        }
        cache->builtin_keys_version = (uint16_t)builtin_version;
        opcode = LOAD_GLOBAL_BUILTIN;
    }
    if (index != (uint16_t)index) {
        return 0;
    }
    cache->index = (uint16_t)index;
    write_u32(cache->module_keys_version, version);
    specialize_set(instr, opcode);
    return 1;
}

int
_Py_Specialize_LoadGlobal(PyObject *globals, PyObject *builtins,
                          _Py_CODEUNIT *instr, PyObject *name)
{
    if (!specialize(globals, builtins, instr, name)) {
        specialize_fail(instr);
    }
    return 0;
}
