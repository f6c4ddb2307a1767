/* posix: what files are.  stat(), statvfs(), access(), and changes of mode,
   owner and times. */

#include "Python.h"
#include "pycore_structseq.h"
#include "posixmodule.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

/* -- stat_result ---------------------------------------------------------- */

static PyStructSequence_Field stat_result_fields[] = {
    {"st_mode", "protection bits"},
    {"st_ino", "inode"},
    {"st_dev", "device"},
    {"st_nlink", "number of hard links"},
    {"st_uid", "user ID of owner"},
    {"st_gid", "group ID of owner"},
    {"st_size", "total size, in bytes"},
    /* the tuple has whole seconds, the attributes below have floats */
    {NULL, "integer time of last access"},
    {NULL, "integer time of last modification"},
    {NULL, "integer time of last change"},
    {"st_atime", "time of last access"},
    {"st_mtime", "time of last modification"},
    {"st_ctime", "time of last change"},
    {"st_atime_ns", "time of last access in nanoseconds"},
    {"st_mtime_ns", "time of last modification in nanoseconds"},
    {"st_ctime_ns", "time of last change in nanoseconds"},
    {"st_blksize", "blocksize for filesystem I/O"},
    {"st_blocks", "number of blocks allocated"},
    {"st_rdev", "device type (if inode device)"},
    {NULL, NULL}
};

enum { STAT_TIME = 7, STAT_FLOAT_TIME = 10, STAT_NS_TIME = 13,
       STAT_BLKSIZE = 16, STAT_BLOCKS, STAT_RDEV };

static PyStructSequence_Desc stat_result_desc = {
    "stat_result",
    "stat_result: Result from stat, fstat, or lstat.\n\n"
    "A tuple (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\n"
    "that can be asked for st_mode, st_ino, ... and for more than it shows.",
    stat_result_fields,
    10
};

static PyStructSequence_Field statvfs_result_fields[] = {
    {"f_bsize", NULL},
    {"f_frsize", NULL},
    {"f_blocks", NULL},
    {"f_bfree", NULL},
    {"f_bavail", NULL},
    {"f_files", NULL},
    {"f_ffree", NULL},
    {"f_favail", NULL},
    {"f_flag", NULL},
    {"f_namemax", NULL},
    {"f_fsid", NULL},
    {NULL, NULL}
};

static PyStructSequence_Desc statvfs_result_desc = {
    "statvfs_result",
    "statvfs_result: Result from statvfs or fstatvfs.\n\n"
    "A tuple (bsize, frsize, blocks, bfree, bavail, files, ffree, favail,\n"
    "flag, namemax) that can be asked for f_bsize, ... and f_fsid.",
    statvfs_result_fields,
    10
};

static newfunc structseq_new;

/* Made from a tuple of ten, the float times are the whole seconds. */
static PyObject *
stat_result_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyStructSequence *result = (PyStructSequence *)structseq_new(type, args,
                                                                 kwargs);
    if (result == NULL) {
        return NULL;
    }
    for (int i = 0; i < 3; i++) {
        if (result->ob_item[STAT_FLOAT_TIME + i] == Py_None) {
            Py_DECREF(Py_None);
            result->ob_item[STAT_FLOAT_TIME + i]
                = Py_NewRef(result->ob_item[STAT_TIME + i]);
        }
    }
    return (PyObject *)result;
}

/* The three forms of a time; 0 or -1. */
static int
fill_time(os_state *state, PyObject *result, int index, time_t seconds,
          long nanoseconds)
{
    PyObject *s = _PyLong_FromTime_t(seconds);
    PyObject *ns = NULL;
    PyObject *whole = NULL;
    PyObject *fraction = PyLong_FromLong(nanoseconds);
    if (s != NULL && fraction != NULL) {
        whole = PyNumber_Multiply(s, state->billion);
    }
    if (whole != NULL) {
        ns = PyNumber_Add(whole, fraction);
    }
    Py_XDECREF(whole);
    Py_XDECREF(fraction);
    PyObject *real = PyFloat_FromDouble((double)seconds
                                        + 1e-9 * (double)nanoseconds);
    PyStructSequence_SET_ITEM(result, STAT_TIME + index, s);
    PyStructSequence_SET_ITEM(result, STAT_FLOAT_TIME + index, real);
    PyStructSequence_SET_ITEM(result, STAT_NS_TIME + index, ns);
    return s != NULL && real != NULL && ns != NULL ? 0 : -1;
}

