/* Dictionaries: what the files of this folder share. The layout is drawn in
   pycore_dict.h. */
#ifndef Py_DICT_IMPL_H
#define Py_DICT_IMPL_H

#include "Python.h"
#include "pycore_bitutils.h"
#include "pycore_dict.h"
#include "pycore_gc.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"

#define PyDict_LOG_MINSIZE 3
#define PyDict_MINSIZE 8

/* Collisions are resolved by i = 5*i + 1 + perturb, which visits all slots;
   perturb lets the upper bits of the hash take part first. */
#define PERTURB_SHIFT 5

/* Two thirds of the slots may be filled. */
#define USABLE_FRACTION(n) (((n) << 1) / 3)

/* A full table grows to three times what it holds. */
#define GROWTH_RATE(mp) ((mp)->ma_used * 3)

/* The keys of every empty new dictionary. Never modified, never freed. */
extern PyDictKeysObject dict_empty_keys;
#define Py_EMPTY_KEYS (&dict_empty_keys)

/* -- Indices --------------------------------------------------------------- */

#define DK_MASK(dk) (DK_SIZE(dk) - 1)

static inline Py_ssize_t
dk_get_index(const PyDictKeysObject *keys, size_t i)
{
    int log2size = keys->dk_log2_size;
    if (log2size < 8) {
        return ((const int8_t *)keys->dk_indices)[i];
    }
    if (log2size < 16) {
        return ((const int16_t *)keys->dk_indices)[i];
    }
    if (log2size < 32) {
        return ((const int32_t *)keys->dk_indices)[i];
    }
    return ((const int64_t *)keys->dk_indices)[i];
}

static inline void
dk_set_index(PyDictKeysObject *keys, size_t i, Py_ssize_t ix)
{
    int log2size = keys->dk_log2_size;
    if (log2size < 8) {
        ((int8_t *)keys->dk_indices)[i] = (int8_t)ix;
    }
    else if (log2size < 16) {
        ((int16_t *)keys->dk_indices)[i] = (int16_t)ix;
    }
    else if (log2size < 32) {
        ((int32_t *)keys->dk_indices)[i] = (int32_t)ix;
    }
    else {
        ((int64_t *)keys->dk_indices)[i] = ix;
    }
}

/* The power of two (its exponent) that holds minsize slots. */
static inline uint8_t
dk_log2_for_slots(Py_ssize_t minsize)
{
    if (minsize <= PyDict_MINSIZE) {
        return PyDict_LOG_MINSIZE;
    }
    uint8_t log2 = PyDict_LOG_MINSIZE;
    while ((((Py_ssize_t)1) << log2) < minsize) {
        log2++;
    }
    return log2;
}

/* The same for n entries. */
static inline uint8_t
dk_log2_for_entries(Py_ssize_t n)
{
    return dk_log2_for_slots((n * 3 + 1) / 2);
}

/* -- Keys objects -------------------------------------------------------- */

extern PyDictKeysObject *dict_keys_new(uint8_t log2_size, int unicode);
/* Gives the memory back, without touching what the entries refer to. */
extern void dict_keys_free(PyDictKeysObject *keys);
extern void dict_keys_clear_free_list(struct _Py_dict_state *state);

static inline void
dk_incref(PyDictKeysObject *keys)
{
    keys->dk_refcnt++;
}

extern void dict_keys_dealloc(PyDictKeysObject *keys);

static inline void
dk_decref(PyDictKeysObject *keys)
{
    if (--keys->dk_refcnt == 0) {
        dict_keys_dealloc(keys);
    }
}

/* -- Values beside shared keys ----------------------------------------------- */

static inline Py_ssize_t
shared_keys_usable_size(const PyDictKeysObject *keys)
{
    return keys->dk_nentries + keys->dk_usable;
}

/* NULL without an exception when memory is exhausted. */
extern PyDictValues *dict_values_new(Py_ssize_t size);
extern void dict_values_free(PyDictValues *values);
extern void dict_values_forget(PyDictValues *values, Py_ssize_t ix);

static inline int
dict_values_used(const PyDictValues *values)
{
    return ((const uint8_t *)values)[-2];
}

/* The number of the value that was set i-th. */
static inline Py_ssize_t
dict_values_nth(const PyDictValues *values, Py_ssize_t i)
{
    return ((const uint8_t *)values)[-3 - i];
}

/* -- Lookup ------------------------------------------------------------------ */

static inline Py_hash_t
unicode_cached_hash(PyObject *key)
{
    return ((PyASCIIObject *)key)->hash;
}

