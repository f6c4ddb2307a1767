/* The _opcode module: stack effects and specialisation counts, for
 * opcode.py and dis.py. */

#include "Python.h"
#include "pycore_global_strings.h"
#include "pycore_opcode.h"

PyDoc_STRVAR(stack_effect_doc,
"stack_effect($module, opcode, oparg=None, /, *, jump=None)\n\
--\n\
\n\
Compute the stack effect of the opcode.");

static PyObject *
opcode_stack_effect_method(PyObject *Py_UNUSED(module), PyObject *args,
                           PyObject *kwargs)
{
    static const char *const keywords[] = {"", "", "jump", NULL};
    int opcode;
    PyObject *oparg = Py_None;
    PyObject *jump = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "i|O$O:stack_effect",
                                     (char **)keywords, &opcode, &oparg,
                                     &jump))
    {
        return NULL;
    }
    int arg = 0;
    if (HAS_ARG(opcode)) {
        if (oparg == Py_None) {
            PyErr_SetString(PyExc_ValueError,
                            "stack_effect: opcode requires oparg but "
                            "oparg was not specified");
            return NULL;
        }
        arg = (int)PyLong_AsLong(oparg);
        if (arg == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    else if (oparg != Py_None) {
        PyErr_SetString(PyExc_ValueError,
                        "stack_effect: opcode does not permit oparg but "
                        "oparg was specified");
        return NULL;
    }
    int which = -1;
    if (jump == Py_True) {
        which = 1;
    }
    else if (jump == Py_False) {
        which = 0;
    }
    else if (jump != Py_None) {
        PyErr_SetString(PyExc_ValueError,
                        "stack_effect: jump must be False, True or None");
        return NULL;
    }
    int effect = PyCompile_OpcodeStackEffectWithJump(opcode, arg, which);
    if (effect == PY_INVALID_STACK_EFFECT) {
        PyErr_SetString(PyExc_ValueError, "invalid opcode or oparg");
        return NULL;
    }
    return PyLong_FromLong(effect);
}

PyDoc_STRVAR(get_specialization_stats_doc,
"get_specialization_stats($module, /)\n\
--\n\
\n\
Return the specialization stats");

/* Counts are not kept. */
static PyObject *
opcode_get_specialization_stats(PyObject *Py_UNUSED(module),
                                PyObject *Py_UNUSED(args))
{
    Py_RETURN_NONE;
}

static PyMethodDef opcode_methods[] = {
    {"stack_effect",
     (PyCFunction)(void (*)(void))opcode_stack_effect_method,
     METH_VARARGS | METH_KEYWORDS, stack_effect_doc},
    {"get_specialization_stats", opcode_get_specialization_stats,
     METH_NOARGS, get_specialization_stats_doc},
    {NULL},
};

static struct PyModuleDef opcode_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_opcode",
    .m_doc = "Opcode support module.",
    .m_methods = opcode_methods,
};

PyMODINIT_FUNC
PyInit__opcode(void)
{
    return PyModuleDef_Init(&opcode_module);
}
