/* Dictionaries: finding an entry. */
#include "dict_impl.h"

/* -- In keys that are all str -------------------------------------------- */

Py_ssize_t
dict_lookup_unicode(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash)
{
    PyDictUnicodeEntry *entries = DK_UNICODE_ENTRIES(keys);
    size_t mask = (size_t)DK_MASK(keys);
    size_t perturb = (size_t)hash;
    size_t i = (size_t)hash & mask;
    for (;;) {
        Py_ssize_t ix = dk_get_index(keys, i);
        if (ix >= 0) {
            PyObject *other = entries[ix].me_key;
            if (other == key
                || (unicode_cached_hash(other) == hash
                    && dict_unicode_eq(other, key))) {
                return ix;
            }
        }
        else if (ix == DKIX_EMPTY) {
            return DKIX_EMPTY;
        }
        perturb >>= PERTURB_SHIFT;
        i = mask & (i * 5 + perturb + 1);
    }
}

/* Compares a candidate with the key. 1, 0, or DKIX_ERROR, or
   DKIX_KEY_CHANGED if the comparison (which may run Python) changed the
   table, so that the search must start again. */
static Py_ssize_t
compare_candidate(PyDictObject *mp, PyDictKeysObject *keys, PyObject **slot,
                  PyObject *key)
{
    PyObject *candidate = Py_NewRef(*slot);
    int cmp = PyObject_RichCompareBool(candidate, key, Py_EQ);
    Py_DECREF(candidate);
    if (cmp < 0) {
        return DKIX_ERROR;
    }
    if (keys != mp->ma_keys || *slot != candidate) {
        return DKIX_KEY_CHANGED;
    }
    return cmp;
}

/* A key of another type can still equal a str. */
static Py_ssize_t
lookup_any_in_unicode(PyDictObject *mp, PyDictKeysObject *keys,
                      PyObject *key, Py_hash_t hash)
{
    PyDictUnicodeEntry *entries = DK_UNICODE_ENTRIES(keys);
    size_t mask = (size_t)DK_MASK(keys);
    size_t perturb = (size_t)hash;
    size_t i = (size_t)hash & mask;
    for (;;) {
        Py_ssize_t ix = dk_get_index(keys, i);
        if (ix >= 0) {
            PyDictUnicodeEntry *ep = &entries[ix];
            if (ep->me_key == key) {
                return ix;
            }
            if (unicode_cached_hash(ep->me_key) == hash) {
                Py_ssize_t res = compare_candidate(mp, keys, &ep->me_key,
                                                   key);
                if (res != 0) {
                    return res > 0 ? ix : res;
                }
            }
        }
        else if (ix == DKIX_EMPTY) {
            return DKIX_EMPTY;
        }
        perturb >>= PERTURB_SHIFT;
        i = mask & (i * 5 + perturb + 1);
    }
}

/* -- In keys of any type --------------------------------------------------- */

static Py_ssize_t
lookup_general(PyDictObject *mp, PyDictKeysObject *keys, PyObject *key,
               Py_hash_t hash)
{
    PyDictKeyEntry *entries = DK_ENTRIES(keys);
    size_t mask = (size_t)DK_MASK(keys);
    size_t perturb = (size_t)hash;
    size_t i = (size_t)hash & mask;
    for (;;) {
        Py_ssize_t ix = dk_get_index(keys, i);
        if (ix >= 0) {
            PyDictKeyEntry *ep = &entries[ix];
            if (ep->me_key == key) {
                return ix;
            }
            if (ep->me_hash == hash) {
                Py_ssize_t res = compare_candidate(mp, keys, &ep->me_key,
                                                   key);
                if (res != 0) {
                    return res > 0 ? ix : res;
                }
            }
        }
        else if (ix == DKIX_EMPTY) {
            return DKIX_EMPTY;
        }
        perturb >>= PERTURB_SHIFT;
        i = mask & (i * 5 + perturb + 1);
    }
}

/* -- In a dictionary ------------------------------------------------------- */

Py_ssize_t
_Py_dict_lookup(PyDictObject *mp, PyObject *key, Py_hash_t hash,
                PyObject **value_addr)
{
    PyDictKeysObject *keys;
    Py_ssize_t ix;
    do {
        keys = mp->ma_keys;
        if (!DK_IS_UNICODE(keys)) {
            ix = lookup_general(mp, keys, key, hash);
        }
        else if (PyUnicode_CheckExact(key)) {
            ix = dict_lookup_unicode(keys, key, hash);
        }
        else {
            ix = lookup_any_in_unicode(mp, keys, key, hash);
        }
    } while (ix == DKIX_KEY_CHANGED);

    if (ix < 0) {
        *value_addr = NULL;
    }
    else if (keys->dk_kind == DICT_KEYS_SPLIT) {
        *value_addr = mp->ma_values->values[ix];
    }
    else if (keys->dk_kind == DICT_KEYS_UNICODE) {
        *value_addr = DK_UNICODE_ENTRIES(keys)[ix].me_value;
    }
    else {
        *value_addr = DK_ENTRIES(keys)[ix].me_value;
    }
    return ix;
}

