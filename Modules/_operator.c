/* The module _operator: operators as functions, and the three callables
   itemgetter, attrgetter, methodcaller. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_tuple.h"
#include "structmember.h"

typedef struct {
    PyTypeObject *itemgetter_type;
    PyTypeObject *attrgetter_type;
    PyTypeObject *methodcaller_type;
} operator_state;

static inline operator_state *
operator_state_get(PyObject *module)
{
    return (operator_state *)PyModule_GetState(module);
}

/* -- Functions ------------------------------------------------------------- */

/* name, C function, documentation */
#define UNARY_FUNCTIONS(X) \
    X(pos, PyNumber_Positive, "Same as +a.") \
    X(neg, PyNumber_Negative, "Same as -a.") \
    X(inv, PyNumber_Invert, "Same as ~a.") \
    X(invert, PyNumber_Invert, "Same as ~a.") \
    X(abs, PyNumber_Absolute, "Same as abs(a).") \
    X(index, PyNumber_Index, "Same as a.__index__()")

#define BINARY_FUNCTIONS(X) \
    X(add, PyNumber_Add, "Same as a + b.") \
    X(sub, PyNumber_Subtract, "Same as a - b.") \
    X(mul, PyNumber_Multiply, "Same as a * b.") \
    X(matmul, PyNumber_MatrixMultiply, "Same as a @ b.") \
    X(floordiv, PyNumber_FloorDivide, "Same as a // b.") \
    X(truediv, PyNumber_TrueDivide, "Same as a / b.") \
    X(mod, PyNumber_Remainder, "Same as a % b.") \
    X(lshift, PyNumber_Lshift, "Same as a << b.") \
    X(rshift, PyNumber_Rshift, "Same as a >> b.") \
    X(and_, PyNumber_And, "Same as a & b.") \
    X(xor, PyNumber_Xor, "Same as a ^ b.") \
    X(or_, PyNumber_Or, "Same as a | b.") \
    X(iadd, PyNumber_InPlaceAdd, "Same as a += b.") \
    X(isub, PyNumber_InPlaceSubtract, "Same as a -= b.") \
    X(imul, PyNumber_InPlaceMultiply, "Same as a *= b.") \
    X(imatmul, PyNumber_InPlaceMatrixMultiply, "Same as a @= b.") \
    X(ifloordiv, PyNumber_InPlaceFloorDivide, "Same as a //= b.") \
    X(itruediv, PyNumber_InPlaceTrueDivide, "Same as a /= b.") \
    X(imod, PyNumber_InPlaceRemainder, "Same as a %= b.") \
    X(ilshift, PyNumber_InPlaceLshift, "Same as a <<= b.") \
    X(irshift, PyNumber_InPlaceRshift, "Same as a >>= b.") \
    X(iand, PyNumber_InPlaceAnd, "Same as a &= b.") \
    X(ixor, PyNumber_InPlaceXor, "Same as a ^= b.") \
    X(ior, PyNumber_InPlaceOr, "Same as a |= b.") \
    X(concat, PySequence_Concat, "Same as a + b, of sequences.") \
    X(iconcat, PySequence_InPlaceConcat, "Same as a += b, of sequences.") \
    X(getitem, PyObject_GetItem, "Same as a[b].")

#define COMPARISONS(X) \
    X(eq, Py_EQ, "Same as a == b.") \
    X(ne, Py_NE, "Same as a != b.") \
    X(lt, Py_LT, "Same as a < b.") \
    X(le, Py_LE, "Same as a <= b.") \
    X(gt, Py_GT, "Same as a > b.") \
    X(ge, Py_GE, "Same as a >= b.")

#define DEFINE_UNARY(name, function, doc) \
    static PyObject * \
    operator_##name(PyObject *module, PyObject *a) \
    { \
        return function(a); \
    }

