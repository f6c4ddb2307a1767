/* _datetime: the proleptic Gregorian calendar, and text in ISO 8601. */

#include "Python.h"
#include "pycore_object.h"
#include "datetime_impl.h"

/* -- Days --------------------------------------------------------------- */

int
is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
days_in_month(int year, int month)
{
    static const unsigned char days[] = {
        0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };
    return month == 2 && is_leap(year) ? 29 : days[month];
}

int
days_before_month(int year, int month)
{
    static const short days[] = {
        0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
    };
    return days[month] + (month > 2 && is_leap(year));
}

static int
days_before_year(int year)
{
    int y = year - 1;
    return y * 365 + y / 4 - y / 100 + y / 400;
}

int
ymd_to_ordinal(struct ymd date)
{
    return days_before_year(date.year)
        + days_before_month(date.year, date.month) + date.day;
}

struct ymd
ordinal_to_ymd(int ordinal)
{
    int n = ordinal - 1;
    int n400 = n / 146097;
    n %= 146097;
    int n100 = Py_MIN(n / 36524, 3);
    n -= n100 * 36524;
    int n4 = n / 1461;
    n %= 1461;
    int n1 = Py_MIN(n / 365, 3);
    n -= n1 * 365;
    struct ymd date;
    date.year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
    date.month = 1;
    while (n >= days_in_month(date.year, date.month)) {
        n -= days_in_month(date.year, date.month++);
    }
    date.day = n + 1;
    return date;
}

int
ymd_weekday(struct ymd date)
{
    return (ymd_to_ordinal(date) + 6) % 7;
}

int
iso_week1_monday(int year)
{
    int first = days_before_year(year) + 1;
    int weekday = (first + 6) % 7;
    int monday = first - weekday;
    return weekday > 3 ? monday + 7 : monday;
}

int
ymd_add_days(struct ymd *date, int64_t days)
{
    int64_t ordinal = ymd_to_ordinal(*date) + days;
    if (ordinal < 1 || ordinal > MAXORDINAL) {
        PyErr_SetString(PyExc_OverflowError, "date value out of range");
        return -1;
    }
    *date = ordinal_to_ymd((int)ordinal);
    return 0;
}

/* -- Checks ------------------------------------------------------------- */

int
check_date(struct ymd date)
{
    if (date.year < MINYEAR || date.year > MAXYEAR) {
        PyErr_Format(PyExc_ValueError, "year %i is out of range", date.year);
        return -1;
    }
    if (date.month < 1 || date.month > 12) {
        PyErr_SetString(PyExc_ValueError, "month must be in 1..12");
        return -1;
    }
    if (date.day < 1 || date.day > days_in_month(date.year, date.month)) {
        PyErr_SetString(PyExc_ValueError, "day is out of range for month");
        return -1;
    }
    return 0;
}

int
check_time(struct hms time, int fold)
{
    const char *message;
    if (time.hour < 0 || time.hour > 23) {
        message = "hour must be in 0..23";
    }
    else if (time.minute < 0 || time.minute > 59) {
        message = "minute must be in 0..59";
    }
    else if (time.second < 0 || time.second > 59) {
        message = "second must be in 0..59";
    }
    else if (time.us < 0 || time.us > 999999) {
        message = "microsecond must be in 0..999999";
    }
    else if (fold != 0 && fold != 1) {
        message = "fold must be either 0 or 1";
    }
    else {
        return 0;
    }
    PyErr_SetString(PyExc_ValueError, message);
    return -1;
}

int
month_is_sane(unsigned char c)
{
    return (unsigned)(c - 1) < 12;
}

PyObject *
compare_error(PyObject *a, PyObject *b)
{
    return PyErr_Format(PyExc_TypeError, "can't compare %s to %s",
                        Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
}

PyObject *
compare_result(int difference, int op)
{
    Py_RETURN_RICHCOMPARE(difference, 0, op);
}

/* -- Parsing ISO 8601 --------------------------------------------------- */

/* n digits at *s; -1 if there are fewer. */
static int
digits_get(const char **s, const char *end, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (*s >= end || !Py_ISDIGIT(**s)) {
            return -1;
        }
        value = value * 10 + (*(*s)++ - '0');
    }
    return value;
}

