/* Modules: the object, its making from a C definition, and its end.

   Single-phase initialisation: PyInit_x calls PyModule_Create and returns the
   finished module.  Multi-phase: PyInit_x returns its PyModuleDef; the import
   system makes the module from that and a spec (PyModule_FromDefAndSpec2),
   then runs the Py_mod_exec slots (PyModule_ExecDef). */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_interp.h"
#include "pycore_moduleobject.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "structmember.h"

#define MODULE(OP) ((PyModuleObject *)(OP))

/* The number of the last definition seen; indexes of modules_by_index. */
static Py_ssize_t max_module_number;

PyTypeObject PyModuleDef_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "moduledef",
    .tp_basicsize = sizeof(PyModuleDef),
};

PyObject *
PyModuleDef_Init(PyModuleDef *def)
{
    assert(PyModuleDef_Type.tp_flags & Py_TPFLAGS_READY);
    if (def->m_base.m_index == 0) {
        max_module_number++;
        Py_SET_REFCNT(def, 1);
        Py_SET_TYPE(def, &PyModuleDef_Type);
        def->m_base.m_index = max_module_number;
    }
    return (PyObject *)def;
}

/* -- New modules ---------------------------------------------------------- */

static int
init_dict(PyModuleObject *module, PyObject *dict, PyObject *name,
          PyObject *doc)
{
    assert(dict != NULL);
    if (PyDict_SetItem(dict, &_Py_ID(__name__), name) != 0
        || PyDict_SetItem(dict, &_Py_ID(__doc__), doc ? doc : Py_None) != 0
        || PyDict_SetItem(dict, &_Py_ID(__package__), Py_None) != 0
        || PyDict_SetItem(dict, &_Py_ID(__loader__), Py_None) != 0
        || PyDict_SetItem(dict, &_Py_ID(__spec__), Py_None) != 0) {
        return -1;
    }
    if (PyUnicode_CheckExact(name)) {
        Py_XSETREF(module->md_name, Py_NewRef(name));
    }
    return 0;
}

static PyModuleObject *
new_notrack(PyTypeObject *type)
{
    PyModuleObject *module =
        (PyModuleObject *)_PyType_AllocNoTrack(type, 0);
    if (module == NULL) {
        return NULL;
    }
    module->md_def = NULL;
    module->md_state = NULL;
    module->md_weaklist = NULL;
    module->md_name = NULL;
    module->md_dict = PyDict_New();
    if (module->md_dict == NULL) {
        /* module_dealloc expects a tracked object */
        _PyObject_GC_TRACK(module);
        Py_DECREF(module);
        return NULL;
    }
    return module;
}

static PyObject *
module_new(PyTypeObject *type, PyObject *Py_UNUSED(args),
           PyObject *Py_UNUSED(kwds))
{
    PyModuleObject *module = new_notrack(type);
    if (module != NULL) {
        _PyObject_GC_TRACK(module);
    }
    return (PyObject *)module;
}

PyObject *
PyModule_NewObject(PyObject *name)
{
    PyModuleObject *module = new_notrack(&PyModule_Type);
    if (module == NULL) {
        return NULL;
    }
    _PyObject_GC_TRACK(module);
    if (init_dict(module, module->md_dict, name, NULL) != 0) {
        Py_DECREF(module);
        return NULL;
    }
    return (PyObject *)module;
}

PyObject *
PyModule_New(const char *name)
{
    PyObject *name_object = PyUnicode_FromString(name);
    if (name_object == NULL) {
        return NULL;
    }
    PyObject *module = PyModule_NewObject(name_object);
    Py_DECREF(name_object);
    return module;
}

/* -- Contents ------------------------------------------------------------- */

/* An extension compiled for another API may be fine: only warn. */
static int
check_api_version(const char *name, int version)
{
    if (version == PYTHON_API_VERSION || version == PYTHON_ABI_VERSION) {
        return 1;
    }
    return PyErr_WarnFormat(
               PyExc_RuntimeWarning, 1,
               "Python C API version mismatch for module %.100s: "
               "This Python has API version %d, module %.100s has "
               "version %d.",
               name, PYTHON_API_VERSION, name, version)
           == 0;
}

