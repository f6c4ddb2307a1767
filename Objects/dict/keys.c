/* Dictionaries: keys objects and value arrays, their memory and versions. */
#include "dict_impl.h"

/* One slot, which is empty: every lookup ends at once. */
PyDictKeysObject dict_empty_keys = {
    .dk_refcnt = 1,
    .dk_log2_size = 0,
    .dk_log2_index_bytes = 3,
    .dk_kind = DICT_KEYS_UNICODE,
    .dk_version = 1,
    .dk_usable = 0,
    .dk_nentries = 0,
    .dk_indices = {DKIX_EMPTY, DKIX_EMPTY, DKIX_EMPTY, DKIX_EMPTY,
                   DKIX_EMPTY, DKIX_EMPTY, DKIX_EMPTY, DKIX_EMPTY},
};

/* Guarded by the GIL. 0 and 1 (the empty keys) are taken; when the 32 bits
   are used up, no keys get a version any more. */
static uint32_t next_keys_version = 2;

static struct _Py_dict_state *
dict_state_get(void)
{
    return &_PyInterpreterState_GET()->dict_state;
}

/* -- Keys ------------------------------------------------------------------ */

static size_t
keys_memory_size(uint8_t log2_size, uint8_t log2_bytes, int unicode)
{
    size_t entry = unicode ? sizeof(PyDictUnicodeEntry)
                           : sizeof(PyDictKeyEntry);
    return sizeof(PyDictKeysObject) + ((size_t)1 << log2_bytes)
           + entry * USABLE_FRACTION((size_t)1 << log2_size);
}

PyDictKeysObject *
dict_keys_new(uint8_t log2_size, int unicode)
{
    assert(log2_size >= PyDict_LOG_MINSIZE);
    uint8_t log2_bytes;
    if (log2_size < 8) {
        log2_bytes = log2_size;
    }
    else if (log2_size < 16) {
        log2_bytes = log2_size + 1;
    }
    else if (log2_size < 32) {
        log2_bytes = log2_size + 2;
    }
    else {
        log2_bytes = log2_size + 3;
    }
    if (log2_size >= SIZEOF_SIZE_T * 8 - 8) {
        PyErr_NoMemory();
        return NULL;
    }
    size_t size = keys_memory_size(log2_size, log2_bytes, unicode);
    struct _Py_dict_state *state = dict_state_get();
    PyDictKeysObject *keys;
    if (log2_size == PyDict_LOG_MINSIZE && unicode
        && state->keys_numfree > 0) {
        keys = state->keys_free_list[--state->keys_numfree];
    }
    else {
        keys = PyObject_Malloc(size);
        if (keys == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
    }
    size_t index_bytes = (size_t)1 << log2_bytes;
    keys->dk_refcnt = 1;
    keys->dk_log2_size = log2_size;
    keys->dk_log2_index_bytes = log2_bytes;
    keys->dk_kind = unicode ? DICT_KEYS_UNICODE : DICT_KEYS_GENERAL;
    keys->dk_version = 0;
    keys->dk_usable = USABLE_FRACTION((Py_ssize_t)1 << log2_size);
    keys->dk_nentries = 0;
    memset(keys->dk_indices, 0xff, index_bytes);
    memset(_DK_ENTRIES(keys), 0,
           size - sizeof(PyDictKeysObject) - index_bytes);
    return keys;
}

void
dict_keys_free(PyDictKeysObject *keys)
{
    assert(keys != Py_EMPTY_KEYS);
    if (keys->dk_log2_size == PyDict_LOG_MINSIZE && DK_IS_UNICODE(keys)) {
        struct _Py_dict_state *state = dict_state_get();
        if (state->keys_numfree < PyDict_MAXFREELIST) {
            state->keys_free_list[state->keys_numfree++] = keys;
            return;
        }
    }
    PyObject_Free(keys);
}

void
dict_keys_dealloc(PyDictKeysObject *keys)
{
    Py_ssize_t n = keys->dk_nentries;
    if (DK_IS_UNICODE(keys)) {
        PyDictUnicodeEntry *entries = DK_UNICODE_ENTRIES(keys);
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_XDECREF(entries[i].me_key);
            Py_XDECREF(entries[i].me_value);
        }
    }
    else {
        PyDictKeyEntry *entries = DK_ENTRIES(keys);
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_XDECREF(entries[i].me_key);
            Py_XDECREF(entries[i].me_value);
        }
    }
    dict_keys_free(keys);
}

void
_PyDictKeys_DecRef(PyDictKeysObject *keys)
{
    dk_decref(keys);
}

void
dict_keys_clear_free_list(struct _Py_dict_state *state)
{
    while (state->keys_numfree) {
        PyObject_Free(state->keys_free_list[--state->keys_numfree]);
    }
}

Py_ssize_t
_PyDict_KeysSize(PyDictKeysObject *keys)
{
    return (Py_ssize_t)keys_memory_size(keys->dk_log2_size,
                                        keys->dk_log2_index_bytes,
                                        DK_IS_UNICODE(keys));
}

uint32_t
_PyDictKeys_GetVersionForCurrentState(PyDictKeysObject *keys)
{
    if (keys->dk_version == 0 && next_keys_version != 0) {
        keys->dk_version = next_keys_version++;
    }
    return keys->dk_version;
}

/* The keys that the instances of a new class will share. NULL without an
   exception: the instances then do without. */
PyDictKeysObject *
_PyDict_NewKeysForClass(void)
{
    PyDictKeysObject *keys =
        dict_keys_new(NEXT_LOG2_SHARED_KEYS_MAX_SIZE, 1);
    if (keys == NULL) {
        PyErr_Clear();
        return NULL;
    }
    keys->dk_usable = SHARED_KEYS_MAX_SIZE;
    keys->dk_kind = DICT_KEYS_SPLIT;
    return keys;
}

/* -- Value arrays -------------------------------------------------------- */

PyDictValues *
dict_values_new(Py_ssize_t size)
{
    /* Two counters and a byte of order for each value, rounded up so that
       the values are aligned. */
    size_t prefix = ((size_t)size + 2 + sizeof(PyObject *) - 1)
                    & ~(sizeof(PyObject *) - 1);
    assert(prefix < 256);
    uint8_t *mem = PyMem_Malloc(prefix + (size_t)size * sizeof(PyObject *));
    if (mem == NULL) {
        return NULL;
    }
    memset(mem, 0, prefix + (size_t)size * sizeof(PyObject *));
    mem[prefix - 1] = (uint8_t)prefix;
    return (PyDictValues *)(mem + prefix);
}

void
dict_values_free(PyDictValues *values)
{
    uint8_t *end = (uint8_t *)values;
    PyMem_Free(end - end[-1]);
}

/* Takes ix out of the order of values. */
void
dict_values_forget(PyDictValues *values, Py_ssize_t ix)
{
    uint8_t *end = (uint8_t *)values;
    int used = end[-2];
    int i = 0;
    while (end[-3 - i] != ix) {
        i++;
        assert(i < used);
    }
    for (; i < used - 1; i++) {
        end[-3 - i] = end[-4 - i];
    }
    end[-2] = (uint8_t)(used - 1);
}
