/* int: the type. Arithmetic is in the other files of this folder. */

#include "Python.h"
#include "pycore_bitutils.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"
#include "pycore_structseq.h"
#include "pycore_longops.h"

/* -- Protocols ---------------------------------------------------------- */

PyObject *
long_int(PyObject *v)
{
    if (PyLong_CheckExact(v)) {
        return Py_NewRef(v);
    }
    return _PyLong_Copy((PyLongObject *)v);
}

static PyObject *
long_abs(PyObject *v)
{
    return long_is_negative(v) ? long_negate(v) : long_int(v);
}

static int
long_bool(PyObject *v)
{
    return Py_SIZE(v) != 0;
}

static PyObject *
long_richcompare(PyObject *self, PyObject *other, int op)
{
    LONG_CHECK_BINOP(self, other);
    Py_ssize_t order;
    if (self == other) {
        order = 0;
    }
    else if (Py_SIZE(self) != Py_SIZE(other)) {
        order = Py_SIZE(self) < Py_SIZE(other) ? -1 : 1;
    }
    else {
        order = long_compare_magnitude((PyLongObject *)self,
                                       (PyLongObject *)other);
        if (long_is_negative(self)) {
            order = -order;
        }
    }
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

/* The value modulo the prime 2**61 - 1, with the sign of the value. */
static Py_hash_t
long_hash(PyLongObject *v)
{
    Py_ssize_t n = long_ndigits(v);
    Py_uhash_t x = 0;
    if (n <= 1) {
        Py_hash_t value = (Py_hash_t)_PyLong_MediumValue(v);
        return value == -1 ? -2 : value;
    }
    for (Py_ssize_t i = n; i-- > 0;) {
        /* x * 2**30 modulo the prime is a rotation by 30 of 61 bits. */
        x = ((x << PyLong_SHIFT) & _PyHASH_MODULUS)
            | (x >> (_PyHASH_BITS - PyLong_SHIFT));
        x += v->ob_digit[i];
        if (x >= _PyHASH_MODULUS) {
            x -= _PyHASH_MODULUS;
        }
    }
    Py_hash_t hash = long_is_negative(v) ? -(Py_hash_t)x : (Py_hash_t)x;
    return hash == -1 ? -2 : hash;
}

static void
long_dealloc(PyObject *self)
{
    if (PyLong_CheckExact(self)) {
        _PyLong_ExactDealloc(self);
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* -- Making ------------------------------------------------------------- */

static PyObject *
long_from_text(PyObject *x, int base)
{
    if (PyUnicode_Check(x)) {
        return PyLong_FromUnicodeObject(x, base);
    }
    if (PyByteArray_Check(x)) {
        return _PyLong_FromBytes(PyByteArray_AS_STRING(x),
                                 PyByteArray_GET_SIZE(x), base);
    }
    if (PyBytes_Check(x)) {
        return _PyLong_FromBytes(PyBytes_AS_STRING(x), PyBytes_GET_SIZE(x),
                                 base);
    }
    PyErr_SetString(PyExc_TypeError,
                    "int() can't convert non-string with explicit base");
    return NULL;
}

static PyObject *
long_make(PyObject *x, PyObject *base_object)
{
    if (x == NULL) {
        if (base_object != NULL) {
            PyErr_SetString(PyExc_TypeError,
                            "int() missing string argument");
            return NULL;
        }
        return long_small(0);
    }
    if (base_object == NULL) {
        return PyNumber_Long(x);
    }
    Py_ssize_t base = PyNumber_AsSsize_t(base_object, NULL);
    if (base == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if ((base != 0 && base < 2) || base > 36) {
        PyErr_SetString(PyExc_ValueError,
                        "int() base must be >= 2 and <= 36, or 0");
        return NULL;
    }
    return long_from_text(x, (int)base);
}

static PyObject *
long_subtype_make(PyTypeObject *type, PyObject *x, PyObject *base_object)
{
    PyLongObject *value = (PyLongObject *)long_make(x, base_object);
    if (value == NULL) {
        return NULL;
    }
    Py_ssize_t n = long_ndigits(value);
    PyLongObject *self =
        (PyLongObject *)type->tp_alloc(type, n ? n : 1);
    if (self != NULL) {
        Py_SET_SIZE(self, Py_SIZE(value));
        memcpy(self->ob_digit, value->ob_digit,
               (size_t)(n ? n : 1) * sizeof(digit));
    }
    Py_DECREF(value);
    return (PyObject *)self;
}

static PyObject *
long_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"", "base", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "int"};
    PyObject *buffer[2];
    PyObject *const *argv = _PyArg_UnpackKeywords(
        ((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), kwargs,
        NULL, &parser, 0, 2, 0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    Py_ssize_t given = PyTuple_GET_SIZE(args)
        + (kwargs == NULL ? 0 : PyDict_GET_SIZE(kwargs));
    PyObject *x = PyTuple_GET_SIZE(args) >= 1 ? argv[0] : NULL;
    PyObject *base = given > (x != NULL) ? argv[1] : NULL;
    if (type == &PyLong_Type) {
        return long_make(x, base);
    }
    return long_subtype_make(type, x, base);
}

/* int(...) without keywords; anything else goes by long_new. */
static PyObject *
long_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (kwnames != NULL && PyTuple_GET_SIZE(kwnames) != 0) {
        PyThreadState *tstate = PyThreadState_Get();
        return _PyObject_MakeTpCall(tstate, type, args, nargs, kwnames);
    }
    switch (nargs) {
    case 0:
        return long_small(0);
    case 1:
        return PyNumber_Long(args[0]);
    case 2:
        return long_make(args[0], args[1]);
    default:
        return PyErr_Format(PyExc_TypeError,
                            "int expected at most 2 arguments, got %zd",
                            nargs);
    }
}

/* -- Methods ------------------------------------------------------------ */

static PyObject *
long_self(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return long_int(self);
}

static PyObject *
long_getnewargs(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("(N)", _PyLong_Copy((PyLongObject *)self));
}

static PyObject *
long_format(PyObject *self, PyObject *spec)
{
    if (!PyUnicode_Check(spec)) {
        _PyArg_BadArgument("__format__", "argument", "str", spec);
        return NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (_PyLong_FormatAdvancedWriter(&writer, self, spec, 0,
                                     PyUnicode_GET_LENGTH(spec)) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

/* Rounds to a multiple of 10 ** -ndigits, ties to the even multiple. */
static PyObject *
long_round(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("__round__", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs == 0) {
        return long_int(self);
    }
    PyObject *ndigits = _PyNumber_Index(args[0]);
    if (ndigits == NULL) {
        return NULL;
    }
    if (!long_is_negative(ndigits)) {
        Py_DECREF(ndigits);
        return long_int(self);
    }
    PyObject *unit = NULL;
    PyObject *pair = NULL;
    PyObject *result = NULL;
    Py_SETREF(ndigits, long_negate(ndigits));
    if (ndigits == NULL) {
        return NULL;
    }
    PyObject *ten = PyLong_FromLong(10);
    unit = long_pow(ten, ndigits, Py_None);
    Py_DECREF(ten);
    Py_DECREF(ndigits);
    if (unit == NULL) {
        return NULL;
    }
    pair = _PyLong_DivmodNear(self, unit);
    Py_DECREF(unit);
    if (pair == NULL) {
        return NULL;
    }
    result = long_sub(self, PyTuple_GET_ITEM(pair, 1));
    Py_DECREF(pair);
    return result;
}

static PyObject *
long_sizeof(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t n = long_ndigits(self);
    return PyLong_FromSsize_t((Py_ssize_t)offsetof(PyLongObject, ob_digit)
                              + Py_MAX(n, 1) * (Py_ssize_t)sizeof(digit));
}

static PyObject *
long_bit_length(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    size_t nbits = _PyLong_NumBits(self);
    if (nbits == (size_t)-1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromSize_t(nbits);
}

static PyObject *
long_bit_count(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t n = long_ndigits(self);
    const digit *d = LONG_DIGITS(self);
    uint64_t count = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        count += (uint64_t)_Py_popcount32(d[i]);
    }
    return PyLong_FromUnsignedLongLong(count);
}

static PyObject *
long_as_integer_ratio(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *numerator = long_int(self);
    if (numerator == NULL) {
        return NULL;
    }
    PyObject *ratio = PyTuple_Pack(2, numerator, _PyLong_GetOne());
    Py_DECREF(numerator);
    return ratio;
}

/* "little" or "big"; -1 with ValueError for anything else. */
static int
byteorder_get(PyObject *byteorder)
{
    if (_PyUnicode_Equal(byteorder, &_Py_ID(little))) {
        return 1;
    }
    if (_PyUnicode_Equal(byteorder, &_Py_ID(big))) {
        return 0;
    }
    PyErr_SetString(PyExc_ValueError,
                    "byteorder must be either 'little' or 'big'");
    return -1;
}

/* What to_bytes and from_bytes take after their first argument. */
static int
bytes_options(const char *function, PyObject *byteorder,
              PyObject *signed_object, int *little, int *is_signed)
{
    *little = 0;
    *is_signed = 0;
    if (byteorder != NULL) {
        if (!PyUnicode_Check(byteorder)) {
            _PyArg_BadArgument(function, "argument 'byteorder'", "str",
                               byteorder);
            return -1;
        }
        *little = byteorder_get(byteorder);
        if (*little < 0) {
            return -1;
        }
    }
    if (signed_object != NULL) {
        *is_signed = PyObject_IsTrue(signed_object);
    }
    return *is_signed < 0 ? -1 : 0;
}

static PyObject *
long_to_bytes(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
              PyObject *kwnames)
{
    static const char *const keywords[] = {"length", "byteorder", "signed",
                                           NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "to_bytes"};
    PyObject *buffer[3] = {NULL, NULL, NULL};
    PyObject *const *argv = args;
    if (nargs > 0 || kwnames != NULL) {
        argv = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0,
                                     2, 0, buffer);
        if (argv == NULL) {
            return NULL;
        }
    }
    PyObject *given[3] = {NULL, NULL, NULL};
    for (int i = 0; i < 3; i++) {
        if (i < nargs || (argv == buffer && buffer[i] != NULL)) {
            given[i] = argv[i];
        }
    }
    Py_ssize_t length = 1;
    int little;
    int is_signed;
    if (given[0] != NULL) {
        PyObject *index = _PyNumber_Index(given[0]);
        if (index == NULL) {
            return NULL;
        }
        length = PyLong_AsSsize_t(index);
        Py_DECREF(index);
        if (length == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (bytes_options("to_bytes", given[1], given[2], &little,
                      &is_signed) < 0) {
        return NULL;
    }
    if (length < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "length argument must be non-negative");
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, length);
    if (bytes != NULL
        && _PyLong_AsByteArray((PyLongObject *)self,
                               (unsigned char *)PyBytes_AS_STRING(bytes),
                               (size_t)length, little, is_signed) < 0) {
        Py_CLEAR(bytes);
    }
    return bytes;
}

static PyObject *
long_from_bytes(PyObject *type, PyObject *const *args, Py_ssize_t nargs,
                PyObject *kwnames)
{
    static const char *const keywords[] = {"bytes", "byteorder", "signed",
                                           NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "from_bytes"};
    PyObject *buffer[3] = {NULL, NULL, NULL};
    PyObject *const *argv = _PyArg_UnpackKeywords(
        args, nargs, NULL, kwnames, &parser, 1, 2, 0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    PyObject *given[3] = {argv[0], NULL, NULL};
    for (int i = 1; i < 3; i++) {
        if (i < nargs || (argv == buffer && buffer[i] != NULL)) {
            given[i] = argv[i];
        }
    }
    int little;
    int is_signed;
    if (bytes_options("from_bytes", given[1], given[2], &little,
                      &is_signed) < 0) {
        return NULL;
    }
    PyObject *bytes = PyObject_Bytes(given[0]);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *value = _PyLong_FromByteArray(
        (unsigned char *)PyBytes_AS_STRING(bytes),
        (size_t)PyBytes_GET_SIZE(bytes), little, is_signed);
    Py_DECREF(bytes);
    if (value != NULL && type != (PyObject *)&PyLong_Type) {
        Py_SETREF(value, PyObject_CallOneArg(type, value));
    }
    return value;
}

/* -- Attributes --------------------------------------------------------- */

static PyObject *
long_get_self(PyObject *self, void *Py_UNUSED(closure))
{
    return long_int(self);
}

static PyObject *
long_get_constant(PyObject *Py_UNUSED(self), void *closure)
{
    return long_small((stwodigits)(intptr_t)closure);
}

static PyGetSetDef long_getset[] = {
    {"real", long_get_self, NULL,
     PyDoc_STR("the real part of a complex number"), NULL},
    {"imag", long_get_constant, NULL,
     PyDoc_STR("the imaginary part of a complex number"), (void *)0},
    {"numerator", long_get_self, NULL,
     PyDoc_STR("the numerator of a rational number in lowest terms"), NULL},
    {"denominator", long_get_constant, NULL,
     PyDoc_STR("the denominator of a rational number in lowest terms"),
     (void *)1},
    {NULL}
};

PyDoc_STRVAR(as_integer_ratio_doc,
"as_integer_ratio($self, /)\n--\n\n"
"A pair of integers: the value itself and 1.\n\n"
">>> (10).as_integer_ratio()\n(10, 1)");
PyDoc_STRVAR(bit_length_doc,
"bit_length($self, /)\n--\n\n"
"How many bits the absolute value takes in binary, without leading zeros.\n\n"
">>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6");
PyDoc_STRVAR(bit_count_doc,
"bit_count($self, /)\n--\n\n"
"How many ones the absolute value has in binary.\n\n"
">>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3");
PyDoc_STRVAR(to_bytes_doc,
"to_bytes($self, /, length=1, byteorder=\'big\', *, signed=False)\n--\n\n"
"The value as that many bytes; OverflowError if they do not suffice.\n\n"
"byteorder is 'big' (most significant byte first) or 'little'; with signed,\n"
"negative values are written in two's complement.");
PyDoc_STRVAR(from_bytes_doc,
"from_bytes($type, /, bytes, byteorder=\'big\', *, signed=False)\n--\n\n"
"The integer that the bytes represent.\n\n"
"bytes is an object with a buffer, or an iterable of byte values. byteorder\n"
"is 'big' (most significant byte first) or 'little'; with signed, the bytes\n"
"are read as two's complement.");

static PyMethodDef long_methods[] = {
    {"conjugate", long_self, METH_NOARGS,
     PyDoc_STR("Returns self, the complex conjugate of any int.")},
    {"bit_length", long_bit_length, METH_NOARGS, bit_length_doc},
    {"bit_count", long_bit_count, METH_NOARGS, bit_count_doc},
    {"to_bytes", _PyCFunction_CAST(long_to_bytes),
     METH_FASTCALL | METH_KEYWORDS, to_bytes_doc},
    {"from_bytes", _PyCFunction_CAST(long_from_bytes),
     METH_FASTCALL | METH_KEYWORDS | METH_CLASS, from_bytes_doc},
    {"as_integer_ratio", long_as_integer_ratio, METH_NOARGS,
     as_integer_ratio_doc},
    {"__trunc__", long_self, METH_NOARGS,
     PyDoc_STR("Truncating an Integral returns itself.")},
    {"__floor__", long_self, METH_NOARGS,
     PyDoc_STR("Flooring an Integral returns itself.")},
    {"__ceil__", long_self, METH_NOARGS,
     PyDoc_STR("Ceiling of an Integral returns itself.")},
    {"__round__", _PyCFunction_CAST(long_round), METH_FASTCALL,
     PyDoc_STR("__round__($self, ndigits=<unrepresentable>, /)\n--\n\n"
               "The value rounded to a multiple of 10 ** -ndigits.")},
    {"__getnewargs__", long_getnewargs, METH_NOARGS,
     PyDoc_STR("__getnewargs__($self, /)\n--\n\n")},
    {"__format__", long_format, METH_O,
     PyDoc_STR("__format__($self, format_spec, /)\n--\n\n")},
    {"__sizeof__", long_sizeof, METH_NOARGS,
     PyDoc_STR("__sizeof__($self, /)\n--\n\n"
               "Returns size in memory, in bytes.")},
    {NULL}
};

PyDoc_STRVAR(long_doc,
"int([x]) -> integer\n"
"int(x, base=10) -> integer\n\n"
"Convert a number or a text to an integer; without argument, 0. A number is\n"
"asked for its __int__, which for floating point numbers drops the\n"
"fraction.\n\n"
"With a base, or if x is not a number, x is a string, bytes or bytearray\n"
"with an integer literal of that base (2 to 36), which may have a sign and\n"
"white space around it. Base 0 takes the base from the literal's prefix.\n"
">>> int('0b100', base=0)\n4");

static PyNumberMethods long_as_number = {
    .nb_add = long_add,
    .nb_subtract = long_sub,
    .nb_multiply = long_mul,
    .nb_remainder = long_mod,
    .nb_divmod = long_divmod,
    .nb_power = long_pow,
    .nb_negative = long_negate,
    .nb_positive = long_int,
    .nb_absolute = long_abs,
    .nb_bool = long_bool,
    .nb_invert = long_invert,
    .nb_lshift = long_lshift,
    .nb_rshift = long_rshift,
    .nb_and = long_and,
    .nb_xor = long_xor,
    .nb_or = long_or,
    .nb_int = long_int,
    .nb_float = long_float,
    .nb_floor_divide = long_div,
    .nb_true_divide = long_true_divide,
    .nb_index = long_int,
};

PyTypeObject PyLong_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "int",
    .tp_basicsize = offsetof(PyLongObject, ob_digit),
    .tp_itemsize = sizeof(digit),
    .tp_dealloc = long_dealloc,
    .tp_repr = long_repr,
    .tp_as_number = &long_as_number,
    .tp_hash = (hashfunc)long_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_LONG_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = long_doc,
    .tp_richcompare = long_richcompare,
    .tp_methods = long_methods,
    .tp_getset = long_getset,
    .tp_new = long_new,
    .tp_free = PyObject_Free,
    .tp_vectorcall = long_vectorcall,
};

/* -- sys.int_info ------------------------------------------------------- */

static PyStructSequence_Field int_info_fields[] = {
    {"bits_per_digit", "size of a digit in bits"},
    {"sizeof_digit", "size in bytes of the C type used to represent a digit"},
    {"default_max_str_digits",
     "maximum string conversion digits limitation"},
    {"str_digits_check_threshold",
     "minimum positive value for int_max_str_digits"},
    {NULL, NULL}
};

static PyStructSequence_Desc int_info_desc = {
    "sys.int_info",
    "sys.int_info\n\nHow integers are represented, and the limit of their\n"
    "conversion to text. The attributes are read only.",
    int_info_fields, 4
};

static PyTypeObject int_info_type;

PyObject *
PyLong_GetInfo(void)
{
    PyObject *info = PyStructSequence_New(&int_info_type);
    if (info == NULL) {
        return NULL;
    }
    const int values[] = {PyLong_SHIFT, sizeof(digit),
                          _PY_LONG_DEFAULT_MAX_STR_DIGITS,
                          _PY_LONG_MAX_STR_DIGITS_THRESHOLD};
    for (int i = 0; i < 4; i++) {
        PyObject *value = PyLong_FromLong(values[i]);
        if (value == NULL) {
            Py_DECREF(info);
            return NULL;
        }
        PyStructSequence_SET_ITEM(info, i, value);
    }
    return info;
}

PyStatus
_PyLong_InitTypes(PyInterpreterState *Py_UNUSED(interp))
{
    if (int_info_type.tp_name == NULL
        && PyStructSequence_InitType2(&int_info_type, &int_info_desc) < 0) {
        return _PyStatus_ERR("can't init int info type");
    }
    return _PyStatus_OK();
}

void
_PyLong_FiniTypes(PyInterpreterState *Py_UNUSED(interp))
{
    long_free_clear();
    _PyStructSequence_FiniType(&int_info_type);
}
