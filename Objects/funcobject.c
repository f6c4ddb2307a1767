/* Functions, classmethod, staticmethod. */

#include "Python.h"
#include "pycore_code.h"
#include "pycore_ceval.h"
#include "pycore_function.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "structmember.h"

/* -- Making one ------------------------------------------------------------------- */

/* Fills what is not given by the constructor; all NULL or empty. */
static void
function_init(PyFunctionObject *op)
{
    op->func_doc = NULL;
    op->func_dict = NULL;
    op->func_weakreflist = NULL;
    op->func_module = NULL;
    op->func_annotations = NULL;
    op->vectorcall = _PyFunction_Vectorcall;
    op->func_version = 0;
}

PyFunctionObject *
_PyFunction_FromConstructor(PyFrameConstructor *constr)
{
    PyFunctionObject *op = PyObject_GC_New(PyFunctionObject,
                                           &PyFunction_Type);
    if (op == NULL) {
        return NULL;
    }
    function_init(op);
    op->func_globals = Py_NewRef(constr->fc_globals);
    op->func_builtins = Py_NewRef(constr->fc_builtins);
    op->func_name = Py_NewRef(constr->fc_name);
    op->func_qualname = Py_NewRef(constr->fc_qualname);
    op->func_code = Py_NewRef(constr->fc_code);
    op->func_defaults = Py_XNewRef(constr->fc_defaults);
    op->func_kwdefaults = Py_XNewRef(constr->fc_kwdefaults);
    op->func_closure = Py_XNewRef(constr->fc_closure);
    op->func_doc = Py_NewRef(Py_None);
    _PyObject_GC_TRACK(op);
    return op;
}

PyObject *
PyFunction_NewWithQualName(PyObject *code, PyObject *globals,
                           PyObject *qualname)
{
    assert(globals != NULL && PyDict_Check(globals));
    PyThreadState *tstate = _PyThreadState_GET();
    PyCodeObject *code_obj = (PyCodeObject *)code;
    PyObject *builtins = _PyEval_BuiltinsFromGlobals(tstate, globals);
    if (builtins == NULL) {
        return NULL;
    }
    /* __module__: globals['__name__'], where there is one */
    PyObject *module = PyDict_GetItemWithError(globals, &_Py_ID(__name__));
    if (module == NULL && _PyErr_Occurred(tstate)) {
        return NULL;
    }
    /* __doc__: the first constant, if it is a string */
    PyObject *consts = code_obj->co_consts;
    PyObject *doc = Py_None;
    if (PyTuple_GET_SIZE(consts) >= 1
        && PyUnicode_Check(PyTuple_GET_ITEM(consts, 0))) {
        doc = PyTuple_GET_ITEM(consts, 0);
    }
    Py_XINCREF(module);
    Py_INCREF(builtins);
    PyFunctionObject *op = PyObject_GC_New(PyFunctionObject,
                                           &PyFunction_Type);
    if (op == NULL) {
        Py_XDECREF(module);
        Py_DECREF(builtins);
        return NULL;
    }
    function_init(op);
    op->func_globals = Py_NewRef(globals);
    op->func_builtins = builtins;
    op->func_name = Py_NewRef(code_obj->co_name);
    op->func_qualname = Py_NewRef(qualname ? qualname
                                           : code_obj->co_qualname);
    op->func_code = Py_NewRef(code);
    op->func_defaults = NULL;
    op->func_kwdefaults = NULL;
    op->func_closure = NULL;
    op->func_doc = Py_NewRef(doc);
    op->func_module = module;
    _PyObject_GC_TRACK(op);
    return (PyObject *)op;
}

PyObject *
PyFunction_New(PyObject *code, PyObject *globals)
{
    return PyFunction_NewWithQualName(code, globals, NULL);
}

uint32_t
_PyFunction_GetVersionForCurrentState(PyFunctionObject *func)
{
    if (func->func_version != 0) {
        return func->func_version;
    }
    if (func->vectorcall != _PyFunction_Vectorcall) {
        return 0;
    }
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->func_next_version == 0) {
        return 0;
    }
    func->func_version = interp->func_next_version++;
    return func->func_version;
}

