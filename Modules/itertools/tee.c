/* itertools: tee. The elements drawn lie in a linked list of blocks, which all
   copies walk; a block goes when the last copy has passed it. */
#include "itertools_impl.h"

/* Such that a block fills an allocator's size class. */
#define LINKCELLS 57

typedef struct {
    PyObject_HEAD
    PyObject *it;
    int numread;                /* 0 <= numread <= LINKCELLS */
    int running;                /* the iterator is being asked */
    PyObject *nextlink;         /* the next block, or NULL */
    PyObject *values[LINKCELLS];
} teedataobject;

typedef struct {
    PyObject_HEAD
    teedataobject *dataobj;
    int index;                  /* 0 <= index <= LINKCELLS */
    PyObject *weakreflist;
} teeobject;

static PyTypeObject teedataobject_type;
static PyTypeObject tee_type;

/* -- Blocks ---------------------------------------------------------------- */

static PyObject *
teedataobject_make(PyObject *it)
{
    teedataobject *tdo = PyObject_GC_New(teedataobject, &teedataobject_type);
    if (tdo == NULL) {
        return NULL;
    }
    tdo->running = 0;
    tdo->numread = 0;
    tdo->nextlink = NULL;
    tdo->it = Py_NewRef(it);
    PyObject_GC_Track(tdo);
    return (PyObject *)tdo;
}

/* The block behind, a new reference. */
static PyObject *
teedataobject_jumplink(teedataobject *tdo)
{
    if (tdo->nextlink == NULL) {
        tdo->nextlink = teedataobject_make(tdo->it);
    }
    return Py_XNewRef(tdo->nextlink);
}

static PyObject *
teedataobject_getitem(teedataobject *tdo, int i)
{
    assert(i < LINKCELLS);
    if (i < tdo->numread) {
        return Py_NewRef(tdo->values[i]);
    }
    /* The one copy that is ahead draws. */
    assert(i == tdo->numread);
    if (tdo->running) {
        PyErr_SetString(PyExc_RuntimeError,
                        "cannot re-enter the tee iterator");
        return NULL;
    }
    tdo->running = 1;
    PyObject *value = PyIter_Next(tdo->it);
    tdo->running = 0;
    if (value == NULL) {
        return NULL;
    }
    tdo->numread++;
    tdo->values[i] = value;
    return Py_NewRef(value);
}

static int
teedataobject_traverse(teedataobject *tdo, visitproc visit, void *arg)
{
    Py_VISIT(tdo->it);
    for (int i = 0; i < tdo->numread; i++) {
        Py_VISIT(tdo->values[i]);
    }
    Py_VISIT(tdo->nextlink);
    return 0;
}

/* Frees a chain of blocks without recursion. */
static void
teedataobject_safe_decref(PyObject *obj)
{
    while (obj != NULL && Py_IS_TYPE(obj, &teedataobject_type)
           && Py_REFCNT(obj) == 1) {
        PyObject *nextlink = ((teedataobject *)obj)->nextlink;
        ((teedataobject *)obj)->nextlink = NULL;
        Py_SETREF(obj, nextlink);
    }
    Py_XDECREF(obj);
}

static int
teedataobject_clear(teedataobject *tdo)
{
    Py_CLEAR(tdo->it);
    for (int i = 0; i < tdo->numread; i++) {
        Py_CLEAR(tdo->values[i]);
    }
    PyObject *next = tdo->nextlink;
    tdo->nextlink = NULL;
    teedataobject_safe_decref(next);
    return 0;
}

static void
teedataobject_dealloc(teedataobject *tdo)
{
    PyObject_GC_UnTrack(tdo);
    teedataobject_clear(tdo);
    PyObject_GC_Del(tdo);
}

static PyObject *
teedataobject_reduce(teedataobject *tdo, PyObject *unused)
{
    PyObject *values = PyList_New(tdo->numread);
    if (values == NULL) {
        return NULL;
    }
    for (int i = 0; i < tdo->numread; i++) {
        PyList_SET_ITEM(values, i, Py_NewRef(tdo->values[i]));
    }
    return Py_BuildValue("O(ONO)", Py_TYPE(tdo), tdo->it, values,
                         tdo->nextlink ? tdo->nextlink : Py_None);
}

