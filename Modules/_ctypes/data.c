/* Instances: what all of them share; simple ones, arrays and pointers. */

#include "ctypes.h"
#include "structmember.h"
#include <string.h>
#include <wchar.h>

/* -- Storage ------------------------------------------------------------- */

static int
cdata_traverse(struct cdata *self, visitproc visit, void *arg)
{
    Py_VISIT(self->objects);
    Py_VISIT(self->base);
    Py_VISIT(self->callable);
    Py_VISIT(self->thunk);
    Py_VISIT(self->errcheck);
    Py_VISIT(self->restype);
    Py_VISIT(self->argtypes);
    Py_VISIT(self->converters);
    Py_VISIT(self->paramflags);
    return 0;
}

static int
cdata_clear(struct cdata *self)
{
    Py_CLEAR(self->objects);
    Py_CLEAR(self->callable);
    Py_CLEAR(self->thunk);
    Py_CLEAR(self->errcheck);
    Py_CLEAR(self->restype);
    Py_CLEAR(self->argtypes);
    Py_CLEAR(self->converters);
    Py_CLEAR(self->paramflags);
    if (self->needsfree && self->ptr != (char *)&self->value) {
        PyMem_Free(self->ptr);
        self->ptr = (char *)&self->value;
    }
    self->needsfree = 0;
    Py_CLEAR(self->base);
    return 0;
}

static void
cdata_dealloc(struct cdata *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)cdata_clear(self);
    type->tp_free((PyObject *)self);
}

static struct cdata *
cdata_bare(PyTypeObject *type, struct ctype_info **info)
{
    *info = ctype_info_need((PyObject *)type);
    if (*info == NULL) {
        return NULL;
    }
    (*info)->final = 1;
    struct cdata *self = (struct cdata *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->size = (*info)->size;
        self->length = (*info)->length;
    }
    return self;
}

/* A new instance with memory of its own, all zero. */
PyObject *
cdata_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    struct ctype_info *info;
    struct cdata *self = cdata_bare(type, &info);
    if (self == NULL) {
        return NULL;
    }
    self->ptr = (char *)&self->value;
    if ((size_t)self->size > sizeof(self->value)) {
        self->ptr = PyMem_Calloc(1, (size_t)self->size);
        if (self->ptr == NULL) {
            self->ptr = (char *)&self->value;
            Py_DECREF(self);
            return PyErr_NoMemory();
        }
    }
    self->needsfree = 1;
    return (PyObject *)self;
}

/* An instance in memory that is not its own. */
PyObject *
cdata_at(PyObject *type, PyObject *base, Py_ssize_t index, char *ptr)
{
    struct ctype_info *info;
    struct cdata *self = cdata_bare((PyTypeObject *)type, &info);
    if (self != NULL) {
        self->ptr = ptr;
        self->base = Py_XNewRef(base);
        self->index = index;
    }
    return (PyObject *)self;
}

/* The object that owns the memory of SELF keeps all the references; the way
   there makes the key under which this one is kept. */
int
cdata_keep_steal(struct cdata *self, Py_ssize_t index, PyObject *keep)
{
    if (keep == NULL) {
        return -1;
    }
    if (keep == Py_None) {
        Py_DECREF(keep);
        return 0;
    }
    struct cdata *root = self;
    char number[20];
    PyOS_snprintf(number, sizeof(number), "%zx", (size_t)index);
    PyObject *key = PyUnicode_FromString(number);
    while (key != NULL && root->base != NULL) {
        PyOS_snprintf(number, sizeof(number), "%zx", (size_t)root->index);
        Py_SETREF(key, PyUnicode_FromFormat("%U:%s", key, number));
        root = (struct cdata *)root->base;
    }
    int result = -1;
    if (key != NULL) {
        if (root->objects == NULL || !PyDict_CheckExact(root->objects)) {
            Py_XSETREF(root->objects, PyDict_New());
        }
        if (root->objects != NULL) {
            result = PyDict_SetItem(root->objects, key, keep);
        }
        Py_DECREF(key);
    }
    Py_DECREF(keep);
    return result;
}

/* Everything an instance refers to, as one object. */
static PyObject *
cdata_kept(struct cdata *self)
{
    while (self->base != NULL) {
        self = (struct cdata *)self->base;
    }
    if (self->objects == NULL) {
        if (self->length == 0) {
            Py_RETURN_NONE;
        }
        self->objects = PyDict_New();
    }
    return Py_XNewRef(self->objects);
}

/* The value of type TYPE at PTR. */
PyObject *
cdata_get(PyObject *type, PyObject *base, Py_ssize_t index, char *ptr)
{
    struct ctype_info *info = ctype_info_need(type);
    if (info == NULL) {
        return NULL;
    }
    if (info->kind == CTYPE_SIMPLE && ctypes_type_is_direct(type)) {
        return value_get(info->code, info->swapped, ptr);
    }
    return cdata_at(type, base, index, ptr);
}