/* -- C access --------------------------------------------------------------------------- */

#define CHECK_FUNCTION(op, failure) \
    if (!PyFunction_Check(op)) { \
        PyErr_BadInternalCall(); \
        return failure; \
    }

PyObject *
PyFunction_GetCode(PyObject *op)
{
    CHECK_FUNCTION(op, NULL)
    return ((PyFunctionObject *)op)->func_code;
}

PyObject *
PyFunction_GetGlobals(PyObject *op)
{
    CHECK_FUNCTION(op, NULL)
    return ((PyFunctionObject *)op)->func_globals;
}

PyObject *
PyFunction_GetModule(PyObject *op)
{
    CHECK_FUNCTION(op, NULL)
    return ((PyFunctionObject *)op)->func_module;
}

PyObject *
PyFunction_GetDefaults(PyObject *op)
{
    CHECK_FUNCTION(op, NULL)
    return ((PyFunctionObject *)op)->func_defaults;
}

PyObject *
PyFunction_GetKwDefaults(PyObject *op)
{
    CHECK_FUNCTION(op, NULL)
    return ((PyFunctionObject *)op)->func_kwdefaults;
}

PyObject *
PyFunction_GetClosure(PyObject *op)
{
    CHECK_FUNCTION(op, NULL)
    return ((PyFunctionObject *)op)->func_closure;
}

/* Makes the dict of annotations from their tuple, when asked for. Borrowed. */
static PyObject *
function_annotations(PyFunctionObject *op)
{
    PyObject *annotations = op->func_annotations;
    if (annotations == NULL || !PyTuple_CheckExact(annotations)) {
        return annotations;
    }
    PyObject *dict = PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i + 1 < PyTuple_GET_SIZE(annotations); i += 2) {
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(annotations, i),
                           PyTuple_GET_ITEM(annotations, i + 1)) < 0) {
            Py_DECREF(dict);
            return NULL;
        }
    }
    Py_SETREF(op->func_annotations, dict);
    return dict;
}

PyObject *
PyFunction_GetAnnotations(PyObject *op)
{
    CHECK_FUNCTION(op, NULL)
    return function_annotations((PyFunctionObject *)op);
}

int
PyFunction_SetDefaults(PyObject *op, PyObject *defaults)
{
    CHECK_FUNCTION(op, -1)
    if (Py_IsNone(defaults)) {
        defaults = NULL;
    }
    else if (defaults && PyTuple_Check(defaults)) {
        Py_INCREF(defaults);
    }
    else {
        PyErr_SetString(PyExc_SystemError, "non-tuple default args");
        return -1;
    }
    ((PyFunctionObject *)op)->func_version = 0;
    Py_XSETREF(((PyFunctionObject *)op)->func_defaults, defaults);
    return 0;
}

int
PyFunction_SetKwDefaults(PyObject *op, PyObject *defaults)
{
    CHECK_FUNCTION(op, -1)
    if (Py_IsNone(defaults)) {
        defaults = NULL;
    }
    else if (defaults && PyDict_Check(defaults)) {
        Py_INCREF(defaults);
    }
    else {
        PyErr_SetString(PyExc_SystemError, "non-dict keyword only default args");
        return -1;
    }
    ((PyFunctionObject *)op)->func_version = 0;
    Py_XSETREF(((PyFunctionObject *)op)->func_kwdefaults, defaults);
    return 0;
}

int
PyFunction_SetClosure(PyObject *op, PyObject *closure)
{
    CHECK_FUNCTION(op, -1)
    if (Py_IsNone(closure)) {
        closure = NULL;
    }
    else if (PyTuple_Check(closure)) {
        Py_INCREF(closure);
    }
    else {
        PyErr_Format(PyExc_SystemError, "expected tuple for closure, got '%.100s'",
                     Py_TYPE(closure)->tp_name);
        return -1;
    }
    ((PyFunctionObject *)op)->func_version = 0;
    Py_XSETREF(((PyFunctionObject *)op)->func_closure, closure);
    return 0;
}

