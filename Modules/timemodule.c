/* time: clocks, sleeping, broken-down time. */

#include "Python.h"

#include <pthread.h>
#include <sys/times.h>

#include "pycore_abstract.h"
#include "pycore_namespace.h"
#include "pycore_object.h"
#include "pycore_structseq.h"

#define SEC_TO_NS (1000 * 1000 * 1000)

typedef struct {
    PyTypeObject *struct_time_type;
} time_state;

static time_state *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static PyObject *
float_from_time(_PyTime_t t)
{
    return PyFloat_FromDouble(_PyTime_AsSecondsDouble(t));
}

/* -- Clocks ------------------------------------------------------------- */

/* The time of any clock. -1 with OSError. */
static int
clock_get(clockid_t id, _PyTime_t *t)
{
    struct timespec ts;
    if (clock_gettime(id, &ts) != 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return _PyTime_FromTimespec(t, &ts);
}

static int
cpu_clock_get(clockid_t id, const char *name, _PyTime_t *t,
              _Py_clock_info_t *info)
{
    if (info != NULL) {
        struct timespec resolution;
        info->implementation = name;
        info->monotonic = 1;
        info->adjustable = 0;
        if (clock_getres(id, &resolution) != 0) {
            PyErr_SetFromErrno(PyExc_OSError);
            return -1;
        }
        info->resolution = (double)resolution.tv_sec
            + (double)resolution.tv_nsec * 1e-9;
    }
    return clock_get(id, t);
}

static int
process_clock_get(_PyTime_t *t, _Py_clock_info_t *info)
{
    return cpu_clock_get(CLOCK_PROCESS_CPUTIME_ID,
                         "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", t, info);
}

static int
thread_clock_get(_PyTime_t *t, _Py_clock_info_t *info)
{
    return cpu_clock_get(CLOCK_THREAD_CPUTIME_ID,
                         "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", t, info);
}

/* The clocks by their names; each has two functions. */
static const struct {
    const char *name;
    int (*get)(_PyTime_t *t, _Py_clock_info_t *info);
} clocks[] = {
    {"time", _PyTime_GetSystemClockWithInfo},
    {"monotonic", _PyTime_GetMonotonicClockWithInfo},
    {"perf_counter", _PyTime_GetPerfCounterWithInfo},
    {"process_time", process_clock_get},
    {"thread_time", thread_clock_get},
};

#define CLOCK_FUNCTIONS(name, get)                                      \
    static PyObject *                                                   \
    time_##name(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args)) \
    {                                                                   \
        _PyTime_t t;                                                    \
        return get(&t, NULL) < 0 ? NULL : float_from_time(t);           \
    }                                                                   \
                                                                        \
    static PyObject *                                                   \
    time_##name##_ns(PyObject *Py_UNUSED(module),                       \
                     PyObject *Py_UNUSED(args))                         \
    {                                                                   \
        _PyTime_t t;                                                    \
        return get(&t, NULL) < 0 ? NULL                                 \
                                 : _PyTime_AsNanosecondsObject(t);      \
    }

CLOCK_FUNCTIONS(time, _PyTime_GetSystemClockWithInfo)
CLOCK_FUNCTIONS(monotonic, _PyTime_GetMonotonicClockWithInfo)
CLOCK_FUNCTIONS(perf_counter, _PyTime_GetPerfCounterWithInfo)
CLOCK_FUNCTIONS(process_time, process_clock_get)
CLOCK_FUNCTIONS(thread_time, thread_clock_get)

static PyObject *
clock_info_object(const _Py_clock_info_t *info)
{
    PyObject *dict = Py_BuildValue(
        "{s:s,s:O,s:O,s:d}", "implementation", info->implementation,
        "monotonic", info->monotonic ? Py_True : Py_False, "adjustable",
        info->adjustable ? Py_True : Py_False, "resolution",
        info->resolution);
    if (dict == NULL) {
        return NULL;
    }
    PyObject *result = _PyNamespace_New(dict);
    Py_DECREF(dict);
    return result;
}

