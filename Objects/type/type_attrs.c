/* Attributes of classes: __name__, __bases__, __mro__, __doc__ ..., and the
   methods that every class has from its metaclass.

   Attributes of heap types are kept in their PyHeapTypeObject or dictionary;
   those of static types are derived from tp_name and tp_doc. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_type.h"
#include "pycore_unionobject.h"
#include "structmember.h"

/* -- Docstrings of C code ------------------------------------------------- */

/* A docstring may begin with "name(signature)\n--\n\n"; the name is the last
   part of the type's or function's. */

#define SIGNATURE_END_MARKER ")\n--\n\n"
#define SIGNATURE_END_LENGTH (sizeof(SIGNATURE_END_MARKER) - 1)

static const char *
find_signature(const char *name, const char *doc)
{
    if (doc == NULL) {
        return NULL;
    }
    assert(name != NULL);
    const char *dot = strrchr(name, '.');
    if (dot) {
        name = dot + 1;
    }
    size_t length = strlen(name);
    if (strncmp(doc, name, length) != 0) {
        return NULL;
    }
    doc += length;
    return *doc == '(' ? doc : NULL;
}

/* The text after the signature, or NULL if there is no end to it. */
static const char *
skip_signature(const char *doc)
{
    while (*doc) {
        if (*doc == *SIGNATURE_END_MARKER
            && strncmp(doc, SIGNATURE_END_MARKER, SIGNATURE_END_LENGTH)
                   == 0) {
            return doc + SIGNATURE_END_LENGTH;
        }
        if (doc[0] == '\n' && doc[1] == '\n') {
            return NULL;
        }
        doc++;
    }
    return NULL;
}

PyObject *
_PyType_GetDocFromInternalDoc(const char *name, const char *internal_doc)
{
    const char *doc = internal_doc;
    const char *signature = find_signature(name, internal_doc);
    if (signature) {
        const char *text = skip_signature(signature);
        if (text) {
            doc = text;
        }
    }
    if (doc == NULL || *doc == '\0') {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromString(doc);
}

PyObject *
_PyType_GetTextSignatureFromInternalDoc(const char *name,
                                        const char *internal_doc)
{
    const char *start = find_signature(name, internal_doc);
    const char *end = start ? skip_signature(start) : NULL;
    if (end == NULL) {
        Py_RETURN_NONE;
    }
    /* Up to and with the closing parenthesis. */
    end -= SIGNATURE_END_LENGTH - 1;
    assert(end - start >= 2);
    return PyUnicode_FromStringAndSize(start, end - start);
}

/* -- Names ---------------------------------------------------------------- */

/* The last part of tp_name. */
const char *
_PyType_Name(PyTypeObject *type)
{
    assert(type->tp_name != NULL);
    const char *dot = strrchr(type->tp_name, '.');
    return dot == NULL ? type->tp_name : dot + 1;
}

static PyObject *
type_name(PyTypeObject *type, void *Py_UNUSED(context))
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        return Py_NewRef(((PyHeapTypeObject *)type)->ht_name);
    }
    return PyUnicode_FromString(_PyType_Name(type));
}

PyObject *
type_qualname(PyTypeObject *type)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        return Py_NewRef(((PyHeapTypeObject *)type)->ht_qualname);
    }
    return type_name(type, NULL);
}

static PyObject *
type_get_qualname(PyTypeObject *type, void *Py_UNUSED(context))
{
    return type_qualname(type);
}

PyObject *
PyType_GetName(PyTypeObject *type)
{
    return type_name(type, NULL);
}

PyObject *
PyType_GetQualName(PyTypeObject *type)
{
    return type_qualname(type);
}

int
type_check_set_special(PyTypeObject *type, PyObject *value, const char *name)
{
    if (_PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE)) {
        PyErr_Format(PyExc_TypeError,
                     "cannot set '%s' attribute of immutable type '%s'",
                     name, type->tp_name);
        return 0;
    }
    if (value == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "cannot delete '%s' attribute of immutable type '%s'",
                     name, type->tp_name);
        return 0;
    }
    return PySys_Audit("object.__setattr__", "OsO", type, name, value) >= 0;
}

