/* _datetime: time. */

#include "Python.h"
#include "pycore_object.h"
#include "datetime_impl.h"

#define TZINFO(op) PyDateTime_TIME_GET_TZINFO(op)
#define FOLD(op) PyDateTime_TIME_GET_FOLD(op)

struct hms
time_fields(PyObject *self)
{
    return (struct hms){PyDateTime_TIME_GET_HOUR(self),
                        PyDateTime_TIME_GET_MINUTE(self),
                        PyDateTime_TIME_GET_SECOND(self),
                        PyDateTime_TIME_GET_MICROSECOND(self)};
}

/* -- Making ------------------------------------------------------------- */

/* With room for a tzinfo only where there is one. */
static PyDateTime_Time *
time_alloc(PyTypeObject *type, PyObject *tzinfo)
{
    int aware = tzinfo != Py_None;
    PyDateTime_Time *self;
    if (type == &datetime_time_type && !aware) {
        self = PyObject_Malloc(sizeof(_PyDateTime_BaseTime));
        if (self == NULL) {
            return (PyDateTime_Time *)PyErr_NoMemory();
        }
        _PyObject_Init((PyObject *)self, type);
    }
    else {
        self = (PyDateTime_Time *)type->tp_alloc(type, aware);
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
time_new_ex2(int hour, int minute, int second, int us, PyObject *tzinfo,
             int fold, PyTypeObject *type)
{
    if (check_time((struct hms){hour, minute, second, us}, fold) < 0
        || check_tzinfo(tzinfo) < 0) {
        return NULL;
    }
    PyDateTime_Time *self = time_alloc(type, tzinfo);
    if (self != NULL) {
        self->data[0] = (unsigned char)hour;
        self->data[1] = (unsigned char)minute;
        self->data[2] = (unsigned char)second;
        self->data[3] = (unsigned char)(us >> 16);
        self->data[4] = (unsigned char)(us >> 8);
        self->data[5] = (unsigned char)us;
        self->fold = (unsigned char)fold;
    }
    return (PyObject *)self;
}

static PyObject *
time_from_class(PyObject *cls, struct hms t, PyObject *tzinfo, int fold)
{
    if (cls == (PyObject *)&datetime_time_type) {
        return time_new_ex2(t.hour, t.minute, t.second, t.us, tzinfo, fold,
                            &datetime_time_type);
    }
    PyObject *self = PyObject_CallFunction(cls, "iiiiO", t.hour, t.minute,
                                           t.second, t.us, tzinfo);
    if (self != NULL && fold) {
        ((PyDateTime_Time *)self)->fold = (unsigned char)fold;
    }
    return self;
}

/* The first byte is the hour, with fold in its highest bit. */
static PyObject *
time_from_state(PyTypeObject *type, const char *state, PyObject *tzinfo)
{
    if (tzinfo != Py_None && !PyTZInfo_Check(tzinfo)) {
        PyErr_SetString(PyExc_TypeError, "bad tzinfo state arg");
        return NULL;
    }
    PyDateTime_Time *self = time_alloc(type, tzinfo);
    if (self != NULL) {
        memcpy(self->data, state, _PyDateTime_TIME_DATASIZE);
        self->fold = self->data[0] >> 7;
        self->data[0] &= 0x7F;
    }
    return (PyObject *)self;
}

static PyObject *
time_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL
    };
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (nargs >= 1 && nargs <= 2) {
        PyObject *state = PyTuple_GET_ITEM(args, 0);
        PyObject *tzinfo = nargs == 2 ? PyTuple_GET_ITEM(args, 1) : Py_None;
        if (PyBytes_Check(state)) {
            if (PyBytes_GET_SIZE(state) == _PyDateTime_TIME_DATASIZE
                && ((unsigned char)PyBytes_AS_STRING(state)[0] & 0x7F)
                    < 24) {
                return time_from_state(type, PyBytes_AS_STRING(state),
                                       tzinfo);
            }
        }
        else if (PyUnicode_Check(state)
                 && PyUnicode_GET_LENGTH(state)
                        == _PyDateTime_TIME_DATASIZE
                 && (PyUnicode_READ_CHAR(state, 0) & 0x7F) < 24) {
            PyObject *bytes = PyUnicode_AsLatin1String(state);
            if (bytes == NULL) {
                if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
                    PyErr_SetString(PyExc_ValueError,
                                    "Failed to encode latin1 string when "
                                    "unpickling a time object. "
                                    "pickle.load(data, encoding='latin1') "
                                    "is assumed.");
                }
                return NULL;
            }
            PyObject *self = time_from_state(type, PyBytes_AS_STRING(bytes),
                                             tzinfo);
            Py_DECREF(bytes);
            return self;
        }
    }
    struct hms t = {0, 0, 0, 0};
    PyObject *tzinfo = Py_None;
    int fold = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiiO$i",
                                     (char **)keywords, &t.hour, &t.minute,
                                     &t.second, &t.us, &tzinfo, &fold)) {
        return NULL;
    }
    return time_new_ex2(t.hour, t.minute, t.second, t.us, tzinfo, fold,
                        type);
}

