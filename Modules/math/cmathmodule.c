/* cmath: mathematical functions on complex numbers.

   The C library follows C99's annex G for special values; what is added here
   are the errors: ValueError where the result is undefined or a pole,
   OverflowError where a finite argument gives an infinity. */

#include "Python.h"

#include <complex.h>
#include <float.h>

static const double ln_2 = 0.6931471805599453094;
static const double ln_10 = 2.302585092994045684;

static inline double complex
to_c(Py_complex z)
{
    return CMPLX(z.real, z.imag);
}

static inline Py_complex
from_c(double complex z)
{
    return (Py_complex){creal(z), cimag(z)};
}

static inline int
is_finite(Py_complex z)
{
    return isfinite(z.real) && isfinite(z.imag);
}

/* Multiplication by i and by -i, exact. */
static inline Py_complex
times_i(Py_complex z)
{
    return (Py_complex){-z.imag, z.real};
}

static inline Py_complex
times_minus_i(Py_complex z)
{
    return (Py_complex){z.imag, -z.real};
}

static PyObject *
raise_errno(void)
{
    if (errno == EDOM) {
        PyErr_SetString(PyExc_ValueError, "math domain error");
    }
    else if (errno == ERANGE) {
        PyErr_SetString(PyExc_OverflowError, "math range error");
    }
    else {
        PyErr_SetFromErrno(PyExc_ValueError);
    }
    return NULL;
}

/* -- Functions: errno tells about errors -------------------------------- */

static Py_complex
c_result(Py_complex z, double complex value)
{
    Py_complex result = from_c(value);
    errno = is_finite(z) && (isinf(result.real) || isinf(result.imag))
        ? ERANGE : 0;
    return result;
}

static Py_complex
c_acos(Py_complex z)
{
    Py_complex result = from_c(cacos(to_c(z)));
    errno = 0;
    return result;
}

static Py_complex
c_acosh(Py_complex z)
{
    Py_complex result = from_c(cacosh(to_c(z)));
    if (z.real == 0.0 && isnan(z.imag)) {
        result.imag = Py_NAN;   /* C99; newer standards say pi / 2 */
    }
    errno = 0;
    return result;
}

static Py_complex
c_asin(Py_complex z)
{
    Py_complex result = from_c(casin(to_c(z)));
    errno = 0;
    return result;
}

static Py_complex
c_asinh(Py_complex z)
{
    Py_complex result = from_c(casinh(to_c(z)));
    errno = 0;
    return result;
}

static Py_complex
c_atanh(Py_complex z)
{
    Py_complex result = from_c(catanh(to_c(z)));
    errno = z.imag == 0.0 && fabs(z.real) == 1.0 ? EDOM : 0;
    return result;
}

static Py_complex
c_atan(Py_complex z)
{
    return times_minus_i(c_atanh(times_i(z)));
}

static Py_complex
c_cosh(Py_complex z)
{
    Py_complex result = c_result(z, ccosh(to_c(z)));
    if (isinf(z.imag) && !isnan(z.real)) {
        errno = EDOM;
    }
    return result;
}

static Py_complex
c_sinh(Py_complex z)
{
    Py_complex result = c_result(z, csinh(to_c(z)));
    if (isinf(z.imag) && !isnan(z.real)) {
        errno = EDOM;
    }
    return result;
}

static Py_complex
c_tanh(Py_complex z)
{
    Py_complex result = c_result(z, ctanh(to_c(z)));
    if (z.real == 0.0 && isnan(z.imag)) {
        result.real = Py_NAN;   /* C99; newer standards keep the zero */
    }
    if (isinf(z.imag) && isfinite(z.real)) {
        errno = EDOM;
    }
    return result;
}

static Py_complex
c_cos(Py_complex z)
{
    return c_cosh(times_i(z));
}

static Py_complex
c_sin(Py_complex z)
{
    return times_minus_i(c_sinh(times_i(z)));
}

static Py_complex
c_tan(Py_complex z)
{
    return times_minus_i(c_tanh(times_i(z)));
}

