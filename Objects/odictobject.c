/* collections.OrderedDict: a dictionary whose order can be changed.

   A dict keeps insertion order by itself; this type adds a doubly linked list
   of nodes, one for each key, so that a key can move to either end in constant
   time. To get from a key to its node, od_fast_nodes has the node of each entry
   of the dict's table, by the entry's number; it is made anew when the table
   is (od_resize_sentinel is the table it was made for).

   Methods of dict called directly (dict.__setitem__(od, ...)) go around the
   list: then the list lacks keys or has some too many. Nothing here crashes
   over that. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_dict.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "cpython/odictobject.h"

typedef struct odict_node {
    PyObject *key;
    Py_hash_t hash;
    struct odict_node *next;
    struct odict_node *prev;
} odict_node;

struct _odictobject {
    PyDictObject od_dict;
    odict_node **od_fast_nodes;         /* node of each entry, or NULL */
    Py_ssize_t od_fast_nodes_size;      /* slots of the table */
    void *od_resize_sentinel;           /* borrowed, compared only: the keys
                                           od_fast_nodes belongs to */
    size_t od_state;                    /* changes of the list */
    odict_node *od_first;
    odict_node *od_last;
    PyObject *od_inst_dict;
    PyObject *od_weakreflist;
};

#define OD(op) ((PyODictObject *)(op))
#define DICT(op) ((PyDictObject *)(op))

/* -- From a key to its node ---------------------------------------------- */

/* The number of the entry of a key that the dict has; -1 if it has not, or on
   error. */
static Py_ssize_t
odict_entry_index(PyODictObject *od, PyObject *key, Py_hash_t hash)
{
    PyObject *value;
    Py_ssize_t ix = _Py_dict_lookup(DICT(od), key, hash, &value);
    if (ix < 0 || value == NULL) {
        return -1;
    }
    return ix;
}

/* Makes od_fast_nodes fit the dict's table. May run Python. */
static int
odict_refresh(PyODictObject *od)
{
    PyDictKeysObject *keys = DICT(od)->ma_keys;
    Py_ssize_t size = (Py_ssize_t)DK_SIZE(keys);
    if (od->od_resize_sentinel == keys && od->od_fast_nodes_size == size) {
        return 0;
    }
    odict_node **fast = PyMem_Calloc((size_t)size, sizeof(odict_node *));
    if (fast == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    size_t state = od->od_state;
    for (odict_node *node = od->od_first; node != NULL; node = node->next) {
        Py_ssize_t i = odict_entry_index(od, node->key, node->hash);
        if (PyErr_Occurred() || state != od->od_state
            || DICT(od)->ma_keys != keys) {
            PyMem_Free(fast);
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_RuntimeError,
                                "OrderedDict mutated during iteration");
            }
            return -1;
        }
        if (i >= 0 && i < size) {
            fast[i] = node;
        }
    }
    PyMem_Free(od->od_fast_nodes);
    od->od_fast_nodes = fast;
    od->od_fast_nodes_size = size;
    od->od_resize_sentinel = keys;
    return 0;
}

/* NULL with or without an exception. */
static odict_node *
odict_find_node_hash(PyODictObject *od, PyObject *key, Py_hash_t hash)
{
    if (od->od_first == NULL) {
        return NULL;
    }
    if (odict_refresh(od) < 0) {
        return NULL;
    }
    Py_ssize_t index = odict_entry_index(od, key, hash);
    if (index < 0 || index >= od->od_fast_nodes_size
        || od->od_resize_sentinel != DICT(od)->ma_keys) {
        return NULL;
    }
    return od->od_fast_nodes[index];
}

static odict_node *
odict_find_node(PyODictObject *od, PyObject *key)
{
    if (od->od_first == NULL) {
        return NULL;
    }
    Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) {
        return NULL;
    }
    return odict_find_node_hash(od, key, hash);
}

/* -- The list ---------------------------------------------------------------- */

static void
odict_add_head(PyODictObject *od, odict_node *node)
{
    node->prev = NULL;
    node->next = od->od_first;
    if (od->od_first == NULL) {
        od->od_last = node;
    }
    else {
        od->od_first->prev = node;
    }
    od->od_first = node;
    od->od_state++;
}

static void
odict_add_tail(PyODictObject *od, odict_node *node)
{
    node->next = NULL;
    node->prev = od->od_last;
    if (od->od_last == NULL) {
        od->od_first = node;
    }
    else {
        od->od_last->next = node;
    }
    od->od_last = node;
    od->od_state++;
}

static void
odict_remove_node(PyODictObject *od, odict_node *node)
{
    if (od->od_first == node) {
        od->od_first = node->next;
    }
    else if (node->prev != NULL) {
        node->prev->next = node->next;
    }
    if (od->od_last == node) {
        od->od_last = node->prev;
    }
    else if (node->next != NULL) {
        node->next->prev = node->prev;
    }
    node->prev = NULL;
    node->next = NULL;
    od->od_state++;
}

