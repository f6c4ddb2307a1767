/* super(): attribute lookup that starts behind a class in an MRO.

   A bound super has an object and that object's class; names are searched in
   the part of the class's MRO behind the given type, and what is found is
   bound to the object. */
#include "Python.h"
#include "pycore_call.h"
#include "pycore_code.h"
#include "pycore_frame.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_slot.h"
#include "pycore_type.h"
#include "structmember.h"

typedef struct {
    PyObject_HEAD
    PyTypeObject *type;         /* where the search starts, exclusive */
    PyObject *obj;              /* what is bound; NULL: unbound */
    PyTypeObject *obj_type;     /* whose MRO is searched */
} superobject;

static PyMemberDef super_members[] = {
    {"__thisclass__", T_OBJECT, offsetof(superobject, type), READONLY,
     "the class invoking super()"},
    {"__self__", T_OBJECT, offsetof(superobject, obj), READONLY,
     "the instance invoking super(); may be None"},
    {"__self_class__", T_OBJECT, offsetof(superobject, obj_type), READONLY,
     "the type of the instance invoking super(); may be None"},
    {NULL, 0, 0, 0, NULL},
};

static void
super_dealloc(PyObject *self)
{
    superobject *super = (superobject *)self;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(super->obj);
    Py_XDECREF(super->type);
    Py_XDECREF(super->obj_type);
    Py_TYPE(self)->tp_free(self);
}

static int
super_traverse(PyObject *self, visitproc visit, void *arg)
{
    superobject *super = (superobject *)self;
    Py_VISIT(super->obj);
    Py_VISIT(super->type);
    Py_VISIT(super->obj_type);
    return 0;
}

static PyObject *
super_repr(PyObject *self)
{
    superobject *super = (superobject *)self;
    const char *name = super->type ? super->type->tp_name : "NULL";
    if (super->obj_type) {
        return PyUnicode_FromFormat("<super: <class '%s'>, <%s object>>",
                                    name, super->obj_type->tp_name);
    }
    return PyUnicode_FromFormat("<super: <class '%s'>, NULL>", name);
}

/* -- Lookup --------------------------------------------------------------- */

/* The attribute from behind super->type in the MRO, bound; NULL without an
   exception: not there. */
static PyObject *
super_lookup(superobject *super, PyObject *name)
{
    PyTypeObject *start_type = super->obj_type;
    PyObject *mro = start_type->tp_mro;
    if (mro == NULL) {
        return NULL;
    }
    assert(PyTuple_Check(mro));
    Py_ssize_t count = PyTuple_GET_SIZE(mro);
    Py_ssize_t i = 0;
    /* The last class has nothing behind it. */
    while (i + 1 < count
           && PyTuple_GET_ITEM(mro, i) != (PyObject *)super->type) {
        i++;
    }
    i++;
    PyObject *result = NULL;
    /* A key's __eq__ may set __bases__. */
    Py_INCREF(mro);
    for (; i < count; i++) {
        PyObject *dict = ((PyTypeObject *)PyTuple_GET_ITEM(mro, i))->tp_dict;
        assert(dict != NULL && PyDict_Check(dict));
        result = PyDict_GetItemWithError(dict, name);
        if (result != NULL) {
            Py_INCREF(result);
            descrgetfunc get = Py_TYPE(result)->tp_descr_get;
            if (get != NULL) {
                /* Bound to a class, a method stays unbound. */
                PyObject *object =
                    super->obj == (PyObject *)start_type ? NULL : super->obj;
                Py_SETREF(result,
                          get(result, object, (PyObject *)start_type));
            }
            break;
        }
        if (PyErr_Occurred()) {
            break;
        }
    }
    Py_DECREF(mro);
    return result;
}

static PyObject *
super_getattro(PyObject *self, PyObject *name)
{
    superobject *super = (superobject *)self;
    /* super().__class__ is super; anything else is another's. */
    if (super->obj_type != NULL
        && !(PyUnicode_Check(name)
             && PyUnicode_GET_LENGTH(name) == 9
             && _PyUnicode_Equal(name, &_Py_ID(__class__)))) {
        PyObject *result = super_lookup(super, name);
        if (result != NULL || PyErr_Occurred()) {
            return result;
        }
    }
    return PyObject_GenericGetAttr(self, name);
}

