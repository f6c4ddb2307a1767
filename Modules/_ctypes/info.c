/* The description of a ctypes class, and the metatypes that make it. */

#include "ctypes.h"
#include "pycore_pystate.h"
#include "structmember.h"
#include <dlfcn.h>
#include <string.h>

/* -- Descriptions -------------------------------------------------------- */

static void
info_dealloc(struct ctype_info *info)
{
    PyObject_GC_UnTrack(info);
    Py_XDECREF(info->target);
    Py_XDECREF(info->argtypes);
    Py_XDECREF(info->converters);
    Py_XDECREF(info->restype);
    PyMem_Free(info->format);
    PyMem_Free(info->shape);
    PyMem_Free(info->ffi.elements);
    PyObject_GC_Del(info);
}

static int
info_traverse(struct ctype_info *info, visitproc visit, void *arg)
{
    Py_VISIT(info->target);
    Py_VISIT(info->argtypes);
    Py_VISIT(info->converters);
    Py_VISIT(info->restype);
    return 0;
}

static int
info_clear(struct ctype_info *info)
{
    Py_CLEAR(info->target);
    Py_CLEAR(info->argtypes);
    Py_CLEAR(info->converters);
    Py_CLEAR(info->restype);
    return 0;
}

CTYPES_TYPE PyTypeObject ctype_info_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_ctypes._info",
    .tp_basicsize = sizeof(struct ctype_info),
    .tp_dealloc = (destructor)info_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = (traverseproc)info_traverse,
    .tp_clear = (inquiry)info_clear,
};

struct ctype_info *
ctype_info_new(enum ctype_kind kind)
{
    struct ctype_info *info = PyObject_GC_New(struct ctype_info,
                                              &ctype_info_type);
    if (info != NULL) {
        memset((char *)info + sizeof(PyObject), 0,
               sizeof(*info) - sizeof(PyObject));
        info->kind = kind;
        info->align = 1;
        PyObject_GC_Track(info);
    }
    return info;
}

struct ctype_info *
ctype_info_of(PyObject *type)
{
    if (!PyType_Check(type)) {
        return NULL;
    }
    PyObject *info = _PyType_Lookup((PyTypeObject *)type,
                                    ctypes_name_info);
    if (info == NULL || !Py_IS_TYPE(info, &ctype_info_type)) {
        return NULL;
    }
    return (struct ctype_info *)info;
}

struct ctype_info *
ctype_info_need(PyObject *type)
{
    struct ctype_info *info = ctype_info_of(type);
    if (info == NULL) {
        PyErr_SetString(PyExc_TypeError, "abstract class");
    }
    return info;
}

int
ctype_info_attach_steal(PyObject *type, struct ctype_info *info)
{
    PyTypeObject *t = (PyTypeObject *)type;
    int result = PyDict_SetItem(t->tp_dict, ctypes_name_info,
                                (PyObject *)info);
    Py_DECREF(info);
    PyType_Modified(t);
    return result;
}

/* Is this one of the types made straight from _SimpleCData, whose values are
   turned into Python's? */
int
ctypes_type_is_direct(PyObject *type)
{
    return PyType_Check(type)
           && ((PyTypeObject *)type)->tp_base == &simple_type;
}

/* An element's format with the shape of an array before it. */
PyObject *
ctypes_shapeless(const struct ctype_info *info, const char *prefix)
{
    PyObject *text = PyUnicode_FromString(prefix);
    for (int i = 0; text != NULL && i < info->ndim; i++) {
        Py_SETREF(text, PyUnicode_FromFormat(
            "%U%s%zd%s", text, i == 0 ? "(" : ",", info->shape[i],
            i + 1 == info->ndim ? ")" : ""));
    }
    if (text != NULL) {
        Py_SETREF(text, PyUnicode_FromFormat("%U%s", text,
                                             info->format ? info->format
                                                          : "B"));
    }
    return text;
}

static char *
format_copy(PyObject *text)
{
    const char *utf8 = text == NULL ? NULL : PyUnicode_AsUTF8(text);
    char *copy = utf8 == NULL ? NULL : PyMem_Malloc(strlen(utf8) + 1);
    if (copy != NULL) {
        strcpy(copy, utf8);
    }
    else if (utf8 != NULL) {
        PyErr_NoMemory();
    }
    Py_XDECREF(text);
    return copy;
}

