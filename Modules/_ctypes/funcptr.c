/* Function pointers: calls with argument flags, results, error checks. */

#include "ctypes.h"
#include <dlfcn.h>
#include <string.h>

#define PARAM_IN 1
#define PARAM_OUT 2
#define PARAM_LCID 4

/* -- Creation ------------------------------------------------------------ */

static int
set_argtypes(struct cdata *self, PyObject *argtypes)
{
    PyObject *tuple = PySequence_Tuple(argtypes);
    if (tuple == NULL) {
        return -1;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(tuple);
    PyObject *converters = PyTuple_New(n);
    for (Py_ssize_t i = 0; converters != NULL && i < n; i++) {
        PyObject *converter = PyObject_GetAttrString(
            PyTuple_GET_ITEM(tuple, i), "from_param");
        if (converter == NULL) {
            PyErr_Format(PyExc_TypeError,
                         "item %zd in _argtypes_ has no from_param method",
                         i + 1);
            Py_CLEAR(converters);
            break;
        }
        PyTuple_SET_ITEM(converters, i, converter);
    }
    if (converters == NULL) {
        Py_DECREF(tuple);
        return -1;
    }
    Py_XSETREF(self->converters, converters);
    Py_XSETREF(self->argtypes, tuple);
    return 0;
}

static PyObject *
function_at(PyTypeObject *type, void *address)
{
    PyObject *self = cdata_new(type, NULL, NULL);
    if (self != NULL) {
        *(void **)((struct cdata *)self)->ptr = address;
    }
    return self;
}

static int
check_paramflags(PyTypeObject *type, PyObject *flags)
{
    struct ctype_info *info = ctype_info_of((PyObject *)type);
    if (flags == Py_None) {
        return 0;
    }
    if (!PyTuple_Check(flags)) {
        PyErr_SetString(PyExc_TypeError,
                        "paramflags must be a tuple or None");
        return -1;
    }
    if (info->argtypes == NULL) {
        return 0;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(flags);
    if (n != PyTuple_GET_SIZE(info->argtypes)) {
        PyErr_SetString(PyExc_ValueError,
                        "paramflags must have the same length as argtypes");
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyTuple_GET_ITEM(flags, i), *value = NULL;
        unsigned int flag;
        const char *name = NULL;
        if (!PyTuple_Check(item)
            || !PyArg_ParseTuple(item, "I|zO", &flag, &name, &value))
        {
            PyErr_SetString(PyExc_TypeError,
                            "paramflags must be a sequence of (int "
                            "[,string [,value]]) tuples");
            return -1;
        }
        switch (flag & 3) {
            case 0:
            case PARAM_IN:
            case PARAM_IN | PARAM_OUT:
                break;
            default: {
                struct ctype_info *arg =
                    ctype_info_of(PyTuple_GET_ITEM(info->argtypes, i));
                if (arg != NULL && arg->kind != CTYPE_POINTER
                    && arg->kind != CTYPE_ARRAY && arg->code != 'P'
                    && arg->code != 'z' && arg->code != 'Z')
                {
                    PyErr_Format(PyExc_TypeError,
                                 "'out' parameter %zd must be a pointer "
                                 "type, not %s", i + 1,
                                 ((PyTypeObject *)PyTuple_GET_ITEM(
                                      info->argtypes, i))->tp_name);
                    return -1;
                }
            }
        }
    }
    return 0;
}

/* A function of a shared library: ((name, dll)[, paramflags]). */
static PyObject *
function_from_dll(PyTypeObject *type, PyObject *args)
{
    PyObject *pair, *name, *dll, *flags = NULL;
    if (!PyArg_ParseTuple(args, "O|O", &pair, &flags)) {
        return NULL;
    }
    pair = PySequence_Tuple(pair);
    if (pair == NULL) {
        return NULL;
    }
    PyObject *self = NULL, *handle = NULL;
    if (!PyArg_ParseTuple(pair, "OO;illegal func_spec argument", &name,
                          &dll))
    {
        goto done;
    }
    handle = PyObject_GetAttrString(dll, "_handle");
    if (handle == NULL) {
        goto done;
    }
    if (!PyLong_Check(handle)) {
        PyErr_SetString(PyExc_TypeError, "the _handle attribute of the "
                        "second argument must be an integer");
        goto done;
    }
    if (PySys_Audit("ctypes.dlsym/handle", "nO", PyLong_AsVoidPtr(handle),
                    name) < 0)
    {
        goto done;
    }
    const char *text = PyBytes_Check(name) ? PyBytes_AS_STRING(name)
                       : PyUnicode_Check(name) ? PyUnicode_AsUTF8(name)
                                               : NULL;
    if (text == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError,
                            "function name must be string, bytes object or "
                            "integer");
        }
        goto done;
    }
    dlerror();
    void *address = dlsym(PyLong_AsVoidPtr(handle), text);
    if (address == NULL) {
        const char *error = dlerror();
        PyErr_SetString(PyExc_AttributeError,
                        error ? error : "symbol is NULL");
        goto done;
    }
    if (flags != NULL && check_paramflags(type, flags) < 0) {
        goto done;
    }
    self = function_at(type, address);
    if (self != NULL) {
        struct cdata *function = (struct cdata *)self;
        if (flags != NULL && flags != Py_None) {
            function->paramflags = Py_NewRef(flags);
        }
        if (cdata_keep_steal(function, 0, Py_NewRef(dll)) < 0) {
            Py_CLEAR(self);
        }
    }

done:
    Py_XDECREF(handle);
    Py_DECREF(pair);
    return self;
}