/* A node at the end for a key that the dict has just got, unless there is
   one. */
static int
odict_add_new_node(PyODictObject *od, PyObject *key, Py_hash_t hash)
{
    if (odict_refresh(od) < 0) {
        return -1;
    }
    Py_ssize_t i = odict_entry_index(od, key, hash);
    if (i < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, key);
        }
        return -1;
    }
    if (od->od_resize_sentinel != DICT(od)->ma_keys
        || i >= od->od_fast_nodes_size) {
        PyErr_SetString(PyExc_RuntimeError,
                        "OrderedDict mutated during iteration");
        return -1;
    }
    if (od->od_fast_nodes[i] != NULL) {
        return 0;
    }
    odict_node *node = PyMem_Malloc(sizeof(odict_node));
    if (node == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    node->key = Py_NewRef(key);
    node->hash = hash;
    odict_add_tail(od, node);
    od->od_fast_nodes[i] = node;
    return 0;
}

/* Removes the key's node, before the dict loses the key. node may be NULL:
   then it is looked for. 0 also if there is none. */
static int
odict_clear_node(PyODictObject *od, odict_node *node, PyObject *key,
                 Py_hash_t hash)
{
    if (od->od_first == NULL) {
        return 0;
    }
    if (odict_refresh(od) < 0) {
        return -1;
    }
    Py_ssize_t i = odict_entry_index(od, key, hash);
    if (i < 0 || i >= od->od_fast_nodes_size
        || od->od_resize_sentinel != DICT(od)->ma_keys) {
        return PyErr_Occurred() ? -1 : 0;
    }
    node = od->od_fast_nodes[i];
    if (node == NULL) {
        return 0;
    }
    od->od_fast_nodes[i] = NULL;
    odict_remove_node(od, node);
    PyObject *node_key = node->key;
    PyMem_Free(node);
    Py_DECREF(node_key);
    return 0;
}

static void
odict_clear_nodes(PyODictObject *od)
{
    PyMem_Free(od->od_fast_nodes);
    od->od_fast_nodes = NULL;
    od->od_fast_nodes_size = 0;
    od->od_resize_sentinel = NULL;
    odict_node *node = od->od_first;
    od->od_first = NULL;
    od->od_last = NULL;
    od->od_state++;
    while (node != NULL) {
        odict_node *next = node->next;
        PyObject *key = node->key;
        PyMem_Free(node);
        Py_DECREF(key);
        node = next;
    }
}

/* -- Items ----------------------------------------------------------------- */

static int
odict_setitem_hash(PyObject *od, PyObject *key, PyObject *value,
                   Py_hash_t hash)
{
    int res = _PyDict_SetItem_KnownHash(od, key, value, hash);
    if (res == 0) {
        res = odict_add_new_node(OD(od), key, hash);
        if (res < 0) {
            /* Without a node the key must not be there. */
            PyObject *type, *exc, *tb;
            PyErr_Fetch(&type, &exc, &tb);
            (void)_PyDict_DelItem_KnownHash(od, key, hash);
            _PyErr_ChainExceptions(type, exc, tb);
        }
    }
    return res;
}

int
PyODict_SetItem(PyObject *od, PyObject *key, PyObject *value)
{
    Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) {
        return -1;
    }
    return odict_setitem_hash(od, key, value, hash);
}

int
PyODict_DelItem(PyObject *od, PyObject *key)
{
    Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) {
        return -1;
    }
    if (odict_clear_node(OD(od), NULL, key, hash) < 0) {
        return -1;
    }
    return _PyDict_DelItem_KnownHash(od, key, hash);
}

static int
odict_ass_sub(PyObject *od, PyObject *key, PyObject *value)
{
    return value == NULL ? PyODict_DelItem(od, key)
                         : PyODict_SetItem(od, key, value);
}

PyObject *
PyODict_New(void)
{
    return PyDict_Type.tp_new(&PyODict_Type, NULL, NULL);
}

/* -- Updating as a mutable mapping does ---------------------------------------- */

/* Unpacks a pair into two new references. */
static int
unpack_pair(PyObject *pair, PyObject **key, PyObject **value)
{
    PyObject *iterator = PyObject_GetIter(pair);
    if (iterator == NULL) {
        return -1;
    }
    *key = *value = NULL;
    *key = PyIter_Next(iterator);
    if (*key != NULL) {
        *value = PyIter_Next(iterator);
    }
    if (*value == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_ValueError,
                         "need more than %d value%s to unpack",
                         *key == NULL ? 0 : 1, *key == NULL ? "s" : "");
        }
        goto error;
    }
    PyObject *extra = PyIter_Next(iterator);
    if (extra != NULL) {
        Py_DECREF(extra);
        PyErr_SetString(PyExc_ValueError,
                        "too many values to unpack (expected 2)");
        goto error;
    }
    if (PyErr_Occurred()) {
        goto error;
    }
    Py_DECREF(iterator);
    return 0;
