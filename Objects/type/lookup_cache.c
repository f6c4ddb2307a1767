/* Finding an attribute along the MRO, and the cache that makes it fast.

   A type that takes part has a version tag; the cache maps (tag, name) to the
   attribute found, or to "absent".  Every change of a type, of one of its
   bases or of its MRO takes the tags of the type and of all its subclasses
   away (PyType_Modified); tags are never reused, so entries that carry an old
   one are simply never found again.

   Invariant: a type has a valid tag only if all its bases have one, because a
   base without a tag would not notice a change that concerns the subclass. */
#include "Python.h"
#include "pycore_dict.h"
#include "pycore_initconfig.h"
#include "pycore_pystate.h"
#include "pycore_type.h"

#define CACHE_SIZE ((size_t)1 << MCACHE_SIZE_EXP)
#define NAME_LENGTH_LIMIT 100

/* The next tag to give; 0 when all 2**32 - 1 are used up, and types without a
   tag stay uncached. */
static unsigned int next_version_tag = 1;

static inline struct type_cache *
type_cache_get(void)
{
    return &_PyInterpreterState_GET()->type_cache;
}

static inline size_t
cache_index(unsigned int version, PyObject *name)
{
    return (version ^ ((uintptr_t)name >> 3)) & (CACHE_SIZE - 1);
}

static inline int
name_is_cacheable(PyObject *name)
{
    return PyUnicode_CheckExact(name)
           && PyUnicode_GET_LENGTH(name) <= NAME_LENGTH_LIMIT;
}

/* -- Storage -------------------------------------------------------------- */

void
_PyType_InitCache(PyInterpreterState *interp)
{
    struct type_cache *cache = &interp->type_cache;
    for (size_t i = 0; i < CACHE_SIZE; i++) {
        struct type_cache_entry *entry = &cache->hashtable[i];
        assert(entry->name == NULL);
        entry->version = 0;
        entry->name = NULL;
        entry->value = NULL;
    }
}

static void
cache_clear(struct type_cache *cache)
{
    for (size_t i = 0; i < CACHE_SIZE; i++) {
        struct type_cache_entry *entry = &cache->hashtable[i];
        entry->version = 0;
        entry->value = NULL;
        Py_CLEAR(entry->name);
    }
}

unsigned int
PyType_ClearCache(void)
{
    cache_clear(type_cache_get());
    return next_version_tag - 1;
}

void
_PyTypes_Fini(PyInterpreterState *interp)
{
    cache_clear(&interp->type_cache);
}

/* -- Versions ------------------------------------------------------------- */

static int
modified_visit(PyTypeObject *subclass, void *Py_UNUSED(arg))
{
    PyType_Modified(subclass);
    return 0;
}

static void
type_drop_version(PyTypeObject *type)
{
    type->tp_flags &= ~Py_TPFLAGS_VALID_VERSION_TAG;
    type->tp_version_tag = 0;
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        ((PyHeapTypeObject *)type)->_spec_cache.getitem = NULL;
    }
}

void
PyType_Modified(PyTypeObject *type)
{
    /* Without a valid tag no subclass has one either. */
    if (!_PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG)) {
        return;
    }
    type_visit_subclasses(type, modified_visit, NULL);
    type_drop_version(type);
}

/* A class whose metaclass has its own mro() may have bases in its MRO that do
   not know it as a subclass: it cannot be cached. */
static int
type_has_custom_mro(PyTypeObject *type)
{
    if (Py_IS_TYPE(type, &PyType_Type)) {
        return 0;
    }
    int unbound;
    PyObject *method = type_lookup_method((PyObject *)type, &_Py_ID(mro),
                                          &unbound);
    if (method == NULL) {
        PyErr_Clear();
        return 1;
    }
    PyObject *type_method = type_lookup_method((PyObject *)&PyType_Type,
                                               &_Py_ID(mro), &unbound);
    int custom = method != type_method;
    if (type_method == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(type_method);
    Py_DECREF(method);
    return custom;
}

void
type_mro_modified(PyTypeObject *type, PyObject *bases)
{
    if (type_has_custom_mro(type)) {
        type_drop_version(type);
        return;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(bases, i);
        if (!PyType_IsSubtype(type, base)) {
            type_drop_version(type);
            return;
        }
    }
}

int
type_assign_version(PyTypeObject *type)
{
    if (_PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG)) {
        return 1;
    }
    if (!_PyType_HasFeature(type, Py_TPFLAGS_READY)
        || next_version_tag == 0) {
        return 0;
    }
    type->tp_version_tag = next_version_tag++;
    assert(type->tp_version_tag != 0);

    PyObject *bases = type->tp_bases;
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!type_assign_version(
                (PyTypeObject *)PyTuple_GET_ITEM(bases, i))) {
            return 0;
        }
    }
    type->tp_flags |= Py_TPFLAGS_VALID_VERSION_TAG;
    return 1;
}

/* -- Lookup --------------------------------------------------------------- */

PyObject *
type_find_in_mro(PyTypeObject *type, PyObject *name, int *error)
{
    Py_hash_t hash;
    if (!PyUnicode_CheckExact(name)
        || (hash = ((PyASCIIObject *)name)->hash) == -1) {
        hash = PyObject_Hash(name);
        if (hash == -1) {
            *error = -1;
            return NULL;
        }
    }
    PyObject *mro = type->tp_mro;
    if (mro == NULL) {
        if (!_PyType_HasFeature(type, Py_TPFLAGS_READYING)) {
            if (PyType_Ready(type) < 0) {
                *error = -1;
                return NULL;
            }
            mro = type->tp_mro;
        }
        if (mro == NULL) {
            *error = 1;
            return NULL;
        }
    }
    PyObject *result = NULL;
    /* A key's __eq__ may replace the MRO. */
    Py_INCREF(mro);
    Py_ssize_t count = PyTuple_GET_SIZE(mro);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *dict = ((PyTypeObject *)PyTuple_GET_ITEM(mro, i))->tp_dict;
        assert(dict && PyDict_Check(dict));
        result = _PyDict_GetItem_KnownHash(dict, name, hash);
        if (result != NULL) {
            break;
        }
        if (PyErr_Occurred()) {
            *error = -1;
            goto done;
        }
    }
    *error = 0;
done:
    Py_DECREF(mro);
    return result;
}

/* Borrowed result; NULL without an exception, whatever happens. */
PyObject *
_PyType_Lookup(PyTypeObject *type, PyObject *name)
{
    struct type_cache *cache = type_cache_get();
    struct type_cache_entry *entry =
        &cache->hashtable[cache_index(type->tp_version_tag, name)];
    if (entry->version == type->tp_version_tag && entry->name == name
        && _PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG)) {
        return entry->value;
    }

    int error;
    PyObject *result = type_find_in_mro(type, name, &error);
    if (error) {
        if (error == -1) {
            PyErr_Clear();
        }
        return NULL;
    }
    if (name_is_cacheable(name) && type_assign_version(type)) {
        entry = &cache->hashtable[cache_index(type->tp_version_tag, name)];
        entry->version = type->tp_version_tag;
        entry->value = result;
        PyObject *old = entry->name;
        entry->name = Py_NewRef(name);
        Py_XDECREF(old);
    }
    return result;
}

PyObject *
_PyType_LookupId(PyTypeObject *type, _Py_Identifier *name)
{
    PyObject *name_object = _PyUnicode_FromId(name);  /* borrowed */
    return name_object == NULL ? NULL : _PyType_Lookup(type, name_object);
}
