/* Exception groups: several exceptions raised as one, in a tree.

   split() divides a tree by a condition into the part that matches and the
   rest; both keep the shape of the tree and the traceback, cause, context and
   notes of its nodes.  `except*` is made of it: each clause splits what is
   left, and in the end what was raised in the clauses and what was not
   handled is put together again (_PyExc_PrepReraiseStar). */
#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_exception_types.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "structmember.h"

#define GROUP(OP) ((PyBaseExceptionGroupObject *)(OP))

/* -- Construction --------------------------------------------------------- */

/* Checks that all items are exceptions: 1 if one of them is not an Exception,
   0 if all are, -1 on error. */
static int
has_base_exceptions(PyObject *exceptions)
{
    int nested_base = 0;
    Py_ssize_t count = PyTuple_GET_SIZE(exceptions);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *exception = PyTuple_GET_ITEM(exceptions, i);
        if (!PyExceptionInstance_Check(exception)) {
            PyErr_Format(PyExc_ValueError,
                         "Item %d of second argument (exceptions) is not an "
                         "exception",
                         (int)i);
            return -1;
        }
        int is_exception = PyObject_IsInstance(exception, PyExc_Exception);
        if (is_exception < 0) {
            return -1;
        }
        if (!is_exception) {
            nested_base = 1;
        }
    }
    return nested_base;
}

/* The class to make an instance of, borrowed: a BaseExceptionGroup of nothing
   but Exceptions is an ExceptionGroup. */
static PyTypeObject *
choose_class(PyTypeObject *cls, int nested_base)
{
    PyTypeObject *group =
        (PyTypeObject *)exceptions_state()->PyExc_ExceptionGroup;
    if (cls == (PyTypeObject *)PyExc_BaseExceptionGroup) {
        return nested_base ? cls : group;
    }
    if (!nested_base) {
        return cls;
    }
    if (cls == group) {
        PyErr_SetString(PyExc_TypeError,
                        "Cannot nest BaseExceptions in an ExceptionGroup");
        return NULL;
    }
    int is_exception = PyObject_IsSubclass((PyObject *)cls, PyExc_Exception);
    if (is_exception < 0) {
        return NULL;
    }
    if (is_exception) {
        PyErr_Format(PyExc_TypeError,
                     "Cannot nest BaseExceptions in '%.200s'", cls->tp_name);
        return NULL;
    }
    return cls;
}

static PyObject *
BaseExceptionGroup_new(PyTypeObject *cls, PyObject *args, PyObject *kwds)
{
    PyObject *message, *sequence;
    if (!PyArg_ParseTuple(args, "UO:BaseExceptionGroup.__new__", &message,
                          &sequence)) {
        return NULL;
    }
    if (!PySequence_Check(sequence)) {
        PyErr_SetString(PyExc_TypeError,
                        "second argument (exceptions) must be a sequence");
        return NULL;
    }
    PyObject *exceptions = PySequence_Tuple(sequence);
    if (exceptions == NULL) {
        return NULL;
    }
    if (PyTuple_GET_SIZE(exceptions) == 0) {
        PyErr_SetString(PyExc_ValueError,
                        "second argument (exceptions) must be a non-empty "
                        "sequence");
        goto error;
    }
    int nested_base = has_base_exceptions(exceptions);
    if (nested_base < 0) {
        goto error;
    }
    cls = choose_class(cls, nested_base);
    if (cls == NULL) {
        goto error;
    }
    PyObject *self = BaseException_new(cls, args, kwds);
    if (self == NULL) {
        goto error;
    }
    GROUP(self)->msg = Py_NewRef(message);
    GROUP(self)->excs = exceptions;
    return self;

error:
    Py_DECREF(exceptions);
    return NULL;
}

PyObject *
_PyExc_CreateExceptionGroup(const char *text, PyObject *exceptions)
{
    PyObject *message = PyUnicode_FromString(text);
    if (message == NULL) {
        return NULL;
    }
    PyObject *group = PyObject_CallFunctionObjArgs(
        PyExc_BaseExceptionGroup, message, exceptions, NULL);
    Py_DECREF(message);
    return group;
}

static int
BaseExceptionGroup_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    if (!_PyArg_NoKeywords(Py_TYPE(self)->tp_name, kwds)) {
        return -1;
    }
    return BaseException_init(self, args, kwds);
}

static int
BaseExceptionGroup_clear(PyObject *self)
{
    Py_CLEAR(GROUP(self)->msg);
    Py_CLEAR(GROUP(self)->excs);
    return BaseException_clear(self);
}

