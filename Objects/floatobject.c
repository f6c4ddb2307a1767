/* float: IEEE 754 doubles.

   Freed floats are kept in a short list, linked through ob_type. Conversion
   to hexadecimal and to bytes is in floatconvert.c. */

#include "Python.h"

#include <float.h>

#include "pycore_abstract.h"
#include "pycore_dtoa.h"
#include "pycore_floatobject.h"
#include "pycore_float_convert.h"
#include "pycore_initconfig.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pymath.h"
#include "pycore_pymem.h"
#include "pycore_pystate.h"
#include "pycore_structseq.h"

/* -- Storage ------------------------------------------------------------ */

static inline struct _Py_float_state *
float_state(void)
{
    return &_PyInterpreterState_GET()->float_state;
}

PyObject *
PyFloat_FromDouble(double value)
{
    struct _Py_float_state *state = float_state();
    PyFloatObject *self = state->free_list;
    if (self != NULL) {
        state->free_list = (PyFloatObject *)Py_TYPE(self);
        state->numfree--;
    }
    else {
        self = PyObject_Malloc(sizeof(PyFloatObject));
        if (self == NULL) {
            return PyErr_NoMemory();
        }
    }
    _PyObject_Init((PyObject *)self, &PyFloat_Type);
    self->ob_fval = value;
    return (PyObject *)self;
}

void
_PyFloat_ExactDealloc(PyObject *op)
{
    struct _Py_float_state *state = float_state();
    /* numfree is -1 once the interpreter is being torn down */
    if ((unsigned)state->numfree >= PyFloat_MAXFREELIST) {
        PyObject_Free(op);
        return;
    }
    state->numfree++;
    Py_SET_TYPE(op, (PyTypeObject *)state->free_list);
    state->free_list = (PyFloatObject *)op;
}

static void
float_dealloc(PyObject *op)
{
    if (PyFloat_CheckExact(op)) {
        _PyFloat_ExactDealloc(op);
    }
    else {
        Py_TYPE(op)->tp_free(op);
    }
}

void
_PyFloat_ClearFreeList(PyInterpreterState *interp)
{
    struct _Py_float_state *state = &interp->float_state;
    PyFloatObject *op = state->free_list;
    while (op != NULL) {
        PyFloatObject *next = (PyFloatObject *)Py_TYPE(op);
        PyObject_Free(op);
        op = next;
    }
    state->free_list = NULL;
    state->numfree = 0;
}

void
_PyFloat_Fini(PyInterpreterState *interp)
{
    _PyFloat_ClearFreeList(interp);
    interp->float_state.numfree = -1;
}

void
_PyFloat_DebugMallocStats(FILE *out)
{
    _PyDebugAllocatorStats(out, "free PyFloatObject", float_state()->numfree,
                           sizeof(PyFloatObject));
}

double
PyFloat_GetMax(void)
{
    return DBL_MAX;
}

double
PyFloat_GetMin(void)
{
    return DBL_MIN;
}

/* -- From text ---------------------------------------------------------- */

