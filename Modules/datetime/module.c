/* _datetime: the module and its C API. */

#include "Python.h"
#include "datetime_impl.h"

/* -- The C API ---------------------------------------------------------- */

static PyObject *
capi_datetime_and_fold(int year, int month, int day, int hour, int minute,
                       int second, int us, PyObject *tzinfo, int fold,
                       PyTypeObject *type)
{
    return datetime_new_ex2((struct ymd){year, month, day},
                            (struct hms){hour, minute, second, us}, tzinfo,
                            fold, type);
}

static PyObject *
capi_datetime(int year, int month, int day, int hour, int minute, int second,
              int us, PyObject *tzinfo, PyTypeObject *type)
{
    return capi_datetime_and_fold(year, month, day, hour, minute, second, us,
                                  tzinfo, 0, type);
}

static PyObject *
capi_time(int hour, int minute, int second, int us, PyObject *tzinfo,
          PyTypeObject *type)
{
    return time_new_ex2(hour, minute, second, us, tzinfo, 0, type);
}

static PyDateTime_CAPI capi = {
    .DateType = &datetime_date_type,
    .DateTimeType = &datetime_datetime_type,
    .TimeType = &datetime_time_type,
    .DeltaType = &datetime_delta_type,
    .TZInfoType = &datetime_tzinfo_type,
    .Date_FromDate = date_new_ex,
    .DateTime_FromDateAndTime = capi_datetime,
    .Time_FromTime = capi_time,
    .Delta_FromDelta = delta_new_ex,
    .TimeZone_FromTimeZone = timezone_make,
    .DateTime_FromTimestamp = datetime_fromtimestamp,
    .Date_FromTimestamp = date_fromtimestamp_capi,
    .DateTime_FromDateAndTimeAndFold = capi_datetime_and_fold,
    .Time_FromTimeAndFold = time_new_ex2,
};

/* -- The module --------------------------------------------------------- */

static int
datetime_exec(PyObject *module)
{
    PyTypeObject *const types[] = {
        &datetime_date_type, &datetime_datetime_type, &datetime_time_type,
        &datetime_delta_type, &datetime_tzinfo_type, &datetime_timezone_type
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++) {
        if (PyModule_AddType(module, types[i]) < 0) {
            return -1;
        }
    }
    if (PyType_Ready(&datetime_isocalendar_type) < 0
        || delta_init_constants() < 0 || date_init_constants() < 0
        || time_init_constants() < 0 || timezone_init_constants() < 0
        || datetime_init_constants() < 0) {
        return -1;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++) {
        PyType_Modified(types[i]);
    }
    capi.TimeZone_UTC = datetime_utc;
    if (PyModule_AddIntConstant(module, "MINYEAR", MINYEAR) < 0
        || PyModule_AddIntConstant(module, "MAXYEAR", MAXYEAR) < 0
        || PyModule_AddObjectRef(module, "UTC", datetime_utc) < 0) {
        return -1;
    }
    PyObject *capsule = PyCapsule_New(&capi, PyDateTime_CAPSULE_NAME, NULL);
    if (capsule == NULL) {
        return -1;
    }
    int status = PyModule_AddObjectRef(module, "datetime_CAPI", capsule);
    Py_DECREF(capsule);
    return status;
}

static struct PyModuleDef datetime_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_datetime",
    .m_doc = PyDoc_STR("Dates, times, and their differences, in C."),
    .m_size = -1,
};

PyMODINIT_FUNC
PyInit__datetime(void)
{
    PyObject *module = PyModule_Create(&datetime_module);
    if (module != NULL && datetime_exec(module) < 0) {
        Py_CLEAR(module);
    }
    return module;
}
