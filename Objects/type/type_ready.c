/* PyType_Ready: completes a type whose author filled in what matters to him.

   Bases first; then the dictionary gets a descriptor for each slot, method,
   member and getset; then slots are inherited.  The same steps complete heap
   types made by type_new.c and heap_spec.c. */
#include "Python.h"
#include "pycore_dict.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_type.h"
#include "structmember.h"

/* -- The dictionary ------------------------------------------------------- */

/* Enters descr (stolen, may be NULL) unless the name is taken. */
static int
dict_set_default_steal(PyObject *dict, PyObject *name, PyObject *descr)
{
    if (descr == NULL) {
        return -1;
    }
    PyObject *kept = PyDict_SetDefault(dict, name, descr);  /* borrowed */
    Py_DECREF(descr);
    return kept == NULL ? -1 : 0;
}

static int
add_method(PyTypeObject *type, PyMethodDef *method)
{
    PyObject *descr, *name;
    if (method->ml_flags & METH_CLASS) {
        if (method->ml_flags & METH_STATIC) {
            PyErr_SetString(PyExc_ValueError,
                            "method cannot be both class and static");
            return -1;
        }
        descr = PyDescr_NewClassMethod(type, method);
    }
    else if (method->ml_flags & METH_STATIC) {
        PyObject *function = PyCFunction_NewEx(method, (PyObject *)type,
                                               NULL);
        if (function == NULL) {
            return -1;
        }
        descr = PyStaticMethod_New(function);
        Py_DECREF(function);
    }
    else {
        descr = PyDescr_NewMethod(type, method);
    }
    if (descr == NULL) {
        return -1;
    }
    if (method->ml_flags & METH_STATIC) {
        name = PyUnicode_InternFromString(method->ml_name);
        if (name == NULL) {
            Py_DECREF(descr);
            return -1;
        }
    }
    else {
        name = Py_NewRef(PyDescr_NAME(descr));
    }
    int result;
    if (method->ml_flags & METH_COEXIST) {
        result = PyDict_SetItem(type->tp_dict, name, descr);
        Py_DECREF(descr);
    }
    else {
        result = dict_set_default_steal(type->tp_dict, name, descr);
    }
    Py_DECREF(name);
    return result;
}

static int
add_methods(PyTypeObject *type)
{
    PyMethodDef *method = type->tp_methods;
    if (method == NULL) {
        return 0;
    }
    for (; method->ml_name != NULL; method++) {
        if (add_method(type, method) < 0) {
            return -1;
        }
    }
    return 0;
}