static PyObject *
float_from_plain_text(const char *s, Py_ssize_t length, void *obj)
{
    const char *last = s + length;
    char *end;
    /* White space is gone already. */
    double x = PyOS_string_to_double(s, &end, NULL);
    if (end != last || s == last) {
        PyErr_Format(PyExc_ValueError,
                     "could not convert string to float: %R",
                     (PyObject *)obj);
        return NULL;
    }
    if (x == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    return PyFloat_FromDouble(x);
}

static PyObject *
float_from_text(const char *s, Py_ssize_t length, PyObject *obj)
{
    const char *last = s + length;
    while (s < last && Py_ISSPACE(*s)) {
        s++;
    }
    while (s < last && Py_ISSPACE(last[-1])) {
        last--;
    }
    return _Py_string_to_number_with_underscores(
        s, last - s, "float", obj, obj, float_from_plain_text);
}

/* Text that is not NUL-terminated, or may end with white space. */
static PyObject *
float_from_buffer(const char *s, Py_ssize_t length, PyObject *obj)
{
    while (length > 0 && Py_ISSPACE(s[length - 1])) {
        length--;
    }
    char small[64];
    char *copy = small;
    if (length >= (Py_ssize_t)sizeof(small)) {
        copy = PyMem_Malloc((size_t)length + 1);
        if (copy == NULL) {
            return PyErr_NoMemory();
        }
    }
    memcpy(copy, s, (size_t)length);
    copy[length] = '\0';
    PyObject *result = float_from_text(copy, length, obj);
    if (copy != small) {
        PyMem_Free(copy);
    }
    return result;
}

PyObject *
PyFloat_FromString(PyObject *v)
{
    PyObject *result;
    if (PyUnicode_Check(v)) {
        PyObject *ascii = _PyUnicode_TransformDecimalAndSpaceToASCII(v);
        if (ascii == NULL) {
            return NULL;
        }
        result = float_from_buffer((const char *)PyUnicode_1BYTE_DATA(ascii),
                                   PyUnicode_GET_LENGTH(ascii), v);
        Py_DECREF(ascii);
        return result;
    }
    if (PyBytes_Check(v)) {
        return float_from_buffer(PyBytes_AS_STRING(v), PyBytes_GET_SIZE(v),
                                 v);
    }
    Py_buffer view;
    if (!PyByteArray_Check(v)
        && (!PyObject_CheckBuffer(v)
            || PyObject_GetBuffer(v, &view, PyBUF_SIMPLE) != 0)) {
        return PyErr_Format(PyExc_TypeError,
                            "float() argument must be a string or a real "
                            "number, not '%.200s'", Py_TYPE(v)->tp_name);
    }
    if (PyByteArray_Check(v)) {
        return float_from_buffer(PyByteArray_AS_STRING(v),
                                 PyByteArray_GET_SIZE(v), v);
    }
    result = float_from_buffer(view.buf, view.len, v);
    PyBuffer_Release(&view);
    return result;
}

/* -- To a C double ------------------------------------------------------ */

double
PyFloat_AsDouble(PyObject *op)
{
    if (op == NULL) {
        PyErr_BadArgument();
        return -1;
    }
    if (PyFloat_Check(op)) {
        return PyFloat_AS_DOUBLE(op);
    }
    PyNumberMethods *number = Py_TYPE(op)->tp_as_number;
    if (number == NULL || number->nb_float == NULL) {
        if (number != NULL && number->nb_index != NULL) {
            PyObject *index = _PyNumber_Index(op);
            if (index == NULL) {
                return -1;
            }
            double value = PyLong_AsDouble(index);
            Py_DECREF(index);
            return value;
        }
        PyErr_Format(PyExc_TypeError, "must be real number, not %.50s",
                     Py_TYPE(op)->tp_name);
        return -1;
    }
    PyObject *result = number->nb_float(op);
    if (result == NULL) {
        return -1;
    }
    if (!PyFloat_CheckExact(result)) {
        if (!PyFloat_Check(result)) {
            PyErr_Format(PyExc_TypeError,
                         "%.50s.__float__ returned non-float (type %.50s)",
                         Py_TYPE(op)->tp_name, Py_TYPE(result)->tp_name);
            Py_DECREF(result);
            return -1;
        }
        if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                             "%.50s.__float__ returned non-float (type "
                             "%.50s).  The ability to return an instance of "
                             "a strict subclass of float is deprecated, and "
                             "may be removed in a future version of Python.",
                             Py_TYPE(op)->tp_name,
                             Py_TYPE(result)->tp_name) < 0) {
            Py_DECREF(result);
            return -1;
        }
    }
    double value = PyFloat_AS_DOUBLE(result);
    Py_DECREF(result);
    return value;
}

/* For a binary operation: 1 and *value, 0 if obj is neither float nor int,
   -1 with an exception. */
