/* _datetime: timedelta. */

#include "Python.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "datetime_impl.h"
#include "structmember.h"

#define US_PER_SECOND 1000000
#define DELTA(op) ((PyDateTime_Delta *)(op))
#define DAYS(op) DELTA(op)->days
#define SECONDS(op) DELTA(op)->seconds
#define US(op) DELTA(op)->microseconds

/* -- Making ------------------------------------------------------------- */

static int64_t
divmod_floor(int64_t x, int64_t y, int64_t *rest)
{
    int64_t q = x / y;
    int64_t r = x % y;
    if (r < 0) {
        r += y;
        q--;
    }
    *rest = r;
    return q;
}

static PyObject *
delta_from_parts(int64_t days, int64_t seconds, int64_t us, int normalize,
                 PyTypeObject *type)
{
    if (normalize) {
        seconds += divmod_floor(us, US_PER_SECOND, &us);
        days += divmod_floor(seconds, DAY_SECONDS, &seconds);
    }
    if (days < -MAX_DELTA_DAYS || days > MAX_DELTA_DAYS) {
        return PyErr_Format(PyExc_OverflowError,
                            "days=%d; must have magnitude <= %d", (int)days,
                            MAX_DELTA_DAYS);
    }
    PyDateTime_Delta *self = (PyDateTime_Delta *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->hashcode = -1;
        self->days = (int)days;
        self->seconds = (int)seconds;
        self->microseconds = (int)us;
    }
    return (PyObject *)self;
}

PyObject *
delta_new_ex(int days, int seconds, int us, int normalize,
             PyTypeObject *type)
{
    return delta_from_parts(days, seconds, us, normalize, type);
}

int64_t
delta_microseconds(PyObject *delta)
{
    return ((int64_t)DAYS(delta) * DAY_SECONDS + SECONDS(delta))
        * US_PER_SECOND + US(delta);
}

int
delta_is_zero(PyObject *delta)
{
    return DAYS(delta) == 0 && SECONDS(delta) == 0 && US(delta) == 0;
}

int
delta_compare(PyObject *a, PyObject *b)
{
    int difference = DAYS(a) - DAYS(b);
    if (difference == 0) {
        difference = SECONDS(a) - SECONDS(b);
    }
    return difference ? difference : US(a) - US(b);
}

PyObject *
delta_subtract(PyObject *a, PyObject *b)
{
    return delta_from_parts((int64_t)DAYS(a) - DAYS(b),
                            (int64_t)SECONDS(a) - SECONDS(b),
                            (int64_t)US(a) - US(b), 1, &datetime_delta_type);
}

PyObject *
delta_negative(PyObject *delta)
{
    return delta_from_parts(-(int64_t)DAYS(delta), -(int64_t)SECONDS(delta),
                            -(int64_t)US(delta), 1, &datetime_delta_type);
}

/* -- Through microseconds as an int ------------------------------------- */

/* Any timedelta is less than 2**67 microseconds. */
static PyObject *
int_from_wide(__int128 value)
{
    return _PyLong_FromByteArray((unsigned char *)&value, sizeof(value),
                                 PY_LITTLE_ENDIAN, 1);
}

static PyObject *
delta_to_int(PyObject *delta)
{
    __int128 us = ((__int128)DAYS(delta) * DAY_SECONDS + SECONDS(delta))
        * US_PER_SECOND + US(delta);
    return int_from_wide(us);
}

static PyObject *
delta_from_int(PyObject *us_object, PyTypeObject *type)
{
    __int128 us;
    if (_PyLong_AsByteArray((PyLongObject *)us_object, (unsigned char *)&us,
                            sizeof(us), PY_LITTLE_ENDIAN, 1) < 0) {
        PyErr_SetString(PyExc_OverflowError,
                        "Python int too large to convert to C int");
        return NULL;
    }
    __int128 day_us = (__int128)DAY_SECONDS * US_PER_SECOND;
    __int128 days = us / day_us;
    __int128 rest = us % day_us;
    if (rest < 0) {
        rest += day_us;
        days--;
    }
    if (days > INT_MAX || days < INT_MIN) {
        PyErr_SetString(PyExc_OverflowError,
                        "Python int too large to convert to C int");
        return NULL;
    }
    return delta_from_parts((int64_t)days, (int64_t)(rest / US_PER_SECOND),
                            (int64_t)(rest % US_PER_SECOND), 0, type);
}