int
PyFunction_SetAnnotations(PyObject *op, PyObject *annotations)
{
    CHECK_FUNCTION(op, -1)
    if (Py_IsNone(annotations)) {
        annotations = NULL;
    }
    else if (annotations && PyDict_Check(annotations)) {
        Py_INCREF(annotations);
    }
    else {
        PyErr_SetString(PyExc_SystemError, "non-dict annotations");
        return -1;
    }
    ((PyFunctionObject *)op)->func_version = 0;
    Py_XSETREF(((PyFunctionObject *)op)->func_annotations, annotations);
    return 0;
}

#undef CHECK_FUNCTION

/* -- Attributes ------------------------------------------------------------------------------ */

static PyObject *
func_get_code(PyFunctionObject *op, void *closure)
{
    if (PySys_Audit("object.__getattr__", "Os", op, "__code__") < 0) {
        return NULL;
    }
    return Py_NewRef(op->func_code);
}

static int
func_set_code(PyFunctionObject *op, PyObject *value, void *closure)
{
    if (value == NULL || !PyCode_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "__code__ must be set to a code object");
        return -1;
    }
    if (PySys_Audit("object.__setattr__", "OsO", op, "__code__", value) < 0) {
        return -1;
    }
    int nclosure = op->func_closure == NULL
        ? 0 : (int)PyTuple_GET_SIZE(op->func_closure);
    int nfree = ((PyCodeObject *)value)->co_nfreevars;
    if (nclosure != nfree) {
        PyErr_Format(PyExc_ValueError,
                     "%U() requires a code object with %zd free vars,"
                     " not %zd", op->func_name, (Py_ssize_t)nclosure,
                     (Py_ssize_t)nfree);
        return -1;
    }
    op->func_version = 0;
    Py_XSETREF(op->func_code, Py_NewRef(value));
    return 0;
}

static PyObject *
func_get_name(PyFunctionObject *op, void *closure)
{
    return Py_NewRef(op->func_name);
}

static int
func_set_name(PyFunctionObject *op, PyObject *value, void *closure)
{
    if (value == NULL || !PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "__name__ must be set to a string object");
        return -1;
    }
    Py_XSETREF(op->func_name, Py_NewRef(value));
    return 0;
}

static PyObject *
func_get_qualname(PyFunctionObject *op, void *closure)
{
    return Py_NewRef(op->func_qualname);
}

static int
func_set_qualname(PyFunctionObject *op, PyObject *value, void *closure)
{
    if (value == NULL || !PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "__qualname__ must be set to a string object");
        return -1;
    }
    Py_XSETREF(op->func_qualname, Py_NewRef(value));
    return 0;
}

static PyObject *
func_get_defaults(PyFunctionObject *op, void *closure)
{
    if (PySys_Audit("object.__getattr__", "Os", op, "__defaults__") < 0) {
        return NULL;
    }
    return Py_NewRef(op->func_defaults ? op->func_defaults : Py_None);
}

static int
func_set_defaults(PyFunctionObject *op, PyObject *value, void *closure)
{
    if (value != NULL && Py_IsNone(value)) {
        value = NULL;
    }
    if (value != NULL && !PyTuple_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "__defaults__ must be set to a tuple object");
        return -1;
    }
    if (value ? PySys_Audit("object.__setattr__", "OsO", op, "__defaults__",
                            value) < 0
              : PySys_Audit("object.__delattr__", "Os", op,
                            "__defaults__") < 0) {
        return -1;
    }
    op->func_version = 0;
    Py_XSETREF(op->func_defaults, Py_XNewRef(value));
    return 0;
}

static PyObject *
func_get_kwdefaults(PyFunctionObject *op, void *closure)
{
    if (PySys_Audit("object.__getattr__", "Os", op, "__kwdefaults__") < 0) {
        return NULL;
    }
    return Py_NewRef(op->func_kwdefaults ? op->func_kwdefaults : Py_None);
}

