/* object: the root of all classes, and how instances are pickled. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_dict.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_type.h"
#include "structmember.h"

/* -- Construction --------------------------------------------------------- */

/* Too many arguments are an error unless exactly one of __new__ and __init__
   is overridden: the other one is then object's and sees the arguments meant
   for its partner. */
static int
excess_args(PyObject *args, PyObject *kwds)
{
    return PyTuple_GET_SIZE(args)
           || (kwds && PyDict_Check(kwds) && PyDict_GET_SIZE(kwds));
}

int
object_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    PyTypeObject *type = Py_TYPE(self);
    if (excess_args(args, kwds)) {
        if (type->tp_init != object_init) {
            PyErr_SetString(PyExc_TypeError,
                            "object.__init__() takes exactly one argument "
                            "(the instance to initialize)");
            return -1;
        }
        if (type->tp_new == object_new) {
            PyErr_Format(PyExc_TypeError,
                         "%.200s.__init__() takes exactly one argument "
                         "(the instance to initialize)",
                         type->tp_name);
            return -1;
        }
    }
    return 0;
}

static void
set_abstract_error(PyTypeObject *type)
{
    PyObject *joined = NULL, *separator = NULL;
    PyObject *names = PyObject_GetAttr((PyObject *)type,
                                       &_Py_ID(__abstractmethods__));
    if (names == NULL) {
        return;
    }
    PyObject *sorted = PySequence_List(names);
    Py_DECREF(names);
    if (sorted == NULL) {
        return;
    }
    if (PyList_Sort(sorted) < 0) {
        goto done;
    }
    separator = PyUnicode_FromString(", ");
    if (separator == NULL) {
        goto done;
    }
    joined = PyUnicode_Join(separator, sorted);
    if (joined == NULL) {
        goto done;
    }
    PyErr_Format(PyExc_TypeError,
                 "Can't instantiate abstract class %s "
                 "with abstract method%s %U",
                 type->tp_name, PyList_GET_SIZE(sorted) > 1 ? "s" : "",
                 joined);
done:
    Py_XDECREF(joined);
    Py_XDECREF(separator);
    Py_DECREF(sorted);
}

PyObject *
object_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (excess_args(args, kwds)) {
        if (type->tp_new != object_new) {
            PyErr_SetString(PyExc_TypeError,
                            "object.__new__() takes exactly one argument "
                            "(the type to instantiate)");
            return NULL;
        }
        if (type->tp_init == object_init) {
            PyErr_Format(PyExc_TypeError, "%.200s() takes no arguments",
                         type->tp_name);
            return NULL;
        }
    }
    if (type->tp_flags & Py_TPFLAGS_IS_ABSTRACT) {
        set_abstract_error(type);
        return NULL;
    }
    PyObject *object = type->tp_alloc(type, 0);
    if (object == NULL) {
        return NULL;
    }
    if (_PyObject_InitializeDict(object)) {
        Py_DECREF(object);
        return NULL;
    }
    return object;
}

static void
object_dealloc(PyObject *self)
{
    Py_TYPE(self)->tp_free(self);
}

/* -- Representation and comparison ---------------------------------------- */

static PyObject *
object_repr(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *module = type_module(type);
    if (module == NULL) {
        PyErr_Clear();
    }
    else if (!PyUnicode_Check(module)) {
        Py_CLEAR(module);
    }
    PyObject *name = type_qualname(type);
    if (name == NULL) {
        Py_XDECREF(module);
        return NULL;
    }
    PyObject *result;
    if (module != NULL && !_PyUnicode_Equal(module, &_Py_ID(builtins))) {
        result = PyUnicode_FromFormat("<%U.%U object at %p>", module, name,
                                      self);
    }
    else {
        result = PyUnicode_FromFormat("<%s object at %p>", type->tp_name,
                                      self);
    }
    Py_XDECREF(module);
    Py_DECREF(name);
    return result;
}

static PyObject *
object_str(PyObject *self)
{
    unaryfunc repr = Py_TYPE(self)->tp_repr;
    return repr == NULL ? object_repr(self) : repr(self);
}

