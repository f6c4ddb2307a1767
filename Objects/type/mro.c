/* Bases: the order in which a class and its ancestors are searched, which
   base determines the layout of the instances, and who is whose subclass.

   The order is C3: a merge of the bases' own orders and of the list of bases,
   in which each class precedes its bases and the bases keep their order. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_type.h"

/* -- Subtype tests -------------------------------------------------------- */

int
type_is_base_chain(PyTypeObject *a, PyTypeObject *b)
{
    do {
        if (a == b) {
            return 1;
        }
        a = a->tp_base;
    } while (a != NULL);
    return b == &PyBaseObject_Type;
}

int
PyType_IsSubtype(PyTypeObject *a, PyTypeObject *b)
{
    PyObject *mro = a->tp_mro;
    if (mro == NULL) {
        /* a is not ready yet: follow tp_base */
        return type_is_base_chain(a, b);
    }
    assert(PyTuple_Check(mro));
    Py_ssize_t count = PyTuple_GET_SIZE(mro);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PyTuple_GET_ITEM(mro, i) == (PyObject *)b) {
            return 1;
        }
    }
    return 0;
}

/* -- The C3 merge --------------------------------------------------------- */

static int
tail_contains(PyObject *tuple, Py_ssize_t whence, PyObject *object)
{
    Py_ssize_t size = PyTuple_GET_SIZE(tuple);
    for (Py_ssize_t i = whence + 1; i < size; i++) {
        if (PyTuple_GET_ITEM(tuple, i) == object) {
            return 1;
        }
    }
    return 0;
}

static PyObject *
class_name(PyObject *cls)
{
    PyObject *name;
    if (_PyObject_LookupAttr(cls, &_Py_ID(__name__), &name) == 0) {
        name = PyObject_Repr(cls);
    }
    return name;
}

static int
check_duplicates(PyObject *bases)
{
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        if (!tail_contains(bases, i, base)) {
            continue;
        }
        PyObject *name = class_name(base);
        if (name != NULL && PyUnicode_Check(name)) {
            PyErr_Format(PyExc_TypeError, "duplicate base class %U", name);
        }
        else if (name != NULL) {
            PyErr_SetString(PyExc_TypeError, "duplicate base class");
        }
        Py_XDECREF(name);
        return -1;
    }
    return 0;
}

/* The heads of what is left to merge: none of them can come next. */
static void
set_mro_error(PyObject **to_merge, Py_ssize_t count, const int *remain)
{
    PyObject *conflict = PyDict_New();
    if (conflict == NULL) {
        return;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *list = to_merge[i];
        if (remain[i] < PyTuple_GET_SIZE(list)) {
            PyObject *head = PyTuple_GET_ITEM(list, remain[i]);
            if (PyDict_SetItem(conflict, head, Py_None) < 0) {
                Py_DECREF(conflict);
                return;
            }
        }
    }
    char text[1000];
    size_t length = (size_t)PyOS_snprintf(
        text, sizeof(text), "Cannot create a consistent method resolution\n"
                            "order (MRO) for bases");
    Py_ssize_t i = 0, left = PyDict_GET_SIZE(conflict);
    PyObject *cls, *unused;
    while (PyDict_Next(conflict, &i, &cls, &unused)
           && length < sizeof(text)) {
        PyObject *name = class_name(cls);
        const char *name_text = "?";
        if (name != NULL && PyUnicode_Check(name)) {
            name_text = PyUnicode_AsUTF8(name);
            if (name_text == NULL) {
                name_text = "?";
            }
        }
        length += (size_t)PyOS_snprintf(text + length, sizeof(text) - length,
                                        " %s", name_text);
        Py_XDECREF(name);
        if (--left && length + 1 < sizeof(text)) {
            text[length++] = ',';
            text[length] = '\0';
        }
    }
    PyErr_SetString(PyExc_TypeError, text);
    Py_DECREF(conflict);
}

