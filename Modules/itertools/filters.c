/* itertools: iterators that leave out or change elements: dropwhile,
   takewhile, filterfalse, compress, starmap, accumulate, pairwise. */
#include "itertools_impl.h"

/* -- func and iterator: four types with one layout ------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *func;
    PyObject *it;
    long flag;                  /* dropwhile: dropping is over;
                                   takewhile: taking is over */
} funciterobject;

static PyTypeObject dropwhile_type;
static PyTypeObject takewhile_type;
static PyTypeObject filterfalse_type;
static PyTypeObject starmap_type;

static PyObject *
funciter_make(PyTypeObject *type, PyTypeObject *mine, const char *name,
              PyObject *args, PyObject *kwds)
{
    if (!NO_KEYWORDS_FOR(type, *mine, name, kwds)
        || !_PyArg_CheckPositional(name, PyTuple_GET_SIZE(args), 2, 2)) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter(PyTuple_GET_ITEM(args, 1));
    if (it == NULL) {
        return NULL;
    }
    funciterobject *lz = (funciterobject *)type->tp_alloc(type, 0);
    if (lz == NULL) {
        Py_DECREF(it);
        return NULL;
    }
    lz->func = Py_NewRef(PyTuple_GET_ITEM(args, 0));
    lz->it = it;
    lz->flag = 0;
    return (PyObject *)lz;
}

static void
funciter_dealloc(funciterobject *lz)
{
    PyObject_GC_UnTrack(lz);
    Py_XDECREF(lz->func);
    Py_XDECREF(lz->it);
    Py_TYPE(lz)->tp_free(lz);
}

static int
funciter_traverse(funciterobject *lz, visitproc visit, void *arg)
{
    Py_VISIT(lz->it);
    Py_VISIT(lz->func);
    return 0;
}

static PyObject *
funciter_reduce(funciterobject *lz, PyObject *unused)
{
    return Py_BuildValue("O(OO)", Py_TYPE(lz), lz->func, lz->it);
}

static PyObject *
funciter_reduce_flag(funciterobject *lz, PyObject *unused)
{
    return Py_BuildValue("O(OO)l", Py_TYPE(lz), lz->func, lz->it, lz->flag);
}

static PyObject *
funciter_setstate(funciterobject *lz, PyObject *state)
{
    int flag = PyObject_IsTrue(state);
    if (flag < 0) {
        return NULL;
    }
    lz->flag = flag;
    Py_RETURN_NONE;
}

/* func(item): 1, 0, -1. */
static int
ask(PyObject *func, PyObject *item)
{
    PyObject *good = PyObject_CallOneArg(func, item);
    if (good == NULL) {
        return -1;
    }
    int ok = PyObject_IsTrue(good);
    Py_DECREF(good);
    return ok;
}

static PyObject *
dropwhile_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    return funciter_make(type, &dropwhile_type, "dropwhile", args, kwds);
}

static PyObject *
dropwhile_next(funciterobject *lz)
{
    iternextfunc iternext = *Py_TYPE(lz->it)->tp_iternext;
    for (;;) {
        PyObject *item = iternext(lz->it);
        if (item == NULL || lz->flag) {
            return item;
        }
        int ok = ask(lz->func, item);
        if (ok == 0) {
            lz->flag = 1;
            return item;
        }
        Py_DECREF(item);
        if (ok < 0) {
            return NULL;
        }
    }
}

static PyObject *
takewhile_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    return funciter_make(type, &takewhile_type, "takewhile", args, kwds);
}

static PyObject *
takewhile_next(funciterobject *lz)
{
    if (lz->flag) {
        return NULL;
    }
    PyObject *item = (*Py_TYPE(lz->it)->tp_iternext)(lz->it);
    if (item == NULL) {
        return NULL;
    }
    int ok = ask(lz->func, item);
    if (ok > 0) {
        return item;
    }
    Py_DECREF(item);
    if (ok == 0) {
        lz->flag = 1;
    }
    return NULL;
}

static PyObject *
filterfalse_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    return funciter_make(type, &filterfalse_type, "filterfalse", args, kwds);
}

static PyObject *
filterfalse_next(funciterobject *lz)
{
    PyObject *it = lz->it;
    iternextfunc iternext = *Py_TYPE(it)->tp_iternext;
    int plain = lz->func == Py_None || lz->func == (PyObject *)&PyBool_Type;
    for (;;) {
        PyObject *item = iternext(it);
        if (item == NULL) {
            return NULL;
        }
        int ok = plain ? PyObject_IsTrue(item) : ask(lz->func, item);
        if (ok == 0) {
            return item;
        }
        Py_DECREF(item);
        if (ok < 0) {
            return NULL;
        }
    }
}

