/* types.GenericAlias: list[int], and tuple[int] unpacked with a star.

   An alias stands in for its origin: attributes and calls go there, save for
   the few that describe the alias itself.  Type variables in the arguments
   are found (_Py_make_parameters) and replaced (_Py_subs_parameters) by way
   of the special methods that typing's classes have for it. */
#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_object.h"
#include "pycore_unionobject.h"
#include "structmember.h"

typedef struct {
    PyObject_HEAD
    PyObject *origin;
    PyObject *args;             /* tuple */
    PyObject *parameters;       /* tuple; made on demand */
    PyObject *weakreflist;
    bool starred;               /* *tuple[int] */
    vectorcallfunc vectorcall;
} gaobject;

typedef struct {
    PyObject_HEAD
    PyObject *obj;              /* the alias; NULL once exhausted */
} gaiterobject;

#define ALIAS(OP) ((gaobject *)(OP))

extern PyTypeObject _Py_GenericAliasIterType;

static void
ga_dealloc(PyObject *self)
{
    gaobject *alias = ALIAS(self);
    PyObject_GC_UnTrack(self);
    if (alias->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    Py_XDECREF(alias->origin);
    Py_XDECREF(alias->args);
    Py_XDECREF(alias->parameters);
    Py_TYPE(self)->tp_free(self);
}

static int
ga_traverse(PyObject *self, visitproc visit, void *arg)
{
    gaobject *alias = ALIAS(self);
    Py_VISIT(alias->origin);
    Py_VISIT(alias->args);
    Py_VISIT(alias->parameters);
    return 0;
}

/* -- Representation ------------------------------------------------------- */

static int
has_attribute(PyObject *object, PyObject *name)
{
    PyObject *value;
    int found = _PyObject_LookupAttr(object, name, &value);
    Py_XDECREF(value);
    return found;
}

/* "module.qualname" if it has both, as classes do; NULL without an exception
   if not. */
static PyObject *
class_like_name(PyObject *object)
{
    PyObject *qualname, *module, *result = NULL;
    if (_PyObject_LookupAttr(object, &_Py_ID(__qualname__), &qualname) <= 0) {
        return NULL;
    }
    if (_PyObject_LookupAttr(object, &_Py_ID(__module__), &module) < 0) {
        Py_DECREF(qualname);
        return NULL;
    }
    if (module != NULL && module != Py_None) {
        if (PyUnicode_Check(module)
            && _PyUnicode_EqualToASCIIString(module, "builtins")) {
            result = PyObject_Str(qualname);
        }
        else {
            result = PyUnicode_FromFormat("%S.%S", module, qualname);
        }
    }
    Py_XDECREF(module);
    Py_DECREF(qualname);
    return result;
}

static PyObject *
item_text(PyObject *item)
{
    if (item == Py_Ellipsis) {
        return PyUnicode_FromString("...");
    }
    /* An alias's attributes are its origin's: only repr() knows. */
    int is_alias = has_attribute(item, &_Py_ID(__origin__));
    if (is_alias > 0) {
        is_alias = has_attribute(item, &_Py_ID(__args__));
    }
    if (is_alias < 0) {
        return NULL;
    }
    if (!is_alias) {
        PyObject *name = class_like_name(item);
        if (name != NULL || PyErr_Occurred()) {
            return name;
        }
    }
    return PyObject_Repr(item);
}

static int
write_item(_PyUnicodeWriter *writer, PyObject *item)
{
    PyObject *text = item_text(item);
    if (text == NULL) {
        return -1;
    }
    int result = _PyUnicodeWriter_WriteStr(writer, text);
    Py_DECREF(text);
    return result;
}

static PyObject *
ga_repr(PyObject *self)
{
    gaobject *alias = ALIAS(self);
    Py_ssize_t count = PyTuple_GET_SIZE(alias->args);
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (alias->starred
        && _PyUnicodeWriter_WriteASCIIString(&writer, "*", 1) < 0) {
        goto error;
    }
    if (write_item(&writer, alias->origin) < 0
        || _PyUnicodeWriter_WriteASCIIString(&writer, "[", 1) < 0) {
        goto error;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if ((i > 0
             && _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2) < 0)
            || write_item(&writer, PyTuple_GET_ITEM(alias->args, i)) < 0) {
            goto error;
        }
    }
    /* something in the brackets, for tuple[()] */
    if (count == 0
        && _PyUnicodeWriter_WriteASCIIString(&writer, "()", 2) < 0) {
        goto error;
    }
    if (_PyUnicodeWriter_WriteASCIIString(&writer, "]", 1) < 0) {
        goto error;
    }
    return _PyUnicodeWriter_Finish(&writer);

error:
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

/* -- Tuples that grow ----------------------------------------------------- */

static Py_ssize_t
tuple_index(PyObject *tuple, Py_ssize_t count, PyObject *item)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PyTuple_GET_ITEM(tuple, i) == item) {
            return i;
        }
    }
    return -1;
}

