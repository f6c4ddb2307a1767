/* Variables: the slow halves of the instructions in bytecodes/names.c, and
   what the names of the running frame mean to C callers. */

#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_dict.h"
#include "pycore_eval.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"

#define NAME_ERROR_MESSAGE "name '%.200s' is not defined"
#define UNBOUND_LOCAL_MESSAGE \
    "cannot access local variable '%s' where it is not associated with a value"
#define UNBOUND_FREE_MESSAGE \
    "cannot access free variable '%s' where it is not associated with a " \
    "value in enclosing scope"

/* -- Errors -------------------------------------------------------------------- */

/* Gives the NameError being raised its `name`, for suggestions. */
static void
note_name(PyThreadState *tstate, PyObject *name)
{
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(tstate, &type, &value, &traceback);
    _PyErr_NormalizeException(tstate, &type, &value, &traceback);
    if (PyErr_GivenExceptionMatches(value, PyExc_NameError)
        && ((PyNameErrorObject *)value)->name == NULL) {
        if (PyObject_SetAttr(value, &_Py_ID(name), name) < 0) {
            _PyErr_Clear(tstate);
        }
    }
    _PyErr_Restore(tstate, type, value, traceback);
}

static void
raise_for_name(PyThreadState *tstate, PyObject *type, const char *format,
               PyObject *name)
{
    const char *text = name ? PyUnicode_AsUTF8(name) : NULL;
    if (text == NULL) {
        return;
    }
    _PyErr_Format(tstate, type, format, text);
    if (type == PyExc_NameError) {
        note_name(tstate, name);
    }
}

int
eval_unbound_local(PyThreadState *tstate, _PyInterpreterFrame *frame,
                   int index)
{
    PyObject *names = frame->f_code->co_localsplusnames;
    raise_for_name(tstate, PyExc_UnboundLocalError, UNBOUND_LOCAL_MESSAGE,
                   PyTuple_GET_ITEM(names, index));
    return 1;
}

int
eval_unbound_deref(PyThreadState *tstate, _PyInterpreterFrame *frame,
                   int index)
{
    if (_PyErr_Occurred(tstate)) {
        return 1;
    }
    PyCodeObject *code = frame->f_code;
    PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, index);
    if (index < code->co_nlocals + code->co_nplaincellvars) {
        raise_for_name(tstate, PyExc_UnboundLocalError, UNBOUND_LOCAL_MESSAGE,
                       name);
    }
    else {
        raise_for_name(tstate, PyExc_NameError, UNBOUND_FREE_MESSAGE, name);
    }
    return 1;
}

int
eval_key_error(PyThreadState *tstate, PyObject *key)
{
    if (!_PyErr_Occurred(tstate)) {
        _PyErr_SetKeyError(key);
    }
    return 1;
}

/* Whether the exception is a KeyError; it is cleared then. */
static int
clear_key_error(PyThreadState *tstate)
{
    if (!_PyErr_ExceptionMatches(tstate, PyExc_KeyError)) {
        return 0;
    }
    _PyErr_Clear(tstate);
    return 1;
}

/* -- Namespaces ---------------------------------------------------------------- */

/* A new reference; NULL without an exception if there is no such key. The
   namespace is a dict or any mapping.  May run Python. */
static PyObject *
namespace_get(PyThreadState *tstate, PyObject *namespace, PyObject *name)
{
    if (PyDict_CheckExact(namespace)) {
        PyObject *value = PyDict_GetItemWithError(namespace, name);
        return Py_XNewRef(value);
    }
    PyObject *value = PyObject_GetItem(namespace, name);
    if (value == NULL) {
        clear_key_error(tstate);
    }
    return value;
}

