/* The builtins module: its functions and its table of types.

   The larger functions are in Python/builtins/: compile, eval and exec in
   execute.c, print and input in console.c, min, max and sum in reduce.c,
   __build_class__ in build_class.c, filter, map and zip in iterators.c. */
#include "builtins/builtins_private.h"
#include "pycore_pylifecycle.h"
#include "pycore_unicodeobject.h"

/* -- Objects ----------------------------------------------------------------------- */

PyDoc_STRVAR(import_doc,
"__import__($module, /, name, globals=None, locals=None, fromlist=(),\n"
"           level=0)\n--\n\n"
"Import a module; the import statement calls this.\n\n"
"With an empty fromlist, importing 'a.b' gives a, else a.b. level counts the\n"
"dots of a relative import.");

static PyObject *
builtin___import__(PyObject *Py_UNUSED(module), PyObject *args,
                   PyObject *kwargs)
{
    static char *names[] = {"name", "globals", "locals", "fromlist", "level",
                            NULL};
    PyObject *name, *globals = NULL, *locals = NULL, *fromlist = NULL;
    int level = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OOOi:__import__", names,
                                     &name, &globals, &locals, &fromlist,
                                     &level)) {
        return NULL;
    }
    return PyImport_ImportModuleLevelObject(name, globals, locals, fromlist,
                                            level);
}

PyDoc_STRVAR(abs_doc,
"abs($module, x, /)\n--\n\n"
"The absolute value.");

static PyObject *
builtin_abs(PyObject *Py_UNUSED(module), PyObject *x)
{
    return PyNumber_Absolute(x);
}

/* all() and any(): whether an item with this truth ends the search */
static PyObject *
search_truth(PyObject *iterable, int wanted)
{
    PyObject *it = PyObject_GetIter(iterable);
    if (it == NULL) {
        return NULL;
    }
    iternextfunc next = Py_TYPE(it)->tp_iternext;
    int truth = !wanted;
    for (;;) {
        PyObject *item = next(it);
        if (item == NULL) {
            break;
        }
        truth = PyObject_IsTrue(item);
        Py_DECREF(item);
        if (truth < 0 || truth == wanted) {
            break;
        }
    }
    Py_DECREF(it);
    if (truth < 0) {
        return NULL;
    }
    if (truth != wanted && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
            return NULL;
        }
        PyErr_Clear();
    }
    return PyBool_FromLong(truth == wanted ? wanted : !wanted);
}

PyDoc_STRVAR(all_doc,
"all($module, iterable, /)\n--\n\n"
"Whether every item is true; True for none.");

static PyObject *
builtin_all(PyObject *Py_UNUSED(module), PyObject *iterable)
{
    return search_truth(iterable, 0);
}

PyDoc_STRVAR(any_doc,
"any($module, iterable, /)\n--\n\n"
"Whether some item is true; False for none.");

static PyObject *
builtin_any(PyObject *Py_UNUSED(module), PyObject *iterable)
{
    return search_truth(iterable, 1);
}

PyDoc_STRVAR(ascii_doc,
"ascii($module, obj, /)\n--\n\n"
"The repr of an object with escapes for all that is not ASCII.");

static PyObject *
builtin_ascii(PyObject *Py_UNUSED(module), PyObject *obj)
{
    return PyObject_ASCII(obj);
}

PyDoc_STRVAR(bin_doc,
"bin($module, number, /)\n--\n\n"
"An integer in binary, such as '0b101'.");

static PyObject *
builtin_bin(PyObject *Py_UNUSED(module), PyObject *number)
{
    return PyNumber_ToBase(number, 2);
}

PyDoc_STRVAR(oct_doc,
"oct($module, number, /)\n--\n\n"
"An integer in octal, such as '0o17'.");

static PyObject *
builtin_oct(PyObject *Py_UNUSED(module), PyObject *number)
{
    return PyNumber_ToBase(number, 8);
}

PyDoc_STRVAR(hex_doc,
"hex($module, number, /)\n--\n\n"
"An integer in hexadecimal, such as '0xff'.");

