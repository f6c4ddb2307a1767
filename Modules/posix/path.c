/* posix: arguments.  Paths (and what may stand for them), directory
   descriptors, ids, devices, and the errors they cause. */

#include "Python.h"
#include "posixmodule.h"

#include <signal.h>
#include <sys/sysmacros.h>

/* -- PyOS_FSPath ---------------------------------------------------------- */

PyObject *
PyOS_FSPath(PyObject *path)
{
    if (PyUnicode_Check(path) || PyBytes_Check(path)) {
        return Py_NewRef(path);
    }
    PyObject *method = _PyObject_LookupSpecial(path, &_Py_ID(__fspath__));
    if (method == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "expected str, bytes or "
                         "os.PathLike object, not %.200s",
                         _PyType_Name(Py_TYPE(path)));
        }
        return NULL;
    }
    PyObject *result = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (result == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(result) && !PyBytes_Check(result)) {
        PyErr_Format(PyExc_TypeError,
                     "expected %.200s.__fspath__() to return str or bytes, "
                     "not %.200s", _PyType_Name(Py_TYPE(path)),
                     _PyType_Name(Py_TYPE(result)));
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

/* -- Descriptors ---------------------------------------------------------- */

static int
convert_fd(PyObject *o, int *p)
{
    PyObject *index = _PyNumber_Index(o);
    if (index == NULL) {
        return 0;
    }
    int overflow;
    long value = PyLong_AsLongAndOverflow(index, &overflow);
    Py_DECREF(index);
    if (overflow > 0 || (!overflow && value > INT_MAX)) {
        PyErr_SetString(PyExc_OverflowError, "fd is greater than maximum");
        return 0;
    }
    if (overflow < 0 || value < INT_MIN) {
        PyErr_SetString(PyExc_OverflowError, "fd is less than minimum");
        return 0;
    }
    *p = (int)value;
    return 1;
}

int
dir_fd_converter(PyObject *o, void *p)
{
    if (o == Py_None) {
        *(int *)p = DEFAULT_DIR_FD;
        return 1;
    }
    if (PyIndex_Check(o)) {
        return convert_fd(o, p);
    }
    PyErr_Format(PyExc_TypeError,
                 "argument should be integer or None, not %.200s",
                 _PyType_Name(Py_TYPE(o)));
    return 0;
}

int
fildes_converter(PyObject *o, void *p)
{
    int fd = PyObject_AsFileDescriptor(o);
    *(int *)p = fd;
    return fd >= 0;
}

/* -- Paths ---------------------------------------------------------------- */

static const char *
expected_types(const path_t *path)
{
    if (path->allow_fd) {
        return path->nullable ? "string, bytes, os.PathLike, integer or None"
                              : "string, bytes, os.PathLike or integer";
    }
    return path->nullable ? "string, bytes, os.PathLike or None"
                          : "string, bytes or os.PathLike";
}

static const char *
argument_name(const path_t *path)
{
    return path->argument_name != NULL ? path->argument_name : "path";
}

/* The bytes of a path argument; NULL with an exception.  *o, owned, becomes
   what __fspath__() gave. */
static PyObject *
path_bytes(path_t *path, PyObject **o)
{
    const char *function = path->function_name;
    const char *prefix = function != NULL ? function : "";
    const char *colon = function != NULL ? ": " : "";
    int is_buffer = PyObject_CheckBuffer(*o);
    if (!PyUnicode_Check(*o) && !is_buffer) {
        PyObject *method = _PyObject_LookupSpecial(*o, &_Py_ID(__fspath__));
        if (method == NULL) {
            goto wrong_type;
        }
        PyObject *result = PyObject_CallNoArgs(method);
        Py_DECREF(method);
        if (result == NULL) {
            return NULL;
        }
        if (!PyUnicode_Check(result) && !PyBytes_Check(result)) {
            PyErr_Format(PyExc_TypeError,
                         "expected %.200s.__fspath__() to return str or "
                         "bytes, not %.200s", _PyType_Name(Py_TYPE(*o)),
                         _PyType_Name(Py_TYPE(result)));
            Py_DECREF(result);
            return NULL;
        }
        Py_SETREF(*o, result);
    }
    if (PyUnicode_Check(*o)) {
        PyObject *bytes;
        return PyUnicode_FSConverter(*o, &bytes) ? bytes : NULL;
    }
    if (PyBytes_Check(*o)) {
        return Py_NewRef(*o);
    }
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                         "%s%s%s should be %s, not %.200s", prefix, colon,
                         argument_name(path), expected_types(path),
                         _PyType_Name(Py_TYPE(*o)))) {
        return NULL;
    }
    return PyBytes_FromObject(*o);
