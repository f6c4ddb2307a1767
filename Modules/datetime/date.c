/* _datetime: date. */

#include "Python.h"
#include "pycore_object.h"
#include "datetime_impl.h"

static const char *const day_names[] = {
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"
};
static const char *const month_names[] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
    "Nov", "Dec"
};

struct ymd
date_fields(PyObject *self)
{
    return (struct ymd){PyDateTime_GET_YEAR(self),
                        PyDateTime_GET_MONTH(self),
                        PyDateTime_GET_DAY(self)};
}

static int
date_ordinal(PyObject *self)
{
    return ymd_to_ordinal(date_fields(self));
}

/* -- Making ------------------------------------------------------------- */

PyObject *
date_new_ex(int year, int month, int day, PyTypeObject *type)
{
    if (check_date((struct ymd){year, month, day}) < 0) {
        return NULL;
    }
    PyDateTime_Date *self = (PyDateTime_Date *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->hashcode = -1;
        self->data[0] = (unsigned char)(year >> 8);
        self->data[1] = (unsigned char)year;
        self->data[2] = (unsigned char)month;
        self->data[3] = (unsigned char)day;
    }
    return (PyObject *)self;
}

/* Calls the constructor of a subclass. */
PyObject *
date_from_class(PyObject *cls, struct ymd date)
{
    if (cls == (PyObject *)&datetime_date_type) {
        return date_new_ex(date.year, date.month, date.day,
                           &datetime_date_type);
    }
    if (cls == (PyObject *)&datetime_datetime_type) {
        if (check_date(date) < 0) {
            return NULL;
        }
        return datetime_new_ex2(date, (struct hms){0, 0, 0, 0}, Py_None, 0,
                                &datetime_datetime_type);
    }
    return PyObject_CallFunction(cls, "iii", date.year, date.month,
                                 date.day);
}

static PyObject *
date_from_state(PyTypeObject *type, const char *state)
{
    PyDateTime_Date *self = (PyDateTime_Date *)type->tp_alloc(type, 0);
    if (self != NULL) {
        memcpy(self->data, state, _PyDateTime_DATE_DATASIZE);
        self->hashcode = -1;
    }
    return (PyObject *)self;
}

static PyObject *
date_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"year", "month", "day", NULL};
    if (PyTuple_GET_SIZE(args) == 1) {
        PyObject *state = PyTuple_GET_ITEM(args, 0);
        if (PyBytes_Check(state)) {
            if (PyBytes_GET_SIZE(state) == _PyDateTime_DATE_DATASIZE
                && month_is_sane((unsigned char)
                                 PyBytes_AS_STRING(state)[2])) {
                return date_from_state(type, PyBytes_AS_STRING(state));
            }
        }
        else if (PyUnicode_Check(state)
                 && PyUnicode_GET_LENGTH(state)
                        == _PyDateTime_DATE_DATASIZE
                 && PyUnicode_READ_CHAR(state, 2) <= 255
                 && month_is_sane((unsigned char)
                                  PyUnicode_READ_CHAR(state, 2))) {
            /* A pickle of Python 2, decoded as Latin-1. */
            PyObject *bytes = PyUnicode_AsLatin1String(state);
            if (bytes == NULL) {
                if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
                    PyErr_SetString(PyExc_ValueError,
                                    "Failed to encode latin1 string when "
                                    "unpickling a date object. "
                                    "pickle.load(data, encoding='latin1') "
                                    "is assumed.");
                }
                return NULL;
            }
            PyObject *self = date_from_state(type,
                                             PyBytes_AS_STRING(bytes));
            Py_DECREF(bytes);
            return self;
        }
    }
    int year, month, day;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "iii", (char **)keywords,
                                     &year, &month, &day)) {
        return NULL;
    }
    return date_new_ex(year, month, day, type);
}