static void
time_dealloc(PyObject *self)
{
    if (_PyDateTime_HAS_TZINFO(self)) {
        Py_XDECREF(((PyDateTime_Time *)self)->tzinfo);
    }
    Py_TYPE(self)->tp_free(self);
}

/* -- The zone ----------------------------------------------------------- */

static PyObject *
time_utcoffset(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return call_utcoffset(TZINFO(self), Py_None);
}

static PyObject *
time_dst(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return call_dst(TZINFO(self), Py_None);
}

static PyObject *
time_tzname(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return call_tzname(TZINFO(self), Py_None);
}

/* -- Text --------------------------------------------------------------- */

/* repr, "(...)", with ", fold=1" or ", tzinfo=..." put before the end. */
static PyObject *
append_keyword(PyObject *repr, PyObject *tzinfo, int fold)
{
    if (repr == NULL) {
        return NULL;
    }
    PyObject *head = PyUnicode_Substring(repr, 0,
                                         PyUnicode_GET_LENGTH(repr) - 1);
    Py_DECREF(repr);
    if (head == NULL) {
        return NULL;
    }
    PyObject *result = tzinfo != NULL
        ? PyUnicode_FromFormat("%U, tzinfo=%R)", head, tzinfo)
        : PyUnicode_FromFormat("%U, fold=%d)", head, fold);
    Py_DECREF(head);
    return result;
}

static PyObject *
time_repr(PyObject *self)
{
    struct hms t = time_fields(self);
    const char *name = Py_TYPE(self)->tp_name;
    PyObject *repr;
    if (t.us) {
        repr = PyUnicode_FromFormat("%s(%d, %d, %d, %d)", name, t.hour,
                                    t.minute, t.second, t.us);
    }
    else if (t.second) {
        repr = PyUnicode_FromFormat("%s(%d, %d, %d)", name, t.hour, t.minute,
                                    t.second);
    }
    else {
        repr = PyUnicode_FromFormat("%s(%d, %d)", name, t.hour, t.minute);
    }
    if (_PyDateTime_HAS_TZINFO(self)) {
        repr = append_keyword(repr, TZINFO(self), 0);
    }
    if (FOLD(self)) {
        repr = append_keyword(repr, NULL, FOLD(self));
    }
    return repr;
}

static PyObject *
time_isoformat(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"timespec", NULL};
    const char *timespec = NULL;
    char buffer[40];
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|s:isoformat",
                                     (char **)keywords, &timespec)
        || format_time_iso(buffer, sizeof(buffer), time_fields(self),
                           timespec) < 0) {
        return NULL;
    }
    PyObject *offset = call_utcoffset(TZINFO(self), Py_None);
    if (offset == NULL) {
        return NULL;
    }
    PyObject *zone = format_offset(offset, ":");
    Py_DECREF(offset);
    if (zone == NULL) {
        return NULL;
    }
    PyObject *result = PyUnicode_FromFormat("%s%U", buffer, zone);
    Py_DECREF(zone);
    return result;
}

static PyObject *
time_str(PyObject *self)
{
    return PyObject_CallMethodNoArgs(self, &_Py_ID(isoformat));
}

static PyObject *
time_strftime(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"format", NULL};
    PyObject *format;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U:strftime",
                                     (char **)keywords, &format)) {
        return NULL;
    }
    struct hms t = time_fields(self);
    PyObject *tuple = Py_BuildValue("iiiiiiiii", 1900, 1, 1, t.hour,
                                    t.minute, t.second, 0, 1, -1);
    if (tuple == NULL) {
        return NULL;
    }
    PyObject *result = wrap_strftime(self, format, tuple, Py_None);
    Py_DECREF(tuple);
    return result;
}

static PyObject *
time_format(PyObject *self, PyObject *args)
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

/* -- Comparison and hash ------------------------------------------------ */

static PyObject *
compare_data(PyObject *self, PyObject *other, int op)
{
    return compare_result(memcmp(((PyDateTime_Time *)self)->data,
                                 ((PyDateTime_Time *)other)->data,
                                 _PyDateTime_TIME_DATASIZE), op);
}

static int64_t
utc_microseconds(PyObject *self, PyObject *offset)
{
    struct hms t = time_fields(self);
    int64_t seconds = t.hour * 3600 + t.minute * 60 + t.second;
    return seconds * 1000000 + t.us - delta_microseconds(offset);
}