static Py_complex
c_exp(Py_complex z)
{
    Py_complex result = c_result(z, cexp(to_c(z)));
    if (isinf(z.imag) && (isfinite(z.real)
                          || (isinf(z.real) && z.real > 0))) {
        errno = EDOM;
    }
    return result;
}

/* log |z|, where |z| itself may overflow, underflow, or be close to 1. */
static double
log_abs(double x, double y)
{
    x = fabs(x);
    y = fabs(y);
    if (x > DBL_MAX / 4.0 || y > DBL_MAX / 4.0) {
        return log(hypot(x / 2.0, y / 2.0)) + ln_2;
    }
    if (x < DBL_MIN && y < DBL_MIN) {
        return log(hypot(ldexp(x, DBL_MANT_DIG), ldexp(y, DBL_MANT_DIG)))
            - DBL_MANT_DIG * ln_2;
    }
    double h = hypot(x, y);
    if (0.71 <= h && h <= 1.73) {
        double large = x > y ? x : y;
        double little = x > y ? y : x;
        return log1p((large - 1) * (large + 1) + little * little) / 2.0;
    }
    return log(h);
}

static Py_complex
c_log(Py_complex z)
{
    Py_complex result;
    errno = 0;
    result.imag = atan2(z.imag, z.real);
    if (isinf(z.real) || isinf(z.imag)) {
        result.real = Py_HUGE_VAL;
    }
    else if (isnan(z.real) || isnan(z.imag)) {
        result.real = Py_NAN;
    }
    else if (z.real == 0.0 && z.imag == 0.0) {
        result.real = -Py_HUGE_VAL;
        errno = EDOM;
    }
    else {
        result.real = log_abs(z.real, z.imag);
        errno = 0;
    }
    return result;
}

static Py_complex
c_log10(Py_complex z)
{
    Py_complex result = c_log(z);
    result.real /= ln_10;
    result.imag /= ln_10;
    return result;
}

static Py_complex
c_sqrt(Py_complex z)
{
    Py_complex result = from_c(csqrt(to_c(z)));
    errno = 0;
    return result;
}

/* -- Python functions --------------------------------------------------- */

