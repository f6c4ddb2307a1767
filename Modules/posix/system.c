/* posix: the system.  Its name, limits and load, the clock of the process,
   terminals, the environment, random bytes. */

#include "Python.h"
#include "pycore_pyhash.h"
#include "pycore_structseq.h"
#include "posixmodule.h"
#include "os_names.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <sys/utsname.h>

/* -- uname() and times() -------------------------------------------------- */

static PyStructSequence_Field uname_result_fields[] = {
    {"sysname", "operating system name"},
    {"nodename", "name of machine on network (implementation-defined)"},
    {"release", "operating system release"},
    {"version", "operating system version"},
    {"machine", "hardware identifier"},
    {NULL, NULL}
};

static PyStructSequence_Desc uname_result_desc = {
    "posix.uname_result",
    "uname_result: Result from os.uname().\n\n"
    "A tuple (sysname, nodename, release, version, machine).",
    uname_result_fields,
    5
};

static PyObject *
os_uname(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    struct utsname name;
    int status;
    Py_BEGIN_ALLOW_THREADS
    status = uname(&name);
    Py_END_ALLOW_THREADS
    if (status < 0) {
        return posix_error();
    }
    PyObject *result = PyStructSequence_New(
        os_get_state(module)->UnameResultType);
    if (result == NULL) {
        return NULL;
    }
    const char *const fields[] = {name.sysname, name.nodename, name.release,
                                  name.version, name.machine};
    for (int i = 0; i < 5; i++) {
        PyObject *text = PyUnicode_DecodeFSDefault(fields[i]);
        if (text == NULL) {
            Py_DECREF(result);
            return NULL;
        }
        PyStructSequence_SET_ITEM(result, i, text);
    }
    return result;
}

static PyStructSequence_Field times_result_fields[] = {
    {"user", "user time"},
    {"system", "system time"},
    {"children_user", "user time of children"},
    {"children_system", "system time of children"},
    {"elapsed", "elapsed time since an arbitrary point in the past"},
    {NULL, NULL}
};

static PyStructSequence_Desc times_result_desc = {
    "posix.times_result",
    "times_result: Result from os.times().\n\n"
    "A tuple (user, system, children_user, children_system, elapsed).",
    times_result_fields,
    5
};

