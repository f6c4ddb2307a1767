/* What the files of Objects/exceptions/ share: the type objects behind the
   PyExc_ variables, and the slots that they have in common. */
#ifndef Py_INTERNAL_EXCEPTION_TYPES_H
#define Py_INTERNAL_EXCEPTION_TYPES_H

#include "pycore_exceptions.h"
#include "pycore_object.h"
#include "structmember.h"

#define SIMPLE(NAME, BASE, DOC) extern PyTypeObject _PyExc_##NAME;
#define SUBCLASS(NAME, BASE, INIT, DOC) extern PyTypeObject _PyExc_##NAME;
#define SPECIAL(NAME) extern PyTypeObject _PyExc_##NAME;
#include "Objects/exceptions/exceptions.def"

/* Slots; those of BaseException serve most classes. */
extern PyObject *BaseException_new(PyTypeObject *type, PyObject *args,
                                   PyObject *kwds);
extern int BaseException_init(PyObject *self, PyObject *args,
                              PyObject *kwds);
extern int BaseException_clear(PyObject *self);
extern int BaseException_traverse(PyObject *self, visitproc visit,
                                  void *arg);
extern PyObject *BaseException_str(PyObject *self);
extern int OSError_init(PyObject *self, PyObject *args, PyObject *kwds);
extern int SyntaxError_init(PyObject *self, PyObject *args, PyObject *kwds);
extern int ImportError_init(PyObject *self, PyObject *args, PyObject *kwds);
extern int NameError_init(PyObject *self, PyObject *args, PyObject *kwds);

/* (type, args) or (type, args, dict), for __reduce__; dict may be NULL. */
extern PyObject *exception_reduce(PyObject *self, PyObject *args,
                                  PyObject *dict);
/* Parses the keyword arguments of an exception whose positional ones are
   anything: `format` has only optional ones. */
extern int exception_parse_keywords(PyObject *kwds, const char *format,
                                    char **keywords, ...);

extern int oserror_init_errnomap(struct _Py_exc_state *state);
extern int memoryerror_preallocate(void);
extern void memoryerror_free_saved(struct _Py_exc_state *state);

static inline struct _Py_exc_state *
exceptions_state(void)
{
    return &_PyInterpreterState_GET()->exc_state;
}

#endif