/* The error of an initializer, as a RuntimeError that names its class. */
static void
raise_in_class(PyObject *type)
{
    PyObject *kind, *value, *traceback;
    PyErr_Fetch(&kind, &value, &traceback);
    PyErr_NormalizeException(&kind, &value, &traceback);
    PyObject *name = kind == NULL ? NULL
        : PyType_GetName((PyTypeObject *)kind);
    if (name != NULL) {
        PyErr_Format(PyExc_RuntimeError, "(%s) %U: %S",
                     ((PyTypeObject *)type)->tp_name, name,
                     value ? value : Py_None);
    }
    Py_XDECREF(name);
    Py_XDECREF(kind);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

/* Stores VALUE as a TYPE at PTR. Returns what to keep, new. */
static PyObject *
cdata_store(PyObject *type, PyObject *value, char *ptr)
{
    struct ctype_info *info = ctype_info_need(type);
    if (info == NULL) {
        return NULL;
    }
    if (info->kind == CTYPE_SIMPLE && !is_cdata(value)) {
        return value_set(info->code, info->swapped, ptr, value);
    }
    if (!is_cdata(value)) {
        if (PyTuple_Check(value)) {
            PyObject *made = PyObject_CallObject(type, value);
            if (made == NULL) {
                raise_in_class(type);
                return NULL;
            }
            PyObject *keep = cdata_store(type, made, ptr);
            Py_DECREF(made);
            return keep;
        }
        if (value == Py_None && info->kind == CTYPE_POINTER) {
            *(void **)ptr = NULL;
            Py_RETURN_NONE;
        }
        if (info->kind == CTYPE_ARRAY) {
            struct ctype_info *item = ctype_info_of(info->target);
            if ((item->code == 'c' && PyBytes_Check(value))
                || (item->code == 'u' && PyUnicode_Check(value)))
            {
                PyObject *view = cdata_at(type, NULL, 0, ptr);
                int result = view == NULL ? -1
                    : PyObject_SetAttrString(view, "value", value);
                Py_XDECREF(view);
                if (result < 0) {
                    return NULL;
                }
                Py_RETURN_NONE;
            }
        }
        PyErr_Format(PyExc_TypeError,
                     "expected %s instance, got %s",
                     ((PyTypeObject *)type)->tp_name,
                     Py_TYPE(value)->tp_name);
        return NULL;
    }
    struct cdata *source = (struct cdata *)value;
    int is = PyObject_IsInstance(value, type);
    if (is < 0) {
        return NULL;
    }
    if (is) {
        memmove(ptr, source->ptr, (size_t)info->size);
        if (info->kind == CTYPE_SIMPLE && !info->has_pointers) {
            Py_RETURN_NONE;
        }
        if (info->kind == CTYPE_FUNCTION) {
            return Py_NewRef(value);
        }
        PyObject *kept = cdata_kept(source);
        if (kept == NULL || info->kind != CTYPE_POINTER) {
            return kept;
        }
        PyObject *both = PyTuple_Pack(2, kept, value);
        Py_DECREF(kept);
        return both;
    }
    struct ctype_info *from = ctype_info_of((PyObject *)Py_TYPE(value));
    if (info->kind == CTYPE_POINTER && from != NULL
        && from->kind == CTYPE_ARRAY && from->target == info->target)
    {
        /* An array becomes a pointer to its first element. */
        *(void **)ptr = source->ptr;
        PyObject *kept = cdata_kept(source);
        PyObject *both = kept == NULL ? NULL : PyTuple_Pack(2, kept, value);
        Py_XDECREF(kept);
        return both;
    }
    PyErr_Format(PyExc_TypeError,
                 "incompatible types, %s instance instead of %s instance",
                 Py_TYPE(value)->tp_name, ((PyTypeObject *)type)->tp_name);
    return NULL;
}

int
cdata_set(PyObject *owner, PyObject *type, PyObject *value, Py_ssize_t index,
          char *ptr)
{
    PyObject *keep = cdata_store(type, value, ptr);
    return cdata_keep_steal((struct cdata *)owner, index, keep);
}

/* -- The common base ----------------------------------------------------- */

static int
cdata_getbuffer(struct cdata *self, Py_buffer *view, int flags)
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    PyObject *type = (PyObject *)Py_TYPE(self);
    struct ctype_info *item = info;
    while (item->kind == CTYPE_ARRAY) {
        type = item->target;
        item = ctype_info_of(type);
    }
    view->buf = self->ptr;
    view->obj = Py_NewRef((PyObject *)self);
    view->len = self->size;
    view->readonly = 0;
    view->itemsize = item->size;
    view->format = info->format ? info->format : (char *)"B";
    view->ndim = info->ndim;
    view->shape = info->shape;
    view->strides = NULL;
    view->suboffsets = NULL;
    view->internal = NULL;
    return 0;
}

static PyBufferProcs cdata_as_buffer = {
    .bf_getbuffer = (getbufferproc)cdata_getbuffer,
};

static PyMemberDef cdata_members[] = {
    {"_b_base_", T_OBJECT, offsetof(struct cdata, base), READONLY,
     "the base object"},
    {"_b_needsfree_", T_INT, offsetof(struct cdata, needsfree), READONLY,
     "whether the object owns the memory or not"},
    {"_objects", T_OBJECT, offsetof(struct cdata, objects), READONLY,
     "internal objects tree (NEVER CHANGE THIS OBJECT!)"},
    {NULL}
};

