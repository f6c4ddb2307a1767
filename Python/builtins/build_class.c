/* __build_class__: what a class statement calls. */
#include "builtins_private.h"

/* Replace what is no class and has __mro_entries__ by what that gives. The
   same tuple (new reference) when there is nothing to replace. */
static PyObject *
resolve_bases(PyObject *bases)
{
    PyObject *list = NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        PyObject *method = NULL;
        if (!PyType_Check(base)
            && _PyObject_LookupAttr(base, &_Py_ID(__mro_entries__), &method)
                   < 0) {
            goto error;
        }
        if (method == NULL) {
            if (list != NULL && PyList_Append(list, base) < 0) {
                goto error;
            }
            continue;
        }
        PyObject *entries = PyObject_CallOneArg(method, bases);
        Py_DECREF(method);
        if (entries == NULL) {
            goto error;
        }
        if (!PyTuple_Check(entries)) {
            PyErr_SetString(PyExc_TypeError,
                            "__mro_entries__ must return a tuple");
            Py_DECREF(entries);
            goto error;
        }
        if (list == NULL) {
            list = PyTuple_GetSlice(bases, 0, i);
            if (list != NULL) {
                Py_SETREF(list, PySequence_List(list));
            }
        }
        int failed = list == NULL
                     || PyList_SetSlice(list, PyList_GET_SIZE(list),
                                        PyList_GET_SIZE(list), entries) < 0;
        Py_DECREF(entries);
        if (failed) {
            goto error;
        }
    }
    if (list == NULL) {
        return Py_NewRef(bases);
    }
    PyObject *result = PyList_AsTuple(list);
    Py_DECREF(list);
    return result;
error:
    Py_XDECREF(list);
    return NULL;
}

/* The metaclass: what the keyword or the first base says, and for a class,
   the most derived of all bases'. `kwargs` loses `metaclass`. New ref. */
static PyObject *
find_metaclass(PyObject *bases, PyObject *kwargs)
{
    PyObject *meta = NULL;
    if (kwargs != NULL) {
        meta = _PyDict_GetItemWithError(kwargs, &_Py_ID(metaclass));
        if (meta != NULL) {
            Py_INCREF(meta);
            if (PyDict_DelItem(kwargs, &_Py_ID(metaclass)) < 0) {
                Py_DECREF(meta);
                return NULL;
            }
        }
        else if (PyErr_Occurred()) {
            return NULL;
        }
    }
    if (meta == NULL) {
        meta = PyTuple_GET_SIZE(bases) == 0
                   ? (PyObject *)&PyType_Type
                   : (PyObject *)Py_TYPE(PyTuple_GET_ITEM(bases, 0));
        Py_INCREF(meta);
    }
    if (PyType_Check(meta)) {
        PyObject *winner = (PyObject *)_PyType_CalculateMetaclass(
            (PyTypeObject *)meta, bases);
        if (winner == NULL) {
            Py_DECREF(meta);
            return NULL;
        }
        if (winner != meta) {
            Py_SETREF(meta, Py_NewRef(winner));
        }
    }
    return meta;
}

/* The namespace that the body fills. */
static PyObject *
prepare_namespace(PyObject *meta, PyObject *name, PyObject *bases,
                  PyObject *kwargs)
{
    PyObject *prepare;
    if (_PyObject_LookupAttr(meta, &_Py_ID(__prepare__), &prepare) < 0) {
        return NULL;
    }
    if (prepare == NULL) {
        return PyDict_New();
    }
    PyObject *args[2] = {name, bases};
    PyObject *ns = PyObject_VectorcallDict(prepare, args, 2, kwargs);
    Py_DECREF(prepare);
    if (ns != NULL && !PyMapping_Check(ns)) {
        PyErr_Format(PyExc_TypeError,
                     "%.200s.__prepare__() must return a mapping, "
                     "not %.200s",
                     PyType_Check(meta) ? ((PyTypeObject *)meta)->tp_name
                                        : "<metaclass>",
                     Py_TYPE(ns)->tp_name);
        Py_CLEAR(ns);
    }
    return ns;
}

/* type.__new__ must have put the class into the cell that super() uses. */
static int
check_class_cell(PyObject *cls, PyObject *cell, PyObject *name)
{
    if (cls == NULL || !PyType_Check(cls) || !PyCell_Check(cell)) {
        return 0;
    }
    PyObject *found = PyCell_GET(cell);
    if (found == cls) {
        return 0;
    }
    if (found == NULL) {
        PyErr_Format(PyExc_RuntimeError,
                     "__class__ not set defining %.200R as %.200R. "
                     "Was __classcell__ propagated to type.__new__?",
                     name, cls);
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "__class__ set to %.200R defining %.200R as %.200R",
                     found, name, cls);
    }
    return -1;
}

const char builtin_build_class_doc[] =
"__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\n"
"Make a class; the class statement calls this.";

PyObject *
builtin___build_class__(PyObject *Py_UNUSED(self), PyObject *const *args,
                        Py_ssize_t nargs, PyObject *kwnames)
{
    if (nargs < 2) {
        PyErr_SetString(PyExc_TypeError,
                        "__build_class__: not enough arguments");
        return NULL;
    }
    PyObject *func = args[0], *name = args[1];
    if (!PyFunction_Check(func)) {
        PyErr_SetString(PyExc_TypeError,
                        "__build_class__: func must be a function");
        return NULL;
    }
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError,
                        "__build_class__: name is not a string");
        return NULL;
    }
    PyObject *bases = NULL, *kwargs = NULL, *meta = NULL, *ns = NULL;
    PyObject *cell = NULL, *cls = NULL;
    PyObject *written = _PyTuple_FromArray(args + 2, nargs - 2);
    if (written == NULL) {
        return NULL;
    }
    bases = resolve_bases(written);
    if (bases == NULL) {
        goto error;
    }
    if (kwnames != NULL) {
        kwargs = _PyStack_AsDict(args + nargs, kwnames);
        if (kwargs == NULL) {
            goto error;
        }
    }
    meta = find_metaclass(bases, kwargs);
    if (meta == NULL) {
        goto error;
    }
    ns = prepare_namespace(meta, name, bases, kwargs);
    if (ns == NULL) {
        goto error;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    cell = _PyEval_Vector(tstate, (PyFunctionObject *)func, ns, NULL, 0,
                          NULL);
    if (cell == NULL) {
        goto error;
    }
    if (bases != written
        && PyMapping_SetItemString(ns, "__orig_bases__", written) < 0) {
        goto error;
    }
    PyObject *margs[3] = {name, bases, ns};
    cls = PyObject_VectorcallDict(meta, margs, 3, kwargs);
    if (check_class_cell(cls, cell, name) < 0) {
        Py_CLEAR(cls);
    }
error:
    Py_XDECREF(cell);
    Py_XDECREF(ns);
    Py_XDECREF(meta);
    Py_XDECREF(kwargs);
    Py_XDECREF(bases);
    Py_DECREF(written);
    return cls;
}
