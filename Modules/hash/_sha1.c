/* _sha1: FIPS 180-4. */

#include "Python.h"
#include "hash_object.h"

static void
sha1_compress(struct hash_state *state, const unsigned char *block)
{
    static const uint32_t constants[4] = {
        0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6
    };
    uint32_t w[80];
    for (int i = 0; i < 16; i++) {
        w[i] = hash_load32(block + 4 * i);
    }
    for (int i = 16; i < 80; i++) {
        w[i] = hash_rotate_left32(w[i - 3] ^ w[i - 8] ^ w[i - 14]
                                  ^ w[i - 16], 1);
    }
    uint32_t *h = state->h.w32;
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 80; i++) {
        uint32_t f;
        switch (i / 20) {
        case 0:
            f = d ^ (b & (c ^ d));
            break;
        case 2:
            f = (b & c) | (d & (b | c));
            break;
        default:
            f = b ^ c ^ d;
            break;
        }
        f += hash_rotate_left32(a, 5) + e + constants[i / 20] + w[i];
        e = d;
        d = c;
        c = hash_rotate_left32(b, 30);
        b = a;
        a = f;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

static const struct hash_algorithm sha1 = {
    .name = "sha1", .type_name = "_sha1.sha1", .block_size = 64,
    .digest_size = 20, .word_size = 4,
    .start = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0},
    .compress = sha1_compress,
};

static PyObject *
module_sha1(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
          PyObject *kwnames)
{
    return hash_object_make(module, 0, &sha1, args, nargs, kwnames);
}

/* -- The module --------------------------------------------------------- */

#define ROW(name)                                                       \
    {#name, _PyCFunction_CAST(module_##name),                           \
     METH_FASTCALL | METH_KEYWORDS,                                     \
     PyDoc_STR(#name "($module, /, string=b\'\', *, "                  \
               "usedforsecurity=True)\n--\n\n"                          \
               "A new " #name " hash object, of the string if given.")}

static PyMethodDef module_methods[] = {
    ROW(sha1),
    {NULL, NULL, 0, NULL}
};

static int
module_exec(PyObject *module)
{
    PyTypeObject *sha1_type = hash_type_make(module, 0, &sha1);
    if (sha1_type == NULL
        || PyModule_AddObjectRef(module, "SHA1Type", (PyObject *)sha1_type) < 0) {
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
    .m_name = "_sha1",
    .m_size = sizeof(struct hash_module_state),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = hash_module_traverse,
    .m_clear = hash_module_clear,
    .m_free = hash_module_free,
};

PyMODINIT_FUNC
PyInit__sha1(void)
{
    return PyModuleDef_Init(&module_def);
}
