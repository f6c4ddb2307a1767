/* math: the functions of <math.h> and some more, on floats.

   Results follow C99's annex F, with one convention for errors: a NaN from
   arguments that are no NaN, and an infinity from a singularity, raise
   ValueError ("math domain error"); an infinity from finite arguments that
   is an overflow raises OverflowError ("math range error"). */

#include "Python.h"

#include <float.h>

#include "pycore_call.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "math_integer.h"

static int
raise_domain(void)
{
    PyErr_SetString(PyExc_ValueError, "math domain error");
    return -1;
}

static int
raise_range(void)
{
    PyErr_SetString(PyExc_OverflowError, "math range error");
    return -1;
}


static int
double_get(PyObject *arg, double *x)
{
    if (PyFloat_CheckExact(arg)) {
        *x = PyFloat_AS_DOUBLE(arg);
        return 0;
    }
    *x = PyFloat_AsDouble(arg);
    return *x == -1.0 && PyErr_Occurred() ? -1 : 0;
}

/* -- One argument ------------------------------------------------------- */

static PyObject *
call_1(PyObject *arg, double (*function)(double), int can_overflow)
{
    double x;
    if (double_get(arg, &x) < 0) {
        return NULL;
    }
    errno = 0;
    double result = function(x);
    if (isnan(result) && !isnan(x)) {
        raise_domain();
        return NULL;
    }
    if (isinf(result) && isfinite(x)) {
        if (can_overflow) {
            raise_range();
        }
        else {
            raise_domain();
        }
        return NULL;
    }
    return PyFloat_FromDouble(result);
}

#define FUNCTION_1(name, function, can_overflow)                        \
    static PyObject *                                                   \
    math_##name(PyObject *Py_UNUSED(module), PyObject *arg)             \
    {                                                                   \
        return call_1(arg, function, can_overflow);                     \
    }

FUNCTION_1(acos, acos, 0)
FUNCTION_1(acosh, acosh, 0)
FUNCTION_1(asin, asin, 0)
FUNCTION_1(asinh, asinh, 0)
FUNCTION_1(atan, atan, 0)
FUNCTION_1(atanh, atanh, 0)
FUNCTION_1(cbrt, cbrt, 0)
FUNCTION_1(cos, cos, 0)
FUNCTION_1(cosh, cosh, 1)
FUNCTION_1(erf, erf, 0)
FUNCTION_1(erfc, erfc, 0)
FUNCTION_1(exp, exp, 1)
FUNCTION_1(exp2, exp2, 1)
FUNCTION_1(expm1, expm1, 1)
FUNCTION_1(fabs, fabs, 0)
FUNCTION_1(log1p, log1p, 0)
FUNCTION_1(sin, sin, 0)
FUNCTION_1(sinh, sinh, 1)
FUNCTION_1(sqrt, sqrt, 0)
FUNCTION_1(tan, tan, 0)
FUNCTION_1(tanh, tanh, 0)

/* gamma of small integers is exact. */
static double
gamma_value(double x)
{
    if (x == floor(x)) {
        if (isnan(x) || x == Py_HUGE_VAL) {
            return x;
        }
        if (x <= 0.0) {
            errno = EDOM;
            return x == 0.0 ? copysign(Py_HUGE_VAL, x) : Py_NAN;
        }
        if (x <= 23.0) {
            double product = 1.0;
            for (double k = 2.0; k < x; k++) {
                product *= k;
            }
            return product;
        }
    }
    return tgamma(x);
}

static PyObject *
math_gamma(PyObject *Py_UNUSED(module), PyObject *arg)
{
    double x;
    if (double_get(arg, &x) < 0) {
        return NULL;
    }
    errno = 0;
    double result = gamma_value(x);
    if (errno == EDOM || (isnan(result) && !isnan(x))) {
        raise_domain();
        return NULL;
    }
    if (isinf(result) && isfinite(x)) {
        raise_range();
        return NULL;
    }
    return PyFloat_FromDouble(result);
}