int
type_add_members(PyTypeObject *type)
{
    PyMemberDef *member = type->tp_members;
    if (member == NULL) {
        return 0;
    }
    for (; member->name != NULL; member++) {
        PyObject *descr = PyDescr_NewMember(type, member);
        if (descr == NULL
            || dict_set_default_steal(type->tp_dict, PyDescr_NAME(descr),
                                      descr) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
add_getset(PyTypeObject *type)
{
    PyGetSetDef *getset = type->tp_getset;
    if (getset == NULL) {
        return 0;
    }
    for (; getset->name != NULL; getset++) {
        PyObject *descr = PyDescr_NewGetSet(type, getset);
        if (descr == NULL
            || dict_set_default_steal(type->tp_dict, PyDescr_NAME(descr),
                                      descr) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
set_doc(PyTypeObject *type)
{
    int exists = PyDict_Contains(type->tp_dict, &_Py_ID(__doc__));
    if (exists != 0) {
        return exists < 0 ? -1 : 0;
    }
    PyObject *doc;
    if (type->tp_doc != NULL) {
        doc = _PyType_GetDocFromInternalDoc(type->tp_name, type->tp_doc);
        if (doc == NULL) {
            return -1;
        }
    }
    else {
        doc = Py_NewRef(Py_None);
    }
    int result = PyDict_SetItem(type->tp_dict, &_Py_ID(__doc__), doc);
    Py_DECREF(doc);
    return result;
}

static int
fill_dict(PyTypeObject *type)
{
    if (type_add_operators(type) < 0 || add_methods(type) < 0
        || type_add_members(type) < 0 || add_getset(type) < 0
        || set_doc(type) < 0) {
        return -1;
    }
    return 0;
}

/* -- __new__ of a C type -------------------------------------------------- */

/* T.__new__(S, ...) makes an S by T's tp_new; that is safe only if T's is the
   tp_new of S's nearest ancestor written in C. */
static PyObject *
new_wrapper(PyObject *self, PyObject *args, PyObject *kwds)
{
    if (self == NULL || !PyType_Check(self)) {
        PyErr_Format(PyExc_SystemError,
                     "__new__() called with non-type 'self'");
        return NULL;
    }
    PyTypeObject *type = (PyTypeObject *)self;
    if (!PyTuple_Check(args) || PyTuple_GET_SIZE(args) < 1) {
        PyErr_Format(PyExc_TypeError, "%s.__new__(): not enough arguments",
                     type->tp_name);
        return NULL;
    }
    PyObject *arg0 = PyTuple_GET_ITEM(args, 0);
    if (!PyType_Check(arg0)) {
        PyErr_Format(PyExc_TypeError,
                     "%s.__new__(X): X is not a type object (%s)",
                     type->tp_name, Py_TYPE(arg0)->tp_name);
        return NULL;
    }
    PyTypeObject *subtype = (PyTypeObject *)arg0;
    if (!PyType_IsSubtype(subtype, type)) {
        PyErr_Format(PyExc_TypeError,
                     "%s.__new__(%s): %s is not a subtype of %s",
                     type->tp_name, subtype->tp_name, subtype->tp_name,
                     type->tp_name);
        return NULL;
    }
    PyTypeObject *static_base = subtype;
    while (static_base && static_base->tp_new == slot_tp_new) {
        static_base = static_base->tp_base;
    }
    /* Bases that are ready and instantiable in C have a tp_new. */
    if (static_base && static_base->tp_new != type->tp_new) {
        PyErr_Format(PyExc_TypeError,
                     "%s.__new__(%s) is not safe, use %s.__new__()",
                     type->tp_name, subtype->tp_name, static_base->tp_name);
        return NULL;
    }
    args = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    if (args == NULL) {
        return NULL;
    }
    PyObject *result = type->tp_new(subtype, args, kwds);
    Py_DECREF(args);
    return result;
}

static PyMethodDef new_methoddef[] = {
    {"__new__", _PyCFunction_CAST(new_wrapper), METH_VARARGS | METH_KEYWORDS,
     PyDoc_STR("__new__($type, *args, **kwargs)\n--\n\n"
               "Create and return a new object.  "
               "See help(type) for accurate signature.")},
    {NULL, NULL, 0, NULL},
};

/* Is object the __new__ of a C type, and of which? */
int
type_is_new_wrapper(PyObject *object, PyTypeObject **type)
{
    if (!Py_IS_TYPE(object, &PyCFunction_Type)
        || PyCFunction_GET_FUNCTION(object)
               != _PyCFunction_CAST(new_wrapper)) {
        return 0;
    }
    if (type != NULL) {
        *type = (PyTypeObject *)PyCFunction_GET_SELF(object);
    }
    return 1;
}

static int
add_new_wrapper(PyTypeObject *type)
{
    int exists = PyDict_Contains(type->tp_dict, &_Py_ID(__new__));
    if (exists != 0) {
        return exists < 0 ? -1 : 0;
    }
    PyObject *function = PyCFunction_NewEx(new_methoddef, (PyObject *)type,
                                           NULL);
    if (function == NULL) {
        return -1;
    }
    int result = PyDict_SetItem(type->tp_dict, &_Py_ID(__new__), function);
    Py_DECREF(function);
    return result;
}

/* -- The steps ------------------------------------------------------------ */

static int
pre_checks(PyTypeObject *type)
{
    if (type->tp_name == NULL) {
        PyErr_Format(PyExc_SystemError,
                     "Type does not define the tp_name field.");
        return -1;
    }
    if ((type->tp_flags & Py_TPFLAGS_HAVE_GC) && type->tp_traverse == NULL) {
        PyErr_Format(PyExc_SystemError,
                     "type %s has the Py_TPFLAGS_HAVE_GC flag "
                     "but has no traverse function",
                     type->tp_name);
        return -1;
    }
    return 0;
}

static int
set_bases(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base;
    if (base == NULL && type != &PyBaseObject_Type) {
        base = &PyBaseObject_Type;
        if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
            type->tp_base = (PyTypeObject *)Py_NewRef((PyObject *)base);
        }
        else {
            type->tp_base = base;
        }
    }
    if (base != NULL && base->tp_dict == NULL && PyType_Ready(base) < 0) {
        return -1;
    }
    /* Extensions cannot give the address of PyType_Type in a static
       initializer on some platforms and leave the metatype out. */
    if (Py_TYPE(type) == NULL && base != NULL) {
        Py_SET_TYPE(type, Py_TYPE(base));
    }
    if (type->tp_bases == NULL) {
        if (base == NULL) {
            type->tp_bases = PyTuple_New(0);
        }
        else {
            type->tp_bases = PyTuple_Pack(1, base);
        }
    }
    return type->tp_bases == NULL ? -1 : 0;
}

static int
set_mro(PyTypeObject *type)
{
    if (type_mro_compute(type, NULL) < 0) {
        return -1;
    }
    assert(type->tp_mro != NULL && PyTuple_Check(type->tp_mro));
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        return 0;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(type->tp_mro);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTypeObject *base =
            (PyTypeObject *)PyTuple_GET_ITEM(type->tp_mro, i);
        if (PyType_Check(base) && (base->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
            PyErr_Format(PyExc_TypeError,
                         "type '%.100s' is not dynamically allocated but "
                         "its base type '%.100s' is dynamically allocated",
                         type->tp_name, base->tp_name);
            return -1;
        }
    }
    return 0;
}

/* A static type directly below object that has no tp_new is made by its
   module only; object's would not initialise it. */
static int
set_new(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base;
    if (type->tp_new == NULL && base == &PyBaseObject_Type
        && !(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        type->tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
    }
    if (type->tp_flags & Py_TPFLAGS_DISALLOW_INSTANTIATION) {
        type->tp_new = NULL;
        return 0;
    }
    if (type->tp_new != NULL) {
        return add_new_wrapper(type);
    }
    type->tp_new = base->tp_new;
    return 0;
}

static void
inherit_pattern_flags(PyTypeObject *type, PyTypeObject *base)
{
    const unsigned long flags = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;
    if ((type->tp_flags & flags) == 0) {
        type->tp_flags |= base->tp_flags & flags;
    }
}

static int
inherit(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base;
    if (base != NULL) {
        type_inherit_special(type, base);
    }
    PyObject *mro = type->tp_mro;
    Py_ssize_t count = PyTuple_GET_SIZE(mro);
    for (Py_ssize_t i = 1; i < count; i++) {
        PyObject *ancestor = PyTuple_GET_ITEM(mro, i);
        if (!PyType_Check(ancestor)) {
            continue;
        }
        if (type_inherit_slots(type, (PyTypeObject *)ancestor) < 0) {
            return -1;
        }
        inherit_pattern_flags(type, (PyTypeObject *)ancestor);
    }
    if (base != NULL) {
        if (type->tp_as_async == NULL) {
            type->tp_as_async = base->tp_as_async;
        }
        if (type->tp_as_number == NULL) {
            type->tp_as_number = base->tp_as_number;
        }
        if (type->tp_as_sequence == NULL) {
            type->tp_as_sequence = base->tp_as_sequence;
        }
        if (type->tp_as_mapping == NULL) {
            type->tp_as_mapping = base->tp_as_mapping;
        }
        if (type->tp_as_buffer == NULL) {
            type->tp_as_buffer = base->tp_as_buffer;
        }
    }
    return 0;
}

static int
set_managed_dict(PyTypeObject *type)
{
    if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
        return 0;
    }
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        PyErr_Format(PyExc_SystemError,
                     "type %s has the Py_TPFLAGS_MANAGED_DICT flag "
                     "but not Py_TPFLAGS_HEAPTYPE flag",
                     type->tp_name);
        return -1;
    }
    PyHeapTypeObject *heap_type = (PyHeapTypeObject *)type;
    if (heap_type->ht_cached_keys == NULL) {
        heap_type->ht_cached_keys = _PyDict_NewKeysForClass();
        if (heap_type->ht_cached_keys == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    return 0;
}

/* A type that has no hash by now shows it as __hash__ = None. */
static int
set_hash(PyTypeObject *type)
{
    if (type->tp_hash != NULL) {
        return 0;
    }
    int exists = PyDict_Contains(type->tp_dict, &_Py_ID(__hash__));
    if (exists != 0) {
        return exists < 0 ? -1 : 0;
    }
    if (PyDict_SetItem(type->tp_dict, &_Py_ID(__hash__), Py_None) < 0) {
        return -1;
    }
    type->tp_hash = PyObject_HashNotImplemented;
    return 0;
}

static int
add_to_bases(PyTypeObject *type)
{
    PyObject *bases = type->tp_bases;
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        if (PyType_Check(base)
            && type_add_subclass((PyTypeObject *)base, type) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
ready(PyTypeObject *type)
{
    if (pre_checks(type) < 0) {
        return -1;
    }
    if (type->tp_dict == NULL) {
        type->tp_dict = PyDict_New();
        if (type->tp_dict == NULL) {
            return -1;
        }
    }
    if (set_bases(type) < 0 || set_mro(type) < 0 || set_new(type) < 0
        || fill_dict(type) < 0 || inherit(type) < 0
        || set_managed_dict(type) < 0 || set_hash(type) < 0
        || add_to_bases(type) < 0) {
        return -1;
    }
    return 0;
}

int
PyType_Ready(PyTypeObject *type)
{
    if (type->tp_flags & Py_TPFLAGS_READY) {
        assert(_PyType_CheckConsistency(type));
        return 0;
    }
    assert((type->tp_flags & Py_TPFLAGS_READYING) == 0);
    type->tp_flags |= Py_TPFLAGS_READYING;
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
    }
    if (ready(type) < 0) {
        type->tp_flags &= ~Py_TPFLAGS_READYING;
        return -1;
    }
    type->tp_flags =
        (type->tp_flags & ~Py_TPFLAGS_READYING) | Py_TPFLAGS_READY;
    assert(_PyType_CheckConsistency(type));
    return 0;
}

/* -- Consistency and end -------------------------------------------------- */

int
_PyType_CheckConsistency(PyTypeObject *type)
{
    PyObject *object = (PyObject *)type;
    if (type->tp_flags & Py_TPFLAGS_READYING
        || !(type->tp_flags & Py_TPFLAGS_READY)) {
        return 1;
    }
    if (Py_REFCNT(object) < 1 || type->tp_dict == NULL
        || type->tp_mro == NULL || !PyTuple_Check(type->tp_mro)) {
        _PyObject_ASSERT_FAILED_MSG(object, "inconsistent type");
    }
    if ((type->tp_flags & Py_TPFLAGS_HAVE_GC) && type->tp_traverse == NULL) {
        _PyObject_ASSERT_FAILED_MSG(object, "GC type without tp_traverse");
    }
    if ((type->tp_flags & Py_TPFLAGS_DISALLOW_INSTANTIATION)
        && type->tp_new != NULL) {
        _PyObject_ASSERT_FAILED_MSG(object, "tp_new of a type that cannot "
                                            "be instantiated");
    }
    return 1;
}

/* Undoes PyType_Ready for a static type at shutdown. */
void
_PyStaticType_Dealloc(PyTypeObject *type)
{
    /* Subtypes still use what they inherit; and other interpreters share
       the type as long as there is the main one. */
    if (type->tp_subclasses != NULL || type->tp_dict == NULL
        || !_Py_IsMainInterpreter(_PyInterpreterState_GET())) {
        return;
    }
    if (type->tp_bases != NULL) {
        type_remove_all_subclasses(type, type->tp_bases);
    }
    Py_CLEAR(type->tp_dict);
    Py_CLEAR(type->tp_bases);
    Py_CLEAR(type->tp_mro);
    Py_CLEAR(type->tp_cache);
    if (type->tp_weaklist != NULL) {
        /* It counts as dead for the weak references, whatever its count. */
        Py_ssize_t count = Py_REFCNT(type);
        Py_SET_REFCNT(type, 0);
        PyObject_ClearWeakRefs((PyObject *)type);
        Py_SET_REFCNT(type, count);
    }
    type->tp_flags &= ~(Py_TPFLAGS_READY | Py_TPFLAGS_VALID_VERSION_TAG);
    type->tp_version_tag = 0;
}

/* The first two types know each other; all others need both. */
PyStatus
_PyTypes_InitTypes(PyInterpreterState *Py_UNUSED(interp))
{
    if (PyType_Ready(&PyBaseObject_Type) < 0
        || PyType_Ready(&PyType_Type) < 0) {
        return _PyStatus_ERR("Can't initialize types");
    }
    return _PyStatus_OK();
}

extern PyTypeObject *const static_types[];

/* Derived types come before their bases: repeat until nothing changes. */
void
_PyTypes_FiniTypes(PyInterpreterState *interp)
{
    if (!_Py_IsMainInterpreter(interp)) {
        return;
    }
    int changed = 1;
    while (changed) {
        changed = 0;
        for (size_t i = 0; static_types[i] != NULL; i++) {
            PyTypeObject *type = static_types[i];
            if (type != &PyType_Type && type != &PyBaseObject_Type
                && type->tp_dict != NULL) {
                _PyStaticType_Dealloc(type);
                changed |= type->tp_dict == NULL;
            }
        }
    }
    _PyStaticType_Dealloc(&PyType_Type);
    _PyStaticType_Dealloc(&PyBaseObject_Type);
}
