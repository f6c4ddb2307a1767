/* _datetime: tzinfo and timezone. */

#include "Python.h"
#include "pycore_object.h"
#include "datetime_impl.h"

PyObject *datetime_utc;
PyObject *datetime_epoch;

typedef struct {
    PyObject_HEAD
    PyObject *offset;   /* a timedelta */
    PyObject *name;     /* str, or NULL */
} TimezoneObject;

#define TIMEZONE(op) ((TimezoneObject *)(op))

/* -- Calling a tzinfo --------------------------------------------------- */

int
check_tzinfo(PyObject *p)
{
    if (p == Py_None || PyTZInfo_Check(p)) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError,
                 "tzinfo argument must be None or of a tzinfo subclass, not "
                 "type '%s'", Py_TYPE(p)->tp_name);
    return -1;
}

/* Is the timedelta less than a day, either way? */
static int
offset_in_range(PyObject *offset)
{
    int days = PyDateTime_DELTA_GET_DAYS(offset);
    return days == 0
        || (days == -1
            && (PyDateTime_DELTA_GET_SECONDS(offset) > 0
                || PyDateTime_DELTA_GET_MICROSECONDS(offset) > 0));
}

static PyObject *
call_offset_method(PyObject *tzinfo, const char *name, PyObject *arg)
{
    if (tzinfo == Py_None) {
        Py_RETURN_NONE;
    }
    PyObject *offset = PyObject_CallMethod(tzinfo, name, "O", arg);
    if (offset == Py_None || offset == NULL) {
        return offset;
    }
    if (!PyDelta_Check(offset)) {
        PyErr_Format(PyExc_TypeError,
                     "tzinfo.%s() must return None or a timedelta, not "
                     "'%.200s'", name, Py_TYPE(offset)->tp_name);
        Py_DECREF(offset);
        return NULL;
    }
    if (!offset_in_range(offset)) {
        Py_DECREF(offset);
        PyErr_Format(PyExc_ValueError,
                     "offset must be a timedelta strictly between "
                     "-timedelta(hours=24) and timedelta(hours=24).");
        return NULL;
    }
    return offset;
}

PyObject *
call_utcoffset(PyObject *tzinfo, PyObject *arg)
{
    return call_offset_method(tzinfo, "utcoffset", arg);
}

PyObject *
call_dst(PyObject *tzinfo, PyObject *arg)
{
    return call_offset_method(tzinfo, "dst", arg);
}

PyObject *
call_tzname(PyObject *tzinfo, PyObject *arg)
{
    if (tzinfo == Py_None) {
        Py_RETURN_NONE;
    }
    PyObject *name = PyObject_CallMethodOneArg(tzinfo, &_Py_ID(tzname), arg);
    if (name == NULL || name == Py_None || PyUnicode_Check(name)) {
        return name;
    }
    PyErr_Format(PyExc_TypeError,
                 "tzinfo.tzname() must return None or a string, not '%s'",
                 Py_TYPE(name)->tp_name);
    Py_DECREF(name);
    return NULL;
}

/* -- tzinfo ------------------------------------------------------------- */

static PyObject *
raise_abstract(const char *name)
{
    return PyErr_Format(PyExc_NotImplementedError,
                        "a tzinfo subclass must implement %s()", name);
}

static PyObject *
tzinfo_tzname(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(dt))
{
    return raise_abstract("tzname");
}

static PyObject *
tzinfo_utcoffset(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(dt))
{
    return raise_abstract("utcoffset");
}

static PyObject *
tzinfo_dst(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(dt))
{
    return raise_abstract("dst");
}

static int
check_fromutc(PyObject *self, PyObject *dt)
{
    if (!PyDateTime_Check(dt)) {
        PyErr_SetString(PyExc_TypeError,
                        "fromutc: argument must be a datetime");
        return -1;
    }
    if (PyDateTime_DATE_GET_TZINFO(dt) != self) {
        PyErr_SetString(PyExc_ValueError, "fromutc: dt.tzinfo is not self");
        return -1;
    }
    return 0;
}

