/* type: calling classes, and making new ones.

   type.__new__ goes in steps, which share a struct new_class: find metaclass
   and base; decide on __slots__, __dict__ and weak references; allocate; fill
   in from the namespace; PyType_Ready; slot functions; __set_name__ of the
   attributes; __init_subclass__ of the parent. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_dict.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_compile.h"
#include "pycore_type.h"
#include "pycore_unionobject.h"
#include "structmember.h"

/* -- Calling a class ------------------------------------------------------ */

static PyObject *
type_call(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (type == &PyType_Type) {
        assert(args != NULL && PyTuple_Check(args));
        Py_ssize_t nargs = PyTuple_GET_SIZE(args);
        if (nargs == 1 && (kwds == NULL || !PyDict_GET_SIZE(kwds))) {
            return Py_NewRef(Py_TYPE(PyTuple_GET_ITEM(args, 0)));
        }
        if (nargs != 3) {
            PyErr_SetString(PyExc_TypeError, "type() takes 1 or 3 arguments");
            return NULL;
        }
    }
    if (type->tp_new == NULL) {
        _PyErr_Format(tstate, PyExc_TypeError, "cannot create '%s' instances",
                      type->tp_name);
        return NULL;
    }
    PyObject *object = type->tp_new(type, args, kwds);
    object = _Py_CheckFunctionResult(tstate, (PyObject *)type, object, NULL);
    if (object == NULL || !PyObject_TypeCheck(object, type)) {
        /* Something else came out: it is not for us to initialise. */
        return object;
    }
    type = Py_TYPE(object);
    if (type->tp_init != NULL && type->tp_init(object, args, kwds) < 0) {
        assert(_PyErr_Occurred(tstate));
        Py_DECREF(object);
        return NULL;
    }
    return object;
}

static PyObject *
type_vectorcall(PyObject *metatype, PyObject *const *args, size_t nargsf,
                PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (nargs == 1 && metatype == (PyObject *)&PyType_Type) {
        if (!_PyArg_NoKwnames("type", kwnames)) {
            return NULL;
        }
        return Py_NewRef(Py_TYPE(args[0]));
    }
    return _PyObject_MakeTpCall(_PyThreadState_GET(), metatype, args, nargs,
                                kwnames);
}

static int
type_init(PyObject *Py_UNUSED(cls), PyObject *args, PyObject *kwds)
{
    assert(args != NULL && PyTuple_Check(args));
    assert(kwds == NULL || PyDict_Check(kwds));
    if (kwds != NULL && PyTuple_GET_SIZE(args) == 1
        && PyDict_GET_SIZE(kwds) != 0) {
        PyErr_SetString(PyExc_TypeError,
                        "type.__init__() takes no keyword arguments");
        return -1;
    }
    if (PyTuple_GET_SIZE(args) != 1 && PyTuple_GET_SIZE(args) != 3) {
        PyErr_SetString(PyExc_TypeError,
                        "type.__init__() takes 1 or 3 arguments");
        return -1;
    }
    return 0;
}

/* -- A class in the making ------------------------------------------------ */

struct new_class {
    PyTypeObject *metatype;     /* borrowed; of the class, once computed */
    PyObject *args;             /* borrowed; of type.__new__ */
    PyObject *kwds;             /* borrowed; NULL or dict */
    PyObject *name;             /* borrowed from args */
    PyObject *bases;            /* owned; never empty */
    PyObject *namespace;        /* borrowed from args */
    PyTypeObject *base;         /* borrowed; what determines the layout */
    PyObject *slots;            /* owned; sorted tuple of str, or NULL */
    Py_ssize_t slot_count;
    int may_add_dict;           /* base has none */
    int may_add_weak;
    int add_dict;
    int add_weak;
};

static PyObject *type_new(PyTypeObject *metatype, PyObject *args,
                          PyObject *kwds);