/* Appends the item unless the first `count` have it; 1 if it did. */
static int
tuple_add(PyObject *tuple, Py_ssize_t count, PyObject *item)
{
    if (tuple_index(tuple, count, item) >= 0) {
        return 0;
    }
    PyTuple_SET_ITEM(tuple, count, Py_NewRef(item));
    return 1;
}

/* Stores n items from position `at`, of which one has a place already; gives
   the position behind them, or -1. */
static Py_ssize_t
tuple_extend(PyObject **tuple, Py_ssize_t at, PyObject **items, Py_ssize_t n)
{
    if (_PyTuple_Resize(tuple, PyTuple_GET_SIZE(*tuple) + n - 1) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyTuple_SET_ITEM(*tuple, at, Py_NewRef(items[i]));
        at++;
    }
    return at;
}

/* -- Type variables: finding ---------------------------------------------- */

/* Adds the parameters of an argument, itself a generic, to *parameters. */
static Py_ssize_t
add_parameters_of(PyObject *argument, PyObject **parameters,
                  Py_ssize_t count, Py_ssize_t places_left)
{
    PyObject *inner;
    if (_PyObject_LookupAttr(argument, &_Py_ID(__parameters__), &inner) < 0) {
        return -1;
    }
    if (inner != NULL && PyTuple_Check(inner)) {
        Py_ssize_t inner_count = PyTuple_GET_SIZE(inner);
        Py_ssize_t needed = inner_count - places_left;
        if (needed > 0
            && _PyTuple_Resize(parameters,
                               PyTuple_GET_SIZE(*parameters) + needed)
                   < 0) {
            Py_DECREF(inner);
            return -1;
        }
        for (Py_ssize_t i = 0; i < inner_count; i++) {
            count += tuple_add(*parameters, count,
                               PyTuple_GET_ITEM(inner, i));
        }
    }
    Py_XDECREF(inner);
    return count;
}

PyObject *
_Py_make_parameters(PyObject *args)
{
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    PyObject *parameters = PyTuple_New(nargs);
    if (parameters == NULL) {
        return NULL;
    }
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < nargs; i++) {
        PyObject *argument = PyTuple_GET_ITEM(args, i);
        /* On a class, __parameters__ would be a descriptor. */
        if (PyType_Check(argument)) {
            continue;
        }
        int is_variable = has_attribute(argument,
                                        &_Py_ID(__typing_subst__));
        if (is_variable < 0) {
            goto error;
        }
        if (is_variable) {
            if (count >= PyTuple_GET_SIZE(parameters)
                && _PyTuple_Resize(&parameters, count + 1) < 0) {
                return NULL;
            }
            count += tuple_add(parameters, count, argument);
            continue;
        }
        /* places for the arguments still to come stay reserved */
        Py_ssize_t left = PyTuple_GET_SIZE(parameters) - count
                          - (nargs - i - 1);
        count = add_parameters_of(argument, &parameters, count, left);
        if (count < 0) {
            goto error;
        }
    }
    if (count < PyTuple_GET_SIZE(parameters)
        && _PyTuple_Resize(&parameters, count) < 0) {
        return NULL;
    }
    return parameters;

