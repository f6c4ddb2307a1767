/* Calling C functions, and being called by them. */

#include "ctypes.h"
#include "structmember.h"
#include <errno.h>
#include <string.h>

#define MAX_ARGUMENTS 1024

/* -- The private errno --------------------------------------------------- */

static _Thread_local int private_errno;

static void
errno_swap(void)
{
    int other = private_errno;
    private_errno = errno;
    errno = other;
}

PyObject *
ctypes_get_errno(PyObject *self, PyObject *args)
{
    if (PySys_Audit("ctypes.get_errno", NULL) < 0) {
        return NULL;
    }
    return PyLong_FromLong(private_errno);
}

PyObject *
ctypes_set_errno(PyObject *self, PyObject *args)
{
    int value;
    if (!PyArg_ParseTuple(args, "i", &value)
        || PySys_Audit("ctypes.set_errno", "O", args) < 0)
    {
        return NULL;
    }
    int old = private_errno;
    private_errno = value;
    return PyLong_FromLong(old);
}

/* -- Arguments ----------------------------------------------------------- */

struct argument {
    ffi_type *type;
    PyObject *keep;         /* owned */
    void *place;            /* where the value is */
    union cvalue value;
};

static int argument_convert(PyObject *object, Py_ssize_t index,
                            struct argument *argument);

static int
argument_from_cdata(struct cdata *object, struct argument *argument)
{
    struct ctype_info *info = ctype_info_of((PyObject *)Py_TYPE(object));
    argument->keep = Py_NewRef((PyObject *)object);
    argument->type = &info->ffi;
    argument->place = object->ptr;
    if (info->kind == CTYPE_ARRAY) {
        argument->type = &ffi_type_pointer;
        argument->value.p = object->ptr;
        argument->place = &argument->value;
    }
    return 0;
}

static int
argument_from_attribute(PyObject *object, Py_ssize_t index,
                        struct argument *argument)
{
    PyObject *other;
    if (_PyObject_LookupAttr(object, ctypes_name_as_parameter, &other) < 0) {
        return -1;
    }
    if (other == NULL) {
        PyErr_Format(PyExc_TypeError,
                     "Don't know how to convert parameter %zd", index);
        return -1;
    }
    int result = -1;
    if (Py_EnterRecursiveCall(" while processing _as_parameter_") == 0) {
        result = argument_convert(other, index, argument);
        Py_LeaveRecursiveCall();
    }
    Py_DECREF(other);
    return result;
}

static int
argument_convert(PyObject *object, Py_ssize_t index,
                 struct argument *argument)
{
    argument->place = &argument->value;
    argument->type = &ffi_type_pointer;
    if (is_cdata(object)) {
        return argument_from_cdata((struct cdata *)object, argument);
    }
    if (Py_IS_TYPE(object, &carg_type)) {
        struct carg *arg = (struct carg *)object;
        argument->keep = Py_NewRef(object);
        argument->type = arg->type;
        argument->value = arg->value;
        return 0;
    }
    if (object == Py_None) {
        argument->value.p = NULL;
        return 0;
    }
    if (PyLong_Check(object)) {
        int overflow;
        long number = PyLong_AsLongAndOverflow(object, &overflow);
        unsigned long bits = (unsigned long)number;
        if (overflow || (number == -1 && PyErr_Occurred())) {
            bits = PyLong_AsUnsignedLong(object);
            if (PyErr_Occurred()) {
                PyErr_SetString(PyExc_OverflowError,
                                "int too long to convert");
                return -1;
            }
        }
        argument->type = &ffi_type_sint;
        argument->value.q = (long long)(int)bits;
        return 0;
    }
    if (PyBytes_Check(object)) {
        argument->keep = Py_NewRef(object);
        argument->value.p = PyBytes_AS_STRING(object);
        return 0;
    }
    if (PyUnicode_Check(object)) {
        argument->keep = value_set('Z', 0, &argument->value, object);
        return argument->keep == NULL ? -1 : 0;
    }
    return argument_from_attribute(object, index, argument);
}

/* The error of a converter, as an ArgumentError that names the argument. */
static void
raise_argument_error(Py_ssize_t index)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *text = value ? PyObject_Str(value) : NULL;
    if (text != NULL) {
        PyErr_Format(ctypes_ArgumentError, "argument %zd: %S: %U", index,
                     type, text);
    }
    Py_XDECREF(text);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

/* -- Results ------------------------------------------------------------- */