static PyObject *
math_lgamma(PyObject *Py_UNUSED(module), PyObject *arg)
{
    double x;
    if (double_get(arg, &x) < 0) {
        return NULL;
    }
    if (isinf(x)) {
        return PyFloat_FromDouble(Py_HUGE_VAL);
    }
    if (x == floor(x) && x <= 2.0) {
        if (x <= 0.0) {
            raise_domain();
            return NULL;
        }
        return PyFloat_FromDouble(0.0);
    }
    int sign;
    double result = lgamma_r(x, &sign);
    if (isinf(result)) {
        raise_range();
        return NULL;
    }
    return PyFloat_FromDouble(result);
}

/* -- Two arguments ------------------------------------------------------ */

static int
doubles_get(const char *name, PyObject *const *args, Py_ssize_t nargs,
            double *x, double *y)
{
    if (!_PyArg_CheckPositional(name, nargs, 2, 2)) {
        return -1;
    }
    return double_get(args[0], x) < 0 ? -1 : double_get(args[1], y);
}

static PyObject *
call_2(const char *name, PyObject *const *args, Py_ssize_t nargs,
       double (*function)(double, double))
{
    double x;
    double y;
    if (doubles_get(name, args, nargs, &x, &y) < 0) {
        return NULL;
    }
    double result = function(x, y);
    if (isnan(result) && !isnan(x) && !isnan(y)) {
        raise_domain();
        return NULL;
    }
    if (isinf(result) && isfinite(x) && isfinite(y)) {
        raise_range();
        return NULL;
    }
    return PyFloat_FromDouble(result);
}

#define FUNCTION_2(name, function)                                      \
    static PyObject *                                                   \
    math_##name(PyObject *Py_UNUSED(module), PyObject *const *args,     \
                Py_ssize_t nargs)                                       \
    {                                                                   \
        return call_2(#name, args, nargs, function);                    \
    }

FUNCTION_2(atan2, atan2)
FUNCTION_2(copysign, copysign)
FUNCTION_2(remainder, remainder)
FUNCTION_2(fmod, fmod)

static PyObject *
math_pow(PyObject *Py_UNUSED(module), PyObject *const *args,
         Py_ssize_t nargs)
{
    double x;
    double y;
    if (doubles_get("pow", args, nargs, &x, &y) < 0) {
        return NULL;
    }
    double result = pow(x, y);
    if (isfinite(x) && isfinite(y)) {
        if (isnan(result)) {
            raise_domain();
            return NULL;
        }
        if (isinf(result)) {
            if (x == 0.0) {
                raise_domain();
            }
            else {
                raise_range();
            }
            return NULL;
        }
    }
    return PyFloat_FromDouble(result);
}

static PyObject *
math_nextafter(PyObject *Py_UNUSED(module), PyObject *const *args,
               Py_ssize_t nargs)
{
    double x;
    double y;
    if (doubles_get("nextafter", args, nargs, &x, &y) < 0) {
        return NULL;
    }
    return PyFloat_FromDouble(nextafter(x, y));
}

static PyObject *
math_ldexp(PyObject *Py_UNUSED(module), PyObject *const *args,
           Py_ssize_t nargs)
{
    double x;
    if (!_PyArg_CheckPositional("ldexp", nargs, 2, 2)
        || double_get(args[0], &x) < 0) {
        return NULL;
    }
    if (!PyLong_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError,
                        "Expected an int as second argument to ldexp.");
        return NULL;
    }
    int overflow;
    long exponent = PyLong_AsLongAndOverflow(args[1], &overflow);
    if (overflow) {
        exponent = overflow < 0 ? LONG_MIN : LONG_MAX;
    }
    if (x == 0.0 || !isfinite(x)) {
        return PyFloat_FromDouble(x);
    }
    double result = exponent < INT_MIN ? copysign(0.0, x)
        : exponent > INT_MAX ? Py_HUGE_VAL : ldexp(x, (int)exponent);
    if (isinf(result)) {
        raise_range();
        return NULL;
    }
    return PyFloat_FromDouble(result);
}

/* -- Logarithms --------------------------------------------------------- */

