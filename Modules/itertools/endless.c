/* itertools: iterators that need not end: count, cycle, repeat. */
#include "itertools_impl.h"

/* -- cycle ------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *it;               /* NULL after the first round */
    PyObject *saved;            /* list of the elements seen */
    Py_ssize_t index;           /* in saved, later on */
    int firstpass;              /* saved is complete already, from a state */
} cycleobject;

static PyTypeObject cycle_type;

static PyObject *
cycle_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (!NO_KEYWORDS_FOR(type, cycle_type, "cycle", kwds)
        || !_PyArg_CheckPositional("cycle", PyTuple_GET_SIZE(args), 1, 1)) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter(PyTuple_GET_ITEM(args, 0));
    if (it == NULL) {
        return NULL;
    }
    PyObject *saved = PyList_New(0);
    if (saved == NULL) {
        Py_DECREF(it);
        return NULL;
    }
    cycleobject *lz = (cycleobject *)type->tp_alloc(type, 0);
    if (lz == NULL) {
        Py_DECREF(it);
        Py_DECREF(saved);
        return NULL;
    }
    lz->it = it;
    lz->saved = saved;
    lz->index = 0;
    lz->firstpass = 0;
    return (PyObject *)lz;
}

static void
cycle_dealloc(cycleobject *lz)
{
    PyObject_GC_UnTrack(lz);
    Py_XDECREF(lz->it);
    Py_XDECREF(lz->saved);
    Py_TYPE(lz)->tp_free(lz);
}

static int
cycle_traverse(cycleobject *lz, visitproc visit, void *arg)
{
    Py_VISIT(lz->it);
    Py_VISIT(lz->saved);
    return 0;
}

static PyObject *
cycle_next(cycleobject *lz)
{
    if (lz->it != NULL) {
        PyObject *item = PyIter_Next(lz->it);
        if (item != NULL) {
            if (!lz->firstpass && PyList_Append(lz->saved, item) < 0) {
                Py_DECREF(item);
                return NULL;
            }
            return item;
        }
        if (clear_stop_iteration() < 0) {
            return NULL;
        }
        Py_CLEAR(lz->it);
    }
    if (PyList_GET_SIZE(lz->saved) == 0) {
        return NULL;
    }
    if (lz->index >= PyList_GET_SIZE(lz->saved)) {
        lz->index = 0;
    }
    PyObject *item = PyList_GET_ITEM(lz->saved, lz->index);
    lz->index++;
    if (lz->index >= PyList_GET_SIZE(lz->saved)) {
        lz->index = 0;
    }
    return Py_NewRef(item);
}

static PyObject *
cycle_reduce(cycleobject *lz, PyObject *unused)
{
    if (lz->it != NULL) {
        return Py_BuildValue("O(O)(OO)", Py_TYPE(lz), lz->it, lz->saved,
                             lz->firstpass ? Py_True : Py_False);
    }
    PyObject *it = PyObject_GetIter(lz->saved);
    if (it == NULL) {
        return NULL;
    }
    if (lz->index != 0) {
        PyObject *res = PyObject_CallMethod(it, "__setstate__", "n",
                                            lz->index);
        if (res == NULL) {
            Py_DECREF(it);
            return NULL;
        }
        Py_DECREF(res);
    }
    return Py_BuildValue("O(N)(OO)", Py_TYPE(lz), it, lz->saved, Py_True);
}

static PyObject *
cycle_setstate(cycleobject *lz, PyObject *state)
{
    PyObject *saved;
    int firstpass;
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a tuple");
        return NULL;
    }
    /* Also 0 and 1, which older versions wrote. */
    if (!PyArg_ParseTuple(state, "O!i", &PyList_Type, &saved, &firstpass)) {
        return NULL;
    }
    Py_XSETREF(lz->saved, Py_NewRef(saved));
    lz->firstpass = firstpass != 0;
    lz->index = 0;
    Py_RETURN_NONE;
}

static PyMethodDef cycle_methods[] = {
    REDUCE(cycle),
    SETSTATE(cycle),
    {NULL, NULL},
};

PyDoc_STRVAR(cycle_doc,
"cycle(iterable, /)\n--\n\n"
"The elements of the iterable, again and again.");

