/* _datetime: datetime. */

#include "Python.h"
#include "pycore_object.h"
#include "datetime_impl.h"

#define TZINFO(op) PyDateTime_DATE_GET_TZINFO(op)
#define FOLD(op) PyDateTime_DATE_GET_FOLD(op)
#define DATA(op) (((PyDateTime_DateTime *)(op))->data)

struct hms
datetime_time_fields(PyObject *self)
{
    return (struct hms){PyDateTime_DATE_GET_HOUR(self),
                        PyDateTime_DATE_GET_MINUTE(self),
                        PyDateTime_DATE_GET_SECOND(self),
                        PyDateTime_DATE_GET_MICROSECOND(self)};
}

/* -- Making ------------------------------------------------------------- */

static PyDateTime_DateTime *
datetime_alloc(PyTypeObject *type, PyObject *tzinfo)
{
    int aware = tzinfo != Py_None;
    PyDateTime_DateTime *self;
    if (type == &datetime_datetime_type && !aware) {
        self = PyObject_Malloc(sizeof(_PyDateTime_BaseDateTime));
        if (self == NULL) {
            return (PyDateTime_DateTime *)PyErr_NoMemory();
        }
        _PyObject_Init((PyObject *)self, type);
    }
    else {
        self = (PyDateTime_DateTime *)type->tp_alloc(type, aware);
        if (self == NULL) {
            return NULL;
        }
    }
    self->hashcode = -1;
    self->hastzinfo = (char)aware;
    if (aware) {
        self->tzinfo = Py_NewRef(tzinfo);
    }
    return self;
}

PyObject *
datetime_new_ex2(struct ymd d, struct hms t, PyObject *tzinfo, int fold,
                 PyTypeObject *type)
{
    if (check_date(d) < 0 || check_time(t, fold) < 0
        || check_tzinfo(tzinfo) < 0) {
        return NULL;
    }
    PyDateTime_DateTime *self = datetime_alloc(type, tzinfo);
    if (self != NULL) {
        const unsigned char data[_PyDateTime_DATETIME_DATASIZE] = {
            (unsigned char)(d.year >> 8), (unsigned char)d.year,
            (unsigned char)d.month, (unsigned char)d.day,
            (unsigned char)t.hour, (unsigned char)t.minute,
            (unsigned char)t.second, (unsigned char)(t.us >> 16),
            (unsigned char)(t.us >> 8), (unsigned char)t.us
        };
        memcpy(self->data, data, sizeof(data));
        self->fold = (unsigned char)fold;
    }
    return (PyObject *)self;
}

/* Through the constructor of a subclass. */
static PyObject *
datetime_from_class(PyObject *cls, struct ymd d, struct hms t,
                    PyObject *tzinfo, int fold)
{
    if (cls == (PyObject *)&datetime_datetime_type) {
        return datetime_new_ex2(d, t, tzinfo, fold, &datetime_datetime_type);
    }
    PyObject *self = PyObject_CallFunction(
        cls, "iiiiiiiO", d.year, d.month, d.day, t.hour, t.minute, t.second,
        t.us, tzinfo);
    if (self != NULL && fold) {
        ((PyDateTime_DateTime *)self)->fold = (unsigned char)fold;
    }
    return self;
}

/* The month byte has fold in its highest bit. */
static PyObject *
datetime_from_state(PyTypeObject *type, const char *state, PyObject *tzinfo)
{
    if (tzinfo != Py_None && !PyTZInfo_Check(tzinfo)) {
        PyErr_SetString(PyExc_TypeError, "bad tzinfo state arg");
        return NULL;
    }
    PyDateTime_DateTime *self = datetime_alloc(type, tzinfo);
    if (self != NULL) {
        memcpy(self->data, state, _PyDateTime_DATETIME_DATASIZE);
        self->fold = self->data[2] >> 7;
        self->data[2] &= 0x7F;
    }
    return (PyObject *)self;
}

static PyObject *
datetime_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "year", "month", "day", "hour", "minute", "second", "microsecond",
        "tzinfo", "fold", NULL
    };
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (nargs >= 1 && nargs <= 2) {
        PyObject *state = PyTuple_GET_ITEM(args, 0);
        PyObject *tzinfo = nargs == 2 ? PyTuple_GET_ITEM(args, 1) : Py_None;
        if (PyBytes_Check(state)) {
            if (PyBytes_GET_SIZE(state) == _PyDateTime_DATETIME_DATASIZE
                && month_is_sane((unsigned char)PyBytes_AS_STRING(state)[2]
                                 & 0x7F)) {
                return datetime_from_state(type, PyBytes_AS_STRING(state),
                                           tzinfo);
            }
        }
        else if (PyUnicode_Check(state)
                 && PyUnicode_GET_LENGTH(state)
                        == _PyDateTime_DATETIME_DATASIZE
                 && PyUnicode_READ_CHAR(state, 2) <= 255
                 && month_is_sane((unsigned char)
                                  (PyUnicode_READ_CHAR(state, 2) & 0x7F))) {
            PyObject *bytes = PyUnicode_AsLatin1String(state);
            if (bytes == NULL) {
                if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
                    PyErr_SetString(PyExc_ValueError,
                                    "Failed to encode latin1 string when "
                                    "unpickling a datetime object. "
                                    "pickle.load(data, encoding='latin1') "
                                    "is assumed.");
                }
                return NULL;
            }
            PyObject *self = datetime_from_state(
                type, PyBytes_AS_STRING(bytes), tzinfo);
            Py_DECREF(bytes);
            return self;
        }
    }
    struct ymd d;
    struct hms t = {0, 0, 0, 0};
    PyObject *tzinfo = Py_None;
    int fold = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "iii|iiiiO$i",
                                     (char **)keywords, &d.year, &d.month,
                                     &d.day, &t.hour, &t.minute, &t.second,
                                     &t.us, &tzinfo, &fold)) {
        return NULL;
    }
    return datetime_new_ex2(d, t, tzinfo, fold, type);
}