/* Appends to acc the merge of the tuples in to_merge. */
static int
mro_merge(PyObject *acc, PyObject **to_merge, Py_ssize_t count)
{
    int *remain = PyMem_New(int, count);
    if (remain == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        remain[i] = 0;
    }
    int result = -1;
    for (;;) {
        Py_ssize_t empty = 0;
        PyObject *next = NULL;
        for (Py_ssize_t i = 0; i < count && next == NULL; i++) {
            PyObject *list = to_merge[i];
            if (remain[i] >= PyTuple_GET_SIZE(list)) {
                empty++;
                continue;
            }
            /* The head of a list is next if no list has it in its tail. */
            PyObject *candidate = PyTuple_GET_ITEM(list, remain[i]);
            next = candidate;
            for (Py_ssize_t j = 0; j < count; j++) {
                if (tail_contains(to_merge[j], remain[j], candidate)) {
                    next = NULL;
                    break;
                }
            }
        }
        if (next == NULL) {
            if (empty == count) {
                result = 0;
            }
            else {
                set_mro_error(to_merge, count, remain);
            }
            break;
        }
        if (PyList_Append(acc, next) < 0) {
            break;
        }
        for (Py_ssize_t j = 0; j < count; j++) {
            PyObject *list = to_merge[j];
            if (remain[j] < PyTuple_GET_SIZE(list)
                && PyTuple_GET_ITEM(list, remain[j]) == next) {
                remain[j]++;
            }
        }
    }
    PyMem_Free(remain);
    return result;
}

/* The MRO by the rules, as a new list. */
PyObject *
type_mro_default(PyTypeObject *type)
{
    if (type->tp_bases == NULL && PyType_Ready(type) < 0) {
        return NULL;
    }
    PyObject *bases = type->tp_bases;
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(bases, i);
        if (base->tp_mro == NULL) {
            PyErr_Format(PyExc_TypeError,
                         "Cannot extend an incomplete type '%.100s'",
                         base->tp_name);
            return NULL;
        }
        assert(PyTuple_Check(base->tp_mro));
    }
    PyObject *result;
    if (count == 1) {
        /* Nothing to merge. */
        PyObject *mro =
            ((PyTypeObject *)PyTuple_GET_ITEM(bases, 0))->tp_mro;
        Py_ssize_t length = PyTuple_GET_SIZE(mro);
        result = PyList_New(length + 1);
        if (result == NULL) {
            return NULL;
        }
        PyList_SET_ITEM(result, 0, Py_NewRef(type));
        for (Py_ssize_t i = 0; i < length; i++) {
            PyList_SET_ITEM(result, i + 1,
                            Py_NewRef(PyTuple_GET_ITEM(mro, i)));
        }
        return result;
    }
    if (check_duplicates(bases) < 0) {
        return NULL;
    }
    PyObject **to_merge = PyMem_New(PyObject *, count + 1);
    if (to_merge == NULL) {
        return PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        to_merge[i] = ((PyTypeObject *)PyTuple_GET_ITEM(bases, i))->tp_mro;
    }
    to_merge[count] = bases;
    result = PyList_New(1);
    if (result != NULL) {
        PyList_SET_ITEM(result, 0, Py_NewRef(type));
        if (mro_merge(result, to_merge, count + 1) < 0) {
            Py_CLEAR(result);
        }
    }
    PyMem_Free(to_merge);
    return result;
}

/* -- Custom orders -------------------------------------------------------- */

/* What a metaclass's mro() returns must consist of classes whose instances
   have a layout that type's have, too. */
static int
mro_check(PyTypeObject *type, PyObject *mro)
{
    PyTypeObject *solid = type_solid_base(type);
    Py_ssize_t count = PyTuple_GET_SIZE(mro);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *object = PyTuple_GET_ITEM(mro, i);
        if (!PyType_Check(object)) {
            PyErr_Format(PyExc_TypeError,
                         "mro() returned a non-class ('%.500s')",
                         Py_TYPE(object)->tp_name);
            return -1;
        }
        PyTypeObject *base = (PyTypeObject *)object;
        if (!PyType_IsSubtype(solid, type_solid_base(base))) {
            PyErr_Format(PyExc_TypeError,
                         "mro() returned base with unsuitable layout "
                         "('%.500s')",
                         base->tp_name);
            return -1;
        }
    }
    return 0;
}