error:
    Py_XDECREF(parameters);
    return NULL;
}

/* -- Type variables: replacing -------------------------------------------- */

/* If the object is generic, it with its own parameters replaced. */
static PyObject *
subs_tvars(PyObject *object, PyObject *parameters, PyObject **values,
           Py_ssize_t nparams)
{
    PyObject *inner;
    if (_PyObject_LookupAttr(object, &_Py_ID(__parameters__), &inner) < 0) {
        return NULL;
    }
    if (inner == NULL || !PyTuple_Check(inner) || !PyTuple_GET_SIZE(inner)) {
        Py_XDECREF(inner);
        return Py_NewRef(object);
    }
    Py_ssize_t inner_count = PyTuple_GET_SIZE(inner);
    PyObject *subargs = PyTuple_New(inner_count);
    if (subargs == NULL) {
        Py_DECREF(inner);
        return NULL;
    }
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < inner_count; i++) {
        PyObject *argument = PyTuple_GET_ITEM(inner, i);
        Py_ssize_t which = tuple_index(parameters, nparams, argument);
        if (which >= 0) {
            PyObject *parameter = PyTuple_GET_ITEM(parameters, which);
            argument = values[which];
            /* A TypeVarTuple stands for several. */
            if (Py_TYPE(parameter)->tp_iter && PyTuple_Check(argument)) {
                at = tuple_extend(&subargs, at,
                                  &PyTuple_GET_ITEM(argument, 0),
                                  PyTuple_GET_SIZE(argument));
                if (at < 0) {
                    Py_DECREF(inner);
                    return NULL;
                }
                continue;
            }
        }
        PyTuple_SET_ITEM(subargs, at, Py_NewRef(argument));
        at++;
    }
    assert(at == PyTuple_GET_SIZE(subargs));
    PyObject *result = PyObject_GetItem(object, subargs);
    Py_DECREF(subargs);
    Py_DECREF(inner);
    return result;
}

static int
is_unpacked_typevartuple(PyObject *argument)
{
    if (PyType_Check(argument)) {
        return 0;
    }
    PyObject *mark;
    int result = _PyObject_LookupAttr(
        argument, &_Py_ID(__typing_is_unpacked_typevartuple__), &mark);
    if (result > 0) {
        result = PyObject_IsTrue(mark);
        Py_DECREF(mark);
    }
    return result;
}

/* The arguments of *tuple[...]; NULL without an exception for others. */
static PyObject *
unpacked_tuple_args(PyObject *argument)
{
    if (_PyGenericAlias_Check(argument) && ALIAS(argument)->starred
        && ALIAS(argument)->origin == (PyObject *)&PyTuple_Type) {
        return Py_NewRef(ALIAS(argument)->args);
    }
    PyObject *result;
    if (_PyObject_LookupAttr(argument,
                             &_Py_ID(__typing_unpacked_tuple_args__),
                             &result)
        > 0) {
        if (result == Py_None) {
            Py_DECREF(result);
            return NULL;
        }
        return result;
    }
    return NULL;
}

/* The items between the brackets as a tuple, *tuple[int, str] being written
   out; *tuple[int, ...] has no definite length and stays. */
static PyObject *
unpack_items(PyObject *item)
{
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    const int is_tuple = PyTuple_Check(item);
    Py_ssize_t count = is_tuple ? PyTuple_GET_SIZE(item) : 1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *element = is_tuple ? PyTuple_GET_ITEM(item, i) : item;
        if (PyType_Check(element)) {
            if (PyList_Append(list, element) < 0) {
                goto error;
            }
            continue;
        }
        PyObject *parts = unpacked_tuple_args(element);
        if (parts == NULL && PyErr_Occurred()) {
            goto error;
        }
        int failed;
        if (parts != NULL && PyTuple_Check(parts)
            && !(PyTuple_GET_SIZE(parts)
                 && PyTuple_GET_ITEM(parts, PyTuple_GET_SIZE(parts) - 1)
                        == Py_Ellipsis)) {
            failed = PyList_SetSlice(list, PY_SSIZE_T_MAX, PY_SSIZE_T_MAX,
                                     parts);
        }
        else {
            failed = PyList_Append(list, element);
        }
        Py_XDECREF(parts);
        if (failed < 0) {
            goto error;
        }
    }
    PyObject *result = PySequence_Tuple(list);
    Py_DECREF(list);
    return result;

