/* Hash objects: what the modules _md5, _sha1, _sha256 and _sha512 share. */

#include "Python.h"
#include "hash_object.h"
#include "pycore_strhex.h"

typedef struct {
    PyObject_HEAD
    const struct hash_algorithm *algorithm;
    struct hash_state state;
} HashObject;

int
hash_get_buffer(PyObject *object, Py_buffer *view)
{
    if (PyUnicode_Check(object)) {
        PyErr_SetString(PyExc_TypeError,
                        "Strings must be encoded before hashing");
        return -1;
    }
    if (!PyObject_CheckBuffer(object)) {
        PyErr_SetString(PyExc_TypeError,
                        "object supporting the buffer API required");
        return -1;
    }
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    if (view->ndim > 1) {
        PyErr_SetString(PyExc_BufferError,
                        "Buffer must be single dimension");
        PyBuffer_Release(view);
        return -1;
    }
    return 0;
}

/* -- The construction --------------------------------------------------- */

static void
state_init(const struct hash_algorithm *algorithm, struct hash_state *state)
{
    memset(state, 0, sizeof(*state));
    for (int i = 0; i < 8; i++) {
        if (algorithm->word_size == 4) {
            state->h.w32[i] = (uint32_t)algorithm->start[i];
        }
        else {
            state->h.w64[i] = algorithm->start[i];
        }
    }
}

static void
state_update(const struct hash_algorithm *algorithm,
             struct hash_state *state, const unsigned char *data,
             size_t length)
{
    size_t block_size = (size_t)algorithm->block_size;
    size_t held = (size_t)(state->length % block_size);
    state->length += length;
    if (held > 0) {
        size_t n = Py_MIN(length, block_size - held);
        memcpy(state->block + held, data, n);
        data += n;
        length -= n;
        if (held + n < block_size) {
            return;
        }
        algorithm->compress(state, state->block);
    }
    for (; length >= block_size; length -= block_size, data += block_size) {
        algorithm->compress(state, data);
    }
    memcpy(state->block, data, length);
}

/* A one bit, zeros, and the length in bits end the last block. */
static void
state_finish(const struct hash_algorithm *algorithm, struct hash_state state,
             unsigned char *digest)
{
    size_t block_size = (size_t)algorithm->block_size;
    size_t length_size = algorithm->word_size == 4 ? 8 : 16;
    uint64_t nbytes = state.length;
    size_t held = (size_t)(nbytes % block_size);
    state.block[held++] = 0x80;
    if (held > block_size - length_size) {
        memset(state.block + held, 0, block_size - held);
        algorithm->compress(&state, state.block);
        held = 0;
    }
    memset(state.block + held, 0, block_size - held);
    unsigned char *end = state.block + block_size;
    for (int i = 0; i < 8; i++) {
        unsigned char byte = (unsigned char)((nbytes << 3) >> (8 * i));
        if (algorithm->little_endian) {
            end[i - 8] = byte;
        }
        else {
            end[-1 - i] = byte;
        }
    }
    if (length_size == 16) {
        end[-9] = (unsigned char)(nbytes >> 61);
    }
    algorithm->compress(&state, state.block);
    int word_size = algorithm->word_size;
    for (int i = 0; i < algorithm->digest_size; i++) {
        uint64_t word = word_size == 4 ? state.h.w32[i / 4]
                                       : state.h.w64[i / 8];
        int byte = i % word_size;
        int shift = algorithm->little_endian ? byte : word_size - 1 - byte;
        digest[i] = (unsigned char)(word >> (8 * shift));
    }
}

/* -- Objects ------------------------------------------------------------ */

static HashObject *
object_new(PyTypeObject *type, const struct hash_algorithm *algorithm)
{
    HashObject *self = (HashObject *)_PyObject_GC_New(type);
    if (self != NULL) {
        self->algorithm = algorithm;
        PyObject_GC_Track(self);
    }
    return self;
}

static int
object_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void
object_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyObject *
object_copy(HashObject *self, PyTypeObject *Py_UNUSED(defining_class),
            PyObject *const *Py_UNUSED(args), Py_ssize_t nargs,
            PyObject *kwnames)
{
    if (nargs || (kwnames && PyTuple_GET_SIZE(kwnames))) {
        PyErr_SetString(PyExc_TypeError, "copy() takes no arguments");
        return NULL;
    }
    HashObject *copy = object_new(Py_TYPE(self), self->algorithm);
    if (copy != NULL) {
        copy->state = self->state;
    }
    return (PyObject *)copy;
}

static PyObject *
object_digest(HashObject *self, PyObject *Py_UNUSED(ignored))
{
    unsigned char digest[64];
    state_finish(self->algorithm, self->state, digest);
    return PyBytes_FromStringAndSize((char *)digest,
                                     self->algorithm->digest_size);
}