static void
BaseExceptionGroup_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, BaseExceptionGroup_dealloc)
    BaseExceptionGroup_clear(self);
    Py_TYPE(self)->tp_free(self);
    Py_TRASHCAN_END
}

static int
BaseExceptionGroup_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(GROUP(self)->msg);
    Py_VISIT(GROUP(self)->excs);
    return BaseException_traverse(self, visit, arg);
}

static PyObject *
BaseExceptionGroup_str(PyObject *self)
{
    Py_ssize_t count = PyTuple_GET_SIZE(GROUP(self)->excs);
    return PyUnicode_FromFormat("%S (%zd sub-exception%s)",
                                GROUP(self)->msg, count,
                                count > 1 ? "s" : "");
}

/* -- Parts of a group ----------------------------------------------------- */

static PyObject *
BaseExceptionGroup_derive(PyObject *self, PyObject *exceptions)
{
    return PyObject_CallFunctionObjArgs(PyExc_BaseExceptionGroup,
                                        GROUP(self)->msg, exceptions, NULL);
}

/* A list of its own for the part, so that notes added later stay apart. */
static int
copy_notes(PyObject *from, PyObject *to)
{
    PyObject *notes;
    if (_PyObject_LookupAttr(from, &_Py_ID(__notes__), &notes) < 0) {
        return -1;
    }
    if (notes == NULL) {
        return 0;
    }
    int result = 0;
    /* Anything but a sequence is somebody's mistake and not ours to tell. */
    if (PySequence_Check(notes)) {
        PyObject *copy = PySequence_List(notes);
        if (copy == NULL) {
            result = -1;
        }
        else {
            result = PyObject_SetAttr(to, &_Py_ID(__notes__), copy);
            Py_DECREF(copy);
        }
    }
    Py_DECREF(notes);
    return result;
}

/* A group of the given exceptions like the original; NULL without an
   exception if there are none. */
static PyObject *
group_subset(PyObject *original, PyObject *exceptions)
{
    if (PySequence_Size(exceptions) == 0) {
        return NULL;
    }
    PyObject *group = PyObject_CallMethodOneArg(original, &_Py_ID(derive),
                                                exceptions);
    if (group == NULL) {
        return NULL;
    }
    if (!_PyBaseExceptionGroup_Check(group)) {
        PyErr_SetString(PyExc_TypeError,
                        "derive must return an instance of "
                        "BaseExceptionGroup");
        goto error;
    }
    PyObject *traceback = PyException_GetTraceback(original);
    if (traceback != NULL) {
        int result = PyException_SetTraceback(group, traceback);
        Py_DECREF(traceback);
        if (result < 0) {
            goto error;
        }
    }
    PyException_SetContext(group, PyException_GetContext(original));
    PyException_SetCause(group, PyException_GetCause(original));
    if (copy_notes(original, group) < 0) {
        goto error;
    }
    return group;

error:
    Py_DECREF(group);
    return NULL;
}

/* -- Conditions ----------------------------------------------------------- */

enum matcher {
    MATCHER_TYPE,           /* a class or a tuple of classes */
    MATCHER_PREDICATE,      /* a function */
    MATCHER_INSTANCES,      /* a set of addresses, as ints */
};

static int
matcher_kind(PyObject *value, enum matcher *kind)
{
    if (PyFunction_Check(value)) {
        *kind = MATCHER_PREDICATE;
        return 0;
    }
    if (PyExceptionClass_Check(value)) {
        *kind = MATCHER_TYPE;
        return 0;
    }
    if (PyTuple_CheckExact(value)) {
        Py_ssize_t count = PyTuple_GET_SIZE(value);
        Py_ssize_t i = 0;
        while (i < count
               && PyExceptionClass_Check(PyTuple_GET_ITEM(value, i))) {
            i++;
        }
        if (i == count) {
            *kind = MATCHER_TYPE;
            return 0;
        }
    }
    PyErr_SetString(PyExc_TypeError,
                    "expected a function, exception type or tuple of "
                    "exception types");
    return -1;
}

static int
matcher_matches(PyObject *exception, enum matcher kind, PyObject *value)
{
    switch (kind) {
    case MATCHER_TYPE:
        return PyErr_GivenExceptionMatches(exception, value);
    case MATCHER_PREDICATE: {
        PyObject *answer = PyObject_CallOneArg(value, exception);
        if (answer == NULL) {
            return -1;
        }
        int result = PyObject_IsTrue(answer);
        Py_DECREF(answer);
        return result;
    }
    case MATCHER_INSTANCES: {
        if (_PyBaseExceptionGroup_Check(exception)) {
            return 0;
        }
        PyObject *address = PyLong_FromVoidPtr(exception);
        if (address == NULL) {
            return -1;
        }
        int result = PySet_Contains(value, address);
        Py_DECREF(address);
        return result;
    }
    }
    Py_UNREACHABLE();
}