static PyTypeObject cycle_type = {
    ITERTOOLS_TYPE("itertools.cycle", cycleobject, cycle, cycle_doc),
    .tp_methods = cycle_methods,
};

/* -- count ------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t cnt;             /* PY_SSIZE_T_MAX: long_cnt counts */
    PyObject *long_cnt;         /* NULL while cnt counts */
    PyObject *long_step;
} countobject;

static PyObject *
count_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static const char *const keywords[] = {"start", "step", NULL};
    PyObject *long_cnt = NULL, *long_step = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "|OO:count",
                                     (char **)keywords, &long_cnt,
                                     &long_step)) {
        return NULL;
    }
    if ((long_cnt != NULL && !PyNumber_Check(long_cnt))
        || (long_step != NULL && !PyNumber_Check(long_step))) {
        PyErr_SetString(PyExc_TypeError, "a number is required");
        return NULL;
    }
    int fast_mode = (long_cnt == NULL || PyLong_Check(long_cnt))
                    && (long_step == NULL || PyLong_Check(long_step));
    Py_ssize_t cnt = 0;
    if (long_cnt != NULL) {
        if (fast_mode) {
            cnt = PyLong_AsSsize_t(long_cnt);
            if (cnt == -1 && PyErr_Occurred()) {
                PyErr_Clear();
                fast_mode = 0;
            }
        }
    }
    else {
        long_cnt = _PyLong_GetZero();
    }
    Py_INCREF(long_cnt);
    long_step = Py_NewRef(long_step != NULL ? long_step : _PyLong_GetOne());
    if (fast_mode) {
        long step = PyLong_AsLong(long_step);
        if (step != 1) {
            fast_mode = 0;
            if (step == -1 && PyErr_Occurred()) {
                PyErr_Clear();
            }
        }
    }
    if (fast_mode) {
        Py_CLEAR(long_cnt);
    }
    else {
        cnt = PY_SSIZE_T_MAX;
    }
    countobject *lz = (countobject *)type->tp_alloc(type, 0);
    if (lz == NULL) {
        Py_XDECREF(long_cnt);
        Py_DECREF(long_step);
        return NULL;
    }
    lz->cnt = cnt;
    lz->long_cnt = long_cnt;
    lz->long_step = long_step;
    return (PyObject *)lz;
}

static void
count_dealloc(countobject *lz)
{
    PyObject_GC_UnTrack(lz);
    Py_XDECREF(lz->long_cnt);
    Py_XDECREF(lz->long_step);
    Py_TYPE(lz)->tp_free(lz);
}

static int
count_traverse(countobject *lz, visitproc visit, void *arg)
{
    Py_VISIT(lz->long_cnt);
    Py_VISIT(lz->long_step);
    return 0;
}

static PyObject *
count_next(countobject *lz)
{
    if (lz->cnt != PY_SSIZE_T_MAX) {
        return PyLong_FromSsize_t(lz->cnt++);
    }
    if (lz->long_cnt == NULL) {
        /* cnt has just become too large. */
        lz->long_cnt = PyLong_FromSsize_t(PY_SSIZE_T_MAX);
        if (lz->long_cnt == NULL) {
            return NULL;
        }
    }
    PyObject *next = PyNumber_Add(lz->long_cnt, lz->long_step);
    if (next == NULL) {
        return NULL;
    }
    PyObject *now = lz->long_cnt;
    lz->long_cnt = next;
    return now;
}

static PyObject *
count_repr(countobject *lz)
{
    const char *name = _PyType_Name(Py_TYPE(lz));
    if (lz->long_cnt == NULL) {
        return PyUnicode_FromFormat("%s(%zd)", name, lz->cnt);
    }
    if (PyLong_Check(lz->long_step)) {
        long step = PyLong_AsLong(lz->long_step);
        if (step == -1 && PyErr_Occurred()) {
            PyErr_Clear();
        }
        if (step == 1) {
            /* The step is not shown if it is the usual one. */
            return PyUnicode_FromFormat("%s(%R)", name, lz->long_cnt);
        }
    }
    return PyUnicode_FromFormat("%s(%R, %R)", name, lz->long_cnt,
                                lz->long_step);
}

