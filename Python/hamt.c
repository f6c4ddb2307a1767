/* The hash array mapped trie: an immutable mapping with cheap copies.

   A key's hash, folded to 32 bits, is read five bits a level. A node is one of
   three kinds:

   - a *bitmap* node has up to 16 entries, in the order of their five bits; a
     32-bit map says which are there. An entry is two words: key and value, or
     NULL and a child node;
   - an *array* node has 32 places for children, NULL where there is none; a
     bitmap node that would get a 17th entry becomes one, and when fewer than
     16 children are left, it becomes a bitmap node again;
   - a *collision* node has the keys whose hashes are all the same.

   Changing a key copies the nodes on the way to it and shares all others.
   Eight levels are enough: 32 bits take seven, the last of them two bits, and
   a collision node hangs below. Reference: P. Bagwell, "Ideal Hash Trees". */
#include "Python.h"
#include "pycore_bitutils.h"
#include "pycore_context.h"
#include "pycore_hamt.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"

#define ARRAY_NODE_SIZE 32
#define BITMAP_NODE_MAX 16

typedef struct {
    PyObject_HEAD
    PyHamtNode *a_array[ARRAY_NODE_SIZE];
    Py_ssize_t a_count;
} ArrayNode;

typedef struct {
    PyObject_VAR_HEAD
    uint32_t b_bitmap;
    PyObject *b_array[1];       /* Py_SIZE() words, two an entry */
} BitmapNode;

typedef struct {
    PyObject_VAR_HEAD
    int32_t c_hash;
    PyObject *c_array[1];       /* Py_SIZE() words: key, value, ... */
} CollisionNode;

#define IS_BITMAP(node) Py_IS_TYPE(node, &_PyHamt_BitmapNode_Type)
#define IS_ARRAY(node) Py_IS_TYPE(node, &_PyHamt_ArrayNode_Type)
#define IS_COLLISION(node) Py_IS_TYPE(node, &_PyHamt_CollisionNode_Type)

enum find_result { FIND_ERROR, FIND_NOT, FIND_OK };

enum without_result {
    WITHOUT_ERROR,
    WITHOUT_NOT_FOUND,
    WITHOUT_EMPTY,              /* nothing is left of the node */
    WITHOUT_NEW                 /* *new_node replaces it */
};

/* -- Hashes ---------------------------------------------------------------- */

/* 32 bits; -1 and an exception. */
static int32_t
hamt_hash(PyObject *o)
{
    Py_hash_t hash = PyObject_Hash(o);
    if (hash == -1) {
        return -1;
    }
    int32_t folded = (int32_t)(hash & 0xffffffffL) ^ (int32_t)(hash >> 32);
    return folded == -1 ? -2 : folded;
}

static inline uint32_t
hamt_mask(int32_t hash, uint32_t shift)
{
    return ((uint32_t)hash >> shift) & 0x1f;
}

static inline uint32_t
hamt_bitpos(int32_t hash, uint32_t shift)
{
    return (uint32_t)1 << hamt_mask(hash, shift);
}

/* The entry's place among those that are there. */
static inline uint32_t
hamt_bitindex(uint32_t bitmap, uint32_t bit)
{
    return (uint32_t)_Py_popcount32(bitmap & (bit - 1));
}

/* -- Making nodes ------------------------------------------------------------ */

static BitmapNode *
bitmap_new(Py_ssize_t size)
{
    BitmapNode *node = PyObject_GC_NewVar(BitmapNode,
                                          &_PyHamt_BitmapNode_Type, size);
    if (node == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        node->b_array[i] = NULL;
    }
    node->b_bitmap = 0;
    _PyObject_GC_TRACK(node);
    return node;
}

static CollisionNode *
collision_new(int32_t hash, Py_ssize_t size)
{
    CollisionNode *node = PyObject_GC_NewVar(
        CollisionNode, &_PyHamt_CollisionNode_Type, size);
    if (node == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        node->c_array[i] = NULL;
    }
    node->c_hash = hash;
    _PyObject_GC_TRACK(node);
    return node;
}

static ArrayNode *
array_new(Py_ssize_t count)
{
    ArrayNode *node = PyObject_GC_New(ArrayNode, &_PyHamt_ArrayNode_Type);
    if (node == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < ARRAY_NODE_SIZE; i++) {
        node->a_array[i] = NULL;
    }
    node->a_count = count;
    _PyObject_GC_TRACK(node);
    return node;
}

static BitmapNode *
bitmap_clone(BitmapNode *node)
{
    BitmapNode *clone = bitmap_new(Py_SIZE(node));
    if (clone == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < Py_SIZE(node); i++) {
        clone->b_array[i] = Py_XNewRef(node->b_array[i]);
    }
    clone->b_bitmap = node->b_bitmap;
    return clone;
}

static ArrayNode *
array_clone(ArrayNode *node)
{
    ArrayNode *clone = array_new(node->a_count);
    if (clone == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < ARRAY_NODE_SIZE; i++) {
        clone->a_array[i] = (PyHamtNode *)Py_XNewRef(node->a_array[i]);
    }
    return clone;
}