static int
func_set_kwdefaults(PyFunctionObject *op, PyObject *value, void *closure)
{
    if (value != NULL && Py_IsNone(value)) {
        value = NULL;
    }
    if (value != NULL && !PyDict_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "__kwdefaults__ must be set to a dict object");
        return -1;
    }
    if (value ? PySys_Audit("object.__setattr__", "OsO", op, "__kwdefaults__",
                            value) < 0
              : PySys_Audit("object.__delattr__", "Os", op,
                            "__kwdefaults__") < 0) {
        return -1;
    }
    op->func_version = 0;
    Py_XSETREF(op->func_kwdefaults, Py_XNewRef(value));
    return 0;
}

static PyObject *
func_get_annotations(PyFunctionObject *op, void *closure)
{
    if (op->func_annotations == NULL) {
        op->func_annotations = PyDict_New();
        if (op->func_annotations == NULL) {
            return NULL;
        }
    }
    return Py_XNewRef(function_annotations(op));
}

static int
func_set_annotations(PyFunctionObject *op, PyObject *value, void *closure)
{
    if (value != NULL && Py_IsNone(value)) {
        value = NULL;
    }
    if (value != NULL && !PyDict_Check(value)) {
        PyErr_SetString(PyExc_TypeError,
                        "__annotations__ must be set to a dict object");
        return -1;
    }
    op->func_version = 0;
    Py_XSETREF(op->func_annotations, Py_XNewRef(value));
    return 0;
}

static PyMemberDef func_members[] = {
    {"__closure__", T_OBJECT, offsetof(PyFunctionObject, func_closure),
     READONLY},
    {"__doc__", T_OBJECT, offsetof(PyFunctionObject, func_doc), 0},
    {"__globals__", T_OBJECT, offsetof(PyFunctionObject, func_globals),
     READONLY},
    {"__module__", T_OBJECT, offsetof(PyFunctionObject, func_module), 0},
    {"__builtins__", T_OBJECT, offsetof(PyFunctionObject, func_builtins),
     READONLY},
    {NULL},
};

static PyGetSetDef func_getset[] = {
    {"__code__", (getter)func_get_code, (setter)func_set_code},
    {"__defaults__", (getter)func_get_defaults, (setter)func_set_defaults},
    {"__kwdefaults__", (getter)func_get_kwdefaults,
     (setter)func_set_kwdefaults},
    {"__annotations__", (getter)func_get_annotations,
     (setter)func_set_annotations},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict},
    {"__name__", (getter)func_get_name, (setter)func_set_name},
    {"__qualname__", (getter)func_get_qualname, (setter)func_set_qualname},
    {NULL},
};

/* -- function() ------------------------------------------------------------------------------- */

PyDoc_STRVAR(func_new_doc,
"function(code, globals, name=None, argdefs=None, closure=None)\n"
"--\n"
"\n"
"Make a function of a code object.\n"
"\n"
"  code\n"
"    what to execute\n"
"  globals\n"
"    the dictionary of its global variables\n"
"  name\n"
"    its name, if not the code's\n"
"  argdefs\n"
"    a tuple of the last parameters' default values\n"
"  closure\n"
"    a tuple of cells for its free variables");

static int
check_closure(PyCodeObject *code, PyObject *closure)
{
    Py_ssize_t nfree = code->co_nfreevars;
    if (!PyTuple_Check(closure)) {
        if (nfree && Py_IsNone(closure)) {
            PyErr_SetString(PyExc_TypeError,
                            "arg 5 (closure) must be tuple");
            return -1;
        }
        if (!Py_IsNone(closure)) {
            PyErr_SetString(PyExc_TypeError,
                            "arg 5 (closure) must be None or tuple");
            return -1;
        }
    }
    Py_ssize_t count = Py_IsNone(closure) ? 0 : PyTuple_GET_SIZE(closure);
    if (nfree != count) {
        PyErr_Format(PyExc_ValueError,
                     "%U requires closure of length %zd, not %zd",
                     code->co_name, nfree, count);
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *cell = PyTuple_GET_ITEM(closure, i);
        if (!PyCell_Check(cell)) {
            PyErr_Format(PyExc_TypeError,
                         "arg 5 (closure) expected cell, found %s",
                         Py_TYPE(cell)->tp_name);
            return -1;
        }
    }
    return 0;
}