/* dt + (utcoffset - dst), and then + dst there. */
static PyObject *
tzinfo_fromutc(PyObject *self, PyObject *dt)
{
    if (check_fromutc(self, dt) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *dst = NULL;
    PyObject *delta = NULL;
    PyObject *offset = PyObject_CallMethodNoArgs(dt, &_Py_ID(utcoffset));
    if (offset == NULL) {
        return NULL;
    }
    if (offset == Py_None) {
        PyErr_SetString(PyExc_ValueError,
                        "fromutc: non-None utcoffset() result required");
        goto done;
    }
    dst = PyObject_CallMethodNoArgs(dt, &_Py_ID(dst));
    if (dst == NULL) {
        goto done;
    }
    if (dst == Py_None) {
        PyErr_SetString(PyExc_ValueError,
                        "fromutc: non-None dst() result required");
        goto done;
    }
    delta = delta_subtract(offset, dst);
    if (delta == NULL) {
        goto done;
    }
    result = datetime_add_delta(dt, delta, 1);
    if (result == NULL) {
        goto done;
    }
    Py_SETREF(dst, call_dst(PyDateTime_DATE_GET_TZINFO(dt), result));
    if (dst == NULL) {
        Py_CLEAR(result);
        goto done;
    }
    if (dst == Py_None) {
        PyErr_SetString(PyExc_ValueError,
                        "fromutc: tz.dst() gave inconsistent results; cannot "
                        "convert");
        Py_CLEAR(result);
        goto done;
    }
    if (!delta_is_zero(dst)) {
        Py_SETREF(result, datetime_add_delta(result, dst, 1));
    }
done:
    Py_XDECREF(offset);
    Py_XDECREF(dst);
    Py_XDECREF(delta);
    return result;
}

static PyObject *
tzinfo_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *get_args;
    PyObject *args;
    if (_PyObject_LookupAttr(self, &_Py_ID(__getinitargs__),
                             &get_args) < 0) {
        return NULL;
    }
    if (get_args != NULL) {
        args = PyObject_CallNoArgs(get_args);
        Py_DECREF(get_args);
    }
    else {
        args = PyTuple_New(0);
    }
    if (args == NULL) {
        return NULL;
    }
    PyObject *state = _PyObject_GetState(self);
    if (state == NULL) {
        Py_DECREF(args);
        return NULL;
    }
    return Py_BuildValue("(ONN)", Py_TYPE(self), args, state);
}

static PyMethodDef tzinfo_methods[] = {
    {"tzname", tzinfo_tzname, METH_O,
     PyDoc_STR("datetime -> string name of time zone.")},
    {"utcoffset", tzinfo_utcoffset, METH_O,
     PyDoc_STR("datetime -> timedelta of the offset from UTC, negative west "
               "of it")},
    {"dst", tzinfo_dst, METH_O,
     PyDoc_STR("datetime -> DST offset as timedelta positive east of UTC.")},
    {"fromutc", tzinfo_fromutc, METH_O,
     PyDoc_STR("datetime in UTC -> datetime in local time.")},
    {"__reduce__", tzinfo_reduce, METH_NOARGS,
     PyDoc_STR("-> (cls, state)")},
    {NULL, NULL, 0, NULL}
};

PyTypeObject datetime_tzinfo_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.tzinfo",
    .tp_basicsize = sizeof(PyDateTime_TZInfo),
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("Abstract base class for time zone info objects."),
    .tp_methods = tzinfo_methods,
    .tp_new = PyType_GenericNew,
};

/* -- timezone ----------------------------------------------------------- */

static PyObject *
timezone_create(PyTypeObject *type, PyObject *offset, PyObject *name)
{
    TimezoneObject *self = (TimezoneObject *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->offset = Py_NewRef(offset);
        self->name = Py_XNewRef(name);
    }
    return (PyObject *)self;
}

PyObject *
timezone_make(PyObject *offset, PyObject *name)
{
    if (name == NULL && datetime_utc != NULL && delta_is_zero(offset)) {
        return Py_NewRef(datetime_utc);
    }
    if (!offset_in_range(offset)) {
        return PyErr_Format(PyExc_ValueError,
                            "offset must be a timedelta strictly between "
                            "-timedelta(hours=24) and timedelta(hours=24), "
                            "not %R.", offset);
    }
    return timezone_create(&datetime_timezone_type, offset, name);
}

static PyObject *
timezone_tp_new(PyTypeObject *Py_UNUSED(type), PyObject *args,
                PyObject *kwargs)
{
    static const char *const keywords[] = {"offset", "name", NULL};
    PyObject *offset;
    PyObject *name = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!|U:timezone",
                                     (char **)keywords,
                                     &datetime_delta_type, &offset, &name)) {
        return NULL;
    }
    return timezone_make(offset, name);
}

static void
timezone_dealloc(PyObject *self)
{
    Py_CLEAR(TIMEZONE(self)->offset);
    Py_CLEAR(TIMEZONE(self)->name);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
timezone_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE)
        || !PyObject_TypeCheck(other, &datetime_timezone_type)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return compare_result(delta_compare(TIMEZONE(self)->offset,
                                        TIMEZONE(other)->offset), op);
}

static Py_hash_t
timezone_hash(PyObject *self)
{
    return PyObject_Hash(TIMEZONE(self)->offset);
}

