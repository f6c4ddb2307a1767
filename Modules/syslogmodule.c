/* The syslog module: messages for the system's log. */

#include "Python.h"
#include "pycore_object.h"

#include <syslog.h>

/* The C library keeps openlog()'s string: so do we, for the process. */
static PyObject *log_ident;
static char log_opened;

/* The base name of sys.argv[0], or NULL: none, without exception. */
static PyObject *
program_name(void)
{
    PyObject *argv = PySys_GetObject("argv");
    if (argv == NULL || !PyList_Check(argv) || PyList_GET_SIZE(argv) < 1) {
        return NULL;
    }
    PyObject *script = PyList_GET_ITEM(argv, 0);
    if (!PyUnicode_Check(script) || PyUnicode_GET_LENGTH(script) == 0) {
        return NULL;
    }
    Py_ssize_t slash = PyUnicode_FindChar(script, '/', 0,
                                          PyUnicode_GET_LENGTH(script), -1);
    if (slash == -2) {
        PyErr_Clear();
        return NULL;
    }
    if (slash == -1) {
        return Py_NewRef(script);
    }
    PyObject *name = PyUnicode_Substring(script, slash + 1, PY_SSIZE_T_MAX);
    if (name == NULL) {
        PyErr_Clear();
    }
    return name;
}

static PyObject *
syslog_openlog(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"ident", "logoption", "facility",
                                           NULL};
    static _PyArg_Parser parser = {.format = "|Ull:openlog",
                                   .keywords = keywords};
    PyObject *ident = NULL;
    long logoption = 0;
    long facility = LOG_USER;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &ident,
                                          &logoption, &facility)) {
        return NULL;
    }
    ident = ident != NULL ? Py_NewRef(ident) : program_name();
    const char *text = NULL;
    if (ident != NULL) {
        text = PyUnicode_AsUTF8(ident);
        if (text == NULL) {
            Py_DECREF(ident);
            return NULL;
        }
    }
    if (PySys_Audit("syslog.openlog", "Oll", ident ? ident : Py_None,
                    logoption, facility) < 0) {
        Py_XDECREF(ident);
        return NULL;
    }
    PyObject *old = log_ident;
    log_ident = ident;
    openlog(text, (int)logoption, (int)facility);
    log_opened = 1;
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

/* [priority,] message */
static PyObject *
syslog_syslog(PyObject *module, PyObject *args)
{
    PyObject *message_object;
    int priority = LOG_INFO;
    if (!PyArg_ParseTuple(args, "iU;[priority,] message string", &priority,
                          &message_object)) {
        PyErr_Clear();
        if (!PyArg_ParseTuple(args, "U;[priority,] message string",
                              &message_object)) {
            return NULL;
        }
    }
    const char *message = PyUnicode_AsUTF8(message_object);
    if (message == NULL
        || PySys_Audit("syslog.syslog", "is", priority, message) < 0) {
        return NULL;
    }
    if (!log_opened) {
        PyObject *no_arguments = PyTuple_New(0);
        if (no_arguments == NULL) {
            return NULL;
        }
        PyObject *opened = syslog_openlog(module, no_arguments, NULL);
        Py_DECREF(no_arguments);
        if (opened == NULL) {
            return NULL;
        }
        Py_DECREF(opened);
    }
    /* Another thread may call openlog() meanwhile. */
    PyObject *ident = Py_XNewRef(log_ident);
    Py_BEGIN_ALLOW_THREADS
    syslog(priority, "%s", message);
    Py_END_ALLOW_THREADS
    Py_XDECREF(ident);
    Py_RETURN_NONE;
}

static PyObject *
syslog_closelog(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    if (PySys_Audit("syslog.closelog", NULL) < 0) {
        return NULL;
    }
    if (log_opened) {
        closelog();
        Py_CLEAR(log_ident);
        log_opened = 0;
    }
    Py_RETURN_NONE;
}

static PyObject *
syslog_setlogmask(PyObject *module, PyObject *args)
{
    long mask;
    if (!PyArg_ParseTuple(args, "l;mask for priority", &mask)
        || PySys_Audit("syslog.setlogmask", "(O)",
                       args != NULL ? args : Py_None) < 0) {
        return NULL;
    }
    return PyLong_FromLong(setlogmask((int)mask));
}

static PyObject *
syslog_log_mask(PyObject *module, PyObject *args)
{
    long priority;
    if (!PyArg_ParseTuple(args, "l:LOG_MASK", &priority)) {
        return NULL;
    }
    return PyLong_FromLong(LOG_MASK(priority));
}

static PyObject *
syslog_log_upto(PyObject *module, PyObject *args)
{
    long priority;
    if (!PyArg_ParseTuple(args, "l:LOG_UPTO", &priority)) {
        return NULL;
    }
    return PyLong_FromLong(LOG_UPTO(priority));
}

static PyMethodDef syslog_methods[] = {
    {"openlog", _PyCFunction_CAST(syslog_openlog),
     METH_VARARGS | METH_KEYWORDS, NULL},
    {"closelog", syslog_closelog, METH_NOARGS, NULL},
    {"syslog", syslog_syslog, METH_VARARGS, NULL},
    {"setlogmask", syslog_setlogmask, METH_VARARGS, NULL},
    {"LOG_MASK", syslog_log_mask, METH_VARARGS, NULL},
    {"LOG_UPTO", syslog_log_upto, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}
};

#define CONSTANT(NAME) {#NAME, NAME}

static const struct {
    const char *name;
    int value;
} constants[] = {
    CONSTANT(LOG_EMERG), CONSTANT(LOG_ALERT), CONSTANT(LOG_CRIT),
    CONSTANT(LOG_ERR), CONSTANT(LOG_WARNING), CONSTANT(LOG_NOTICE),
    CONSTANT(LOG_INFO), CONSTANT(LOG_DEBUG),
    CONSTANT(LOG_PID), CONSTANT(LOG_CONS), CONSTANT(LOG_NDELAY),
    CONSTANT(LOG_ODELAY), CONSTANT(LOG_NOWAIT), CONSTANT(LOG_PERROR),
    CONSTANT(LOG_KERN), CONSTANT(LOG_USER), CONSTANT(LOG_MAIL),
    CONSTANT(LOG_DAEMON), CONSTANT(LOG_AUTH), CONSTANT(LOG_LPR),
    CONSTANT(LOG_LOCAL0), CONSTANT(LOG_LOCAL1), CONSTANT(LOG_LOCAL2),
    CONSTANT(LOG_LOCAL3), CONSTANT(LOG_LOCAL4), CONSTANT(LOG_LOCAL5),
    CONSTANT(LOG_LOCAL6), CONSTANT(LOG_LOCAL7),
    CONSTANT(LOG_SYSLOG), CONSTANT(LOG_CRON), CONSTANT(LOG_UUCP),
    CONSTANT(LOG_NEWS), CONSTANT(LOG_AUTHPRIV),
};

#undef CONSTANT

static int
syslog_exec(PyObject *module)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name,
                                    constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot syslog_slots[] = {
    {Py_mod_exec, syslog_exec},
    {0, NULL}
};

static struct PyModuleDef syslog_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "syslog",
    .m_size = 0,
    .m_methods = syslog_methods,
    .m_slots = syslog_slots,
};

PyMODINIT_FUNC
PyInit_syslog(void)
{
    return PyModuleDef_Init(&syslog_module);
}
