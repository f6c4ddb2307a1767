/* Dictionaries: the attributes of instances.

   An instance of a class with Py_TPFLAGS_MANAGED_DICT has two words before
   its GC header: an array of values beside the keys of its class, and a
   dictionary. At most one of them is set: the array moves into a dictionary
   when somebody asks for __dict__, or when a name finds no room in the
   class's keys. */
#include "dict_impl.h"

#define CACHED_KEYS(type) (((PyHeapTypeObject *)(type))->ht_cached_keys)

/* -- The array in the instance ------------------------------------------- */

int
_PyObject_InitializeDict(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (type->tp_dictoffset == 0) {
        return 0;
    }
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        PyDictKeysObject *keys = CACHED_KEYS(type);
        assert(keys != NULL);
        /* Each instance leaves less room for new names, so that arrays fit
           what the class really uses. */
        if (keys->dk_usable > 1) {
            keys->dk_usable--;
        }
        PyDictValues *values =
            dict_values_new(shared_keys_usable_size(keys));
        if (values == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        *_PyObject_ValuesPointer(obj) = values;
        return 0;
    }
    PyObject *dict;
    if (_PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)
        && CACHED_KEYS(type) != NULL) {
        dict = dict_new_shared(CACHED_KEYS(type));
    }
    else {
        dict = PyDict_New();
    }
    if (dict == NULL) {
        return -1;
    }
    PyObject **dictptr = _PyObject_DictPointer(obj);
    *dictptr = dict;
    return 0;
}

/* Moves the array into a new dictionary; the array is then its. */
static PyObject *
dict_from_values(PyDictKeysObject *keys, PyDictValues *values)
{
    Py_ssize_t used = 0;
    int track = 0;
    Py_ssize_t n = shared_keys_usable_size(keys);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *value = values->values[i];
        if (value != NULL) {
            used++;
            track |= _PyObject_GC_MAY_BE_TRACKED(value);
        }
    }
    dk_incref(keys);
    PyObject *dict = dict_new_with(keys, values, used, 0);
    if (dict != NULL && track) {
        _PyObject_GC_TRACK(dict);
    }
    return dict;
}

PyObject *
_PyObject_MakeDictFromInstanceAttributes(PyObject *obj, PyDictValues *values)
{
    assert(Py_TYPE(obj)->tp_flags & Py_TPFLAGS_MANAGED_DICT);
    return dict_from_values(CACHED_KEYS(Py_TYPE(obj)), values);
}

int
_PyObject_StoreInstanceAttribute(PyObject *obj, PyDictValues *values,
                                 PyObject *name, PyObject *value)
{
    PyDictKeysObject *keys = CACHED_KEYS(Py_TYPE(obj));
    assert(keys != NULL && values != NULL);
    Py_ssize_t ix = DKIX_EMPTY;
    if (PyUnicode_CheckExact(name)) {
        ix = dict_keys_share(keys, name);
    }
    if (ix == DKIX_EMPTY) {
        PyObject *dict = dict_from_values(keys, values);
        if (dict == NULL) {
            return -1;
        }
        *_PyObject_ValuesPointer(obj) = NULL;
        *_PyObject_ManagedDictPointer(obj) = dict;
        if (value == NULL) {
            return PyDict_DelItem(dict, name);
        }
        return PyDict_SetItem(dict, name, value);
    }
    PyObject *old = values->values[ix];
    values->values[ix] = Py_XNewRef(value);
    if (old == NULL) {
        if (value == NULL) {
            PyErr_Format(PyExc_AttributeError,
                         "'%.100s' object has no attribute '%U'",
                         Py_TYPE(obj)->tp_name, name);
            return -1;
        }
        _PyDictValues_AddToInsertionOrder(values, ix);
    }
    else {
        if (value == NULL) {
            dict_values_forget(values, ix);
        }
        Py_DECREF(old);
    }
    return 0;
}

PyObject *
_PyObject_GetInstanceAttribute(PyObject *obj, PyDictValues *values,
                               PyObject *name)
{
    assert(PyUnicode_CheckExact(name));
    Py_ssize_t ix = _PyDictKeys_StringLookup(CACHED_KEYS(Py_TYPE(obj)),
                                             name);
    if (ix < 0) {
        return NULL;
    }
    return Py_XNewRef(values->values[ix]);
}