/* a / b as an int, to nearest, ties to even. */
static PyObject *
divide_nearest(PyObject *a, PyObject *b)
{
    PyObject *pair = _PyLong_DivmodNear(a, b);
    if (pair == NULL) {
        return NULL;
    }
    PyObject *result = Py_NewRef(PyTuple_GET_ITEM(pair, 0));
    Py_DECREF(pair);
    return result;
}

static PyObject *
delta_from_int_steal(PyObject *us)
{
    if (us == NULL) {
        return NULL;
    }
    PyObject *result = delta_from_int(us, &datetime_delta_type);
    Py_DECREF(us);
    return result;
}

/* The numerator and denominator of a float; -1 with an exception. */
static int
ratio_get(PyObject *x, PyObject **numerator, PyObject **denominator)
{
    PyObject *ratio = PyObject_CallMethodNoArgs(
        x, &_Py_ID(as_integer_ratio));
    if (ratio == NULL) {
        return -1;
    }
    if (!PyTuple_Check(ratio)) {
        PyErr_Format(PyExc_TypeError,
                     "unexpected return type from as_integer_ratio(): "
                     "expected tuple, got '%.200s'", Py_TYPE(ratio)->tp_name);
        Py_DECREF(ratio);
        return -1;
    }
    if (PyTuple_GET_SIZE(ratio) != 2) {
        PyErr_SetString(PyExc_ValueError,
                        "as_integer_ratio() must return a 2-tuple");
        Py_DECREF(ratio);
        return -1;
    }
    *numerator = Py_NewRef(PyTuple_GET_ITEM(ratio, 0));
    *denominator = Py_NewRef(PyTuple_GET_ITEM(ratio, 1));
    Py_DECREF(ratio);
    return 0;
}

/* delta times a ratio, or divided by it. */
static PyObject *
scale_by_float(PyObject *delta, PyObject *x, int divide)
{
    PyObject *numerator;
    PyObject *denominator;
    if (ratio_get(x, &numerator, &denominator) < 0) {
        return NULL;
    }
    PyObject *us = delta_to_int(delta);
    PyObject *product = us == NULL ? NULL
        : PyNumber_Multiply(us, divide ? denominator : numerator);
    PyObject *result = NULL;
    if (product != NULL) {
        result = delta_from_int_steal(
            divide_nearest(product, divide ? numerator : denominator));
    }
    Py_XDECREF(us);
    Py_XDECREF(product);
    Py_DECREF(numerator);
    Py_DECREF(denominator);
    return result;
}

/* -- Arithmetic --------------------------------------------------------- */

