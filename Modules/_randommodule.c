/* _random: the Mersenne Twister MT19937 of Matsumoto and Nishimura. */

#include "Python.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_pyhash.h"

#define N 624
#define M 397
#define MATRIX_A 0x9908b0dfU
#define UPPER_MASK 0x80000000U
#define LOWER_MASK 0x7fffffffU

typedef struct {
    PyObject_HEAD
    int index;          /* of the next word; N: all are used */
    uint32_t state[N];
} RandomObject;

typedef struct {
    PyTypeObject *random_type;
} random_state;

/* -- The generator ------------------------------------------------------ */

static void
twister_renew(uint32_t *mt)
{
    for (int k = 0; k < N; k++) {
        uint32_t y = (mt[k] & UPPER_MASK) | (mt[(k + 1) % N] & LOWER_MASK);
        mt[k] = mt[(k + M) % N] ^ (y >> 1) ^ (y & 1 ? MATRIX_A : 0);
    }
}

static uint32_t
twister_next(RandomObject *self)
{
    if (self->index >= N) {
        twister_renew(self->state);
        self->index = 0;
    }
    uint32_t y = self->state[self->index++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    y ^= y >> 18;
    return y;
}

static void
twister_seed_word(RandomObject *self, uint32_t s)
{
    uint32_t *mt = self->state;
    mt[0] = s;
    for (uint32_t i = 1; i < N; i++) {
        mt[i] = 1812433253U * (mt[i - 1] ^ (mt[i - 1] >> 30)) + i;
    }
    self->index = N;
}

static void
twister_seed_array(RandomObject *self, const uint32_t *key, size_t length)
{
    uint32_t *mt = self->state;
    twister_seed_word(self, 19650218U);
    size_t i = 1;
    size_t j = 0;
    for (size_t k = Py_MAX((size_t)N, length); k; k--) {
        mt[i] = (mt[i] ^ ((mt[i - 1] ^ (mt[i - 1] >> 30)) * 1664525U))
            + key[j] + (uint32_t)j;
        i++;
        j++;
        if (i >= N) {
            mt[0] = mt[N - 1];
            i = 1;
        }
        if (j >= length) {
            j = 0;
        }
    }
    for (size_t k = N - 1; k; k--) {
        mt[i] = (mt[i] ^ ((mt[i - 1] ^ (mt[i - 1] >> 30)) * 1566083941U))
            - (uint32_t)i;
        i++;
        if (i >= N) {
            mt[0] = mt[N - 1];
            i = 1;
        }
    }
    mt[0] = 0x80000000U;
}

/* -- Seeding ------------------------------------------------------------ */

static void
seed_from_time(RandomObject *self)
{
    _PyTime_t now = _PyTime_GetSystemClock();
    _PyTime_t ticks = _PyTime_GetMonotonicClock();
    uint32_t key[5] = {
        (uint32_t)now, (uint32_t)(now >> 32), (uint32_t)getpid(),
        (uint32_t)ticks, (uint32_t)(ticks >> 32)
    };
    twister_seed_array(self, key, Py_ARRAY_LENGTH(key));
}

static void
seed_from_system(RandomObject *self)
{
    uint32_t key[N];
    if (_PyOS_URandomNonblock(key, sizeof(key)) < 0) {
        PyErr_Clear();
        seed_from_time(self);
        return;
    }
    twister_seed_array(self, key, N);
}

/* By the magnitude of an int. */
static int
seed_from_int(RandomObject *self, PyObject *magnitude)
{
    size_t nbits = _PyLong_NumBits(magnitude);
    if (nbits == (size_t)-1 && PyErr_Occurred()) {
        return -1;
    }
    size_t length = nbits == 0 ? 1 : (nbits - 1) / 32 + 1;
    uint32_t *key = PyMem_Malloc(length * sizeof(*key));
    if (key == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int status = _PyLong_AsByteArray((PyLongObject *)magnitude,
                                     (unsigned char *)key,
                                     length * sizeof(*key),
                                     PY_LITTLE_ENDIAN, 0);
    if (status == 0) {
        twister_seed_array(self, key, length);
    }
    PyMem_Free(key);
    return status;
}

static int
seed_from_object(RandomObject *self, PyObject *arg)
{
    if (arg == NULL || arg == Py_None) {
        seed_from_system(self);
        return 0;
    }
    PyObject *magnitude;
    if (PyLong_Check(arg)) {
        /* Not a subclass's __abs__: it may return anything. */
        magnitude = PyLong_Type.tp_as_number->nb_absolute(arg);
    }
    else {
        Py_hash_t hash = PyObject_Hash(arg);
        if (hash == -1) {
            return -1;
        }
        magnitude = PyLong_FromSize_t((size_t)hash);
    }
    if (magnitude == NULL) {
        return -1;
    }
    int status = seed_from_int(self, magnitude);
    Py_DECREF(magnitude);
    return status;
}

/* -- Methods ------------------------------------------------------------ */

static PyObject *
random_seed(RandomObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("seed", nargs, 0, 1)
        || seed_from_object(self, nargs ? args[0] : NULL) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* 53 bits: a 27 and a 26 bit number. */
static PyObject *
random_random(RandomObject *self, PyObject *Py_UNUSED(ignored))
{
    uint32_t a = twister_next(self) >> 5;
    uint32_t b = twister_next(self) >> 6;
    return PyFloat_FromDouble((a * 67108864.0 + b)
                              * (1.0 / 9007199254740992.0));
}

static PyObject *
random_getstate(RandomObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *state = PyTuple_New(N + 1);
    for (int i = 0; i <= N && state != NULL; i++) {
        PyObject *item = i < N ? PyLong_FromUnsignedLong(self->state[i])
                               : PyLong_FromLong(self->index);
        if (item == NULL) {
            Py_CLEAR(state);
        }
        else {
            PyTuple_SET_ITEM(state, i, item);
        }
    }
    return state;
}

static PyObject *
random_setstate(RandomObject *self, PyObject *state)
{
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state vector must be a tuple");
        return NULL;
    }
    if (PyTuple_GET_SIZE(state) != N + 1) {
        PyErr_SetString(PyExc_ValueError, "state vector is the wrong size");
        return NULL;
    }
    uint32_t words[N];
    for (int i = 0; i < N; i++) {
        unsigned long word =
            PyLong_AsUnsignedLong(PyTuple_GET_ITEM(state, i));
        if (word == (unsigned long)-1 && PyErr_Occurred()) {
            return NULL;
        }
        words[i] = (uint32_t)word;
    }
    long index = PyLong_AsLong(PyTuple_GET_ITEM(state, N));
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (index < 0 || index > N) {
        PyErr_SetString(PyExc_ValueError, "invalid state");
        return NULL;
    }
    self->index = (int)index;
    memcpy(self->state, words, sizeof(words));
    Py_RETURN_NONE;
}

static PyObject *
random_getrandbits(RandomObject *self, PyObject *arg)
{
    int k = _PyLong_AsInt(arg);
    if (k == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (k < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "number of bits must be non-negative");
        return NULL;
    }
    if (k == 0) {
        return PyLong_FromLong(0);
    }
    if (k <= 32) {
        return PyLong_FromUnsignedLong(twister_next(self) >> (32 - k));
    }
    size_t words = (size_t)(k - 1) / 32 + 1;
    uint32_t *buffer = PyMem_Malloc(words * sizeof(*buffer));
    if (buffer == NULL) {
        return PyErr_NoMemory();
    }
    /* Least significant word first, the last one cut. */
    for (size_t i = 0; i < words; i++, k -= 32) {
        uint32_t word = twister_next(self);
        if (k < 32) {
            word >>= 32 - k;
        }
        buffer[PY_LITTLE_ENDIAN ? i : words - 1 - i] = word;
    }
    PyObject *result = _PyLong_FromByteArray((unsigned char *)buffer,
                                             words * sizeof(*buffer),
                                             PY_LITTLE_ENDIAN, 0);
    PyMem_Free(buffer);
    return result;
}

static int
random_init(RandomObject *self, PyObject *args, PyObject *kwargs)
{
    PyTypeObject *type = Py_TYPE(self);
    int inherited = type->tp_init == (initproc)random_init;
    if (inherited && !_PyArg_NoKeywords("Random", kwargs)) {
        return -1;
    }
    if (PyTuple_GET_SIZE(args) > 1) {
        PyErr_SetString(PyExc_TypeError,
                        "Random() requires 0 or 1 argument");
        return -1;
    }
    return seed_from_object(self, PyTuple_GET_SIZE(args)
                            ? PyTuple_GET_ITEM(args, 0) : NULL);
}

/* -- The module --------------------------------------------------------- */

static PyMethodDef random_methods[] = {
    {"random", (PyCFunction)random_random, METH_NOARGS,
     PyDoc_STR("random($self, /)\n--\n\n"
               "random() -> x in the interval [0, 1).")},
    {"seed", _PyCFunction_CAST(random_seed), METH_FASTCALL,
     PyDoc_STR("seed($self, n=None, /)\n--\n\n"
               "seed([n]) -> None.\n\nWithout an argument, by the system's "
               "generator or the time.")},
    {"getstate", (PyCFunction)random_getstate, METH_NOARGS,
     PyDoc_STR("getstate($self, /)\n--\n\n"
               "getstate() -> tuple containing the current state.")},
    {"setstate", (PyCFunction)random_setstate, METH_O,
     PyDoc_STR("setstate($self, state, /)\n--\n\n"
               "setstate(state) -> None.  Restores generator state.")},
    {"getrandbits", (PyCFunction)random_getrandbits, METH_O,
     PyDoc_STR("getrandbits($self, k, /)\n--\n\n"
               "getrandbits(k) -> x.  An int of k random bits.")},
    {NULL, NULL, 0, NULL}
};

static void
random_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot random_type_slots[] = {
    {Py_tp_doc, (void *)PyDoc_STR("Random() -> a generator of random "
                                  "numbers with its own state.")},
    {Py_tp_methods, random_methods},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, random_init},
    {Py_tp_dealloc, random_dealloc},
    {Py_tp_free, PyObject_Free},
    {0, NULL},
};

static PyType_Spec random_type_spec = {
    .name = "_random.Random",
    .basicsize = sizeof(RandomObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = random_type_slots,
};

static int
random_exec(PyObject *module)
{
    random_state *state = PyModule_GetState(module);
    state->random_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &random_type_spec, NULL);
    if (state->random_type == NULL) {
        return -1;
    }
    return PyModule_AddType(module, state->random_type);
}

static int
random_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(((random_state *)PyModule_GetState(module))->random_type);
    return 0;
}

static int
random_clear(PyObject *module)
{
    Py_CLEAR(((random_state *)PyModule_GetState(module))->random_type);
    return 0;
}

static void
random_free(void *module)
{
    (void)random_clear(module);
}

static PyModuleDef_Slot random_slots[] = {
    {Py_mod_exec, random_exec},
    {0, NULL}
};

static struct PyModuleDef random_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_random",
    .m_doc = PyDoc_STR("The Mersenne Twister random number generator."),
    .m_size = sizeof(random_state),
    .m_slots = random_slots,
    .m_traverse = random_traverse,
    .m_clear = random_clear,
    .m_free = random_free,
};

PyMODINIT_FUNC
PyInit__random(void)
{
    return PyModuleDef_Init(&random_module);
}