static PyObject *
object_richcompare(PyObject *self, PyObject *other, int op)
{
    PyObject *result = Py_NotImplemented;
    if (op == Py_EQ) {
        /* Identity is a yes; otherwise the other operand may know. */
        if (self == other) {
            result = Py_True;
        }
        return Py_NewRef(result);
    }
    if (op != Py_NE || Py_TYPE(self)->tp_richcompare == NULL) {
        return Py_NewRef(result);
    }
    /* __ne__ is the inverse of __eq__, unless that does not know. */
    result = Py_TYPE(self)->tp_richcompare(self, other, Py_EQ);
    if (result == NULL || result == Py_NotImplemented) {
        return result;
    }
    int equal = PyObject_IsTrue(result);
    Py_DECREF(result);
    if (equal < 0) {
        return NULL;
    }
    return Py_NewRef(equal ? Py_False : Py_True);
}

/* -- __class__ ------------------------------------------------------------ */

static PyObject *
object_get_class(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(Py_TYPE(self));
}

static int
object_set_class(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "can't delete __class__ attribute");
        return -1;
    }
    if (!PyType_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "__class__ must be set to a class, not '%s' object",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    PyTypeObject *new_type = (PyTypeObject *)value;
    if (PySys_Audit("object.__setattr__", "OsO", self, "__class__", value)
        < 0) {
        return -1;
    }
    PyTypeObject *old_type = Py_TYPE(self);
    /* Instances of built-in types can be shared, interned or static, so they
       must keep their class; modules are known to be none of these. */
    if (!(PyType_IsSubtype(new_type, &PyModule_Type)
          && PyType_IsSubtype(old_type, &PyModule_Type))
        && (_PyType_HasFeature(new_type, Py_TPFLAGS_IMMUTABLETYPE)
            || _PyType_HasFeature(old_type, Py_TPFLAGS_IMMUTABLETYPE))) {
        PyErr_Format(PyExc_TypeError,
                     "__class__ assignment only supported for mutable types "
                     "or ModuleType subclasses");
        return -1;
    }
    if (!type_compatible_for_assignment(old_type, new_type, "__class__")) {
        return -1;
    }
    if (old_type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        /* Inline values go with the old class's keys: make a dictionary. */
        _PyObject_GetDictPtr(self);
        if (*_PyObject_ValuesPointer(self)) {
            PyErr_NoMemory();
            return -1;
        }
    }
    if (new_type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        Py_INCREF(new_type);
    }
    Py_SET_TYPE(self, new_type);
    if (old_type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        Py_DECREF(old_type);
    }
    return 0;
}

/* -- Pickling: the state -------------------------------------------------- */