/* -- Simple types -------------------------------------------------------- */

static PyObject *
type_attribute(PyObject *type, const char *name)
{
    PyObject *key = PyUnicode_FromString(name), *value = NULL;
    if (key != NULL) {
        (void)_PyObject_LookupAttr(type, key, &value);
        Py_DECREF(key);
    }
    return value;
}

static struct ctype_info *
simple_describe(char code, int swapped)
{
    struct ctype_info *info = ctype_info_new(CTYPE_SIMPLE);
    if (info == NULL) {
        return NULL;
    }
    ffi_type *ffi = value_ffi(code);
    info->code = code;
    info->swapped = swapped;
    info->ffi = *ffi;
    info->size = (Py_ssize_t)ffi->size;
    info->align = ffi->alignment;
    info->has_pointers = code == 'P' || code == 'z' || code == 'Z'
                         || code == 'O';
    info->format = format_copy(PyUnicode_FromFormat(
        "%c%c", swapped ? '>' : '<', value_format(code)));
    if (info->format == NULL) {
        Py_CLEAR(info);
    }
    return info;
}

/* The same type with its bytes in the other order, reachable from it. */
static int
simple_add_swapped(PyTypeObject *metatype, PyObject *type, PyObject *args,
                   char code)
{
    if (strchr("hHiIlLqQfd", code) == NULL) {
        if (strchr("cbB?", code) != NULL && code != '\0') {
            return PyObject_SetAttrString(type, "__ctype_le__", type) < 0
                   || PyObject_SetAttrString(type, "__ctype_be__", type) < 0
                   ? -1 : 0;
        }
        return 0;
    }
    PyObject *swapped = PyType_Type.tp_new(metatype, args, NULL);
    if (swapped == NULL) {
        return -1;
    }
    struct ctype_info *info = simple_describe(code, 1);
    int result = -1;
    if (info != NULL && ctype_info_attach_steal(swapped, info) == 0
        && PyObject_SetAttrString(type, "__ctype_le__", type) == 0
        && PyObject_SetAttrString(type, "__ctype_be__", swapped) == 0
        && PyObject_SetAttrString(swapped, "__ctype_be__", swapped) == 0
        && PyObject_SetAttrString(swapped, "__ctype_le__", type) == 0)
    {
        result = 0;
    }
    Py_DECREF(swapped);
    return result;
}

static PyObject *
simple_meta_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs)
{
    PyObject *type = PyType_Type.tp_new(metatype, args, kwargs);
    if (type == NULL) {
        return NULL;
    }
    PyObject *proto = type_attribute(type, "_type_");
    if (proto == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_AttributeError,
                            "class must define a '_type_' attribute");
        }
        goto error;
    }
    const char *code = NULL;
    if (!PyUnicode_Check(proto)) {
        PyErr_SetString(PyExc_TypeError, "class must define a '_type_' "
                        "string attribute");
        goto error;
    }
    code = PyUnicode_AsUTF8(proto);
    if (code == NULL) {
        goto error;
    }
    if (strlen(code) != 1) {
        PyErr_SetString(PyExc_ValueError, "class must define a '_type_' "
                        "attribute which must be a string of length 1");
        goto error;
    }
    if (value_ffi(*code) == NULL) {
        PyErr_Format(PyExc_AttributeError,
                     "class must define a '_type_' attribute which must be\n"
                     "a single character string containing one of "
                     "'cbBhHiIlLfuzZqQPXOv?g'.");
        goto error;
    }
    struct ctype_info *info = simple_describe(*code, 0);
    if (info == NULL || ctype_info_attach_steal(type, info) < 0) {
        goto error;
    }
    if (metatype == &simple_metatype && ctypes_type_is_direct(type)
        && simple_add_swapped(metatype, type, args, *code) < 0)
    {
        goto error;
    }
    Py_DECREF(proto);
    return type;

error:
    Py_XDECREF(proto);
    Py_DECREF(type);
    return NULL;
}

/* -- Structures and unions ----------------------------------------------- */