static PyObject *
starmap_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    return funciter_make(type, &starmap_type, "starmap", args, kwds);
}

static PyObject *
starmap_next(funciterobject *lz)
{
    PyObject *args = (*Py_TYPE(lz->it)->tp_iternext)(lz->it);
    if (args == NULL) {
        return NULL;
    }
    if (!PyTuple_CheckExact(args)) {
        Py_SETREF(args, PySequence_Tuple(args));
        if (args == NULL) {
            return NULL;
        }
    }
    PyObject *result = PyObject_Call(lz->func, args, NULL);
    Py_DECREF(args);
    return result;
}

static PyMethodDef flag_methods[] = {
    {"__reduce__", (PyCFunction)funciter_reduce_flag, METH_NOARGS,
     PyDoc_STR("What pickle and copy need.")},
    SETSTATE(funciter),
    {NULL, NULL},
};

static PyMethodDef funciter_methods[] = {
    REDUCE(funciter),
    {NULL, NULL},
};

#define dropwhile_dealloc funciter_dealloc
#define dropwhile_traverse funciter_traverse
#define takewhile_dealloc funciter_dealloc
#define takewhile_traverse funciter_traverse
#define filterfalse_dealloc funciter_dealloc
#define filterfalse_traverse funciter_traverse
#define starmap_dealloc funciter_dealloc
#define starmap_traverse funciter_traverse

PyDoc_STRVAR(dropwhile_doc,
"dropwhile(predicate, iterable, /)\n--\n\n"
"Leaves out elements while predicate(element) is true, then no more.");

static PyTypeObject dropwhile_type = {
    ITERTOOLS_TYPE("itertools.dropwhile", funciterobject, dropwhile,
                   dropwhile_doc),
    .tp_methods = flag_methods,
};

PyDoc_STRVAR(takewhile_doc,
"takewhile(predicate, iterable, /)\n--\n\n"
"The elements as long as predicate(element) is true.");

static PyTypeObject takewhile_type = {
    ITERTOOLS_TYPE("itertools.takewhile", funciterobject, takewhile,
                   takewhile_doc),
    .tp_methods = flag_methods,
};

PyDoc_STRVAR(filterfalse_doc,
"filterfalse(function, iterable, /)\n--\n\n"
"The elements for which function(element) is false; if function is None,\n"
"those that are false.");

static PyTypeObject filterfalse_type = {
    ITERTOOLS_TYPE("itertools.filterfalse", funciterobject, filterfalse,
                   filterfalse_doc),
    .tp_methods = funciter_methods,
};

PyDoc_STRVAR(starmap_doc,
"starmap(function, iterable, /)\n--\n\n"
"The results of function(*args) for each args of the iterable.");

static PyTypeObject starmap_type = {
    ITERTOOLS_TYPE("itertools.starmap", funciterobject, starmap,
                   starmap_doc),
    .tp_methods = funciter_methods,
};

/* -- compress -------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *data;
    PyObject *selectors;
} compressobject;

static PyTypeObject compress_type;

static PyObject *
compress_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static const char *const keywords[] = {"data", "selectors", NULL};
    PyObject *seq1, *seq2;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "OO:compress",
                                     (char **)keywords, &seq1, &seq2)) {
        return NULL;
    }
    PyObject *data = PyObject_GetIter(seq1);
    if (data == NULL) {
        return NULL;
    }
    PyObject *selectors = PyObject_GetIter(seq2);
    if (selectors == NULL) {
        Py_DECREF(data);
        return NULL;
    }
    compressobject *lz = (compressobject *)type->tp_alloc(type, 0);
    if (lz == NULL) {
        Py_DECREF(data);
        Py_DECREF(selectors);
        return NULL;
    }
    lz->data = data;
    lz->selectors = selectors;
    return (PyObject *)lz;
}

static void
compress_dealloc(compressobject *lz)
{
    PyObject_GC_UnTrack(lz);
    Py_XDECREF(lz->data);
    Py_XDECREF(lz->selectors);
    Py_TYPE(lz)->tp_free(lz);
}

static int
compress_traverse(compressobject *lz, visitproc visit, void *arg)
{
    Py_VISIT(lz->data);
    Py_VISIT(lz->selectors);
    return 0;
}

static PyObject *
compress_next(compressobject *lz)
{
    iternextfunc datanext = *Py_TYPE(lz->data)->tp_iternext;
    iternextfunc selectornext = *Py_TYPE(lz->selectors)->tp_iternext;
    for (;;) {
        /* In this order, so that a data element without a selector is
           consumed. */
        PyObject *datum = datanext(lz->data);
        if (datum == NULL) {
            return NULL;
        }
        PyObject *selector = selectornext(lz->selectors);
        if (selector == NULL) {
            Py_DECREF(datum);
            return NULL;
        }
        int ok = PyObject_IsTrue(selector);
        Py_DECREF(selector);
        if (ok > 0) {
            return datum;
        }
        Py_DECREF(datum);
        if (ok < 0) {
            return NULL;
        }
    }
}

