/* posix: extended attributes of files. */

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "posixmodule.h"

#include <limits.h>
#include <linux/limits.h>
#include <sys/xattr.h>

static ssize_t
get_attribute(path_t *path, const char *name, void *value, size_t size,
              int follow_symlinks)
{
    ssize_t result;
    Py_BEGIN_ALLOW_THREADS
    if (path->fd >= 0) {
        result = fgetxattr(path->fd, name, value, size);
    }
    else if (follow_symlinks) {
        result = getxattr(path->narrow, name, value, size);
    }
    else {
        result = lgetxattr(path->narrow, name, value, size);
    }
    Py_END_ALLOW_THREADS
    return result;
}

static ssize_t
list_attributes(path_t *path, char *names, size_t size, int follow_symlinks)
{
    ssize_t result;
    Py_BEGIN_ALLOW_THREADS
    if (path->fd > -1) {
        result = flistxattr(path->fd, names, size);
    }
    else {
        const char *name = path->narrow != NULL ? path->narrow : ".";
        result = follow_symlinks ? listxattr(name, names, size)
                                 : llistxattr(name, names, size);
    }
    Py_END_ALLOW_THREADS
    return result;
}

static PyObject *
os_getxattr(OS_ARGUMENTS)
{
    OS_PARSER("O&O&|$p:getxattr", "path", "attribute", "follow_symlinks");
    path_t path = PATH_T_INITIALIZE("getxattr", "path", 0, 1);
    path_t attribute = PATH_T_INITIALIZE("getxattr", "attribute", 0, 0);
    int follow_symlinks = 1;
    if (!OS_PARSE(path_converter, &path, path_converter, &attribute,
                  &follow_symlinks)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (fd_and_follow_symlinks_invalid("getxattr", path.fd, follow_symlinks)
        || PySys_Audit("os.getxattr", "OO", path.object, attribute.object)
               < 0) {
        goto done;
    }
    static const Py_ssize_t sizes[] = {128, XATTR_SIZE_MAX, 0};
    for (int i = 0; sizes[i] != 0; i++) {
        value = PyBytes_FromStringAndSize(NULL, sizes[i]);
        if (value == NULL) {
            goto done;
        }
        ssize_t n = get_attribute(&path, attribute.narrow,
                                  PyBytes_AS_STRING(value),
                                  (size_t)sizes[i], follow_symlinks);
        if (n >= 0) {
            if (n != sizes[i]) {
                _PyBytes_Resize(&value, n);
            }
            goto done;
        }
        Py_CLEAR(value);
        if (errno != ERANGE || sizes[i + 1] == 0) {
            path_error(&path);
            goto done;
        }
    }
done:
    path_cleanup(&path);
    path_cleanup(&attribute);
    return value;
}

static PyObject *
os_setxattr(OS_ARGUMENTS)
{
    OS_PARSER("O&O&y*|i$p:setxattr", "path", "attribute", "value", "flags",
              "follow_symlinks");
    path_t path = PATH_T_INITIALIZE("setxattr", "path", 0, 1);
    path_t attribute = PATH_T_INITIALIZE("setxattr", "attribute", 0, 0);
    Py_buffer value = {NULL, NULL};
    int flags = 0;
    int follow_symlinks = 1;
    if (!OS_PARSE(path_converter, &path, path_converter, &attribute, &value,
                  &flags, &follow_symlinks)) {
        return NULL;
    }
    PyObject *outcome = NULL;
    if (fd_and_follow_symlinks_invalid("setxattr", path.fd, follow_symlinks)
        || PySys_Audit("os.setxattr", "OOy#i", path.object,
                       attribute.object, value.buf, value.len, flags) < 0) {
        goto done;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    if (path.fd > -1) {
        result = fsetxattr(path.fd, attribute.narrow, value.buf,
                           (size_t)value.len, flags);
    }
    else if (follow_symlinks) {
        result = setxattr(path.narrow, attribute.narrow, value.buf,
                          (size_t)value.len, flags);
    }
    else {
        result = lsetxattr(path.narrow, attribute.narrow, value.buf,
                           (size_t)value.len, flags);
    }
    Py_END_ALLOW_THREADS
    outcome = result != 0 ? path_error(&path) : Py_NewRef(Py_None);
done:
    PyBuffer_Release(&value);
    path_cleanup(&path);
    path_cleanup(&attribute);
    return outcome;
}

static PyObject *
os_removexattr(OS_ARGUMENTS)
{
    OS_PARSER("O&O&|$p:removexattr", "path", "attribute", "follow_symlinks");
    path_t path = PATH_T_INITIALIZE("removexattr", "path", 0, 1);
    path_t attribute = PATH_T_INITIALIZE("removexattr", "attribute", 0, 0);
    int follow_symlinks = 1;
    if (!OS_PARSE(path_converter, &path, path_converter, &attribute,
                  &follow_symlinks)) {
        return NULL;
    }
    PyObject *outcome = NULL;
    if (fd_and_follow_symlinks_invalid("removexattr", path.fd,
                                       follow_symlinks)
        || PySys_Audit("os.removexattr", "OO", path.object,
                       attribute.object) < 0) {
        goto done;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    if (path.fd > -1) {
        result = fremovexattr(path.fd, attribute.narrow);
    }
    else if (follow_symlinks) {
        result = removexattr(path.narrow, attribute.narrow);
    }
    else {
        result = lremovexattr(path.narrow, attribute.narrow);
    }
    Py_END_ALLOW_THREADS
    outcome = result != 0 ? path_error(&path) : Py_NewRef(Py_None);
done:
    path_cleanup(&path);
    path_cleanup(&attribute);
    return outcome;
}

/* The names, one after the other, as a list. */
static PyObject *
split_names(const char *names, ssize_t size)
{
    PyObject *list = PyList_New(0);
    const char *start = names;
    const char *end = names + size;
    while (list != NULL && start < end) {
        size_t length = strnlen(start, (size_t)(end - start));
        PyObject *name = PyUnicode_DecodeFSDefaultAndSize(
            start, (Py_ssize_t)length);
        if (name == NULL || PyList_Append(list, name) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(name);
        start += length + 1;
    }
    return list;
}

static PyObject *
os_listxattr(OS_ARGUMENTS)
{
    OS_PARSER("|O&$p:listxattr", "path", "follow_symlinks");
    path_t path = PATH_T_INITIALIZE("listxattr", "path", 1, 1);
    int follow_symlinks = 1;
    if (!OS_PARSE(path_converter, &path, &follow_symlinks)) {
        return NULL;
    }
    PyObject *list = NULL;
    if (fd_and_follow_symlinks_invalid("listxattr", path.fd,
                                       follow_symlinks)
        || PySys_Audit("os.listxattr", "(O)",
                       path.object ? path.object : Py_None) < 0) {
        goto done;
    }
    static const size_t sizes[] = {256, XATTR_LIST_MAX, 0};
    for (int i = 0; sizes[i] != 0; i++) {
        char *names = PyMem_Malloc(sizes[i]);
        if (names == NULL) {
            PyErr_NoMemory();
            break;
        }
        ssize_t n = list_attributes(&path, names, sizes[i], follow_symlinks);
        if (n >= 0) {
            list = split_names(names, n);
            PyMem_Free(names);
            break;
        }
        PyMem_Free(names);
        if (errno != ERANGE || sizes[i + 1] == 0) {
            path_error(&path);
            break;
        }
    }
done:
    path_cleanup(&path);
    return list;
}

PyMethodDef os_xattr_methods[] = {
    {"setxattr", _PyCFunction_CAST(os_setxattr), OS_KEYWORDS,
     "setxattr($module, /, path, attribute, value, flags=0, *,\n"
     "         follow_symlinks=True)\n--\n\nSet an attribute."},
    {"getxattr", _PyCFunction_CAST(os_getxattr), OS_KEYWORDS,
     "getxattr($module, /, path, attribute, *, follow_symlinks=True)"
     "\n--\n\nAn attribute's value."},
    {"removexattr", _PyCFunction_CAST(os_removexattr), OS_KEYWORDS,
     "removexattr($module, /, path, attribute, *, follow_symlinks=True)"
     "\n--\n\nRemove an attribute."},
    {"listxattr", _PyCFunction_CAST(os_listxattr), OS_KEYWORDS,
     "listxattr($module, /, path=None, *, follow_symlinks=True)\n--\n\n"
     "The names of a path's attributes."},
    {NULL, NULL, 0, NULL}
};