int
_PyObject_IsInstanceDictEmpty(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (type->tp_dictoffset == 0) {
        return 1;
    }
    PyObject *dict;
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        PyDictValues *values = *_PyObject_ValuesPointer(obj);
        if (values != NULL) {
            return dict_values_used(values) == 0;
        }
        dict = *_PyObject_ManagedDictPointer(obj);
    }
    else {
        dict = *_PyObject_DictPointer(obj);
    }
    return dict == NULL || PyDict_GET_SIZE(dict) == 0;
}

int
_PyObject_VisitInstanceAttributes(PyObject *self, visitproc visit, void *arg)
{
    assert(Py_TYPE(self)->tp_flags & Py_TPFLAGS_MANAGED_DICT);
    PyDictValues *values = *_PyObject_ValuesPointer(self);
    if (values == NULL) {
        return 0;
    }
    Py_ssize_t n = CACHED_KEYS(Py_TYPE(self))->dk_nentries;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_VISIT(values->values[i]);
    }
    return 0;
}

/* The values vanish, but the array stays: the instance may live on. */
void
_PyObject_ClearInstanceAttributes(PyObject *self)
{
    assert(Py_TYPE(self)->tp_flags & Py_TPFLAGS_MANAGED_DICT);
    PyDictValues **pvalues = _PyObject_ValuesPointer(self);
    if (*pvalues == NULL) {
        return;
    }
    Py_ssize_t n = CACHED_KEYS(Py_TYPE(self))->dk_nentries;
    for (Py_ssize_t i = 0; i < n; i++) {
        /* Dropping a value may run Python, and that may make a dictionary
           of the array. */
        PyDictValues *values = *pvalues;
        if (values == NULL) {
            return;
        }
        PyObject *old = values->values[i];
        if (old != NULL) {
            values->values[i] = NULL;
            dict_values_forget(values, i);
            Py_DECREF(old);
        }
    }
}

void
_PyObject_FreeInstanceAttributes(PyObject *self)
{
    assert(Py_TYPE(self)->tp_flags & Py_TPFLAGS_MANAGED_DICT);
    PyDictValues **pvalues = _PyObject_ValuesPointer(self);
    PyDictValues *values = *pvalues;
    if (values == NULL) {
        return;
    }
    *pvalues = NULL;
    Py_ssize_t n = CACHED_KEYS(Py_TYPE(self))->dk_nentries;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_XDECREF(values->values[i]);
    }
    dict_values_free(values);
}

/* -- Instance dictionaries -------------------------------------------------- */

/* A dictionary for an instance of a class, sharing keys if it has some. */
static PyObject *
dict_new_for_class(PyTypeObject *type)
{
    if (_PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)
        && CACHED_KEYS(type) != NULL) {
        return dict_new_shared(CACHED_KEYS(type));
    }
    return PyDict_New();
}

PyObject *
PyObject_GenericGetDict(PyObject *obj, void *context)
{
    PyTypeObject *type = Py_TYPE(obj);
    PyObject **dictptr;
    if (_PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT)) {
        dictptr = _PyObject_ManagedDictPointer(obj);
        PyDictValues **pvalues = _PyObject_ValuesPointer(obj);
        if (*pvalues != NULL) {
            assert(*dictptr == NULL);
            *dictptr = dict_from_values(CACHED_KEYS(type), *pvalues);
            if (*dictptr != NULL) {
                *pvalues = NULL;
            }
        }
        else if (*dictptr == NULL) {
            *dictptr = PyDict_New();
        }
    }
    else {
        dictptr = _PyObject_DictPointer(obj);
        if (dictptr == NULL) {
            PyErr_SetString(PyExc_AttributeError,
                            "This object has no __dict__");
            return NULL;
        }
        if (*dictptr == NULL) {
            *dictptr = dict_new_for_class(type);
        }
    }
    return Py_XNewRef(*dictptr);
}

int
_PyObjectDict_SetItem(PyTypeObject *type, PyObject **dictptr, PyObject *key,
                      PyObject *value)
{
    assert(dictptr != NULL);
    PyObject *dict = *dictptr;
    if (dict == NULL) {
        dict = dict_new_for_class(type);
        if (dict == NULL) {
            return -1;
        }
        *dictptr = dict;
    }
    if (value == NULL) {
        return PyDict_DelItem(dict, key);
    }
    return PyDict_SetItem(dict, key, value);
}