static void
datetime_dealloc(PyObject *self)
{
    if (_PyDateTime_HAS_TZINFO(self)) {
        Py_XDECREF(((PyDateTime_DateTime *)self)->tzinfo);
    }
    Py_TYPE(self)->tp_free(self);
}

/* -- Local time --------------------------------------------------------- */

/* Seconds are counted from 0001-01-01 here. */
#define EPOCH_SECONDS (INT64_C(719163) * DAY_SECONDS)
#define MAX_FOLD_SECONDS DAY_SECONDS

/* -1 with ValueError if the year is out of range. */
static int64_t
seconds_of(struct ymd d, struct hms t)
{
    if (d.year < MINYEAR || d.year > MAXYEAR) {
        PyErr_Format(PyExc_ValueError, "year %i is out of range", d.year);
        return -1;
    }
    return ((int64_t)ymd_to_ordinal(d) * 24 + t.hour) * 3600 + t.minute * 60
        + t.second;
}

/* The local time at that UTC. */
static int64_t
local_seconds(int64_t u)
{
    struct tm tm;
    time_t t = (time_t)(u - EPOCH_SECONDS);
    if (_PyTime_localtime(t, &tm) != 0) {
        return -1;
    }
    return seconds_of((struct ymd){tm.tm_year + 1900, tm.tm_mon + 1,
                                   tm.tm_mday},
                      (struct hms){tm.tm_hour, tm.tm_min, tm.tm_sec, 0});
}

/* UTC of a local time, which may not exist, or exist twice. */
static int64_t
utc_from_local(struct ymd d, struct hms time, int fold)
{
    int64_t t = seconds_of(d, time);
    if (t == -1) {
        return -1;
    }
    int64_t lt = local_seconds(t);
    if (lt == -1) {
        return -1;
    }
    int64_t a = lt - t;
    int64_t u1 = t - a;
    int64_t t1 = local_seconds(u1);
    if (t1 == -1) {
        return -1;
    }
    int64_t u2;
    int64_t b;
    if (t1 == t) {
        /* One solution; is there another offset nearby? */
        u2 = fold ? u1 + MAX_FOLD_SECONDS : u1 - MAX_FOLD_SECONDS;
        lt = local_seconds(u2);
        if (lt == -1) {
            return -1;
        }
        b = lt - u2;
        if (a == b) {
            return u1;
        }
    }
    else {
        b = t1 - u1;
    }
    u2 = t - b;
    int64_t t2 = local_seconds(u2);
    if (t2 == -1) {
        return -1;
    }
    if (t2 == t) {
        return u2;
    }
    if (t1 == t) {
        return u1;
    }
    /* In a gap. */
    return fold ? Py_MIN(u1, u2) : Py_MAX(u1, u2);
}

/* timezone(offset, name) of local time at a POSIX time. */
static PyObject *
local_timezone_at(time_t t)
{
    struct tm tm;
    if (_PyTime_localtime(t, &tm) != 0) {
        return NULL;
    }
    PyObject *offset = delta_new(0, (int)tm.tm_gmtoff, 0, 1);
    if (offset == NULL) {
        return NULL;
    }
    PyObject *name = NULL;
    PyObject *result = NULL;
    if (tm.tm_zone != NULL) {
        name = PyUnicode_DecodeLocale(tm.tm_zone, "surrogateescape");
    }
    if (tm.tm_zone == NULL || name != NULL) {
        result = timezone_make(offset, name);
    }
    Py_DECREF(offset);
    Py_XDECREF(name);
    return result;
}

static PyObject *
local_timezone_from_local(PyObject *self)
{
    int64_t u = utc_from_local(date_fields(self),
                               datetime_time_fields(self), FOLD(self));
    if (u == -1) {
        return NULL;
    }
    return local_timezone_at((time_t)(u - EPOCH_SECONDS));
}

/* -- From timestamps ---------------------------------------------------- */

typedef int (*break_down)(time_t t, struct tm *tm);

