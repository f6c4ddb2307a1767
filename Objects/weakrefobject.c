/* Weak references and proxies.

   Each object with weak references heads a doubly linked list of them:

     [basic ref] [basic proxy] [others, newest first]

   The basic ones have no callback and are shared: asking again for a
   reference without callback gives the same object. A reference does not own
   its referent; when the referent dies its list is cleared (wr_object becomes
   None) and the callbacks are called. */

#include "Python.h"
#include "pycore_object.h"
#include "structmember.h"

static inline PyWeakReference **
weakref_list(PyObject *object)
{
    return (PyWeakReference **)_PyObject_GET_WEAKREFS_LISTPTR(object);
}

/* -- The list ----------------------------------------------------------- */

static void
list_insert_head(PyWeakReference *ref, PyWeakReference **list)
{
    PyWeakReference *next = *list;
    ref->wr_prev = NULL;
    ref->wr_next = next;
    if (next != NULL) {
        next->wr_prev = ref;
    }
    *list = ref;
}

static void
list_insert_after(PyWeakReference *ref, PyWeakReference *prev)
{
    ref->wr_prev = prev;
    ref->wr_next = prev->wr_next;
    if (prev->wr_next != NULL) {
        prev->wr_next->wr_prev = ref;
    }
    prev->wr_next = ref;
}

static void
list_get_basic(PyWeakReference *head, PyWeakReference **ref,
               PyWeakReference **proxy)
{
    *ref = NULL;
    *proxy = NULL;
    if (head != NULL && head->wr_callback == NULL
        && PyWeakref_CheckRefExact(head)) {
        *ref = head;
        head = head->wr_next;
    }
    if (head != NULL && head->wr_callback == NULL
        && PyWeakref_CheckProxy(head)) {
        *proxy = head;
    }
}

/* Behind the basic ones. */
static void
list_insert(PyWeakReference *ref, PyWeakReference **list)
{
    PyWeakReference *basic_ref;
    PyWeakReference *basic_proxy;
    list_get_basic(*list, &basic_ref, &basic_proxy);
    PyWeakReference *prev = basic_proxy != NULL ? basic_proxy : basic_ref;
    if (prev != NULL) {
        list_insert_after(ref, prev);
    }
    else {
        list_insert_head(ref, list);
    }
}

Py_ssize_t
_PyWeakref_GetWeakrefCount(PyWeakReference *head)
{
    Py_ssize_t count = 0;
    for (; head != NULL; head = head->wr_next) {
        count++;
    }
    return count;
}

/* -- Making and clearing ------------------------------------------------ */

static PyObject *weakref_vectorcall(PyObject *self, PyObject *const *args,
                                    size_t nargsf, PyObject *kwnames);

static void
weakref_fill(PyWeakReference *self, PyObject *object, PyObject *callback)
{
    self->hash = -1;
    self->wr_object = object;
    self->wr_prev = NULL;
    self->wr_next = NULL;
    self->wr_callback = Py_XNewRef(callback);
    self->vectorcall = weakref_vectorcall;
}

static PyWeakReference *
weakref_make(PyTypeObject *type, PyObject *object, PyObject *callback)
{
    PyWeakReference *self = PyObject_GC_New(PyWeakReference, type);
    if (self != NULL) {
        weakref_fill(self, object, callback);
        PyObject_GC_Track(self);
    }
    return self;
}

/* Off the referent's list; the callback stays. */
static void
weakref_detach(PyWeakReference *self)
{
    if (self->wr_object == Py_None) {
        return;
    }
    PyWeakReference **list = weakref_list(self->wr_object);
    if (*list == self) {
        *list = self->wr_next;
    }
    self->wr_object = Py_None;
    if (self->wr_prev != NULL) {
        self->wr_prev->wr_next = self->wr_next;
    }
    if (self->wr_next != NULL) {
        self->wr_next->wr_prev = self->wr_prev;
    }
    self->wr_prev = NULL;
    self->wr_next = NULL;
}

void
_PyWeakref_ClearRef(PyWeakReference *self)
{
    weakref_detach(self);
}

static int
weakref_clear(PyWeakReference *self)
{
    weakref_detach(self);
    Py_CLEAR(self->wr_callback);
    return 0;
}