/* -- Splitting ------------------------------------------------------------ */

struct split {
    PyObject *match;        /* owned; NULL: nothing matches */
    PyObject *rest;         /* owned; NULL: nothing left, or not wanted */
};

static int
append_part_steal(PyObject *list, PyObject *part)
{
    if (part == NULL) {
        return 0;
    }
    assert(PyExceptionInstance_Check(part));
    int result = PyList_Append(list, part);
    Py_DECREF(part);
    return result;
}

static int
split_exception(PyObject *exception, enum matcher kind, PyObject *value,
                int want_rest, struct split *result)
{
    result->match = NULL;
    result->rest = NULL;
    int matches = matcher_matches(exception, kind, value);
    if (matches < 0) {
        return -1;
    }
    if (matches) {
        result->match = Py_NewRef(exception);
        return 0;
    }
    if (!_PyBaseExceptionGroup_Check(exception)) {
        if (want_rest) {
            result->rest = Py_NewRef(exception);
        }
        return 0;
    }
    PyObject *match_list = PyList_New(0);
    PyObject *rest_list = PyList_New(0);
    int status = -1;
    if (match_list == NULL || rest_list == NULL) {
        goto done;
    }
    PyObject *members = GROUP(exception)->excs;
    Py_ssize_t count = PyTuple_GET_SIZE(members);
    for (Py_ssize_t i = 0; i < count; i++) {
        struct split part;
        if (Py_EnterRecursiveCall(" in exceptiongroup_split_recursive")) {
            goto done;
        }
        int failed = split_exception(PyTuple_GET_ITEM(members, i), kind,
                                     value, want_rest, &part);
        Py_LeaveRecursiveCall();
        if (failed < 0) {
            goto done;
        }
        if (append_part_steal(match_list, part.match) < 0) {
            Py_XDECREF(part.rest);
            goto done;
        }
        if (append_part_steal(rest_list, part.rest) < 0) {
            goto done;
        }
    }
    result->match = group_subset(exception, match_list);
    if (result->match == NULL && PyErr_Occurred()) {
        goto done;
    }
    if (want_rest) {
        result->rest = group_subset(exception, rest_list);
        if (result->rest == NULL && PyErr_Occurred()) {
            Py_CLEAR(result->match);
            goto done;
        }
    }
    status = 0;
done:
    Py_XDECREF(match_list);
    Py_XDECREF(rest_list);
    return status;
}

static PyObject *
BaseExceptionGroup_split(PyObject *self, PyObject *value)
{
    enum matcher kind;
    struct split parts;
    if (matcher_kind(value, &kind) < 0
        || split_exception(self, kind, value, 1, &parts) < 0) {
        return NULL;
    }
    PyObject *result = PyTuple_Pack(2, parts.match ? parts.match : Py_None,
                                    parts.rest ? parts.rest : Py_None);
    Py_XDECREF(parts.match);
    Py_XDECREF(parts.rest);
    return result;
}

static PyObject *
BaseExceptionGroup_subgroup(PyObject *self, PyObject *value)
{
    enum matcher kind;
    struct split parts;
    if (matcher_kind(value, &kind) < 0
        || split_exception(self, kind, value, 0, &parts) < 0) {
        return NULL;
    }
    assert(parts.rest == NULL);
    return parts.match ? parts.match : Py_NewRef(Py_None);
}

/* -- Reraising after except* ---------------------------------------------- */

static int
collect_leaves(PyObject *exception, PyObject *addresses)
{
    if (exception == Py_None) {
        return 0;
    }
    assert(PyExceptionInstance_Check(exception));
    assert(PySet_Check(addresses));
    if (!_PyBaseExceptionGroup_Check(exception)) {
        PyObject *address = PyLong_FromVoidPtr(exception);
        if (address == NULL) {
            return -1;
        }
        int result = PySet_Add(addresses, address);
        Py_DECREF(address);
        return result;
    }
    PyObject *members = GROUP(exception)->excs;
    Py_ssize_t count = PyTuple_GET_SIZE(members);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (Py_EnterRecursiveCall(" in collect_exception_group_leaf_ids")) {
            return -1;
        }
        int result = collect_leaves(PyTuple_GET_ITEM(members, i), addresses);
        Py_LeaveRecursiveCall();
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

/* The part of group whose leaves are in one of the groups of keep; None if
   there are none. */
static PyObject *
group_projection(PyObject *group, PyObject *keep)
{
    assert(_PyBaseExceptionGroup_Check(group));
    assert(PyList_CheckExact(keep));
    PyObject *addresses = PySet_New(NULL);
    if (addresses == NULL) {
        return NULL;
    }
    Py_ssize_t count = PyList_GET_SIZE(keep);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (collect_leaves(PyList_GET_ITEM(keep, i), addresses) < 0) {
            Py_DECREF(addresses);
            return NULL;
        }
    }
    struct split parts;
    int status = split_exception(group, MATCHER_INSTANCES, addresses, 0,
                                 &parts);
    Py_DECREF(addresses);
    if (status < 0) {
        return NULL;
    }
    assert(parts.rest == NULL);
    return parts.match ? parts.match : Py_NewRef(Py_None);
}