int
eval_store_name(PyThreadState *tstate, PyObject *locals, PyObject *name,
                PyObject *value)
{
    if (locals == NULL) {
        _PyErr_Format(tstate, PyExc_SystemError,
                      "no locals found when storing %R", name);
        return -1;
    }
    if (PyDict_CheckExact(locals)) {
        return PyDict_SetItem(locals, name, value);
    }
    return PyObject_SetItem(locals, name, value);
}

int
eval_delete_name(PyThreadState *tstate, PyObject *locals, PyObject *name)
{
    if (locals == NULL) {
        _PyErr_Format(tstate, PyExc_SystemError,
                      "no locals when deleting %R", name);
        return -1;
    }
    if (PyObject_DelItem(locals, name) != 0) {
        raise_for_name(tstate, PyExc_NameError, NAME_ERROR_MESSAGE, name);
        return -1;
    }
    return 0;
}

PyObject *
eval_load_name(PyThreadState *tstate, _PyInterpreterFrame *frame,
               PyObject *locals, PyObject *name)
{
    if (locals == NULL) {
        _PyErr_Format(tstate, PyExc_SystemError, "no locals when loading %R",
                      name);
        return NULL;
    }
    PyObject *value = namespace_get(tstate, locals, name);
    if (value != NULL || _PyErr_Occurred(tstate)) {
        return value;
    }
    value = PyDict_GetItemWithError(frame->f_globals, name);
    if (value != NULL || _PyErr_Occurred(tstate)) {
        return Py_XNewRef(value);
    }
    value = namespace_get(tstate, frame->f_builtins, name);
    if (value == NULL && !_PyErr_Occurred(tstate)) {
        raise_for_name(tstate, PyExc_NameError, NAME_ERROR_MESSAGE, name);
    }
    return value;
}

PyObject *
eval_load_global(PyThreadState *tstate, _PyInterpreterFrame *frame,
                 PyObject *name)
{
    PyObject *globals = frame->f_globals;
    PyObject *builtins = frame->f_builtins;
    PyObject *value;
    if (PyDict_CheckExact(globals) && PyDict_CheckExact(builtins)) {
        value = Py_XNewRef(_PyDict_LoadGlobal((PyDictObject *)globals,
                                              (PyDictObject *)builtins,
                                              name));
    }
    else {
        value = PyObject_GetItem(globals, name);
        if (value == NULL && clear_key_error(tstate)) {
            value = PyObject_GetItem(builtins, name);
            if (value == NULL) {
                clear_key_error(tstate);
            }
        }
    }
    if (value == NULL && !_PyErr_Occurred(tstate)) {
        raise_for_name(tstate, PyExc_NameError, NAME_ERROR_MESSAGE, name);
    }
    return value;
}

int
eval_delete_global(PyThreadState *tstate, PyObject *globals, PyObject *name)
{
    if (PyDict_DelItem(globals, name) == 0) {
        return 0;
    }
    if (clear_key_error(tstate)) {
        raise_for_name(tstate, PyExc_NameError, NAME_ERROR_MESSAGE, name);
    }
    return -1;
}

PyObject *
eval_load_classderef(PyThreadState *tstate, _PyInterpreterFrame *frame,
                     int index)
{
    PyObject *name = PyTuple_GET_ITEM(frame->f_code->co_localsplusnames,
                                      index);
    PyObject *value = namespace_get(tstate, frame->f_locals, name);
    if (value != NULL || _PyErr_Occurred(tstate)) {
        return value;
    }
    value = PyCell_GET(slot_object(frame->localsplus[index]));
    if (value == NULL) {
        eval_unbound_deref(tstate, frame, index);
        return NULL;
    }
    return Py_NewRef(value);
}

int
eval_setup_annotations(PyThreadState *tstate, PyObject *locals)
{
    if (locals == NULL) {
        _PyErr_Format(tstate, PyExc_SystemError,
                      "no locals found when setting up annotations");
        return -1;
    }
    PyObject *present = namespace_get(tstate, locals,
                                      &_Py_ID(__annotations__));
    if (present != NULL) {
        Py_DECREF(present);
        return 0;
    }
    if (_PyErr_Occurred(tstate)) {
        return -1;
    }
    PyObject *annotations = PyDict_New();
    if (annotations == NULL) {
        return -1;
    }
    int status = PyObject_SetItem(locals, &_Py_ID(__annotations__),
                                  annotations);
    Py_DECREF(annotations);
    return status;
}