static PyObject *
result_convert(PyObject *restype, PyObject *checker, char *place)
{
    if (restype == Py_None) {
        Py_RETURN_NONE;
    }
    struct ctype_info *info =
        restype == NULL ? NULL : ctype_info_of(restype);
    PyObject *value;
    if (info == NULL) {
        value = PyLong_FromLong(*(int *)place);
        if (restype == NULL || value == NULL) {
            return value;
        }
        PyObject *result = PyObject_CallOneArg(restype, value);
        Py_DECREF(value);
        return result;
    }
    if (info->kind == CTYPE_SIMPLE && ctypes_type_is_direct(restype)) {
        value = value_get(info->code, info->swapped, place);
        if (info->code == 'O') {
            /* The function's reference is ours now. */
            Py_XDECREF(value);
        }
    }
    else {
        value = cdata_new((PyTypeObject *)restype, NULL, NULL);
        if (value != NULL) {
            memcpy(((struct cdata *)value)->ptr, place, (size_t)info->size);
        }
    }
    if (value == NULL || checker == NULL) {
        return value;
    }
    PyObject *checked = PyObject_CallOneArg(checker, value);
    Py_DECREF(value);
    return checked;
}

/* -- The call ------------------------------------------------------------ */

struct call {
    void *address;
    int flags;
    Py_ssize_t nargs;
    Py_ssize_t fixed;       /* arguments before the variable ones */
    struct argument *arguments;
    ffi_type **types;
    void **places;
};

static int
call_perform(struct call *call, ffi_type *result_type, void *result)
{
    ffi_cif cif;
    ffi_status status;
    unsigned int n = (unsigned int)call->nargs;
    if (call->fixed > 0 && call->fixed < call->nargs) {
        status = ffi_prep_cif_var(&cif, FFI_DEFAULT_ABI,
                                  (unsigned int)call->fixed, n, result_type,
                                  call->types);
    }
    else {
        status = ffi_prep_cif(&cif, FFI_DEFAULT_ABI, n, result_type,
                              call->types);
    }
    if (status != FFI_OK) {
        PyErr_SetString(PyExc_RuntimeError, "ffi_prep_cif failed");
        return -1;
    }
    PyThreadState *saved = NULL;
    int with_gil = call->flags & FUNCFLAG_PYTHONAPI;
    if (!with_gil) {
        saved = PyEval_SaveThread();
    }
    if (call->flags & FUNCFLAG_USE_ERRNO) {
        errno_swap();
    }
    ffi_call(&cif, FFI_FN(call->address), result, call->places);
    if (call->flags & FUNCFLAG_USE_ERRNO) {
        errno_swap();
    }
    if (!with_gil) {
        PyEval_RestoreThread(saved);
    }
    return with_gil && PyErr_Occurred() ? -1 : 0;
}

static int
call_convert(struct call *call, PyObject **args, PyObject *converters)
{
    Py_ssize_t known = converters ? PyTuple_GET_SIZE(converters) : 0;
    for (Py_ssize_t i = 0; i < call->nargs; i++) {
        struct argument *argument = &call->arguments[i];
        int result;
        if (i < known) {
            PyObject *value = PyObject_CallOneArg(
                PyTuple_GET_ITEM(converters, i), args[i]);
            if (value == NULL) {
                raise_argument_error(i + 1);
                return -1;
            }
            result = argument_convert(value, i + 1, argument);
            if (result == 0 && argument->keep == NULL) {
                argument->keep = value;
            }
            else if (result == 0 && argument->keep != value) {
                /* What the conversion kept may refer to VALUE's memory. */
                PyObject *both = PyTuple_Pack(2, argument->keep, value);
                Py_SETREF(argument->keep, both);
                Py_DECREF(value);
                result = both == NULL ? -1 : 0;
            }
            else {
                Py_DECREF(value);
            }
        }
        else {
            result = argument_convert(args[i], i + 1, argument);
        }
        if (result < 0) {
            raise_argument_error(i + 1);
            return -1;
        }
        call->types[i] = argument->type;
        call->places[i] = argument->place;
    }
    return 0;
}