#define DEFINE_BINARY(name, function, doc) \
    static PyObject * \
    operator_##name(PyObject *module, PyObject *const *args, \
                    Py_ssize_t nargs) \
    { \
        if (!_PyArg_CheckPositional(#name, nargs, 2, 2)) { \
            return NULL; \
        } \
        return function(args[0], args[1]); \
    }

#define DEFINE_COMPARISON(name, op, doc) \
    static PyObject * \
    operator_##name(PyObject *module, PyObject *const *args, \
                    Py_ssize_t nargs) \
    { \
        if (!_PyArg_CheckPositional(#name, nargs, 2, 2)) { \
            return NULL; \
        } \
        return PyObject_RichCompare(args[0], args[1], op); \
    }

UNARY_FUNCTIONS(DEFINE_UNARY)
BINARY_FUNCTIONS(DEFINE_BINARY)
COMPARISONS(DEFINE_COMPARISON)

static PyObject *
bool_or_error(int value)
{
    return value < 0 ? NULL : PyBool_FromLong(value);
}

static PyObject *
operator_truth(PyObject *module, PyObject *a)
{
    return bool_or_error(PyObject_IsTrue(a));
}

static PyObject *
operator_not_(PyObject *module, PyObject *a)
{
    return bool_or_error(PyObject_Not(a));
}

static PyObject *
operator_is_(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("is_", nargs, 2, 2)) {
        return NULL;
    }
    return PyBool_FromLong(args[0] == args[1]);
}

static PyObject *
operator_is_not(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("is_not", nargs, 2, 2)) {
        return NULL;
    }
    return PyBool_FromLong(args[0] != args[1]);
}

static PyObject *
operator_contains(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("contains", nargs, 2, 2)) {
        return NULL;
    }
    return bool_or_error(PySequence_Contains(args[0], args[1]));
}

static PyObject *
operator_indexOf(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("indexOf", nargs, 2, 2)) {
        return NULL;
    }
    Py_ssize_t index = PySequence_Index(args[0], args[1]);
    return index == -1 ? NULL : PyLong_FromSsize_t(index);
}

static PyObject *
operator_countOf(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("countOf", nargs, 2, 2)) {
        return NULL;
    }
    Py_ssize_t count = PySequence_Count(args[0], args[1]);
    return count == -1 ? NULL : PyLong_FromSsize_t(count);
}

static PyObject *
operator_pow(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("pow", nargs, 2, 2)) {
        return NULL;
    }
    return PyNumber_Power(args[0], args[1], Py_None);
}

static PyObject *
operator_ipow(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("ipow", nargs, 2, 2)) {
        return NULL;
    }
    return PyNumber_InPlacePower(args[0], args[1], Py_None);
}