static int
type_set_name(PyTypeObject *type, PyObject *value, void *Py_UNUSED(context))
{
    if (!type_check_set_special(type, value, "__name__")) {
        return -1;
    }
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "can only assign string to %s.__name__, not '%s'",
                     type->tp_name, Py_TYPE(value)->tp_name);
        return -1;
    }
    Py_ssize_t size;
    const char *name = PyUnicode_AsUTF8AndSize(value, &size);
    if (name == NULL) {
        return -1;
    }
    if (strlen(name) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError,
                        "type name must not contain null characters");
        return -1;
    }
    type->tp_name = name;
    Py_SETREF(((PyHeapTypeObject *)type)->ht_name, Py_NewRef(value));
    return 0;
}

static int
type_set_qualname(PyTypeObject *type, PyObject *value,
                  void *Py_UNUSED(context))
{
    if (!type_check_set_special(type, value, "__qualname__")) {
        return -1;
    }
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "can only assign string to %s.__qualname__, not '%s'",
                     type->tp_name, Py_TYPE(value)->tp_name);
        return -1;
    }
    Py_SETREF(((PyHeapTypeObject *)type)->ht_qualname, Py_NewRef(value));
    return 0;
}

PyObject *
type_module(PyTypeObject *type)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        PyObject *module = PyDict_GetItemWithError(type->tp_dict,
                                                   &_Py_ID(__module__));
        if (module == NULL) {
            if (!PyErr_Occurred()) {
                PyErr_Format(PyExc_AttributeError, "__module__");
            }
            return NULL;
        }
        return Py_NewRef(module);
    }
    const char *dot = strrchr(type->tp_name, '.');
    if (dot == NULL) {
        return Py_NewRef(&_Py_ID(builtins));
    }
    PyObject *module = PyUnicode_FromStringAndSize(
        type->tp_name, (Py_ssize_t)(dot - type->tp_name));
    if (module != NULL) {
        PyUnicode_InternInPlace(&module);
    }
    return module;
}

static PyObject *
type_get_module(PyTypeObject *type, void *Py_UNUSED(context))
{
    return type_module(type);
}

static int
type_set_module(PyTypeObject *type, PyObject *value,
                void *Py_UNUSED(context))
{
    if (!type_check_set_special(type, value, "__module__")) {
        return -1;
    }
    PyType_Modified(type);
    return PyDict_SetItem(type->tp_dict, &_Py_ID(__module__), value);
}

/* -- __abstractmethods__ -------------------------------------------------- */

static PyObject *
type_abstractmethods(PyTypeObject *type, void *Py_UNUSED(context))
{
    PyObject *methods = NULL;
    /* type itself has this very getset in its dictionary */
    if (type != &PyType_Type) {
        methods = PyDict_GetItemWithError(type->tp_dict,
                                          &_Py_ID(__abstractmethods__));
    }
    if (methods == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_AttributeError,
                            &_Py_ID(__abstractmethods__));
        }
        return NULL;
    }
    return Py_NewRef(methods);
}

static int
type_set_abstractmethods(PyTypeObject *type, PyObject *value,
                         void *Py_UNUSED(context))
{
    /* Only heap types get here: a static type's dictionary would not be
       consulted, as PyType_Ready has filled its slots. */
    int abstract, result;
    if (value != NULL) {
        abstract = PyObject_IsTrue(value);
        if (abstract < 0) {
            return -1;
        }
        result = PyDict_SetItem(type->tp_dict, &_Py_ID(__abstractmethods__),
                                value);
    }
    else {
        abstract = 0;
        result = PyDict_DelItem(type->tp_dict,
                                &_Py_ID(__abstractmethods__));
        if (result && PyErr_ExceptionMatches(PyExc_KeyError)) {
            PyErr_SetObject(PyExc_AttributeError,
                            &_Py_ID(__abstractmethods__));
            return -1;
        }
    }
    if (result == 0) {
        PyType_Modified(type);
        if (abstract) {
            type->tp_flags |= Py_TPFLAGS_IS_ABSTRACT;
        }
        else {
            type->tp_flags &= ~Py_TPFLAGS_IS_ABSTRACT;
        }
    }
    return result;
}

