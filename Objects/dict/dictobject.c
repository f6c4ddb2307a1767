/* Dictionaries: the type, its slots and methods. */
#include "dict_impl.h"

#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_unicodeobject.h"

/* -- Life ------------------------------------------------------------------ */

static void
dict_dealloc(PyDictObject *mp)
{
    PyObject_GC_UnTrack(mp);
    Py_TRASHCAN_BEGIN(mp, dict_dealloc)
    PyDictKeysObject *keys = mp->ma_keys;
    PyDictValues *values = mp->ma_values;
    if (values != NULL) {
        Py_ssize_t n = keys->dk_nentries;
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_XDECREF(values->values[i]);
        }
        dict_values_free(values);
    }
    if (keys != NULL) {
        dk_decref(keys);
    }
    struct _Py_dict_state *state = &_PyInterpreterState_GET()->dict_state;
    if (state->numfree < PyDict_MAXFREELIST
        && Py_IS_TYPE(mp, &PyDict_Type)) {
        state->free_list[state->numfree++] = mp;
    }
    else {
        Py_TYPE(mp)->tp_free((PyObject *)mp);
    }
    Py_TRASHCAN_END
}

static int
dict_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyDictObject *mp = (PyDictObject *)op;
    PyDictKeysObject *keys = mp->ma_keys;
    Py_ssize_t n = keys->dk_nentries;
    if (mp->ma_values != NULL) {
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_VISIT(mp->ma_values->values[i]);
        }
    }
    else if (DK_IS_UNICODE(keys)) {
        PyDictUnicodeEntry *entries = DK_UNICODE_ENTRIES(keys);
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_VISIT(entries[i].me_value);
        }
    }
    else {
        PyDictKeyEntry *entries = DK_ENTRIES(keys);
        for (Py_ssize_t i = 0; i < n; i++) {
            if (entries[i].me_value != NULL) {
                Py_VISIT(entries[i].me_value);
                Py_VISIT(entries[i].me_key);
            }
        }
    }
    return 0;
}

static int
dict_tp_clear(PyObject *op)
{
    PyDict_Clear(op);
    return 0;
}

static PyObject *
dict_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    PyDictObject *mp = (PyDictObject *)self;
    mp->ma_used = 0;
    mp->ma_version_tag = DICT_NEXT_VERSION();
    dk_incref(Py_EMPTY_KEYS);
    mp->ma_keys = Py_EMPTY_KEYS;
    mp->ma_values = NULL;
    if (type == &PyDict_Type) {
        /* Tracked when something collectable comes in. */
        _PyObject_GC_UNTRACK(mp);
    }
    return self;
}

static int
dict_update_common(PyObject *self, PyObject *args, PyObject *kwds,
                   const char *name)
{
    PyObject *arg = NULL;
    if (!PyArg_UnpackTuple(args, name, 0, 1, &arg)) {
        return -1;
    }
    if (arg != NULL && dict_update_arg(self, arg) < 0) {
        return -1;
    }
    if (kwds != NULL) {
        if (!PyArg_ValidateKeywordArguments(kwds)) {
            return -1;
        }
        return PyDict_Merge(self, kwds, 1);
    }
    return 0;
}

static int
dict_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    return dict_update_common(self, args, kwds, "dict");
}

static PyObject *
dict_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_CheckPositional("dict", nargs, 0, 1)) {
        return NULL;
    }
    PyObject *self = dict_new((PyTypeObject *)type, NULL, NULL);
    if (self == NULL) {
        return NULL;
    }
    if (nargs == 1) {
        if (dict_update_arg(self, args[0]) < 0) {
            goto error;
        }
        args++;
    }
    Py_ssize_t nkw = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    for (Py_ssize_t i = 0; i < nkw; i++) {
        if (PyDict_SetItem(self, PyTuple_GET_ITEM(kwnames, i),
                           args[i]) < 0) {
            goto error;
        }
    }
    return self;
error:
    Py_DECREF(self);
    return NULL;
}

/* -- Protocols --------------------------------------------------------------- */