error:
    Py_DECREF(list);
    return NULL;
}

/* Lets each parameter have its say on the items as a whole. */
static PyObject *
prepare_items(PyObject *self, PyObject *parameters, PyObject *item)
{
    item = unpack_items(item);
    Py_ssize_t count = PyTuple_GET_SIZE(parameters);
    for (Py_ssize_t i = 0; item != NULL && i < count; i++) {
        PyObject *prepare;
        if (_PyObject_LookupAttr(PyTuple_GET_ITEM(parameters, i),
                                 &_Py_ID(__typing_prepare_subst__), &prepare)
            < 0) {
            Py_DECREF(item);
            return NULL;
        }
        if (prepare != NULL && prepare != Py_None) {
            if (PyTuple_Check(item)) {
                Py_SETREF(item, PyObject_CallFunction(prepare, "OO", self,
                                                      item));
            }
            else {
                Py_SETREF(item, PyObject_CallFunction(prepare, "O(O)", self,
                                                      item));
            }
        }
        Py_XDECREF(prepare);
    }
    return item;
}

static PyObject *
replace_argument(PyObject *argument, PyObject *parameters, PyObject **values,
                 Py_ssize_t nparams)
{
    PyObject *substitute;
    if (_PyObject_LookupAttr(argument, &_Py_ID(__typing_subst__),
                             &substitute)
        < 0) {
        return NULL;
    }
    if (substitute == NULL) {
        return subs_tvars(argument, parameters, values, nparams);
    }
    Py_ssize_t which = tuple_index(parameters, nparams, argument);
    assert(which >= 0);
    PyObject *result = PyObject_CallOneArg(substitute, values[which]);
    Py_DECREF(substitute);
    return result;
}

static PyObject *
replace_arguments(PyObject *args, PyObject *parameters, PyObject **values)
{
    Py_ssize_t nparams = PyTuple_GET_SIZE(parameters);
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    PyObject *result = PyTuple_New(nargs);
    if (result == NULL) {
        return NULL;
    }
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < nargs; i++) {
        PyObject *argument = PyTuple_GET_ITEM(args, i);
        if (PyType_Check(argument)) {
            PyTuple_SET_ITEM(result, at, Py_NewRef(argument));
            at++;
            continue;
        }
        int unpack = is_unpacked_typevartuple(argument);
        if (unpack < 0) {
            goto error;
        }
        argument = replace_argument(argument, parameters, values, nparams);
        if (argument == NULL) {
            goto error;
        }
        if (!unpack) {
            PyTuple_SET_ITEM(result, at, argument);
            at++;
            continue;
        }
        at = tuple_extend(&result, at, &PyTuple_GET_ITEM(argument, 0),
                          PyTuple_GET_SIZE(argument));
        Py_DECREF(argument);
        if (at < 0) {
            return NULL;
        }
    }
    return result;

error:
    Py_DECREF(result);
    return NULL;
}

PyObject *
_Py_subs_parameters(PyObject *self, PyObject *args, PyObject *parameters,
                    PyObject *item)
{
    Py_ssize_t nparams = PyTuple_GET_SIZE(parameters);
    if (nparams == 0) {
        return PyErr_Format(PyExc_TypeError, "%R is not a generic class",
                            self);
    }
    item = prepare_items(self, parameters, item);
    if (item == NULL) {
        return NULL;
    }
    const int is_tuple = PyTuple_Check(item);
    Py_ssize_t nitems = is_tuple ? PyTuple_GET_SIZE(item) : 1;
    PyObject **values = is_tuple ? &PyTuple_GET_ITEM(item, 0) : &item;
    PyObject *result = NULL;
    if (nitems != nparams) {
        PyErr_Format(PyExc_TypeError,
                     "Too %s arguments for %R; actual %zd, expected %zd",
                     nitems > nparams ? "many" : "few", self, nitems,
                     nparams);
    }
    else {
        result = replace_arguments(args, parameters, values);
    }
    Py_DECREF(item);
    return result;
}

