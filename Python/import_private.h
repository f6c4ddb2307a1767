/* Shared by the import_*.c files. */
#ifndef BATON_IMPORT_PRIVATE_H
#define BATON_IMPORT_PRIVATE_H

#include "Python.h"
#include "pycore_import.h"

/* Run `code` in the dict of module `name`; what sys.modules then has. */
extern PyObject *import_exec_code(PyThreadState *tstate, PyObject *name,
                                  PyObject *dict, PyObject *code);
extern PyObject *import_exec_in_new_module(PyThreadState *tstate,
                                           PyObject *name, PyObject *code);
extern void import_remove_frames(PyThreadState *tstate);

/* -X importtime */
typedef struct {
    _PyTime_t start;
    _PyTime_t outer; /* time in imports inside the enclosing import so far */
} import_time_mark;
extern void import_time_begin(import_time_mark *mark);
extern void import_time_end(const import_time_mark *mark, PyObject *name);

/* The functions of the _imp module's table, by file. */
extern PyObject *import_create_builtin(PyThreadState *tstate, PyObject *name,
                                       PyObject *spec);
extern int import_is_builtin(PyObject *name); /* 1, 0, -1: not again */

/* A frozen module: what is known of it; `status` says why not. */
enum frozen_status {
    FROZEN_OKAY,
    FROZEN_BAD_NAME,
    FROZEN_NOT_FOUND,
    FROZEN_DISABLED,
    FROZEN_EXCLUDED,
    FROZEN_INVALID,
};
struct frozen_info {
    PyObject *nameobj; /* borrowed */
    const char *data;  /* marshalled code, or NULL */
    PyObject *(*get_code)(void);
    Py_ssize_t size;
    int is_package;
    int is_alias;
    const char *origname;
};
extern enum frozen_status frozen_find(PyObject *name,
                                      struct frozen_info *info);
extern void frozen_set_error(enum frozen_status status, PyObject *name);
extern PyObject *frozen_code(PyThreadState *tstate,
                             const struct frozen_info *info);
extern PyObject *frozen_names(void);

/* Remembered definitions of single-phase extension modules. */
extern PyObject *import_find_extension(PyThreadState *tstate, PyObject *name,
                                       PyObject *filename);

#endif