static PyObject *
count_reduce(countobject *lz, PyObject *unused)
{
    if (lz->long_cnt == NULL) {
        return Py_BuildValue("O(n)", Py_TYPE(lz), lz->cnt);
    }
    return Py_BuildValue("O(OO)", Py_TYPE(lz), lz->long_cnt, lz->long_step);
}

static PyMethodDef count_methods[] = {
    REDUCE(count),
    {NULL, NULL},
};

PyDoc_STRVAR(count_doc,
"count(start=0, step=1)\n--\n\n"
"start, start + step, start + 2*step, ...");

static PyTypeObject count_type = {
    ITERTOOLS_TYPE("itertools.count", countobject, count, count_doc),
    .tp_repr = (reprfunc)count_repr,
    .tp_methods = count_methods,
};

/* -- repeat ---------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *element;
    Py_ssize_t cnt;             /* times left; -1: for ever */
} repeatobject;

static PyObject *
repeat_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    static const char *const keywords[] = {"object", "times", NULL};
    PyObject *element;
    Py_ssize_t cnt = -1;
    Py_ssize_t n_args = PyTuple_GET_SIZE(args);
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O|n:repeat",
                                     (char **)keywords, &element, &cnt)) {
        return NULL;
    }
    if (kwds != NULL) {
        n_args += PyDict_GET_SIZE(kwds);
    }
    if (n_args == 2 && cnt < 0) {
        cnt = 0;
    }
    repeatobject *ro = (repeatobject *)type->tp_alloc(type, 0);
    if (ro == NULL) {
        return NULL;
    }
    ro->element = Py_NewRef(element);
    ro->cnt = cnt;
    return (PyObject *)ro;
}

static void
repeat_dealloc(repeatobject *ro)
{
    PyObject_GC_UnTrack(ro);
    Py_XDECREF(ro->element);
    Py_TYPE(ro)->tp_free(ro);
}

static int
repeat_traverse(repeatobject *ro, visitproc visit, void *arg)
{
    Py_VISIT(ro->element);
    return 0;
}

static PyObject *
repeat_next(repeatobject *ro)
{
    if (ro->cnt == 0) {
        return NULL;
    }
    if (ro->cnt > 0) {
        ro->cnt--;
    }
    return Py_NewRef(ro->element);
}

static PyObject *
repeat_repr(repeatobject *ro)
{
    if (ro->cnt == -1) {
        return PyUnicode_FromFormat("%s(%R)", _PyType_Name(Py_TYPE(ro)),
                                    ro->element);
    }
    return PyUnicode_FromFormat("%s(%R, %zd)", _PyType_Name(Py_TYPE(ro)),
                                ro->element, ro->cnt);
}

static PyObject *
repeat_len(repeatobject *ro, PyObject *unused)
{
    if (ro->cnt == -1) {
        PyErr_SetString(PyExc_TypeError, "len() of unsized object");
        return NULL;
    }
    return PyLong_FromSize_t((size_t)ro->cnt);
}

static PyObject *
repeat_reduce(repeatobject *ro, PyObject *unused)
{
    if (ro->cnt >= 0) {
        return Py_BuildValue("O(On)", Py_TYPE(ro), ro->element, ro->cnt);
    }
    return Py_BuildValue("O(O)", Py_TYPE(ro), ro->element);
}

static PyMethodDef repeat_methods[] = {
    {"__length_hint__", (PyCFunction)repeat_len, METH_NOARGS,
     PyDoc_STR("Private: a guess at how many elements are left.")},
    REDUCE(repeat),
    {NULL, NULL},
};

PyDoc_STRVAR(repeat_doc,
"repeat(object [,times]) -> an iterator that returns the object so many\n"
"times, or for ever.");

static PyTypeObject repeat_type = {
    ITERTOOLS_TYPE("itertools.repeat", repeatobject, repeat, repeat_doc),
    .tp_repr = (reprfunc)repeat_repr,
    .tp_methods = repeat_methods,
};

int
itertools_add_endless(PyObject *module)
{
    if (PyModule_AddType(module, &count_type) < 0
        || PyModule_AddType(module, &cycle_type) < 0
        || PyModule_AddType(module, &repeat_type) < 0) {
        return -1;
    }
    return 0;
}
