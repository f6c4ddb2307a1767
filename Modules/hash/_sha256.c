/* _sha256: SHA-224 and SHA-256, FIPS 180-4. */

#include "Python.h"
#include "hash_object.h"

/* The fractions of the cube roots of the first primes. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

#define R(x, n) hash_rotate_right32(x, n)

static void
compress(struct hash_state *state, const unsigned char *block)
{
    uint32_t w[64];
    for (int i = 0; i < 16; i++) {
        w[i] = hash_load32(block + 4 * i);
    }
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15];
        uint32_t y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7]
            + (R(x, 7) ^ R(x, 18) ^ x >> 3)
            + (R(y, 17) ^ R(y, 19) ^ y >> 10);
    }
    uint32_t *h = state->h.w32;
    uint32_t v[8];
    memcpy(v, h, sizeof(v));
    for (int i = 0; i < 64; i++) {
        uint32_t a = v[0];
        uint32_t e = v[4];
        uint32_t t = v[7] + (R(e, 6) ^ R(e, 11) ^ R(e, 25))
            + (v[6] ^ (e & (v[5] ^ v[6]))) + round_constants[i] + w[i];
        uint32_t u = (R(a, 2) ^ R(a, 13) ^ R(a, 22))
            + ((a & v[1]) | (v[2] & (a | v[1])));
        memmove(v + 1, v, 7 * sizeof(v[0]));
        v[4] += t;
        v[0] = t + u;
    }
    for (int i = 0; i < 8; i++) {
        h[i] += v[i];
    }
}
#undef R

static const struct hash_algorithm sha256 = {
    .name = "sha256", .type_name = "_sha256.sha256", .block_size = 64,
    .digest_size = 32, .word_size = 4,
    .start = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
              0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
    .compress = compress,
};

static const struct hash_algorithm sha224 = {
    .name = "sha224", .type_name = "_sha256.sha224", .block_size = 64,
    .digest_size = 28, .word_size = 4,
    .start = {0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31,
              0x68581511, 0x64f98fa7, 0xbefa4fa4},
    .compress = compress,
};

static PyObject *
module_sha256(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
          PyObject *kwnames)
{
    return hash_object_make(module, 0, &sha256, args, nargs, kwnames);
}

static PyObject *
module_sha224(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
          PyObject *kwnames)
{
    return hash_object_make(module, 1, &sha224, args, nargs, kwnames);
}

/* -- The module --------------------------------------------------------- */

#define ROW(name)                                                       \
    {#name, _PyCFunction_CAST(module_##name),                           \
     METH_FASTCALL | METH_KEYWORDS,                                     \
     PyDoc_STR(#name "($module, /, string=b\'\', *, "                  \
               "usedforsecurity=True)\n--\n\n"                          \
               "A new " #name " hash object, of the string if given.")}

static PyMethodDef module_methods[] = {
    ROW(sha256),
    ROW(sha224),
    {NULL, NULL, 0, NULL}
};

static int
module_exec(PyObject *module)
{
    PyTypeObject *sha256_type = hash_type_make(module, 0, &sha256);
    if (sha256_type == NULL
        || PyModule_AddObjectRef(module, "SHA256Type", (PyObject *)sha256_type) < 0) {
        return -1;
    }
    PyTypeObject *sha224_type = hash_type_make(module, 1, &sha224);
    if (sha224_type == NULL
        || PyModule_AddObjectRef(module, "SHA224Type", (PyObject *)sha224_type) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL}
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_sha256",
    .m_size = sizeof(struct hash_module_state),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = hash_module_traverse,
    .m_clear = hash_module_clear,
    .m_free = hash_module_free,
};

PyMODINIT_FUNC
PyInit__sha256(void)
{
    return PyModuleDef_Init(&module_def);
}
