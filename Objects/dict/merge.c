/* Dictionaries: copying, updating and merging. */
#include "dict_impl.h"

#include "pycore_call.h"

/* -- Cloning whole tables ------------------------------------------------- */

/* A copy of the keys, values included, of a combined dictionary. */
static PyDictKeysObject *
clone_combined_keys(PyDictObject *orig)
{
    PyDictKeysObject *from = orig->ma_keys;
    assert(orig->ma_values == NULL && from != Py_EMPTY_KEYS);
    assert(from->dk_refcnt == 1);
    size_t size = (size_t)_PyDict_KeysSize(from);
    PyDictKeysObject *keys = PyObject_Malloc(size);
    if (keys == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    memcpy(keys, from, size);
    for (Py_ssize_t i = 0; i < keys->dk_nentries; i++) {
        struct dict_entry e = dict_entry_at(keys, i);
        if (e.value != NULL) {
            Py_INCREF(e.key);
            Py_INCREF(e.value);
        }
    }
    return keys;
}

static PyObject *
copy_split(PyDictObject *mp)
{
    Py_ssize_t size = shared_keys_usable_size(mp->ma_keys);
    PyDictValues *values = dict_values_new(size);
    if (values == NULL) {
        return PyErr_NoMemory();
    }
    dk_incref(mp->ma_keys);
    PyObject *copy = dict_new_with(mp->ma_keys, values, 0, 1);
    if (copy == NULL) {
        return NULL;
    }
    int n = dict_values_used(mp->ma_values);
    for (int i = 0; i < n; i++) {
        Py_ssize_t ix = dict_values_nth(mp->ma_values, i);
        values->values[ix] = Py_NewRef(mp->ma_values->values[ix]);
        _PyDictValues_AddToInsertionOrder(values, ix);
    }
    ((PyDictObject *)copy)->ma_used = mp->ma_used;
    if (_PyObject_GC_IS_TRACKED(mp)) {
        _PyObject_GC_TRACK(copy);
    }
    return copy;
}

/* -- Merging --------------------------------------------------------------- */

/* Both are dictionaries, and other's iteration is the plain one. */
static int
merge_dict(PyDictObject *mp, PyDictObject *other, int override)
{
    if (other == mp || other->ma_used == 0) {
        return 0;
    }
    if (mp->ma_used == 0) {
        /* There can be no duplicates. */
        override = 1;
        PyDictKeysObject *from = other->ma_keys;
        /* A table without holes that is no larger than necessary can be
           taken over as it is. */
        if (mp->ma_values == NULL && other->ma_values == NULL
            && other->ma_used == from->dk_nentries
            && (from->dk_log2_size == PyDict_LOG_MINSIZE
                || USABLE_FRACTION((Py_ssize_t)DK_SIZE(from) / 2)
                       < other->ma_used)) {
            PyDictKeysObject *keys = clone_combined_keys(other);
            if (keys == NULL) {
                return -1;
            }
            PyDictKeysObject *old_keys = mp->ma_keys;
            mp->ma_keys = keys;
            mp->ma_used = other->ma_used;
            mp->ma_version_tag = DICT_NEXT_VERSION();
            if (_PyObject_GC_IS_TRACKED(other)
                && !_PyObject_GC_IS_TRACKED(mp)) {
                _PyObject_GC_TRACK(mp);
            }
            dk_decref(old_keys);
            return 0;
        }
    }
    /* One resize now instead of several on the way, also if many keys turn
       out to be the same. */
    if (USABLE_FRACTION((Py_ssize_t)DK_SIZE(mp->ma_keys)) < other->ma_used) {
        int unicode = DK_IS_UNICODE(other->ma_keys);
        uint8_t log2_size = dk_log2_for_entries(mp->ma_used
                                                + other->ma_used);
        if (dict_resize(mp, log2_size, unicode) < 0) {
            return -1;
        }
    }
    Py_ssize_t orig_size = other->ma_keys->dk_nentries;
    Py_ssize_t pos = 0;
    PyObject *key, *value;
    Py_hash_t hash;
    while (_PyDict_Next((PyObject *)other, &pos, &key, &value, &hash)) {
        Py_INCREF(key);
        Py_INCREF(value);
        int err = 0;
        if (override != 1) {
            int known = _PyDict_Contains_KnownHash((PyObject *)mp, key,
                                                   hash);
            if (known > 0 && override != 0) {
                _PyErr_SetKeyError(key);
                known = -1;
            }
            err = known;
        }
        if (err == 0) {
            err = dict_insert_steal(mp, Py_NewRef(key), hash,
                                    Py_NewRef(value));
        }
        Py_DECREF(value);
        Py_DECREF(key);
        if (err < 0) {
            return -1;
        }
        if (orig_size != other->ma_keys->dk_nentries) {
            PyErr_SetString(PyExc_RuntimeError,
                            "dict mutated during update");
            return -1;
        }
    }
    return 0;
}

/* Any object with keys() and __getitem__(). */
static int
merge_mapping(PyObject *a, PyObject *b, int override)
{
    PyObject *keys = PyMapping_Keys(b);
    if (keys == NULL) {
        return -1;
    }
    PyObject *iter = PyObject_GetIter(keys);
    Py_DECREF(keys);
    if (iter == NULL) {
        return -1;
    }
    PyObject *key;
    while ((key = PyIter_Next(iter)) != NULL) {
        if (override != 1) {
            int known = PyDict_Contains(a, key);
            if (known > 0 && override == 0) {
                Py_DECREF(key);
                continue;
            }
            if (known != 0) {
                if (known > 0) {
                    _PyErr_SetKeyError(key);
                }
                Py_DECREF(key);
                goto error;
            }
        }
        PyObject *value = PyObject_GetItem(b, key);
        if (value == NULL) {
            Py_DECREF(key);
            goto error;
        }
        int err = PyDict_SetItem(a, key, value);
        Py_DECREF(key);
        Py_DECREF(value);
        if (err < 0) {
            goto error;
        }
    }
    if (PyErr_Occurred()) {
        goto error;
    }
    Py_DECREF(iter);
    return 0;
error:
    Py_DECREF(iter);
    return -1;
}

static int
dict_merge(PyObject *a, PyObject *b, int override)
{
    assert(0 <= override && override <= 2);
    if (a == NULL || !PyDict_Check(a) || b == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyDict_Check(b)
        && Py_TYPE(b)->tp_iter == (getiterfunc)dict_iter) {
        return merge_dict((PyDictObject *)a, (PyDictObject *)b, override);
    }
    return merge_mapping(a, b, override);
}

int
PyDict_Update(PyObject *a, PyObject *b)
{
    return dict_merge(a, b, 1);
}

int
PyDict_Merge(PyObject *a, PyObject *b, int override)
{
    return dict_merge(a, b, override != 0);
}

int
_PyDict_MergeEx(PyObject *a, PyObject *b, int override)
{
    return dict_merge(a, b, override);
}

/* -- Pairs ------------------------------------------------------------------- */

/* Adds one pair, number i of the sequence. */
static int
merge_pair(PyObject *d, PyObject *item, Py_ssize_t i, int override)
{
    PyObject *fast = PySequence_Fast(item, "");
    if (fast == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError,
                         "cannot convert dictionary update "
                         "sequence element #%zd to a sequence", i);
        }
        return -1;
    }
    int err = -1;
    Py_ssize_t n = PySequence_Fast_GET_SIZE(fast);
    if (n != 2) {
        PyErr_Format(PyExc_ValueError,
                     "dictionary update sequence element #%zd "
                     "has length %zd; 2 is required", i, n);
        goto done;
    }
    PyObject *key = Py_NewRef(PySequence_Fast_GET_ITEM(fast, 0));
    PyObject *value = Py_NewRef(PySequence_Fast_GET_ITEM(fast, 1));
    if (override) {
        err = PyDict_SetItem(d, key, value);
    }
    else {
        err = PyDict_SetDefault(d, key, value) == NULL ? -1 : 0;
    }
    Py_DECREF(key);
    Py_DECREF(value);
