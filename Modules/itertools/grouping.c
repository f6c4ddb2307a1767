/* itertools: groupby. The group that was handed out last draws from the same
   iterator as the groupby object; asking for the next group ends it. */
#include "itertools_impl.h"

typedef struct {
    PyObject_HEAD
    PyObject *it;
    PyObject *keyfunc;
    PyObject *tgtkey;           /* key of the present group */
    PyObject *currkey;          /* key and value of the element drawn last */
    PyObject *currvalue;
    const void *currgrouper;    /* borrowed, compared only: the group that
                                   may still draw */
} groupbyobject;

typedef struct {
    PyObject_HEAD
    PyObject *parent;
    PyObject *tgtkey;
} grouperobject;

static PyTypeObject groupby_type;
static PyTypeObject grouper_type;

static PyObject *
groupby_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static const char *const keywords[] = {"iterable", "key", NULL};
    PyObject *iterable;
    PyObject *keyfunc = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O|O:groupby",
                                     (char **)keywords, &iterable,
                                     &keyfunc)) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter(iterable);
    if (it == NULL) {
        return NULL;
    }
    groupbyobject *gbo = (groupbyobject *)type->tp_alloc(type, 0);
    if (gbo == NULL) {
        Py_DECREF(it);
        return NULL;
    }
    gbo->tgtkey = NULL;
    gbo->currkey = NULL;
    gbo->currvalue = NULL;
    gbo->keyfunc = Py_NewRef(keyfunc);
    gbo->it = it;
    gbo->currgrouper = NULL;
    return (PyObject *)gbo;
}

static void
groupby_dealloc(groupbyobject *gbo)
{
    PyObject_GC_UnTrack(gbo);
    Py_XDECREF(gbo->it);
    Py_XDECREF(gbo->keyfunc);
    Py_XDECREF(gbo->tgtkey);
    Py_XDECREF(gbo->currkey);
    Py_XDECREF(gbo->currvalue);
    Py_TYPE(gbo)->tp_free(gbo);
}

static int
groupby_traverse(groupbyobject *gbo, visitproc visit, void *arg)
{
    Py_VISIT(gbo->it);
    Py_VISIT(gbo->keyfunc);
    Py_VISIT(gbo->tgtkey);
    Py_VISIT(gbo->currkey);
    Py_VISIT(gbo->currvalue);
    return 0;
}

/* Draws an element; -1 at the end or with an exception. */
static int
groupby_step(groupbyobject *gbo)
{
    PyObject *newvalue = PyIter_Next(gbo->it);
    if (newvalue == NULL) {
        return -1;
    }
    PyObject *newkey;
    if (gbo->keyfunc == Py_None) {
        newkey = Py_NewRef(newvalue);
    }
    else {
        newkey = PyObject_CallOneArg(gbo->keyfunc, newvalue);
        if (newkey == NULL) {
            Py_DECREF(newvalue);
            return -1;
        }
    }
    PyObject *oldvalue = gbo->currvalue;
    gbo->currvalue = newvalue;
    Py_XSETREF(gbo->currkey, newkey);
    Py_XDECREF(oldvalue);
    return 0;
}

static PyObject *
grouper_create(groupbyobject *parent, PyObject *tgtkey)
{
    grouperobject *igo = PyObject_GC_New(grouperobject, &grouper_type);
    if (igo == NULL) {
        return NULL;
    }
    igo->parent = Py_NewRef(parent);
    igo->tgtkey = Py_NewRef(tgtkey);
    parent->currgrouper = igo;
    PyObject_GC_Track(igo);
    return (PyObject *)igo;
}

static PyObject *
groupby_next(groupbyobject *gbo)
{
    gbo->currgrouper = NULL;
    /* On to the first element with another key. */
    for (;;) {
        if (gbo->currkey != NULL) {
            if (gbo->tgtkey == NULL) {
                break;
            }
            PyObject *tgtkey = Py_NewRef(gbo->tgtkey);
            PyObject *currkey = Py_NewRef(gbo->currkey);
            int same = PyObject_RichCompareBool(tgtkey, currkey, Py_EQ);
            Py_DECREF(tgtkey);
            Py_DECREF(currkey);
            if (same < 0) {
                return NULL;
            }
            if (!same) {
                break;
            }
        }
        if (groupby_step(gbo) < 0) {
            return NULL;
        }
    }
    Py_INCREF(gbo->currkey);
    Py_XSETREF(gbo->tgtkey, gbo->currkey);
    PyObject *grouper = grouper_create(gbo, gbo->tgtkey);
    if (grouper == NULL) {
        return NULL;
    }
    PyObject *r = PyTuple_Pack(2, gbo->currkey, grouper);
    Py_DECREF(grouper);
    return r;
}