static PyObject *
from_time_and_us(PyObject *cls, break_down function, time_t t, int us,
                 PyObject *tzinfo)
{
    struct tm tm;
    if (function(t, &tm) != 0) {
        return NULL;
    }
    struct ymd d = {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
    struct hms time = {tm.tm_hour, tm.tm_min, Py_MIN(tm.tm_sec, 59), us};
    int fold = 0;
    if (tzinfo == Py_None && function == _PyTime_localtime) {
        int64_t here = seconds_of(d, time);
        if (here == -1 && PyErr_Occurred()) {
            return NULL;
        }
        int64_t before = local_seconds(EPOCH_SECONDS + t - MAX_FOLD_SECONDS);
        if (before == -1) {
            return NULL;
        }
        int64_t transition = here - before - MAX_FOLD_SECONDS;
        if (transition < 0) {
            before = local_seconds(EPOCH_SECONDS + t + transition);
            if (before == -1) {
                return NULL;
            }
            fold = before == here;
        }
    }
    return datetime_from_class(cls, d, time, tzinfo, fold);
}

static PyObject *
from_timestamp(PyObject *cls, break_down function, PyObject *timestamp,
               PyObject *tzinfo)
{
    time_t t;
    long us;
    if (_PyTime_ObjectToTimeval(timestamp, &t, &us,
                                _PyTime_ROUND_HALF_EVEN) < 0) {
        return NULL;
    }
    return from_time_and_us(cls, function, t, (int)us, tzinfo);
}

static PyObject *
now_of_class(PyObject *cls, break_down function, PyObject *tzinfo)
{
    time_t secs;
    int us;
    if (_PyTime_AsTimevalTime_t(_PyTime_GetSystemClock(), &secs, &us,
                                _PyTime_ROUND_FLOOR) < 0) {
        return NULL;
    }
    return from_time_and_us(cls, function, secs, us, tzinfo);
}

/* self is UTC with tzinfo attached; takes the reference. */
static PyObject *
convert_from_utc_steal(PyObject *self, PyObject *tzinfo)
{
    if (self != NULL && tzinfo != Py_None) {
        Py_SETREF(self, PyObject_CallMethodOneArg(tzinfo, &_Py_ID(fromutc),
                                                  self));
    }
    return self;
}

static PyObject *
datetime_now(PyObject *cls, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"tz", NULL};
    PyObject *tz = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:now",
                                     (char **)keywords, &tz)
        || check_tzinfo(tz) < 0) {
        return NULL;
    }
    break_down function = tz == Py_None ? _PyTime_localtime : _PyTime_gmtime;
    return convert_from_utc_steal(now_of_class(cls, function, tz), tz);
}

static PyObject *
datetime_utcnow(PyObject *cls, PyObject *Py_UNUSED(ignored))
{
    return now_of_class(cls, _PyTime_gmtime, Py_None);
}

PyObject *
datetime_fromtimestamp(PyObject *cls, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"timestamp", "tz", NULL};
    PyObject *timestamp;
    PyObject *tz = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:fromtimestamp",
                                     (char **)keywords, &timestamp, &tz)
        || check_tzinfo(tz) < 0) {
        return NULL;
    }
    break_down function = tz == Py_None ? _PyTime_localtime : _PyTime_gmtime;
    return convert_from_utc_steal(
        from_timestamp(cls, function, timestamp, tz), tz);
}

static PyObject *
datetime_utcfromtimestamp(PyObject *cls, PyObject *args)
{
    PyObject *timestamp;
    if (!PyArg_ParseTuple(args, "O:utcfromtimestamp", &timestamp)) {
        return NULL;
    }
    return from_timestamp(cls, _PyTime_gmtime, timestamp, Py_None);
}

static PyObject *
datetime_strptime(PyObject *cls, PyObject *args)
{
    PyObject *string, *format;
    if (!PyArg_ParseTuple(args, "UU:strptime", &string, &format)) {
        return NULL;
    }
    PyObject *module = PyImport_ImportModule("_strptime");
    if (module == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethodObjArgs(
        module, &_Py_ID(_strptime_datetime), cls, string, format, NULL);
    Py_DECREF(module);
    return result;
}

static PyObject *
datetime_combine(PyObject *cls, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"date", "time", "tzinfo", NULL};
    PyObject *date, *time;
    PyObject *tzinfo = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!O!|O:combine",
                                     (char **)keywords, &datetime_date_type,
                                     &date, &datetime_time_type, &time,
                                     &tzinfo)) {
        return NULL;
    }
    if (tzinfo == NULL) {
        tzinfo = PyDateTime_TIME_GET_TZINFO(time);
    }
    return datetime_from_class(cls, date_fields(date), time_fields(time),
                               tzinfo, PyDateTime_TIME_GET_FOLD(time));
}

/* Where the date ends in an ISO 8601 string of at least 7 characters. */
static Py_ssize_t
find_separator(const char *s, Py_ssize_t n)
{
    if (n == 7) {
        return 7;
    }
    if (s[4] == '-') {
        if (s[5] != 'W') {
            return 10;                  /* YYYY-MM-DD */
        }
        if (n > 8 && s[8] == '-') {
            if (n == 9) {
                return -1;
            }
            /* YYYY-Www-D, or YYYY-Www- and a time of two digits */
            return n > 10 && Py_ISDIGIT(s[10]) ? 8 : 10;
        }
        return 8;
    }
    if (s[4] != 'W') {
        return 8;                       /* YYYYMMDD */
    }
    Py_ssize_t i = 7;
    while (i < n && Py_ISDIGIT(s[i])) {
        i++;
    }
    if (i < 9) {
        return i;
    }
    return i % 2 == 0 ? 7 : 8;
}