/* log of an int of any size, or of a float. */
static PyObject *
logarithm(PyObject *arg, double (*function)(double))
{
    if (PyLong_Check(arg)) {
        if (_PyLong_Sign(arg) <= 0) {
            raise_domain();
            return NULL;
        }
        double x = PyLong_AsDouble(arg);
        if (x == -1.0 && PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_OverflowError)) {
                return NULL;
            }
            PyErr_Clear();
            Py_ssize_t exponent;
            x = _PyLong_Frexp((PyLongObject *)arg, &exponent);
            if (x == -1.0 && PyErr_Occurred()) {
                return NULL;
            }
            return PyFloat_FromDouble(function(x)
                                      + function(2.0) * (double)exponent);
        }
        return PyFloat_FromDouble(function(x));
    }
    return call_1(arg, function, 0);
}

static PyObject *
math_log(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *x;
    PyObject *base = NULL;
    if (PyTuple_GET_SIZE(args) < 1 || PyTuple_GET_SIZE(args) > 2) {
        PyErr_SetString(PyExc_TypeError,
                        "math.log requires 1 to 2 arguments");
        return NULL;
    }
    x = PyTuple_GET_ITEM(args, 0);
    if (PyTuple_GET_SIZE(args) == 2) {
        base = PyTuple_GET_ITEM(args, 1);
    }
    PyObject *numerator = logarithm(x, log);
    if (numerator == NULL || base == NULL) {
        return numerator;
    }
    PyObject *denominator = logarithm(base, log);
    if (denominator == NULL) {
        Py_DECREF(numerator);
        return NULL;
    }
    PyObject *result = PyNumber_TrueDivide(numerator, denominator);
    Py_DECREF(numerator);
    Py_DECREF(denominator);
    return result;
}

static PyObject *
math_log2(PyObject *Py_UNUSED(module), PyObject *x)
{
    return logarithm(x, log2);
}

static PyObject *
math_log10(PyObject *Py_UNUSED(module), PyObject *x)
{
    return logarithm(x, log10);
}

/* -- Integral parts ----------------------------------------------------- */

/* The special method if the type has it; else the function of the float. */
static PyObject *
round_with(PyObject *number, PyObject *name, double (*function)(double))
{
    if (!PyFloat_CheckExact(number)) {
        PyObject *method = _PyObject_LookupSpecial(number, name);
        if (method != NULL) {
            PyObject *result = _PyObject_CallNoArgs(method);
            Py_DECREF(method);
            return result;
        }
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
    double x;
    if (double_get(number, &x) < 0) {
        return NULL;
    }
    return PyLong_FromDouble(function(x));
}

static PyObject *
math_ceil(PyObject *Py_UNUSED(module), PyObject *number)
{
    return round_with(number, &_Py_ID(__ceil__), ceil);
}

static PyObject *
math_floor(PyObject *Py_UNUSED(module), PyObject *number)
{
    return round_with(number, &_Py_ID(__floor__), floor);
}

static PyObject *
math_trunc(PyObject *Py_UNUSED(module), PyObject *x)
{
    if (PyFloat_CheckExact(x)) {
        return PyFloat_Type.tp_as_number->nb_int(x);
    }
    PyObject *method = _PyObject_LookupSpecial(x, &_Py_ID(__trunc__));
    if (method == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError,
                         "type %.100s doesn't define __trunc__ method",
                         Py_TYPE(x)->tp_name);
        }
        return NULL;
    }
    PyObject *result = _PyObject_CallNoArgs(method);
    Py_DECREF(method);
    return result;
}

static PyObject *
math_modf(PyObject *Py_UNUSED(module), PyObject *arg)
{
    double x;
    if (double_get(arg, &x) < 0) {
        return NULL;
    }
    double whole;
    double fraction = modf(x, &whole);
    return Py_BuildValue("(dd)", fraction, whole);
}

static PyObject *
math_frexp(PyObject *Py_UNUSED(module), PyObject *arg)
{
    double x;
    if (double_get(arg, &x) < 0) {
        return NULL;
    }
    int exponent = 0;
    if (isfinite(x) && x != 0.0) {
        x = frexp(x, &exponent);
    }
    return Py_BuildValue("(di)", x, exponent);
}

