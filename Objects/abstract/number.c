/* The number protocol: how operators find the function that computes them.

   A binary operator asks the left operand's slot, then the right one's; when
   the right operand's type is a proper subtype of the left's and has a slot of
   its own, it is asked first. NotImplemented means "not me". */
#include "abstract_private.h"
#include "pycore_long.h"

int
PyNumber_Check(PyObject *o)
{
    if (o == NULL) {
        return 0;
    }
    PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
    return nb != NULL
           && (nb->nb_index != NULL || nb->nb_int != NULL
               || nb->nb_float != NULL || PyComplex_Check(o));
}

/* -- Binary operators ------------------------------------------------------------ */

/* An operator is named by the offsets of its slots in PyNumberMethods. */
#define NB_SLOT(x) offsetof(PyNumberMethods, x)
#define NO_SLOT ((size_t)-1)

static inline binaryfunc
number_slot(PyObject *o, size_t slot)
{
    PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
    return nb == NULL ? NULL : *(binaryfunc *)((char *)nb + slot);
}

/* NotImplemented (a new reference) when neither operand can. */
static inline PyObject *
binary_try(PyObject *v, PyObject *w, size_t slot)
{
    binaryfunc left = number_slot(v, slot);
    binaryfunc right = NULL;
    if (!Py_IS_TYPE(w, Py_TYPE(v))) {
        right = number_slot(w, slot);
        if (right == left) {
            right = NULL;
        }
    }
    if (left != NULL) {
        if (right != NULL && PyType_IsSubtype(Py_TYPE(w), Py_TYPE(v))) {
            PyObject *result = right(v, w);
            if (result != Py_NotImplemented) {
                return result;
            }
            Py_DECREF(result);
            right = NULL;
        }
        PyObject *result = left(v, w);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    if (right != NULL) {
        PyObject *result = right(v, w);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *
binary_error(PyObject *v, PyObject *w, const char *op_name)
{
    PyErr_Format(PyExc_TypeError,
                 "unsupported operand type(s) for %.100s: "
                 "'%.100s' and '%.100s'",
                 op_name, Py_TYPE(v)->tp_name, Py_TYPE(w)->tp_name);
    return NULL;
}

static PyObject *
binary_op(PyObject *v, PyObject *w, size_t slot, const char *op_name)
{
    PyObject *result = binary_try(v, w, slot);
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    if (slot == NB_SLOT(nb_rshift) && PyCFunction_CheckExact(v)
        && strcmp(((PyCFunctionObject *)v)->m_ml->ml_name, "print") == 0) {
        PyErr_Format(PyExc_TypeError,
                     "unsupported operand type(s) for %.100s: "
                     "'%.100s' and '%.100s'. Did you mean \"print(<message>, "
                     "file=<output_stream>)\"?",
                     op_name, Py_TYPE(v)->tp_name, Py_TYPE(w)->tp_name);
        return NULL;
    }
    return binary_error(v, w, op_name);
}

#define BINARY(FUNCTION, SLOT, NAME)                  \
    PyObject *FUNCTION(PyObject *v, PyObject *w)      \
    {                                                 \
        return binary_op(v, w, NB_SLOT(SLOT), NAME);  \
    }

BINARY(PyNumber_Or, nb_or, "|")
BINARY(PyNumber_Xor, nb_xor, "^")
BINARY(PyNumber_And, nb_and, "&")
BINARY(PyNumber_Lshift, nb_lshift, "<<")
BINARY(PyNumber_Rshift, nb_rshift, ">>")
BINARY(PyNumber_Subtract, nb_subtract, "-")
BINARY(PyNumber_Divmod, nb_divmod, "divmod()")
BINARY(PyNumber_MatrixMultiply, nb_matrix_multiply, "@")
BINARY(PyNumber_FloorDivide, nb_floor_divide, "//")
BINARY(PyNumber_TrueDivide, nb_true_divide, "/")
BINARY(PyNumber_Remainder, nb_remainder, "%")
#undef BINARY

PyObject *
PyNumber_Add(PyObject *v, PyObject *w)
{
    PyObject *result = binary_try(v, w, NB_SLOT(nb_add));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    PySequenceMethods *sq = Py_TYPE(v)->tp_as_sequence;
    if (sq != NULL && sq->sq_concat != NULL) {
        return sq->sq_concat(v, w);
    }
    return binary_error(v, w, "+");
}

/* sequence * count, with `count` an index */
static PyObject *
sequence_repeat(ssizeargfunc repeat, PyObject *sequence, PyObject *count)
{
    if (!_PyIndex_Check(count)) {
        return abstract_type_error("can't multiply sequence by "
                                   "non-int of type '%.200s'", count);
    }
    Py_ssize_t n = PyNumber_AsSsize_t(count, PyExc_OverflowError);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return repeat(sequence, n);
}

PyObject *
PyNumber_Multiply(PyObject *v, PyObject *w)
{
    PyObject *result = binary_try(v, w, NB_SLOT(nb_multiply));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    PySequenceMethods *left = Py_TYPE(v)->tp_as_sequence;
    PySequenceMethods *right = Py_TYPE(w)->tp_as_sequence;
    if (left != NULL && left->sq_repeat != NULL) {
        return sequence_repeat(left->sq_repeat, v, w);
    }
    if (right != NULL && right->sq_repeat != NULL) {
        return sequence_repeat(right->sq_repeat, w, v);
    }
    return binary_error(v, w, "*");
}

/* -- Power ------------------------------------------------------------------------- */

static inline ternaryfunc
ternary_slot(PyObject *o, size_t slot)
{
    PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
    return nb == NULL ? NULL : *(ternaryfunc *)((char *)nb + slot);
}

static PyObject *
ternary_call(ternaryfunc function, PyObject *v, PyObject *w, PyObject *z)
{
    return function == NULL ? Py_NewRef(Py_NotImplemented)
                            : function(v, w, z);
}

static PyObject *
ternary_error(PyObject *v, PyObject *w, PyObject *z, const char *op_name)
{
    if (z == Py_None) {
        PyErr_Format(PyExc_TypeError,
                     "unsupported operand type(s) for %.100s: "
                     "'%.100s' and '%.100s'",
                     op_name, Py_TYPE(v)->tp_name, Py_TYPE(w)->tp_name);
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "unsupported operand type(s) for %.100s: "
                     "'%.100s', '%.100s', '%.100s'",
                     op_name, Py_TYPE(v)->tp_name, Py_TYPE(w)->tp_name,
                     Py_TYPE(z)->tp_name);
    }
    return NULL;
}

static PyObject *
ternary_op(PyObject *v, PyObject *w, PyObject *z, const char *op_name)
{
    const size_t slot = NB_SLOT(nb_power);
    ternaryfunc left = ternary_slot(v, slot);
    ternaryfunc right = NULL;
    if (!Py_IS_TYPE(w, Py_TYPE(v))) {
        right = ternary_slot(w, slot);
        if (right == left) {
            right = NULL;
        }
    }
    ternaryfunc tries[3] = {left, right, NULL};
    if (left != NULL && right != NULL
        && PyType_IsSubtype(Py_TYPE(w), Py_TYPE(v))) {
        tries[0] = right;
        tries[1] = left;
    }
    ternaryfunc third = ternary_slot(z, slot);
    if (third != left && third != right) {
        tries[2] = third;
    }
    for (int i = 0; i < 3; i++) {
        PyObject *result = ternary_call(tries[i], v, w, z);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    return ternary_error(v, w, z, op_name);
}

PyObject *
PyNumber_Power(PyObject *v, PyObject *w, PyObject *z)
{
    return ternary_op(v, w, z, "** or pow()");
}

PyObject *
_PyNumber_PowerNoMod(PyObject *lhs, PyObject *rhs)
{
    return PyNumber_Power(lhs, rhs, Py_None);
}

PyObject *
PyNumber_InPlacePower(PyObject *v, PyObject *w, PyObject *z)
{
    ternaryfunc inplace = ternary_slot(v, NB_SLOT(nb_inplace_power));
    if (inplace != NULL) {
        PyObject *result = inplace(v, w, z);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    return ternary_op(v, w, z, "**=");
}

PyObject *
_PyNumber_InPlacePowerNoMod(PyObject *lhs, PyObject *rhs)
{
    return PyNumber_InPlacePower(lhs, rhs, Py_None);
}

/* -- In-place operators --------------------------------------------------------------- */

static PyObject *
inplace_try(PyObject *v, PyObject *w, size_t inplace, size_t slot)
{
    binaryfunc function = number_slot(v, inplace);
    if (function != NULL) {
        PyObject *result = function(v, w);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    return binary_try(v, w, slot);
}

static PyObject *
inplace_op(PyObject *v, PyObject *w, size_t inplace, size_t slot,
           const char *op_name)
{
    PyObject *result = inplace_try(v, w, inplace, slot);
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    return binary_error(v, w, op_name);
}

#define INPLACE(FUNCTION, SLOT, NAME)                                    \
    PyObject *FUNCTION(PyObject *v, PyObject *w)                         \
    {                                                                    \
        return inplace_op(v, w, NB_SLOT(nb_inplace_##SLOT),              \
                          NB_SLOT(nb_##SLOT), NAME);                     \
    }

INPLACE(PyNumber_InPlaceOr, or, "|=")
INPLACE(PyNumber_InPlaceXor, xor, "^=")
INPLACE(PyNumber_InPlaceAnd, and, "&=")
INPLACE(PyNumber_InPlaceLshift, lshift, "<<=")
INPLACE(PyNumber_InPlaceRshift, rshift, ">>=")
INPLACE(PyNumber_InPlaceSubtract, subtract, "-=")
INPLACE(PyNumber_InPlaceFloorDivide, floor_divide, "//=")
INPLACE(PyNumber_InPlaceTrueDivide, true_divide, "/=")
INPLACE(PyNumber_InPlaceMatrixMultiply, matrix_multiply, "@=")
INPLACE(PyNumber_InPlaceRemainder, remainder, "%=")
#undef INPLACE

PyObject *
PyNumber_InPlaceAdd(PyObject *v, PyObject *w)
{
    PyObject *result = inplace_try(v, w, NB_SLOT(nb_inplace_add),
                                   NB_SLOT(nb_add));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    PySequenceMethods *sq = Py_TYPE(v)->tp_as_sequence;
    if (sq != NULL) {
        binaryfunc concat = sq->sq_inplace_concat != NULL
                                ? sq->sq_inplace_concat
                                : sq->sq_concat;
        if (concat != NULL) {
            return concat(v, w);
        }
    }
    return binary_error(v, w, "+=");
}

PyObject *
PyNumber_InPlaceMultiply(PyObject *v, PyObject *w)
{
    PyObject *result = inplace_try(v, w, NB_SLOT(nb_inplace_multiply),
                                   NB_SLOT(nb_multiply));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    PySequenceMethods *left = Py_TYPE(v)->tp_as_sequence;
    PySequenceMethods *right = Py_TYPE(w)->tp_as_sequence;
    if (left != NULL) {
        ssizeargfunc repeat = left->sq_inplace_repeat != NULL
                                  ? left->sq_inplace_repeat
                                  : left->sq_repeat;
        if (repeat != NULL) {
            return sequence_repeat(repeat, v, w);
        }
    }
    else if (right != NULL && right->sq_repeat != NULL) {
        /* the right operand is not changed in place */
        return sequence_repeat(right->sq_repeat, w, v);
    }
    return binary_error(v, w, "*=");
}

/* -- Unary operators --------------------------------------------------------------------- */

#define UNARY(FUNCTION, SLOT, TEXT)                                    \
    PyObject *FUNCTION(PyObject *o)                                    \
    {                                                                  \
        if (o == NULL) {                                               \
            return abstract_null_error();                              \
        }                                                              \
        PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;                \
        if (nb != NULL && nb->SLOT != NULL) {                          \
            return nb->SLOT(o);                                        \
        }                                                              \
        return abstract_type_error("bad operand type for " TEXT        \
                                   ": '%.200s'", o);                   \
    }

UNARY(PyNumber_Negative, nb_negative, "unary -")
UNARY(PyNumber_Positive, nb_positive, "unary +")
UNARY(PyNumber_Invert, nb_invert, "unary ~")
UNARY(PyNumber_Absolute, nb_absolute, "abs()")
#undef UNARY

/* -- Conversion ------------------------------------------------------------------------------ */

int
PyIndex_Check(PyObject *object)
{
    return _PyIndex_Check(object);
}

/* An int, or an instance of a subclass of it. */
PyObject *
_PyNumber_Index(PyObject *item)
{
    if (item == NULL) {
        return abstract_null_error();
    }
    if (PyLong_Check(item)) {
        return Py_NewRef(item);
    }
    if (!_PyIndex_Check(item)) {
        return abstract_type_error("'%.200s' object cannot be interpreted "
                                   "as an integer", item);
    }
    PyObject *result = Py_TYPE(item)->tp_as_number->nb_index(item);
    if (result == NULL || PyLong_CheckExact(result)) {
        return result;
    }
    if (!PyLong_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "__index__ returned non-int (type %.200s)",
                     Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                         "__index__ returned non-int (type %.200s).  "
                         "The ability to return an instance of a strict "
                         "subclass of int is deprecated, and may not be "
                         "supported in a future version of Python.",
                         Py_TYPE(result)->tp_name)) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

PyObject *
PyNumber_Index(PyObject *item)
{
    PyObject *result = _PyNumber_Index(item);
    if (result != NULL && !PyLong_CheckExact(result)) {
        Py_SETREF(result, _PyLong_Copy((PyLongObject *)result));
    }
    return result;
}

Py_ssize_t
PyNumber_AsSsize_t(PyObject *item, PyObject *err)
{
    PyObject *value = _PyNumber_Index(item);
    if (value == NULL) {
        return -1;
    }
    Py_ssize_t result = PyLong_AsSsize_t(value);
    if (result == -1 && PyErr_Occurred()
        && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        if (err == NULL) {
            /* no error wanted: the nearest value */
            result = _PyLong_Sign(value) < 0 ? PY_SSIZE_T_MIN
                                             : PY_SSIZE_T_MAX;
        }
        else {
            PyErr_Format(err, "cannot fit '%.200s' into an index-sized "
                              "integer", Py_TYPE(item)->tp_name);
        }
    }
    Py_DECREF(value);
    return result;
}

/* The result of __int__: exactly an int. */
static PyObject *
long_from_nb_int(PyObject *o, unaryfunc nb_int)
{
    PyObject *result = nb_int(o);
    if (result == NULL || PyLong_CheckExact(result)) {
        return result;
    }
    if (!PyLong_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "__int__ returned non-int (type %.200s)",
                     Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                         "__int__ returned non-int (type %.200s).  "
                         "The ability to return an instance of a strict "
                         "subclass of int is deprecated, and may not be "
                         "supported in a future version of Python.",
                         Py_TYPE(result)->tp_name)) {
        Py_DECREF(result);
        return NULL;
    }
    Py_SETREF(result, _PyLong_Copy((PyLongObject *)result));
    return result;
}

/* The result of __trunc__ as an int. */
static PyObject *
long_from_trunc(PyObject *trunc_method)
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "The delegation of int() to __trunc__ is deprecated.",
                     1)) {
        Py_DECREF(trunc_method);
        return NULL;
    }
    PyObject *result = PyObject_CallNoArgs(trunc_method);
    Py_DECREF(trunc_method);
    if (result == NULL || PyLong_CheckExact(result)) {
        return result;
    }
    if (PyLong_Check(result)) {
        Py_SETREF(result, _PyLong_Copy((PyLongObject *)result));
        return result;
    }
    if (!_PyIndex_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "__trunc__ returned non-Integral (type %.200s)",
                     Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    Py_SETREF(result, PyNumber_Index(result));
    return result;
}

/* Text or bytes in decimal. */
static PyObject *
long_from_text(PyObject *o)
{
    if (PyUnicode_Check(o)) {
        return PyLong_FromUnicodeObject(o, 10);
    }
    if (PyBytes_Check(o)) {
        return _PyLong_FromBytes(PyBytes_AS_STRING(o), PyBytes_GET_SIZE(o),
                                 10);
    }
    if (PyByteArray_Check(o)) {
        return _PyLong_FromBytes(PyByteArray_AS_STRING(o),
                                 PyByteArray_GET_SIZE(o), 10);
    }
    Py_buffer view;
    if (PyObject_GetBuffer(o, &view, PyBUF_SIMPLE) == 0) {
        /* the parser needs a NUL behind the digits */
        PyObject *bytes = PyBytes_FromStringAndSize(view.buf, view.len);
        PyBuffer_Release(&view);
        if (bytes == NULL) {
            return NULL;
        }
        PyObject *result = _PyLong_FromBytes(PyBytes_AS_STRING(bytes),
                                             PyBytes_GET_SIZE(bytes), 10);
        Py_DECREF(bytes);
        return result;
    }
    return abstract_type_error(
        "int() argument must be a string, a bytes-like object "
        "or a real number, not '%.200s'", o);
}

PyObject *
PyNumber_Long(PyObject *o)
{
    if (o == NULL) {
        return abstract_null_error();
    }
    if (PyLong_CheckExact(o)) {
        return Py_NewRef(o);
    }
    PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
    if (nb != NULL && nb->nb_int != NULL) {
        return long_from_nb_int(o, nb->nb_int);
    }
    if (nb != NULL && nb->nb_index != NULL) {
        return PyNumber_Index(o);
    }
    PyObject *trunc_method = _PyObject_LookupSpecial(o, &_Py_ID(__trunc__));
    if (trunc_method != NULL) {
        return long_from_trunc(trunc_method);
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    return long_from_text(o);
}

static PyObject *
float_from_nb_float(PyObject *o, unaryfunc nb_float)
{
    PyObject *result = nb_float(o);
    if (result == NULL || PyFloat_CheckExact(result)) {
        return result;
    }
    if (!PyFloat_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "%.50s.__float__ returned non-float (type %.50s)",
                     Py_TYPE(o)->tp_name, Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                         "%.50s.__float__ returned non-float (type %.50s).  "
                         "The ability to return an instance of a strict "
                         "subclass of float is deprecated, and may not be "
                         "supported in a future version of Python.",
                         Py_TYPE(o)->tp_name, Py_TYPE(result)->tp_name)) {
        Py_DECREF(result);
        return NULL;
    }
    double value = PyFloat_AS_DOUBLE(result);
    Py_DECREF(result);
    return PyFloat_FromDouble(value);
}

PyObject *
PyNumber_Float(PyObject *o)
{
    if (o == NULL) {
        return abstract_null_error();
    }
    if (PyFloat_CheckExact(o)) {
        return Py_NewRef(o);
    }
    PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
    if (nb != NULL && nb->nb_float != NULL) {
        return float_from_nb_float(o, nb->nb_float);
    }
    if (nb != NULL && nb->nb_index != NULL) {
        PyObject *integer = _PyNumber_Index(o);
        if (integer == NULL) {
            return NULL;
        }
        double value = PyLong_AsDouble(integer);
        Py_DECREF(integer);
        if (value == -1.0 && PyErr_Occurred()) {
            return NULL;
        }
        return PyFloat_FromDouble(value);
    }
    if (PyFloat_Check(o)) {
        return PyFloat_FromDouble(PyFloat_AS_DOUBLE(o));
    }
    return PyFloat_FromString(o);
}

PyObject *
PyNumber_ToBase(PyObject *n, int base)
{
    if (base != 2 && base != 8 && base != 10 && base != 16) {
        PyErr_SetString(PyExc_SystemError,
                        "PyNumber_ToBase: base must be 2, 8, 10 or 16");
        return NULL;
    }
    PyObject *index = _PyNumber_Index(n);
    if (index == NULL) {
        return NULL;
    }
    PyObject *result = _PyLong_Format(index, base);
    Py_DECREF(index);
    return result;
}
