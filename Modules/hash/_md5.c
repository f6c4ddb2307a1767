/* _md5: RFC 1321. */

#include "Python.h"
#include "hash_object.h"

/* floor(2**32 * |sin(i + 1)|) */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a,
    0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
    0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
    0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
    0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
    0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
    0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
    0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
    0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static const unsigned char shifts[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}
};

static void
md5_compress(struct hash_state *state, const unsigned char *block)
{
    uint32_t x[16];
    for (int i = 0; i < 16; i++) {
        const unsigned char *p = block + 4 * i;
        x[i] = (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16
            | (uint32_t)p[1] << 8 | p[0];
    }
    uint32_t *h = state->h.w32;
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
    for (int i = 0; i < 64; i++) {
        uint32_t f;
        int k;
        switch (i / 16) {
        case 0:
            f = d ^ (b & (c ^ d));
            k = i;
            break;
        case 1:
            f = c ^ (d & (b ^ c));
            k = (5 * i + 1) % 16;
            break;
        case 2:
            f = b ^ c ^ d;
            k = (3 * i + 5) % 16;
            break;
        default:
            f = c ^ (b | ~d);
            k = (7 * i) % 16;
            break;
        }
        f += a + sines[i] + x[k];
        a = d;
        d = c;
        c = b;
        b += hash_rotate_left32(f, shifts[i / 16][i % 4]);
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
}

static const struct hash_algorithm md5 = {
    .name = "md5", .type_name = "_md5.md5", .block_size = 64,
    .digest_size = 16, .word_size = 4, .little_endian = 1,
    .start = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476},
    .compress = md5_compress,
};

static PyObject *
module_md5(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
          PyObject *kwnames)
{
    return hash_object_make(module, 0, &md5, args, nargs, kwnames);
}

/* -- The module --------------------------------------------------------- */

#define ROW(name)                                                       \
    {#name, _PyCFunction_CAST(module_##name),                           \
     METH_FASTCALL | METH_KEYWORDS,                                     \
     PyDoc_STR(#name "($module, /, string=b\'\', *, "                  \
               "usedforsecurity=True)\n--\n\n"                          \
               "A new " #name " hash object, of the string if given.")}

static PyMethodDef module_methods[] = {
    ROW(md5),
    {NULL, NULL, 0, NULL}
};

static int
module_exec(PyObject *module)
{
    PyTypeObject *md5_type = hash_type_make(module, 0, &md5);
    if (md5_type == NULL
        || PyModule_AddObjectRef(module, "MD5Type", (PyObject *)md5_type) < 0) {
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
    .m_name = "_md5",
    .m_size = sizeof(struct hash_module_state),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = hash_module_traverse,
    .m_clear = hash_module_clear,
    .m_free = hash_module_free,
};

PyMODINIT_FUNC
PyInit__md5(void)
{
    return PyModuleDef_Init(&module_def);
}