static PyObject *
math_ulp(PyObject *Py_UNUSED(module), PyObject *arg)
{
    double x;
    if (double_get(arg, &x) < 0) {
        return NULL;
    }
    x = fabs(x);
    if (!isfinite(x)) {
        return PyFloat_FromDouble(x);
    }
    double next = nextafter(x, Py_HUGE_VAL);
    if (isinf(next)) {
        return PyFloat_FromDouble(x - nextafter(x, -Py_HUGE_VAL));
    }
    return PyFloat_FromDouble(next - x);
}

/* -- Sums --------------------------------------------------------------- */

/* Partial sums that do not overlap, growing in size; their sum is exact. */
struct partials {
    double *p;
    Py_ssize_t n;
    Py_ssize_t room;
    double small[32];
};

static int
partials_append(struct partials *partials, double x)
{
    if (partials->n == partials->room) {
        Py_ssize_t room = partials->room * 2;
        double *old = partials->p == partials->small ? NULL : partials->p;
        double *p = PyMem_Realloc(old, (size_t)room * sizeof(double));
        if (p == NULL) {
            PyErr_SetString(PyExc_MemoryError, "math.fsum partials");
            return -1;
        }
        if (old == NULL) {
            memcpy(p, partials->small, sizeof(partials->small));
        }
        partials->p = p;
        partials->room = room;
    }
    partials->p[partials->n++] = x;
    return 0;
}

/* Adds x; what each addition loses is kept as a partial. Returns what is
   left on top, to be appended by the caller. */
static double
partials_add(struct partials *partials, double x)
{
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < partials->n; i++) {
        double y = partials->p[i];
        if (fabs(x) < fabs(y)) {
            double swap = x;
            x = y;
            y = swap;
        }
        volatile double high = x + y;
        volatile double low = y - (high - x);
        if (low != 0.0) {
            partials->p[kept++] = low;
        }
        x = high;
    }
    partials->n = kept;
    return x;
}

/* The sum, rounded once. */
static double
partials_total(const struct partials *partials)
{
    Py_ssize_t n = partials->n;
    if (n == 0) {
        return 0.0;
    }
    const double *p = partials->p;
    volatile double high = p[--n];
    volatile double low = 0.0;
    while (n > 0) {
        double x = high;
        double y = p[--n];
        high = x + y;
        low = y - (high - x);
        if (low != 0.0) {
            break;
        }
    }
    /* low is what was rounded off; if it is half a unit and the next partial
       has its sign, the rounding to even went the wrong way. */
    if (n > 0 && ((low < 0.0 && p[n - 1] < 0.0)
                  || (low > 0.0 && p[n - 1] > 0.0))) {
        double y = low * 2.0;
        volatile double x = high + y;
        if (y == x - high) {
            high = x;
        }
    }
    return high;
}

static PyObject *
math_fsum(PyObject *Py_UNUSED(module), PyObject *seq)
{
    PyObject *iterator = PyObject_GetIter(seq);
    if (iterator == NULL) {
        return NULL;
    }
    struct partials partials = {.n = 0, .room = 32};
    partials.p = partials.small;
    double special_sum = 0.0;   /* of infinities and NaNs */
    double infinities = 0.0;
    PyObject *result = NULL;
    PyObject *item;
    while ((item = PyIter_Next(iterator)) != NULL) {
        double x;
        int status = double_get(item, &x);
        Py_DECREF(item);
        if (status < 0) {
            goto done;
        }
        double given = x;
        x = partials_add(&partials, x);
        if (x == 0.0) {
            continue;
        }
        if (isfinite(x)) {
            if (partials_append(&partials, x) < 0) {
                goto done;
            }
            continue;
        }
        if (isfinite(given)) {
            PyErr_SetString(PyExc_OverflowError,
                            "intermediate overflow in fsum");
            goto done;
        }
        if (isinf(given)) {
            infinities += given;
        }
        special_sum += given;
        partials.n = 0;
    }
    if (PyErr_Occurred()) {
        goto done;
    }
    if (special_sum != 0.0) {
        if (isnan(infinities)) {
            PyErr_SetString(PyExc_ValueError, "-inf + inf in fsum");
        }
        else {
            result = PyFloat_FromDouble(special_sum);
        }
        goto done;
    }
    result = PyFloat_FromDouble(partials_total(&partials));
done:
    Py_DECREF(iterator);
    if (partials.p != partials.small) {
        PyMem_Free(partials.p);
    }
    return result;
}