static PyObject *
date_fromtimestamp(PyObject *cls, PyObject *timestamp)
{
    time_t t;
    struct tm tm;
    if (_PyTime_ObjectToTime_t(timestamp, &t, _PyTime_ROUND_FLOOR) < 0
        || _PyTime_localtime(t, &tm) != 0) {
        return NULL;
    }
    return date_from_class(cls, (struct ymd){tm.tm_year + 1900,
                                             tm.tm_mon + 1, tm.tm_mday});
}

PyObject *
date_fromtimestamp_capi(PyObject *cls, PyObject *args)
{
    PyObject *timestamp;
    if (!PyArg_UnpackTuple(args, "fromtimestamp", 1, 1, &timestamp)) {
        return NULL;
    }
    return date_fromtimestamp(cls, timestamp);
}

static PyObject *
date_today(PyObject *cls, PyObject *Py_UNUSED(ignored))
{
    PyObject *module = PyImport_ImportModule("time");
    if (module == NULL) {
        return NULL;
    }
    PyObject *now = PyObject_CallMethodNoArgs(module, &_Py_ID(time));
    Py_DECREF(module);
    if (now == NULL) {
        return NULL;
    }
    /* A subclass's fromtimestamp is used. */
    PyObject *result = PyObject_CallMethodOneArg(
        cls, &_Py_ID(fromtimestamp), now);
    Py_DECREF(now);
    return result;
}

static PyObject *
date_fromordinal(PyObject *cls, PyObject *args)
{
    int ordinal;
    if (!PyArg_ParseTuple(args, "i:fromordinal", &ordinal)) {
        return NULL;
    }
    if (ordinal < 1) {
        PyErr_SetString(PyExc_ValueError, "ordinal must be >= 1");
        return NULL;
    }
    return date_from_class(cls, ordinal_to_ymd(ordinal));
}

static PyObject *
date_fromisoformat(PyObject *cls, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError,
                        "fromisoformat: argument must be str");
        return NULL;
    }
    Py_ssize_t length;
    const char *s = PyUnicode_AsUTF8AndSize(text, &length);
    if (s == NULL) {
        PyErr_Clear();
    }
    struct ymd date;
    if (s == NULL || (length != 7 && length != 8 && length != 10)
        || iso_parse_date(s, length, &date) < 0) {
        return PyErr_Format(PyExc_ValueError,
                            "Invalid isoformat string: %R", text);
    }
    return date_from_class(cls, date);
}

static PyObject *
date_fromisocalendar(PyObject *cls, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"year", "week", "day", NULL};
    int year, week, day;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "iii:fromisocalendar",
                                     (char **)keywords, &year, &week,
                                     &day)) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_Format(PyExc_ValueError,
                         "ISO calendar component out of range");
        }
        return NULL;
    }
    if (year < MINYEAR || year > MAXYEAR) {
        return PyErr_Format(PyExc_ValueError, "Year is out of range: %d",
                            year);
    }
    int weekday = ymd_weekday((struct ymd){year, 1, 1});
    int long_year = weekday == 3 || (weekday == 2 && is_leap(year));
    if (week <= 0 || week > 52 + long_year) {
        return PyErr_Format(PyExc_ValueError, "Invalid week: %d", week);
    }
    if (day <= 0 || day > 7) {
        return PyErr_Format(PyExc_ValueError,
                            "Invalid weekday: %d (range is [1, 7])", day);
    }
    int ordinal = iso_week1_monday(year) + (week - 1) * 7 + day - 1;
    if (ordinal < 1) {
        ordinal = 0;
    }
    if (ordinal < 1 || ordinal > MAXORDINAL) {
        int bad = ordinal < 1 ? 0 : MAXYEAR + 1;
        return PyErr_Format(PyExc_ValueError, "year %i is out of range",
                            bad);
    }
    return date_from_class(cls, ordinal_to_ymd(ordinal));
}

/* -- Arithmetic --------------------------------------------------------- */

