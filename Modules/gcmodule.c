/* gc: the cycle collector's controls and windows. */

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_gc.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pystate.h"

static struct _gc_runtime_state *
gc_state(void)
{
    return &_PyInterpreterState_GET()->gc;
}

/* -- Switches ----------------------------------------------------------- */

static PyObject *
gc_enable(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyGC_Enable();
    Py_RETURN_NONE;
}

static PyObject *
gc_disable(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyGC_Disable();
    Py_RETURN_NONE;
}

static PyObject *
gc_isenabled(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(PyGC_IsEnabled());
}

static PyObject *
gc_collect_method(PyObject *Py_UNUSED(module), PyObject *args,
                  PyObject *kwargs)
{
    static const char *const keywords[] = {"generation", NULL};
    int generation = NUM_GENERATIONS - 1;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|i:collect", (char **)keywords,
                                     &generation)) {
        return NULL;
    }
    if (generation < 0 || generation >= NUM_GENERATIONS) {
        PyErr_SetString(PyExc_ValueError, "invalid generation");
        return NULL;
    }
    return PyLong_FromSsize_t(gc_collect(_PyThreadState_GET(), generation));
}

static PyObject *
gc_set_debug(PyObject *Py_UNUSED(module), PyObject *arg)
{
    int flags = _PyLong_AsInt(arg);
    if (flags == -1 && PyErr_Occurred()) {
        return NULL;
    }
    gc_state()->debug = flags;
    Py_RETURN_NONE;
}

static PyObject *
gc_get_debug(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(gc_state()->debug);
}

static PyObject *
gc_set_threshold(PyObject *Py_UNUSED(module), PyObject *args)
{
    struct _gc_runtime_state *gc = gc_state();
    if (!PyArg_ParseTuple(args, "i|ii:set_threshold",
                          &gc->generations[0].threshold,
                          &gc->generations[1].threshold,
                          &gc->generations[2].threshold)) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
gc_get_threshold(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    struct _gc_runtime_state *gc = gc_state();
    return Py_BuildValue("(iii)", gc->generations[0].threshold,
                         gc->generations[1].threshold,
                         gc->generations[2].threshold);
}

static PyObject *
gc_get_count(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    struct _gc_runtime_state *gc = gc_state();
    return Py_BuildValue("(iii)", gc->generations[0].count,
                         gc->generations[1].count, gc->generations[2].count);
}

static PyObject *
gc_get_stats(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    /* Copied first: making the result may start a collection. */
    struct gc_generation_stats stats[NUM_GENERATIONS];
    memcpy(stats, gc_state()->generation_stats, sizeof(stats));
    PyObject *result = PyList_New(0);
    if (result == NULL) {
        return NULL;
    }
    for (int i = 0; i < NUM_GENERATIONS; i++) {
        PyObject *dict = Py_BuildValue("{snsnsn}", "collections",
                                       stats[i].collections, "collected",
                                       stats[i].collected, "uncollectable",
                                       stats[i].uncollectable);
        if (dict == NULL || PyList_Append(result, dict) < 0) {
            Py_XDECREF(dict);
            Py_DECREF(result);
            return NULL;
        }
        Py_DECREF(dict);
    }
    return result;
}

/* -- Windows ------------------------------------------------------------ */

static int
visit_is_wanted(PyObject *object, void *wanted)
{
    PyObject *tuple = wanted;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        if (PyTuple_GET_ITEM(tuple, i) == object) {
            return 1;
        }
    }
    return 0;
}

