/* ctypes: C data and C functions for Python.

   Every ctypes class has a struct ctype_info, which says how its instances lie
   in memory. A metatype makes it when the class is made and stores it in the
   class's dict; subclasses that are not described anew inherit it. An instance
   (struct cdata) is a pointer to memory: its own, inside another instance's,
   or anywhere. */
#ifndef CTYPES_H
#define CTYPES_H

#ifndef PY_SSIZE_T_CLEAN
#define PY_SSIZE_T_CLEAN
#endif
#include "Python.h"
#include <ffi.h>

enum ctype_kind {
    CTYPE_SIMPLE,
    CTYPE_STRUCT,
    CTYPE_UNION,
    CTYPE_ARRAY,
    CTYPE_POINTER,
    CTYPE_FUNCTION,
};

struct ctype_info {
    PyObject_HEAD
    enum ctype_kind kind;
    char code;              /* of a simple type: its letter */
    int swapped;            /* bytes in the other order */
    int final;              /* has instances or subclasses: fixed */
    int has_pointers;       /* no ordinary pickling */
    Py_ssize_t size;
    Py_ssize_t align;
    Py_ssize_t length;      /* of an array; of a struct: its fields */
    PyObject *target;       /* of an array or pointer: the element's type */
    char *format;           /* for the buffer protocol; PyMem */
    int ndim;
    Py_ssize_t *shape;      /* PyMem; ndim of them */
    ffi_type ffi;           /* elements are PyMem */
    int flags;              /* of functions: FUNCFLAG_* */
    PyObject *argtypes;     /* of functions: tuple or NULL */
    PyObject *converters;   /* their from_param */
    PyObject *restype;      /* NULL: int */
};

/* Small values live in the instance itself. */
union cvalue {
    char c[16];
    long double g;
    double d;
    float f;
    long long q;
    void *p;
};

struct cdata {
    PyObject_HEAD
    char *ptr;
    int needsfree;          /* ptr is ours, from PyMem_Malloc or `value` */
    PyObject *base;         /* whose memory this is a part of, or NULL */
    Py_ssize_t size;
    Py_ssize_t length;      /* of an array */
    Py_ssize_t index;       /* in base */
    PyObject *objects;      /* what the memory refers to: dict, or an object */
    union cvalue value;
    /* functions only */
    PyObject *callable;
    PyObject *thunk;
    PyObject *errcheck;
    PyObject *restype;
    PyObject *argtypes;
    PyObject *converters;
    PyObject *paramflags;
};

/* An argument that is ready to be passed: what byref() makes. */
struct carg {
    PyObject_HEAD
    ffi_type *type;
    char tag;
    union cvalue value;
    PyObject *object;       /* kept alive */
};

#define FUNCFLAG_CDECL 1
#define FUNCFLAG_PYTHONAPI 4
#define FUNCFLAG_USE_ERRNO 8
#define FUNCFLAG_USE_LASTERROR 16

extern PyTypeObject ctype_info_type;
extern PyTypeObject carg_type;
extern PyTypeObject cfield_type;
extern PyTypeObject cthunk_type;
extern PyTypeObject simple_metatype, struct_metatype, union_metatype,
    array_metatype, pointer_metatype, function_metatype;
extern PyTypeObject cdata_type, simple_type, struct_type, union_type,
    array_type, pointer_type, function_type;
extern PyObject *ctypes_ArgumentError;
extern PyObject *ctypes_pointer_cache;
extern PyObject *ctypes_name_info;         /* "_ctype_info" */
extern PyObject *ctypes_name_type;         /* "_type_" */
extern PyObject *ctypes_name_as_parameter; /* "_as_parameter_" */

/* Made ready by the module itself, not at start-up. */
#define CTYPES_TYPE

/* info.c */
struct ctype_info *ctype_info_of(PyObject *type);       /* borrowed or NULL */
struct ctype_info *ctype_info_new(enum ctype_kind kind);
int ctype_info_attach_steal(PyObject *type, struct ctype_info *info);
struct ctype_info *ctype_info_need(PyObject *type);     /* or TypeError */
PyObject *ctypes_array_type(PyObject *element, Py_ssize_t length);
PyObject *ctypes_pointer_type(PyObject *target);
PyObject *ctypes_shapeless(const struct ctype_info *info, const char *prefix);
int ctypes_type_is_direct(PyObject *type);

/* value.c */
ffi_type *value_ffi(char code);
PyObject *value_get(char code, int swapped, const void *p);
/* Stores VALUE; returns what must be kept alive (None: nothing), new. */
PyObject *value_set(char code, int swapped, void *p, PyObject *value);
char value_format(char code);

/* data.c */
static inline int
is_cdata(PyObject *object)
{
    return PyObject_TypeCheck(object, &cdata_type);
}
PyObject *cdata_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
PyObject *cdata_at(PyObject *type, PyObject *base, Py_ssize_t index,
                   char *ptr);
PyObject *cdata_get(PyObject *type, PyObject *base, Py_ssize_t index,
                    char *ptr);
int cdata_set(PyObject *owner, PyObject *type, PyObject *value,
              Py_ssize_t index, char *ptr);
int cdata_keep_steal(struct cdata *owner, Py_ssize_t index, PyObject *keep);
struct carg *carg_new(void);
PyObject *ctypes_from_param(PyObject *type, PyObject *value);
PyObject *cdata_resize(PyObject *self, Py_ssize_t size);

/* struct.c */
int struct_set_fields(PyObject *type, PyObject *fields, int is_union);
int struct_make_ffi(PyObject *type, struct ctype_info *info);

/* call.c */
PyObject *ctypes_call(void *address, int flags, PyObject **args,
                      Py_ssize_t nargs, PyObject *converters,
                      PyObject *restype, PyObject *checker);
PyObject *ctypes_thunk_new(PyObject *callable, PyObject *argtypes,
                           PyObject *restype, int flags);
void *ctypes_thunk_address(PyObject *thunk);
PyObject *ctypes_get_errno(PyObject *self, PyObject *args);
PyObject *ctypes_set_errno(PyObject *self, PyObject *args);

#endif  /* !CTYPES_H */
