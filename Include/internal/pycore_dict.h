/* Dictionaries: the hash table, split values, and what the interpreter asks
   of them beyond the public functions.

   A keys object is one block of memory:

       +-----------+--------------------+---------------------------------+
       | header    | dk_indices         | entries                         |
       | 32 bytes  | 2**dk_log2_size    | USABLE_FRACTION(2**log2_size)   |
       |           | signed 1,2,4 or 8- | (hash, key, value), or          |
       |           | byte integers      | (key, value) if all keys are str|
       +-----------+--------------------+---------------------------------+

   An index is DKIX_EMPTY, DKIX_DUMMY (the entry was deleted) or the number of
   an entry. Entries are filled in order, so their order is insertion order.

   A *combined* dictionary owns its keys and has the values in the entries. A
   *split* one (ma_values set) shares unicode keys with other instances of a
   class; its values are in an array beside it, and the bytes before that
   array hold the order in which they were set:

       ... order[1] order[0] | used | prefix size | values[0] values[1] ...
                                                  ^ PyDictValues *           */
#ifndef Py_INTERNAL_DICT_H
#define Py_INTERNAL_DICT_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

typedef struct {
    Py_hash_t me_hash;          /* hash of me_key, kept */
    PyObject *me_key;
    PyObject *me_value;
} PyDictKeyEntry;

typedef struct {
    PyObject *me_key;           /* str, whose own hash is computed */
    PyObject *me_value;
} PyDictUnicodeEntry;

typedef enum {
    DICT_KEYS_GENERAL = 0,      /* keys of any type: PyDictKeyEntry */
    DICT_KEYS_UNICODE = 1,      /* exact str only: PyDictUnicodeEntry */
    DICT_KEYS_SPLIT = 2         /* the same, shared by instances */
} DictKeysKind;

struct _dictkeysobject {
    Py_ssize_t dk_refcnt;
    uint8_t dk_log2_size;       /* number of indices, as a power of two */
    uint8_t dk_log2_index_bytes;/* bytes of all indices, as a power of two */
    uint8_t dk_kind;            /* DictKeysKind */
    uint32_t dk_version;        /* 0: none; reset by each change of keys */
    Py_ssize_t dk_usable;       /* entries that can still be filled */
    Py_ssize_t dk_nentries;     /* entries filled, deleted ones included */
    char dk_indices[];
};

struct _dictvalues {
    PyObject *values[1];
};

#define DKIX_EMPTY (-1)
#define DKIX_DUMMY (-2)
#define DKIX_ERROR (-3)
#define DKIX_KEY_CHANGED (-4)

#define DK_LOG_SIZE(dk) ((dk)->dk_log2_size)
#define DK_SIZE(dk) (((int64_t)1) << DK_LOG_SIZE(dk))

#define DK_IS_UNICODE(dk) ((dk)->dk_kind != DICT_KEYS_GENERAL)

/* The largest number of keys that instances share. */
#define SHARED_KEYS_MAX_SIZE 30
#define NEXT_LOG2_SHARED_KEYS_MAX_SIZE 6

static inline void *
_DK_ENTRIES(PyDictKeysObject *dk)
{
    return &dk->dk_indices[(size_t)1 << dk->dk_log2_index_bytes];
}

static inline PyDictKeyEntry *
DK_ENTRIES(PyDictKeysObject *dk)
{
    assert(dk->dk_kind == DICT_KEYS_GENERAL);
    return (PyDictKeyEntry *)_DK_ENTRIES(dk);
}

static inline PyDictUnicodeEntry *
DK_UNICODE_ENTRIES(PyDictKeysObject *dk)
{
    assert(dk->dk_kind != DICT_KEYS_GENERAL);
    return (PyDictUnicodeEntry *)_DK_ENTRIES(dk);
}

#define PyDict_MAXFREELIST 80