static PyObject *
mro_invoke(PyTypeObject *type)
{
    PyObject *order;
    const int custom = !Py_IS_TYPE(type, &PyType_Type);
    if (custom) {
        PyObject *stack[1] = {(PyObject *)type};
        order = type_vectorcall_method(&_Py_ID(mro), stack, 1);
    }
    else {
        order = type_mro_default(type);
    }
    if (order == NULL) {
        return NULL;
    }
    PyObject *mro = PySequence_Tuple(order);
    Py_DECREF(order);
    if (mro == NULL) {
        return NULL;
    }
    if (PyTuple_GET_SIZE(mro) == 0) {
        Py_DECREF(mro);
        PyErr_SetString(PyExc_TypeError, "type MRO must not be empty");
        return NULL;
    }
    if (custom && mro_check(type, mro) < 0) {
        Py_DECREF(mro);
        return NULL;
    }
    return mro;
}

int
type_mro_compute(PyTypeObject *type, PyObject **old_mro_out)
{
    /* A reference keeps the address of the old tuple from being reused, so
       that a change made meanwhile shows. */
    PyObject *old_mro = Py_XNewRef(type->tp_mro);
    PyObject *new_mro = mro_invoke(type);   /* may run Python */
    int changed_meanwhile = type->tp_mro != old_mro;
    if (new_mro == NULL) {
        Py_XDECREF(old_mro);
        return -1;
    }
    if (changed_meanwhile) {
        Py_XDECREF(old_mro);
        Py_DECREF(new_mro);
        return 0;
    }
    /* old_mro is held twice now: by type and by us. */
    Py_XDECREF(old_mro);
    type->tp_mro = new_mro;
    type_mro_modified(type, type->tp_mro);
    /* A custom MRO may hide a base. */
    type_mro_modified(type, type->tp_bases);
    PyType_Modified(type);
    if (old_mro_out != NULL) {
        *old_mro_out = old_mro;
    }
    else {
        Py_XDECREF(old_mro);
    }
    return 1;
}

/* -- Layout --------------------------------------------------------------- */

/* Does type add fields to base, other than __dict__ and __weakref__ at the
   end? */
static int
type_adds_fields(PyTypeObject *type, PyTypeObject *base)
{
    Py_ssize_t size = type->tp_basicsize;
    if (type->tp_itemsize || base->tp_itemsize) {
        return size != base->tp_basicsize
               || type->tp_itemsize != base->tp_itemsize;
    }
    const Py_ssize_t word = sizeof(PyObject *);
    const int heap = (type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0;
    if (heap && type->tp_weaklistoffset && base->tp_weaklistoffset == 0
        && type->tp_weaklistoffset + word == size) {
        size -= word;
    }
    if (heap && type->tp_dictoffset && base->tp_dictoffset == 0
        && type->tp_dictoffset + word == size) {
        size -= word;
    }
    return size != base->tp_basicsize;
}

/* The class nearest in the chain of tp_base that has fields of its own. */
PyTypeObject *
type_solid_base(PyTypeObject *type)
{
    PyTypeObject *base;
    if (type->tp_base) {
        base = type_solid_base(type->tp_base);
    }
    else {
        base = &PyBaseObject_Type;
    }
    return type_adds_fields(type, base) ? type : base;
}

/* The base whose instances have the largest layout; all others must be
   prefixes of it.  Borrowed. */
PyTypeObject *
type_best_base(PyObject *bases)
{
    assert(PyTuple_Check(bases));
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    assert(count > 0);
    PyTypeObject *base = NULL, *winner = NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *object = PyTuple_GET_ITEM(bases, i);
        if (!PyType_Check(object)) {
            PyErr_SetString(PyExc_TypeError, "bases must be types");
            return NULL;
        }
        PyTypeObject *base_i = (PyTypeObject *)object;
        if (base_i->tp_dict == NULL && PyType_Ready(base_i) < 0) {
            return NULL;
        }
        if (!_PyType_HasFeature(base_i, Py_TPFLAGS_BASETYPE)) {
            PyErr_Format(PyExc_TypeError,
                         "type '%.100s' is not an acceptable base type",
                         base_i->tp_name);
            return NULL;
        }
        PyTypeObject *candidate = type_solid_base(base_i);
        if (winner == NULL || PyType_IsSubtype(candidate, winner)) {
            if (winner == NULL || candidate != winner) {
                winner = candidate;
                base = base_i;
            }
        }
        else if (!PyType_IsSubtype(winner, candidate)) {
            PyErr_SetString(PyExc_TypeError,
                            "multiple bases have instance lay-out conflict");
            return NULL;
        }
    }
    assert(base != NULL);
    return base;
}

