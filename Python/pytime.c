/* Times in nanoseconds: conversions, rounding, clocks. */

#include "Python.h"

#define SEC_TO_MS 1000
#define MS_TO_US 1000
#define US_TO_NS 1000
#define SEC_TO_US (SEC_TO_MS * MS_TO_US)
#define MS_TO_NS (MS_TO_US * US_TO_NS)
#define SEC_TO_NS (SEC_TO_MS * MS_TO_NS)

#define TIME_T_MAX _PyTime_MAX
#define TIME_T_MIN _PyTime_MIN

static void
error_time_t_overflow(void)
{
    PyErr_SetString(PyExc_OverflowError,
                    "timestamp out of range for platform time_t");
}

static void
error_overflow(void)
{
    PyErr_SetString(PyExc_OverflowError,
                    "timestamp too large to convert to C _PyTime_t");
}

static int
error_nan(void)
{
    PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)");
    return -1;
}

/* -- Saturating arithmetic: -1 if the result was cut off ----------------- */

static int
add_into(_PyTime_t *t, _PyTime_t other)
{
    if (__builtin_add_overflow(*t, other, t)) {
        *t = other < 0 ? _PyTime_MIN : _PyTime_MAX;
        return -1;
    }
    return 0;
}

static int
multiply_into(_PyTime_t *t, _PyTime_t factor)
{
    _PyTime_t old = *t;
    if (__builtin_mul_overflow(old, factor, t)) {
        *t = (old < 0) == (factor < 0) ? _PyTime_MAX : _PyTime_MIN;
        return -1;
    }
    return 0;
}

_PyTime_t
_PyTime_Add(_PyTime_t t1, _PyTime_t t2)
{
    (void)add_into(&t1, t2);
    return t1;
}

_PyTime_t
_PyTime_MulDiv(_PyTime_t ticks, _PyTime_t mul, _PyTime_t div)
{
    _PyTime_t whole = ticks / div;
    _PyTime_t rest = ticks % div;
    (void)multiply_into(&whole, mul);
    (void)multiply_into(&rest, mul);
    return _PyTime_Add(whole, rest / div);
}

/* -- Rounding ----------------------------------------------------------- */

static double
round_double(double x, _PyTime_round_t round_mode)
{
    /* volatile: kept from extended precision */
    volatile double d = x;
    switch (round_mode) {
    case _PyTime_ROUND_HALF_EVEN: {
        volatile double rounded = round(d);
        if (fabs(d - rounded) == 0.5) {
            rounded = 2.0 * round(d / 2.0);
        }
        return rounded;
    }
    case _PyTime_ROUND_CEILING:
        return ceil(d);
    case _PyTime_ROUND_FLOOR:
        return floor(d);
    default:
        return d >= 0.0 ? ceil(d) : floor(d);
    }
}

/* t / k, rounded; k > 1. */
static _PyTime_t
divide(_PyTime_t t, _PyTime_t k, _PyTime_round_t round_mode)
{
    _PyTime_t q = t / k;
    _PyTime_t r = t % k;
    if (r == 0) {
        return q;
    }
    _PyTime_t away = t > 0 ? 1 : -1;
    int up;     /* away from zero */
    switch (round_mode) {
    case _PyTime_ROUND_HALF_EVEN: {
        _PyTime_t twice = 2 * (r < 0 ? -r : r);
        up = twice > k || (twice == k && (q & 1));
        break;
    }
    case _PyTime_ROUND_CEILING:
        up = t > 0;
        break;
    case _PyTime_ROUND_FLOOR:
        up = t < 0;
        break;
    default:
        up = 1;
        break;
    }
    return up ? q + away : q;
}

/* *quotient = floor(t / k), returns the rest. */
static _PyTime_t
divmod_floor(_PyTime_t t, _PyTime_t k, _PyTime_t *quotient)
{
    _PyTime_t q = t / k;
    _PyTime_t r = t % k;
    if (r < 0) {
        r += k;
        q--;
    }
    *quotient = q;
    return r;
}

/* -- time_t ------------------------------------------------------------- */

time_t
_PyLong_AsTime_t(PyObject *obj)
{
    long long value = PyLong_AsLongLong(obj);
    if (value == -1 && PyErr_Occurred()
        && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        error_time_t_overflow();
    }
    return (time_t)value;
}

PyObject *
_PyLong_FromTime_t(time_t t)
{
    return PyLong_FromLongLong((long long)t);
}

static int
double_to_time_t(double whole, time_t *sec)
{
    /* 2**63 is exact as a double, TIME_T_MAX is not. */
    if (!(-9223372036854775808.0 <= whole && whole < 9223372036854775808.0)) {
        error_time_t_overflow();
        return -1;
    }
    *sec = (time_t)whole;
    return 0;
}

