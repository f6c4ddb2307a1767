/* The posix module: what its parts add up to. */

#include "Python.h"
#include "pycore_structseq.h"
#include "posixmodule.h"

PyDoc_STRVAR(module_doc,
"The system calls of a POSIX system.\n"
"\n"
"Import os instead: it offers this in the same form everywhere, and has the\n"
"documentation.");

PyTypeObject *
os_add_structseq(PyObject *module, PyStructSequence_Desc *desc,
                 const char *name)
{
    PyTypeObject *type = PyStructSequence_NewType(desc);
    if (type == NULL
        || PyModule_AddObjectRef(module, name, (PyObject *)type) < 0) {
        Py_XDECREF(type);
        return NULL;
    }
    return type;
}

static int
posix_exec(PyObject *module)
{
    static PyMethodDef *const parts[] = {
        os_stat_methods, os_directory_methods, os_file_methods,
        os_descriptor_methods, os_fork_methods, os_exec_methods,
        os_wait_methods, os_id_methods, os_sched_methods, os_system_methods,
        os_xattr_methods
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(parts); i++) {
        if (PyModule_AddFunctions(module, parts[i]) < 0) {
            return -1;
        }
    }
    os_state *state = os_get_state(module);
    state->billion = PyLong_FromLong(1000000000);
    if (state->billion == NULL || os_system_exec(module) < 0
        || os_constants_exec(module) < 0 || os_stat_exec(module) < 0
        || os_directory_exec(module) < 0 || os_wait_exec(module) < 0
        || os_sched_exec(module) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "error", PyExc_OSError);
}

#define VISIT_STATE(OPERATION)                                                \
    OPERATION(state->billion);                                                \
    OPERATION(state->DirEntryType);                                           \
    OPERATION(state->ScandirIteratorType);                                    \
    OPERATION(state->SchedParamType);                                         \
    OPERATION(state->StatResultType);                                         \
    OPERATION(state->StatVFSResultType);                                      \
    OPERATION(state->TerminalSizeType);                                       \
    OPERATION(state->TimesResultType);                                        \
    OPERATION(state->UnameResultType);                                        \
    OPERATION(state->WaitidResultType);                                       \
    OPERATION(state->struct_rusage)

static int
posix_traverse(PyObject *module, visitproc visit, void *arg)
{
    os_state *state = os_get_state(module);
    VISIT_STATE(Py_VISIT);
    return 0;
}

static int
posix_clear(PyObject *module)
{
    os_state *state = os_get_state(module);
    VISIT_STATE(Py_CLEAR);
    return 0;
}

static void
posix_free(void *module)
{
    posix_clear((PyObject *)module);
}

static PyModuleDef_Slot posix_slots[] = {
    {Py_mod_exec, posix_exec},
    {0, NULL}
};

static struct PyModuleDef posix_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "posix",
    .m_doc = module_doc,
    .m_size = sizeof(os_state),
    .m_slots = posix_slots,
    .m_traverse = posix_traverse,
    .m_clear = posix_clear,
    .m_free = posix_free,
};

PyMODINIT_FUNC
PyInit_posix(void)
{
    return PyModuleDef_Init(&posix_module);
}
