/* _sha3: SHA-3 and SHAKE, FIPS 202. */

#include "Python.h"
#include "hash_object.h"
#include "pycore_strhex.h"

/* -- Keccak ------------------------------------------------------------- */

static const uint64_t round_constants[24] = {
    0x0000000000000001ULL, 0x0000000000008082ULL, 0x800000000000808aULL,
    0x8000000080008000ULL, 0x000000000000808bULL, 0x0000000080000001ULL,
    0x8000000080008081ULL, 0x8000000000008009ULL, 0x000000000000008aULL,
    0x0000000000000088ULL, 0x0000000080008009ULL, 0x000000008000000aULL,
    0x000000008000808bULL, 0x800000000000008bULL, 0x8000000000008089ULL,
    0x8000000000008003ULL, 0x8000000000008002ULL, 0x8000000000000080ULL,
    0x000000000000800aULL, 0x800000008000000aULL, 0x8000000080008081ULL,
    0x8000000000008080ULL, 0x0000000080000001ULL, 0x8000000080008008ULL,
};

/* Rotation of lane x + 5 y. */
static const unsigned char rotations[25] = {
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21,
    8, 18, 2, 61, 56, 14
};

static inline uint64_t
rotate(uint64_t x, int n)
{
    return n == 0 ? x : x << n | x >> (64 - n);
}

static void
keccak_permute(uint64_t a[25])
{
    for (int round = 0; round < 24; round++) {
        uint64_t c[5];
        uint64_t b[25];
        for (int x = 0; x < 5; x++) {
            c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        }
        for (int x = 0; x < 5; x++) {
            uint64_t d = c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5) {
                a[x + y] ^= d;
            }
        }
        for (int x = 0; x < 5; x++) {
            for (int y = 0; y < 5; y++) {
                b[y + 5 * ((2 * x + 3 * y) % 5)] =
                    rotate(a[x + 5 * y], rotations[x + 5 * y]);
            }
        }
        for (int y = 0; y < 25; y += 5) {
            for (int x = 0; x < 5; x++) {
                a[x + y] = b[x + y]
                    ^ (~b[(x + 1) % 5 + y] & b[(x + 2) % 5 + y]);
            }
        }
        a[0] ^= round_constants[round];
    }
}

struct keccak {
    uint64_t lanes[25];
    int position;       /* bytes of the rate used */
};

static void
keccak_xor(struct keccak *k, int position, unsigned char byte)
{
    k->lanes[position / 8] ^= (uint64_t)byte << (8 * (position % 8));
}

static void
keccak_absorb(struct keccak *k, int rate, const unsigned char *data,
              size_t length)
{
    for (size_t i = 0; i < length; i++) {
        keccak_xor(k, k->position++, data[i]);
        if (k->position == rate) {
            keccak_permute(k->lanes);
            k->position = 0;
        }
    }
}

static void
keccak_squeeze(struct keccak k, int rate, unsigned char suffix,
               unsigned char *out, size_t length)
{
    keccak_xor(&k, k.position, suffix);
    keccak_xor(&k, rate - 1, 0x80);
    int position = rate;
    for (size_t i = 0; i < length; i++) {
        if (position == rate) {
            keccak_permute(k.lanes);
            position = 0;
        }
        out[i] = (unsigned char)(k.lanes[position / 8]
                                 >> (8 * (position % 8)));
        position++;
    }
}

/* -- Objects ------------------------------------------------------------ */

struct sha3_algorithm {
    const char *name;
    const char *type_name;
    int digest_size;    /* 0: chosen at the end (SHAKE) */
    int rate;           /* bytes */
    unsigned char suffix;
};

static const struct sha3_algorithm algorithms[] = {
    {"sha3_224", "_sha3.sha3_224", 28, 144, 0x06},
    {"sha3_256", "_sha3.sha3_256", 32, 136, 0x06},
    {"sha3_384", "_sha3.sha3_384", 48, 104, 0x06},
    {"sha3_512", "_sha3.sha3_512", 64, 72, 0x06},
    {"shake_128", "_sha3.shake_128", 0, 168, 0x1f},
    {"shake_256", "_sha3.shake_256", 0, 136, 0x1f},
};

#define NALGORITHMS ((int)Py_ARRAY_LENGTH(algorithms))

typedef struct {
    PyTypeObject *types[6];
} sha3_state;

typedef struct {
    PyObject_HEAD
    const struct sha3_algorithm *algorithm;
    struct keccak keccak;
} SHA3Object;

static struct PyModuleDef sha3_module;