done:
    Py_DECREF(fast);
    return err;
}

int
PyDict_MergeFromSeq2(PyObject *d, PyObject *seq2, int override)
{
    assert(d != NULL && PyDict_Check(d) && seq2 != NULL);
    PyObject *iter = PyObject_GetIter(seq2);
    if (iter == NULL) {
        return -1;
    }
    PyObject *item;
    int err = 0;
    for (Py_ssize_t i = 0; err == 0; i++) {
        item = PyIter_Next(iter);
        if (item == NULL) {
            err = PyErr_Occurred() ? -1 : 0;
            break;
        }
        err = merge_pair(d, item, i, override);
        Py_DECREF(item);
    }
    Py_DECREF(iter);
    return err;
}

/* What dict(), update() and | accept: a mapping or pairs. */
int
dict_update_arg(PyObject *self, PyObject *arg)
{
    if (PyDict_CheckExact(arg)) {
        return PyDict_Merge(self, arg, 1);
    }
    PyObject *func;
    if (_PyObject_LookupAttr(arg, &_Py_ID(keys), &func) < 0) {
        return -1;
    }
    if (func != NULL) {
        Py_DECREF(func);
        return PyDict_Merge(self, arg, 1);
    }
    return PyDict_MergeFromSeq2(self, arg, 1);
}

