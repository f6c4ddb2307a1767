/* itertools: combinations, combinations_with_replacement, permutations. All
   draw r elements of a pool of n; the indices of the last tuple say which one
   is next. */
#include "itertools_impl.h"

/* Layout of the first two; permutations has one field more. */
typedef struct {
    PyObject_HEAD
    PyObject *pool;             /* tuple */
    Py_ssize_t *indices;        /* r of them; permutations: n */
    PyObject *result;           /* the last tuple made, or NULL */
    Py_ssize_t r;
    int stopped;
} combinationsobject;

static int
parse_pool_and_r(PyObject *args, PyObject *kwds, const char *format,
                 PyObject **pool, Py_ssize_t *r)
{
    static const char *const keywords[] = {"iterable", "r", NULL};
    PyObject *iterable;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, format, (char **)keywords,
                                     &iterable, r)) {
        return -1;
    }
    *pool = PySequence_Tuple(iterable);
    if (*pool == NULL) {
        return -1;
    }
    if (*r < 0) {
        PyErr_SetString(PyExc_ValueError, "r must be non-negative");
        Py_CLEAR(*pool);
        return -1;
    }
    return 0;
}

/* Takes over the pool. */
static PyObject *
combinations_make_steal(PyTypeObject *type, PyObject *pool, Py_ssize_t r,
                        int stopped)
{
    Py_ssize_t *indices = PyMem_New(Py_ssize_t, r);
    if (indices == NULL) {
        Py_DECREF(pool);
        return PyErr_NoMemory();
    }
    combinationsobject *co = (combinationsobject *)type->tp_alloc(type, 0);
    if (co == NULL) {
        PyMem_Free(indices);
        Py_DECREF(pool);
        return NULL;
    }
    co->pool = pool;
    co->indices = indices;
    co->result = NULL;
    co->r = r;
    co->stopped = stopped;
    return (PyObject *)co;
}

static void
combinations_dealloc(combinationsobject *co)
{
    PyObject_GC_UnTrack(co);
    Py_XDECREF(co->pool);
    Py_XDECREF(co->result);
    PyMem_Free(co->indices);
    Py_TYPE(co)->tp_free(co);
}

static int
combinations_traverse(combinationsobject *co, visitproc visit, void *arg)
{
    Py_VISIT(co->pool);
    Py_VISIT(co->result);
    return 0;
}

/* A tuple of what the first r indices choose. */
static PyObject *
choose(PyObject *pool, const Py_ssize_t *indices, Py_ssize_t r)
{
    PyObject *result = PyTuple_New(r);
    for (Py_ssize_t i = 0; result != NULL && i < r; i++) {
        PyTuple_SET_ITEM(result, i,
                         Py_NewRef(PyTuple_GET_ITEM(pool, indices[i])));
    }
    return result;
}

/* Updates the elements from position i on; never fails. */
static void
rechoose(PyObject *result, PyObject *pool, const Py_ssize_t *indices,
         Py_ssize_t i, Py_ssize_t r)
{
    for (; i < r; i++) {
        PyObject *elem = PyTuple_GET_ITEM(pool, indices[i]);
        PyObject *oldelem = PyTuple_GET_ITEM(result, i);
        PyTuple_SET_ITEM(result, i, Py_NewRef(elem));
        Py_DECREF(oldelem);
    }
}

static PyObject *
combinations_reduce(combinationsobject *lz, PyObject *unused)
{
    if (lz->result == NULL) {
        return Py_BuildValue("O(On)", Py_TYPE(lz), lz->pool, lz->r);
    }
    if (lz->stopped) {
        return Py_BuildValue("O(()n)", Py_TYPE(lz), lz->r);
    }
    PyObject *indices = tuple_of_indices(lz->indices, lz->r);
    if (indices == NULL) {
        return NULL;
    }
    return Py_BuildValue("O(On)N", Py_TYPE(lz), lz->pool, lz->r, indices);
}