static int
ring_add_referrers(PyObject *wanted, PyGC_Head *ring, PyObject *result)
{
    for (PyGC_Head *g = _PyGCHead_NEXT(ring); g != ring;
         g = _PyGCHead_NEXT(g)) {
        PyObject *op = (PyObject *)(g + 1);
        if (op == wanted || op == result) {
            continue;
        }
        if (Py_TYPE(op)->tp_traverse(op, visit_is_wanted, wanted)
            && PyList_Append(result, op) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
gc_get_referrers(PyObject *Py_UNUSED(module), PyObject *args)
{
    if (PySys_Audit("gc.get_referrers", "(O)", args) < 0) {
        return NULL;
    }
    struct _gc_runtime_state *gc = gc_state();
    PyObject *result = PyList_New(0);
    for (int i = 0; i < NUM_GENERATIONS && result != NULL; i++) {
        if (ring_add_referrers(args, &gc->generations[i].head, result) < 0) {
            Py_CLEAR(result);
        }
    }
    return result;
}

static int
visit_append(PyObject *object, void *list)
{
    return PyList_Append(list, object) < 0;
}

static PyObject *
gc_get_referents(PyObject *Py_UNUSED(module), PyObject *args)
{
    if (PySys_Audit("gc.get_referents", "(O)", args) < 0) {
        return NULL;
    }
    PyObject *result = PyList_New(0);
    if (result == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        PyObject *object = PyTuple_GET_ITEM(args, i);
        traverseproc traverse = Py_TYPE(object)->tp_traverse;
        if (!_PyObject_IS_GC(object) || traverse == NULL) {
            continue;
        }
        if (traverse(object, visit_append, result)) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

static int
ring_add_all(PyObject *result, PyGC_Head *ring)
{
    for (PyGC_Head *g = _PyGCHead_NEXT(ring); g != ring;
         g = _PyGCHead_NEXT(g)) {
        PyObject *op = (PyObject *)(g + 1);
        if (op != result && PyList_Append(result, op) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
gc_get_objects(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"generation", NULL};
    PyObject *object = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:get_objects",
                                     (char **)keywords, &object)) {
        return NULL;
    }
    Py_ssize_t generation = -1;
    if (object != Py_None) {
        if (!_PyIndex_Check(object)) {
            return PyErr_Format(PyExc_TypeError,
                                "argument should be integer or None, "
                                "not %.200s", Py_TYPE(object)->tp_name);
        }
        generation = PyNumber_AsSsize_t(object, PyExc_OverflowError);
        if (generation == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (PySys_Audit("gc.get_objects", "n", generation) < 0) {
        return NULL;
    }
    int first = 0;
    int last = NUM_GENERATIONS - 1;
    if (object != Py_None) {
        if (generation >= NUM_GENERATIONS) {
            return PyErr_Format(PyExc_ValueError,
                                "generation parameter must be less than the "
                                "number of available generations (%i)",
                                NUM_GENERATIONS);
        }
        if (generation < 0) {
            PyErr_SetString(PyExc_ValueError,
                            "generation parameter cannot be negative");
            return NULL;
        }
        first = last = (int)generation;
    }
    struct _gc_runtime_state *gc = gc_state();
    PyObject *result = PyList_New(0);
    for (int i = first; i <= last && result != NULL; i++) {
        if (ring_add_all(result, &gc->generations[i].head) < 0) {
            Py_CLEAR(result);
        }
    }
    return result;
}

static PyObject *
gc_is_tracked(PyObject *Py_UNUSED(module), PyObject *object)
{
    return PyBool_FromLong(PyObject_GC_IsTracked(object));
}

static PyObject *
gc_is_finalized(PyObject *Py_UNUSED(module), PyObject *object)
{
    return PyBool_FromLong(PyObject_GC_IsFinalized(object));
}

/* -- The permanent generation ------------------------------------------- */

static PyObject *
gc_freeze(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    struct _gc_runtime_state *gc = gc_state();
    for (int i = 0; i < NUM_GENERATIONS; i++) {
        gc_ring_merge(&gc->generations[i].head,
                      &gc->permanent_generation.head);
        gc->generations[i].count = 0;
    }
    Py_RETURN_NONE;
}

static PyObject *
gc_unfreeze(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    struct _gc_runtime_state *gc = gc_state();
    gc_ring_merge(&gc->permanent_generation.head,
                  &gc->generations[NUM_GENERATIONS - 1].head);
    Py_RETURN_NONE;
}

static PyObject *
gc_get_freeze_count(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromSsize_t(
        gc_ring_size(&gc_state()->permanent_generation.head));
}

/* -- The module --------------------------------------------------------- */

PyDoc_STRVAR(gc_doc,
"The collector of reference cycles: switches, thresholds, statistics, and\n"
"views of the objects it knows.\n\n"
"enable(), disable(), isenabled() -- automatic collection.\n"
"collect() -- collect now.\n"
"get_count(), get_stats(), get_threshold(), set_threshold() -- generations.\n"
"set_debug(), get_debug() -- debugging flags.\n"
"get_objects(), get_referrers(), get_referents(), is_tracked(),\n"
"is_finalized() -- questions about objects.\n"
"freeze(), unfreeze(), get_freeze_count() -- a generation that is never\n"
"collected.\n");

static PyMethodDef gc_methods[] = {
    {"enable", gc_enable, METH_NOARGS,
     PyDoc_STR("enable($module, /)\n--\n\nEnable automatic collection.")},
    {"disable", gc_disable, METH_NOARGS,
     PyDoc_STR("disable($module, /)\n--\n\nDisable automatic collection.")},
    {"isenabled", gc_isenabled, METH_NOARGS,
     PyDoc_STR("isenabled($module, /)\n--\n\n"
               "Whether automatic collection is enabled.")},
    {"set_debug", gc_set_debug, METH_O,
     PyDoc_STR("set_debug($module, flags, /)\n--\n\n"
               "Set the debugging flags, an or of DEBUG_* (0: none).\n"
               "What they show is written to stderr.")},
    {"get_debug", gc_get_debug, METH_NOARGS,
     PyDoc_STR("get_debug($module, /)\n--\n\nThe debugging flags.")},
    {"get_count", gc_get_count, METH_NOARGS,
     PyDoc_STR("get_count($module, /)\n--\n\n"
               "The collection counts (count0, count1, count2).")},
    {"set_threshold", gc_set_threshold, METH_VARARGS,
     PyDoc_STR("set_threshold(threshold0, [threshold1, threshold2])"
               " -> None\n\n"
               "Set the collection thresholds. A threshold0 of zero\n"
               "disables collection.\n")},
    {"get_threshold", gc_get_threshold, METH_NOARGS,
     PyDoc_STR("get_threshold($module, /)\n--\n\n"
               "The current collection thresholds.")},
    {"collect", _PyCFunction_CAST(gc_collect_method),
     METH_VARARGS | METH_KEYWORDS,
     PyDoc_STR("collect($module, /, generation=2)\n--\n\n"
               "Run a collection of the generation and all younger ones.\n\n"
               "Returns the number of unreachable objects. ValueError if\n"
               "there is no such generation.")},
    {"get_objects", _PyCFunction_CAST(gc_get_objects),
     METH_VARARGS | METH_KEYWORDS,
     PyDoc_STR("get_objects($module, /, generation=None)\n--\n\n"
               "A list of the objects tracked by the collector, of all\n"
               "generations or of one, without the list itself.")},
    {"get_stats", gc_get_stats, METH_NOARGS,
     PyDoc_STR("get_stats($module, /)\n--\n\n"
               "A list of dictionaries with each generation's statistics.")},
    {"is_tracked", gc_is_tracked, METH_O,
     PyDoc_STR("is_tracked($module, obj, /)\n--\n\n"
               "Whether the object is tracked by the collector.")},
    {"is_finalized", gc_is_finalized, METH_O,
     PyDoc_STR("is_finalized($module, obj, /)\n--\n\n"
               "Whether the object's finalizer was called already.")},
    {"get_referrers", gc_get_referrers, METH_VARARGS,
     PyDoc_STR("get_referrers(*objs) -> list\n"
               "The objects that refer directly to any of objs.")},
    {"get_referents", gc_get_referents, METH_VARARGS,
     PyDoc_STR("get_referents(*objs) -> list\n"
               "The objects that objs refer to directly.")},
    {"freeze", gc_freeze, METH_NOARGS,
     PyDoc_STR("freeze($module, /)\n--\n\n"
               "Move all tracked objects to the permanent generation, which\n"
               "no collection looks at.")},
    {"unfreeze", gc_unfreeze, METH_NOARGS,
     PyDoc_STR("unfreeze($module, /)\n--\n\n"
               "Move the permanent generation back to the oldest one.")},
    {"get_freeze_count", gc_get_freeze_count, METH_NOARGS,
     PyDoc_STR("get_freeze_count($module, /)\n--\n\n"
               "How many objects the permanent generation has.")},
    {NULL}
};

static int
gc_exec(PyObject *module)
{
    struct _gc_runtime_state *gc = gc_state();
    PyStatus status = _PyGC_Init(_PyInterpreterState_GET());
    if (PyStatus_Exception(status)) {
        PyErr_NoMemory();
        return -1;
    }
    static const struct {
        const char *name;
        int value;
    } flags[] = {
        {"DEBUG_STATS", GC_DEBUG_STATS},
        {"DEBUG_COLLECTABLE", GC_DEBUG_COLLECTABLE},
        {"DEBUG_UNCOLLECTABLE", GC_DEBUG_UNCOLLECTABLE},
        {"DEBUG_SAVEALL", GC_DEBUG_SAVEALL},
        {"DEBUG_LEAK", GC_DEBUG_LEAK},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(flags); i++) {
        if (PyModule_AddIntConstant(module, flags[i].name,
                                    flags[i].value) < 0) {
            return -1;
        }
    }
    if (PyModule_AddObjectRef(module, "garbage", gc->garbage) < 0
        || PyModule_AddObjectRef(module, "callbacks", gc->callbacks) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot gc_slots[] = {
    {Py_mod_exec, gc_exec},
    {0, NULL}
};

static struct PyModuleDef gc_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "gc",
    .m_doc = gc_doc,
    .m_size = 0,
    .m_methods = gc_methods,
    .m_slots = gc_slots,
};

PyMODINIT_FUNC
PyInit_gc(void)
{
    return PyModuleDef_Init(&gc_module);
}
