/* Dictionaries: the views that keys(), values() and items() return. They show
   the dictionary as it is at the time; those of keys and items are sets. */
#include "dict_impl.h"

#include "pycore_call.h"

/* -- Making ---------------------------------------------------------------- */

PyObject *
_PyDictView_New(PyObject *dict, PyTypeObject *type)
{
    if (dict == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (!PyDict_Check(dict)) {
        PyErr_Format(PyExc_TypeError,
                     "%s() requires a dict argument, not '%s'",
                     type->tp_name, Py_TYPE(dict)->tp_name);
        return NULL;
    }
    _PyDictViewObject *dv = PyObject_GC_New(_PyDictViewObject, type);
    if (dv == NULL) {
        return NULL;
    }
    dv->dv_dict = (PyDictObject *)Py_NewRef(dict);
    _PyObject_GC_TRACK(dv);
    return (PyObject *)dv;
}

PyObject *
dict_keys(PyObject *dict, PyObject *unused)
{
    return _PyDictView_New(dict, &PyDictKeys_Type);
}

PyObject *
dict_values(PyObject *dict, PyObject *unused)
{
    return _PyDictView_New(dict, &PyDictValues_Type);
}

PyObject *
dict_items(PyObject *dict, PyObject *unused)
{
    return _PyDictView_New(dict, &PyDictItems_Type);
}

static void
dictview_dealloc(_PyDictViewObject *dv)
{
    _PyObject_GC_UNTRACK(dv);
    Py_XDECREF(dv->dv_dict);
    PyObject_GC_Del(dv);
}

static int
dictview_traverse(_PyDictViewObject *dv, visitproc visit, void *arg)
{
    Py_VISIT(dv->dv_dict);
    return 0;
}

static Py_ssize_t
dictview_len(_PyDictViewObject *dv)
{
    return dv->dv_dict == NULL ? 0 : dv->dv_dict->ma_used;
}

static PyObject *
dictview_mapping(PyObject *view, void *unused)
{
    return PyDictProxy_New((PyObject *)((_PyDictViewObject *)view)->dv_dict);
}

static PyGetSetDef dictview_getset[] = {
    {"mapping", dictview_mapping, NULL,
     PyDoc_STR("the dictionary this view shows"), NULL},
    {0},
};

static PyObject *
dictview_repr(_PyDictViewObject *dv)
{
    int entered = Py_ReprEnter((PyObject *)dv);
    if (entered != 0) {
        return entered > 0 ? PyUnicode_FromString("...") : NULL;
    }
    PyObject *result = NULL;
    PyObject *list = PySequence_List((PyObject *)dv);
    if (list != NULL) {
        result = PyUnicode_FromFormat("%s(%R)", Py_TYPE(dv)->tp_name, list);
        Py_DECREF(list);
    }
    Py_ReprLeave((PyObject *)dv);
    return result;
}

/* -- Membership ------------------------------------------------------------ */

static int
dictkeys_contains(_PyDictViewObject *dv, PyObject *obj)
{
    if (dv->dv_dict == NULL) {
        return 0;
    }
    return PyDict_Contains((PyObject *)dv->dv_dict, obj);
}

static int
dictitems_contains(_PyDictViewObject *dv, PyObject *obj)
{
    if (dv->dv_dict == NULL || !PyTuple_Check(obj)
        || PyTuple_GET_SIZE(obj) != 2) {
        return 0;
    }
    PyObject *key = PyTuple_GET_ITEM(obj, 0);
    PyObject *value = PyTuple_GET_ITEM(obj, 1);
    PyObject *found = PyDict_GetItemWithError((PyObject *)dv->dv_dict, key);
    if (found == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    Py_INCREF(found);
    int result = PyObject_RichCompareBool(found, value, Py_EQ);
    Py_DECREF(found);
    return result;
}

/* Whether other has every element of self. */
static int
all_contained_in(PyObject *self, PyObject *other)
{
    PyObject *iter = PyObject_GetIter(self);
    if (iter == NULL) {
        return -1;
    }
    int ok = 1;
    while (ok > 0) {
        PyObject *next = PyIter_Next(iter);
        if (next == NULL) {
            if (PyErr_Occurred()) {
                ok = -1;
            }
            break;
        }
        ok = PySequence_Contains(other, next);
        Py_DECREF(next);
    }
    Py_DECREF(iter);
    return ok;
}

static PyObject *
dictview_richcompare(PyObject *self, PyObject *other, int op)
{
    assert(PyDictViewSet_Check(self));
    if (!PyAnySet_Check(other) && !PyDictViewSet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_ssize_t len_self = PyObject_Size(self);
    if (len_self < 0) {
        return NULL;
    }
    Py_ssize_t len_other = PyObject_Size(other);
    if (len_other < 0) {
        return NULL;
    }
    int ok = 0;
    switch (op) {
    case Py_NE:
    case Py_EQ:
        if (len_self == len_other) {
            ok = all_contained_in(self, other);
        }
        if (op == Py_NE && ok >= 0) {
            ok = !ok;
        }
        break;
    case Py_LT:
        if (len_self < len_other) {
            ok = all_contained_in(self, other);
        }
        break;
    case Py_LE:
        if (len_self <= len_other) {
            ok = all_contained_in(self, other);
        }
        break;
    case Py_GT:
        if (len_self > len_other) {
            ok = all_contained_in(other, self);
        }
        break;
    case Py_GE:
        if (len_self >= len_other) {
            ok = all_contained_in(other, self);
        }
        break;
    }
    return ok < 0 ? NULL : PyBool_FromLong(ok);
}

/* -- Set operations ---------------------------------------------------------- */

static PyObject *
dictviews_to_set(PyObject *self)
{
    PyObject *left = self;
    if (PyDictKeys_Check(self)) {
        /* A set is made faster from a dictionary than from an iterator. */
        PyObject *dict = (PyObject *)((_PyDictViewObject *)self)->dv_dict;
        if (PyDict_CheckExact(dict)) {
            left = dict;
        }
    }
    return PySet_New(left);
}

/* set(self).method(other) */
static PyObject *
dictviews_update_set(PyObject *self, PyObject *other, PyObject *method)
{
    PyObject *result = dictviews_to_set(self);
    if (result == NULL) {
        return NULL;
    }
    PyObject *res = PyObject_CallMethodOneArg(result, method, other);
    if (res == NULL) {
        Py_DECREF(result);
        return NULL;
    }
    Py_DECREF(res);
    return result;
}

static PyObject *
dictviews_sub(PyObject *self, PyObject *other)
{
    return dictviews_update_set(self, other, &_Py_ID(difference_update));
}

PyObject *
_PyDictView_Intersect(PyObject *self, PyObject *other)
{
    /* The view may be the right operand. */
    if (!PyDictViewSet_Check(self)) {
        PyObject *tmp = other;
        other = self;
        self = tmp;
    }
    /* Iterate over the smaller one, if asking the other is cheap. */
    if (PyDictViewSet_Check(other)
        && dictview_len((_PyDictViewObject *)other)
               > dictview_len((_PyDictViewObject *)self)) {
        PyObject *tmp = other;
        other = self;
        self = tmp;
    }
    Py_ssize_t len_self = dictview_len((_PyDictViewObject *)self);
    if (PySet_CheckExact(other) && len_self <= PyObject_Size(other)) {
        return PyObject_CallMethodOneArg(other, &_Py_ID(intersection), self);
    }
    PyObject *it = PyObject_GetIter(other);
    if (it == NULL) {
        return NULL;
    }
    PyObject *result = PySet_New(NULL);
    if (result == NULL) {
        Py_DECREF(it);
        return NULL;
    }
    int (*contains)(_PyDictViewObject *, PyObject *) =
        PyDictKeys_Check(self) ? dictkeys_contains : dictitems_contains;
    PyObject *key;
    while ((key = PyIter_Next(it)) != NULL) {
        int found = contains((_PyDictViewObject *)self, key);
        if (found > 0) {
            found = PySet_Add(result, key);
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
    return result;
error:
    Py_DECREF(it);
    Py_DECREF(result);
    return NULL;
}

static PyObject *
dictviews_or(PyObject *self, PyObject *other)
{
    PyObject *result = dictviews_to_set(self);
    if (result != NULL && _PySet_Update(result, other) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static int
add_pair(PyObject *set, PyObject *key, PyObject *value)
{
    PyObject *pair = PyTuple_Pack(2, key, value);
    if (pair == NULL) {
        return -1;
    }
    int err = PySet_Add(set, pair);
    Py_DECREF(pair);
    return err;
}

/* items ^ items of two plain dictionaries, without pairs that are in both. */
static PyObject *
dictitems_xor(PyObject *self, PyObject *other)
{
    assert(PyDictItems_Check(self) && PyDictItems_Check(other));
    PyObject *d1 = (PyObject *)((_PyDictViewObject *)self)->dv_dict;
    PyObject *d2 = (PyObject *)((_PyDictViewObject *)other)->dv_dict;
    PyObject *temp = PyDict_Copy(d1);
    if (temp == NULL) {
        return NULL;
    }
    PyObject *result = PySet_New(NULL);
    PyObject *key = NULL, *val1 = NULL, *val2 = NULL;
    if (result == NULL) {
        goto error;
    }
    Py_ssize_t pos = 0;
    Py_hash_t hash;
    while (_PyDict_Next(d2, &pos, &key, &val2, &hash)) {
        Py_INCREF(key);
        Py_INCREF(val2);
        val1 = _PyDict_GetItem_KnownHash(temp, key, hash);
        Py_XINCREF(val1);
        int differs = 1;
        if (val1 != NULL) {
            differs = PyObject_RichCompareBool(val1, val2, Py_NE);
        }
        else if (PyErr_Occurred()) {
            goto error;
        }
        if (differs < 0 || (differs && add_pair(result, key, val2) < 0)) {
            goto error;
        }
        if (val1 != NULL) {
            if (differs ? add_pair(result, key, val1) < 0 : 0) {
                goto error;
            }
            if (_PyDict_DelItem_KnownHash(temp, key, hash) < 0) {
                if (!PyErr_ExceptionMatches(PyExc_KeyError)) {
                    goto error;
                }
                PyErr_Clear();
            }
        }
        Py_CLEAR(key);
        Py_CLEAR(val1);
        Py_CLEAR(val2);
    }
    key = val1 = val2 = NULL;
    PyObject *rest = PyObject_CallMethodNoArgs(temp, &_Py_ID(items));
    if (rest == NULL) {
        goto error;
    }
    int err = _PySet_Update(result, rest);
    Py_DECREF(rest);
    if (err < 0) {
        goto error;
    }
    Py_DECREF(temp);
    return result;
error:
    Py_XDECREF(key);
    Py_XDECREF(val1);
    Py_XDECREF(val2);
    Py_DECREF(temp);
    Py_XDECREF(result);
    return NULL;
}

static PyObject *
dictviews_xor(PyObject *self, PyObject *other)
{
    if (PyDictItems_Check(self) && PyDictItems_Check(other)) {
        return dictitems_xor(self, other);
    }
    return dictviews_update_set(self, other,
                                &_Py_ID(symmetric_difference_update));
}

static PyNumberMethods dictviews_as_number = {
    .nb_subtract = dictviews_sub,
    .nb_and = _PyDictView_Intersect,
    .nb_xor = dictviews_xor,
    .nb_or = dictviews_or,
};

/* -- Methods ------------------------------------------------------------- */

PyDoc_STRVAR(isdisjoint_doc,
"Whether the view and an iterable have no element in common.");

static PyObject *
dictviews_isdisjoint(PyObject *self, PyObject *other)
{
    if (self == other) {
        if (dictview_len((_PyDictViewObject *)self) == 0) {
            Py_RETURN_TRUE;
        }
        Py_RETURN_FALSE;
    }
    /* Iterate over the shorter one, if other can be asked. */
    if (PyAnySet_CheckExact(other) || PyDictViewSet_Check(other)) {
        Py_ssize_t len_other = PyObject_Size(other);
        if (len_other == -1) {
            return NULL;
        }
        if (len_other > dictview_len((_PyDictViewObject *)self)) {
            PyObject *tmp = other;
            other = self;
            self = tmp;
        }
    }
    PyObject *it = PyObject_GetIter(other);
    if (it == NULL) {
        return NULL;
    }
    PyObject *item;
    while ((item = PyIter_Next(it)) != NULL) {
        int contains = PySequence_Contains(self, item);
        Py_DECREF(item);
        if (contains < 0) {
            Py_DECREF(it);
            return NULL;
        }
        if (contains) {
            Py_DECREF(it);
            Py_RETURN_FALSE;
        }
    }
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_TRUE;
}

PyDoc_STRVAR(reversed_keys_doc, "An iterator over the keys, last first.");
PyDoc_STRVAR(reversed_values_doc, "An iterator over the values, last first.");
PyDoc_STRVAR(reversed_items_doc, "An iterator over the items, last first.");

static PyObject *
dictview_iter_of(_PyDictViewObject *dv, PyTypeObject *type)
{
    if (dv->dv_dict == NULL) {
        Py_RETURN_NONE;
    }
    return dictiter_new_for_view(dv->dv_dict, type);
}

static PyObject *
dictkeys_iter(PyObject *dv)
{
    return dictview_iter_of((_PyDictViewObject *)dv, &PyDictIterKey_Type);
}

static PyObject *
dictkeys_reversed(PyObject *dv, PyObject *unused)
{
    return dictview_iter_of((_PyDictViewObject *)dv, &PyDictRevIterKey_Type);
}

static PyObject *
dictvalues_iter(PyObject *dv)
{
    return dictview_iter_of((_PyDictViewObject *)dv, &PyDictIterValue_Type);
}

static PyObject *
dictvalues_reversed(PyObject *dv, PyObject *unused)
{
    return dictview_iter_of((_PyDictViewObject *)dv,
                            &PyDictRevIterValue_Type);
}

static PyObject *
dictitems_iter(PyObject *dv)
{
    return dictview_iter_of((_PyDictViewObject *)dv, &PyDictIterItem_Type);
}

static PyObject *
dictitems_reversed(PyObject *dv, PyObject *unused)
{
    return dictview_iter_of((_PyDictViewObject *)dv,
                            &PyDictRevIterItem_Type);
}

static PyMethodDef dictkeys_methods[] = {
    {"isdisjoint", dictviews_isdisjoint, METH_O, isdisjoint_doc},
    {"__reversed__", dictkeys_reversed, METH_NOARGS, reversed_keys_doc},
    {NULL, NULL},
};

static PyMethodDef dictitems_methods[] = {
    {"isdisjoint", dictviews_isdisjoint, METH_O, isdisjoint_doc},
    {"__reversed__", dictitems_reversed, METH_NOARGS, reversed_items_doc},
    {NULL, NULL},
};

static PyMethodDef dictvalues_methods[] = {
    {"__reversed__", dictvalues_reversed, METH_NOARGS, reversed_values_doc},
    {NULL, NULL},
};

/* -- The types ------------------------------------------------------------- */

static PySequenceMethods dictkeys_as_sequence = {
    .sq_length = (lenfunc)dictview_len,
    .sq_contains = (objobjproc)dictkeys_contains,
};

static PySequenceMethods dictitems_as_sequence = {
    .sq_length = (lenfunc)dictview_len,
    .sq_contains = (objobjproc)dictitems_contains,
};

static PySequenceMethods dictvalues_as_sequence = {
    .sq_length = (lenfunc)dictview_len,
};

#define VIEW_SLOTS(name) \
    PyVarObject_HEAD_INIT(&PyType_Type, 0) \
    .tp_name = name, \
    .tp_basicsize = sizeof(_PyDictViewObject), \
    .tp_dealloc = (destructor)dictview_dealloc, \
    .tp_repr = (reprfunc)dictview_repr, \
    .tp_getattro = PyObject_GenericGetAttr, \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, \
    .tp_traverse = (traverseproc)dictview_traverse, \
    .tp_getset = dictview_getset

PyTypeObject PyDictKeys_Type = {
    VIEW_SLOTS("dict_keys"),
    .tp_as_number = &dictviews_as_number,
    .tp_as_sequence = &dictkeys_as_sequence,
    .tp_richcompare = dictview_richcompare,
    .tp_iter = dictkeys_iter,
    .tp_methods = dictkeys_methods,
};

PyTypeObject PyDictItems_Type = {
    VIEW_SLOTS("dict_items"),
    .tp_as_number = &dictviews_as_number,
    .tp_as_sequence = &dictitems_as_sequence,
    .tp_richcompare = dictview_richcompare,
    .tp_iter = dictitems_iter,
    .tp_methods = dictitems_methods,
};

PyTypeObject PyDictValues_Type = {
    VIEW_SLOTS("dict_values"),
    .tp_as_sequence = &dictvalues_as_sequence,
    .tp_iter = dictvalues_iter,
    .tp_methods = dictvalues_methods,
};
#undef VIEW_SLOTS
