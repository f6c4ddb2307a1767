/* The module _heapq: a list as a heap. Element k is not greater than elements
   2*k+1 and 2*k+2, so element 0 is the smallest (for the functions with _max,
   all the other way round).

   Comparisons can change the list: after each one its size is looked at. */
#include "Python.h"
#include "pycore_list.h"
#include "pycore_object.h"

/* -- Moving elements ---------------------------------------------------------- */

/* Whether a belongs above b; the references are the list's, so they are held
   meanwhile. */
static int
heap_above(PyObject *a, PyObject *b, int max)
{
    Py_INCREF(a);
    Py_INCREF(b);
    int res = max ? PyObject_RichCompareBool(b, a, Py_LT)
                  : PyObject_RichCompareBool(a, b, Py_LT);
    Py_DECREF(a);
    Py_DECREF(b);
    return res;
}

static int
size_changed(PyListObject *heap, Py_ssize_t size)
{
    if (size != PyList_GET_SIZE(heap)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "list changed size during iteration");
        return 1;
    }
    return 0;
}

static inline void
swap(PyListObject *heap, Py_ssize_t i, Py_ssize_t j)
{
    PyObject *t = heap->ob_item[i];
    heap->ob_item[i] = heap->ob_item[j];
    heap->ob_item[j] = t;
}

/* Lets the element at pos rise to its place, at most to start. */
static int
sift_towards_root(PyListObject *heap, Py_ssize_t start, Py_ssize_t pos,
                  int max)
{
    Py_ssize_t size = PyList_GET_SIZE(heap);
    if (pos >= size) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return -1;
    }
    while (pos > start) {
        Py_ssize_t parent = (pos - 1) >> 1;
        int above = heap_above(heap->ob_item[pos], heap->ob_item[parent],
                               max);
        if (above < 0 || size_changed(heap, size)) {
            return -1;
        }
        if (!above) {
            break;
        }
        swap(heap, pos, parent);
        pos = parent;
    }
    return 0;
}

/* Lets the element at pos sink to a leaf along the better children, and then
   rise: an element that comes from the end belongs near the bottom, and this
   way it is compared less often. */
static int
sift_from_root(PyListObject *heap, Py_ssize_t pos, int max)
{
    Py_ssize_t size = PyList_GET_SIZE(heap);
    Py_ssize_t start = pos;
    if (pos >= size) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return -1;
    }
    Py_ssize_t limit = size >> 1;       /* the first without a child */
    while (pos < limit) {
        Py_ssize_t child = 2 * pos + 1;
        if (child + 1 < size) {
            int above = heap_above(heap->ob_item[child],
                                   heap->ob_item[child + 1], max);
            if (above < 0 || size_changed(heap, size)) {
                return -1;
            }
            child += !above;
        }
        swap(heap, child, pos);
        pos = child;
    }
    return sift_towards_root(heap, start, pos, max);
}

/* -- Operations ------------------------------------------------------------ */

static int
check_heap(const char *fname, PyObject *heap)
{
    if (!PyList_Check(heap)) {
        _PyArg_BadArgument(fname, "argument 1", "list", heap);
        return -1;
    }
    return 0;
}

static PyObject *
heap_pop(PyObject *heap, int max)
{
    Py_ssize_t n = PyList_GET_SIZE(heap);
    if (n == 0) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return NULL;
    }
    PyObject *last = Py_NewRef(PyList_GET_ITEM(heap, n - 1));
    if (PyList_SetSlice(heap, n - 1, n, NULL)) {
        Py_DECREF(last);
        return NULL;
    }
    if (n == 1) {
        return last;
    }
    PyObject *top = PyList_GET_ITEM(heap, 0);
    PyList_SET_ITEM(heap, 0, last);
    if (sift_from_root((PyListObject *)heap, 0, max) < 0) {
        Py_DECREF(top);
        return NULL;
    }
    return top;
}

static PyObject *
heap_replace(PyObject *heap, PyObject *item, int max)
{
    if (PyList_GET_SIZE(heap) == 0) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return NULL;
    }
    PyObject *top = PyList_GET_ITEM(heap, 0);
    PyList_SET_ITEM(heap, 0, Py_NewRef(item));
    if (sift_from_root((PyListObject *)heap, 0, max) < 0) {
        Py_DECREF(top);
        return NULL;
    }
    return top;
}

/* The inner nodes of one subtree after the other: when the heap no longer
   fits the cache, this order touches memory again while it is near. */
static int
heapify_cache_friendly(PyListObject *heap, int max)
{
    Py_ssize_t m = PyList_GET_SIZE(heap) >> 1;  /* inner nodes */
    Py_ssize_t leftmost = 1;
    while (leftmost * 2 <= m + 1) {
        leftmost *= 2;
    }
    leftmost -= 1;              /* first node of the last level of inner
                                   nodes */
    Py_ssize_t mhalf = m >> 1;  /* those before have inner children */
    for (Py_ssize_t i = leftmost - 1; i >= mhalf; i--) {
        for (Py_ssize_t j = i;;) {
            if (sift_from_root(heap, j, max) < 0) {
                return -1;
            }
            if (!(j & 1)) {
                break;
            }
            j >>= 1;
        }
    }
    for (Py_ssize_t i = m - 1; i >= leftmost; i--) {
        for (Py_ssize_t j = i;;) {
            if (sift_from_root(heap, j, max) < 0) {
                return -1;
            }
            if (!(j & 1)) {
                break;
            }
            j >>= 1;
        }
    }
    return 0;
}