/* -- __bases__ ------------------------------------------------------------ */

static PyObject *
type_get_bases(PyTypeObject *type, void *Py_UNUSED(context))
{
    return Py_NewRef(type->tp_bases);
}

static int
mro_of_subclass(PyTypeObject *subclass, void *arg);

/* Computes the MRO of type and all below it.  (type, new, old) triples are
   appended to undo for the case that one of them fails. */
static int
mro_hierarchy(PyTypeObject *type, PyObject *undo)
{
    PyObject *old_mro;
    int result = type_mro_compute(type, &old_mro);
    if (result <= 0) {
        return result;
    }
    PyObject *new_mro = type->tp_mro;
    PyObject *triple;
    if (old_mro != NULL) {
        triple = PyTuple_Pack(3, type, new_mro, old_mro);
    }
    else {
        triple = PyTuple_Pack(2, type, new_mro);
    }
    if (triple != NULL) {
        result = PyList_Append(undo, triple);
    }
    else {
        result = -1;
    }
    Py_XDECREF(triple);
    if (result < 0) {
        type->tp_mro = old_mro;
        Py_DECREF(new_mro);
        return -1;
    }
    Py_XDECREF(old_mro);
    /* The list keeps the dying subclasses' addresses from being reused. */
    PyObject *subclasses = _PyType_GetSubclasses(type);
    if (subclasses == NULL) {
        return -1;
    }
    Py_ssize_t count = PyList_GET_SIZE(subclasses);
    for (Py_ssize_t i = 0; i < count && result >= 0; i++) {
        result = mro_of_subclass(
            (PyTypeObject *)PyList_GET_ITEM(subclasses, i), undo);
    }
    Py_DECREF(subclasses);
    return result;
}

static int
mro_of_subclass(PyTypeObject *subclass, void *arg)
{
    return mro_hierarchy(subclass, (PyObject *)arg);
}