static int
add_methods(PyObject *module, PyObject *name, PyMethodDef *functions)
{
    for (PyMethodDef *def = functions; def->ml_name != NULL; def++) {
        if (def->ml_flags & (METH_CLASS | METH_STATIC)) {
            PyErr_SetString(PyExc_ValueError,
                            "module functions cannot set "
                            "METH_CLASS or METH_STATIC");
            return -1;
        }
        PyObject *func = PyCFunction_NewEx(def, module, name);
        if (func == NULL) {
            return -1;
        }
        int result = PyObject_SetAttrString(module, def->ml_name, func);
        Py_DECREF(func);
        if (result != 0) {
            return -1;
        }
    }
    return 0;
}

int
PyModule_AddFunctions(PyObject *module, PyMethodDef *functions)
{
    PyObject *name = PyModule_GetNameObject(module);
    if (name == NULL) {
        return -1;
    }
    int result = add_methods(module, name, functions);
    Py_DECREF(name);
    return result;
}

int
PyModule_SetDocString(PyObject *module, const char *doc)
{
    PyObject *text = PyUnicode_FromString(doc);
    if (text == NULL
        || PyObject_SetAttr(module, &_Py_ID(__doc__), text) != 0) {
        Py_XDECREF(text);
        return -1;
    }
    Py_DECREF(text);
    return 0;
}

/* -- Single-phase initialisation ------------------------------------------ */

PyObject *
_PyModule_CreateInitialized(PyModuleDef *def, int api_version)
{
    if (!PyModuleDef_Init(def)) {
        return NULL;
    }
    const char *name = def->m_name;
    if (!check_api_version(name, api_version)) {
        return NULL;
    }
    if (def->m_slots) {
        PyErr_Format(PyExc_SystemError,
                     "module %s: PyModule_Create is incompatible with "
                     "m_slots",
                     name);
        return NULL;
    }
    /* A module of a package knows its short name only; the loader tells the
       full one in passing. */
    if (_Py_PackageContext != NULL) {
        const char *dot = strrchr(_Py_PackageContext, '.');
        if (dot != NULL && strcmp(def->m_name, dot + 1) == 0) {
            name = _Py_PackageContext;
            _Py_PackageContext = NULL;
        }
    }
    PyModuleObject *module = (PyModuleObject *)PyModule_New(name);
    if (module == NULL) {
        return NULL;
    }
    if (def->m_size > 0) {
        module->md_state = PyMem_Malloc((size_t)def->m_size);
        if (!module->md_state) {
            PyErr_NoMemory();
            goto error;
        }
        memset(module->md_state, 0, (size_t)def->m_size);
    }
    if (def->m_methods != NULL
        && PyModule_AddFunctions((PyObject *)module, def->m_methods) != 0) {
        goto error;
    }
    if (def->m_doc != NULL
        && PyModule_SetDocString((PyObject *)module, def->m_doc) != 0) {
        goto error;
    }
    module->md_def = def;
    return (PyObject *)module;

error:
    Py_DECREF(module);
    return NULL;
}

PyObject *
PyModule_Create2(PyModuleDef *def, int api_version)
{
    if (!_PyImport_IsInitialized(_PyInterpreterState_GET())) {
        PyErr_SetString(PyExc_SystemError,
                        "Python import machinery not initialized");
        return NULL;
    }
    return _PyModule_CreateInitialized(def, api_version);
}

/* -- Multi-phase initialisation ------------------------------------------- */

struct def_facts {
    PyObject *(*create)(PyObject *, PyModuleDef *);
    int has_exec;
};

static int
read_slots(PyModuleDef *def, const char *name, struct def_facts *facts)
{
    for (PyModuleDef_Slot *slot = def->m_slots; slot && slot->slot; slot++) {
        if (slot->slot == Py_mod_create) {
            if (facts->create) {
                PyErr_Format(PyExc_SystemError,
                             "module %s has multiple create slots", name);
                return -1;
            }
            facts->create =
                (PyObject * (*)(PyObject *, PyModuleDef *))slot->value;
        }
        else if (slot->slot < 0 || slot->slot > _Py_mod_LAST_SLOT) {
            PyErr_Format(PyExc_SystemError,
                         "module %s uses unknown slot ID %i", name,
                         slot->slot);
            return -1;
        }
        else {
            facts->has_exec = 1;
        }
    }
    return 0;
}

/* What Py_mod_create gives must come with neither forgotten nor unexpected
   exceptions; it can be any object. */
static PyObject *
create_module(PyModuleDef *def, PyObject *spec, PyObject *name_object,
              const char *name, struct def_facts *facts)
{
    if (facts->create == NULL) {
        return PyModule_NewObject(name_object);
    }
    PyObject *module = facts->create(spec, def);
    if (module == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_SystemError,
                         "creation of module %s failed without setting an "
                         "exception",
                         name);
        }
        return NULL;
    }
    if (PyErr_Occurred()) {
        PyErr_Format(PyExc_SystemError,
                     "creation of module %s raised unreported exception",
                     name);
        Py_DECREF(module);
        return NULL;
    }
    return module;
}

