/* What a type takes over from its bases: sizes, flags and slots.

   A slot is copied from a base where the type has none and where the base
   has one that is not merely its own base's: going along the MRO, the class
   that introduced a function hands it on. */
#include "Python.h"
#include "pycore_object.h"
#include "pycore_type.h"

#define INHERIT_VALUE(FIELD)              \
    do {                                  \
        if (type->FIELD == 0) {           \
            type->FIELD = base->FIELD;    \
        }                                 \
    } while (0)

/* The built-in types whose subclasses have a flag of their own. */
static unsigned long
subclass_flag(PyTypeObject *base)
{
    const struct {
        PyTypeObject *type;
        unsigned long flag;
    } kinds[] = {
        {(PyTypeObject *)PyExc_BaseException, Py_TPFLAGS_BASE_EXC_SUBCLASS},
        {&PyType_Type, Py_TPFLAGS_TYPE_SUBCLASS},
        {&PyLong_Type, Py_TPFLAGS_LONG_SUBCLASS},
        {&PyBytes_Type, Py_TPFLAGS_BYTES_SUBCLASS},
        {&PyUnicode_Type, Py_TPFLAGS_UNICODE_SUBCLASS},
        {&PyTuple_Type, Py_TPFLAGS_TUPLE_SUBCLASS},
        {&PyList_Type, Py_TPFLAGS_LIST_SUBCLASS},
        {&PyDict_Type, Py_TPFLAGS_DICT_SUBCLASS},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(kinds); i++) {
        if (PyType_IsSubtype(base, kinds[i].type)) {
            return kinds[i].flag;
        }
    }
    return 0;
}

/* Sizes, flags, and what belongs to garbage collection: from tp_base only. */
void
type_inherit_special(PyTypeObject *type, PyTypeObject *base)
{
    if (!(type->tp_flags & Py_TPFLAGS_HAVE_GC)
        && (base->tp_flags & Py_TPFLAGS_HAVE_GC)
        && type->tp_traverse == NULL && type->tp_clear == NULL) {
        type->tp_flags |= Py_TPFLAGS_HAVE_GC;
        type->tp_traverse = base->tp_traverse;
        type->tp_clear = base->tp_clear;
    }
    type->tp_flags |= base->tp_flags & Py_TPFLAGS_MANAGED_DICT;
    INHERIT_VALUE(tp_basicsize);
    INHERIT_VALUE(tp_itemsize);
    INHERIT_VALUE(tp_weaklistoffset);
    INHERIT_VALUE(tp_dictoffset);
    type->tp_flags |= subclass_flag(base);
    type->tp_flags |= base->tp_flags & _Py_TPFLAGS_MATCH_SELF;
}

/* Equality and hash belong together: a type that defines one of them in its
   dictionary inherits neither. */
static int
overrides_hash(PyTypeObject *type)
{
    assert(type->tp_dict != NULL);
    int result = PyDict_Contains(type->tp_dict, &_Py_ID(__eq__));
    if (result == 0) {
        result = PyDict_Contains(type->tp_dict, &_Py_ID(__hash__));
    }
    return result;
}

#define SLOT_DEFINED(SLOT) \
    (base->SLOT != 0 && (basebase == NULL || base->SLOT != basebase->SLOT))
#define COPY_SLOT(SLOT)                               \
    do {                                              \
        if (!type->SLOT && SLOT_DEFINED(SLOT)) {      \
            type->SLOT = base->SLOT;                  \
        }                                             \
    } while (0)

/* The suites: each is an array of function pointers, so one loop does. */
static void
inherit_suite(void *type_suite, void *base_suite, void *basebase_suite,
              size_t size)
{
    if (type_suite == NULL || base_suite == NULL) {
        return;
    }
    void **type_slots = type_suite;
    void **base_slots = base_suite;
    void **basebase_slots = basebase_suite;
    for (size_t i = 0; i < size / sizeof(void *); i++) {
        if (type_slots[i] == NULL && base_slots[i] != NULL
            && (basebase_slots == NULL
                || base_slots[i] != basebase_slots[i])) {
            type_slots[i] = base_slots[i];
        }
    }
}

static void
inherit_call(PyTypeObject *type, PyTypeObject *base, PyTypeObject *basebase)
{
    /* The offset is for PyVectorcall_Call() and inherited always; the flag
       says that vectorcall and tp_call agree, which a heap type that gets a
       __call__ later would break. */
    COPY_SLOT(tp_vectorcall_offset);
    if (!type->tp_call
        && _PyType_HasFeature(base, Py_TPFLAGS_HAVE_VECTORCALL)
        && _PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE)) {
        type->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
    }
    COPY_SLOT(tp_call);
}

static void
inherit_free(PyTypeObject *type, PyTypeObject *base, PyTypeObject *basebase)
{
    const unsigned long gc = Py_TPFLAGS_HAVE_GC;
    if ((type->tp_flags & gc) == (base->tp_flags & gc)) {
        COPY_SLOT(tp_free);
    }
    else if ((type->tp_flags & gc) && type->tp_free == NULL
             && base->tp_free == PyObject_Free) {
        /* The type adds garbage collection to a base with the default. */
        type->tp_free = PyObject_GC_Del;
    }
}

int
type_inherit_slots(PyTypeObject *type, PyTypeObject *base)
{
    PyTypeObject *basebase = base->tp_base;
#define SUITE(FIELD)                                                  \
    inherit_suite(type->FIELD, base->FIELD,                           \
                  basebase == NULL ? NULL : basebase->FIELD,          \
                  sizeof(*type->FIELD))
    SUITE(tp_as_number);
    SUITE(tp_as_async);
    SUITE(tp_as_sequence);
    SUITE(tp_as_mapping);
    SUITE(tp_as_buffer);
#undef SUITE

    COPY_SLOT(tp_dealloc);
    if (type->tp_getattr == NULL && type->tp_getattro == NULL) {
        type->tp_getattr = base->tp_getattr;
        type->tp_getattro = base->tp_getattro;
    }
    if (type->tp_setattr == NULL && type->tp_setattro == NULL) {
        type->tp_setattr = base->tp_setattr;
        type->tp_setattro = base->tp_setattro;
    }
    COPY_SLOT(tp_repr);
    inherit_call(type, base, basebase);
    COPY_SLOT(tp_str);
    if (type->tp_richcompare == NULL && type->tp_hash == NULL) {
        int overridden = overrides_hash(type);
        if (overridden < 0) {
            return -1;
        }
        if (!overridden) {
            type->tp_richcompare = base->tp_richcompare;
            type->tp_hash = base->tp_hash;
        }
    }
    COPY_SLOT(tp_iter);
    COPY_SLOT(tp_iternext);
    COPY_SLOT(tp_descr_get);
    if (base->tp_descr_get && type->tp_descr_get == base->tp_descr_get
        && _PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE)) {
        type->tp_flags |= base->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR;
    }
    COPY_SLOT(tp_descr_set);
    COPY_SLOT(tp_dictoffset);
    COPY_SLOT(tp_init);
    COPY_SLOT(tp_alloc);
    COPY_SLOT(tp_is_gc);
    COPY_SLOT(tp_finalize);
    inherit_free(type, base, basebase);
    return 0;
}