static int
check_new_bases(PyTypeObject *type, PyObject *new_bases)
{
    if (!PyTuple_Check(new_bases)) {
        PyErr_Format(PyExc_TypeError,
                     "can only assign tuple to %s.__bases__, not %s",
                     type->tp_name, Py_TYPE(new_bases)->tp_name);
        return -1;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(new_bases);
    if (count == 0) {
        PyErr_Format(PyExc_TypeError,
                     "can only assign non-empty tuple to %s.__bases__, "
                     "not ()",
                     type->tp_name);
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *object = PyTuple_GET_ITEM(new_bases, i);
        if (!PyType_Check(object)) {
            PyErr_Format(PyExc_TypeError,
                         "%s.__bases__ must be tuple of classes, not '%s'",
                         type->tp_name, Py_TYPE(object)->tp_name);
            return -1;
        }
        PyTypeObject *base = (PyTypeObject *)object;
        /* Inside mro(), tp_mro may not tell the truth: a second opinion. */
        if (PyType_IsSubtype(base, type)
            || (base->tp_mro != NULL && type_is_base_chain(base, type))) {
            PyErr_SetString(PyExc_TypeError,
                            "a __bases__ item causes an inheritance cycle");
            return -1;
        }
    }
    return 0;
}

static void
undo_mros(PyObject *undo)
{
    for (Py_ssize_t i = PyList_GET_SIZE(undo) - 1; i >= 0; i--) {
        PyTypeObject *cls;
        PyObject *new_mro, *old_mro = NULL;
        PyArg_UnpackTuple(PyList_GET_ITEM(undo, i), "", 2, 3, &cls, &new_mro,
                          &old_mro);
        /* Do not rollback if cls got another MRO meanwhile. */
        if (cls->tp_mro == new_mro) {
            cls->tp_mro = Py_XNewRef(old_mro);
            Py_DECREF(new_mro);
        }
    }
}

int
type_set_bases(PyTypeObject *type, PyObject *new_bases,
               void *Py_UNUSED(context))
{
    if (!type_check_set_special(type, new_bases, "__bases__")
        || check_new_bases(type, new_bases) < 0) {
        return -1;
    }
    PyTypeObject *new_base = type_best_base(new_bases);
    if (new_base == NULL
        || !type_compatible_for_assignment(type->tp_base, new_base,
                                           "__bases__")) {
        return -1;
    }
    PyObject *old_bases = type->tp_bases;
    assert(old_bases != NULL);
    PyTypeObject *old_base = type->tp_base;
    type->tp_bases = Py_NewRef(new_bases);
    type->tp_base = (PyTypeObject *)Py_NewRef(new_base);

    PyObject *undo = PyList_New(0);
    if (undo == NULL) {
        goto bail;
    }
    if (mro_hierarchy(type, undo) < 0) {    /* may run Python */
        undo_mros(undo);
        Py_DECREF(undo);
        goto bail;
    }
    Py_DECREF(undo);

    int result = 0;
    /* Leave things alone if a nested assignment has won. */
    if (type->tp_bases == new_bases) {
        assert(type->tp_base == new_base);
        type_remove_all_subclasses(type, old_bases);
        result = type_add_all_subclasses(type, new_bases);
        type_update_all_slots(type);
    }
    Py_DECREF(old_bases);
    Py_DECREF(old_base);
    return result;

bail:
    if (type->tp_bases == new_bases) {
        assert(type->tp_base == new_base);
        type->tp_bases = old_bases;
        type->tp_base = old_base;
        Py_DECREF(new_bases);
        Py_DECREF(new_base);
    }
    else {
        Py_DECREF(old_bases);
        Py_DECREF(old_base);
    }
    return -1;
}

/* -- __dict__, __doc__, __text_signature__, __annotations__ --------------- */

static PyObject *
type_dict(PyTypeObject *type, void *Py_UNUSED(context))
{
    if (type->tp_dict == NULL) {
        Py_RETURN_NONE;
    }
    return PyDictProxy_New(type->tp_dict);
}

static PyObject *
type_get_doc(PyTypeObject *type, void *Py_UNUSED(context))
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE) && type->tp_doc != NULL) {
        return _PyType_GetDocFromInternalDoc(type->tp_name, type->tp_doc);
    }
    PyObject *doc = PyDict_GetItemWithError(type->tp_dict,
                                            &_Py_ID(__doc__));
    if (doc == NULL) {
        if (PyErr_Occurred()) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    descrgetfunc get = Py_TYPE(doc)->tp_descr_get;
    if (get != NULL) {
        return get(doc, NULL, (PyObject *)type);
    }
    return Py_NewRef(doc);
}

static int
type_set_doc(PyTypeObject *type, PyObject *value, void *Py_UNUSED(context))
{
    if (!type_check_set_special(type, value, "__doc__")) {
        return -1;
    }
    PyType_Modified(type);
    return PyDict_SetItem(type->tp_dict, &_Py_ID(__doc__), value);
}

static PyObject *
type_get_text_signature(PyTypeObject *type, void *Py_UNUSED(context))
{
    return _PyType_GetTextSignatureFromInternalDoc(type->tp_name,
                                                   type->tp_doc);
}

static PyObject *
type_get_annotations(PyTypeObject *type, void *Py_UNUSED(context))
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        PyErr_Format(PyExc_AttributeError,
                     "type object '%s' has no attribute '__annotations__'",
                     type->tp_name);
        return NULL;
    }
    PyObject *annotations = PyDict_GetItemWithError(
        type->tp_dict, &_Py_ID(__annotations__));
    if (annotations != NULL) {
        descrgetfunc get = Py_TYPE(annotations)->tp_descr_get;
        if (get != NULL) {
            return get(annotations, NULL, (PyObject *)type);
        }
        return Py_NewRef(annotations);
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    annotations = PyDict_New();
    if (annotations != NULL) {
        if (PyDict_SetItem(type->tp_dict, &_Py_ID(__annotations__),
                           annotations) < 0) {
            Py_CLEAR(annotations);
        }
        else {
            PyType_Modified(type);
        }
    }
    return annotations;
}

