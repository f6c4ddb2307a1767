/* complex: pairs of doubles. */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_pymath.h"
#include "structmember.h"

static const Py_complex complex_one = {1.0, 0.0};

/* -- Arithmetic on C values --------------------------------------------- */

Py_complex
_Py_c_sum(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real + b.real, a.imag + b.imag};
}

Py_complex
_Py_c_diff(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real - b.real, a.imag - b.imag};
}

Py_complex
_Py_c_neg(Py_complex a)
{
    return (Py_complex){-a.real, -a.imag};
}

Py_complex
_Py_c_prod(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real * b.real - a.imag * b.imag,
                        a.real * b.imag + a.imag * b.real};
}

/* Smith's method: divides by the larger part first, so that nothing overflows
   unless the result does. */
Py_complex
_Py_c_quot(Py_complex a, Py_complex b)
{
    double abs_real = fabs(b.real);
    double abs_imag = fabs(b.imag);
    if (abs_real >= abs_imag) {
        if (abs_real == 0.0) {
            errno = EDOM;
            return (Py_complex){0.0, 0.0};
        }
        double ratio = b.imag / b.real;
        double scale = b.real + b.imag * ratio;
        return (Py_complex){(a.real + a.imag * ratio) / scale,
                            (a.imag - a.real * ratio) / scale};
    }
    if (abs_imag >= abs_real) {
        double ratio = b.real / b.imag;
        double scale = b.real * ratio + b.imag;
        return (Py_complex){(a.real * ratio + a.imag) / scale,
                            (a.imag * ratio - a.real) / scale};
    }
    return (Py_complex){Py_NAN, Py_NAN};    /* a NaN in b */
}

Py_complex
_Py_c_pow(Py_complex a, Py_complex b)
{
    if (b.real == 0.0 && b.imag == 0.0) {
        return complex_one;
    }
    if (a.real == 0.0 && a.imag == 0.0) {
        if (b.imag != 0.0 || b.real < 0.0) {
            errno = EDOM;
        }
        return (Py_complex){0.0, 0.0};
    }
    double magnitude = hypot(a.real, a.imag);
    double angle = atan2(a.imag, a.real);
    double length = pow(magnitude, b.real);
    double phase = angle * b.real;
    if (b.imag != 0.0) {
        length *= exp(-angle * b.imag);
        phase += b.imag * log(magnitude);
    }
    Py_complex r = {length * cos(phase), length * sin(phase)};
    _Py_ADJUST_ERANGE2(r.real, r.imag);
    return r;
}

/* By repeated squaring; n > 0. */
static Py_complex
power_positive(Py_complex x, long n)
{
    Py_complex result = complex_one;
    for (; n > 0; n >>= 1) {
        if (n & 1) {
            result = _Py_c_prod(result, x);
        }
        x = _Py_c_prod(x, x);
    }
    return result;
}

static Py_complex
power_integer(Py_complex x, long n)
{
    if (n > 0) {
        return power_positive(x, n);
    }
    return _Py_c_quot(complex_one, power_positive(x, -n));
}

double
_Py_c_abs(Py_complex z)
{
    errno = 0;
    if (!isfinite(z.real) || !isfinite(z.imag)) {
        /* An infinite part wins over NaN. */
        if (isinf(z.real)) {
            return fabs(z.real);
        }
        if (isinf(z.imag)) {
            return fabs(z.imag);
        }
        return Py_NAN;
    }
    double result = hypot(z.real, z.imag);
    errno = isfinite(result) ? 0 : ERANGE;
    return result;
}

/* -- Objects ------------------------------------------------------------ */

static PyObject *
complex_subtype_from(PyTypeObject *type, Py_complex value)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self != NULL) {
        ((PyComplexObject *)self)->cval = value;
    }
    return self;
}

PyObject *
PyComplex_FromCComplex(Py_complex value)
{
    PyComplexObject *self = PyObject_Malloc(sizeof(PyComplexObject));
    if (self == NULL) {
        return PyErr_NoMemory();
    }
    _PyObject_Init((PyObject *)self, &PyComplex_Type);
    self->cval = value;
    return (PyObject *)self;
}

PyObject *
PyComplex_FromDoubles(double real, double imag)
{
    return PyComplex_FromCComplex((Py_complex){real, imag});
}