/* -- Adding ------------------------------------------------------------------ */

static PyHamtNode *node_assoc(PyHamtNode *node, uint32_t shift, int32_t hash,
                              PyObject *key, PyObject *val, int *added);

/* A node with two keys, at a level where a bitmap node would begin. */
static PyHamtNode *
node_of_two(uint32_t shift, PyObject *key1, PyObject *val1, int32_t hash2,
            PyObject *key2, PyObject *val2)
{
    int32_t hash1 = hamt_hash(key1);
    if (hash1 == -1) {
        return NULL;
    }
    if (hash1 == hash2) {
        CollisionNode *node = collision_new(hash1, 4);
        if (node == NULL) {
            return NULL;
        }
        node->c_array[0] = Py_NewRef(key1);
        node->c_array[1] = Py_NewRef(val1);
        node->c_array[2] = Py_NewRef(key2);
        node->c_array[3] = Py_NewRef(val2);
        return (PyHamtNode *)node;
    }
    int added = 0;
    PyHamtNode *empty = (PyHamtNode *)bitmap_new(0);
    if (empty == NULL) {
        return NULL;
    }
    PyHamtNode *one = node_assoc(empty, shift, hash1, key1, val1, &added);
    Py_DECREF(empty);
    if (one == NULL) {
        return NULL;
    }
    PyHamtNode *two = node_assoc(one, shift, hash2, key2, val2, &added);
    Py_DECREF(one);
    return two;
}

/* A full bitmap node becomes an array node, with one more key. */
static PyHamtNode *
bitmap_to_array(BitmapNode *self, uint32_t shift, int32_t hash,
                PyObject *key, PyObject *val, int *added)
{
    ArrayNode *res = array_new(BITMAP_NODE_MAX + 1);
    if (res == NULL) {
        return NULL;
    }
    PyHamtNode *empty = (PyHamtNode *)bitmap_new(0);
    if (empty == NULL) {
        goto error;
    }
    uint32_t jdx = hamt_mask(hash, shift);
    res->a_array[jdx] = node_assoc(empty, shift + 5, hash, key, val, added);
    if (res->a_array[jdx] == NULL) {
        goto error;
    }
    Py_ssize_t j = 0;
    for (uint32_t i = 0; i < ARRAY_NODE_SIZE; i++) {
        if (!((self->b_bitmap >> i) & 1)) {
            continue;
        }
        PyObject *k = self->b_array[j];
        PyObject *v = self->b_array[j + 1];
        j += 2;
        if (k == NULL) {
            res->a_array[i] = (PyHamtNode *)Py_NewRef(v);
            continue;
        }
        int32_t rehash = hamt_hash(k);
        if (rehash == -1) {
            goto error;
        }
        int ignored = 0;
        res->a_array[i] = node_assoc(empty, shift + 5, rehash, k, v,
                                     &ignored);
        if (res->a_array[i] == NULL) {
            goto error;
        }
    }
    Py_DECREF(empty);
    return (PyHamtNode *)res;
error:
    Py_XDECREF(empty);
    Py_DECREF(res);
    return NULL;
}

static PyHamtNode *
bitmap_assoc(BitmapNode *self, uint32_t shift, int32_t hash, PyObject *key,
             PyObject *val, int *added)
{
    uint32_t bit = hamt_bitpos(hash, shift);
    uint32_t idx = hamt_bitindex(self->b_bitmap, bit);
    if ((self->b_bitmap & bit) == 0) {
        if (_Py_popcount32(self->b_bitmap) >= BITMAP_NODE_MAX) {
            *added = 1;
            return bitmap_to_array(self, shift, hash, key, val, added);
        }
        BitmapNode *node = bitmap_new(Py_SIZE(self) + 2);
        if (node == NULL) {
            return NULL;
        }
        Py_ssize_t at = 2 * (Py_ssize_t)idx;
        for (Py_ssize_t i = 0; i < at; i++) {
            node->b_array[i] = Py_XNewRef(self->b_array[i]);
        }
        node->b_array[at] = Py_NewRef(key);
        node->b_array[at + 1] = Py_NewRef(val);
        for (Py_ssize_t i = at; i < Py_SIZE(self); i++) {
            node->b_array[i + 2] = Py_XNewRef(self->b_array[i]);
        }
        node->b_bitmap = self->b_bitmap | bit;
        *added = 1;
        return (PyHamtNode *)node;
    }
    PyObject *old_key = self->b_array[2 * idx];
    PyObject *old_val = self->b_array[2 * idx + 1];
    PyObject *new_key;
    PyObject *new_val;
    if (old_key == NULL) {
        new_key = NULL;
        new_val = (PyObject *)node_assoc((PyHamtNode *)old_val, shift + 5,
                                         hash, key, val, added);
        if (new_val == NULL) {
            return NULL;
        }
        if (new_val == old_val) {
            Py_DECREF(new_val);
            return (PyHamtNode *)Py_NewRef(self);
        }
    }
    else {
        int same = PyObject_RichCompareBool(key, old_key, Py_EQ);
        if (same < 0) {
            return NULL;
        }
        if (same) {
            if (val == old_val) {
                return (PyHamtNode *)Py_NewRef(self);
            }
            new_key = old_key;
            new_val = Py_NewRef(val);
        }
        else {
            new_key = NULL;
            new_val = (PyObject *)node_of_two(shift + 5, old_key, old_val,
                                              hash, key, val);
            if (new_val == NULL) {
                return NULL;
            }
            *added = 1;
        }
    }
    BitmapNode *clone = bitmap_clone(self);
    if (clone == NULL) {
        Py_DECREF(new_val);
        return NULL;
    }
    Py_XSETREF(clone->b_array[2 * idx], Py_XNewRef(new_key));
    Py_SETREF(clone->b_array[2 * idx + 1], new_val);
    return (PyHamtNode *)clone;
}