static int
type_set_annotations(PyTypeObject *type, PyObject *value,
                     void *Py_UNUSED(context))
{
    if (_PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE)) {
        PyErr_Format(PyExc_TypeError,
                     "cannot set '__annotations__' attribute of immutable "
                     "type '%s'",
                     type->tp_name);
        return -1;
    }
    int result;
    if (value != NULL) {
        result = PyDict_SetItem(type->tp_dict, &_Py_ID(__annotations__),
                                value);
    }
    else {
        int exists = PyDict_Contains(type->tp_dict,
                                     &_Py_ID(__annotations__));
        if (exists == 0) {
            PyErr_Format(PyExc_AttributeError, "__annotations__");
        }
        if (exists <= 0) {
            return -1;
        }
        result = PyDict_DelItem(type->tp_dict, &_Py_ID(__annotations__));
    }
    if (result == 0) {
        PyType_Modified(type);
    }
    return result;
}

/* -- repr, getattr, setattr ----------------------------------------------- */

PyObject *
type_repr(PyTypeObject *type)
{
    if (type->tp_name == NULL) {
        /* an extension's type before PyType_Ready */
        return PyUnicode_FromFormat("<class at %p>", type);
    }
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
    if (module != NULL
        && !_PyUnicode_Equal(module, &_Py_ID(builtins))) {
        result = PyUnicode_FromFormat("<class '%U.%U'>", module, name);
    }
    else {
        result = PyUnicode_FromFormat("<class '%s'>", type->tp_name);
    }
    Py_XDECREF(module);
    Py_DECREF(name);
    return result;
}

/* Like the generic one, save that what is found in the class's own MRO is
   bound by __get__(None, class). */
PyObject *
type_getattro(PyTypeObject *type, PyObject *name)
{
    PyTypeObject *metatype = Py_TYPE(type);
    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError,
                     "attribute name must be string, not '%.200s'",
                     Py_TYPE(name)->tp_name);
        return NULL;
    }
    if (type->tp_dict == NULL && PyType_Ready(type) < 0) {
        return NULL;
    }
    descrgetfunc meta_get = NULL;
    PyObject *meta_attribute = _PyType_Lookup(metatype, name);
    if (meta_attribute != NULL) {
        Py_INCREF(meta_attribute);
        meta_get = Py_TYPE(meta_attribute)->tp_descr_get;
        if (meta_get != NULL && PyDescr_IsData(meta_attribute)) {
            PyObject *result = meta_get(meta_attribute, (PyObject *)type,
                                        (PyObject *)metatype);
            Py_DECREF(meta_attribute);
            return result;
        }
    }
    PyObject *attribute = _PyType_Lookup(type, name);
    if (attribute != NULL) {
        Py_INCREF(attribute);
        Py_XDECREF(meta_attribute);
        descrgetfunc get = Py_TYPE(attribute)->tp_descr_get;
        if (get != NULL) {
            PyObject *result = get(attribute, NULL, (PyObject *)type);
            Py_DECREF(attribute);
            return result;
        }
        return attribute;
    }
    if (meta_get != NULL) {
        PyObject *result = meta_get(meta_attribute, (PyObject *)type,
                                    (PyObject *)metatype);
        Py_DECREF(meta_attribute);
        return result;
    }
    if (meta_attribute != NULL) {
        return meta_attribute;
    }
    PyErr_Format(PyExc_AttributeError,
                 "type object '%.50s' has no attribute '%U'", type->tp_name,
                 name);
    return NULL;
}

static int
is_dunder_name(PyObject *name)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    if (length <= 4 || !PyUnicode_IS_ASCII(name)) {
        return 0;
    }
    const Py_UCS1 *text = PyUnicode_1BYTE_DATA(name);
    return text[length - 2] == '_' && text[length - 1] == '_'
           && text[0] == '_' && text[1] == '_';
}