double
PyComplex_RealAsDouble(PyObject *op)
{
    return PyComplex_Check(op) ? ((PyComplexObject *)op)->cval.real
                               : PyFloat_AsDouble(op);
}

double
PyComplex_ImagAsDouble(PyObject *op)
{
    return PyComplex_Check(op) ? ((PyComplexObject *)op)->cval.imag : 0.0;
}

/* The result of __complex__, checked; NULL without exception if the type has
   none. */
static PyObject *
call_complex_method(PyObject *op)
{
    PyObject *method = _PyObject_LookupSpecial(op, &_Py_ID(__complex__));
    if (method == NULL) {
        return NULL;
    }
    PyObject *result = _PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (result == NULL || PyComplex_CheckExact(result)) {
        return result;
    }
    if (!PyComplex_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "__complex__ returned non-complex (type %.200s)",
                     Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                         "__complex__ returned non-complex (type %.200s).  "
                         "The ability to return an instance of a strict "
                         "subclass of complex is deprecated, and may be "
                         "removed in a future version of Python.",
                         Py_TYPE(result)->tp_name)) {
        Py_CLEAR(result);
    }
    return result;
}

Py_complex
PyComplex_AsCComplex(PyObject *op)
{
    Py_complex value = {-1.0, 0.0};
    if (PyComplex_Check(op)) {
        return ((PyComplexObject *)op)->cval;
    }
    PyObject *converted = call_complex_method(op);
    if (converted != NULL) {
        value = ((PyComplexObject *)converted)->cval;
        Py_DECREF(converted);
    }
    else if (!PyErr_Occurred()) {
        value.real = PyFloat_AsDouble(op);
    }
    return value;
}

/* For a binary operation: 1 and *value, 0 if obj is no number for us, -1
   with an exception. */
static int
operand_get(PyObject *obj, Py_complex *value)
{
    value->imag = 0.0;
    if (PyComplex_Check(obj)) {
        *value = ((PyComplexObject *)obj)->cval;
    }
    else if (PyLong_Check(obj)) {
        value->real = PyLong_AsDouble(obj);
        if (value->real == -1.0 && PyErr_Occurred()) {
            return -1;
        }
    }
    else if (PyFloat_Check(obj)) {
        value->real = PyFloat_AsDouble(obj);
    }
    else {
        return 0;
    }
    return 1;
}

#define GET_OPERANDS(v, w, a, b)                                        \
    Py_complex a;                                                       \
    Py_complex b;                                                       \
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

/* -- Slots -------------------------------------------------------------- */

static PyObject *
complex_add(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    return PyComplex_FromCComplex(_Py_c_sum(a, b));
}

static PyObject *
complex_sub(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    return PyComplex_FromCComplex(_Py_c_diff(a, b));
}

static PyObject *
complex_mul(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    return PyComplex_FromCComplex(_Py_c_prod(a, b));
}

static PyObject *
complex_div(PyObject *v, PyObject *w)
{
    GET_OPERANDS(v, w, a, b);
    errno = 0;
    Py_complex quotient = _Py_c_quot(a, b);
    if (errno == EDOM) {
        PyErr_SetString(PyExc_ZeroDivisionError, "complex division by zero");
        return NULL;
    }
    return PyComplex_FromCComplex(quotient);
}

static PyObject *
complex_pow(PyObject *v, PyObject *w, PyObject *z)
{
    GET_OPERANDS(v, w, a, b);
    if (z != Py_None) {
        PyErr_SetString(PyExc_ValueError, "complex modulo");
        return NULL;
    }
    Py_complex power;
    errno = 0;
    if (b.imag == 0.0 && b.real == floor(b.real) && fabs(b.real) <= 100.0) {
        power = power_integer(a, (long)b.real);
        _Py_ADJUST_ERANGE2(power.real, power.imag);
    }
    else {
        power = _Py_c_pow(a, b);
    }
    if (errno == EDOM) {
        PyErr_SetString(PyExc_ZeroDivisionError,
                        "0.0 to a negative or complex power");
        return NULL;
    }
    if (errno == ERANGE) {
        PyErr_SetString(PyExc_OverflowError, "complex exponentiation");
        return NULL;
    }
    return PyComplex_FromCComplex(power);
}

static PyObject *
complex_neg(PyComplexObject *v)
{
    return PyComplex_FromCComplex(_Py_c_neg(v->cval));
}