static int
check_created(PyObject *module, PyModuleDef *def, const char *name,
              struct def_facts *facts)
{
    if (PyModule_Check(module)) {
        MODULE(module)->md_state = NULL;
        MODULE(module)->md_def = def;
        return 0;
    }
    if (def->m_size > 0 || def->m_traverse || def->m_clear || def->m_free) {
        PyErr_Format(PyExc_SystemError,
                     "module %s is not a module object, but requests "
                     "module state",
                     name);
        return -1;
    }
    if (facts->has_exec) {
        PyErr_Format(PyExc_SystemError,
                     "module %s specifies execution slots, but did not "
                     "create a ModuleType instance",
                     name);
        return -1;
    }
    return 0;
}

PyObject *
PyModule_FromDefAndSpec2(PyModuleDef *def, PyObject *spec, int api_version)
{
    struct def_facts facts = {NULL, 0};
    PyObject *module = NULL;
    PyModuleDef_Init(def);

    PyObject *name_object = PyObject_GetAttrString(spec, "name");
    if (name_object == NULL) {
        return NULL;
    }
    const char *name = PyUnicode_AsUTF8(name_object);
    if (name == NULL) {
        goto error;
    }
    if (!check_api_version(name, api_version)) {
        goto error;
    }
    if (def->m_size < 0) {
        PyErr_Format(PyExc_SystemError,
                     "module %s: m_size may not be negative for multi-phase "
                     "initialization",
                     name);
        goto error;
    }
    if (read_slots(def, name, &facts) < 0) {
        goto error;
    }
    module = create_module(def, spec, name_object, name, &facts);
    if (module == NULL || check_created(module, def, name, &facts) < 0) {
        goto error;
    }
    if (def->m_methods != NULL
        && add_methods(module, name_object, def->m_methods) != 0) {
        goto error;
    }
    if (def->m_doc != NULL
        && PyModule_SetDocString(module, def->m_doc) != 0) {
        goto error;
    }
    Py_DECREF(name_object);
    return module;

error:
    Py_DECREF(name_object);
    Py_XDECREF(module);
    return NULL;
}

static int
run_exec_slot(PyObject *module, PyModuleDef_Slot *slot, const char *name)
{
    int result = ((int (*)(PyObject *))slot->value)(module);
    if (result != 0) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_SystemError,
                         "execution of module %s failed without setting an "
                         "exception",
                         name);
        }
        return -1;
    }
    if (PyErr_Occurred()) {
        PyErr_Format(PyExc_SystemError,
                     "execution of module %s raised unreported exception",
                     name);
        return -1;
    }
    return 0;
}

int
PyModule_ExecDef(PyObject *module, PyModuleDef *def)
{
    const char *name = PyModule_GetName(module);
    if (name == NULL) {
        return -1;
    }
    if (def->m_size >= 0 && MODULE(module)->md_state == NULL) {
        /* Always allocate, so that PyModule_GetState tells an executed
           module from others. */
        MODULE(module)->md_state = PyMem_Malloc((size_t)def->m_size);
        if (!MODULE(module)->md_state) {
            PyErr_NoMemory();
            return -1;
        }
        memset(MODULE(module)->md_state, 0, (size_t)def->m_size);
    }
    for (PyModuleDef_Slot *slot = def->m_slots; slot && slot->slot; slot++) {
        switch (slot->slot) {
        case Py_mod_create:
            break;
        case Py_mod_exec:
            if (run_exec_slot(module, slot, name) < 0) {
                return -1;
            }
            break;
        default:
            PyErr_Format(PyExc_SystemError,
                         "module %s initialized with unknown slot %i", name,
                         slot->slot);
            return -1;
        }
    }
    return 0;
}

/* -- Questions ------------------------------------------------------------ */

PyObject *
PyModule_GetDict(PyObject *module)
{
    if (!PyModule_Check(module)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return _PyModule_GetDict(module);
}

PyObject *
PyModule_GetNameObject(PyObject *module)
{
    if (!PyModule_Check(module)) {
        PyErr_BadArgument();
        return NULL;
    }
    PyObject *dict = MODULE(module)->md_dict;
    PyObject *name = NULL;
    if (dict != NULL && PyDict_Check(dict)) {
        name = PyDict_GetItemWithError(dict, &_Py_ID(__name__));
    }
    if (name == NULL || !PyUnicode_Check(name)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, "nameless module");
        }
        return NULL;
    }
    return Py_NewRef(name);
}