PyObject *
ctypes_call(void *address, int flags, PyObject **args, Py_ssize_t nargs,
            PyObject *converters, PyObject *restype, PyObject *checker)
{
    if (nargs > MAX_ARGUMENTS) {
        PyErr_Format(ctypes_ArgumentError,
                     "too many arguments (%zi), maximum is %i", nargs,
                     MAX_ARGUMENTS);
        return NULL;
    }
    struct call call = {
        address, flags, nargs,
        converters ? PyTuple_GET_SIZE(converters) : 0,
        PyMem_Calloc((size_t)nargs + 1, sizeof(struct argument)),
        PyMem_Calloc((size_t)nargs + 1, sizeof(ffi_type *)),
        PyMem_Calloc((size_t)nargs + 1, sizeof(void *)),
    };
    struct ctype_info *info =
        restype == NULL ? NULL : ctype_info_of(restype);
    ffi_type *result_type = restype == Py_None ? &ffi_type_void
                            : info == NULL ? &ffi_type_sint : &info->ffi;
    size_t size = result_type->size < sizeof(ffi_arg) ? sizeof(ffi_arg)
                                                      : result_type->size;
    char *place = PyMem_Calloc(1, size < 16 ? 16 : size);
    PyObject *result = NULL;
    if (call.arguments == NULL || call.types == NULL || call.places == NULL
        || place == NULL)
    {
        PyErr_NoMemory();
    }
    else if (call_convert(&call, args, converters) == 0
             && call_perform(&call, result_type, place) == 0)
    {
        result = result_convert(restype, checker, place);
    }
    for (Py_ssize_t i = 0; call.arguments != NULL && i < nargs; i++) {
        Py_XDECREF(call.arguments[i].keep);
    }
    PyMem_Free(call.arguments);
    PyMem_Free(call.types);
    PyMem_Free(call.places);
    PyMem_Free(place);
    return result;
}

/* -- Being called -------------------------------------------------------- */

struct cthunk {
    PyObject_HEAD
    ffi_closure *closure;
    void *address;
    ffi_cif cif;
    ffi_type **types;       /* PyMem */
    PyObject *callable;
    PyObject *argtypes;     /* tuple */
    PyObject *restype;
    int flags;
};

static void
cthunk_dealloc(struct cthunk *self)
{
    PyObject_GC_UnTrack(self);
    if (self->closure != NULL) {
        ffi_closure_free(self->closure);
    }
    PyMem_Free(self->types);
    Py_XDECREF(self->callable);
    Py_XDECREF(self->argtypes);
    Py_XDECREF(self->restype);
    PyObject_GC_Del(self);
}

static int
cthunk_traverse(struct cthunk *self, visitproc visit, void *arg)
{
    Py_VISIT(self->callable);
    Py_VISIT(self->argtypes);
    Py_VISIT(self->restype);
    return 0;
}

static int
cthunk_clear(struct cthunk *self)
{
    Py_CLEAR(self->callable);
    Py_CLEAR(self->argtypes);
    Py_CLEAR(self->restype);
    return 0;
}

CTYPES_TYPE PyTypeObject cthunk_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "_ctypes.CThunkObject",
    .tp_basicsize = sizeof(struct cthunk),
    .tp_dealloc = (destructor)cthunk_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
                | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "CThunkObject",
    .tp_traverse = (traverseproc)cthunk_traverse,
    .tp_clear = (inquiry)cthunk_clear,
};

static PyObject *
thunk_arguments(struct cthunk *self, void **places)
{
    Py_ssize_t n = PyTuple_GET_SIZE(self->argtypes);
    PyObject *args = PyTuple_New(n);
    for (Py_ssize_t i = 0; args != NULL && i < n; i++) {
        PyObject *type = PyTuple_GET_ITEM(self->argtypes, i), *value;
        struct ctype_info *info = ctype_info_of(type);
        if (info->kind == CTYPE_SIMPLE && ctypes_type_is_direct(type)) {
            value = value_get(info->code, info->swapped, places[i]);
        }
        else {
            value = cdata_new((PyTypeObject *)type, NULL, NULL);
            if (value != NULL) {
                memcpy(((struct cdata *)value)->ptr, places[i],
                       (size_t)info->size);
            }
        }
        if (value == NULL) {
            Py_CLEAR(args);
            break;
        }
        PyTuple_SET_ITEM(args, i, value);
    }
    return args;
}

static void
report(const char *where, PyObject *callable)
{
    _PyErr_WriteUnraisableMsg(where, callable);
}

