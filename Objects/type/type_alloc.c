/* Instances: how they are made, traversed and taken apart.

   PyType_GenericAlloc makes instances of any type.  The subtype_ functions
   are the slots of classes written in Python: they care for what such a class
   adds to its nearest C ancestor (slots, __dict__, weak references) and leave
   the rest to that ancestor's own slot. */
#include "Python.h"
#include "pycore_dict.h"
#include "pycore_gc.h"
#include "pycore_object.h"
#include "pycore_type.h"
#include "structmember.h"

/* -- Allocation ----------------------------------------------------------- */

PyObject *
_PyType_AllocNoTrack(PyTypeObject *type, Py_ssize_t nitems)
{
    /* One item more, so that there is always room for a sentinel. */
    const size_t size = _PyObject_VAR_SIZE(type, nitems + 1);
    const size_t header_size = _PyType_PreHeaderSize(type);
    char *memory = PyObject_Malloc(size + header_size);
    if (memory == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *object = (PyObject *)(memory + header_size);
    if (header_size) {
        ((PyObject **)memory)[0] = NULL;
        ((PyObject **)memory)[1] = NULL;
        _PyObject_GC_Link(object);
    }
    memset(object, 0, size);
    if (type->tp_itemsize == 0) {
        _PyObject_Init(object, type);
    }
    else {
        _PyObject_InitVar((PyVarObject *)object, type, nitems);
    }
    return object;
}

PyObject *
PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t nitems)
{
    PyObject *object = _PyType_AllocNoTrack(type, nitems);
    if (object != NULL && _PyType_IS_GC(type)) {
        _PyObject_GC_TRACK(object);
    }
    return object;
}

PyObject *
PyType_GenericNew(PyTypeObject *type, PyObject *Py_UNUSED(args),
                  PyObject *Py_UNUSED(kwds))
{
    return type->tp_alloc(type, 0);
}

/* -- The slots of a class ------------------------------------------------- */

static int
traverse_slots(PyTypeObject *type, PyObject *self, visitproc visit,
               void *arg)
{
    Py_ssize_t count = Py_SIZE(type);
    PyMemberDef *member = PyHeapType_GET_MEMBERS((PyHeapTypeObject *)type);
    for (Py_ssize_t i = 0; i < count; i++, member++) {
        if (member->type == T_OBJECT_EX) {
            Py_VISIT(*(PyObject **)((char *)self + member->offset));
        }
    }
    return 0;
}

static void
clear_slots(PyTypeObject *type, PyObject *self)
{
    Py_ssize_t count = Py_SIZE(type);
    PyMemberDef *member = PyHeapType_GET_MEMBERS((PyHeapTypeObject *)type);
    for (Py_ssize_t i = 0; i < count; i++, member++) {
        if (member->type == T_OBJECT_EX && !(member->flags & READONLY)) {
            PyObject **place = (PyObject **)((char *)self + member->offset);
            Py_CLEAR(*place);
        }
    }
}

/* -- Garbage collection --------------------------------------------------- */

int
subtype_traverse(PyObject *self, visitproc visit, void *arg)
{
    PyTypeObject *type = Py_TYPE(self);
    PyTypeObject *base = type;
    traverseproc base_traverse;
    while ((base_traverse = base->tp_traverse) == subtype_traverse) {
        if (Py_SIZE(base)) {
            int result = traverse_slots(base, self, visit, arg);
            if (result) {
                return result;
            }
        }
        base = base->tp_base;
        assert(base);
    }
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        int result = _PyObject_VisitInstanceAttributes(self, visit, arg);
        if (result) {
            return result;
        }
    }
    if (type->tp_dictoffset != base->tp_dictoffset) {
        PyObject **dict_ptr = _PyObject_DictPointer(self);
        if (dict_ptr) {
            Py_VISIT(*dict_ptr);
        }
    }
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE)
        && (!base_traverse || !(base->tp_flags & Py_TPFLAGS_HEAPTYPE))) {
        /* An instance owns its type.  A C heap type's own tp_traverse does
           this already. */
        Py_VISIT(type);
    }
    return base_traverse ? base_traverse(self, visit, arg) : 0;
}

