/* LOAD_ATTR and STORE_ATTR, and the analysis that LOAD_METHOD shares. */

#include "Python.h"
#include "pycore_descrobject.h"
#include "pycore_dict.h"
#include "pycore_moduleobject.h"
#include "pycore_object.h"
#include "pycore_opcode.h"
#include "pycore_specialize.h"
#include "structmember.h"

/* -- Analysis -------------------------------------------------------------------- */

enum specialize_attr
specialize_analyze(PyTypeObject *type, PyObject *name, PyObject **descr,
                   int store)
{
    *descr = NULL;
    if (store ? type->tp_setattro != PyObject_GenericSetAttr
              : type->tp_getattro != PyObject_GenericGetAttr) {
        return ATTR_OTHER;
    }
    /* gives the type a version tag */
    PyObject *found = _PyType_Lookup(type, name);
    *descr = found;
    if (type->tp_version_tag == 0) {
        return ATTR_OTHER;
    }
    if (found == NULL) {
        return ATTR_ABSENT;
    }
    PyTypeObject *found_type = Py_TYPE(found);
    if (!(found_type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE)) {
        /* it may become a descriptor, unseen */
        return ATTR_OTHER;
    }
    if (found_type->tp_descr_set) {
        if (found_type == &PyProperty_Type) {
            return ATTR_PROPERTY;
        }
        if (!store && name == &_Py_ID(__class__)
            && found == _PyType_Lookup(&PyBaseObject_Type, name)) {
            return ATTR_DUNDER_CLASS;
        }
        if (found_type != &PyMemberDescr_Type) {
            return ATTR_OTHER;
        }
        PyMemberDef *member = ((PyMemberDescrObject *)found)->d_member;
        return member->type == T_OBJECT_EX && member->flags == 0
                && member->offset > 0 && member->offset <= UINT16_MAX
                && PyType_IsSubtype(
                       type, ((PyMemberDescrObject *)found)->d_common.d_type)
            ? ATTR_SLOT : ATTR_OTHER;
    }
    if (found_type->tp_descr_get
        && (found_type->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        return ATTR_METHOD;
    }
    return ATTR_PLAIN;
}

int
specialize_module_entry(PyObject *module, PyObject *name, uint32_t *version)
{
    PyDictObject *dict = (PyDictObject *)((PyModuleObject *)module)->md_dict;
    if (dict == NULL || dict->ma_values != NULL
        || !DK_IS_UNICODE(dict->ma_keys)) {
        return -1;
    }
    if (_PyDictKeys_StringLookup(dict->ma_keys, &_Py_ID(__getattr__))
        != DKIX_EMPTY) {
        return -1;
    }
    Py_ssize_t index = _PyDictKeys_StringLookup(dict->ma_keys, name);
    if (index != (uint16_t)index) {
        return -1;
    }
    *version = _PyDictKeys_GetVersionForCurrentState(dict->ma_keys);
    return *version == 0 ? -1 : (int)index;
}

PyObject *
specialize_class_attribute(PyTypeObject *owner, PyObject *name)
{
    PyTypeObject *metatype = Py_TYPE(owner);
    /* an attribute that a metaclass gets later would come first, unseen */
    if (!(metatype->tp_flags & Py_TPFLAGS_IMMUTABLETYPE)
        || metatype->tp_getattro != PyType_Type.tp_getattro
        || _PyType_Lookup(metatype, name) != NULL) {
        return NULL;
    }
    PyObject *descr = _PyType_Lookup(owner, name);
    if (descr == NULL || owner->tp_version_tag == 0) {
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(descr);
    if (!(type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE)
        || (type->tp_descr_get != NULL
            && !(type->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR))) {
        return NULL;
    }
    return descr;
}

/* -- Instances ---------------------------------------------------------------------- */

/* An attribute in the instance itself: in its inline values or at an entry of
   its dictionary.  Whether the instruction was rewritten. */
static int
specialize_instance(PyObject *owner, _Py_CODEUNIT *instr, PyObject *name,
                    int values_opcode, int hint_opcode)
{
    PyTypeObject *type = Py_TYPE(owner);
    _PyAttrCache *cache = (_PyAttrCache *)(instr + 1);
    if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
        return 0;
    }
    PyDictObject *dict =
        (PyDictObject *)*_PyObject_ManagedDictPointer(owner);
    if (dict == NULL) {
        PyDictKeysObject *keys = ((PyHeapTypeObject *)type)->ht_cached_keys;
        Py_ssize_t index = _PyDictKeys_StringLookup(keys, name);
        if (index != (uint16_t)index) {
            return 0;
        }
        cache->index = (uint16_t)index;
        write_u32(cache->version, type->tp_version_tag);
        specialize_set(instr, values_opcode);
        return 1;
    }
    if (!PyDict_CheckExact(dict) || dict->ma_values != NULL) {
        return 0;
    }
    PyObject *value = NULL;
    Py_ssize_t hint = _PyDict_GetItemHint(dict, name, -1, &value);
    if (hint != (uint16_t)hint) {
        PyErr_Clear();
        return 0;
    }
    cache->index = (uint16_t)hint;
    write_u32(cache->version, type->tp_version_tag);
    specialize_set(instr, hint_opcode);
    return 1;
}

static int
specialize_offset(PyTypeObject *type, Py_ssize_t offset, _Py_CODEUNIT *instr,
                  int opcode)
{
    _PyAttrCache *cache = (_PyAttrCache *)(instr + 1);
    cache->index = (uint16_t)offset;
    write_u32(cache->version, type->tp_version_tag);
    specialize_set(instr, opcode);
    return 1;
}

static int
specialize_slot(PyTypeObject *type, PyObject *descr, _Py_CODEUNIT *instr,
                int opcode)
{
    return specialize_offset(
        type, ((PyMemberDescrObject *)descr)->d_member->offset, instr,
        opcode);
}

/* A property whose getter is a Python function of self. */
static int
specialize_property(PyTypeObject *type, PyObject *descr, _Py_CODEUNIT *instr)
{
    PyObject *get = ((_PyPropertyObject *)descr)->prop_get;
    if (get == NULL || !PyFunction_Check(get)) {
        return 0;
    }
    PyCodeObject *code =
        (PyCodeObject *)((PyFunctionObject *)get)->func_code;
    if (!specialize_is_simple(code) || code->co_argcount != 1
        || (code->co_flags
            & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR))) {
        return 0;
    }
    _PyAttrCache *cache = (_PyAttrCache *)(instr + 1);
    write_u32(cache->version, type->tp_version_tag);
    specialize_set(instr, LOAD_ATTR_PROPERTY);
    return 1;
}