static PyObject *
aggregate_meta_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs,
                   int is_union)
{
    PyObject *type = PyType_Type.tp_new(metatype, args, kwargs);
    if (type == NULL) {
        return NULL;
    }
    PyObject *dict = ((PyTypeObject *)type)->tp_dict;
    if (PyDict_GetItemString(dict, "_abstract_") != NULL) {
        return type;
    }
    struct ctype_info *base =
        ctype_info_of((PyObject *)((PyTypeObject *)type)->tp_base);
    struct ctype_info *info =
        ctype_info_new(is_union ? CTYPE_UNION : CTYPE_STRUCT);
    if (info == NULL) {
        goto error;
    }
    info->format = format_copy(PyUnicode_FromString(
        base != NULL && base->format ? base->format : "B"));
    if (base != NULL) {
        base->final = 1;
        info->size = base->size;
        info->align = base->align;
        info->length = base->length;
        info->has_pointers = base->has_pointers;
    }
    if (info->format == NULL || struct_make_ffi(type, info) < 0) {
        Py_DECREF(info);
        goto error;
    }
    if (ctype_info_attach_steal(type, info) < 0) {
        goto error;
    }
    PyObject *fields = PyDict_GetItemString(dict, "_fields_");
    if (fields != NULL) {
        /* By assignment, which a metatype may have its own way with. */
        Py_INCREF(fields);
        int result = PyObject_SetAttrString(type, "_fields_", fields);
        Py_DECREF(fields);
        if (result < 0) {
            goto error;
        }
    }
    return type;

error:
    Py_DECREF(type);
    return NULL;
}

static PyObject *
struct_meta_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs)
{
    return aggregate_meta_new(metatype, args, kwargs, 0);
}

static PyObject *
union_meta_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs)
{
    return aggregate_meta_new(metatype, args, kwargs, 1);
}

/* Assigning _fields_ lays the structure out. */
static int
aggregate_meta_setattro(PyObject *type, PyObject *name, PyObject *value)
{
    if (PyType_Type.tp_setattro(type, name, value) < 0) {
        return -1;
    }
    if (value != NULL && PyUnicode_Check(name)
        && PyUnicode_CompareWithASCIIString(name, "_fields_") == 0)
    {
        struct ctype_info *info = ctype_info_of(type);
        return struct_set_fields(type, value,
                                 info != NULL && info->kind == CTYPE_UNION);
    }
    return 0;
}

/* -- Arrays -------------------------------------------------------------- */

static int
array_describe(struct ctype_info *info, PyObject *element, Py_ssize_t length)
{
    struct ctype_info *item = ctype_info_of(element);
    if (item == NULL) {
        PyErr_SetString(PyExc_TypeError, "_type_ must have storage info");
        return -1;
    }
    if (item->size != 0 && length > PY_SSIZE_T_MAX / item->size) {
        PyErr_SetString(PyExc_OverflowError, "array too large");
        return -1;
    }
    item->final = 1;
    info->target = Py_NewRef(element);
    info->length = length;
    info->size = item->size * length;
    info->align = item->align;
    info->has_pointers = item->has_pointers
                         || item->kind == CTYPE_POINTER;
    info->ndim = item->ndim + 1;
    info->shape = PyMem_New(Py_ssize_t, (size_t)info->ndim);
    info->format = format_copy(PyUnicode_FromString(
        item->format ? item->format : "B"));
    if (info->shape == NULL || info->format == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    info->shape[0] = length;
    for (int i = 0; i < item->ndim; i++) {
        info->shape[i + 1] = item->shape[i];
    }
    info->ffi = ffi_type_pointer;
    return 0;
}

static PyObject *
array_meta_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs)
{
    PyObject *type = PyType_Type.tp_new(metatype, args, kwargs);
    if (type == NULL) {
        return NULL;
    }
    if (((PyTypeObject *)type)->tp_base == &cdata_type) {
        return type;
    }
    PyObject *number = type_attribute(type, "_length_");
    PyObject *element = NULL;
    if (number == NULL || !PyLong_Check(number)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(number == NULL ? PyExc_AttributeError
                                           : PyExc_TypeError,
                            number == NULL
                            ? "class must define a '_length_' attribute"
                            : "The '_length_' attribute must be an integer");
        }
        goto error;
    }
    Py_ssize_t length = _PyLong_Sign(number) < 0 ? -2
                                                 : PyLong_AsSsize_t(number);
    if (length == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_SetString(PyExc_OverflowError,
                            "The '_length_' attribute is too large");
        }
        goto error;
    }
    if (length < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "The '_length_' attribute must not be negative");
        goto error;
    }
    element = type_attribute(type, "_type_");
    if (element == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_AttributeError,
                            "class must define a '_type_' attribute");
        }
        goto error;
    }
    struct ctype_info *info = ctype_info_new(CTYPE_ARRAY);
    if (info == NULL) {
        goto error;
    }
    if (array_describe(info, element, length) < 0) {
        Py_DECREF(info);
        goto error;
    }
    if (ctype_info_attach_steal(type, info) < 0) {
        goto error;
    }
    Py_DECREF(number);
    Py_DECREF(element);
    return type;

