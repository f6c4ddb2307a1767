/* Building values from a format, and helpers to fill modules. */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_object.h"
#include "pycore_tuple.h"

#undef Py_BuildValue
#undef Py_VaBuildValue
#undef _Py_VaBuildStack

#define FLAG_SIZE_T 1           /* '#' takes a Py_ssize_t */

const char *_Py_PackageContext = NULL;

/* Optional size arguments: None leaves *result as it is. */
int
_Py_convert_optional_to_ssize_t(PyObject *obj, void *result)
{
    Py_ssize_t limit;
    if (obj == Py_None) {
        return 1;
    }
    if (!_PyIndex_Check(obj)) {
        PyErr_Format(PyExc_TypeError,
                     "argument should be integer or None, not '%.200s'",
                     Py_TYPE(obj)->tp_name);
        return 0;
    }
    limit = PyNumber_AsSsize_t(obj, PyExc_OverflowError);
    if (limit == -1 && PyErr_Occurred()) {
        return 0;
    }
    *((Py_ssize_t *)result) = limit;
    return 1;
}

/* -- Values from a format ---------------------------------------------------- */

static PyObject *build_value(const char **p_format, va_list *va, int flags);

/* Counts the units up to endchar at this level; -1 and an exception. */
static Py_ssize_t
count_units(const char *format, char endchar)
{
    Py_ssize_t count = 0;
    int level = 0;
    while (level > 0 || *format != endchar) {
        switch (*format) {
        case '\0':
            PyErr_SetString(PyExc_SystemError,
                            "unmatched paren in format");
            return -1;
        case '(': case '[': case '{':
            if (level == 0) {
                count++;
            }
            level++;
            break;
        case ')': case ']': case '}':
            level--;
            break;
        case '#': case '&': case ',': case ':': case ' ': case '\t':
            break;
        default:
            if (level == 0) {
                count++;
            }
        }
        format++;
    }
    return count;
}

/* Builds n items into a new array, which the caller owns with all its
   references. If one fails the others are built all the same, so that 'N'
   gives back its references; the first exception counts. */
static int
build_items(const char **p_format, va_list *va, char endchar, Py_ssize_t n,
            int flags, PyObject **items)
{
    PyObject *type = NULL, *value = NULL, *tb = NULL;
    int failed = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        items[i] = build_value(p_format, va, flags);
        if (items[i] == NULL && !failed) {
            failed = 1;
            PyErr_Fetch(&type, &value, &tb);
        }
        else if (failed) {
            PyErr_Clear();
        }
    }
    if (!failed && **p_format != endchar) {
        PyErr_SetString(PyExc_SystemError, "Unmatched paren in format");
        PyErr_Fetch(&type, &value, &tb);
        failed = 1;
    }
    if (failed) {
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_CLEAR(items[i]);
        }
        PyErr_Restore(type, value, tb);
        return -1;
    }
    if (endchar) {
        ++*p_format;
    }
    return 0;
}

/* An array of n items on the heap, or NULL; n may be 0. */
static PyObject **
items_alloc(Py_ssize_t n)
{
    PyObject **items = PyMem_New(PyObject *, n > 0 ? n : 1);
    if (items == NULL) {
        PyErr_NoMemory();
    }
    return items;
}

static PyObject *
build_sequence(const char **p_format, va_list *va, char endchar, int flags)
{
    Py_ssize_t n = count_units(*p_format, endchar);
    if (n < 0) {
        return NULL;
    }
    PyObject *on_stack[8];
    PyObject **items = on_stack;
    if (n > (Py_ssize_t)Py_ARRAY_LENGTH(on_stack)) {
        items = items_alloc(n);
        if (items == NULL) {
            return NULL;
        }
    }
    PyObject *result = NULL;
    if (build_items(p_format, va, endchar, n, flags, items) == 0) {
        if (endchar == ']') {
            result = PyList_New(n);
            for (Py_ssize_t i = 0; i < n; i++) {
                if (result != NULL) {
                    PyList_SET_ITEM(result, i, items[i]);
                }
                else {
                    Py_DECREF(items[i]);
                }
            }
        }
        else {
            result = _PyTuple_FromArraySteal(items, n);
        }
    }
    if (items != on_stack) {
        PyMem_Free(items);
    }
    return result;
}

static PyObject *
build_dict(const char **p_format, va_list *va, int flags)
{
    Py_ssize_t n = count_units(*p_format, '}');
    if (n < 0) {
        return NULL;
    }
    if (n % 2) {
        PyErr_SetString(PyExc_SystemError, "Bad dict format");
        return NULL;
    }
    PyObject **items = items_alloc(n);
    if (items == NULL) {
        return NULL;
    }
    PyObject *dict = NULL;
    if (build_items(p_format, va, '}', n, flags, items) == 0) {
        dict = PyDict_New();
        for (Py_ssize_t i = 0; i < n; i += 2) {
            if (dict != NULL
                && PyDict_SetItem(dict, items[i], items[i + 1]) < 0) {
                Py_CLEAR(dict);
            }
            Py_DECREF(items[i]);
            Py_DECREF(items[i + 1]);
        }
    }
    PyMem_Free(items);
    return dict;
}