Py_ssize_t
_PyDictKeys_StringLookup(PyDictKeysObject *keys, PyObject *key)
{
    if (!PyUnicode_CheckExact(key) || !DK_IS_UNICODE(keys)) {
        return DKIX_ERROR;
    }
    Py_hash_t hash = unicode_cached_hash(key);
    if (hash == -1) {
        hash = PyUnicode_Type.tp_hash(key);
        if (hash == -1) {
            PyErr_Clear();
            return DKIX_ERROR;
        }
    }
    return dict_lookup_unicode(keys, key, hash);
}

/* The entry's number is likely to be the hint. */
Py_ssize_t
_PyDict_GetItemHint(PyDictObject *mp, PyObject *key, Py_ssize_t hint,
                    PyObject **value)
{
    assert(*value == NULL);
    assert(PyDict_CheckExact((PyObject *)mp));
    PyDictKeysObject *keys = mp->ma_keys;
    if (hint >= 0 && hint < keys->dk_nentries) {
        PyObject *found_key;
        PyObject *found;
        if (DK_IS_UNICODE(keys)) {
            PyDictUnicodeEntry *ep = &DK_UNICODE_ENTRIES(keys)[hint];
            found_key = ep->me_key;
            found = mp->ma_values != NULL ? mp->ma_values->values[hint]
                                          : ep->me_value;
        }
        else {
            PyDictKeyEntry *ep = &DK_ENTRIES(keys)[hint];
            found_key = ep->me_key;
            found = ep->me_value;
        }
        if (found_key == key && found != NULL) {
            *value = found;
            return hint;
        }
    }
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        return -1;
    }
    return _Py_dict_lookup(mp, key, hash, value);
}

PyObject *
_PyDict_LoadGlobal(PyDictObject *globals, PyDictObject *builtins,
                   PyObject *key)
{
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        return NULL;
    }
    PyObject *value;
    Py_ssize_t ix = _Py_dict_lookup(globals, key, hash, &value);
    if (ix == DKIX_ERROR) {
        return NULL;
    }
    if (ix != DKIX_EMPTY && value != NULL) {
        return value;
    }
    ix = _Py_dict_lookup(builtins, key, hash, &value);
    return ix < 0 ? NULL : value;
}

/* -- Public look-ups --------------------------------------------------------- */

/* Never raises; a pending exception stays. */
PyObject *
PyDict_GetItem(PyObject *op, PyObject *key)
{
    if (!PyDict_Check(op)) {
        return NULL;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        PyErr_Clear();
        return NULL;
    }
    PyObject *type, *pending, *tb;
    _PyErr_Fetch(tstate, &type, &pending, &tb);
    PyObject *value;
    _Py_dict_lookup((PyDictObject *)op, key, hash, &value);
    /* Drops what the look-up may have raised. */
    _PyErr_Restore(tstate, type, pending, tb);
    return value;
}

PyObject *
_PyDict_GetItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash)
{
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *value;
    _Py_dict_lookup((PyDictObject *)op, key, hash, &value);
    return value;
}

PyObject *
PyDict_GetItemWithError(PyObject *op, PyObject *key)
{
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        return NULL;
    }
    PyObject *value;
    _Py_dict_lookup((PyDictObject *)op, key, hash, &value);
    return value;
}

PyObject *
_PyDict_GetItemWithError(PyObject *dp, PyObject *key)
{
    assert(PyUnicode_CheckExact(key));
    return PyDict_GetItemWithError(dp, key);
}

PyObject *
_PyDict_GetItemIdWithError(PyObject *dp, _Py_Identifier *id)
{
    PyObject *key = _PyUnicode_FromId(id);      /* borrowed */
    if (key == NULL) {
        return NULL;
    }
    return PyDict_GetItemWithError(dp, key);
}

PyObject *
PyDict_GetItemString(PyObject *dp, const char *name)
{
    PyObject *key = PyUnicode_FromString(name);
    if (key == NULL) {
        PyErr_Clear();
        return NULL;
    }
    PyObject *value = PyDict_GetItem(dp, key);
    Py_DECREF(key);
    return value;
}

PyObject *
_PyDict_GetItemStringWithError(PyObject *dp, const char *name)
{
    PyObject *key = PyUnicode_FromString(name);
    if (key == NULL) {
        return NULL;
    }
    PyObject *value = PyDict_GetItemWithError(dp, key);
    Py_DECREF(key);
    return value;
}

int
_PyDict_Contains_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash)
{
    PyObject *value;
    Py_ssize_t ix = _Py_dict_lookup((PyDictObject *)op, key, hash, &value);
    if (ix == DKIX_ERROR) {
        return -1;
    }
    return ix != DKIX_EMPTY && value != NULL;
}

int
PyDict_Contains(PyObject *op, PyObject *key)
{
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        return -1;
    }
    return _PyDict_Contains_KnownHash(op, key, hash);
}

int
_PyDict_ContainsId(PyObject *op, _Py_Identifier *id)
{
    PyObject *key = _PyUnicode_FromId(id);      /* borrowed */
    if (key == NULL) {
        return -1;
    }
    return PyDict_Contains(op, key);
}