static PyObject *
add_days(PyObject *self, int64_t days)
{
    struct ymd date = date_fields(self);
    if (ymd_add_days(&date, days) < 0) {
        return NULL;
    }
    return date_from_class((PyObject *)Py_TYPE(self), date);
}

static PyObject *
date_add(PyObject *a, PyObject *b)
{
    if (PyDateTime_Check(a) || PyDateTime_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (!PyDate_Check(a)) {
        PyObject *swap = a;
        a = b;
        b = swap;
    }
    if (!PyDelta_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return add_days(a, PyDateTime_DELTA_GET_DAYS(b));
}

static PyObject *
date_subtract(PyObject *a, PyObject *b)
{
    if (PyDateTime_Check(a) || PyDateTime_Check(b) || !PyDate_Check(a)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (PyDate_Check(b)) {
        return delta_new(date_ordinal(a) - date_ordinal(b), 0, 0, 0);
    }
    if (PyDelta_Check(b)) {
        return add_days(a, -(int64_t)PyDateTime_DELTA_GET_DAYS(b));
    }
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *
date_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyDate_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return compare_result(memcmp(((PyDateTime_Date *)self)->data,
                                 ((PyDateTime_Date *)other)->data,
                                 _PyDateTime_DATE_DATASIZE), op);
}

static Py_hash_t
date_hash(PyDateTime_Date *self)
{
    if (self->hashcode == -1) {
        self->hashcode = _Py_HashBytes(self->data,
                                       _PyDateTime_DATE_DATASIZE);
    }
    return self->hashcode;
}

/* -- Text --------------------------------------------------------------- */

static PyObject *
date_repr(PyObject *self)
{
    struct ymd d = date_fields(self);
    return PyUnicode_FromFormat("%s(%d, %d, %d)", Py_TYPE(self)->tp_name,
                                d.year, d.month, d.day);
}

static PyObject *
date_isoformat(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct ymd d = date_fields(self);
    return PyUnicode_FromFormat("%04d-%02d-%02d", d.year, d.month, d.day);
}

static PyObject *
date_str(PyObject *self)
{
    return PyObject_CallMethodNoArgs(self, &_Py_ID(isoformat));
}

static PyObject *
date_ctime(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct ymd d = date_fields(self);
    return PyUnicode_FromFormat("%s %s %2d 00:00:00 %04d",
                                day_names[ymd_weekday(d)],
                                month_names[d.month - 1], d.day, d.year);
}

static PyObject *
date_strftime(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"format", NULL};
    PyObject *format;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U:strftime",
                                     (char **)keywords, &format)) {
        return NULL;
    }
    PyObject *tuple = PyObject_CallMethodNoArgs(self, &_Py_ID(timetuple));
    if (tuple == NULL) {
        return NULL;
    }
    PyObject *result = wrap_strftime(self, format, tuple, self);
    Py_DECREF(tuple);
    return result;
}

static PyObject *
date_format(PyObject *self, PyObject *args)
{
    PyObject *format;
    if (!PyArg_ParseTuple(args, "U:__format__", &format)) {
        return NULL;
    }
    if (PyUnicode_GetLength(format) == 0) {
        return PyObject_Str(self);
    }
    return PyObject_CallMethodOneArg(self, &_Py_ID(strftime), format);
}

/* -- Methods ------------------------------------------------------------ */

static PyObject *
date_timetuple(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return make_time_tuple(date_fields(self), (struct hms){0, 0, 0, 0}, -1);
}

static PyObject *
date_weekday(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(ymd_weekday(date_fields(self)));
}

static PyObject *
date_isoweekday(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(ymd_weekday(date_fields(self)) + 1);
}

static PyObject *
date_toordinal(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(date_ordinal(self));
}