static PyObject *
complex_pos(PyComplexObject *v)
{
    if (PyComplex_CheckExact(v)) {
        return Py_NewRef(v);
    }
    return PyComplex_FromCComplex(v->cval);
}

static PyObject *
complex_abs(PyComplexObject *v)
{
    double result = _Py_c_abs(v->cval);
    if (errno == ERANGE) {
        PyErr_SetString(PyExc_OverflowError, "absolute value too large");
        return NULL;
    }
    return PyFloat_FromDouble(result);
}

static int
complex_bool(PyComplexObject *v)
{
    return v->cval.real != 0.0 || v->cval.imag != 0.0;
}

static Py_hash_t
complex_hash(PyComplexObject *v)
{
    Py_uhash_t real = (Py_uhash_t)_Py_HashDouble((PyObject *)v,
                                                 v->cval.real);
    Py_uhash_t imag = (Py_uhash_t)_Py_HashDouble((PyObject *)v,
                                                 v->cval.imag);
    Py_uhash_t hash = real + _PyHASH_IMAG * imag;
    return hash == (Py_uhash_t)-1 ? -2 : (Py_hash_t)hash;
}

static PyObject *
complex_richcompare(PyObject *v, PyObject *w, int op)
{
    if (op != Py_EQ && op != Py_NE) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_complex a = ((PyComplexObject *)v)->cval;
    int equal;
    if (PyLong_Check(w)) {
        /* An int may be too large for a double: the float compares. */
        if (a.imag != 0.0) {
            equal = 0;
        }
        else {
            PyObject *real = PyFloat_FromDouble(a.real);
            if (real == NULL) {
                return NULL;
            }
            PyObject *result = PyObject_RichCompare(real, w, op);
            Py_DECREF(real);
            return result;
        }
    }
    else if (PyFloat_Check(w)) {
        equal = a.real == PyFloat_AsDouble(w) && a.imag == 0.0;
    }
    else if (PyComplex_Check(w)) {
        Py_complex b = ((PyComplexObject *)w)->cval;
        equal = a.real == b.real && a.imag == b.imag;
    }
    else {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyBool_FromLong(op == Py_EQ ? equal : !equal);
}

static PyObject *
complex_repr(PyComplexObject *v)
{
    char *real = NULL;
    char *imag = NULL;
    PyObject *result = NULL;
    int only_imag = v->cval.real == 0.0 && copysign(1.0, v->cval.real) == 1.0;
    if (!only_imag) {
        real = PyOS_double_to_string(v->cval.real, 'r', 0, 0, NULL);
        if (real == NULL) {
            return PyErr_NoMemory();
        }
    }
    imag = PyOS_double_to_string(v->cval.imag, 'r', 0,
                                 only_imag ? 0 : Py_DTSF_SIGN, NULL);
    if (imag == NULL) {
        PyErr_NoMemory();
    }
    else if (only_imag) {
        result = PyUnicode_FromFormat("%sj", imag);
    }
    else {
        result = PyUnicode_FromFormat("(%s%sj)", real, imag);
    }
    PyMem_Free(real);
    PyMem_Free(imag);
    return result;
}

/* -- Methods ------------------------------------------------------------ */

static PyObject *
complex_conjugate(PyComplexObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyComplex_FromDoubles(self->cval.real, -self->cval.imag);
}

static PyObject *
complex_complex(PyComplexObject *self, PyObject *Py_UNUSED(ignored))
{
    return complex_pos(self);
}

static PyObject *
complex_getnewargs(PyComplexObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("(dd)", self->cval.real, self->cval.imag);
}

static PyObject *
complex_format(PyObject *self, PyObject *spec)
{
    if (!PyUnicode_Check(spec)) {
        _PyArg_BadArgument("__format__", "argument", "str", spec);
        return NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (_PyComplex_FormatAdvancedWriter(&writer, self, spec, 0,
                                        PyUnicode_GET_LENGTH(spec)) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

/* -- From text ---------------------------------------------------------- */

/* A number at *s, moved behind it. 0 if there is none; -1 with an
   exception. */
static int
scan_number(const char **s, double *x)
{
    char *end;
    *x = PyOS_string_to_double(*s, &end, NULL);
    if (*x == -1.0 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
            return -1;
        }
        PyErr_Clear();
        end = (char *)*s;
    }
    int found = end != *s;
    *s = end;
    return found;
}

static inline int
is_unit(char c)
{
    return c == 'j' || c == 'J';
}

/* What may stand alone before "j": a sign, or nothing. */
static double
scan_sign(const char **s)
{
    if (**s == '+' || **s == '-') {
        return *(*s)++ == '-' ? -1.0 : 1.0;
    }
    return 1.0;
}

/* REAL, IMAGj, REAL+IMAGj or a bare j, in any case. 0 if s does not match. */
static int
scan_complex(const char **s, Py_complex *value)
{
    double z;
    value->real = 0.0;
    value->imag = 0.0;
    int found = scan_number(s, &z);
    if (found < 0) {
        return -1;
    }
    if (!found) {
        z = scan_sign(s);
        if (!is_unit(**s)) {
            return 0;
        }
        value->imag = z;
        (*s)++;
        return 1;
    }
    if (is_unit(**s)) {
        value->imag = z;
        (*s)++;
        return 1;
    }
    value->real = z;
    if (**s != '+' && **s != '-') {
        return 1;
    }
    found = scan_number(s, &z);
    if (found < 0) {
        return -1;
    }
    if (!found) {
        z = scan_sign(s);
    }
    if (!is_unit(**s)) {
        return 0;
    }
    value->imag = z;
    (*s)++;
    return 1;
}

static PyObject *
complex_from_plain_text(const char *s, Py_ssize_t length, void *type)
{
    const char *last = s + length;
    int parenthesis = 0;
    while (Py_ISSPACE(*s)) {
        s++;
    }
    if (*s == '(') {
        parenthesis = 1;
        do {
            s++;
        } while (Py_ISSPACE(*s));
    }
    Py_complex value;
    int status = scan_complex(&s, &value);
    if (status < 0) {
        return NULL;
    }
    while (Py_ISSPACE(*s)) {
        s++;
    }
    if (parenthesis) {
        if (*s != ')') {
            status = 0;
        }
        else {
            do {
                s++;
            } while (Py_ISSPACE(*s));
        }
    }
    if (status == 0 || s != last) {
        PyErr_SetString(PyExc_ValueError,
                        "complex() arg is a malformed string");
        return NULL;
    }
    return complex_subtype_from(type, value);
}

static PyObject *
complex_from_text(PyTypeObject *type, PyObject *v)
{
    PyObject *ascii = _PyUnicode_TransformDecimalAndSpaceToASCII(v);
    if (ascii == NULL) {
        return NULL;
    }
    Py_ssize_t length;
    const char *s = PyUnicode_AsUTF8AndSize(ascii, &length);
    PyObject *result = NULL;
    if (s != NULL) {
        result = _Py_string_to_number_with_underscores(
            s, length, "complex", v, type, complex_from_plain_text);
    }
    Py_DECREF(ascii);
    return result;
}

/* -- Making ------------------------------------------------------------- */

static int
has_float(PyObject *x)
{
    PyNumberMethods *number = Py_TYPE(x)->tp_as_number;
    return number != NULL
        && (number->nb_float != NULL || number->nb_index != NULL);
}

/* One of the two arguments. *is_complex tells whether it has both parts. */
static int
part_get(PyObject *x, Py_complex *value, int *is_complex)
{
    *is_complex = PyComplex_Check(x);
    if (*is_complex) {
        *value = ((PyComplexObject *)x)->cval;
        return 0;
    }
    PyObject *number = PyNumber_Float(x);
    if (number == NULL) {
        return -1;
    }
    value->real = PyFloat_AS_DOUBLE(number);
    value->imag = 0.0;
    Py_DECREF(number);
    return 0;
}

static PyObject *
complex_make(PyTypeObject *type, PyObject *r, PyObject *i)
{
    if (type == &PyComplex_Type && i == NULL && PyComplex_CheckExact(r)) {
        return Py_NewRef(r);
    }
    if (PyUnicode_Check(r)) {
        if (i != NULL) {
            PyErr_SetString(PyExc_TypeError,
                            "complex() can't take second arg if first is a "
                            "string");
            return NULL;
        }
        return complex_from_text(type, r);
    }
    if (i != NULL && PyUnicode_Check(i)) {
        PyErr_SetString(PyExc_TypeError,
                        "complex() second arg can't be a string");
        return NULL;
    }
    PyObject *real = call_complex_method(r);
    if (real == NULL) {
        if (PyErr_Occurred()) {
            return NULL;
        }
        real = Py_NewRef(r);
    }
    PyObject *result = NULL;
    if (!has_float(real) && !PyComplex_Check(real)) {
        PyErr_Format(PyExc_TypeError,
                     "complex() first argument must be a string or a "
                     "number, not '%.200s'", Py_TYPE(real)->tp_name);
        goto done;
    }
    if (i != NULL && !has_float(i) && !PyComplex_Check(i)) {
        PyErr_Format(PyExc_TypeError,
                     "complex() second argument must be a number, not "
                     "'%.200s'", Py_TYPE(i)->tp_name);
        goto done;
    }
    Py_complex a;
    Py_complex b = {0.0, 0.0};
    int a_is_complex;
    int b_is_complex = 0;
    if (part_get(real, &a, &a_is_complex) < 0
        || (i != NULL && part_get(i, &b, &b_is_complex) < 0)) {
        goto done;
    }
    /* a + b * 1j, but signs of zero are kept where a part is real. */
    if (b_is_complex) {
        a.real -= b.imag;
    }
    if (a_is_complex && i != NULL) {
        b.real += a.imag;
    }
    result = complex_subtype_from(
        type, (Py_complex){a.real, i == NULL ? a.imag : b.real});
done:
    Py_DECREF(real);
    return result;
}

static PyObject *
complex_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"real", "imag", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "complex"};
    PyObject *buffer[2] = {NULL, NULL};
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    PyObject *const *argv = _PyArg_UnpackKeywords(
        ((PyTupleObject *)args)->ob_item, nargs, kwargs, NULL, &parser, 0, 2,
        0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    PyObject *r = argv == buffer || nargs > 0 ? argv[0] : NULL;
    PyObject *i = argv == buffer || nargs > 1 ? argv[1] : NULL;
    if (r == NULL) {
        r = _PyLong_GetZero();
    }
    return complex_make(type, r, i);
}

/* -- The type ----------------------------------------------------------- */

static PyMethodDef complex_methods[] = {
    {"conjugate", (PyCFunction)complex_conjugate, METH_NOARGS,
     PyDoc_STR("conjugate($self, /)\n--\n\n"
               "The complex conjugate. (3-4j).conjugate() == 3+4j.")},
    {"__complex__", (PyCFunction)complex_complex, METH_NOARGS,
     PyDoc_STR("__complex__($self, /)\n--\n\n"
               "The value as an exact complex.")},
    {"__getnewargs__", (PyCFunction)complex_getnewargs, METH_NOARGS,
     PyDoc_STR("__getnewargs__($self, /)\n--\n\n")},
    {"__format__", complex_format, METH_O,
     PyDoc_STR("__format__($self, format_spec, /)\n--\n\n"
               "The text of the value according to format_spec.")},
    {NULL, NULL, 0, NULL}
};

static PyMemberDef complex_members[] = {
    {"real", T_DOUBLE, offsetof(PyComplexObject, cval.real), READONLY,
     PyDoc_STR("the real part of a complex number")},
    {"imag", T_DOUBLE, offsetof(PyComplexObject, cval.imag), READONLY,
     PyDoc_STR("the imaginary part of a complex number")},
    {NULL}
};

static PyNumberMethods complex_as_number = {
    .nb_add = complex_add,
    .nb_subtract = complex_sub,
    .nb_multiply = complex_mul,
    .nb_power = complex_pow,
    .nb_negative = (unaryfunc)complex_neg,
    .nb_positive = (unaryfunc)complex_pos,
    .nb_absolute = (unaryfunc)complex_abs,
    .nb_bool = (inquiry)complex_bool,
    .nb_true_divide = complex_div,
};

PyTypeObject PyComplex_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "complex",
    .tp_basicsize = sizeof(PyComplexObject),
    .tp_repr = (reprfunc)complex_repr,
    .tp_as_number = &complex_as_number,
    .tp_hash = (hashfunc)complex_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("complex(real=0, imag=0)\n--\n\n"
                        "A complex number, real + imag*1j, from numbers or "
                        "from a string."),
    .tp_richcompare = complex_richcompare,
    .tp_methods = complex_methods,
    .tp_members = complex_members,
    .tp_new = complex_new,
    .tp_free = PyObject_Free,
};