static int
weakref_traverse(PyWeakReference *self, visitproc visit, void *arg)
{
    Py_VISIT(self->wr_callback);
    return 0;
}

static void
weakref_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    weakref_clear((PyWeakReference *)self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
raise_unsupported(PyObject *object)
{
    return PyErr_Format(PyExc_TypeError,
                        "cannot create weak reference to '%s' object",
                        Py_TYPE(object)->tp_name);
}

/* -- ref: slots --------------------------------------------------------- */

static PyObject *
weakref_vectorcall(PyObject *self, PyObject *const *Py_UNUSED(args),
                   size_t nargsf, PyObject *kwnames)
{
    if (!_PyArg_NoKwnames("weakref", kwnames)) {
        return NULL;
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_CheckPositional("weakref", nargs, 0, 0)) {
        return NULL;
    }
    return Py_NewRef(PyWeakref_GET_OBJECT(self));
}

static Py_hash_t
weakref_hash(PyWeakReference *self)
{
    if (self->hash != -1) {
        return self->hash;
    }
    PyObject *object = PyWeakref_GET_OBJECT(self);
    if (object == Py_None) {
        PyErr_SetString(PyExc_TypeError, "weak object has gone away");
        return -1;
    }
    Py_INCREF(object);
    self->hash = PyObject_Hash(object);
    Py_DECREF(object);
    return self->hash;
}

static PyObject *
weakref_repr(PyWeakReference *self)
{
    PyObject *object = PyWeakref_GET_OBJECT(self);
    if (object == Py_None) {
        return PyUnicode_FromFormat("<weakref at %p; dead>", self);
    }
    Py_INCREF(object);
    PyObject *repr = NULL;
    PyObject *name;
    if (_PyObject_LookupAttr(object, &_Py_ID(__name__), &name) < 0) {
        goto done;
    }
    if (name == NULL || !PyUnicode_Check(name)) {
        repr = PyUnicode_FromFormat("<weakref at %p; to '%s' at %p>", self,
                                    Py_TYPE(object)->tp_name, object);
    }
    else {
        repr = PyUnicode_FromFormat("<weakref at %p; to '%s' at %p (%U)>",
                                    self, Py_TYPE(object)->tp_name, object,
                                    name);
    }
    Py_XDECREF(name);
done:
    Py_DECREF(object);
    return repr;
}

/* References are equal if their living referents are; a dead one equals only
   itself. */
static PyObject *
weakref_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyWeakref_Check(self)
        || !PyWeakref_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *a = PyWeakref_GET_OBJECT(self);
    PyObject *b = PyWeakref_GET_OBJECT(other);
    if (a == Py_None || b == Py_None) {
        int same = self == other;
        return PyBool_FromLong(op == Py_EQ ? same : !same);
    }
    Py_INCREF(a);
    Py_INCREF(b);
    PyObject *result = PyObject_RichCompare(a, b, op);
    Py_DECREF(a);
    Py_DECREF(b);
    return result;
}

static PyObject *
weakref_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *object;
    PyObject *callback = NULL;
    if (!PyArg_UnpackTuple(args, "__new__", 1, 2, &object, &callback)) {
        return NULL;
    }
    if (!_PyType_SUPPORTS_WEAKREFS(Py_TYPE(object))) {
        return raise_unsupported(object);
    }
    if (callback == Py_None) {
        callback = NULL;
    }
    PyWeakReference **list = weakref_list(object);
    if (type == &_PyWeakref_RefType && callback == NULL) {
        return PyWeakref_NewRef(object, NULL);
    }
    PyWeakReference *self = (PyWeakReference *)type->tp_alloc(type, 0);
    if (self != NULL) {
        weakref_fill(self, object, callback);
        list_insert(self, list);
    }
    return (PyObject *)self;
}

static int
weakref_init(PyObject *Py_UNUSED(self), PyObject *args, PyObject *kwargs)
{
    PyObject *object;
    PyObject *callback = NULL;
    if (!_PyArg_NoKeywords("ref", kwargs)) {
        return -1;
    }
    return PyArg_UnpackTuple(args, "__init__", 1, 2, &object, &callback)
        ? 0 : -1;
}

static PyMemberDef weakref_members[] = {
    {"__callback__", T_OBJECT, offsetof(PyWeakReference, wr_callback),
     READONLY, NULL},
    {NULL}
};

static PyMethodDef weakref_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL}
};