static PyObject *
function_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    if (n == 0) {
        return function_at(type, NULL);
    }
    PyObject *first = PyTuple_GET_ITEM(args, 0);
    if (PyTuple_Check(first)) {
        return function_from_dll(type, args);
    }
    if (n == 1 && PyLong_Check(first)) {
        void *address = PyLong_AsVoidPtr(first);
        return PyErr_Occurred() ? NULL : function_at(type, address);
    }
    if (!PyCallable_Check(first)) {
        PyErr_SetString(PyExc_TypeError,
                        "argument must be callable or integer function "
                        "address");
        return NULL;
    }
    struct ctype_info *info = ctype_info_of((PyObject *)type);
    if (info == NULL || info->argtypes == NULL) {
        PyErr_SetString(PyExc_TypeError, "cannot construct instance of this "
                        "class: no argtypes");
        return NULL;
    }
    PyObject *thunk = ctypes_thunk_new(first, info->argtypes,
                                       info->restype ? info->restype
                                                     : Py_None, info->flags);
    if (thunk == NULL) {
        return NULL;
    }
    PyObject *self = function_at(type, ctypes_thunk_address(thunk));
    if (self == NULL) {
        Py_DECREF(thunk);
        return NULL;
    }
    struct cdata *function = (struct cdata *)self;
    function->callable = Py_NewRef(first);
    function->thunk = Py_NewRef(thunk);
    if (cdata_keep_steal(function, 0, thunk) < 0) {
        Py_CLEAR(self);
    }
    return self;
}

/* -- Calling ------------------------------------------------------------- */

/* What the flags of the parameters make of a call's arguments. */
struct flagged {
    PyObject *args;         /* the tuple to pass, new */
    unsigned int out;       /* bit i: parameter i is returned */
    unsigned int inout;
    int nout;
};

static PyObject *
take_argument(PyObject *args, PyObject *kwargs, const char *name,
              PyObject *value, Py_ssize_t *used)
{
    if (*used < PyTuple_GET_SIZE(args)) {
        return Py_NewRef(PyTuple_GET_ITEM(args, (*used)++));
    }
    if (kwargs != NULL && name != NULL) {
        PyObject *given = PyDict_GetItemString(kwargs, name);
        if (given != NULL) {
            ++*used;
            return Py_NewRef(given);
        }
    }
    if (value != NULL) {
        return Py_NewRef(value);
    }
    if (name != NULL) {
        PyErr_Format(PyExc_TypeError, "required argument '%s' missing",
                     name);
    }
    else {
        PyErr_Format(PyExc_TypeError, "not enough arguments");
    }
    return NULL;
}

static PyObject *
make_out_argument(PyObject *type)
{
    struct ctype_info *info = ctype_info_of(type);
    if (info != NULL && info->kind == CTYPE_ARRAY) {
        return PyObject_CallNoArgs(type);
    }
    if (info == NULL || info->target == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "%s 'out' parameter must be passed as default value",
                     ((PyTypeObject *)type)->tp_name);
        return NULL;
    }
    return PyObject_CallNoArgs(info->target);
}

