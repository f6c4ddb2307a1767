/* _abc: what abc.ABCMeta does at each class creation and isinstance().

   A class has in _abc_impl a registry of the classes registered with it and
   two caches of answers; all are sets of weak references.  Every register()
   of any class raises a counter; negative answers from before do not count. */
#include "Python.h"
#include "pycore_moduleobject.h"
#include "pycore_object.h"
#include "pycore_runtime.h"

#define COLLECTION_FLAGS (Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING)

typedef struct {
    PyTypeObject *data_type;
    unsigned long long invalidation_counter;
} abc_state;

static inline abc_state *
get_state(PyObject *module)
{
    return (abc_state *)_PyModule_GetState(module);
}

typedef struct {
    PyObject_HEAD
    PyObject *registry;                     /* sets; NULL while empty */
    PyObject *cache;
    PyObject *negative_cache;
    unsigned long long negative_cache_version;  /* counter when cleared */
} abc_data;

/* -- The data of a class -------------------------------------------------- */

static int
data_traverse(PyObject *self, visitproc visit, void *arg)
{
    abc_data *data = (abc_data *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(data->registry);
    Py_VISIT(data->cache);
    Py_VISIT(data->negative_cache);
    return 0;
}

static int
data_clear(PyObject *self)
{
    abc_data *data = (abc_data *)self;
    Py_CLEAR(data->registry);
    Py_CLEAR(data->cache);
    Py_CLEAR(data->negative_cache);
    return 0;
}

static void
data_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)data_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
data_new(PyTypeObject *type, PyObject *Py_UNUSED(args),
         PyObject *Py_UNUSED(kwds))
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    PyObject *module = PyType_GetModule(type);  /* borrowed */
    if (module == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    ((abc_data *)self)->negative_cache_version =
        get_state(module)->invalidation_counter;
    return self;
}

PyDoc_STRVAR(data_doc, "Internal state held by ABC machinery.");

static PyType_Slot data_slots[] = {
    {Py_tp_doc, (void *)data_doc},
    {Py_tp_new, data_new},
    {Py_tp_dealloc, data_dealloc},
    {Py_tp_traverse, data_traverse},
    {Py_tp_clear, data_clear},
    {0, NULL},
};

static PyType_Spec data_spec = {
    .name = "_abc._abc_data",
    .basicsize = sizeof(abc_data),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = data_slots,
};

/* A new reference to cls._abc_impl. */
static abc_data *
get_data(PyObject *module, PyObject *cls)
{
    PyObject *data = PyObject_GetAttr(cls, &_Py_ID(_abc_impl));
    if (data == NULL) {
        return NULL;
    }
    if (!Py_IS_TYPE(data, get_state(module)->data_type)) {
        PyErr_SetString(PyExc_TypeError,
                        "_abc_impl is set to a wrong type");
        Py_DECREF(data);
        return NULL;
    }
    return (abc_data *)data;
}

/* -- Sets of weak references ---------------------------------------------- */

static int
weak_set_contains(PyObject *set, PyObject *object)
{
    if (set == NULL || PySet_GET_SIZE(set) == 0) {
        return 0;
    }
    PyObject *reference = PyWeakref_NewRef(object, NULL);
    if (reference == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            return 0;
        }
        return -1;
    }
    int result = PySet_Contains(set, reference);
    Py_DECREF(reference);
    return result;
}