/* 1 and *idx; 0; -1. */
static int
collision_find_index(CollisionNode *self, PyObject *key, Py_ssize_t *idx)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i += 2) {
        int cmp = PyObject_RichCompareBool(key, self->c_array[i], Py_EQ);
        if (cmp != 0) {
            *idx = i;
            return cmp;
        }
    }
    return 0;
}

static PyHamtNode *
collision_assoc(CollisionNode *self, uint32_t shift, int32_t hash,
                PyObject *key, PyObject *val, int *added)
{
    if (hash != self->c_hash) {
        /* A different hash: a bitmap node above both. */
        BitmapNode *above = bitmap_new(2);
        if (above == NULL) {
            return NULL;
        }
        above->b_bitmap = hamt_bitpos(self->c_hash, shift);
        above->b_array[1] = Py_NewRef(self);
        PyHamtNode *res = bitmap_assoc(above, shift, hash, key, val, added);
        Py_DECREF(above);
        return res;
    }
    Py_ssize_t idx = -1;
    int found = collision_find_index(self, key, &idx);
    if (found < 0) {
        return NULL;
    }
    if (found && self->c_array[idx + 1] == val) {
        return (PyHamtNode *)Py_NewRef(self);
    }
    Py_ssize_t size = Py_SIZE(self) + (found ? 0 : 2);
    CollisionNode *node = collision_new(self->c_hash, size);
    if (node == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        node->c_array[i] = Py_NewRef(self->c_array[i]);
    }
    if (found) {
        Py_SETREF(node->c_array[idx + 1], Py_NewRef(val));
    }
    else {
        node->c_array[size - 2] = Py_NewRef(key);
        node->c_array[size - 1] = Py_NewRef(val);
        *added = 1;
    }
    return (PyHamtNode *)node;
}

static PyHamtNode *
array_assoc(ArrayNode *self, uint32_t shift, int32_t hash, PyObject *key,
            PyObject *val, int *added)
{
    uint32_t idx = hamt_mask(hash, shift);
    PyHamtNode *child = self->a_array[idx];
    PyHamtNode *new_child;
    if (child == NULL) {
        PyHamtNode *empty = (PyHamtNode *)bitmap_new(0);
        if (empty == NULL) {
            return NULL;
        }
        new_child = node_assoc(empty, shift + 5, hash, key, val, added);
        Py_DECREF(empty);
    }
    else {
        new_child = node_assoc(child, shift + 5, hash, key, val, added);
    }
    if (new_child == NULL) {
        return NULL;
    }
    if (new_child == child) {
        Py_DECREF(new_child);
        return (PyHamtNode *)Py_NewRef(self);
    }
    ArrayNode *clone = array_clone(self);
    if (clone == NULL) {
        Py_DECREF(new_child);
        return NULL;
    }
    if (child == NULL) {
        clone->a_count++;
    }
    Py_XSETREF(clone->a_array[idx], new_child);
    return (PyHamtNode *)clone;
}

static PyHamtNode *
node_assoc(PyHamtNode *node, uint32_t shift, int32_t hash, PyObject *key,
           PyObject *val, int *added)
{
    if (IS_BITMAP(node)) {
        return bitmap_assoc((BitmapNode *)node, shift, hash, key, val,
                            added);
    }
    if (IS_ARRAY(node)) {
        return array_assoc((ArrayNode *)node, shift, hash, key, val, added);
    }
    return collision_assoc((CollisionNode *)node, shift, hash, key, val,
                           added);
}

/* -- Removing ------------------------------------------------------------ */

static enum without_result node_without(PyHamtNode *node, uint32_t shift,
                                        int32_t hash, PyObject *key,
                                        PyHamtNode **new_node);

/* A bitmap node with a single key, whose place is its parent. */
static inline int
is_single_key(PyHamtNode *node)
{
    return IS_BITMAP(node)
           && _Py_popcount32(((BitmapNode *)node)->b_bitmap) == 1
           && ((BitmapNode *)node)->b_array[0] != NULL;
}