static PyObject *
compress_reduce(compressobject *lz, PyObject *unused)
{
    return Py_BuildValue("O(OO)", Py_TYPE(lz), lz->data, lz->selectors);
}

static PyMethodDef compress_methods[] = {
    REDUCE(compress),
    {NULL, NULL},
};

PyDoc_STRVAR(compress_doc,
"compress(data, selectors)\n--\n\n"
"The elements of data whose selector is true, as long as there are both.");

static PyTypeObject compress_type = {
    ITERTOOLS_TYPE("itertools.compress", compressobject, compress,
                   compress_doc),
    .tp_methods = compress_methods,
};

/* -- accumulate ------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *total;            /* NULL at first */
    PyObject *it;
    PyObject *binop;            /* NULL: addition */
    PyObject *initial;          /* None: none, or given already */
} accumulateobject;

static PyObject *
accumulate_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static const char *const keywords[] = {"iterable", "func", "initial",
                                           NULL};
    PyObject *iterable;
    PyObject *binop = Py_None;
    PyObject *initial = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O|O$O:accumulate",
                                     (char **)keywords, &iterable, &binop,
                                     &initial)) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter(iterable);
    if (it == NULL) {
        return NULL;
    }
    accumulateobject *lz = (accumulateobject *)type->tp_alloc(type, 0);
    if (lz == NULL) {
        Py_DECREF(it);
        return NULL;
    }
    lz->binop = binop != Py_None ? Py_NewRef(binop) : NULL;
    lz->total = NULL;
    lz->it = it;
    lz->initial = Py_XNewRef(initial);
    return (PyObject *)lz;
}

static void
accumulate_dealloc(accumulateobject *lz)
{
    PyObject_GC_UnTrack(lz);
    Py_XDECREF(lz->binop);
    Py_XDECREF(lz->total);
    Py_XDECREF(lz->it);
    Py_XDECREF(lz->initial);
    Py_TYPE(lz)->tp_free(lz);
}

static int
accumulate_traverse(accumulateobject *lz, visitproc visit, void *arg)
{
    Py_VISIT(lz->binop);
    Py_VISIT(lz->it);
    Py_VISIT(lz->total);
    Py_VISIT(lz->initial);
    return 0;
}

static PyObject *
accumulate_next(accumulateobject *lz)
{
    if (lz->initial != Py_None) {
        PyObject *val = lz->initial;
        lz->initial = Py_NewRef(Py_None);
        lz->total = Py_NewRef(val);
        return val;
    }
    PyObject *val = (*Py_TYPE(lz->it)->tp_iternext)(lz->it);
    if (val == NULL) {
        return NULL;
    }
    if (lz->total == NULL) {
        lz->total = Py_NewRef(val);
        return val;
    }
    PyObject *newtotal;
    if (lz->binop == NULL) {
        newtotal = PyNumber_Add(lz->total, val);
    }
    else {
        newtotal = PyObject_CallFunctionObjArgs(lz->binop, lz->total, val,
                                                NULL);
    }
    Py_DECREF(val);
    if (newtotal == NULL) {
        return NULL;
    }
    Py_INCREF(newtotal);
    Py_SETREF(lz->total, newtotal);
    return newtotal;
}

