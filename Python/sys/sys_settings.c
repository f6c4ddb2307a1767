/* Functions of sys that ask for, or change, how the interpreter works. */
#include "sys_private.h"
#include "pycore_ceval.h"
#include "pycore_code.h"
#include "pycore_frame.h"
#include "pycore_long.h"
#include "pycore_pymem.h"
#include "pycore_typeobject.h"
#include "frameobject.h"

/* -- Limits and intervals ----------------------------------------------------------- */

PyDoc_STRVAR(setrecursionlimit_doc,
"setrecursionlimit($module, limit, /)\n--\n\n"
"Set how deep Python calls and recursive C code may nest.");

static PyObject *
sys_setrecursionlimit(PyObject *Py_UNUSED(module), PyObject *arg)
{
    int limit = _PyLong_AsInt(arg);
    if (limit == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (limit < 1) {
        PyErr_SetString(PyExc_ValueError,
                        "recursion limit must be greater or equal than 1");
        return NULL;
    }
    PyThreadState *tstate = _PyThreadState_GET();
    int depth = tstate->recursion_limit - tstate->recursion_remaining;
    if (depth >= limit) {
        _PyErr_Format(tstate, PyExc_RecursionError,
                      "cannot set the recursion limit to %i at the recursion "
                      "depth %i: the limit is too low", limit, depth);
        return NULL;
    }
    Py_SetRecursionLimit(limit);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(getrecursionlimit_doc,
"getrecursionlimit($module, /)\n--\n\n"
"How deep Python calls and recursive C code may nest.");

static PyObject *
sys_getrecursionlimit(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyLong_FromLong(Py_GetRecursionLimit());
}

PyDoc_STRVAR(setswitchinterval_doc,
"setswitchinterval($module, interval, /)\n--\n\n"
"Set how long, in seconds, a thread may run beside waiting ones.");

static PyObject *
sys_setswitchinterval(PyObject *Py_UNUSED(module), PyObject *arg)
{
    double interval = PyFloat_AsDouble(arg);
    if (interval == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    if (interval <= 0.0) {
        PyErr_SetString(PyExc_ValueError,
                        "switch interval must be strictly positive");
        return NULL;
    }
    _PyEval_SetSwitchInterval((unsigned long)(1e6 * interval));
    Py_RETURN_NONE;
}

PyDoc_STRVAR(getswitchinterval_doc,
"getswitchinterval($module, /)\n--\n\n"
"How long, in seconds, a thread may run beside waiting ones.");

static PyObject *
sys_getswitchinterval(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyFloat_FromDouble(1e-6 * _PyEval_GetSwitchInterval());
}

PyDoc_STRVAR(set_int_max_str_digits_doc,
"set_int_max_str_digits($module, /, maxdigits)\n--\n\n"
"Limit the digits of conversions between int and str; 0: no limit.");

static PyObject *
sys_set_int_max_str_digits(PyObject *Py_UNUSED(module), PyObject *args,
                           PyObject *kwargs)
{
    static char *names[] = {"maxdigits", NULL};
    int digits;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "i:set_int_max_str_digits",
                                     names, &digits)) {
        return NULL;
    }
    if (digits != 0 && digits < _PY_LONG_MAX_STR_DIGITS_THRESHOLD) {
        PyErr_Format(PyExc_ValueError,
                     "maxdigits must be 0 or larger than %d",
                     _PY_LONG_MAX_STR_DIGITS_THRESHOLD);
        return NULL;
    }
    _PyInterpreterState_GET()->int_max_str_digits = digits;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(get_int_max_str_digits_doc,
"get_int_max_str_digits($module, /)\n--\n\n"
"The limit of digits between int and str; 0: none.");

static PyObject *
sys_get_int_max_str_digits(PyObject *Py_UNUSED(module),
                           PyObject *Py_UNUSED(args))
{
    return PyLong_FromLong(_PyInterpreterState_GET()->int_max_str_digits);
}

PyDoc_STRVAR(setdlopenflags_doc,
"setdlopenflags($module, flags, /)\n--\n\n"
"Set the flags with which extension modules are loaded.");

static PyObject *
sys_setdlopenflags(PyObject *Py_UNUSED(module), PyObject *arg)
{
    int flags = _PyLong_AsInt(arg);
    if (flags == -1 && PyErr_Occurred()) {
        return NULL;
    }
    _PyInterpreterState_GET()->dlopenflags = flags;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(getdlopenflags_doc,
"getdlopenflags($module, /)\n--\n\n"
"The flags with which extension modules are loaded.");

static PyObject *
sys_getdlopenflags(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyLong_FromLong(_PyInterpreterState_GET()->dlopenflags);
}

/* -- Encodings ------------------------------------------------------------------------ */

PyDoc_STRVAR(getdefaultencoding_doc,
"getdefaultencoding($module, /)\n--\n\n"
"The encoding that str uses by default.");

static PyObject *
sys_getdefaultencoding(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return Py_NewRef(&_Py_STR(utf_8));
}

PyDoc_STRVAR(getfilesystemencoding_doc,
"getfilesystemencoding($module, /)\n--\n\n"
"The encoding of file names.");

static PyObject *
sys_getfilesystemencoding(PyObject *Py_UNUSED(module),
                          PyObject *Py_UNUSED(args))
{
    const PyConfig *config = _Py_GetConfig();
    return PyUnicode_FromWideChar(config->filesystem_encoding, -1);
}

PyDoc_STRVAR(getfilesystemencodeerrors_doc,
"getfilesystemencodeerrors($module, /)\n--\n\n"
"The error handler of the encoding of file names.");

static PyObject *
sys_getfilesystemencodeerrors(PyObject *Py_UNUSED(module),
                              PyObject *Py_UNUSED(args))
{
    const PyConfig *config = _Py_GetConfig();
    return PyUnicode_FromWideChar(config->filesystem_errors, -1);
}

PyDoc_STRVAR(intern_doc,
"intern($module, string, /)\n--\n\n"
"The one interned string that is equal to this.");

static PyObject *
sys_intern(PyObject *Py_UNUSED(module), PyObject *s)
{
    if (!PyUnicode_Check(s)) {
        _PyArg_BadArgument("intern", "argument", "str", s);
        return NULL;
    }
    if (!PyUnicode_CheckExact(s)) {
        PyErr_Format(PyExc_TypeError, "can't intern %.400s",
                     Py_TYPE(s)->tp_name);
        return NULL;
    }
    Py_INCREF(s);
    PyUnicode_InternInPlace(&s);
    return s;
}

/* -- Objects and memory ------------------------------------------------------------------- */

PyDoc_STRVAR(getrefcount_doc,
"getrefcount($module, object, /)\n--\n\n"
"The number of references to an object, the argument's included.");

static PyObject *
sys_getrefcount(PyObject *Py_UNUSED(module), PyObject *object)
{
    return PyLong_FromSsize_t(Py_REFCNT(object));
}

size_t
_PySys_GetSizeOf(PyObject *o)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (PyType_Ready(Py_TYPE(o)) < 0) {
        return (size_t)-1;
    }
    PyObject *method = _PyObject_LookupSpecial(o, &_Py_ID(__sizeof__));
    if (method == NULL) {
        if (!_PyErr_Occurred(tstate)) {
            _PyErr_Format(tstate, PyExc_TypeError,
                          "Type %.100s doesn't define __sizeof__",
                          Py_TYPE(o)->tp_name);
        }
        return (size_t)-1;
    }
    PyObject *result = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (result == NULL) {
        return (size_t)-1;
    }
    Py_ssize_t size = PyLong_AsSsize_t(result);
    Py_DECREF(result);
    if (size == -1 && _PyErr_Occurred(tstate)) {
        return (size_t)-1;
    }
    if (size < 0) {
        _PyErr_SetString(tstate, PyExc_ValueError,
                         "__sizeof__() should return >= 0");
        return (size_t)-1;
    }
    size_t header = 0;
    if (_PyObject_IS_GC(o)
        || _PyType_HasFeature(Py_TYPE(o), Py_TPFLAGS_MANAGED_DICT)) {
        header = _PyType_PreHeaderSize(Py_TYPE(o));
    }
    return (size_t)size + header;
}

PyDoc_STRVAR(getsizeof_doc,
"getsizeof(object [, default]) -> int\n\n"
"The size of an object in bytes.");

static PyObject *
sys_getsizeof(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"object", "default", NULL};
    PyObject *o, *fallback = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:getsizeof", names, &o,
                                     &fallback)) {
        return NULL;
    }
    size_t size = _PySys_GetSizeOf(o);
    if (size == (size_t)-1 && PyErr_Occurred()) {
        if (fallback != NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            return Py_NewRef(fallback);
        }
        return NULL;
    }
    return PyLong_FromSize_t(size);
}

