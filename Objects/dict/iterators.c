/* Dictionaries: the six iterators, over keys, values and items, forwards and
   backwards. */
#include "dict_impl.h"

#include "pycore_ceval.h"

typedef struct {
    PyObject_HEAD
    PyDictObject *di_dict;      /* NULL when exhausted */
    Py_ssize_t di_used;         /* size at the start; -1: changed since */
    Py_ssize_t di_pos;          /* the entry to look at next */
    PyObject *di_result;        /* items only: a pair to use again */
    Py_ssize_t len;             /* items left */
} dictiterobject;

/* -- Making ---------------------------------------------------------------- */

static PyObject *
dictiter_new(PyDictObject *dict, PyTypeObject *type)
{
    dictiterobject *di = PyObject_GC_New(dictiterobject, type);
    if (di == NULL) {
        return NULL;
    }
    di->di_dict = (PyDictObject *)Py_NewRef(dict);
    di->di_used = dict->ma_used;
    di->len = dict->ma_used;
    di->di_pos = 0;
    if (type == &PyDictRevIterKey_Type || type == &PyDictRevIterValue_Type
        || type == &PyDictRevIterItem_Type) {
        di->di_pos = dict->ma_values != NULL
                         ? dict->ma_used - 1
                         : dict->ma_keys->dk_nentries - 1;
    }
    di->di_result = NULL;
    if (type == &PyDictIterItem_Type || type == &PyDictRevIterItem_Type) {
        di->di_result = PyTuple_Pack(2, Py_None, Py_None);
        if (di->di_result == NULL) {
            Py_DECREF(di);
            return NULL;
        }
    }
    _PyObject_GC_TRACK(di);
    return (PyObject *)di;
}

PyObject *
dict_iter(PyDictObject *dict)
{
    return dictiter_new(dict, &PyDictIterKey_Type);
}

PyObject *
dict_reversed(PyObject *dict, PyObject *unused)
{
    return dictiter_new((PyDictObject *)dict, &PyDictRevIterKey_Type);
}

PyObject *
dictiter_new_for_view(PyDictObject *dict, PyTypeObject *type)
{
    return dictiter_new(dict, type);
}

static void
dictiter_dealloc(dictiterobject *di)
{
    /* Untracked before the fields go: a collection would see them. */
    _PyObject_GC_UNTRACK(di);
    Py_XDECREF(di->di_dict);
    Py_XDECREF(di->di_result);
    PyObject_GC_Del(di);
}

static int
dictiter_traverse(dictiterobject *di, visitproc visit, void *arg)
{
    Py_VISIT(di->di_dict);
    Py_VISIT(di->di_result);
    return 0;
}

/* -- Advancing ------------------------------------------------------------- */

static void
dictiter_finish(dictiterobject *di)
{
    Py_CLEAR(di->di_dict);
}

/* The next entry, borrowed; 0 at the end or if an exception is set. */
static int
dictiter_advance(dictiterobject *di, struct dict_entry *entry, int backwards)
{
    PyDictObject *mp = di->di_dict;
    if (mp == NULL) {
        return 0;
    }
    if (di->di_used != mp->ma_used) {
        PyErr_SetString(PyExc_RuntimeError,
                        "dictionary changed size during iteration");
        di->di_used = -1;       /* it stays so */
        return 0;
    }
    Py_ssize_t i = di->di_pos;
    Py_ssize_t n = mp->ma_values != NULL ? mp->ma_used
                                         : mp->ma_keys->dk_nentries;
    int step = backwards ? -1 : 1;
    for (;; i += step) {
        if (i < 0 || i >= n) {
            dictiter_finish(di);
            return 0;
        }
        if (mp->ma_values != NULL) {
            *entry = dict_split_entry_at(mp, i);
            break;
        }
        *entry = dict_entry_at(mp->ma_keys, i);
        if (entry->value != NULL) {
            break;
        }
    }
    if (di->len == 0) {
        /* Same size, but there is more than there was. */
        PyErr_SetString(PyExc_RuntimeError,
                        "dictionary keys changed during iteration");
        dictiter_finish(di);
        return 0;
    }
    di->di_pos = i + step;
    di->len--;
    return 1;
}

