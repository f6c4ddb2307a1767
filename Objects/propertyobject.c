/* property: an attribute computed by functions. */
#include "Python.h"
#include "pycore_descrobject.h"
#include "pycore_object.h"
#include "structmember.h"

/* -- Access --------------------------------------------------------------- */

/* "property 'x' of 'C' object has no WHAT" as far as the names are known. */
static void
raise_missing(propertyobject *property, PyObject *object, const char *what)
{
    PyObject *qualname = object == NULL
                             ? NULL
                             : PyType_GetQualName(Py_TYPE(object));
    if (qualname == NULL) {
        PyErr_Clear();
        PyErr_Format(PyExc_AttributeError, "property has no %s", what);
        return;
    }
    if (property->prop_name != NULL) {
        PyErr_Format(PyExc_AttributeError,
                     "property %R of %R object has no %s",
                     property->prop_name, qualname, what);
    }
    else {
        PyErr_Format(PyExc_AttributeError, "property of %R object has no %s",
                     qualname, what);
    }
    Py_DECREF(qualname);
}

static PyObject *
property_descr_get(PyObject *self, PyObject *object,
                   PyObject *Py_UNUSED(type))
{
    if (object == NULL || object == Py_None) {
        return Py_NewRef(self);
    }
    propertyobject *property = (propertyobject *)self;
    if (property->prop_get == NULL) {
        raise_missing(property, object, "getter");
        return NULL;
    }
    return PyObject_CallOneArg(property->prop_get, object);
}

static int
property_descr_set(PyObject *self, PyObject *object, PyObject *value)
{
    propertyobject *property = (propertyobject *)self;
    PyObject *func = value == NULL ? property->prop_del
                                   : property->prop_set;
    if (func == NULL) {
        raise_missing(property, object,
                      value == NULL ? "deleter" : "setter");
        return -1;
    }
    PyObject *result;
    if (value == NULL) {
        result = PyObject_CallOneArg(func, object);
    }
    else {
        PyObject *args[2] = {object, value};
        result = PyObject_Vectorcall(func, args, 2, NULL);
    }
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

/* -- Variations ----------------------------------------------------------- */

/* A property like old, with the functions given in place of its own. */
static PyObject *
property_copy(PyObject *old, PyObject *get, PyObject *set, PyObject *del)
{
    propertyobject *property = (propertyobject *)old;
    if (get == NULL || get == Py_None) {
        get = property->prop_get ? property->prop_get : Py_None;
    }
    if (set == NULL || set == Py_None) {
        set = property->prop_set ? property->prop_set : Py_None;
    }
    if (del == NULL || del == Py_None) {
        del = property->prop_del ? property->prop_del : Py_None;
    }
    PyObject *doc;
    if (property->getter_doc && get != Py_None) {
        /* to be taken from the getter anew */
        doc = Py_None;
    }
    else {
        doc = property->prop_doc ? property->prop_doc : Py_None;
    }
    PyObject *type = PyObject_Type(old);
    if (type == NULL) {
        return NULL;
    }
    PyObject *copy = PyObject_CallFunctionObjArgs(type, get, set, del, doc,
                                                  NULL);
    Py_DECREF(type);
    if (copy == NULL) {
        return NULL;
    }
    if (PyObject_TypeCheck(copy, &PyProperty_Type)) {
        Py_XSETREF(((propertyobject *)copy)->prop_name,
                   Py_XNewRef(property->prop_name));
    }
    return copy;
}

static PyObject *
property_getter(PyObject *self, PyObject *get)
{
    return property_copy(self, get, NULL, NULL);
}

static PyObject *
property_setter(PyObject *self, PyObject *set)
{
    return property_copy(self, NULL, set, NULL);
}

static PyObject *
property_deleter(PyObject *self, PyObject *del)
{
    return property_copy(self, NULL, NULL, del);
}

static PyObject *
property_set_name(PyObject *self, PyObject *args)
{
    if (PyTuple_GET_SIZE(args) != 2) {
        PyErr_Format(PyExc_TypeError,
                     "__set_name__() takes 2 positional arguments but %zd "
                     "were given",
                     PyTuple_GET_SIZE(args));
        return NULL;
    }
    Py_XSETREF(((propertyobject *)self)->prop_name,
               Py_NewRef(PyTuple_GET_ITEM(args, 1)));
    Py_RETURN_NONE;
}

static PyMethodDef property_methods[] = {
    {"getter", property_getter, METH_O,
     PyDoc_STR("Descriptor to obtain a copy of the property with a "
               "different getter.")},
    {"setter", property_setter, METH_O,
     PyDoc_STR("Descriptor to obtain a copy of the property with a "
               "different setter.")},
    {"deleter", property_deleter, METH_O,
     PyDoc_STR("Descriptor to obtain a copy of the property with a "
               "different deleter.")},
    {"__set_name__", property_set_name, METH_VARARGS,
     PyDoc_STR("Method to set name of a property.")},
    {NULL, NULL, 0, NULL},
};

/* -- Construction --------------------------------------------------------- */

static PyObject *
none_to_null(PyObject *object)
{
    return object == Py_None ? NULL : object;
}

/* The getter's docstring becomes the property's; an instance of a subclass
   needs it in its own dictionary, because the class's __doc__ would hide the
   member. */
static int
take_getter_doc(PyObject *self, PyObject *get)
{
    propertyobject *property = (propertyobject *)self;
    PyObject *doc;
    int found = _PyObject_LookupAttr(get, &_Py_ID(__doc__), &doc);
    if (found <= 0) {
        return found;
    }
    if (Py_IS_TYPE(self, &PyProperty_Type)) {
        Py_XSETREF(property->prop_doc, doc);
    }
    else {
        int result = PyObject_SetAttr(self, &_Py_ID(__doc__), doc);
        Py_DECREF(doc);
        if (result < 0) {
            return -1;
        }
    }
    property->getter_doc = 1;
    return 0;
}

static int
property_init(PyObject *self, PyObject *args, PyObject *kwds)
{
    static char *keywords[] = {(char *)"fget", (char *)"fset",
                               (char *)"fdel", (char *)"doc", NULL};
    PyObject *get = NULL, *set = NULL, *del = NULL, *doc = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwds, "|OOOO:property", keywords,
                                     &get, &set, &del, &doc)) {
        return -1;
    }
    get = none_to_null(get);
    set = none_to_null(set);
    del = none_to_null(del);
    propertyobject *property = (propertyobject *)self;
    Py_XSETREF(property->prop_get, Py_XNewRef(get));
    Py_XSETREF(property->prop_set, Py_XNewRef(set));
    Py_XSETREF(property->prop_del, Py_XNewRef(del));
    Py_XSETREF(property->prop_doc, Py_XNewRef(doc));
    Py_CLEAR(property->prop_name);
    property->getter_doc = 0;
    if ((doc == NULL || doc == Py_None) && get != NULL) {
        return take_getter_doc(self, get);
    }
    return 0;
}