error:
    Py_XDECREF(number);
    Py_XDECREF(element);
    Py_DECREF(type);
    return NULL;
}

/* The type of arrays of LENGTH elements; one for each pair. */
PyObject *
ctypes_array_type(PyObject *element, Py_ssize_t length)
{
    static PyObject *cache = NULL;
    if (cache == NULL && (cache = PyDict_New()) == NULL) {
        return NULL;
    }
    PyObject *key = Py_BuildValue("(On)", element, length);
    if (key == NULL) {
        return NULL;
    }
    PyObject *type = PyDict_GetItemWithError(cache, key);
    if (type != NULL || PyErr_Occurred()) {
        Py_DECREF(key);
        return Py_XNewRef(type);
    }
    if (!PyType_Check(element)) {
        PyErr_SetString(PyExc_TypeError, "Expected a type object");
        Py_DECREF(key);
        return NULL;
    }
    char name[256];
    PyOS_snprintf(name, sizeof(name), "%.200s_Array_%ld",
                  ((PyTypeObject *)element)->tp_name, (long)length);
    type = PyObject_CallFunction((PyObject *)&array_metatype,
                                 "s(O){s:n,s:O}", name, &array_type,
                                 "_length_", length, "_type_", element);
    if (type != NULL && PyDict_SetItem(cache, key, type) < 0) {
        Py_CLEAR(type);
    }
    Py_DECREF(key);
    return type;
}

/* -- Pointers ------------------------------------------------------------ */

static int
pointer_point_to(struct ctype_info *info, PyObject *target)
{
    if (!PyType_Check(target)) {
        PyErr_SetString(PyExc_TypeError, "_type_ must be a type");
        return -1;
    }
    struct ctype_info *item = ctype_info_of(target);
    if (item == NULL) {
        PyErr_SetString(PyExc_TypeError, "_type_ must have storage info");
        return -1;
    }
    Py_XSETREF(info->target, Py_NewRef(target));
    PyObject *format = item->ndim ? ctypes_shapeless(item, "&")
                                  : PyUnicode_FromFormat("&%s", item->format
                                                         ? item->format
                                                         : "B");
    PyMem_Free(info->format);
    info->format = format_copy(format);
    return info->format == NULL ? -1 : 0;
}

static PyObject *
pointer_meta_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs)
{
    PyObject *type = PyType_Type.tp_new(metatype, args, kwargs);
    if (type == NULL) {
        return NULL;
    }
    struct ctype_info *info = ctype_info_new(CTYPE_POINTER);
    if (info == NULL) {
        Py_DECREF(type);
        return NULL;
    }
    info->size = sizeof(void *);
    info->align = sizeof(void *);
    info->length = 1;
    info->has_pointers = 1;
    info->ffi = ffi_type_pointer;
    PyObject *target =
        PyDict_GetItemString(((PyTypeObject *)type)->tp_dict, "_type_");
    if (target != NULL && pointer_point_to(info, target) < 0) {
        Py_DECREF(info);
        Py_DECREF(type);
        return NULL;
    }
    if (ctype_info_attach_steal(type, info) < 0) {
        Py_CLEAR(type);
    }
    return type;
}

