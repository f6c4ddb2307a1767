/* A chained hash table from pointers to pointers.

   Usable without the interpreter (tracemalloc lives on it). The number of
   buckets is a power of two between 16 and twice the number of entries. */

#include "Python.h"
#include "pycore_hashtable.h"

#define BUCKETS_MIN 16
#define LOAD_HIGH 0.50
#define LOAD_LOW 0.10
#define LOAD_TARGET ((LOAD_HIGH + LOAD_LOW) / 2.0)

#define ENTRY_NEXT(entry)                                               \
    ((_Py_hashtable_entry_t *)_Py_SLIST_ITEM_NEXT(entry))
#define BUCKET_HEAD(bucket)                                             \
    ((_Py_hashtable_entry_t *)_Py_SLIST_HEAD(&(bucket)))

/* -- Defaults ----------------------------------------------------------- */

Py_uhash_t
_Py_hashtable_hash_ptr(const void *key)
{
    return (Py_uhash_t)_Py_HashPointerRaw(key);
}

int
_Py_hashtable_compare_direct(const void *key1, const void *key2)
{
    return key1 == key2;
}

static inline size_t
bucket_index(const _Py_hashtable_t *ht, Py_uhash_t hash)
{
    return hash & (ht->nbuckets - 1);
}

static _Py_hashtable_entry_t *
get_entry_generic(_Py_hashtable_t *ht, const void *key)
{
    Py_uhash_t hash = ht->hash_func(key);
    _Py_hashtable_entry_t *entry =
        BUCKET_HEAD(ht->buckets[bucket_index(ht, hash)]);
    while (entry != NULL) {
        if (entry->key_hash == hash && ht->compare_func(key, entry->key)) {
            break;
        }
        entry = ENTRY_NEXT(entry);
    }
    return entry;
}

/* The same for pointers compared by identity. */
static _Py_hashtable_entry_t *
get_entry_pointer(_Py_hashtable_t *ht, const void *key)
{
    Py_uhash_t hash = _Py_hashtable_hash_ptr(key);
    _Py_hashtable_entry_t *entry =
        BUCKET_HEAD(ht->buckets[bucket_index(ht, hash)]);
    while (entry != NULL && entry->key != key) {
        entry = ENTRY_NEXT(entry);
    }
    return entry;
}

/* -- Size --------------------------------------------------------------- */

static size_t
round_size(size_t size)
{
    size_t n = BUCKETS_MIN;
    while (n < size) {
        n *= 2;
    }
    return n;
}

static _Py_slist_t *
buckets_new(_Py_hashtable_t *ht, size_t count)
{
    if (count > SIZE_MAX / sizeof(_Py_slist_t)) {
        return NULL;
    }
    _Py_slist_t *buckets = ht->alloc.malloc(count * sizeof(_Py_slist_t));
    if (buckets != NULL) {
        memset(buckets, 0, count * sizeof(_Py_slist_t));
    }
    return buckets;
}

static int
rehash(_Py_hashtable_t *ht)
{
    size_t count = round_size((size_t)((double)ht->nentries / LOAD_TARGET));
    if (count == ht->nbuckets) {
        return 0;
    }
    _Py_slist_t *buckets = buckets_new(ht, count);
    if (buckets == NULL) {
        return -1;
    }
    for (size_t i = 0; i < ht->nbuckets; i++) {
        _Py_hashtable_entry_t *next;
        for (_Py_hashtable_entry_t *entry = BUCKET_HEAD(ht->buckets[i]);
             entry != NULL; entry = next) {
            next = ENTRY_NEXT(entry);
            _Py_slist_t *bucket = &buckets[entry->key_hash & (count - 1)];
            entry->_Py_slist_item.next = bucket->head;
            bucket->head = &entry->_Py_slist_item;
        }
    }
    ht->alloc.free(ht->buckets);
    ht->nbuckets = count;
    ht->buckets = buckets;
    return 0;
}

size_t
_Py_hashtable_size(const _Py_hashtable_t *ht)
{
    size_t size = sizeof(_Py_hashtable_t);
    size += ht->nbuckets * sizeof(_Py_slist_t);
    size += ht->nentries * sizeof(_Py_hashtable_entry_t);
    return size;
}

/* -- Access ------------------------------------------------------------- */

int
_Py_hashtable_set(_Py_hashtable_t *ht, const void *key, void *value)
{
    assert(ht->get_entry_func(ht, key) == NULL);
    _Py_hashtable_entry_t *entry =
        ht->alloc.malloc(sizeof(_Py_hashtable_entry_t));
    if (entry == NULL) {
        return -1;
    }
    entry->key_hash = ht->hash_func(key);
    entry->key = (void *)key;
    entry->value = value;
    ht->nentries++;
    if ((double)ht->nentries / (double)ht->nbuckets > LOAD_HIGH
        && rehash(ht) < 0) {
        ht->nentries--;
        ht->alloc.free(entry);
        return -1;
    }
    _Py_slist_t *bucket = &ht->buckets[bucket_index(ht, entry->key_hash)];
    entry->_Py_slist_item.next = bucket->head;
    bucket->head = &entry->_Py_slist_item;
    return 0;
}