static void
property_dealloc(PyObject *self)
{
    propertyobject *property = (propertyobject *)self;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(property->prop_get);
    Py_XDECREF(property->prop_set);
    Py_XDECREF(property->prop_del);
    Py_XDECREF(property->prop_doc);
    Py_XDECREF(property->prop_name);
    Py_TYPE(self)->tp_free(self);
}

static int
property_traverse(PyObject *self, visitproc visit, void *arg)
{
    propertyobject *property = (propertyobject *)self;
    Py_VISIT(property->prop_get);
    Py_VISIT(property->prop_set);
    Py_VISIT(property->prop_del);
    Py_VISIT(property->prop_doc);
    Py_VISIT(property->prop_name);
    return 0;
}

static int
property_clear(PyObject *self)
{
    Py_CLEAR(((propertyobject *)self)->prop_doc);
    return 0;
}

static PyObject *
property_get_isabstractmethod(PyObject *self, void *Py_UNUSED(closure))
{
    propertyobject *property = (propertyobject *)self;
    PyObject *functions[] = {property->prop_get, property->prop_set,
                             property->prop_del};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(functions); i++) {
        int abstract = _PyObject_IsAbstract(functions[i]);
        if (abstract < 0) {
            return NULL;
        }
        if (abstract > 0) {
            Py_RETURN_TRUE;
        }
    }
    Py_RETURN_FALSE;
}

static PyMemberDef property_members[] = {
    {"fget", T_OBJECT, offsetof(propertyobject, prop_get), READONLY, NULL},
    {"fset", T_OBJECT, offsetof(propertyobject, prop_set), READONLY, NULL},
    {"fdel", T_OBJECT, offsetof(propertyobject, prop_del), READONLY, NULL},
    {"__doc__", T_OBJECT, offsetof(propertyobject, prop_doc), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef property_getsets[] = {
    {"__isabstractmethod__", property_get_isabstractmethod, NULL, NULL,
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(property_doc,
"property(fget=None, fset=None, fdel=None, doc=None)\n--\n\n"
"An attribute whose access calls functions.\n"
"\n"
"  fget\n"
"    called to get the attribute's value\n"
"  fset\n"
"    called to set the attribute's value\n"
"  fdel\n"
"    called to delete the attribute\n"
"  doc\n"
"    docstring; taken from fget if not given\n"
"\n"
"As a decorator it makes a property of its getter, to which setter and\n"
"deleter are added:\n"
"\n"
"class C:\n"
"    @property\n"
"    def x(self):\n"
"        \"I am the 'x' property.\"\n"
"        return self._x\n"
"    @x.setter\n"
"    def x(self, value):\n"
"        self._x = value\n"
"    @x.deleter\n"
"    def x(self):\n"
"        del self._x");

PyTypeObject PyProperty_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "property",
    .tp_basicsize = sizeof(propertyobject),
    .tp_dealloc = property_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = property_doc,
    .tp_traverse = property_traverse,
    .tp_clear = property_clear,
    .tp_methods = property_methods,
    .tp_members = property_members,
    .tp_getset = property_getsets,
    .tp_descr_get = property_descr_get,
    .tp_descr_set = property_descr_set,
    .tp_init = property_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