static PyObject *
operator_setitem(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("setitem", nargs, 3, 3)
        || PyObject_SetItem(args[0], args[1], args[2]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
operator_delitem(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("delitem", nargs, 2, 2)
        || PyObject_DelItem(args[0], args[1]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
operator_length_hint(PyObject *module, PyObject *const *args,
                     Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("length_hint", nargs, 1, 2)) {
        return NULL;
    }
    Py_ssize_t hint = 0;
    if (nargs == 2) {
        PyObject *index = _PyNumber_Index(args[1]);
        hint = -1;
        if (index != NULL) {
            hint = PyLong_AsSsize_t(index);
            Py_DECREF(index);
        }
        if (hint == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    hint = PyObject_LengthHint(args[0], hint);
    if (hint == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromSsize_t(hint);
}

static PyObject *
operator_call(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
              PyObject *kwnames)
{
    if (!_PyArg_CheckPositional("call", nargs, 1, PY_SSIZE_T_MAX)) {
        return NULL;
    }
    return PyObject_Vectorcall(
        args[0], &args[1],
        (size_t)(PyVectorcall_NARGS((size_t)nargs) - 1)
            | PY_VECTORCALL_ARGUMENTS_OFFSET,
        kwnames);
}

/* -- _compare_digest ----------------------------------------------------------- */

/* Takes as long as b is, whatever the contents. */
static int
equal_in_constant_time(const unsigned char *a, const unsigned char *b,
                       Py_ssize_t len_a, Py_ssize_t len_b)
{
    /* volatile: the compiler must not find out and stop early */
    volatile Py_ssize_t length = len_b;
    volatile const unsigned char *left = NULL;
    volatile const unsigned char *right = b;
    volatile unsigned char result = 0;
    if (len_a == length) {
        left = *((volatile const unsigned char **)&a);
        result = 0;
    }
    if (len_a != length) {
        left = b;
        result = 1;
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        result |= *left++ ^ *right++;
    }
    return result == 0;
}

static PyObject *
operator_compare_digest(PyObject *module, PyObject *const *args,
                        Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("_compare_digest", nargs, 2, 2)) {
        return NULL;
    }
    PyObject *a = args[0];
    PyObject *b = args[1];
    if (PyUnicode_Check(a) && PyUnicode_Check(b)) {
        if (PyUnicode_READY(a) == -1 || PyUnicode_READY(b) == -1) {
            return NULL;
        }
        if (!PyUnicode_IS_ASCII(a) || !PyUnicode_IS_ASCII(b)) {
            PyErr_SetString(PyExc_TypeError,
                            "comparing strings with non-ASCII characters is "
                            "not supported");
            return NULL;
        }
        return PyBool_FromLong(equal_in_constant_time(
            PyUnicode_DATA(a), PyUnicode_DATA(b), PyUnicode_GET_LENGTH(a),
            PyUnicode_GET_LENGTH(b)));
    }
    if (!PyObject_CheckBuffer(a) && !PyObject_CheckBuffer(b)) {
        PyErr_Format(PyExc_TypeError,
                     "unsupported operand types(s) or combination of types: "
                     "'%.100s' and '%.100s'",
                     Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
        return NULL;
    }
    Py_buffer view_a, view_b;
    if (PyObject_GetBuffer(a, &view_a, PyBUF_SIMPLE) == -1) {
        return NULL;
    }
    if (PyObject_GetBuffer(b, &view_b, PyBUF_SIMPLE) == -1) {
        PyBuffer_Release(&view_a);
        return NULL;
    }
    PyObject *result = NULL;
    if (view_a.ndim > 1 || view_b.ndim > 1) {
        PyErr_SetString(PyExc_BufferError,
                        "Buffer must be single dimension");
    }
    else {
        result = PyBool_FromLong(equal_in_constant_time(
            view_a.buf, view_b.buf, view_a.len, view_b.len));
    }
    PyBuffer_Release(&view_a);
    PyBuffer_Release(&view_b);
    return result;
}

/* -- itemgetter -------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t nitems;
    PyObject *item;             /* the one, or a tuple of them */
    Py_ssize_t index;           /* of a single small int; -1: something
                                   else */
    vectorcallfunc vectorcall;
} itemgetterobject;

static PyObject *
itemgetter_apply(itemgetterobject *ig, PyObject *obj)
{
    if (ig->nitems == 1) {
        if (ig->index >= 0 && PyTuple_CheckExact(obj)
            && ig->index < PyTuple_GET_SIZE(obj)) {
            return Py_NewRef(PyTuple_GET_ITEM(obj, ig->index));
        }
        return PyObject_GetItem(obj, ig->item);
    }
    assert(PyTuple_Check(ig->item));
    PyObject *result = PyTuple_New(ig->nitems);
    for (Py_ssize_t i = 0; result != NULL && i < ig->nitems; i++) {
        PyObject *val = PyObject_GetItem(obj,
                                         PyTuple_GET_ITEM(ig->item, i));
        if (val == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyTuple_SET_ITEM(result, i, val);
    }
    return result;
}

static PyObject *
itemgetter_vectorcall(PyObject *ig, PyObject *const *args, size_t nargsf,
                      PyObject *kwnames)
{
    if (!_PyArg_NoKwnames("itemgetter", kwnames)
        || !_PyArg_CheckPositional("itemgetter", PyVectorcall_NARGS(nargsf),
                                   1, 1)) {
        return NULL;
    }
    return itemgetter_apply((itemgetterobject *)ig, args[0]);
}

static PyObject *
itemgetter_call(itemgetterobject *ig, PyObject *args, PyObject *kw)
{
    if (!_PyArg_NoKeywords("itemgetter", kw)
        || !_PyArg_CheckPositional("itemgetter", PyTuple_GET_SIZE(args), 1,
                                   1)) {
        return NULL;
    }
    return itemgetter_apply(ig, PyTuple_GET_ITEM(args, 0));
}

static PyObject *
itemgetter_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (!_PyArg_NoKeywords("itemgetter", kwds)) {
        return NULL;
    }
    Py_ssize_t nitems = PyTuple_GET_SIZE(args);
    PyObject *item;
    if (nitems <= 1) {
        if (!PyArg_UnpackTuple(args, "itemgetter", 1, 1, &item)) {
            return NULL;
        }
    }
    else {
        item = args;
    }
    operator_state *state = PyType_GetModuleState(type);
    itemgetterobject *ig = PyObject_GC_New(itemgetterobject,
                                           state->itemgetter_type);
    if (ig == NULL) {
        return NULL;
    }
    ig->item = Py_NewRef(item);
    ig->nitems = nitems;
    ig->index = -1;
    if (nitems == 1 && PyLong_CheckExact(item)) {
        Py_ssize_t index = PyLong_AsSsize_t(item);
        if (index < 0) {
            /* Negative, or too large: the general way. */
            PyErr_Clear();
        }
        else {
            ig->index = index;
        }
    }
    ig->vectorcall = itemgetter_vectorcall;
    PyObject_GC_Track(ig);
    return (PyObject *)ig;
}

static int
itemgetter_clear(itemgetterobject *ig)
{
    Py_CLEAR(ig->item);
    return 0;
}

static void
itemgetter_dealloc(itemgetterobject *ig)
{
    PyTypeObject *tp = Py_TYPE(ig);
    PyObject_GC_UnTrack(ig);
    (void)itemgetter_clear(ig);
    tp->tp_free(ig);
    Py_DECREF(tp);
}

static int
itemgetter_traverse(itemgetterobject *ig, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(ig));
    Py_VISIT(ig->item);
    return 0;
}

static PyObject *
itemgetter_repr(itemgetterobject *ig)
{
    int status = Py_ReprEnter((PyObject *)ig);
    if (status != 0) {
        if (status < 0) {
            return NULL;
        }
        return PyUnicode_FromFormat("%s(...)", Py_TYPE(ig)->tp_name);
    }
    PyObject *repr = PyUnicode_FromFormat(
        ig->nitems == 1 ? "%s(%R)" : "%s%R", Py_TYPE(ig)->tp_name, ig->item);
    Py_ReprLeave((PyObject *)ig);
    return repr;
}

static PyObject *
itemgetter_reduce(itemgetterobject *ig, PyObject *unused)
{
    if (ig->nitems == 1) {
        return Py_BuildValue("O(O)", Py_TYPE(ig), ig->item);
    }
    return PyTuple_Pack(2, Py_TYPE(ig), ig->item);
}

PyDoc_STRVAR(reduce_doc, "What pickle needs.");

static PyMethodDef itemgetter_methods[] = {
    {"__reduce__", (PyCFunction)itemgetter_reduce, METH_NOARGS, reduce_doc},
    {NULL, NULL},
};

static PyMemberDef itemgetter_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET,
     offsetof(itemgetterobject, vectorcall), READONLY},
    {NULL},
};

PyDoc_STRVAR(itemgetter_doc,
"itemgetter(item, ...) --> itemgetter object\n\n"
"A callable that gets items of its operand: after g = itemgetter(2, 5, 3),\n"
"g(r) is (r[2], r[5], r[3]), and after f = itemgetter(2), f(r) is r[2].");

static PyType_Slot itemgetter_slots[] = {
    {Py_tp_doc, (void *)itemgetter_doc},
    {Py_tp_dealloc, itemgetter_dealloc},
    {Py_tp_call, itemgetter_call},
    {Py_tp_traverse, itemgetter_traverse},
    {Py_tp_clear, itemgetter_clear},
    {Py_tp_methods, itemgetter_methods},
    {Py_tp_members, itemgetter_members},
    {Py_tp_new, itemgetter_new},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_repr, itemgetter_repr},
    {0, NULL},
};

static PyType_Spec itemgetter_spec = {
    .name = "operator.itemgetter",
    .basicsize = sizeof(itemgetterobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    .slots = itemgetter_slots,
};

/* -- attrgetter -------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t nattrs;
    PyObject *attr;             /* tuple: of interned names, or of tuples of
                                   them for dotted names */
    vectorcallfunc vectorcall;
} attrgetterobject;

static PyObject *
dotted_getattr(PyObject *obj, PyObject *attr)
{
    if (!PyTuple_CheckExact(attr)) {
        return PyObject_GetAttr(obj, attr);
    }
    Py_INCREF(obj);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(attr) && obj != NULL; i++) {
        Py_SETREF(obj, PyObject_GetAttr(obj, PyTuple_GET_ITEM(attr, i)));
    }
    return obj;
}