static void
thunk_result(struct cthunk *self, PyObject *value, void *place)
{
    struct ctype_info *info = self->restype == Py_None
                                  ? NULL : ctype_info_of(self->restype);
    if (info == NULL) {
        return;
    }
    if (info->kind != CTYPE_SIMPLE) {
        if (is_cdata(value)) {
            memcpy(place, ((struct cdata *)value)->ptr, (size_t)info->size);
        }
        return;
    }
    PyObject *keep = value_set(info->code, info->swapped, place, value);
    if (keep == NULL) {
        report("on converting result of ctypes callback function",
               self->callable);
        return;
    }
    /* Small results are widened to a register. */
    switch (info->code) {
        case 'b':
            *(ffi_sarg *)place = *(signed char *)place;
            break;
        case 'h':
            *(ffi_sarg *)place = *(short *)place;
            break;
        case 'i':
            *(ffi_sarg *)place = *(int *)place;
            break;
        case 'B':
        case 'c':
        case '?':
            *(ffi_arg *)place = *(unsigned char *)place;
            break;
        case 'H':
            *(ffi_arg *)place = *(unsigned short *)place;
            break;
        case 'I':
            *(ffi_arg *)place = *(unsigned int *)place;
            break;
        default:
            break;
    }
    if (info->code == 'O') {
        /* The caller gets this reference. */
        return;
    }
    if (keep != Py_None && info->code != 'z') {
        if (PyErr_WarnEx(PyExc_RuntimeWarning,
                         "memory leak in callback function.", 1) < 0)
        {
            report("on converting result of ctypes callback function",
                   self->callable);
        }
        return;
    }
    Py_DECREF(keep);
}

static void
thunk_called(ffi_cif *cif, void *place, void **places, void *data)
{
    struct cthunk *self = data;
    PyGILState_STATE state = PyGILState_Ensure();
    Py_INCREF(self);
    PyObject *args = thunk_arguments(self, places);
    if (args == NULL) {
        report("on creating argument for ctypes callback function",
               self->callable);
    }
    if (cif->rtype->type != FFI_TYPE_VOID) {
        memset(place, 0, cif->rtype->size < sizeof(ffi_arg)
                             ? sizeof(ffi_arg) : cif->rtype->size);
    }
    if (args != NULL) {
        if (self->flags & FUNCFLAG_USE_ERRNO) {
            errno_swap();
        }
        PyObject *value = PyObject_CallObject(self->callable, args);
        if (self->flags & FUNCFLAG_USE_ERRNO) {
            errno_swap();
        }
        Py_DECREF(args);
        if (value == NULL) {
            report("on calling ctypes callback function", self->callable);
        }
        else {
            thunk_result(self, value, place);
            Py_DECREF(value);
        }
    }
    Py_DECREF(self);
    PyGILState_Release(state);
}

PyObject *
ctypes_thunk_new(PyObject *callable, PyObject *argtypes, PyObject *restype,
                 int flags)
{
    struct ctype_info *info =
        restype == Py_None ? NULL : ctype_info_of(restype);
    if (restype != Py_None
        && (info == NULL || info->kind != CTYPE_SIMPLE))
    {
        PyErr_SetString(PyExc_TypeError,
                        "invalid result type for callback function");
        return NULL;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(argtypes);
    if (n > MAX_ARGUMENTS) {
        PyErr_Format(ctypes_ArgumentError,
                     "too many arguments (%zi), maximum is %i", n,
                     MAX_ARGUMENTS);
        return NULL;
    }
    struct cthunk *self = PyObject_GC_New(struct cthunk, &cthunk_type);
    if (self == NULL) {
        return NULL;
    }
    self->closure = NULL;
    self->callable = Py_NewRef(callable);
    self->argtypes = Py_NewRef(argtypes);
    self->restype = Py_NewRef(restype);
    self->flags = flags;
    self->types = PyMem_Calloc((size_t)n + 1, sizeof(ffi_type *));
    PyObject_GC_Track(self);
    if (self->types == NULL) {
        PyErr_NoMemory();
        goto error;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        struct ctype_info *arg =
            ctype_info_of(PyTuple_GET_ITEM(argtypes, i));
        if (arg == NULL) {
            PyErr_SetString(PyExc_TypeError, "item in _argtypes_ is no "
                            "ctypes type");
            goto error;
        }
        self->types[i] = &arg->ffi;
    }
    self->closure = ffi_closure_alloc(sizeof(ffi_closure), &self->address);
    if (self->closure == NULL) {
        PyErr_NoMemory();
        goto error;
    }
    if (ffi_prep_cif(&self->cif, FFI_DEFAULT_ABI, (unsigned int)n,
                     info ? &info->ffi : &ffi_type_void, self->types)
            != FFI_OK
        || ffi_prep_closure_loc(self->closure, &self->cif, thunk_called,
                                self, self->address) != FFI_OK)
    {
        PyErr_SetString(PyExc_RuntimeError, "ffi_prep_closure failed");
        goto error;
    }
    return (PyObject *)self;

error:
    Py_DECREF(self);
    return NULL;
}

void *
ctypes_thunk_address(PyObject *thunk)
{
    return ((struct cthunk *)thunk)->address;
}