static PyObject *
time_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyTime_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (TZINFO(self) == TZINFO(other)) {
        return compare_data(self, other, op);
    }
    PyObject *result = NULL;
    PyObject *offset2 = NULL;
    PyObject *offset1 = time_utcoffset(self, NULL);
    if (offset1 == NULL) {
        return NULL;
    }
    offset2 = time_utcoffset(other, NULL);
    if (offset2 == NULL) {
        goto done;
    }
    if (offset1 == offset2
        || (PyDelta_Check(offset1) && PyDelta_Check(offset2)
            && delta_compare(offset1, offset2) == 0)) {
        result = compare_data(self, other, op);
    }
    else if (offset1 != Py_None && offset2 != Py_None) {
        int64_t a = utc_microseconds(self, offset1);
        int64_t b = utc_microseconds(other, offset2);
        result = compare_result((a > b) - (a < b), op);
    }
    else if (op == Py_EQ || op == Py_NE) {
        result = PyBool_FromLong(op == Py_NE);
    }
    else {
        PyErr_SetString(PyExc_TypeError,
                        "can't compare offset-naive and offset-aware times");
    }
done:
    Py_DECREF(offset1);
    Py_XDECREF(offset2);
    return result;
}

static Py_hash_t
time_hash(PyDateTime_Time *self)
{
    if (self->hashcode != -1) {
        return self->hashcode;
    }
    /* As if fold were 0: fold does not matter for equality. */
    PyObject *plain = Py_NewRef(self);
    struct hms t = time_fields(plain);
    if (self->fold) {
        Py_SETREF(plain, time_new_ex2(t.hour, t.minute, t.second, t.us,
                                      TZINFO(self), 0, Py_TYPE(self)));
        if (plain == NULL) {
            return -1;
        }
    }
    PyObject *offset = time_utcoffset(plain, NULL);
    Py_DECREF(plain);
    if (offset == NULL) {
        return -1;
    }
    if (offset == Py_None) {
        self->hashcode = _Py_HashBytes(self->data,
                                       _PyDateTime_TIME_DATASIZE);
    }
    else {
        int64_t seconds = (int64_t)t.hour * 3600 + t.minute * 60 + t.second;
        int64_t us = seconds * 1000000 + t.us - delta_microseconds(offset);
        PyObject *key = delta_new_ex(0, (int)(us / 1000000),
                                     (int)(us % 1000000), 1,
                                     &datetime_delta_type);
        if (key != NULL) {
            self->hashcode = PyObject_Hash(key);
            Py_DECREF(key);
        }
    }
    Py_DECREF(offset);
    return self->hashcode;
}

/* -- Methods ------------------------------------------------------------ */

static PyObject *
time_replace(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL
    };
    struct hms t = time_fields(self);
    PyObject *tzinfo = TZINFO(self);
    int fold = FOLD(self);
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiiO$i:replace",
                                     (char **)keywords, &t.hour, &t.minute,
                                     &t.second, &t.us, &tzinfo, &fold)) {
        return NULL;
    }
    if (fold != 0 && fold != 1) {
        PyErr_SetString(PyExc_ValueError, "fold must be either 0 or 1");
        return NULL;
    }
    return time_from_class((PyObject *)Py_TYPE(self), t, tzinfo, fold);
}

static PyObject *
time_fromisoformat(PyObject *cls, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError,
                        "fromisoformat: argument must be str");
        return NULL;
    }
    Py_ssize_t n;
    const char *s = PyUnicode_AsUTF8AndSize(text, &n);
    struct iso_time parsed;
    if (s == NULL) {
        PyErr_Clear();
    }
    else if (n > 0 && *s == 'T') {
        s++;
        n--;
    }
    if (s == NULL || iso_parse_time(s, n, &parsed) < 0) {
        return PyErr_Format(PyExc_ValueError,
                            "Invalid isoformat string: %R", text);
    }
    PyObject *tzinfo = Py_NewRef(Py_None);
    if (parsed.has_offset) {
        PyObject *offset = delta_new(0, parsed.offset, parsed.offset_us, 1);
        if (offset == NULL) {
            return NULL;
        }
        Py_SETREF(tzinfo, timezone_make(offset, NULL));
        Py_DECREF(offset);
        if (tzinfo == NULL) {
            return NULL;
        }
    }
    PyObject *result = time_from_class(cls, parsed.time, tzinfo, 0);
    Py_DECREF(tzinfo);
    return result;
}

static PyObject *
time_state(PyObject *self, int protocol)
{
    PyObject *bytes = PyBytes_FromStringAndSize(
        (char *)((PyDateTime_Time *)self)->data, _PyDateTime_TIME_DATASIZE);
    if (bytes == NULL) {
        return NULL;
    }
    if (protocol > 3 && FOLD(self)) {
        PyBytes_AS_STRING(bytes)[0] |= (char)0x80;
    }
    PyObject *state = _PyDateTime_HAS_TZINFO(self)
        ? PyTuple_Pack(2, bytes, TZINFO(self)) : PyTuple_Pack(1, bytes);
    Py_DECREF(bytes);
    return state;
}