static PyObject *
object_hexdigest(HashObject *self, PyObject *Py_UNUSED(ignored))
{
    unsigned char digest[64];
    state_finish(self->algorithm, self->state, digest);
    return _Py_strhex((char *)digest, self->algorithm->digest_size);
}

static int
object_feed(HashObject *self, PyObject *data)
{
    Py_buffer view;
    if (hash_get_buffer(data, &view) < 0) {
        return -1;
    }
    state_update(self->algorithm, &self->state, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return 0;
}

static PyObject *
object_update(HashObject *self, PyObject *data)
{
    if (object_feed(self, data) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
object_get_block_size(HashObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(self->algorithm->block_size);
}

static PyObject *
object_get_digest_size(HashObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(self->algorithm->digest_size);
}

static PyObject *
object_get_name(HashObject *self, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(self->algorithm->name);
}

static PyMethodDef object_methods[] = {
    {"copy", _PyCFunction_CAST(object_copy),
     METH_METHOD | METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("copy($self, /)\n--\n\nA copy of the hash object.")},
    {"digest", (PyCFunction)object_digest, METH_NOARGS,
     PyDoc_STR("digest($self, /)\n--\n\nThe digest as bytes.")},
    {"hexdigest", (PyCFunction)object_hexdigest, METH_NOARGS,
     PyDoc_STR("hexdigest($self, /)\n--\n\n"
               "The digest as hexadecimal text.")},
    {"update", (PyCFunction)object_update, METH_O,
     PyDoc_STR("update($self, obj, /)\n--\n\nHash more bytes.")},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef object_getset[] = {
    {"block_size", (getter)object_get_block_size, NULL, NULL, NULL},
    {"name", (getter)object_get_name, NULL, NULL, NULL},
    {"digest_size", (getter)object_get_digest_size, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

static PyType_Slot object_slots[] = {
    {Py_tp_dealloc, object_dealloc},
    {Py_tp_methods, object_methods},
    {Py_tp_getset, object_getset},
    {Py_tp_traverse, object_traverse},
    {0, NULL}
};

/* -- For modules -------------------------------------------------------- */

PyTypeObject *
hash_type_make(PyObject *module, int which,
               const struct hash_algorithm *algorithm)
{
    struct hash_module_state *state = PyModule_GetState(module);
    PyType_Spec spec = {
        .name = algorithm->type_name,
        .basicsize = sizeof(HashObject),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION
            | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_GC,
        .slots = object_slots,
    };
    state->types[which] =
        (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
    return state->types[which];
}

PyObject *
hash_object_make(PyObject *module, int which,
                 const struct hash_algorithm *algorithm,
                 PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"string", "usedforsecurity",
                                           NULL};
    _PyArg_Parser parser = {.keywords = keywords, .fname = algorithm->name};
    struct hash_module_state *state = PyModule_GetState(module);
    PyObject *string = nargs == 1 && kwnames == NULL ? args[0] : NULL;
    if (nargs > 1 || kwnames != NULL) {
        static _PyArg_Parser parsers[8];
        /* A parser lives on once used: one for each name. */
        _PyArg_Parser *p = parsers;
        while (p->fname != NULL && strcmp(p->fname, algorithm->name) != 0) {
            p++;
        }
        if (p->fname == NULL) {
            *p = parser;
        }
        PyObject *buffer[2] = {NULL, NULL};
        PyObject *const *argv = _PyArg_UnpackKeywords(
            args, nargs, NULL, kwnames, p, 0, 1, 0, buffer);
        if (argv == NULL) {
            return NULL;
        }
        string = argv[0];
        if (argv[1] != NULL && PyObject_IsTrue(argv[1]) < 0) {
            return NULL;
        }
    }
    HashObject *self = object_new(state->types[which], algorithm);
    if (self == NULL) {
        return NULL;
    }
    state_init(algorithm, &self->state);
    if (string != NULL && object_feed(self, string) < 0) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

int
hash_module_traverse(PyObject *module, visitproc visit, void *arg)
{
    struct hash_module_state *state = PyModule_GetState(module);
    for (int i = 0; i < HASH_TYPES_MAX; i++) {
        Py_VISIT(state->types[i]);
    }
    return 0;
}

int
hash_module_clear(PyObject *module)
{
    struct hash_module_state *state = PyModule_GetState(module);
    for (int i = 0; i < HASH_TYPES_MAX; i++) {
        Py_CLEAR(state->types[i]);
    }
    return 0;
}

void
hash_module_free(void *module)
{
    (void)hash_module_clear(module);
}