void *
_Py_hashtable_get(_Py_hashtable_t *ht, const void *key)
{
    _Py_hashtable_entry_t *entry = ht->get_entry_func(ht, key);
    return entry != NULL ? entry->value : NULL;
}

void *
_Py_hashtable_steal(_Py_hashtable_t *ht, const void *key)
{
    Py_uhash_t hash = ht->hash_func(key);
    _Py_slist_item_t **link = &ht->buckets[bucket_index(ht, hash)].head;
    for (; *link != NULL; link = &(*link)->next) {
        _Py_hashtable_entry_t *entry = (_Py_hashtable_entry_t *)*link;
        if (entry->key_hash != hash || !ht->compare_func(key, entry->key)) {
            continue;
        }
        *link = entry->_Py_slist_item.next;
        ht->nentries--;
        void *value = entry->value;
        ht->alloc.free(entry);
        if ((double)ht->nentries / (double)ht->nbuckets < LOAD_LOW) {
            (void)rehash(ht);   /* staying large does no harm */
        }
        return value;
    }
    return NULL;
}

int
_Py_hashtable_foreach(_Py_hashtable_t *ht, _Py_hashtable_foreach_func func,
                      void *user_data)
{
    for (size_t i = 0; i < ht->nbuckets; i++) {
        for (_Py_hashtable_entry_t *entry = BUCKET_HEAD(ht->buckets[i]);
             entry != NULL; entry = ENTRY_NEXT(entry)) {
            int result = func(ht, entry->key, entry->value, user_data);
            if (result) {
                return result;
            }
        }
    }
    return 0;
}

/* -- Life --------------------------------------------------------------- */

_Py_hashtable_t *
_Py_hashtable_new_full(_Py_hashtable_hash_func hash_func,
                       _Py_hashtable_compare_func compare_func,
                       _Py_hashtable_destroy_func key_destroy_func,
                       _Py_hashtable_destroy_func value_destroy_func,
                       _Py_hashtable_allocator_t *allocator)
{
    _Py_hashtable_allocator_t alloc = {PyMem_Malloc, PyMem_Free};
    if (allocator != NULL) {
        alloc = *allocator;
    }
    _Py_hashtable_t *ht = alloc.malloc(sizeof(*ht));
    if (ht == NULL) {
        return NULL;
    }
    *ht = (_Py_hashtable_t){
        .nbuckets = BUCKETS_MIN,
        .get_entry_func = get_entry_generic,
        .hash_func = hash_func,
        .compare_func = compare_func,
        .key_destroy_func = key_destroy_func,
        .value_destroy_func = value_destroy_func,
        .alloc = alloc,
    };
    ht->buckets = buckets_new(ht, ht->nbuckets);
    if (ht->buckets == NULL) {
        alloc.free(ht);
        return NULL;
    }
    if (hash_func == _Py_hashtable_hash_ptr
        && compare_func == _Py_hashtable_compare_direct) {
        ht->get_entry_func = get_entry_pointer;
    }
    return ht;
}

_Py_hashtable_t *
_Py_hashtable_new(_Py_hashtable_hash_func hash_func,
                  _Py_hashtable_compare_func compare_func)
{
    return _Py_hashtable_new_full(hash_func, compare_func, NULL, NULL, NULL);
}

static void
entries_free(_Py_hashtable_t *ht)
{
    for (size_t i = 0; i < ht->nbuckets; i++) {
        _Py_hashtable_entry_t *next;
        for (_Py_hashtable_entry_t *entry = BUCKET_HEAD(ht->buckets[i]);
             entry != NULL; entry = next) {
            next = ENTRY_NEXT(entry);
            if (ht->key_destroy_func) {
                ht->key_destroy_func(entry->key);
            }
            if (ht->value_destroy_func) {
                ht->value_destroy_func(entry->value);
            }
            ht->alloc.free(entry);
        }
        ht->buckets[i].head = NULL;
    }
}

void
_Py_hashtable_clear(_Py_hashtable_t *ht)
{
    entries_free(ht);
    ht->nentries = 0;
    (void)rehash(ht);
}

void
_Py_hashtable_destroy(_Py_hashtable_t *ht)
{
    entries_free(ht);
    ht->alloc.free(ht->buckets);
    ht->alloc.free(ht);
}