static int
reject_mro_entries(PyObject *bases)
{
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        if (PyType_Check(base)) {
            continue;
        }
        PyObject *entries;
        int found = _PyObject_LookupAttr(base, &_Py_ID(__mro_entries__),
                                         &entries);
        if (found < 0) {
            return -1;
        }
        if (found) {
            Py_DECREF(entries);
            PyErr_SetString(PyExc_TypeError,
                            "type() doesn't support MRO entry resolution; "
                            "use types.new_class()");
            return -1;
        }
    }
    return 0;
}

/* 0: go on; 1: the most derived metaclass has a tp_new of its own and has
   made *result with it; -1: error. */
static int
new_class_set_bases(struct new_class *ctx, PyObject **result)
{
    if (PyTuple_GET_SIZE(ctx->bases) == 0) {
        ctx->base = &PyBaseObject_Type;
        PyObject *bases = PyTuple_Pack(1, ctx->base);
        if (bases == NULL) {
            return -1;
        }
        Py_SETREF(ctx->bases, bases);
        return 0;
    }
    if (reject_mro_entries(ctx->bases) < 0) {
        return -1;
    }
    PyTypeObject *winner = _PyType_CalculateMetaclass(ctx->metatype,
                                                      ctx->bases);
    if (winner == NULL) {
        return -1;
    }
    if (winner != ctx->metatype) {
        if (winner->tp_new != type_new) {
            *result = winner->tp_new(winner, ctx->args, ctx->kwds);
            return *result == NULL ? -1 : 1;
        }
        ctx->metatype = winner;
    }
    ctx->base = type_best_base(ctx->bases);
    return ctx->base == NULL ? -1 : 0;
}

/* -- __slots__ ------------------------------------------------------------ */

static int
check_slot_name(PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError,
                     "__slots__ items must be strings, not '%.200s'",
                     Py_TYPE(name)->tp_name);
        return -1;
    }
    if (!PyUnicode_IsIdentifier(name)) {
        PyErr_SetString(PyExc_TypeError, "__slots__ must be identifiers");
        return -1;
    }
    return 0;
}

static int
visit_slot_name(struct new_class *ctx, PyObject *name)
{
    if (check_slot_name(name) < 0) {
        return -1;
    }
    if (_PyUnicode_Equal(name, &_Py_ID(__dict__))) {
        if (!ctx->may_add_dict || ctx->add_dict != 0) {
            PyErr_SetString(PyExc_TypeError,
                            "__dict__ slot disallowed: we already got one");
            return -1;
        }
        ctx->add_dict++;
    }
    if (_PyUnicode_Equal(name, &_Py_ID(__weakref__))) {
        if (!ctx->may_add_weak || ctx->add_weak != 0) {
            PyErr_SetString(PyExc_TypeError,
                            "__weakref__ slot disallowed: "
                            "either we already got one, "
                            "or __itemsize__ != 0");
            return -1;
        }
        ctx->add_weak++;
    }
    return 0;
}

/* The list of mangled names without __dict__ and __weakref__, sorted, as a
   tuple in ctx->slots. */
static int
copy_slots(struct new_class *ctx, PyObject *dict)
{
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < ctx->slot_count; i++) {
        PyObject *slot = PyTuple_GET_ITEM(ctx->slots, i);
        if ((ctx->add_dict && _PyUnicode_Equal(slot, &_Py_ID(__dict__)))
            || (ctx->add_weak
                && _PyUnicode_Equal(slot, &_Py_ID(__weakref__)))) {
            continue;
        }
        slot = _Py_Mangle(ctx->name, slot);
        if (slot == NULL || PyList_Append(list, slot) < 0) {
            Py_XDECREF(slot);
            goto error;
        }
        Py_DECREF(slot);    /* the list has it */
        /* These two are put into the namespace by the compiler and taken
           out again below. */
        if (_PyUnicode_Equal(slot, &_Py_ID(__qualname__))
            || _PyUnicode_Equal(slot, &_Py_ID(__classcell__))) {
            continue;
        }
        int conflict = PyDict_Contains(dict, slot);
        if (conflict < 0) {
            goto error;
        }
        if (conflict) {
            PyErr_Format(PyExc_ValueError,
                         "%R in __slots__ conflicts with class variable",
                         slot);
            goto error;
        }
    }
    if (PyList_Sort(list) < 0) {
        goto error;
    }
    PyObject *tuple = PyList_AsTuple(list);
    Py_DECREF(list);
    if (tuple == NULL) {
        return -1;
    }
    assert(tuple != NULL);
    Py_SETREF(ctx->slots, tuple);
    ctx->slot_count = PyTuple_GET_SIZE(tuple);
    return 0;