/* self without entry idx. */
static BitmapNode *
bitmap_drop_entry(BitmapNode *self, uint32_t bit, uint32_t idx)
{
    BitmapNode *node = bitmap_new(Py_SIZE(self) - 2);
    if (node == NULL) {
        return NULL;
    }
    Py_ssize_t at = 2 * (Py_ssize_t)idx;
    for (Py_ssize_t i = 0; i < at; i++) {
        node->b_array[i] = Py_XNewRef(self->b_array[i]);
    }
    for (Py_ssize_t i = at + 2; i < Py_SIZE(self); i++) {
        node->b_array[i - 2] = Py_XNewRef(self->b_array[i]);
    }
    node->b_bitmap = self->b_bitmap & ~bit;
    return node;
}

static enum without_result
bitmap_without(BitmapNode *self, uint32_t shift, int32_t hash, PyObject *key,
               PyHamtNode **new_node)
{
    uint32_t bit = hamt_bitpos(hash, shift);
    if ((self->b_bitmap & bit) == 0) {
        return WITHOUT_NOT_FOUND;
    }
    uint32_t idx = hamt_bitindex(self->b_bitmap, bit);
    PyObject *entry_key = self->b_array[2 * idx];
    PyObject *entry_val = self->b_array[2 * idx + 1];
    if (entry_key == NULL) {
        PyHamtNode *sub = NULL;
        enum without_result res = node_without((PyHamtNode *)entry_val,
                                               shift + 5, hash, key, &sub);
        if (res != WITHOUT_NEW) {
            /* A child has at least two keys: it never becomes empty. */
            assert(res != WITHOUT_EMPTY);
            return res;
        }
        BitmapNode *clone = bitmap_clone(self);
        if (clone == NULL) {
            Py_DECREF(sub);
            return WITHOUT_ERROR;
        }
        if (is_single_key(sub)) {
            BitmapNode *single = (BitmapNode *)sub;
            clone->b_array[2 * idx] = Py_NewRef(single->b_array[0]);
            Py_SETREF(clone->b_array[2 * idx + 1],
                      Py_NewRef(single->b_array[1]));
            Py_DECREF(sub);
        }
        else {
            Py_SETREF(clone->b_array[2 * idx + 1], (PyObject *)sub);
        }
        *new_node = (PyHamtNode *)clone;
        return WITHOUT_NEW;
    }
    int cmp = PyObject_RichCompareBool(entry_key, key, Py_EQ);
    if (cmp < 0) {
        return WITHOUT_ERROR;
    }
    if (cmp == 0) {
        return WITHOUT_NOT_FOUND;
    }
    if (_Py_popcount32(self->b_bitmap) == 1) {
        return WITHOUT_EMPTY;
    }
    *new_node = (PyHamtNode *)bitmap_drop_entry(self, bit, idx);
    return *new_node == NULL ? WITHOUT_ERROR : WITHOUT_NEW;
}

static enum without_result
collision_without(CollisionNode *self, uint32_t shift, int32_t hash,
                  PyObject *key, PyHamtNode **new_node)
{
    if (hash != self->c_hash) {
        return WITHOUT_NOT_FOUND;
    }
    Py_ssize_t idx = -1;
    int found = collision_find_index(self, key, &idx);
    if (found <= 0) {
        return found < 0 ? WITHOUT_ERROR : WITHOUT_NOT_FOUND;
    }
    Py_ssize_t count = Py_SIZE(self) / 2 - 1;
    if (count == 0) {
        return WITHOUT_EMPTY;
    }
    if (count == 1) {
        /* One key left: it can move up. */
        BitmapNode *node = bitmap_new(2);
        if (node == NULL) {
            return WITHOUT_ERROR;
        }
        Py_ssize_t rest = idx == 0 ? 2 : 0;
        node->b_array[0] = Py_NewRef(self->c_array[rest]);
        node->b_array[1] = Py_NewRef(self->c_array[rest + 1]);
        node->b_bitmap = hamt_bitpos(hash, shift);
        *new_node = (PyHamtNode *)node;
        return WITHOUT_NEW;
    }
    CollisionNode *node = collision_new(self->c_hash, Py_SIZE(self) - 2);
    if (node == NULL) {
        return WITHOUT_ERROR;
    }
    for (Py_ssize_t i = 0; i < idx; i++) {
        node->c_array[i] = Py_NewRef(self->c_array[i]);
    }
    for (Py_ssize_t i = idx + 2; i < Py_SIZE(self); i++) {
        node->c_array[i - 2] = Py_NewRef(self->c_array[i]);
    }
    *new_node = (PyHamtNode *)node;
    return WITHOUT_NEW;
}

/* An array node that lost a child and has fewer than 16 left. */
static enum without_result
array_to_bitmap(ArrayNode *self, uint32_t gone, Py_ssize_t count,
                PyHamtNode **new_node)
{
    BitmapNode *node = bitmap_new(count * 2);
    if (node == NULL) {
        return WITHOUT_ERROR;
    }
    Py_ssize_t at = 0;
    uint32_t bitmap = 0;
    for (uint32_t i = 0; i < ARRAY_NODE_SIZE; i++) {
        PyHamtNode *child = self->a_array[i];
        if (i == gone || child == NULL) {
            continue;
        }
        bitmap |= (uint32_t)1 << i;
        if (is_single_key(child)) {
            BitmapNode *single = (BitmapNode *)child;
            node->b_array[at] = Py_NewRef(single->b_array[0]);
            node->b_array[at + 1] = Py_NewRef(single->b_array[1]);
        }
        else {
            node->b_array[at + 1] = Py_NewRef(child);
        }
        at += 2;
    }
    node->b_bitmap = bitmap;
    *new_node = (PyHamtNode *)node;
    return WITHOUT_NEW;
}