/* The length behind a '#', or -1 for the string's own length. -2: error. */
static Py_ssize_t
take_length(const char **p_format, va_list *va, int flags)
{
    if (**p_format != '#') {
        return -1;
    }
    ++*p_format;
    if (!(flags & FLAG_SIZE_T)) {
        (void)va_arg(*va, int); /* the units behind it are read all the same */
        PyErr_SetString(PyExc_SystemError,
                        "PY_SSIZE_T_CLEAN macro must be defined "
                        "for '#' formats");
        return -2;
    }
    return va_arg(*va, Py_ssize_t);
}

static PyObject *
build_string(char code, const char **p_format, va_list *va, int flags)
{
    const char *str = va_arg(*va, const char *);
    Py_ssize_t n = take_length(p_format, va, flags);
    if (n == -2) {
        return NULL;
    }
    if (str == NULL) {
        Py_RETURN_NONE;
    }
    if (n < 0) {
        size_t len = strlen(str);
        if (len > PY_SSIZE_T_MAX) {
            PyErr_SetString(PyExc_OverflowError,
                            code == 'y' ? "string too long for Python bytes"
                                        : "string too long for Python "
                                          "string");
            return NULL;
        }
        n = (Py_ssize_t)len;
    }
    return code == 'y' ? PyBytes_FromStringAndSize(str, n)
                       : PyUnicode_FromStringAndSize(str, n);
}

static PyObject *
build_object(const char **p_format, va_list *va, char code)
{
    if (**p_format == '&') {
        typedef PyObject *(*converter)(void *);
        converter func = va_arg(*va, converter);
        void *arg = va_arg(*va, void *);
        ++*p_format;
        return func(arg);
    }
    PyObject *v = va_arg(*va, PyObject *);
    if (v == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError,
                            "NULL object passed to Py_BuildValue");
        }
        return NULL;
    }
    return code == 'N' ? v : Py_NewRef(v);
}

/* One unit, or a bracketed group. */
static PyObject *
build_value(const char **p_format, va_list *va, int flags)
{
    for (;;) {
        char code = *(*p_format)++;
        switch (code) {
        case '(':
            return build_sequence(p_format, va, ')', flags);
        case '[':
            return build_sequence(p_format, va, ']', flags);
        case '{':
            return build_dict(p_format, va, flags);
        case 'b': case 'B': case 'h': case 'i':
            return PyLong_FromLong((long)va_arg(*va, int));
        case 'H':
            return PyLong_FromLong((long)va_arg(*va, unsigned int));
        case 'I':
            return PyLong_FromUnsignedLong(va_arg(*va, unsigned int));
        case 'n':
            return PyLong_FromSsize_t(va_arg(*va, Py_ssize_t));
        case 'l':
            return PyLong_FromLong(va_arg(*va, long));
        case 'k':
            return PyLong_FromUnsignedLong(va_arg(*va, unsigned long));
        case 'L':
            return PyLong_FromLongLong(va_arg(*va, long long));
        case 'K':
            return PyLong_FromUnsignedLongLong(
                va_arg(*va, unsigned long long));
        case 'u': {
            const wchar_t *u = va_arg(*va, const wchar_t *);
            Py_ssize_t n = take_length(p_format, va, flags);
            if (n == -2) {
                return NULL;
            }
            if (u == NULL) {
                Py_RETURN_NONE;
            }
            return PyUnicode_FromWideChar(u, n);
        }
        case 'f': case 'd':
            return PyFloat_FromDouble(va_arg(*va, double));
        case 'D':
            return PyComplex_FromCComplex(*va_arg(*va, Py_complex *));
        case 'c': {
            char c = (char)va_arg(*va, int);
            return PyBytes_FromStringAndSize(&c, 1);
        }
        case 'C':
            return PyUnicode_FromOrdinal(va_arg(*va, int));
        case 's': case 'z': case 'U': case 'y':
            return build_string(code, p_format, va, flags);
        case 'N': case 'S': case 'O':
            return build_object(p_format, va, code);
        case ':': case ',': case ' ': case '\t':
            break;
        default:
            PyErr_SetString(PyExc_SystemError,
                            "bad format char passed to Py_BuildValue");
            return NULL;
        }
    }
}