static PyObject *
date_isocalendar(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct ymd date = date_fields(self);
    int year = date.year;
    int today = ymd_to_ordinal(date);
    int monday = iso_week1_monday(year);
    if (today < monday) {
        monday = iso_week1_monday(--year);
    }
    else if (today - monday >= 52 * 7
             && today >= iso_week1_monday(year + 1)) {
        monday = iso_week1_monday(++year);
    }
    PyObject *result = datetime_isocalendar_type.tp_alloc(
        &datetime_isocalendar_type, 3);
    if (result != NULL) {
        PyTuple_SET_ITEM(result, 0, PyLong_FromLong(year));
        PyTuple_SET_ITEM(result, 1,
                         PyLong_FromLong((today - monday) / 7 + 1));
        PyTuple_SET_ITEM(result, 2,
                         PyLong_FromLong((today - monday) % 7 + 1));
        if (PyErr_Occurred()) {
            Py_CLEAR(result);
        }
    }
    return result;
}

static PyObject *
date_replace(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"year", "month", "day", NULL};
    struct ymd date = date_fields(self);
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iii:replace",
                                     (char **)keywords, &date.year,
                                     &date.month, &date.day)) {
        return NULL;
    }
    return PyObject_CallFunction((PyObject *)Py_TYPE(self), "iii",
                                 date.year, date.month, date.day);
}

static PyObject *
date_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *state = PyBytes_FromStringAndSize(
        (char *)((PyDateTime_Date *)self)->data, _PyDateTime_DATE_DATASIZE);
    return Py_BuildValue("O(N)", Py_TYPE(self), state);
}

static PyObject *
date_get_year(PyObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(PyDateTime_GET_YEAR(self));
}

static PyObject *
date_get_month(PyObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(PyDateTime_GET_MONTH(self));
}

static PyObject *
date_get_day(PyObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(PyDateTime_GET_DAY(self));
}