static int
apply_flags(struct cdata *self, PyObject *argtypes, PyObject *args,
            PyObject *kwargs, struct flagged *flagged)
{
    memset(flagged, 0, sizeof(*flagged));
    if (self->paramflags == NULL || argtypes == NULL
        || PyTuple_GET_SIZE(argtypes) == 0)
    {
        flagged->args = Py_NewRef(args);
        return 0;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(argtypes), used = 0;
    flagged->args = PyTuple_New(n);
    for (Py_ssize_t i = 0; flagged->args != NULL && i < n; i++) {
        PyObject *item = PyTuple_GET_ITEM(self->paramflags, i);
        PyObject *value = NULL, *argument = NULL;
        unsigned int flag;
        const char *name = NULL;
        if (!PyArg_ParseTuple(item, "I|zO", &flag, &name, &value)) {
            goto error;
        }
        switch (flag & (PARAM_IN | PARAM_OUT | PARAM_LCID)) {
            case PARAM_IN | PARAM_LCID:
                argument = value ? Py_NewRef(value) : PyLong_FromLong(0);
                break;
            case PARAM_IN | PARAM_OUT:
                flagged->inout |= 1u << i;
                flagged->nout++;
                argument = take_argument(args, kwargs, name, value, &used);
                break;
            case 0:
            case PARAM_IN:
                argument = take_argument(args, kwargs, name, value, &used);
                break;
            case PARAM_OUT:
                argument = value ? Py_NewRef(value)
                    : make_out_argument(PyTuple_GET_ITEM(argtypes, i));
                flagged->out |= 1u << i;
                flagged->nout++;
                break;
            default:
                PyErr_Format(PyExc_ValueError,
                             "paramflag %u not yet implemented", flag);
                break;
        }
        if (argument == NULL) {
            goto error;
        }
        PyTuple_SET_ITEM(flagged->args, i, argument);
    }
    if (flagged->args == NULL) {
        return -1;
    }
    Py_ssize_t given = PyTuple_GET_SIZE(args)
                       + (kwargs ? PyDict_GET_SIZE(kwargs) : 0);
    if (given != used) {
        PyErr_Format(PyExc_TypeError, "call takes exactly %zd arguments "
                     "(%zd given)", used, given);
        goto error;
    }
    return 0;

error:
    Py_CLEAR(flagged->args);
    return -1;
}

/* The values of the out parameters take the place of the result. */
static PyObject *
collect_out_steal(PyObject *result, struct flagged *flagged)
{
    if (result == NULL || flagged->nout == 0) {
        return result;
    }
    Py_DECREF(result);
    PyObject *tuple = flagged->nout > 1 ? PyTuple_New(flagged->nout) : NULL;
    int index = 0;
    for (Py_ssize_t i = 0; i < 32; i++) {
        unsigned int bit = 1u << i;
        PyObject *value;
        if (flagged->inout & bit) {
            value = Py_NewRef(PyTuple_GET_ITEM(flagged->args, i));
        }
        else if (flagged->out & bit) {
            value = PyObject_CallMethod(PyTuple_GET_ITEM(flagged->args, i),
                                        "__ctypes_from_outparam__", NULL);
        }
        else {
            continue;
        }
        if (value == NULL || tuple == NULL) {
            Py_XDECREF(value == NULL ? tuple : NULL);
            return value;
        }
        PyTuple_SET_ITEM(tuple, index++, value);
        if (index == flagged->nout) {
            break;
        }
    }
    return tuple;
}

static int
check_count(PyObject *converters, Py_ssize_t given, int flags)
{
    Py_ssize_t wanted = converters ? PyTuple_GET_SIZE(converters) : 0;
    if (converters == NULL || given >= wanted) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError,
                 "this function takes at least %zd argument%s (%zd given)",
                 wanted, wanted == 1 ? "" : "s", given);
    return -1;
}

