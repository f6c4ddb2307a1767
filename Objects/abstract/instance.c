/* isinstance() and issubclass(), for classes and for what looks like one. */
#include "abstract_private.h"
#include "pycore_unionobject.h"

/* __bases__ when it is a tuple, else NULL; an exception may be set */
static PyObject *
bases_of(PyObject *cls)
{
    PyObject *bases;
    (void)_PyObject_LookupAttr(cls, &_Py_ID(__bases__), &bases);
    if (bases != NULL && !PyTuple_Check(bases)) {
        Py_CLEAR(bases);
    }
    return bases;
}

/* Does the graph of __bases__ lead from derived to cls? */
static int
is_subclass_by_bases(PyObject *derived, PyObject *cls)
{
    int result = 0;
    Py_INCREF(derived);
    for (;;) {
        if (derived == cls) {
            result = 1;
            break;
        }
        PyObject *bases = bases_of(derived);
        if (bases == NULL) {
            result = PyErr_Occurred() ? -1 : 0;
            break;
        }
        Py_ssize_t count = PyTuple_GET_SIZE(bases);
        if (count == 1) {
            /* single inheritance costs no recursion */
            Py_SETREF(derived, Py_NewRef(PyTuple_GET_ITEM(bases, 0)));
            Py_DECREF(bases);
            continue;
        }
        for (Py_ssize_t i = 0; i < count && result == 0; i++) {
            if (_Py_EnterRecursiveCall(" in __issubclass__")) {
                result = -1;
                break;
            }
            result = is_subclass_by_bases(PyTuple_GET_ITEM(bases, i), cls);
            _Py_LeaveRecursiveCall();
        }
        Py_DECREF(bases);
        break;
    }
    Py_DECREF(derived);
    return result;
}

/* An error with this text unless it has __bases__. */
static int
check_class(PyObject *cls, const char *error)
{
    PyObject *bases = bases_of(cls);
    if (bases == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, error);
        }
        return 0;
    }
    Py_DECREF(bases);
    return 1;
}

int
_PyObject_RealIsInstance(PyObject *inst, PyObject *cls)
{
    PyObject *icls;
    int result = 0;
    if (PyType_Check(cls)) {
        result = PyObject_TypeCheck(inst, (PyTypeObject *)cls);
        if (result) {
            return 1;
        }
        /* a proxy may claim another class */
        int found = _PyObject_LookupAttr(inst, &_Py_ID(__class__), &icls);
        if (icls != NULL) {
            if (icls != (PyObject *)Py_TYPE(inst) && PyType_Check(icls)) {
                result = PyType_IsSubtype((PyTypeObject *)icls,
                                          (PyTypeObject *)cls);
            }
            Py_DECREF(icls);
        }
        return found < 0 ? -1 : result;
    }
    if (!check_class(cls, "isinstance() arg 2 must be a type, a tuple of "
                          "types, or a union")) {
        return -1;
    }
    if (_PyObject_LookupAttr(inst, &_Py_ID(__class__), &icls) < 0) {
        return -1;
    }
    if (icls != NULL) {
        result = is_subclass_by_bases(icls, cls);
        Py_DECREF(icls);
    }
    return result;
}

int
_PyObject_RealIsSubclass(PyObject *derived, PyObject *cls)
{
    if (PyType_Check(cls) && PyType_Check(derived)) {
        return derived == cls
               || PyType_IsSubtype((PyTypeObject *)derived,
                                   (PyTypeObject *)cls);
    }
    if (!check_class(derived, "issubclass() arg 1 must be a class")) {
        return -1;
    }
    if (!_PyUnion_Check(cls)
        && !check_class(cls, "issubclass() arg 2 must be a class, a tuple of "
                             "classes, or a union")) {
        return -1;
    }
    return is_subclass_by_bases(derived, cls);
}

typedef int (*class_test)(PyThreadState *, PyObject *, PyObject *);

static int
test_any(PyThreadState *tstate, class_test test, PyObject *object,
         PyObject *classes, const char *where)
{
    if (_Py_EnterRecursiveCallTstate(tstate, where)) {
        return -1;
    }
    int result = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(classes) && result == 0;
         i++) {
        result = test(tstate, object, PyTuple_GET_ITEM(classes, i));
    }
    _Py_LeaveRecursiveCallTstate(tstate);
    return result;
}

/* 1, 0, -1; -2 when the class has no such method */
static int
ask_class(PyThreadState *tstate, PyObject *cls, PyObject *name,
          PyObject *object, const char *where)
{
    PyObject *checker = _PyObject_LookupSpecial(cls, name);
    if (checker == NULL) {
        return _PyErr_Occurred(tstate) ? -1 : -2;
    }
    int result = -1;
    if (!_Py_EnterRecursiveCallTstate(tstate, where)) {
        PyObject *answer = PyObject_CallOneArg(checker, object);
        _Py_LeaveRecursiveCallTstate(tstate);
        if (answer != NULL) {
            result = PyObject_IsTrue(answer);
            Py_DECREF(answer);
        }
    }
    Py_DECREF(checker);
    return result;
}

static int
is_instance(PyThreadState *tstate, PyObject *inst, PyObject *cls)
{
    if (Py_IS_TYPE(inst, (PyTypeObject *)cls)) {
        return 1;
    }
    if (PyType_CheckExact(cls)) {
        return _PyObject_RealIsInstance(inst, cls);
    }
    if (_PyUnion_Check(cls)) {
        cls = _Py_union_args(cls);
    }
    if (PyTuple_Check(cls)) {
        return test_any(tstate, is_instance, inst, cls,
                        " in __instancecheck__");
    }
    int result = ask_class(tstate, cls, &_Py_ID(__instancecheck__), inst,
                           " in __instancecheck__");
    return result == -2 ? _PyObject_RealIsInstance(inst, cls) : result;
}

int
PyObject_IsInstance(PyObject *inst, PyObject *cls)
{
    return is_instance(_PyThreadState_GET(), inst, cls);
}

static int
is_subclass(PyThreadState *tstate, PyObject *derived, PyObject *cls)
{
    if (PyType_CheckExact(cls)) {
        return derived == cls ? 1 : _PyObject_RealIsSubclass(derived, cls);
    }
    if (_PyUnion_Check(cls)) {
        cls = _Py_union_args(cls);
    }
    if (PyTuple_Check(cls)) {
        return test_any(tstate, is_subclass, derived, cls,
                        " in __subclasscheck__");
    }
    int result = ask_class(tstate, cls, &_Py_ID(__subclasscheck__), derived,
                           " in __subclasscheck__");
    return result == -2 ? _PyObject_RealIsSubclass(derived, cls) : result;
}

int
PyObject_IsSubclass(PyObject *derived, PyObject *cls)
{
    return is_subclass(_PyThreadState_GET(), derived, cls);
}
