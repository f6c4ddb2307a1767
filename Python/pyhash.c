/* Hashes: of numbers, of pointers, of bytes.

   Numbers hash to their value modulo the prime 2**61 - 1, so that equal
   numbers of different types hash alike. Bytes (and the text of str) go
   through SipHash-1-3, keyed by a secret that bootstrap_hash.c fills in. */

#include "Python.h"
#include "pycore_pyhash.h"

_Py_HashSecret_t _Py_HashSecret = {{0}};

/* -- Numbers ------------------------------------------------------------ */

Py_hash_t
_Py_HashDouble(PyObject *inst, double v)
{
    if (!isfinite(v)) {
        if (isinf(v)) {
            return v > 0 ? _PyHASH_INF : -_PyHASH_INF;
        }
        return _Py_HashPointer(inst);
    }
    int exponent;
    double fraction = frexp(fabs(v), &exponent);
    /* |v| = m * 2**exponent with an integer m below the modulus. */
    Py_uhash_t x = (Py_uhash_t)ldexp(fraction, 53);
    exponent -= 53;
    /* 2**61 is 1: a product by a power of two is a rotation of 61 bits. */
    int turn = exponent % _PyHASH_BITS;
    if (turn < 0) {
        turn += _PyHASH_BITS;
    }
    x = ((x << turn) & _PyHASH_MODULUS) | (x >> (_PyHASH_BITS - turn));
    if (x >= _PyHASH_MODULUS) {
        x -= _PyHASH_MODULUS;
    }
    Py_hash_t hash = v < 0 ? -(Py_hash_t)x : (Py_hash_t)x;
    return hash == -1 ? -2 : hash;
}

/* -- Pointers ----------------------------------------------------------- */

Py_hash_t
_Py_HashPointerRaw(const void *p)
{
    /* The low bits are always zero: put them on top. */
    size_t y = (size_t)p;
    return (Py_hash_t)((y >> 4) | (y << (8 * sizeof(p) - 4)));
}

Py_hash_t
_Py_HashPointer(const void *p)
{
    Py_hash_t hash = _Py_HashPointerRaw(p);
    return hash == -1 ? -2 : hash;
}

/* -- SipHash-1-3 -------------------------------------------------------- */

struct sip_state {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t
rotate_left(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void
sip_round(struct sip_state *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate_left(s->v1, 13) ^ s->v0;
    s->v3 = rotate_left(s->v3, 16) ^ s->v2;
    s->v0 = rotate_left(s->v0, 32) + s->v3;
    s->v2 += s->v1;
    s->v3 = rotate_left(s->v3, 21) ^ s->v0;
    s->v1 = rotate_left(s->v1, 17) ^ s->v2;
    s->v2 = rotate_left(s->v2, 32);
}

static uint64_t
load_little_endian(const unsigned char *bytes, size_t n)
{
    uint64_t word = 0;
    for (size_t i = n; i-- > 0;) {
        word = word << 8 | bytes[i];
    }
    return word;
}

static uint64_t
siphash13(uint64_t k0, uint64_t k1, const void *src, Py_ssize_t length)
{
    const unsigned char *bytes = src;
    size_t n = (size_t)length;
    struct sip_state s = {
        k0 ^ UINT64_C(0x736f6d6570736575),
        k1 ^ UINT64_C(0x646f72616e646f6d),
        k0 ^ UINT64_C(0x6c7967656e657261),
        k1 ^ UINT64_C(0x7465646279746573),
    };
    for (; n >= 8; n -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
#if PY_BIG_ENDIAN
        word = __builtin_bswap64(word);
#endif
        s.v3 ^= word;
        sip_round(&s);
        s.v0 ^= word;
    }
    uint64_t last = (uint64_t)length << 56 | load_little_endian(bytes, n);
    s.v3 ^= last;
    sip_round(&s);
    s.v0 ^= last;
    s.v2 ^= 0xFF;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    return (s.v0 ^ s.v1) ^ (s.v2 ^ s.v3);
}

uint64_t
_Py_KeyedHash(uint64_t key, const char *src, Py_ssize_t len)
{
    return siphash13(key, 0, src, len);
}

static Py_hash_t
hash_bytes(const void *src, Py_ssize_t length)
{
    return (Py_hash_t)siphash13(_Py_HashSecret.siphash.k0,
                                _Py_HashSecret.siphash.k1, src, length);
}

Py_hash_t
_Py_HashBytes(const void *src, Py_ssize_t length)
{
    if (length == 0) {
        return 0;   /* whatever the secret is */
    }
    Py_hash_t hash = hash_bytes(src, length);
    return hash == -1 ? -2 : hash;
}

static PyHash_FuncDef hash_function = {hash_bytes, "siphash13", 64, 128};

PyHash_FuncDef *
PyHash_GetFuncDef(void)
{
    return &hash_function;
}