static PyObject *
builtin_hex(PyObject *Py_UNUSED(module), PyObject *number)
{
    return PyNumber_ToBase(number, 16);
}

PyDoc_STRVAR(callable_doc,
"callable($module, obj, /)\n--\n\n"
"Whether an object can be called.");

static PyObject *
builtin_callable(PyObject *Py_UNUSED(module), PyObject *obj)
{
    return PyBool_FromLong(PyCallable_Check(obj));
}

PyDoc_STRVAR(breakpoint_doc,
"breakpoint(*args, **kws)\n\n"
"Call sys.breakpointhook(*args, **kws): enter the debugger.");

static PyObject *
builtin_breakpoint(PyObject *Py_UNUSED(self), PyObject *const *args,
                   Py_ssize_t nargs, PyObject *keywords)
{
    PyObject *hook = PySys_GetObject("breakpointhook");
    if (hook == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "lost sys.breakpointhook");
        return NULL;
    }
    if (PySys_Audit("builtins.breakpoint", "O", hook) < 0) {
        return NULL;
    }
    Py_INCREF(hook);
    PyObject *result = PyObject_Vectorcall(hook, args, (size_t)nargs,
                                           keywords);
    Py_DECREF(hook);
    return result;
}

PyDoc_STRVAR(chr_doc,
"chr($module, i, /)\n--\n\n"
"The character with this code point, 0 to 0x10ffff.");

static PyObject *
builtin_chr(PyObject *Py_UNUSED(module), PyObject *arg)
{
    int value = _PyLong_AsInt(arg);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyUnicode_FromOrdinal(value);
}

PyDoc_STRVAR(ord_doc,
"ord($module, c, /)\n--\n\n"
"The code point of a character.");

static PyObject *
builtin_ord(PyObject *Py_UNUSED(module), PyObject *c)
{
    Py_ssize_t size;
    if (PyUnicode_Check(c)) {
        size = PyUnicode_GET_LENGTH(c);
        if (size == 1) {
            return PyLong_FromLong((long)PyUnicode_READ_CHAR(c, 0));
        }
    }
    else if (PyBytes_Check(c)) {
        size = PyBytes_GET_SIZE(c);
        if (size == 1) {
            return PyLong_FromLong((unsigned char)*PyBytes_AS_STRING(c));
        }
    }
    else if (PyByteArray_Check(c)) {
        size = PyByteArray_GET_SIZE(c);
        if (size == 1) {
            return PyLong_FromLong((unsigned char)*PyByteArray_AS_STRING(c));
        }
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "ord() expected string of length 1, but "
                     "%.200s found", Py_TYPE(c)->tp_name);
        return NULL;
    }
    PyErr_Format(PyExc_TypeError,
                 "ord() expected a character, but string of length %zd "
                 "found", size);
    return NULL;
}

PyDoc_STRVAR(divmod_doc,
"divmod($module, x, y, /)\n--\n\n"
"(x // y, x % y).");

static PyObject *
builtin_divmod(PyObject *Py_UNUSED(module), PyObject *const *args,
               Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("divmod", nargs, 2, 2)) {
        return NULL;
    }
    return PyNumber_Divmod(args[0], args[1]);
}

PyDoc_STRVAR(pow_doc,
"pow($module, /, base, exp, mod=None)\n--\n\n"
"base ** exp, modulo mod if that is given.");

static PyObject *
builtin_pow(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"base", "exp", "mod", NULL};
    PyObject *base, *exp, *mod = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|O:pow", names, &base,
                                     &exp, &mod)) {
        return NULL;
    }
    return PyNumber_Power(base, exp, mod);
}

PyDoc_STRVAR(round_doc,
"round($module, /, number, ndigits=None)\n--\n\n"
"A number rounded to some digits after the point; to an integer without.");

static PyObject *
builtin_round(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"number", "ndigits", NULL};
    PyObject *number, *ndigits = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:round", names,
                                     &number, &ndigits)) {
        return NULL;
    }
    if (Py_TYPE(number)->tp_dict == NULL
        && PyType_Ready(Py_TYPE(number)) < 0) {
        return NULL;
    }
    PyObject *method = _PyObject_LookupSpecial(number, &_Py_ID(__round__));
    if (method == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError,
                         "type %.100s doesn't define __round__ method",
                         Py_TYPE(number)->tp_name);
        }
        return NULL;
    }
    PyObject *result = ndigits == Py_None
                           ? PyObject_CallNoArgs(method)
                           : PyObject_CallOneArg(method, ndigits);
    Py_DECREF(method);
    return result;
}

