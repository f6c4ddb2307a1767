/* posix: directories.  listdir(), scandir() and its entries. */

#include "Python.h"
#include "posixmodule.h"
#include "structmember.h"

#include <dirent.h>
#include <sys/stat.h>

static int
is_dot_or_dotdot(const char *name)
{
    return name[0] == '.'
           && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

/* The directory stream of a path, a descriptor or the current directory;
   NULL with an exception.  A descriptor is duplicated into *fd, so that
   closing the stream leaves the caller's open. */
static DIR *
open_directory(path_t *path, int *fd)
{
    DIR *stream;
    *fd = -1;
    if (path->fd != -1) {
        *fd = _Py_dup(path->fd);
        if (*fd == -1) {
            return NULL;
        }
        Py_BEGIN_ALLOW_THREADS
        stream = fdopendir(*fd);
        Py_END_ALLOW_THREADS
    }
    else {
        const char *name = path->narrow != NULL ? path->narrow : ".";
        Py_BEGIN_ALLOW_THREADS
        stream = opendir(name);
        Py_END_ALLOW_THREADS
    }
    if (stream == NULL) {
        path_error(path);
        if (*fd != -1) {
            close(*fd);
        }
    }
    return stream;
}

static void
close_directory(DIR *stream, int fd)
{
    Py_BEGIN_ALLOW_THREADS
    if (fd > -1) {
        /* The position is shared with the caller's descriptor. */
        rewinddir(stream);
    }
    closedir(stream);
    Py_END_ALLOW_THREADS
}

/* The next entry, NULL at the end or (with errno) on failure. */
static struct dirent *
read_directory(DIR *stream)
{
    struct dirent *entry;
    do {
        errno = 0;
        Py_BEGIN_ALLOW_THREADS
        entry = readdir(stream);
        Py_END_ALLOW_THREADS
    } while (entry != NULL && is_dot_or_dotdot(entry->d_name));
    return entry;
}

/* Names are str unless the path was bytes. */
static int
wants_str(path_t *path)
{
    return path->narrow == NULL
           || path->object == NULL || !PyObject_CheckBuffer(path->object);
}

/* -- listdir() ------------------------------------------------------------ */

static PyObject *
list_directory(path_t *path)
{
    int fd;
    DIR *stream = open_directory(path, &fd);
    if (stream == NULL) {
        return NULL;
    }
    int as_str = wants_str(path);
    PyObject *list = PyList_New(0);
    struct dirent *entry;
    while (list != NULL && (entry = read_directory(stream)) != NULL) {
        Py_ssize_t length = (Py_ssize_t)strlen(entry->d_name);
        PyObject *name = as_str
            ? PyUnicode_DecodeFSDefaultAndSize(entry->d_name, length)
            : PyBytes_FromStringAndSize(entry->d_name, length);
        if (name == NULL || PyList_Append(list, name) != 0) {
            Py_XDECREF(name);
            Py_CLEAR(list);
            break;
        }
        Py_DECREF(name);
        errno = 0;
    }
    if (list != NULL && errno != 0) {
        path_error(path);
        Py_CLEAR(list);
    }
    close_directory(stream, fd);
    return list;
}

static PyObject *
os_listdir(OS_ARGUMENTS)
{
    OS_PARSER("|O&:listdir", "path");
    path_t path = PATH_T_INITIALIZE("listdir", "path", 1, 1);
    PyObject *result = NULL;
    if (OS_PARSE(path_converter, &path)) {
        if (PySys_Audit("os.listdir", "O",
                        path.object ? path.object : Py_None) == 0) {
            result = list_directory(&path);
        }
        path_cleanup(&path);
    }
    return result;
}

/* -- DirEntry ------------------------------------------------------------- */

struct dir_entry {
    PyObject_HEAD
    PyObject *name;
    PyObject *path;
    PyObject *stat;             /* caches; NULL until asked for */
    PyObject *lstat;
    unsigned char d_type;       /* DT_UNKNOWN where readdir() does not say */
    ino_t d_ino;
    int dir_fd;                 /* scandir()'s descriptor, or the default */
};

static void
dir_entry_dealloc(struct dir_entry *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->name);
    Py_XDECREF(self->path);
    Py_XDECREF(self->stat);
    Py_XDECREF(self->lstat);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyObject *
dir_entry_fetch_stat(PyObject *module, struct dir_entry *self,
                     int follow_symlinks)
{
    PyObject *bytes;
    if (!PyUnicode_FSConverter(self->path, &bytes)) {
        return NULL;
    }
    path_t path = PATH_T_INITIALIZE("DirEntry", "path", 0, 0);
    path.narrow = PyBytes_AS_STRING(bytes);
    path.object = self->path;
    PyObject *result;
    if (self->dir_fd != DEFAULT_DIR_FD) {
        PyObject *name;
        if (!PyUnicode_FSConverter(self->name, &name)) {
            Py_DECREF(bytes);
            return NULL;
        }
        path.narrow = PyBytes_AS_STRING(name);
        result = os_stat_path(module, "DirEntry", &path, self->dir_fd,
                              follow_symlinks);
        Py_DECREF(name);
    }
    else {
        result = os_stat_path(module, "DirEntry", &path, DEFAULT_DIR_FD,
                              follow_symlinks);
    }
    Py_DECREF(bytes);
    return result;
}

static PyObject *
dir_entry_get_lstat(PyObject *module, struct dir_entry *self)
{
    if (self->lstat == NULL) {
        self->lstat = dir_entry_fetch_stat(module, self, 0);
    }
    return Py_XNewRef(self->lstat);
}

static int dir_entry_is_link(PyObject *module, struct dir_entry *self);

static PyObject *
dir_entry_get_stat(PyObject *module, struct dir_entry *self,
                   int follow_symlinks)
{
    if (!follow_symlinks) {
        return dir_entry_get_lstat(module, self);
    }
    if (self->stat == NULL) {
        int is_link = dir_entry_is_link(module, self);
        if (is_link == -1) {
            return NULL;
        }
        self->stat = is_link ? dir_entry_fetch_stat(module, self, 1)
                             : dir_entry_get_lstat(module, self);
    }
    return Py_XNewRef(self->stat);
}

/* Whether the mode has these bits: 1, 0 (also: it has vanished), -1. */
static int
dir_entry_test_stat(PyObject *module, struct dir_entry *self,
                    int follow_symlinks, unsigned int mode_bits)
{
    PyObject *stat = dir_entry_get_stat(module, self, follow_symlinks);
    if (stat == NULL) {
        if (PyErr_ExceptionMatches(PyExc_FileNotFoundError)) {
            PyErr_Clear();
            return 0;
        }
        return -1;
    }
    PyObject *mode = PyObject_GetAttr(stat, &_Py_ID(st_mode));
    Py_DECREF(stat);
    if (mode == NULL) {
        return -1;
    }
    long bits = PyLong_AsLong(mode);
    Py_DECREF(mode);
    if (bits == -1 && PyErr_Occurred()) {
        return -1;
    }
    return (bits & S_IFMT) == (long)mode_bits;
}

static int
dir_entry_test_mode(PyObject *module, struct dir_entry *self,
                    int follow_symlinks, unsigned int mode_bits)
{
    int is_link = self->d_type == DT_LNK;
    if (self->d_type == DT_UNKNOWN || (follow_symlinks && is_link)) {
        return dir_entry_test_stat(module, self, follow_symlinks, mode_bits);
    }
    if (is_link) {
        return 0;
    }
    return self->d_type == (mode_bits == S_IFDIR ? DT_DIR : DT_REG);
}

static int
dir_entry_is_link(PyObject *module, struct dir_entry *self)
{
    if (self->d_type != DT_UNKNOWN) {
        return self->d_type == DT_LNK;
    }
    return dir_entry_test_stat(module, self, 0, S_IFLNK);
}

/* The methods get the defining class, and through it the module. */
#define METHOD_ARGUMENTS                                                      \
    struct dir_entry *self, PyTypeObject *cls, PyObject *const *args,         \
        Py_ssize_t nargs, PyObject *kwnames

static PyObject *
dir_entry_is_symlink(METHOD_ARGUMENTS)
{
    if (nargs > 0 || (kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0)) {
        PyErr_SetString(PyExc_TypeError, "is_symlink() takes no arguments");
        return NULL;
    }
    int answer = dir_entry_is_link(PyType_GetModule(cls), self);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

static PyObject *
dir_entry_stat(METHOD_ARGUMENTS)
{
    OS_PARSER("|$p:stat", "follow_symlinks");
    int follow_symlinks = 1;
    if (!OS_PARSE(&follow_symlinks)) {
        return NULL;
    }
    return dir_entry_get_stat(PyType_GetModule(cls), self, follow_symlinks);
}

static PyObject *
dir_entry_is_dir(METHOD_ARGUMENTS)
{
    OS_PARSER("|$p:is_dir", "follow_symlinks");
    int follow_symlinks = 1;
    if (!OS_PARSE(&follow_symlinks)) {
        return NULL;
    }
    int answer = dir_entry_test_mode(PyType_GetModule(cls), self,
                                     follow_symlinks, S_IFDIR);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

static PyObject *
dir_entry_is_file(METHOD_ARGUMENTS)
{
    OS_PARSER("|$p:is_file", "follow_symlinks");
    int follow_symlinks = 1;
    if (!OS_PARSE(&follow_symlinks)) {
        return NULL;
    }
    int answer = dir_entry_test_mode(PyType_GetModule(cls), self,
                                     follow_symlinks, S_IFREG);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

static PyObject *
dir_entry_inode(struct dir_entry *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromUnsignedLongLong(self->d_ino);
}

static PyObject *
dir_entry_repr(struct dir_entry *self)
{
    return PyUnicode_FromFormat("<DirEntry %R>", self->name);
}

static PyObject *
dir_entry_fspath(struct dir_entry *self, PyObject *Py_UNUSED(ignored))
{
    return Py_NewRef(self->path);
}

static PyMemberDef dir_entry_members[] = {
    {"name", T_OBJECT_EX, offsetof(struct dir_entry, name), READONLY,
     "the entry's base filename, relative to scandir() \"path\" argument"},
    {"path", T_OBJECT_EX, offsetof(struct dir_entry, path), READONLY,
     "the entry's full path name; equivalent to os.path.join(scandir_path, "
     "entry.name)"},
    {NULL, 0, 0, 0, NULL}
};

#define METHOD_FLAGS (METH_METHOD | METH_FASTCALL | METH_KEYWORDS)

static PyMethodDef dir_entry_methods[] = {
    {"is_dir", _PyCFunction_CAST(dir_entry_is_dir), METHOD_FLAGS,
     "is_dir($self, /, *, follow_symlinks=True)\n--\n\n"
     "Whether the entry is a directory; cached."},
    {"is_file", _PyCFunction_CAST(dir_entry_is_file), METHOD_FLAGS,
     "is_file($self, /, *, follow_symlinks=True)\n--\n\n"
     "Whether the entry is a file; cached."},
    {"is_symlink", _PyCFunction_CAST(dir_entry_is_symlink), METHOD_FLAGS,
     "is_symlink($self, /)\n--\n\n"
     "Whether the entry is a symbolic link; cached."},
    {"stat", _PyCFunction_CAST(dir_entry_stat), METHOD_FLAGS,
     "stat($self, /, *, follow_symlinks=True)\n--\n\n"
     "The entry's stat_result; cached."},
    {"inode", (PyCFunction)dir_entry_inode, METH_NOARGS,
     "inode($self, /)\n--\n\nThe entry's inode."},
    {"__fspath__", (PyCFunction)dir_entry_fspath, METH_NOARGS,
     "__fspath__($self, /)\n--\n\nThe entry's path."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     "See PEP 585"},
    {NULL, NULL, 0, NULL}
};

static PyType_Slot dir_entry_slots[] = {
    {Py_tp_dealloc, dir_entry_dealloc},
    {Py_tp_repr, dir_entry_repr},
    {Py_tp_methods, dir_entry_methods},
    {Py_tp_members, dir_entry_members},
    {0, NULL}
};

static PyType_Spec dir_entry_spec = {
    "posix.DirEntry",
    sizeof(struct dir_entry),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION
        | Py_TPFLAGS_IMMUTABLETYPE,
    dir_entry_slots
};

/* directory/name as bytes; NULL with MemoryError. */
static PyObject *
join_path(const char *directory, const char *name, Py_ssize_t name_length)
{
    size_t length = strlen(directory);
    int slash = length > 0 && directory[length - 1] != '/';
    PyObject *bytes = PyBytes_FromStringAndSize(
        NULL, (Py_ssize_t)length + slash + name_length);
    if (bytes == NULL) {
        return NULL;
    }
    char *out = PyBytes_AS_STRING(bytes);
    memcpy(out, directory, length);
    if (slash) {
        out[length] = '/';
    }
    memcpy(out + length + (size_t)slash, name, (size_t)name_length);
    return bytes;
}

static PyObject *
dir_entry_from(PyObject *module, path_t *path, const struct dirent *found)
{
    PyTypeObject *type = os_get_state(module)->DirEntryType;
    struct dir_entry *entry = (struct dir_entry *)type->tp_alloc(type, 0);
    if (entry == NULL) {
        return NULL;
    }
    Py_ssize_t length = (Py_ssize_t)strlen(found->d_name);
    PyObject *joined = NULL;
    if (path->fd != -1) {
        entry->dir_fd = path->fd;
    }
    else {
        entry->dir_fd = DEFAULT_DIR_FD;
        joined = join_path(path->narrow != NULL ? path->narrow : ".",
                           found->d_name, length);
        if (joined == NULL) {
            goto error;
        }
    }
    if (wants_str(path)) {
        entry->name = PyUnicode_DecodeFSDefaultAndSize(found->d_name,
                                                       length);
        if (joined != NULL) {
            entry->path = PyUnicode_DecodeFSDefaultAndSize(
                PyBytes_AS_STRING(joined), PyBytes_GET_SIZE(joined));
            Py_DECREF(joined);
        }
    }
    else {
        entry->name = PyBytes_FromStringAndSize(found->d_name, length);
        entry->path = joined;
    }
    if (path->fd != -1) {
        entry->path = Py_XNewRef(entry->name);
    }
    if (entry->name == NULL || entry->path == NULL) {
        goto error;
    }
    entry->d_type = found->d_type;
    entry->d_ino = found->d_ino;
    return (PyObject *)entry;
error:
    Py_DECREF(entry);
    return NULL;
}

/* -- scandir() ------------------------------------------------------------ */

struct scandir_iterator {
    PyObject_HEAD
    PyObject *module;
    path_t path;
    DIR *stream;                /* NULL when closed */
    int fd;                     /* our duplicate, or -1 */
};

/* Taken off first: another thread may run while the system closes it. */
static void
scandir_close_stream(struct scandir_iterator *self)
{
    DIR *stream = self->stream;
    if (stream == NULL) {
        return;
    }
    self->stream = NULL;
    close_directory(stream, self->path.fd != -1 ? self->fd : -1);
}

static PyObject *
scandir_iternext(struct scandir_iterator *self)
{
    if (self->stream == NULL) {
        return NULL;
    }
    struct dirent *found = read_directory(self->stream);
    if (found != NULL) {
        PyObject *entry = dir_entry_from(self->module, &self->path, found);
        if (entry != NULL) {
            return entry;
        }
    }
    else if (errno != 0) {
        path_error(&self->path);
    }
    scandir_close_stream(self);
    return NULL;
}

static PyObject *
scandir_close(struct scandir_iterator *self, PyObject *Py_UNUSED(ignored))
{
    scandir_close_stream(self);
    Py_RETURN_NONE;
}

static PyObject *
scandir_enter(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_NewRef(self);
}

static PyObject *
scandir_exit(struct scandir_iterator *self, PyObject *args)
{
    scandir_close_stream(self);
    Py_RETURN_NONE;
}

static void
scandir_finalize(struct scandir_iterator *self)
{
    if (self->stream == NULL) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyErr_ResourceWarning((PyObject *)self, 1,
                              "unclosed scandir iterator %R", self)
        && PyErr_ExceptionMatches(PyExc_Warning)) {
        PyErr_WriteUnraisable((PyObject *)self);
    }
    scandir_close_stream(self);
    PyErr_Restore(type, value, traceback);
}

static void
scandir_dealloc(struct scandir_iterator *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (PyObject_CallFinalizerFromDealloc((PyObject *)self) < 0) {
        return;
    }
    path_cleanup(&self->path);
    Py_XDECREF(self->module);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMethodDef scandir_methods[] = {
    {"__enter__", (PyCFunction)scandir_enter, METH_NOARGS, NULL},
    {"__exit__", (PyCFunction)scandir_exit, METH_VARARGS, NULL},
    {"close", (PyCFunction)scandir_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

static PyType_Slot scandir_slots[] = {
    {Py_tp_dealloc, scandir_dealloc},
    {Py_tp_finalize, scandir_finalize},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, scandir_iternext},
    {Py_tp_methods, scandir_methods},
    {0, NULL}
};

static PyType_Spec scandir_spec = {
    "posix.ScandirIterator",
    sizeof(struct scandir_iterator),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION
        | Py_TPFLAGS_IMMUTABLETYPE,
    scandir_slots
};

static PyObject *
os_scandir(OS_ARGUMENTS)
{
    OS_PARSER("|O&:scandir", "path");
    path_t path = PATH_T_INITIALIZE("scandir", "path", 1, 1);
    if (!OS_PARSE(path_converter, &path)) {
        return NULL;
    }
    if (PySys_Audit("os.scandir", "O",
                    path.object ? path.object : Py_None) < 0) {
        path_cleanup(&path);
        return NULL;
    }
    PyTypeObject *type = os_get_state(module)->ScandirIteratorType;
    struct scandir_iterator *it
        = (struct scandir_iterator *)type->tp_alloc(type, 0);
    if (it == NULL) {
        path_cleanup(&path);
        return NULL;
    }
    it->module = Py_NewRef(module);
    it->path = path;
    it->fd = -1;
    it->stream = open_directory(&it->path, &it->fd);
    if (it->stream == NULL) {
        Py_DECREF(it);
        return NULL;
    }
    return (PyObject *)it;
}

/* -- The part ------------------------------------------------------------- */

PyMethodDef os_directory_methods[] = {
    {"listdir", _PyCFunction_CAST(os_listdir), OS_KEYWORDS,
     "listdir($module, /, path=None)\n--\n\n"
     "The names in a directory, in no order, without '.' and '..'.\n"
     "\n"
     "Bytes if the path is bytes; the path may be a descriptor."},
    {"scandir", _PyCFunction_CAST(os_scandir), OS_KEYWORDS,
     "scandir($module, /, path=None)\n--\n\n"
     "An iterator of DirEntry objects for a directory."},
    {NULL, NULL, 0, NULL}
};

int
os_directory_exec(PyObject *module)
{
    os_state *state = os_get_state(module);
    state->ScandirIteratorType = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &scandir_spec, NULL);
    state->DirEntryType = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &dir_entry_spec, NULL);
    if (state->ScandirIteratorType == NULL || state->DirEntryType == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "DirEntry",
                                 (PyObject *)state->DirEntryType);
}
