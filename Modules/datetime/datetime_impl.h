/* What the files of _datetime share. */
#ifndef DATETIME_IMPL_H
#define DATETIME_IMPL_H

#define _PY_DATETIME_IMPL
#include "datetime.h"

#define MINYEAR 1
#define MAXYEAR 9999
#define MAXORDINAL 3652059      /* of 9999-12-31 */
#define MAX_DELTA_DAYS 999999999
#define DAY_SECONDS 86400

extern PyTypeObject datetime_date_type;
extern PyTypeObject datetime_datetime_type;
extern PyTypeObject datetime_time_type;
extern PyTypeObject datetime_delta_type;
extern PyTypeObject datetime_tzinfo_type;
extern PyTypeObject datetime_timezone_type;
extern PyTypeObject datetime_isocalendar_type;

#define PyDate_Check(op) PyObject_TypeCheck(op, &datetime_date_type)
#define PyDateTime_Check(op) PyObject_TypeCheck(op, &datetime_datetime_type)
#define PyTime_Check(op) PyObject_TypeCheck(op, &datetime_time_type)
#define PyDelta_Check(op) PyObject_TypeCheck(op, &datetime_delta_type)
#define PyTZInfo_Check(op) PyObject_TypeCheck(op, &datetime_tzinfo_type)

/* Constants made by the module. */
extern PyObject *datetime_utc;          /* timezone.utc */
extern PyObject *datetime_epoch;        /* 1970-01-01 00:00 UTC */

/* -- calendar.c: days, ISO weeks, text ----------------------------------- */
struct ymd {
    int year;
    int month;
    int day;
};

struct hms {
    int hour;
    int minute;
    int second;
    int us;
};

extern int is_leap(int year);
extern int days_in_month(int year, int month);
extern int days_before_month(int year, int month);
extern int ymd_to_ordinal(struct ymd date);
extern struct ymd ordinal_to_ymd(int ordinal);
/* Monday is 0. */
extern int ymd_weekday(struct ymd date);
/* Ordinal of the Monday of ISO week 1. */
extern int iso_week1_monday(int year);
extern int check_date(struct ymd date);
extern int check_time(struct hms time, int fold);
/* date + days, -1 with OverflowError. */
extern int ymd_add_days(struct ymd *date, int64_t days);

/* Parse ISO 8601; 0, or -1 (no exception). */
extern int iso_parse_date(const char *s, Py_ssize_t n, struct ymd *date);
struct iso_time {
    struct hms time;
    int has_offset;
    int offset;         /* seconds east */
    int offset_us;
};
extern int iso_parse_time(const char *s, Py_ssize_t n, struct iso_time *out);

/* "HH:MM..." in the wanted precision. -1 with ValueError. */
extern int format_time_iso(char *buffer, size_t room, struct hms time,
                           const char *timespec);
/* "+HH:MM[:SS[.ffffff]]" of an offset object; "" for None. New. */
extern PyObject *format_offset(PyObject *offset, const char *separator);
extern PyObject *wrap_strftime(PyObject *object, PyObject *format,
                               PyObject *timetuple, PyObject *tzinfoarg);
extern PyObject *make_time_tuple(struct ymd date, struct hms time, int dst);

/* -- delta.c ------------------------------------------------------------- */
extern PyObject *delta_new_ex(int days, int seconds, int us, int normalize,
                              PyTypeObject *type);
#define delta_new(days, seconds, us, normalize) \
    delta_new_ex(days, seconds, us, normalize, &datetime_delta_type)
/* In microseconds; deltas of less than a day only. */
extern int64_t delta_microseconds(PyObject *delta);
extern int delta_is_zero(PyObject *delta);
extern int delta_compare(PyObject *a, PyObject *b);
extern PyObject *delta_subtract(PyObject *a, PyObject *b);
extern PyObject *delta_negative(PyObject *delta);

/* -- tzinfo.c ------------------------------------------------------------ */
extern int check_tzinfo(PyObject *p);
/* None or a timedelta; new. */
extern PyObject *call_utcoffset(PyObject *tzinfo, PyObject *arg);
extern PyObject *call_dst(PyObject *tzinfo, PyObject *arg);
extern PyObject *call_tzname(PyObject *tzinfo, PyObject *arg);
extern PyObject *timezone_make(PyObject *offset, PyObject *name);
extern int timezone_init_constants(void);

/* -- date.c, time.c, datetime.c ------------------------------------------ */
extern PyObject *date_new_ex(int year, int month, int day,
                             PyTypeObject *type);
extern PyObject *date_from_class(PyObject *cls, struct ymd date);
extern PyObject *date_fromtimestamp_capi(PyObject *cls, PyObject *args);
extern struct ymd date_fields(PyObject *self);
extern PyObject *time_new_ex2(int hour, int minute, int second, int us,
                              PyObject *tzinfo, int fold,
                              PyTypeObject *type);
extern struct hms time_fields(PyObject *self);
extern PyObject *datetime_new_ex2(struct ymd date, struct hms time,
                                  PyObject *tzinfo, int fold,
                                  PyTypeObject *type);
extern PyObject *datetime_fromtimestamp(PyObject *cls, PyObject *args,
                                        PyObject *kwargs);
extern PyObject *datetime_add_delta(PyObject *self, PyObject *delta,
                                    int factor);
extern struct hms datetime_time_fields(PyObject *self);
extern int date_init_constants(void);
extern int time_init_constants(void);
extern int datetime_init_constants(void);
extern int delta_init_constants(void);

/* Keeps a 4, 6 or 10 byte state of a pickle: 1 if it is one. */
extern int month_is_sane(unsigned char c);

/* The two operands differ in class: as CPython words it. */
extern PyObject *compare_error(PyObject *a, PyObject *b);
extern PyObject *compare_result(int difference, int op);

#define ADD_CLASS_CONSTANT(type, name, value)                           \
    do {                                                                \
        PyObject *value_ = (value);                                     \
        if (value_ == NULL                                              \
            || PyDict_SetItemString((type)->tp_dict, name, value_)      \
                < 0) {                                                  \
            Py_XDECREF(value_);                                         \
            return -1;                                                  \
        }                                                               \
        Py_DECREF(value_);                                              \
    } while (0)

#define KEYWORDS METH_VARARGS | METH_KEYWORDS

#endif /* !DATETIME_IMPL_H */
