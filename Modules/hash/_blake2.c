/* _blake2: BLAKE2b and BLAKE2s, RFC 7693, with all parameters.

   Both are one algorithm on words of 64 or 32 bits; the words are kept in 64
   bits here and cut to their size after each step. */

#include "Python.h"
#include "hash_object.h"
#include "pycore_strhex.h"

/* -- The algorithm ------------------------------------------------------ */

struct blake2_kind {
    const char *name;
    const char *type_name;
    int word_bits;
    int rounds;
    int rotations[4];
    int salt_size;      /* and that of the personalization */
    uint64_t start[8];
};

static const struct blake2_kind kinds[2] = {
    {"blake2b", "_blake2.blake2b", 64, 12, {32, 24, 16, 63}, 16,
     {0x6a09e667f3bcc908ULL, 0xbb67ae8584caa73bULL, 0x3c6ef372fe94f82bULL,
      0xa54ff53a5f1d36f1ULL, 0x510e527fade682d1ULL, 0x9b05688c2b3e6c1fULL,
      0x1f83d9abfb41bd6bULL, 0x5be0cd19137e2179ULL}},
    {"blake2s", "_blake2.blake2s", 32, 10, {16, 12, 8, 7}, 8,
     {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
      0x1f83d9ab, 0x5be0cd19}},
};

static const unsigned char sigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}
};

struct blake2 {
    uint64_t h[8];
    unsigned __int128 count;    /* bytes so far */
    unsigned char block[128];   /* the last block waits for its end */
    int held;                   /* bytes of it */
    int digest_size;
    int last_node;
};

static inline int
block_size(const struct blake2_kind *kind)
{
    return kind->word_bits * 2;
}

static inline uint64_t
word_mask(const struct blake2_kind *kind)
{
    return kind->word_bits == 64 ? UINT64_MAX : UINT32_MAX;
}

static inline uint64_t
rotate(const struct blake2_kind *kind, uint64_t x, int n)
{
    return (x >> n | x << (kind->word_bits - n)) & word_mask(kind);
}

static void
mix(const struct blake2_kind *kind, uint64_t *v, const unsigned char *at,
    uint64_t x, uint64_t y)
{
    uint64_t mask = word_mask(kind);
    uint64_t a = v[at[0]], b = v[at[1]], c = v[at[2]], d = v[at[3]];
    const int *r = kind->rotations;
    a = (a + b + x) & mask;
    d = rotate(kind, d ^ a, r[0]);
    c = (c + d) & mask;
    b = rotate(kind, b ^ c, r[1]);
    a = (a + b + y) & mask;
    d = rotate(kind, d ^ a, r[2]);
    c = (c + d) & mask;
    b = rotate(kind, b ^ c, r[3]);
    v[at[0]] = a;
    v[at[1]] = b;
    v[at[2]] = c;
    v[at[3]] = d;
}

static void
compress(const struct blake2_kind *kind, struct blake2 *s, int last)
{
    static const unsigned char places[8][4] = {
        {0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15},
        {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14}
    };
    uint64_t mask = word_mask(kind);
    int word_size = kind->word_bits / 8;
    uint64_t m[16];
    uint64_t v[16];
    for (int i = 0; i < 16; i++) {
        m[i] = 0;
        for (int j = word_size; j-- > 0;) {
            m[i] = m[i] << 8 | s->block[i * word_size + j];
        }
    }
    for (int i = 0; i < 8; i++) {
        v[i] = s->h[i];
        v[i + 8] = kind->start[i];
    }
    v[12] ^= (uint64_t)s->count & mask;
    v[13] ^= (uint64_t)(s->count >> kind->word_bits) & mask;
    if (last) {
        v[14] ^= mask;
        if (s->last_node) {
            v[15] ^= mask;
        }
    }
    for (int i = 0; i < kind->rounds; i++) {
        const unsigned char *order = sigma[i % 10];
        for (int j = 0; j < 8; j++) {
            mix(kind, v, places[j], m[order[2 * j]], m[order[2 * j + 1]]);
        }
    }
    for (int i = 0; i < 8; i++) {
        s->h[i] ^= v[i] ^ v[i + 8];
    }
}