error:
    Py_CLEAR(*key);
    Py_CLEAR(*value);
    Py_DECREF(iterator);
    return -1;
}

static int
mapping_add_pairs(PyObject *self, PyObject *pairs)
{
    PyObject *iterator = PyObject_GetIter(pairs);
    if (iterator == NULL) {
        return -1;
    }
    PyErr_Clear();
    PyObject *pair;
    while ((pair = PyIter_Next(iterator)) != NULL) {
        PyObject *key, *value;
        int err = unpack_pair(pair, &key, &value);
        if (err == 0) {
            err = PyObject_SetItem(self, key, value);
            Py_DECREF(key);
            Py_DECREF(value);
        }
        Py_DECREF(pair);
        if (err < 0) {
            Py_DECREF(iterator);
            return -1;
        }
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? -1 : 0;
}

static int
mapping_add_by_keys(PyObject *self, PyObject *arg, PyObject *keys_method)
{
    PyObject *keys = _PyObject_CallNoArgs(keys_method);
    if (keys == NULL) {
        return -1;
    }
    PyObject *iterator = PyObject_GetIter(keys);
    Py_DECREF(keys);
    if (iterator == NULL) {
        return -1;
    }
    PyObject *key;
    int err = 0;
    while (err == 0 && (key = PyIter_Next(iterator)) != NULL) {
        PyObject *value = PyObject_GetItem(arg, key);
        if (value != NULL) {
            err = PyObject_SetItem(self, key, value);
            Py_DECREF(value);
        }
        else {
            err = -1;
        }
        Py_DECREF(key);
    }
    Py_DECREF(iterator);
    return err != 0 || PyErr_Occurred() ? -1 : 0;
}

static int
mapping_update_arg(PyObject *self, PyObject *arg)
{
    if (PyDict_CheckExact(arg)) {
        PyObject *items = PyDict_Items(arg);
        if (items == NULL) {
            return -1;
        }
        int err = mapping_add_pairs(self, items);
        Py_DECREF(items);
        return err;
    }
    PyObject *method;
    if (_PyObject_LookupAttr(arg, &_Py_ID(keys), &method) < 0) {
        return -1;
    }
    if (method != NULL) {
        int err = mapping_add_by_keys(self, arg, method);
        Py_DECREF(method);
        return err;
    }
    if (_PyObject_LookupAttr(arg, &_Py_ID(items), &method) < 0) {
        return -1;
    }
    if (method != NULL) {
        PyObject *items = _PyObject_CallNoArgs(method);
        Py_DECREF(method);
        if (items == NULL) {
            return -1;
        }
        int err = mapping_add_pairs(self, items);
        Py_DECREF(items);
        return err;
    }
    return mapping_add_pairs(self, arg);
}

static int
mapping_update(PyObject *self, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t len = args != NULL ? PyTuple_Size(args) : 0;
    assert(args == NULL || PyTuple_Check(args));
    if (len > 0) {
        PyObject *other = Py_NewRef(PyTuple_GET_ITEM(args, 0));
        int err = mapping_update_arg(self, other);
        Py_DECREF(other);
        if (err < 0) {
            return -1;
        }
    }
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs)) {
        PyObject *items = PyDict_Items(kwargs);
        if (items == NULL) {
            return -1;
        }
        int err = mapping_add_pairs(self, items);
        Py_DECREF(items);
        return err;
    }
    return 0;
}

/* -- Methods ------------------------------------------------------------- */

PyDoc_STRVAR(odict_fromkeys_doc,
"fromkeys($type, /, iterable, value=None)\n--\n\n"
"A new ordered dictionary with keys from iterable and one value for all.");

static PyObject *
odict_fromkeys(PyObject *type, PyObject *const *args, Py_ssize_t nargs,
               PyObject *kwnames)
{
    static const char *const keywords[] = {"iterable", "value", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "fromkeys"};
    PyObject *buf[2];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 2,
                                 0, buf);
    if (args == NULL) {
        return NULL;
    }
    return _PyDict_FromKeys(type, args[0],
                            args[1] != NULL ? args[1] : Py_None);
}

static PyObject *
odict_sizeof(PyODictObject *od, PyObject *unused)
{
    Py_ssize_t res = _PyDict_SizeOf(DICT(od));
    res += (Py_ssize_t)sizeof(odict_node *) * od->od_fast_nodes_size;
    for (odict_node *node = od->od_first; node != NULL; node = node->next) {
        res += (Py_ssize_t)sizeof(odict_node);
    }
    return PyLong_FromSsize_t(res);
}

PyDoc_STRVAR(odict_reduce_doc, "What pickle needs.");

