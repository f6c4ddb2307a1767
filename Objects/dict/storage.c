/* Dictionaries: making, growing, changing, emptying and freeing them. */
#include "dict_impl.h"

#include "pycore_unicodeobject.h"

/* The source of ma_version_tag, for all dictionaries of the process. Guarded
   by the GIL. */
uint64_t _pydict_global_version = 0;

static struct _Py_dict_state *
dict_state_get(void)
{
    return &_PyInterpreterState_GET()->dict_state;
}

/* -- Making ---------------------------------------------------------------- */

PyObject *
dict_new_with(PyDictKeysObject *keys, PyDictValues *values, Py_ssize_t used,
              int free_values)
{
    struct _Py_dict_state *state = dict_state_get();
    PyDictObject *mp;
    if (state->numfree) {
        mp = state->free_list[--state->numfree];
        _Py_NewReference((PyObject *)mp);
    }
    else {
        mp = PyObject_GC_New(PyDictObject, &PyDict_Type);
        if (mp == NULL) {
            dk_decref(keys);
            if (free_values) {
                dict_values_free(values);
            }
            return NULL;
        }
    }
    mp->ma_keys = keys;
    mp->ma_values = values;
    mp->ma_used = used;
    mp->ma_version_tag = DICT_NEXT_VERSION();
    return (PyObject *)mp;
}

/* A dictionary beside shared keys, without a value yet. */
PyObject *
dict_new_shared(PyDictKeysObject *keys)
{
    PyDictValues *values = dict_values_new(shared_keys_usable_size(keys));
    if (values == NULL) {
        return PyErr_NoMemory();
    }
    dk_incref(keys);
    return dict_new_with(keys, values, 0, 1);
}

PyObject *
PyDict_New(void)
{
    dk_incref(Py_EMPTY_KEYS);
    return dict_new_with(Py_EMPTY_KEYS, NULL, 0, 0);
}

PyObject *
dict_new_presized(Py_ssize_t minused, int unicode)
{
    /* No more than 128 Ki slots on somebody's word alone. */
    const uint8_t log2_max = 17;
    if (minused <= USABLE_FRACTION(PyDict_MINSIZE)) {
        return PyDict_New();
    }
    uint8_t log2_size = log2_max;
    if (minused <= USABLE_FRACTION((Py_ssize_t)1 << log2_max)) {
        log2_size = dk_log2_for_entries(minused);
    }
    PyDictKeysObject *keys = dict_keys_new(log2_size, unicode);
    if (keys == NULL) {
        return NULL;
    }
    return dict_new_with(keys, NULL, 0, 0);
}

PyObject *
_PyDict_NewPresized(Py_ssize_t minused)
{
    return dict_new_presized(minused, 0);
}

PyObject *
_PyDict_FromItems(PyObject *const *keys, Py_ssize_t keys_offset,
                  PyObject *const *values, Py_ssize_t values_offset,
                  Py_ssize_t length)
{
    int unicode = 1;
    for (Py_ssize_t i = 0; i < length && unicode; i++) {
        unicode = PyUnicode_CheckExact(keys[i * keys_offset]);
    }
    PyObject *dict = dict_new_presized(length, unicode);
    if (dict == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        if (PyDict_SetItem(dict, keys[i * keys_offset],
                           values[i * values_offset]) < 0) {
            Py_DECREF(dict);
            return NULL;
        }
    }
    return dict;
}

/* -- Growing --------------------------------------------------------------- */

/* A slot for a key that is not in the table. */
static size_t
find_empty_slot(PyDictKeysObject *keys, Py_hash_t hash)
{
    size_t mask = (size_t)DK_MASK(keys);
    size_t perturb = (size_t)hash;
    size_t i = (size_t)hash & mask;
    while (dk_get_index(keys, i) >= 0) {
        perturb >>= PERTURB_SHIFT;
        i = mask & (i * 5 + perturb + 1);
    }
    return i;
}

/* The slot that holds index ix of a key with this hash. */
static size_t
find_slot_of(PyDictKeysObject *keys, Py_hash_t hash, Py_ssize_t ix)
{
    size_t mask = (size_t)DK_MASK(keys);
    size_t perturb = (size_t)hash;
    size_t i = (size_t)hash & mask;
    for (;;) {
        Py_ssize_t found = dk_get_index(keys, i);
        if (found == ix) {
            return i;
        }
        assert(found != DKIX_EMPTY);
        perturb >>= PERTURB_SHIFT;
        i = mask & (i * 5 + perturb + 1);
    }
}