static PyObject *
delta_add(PyObject *a, PyObject *b)
{
    if (!PyDelta_Check(a) || !PyDelta_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return delta_from_parts((int64_t)DAYS(a) + DAYS(b),
                            (int64_t)SECONDS(a) + SECONDS(b),
                            (int64_t)US(a) + US(b), 1, &datetime_delta_type);
}

static PyObject *
delta_sub(PyObject *a, PyObject *b)
{
    if (!PyDelta_Check(a) || !PyDelta_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return delta_subtract(a, b);
}

static PyObject *
delta_positive(PyObject *self)
{
    return delta_from_parts(DAYS(self), SECONDS(self), US(self), 0,
                            &datetime_delta_type);
}

static PyObject *
delta_abs(PyObject *self)
{
    return DAYS(self) < 0 ? delta_negative(self) : delta_positive(self);
}

static int
delta_bool(PyObject *self)
{
    return !delta_is_zero(self);
}

static PyObject *
apply_to_int(PyObject *delta, PyObject *other,
             PyObject *(*function)(PyObject *, PyObject *))
{
    PyObject *us = delta_to_int(delta);
    if (us == NULL) {
        return NULL;
    }
    PyObject *result = function(us, other);
    Py_DECREF(us);
    return delta_from_int_steal(result);
}

static PyObject *
delta_multiply(PyObject *a, PyObject *b)
{
    if (!PyDelta_Check(a)) {
        PyObject *swap = a;
        a = b;
        b = swap;
    }
    if (PyLong_Check(b)) {
        return apply_to_int(a, b, PyNumber_Multiply);
    }
    if (PyFloat_Check(b)) {
        return scale_by_float(a, b, 0);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

/* function(a, b) on microseconds, as a number. */
static PyObject *
divide_deltas(PyObject *a, PyObject *b,
              PyObject *(*function)(PyObject *, PyObject *))
{
    PyObject *x = delta_to_int(a);
    PyObject *y = x == NULL ? NULL : delta_to_int(b);
    PyObject *result = y == NULL ? NULL : function(x, y);
    Py_XDECREF(x);
    Py_XDECREF(y);
    return result;
}

static PyObject *
delta_floor_divide(PyObject *a, PyObject *b)
{
    if (PyDelta_Check(a)) {
        if (PyLong_Check(b)) {
            return apply_to_int(a, b, PyNumber_FloorDivide);
        }
        if (PyDelta_Check(b)) {
            return divide_deltas(a, b, PyNumber_FloorDivide);
        }
    }
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *
delta_true_divide(PyObject *a, PyObject *b)
{
    if (PyDelta_Check(a)) {
        if (PyDelta_Check(b)) {
            return divide_deltas(a, b, PyNumber_TrueDivide);
        }
        if (PyFloat_Check(b)) {
            return scale_by_float(a, b, 1);
        }
        if (PyLong_Check(b)) {
            return apply_to_int(a, b, divide_nearest);
        }
    }
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *
delta_remainder(PyObject *a, PyObject *b)
{
    if (!PyDelta_Check(a) || !PyDelta_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return delta_from_int_steal(divide_deltas(a, b, PyNumber_Remainder));
}

static PyObject *
delta_divmod(PyObject *a, PyObject *b)
{
    if (!PyDelta_Check(a) || !PyDelta_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *pair = divide_deltas(a, b, PyNumber_Divmod);
    if (pair == NULL) {
        return NULL;
    }
    PyObject *rest = delta_from_int_steal(
        Py_NewRef(PyTuple_GET_ITEM(pair, 1)));
    PyObject *result = rest == NULL ? NULL
        : PyTuple_Pack(2, PyTuple_GET_ITEM(pair, 0), rest);
    Py_XDECREF(rest);
    Py_DECREF(pair);
    return result;
}

static PyObject *
delta_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyDelta_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return compare_result(delta_compare(self, other), op);
}

static PyObject *
delta_state(PyObject *self)
{
    return Py_BuildValue("iii", DAYS(self), SECONDS(self), US(self));
}

static Py_hash_t
delta_hash(PyObject *self)
{
    if (DELTA(self)->hashcode == -1) {
        PyObject *state = delta_state(self);
        if (state == NULL) {
            return -1;
        }
        DELTA(self)->hashcode = PyObject_Hash(state);
        Py_DECREF(state);
    }
    return DELTA(self)->hashcode;
}

/* -- Arguments ---------------------------------------------------------- */

/* sum += amount * factor; what a float leaves behind goes to leftover. */
static PyObject *
accumulate(const char *name, PyObject *sum, PyObject *amount,
           PyObject *factor, double *leftover)
{
    if (PyLong_Check(amount)) {
        PyObject *product = PyNumber_Multiply(amount, factor);
        if (product == NULL) {
            return NULL;
        }
        PyObject *result = PyNumber_Add(sum, product);
        Py_DECREF(product);
        return result;
    }
    if (!PyFloat_Check(amount)) {
        return PyErr_Format(PyExc_TypeError,
                            "unsupported type for timedelta %s component: "
                            "%s", name, Py_TYPE(amount)->tp_name);
    }
    /* The integral part times the factor is exact as ints; the fraction
       times the factor is less than the factor. */
    double whole;
    double fraction = modf(PyFloat_AsDouble(amount), &whole);
    PyObject *x = PyLong_FromDouble(whole);
    if (x == NULL) {
        return NULL;
    }
    PyObject *product = PyNumber_Multiply(x, factor);
    Py_DECREF(x);
    if (product == NULL) {
        return NULL;
    }
    PyObject *y = PyNumber_Add(sum, product);
    Py_DECREF(product);
    if (y == NULL || fraction == 0.0) {
        return y;
    }
    double factor_double = PyLong_AsDouble(factor);
    fraction = modf(fraction * factor_double, &whole);
    *leftover += fraction;
    x = PyLong_FromDouble(whole);
    if (x == NULL) {
        Py_DECREF(y);
        return NULL;
    }
    PyObject *result = PyNumber_Add(y, x);
    Py_DECREF(x);
    Py_DECREF(y);
    return result;
}

/* The leftover, rounded to even in view of the whole sum. */
static PyObject *
add_leftover(PyObject *sum, double leftover)
{
    double whole = round(leftover);
    if (fabs(whole - leftover) == 0.5) {
        /* A tie: the total must be even. */
        PyObject *low = PyNumber_And(sum, _PyLong_GetOne());
        if (low == NULL) {
            return NULL;
        }
        int odd = _PyLong_Sign(low) != 0;
        Py_DECREF(low);
        whole = 2.0 * round((leftover + odd) * 0.5) - odd;
    }
    PyObject *x = PyLong_FromLong((long)whole);
    if (x == NULL) {
        return NULL;
    }
    PyObject *result = PyNumber_Add(sum, x);
    Py_DECREF(x);
    return result;
}

static PyObject *
delta_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "days", "seconds", "microseconds", "milliseconds", "minutes",
        "hours", "weeks", NULL
    };
    static const struct {
        int argument;
        const char *name;
        long long factor;
    } parts[] = {
        {2, "microseconds", 1},
        {3, "milliseconds", 1000},
        {1, "seconds", US_PER_SECOND},
        {4, "minutes", 60LL * US_PER_SECOND},
        {5, "hours", 3600LL * US_PER_SECOND},
        {0, "days", (long long)DAY_SECONDS * US_PER_SECOND},
        {6, "weeks", 7LL * DAY_SECONDS * US_PER_SECOND},
    };
    PyObject *values[7] = {NULL};
    if (!PyArg_ParseTupleAndKeywords(
            args, kwargs, "|OOOOOOO:__new__", (char **)keywords, &values[0],
            &values[1], &values[2], &values[3], &values[4], &values[5],
            &values[6])) {
        return NULL;
    }
    double leftover = 0.0;
    PyObject *sum = PyLong_FromLong(0);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(parts) && sum != NULL; i++) {
        PyObject *value = values[parts[i].argument];
        if (value != NULL) {
            PyObject *factor = PyLong_FromLongLong(parts[i].factor);
            if (factor == NULL) {
                Py_CLEAR(sum);
                break;
            }
            Py_SETREF(sum, accumulate(parts[i].name, sum, value, factor,
                                      &leftover));
            Py_DECREF(factor);
        }
    }
    if (sum != NULL && leftover != 0.0) {
        Py_SETREF(sum, add_leftover(sum, leftover));
    }
    if (sum == NULL) {
        return NULL;
    }
    PyObject *self = delta_from_int(sum, type);
    Py_DECREF(sum);
    return self;
}

/* -- Text --------------------------------------------------------------- */

static PyObject *
delta_repr(PyObject *self)
{
    PyObject *args = PyUnicode_FromString("");
    const struct {
        const char *name;
        int value;
    } parts[] = {
        {"days", DAYS(self)}, {"seconds", SECONDS(self)},
        {"microseconds", US(self)},
    };
    const char *separator = "";
    for (int i = 0; i < 3 && args != NULL; i++) {
        if (parts[i].value != 0) {
            Py_SETREF(args, PyUnicode_FromFormat("%U%s%s=%d", args,
                                                 separator, parts[i].name,
                                                 parts[i].value));
            separator = ", ";
        }
    }
    if (args == NULL) {
        return NULL;
    }
    if (PyUnicode_GET_LENGTH(args) == 0) {
        Py_SETREF(args, PyUnicode_FromString("0"));
    }
    PyObject *repr = args == NULL ? NULL
        : PyUnicode_FromFormat("%s(%S)", Py_TYPE(self)->tp_name, args);
    Py_XDECREF(args);
    return repr;
}

static PyObject *
delta_str(PyObject *self)
{
    int us = US(self);
    int seconds = SECONDS(self);
    int days = DAYS(self);
    char text[40];
    int n = PyOS_snprintf(text, sizeof(text), "%d:%02d:%02d",
                          seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (us != 0) {
        PyOS_snprintf(text + n, sizeof(text) - (size_t)n, ".%06d", us);
    }
    if (days != 0) {
        return PyUnicode_FromFormat("%d day%s, %s", days,
                                    days == 1 || days == -1 ? "" : "s",
                                    text);
    }
    return PyUnicode_FromString(text);
}

/* -- Methods ------------------------------------------------------------ */

static PyObject *
delta_total_seconds(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *us = delta_to_int(self);
    PyObject *million = PyLong_FromLong(US_PER_SECOND);
    PyObject *result = NULL;
    if (us != NULL && million != NULL) {
        result = PyNumber_TrueDivide(us, million);
    }
    Py_XDECREF(us);
    Py_XDECREF(million);
    return result;
}

static PyObject *
delta_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("ON", Py_TYPE(self), delta_state(self));
}

static PyMemberDef delta_members[] = {
    {"days", T_INT, offsetof(PyDateTime_Delta, days), READONLY,
     PyDoc_STR("Number of days.")},
    {"seconds", T_INT, offsetof(PyDateTime_Delta, seconds), READONLY,
     PyDoc_STR("Number of seconds (>= 0 and less than 1 day).")},
    {"microseconds", T_INT, offsetof(PyDateTime_Delta, microseconds),
     READONLY,
     PyDoc_STR("Number of microseconds (>= 0 and less than 1 second).")},
    {NULL}
};

static PyMethodDef delta_methods[] = {
    {"total_seconds", delta_total_seconds, METH_NOARGS,
     PyDoc_STR("Total seconds in the duration.")},
    {"__reduce__", delta_reduce, METH_NOARGS,
     PyDoc_STR("__reduce__() -> (cls, state)")},
    {NULL, NULL, 0, NULL}
};

static PyNumberMethods delta_as_number = {
    .nb_add = delta_add,
    .nb_subtract = delta_sub,
    .nb_multiply = delta_multiply,
    .nb_remainder = delta_remainder,
    .nb_divmod = delta_divmod,
    .nb_negative = delta_negative,
    .nb_positive = delta_positive,
    .nb_absolute = delta_abs,
    .nb_bool = delta_bool,
    .nb_floor_divide = delta_floor_divide,
    .nb_true_divide = delta_true_divide,
};

PyTypeObject datetime_delta_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.timedelta",
    .tp_basicsize = sizeof(PyDateTime_Delta),
    .tp_repr = delta_repr,
    .tp_as_number = &delta_as_number,
    .tp_hash = delta_hash,
    .tp_str = delta_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("The difference between two times.\n\n"
                        "timedelta(days=0, seconds=0, microseconds=0, "
                        "milliseconds=0, minutes=0, hours=0, weeks=0)\n\n"
                        "All arguments may be integers or floats, and may "
                        "be negative."),
    .tp_richcompare = delta_richcompare,
    .tp_methods = delta_methods,
    .tp_members = delta_members,
    .tp_new = delta_tp_new,
};

int
delta_init_constants(void)
{
    PyTypeObject *type = &datetime_delta_type;
    ADD_CLASS_CONSTANT(type, "resolution", delta_new(0, 0, 1, 0));
    ADD_CLASS_CONSTANT(type, "min", delta_new(-MAX_DELTA_DAYS, 0, 0, 0));
    ADD_CLASS_CONSTANT(type, "max", delta_new(MAX_DELTA_DAYS,
                                              DAY_SECONDS - 1, 999999, 0));
    return 0;
}