struct _Py_dict_state {
    PyDictObject *free_list[PyDict_MAXFREELIST];
    int numfree;
    PyDictKeysObject *keys_free_list[PyDict_MAXFREELIST];
    int keys_numfree;
};

extern uint64_t _pydict_global_version;
#define DICT_NEXT_VERSION() (++_pydict_global_version)

/* Looks the key up: the entry's number, DKIX_EMPTY, or DKIX_ERROR. *value is
   borrowed, NULL unless found. May run Python. */
extern Py_ssize_t _Py_dict_lookup(PyDictObject *mp, PyObject *key,
                                  Py_hash_t hash, PyObject **value_addr);
/* The entry of an exact str in unicode keys, without running Python. */
extern Py_ssize_t _PyDictKeys_StringLookup(PyDictKeysObject *dictkeys,
                                           PyObject *key);
/* Borrowed reference, or NULL with or without an exception. */
extern PyObject *_PyDict_LoadGlobal(PyDictObject *, PyDictObject *,
                                    PyObject *);
extern Py_ssize_t _PyDict_GetItemHint(PyDictObject *, PyObject *, Py_ssize_t,
                                      PyObject **);
/* Takes over the references to key and value, also on failure. */
extern int _PyDict_SetItem_Take2(PyDictObject *op, PyObject *key,
                                 PyObject *value);
extern int _PyObjectDict_SetItem(PyTypeObject *tp, PyObject **dictptr,
                                 PyObject *name, PyObject *value);
extern PyObject *_PyDict_Pop_KnownHash(PyObject *, PyObject *, Py_hash_t,
                                       PyObject *);
extern PyObject *_PyDict_FromKeys(PyObject *, PyObject *, PyObject *);
extern PyObject *_PyDict_FromItems(PyObject *const *keys,
                                   Py_ssize_t keys_offset,
                                   PyObject *const *values,
                                   Py_ssize_t values_offset,
                                   Py_ssize_t length);
PyAPI_FUNC(int) _PyDict_CheckConsistency(PyObject *mp, int check_content);
extern Py_ssize_t _PyDict_KeysSize(PyDictKeysObject *keys);
extern void _PyDict_ClearFreeList(PyInterpreterState *interp);
extern void _PyDict_Fini(PyInterpreterState *interp);

/* A version of the present keys, 0 if none is left to give. */
extern uint32_t _PyDictKeys_GetVersionForCurrentState(
    PyDictKeysObject *dictkeys);
extern PyDictKeysObject *_PyDict_NewKeysForClass(void);
extern void _PyDictKeys_DecRef(PyDictKeysObject *keys);

/* Attributes stored in the instance (Py_TPFLAGS_MANAGED_DICT). */
extern int _PyObject_InitializeDict(PyObject *obj);
extern int _PyObject_StoreInstanceAttribute(PyObject *obj,
                                            PyDictValues *values,
                                            PyObject *name,
                                            PyObject *value);
extern PyObject *_PyObject_GetInstanceAttribute(PyObject *obj,
                                                PyDictValues *values,
                                                PyObject *name);
extern PyObject *_PyObject_MakeDictFromInstanceAttributes(
    PyObject *obj, PyDictValues *values);
extern int _PyObject_IsInstanceDictEmpty(PyObject *);
extern void _PyObject_FreeInstanceAttributes(PyObject *self);
extern int _PyObject_VisitInstanceAttributes(PyObject *self, visitproc visit,
                                             void *arg);
extern void _PyObject_ClearInstanceAttributes(PyObject *self);

/* Notes that value number ix was set last. */
static inline void
_PyDictValues_AddToInsertionOrder(PyDictValues *values, Py_ssize_t ix)
{
    uint8_t *end = (uint8_t *)values;
    int used = end[-2];
    assert(used < SHARED_KEYS_MAX_SIZE && used + 2 < end[-1]);
    end[-3 - used] = (uint8_t)ix;
    end[-2] = (uint8_t)(used + 1);
}

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_DICT_H */