PyDoc_STRVAR(format_doc,
"format($module, value, format_spec='', /)\n--\n\n"
"type(value).__format__(value, format_spec)");

static PyObject *
builtin_format(PyObject *Py_UNUSED(module), PyObject *const *args,
               Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("format", nargs, 1, 2)) {
        return NULL;
    }
    if (nargs > 1 && !PyUnicode_Check(args[1])) {
        _PyArg_BadArgument("format", "argument 2", "str", args[1]);
        return NULL;
    }
    return PyObject_Format(args[0], nargs > 1 ? args[1] : NULL);
}

PyDoc_STRVAR(hash_doc,
"hash($module, obj, /)\n--\n\n"
"The hash of an object; equal objects have equal hashes.");

static PyObject *
builtin_hash(PyObject *Py_UNUSED(module), PyObject *obj)
{
    Py_hash_t hash = PyObject_Hash(obj);
    return hash == -1 && PyErr_Occurred() ? NULL : PyLong_FromSsize_t(hash);
}

PyDoc_STRVAR(id_doc,
"id($module, obj, /)\n--\n\n"
"The identity of an object: its address.");

static PyObject *
builtin_id(PyModuleDef *Py_UNUSED(self), PyObject *v)
{
    PyObject *id = PyLong_FromVoidPtr(v);
    if (id != NULL && PySys_Audit("builtins.id", "O", id) < 0) {
        Py_CLEAR(id);
    }
    return id;
}

PyDoc_STRVAR(len_doc,
"len($module, obj, /)\n--\n\n"
"The number of items in a container.");

static PyObject *
builtin_len(PyObject *Py_UNUSED(module), PyObject *obj)
{
    Py_ssize_t size = PyObject_Size(obj);
    return size < 0 ? NULL : PyLong_FromSsize_t(size);
}

PyDoc_STRVAR(repr_doc,
"repr($module, obj, /)\n--\n\n"
"The text that represents an object.");

static PyObject *
builtin_repr(PyObject *Py_UNUSED(module), PyObject *obj)
{
    return PyObject_Repr(obj);
}

PyDoc_STRVAR(isinstance_doc,
"isinstance($module, obj, class_or_tuple, /)\n--\n\n"
"Whether an object is an instance of a class, or of one of several.");

static PyObject *
builtin_isinstance(PyObject *Py_UNUSED(module), PyObject *const *args,
                   Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("isinstance", nargs, 2, 2)) {
        return NULL;
    }
    int result = PyObject_IsInstance(args[0], args[1]);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

PyDoc_STRVAR(issubclass_doc,
"issubclass($module, cls, class_or_tuple, /)\n--\n\n"
"Whether a class is derived from another, or from one of several.");

static PyObject *
builtin_issubclass(PyObject *Py_UNUSED(module), PyObject *const *args,
                   Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("issubclass", nargs, 2, 2)) {
        return NULL;
    }
    int result = PyObject_IsSubclass(args[0], args[1]);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

/* -- Attributes ---------------------------------------------------------------------- */

PyDoc_STRVAR(getattr_doc,
"getattr(object, name[, default]) -> value\n\n"
"The attribute of this name; the default, if given, when there is none.");

static PyObject *
builtin_getattr(PyObject *Py_UNUSED(self), PyObject *const *args,
                Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("getattr", nargs, 2, 3)) {
        return NULL;
    }
    if (nargs == 2) {
        return PyObject_GetAttr(args[0], args[1]);
    }
    PyObject *result;
    int found = _PyObject_LookupAttr(args[0], args[1], &result);
    if (found < 0) {
        return NULL;
    }
    return found ? result : Py_NewRef(args[2]);
}

