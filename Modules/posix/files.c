/* posix: names in the file system.  Making, renaming, linking, removing,
   truncating; the current directory; temporary paths and path arithmetic. */

#include "Python.h"
#include "posixmodule.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

/* None if the call succeeded, else the exception. */
static PyObject *
none_or_path_error(int result, path_t *path)
{
    return result < 0 ? path_error(path) : Py_NewRef(Py_None);
}

static int
audit_dir_fd(int dir_fd)
{
    return dir_fd == DEFAULT_DIR_FD ? -1 : dir_fd;
}

/* -- Directories ---------------------------------------------------------- */

static PyObject *
os_mkdir(OS_ARGUMENTS)
{
    OS_PARSER("O&|i$O&:mkdir", "path", "mode", "dir_fd");
    path_t path = PATH_T_INITIALIZE("mkdir", "path", 0, 0);
    int mode = 511;
    int dir_fd = DEFAULT_DIR_FD;
    if (!OS_PARSE(path_converter, &path, &mode, dir_fd_converter, &dir_fd)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (PySys_Audit("os.mkdir", "Oii", path.object, mode,
                    audit_dir_fd(dir_fd)) == 0) {
        int result;
        Py_BEGIN_ALLOW_THREADS
        result = mkdirat(dir_fd, path.narrow, (mode_t)mode);
        Py_END_ALLOW_THREADS
        value = none_or_path_error(result, &path);
    }
    path_cleanup(&path);
    return value;
}

static PyObject *
os_rmdir(OS_ARGUMENTS)
{
    OS_PARSER("O&|$O&:rmdir", "path", "dir_fd");
    path_t path = PATH_T_INITIALIZE("rmdir", "path", 0, 0);
    int dir_fd = DEFAULT_DIR_FD;
    if (!OS_PARSE(path_converter, &path, dir_fd_converter, &dir_fd)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (PySys_Audit("os.rmdir", "Oi", path.object,
                    audit_dir_fd(dir_fd)) == 0) {
        int result;
        Py_BEGIN_ALLOW_THREADS
        result = unlinkat(dir_fd, path.narrow, AT_REMOVEDIR);
        Py_END_ALLOW_THREADS
        value = none_or_path_error(result, &path);
    }
    path_cleanup(&path);
    return value;
}

static PyObject *
os_chdir(OS_ARGUMENTS)
{
    OS_PARSER("O&:chdir", "path");
    path_t path = PATH_T_INITIALIZE("chdir", "path", 0, 1);
    if (!OS_PARSE(path_converter, &path)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (PySys_Audit("os.chdir", "(O)", path.object) == 0) {
        int result;
        Py_BEGIN_ALLOW_THREADS
        result = path.fd != -1 ? fchdir(path.fd) : chdir(path.narrow);
        Py_END_ALLOW_THREADS
        value = none_or_path_error(result, &path);
    }
    path_cleanup(&path);
    return value;
}

static PyObject *
os_fchdir(OS_ARGUMENTS)
{
    OS_PARSER("O&:fchdir", "fd");
    int fd;
    if (!OS_PARSE(fildes_converter, &fd)
        || PySys_Audit("os.chdir", "(i)", fd) < 0) {
        return NULL;
    }
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = fchdir(fd);
        Py_END_ALLOW_THREADS
    } while (result != 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    if (result != 0) {
        return async_error ? NULL : posix_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
os_chroot(OS_ARGUMENTS)
{
    OS_PARSER("O&:chroot", "path");
    path_t path = PATH_T_INITIALIZE("chroot", "path", 0, 0);
    if (!OS_PARSE(path_converter, &path)) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = chroot(path.narrow);
    Py_END_ALLOW_THREADS
    PyObject *value = none_or_path_error(result, &path);
    path_cleanup(&path);
    return value;
}

/* The directory in a buffer that is large enough. */
static PyObject *
current_directory(int as_bytes)
{
    size_t size = 0;
    char *buffer = NULL;
    char *cwd;
    int no_memory = 0;
    Py_BEGIN_ALLOW_THREADS
    do {
        size += 1024;
        char *larger = PyMem_RawRealloc(buffer, size);
        if (larger == NULL) {
            cwd = NULL;
            no_memory = 1;
            break;
        }
        buffer = larger;
        cwd = getcwd(buffer, size);
    } while (cwd == NULL && errno == ERANGE);
    Py_END_ALLOW_THREADS
    PyObject *result;
    if (cwd == NULL) {
        result = no_memory ? PyErr_NoMemory() : posix_error();
    }
    else {
        result = as_bytes
            ? PyBytes_FromStringAndSize(cwd, (Py_ssize_t)strlen(cwd))
            : PyUnicode_DecodeFSDefault(cwd);
    }
    PyMem_RawFree(buffer);
    return result;
}

static PyObject *
os_getcwd(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return current_directory(0);
}

static PyObject *
os_getcwdb(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return current_directory(1);
}

/* -- Names ---------------------------------------------------------------- */

static PyObject *
os_link(OS_ARGUMENTS)
{
    OS_PARSER("O&O&|$O&O&p:link", "src", "dst", "src_dir_fd", "dst_dir_fd",
              "follow_symlinks");
    path_t src = PATH_T_INITIALIZE("link", "src", 0, 0);
    path_t dst = PATH_T_INITIALIZE("link", "dst", 0, 0);
    int src_dir_fd = DEFAULT_DIR_FD;
    int dst_dir_fd = DEFAULT_DIR_FD;
    int follow_symlinks = 1;
    if (!OS_PARSE(path_converter, &src, path_converter, &dst,
                  dir_fd_converter, &src_dir_fd, dir_fd_converter,
                  &dst_dir_fd, &follow_symlinks)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (PySys_Audit("os.link", "OOii", src.object, dst.object,
                    audit_dir_fd(src_dir_fd),
                    audit_dir_fd(dst_dir_fd)) == 0) {
        int result;
        Py_BEGIN_ALLOW_THREADS
        if (src_dir_fd != DEFAULT_DIR_FD || dst_dir_fd != DEFAULT_DIR_FD
            || !follow_symlinks) {
            result = linkat(src_dir_fd, src.narrow, dst_dir_fd, dst.narrow,
                            follow_symlinks ? AT_SYMLINK_FOLLOW : 0);
        }
        else {
            result = link(src.narrow, dst.narrow);
        }
        Py_END_ALLOW_THREADS
        value = result != 0 ? path_error2(&src, &dst) : Py_NewRef(Py_None);
    }
    path_cleanup(&src);
    path_cleanup(&dst);
    return value;
}

static PyObject *
rename_path(path_t *src, path_t *dst, int src_dir_fd, int dst_dir_fd)
{
    if (PySys_Audit("os.rename", "OOii", src->object, dst->object,
                    audit_dir_fd(src_dir_fd),
                    audit_dir_fd(dst_dir_fd)) < 0) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = renameat(src_dir_fd, src->narrow, dst_dir_fd, dst->narrow);
    Py_END_ALLOW_THREADS
    return result != 0 ? path_error2(src, dst) : Py_NewRef(Py_None);
}

static PyObject *
os_rename(OS_ARGUMENTS)
{
    OS_PARSER("O&O&|$O&O&:rename", "src", "dst", "src_dir_fd", "dst_dir_fd");
    path_t src = PATH_T_INITIALIZE("rename", "src", 0, 0);
    path_t dst = PATH_T_INITIALIZE("rename", "dst", 0, 0);
    int src_dir_fd = DEFAULT_DIR_FD;
    int dst_dir_fd = DEFAULT_DIR_FD;
    PyObject *value = NULL;
    if (OS_PARSE(path_converter, &src, path_converter, &dst,
                 dir_fd_converter, &src_dir_fd, dir_fd_converter,
                 &dst_dir_fd)) {
        value = rename_path(&src, &dst, src_dir_fd, dst_dir_fd);
        path_cleanup(&src);
        path_cleanup(&dst);
    }
    return value;
}

static PyObject *
os_replace(OS_ARGUMENTS)
{
    OS_PARSER("O&O&|$O&O&:replace", "src", "dst", "src_dir_fd",
              "dst_dir_fd");
    path_t src = PATH_T_INITIALIZE("replace", "src", 0, 0);
    path_t dst = PATH_T_INITIALIZE("replace", "dst", 0, 0);
    int src_dir_fd = DEFAULT_DIR_FD;
    int dst_dir_fd = DEFAULT_DIR_FD;
    PyObject *value = NULL;
    if (OS_PARSE(path_converter, &src, path_converter, &dst,
                 dir_fd_converter, &src_dir_fd, dir_fd_converter,
                 &dst_dir_fd)) {
        value = rename_path(&src, &dst, src_dir_fd, dst_dir_fd);
        path_cleanup(&src);
        path_cleanup(&dst);
    }
    return value;
}

static PyObject *
unlink_path(path_t *path, int dir_fd)
{
    if (PySys_Audit("os.remove", "Oi", path->object,
                    audit_dir_fd(dir_fd)) < 0) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = unlinkat(dir_fd, path->narrow, 0);
    Py_END_ALLOW_THREADS
    return none_or_path_error(result, path);
}

static PyObject *
os_unlink(OS_ARGUMENTS)
{
    OS_PARSER("O&|$O&:unlink", "path", "dir_fd");
    path_t path = PATH_T_INITIALIZE("unlink", "path", 0, 0);
    int dir_fd = DEFAULT_DIR_FD;
    PyObject *value = NULL;
    if (OS_PARSE(path_converter, &path, dir_fd_converter, &dir_fd)) {
        value = unlink_path(&path, dir_fd);
        path_cleanup(&path);
    }
    return value;
}

static PyObject *
os_remove(OS_ARGUMENTS)
{
    OS_PARSER("O&|$O&:remove", "path", "dir_fd");
    path_t path = PATH_T_INITIALIZE("remove", "path", 0, 0);
    int dir_fd = DEFAULT_DIR_FD;
    PyObject *value = NULL;
    if (OS_PARSE(path_converter, &path, dir_fd_converter, &dir_fd)) {
        value = unlink_path(&path, dir_fd);
        path_cleanup(&path);
    }
    return value;
}

static PyObject *
os_symlink(OS_ARGUMENTS)
{
    OS_PARSER("O&O&|p$O&:symlink", "src", "dst", "target_is_directory",
              "dir_fd");
    path_t src = PATH_T_INITIALIZE("symlink", "src", 0, 0);
    path_t dst = PATH_T_INITIALIZE("symlink", "dst", 0, 0);
    int target_is_directory = 0;
    int dir_fd = DEFAULT_DIR_FD;
    if (!OS_PARSE(path_converter, &src, path_converter, &dst,
                  &target_is_directory, dir_fd_converter, &dir_fd)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (PySys_Audit("os.symlink", "OOi", src.object, dst.object,
                    audit_dir_fd(dir_fd)) == 0) {
        int result;
        Py_BEGIN_ALLOW_THREADS
        result = symlinkat(src.narrow, dir_fd, dst.narrow);
        Py_END_ALLOW_THREADS
        value = result != 0 ? path_error2(&src, &dst) : Py_NewRef(Py_None);
    }
    path_cleanup(&src);
    path_cleanup(&dst);
    return value;
}

static PyObject *
os_readlink(OS_ARGUMENTS)
{
    OS_PARSER("O&|$O&:readlink", "path", "dir_fd");
    path_t path = PATH_T_INITIALIZE("readlink", "path", 0, 0);
    int dir_fd = DEFAULT_DIR_FD;
    if (!OS_PARSE(path_converter, &path, dir_fd_converter, &dir_fd)) {
        return NULL;
    }
    char buffer[PATH_MAX + 1];
    ssize_t length;
    Py_BEGIN_ALLOW_THREADS
    length = readlinkat(dir_fd, path.narrow, buffer, PATH_MAX);
    Py_END_ALLOW_THREADS
    PyObject *value;
    if (length < 0) {
        value = path_error(&path);
    }
    else {
        value = PyUnicode_Check(path.object)
            ? PyUnicode_DecodeFSDefaultAndSize(buffer, length)
            : PyBytes_FromStringAndSize(buffer, length);
    }
    path_cleanup(&path);
    return value;
}

/* -- Special files -------------------------------------------------------- */

static PyObject *
os_mkfifo(OS_ARGUMENTS)
{
    OS_PARSER("O&|i$O&:mkfifo", "path", "mode", "dir_fd");
    path_t path = PATH_T_INITIALIZE("mkfifo", "path", 0, 0);
    int mode = 438;
    int dir_fd = DEFAULT_DIR_FD;
    if (!OS_PARSE(path_converter, &path, &mode, dir_fd_converter, &dir_fd)) {
        return NULL;
    }
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = mkfifoat(dir_fd, path.narrow, (mode_t)mode);
        Py_END_ALLOW_THREADS
    } while (result != 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    PyObject *value;
    if (result != 0) {
        value = async_error ? NULL : posix_error();
    }
    else {
        value = Py_NewRef(Py_None);
    }
    path_cleanup(&path);
    return value;
}

static PyObject *
os_mknod(OS_ARGUMENTS)
{
    OS_PARSER("O&|iO&$O&:mknod", "path", "mode", "device", "dir_fd");
    path_t path = PATH_T_INITIALIZE("mknod", "path", 0, 0);
    int mode = 384;
    dev_t device = 0;
    int dir_fd = DEFAULT_DIR_FD;
    if (!OS_PARSE(path_converter, &path, &mode, os_dev_converter, &device,
                  dir_fd_converter, &dir_fd)) {
        return NULL;
    }
    int result;
    int async_error = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        result = mknodat(dir_fd, path.narrow, (mode_t)mode, device);
        Py_END_ALLOW_THREADS
    } while (result != 0 && errno == EINTR
             && !(async_error = PyErr_CheckSignals()));
    PyObject *value;
    if (result != 0) {
        value = async_error ? NULL : posix_error();
    }
    else {
        value = Py_NewRef(Py_None);
    }
    path_cleanup(&path);
    return value;
}

/* -- Length --------------------------------------------------------------- */

static PyObject *
os_truncate(OS_ARGUMENTS)
{
    OS_PARSER("O&O&:truncate", "path", "length");
    path_t path = PATH_T_INITIALIZE("truncate", "path", 0, 1);
    off_t length;
    if (!OS_PARSE(path_converter, &path, os_off_t_converter, &length)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (path.fd != -1) {
        if (PySys_Audit("os.truncate", "in", path.fd, length) == 0) {
            int result;
            int async_error = 0;
            do {
                Py_BEGIN_ALLOW_THREADS
                result = ftruncate(path.fd, length);
                Py_END_ALLOW_THREADS
            } while (result != 0 && errno == EINTR
                     && !(async_error = PyErr_CheckSignals()));
            if (result == 0) {
                value = Py_NewRef(Py_None);
            }
            else if (!async_error) {
                value = posix_error();
            }
        }
    }
    else if (PySys_Audit("os.truncate", "On", path.object, length) == 0) {
        int result;
        Py_BEGIN_ALLOW_THREADS
        result = truncate(path.narrow, length);
        Py_END_ALLOW_THREADS
        value = none_or_path_error(result, &path);
    }
    path_cleanup(&path);
    return value;
}

/* -- Paths as text -------------------------------------------------------- */

static PyObject *
os_fspath(OS_ARGUMENTS)
{
    OS_PARSER("O:fspath", "path");
    PyObject *path;
    if (!OS_PARSE(&path)) {
        return NULL;
    }
    return PyOS_FSPath(path);
}

static PyObject *
os_path_normpath(OS_ARGUMENTS)
{
    OS_PARSER("O:_path_normpath", "path");
    PyObject *path;
    if (!OS_PARSE(&path)) {
        return NULL;
    }
    if (!PyUnicode_Check(path)) {
        PyErr_Format(PyExc_TypeError, "expected 'str', not '%.200s'",
                     Py_TYPE(path)->tp_name);
        return NULL;
    }
    Py_ssize_t length;
    wchar_t *buffer = PyUnicode_AsWideCharString(path, &length);
    if (buffer == NULL) {
        return NULL;
    }
    Py_ssize_t normsize;
    const wchar_t *normal = _Py_normpath_and_size(buffer, length, &normsize);
    PyObject *result = PyUnicode_FromWideChar(normal, normsize);
    PyMem_Free(buffer);
    return result;
}

/* -- The part ------------------------------------------------------------- */

PyMethodDef os_file_methods[] = {
    {"mkdir", _PyCFunction_CAST(os_mkdir), OS_KEYWORDS,
     "mkdir($module, /, path, mode=511, *, dir_fd=None)\n--\n\n"
     "Make a directory."},
    {"rmdir", _PyCFunction_CAST(os_rmdir), OS_KEYWORDS,
     "rmdir($module, /, path, *, dir_fd=None)\n--\n\n"
     "Remove an empty directory."},
    {"chdir", _PyCFunction_CAST(os_chdir), OS_KEYWORDS,
     "chdir($module, /, path)\n--\n\n"
     "Make a path, or a descriptor's directory, the current directory."},
    {"fchdir", _PyCFunction_CAST(os_fchdir), OS_KEYWORDS,
     "fchdir($module, /, fd)\n--\n\nchdir() to a descriptor."},
    {"chroot", _PyCFunction_CAST(os_chroot), OS_KEYWORDS,
     "chroot($module, /, path)\n--\n\nChange the root directory."},
    {"getcwd", os_getcwd, METH_NOARGS,
     "getcwd($module, /)\n--\n\nThe current directory."},
    {"getcwdb", os_getcwdb, METH_NOARGS,
     "getcwdb($module, /)\n--\n\nThe current directory as bytes."},
    {"link", _PyCFunction_CAST(os_link), OS_KEYWORDS,
     "link($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n"
     "     follow_symlinks=True)\n--\n\nMake another name for a file."},
    {"rename", _PyCFunction_CAST(os_rename), OS_KEYWORDS,
     "rename($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)"
     "\n--\n\nRename a file or directory."},
    {"replace", _PyCFunction_CAST(os_replace), OS_KEYWORDS,
     "replace($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)"
     "\n--\n\nRename, over what has the new name."},
    {"unlink", _PyCFunction_CAST(os_unlink), OS_KEYWORDS,
     "unlink($module, /, path, *, dir_fd=None)\n--\n\n"
     "Remove a file; the same as remove()."},
    {"remove", _PyCFunction_CAST(os_remove), OS_KEYWORDS,
     "remove($module, /, path, *, dir_fd=None)\n--\n\n"
     "Remove a file; the same as unlink()."},
    {"symlink", _PyCFunction_CAST(os_symlink), OS_KEYWORDS,
     "symlink($module, /, src, dst, target_is_directory=False, *, "
     "dir_fd=None)\n--\n\nMake dst a symbolic link to src."},
    {"readlink", _PyCFunction_CAST(os_readlink), OS_KEYWORDS,
     "readlink($module, /, path, *, dir_fd=None)\n--\n\n"
     "Where a symbolic link points to."},
    {"mkfifo", _PyCFunction_CAST(os_mkfifo), OS_KEYWORDS,
     "mkfifo($module, /, path, mode=438, *, dir_fd=None)\n--\n\n"
     "Make a named pipe."},
    {"mknod", _PyCFunction_CAST(os_mknod), OS_KEYWORDS,
     "mknod($module, /, path, mode=384, device=0, *, dir_fd=None)\n--\n\n"
     "Make a file, device or named pipe, as the mode says."},
    {"truncate", _PyCFunction_CAST(os_truncate), OS_KEYWORDS,
     "truncate($module, /, path, length)\n--\n\n"
     "Cut or extend a file to a length."},
    {"fspath", _PyCFunction_CAST(os_fspath), OS_KEYWORDS,
     "fspath($module, /, path)\n--\n\n"
     "The str or bytes of a path; what __fspath__() says for others."},
    {"_path_normpath", _PyCFunction_CAST(os_path_normpath), OS_KEYWORDS,
     "_path_normpath($module, /, path)\n--\n\n"
     "A path without '.', '..' and doubled slashes."},
    {NULL, NULL, 0, NULL}
};