static PyObject *
attrgetter_apply(attrgetterobject *ag, PyObject *obj)
{
    if (ag->nattrs == 1) {
        return dotted_getattr(obj, PyTuple_GET_ITEM(ag->attr, 0));
    }
    PyObject *result = PyTuple_New(ag->nattrs);
    for (Py_ssize_t i = 0; result != NULL && i < ag->nattrs; i++) {
        PyObject *val = dotted_getattr(obj, PyTuple_GET_ITEM(ag->attr, i));
        if (val == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyTuple_SET_ITEM(result, i, val);
    }
    return result;
}

static PyObject *
attrgetter_vectorcall(PyObject *ag, PyObject *const *args, size_t nargsf,
                      PyObject *kwnames)
{
    if (!_PyArg_NoKwnames("attrgetter", kwnames)
        || !_PyArg_CheckPositional("attrgetter", PyVectorcall_NARGS(nargsf),
                                   1, 1)) {
        return NULL;
    }
    return attrgetter_apply((attrgetterobject *)ag, args[0]);
}

static PyObject *
attrgetter_call(attrgetterobject *ag, PyObject *args, PyObject *kw)
{
    if (!_PyArg_NoKeywords("attrgetter", kw)
        || !_PyArg_CheckPositional("attrgetter", PyTuple_GET_SIZE(args), 1,
                                   1)) {
        return NULL;
    }
    return attrgetter_apply(ag, PyTuple_GET_ITEM(args, 0));
}

/* "a.b.c" as ("a", "b", "c"), "a" as "a", all interned. */
static PyObject *
attrgetter_split(PyObject *name)
{
    Py_ssize_t len = PyUnicode_GET_LENGTH(name);
    Py_ssize_t dots = 0;
    for (Py_ssize_t i = 0; i < len; i++) {
        dots += PyUnicode_READ_CHAR(name, i) == '.';
    }
    if (dots == 0) {
        PyObject *attr = Py_NewRef(name);
        PyUnicode_InternInPlace(&attr);
        return attr;
    }
    PyObject *chain = PyTuple_New(dots + 1);
    if (chain == NULL) {
        return NULL;
    }
    Py_ssize_t start = 0;
    for (Py_ssize_t k = 0; k <= dots; k++) {
        Py_ssize_t end = start;
        while (end < len && PyUnicode_READ_CHAR(name, end) != '.') {
            end++;
        }
        PyObject *part = PyUnicode_Substring(name, start, end);
        if (part == NULL) {
            Py_DECREF(chain);
            return NULL;
        }
        PyUnicode_InternInPlace(&part);
        PyTuple_SET_ITEM(chain, k, part);
        start = end + 1;
    }
    return chain;
}

static PyObject *
attrgetter_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (!_PyArg_NoKeywords("attrgetter", kwds)) {
        return NULL;
    }
    Py_ssize_t nattrs = PyTuple_GET_SIZE(args);
    if (nattrs <= 1) {
        PyObject *attr;
        if (!PyArg_UnpackTuple(args, "attrgetter", 1, 1, &attr)) {
            return NULL;
        }
    }
    PyObject *attr = PyTuple_New(nattrs);
    if (attr == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < nattrs; i++) {
        PyObject *name = PyTuple_GET_ITEM(args, i);
        if (!PyUnicode_Check(name)) {
            PyErr_SetString(PyExc_TypeError,
                            "attribute name must be a string");
            Py_DECREF(attr);
            return NULL;
        }
        PyObject *split = NULL;
        if (PyUnicode_READY(name) == 0) {
            split = attrgetter_split(name);
        }
        if (split == NULL) {
            Py_DECREF(attr);
            return NULL;
        }
        PyTuple_SET_ITEM(attr, i, split);
    }
    operator_state *state = PyType_GetModuleState(type);
    attrgetterobject *ag = PyObject_GC_New(attrgetterobject,
                                           state->attrgetter_type);
    if (ag == NULL) {
        Py_DECREF(attr);
        return NULL;
    }
    ag->attr = attr;
    ag->nattrs = nattrs;
    ag->vectorcall = attrgetter_vectorcall;
    PyObject_GC_Track(ag);
    return (PyObject *)ag;
}