static PyObject *
function_call(struct cdata *self, PyObject *args, PyObject *kwargs)
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    PyObject *restype = self->restype ? self->restype : info->restype;
    PyObject *converters = self->converters ? self->converters
                                            : info->converters;
    PyObject *argtypes = self->argtypes ? self->argtypes : info->argtypes;
    void *address = *(void **)self->ptr;
    if (address == NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "attempt to call a NULL function pointer");
        return NULL;
    }
    struct flagged flagged;
    if (apply_flags(self, argtypes, args, kwargs, &flagged) < 0) {
        return NULL;
    }
    PyObject *result = NULL, *checker = NULL;
    Py_XINCREF(restype);
    Py_XINCREF(converters);
    if (check_count(converters, PyTuple_GET_SIZE(flagged.args), info->flags)
        < 0)
    {
        goto done;
    }
    if (restype != NULL && restype != Py_None) {
        PyObject *name = PyUnicode_FromString("_check_retval_");
        if (name == NULL || _PyObject_LookupAttr(restype, name, &checker) < 0)
        {
            Py_XDECREF(name);
            goto done;
        }
        Py_DECREF(name);
    }
    result = ctypes_call(address, info->flags,
                         &PyTuple_GET_ITEM(flagged.args, 0),
                         PyTuple_GET_SIZE(flagged.args), converters, restype,
                         checker);
    if (result != NULL && self->errcheck != NULL) {
        PyObject *checked = PyObject_CallFunctionObjArgs(
            self->errcheck, result, self, flagged.args, NULL);
        /* Returning the arguments means: go on as if there were no check. */
        if (checked == NULL || checked != flagged.args) {
            Py_DECREF(result);
            result = checked;
            goto done;
        }
        Py_DECREF(checked);
    }
    result = collect_out_steal(result, &flagged);

done:
    Py_XDECREF(checker);
    Py_XDECREF(restype);
    Py_XDECREF(converters);
    Py_DECREF(flagged.args);
    return result;
}

/* -- Attributes ---------------------------------------------------------- */

static PyObject *
function_get_errcheck(struct cdata *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(self->errcheck ? self->errcheck : Py_None);
}

static int
function_set_errcheck(struct cdata *self, PyObject *value,
                      void *Py_UNUSED(closure))
{
    if (value != NULL && !PyCallable_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "the errcheck attribute must be callable");
        return -1;
    }
    Py_XINCREF(value);
    Py_XSETREF(self->errcheck, value);
    return 0;
}

static PyObject *
function_get_restype(struct cdata *self, void *Py_UNUSED(closure))
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    if (self->restype != NULL) {
        return Py_NewRef(self->restype);
    }
    return Py_NewRef(info->restype ? info->restype : Py_None);
}

static int
function_set_restype(struct cdata *self, PyObject *value,
                     void *Py_UNUSED(closure))
{
    if (value != NULL && value != Py_None && ctype_info_of(value) == NULL
        && !PyCallable_Check(value))
    {
        PyErr_SetString(PyExc_TypeError,
                        "restype must be a type, a callable, or None");
        return -1;
    }
    Py_XINCREF(value);
    Py_XSETREF(self->restype, value);
    return 0;
}

static PyObject *
function_get_argtypes(struct cdata *self, void *Py_UNUSED(closure))
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(self));
    if (self->argtypes != NULL) {
        return Py_NewRef(self->argtypes);
    }
    return Py_NewRef(info->argtypes ? info->argtypes : Py_None);
}

static int
function_set_argtypes(struct cdata *self, PyObject *value,
                      void *Py_UNUSED(closure))
{
    if (value == NULL || value == Py_None) {
        Py_CLEAR(self->converters);
        Py_CLEAR(self->argtypes);
        return 0;
    }
    return set_argtypes(self, value);
}

static PyGetSetDef function_getset[] = {
    {"errcheck", (getter)function_get_errcheck,
     (setter)function_set_errcheck,
     "a function to check for errors", NULL},
    {"restype", (getter)function_get_restype, (setter)function_set_restype,
     "specify the result type", NULL},
    {"argtypes", (getter)function_get_argtypes,
     (setter)function_set_argtypes,
     "specify the argument types", NULL},
    {NULL}
};

static int
function_bool(struct cdata *self)
{
    return *(void **)self->ptr != NULL;
}

static PyObject *
function_repr(struct cdata *self)
{
    return PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(self)->tp_name,
                                self);
}

static PyNumberMethods function_as_number = {
    .nb_bool = (inquiry)function_bool,
};

CTYPES_TYPE PyTypeObject function_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_ctypes.CFuncPtr",
    .tp_basicsize = sizeof(struct cdata),
    .tp_repr = (reprfunc)function_repr,
    .tp_as_number = &function_as_number,
    .tp_call = (ternaryfunc)function_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Function Pointer",
    .tp_getset = function_getset,
    .tp_new = function_new,
};