static void
blake2_update(const struct blake2_kind *kind, struct blake2 *s,
              const unsigned char *data, size_t length)
{
    int size = block_size(kind);
    while (length > 0) {
        if (s->held == size) {
            s->count += (unsigned)size;
            compress(kind, s, 0);
            s->held = 0;
        }
        size_t n = Py_MIN(length, (size_t)(size - s->held));
        memcpy(s->block + s->held, data, n);
        s->held += (int)n;
        data += n;
        length -= n;
    }
}

static void
blake2_finish(const struct blake2_kind *kind, struct blake2 s,
              unsigned char *digest)
{
    int word_size = kind->word_bits / 8;
    s.count += (unsigned)s.held;
    memset(s.block + s.held, 0, (size_t)(block_size(kind) - s.held));
    compress(kind, &s, 1);
    for (int i = 0; i < s.digest_size; i++) {
        digest[i] = (unsigned char)(s.h[i / word_size]
                                    >> (8 * (i % word_size)));
    }
}

/* -- Parameters --------------------------------------------------------- */

struct blake2_parameters {
    int digest_size;
    int fanout;
    int depth;
    unsigned long leaf_size;
    unsigned long long node_offset;
    int node_depth;
    int inner_size;
    Py_buffer key;
    Py_buffer salt;
    Py_buffer person;
};

static void
store(unsigned char *p, uint64_t value, int n)
{
    for (int i = 0; i < n; i++) {
        p[i] = (unsigned char)(value >> (8 * i));
    }
}

/* The parameter block is 8 words, mixed into the initial state. */
static void
blake2_init(const struct blake2_kind *kind, struct blake2 *s,
            const struct blake2_parameters *p)
{
    unsigned char block[64] = {0};
    int word_size = kind->word_bits / 8;
    int offset_size = word_size == 8 ? 8 : 6;
    int salt_size = kind->salt_size;
    block[0] = (unsigned char)p->digest_size;
    block[1] = (unsigned char)p->key.len;
    block[2] = (unsigned char)p->fanout;
    block[3] = (unsigned char)p->depth;
    store(block + 4, p->leaf_size, 4);
    store(block + 8, p->node_offset, offset_size);
    block[8 + offset_size] = (unsigned char)p->node_depth;
    block[9 + offset_size] = (unsigned char)p->inner_size;
    unsigned char *tail = block + 8 * word_size - 2 * salt_size;
    if (p->salt.len > 0) {
        memcpy(tail, p->salt.buf, (size_t)p->salt.len);
    }
    if (p->person.len > 0) {
        memcpy(tail + salt_size, p->person.buf, (size_t)p->person.len);
    }
    memset(s, 0, sizeof(*s));
    s->digest_size = p->digest_size;
    for (int i = 0; i < 8; i++) {
        uint64_t word = 0;
        for (int j = word_size; j-- > 0;) {
            word = word << 8 | block[i * word_size + j];
        }
        s->h[i] = kind->start[i] ^ word;
    }
    if (p->key.len > 0) {
        memcpy(s->block, p->key.buf, (size_t)p->key.len);
        s->held = block_size(kind);
    }
}