/* Reads r indices that can be at most max(i). */
static int
combinations_restore(combinationsobject *lz, PyObject *state, int replacing)
{
    Py_ssize_t n = PyTuple_GET_SIZE(lz->pool);
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) != lz->r) {
        PyErr_SetString(PyExc_ValueError, "invalid arguments");
        return -1;
    }
    for (Py_ssize_t i = 0; i < lz->r; i++) {
        Py_ssize_t index = PyLong_AsSsize_t(PyTuple_GET_ITEM(state, i));
        if (index == -1 && PyErr_Occurred()) {
            return -1;
        }
        Py_ssize_t max = replacing ? n - 1 : i + n - lz->r;
        if (index > max) {
            index = max;
        }
        if (index < 0) {
            index = 0;
        }
        lz->indices[i] = index;
    }
    PyObject *result = choose(lz->pool, lz->indices, lz->r);
    if (result == NULL) {
        return -1;
    }
    Py_XSETREF(lz->result, result);
    return 0;
}

static PyObject *
combinations_setstate(combinationsobject *lz, PyObject *state)
{
    if (combinations_restore(lz, state, 0) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
combinations_sizeof(combinationsobject *co, PyObject *unused)
{
    size_t res = _PyObject_SIZE(Py_TYPE(co));
    res += (size_t)co->r * sizeof(Py_ssize_t);
    return PyLong_FromSize_t(res);
}

/* -- combinations ---------------------------------------------------------- */

static PyObject *
combinations_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyObject *pool;
    Py_ssize_t r;
    if (parse_pool_and_r(args, kwds, "On:combinations", &pool, &r) < 0) {
        return NULL;
    }
    int stopped = r > PyTuple_GET_SIZE(pool);
    PyObject *co = combinations_make_steal(type, pool, r, stopped);
    if (co != NULL) {
        for (Py_ssize_t i = 0; i < r; i++) {
            ((combinationsobject *)co)->indices[i] = i;
        }
    }
    return co;
}

static PyObject *
combinations_next(combinationsobject *co)
{
    if (co->stopped) {
        return NULL;
    }
    Py_ssize_t *indices = co->indices;
    Py_ssize_t n = PyTuple_GET_SIZE(co->pool);
    Py_ssize_t r = co->r;
    if (co->result == NULL) {
        co->result = choose(co->pool, indices, r);
    }
    else {
        /* The rightmost index that is not at its last place moves on, those
           behind it follow closely. */
        Py_ssize_t i = r - 1;
        while (i >= 0 && indices[i] == i + n - r) {
            i--;
        }
        if (i < 0) {
            goto empty;
        }
        co->result = tuple_own_steal(co->result);
        if (co->result == NULL) {
            goto empty;
        }
        indices[i]++;
        for (Py_ssize_t j = i + 1; j < r; j++) {
            indices[j] = indices[j - 1] + 1;
        }
        rechoose(co->result, co->pool, indices, i, r);
    }
    if (co->result == NULL) {
        goto empty;
    }
    return Py_NewRef(co->result);
empty:
    co->stopped = 1;
    return NULL;
}

static PyMethodDef combinations_methods[] = {
    REDUCE(combinations),
    SETSTATE(combinations),
    SIZEOF(combinations),
    {NULL, NULL},
};

PyDoc_STRVAR(combinations_doc,
"combinations(iterable, r)\n--\n\n"
"All subsets of r elements, as tuples in the iterable's order.");

static PyTypeObject combinations_type = {
    ITERTOOLS_TYPE("itertools.combinations", combinationsobject,
                   combinations, combinations_doc),
    .tp_methods = combinations_methods,
};

/* -- combinations_with_replacement ------------------------------------------- */

static PyObject *
cwr_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyObject *pool;
    Py_ssize_t r;
    if (parse_pool_and_r(args, kwds, "On:combinations_with_replacement",
                         &pool, &r) < 0) {
        return NULL;
    }
    int stopped = PyTuple_GET_SIZE(pool) == 0 && r > 0;
    PyObject *co = combinations_make_steal(type, pool, r, stopped);
    if (co != NULL) {
        for (Py_ssize_t i = 0; i < r; i++) {
            ((combinationsobject *)co)->indices[i] = 0;
        }
    }
    return co;
}

static PyObject *
cwr_next(combinationsobject *co)
{
    if (co->stopped) {
        return NULL;
    }
    Py_ssize_t *indices = co->indices;
    Py_ssize_t n = PyTuple_GET_SIZE(co->pool);
    Py_ssize_t r = co->r;
    if (co->result == NULL) {
        co->result = choose(co->pool, indices, r);
    }
    else {
        Py_ssize_t i = r - 1;
        while (i >= 0 && indices[i] == n - 1) {
            i--;
        }
        if (i < 0) {
            goto empty;
        }
        co->result = tuple_own_steal(co->result);
        if (co->result == NULL) {
            goto empty;
        }
        Py_ssize_t index = indices[i] + 1;
        for (Py_ssize_t j = i; j < r; j++) {
            indices[j] = index;
        }
        rechoose(co->result, co->pool, indices, i, r);
    }
    if (co->result == NULL) {
        goto empty;
    }
    return Py_NewRef(co->result);
empty:
    co->stopped = 1;
    return NULL;
}