static Py_hash_t
cdata_hash(PyObject *self)
{
    PyErr_SetString(PyExc_TypeError, "unhashable type");
    return -1;
}

static PyObject *
cdata_reduce(struct cdata *self, PyObject *Py_UNUSED(ignored))
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    if (info->has_pointers) {
        PyErr_SetString(PyExc_ValueError,
                        "ctypes objects containing pointers cannot be "
                        "pickled");
        return NULL;
    }
    PyObject *module = PyImport_ImportModule("_ctypes");
    PyObject *unpickle = module == NULL ? NULL
        : PyObject_GetAttrString(module, "_unpickle");
    Py_XDECREF(module);
    PyObject *dict = unpickle == NULL ? NULL
        : PyObject_GetAttrString((PyObject *)self, "__dict__");
    if (dict == NULL) {
        Py_XDECREF(unpickle);
        return NULL;
    }
    return Py_BuildValue("N(O(NN))", unpickle, Py_TYPE(self), dict,
                         PyBytes_FromStringAndSize(self->ptr, self->size));
}

static PyObject *
cdata_setstate(struct cdata *self, PyObject *args)
{
    const char *data;
    Py_ssize_t length;
    PyObject *dict;
    if (!PyArg_ParseTuple(args, "O!s#", &PyDict_Type, &dict, &data, &length))
    {
        return NULL;
    }
    memmove(self->ptr, data,
            (size_t)(length < self->size ? length : self->size));
    PyObject *own = PyObject_GetAttrString((PyObject *)self, "__dict__");
    if (own == NULL) {
        return NULL;
    }
    if (!PyDict_Check(own)) {
        PyErr_Format(PyExc_TypeError,
                     "%.200s.__dict__ must be a dictionary, not %.200s",
                     Py_TYPE(self)->tp_name, Py_TYPE(own)->tp_name);
        Py_DECREF(own);
        return NULL;
    }
    int result = PyDict_Update(own, dict);
    Py_DECREF(own);
    if (result < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
cdata_from_outparam(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_NewRef(self);
}

static PyMethodDef cdata_methods[] = {
    {"__ctypes_from_outparam__", cdata_from_outparam, METH_NOARGS, NULL},
    {"__reduce__", (PyCFunction)cdata_reduce, METH_NOARGS, NULL},
    {"__setstate__", (PyCFunction)cdata_setstate, METH_VARARGS, NULL},
    {NULL}
};

#define CDATA_FLAGS \
    (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC)

CTYPES_TYPE PyTypeObject cdata_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_ctypes._CData",
    .tp_basicsize = sizeof(struct cdata),
    .tp_dealloc = (destructor)cdata_dealloc,
    .tp_hash = cdata_hash,
    .tp_as_buffer = &cdata_as_buffer,
    .tp_flags = CDATA_FLAGS,
    .tp_traverse = (traverseproc)cdata_traverse,
    .tp_clear = (inquiry)cdata_clear,
    .tp_methods = cdata_methods,
    .tp_members = cdata_members,
};

/* The memory of an instance that owns it, made larger. */
PyObject *
cdata_resize(PyObject *object, Py_ssize_t size)
{
    if (!is_cdata(object)) {
        PyErr_SetString(PyExc_TypeError, "excepted ctypes instance");
        return NULL;
    }
    struct cdata *self = (struct cdata *)object;
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(object));
    if (size < info->size) {
        PyErr_Format(PyExc_ValueError, "minimum size is %zd", info->size);
        return NULL;
    }
    if (!self->needsfree) {
        PyErr_SetString(PyExc_ValueError, "Memory cannot be resized because "
                        "this object doesn't own it");
        return NULL;
    }
    if ((size_t)size > sizeof(self->value) || self->ptr
                                              != (char *)&self->value)
    {
        int small = self->ptr == (char *)&self->value;
        char *ptr = small ? PyMem_Calloc(1, (size_t)size)
                          : PyMem_Realloc(self->ptr, (size_t)size);
        if (ptr == NULL) {
            return PyErr_NoMemory();
        }
        if (small) {
            memcpy(ptr, self->ptr, (size_t)self->size);
        }
        self->ptr = ptr;
    }
    self->size = size;
    Py_RETURN_NONE;
}

/* -- Arguments ----------------------------------------------------------- */

static void
carg_dealloc(struct carg *self)
{
    Py_XDECREF(self->object);
    PyObject_Free(self);
}

static PyObject *
carg_repr(struct carg *self)
{
    char code = self->tag;
    if (code != '\0' && strchr("bBhHiIlLqQfd", code) != NULL) {
        PyObject *value = value_get(code, 0, &self->value);
        PyObject *text = value == NULL ? NULL
            : PyUnicode_FromFormat("<cparam '%c' (%R)>", code, value);
        Py_XDECREF(value);
        return text;
    }
    if (code != '\0' && strchr("zZP", code) != NULL) {
        return PyUnicode_FromFormat("<cparam '%c' (%p)>", code,
                                    self->value.p);
    }
    if (code == 'c') {
        unsigned char c = (unsigned char)self->value.c[0];
        if (c >= ' ' && c < 127 && c != '\\' && c != '\'') {
            return PyUnicode_FromFormat("<cparam 'c' ('%c')>", c);
        }
        return PyUnicode_FromFormat("<cparam 'c' ('\\x%02x')>", c);
    }
    return PyUnicode_FromFormat("<cparam '%c' at %p>", code ? code : '?',
                                self);
}