static PyObject *
datetime_fromisoformat(PyObject *cls, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError,
                        "fromisoformat: argument must be str");
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    char s[128];
    struct ymd d;
    struct iso_time parsed;
    memset(&parsed, 0, sizeof(parsed));
    if (n < 7 || n >= (Py_ssize_t)sizeof(s)) {
        goto invalid;
    }
    /* Only the separator may be beyond ASCII. */
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(text, i);
        s[i] = c < 128 ? (char)c : '?';
    }
    s[n] = '\0';
    Py_ssize_t split = find_separator(s, n);
    if (split < 0 || split > n || iso_parse_date(s, split, &d) < 0) {
        goto invalid;
    }
    if (split < n && iso_parse_time(s + split + 1, n - split - 1,
                                    &parsed) < 0) {
        goto invalid;
    }
    PyObject *tzinfo = Py_NewRef(Py_None);
    if (parsed.has_offset) {
        PyObject *offset = delta_new(0, parsed.offset, parsed.offset_us, 1);
        if (offset == NULL) {
            Py_DECREF(tzinfo);
            return NULL;
        }
        Py_SETREF(tzinfo, timezone_make(offset, NULL));
        Py_DECREF(offset);
        if (tzinfo == NULL) {
            return NULL;
        }
    }
    PyObject *result = datetime_from_class(cls, d, parsed.time, tzinfo, 0);
    Py_DECREF(tzinfo);
    return result;

invalid:
    return PyErr_Format(PyExc_ValueError, "Invalid isoformat string: %R",
                        text);
}

/* -- The zone ----------------------------------------------------------- */

static PyObject *
datetime_utcoffset(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return call_utcoffset(TZINFO(self), self);
}

static PyObject *
datetime_dst(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return call_dst(TZINFO(self), self);
}

static PyObject *
datetime_tzname(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return call_tzname(TZINFO(self), self);
}

/* -- Arithmetic --------------------------------------------------------- */

static int64_t
day_seconds(PyObject *self)
{
    struct hms t = datetime_time_fields(self);
    return (int64_t)t.hour * 3600 + t.minute * 60 + t.second;
}

PyObject *
datetime_add_delta(PyObject *self, PyObject *delta, int factor)
{
    struct ymd d = date_fields(self);
    int64_t us = PyDateTime_DATE_GET_MICROSECOND(self)
        + (int64_t)PyDateTime_DELTA_GET_MICROSECONDS(delta) * factor;
    int64_t seconds = day_seconds(self)
        + (int64_t)PyDateTime_DELTA_GET_SECONDS(delta) * factor;
    int64_t days = (int64_t)PyDateTime_DELTA_GET_DAYS(delta) * factor;
    seconds += us / 1000000;
    us %= 1000000;
    if (us < 0) {
        us += 1000000;
        seconds--;
    }
    days += seconds / DAY_SECONDS;
    seconds %= DAY_SECONDS;
    if (seconds < 0) {
        seconds += DAY_SECONDS;
        days--;
    }
    if (ymd_add_days(&d, days) < 0) {
        return NULL;
    }
    int s = (int)seconds;
    return datetime_from_class(
        (PyObject *)Py_TYPE(self), d,
        (struct hms){s / 3600, s / 60 % 60, s % 60, (int)us}, TZINFO(self),
        0);
}