wrong_type:
    if (!PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "%s%s%s should be %s, not %.200s",
                     prefix, colon, argument_name(path),
                     expected_types(path), _PyType_Name(Py_TYPE(*o)));
    }
    return NULL;
}

int
path_converter(PyObject *o, void *p)
{
    path_t *path = p;
    if (o == NULL) {
        path_cleanup(path);
        return 1;
    }
    path->object = path->cleanup = NULL;
    path->narrow = NULL;
    path->length = 0;
    path->fd = -1;
    if (o == Py_None && path->nullable) {
        return 1;
    }
    if (path->allow_fd && PyIndex_Check(o)) {
        if (!convert_fd(o, &path->fd)) {
            return 0;
        }
        path->object = Py_NewRef(o);
        return Py_CLEANUP_SUPPORTED;
    }
    Py_INCREF(o);
    PyObject *bytes = path_bytes(path, &o);
    if (bytes == NULL) {
        Py_DECREF(o);
        return 0;
    }
    const char *narrow = PyBytes_AS_STRING(bytes);
    Py_ssize_t length = PyBytes_GET_SIZE(bytes);
    if ((size_t)length != strlen(narrow)) {
        PyErr_Format(PyExc_ValueError, "%s%sembedded null character in %s",
                     path->function_name != NULL ? path->function_name : "",
                     path->function_name != NULL ? ": " : "",
                     argument_name(path));
        Py_DECREF(bytes);
        Py_DECREF(o);
        return 0;
    }
    path->narrow = narrow;
    path->length = length;
    path->object = o;
    path->cleanup = bytes;
    return Py_CLEANUP_SUPPORTED;
}

void
path_cleanup(path_t *path)
{
    path->narrow = NULL;
    Py_CLEAR(path->object);
    Py_CLEAR(path->cleanup);
}

PyObject *
path_error(path_t *path)
{
    return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path->object);
}

PyObject *
path_error2(path_t *path, path_t *path2)
{
    return PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, path->object,
                                                 path2->object);
}

/* -- Combinations --------------------------------------------------------- */

PyObject *
argument_unavailable_error(const char *function, const char *argument)
{
    PyErr_Format(PyExc_NotImplementedError,
                 "%s%s%s unavailable on this platform",
                 function != NULL ? function : "",
                 function != NULL ? ": " : "", argument);
    return NULL;
}

int
path_and_dir_fd_invalid(const char *function, path_t *path, int dir_fd)
{
    if (path->narrow == NULL && dir_fd != DEFAULT_DIR_FD) {
        PyErr_Format(PyExc_ValueError,
                     "%s: can't specify dir_fd without matching path",
                     function);
        return 1;
    }
    return 0;
}

int
dir_fd_and_fd_invalid(const char *function, int dir_fd, int fd)
{
    if (dir_fd != DEFAULT_DIR_FD && fd != -1) {
        PyErr_Format(PyExc_ValueError,
                     "%s: can't specify both dir_fd and fd", function);
        return 1;
    }
    return 0;
}

int
fd_and_follow_symlinks_invalid(const char *function, int fd,
                               int follow_symlinks)
{
    if (fd >= 0 && !follow_symlinks) {
        PyErr_Format(PyExc_ValueError,
                     "%s: cannot use fd and follow_symlinks together",
                     function);
        return 1;
    }
    return 0;
}