static PyObject *
pointer_meta_set_type(PyObject *type, PyObject *target)
{
    struct ctype_info *info = ctype_info_need(type);
    if (info == NULL || pointer_point_to(info, target) < 0
        || PyType_Type.tp_setattro(type, ctypes_name_type, target) < 0)
    {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* POINTER(target) */
PyObject *
ctypes_pointer_type(PyObject *target)
{
    PyObject *type = PyDict_GetItemWithError(ctypes_pointer_cache, target);
    if (type != NULL || PyErr_Occurred()) {
        return Py_XNewRef(type);
    }
    PyObject *key;
    if (PyUnicode_CheckExact(target)) {
        PyObject *name = PyUnicode_FromFormat("LP_%U", target);
        if (name == NULL) {
            return NULL;
        }
        type = PyObject_CallFunction((PyObject *)&pointer_metatype,
                                     "N(O){}", name, &pointer_type);
        key = type == NULL ? NULL : PyLong_FromVoidPtr(type);
    }
    else if (PyType_Check(target)) {
        PyObject *name = PyUnicode_FromFormat(
            "LP_%s", ((PyTypeObject *)target)->tp_name);
        if (name == NULL) {
            return NULL;
        }
        type = PyObject_CallFunction((PyObject *)&pointer_metatype,
                                     "N(O){s:O}", name, &pointer_type,
                                     "_type_", target);
        key = Py_NewRef(target);
    }
    else {
        PyErr_SetString(PyExc_TypeError, "must have a ctypes type");
        return NULL;
    }
    if (type != NULL
        && (key == NULL
            || PyDict_SetItem(ctypes_pointer_cache, key, type) < 0))
    {
        Py_CLEAR(type);
    }
    Py_XDECREF(key);
    return type;
}

/* -- Functions ----------------------------------------------------------- */

static PyObject *
converters_of(PyObject *argtypes)
{
    Py_ssize_t n = PyTuple_GET_SIZE(argtypes);
    if (n > 1024) {
        PyErr_Format(ctypes_ArgumentError,
                     "_argtypes_ has too many arguments (%zi), maximum is "
                     "%i", n, 1024);
        return NULL;
    }
    PyObject *converters = PyTuple_New(n);
    for (Py_ssize_t i = 0; converters != NULL && i < n; i++) {
        PyObject *converter = PyObject_GetAttrString(
            PyTuple_GET_ITEM(argtypes, i), "from_param");
        if (converter == NULL) {
            PyErr_Format(PyExc_TypeError,
                         "item %zd in _argtypes_ has no from_param method",
                         i + 1);
            Py_CLEAR(converters);
            break;
        }
        PyTuple_SET_ITEM(converters, i, converter);
    }
    return converters;
}

static int
function_describe(PyObject *type, struct ctype_info *info)
{
    int result = -1;
    PyObject *flags = type_attribute(type, "_flags_");
    PyObject *argtypes = type_attribute(type, "_argtypes_");
    PyObject *restype = type_attribute(type, "_restype_");
    if (flags == NULL || !PyLong_Check(flags)) {
        PyErr_SetString(PyExc_TypeError, "class must define _flags_ which "
                        "must be an integer");
        goto done;
    }
    info->flags = (int)PyLong_AsUnsignedLongMask(flags);
    if (argtypes != NULL) {
        if (!PyTuple_Check(argtypes)) {
            PyErr_SetString(PyExc_TypeError,
                            "_argtypes_ must be a sequence of types");
            goto done;
        }
        info->converters = converters_of(argtypes);
        if (info->converters == NULL) {
            goto done;
        }
        info->argtypes = Py_NewRef(argtypes);
    }
    if (restype != NULL) {
        if (restype != Py_None && ctype_info_of(restype) == NULL
            && !PyCallable_Check(restype))
        {
            PyErr_SetString(PyExc_TypeError, "_restype_ must be a type, a "
                            "callable, or None");
            goto done;
        }
        info->restype = Py_NewRef(restype);
    }
    result = PyErr_Occurred() ? -1 : 0;

done:
    Py_XDECREF(flags);
    Py_XDECREF(argtypes);
    Py_XDECREF(restype);
    return result;
}

static PyObject *
function_meta_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs)
{
    PyObject *type = PyType_Type.tp_new(metatype, args, kwargs);
    if (type == NULL) {
        return NULL;
    }
    struct ctype_info *info = ctype_info_new(CTYPE_FUNCTION);
    if (info == NULL) {
        Py_DECREF(type);
        return NULL;
    }
    info->size = sizeof(void *);
    info->align = sizeof(void *);
    info->has_pointers = 1;
    info->ffi = ffi_type_pointer;
    info->format = format_copy(PyUnicode_FromString("X{}"));
    if (info->format == NULL || function_describe(type, info) < 0) {
        Py_DECREF(info);
        Py_DECREF(type);
        return NULL;
    }
    if (ctype_info_attach_steal(type, info) < 0) {
        Py_CLEAR(type);
    }
    return type;
}

/* -- What all classes can do --------------------------------------------- */

static PyObject *
meta_from_address(PyObject *type, PyObject *address)
{
    if (!PyLong_Check(address)) {
        PyErr_SetString(PyExc_TypeError, "integer expected");
        return NULL;
    }
    void *p = PyLong_AsVoidPtr(address);
    if (PyErr_Occurred()) {
        return NULL;
    }
    return cdata_at(type, NULL, 0, p);
}

/* Offset and size of a buffer that is to hold an instance. */
static struct ctype_info *
check_buffer(PyObject *type, Py_ssize_t offset, Py_ssize_t length)
{
    struct ctype_info *info = ctype_info_need(type);
    if (info == NULL) {
        return NULL;
    }
    if (offset < 0) {
        PyErr_SetString(PyExc_ValueError, "offset cannot be negative");
        return NULL;
    }
    if (info->size > length - offset) {
        PyErr_Format(PyExc_ValueError,
                     "Buffer size too small (%zd instead of at least %zd "
                     "bytes)", length, info->size + offset);
        return NULL;
    }
    return info;
}

static PyObject *
meta_from_buffer(PyObject *type, PyObject *args)
{
    PyObject *source;
    Py_ssize_t offset = 0;
    if (!PyArg_ParseTuple(args, "O|n:from_buffer", &source, &offset)) {
        return NULL;
    }
    PyObject *view = PyMemoryView_FromObject(source);
    if (view == NULL) {
        return NULL;
    }
    Py_buffer *buffer = PyMemoryView_GET_BUFFER(view);
    PyObject *result = NULL;
    if (buffer->readonly) {
        PyErr_SetString(PyExc_TypeError,
                        "underlying buffer is not writable");
    }
    else if (!PyBuffer_IsContiguous(buffer, 'C')) {
        PyErr_SetString(PyExc_TypeError,
                        "underlying buffer is not C contiguous");
    }
    else if (check_buffer(type, offset, buffer->len) != NULL) {
        result = cdata_at(type, NULL, 0, (char *)buffer->buf + offset);
    }
    if (result != NULL
        && cdata_keep_steal((struct cdata *)result, -1, Py_NewRef(view)) < 0)
    {
        Py_CLEAR(result);
    }
    Py_DECREF(view);
    return result;
}

static PyObject *
meta_from_buffer_copy(PyObject *type, PyObject *args)
{
    Py_buffer buffer;
    Py_ssize_t offset = 0;
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(args, "y*|n:from_buffer_copy", &buffer, &offset)) {
        return NULL;
    }
    struct ctype_info *info = check_buffer(type, offset, buffer.len);
    if (info != NULL) {
        result = cdata_new((PyTypeObject *)type, NULL, NULL);
    }
    if (result != NULL) {
        memcpy(((struct cdata *)result)->ptr, (char *)buffer.buf + offset,
               (size_t)info->size);
    }
    PyBuffer_Release(&buffer);
    return result;
}