static PyObject *
os_times(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    struct tms t;
    errno = 0;
    clock_t elapsed = times(&t);
    if (elapsed == (clock_t)-1) {
        return posix_error();
    }
    double ticks = (double)sysconf(_SC_CLK_TCK);
    const double values[] = {
        (double)t.tms_utime / ticks, (double)t.tms_stime / ticks,
        (double)t.tms_cutime / ticks, (double)t.tms_cstime / ticks,
        (double)elapsed / ticks
    };
    PyObject *result = PyStructSequence_New(
        os_get_state(module)->TimesResultType);
    if (result == NULL) {
        return NULL;
    }
    for (int i = 0; i < 5; i++) {
        PyStructSequence_SET_ITEM(result, i, PyFloat_FromDouble(values[i]));
    }
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

/* -- Limits --------------------------------------------------------------- */

static int
convert_name(PyObject *arg, int *value, const struct os_name *table)
{
    if (PyLong_Check(arg)) {
        *value = _PyLong_AsInt(arg);
        return *value != -1 || !PyErr_Occurred();
    }
    if (!PyUnicode_Check(arg)) {
        PyErr_SetString(PyExc_TypeError,
                        "configuration names must be strings or integers");
        return 0;
    }
    const char *name = PyUnicode_AsUTF8(arg);
    if (name == NULL) {
        return 0;
    }
    for (; table->name != NULL; table++) {
        if (strcmp(table->name, name) == 0) {
            *value = table->value;
            return 1;
        }
    }
    PyErr_SetString(PyExc_ValueError, "unrecognized configuration name");
    return 0;
}

static int
path_name_converter(PyObject *arg, void *value)
{
    return convert_name(arg, value, os_pathconf_names);
}

static PyObject *
os_fpathconf(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, name;
    if (!OS_POSITIONAL("fpathconf", 2, 2, "O&O&", fildes_converter, &fd,
                       path_name_converter, &name)) {
        return NULL;
    }
    errno = 0;
    long limit = fpathconf(fd, name);
    if (limit == -1 && errno != 0) {
        return posix_error();
    }
    return PyLong_FromLong(limit);
}

static PyObject *
os_pathconf(OS_ARGUMENTS)
{
    OS_PARSER("O&O&:pathconf", "path", "name");
    path_t path = PATH_T_INITIALIZE("pathconf", "path", 0, 1);
    int name;
    if (!OS_PARSE(path_converter, &path, path_name_converter, &name)) {
        return NULL;
    }
    errno = 0;
    long limit = path.fd != -1 ? fpathconf(path.fd, name)
                               : pathconf(path.narrow, name);
    PyObject *value;
    if (limit == -1 && errno != 0) {
        /* EINVAL may be about the name or about the path: leave it out. */
        value = errno == EINVAL ? posix_error() : path_error(&path);
    }
    else {
        value = PyLong_FromLong(limit);
    }
    path_cleanup(&path);
    return value;
}

static PyObject *
os_confstr(PyObject *module, PyObject *arg)
{
    int name;
    if (!convert_name(arg, &name, os_confstr_names)) {
        return NULL;
    }
    char buffer[255];
    errno = 0;
    size_t size = confstr(name, buffer, sizeof(buffer));
    if (size == 0) {
        if (errno != 0) {
            return posix_error();
        }
        Py_RETURN_NONE;
    }
    if (size < sizeof(buffer)) {
        return PyUnicode_DecodeFSDefaultAndSize(buffer,
                                                (Py_ssize_t)size - 1);
    }
    char *larger = PyMem_Malloc(size);
    if (larger == NULL) {
        return PyErr_NoMemory();
    }
    size_t again = confstr(name, larger, size);
    PyObject *value = PyUnicode_DecodeFSDefaultAndSize(
        larger, (Py_ssize_t)Py_MIN(size, again) - 1);
    PyMem_Free(larger);
    return value;
}

static PyObject *
os_sysconf(PyObject *module, PyObject *arg)
{
    int name;
    if (!convert_name(arg, &name, os_sysconf_names)) {
        return NULL;
    }
    errno = 0;
    long value = sysconf(name);
    if (value == -1 && errno != 0) {
        return posix_error();
    }
    return PyLong_FromLong(value);
}

static PyObject *
os_cpu_count(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1) {
        Py_RETURN_NONE;
    }
    return PyLong_FromLong(count);
}

static PyObject *
os_getloadavg(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    double load[3];
    if (getloadavg(load, 3) != 3) {
        PyErr_SetString(PyExc_OSError, "Load averages are unobtainable");
        return NULL;
    }
    return Py_BuildValue("ddd", load[0], load[1], load[2]);
}

static PyObject *
os_strerror(PyObject *module, PyObject *arg)
{
    int code = _PyLong_AsInt(arg);
    if (code == -1 && PyErr_Occurred()) {
        return NULL;
    }
    const char *message = strerror(code);
    if (message == NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "strerror() argument out of range");
        return NULL;
    }
    return PyUnicode_DecodeLocale(message, "surrogateescape");
}