/* Appends an entry to combined keys that have room and no such key. */
static void
keys_append_steal(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash,
                  PyObject *value)
{
    Py_ssize_t ix = keys->dk_nentries;
    dk_set_index(keys, find_empty_slot(keys, hash), ix);
    if (DK_IS_UNICODE(keys)) {
        PyDictUnicodeEntry *ep = &DK_UNICODE_ENTRIES(keys)[ix];
        ep->me_key = key;
        ep->me_value = value;
    }
    else {
        PyDictKeyEntry *ep = &DK_ENTRIES(keys)[ix];
        ep->me_key = key;
        ep->me_hash = hash;
        ep->me_value = value;
    }
    keys->dk_usable--;
    keys->dk_nentries++;
}

int
dict_resize(PyDictObject *mp, uint8_t log2_size, int unicode)
{
    PyDictKeysObject *old_keys = mp->ma_keys;
    PyDictValues *old_values = mp->ma_values;
    if (!DK_IS_UNICODE(old_keys)) {
        unicode = 0;
    }
    PyDictKeysObject *keys = dict_keys_new(log2_size, unicode);
    if (keys == NULL) {
        return -1;
    }
    assert(keys->dk_usable >= mp->ma_used);
    if (old_values != NULL) {
        for (Py_ssize_t i = 0; i < mp->ma_used; i++) {
            struct dict_entry e = dict_split_entry_at(mp, i);
            keys_append_steal(keys, Py_NewRef(e.key), e.hash, e.value);
        }
        mp->ma_keys = keys;
        mp->ma_values = NULL;
        dk_decref(old_keys);
        dict_values_free(old_values);
        return 0;
    }
    Py_ssize_t n = old_keys->dk_nentries;
    for (Py_ssize_t i = 0; i < n; i++) {
        struct dict_entry e = dict_entry_at(old_keys, i);
        if (e.value != NULL) {
            keys_append_steal(keys, e.key, e.hash, e.value);
        }
    }
    mp->ma_keys = keys;
    if (old_keys == Py_EMPTY_KEYS) {
        dk_decref(old_keys);
    }
    else {
        assert(old_keys->dk_refcnt == 1);
        dict_keys_free(old_keys);
    }
    return 0;
}

static int
dict_grow(PyDictObject *mp, int unicode)
{
    return dict_resize(mp, dk_log2_for_slots(GROWTH_RATE(mp)), unicode);
}

/* -- Inserting --------------------------------------------------------------- */

Py_ssize_t
dict_keys_share(PyDictKeysObject *keys, PyObject *name)
{
    assert(PyUnicode_CheckExact(name));
    Py_hash_t hash = unicode_cached_hash(name);
    if (hash == -1) {
        hash = PyUnicode_Type.tp_hash(name);
        if (hash == -1) {
            PyErr_Clear();
            return DKIX_EMPTY;
        }
    }
    Py_ssize_t ix = dict_lookup_unicode(keys, name, hash);
    if (ix == DKIX_EMPTY && keys->dk_usable > 0) {
        keys->dk_version = 0;
        ix = keys->dk_nentries;
        keys_append_steal(keys, Py_NewRef(name), hash, NULL);
    }
    return ix;
}

/* A key that is not there. */
static int
insert_new_steal(PyDictObject *mp, PyObject *key, Py_hash_t hash,
                 PyObject *value)
{
    mp->ma_keys->dk_version = 0;
    if (mp->ma_keys->dk_usable <= 0) {
        if (dict_grow(mp, 1) < 0) {
            Py_DECREF(key);
            Py_DECREF(value);
            return -1;
        }
    }
    PyDictKeysObject *keys = mp->ma_keys;
    if (mp->ma_values != NULL) {
        Py_ssize_t ix = keys->dk_nentries;
        keys_append_steal(keys, key, hash, NULL);
        assert(mp->ma_values->values[ix] == NULL);
        _PyDictValues_AddToInsertionOrder(mp->ma_values, ix);
        mp->ma_values->values[ix] = value;
    }
    else {
        keys_append_steal(keys, key, hash, value);
    }
    mp->ma_used++;
    mp->ma_version_tag = DICT_NEXT_VERSION();
    return 0;
}