static int
attrgetter_clear(attrgetterobject *ag)
{
    Py_CLEAR(ag->attr);
    return 0;
}

static void
attrgetter_dealloc(attrgetterobject *ag)
{
    PyTypeObject *tp = Py_TYPE(ag);
    PyObject_GC_UnTrack(ag);
    (void)attrgetter_clear(ag);
    tp->tp_free(ag);
    Py_DECREF(tp);
}

static int
attrgetter_traverse(attrgetterobject *ag, visitproc visit, void *arg)
{
    Py_VISIT(ag->attr);
    Py_VISIT(Py_TYPE(ag));
    return 0;
}

/* The names as they were given. */
static PyObject *
attrgetter_args(attrgetterobject *ag)
{
    PyObject *names = PyTuple_New(ag->nattrs);
    for (Py_ssize_t i = 0; names != NULL && i < ag->nattrs; i++) {
        PyObject *attr = PyTuple_GET_ITEM(ag->attr, i);
        PyObject *name = PyTuple_CheckExact(attr)
                             ? PyUnicode_Join(&_Py_STR(dot), attr)
                             : Py_NewRef(attr);
        if (name == NULL) {
            Py_CLEAR(names);
            break;
        }
        PyTuple_SET_ITEM(names, i, name);
    }
    return names;
}