static SHA3Object *
sha3_alloc(PyTypeObject *type, const struct sha3_algorithm *algorithm)
{
    SHA3Object *self = (SHA3Object *)_PyObject_New(type);
    if (self != NULL) {
        self->algorithm = algorithm;
        memset(&self->keccak, 0, sizeof(self->keccak));
    }
    return self;
}

static int
sha3_feed(SHA3Object *self, PyObject *data)
{
    Py_buffer view;
    if (hash_get_buffer(data, &view) < 0) {
        return -1;
    }
    keccak_absorb(&self->keccak, self->algorithm->rate, view.buf,
                  (size_t)view.len);
    PyBuffer_Release(&view);
    return 0;
}

static PyObject *
sha3_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    /* All six constructors share one name in messages. */
    static const char *const keywords[] = {"", "usedforsecurity", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "sha3_224"};
    PyObject *buffer[2] = {NULL, NULL};
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    PyObject *const *argv = _PyArg_UnpackKeywords(
        ((PyTupleObject *)args)->ob_item, nargs, kwargs, NULL, &parser, 0, 1,
        0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    PyObject *data = nargs > 0 ? argv[0] : NULL;
    if (argv == buffer && argv[1] != NULL && PyObject_IsTrue(argv[1]) < 0) {
        return NULL;
    }
    PyObject *module = PyType_GetModuleByDef(type, &sha3_module);
    sha3_state *state = PyModule_GetState(module);
    const struct sha3_algorithm *algorithm = NULL;
    for (int i = 0; i < NALGORITHMS; i++) {
        if (type == state->types[i]) {
            algorithm = &algorithms[i];
        }
    }
    if (algorithm == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    SHA3Object *self = sha3_alloc(type, algorithm);
    if (self != NULL && data != NULL && sha3_feed(self, data) < 0) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void
sha3_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyObject *
sha3_copy(SHA3Object *self, PyObject *Py_UNUSED(ignored))
{
    SHA3Object *copy = sha3_alloc(Py_TYPE(self), self->algorithm);
    if (copy != NULL) {
        copy->keccak = self->keccak;
    }
    return (PyObject *)copy;
}

static PyObject *
sha3_update(SHA3Object *self, PyObject *data)
{
    if (sha3_feed(self, data) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* `length` bytes of output, as bytes or as hexadecimal text. */
static PyObject *
sha3_output(SHA3Object *self, size_t length, int hex)
{
    if (length >= (1 << 29)) {
        PyErr_SetString(PyExc_ValueError, "length is too large");
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length);
    if (bytes == NULL) {
        return NULL;
    }
    keccak_squeeze(self->keccak, self->algorithm->rate,
                   self->algorithm->suffix,
                   (unsigned char *)PyBytes_AS_STRING(bytes), length);
    if (!hex) {
        return bytes;
    }
    PyObject *text = _Py_strhex(PyBytes_AS_STRING(bytes),
                                (Py_ssize_t)length);
    Py_DECREF(bytes);
    return text;
}

static PyObject *
sha3_digest(SHA3Object *self, PyObject *Py_UNUSED(ignored))
{
    return sha3_output(self, (size_t)self->algorithm->digest_size, 0);
}

static PyObject *
sha3_hexdigest(SHA3Object *self, PyObject *Py_UNUSED(ignored))
{
    return sha3_output(self, (size_t)self->algorithm->digest_size, 1);
}

static PyObject *
shake_output(SHA3Object *self, PyObject *arg, int hex)
{
    unsigned long length;
    if (!_PyLong_UnsignedLong_Converter(arg, &length)) {
        return NULL;
    }
    return sha3_output(self, length, hex);
}

static PyObject *
shake_digest(SHA3Object *self, PyObject *length)
{
    return shake_output(self, length, 0);
}

static PyObject *
shake_hexdigest(SHA3Object *self, PyObject *length)
{
    return shake_output(self, length, 1);
}

static PyObject *
sha3_get_block_size(SHA3Object *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(self->algorithm->rate);
}

static PyObject *
sha3_get_name(SHA3Object *self, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(self->algorithm->name);
}

static PyObject *
sha3_get_digest_size(SHA3Object *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(self->algorithm->digest_size);
}

static PyObject *
sha3_get_capacity_bits(SHA3Object *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(1600 - 8 * self->algorithm->rate);
}

static PyObject *
sha3_get_rate_bits(SHA3Object *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(8 * self->algorithm->rate);
}

static PyObject *
sha3_get_suffix(SHA3Object *self, void *Py_UNUSED(closure))
{
    return PyBytes_FromStringAndSize((char *)&self->algorithm->suffix, 1);
}

#define DOC_COPY PyDoc_STR("copy($self, /)\n--\n\nA copy of the hash object.")
#define DOC_UPDATE \
    PyDoc_STR("update($self, data, /)\n--\n\nHash more bytes.")

static PyMethodDef sha3_methods[] = {
    {"copy", (PyCFunction)sha3_copy, METH_NOARGS, DOC_COPY},
    {"digest", (PyCFunction)sha3_digest, METH_NOARGS,
     PyDoc_STR("digest($self, /)\n--\n\nThe digest as bytes.")},
    {"hexdigest", (PyCFunction)sha3_hexdigest, METH_NOARGS,
     PyDoc_STR("hexdigest($self, /)\n--\n\n"
               "The digest as hexadecimal text.")},
    {"update", (PyCFunction)sha3_update, METH_O, DOC_UPDATE},
    {NULL, NULL, 0, NULL}
};

static PyMethodDef shake_methods[] = {
    {"copy", (PyCFunction)sha3_copy, METH_NOARGS, DOC_COPY},
    {"digest", (PyCFunction)shake_digest, METH_O,
     PyDoc_STR("digest($self, length, /)\n--\n\n"
               "The first length bytes of the output.")},
    {"hexdigest", (PyCFunction)shake_hexdigest, METH_O,
     PyDoc_STR("hexdigest($self, length, /)\n--\n\n"
               "The first length bytes of the output, in hexadecimal.")},
    {"update", (PyCFunction)sha3_update, METH_O, DOC_UPDATE},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef sha3_getset[] = {
    {"block_size", (getter)sha3_get_block_size, NULL, NULL, NULL},
    {"name", (getter)sha3_get_name, NULL, NULL, NULL},
    {"digest_size", (getter)sha3_get_digest_size, NULL, NULL, NULL},
    {"_capacity_bits", (getter)sha3_get_capacity_bits, NULL, NULL, NULL},
    {"_rate_bits", (getter)sha3_get_rate_bits, NULL, NULL, NULL},
    {"_suffix", (getter)sha3_get_suffix, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

/* -- The module --------------------------------------------------------- */

static PyTypeObject *
sha3_type_make(PyObject *module, const struct sha3_algorithm *algorithm)
{
    PyType_Slot slots[] = {
        {Py_tp_dealloc, sha3_dealloc},
        {Py_tp_doc, (void *)PyDoc_STR("A new hash object of this kind.")},
        {Py_tp_methods,
         algorithm->digest_size ? sha3_methods : shake_methods},
        {Py_tp_getset, sha3_getset},
        {Py_tp_new, sha3_new},
        {0, NULL}
    };
    PyType_Spec spec = {
        .name = algorithm->type_name,
        .basicsize = sizeof(SHA3Object),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
        .slots = slots,
    };
    return (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
}

static int
sha3_exec(PyObject *module)
{
    sha3_state *state = PyModule_GetState(module);
    for (int i = 0; i < NALGORITHMS; i++) {
        state->types[i] = sha3_type_make(module, &algorithms[i]);
        if (state->types[i] == NULL
            || PyModule_AddType(module, state->types[i]) < 0) {
            return -1;
        }
    }
    if (PyModule_AddIntConstant(module, "keccakopt", 0) < 0) {
        return -1;
    }
    return PyModule_AddStringConstant(module, "implementation", "baton");
}

static int
sha3_module_traverse(PyObject *module, visitproc visit, void *arg)
{
    sha3_state *state = PyModule_GetState(module);
    for (int i = 0; i < NALGORITHMS; i++) {
        Py_VISIT(state->types[i]);
    }
    return 0;
}

static int
sha3_module_clear(PyObject *module)
{
    sha3_state *state = PyModule_GetState(module);
    for (int i = 0; i < NALGORITHMS; i++) {
        Py_CLEAR(state->types[i]);
    }
    return 0;
}

static void
sha3_module_free(void *module)
{
    (void)sha3_module_clear(module);
}

static PyModuleDef_Slot sha3_slots[] = {
    {Py_mod_exec, sha3_exec},
    {0, NULL}
};

static struct PyModuleDef sha3_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_sha3",
    .m_size = sizeof(sha3_state),
    .m_slots = sha3_slots,
    .m_traverse = sha3_module_traverse,
    .m_clear = sha3_module_clear,
    .m_free = sha3_module_free,
};

PyMODINIT_FUNC
PyInit__sha3(void)
{
    return PyModuleDef_Init(&sha3_module);
}