/* The first key of a dictionary that has no table of its own yet. */
static int
insert_first_steal(PyDictObject *mp, PyObject *key, Py_hash_t hash,
                   PyObject *value)
{
    assert(mp->ma_keys == Py_EMPTY_KEYS && mp->ma_values == NULL);
    PyDictKeysObject *keys = dict_keys_new(PyDict_LOG_MINSIZE,
                                           PyUnicode_CheckExact(key));
    if (keys == NULL) {
        Py_DECREF(key);
        Py_DECREF(value);
        return -1;
    }
    dk_decref(Py_EMPTY_KEYS);
    mp->ma_keys = keys;
    dict_maintain_tracking(mp, key, value);
    keys_append_steal(keys, key, hash, value);
    mp->ma_used++;
    mp->ma_version_tag = DICT_NEXT_VERSION();
    return 0;
}

int
dict_insert_steal(PyDictObject *mp, PyObject *key, Py_hash_t hash,
                  PyObject *value)
{
    if (mp->ma_keys == Py_EMPTY_KEYS) {
        return insert_first_steal(mp, key, hash, value);
    }
    PyObject *old;
    Py_ssize_t ix = _Py_dict_lookup(mp, key, hash, &old);
    if (ix == DKIX_ERROR) {
        Py_DECREF(key);
        Py_DECREF(value);
        return -1;
    }
    dict_maintain_tracking(mp, key, value);
    if (ix == DKIX_EMPTY) {
        if (mp->ma_keys == Py_EMPTY_KEYS) {
            /* The look-up's comparisons emptied the dictionary. */
            return insert_first_steal(mp, key, hash, value);
        }
        if (DK_IS_UNICODE(mp->ma_keys) && !PyUnicode_CheckExact(key)
            && dict_grow(mp, 0) < 0) {
            Py_DECREF(key);
            Py_DECREF(value);
            return -1;
        }
        return insert_new_steal(mp, key, hash, value);
    }
    if (old != value) {
        if (mp->ma_values != NULL) {
            mp->ma_values->values[ix] = value;
            if (old == NULL) {
                _PyDictValues_AddToInsertionOrder(mp->ma_values, ix);
                mp->ma_used++;
            }
        }
        else if (DK_IS_UNICODE(mp->ma_keys)) {
            DK_UNICODE_ENTRIES(mp->ma_keys)[ix].me_value = value;
        }
        else {
            DK_ENTRIES(mp->ma_keys)[ix].me_value = value;
        }
        mp->ma_version_tag = DICT_NEXT_VERSION();
    }
    /* Last: both can run Python code. */
    Py_XDECREF(old);
    Py_DECREF(key);
    return 0;
}

int
_PyDict_SetItem_Take2(PyDictObject *mp, PyObject *key, PyObject *value)
{
    assert(key != NULL && value != NULL && PyDict_Check(mp));
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        Py_DECREF(key);
        Py_DECREF(value);
        return -1;
    }
    return dict_insert_steal(mp, key, hash, value);
}

int
PyDict_SetItem(PyObject *op, PyObject *key, PyObject *value)
{
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    assert(key != NULL && value != NULL);
    return _PyDict_SetItem_Take2((PyDictObject *)op, Py_NewRef(key),
                                 Py_NewRef(value));
}

int
_PyDict_SetItem_KnownHash(PyObject *op, PyObject *key, PyObject *value,
                          Py_hash_t hash)
{
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    assert(key != NULL && value != NULL && hash != -1);
    return dict_insert_steal((PyDictObject *)op, Py_NewRef(key), hash,
                             Py_NewRef(value));
}

int
_PyDict_SetItemId(PyObject *op, _Py_Identifier *id, PyObject *item)
{
    PyObject *key = _PyUnicode_FromId(id);      /* borrowed */
    if (key == NULL) {
        return -1;
    }
    return PyDict_SetItem(op, key, item);
}

int
PyDict_SetItemString(PyObject *op, const char *name, PyObject *item)
{
    PyObject *key = PyUnicode_FromString(name);
    if (key == NULL) {
        return -1;
    }
    PyUnicode_InternInPlace(&key);
    int err = PyDict_SetItem(op, key, item);
    Py_DECREF(key);
    return err;
}