/* Continues a product as C longs while it fits; *result is replaced. */
static PyObject *
product_as_long(PyObject *iterator, PyObject **result)
{
    int overflow;
    long product = PyLong_AsLongAndOverflow(*result, &overflow);
    if (overflow) {
        return NULL;
    }
    PyObject *item;
    while ((item = PyIter_Next(iterator)) != NULL) {
        long x = 0;
        long next;
        overflow = !PyLong_CheckExact(item);
        if (!overflow) {
            x = PyLong_AsLongAndOverflow(item, &overflow);
        }
        if (overflow || __builtin_mul_overflow(product, x, &next)) {
            break;
        }
        product = next;
        Py_DECREF(item);
    }
    Py_SETREF(*result, PyLong_FromLong(product));
    return item;
}

/* The same for floats, and ints among them. */
static PyObject *
product_as_double(PyObject *iterator, PyObject **result, PyObject *item)
{
    double product = PyFloat_AS_DOUBLE(*result);
    while (item != NULL) {
        if (PyFloat_CheckExact(item)) {
            product *= PyFloat_AS_DOUBLE(item);
        }
        else {
            int overflow = !PyLong_CheckExact(item);
            long x = overflow ? 0 : PyLong_AsLongAndOverflow(item, &overflow);
            if (overflow) {
                break;
            }
            product *= (double)x;
        }
        Py_DECREF(item);
        item = PyIter_Next(iterator);
    }
    Py_SETREF(*result, PyFloat_FromDouble(product));
    return item;
}

static PyObject *
math_prod(PyObject *Py_UNUSED(module), PyObject *const *args,
          Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"", "start", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "prod"};
    PyObject *buffer[2] = {NULL, NULL};
    PyObject *const *argv = _PyArg_UnpackKeywords(
        args, nargs, NULL, kwnames, &parser, 1, 1, 0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    PyObject *start = argv == buffer ? argv[1] : NULL;
    PyObject *iterator = PyObject_GetIter(argv[0]);
    if (iterator == NULL) {
        return NULL;
    }
    PyObject *result = start == NULL ? PyLong_FromLong(1) : Py_NewRef(start);
    PyObject *item = NULL;
    if (PyLong_CheckExact(result)) {
        item = product_as_long(iterator, &result);
    }
    if (item == NULL && result != NULL && !PyErr_Occurred()) {
        item = PyIter_Next(iterator);
    }
    while (item != NULL && result != NULL) {
        if (PyFloat_CheckExact(result)
            && (PyFloat_CheckExact(item) || PyLong_CheckExact(item))) {
            PyObject *before = item;
            item = product_as_double(iterator, &result, item);
            if (item != before || result == NULL) {
                continue;
            }
        }
        Py_SETREF(result, PyNumber_Multiply(result, item));
        Py_DECREF(item);
        item = result == NULL ? NULL : PyIter_Next(iterator);
    }
    Py_XDECREF(item);
    Py_DECREF(iterator);
    if (PyErr_Occurred()) {
        Py_CLEAR(result);
    }
    return result;
}

/* -- Distances ---------------------------------------------------------- */

/* The square root of the sum of squares, scaled by a power of two so that
   nothing overflows, with the rounding errors kept apart and one step of
   Newton's method to correct the root: almost always correctly rounded. */
static double
vector_norm(double *v, Py_ssize_t n, double max, int found_nan)
{
    if (isinf(max)) {
        return max;
    }
    if (found_nan) {
        return Py_NAN;
    }
    if (max == 0.0 || n <= 1) {
        return max;
    }
    int exponent;
    frexp(max, &exponent);
    double sum = 0.0;
    double rest = 0.0;
    for (Py_ssize_t i = 0; i < n; i++) {
        double x = ldexp(v[i], -exponent);
        double square = x * x;
        double error = fma(x, x, -square);
        /* Two-sum: sum + square = total + lost, exactly. */
        double total = sum + square;
        double part = total - sum;
        rest += (sum - (total - part)) + (square - part) + error;
        sum = total;
    }
    double root = sqrt(sum + rest);
    double residue = fma(-root, root, sum) + rest;
    root += residue / (2.0 * root);
    return ldexp(root, exponent);
}