static PyObject *
meta_in_dll(PyObject *type, PyObject *args)
{
    PyObject *dll;
    const char *name;
    if (!PyArg_ParseTuple(args, "Os:in_dll", &dll, &name)) {
        return NULL;
    }
    PyObject *number = PyObject_GetAttrString(dll, "_handle");
    if (number == NULL) {
        return NULL;
    }
    if (!PyLong_Check(number)) {
        PyErr_SetString(PyExc_TypeError,
                        "the _handle attribute of the second argument must "
                        "be an integer");
        Py_DECREF(number);
        return NULL;
    }
    void *handle = PyLong_AsVoidPtr(number);
    Py_DECREF(number);
    if (PyErr_Occurred()) {
        return NULL;
    }
    dlerror();
    void *address = dlsym(handle, name);
    if (address == NULL) {
        const char *error = dlerror();
        PyErr_SetString(PyExc_ValueError, error ? error : "symbol is NULL");
        return NULL;
    }
    return cdata_at(type, NULL, 0, address);
}

static PyObject *
meta_from_param(PyObject *type, PyObject *value)
{
    return ctypes_from_param(type, value);
}

static PyObject *
meta_repeat(PyObject *type, Py_ssize_t length)
{
    if (length < 0) {
        PyErr_Format(PyExc_ValueError, "Array length must be >= 0, not %zd",
                     length);
        return NULL;
    }
    return ctypes_array_type(type, length);
}