static PyObject *
teedataobject_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyObject *it, *values, *next;
    if (!_PyArg_NoKeywords("teedataobject", kwds)
        || !PyArg_ParseTuple(args, "OO!O:teedataobject", &it, &PyList_Type,
                             &values, &next)) {
        return NULL;
    }
    assert(type == &teedataobject_type);
    teedataobject *tdo = (teedataobject *)teedataobject_make(it);
    if (tdo == NULL) {
        return NULL;
    }
    Py_ssize_t len = PyList_GET_SIZE(values);
    if (len > LINKCELLS) {
        goto error;
    }
    for (Py_ssize_t i = 0; i < len; i++) {
        tdo->values[i] = Py_NewRef(PyList_GET_ITEM(values, i));
    }
    tdo->numread = (int)len;
    if (len == LINKCELLS) {
        if (next != Py_None) {
            if (!Py_IS_TYPE(next, &teedataobject_type)) {
                goto error;
            }
            tdo->nextlink = Py_NewRef(next);
        }
    }
    else if (next != Py_None) {
        /* There cannot be a next block before this one is full. */
        goto error;
    }
    return (PyObject *)tdo;
error:
    Py_DECREF(tdo);
    PyErr_SetString(PyExc_ValueError, "Invalid arguments");
    return NULL;
}

static PyMethodDef teedataobject_methods[] = {
    REDUCE(teedataobject),
    {NULL, NULL},
};

static PyTypeObject teedataobject_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "itertools._tee_dataobject",
    .tp_basicsize = sizeof(teedataobject),
    .tp_dealloc = (destructor)teedataobject_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PyDoc_STR("teedataobject(iterable, values, next, /)\n--\n\n"
                        "Data shared by tee objects."),
    .tp_traverse = (traverseproc)teedataobject_traverse,
    .tp_clear = (inquiry)teedataobject_clear,
    .tp_methods = teedataobject_methods,
    .tp_new = teedataobject_new,
    .tp_free = PyObject_GC_Del,
};

/* -- Copies ---------------------------------------------------------------- */

static PyObject *
tee_next(teeobject *to)
{
    if (to->index >= LINKCELLS) {
        PyObject *link = teedataobject_jumplink(to->dataobj);
        if (link == NULL) {
            return NULL;
        }
        Py_SETREF(to->dataobj, (teedataobject *)link);
        to->index = 0;
    }
    PyObject *value = teedataobject_getitem(to->dataobj, to->index);
    if (value != NULL) {
        to->index++;
    }
    return value;
}

static int
tee_traverse(teeobject *to, visitproc visit, void *arg)
{
    Py_VISIT((PyObject *)to->dataobj);
    return 0;
}

static PyObject *
tee_copy(teeobject *to, PyObject *unused)
{
    teeobject *newto = PyObject_GC_New(teeobject, &tee_type);
    if (newto == NULL) {
        return NULL;
    }
    newto->dataobj = (teedataobject *)Py_NewRef(to->dataobj);
    newto->index = to->index;
    newto->weakreflist = NULL;
    PyObject_GC_Track(newto);
    return (PyObject *)newto;
}

static PyObject *
tee_fromiterable(PyObject *iterable)
{
    PyObject *it = PyObject_GetIter(iterable);
    if (it == NULL) {
        return NULL;
    }
    if (PyObject_TypeCheck(it, &tee_type)) {
        PyObject *copy = tee_copy((teeobject *)it, NULL);
        Py_DECREF(it);
        return copy;
    }
    PyObject *dataobj = teedataobject_make(it);
    Py_DECREF(it);
    if (dataobj == NULL) {
        return NULL;
    }
    teeobject *to = PyObject_GC_New(teeobject, &tee_type);
    if (to == NULL) {
        Py_DECREF(dataobj);
        return NULL;
    }
    to->dataobj = (teedataobject *)dataobj;
    to->index = 0;
    to->weakreflist = NULL;
    PyObject_GC_Track(to);
    return (PyObject *)to;
}

static PyObject *
tee_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (!_PyArg_NoKeywords("_tee", kwds)
        || !_PyArg_CheckPositional("_tee", PyTuple_GET_SIZE(args), 1, 1)) {
        return NULL;
    }
    return tee_fromiterable(PyTuple_GET_ITEM(args, 0));
}

static int
tee_clear(teeobject *to)
{
    if (to->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)to);
    }
    Py_CLEAR(to->dataobj);
    return 0;
}