static inline int
operand_get(PyObject *obj, double *value)
{
    if (PyFloat_Check(obj)) {
        *value = PyFloat_AS_DOUBLE(obj);
        return 1;
    }
    if (!PyLong_Check(obj)) {
        return 0;
    }
    *value = PyLong_AsDouble(obj);
    return *value == -1.0 && PyErr_Occurred() ? -1 : 1;
}

#define GET_OPERANDS(v, w, a, b)                                        \
    double a;                                                           \
    double b;                                                           \
    do {                                                                \
        int status = operand_get(v, &a);                                \
        if (status > 0) {                                               \
            status = operand_get(w, &b);                                \
        }                                                               \
        if (status == 0) {                                              \
            Py_RETURN_NOTIMPLEMENTED;                                   \
        }                                                               \
        if (status < 0) {                                               \
            return NULL;                                                \
        }                                                               \
    } while (0)

/* -- Arithmetic --------------------------------------------------------- */

static PyObject *
float_add(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    return PyFloat_FromDouble(a + b);
}

static PyObject *
float_sub(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    return PyFloat_FromDouble(a - b);
}

static PyObject *
float_mul(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    return PyFloat_FromDouble(a * b);
}

static PyObject *
float_div(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    if (b == 0.0) {
        PyErr_SetString(PyExc_ZeroDivisionError, "float division by zero");
        return NULL;
    }
    return PyFloat_FromDouble(a / b);
}

/* The remainder with the divisor's sign; fmod is exact. */
static double
remainder_floor(double a, double b)
{
    double mod = fmod(a, b);
    if (mod == 0.0) {
        return copysign(0.0, b);
    }
    return (b < 0) != (mod < 0) ? mod + b : mod;
}

static double
quotient_floor(double a, double b)
{
    double mod = fmod(a, b);
    double quotient = (a - mod) / b;    /* integral but for rounding */
    if (mod != 0.0 && (b < 0) != (mod < 0)) {
        quotient -= 1.0;
    }
    if (quotient == 0.0) {
        return copysign(0.0, a / b);
    }
    double rounded = floor(quotient);
    return quotient - rounded > 0.5 ? rounded + 1.0 : rounded;
}

static PyObject *
float_rem(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    if (b == 0.0) {
        PyErr_SetString(PyExc_ZeroDivisionError, "float modulo");
        return NULL;
    }
    return PyFloat_FromDouble(remainder_floor(a, b));
}

static PyObject *
float_floor_div(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    if (b == 0.0) {
        PyErr_SetString(PyExc_ZeroDivisionError,
                        "float floor division by zero");
        return NULL;
    }
    return PyFloat_FromDouble(quotient_floor(a, b));
}

static PyObject *
float_divmod(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    if (b == 0.0) {
        PyErr_SetString(PyExc_ZeroDivisionError, "float divmod()");
        return NULL;
    }
    return Py_BuildValue("(dd)", quotient_floor(a, b), remainder_floor(a, b));
}

static inline int
is_odd_integer(double x)
{
    return fmod(fabs(x), 2.0) == 1.0;
}

/* Answers the cases in which pow() of C libraries differ, as C99's annex F
   has them. Returns 0 if there is none. */
static int
power_special(double a, double b, double *result)
{
    if (b == 0.0 || a == 1.0) {
        *result = 1.0;
    }
    else if (isnan(a) || isnan(b)) {
        *result = isnan(a) ? a : b;
    }
    else if (isinf(b)) {
        a = fabs(a);
        *result = a == 1.0 ? 1.0 : (b > 0) == (a > 1.0) ? fabs(b) : 0.0;
    }
    else if (isinf(a)) {
        int odd = is_odd_integer(b);
        double magnitude = b > 0 ? fabs(a) : 0.0;
        *result = odd ? copysign(magnitude, a) : magnitude;
    }
    else if (a == 0.0 && b > 0) {
        *result = is_odd_integer(b) ? a : 0.0;
    }
    else {
        return 0;
    }
    return 1;
}