static PyObject *
datetime_add(PyObject *a, PyObject *b)
{
    if (PyDateTime_Check(a) && PyDelta_Check(b)) {
        return datetime_add_delta(a, b, 1);
    }
    if (PyDelta_Check(a) && PyDateTime_Check(b)) {
        return datetime_add_delta(b, a, 1);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

/* The difference of the fields alone. */
static PyObject *
field_difference(PyObject *a, PyObject *b)
{
    return delta_new((ymd_to_ordinal(date_fields(a))
                      - ymd_to_ordinal(date_fields(b))),
                     (int)(day_seconds(a) - day_seconds(b)),
                     PyDateTime_DATE_GET_MICROSECOND(a)
                         - PyDateTime_DATE_GET_MICROSECOND(b), 1);
}

static PyObject *
datetime_difference(PyObject *a, PyObject *b)
{
    if (TZINFO(a) == TZINFO(b)) {
        return field_difference(a, b);
    }
    PyObject *result = NULL;
    PyObject *offset2 = NULL;
    PyObject *offset1 = datetime_utcoffset(a, NULL);
    if (offset1 == NULL) {
        return NULL;
    }
    offset2 = datetime_utcoffset(b, NULL);
    if (offset2 == NULL) {
        goto done;
    }
    if ((offset1 == Py_None) != (offset2 == Py_None)) {
        PyErr_SetString(PyExc_TypeError,
                        "can't subtract offset-naive and offset-aware "
                        "datetimes");
        goto done;
    }
    result = field_difference(a, b);
    if (result != NULL && offset1 != Py_None
        && delta_compare(offset1, offset2) != 0) {
        PyObject *shift = delta_subtract(offset1, offset2);
        if (shift == NULL) {
            Py_CLEAR(result);
        }
        else {
            Py_SETREF(result, delta_subtract(result, shift));
            Py_DECREF(shift);
        }
    }
done:
    Py_DECREF(offset1);
    Py_XDECREF(offset2);
    return result;
}

static PyObject *
datetime_subtract(PyObject *a, PyObject *b)
{
    if (PyDateTime_Check(a)) {
        if (PyDateTime_Check(b)) {
            return datetime_difference(a, b);
        }
        if (PyDelta_Check(b)) {
            return datetime_add_delta(a, b, -1);
        }
    }
    Py_RETURN_NOTIMPLEMENTED;
}

/* -- Comparison and hash ------------------------------------------------ */

static PyObject *
with_fold(PyObject *self, int fold)
{
    return datetime_new_ex2(date_fields(self), datetime_time_fields(self),
                            TZINFO(self), fold, &datetime_datetime_type);
}

/* Does the offset depend on fold? Such times equal no time of another zone
   (PEP 495). */
static int
offset_depends_on_fold(PyObject *self, PyObject *offset)
{
    PyObject *other = with_fold(self, !FOLD(self));
    if (other == NULL) {
        return -1;
    }
    PyObject *flipped = datetime_utcoffset(other, NULL);
    Py_DECREF(other);
    if (flipped == NULL) {
        return -1;
    }
    int differs = flipped != offset
        && (!PyDelta_Check(flipped) || !PyDelta_Check(offset)
            || delta_compare(flipped, offset) != 0);
    Py_DECREF(flipped);
    return differs;
}

static int
is_fold_problem(PyObject *a, PyObject *offset_a, PyObject *b,
                PyObject *offset_b)
{
    int problem = offset_depends_on_fold(a, offset_a);
    return problem ? problem : offset_depends_on_fold(b, offset_b);
}

static PyObject *
compare_aware(PyObject *self, PyObject *other, PyObject *offset1,
              PyObject *offset2, int op)
{
    int difference;
    if (offset1 == offset2
        || (PyDelta_Check(offset1) && PyDelta_Check(offset2)
            && delta_compare(offset1, offset2) == 0)) {
        difference = memcmp(DATA(self), DATA(other),
                            _PyDateTime_DATETIME_DATASIZE);
    }
    else if (offset1 != Py_None && offset2 != Py_None) {
        PyObject *delta = datetime_difference(self, other);
        if (delta == NULL) {
            return NULL;
        }
        difference = PyDateTime_DELTA_GET_DAYS(delta);
        if (difference == 0) {
            difference = PyDateTime_DELTA_GET_SECONDS(delta)
                | PyDateTime_DELTA_GET_MICROSECONDS(delta);
        }
        Py_DECREF(delta);
    }
    else if (op == Py_EQ || op == Py_NE) {
        return PyBool_FromLong(op == Py_NE);
    }
    else {
        PyErr_SetString(PyExc_TypeError,
                        "can't compare offset-naive and offset-aware "
                        "datetimes");
        return NULL;
    }
    if ((op == Py_EQ || op == Py_NE) && difference == 0) {
        int problem = is_fold_problem(self, offset1, other, offset2);
        if (problem < 0) {
            return NULL;
        }
        if (problem) {
            difference = 1;
        }
    }
    return compare_result(difference, op);
}

static PyObject *
datetime_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyDateTime_Check(other)) {
        if (PyDate_Check(other)) {
            /* A date is no datetime, though it is its base class. */
            if (op == Py_EQ) {
                Py_RETURN_FALSE;
            }
            if (op == Py_NE) {
                Py_RETURN_TRUE;
            }
            return compare_error(self, other);
        }
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (TZINFO(self) == TZINFO(other)) {
        return compare_result(memcmp(DATA(self), DATA(other),
                                     _PyDateTime_DATETIME_DATASIZE), op);
    }
    PyObject *offset1 = datetime_utcoffset(self, NULL);
    if (offset1 == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *offset2 = datetime_utcoffset(other, NULL);
    if (offset2 != NULL) {
        result = compare_aware(self, other, offset1, offset2, op);
        Py_DECREF(offset2);
    }
    Py_DECREF(offset1);
    return result;
}

static Py_hash_t
datetime_hash(PyDateTime_DateTime *op)
{
    if (op->hashcode != -1) {
        return op->hashcode;
    }
    PyObject *self = (PyObject *)op;
    PyObject *plain = FOLD(self) ? with_fold(self, 0) : Py_NewRef(self);
    if (plain == NULL) {
        return -1;
    }
    PyObject *offset = datetime_utcoffset(plain, NULL);
    Py_DECREF(plain);
    if (offset == NULL) {
        return -1;
    }
    if (offset == Py_None) {
        op->hashcode = _Py_HashBytes(op->data,
                                     _PyDateTime_DATETIME_DATASIZE);
    }
    else {
        PyObject *local = delta_new(ymd_to_ordinal(date_fields(self)),
                                    (int)day_seconds(self),
                                    PyDateTime_DATE_GET_MICROSECOND(self),
                                    1);
        PyObject *utc = local == NULL ? NULL : delta_subtract(local, offset);
        if (utc != NULL) {
            op->hashcode = PyObject_Hash(utc);
        }
        Py_XDECREF(local);
        Py_XDECREF(utc);
    }
    Py_DECREF(offset);
    return op->hashcode;
}

/* -- Text --------------------------------------------------------------- */

static PyObject *
datetime_repr(PyObject *self)
{
    struct ymd d = date_fields(self);
    struct hms t = datetime_time_fields(self);
    const char *name = Py_TYPE(self)->tp_name;
    char rest[64] = "";
    if (t.us) {
        PyOS_snprintf(rest, sizeof(rest), ", %d, %d", t.second, t.us);
    }
    else if (t.second) {
        PyOS_snprintf(rest, sizeof(rest), ", %d", t.second);
    }
    const char *fold = FOLD(self) ? ", fold=1" : "";
    if (_PyDateTime_HAS_TZINFO(self)) {
        return PyUnicode_FromFormat("%s(%d, %d, %d, %d, %d%s%s, tzinfo=%R)",
                                    name, d.year, d.month, d.day, t.hour,
                                    t.minute, rest, fold, TZINFO(self));
    }
    return PyUnicode_FromFormat("%s(%d, %d, %d, %d, %d%s%s)", name, d.year,
                                d.month, d.day, t.hour, t.minute, rest,
                                fold);
}

static PyObject *
datetime_isoformat(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"sep", "timespec", NULL};
    int separator = 'T';
    const char *timespec = NULL;
    char buffer[40];
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|Cs:isoformat",
                                     (char **)keywords, &separator,
                                     &timespec)
        || format_time_iso(buffer, sizeof(buffer),
                           datetime_time_fields(self), timespec) < 0) {
        return NULL;
    }
    PyObject *offset = datetime_utcoffset(self, NULL);
    if (offset == NULL) {
        return NULL;
    }
    PyObject *zone = format_offset(offset, ":");
    Py_DECREF(offset);
    if (zone == NULL) {
        return NULL;
    }
    struct ymd d = date_fields(self);
    PyObject *result = PyUnicode_FromFormat("%04d-%02d-%02d%c%s%U", d.year,
                                            d.month, d.day, separator,
                                            buffer, zone);
    Py_DECREF(zone);
    return result;
}