/* Seconds and a numerator below the denominator. */
static int
object_to_denominator(PyObject *obj, time_t *sec, long *numerator,
                      long denominator, _PyTime_round_t round_mode)
{
    if (!PyFloat_Check(obj)) {
        *sec = _PyLong_AsTime_t(obj);
        *numerator = 0;
        return *sec == (time_t)-1 && PyErr_Occurred() ? -1 : 0;
    }
    double d = PyFloat_AsDouble(obj);
    if (isnan(d)) {
        *numerator = 0;
        return error_nan();
    }
    double whole;
    volatile double fraction = modf(d, &whole);
    fraction = round_double(fraction * (double)denominator, round_mode);
    if (fraction >= (double)denominator) {
        fraction -= (double)denominator;
        whole += 1.0;
    }
    else if (fraction < 0) {
        fraction += (double)denominator;
        whole -= 1.0;
    }
    if (double_to_time_t(whole, sec) < 0) {
        return -1;
    }
    *numerator = (long)fraction;
    return 0;
}

int
_PyTime_ObjectToTime_t(PyObject *obj, time_t *sec, _PyTime_round_t round_mode)
{
    if (!PyFloat_Check(obj)) {
        *sec = _PyLong_AsTime_t(obj);
        return *sec == (time_t)-1 && PyErr_Occurred() ? -1 : 0;
    }
    double d = PyFloat_AsDouble(obj);
    if (isnan(d)) {
        return error_nan();
    }
    double whole;
    (void)modf(round_double(d, round_mode), &whole);
    return double_to_time_t(whole, sec);
}

int
_PyTime_ObjectToTimespec(PyObject *obj, time_t *sec, long *nsec,
                         _PyTime_round_t round_mode)
{
    return object_to_denominator(obj, sec, nsec, SEC_TO_NS, round_mode);
}

int
_PyTime_ObjectToTimeval(PyObject *obj, time_t *sec, long *usec,
                        _PyTime_round_t round_mode)
{
    return object_to_denominator(obj, sec, usec, SEC_TO_US, round_mode);
}

/* -- To _PyTime_t ------------------------------------------------------- */

_PyTime_t
_PyTime_FromSeconds(int seconds)
{
    return (_PyTime_t)seconds * SEC_TO_NS;
}

_PyTime_t
_PyTime_FromNanoseconds(_PyTime_t ns)
{
    return ns;
}

int
_PyTime_FromNanosecondsObject(_PyTime_t *tp, PyObject *obj)
{
    if (!PyLong_Check(obj)) {
        PyErr_Format(PyExc_TypeError, "expect int, got %s",
                     Py_TYPE(obj)->tp_name);
        return -1;
    }
    long long ns = PyLong_AsLongLong(obj);
    if (ns == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            error_overflow();
        }
        return -1;
    }
    *tp = ns;
    return 0;
}

static int
from_object(_PyTime_t *tp, PyObject *obj, _PyTime_round_t round_mode,
            long unit_to_ns)
{
    if (PyFloat_Check(obj)) {
        double d = PyFloat_AsDouble(obj);
        if (isnan(d)) {
            return error_nan();
        }
        d = round_double(d * (double)unit_to_ns, round_mode);
        if (!(-9223372036854775808.0 <= d && d < 9223372036854775808.0)) {
            error_overflow();
            *tp = 0;
            return -1;
        }
        *tp = (_PyTime_t)d;
        return 0;
    }
    long long units = PyLong_AsLongLong(obj);
    if (units == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            error_overflow();
        }
        return -1;
    }
    *tp = units;
    if (multiply_into(tp, unit_to_ns) < 0) {
        error_overflow();
        return -1;
    }
    return 0;
}

int
_PyTime_FromSecondsObject(_PyTime_t *tp, PyObject *obj,
                          _PyTime_round_t round_mode)
{
    return from_object(tp, obj, round_mode, SEC_TO_NS);
}

int
_PyTime_FromMillisecondsObject(_PyTime_t *tp, PyObject *obj,
                               _PyTime_round_t round_mode)
{
    return from_object(tp, obj, round_mode, MS_TO_NS);
}

static int
from_parts(_PyTime_t *tp, _PyTime_t sec, _PyTime_t ns, int raise)
{
    *tp = sec;
    int status = multiply_into(tp, SEC_TO_NS);
    if (add_into(tp, ns) < 0) {
        status = -1;
    }
    if (status < 0 && raise) {
        error_overflow();
    }
    return status;
}

int
_PyTime_FromTimespec(_PyTime_t *tp, struct timespec *ts)
{
    return from_parts(tp, ts->tv_sec, ts->tv_nsec, 1);
}

int
_PyTime_FromTimeval(_PyTime_t *tp, struct timeval *tv)
{
    return from_parts(tp, tv->tv_sec, (_PyTime_t)tv->tv_usec * US_TO_NS, 1);
}

/* -- From _PyTime_t ----------------------------------------------------- */

double
_PyTime_AsSecondsDouble(_PyTime_t t)
{
    volatile double d;
    if (t % SEC_TO_NS == 0) {
        d = (double)(t / SEC_TO_NS);    /* exact for longer */
    }
    else {
        d = (double)t;
        d /= 1e9;
    }
    return d;
}

