/* Heap types made from a PyType_Spec, and questions to types that extensions
   of the stable ABI ask. */
#include "Python.h"
#include "pycore_moduleobject.h"
#include "pycore_object.h"
#include "pycore_type.h"
#include "structmember.h"

/* -- Slot numbers --------------------------------------------------------- */

/* Where the slot with a number lives in PyHeapTypeObject: 0 for the numbers
   that are no slots (bases, tp_base, doc, members: handled by name). */
#define TP(NAME) [Py_##NAME] = offsetof(PyHeapTypeObject, ht_type.NAME)
#define NB(NAME) [Py_##NAME] = offsetof(PyHeapTypeObject, as_number.NAME)
#define SQ(NAME) [Py_##NAME] = offsetof(PyHeapTypeObject, as_sequence.NAME)
#define MP(NAME) [Py_##NAME] = offsetof(PyHeapTypeObject, as_mapping.NAME)
#define AM(NAME) [Py_##NAME] = offsetof(PyHeapTypeObject, as_async.NAME)
#define BF(NAME) [Py_##NAME] = offsetof(PyHeapTypeObject, as_buffer.NAME)

static const short slot_offsets[] = {
    [0] = 0,
    BF(bf_getbuffer), BF(bf_releasebuffer),
    MP(mp_ass_subscript), MP(mp_length), MP(mp_subscript),
    NB(nb_absolute), NB(nb_add), NB(nb_and), NB(nb_bool), NB(nb_divmod),
    NB(nb_float), NB(nb_floor_divide), NB(nb_index), NB(nb_inplace_add),
    NB(nb_inplace_and), NB(nb_inplace_floor_divide), NB(nb_inplace_lshift),
    NB(nb_inplace_multiply), NB(nb_inplace_or), NB(nb_inplace_power),
    NB(nb_inplace_remainder), NB(nb_inplace_rshift),
    NB(nb_inplace_subtract), NB(nb_inplace_true_divide), NB(nb_inplace_xor),
    NB(nb_int), NB(nb_invert), NB(nb_lshift), NB(nb_multiply),
    NB(nb_negative), NB(nb_or), NB(nb_positive), NB(nb_power),
    NB(nb_remainder), NB(nb_rshift), NB(nb_subtract), NB(nb_true_divide),
    NB(nb_xor), NB(nb_matrix_multiply), NB(nb_inplace_matrix_multiply),
    SQ(sq_ass_item), SQ(sq_concat), SQ(sq_contains), SQ(sq_inplace_concat),
    SQ(sq_inplace_repeat), SQ(sq_item), SQ(sq_length), SQ(sq_repeat),
    TP(tp_alloc), TP(tp_base), TP(tp_bases), TP(tp_call), TP(tp_clear),
    TP(tp_dealloc), TP(tp_del), TP(tp_descr_get), TP(tp_descr_set),
    TP(tp_doc), TP(tp_getattr), TP(tp_getattro), TP(tp_hash), TP(tp_init),
    TP(tp_is_gc), TP(tp_iter), TP(tp_iternext), TP(tp_methods), TP(tp_new),
    TP(tp_repr), TP(tp_richcompare), TP(tp_setattr), TP(tp_setattro),
    TP(tp_str), TP(tp_traverse), TP(tp_members), TP(tp_getset), TP(tp_free),
    TP(tp_finalize),
    AM(am_await), AM(am_aiter), AM(am_anext), AM(am_send),
};

#undef TP
#undef NB
#undef SQ
#undef MP
#undef AM
#undef BF

