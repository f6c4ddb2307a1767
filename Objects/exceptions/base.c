/* BaseException: arguments, traceback, cause, context and notes of every
   exception. */
#include "Python.h"
#include "pycore_exception_types.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "structmember.h"

#define BASE(SELF) ((PyBaseExceptionObject *)(SELF))

/* -- Storage -------------------------------------------------------------- */

PyObject *
BaseException_new(PyTypeObject *type, PyObject *args,
                  PyObject *Py_UNUSED(kwds))
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    /* tp_alloc has cleared all fields */
    if (args) {
        BASE(self)->args = Py_NewRef(args);
        return self;
    }
    BASE(self)->args = PyTuple_New(0);
    if (BASE(self)->args == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return self;
}

int
BaseException_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    if (!_PyArg_NoKeywords(Py_TYPE(self)->tp_name, kwds)) {
        return -1;
    }
    Py_XSETREF(BASE(self)->args, Py_NewRef(args));
    return 0;
}

int
BaseException_clear(PyObject *self)
{
    Py_CLEAR(BASE(self)->dict);
    Py_CLEAR(BASE(self)->args);
    Py_CLEAR(BASE(self)->notes);
    Py_CLEAR(BASE(self)->traceback);
    Py_CLEAR(BASE(self)->context);
    Py_CLEAR(BASE(self)->cause);
    return 0;
}

static void
BaseException_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    /* Chains of causes and contexts can be very long. */
    Py_TRASHCAN_BEGIN(self, BaseException_dealloc)
    BaseException_clear(self);
    Py_TYPE(self)->tp_free(self);
    Py_TRASHCAN_END
}

int
BaseException_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(BASE(self)->dict);
    Py_VISIT(BASE(self)->args);
    Py_VISIT(BASE(self)->notes);
    Py_VISIT(BASE(self)->traceback);
    Py_VISIT(BASE(self)->cause);
    Py_VISIT(BASE(self)->context);
    return 0;
}

/* -- Representation ------------------------------------------------------- */

PyObject *
BaseException_str(PyObject *self)
{
    PyObject *args = BASE(self)->args;
    switch (PyTuple_GET_SIZE(args)) {
    case 0:
        return PyUnicode_FromString("");
    case 1:
        return PyObject_Str(PyTuple_GET_ITEM(args, 0));
    default:
        return PyObject_Str(args);
    }
}

static PyObject *
BaseException_repr(PyObject *self)
{
    const char *name = _PyType_Name(Py_TYPE(self));
    PyObject *args = BASE(self)->args;
    if (PyTuple_GET_SIZE(args) == 1) {
        return PyUnicode_FromFormat("%s(%R)", name,
                                    PyTuple_GET_ITEM(args, 0));
    }
    return PyUnicode_FromFormat("%s%R", name, args);
}

/* -- Methods -------------------------------------------------------------- */

PyObject *
exception_reduce(PyObject *self, PyObject *args, PyObject *dict)
{
    if (dict != NULL) {
        return PyTuple_Pack(3, Py_TYPE(self), args, dict);
    }
    return PyTuple_Pack(2, Py_TYPE(self), args);
}

static PyObject *
BaseException_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return exception_reduce(self, BASE(self)->args, BASE(self)->dict);
}

/* Attributes are set one by one, so that those with descriptors land in the
   object's fields. */