static PyObject *
attrgetter_repr(attrgetterobject *ag)
{
    int status = Py_ReprEnter((PyObject *)ag);
    if (status != 0) {
        if (status < 0) {
            return NULL;
        }
        return PyUnicode_FromFormat("%s(...)", Py_TYPE(ag)->tp_name);
    }
    PyObject *repr = NULL;
    PyObject *names = attrgetter_args(ag);
    if (names != NULL) {
        if (ag->nattrs == 1) {
            repr = PyUnicode_FromFormat("%s(%R)", Py_TYPE(ag)->tp_name,
                                        PyTuple_GET_ITEM(names, 0));
        }
        else {
            repr = PyUnicode_FromFormat("%s%R", Py_TYPE(ag)->tp_name, names);
        }
        Py_DECREF(names);
    }
    Py_ReprLeave((PyObject *)ag);
    return repr;
}

static PyObject *
attrgetter_reduce(attrgetterobject *ag, PyObject *unused)
{
    PyObject *names = attrgetter_args(ag);
    if (names == NULL) {
        return NULL;
    }
    return Py_BuildValue("ON", Py_TYPE(ag), names);
}

static PyMethodDef attrgetter_methods[] = {
    {"__reduce__", (PyCFunction)attrgetter_reduce, METH_NOARGS, reduce_doc},
    {NULL, NULL},
};

static PyMemberDef attrgetter_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET,
     offsetof(attrgetterobject, vectorcall), READONLY},
    {NULL},
};

PyDoc_STRVAR(attrgetter_doc,
"attrgetter(attr, ...) --> attrgetter object\n\n"
"A callable that gets attributes of its operand: after\n"
"g = attrgetter('name', 'date.year'), g(r) is (r.name, r.date.year).");

static PyType_Slot attrgetter_slots[] = {
    {Py_tp_doc, (void *)attrgetter_doc},
    {Py_tp_dealloc, attrgetter_dealloc},
    {Py_tp_call, attrgetter_call},
    {Py_tp_traverse, attrgetter_traverse},
    {Py_tp_clear, attrgetter_clear},
    {Py_tp_methods, attrgetter_methods},
    {Py_tp_members, attrgetter_members},
    {Py_tp_new, attrgetter_new},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_repr, attrgetter_repr},
    {0, NULL},
};

static PyType_Spec attrgetter_spec = {
    .name = "operator.attrgetter",
    .basicsize = sizeof(attrgetterobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    .slots = attrgetter_slots,
};

/* -- methodcaller ------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *name;
    PyObject *args;             /* tuple */
    PyObject *kwds;             /* dict or NULL */
} methodcallerobject;

static PyObject *
methodcaller_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (PyTuple_GET_SIZE(args) < 1) {
        PyErr_SetString(PyExc_TypeError,
                        "methodcaller needs at least one argument, "
                        "the method name");
        return NULL;
    }
    PyObject *name = PyTuple_GET_ITEM(args, 0);
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "method name must be a string");
        return NULL;
    }
    PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    if (rest == NULL) {
        return NULL;
    }
    operator_state *state = PyType_GetModuleState(type);
    methodcallerobject *mc = PyObject_GC_New(methodcallerobject,
                                             state->methodcaller_type);
    if (mc == NULL) {
        Py_DECREF(rest);
        return NULL;
    }
    Py_INCREF(name);
    PyUnicode_InternInPlace(&name);
    mc->name = name;
    mc->kwds = Py_XNewRef(kwds);
    mc->args = rest;
    PyObject_GC_Track(mc);
    return (PyObject *)mc;
}

static int
methodcaller_clear(methodcallerobject *mc)
{
    Py_CLEAR(mc->name);
    Py_CLEAR(mc->args);
    Py_CLEAR(mc->kwds);
    return 0;
}

static void
methodcaller_dealloc(methodcallerobject *mc)
{
    PyTypeObject *tp = Py_TYPE(mc);
    PyObject_GC_UnTrack(mc);
    (void)methodcaller_clear(mc);
    tp->tp_free(mc);
    Py_DECREF(tp);
}

