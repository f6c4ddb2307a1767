/* Sets and frozen sets: one hash table with open addressing.

   A look-up probes LINEAR_PROBES neighbours (which share cache lines), then
   jumps as dictionaries do. A deleted element leaves a dummy behind. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_dict.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_unicodeobject.h"

#define LINEAR_PROBES 9
#define PERTURB_SHIFT 5

/* The key of a deleted entry: compared by address, never used. */
static PyObject dummy_struct = {
    .ob_refcnt = _PyObject_IMMORTAL_REFCNT,
    .ob_type = &PyBaseObject_Type,
};
#define dummy (&dummy_struct)

PyObject *_PySet_Dummy = dummy;

/* -- Storage ------------------------------------------------------------- */

static void
set_empty_to_minsize(PySetObject *so)
{
    memset(so->smalltable, 0, sizeof(so->smalltable));
    so->fill = 0;
    so->used = 0;
    so->mask = PySet_MINSIZE - 1;
    so->table = so->smalltable;
    so->hash = -1;
}

/* Inserts a key that is not there into a table without dummies. */
static void
set_insert_clean(setentry *table, size_t mask, PyObject *key, Py_hash_t hash)
{
    size_t perturb = (size_t)hash;
    size_t i = (size_t)hash & mask;
    for (;;) {
        setentry *entry = &table[i];
        size_t probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        do {
            if (entry->key == NULL) {
                entry->key = key;
                entry->hash = hash;
                return;
            }
            entry++;
        } while (probes--);
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

/* Moves the elements to a table with more than minused slots. */
static int
set_table_resize(PySetObject *so, Py_ssize_t minused)
{
    assert(minused >= 0);
    size_t newsize = PySet_MINSIZE;
    while (newsize <= (size_t)minused) {
        newsize <<= 1;
    }
    setentry *oldtable = so->table;
    int old_is_allocated = oldtable != so->smalltable;
    setentry small_copy[PySet_MINSIZE];
    setentry *newtable;
    if (newsize == PySet_MINSIZE) {
        newtable = so->smalltable;
        if (newtable == oldtable) {
            if (so->fill == so->used) {
                return 0;
            }
            /* Getting rid of dummies, in place. */
            memcpy(small_copy, oldtable, sizeof(small_copy));
            oldtable = small_copy;
        }
    }
    else {
        newtable = PyMem_New(setentry, newsize);
        if (newtable == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    memset(newtable, 0, sizeof(setentry) * newsize);
    size_t oldmask = (size_t)so->mask;
    so->mask = (Py_ssize_t)newsize - 1;
    so->table = newtable;
    for (setentry *e = oldtable; e <= oldtable + oldmask; e++) {
        if (e->key != NULL && e->key != dummy) {
            set_insert_clean(newtable, newsize - 1, e->key, e->hash);
        }
    }
    so->fill = so->used;
    if (old_is_allocated) {
        PyMem_Free(oldtable);
    }
    return 0;
}

static int
set_clear_internal(PySetObject *so)
{
    setentry *table = so->table;
    Py_ssize_t fill = so->fill;
    int allocated = table != so->smalltable;
    setentry small_copy[PySet_MINSIZE];
    /* Empty first, then drop: destructors may look at the set. */
    if (!allocated && fill > 0) {
        memcpy(small_copy, table, sizeof(small_copy));
        table = small_copy;
    }
    if (allocated || fill > 0) {
        set_empty_to_minsize(so);
    }
    for (setentry *e = table; fill > 0; e++) {
        if (e->key != NULL) {
            fill--;
            if (e->key != dummy) {
                Py_DECREF(e->key);
            }
        }
    }
    if (allocated) {
        PyMem_Free(table);
    }
    return 0;
}

/* -- Lookup ------------------------------------------------------------------ */

/* Compares a candidate of equal hash. 1, 0, -1; -2 if the table changed
   meanwhile. May run Python. */
static int
set_compare(PySetObject *so, setentry *entry, PyObject *key)
{
    PyObject *startkey = entry->key;
    if (startkey == key) {
        return 1;
    }
    if (PyUnicode_CheckExact(startkey) && PyUnicode_CheckExact(key)) {
        return _PyUnicode_EQ(startkey, key);
    }
    setentry *table = so->table;
    Py_INCREF(startkey);
    int cmp = PyObject_RichCompareBool(startkey, key, Py_EQ);
    Py_DECREF(startkey);
    if (cmp < 0) {
        return -1;
    }
    if (table != so->table || entry->key != startkey) {
        return -2;
    }
    return cmp;
}

/* The entry of key, or the unused one where the search ended; NULL and an
   exception. *freeslot (unless freeslot is NULL) is a dummy met on the way,
   or NULL. */
static inline setentry *
set_search(PySetObject *so, PyObject *key, Py_hash_t hash,
           setentry **freeslot)
{
restart:
    if (freeslot != NULL) {
        *freeslot = NULL;
    }
    size_t mask = (size_t)so->mask;
    size_t perturb = (size_t)hash;
    size_t i = (size_t)hash & mask;
    for (;;) {
        setentry *entry = &so->table[i];
        size_t probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        do {
            if (entry->hash == 0 && entry->key == NULL) {
                return entry;
            }
            if (entry->hash == hash && entry->key != dummy) {
                int cmp = set_compare(so, entry, key);
                if (cmp > 0) {
                    return entry;
                }
                if (cmp == -1) {
                    return NULL;
                }
                if (cmp == -2) {
                    goto restart;
                }
            }
            else if (freeslot != NULL && entry->hash == -1) {
                /* the last one met */
                *freeslot = entry;
            }
            entry++;
        } while (probes--);
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

static setentry *
set_lookkey(PySetObject *so, PyObject *key, Py_hash_t hash)
{
    return set_search(so, key, hash, NULL);
}

static int
set_add_entry(PySetObject *so, PyObject *key, Py_hash_t hash)
{
    /* The comparisons may drop the caller's reference. */
    Py_INCREF(key);
    setentry *freeslot;
    setentry *entry = set_search(so, key, hash, &freeslot);
    if (entry == NULL) {
        Py_DECREF(key);
        return -1;
    }
    if (entry->key != NULL) {
        Py_DECREF(key);
        return 0;
    }
    if (freeslot != NULL) {
        so->used++;
        freeslot->key = key;
        freeslot->hash = hash;
        return 0;
    }
    so->fill++;
    so->used++;
    entry->key = key;
    entry->hash = hash;
    if ((size_t)so->fill * 5 < (size_t)so->mask * 3) {
        return 0;
    }
    return set_table_resize(so, so->used > 50000 ? so->used * 2
                                                 : so->used * 4);
}

static int
set_contains_entry(PySetObject *so, PyObject *key, Py_hash_t hash)
{
    setentry *entry = set_lookkey(so, key, hash);
    if (entry == NULL) {
        return -1;
    }
    return entry->key != NULL;
}

/* 1: it was there; 0: it was not. */
static int
set_discard_entry(PySetObject *so, PyObject *key, Py_hash_t hash)
{
    setentry *entry = set_lookkey(so, key, hash);
    if (entry == NULL) {
        return -1;
    }
    if (entry->key == NULL) {
        return 0;
    }
    PyObject *old_key = entry->key;
    entry->key = dummy;
    entry->hash = -1;
    so->used--;
    Py_DECREF(old_key);
    return 1;
}

static inline Py_hash_t
set_hash_key(PyObject *key)
{
    Py_hash_t hash;
    if (PyUnicode_CheckExact(key)
        && (hash = ((PyASCIIObject *)key)->hash) != -1) {
        return hash;
    }
    return PyObject_Hash(key);
}

static int
set_add_key(PySetObject *so, PyObject *key)
{
    Py_hash_t hash = set_hash_key(key);
    return hash == -1 ? -1 : set_add_entry(so, key, hash);
}

static int
set_contains_key(PySetObject *so, PyObject *key)
{
    Py_hash_t hash = set_hash_key(key);
    return hash == -1 ? -1 : set_contains_entry(so, key, hash);
}

static int
set_discard_key(PySetObject *so, PyObject *key)
{
    Py_hash_t hash = set_hash_key(key);
    return hash == -1 ? -1 : set_discard_entry(so, key, hash);
}

/* Walks over the table: borrowed entry in *entry, 0 at the end. The set must
   not change meanwhile, unless the caller can live with that. */
static int
set_next(PySetObject *so, Py_ssize_t *pos, setentry **entry)
{
    Py_ssize_t i = *pos;
    Py_ssize_t mask = so->mask;
    while (i <= mask
           && (so->table[i].key == NULL || so->table[i].key == dummy)) {
        i++;
    }
    *pos = i + 1;
    if (i > mask) {
        return 0;
    }
    *entry = &so->table[i];
    return 1;
}

/* -- Merging --------------------------------------------------------------- */

static int
set_merge(PySetObject *so, PySetObject *other)
{
    if (other == so || other->used == 0) {
        return 0;
    }
    /* One resize now; few elements will turn out to be the same. */
    if ((so->fill + other->used) * 5 >= so->mask * 3
        && set_table_resize(so, (so->used + other->used) * 2) != 0) {
        return -1;
    }
    Py_ssize_t mask = other->mask;
    if (so->fill == 0 && so->mask == mask && other->fill == other->used) {
        /* Equal tables: every element keeps its place. */
        for (Py_ssize_t i = 0; i <= mask; i++) {
            so->table[i].key = Py_XNewRef(other->table[i].key);
            so->table[i].hash = other->table[i].hash;
        }
        so->fill = other->fill;
        so->used = other->used;
        return 0;
    }
    if (so->fill == 0) {
        for (Py_ssize_t i = 0; i <= mask; i++) {
            PyObject *key = other->table[i].key;
            if (key != NULL && key != dummy) {
                set_insert_clean(so->table, (size_t)so->mask,
                                 Py_NewRef(key), other->table[i].hash);
            }
        }
        so->fill = so->used = other->used;
        return 0;
    }
    for (Py_ssize_t i = 0; i <= other->mask; i++) {
        setentry *entry = &other->table[i];
        if (entry->key != NULL && entry->key != dummy
            && set_add_entry(so, entry->key, entry->hash) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
set_update_internal(PySetObject *so, PyObject *other)
{
    if (PyAnySet_Check(other)) {
        return set_merge(so, (PySetObject *)other);
    }
    PyObject *key;
    if (PyDict_CheckExact(other)) {
        Py_ssize_t dictsize = PyDict_GET_SIZE(other);
        if ((so->fill + dictsize) * 5 >= so->mask * 3
            && set_table_resize(so, (so->used + dictsize) * 2) != 0) {
            return -1;
        }
        Py_ssize_t pos = 0;
        Py_hash_t hash;
        while (_PyDict_Next(other, &pos, &key, NULL, &hash)) {
            if (set_add_entry(so, key, hash) < 0) {
                return -1;
            }
        }
        return 0;
    }
    PyObject *it = PyObject_GetIter(other);
    if (it == NULL) {
        return -1;
    }
    while ((key = PyIter_Next(it)) != NULL) {
        int err = set_add_key(so, key);
        Py_DECREF(key);
        if (err < 0) {
            Py_DECREF(it);
            return -1;
        }
    }
    Py_DECREF(it);
    return PyErr_Occurred() ? -1 : 0;
}

/* -- Life ------------------------------------------------------------------ */

static void
set_dealloc(PySetObject *so)
{
    PyObject_GC_UnTrack(so);
    Py_TRASHCAN_BEGIN(so, set_dealloc)
    if (so->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)so);
    }
    Py_ssize_t used = so->used;
    for (setentry *entry = so->table; used > 0; entry++) {
        if (entry->key != NULL && entry->key != dummy) {
            used--;
            Py_DECREF(entry->key);
        }
    }
    if (so->table != so->smalltable) {
        PyMem_Free(so->table);
    }
    Py_TYPE(so)->tp_free(so);
    Py_TRASHCAN_END
}

static int
set_traverse(PySetObject *so, visitproc visit, void *arg)
{
    Py_ssize_t pos = 0;
    setentry *entry;
    while (set_next(so, &pos, &entry)) {
        Py_VISIT(entry->key);
    }
    return 0;
}

static PyObject *
make_new_set(PyTypeObject *type, PyObject *iterable)
{
    PySetObject *so = (PySetObject *)type->tp_alloc(type, 0);
    if (so == NULL) {
        return NULL;
    }
    set_empty_to_minsize(so);
    so->finger = 0;
    so->weakreflist = NULL;
    if (iterable != NULL && set_update_internal(so, iterable) < 0) {
        Py_DECREF(so);
        return NULL;
    }
    return (PyObject *)so;
}

/* The result of an operation on a subclass is of the base type. */
static PyObject *
make_new_set_basetype(PyTypeObject *type, PyObject *iterable)
{
    if (type != &PySet_Type && type != &PyFrozenSet_Type) {
        type = PyType_IsSubtype(type, &PySet_Type) ? &PySet_Type
                                                   : &PyFrozenSet_Type;
    }
    return make_new_set(type, iterable);
}

static PyObject *
make_new_frozenset(PyTypeObject *type, PyObject *iterable)
{
    if (type == &PyFrozenSet_Type && iterable != NULL
        && PyFrozenSet_CheckExact(iterable)) {
        return Py_NewRef(iterable);
    }
    return make_new_set(type, iterable);
}

static PyObject *
frozenset_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if ((type == &PyFrozenSet_Type
         || type->tp_init == PyFrozenSet_Type.tp_init)
        && !_PyArg_NoKeywords("frozenset", kwds)) {
        return NULL;
    }
    PyObject *iterable = NULL;
    if (!PyArg_UnpackTuple(args, type->tp_name, 0, 1, &iterable)) {
        return NULL;
    }
    return make_new_frozenset(type, iterable);
}

static PyObject *
frozenset_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                     PyObject *kwnames)
{
    if (!_PyArg_NoKwnames("frozenset", kwnames)) {
        return NULL;
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_CheckPositional("frozenset", nargs, 0, 1)) {
        return NULL;
    }
    return make_new_frozenset((PyTypeObject *)type,
                              nargs ? args[0] : NULL);
}

static PyObject *
set_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    return make_new_set(type, NULL);
}

static int
set_init(PySetObject *self, PyObject *args, PyObject *kwds)
{
    PyObject *iterable = NULL;
    if (!_PyArg_NoKeywords("set", kwds)) {
        return -1;
    }
    if (!PyArg_UnpackTuple(args, Py_TYPE(self)->tp_name, 0, 1, &iterable)) {
        return -1;
    }
    if (self->fill) {
        set_clear_internal(self);
    }
    self->hash = -1;
    return iterable == NULL ? 0 : set_update_internal(self, iterable);
}

static PyObject *
set_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
               PyObject *kwnames)
{
    assert(PyType_Check(type));
    if (!_PyArg_NoKwnames("set", kwnames)) {
        return NULL;
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_CheckPositional("set", nargs, 0, 1)) {
        return NULL;
    }
    return make_new_set((PyTypeObject *)type, nargs ? args[0] : NULL);
}

/* -- Protocols --------------------------------------------------------------- */

static PyObject *
set_repr(PySetObject *so)
{
    int entered = Py_ReprEnter((PyObject *)so);
    if (entered != 0) {
        if (entered < 0) {
            return NULL;
        }
        return PyUnicode_FromFormat("%s(...)", Py_TYPE(so)->tp_name);
    }
    PyObject *result = NULL;
    if (so->used == 0) {
        result = PyUnicode_FromFormat("%s()", Py_TYPE(so)->tp_name);
        goto done;
    }
    PyObject *keys = PySequence_List((PyObject *)so);
    if (keys == NULL) {
        goto done;
    }
    PyObject *listrepr = PyObject_Repr(keys);
    Py_DECREF(keys);
    if (listrepr == NULL) {
        goto done;
    }
    PyObject *inner = PyUnicode_Substring(listrepr, 1,
                                          PyUnicode_GET_LENGTH(listrepr) - 1);
    Py_DECREF(listrepr);
    if (inner == NULL) {
        goto done;
    }
    if (!PySet_CheckExact(so)) {
        result = PyUnicode_FromFormat("%s({%U})", Py_TYPE(so)->tp_name,
                                      inner);
    }
    else {
        result = PyUnicode_FromFormat("{%U}", inner);
    }
    Py_DECREF(inner);
done:
    Py_ReprLeave((PyObject *)so);
    return result;
}

static Py_ssize_t
set_len(PyObject *so)
{
    return ((PySetObject *)so)->used;
}

/* Spreads nearby hashes apart, so that their exclusive or does not cancel. */
static inline Py_uhash_t
shuffle_bits(Py_uhash_t h)
{
    return ((h ^ 89869747UL) ^ (h << 16)) * 3644798167UL;
}

/* Independent of the order: the exclusive or of all entries, where those
   without an element are taken out again by their number. */
static Py_hash_t
frozenset_hash(PyObject *self)
{
    PySetObject *so = (PySetObject *)self;
    if (so->hash != -1) {
        return so->hash;
    }
    Py_uhash_t hash = 0;
    for (setentry *entry = so->table; entry <= &so->table[so->mask];
         entry++) {
        hash ^= shuffle_bits((Py_uhash_t)entry->hash);
    }
    if ((so->mask + 1 - so->fill) & 1) {
        hash ^= shuffle_bits(0);
    }
    if ((so->fill - so->used) & 1) {
        hash ^= shuffle_bits((Py_uhash_t)-1);
    }
    hash ^= ((Py_uhash_t)so->used + 1) * 1927868237UL;
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash * 69069U + 907133923UL;
    if (hash == (Py_uhash_t)-1) {
        hash = 590923713UL;
    }
    so->hash = (Py_hash_t)hash;
    return so->hash;
}

/* Whether the exception says that a set was used as a key: then it stands
   for the frozen set of its elements, which is returned. */
static PyObject *
frozen_key(PyObject *key)
{
    if (!PySet_Check(key) || !PyErr_ExceptionMatches(PyExc_TypeError)) {
        return NULL;
    }
    PyErr_Clear();
    return make_new_set(&PyFrozenSet_Type, key);
}

static int
set_contains(PySetObject *so, PyObject *key)
{
    int found = set_contains_key(so, key);
    if (found < 0) {
        PyObject *frozen = frozen_key(key);
        if (frozen == NULL) {
            return -1;
        }
        found = set_contains_key(so, frozen);
        Py_DECREF(frozen);
    }
    return found;
}

/* Whether all elements of so are in other. */
static int
set_is_subset(PySetObject *so, PySetObject *other)
{
    if (so->used > other->used) {
        return 0;
    }
    Py_ssize_t pos = 0;
    setentry *entry;
    while (set_next(so, &pos, &entry)) {
        PyObject *key = Py_NewRef(entry->key);
        int found = set_contains_entry(other, key, entry->hash);
        Py_DECREF(key);
        if (found <= 0) {
            return found;
        }
    }
    return 1;
}

static PyObject *
set_richcompare(PySetObject *v, PyObject *w, int op)
{
    if (!PyAnySet_Check(w)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PySetObject *other = (PySetObject *)w;
    int res = 0;
    switch (op) {
    case Py_EQ:
    case Py_NE:
        if (v->used == other->used
            && (v->hash == -1 || other->hash == -1
                || v->hash == other->hash)) {
            res = set_is_subset(v, other);
        }
        if (op == Py_NE && res >= 0) {
            res = !res;
        }
        break;
    case Py_LE:
        res = set_is_subset(v, other);
        break;
    case Py_GE:
        res = set_is_subset(other, v);
        break;
    case Py_LT:
        res = v->used < other->used ? set_is_subset(v, other) : 0;
        break;
    case Py_GT:
        res = v->used > other->used ? set_is_subset(other, v) : 0;
        break;
    }
    return res < 0 ? NULL : PyBool_FromLong(res);
}

/* -- Iterator ------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PySetObject *si_set;        /* NULL when exhausted */
    Py_ssize_t si_used;         /* size at the start; -1: changed since */
    Py_ssize_t si_pos;
    Py_ssize_t len;             /* elements left */
} setiterobject;

static PyObject *
set_iter(PySetObject *so)
{
    setiterobject *si = PyObject_GC_New(setiterobject, &PySetIter_Type);
    if (si == NULL) {
        return NULL;
    }
    si->si_set = (PySetObject *)Py_NewRef(so);
    si->si_used = so->used;
    si->si_pos = 0;
    si->len = so->used;
    _PyObject_GC_TRACK(si);
    return (PyObject *)si;
}

static void
setiter_dealloc(setiterobject *si)
{
    _PyObject_GC_UNTRACK(si);
    Py_XDECREF(si->si_set);
    PyObject_GC_Del(si);
}

static int
setiter_traverse(setiterobject *si, visitproc visit, void *arg)
{
    Py_VISIT(si->si_set);
    return 0;
}

static PyObject *
setiter_iternext(setiterobject *si)
{
    PySetObject *so = si->si_set;
    if (so == NULL) {
        return NULL;
    }
    if (si->si_used != so->used) {
        PyErr_SetString(PyExc_RuntimeError,
                        "Set changed size during iteration");
        si->si_used = -1;       /* it stays so */
        return NULL;
    }
    setentry *entry;
    if (!set_next(so, &si->si_pos, &entry)) {
        si->si_set = NULL;
        Py_DECREF(so);
        return NULL;
    }
    si->len--;
    return Py_NewRef(entry->key);
}

static PyObject *
setiter_len(setiterobject *si, PyObject *unused)
{
    Py_ssize_t len = 0;
    if (si->si_set != NULL && si->si_used == si->si_set->used) {
        len = si->len;
    }
    return PyLong_FromSsize_t(len);
}

static PyObject *
setiter_reduce(setiterobject *si, PyObject *unused)
{
    /* The elements left, from a copy: this iterator does not move. */
    setiterobject tmp = *si;
    Py_XINCREF(tmp.si_set);
    PyObject *list = PySequence_List((PyObject *)&tmp);
    Py_XDECREF(tmp.si_set);
    if (list == NULL) {
        return NULL;
    }
    return Py_BuildValue("N(N)", _PyEval_GetBuiltin(&_Py_ID(iter)), list);
}

PyDoc_STRVAR(length_hint_doc,
"Private: a guess at how many elements are left.");
PyDoc_STRVAR(setiter_reduce_doc, "What pickle and copy need.");

static PyMethodDef setiter_methods[] = {
    {"__length_hint__", (PyCFunction)setiter_len, METH_NOARGS,
     length_hint_doc},
    {"__reduce__", (PyCFunction)setiter_reduce, METH_NOARGS,
     setiter_reduce_doc},
    {NULL, NULL},
};

PyTypeObject PySetIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "set_iterator",
    .tp_basicsize = sizeof(setiterobject),
    .tp_dealloc = (destructor)setiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)setiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)setiter_iternext,
    .tp_methods = setiter_methods,
};