error:
    Py_DECREF(list);
    return -1;
}

/* A base beside the one that determines the layout may bring a dictionary or
   weak references; they go into the new class's own fields. */
static void
adopt_secondary_bases(struct new_class *ctx)
{
    Py_ssize_t count = PyTuple_GET_SIZE(ctx->bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(ctx->bases, i);
        if (base == ctx->base) {
            continue;
        }
        if (ctx->may_add_dict && ctx->add_dict == 0
            && base->tp_dictoffset != 0) {
            ctx->add_dict++;
        }
        if (ctx->may_add_weak && ctx->add_weak == 0
            && base->tp_weaklistoffset != 0) {
            ctx->add_weak++;
        }
    }
}

static int
new_class_set_slots(struct new_class *ctx, PyObject *dict)
{
    PyObject *slots = PyDict_GetItemWithError(dict, &_Py_ID(__slots__));
    if (slots == NULL && PyErr_Occurred()) {
        return -1;
    }
    ctx->may_add_dict = ctx->base->tp_dictoffset == 0;
    ctx->may_add_weak = ctx->base->tp_weaklistoffset == 0
                        && ctx->base->tp_itemsize == 0;
    if (slots == NULL) {
        ctx->add_dict = ctx->may_add_dict;
        ctx->add_weak = ctx->may_add_weak;
        return 0;
    }
    if (PyUnicode_Check(slots)) {
        ctx->slots = PyTuple_Pack(1, slots);
    }
    else {
        ctx->slots = PySequence_Tuple(slots);   /* may run Python */
    }
    if (ctx->slots == NULL) {
        return -1;
    }
    ctx->slot_count = PyTuple_GET_SIZE(ctx->slots);
    if (ctx->slot_count > 0 && ctx->base->tp_itemsize != 0) {
        PyErr_Format(PyExc_TypeError,
                     "nonempty __slots__ not supported for subtype of '%s'",
                     ctx->base->tp_name);
        return -1;
    }
    for (Py_ssize_t i = 0; i < ctx->slot_count; i++) {
        if (visit_slot_name(ctx, PyTuple_GET_ITEM(ctx->slots, i)) < 0) {
            return -1;
        }
    }
    if (copy_slots(ctx, dict) < 0) {
        return -1;
    }
    adopt_secondary_bases(ctx);
    return 0;
}

/* -- Allocation ----------------------------------------------------------- */

static PyTypeObject *
new_class_alloc(struct new_class *ctx)
{
    PyTypeObject *metatype = ctx->metatype;
    PyTypeObject *type =
        (PyTypeObject *)metatype->tp_alloc(metatype, ctx->slot_count);
    if (type == NULL) {
        return NULL;
    }
    PyHeapTypeObject *heap_type = (PyHeapTypeObject *)type;
    /* A class can be in a cycle with its instances. */
    type->tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE
                     | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
    type->tp_as_async = &heap_type->as_async;
    type->tp_as_sequence = &heap_type->as_sequence;
    type->tp_as_mapping = &heap_type->as_mapping;
    type->tp_as_number = &heap_type->as_number;
    type->tp_as_buffer = &heap_type->as_buffer;
    type->tp_bases = Py_NewRef(ctx->bases);
    type->tp_base = (PyTypeObject *)Py_NewRef(ctx->base);
    type->tp_dealloc = subtype_dealloc;
    type->tp_alloc = PyType_GenericAlloc;
    type->tp_free = PyObject_GC_Del;
    type->tp_traverse = subtype_traverse;
    type->tp_clear = subtype_clear;
    heap_type->ht_name = Py_NewRef(ctx->name);
    heap_type->ht_module = NULL;
    heap_type->_ht_tpname = NULL;
    heap_type->ht_slots = ctx->slots;   /* moved */
    ctx->slots = NULL;
    return type;
}