/* -- Binding -------------------------------------------------------------- */

/* The class whose MRO super(type, object) searches, a new reference: object
   itself if it is a subclass of type; else its class, or, for proxies, what
   it says is its __class__. */
static PyTypeObject *
super_check(PyTypeObject *type, PyObject *object)
{
    if (PyType_Check(object)
        && PyType_IsSubtype((PyTypeObject *)object, type)) {
        return (PyTypeObject *)Py_NewRef(object);
    }
    if (PyType_IsSubtype(Py_TYPE(object), type)) {
        return (PyTypeObject *)Py_NewRef(Py_TYPE(object));
    }
    PyObject *class_attribute;
    if (_PyObject_LookupAttr(object, &_Py_ID(__class__), &class_attribute)
        < 0) {
        return NULL;
    }
    if (class_attribute != NULL && PyType_Check(class_attribute)
        && (PyTypeObject *)class_attribute != Py_TYPE(object)
        && PyType_IsSubtype((PyTypeObject *)class_attribute, type)) {
        return (PyTypeObject *)class_attribute;
    }
    Py_XDECREF(class_attribute);
    PyErr_SetString(PyExc_TypeError,
                    "super(type, obj): "
                    "obj must be an instance or subtype of type");
    return NULL;
}

static PyObject *
super_descr_get(PyObject *self, PyObject *object, PyObject *Py_UNUSED(type))
{
    superobject *super = (superobject *)self;
    if (object == NULL || object == Py_None || super->obj != NULL) {
        /* Nothing to bind, or bound already. */
        return Py_NewRef(self);
    }
    if (!Py_IS_TYPE(super, &PySuper_Type)) {
        return PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(super),
                                            super->type, object, NULL);
    }
    PyTypeObject *object_type = super_check(super->type, object);
    if (object_type == NULL) {
        return NULL;
    }
    superobject *bound =
        (superobject *)PySuper_Type.tp_new(&PySuper_Type, NULL, NULL);
    if (bound == NULL) {
        Py_DECREF(object_type);
        return NULL;
    }
    bound->type = (PyTypeObject *)Py_XNewRef(super->type);
    bound->obj = Py_NewRef(object);
    bound->obj_type = object_type;
    return (PyObject *)bound;
}

/* -- super() without arguments -------------------------------------------- */

static PyObject *
first_argument(_PyInterpreterFrame *frame, PyCodeObject *code)
{
    if (code->co_argcount == 0) {
        PyErr_SetString(PyExc_RuntimeError, "super(): no arguments");
        return NULL;
    }
    assert(code->co_nlocalsplus > 0);
    PyObject *object =
        slot_object(_PyFrame_GetLocalsArray(frame)[0]);
    /* A nested function may have made a cell of it, once the function's
       first instructions have run. */
    if (object != NULL
        && (_PyLocals_GetKind(code->co_localspluskinds, 0) & CO_FAST_CELL)
        && _PyInterpreterFrame_LASTI(frame) >= 0) {
        assert(PyCell_Check(object));
        object = PyCell_GET(object);
    }
    if (object == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "super(): arg[0] deleted");
    }
    return object;
}

/* The class from the free variable __class__, which the compiler adds to
   functions that say super. */
static PyTypeObject *
enclosing_class(_PyInterpreterFrame *frame, PyCodeObject *code)
{
    for (int i = code->co_nlocals + code->co_nplaincellvars;
         i < code->co_nlocalsplus; i++) {
        assert((_PyLocals_GetKind(code->co_localspluskinds, i)
                & CO_FAST_FREE) != 0);
        PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, i);
        assert(PyUnicode_Check(name));
        if (!_PyUnicode_Equal(name, &_Py_ID(__class__))) {
            continue;
        }
        PyObject *cell = slot_object(_PyFrame_GetLocalsArray(frame)[i]);
        if (cell == NULL || !PyCell_Check(cell)) {
            PyErr_SetString(PyExc_RuntimeError,
                            "super(): bad __class__ cell");
            return NULL;
        }
        PyTypeObject *type = (PyTypeObject *)PyCell_GET(cell);
        if (type == NULL) {
            PyErr_SetString(PyExc_RuntimeError,
                            "super(): empty __class__ cell");
            return NULL;
        }
        if (!PyType_Check(type)) {
            PyErr_Format(PyExc_RuntimeError,
                         "super(): __class__ is not a type (%s)",
                         Py_TYPE(type)->tp_name);
            return NULL;
        }
        return type;
    }
    PyErr_SetString(PyExc_RuntimeError, "super(): __class__ cell not found");
    return NULL;
}

