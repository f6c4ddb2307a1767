/* The posix module: what its files share. */
#ifndef Baton_POSIXMODULE_H
#define Baton_POSIXMODULE_H

#include "pycore_fileutils.h"
#include "pycore_object.h"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

/* The parameters of a METH_FASTCALL | METH_KEYWORDS function. */
#define OS_ARGUMENTS                                                          \
    PyObject *module, PyObject *const *args, Py_ssize_t nargs,                \
        PyObject *kwnames

/* Declares the parser of such a function; then OS_PARSE(&x, &y ...). */
#define OS_PARSER(FORMAT, ...)                                                \
    static const char *const keywords[] = {__VA_ARGS__, NULL};                \
    static _PyArg_Parser parser = {.format = FORMAT, .keywords = keywords}

#define OS_PARSE(...)                                                         \
    _PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser, __VA_ARGS__)

/* The arguments of a METH_FASTCALL function without names. */
#define OS_POSITIONAL(NAME, MIN, MAX, FORMAT, ...)                            \
    (_PyArg_CheckPositional(NAME, nargs, MIN, MAX)                            \
     && _PyArg_ParseStack(args, nargs, FORMAT ":" NAME, __VA_ARGS__))

#define OS_KEYWORDS (METH_FASTCALL | METH_KEYWORDS)

/* -- Module state --------------------------------------------------------- */

typedef struct {
    PyObject *billion;
    PyTypeObject *DirEntryType;
    PyTypeObject *ScandirIteratorType;
    PyTypeObject *SchedParamType;
    PyTypeObject *StatResultType;
    PyTypeObject *StatVFSResultType;
    PyTypeObject *TerminalSizeType;
    PyTypeObject *TimesResultType;
    PyTypeObject *UnameResultType;
    PyTypeObject *WaitidResultType;
    PyObject *struct_rusage;    /* resource.struct_rusage, for wait3() */
} os_state;

static inline os_state *
os_get_state(PyObject *module)
{
    return (os_state *)PyModule_GetState(module);
}

/* -- Paths ---------------------------------------------------------------- */

/* An argument that is a path, and perhaps a descriptor or None instead.
   Fill in the first four (PATH_T_INITIALIZE), parse with path_converter, and
   always call path_cleanup() afterwards. */
typedef struct {
    const char *function_name;  /* for messages */
    const char *argument_name;
    int nullable;               /* whether None will do */
    int allow_fd;               /* whether an int will do */
    const char *narrow;         /* the path; NULL: none was given */
    int fd;                     /* the descriptor, or -1 */
    Py_ssize_t length;          /* of narrow */
    PyObject *object;           /* what was given; owned */
    PyObject *cleanup;          /* owns narrow */
} path_t;

#define PATH_T_INITIALIZE(FUNCTION, ARGUMENT, NULLABLE, ALLOW_FD)             \
    {FUNCTION, ARGUMENT, NULLABLE, ALLOW_FD, NULL, -1, 0, NULL, NULL}

#define DEFAULT_DIR_FD AT_FDCWD

extern int path_converter(PyObject *o, void *p);
extern void path_cleanup(path_t *path);
extern int dir_fd_converter(PyObject *o, void *p);
extern int fildes_converter(PyObject *o, void *p);

/* Combinations that make no sense: 1 with ValueError, else 0. */
extern int path_and_dir_fd_invalid(const char *function, path_t *path,
                                   int dir_fd);
extern int dir_fd_and_fd_invalid(const char *function, int dir_fd, int fd);
extern int fd_and_follow_symlinks_invalid(const char *function, int fd,
                                          int follow_symlinks);
extern int dir_fd_and_follow_symlinks_invalid(const char *function,
                                              int dir_fd,
                                              int follow_symlinks);

/* -- Errors: each returns NULL -------------------------------------------- */

static inline PyObject *
posix_error(void)
{
    return PyErr_SetFromErrno(PyExc_OSError);
}

extern PyObject *path_error(path_t *path);
extern PyObject *path_error2(path_t *path, path_t *path2);
extern PyObject *argument_unavailable_error(const char *function,
                                            const char *argument);

/* -- Conversions ---------------------------------------------------------- */

extern PyObject *_PyLong_FromUid(uid_t uid);
extern PyObject *_PyLong_FromGid(gid_t gid);
extern int _Py_Uid_Converter(PyObject *o, uid_t *p);
extern int _Py_Gid_Converter(PyObject *o, gid_t *p);
extern int _Py_Sigset_Converter(PyObject *o, void *p);

extern int os_off_t_converter(PyObject *o, void *p);
extern int os_dev_converter(PyObject *o, void *p);
extern PyObject *os_from_dev(dev_t dev);

/* A name of a table or an int; see posix_names. */
struct os_name {
    const char *name;
    int value;
};

/* -- Parts ---------------------------------------------------------------- */

extern PyMethodDef os_stat_methods[];
extern PyMethodDef os_directory_methods[];
extern PyMethodDef os_file_methods[];
extern PyMethodDef os_descriptor_methods[];
extern PyMethodDef os_fork_methods[];
extern PyMethodDef os_exec_methods[];
extern PyMethodDef os_wait_methods[];
extern PyMethodDef os_id_methods[];
extern PyMethodDef os_sched_methods[];
extern PyMethodDef os_system_methods[];
extern PyMethodDef os_xattr_methods[];

extern int os_stat_exec(PyObject *module);
extern int os_directory_exec(PyObject *module);
extern int os_wait_exec(PyObject *module);
extern int os_sched_exec(PyObject *module);
extern int os_system_exec(PyObject *module);
extern int os_constants_exec(PyObject *module);

/* stat() and lstat() for DirEntry. */
extern PyObject *os_stat_path(PyObject *module, const char *function,
                              path_t *path, int dir_fd, int follow_symlinks);

/* A structseq type, added to the module under its own name. */
extern PyTypeObject *os_add_structseq(PyObject *module,
                                      PyStructSequence_Desc *desc,
                                      const char *name);

/* sched_param as an argument. */
struct sched_param;
extern int os_convert_sched_param(PyObject *module, PyObject *param,
                                  struct sched_param *result);

#endif