const char *
PyModule_GetName(PyObject *module)
{
    PyObject *name = PyModule_GetNameObject(module);
    if (name == NULL) {
        return NULL;
    }
    assert(Py_REFCNT(name) > 1);
    Py_DECREF(name);    /* the module has it */
    return PyUnicode_AsUTF8(name);
}

PyObject *
PyModule_GetFilenameObject(PyObject *module)
{
    if (!PyModule_Check(module)) {
        PyErr_BadArgument();
        return NULL;
    }
    PyObject *dict = MODULE(module)->md_dict;
    PyObject *file = NULL;
    if (dict != NULL) {
        file = PyDict_GetItemWithError(dict, &_Py_ID(__file__));
    }
    if (file == NULL || !PyUnicode_Check(file)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, "module filename missing");
        }
        return NULL;
    }
    return Py_NewRef(file);
}

const char *
PyModule_GetFilename(PyObject *module)
{
    PyObject *file = PyModule_GetFilenameObject(module);
    if (file == NULL) {
        return NULL;
    }
    const char *text = PyUnicode_AsUTF8(file);
    Py_DECREF(file);    /* the module has it */
    return text;
}

PyModuleDef *
PyModule_GetDef(PyObject *module)
{
    if (!PyModule_Check(module)) {
        PyErr_BadArgument();
        return NULL;
    }
    return _PyModule_GetDef(module);
}

void *
PyModule_GetState(PyObject *module)
{
    if (!PyModule_Check(module)) {
        PyErr_BadArgument();
        return NULL;
    }
    return _PyModule_GetState(module);
}

/* -- The end of a module -------------------------------------------------- */

static void
trace_clear(int step, PyObject *key)
{
    if (!_Py_GetConfig()->verbose) {
        return;
    }
    const char *name = PyUnicode_AsUTF8(key);
    if (name != NULL) {
        PySys_WriteStderr("#   clear[%d] %s\n", step, name);
    }
    else {
        PyErr_Clear();
    }
}

/* Sets the names to None: first private ones, on which the others do not
   depend, then all others save __builtins__, so that destructors can still
   call len(). */
void
_PyModule_ClearDict(PyObject *dict)
{
    assert(dict != NULL);
    for (int step = 1; step <= 2; step++) {
        Py_ssize_t i = 0;
        PyObject *key, *value;
        while (PyDict_Next(dict, &i, &key, &value)) {
            if (value == Py_None || !PyUnicode_Check(key)
                || PyUnicode_GET_LENGTH(key) == 0) {
                continue;
            }
            const int underscore = PyUnicode_READ_CHAR(key, 0) == '_';
            int clear;
            if (step == 1) {
                clear = underscore
                        && !(PyUnicode_GET_LENGTH(key) > 1
                             && PyUnicode_READ_CHAR(key, 1) == '_');
            }
            else {
                clear = !underscore
                        || !_PyUnicode_EqualToASCIIString(key,
                                                          "__builtins__");
            }
            if (clear) {
                trace_clear(step, key);
                if (PyDict_SetItem(dict, key, Py_None) != 0) {
                    PyErr_WriteUnraisable(NULL);
                }
            }
        }
    }
}

void
_PyModule_Clear(PyObject *module)
{
    PyObject *dict = MODULE(module)->md_dict;
    if (dict != NULL) {
        _PyModule_ClearDict(dict);
    }
}