static enum without_result
array_without(ArrayNode *self, uint32_t shift, int32_t hash, PyObject *key,
              PyHamtNode **new_node)
{
    uint32_t idx = hamt_mask(hash, shift);
    PyHamtNode *child = self->a_array[idx];
    if (child == NULL) {
        return WITHOUT_NOT_FOUND;
    }
    PyHamtNode *sub = NULL;
    enum without_result res = node_without(child, shift + 5, hash, key,
                                           &sub);
    if (res == WITHOUT_NEW) {
        ArrayNode *clone = array_clone(self);
        if (clone == NULL) {
            Py_DECREF(sub);
            return WITHOUT_ERROR;
        }
        Py_SETREF(clone->a_array[idx], sub);
        *new_node = (PyHamtNode *)clone;
        return WITHOUT_NEW;
    }
    if (res != WITHOUT_EMPTY) {
        return res;
    }
    Py_ssize_t count = self->a_count - 1;
    if (count < BITMAP_NODE_MAX) {
        return array_to_bitmap(self, idx, count, new_node);
    }
    ArrayNode *clone = array_clone(self);
    if (clone == NULL) {
        return WITHOUT_ERROR;
    }
    clone->a_count = count;
    Py_CLEAR(clone->a_array[idx]);
    *new_node = (PyHamtNode *)clone;
    return WITHOUT_NEW;
}

static enum without_result
node_without(PyHamtNode *node, uint32_t shift, int32_t hash, PyObject *key,
             PyHamtNode **new_node)
{
    if (IS_BITMAP(node)) {
        return bitmap_without((BitmapNode *)node, shift, hash, key,
                              new_node);
    }
    if (IS_ARRAY(node)) {
        return array_without((ArrayNode *)node, shift, hash, key, new_node);
    }
    return collision_without((CollisionNode *)node, shift, hash, key,
                             new_node);
}

/* -- Finding --------------------------------------------------------------- */

/* *val is borrowed. */
static enum find_result
node_find(PyHamtNode *node, int32_t hash, PyObject *key, PyObject **val)
{
    for (uint32_t shift = 0;; shift += 5) {
        if (IS_BITMAP(node)) {
            BitmapNode *self = (BitmapNode *)node;
            uint32_t bit = hamt_bitpos(hash, shift);
            if ((self->b_bitmap & bit) == 0) {
                return FIND_NOT;
            }
            uint32_t idx = hamt_bitindex(self->b_bitmap, bit);
            PyObject *entry_key = self->b_array[2 * idx];
            PyObject *entry_val = self->b_array[2 * idx + 1];
            if (entry_key == NULL) {
                node = (PyHamtNode *)entry_val;
                continue;
            }
            int cmp = PyObject_RichCompareBool(key, entry_key, Py_EQ);
            if (cmp < 0) {
                return FIND_ERROR;
            }
            *val = entry_val;
            return cmp ? FIND_OK : FIND_NOT;
        }
        if (IS_ARRAY(node)) {
            node = ((ArrayNode *)node)->a_array[hamt_mask(hash, shift)];
            if (node == NULL) {
                return FIND_NOT;
            }
            continue;
        }
        CollisionNode *self = (CollisionNode *)node;
        Py_ssize_t idx = -1;
        int found = collision_find_index(self, key, &idx);
        if (found <= 0) {
            return found < 0 ? FIND_ERROR : FIND_NOT;
        }
        *val = self->c_array[idx + 1];
        return FIND_OK;
    }
}

/* -- Node types ------------------------------------------------------------ */

static int
bitmap_traverse(BitmapNode *self, visitproc visit, void *arg)
{
    for (Py_ssize_t i = Py_SIZE(self); --i >= 0;) {
        Py_VISIT(self->b_array[i]);
    }
    return 0;
}

static void
bitmap_dealloc(BitmapNode *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, bitmap_dealloc)
    for (Py_ssize_t i = Py_SIZE(self); --i >= 0;) {
        Py_XDECREF(self->b_array[i]);
    }
    Py_TYPE(self)->tp_free((PyObject *)self);
    Py_TRASHCAN_END
}

static int
array_traverse(ArrayNode *self, visitproc visit, void *arg)
{
    for (Py_ssize_t i = 0; i < ARRAY_NODE_SIZE; i++) {
        Py_VISIT(self->a_array[i]);
    }
    return 0;
}

static void
array_dealloc(ArrayNode *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, array_dealloc)
    for (Py_ssize_t i = 0; i < ARRAY_NODE_SIZE; i++) {
        Py_XDECREF(self->a_array[i]);
    }
    Py_TYPE(self)->tp_free((PyObject *)self);
    Py_TRASHCAN_END
}