static int
write_item(_PyUnicodeWriter *writer, PyObject *obj)
{
    PyObject *s = PyObject_Repr(obj);
    if (s == NULL) {
        return -1;
    }
    int err = _PyUnicodeWriter_WriteStr(writer, s);
    Py_DECREF(s);
    return err;
}

static PyObject *
dict_repr(PyDictObject *mp)
{
    int entered = Py_ReprEnter((PyObject *)mp);
    if (entered != 0) {
        return entered > 0 ? PyUnicode_FromString("{...}") : NULL;
    }
    if (mp->ma_used == 0) {
        Py_ReprLeave((PyObject *)mp);
        return PyUnicode_FromString("{}");
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    /* "{" + "1: 2" + ", 3: 4" * (n - 1) + "}" */
    writer.min_length = 1 + 4 + (2 + 4) * (mp->ma_used - 1) + 1;
    PyObject *key = NULL;
    PyObject *value = NULL;
    if (_PyUnicodeWriter_WriteChar(&writer, '{') < 0) {
        goto error;
    }
    Py_ssize_t pos = 0;
    int first = 1;
    while (PyDict_Next((PyObject *)mp, &pos, &key, &value)) {
        /* The repr of one can drop the other. */
        Py_INCREF(key);
        Py_INCREF(value);
        if (!first
            && _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2) < 0) {
            goto error;
        }
        first = 0;
        if (write_item(&writer, key) < 0
            || _PyUnicodeWriter_WriteASCIIString(&writer, ": ", 2) < 0
            || write_item(&writer, value) < 0) {
            goto error;
        }
        Py_CLEAR(key);
        Py_CLEAR(value);
    }
    writer.overallocate = 0;
    if (_PyUnicodeWriter_WriteChar(&writer, '}') < 0) {
        key = value = NULL;
        goto error;
    }
    Py_ReprLeave((PyObject *)mp);
    return _PyUnicodeWriter_Finish(&writer);
error:
    Py_ReprLeave((PyObject *)mp);
    _PyUnicodeWriter_Dealloc(&writer);
    Py_XDECREF(key);
    Py_XDECREF(value);
    return NULL;
}

static Py_ssize_t
dict_length(PyDictObject *mp)
{
    return mp->ma_used;
}

static PyObject *
dict_subscript(PyDictObject *mp, PyObject *key)
{
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        return NULL;
    }
    PyObject *value;
    Py_ssize_t ix = _Py_dict_lookup(mp, key, hash, &value);
    if (ix == DKIX_ERROR) {
        return NULL;
    }
    if (ix != DKIX_EMPTY && value != NULL) {
        return Py_NewRef(value);
    }
    if (!PyDict_CheckExact((PyObject *)mp)) {
        PyObject *missing = _PyObject_LookupSpecial((PyObject *)mp,
                                                    &_Py_ID(__missing__));
        if (missing != NULL) {
            PyObject *res = PyObject_CallOneArg(missing, key);
            Py_DECREF(missing);
            return res;
        }
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
    _PyErr_SetKeyError(key);
    return NULL;
}

static int
dict_ass_sub(PyDictObject *mp, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        return PyDict_DelItem((PyObject *)mp, key);
    }
    return PyDict_SetItem((PyObject *)mp, key, value);
}

/* 1, 0, -1. Comparing values can run Python, which can change both. */
int
dict_equal(PyDictObject *a, PyDictObject *b)
{
    if (a->ma_used != b->ma_used) {
        return 0;
    }
    Py_ssize_t pos = 0;
    PyObject *key, *aval;
    Py_hash_t hash;
    while (_PyDict_Next((PyObject *)a, &pos, &key, &aval, &hash)) {
        PyObject *bval;
        Py_INCREF(aval);
        Py_INCREF(key);
        Py_ssize_t ix = _Py_dict_lookup(b, key, hash, &bval);
        int cmp = 0;
        if (ix == DKIX_ERROR) {
            cmp = -1;
        }
        else if (bval != NULL) {
            Py_INCREF(bval);
            cmp = PyObject_RichCompareBool(aval, bval, Py_EQ);
            Py_DECREF(bval);
        }
        Py_DECREF(key);
        Py_DECREF(aval);
        if (cmp <= 0) {
            return cmp;
        }
    }
    return 1;
}