static void
module_dealloc(PyObject *self)
{
    PyModuleObject *module = MODULE(self);
    PyObject_GC_UnTrack(self);
    if (_Py_GetConfig()->verbose && module->md_name) {
        PySys_FormatStderr("# destroy %U\n", module->md_name);
    }
    if (module->md_weaklist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    /* m_free may rely on a state, unless it is declared as empty */
    PyModuleDef *def = module->md_def;
    if (def && def->m_free
        && (def->m_size <= 0 || module->md_state != NULL)) {
        def->m_free(self);
    }
    Py_XDECREF(module->md_dict);
    Py_XDECREF(module->md_name);
    if (module->md_state != NULL) {
        PyMem_Free(module->md_state);
    }
    Py_TYPE(self)->tp_free(self);
}

static int
module_traverse(PyObject *self, visitproc visit, void *arg)
{
    PyModuleObject *module = MODULE(self);
    PyModuleDef *def = module->md_def;
    if (def && def->m_traverse
        && (def->m_size <= 0 || module->md_state != NULL)) {
        int result = def->m_traverse(self, visit, arg);
        if (result) {
            return result;
        }
    }
    Py_VISIT(module->md_dict);
    return 0;
}

static int
module_clear(PyObject *self)
{
    PyModuleObject *module = MODULE(self);
    PyModuleDef *def = module->md_def;
    if (def && def->m_clear
        && (def->m_size <= 0 || module->md_state != NULL)) {
        int result = def->m_clear(self);
        if (PyErr_Occurred()) {
            PySys_FormatStderr("Exception ignored in m_clear of module%s%V\n",
                               module->md_name ? " " : "", module->md_name,
                               "");
            PyErr_WriteUnraisable(NULL);
        }
        if (result) {
            return result;
        }
    }
    Py_CLEAR(module->md_dict);
    return 0;
}

/* -- Attributes ----------------------------------------------------------- */

/* Truth of spec._initializing: is the import still under way? */
int
_PyModuleSpec_IsInitializing(PyObject *spec)
{
    if (spec == NULL) {
        return 0;
    }
    PyObject *value;
    int truth = 0;
    if (_PyObject_LookupAttr(spec, &_Py_ID(_initializing), &value) > 0) {
        truth = PyObject_IsTrue(value);
        Py_DECREF(value);
    }
    if (truth < 0 || PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    return truth;
}

/* Truth of `name in spec._uninitialized_submodules`. */
static int
submodule_is_initializing(PyObject *spec, PyObject *name)
{
    if (spec == NULL) {
        return 0;
    }
    PyObject *value;
    int found = 0;
    if (_PyObject_LookupAttr(spec, &_Py_ID(_uninitialized_submodules),
                             &value)
        > 0) {
        found = PySequence_Contains(value, name);
        Py_DECREF(value);
    }
    if (found < 0 || PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    return found;
}

static void
raise_no_attribute(PyModuleObject *module, PyObject *name)
{
    PyObject *module_name = PyDict_GetItemWithError(module->md_dict,
                                                    &_Py_ID(__name__));
    if (module_name == NULL || !PyUnicode_Check(module_name)) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_AttributeError,
                         "module has no attribute '%U'", name);
        }
        return;
    }
    Py_INCREF(module_name);
    PyObject *spec = PyDict_GetItemWithError(module->md_dict,
                                             &_Py_ID(__spec__));
    if (spec == NULL && PyErr_Occurred()) {
        Py_DECREF(module_name);
        return;
    }
    Py_XINCREF(spec);
    if (_PyModuleSpec_IsInitializing(spec)) {
        PyErr_Format(PyExc_AttributeError,
                     "partially initialized module '%U' has no attribute "
                     "'%U' (most likely due to a circular import)",
                     module_name, name);
    }
    else if (submodule_is_initializing(spec, name)) {
        PyErr_Format(PyExc_AttributeError,
                     "cannot access submodule '%U' of module '%U' "
                     "(most likely due to a circular import)",
                     name, module_name);
    }
    else {
        PyErr_Format(PyExc_AttributeError, "module '%U' has no attribute '%U'",
                     module_name, name);
    }
    Py_XDECREF(spec);
    Py_DECREF(module_name);
}

/* As any object; what is missing, a function __getattr__ of the module may
   know. */
static PyObject *
module_getattro(PyObject *self, PyObject *name)
{
    PyModuleObject *module = MODULE(self);
    PyObject *attribute = PyObject_GenericGetAttr(self, name);
    if (attribute || !PyErr_ExceptionMatches(PyExc_AttributeError)) {
        return attribute;
    }
    PyErr_Clear();
    assert(module->md_dict != NULL);
    PyObject *getattr = PyDict_GetItemWithError(module->md_dict,
                                                &_Py_ID(__getattr__));
    if (getattr) {
        Py_INCREF(getattr);
        PyObject *result = PyObject_CallOneArg(getattr, name);
        Py_DECREF(getattr);
        return result;
    }
    if (!PyErr_Occurred()) {
        raise_no_attribute(module, name);
    }
    return NULL;
}

/* importlib makes the text, from spec, loader or file name. */
static PyObject *
module_repr(PyObject *self)
{
    PyInterpreterState *interp = _PyInterpreterState_GET();
    return PyObject_CallMethod(interp->importlib, "_module_repr", "O", self);
}