static PyObject *
dictiter_pair(dictiterobject *di, const struct dict_entry *entry)
{
    Py_INCREF(entry->key);
    Py_INCREF(entry->value);
    PyObject *result = di->di_result;
    if (Py_REFCNT(result) == 1) {
        /* Nobody kept the last pair: use it again. */
        PyObject *old_key = PyTuple_GET_ITEM(result, 0);
        PyObject *old_value = PyTuple_GET_ITEM(result, 1);
        PyTuple_SET_ITEM(result, 0, entry->key);
        PyTuple_SET_ITEM(result, 1, entry->value);
        Py_INCREF(result);
        /* The collector may have untracked it for its last content. */
        if (!_PyObject_GC_IS_TRACKED(result)) {
            _PyObject_GC_TRACK(result);
        }
        Py_DECREF(old_key);
        Py_DECREF(old_value);
        return result;
    }
    result = PyTuple_New(2);
    if (result == NULL) {
        Py_DECREF(entry->key);
        Py_DECREF(entry->value);
        return NULL;
    }
    PyTuple_SET_ITEM(result, 0, entry->key);
    PyTuple_SET_ITEM(result, 1, entry->value);
    return result;
}

static PyObject *
dictiter_iternextkey(dictiterobject *di)
{
    struct dict_entry e;
    return dictiter_advance(di, &e, 0) ? Py_NewRef(e.key) : NULL;
}

static PyObject *
dictiter_iternextvalue(dictiterobject *di)
{
    struct dict_entry e;
    return dictiter_advance(di, &e, 0) ? Py_NewRef(e.value) : NULL;
}

static PyObject *
dictiter_iternextitem(dictiterobject *di)
{
    struct dict_entry e;
    return dictiter_advance(di, &e, 0) ? dictiter_pair(di, &e) : NULL;
}

static PyObject *
dictreviter_iternext(dictiterobject *di)
{
    struct dict_entry e;
    if (!dictiter_advance(di, &e, 1)) {
        return NULL;
    }
    if (Py_IS_TYPE(di, &PyDictRevIterKey_Type)) {
        return Py_NewRef(e.key);
    }
    if (Py_IS_TYPE(di, &PyDictRevIterValue_Type)) {
        return Py_NewRef(e.value);
    }
    return dictiter_pair(di, &e);
}

/* -- Methods ------------------------------------------------------------- */

PyDoc_STRVAR(length_hint_doc,
"Private: a guess at how many elements are left.");

static PyObject *
dictiter_len(dictiterobject *di, PyObject *unused)
{
    Py_ssize_t len = 0;
    if (di->di_dict != NULL && di->di_used == di->di_dict->ma_used) {
        len = di->len;
    }
    return PyLong_FromSsize_t(len);
}

PyDoc_STRVAR(reduce_doc, "What pickle and copy need.");

static PyObject *
dictiter_reduce(dictiterobject *di, PyObject *unused)
{
    /* The elements left, from a copy: this iterator does not move. */
    dictiterobject tmp = *di;
    Py_XINCREF(tmp.di_dict);
    PyObject *list = PySequence_List((PyObject *)&tmp);
    Py_XDECREF(tmp.di_dict);
    if (list == NULL) {
        return NULL;
    }
    return Py_BuildValue("N(N)", _PyEval_GetBuiltin(&_Py_ID(iter)), list);
}

static PyMethodDef dictiter_methods[] = {
    {"__length_hint__", (PyCFunction)dictiter_len, METH_NOARGS,
     length_hint_doc},
    {"__reduce__", (PyCFunction)dictiter_reduce, METH_NOARGS, reduce_doc},
    {NULL, NULL},
};

/* -- The types ------------------------------------------------------------- */

#define ITERATOR_SLOTS(name, next) \
    PyVarObject_HEAD_INIT(&PyType_Type, 0) \
    .tp_name = name, \
    .tp_basicsize = sizeof(dictiterobject), \
    .tp_dealloc = (destructor)dictiter_dealloc, \
    .tp_getattro = PyObject_GenericGetAttr, \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, \
    .tp_traverse = (traverseproc)dictiter_traverse, \
    .tp_iter = PyObject_SelfIter, \
    .tp_iternext = (iternextfunc)next, \
    .tp_methods = dictiter_methods

PyTypeObject PyDictIterKey_Type = {
    ITERATOR_SLOTS("dict_keyiterator", dictiter_iternextkey),
};

PyTypeObject PyDictIterValue_Type = {
    ITERATOR_SLOTS("dict_valueiterator", dictiter_iternextvalue),
};

PyTypeObject PyDictIterItem_Type = {
    ITERATOR_SLOTS("dict_itemiterator", dictiter_iternextitem),
};

PyTypeObject PyDictRevIterKey_Type = {
    ITERATOR_SLOTS("dict_reversekeyiterator", dictreviter_iternext),
};

PyTypeObject PyDictRevIterValue_Type = {
    ITERATOR_SLOTS("dict_reversevalueiterator", dictreviter_iternext),
};

PyTypeObject PyDictRevIterItem_Type = {
    ITERATOR_SLOTS("dict_reverseitemiterator", dictreviter_iternext),
};
#undef ITERATOR_SLOTS