static int
same_layout_as_base(PyTypeObject *child)
{
    PyTypeObject *parent = child->tp_base;
    if (parent == NULL) {
        return 0;
    }
    const int child_gc = (child->tp_flags & Py_TPFLAGS_HAVE_GC) != 0;
    const int parent_gc = (parent->tp_flags & Py_TPFLAGS_HAVE_GC) != 0;
    return child->tp_basicsize == parent->tp_basicsize
           && child->tp_itemsize == parent->tp_itemsize
           && child->tp_dictoffset == parent->tp_dictoffset
           && child->tp_weaklistoffset == parent->tp_weaklistoffset
           && child_gc == parent_gc
           && (child->tp_clear == subtype_clear
               || child->tp_clear == parent->tp_clear);
}

static int
same_slots_added(PyTypeObject *a, PyTypeObject *b)
{
    assert(a->tp_base == b->tp_base);
    const Py_ssize_t word = sizeof(PyObject *);
    Py_ssize_t size = a->tp_base->tp_basicsize;
    if (a->tp_dictoffset == size && b->tp_dictoffset == size) {
        size += word;
    }
    if (a->tp_weaklistoffset == size && b->tp_weaklistoffset == size) {
        size += word;
    }
    if (!(a->tp_flags & Py_TPFLAGS_HEAPTYPE)
        || !(b->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        return 0;
    }
    PyObject *slots_a = ((PyHeapTypeObject *)a)->ht_slots;
    PyObject *slots_b = ((PyHeapTypeObject *)b)->ht_slots;
    if (slots_a && slots_b) {
        if (PyObject_RichCompareBool(slots_a, slots_b, Py_EQ) != 1) {
            return 0;
        }
        size += word * PyTuple_GET_SIZE(slots_a);
    }
    return size == a->tp_basicsize && size == b->tp_basicsize;
}

/* Can an instance of one class become an instance of the other?  Each is
   followed to the last ancestor with the same layout; those must be one
   class, or add the same slots to the same base. */
int
type_compatible_for_assignment(PyTypeObject *from, PyTypeObject *to,
                               const char *attribute)
{
    if (to->tp_free != from->tp_free) {
        PyErr_Format(PyExc_TypeError,
                     "%s assignment: '%s' deallocator differs from '%s'",
                     attribute, to->tp_name, from->tp_name);
        return 0;
    }
    PyTypeObject *to_base = to, *from_base = from;
    while (same_layout_as_base(to_base)) {
        to_base = to_base->tp_base;
    }
    while (same_layout_as_base(from_base)) {
        from_base = from_base->tp_base;
    }
    const unsigned long managed = Py_TPFLAGS_MANAGED_DICT;
    if ((to_base == from_base
         || (to_base->tp_base == from_base->tp_base
             && to_base->tp_base != NULL
             && same_slots_added(to_base, from_base)))
        && (to->tp_flags & managed) == (from->tp_flags & managed)) {
        return 1;
    }
    PyErr_Format(PyExc_TypeError,
                 "%s assignment: '%s' object layout differs from '%s'",
                 attribute, to->tp_name, from->tp_name);
    return 0;
}

/* The most derived metaclass of the bases, borrowed. */
PyTypeObject *
_PyType_CalculateMetaclass(PyTypeObject *metatype, PyObject *bases)
{
    PyTypeObject *winner = metatype;
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTypeObject *base_type = Py_TYPE(PyTuple_GET_ITEM(bases, i));
        if (PyType_IsSubtype(winner, base_type)) {
            continue;
        }
        if (PyType_IsSubtype(base_type, winner)) {
            winner = base_type;
            continue;
        }
        PyErr_SetString(PyExc_TypeError,
                        "metaclass conflict: the metaclass of a derived "
                        "class must be a (non-strict) subclass of the "
                        "metaclasses of all its bases");
        return NULL;
    }
    return winner;
}

/* -- Subclasses ----------------------------------------------------------- */