static PyMethodDef meta_methods[] = {
    {"from_address", meta_from_address, METH_O,
     "C.from_address(integer) -> C instance\n"
     "An instance at an address."},
    {"from_buffer", meta_from_buffer, METH_VARARGS,
     "C.from_buffer(object, offset=0, /) -> C instance\n"
     "An instance in a writable buffer."},
    {"from_buffer_copy", meta_from_buffer_copy, METH_VARARGS,
     "C.from_buffer_copy(object, offset=0, /) -> C instance\n"
     "An instance with the content of a buffer."},
    {"from_param", meta_from_param, METH_O,
     "Converts an argument of a function."},
    {"in_dll", meta_in_dll, METH_VARARGS,
     "C.in_dll(dll, name) -> C instance\n"
     "A variable of a shared library."},
    {NULL}
};

static PyMethodDef pointer_meta_methods[] = {
    {"from_address", meta_from_address, METH_O,
     "C.from_address(integer) -> C instance\n"
     "An instance at an address."},
    {"from_buffer", meta_from_buffer, METH_VARARGS,
     "C.from_buffer(object, offset=0, /) -> C instance\n"
     "An instance in a writable buffer."},
    {"from_buffer_copy", meta_from_buffer_copy, METH_VARARGS,
     "C.from_buffer_copy(object, offset=0, /) -> C instance\n"
     "An instance with the content of a buffer."},
    {"from_param", meta_from_param, METH_O,
     "Converts an argument of a function."},
    {"in_dll", meta_in_dll, METH_VARARGS,
     "C.in_dll(dll, name) -> C instance\n"
     "A variable of a shared library."},
    {"set_type", pointer_meta_set_type, METH_O,
     "Says what the pointer points to."},
    {NULL}
};

static PySequenceMethods meta_as_sequence = {
    .sq_repeat = meta_repeat,
};

#define METATYPE(NAME, TEXT, NEW, SETATTRO, METHODS)                        \
    PyTypeObject NAME = {                                                   \
        PyVarObject_HEAD_INIT(NULL, 0)                                      \
        .tp_name = "_ctypes." TEXT,                                         \
        .tp_as_sequence = &meta_as_sequence,                                \
        .tp_setattro = SETATTRO,                                            \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,               \
        .tp_doc = "metatype of the ctypes classes",                         \
        .tp_methods = METHODS,                                              \
        .tp_new = NEW,                                                      \
    }

METATYPE(simple_metatype, "PyCSimpleType", simple_meta_new, NULL,
         meta_methods);
METATYPE(struct_metatype, "PyCStructType", struct_meta_new,
         aggregate_meta_setattro, meta_methods);
METATYPE(union_metatype, "UnionType", union_meta_new,
         aggregate_meta_setattro, meta_methods);
METATYPE(array_metatype, "PyCArrayType", array_meta_new, NULL,
         meta_methods);
METATYPE(pointer_metatype, "PyCPointerType", pointer_meta_new, NULL,
         pointer_meta_methods);
METATYPE(function_metatype, "PyCFuncPtrType", function_meta_new, NULL,
         meta_methods);