static PyGetSetDef date_getset[] = {
    {"year", date_get_year, NULL, NULL, NULL},
    {"month", date_get_month, NULL, NULL, NULL},
    {"day", date_get_day, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

static PyMethodDef date_methods[] = {
    {"fromtimestamp", date_fromtimestamp, METH_O | METH_CLASS,
     PyDoc_STR("fromtimestamp($type, timestamp, /)\n--\n\n"
               "The local date of a POSIX timestamp.")},
    {"fromordinal", date_fromordinal, METH_VARARGS | METH_CLASS,
     PyDoc_STR("int -> date of a proleptic Gregorian ordinal.")},
    {"fromisoformat", date_fromisoformat, METH_O | METH_CLASS,
     PyDoc_STR("str -> date of a string in ISO 8601 format.")},
    {"fromisocalendar", _PyCFunction_CAST(date_fromisocalendar),
     KEYWORDS | METH_CLASS,
     PyDoc_STR("int, int, int -> date of ISO year, week and weekday.")},
    {"today", date_today, METH_NOARGS | METH_CLASS,
     PyDoc_STR("Current date or datetime.")},
    {"ctime", date_ctime, METH_NOARGS,
     PyDoc_STR("Return ctime() style string.")},
    {"strftime", _PyCFunction_CAST(date_strftime), KEYWORDS,
     PyDoc_STR("format -> strftime() style string.")},
    {"__format__", date_format, METH_VARARGS,
     PyDoc_STR("Formats self with strftime.")},
    {"timetuple", date_timetuple, METH_NOARGS,
     PyDoc_STR("Return time tuple, compatible with time.localtime().")},
    {"isocalendar", date_isocalendar, METH_NOARGS,
     PyDoc_STR("A named tuple of ISO year, week number, and weekday.")},
    {"isoformat", date_isoformat, METH_NOARGS,
     PyDoc_STR("Return string in ISO 8601 format, YYYY-MM-DD.")},
    {"isoweekday", date_isoweekday, METH_NOARGS,
     PyDoc_STR("The day of the week.\nMonday == 1 ... Sunday == 7")},
    {"toordinal", date_toordinal, METH_NOARGS,
     PyDoc_STR("The proleptic Gregorian ordinal; 1 is 0001-01-01.")},
    {"weekday", date_weekday, METH_NOARGS,
     PyDoc_STR("The day of the week.\nMonday == 0 ... Sunday == 6")},
    {"replace", _PyCFunction_CAST(date_replace), KEYWORDS,
     PyDoc_STR("Return date with new specified fields.")},
    {"__reduce__", date_reduce, METH_NOARGS,
     PyDoc_STR("__reduce__() -> (cls, state)")},
    {NULL, NULL, 0, NULL}
};

static PyNumberMethods date_as_number = {
    .nb_add = date_add,
    .nb_subtract = date_subtract,
};

PyTypeObject datetime_date_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.date",
    .tp_basicsize = sizeof(PyDateTime_Date),
    .tp_repr = date_repr,
    .tp_as_number = &date_as_number,
    .tp_hash = (hashfunc)date_hash,
    .tp_str = date_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("date(year, month, day) --> date object"),
    .tp_richcompare = date_richcompare,
    .tp_methods = date_methods,
    .tp_getset = date_getset,
    .tp_new = date_tp_new,
};

int
date_init_constants(void)
{
    PyTypeObject *type = &datetime_date_type;
    ADD_CLASS_CONSTANT(type, "min", date_new_ex(1, 1, 1, type));
    ADD_CLASS_CONSTANT(type, "max", date_new_ex(MAXYEAR, 12, 31, type));
    ADD_CLASS_CONSTANT(type, "resolution", delta_new(1, 0, 0, 0));
    return 0;
}

/* -- The result of isocalendar ------------------------------------------ */

static PyObject *
isocalendar_repr(PyObject *self)
{
    return PyUnicode_FromFormat("%.200s(year=%S, week=%S, weekday=%S)",
                                Py_TYPE(self)->tp_name,
                                PyTuple_GET_ITEM(self, 0),
                                PyTuple_GET_ITEM(self, 1),
                                PyTuple_GET_ITEM(self, 2));
}

static PyObject *
isocalendar_get(PyObject *self, void *index)
{
    return Py_NewRef(PyTuple_GET_ITEM(self, (Py_ssize_t)index));
}

static PyObject *
isocalendar_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"year", "week", "weekday", NULL};
    int values[3];
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "iii:IsoCalendarDate",
                                     (char **)keywords, &values[0],
                                     &values[1], &values[2])) {
        return NULL;
    }
    PyObject *self = type->tp_alloc(type, 3);
    for (int i = 0; i < 3 && self != NULL; i++) {
        PyTuple_SET_ITEM(self, i, PyLong_FromLong(values[i]));
    }
    return self;
}

/* Pickled as a plain tuple. */
static PyObject *
isocalendar_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("O((OOO))", &PyTuple_Type,
                         PyTuple_GET_ITEM(self, 0),
                         PyTuple_GET_ITEM(self, 1),
                         PyTuple_GET_ITEM(self, 2));
}

static PyGetSetDef isocalendar_getset[] = {
    {"year", isocalendar_get, NULL, NULL, (void *)0},
    {"week", isocalendar_get, NULL, NULL, (void *)1},
    {"weekday", isocalendar_get, NULL, NULL, (void *)2},
    {NULL, NULL, NULL, NULL, NULL}
};

static PyMethodDef isocalendar_methods[] = {
    {"__reduce__", isocalendar_reduce, METH_NOARGS,
     PyDoc_STR("__reduce__() -> (cls, state)")},
    {NULL, NULL, 0, NULL}
};

PyTypeObject datetime_isocalendar_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.IsoCalendarDate",
    .tp_basicsize = sizeof(PyTupleObject) - sizeof(PyObject *),
    .tp_itemsize = sizeof(PyObject *),
    .tp_repr = isocalendar_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = PyDoc_STR("The result of date.isocalendar() or "
                        "datetime.isocalendar()"),
    .tp_methods = isocalendar_methods,
    .tp_getset = isocalendar_getset,
    .tp_base = &PyTuple_Type,
    .tp_new = isocalendar_new,
};