PyDoc_STRVAR(hasattr_doc,
"hasattr($module, obj, name, /)\n--\n\n"
"Whether an object has an attribute of this name.");

static PyObject *
builtin_hasattr(PyObject *Py_UNUSED(module), PyObject *const *args,
                Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("hasattr", nargs, 2, 2)) {
        return NULL;
    }
    PyObject *value;
    int found = _PyObject_LookupAttr(args[0], args[1], &value);
    Py_XDECREF(value);
    return found < 0 ? NULL : PyBool_FromLong(found);
}

PyDoc_STRVAR(setattr_doc,
"setattr($module, obj, name, value, /)\n--\n\n"
"Set an attribute: obj.name = value.");

static PyObject *
builtin_setattr(PyObject *Py_UNUSED(module), PyObject *const *args,
                Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("setattr", nargs, 3, 3)
        || PyObject_SetAttr(args[0], args[1], args[2]) != 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(delattr_doc,
"delattr($module, obj, name, /)\n--\n\n"
"Delete an attribute: del obj.name.");

static PyObject *
builtin_delattr(PyObject *Py_UNUSED(module), PyObject *const *args,
                Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("delattr", nargs, 2, 2)
        || PyObject_SetAttr(args[0], args[1], (PyObject *)NULL) != 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- Scopes -------------------------------------------------------------------------- */

PyDoc_STRVAR(globals_doc,
"globals($module, /)\n--\n\n"
"The dictionary of the caller's global names.");

static PyObject *
builtin_globals(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return Py_XNewRef(PyEval_GetGlobals());
}

PyDoc_STRVAR(locals_doc,
"locals($module, /)\n--\n\n"
"A dictionary of the caller's local names.");

static PyObject *
builtin_locals(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return Py_XNewRef(PyEval_GetLocals());
}

PyDoc_STRVAR(vars_doc,
"vars([object]) -> dictionary\n\n"
"object.__dict__; the local names without an argument.");

static PyObject *
builtin_vars(PyObject *Py_UNUSED(self), PyObject *const *args,
             Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("vars", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs == 0) {
        return Py_XNewRef(PyEval_GetLocals());
    }
    PyObject *dict;
    if (_PyObject_LookupAttr(args[0], &_Py_ID(__dict__), &dict) == 0) {
        PyErr_SetString(PyExc_TypeError,
                        "vars() argument must have __dict__ attribute");
    }
    return dict;
}

PyDoc_STRVAR(dir_doc,
"dir([object]) -> list of strings\n\n"
"The names of an object's attributes, sorted; of the local names without an\n"
"argument.");

static PyObject *
builtin_dir(PyObject *Py_UNUSED(self), PyObject *const *args,
            Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("dir", nargs, 0, 1)) {
        return NULL;
    }
    return PyObject_Dir(nargs > 0 ? args[0] : NULL);
}

/* -- Iteration ------------------------------------------------------------------------- */

PyDoc_STRVAR(iter_doc,
"iter(iterable) -> iterator\n"
"iter(callable, sentinel) -> iterator\n\n"
"An iterator over an object; or over the results of calls, until one is\n"
"equal to the sentinel.");

static PyObject *
builtin_iter(PyObject *Py_UNUSED(self), PyObject *const *args,
             Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("iter", nargs, 1, 2)) {
        return NULL;
    }
    if (nargs == 1) {
        return PyObject_GetIter(args[0]);
    }
    if (!PyCallable_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "iter(v, w): v must be callable");
        return NULL;
    }
    return PyCallIter_New(args[0], args[1]);
}

PyDoc_STRVAR(next_doc,
"next(iterator[, default])\n\n"
"The next item; the default, if given, when there is none.");

static PyObject *
builtin_next(PyObject *Py_UNUSED(self), PyObject *const *args,
             Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("next", nargs, 1, 2)) {
        return NULL;
    }
    PyObject *it = args[0];
    if (!PyIter_Check(it)) {
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not an iterator",
                     Py_TYPE(it)->tp_name);
        return NULL;
    }
    PyObject *item = (*Py_TYPE(it)->tp_iternext)(it);
    if (item != NULL) {
        return item;
    }
    if (nargs > 1) {
        if (PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
                return NULL;
            }
            PyErr_Clear();
        }
        return Py_NewRef(args[1]);
    }
    if (!PyErr_Occurred()) {
        PyErr_SetNone(PyExc_StopIteration);
    }
    return NULL;
}

