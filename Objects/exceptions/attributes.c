/* Exceptions with attributes of their own: StopIteration, SystemExit,
   ImportError, NameError, AttributeError, KeyError. */
#include "Python.h"
#include "pycore_exception_types.h"
#include "pycore_object.h"
#include "structmember.h"

/* -- Keyword arguments ---------------------------------------------------- */

int
exception_parse_keywords(PyObject *kwds, const char *format, char **keywords,
                         ...)
{
    PyObject *empty = PyTuple_New(0);
    if (empty == NULL) {
        return -1;
    }
    va_list out;
    va_start(out, keywords);
    int ok = PyArg_VaParseTupleAndKeywords(empty, kwds, format, keywords,
                                           out);
    va_end(out);
    Py_DECREF(empty);
    return ok ? 0 : -1;
}

/* -- StopIteration -------------------------------------------------------- */

static int
StopIteration_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    PyStopIterationObject *self = (PyStopIterationObject *)op;
    if (BaseException_init(op, args, kwds) < 0) {
        return -1;
    }
    PyObject *value = PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0)
                                                 : Py_None;
    Py_XSETREF(self->value, Py_NewRef(value));
    return 0;
}

static int
StopIteration_clear(PyObject *op)
{
    Py_CLEAR(((PyStopIterationObject *)op)->value);
    return BaseException_clear(op);
}

static void
StopIteration_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    StopIteration_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int
StopIteration_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PyStopIterationObject *)op)->value);
    return BaseException_traverse(op, visit, arg);
}

static PyMemberDef StopIteration_members[] = {
    {"value", T_OBJECT, offsetof(PyStopIterationObject, value), 0,
     PyDoc_STR("generator return value")},
    {NULL, 0, 0, 0, NULL},
};

/* What all classes below and in the other files begin with. */
#define EXCEPTION_HEAD(NAME, STRUCT, BASE_NAME, DOC)                       \
    PyVarObject_HEAD_INIT(NULL, 0)                                         \
    .tp_name = #NAME,                                                      \
    .tp_basicsize = sizeof(STRUCT),                                        \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE                   \
                | Py_TPFLAGS_HAVE_GC,                                      \
    .tp_doc = PyDoc_STR(DOC),                                              \
    .tp_base = &_PyExc_##BASE_NAME,                                        \
    .tp_dictoffset = offsetof(STRUCT, dict)

PyTypeObject _PyExc_StopIteration = {
    EXCEPTION_HEAD(StopIteration, PyStopIterationObject, Exception,
                   "Signal the end from iterator.__next__()."),
    .tp_dealloc = StopIteration_dealloc,
    .tp_traverse = StopIteration_traverse,
    .tp_clear = StopIteration_clear,
    .tp_members = StopIteration_members,
    .tp_init = StopIteration_init,
};

/* -- SystemExit ----------------------------------------------------------- */

static int
SystemExit_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    PySystemExitObject *self = (PySystemExitObject *)op;
    if (BaseException_init(op, args, kwds) < 0) {
        return -1;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count == 0) {
        return 0;
    }
    PyObject *code = count == 1 ? PyTuple_GET_ITEM(args, 0) : args;
    Py_XSETREF(self->code, Py_NewRef(code));
    return 0;
}

static int
SystemExit_clear(PyObject *op)
{
    Py_CLEAR(((PySystemExitObject *)op)->code);
    return BaseException_clear(op);
}

static void
SystemExit_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    SystemExit_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int
SystemExit_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PySystemExitObject *)op)->code);
    return BaseException_traverse(op, visit, arg);
}