static void
tee_dealloc(teeobject *to)
{
    PyObject_GC_UnTrack(to);
    tee_clear(to);
    PyObject_GC_Del(to);
}

static PyObject *
tee_reduce(teeobject *to, PyObject *unused)
{
    return Py_BuildValue("O(())(Oi)", Py_TYPE(to), to->dataobj, to->index);
}

static PyObject *
tee_setstate(teeobject *to, PyObject *state)
{
    teedataobject *tdo;
    int index;
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "O!i", &teedataobject_type, &tdo, &index)) {
        return NULL;
    }
    if (index < 0 || index > LINKCELLS || index > tdo->numread) {
        PyErr_SetString(PyExc_ValueError, "Index out of range");
        return NULL;
    }
    Py_XSETREF(to->dataobj, (teedataobject *)Py_NewRef(tdo));
    to->index = index;
    Py_RETURN_NONE;
}

static PyMethodDef tee_methods[] = {
    {"__copy__", (PyCFunction)tee_copy, METH_NOARGS,
     PyDoc_STR("An independent iterator.")},
    REDUCE(tee),
    SETSTATE(tee),
    {NULL, NULL},
};

static PyTypeObject tee_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "itertools._tee",
    .tp_basicsize = sizeof(teeobject),
    .tp_dealloc = (destructor)tee_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PyDoc_STR("_tee(iterable, /)\n--\n\n"
                        "An iterator that can be copied."),
    .tp_traverse = (traverseproc)tee_traverse,
    .tp_clear = (inquiry)tee_clear,
    .tp_weaklistoffset = offsetof(teeobject, weakreflist),
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)tee_next,
    .tp_methods = tee_methods,
    .tp_new = tee_new,
    .tp_free = PyObject_GC_Del,
};

/* -- The function ---------------------------------------------------------- */

PyDoc_STRVAR(tee_doc,
"tee($module, iterable, n=2, /)\n--\n\n"
"A tuple of n independent iterators.");

static PyObject *
itertools_tee(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("tee", nargs, 1, 2)) {
        return NULL;
    }
    Py_ssize_t n = 2;
    if (nargs == 2) {
        PyObject *index = _PyNumber_Index(args[1]);
        n = -1;
        if (index != NULL) {
            n = PyLong_AsSsize_t(index);
            Py_DECREF(index);
        }
        if (n == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (n < 0) {
        PyErr_SetString(PyExc_ValueError, "n must be >= 0");
        return NULL;
    }
    PyObject *result = PyTuple_New(n);
    if (result == NULL || n == 0) {
        return result;
    }
    PyObject *it = PyObject_GetIter(args[0]);
    if (it == NULL) {
        Py_DECREF(result);
        return NULL;
    }
    PyObject *copyfunc;
    if (_PyObject_LookupAttr(it, &_Py_ID(__copy__), &copyfunc) < 0) {
        Py_DECREF(it);
        Py_DECREF(result);
        return NULL;
    }
    if (copyfunc == NULL) {
        Py_SETREF(it, tee_fromiterable(it));
        if (it == NULL) {
            Py_DECREF(result);
            return NULL;
        }
        copyfunc = PyObject_GetAttr(it, &_Py_ID(__copy__));
        if (copyfunc == NULL) {
            Py_DECREF(it);
            Py_DECREF(result);
            return NULL;
        }
    }
    PyTuple_SET_ITEM(result, 0, it);
    for (Py_ssize_t i = 1; i < n; i++) {
        PyObject *copy = _PyObject_CallNoArgs(copyfunc);
        if (copy == NULL) {
            Py_DECREF(copyfunc);
            Py_DECREF(result);
            return NULL;
        }
        PyTuple_SET_ITEM(result, i, copy);
    }
    Py_DECREF(copyfunc);
    return result;
}

static PyMethodDef tee_functions[] = {
    {"tee", (PyCFunction)(void (*)(void))itertools_tee, METH_FASTCALL,
     tee_doc},
    {NULL, NULL},
};

int
itertools_add_tee(PyObject *module)
{
    if (PyModule_AddType(module, &tee_type) < 0
        || PyModule_AddType(module, &teedataobject_type) < 0) {
        return -1;
    }
    return PyModule_AddFunctions(module, tee_functions);
}