static PyObject *
datetime_str(PyObject *self)
{
    return PyObject_CallMethod(self, "isoformat", "s", " ");
}

static PyObject *
datetime_ctime(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    static const char days[7][4] = {
        "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"
    };
    static const char months[12][4] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
        "Nov", "Dec"
    };
    struct ymd d = date_fields(self);
    struct hms t = datetime_time_fields(self);
    return PyUnicode_FromFormat("%s %s %2d %02d:%02d:%02d %04d",
                                days[ymd_weekday(d)], months[d.month - 1],
                                d.day, t.hour, t.minute, t.second, d.year);
}

/* -- Parts and conversions ---------------------------------------------- */

static PyObject *
datetime_date(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct ymd d = date_fields(self);
    return date_new_ex(d.year, d.month, d.day, &datetime_date_type);
}

static PyObject *
time_part(PyObject *self, PyObject *tzinfo)
{
    struct hms t = datetime_time_fields(self);
    return time_new_ex2(t.hour, t.minute, t.second, t.us, tzinfo,
                        FOLD(self), &datetime_time_type);
}

static PyObject *
datetime_time(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return time_part(self, Py_None);
}

static PyObject *
datetime_timetz(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return time_part(self, TZINFO(self));
}

static PyObject *
datetime_timetuple(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    int flag = -1;
    PyObject *dst = datetime_dst(self, NULL);
    if (dst == NULL) {
        return NULL;
    }
    if (dst != Py_None) {
        flag = !delta_is_zero(dst);
    }
    Py_DECREF(dst);
    return make_time_tuple(date_fields(self), datetime_time_fields(self),
                           flag);
}

static PyObject *
datetime_utctimetuple(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *offset = datetime_utcoffset(self, NULL);
    if (offset == NULL) {
        return NULL;
    }
    PyObject *plain = datetime_new_ex2(date_fields(self),
                                       datetime_time_fields(self), Py_None,
                                       0, &datetime_datetime_type);
    if (plain != NULL && offset != Py_None) {
        Py_SETREF(plain, datetime_add_delta(plain, offset, -1));
    }
    Py_DECREF(offset);
    if (plain == NULL) {
        return NULL;
    }
    PyObject *result = make_time_tuple(date_fields(plain),
                                       datetime_time_fields(plain), 0);
    Py_DECREF(plain);
    return result;
}

static PyObject *
datetime_timestamp(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    if (TZINFO(self) != Py_None) {
        PyObject *delta = datetime_difference(self, datetime_epoch);
        if (delta == NULL) {
            return NULL;
        }
        PyObject *result = PyObject_CallMethod(delta, "total_seconds", NULL);
        Py_DECREF(delta);
        return result;
    }
    int64_t seconds = utc_from_local(date_fields(self),
                                     datetime_time_fields(self),
                                     FOLD(self));
    if (seconds == -1) {
        return NULL;
    }
    return PyFloat_FromDouble(
        (double)(seconds - EPOCH_SECONDS)
        + PyDateTime_DATE_GET_MICROSECOND(self) / 1e6);
}

static PyObject *
datetime_replace(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "year", "month", "day", "hour", "minute", "second", "microsecond",
        "tzinfo", "fold", NULL
    };
    struct ymd d = date_fields(self);
    struct hms t = datetime_time_fields(self);
    PyObject *tzinfo = TZINFO(self);
    int fold = FOLD(self);
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiiiiiO$i:replace",
                                     (char **)keywords, &d.year, &d.month,
                                     &d.day, &t.hour, &t.minute, &t.second,
                                     &t.us, &tzinfo, &fold)) {
        return NULL;
    }
    if (fold != 0 && fold != 1) {
        PyErr_SetString(PyExc_ValueError, "fold must be either 0 or 1");
        return NULL;
    }
    return datetime_from_class((PyObject *)Py_TYPE(self), d, t, tzinfo,
                               fold);
}

