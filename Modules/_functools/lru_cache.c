/* lru_cache: a function whose results are kept.

   A bounded cache is a dictionary from keys to links of a ring; the ring's
   root is in the cache object. The link behind the root was used longest ago,
   the one before it last. Ring and dictionary each own a reference to a link.

   Any call out of here can come back into the cache, so each step leaves both
   dictionary and ring consistent, and looks again afterwards. */
#include "Python.h"
#include "pycore_dict.h"
#include "pycore_object.h"
#include "structmember.h"
#include "functools.h"

/* The head is the same for links and for the cache, whose root it is. */
#define LRU_LINK_HEAD \
    PyObject_HEAD \
    struct lru_list_elem *prev, *next;

typedef struct lru_list_elem {
    LRU_LINK_HEAD
    Py_hash_t hash;
    PyObject *key;
    PyObject *result;
} lru_list_elem;

struct lru_cache_object;
typedef PyObject *(*lru_cache_ternaryfunc)(struct lru_cache_object *,
                                           PyObject *, PyObject *);

typedef struct lru_cache_object {
    lru_list_elem root;         /* includes the object's head */
    lru_cache_ternaryfunc wrapper;
    int typed;
    PyObject *cache;            /* dict */
    Py_ssize_t hits;
    PyObject *func;
    Py_ssize_t maxsize;         /* -1: unbounded */
    Py_ssize_t misses;
    PyObject *kwd_mark;
    PyTypeObject *lru_list_elem_type;
    PyObject *cache_info_type;
    PyObject *dict;
    PyObject *weakreflist;
} lru_cache_object;

/* -- Links --------------------------------------------------------------- */

static void
lru_list_elem_dealloc(lru_list_elem *link)
{
    PyTypeObject *tp = Py_TYPE(link);
    Py_XDECREF(link->key);
    Py_XDECREF(link->result);
    tp->tp_free(link);
    Py_DECREF(tp);
}

static PyType_Slot lru_list_elem_slots[] = {
    {Py_tp_dealloc, lru_list_elem_dealloc},
    {0, NULL},
};

PyType_Spec functools_lru_list_elem_spec = {
    .name = "functools._lru_list_elem",
    .basicsize = sizeof(lru_list_elem),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION
             | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = lru_list_elem_slots,
};

static void
link_extract(lru_list_elem *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
}

/* As the one used last. */
static void
link_append(lru_cache_object *self, lru_list_elem *link)
{
    lru_list_elem *root = &self->root;
    lru_list_elem *last = root->prev;
    last->next = root->prev = link;
    link->prev = last;
    link->next = root;
}

/* As the one used longest ago. */
static void
link_prepend(lru_cache_object *self, lru_list_elem *link)
{
    lru_list_elem *root = &self->root;
    lru_list_elem *first = root->next;
    first->prev = root->next = link;
    link->prev = root;
    link->next = first;
}

/* -- Keys ------------------------------------------------------------------ */

/* A tuple of all arguments, and of their types if typed; a lone int or str is
   its own key. */
static PyObject *
make_key(PyObject *kwd_mark, PyObject *args, PyObject *kwds, int typed)
{
    Py_ssize_t kwds_size = kwds != NULL ? PyDict_GET_SIZE(kwds) : 0;
    if (!typed && !kwds_size && PyTuple_GET_SIZE(args) == 1) {
        PyObject *key = PyTuple_GET_ITEM(args, 0);
        if (PyUnicode_CheckExact(key) || PyLong_CheckExact(key)) {
            return Py_NewRef(key);
        }
    }
    if (!typed && !kwds_size) {
        return Py_NewRef(args);
    }
    Py_ssize_t size = PyTuple_GET_SIZE(args);
    if (kwds_size) {
        size += kwds_size * 2 + 1;
    }
    if (typed) {
        size += PyTuple_GET_SIZE(args) + kwds_size;
    }
    PyObject *key = PyTuple_New(size);
    if (key == NULL) {
        return NULL;
    }
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        PyTuple_SET_ITEM(key, at++, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    }
    PyObject *keyword, *value;
    if (kwds_size) {
        PyTuple_SET_ITEM(key, at++, Py_NewRef(kwd_mark));
        for (Py_ssize_t pos = 0;
             PyDict_Next(kwds, &pos, &keyword, &value);) {
            PyTuple_SET_ITEM(key, at++, Py_NewRef(keyword));
            PyTuple_SET_ITEM(key, at++, Py_NewRef(value));
        }
    }
    if (typed) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
            PyObject *type = (PyObject *)Py_TYPE(PyTuple_GET_ITEM(args, i));
            PyTuple_SET_ITEM(key, at++, Py_NewRef(type));
        }
        if (kwds_size) {
            for (Py_ssize_t pos = 0;
                 PyDict_Next(kwds, &pos, &keyword, &value);) {
                PyTuple_SET_ITEM(key, at++,
                                 Py_NewRef((PyObject *)Py_TYPE(value)));
            }
        }
    }
    assert(at == size);
    return key;
}