static PyObject *
func_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "code", "globals", "name", "argdefs", "closure", NULL,
    };
    PyCodeObject *code;
    PyObject *globals;
    PyObject *name = Py_None;
    PyObject *defaults = Py_None;
    PyObject *closure = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!O!|OOO:function",
                                     (char **)keywords, &PyCode_Type, &code,
                                     &PyDict_Type, &globals, &name, &defaults,
                                     &closure)) {
        return NULL;
    }
    if (!Py_IsNone(name) && !PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "arg 3 (name) must be None or string");
        return NULL;
    }
    if (!Py_IsNone(defaults) && !PyTuple_Check(defaults)) {
        PyErr_SetString(PyExc_TypeError,
                        "arg 4 (defaults) must be None or tuple");
        return NULL;
    }
    if (check_closure(code, closure) < 0) {
        return NULL;
    }
    if (PySys_Audit("function.__new__", "O", code) < 0) {
        return NULL;
    }
    PyFunctionObject *func =
        (PyFunctionObject *)PyFunction_New((PyObject *)code, globals);
    if (func == NULL) {
        return NULL;
    }
    if (!Py_IsNone(name)) {
        Py_SETREF(func->func_name, Py_NewRef(name));
    }
    if (!Py_IsNone(defaults)) {
        func->func_defaults = Py_NewRef(defaults);
    }
    if (!Py_IsNone(closure)) {
        func->func_closure = Py_NewRef(closure);
    }
    return (PyObject *)func;
}

/* -- Storage ------------------------------------------------------------------------------------ */

static int
func_clear(PyFunctionObject *op)
{
    op->func_version = 0;
    Py_CLEAR(op->func_globals);
    Py_CLEAR(op->func_builtins);
    Py_CLEAR(op->func_module);
    Py_CLEAR(op->func_defaults);
    Py_CLEAR(op->func_kwdefaults);
    Py_CLEAR(op->func_doc);
    Py_CLEAR(op->func_dict);
    Py_CLEAR(op->func_closure);
    Py_CLEAR(op->func_annotations);
    /* The names may be str subclasses, parts of the cycle; code stays: a
       function that a finalizer calls relies on it. */
    Py_SETREF(op->func_name, Py_NewRef(&_Py_STR(empty)));
    Py_SETREF(op->func_qualname, Py_NewRef(&_Py_STR(empty)));
    return 0;
}

static void
func_dealloc(PyFunctionObject *op)
{
    _PyObject_GC_UNTRACK(op);
    if (op->func_weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)op);
    }
    func_clear(op);
    Py_DECREF(op->func_code);
    Py_DECREF(op->func_name);
    Py_DECREF(op->func_qualname);
    PyObject_GC_Del(op);
}

static int
func_traverse(PyFunctionObject *f, visitproc visit, void *arg)
{
    Py_VISIT(f->func_code);
    Py_VISIT(f->func_globals);
    Py_VISIT(f->func_builtins);
    Py_VISIT(f->func_module);
    Py_VISIT(f->func_defaults);
    Py_VISIT(f->func_kwdefaults);
    Py_VISIT(f->func_doc);
    Py_VISIT(f->func_name);
    Py_VISIT(f->func_dict);
    Py_VISIT(f->func_closure);
    Py_VISIT(f->func_annotations);
    Py_VISIT(f->func_qualname);
    return 0;
}

static PyObject *
func_repr(PyFunctionObject *op)
{
    return PyUnicode_FromFormat("<function %U at %p>", op->func_qualname, op);
}