static PyObject *
import_copyreg(void)
{
    /* If it has been imported already, importlib need not run. */
    PyObject *module = PyImport_GetModule(&_Py_ID(copyreg));
    if (module != NULL) {
        return module;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    return PyImport_Import(&_Py_ID(copyreg));
}

/* The names of the slots of cls and its bases: a list, or None if there are
   none.  copyreg keeps the answer in cls.__slotnames__. */
static PyObject *
get_slot_names(PyTypeObject *cls)
{
    assert(PyType_Check(cls));
    PyObject *names = PyDict_GetItemWithError(cls->tp_dict,
                                              &_Py_ID(__slotnames__));
    if (names != NULL) {
        if (names != Py_None && !PyList_Check(names)) {
            PyErr_Format(PyExc_TypeError,
                         "%.200s.__slotnames__ should be a list or None, "
                         "not %.200s",
                         cls->tp_name, Py_TYPE(names)->tp_name);
            return NULL;
        }
        return Py_NewRef(names);
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    PyObject *copyreg = import_copyreg();
    if (copyreg == NULL) {
        return NULL;
    }
    names = PyObject_CallMethodOneArg(copyreg, &_Py_ID(_slotnames),
                                      (PyObject *)cls);
    Py_DECREF(copyreg);
    if (names != NULL && names != Py_None && !PyList_Check(names)) {
        PyErr_SetString(PyExc_TypeError,
                        "copyreg._slotnames didn't return a list or None");
        Py_DECREF(names);
        return NULL;
    }
    return names;
}

/* An object with fields that neither dictionary nor slots account for cannot
   be restored from them. */
static int
check_size_is_known(PyObject *self, PyObject *slot_names)
{
    PyTypeObject *type = Py_TYPE(self);
    const Py_ssize_t word = sizeof(PyObject *);
    Py_ssize_t size = PyBaseObject_Type.tp_basicsize;
    if (type->tp_dictoffset != 0
        && (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) == 0) {
        size += word;
    }
    if (type->tp_weaklistoffset > 0) {
        size += word;
    }
    if (slot_names != Py_None) {
        size += word * PyList_GET_SIZE(slot_names);
    }
    if (type->tp_basicsize > size) {
        PyErr_Format(PyExc_TypeError, "cannot pickle '%.200s' object",
                     type->tp_name);
        return -1;
    }
    return 0;
}

/* A new dictionary of the slots that are set. */
static PyObject *
collect_slots(PyObject *self, PyObject *slot_names)
{
    PyObject *slots = PyDict_New();
    if (slots == NULL) {
        return NULL;
    }
    Py_ssize_t count = PyList_GET_SIZE(slot_names);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *name = Py_NewRef(PyList_GET_ITEM(slot_names, i));
        PyObject *value;
        int result = _PyObject_LookupAttr(self, name, &value);
        if (result > 0) {
            result = PyDict_SetItem(slots, name, value);
            Py_DECREF(value);
        }
        Py_DECREF(name);
        if (result < 0) {
            goto error;
        }
        /* The list is the class's: Python code may have changed it. */
        if (count != PyList_GET_SIZE(slot_names)) {
            PyErr_Format(PyExc_RuntimeError,
                         "__slotsname__ changed size during iteration");
            goto error;
        }
    }
    return slots;

error:
    Py_DECREF(slots);
    return NULL;
}

/* The __dict__, or a pair of it and a dictionary of slots, or None.  With
   required, an object whose state this cannot be is an error. */
static PyObject *
getstate_default(PyObject *self, int required)
{
    if (required && Py_TYPE(self)->tp_itemsize) {
        PyErr_Format(PyExc_TypeError, "cannot pickle %.200s objects",
                     Py_TYPE(self)->tp_name);
        return NULL;
    }
    PyObject *state;
    if (_PyObject_IsInstanceDictEmpty(self)) {
        state = Py_NewRef(Py_None);
    }
    else {
        state = PyObject_GenericGetDict(self, NULL);
        if (state == NULL) {
            return NULL;
        }
    }
    PyObject *slot_names = get_slot_names(Py_TYPE(self));
    if (slot_names == NULL) {
        Py_DECREF(state);
        return NULL;
    }
    if (required && check_size_is_known(self, slot_names) < 0) {
        goto error;
    }
    if (slot_names != Py_None && PyList_GET_SIZE(slot_names) > 0) {
        PyObject *slots = collect_slots(self, slot_names);
        if (slots == NULL) {
            goto error;
        }
        if (PyDict_GET_SIZE(slots) > 0) {
            PyObject *pair = PyTuple_Pack(2, state, slots);
            if (pair == NULL) {
                Py_DECREF(slots);
                goto error;
            }
            Py_SETREF(state, pair);
        }
        Py_DECREF(slots);
    }
    Py_DECREF(slot_names);
    return state;

error:
    Py_DECREF(slot_names);
    Py_DECREF(state);
    return NULL;
}

static PyObject *
object___getstate__(PyObject *self, PyObject *Py_UNUSED(args))
{
    return getstate_default(self, 0);
}

static PyObject *
get_state(PyObject *self, int required)
{
    PyObject *getstate = PyObject_GetAttr(self, &_Py_ID(__getstate__));
    if (getstate == NULL) {
        return NULL;
    }
    PyObject *state;
    if (PyCFunction_Check(getstate)
        && PyCFunction_GET_SELF(getstate) == self
        && PyCFunction_GET_FUNCTION(getstate) == object___getstate__) {
        /* Not overridden. */
        state = getstate_default(self, required);
    }
    else {
        state = _PyObject_CallNoArgs(getstate);
    }
    Py_DECREF(getstate);
    return state;
}

PyObject *
_PyObject_GetState(PyObject *self)
{
    return get_state(self, 0);
}

/* -- Pickling: the arguments of __new__ ----------------------------------- */

static int
unpack_newargs_ex(PyObject *pair, PyObject **args, PyObject **kwargs)
{
    if (!PyTuple_Check(pair)) {
        PyErr_Format(PyExc_TypeError,
                     "__getnewargs_ex__ should return a tuple, not '%.200s'",
                     Py_TYPE(pair)->tp_name);
        return -1;
    }
    if (PyTuple_GET_SIZE(pair) != 2) {
        PyErr_Format(PyExc_ValueError,
                     "__getnewargs_ex__ should return a tuple of "
                     "length 2, not %zd",
                     PyTuple_GET_SIZE(pair));
        return -1;
    }
    PyObject *first = PyTuple_GET_ITEM(pair, 0);
    PyObject *second = PyTuple_GET_ITEM(pair, 1);
    if (!PyTuple_Check(first)) {
        PyErr_Format(PyExc_TypeError,
                     "first item of the tuple returned by "
                     "__getnewargs_ex__ must be a tuple, not '%.200s'",
                     Py_TYPE(first)->tp_name);
        return -1;
    }
    if (!PyDict_Check(second)) {
        PyErr_Format(PyExc_TypeError,
                     "second item of the tuple returned by "
                     "__getnewargs_ex__ must be a dict, not '%.200s'",
                     Py_TYPE(second)->tp_name);
        return -1;
    }
    *args = Py_NewRef(first);
    *kwargs = Py_NewRef(second);
    return 0;
}

/* *args and *kwargs are NULL where the class does not say. */
static int
get_new_arguments(PyObject *self, PyObject **args, PyObject **kwargs)
{
    *args = NULL;
    *kwargs = NULL;
    PyObject *method = _PyObject_LookupSpecial(self,
                                               &_Py_ID(__getnewargs_ex__));
    if (method != NULL) {
        PyObject *pair = _PyObject_CallNoArgs(method);
        Py_DECREF(method);
        if (pair == NULL) {
            return -1;
        }
        int result = unpack_newargs_ex(pair, args, kwargs);
        Py_DECREF(pair);
        return result;
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    method = _PyObject_LookupSpecial(self, &_Py_ID(__getnewargs__));
    if (method == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    *args = _PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (*args == NULL) {
        return -1;
    }
    if (!PyTuple_Check(*args)) {
        PyErr_Format(PyExc_TypeError,
                     "__getnewargs__ should return a tuple, not '%.200s'",
                     Py_TYPE(*args)->tp_name);
        Py_CLEAR(*args);
        return -1;
    }
    return 0;
}

/* -- Pickling: the recipe ------------------------------------------------- */

/* Iterators over the items of a list and of a dict; None for others. */
static int
get_item_iterators(PyObject *self, PyObject **list_items,
                   PyObject **dict_items)
{
    *list_items = NULL;
    *dict_items = NULL;
    if (!PyList_Check(self)) {
        *list_items = Py_NewRef(Py_None);
    }
    else {
        *list_items = PyObject_GetIter(self);
        if (*list_items == NULL) {
            return -1;
        }
    }
    if (!PyDict_Check(self)) {
        *dict_items = Py_NewRef(Py_None);
        return 0;
    }
    PyObject *items = PyObject_CallMethodNoArgs(self, &_Py_ID(items));
    if (items != NULL) {
        *dict_items = PyObject_GetIter(items);
        Py_DECREF(items);
    }
    if (*dict_items == NULL) {
        Py_CLEAR(*list_items);
        return -1;
    }
    return 0;
}

/* (copyreg.__newobj__, (cls, *args)), or with __newobj_ex__ and keywords. */
static int
get_constructor(PyObject *cls, PyObject *args, PyObject *kwargs,
                PyObject **newobj, PyObject **newargs)
{
    PyObject *copyreg = import_copyreg();
    if (copyreg == NULL) {
        return -1;
    }
    *newargs = NULL;
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0) {
        *newobj = PyObject_GetAttr(copyreg, &_Py_ID(__newobj__));
        if (*newobj != NULL) {
            Py_ssize_t count = args ? PyTuple_GET_SIZE(args) : 0;
            *newargs = PyTuple_New(count + 1);
            if (*newargs != NULL) {
                PyTuple_SET_ITEM(*newargs, 0, Py_NewRef(cls));
                for (Py_ssize_t i = 0; i < count; i++) {
                    PyTuple_SET_ITEM(*newargs, i + 1,
                                     Py_NewRef(PyTuple_GET_ITEM(args, i)));
                }
            }
        }
    }
    else if (args != NULL) {
        *newobj = PyObject_GetAttr(copyreg, &_Py_ID(__newobj_ex__));
        if (*newobj != NULL) {
            *newargs = PyTuple_Pack(3, cls, args, kwargs);
        }
    }
    else {
        /* keywords come with arguments */
        Py_DECREF(copyreg);
        PyErr_BadInternalCall();
        *newobj = NULL;
        return -1;
    }
    Py_DECREF(copyreg);
    if (*newobj == NULL) {
        return -1;
    }
    if (*newargs == NULL) {
        Py_CLEAR(*newobj);
        return -1;
    }
    return 0;
}

/* Protocol 2 and up. */
static PyObject *
reduce_newobj(PyObject *self)
{
    if (Py_TYPE(self)->tp_new == NULL) {
        PyErr_Format(PyExc_TypeError, "cannot pickle '%.200s' object",
                     Py_TYPE(self)->tp_name);
        return NULL;
    }
    PyObject *args, *kwargs, *newobj = NULL, *newargs = NULL;
    if (get_new_arguments(self, &args, &kwargs) < 0) {
        return NULL;
    }
    PyObject *cls = (PyObject *)Py_TYPE(self);
    const int has_args = args != NULL;
    int failed = get_constructor(cls, args, kwargs, &newobj, &newargs) < 0;
    Py_XDECREF(args);
    Py_XDECREF(kwargs);
    if (failed) {
        return NULL;
    }
    PyObject *result = NULL, *list_items = NULL, *dict_items = NULL;
    PyObject *state = get_state(
        self, !(has_args || PyList_Check(self) || PyDict_Check(self)));
    if (state != NULL
        && get_item_iterators(self, &list_items, &dict_items) == 0) {
        result = PyTuple_Pack(5, newobj, newargs, state, list_items,
                              dict_items);
    }
    Py_XDECREF(list_items);
    Py_XDECREF(dict_items);
    Py_XDECREF(state);
    Py_DECREF(newargs);
    Py_DECREF(newobj);
    return result;
}

static PyObject *
reduce_default(PyObject *self, int protocol)
{
    if (protocol >= 2) {
        return reduce_newobj(self);
    }
    PyObject *copyreg = import_copyreg();
    if (copyreg == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethod(copyreg, "_reduce_ex", "Oi", self,
                                           protocol);
    Py_DECREF(copyreg);
    return result;
}

static PyObject *
object___reduce__(PyObject *self, PyObject *Py_UNUSED(args))
{
    return reduce_default(self, 0);
}

/* A __reduce__ of the class's own comes first, whatever the protocol. */
static PyObject *
object___reduce_ex__(PyObject *self, PyObject *arg)
{
    int protocol = _PyLong_AsInt(arg);
    if (protocol == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *object_reduce = PyDict_GetItemWithError(
        PyBaseObject_Type.tp_dict, &_Py_ID(__reduce__));    /* borrowed */
    if (object_reduce == NULL && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *reduce;
    if (_PyObject_LookupAttr(self, &_Py_ID(__reduce__), &reduce) < 0) {
        return NULL;
    }
    if (reduce != NULL) {
        PyObject *class_reduce = PyObject_GetAttr((PyObject *)Py_TYPE(self),
                                                  &_Py_ID(__reduce__));
        if (class_reduce == NULL) {
            Py_DECREF(reduce);
            return NULL;
        }
        int overridden = class_reduce != object_reduce;
        Py_DECREF(class_reduce);
        if (overridden) {
            PyObject *result = _PyObject_CallNoArgs(reduce);
            Py_DECREF(reduce);
            return result;
        }
        Py_DECREF(reduce);
    }
    return reduce_default(self, protocol);
}

/* -- Other methods -------------------------------------------------------- */

static PyObject *
object___subclasshook__(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *
object___init_subclass__(PyObject *Py_UNUSED(cls), PyObject *Py_UNUSED(arg))
{
    Py_RETURN_NONE;
}

static PyObject *
object___format__(PyObject *self, PyObject *format_spec)
{
    if (!PyUnicode_Check(format_spec)) {
        _PyArg_BadArgument("__format__", "argument", "str", format_spec);
        return NULL;
    }
    if (PyUnicode_GET_LENGTH(format_spec) > 0) {
        PyErr_Format(PyExc_TypeError,
                     "unsupported format string passed to %.200s.__format__",
                     Py_TYPE(self)->tp_name);
        return NULL;
    }
    return PyObject_Str(self);
}

static PyObject *
object___sizeof__(PyObject *self, PyObject *Py_UNUSED(args))
{
    Py_ssize_t size = 0;
    Py_ssize_t itemsize = Py_TYPE(self)->tp_itemsize;
    if (itemsize > 0) {
        Py_ssize_t count = Py_SIZE(self);
        size = (count < 0 ? -count : count) * itemsize;
    }
    return PyLong_FromSsize_t(size + Py_TYPE(self)->tp_basicsize);
}

static PyObject *
object___dir__(PyObject *self, PyObject *Py_UNUSED(args))
{
    PyObject *dict, *cls = NULL, *result = NULL;
    int found = _PyObject_LookupAttr(self, &_Py_ID(__dict__), &dict);
    if (found < 0) {
        return NULL;
    }
    if (found == 0 || !PyDict_Check(dict)) {
        Py_XSETREF(dict, PyDict_New());
    }
    else {
        /* Names are added below. */
        Py_SETREF(dict, PyDict_Copy(dict));
    }
    if (dict == NULL) {
        return NULL;
    }
    if (_PyObject_LookupAttr(self, &_Py_ID(__class__), &cls) < 0) {
        goto done;
    }
    if (cls != NULL && type_merge_dir(dict, cls) < 0) {
        goto done;
    }
    result = PyDict_Keys(dict);
done:
    Py_XDECREF(cls);
    Py_DECREF(dict);
    return result;
}

PyDoc_STRVAR(reduce_ex_doc,
"__reduce_ex__($self, protocol, /)\n--\n\n"
"Helper for pickle.");
PyDoc_STRVAR(reduce_doc,
"__reduce__($self, /)\n--\n\n"
"Helper for pickle.");
PyDoc_STRVAR(getstate_doc,
"__getstate__($self, /)\n--\n\n"
"Helper for pickle.");
PyDoc_STRVAR(subclasshook_doc,
"Abstract classes can override this to answer issubclass() themselves.\n"
"\n"
"abc.ABCMeta.__subclasscheck__() asks it first.  True and False are final\n"
"answers, which are remembered; NotImplemented leaves the question to the\n"
"usual tests.\n");
PyDoc_STRVAR(init_subclass_doc,
"Called when a class is subclassed.\n"
"\n"
"By default it does nothing; classes override it to have a say in the\n"
"making of their subclasses.\n");
PyDoc_STRVAR(format_doc,
"__format__($self, format_spec, /)\n--\n\n"
"Default object formatter.");
PyDoc_STRVAR(sizeof_doc,
"__sizeof__($self, /)\n--\n\n"
"Size of object in memory, in bytes.");
PyDoc_STRVAR(dir_doc,
"__dir__($self, /)\n--\n\n"
"Default dir() implementation.");

static PyMethodDef object_methods[] = {
    {"__reduce_ex__", object___reduce_ex__, METH_O, reduce_ex_doc},
    {"__reduce__", object___reduce__, METH_NOARGS, reduce_doc},
    {"__getstate__", object___getstate__, METH_NOARGS, getstate_doc},
    {"__subclasshook__", object___subclasshook__, METH_CLASS | METH_VARARGS,
     subclasshook_doc},
    {"__init_subclass__", object___init_subclass__,
     METH_CLASS | METH_NOARGS, init_subclass_doc},
    {"__format__", object___format__, METH_O, format_doc},
    {"__sizeof__", object___sizeof__, METH_NOARGS, sizeof_doc},
    {"__dir__", object___dir__, METH_NOARGS, dir_doc},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef object_getsets[] = {
    {"__class__", object_get_class, object_set_class,
     PyDoc_STR("the object's class"), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(object_doc,
"object()\n--\n\n"
"The root of the class hierarchy.\n"
"\n"
"A call takes no arguments and gives an instance without attributes, to\n"
"which none can be added.\n");

PyTypeObject PyBaseObject_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "object",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = object_dealloc,
    .tp_repr = object_repr,
    .tp_hash = (hashfunc)_Py_HashPointer,
    .tp_str = object_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = object_doc,
    .tp_richcompare = object_richcompare,
    .tp_methods = object_methods,
    .tp_getset = object_getsets,
    .tp_init = object_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = object_new,
    .tp_free = PyObject_Free,
};
