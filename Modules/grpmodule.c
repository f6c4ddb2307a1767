/* The grp module: the database of groups. */

#include "Python.h"
#include "pycore_object.h"
#include "pycore_structseq.h"

#include <grp.h>
#include <unistd.h>

extern int _Py_Gid_Converter(PyObject *o, gid_t *p);
extern PyObject *_PyLong_FromGid(gid_t gid);

#define DEFAULT_BUFFER_SIZE 1024

typedef struct {
    PyTypeObject *entry_type;
} grp_state;

static inline grp_state *
get_state(PyObject *module)
{
    return (grp_state *)PyModule_GetState(module);
}

static PyStructSequence_Field entry_fields[] = {
    {"gr_name", "group name"},
    {"gr_passwd", "password"},
    {"gr_gid", "group id"},
    {"gr_mem", "group members"},
    {NULL, NULL}
};

static PyStructSequence_Desc entry_desc = {
    "grp.struct_group",
    "grp.struct_group: Results from getgr*() routines.\n\n"
    "A tuple (gr_name, gr_passwd, gr_gid, gr_mem).",
    entry_fields,
    4
};

static PyObject *
build_entry(PyObject *module, const struct group *entry)
{
    PyObject *members = PyList_New(0);
    if (members == NULL) {
        return NULL;
    }
    for (char **member = entry->gr_mem; member != NULL && *member != NULL;
         member++) {
        PyObject *name = PyUnicode_DecodeFSDefault(*member);
        if (name == NULL || PyList_Append(members, name) < 0) {
            Py_XDECREF(name);
            Py_DECREF(members);
            return NULL;
        }
        Py_DECREF(name);
    }
    PyObject *result = PyStructSequence_New(get_state(module)->entry_type);
    if (result == NULL) {
        Py_DECREF(members);
        return NULL;
    }
    PyStructSequence_SET_ITEM(result, 0,
                              PyUnicode_DecodeFSDefault(entry->gr_name));
    PyStructSequence_SET_ITEM(
        result, 1, entry->gr_passwd != NULL
                       ? PyUnicode_DecodeFSDefault(entry->gr_passwd)
                       : Py_NewRef(Py_None));
    PyStructSequence_SET_ITEM(result, 2, _PyLong_FromGid(entry->gr_gid));
    PyStructSequence_SET_ITEM(result, 3, members);
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

/* By name, or by gid when name is NULL, in a buffer that grows.  *found is
   NULL when there is none; 0, or -1 without memory. */
static int
find_entry(const char *name, gid_t gid, struct group *entry,
           struct group **found, char **buffer)
{
    long hint = sysconf(_SC_GETGR_R_SIZE_MAX);
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
                     ? getgrnam_r(name, entry, *buffer, size, found)
                     : getgrgid_r(gid, entry, *buffer, size, found);
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
grp_getgrgid(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
             PyObject *kwnames)
{
    static const char *const keywords[] = {"id", NULL};
    static _PyArg_Parser parser = {.format = "O:getgrgid",
                                   .keywords = keywords};
    PyObject *id;
    gid_t gid;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser, &id)
        || !_Py_Gid_Converter(id, &gid)) {
        return NULL;
    }
    struct group entry;
    struct group *found;
    char *buffer;
    PyObject *result = NULL;
    if (find_entry(NULL, gid, &entry, &found, &buffer) == 0) {
        if (found != NULL) {
            result = build_entry(module, found);
        }
        else {
            PyObject *number = _PyLong_FromGid(gid);
            if (number != NULL) {
                PyErr_Format(PyExc_KeyError,
                             "getgrgid(): gid not found: %S", number);
                Py_DECREF(number);
            }
        }
    }
    PyMem_RawFree(buffer);
    return result;
}

static PyObject *
grp_getgrnam(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
             PyObject *kwnames)
{
    static const char *const keywords[] = {"name", NULL};
    static _PyArg_Parser parser = {.format = "U:getgrnam",
                                   .keywords = keywords};
    PyObject *name;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser, &name)) {
        return NULL;
    }
    PyObject *bytes = PyUnicode_EncodeFSDefault(name);
    if (bytes == NULL) {
        return NULL;
    }
    char *chars;
    if (PyBytes_AsStringAndSize(bytes, &chars, NULL) < 0) {
        Py_DECREF(bytes);
        return NULL;
    }
    struct group entry;
    struct group *found;
    char *buffer;
    PyObject *result = NULL;
    if (find_entry(chars, 0, &entry, &found, &buffer) == 0) {
        if (found != NULL) {
            result = build_entry(module, found);
        }
        else {
            PyErr_Format(PyExc_KeyError, "getgrnam(): name not found: %R",
                         name);
        }
    }
    PyMem_RawFree(buffer);
    Py_DECREF(bytes);
    return result;
}

static PyObject *
grp_getgrall(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    setgrent();
    struct group *entry;
    while ((entry = getgrent()) != NULL) {
        PyObject *item = build_entry(module, entry);
        if (item == NULL || PyList_Append(list, item) != 0) {
            Py_XDECREF(item);
            Py_CLEAR(list);
            break;
        }
        Py_DECREF(item);
    }
    endgrent();
    return list;
}

static PyMethodDef grp_methods[] = {
    {"getgrgid", _PyCFunction_CAST(grp_getgrgid),
     METH_FASTCALL | METH_KEYWORDS,
     "getgrgid($module, /, id)\n--\n\nThe entry of a group id."},
    {"getgrnam", _PyCFunction_CAST(grp_getgrnam),
     METH_FASTCALL | METH_KEYWORDS,
     "getgrnam($module, /, name)\n--\n\nThe entry of a group name."},
    {"getgrall", grp_getgrall, METH_NOARGS,
     "getgrall($module, /)\n--\n\nAll entries, in no order."},
    {NULL, NULL, 0, NULL}
};

static int
grp_exec(PyObject *module)
{
    grp_state *state = get_state(module);
    state->entry_type = PyStructSequence_NewType(&entry_desc);
    if (state->entry_type == NULL) {
        return -1;
    }
    return PyModule_AddType(module, state->entry_type);
}

static int
grp_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(get_state(module)->entry_type);
    return 0;
}

static int
grp_clear(PyObject *module)
{
    Py_CLEAR(get_state(module)->entry_type);
    return 0;
}

static void
grp_free(void *module)
{
    grp_clear((PyObject *)module);
}

PyDoc_STRVAR(module_doc,
"The database of groups.\n"
"\n"
"An entry is a tuple-like object with the fields of struct group in grp.h.\n"
"A user whose group it is by default need not be among the members.");

static PyModuleDef_Slot grp_slots[] = {
    {Py_mod_exec, grp_exec},
    {0, NULL}
};

static struct PyModuleDef grp_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "grp",
    .m_doc = module_doc,
    .m_size = sizeof(grp_state),
    .m_methods = grp_methods,
    .m_slots = grp_slots,
    .m_traverse = grp_traverse,
    .m_clear = grp_clear,
    .m_free = grp_free,
};

PyMODINIT_FUNC
PyInit_grp(void)
{
    return PyModuleDef_Init(&grp_module);
}