static PyObject *
float_pow(PyObject *v, PyObject *w, PyObject *z)
{
    if (z != Py_None) {
        PyErr_SetString(PyExc_TypeError,
                        "pow() 3rd argument not allowed unless all "
                        "arguments are integers");
        return NULL;
    }
    GET_OPERANDS(v, w, a, b);
    double result;
    if (power_special(a, b, &result)) {
        return PyFloat_FromDouble(result);
    }
    if (a == 0.0) {
        PyErr_SetString(PyExc_ZeroDivisionError,
                        "0.0 cannot be raised to a negative power");
        return NULL;
    }
    int negate = 0;
    if (a < 0.0) {
        if (b != floor(b)) {
            /* The result is complex. */
            return PyComplex_Type.tp_as_number->nb_power(v, w, z);
        }
        a = -a;
        negate = is_odd_integer(b);
    }
    if (a == 1.0) {
        return PyFloat_FromDouble(negate ? -1.0 : 1.0);
    }
    errno = 0;
    result = pow(a, b);
    _Py_ADJUST_ERANGE1(result);
    if (errno != 0) {
        PyErr_SetFromErrno(errno == ERANGE ? PyExc_OverflowError
                                           : PyExc_ValueError);
        return NULL;
    }
    return PyFloat_FromDouble(negate ? -result : result);
}

static PyObject *
float_neg(PyObject *v)
{
    return PyFloat_FromDouble(-PyFloat_AS_DOUBLE(v));
}

static PyObject *
float_abs(PyObject *v)
{
    return PyFloat_FromDouble(fabs(PyFloat_AS_DOUBLE(v)));
}

static int
float_bool(PyObject *v)
{
    return PyFloat_AS_DOUBLE(v) != 0.0;
}

static PyObject *
float_float(PyObject *v)
{
    if (PyFloat_CheckExact(v)) {
        return Py_NewRef(v);
    }
    return PyFloat_FromDouble(PyFloat_AS_DOUBLE(v));
}

static PyObject *
float_int(PyObject *v)
{
    return PyLong_FromDouble(PyFloat_AS_DOUBLE(v));
}

/* -- Comparison and hash ------------------------------------------------ */

/* The sign of v - w, exactly; v is finite. -2 with an exception. */
static int
compare_with_int(double v, PyObject *w)
{
    int sign_v = (v > 0) - (v < 0);
    int sign_w = _PyLong_Sign(w);
    if (sign_v != sign_w) {
        return sign_v < sign_w ? -1 : 1;
    }
    size_t nbits = _PyLong_NumBits(w);
    if (nbits == (size_t)-1 && PyErr_Occurred()) {
        PyErr_Clear();
        return -sign_w;     /* beyond any double */
    }
    if (nbits <= 48) {
        double x = PyLong_AsDouble(w);
        return (v > x) - (v < x);
    }
    int exponent;
    frexp(v, &exponent);
    if (exponent < 0 || (size_t)exponent != nbits) {
        int larger = exponent >= 0 && (size_t)exponent > nbits;
        return larger ? sign_v : -sign_v;
    }
    /* The same magnitude: compare integral parts, then the fraction. */
    double whole = trunc(v);
    PyObject *integer = PyLong_FromDouble(whole);
    if (integer == NULL) {
        return -2;
    }
    int less = PyObject_RichCompareBool(integer, w, Py_LT);
    int greater = PyObject_RichCompareBool(integer, w, Py_GT);
    Py_DECREF(integer);
    if (less < 0 || greater < 0) {
        return -2;
    }
    if (less || greater) {
        return greater - less;
    }
    return (v > whole) - (v < whole);
}

