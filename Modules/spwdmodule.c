/* The spwd module: the database of shadow passwords. */

#include "Python.h"
#include "pycore_object.h"
#include "pycore_structseq.h"

#include <shadow.h>

typedef struct {
    PyTypeObject *entry_type;
} spwd_state;

static inline spwd_state *
get_state(PyObject *module)
{
    return (spwd_state *)PyModule_GetState(module);
}

/* The last two are older spellings of the first two. */
static PyStructSequence_Field entry_fields[] = {
    {"sp_namp", "login name"},
    {"sp_pwdp", "encrypted password"},
    {"sp_lstchg", "date of last change"},
    {"sp_min", "min #days between changes"},
    {"sp_max", "max #days between changes"},
    {"sp_warn", "#days before pw expires to warn user about it"},
    {"sp_inact", "#days after pw expires until account is disabled"},
    {"sp_expire", "#days since 1970-01-01 when account expires"},
    {"sp_flag", "reserved"},
    {"sp_nam", "login name; deprecated"},
    {"sp_pwd", "encrypted password; deprecated"},
    {NULL, NULL}
};

static PyStructSequence_Desc entry_desc = {
    "spwd.struct_spwd",
    "spwd.struct_spwd: Results from getsp*() routines.\n\n"
    "A tuple (sp_namp, sp_pwdp, sp_lstchg, sp_min, sp_max, sp_warn,\n"
    "sp_inact, sp_expire, sp_flag).",
    entry_fields,
    9
};

static PyObject *
text_or_none(const char *text)
{
    return text != NULL ? PyUnicode_DecodeFSDefault(text)
                        : Py_NewRef(Py_None);
}

static PyObject *
build_entry(PyObject *module, const struct spwd *entry)
{
    PyObject *result = PyStructSequence_New(get_state(module)->entry_type);
    if (result == NULL) {
        return NULL;
    }
    const long numbers[] = {
        entry->sp_lstchg, entry->sp_min, entry->sp_max, entry->sp_warn,
        entry->sp_inact, entry->sp_expire, (long)entry->sp_flag
    };
    PyStructSequence_SET_ITEM(result, 0, text_or_none(entry->sp_namp));
    PyStructSequence_SET_ITEM(result, 1, text_or_none(entry->sp_pwdp));
    for (int i = 0; i < 7; i++) {
        PyStructSequence_SET_ITEM(result, i + 2,
                                  PyLong_FromLong(numbers[i]));
    }
    PyStructSequence_SET_ITEM(result, 9, text_or_none(entry->sp_namp));
    PyStructSequence_SET_ITEM(result, 10, text_or_none(entry->sp_pwdp));
    if (PyErr_Occurred()) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

static PyObject *
spwd_getspnam(PyObject *module, PyObject *arg)
{
    if (!PyUnicode_Check(arg)) {
        _PyArg_BadArgument("getspnam", "argument", "str", arg);
        return NULL;
    }
    PyObject *bytes = PyUnicode_EncodeFSDefault(arg);
    if (bytes == NULL) {
        return NULL;
    }
    char *name;
    PyObject *result = NULL;
    if (PyBytes_AsStringAndSize(bytes, &name, NULL) == 0) {
        errno = 0;
        struct spwd *entry = getspnam(name);
        if (entry != NULL) {
            result = build_entry(module, entry);
        }
        else if (errno != 0) {
            PyErr_SetFromErrno(PyExc_OSError);
        }
        else {
            PyErr_SetString(PyExc_KeyError, "getspnam(): name not found");
        }
    }
    Py_DECREF(bytes);
    return result;
}

static PyObject *
spwd_getspall(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    setspent();
    struct spwd *entry;
    while ((entry = getspent()) != NULL) {
        PyObject *item = build_entry(module, entry);
        if (item == NULL || PyList_Append(list, item) != 0) {
            Py_XDECREF(item);
            Py_CLEAR(list);
            break;
        }
        Py_DECREF(item);
    }
    endspent();
    return list;
}

static PyMethodDef spwd_methods[] = {
    {"getspnam", spwd_getspnam, METH_O,
     "getspnam($module, arg, /)\n--\n\nThe entry of a user name."},
    {"getspall", spwd_getspall, METH_NOARGS,
     "getspall($module, /)\n--\n\nAll entries, in no order."},
    {NULL, NULL, 0, NULL}
};

static int
spwd_exec(PyObject *module)
{
    spwd_state *state = get_state(module);
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "'spwd' is deprecated and slated for removal in "
                     "Python 3.13", 7)) {
        return -1;
    }
    state->entry_type = PyStructSequence_NewType(&entry_desc);
    if (state->entry_type == NULL) {
        return -1;
    }
    return PyModule_AddType(module, state->entry_type);
}

static int
spwd_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(get_state(module)->entry_type);
    return 0;
}

static int
spwd_clear(PyObject *module)
{
    Py_CLEAR(get_state(module)->entry_type);
    return 0;
}

static void
spwd_free(void *module)
{
    spwd_clear((PyObject *)module);
}

PyDoc_STRVAR(module_doc,
"The database of shadow passwords, which only some may read.\n"
"\n"
"An entry is a tuple-like object with the fields of struct spwd in\n"
"shadow.h.");

static PyModuleDef_Slot spwd_slots[] = {
    {Py_mod_exec, spwd_exec},
    {0, NULL}
};

static struct PyModuleDef spwd_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "spwd",
    .m_doc = module_doc,
    .m_size = sizeof(spwd_state),
    .m_methods = spwd_methods,
    .m_slots = spwd_slots,
    .m_traverse = spwd_traverse,
    .m_clear = spwd_clear,
    .m_free = spwd_free,
};

PyMODINIT_FUNC
PyInit_spwd(void)
{
    return PyModuleDef_Init(&spwd_module);
}
