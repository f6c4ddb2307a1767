/* Shared by the files of the builtins module. */
#ifndef BATON_BUILTINS_PRIVATE_H
#define BATON_BUILTINS_PRIVATE_H

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_interp.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_tuple.h"

#define BUILTIN_FUNCTION(F) ((PyCFunction)(void (*)(void))F)
#define BUILTIN_KEYWORDS (METH_VARARGS | METH_KEYWORDS)

/* functions of the other files, in the module's table */
extern PyObject *builtin___build_class__(PyObject *, PyObject *const *,
                                         Py_ssize_t, PyObject *);
extern PyObject *builtin_compile(PyObject *, PyObject *, PyObject *);
extern PyObject *builtin_eval(PyObject *, PyObject *const *, Py_ssize_t);
extern PyObject *builtin_exec(PyObject *, PyObject *, PyObject *);
extern PyObject *builtin_input(PyObject *, PyObject *const *, Py_ssize_t);
extern PyObject *builtin_print(PyObject *, PyObject *const *, Py_ssize_t,
                               PyObject *);
extern PyObject *builtin_min(PyObject *, PyObject *, PyObject *);
extern PyObject *builtin_max(PyObject *, PyObject *, PyObject *);
extern PyObject *builtin_sum(PyObject *, PyObject *const *, Py_ssize_t,
                             PyObject *);

extern const char builtin_build_class_doc[];
extern const char builtin_compile_doc[];
extern const char builtin_eval_doc[];
extern const char builtin_exec_doc[];
extern const char builtin_input_doc[];
extern const char builtin_print_doc[];
extern const char builtin_min_doc[];
extern const char builtin_max_doc[];
extern const char builtin_sum_doc[];

#endif