/* Borrowed: the value that is in the dictionary afterwards. */
PyObject *
PyDict_SetDefault(PyObject *op, PyObject *key, PyObject *defaultobj)
{
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyDictObject *mp = (PyDictObject *)op;
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        return NULL;
    }
    PyObject *value = NULL;
    Py_ssize_t ix = DKIX_EMPTY;
    if (mp->ma_keys != Py_EMPTY_KEYS) {
        ix = _Py_dict_lookup(mp, key, hash, &value);
        if (ix == DKIX_ERROR) {
            return NULL;
        }
    }
    if (value != NULL) {
        return value;
    }
    if (mp->ma_keys == Py_EMPTY_KEYS) {
        if (insert_first_steal(mp, Py_NewRef(key), hash,
                               Py_NewRef(defaultobj)) < 0) {
            return NULL;
        }
        return defaultobj;
    }
    dict_maintain_tracking(mp, key, defaultobj);
    if (ix != DKIX_EMPTY) {
        /* A shared key without a value here. */
        assert(mp->ma_values != NULL);
        mp->ma_values->values[ix] = Py_NewRef(defaultobj);
        _PyDictValues_AddToInsertionOrder(mp->ma_values, ix);
        mp->ma_used++;
        mp->ma_version_tag = DICT_NEXT_VERSION();
        return defaultobj;
    }
    if (DK_IS_UNICODE(mp->ma_keys) && !PyUnicode_CheckExact(key)
        && dict_grow(mp, 0) < 0) {
        return NULL;
    }
    if (insert_new_steal(mp, Py_NewRef(key), hash,
                         Py_NewRef(defaultobj)) < 0) {
        return NULL;
    }
    return defaultobj;
}

/* -- Deleting ---------------------------------------------------------------- */

void
dict_delete_entry(PyDictObject *mp, Py_hash_t hash, Py_ssize_t ix,
                  PyObject *value)
{
    mp->ma_used--;
    mp->ma_version_tag = DICT_NEXT_VERSION();
    PyObject *key = NULL;
    if (mp->ma_values != NULL) {
        assert(mp->ma_values->values[ix] == value);
        mp->ma_values->values[ix] = NULL;
        dict_values_forget(mp->ma_values, ix);
    }
    else {
        PyDictKeysObject *keys = mp->ma_keys;
        keys->dk_version = 0;
        dk_set_index(keys, find_slot_of(keys, hash, ix), DKIX_DUMMY);
        if (DK_IS_UNICODE(keys)) {
            PyDictUnicodeEntry *ep = &DK_UNICODE_ENTRIES(keys)[ix];
            key = ep->me_key;
            ep->me_key = NULL;
            ep->me_value = NULL;
        }
        else {
            PyDictKeyEntry *ep = &DK_ENTRIES(keys)[ix];
            key = ep->me_key;
            ep->me_key = NULL;
            ep->me_value = NULL;
            ep->me_hash = 0;
        }
    }
    Py_XDECREF(key);
    Py_DECREF(value);
}

int
_PyDict_DelItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash)
{
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyDictObject *mp = (PyDictObject *)op;
    PyObject *old;
    Py_ssize_t ix = _Py_dict_lookup(mp, key, hash, &old);
    if (ix == DKIX_ERROR) {
        return -1;
    }
    if (ix == DKIX_EMPTY || old == NULL) {
        _PyErr_SetKeyError(key);
        return -1;
    }
    dict_delete_entry(mp, hash, ix, old);
    return 0;
}

int
PyDict_DelItem(PyObject *op, PyObject *key)
{
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        return -1;
    }
    return _PyDict_DelItem_KnownHash(op, key, hash);
}

/* The predicate must not change the dictionary. 0 also if it says no. */
int
_PyDict_DelItemIf(PyObject *op, PyObject *key,
                  int (*predicate)(PyObject *value))
{
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) {
        return -1;
    }
    PyDictObject *mp = (PyDictObject *)op;
    PyObject *old;
    Py_ssize_t ix = _Py_dict_lookup(mp, key, hash, &old);
    if (ix == DKIX_ERROR) {
        return -1;
    }
    if (ix == DKIX_EMPTY || old == NULL) {
        _PyErr_SetKeyError(key);
        return -1;
    }
    int res = predicate(old);
    if (res < 0) {
        return -1;
    }
    if (res > 0) {
        dict_delete_entry(mp, hash, ix, old);
    }
    return 0;
}

int
_PyDict_DelItemId(PyObject *op, _Py_Identifier *id)
{
    PyObject *key = _PyUnicode_FromId(id);      /* borrowed */
    if (key == NULL) {
        return -1;
    }
    return PyDict_DelItem(op, key);
}