static int
module_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    static char *keywords[] = {(char *)"name", (char *)"doc", NULL};
    PyObject *name, *doc = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "O|O:module", keywords,
                                     &name, &doc)) {
        return -1;
    }
    if (!PyUnicode_Check(name)) {
        _PyArg_BadArgument("module", "argument 'name'", "str", name);
        return -1;
    }
    PyModuleObject *module = MODULE(self);
    if (module->md_dict == NULL) {
        module->md_dict = PyDict_New();
        if (module->md_dict == NULL) {
            return -1;
        }
    }
    return init_dict(module, module->md_dict, name, doc);
}

static PyObject *
module_dir(PyObject *self, PyObject *Py_UNUSED(args))
{
    PyObject *result = NULL;
    PyObject *dict = PyObject_GetAttr(self, &_Py_ID(__dict__));
    if (dict == NULL) {
        return NULL;
    }
    if (!PyDict_Check(dict)) {
        PyErr_Format(PyExc_TypeError, "<module>.__dict__ is not a dictionary");
    }
    else {
        PyObject *dir = PyDict_GetItemWithError(dict, &_Py_ID(__dir__));
        if (dir) {
            result = _PyObject_CallNoArgs(dir);
        }
        else if (!PyErr_Occurred()) {
            result = PyDict_Keys(dict);
        }
    }
    Py_DECREF(dict);
    return result;
}

/* The module's dictionary as its __dict__ attribute shows it; new. */
static PyObject *
get_dict_attribute(PyObject *self)
{
    PyObject *dict = PyObject_GetAttr(self, &_Py_ID(__dict__));
    if (dict != NULL && !PyDict_Check(dict)) {
        PyErr_Format(PyExc_TypeError, "<module>.__dict__ is not a dictionary");
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *
module_get_annotations(PyObject *self, void *Py_UNUSED(context))
{
    PyObject *dict = get_dict_attribute(self);
    if (dict == NULL) {
        return NULL;
    }
    PyObject *annotations = PyDict_GetItemWithError(
        dict, &_Py_ID(__annotations__));
    if (annotations != NULL) {
        Py_INCREF(annotations);
    }
    else if (!PyErr_Occurred()) {
        annotations = PyDict_New();
        if (annotations != NULL
            && PyDict_SetItem(dict, &_Py_ID(__annotations__), annotations)
                   < 0) {
            Py_CLEAR(annotations);
        }
    }
    Py_DECREF(dict);
    return annotations;
}

static int
module_set_annotations(PyObject *self, PyObject *value,
                       void *Py_UNUSED(context))
{
    PyObject *dict = get_dict_attribute(self);
    if (dict == NULL) {
        return -1;
    }
    int result;
    if (value != NULL) {
        result = PyDict_SetItem(dict, &_Py_ID(__annotations__), value);
    }
    else {
        result = PyDict_Contains(dict, &_Py_ID(__annotations__));
        if (result == 0) {
            PyErr_Format(PyExc_AttributeError, "__annotations__");
            result = -1;
        }
        else if (result > 0) {
            result = PyDict_DelItem(dict, &_Py_ID(__annotations__));
        }
    }
    Py_DECREF(dict);
    return result;
}

static PyMemberDef module_members[] = {
    {"__dict__", T_OBJECT, offsetof(PyModuleObject, md_dict), READONLY,
     NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef module_methods[] = {
    {"__dir__", module_dir, METH_NOARGS,
     PyDoc_STR("__dir__() -> list\nspecialized dir() implementation")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef module_getsets[] = {
    {"__annotations__", module_get_annotations, module_set_annotations, NULL,
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(module_doc,
"module(name, doc=None)\n--\n\n"
"Create a module object.\n"
"\n"
"The name must be a string; the optional doc argument can have any type.");

PyTypeObject PyModule_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "module",
    .tp_basicsize = sizeof(PyModuleObject),
    .tp_dealloc = module_dealloc,
    .tp_repr = module_repr,
    .tp_getattro = module_getattro,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = module_doc,
    .tp_traverse = module_traverse,
    .tp_clear = module_clear,
    .tp_weaklistoffset = offsetof(PyModuleObject, md_weaklist),
    .tp_methods = module_methods,
    .tp_members = module_members,
    .tp_getset = module_getsets,
    .tp_dictoffset = offsetof(PyModuleObject, md_dict),
    .tp_init = module_init,
    .tp_new = module_new,
    .tp_free = PyObject_GC_Del,
};