/* -- Slots ---------------------------------------------------------------- */

static int
make_parameters(gaobject *alias)
{
    if (alias->parameters == NULL) {
        alias->parameters = _Py_make_parameters(alias->args);
    }
    return alias->parameters == NULL ? -1 : 0;
}

static PyObject *
ga_getitem(PyObject *self, PyObject *item)
{
    gaobject *alias = ALIAS(self);
    if (make_parameters(alias) < 0) {
        return NULL;
    }
    PyObject *args = _Py_subs_parameters(self, alias->args,
                                         alias->parameters, item);
    if (args == NULL) {
        return NULL;
    }
    PyObject *result = Py_GenericAlias(alias->origin, args);
    if (result != NULL) {
        ALIAS(result)->starred = alias->starred;
    }
    Py_DECREF(args);
    return result;
}

static PyMappingMethods ga_as_mapping = {
    .mp_subscript = ga_getitem,
};

static Py_hash_t
ga_hash(PyObject *self)
{
    Py_hash_t origin_hash = PyObject_Hash(ALIAS(self)->origin);
    if (origin_hash == -1) {
        return -1;
    }
    Py_hash_t args_hash = PyObject_Hash(ALIAS(self)->args);
    if (args_hash == -1) {
        return -1;
    }
    return origin_hash ^ args_hash;
}

/* Instances remember by which alias they were made, if they can. */
static PyObject *
set_orig_class(PyObject *object, PyObject *alias)
{
    if (object != NULL
        && PyObject_SetAttr(object, &_Py_ID(__orig_class__), alias) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)
            && !PyErr_ExceptionMatches(PyExc_TypeError)) {
            Py_DECREF(object);
            return NULL;
        }
        PyErr_Clear();
    }
    return object;
}

static PyObject *
ga_call(PyObject *self, PyObject *args, PyObject *kwds)
{
    PyObject *object = PyObject_Call(ALIAS(self)->origin, args, kwds);
    return set_orig_class(object, self);
}

static PyObject *
ga_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf,
              PyObject *kwnames)
{
    PyObject *object = PyObject_Vectorcall(ALIAS(self)->origin, args, nargsf,
                                           kwnames);
    return set_orig_class(object, self);
}

/* The attributes that are the alias's own; all others are the origin's. */
static const char *const own_attributes[] = {
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
    NULL,
};

static PyObject *
ga_getattro(PyObject *self, PyObject *name)
{
    if (PyUnicode_Check(name)) {
        const char *const *own = own_attributes;
        while (*own && !_PyUnicode_EqualToASCIIString(name, *own)) {
            own++;
        }
        if (*own == NULL) {
            return PyObject_GetAttr(ALIAS(self)->origin, name);
        }
    }
    return PyObject_GenericGetAttr(self, name);
}