static PyObject *
float_richcompare(PyObject *v, PyObject *w, int op)
{
    double a = PyFloat_AS_DOUBLE(v);
    double b;
    if (PyFloat_Check(w)) {
        b = PyFloat_AS_DOUBLE(w);
    }
    else if (!PyLong_Check(w)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    else if (!isfinite(a)) {
        b = 0.0;    /* any finite value gives the same answers */
    }
    else {
        int order = compare_with_int(a, w);
        if (order == -2) {
            return NULL;
        }
        a = order;
        b = 0.0;
    }
    Py_RETURN_RICHCOMPARE(a, b, op);
}

static Py_hash_t
float_hash(PyObject *v)
{
    return _Py_HashDouble(v, PyFloat_AS_DOUBLE(v));
}

/* -- Text --------------------------------------------------------------- */

static PyObject *
float_repr(PyObject *v)
{
    char *text = PyOS_double_to_string(PyFloat_AS_DOUBLE(v), 'r', 0,
                                       Py_DTSF_ADD_DOT_0, NULL);
    if (text == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *result = _PyUnicode_FromASCII(text, (Py_ssize_t)strlen(text));
    PyMem_Free(text);
    return result;
}

static PyObject *
float_format(PyObject *self, PyObject *spec)
{
    if (!PyUnicode_Check(spec)) {
        _PyArg_BadArgument("__format__", "argument", "str", spec);
        return NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (_PyFloat_FormatAdvancedWriter(&writer, self, spec, 0,
                                      PyUnicode_GET_LENGTH(spec)) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

/* -- Rounding ----------------------------------------------------------- */

static PyObject *
float_trunc(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return float_int(self);
}

static PyObject *
float_floor(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromDouble(floor(PyFloat_AS_DOUBLE(self)));
}

static PyObject *
float_ceil(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromDouble(ceil(PyFloat_AS_DOUBLE(self)));
}

/* Rounded correctly in decimal, by way of the digits. */
static PyObject *
round_to_digits(double x, int ndigits)
{
    int decpt;
    int negative;
    char *end;
    char *digits = _Py_dg_dtoa(x, 3, ndigits, &decpt, &negative, &end);
    if (digits == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *result = NULL;
    size_t room = (size_t)(end - digits) + 20;
    char *text = PyMem_Malloc(room);
    if (text == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    PyOS_snprintf(text, room, "%s0%se%d", negative ? "-" : "", digits,
                  decpt - (int)(end - digits));
    errno = 0;
    double rounded = _Py_dg_strtod(text, NULL);
    PyMem_Free(text);
    if (errno == ERANGE && fabs(rounded) >= 1.0) {
        PyErr_SetString(PyExc_OverflowError,
                        "rounded value too large to represent");
    }
    else {
        result = PyFloat_FromDouble(rounded);
    }
done:
    _Py_dg_freedtoa(digits);
    return result;
}

/* Every double is a multiple of 10 ** -NDIGITS_MAX, for our purpose, and
   less than half of 10 ** -NDIGITS_MIN. */
#define NDIGITS_MAX ((int)((DBL_MANT_DIG - DBL_MIN_EXP) * 0.30103))
#define NDIGITS_MIN (-(int)((DBL_MAX_EXP + 1) * 0.30103))

static PyObject *
float_round(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("__round__", nargs, 0, 1)) {
        return NULL;
    }
    double x = PyFloat_AsDouble(self);
    if (nargs == 0 || args[0] == Py_None) {
        double rounded = round(x);
        if (fabs(x - rounded) == 0.5) {
            rounded = 2.0 * round(x / 2.0);     /* a tie goes to even */
        }
        return PyLong_FromDouble(rounded);
    }
    Py_ssize_t ndigits = PyNumber_AsSsize_t(args[0], NULL);
    if (ndigits == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (!isfinite(x) || ndigits > NDIGITS_MAX) {
        return PyFloat_FromDouble(x);
    }
    if (ndigits < NDIGITS_MIN) {
        return PyFloat_FromDouble(0.0 * x);
    }
    return round_to_digits(x, (int)ndigits);
}

/* -- Other methods ------------------------------------------------------ */

static PyObject *
float_is_integer(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    double x = PyFloat_AS_DOUBLE(self);
    return PyBool_FromLong(isfinite(x) && floor(x) == x);
}

static PyObject *
float_conjugate(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return float_float(self);
}

static PyObject *
float_as_integer_ratio(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    double x = PyFloat_AS_DOUBLE(self);
    if (isinf(x)) {
        PyErr_SetString(PyExc_OverflowError,
                        "cannot convert Infinity to integer ratio");
        return NULL;
    }
    if (isnan(x)) {
        PyErr_SetString(PyExc_ValueError,
                        "cannot convert NaN to integer ratio");
        return NULL;
    }
    int exponent;
    double fraction = frexp(x, &exponent);
    int shift = 0;
    while (shift < DBL_MANT_DIG && fraction != floor(fraction)) {
        fraction *= 2.0;
        shift++;
    }
    exponent = fraction == 0.0 ? 0 : exponent - shift;
    PyObject *ratio = NULL;
    PyObject *numerator = PyLong_FromDouble(fraction);
    PyObject *denominator = PyLong_FromLong(1);
    if (numerator == NULL || denominator == NULL) {
        goto done;
    }
    if (exponent > 0) {
        Py_SETREF(numerator, _PyLong_Lshift(numerator, (size_t)exponent));
    }
    else {
        Py_SETREF(denominator,
                  _PyLong_Lshift(denominator, (size_t)-exponent));
    }
    if (numerator != NULL && denominator != NULL) {
        ratio = PyTuple_Pack(2, numerator, denominator);
    }
done:
    Py_XDECREF(numerator);
    Py_XDECREF(denominator);
    return ratio;
}

static PyObject *
float_getnewargs(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("(d)", PyFloat_AS_DOUBLE(self));
}

static PyObject *
float_getformat(PyObject *Py_UNUSED(type), PyObject *arg)
{
    if (!PyUnicode_Check(arg)) {
        _PyArg_BadArgument("__getformat__", "argument", "str", arg);
        return NULL;
    }
    const char *name = PyUnicode_AsUTF8(arg);
    if (name == NULL) {
        return NULL;
    }
    if (strcmp(name, "double") != 0 && strcmp(name, "float") != 0) {
        PyErr_SetString(PyExc_ValueError,
                        "__getformat__() argument 1 must be 'double' or "
                        "'float'");
        return NULL;
    }
    return PyUnicode_FromString(PY_BIG_ENDIAN ? "IEEE, big-endian"
                                              : "IEEE, little-endian");
}

static PyObject *
float_get_real(PyObject *self, void *Py_UNUSED(closure))
{
    return float_float(self);
}

static PyObject *
float_get_imag(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure))
{
    return PyFloat_FromDouble(0.0);
}

/* -- Making ------------------------------------------------------------- */

static PyObject *
float_make(PyTypeObject *type, PyObject *x)
{
    PyObject *value;
    if (x == NULL) {
        value = PyFloat_FromDouble(0.0);
    }
    else if (PyUnicode_CheckExact(x)) {
        value = PyFloat_FromString(x);
    }
    else {
        value = PyNumber_Float(x);
    }
    if (value == NULL || type == &PyFloat_Type) {
        return value;
    }
    PyObject *self = type->tp_alloc(type, 0);
    if (self != NULL) {
        ((PyFloatObject *)self)->ob_fval = PyFloat_AS_DOUBLE(value);
    }
    Py_DECREF(value);
    return self;
}

static PyObject *
float_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if ((type == &PyFloat_Type || type->tp_init == PyFloat_Type.tp_init)
        && !_PyArg_NoKeywords("float", kwargs)) {
        return NULL;
    }
    if (!_PyArg_CheckPositional("float", PyTuple_GET_SIZE(args), 0, 1)) {
        return NULL;
    }
    return float_make(type, PyTuple_GET_SIZE(args)
                      ? PyTuple_GET_ITEM(args, 0) : NULL);
}

static PyObject *
float_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                 PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_NoKwnames("float", kwnames)
        || !_PyArg_CheckPositional("float", nargs, 0, 1)) {
        return NULL;
    }
    return float_make((PyTypeObject *)type, nargs ? args[0] : NULL);
}

/* -- The type ----------------------------------------------------------- */

PyDoc_STRVAR(as_integer_ratio_doc,
"as_integer_ratio($self, /)\n--\n\n"
"A pair of integers whose ratio is exactly the value, the second positive.\n\n"
"OverflowError for an infinity, ValueError for NaN.\n\n"
">>> (10.0).as_integer_ratio()\n(10, 1)\n"
">>> (-.25).as_integer_ratio()\n(-1, 4)");
PyDoc_STRVAR(hex_doc,
"hex($self, /)\n--\n\n"
"The value in hexadecimal.\n\n"
">>> (-0.1).hex()\n'-0x1.999999999999ap-4'\n"
">>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'");
PyDoc_STRVAR(fromhex_doc,
"fromhex($type, string, /)\n--\n\n"
"The float that a hexadecimal string stands for.\n\n"
">>> float.fromhex('0x1.ffffp10')\n2047.984375\n"
">>> float.fromhex('-0x1p-1074')\n-5e-324");
PyDoc_STRVAR(getformat_doc,
"__getformat__($type, typestr, /)\n--\n\n"
"The format of the C type 'double' or 'float', for tests: 'unknown',\n"
"'IEEE, big-endian' or 'IEEE, little-endian'.");

static PyMethodDef float_methods[] = {
    {"conjugate", float_conjugate, METH_NOARGS,
     PyDoc_STR("conjugate($self, /)\n--\n\n"
               "The float itself, the complex conjugate of any float.")},
    {"__trunc__", float_trunc, METH_NOARGS,
     PyDoc_STR("__trunc__($self, /)\n--\n\n"
               "The nearest integer toward 0.")},
    {"__floor__", float_floor, METH_NOARGS,
     PyDoc_STR("__floor__($self, /)\n--\n\nThe floor, as an integer.")},
    {"__ceil__", float_ceil, METH_NOARGS,
     PyDoc_STR("__ceil__($self, /)\n--\n\nThe ceiling, as an integer.")},
    {"__round__", _PyCFunction_CAST(float_round), METH_FASTCALL,
     PyDoc_STR("__round__($self, ndigits=None, /)\n--\n\n"
               "The nearest integer, ties going to the even one.\n\n"
               "With an argument, a float rounded to that many decimals.")},
    {"as_integer_ratio", float_as_integer_ratio, METH_NOARGS,
     as_integer_ratio_doc},
    {"fromhex", float_fromhex, METH_O | METH_CLASS, fromhex_doc},
    {"hex", float_hex, METH_NOARGS, hex_doc},
    {"is_integer", float_is_integer, METH_NOARGS,
     PyDoc_STR("is_integer($self, /)\n--\n\n"
               "Whether the float is an integer.")},
    {"__getnewargs__", float_getnewargs, METH_NOARGS,
     PyDoc_STR("__getnewargs__($self, /)\n--\n\n")},
    {"__getformat__", float_getformat, METH_O | METH_CLASS, getformat_doc},
    {"__format__", float_format, METH_O,
     PyDoc_STR("__format__($self, format_spec, /)\n--\n\n"
               "The text of the float according to format_spec.")},
    {NULL}
};

static PyGetSetDef float_getset[] = {
    {"real", float_get_real, NULL,
     PyDoc_STR("the real part of a complex number"), NULL},
    {"imag", float_get_imag, NULL,
     PyDoc_STR("the imaginary part of a complex number"), NULL},
    {NULL}
};

static PyNumberMethods float_as_number = {
    .nb_add = float_add,
    .nb_subtract = float_sub,
    .nb_multiply = float_mul,
    .nb_remainder = float_rem,
    .nb_divmod = float_divmod,
    .nb_power = float_pow,
    .nb_negative = float_neg,
    .nb_positive = float_float,
    .nb_absolute = float_abs,
    .nb_bool = float_bool,
    .nb_int = float_int,
    .nb_float = float_float,
    .nb_floor_divide = float_floor_div,
    .nb_true_divide = float_div,
};

PyTypeObject PyFloat_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "float",
    .tp_basicsize = sizeof(PyFloatObject),
    .tp_dealloc = float_dealloc,
    .tp_repr = float_repr,
    .tp_as_number = &float_as_number,
    .tp_hash = float_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
        | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = PyDoc_STR("float(x=0, /)\n--\n\n"
                        "Convert a string or number to a floating point "
                        "number, if possible."),
    .tp_richcompare = float_richcompare,
    .tp_methods = float_methods,
    .tp_getset = float_getset,
    .tp_new = float_new,
    .tp_vectorcall = float_vectorcall,
};

/* -- sys.float_info ----------------------------------------------------- */

static PyStructSequence_Field float_info_fields[] = {
    {"max", "DBL_MAX -- maximum representable finite float"},
    {"max_exp", "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is "
                "representable"},
    {"max_10_exp", "DBL_MAX_10_EXP -- maximum int e such that 10**e is "
                   "representable"},
    {"min", "DBL_MIN -- Minimum positive normalized float"},
    {"min_exp", "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a "
                "normalized float"},
    {"min_10_exp", "DBL_MIN_10_EXP -- minimum int e such that 10**e is a "
                   "normalized float"},
    {"dig", "DBL_DIG -- maximum number of decimal digits that can be "
            "faithfully represented in a float"},
    {"mant_dig", "DBL_MANT_DIG -- mantissa digits"},
    {"epsilon", "DBL_EPSILON -- Difference between 1 and the next "
                "representable float"},
    {"radix", "FLT_RADIX -- radix of exponent"},
    {"rounds", "FLT_ROUNDS -- rounding mode used for arithmetic operations"},
    {NULL, NULL}
};

static PyStructSequence_Desc float_info_desc = {
    "sys.float_info",
    "sys.float_info\n\nThe limits and precision of the float type, as the C "
    "header float.h\nhas them.",
    float_info_fields, 11
};

static PyTypeObject float_info_type;

PyObject *
PyFloat_GetInfo(void)
{
    PyObject *info = PyStructSequence_New(&float_info_type);
    if (info == NULL) {
        return NULL;
    }
    int i = 0;
#define ADD_INT(value) \
    PyStructSequence_SET_ITEM(info, i++, PyLong_FromLong(value))
#define ADD_DOUBLE(value) \
    PyStructSequence_SET_ITEM(info, i++, PyFloat_FromDouble(value))
    ADD_DOUBLE(DBL_MAX);
    ADD_INT(DBL_MAX_EXP);
    ADD_INT(DBL_MAX_10_EXP);
    ADD_DOUBLE(DBL_MIN);
    ADD_INT(DBL_MIN_EXP);
    ADD_INT(DBL_MIN_10_EXP);
    ADD_INT(DBL_DIG);
    ADD_INT(DBL_MANT_DIG);
    ADD_DOUBLE(DBL_EPSILON);
    ADD_INT(FLT_RADIX);
    ADD_INT(FLT_ROUNDS);
#undef ADD_INT
#undef ADD_DOUBLE
    if (PyErr_Occurred()) {
        Py_CLEAR(info);
    }
    return info;
}

void
_PyFloat_InitState(PyInterpreterState *Py_UNUSED(interp))
{
}

PyStatus
_PyFloat_InitTypes(PyInterpreterState *Py_UNUSED(interp))
{
    if (float_info_type.tp_name == NULL
        && PyStructSequence_InitType2(&float_info_type,
                                      &float_info_desc) < 0) {
        return _PyStatus_ERR("can't init float info type");
    }
    return _PyStatus_OK();
}

void
_PyFloat_FiniType(PyInterpreterState *Py_UNUSED(interp))
{
    _PyStructSequence_FiniType(&float_info_type);
}