static double *
vector_room(Py_ssize_t n, double *small, Py_ssize_t small_room)
{
    if (n <= small_room) {
        return small;
    }
    double *v = PyMem_New(double, n);
    if (v == NULL) {
        PyErr_NoMemory();
    }
    return v;
}

#define SMALL_VECTOR 16

static PyObject *
math_hypot(PyObject *Py_UNUSED(module), PyObject *const *args,
           Py_ssize_t nargs)
{
    double small[SMALL_VECTOR];
    double *v = vector_room(nargs, small, SMALL_VECTOR);
    if (v == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    double max = 0.0;
    int found_nan = 0;
    for (Py_ssize_t i = 0; i < nargs; i++) {
        if (double_get(args[i], &v[i]) < 0) {
            goto done;
        }
        v[i] = fabs(v[i]);
        found_nan |= isnan(v[i]);
        if (v[i] > max) {
            max = v[i];
        }
    }
    result = PyFloat_FromDouble(vector_norm(v, nargs, max, found_nan));
done:
    if (v != small) {
        PyMem_Free(v);
    }
    return result;
}

static PyObject *
distance(PyObject *p, PyObject *q)
{
    Py_ssize_t n = PyTuple_GET_SIZE(p);
    if (n != PyTuple_GET_SIZE(q)) {
        PyErr_SetString(PyExc_ValueError,
                        "both points must have the same number of "
                        "dimensions");
        return NULL;
    }
    double small[SMALL_VECTOR];
    double *v = vector_room(n, small, SMALL_VECTOR);
    if (v == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    double max = 0.0;
    int found_nan = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        double x;
        double y;
        if (double_get(PyTuple_GET_ITEM(p, i), &x) < 0
            || double_get(PyTuple_GET_ITEM(q, i), &y) < 0) {
            goto done;
        }
        v[i] = fabs(x - y);
        found_nan |= isnan(v[i]);
        if (v[i] > max) {
            max = v[i];
        }
    }
    result = PyFloat_FromDouble(vector_norm(v, n, max, found_nan));
done:
    if (v != small) {
        PyMem_Free(v);
    }
    return result;
}

static PyObject *
math_dist(PyObject *Py_UNUSED(module), PyObject *const *args,
          Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("dist", nargs, 2, 2)) {
        return NULL;
    }
    PyObject *p = PySequence_Tuple(args[0]);
    PyObject *q = p == NULL ? NULL : PySequence_Tuple(args[1]);
    PyObject *result = q == NULL ? NULL : distance(p, q);
    Py_XDECREF(p);
    Py_XDECREF(q);
    return result;
}

/* -- The rest ----------------------------------------------------------- */

static PyObject *
math_degrees(PyObject *Py_UNUSED(module), PyObject *arg)
{
    double x;
    if (double_get(arg, &x) < 0) {
        return NULL;
    }
    return PyFloat_FromDouble(x * (180.0 / Py_MATH_PI));
}

static PyObject *
math_radians(PyObject *Py_UNUSED(module), PyObject *arg)
{
    double x;
    if (double_get(arg, &x) < 0) {
        return NULL;
    }
    return PyFloat_FromDouble(x * (Py_MATH_PI / 180.0));
}

#define PREDICATE(name)                                                 \
    static PyObject *                                                   \
    math_##name(PyObject *Py_UNUSED(module), PyObject *arg)             \
    {                                                                   \
        double x;                                                       \
        if (double_get(arg, &x) < 0) {                                  \
            return NULL;                                                \
        }                                                               \
        return PyBool_FromLong(name(x));                                \
    }

PREDICATE(isfinite)
PREDICATE(isnan)
PREDICATE(isinf)