static PyObject *
os_umask(PyObject *module, PyObject *arg)
{
    int mask = _PyLong_AsInt(arg);
    if (mask == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLong((long)umask((mode_t)mask));
}

/* -- Terminals ------------------------------------------------------------ */

static PyStructSequence_Field terminal_size_fields[] = {
    {"columns", "width of the terminal window in characters"},
    {"lines", "height of the terminal window in characters"},
    {NULL, NULL}
};

static PyStructSequence_Desc terminal_size_desc = {
    "os.terminal_size",
    "A tuple of (columns, lines) for holding terminal window size",
    terminal_size_fields,
    2
};

static PyObject *
os_get_terminal_size(PyObject *module, PyObject *const *args,
                     Py_ssize_t nargs)
{
    int fd = fileno(stdout);
    if (!_PyArg_CheckPositional("get_terminal_size", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs > 0) {
        fd = _PyLong_AsInt(args[0]);
        if (fd == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size)) {
        return posix_error();
    }
    PyObject *result = PyStructSequence_New(
        os_get_state(module)->TerminalSizeType);
    if (result == NULL) {
        return NULL;
    }
    PyStructSequence_SET_ITEM(result, 0, PyLong_FromLong(size.ws_col));
    PyStructSequence_SET_ITEM(result, 1, PyLong_FromLong(size.ws_row));
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

static PyObject *
os_ttyname(PyObject *module, PyObject *arg)
{
    int fd = _PyLong_AsInt(arg);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    long size = sysconf(_SC_TTY_NAME_MAX);
    if (size <= 0) {
        return posix_error();
    }
    char *name = PyMem_RawMalloc((size_t)size);
    if (name == NULL) {
        return PyErr_NoMemory();
    }
    int error = ttyname_r(fd, name, (size_t)size);
    PyObject *result;
    if (error != 0) {
        errno = error;
        result = posix_error();
    }
    else {
        result = PyUnicode_DecodeFSDefault(name);
    }
    PyMem_RawFree(name);
    return result;
}

static PyObject *
os_ctermid(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    char buffer[L_ctermid];
    char *name = ctermid(buffer);
    return name == NULL ? posix_error() : PyUnicode_DecodeFSDefault(name);
}

static PyObject *
os_tcgetpgrp(PyObject *module, PyObject *arg)
{
    int fd = _PyLong_AsInt(arg);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    pid_t group = tcgetpgrp(fd);
    return group < 0 ? posix_error() : PyLong_FromPid(group);
}

static PyObject *
os_tcsetpgrp(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int fd, group;
    if (!_PyArg_ParseStack(args, nargs, "ii:tcsetpgrp", &fd, &group)) {
        return NULL;
    }
    if (tcsetpgrp(fd, group) < 0) {
        return posix_error();
    }
    Py_RETURN_NONE;
}

/* -- The environment ------------------------------------------------------ */

extern char **environ;

/* posix.environ: bytes to bytes, as it was at start-up. */
static PyObject *
environment_dict(void)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL || environ == NULL) {
        return dict;
    }
    for (char **entry = environ; *entry != NULL; entry++) {
        const char *equals = strchr(*entry, '=');
        if (equals == NULL) {
            continue;
        }
        PyObject *key = PyBytes_FromStringAndSize(*entry, equals - *entry);
        PyObject *value = PyBytes_FromStringAndSize(
            equals + 1, (Py_ssize_t)strlen(equals + 1));
        int ok = key != NULL && value != NULL
                 && PyDict_SetDefault(dict, key, value) != NULL;
        Py_XDECREF(key);
        Py_XDECREF(value);
        if (!ok) {
            Py_DECREF(dict);
            return NULL;
        }
    }
    return dict;
}

static PyObject *
os_putenv(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *name = NULL;
    PyObject *value = NULL;
    if (!OS_POSITIONAL("putenv", 2, 2, "O&O&", PyUnicode_FSConverter, &name,
                       PyUnicode_FSConverter, &value)) {
        return NULL;
    }
    PyObject *result = NULL;
    if (strchr(PyBytes_AS_STRING(name), '=') != NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "illegal environment variable name");
    }
    else if (PySys_Audit("os.putenv", "OO", name, value) == 0) {
        result = setenv(PyBytes_AS_STRING(name), PyBytes_AS_STRING(value), 1)
                 ? posix_error() : Py_NewRef(Py_None);
    }
    Py_DECREF(name);
    Py_DECREF(value);
    return result;
}

static PyObject *
os_unsetenv(PyObject *module, PyObject *arg)
{
    PyObject *name;
    if (!PyUnicode_FSConverter(arg, &name)) {
        return NULL;
    }
    PyObject *result = NULL;
    if (PySys_Audit("os.unsetenv", "(O)", name) == 0) {
        result = unsetenv(PyBytes_AS_STRING(name)) ? posix_error()
                                                   : Py_NewRef(Py_None);
    }
    Py_DECREF(name);
    return result;
}

/* -- Random bytes --------------------------------------------------------- */

static PyObject *
os_urandom(PyObject *module, PyObject *arg)
{
    PyObject *index = _PyNumber_Index(arg);
    if (index == NULL) {
        return NULL;
    }
    Py_ssize_t size = PyLong_AsSsize_t(index);
    Py_DECREF(index);
    if (size == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "negative argument not allowed");
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes != NULL && _PyOS_URandom(PyBytes_AS_STRING(bytes), size) == -1) {
        Py_CLEAR(bytes);
    }
    return bytes;
}