static PyObject *
groupby_reduce(groupbyobject *lz, PyObject *unused)
{
    if (lz->tgtkey != NULL && lz->currkey != NULL
        && lz->currvalue != NULL) {
        return Py_BuildValue("O(OO)(OOO)", Py_TYPE(lz), lz->it, lz->keyfunc,
                             lz->currkey, lz->currvalue, lz->tgtkey);
    }
    return Py_BuildValue("O(OO)", Py_TYPE(lz), lz->it, lz->keyfunc);
}

static PyObject *
groupby_setstate(groupbyobject *lz, PyObject *state)
{
    PyObject *currkey, *currvalue, *tgtkey;
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "OOO", &currkey, &currvalue, &tgtkey)) {
        return NULL;
    }
    Py_XSETREF(lz->currkey, Py_NewRef(currkey));
    Py_XSETREF(lz->currvalue, Py_NewRef(currvalue));
    Py_XSETREF(lz->tgtkey, Py_NewRef(tgtkey));
    Py_RETURN_NONE;
}

static PyMethodDef groupby_methods[] = {
    REDUCE(groupby),
    SETSTATE(groupby),
    {NULL, NULL},
};

PyDoc_STRVAR(groupby_doc,
"groupby(iterable, key=None)\n--\n\n"
"Runs of elements with equal keys, as pairs (key, iterator of the run).\n\n"
"  iterable\n"
"    gives the elements\n"
"  key\n"
"    makes the key of an element; if None, the element is the key.");

static PyTypeObject groupby_type = {
    ITERTOOLS_TYPE("itertools.groupby", groupbyobject, groupby, groupby_doc),
    .tp_methods = groupby_methods,
};

/* -- One group --------------------------------------------------------------- */

static PyObject *
grouper_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyObject *parent, *tgtkey;
    if (!_PyArg_NoKeywords("_grouper", kwds)
        || !PyArg_ParseTuple(args, "O!O:_grouper", &groupby_type, &parent,
                             &tgtkey)) {
        return NULL;
    }
    return grouper_create((groupbyobject *)parent, tgtkey);
}

static void
grouper_dealloc(grouperobject *igo)
{
    PyObject_GC_UnTrack(igo);
    Py_DECREF(igo->parent);
    Py_DECREF(igo->tgtkey);
    PyObject_GC_Del(igo);
}

static int
grouper_traverse(grouperobject *igo, visitproc visit, void *arg)
{
    Py_VISIT(igo->parent);
    Py_VISIT(igo->tgtkey);
    return 0;
}

static PyObject *
grouper_next(grouperobject *igo)
{
    groupbyobject *gbo = (groupbyobject *)igo->parent;
    if (gbo->currgrouper != igo) {
        return NULL;
    }
    if (gbo->currvalue == NULL && groupby_step(gbo) < 0) {
        return NULL;
    }
    assert(gbo->currkey != NULL);
    PyObject *currkey = Py_NewRef(gbo->currkey);
    int same = PyObject_RichCompareBool(igo->tgtkey, currkey, Py_EQ);
    Py_DECREF(currkey);
    if (same <= 0) {
        return NULL;
    }
    PyObject *r = gbo->currvalue;
    gbo->currvalue = NULL;
    Py_CLEAR(gbo->currkey);
    return r;
}

static PyObject *
grouper_reduce(grouperobject *lz, PyObject *unused)
{
    if (((groupbyobject *)lz->parent)->currgrouper != lz) {
        return Py_BuildValue("N(())", _PyEval_GetBuiltin(&_Py_ID(iter)));
    }
    return Py_BuildValue("O(OO)", Py_TYPE(lz), lz->parent, lz->tgtkey);
}

static PyMethodDef grouper_methods[] = {
    REDUCE(grouper),
    {NULL, NULL},
};

static PyTypeObject grouper_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "itertools._grouper",
    .tp_basicsize = sizeof(grouperobject),
    .tp_dealloc = (destructor)grouper_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)grouper_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)grouper_next,
    .tp_methods = grouper_methods,
    .tp_new = grouper_new,
    .tp_free = PyObject_GC_Del,
};

int
itertools_add_grouping(PyObject *module)
{
    if (PyModule_AddType(module, &groupby_type) < 0
        || PyModule_AddType(module, &grouper_type) < 0) {
        return -1;
    }
    return 0;
}