static PyObject *
math_isclose(PyObject *Py_UNUSED(module), PyObject *const *args,
             Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"a", "b", "rel_tol", "abs_tol",
                                           NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "isclose"};
    PyObject *buffer[4] = {NULL, NULL, NULL, NULL};
    PyObject *const *argv = _PyArg_UnpackKeywords(
        args, nargs, NULL, kwnames, &parser, 2, 2, 0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    double a;
    double b;
    double relative = 1e-09;
    double absolute = 0.0;
    if (double_get(argv[0], &a) < 0 || double_get(argv[1], &b) < 0) {
        return NULL;
    }
    if (argv == buffer) {
        if ((argv[2] != NULL && double_get(argv[2], &relative) < 0)
            || (argv[3] != NULL && double_get(argv[3], &absolute) < 0)) {
            return NULL;
        }
    }
    if (relative < 0.0 || absolute < 0.0) {
        PyErr_SetString(PyExc_ValueError, "tolerances must be non-negative");
        return NULL;
    }
    if (a == b) {
        Py_RETURN_TRUE;
    }
    if (isinf(a) || isinf(b)) {
        Py_RETURN_FALSE;
    }
    double difference = fabs(b - a);
    return PyBool_FromLong(difference <= fabs(relative * b)
                           || difference <= fabs(relative * a)
                           || difference <= absolute);
}

/* -- The module --------------------------------------------------------- */