static PyMemberDef carg_members[] = {
    {"_obj", T_OBJECT, offsetof(struct carg, object), READONLY,
     "the wrapped object"},
    {NULL}
};

CTYPES_TYPE PyTypeObject carg_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "CArgObject",
    .tp_basicsize = sizeof(struct carg),
    .tp_dealloc = (destructor)carg_dealloc,
    .tp_repr = (reprfunc)carg_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_members = carg_members,
};

struct carg *
carg_new(void)
{
    struct carg *arg = PyObject_New(struct carg, &carg_type);
    if (arg != NULL) {
        arg->type = &ffi_type_pointer;
        arg->tag = '\0';
        arg->object = NULL;
        memset(&arg->value, 0, sizeof(arg->value));
    }
    return arg;
}

static PyObject *
carg_of(char code, PyObject *value)
{
    struct carg *arg = carg_new();
    if (arg == NULL) {
        return NULL;
    }
    arg->type = value_ffi(code);
    arg->tag = code;
    arg->object = value_set(code, 0, &arg->value, value);
    if (arg->object == NULL) {
        Py_CLEAR(arg);
    }
    return (PyObject *)arg;
}

/* Is VALUE, an array, pointer or byref(), of elements like those of CODE? */
static int
points_to_code(PyObject *value, char code)
{
    if (Py_IS_TYPE(value, &carg_type)) {
        struct carg *arg = (struct carg *)value;
        if (arg->tag != 'P') {
            return arg->tag == code || (code == 'P'
                                        && (arg->tag == 'z'
                                            || arg->tag == 'Z'));
        }
        if (code == 'P') {
            return 1;
        }
        struct ctype_info *info = arg->object == NULL ? NULL
            : ctype_info_of((PyObject *)Py_TYPE(arg->object));
        return info != NULL
               && info->code == (code == 'z' ? 'c' : 'u');
    }
    if (!is_cdata(value)) {
        return 0;
    }
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(value));
    if (info->kind == CTYPE_ARRAY || info->kind == CTYPE_POINTER) {
        if (code == 'P') {
            return 1;
        }
        struct ctype_info *item = info->target == NULL ? NULL
            : ctype_info_of(info->target);
        return item != NULL && item->code == (code == 'z' ? 'c' : 'u');
    }
    return code == 'P' && (info->kind == CTYPE_FUNCTION
                           || info->code == 'z' || info->code == 'Z');
}

/* The address that VALUE stands for when a void pointer is wanted. */
static PyObject *
carg_pointer(PyObject *value)
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(value));
    if (info->kind == CTYPE_ARRAY || info->kind == CTYPE_POINTER) {
        return Py_NewRef(value);
    }
    struct carg *arg = carg_new();
    if (arg != NULL) {
        arg->tag = info->code ? info->code : 'P';
        arg->value.p = *(void **)((struct cdata *)value)->ptr;
        arg->object = Py_NewRef(value);
    }
    return (PyObject *)arg;
}

static PyObject *
as_parameter(PyObject *type, PyObject *value, int *found)
{
    PyObject *other;
    *found = 0;
    if (_PyObject_LookupAttr(value, ctypes_name_as_parameter, &other) < 0) {
        return NULL;
    }
    if (other == NULL) {
        return NULL;
    }
    *found = 1;
    PyObject *result = NULL;
    if (Py_EnterRecursiveCall(" while processing _as_parameter_") == 0) {
        result = ctypes_from_param(type, other);
        Py_LeaveRecursiveCall();
    }
    Py_DECREF(other);
    return result;
}

static PyObject *
simple_from_param(PyObject *type, struct ctype_info *info, PyObject *value)
{
    char code = info->code;
    if (code == 'P' || code == 'z' || code == 'Z') {
        if (value == Py_None) {
            Py_RETURN_NONE;
        }
        if (points_to_code(value, code)) {
            return is_cdata(value) ? carg_pointer(value) : Py_NewRef(value);
        }
        if (code != 'Z' && PyBytes_Check(value)) {
            return carg_of('z', value);
        }
        if (code != 'z' && PyUnicode_Check(value)) {
            return carg_of('Z', value);
        }
        if (code == 'P' && PyLong_Check(value)) {
            return carg_of('P', value);
        }
        int found;
        PyObject *other = as_parameter(type, value, &found);
        if (found || PyErr_Occurred()) {
            return other;
        }
        if (code == 'P') {
            PyErr_Format(PyExc_TypeError, "'%.200s' object cannot be "
                         "interpreted as ctypes.c_void_p",
                         Py_TYPE(value)->tp_name);
        }
        else {
            PyErr_Format(PyExc_TypeError, code == 'z'
                         ? "'%.200s' object cannot be interpreted as "
                           "ctypes.c_char_p"
                         : "'%.200s' object cannot be interpreted as "
                           "ctypes.c_wchar_p", Py_TYPE(value)->tp_name);
        }
        return NULL;
    }
    PyObject *arg = carg_of(code, value);
    if (arg != NULL) {
        return arg;
    }
    PyObject *kind, *error, *traceback;
    PyErr_Fetch(&kind, &error, &traceback);
    int found;
    PyObject *other = as_parameter(type, value, &found);
    if (found || PyErr_Occurred()) {
        Py_XDECREF(kind);
        Py_XDECREF(error);
        Py_XDECREF(traceback);
        return other;
    }
    PyErr_Restore(kind, error, traceback);
    return NULL;
}