/* The hash of any key: -1 and an exception if it has none. */
static inline Py_hash_t
dict_hash_key(PyObject *key)
{
    Py_hash_t hash;
    if (PyUnicode_CheckExact(key)
        && (hash = unicode_cached_hash(key)) != -1) {
        return hash;
    }
    return PyObject_Hash(key);
}

/* Equality of two exact, ready strings of equal hash. */
static inline int
dict_unicode_eq(PyObject *a, PyObject *b)
{
    Py_ssize_t len = PyUnicode_GET_LENGTH(a);
    if (len != PyUnicode_GET_LENGTH(b)
        || PyUnicode_KIND(a) != PyUnicode_KIND(b)) {
        return 0;
    }
    return memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b),
                  (size_t)len * PyUnicode_KIND(a)) == 0;
}

extern Py_ssize_t dict_lookup_unicode(PyDictKeysObject *keys, PyObject *key,
                                      Py_hash_t hash);

/* -- Storage ------------------------------------------------------------- */

/* Makes a dictionary; takes over keys and values, also on failure. */
extern PyObject *dict_new_with(PyDictKeysObject *keys, PyDictValues *values,
                               Py_ssize_t used, int free_values);
extern PyObject *dict_new_shared(PyDictKeysObject *keys);
extern PyObject *dict_new_presized(Py_ssize_t minused, int unicode);
/* Moves the items to a combined table of 2**log2_size slots. */
extern int dict_resize(PyDictObject *mp, uint8_t log2_size, int unicode);

/* -- Mutation ---------------------------------------------------------------- */

/* Takes over key and value, also on failure. May run Python. */
extern int dict_insert_steal(PyDictObject *mp, PyObject *key, Py_hash_t hash,
                             PyObject *value);
/* Puts a new string into shared keys; its number, or DKIX_EMPTY if it has no
   place there. */
extern Py_ssize_t dict_keys_share(PyDictKeysObject *keys, PyObject *name);
/* Removes entry ix, found under hash; takes over the reference to value that
   the entry holds. */
extern void dict_delete_entry(PyDictObject *mp, Py_hash_t hash,
                              Py_ssize_t ix, PyObject *value);

extern PyObject *dict_iter(PyDictObject *dict);
extern PyObject *dictiter_new_for_view(PyDictObject *dict,
                                       PyTypeObject *type);
extern int dict_update_arg(PyObject *self, PyObject *arg);
extern int dict_equal(PyDictObject *a, PyDictObject *b);

extern PyObject *dict_keys(PyObject *dict, PyObject *unused);
extern PyObject *dict_values(PyObject *dict, PyObject *unused);
extern PyObject *dict_items(PyObject *dict, PyObject *unused);
extern PyObject *dict_reversed(PyObject *dict, PyObject *unused);

/* The collector need not look at dictionaries of atoms. */
static inline void
dict_maintain_tracking(PyDictObject *mp, PyObject *key, PyObject *value)
{
    if (!_PyObject_GC_IS_TRACKED(mp)
        && (_PyObject_GC_MAY_BE_TRACKED(key)
            || _PyObject_GC_MAY_BE_TRACKED(value))) {
        _PyObject_GC_TRACK(mp);
    }
}

/* One entry, whatever the layout; hash is computed from unicode keys. */
struct dict_entry {
    PyObject *key;              /* borrowed */
    PyObject *value;            /* borrowed; NULL: the entry is free */
    Py_hash_t hash;
};

/* Entry i of a combined dictionary, i < dk_nentries. */
static inline struct dict_entry
dict_entry_at(PyDictKeysObject *keys, Py_ssize_t i)
{
    if (DK_IS_UNICODE(keys)) {
        PyDictUnicodeEntry *ep = &DK_UNICODE_ENTRIES(keys)[i];
        return (struct dict_entry){
            ep->me_key, ep->me_value,
            ep->me_key != NULL ? unicode_cached_hash(ep->me_key) : -1};
    }
    PyDictKeyEntry *ep = &DK_ENTRIES(keys)[i];
    return (struct dict_entry){ep->me_key, ep->me_value, ep->me_hash};
}

/* The i-th item of a split dictionary, i < ma_used. */
static inline struct dict_entry
dict_split_entry_at(PyDictObject *mp, Py_ssize_t i)
{
    Py_ssize_t ix = dict_values_nth(mp->ma_values, i);
    PyObject *key = DK_UNICODE_ENTRIES(mp->ma_keys)[ix].me_key;
    return (struct dict_entry){key, mp->ma_values->values[ix],
                               unicode_cached_hash(key)};
}

#endif /* !Py_DICT_IMPL_H */