static PyObject *
odict_reduce(PyObject *od, PyObject *unused)
{
    PyObject *result = NULL;
    PyObject *state = _PyObject_GetState(od);
    if (state == NULL) {
        return NULL;
    }
    PyObject *items = PyObject_CallMethodNoArgs(od, &_Py_ID(items));
    if (items != NULL) {
        PyObject *iter = PyObject_GetIter(items);
        Py_DECREF(items);
        if (iter != NULL) {
            result = Py_BuildValue("O()OON", Py_TYPE(od), state, Py_None,
                                   iter);
        }
    }
    Py_DECREF(state);
    return result;
}

PyDoc_STRVAR(odict_setdefault_doc,
"setdefault($self, /, key, default=None)\n--\n\n"
"Gives the key the default value unless it has one; returns its value.");

static PyObject *
odict_setdefault(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                 PyObject *kwnames)
{
    static const char *const keywords[] = {"key", "default", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "setdefault"};
    PyObject *buf[2];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 2,
                                 0, buf);
    if (args == NULL) {
        return NULL;
    }
    PyObject *key = args[0];
    PyObject *def = args[1] != NULL ? args[1] : Py_None;
    if (PyODict_CheckExact(self)) {
        PyObject *value = PyODict_GetItemWithError(self, key);
        if (value != NULL) {
            return Py_NewRef(value);
        }
        if (PyErr_Occurred() || PyODict_SetItem(self, key, def) < 0) {
            return NULL;
        }
        return Py_NewRef(def);
    }
    int exists = PySequence_Contains(self, key);
    if (exists < 0) {
        return NULL;
    }
    if (exists) {
        return PyObject_GetItem(self, key);
    }
    if (PyObject_SetItem(self, key, def) < 0) {
        return NULL;
    }
    return Py_NewRef(def);
}

static PyObject *
odict_popkey_hash(PyObject *od, PyObject *key, PyObject *failobj,
                  Py_hash_t hash)
{
    PyObject *value = NULL;
    Py_INCREF(key);
    odict_node *node = odict_find_node_hash(OD(od), key, hash);
    if (node != NULL) {
        /* The node first: the dict may resize when it loses the key. */
        if (odict_clear_node(OD(od), node, key, hash) == 0) {
            value = _PyDict_Pop_KnownHash(od, key, hash, failobj);
        }
    }
    else if (!PyErr_Occurred()) {
        if (failobj != NULL) {
            value = Py_NewRef(failobj);
        }
        else {
            PyErr_SetObject(PyExc_KeyError, key);
        }
    }
    Py_DECREF(key);
    return value;
}

PyDoc_STRVAR(odict_pop_doc,
"pop($self, /, key, default=<unrepresentable>)\n--\n\n"
"od.pop(key[,default]) -> v, removes the key and returns its value.\n\n"
"Without the key, returns the default if it is given, else raises KeyError.");

static PyObject *
odict_pop(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
          PyObject *kwnames)
{
    static const char *const keywords[] = {"key", "default", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "pop"};
    PyObject *buf[2];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 2,
                                 0, buf);
    if (args == NULL) {
        return NULL;
    }
    Py_hash_t hash = PyObject_Hash(args[0]);
    if (hash == -1) {
        return NULL;
    }
    return odict_popkey_hash(self, args[0], args[1], hash);
}

/* An optional truth value: -1 and an exception. */
static int
parse_last(PyObject *arg)
{
    return arg == NULL ? 1 : PyObject_IsTrue(arg);
}

PyDoc_STRVAR(odict_popitem_doc,
"popitem($self, /, last=True)\n--\n\n"
"Removes a pair and returns it as (key, value): the last one, or the first\n"
"one if last is false.");

static PyObject *
odict_popitem(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
              PyObject *kwnames)
{
    static const char *const keywords[] = {"last", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "popitem"};
    PyObject *buf[1];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 1,
                                 0, buf);
    if (args == NULL) {
        return NULL;
    }
    int last = 1;
    if (nargs != 0 || kwnames != NULL) {
        last = parse_last(args[0]);
        if (last < 0) {
            return NULL;
        }
    }
    odict_node *node = last ? OD(self)->od_last : OD(self)->od_first;
    if (node == NULL) {
        PyErr_SetString(PyExc_KeyError, "dictionary is empty");
        return NULL;
    }
    PyObject *key = Py_NewRef(node->key);
    PyObject *value = odict_popkey_hash(self, key, NULL, node->hash);
    PyObject *item = NULL;
    if (value != NULL) {
        item = PyTuple_Pack(2, key, value);
        Py_DECREF(value);
    }
    Py_DECREF(key);
    return item;
}