void *
PyType_GetSlot(PyTypeObject *type, int slot)
{
    if (slot <= 0 || slot >= (int)Py_ARRAY_LENGTH(slot_offsets)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    size_t offset = (size_t)slot_offsets[slot];
    const struct {
        size_t start;
        void *suite;
    } suites[] = {
        {offsetof(PyHeapTypeObject, as_buffer), type->tp_as_buffer},
        {offsetof(PyHeapTypeObject, as_sequence), type->tp_as_sequence},
        {offsetof(PyHeapTypeObject, as_mapping), type->tp_as_mapping},
        {offsetof(PyHeapTypeObject, as_number), type->tp_as_number},
        {offsetof(PyHeapTypeObject, as_async), type->tp_as_async},
        {0, type},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(suites); i++) {
        if (offset >= suites[i].start) {
            if (suites[i].suite == NULL) {
                return NULL;
            }
            return *(void **)((char *)suites[i].suite
                              + (offset - suites[i].start));
        }
    }
    Py_UNREACHABLE();
}

/* -- Reading the specification -------------------------------------------- */

/* What the members with special names say. */
struct spec_facts {
    Py_ssize_t member_count;
    Py_ssize_t weaklist_offset;
    Py_ssize_t dict_offset;
    Py_ssize_t vectorcall_offset;
};

static void
spec_read_members(const PyMemberDef *member, struct spec_facts *facts)
{
    facts->member_count = 0;
    for (; member->name != NULL; member++) {
        facts->member_count++;
        if (strcmp(member->name, "__weaklistoffset__") == 0) {
            assert(member->type == T_PYSSIZET && member->flags == READONLY);
            facts->weaklist_offset = member->offset;
        }
        else if (strcmp(member->name, "__dictoffset__") == 0) {
            assert(member->type == T_PYSSIZET && member->flags == READONLY);
            facts->dict_offset = member->offset;
        }
        else if (strcmp(member->name, "__vectorcalloffset__") == 0) {
            assert(member->type == T_PYSSIZET && member->flags == READONLY);
            facts->vectorcall_offset = member->offset;
        }
    }
}

/* The bases as a tuple, new: the argument, or the slots Py_tp_bases or
   Py_tp_base, or object. */
static PyObject *
spec_get_bases(const PyType_Spec *spec, PyObject *bases)
{
    if (bases != NULL) {
        if (PyTuple_Check(bases)) {
            return Py_NewRef(bases);
        }
        return PyTuple_Pack(1, bases);
    }
    PyTypeObject *base = &PyBaseObject_Type;
    for (const PyType_Slot *slot = spec->slots; slot->slot; slot++) {
        if (slot->slot == Py_tp_base) {
            base = slot->pfunc;
        }
        else if (slot->slot == Py_tp_bases) {
            bases = slot->pfunc;
        }
    }
    if (bases == NULL) {
        return PyTuple_Pack(1, base);
    }
    if (!PyTuple_Check(bases)) {
        PyErr_SetString(PyExc_SystemError, "Py_tp_bases is not a tuple");
        return NULL;
    }
    return Py_NewRef(bases);
}

static int
type_set_spec_names(PyHeapTypeObject *heap_type, const char *name)
{
    PyTypeObject *type = &heap_type->ht_type;
    const char *dot = strrchr(name, '.');
    const char *short_name = dot == NULL ? name : dot + 1;
    heap_type->ht_name = PyUnicode_FromString(short_name);
    if (heap_type->ht_name == NULL) {
        return -1;
    }
    heap_type->ht_qualname = Py_NewRef(heap_type->ht_name);
    /* The specification may be in memory that goes. */
    size_t size = strlen(name) + 1;
    char *copy = PyMem_Malloc(size);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(copy, name, size);
    heap_type->_ht_tpname = copy;
    type->tp_name = copy;
    return 0;
}

static int
type_set_spec_doc(PyTypeObject *type, const char *doc)
{
    if (doc == NULL) {
        type->tp_doc = NULL;
        return 0;
    }
    size_t size = strlen(doc) + 1;
    char *copy = PyObject_Malloc(size);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(copy, doc, size);
    PyObject_Free((char *)type->tp_doc);
    type->tp_doc = copy;
    return 0;
}

static int
type_set_spec_slots(PyHeapTypeObject *heap_type, const PyType_Spec *spec,
                    const struct spec_facts *facts)
{
    PyTypeObject *type = &heap_type->ht_type;
    for (const PyType_Slot *slot = spec->slots; slot->slot; slot++) {
        if (slot->slot < 0
            || slot->slot >= (int)Py_ARRAY_LENGTH(slot_offsets)) {
            PyErr_SetString(PyExc_RuntimeError, "invalid slot offset");
            return -1;
        }
        switch (slot->slot) {
        case Py_tp_base:
        case Py_tp_bases:
            break;
        case Py_tp_doc:
            if (type_set_spec_doc(type, slot->pfunc) < 0) {
                return -1;
            }
            break;
        case Py_tp_members: {
            PyMemberDef *members = PyHeapType_GET_MEMBERS(heap_type);
            memcpy(members, slot->pfunc,
                   (size_t)facts->member_count * sizeof(PyMemberDef));
            type->tp_members = members;
            break;
        }
        default:
            *(void **)((char *)heap_type + slot_offsets[slot->slot]) =
                slot->pfunc;
        }
    }
    return 0;
}

/* -- The finished type's dictionary --------------------------------------- */

static int
type_set_spec_doc_attribute(PyTypeObject *type)
{
    if (type->tp_doc == NULL) {
        return 0;
    }
    PyObject *doc = _PyType_GetDocFromInternalDoc(type->tp_name,
                                                  type->tp_doc);
    if (doc == NULL) {
        return -1;
    }
    if (doc == Py_None) {
        Py_SETREF(doc, PyUnicode_FromString(""));
        if (doc == NULL) {
            return -1;
        }
    }
    int result = PyDict_SetItem(type->tp_dict, &_Py_ID(__doc__), doc);
    Py_DECREF(doc);
    return result;
}

static int
type_set_spec_module(PyTypeObject *type, const char *name)
{
    int exists = PyDict_Contains(type->tp_dict, &_Py_ID(__module__));
    if (exists != 0) {
        return exists < 0 ? -1 : 0;
    }
    const char *dot = strrchr(name, '.');
    if (dot == NULL) {
        return PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                                "builtin type %.200s has no __module__ "
                                "attribute",
                                name);
    }
    PyObject *module = PyUnicode_FromStringAndSize(name,
                                                   (Py_ssize_t)(dot - name));
    if (module == NULL) {
        return -1;
    }
    int result = PyDict_SetItem(type->tp_dict, &_Py_ID(__module__), module);
    Py_DECREF(module);
    return result;
}