static int
collision_traverse(CollisionNode *self, visitproc visit, void *arg)
{
    for (Py_ssize_t i = Py_SIZE(self); --i >= 0;) {
        Py_VISIT(self->c_array[i]);
    }
    return 0;
}

static void
collision_dealloc(CollisionNode *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, collision_dealloc)
    for (Py_ssize_t i = Py_SIZE(self); --i >= 0;) {
        Py_XDECREF(self->c_array[i]);
    }
    Py_TYPE(self)->tp_free((PyObject *)self);
    Py_TRASHCAN_END
}

PyTypeObject _PyHamt_ArrayNode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "hamt_array_node",
    .tp_basicsize = sizeof(ArrayNode),
    .tp_dealloc = (destructor)array_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)array_traverse,
    .tp_free = PyObject_GC_Del,
    .tp_hash = PyObject_HashNotImplemented,
};

PyTypeObject _PyHamt_BitmapNode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "hamt_bitmap_node",
    .tp_basicsize = sizeof(BitmapNode) - sizeof(PyObject *),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = (destructor)bitmap_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)bitmap_traverse,
    .tp_free = PyObject_GC_Del,
    .tp_hash = PyObject_HashNotImplemented,
};

PyTypeObject _PyHamt_CollisionNode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "hamt_collision_node",
    .tp_basicsize = sizeof(CollisionNode) - sizeof(PyObject *),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = (destructor)collision_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)collision_traverse,
    .tp_free = PyObject_GC_Del,
    .tp_hash = PyObject_HashNotImplemented,
};

/* -- Walking ------------------------------------------------------------- */

static void
iterator_init(PyHamtIteratorState *iter, PyHamtNode *root)
{
    for (int i = 0; i < _Py_HAMT_MAX_TREE_DEPTH; i++) {
        iter->i_nodes[i] = NULL;
        iter->i_pos[i] = 0;
    }
    iter->i_level = 0;
    iter->i_nodes[0] = root;
}

static void
iterator_descend(PyHamtIteratorState *iter, PyHamtNode *child)
{
    iter->i_level++;
    assert(iter->i_level < _Py_HAMT_MAX_TREE_DEPTH);
    iter->i_nodes[iter->i_level] = child;
    iter->i_pos[iter->i_level] = 0;
}

/* The next item, borrowed; 0 at the end. */
static int
iterator_next(PyHamtIteratorState *iter, PyObject **key, PyObject **val)
{
    while (iter->i_level >= 0) {
        PyHamtNode *node = iter->i_nodes[iter->i_level];
        Py_ssize_t pos = iter->i_pos[iter->i_level];
        if (IS_ARRAY(node)) {
            ArrayNode *array = (ArrayNode *)node;
            while (pos < ARRAY_NODE_SIZE && array->a_array[pos] == NULL) {
                pos++;
            }
            if (pos >= ARRAY_NODE_SIZE) {
                iter->i_level--;
                continue;
            }
            iter->i_pos[iter->i_level] = pos + 1;
            iterator_descend(iter, array->a_array[pos]);
            continue;
        }
        if (pos + 1 >= Py_SIZE(node)) {
            iter->i_level--;
            continue;
        }
        PyObject **words = IS_BITMAP(node)
                               ? ((BitmapNode *)node)->b_array
                               : ((CollisionNode *)node)->c_array;
        iter->i_pos[iter->i_level] = pos + 2;
        if (words[pos] == NULL) {
            iterator_descend(iter, (PyHamtNode *)words[pos + 1]);
            continue;
        }
        *key = words[pos];
        *val = words[pos + 1];
        return 1;
    }
    return 0;
}

/* -- Mappings ---------------------------------------------------------------- */

static PyHamtObject *
hamt_alloc_steal(PyHamtNode *root, Py_ssize_t count)
{
    PyHamtObject *o = PyObject_GC_New(PyHamtObject, &_PyHamt_Type);
    if (o == NULL) {
        Py_XDECREF(root);
        return NULL;
    }
    o->h_count = count;
    o->h_root = root;
    o->h_weakreflist = NULL;
    _PyObject_GC_TRACK(o);
    return o;
}

PyHamtObject *
_PyHamt_New(void)
{
    PyHamtNode *root = (PyHamtNode *)bitmap_new(0);
    return root == NULL ? NULL : hamt_alloc_steal(root, 0);
}

PyHamtObject *
_PyHamt_Assoc(PyHamtObject *o, PyObject *key, PyObject *val)
{
    int32_t hash = hamt_hash(key);
    if (hash == -1) {
        return NULL;
    }
    int added = 0;
    PyHamtNode *root = node_assoc(o->h_root, 0, hash, key, val, &added);
    if (root == NULL) {
        return NULL;
    }
    if (root == o->h_root) {
        Py_DECREF(root);
        return (PyHamtObject *)Py_NewRef(o);
    }
    return hamt_alloc_steal(root, added ? o->h_count + 1 : o->h_count);
}