static PyObject *
odict_update(PyObject *self, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t len = PyTuple_GET_SIZE(args);
    if (len > 1) {
        PyErr_Format(PyExc_TypeError,
                     "update() takes at most 1 positional argument "
                     "(%zd given)", len);
        return NULL;
    }
    if (mapping_update(self, args, kwargs) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(odict_clear_doc, "od.clear() -> None.  Removes all items.");

static PyObject *
odict_clear(PyObject *od, PyObject *unused)
{
    PyDict_Clear(od);
    odict_clear_nodes(OD(od));
    Py_RETURN_NONE;
}

/* Puts the items of od into copy, in order. */
static int
odict_copy_items(PyObject *od, PyObject *copy)
{
    int exact = PyODict_CheckExact(od);
    size_t state = OD(od)->od_state;
    for (odict_node *node = OD(od)->od_first; node != NULL;
         node = node->next) {
        PyObject *key = Py_NewRef(node->key);
        int err = -1;
        PyObject *value;
        if (exact) {
            value = Py_XNewRef(PyODict_GetItemWithError(od, key));
            if (value == NULL && !PyErr_Occurred()) {
                PyErr_SetObject(PyExc_KeyError, key);
            }
            if (value != NULL) {
                err = PyODict_SetItem(copy, key, value);
            }
        }
        else {
            value = PyObject_GetItem(od, key);
            if (value != NULL) {
                err = PyObject_SetItem(copy, key, value);
            }
        }
        Py_XDECREF(value);
        Py_DECREF(key);
        if (err < 0) {
            return -1;
        }
        if (state != OD(od)->od_state) {
            PyErr_SetString(PyExc_RuntimeError,
                            "OrderedDict mutated during iteration");
            return -1;
        }
    }
    return 0;
}

PyDoc_STRVAR(odict_copy_doc, "od.copy() -> a shallow copy of od");

static PyObject *
odict_copy(PyObject *od, PyObject *unused)
{
    PyObject *copy = PyODict_CheckExact(od)
                         ? PyODict_New()
                         : _PyObject_CallNoArgs((PyObject *)Py_TYPE(od));
    if (copy != NULL && odict_copy_items(od, copy) < 0) {
        Py_CLEAR(copy);
    }
    return copy;
}

PyDoc_STRVAR(odict_move_to_end_doc,
"move_to_end($self, /, key, last=True)\n--\n\n"
"Moves a key to the end, or to the beginning if last is false.\n\n"
"Raises KeyError if the key is not there.");

static PyObject *
odict_move_to_end(PyODictObject *self, PyObject *const *args,
                  Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"key", "last", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "move_to_end"};
    PyObject *buf[2];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 2,
                                 0, buf);
    if (args == NULL) {
        return NULL;
    }
    PyObject *key = args[0];
    int last = parse_last(args[1]);
    if (last < 0) {
        return NULL;
    }
    odict_node *node = odict_find_node(self, key);
    if (node == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, key);
        }
        return NULL;
    }
    if (node != (last ? self->od_last : self->od_first)) {
        odict_remove_node(self, node);
        if (last) {
            odict_add_tail(self, node);
        }
        else {
            odict_add_head(self, node);
        }
    }
    Py_RETURN_NONE;
}

/* -- Iterator ------------------------------------------------------------ */

#define ITER_REVERSED 1
#define ITER_KEYS 2
#define ITER_VALUES 4
#define ITER_ITEMS (ITER_KEYS | ITER_VALUES)

typedef struct {
    PyObject_HEAD
    int kind;
    PyODictObject *di_odict;    /* NULL when exhausted */
    Py_ssize_t di_size;         /* -1: changed since */
    size_t di_state;
    PyObject *di_result;        /* items: a pair to use again */
    PyObject *di_current;       /* the next key, or NULL */
} odictiterobject;

static PyObject *
odictiter_new(PyODictObject *od, int kind)
{
    odictiterobject *di = PyObject_GC_New(odictiterobject,
                                          &PyODictIter_Type);
    if (di == NULL) {
        return NULL;
    }
    di->di_result = NULL;
    if ((kind & ITER_ITEMS) == ITER_ITEMS) {
        di->di_result = PyTuple_Pack(2, Py_None, Py_None);
        if (di->di_result == NULL) {
            PyObject_GC_Del(di);
            return NULL;
        }
    }
    di->kind = kind;
    odict_node *node = kind & ITER_REVERSED ? od->od_last : od->od_first;
    di->di_current = node != NULL ? Py_NewRef(node->key) : NULL;
    di->di_size = PyODict_SIZE((PyObject *)od);
    di->di_state = od->od_state;
    di->di_odict = (PyODictObject *)Py_NewRef(od);
    _PyObject_GC_TRACK(di);
    return (PyObject *)di;
}

static void
odictiter_dealloc(odictiterobject *di)
{
    PyObject_GC_UnTrack(di);
    Py_XDECREF(di->di_odict);
    Py_XDECREF(di->di_current);
    Py_XDECREF(di->di_result);
    PyObject_GC_Del(di);
}

static int
odictiter_traverse(odictiterobject *di, visitproc visit, void *arg)
{
    Py_VISIT(di->di_odict);
    Py_VISIT(di->di_current);
    Py_VISIT(di->di_result);
    return 0;
}