static int
type_finish_spec(PyTypeObject *type, const PyType_Spec *spec,
                 const struct spec_facts *facts)
{
    if (type_set_spec_doc_attribute(type) < 0) {
        return -1;
    }
    /* The special members were messages to us. */
    if (facts->weaklist_offset
        && PyDict_DelItem(type->tp_dict, &_Py_ID(__weaklistoffset__)) < 0) {
        return -1;
    }
    if (facts->dict_offset
        && PyDict_DelItem(type->tp_dict, &_Py_ID(__dictoffset__)) < 0) {
        return -1;
    }
    return type_set_spec_module(type, spec->name);
}

/* -- Construction --------------------------------------------------------- */

PyObject *
PyType_FromModuleAndSpec(PyObject *module, PyType_Spec *spec,
                         PyObject *bases_argument)
{
    struct spec_facts facts = {0, 0, 0, 0};
    for (const PyType_Slot *slot = spec->slots; slot->slot; slot++) {
        if (slot->slot == Py_tp_members) {
            spec_read_members(slot->pfunc, &facts);
        }
    }
    if (spec->name == NULL) {
        PyErr_SetString(PyExc_SystemError,
                        "Type spec does not define the name field.");
        return NULL;
    }
    PyObject *bases = spec_get_bases(spec, bases_argument);
    if (bases == NULL) {
        return NULL;
    }
    PyTypeObject *base = type_best_base(bases);
    if (base == NULL) {
        Py_DECREF(bases);
        return NULL;
    }
    PyHeapTypeObject *heap_type = (PyHeapTypeObject *)PyType_GenericAlloc(
        &PyType_Type, facts.member_count);
    if (heap_type == NULL) {
        Py_DECREF(bases);
        return NULL;
    }
    PyTypeObject *type = &heap_type->ht_type;
    type->tp_flags = spec->flags | Py_TPFLAGS_HEAPTYPE;
    type->tp_as_async = &heap_type->as_async;
    type->tp_as_number = &heap_type->as_number;
    type->tp_as_sequence = &heap_type->as_sequence;
    type->tp_as_mapping = &heap_type->as_mapping;
    type->tp_as_buffer = &heap_type->as_buffer;
    type->tp_bases = bases;     /* moved */
    type->tp_base = (PyTypeObject *)Py_NewRef(base);
    type->tp_basicsize = spec->basicsize;
    type->tp_itemsize = spec->itemsize;
    heap_type->ht_module = Py_XNewRef(module);

    if (type_set_spec_names(heap_type, spec->name) < 0
        || type_set_spec_slots(heap_type, spec, &facts) < 0) {
        goto error;
    }
    if (type->tp_dealloc == NULL) {
        /* The base's own would not drop the type's reference. */
        type->tp_dealloc = subtype_dealloc;
    }
    if (facts.vectorcall_offset) {
        type->tp_vectorcall_offset = facts.vectorcall_offset;
    }
    if (facts.weaklist_offset) {
        type->tp_weaklistoffset = facts.weaklist_offset;
    }
    if (facts.dict_offset) {
        type->tp_dictoffset = facts.dict_offset;
    }
    if (PyType_Ready(type) < 0 || type_finish_spec(type, spec, &facts) < 0) {
        goto error;
    }
    assert(_PyType_CheckConsistency(type));
    return (PyObject *)type;

error:
    Py_DECREF(heap_type);
    return NULL;
}