static PyMemberDef SystemExit_members[] = {
    {"code", T_OBJECT, offsetof(PySystemExitObject, code), 0,
     PyDoc_STR("exception code")},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject _PyExc_SystemExit = {
    EXCEPTION_HEAD(SystemExit, PySystemExitObject, BaseException,
                   "Request to exit from the interpreter."),
    .tp_dealloc = SystemExit_dealloc,
    .tp_traverse = SystemExit_traverse,
    .tp_clear = SystemExit_clear,
    .tp_members = SystemExit_members,
    .tp_init = SystemExit_init,
};

/* -- ImportError ---------------------------------------------------------- */

int
ImportError_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    static char *keywords[] = {(char *)"name", (char *)"path", NULL};
    PyImportErrorObject *self = (PyImportErrorObject *)op;
    PyObject *name = NULL, *path = NULL;
    if (BaseException_init(op, args, NULL) < 0
        || exception_parse_keywords(kwds, "|$OO:ImportError", keywords,
                                    &name, &path)
               < 0) {
        return -1;
    }
    Py_XSETREF(self->name, Py_XNewRef(name));
    Py_XSETREF(self->path, Py_XNewRef(path));
    PyObject *msg = NULL;
    if (PyTuple_GET_SIZE(args) == 1) {
        msg = Py_NewRef(PyTuple_GET_ITEM(args, 0));
    }
    Py_XSETREF(self->msg, msg);
    return 0;
}

static int
ImportError_clear(PyObject *op)
{
    PyImportErrorObject *self = (PyImportErrorObject *)op;
    Py_CLEAR(self->msg);
    Py_CLEAR(self->name);
    Py_CLEAR(self->path);
    return BaseException_clear(op);
}

static void
ImportError_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    ImportError_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int
ImportError_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyImportErrorObject *self = (PyImportErrorObject *)op;
    Py_VISIT(self->msg);
    Py_VISIT(self->name);
    Py_VISIT(self->path);
    return BaseException_traverse(op, visit, arg);
}

static PyObject *
ImportError_str(PyObject *op)
{
    PyImportErrorObject *self = (PyImportErrorObject *)op;
    if (self->msg && PyUnicode_CheckExact(self->msg)) {
        return Py_NewRef(self->msg);
    }
    return BaseException_str(op);
}

/* The dictionary with name and path in it, a new reference; NULL without an
   exception: there is nothing to keep. */
static PyObject *
ImportError_getstate(PyImportErrorObject *self)
{
    if (!self->name && !self->path) {
        return Py_XNewRef(self->dict);
    }
    PyObject *dict = self->dict ? PyDict_Copy(self->dict) : PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    if ((self->name
         && PyDict_SetItem(dict, &_Py_ID(name), self->name) < 0)
        || (self->path
            && PyDict_SetItem(dict, &_Py_ID(path), self->path) < 0)) {
        Py_DECREF(dict);
        return NULL;
    }
    return dict;
}

static PyObject *
ImportError_reduce(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    PyImportErrorObject *self = (PyImportErrorObject *)op;
    PyObject *state = ImportError_getstate(self);
    if (state == NULL && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *result = exception_reduce(op, self->args, state);
    Py_XDECREF(state);
    return result;
}

static PyMemberDef ImportError_members[] = {
    {"msg", T_OBJECT, offsetof(PyImportErrorObject, msg), 0,
     PyDoc_STR("exception message")},
    {"name", T_OBJECT, offsetof(PyImportErrorObject, name), 0,
     PyDoc_STR("module name")},
    {"path", T_OBJECT, offsetof(PyImportErrorObject, path), 0,
     PyDoc_STR("module path")},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef ImportError_methods[] = {
    {"__reduce__", ImportError_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject _PyExc_ImportError = {
    EXCEPTION_HEAD(ImportError, PyImportErrorObject, Exception,
                   "Import can't find module, or can't find name in "
                   "module."),
    .tp_dealloc = ImportError_dealloc,
    .tp_str = ImportError_str,
    .tp_traverse = ImportError_traverse,
    .tp_clear = ImportError_clear,
    .tp_methods = ImportError_methods,
    .tp_members = ImportError_members,
    .tp_init = ImportError_init,
};

/* -- NameError ------------------------------------------------------------ */

int
NameError_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    static char *keywords[] = {(char *)"name", NULL};
    PyNameErrorObject *self = (PyNameErrorObject *)op;
    PyObject *name = NULL;
    if (BaseException_init(op, args, NULL) < 0
        || exception_parse_keywords(kwds, "|$O:NameError", keywords, &name)
               < 0) {
        return -1;
    }
    Py_XSETREF(self->name, Py_XNewRef(name));
    return 0;
}

static int
NameError_clear(PyObject *op)
{
    Py_CLEAR(((PyNameErrorObject *)op)->name);
    return BaseException_clear(op);
}

static void
NameError_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    NameError_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int
NameError_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PyNameErrorObject *)op)->name);
    return BaseException_traverse(op, visit, arg);
}