static int
check_parameters(const struct blake2_kind *kind,
                 const struct blake2_parameters *p)
{
    int max = kind->word_bits;
    const char *message = NULL;
    if (p->digest_size <= 0 || p->digest_size > max) {
        PyErr_Format(PyExc_ValueError,
                     "digest_size must be between 1 and %d bytes", max);
        return -1;
    }
    if (p->salt.len > kind->salt_size) {
        PyErr_Format(PyExc_ValueError, "maximum salt length is %d bytes",
                     kind->salt_size);
        return -1;
    }
    if (p->person.len > kind->salt_size) {
        PyErr_Format(PyExc_ValueError, "maximum person length is %d bytes",
                     kind->salt_size);
        return -1;
    }
    if (p->fanout < 0 || p->fanout > 255) {
        message = "fanout must be between 0 and 255";
    }
    else if (p->depth <= 0 || p->depth > 255) {
        message = "depth must be between 1 and 255";
    }
    if (message == NULL && p->leaf_size > UINT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "leaf_size is too large");
        return -1;
    }
    if (message == NULL && max == 32 && p->node_offset >> 48) {
        PyErr_SetString(PyExc_OverflowError, "node_offset is too large");
        return -1;
    }
    if (message == NULL && (p->node_depth < 0 || p->node_depth > 255)) {
        message = "node_depth must be between 0 and 255";
    }
    if (message != NULL) {
        PyErr_SetString(PyExc_ValueError, message);
        return -1;
    }
    if (p->inner_size < 0 || p->inner_size > max) {
        PyErr_Format(PyExc_ValueError,
                     "inner_size must be between 0 and is %d", max);
        return -1;
    }
    if (p->key.len > max) {
        PyErr_Format(PyExc_ValueError, "maximum key length is %d bytes",
                     max);
        return -1;
    }
    return 0;
}

/* -- Objects ------------------------------------------------------------ */

typedef struct {
    PyTypeObject *types[2];
} blake2_state;

typedef struct {
    PyObject_HEAD
    const struct blake2_kind *kind;
    struct blake2 state;
} Blake2Object;

static struct PyModuleDef blake2_module;

static Blake2Object *
blake2_alloc(PyTypeObject *type, const struct blake2_kind *kind)
{
    Blake2Object *self = (Blake2Object *)_PyObject_New(type);
    if (self != NULL) {
        self->kind = kind;
    }
    return self;
}