static int
methodcaller_traverse(methodcallerobject *mc, visitproc visit, void *arg)
{
    Py_VISIT(mc->args);
    Py_VISIT(mc->kwds);
    Py_VISIT(Py_TYPE(mc));
    return 0;
}

static PyObject *
methodcaller_call(methodcallerobject *mc, PyObject *args, PyObject *kw)
{
    if (!_PyArg_NoKeywords("methodcaller", kw)
        || !_PyArg_CheckPositional("methodcaller", PyTuple_GET_SIZE(args), 1,
                                   1)) {
        return NULL;
    }
    PyObject *method = PyObject_GetAttr(PyTuple_GET_ITEM(args, 0), mc->name);
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_Call(method, mc->args, mc->kwds);
    Py_DECREF(method);
    return result;
}

static PyObject *
methodcaller_repr(methodcallerobject *mc)
{
    int status = Py_ReprEnter((PyObject *)mc);
    if (status != 0) {
        if (status < 0) {
            return NULL;
        }
        return PyUnicode_FromFormat("%s(...)", Py_TYPE(mc)->tp_name);
    }
    PyObject *text = PyUnicode_FromFormat("%s(%R", Py_TYPE(mc)->tp_name,
                                          mc->name);
    for (Py_ssize_t i = 0; text != NULL && i < PyTuple_GET_SIZE(mc->args);
         i++) {
        Py_SETREF(text,
                  PyUnicode_FromFormat("%U, %R", text,
                                       PyTuple_GET_ITEM(mc->args, i)));
    }
    if (mc->kwds != NULL) {
        Py_ssize_t pos = 0;
        PyObject *key, *value;
        while (text != NULL && PyDict_Next(mc->kwds, &pos, &key, &value)) {
            Py_SETREF(text, PyUnicode_FromFormat("%U, %U=%R", text, key,
                                                 value));
        }
    }
    if (text != NULL) {
        Py_SETREF(text, PyUnicode_FromFormat("%U)", text));
    }
    Py_ReprLeave((PyObject *)mc);
    return text;
}

static PyObject *
methodcaller_reduce(methodcallerobject *mc, PyObject *unused)
{
    if (mc->kwds == NULL || PyDict_GET_SIZE(mc->kwds) == 0) {
        Py_ssize_t n = PyTuple_GET_SIZE(mc->args);
        PyObject *newargs = PyTuple_New(1 + n);
        if (newargs == NULL) {
            return NULL;
        }
        PyTuple_SET_ITEM(newargs, 0, Py_NewRef(mc->name));
        for (Py_ssize_t i = 0; i < n; i++) {
            PyTuple_SET_ITEM(newargs, i + 1,
                             Py_NewRef(PyTuple_GET_ITEM(mc->args, i)));
        }
        return Py_BuildValue("ON", Py_TYPE(mc), newargs);
    }
    PyObject *partial = NULL;
    PyObject *functools = PyImport_ImportModule("functools");
    if (functools != NULL) {
        partial = PyObject_GetAttr(functools, &_Py_ID(partial));
        Py_DECREF(functools);
    }
    if (partial == NULL) {
        return NULL;
    }
    PyObject *newargs[2] = {(PyObject *)Py_TYPE(mc), mc->name};
    PyObject *constructor = PyObject_VectorcallDict(partial, newargs, 2,
                                                    mc->kwds);
    Py_DECREF(partial);
    if (constructor == NULL) {
        return NULL;
    }
    return Py_BuildValue("NO", constructor, mc->args);
}

static PyMethodDef methodcaller_methods[] = {
    {"__reduce__", (PyCFunction)methodcaller_reduce, METH_NOARGS,
     reduce_doc},
    {NULL, NULL},
};

PyDoc_STRVAR(methodcaller_doc,
"methodcaller(name, ...) --> methodcaller object\n\n"
"A callable that calls a method of its operand: after\n"
"g = methodcaller('name', 'date', foo=1), g(r) is r.name('date', foo=1).");

static PyType_Slot methodcaller_slots[] = {
    {Py_tp_doc, (void *)methodcaller_doc},
    {Py_tp_dealloc, methodcaller_dealloc},
    {Py_tp_call, methodcaller_call},
    {Py_tp_traverse, methodcaller_traverse},
    {Py_tp_clear, methodcaller_clear},
    {Py_tp_methods, methodcaller_methods},
    {Py_tp_new, methodcaller_new},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_repr, methodcaller_repr},
    {0, NULL},
};