static PyMemberDef NameError_members[] = {
    {"name", T_OBJECT, offsetof(PyNameErrorObject, name), 0,
     PyDoc_STR("name")},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef no_methods[] = {
    {NULL, NULL, 0, NULL},
};

PyTypeObject _PyExc_NameError = {
    EXCEPTION_HEAD(NameError, PyNameErrorObject, Exception,
                   "Name not found globally."),
    .tp_dealloc = NameError_dealloc,
    .tp_str = BaseException_str,
    .tp_traverse = NameError_traverse,
    .tp_clear = NameError_clear,
    .tp_methods = no_methods,
    .tp_members = NameError_members,
    .tp_init = NameError_init,
};

/* -- AttributeError ------------------------------------------------------- */

static int
AttributeError_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    static char *keywords[] = {(char *)"name", (char *)"obj", NULL};
    PyAttributeErrorObject *self = (PyAttributeErrorObject *)op;
    PyObject *name = NULL, *obj = NULL;
    if (BaseException_init(op, args, NULL) < 0
        || exception_parse_keywords(kwds, "|$OO:AttributeError", keywords,
                                    &name, &obj)
               < 0) {
        return -1;
    }
    Py_XSETREF(self->name, Py_XNewRef(name));
    Py_XSETREF(self->obj, Py_XNewRef(obj));
    return 0;
}

static int
AttributeError_clear(PyObject *op)
{
    Py_CLEAR(((PyAttributeErrorObject *)op)->obj);
    Py_CLEAR(((PyAttributeErrorObject *)op)->name);
    return BaseException_clear(op);
}

static void
AttributeError_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    AttributeError_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int
AttributeError_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PyAttributeErrorObject *)op)->obj);
    Py_VISIT(((PyAttributeErrorObject *)op)->name);
    return BaseException_traverse(op, visit, arg);
}

static PyMemberDef AttributeError_members[] = {
    {"name", T_OBJECT, offsetof(PyAttributeErrorObject, name), 0,
     PyDoc_STR("attribute name")},
    {"obj", T_OBJECT, offsetof(PyAttributeErrorObject, obj), 0,
     PyDoc_STR("object")},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject _PyExc_AttributeError = {
    EXCEPTION_HEAD(AttributeError, PyAttributeErrorObject, Exception,
                   "Attribute not found."),
    .tp_dealloc = AttributeError_dealloc,
    .tp_str = BaseException_str,
    .tp_traverse = AttributeError_traverse,
    .tp_clear = AttributeError_clear,
    .tp_methods = no_methods,
    .tp_members = AttributeError_members,
    .tp_init = AttributeError_init,
};

/* -- KeyError ------------------------------------------------------------- */

/* A key alone is shown by repr(): KeyError('') must not look empty. */
static PyObject *
KeyError_str(PyObject *op)
{
    PyObject *args = ((PyBaseExceptionObject *)op)->args;
    if (PyTuple_GET_SIZE(args) == 1) {
        return PyObject_Repr(PyTuple_GET_ITEM(args, 0));
    }
    return BaseException_str(op);
}

PyTypeObject _PyExc_KeyError = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "KeyError",
    .tp_str = KeyError_str,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("Mapping key not found."),
    .tp_base = &_PyExc_LookupError,
    .tp_init = BaseException_init,
};