static int
check_argument(PyObject *dt, const char *name)
{
    if (dt == Py_None || PyDateTime_Check(dt)) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError,
                 "%s(dt) argument must be a datetime instance or None, not "
                 "%.200s", name, Py_TYPE(dt)->tp_name);
    return -1;
}

static PyObject *
timezone_str(PyObject *self)
{
    if (TIMEZONE(self)->name != NULL) {
        return Py_NewRef(TIMEZONE(self)->name);
    }
    if (self == datetime_utc || delta_is_zero(TIMEZONE(self)->offset)) {
        return PyUnicode_FromString("UTC");
    }
    PyObject *offset = format_offset(TIMEZONE(self)->offset, ":");
    if (offset == NULL) {
        return NULL;
    }
    PyObject *result = PyUnicode_FromFormat("UTC%U", offset);
    Py_DECREF(offset);
    return result;
}

static PyObject *
timezone_repr(PyObject *self)
{
    const char *type_name = Py_TYPE(self)->tp_name;
    if (self == datetime_utc) {
        return PyUnicode_FromFormat("%s.utc", type_name);
    }
    if (TIMEZONE(self)->name == NULL) {
        return PyUnicode_FromFormat("%s(%R)", type_name,
                                    TIMEZONE(self)->offset);
    }
    return PyUnicode_FromFormat("%s(%R, %R)", type_name,
                                TIMEZONE(self)->offset,
                                TIMEZONE(self)->name);
}

static PyObject *
timezone_tzname(PyObject *self, PyObject *dt)
{
    return check_argument(dt, "tzname") < 0 ? NULL : timezone_str(self);
}

static PyObject *
timezone_utcoffset(PyObject *self, PyObject *dt)
{
    return check_argument(dt, "utcoffset") < 0
        ? NULL : Py_NewRef(TIMEZONE(self)->offset);
}

static PyObject *
timezone_dst(PyObject *Py_UNUSED(self), PyObject *dt)
{
    return check_argument(dt, "dst") < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
timezone_fromutc(PyObject *self, PyObject *dt)
{
    if (check_fromutc(self, dt) < 0) {
        return NULL;
    }
    return datetime_add_delta(dt, TIMEZONE(self)->offset, 1);
}

static PyObject *
timezone_getinitargs(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    TimezoneObject *zone = TIMEZONE(self);
    if (zone->name == NULL) {
        return PyTuple_Pack(1, zone->offset);
    }
    return PyTuple_Pack(2, zone->offset, zone->name);
}

static PyMethodDef timezone_methods[] = {
    {"tzname", timezone_tzname, METH_O,
     PyDoc_STR("The name given when the timezone was made, or its offset as "
               "'UTC(+|-)HH:MM'.")},
    {"utcoffset", timezone_utcoffset, METH_O,
     PyDoc_STR("Return fixed offset.")},
    {"dst", timezone_dst, METH_O, PyDoc_STR("Return None.")},
    {"fromutc", timezone_fromutc, METH_O,
     PyDoc_STR("datetime in UTC -> datetime in local time.")},
    {"__getinitargs__", timezone_getinitargs, METH_NOARGS,
     PyDoc_STR("pickle support")},
    {NULL, NULL, 0, NULL}
};

PyTypeObject datetime_timezone_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "datetime.timezone",
    .tp_basicsize = sizeof(TimezoneObject),
    .tp_dealloc = timezone_dealloc,
    .tp_repr = timezone_repr,
    .tp_hash = timezone_hash,
    .tp_str = timezone_str,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = PyDoc_STR("A tzinfo with a fixed offset from UTC."),
    .tp_richcompare = timezone_richcompare,
    .tp_methods = timezone_methods,
    .tp_base = &datetime_tzinfo_type,
    .tp_new = timezone_tp_new,
};

int
timezone_init_constants(void)
{
    PyTypeObject *type = &datetime_timezone_type;
    PyObject *zero = delta_new(0, 0, 0, 0);
    if (zero == NULL) {
        return -1;
    }
    if (datetime_utc == NULL) {
        datetime_utc = timezone_create(type, zero, NULL);
    }
    Py_DECREF(zero);
    ADD_CLASS_CONSTANT(type, "utc", Py_XNewRef(datetime_utc));
    PyObject *offset = delta_new(-1, 60, 0, 1);     /* -23:59 */
    if (offset == NULL) {
        return -1;
    }
    PyObject *low = timezone_create(type, offset, NULL);
    Py_DECREF(offset);
    ADD_CLASS_CONSTANT(type, "min", low);
    offset = delta_new(0, (23 * 60 + 59) * 60, 0, 0);
    if (offset == NULL) {
        return -1;
    }
    PyObject *high = timezone_create(type, offset, NULL);
    Py_DECREF(offset);
    ADD_CLASS_CONSTANT(type, "max", high);
    return 0;
}