static PyObject *
build_stat_result(PyObject *module, const struct stat *st)
{
    os_state *state = os_get_state(module);
    PyObject *result = PyStructSequence_New(state->StatResultType);
    if (result == NULL) {
        return NULL;
    }
    PyStructSequence_SET_ITEM(result, 0, PyLong_FromLong((long)st->st_mode));
    PyStructSequence_SET_ITEM(result, 1,
                              PyLong_FromUnsignedLongLong(st->st_ino));
    PyStructSequence_SET_ITEM(result, 2, os_from_dev(st->st_dev));
    PyStructSequence_SET_ITEM(result, 3, PyLong_FromLong((long)st->st_nlink));
    PyStructSequence_SET_ITEM(result, 4, _PyLong_FromUid(st->st_uid));
    PyStructSequence_SET_ITEM(result, 5, _PyLong_FromGid(st->st_gid));
    PyStructSequence_SET_ITEM(result, 6, PyLong_FromLongLong(st->st_size));
    fill_time(state, result, 0, st->st_atim.tv_sec, st->st_atim.tv_nsec);
    fill_time(state, result, 1, st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
    fill_time(state, result, 2, st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
    PyStructSequence_SET_ITEM(result, STAT_BLKSIZE,
                              PyLong_FromLong((long)st->st_blksize));
    PyStructSequence_SET_ITEM(result, STAT_BLOCKS,
                              PyLong_FromLong((long)st->st_blocks));
    PyStructSequence_SET_ITEM(result, STAT_RDEV, os_from_dev(st->st_rdev));
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

/* -- stat() --------------------------------------------------------------- */

PyObject *
os_stat_path(PyObject *module, const char *function, path_t *path, int dir_fd,
             int follow_symlinks)
{
    if (path_and_dir_fd_invalid(function, path, dir_fd)
        || dir_fd_and_fd_invalid(function, dir_fd, path->fd)
        || fd_and_follow_symlinks_invalid(function, path->fd,
                                          follow_symlinks)) {
        return NULL;
    }
    struct stat st;
    int result;
    Py_BEGIN_ALLOW_THREADS
    if (path->fd != -1) {
        result = fstat(path->fd, &st);
    }
    else if (dir_fd != DEFAULT_DIR_FD) {
        result = fstatat(dir_fd, path->narrow, &st,
                         follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW);
    }
    else if (follow_symlinks) {
        result = stat(path->narrow, &st);
    }
    else {
        result = lstat(path->narrow, &st);
    }
    Py_END_ALLOW_THREADS
    return result != 0 ? path_error(path) : build_stat_result(module, &st);
}

static PyObject *
os_stat(OS_ARGUMENTS)
{
    OS_PARSER("O&|$O&p:stat", "path", "dir_fd", "follow_symlinks");
    path_t path = PATH_T_INITIALIZE("stat", "path", 0, 1);
    int dir_fd = DEFAULT_DIR_FD;
    int follow_symlinks = 1;
    PyObject *result = NULL;
    if (OS_PARSE(path_converter, &path, dir_fd_converter, &dir_fd,
                 &follow_symlinks)) {
        result = os_stat_path(module, "stat", &path, dir_fd,
                              follow_symlinks);
        path_cleanup(&path);
    }
    return result;
}

static PyObject *
os_lstat(OS_ARGUMENTS)
{
    OS_PARSER("O&|$O&:lstat", "path", "dir_fd");
    path_t path = PATH_T_INITIALIZE("lstat", "path", 0, 0);
    int dir_fd = DEFAULT_DIR_FD;
    PyObject *result = NULL;
    if (OS_PARSE(path_converter, &path, dir_fd_converter, &dir_fd)) {
        result = os_stat_path(module, "lstat", &path, dir_fd, 0);
        path_cleanup(&path);
    }
    return result;
}

static PyObject *
os_fstat(OS_ARGUMENTS)
{
    OS_PARSER("i:fstat", "fd");
    int fd;
    if (!OS_PARSE(&fd)) {
        return NULL;
    }
    struct stat st;
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = fstat(fd, &st);
        Py_END_ALLOW_THREADS
    } while (result != 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (result != 0) {
        return async_error ? NULL : posix_error();
    }
    return build_stat_result(module, &st);
}

/* -- statvfs() ------------------------------------------------------------ */

static PyObject *
build_statvfs_result(PyObject *module, const struct statvfs *st)
{
    PyObject *result = PyStructSequence_New(
        os_get_state(module)->StatVFSResultType);
    if (result == NULL) {
        return NULL;
    }
    const unsigned long long values[] = {
        st->f_bsize, st->f_frsize, st->f_blocks, st->f_bfree, st->f_bavail,
        st->f_files, st->f_ffree, st->f_favail, st->f_flag, st->f_namemax,
        st->f_fsid
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(values); i++) {
        PyStructSequence_SET_ITEM(result, (Py_ssize_t)i,
                                  PyLong_FromUnsignedLongLong(values[i]));
    }
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

/* Made again after a signal; a descriptor or a name. */
static PyObject *
statvfs_of(PyObject *module, int fd, path_t *path)
{
    struct statvfs st;
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = path == NULL || path->fd != -1
                 ? fstatvfs(path == NULL ? fd : path->fd, &st)
                 : statvfs(path->narrow, &st);
        Py_END_ALLOW_THREADS
    } while (result != 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (result != 0) {
        if (async_error) {
            return NULL;
        }
        return path == NULL ? posix_error() : path_error(path);
    }
    return build_statvfs_result(module, &st);
}

static PyObject *
os_fstatvfs(PyObject *module, PyObject *arg)
{
    int fd = _PyLong_AsInt(arg);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return statvfs_of(module, fd, NULL);
}

static PyObject *
os_statvfs(OS_ARGUMENTS)
{
    OS_PARSER("O&:statvfs", "path");
    path_t path = PATH_T_INITIALIZE("statvfs", "path", 0, 1);
    PyObject *result = NULL;
    if (OS_PARSE(path_converter, &path)) {
        result = statvfs_of(module, -1, &path);
        path_cleanup(&path);
    }
    return result;
}

/* -- access() ------------------------------------------------------------- */

static PyObject *
os_access(OS_ARGUMENTS)
{
    OS_PARSER("O&i|$O&pp:access", "path", "mode", "dir_fd", "effective_ids",
              "follow_symlinks");
    path_t path = PATH_T_INITIALIZE("access", "path", 0, 0);
    int mode;
    int dir_fd = DEFAULT_DIR_FD;
    int effective_ids = 0;
    int follow_symlinks = 1;
    if (!OS_PARSE(path_converter, &path, &mode, dir_fd_converter, &dir_fd,
                  &effective_ids, &follow_symlinks)) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    if (dir_fd != DEFAULT_DIR_FD || effective_ids || !follow_symlinks) {
        int flags = (follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW)
                    | (effective_ids ? AT_EACCESS : 0);
        result = faccessat(dir_fd, path.narrow, mode, flags);
    }
    else {
        result = access(path.narrow, mode);
    }
    Py_END_ALLOW_THREADS
    path_cleanup(&path);
    return PyBool_FromLong(result == 0);
}

/* -- Mode ----------------------------------------------------------------- */

static PyObject *
chmod_path(path_t *path, int mode, int dir_fd, int follow_symlinks)
{
    int result;
    int unsupported = 0;
    if (PySys_Audit("os.chmod", "Oii", path->object, mode,
                    dir_fd == DEFAULT_DIR_FD ? -1 : dir_fd) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    if (path->fd != -1) {
        result = fchmod(path->fd, (mode_t)mode);
    }
    else if (dir_fd != DEFAULT_DIR_FD || !follow_symlinks) {
        result = fchmodat(dir_fd, path->narrow, (mode_t)mode,
                          follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW);
        /* Linux could not change a link's mode; the error differs by the
           age of the C library. */
        unsupported = result != 0
                      && ((dir_fd != DEFAULT_DIR_FD && errno == EOPNOTSUPP
                           && !follow_symlinks)
                          || (!follow_symlinks && errno == ENOTSUP));
    }
    else {
        result = chmod(path->narrow, (mode_t)mode);
    }
    Py_END_ALLOW_THREADS
    if (result != 0) {
        if (unsupported && dir_fd != DEFAULT_DIR_FD) {
            dir_fd_and_follow_symlinks_invalid("chmod", dir_fd,
                                               follow_symlinks);
            return NULL;
        }
        if (unsupported) {
            return argument_unavailable_error("chmod", "follow_symlinks");
        }
        return path_error(path);
    }
    Py_RETURN_NONE;
}

static PyObject *
os_chmod(OS_ARGUMENTS)
{
    OS_PARSER("O&i|$O&p:chmod", "path", "mode", "dir_fd", "follow_symlinks");
    path_t path = PATH_T_INITIALIZE("chmod", "path", 0, 1);
    int mode;
    int dir_fd = DEFAULT_DIR_FD;
    int follow_symlinks = 1;
    PyObject *result = NULL;
    if (OS_PARSE(path_converter, &path, &mode, dir_fd_converter, &dir_fd,
                 &follow_symlinks)) {
        result = chmod_path(&path, mode, dir_fd, follow_symlinks);
        path_cleanup(&path);
    }
    return result;
}

static PyObject *
os_fchmod(OS_ARGUMENTS)
{
    OS_PARSER("ii:fchmod", "fd", "mode");
    int fd, mode;
    if (!OS_PARSE(&fd, &mode)
        || PySys_Audit("os.chmod", "iii", fd, mode, -1) < 0) {
        return NULL;
    }
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = fchmod(fd, (mode_t)mode);
        Py_END_ALLOW_THREADS
    } while (result != 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (result != 0) {
        return async_error ? NULL : posix_error();
    }
    Py_RETURN_NONE;
}

/* -- Owner ---------------------------------------------------------------- */

static PyObject *
os_chown(OS_ARGUMENTS)
{
    OS_PARSER("O&O&O&|$O&p:chown", "path", "uid", "gid", "dir_fd",
              "follow_symlinks");
    path_t path = PATH_T_INITIALIZE("chown", "path", 0, 1);
    uid_t uid;
    gid_t gid;
    int dir_fd = DEFAULT_DIR_FD;
    int follow_symlinks = 1;
    if (!OS_PARSE(path_converter, &path, _Py_Uid_Converter, &uid,
                  _Py_Gid_Converter, &gid, dir_fd_converter, &dir_fd,
                  &follow_symlinks)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (dir_fd_and_fd_invalid("chown", dir_fd, path.fd)
        || fd_and_follow_symlinks_invalid("chown", path.fd, follow_symlinks)
        || PySys_Audit("os.chown", "OIIi", path.object, uid, gid,
                       dir_fd == DEFAULT_DIR_FD ? -1 : dir_fd) < 0) {
        goto done;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    if (path.fd != -1) {
        result = fchown(path.fd, uid, gid);
    }
    else if (dir_fd != DEFAULT_DIR_FD) {
        result = fchownat(dir_fd, path.narrow, uid, gid,
                          follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW);
    }
    else if (!follow_symlinks) {
        result = lchown(path.narrow, uid, gid);
    }
    else {
        result = chown(path.narrow, uid, gid);
    }
    Py_END_ALLOW_THREADS
    value = result != 0 ? path_error(&path) : Py_NewRef(Py_None);
done:
    path_cleanup(&path);
    return value;
}

static PyObject *
os_fchown(OS_ARGUMENTS)
{
    OS_PARSER("iO&O&:fchown", "fd", "uid", "gid");
    int fd;
    uid_t uid;
    gid_t gid;
    if (!OS_PARSE(&fd, _Py_Uid_Converter, &uid, _Py_Gid_Converter, &gid)
        || PySys_Audit("os.chown", "iIIi", fd, uid, gid, -1) < 0) {
        return NULL;
    }
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = fchown(fd, uid, gid);
        Py_END_ALLOW_THREADS
    } while (result != 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (result != 0) {
        return async_error ? NULL : posix_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
os_lchown(OS_ARGUMENTS)
{
    OS_PARSER("O&O&O&:lchown", "path", "uid", "gid");
    path_t path = PATH_T_INITIALIZE("lchown", "path", 0, 0);
    uid_t uid;
    gid_t gid;
    if (!OS_PARSE(path_converter, &path, _Py_Uid_Converter, &uid,
                  _Py_Gid_Converter, &gid)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (PySys_Audit("os.chown", "OIIi", path.object, uid, gid, -1) == 0) {
        int result;
        Py_BEGIN_ALLOW_THREADS
        result = lchown(path.narrow, uid, gid);
        Py_END_ALLOW_THREADS
        value = result < 0 ? path_error(&path) : Py_NewRef(Py_None);
    }
    path_cleanup(&path);
    return value;
}

/* -- Times ---------------------------------------------------------------- */

/* Nanoseconds as seconds and rest; the rest is not negative. */
static int
split_nanoseconds(os_state *state, PyObject *o, time_t *seconds,
                  long *nanoseconds)
{
    PyObject *pair = PyNumber_Divmod(o, state->billion);
    if (pair == NULL) {
        return 0;
    }
    int ok = 0;
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
        PyErr_Format(PyExc_TypeError,
                     "%.200s.__divmod__() must return a 2-tuple, not %.200s",
                     _PyType_Name(Py_TYPE(o)), _PyType_Name(Py_TYPE(pair)));
    }
    else {
        *seconds = _PyLong_AsTime_t(PyTuple_GET_ITEM(pair, 0));
        if (*seconds != -1 || !PyErr_Occurred()) {
            *nanoseconds = PyLong_AsLong(PyTuple_GET_ITEM(pair, 1));
            ok = *nanoseconds != -1 || !PyErr_Occurred();
        }
    }
    Py_DECREF(pair);
    return ok;
}

/* Read times or ns into spec; 1 given, 0 "now", -1 with an exception. */
static int
utime_times(os_state *state, PyObject *times, PyObject *ns,
            struct timespec spec[2])
{
    if (times != Py_None && ns != NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "utime: you may specify either 'times' or 'ns' but "
                        "not both");
        return -1;
    }
    if (times != Py_None) {
        if (!PyTuple_CheckExact(times) || PyTuple_GET_SIZE(times) != 2) {
            PyErr_SetString(PyExc_TypeError,
                            "utime: 'times' must be either a tuple of two "
                            "ints or None");
            return -1;
        }
        for (int i = 0; i < 2; i++) {
            if (_PyTime_ObjectToTimespec(PyTuple_GET_ITEM(times, i),
                                         &spec[i].tv_sec, &spec[i].tv_nsec,
                                         _PyTime_ROUND_FLOOR) < 0) {
                return -1;
            }
        }
        return 1;
    }
    if (ns != NULL) {
        if (!PyTuple_CheckExact(ns) || PyTuple_GET_SIZE(ns) != 2) {
            PyErr_SetString(PyExc_TypeError,
                            "utime: 'ns' must be a tuple of two ints");
            return -1;
        }
        for (int i = 0; i < 2; i++) {
            if (!split_nanoseconds(state, PyTuple_GET_ITEM(ns, i),
                                   &spec[i].tv_sec, &spec[i].tv_nsec)) {
                return -1;
            }
        }
        return 1;
    }
    return 0;
}

static PyObject *
os_utime(OS_ARGUMENTS)
{
    OS_PARSER("O&|O$OO&p:utime", "path", "times", "ns", "dir_fd",
              "follow_symlinks");
    path_t path = PATH_T_INITIALIZE("utime", "path", 0, 1);
    PyObject *times = Py_None;
    PyObject *ns = NULL;
    int dir_fd = DEFAULT_DIR_FD;
    int follow_symlinks = 1;
    if (!OS_PARSE(path_converter, &path, &times, &ns, dir_fd_converter,
                  &dir_fd, &follow_symlinks)) {
        return NULL;
    }
    PyObject *value = NULL;
    struct timespec spec[2];
    int given = utime_times(os_get_state(module), times, ns, spec);
    if (given < 0 || path_and_dir_fd_invalid("utime", &path, dir_fd)
        || dir_fd_and_fd_invalid("utime", dir_fd, path.fd)
        || fd_and_follow_symlinks_invalid("utime", path.fd, follow_symlinks)
        || PySys_Audit("os.utime", "OOOi", path.object, times,
                       ns != NULL ? ns : Py_None,
                       dir_fd == DEFAULT_DIR_FD ? -1 : dir_fd) < 0) {
        goto done;
    }
    const struct timespec *when = given ? spec : NULL;
    int result;
    Py_BEGIN_ALLOW_THREADS
    if (path.fd != -1) {
        result = futimens(path.fd, when);
    }
    else {
        result = utimensat(dir_fd, path.narrow, when,
                           follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW);
    }
    Py_END_ALLOW_THREADS
    /* The name is left out: CPython's message has none either. */
    value = result < 0 ? posix_error() : Py_NewRef(Py_None);
done:
    path_cleanup(&path);
    return value;
}

/* -- Devices -------------------------------------------------------------- */

static PyObject *
os_major(PyObject *module, PyObject *arg)
{
    dev_t device;
    if (!os_dev_converter(arg, &device)) {
        return NULL;
    }
    return PyLong_FromLong((long)major(device));
}

static PyObject *
os_minor(PyObject *module, PyObject *arg)
{
    dev_t device;
    if (!os_dev_converter(arg, &device)) {
        return NULL;
    }
    return PyLong_FromLong((long)minor(device));
}

static PyObject *
os_makedev(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int major_number, minor_number;
    if (!OS_POSITIONAL("makedev", 2, 2, "ii", &major_number,
                       &minor_number)) {
        return NULL;
    }
    return os_from_dev(makedev((unsigned int)major_number,
                               (unsigned int)minor_number));
}

/* -- The part ------------------------------------------------------------- */

PyMethodDef os_stat_methods[] = {
    {"stat", _PyCFunction_CAST(os_stat), OS_KEYWORDS,
     "stat($module, /, path, *, dir_fd=None, follow_symlinks=True)\n--\n\n"
     "What the system knows about a path or an open descriptor."},
    {"lstat", _PyCFunction_CAST(os_lstat), OS_KEYWORDS,
     "lstat($module, /, path, *, dir_fd=None)\n--\n\n"
     "stat() that does not follow a symbolic link."},
    {"fstat", _PyCFunction_CAST(os_fstat), OS_KEYWORDS,
     "fstat($module, /, fd)\n--\n\nstat() of a descriptor."},
    {"fstatvfs", os_fstatvfs, METH_O,
     "fstatvfs($module, fd, /)\n--\n\nstatvfs() of a descriptor."},
    {"statvfs", _PyCFunction_CAST(os_statvfs), OS_KEYWORDS,
     "statvfs($module, /, path)\n--\n\nAbout the path's file system."},
    {"access", _PyCFunction_CAST(os_access), OS_KEYWORDS,
     "access($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n"
     "       follow_symlinks=True)\n--\n\n"
     "Whether the real (or effective) user may do this with a path."},
    {"chmod", _PyCFunction_CAST(os_chmod), OS_KEYWORDS,
     "chmod($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)"
     "\n--\n\nChange permissions."},
    {"fchmod", _PyCFunction_CAST(os_fchmod), OS_KEYWORDS,
     "fchmod($module, /, fd, mode)\n--\n\nchmod() of a descriptor."},
    {"chown", _PyCFunction_CAST(os_chown), OS_KEYWORDS,
     "chown($module, /, path, uid, gid, *, dir_fd=None, "
     "follow_symlinks=True)\n--\n\nChange owner and group; -1: leave it."},
    {"fchown", _PyCFunction_CAST(os_fchown), OS_KEYWORDS,
     "fchown($module, /, fd, uid, gid)\n--\n\nchown() of a descriptor."},
    {"lchown", _PyCFunction_CAST(os_lchown), OS_KEYWORDS,
     "lchown($module, /, path, uid, gid)\n--\n\n"
     "chown() that does not follow a symbolic link."},
    {"utime", _PyCFunction_CAST(os_utime), OS_KEYWORDS,
     "utime($module, /, path, times=None, *, ns=<unrepresentable>,\n"
     "      dir_fd=None, follow_symlinks=True)\n--\n\n"
     "Set the times of last access and change, by default to now."},
    {"major", os_major, METH_O,
     "major($module, device, /)\n--\n\nA device number's first half."},
    {"minor", os_minor, METH_O,
     "minor($module, device, /)\n--\n\nA device number's second half."},
    {"makedev", _PyCFunction_CAST(os_makedev), METH_FASTCALL,
     "makedev($module, major, minor, /)\n--\n\nA device number."},
    {NULL, NULL, 0, NULL}
};

int
os_stat_exec(PyObject *module)
{
    os_state *state = os_get_state(module);
    stat_result_desc.name = "os.stat_result";
    statvfs_result_desc.name = "os.statvfs_result";
    /* Attributes need names, the tuple's times must not have one. */
    for (int i = 0; i < 3; i++) {
        stat_result_fields[STAT_TIME + i].name = PyStructSequence_UnnamedField;
    }
    state->StatResultType = os_add_structseq(module, &stat_result_desc,
                                             "stat_result");
    if (state->StatResultType == NULL) {
        return -1;
    }
    structseq_new = state->StatResultType->tp_new;
    state->StatResultType->tp_new = stat_result_new;
    state->StatVFSResultType = os_add_structseq(module, &statvfs_result_desc,
                                                "statvfs_result");
    return state->StatVFSResultType != NULL ? 0 : -1;
}