static int
specialize_load_module(PyObject *owner, _Py_CODEUNIT *instr, PyObject *name)
{
    uint32_t version;
    int index = specialize_module_entry(owner, name, &version);
    if (index < 0) {
        return 0;
    }
    _PyAttrCache *cache = (_PyAttrCache *)(instr + 1);
    cache->index = (uint16_t)index;
    write_u32(cache->version, version);
    specialize_set(instr, LOAD_ATTR_MODULE);
    return 1;
}

static int
specialize_load_class(PyTypeObject *owner, _Py_CODEUNIT *instr,
                      PyObject *name)
{
    if (specialize_class_attribute(owner, name) == NULL) {
        return 0;
    }
    _PyAttrCache *cache = (_PyAttrCache *)(instr + 1);
    write_u32(cache->version, owner->tp_version_tag);
    specialize_set(instr, LOAD_ATTR_CLASS);
    return 1;
}

int
_Py_Specialize_LoadAttr(PyObject *owner, _Py_CODEUNIT *instr, PyObject *name)
{
    int done = 0;
    PyObject *descr;
    PyTypeObject *type = Py_TYPE(owner);
    if (PyModule_CheckExact(owner)) {
        done = specialize_load_module(owner, instr, name);
    }
    else if (PyType_Check(owner)) {
        done = specialize_load_class((PyTypeObject *)owner, instr, name);
    }
    else {
        switch (specialize_analyze(type, name, &descr, 0)) {
        case ATTR_SLOT:
            done = specialize_slot(type, descr, instr, LOAD_ATTR_SLOT);
            break;
        case ATTR_DUNDER_CLASS:
            done = specialize_offset(type, offsetof(PyObject, ob_type), instr,
                                     LOAD_ATTR_SLOT);
            break;
        case ATTR_PROPERTY:
            done = specialize_property(type, descr, instr);
            break;
        case ATTR_ABSENT:
        case ATTR_PLAIN:
            done = specialize_instance(owner, instr, name,
                                       LOAD_ATTR_INSTANCE_VALUE,
                                       LOAD_ATTR_WITH_HINT);
            break;
        default:
            break;
        }
    }
    if (!done) {
        specialize_fail(instr);
    }
    return 0;
}

int
_Py_Specialize_StoreAttr(PyObject *owner, _Py_CODEUNIT *instr, PyObject *name)
{
    int done = 0;
    PyObject *descr;
    PyTypeObject *type = Py_TYPE(owner);
    switch (specialize_analyze(type, name, &descr, 1)) {
    case ATTR_SLOT:
        done = specialize_slot(type, descr, instr, STORE_ATTR_SLOT);
        break;
    case ATTR_ABSENT:
    case ATTR_PLAIN:
    case ATTR_METHOD:
        done = specialize_instance(owner, instr, name,
                                   STORE_ATTR_INSTANCE_VALUE,
                                   STORE_ATTR_WITH_HINT);
        break;
    default:
        break;
    }
    if (!done) {
        specialize_fail(instr);
    }
    return 0;
}