static PyObject *
time_get_clock_info(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s:get_clock_info", &name)) {
        return NULL;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(clocks); i++) {
        if (strcmp(clocks[i].name, name) == 0) {
            _PyTime_t t;
            _Py_clock_info_t info;
            if (clocks[i].get(&t, &info) < 0) {
                return NULL;
            }
            return clock_info_object(&info);
        }
    }
    PyErr_SetString(PyExc_ValueError, "unknown clock");
    return NULL;
}

static PyObject *
time_clock_gettime(PyObject *Py_UNUSED(module), PyObject *args)
{
    int id;
    _PyTime_t t;
    if (!PyArg_ParseTuple(args, "i:clock_gettime", &id)) {
        return NULL;
    }
    return clock_get((clockid_t)id, &t) < 0 ? NULL : float_from_time(t);
}

static PyObject *
time_clock_gettime_ns(PyObject *Py_UNUSED(module), PyObject *args)
{
    int id;
    _PyTime_t t;
    if (!PyArg_ParseTuple(args, "i:clock_gettime_ns", &id)) {
        return NULL;
    }
    return clock_get((clockid_t)id, &t) < 0
        ? NULL : _PyTime_AsNanosecondsObject(t);
}

static PyObject *
clock_set(int id, _PyTime_t t)
{
    struct timespec ts;
    if (_PyTime_AsTimespec(t, &ts) < 0) {
        return NULL;
    }
    if (clock_settime((clockid_t)id, &ts) != 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

static PyObject *
time_clock_settime(PyObject *Py_UNUSED(module), PyObject *args)
{
    int id;
    PyObject *object;
    _PyTime_t t;
    if (!PyArg_ParseTuple(args, "iO:clock_settime", &id, &object)
        || _PyTime_FromSecondsObject(&t, object, _PyTime_ROUND_FLOOR) < 0) {
        return NULL;
    }
    return clock_set(id, t);
}

static PyObject *
time_clock_settime_ns(PyObject *Py_UNUSED(module), PyObject *args)
{
    int id;
    PyObject *object;
    _PyTime_t t;
    if (!PyArg_ParseTuple(args, "iO:clock_settime", &id, &object)
        || _PyTime_FromNanosecondsObject(&t, object) < 0) {
        return NULL;
    }
    return clock_set(id, t);
}

static PyObject *
time_clock_getres(PyObject *Py_UNUSED(module), PyObject *args)
{
    int id;
    struct timespec ts;
    if (!PyArg_ParseTuple(args, "i:clock_getres", &id)) {
        return NULL;
    }
    if (clock_getres((clockid_t)id, &ts) != 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyFloat_FromDouble((double)ts.tv_sec + (double)ts.tv_nsec * 1e-9);
}

static PyObject *
time_pthread_getcpuclockid(PyObject *Py_UNUSED(module), PyObject *args)
{
    unsigned long thread_id;
    clockid_t id;
    if (!PyArg_ParseTuple(args, "k:pthread_getcpuclockid", &thread_id)) {
        return NULL;
    }
    int error = pthread_getcpuclockid((pthread_t)thread_id, &id);
    if (error) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyLong_FromLong(id);
}

/* -- Sleeping ----------------------------------------------------------- */

/* Until an absolute time, so that signals do not lengthen it. */
static int
sleep_until(_PyTime_t deadline)
{
    struct timespec ts;
    if (_PyTime_AsTimespec(deadline, &ts) < 0) {
        return -1;
    }
    for (;;) {
        int error;
        Py_BEGIN_ALLOW_THREADS
        error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
        Py_END_ALLOW_THREADS
        if (error == 0) {
            return 0;
        }
        if (error != EINTR) {
            errno = error;
            PyErr_SetFromErrno(PyExc_OSError);
            return -1;
        }
        if (PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
}

static PyObject *
time_sleep(PyObject *Py_UNUSED(module), PyObject *object)
{
    _PyTime_t timeout;
    if (_PyTime_FromSecondsObject(&timeout, object,
                                  _PyTime_ROUND_TIMEOUT) < 0) {
        return NULL;
    }
    if (timeout < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "sleep length must be non-negative");
        return NULL;
    }
    _PyTime_t now;
    if (_PyTime_GetMonotonicClockWithInfo(&now, NULL) < 0
        || sleep_until(_PyTime_Add(now, timeout)) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- struct_time -------------------------------------------------------- */

static PyStructSequence_Field struct_time_fields[] = {
    {"tm_year", "year, for example, 1993"},
    {"tm_mon", "month of year, range [1, 12]"},
    {"tm_mday", "day of month, range [1, 31]"},
    {"tm_hour", "hours, range [0, 23]"},
    {"tm_min", "minutes, range [0, 59]"},
    {"tm_sec", "seconds, range [0, 61])"},
    {"tm_wday", "day of week, range [0, 6], Monday is 0"},
    {"tm_yday", "day of year, range [1, 366]"},
    {"tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if "
                 "unknown"},
    {"tm_zone", "abbreviation of timezone name"},
    {"tm_gmtoff", "offset from UTC in seconds"},
    {NULL, NULL}
};

static PyStructSequence_Desc struct_time_desc = {
    "time.struct_time",
    "A time broken down into its parts, as gmtime(), localtime() and\n"
    "strptime() give it and asctime(), mktime() and strftime() take it; a\n"
    "sequence of 9 integers. Unlike in C, years are whole, months and days\n"
    "of the year count from 1, and Monday is day 0 of the week.",
    struct_time_fields, 9
};

static PyObject *
struct_time_from_tm(time_state *state, const struct tm *p)
{
    PyObject *v = PyStructSequence_New(state->struct_time_type);
    if (v == NULL) {
        return NULL;
    }
    const int values[9] = {
        p->tm_year + 1900, p->tm_mon + 1, p->tm_mday, p->tm_hour, p->tm_min,
        p->tm_sec, (p->tm_wday + 6) % 7, p->tm_yday + 1, p->tm_isdst
    };
    for (int i = 0; i < 9; i++) {
        PyStructSequence_SET_ITEM(v, i, PyLong_FromLong(values[i]));
    }
    PyStructSequence_SET_ITEM(v, 9, PyUnicode_DecodeLocale(
        p->tm_zone, "surrogateescape"));
    PyStructSequence_SET_ITEM(v, 10, PyLong_FromLong(p->tm_gmtoff));
    if (PyErr_Occurred()) {
        Py_DECREF(v);
        return NULL;
    }
    return v;
}

/* The optional argument of gmtime, localtime and ctime. */
static int
parse_seconds(PyObject *args, const char *format, time_t *seconds)
{
    PyObject *object = NULL;
    if (!PyArg_ParseTuple(args, format, &object)) {
        return -1;
    }
    if (object == NULL || object == Py_None) {
        *seconds = time(NULL);
        return 0;
    }
    return _PyTime_ObjectToTime_t(object, seconds, _PyTime_ROUND_FLOOR);
}

static PyObject *
time_gmtime(PyObject *module, PyObject *args)
{
    time_t seconds;
    struct tm tm;
    if (parse_seconds(args, "|O:gmtime", &seconds) < 0
        || _PyTime_gmtime(seconds, &tm) < 0) {
        return NULL;
    }
    return struct_time_from_tm(state_of(module), &tm);
}

static PyObject *
time_localtime(PyObject *module, PyObject *args)
{
    time_t seconds;
    struct tm tm;
    if (parse_seconds(args, "|O:localtime", &seconds) < 0
        || _PyTime_localtime(seconds, &tm) < 0) {
        return NULL;
    }
    return struct_time_from_tm(state_of(module), &tm);
}

/* A struct tm from a 9-tuple or struct_time, unchecked. 0 on error. */
static int
tm_from_tuple(time_state *state, PyObject *args, struct tm *p,
              const char *format)
{
    memset(p, 0, sizeof(*p));
    if (!PyTuple_Check(args)) {
        PyErr_SetString(PyExc_TypeError,
                        "Tuple or struct_time argument required");
        return 0;
    }
    int year;
    if (!PyArg_ParseTuple(args, format, &year, &p->tm_mon, &p->tm_mday,
                          &p->tm_hour, &p->tm_min, &p->tm_sec, &p->tm_wday,
                          &p->tm_yday, &p->tm_isdst)) {
        return 0;
    }
    if (year < INT_MIN + 1900) {
        PyErr_SetString(PyExc_OverflowError, "year out of range");
        return 0;
    }
    p->tm_year = year - 1900;
    p->tm_mon--;
    p->tm_wday = (p->tm_wday + 1) % 7;
    p->tm_yday--;
    if (Py_IS_TYPE(args, state->struct_time_type)) {
        PyObject *zone = PyStructSequence_GET_ITEM(args, 9);
        if (zone != Py_None) {
            p->tm_zone = PyUnicode_AsUTF8(zone);
            if (p->tm_zone == NULL) {
                return 0;
            }
        }
        PyObject *offset = PyStructSequence_GET_ITEM(args, 10);
        if (offset != Py_None) {
            p->tm_gmtoff = PyLong_AsLong(offset);
            if (PyErr_Occurred()) {
                return 0;
            }
        }
    }
    return 1;
}

/* Refuses what strftime and asctime would index tables with; a zero month or
   day counts as the first. */
static int
tm_check(struct tm *p)
{
    const char *message = NULL;
    if (p->tm_mon == -1) {
        p->tm_mon = 0;
    }
    else if (p->tm_mon < 0 || p->tm_mon > 11) {
        message = "month out of range";
    }
    if (p->tm_mday == 0) {
        p->tm_mday = 1;
    }
    else if (message == NULL && (p->tm_mday < 0 || p->tm_mday > 31)) {
        message = "day of month out of range";
    }
    if (message != NULL) {
    }
    else if (p->tm_hour < 0 || p->tm_hour > 23) {
        message = "hour out of range";
    }
    else if (p->tm_min < 0 || p->tm_min > 59) {
        message = "minute out of range";
    }
    else if (p->tm_sec < 0 || p->tm_sec > 61) {
        message = "seconds out of range";
    }
    else if (p->tm_wday < 0) {
        message = "day of week out of range";
    }
    else if (p->tm_yday == -1) {
        p->tm_yday = 0;
    }
    else if (p->tm_yday < 0 || p->tm_yday > 365) {
        message = "day of year out of range";
    }
    if (message != NULL) {
        PyErr_SetString(PyExc_ValueError, message);
        return 0;
    }
    return 1;
}

#define TUPLE_FORMAT(name) "iiiiiiiii;" name "(): illegal time tuple argument"

/* -- Formatting --------------------------------------------------------- */

static PyObject *
asctime_from_tm(const struct tm *p)
{
    static const char days[7][4] = {
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"
    };
    static const char months[12][4] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
        "Nov", "Dec"
    };
    return PyUnicode_FromFormat("%s %s%3d %.2d:%.2d:%.2d %d",
                                days[p->tm_wday], months[p->tm_mon],
                                p->tm_mday, p->tm_hour, p->tm_min, p->tm_sec,
                                1900 + p->tm_year);
}

static PyObject *
time_asctime(PyObject *module, PyObject *args)
{
    PyObject *tuple = NULL;
    struct tm tm;
    if (!PyArg_UnpackTuple(args, "asctime", 0, 1, &tuple)) {
        return NULL;
    }
    if (tuple == NULL) {
        if (_PyTime_localtime(time(NULL), &tm) < 0) {
            return NULL;
        }
    }
    else if (!tm_from_tuple(state_of(module), tuple, &tm,
                            TUPLE_FORMAT("asctime")) || !tm_check(&tm)) {
        return NULL;
    }
    return asctime_from_tm(&tm);
}

static PyObject *
time_ctime(PyObject *Py_UNUSED(module), PyObject *args)
{
    time_t seconds;
    struct tm tm;
    if (parse_seconds(args, "|O:ctime", &seconds) < 0
        || _PyTime_localtime(seconds, &tm) < 0) {
        return NULL;
    }
    return asctime_from_tm(&tm);
}

/* strftime tells neither an empty result from a lack of room: the buffer
   grows until it is absurdly large for the format. */
static PyObject *
format_time(const char *format, const struct tm *tm)
{
    size_t length = strlen(format);
    for (size_t room = 1024;; room *= 2) {
        char *buffer = PyMem_Malloc(room);
        if (buffer == NULL) {
            return PyErr_NoMemory();
        }
        errno = 0;
        size_t n = strftime(buffer, room, format, tm);
        if (n > 0 || room >= 256 * length) {
            PyObject *result = PyUnicode_DecodeLocaleAndSize(
                buffer, (Py_ssize_t)n, "surrogateescape");
            PyMem_Free(buffer);
            return result;
        }
        PyMem_Free(buffer);
    }
}

static PyObject *
time_strftime(PyObject *module, PyObject *args)
{
    PyObject *tuple = NULL;
    PyObject *format;
    struct tm tm;
    if (!PyArg_ParseTuple(args, "U|O:strftime", &format, &tuple)) {
        return NULL;
    }
    if (tuple == NULL) {
        if (_PyTime_localtime(time(NULL), &tm) < 0) {
            return NULL;
        }
    }
    else if (!tm_from_tuple(state_of(module), tuple, &tm,
                            TUPLE_FORMAT("strftime")) || !tm_check(&tm)) {
        return NULL;
    }
    /* C libraries understand only -1, 0 and 1. */
    tm.tm_isdst = tm.tm_isdst < -1 ? -1 : tm.tm_isdst > 1 ? 1 : tm.tm_isdst;
    PyObject *bytes = PyUnicode_EncodeLocale(format, "surrogateescape");
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *result = format_time(PyBytes_AS_STRING(bytes), &tm);
    Py_DECREF(bytes);
    return result;
}

static PyObject *
time_strptime(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *strptime_module = PyImport_ImportModule("_strptime");
    if (strptime_module == NULL) {
        return NULL;
    }
    PyObject *function = PyObject_GetAttr(strptime_module,
                                          &_Py_ID(_strptime_time));
    Py_DECREF(strptime_module);
    if (function == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_Call(function, args, NULL);
    Py_DECREF(function);
    return result;
}

static PyObject *
time_mktime(PyObject *module, PyObject *tuple)
{
    struct tm tm;
    if (!tm_from_tuple(state_of(module), tuple, &tm,
                       TUPLE_FORMAT("mktime"))) {
        return NULL;
    }
    /* -1 is a valid result too; the day of the week tells. */
    tm.tm_wday = -1;
    time_t t = mktime(&tm);
    if (t == (time_t)-1 && tm.tm_wday == -1) {
        PyErr_SetString(PyExc_OverflowError,
                        "mktime argument out of range");
        return NULL;
    }
    return PyFloat_FromDouble((double)t);
}

/* -- The time zone ------------------------------------------------------ */

#define YEAR ((time_t)((365 * 24 + 6) * 3600))

static int
zone_at(time_t t, char *name, size_t room, long *offset)
{
    struct tm tm;
    if (_PyTime_localtime(t, &tm) != 0) {
        return -1;
    }
    PyOS_snprintf(name, room, "%s", tm.tm_zone ? tm.tm_zone : "   ");
    *offset = -tm.tm_gmtoff;
    return 0;
}

static int
add_int(PyObject *module, const char *name, long value)
{
    return PyModule_AddIntConstant(module, name, value);
}

/* timezone, altzone, daylight and tzname, from the offsets in January and in
   July; the smaller offset west is summer time. */
static int
timezone_fill(PyObject *module)
{
    tzset();
    time_t year = time(NULL) / YEAR * YEAR;
    char january[100];
    char july[100];
    long january_offset;
    long july_offset;
    if (zone_at(year, january, sizeof(january), &january_offset) < 0
        || zone_at(year + YEAR / 2, july, sizeof(july), &july_offset) < 0) {
        return -1;
    }
    int southern = january_offset < july_offset;
    if (add_int(module, "timezone",
                southern ? july_offset : january_offset) < 0
        || add_int(module, "altzone",
                   southern ? january_offset : july_offset) < 0
        || add_int(module, "daylight", january_offset != july_offset) < 0) {
        return -1;
    }
    PyObject *winter = PyUnicode_DecodeLocale(southern ? july : january,
                                              "surrogateescape");
    PyObject *summer = PyUnicode_DecodeLocale(southern ? january : july,
                                              "surrogateescape");
    PyObject *names = NULL;
    if (winter != NULL && summer != NULL) {
        names = PyTuple_Pack(2, winter, summer);
    }
    Py_XDECREF(winter);
    Py_XDECREF(summer);
    if (names == NULL) {
        return -1;
    }
    int status = PyModule_AddObjectRef(module, "tzname", names);
    Py_DECREF(names);
    return status;
}

static PyObject *
time_tzset(PyObject *module, PyObject *Py_UNUSED(unused))
{
    if (timezone_fill(module) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- The module --------------------------------------------------------- */

#define CLOCK_ROWS(name, what)                                          \
    {#name, time_##name, METH_NOARGS,                                   \
     PyDoc_STR(#name "() -> float\n\n" what)},                          \
    {#name "_ns", time_##name##_ns, METH_NOARGS,                        \
     PyDoc_STR(#name "_ns() -> int\n\n" what " In nanoseconds.")}

static PyMethodDef time_methods[] = {
    CLOCK_ROWS(time, "The current time in seconds since the Epoch."),
    CLOCK_ROWS(monotonic, "A clock that cannot go backward."),
    CLOCK_ROWS(perf_counter, "The clock for measuring durations."),
    CLOCK_ROWS(process_time, "The processor time of this process."),
    CLOCK_ROWS(thread_time, "The processor time of this thread."),
    {"clock_gettime", time_clock_gettime, METH_VARARGS,
     PyDoc_STR("clock_gettime(clk_id) -> float\n\n"
               "The time of the clock clk_id.")},
    {"clock_gettime_ns", time_clock_gettime_ns, METH_VARARGS,
     PyDoc_STR("clock_gettime_ns(clk_id) -> int\n\n"
               "The time of the clock clk_id in nanoseconds.")},
    {"clock_settime", time_clock_settime, METH_VARARGS,
     PyDoc_STR("clock_settime(clk_id, time)\n\n"
               "Set the time of the clock clk_id.")},
    {"clock_settime_ns", time_clock_settime_ns, METH_VARARGS,
     PyDoc_STR("clock_settime_ns(clk_id, time)\n\n"
               "Set the time of the clock clk_id, in nanoseconds.")},
    {"clock_getres", time_clock_getres, METH_VARARGS,
     PyDoc_STR("clock_getres(clk_id) -> floating point number\n\n"
               "The resolution of the clock clk_id.")},
    {"pthread_getcpuclockid", time_pthread_getcpuclockid, METH_VARARGS,
     PyDoc_STR("pthread_getcpuclockid(thread_id) -> int\n\n"
               "The clock of a thread's processor time.")},
    {"sleep", time_sleep, METH_O,
     PyDoc_STR("sleep(seconds)\n\n"
               "Wait for that many seconds, which may be a fraction.")},
    {"gmtime", time_gmtime, METH_VARARGS,
     PyDoc_STR("gmtime([seconds]) -> struct_time\n\n"
               "UTC at that time since the Epoch, by default now.")},
    {"localtime", time_localtime, METH_VARARGS,
     PyDoc_STR("localtime([seconds]) -> struct_time\n\n"
               "Local time at that time since the Epoch, by default now.")},
    {"asctime", time_asctime, METH_VARARGS,
     PyDoc_STR("asctime([tuple]) -> string\n\n"
               "A time tuple, by default now in local time, as text such as\n"
               "'Sat Jun 06 16:26:11 1998'.")},
    {"ctime", time_ctime, METH_VARARGS,
     PyDoc_STR("ctime(seconds) -> string\n\n"
               "The local time at that time since the Epoch, by default "
               "now, as text.")},
    {"mktime", time_mktime, METH_O,
     PyDoc_STR("mktime(tuple) -> floating point number\n\n"
               "Seconds since the Epoch of a time tuple in local time.")},
    {"strftime", time_strftime, METH_VARARGS,
     PyDoc_STR("strftime(format[, tuple]) -> string\n\n"
               "A time tuple, by default now in local time, as text "
               "according\nto a format. Common directives:\n\n"
               "%Y year  %m month  %d day  %H hour  %M minute  %S second\n"
               "%z offset from UTC  %a %A weekday  %b %B month name\n"
               "%c date and time  %I hour of 12  %p AM or PM\n")},
    {"strptime", time_strptime, METH_VARARGS,
     PyDoc_STR("strptime(string, format) -> struct_time\n\n"
               "A time tuple from text according to a format.")},
    {"tzset", time_tzset, METH_NOARGS,
     PyDoc_STR("tzset()\n\n"
               "Take the local time zone from the environment variable TZ "
               "again.")},
    {"get_clock_info", time_get_clock_info, METH_VARARGS,
     PyDoc_STR("get_clock_info(name: str) -> dict\n\n"
               "What is known of the clock of that name.")},
    {NULL, NULL, 0, NULL}
};

static int
time_exec(PyObject *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"CLOCK_REALTIME", CLOCK_REALTIME},
        {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
        {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW},
        {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
        {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID},
        {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
        {"CLOCK_TAI", CLOCK_TAI},
        {"_STRUCT_TM_ITEMS", 11},
    };
    if (timezone_fill(module) < 0) {
        return -1;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        if (add_int(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    time_state *state = state_of(module);
    state->struct_time_type = PyStructSequence_NewType(&struct_time_desc);
    if (state->struct_time_type == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "struct_time",
                                 (PyObject *)state->struct_time_type);
}

static int
time_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(state_of(module)->struct_time_type);
    return 0;
}

static int
time_clear(PyObject *module)
{
    Py_CLEAR(state_of(module)->struct_time_type);
    return 0;
}

static void
time_free(void *module)
{
    (void)time_clear(module);
}

static PyModuleDef_Slot time_slots[] = {
    {Py_mod_exec, time_exec},
    {0, NULL}
};

PyDoc_STRVAR(time_doc,
"Clocks, and times in two forms: seconds since the Epoch (the beginning of\n"
"1970, UTC) as a number, and a tuple of 9 integers (year, month, day, hour,\n"
"minute, second, weekday with Monday 0, day of the year, summer time flag)\n"
"for local time or UTC.\n");

static struct PyModuleDef time_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "time",
    .m_doc = time_doc,
    .m_size = sizeof(time_state),
    .m_methods = time_methods,
    .m_slots = time_slots,
    .m_traverse = time_traverse,
    .m_clear = time_clear,
    .m_free = time_free,
};

PyMODINIT_FUNC
PyInit_time(void)
{
    return PyModuleDef_Init(&time_module);
}