/* -- Calling --------------------------------------------------------------- */

static PyObject *
uncached_wrapper(lru_cache_object *self, PyObject *args, PyObject *kwds)
{
    self->misses++;
    return PyObject_Call(self->func, args, kwds);
}

static PyObject *
infinite_wrapper(lru_cache_object *self, PyObject *args, PyObject *kwds)
{
    PyObject *key = make_key(self->kwd_mark, args, kwds, self->typed);
    if (key == NULL) {
        return NULL;
    }
    Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) {
        Py_DECREF(key);
        return NULL;
    }
    PyObject *result = _PyDict_GetItem_KnownHash(self->cache, key, hash);
    if (result != NULL) {
        Py_INCREF(result);
        self->hits++;
        Py_DECREF(key);
        return result;
    }
    if (PyErr_Occurred()) {
        Py_DECREF(key);
        return NULL;
    }
    self->misses++;
    result = PyObject_Call(self->func, args, kwds);
    if (result != NULL
        && _PyDict_SetItem_KnownHash(self->cache, key, result, hash) < 0) {
        Py_CLEAR(result);
    }
    Py_DECREF(key);
    return result;
}

/* Puts a result into a cache that is not full. Takes over key and result;
   gives back result. */
static PyObject *
bounded_add(lru_cache_object *self, PyObject *key, Py_hash_t hash,
            PyObject *result)
{
    lru_list_elem *link = (lru_list_elem *)PyObject_New(
        lru_list_elem, self->lru_list_elem_type);
    if (link == NULL) {
        Py_DECREF(key);
        Py_DECREF(result);
        return NULL;
    }
    link->hash = hash;
    link->key = key;
    link->result = result;
    /* Inserting can come back into this function; only when it is done is
       the link in the ring. */
    if (_PyDict_SetItem_KnownHash(self->cache, key, (PyObject *)link,
                                  hash) < 0) {
        Py_DECREF(link);
        return NULL;
    }
    link_append(self, link);
    Py_INCREF(result);
    return result;
}

/* The cache is full: the oldest link gets the new result. Takes over key and
   result; gives back result. */
static PyObject *
bounded_replace(lru_cache_object *self, PyObject *key, Py_hash_t hash,
                PyObject *result)
{
    lru_list_elem *link = self->root.next;
    assert(link != &self->root);
    link_extract(link);
    /* It may be gone from the dictionary, if a comparison down there removed
       it: then the ring has lost it as well, and this result is not kept. */
    PyObject *popresult = _PyDict_Pop_KnownHash(self->cache, link->key,
                                                link->hash, Py_None);
    if (popresult == Py_None) {
        Py_DECREF(popresult);
        Py_DECREF(link);
        Py_DECREF(key);
        return result;
    }
    if (popresult == NULL) {
        link_prepend(self, link);
        Py_DECREF(key);
        Py_DECREF(result);
        return NULL;
    }
    /* The dictionary's reference is ours now. */
    PyObject *oldkey = link->key;
    PyObject *oldresult = link->result;
    link->hash = hash;
    link->key = key;
    link->result = result;
    if (_PyDict_SetItem_KnownHash(self->cache, key, (PyObject *)link,
                                  hash) < 0) {
        Py_DECREF(popresult);
        Py_DECREF(link);
        Py_DECREF(oldkey);
        Py_DECREF(oldresult);
        return NULL;
    }
    link_append(self, link);
    Py_INCREF(result);
    Py_DECREF(popresult);
    Py_DECREF(oldkey);
    Py_DECREF(oldresult);
    return result;
}