static PyType_Spec methodcaller_spec = {
    .name = "operator.methodcaller",
    .basicsize = sizeof(methodcallerobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = methodcaller_slots,
};

/* -- The module -------------------------------------------------------------- */

PyDoc_STRVAR(operator_doc,
"Operators as functions: operator.add(x, y) is x + y. The names are those of\n"
"the special methods, without underscores.");

#define UNARY_ROW(name, function, doc) \
    {#name, operator_##name, METH_O, \
     PyDoc_STR(#name "($module, a, /)\n--\n\n" doc)},
#define BINARY_ROW(name, function, doc) \
    {#name, (PyCFunction)(void (*)(void))operator_##name, METH_FASTCALL, \
     PyDoc_STR(#name "($module, a, b, /)\n--\n\n" doc)},

static PyMethodDef operator_methods[] = {
    UNARY_FUNCTIONS(UNARY_ROW)
    UNARY_ROW(truth, , "True if a is true, False otherwise.")
    UNARY_ROW(not_, , "Same as not a.")
    BINARY_FUNCTIONS(BINARY_ROW)
    COMPARISONS(BINARY_ROW)
    BINARY_ROW(is_, , "Same as a is b.")
    BINARY_ROW(is_not, , "Same as a is not b.")
    BINARY_ROW(contains, , "Same as b in a.")
    BINARY_ROW(indexOf, , "The first index of b in a.")
    BINARY_ROW(countOf, , "How often b is in a.")
    BINARY_ROW(pow, , "Same as a ** b.")
    BINARY_ROW(ipow, , "Same as a **= b.")
    BINARY_ROW(delitem, , "Same as del a[b].")
    {"setitem", (PyCFunction)(void (*)(void))operator_setitem,
     METH_FASTCALL,
     PyDoc_STR("setitem($module, a, b, c, /)\n--\n\nSame as a[b] = c.")},
    {"length_hint", (PyCFunction)(void (*)(void))operator_length_hint,
     METH_FASTCALL,
     PyDoc_STR("length_hint($module, obj, default=0, /)\n--\n\n"
               "An estimate of the number of items in obj.")},
    {"call", (PyCFunction)(void (*)(void))operator_call,
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("call($module, obj, /, *args, **kwargs)\n--\n\n"
               "Same as obj(*args, **kwargs).")},
    {"_compare_digest", (PyCFunction)(void (*)(void))operator_compare_digest,
     METH_FASTCALL,
     PyDoc_STR("_compare_digest($module, a, b, /)\n--\n\n"
               "Same as a == b, in a time that tells nothing of the "
               "contents.")},
    {NULL, NULL},
};

static int
operator_add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **slot)
{
    *slot = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *slot == NULL ? -1 : PyModule_AddType(module, *slot);
}

static int
operator_exec(PyObject *module)
{
    operator_state *state = operator_state_get(module);
    if (operator_add_type(module, &attrgetter_spec,
                          &state->attrgetter_type) < 0
        || operator_add_type(module, &itemgetter_spec,
                             &state->itemgetter_type) < 0
        || operator_add_type(module, &methodcaller_spec,
                             &state->methodcaller_type) < 0) {
        return -1;
    }
    return 0;
}

static int
operator_traverse(PyObject *module, visitproc visit, void *arg)
{
    operator_state *state = operator_state_get(module);
    Py_VISIT(state->attrgetter_type);
    Py_VISIT(state->itemgetter_type);
    Py_VISIT(state->methodcaller_type);
    return 0;
}

static int
operator_clear(PyObject *module)
{
    operator_state *state = operator_state_get(module);
    Py_CLEAR(state->attrgetter_type);
    Py_CLEAR(state->itemgetter_type);
    Py_CLEAR(state->methodcaller_type);
    return 0;
}

static void
operator_free(void *module)
{
    operator_clear((PyObject *)module);
}

static PyModuleDef_Slot operator_slots[] = {
    {Py_mod_exec, operator_exec},
    {0, NULL},
};

static struct PyModuleDef operator_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_operator",
    .m_doc = operator_doc,
    .m_size = sizeof(operator_state),
    .m_methods = operator_methods,
    .m_slots = operator_slots,
    .m_traverse = operator_traverse,
    .m_clear = operator_clear,
    .m_free = operator_free,
};

PyMODINIT_FUNC
PyInit__operator(void)
{
    return PyModuleDef_Init(&operator_module);
}
