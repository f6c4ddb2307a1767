/* The "_ctypes" module. */

#include "ctypes.h"
#include <dlfcn.h>
#include <string.h>
#include <wchar.h>

PyObject *ctypes_ArgumentError = NULL;
PyObject *ctypes_pointer_cache = NULL;
PyObject *ctypes_name_info = NULL;
PyObject *ctypes_name_type = NULL;
PyObject *ctypes_name_as_parameter = NULL;

/* -- Sizes and addresses ------------------------------------------------- */

static PyObject *
ctypes_sizeof(PyObject *module, PyObject *object)
{
    struct ctype_info *info = ctype_info_of(object);
    if (info != NULL) {
        return PyLong_FromSsize_t(info->size);
    }
    if (is_cdata(object)) {
        return PyLong_FromSsize_t(((struct cdata *)object)->size);
    }
    PyErr_SetString(PyExc_TypeError, "this type has no size");
    return NULL;
}

static PyObject *
ctypes_alignment(PyObject *module, PyObject *object)
{
    struct ctype_info *info = ctype_info_of(object);
    if (info == NULL) {
        info = ctype_info_of((PyObject *)Py_TYPE(object));
    }
    if (info == NULL) {
        PyErr_SetString(PyExc_TypeError, "no alignment info");
        return NULL;
    }
    return PyLong_FromSsize_t(info->align);
}

static PyObject *
ctypes_addressof(PyObject *module, PyObject *object)
{
    if (!is_cdata(object)) {
        PyErr_SetString(PyExc_TypeError, "invalid type");
        return NULL;
    }
    if (PySys_Audit("ctypes.addressof", "(O)", object) < 0) {
        return NULL;
    }
    return PyLong_FromVoidPtr(((struct cdata *)object)->ptr);
}

static PyObject *
ctypes_byref(PyObject *module, PyObject *args)
{
    PyObject *object, *number = NULL;
    Py_ssize_t offset = 0;
    if (!PyArg_UnpackTuple(args, "byref", 1, 2, &object, &number)) {
        return NULL;
    }
    if (number != NULL) {
        offset = PyNumber_AsSsize_t(number, NULL);
        if (offset == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (!is_cdata(object)) {
        PyErr_Format(PyExc_TypeError,
                     "byref() argument must be a ctypes instance, not '%s'",
                     Py_TYPE(object)->tp_name);
        return NULL;
    }
    struct carg *arg = carg_new();
    if (arg != NULL) {
        arg->tag = 'P';
        arg->value.p = ((struct cdata *)object)->ptr + offset;
        arg->object = Py_NewRef(object);
    }
    return (PyObject *)arg;
}

static PyObject *
ctypes_resize(PyObject *module, PyObject *args)
{
    PyObject *object;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "On:resize", &object, &size)) {
        return NULL;
    }
    return cdata_resize(object, size);
}

static PyObject *
ctypes_buffer_info(PyObject *module, PyObject *object)
{
    struct ctype_info *info = ctype_info_of(object);
    if (info == NULL) {
        info = ctype_info_of((PyObject *)Py_TYPE(object));
    }
    if (info == NULL) {
        PyErr_SetString(PyExc_TypeError, "not a ctypes type or object");
        return NULL;
    }
    PyObject *shape = PyTuple_New(info->ndim);
    for (int i = 0; shape != NULL && i < info->ndim; i++) {
        PyObject *n = PyLong_FromSsize_t(info->shape[i]);
        if (n == NULL) {
            Py_CLEAR(shape);
            break;
        }
        PyTuple_SET_ITEM(shape, i, n);
    }
    if (shape == NULL) {
        return NULL;
    }
    return Py_BuildValue("siN", info->format, info->ndim, shape);
}

/* -- Pointers ------------------------------------------------------------ */

static PyObject *
ctypes_POINTER(PyObject *module, PyObject *target)
{
    return ctypes_pointer_type(target);
}