static PyObject *
ga_richcompare(PyObject *a, PyObject *b, int op)
{
    if (!_PyGenericAlias_Check(a) || !_PyGenericAlias_Check(b)
        || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int equal = ALIAS(a)->starred == ALIAS(b)->starred;
    if (equal) {
        equal = PyObject_RichCompareBool(ALIAS(a)->origin, ALIAS(b)->origin,
                                         Py_EQ);
    }
    if (equal > 0) {
        equal = PyObject_RichCompareBool(ALIAS(a)->args, ALIAS(b)->args,
                                         Py_EQ);
    }
    if (equal < 0) {
        return NULL;
    }
    return PyBool_FromLong(equal == (op == Py_EQ));
}

/* -- Methods -------------------------------------------------------------- */

static PyObject *
ga_mro_entries(PyObject *self, PyObject *Py_UNUSED(bases))
{
    return PyTuple_Pack(1, ALIAS(self)->origin);
}

static PyObject *
ga_instancecheck(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(instance))
{
    PyErr_SetString(PyExc_TypeError,
                    "isinstance() argument 2 cannot be a parameterized "
                    "generic");
    return NULL;
}

static PyObject *
ga_subclasscheck(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(cls))
{
    PyErr_SetString(PyExc_TypeError,
                    "issubclass() argument 2 cannot be a parameterized "
                    "generic");
    return NULL;
}

static PyObject *
ga_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    gaobject *alias = ALIAS(self);
    if (!alias->starred) {
        return Py_BuildValue("O(OO)", Py_TYPE(self), alias->origin,
                             alias->args);
    }
    /* next(iter(alias)) is what makes the star */
    PyObject *plain = Py_GenericAlias(alias->origin, alias->args);
    if (plain == NULL) {
        return NULL;
    }
    Py_SETREF(plain, PyObject_GetIter(plain));
    if (plain == NULL) {
        return NULL;
    }
    return Py_BuildValue("N(N)", _PyEval_GetBuiltin(&_Py_ID(next)), plain);
}

static PyObject *
ga_dir(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *dir = PyObject_Dir(ALIAS(self)->origin);
    if (dir == NULL) {
        return NULL;
    }
    for (const char *const *own = own_attributes; *own; own++) {
        PyObject *name = PyUnicode_FromString(*own);
        if (name == NULL) {
            goto error;
        }
        int contains = PySequence_Contains(dir, name);
        if (contains == 0) {
            contains = PyList_Append(dir, name);
        }
        Py_DECREF(name);
        if (contains < 0) {
            goto error;
        }
    }
    return dir;

error:
    Py_DECREF(dir);
    return NULL;
}

