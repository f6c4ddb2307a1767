/* PyCapsule: a C pointer that travels through Python code under a name. */
#include "Python.h"

typedef struct {
    PyObject_HEAD
    void *pointer;                      /* never NULL in a valid capsule */
    const char *name;                   /* borrowed from whoever made it */
    void *context;
    PyCapsule_Destructor destructor;
} PyCapsule;

static int
name_matches(const char *name1, const char *name2)
{
    if (!name1 || !name2) {
        return name1 == name2;
    }
    return strcmp(name1, name2) == 0;
}

/* Is it a capsule with a pointer?  If not, an error that names the caller. */
static int
is_legal_capsule(PyObject *object, const char *message)
{
    if (!object || !PyCapsule_CheckExact(object)
        || ((PyCapsule *)object)->pointer == NULL) {
        PyErr_SetString(PyExc_ValueError, message);
        return 0;
    }
    return 1;
}

#define CHECK(OBJECT, FUNCTION) \
    is_legal_capsule((OBJECT), FUNCTION " called with invalid PyCapsule object")

PyObject *
PyCapsule_New(void *pointer, const char *name,
              PyCapsule_Destructor on_death)
{
    if (!pointer) {
        PyErr_SetString(PyExc_ValueError,
                        "PyCapsule_New called with null pointer");
        return NULL;
    }
    PyCapsule *capsule = PyObject_New(PyCapsule, &PyCapsule_Type);
    if (capsule == NULL) {
        return NULL;
    }
    capsule->pointer = pointer;
    capsule->name = name;
    capsule->context = NULL;
    capsule->destructor = on_death;
    return (PyObject *)capsule;
}

int
PyCapsule_IsValid(PyObject *object, const char *name)
{
    PyCapsule *capsule = (PyCapsule *)object;
    return capsule != NULL && PyCapsule_CheckExact(capsule)
           && capsule->pointer != NULL && name_matches(capsule->name, name);
}

void *
PyCapsule_GetPointer(PyObject *object, const char *name)
{
    if (!CHECK(object, "PyCapsule_GetPointer")) {
        return NULL;
    }
    PyCapsule *capsule = (PyCapsule *)object;
    if (!name_matches(name, capsule->name)) {
        PyErr_SetString(PyExc_ValueError,
                        "PyCapsule_GetPointer called with incorrect name");
        return NULL;
    }
    return capsule->pointer;
}

const char *
PyCapsule_GetName(PyObject *object)
{
    if (!CHECK(object, "PyCapsule_GetName")) {
        return NULL;
    }
    return ((PyCapsule *)object)->name;
}

PyCapsule_Destructor
PyCapsule_GetDestructor(PyObject *object)
{
    if (!CHECK(object, "PyCapsule_GetDestructor")) {
        return NULL;
    }
    return ((PyCapsule *)object)->destructor;
}

void *
PyCapsule_GetContext(PyObject *object)
{
    if (!CHECK(object, "PyCapsule_GetContext")) {
        return NULL;
    }
    return ((PyCapsule *)object)->context;
}

int
PyCapsule_SetPointer(PyObject *object, void *pointer)
{
    if (!CHECK(object, "PyCapsule_SetPointer")) {
        return -1;
    }
    if (!pointer) {
        PyErr_SetString(PyExc_ValueError,
                        "PyCapsule_SetPointer called with null pointer");
        return -1;
    }
    ((PyCapsule *)object)->pointer = pointer;
    return 0;
}

int
PyCapsule_SetName(PyObject *object, const char *name)
{
    if (!CHECK(object, "PyCapsule_SetName")) {
        return -1;
    }
    ((PyCapsule *)object)->name = name;
    return 0;
}

int
PyCapsule_SetDestructor(PyObject *object, PyCapsule_Destructor on_death)
{
    if (!CHECK(object, "PyCapsule_SetDestructor")) {
        return -1;
    }
    ((PyCapsule *)object)->destructor = on_death;
    return 0;
}

int
PyCapsule_SetContext(PyObject *object, void *context)
{
    if (!CHECK(object, "PyCapsule_SetContext")) {
        return -1;
    }
    ((PyCapsule *)object)->context = context;
    return 0;
}

/* The first part of the name is a module to import, the others attributes;
   the capsule there must have the whole name. */
void *
PyCapsule_Import(const char *name, int no_block)
{
    void *result = NULL;
    PyObject *object = NULL;
    size_t size = strlen(name) + 1;
    char *copy = PyMem_Malloc(size);
    if (!copy) {
        return PyErr_NoMemory();
    }
    memcpy(copy, name, size);

    for (char *part = copy; part;) {
        char *dot = strchr(part, '.');
        if (dot) {
            *dot++ = '\0';
        }
        if (object == NULL) {
            if (no_block) {
                object = PyImport_ImportModuleNoBlock(part);
            }
            else {
                object = PyImport_ImportModule(part);
                if (!object) {
                    PyErr_Format(PyExc_ImportError,
                                 "PyCapsule_Import could not import module "
                                 "\"%s\"",
                                 part);
                }
            }
        }
        else {
            Py_SETREF(object, PyObject_GetAttrString(object, part));
        }
        if (!object) {
            goto done;
        }
        part = dot;
    }
    if (PyCapsule_IsValid(object, name)) {
        result = ((PyCapsule *)object)->pointer;
    }
    else {
        PyErr_Format(PyExc_AttributeError,
                     "PyCapsule_Import \"%s\" is not valid", name);
    }
done:
    Py_XDECREF(object);
    PyMem_Free(copy);
    return result;
}

static void
capsule_dealloc(PyObject *self)
{
    PyCapsule *capsule = (PyCapsule *)self;
    if (capsule->destructor) {
        capsule->destructor(self);
    }
    PyObject_Free(self);
}

static PyObject *
capsule_repr(PyObject *self)
{
    PyCapsule *capsule = (PyCapsule *)self;
    const char *quote = capsule->name ? "\"" : "";
    const char *name = capsule->name ? capsule->name : "NULL";
    return PyUnicode_FromFormat("<capsule object %s%s%s at %p>", quote, name,
                                quote, self);
}

PyDoc_STRVAR(capsule_doc,
"A capsule wraps a pointer of C, so that it can be handed from one extension\n"
"module to another through Python code.\n"
"\n"
"Modules publish their C interface in this way; importing one's capsule by\n"
"its full name gives access to it.");

PyTypeObject PyCapsule_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "PyCapsule",
    .tp_basicsize = sizeof(PyCapsule),
    .tp_dealloc = capsule_dealloc,
    .tp_repr = capsule_repr,
    .tp_doc = capsule_doc,
};