/* -- Changing elements ----------------------------------------------------- */

PyDoc_STRVAR(add_doc,
"Adds an element; nothing happens if it is there already.");

static PyObject *
set_add(PySetObject *so, PyObject *key)
{
    if (set_add_key(so, key) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* 1, 0, -1; a set as key stands for its frozen copy. */
static int
set_discard_any(PySetObject *so, PyObject *key)
{
    int found = set_discard_key(so, key);
    if (found < 0) {
        PyObject *frozen = frozen_key(key);
        if (frozen == NULL) {
            return -1;
        }
        found = set_discard_key(so, frozen);
        Py_DECREF(frozen);
    }
    return found;
}

PyDoc_STRVAR(remove_doc,
"Removes an element; raises KeyError if it is not there.");

static PyObject *
set_remove(PySetObject *so, PyObject *key)
{
    int found = set_discard_any(so, key);
    if (found < 0) {
        return NULL;
    }
    if (!found) {
        _PyErr_SetKeyError(key);
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(discard_doc,
"Removes an element if it is there.");

static PyObject *
set_discard(PySetObject *so, PyObject *key)
{
    if (set_discard_any(so, key) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(pop_doc,
"Removes some element and returns it; raises KeyError if there is none.");

static PyObject *
set_pop(PySetObject *so, PyObject *unused)
{
    if (so->used == 0) {
        PyErr_SetString(PyExc_KeyError, "pop from an empty set");
        return NULL;
    }
    /* Going on where the last search ended makes emptying a set linear. */
    setentry *entry = so->table + (so->finger & so->mask);
    setentry *limit = so->table + so->mask;
    while (entry->key == NULL || entry->key == dummy) {
        entry++;
        if (entry > limit) {
            entry = so->table;
        }
    }
    PyObject *key = entry->key;
    entry->key = dummy;
    entry->hash = -1;
    so->used--;
    so->finger = entry - so->table + 1;
    return key;
}

PyDoc_STRVAR(clear_doc, "Removes all elements.");

static PyObject *
set_clear(PySetObject *so, PyObject *unused)
{
    set_clear_internal(so);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(copy_doc, "A shallow copy of the set.");

static PyObject *
set_copy(PySetObject *so, PyObject *unused)
{
    return make_new_set_basetype(Py_TYPE(so), (PyObject *)so);
}

static PyObject *
frozenset_copy(PySetObject *so, PyObject *unused)
{
    if (PyFrozenSet_CheckExact(so)) {
        return Py_NewRef(so);
    }
    return set_copy(so, NULL);
}

/* Exchanges the contents of two sets. */
static void
set_swap_bodies(PySetObject *a, PySetObject *b)
{
#define SWAP(type, x, y) \
    do { \
        type swap_tmp = (x); \
        (x) = (y); \
        (y) = swap_tmp; \
    } while (0)
    SWAP(Py_ssize_t, a->fill, b->fill);
    SWAP(Py_ssize_t, a->used, b->used);
    SWAP(Py_ssize_t, a->mask, b->mask);
    setentry *a_table = a->table == a->smalltable ? b->smalltable : a->table;
    setentry *b_table = b->table == b->smalltable ? a->smalltable : b->table;
    int small = a->table == a->smalltable || b->table == b->smalltable;
    a->table = b_table;
    b->table = a_table;
    if (small) {
        setentry tab[PySet_MINSIZE];
        memcpy(tab, a->smalltable, sizeof(tab));
        memcpy(a->smalltable, b->smalltable, sizeof(tab));
        memcpy(b->smalltable, tab, sizeof(tab));
    }
    if (PyType_IsSubtype(Py_TYPE(a), &PyFrozenSet_Type)
        && PyType_IsSubtype(Py_TYPE(b), &PyFrozenSet_Type)) {
        SWAP(Py_hash_t, a->hash, b->hash);
    }
    else {
        a->hash = -1;
        b->hash = -1;
    }
#undef SWAP
}

/* -- Union ----------------------------------------------------------------- */

PyDoc_STRVAR(update_doc,
"Adds all elements of other sets or iterables.");

static PyObject *
set_update(PySetObject *so, PyObject *args)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        if (set_update_internal(so, PyTuple_GET_ITEM(args, i)) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(union_doc,
"The union of sets: a new set of all elements that are in any of them.");

static PyObject *
set_union(PySetObject *so, PyObject *args)
{
    PySetObject *result = (PySetObject *)set_copy(so, NULL);
    if (result == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        PyObject *other = PyTuple_GET_ITEM(args, i);
        if ((PyObject *)so != other
            && set_update_internal(result, other) < 0) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return (PyObject *)result;
}

static PyObject *
set_or(PySetObject *so, PyObject *other)
{
    if (!PyAnySet_Check(so) || !PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PySetObject *result = (PySetObject *)set_copy(so, NULL);
    if (result == NULL || (PyObject *)so == other) {
        return (PyObject *)result;
    }
    if (set_update_internal(result, other) < 0) {
        Py_DECREF(result);
        return NULL;
    }
    return (PyObject *)result;
}

static PyObject *
set_ior(PySetObject *so, PyObject *other)
{
    if (!PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (set_update_internal(so, other) < 0) {
        return NULL;
    }
    return Py_NewRef(so);
}

/* -- Intersection ------------------------------------------------------------ */

static PyObject *
set_intersection(PySetObject *so, PyObject *other)
{
    if ((PyObject *)so == other) {
        return set_copy(so, NULL);
    }
    PySetObject *result =
        (PySetObject *)make_new_set_basetype(Py_TYPE(so), NULL);
    if (result == NULL) {
        return NULL;
    }
    if (PyAnySet_Check(other)) {
        /* Walk over the smaller one. */
        if (PySet_GET_SIZE(other) > so->used) {
            PyObject *tmp = (PyObject *)so;
            so = (PySetObject *)other;
            other = tmp;
        }
        Py_ssize_t pos = 0;
        setentry *entry;
        while (set_next((PySetObject *)other, &pos, &entry)) {
            PyObject *key = Py_NewRef(entry->key);
            Py_hash_t hash = entry->hash;
            int found = set_contains_entry(so, key, hash);
            if (found > 0) {
                found = set_add_entry(result, key, hash);
            }
            Py_DECREF(key);
            if (found < 0) {
                Py_DECREF(result);
                return NULL;
            }
        }
        return (PyObject *)result;
    }
    PyObject *it = PyObject_GetIter(other);
    if (it == NULL) {
        Py_DECREF(result);
        return NULL;
    }
    PyObject *key;
    while ((key = PyIter_Next(it)) != NULL) {
        Py_hash_t hash = PyObject_Hash(key);
        int found = hash == -1 ? -1 : set_contains_entry(so, key, hash);
        if (found > 0) {
            found = set_add_entry(result, key, hash);
        }
        Py_DECREF(key);
        if (found < 0) {
            goto error;
        }
    }
    if (PyErr_Occurred()) {
        goto error;
    }
    Py_DECREF(it);
    return (PyObject *)result;
error:
    Py_DECREF(it);
    Py_DECREF(result);
    return NULL;
}

PyDoc_STRVAR(intersection_doc,
"The intersection of sets: a new set of the elements that are in all.");

static PyObject *
set_intersection_multi(PySetObject *so, PyObject *args)
{
    if (PyTuple_GET_SIZE(args) == 0) {
        return set_copy(so, NULL);
    }
    PyObject *result = Py_NewRef(so);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        PyObject *next = set_intersection((PySetObject *)result,
                                          PyTuple_GET_ITEM(args, i));
        Py_DECREF(result);
        if (next == NULL) {
            return NULL;
        }
        result = next;
    }
    return result;
}

PyDoc_STRVAR(intersection_update_doc,
"Keeps only the elements that are in all other sets as well.");

static PyObject *
set_intersection_update_multi(PySetObject *so, PyObject *args)
{
    PyObject *tmp = set_intersection_multi(so, args);
    if (tmp == NULL) {
        return NULL;
    }
    set_swap_bodies(so, (PySetObject *)tmp);
    Py_DECREF(tmp);
    Py_RETURN_NONE;
}

static PyObject *
set_and(PySetObject *so, PyObject *other)
{
    if (!PyAnySet_Check(so) || !PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return set_intersection(so, other);
}

static PyObject *
set_iand(PySetObject *so, PyObject *other)
{
    if (!PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *tmp = set_intersection(so, other);
    if (tmp == NULL) {
        return NULL;
    }
    set_swap_bodies(so, (PySetObject *)tmp);
    Py_DECREF(tmp);
    return Py_NewRef(so);
}

PyDoc_STRVAR(isdisjoint_doc,
"Whether two sets have no element in common.");

static PyObject *
set_isdisjoint(PySetObject *so, PyObject *other)
{
    if ((PyObject *)so == other) {
        return PyBool_FromLong(so->used == 0);
    }
    if (PyAnySet_CheckExact(other)) {
        if (PySet_GET_SIZE(other) > so->used) {
            PyObject *tmp = (PyObject *)so;
            so = (PySetObject *)other;
            other = tmp;
        }
        Py_ssize_t pos = 0;
        setentry *entry;
        while (set_next((PySetObject *)other, &pos, &entry)) {
            PyObject *key = Py_NewRef(entry->key);
            int found = set_contains_entry(so, key, entry->hash);
            Py_DECREF(key);
            if (found < 0) {
                return NULL;
            }
            if (found) {
                Py_RETURN_FALSE;
            }
        }
        Py_RETURN_TRUE;
    }
    PyObject *it = PyObject_GetIter(other);
    if (it == NULL) {
        return NULL;
    }
    PyObject *key;
    while ((key = PyIter_Next(it)) != NULL) {
        int found = set_contains_key(so, key);
        Py_DECREF(key);
        if (found != 0) {
            Py_DECREF(it);
            if (found < 0) {
                return NULL;
            }
            Py_RETURN_FALSE;
        }
    }
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_TRUE;
}

/* -- Difference ------------------------------------------------------------ */

static int
set_difference_update_internal(PySetObject *so, PyObject *other)
{
    if ((PyObject *)so == other) {
        return set_clear_internal(so);
    }
    if (PyAnySet_Check(other)) {
        /* Walk over other, unless it is much larger: then over what both
           have. */
        PyObject *walked = Py_NewRef(other);
        if ((PySet_GET_SIZE(other) >> 3) > so->used) {
            Py_SETREF(walked, set_intersection(so, other));
            if (walked == NULL) {
                return -1;
            }
        }
        Py_ssize_t pos = 0;
        setentry *entry;
        while (set_next((PySetObject *)walked, &pos, &entry)) {
            PyObject *key = Py_NewRef(entry->key);
            int err = set_discard_entry(so, key, entry->hash);
            Py_DECREF(key);
            if (err < 0) {
                Py_DECREF(walked);
                return -1;
            }
        }
        Py_DECREF(walked);
    }
    else {
        PyObject *it = PyObject_GetIter(other);
        if (it == NULL) {
            return -1;
        }
        PyObject *key;
        while ((key = PyIter_Next(it)) != NULL) {
            int err = set_discard_key(so, key);
            Py_DECREF(key);
            if (err < 0) {
                Py_DECREF(it);
                return -1;
            }
        }
        Py_DECREF(it);
        if (PyErr_Occurred()) {
            return -1;
        }
    }
    /* Many dummies slow everything down. */
    if ((size_t)(so->fill - so->used) <= (size_t)so->mask / 5) {
        return 0;
    }
    return set_table_resize(so, so->used > 50000 ? so->used * 2
                                                 : so->used * 4);
}

PyDoc_STRVAR(difference_update_doc,
"Removes all elements of other sets or iterables.");

static PyObject *
set_difference_update(PySetObject *so, PyObject *args)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        if (set_difference_update_internal(so,
                                           PyTuple_GET_ITEM(args, i)) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyObject *
set_copy_and_difference(PySetObject *so, PyObject *other)
{
    PyObject *result = set_copy(so, NULL);
    if (result != NULL
        && set_difference_update_internal((PySetObject *)result,
                                          other) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
set_difference(PySetObject *so, PyObject *other)
{
    Py_ssize_t other_size;
    if (PyAnySet_Check(other)) {
        other_size = PySet_GET_SIZE(other);
    }
    else if (PyDict_CheckExact(other)) {
        other_size = PyDict_GET_SIZE(other);
    }
    else {
        return set_copy_and_difference(so, other);
    }
    /* If so is much larger than other, it is cheaper to copy it. */
    if ((so->used >> 2) > other_size) {
        return set_copy_and_difference(so, other);
    }
    PyObject *result = make_new_set_basetype(Py_TYPE(so), NULL);
    if (result == NULL) {
        return NULL;
    }
    Py_ssize_t pos = 0;
    setentry *entry;
    while (set_next(so, &pos, &entry)) {
        PyObject *key = Py_NewRef(entry->key);
        Py_hash_t hash = entry->hash;
        int found = PyDict_CheckExact(other)
                        ? _PyDict_Contains_KnownHash(other, key, hash)
                        : set_contains_entry((PySetObject *)other, key,
                                             hash);
        if (found == 0
            && set_add_entry((PySetObject *)result, key, hash) < 0) {
            found = -1;
        }
        Py_DECREF(key);
        if (found < 0) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

PyDoc_STRVAR(difference_doc,
"The difference of sets: a new set of the elements that are in no other.");

static PyObject *
set_difference_multi(PySetObject *so, PyObject *args)
{
    if (PyTuple_GET_SIZE(args) == 0) {
        return set_copy(so, NULL);
    }
    PyObject *result = set_difference(so, PyTuple_GET_ITEM(args, 0));
    if (result == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(args); i++) {
        if (set_difference_update_internal((PySetObject *)result,
                                           PyTuple_GET_ITEM(args, i)) < 0) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

static PyObject *
set_sub(PySetObject *so, PyObject *other)
{
    if (!PyAnySet_Check(so) || !PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return set_difference(so, other);
}

static PyObject *
set_isub(PySetObject *so, PyObject *other)
{
    if (!PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (set_difference_update_internal(so, other) < 0) {
        return NULL;
    }
    return Py_NewRef(so);
}

/* -- Symmetric difference --------------------------------------------------- */

static int
set_flip_entry(PySetObject *so, PyObject *key, Py_hash_t hash)
{
    Py_INCREF(key);
    int found = set_discard_entry(so, key, hash);
    if (found == 0) {
        found = set_add_entry(so, key, hash);
    }
    Py_DECREF(key);
    return found < 0 ? -1 : 0;
}

PyDoc_STRVAR(symmetric_difference_update_doc,
"Keeps the elements that are in exactly one of the set and another.");

static PyObject *
set_symmetric_difference_update(PySetObject *so, PyObject *other)
{
    if ((PyObject *)so == other) {
        return set_clear(so, NULL);
    }
    if (PyDict_CheckExact(other)) {
        Py_ssize_t pos = 0;
        PyObject *key;
        Py_hash_t hash;
        while (_PyDict_Next(other, &pos, &key, NULL, &hash)) {
            if (set_flip_entry(so, key, hash) < 0) {
                return NULL;
            }
        }
        Py_RETURN_NONE;
    }
    PyObject *otherset;
    if (PyAnySet_Check(other)) {
        otherset = Py_NewRef(other);
    }
    else {
        otherset = make_new_set_basetype(Py_TYPE(so), other);
        if (otherset == NULL) {
            return NULL;
        }
    }
    Py_ssize_t pos = 0;
    setentry *entry;
    while (set_next((PySetObject *)otherset, &pos, &entry)) {
        if (set_flip_entry(so, entry->key, entry->hash) < 0) {
            Py_DECREF(otherset);
            return NULL;
        }
    }
    Py_DECREF(otherset);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(symmetric_difference_doc,
"The symmetric difference: a new set of the elements in exactly one of two.");

static PyObject *
set_symmetric_difference(PySetObject *so, PyObject *other)
{
    PyObject *otherset = make_new_set_basetype(Py_TYPE(so), other);
    if (otherset == NULL) {
        return NULL;
    }
    PyObject *res = set_symmetric_difference_update((PySetObject *)otherset,
                                                    (PyObject *)so);
    if (res == NULL) {
        Py_DECREF(otherset);
        return NULL;
    }
    Py_DECREF(res);
    return otherset;
}

static PyObject *
set_xor(PySetObject *so, PyObject *other)
{
    if (!PyAnySet_Check(so) || !PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return set_symmetric_difference(so, other);
}

static PyObject *
set_ixor(PySetObject *so, PyObject *other)
{
    if (!PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *result = set_symmetric_difference_update(so, other);
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    return Py_NewRef(so);
}

/* -- Subsets ----------------------------------------------------------------- */

PyDoc_STRVAR(issubset_doc, "Whether another set has all elements of this.");

static PyObject *
set_issubset(PySetObject *so, PyObject *other)
{
    if (!PyAnySet_Check(other)) {
        PyObject *tmp = set_intersection(so, other);
        if (tmp == NULL) {
            return NULL;
        }
        int result = PySet_GET_SIZE(tmp) == so->used;
        Py_DECREF(tmp);
        return PyBool_FromLong(result);
    }
    int result = set_is_subset(so, (PySetObject *)other);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

PyDoc_STRVAR(issuperset_doc, "Whether this set has all elements of another.");

static PyObject *
set_issuperset(PySetObject *so, PyObject *other)
{
    if (PyAnySet_Check(other)) {
        int result = set_is_subset((PySetObject *)other, so);
        return result < 0 ? NULL : PyBool_FromLong(result);
    }
    PyObject *it = PyObject_GetIter(other);
    if (it == NULL) {
        return NULL;
    }
    PyObject *key;
    while ((key = PyIter_Next(it)) != NULL) {
        int found = set_contains_key(so, key);
        Py_DECREF(key);
        if (found <= 0) {
            Py_DECREF(it);
            if (found < 0) {
                return NULL;
            }
            Py_RETURN_FALSE;
        }
    }
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_TRUE;
}

PyDoc_STRVAR(contains_doc, "x.__contains__(y) is y in x.");

static PyObject *
set_direct_contains(PySetObject *so, PyObject *key)
{
    int result = set_contains(so, key);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

PyDoc_STRVAR(reduce_doc, "What pickle and copy need.");

static PyObject *
set_reduce(PySetObject *so, PyObject *unused)
{
    PyObject *args = NULL, *state = NULL, *result = NULL;
    PyObject *keys = PySequence_List((PyObject *)so);
    if (keys == NULL) {
        goto done;
    }
    args = PyTuple_Pack(1, keys);
    if (args == NULL) {
        goto done;
    }
    state = _PyObject_GetState((PyObject *)so);
    if (state == NULL) {
        goto done;
    }
    result = PyTuple_Pack(3, Py_TYPE(so), args, state);
done:
    Py_XDECREF(args);
    Py_XDECREF(keys);
    Py_XDECREF(state);
    return result;
}

PyDoc_STRVAR(sizeof_doc,
"S.__sizeof__() -> bytes of memory the set takes");

static PyObject *
set_sizeof(PySetObject *so, PyObject *unused)
{
    size_t res = _PyObject_SIZE(Py_TYPE(so));
    if (so->table != so->smalltable) {
        res += ((size_t)so->mask + 1) * sizeof(setentry);
    }
    return PyLong_FromSize_t(res);
}

/* -- The types ------------------------------------------------------------- */

#define COMMON_METHODS \
    {"__contains__", (PyCFunction)set_direct_contains, \
     METH_O | METH_COEXIST, contains_doc}, \
    {"difference", (PyCFunction)set_difference_multi, METH_VARARGS, \
     difference_doc}, \
    {"intersection", (PyCFunction)set_intersection_multi, METH_VARARGS, \
     intersection_doc}, \
    {"isdisjoint", (PyCFunction)set_isdisjoint, METH_O, isdisjoint_doc}, \
    {"issubset", (PyCFunction)set_issubset, METH_O, issubset_doc}, \
    {"issuperset", (PyCFunction)set_issuperset, METH_O, issuperset_doc}, \
    {"__reduce__", (PyCFunction)set_reduce, METH_NOARGS, reduce_doc}, \
    {"__sizeof__", (PyCFunction)set_sizeof, METH_NOARGS, sizeof_doc}, \
    {"symmetric_difference", (PyCFunction)set_symmetric_difference, \
     METH_O, symmetric_difference_doc}, \
    {"union", (PyCFunction)set_union, METH_VARARGS, union_doc}, \
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, \
     PyDoc_STR("See PEP 585")}

static PyMethodDef set_methods[] = {
    COMMON_METHODS,
    {"add", (PyCFunction)set_add, METH_O, add_doc},
    {"clear", (PyCFunction)set_clear, METH_NOARGS, clear_doc},
    {"copy", (PyCFunction)set_copy, METH_NOARGS, copy_doc},
    {"discard", (PyCFunction)set_discard, METH_O, discard_doc},
    {"difference_update", (PyCFunction)set_difference_update, METH_VARARGS,
     difference_update_doc},
    {"intersection_update", (PyCFunction)set_intersection_update_multi,
     METH_VARARGS, intersection_update_doc},
    {"pop", (PyCFunction)set_pop, METH_NOARGS, pop_doc},
    {"remove", (PyCFunction)set_remove, METH_O, remove_doc},
    {"symmetric_difference_update",
     (PyCFunction)set_symmetric_difference_update, METH_O,
     symmetric_difference_update_doc},
    {"update", (PyCFunction)set_update, METH_VARARGS, update_doc},
    {NULL, NULL},
};

static PyMethodDef frozenset_methods[] = {
    COMMON_METHODS,
    {"copy", (PyCFunction)frozenset_copy, METH_NOARGS, copy_doc},
    {NULL, NULL},
};
#undef COMMON_METHODS

static PySequenceMethods set_as_sequence = {
    .sq_length = set_len,
    .sq_contains = (objobjproc)set_contains,
};

static PyNumberMethods set_as_number = {
    .nb_subtract = (binaryfunc)set_sub,
    .nb_and = (binaryfunc)set_and,
    .nb_xor = (binaryfunc)set_xor,
    .nb_or = (binaryfunc)set_or,
    .nb_inplace_subtract = (binaryfunc)set_isub,
    .nb_inplace_and = (binaryfunc)set_iand,
    .nb_inplace_xor = (binaryfunc)set_ixor,
    .nb_inplace_or = (binaryfunc)set_ior,
};

static PyNumberMethods frozenset_as_number = {
    .nb_subtract = (binaryfunc)set_sub,
    .nb_and = (binaryfunc)set_and,
    .nb_xor = (binaryfunc)set_xor,
    .nb_or = (binaryfunc)set_or,
};

PyDoc_STRVAR(set_doc,
"set() -> a new empty set\n"
"set(iterable) -> a new set of the iterable's elements\n\n"
"An unordered collection of different elements.");

PyDoc_STRVAR(frozenset_doc,
"frozenset() -> the empty frozenset\n"
"frozenset(iterable) -> a frozenset of the iterable's elements\n\n"
"An immutable unordered collection of different elements.");

PyTypeObject PySet_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "set",
    .tp_basicsize = sizeof(PySetObject),
    .tp_dealloc = (destructor)set_dealloc,
    .tp_repr = (reprfunc)set_repr,
    .tp_as_number = &set_as_number,
    .tp_as_sequence = &set_as_sequence,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = set_doc,
    .tp_traverse = (traverseproc)set_traverse,
    .tp_clear = (inquiry)set_clear_internal,
    .tp_richcompare = (richcmpfunc)set_richcompare,
    .tp_weaklistoffset = offsetof(PySetObject, weakreflist),
    .tp_iter = (getiterfunc)set_iter,
    .tp_methods = set_methods,
    .tp_init = (initproc)set_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = set_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = set_vectorcall,
};

PyTypeObject PyFrozenSet_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "frozenset",
    .tp_basicsize = sizeof(PySetObject),
    .tp_dealloc = (destructor)set_dealloc,
    .tp_repr = (reprfunc)set_repr,
    .tp_as_number = &frozenset_as_number,
    .tp_as_sequence = &set_as_sequence,
    .tp_hash = frozenset_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = frozenset_doc,
    .tp_traverse = (traverseproc)set_traverse,
    .tp_clear = (inquiry)set_clear_internal,
    .tp_richcompare = (richcmpfunc)set_richcompare,
    .tp_weaklistoffset = offsetof(PySetObject, weakreflist),
    .tp_iter = (getiterfunc)set_iter,
    .tp_methods = frozenset_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = frozenset_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = frozenset_vectorcall,
};

/* -- Access from C --------------------------------------------------------- */

PyObject *
PySet_New(PyObject *iterable)
{
    return make_new_set(&PySet_Type, iterable);
}

PyObject *
PyFrozenSet_New(PyObject *iterable)
{
    return make_new_set(&PyFrozenSet_Type, iterable);
}

Py_ssize_t
PySet_Size(PyObject *anyset)
{
    if (!PyAnySet_Check(anyset)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return PySet_GET_SIZE(anyset);
}

int
PySet_Clear(PyObject *set)
{
    if (!PySet_Check(set)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return set_clear_internal((PySetObject *)set);
}

int
PySet_Contains(PyObject *anyset, PyObject *key)
{
    if (!PyAnySet_Check(anyset)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return set_contains_key((PySetObject *)anyset, key);
}

int
PySet_Discard(PyObject *set, PyObject *key)
{
    if (!PySet_Check(set)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return set_discard_key((PySetObject *)set, key);
}

/* A frozen set that nobody else has seen may be filled. */
int
PySet_Add(PyObject *anyset, PyObject *key)
{
    if (!PySet_Check(anyset)
        && (!PyFrozenSet_Check(anyset) || Py_REFCNT(anyset) != 1)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return set_add_key((PySetObject *)anyset, key);
}

int
_PySet_NextEntry(PyObject *set, Py_ssize_t *pos, PyObject **key,
                 Py_hash_t *hash)
{
    if (!PyAnySet_Check(set)) {
        PyErr_BadInternalCall();
        return -1;
    }
    setentry *entry;
    if (!set_next((PySetObject *)set, pos, &entry)) {
        return 0;
    }
    *key = entry->key;
    *hash = entry->hash;
    return 1;
}

PyObject *
PySet_Pop(PyObject *set)
{
    if (!PySet_Check(set)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return set_pop((PySetObject *)set, NULL);
}

int
_PySet_Update(PyObject *set, PyObject *iterable)
{
    if (!PySet_Check(set)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return set_update_internal((PySetObject *)set, iterable);
}