int
subtype_clear(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyTypeObject *base = type;
    inquiry base_clear;
    while ((base_clear = base->tp_clear) == subtype_clear) {
        if (Py_SIZE(base)) {
            clear_slots(base, self);
        }
        base = base->tp_base;
        assert(base);
    }
    /* Cycles through the dictionary are broken by its own tp_clear, save
       those of an instance that is its own __dict__'s only holder. */
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        _PyObject_ClearInstanceAttributes(self);
    }
    if (type->tp_dictoffset != base->tp_dictoffset) {
        PyObject **dict_ptr = _PyObject_DictPointer(self);
        if (dict_ptr) {
            Py_CLEAR(*dict_ptr);
        }
    }
    return base_clear ? base_clear(self) : 0;
}

/* -- Deallocation --------------------------------------------------------- */

static void
free_attributes(PyObject *self, PyTypeObject *type, PyTypeObject *base)
{
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        PyObject **dict_ptr = _PyObject_ManagedDictPointer(self);
        if (*dict_ptr != NULL) {
            assert(*_PyObject_ValuesPointer(self) == NULL);
            Py_CLEAR(*dict_ptr);
        }
        else {
            _PyObject_FreeInstanceAttributes(self);
        }
    }
    else if (type->tp_dictoffset && !base->tp_dictoffset) {
        PyObject **dict_ptr = _PyObject_ComputedDictPointer(self);
        if (dict_ptr != NULL) {
            Py_CLEAR(*dict_ptr);
        }
    }
}

/* An instance owns its heap type; a heap type's own tp_dealloc gives that
   reference back itself, a static one knows nothing of it. */
static void
call_base_dealloc(PyObject *self, PyTypeObject *type, PyTypeObject *base)
{
    const int drop_type = (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
                          && !(base->tp_flags & Py_TPFLAGS_HEAPTYPE);
    assert(base->tp_dealloc);
    base->tp_dealloc(self);
    if (drop_type) {
        Py_DECREF(type);
    }
}

static void
dealloc_without_gc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (type->tp_finalize && PyObject_CallFinalizerFromDealloc(self) < 0) {
        return;
    }
    if (type->tp_del) {
        type->tp_del(self);
        if (Py_REFCNT(self) > 0) {
            return;
        }
    }
    PyTypeObject *base = type;
    while (base->tp_dealloc == subtype_dealloc) {
        base = base->tp_base;
        assert(base);
    }
    /* __class__ may have been set meanwhile */
    call_base_dealloc(self, Py_TYPE(self), base);
}

/* Runs what the class has to say at the end; 1: the object lives again. */
static int
run_finalizers(PyObject *self, PyTypeObject *type, int own_weakrefs)
{
    if (type->tp_finalize) {
        _PyObject_GC_TRACK(self);
        if (PyObject_CallFinalizerFromDealloc(self) < 0) {
            return 1;
        }
        _PyObject_GC_UNTRACK(self);
    }
    /* Before tp_del and before attributes go: callbacks must not see a half
       empty object. */
    if (own_weakrefs) {
        PyObject_ClearWeakRefs(self);
    }
    if (type->tp_del) {
        _PyObject_GC_TRACK(self);
        type->tp_del(self);
        if (Py_REFCNT(self) > 0) {
            return 1;
        }
        _PyObject_GC_UNTRACK(self);
    }
    if ((type->tp_finalize || type->tp_del) && own_weakrefs) {
        /* The finalizer may have made new ones; no callbacks for them. */
        PyWeakReference **list =
            (PyWeakReference **)_PyObject_GET_WEAKREFS_LISTPTR(self);
        while (*list) {
            _PyWeakref_ClearRef(*list);
        }
    }
    return 0;
}

void
subtype_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    assert(type->tp_flags & Py_TPFLAGS_HEAPTYPE);
    if (!_PyType_IS_GC(type)) {
        dealloc_without_gc(self);
        return;
    }
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, subtype_dealloc);

    PyTypeObject *base = type;
    while (base->tp_dealloc == subtype_dealloc) {
        base = base->tp_base;
        assert(base);
    }
    const int own_weakrefs = type->tp_weaklistoffset
                             && !base->tp_weaklistoffset;
    if (run_finalizers(self, type, own_weakrefs)) {
        goto done;
    }
    for (PyTypeObject *t = type; t != base; t = t->tp_base) {
        if (Py_SIZE(t)) {
            clear_slots(t, self);
        }
    }
    free_attributes(self, type, base);

    /* A finalizer may have set __class__. */
    type = Py_TYPE(self);
    if (_PyType_IS_GC(base)) {
        _PyObject_GC_TRACK(self);
    }
    call_base_dealloc(self, type, base);