static PyObject *
bounded_wrapper(lru_cache_object *self, PyObject *args, PyObject *kwds)
{
    PyObject *key = make_key(self->kwd_mark, args, kwds, self->typed);
    if (key == NULL) {
        return NULL;
    }
    Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) {
        Py_DECREF(key);
        return NULL;
    }
    lru_list_elem *link = (lru_list_elem *)_PyDict_GetItem_KnownHash(
        self->cache, key, hash);
    if (link != NULL) {
        link_extract(link);
        link_append(self, link);
        self->hits++;
        PyObject *result = Py_NewRef(link->result);
        Py_DECREF(key);
        return result;
    }
    if (PyErr_Occurred()) {
        Py_DECREF(key);
        return NULL;
    }
    self->misses++;
    PyObject *result = PyObject_Call(self->func, args, kwds);
    if (result == NULL) {
        Py_DECREF(key);
        return NULL;
    }
    PyObject *testresult = _PyDict_GetItem_KnownHash(self->cache, key, hash);
    if (testresult != NULL) {
        /* The call itself has filled it in, by recursion. */
        Py_DECREF(key);
        return result;
    }
    if (PyErr_Occurred()) {
        Py_DECREF(key);
        Py_DECREF(result);
        return NULL;
    }
    assert(self->maxsize > 0);
    if (PyDict_GET_SIZE(self->cache) < self->maxsize
        || self->root.next == &self->root) {
        return bounded_add(self, key, hash, result);
    }
    return bounded_replace(self, key, hash, result);
}

static PyObject *
lru_cache_call(lru_cache_object *self, PyObject *args, PyObject *kwds)
{
    return self->wrapper(self, args, kwds);
}

static PyObject *
lru_cache_descr_get(PyObject *self, PyObject *obj, PyObject *type)
{
    if (obj == Py_None || obj == NULL) {
        return Py_NewRef(self);
    }
    return PyMethod_New(self, obj);
}

/* -- Life ------------------------------------------------------------------ */

static PyObject *
lru_cache_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static const char *const keywords[] = {
        "user_function", "maxsize", "typed", "cache_info_type", NULL};
    PyObject *func, *maxsize_obj, *cache_info_type;
    int typed;
    struct functools_state *state = functools_state_by_type(type);
    if (state == NULL) {
        return NULL;
    }
    if (!PyArg_ParseTupleAndKeywords(args, kw, "OOpO:lru_cache",
                                     (char **)keywords, &func, &maxsize_obj,
                                     &typed, &cache_info_type)) {
        return NULL;
    }
    if (!PyCallable_Check(func)) {
        PyErr_SetString(PyExc_TypeError,
                        "the first argument must be callable");
        return NULL;
    }
    lru_cache_ternaryfunc wrapper;
    Py_ssize_t maxsize;
    if (maxsize_obj == Py_None) {
        wrapper = infinite_wrapper;
        maxsize = -1;
    }
    else if (PyIndex_Check(maxsize_obj)) {
        maxsize = PyNumber_AsSsize_t(maxsize_obj, PyExc_OverflowError);
        if (maxsize == -1 && PyErr_Occurred()) {
            return NULL;
        }
        if (maxsize < 0) {
            maxsize = 0;
        }
        wrapper = maxsize == 0 ? uncached_wrapper : bounded_wrapper;
    }
    else {
        PyErr_SetString(PyExc_TypeError,
                        "maxsize should be integer or None");
        return NULL;
    }
    PyObject *cachedict = PyDict_New();
    if (cachedict == NULL) {
        return NULL;
    }
    lru_cache_object *obj = (lru_cache_object *)type->tp_alloc(type, 0);
    if (obj == NULL) {
        Py_DECREF(cachedict);
        return NULL;
    }
    obj->root.prev = &obj->root;
    obj->root.next = &obj->root;
    obj->wrapper = wrapper;
    obj->typed = typed;
    obj->cache = cachedict;
    obj->func = Py_NewRef(func);
    obj->misses = obj->hits = 0;
    obj->maxsize = maxsize;
    obj->kwd_mark = Py_NewRef(state->kwd_mark);
    obj->lru_list_elem_type =
        (PyTypeObject *)Py_NewRef(state->lru_list_elem_type);
    obj->cache_info_type = Py_NewRef(cache_info_type);
    obj->dict = NULL;
    obj->weakreflist = NULL;
    return (PyObject *)obj;
}

/* Takes all links out of the ring; the chain returned owns its references. */
static lru_list_elem *
lru_cache_unlink_list(lru_cache_object *self)
{
    lru_list_elem *root = &self->root;
    lru_list_elem *link = root->next;
    if (link == root) {
        return NULL;
    }
    root->prev->next = NULL;
    root->next = root->prev = root;
    return link;
}

static void
lru_cache_clear_list(lru_list_elem *link)
{
    while (link != NULL) {
        lru_list_elem *next = link->next;
        Py_SETREF(link, next);
    }
}

static int
lru_cache_tp_clear(lru_cache_object *self)
{
    lru_list_elem *list = lru_cache_unlink_list(self);
    Py_CLEAR(self->cache);
    Py_CLEAR(self->func);
    Py_CLEAR(self->kwd_mark);
    Py_CLEAR(self->lru_list_elem_type);
    Py_CLEAR(self->cache_info_type);
    Py_CLEAR(self->dict);
    lru_cache_clear_list(list);
    return 0;
}