/* YYYY-Www[-D] in its two spellings. */
static int
parse_week_date(const char *s, const char *end, int year, int separator,
                struct ymd *date)
{
    int week = digits_get(&s, end, 2);
    int day = 1;
    if (week < 0) {
        return -1;
    }
    if (s < end) {
        if (separator && *s++ != '-') {
            return -1;
        }
        day = digits_get(&s, end, 1);
        if (day < 0 || s != end) {
            return -1;
        }
    }
    if (year < MINYEAR || year > MAXYEAR || week < 1 || week > 53
        || day < 1 || day > 7) {
        return -1;
    }
    int monday = iso_week1_monday(year);
    if (week == 53) {
        struct ymd first = {year, 1, 1};
        int weekday = ymd_weekday(first);
        if (weekday != 3 && !(weekday == 2 && is_leap(year))) {
            return -1;
        }
    }
    int ordinal = monday + (week - 1) * 7 + day - 1;
    if (ordinal < 1 || ordinal > MAXORDINAL) {
        return -1;
    }
    *date = ordinal_to_ymd(ordinal);
    return 0;
}

int
iso_parse_date(const char *s, Py_ssize_t n, struct ymd *date)
{
    const char *end = s + n;
    date->year = digits_get(&s, end, 4);
    if (date->year < 0 || s >= end) {
        return -1;
    }
    int separator = *s == '-';
    s += separator;
    if (s < end && *s == 'W') {
        return parse_week_date(s + 1, end, date->year, separator, date);
    }
    date->month = digits_get(&s, end, 2);
    if (date->month < 0) {
        return -1;
    }
    if (separator && (s >= end || *s++ != '-')) {
        return -1;
    }
    date->day = digits_get(&s, end, 2);
    return date->day < 0 || s != end ? -1 : 0;
}

/* HH[[:]MM[[:]SS[{.,}fff[fff]]]]; digits beyond six are ignored. */
static int
parse_clock(const char *s, const char *end, struct hms *time)
{
    int *fields[3] = {&time->hour, &time->minute, &time->second};
    int separator = 0;
    *time = (struct hms){0, 0, 0, 0};
    for (int i = 0; i < 3; i++) {
        *fields[i] = digits_get(&s, end, 2);
        if (*fields[i] < 0) {
            return -1;
        }
        if (s >= end) {
            return 0;
        }
        if (i == 0) {
            separator = *s == ':';
        }
        if (*s == '.' || *s == ',') {
            if (i < 2) {
                return -1;
            }
            break;
        }
        if (i == 2) {
            return -1;
        }
        if (separator) {
            if (*s++ != ':') {
                return -1;
            }
        }
    }
    s++;
    int digits = (int)(end - s);
    if (digits == 0) {
        return -1;
    }
    int used = Py_MIN(digits, 6);
    time->us = digits_get(&s, end, used);
    if (time->us < 0) {
        return -1;
    }
    for (; used < 6; used++) {
        time->us *= 10;
    }
    while (s < end && Py_ISDIGIT(*s)) {
        s++;
    }
    return s == end ? 0 : -1;
}

int
iso_parse_time(const char *s, Py_ssize_t n, struct iso_time *out)
{
    const char *end = s + n;
    const char *zone = s;
    memset(out, 0, sizeof(*out));
    while (zone < end && *zone != '+' && *zone != '-' && *zone != 'Z') {
        zone++;
    }
    if (parse_clock(s, zone, &out->time) < 0) {
        return -1;
    }
    if (zone == end) {
        return 0;
    }
    out->has_offset = 1;
    if (*zone == 'Z') {
        return zone + 1 == end ? 0 : -1;
    }
    int sign = *zone == '-' ? -1 : 1;
    struct hms offset;
    if (parse_clock(zone + 1, end, &offset) < 0) {
        return -1;
    }
    out->offset = sign * (offset.hour * 3600 + offset.minute * 60
                          + offset.second);
    out->offset_us = sign * offset.us;
    return 0;
}

/* -- Writing ------------------------------------------------------------ */

int
format_time_iso(char *buffer, size_t room, struct hms t,
                const char *timespec)
{
    static const struct {
        const char *name;
        const char *format;
    } specs[] = {
        {"hours", "%02d"},
        {"minutes", "%02d:%02d"},
        {"seconds", "%02d:%02d:%02d"},
        {"milliseconds", "%02d:%02d:%02d.%03d"},
        {"microseconds", "%02d:%02d:%02d.%06d"},
    };
    if (timespec == NULL || strcmp(timespec, "auto") == 0) {
        timespec = t.us ? "microseconds" : "seconds";
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(specs); i++) {
        if (strcmp(specs[i].name, timespec) == 0) {
            PyOS_snprintf(buffer, room, specs[i].format, t.hour, t.minute,
                          t.second, i == 3 ? t.us / 1000 : t.us);
            return 0;
        }
    }
    PyErr_Format(PyExc_ValueError, "Unknown timespec value");
    return -1;
}