PyObject *
_PyTime_AsNanosecondsObject(_PyTime_t t)
{
    return PyLong_FromLongLong(t);
}

_PyTime_t
_PyTime_AsNanoseconds(_PyTime_t t)
{
    return t;
}

_PyTime_t
_PyTime_AsMicroseconds(_PyTime_t t, _PyTime_round_t round_mode)
{
    return divide(t, US_TO_NS, round_mode);
}

_PyTime_t
_PyTime_AsMilliseconds(_PyTime_t t, _PyTime_round_t round_mode)
{
    return divide(t, MS_TO_NS, round_mode);
}

void
_PyTime_AsTimeval_clamp(_PyTime_t t, struct timeval *tv,
                        _PyTime_round_t round_mode)
{
    _PyTime_t sec;
    _PyTime_t us = divide(t, US_TO_NS, round_mode);
    tv->tv_usec = (suseconds_t)divmod_floor(us, SEC_TO_US, &sec);
    tv->tv_sec = (time_t)sec;
}

int
_PyTime_AsTimeval(_PyTime_t t, struct timeval *tv, _PyTime_round_t round_mode)
{
    _PyTime_AsTimeval_clamp(t, tv, round_mode);
    return 0;
}

int
_PyTime_AsTimevalTime_t(_PyTime_t t, time_t *secs, int *us,
                        _PyTime_round_t round_mode)
{
    struct timeval tv;
    _PyTime_AsTimeval_clamp(t, &tv, round_mode);
    *secs = tv.tv_sec;
    *us = (int)tv.tv_usec;
    return 0;
}

void
_PyTime_AsTimespec_clamp(_PyTime_t t, struct timespec *ts)
{
    _PyTime_t sec;
    ts->tv_nsec = (long)divmod_floor(t, SEC_TO_NS, &sec);
    ts->tv_sec = (time_t)sec;
}

int
_PyTime_AsTimespec(_PyTime_t t, struct timespec *ts)
{
    _PyTime_AsTimespec_clamp(t, ts);
    return 0;
}

/* -- Clocks ------------------------------------------------------------- */

static int
clock_read(clockid_t id, const char *name, int monotonic, _PyTime_t *t,
           _Py_clock_info_t *info, int raise)
{
    struct timespec ts;
    if (clock_gettime(id, &ts) != 0) {
        *t = 0;
        if (raise) {
            PyErr_SetFromErrno(PyExc_OSError);
        }
        return -1;
    }
    if (from_parts(t, ts.tv_sec, ts.tv_nsec, raise) < 0) {
        return -1;
    }
    if (info != NULL) {
        info->implementation = name;
        info->monotonic = monotonic;
        info->adjustable = !monotonic;
        struct timespec resolution;
        info->resolution = 1e-9;
        if (clock_getres(id, &resolution) == 0) {
            info->resolution = (double)resolution.tv_sec
                + (double)resolution.tv_nsec * 1e-9;
        }
    }
    return 0;
}

int
_PyTime_GetSystemClockWithInfo(_PyTime_t *t, _Py_clock_info_t *info)
{
    return clock_read(CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", 0, t,
                      info, 1);
}

_PyTime_t
_PyTime_GetSystemClock(void)
{
    _PyTime_t t;
    (void)clock_read(CLOCK_REALTIME, NULL, 0, &t, NULL, 0);
    return t;
}

int
_PyTime_GetMonotonicClockWithInfo(_PyTime_t *t, _Py_clock_info_t *info)
{
    return clock_read(CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", 1,
                      t, info, 1);
}

_PyTime_t
_PyTime_GetMonotonicClock(void)
{
    _PyTime_t t;
    (void)clock_read(CLOCK_MONOTONIC, NULL, 1, &t, NULL, 0);
    return t;
}

int
_PyTime_GetPerfCounterWithInfo(_PyTime_t *t, _Py_clock_info_t *info)
{
    return _PyTime_GetMonotonicClockWithInfo(t, info);
}

_PyTime_t
_PyTime_GetPerfCounter(void)
{
    return _PyTime_GetMonotonicClock();
}

_PyTime_t
_PyDeadline_Init(_PyTime_t timeout)
{
    return _PyTime_Add(_PyTime_GetMonotonicClock(), timeout);
}

_PyTime_t
_PyDeadline_Get(_PyTime_t deadline)
{
    _PyTime_t now = _PyTime_GetMonotonicClock();
    _PyTime_t left = deadline;
    (void)add_into(&left, -now);
    return left;
}

static int
broken_down(struct tm *result)
{
    if (result != NULL) {
        return 0;
    }
    if (errno == 0) {
        errno = EINVAL;
    }
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

int
_PyTime_localtime(time_t t, struct tm *tm)
{
    errno = 0;
    return broken_down(localtime_r(&t, tm));
}

int
_PyTime_gmtime(time_t t, struct tm *tm)
{
    errno = 0;
    return broken_down(gmtime_r(&t, tm));
}