static void
lru_cache_dealloc(lru_cache_object *obj)
{
    PyTypeObject *tp = Py_TYPE(obj);
    PyObject_GC_UnTrack(obj);
    if (obj->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)obj);
    }
    (void)lru_cache_tp_clear(obj);
    tp->tp_free(obj);
    Py_DECREF(tp);
}

static int
lru_cache_tp_traverse(lru_cache_object *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    lru_list_elem *link = self->root.next;
    while (link != &self->root) {
        lru_list_elem *next = link->next;
        Py_VISIT(link->key);
        Py_VISIT(link->result);
        Py_VISIT(Py_TYPE(link));
        link = next;
    }
    Py_VISIT(self->cache);
    Py_VISIT(self->func);
    Py_VISIT(self->kwd_mark);
    Py_VISIT(self->lru_list_elem_type);
    Py_VISIT(self->cache_info_type);
    Py_VISIT(self->dict);
    return 0;
}

/* -- Methods ------------------------------------------------------------- */

static PyObject *
lru_cache_cache_info(lru_cache_object *self, PyObject *unused)
{
    if (self->maxsize == -1) {
        return PyObject_CallFunction(self->cache_info_type, "nnOn",
                                     self->hits, self->misses, Py_None,
                                     PyDict_GET_SIZE(self->cache));
    }
    return PyObject_CallFunction(self->cache_info_type, "nnnn", self->hits,
                                 self->misses, self->maxsize,
                                 PyDict_GET_SIZE(self->cache));
}

static PyObject *
lru_cache_cache_clear(lru_cache_object *self, PyObject *unused)
{
    lru_list_elem *list = lru_cache_unlink_list(self);
    self->hits = self->misses = 0;
    PyDict_Clear(self->cache);
    lru_cache_clear_list(list);
    Py_RETURN_NONE;
}

static PyObject *
lru_cache_reduce(PyObject *self, PyObject *unused)
{
    return PyObject_GetAttrString(self, "__qualname__");
}

static PyObject *
lru_cache_copy(PyObject *self, PyObject *unused)
{
    return Py_NewRef(self);
}

PyDoc_STRVAR(lru_cache_doc,
"A wrapper that keeps the results of a function.\n\n"
"user_function:      the function\n\n"
"maxsize:            0       keep nothing\n"
"                    None    keep everything\n"
"                    n       keep the n results used last\n\n"
"typed:              False   keep f(3) and f(3.0) as one\n"
"                    True    keep them apart\n\n"
"cache_info_type:    a named tuple with the fields hits misses maxsize\n"
"                    currsize\n");

static PyMethodDef lru_cache_methods[] = {
    {"cache_info", (PyCFunction)lru_cache_cache_info, METH_NOARGS,
     PyDoc_STR("Hits, misses and sizes of the cache.")},
    {"cache_clear", (PyCFunction)lru_cache_cache_clear, METH_NOARGS,
     PyDoc_STR("Empties the cache and resets the counters.")},
    {"__reduce__", lru_cache_reduce, METH_NOARGS, NULL},
    {"__copy__", lru_cache_copy, METH_VARARGS, NULL},
    {"__deepcopy__", lru_cache_copy, METH_VARARGS, NULL},
    {NULL, NULL},
};

static PyGetSetDef lru_cache_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict},
    {0},
};

static PyMemberDef lru_cache_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(lru_cache_object, dict),
     READONLY},
    {"__weaklistoffset__", T_PYSSIZET,
     offsetof(lru_cache_object, weakreflist), READONLY},
    {0},
};

static PyType_Slot lru_cache_slots[] = {
    {Py_tp_dealloc, lru_cache_dealloc},
    {Py_tp_call, lru_cache_call},
    {Py_tp_doc, (void *)lru_cache_doc},
    {Py_tp_traverse, lru_cache_tp_traverse},
    {Py_tp_clear, lru_cache_tp_clear},
    {Py_tp_methods, lru_cache_methods},
    {Py_tp_members, lru_cache_members},
    {Py_tp_getset, lru_cache_getset},
    {Py_tp_descr_get, lru_cache_descr_get},
    {Py_tp_new, lru_cache_new},
    {0, NULL},
};

PyType_Spec functools_lru_cache_spec = {
    .name = "functools._lru_cache_wrapper",
    .basicsize = sizeof(lru_cache_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = lru_cache_slots,
};