/* The next key, a new reference; NULL with or without an exception. */
static PyObject *
odictiter_nextkey(odictiterobject *di)
{
    if (di->di_odict == NULL) {
        return NULL;
    }
    if (di->di_current == NULL) {
        goto done;
    }
    if (di->di_odict->od_state != di->di_state) {
        PyErr_SetString(PyExc_RuntimeError,
                        "OrderedDict mutated during iteration");
        goto done;
    }
    if (di->di_size != PyODict_SIZE((PyObject *)di->di_odict)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "OrderedDict changed size during iteration");
        di->di_size = -1;       /* it stays so */
        goto done;
    }
    odict_node *node = odict_find_node(di->di_odict, di->di_current);
    if (node == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, di->di_current);
        }
        Py_CLEAR(di->di_current);
        return NULL;
    }
    PyObject *key = di->di_current;
    node = di->kind & ITER_REVERSED ? node->prev : node->next;
    di->di_current = node != NULL ? Py_NewRef(node->key) : NULL;
    return key;
done:
    Py_CLEAR(di->di_odict);
    return NULL;
}

static PyObject *
odictiter_iternext(odictiterobject *di)
{
    PyObject *key = odictiter_nextkey(di);
    if (key == NULL) {
        return NULL;
    }
    if (!(di->kind & ITER_VALUES)) {
        return key;
    }
    PyObject *value = PyODict_GetItemWithError((PyObject *)di->di_odict,
                                               key);
    if (value == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, key);
        }
        Py_DECREF(key);
        Py_CLEAR(di->di_current);
        Py_CLEAR(di->di_odict);
        return NULL;
    }
    Py_INCREF(value);
    if (!(di->kind & ITER_KEYS)) {
        Py_DECREF(key);
        return value;
    }
    PyObject *result = di->di_result;
    if (Py_REFCNT(result) == 1) {
        Py_INCREF(result);
        PyObject *old_key = PyTuple_GET_ITEM(result, 0);
        PyObject *old_value = PyTuple_GET_ITEM(result, 1);
        PyTuple_SET_ITEM(result, 0, key);
        PyTuple_SET_ITEM(result, 1, value);
        if (!_PyObject_GC_IS_TRACKED(result)) {
            _PyObject_GC_TRACK(result);
        }
        Py_DECREF(old_key);
        Py_DECREF(old_value);
        return result;
    }
    result = PyTuple_New(2);
    if (result == NULL) {
        Py_DECREF(key);
        Py_DECREF(value);
        return NULL;
    }
    PyTuple_SET_ITEM(result, 0, key);
    PyTuple_SET_ITEM(result, 1, value);
    return result;
}

static PyObject *
odictiter_reduce(odictiterobject *di, PyObject *unused)
{
    /* The elements left, from a copy: this iterator does not move. */
    odictiterobject tmp = *di;
    Py_XINCREF(tmp.di_odict);
    Py_XINCREF(tmp.di_current);
    PyObject *list = PySequence_List((PyObject *)&tmp);
    Py_XDECREF(tmp.di_odict);
    Py_XDECREF(tmp.di_current);
    if (list == NULL) {
        return NULL;
    }
    return Py_BuildValue("N(N)", _PyEval_GetBuiltin(&_Py_ID(iter)), list);
}

static PyMethodDef odictiter_methods[] = {
    {"__reduce__", (PyCFunction)odictiter_reduce, METH_NOARGS,
     PyDoc_STR("What pickle and copy need.")},
    {NULL, NULL},
};

PyTypeObject PyODictIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "odict_iterator",
    .tp_basicsize = sizeof(odictiterobject),
    .tp_dealloc = (destructor)odictiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)odictiter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)odictiter_iternext,
    .tp_methods = odictiter_methods,
};

static PyObject *
odict_iter(PyODictObject *od)
{
    return odictiter_new(od, ITER_KEYS);
}

PyDoc_STRVAR(odict_reversed_doc, "od.__reversed__() is reversed(od)");

static PyObject *
odict_reversed(PyODictObject *od, PyObject *unused)
{
    return odictiter_new(od, ITER_KEYS | ITER_REVERSED);
}

/* -- Views ------------------------------------------------------------------- */

static PyObject *
odict_view_iter(PyObject *view, int kind)
{
    PyDictObject *dict = ((_PyDictViewObject *)view)->dv_dict;
    if (dict == NULL) {
        Py_RETURN_NONE;
    }
    return odictiter_new(OD(dict), kind);
}

#define DEFINE_VIEW(name, kind) \
    static PyObject * \
    odict##name##_iter(PyObject *dv) \
    { \
        return odict_view_iter(dv, kind); \
    } \
    static PyObject * \
    odict##name##_reversed(PyObject *dv, PyObject *unused) \
    { \
        return odict_view_iter(dv, (kind) | ITER_REVERSED); \
    } \
    static PyMethodDef odict##name##_methods[] = { \
        {"__reversed__", odict##name##_reversed, METH_NOARGS, NULL}, \
        {NULL, NULL}, \
    }