int
PyDict_DelItemString(PyObject *op, const char *name)
{
    PyObject *key = PyUnicode_FromString(name);
    if (key == NULL) {
        return -1;
    }
    int err = PyDict_DelItem(op, key);
    Py_DECREF(key);
    return err;
}

/* Removes the key and returns its value; the default if it is not there, or
   a KeyError if there is no default. */
PyObject *
_PyDict_Pop_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash,
                      PyObject *defaultobj)
{
    assert(PyDict_Check(op));
    PyDictObject *mp = (PyDictObject *)op;
    PyObject *value = NULL;
    Py_ssize_t ix = DKIX_EMPTY;
    if (mp->ma_used != 0) {
        ix = _Py_dict_lookup(mp, key, hash, &value);
        if (ix == DKIX_ERROR) {
            return NULL;
        }
    }
    if (ix == DKIX_EMPTY || value == NULL) {
        if (defaultobj != NULL) {
            return Py_NewRef(defaultobj);
        }
        _PyErr_SetKeyError(key);
        return NULL;
    }
    Py_INCREF(value);
    dict_delete_entry(mp, hash, ix, value);
    return value;
}

PyObject *
_PyDict_Pop(PyObject *op, PyObject *key, PyObject *defaultobj)
{
    Py_hash_t hash = 0;
    if (((PyDictObject *)op)->ma_used != 0) {
        hash = dict_hash_key(key);
        if (hash == -1) {
            return NULL;
        }
    }
    return _PyDict_Pop_KnownHash(op, key, hash, defaultobj);
}

void
PyDict_Clear(PyObject *op)
{
    if (!PyDict_Check(op)) {
        return;
    }
    PyDictObject *mp = (PyDictObject *)op;
    PyDictKeysObject *old_keys = mp->ma_keys;
    PyDictValues *old_values = mp->ma_values;
    if (old_keys == Py_EMPTY_KEYS) {
        return;
    }
    /* Empty first: dropping the items can run Python code. */
    dk_incref(Py_EMPTY_KEYS);
    mp->ma_keys = Py_EMPTY_KEYS;
    mp->ma_values = NULL;
    mp->ma_used = 0;
    mp->ma_version_tag = DICT_NEXT_VERSION();
    if (old_values != NULL) {
        Py_ssize_t n = old_keys->dk_nentries;
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_CLEAR(old_values->values[i]);
        }
        dict_values_free(old_values);
    }
    dk_decref(old_keys);
}

/* -- Walking ------------------------------------------------------------- */

/* *pos is 0 at first. References are borrowed; the dictionary must not be
   changed meanwhile, save for the values of existing keys. */
int
_PyDict_Next(PyObject *op, Py_ssize_t *ppos, PyObject **pkey,
             PyObject **pvalue, Py_hash_t *phash)
{
    if (!PyDict_Check(op)) {
        return 0;
    }
    PyDictObject *mp = (PyDictObject *)op;
    Py_ssize_t i = *ppos;
    struct dict_entry e;
    if (mp->ma_values != NULL) {
        if (i < 0 || i >= mp->ma_used) {
            return 0;
        }
        e = dict_split_entry_at(mp, i);
    }
    else {
        Py_ssize_t n = mp->ma_keys->dk_nentries;
        if (i < 0 || i >= n) {
            return 0;
        }
        do {
            e = dict_entry_at(mp->ma_keys, i);
        } while (e.value == NULL && ++i < n);
        if (i >= n) {
            return 0;
        }
    }
    *ppos = i + 1;
    if (pkey != NULL) {
        *pkey = e.key;
    }
    if (pvalue != NULL) {
        *pvalue = e.value;
    }
    if (phash != NULL) {
        *phash = e.hash;
    }
    return 1;
}

int
PyDict_Next(PyObject *op, Py_ssize_t *ppos, PyObject **pkey,
            PyObject **pvalue)
{
    return _PyDict_Next(op, ppos, pkey, pvalue, NULL);
}

/* -- The collector -------------------------------------------------------- */