done:
    Py_TRASHCAN_END
}

/* -- __dict__ and __weakref__ --------------------------------------------- */

/* The base that has a __dict__ of its own kind, with a descriptor for it. */
static PyTypeObject *
get_builtin_base_with_dict(PyTypeObject *type)
{
    while (type->tp_base != NULL) {
        if (type->tp_dictoffset != 0
            && !(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
            return type;
        }
        type = type->tp_base;
    }
    return NULL;
}

static PyObject *
get_dict_descriptor(PyTypeObject *type)
{
    PyObject *descr = _PyType_Lookup(type, &_Py_ID(__dict__));
    return descr == NULL || !PyDescr_IsData(descr) ? NULL : descr;
}

static void
raise_dict_descr_error(PyObject *object)
{
    PyErr_Format(PyExc_TypeError,
                 "this __dict__ descriptor does not support '%.200s' objects",
                 Py_TYPE(object)->tp_name);
}

static PyObject *
subtype_dict(PyObject *object, void *context)
{
    PyTypeObject *base = get_builtin_base_with_dict(Py_TYPE(object));
    if (base == NULL) {
        return PyObject_GenericGetDict(object, context);
    }
    PyObject *descr = get_dict_descriptor(base);
    descrgetfunc get = descr == NULL ? NULL : Py_TYPE(descr)->tp_descr_get;
    if (get == NULL) {
        raise_dict_descr_error(object);
        return NULL;
    }
    return get(descr, object, (PyObject *)Py_TYPE(object));
}

static int
subtype_setdict(PyObject *object, PyObject *value, void *Py_UNUSED(context))
{
    PyTypeObject *base = get_builtin_base_with_dict(Py_TYPE(object));
    if (base != NULL) {
        PyObject *descr = get_dict_descriptor(base);
        descrsetfunc set = descr == NULL ? NULL
                                         : Py_TYPE(descr)->tp_descr_set;
        if (set == NULL) {
            raise_dict_descr_error(object);
            return -1;
        }
        return set(descr, object, value);
    }
    PyObject **dict_ptr = _PyObject_GetDictPtr(object);
    if (dict_ptr == NULL) {
        PyErr_SetString(PyExc_AttributeError, "This object has no __dict__");
        return -1;
    }
    if (value != NULL && !PyDict_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "__dict__ must be set to a dictionary, not a '%.200s'",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    Py_XSETREF(*dict_ptr, Py_XNewRef(value));
    return 0;
}

static PyObject *
subtype_getweakref(PyObject *object, void *Py_UNUSED(context))
{
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_weaklistoffset == 0) {
        PyErr_SetString(PyExc_AttributeError,
                        "This object has no __weakref__");
        return NULL;
    }
    PyObject *list = *(PyObject **)((char *)object
                                    + type->tp_weaklistoffset);
    return Py_NewRef(list == NULL ? Py_None : list);
}

#define DICT_GETSET                                                       \
    {"__dict__", subtype_dict, subtype_setdict,                           \
     PyDoc_STR("dictionary for instance variables (if defined)"), NULL}
#define WEAKREF_GETSET                                                    \
    {"__weakref__", subtype_getweakref, NULL,                             \
     PyDoc_STR("list of weak references to the object (if defined)"),     \
     NULL}
#define GETSET_END {NULL, NULL, NULL, NULL, NULL}

static PyGetSetDef getsets_full[] = {DICT_GETSET, WEAKREF_GETSET,
                                     GETSET_END};
static PyGetSetDef getsets_dict_only[] = {DICT_GETSET, GETSET_END};
static PyGetSetDef getsets_weakref_only[] = {WEAKREF_GETSET, GETSET_END};

PyGetSetDef *
subtype_getsets(int dict, int weaklist)
{
    if (dict) {
        return weaklist ? getsets_full : getsets_dict_only;
    }
    return weaklist ? getsets_weakref_only : NULL;
}