/* -- What the namespace says ---------------------------------------------- */

static int
set_name(struct new_class *ctx, PyTypeObject *type)
{
    Py_ssize_t size;
    type->tp_name = PyUnicode_AsUTF8AndSize(ctx->name, &size);
    if (type->tp_name == NULL) {
        return -1;
    }
    if (strlen(type->tp_name) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError,
                        "type name must not contain null characters");
        return -1;
    }
    return 0;
}

/* __module__ defaults to the name of the module that is running. */
static int
set_module(PyTypeObject *type)
{
    int exists = PyDict_Contains(type->tp_dict, &_Py_ID(__module__));
    if (exists != 0) {
        return exists < 0 ? -1 : 0;
    }
    PyObject *globals = PyEval_GetGlobals();    /* borrowed */
    if (globals == NULL) {
        return 0;
    }
    PyObject *module = PyDict_GetItemWithError(globals, &_Py_ID(__name__));
    if (module == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    return PyDict_SetItem(type->tp_dict, &_Py_ID(__module__), module);
}

static int
set_qualname(PyTypeObject *type)
{
    PyHeapTypeObject *heap_type = (PyHeapTypeObject *)type;
    PyObject *qualname = PyDict_GetItemWithError(type->tp_dict,
                                                 &_Py_ID(__qualname__));
    if (qualname == NULL) {
        if (PyErr_Occurred()) {
            return -1;
        }
        heap_type->ht_qualname = Py_NewRef(heap_type->ht_name);
        return 0;
    }
    if (!PyUnicode_Check(qualname)) {
        PyErr_Format(PyExc_TypeError,
                     "type __qualname__ must be a str, not %s",
                     Py_TYPE(qualname)->tp_name);
        return -1;
    }
    heap_type->ht_qualname = Py_NewRef(qualname);
    return PyDict_DelItem(type->tp_dict, &_Py_ID(__qualname__));
}

/* tp_doc is a copy of a __doc__ that is a string; the dictionary keeps the
   object. */
static int
set_doc(PyTypeObject *type)
{
    PyObject *doc = PyDict_GetItemWithError(type->tp_dict, &_Py_ID(__doc__));
    if (doc == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    if (!PyUnicode_Check(doc)) {
        return 0;
    }
    const char *text = PyUnicode_AsUTF8(doc);
    if (text == NULL) {
        return -1;
    }
    size_t size = strlen(text) + 1;
    char *copy = PyObject_Malloc(size);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(copy, text, size);
    type->tp_doc = copy;
    return 0;
}

/* A plain function under one of the names that are implicitly static methods
   or class methods becomes one. */
static int
wrap_function(PyTypeObject *type, PyObject *name,
              PyObject *(*wrap)(PyObject *))
{
    PyObject *function = PyDict_GetItemWithError(type->tp_dict, name);
    if (function == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    if (!PyFunction_Check(function)) {
        return 0;
    }
    PyObject *wrapped = wrap(function);
    if (wrapped == NULL) {
        return -1;
    }
    int result = PyDict_SetItem(type->tp_dict, name, wrapped);
    Py_DECREF(wrapped);
    return result;
}

/* A member descriptor for each slot, the instance fields behind those of the
   base: slots, weak references, dictionary. */
static int
set_fields(struct new_class *ctx, PyTypeObject *type)
{
    PyHeapTypeObject *heap_type = (PyHeapTypeObject *)type;
    const Py_ssize_t word = sizeof(PyObject *);
    Py_ssize_t offset = ctx->base->tp_basicsize;
    if (heap_type->ht_slots != NULL) {
        PyMemberDef *member = PyHeapType_GET_MEMBERS(heap_type);
        Py_ssize_t count = PyTuple_GET_SIZE(heap_type->ht_slots);
        for (Py_ssize_t i = 0; i < count; i++, member++) {
            member->name =
                PyUnicode_AsUTF8(PyTuple_GET_ITEM(heap_type->ht_slots, i));
            if (member->name == NULL) {
                return -1;
            }
            member->type = T_OBJECT_EX;
            member->offset = offset;
            /* filtered out before */
            assert(strcmp(member->name, "__dict__") != 0);
            assert(strcmp(member->name, "__weakref__") != 0);
            offset += word;
        }
    }
    if (ctx->add_weak) {
        assert(ctx->base->tp_itemsize == 0);
        type->tp_weaklistoffset = offset;
        offset += word;
    }
    if (ctx->add_dict && ctx->base->tp_itemsize) {
        type->tp_dictoffset = -word;
        offset += word;
    }
    else if (ctx->add_dict) {
        /* before the object: as seen from its end, behind the GC header */
        type->tp_flags |= Py_TPFLAGS_MANAGED_DICT;
        type->tp_dictoffset = -offset + MANAGED_DICT_OFFSET;
    }
    type->tp_basicsize = offset;
    type->tp_itemsize = ctx->base->tp_itemsize;
    type->tp_members = PyHeapType_GET_MEMBERS(heap_type);
    type->tp_getset = subtype_getsets(type->tp_dictoffset != 0
                                          && ctx->add_dict,
                                      type->tp_weaklistoffset
                                          && ctx->add_weak);
    return 0;
}

/* The cell behind `__class__` and `super()` in the methods. */
static int
set_classcell(PyTypeObject *type)
{
    PyObject *cell = PyDict_GetItemWithError(type->tp_dict,
                                             &_Py_ID(__classcell__));
    if (cell == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    if (!PyCell_Check(cell)) {
        PyErr_Format(PyExc_TypeError,
                     "__classcell__ must be a nonlocal cell, not %.200R",
                     Py_TYPE(cell));
        return -1;
    }
    PyCell_Set(cell, (PyObject *)type);
    return PyDict_DelItem(type->tp_dict, &_Py_ID(__classcell__));
}

static int
new_class_set_attributes(struct new_class *ctx, PyTypeObject *type)
{
    if (set_name(ctx, type) < 0 || set_module(type) < 0
        || set_qualname(type) < 0 || set_doc(type) < 0
        || wrap_function(type, &_Py_ID(__new__), PyStaticMethod_New) < 0
        || wrap_function(type, &_Py_ID(__init_subclass__),
                         PyClassMethod_New) < 0
        || wrap_function(type, &_Py_ID(__class_getitem__),
                         PyClassMethod_New) < 0
        || set_fields(ctx, type) < 0 || set_classcell(type) < 0) {
        return -1;
    }
    return 0;
}

/* -- Telling the others --------------------------------------------------- */

static int
call_set_names(PyTypeObject *type)
{
    /* A copy: the methods may add attributes. */
    PyObject *names = PyDict_Copy(type->tp_dict);
    if (names == NULL) {
        return -1;
    }
    Py_ssize_t i = 0;
    PyObject *key, *value;
    while (PyDict_Next(names, &i, &key, &value)) {
        PyObject *set_name_method =
            _PyObject_LookupSpecial(value, &_Py_ID(__set_name__));
        if (set_name_method == NULL) {
            if (PyErr_Occurred()) {
                goto error;
            }
            continue;
        }
        PyObject *result = PyObject_CallFunctionObjArgs(
            set_name_method, type, key, NULL);
        Py_DECREF(set_name_method);
        if (result == NULL) {
            _PyErr_FormatFromCause(PyExc_RuntimeError,
                                   "Error calling __set_name__ on '%.100s' "
                                   "instance %R in '%.100s'",
                                   Py_TYPE(value)->tp_name, key,
                                   type->tp_name);
            goto error;
        }
        Py_DECREF(result);
    }
    Py_DECREF(names);
    return 0;

error:
    Py_DECREF(names);
    return -1;
}

/* super(type, type).__init_subclass__(**kwds) */
static int
call_init_subclass(PyTypeObject *type, PyObject *kwds)
{
    PyObject *args[2] = {(PyObject *)type, (PyObject *)type};
    PyObject *super = PyObject_Vectorcall((PyObject *)&PySuper_Type, args, 2,
                                          NULL);
    if (super == NULL) {
        return -1;
    }
    PyObject *method = PyObject_GetAttr(super, &_Py_ID(__init_subclass__));
    Py_DECREF(super);
    if (method == NULL) {
        return -1;
    }
    PyObject *result = PyObject_VectorcallDict(method, NULL, 0, kwds);
    Py_DECREF(method);
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

/* -- type.__new__ --------------------------------------------------------- */

static PyTypeObject *
new_class_build(struct new_class *ctx)
{
    PyObject *dict = PyDict_Copy(ctx->namespace);
    if (dict == NULL) {
        return NULL;
    }
    PyTypeObject *type = NULL;
    if (new_class_set_slots(ctx, dict) == 0) {
        type = new_class_alloc(ctx);
    }
    if (type == NULL) {
        Py_DECREF(dict);
        return NULL;
    }
    type->tp_dict = dict;
    return type;
}

static PyObject *
new_class_make(struct new_class *ctx)
{
    PyTypeObject *type = new_class_build(ctx);
    if (type == NULL) {
        return NULL;
    }
    if (new_class_set_attributes(ctx, type) < 0 || PyType_Ready(type) < 0) {
        goto error;
    }
    type_fixup_slots(type);
    if (call_set_names(type) < 0
        || call_init_subclass(type, ctx->kwds) < 0) {
        goto error;
    }
    assert(_PyType_CheckConsistency(type));
    return (PyObject *)type;

error:
    Py_DECREF(type);
    return NULL;
}

static PyObject *
type_new(PyTypeObject *metatype, PyObject *args, PyObject *kwds)
{
    PyObject *name, *bases, *namespace;
    assert(args != NULL && PyTuple_Check(args));
    assert(kwds == NULL || PyDict_Check(kwds));
    if (!PyArg_ParseTuple(args, "UO!O!:type.__new__", &name, &PyTuple_Type,
                          &bases, &PyDict_Type, &namespace)) {
        return NULL;
    }
    struct new_class ctx = {
        .metatype = metatype,
        .args = args,
        .kwds = kwds,
        .name = name,
        .bases = Py_NewRef(bases),
        .namespace = namespace,
    };
    PyObject *result = NULL;
    if (new_class_set_bases(&ctx, &result) == 0) {
        result = new_class_make(&ctx);
    }
    Py_XDECREF(ctx.slots);
    Py_DECREF(ctx.bases);
    return result;
}

/* -- type's own memory ---------------------------------------------------- */

static void
type_dealloc(PyObject *self)
{
    PyTypeObject *type = (PyTypeObject *)self;
    PyHeapTypeObject *heap_type = (PyHeapTypeObject *)self;
    _PyObject_ASSERT(self, type->tp_flags & Py_TPFLAGS_HEAPTYPE);

    PyObject_GC_UnTrack(type);
    if (type->tp_bases != NULL) {
        type_remove_all_subclasses(type, type->tp_bases);
    }
    PyObject_ClearWeakRefs(self);

    Py_XDECREF(type->tp_base);
    Py_XDECREF(type->tp_dict);
    Py_XDECREF(type->tp_bases);
    Py_XDECREF(type->tp_mro);
    Py_XDECREF(type->tp_cache);
    Py_XDECREF(type->tp_subclasses);
    /* Made by set_doc or PyType_FromSpec; the cast drops const. */
    PyObject_Free((char *)type->tp_doc);
    Py_XDECREF(heap_type->ht_name);
    Py_XDECREF(heap_type->ht_qualname);
    Py_XDECREF(heap_type->ht_slots);
    if (heap_type->ht_cached_keys) {
        _PyDictKeys_DecRef(heap_type->ht_cached_keys);
    }
    Py_XDECREF(heap_type->ht_module);
    PyMem_Free(heap_type->_ht_tpname);
    Py_TYPE(type)->tp_free(self);
}

static int
type_traverse(PyObject *self, visitproc visit, void *arg)
{
    PyTypeObject *type = (PyTypeObject *)self;
    /* type_is_gc keeps the collector away from static types. */
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        char message[200];
        PyOS_snprintf(message, sizeof(message),
                      "type_traverse() called on non-heap type '%.100s'",
                      type->tp_name);
        _PyObject_ASSERT_FAILED_MSG(self, message);
    }
    Py_VISIT(type->tp_dict);
    Py_VISIT(type->tp_cache);
    Py_VISIT(type->tp_mro);
    Py_VISIT(type->tp_bases);
    Py_VISIT(type->tp_base);
    Py_VISIT(((PyHeapTypeObject *)type)->ht_module);
    /* tp_subclasses holds weak references, ht_slots strings: no cycles. */
    return 0;
}

static int
type_clear(PyObject *self)
{
    PyTypeObject *type = (PyTypeObject *)self;
    _PyObject_ASSERT(self, type->tp_flags & Py_TPFLAGS_HEAPTYPE);
    /* tp_bases, tp_base and the names stay: instances that die after the
       class need them.  Nor is the dictionary dropped, only emptied; and the
       MRO, which contains the class itself, goes last. */
    PyType_Modified(type);
    if (type->tp_dict) {
        PyDict_Clear(type->tp_dict);
    }
    Py_CLEAR(((PyHeapTypeObject *)type)->ht_module);
    Py_CLEAR(type->tp_mro);
    return 0;
}

static int
type_is_gc(PyObject *self)
{
    return (((PyTypeObject *)self)->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0;
}

static PyNumberMethods type_as_number = {
    .nb_or = _Py_union_type_or,
};

PyDoc_STRVAR(type_doc,
"type(object) -> the object's type\n"
"type(name, bases, dict, **kwds) -> a new type");

PyTypeObject PyType_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "type",
    .tp_basicsize = sizeof(PyHeapTypeObject),
    .tp_itemsize = sizeof(PyMemberDef),
    .tp_dealloc = type_dealloc,
    .tp_vectorcall_offset = offsetof(PyTypeObject, tp_vectorcall),
    .tp_repr = (reprfunc)type_repr,
    .tp_as_number = &type_as_number,
    .tp_call = (ternaryfunc)type_call,
    .tp_getattro = (getattrofunc)type_getattro,
    .tp_setattro = (setattrofunc)type_setattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_TYPE_SUBCLASS | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = type_doc,
    .tp_traverse = type_traverse,
    .tp_clear = type_clear,
    .tp_weaklistoffset = offsetof(PyTypeObject, tp_weaklist),
    .tp_methods = type_methods,
    .tp_members = type_members,
    .tp_getset = type_getsets,
    .tp_dictoffset = offsetof(PyTypeObject, tp_dict),
    .tp_init = type_init,
    .tp_new = type_new,
    .tp_free = PyObject_GC_Del,
    .tp_is_gc = type_is_gc,
    .tp_vectorcall = type_vectorcall,
};