/* Binds to an instance. */
static PyObject *
func_descr_get(PyObject *func, PyObject *obj, PyObject *type)
{
    if (obj == NULL || Py_IsNone(obj)) {
        return Py_NewRef(func);
    }
    return PyMethod_New(func, obj);
}

PyTypeObject PyFunction_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "function",
    .tp_basicsize = sizeof(PyFunctionObject),
    .tp_dealloc = (destructor)func_dealloc,
    .tp_vectorcall_offset = offsetof(PyFunctionObject, vectorcall),
    .tp_repr = (reprfunc)func_repr,
    .tp_call = PyVectorcall_Call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_doc = func_new_doc,
    .tp_traverse = (traverseproc)func_traverse,
    .tp_clear = (inquiry)func_clear,
    .tp_weaklistoffset = offsetof(PyFunctionObject, func_weakreflist),
    .tp_members = func_members,
    .tp_getset = func_getset,
    .tp_descr_get = func_descr_get,
    .tp_dictoffset = offsetof(PyFunctionObject, func_dict),
    .tp_new = func_new,
};

/* -- classmethod and staticmethod ------------------------------------------------------------- */

/* Both wrap a callable; they differ in what they bind it to. */
typedef struct {
    PyObject_HEAD
    PyObject *callable; /* owned; NULL before __init__ */
    PyObject *dict;     /* __dict__: NULL or dict */
} wrapper_object;

/* Copies an attribute of the wrapped function, if it has it. */
static int
copy_attribute(PyObject *wrapper, PyObject *wrapped, PyObject *name)
{
    PyObject *value;
    if (_PyObject_LookupAttr(wrapped, name, &value) < 0) {
        return -1;
    }
    if (value == NULL) {
        return 0;
    }
    int status = PyObject_SetAttr(wrapper, name, value);
    Py_DECREF(value);
    return status;
}

static int
copy_attributes(PyObject *wrapper, PyObject *wrapped)
{
    if (copy_attribute(wrapper, wrapped, &_Py_ID(__module__)) < 0
        || copy_attribute(wrapper, wrapped, &_Py_ID(__name__)) < 0
        || copy_attribute(wrapper, wrapped, &_Py_ID(__qualname__)) < 0
        || copy_attribute(wrapper, wrapped, &_Py_ID(__doc__)) < 0
        || copy_attribute(wrapper, wrapped, &_Py_ID(__annotations__)) < 0) {
        return -1;
    }
    return 0;
}

static void
wrapper_dealloc(wrapper_object *self)
{
    _PyObject_GC_UNTRACK(self);
    Py_XDECREF(self->callable);
    Py_XDECREF(self->dict);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int
wrapper_traverse(wrapper_object *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dict);
    Py_VISIT(self->callable);
    return 0;
}

static int
wrapper_clear(wrapper_object *self)
{
    Py_CLEAR(self->dict);
    Py_CLEAR(self->callable);
    return 0;
}

static int
wrapper_init(wrapper_object *self, const char *name, PyObject *args,
             PyObject *kwargs)
{
    PyObject *callable;
    if (!_PyArg_NoKeywords(name, kwargs)
        || !PyArg_UnpackTuple(args, name, 1, 1, &callable)) {
        return -1;
    }
    Py_XSETREF(self->callable, Py_NewRef(callable));
    return copy_attributes((PyObject *)self, callable);
}

static PyObject *
wrapper_get_isabstractmethod(wrapper_object *self, void *closure)
{
    int abstract = _PyObject_IsAbstract(self->callable);
    if (abstract < 0) {
        return NULL;
    }
    return Py_NewRef(abstract ? Py_True : Py_False);
}

static PyMemberDef wrapper_members[] = {
    {"__func__", T_OBJECT, offsetof(wrapper_object, callable), READONLY},
    {"__wrapped__", T_OBJECT, offsetof(wrapper_object, callable), READONLY},
    {NULL},
};

static PyGetSetDef wrapper_getset[] = {
    {"__isabstractmethod__", (getter)wrapper_get_isabstractmethod, NULL},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL},
};