static PyObject *
BaseException_setstate(PyObject *self, PyObject *state)
{
    if (state == Py_None) {
        Py_RETURN_NONE;
    }
    if (!PyDict_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a dictionary");
        return NULL;
    }
    Py_ssize_t i = 0;
    PyObject *key, *value;
    while (PyDict_Next(state, &i, &key, &value)) {
        Py_INCREF(key);
        Py_INCREF(value);
        int result = PyObject_SetAttr(self, key, value);
        Py_DECREF(value);
        Py_DECREF(key);
        if (result < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyObject *
BaseException_with_traceback(PyObject *self, PyObject *traceback)
{
    if (PyException_SetTraceback(self, traceback)) {
        return NULL;
    }
    return Py_NewRef(self);
}

/* __notes__ is an ordinary attribute, made by the first note. */
static PyObject *
BaseException_add_note(PyObject *self, PyObject *note)
{
    if (!PyUnicode_Check(note)) {
        PyErr_Format(PyExc_TypeError, "note must be a str, not '%s'",
                     Py_TYPE(note)->tp_name);
        return NULL;
    }
    PyObject *notes;
    if (_PyObject_LookupAttr(self, &_Py_ID(__notes__), &notes) < 0) {
        return NULL;
    }
    if (notes == NULL) {
        notes = PyList_New(0);
        if (notes == NULL) {
            return NULL;
        }
        if (PyObject_SetAttr(self, &_Py_ID(__notes__), notes) < 0) {
            Py_DECREF(notes);
            return NULL;
        }
    }
    else if (!PyList_Check(notes)) {
        Py_DECREF(notes);
        PyErr_SetString(PyExc_TypeError,
                        "Cannot add note: __notes__ is not a list");
        return NULL;
    }
    int result = PyList_Append(notes, note);
    Py_DECREF(notes);
    if (result < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

int
_PyException_AddNote(PyObject *exception, PyObject *note)
{
    if (!PyExceptionInstance_Check(exception)) {
        PyErr_Format(PyExc_TypeError, "exc must be an exception, not '%s'",
                     Py_TYPE(exception)->tp_name);
        return -1;
    }
    PyObject *result = BaseException_add_note(exception, note);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

PyDoc_STRVAR(with_traceback_doc,
"Exception.with_traceback(tb) --\n"
"    set self.__traceback__ to tb and return self.");
PyDoc_STRVAR(add_note_doc,
"Exception.add_note(note) --\n"
"    add a note to the exception");

static PyMethodDef BaseException_methods[] = {
    {"__reduce__", BaseException_reduce, METH_NOARGS, NULL},
    {"__setstate__", BaseException_setstate, METH_O, NULL},
    {"with_traceback", BaseException_with_traceback, METH_O,
     with_traceback_doc},
    {"add_note", BaseException_add_note, METH_O, add_note_doc},
    {NULL, NULL, 0, NULL},
};

/* -- Attributes ----------------------------------------------------------- */

static PyObject *
BaseException_get_args(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *args = BASE(self)->args;
    return Py_NewRef(args == NULL ? Py_None : args);
}

static int
BaseException_set_args(PyObject *self, PyObject *value,
                       void *Py_UNUSED(closure))
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "args may not be deleted");
        return -1;
    }
    PyObject *args = PySequence_Tuple(value);
    if (args == NULL) {
        return -1;
    }
    Py_XSETREF(BASE(self)->args, args);
    return 0;
}

static PyObject *
BaseException_get_tb(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *traceback = BASE(self)->traceback;
    return Py_NewRef(traceback == NULL ? Py_None : traceback);
}

static int
BaseException_set_tb(PyObject *self, PyObject *value,
                     void *Py_UNUSED(closure))
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "__traceback__ may not be deleted");
        return -1;
    }
    if (!PyTraceBack_Check(value) && value != Py_None) {
        PyErr_SetString(PyExc_TypeError,
                        "__traceback__ must be a traceback or None");
        return -1;
    }
    if (value == Py_None) {
        value = NULL;
    }
    Py_XSETREF(BASE(self)->traceback, Py_XNewRef(value));
    return 0;
}

static PyObject *
BaseException_get_context(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *context = PyException_GetContext(self);
    return context == NULL ? Py_NewRef(Py_None) : context;
}

static int
BaseException_set_context(PyObject *self, PyObject *value,
                          void *Py_UNUSED(closure))
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "__context__ may not be deleted");
        return -1;
    }
    if (value == Py_None) {
        value = NULL;
    }
    else if (!PyExceptionInstance_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "exception context must be None "
                        "or derive from BaseException");
        return -1;
    }
    PyException_SetContext(self, Py_XNewRef(value));
    return 0;
}

static PyObject *
BaseException_get_cause(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *cause = PyException_GetCause(self);
    return cause == NULL ? Py_NewRef(Py_None) : cause;
}

static int
BaseException_set_cause(PyObject *self, PyObject *value,
                        void *Py_UNUSED(closure))
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "__cause__ may not be deleted");
        return -1;
    }
    if (value == Py_None) {
        value = NULL;
    }
    else if (!PyExceptionInstance_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "exception cause must be None "
                        "or derive from BaseException");
        return -1;
    }
    PyException_SetCause(self, Py_XNewRef(value));
    return 0;
}