int
type_setattro(PyTypeObject *type, PyObject *name, PyObject *value)
{
    if (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) {
        PyErr_Format(PyExc_TypeError,
                     "cannot set %R attribute of immutable type '%s'", name,
                     type->tp_name);
        return -1;
    }
    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError,
                     "attribute name must be string, not '%.200s'",
                     Py_TYPE(name)->tp_name);
        return -1;
    }
    /* An exact, interned str: what the slot table compares with. */
    if (PyUnicode_CheckExact(name)) {
        Py_INCREF(name);
    }
    else {
        name = _PyUnicode_Copy(name);
        if (name == NULL) {
            return -1;
        }
    }
    PyUnicode_InternInPlace(&name);
    int result = _PyObject_GenericSetAttrWithDict((PyObject *)type, name,
                                                  value, NULL);
    if (result == 0) {
        PyType_Modified(type);
        if (is_dunder_name(name)) {
            result = type_update_slot(type, name);
        }
    }
    Py_DECREF(name);
    return result;
}

/* -- Methods -------------------------------------------------------------- */

PyDoc_STRVAR(mro_doc,
"mro($self, /)\n--\n\n"
"Return a type's method resolution order.");

static PyObject *
type_mro(PyTypeObject *self, PyObject *Py_UNUSED(args))
{
    return type_mro_default(self);
}

PyDoc_STRVAR(subclasses_doc,
"__subclasses__($self, /)\n--\n\n"
"Return a list of immediate subclasses.");

static PyObject *
type_subclasses(PyTypeObject *self, PyObject *Py_UNUSED(args))
{
    return _PyType_GetSubclasses(self);
}

PyDoc_STRVAR(prepare_doc,
"__prepare__() -> dict\n"
"Create the namespace in which the class body will run.");

static PyObject *
type_prepare(PyObject *Py_UNUSED(self), PyObject *const *Py_UNUSED(args),
             Py_ssize_t Py_UNUSED(nargs), PyObject *Py_UNUSED(kwnames))
{
    return PyDict_New();
}

PyDoc_STRVAR(instancecheck_doc,
"__instancecheck__($self, instance, /)\n--\n\n"
"Check if an object is an instance.");