PyObject *
format_offset(PyObject *offset, const char *separator)
{
    if (offset == Py_None) {
        return PyUnicode_FromString("");
    }
    int64_t us = delta_microseconds(offset);
    char sign = us < 0 ? '-' : '+';
    us = Py_ABS(us);
    int seconds = (int)(us / 1000000);
    us %= 1000000;
    char buffer[40];
    int n = PyOS_snprintf(buffer, sizeof(buffer), "%c%02d%s%02d", sign,
                          seconds / 3600, separator, seconds / 60 % 60);
    if (us != 0 || seconds % 60 != 0) {
        n += PyOS_snprintf(buffer + n, sizeof(buffer) - (size_t)n, "%s%02d",
                           separator, seconds % 60);
    }
    if (us != 0) {
        PyOS_snprintf(buffer + n, sizeof(buffer) - (size_t)n, ".%06d",
                      (int)us);
    }
    return PyUnicode_FromString(buffer);
}

static PyObject *
tzinfo_of(PyObject *object)
{
    if (PyDateTime_Check(object)) {
        return PyDateTime_DATE_GET_TZINFO(object);
    }
    return PyTime_Check(object) ? PyDateTime_TIME_GET_TZINFO(object)
                                : Py_None;
}

/* What stands for %z, %Z or %f; new. */
static PyObject *
directive_text(PyObject *object, char directive, PyObject *tzinfoarg)
{
    PyObject *tzinfo = tzinfo_of(object);
    if (directive == 'f') {
        int us = PyDateTime_Check(object)
            ? PyDateTime_DATE_GET_MICROSECOND(object)
            : PyTime_Check(object) ? PyDateTime_TIME_GET_MICROSECOND(object)
            : 0;
        char text[8];
        PyOS_snprintf(text, sizeof(text), "%06d", us);
        return PyUnicode_FromString(text);
    }
    if (directive == 'z') {
        PyObject *offset = call_utcoffset(tzinfo, tzinfoarg);
        if (offset == NULL) {
            return NULL;
        }
        PyObject *text = format_offset(offset, "");
        Py_DECREF(offset);
        return text;
    }
    PyObject *name = call_tzname(tzinfo, tzinfoarg);
    if (name == NULL) {
        return NULL;
    }
    if (name == Py_None) {
        Py_DECREF(name);
        return PyUnicode_FromString("");
    }
    /* A percent sign of the name must survive time.strftime. */
    PyObject *text = PyObject_CallMethod(name, "replace", "ss", "%", "%%");
    Py_DECREF(name);
    if (text != NULL && !PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError,
                        "tzname.replace() did not return a string");
        Py_CLEAR(text);
    }
    return text;
}

PyObject *
wrap_strftime(PyObject *object, PyObject *format, PyObject *timetuple,
              PyObject *tzinfoarg)
{
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    Py_ssize_t n = PyUnicode_GET_LENGTH(format);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(format, i);
        Py_UCS4 next = c == '%' && i + 1 < n
            ? PyUnicode_READ_CHAR(format, i + 1) : 0;
        if (next == 'z' || next == 'Z' || next == 'f') {
            PyObject *text = directive_text(object, (char)next, tzinfoarg);
            if (text == NULL) {
                goto error;
            }
            int status = _PyUnicodeWriter_WriteStr(&writer, text);
            Py_DECREF(text);
            if (status < 0) {
                goto error;
            }
            i++;
            continue;
        }
        if (_PyUnicodeWriter_WriteChar(&writer, c) < 0) {
            goto error;
        }
        if (next != 0) {
            if (_PyUnicodeWriter_WriteChar(&writer, next) < 0) {
                goto error;
            }
            i++;
        }
    }
    PyObject *new_format = _PyUnicodeWriter_Finish(&writer);
    if (new_format == NULL) {
        return NULL;
    }
    PyObject *module = PyImport_ImportModule("time");
    PyObject *result = NULL;
    if (module != NULL) {
        result = PyObject_CallMethodObjArgs(module, &_Py_ID(strftime),
                                            new_format, timetuple, NULL);
        Py_DECREF(module);
    }
    Py_DECREF(new_format);
    return result;

error:
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

PyObject *
make_time_tuple(struct ymd date, struct hms time, int dst)
{
    PyObject *module = PyImport_ImportModule("time");
    if (module == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethod(
        module, "struct_time", "((iiiiiiiii))", date.year, date.month,
        date.day, time.hour, time.minute, time.second, ymd_weekday(date),
        days_before_month(date.year, date.month) + date.day, dst);
    Py_DECREF(module);
    return result;
}