static PyObject *
time_reduce_ex(PyObject *self, PyObject *args)
{
    int protocol;
    if (!PyArg_ParseTuple(args, "i:__reduce_ex__", &protocol)) {
        return NULL;
    }
    return Py_BuildValue("(ON)", Py_TYPE(self), time_state(self, protocol));
}

static PyObject *
time_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("(ON)", Py_TYPE(self), time_state(self, 2));
}

#define GETTER(name, value)                                             \
    static PyObject *                                                   \
    time_get_##name(PyObject *self, void *Py_UNUSED(closure))           \
    {                                                                   \
        return value;                                                   \
    }

GETTER(hour, PyLong_FromLong(PyDateTime_TIME_GET_HOUR(self)))
GETTER(minute, PyLong_FromLong(PyDateTime_TIME_GET_MINUTE(self)))
GETTER(second, PyLong_FromLong(PyDateTime_TIME_GET_SECOND(self)))
GETTER(microsecond, PyLong_FromLong(PyDateTime_TIME_GET_MICROSECOND(self)))
GETTER(tzinfo, Py_NewRef(TZINFO(self)))
GETTER(fold, PyLong_FromLong(FOLD(self)))

static PyGetSetDef time_getset[] = {
    {"hour", time_get_hour, NULL, NULL, NULL},
    {"minute", time_get_minute, NULL, NULL, NULL},
    {"second", time_get_second, NULL, NULL, NULL},
    {"microsecond", time_get_microsecond, NULL, NULL, NULL},
    {"tzinfo", time_get_tzinfo, NULL, NULL, NULL},
    {"fold", time_get_fold, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

static PyMethodDef time_methods[] = {
    {"isoformat", _PyCFunction_CAST(time_isoformat), KEYWORDS,
     PyDoc_STR("Return string in ISO 8601 format, "
               "[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\n"
               "timespec is how precise the result is: 'auto', 'hours',\n"
               "'minutes', 'seconds', 'milliseconds' or 'microseconds'.\n")},
    {"strftime", _PyCFunction_CAST(time_strftime), KEYWORDS,
     PyDoc_STR("format -> strftime() style string.")},
    {"__format__", time_format, METH_VARARGS,
     PyDoc_STR("Formats self with strftime.")},
    {"utcoffset", time_utcoffset, METH_NOARGS,
     PyDoc_STR("Return self.tzinfo.utcoffset(self).")},
    {"tzname", time_tzname, METH_NOARGS,
     PyDoc_STR("Return self.tzinfo.tzname(self).")},
    {"dst", time_dst, METH_NOARGS,
     PyDoc_STR("Return self.tzinfo.dst(self).")},
    {"replace", _PyCFunction_CAST(time_replace), KEYWORDS,
     PyDoc_STR("Return time with new specified fields.")},
    {"fromisoformat", time_fromisoformat, METH_O | METH_CLASS,
     PyDoc_STR("string -> time from a string in ISO 8601 format")},
    {"__reduce_ex__", time_reduce_ex, METH_VARARGS,
     PyDoc_STR("__reduce_ex__(proto) -> (cls, state)")},
    {"__reduce__", time_reduce, METH_NOARGS,
     PyDoc_STR("__reduce__() -> (cls, state)")},
    {NULL, NULL, 0, NULL}
};

PyTypeObject datetime_time_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.time",
    .tp_basicsize = sizeof(PyDateTime_Time),
    .tp_dealloc = time_dealloc,
    .tp_repr = time_repr,
    .tp_hash = (hashfunc)time_hash,
    .tp_str = time_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("time([hour[, minute[, second[, microsecond[, "
                        "tzinfo]]]]]) --> a time object\n\n"
                        "All arguments are optional. tzinfo may be None, or "
                        "an instance of\na tzinfo subclass. The others may "
                        "be ints.\n"),
    .tp_richcompare = time_richcompare,
    .tp_methods = time_methods,
    .tp_getset = time_getset,
    .tp_new = time_tp_new,
};

int
time_init_constants(void)
{
    PyTypeObject *type = &datetime_time_type;
    ADD_CLASS_CONSTANT(type, "min",
                       time_new_ex2(0, 0, 0, 0, Py_None, 0, type));
    ADD_CLASS_CONSTANT(type, "max",
                       time_new_ex2(23, 59, 59, 999999, Py_None, 0, type));
    ADD_CLASS_CONSTANT(type, "resolution", delta_new(0, 0, 1, 0));
    return 0;
}