static PyObject *
cwr_setstate(combinationsobject *lz, PyObject *state)
{
    if (PyTuple_GET_SIZE(lz->pool) == 0 && lz->r > 0) {
        PyErr_SetString(PyExc_ValueError, "invalid arguments");
        return NULL;
    }
    if (combinations_restore(lz, state, 1) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

#define cwr_dealloc combinations_dealloc
#define cwr_traverse combinations_traverse
#define cwr_reduce combinations_reduce
#define cwr_sizeof combinations_sizeof

static PyMethodDef cwr_methods[] = {
    REDUCE(cwr),
    SETSTATE(cwr),
    SIZEOF(cwr),
    {NULL, NULL},
};

PyDoc_STRVAR(cwr_doc,
"combinations_with_replacement(iterable, r)\n--\n\n"
"All choices of r elements, where an element can be chosen again.");

static PyTypeObject cwr_type = {
    ITERTOOLS_TYPE("itertools.combinations_with_replacement",
                   combinationsobject, cwr, cwr_doc),
    .tp_methods = cwr_methods,
};

/* -- permutations ------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *pool;             /* tuple of n elements */
    Py_ssize_t *indices;        /* n: a permutation, the first r count */
    Py_ssize_t *cycles;         /* r: rounds left at each position */
    PyObject *result;
    Py_ssize_t r;
    int stopped;
} permutationsobject;

static PyObject *
permutations_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static const char *const keywords[] = {"iterable", "r", NULL};
    PyObject *iterable;
    PyObject *robj = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O|O:permutations",
                                     (char **)keywords, &iterable, &robj)) {
        return NULL;
    }
    Py_ssize_t *indices = NULL;
    Py_ssize_t *cycles = NULL;
    PyObject *pool = PySequence_Tuple(iterable);
    if (pool == NULL) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(pool);
    Py_ssize_t r = n;
    if (robj != Py_None) {
        if (!PyLong_Check(robj)) {
            PyErr_SetString(PyExc_TypeError, "Expected int as r");
            goto error;
        }
        r = PyLong_AsSsize_t(robj);
        if (r == -1 && PyErr_Occurred()) {
            goto error;
        }
    }
    if (r < 0) {
        PyErr_SetString(PyExc_ValueError, "r must be non-negative");
        goto error;
    }
    indices = PyMem_New(Py_ssize_t, n);
    cycles = PyMem_New(Py_ssize_t, r);
    if (indices == NULL || cycles == NULL) {
        PyErr_NoMemory();
        goto error;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        indices[i] = i;
    }
    for (Py_ssize_t i = 0; i < r; i++) {
        cycles[i] = n - i;
    }
    permutationsobject *po = (permutationsobject *)type->tp_alloc(type, 0);
    if (po == NULL) {
        goto error;
    }
    po->pool = pool;
    po->indices = indices;
    po->cycles = cycles;
    po->result = NULL;
    po->r = r;
    po->stopped = r > n;
    return (PyObject *)po;
error:
    PyMem_Free(indices);
    PyMem_Free(cycles);
    Py_DECREF(pool);
    return NULL;
}

static void
permutations_dealloc(permutationsobject *po)
{
    PyObject_GC_UnTrack(po);
    Py_XDECREF(po->pool);
    Py_XDECREF(po->result);
    PyMem_Free(po->indices);
    PyMem_Free(po->cycles);
    Py_TYPE(po)->tp_free(po);
}

static int
permutations_traverse(permutationsobject *po, visitproc visit, void *arg)
{
    Py_VISIT(po->pool);
    Py_VISIT(po->result);
    return 0;
}