static int
complex_get(PyObject *arg, Py_complex *z)
{
    *z = PyComplex_AsCComplex(arg);
    return z->real == -1.0 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *
call_complex(PyObject *arg, Py_complex (*function)(Py_complex))
{
    Py_complex z;
    if (complex_get(arg, &z) < 0) {
        return NULL;
    }
    errno = 0;
    Py_complex result = function(z);
    if (errno != 0) {
        return raise_errno();
    }
    return PyComplex_FromCComplex(result);
}

#define FUNCTION(name)                                                  \
    static PyObject *                                                   \
    cmath_##name(PyObject *Py_UNUSED(module), PyObject *arg)            \
    {                                                                   \
        return call_complex(arg, c_##name);                             \
    }

FUNCTION(acos)
FUNCTION(acosh)
FUNCTION(asin)
FUNCTION(asinh)
FUNCTION(atan)
FUNCTION(atanh)
FUNCTION(cos)
FUNCTION(cosh)
FUNCTION(exp)
FUNCTION(log10)
FUNCTION(sin)
FUNCTION(sinh)
FUNCTION(sqrt)
FUNCTION(tan)
FUNCTION(tanh)

static PyObject *
cmath_log(PyObject *Py_UNUSED(module), PyObject *const *args,
          Py_ssize_t nargs)
{
    Py_complex z;
    if (!_PyArg_CheckPositional("log", nargs, 1, 2)
        || complex_get(args[0], &z) < 0) {
        return NULL;
    }
    Py_complex result = c_log(z);
    if (nargs == 2) {
        int saved = errno;
        if (complex_get(args[1], &z) < 0) {
            return NULL;
        }
        Py_complex base = c_log(z);
        if (errno == 0) {
            errno = saved;
        }
        saved = errno;
        result = _Py_c_quot(result, base);
        if (errno == 0) {
            errno = saved;
        }
    }
    if (errno != 0) {
        return raise_errno();
    }
    return PyComplex_FromCComplex(result);
}

static PyObject *
cmath_phase(PyObject *Py_UNUSED(module), PyObject *arg)
{
    Py_complex z;
    if (complex_get(arg, &z) < 0) {
        return NULL;
    }
    return PyFloat_FromDouble(atan2(z.imag, z.real));
}

static PyObject *
cmath_polar(PyObject *Py_UNUSED(module), PyObject *arg)
{
    Py_complex z;
    if (complex_get(arg, &z) < 0) {
        return NULL;
    }
    double phi = atan2(z.imag, z.real);
    double r = _Py_c_abs(z);
    if (errno != 0) {
        return raise_errno();
    }
    return Py_BuildValue("dd", r, phi);
}

/* Where r or phi is infinite or NaN. */
static Py_complex
rect_special(double r, double phi)
{
    if (isfinite(phi) && isinf(r)) {
        if (phi == 0.0) {
            return (Py_complex){r, r > 0 ? phi : -phi};
        }
        double x = copysign(Py_HUGE_VAL, cos(phi));
        double y = copysign(Py_HUGE_VAL, sin(phi));
        return r > 0 ? (Py_complex){x, y} : (Py_complex){-x, -y};
    }
    if (r == 0.0) {
        return (Py_complex){0.0, 0.0};
    }
    if (isinf(r)) {
        return (Py_complex){Py_HUGE_VAL, Py_NAN};
    }
    if (isnan(r) && phi == 0.0) {
        return (Py_complex){Py_NAN, 0.0};
    }
    return (Py_complex){Py_NAN, Py_NAN};
}

static PyObject *
cmath_rect(PyObject *Py_UNUSED(module), PyObject *const *args,
           Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("rect", nargs, 2, 2)) {
        return NULL;
    }
    double r = PyFloat_AsDouble(args[0]);
    if (r == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    double phi = PyFloat_AsDouble(args[1]);
    if (phi == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    Py_complex z;
    errno = 0;
    if (!isfinite(r) || !isfinite(phi)) {
        z = rect_special(r, phi);
        if (r != 0.0 && !isnan(r) && isinf(phi)) {
            errno = EDOM;
            return raise_errno();
        }
    }
    else if (phi == 0.0) {
        z = (Py_complex){r, r * phi};   /* keeps the sign of zero */
    }
    else {
        z = (Py_complex){r * cos(phi), r * sin(phi)};
    }
    return PyComplex_FromCComplex(z);
}

static PyObject *
cmath_isfinite(PyObject *Py_UNUSED(module), PyObject *arg)
{
    Py_complex z;
    return complex_get(arg, &z) < 0 ? NULL : PyBool_FromLong(is_finite(z));
}

static PyObject *
cmath_isnan(PyObject *Py_UNUSED(module), PyObject *arg)
{
    Py_complex z;
    return complex_get(arg, &z) < 0 ? NULL
        : PyBool_FromLong(isnan(z.real) || isnan(z.imag));
}

static PyObject *
cmath_isinf(PyObject *Py_UNUSED(module), PyObject *arg)
{
    Py_complex z;
    return complex_get(arg, &z) < 0 ? NULL
        : PyBool_FromLong(isinf(z.real) || isinf(z.imag));
}

static PyObject *
cmath_isclose(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"a", "b", "rel_tol", "abs_tol",
                                           NULL};
    Py_complex a;
    Py_complex b;
    double relative = 1e-09;
    double absolute = 0.0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "DD|$dd:isclose",
                                     (char **)keywords, &a, &b, &relative,
                                     &absolute)) {
        return NULL;
    }
    if (relative < 0.0 || absolute < 0.0) {
        PyErr_SetString(PyExc_ValueError, "tolerances must be non-negative");
        return NULL;
    }
    if (a.real == b.real && a.imag == b.imag) {
        Py_RETURN_TRUE;
    }
    if (isinf(a.real) || isinf(a.imag) || isinf(b.real) || isinf(b.imag)) {
        Py_RETURN_FALSE;
    }
    double difference = _Py_c_abs(_Py_c_diff(a, b));
    return PyBool_FromLong(difference <= relative * _Py_c_abs(b)
                           || difference <= relative * _Py_c_abs(a)
                           || difference <= absolute);
}