PyObject *
eval_load_build_class(PyThreadState *tstate, PyObject *builtins)
{
    PyObject *value = namespace_get(tstate, builtins,
                                    &_Py_ID(__build_class__));
    if (value == NULL && !_PyErr_Occurred(tstate)) {
        _PyErr_SetString(tstate, PyExc_NameError,
                         "__build_class__ not found");
    }
    return value;
}

/* -- The running frame ----------------------------------------------------------- */

_PyInterpreterFrame *
_PyEval_GetFrame(void)
{
    _PyInterpreterFrame *frame = _PyThreadState_GET()->cframe->current_frame;
    while (frame && _PyFrame_IsIncomplete(frame)) {
        frame = frame->previous;
    }
    return frame;
}

PyFrameObject *
PyEval_GetFrame(void)
{
    _PyInterpreterFrame *frame = _PyEval_GetFrame();
    if (frame == NULL) {
        return NULL;
    }
    PyFrameObject *f = _PyFrame_GetFrameObject(frame);
    if (f == NULL) {
        PyErr_Clear();
    }
    return f;
}

PyObject *
_PyEval_GetBuiltins(PyThreadState *tstate)
{
    _PyInterpreterFrame *frame = tstate->cframe->current_frame;
    if (frame != NULL) {
        return frame->f_builtins;
    }
    return tstate->interp->builtins;
}

PyObject *
PyEval_GetBuiltins(void)
{
    return _PyEval_GetBuiltins(_PyThreadState_GET());
}

PyObject *
_PyEval_GetBuiltin(PyObject *name)
{
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *value = PyDict_GetItemWithError(_PyEval_GetBuiltins(tstate),
                                              name);
    if (value != NULL) {
        return Py_NewRef(value);
    }
    if (!_PyErr_Occurred(tstate)) {
        _PyErr_SetObject(tstate, PyExc_AttributeError, name);
    }
    return NULL;
}

PyObject *
_PyEval_GetBuiltinId(_Py_Identifier *name)
{
    PyObject *text = _PyUnicode_FromId(name);
    return text ? _PyEval_GetBuiltin(text) : NULL;
}

PyObject *
PyEval_GetLocals(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    _PyInterpreterFrame *frame = tstate->cframe->current_frame;
    if (frame == NULL) {
        _PyErr_SetString(tstate, PyExc_SystemError, "frame does not exist");
        return NULL;
    }
    if (_PyFrame_FastToLocalsWithError(frame) < 0) {
        return NULL;
    }
    return frame->f_locals;
}

PyObject *
PyEval_GetGlobals(void)
{
    _PyInterpreterFrame *frame =
        _PyThreadState_GET()->cframe->current_frame;
    return frame ? frame->f_globals : NULL;
}

PyObject *
_PyEval_BuiltinsFromGlobals(PyThreadState *tstate, PyObject *globals)
{
    PyObject *builtins = PyDict_GetItemWithError(globals,
                                                 &_Py_ID(__builtins__));
    if (builtins != NULL) {
        if (PyModule_Check(builtins)) {
            builtins = PyModule_GetDict(builtins);
        }
        return builtins;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    return _PyEval_GetBuiltins(tstate);
}

int
PyEval_MergeCompilerFlags(PyCompilerFlags *cf)
{
    _PyInterpreterFrame *frame =
        _PyThreadState_GET()->cframe->current_frame;
    if (frame != NULL) {
        cf->cf_flags |= frame->f_code->co_flags & PyCF_MASK;
    }
    return cf->cf_flags != 0;
}