static PyObject *
permutations_next(permutationsobject *po)
{
    if (po->stopped) {
        return NULL;
    }
    Py_ssize_t *indices = po->indices;
    Py_ssize_t *cycles = po->cycles;
    Py_ssize_t n = PyTuple_GET_SIZE(po->pool);
    Py_ssize_t r = po->r;
    if (po->result == NULL) {
        po->result = choose(po->pool, indices, r);
        if (po->result == NULL) {
            goto empty;
        }
        return Py_NewRef(po->result);
    }
    if (n == 0) {
        goto empty;
    }
    po->result = tuple_own_steal(po->result);
    if (po->result == NULL) {
        goto empty;
    }
    Py_ssize_t i;
    for (i = r - 1; i >= 0; i--) {
        cycles[i]--;
        if (cycles[i] != 0) {
            Py_ssize_t j = n - cycles[i];
            Py_ssize_t t = indices[i];
            indices[i] = indices[j];
            indices[j] = t;
            rechoose(po->result, po->pool, indices, i, r);
            break;
        }
        /* All rounds done: rotate indices[i:] by one, back to order. */
        Py_ssize_t first = indices[i];
        memmove(&indices[i], &indices[i + 1],
                (size_t)(n - 1 - i) * sizeof(Py_ssize_t));
        indices[n - 1] = first;
        cycles[i] = n - i;
    }
    if (i < 0) {
        goto empty;
    }
    return Py_NewRef(po->result);
empty:
    po->stopped = 1;
    return NULL;
}

static PyObject *
permutations_reduce(permutationsobject *po, PyObject *unused)
{
    if (po->result == NULL) {
        return Py_BuildValue("O(On)", Py_TYPE(po), po->pool, po->r);
    }
    if (po->stopped) {
        return Py_BuildValue("O(()n)", Py_TYPE(po), po->r);
    }
    PyObject *indices = tuple_of_indices(po->indices,
                                         PyTuple_GET_SIZE(po->pool));
    if (indices == NULL) {
        return NULL;
    }
    PyObject *cycles = tuple_of_indices(po->cycles, po->r);
    if (cycles == NULL) {
        Py_DECREF(indices);
        return NULL;
    }
    return Py_BuildValue("O(On)(NN)", Py_TYPE(po), po->pool, po->r, indices,
                         cycles);
}

static PyObject *
permutations_setstate(permutationsobject *po, PyObject *state)
{
    PyObject *indices, *cycles;
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "O!O!", &PyTuple_Type, &indices,
                          &PyTuple_Type, &cycles)) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(po->pool);
    if (PyTuple_GET_SIZE(indices) != n || PyTuple_GET_SIZE(cycles) != po->r)
    {
        PyErr_SetString(PyExc_ValueError, "invalid arguments");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_ssize_t index = PyLong_AsSsize_t(PyTuple_GET_ITEM(indices, i));
        if (index < 0 && PyErr_Occurred()) {
            return NULL;
        }
        index = Py_MAX(index, 0);
        po->indices[i] = Py_MIN(index, n - 1);
    }
    for (Py_ssize_t i = 0; i < po->r; i++) {
        Py_ssize_t index = PyLong_AsSsize_t(PyTuple_GET_ITEM(cycles, i));
        if (index < 0 && PyErr_Occurred()) {
            return NULL;
        }
        index = Py_MAX(index, 1);
        po->cycles[i] = Py_MIN(index, n - i);
    }
    PyObject *result = choose(po->pool, po->indices, po->r);
    if (result == NULL) {
        return NULL;
    }
    Py_XSETREF(po->result, result);
    Py_RETURN_NONE;
}

static PyObject *
permutations_sizeof(permutationsobject *po, PyObject *unused)
{
    size_t res = _PyObject_SIZE(Py_TYPE(po));
    res += (size_t)PyTuple_GET_SIZE(po->pool) * sizeof(Py_ssize_t);
    res += (size_t)po->r * sizeof(Py_ssize_t);
    return PyLong_FromSize_t(res);
}

static PyMethodDef permutations_methods[] = {
    REDUCE(permutations),
    SETSTATE(permutations),
    SIZEOF(permutations),
    {NULL, NULL},
};

PyDoc_STRVAR(permutations_doc,
"permutations(iterable, r=None)\n--\n\n"
"All arrangements of r elements (of all of them if r is None), as tuples.");

static PyTypeObject permutations_type = {
    ITERTOOLS_TYPE("itertools.permutations", permutationsobject,
                   permutations, permutations_doc),
    .tp_methods = permutations_methods,
};

int
itertools_add_combinatoric(PyObject *module)
{
    if (PyModule_AddType(module, &combinations_type) < 0
        || PyModule_AddType(module, &cwr_type) < 0
        || PyModule_AddType(module, &permutations_type) < 0) {
        return -1;
    }
    return 0;
}