static PyObject *
heap_make(PyObject *op, int max)
{
    PyListObject *heap = (PyListObject *)op;
    Py_ssize_t n = PyList_GET_SIZE(heap);
    if (n > 2500) {
        if (heapify_cache_friendly(heap, max) < 0) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    for (Py_ssize_t i = (n >> 1) - 1; i >= 0; i--) {
        if (sift_from_root(heap, i, max) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

/* -- Functions ------------------------------------------------------------- */

static PyObject *
heapq_heappush(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("heappush", nargs, 2, 2)
        || check_heap("heappush", args[0]) < 0
        || PyList_Append(args[0], args[1])) {
        return NULL;
    }
    if (sift_towards_root((PyListObject *)args[0], 0,
                          PyList_GET_SIZE(args[0]) - 1, 0) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
heapq_heappushpop(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("heappushpop", nargs, 2, 2)
        || check_heap("heappushpop", args[0]) < 0) {
        return NULL;
    }
    PyObject *heap = args[0];
    PyObject *item = args[1];
    if (PyList_GET_SIZE(heap) == 0) {
        return Py_NewRef(item);
    }
    int above = heap_above(PyList_GET_ITEM(heap, 0), item, 0);
    if (above < 0) {
        return NULL;
    }
    if (!above) {
        return Py_NewRef(item);
    }
    return heap_replace(heap, item, 0);
}

static PyObject *
heapq_heappop(PyObject *module, PyObject *heap)
{
    return check_heap("heappop", heap) < 0 ? NULL : heap_pop(heap, 0);
}

static PyObject *
heapq_heappop_max(PyObject *module, PyObject *heap)
{
    return check_heap("_heappop_max", heap) < 0 ? NULL : heap_pop(heap, 1);
}

static PyObject *
heapq_heapreplace(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("heapreplace", nargs, 2, 2)
        || check_heap("heapreplace", args[0]) < 0) {
        return NULL;
    }
    return heap_replace(args[0], args[1], 0);
}

static PyObject *
heapq_heapreplace_max(PyObject *module, PyObject *const *args,
                      Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("_heapreplace_max", nargs, 2, 2)
        || check_heap("_heapreplace_max", args[0]) < 0) {
        return NULL;
    }
    return heap_replace(args[0], args[1], 1);
}

static PyObject *
heapq_heapify(PyObject *module, PyObject *heap)
{
    if (!PyList_Check(heap)) {
        _PyArg_BadArgument("heapify", "argument", "list", heap);
        return NULL;
    }
    return heap_make(heap, 0);
}

static PyObject *
heapq_heapify_max(PyObject *module, PyObject *heap)
{
    if (!PyList_Check(heap)) {
        _PyArg_BadArgument("_heapify_max", "argument", "list", heap);
        return NULL;
    }
    return heap_make(heap, 1);
}

/* -- The module -------------------------------------------------------------- */

static PyMethodDef heapq_methods[] = {
    {"heappush", (PyCFunction)(void (*)(void))heapq_heappush, METH_FASTCALL,
     PyDoc_STR("heappush($module, heap, item, /)\n--\n\n"
               "Adds an item to a heap.")},
    {"heappushpop", (PyCFunction)(void (*)(void))heapq_heappushpop,
     METH_FASTCALL,
     PyDoc_STR("heappushpop($module, heap, item, /)\n--\n\n"
               "Adds an item, then removes the smallest and returns it.")},
    {"heappop", heapq_heappop, METH_O,
     PyDoc_STR("heappop($module, heap, /)\n--\n\n"
               "Removes the smallest item and returns it.")},
    {"heapreplace", (PyCFunction)(void (*)(void))heapq_heapreplace,
     METH_FASTCALL,
     PyDoc_STR("heapreplace($module, heap, item, /)\n--\n\n"
               "Removes the smallest item and returns it, then adds one.")},
    {"heapify", heapq_heapify, METH_O,
     PyDoc_STR("heapify($module, heap, /)\n--\n\n"
               "Makes a list a heap, in place, in linear time.")},
    {"_heappop_max", heapq_heappop_max, METH_O,
     PyDoc_STR("_heappop_max($module, heap, /)\n--\n\n"
               "heappop() for a heap with the largest item on top.")},
    {"_heapreplace_max",
     (PyCFunction)(void (*)(void))heapq_heapreplace_max, METH_FASTCALL,
     PyDoc_STR("_heapreplace_max($module, heap, item, /)\n--\n\n"
               "heapreplace() for a heap with the largest item on top.")},
    {"_heapify_max", heapq_heapify_max, METH_O,
     PyDoc_STR("_heapify_max($module, heap, /)\n--\n\n"
               "heapify() with the largest item on top.")},
    {NULL, NULL},
};

PyDoc_STRVAR(heapq_doc,
"Heaps in lists: a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for all k, where\n"
"elements that do not exist are taken for infinite.");

PyDoc_STRVAR(heapq_about, "Heap queues.");

static int
heapq_exec(PyObject *module)
{
    return PyModule_AddStringConstant(module, "__about__", heapq_about);
}

static struct PyModuleDef_Slot heapq_slots[] = {
    {Py_mod_exec, heapq_exec},
    {0, NULL},
};

static struct PyModuleDef heapq_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_heapq",
    .m_doc = heapq_doc,
    .m_methods = heapq_methods,
    .m_slots = heapq_slots,
};

PyMODINIT_FUNC
PyInit__heapq(void)
{
    return PyModuleDef_Init(&heapq_module);
}