PyHamtObject *
_PyHamt_Without(PyHamtObject *o, PyObject *key)
{
    int32_t hash = hamt_hash(key);
    if (hash == -1) {
        return NULL;
    }
    PyHamtNode *root = NULL;
    switch (node_without(o->h_root, 0, hash, key, &root)) {
    case WITHOUT_EMPTY:
        return _PyHamt_New();
    case WITHOUT_NOT_FOUND:
        return (PyHamtObject *)Py_NewRef(o);
    case WITHOUT_NEW:
        return hamt_alloc_steal(root, o->h_count - 1);
    case WITHOUT_ERROR:
    default:
        return NULL;
    }
}

int
_PyHamt_Find(PyHamtObject *o, PyObject *key, PyObject **val)
{
    if (o->h_count == 0) {
        return 0;
    }
    int32_t hash = hamt_hash(key);
    if (hash == -1) {
        return -1;
    }
    switch (node_find(o->h_root, hash, key, val)) {
    case FIND_OK:
        return 1;
    case FIND_NOT:
        return 0;
    default:
        return -1;
    }
}

int
_PyHamt_Eq(PyHamtObject *v, PyHamtObject *w)
{
    if (v == w) {
        return 1;
    }
    if (v->h_count != w->h_count) {
        return 0;
    }
    PyHamtIteratorState iter;
    iterator_init(&iter, v->h_root);
    PyObject *key, *v_val;
    while (iterator_next(&iter, &key, &v_val)) {
        PyObject *w_val;
        int found = _PyHamt_Find(w, key, &w_val);
        if (found <= 0) {
            return found;
        }
        Py_INCREF(key);
        Py_INCREF(v_val);
        Py_INCREF(w_val);
        int cmp = PyObject_RichCompareBool(v_val, w_val, Py_EQ);
        Py_DECREF(key);
        Py_DECREF(v_val);
        Py_DECREF(w_val);
        if (cmp <= 0) {
            return cmp;
        }
    }
    return 1;
}

Py_ssize_t
_PyHamt_Len(PyHamtObject *o)
{
    return o->h_count;
}

/* -- Iterators and views ------------------------------------------------------ */

static PyObject *
yield_key(PyObject *key, PyObject *val)
{
    return Py_NewRef(key);
}

static PyObject *
yield_value(PyObject *key, PyObject *val)
{
    return Py_NewRef(val);
}

static PyObject *
yield_item(PyObject *key, PyObject *val)
{
    return PyTuple_Pack(2, key, val);
}

static PyObject *
hamt_new_iter(PyTypeObject *type, binaryfunc yield, PyHamtObject *o)
{
    PyHamtIterator *it = PyObject_GC_New(PyHamtIterator, type);
    if (it == NULL) {
        return NULL;
    }
    it->hi_obj = (PyHamtObject *)Py_NewRef(o);
    it->hi_yield = yield;
    iterator_init(&it->hi_iter, o->h_root);
    _PyObject_GC_TRACK(it);
    return (PyObject *)it;
}

PyObject *
_PyHamt_NewIterKeys(PyHamtObject *o)
{
    return hamt_new_iter(&_PyHamtKeys_Type, yield_key, o);
}

PyObject *
_PyHamt_NewIterValues(PyHamtObject *o)
{
    return hamt_new_iter(&_PyHamtValues_Type, yield_value, o);
}

PyObject *
_PyHamt_NewIterItems(PyHamtObject *o)
{
    return hamt_new_iter(&_PyHamtItems_Type, yield_item, o);
}

static int
hamtiter_tp_clear(PyHamtIterator *it)
{
    Py_CLEAR(it->hi_obj);
    return 0;
}

static void
hamtiter_tp_dealloc(PyHamtIterator *it)
{
    PyObject_GC_UnTrack(it);
    hamtiter_tp_clear(it);
    PyObject_GC_Del(it);
}

static int
hamtiter_tp_traverse(PyHamtIterator *it, visitproc visit, void *arg)
{
    Py_VISIT(it->hi_obj);
    return 0;
}

static PyObject *
hamtiter_tp_iternext(PyHamtIterator *it)
{
    PyObject *key, *val;
    if (it->hi_obj == NULL || !iterator_next(&it->hi_iter, &key, &val)) {
        return NULL;
    }
    return it->hi_yield(key, val);
}

static Py_ssize_t
hamtiter_tp_len(PyHamtIterator *it)
{
    return it->hi_obj->h_count;
}

static PyMappingMethods hamtiter_as_mapping = {
    .mp_length = (lenfunc)hamtiter_tp_len,
};

#define HAMT_ITERATOR_SLOTS(name) \
    PyVarObject_HEAD_INIT(&PyType_Type, 0) \
    .tp_name = name, \
    .tp_basicsize = sizeof(PyHamtIterator), \
    .tp_as_mapping = &hamtiter_as_mapping, \
    .tp_dealloc = (destructor)hamtiter_tp_dealloc, \
    .tp_getattro = PyObject_GenericGetAttr, \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, \
    .tp_traverse = (traverseproc)hamtiter_tp_traverse, \
    .tp_clear = (inquiry)hamtiter_tp_clear, \
    .tp_iter = PyObject_SelfIter, \
    .tp_iternext = (iternextfunc)hamtiter_tp_iternext