void
_PyDict_MaybeUntrack(PyObject *op)
{
    if (!PyDict_CheckExact(op) || !_PyObject_GC_IS_TRACKED(op)) {
        return;
    }
    PyDictObject *mp = (PyDictObject *)op;
    PyDictKeysObject *keys = mp->ma_keys;
    Py_ssize_t n = keys->dk_nentries;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (mp->ma_values != NULL) {
            PyObject *value = mp->ma_values->values[i];
            if (value != NULL && _PyObject_GC_MAY_BE_TRACKED(value)) {
                return;
            }
            continue;
        }
        struct dict_entry e = dict_entry_at(keys, i);
        if (e.value != NULL
            && (_PyObject_GC_MAY_BE_TRACKED(e.value)
                || (!DK_IS_UNICODE(keys)
                    && _PyObject_GC_MAY_BE_TRACKED(e.key)))) {
            return;
        }
    }
    _PyObject_GC_UNTRACK(op);
}

/* -- Free lists, sizes ---------------------------------------------------- */

void
_PyDict_ClearFreeList(PyInterpreterState *interp)
{
    struct _Py_dict_state *state = &interp->dict_state;
    while (state->numfree) {
        PyDictObject *mp = state->free_list[--state->numfree];
        PyObject_GC_Del(mp);
    }
    dict_keys_clear_free_list(state);
}

void
_PyDict_Fini(PyInterpreterState *interp)
{
    _PyDict_ClearFreeList(interp);
}

void
_PyDict_DebugMallocStats(FILE *out)
{
    _PyDebugAllocatorStats(out, "free PyDictObject",
                           dict_state_get()->numfree, sizeof(PyDictObject));
}

Py_ssize_t
_PyDict_SizeOf(PyDictObject *mp)
{
    Py_ssize_t res = (Py_ssize_t)_PyObject_SIZE(Py_TYPE(mp));
    if (mp->ma_values != NULL) {
        res += shared_keys_usable_size(mp->ma_keys)
               * (Py_ssize_t)sizeof(PyObject *);
    }
    /* Shared keys are counted with the class. */
    if (mp->ma_keys->dk_refcnt == 1) {
        res += _PyDict_KeysSize(mp->ma_keys);
    }
    return res;
}

int
_PyDict_HasOnlyStringKeys(PyObject *dict)
{
    assert(PyDict_Check(dict));
    if (DK_IS_UNICODE(((PyDictObject *)dict)->ma_keys)) {
        return 1;
    }
    Py_ssize_t pos = 0;
    PyObject *key;
    while (PyDict_Next(dict, &pos, &key, NULL)) {
        if (!PyUnicode_Check(key)) {
            return 0;
        }
    }
    return 1;
}

#define CHECK(expr) \
    do { \
        if (!(expr)) { \
            _PyObject_ASSERT_FAILED_MSG(op, Py_STRINGIFY(expr)); \
        } \
    } while (0)

/* For debugging: aborts if the dictionary is not sound. */
int
_PyDict_CheckConsistency(PyObject *op, int check_content)
{
    CHECK(op != NULL && PyDict_Check(op));
    PyDictObject *mp = (PyDictObject *)op;
    PyDictKeysObject *keys = mp->ma_keys;
    Py_ssize_t usable = USABLE_FRACTION((Py_ssize_t)DK_SIZE(keys));
    CHECK(0 <= mp->ma_used && mp->ma_used <= usable);
    CHECK(0 <= keys->dk_usable && keys->dk_usable <= usable);
    CHECK(0 <= keys->dk_nentries && keys->dk_nentries <= usable);
    CHECK(keys->dk_usable + keys->dk_nentries <= usable);
    if (mp->ma_values == NULL) {
        CHECK(keys->dk_kind != DICT_KEYS_SPLIT);
        CHECK(keys->dk_refcnt == 1 || keys == Py_EMPTY_KEYS);
    }
    else {
        CHECK(keys->dk_kind == DICT_KEYS_SPLIT);
        CHECK(mp->ma_used <= SHARED_KEYS_MAX_SIZE);
        CHECK(dict_values_used(mp->ma_values) == mp->ma_used);
    }
    if (check_content) {
        for (Py_ssize_t i = 0; i < DK_SIZE(keys); i++) {
            Py_ssize_t ix = dk_get_index(keys, (size_t)i);
            CHECK(DKIX_DUMMY <= ix && ix <= usable);
        }
        for (Py_ssize_t i = 0; i < keys->dk_nentries; i++) {
            struct dict_entry e = dict_entry_at(keys, i);
            if (e.key != NULL) {
                CHECK(e.hash != -1);
                CHECK(mp->ma_values != NULL || e.value != NULL);
            }
        }
    }
    return 1;
}