static int
super_init_from_frame(PyTypeObject **type, PyObject **object)
{
    PyThreadState *tstate = _PyThreadState_GET();
    _PyInterpreterFrame *frame = tstate->cframe->current_frame;
    if (frame == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "super(): no current frame");
        return -1;
    }
    PyCodeObject *code = frame->f_code;
    *object = first_argument(frame, code);
    if (*object == NULL) {
        return -1;
    }
    *type = enclosing_class(frame, code);
    return *type == NULL ? -1 : 0;
}

static int
super_init_impl(PyObject *self, PyTypeObject *type, PyObject *object)
{
    superobject *super = (superobject *)self;
    if (type == NULL && super_init_from_frame(&type, &object) < 0) {
        return -1;
    }
    if (object == Py_None) {
        object = NULL;
    }
    PyTypeObject *object_type = NULL;
    if (object != NULL) {
        object_type = super_check(type, object);
        if (object_type == NULL) {
            return -1;
        }
        Py_INCREF(object);
    }
    Py_INCREF(type);
    Py_XSETREF(super->type, type);
    Py_XSETREF(super->obj, object);
    Py_XSETREF(super->obj_type, object_type);
    return 0;
}

static int
super_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    PyTypeObject *type = NULL;
    PyObject *object = NULL;
    if (!_PyArg_NoKeywords("super", kwds)
        || !PyArg_ParseTuple(args, "|O!O:super", &PyType_Type, &type,
                             &object)) {
        return -1;
    }
    return super_init_impl(self, type, object);
}

static PyObject *
super_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf,
                 PyObject *kwnames)
{
    assert(PyType_Check(self));
    if (!_PyArg_NoKwnames("super", kwnames)) {
        return NULL;
    }
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_CheckPositional("super()", nargs, 0, 2)) {
        return NULL;
    }
    PyTypeObject *type = NULL;
    PyObject *object = NULL;
    PyTypeObject *self_type = (PyTypeObject *)self;
    if (nargs != 0) {
        if (!PyType_Check(args[0])) {
            PyErr_Format(PyExc_TypeError,
                         "super() argument 1 must be a type, not %.200s",
                         Py_TYPE(args[0])->tp_name);
            return NULL;
        }
        type = (PyTypeObject *)args[0];
    }
    if (nargs == 2) {
        object = args[1];
    }
    PyObject *super = self_type->tp_alloc(self_type, 0);
    if (super == NULL) {
        return NULL;
    }
    if (super_init_impl(super, type, object) < 0) {
        Py_DECREF(super);
        return NULL;
    }
    return super;
}

PyDoc_STRVAR(super_doc,
"super() -> same as super(__class__, <first argument>)\n"
"super(type) -> unbound super object\n"
"super(type, obj) -> bound super object; requires isinstance(obj, type)\n"
"super(type, type2) -> bound super object; requires issubclass(type2, type)\n"
"\n"
"Its attributes are those that the classes behind type in the method\n"
"resolution order give to obj: a method that overrides another calls the\n"
"overridden one by way of it.\n"
"\n"
"    class C(B):\n"
"        def meth(self, arg):\n"
"            super().meth(arg)\n");

PyTypeObject PySuper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "super",
    .tp_basicsize = sizeof(superobject),
    .tp_dealloc = super_dealloc,
    .tp_repr = super_repr,
    .tp_getattro = super_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = super_doc,
    .tp_traverse = super_traverse,
    .tp_members = super_members,
    .tp_descr_get = super_descr_get,
    .tp_init = super_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = super_vectorcall,
};