/* A copy of an own datetime with another tzinfo; its class is kept. */
static PyObject *
with_tzinfo(PyObject *self, PyObject *tzinfo)
{
    return datetime_from_class((PyObject *)Py_TYPE(self), date_fields(self),
                               datetime_time_fields(self), tzinfo,
                               FOLD(self));
}

/* The local zone at the moment of a UTC datetime. */
static PyObject *
local_timezone(PyObject *utc_time)
{
    int64_t seconds = ((int64_t)ymd_to_ordinal(date_fields(utc_time)) - 719163)
        * DAY_SECONDS + day_seconds(utc_time);
    return local_timezone_at((time_t)seconds);
}

static PyObject *
datetime_astimezone(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"tz", NULL};
    PyObject *tz = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:astimezone",
                                     (char **)keywords, &tz)
        || check_tzinfo(tz) < 0) {
        return NULL;
    }
    PyObject *own = TZINFO(self) == Py_None
        ? local_timezone_from_local(self) : Py_NewRef(TZINFO(self));
    if (own == NULL) {
        return NULL;
    }
    if (own == tz) {
        Py_DECREF(own);
        return Py_NewRef(self);
    }
    PyObject *offset = call_utcoffset(own, self);
    if (offset == Py_None) {
        /* Its zone does not know: it is local time. */
        Py_DECREF(offset);
        Py_SETREF(own, local_timezone_from_local(self));
        offset = own == NULL ? NULL : call_utcoffset(own, self);
    }
    Py_XDECREF(own);
    if (offset == NULL) {
        return NULL;
    }
    PyObject *result = datetime_add_delta(self, offset, -1);
    Py_DECREF(offset);
    if (result == NULL) {
        return NULL;
    }
    PyObject *target = tz == Py_None ? local_timezone(result)
                                     : Py_NewRef(tz);
    if (target == NULL) {
        Py_DECREF(result);
        return NULL;
    }
    Py_SETREF(result, with_tzinfo(result, target));
    result = convert_from_utc_steal(result, target);
    Py_DECREF(target);
    return result;
}

/* -- Pickling ----------------------------------------------------------- */

static PyObject *
datetime_state(PyObject *self, int protocol)
{
    PyObject *bytes = PyBytes_FromStringAndSize(
        (char *)DATA(self), _PyDateTime_DATETIME_DATASIZE);
    if (bytes == NULL) {
        return NULL;
    }
    if (protocol > 3 && FOLD(self)) {
        PyBytes_AS_STRING(bytes)[2] |= (char)0x80;
    }
    PyObject *state = _PyDateTime_HAS_TZINFO(self)
        ? PyTuple_Pack(2, bytes, TZINFO(self)) : PyTuple_Pack(1, bytes);
    Py_DECREF(bytes);
    return state;
}

static PyObject *
datetime_reduce_ex(PyObject *self, PyObject *args)
{
    int protocol;
    if (!PyArg_ParseTuple(args, "i:__reduce_ex__", &protocol)) {
        return NULL;
    }
    return Py_BuildValue("(ON)", Py_TYPE(self),
                         datetime_state(self, protocol));
}

static PyObject *
datetime_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("(ON)", Py_TYPE(self), datetime_state(self, 2));
}

/* -- The type ----------------------------------------------------------- */

#define GETTER(name, value)                                             \
    static PyObject *                                                   \
    datetime_get_##name(PyObject *self, void *Py_UNUSED(closure))       \
    {                                                                   \
        return value;                                                   \
    }

GETTER(hour, PyLong_FromLong(PyDateTime_DATE_GET_HOUR(self)))
GETTER(minute, PyLong_FromLong(PyDateTime_DATE_GET_MINUTE(self)))
GETTER(second, PyLong_FromLong(PyDateTime_DATE_GET_SECOND(self)))
GETTER(microsecond, PyLong_FromLong(PyDateTime_DATE_GET_MICROSECOND(self)))
GETTER(tzinfo, Py_NewRef(TZINFO(self)))
GETTER(fold, PyLong_FromLong(FOLD(self)))