PyTypeObject _PyWeakref_RefType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "weakref.ReferenceType",
    .tp_basicsize = sizeof(PyWeakReference),
    .tp_dealloc = weakref_dealloc,
    .tp_vectorcall_offset = offsetof(PyWeakReference, vectorcall),
    .tp_repr = (reprfunc)weakref_repr,
    .tp_hash = (hashfunc)weakref_hash,
    .tp_call = PyVectorcall_Call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_BASETYPE,
    .tp_traverse = (traverseproc)weakref_traverse,
    .tp_clear = (inquiry)weakref_clear,
    .tp_richcompare = weakref_richcompare,
    .tp_methods = weakref_methods,
    .tp_members = weakref_members,
    .tp_init = weakref_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = weakref_new,
    .tp_free = PyObject_GC_Del,
};

/* -- Proxies: forwarding ------------------------------------------------ */

/* The referent, new, if o is a proxy; else o itself, new. NULL with
   ReferenceError if the referent is gone. */
static PyObject *
proxy_unwrap(PyObject *o)
{
    if (!PyWeakref_CheckProxy(o)) {
        return Py_NewRef(o);
    }
    PyObject *object = PyWeakref_GET_OBJECT(o);
    if (object == Py_None) {
        PyErr_SetString(PyExc_ReferenceError,
                        "weakly-referenced object no longer exists");
        return NULL;
    }
    return Py_NewRef(object);
}

#define PROXY_UNARY(name, function)                                     \
    static PyObject *                                                   \
    name(PyObject *self)                                                \
    {                                                                   \
        PyObject *object = proxy_unwrap(self);                          \
        if (object == NULL) {                                           \
            return NULL;                                                \
        }                                                               \
        PyObject *result = function(object);                            \
        Py_DECREF(object);                                              \
        return result;                                                  \
    }

#define PROXY_BINARY(name, function)                                    \
    static PyObject *                                                   \
    name(PyObject *x, PyObject *y)                                      \
    {                                                                   \
        PyObject *result = NULL;                                        \
        PyObject *a = proxy_unwrap(x);                                  \
        PyObject *b = a == NULL ? NULL : proxy_unwrap(y);               \
        if (b != NULL) {                                                \
            result = function(a, b);                                    \
        }                                                               \
        Py_XDECREF(a);                                                  \
        Py_XDECREF(b);                                                  \
        return result;                                                  \
    }

#define PROXY_TERNARY(name, function)                                   \
    static PyObject *                                                   \
    name(PyObject *x, PyObject *y, PyObject *z)                         \
    {                                                                   \
        PyObject *result = NULL;                                        \
        PyObject *a = proxy_unwrap(x);                                  \
        PyObject *b = a == NULL ? NULL : proxy_unwrap(y);               \
        PyObject *c = b == NULL ? NULL : proxy_unwrap(z);               \
        if (c != NULL) {                                                \
            result = function(a, b, c);                                 \
        }                                                               \
        Py_XDECREF(a);                                                  \
        Py_XDECREF(b);                                                  \
        Py_XDECREF(c);                                                  \
        return result;                                                  \
    }

#define PROXY_METHOD(name, special)                                     \
    static PyObject *                                                   \
    name(PyObject *self, PyObject *Py_UNUSED(ignored))                  \
    {                                                                   \
        PyObject *object = proxy_unwrap(self);                          \
        if (object == NULL) {                                           \
            return NULL;                                                \
        }                                                               \
        PyObject *result = PyObject_CallMethodNoArgs(object,            \
                                                     &_Py_ID(special)); \
        Py_DECREF(object);                                              \
        return result;                                                  \
    }