/* -- The module --------------------------------------------------------- */

#define DOC(signature, text) PyDoc_STR(signature "\n--\n\n" text)
#define ROW(name, text)                                                 \
    {#name, cmath_##name, METH_O, DOC(#name "($module, z, /)", text)}

static PyMethodDef cmath_methods[] = {
    ROW(acos, "The arc cosine of z."),
    ROW(acosh, "The inverse hyperbolic cosine of z."),
    ROW(asin, "The arc sine of z."),
    ROW(asinh, "The inverse hyperbolic sine of z."),
    ROW(atan, "The arc tangent of z."),
    ROW(atanh, "The inverse hyperbolic tangent of z."),
    ROW(cos, "The cosine of z."),
    ROW(cosh, "The hyperbolic cosine of z."),
    ROW(exp, "The exponential value e**z."),
    {"isclose", _PyCFunction_CAST(cmath_isclose),
     METH_VARARGS | METH_KEYWORDS,
     DOC("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
         "Whether two complex numbers are close: no further apart than\n"
         "rel_tol times the larger magnitude, or than abs_tol.")},
    ROW(isfinite, "Whether both parts of z are finite."),
    ROW(isinf, "Whether a part of z is infinite."),
    ROW(isnan, "Whether a part of z is not a number."),
    {"log", _PyCFunction_CAST(cmath_log), METH_FASTCALL,
     DOC("log($module, z, base=<unrepresentable>, /)",
         "The logarithm of z to the base, by default the natural one.")},
    ROW(log10, "The base-10 logarithm of z."),
    ROW(phase, "The argument of z, an angle in radians."),
    ROW(polar, "The pair (r, phi) of distance from 0 and phase."),
    {"rect", _PyCFunction_CAST(cmath_rect), METH_FASTCALL,
     DOC("rect($module, r, phi, /)",
         "The number of distance r from 0 and phase phi.")},
    ROW(sin, "The sine of z."),
    ROW(sinh, "The hyperbolic sine of z."),
    ROW(sqrt, "The square root of z."),
    ROW(tan, "The tangent of z."),
    ROW(tanh, "The hyperbolic tangent of z."),
    {NULL, NULL, 0, NULL}
};

static int
add_value(PyObject *module, const char *name, PyObject *value)
{
    int status = PyModule_AddObjectRef(module, name, value);
    Py_XDECREF(value);
    return status;
}

static int
cmath_exec(PyObject *module)
{
    if (add_value(module, "pi", PyFloat_FromDouble(Py_MATH_PI)) < 0
        || add_value(module, "e", PyFloat_FromDouble(Py_MATH_E)) < 0
        || add_value(module, "tau", PyFloat_FromDouble(Py_MATH_TAU)) < 0
        || add_value(module, "inf", PyFloat_FromDouble(HUGE_VAL)) < 0
        || add_value(module, "nan", PyFloat_FromDouble(NAN)) < 0
        || add_value(module, "infj",
                     PyComplex_FromDoubles(0.0, HUGE_VAL)) < 0
        || add_value(module, "nanj", PyComplex_FromDoubles(0.0, NAN)) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot cmath_slots[] = {
    {Py_mod_exec, cmath_exec},
    {0, NULL}
};

static struct PyModuleDef cmath_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "cmath",
    .m_doc = PyDoc_STR("Mathematical functions on complex numbers."),
    .m_methods = cmath_methods,
    .m_slots = cmath_slots,
};

PyMODINIT_FUNC
PyInit_cmath(void)
{
    return PyModuleDef_Init(&cmath_module);
}