static PyGetSetDef datetime_getset[] = {
    {"hour", datetime_get_hour, NULL, NULL, NULL},
    {"minute", datetime_get_minute, NULL, NULL, NULL},
    {"second", datetime_get_second, NULL, NULL, NULL},
    {"microsecond", datetime_get_microsecond, NULL, NULL, NULL},
    {"tzinfo", datetime_get_tzinfo, NULL, NULL, NULL},
    {"fold", datetime_get_fold, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

static PyMethodDef datetime_methods[] = {
    {"now", _PyCFunction_CAST(datetime_now), KEYWORDS | METH_CLASS,
     PyDoc_STR("now($type, /, tz=None)\n--\n\n"
               "The current time in tz, by default local time.")},
    {"utcnow", datetime_utcnow, METH_NOARGS | METH_CLASS,
     PyDoc_STR("Return a new datetime representing UTC day and time.")},
    {"fromtimestamp", _PyCFunction_CAST(datetime_fromtimestamp),
     KEYWORDS | METH_CLASS,
     PyDoc_STR("timestamp[, tz] -> tz's local time from POSIX timestamp.")},
    {"utcfromtimestamp", datetime_utcfromtimestamp,
     METH_VARARGS | METH_CLASS,
     PyDoc_STR("A naive UTC datetime from a POSIX timestamp.")},
    {"strptime", datetime_strptime, METH_VARARGS | METH_CLASS,
     PyDoc_STR("string, format -> new datetime parsed from a string (like "
               "time.strptime()).")},
    {"combine", _PyCFunction_CAST(datetime_combine), KEYWORDS | METH_CLASS,
     PyDoc_STR("date, time -> datetime with same date and time fields")},
    {"fromisoformat", datetime_fromisoformat, METH_O | METH_CLASS,
     PyDoc_STR("string -> datetime from a string in most ISO 8601 "
               "formats")},
    {"date", datetime_date, METH_NOARGS,
     PyDoc_STR("Return date object with same year, month and day.")},
    {"time", datetime_time, METH_NOARGS,
     PyDoc_STR("Return time object with same time but with tzinfo=None.")},
    {"timetz", datetime_timetz, METH_NOARGS,
     PyDoc_STR("Return time object with same time and tzinfo.")},
    {"ctime", datetime_ctime, METH_NOARGS,
     PyDoc_STR("Return ctime() style string.")},
    {"timetuple", datetime_timetuple, METH_NOARGS,
     PyDoc_STR("Return time tuple, compatible with time.localtime().")},
    {"timestamp", datetime_timestamp, METH_NOARGS,
     PyDoc_STR("Return POSIX timestamp as float.")},
    {"utctimetuple", datetime_utctimetuple, METH_NOARGS,
     PyDoc_STR("Return UTC time tuple, compatible with time.localtime().")},
    {"isoformat", _PyCFunction_CAST(datetime_isoformat), KEYWORDS,
     PyDoc_STR("[sep] -> string in ISO 8601 format, "
               "YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n"
               "sep separates the date from the time, 'T' by default.\n"
               "timespec is how precise the time is: 'auto', 'hours',\n"
               "'minutes', 'seconds', 'milliseconds' or 'microseconds'.\n")},
    {"utcoffset", datetime_utcoffset, METH_NOARGS,
     PyDoc_STR("Return self.tzinfo.utcoffset(self).")},
    {"tzname", datetime_tzname, METH_NOARGS,
     PyDoc_STR("Return self.tzinfo.tzname(self).")},
    {"dst", datetime_dst, METH_NOARGS,
     PyDoc_STR("Return self.tzinfo.dst(self).")},
    {"replace", _PyCFunction_CAST(datetime_replace), KEYWORDS,
     PyDoc_STR("Return datetime with new specified fields.")},
    {"astimezone", _PyCFunction_CAST(datetime_astimezone), KEYWORDS,
     PyDoc_STR("tz -> convert to local time in new timezone tz\n")},
    {"__reduce_ex__", datetime_reduce_ex, METH_VARARGS,
     PyDoc_STR("__reduce_ex__(proto) -> (cls, state)")},
    {"__reduce__", datetime_reduce, METH_NOARGS,
     PyDoc_STR("__reduce__() -> (cls, state)")},
    {NULL, NULL, 0, NULL}
};

static PyNumberMethods datetime_as_number = {
    .nb_add = datetime_add,
    .nb_subtract = datetime_subtract,
};

PyTypeObject datetime_datetime_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.datetime",
    .tp_basicsize = sizeof(PyDateTime_DateTime),
    .tp_dealloc = datetime_dealloc,
    .tp_repr = datetime_repr,
    .tp_as_number = &datetime_as_number,
    .tp_hash = (hashfunc)datetime_hash,
    .tp_str = datetime_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("datetime(year, month, day[, hour[, minute[, "
                        "second[, microsecond[,tzinfo]]]]])\n\n"
                        "The year, month and day arguments are required. "
                        "tzinfo may be None, or an\ninstance of a tzinfo "
                        "subclass. The others may be ints.\n"),
    .tp_richcompare = datetime_richcompare,
    .tp_methods = datetime_methods,
    .tp_getset = datetime_getset,
    .tp_base = &datetime_date_type,
    .tp_new = datetime_tp_new,
};

int
datetime_init_constants(void)
{
    PyTypeObject *type = &datetime_datetime_type;
    struct hms midnight = {0, 0, 0, 0};
    ADD_CLASS_CONSTANT(type, "min",
                       datetime_new_ex2((struct ymd){1, 1, 1}, midnight,
                                        Py_None, 0, type));
    ADD_CLASS_CONSTANT(type, "max",
                       datetime_new_ex2((struct ymd){MAXYEAR, 12, 31},
                                        (struct hms){23, 59, 59, 999999},
                                        Py_None, 0, type));
    ADD_CLASS_CONSTANT(type, "resolution", delta_new(0, 0, 1, 0));
    if (datetime_epoch == NULL) {
        datetime_epoch = datetime_new_ex2((struct ymd){1970, 1, 1}, midnight,
                                          datetime_utc, 0, type);
    }
    return datetime_epoch == NULL ? -1 : 0;
}