PyDoc_STRVAR(getallocatedblocks_doc,
"getallocatedblocks($module, /)\n--\n\n"
"The number of memory blocks in use, whatever their size.");

static PyObject *
sys_getallocatedblocks(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyLong_FromSsize_t(_Py_GetAllocatedBlocks());
}

PyDoc_STRVAR(debugmallocstats_doc,
"_debugmallocstats($module, /)\n--\n\n"
"Print the state of the small-object allocator to stderr.");

static PyObject *
sys_debugmallocstats(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    if (_PyObject_DebugMallocStats(stderr)) {
        fputc('\n', stderr);
    }
    _PyObject_DebugTypeStats(stderr);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(clear_type_cache_doc,
"_clear_type_cache($module, /)\n--\n\n"
"Empty the cache of attribute lookups on types.");

static PyObject *
sys_clear_type_cache(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    PyType_ClearCache();
    Py_RETURN_NONE;
}

PyDoc_STRVAR(getquickenedcount_doc,
"_getquickenedcount($module, /)\n--\n\n"
"The number of code objects that have been quickened.");

static PyObject *
sys_getquickenedcount(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyLong_FromSsize_t(_Py_QuickenedCount);
}

PyDoc_STRVAR(is_finalizing_doc,
"is_finalizing($module, /)\n--\n\n"
"Whether the interpreter is shutting down.");

static PyObject *
sys_is_finalizing(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyBool_FromLong(_Py_IsFinalizing());
}

/* -- Frames ---------------------------------------------------------------------------------- */

PyDoc_STRVAR(getframe_doc,
"_getframe($module, depth=0, /)\n--\n\n"
"The frame that many calls below the caller's.");

static PyObject *
sys_getframe(PyObject *Py_UNUSED(module), PyObject *const *args,
             Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("_getframe", nargs, 0, 1)) {
        return NULL;
    }
    int depth = 0;
    if (nargs > 0) {
        depth = _PyLong_AsInt(args[0]);
        if (depth == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    PyThreadState *tstate = _PyThreadState_GET();
    _PyInterpreterFrame *frame = tstate->cframe->current_frame;
    while (frame != NULL
           && (_PyFrame_IsIncomplete(frame) || depth-- > 0)) {
        frame = frame->previous;
    }
    if (frame == NULL) {
        _PyErr_SetString(tstate, PyExc_ValueError,
                         "call stack is not deep enough");
        return NULL;
    }
    PyObject *object = (PyObject *)_PyFrame_GetFrameObject(frame);
    if (object != NULL && _PySys_Audit(tstate, "sys._getframe", "(O)", object)
                              < 0) {
        return NULL;
    }
    return Py_XNewRef(object);
}

PyDoc_STRVAR(current_frames_doc,
"_current_frames($module, /)\n--\n\n"
"{thread id: its current frame}.");

static PyObject *
sys_current_frames(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return _PyThread_CurrentFrames();
}

PyDoc_STRVAR(current_exceptions_doc,
"_current_exceptions($module, /)\n--\n\n"
"{thread id: exception it is handling}.");

static PyObject *
sys_current_exceptions(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return _PyThread_CurrentExceptions();
}

#define FUNCTION(F) ((PyCFunction)(void (*)(void))F)
#define KEYWORDS (METH_VARARGS | METH_KEYWORDS)

PyMethodDef sys_setting_methods[] = {
    {"setrecursionlimit", sys_setrecursionlimit, METH_O,
     setrecursionlimit_doc},
    {"getrecursionlimit", sys_getrecursionlimit, METH_NOARGS,
     getrecursionlimit_doc},
    {"setswitchinterval", sys_setswitchinterval, METH_O,
     setswitchinterval_doc},
    {"getswitchinterval", sys_getswitchinterval, METH_NOARGS,
     getswitchinterval_doc},
    {"set_int_max_str_digits", FUNCTION(sys_set_int_max_str_digits),
     KEYWORDS, set_int_max_str_digits_doc},
    {"get_int_max_str_digits", sys_get_int_max_str_digits, METH_NOARGS,
     get_int_max_str_digits_doc},
    {"setdlopenflags", sys_setdlopenflags, METH_O, setdlopenflags_doc},
    {"getdlopenflags", sys_getdlopenflags, METH_NOARGS, getdlopenflags_doc},
    {"getdefaultencoding", sys_getdefaultencoding, METH_NOARGS,
     getdefaultencoding_doc},
    {"getfilesystemencoding", sys_getfilesystemencoding, METH_NOARGS,
     getfilesystemencoding_doc},
    {"getfilesystemencodeerrors", sys_getfilesystemencodeerrors, METH_NOARGS,
     getfilesystemencodeerrors_doc},
    {"intern", sys_intern, METH_O, intern_doc},
    {"getrefcount", sys_getrefcount, METH_O, getrefcount_doc},
    {"getsizeof", FUNCTION(sys_getsizeof), KEYWORDS, getsizeof_doc},
    {"getallocatedblocks", sys_getallocatedblocks, METH_NOARGS,
     getallocatedblocks_doc},
    {"_debugmallocstats", sys_debugmallocstats, METH_NOARGS,
     debugmallocstats_doc},
    {"_clear_type_cache", sys_clear_type_cache, METH_NOARGS,
     clear_type_cache_doc},
    {"_getquickenedcount", sys_getquickenedcount, METH_NOARGS,
     getquickenedcount_doc},
    {"is_finalizing", sys_is_finalizing, METH_NOARGS, is_finalizing_doc},
    {"_getframe", FUNCTION(sys_getframe), METH_FASTCALL, getframe_doc},
    {"_current_frames", sys_current_frames, METH_NOARGS, current_frames_doc},
    {"_current_exceptions", sys_current_exceptions, METH_NOARGS,
     current_exceptions_doc},
    {NULL, NULL, 0, NULL},
};