static int
blake2_feed(Blake2Object *self, PyObject *data)
{
    Py_buffer view;
    if (hash_get_buffer(data, &view) < 0) {
        return -1;
    }
    blake2_update(self->kind, &self->state, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return 0;
}

static const char *const blake2_keywords[] = {
    "", "digest_size", "key", "salt", "person", "fanout", "depth",
    "leaf_size", "node_offset", "node_depth", "inner_size", "last_node",
    "usedforsecurity", NULL
};

#define NPARAMETERS 13

static int
int_parameter(PyObject *value, int *result)
{
    if (value == NULL) {
        return 0;
    }
    *result = _PyLong_AsInt(value);
    return *result == -1 && PyErr_Occurred() ? -1 : 0;
}

static int
buffer_parameter(PyObject *value, Py_buffer *result)
{
    return value == NULL ? 0 : PyObject_GetBuffer(value, result,
                                                  PyBUF_SIMPLE);
}

static int
get_parameters(const struct blake2_kind *kind, PyObject *const *argv,
               struct blake2_parameters *p, int *last_node)
{
    *p = (struct blake2_parameters){
        .digest_size = kind->word_bits, .fanout = 1, .depth = 1
    };
    *last_node = 0;
    if (int_parameter(argv[1], &p->digest_size) < 0
        || buffer_parameter(argv[2], &p->key) < 0
        || buffer_parameter(argv[3], &p->salt) < 0
        || buffer_parameter(argv[4], &p->person) < 0
        || int_parameter(argv[5], &p->fanout) < 0
        || int_parameter(argv[6], &p->depth) < 0
        || (argv[7] && !_PyLong_UnsignedLong_Converter(argv[7],
                                                       &p->leaf_size))
        || (argv[8] && !_PyLong_UnsignedLongLong_Converter(
                argv[8], &p->node_offset))
        || int_parameter(argv[9], &p->node_depth) < 0
        || int_parameter(argv[10], &p->inner_size) < 0) {
        return -1;
    }
    if (argv[11] != NULL) {
        *last_node = PyObject_IsTrue(argv[11]);
    }
    if (*last_node < 0
        || (argv[12] != NULL && PyObject_IsTrue(argv[12]) < 0)) {
        return -1;
    }
    return check_parameters(kind, p);
}

static PyObject *
blake2_make(PyTypeObject *type, const struct blake2_kind *kind,
            PyObject *data, PyObject *const *argv)
{
    struct blake2_parameters parameters;
    int last_node;
    Blake2Object *self = NULL;
    if (get_parameters(kind, argv, &parameters, &last_node) == 0) {
        self = blake2_alloc(type, kind);
    }
    if (self != NULL) {
        blake2_init(kind, &self->state, &parameters);
        self->state.last_node = last_node;
        if (data != NULL && blake2_feed(self, data) < 0) {
            Py_CLEAR(self);
        }
    }
    PyBuffer_Release(&parameters.key);
    PyBuffer_Release(&parameters.salt);
    PyBuffer_Release(&parameters.person);
    return (PyObject *)self;
}

static PyObject *
blake2_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static _PyArg_Parser parsers[2] = {
        {.keywords = blake2_keywords, .fname = "blake2b"},
        {.keywords = blake2_keywords, .fname = "blake2s"},
    };
    PyObject *module = PyType_GetModuleByDef(type, &blake2_module);
    blake2_state *state = PyModule_GetState(module);
    int which = type == state->types[1];
    PyObject *buffer[NPARAMETERS] = {NULL};
    PyObject *none[NPARAMETERS] = {NULL};
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    PyObject *const *argv = _PyArg_UnpackKeywords(
        ((PyTupleObject *)args)->ob_item, nargs, kwargs, NULL,
        &parsers[which], 0, 1, 0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    PyObject *data = nargs > 0 ? argv[0] : NULL;
    return blake2_make(type, &kinds[which], data,
                       argv == buffer ? buffer : none);
}

static void
blake2_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyObject *
blake2_copy(Blake2Object *self, PyObject *Py_UNUSED(ignored))
{
    Blake2Object *copy = blake2_alloc(Py_TYPE(self), self->kind);
    if (copy != NULL) {
        copy->state = self->state;
    }
    return (PyObject *)copy;
}

static PyObject *
blake2_update_method(Blake2Object *self, PyObject *data)
{
    if (blake2_feed(self, data) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
blake2_digest(Blake2Object *self, PyObject *Py_UNUSED(ignored))
{
    unsigned char digest[64];
    blake2_finish(self->kind, self->state, digest);
    return PyBytes_FromStringAndSize((char *)digest,
                                     self->state.digest_size);
}

static PyObject *
blake2_hexdigest(Blake2Object *self, PyObject *Py_UNUSED(ignored))
{
    unsigned char digest[64];
    blake2_finish(self->kind, self->state, digest);
    return _Py_strhex((char *)digest, self->state.digest_size);
}

static PyObject *
blake2_get_name(Blake2Object *self, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(self->kind->name);
}

static PyObject *
blake2_get_block_size(Blake2Object *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(block_size(self->kind));
}

static PyObject *
blake2_get_digest_size(Blake2Object *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(self->state.digest_size);
}

static PyMethodDef blake2_methods[] = {
    {"copy", (PyCFunction)blake2_copy, METH_NOARGS,
     PyDoc_STR("copy($self, /)\n--\n\nA copy of the hash object.")},
    {"digest", (PyCFunction)blake2_digest, METH_NOARGS,
     PyDoc_STR("digest($self, /)\n--\n\nThe digest as bytes.")},
    {"hexdigest", (PyCFunction)blake2_hexdigest, METH_NOARGS,
     PyDoc_STR("hexdigest($self, /)\n--\n\n"
               "The digest as hexadecimal text.")},
    {"update", (PyCFunction)blake2_update_method, METH_O,
     PyDoc_STR("update($self, data, /)\n--\n\nHash more bytes.")},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef blake2_getset[] = {
    {"name", (getter)blake2_get_name, NULL, NULL, NULL},
    {"block_size", (getter)blake2_get_block_size, NULL, NULL, NULL},
    {"digest_size", (getter)blake2_get_digest_size, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

#define DOC(name)                                                       \
    PyDoc_STR(name "(data=b\'\', /, *, digest_size=_blake2." name       \
              ".MAX_DIGEST_SIZE,\n        key=b\'\', salt=b\'\', "      \
              "person=b\'\', fanout=1, depth=1, leaf_size=0,\n"         \
              "        node_offset=0, node_depth=0, inner_size=0, "     \
              "last_node=False,\n        usedforsecurity=True)\n--\n\n" \
              "A new " name " hash object.")

/* -- The module --------------------------------------------------------- */

static int
add_constants(PyObject *module, PyTypeObject *type, const char *prefix,
              const struct blake2_kind *kind)
{
    const struct {
        const char *name;
        int value;
    } constants[] = {
        {"SALT_SIZE", kind->salt_size},
        {"PERSON_SIZE", kind->salt_size},
        {"MAX_KEY_SIZE", kind->word_bits},
        {"MAX_DIGEST_SIZE", kind->word_bits},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        char name[40];
        PyOS_snprintf(name, sizeof(name), "%s_%s", prefix,
                      constants[i].name);
        PyObject *value = PyLong_FromLong(constants[i].value);
        if (value == NULL
            || PyDict_SetItemString(type->tp_dict, constants[i].name,
                                    value) < 0
            || PyModule_AddObjectRef(module, name, value) < 0) {
            Py_XDECREF(value);
            return -1;
        }
        Py_DECREF(value);
    }
    PyType_Modified(type);
    return 0;
}

static int
blake2_exec(PyObject *module)
{
    blake2_state *state = PyModule_GetState(module);
    static const char *const docs[2] = {DOC("blake2b"), DOC("blake2s")};
    static const char *const prefixes[2] = {"BLAKE2B", "BLAKE2S"};
    for (int i = 0; i < 2; i++) {
        PyType_Slot slots[] = {
            {Py_tp_dealloc, blake2_dealloc},
            {Py_tp_doc, (void *)docs[i]},
            {Py_tp_methods, blake2_methods},
            {Py_tp_getset, blake2_getset},
            {Py_tp_new, blake2_new},
            {0, NULL}
        };
        PyType_Spec spec = {
            .name = kinds[i].type_name,
            .basicsize = sizeof(Blake2Object),
            .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
            .slots = slots,
        };
        state->types[i] =
            (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
        if (state->types[i] == NULL
            || PyModule_AddType(module, state->types[i]) < 0
            || add_constants(module, state->types[i], prefixes[i],
                             &kinds[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
blake2_module_traverse(PyObject *module, visitproc visit, void *arg)
{
    blake2_state *state = PyModule_GetState(module);
    Py_VISIT(state->types[0]);
    Py_VISIT(state->types[1]);
    return 0;
}

static int
blake2_module_clear(PyObject *module)
{
    blake2_state *state = PyModule_GetState(module);
    Py_CLEAR(state->types[0]);
    Py_CLEAR(state->types[1]);
    return 0;
}

static void
blake2_module_free(void *module)
{
    (void)blake2_module_clear(module);
}

static PyModuleDef_Slot blake2_slots[] = {
    {Py_mod_exec, blake2_exec},
    {0, NULL}
};

static struct PyModuleDef blake2_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_blake2",
    .m_doc = PyDoc_STR("BLAKE2b and BLAKE2s for hashlib.\n"),
    .m_size = sizeof(blake2_state),
    .m_slots = blake2_slots,
    .m_traverse = blake2_module_traverse,
    .m_clear = blake2_module_clear,
    .m_free = blake2_module_free,
};

PyMODINIT_FUNC
PyInit__blake2(void)
{
    return PyModuleDef_Init(&blake2_module);
}