static PyMethodDef ga_methods[] = {
    {"__mro_entries__", ga_mro_entries, METH_O, NULL},
    {"__instancecheck__", ga_instancecheck, METH_O, NULL},
    {"__subclasscheck__", ga_subclasscheck, METH_O, NULL},
    {"__reduce__", ga_reduce, METH_NOARGS, NULL},
    {"__dir__", ga_dir, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef ga_members[] = {
    {"__origin__", T_OBJECT, offsetof(gaobject, origin), READONLY, NULL},
    {"__args__", T_OBJECT, offsetof(gaobject, args), READONLY, NULL},
    {"__unpacked__", T_BOOL, offsetof(gaobject, starred), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyObject *
ga_parameters(PyObject *self, void *Py_UNUSED(closure))
{
    if (make_parameters(ALIAS(self)) < 0) {
        return NULL;
    }
    return Py_NewRef(ALIAS(self)->parameters);
}

static PyObject *
ga_unpacked_tuple_args(PyObject *self, void *Py_UNUSED(closure))
{
    gaobject *alias = ALIAS(self);
    if (alias->starred && alias->origin == (PyObject *)&PyTuple_Type) {
        return Py_NewRef(alias->args);
    }
    Py_RETURN_NONE;
}

static PyGetSetDef ga_properties[] = {
    {"__parameters__", ga_parameters, NULL,
     PyDoc_STR("Type variables in the GenericAlias."), NULL},
    {"__typing_unpacked_tuple_args__", ga_unpacked_tuple_args, NULL, NULL,
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* -- Iteration: once, giving the alias with a star ------------------------ */

static PyObject *
ga_iter(PyObject *self)
{
    gaiterobject *iterator = PyObject_GC_New(gaiterobject,
                                             &_Py_GenericAliasIterType);
    if (iterator == NULL) {
        return NULL;
    }
    iterator->obj = Py_NewRef(self);
    PyObject_GC_Track(iterator);
    return (PyObject *)iterator;
}

static PyObject *
gaiter_iternext(PyObject *self)
{
    gaiterobject *iterator = (gaiterobject *)self;
    if (iterator->obj == NULL) {
        return NULL;
    }
    gaobject *alias = ALIAS(iterator->obj);
    PyObject *starred = Py_GenericAlias(alias->origin, alias->args);
    Py_CLEAR(iterator->obj);
    if (starred != NULL) {
        ALIAS(starred)->starred = true;
    }
    return starred;
}

static void
gaiter_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((gaiterobject *)self)->obj);
    PyObject_GC_Del(self);
}

static int
gaiter_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((gaiterobject *)self)->obj);
    return 0;
}

static int
gaiter_clear(PyObject *self)
{
    Py_CLEAR(((gaiterobject *)self)->obj);
    return 0;
}

static PyObject *
gaiter_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *iter = _PyEval_GetBuiltin(&_Py_ID(iter));
    gaiterobject *iterator = (gaiterobject *)self;
    if (iterator->obj) {
        return Py_BuildValue("N(O)", iter, iterator->obj);
    }
    return Py_BuildValue("N(())", iter);
}

static PyMethodDef gaiter_methods[] = {
    {"__reduce__", gaiter_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject _Py_GenericAliasIterType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "generic_alias_iterator",
    .tp_basicsize = sizeof(gaiterobject),
    .tp_dealloc = gaiter_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = gaiter_traverse,
    .tp_clear = gaiter_clear,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = gaiter_iternext,
    .tp_methods = gaiter_methods,
};

/* -- Construction --------------------------------------------------------- */

static int
ga_setup(gaobject *alias, PyObject *origin, PyObject *args)
{
    if (PyTuple_Check(args)) {
        alias->args = Py_NewRef(args);
    }
    else {
        alias->args = PyTuple_Pack(1, args);
        if (alias->args == NULL) {
            return -1;
        }
    }
    alias->origin = Py_NewRef(origin);
    alias->parameters = NULL;
    alias->weakreflist = NULL;
    alias->vectorcall =
        PyVectorcall_Function(origin) != NULL ? ga_vectorcall : NULL;
    return 0;
}

static PyObject *
ga_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    if (!_PyArg_NoKeywords("GenericAlias", kwds)
        || !_PyArg_CheckPositional("GenericAlias", PyTuple_GET_SIZE(args), 2,
                                   2)) {
        return NULL;
    }
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    if (ga_setup(ALIAS(self), PyTuple_GET_ITEM(args, 0),
                 PyTuple_GET_ITEM(args, 1)) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return self;
}

PyObject *
Py_GenericAlias(PyObject *origin, PyObject *args)
{
    PyObject *self = PyType_GenericAlloc(&Py_GenericAliasType, 0);
    if (self == NULL) {
        return NULL;
    }
    if (ga_setup(ALIAS(self), origin, args) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return self;
}

static PyNumberMethods ga_as_number = {
    .nb_or = _Py_union_type_or,
};

PyDoc_STRVAR(genericalias_doc,
"Represent a PEP 585 generic type\n"
"\n"
"For t = list[int], t.__origin__ is list and t.__args__ is (int,).");

PyTypeObject Py_GenericAliasType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "types.GenericAlias",
    .tp_doc = genericalias_doc,
    .tp_basicsize = sizeof(gaobject),
    .tp_dealloc = ga_dealloc,
    .tp_repr = ga_repr,
    .tp_as_number = &ga_as_number,
    .tp_as_mapping = &ga_as_mapping,
    .tp_hash = ga_hash,
    .tp_call = ga_call,
    .tp_getattro = ga_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_traverse = ga_traverse,
    .tp_richcompare = ga_richcompare,
    .tp_weaklistoffset = offsetof(gaobject, weakreflist),
    .tp_methods = ga_methods,
    .tp_members = ga_members,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = ga_new,
    .tp_free = PyObject_GC_Del,
    .tp_getset = ga_properties,
    .tp_iter = ga_iter,
    .tp_vectorcall_offset = offsetof(gaobject, vectorcall),
};