static PyObject *
dict_richcompare(PyObject *v, PyObject *w, int op)
{
    if (!PyDict_Check(v) || !PyDict_Check(w)
        || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int cmp = dict_equal((PyDictObject *)v, (PyDictObject *)w);
    if (cmp < 0) {
        return NULL;
    }
    return PyBool_FromLong(cmp == (op == Py_EQ));
}

static PyObject *
dict_or(PyObject *self, PyObject *other)
{
    if (!PyDict_Check(self) || !PyDict_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *res = PyDict_Copy(self);
    if (res != NULL && dict_update_arg(res, other) < 0) {
        Py_CLEAR(res);
    }
    return res;
}

static PyObject *
dict_ior(PyObject *self, PyObject *other)
{
    if (dict_update_arg(self, other) < 0) {
        return NULL;
    }
    return Py_NewRef(self);
}

/* -- Lists of contents --------------------------------------------------- */

Py_ssize_t
PyDict_Size(PyObject *op)
{
    if (op == NULL || !PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return ((PyDictObject *)op)->ma_used;
}

/* Allocating a list can run the collector, and that can change the
   dictionary: then the size is wrong, and we begin again. */
static PyObject *
list_for(PyDictObject *mp)
{
    for (;;) {
        Py_ssize_t n = mp->ma_used;
        PyObject *list = PyList_New(n);
        if (list == NULL || n == mp->ma_used) {
            return list;
        }
        Py_DECREF(list);
    }
}

PyObject *
PyDict_Keys(PyObject *op)
{
    if (op == NULL || !PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *list = list_for((PyDictObject *)op);
    if (list == NULL) {
        return NULL;
    }
    Py_ssize_t pos = 0;
    PyObject *key;
    for (Py_ssize_t i = 0; PyDict_Next(op, &pos, &key, NULL); i++) {
        PyList_SET_ITEM(list, i, Py_NewRef(key));
    }
    return list;
}

PyObject *
PyDict_Values(PyObject *op)
{
    if (op == NULL || !PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *list = list_for((PyDictObject *)op);
    if (list == NULL) {
        return NULL;
    }
    Py_ssize_t pos = 0;
    PyObject *value;
    for (Py_ssize_t i = 0; PyDict_Next(op, &pos, NULL, &value); i++) {
        PyList_SET_ITEM(list, i, Py_NewRef(value));
    }
    return list;
}

PyObject *
PyDict_Items(PyObject *op)
{
    if (op == NULL || !PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyDictObject *mp = (PyDictObject *)op;
    PyObject *list;
    for (;;) {
        Py_ssize_t n = mp->ma_used;
        list = PyList_New(n);
        if (list == NULL) {
            return NULL;
        }
        /* All memory first, then nothing can change the dictionary. */
        for (Py_ssize_t i = 0; i < n; i++) {
            PyObject *item = PyTuple_New(2);
            if (item == NULL) {
                Py_DECREF(list);
                return NULL;
            }
            PyList_SET_ITEM(list, i, item);
        }
        if (n == mp->ma_used) {
            break;
        }
        Py_DECREF(list);
    }
    Py_ssize_t pos = 0;
    PyObject *key, *value;
    for (Py_ssize_t i = 0; PyDict_Next(op, &pos, &key, &value); i++) {
        PyObject *item = PyList_GET_ITEM(list, i);
        PyTuple_SET_ITEM(item, 0, Py_NewRef(key));
        PyTuple_SET_ITEM(item, 1, Py_NewRef(value));
    }
    return list;
}

/* -- Methods ------------------------------------------------------------- */

PyDoc_STRVAR(dict_contains_doc,
"__contains__($self, key, /)\n--\n\n"
"Whether the dictionary has the key.");

static PyObject *
dict_contains(PyObject *self, PyObject *key)
{
    int found = PyDict_Contains(self, key);
    return found < 0 ? NULL : PyBool_FromLong(found);
}

PyDoc_STRVAR(dict_getitem_doc,
"__getitem__(y) -- x.__getitem__(y) is x[y]");

PyDoc_STRVAR(dict_sizeof_doc,
"__sizeof__() -- bytes of memory the dictionary takes");

static PyObject *
dict_sizeof(PyObject *self, PyObject *unused)
{
    return PyLong_FromSsize_t(_PyDict_SizeOf((PyDictObject *)self));
}

PyDoc_STRVAR(dict_get_doc,
"get($self, key, default=None, /)\n--\n\n"
"The value for key if the dictionary has it, else default.");

static PyObject *
dict_get(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("get", nargs, 1, 2)) {
        return NULL;
    }
    PyObject *key = args[0];
    PyObject *value;
    Py_hash_t hash = dict_hash_key(key);
    if (hash == -1) {
        return NULL;
    }
    Py_ssize_t ix = _Py_dict_lookup((PyDictObject *)self, key, hash, &value);
    if (ix == DKIX_ERROR) {
        return NULL;
    }
    if (ix == DKIX_EMPTY || value == NULL) {
        value = nargs == 2 ? args[1] : Py_None;
    }
    return Py_NewRef(value);
}

PyDoc_STRVAR(dict_setdefault_doc,
"setdefault($self, key, default=None, /)\n--\n\n"
"Gives the key the default value unless it has one; returns its value.");

static PyObject *
dict_setdefault(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("setdefault", nargs, 1, 2)) {
        return NULL;
    }
    return Py_XNewRef(PyDict_SetDefault(self, args[0],
                                        nargs == 2 ? args[1] : Py_None));
}

PyDoc_STRVAR(dict_pop_doc,
"D.pop(k[,d]) -> v, removes the key and returns its value.\n\n"
"Without the key, returns d if it is given, else raises a KeyError.");

static PyObject *
dict_pop(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("pop", nargs, 1, 2)) {
        return NULL;
    }
    return _PyDict_Pop(self, args[0], nargs == 2 ? args[1] : NULL);
}

PyDoc_STRVAR(dict_popitem_doc,
"popitem($self, /)\n--\n\n"
"Removes the pair that came last and returns it as (key, value).\n\n"
"Raises KeyError if the dictionary is empty.");

static PyObject *
dict_popitem(PyObject *self, PyObject *unused)
{
    PyDictObject *mp = (PyDictObject *)self;
    /* First, so that a collection that it triggers sees a whole
       dictionary. */
    PyObject *res = PyTuple_New(2);
    if (res == NULL) {
        return NULL;
    }
    if (mp->ma_used == 0) {
        Py_DECREF(res);
        PyErr_SetString(PyExc_KeyError, "popitem(): dictionary is empty");
        return NULL;
    }
    if (mp->ma_values != NULL
        && dict_resize(mp, mp->ma_keys->dk_log2_size, 1) < 0) {
        Py_DECREF(res);
        return NULL;
    }
    PyDictKeysObject *keys = mp->ma_keys;
    Py_ssize_t i = keys->dk_nentries - 1;
    struct dict_entry e = dict_entry_at(keys, i);
    while (e.value == NULL) {
        e = dict_entry_at(keys, --i);
    }
    PyTuple_SET_ITEM(res, 0, Py_NewRef(e.key));
    PyTuple_SET_ITEM(res, 1, Py_NewRef(e.value));
    dict_delete_entry(mp, e.hash, i, e.value);
    /* The entry can be filled again; that its slot is a dummy now is why
       dk_usable stays. */
    keys->dk_nentries = i;
    return res;
}

PyDoc_STRVAR(dict_update_doc,
"D.update([E, ]**F) -> None.  Takes over the items of E and F.\n\n"
"E is a mapping (an object with a method keys()), or an iterable of pairs.");

static PyObject *
dict_update(PyObject *self, PyObject *args, PyObject *kwds)
{
    if (dict_update_common(self, args, kwds, "update") < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(dict_fromkeys_doc,
"fromkeys($type, iterable, value=None, /)\n--\n\n"
"Makes a dictionary with keys from iterable and the same value for all.");

static PyObject *
dict_fromkeys(PyObject *cls, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("fromkeys", nargs, 1, 2)) {
        return NULL;
    }
    return _PyDict_FromKeys(cls, args[0], nargs == 2 ? args[1] : Py_None);
}

PyDoc_STRVAR(dict_clear_doc,
"D.clear() -> None.  Removes all items.");

static PyObject *
dict_clear(PyObject *self, PyObject *unused)
{
    PyDict_Clear(self);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(dict_copy_doc, "D.copy() -> a shallow copy of D");

static PyObject *
dict_copy(PyObject *self, PyObject *unused)
{
    return PyDict_Copy(self);
}

PyDoc_STRVAR(dict_keys_doc,
"D.keys() -> a set-like object that shows the keys of D");
PyDoc_STRVAR(dict_items_doc,
"D.items() -> a set-like object that shows the items of D");
PyDoc_STRVAR(dict_values_doc,
"D.values() -> an object that shows the values of D");
PyDoc_STRVAR(dict_reversed_doc,
"__reversed__($self, /)\n--\n\n"
"An iterator over the keys, last one first.");

static PyMethodDef dict_methods[] = {
    {"__contains__", dict_contains, METH_O | METH_COEXIST,
     dict_contains_doc},
    {"__getitem__", (PyCFunction)dict_subscript, METH_O | METH_COEXIST,
     dict_getitem_doc},
    {"__sizeof__", dict_sizeof, METH_NOARGS, dict_sizeof_doc},
    {"get", (PyCFunction)(void (*)(void))dict_get, METH_FASTCALL,
     dict_get_doc},
    {"setdefault", (PyCFunction)(void (*)(void))dict_setdefault,
     METH_FASTCALL, dict_setdefault_doc},
    {"pop", (PyCFunction)(void (*)(void))dict_pop, METH_FASTCALL,
     dict_pop_doc},
    {"popitem", dict_popitem, METH_NOARGS, dict_popitem_doc},
    {"keys", dict_keys, METH_NOARGS, dict_keys_doc},
    {"items", dict_items, METH_NOARGS, dict_items_doc},
    {"values", dict_values, METH_NOARGS, dict_values_doc},
    {"update", (PyCFunction)(void (*)(void))dict_update,
     METH_VARARGS | METH_KEYWORDS, dict_update_doc},
    {"fromkeys", (PyCFunction)(void (*)(void))dict_fromkeys,
     METH_FASTCALL | METH_CLASS, dict_fromkeys_doc},
    {"clear", dict_clear, METH_NOARGS, dict_clear_doc},
    {"copy", dict_copy, METH_NOARGS, dict_copy_doc},
    {"__reversed__", dict_reversed, METH_NOARGS, dict_reversed_doc},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

/* -- The type -------------------------------------------------------------- */

static PyNumberMethods dict_as_number = {
    .nb_or = dict_or,
    .nb_inplace_or = dict_ior,
};

static PySequenceMethods dict_as_sequence = {
    .sq_contains = PyDict_Contains,
};

static PyMappingMethods dict_as_mapping = {
    (lenfunc)dict_length,
    (binaryfunc)dict_subscript,
    (objobjargproc)dict_ass_sub,
};

PyDoc_STRVAR(dictionary_doc,
"dict() -> a new dictionary without items\n"
"dict(mapping) -> a new dictionary with the (key, value) pairs of an object\n"
"    that maps\n"
"dict(iterable) -> a new dictionary, as if made by\n"
"    d = {}\n"
"    for k, v in iterable:\n"
"        d[k] = v\n"
"dict(**kwargs) -> a new dictionary with the name=value pairs of the\n"
"    keyword arguments, as in dict(one=1, two=2)");

PyTypeObject PyDict_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "dict",
    .tp_basicsize = sizeof(PyDictObject),
    .tp_dealloc = (destructor)dict_dealloc,
    .tp_repr = (reprfunc)dict_repr,
    .tp_as_number = &dict_as_number,
    .tp_as_sequence = &dict_as_sequence,
    .tp_as_mapping = &dict_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DICT_SUBCLASS
                | _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_MAPPING,
    .tp_doc = dictionary_doc,
    .tp_traverse = dict_traverse,
    .tp_clear = dict_tp_clear,
    .tp_richcompare = dict_richcompare,
    .tp_iter = (getiterfunc)dict_iter,
    .tp_methods = dict_methods,
    .tp_init = dict_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = dict_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = dict_vectorcall,
};