static PyObject *
accumulate_reduce(accumulateobject *lz, PyObject *unused)
{
    PyObject *binop = lz->binop ? lz->binop : Py_None;
    if (lz->initial != Py_None) {
        assert(lz->total == NULL);
        PyObject *it = PyObject_CallFunction(
            (PyObject *)&itertools_chain_type, "(O)O", lz->initial, lz->it);
        if (it == NULL) {
            return NULL;
        }
        return Py_BuildValue("O(NO)O", Py_TYPE(lz), it, binop, Py_None);
    }
    if (lz->total == Py_None) {
        /* A state of None would be no state: an iterator that begins one
           element before, and loses it again. */
        PyObject *it = PyObject_CallFunction(
            (PyObject *)&itertools_chain_type, "(O)O", lz->total, lz->it);
        if (it == NULL) {
            return NULL;
        }
        PyObject *acc = PyObject_CallFunction((PyObject *)Py_TYPE(lz),
                                              "NO", it, binop);
        if (acc == NULL) {
            return NULL;
        }
        return Py_BuildValue("O(NiO)", &itertools_islice_type, acc, 1,
                             Py_None);
    }
    return Py_BuildValue("O(OO)O", Py_TYPE(lz), lz->it, binop,
                         lz->total ? lz->total : Py_None);
}

static PyObject *
accumulate_setstate(accumulateobject *lz, PyObject *state)
{
    Py_XSETREF(lz->total, Py_NewRef(state));
    Py_RETURN_NONE;
}

static PyMethodDef accumulate_methods[] = {
    REDUCE(accumulate),
    SETSTATE(accumulate),
    {NULL, NULL},
};

PyDoc_STRVAR(accumulate_doc,
"accumulate(iterable, func=None, *, initial=None)\n--\n\n"
"Accumulated sums, or what func(total, element) makes in place of sums.");

static PyTypeObject accumulate_type = {
    ITERTOOLS_TYPE("itertools.accumulate", accumulateobject, accumulate,
                   accumulate_doc),
    .tp_methods = accumulate_methods,
};

/* -- pairwise ---------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *it;               /* NULL when exhausted */
    PyObject *old;              /* the last element, or NULL */
} pairwiseobject;

static PyTypeObject pairwise_type;

static PyObject *
pairwise_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (!NO_KEYWORDS_FOR(type, pairwise_type, "pairwise", kwds)
        || !_PyArg_CheckPositional("pairwise", PyTuple_GET_SIZE(args), 1,
                                   1)) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter(PyTuple_GET_ITEM(args, 0));
    if (it == NULL) {
        return NULL;
    }
    pairwiseobject *po = (pairwiseobject *)type->tp_alloc(type, 0);
    if (po == NULL) {
        Py_DECREF(it);
        return NULL;
    }
    po->it = it;
    po->old = NULL;
    return (PyObject *)po;
}

static void
pairwise_dealloc(pairwiseobject *po)
{
    PyObject_GC_UnTrack(po);
    Py_XDECREF(po->it);
    Py_XDECREF(po->old);
    Py_TYPE(po)->tp_free(po);
}

static int
pairwise_traverse(pairwiseobject *po, visitproc visit, void *arg)
{
    Py_VISIT(po->it);
    Py_VISIT(po->old);
    return 0;
}

static PyObject *
pairwise_next(pairwiseobject *po)
{
    if (po->it == NULL) {
        return NULL;
    }
    /* The iterator may call us again, and that may end it. */
    PyObject *it = Py_NewRef(po->it);
    PyObject *result = NULL;
    PyObject *new = NULL;
    PyObject *old = Py_XNewRef(po->old);
    if (old == NULL) {
        old = (*Py_TYPE(it)->tp_iternext)(it);
        Py_XSETREF(po->old, Py_XNewRef(old));
        if (old == NULL) {
            Py_CLEAR(po->it);
            Py_DECREF(it);
            return NULL;
        }
        if (po->it == NULL) {
            Py_CLEAR(po->old);
            Py_DECREF(old);
            Py_DECREF(it);
            return NULL;
        }
    }
    new = (*Py_TYPE(it)->tp_iternext)(it);
    if (new == NULL) {
        Py_CLEAR(po->it);
        Py_CLEAR(po->old);
    }
    else {
        result = PyTuple_Pack(2, old, new);
        Py_XSETREF(po->old, new);
    }
    Py_DECREF(old);
    Py_DECREF(it);
    return result;
}

PyDoc_STRVAR(pairwise_doc,
"pairwise(iterable, /)\n--\n\n"
"Overlapping pairs: (s0, s1), (s1, s2), (s2, s3), ...");

static PyTypeObject pairwise_type = {
    ITERTOOLS_TYPE("itertools.pairwise", pairwiseobject, pairwise,
                   pairwise_doc),
};

int
itertools_add_filters(PyObject *module)
{
    PyTypeObject *types[] = {
        &accumulate_type, &compress_type, &dropwhile_type,
        &takewhile_type, &starmap_type, &filterfalse_type, &pairwise_type,
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++) {
        if (PyModule_AddType(module, types[i]) < 0) {
            return -1;
        }
    }
    return 0;
}