DEFINE_VIEW(keys, ITER_KEYS);
DEFINE_VIEW(values, ITER_VALUES);
DEFINE_VIEW(items, ITER_ITEMS);

PyTypeObject PyODictKeys_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "odict_keys",
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = odictkeys_iter,
    .tp_methods = odictkeys_methods,
    .tp_base = &PyDictKeys_Type,
};

PyTypeObject PyODictItems_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "odict_items",
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = odictitems_iter,
    .tp_methods = odictitems_methods,
    .tp_base = &PyDictItems_Type,
};

PyTypeObject PyODictValues_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "odict_values",
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = odictvalues_iter,
    .tp_methods = odictvalues_methods,
    .tp_base = &PyDictValues_Type,
};

static PyObject *
odict_keys(PyObject *od, PyObject *unused)
{
    return _PyDictView_New(od, &PyODictKeys_Type);
}

static PyObject *
odict_values(PyObject *od, PyObject *unused)
{
    return _PyDictView_New(od, &PyODictValues_Type);
}

static PyObject *
odict_items(PyObject *od, PyObject *unused)
{
    return _PyDictView_New(od, &PyODictItems_Type);
}

/* -- Protocols --------------------------------------------------------------- */

/* The pairs as a list; exact types do not go through items(). */
static PyObject *
odict_pairs(PyObject *self)
{
    if (!PyODict_CheckExact(self)) {
        PyObject *items = PyObject_CallMethodNoArgs(self, &_Py_ID(items));
        if (items == NULL) {
            return NULL;
        }
        PyObject *pairs = PySequence_List(items);
        Py_DECREF(items);
        return pairs;
    }
    PyObject *pieces = PyList_New(0);
    if (pieces == NULL) {
        return NULL;
    }
    for (odict_node *node = OD(self)->od_first; node != NULL;
         node = node->next) {
        PyObject *value = PyODict_GetItemWithError(self, node->key);
        PyObject *pair = NULL;
        if (value != NULL) {
            pair = PyTuple_Pack(2, node->key, value);
        }
        else if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, node->key);
        }
        if (pair == NULL || PyList_Append(pieces, pair) < 0) {
            Py_XDECREF(pair);
            Py_DECREF(pieces);
            return NULL;
        }
        Py_DECREF(pair);
    }
    return pieces;
}

static PyObject *
odict_repr(PyObject *self)
{
    if (PyODict_SIZE(self) == 0) {
        return PyUnicode_FromFormat("%s()", _PyType_Name(Py_TYPE(self)));
    }
    int entered = Py_ReprEnter(self);
    if (entered != 0) {
        return entered > 0 ? PyUnicode_FromString("...") : NULL;
    }
    PyObject *result = NULL;
    PyObject *pieces = odict_pairs(self);
    if (pieces != NULL) {
        result = PyUnicode_FromFormat("%s(%R)", _PyType_Name(Py_TYPE(self)),
                                      pieces);
        Py_DECREF(pieces);
    }
    Py_ReprLeave(self);
    return result;
}

/* Whether both have the same keys in the same order. May run Python. */
static int
odict_keys_equal(PyODictObject *a, PyODictObject *b)
{
    size_t state_a = a->od_state;
    size_t state_b = b->od_state;
    odict_node *node_a = a->od_first;
    odict_node *node_b = b->od_first;
    while (node_a != NULL && node_b != NULL) {
        PyObject *key_a = Py_NewRef(node_a->key);
        PyObject *key_b = Py_NewRef(node_b->key);
        int res = PyObject_RichCompareBool(key_a, key_b, Py_EQ);
        Py_DECREF(key_a);
        Py_DECREF(key_b);
        if (res <= 0) {
            return res;
        }
        if (a->od_state != state_a || b->od_state != state_b) {
            PyErr_SetString(PyExc_RuntimeError,
                            "OrderedDict mutated during iteration");
            return -1;
        }
        node_a = node_a->next;
        node_b = node_b->next;
    }
    return node_a == NULL && node_b == NULL;
}