PyObject *
PyType_FromSpecWithBases(PyType_Spec *spec, PyObject *bases)
{
    return PyType_FromModuleAndSpec(NULL, spec, bases);
}

PyObject *
PyType_FromSpec(PyType_Spec *spec)
{
    return PyType_FromModuleAndSpec(NULL, spec, NULL);
}

/* -- Questions ------------------------------------------------------------ */

unsigned long
PyType_GetFlags(PyTypeObject *type)
{
    return type->tp_flags;
}

int
PyType_SUPPORTS_WEAKREFS(PyTypeObject *type)
{
    return type->tp_weaklistoffset > 0;
}

PyObject *
PyType_GetModule(PyTypeObject *type)
{
    if (!_PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) {
        PyErr_Format(PyExc_TypeError,
                     "PyType_GetModule: Type '%s' is not a heap type",
                     type->tp_name);
        return NULL;
    }
    PyHeapTypeObject *heap_type = (PyHeapTypeObject *)type;
    if (heap_type->ht_module == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "PyType_GetModule: Type '%s' has no associated module",
                     type->tp_name);
    }
    return heap_type->ht_module;
}

void *
PyType_GetModuleState(PyTypeObject *type)
{
    PyObject *module = PyType_GetModule(type);
    return module == NULL ? NULL : _PyModule_GetState(module);
}

/* The module made from def that defines type or a superclass; borrowed. */
PyObject *
PyType_GetModuleByDef(PyTypeObject *type, PyModuleDef *def)
{
    assert(PyType_Check(type));
    PyObject *mro = type->tp_mro;
    assert(mro != NULL && PyTuple_Check(mro));
    Py_ssize_t count = PyTuple_GET_SIZE(mro);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTypeObject *super = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (!_PyType_HasFeature(super, Py_TPFLAGS_HEAPTYPE)) {
            continue;
        }
        PyObject *module = ((PyHeapTypeObject *)super)->ht_module;
        if (module != NULL && PyModule_Check(module)
            && _PyModule_GetDef(module) == def) {
            return module;
        }
    }
    PyErr_Format(PyExc_TypeError,
                 "PyType_GetModuleByDef: No superclass of '%s' has "
                 "the given module",
                 type->tp_name);
    return NULL;
}