static PyObject *
wrapper_make(PyTypeObject *type, PyObject *callable)
{
    wrapper_object *self = (wrapper_object *)PyType_GenericAlloc(type, 0);
    if (self != NULL) {
        self->callable = Py_NewRef(callable);
    }
    return (PyObject *)self;
}

/* -- classmethod ---------------------------------------------------------------------------------- */

static PyObject *
cm_descr_get(PyObject *self, PyObject *obj, PyObject *type)
{
    PyObject *callable = ((wrapper_object *)self)->callable;
    if (callable == NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "uninitialized classmethod object");
        return NULL;
    }
    if (type == NULL) {
        type = (PyObject *)Py_TYPE(obj);
    }
    descrgetfunc get = Py_TYPE(callable)->tp_descr_get;
    if (get != NULL) {
        return get(callable, type, type);
    }
    return PyMethod_New(callable, type);
}

static int
cm_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return wrapper_init((wrapper_object *)self, "classmethod", args, kwargs);
}

static PyObject *
cm_repr(wrapper_object *self)
{
    return PyUnicode_FromFormat("<classmethod(%R)>", self->callable);
}

PyDoc_STRVAR(classmethod_doc,
"classmethod(function) -> method\n\
\n\
Make a method whose first argument is the class.\n\
\n\
  class C:\n\
      @classmethod\n\
      def f(cls, arg1, arg2, ...):\n\
          ...\n\
\n\
Both C.f() and C().f() pass C; called on a derived class or on an instance\n\
of it, the derived class is passed.");

PyTypeObject PyClassMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "classmethod",
    .tp_basicsize = sizeof(wrapper_object),
    .tp_dealloc = (destructor)wrapper_dealloc,
    .tp_repr = (reprfunc)cm_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = classmethod_doc,
    .tp_traverse = (traverseproc)wrapper_traverse,
    .tp_clear = (inquiry)wrapper_clear,
    .tp_members = wrapper_members,
    .tp_getset = wrapper_getset,
    .tp_descr_get = cm_descr_get,
    .tp_dictoffset = offsetof(wrapper_object, dict),
    .tp_init = cm_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};

PyObject *
PyClassMethod_New(PyObject *callable)
{
    return wrapper_make(&PyClassMethod_Type, callable);
}

/* -- staticmethod -------------------------------------------------------------------------------- */

static PyObject *
sm_descr_get(PyObject *self, PyObject *obj, PyObject *type)
{
    PyObject *callable = ((wrapper_object *)self)->callable;
    if (callable == NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "uninitialized staticmethod object");
        return NULL;
    }
    return Py_NewRef(callable);
}

static int
sm_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return wrapper_init((wrapper_object *)self, "staticmethod", args, kwargs);
}

static PyObject *
sm_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(((wrapper_object *)self)->callable, args, kwargs);
}

static PyObject *
sm_repr(wrapper_object *self)
{
    return PyUnicode_FromFormat("<staticmethod(%R)>", self->callable);
}

PyDoc_STRVAR(staticmethod_doc,
"staticmethod(function) -> method\n\
\n\
Make a method that gets neither the instance nor the class.\n\
\n\
     class C:\n\
         @staticmethod\n\
         def f(arg1, arg2, ...):\n\
             ...\n\
\n\
C.f() and C().f() are the same call.");

PyTypeObject PyStaticMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "staticmethod",
    .tp_basicsize = sizeof(wrapper_object),
    .tp_dealloc = (destructor)wrapper_dealloc,
    .tp_repr = (reprfunc)sm_repr,
    .tp_call = sm_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = staticmethod_doc,
    .tp_traverse = (traverseproc)wrapper_traverse,
    .tp_clear = (inquiry)wrapper_clear,
    .tp_members = wrapper_members,
    .tp_getset = wrapper_getset,
    .tp_descr_get = sm_descr_get,
    .tp_dictoffset = offsetof(wrapper_object, dict),
    .tp_init = sm_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};

PyObject *
PyStaticMethod_New(PyObject *callable)
{
    return wrapper_make(&PyStaticMethod_Type, callable);
}