static PyObject *
os_getrandom(OS_ARGUMENTS)
{
    OS_PARSER("n|i:getrandom", "size", "flags");
    Py_ssize_t size;
    int flags = 0;
    if (!OS_PARSE(&size, &flags)) {
        return NULL;
    }
    if (size < 0) {
        errno = EINVAL;
        return posix_error();
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return PyErr_NoMemory();
    }
    ssize_t n;
    while ((n = getrandom(PyBytes_AS_STRING(bytes), (size_t)size,
                          (unsigned int)flags)) < 0 && errno == EINTR) {
        if (PyErr_CheckSignals() < 0) {
            Py_DECREF(bytes);
            return NULL;
        }
    }
    if (n < 0) {
        Py_DECREF(bytes);
        return posix_error();
    }
    if (n != size) {
        _PyBytes_Resize(&bytes, n);
    }
    return bytes;
}

/* -- The part ------------------------------------------------------------- */

PyMethodDef os_system_methods[] = {
    {"uname", os_uname, METH_NOARGS,
     "uname($module, /)\n--\n\nWhich system this is."},
    {"times", os_times, METH_NOARGS,
     "times($module, /)\n--\n\nProcessor times of process and children."},
    {"fpathconf", _PyCFunction_CAST(os_fpathconf), METH_FASTCALL,
     "fpathconf($module, fd, name, /)\n--\n\nA limit of an open file."},
    {"pathconf", _PyCFunction_CAST(os_pathconf), OS_KEYWORDS,
     "pathconf($module, /, path, name)\n--\n\nA limit of a path."},
    {"confstr", os_confstr, METH_O,
     "confstr($module, name, /)\n--\n\nA text about the system."},
    {"sysconf", os_sysconf, METH_O,
     "sysconf($module, name, /)\n--\n\nA limit of the system."},
    {"cpu_count", os_cpu_count, METH_NOARGS,
     "cpu_count($module, /)\n--\n\nThe number of processors, or None."},
    {"getloadavg", os_getloadavg, METH_NOARGS,
     "getloadavg($module, /)\n--\n\nThe load of 1, 5 and 15 minutes."},
    {"strerror", os_strerror, METH_O,
     "strerror($module, code, /)\n--\n\nAn error number's message."},
    {"umask", os_umask, METH_O,
     "umask($module, mask, /)\n--\n\nSet the file mode mask; the old one."},
    {"get_terminal_size", _PyCFunction_CAST(os_get_terminal_size),
     METH_FASTCALL,
     "get_terminal_size($module, fd=<unrepresentable>, /)\n--\n\n"
     "A terminal's size; see shutil.get_terminal_size()."},
    {"ttyname", os_ttyname, METH_O,
     "ttyname($module, fd, /)\n--\n\nA terminal's name."},
    {"ctermid", os_ctermid, METH_NOARGS,
     "ctermid($module, /)\n--\n\nThe controlling terminal's name."},
    {"tcgetpgrp", os_tcgetpgrp, METH_O,
     "tcgetpgrp($module, fd, /)\n--\n\nA terminal's process group."},
    {"tcsetpgrp", _PyCFunction_CAST(os_tcsetpgrp), METH_FASTCALL,
     "tcsetpgrp($module, fd, pgid, /)\n--\n\n"
     "Set a terminal's process group."},
    {"putenv", _PyCFunction_CAST(os_putenv), METH_FASTCALL,
     "putenv($module, name, value, /)\n--\n\n"
     "Set a variable of the process, not of os.environ."},
    {"unsetenv", os_unsetenv, METH_O,
     "unsetenv($module, name, /)\n--\n\nRemove a variable."},
    {"urandom", os_urandom, METH_O,
     "urandom($module, size, /)\n--\n\n"
     "Random bytes, fit for cryptography."},
    {"getrandom", _PyCFunction_CAST(os_getrandom), OS_KEYWORDS,
     "getrandom($module, /, size, flags=0)\n--\n\n"
     "Random bytes from the kernel."},
    {NULL, NULL, 0, NULL}
};

int
os_system_exec(PyObject *module)
{
    os_state *state = os_get_state(module);
    state->UnameResultType = os_add_structseq(module, &uname_result_desc,
                                              "uname_result");
    state->TimesResultType = os_add_structseq(module, &times_result_desc,
                                              "times_result");
    state->TerminalSizeType = os_add_structseq(module, &terminal_size_desc,
                                               "terminal_size");
    if (state->UnameResultType == NULL || state->TimesResultType == NULL
        || state->TerminalSizeType == NULL) {
        return -1;
    }
    PyObject *environment = environment_dict();
    if (environment == NULL) {
        return -1;
    }
    int status = PyModule_AddObjectRef(module, "environ", environment);
    Py_DECREF(environment);
    return status;
}