static PyObject *
odict_richcompare(PyObject *v, PyObject *w, int op)
{
    if (!PyODict_Check(v) || !PyDict_Check(w)
        || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *cmp = PyDict_Type.tp_richcompare(v, w, Py_EQ);
    if (cmp == NULL) {
        return NULL;
    }
    int eq = PyObject_IsTrue(cmp);
    Py_DECREF(cmp);
    if (eq > 0 && PyODict_Check(w)) {
        eq = odict_keys_equal(OD(v), OD(w));
    }
    if (eq < 0) {
        return NULL;
    }
    return PyBool_FromLong(op == Py_EQ ? eq : !eq);
}

static PyObject *
odict_or(PyObject *left, PyObject *right)
{
    PyTypeObject *type;
    PyObject *other;
    if (PyODict_Check(left)) {
        type = Py_TYPE(left);
        other = right;
    }
    else {
        type = Py_TYPE(right);
        other = left;
    }
    if (!PyDict_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *new = PyObject_CallOneArg((PyObject *)type, left);
    if (new != NULL && mapping_update_arg(new, right) < 0) {
        Py_CLEAR(new);
    }
    return new;
}

static PyObject *
odict_inplace_or(PyObject *self, PyObject *other)
{
    if (mapping_update_arg(self, other) < 0) {
        return NULL;
    }
    return Py_NewRef(self);
}

/* -- Life ------------------------------------------------------------------ */

static int
odict_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    Py_ssize_t len = PyTuple_GET_SIZE(args);
    if (len > 1) {
        PyErr_Format(PyExc_TypeError,
                     "expected at most 1 arguments, got %zd", len);
        return -1;
    }
    return mapping_update(self, args, kwds);
}

static void
odict_dealloc(PyODictObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, odict_dealloc)
    Py_XDECREF(self->od_inst_dict);
    if (self->od_weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    odict_clear_nodes(self);
    PyDict_Type.tp_dealloc((PyObject *)self);
    Py_TRASHCAN_END
}

static int
odict_traverse(PyODictObject *od, visitproc visit, void *arg)
{
    Py_VISIT(od->od_inst_dict);
    for (odict_node *node = od->od_first; node != NULL; node = node->next) {
        Py_VISIT(node->key);
    }
    return PyDict_Type.tp_traverse((PyObject *)od, visit, arg);
}

static int
odict_tp_clear(PyODictObject *od)
{
    Py_CLEAR(od->od_inst_dict);
    PyDict_Clear((PyObject *)od);
    odict_clear_nodes(od);
    return 0;
}

/* -- The type -------------------------------------------------------------- */

#define KEYWORD_METHOD(name, doc) \
    {#name, (PyCFunction)(void (*)(void))odict_##name, \
     METH_FASTCALL | METH_KEYWORDS, doc}

static PyMethodDef odict_methods[] = {
    {"fromkeys", (PyCFunction)(void (*)(void))odict_fromkeys,
     METH_FASTCALL | METH_KEYWORDS | METH_CLASS, odict_fromkeys_doc},
    {"__sizeof__", (PyCFunction)odict_sizeof, METH_NOARGS, NULL},
    {"__reduce__", odict_reduce, METH_NOARGS, odict_reduce_doc},
    KEYWORD_METHOD(setdefault, odict_setdefault_doc),
    KEYWORD_METHOD(pop, odict_pop_doc),
    KEYWORD_METHOD(popitem, odict_popitem_doc),
    {"keys", odict_keys, METH_NOARGS, NULL},
    {"values", odict_values, METH_NOARGS, NULL},
    {"items", odict_items, METH_NOARGS, NULL},
    {"update", (PyCFunction)(void (*)(void))odict_update,
     METH_VARARGS | METH_KEYWORDS, NULL},
    {"clear", odict_clear, METH_NOARGS, odict_clear_doc},
    {"copy", odict_copy, METH_NOARGS, odict_copy_doc},
    {"__reversed__", (PyCFunction)odict_reversed, METH_NOARGS,
     odict_reversed_doc},
    KEYWORD_METHOD(move_to_end, odict_move_to_end_doc),
    {NULL, NULL},
};

static PyGetSetDef odict_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict},
    {0},
};

static PyNumberMethods odict_as_number = {
    .nb_or = odict_or,
    .nb_inplace_or = odict_inplace_or,
};

static PyMappingMethods odict_as_mapping = {
    .mp_ass_subscript = odict_ass_sub,
};

PyDoc_STRVAR(odict_doc, "Dictionary that remembers insertion order");

PyTypeObject PyODict_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "collections.OrderedDict",
    .tp_basicsize = sizeof(PyODictObject),
    .tp_dealloc = (destructor)odict_dealloc,
    .tp_repr = odict_repr,
    .tp_as_number = &odict_as_number,
    .tp_as_mapping = &odict_as_mapping,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_BASETYPE,
    .tp_doc = odict_doc,
    .tp_traverse = (traverseproc)odict_traverse,
    .tp_clear = (inquiry)odict_tp_clear,
    .tp_richcompare = odict_richcompare,
    .tp_weaklistoffset = offsetof(PyODictObject, od_weakreflist),
    .tp_iter = (getiterfunc)odict_iter,
    .tp_methods = odict_methods,
    .tp_getset = odict_getset,
    .tp_base = &PyDict_Type,
    .tp_dictoffset = offsetof(PyODictObject, od_inst_dict),
    .tp_init = odict_init,
    .tp_alloc = PyType_GenericAlloc,
};