#define DOC(signature, text) PyDoc_STR(signature "\n--\n\n" text)
#define ROW_1(name, text)                                               \
    {#name, math_##name, METH_O, DOC(#name "($module, x, /)", text)}
#define ROW_2(name, arguments, text)                                    \
    {#name, _PyCFunction_CAST(math_##name), METH_FASTCALL,              \
     DOC(#name "($module, " arguments ")", text)}

static PyMethodDef math_methods[] = {
    ROW_1(acos, "The arc cosine of x in radians, between 0 and pi."),
    ROW_1(acosh, "The inverse hyperbolic cosine of x."),
    ROW_1(asin, "The arc sine of x in radians, between -pi/2 and pi/2."),
    ROW_1(asinh, "The inverse hyperbolic sine of x."),
    ROW_1(atan, "The arc tangent of x in radians, between -pi/2 and pi/2."),
    ROW_2(atan2, "y, x, /",
          "The arc tangent of y/x in radians, the signs of both choosing "
          "the quadrant."),
    ROW_1(atanh, "The inverse hyperbolic tangent of x."),
    ROW_1(cbrt, "The cube root of x."),
    ROW_1(ceil, "The smallest integer that is at least x."),
    ROW_2(copysign, "x, y, /", "The magnitude of x with the sign of y."),
    ROW_1(cos, "The cosine of x, in radians."),
    ROW_1(cosh, "The hyperbolic cosine of x."),
    ROW_1(degrees, "The angle x, in radians, in degrees."),
    ROW_2(dist, "p, q, /",
          "The Euclidean distance between two points, which are sequences\n"
          "or iterables of coordinates of the same length."),
    ROW_1(erf, "The error function at x."),
    ROW_1(erfc, "The complementary error function at x."),
    ROW_1(exp, "e raised to the power of x."),
    ROW_1(exp2, "2 raised to the power of x."),
    ROW_1(expm1, "exp(x)-1, without loss of precision for small x."),
    ROW_1(fabs, "The absolute value of the float x."),
    {"factorial", math_factorial, METH_O,
     DOC("factorial($module, n, /)", "n!, for an integer n >= 0.")},
    ROW_1(floor, "The largest integer that is at most x."),
    ROW_2(fmod, "x, y, /",
          "fmod(x, y) of C: x % y, but with the sign of x."),
    ROW_1(frexp, "The pair (m, e) with x = m * 2.**e and 0.5 <= abs(m) < 1, "
                 "or m = e = 0."),
    {"fsum", math_fsum, METH_O,
     DOC("fsum($module, seq, /)", "The sum of an iterable of floats, "
         "rounded only once.")},
    ROW_1(gamma, "The gamma function at x."),
    {"gcd", _PyCFunction_CAST(math_gcd), METH_FASTCALL,
     DOC("gcd($module, *integers)", "Greatest Common Divisor.")},
    {"hypot", _PyCFunction_CAST(math_hypot), METH_FASTCALL,
     PyDoc_STR("hypot(*coordinates) -> value\n\n"
               "The Euclidean length of a vector.\n\n"
               "    >>> hypot(3.0, 4.0)\n    5.0")},
    {"isclose", _PyCFunction_CAST(math_isclose),
     METH_FASTCALL | METH_KEYWORDS,
     DOC("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
         "Whether two numbers are close: no further apart than rel_tol\n"
         "times the larger magnitude, or than abs_tol.\n\n"
         "NaN is close to nothing, an infinity only to itself.")},
    ROW_1(isfinite, "Whether x is neither an infinity nor NaN."),
    ROW_1(isinf, "Whether x is an infinity."),
    ROW_1(isnan, "Whether x is NaN."),
    {"isqrt", math_isqrt, METH_O,
     DOC("isqrt($module, n, /)", "The integer part of the square root.")},
    {"lcm", _PyCFunction_CAST(math_lcm), METH_FASTCALL,
     DOC("lcm($module, *integers)", "Least Common Multiple.")},
    ROW_2(ldexp, "x, i, /", "x * (2**i), the inverse of frexp()."),
    ROW_1(lgamma, "The logarithm of the absolute gamma function at x."),
    {"log", math_log, METH_VARARGS,
     PyDoc_STR("log(x, [base=math.e])\n"
               "The logarithm of x to the base, by default the natural\n"
               "one.")},
    ROW_1(log1p, "The natural logarithm of 1+x, precise for small x."),
    ROW_1(log10, "The base 10 logarithm of x."),
    ROW_1(log2, "The base 2 logarithm of x."),
    ROW_1(modf, "The fractional and the integral part of x, both with the "
                "sign of x."),
    ROW_2(pow, "x, y, /", "x**y, x to the power of y."),
    ROW_1(radians, "The angle x, in degrees, in radians."),
    ROW_2(remainder, "x, y, /",
          "x - n*y where n*y is the multiple of y nearest to x; at a tie n\n"
          "is even."),
    ROW_1(sin, "The sine of x, in radians."),
    ROW_1(sinh, "The hyperbolic sine of x."),
    ROW_1(sqrt, "The square root of x."),
    ROW_1(tan, "The tangent of x, in radians."),
    ROW_1(tanh, "The hyperbolic tangent of x."),
    ROW_1(trunc, "x truncated toward 0, by its __trunc__ method."),
    {"prod", _PyCFunction_CAST(math_prod), METH_FASTCALL | METH_KEYWORDS,
     DOC("prod($module, iterable, /, *, start=1)",
         "The product of the start value and all items of the iterable.")},
    ROW_2(perm, "n, k=None, /",
          "In how many ways k of n items can be put in order; n! without "
          "k."),
    ROW_2(comb, "n, k, /",
          "In how many ways k of n items can be chosen, without order."),
    ROW_2(nextafter, "x, y, /", "The float after x in the direction of y."),
    ROW_1(ulp, "The value of the least significant bit of the float x."),
    {NULL, NULL, 0, NULL}
};

static int
math_exec(PyObject *module)
{
    static const struct {
        const char *name;
        double value;
    } constants[] = {
        {"pi", Py_MATH_PI},
        {"e", Py_MATH_E},
        {"tau", Py_MATH_TAU},
        {"inf", HUGE_VAL},
        {"nan", NAN},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        PyObject *value = PyFloat_FromDouble(constants[i].value);
        int status = PyModule_AddObjectRef(module, constants[i].name, value);
        Py_XDECREF(value);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot math_slots[] = {
    {Py_mod_exec, math_exec},
    {0, NULL}
};

static struct PyModuleDef math_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "math",
    .m_doc = PyDoc_STR("Mathematical functions on floats and integers."),
    .m_methods = math_methods,
    .m_slots = math_slots,
};

PyMODINIT_FUNC
PyInit_math(void)
{
    return PyModuleDef_Init(&math_module);
}
