/* Start-up and shutdown of the exceptions, and the function that explains an
   exception by another of the same type. */
#include "Python.h"
#include "pycore_exception_types.h"
#include "pycore_dict.h"
#include "pycore_initconfig.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"

/* All static exception classes, each after its base. */
static PyTypeObject *const exception_types[] = {
#define SIMPLE(NAME, BASE, DOC) &_PyExc_##NAME,
#define SUBCLASS(NAME, BASE, INIT, DOC) &_PyExc_##NAME,
#define SPECIAL(NAME) &_PyExc_##NAME,
#include "exceptions.def"
};

/* -- Start-up ------------------------------------------------------------- */

PyStatus
_PyExc_InitTypes(PyInterpreterState *Py_UNUSED(interp))
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(exception_types); i++) {
        if (PyType_Ready(exception_types[i]) < 0) {
            return _PyStatus_ERR("exceptions bootstrapping error.");
        }
    }
    return _PyStatus_OK();
}

/* Dead MemoryErrors for later; the class must be ready for that. */
PyStatus
_PyExc_InitGlobalObjects(PyInterpreterState *Py_UNUSED(interp))
{
    if (PyType_Ready(&_PyExc_MemoryError) < 0
        || memoryerror_preallocate() < 0) {
        return _PyStatus_NO_MEMORY();
    }
    return _PyStatus_OK();
}

PyStatus
_PyExc_InitState(PyInterpreterState *interp)
{
    if (oserror_init_errnomap(&interp->exc_state) < 0) {
        return _PyStatus_ERR("exceptions bootstrapping error.");
    }
    return _PyStatus_OK();
}

/* ExceptionGroup has two bases, so it is a heap type. */
static PyObject *
create_exception_group_class(void)
{
    PyObject *bases = PyTuple_Pack(2, PyExc_BaseExceptionGroup,
                                   PyExc_Exception);
    if (bases == NULL) {
        return NULL;
    }
    PyObject *cls = PyErr_NewException("builtins.ExceptionGroup", bases,
                                       NULL);
    Py_DECREF(bases);
    return cls;
}

static int
add_exceptions(PyObject *dict)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(exception_types); i++) {
        PyTypeObject *type = exception_types[i];
        if (PyDict_SetItemString(dict, type->tp_name, (PyObject *)type)
            < 0) {
            return -1;
        }
    }
    struct _Py_exc_state *state = exceptions_state();
    if (state->PyExc_ExceptionGroup == NULL) {
        state->PyExc_ExceptionGroup = create_exception_group_class();
        if (state->PyExc_ExceptionGroup == NULL) {
            return -1;
        }
    }
    if (PyDict_SetItemString(dict, "ExceptionGroup",
                             state->PyExc_ExceptionGroup) < 0
        || PyDict_SetItemString(dict, "EnvironmentError", PyExc_OSError) < 0
        || PyDict_SetItemString(dict, "IOError", PyExc_OSError) < 0) {
        return -1;
    }
    return 0;
}

PyStatus
_PyBuiltins_AddExceptions(PyObject *builtins)
{
    PyObject *dict = PyModule_GetDict(builtins);    /* borrowed */
    if (dict == NULL) {
        return _PyStatus_ERR("exceptions bootstrapping error.");
    }
    if (add_exceptions(dict) < 0) {
        return _PyStatus_ERR("exceptions bootstrapping error.");
    }
    return _PyStatus_OK();
}

/* -- Shutdown ------------------------------------------------------------- */

void
_PyExc_ClearExceptionGroupType(PyInterpreterState *interp)
{
    Py_CLEAR(interp->exc_state.PyExc_ExceptionGroup);
}

void
_PyExc_Fini(PyInterpreterState *interp)
{
    memoryerror_free_saved(&interp->exc_state);
    Py_CLEAR(interp->exc_state.errnomap);
}

void
_PyExc_FiniTypes(PyInterpreterState *Py_UNUSED(interp))
{
    for (size_t i = Py_ARRAY_LENGTH(exception_types); i > 0; i--) {
        _PyStaticType_Dealloc(exception_types[i - 1]);
    }
}

/* -- Explaining ----------------------------------------------------------- */

/* Can a new exception of the type say all that value says?  Only if the type
   adds no fields, no constructor and value has no state beyond a message. */
static int
can_be_rephrased(PyTypeObject *type, PyObject *value)
{
    Py_ssize_t size = type->tp_basicsize;
    Py_ssize_t base_size = _PyExc_BaseException.tp_basicsize;
    int same_size =
        size == base_size
        || (type->tp_weaklistoffset > 0
            && size == base_size + (Py_ssize_t)sizeof(PyObject *));
    if (type->tp_init != BaseException_init
        || type->tp_new != BaseException_new || !same_size
        || type->tp_itemsize != _PyExc_BaseException.tp_itemsize) {
        return 0;
    }
    PyObject *args = ((PyBaseExceptionObject *)value)->args;
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count > 1
        || (count == 1 && !PyUnicode_CheckExact(PyTuple_GET_ITEM(args, 0)))) {
        return 0;
    }
    return _PyObject_IsInstanceDictEmpty(value);
}

PyObject *
_PyErr_TrySetFromCause(const char *format, ...)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (!can_be_rephrased((PyTypeObject *)type, value)) {
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    if (traceback != NULL) {
        PyException_SetTraceback(value, traceback);
        Py_DECREF(traceback);
    }
    va_list arguments;
    va_start(arguments, format);
    PyObject *prefix = PyUnicode_FromFormatV(format, arguments);
    va_end(arguments);
    if (prefix == NULL) {
        Py_DECREF(type);
        Py_DECREF(value);
        return NULL;
    }
    PyErr_Format(type, "%U (%s: %S)", prefix, Py_TYPE(value)->tp_name,
                 value);
    Py_DECREF(type);
    Py_DECREF(prefix);

    PyObject *new_type, *new_value, *new_traceback;
    PyErr_Fetch(&new_type, &new_value, &new_traceback);
    PyErr_NormalizeException(&new_type, &new_value, &new_traceback);
    PyException_SetCause(new_value, value);     /* takes the reference */
    PyErr_Restore(new_type, new_value, new_traceback);
    return new_value;
}