static PyObject *
ctypes_pointer(PyObject *module, PyObject *object)
{
    PyObject *type = ctypes_pointer_type((PyObject *)Py_TYPE(object));
    if (type == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_CallOneArg(type, object);
    Py_DECREF(type);
    return result;
}

/* -- Libraries ----------------------------------------------------------- */

static PyObject *
ctypes_dlopen(PyObject *module, PyObject *args)
{
    PyObject *name, *encoded = NULL;
    int mode = RTLD_NOW;
    if (!PyArg_ParseTuple(args, "O|i:dlopen", &name, &mode)) {
        return NULL;
    }
    mode |= RTLD_NOW;
    if (name != Py_None && PyUnicode_FSConverter(name, &encoded) == 0) {
        return NULL;
    }
    if (PySys_Audit("ctypes.dlopen", "O", name) < 0) {
        Py_XDECREF(encoded);
        return NULL;
    }
    void *handle = dlopen(encoded ? PyBytes_AS_STRING(encoded) : NULL, mode);
    Py_XDECREF(encoded);
    if (handle == NULL) {
        const char *error = dlerror();
        PyErr_SetString(PyExc_OSError, error ? error : "dlopen() error");
        return NULL;
    }
    return PyLong_FromVoidPtr(handle);
}

static int
convert_address(PyObject *object, void *address)
{
    if (!PyLong_Check(object)) {
        PyErr_SetString(PyExc_TypeError, "int expected");
        return 0;
    }
    *(void **)address = PyLong_AsVoidPtr(object);
    return !PyErr_Occurred();
}

static PyObject *
ctypes_dlclose(PyObject *module, PyObject *args)
{
    void *handle;
    if (!PyArg_ParseTuple(args, "O&:dlclose", convert_address, &handle)) {
        return NULL;
    }
    if (dlclose(handle) != 0) {
        PyErr_SetString(PyExc_OSError, dlerror());
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
ctypes_dlsym(PyObject *module, PyObject *args)
{
    void *handle;
    const char *name;
    if (!PyArg_ParseTuple(args, "O&s:dlsym", convert_address, &handle,
                          &name))
    {
        return NULL;
    }
    dlerror();
    void *address = dlsym(handle, name);
    if (address == NULL) {
        const char *error = dlerror();
        PyErr_SetString(PyExc_OSError, error ? error : "symbol is NULL");
        return NULL;
    }
    return PyLong_FromVoidPtr(address);
}

static PyObject *
call_address(PyObject *args, int flags)
{
    void *address;
    PyObject *arguments;
    if (!PyArg_ParseTuple(args, "O&O!", convert_address, &address,
                          &PyTuple_Type, &arguments))
    {
        return NULL;
    }
    return ctypes_call(address, flags, &PyTuple_GET_ITEM(arguments, 0),
                       PyTuple_GET_SIZE(arguments), NULL, NULL, NULL);
}

static PyObject *
ctypes_call_function(PyObject *module, PyObject *args)
{
    return call_address(args, 0);
}

static PyObject *
ctypes_call_cdeclfunction(PyObject *module, PyObject *args)
{
    return call_address(args, FUNCFLAG_CDECL);
}

/* -- Objects by address -------------------------------------------------- */

static PyObject *
ctypes_object_at(PyObject *module, PyObject *args)
{
    PyObject *object;
    if (!PyArg_ParseTuple(args, "O&:PyObj_FromPtr", convert_address,
                          &object)
        || PySys_Audit("ctypes.PyObj_FromPtr", "(O)", object) < 0)
    {
        return NULL;
    }
    return Py_NewRef(object);
}

static PyObject *
ctypes_incref(PyObject *module, PyObject *object)
{
    Py_INCREF(object);
    return Py_NewRef(object);
}

static PyObject *
ctypes_decref(PyObject *module, PyObject *object)
{
    Py_DECREF(object);
    return Py_NewRef(object);
}

static PyObject *
ctypes_unpickle(PyObject *module, PyObject *args)
{
    PyObject *type, *state;
    if (!PyArg_ParseTuple(args, "OO!:_unpickle", &type, &PyTuple_Type,
                          &state))
    {
        return NULL;
    }
    PyObject *object = PyObject_CallMethod(type, "__new__", "O", type);
    if (object == NULL) {
        return NULL;
    }
    PyObject *method = PyObject_GetAttrString(object, "__setstate__");
    PyObject *result = method == NULL ? NULL
                                      : PyObject_Call(method, state, NULL);
    Py_XDECREF(method);
    if (result == NULL) {
        Py_DECREF(object);
        return NULL;
    }
    Py_DECREF(result);
    return object;
}

/* -- Functions that ctypes calls through itself -------------------------- */

static PyObject *
string_at(const char *p, int size)
{
    if (PySys_Audit("ctypes.string_at", "ni", (Py_ssize_t)p, size) < 0) {
        return NULL;
    }
    return size == -1 ? PyBytes_FromString(p)
                      : PyBytes_FromStringAndSize(p, size);
}

static PyObject *
wstring_at(const wchar_t *p, int size)
{
    if (PySys_Audit("ctypes.wstring_at", "ni", (Py_ssize_t)p, size) < 0) {
        return NULL;
    }
    return PyUnicode_FromWideChar(p, size == -1 ? (Py_ssize_t)wcslen(p)
                                                : size);
}

static int
can_be_cast(PyObject *object)
{
    struct ctype_info *info = ctype_info_of(object);
    return info != NULL
           && (info->kind == CTYPE_POINTER || info->kind == CTYPE_FUNCTION
               || info->code == 'P' || info->code == 'z'
               || info->code == 'Z' || info->code == 's');
}

static PyObject *
cast_to(void *address, PyObject *source, PyObject *type)
{
    if (!can_be_cast(type)) {
        PyErr_Format(PyExc_TypeError,
                     "cast() argument 2 must be a pointer, not %s",
                     PyType_Check(type) ? ((PyTypeObject *)type)->tp_name
                                        : Py_TYPE(type)->tp_name);
        return NULL;
    }
    PyObject *result = PyObject_CallNoArgs(type);
    if (result == NULL) {
        return NULL;
    }
    struct cdata *self = (struct cdata *)result;
    if (is_cdata(source)) {
        /* The two keep the same things alive, and each other's memory. */
        struct cdata *from = (struct cdata *)source;
        if (from->objects == NULL || !PyDict_CheckExact(from->objects)) {
            PyObject *dict = PyDict_New();
            if (dict != NULL && from->objects != NULL
                && PyDict_SetItemString(dict, "self", from->objects) < 0)
            {
                Py_CLEAR(dict);
            }
            if (dict == NULL) {
                Py_DECREF(result);
                return NULL;
            }
            Py_XSETREF(from->objects, dict);
        }
        Py_XSETREF(self->objects, Py_NewRef(from->objects));
        PyObject *key = PyLong_FromVoidPtr(source);
        if (key == NULL
            || PyDict_SetItem(self->objects, key, source) < 0)
        {
            Py_XDECREF(key);
            Py_DECREF(result);
            return NULL;
        }
        Py_DECREF(key);
    }
    memcpy(self->ptr, &address, sizeof(address));
    return result;
}

/* -- Initialisation ------------------------------------------------------ */

static PyMethodDef module_methods[] = {
    {"get_errno", ctypes_get_errno, METH_NOARGS,
     "The thread's private copy of errno."},
    {"set_errno", ctypes_set_errno, METH_VARARGS,
     "Sets the thread's private copy of errno; returns the old value."},
    {"POINTER", ctypes_POINTER, METH_O,
     "POINTER(type)\n\nThe type of pointers to a ctypes type."},
    {"pointer", ctypes_pointer, METH_O,
     "pointer(object)\n\nA pointer to a ctypes instance."},
    {"_unpickle", ctypes_unpickle, METH_VARARGS, NULL},
    {"buffer_info", ctypes_buffer_info, METH_O,
     "The format, dimension and shape of a type's buffer."},
    {"resize", ctypes_resize, METH_VARARGS,
     "Makes the memory of an instance larger."},
    {"dlopen", ctypes_dlopen, METH_VARARGS,
     "dlopen(name, flag=RTLD_LOCAL)\n\nOpens a shared library."},
    {"dlclose", ctypes_dlclose, METH_VARARGS, "Closes a shared library."},
    {"dlsym", ctypes_dlsym, METH_VARARGS,
     "The address of a symbol of a shared library."},
    {"alignment", ctypes_alignment, METH_O,
     "alignment(C type or instance) -> int\n\nHow it is aligned."},
    {"sizeof", ctypes_sizeof, METH_O,
     "sizeof(C type or instance) -> int\n\nIts size in bytes."},
    {"byref", ctypes_byref, METH_VARARGS,
     "byref(instance, offset=0)\n\nAn argument that is its address."},
    {"addressof", ctypes_addressof, METH_O,
     "addressof(instance) -> int\n\nIts address."},
    {"call_function", ctypes_call_function, METH_VARARGS, NULL},
    {"call_cdeclfunction", ctypes_call_cdeclfunction, METH_VARARGS, NULL},
    {"PyObj_FromPtr", ctypes_object_at, METH_VARARGS, NULL},
    {"Py_INCREF", ctypes_incref, METH_O, NULL},
    {"Py_DECREF", ctypes_decref, METH_O, NULL},
    {NULL}
};

static struct PyModuleDef ctypes_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_ctypes",
    .m_doc = "Create and manipulate C compatible data types in Python.",
    .m_size = -1,
    .m_methods = module_methods,
};

/* A class, its metatype and its name in the module. */
struct class_row {
    PyTypeObject *type;
    PyTypeObject *metatype;
};

static const struct class_row classes[] = {
    {&struct_type, &struct_metatype},
    {&union_type, &union_metatype},
    {&pointer_type, &pointer_metatype},
    {&array_type, &array_metatype},
    {&simple_type, &simple_metatype},
    {&function_type, &function_metatype},
};

static int
ready_types(PyObject *module)
{
    PyTypeObject *plain[] = {
        &ctype_info_type, &carg_type, &cthunk_type, &cfield_type,
        &cdata_type,
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(plain); i++) {
        if (PyType_Ready(plain[i]) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(classes); i++) {
        const struct class_row *row = &classes[i];
        row->metatype->tp_base = &PyType_Type;
        if (PyType_Ready(row->metatype) < 0) {
            return -1;
        }
        Py_SET_TYPE(row->type, row->metatype);
        row->type->tp_base = &cdata_type;
        if (PyType_Ready(row->type) < 0
            || PyModule_AddType(module, row->type) < 0)
        {
            return -1;
        }
    }
    return 0;
}

static int
add_address(PyObject *module, const char *name, void *address)
{
    PyObject *number = PyLong_FromVoidPtr(address);
    int result = PyModule_AddObjectRef(module, name, number);
    Py_XDECREF(number);
    return result;
}

static int
add_constants(PyObject *module)
{
    static const struct {
        const char *name;
        long value;
    } numbers[] = {
        {"FUNCFLAG_CDECL", FUNCFLAG_CDECL},
        {"FUNCFLAG_PYTHONAPI", FUNCFLAG_PYTHONAPI},
        {"FUNCFLAG_USE_ERRNO", FUNCFLAG_USE_ERRNO},
        {"FUNCFLAG_USE_LASTERROR", FUNCFLAG_USE_LASTERROR},
        {"RTLD_LOCAL", RTLD_LOCAL},
        {"RTLD_GLOBAL", RTLD_GLOBAL},
        {"CTYPES_MAX_ARGCOUNT", 1024},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(numbers); i++) {
        if (PyModule_AddIntConstant(module, numbers[i].name,
                                    numbers[i].value) < 0)
        {
            return -1;
        }
    }
    if (PyModule_AddStringConstant(module, "__version__", "1.1.0") < 0
        || add_address(module, "_memmove_addr", (void *)memmove) < 0
        || add_address(module, "_memset_addr", (void *)memset) < 0
        || add_address(module, "_string_at_addr", (void *)string_at) < 0
        || add_address(module, "_cast_addr", (void *)cast_to) < 0
        || add_address(module, "_wstring_at_addr", (void *)wstring_at) < 0)
    {
        return -1;
    }
    return 0;
}

PyMODINIT_FUNC
PyInit__ctypes(void)
{
    PyObject *module = PyModule_Create(&ctypes_module);
    if (module == NULL) {
        return NULL;
    }
    ctypes_name_info = PyUnicode_InternFromString("_ctype_info");
    ctypes_name_type = PyUnicode_InternFromString("_type_");
    ctypes_name_as_parameter = PyUnicode_InternFromString("_as_parameter_");
    ctypes_pointer_cache = PyDict_New();
    ctypes_ArgumentError = PyErr_NewException("ctypes.ArgumentError", NULL,
                                              NULL);
    if (ctypes_name_info == NULL || ctypes_name_type == NULL
        || ctypes_name_as_parameter == NULL || ctypes_pointer_cache == NULL
        || ctypes_ArgumentError == NULL || ready_types(module) < 0
        || add_constants(module) < 0
        || PyModule_AddObjectRef(module, "ArgumentError",
                                 ctypes_ArgumentError) < 0
        || PyModule_AddObjectRef(module, "_pointer_type_cache",
                                 ctypes_pointer_cache) < 0)
    {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