/* Is the exception a part of original that was raised again as it was? */
static int
is_reraised_part(PyObject *exception, PyObject *original)
{
    PyBaseExceptionObject *a = (PyBaseExceptionObject *)exception;
    PyBaseExceptionObject *b = (PyBaseExceptionObject *)original;
    return a->notes == b->notes && a->traceback == b->traceback
           && a->cause == b->cause && a->context == b->context;
}

/* Puts those of exceptions that are new into raised, parts of original into
   reraised. */
static int
sort_raised(PyObject *original, PyObject *exceptions, PyObject *raised,
            PyObject *reraised)
{
    Py_ssize_t count = PyList_GET_SIZE(exceptions);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *exception = PyList_GET_ITEM(exceptions, i);
        if (exception == Py_None) {
            continue;
        }
        PyObject *list = is_reraised_part(exception, original) ? reraised
                                                               : raised;
        if (PyList_Append(list, exception) < 0) {
            return -1;
        }
    }
    return 0;
}

/* What an except* statement raises at its end: exceptions has what its
   clauses raised and the unhandled part of original, with None for nothing.
   Parts of original are joined into one group of the original's shape. */
PyObject *
_PyExc_PrepReraiseStar(PyObject *original, PyObject *exceptions)
{
    assert(PyExceptionInstance_Check(original));
    assert(PyList_Check(exceptions));
    if (PyList_GET_SIZE(exceptions) == 0) {
        Py_RETURN_NONE;
    }
    if (!_PyBaseExceptionGroup_Check(original)) {
        /* A naked exception: one clause at most has run. */
        return Py_NewRef(PyList_GET_ITEM(exceptions, 0));
    }
    PyObject *result = NULL, *part = NULL;
    PyObject *raised = PyList_New(0);
    PyObject *reraised = PyList_New(0);
    if (raised == NULL || reraised == NULL
        || sort_raised(original, exceptions, raised, reraised) < 0) {
        goto done;
    }
    part = group_projection(original, reraised);
    if (part == NULL) {
        goto done;
    }
    if (PyList_GET_SIZE(raised) == 0) {
        result = Py_NewRef(part);
        goto done;
    }
    if (part != Py_None && PyList_Append(raised, part) < 0) {
        goto done;
    }
    result = _PyExc_CreateExceptionGroup("", raised);
done:
    Py_XDECREF(part);
    Py_XDECREF(raised);
    Py_XDECREF(reraised);
    return result;
}

/* -- Type ----------------------------------------------------------------- */

static PyMemberDef BaseExceptionGroup_members[] = {
    {"message", T_OBJECT, offsetof(PyBaseExceptionGroupObject, msg),
     READONLY, PyDoc_STR("exception message")},
    {"exceptions", T_OBJECT, offsetof(PyBaseExceptionGroupObject, excs),
     READONLY, PyDoc_STR("nested exceptions")},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef BaseExceptionGroup_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {"derive", BaseExceptionGroup_derive, METH_O, NULL},
    {"split", BaseExceptionGroup_split, METH_O, NULL},
    {"subgroup", BaseExceptionGroup_subgroup, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject _PyExc_BaseExceptionGroup = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "BaseExceptionGroup",
    .tp_basicsize = sizeof(PyBaseExceptionGroupObject),
    .tp_dealloc = BaseExceptionGroup_dealloc,
    .tp_str = BaseExceptionGroup_str,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PyDoc_STR("A combination of multiple unrelated exceptions."),
    .tp_traverse = BaseExceptionGroup_traverse,
    .tp_clear = BaseExceptionGroup_clear,
    .tp_methods = BaseExceptionGroup_methods,
    .tp_members = BaseExceptionGroup_members,
    .tp_base = &_PyExc_BaseException,
    .tp_dictoffset = offsetof(PyBaseExceptionGroupObject, dict),
    .tp_init = BaseExceptionGroup_init,
    .tp_new = BaseExceptionGroup_new,
};