static PyObject *
type_instancecheck(PyTypeObject *self, PyObject *instance)
{
    int result = _PyObject_RealIsInstance(instance, (PyObject *)self);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

PyDoc_STRVAR(subclasscheck_doc,
"__subclasscheck__($self, subclass, /)\n--\n\n"
"Check if a class is a subclass.");

static PyObject *
type_subclasscheck(PyTypeObject *self, PyObject *subclass)
{
    int result = _PyObject_RealIsSubclass(subclass, (PyObject *)self);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

/* Adds the attributes of cls and of its __bases__, recursively, to dict. */
int
type_merge_dir(PyObject *dict, PyObject *cls)
{
    assert(PyDict_Check(dict));
    PyObject *class_dict, *bases;
    int found = _PyObject_LookupAttr(cls, &_Py_ID(__dict__), &class_dict);
    if (found < 0) {
        return -1;
    }
    if (class_dict != NULL) {
        int status = PyDict_Update(dict, class_dict);
        Py_DECREF(class_dict);
        if (status < 0) {
            return -1;
        }
    }
    if (_PyObject_LookupAttr(cls, &_Py_ID(__bases__), &bases) < 0) {
        return -1;
    }
    if (bases == NULL) {
        return 0;
    }
    int status = 0;
    Py_ssize_t count = PySequence_Size(bases);
    if (count < 0) {
        status = -1;
    }
    for (Py_ssize_t i = 0; i < count && status == 0; i++) {
        PyObject *base = PySequence_GetItem(bases, i);
        if (base == NULL) {
            status = -1;
            break;
        }
        if (Py_EnterRecursiveCall(" in __dir__")) {
            Py_DECREF(base);
            status = -1;
            break;
        }
        status = type_merge_dir(dict, base);
        Py_LeaveRecursiveCall();
        Py_DECREF(base);
    }
    Py_DECREF(bases);
    return status;
}

PyDoc_STRVAR(dir_doc,
"__dir__($self, /)\n--\n\n"
"Specialized __dir__ implementation for types.");

static PyObject *
type_dir(PyTypeObject *self, PyObject *Py_UNUSED(args))
{
    PyObject *result = NULL;
    PyObject *dict = PyDict_New();
    if (dict != NULL && type_merge_dir(dict, (PyObject *)self) == 0) {
        result = PyDict_Keys(dict);
    }
    Py_XDECREF(dict);
    return result;
}

PyDoc_STRVAR(sizeof_doc,
"__sizeof__($self, /)\n--\n\n"
"Return memory consumption of the type object.");

static PyObject *
type_sizeof(PyTypeObject *self, PyObject *Py_UNUSED(args))
{
    size_t size;
    if (self->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        PyHeapTypeObject *heap_type = (PyHeapTypeObject *)self;
        size = sizeof(PyHeapTypeObject);
        if (heap_type->ht_cached_keys) {
            size += (size_t)_PyDict_KeysSize(heap_type->ht_cached_keys);
        }
    }
    else {
        size = sizeof(PyTypeObject);
    }
    return PyLong_FromSize_t(size);
}

PyMethodDef type_methods[] = {
    {"mro", (PyCFunction)type_mro, METH_NOARGS, mro_doc},
    {"__subclasses__", (PyCFunction)type_subclasses, METH_NOARGS,
     subclasses_doc},
    {"__prepare__", _PyCFunction_CAST(type_prepare),
     METH_FASTCALL | METH_KEYWORDS | METH_CLASS, prepare_doc},
    {"__instancecheck__", (PyCFunction)type_instancecheck, METH_O,
     instancecheck_doc},
    {"__subclasscheck__", (PyCFunction)type_subclasscheck, METH_O,
     subclasscheck_doc},
    {"__dir__", (PyCFunction)type_dir, METH_NOARGS, dir_doc},
    {"__sizeof__", (PyCFunction)type_sizeof, METH_NOARGS, sizeof_doc},
    {NULL, NULL, 0, NULL},
};

PyMemberDef type_members[] = {
    {"__basicsize__", T_PYSSIZET, offsetof(PyTypeObject, tp_basicsize),
     READONLY, NULL},
    {"__itemsize__", T_PYSSIZET, offsetof(PyTypeObject, tp_itemsize),
     READONLY, NULL},
    {"__flags__", T_ULONG, offsetof(PyTypeObject, tp_flags), READONLY, NULL},
    {"__weakrefoffset__", T_PYSSIZET,
     offsetof(PyTypeObject, tp_weaklistoffset), READONLY, NULL},
    {"__base__", T_OBJECT, offsetof(PyTypeObject, tp_base), READONLY, NULL},
    {"__dictoffset__", T_PYSSIZET, offsetof(PyTypeObject, tp_dictoffset),
     READONLY, NULL},
    {"__mro__", T_OBJECT, offsetof(PyTypeObject, tp_mro), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyGetSetDef type_getsets[] = {
    {"__name__", (getter)type_name, (setter)type_set_name, NULL, NULL},
    {"__qualname__", (getter)type_get_qualname, (setter)type_set_qualname,
     NULL, NULL},
    {"__bases__", (getter)type_get_bases, (setter)type_set_bases, NULL,
     NULL},
    {"__module__", (getter)type_get_module, (setter)type_set_module, NULL,
     NULL},
    {"__abstractmethods__", (getter)type_abstractmethods,
     (setter)type_set_abstractmethods, NULL, NULL},
    {"__dict__", (getter)type_dict, NULL, NULL, NULL},
    {"__doc__", (getter)type_get_doc, (setter)type_set_doc, NULL, NULL},
    {"__text_signature__", (getter)type_get_text_signature, NULL, NULL,
     NULL},
    {"__annotations__", (getter)type_get_annotations,
     (setter)type_set_annotations, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