/* tp_subclasses maps the address of each direct subclass to a weak reference
   to it, in order of creation; NULL while there are none. */

int
type_add_subclass(PyTypeObject *base, PyTypeObject *type)
{
    PyObject *reference = PyWeakref_NewRef((PyObject *)type, NULL);
    if (reference == NULL) {
        return -1;
    }
    PyObject *key = PyLong_FromVoidPtr((void *)type);
    if (key == NULL) {
        Py_DECREF(reference);
        return -1;
    }
    int result = -1;
    if (base->tp_subclasses == NULL) {
        base->tp_subclasses = PyDict_New();
    }
    if (base->tp_subclasses != NULL) {
        assert(PyDict_CheckExact(base->tp_subclasses));
        result = PyDict_SetItem(base->tp_subclasses, key, reference);
    }
    Py_DECREF(key);
    Py_DECREF(reference);
    return result;
}

int
type_add_all_subclasses(PyTypeObject *type, PyObject *bases)
{
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    int result = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(bases, i);
        if (type_add_subclass(base, type) < 0) {
            result = -1;
        }
    }
    return result;
}

/* The key that leads to type, borrowed, or NULL: searched by value when there
   is no memory to make it. */
static PyObject *
subclass_key(PyTypeObject *base, PyTypeObject *type)
{
    PyObject *key = PyLong_FromVoidPtr((void *)type);
    if (key != NULL) {
        return key;
    }
    PyErr_Clear();
    Py_ssize_t i = 0;
    PyObject *reference;
    while (PyDict_Next(base->tp_subclasses, &i, &key, &reference)) {
        if (PyWeakref_GET_OBJECT(reference) == (PyObject *)type) {
            return Py_NewRef(key);
        }
    }
    return NULL;
}

static void
type_remove_subclass(PyTypeObject *base, PyTypeObject *type)
{
    if (base->tp_subclasses == NULL) {
        return;
    }
    assert(PyDict_CheckExact(base->tp_subclasses));
    PyObject *key = subclass_key(base, type);
    if (key != NULL && PyDict_DelItem(base->tp_subclasses, key)) {
        /* It may never have been entered. */
        PyErr_Clear();
    }
    Py_XDECREF(key);
    if (PyDict_Size(base->tp_subclasses) == 0) {
        Py_CLEAR(base->tp_subclasses);
    }
}

void
type_remove_all_subclasses(PyTypeObject *type, PyObject *bases)
{
    assert(bases != NULL);
    PyObject *error_type, *error_value, *error_traceback;
    PyErr_Fetch(&error_type, &error_value, &error_traceback);
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        if (PyType_Check(base)) {
            type_remove_subclass((PyTypeObject *)base, type);
        }
    }
    PyErr_Restore(error_type, error_value, error_traceback);
}

int
type_visit_subclasses(PyTypeObject *type,
                      int (*visit)(PyTypeObject *, void *), void *arg)
{
    PyObject *subclasses = type->tp_subclasses;
    if (subclasses == NULL) {
        return 0;
    }
    assert(PyDict_CheckExact(subclasses));
    Py_ssize_t i = 0;
    PyObject *reference;
    int result = 0;
    /* A visit may run Python and so drop the dictionary. */
    Py_INCREF(subclasses);
    while (result >= 0 && PyDict_Next(subclasses, &i, NULL, &reference)) {
        assert(PyWeakref_CheckRef(reference));
        PyObject *object = PyWeakref_GET_OBJECT(reference);
        if (object == Py_None) {
            continue;
        }
        assert(PyType_Check(object));
        Py_INCREF(object);
        result = visit((PyTypeObject *)object, arg);
        Py_DECREF(object);
    }
    Py_DECREF(subclasses);
    return result < 0 ? -1 : 0;
}

int
_PyType_HasSubclasses(PyTypeObject *self)
{
    return self->tp_subclasses != NULL
           && PyDict_GET_SIZE(self->tp_subclasses) != 0;
}

static int
collect_subclass(PyTypeObject *subclass, void *arg)
{
    return PyList_Append((PyObject *)arg, (PyObject *)subclass);
}

PyObject *
_PyType_GetSubclasses(PyTypeObject *self)
{
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    if (type_visit_subclasses(self, collect_subclass, list) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}