/* -- Copying ----------------------------------------------------------------- */

PyObject *
PyDict_Copy(PyObject *o)
{
    if (o == NULL || !PyDict_Check(o)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyDictObject *mp = (PyDictObject *)o;
    if (mp->ma_used == 0) {
        return PyDict_New();
    }
    if (mp->ma_values != NULL) {
        return copy_split(mp);
    }
    if (Py_TYPE(mp)->tp_iter == (getiterfunc)dict_iter
        && mp->ma_used >= (mp->ma_keys->dk_nentries * 2) / 3) {
        /* Few holes: copying them is cheaper than hashing anew. */
        PyDictKeysObject *keys = clone_combined_keys(mp);
        if (keys == NULL) {
            return NULL;
        }
        PyObject *copy = dict_new_with(keys, NULL, mp->ma_used, 0);
        if (copy != NULL && _PyObject_GC_IS_TRACKED(mp)) {
            _PyObject_GC_TRACK(copy);
        }
        return copy;
    }
    PyObject *copy = PyDict_New();
    if (copy != NULL && dict_merge(copy, o, 1) < 0) {
        Py_CLEAR(copy);
    }
    return copy;
}

/* -- From keys --------------------------------------------------------------- */

static int
fromkeys_fast(PyDictObject *mp, PyObject *iterable, PyObject *value)
{
    Py_ssize_t pos = 0;
    PyObject *key;
    Py_hash_t hash;
    if (PyDict_CheckExact(iterable)) {
        PyDictObject *from = (PyDictObject *)iterable;
        uint8_t log2_size = dk_log2_for_entries(from->ma_used);
        if (dict_resize(mp, log2_size, DK_IS_UNICODE(from->ma_keys)) < 0) {
            return -1;
        }
        while (_PyDict_Next(iterable, &pos, &key, NULL, &hash)) {
            if (dict_insert_steal(mp, Py_NewRef(key), hash,
                                  Py_NewRef(value)) < 0) {
                return -1;
            }
        }
        return 0;
    }
    uint8_t log2_size = dk_log2_for_entries(PySet_GET_SIZE(iterable));
    if (dict_resize(mp, log2_size, 0) < 0) {
        return -1;
    }
    while (_PySet_NextEntry(iterable, &pos, &key, &hash)) {
        if (dict_insert_steal(mp, Py_NewRef(key), hash,
                              Py_NewRef(value)) < 0) {
            return -1;
        }
    }
    return 0;
}

PyObject *
_PyDict_FromKeys(PyObject *cls, PyObject *iterable, PyObject *value)
{
    PyObject *d = _PyObject_CallNoArgs(cls);
    if (d == NULL) {
        return NULL;
    }
    if (PyDict_CheckExact(d) && PyDict_GET_SIZE(d) == 0
        && (PyDict_CheckExact(iterable) || PyAnySet_CheckExact(iterable))) {
        if (fromkeys_fast((PyDictObject *)d, iterable, value) < 0) {
            Py_CLEAR(d);
        }
        return d;
    }
    PyObject *it = PyObject_GetIter(iterable);
    if (it == NULL) {
        Py_DECREF(d);
        return NULL;
    }
    int exact = PyDict_CheckExact(d);
    PyObject *key;
    while ((key = PyIter_Next(it)) != NULL) {
        int err = exact ? PyDict_SetItem(d, key, value)
                        : PyObject_SetItem(d, key, value);
        Py_DECREF(key);
        if (err < 0) {
            goto error;
        }
    }
    if (PyErr_Occurred()) {
        goto error;
    }
    Py_DECREF(it);
    return d;
error:
    Py_DECREF(it);
    Py_DECREF(d);
    return NULL;
}