static PyObject *
va_build_value(const char *format, va_list va, int flags)
{
    Py_ssize_t n = count_units(format, '\0');
    if (n < 0) {
        return NULL;
    }
    if (n == 0) {
        Py_RETURN_NONE;
    }
    va_list copy;
    va_copy(copy, va);
    PyObject *result = n == 1
                           ? build_value(&format, &copy, flags)
                           : build_sequence(&format, &copy, '\0', flags);
    va_end(copy);
    return result;
}

PyObject *
Py_BuildValue(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = va_build_value(format, va, 0);
    va_end(va);
    return result;
}

PyObject *
_Py_BuildValue_SizeT(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = va_build_value(format, va, FLAG_SIZE_T);
    va_end(va);
    return result;
}

PyObject *
Py_VaBuildValue(const char *format, va_list va)
{
    return va_build_value(format, va, 0);
}

PyObject *
_Py_VaBuildValue_SizeT(const char *format, va_list va)
{
    return va_build_value(format, va, FLAG_SIZE_T);
}

/* -- Arguments of a call from a format --------------------------------------- */

static PyObject **
va_build_stack(PyObject **small_stack, Py_ssize_t small_stack_len,
               const char *format, va_list va, int flags,
               Py_ssize_t *p_nargs)
{
    Py_ssize_t n = count_units(format, '\0');
    if (n < 0) {
        *p_nargs = 0;
        return NULL;
    }
    *p_nargs = 0;
    if (n == 0) {
        return small_stack;
    }
    PyObject **stack = small_stack;
    if (n > small_stack_len) {
        stack = items_alloc(n);
        if (stack == NULL) {
            return NULL;
        }
    }
    va_list copy;
    va_copy(copy, va);
    int err = build_items(&format, &copy, '\0', n, flags, stack);
    va_end(copy);
    if (err < 0) {
        if (stack != small_stack) {
            PyMem_Free(stack);
        }
        return NULL;
    }
    *p_nargs = n;
    return stack;
}

PyAPI_FUNC(PyObject **) _Py_VaBuildStack_SizeT(PyObject **, Py_ssize_t,
                                               const char *, va_list,
                                               Py_ssize_t *);

/* New references in small_stack, or in memory that the caller frees. */
PyObject **
_Py_VaBuildStack(PyObject **small_stack, Py_ssize_t small_stack_len,
                 const char *format, va_list va, Py_ssize_t *p_nargs)
{
    return va_build_stack(small_stack, small_stack_len, format, va, 0,
                          p_nargs);
}

PyObject **
_Py_VaBuildStack_SizeT(PyObject **small_stack, Py_ssize_t small_stack_len,
                       const char *format, va_list va, Py_ssize_t *p_nargs)
{
    return va_build_stack(small_stack, small_stack_len, format, va,
                          FLAG_SIZE_T, p_nargs);
}

/* -- Filling modules ------------------------------------------------------- */

int
PyModule_AddObjectRef(PyObject *mod, const char *name, PyObject *value)
{
    if (!PyModule_Check(mod)) {
        PyErr_SetString(PyExc_TypeError,
                        "PyModule_AddObjectRef() first argument "
                        "must be a module");
        return -1;
    }
    if (value == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError,
                            "PyModule_AddObjectRef() must be called "
                            "with an exception raised if value is NULL");
        }
        return -1;
    }
    PyObject *dict = PyModule_GetDict(mod);
    if (dict == NULL) {
        /* Only a module without m_dict: no string can name it better. */
        PyErr_Format(PyExc_SystemError, "module '%s' has no __dict__",
                     PyModule_GetName(mod));
        return -1;
    }
    return PyDict_SetItemString(dict, name, value);
}

int
PyModule_AddObject(PyObject *mod, const char *name, PyObject *value)
{
    int res = PyModule_AddObjectRef(mod, name, value);
    if (res == 0) {
        Py_DECREF(value);
    }
    return res;
}

static int
module_add_steal(PyObject *mod, const char *name, PyObject *value)
{
    if (value == NULL) {
        return -1;
    }
    int res = PyModule_AddObjectRef(mod, name, value);
    Py_DECREF(value);
    return res;
}

int
PyModule_AddIntConstant(PyObject *mod, const char *name, long value)
{
    return module_add_steal(mod, name, PyLong_FromLong(value));
}

int
PyModule_AddStringConstant(PyObject *mod, const char *name,
                           const char *value)
{
    return module_add_steal(mod, name, PyUnicode_FromString(value));
}

int
PyModule_AddType(PyObject *module, PyTypeObject *type)
{
    if (PyType_Ready(type) < 0) {
        return -1;
    }
    const char *name = _PyType_Name(type);
    assert(name != NULL);
    return PyModule_AddObjectRef(module, name, (PyObject *)type);
}