/* VALUE in a form that a call can pass as a TYPE. */
PyObject *
ctypes_from_param(PyObject *type, PyObject *value)
{
    struct ctype_info *info = ctype_info_of(type);
    int is = PyObject_IsInstance(value, type);
    if (is < 0) {
        return NULL;
    }
    if (is) {
        return Py_NewRef(value);
    }
    if (info == NULL) {
        PyErr_SetString(PyExc_TypeError, "abstract class");
        return NULL;
    }
    if (info->kind == CTYPE_SIMPLE) {
        return simple_from_param(type, info, value);
    }
    if (info->kind == CTYPE_POINTER) {
        if (value == Py_None) {
            Py_RETURN_NONE;
        }
        if (info->target != NULL) {
            is = PyObject_IsInstance(value, info->target);
            if (is < 0) {
                return NULL;
            }
            if (is) {
                struct carg *arg = carg_new();
                if (arg != NULL) {
                    arg->tag = 'P';
                    arg->value.p = ((struct cdata *)value)->ptr;
                    arg->object = Py_NewRef(value);
                }
                return (PyObject *)arg;
            }
        }
        if (is_cdata(value)) {
            struct ctype_info *from =
                ctype_info_of((PyObject *)Py_TYPE(value));
            if ((from->kind == CTYPE_ARRAY || from->kind == CTYPE_POINTER)
                && from->target != NULL && info->target != NULL
                && PyType_IsSubtype((PyTypeObject *)from->target,
                                    (PyTypeObject *)info->target))
            {
                return Py_NewRef(value);
            }
        }
    }
    if (info->kind == CTYPE_ARRAY && PyBytes_Check(value)
        && ctype_info_of(info->target)->code == 'c')
    {
        if (PyBytes_GET_SIZE(value) > info->length) {
            PyErr_SetString(PyExc_ValueError, "Invalid length");
            return NULL;
        }
        return PyObject_CallFunction(type, "O", value);
    }
    if (Py_IS_TYPE(value, &carg_type)) {
        struct carg *arg = (struct carg *)value;
        PyObject *wanted = info->kind == CTYPE_POINTER && info->target
                               ? info->target : type;
        if (arg->object != NULL
            && (is = PyObject_IsInstance(arg->object, wanted)) != 0)
        {
            return is < 0 ? NULL : Py_NewRef(value);
        }
        PyErr_Format(PyExc_TypeError,
                     "expected %s instance instead of pointer to %s",
                     ((PyTypeObject *)type)->tp_name,
                     arg->object ? Py_TYPE(arg->object)->tp_name : "??");
        return NULL;
    }
    int found;
    PyObject *other = as_parameter(type, value, &found);
    if (found || PyErr_Occurred()) {
        return other;
    }
    PyErr_Format(PyExc_TypeError, "expected %s instance instead of %s",
                 ((PyTypeObject *)type)->tp_name, Py_TYPE(value)->tp_name);
    return NULL;
}

/* -- Simple instances ---------------------------------------------------- */

static PyObject *
simple_value(struct cdata *self, void *Py_UNUSED(closure))
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    return value_get(info->code, info->swapped, self->ptr);
}

static int
simple_set_value(struct cdata *self, PyObject *value,
                 void *Py_UNUSED(closure))
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "can't delete attribute");
        return -1;
    }
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    PyObject *keep = value_set(info->code, info->swapped, self->ptr, value);
    if (keep == NULL) {
        return -1;
    }
    if (self->base != NULL) {
        return cdata_keep_steal((struct cdata *)self->base, self->index,
                                keep);
    }
    if (keep == Py_None) {
        Py_DECREF(keep);
        keep = NULL;
    }
    Py_XSETREF(self->objects, keep);
    return 0;
}

static int
simple_init(struct cdata *self, PyObject *args, PyObject *kwargs)
{
    PyObject *value = NULL;
    if (!PyArg_UnpackTuple(args, "__init__", 0, 1, &value)) {
        return -1;
    }
    return value == NULL ? 0 : simple_set_value(self, value, NULL);
}

static PyObject *
simple_repr(struct cdata *self)
{
    if (Py_TYPE(self)->tp_base != &simple_type) {
        return PyUnicode_FromFormat("<%s object at %p>",
                                    Py_TYPE(self)->tp_name, self);
    }
    PyObject *value = simple_value(self, NULL);
    if (value == NULL) {
        return NULL;
    }
    PyObject *name = PyType_GetName(Py_TYPE(self));
    PyObject *text = name == NULL ? NULL
        : PyUnicode_FromFormat("%U(%R)", name, value);
    Py_XDECREF(name);
    Py_DECREF(value);
    return text;
}

static int
simple_bool(struct cdata *self)
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    for (Py_ssize_t i = 0; i < info->size; i++) {
        if (self->ptr[i] != 0) {
            return 1;
        }
    }
    return 0;
}