/* Called when an object in a set dies; self is a weak reference to the set. */
static PyObject *
weak_set_discard(PyObject *self, PyObject *reference)
{
    PyObject *set = PyWeakref_GET_OBJECT(self);
    if (set == Py_None) {
        Py_RETURN_NONE;
    }
    Py_INCREF(set);
    int result = PySet_Discard(set, reference);
    Py_DECREF(set);
    if (result < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef discard_def = {
    "_destroy", weak_set_discard, METH_O, NULL,
};

static int
weak_set_add(PyObject **set_place, PyObject *object)
{
    if (*set_place == NULL) {
        *set_place = PySet_New(NULL);
        if (*set_place == NULL) {
            return -1;
        }
    }
    PyObject *set = *set_place;
    PyObject *set_reference = PyWeakref_NewRef(set, NULL);
    if (set_reference == NULL) {
        return -1;
    }
    PyObject *callback = PyCFunction_NewEx(&discard_def, set_reference,
                                           NULL);
    Py_DECREF(set_reference);
    if (callback == NULL) {
        return -1;
    }
    PyObject *reference = PyWeakref_NewRef(object, callback);
    Py_DECREF(callback);
    if (reference == NULL) {
        return -1;
    }
    int result = PySet_Add(set, reference);
    Py_DECREF(reference);
    return result;
}

static int
clear_set(PyObject *set)
{
    return set == NULL ? 0 : PySet_Clear(set);
}

/* -- Maintenance ---------------------------------------------------------- */

PyDoc_STRVAR(reset_registry_doc,
"_reset_registry($module, self, /)\n--\n\n"
"Empty the registry of a class (for tests of memory leaks).");

static PyObject *
abc_reset_registry(PyObject *module, PyObject *self)
{
    abc_data *data = get_data(module, self);
    if (data == NULL) {
        return NULL;
    }
    int result = clear_set(data->registry);
    Py_DECREF(data);
    if (result < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(reset_caches_doc,
"_reset_caches($module, self, /)\n--\n\n"
"Empty both caches of a class (for tests of memory leaks).");

static PyObject *
abc_reset_caches(PyObject *module, PyObject *self)
{
    abc_data *data = get_data(module, self);
    if (data == NULL) {
        return NULL;
    }
    int failed = clear_set(data->cache) < 0
                 || clear_set(data->negative_cache) < 0;
    Py_DECREF(data);
    if (failed) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(get_dump_doc,
"_get_dump($module, self, /)\n--\n\n"
"Copies of a class's registry, cache and negative cache, and the version of\n"
"the latter; shown by ABC._dump_registry().");

static PyObject *
abc_get_dump(PyObject *module, PyObject *self)
{
    abc_data *data = get_data(module, self);
    if (data == NULL) {
        return NULL;
    }
    PyObject *result = Py_BuildValue(
        "NNNK", PySet_New(data->registry), PySet_New(data->cache),
        PySet_New(data->negative_cache), data->negative_cache_version);
    Py_DECREF(data);
    return result;
}

/* -- Class creation ------------------------------------------------------- */

static int
add_own_abstracts(PyObject *self, PyObject *abstracts)
{
    PyObject *namespace = PyObject_GetAttr(self, &_Py_ID(__dict__));
    if (namespace == NULL) {
        return -1;
    }
    /* A list: looking at the values may run Python. */
    PyObject *items = PyMapping_Items(namespace);
    Py_DECREF(namespace);
    if (items == NULL) {
        return -1;
    }
    assert(PyList_Check(items));
    int result = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items) && result == 0; i++) {
        PyObject *pair = PySequence_Tuple(PyList_GET_ITEM(items, i));
        if (pair == NULL) {
            result = -1;
            break;
        }
        if (PyTuple_GET_SIZE(pair) != 2) {
            PyErr_SetString(PyExc_TypeError,
                            "Iteration over items() returned item "
                            "which size is not 2");
            result = -1;
        }
        else {
            int abstract = _PyObject_IsAbstract(PyTuple_GET_ITEM(pair, 1));
            if (abstract < 0
                || (abstract
                    && PySet_Add(abstracts, PyTuple_GET_ITEM(pair, 0))
                           < 0)) {
                result = -1;
            }
        }
        Py_DECREF(pair);
    }
    Py_DECREF(items);
    return result;
}

/* Those abstract methods of a base that the class does not override. */
static int
add_base_abstracts(PyObject *self, PyObject *base, PyObject *abstracts)
{
    PyObject *names;
    int found = _PyObject_LookupAttr(base, &_Py_ID(__abstractmethods__),
                                     &names);
    if (found <= 0) {
        return found;
    }
    PyObject *iterator = PyObject_GetIter(names);
    Py_DECREF(names);
    if (iterator == NULL) {
        return -1;
    }
    PyObject *key;
    while ((key = PyIter_Next(iterator)) != NULL) {
        PyObject *value;
        int failed = _PyObject_LookupAttr(self, key, &value) < 0;
        if (!failed && value != NULL) {
            int abstract = _PyObject_IsAbstract(value);
            Py_DECREF(value);
            failed = abstract < 0
                     || (abstract && PySet_Add(abstracts, key) < 0);
        }
        Py_DECREF(key);
        if (failed) {
            Py_DECREF(iterator);
            return -1;
        }
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? -1 : 0;
}

static int
compute_abstract_methods(PyObject *self)
{
    PyObject *bases = NULL;
    int result = -1;
    PyObject *abstracts = PyFrozenSet_New(NULL);
    if (abstracts == NULL) {
        return -1;
    }
    if (add_own_abstracts(self, abstracts) < 0) {
        goto done;
    }
    bases = PyObject_GetAttr(self, &_Py_ID(__bases__));
    if (bases == NULL) {
        goto done;
    }
    if (!PyTuple_Check(bases)) {
        PyErr_SetString(PyExc_TypeError, "__bases__ is not tuple");
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        if (add_base_abstracts(self, PyTuple_GET_ITEM(bases, i), abstracts)
            < 0) {
            goto done;
        }
    }
    result = PyObject_SetAttr(self, &_Py_ID(__abstractmethods__), abstracts);
done:
    Py_XDECREF(bases);
    Py_DECREF(abstracts);
    return result;
}

/* __abc_tpflags__ says whether match statements see the instances as
   sequences or as mappings. */
static int
take_pattern_flags(PyTypeObject *cls)
{
    PyObject *flags = PyDict_GetItemWithError(cls->tp_dict,
                                              &_Py_ID(__abc_tpflags__));
    if (flags == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    if (PyLong_CheckExact(flags)) {
        long value = PyLong_AsLong(flags);
        if (value == -1 && PyErr_Occurred()) {
            return -1;
        }
        if ((value & COLLECTION_FLAGS) == COLLECTION_FLAGS) {
            PyErr_SetString(PyExc_TypeError,
                            "__abc_tpflags__ cannot be both "
                            "Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
            return -1;
        }
        cls->tp_flags |= (unsigned long)value & COLLECTION_FLAGS;
    }
    return PyDict_DelItem(cls->tp_dict, &_Py_ID(__abc_tpflags__));
}

PyDoc_STRVAR(init_doc,
"_abc_init($module, self, /)\n--\n\n"
"Set up a new abstract base class; for module abc only.");

static PyObject *
abc_init(PyObject *module, PyObject *self)
{
    if (compute_abstract_methods(self) < 0) {
        return NULL;
    }
    PyObject *data = data_new(get_state(module)->data_type, NULL, NULL);
    if (data == NULL) {
        return NULL;
    }
    int failed = PyObject_SetAttr(self, &_Py_ID(_abc_impl), data) < 0;
    Py_DECREF(data);
    if (failed
        || (PyType_Check(self)
            && take_pattern_flags((PyTypeObject *)self) < 0)) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- Registration --------------------------------------------------------- */

/* Gives a pattern flag to a class and all below it. */
static int
set_flag_recursive(PyTypeObject *child, unsigned long flag)
{
    assert(flag == Py_TPFLAGS_MAPPING || flag == Py_TPFLAGS_SEQUENCE);
    if (PyType_HasFeature(child, Py_TPFLAGS_IMMUTABLETYPE)
        || (child->tp_flags & COLLECTION_FLAGS) == flag) {
        return 0;
    }
    child->tp_flags &= ~(unsigned long)COLLECTION_FLAGS;
    child->tp_flags |= flag;
    PyObject *grandchildren = _PyType_GetSubclasses(child);
    if (grandchildren == NULL) {
        return -1;
    }
    int result = 0;
    for (Py_ssize_t i = 0;
         i < PyList_GET_SIZE(grandchildren) && result == 0; i++) {
        PyObject *grandchild = PyList_GET_ITEM(grandchildren, i);
        result = set_flag_recursive((PyTypeObject *)grandchild, flag);
    }
    Py_DECREF(grandchildren);
    return result;
}

PyDoc_STRVAR(register_doc,
"_abc_register($module, self, subclass, /)\n--\n\n"
"Register a virtual subclass; for module abc only.");

static PyObject *
abc_register(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("_abc_register", nargs, 2, 2)) {
        return NULL;
    }
    PyObject *self = args[0], *subclass = args[1];
    if (!PyType_Check(subclass)) {
        PyErr_SetString(PyExc_TypeError, "Can only register classes");
        return NULL;
    }
    int result = PyObject_IsSubclass(subclass, self);
    if (result > 0) {
        return Py_NewRef(subclass);
    }
    if (result < 0) {
        return NULL;
    }
    /* Afterwards, to not call a class's __subclasscheck__ for nothing. */
    result = PyObject_IsSubclass(self, subclass);
    if (result > 0) {
        PyErr_SetString(PyExc_RuntimeError,
                        "Refusing to create an inheritance cycle");
    }
    if (result != 0) {
        return NULL;
    }
    abc_data *data = get_data(module, self);
    if (data == NULL) {
        return NULL;
    }
    result = weak_set_add(&data->registry, subclass);
    Py_DECREF(data);
    if (result < 0) {
        return NULL;
    }
    get_state(module)->invalidation_counter++;
    if (PyType_Check(self)) {
        unsigned long flag =
            ((PyTypeObject *)self)->tp_flags & COLLECTION_FLAGS;
        if (flag
            && set_flag_recursive((PyTypeObject *)subclass, flag) < 0) {
            return NULL;
        }
    }
    return Py_NewRef(subclass);
}

/* -- Tests ---------------------------------------------------------------- */

PyDoc_STRVAR(instancecheck_doc,
"_abc_instancecheck($module, self, instance, /)\n--\n\n"
"Answer isinstance(); for module abc only.");

static PyObject *
abc_instancecheck(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("_abc_instancecheck", nargs, 2, 2)) {
        return NULL;
    }
    PyObject *self = args[0], *instance = args[1];
    PyObject *result = NULL;
    abc_data *data = get_data(module, self);
    if (data == NULL) {
        return NULL;
    }
    PyObject *subclass = PyObject_GetAttr(instance, &_Py_ID(__class__));
    if (subclass == NULL) {
        Py_DECREF(data);
        return NULL;
    }
    int known = weak_set_contains(data->cache, subclass);
    if (known != 0) {
        result = known < 0 ? NULL : Py_NewRef(Py_True);
        goto done;
    }
    PyObject *subtype = (PyObject *)Py_TYPE(instance);
    if (subtype == subclass) {
        if (data->negative_cache_version
            == get_state(module)->invalidation_counter) {
            known = weak_set_contains(data->negative_cache, subclass);
            if (known != 0) {
                result = known < 0 ? NULL : Py_NewRef(Py_False);
                goto done;
            }
        }
        result = PyObject_CallMethodOneArg(
            self, &_Py_ID(__subclasscheck__), subclass);
        goto done;
    }
    /* __class__ lies: ask for both. */
    result = PyObject_CallMethodOneArg(self, &_Py_ID(__subclasscheck__),
                                       subclass);
    if (result == NULL) {
        goto done;
    }
    int truth = PyObject_IsTrue(result);
    if (truth < 0) {
        Py_CLEAR(result);
    }
    else if (truth == 0) {
        Py_SETREF(result,
                  PyObject_CallMethodOneArg(
                      self, &_Py_ID(__subclasscheck__), subtype));
    }
done:
    Py_DECREF(data);
    Py_DECREF(subclass);
    return result;
}

/* Is the class one of those registered, or a subclass of one?  -1 on error. */
static int
check_registry(abc_data *data, PyObject *subclass)
{
    int result = weak_set_contains(data->registry, subclass);
    if (result != 0) {
        return result;
    }
    if (data->registry == NULL || PySet_GET_SIZE(data->registry) == 0) {
        return 0;
    }
    /* A copy of strong references: Python code may change the registry. */
    PyObject *references = PySequence_List(data->registry);
    if (references == NULL) {
        return -1;
    }
    Py_ssize_t count = PyList_GET_SIZE(references);
    for (Py_ssize_t i = 0; i < count && result == 0; i++) {
        PyObject *cls =
            PyWeakref_GET_OBJECT(PyList_GET_ITEM(references, i));
        if (cls == Py_None) {
            continue;
        }
        Py_INCREF(cls);
        result = PyObject_IsSubclass(subclass, cls);
        Py_DECREF(cls);
        if (result > 0 && weak_set_add(&data->cache, subclass) < 0) {
            result = -1;
        }
    }
    Py_DECREF(references);
    return result;
}

/* 1 or 0: the hook knows; 2: it does not; -1: error. */
static int
ask_hook(PyObject *self, abc_data *data, PyObject *subclass)
{
    PyObject *answer = PyObject_CallMethodOneArg(
        self, &_Py_ID(__subclasshook__), subclass);
    if (answer == NULL) {
        return -1;
    }
    int result = -1;
    if (answer == Py_True) {
        result = weak_set_add(&data->cache, subclass) < 0 ? -1 : 1;
    }
    else if (answer == Py_False) {
        result = weak_set_add(&data->negative_cache, subclass) < 0 ? -1 : 0;
    }
    else if (answer == Py_NotImplemented) {
        result = 2;
    }
    else {
        PyErr_SetString(PyExc_AssertionError,
                        "__subclasshook__ must return either False, True, "
                        "or NotImplemented");
    }
    Py_DECREF(answer);
    return result;
}

/* Is it a subclass of one of our subclasses? */
static int
check_subclasses(PyObject *self, PyObject *subclass)
{
    PyObject *list = PyObject_CallMethod(self, "__subclasses__", NULL);
    if (list == NULL) {
        return -1;
    }
    if (!PyList_Check(list)) {
        PyErr_SetString(PyExc_TypeError,
                        "__subclasses__() must return a list");
        Py_DECREF(list);
        return -1;
    }
    int result = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list) && result == 0; i++) {
        PyObject *cls = Py_NewRef(PyList_GET_ITEM(list, i));
        result = PyObject_IsSubclass(subclass, cls);
        Py_DECREF(cls);
    }
    Py_DECREF(list);
    return result;
}

static int
subclasscheck(PyObject *module, PyObject *self, PyObject *subclass,
              abc_data *data)
{
    int result = weak_set_contains(data->cache, subclass);
    if (result != 0) {
        return result;
    }
    unsigned long long counter = get_state(module)->invalidation_counter;
    if (data->negative_cache_version < counter) {
        if (clear_set(data->negative_cache) < 0) {
            return -1;
        }
        data->negative_cache_version = counter;
    }
    else {
        result = weak_set_contains(data->negative_cache, subclass);
        if (result != 0) {
            return result < 0 ? -1 : 0;
        }
    }
    result = ask_hook(self, data, subclass);
    if (result != 2) {
        return result;
    }
    if (PyType_IsSubtype((PyTypeObject *)subclass, (PyTypeObject *)self)) {
        return weak_set_add(&data->cache, subclass) < 0 ? -1 : 1;
    }
    result = check_registry(data, subclass);
    if (result != 0) {
        return result;
    }
    result = check_subclasses(self, subclass);
    if (result < 0) {
        return -1;
    }
    if (weak_set_add(result ? &data->cache : &data->negative_cache, subclass)
        < 0) {
        return -1;
    }
    return result;
}

PyDoc_STRVAR(subclasscheck_doc,
"_abc_subclasscheck($module, self, subclass, /)\n--\n\n"
"Answer issubclass(); for module abc only.");

static PyObject *
abc_subclasscheck(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("_abc_subclasscheck", nargs, 2, 2)) {
        return NULL;
    }
    PyObject *self = args[0], *subclass = args[1];
    if (!PyType_Check(subclass)) {
        PyErr_SetString(PyExc_TypeError,
                        "issubclass() arg 1 must be a class");
        return NULL;
    }
    abc_data *data = get_data(module, self);
    if (data == NULL) {
        return NULL;
    }
    int result = subclasscheck(module, self, subclass, data);
    Py_DECREF(data);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

PyDoc_STRVAR(get_cache_token_doc,
"get_cache_token($module, /)\n--\n\n"
"A token that changes with every register() of any abstract base class.\n"
"\n"
"Tokens can only be compared for equality.");

static PyObject *
abc_get_cache_token(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromUnsignedLongLong(
        get_state(module)->invalidation_counter);
}

/* -- Module --------------------------------------------------------------- */

static PyMethodDef abc_methods[] = {
    {"get_cache_token", abc_get_cache_token, METH_NOARGS,
     get_cache_token_doc},
    {"_abc_init", abc_init, METH_O, init_doc},
    {"_reset_registry", abc_reset_registry, METH_O, reset_registry_doc},
    {"_reset_caches", abc_reset_caches, METH_O, reset_caches_doc},
    {"_get_dump", abc_get_dump, METH_O, get_dump_doc},
    {"_abc_register", _PyCFunction_CAST(abc_register), METH_FASTCALL,
     register_doc},
    {"_abc_instancecheck", _PyCFunction_CAST(abc_instancecheck),
     METH_FASTCALL, instancecheck_doc},
    {"_abc_subclasscheck", _PyCFunction_CAST(abc_subclasscheck),
     METH_FASTCALL, subclasscheck_doc},
    {NULL, NULL, 0, NULL},
};

static int
abc_exec(PyObject *module)
{
    abc_state *state = get_state(module);
    state->invalidation_counter = 0;
    state->data_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &data_spec, NULL);
    return state->data_type == NULL ? -1 : 0;
}

static int
abc_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(get_state(module)->data_type);
    return 0;
}

static int
abc_clear(PyObject *module)
{
    Py_CLEAR(get_state(module)->data_type);
    return 0;
}

static void
abc_free(void *module)
{
    abc_clear((PyObject *)module);
}

PyDoc_STRVAR(abc_doc, "The machinery of abc.ABCMeta, in C.");

static PyModuleDef_Slot abc_slots[] = {
    {Py_mod_exec, (void *)abc_exec},
    {0, NULL},
};

static struct PyModuleDef abc_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_abc",
    .m_doc = abc_doc,
    .m_size = sizeof(abc_state),
    .m_methods = abc_methods,
    .m_slots = abc_slots,
    .m_traverse = abc_traverse,
    .m_clear = abc_clear,
    .m_free = abc_free,
};

PyMODINIT_FUNC
PyInit__abc(void)
{
    return PyModuleDef_Init(&abc_module);
}