PROXY_BINARY(proxy_getattr, PyObject_GetAttr)
PROXY_UNARY(proxy_str, PyObject_Str)
PROXY_TERNARY(proxy_call, PyObject_Call)
PROXY_BINARY(proxy_add, PyNumber_Add)
PROXY_BINARY(proxy_sub, PyNumber_Subtract)
PROXY_BINARY(proxy_mul, PyNumber_Multiply)
PROXY_BINARY(proxy_floor_div, PyNumber_FloorDivide)
PROXY_BINARY(proxy_true_div, PyNumber_TrueDivide)
PROXY_BINARY(proxy_mod, PyNumber_Remainder)
PROXY_BINARY(proxy_divmod, PyNumber_Divmod)
PROXY_TERNARY(proxy_pow, PyNumber_Power)
PROXY_UNARY(proxy_neg, PyNumber_Negative)
PROXY_UNARY(proxy_pos, PyNumber_Positive)
PROXY_UNARY(proxy_abs, PyNumber_Absolute)
PROXY_UNARY(proxy_invert, PyNumber_Invert)
PROXY_BINARY(proxy_lshift, PyNumber_Lshift)
PROXY_BINARY(proxy_rshift, PyNumber_Rshift)
PROXY_BINARY(proxy_and, PyNumber_And)
PROXY_BINARY(proxy_xor, PyNumber_Xor)
PROXY_BINARY(proxy_or, PyNumber_Or)
PROXY_UNARY(proxy_int, PyNumber_Long)
PROXY_UNARY(proxy_float, PyNumber_Float)
PROXY_BINARY(proxy_iadd, PyNumber_InPlaceAdd)
PROXY_BINARY(proxy_isub, PyNumber_InPlaceSubtract)
PROXY_BINARY(proxy_imul, PyNumber_InPlaceMultiply)
PROXY_BINARY(proxy_ifloor_div, PyNumber_InPlaceFloorDivide)
PROXY_BINARY(proxy_itrue_div, PyNumber_InPlaceTrueDivide)
PROXY_BINARY(proxy_imod, PyNumber_InPlaceRemainder)
PROXY_TERNARY(proxy_ipow, PyNumber_InPlacePower)
PROXY_BINARY(proxy_ilshift, PyNumber_InPlaceLshift)
PROXY_BINARY(proxy_irshift, PyNumber_InPlaceRshift)
PROXY_BINARY(proxy_iand, PyNumber_InPlaceAnd)
PROXY_BINARY(proxy_ixor, PyNumber_InPlaceXor)
PROXY_BINARY(proxy_ior, PyNumber_InPlaceOr)
PROXY_UNARY(proxy_index, PyNumber_Index)
PROXY_BINARY(proxy_matmul, PyNumber_MatrixMultiply)
PROXY_BINARY(proxy_imatmul, PyNumber_InPlaceMatrixMultiply)
PROXY_BINARY(proxy_getitem, PyObject_GetItem)
PROXY_UNARY(proxy_iter, PyObject_GetIter)
PROXY_METHOD(proxy_bytes, __bytes__)
PROXY_METHOD(proxy_reversed, __reversed__)