int
dir_fd_and_follow_symlinks_invalid(const char *function, int dir_fd,
                                   int follow_symlinks)
{
    if (dir_fd != DEFAULT_DIR_FD && !follow_symlinks) {
        PyErr_Format(PyExc_ValueError,
                     "%s: cannot use dir_fd and follow_symlinks together",
                     function);
        return 1;
    }
    return 0;
}

/* -- Ids ------------------------------------------------------------------ */

PyObject *
_PyLong_FromUid(uid_t uid)
{
    return uid == (uid_t)-1 ? PyLong_FromLong(-1)
                            : PyLong_FromUnsignedLong(uid);
}

PyObject *
_PyLong_FromGid(gid_t gid)
{
    return gid == (gid_t)-1 ? PyLong_FromLong(-1)
                            : PyLong_FromUnsignedLong(gid);
}

/* Both are 32 bits without sign, of which the highest stands for -1. */
static int
convert_id(PyObject *o, unsigned int *p, const char *what)
{
    PyObject *index = _PyNumber_Index(o);
    if (index == NULL) {
        PyErr_Format(PyExc_TypeError, "%s should be integer, not %.200s",
                     what, _PyType_Name(Py_TYPE(o)));
        return 0;
    }
    int overflow;
    long value = PyLong_AsLongAndOverflow(index, &overflow);
    Py_DECREF(index);
    if (value == -1 && !overflow && PyErr_Occurred()) {
        return 0;
    }
    if (overflow < 0 || (!overflow && value < -1)) {
        PyErr_Format(PyExc_OverflowError, "%s is less than minimum", what);
        return 0;
    }
    if (overflow > 0 || value >= (long)UINT_MAX) {
        PyErr_Format(PyExc_OverflowError, "%s is greater than maximum", what);
        return 0;
    }
    *p = (unsigned int)value;
    return 1;
}

int
_Py_Uid_Converter(PyObject *o, uid_t *p)
{
    return convert_id(o, p, "uid");
}

int
_Py_Gid_Converter(PyObject *o, gid_t *p)
{
    return convert_id(o, p, "gid");
}

/* -- Sizes and devices ---------------------------------------------------- */

int
os_off_t_converter(PyObject *o, void *p)
{
    *(off_t *)p = PyLong_AsLongLong(o);
    return !PyErr_Occurred();
}

int
os_dev_converter(PyObject *o, void *p)
{
    *(dev_t *)p = PyLong_AsUnsignedLongLong(o);
    return !PyErr_Occurred();
}

PyObject *
os_from_dev(dev_t dev)
{
    return PyLong_FromUnsignedLongLong(dev);
}

/* -- Sets of signals ------------------------------------------------------ */

int
_Py_Sigset_Converter(PyObject *o, void *p)
{
    sigset_t *mask = p;
    sigemptyset(mask);
    PyObject *it = PyObject_GetIter(o);
    if (it == NULL) {
        return 0;
    }
    PyObject *item;
    while ((item = PyIter_Next(it)) != NULL) {
        int overflow;
        long signum = PyLong_AsLongAndOverflow(item, &overflow);
        Py_DECREF(item);
        if (signum <= 0 || signum >= NSIG) {
            if (overflow || signum != -1 || !PyErr_Occurred()) {
                PyErr_Format(PyExc_ValueError,
                             "signal number %ld out of range [1; %i]", signum,
                             NSIG - 1);
            }
            break;
        }
        if (sigaddset(mask, (int)signum) < 0) {
            if (errno != EINVAL) {
                posix_error();
                break;
            }
            /* The C library keeps some for itself, and says so only here;
               sigfillset() and range() give them too. */
            char text[64];
            snprintf(text, sizeof(text),
                     "invalid signal number %ld, please use "
                     "valid_signals()", signum);
            if (PyErr_WarnEx(PyExc_RuntimeWarning, text, 1) < 0) {
                break;
            }
        }
    }
    Py_DECREF(it);
    return !PyErr_Occurred();
}