static PyObject *
simple_from_outparam(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    if (ctypes_type_is_direct((PyObject *)Py_TYPE(self))) {
        return simple_value((struct cdata *)self, NULL);
    }
    return Py_NewRef(self);
}

static PyMethodDef simple_methods[] = {
    {"__ctypes_from_outparam__", simple_from_outparam, METH_NOARGS, NULL},
    {NULL}
};

static PyGetSetDef simple_getset[] = {
    {"value", (getter)simple_value, (setter)simple_set_value,
     "current value", NULL},
    {NULL}
};

static PyNumberMethods simple_as_number = {
    .nb_bool = (inquiry)simple_bool,
};

CTYPES_TYPE PyTypeObject simple_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_ctypes._SimpleCData",
    .tp_basicsize = sizeof(struct cdata),
    .tp_repr = (reprfunc)simple_repr,
    .tp_as_number = &simple_as_number,
    .tp_as_buffer = &cdata_as_buffer,
    .tp_flags = CDATA_FLAGS,
    .tp_traverse = (traverseproc)cdata_traverse,
    .tp_clear = (inquiry)cdata_clear,
    .tp_methods = simple_methods,
    .tp_getset = simple_getset,
    .tp_init = (initproc)simple_init,
    .tp_new = cdata_new,
};

/* -- Arrays -------------------------------------------------------------- */

static Py_ssize_t
array_length(struct cdata *self)
{
    return self->length;
}

static char *
array_place(struct cdata *self, Py_ssize_t index, PyObject **element)
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    if (index < 0 || index >= self->length) {
        PyErr_SetString(PyExc_IndexError, "invalid index");
        return NULL;
    }
    *element = info->target;
    return self->ptr + index * ctype_info_of(info->target)->size;
}

static PyObject *
array_item(struct cdata *self, Py_ssize_t index)
{
    PyObject *element;
    char *place = array_place(self, index, &element);
    return place == NULL ? NULL
                         : cdata_get(element, (PyObject *)self, index, place);
}

static int
array_set_item(struct cdata *self, Py_ssize_t index, PyObject *value)
{
    PyObject *element;
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "Array does not support item deletion");
        return -1;
    }
    char *place = array_place(self, index, &element);
    return place == NULL ? -1 : cdata_set((PyObject *)self, element, value,
                                          index, place);
}

/* Characters in a row as one object, others as a list. */
static PyObject *
elements_slice(PyObject *self, struct ctype_info *item, char *ptr,
               Py_ssize_t start, Py_ssize_t step, Py_ssize_t n,
               PyObject *(*get)(struct cdata *, Py_ssize_t))
{
    if (item->code == 'c' && item->kind == CTYPE_SIMPLE) {
        PyObject *bytes = PyBytes_FromStringAndSize(NULL, n);
        for (Py_ssize_t i = 0; bytes != NULL && i < n; i++) {
            PyBytes_AS_STRING(bytes)[i] = ptr[start + i * step];
        }
        return bytes;
    }
    if (item->code == 'u' && item->kind == CTYPE_SIMPLE) {
        wchar_t *text = PyMem_New(wchar_t, (size_t)n + 1);
        if (text == NULL) {
            return PyErr_NoMemory();
        }
        for (Py_ssize_t i = 0; i < n; i++) {
            text[i] = ((wchar_t *)ptr)[start + i * step];
        }
        PyObject *result = PyUnicode_FromWideChar(text, n);
        PyMem_Free(text);
        return result;
    }
    PyObject *list = PyList_New(n);
    for (Py_ssize_t i = 0; list != NULL && i < n; i++) {
        PyObject *value = get((struct cdata *)self, start + i * step);
        if (value == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, i, value);
    }
    return list;
}

static PyObject *
array_subscript(struct cdata *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return array_item(self, i < 0 ? i + self->length : i);
    }
    if (!PySlice_Check(key)) {
        PyErr_SetString(PyExc_TypeError, "indices must be integers");
        return NULL;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(self->length, &start, &stop, step);
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    return elements_slice((PyObject *)self, ctype_info_of(info->target),
                          self->ptr, start, step, n, array_item);
}