/* PyObject_Call takes a keyword dict that may be NULL. */
static PyObject *
proxy_call_slot(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (kwargs != NULL) {
        return proxy_call(self, args, kwargs);
    }
    PyObject *object = proxy_unwrap(self);
    if (object == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_Call(object, args, NULL);
    Py_DECREF(object);
    return result;
}

static PyObject *
proxy_repr(PyObject *self)
{
    PyObject *object = PyWeakref_GET_OBJECT(self);
    return PyUnicode_FromFormat("<weakproxy at %p to %s at %p>", self,
                                Py_TYPE(object)->tp_name, object);
}

static int
proxy_setattr(PyObject *self, PyObject *name, PyObject *value)
{
    PyObject *object = proxy_unwrap(self);
    if (object == NULL) {
        return -1;
    }
    int result = PyObject_SetAttr(object, name, value);
    Py_DECREF(object);
    return result;
}

static PyObject *
proxy_richcompare(PyObject *x, PyObject *y, int op)
{
    PyObject *result = NULL;
    PyObject *a = proxy_unwrap(x);
    PyObject *b = a == NULL ? NULL : proxy_unwrap(y);
    if (b != NULL) {
        result = PyObject_RichCompare(a, b, op);
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    return result;
}

static int
proxy_bool(PyObject *self)
{
    PyObject *object = proxy_unwrap(self);
    if (object == NULL) {
        return -1;
    }
    int result = PyObject_IsTrue(object);
    Py_DECREF(object);
    return result;
}

static int
proxy_contains(PyObject *self, PyObject *value)
{
    PyObject *object = proxy_unwrap(self);
    if (object == NULL) {
        return -1;
    }
    int result = PySequence_Contains(object, value);
    Py_DECREF(object);
    return result;
}

static Py_ssize_t
proxy_length(PyObject *self)
{
    PyObject *object = proxy_unwrap(self);
    if (object == NULL) {
        return -1;
    }
    Py_ssize_t result = PyObject_Length(object);
    Py_DECREF(object);
    return result;
}

static int
proxy_setitem(PyObject *self, PyObject *key, PyObject *value)
{
    PyObject *object = proxy_unwrap(self);
    if (object == NULL) {
        return -1;
    }
    int result = value == NULL ? PyObject_DelItem(object, key)
                               : PyObject_SetItem(object, key, value);
    Py_DECREF(object);
    return result;
}

static PyObject *
proxy_iternext(PyObject *self)
{
    PyObject *object = proxy_unwrap(self);
    if (object == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    if (PyIter_Check(object)) {
        result = PyIter_Next(object);
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "Weakref proxy referenced a non-iterator '%.200s' "
                     "object", Py_TYPE(object)->tp_name);
    }
    Py_DECREF(object);
    return result;
}

/* -- Proxies: types ----------------------------------------------------- */

static PyNumberMethods proxy_as_number = {
    .nb_add = proxy_add,
    .nb_subtract = proxy_sub,
    .nb_multiply = proxy_mul,
    .nb_remainder = proxy_mod,
    .nb_divmod = proxy_divmod,
    .nb_power = proxy_pow,
    .nb_negative = proxy_neg,
    .nb_positive = proxy_pos,
    .nb_absolute = proxy_abs,
    .nb_bool = proxy_bool,
    .nb_invert = proxy_invert,
    .nb_lshift = proxy_lshift,
    .nb_rshift = proxy_rshift,
    .nb_and = proxy_and,
    .nb_xor = proxy_xor,
    .nb_or = proxy_or,
    .nb_int = proxy_int,
    .nb_float = proxy_float,
    .nb_inplace_add = proxy_iadd,
    .nb_inplace_subtract = proxy_isub,
    .nb_inplace_multiply = proxy_imul,
    .nb_inplace_remainder = proxy_imod,
    .nb_inplace_power = proxy_ipow,
    .nb_inplace_lshift = proxy_ilshift,
    .nb_inplace_rshift = proxy_irshift,
    .nb_inplace_and = proxy_iand,
    .nb_inplace_xor = proxy_ixor,
    .nb_inplace_or = proxy_ior,
    .nb_floor_divide = proxy_floor_div,
    .nb_true_divide = proxy_true_div,
    .nb_inplace_floor_divide = proxy_ifloor_div,
    .nb_inplace_true_divide = proxy_itrue_div,
    .nb_index = proxy_index,
    .nb_matrix_multiply = proxy_matmul,
    .nb_inplace_matrix_multiply = proxy_imatmul,
};

static PySequenceMethods proxy_as_sequence = {
    .sq_length = proxy_length,
    .sq_contains = proxy_contains,
};

static PyMappingMethods proxy_as_mapping = {
    .mp_length = proxy_length,
    .mp_subscript = proxy_getitem,
    .mp_ass_subscript = proxy_setitem,
};

static PyMethodDef proxy_methods[] = {
    {"__bytes__", proxy_bytes, METH_NOARGS, NULL},
    {"__reversed__", proxy_reversed, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

#define PROXY_SLOTS                                                     \
    .tp_basicsize = sizeof(PyWeakReference),                            \
    .tp_dealloc = weakref_dealloc,                                      \
    .tp_repr = proxy_repr,                                              \
    .tp_as_number = &proxy_as_number,                                   \
    .tp_as_sequence = &proxy_as_sequence,                               \
    .tp_as_mapping = &proxy_as_mapping,                                 \
    .tp_hash = PyObject_HashNotImplemented,                             \
    .tp_str = proxy_str,                                                \
    .tp_getattro = proxy_getattr,                                       \
    .tp_setattro = proxy_setattr,                                       \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC                 \
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,                            \
    .tp_traverse = (traverseproc)weakref_traverse,                      \
    .tp_clear = (inquiry)weakref_clear,                                 \
    .tp_richcompare = proxy_richcompare,                                \
    .tp_iter = proxy_iter,                                              \
    .tp_iternext = proxy_iternext,                                      \
    .tp_free = PyObject_GC_Del

PyTypeObject _PyWeakref_ProxyType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "weakref.ProxyType",
    PROXY_SLOTS,
    .tp_methods = proxy_methods,
};

PyTypeObject _PyWeakref_CallableProxyType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "weakref.CallableProxyType",
    PROXY_SLOTS,
    .tp_call = proxy_call_slot,
};

/* -- API ---------------------------------------------------------------- */

/* A new reference or proxy; without callback, the shared one. */
static PyObject *
weakref_get(PyTypeObject *type, PyObject *object, PyObject *callback)
{
    if (!_PyType_SUPPORTS_WEAKREFS(Py_TYPE(object))) {
        return raise_unsupported(object);
    }
    if (callback == Py_None) {
        callback = NULL;
    }
    int is_ref = type == &_PyWeakref_RefType;
    PyWeakReference **list = weakref_list(object);
    PyWeakReference *ref;
    PyWeakReference *proxy;
    list_get_basic(*list, &ref, &proxy);
    PyWeakReference *basic = is_ref ? ref : proxy;
    if (callback == NULL && basic != NULL) {
        return Py_NewRef(basic);
    }
    PyWeakReference *self = weakref_make(type, object, callback);
    if (self == NULL) {
        return NULL;
    }
    /* That may have run a collection, and so anything. */
    list_get_basic(*list, &ref, &proxy);
    basic = is_ref ? ref : proxy;
    if (callback != NULL) {
        list_insert(self, list);
    }
    else if (basic != NULL) {
        Py_SETREF(self, (PyWeakReference *)Py_NewRef(basic));
    }
    else if (!is_ref && ref != NULL) {
        list_insert_after(self, ref);
    }
    else {
        list_insert_head(self, list);
    }
    return (PyObject *)self;
}

PyObject *
PyWeakref_NewRef(PyObject *object, PyObject *callback)
{
    return weakref_get(&_PyWeakref_RefType, object, callback);
}

PyObject *
PyWeakref_NewProxy(PyObject *object, PyObject *callback)
{
    PyTypeObject *type = PyCallable_Check(object)
        ? &_PyWeakref_CallableProxyType : &_PyWeakref_ProxyType;
    return weakref_get(type, object, callback);
}

PyObject *
PyWeakref_GetObject(PyObject *ref)
{
    if (ref == NULL || !PyWeakref_Check(ref)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyWeakref_GET_OBJECT(ref);
}

static void
callback_call(PyObject *ref, PyObject *callback)
{
    PyObject *result = PyObject_CallOneArg(callback, ref);
    if (result == NULL) {
        PyErr_WriteUnraisable(callback);
    }
    else {
        Py_DECREF(result);
    }
}

/* All references are cleared before the first callback runs, since a
   callback may free any of them. */
static void
clear_with_callbacks(PyWeakReference **list)
{
    Py_ssize_t count = _PyWeakref_GetWeakrefCount(*list);
    PyObject *pairs = PyTuple_New(count * 2);
    if (pairs == NULL) {
        PyErr_WriteUnraisable(NULL);
        while (*list != NULL) {
            weakref_detach(*list);
        }
        return;
    }
    Py_ssize_t n = 0;
    while (*list != NULL) {
        PyWeakReference *ref = *list;
        PyObject *callback = ref->wr_callback;
        weakref_detach(ref);
        if (callback != NULL && Py_REFCNT(ref) > 0) {
            ref->wr_callback = NULL;
            PyTuple_SET_ITEM(pairs, n, Py_NewRef(ref));
            PyTuple_SET_ITEM(pairs, n + 1, callback);
            n += 2;
        }
    }
    for (Py_ssize_t i = 0; i < n; i += 2) {
        callback_call(PyTuple_GET_ITEM(pairs, i),
                      PyTuple_GET_ITEM(pairs, i + 1));
    }
    Py_DECREF(pairs);
}

void
PyObject_ClearWeakRefs(PyObject *object)
{
    if (object == NULL || !_PyType_SUPPORTS_WEAKREFS(Py_TYPE(object))
        || Py_REFCNT(object) != 0) {
        PyErr_BadInternalCall();
        return;
    }
    PyWeakReference **list = weakref_list(object);
    while (*list != NULL && (*list)->wr_callback == NULL) {
        weakref_detach(*list);
    }
    if (*list == NULL) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    clear_with_callbacks(list);
    PyErr_Restore(type, value, traceback);
}
