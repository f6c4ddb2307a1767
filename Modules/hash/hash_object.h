/* Hash objects with the interface of hashlib, over any Merkle-Damgard hash.

   A module has a table of algorithms; module_exec makes a type for each. */
#ifndef HASH_OBJECT_H
#define HASH_OBJECT_H

/* Running state of the MD5, SHA-1 and SHA-2 hashes. */
struct hash_state {
    union {
        uint32_t w32[8];
        uint64_t w64[8];
    } h;
    uint64_t length;            /* bytes so far */
    unsigned char block[128];   /* a partial block: length % block_size */
};

struct hash_algorithm {
    const char *name;           /* "sha224" */
    const char *type_name;      /* "_sha256.sha224" */
    int block_size;
    int digest_size;
    int word_size;              /* of h: 4 or 8 bytes */
    int little_endian;          /* MD5 */
    uint64_t start[8];          /* initial h */
    void (*compress)(struct hash_state *state, const unsigned char *block);
};

#define HASH_TYPES_MAX 2

struct hash_module_state {
    PyTypeObject *types[HASH_TYPES_MAX];
};

/* A new hash object of the module's algorithm number `which`, for a function
   such as md5(string=b'', *, usedforsecurity=True). */
extern PyObject *hash_object_make(PyObject *module, int which,
                                  const struct hash_algorithm *algorithm,
                                  PyObject *const *args, Py_ssize_t nargs,
                                  PyObject *kwnames);
/* Makes the type number `which`. */
extern PyTypeObject *hash_type_make(PyObject *module, int which,
                                    const struct hash_algorithm *algorithm);

/* For the module definition. */
extern int hash_module_traverse(PyObject *module, visitproc visit, void *arg);
extern int hash_module_clear(PyObject *module);
extern void hash_module_free(void *module);

/* The data of an argument to be hashed: -1 with TypeError for str. */
extern int hash_get_buffer(PyObject *object, Py_buffer *view);

/* Big-endian loads. */
static inline uint32_t
hash_load32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8
        | p[3];
}

static inline uint64_t
hash_load64(const unsigned char *p)
{
    return (uint64_t)hash_load32(p) << 32 | hash_load32(p + 4);
}

static inline uint32_t
hash_rotate_left32(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

static inline uint32_t
hash_rotate_right32(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static inline uint64_t
hash_rotate_right64(uint64_t x, int n)
{
    return x >> n | x << (64 - n);
}

#endif /* !HASH_OBJECT_H */