static int
array_set_subscript(struct cdata *self, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "Array does not support item deletion");
        return -1;
    }
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return -1;
        }
        return array_set_item(self, i < 0 ? i + self->length : i, value);
    }
    if (!PySlice_Check(key)) {
        PyErr_SetString(PyExc_TypeError, "indices must be integer");
        return -1;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return -1;
    }
    Py_ssize_t n = PySlice_AdjustIndices(self->length, &start, &stop, step);
    Py_ssize_t given = PySequence_Size(value);
    if (given == -1) {
        return -1;
    }
    if (given != n) {
        PyErr_SetString(PyExc_ValueError,
                        "Can only assign sequence of same size");
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(value, i);
        if (item == NULL) {
            return -1;
        }
        int result = array_set_item(self, start + i * step, item);
        Py_DECREF(item);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

static int
array_init(struct cdata *self, PyObject *args, PyObject *kwargs)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        if (array_set_item(self, i, PyTuple_GET_ITEM(args, i)) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Arrays of characters also have their text. */
static char
array_code(struct cdata *self)
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    struct ctype_info *item = ctype_info_of(info->target);
    return item->kind == CTYPE_SIMPLE ? item->code : '\0';
}

static PyObject *
array_getattro(PyObject *object, PyObject *name)
{
    struct cdata *self = (struct cdata *)object;
    if (ctype_info_of((PyObject *)Py_TYPE(object)) != NULL
        && PyUnicode_Check(name))
    {
        char code = array_code(self);
        int value = PyUnicode_CompareWithASCIIString(name, "value") == 0;
        if (code == 'c' && value) {
            return PyBytes_FromStringAndSize(
                self->ptr, (Py_ssize_t)strnlen(self->ptr,
                                               (size_t)self->size));
        }
        if (code == 'c'
            && PyUnicode_CompareWithASCIIString(name, "raw") == 0)
        {
            return PyBytes_FromStringAndSize(self->ptr, self->size);
        }
        if (code == 'u' && value) {
            size_t n = (size_t)self->size / sizeof(wchar_t);
            return PyUnicode_FromWideChar(
                (wchar_t *)self->ptr,
                (Py_ssize_t)wcsnlen((wchar_t *)self->ptr, n));
        }
    }
    return PyObject_GenericGetAttr(object, name);
}

static int
array_set_bytes(struct cdata *self, PyObject *value, int raw)
{
    if (!raw && !PyBytes_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "bytes expected instead of %s instance",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(value, &view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    int result = -1;
    if (view.len > self->size) {
        PyErr_SetString(PyExc_ValueError, "byte string too long");
    }
    else {
        memcpy(self->ptr, view.buf, (size_t)view.len);
        if (!raw && view.len < self->size) {
            self->ptr[view.len] = '\0';
        }
        result = 0;
    }
    PyBuffer_Release(&view);
    return result;
}

static int
array_set_text(struct cdata *self, PyObject *value)
{
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     "unicode string expected instead of %s instance",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    Py_ssize_t room = self->size / (Py_ssize_t)sizeof(wchar_t);
    if (PyUnicode_GetLength(value) > room) {
        PyErr_SetString(PyExc_ValueError, "string too long");
        return -1;
    }
    return PyUnicode_AsWideChar(value, (wchar_t *)self->ptr, room) < 0 ? -1
                                                                       : 0;
}

static int
no_deletion(PyObject *error)
{
    PyErr_SetString(error, "cannot delete attribute");
    return -1;
}

static int
array_setattro(PyObject *object, PyObject *name, PyObject *value)
{
    if (PyUnicode_Check(name)
        && ctype_info_of((PyObject *)Py_TYPE(object)) != NULL)
    {
        struct cdata *self = (struct cdata *)object;
        char code = array_code(self);
        int is_value = PyUnicode_CompareWithASCIIString(name, "value") == 0;
        if (code == 'c'
            && (is_value
                || PyUnicode_CompareWithASCIIString(name, "raw") == 0))
        {
            return value == NULL
                ? no_deletion(is_value ? PyExc_TypeError
                                       : PyExc_AttributeError)
                : array_set_bytes(self, value, !is_value);
        }
        if (code == 'u' && is_value) {
            return value == NULL ? no_deletion(PyExc_TypeError)
                                 : array_set_text(self, value);
        }
    }
    return PyObject_GenericSetAttr(object, name, value);
}

static PyMethodDef array_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     "See PEP 585"},
    {NULL}
};

static PySequenceMethods array_as_sequence = {
    .sq_length = (lenfunc)array_length,
    .sq_item = (ssizeargfunc)array_item,
    .sq_ass_item = (ssizeobjargproc)array_set_item,
};

static PyMappingMethods array_as_mapping = {
    .mp_length = (lenfunc)array_length,
    .mp_subscript = (binaryfunc)array_subscript,
    .mp_ass_subscript = (objobjargproc)array_set_subscript,
};

CTYPES_TYPE PyTypeObject array_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_ctypes.Array",
    .tp_basicsize = sizeof(struct cdata),
    .tp_as_sequence = &array_as_sequence,
    .tp_as_mapping = &array_as_mapping,
    .tp_getattro = array_getattro,
    .tp_setattro = array_setattro,
    .tp_as_buffer = &cdata_as_buffer,
    .tp_flags = CDATA_FLAGS,
    .tp_traverse = (traverseproc)cdata_traverse,
    .tp_clear = (inquiry)cdata_clear,
    .tp_methods = array_methods,
    .tp_init = (initproc)array_init,
    .tp_new = cdata_new,
};

/* -- Pointers ------------------------------------------------------------ */

static char *
pointer_place(struct cdata *self, Py_ssize_t index, PyObject **target)
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    char *address = *(char **)self->ptr;
    if (address == NULL) {
        PyErr_SetString(PyExc_ValueError, "NULL pointer access");
        return NULL;
    }
    *target = info->target;
    return address + index * ctype_info_of(info->target)->size;
}

static PyObject *
pointer_item(struct cdata *self, Py_ssize_t index)
{
    PyObject *target;
    char *place = pointer_place(self, index, &target);
    return place == NULL ? NULL
                         : cdata_get(target, (PyObject *)self, index, place);
}