PyTypeObject _PyHamtKeys_Type = {
    HAMT_ITERATOR_SLOTS("keys"),
};

PyTypeObject _PyHamtValues_Type = {
    HAMT_ITERATOR_SLOTS("values"),
};

PyTypeObject _PyHamtItems_Type = {
    HAMT_ITERATOR_SLOTS("items"),
};
#undef HAMT_ITERATOR_SLOTS

/* -- The type, which only tests see --------------------------------------------- */

static PyObject *
hamt_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    return (PyObject *)_PyHamt_New();
}

static int
hamt_tp_clear(PyHamtObject *self)
{
    Py_CLEAR(self->h_root);
    return 0;
}

static int
hamt_tp_traverse(PyHamtObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->h_root);
    return 0;
}

static void
hamt_tp_dealloc(PyHamtObject *self)
{
    PyObject_GC_UnTrack(self);
    if (self->h_weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    hamt_tp_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
hamt_tp_richcompare(PyObject *v, PyObject *w, int op)
{
    if (!PyHamt_Check(v) || !PyHamt_Check(w)
        || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int res = _PyHamt_Eq((PyHamtObject *)v, (PyHamtObject *)w);
    if (res < 0) {
        return NULL;
    }
    return PyBool_FromLong(op == Py_EQ ? res : !res);
}

static int
hamt_tp_contains(PyHamtObject *self, PyObject *key)
{
    PyObject *val;
    return _PyHamt_Find(self, key, &val);
}

static PyObject *
hamt_tp_subscript(PyHamtObject *self, PyObject *key)
{
    PyObject *val;
    int found = _PyHamt_Find(self, key, &val);
    if (found < 0) {
        return NULL;
    }
    if (found == 0) {
        PyErr_SetObject(PyExc_KeyError, key);
        return NULL;
    }
    return Py_NewRef(val);
}

static PyObject *
hamt_tp_iter(PyHamtObject *self)
{
    return _PyHamt_NewIterKeys(self);
}

static PyObject *
hamt_py_set(PyHamtObject *self, PyObject *args)
{
    PyObject *key, *val;
    if (!PyArg_UnpackTuple(args, "set", 2, 2, &key, &val)) {
        return NULL;
    }
    return (PyObject *)_PyHamt_Assoc(self, key, val);
}

static PyObject *
hamt_py_get(PyHamtObject *self, PyObject *args)
{
    PyObject *key, *def = NULL, *val;
    if (!PyArg_UnpackTuple(args, "get", 1, 2, &key, &def)) {
        return NULL;
    }
    int found = _PyHamt_Find(self, key, &val);
    if (found < 0) {
        return NULL;
    }
    if (found == 0) {
        val = def != NULL ? def : Py_None;
    }
    return Py_NewRef(val);
}

static PyObject *
hamt_py_delete(PyHamtObject *self, PyObject *key)
{
    return (PyObject *)_PyHamt_Without(self, key);
}

static PyObject *
hamt_py_items(PyHamtObject *self, PyObject *unused)
{
    return _PyHamt_NewIterItems(self);
}

static PyObject *
hamt_py_values(PyHamtObject *self, PyObject *unused)
{
    return _PyHamt_NewIterValues(self);
}

static PyObject *
hamt_py_keys(PyHamtObject *self, PyObject *unused)
{
    return _PyHamt_NewIterKeys(self);
}

static PyMethodDef hamt_methods[] = {
    {"set", (PyCFunction)hamt_py_set, METH_VARARGS, NULL},
    {"get", (PyCFunction)hamt_py_get, METH_VARARGS, NULL},
    {"delete", (PyCFunction)hamt_py_delete, METH_O, NULL},
    {"items", (PyCFunction)hamt_py_items, METH_NOARGS, NULL},
    {"keys", (PyCFunction)hamt_py_keys, METH_NOARGS, NULL},
    {"values", (PyCFunction)hamt_py_values, METH_NOARGS, NULL},
    {NULL, NULL},
};

static PySequenceMethods hamt_as_sequence = {
    .sq_contains = (objobjproc)hamt_tp_contains,
};

static PyMappingMethods hamt_as_mapping = {
    .mp_length = (lenfunc)_PyHamt_Len,
    .mp_subscript = (binaryfunc)hamt_tp_subscript,
};

PyTypeObject _PyHamt_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "hamt",
    .tp_basicsize = sizeof(PyHamtObject),
    .tp_methods = hamt_methods,
    .tp_as_mapping = &hamt_as_mapping,
    .tp_as_sequence = &hamt_as_sequence,
    .tp_iter = (getiterfunc)hamt_tp_iter,
    .tp_dealloc = (destructor)hamt_tp_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_richcompare = hamt_tp_richcompare,
    .tp_traverse = (traverseproc)hamt_tp_traverse,
    .tp_clear = (inquiry)hamt_tp_clear,
    .tp_new = hamt_tp_new,
    .tp_weaklistoffset = offsetof(PyHamtObject, h_weakreflist),
    .tp_hash = PyObject_HashNotImplemented,
};

void
_PyHamt_Fini(PyInterpreterState *interp)
{
    /* No node is kept between uses. */
}
