/* The pwd module: the database of users. */

#include "Python.h"
#include "pycore_object.h"
#include "pycore_structseq.h"

#include <pwd.h>
#include <unistd.h>

extern int _Py_Uid_Converter(PyObject *o, uid_t *p);
extern PyObject *_PyLong_FromUid(uid_t uid);
extern PyObject *_PyLong_FromGid(gid_t gid);

/* A buffer for the strings of an entry, where sysconf() does not know. */
#define DEFAULT_BUFFER_SIZE 1024

typedef struct {
    PyTypeObject *entry_type;
} pwd_state;

static inline pwd_state *
get_state(PyObject *module)
{
    return (pwd_state *)PyModule_GetState(module);
}

static PyStructSequence_Field entry_fields[] = {
    {"pw_name", "user name"},
    {"pw_passwd", "password"},
    {"pw_uid", "user id"},
    {"pw_gid", "group id"},
    {"pw_gecos", "real name"},
    {"pw_dir", "home directory"},
    {"pw_shell", "shell program"},
    {NULL, NULL}
};

static PyStructSequence_Desc entry_desc = {
    "pwd.struct_passwd",
    "pwd.struct_passwd: Results from getpw*() routines.\n\n"
    "A tuple (pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir,\n"
    "pw_shell).",
    entry_fields,
    7
};

static PyObject *
text_or_none(const char *text)
{
    return text != NULL ? PyUnicode_DecodeFSDefault(text)
                        : Py_NewRef(Py_None);
}

static PyObject *
build_entry(PyObject *module, const struct passwd *entry)
{
    PyObject *result = PyStructSequence_New(get_state(module)->entry_type);
    if (result == NULL) {
        return NULL;
    }
    PyStructSequence_SET_ITEM(result, 0, text_or_none(entry->pw_name));
    PyStructSequence_SET_ITEM(result, 1, text_or_none(entry->pw_passwd));
    PyStructSequence_SET_ITEM(result, 2, _PyLong_FromUid(entry->pw_uid));
    PyStructSequence_SET_ITEM(result, 3, _PyLong_FromGid(entry->pw_gid));
    PyStructSequence_SET_ITEM(result, 4, text_or_none(entry->pw_gecos));
    PyStructSequence_SET_ITEM(result, 5, text_or_none(entry->pw_dir));
    PyStructSequence_SET_ITEM(result, 6, text_or_none(entry->pw_shell));
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

/* By name, or by uid when name is NULL, in a buffer that grows.  *found is
   NULL when there is none; 0, or -1 without memory. */
static int
find_entry(const char *name, uid_t uid, struct passwd *entry,
           struct passwd **found, char **buffer)
{
    long hint = sysconf(_SC_GETPW_R_SIZE_MAX);
    size_t size = hint > 1 ? (size_t)hint : DEFAULT_BUFFER_SIZE;
    int no_memory = 0;
    *buffer = NULL;
    *found = NULL;
    Py_BEGIN_ALLOW_THREADS
    for (;;) {
        char *larger = PyMem_RawRealloc(*buffer, size);
        if (larger == NULL) {
            no_memory = 1;
            break;
        }
        *buffer = larger;
        int status = name != NULL
                     ? getpwnam_r(name, entry, *buffer, size, found)
                     : getpwuid_r(uid, entry, *buffer, size, found);
        if (*found != NULL || status != ERANGE) {
            if (status != 0) {
                *found = NULL;
            }
            break;
        }
        if (size > (PY_SSIZE_T_MAX >> 1)) {
            no_memory = 1;
            break;
        }
        size <<= 1;
    }
    Py_END_ALLOW_THREADS
    if (no_memory) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static PyObject *
pwd_getpwuid(PyObject *module, PyObject *uidobj)
{
    uid_t uid;
    if (!_Py_Uid_Converter(uidobj, &uid)) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_Format(PyExc_KeyError, "getpwuid(): uid not found");
        }
        return NULL;
    }
    struct passwd entry;
    struct passwd *found;
    char *buffer;
    PyObject *result = NULL;
    if (find_entry(NULL, uid, &entry, &found, &buffer) == 0) {
        if (found != NULL) {
            result = build_entry(module, found);
        }
        else {
            PyObject *number = _PyLong_FromUid(uid);
            if (number != NULL) {
                PyErr_Format(PyExc_KeyError,
                             "getpwuid(): uid not found: %S", number);
                Py_DECREF(number);
            }
        }
    }
    PyMem_RawFree(buffer);
    return result;
}

static PyObject *
pwd_getpwnam(PyObject *module, PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        _PyArg_BadArgument("getpwnam", "argument", "str", name);
        return NULL;
    }
    PyObject *bytes = PyUnicode_EncodeFSDefault(name);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    char *chars;
    /* Refuses null bytes. */
    if (PyBytes_AsStringAndSize(bytes, &chars, NULL) < 0) {
        Py_DECREF(bytes);
        return NULL;
    }
    struct passwd entry;
    struct passwd *found;
    char *buffer;
    if (find_entry(chars, 0, &entry, &found, &buffer) == 0) {
        if (found != NULL) {
            result = build_entry(module, found);
        }
        else {
            PyErr_Format(PyExc_KeyError, "getpwnam(): name not found: %R",
                         name);
        }
    }
    PyMem_RawFree(buffer);
    Py_DECREF(bytes);
    return result;
}

static PyObject *
pwd_getpwall(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    setpwent();
    struct passwd *entry;
    while ((entry = getpwent()) != NULL) {
        PyObject *item = build_entry(module, entry);
        if (item == NULL || PyList_Append(list, item) != 0) {
            Py_XDECREF(item);
            Py_CLEAR(list);
            break;
        }
        Py_DECREF(item);
    }
    endpwent();
    return list;
}

static PyMethodDef pwd_methods[] = {
    {"getpwuid", pwd_getpwuid, METH_O,
     "getpwuid($module, uidobj, /)\n--\n\nThe entry of a user id."},
    {"getpwnam", pwd_getpwnam, METH_O,
     "getpwnam($module, name, /)\n--\n\nThe entry of a user name."},
    {"getpwall", pwd_getpwall, METH_NOARGS,
     "getpwall($module, /)\n--\n\nAll entries, in no order."},
    {NULL, NULL, 0, NULL}
};

static int
pwd_exec(PyObject *module)
{
    pwd_state *state = get_state(module);
    state->entry_type = PyStructSequence_NewType(&entry_desc);
    if (state->entry_type == NULL) {
        return -1;
    }
    return PyModule_AddType(module, state->entry_type);
}

static int
pwd_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(get_state(module)->entry_type);
    return 0;
}

static int
pwd_clear(PyObject *module)
{
    Py_CLEAR(get_state(module)->entry_type);
    return 0;
}

static void
pwd_free(void *module)
{
    pwd_clear((PyObject *)module);
}

PyDoc_STRVAR(module_doc,
"The database of users.\n"
"\n"
"An entry is a tuple-like object with the fields of struct passwd in pwd.h.");

static PyModuleDef_Slot pwd_slots[] = {
    {Py_mod_exec, pwd_exec},
    {0, NULL}
};

static struct PyModuleDef pwd_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "pwd",
    .m_doc = module_doc,
    .m_size = sizeof(pwd_state),
    .m_methods = pwd_methods,
    .m_slots = pwd_slots,
    .m_traverse = pwd_traverse,
    .m_clear = pwd_clear,
    .m_free = pwd_free,
};

PyMODINIT_FUNC
PyInit_pwd(void)
{
    return PyModuleDef_Init(&pwd_module);
}