static int
pointer_set_item(struct cdata *self, Py_ssize_t index, PyObject *value)
{
    PyObject *target;
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "Pointer does not support item deletion");
        return -1;
    }
    char *place = pointer_place(self, index, &target);
    return place == NULL ? -1 : cdata_set((PyObject *)self, target, value,
                                          index, place);
}

static PyObject *
pointer_contents(struct cdata *self, void *Py_UNUSED(closure))
{
    PyObject *target;
    char *place = pointer_place(self, 0, &target);
    return place == NULL ? NULL
                         : cdata_at(target, (PyObject *)self, 0, place);
}

static int
pointer_set_contents(struct cdata *self, PyObject *value,
                     void *Py_UNUSED(closure))
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError,
                        "Pointer does not support item deletion");
        return -1;
    }
    int is = info->target == NULL ? 0
                                  : PyObject_IsInstance(value, info->target);
    if (is < 0) {
        return -1;
    }
    if (!is) {
        PyErr_Format(PyExc_TypeError, "expected %s instead of %s",
                     info->target ? ((PyTypeObject *)info->target)->tp_name
                                  : "?", Py_TYPE(value)->tp_name);
        return -1;
    }
    *(void **)self->ptr = ((struct cdata *)value)->ptr;
    if (cdata_keep_steal(self, 1, Py_NewRef(value)) < 0) {
        return -1;
    }
    return cdata_keep_steal(self, 0, cdata_kept((struct cdata *)value));
}

static PyObject *
pointer_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    struct ctype_info *info = ctype_info_of((PyObject *)type);
    if (info == NULL || info->target == NULL) {
        PyErr_SetString(PyExc_TypeError, "Cannot create instance: has no "
                        "_type_");
        return NULL;
    }
    return cdata_new(type, args, kwargs);
}

static int
pointer_init(struct cdata *self, PyObject *args, PyObject *kwargs)
{
    PyObject *value = NULL;
    if (!PyArg_UnpackTuple(args, "POINTER", 0, 1, &value)) {
        return -1;
    }
    return value == NULL ? 0 : pointer_set_contents(self, value, NULL);
}

static PyObject *
pointer_subscript(struct cdata *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return pointer_item(self, i);
    }
    if (!PySlice_Check(key)) {
        PyErr_SetString(PyExc_TypeError, "Pointer indices must be integer");
        return NULL;
    }
    PySliceObject *slice = (PySliceObject *)key;
    Py_ssize_t start = 0, stop, step = 1;
    if (slice->step != Py_None) {
        step = PyNumber_AsSsize_t(slice->step, PyExc_ValueError);
        if (step == -1 && PyErr_Occurred()) {
            return NULL;
        }
        if (step == 0) {
            PyErr_SetString(PyExc_ValueError, "slice step cannot be zero");
            return NULL;
        }
    }
    if (slice->start == Py_None) {
        if (step < 0) {
            PyErr_SetString(PyExc_ValueError, "slice start is required for "
                            "step < 0");
            return NULL;
        }
    }
    else {
        start = PyNumber_AsSsize_t(slice->start, PyExc_ValueError);
        if (start == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (slice->stop == Py_None) {
        PyErr_SetString(PyExc_ValueError, "slice stop is required");
        return NULL;
    }
    stop = PyNumber_AsSsize_t(slice->stop, PyExc_ValueError);
    if (stop == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Py_ssize_t n = 0;
    if (step < 0 ? start > stop : start < stop) {
        n = step < 0 ? (stop - start + 1) / step + 1
                     : (stop - start - 1) / step + 1;
    }
    PyObject *target;
    char *place = pointer_place(self, 0, &target);
    if (place == NULL) {
        return NULL;
    }
    return elements_slice((PyObject *)self, ctype_info_of(target), place,
                          start, step, n, pointer_item);
}

static int
pointer_bool(struct cdata *self)
{
    return *(void **)self->ptr != NULL;
}

static PyNumberMethods pointer_as_number = {
    .nb_bool = (inquiry)pointer_bool,
};

static PySequenceMethods pointer_as_sequence = {
    .sq_item = (ssizeargfunc)pointer_item,
    .sq_ass_item = (ssizeobjargproc)pointer_set_item,
};

static PyMappingMethods pointer_as_mapping = {
    .mp_subscript = (binaryfunc)pointer_subscript,
};

static PyGetSetDef pointer_getset[] = {
    {"contents", (getter)pointer_contents, (setter)pointer_set_contents,
     "the object this pointer points to (read-write)", NULL},
    {NULL}
};

CTYPES_TYPE PyTypeObject pointer_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_ctypes._Pointer",
    .tp_basicsize = sizeof(struct cdata),
    .tp_as_number = &pointer_as_number,
    .tp_as_sequence = &pointer_as_sequence,
    .tp_as_mapping = &pointer_as_mapping,
    .tp_as_buffer = &cdata_as_buffer,
    .tp_flags = CDATA_FLAGS,
    .tp_traverse = (traverseproc)cdata_traverse,
    .tp_clear = (inquiry)cdata_clear,
    .tp_getset = pointer_getset,
    .tp_init = (initproc)pointer_init,
    .tp_new = pointer_new,
};
