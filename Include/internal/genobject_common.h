/* What the three kinds of generators share: genobject.c defines it,
   genobject_coro.c and genobject_async.c use it. */
#ifndef Py_INTERNAL_GENOBJECT_COMMON_H
#define Py_INTERNAL_GENOBJECT_COMMON_H

#include "pycore_frame.h"

extern int gen_traverse(PyGenObject *gen, visitproc visit, void *arg);
extern void gen_dealloc(PyGenObject *gen);

/* Resumes with arg (NULL: next()), or with the exception that is set if exc.
   closing: an exhausted coroutine is no error. */
extern PySendResult gen_resume(PyGenObject *gen, PyObject *arg,
                               PyObject **presult, int exc, int closing);
extern PySendResult gen_am_send(PyGenObject *gen, PyObject *arg,
                                PyObject **result);
/* The same, with StopIteration at the end. */
extern PyObject *gen_send_ex(PyGenObject *gen, PyObject *arg, int exc,
                             int closing);
extern PyObject *gen_send(PyGenObject *gen, PyObject *arg);
extern PyObject *gen_close(PyGenObject *gen, PyObject *args);
/* close_on_genexit: GeneratorExit closes what is delegated to. */
extern PyObject *gen_throw_ex(PyGenObject *gen, int close_on_genexit,
                              PyObject *typ, PyObject *val, PyObject *tb);
extern PyObject *gen_throw(PyGenObject *gen, PyObject *const *args,
                           Py_ssize_t nargs);

extern PyObject *gen_get_name(PyGenObject *op, void *closure);
extern int gen_set_name(PyGenObject *op, PyObject *value, void *closure);
extern PyObject *gen_get_qualname(PyGenObject *op, void *closure);
extern int gen_set_qualname(PyGenObject *op, PyObject *value, void *closure);
extern PyObject *gen_getyieldfrom(PyGenObject *gen, void *closure);
extern PyObject *gen_getrunning(PyGenObject *gen, void *closure);
extern PyObject *gen_getsuspended(PyGenObject *gen, void *closure);
extern PyObject *gen_getframe_as(PyGenObject *gen, const char *name);
extern PyObject *gen_sizeof(PyGenObject *gen, PyObject *ignored);

extern PyObject *gen_make(PyTypeObject *type, PyFunctionObject *func);
extern PyObject *gen_make_from_frame(PyTypeObject *type, PyFrameObject *f,
                                     PyObject *name, PyObject *qualname);

/* A tuple of (filename, line, function) of the frames that created it. */
extern PyObject *coro_compute_origin(int depth, _PyInterpreterFrame *frame);

#endif