PyDoc_STRVAR(aiter_doc,
"aiter($module, async_iterable, /)\n--\n\n"
"An asynchronous iterator over an object.");

static PyObject *
builtin_aiter(PyObject *Py_UNUSED(module), PyObject *iterable)
{
    return PyObject_GetAIter(iterable);
}

PyDoc_STRVAR(anext_doc,
"anext($module, aiterator, default=<unrepresentable>, /)\n--\n\n"
"An awaitable of the next item; with a default, of that at the end.");

static PyObject *
builtin_anext(PyObject *Py_UNUSED(module), PyObject *const *args,
              Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("anext", nargs, 1, 2)) {
        return NULL;
    }
    PyObject *iterator = args[0];
    PyAsyncMethods *am = Py_TYPE(iterator)->tp_as_async;
    if (am == NULL || am->am_anext == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "'%.200s' object is not an async iterator",
                     Py_TYPE(iterator)->tp_name);
        return NULL;
    }
    PyObject *awaitable = am->am_anext(iterator);
    if (awaitable == NULL || nargs == 1) {
        return awaitable;
    }
    PyObject *result = PyAnextAwaitable_New(awaitable, args[1]);
    Py_DECREF(awaitable);
    return result;
}

PyDoc_STRVAR(sorted_doc,
"sorted($module, iterable, /, *, key=None, reverse=False)\n--\n\n"
"A new sorted list of the items.");

static PyObject *
builtin_sorted(PyObject *Py_UNUSED(self), PyObject *const *args,
               Py_ssize_t nargs, PyObject *kwnames)
{
    if (nargs != 1) {
        (void)_PyArg_CheckPositional("sorted", nargs, 1, 1);
        return NULL;
    }
    PyObject *list = PySequence_List(args[0]);
    if (list == NULL) {
        return NULL;
    }
    PyObject *sort = PyObject_GetAttr(list, &_Py_ID(sort));
    PyObject *result = sort == NULL
                           ? NULL
                           : PyObject_Vectorcall(sort, args + 1, 0, kwnames);
    Py_XDECREF(sort);
    if (result == NULL) {
        Py_CLEAR(list);
    }
    Py_XDECREF(result);
    return list;
}

/* -- The module --------------------------------------------------------------------------- */