static PyGetSetDef BaseException_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL,
     NULL},
    {"args", BaseException_get_args, BaseException_set_args, NULL, NULL},
    {"__traceback__", BaseException_get_tb, BaseException_set_tb, NULL,
     NULL},
    {"__context__", BaseException_get_context, BaseException_set_context,
     PyDoc_STR("exception context"), NULL},
    {"__cause__", BaseException_get_cause, BaseException_set_cause,
     PyDoc_STR("exception cause"), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef BaseException_members[] = {
    {"__suppress_context__", T_BOOL,
     offsetof(PyBaseExceptionObject, suppress_context), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

/* -- The C interface ------------------------------------------------------ */

PyObject *
PyException_GetTraceback(PyObject *self)
{
    return Py_XNewRef(BASE(self)->traceback);
}

int
PyException_SetTraceback(PyObject *self, PyObject *traceback)
{
    return BaseException_set_tb(self, traceback, NULL);
}

PyObject *
PyException_GetCause(PyObject *self)
{
    return Py_XNewRef(BASE(self)->cause);
}

/* Takes over the reference to cause, which may be NULL. */
void
PyException_SetCause(PyObject *self, PyObject *cause)
{
    BASE(self)->suppress_context = 1;
    Py_XSETREF(BASE(self)->cause, cause);
}

PyObject *
PyException_GetContext(PyObject *self)
{
    return Py_XNewRef(BASE(self)->context);
}

/* Takes over the reference to context, which may be NULL. */
void
PyException_SetContext(PyObject *self, PyObject *context)
{
    Py_XSETREF(BASE(self)->context, context);
}

const char *
PyExceptionClass_Name(PyObject *cls)
{
    assert(PyExceptionClass_Check(cls));
    return ((PyTypeObject *)cls)->tp_name;
}

/* -- Types ---------------------------------------------------------------- */

PyTypeObject _PyExc_BaseException = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "BaseException",
    .tp_basicsize = sizeof(PyBaseExceptionObject),
    .tp_dealloc = BaseException_dealloc,
    .tp_repr = BaseException_repr,
    .tp_str = BaseException_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_BASE_EXC_SUBCLASS,
    .tp_doc = PyDoc_STR("Common base class for all exceptions"),
    .tp_traverse = BaseException_traverse,
    .tp_clear = BaseException_clear,
    .tp_methods = BaseException_methods,
    .tp_members = BaseException_members,
    .tp_getset = BaseException_getset,
    .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),
    .tp_init = BaseException_init,
    .tp_new = BaseException_new,
};

#define SIMPLE(NAME, BASE_NAME, DOC)                            \
    PyTypeObject _PyExc_##NAME = {                              \
        PyVarObject_HEAD_INIT(NULL, 0)                          \
        .tp_name = #NAME,                                       \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,   \
        .tp_doc = PyDoc_STR(DOC),                               \
        .tp_base = &_PyExc_##BASE_NAME,                         \
        .tp_init = BaseException_init,                          \
        .tp_new = BaseException_new,                            \
    };
#define SUBCLASS(NAME, BASE_NAME, INIT, DOC)                    \
    PyTypeObject _PyExc_##NAME = {                              \
        PyVarObject_HEAD_INIT(NULL, 0)                          \
        .tp_name = #NAME,                                       \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,   \
        .tp_doc = PyDoc_STR(DOC),                               \
        .tp_base = &_PyExc_##BASE_NAME,                         \
        .tp_init = INIT,                                        \
    };
#include "exceptions.def"

#define EXPORT(NAME) PyObject *PyExc_##NAME = (PyObject *)&_PyExc_##NAME;
#define SIMPLE(NAME, BASE_NAME, DOC) EXPORT(NAME)
#define SUBCLASS(NAME, BASE_NAME, INIT, DOC) EXPORT(NAME)
#define SPECIAL(NAME) EXPORT(NAME)
#include "exceptions.def"

PyObject *PyExc_EnvironmentError = (PyObject *)&_PyExc_OSError;
PyObject *PyExc_IOError = (PyObject *)&_PyExc_OSError;
