/* The module _bisect: where a value belongs in a sorted list. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_object.h"

/* -- Searching --------------------------------------------------------------- */

/* The arguments all four functions take. */
struct bisect_args {
    PyObject *list;
    PyObject *item;
    Py_ssize_t lo;
    Py_ssize_t hi;              /* -1: the length */
    PyObject *key;              /* Py_None: none */
};

static int
ssize_from_index(PyObject *arg, Py_ssize_t *value)
{
    PyObject *index = _PyNumber_Index(arg);
    *value = -1;
    if (index != NULL) {
        *value = PyLong_AsSsize_t(index);
        Py_DECREF(index);
    }
    return *value == -1 && PyErr_Occurred() ? -1 : 0;
}

static int
bisect_parse(PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
             _PyArg_Parser *parser, struct bisect_args *parsed)
{
    PyObject *buf[5];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, parser, 2, 4, 0,
                                 buf);
    if (args == NULL) {
        return -1;
    }
    Py_ssize_t given = nargs
                       + (kwnames != NULL ? PyTuple_GET_SIZE(kwnames) : 0);
    parsed->list = args[0];
    parsed->item = args[1];
    parsed->lo = 0;
    parsed->hi = -1;
    parsed->key = Py_None;
    if (given > 2) {
        int all = kwnames != NULL;
        if ((all || nargs > 2) && args[2] != NULL
            && ssize_from_index(args[2], &parsed->lo) < 0) {
            return -1;
        }
        if ((all || nargs > 3) && args[3] != NULL && args[3] != Py_None
            && ssize_from_index(args[3], &parsed->hi) < 0) {
            return -1;
        }
        if (all && args[4] != NULL) {
            parsed->key = args[4];
        }
    }
    return 0;
}

/* The index before (left) or behind the elements equal to item, which has
   been through the key function already. May run Python. */
static Py_ssize_t
bisect_search(PyObject *list, PyObject *item, Py_ssize_t lo, Py_ssize_t hi,
              PyObject *key, int left)
{
    if (lo < 0) {
        PyErr_SetString(PyExc_ValueError, "lo must be non-negative");
        return -1;
    }
    if (hi == -1) {
        hi = PySequence_Size(list);
        if (hi < 0) {
            return -1;
        }
    }
    while (lo < hi) {
        /* Unsigned: the sum may overflow. */
        Py_ssize_t mid = (Py_ssize_t)(((size_t)lo + (size_t)hi) / 2);
        PyObject *probe = PySequence_GetItem(list, mid);
        if (probe == NULL) {
            return -1;
        }
        if (key != Py_None) {
            Py_SETREF(probe, PyObject_CallOneArg(key, probe));
            if (probe == NULL) {
                return -1;
            }
        }
        int less = left ? PyObject_RichCompareBool(probe, item, Py_LT)
                        : PyObject_RichCompareBool(item, probe, Py_LT);
        Py_DECREF(probe);
        if (less < 0) {
            return -1;
        }
        if (left == less) {
            lo = mid + 1;
        }
        else {
            hi = mid;
        }
    }
    return lo;
}

/* -- Functions ------------------------------------------------------------- */

static PyObject *
bisect_function(PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                _PyArg_Parser *parser, int left)
{
    struct bisect_args a;
    if (bisect_parse(args, nargs, kwnames, parser, &a) < 0) {
        return NULL;
    }
    Py_ssize_t index = bisect_search(a.list, a.item, a.lo, a.hi, a.key,
                                     left);
    return index < 0 ? NULL : PyLong_FromSsize_t(index);
}

static PyObject *
insort_function(PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                _PyArg_Parser *parser, int left)
{
    struct bisect_args a;
    if (bisect_parse(args, nargs, kwnames, parser, &a) < 0) {
        return NULL;
    }
    Py_ssize_t index;
    if (a.key == Py_None) {
        index = bisect_search(a.list, a.item, a.lo, a.hi, a.key, left);
    }
    else {
        PyObject *item_key = PyObject_CallOneArg(a.key, a.item);
        if (item_key == NULL) {
            return NULL;
        }
        index = bisect_search(a.list, item_key, a.lo, a.hi, a.key, left);
        Py_DECREF(item_key);
    }
    if (index < 0) {
        return NULL;
    }
    if (PyList_CheckExact(a.list)) {
        if (PyList_Insert(a.list, index, a.item) < 0) {
            return NULL;
        }
    }
    else {
        PyObject *result = PyObject_CallMethod(a.list, "insert", "nO", index,
                                               a.item);
        if (result == NULL) {
            return NULL;
        }
        Py_DECREF(result);
    }
    Py_RETURN_NONE;
}

static const char *const bisect_keywords[] = {"a", "x", "lo", "hi", "key",
                                              NULL};

#define DEFINE(name, implementation, left) \
    static PyObject * \
    bisect_##name(PyObject *module, PyObject *const *args, \
                  Py_ssize_t nargs, PyObject *kwnames) \
    { \
        static _PyArg_Parser parser = {.keywords = bisect_keywords, \
                                       .fname = #name}; \
        return implementation(args, nargs, kwnames, &parser, left); \
    }

DEFINE(bisect_right, bisect_function, 0)
DEFINE(bisect_left, bisect_function, 1)
DEFINE(insort_right, insort_function, 0)
DEFINE(insort_left, insort_function, 1)
#undef DEFINE

/* -- The module -------------------------------------------------------------- */

#define ROW(name, doc) \
    {#name, (PyCFunction)(void (*)(void))bisect_##name, \
     METH_FASTCALL | METH_KEYWORDS, \
     PyDoc_STR(#name "($module, /, a, x, lo=0, hi=None, *, key=None)\n" \
               "--\n\n" doc)}

static PyMethodDef bisect_methods[] = {
    ROW(bisect_right,
        "The index behind the elements of the sorted list a that are equal\n"
        "to x. lo and hi bound the search."),
    ROW(insort_right,
        "Inserts x into the sorted list a, behind elements equal to it."),
    ROW(bisect_left,
        "The index before the elements of the sorted list a that are equal\n"
        "to x. lo and hi bound the search."),
    ROW(insort_left,
        "Inserts x into the sorted list a, before elements equal to it."),
    {NULL, NULL},
};

PyDoc_STRVAR(bisect_doc,
"Searching and inserting in sorted lists by bisection.");

static struct PyModuleDef bisect_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_bisect",
    .m_doc = bisect_doc,
    .m_methods = bisect_methods,
};

PyMODINIT_FUNC
PyInit__bisect(void)
{
    return PyModuleDef_Init(&bisect_module);
}