#define NOARGS(NAME, DOC) {#NAME, builtin_##NAME, METH_NOARGS, DOC}
#define ONE(NAME, DOC) {#NAME, (PyCFunction)builtin_##NAME, METH_O, DOC}
#define FAST(NAME, DOC) \
    {#NAME, BUILTIN_FUNCTION(builtin_##NAME), METH_FASTCALL, DOC}
#define FASTKEYWORDS(NAME, DOC)                \
    {#NAME, BUILTIN_FUNCTION(builtin_##NAME),  \
     METH_FASTCALL | METH_KEYWORDS, DOC}
#define KEYWORDS(NAME, DOC) \
    {#NAME, BUILTIN_FUNCTION(builtin_##NAME), BUILTIN_KEYWORDS, DOC}

static PyMethodDef builtin_methods[] = {
    FASTKEYWORDS(__build_class__, builtin_build_class_doc),
    KEYWORDS(__import__, import_doc),
    ONE(abs, abs_doc),
    ONE(all, all_doc),
    ONE(any, any_doc),
    ONE(ascii, ascii_doc),
    ONE(bin, bin_doc),
    FASTKEYWORDS(breakpoint, breakpoint_doc),
    ONE(callable, callable_doc),
    ONE(chr, chr_doc),
    KEYWORDS(compile, builtin_compile_doc),
    FAST(delattr, delattr_doc),
    FAST(dir, dir_doc),
    FAST(divmod, divmod_doc),
    FAST(eval, builtin_eval_doc),
    KEYWORDS(exec, builtin_exec_doc),
    FAST(format, format_doc),
    FAST(getattr, getattr_doc),
    NOARGS(globals, globals_doc),
    FAST(hasattr, hasattr_doc),
    ONE(hash, hash_doc),
    ONE(hex, hex_doc),
    ONE(id, id_doc),
    FAST(input, builtin_input_doc),
    FAST(isinstance, isinstance_doc),
    FAST(issubclass, issubclass_doc),
    FAST(iter, iter_doc),
    ONE(aiter, aiter_doc),
    ONE(len, len_doc),
    NOARGS(locals, locals_doc),
    KEYWORDS(max, builtin_max_doc),
    KEYWORDS(min, builtin_min_doc),
    FAST(next, next_doc),
    FAST(anext, anext_doc),
    ONE(oct, oct_doc),
    ONE(ord, ord_doc),
    KEYWORDS(pow, pow_doc),
    FASTKEYWORDS(print, builtin_print_doc),
    ONE(repr, repr_doc),
    KEYWORDS(round, round_doc),
    FAST(setattr, setattr_doc),
    FASTKEYWORDS(sorted, sorted_doc),
    FASTKEYWORDS(sum, builtin_sum_doc),
    FAST(vars, vars_doc),
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(builtin_doc,
"Built-in functions, types, exceptions, and other objects.\n\n"
"Every module finds these names without importing them.");

static struct PyModuleDef builtins_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "builtins",
    .m_doc = builtin_doc,
    .m_size = -1,
    .m_methods = builtin_methods,
};

static const struct {
    const char *name;
    PyObject *object;
} builtin_objects[] = {
    {"None", Py_None},
    {"Ellipsis", Py_Ellipsis},
    {"NotImplemented", Py_NotImplemented},
    {"False", Py_False},
    {"True", Py_True},
    {"bool", (PyObject *)&PyBool_Type},
    {"memoryview", (PyObject *)&PyMemoryView_Type},
    {"bytearray", (PyObject *)&PyByteArray_Type},
    {"bytes", (PyObject *)&PyBytes_Type},
    {"classmethod", (PyObject *)&PyClassMethod_Type},
    {"complex", (PyObject *)&PyComplex_Type},
    {"dict", (PyObject *)&PyDict_Type},
    {"enumerate", (PyObject *)&PyEnum_Type},
    {"filter", (PyObject *)&PyFilter_Type},
    {"float", (PyObject *)&PyFloat_Type},
    {"frozenset", (PyObject *)&PyFrozenSet_Type},
    {"property", (PyObject *)&PyProperty_Type},
    {"int", (PyObject *)&PyLong_Type},
    {"list", (PyObject *)&PyList_Type},
    {"map", (PyObject *)&PyMap_Type},
    {"object", (PyObject *)&PyBaseObject_Type},
    {"range", (PyObject *)&PyRange_Type},
    {"reversed", (PyObject *)&PyReversed_Type},
    {"set", (PyObject *)&PySet_Type},
    {"slice", (PyObject *)&PySlice_Type},
    {"staticmethod", (PyObject *)&PyStaticMethod_Type},
    {"str", (PyObject *)&PyUnicode_Type},
    {"super", (PyObject *)&PySuper_Type},
    {"tuple", (PyObject *)&PyTuple_Type},
    {"type", (PyObject *)&PyType_Type},
    {"zip", (PyObject *)&PyZip_Type},
};

PyObject *
_PyBuiltin_Init(PyInterpreterState *interp)
{
    PyObject *module = PyModule_Create2(&builtins_module, PYTHON_API_VERSION);
    if (module == NULL) {
        return NULL;
    }
    PyObject *dict = PyModule_GetDict(module);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(builtin_objects); i++) {
        if (PyDict_SetItemString(dict, builtin_objects[i].name,
                                 builtin_objects[i].object) < 0) {
            Py_DECREF(module);
            return NULL;
        }
    }
    PyObject *debug = PyBool_FromLong(
        _PyInterpreterState_GetConfig(interp)->optimization_level == 0);
    int failed = PyDict_SetItemString(dict, "__debug__", debug) < 0;
    Py_DECREF(debug);
    if (failed) {
        Py_CLEAR(module);
    }
    return module;
}
