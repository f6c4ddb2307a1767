/* posix: running other programs, and ending this one. */

#include "Python.h"
#include "posixmodule.h"

#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>

/* -- Argument and environment vectors ------------------------------------- */

static void
free_strings(char **array, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        PyMem_Free(array[i]);
    }
    PyMem_Free(array);
}

/* A copy of a path-like's bytes. */
static int
copy_path(PyObject *o, char **out)
{
    PyObject *bytes;
    if (!PyUnicode_FSConverter(o, &bytes)) {
        return -1;
    }
    size_t size = (size_t)PyBytes_GET_SIZE(bytes) + 1;
    *out = PyMem_Malloc(size);
    if (*out != NULL) {
        memcpy(*out, PyBytes_AS_STRING(bytes), size);
    }
    Py_DECREF(bytes);
    if (*out == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

/* The strings of a list or tuple, NULL at the end; NULL with an exception. */
static char **
argument_vector(PyObject *argv, Py_ssize_t *count)
{
    Py_ssize_t argc = PySequence_Size(argv);
    if (argc < 0) {
        return NULL;
    }
    char **array = PyMem_New(char *, argc + 1);
    if (array == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < argc; i++) {
        PyObject *item = PySequence_ITEM(argv, i);
        if (item == NULL || copy_path(item, &array[i]) < 0) {
            Py_XDECREF(item);
            free_strings(array, i);
            return NULL;
        }
        Py_DECREF(item);
    }
    array[argc] = NULL;
    *count = argc;
    return array;
}

static PyObject *
mapping_list(PyObject *mapping, int want_keys)
{
    PyObject *list = want_keys ? PyMapping_Keys(mapping)
                               : PyMapping_Values(mapping);
    if (list != NULL && !PyList_Check(list)) {
        PyErr_SetString(PyExc_TypeError,
                        want_keys ? "env.keys() or env.values() is not a list"
                                  : "env.keys() or env.values() is not a "
                                    "list");
        Py_CLEAR(list);
    }
    return list;
}

/* "key=value" as a string of its own. */
static char *
environment_entry(PyObject *key, PyObject *value)
{
    PyObject *key_bytes, *value_bytes;
    if (!PyUnicode_FSConverter(key, &key_bytes)) {
        return NULL;
    }
    if (!PyUnicode_FSConverter(value, &value_bytes)) {
        Py_DECREF(key_bytes);
        return NULL;
    }
    char *entry = NULL;
    const char *name = PyBytes_AS_STRING(key_bytes);
    if (PyBytes_GET_SIZE(key_bytes) == 0 || strchr(name + 1, '=') != NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "illegal environment variable name");
    }
    else {
        size_t key_size = (size_t)PyBytes_GET_SIZE(key_bytes);
        size_t value_size = (size_t)PyBytes_GET_SIZE(value_bytes);
        entry = PyMem_Malloc(key_size + value_size + 2);
        if (entry == NULL) {
            PyErr_NoMemory();
        }
        else {
            memcpy(entry, name, key_size);
            entry[key_size] = '=';
            memcpy(entry + key_size + 1, PyBytes_AS_STRING(value_bytes),
                   value_size + 1);
        }
    }
    Py_DECREF(key_bytes);
    Py_DECREF(value_bytes);
    return entry;
}

static char **
environment_vector(PyObject *env, Py_ssize_t *count)
{
    Py_ssize_t size = PyMapping_Size(env);
    if (size < 0) {
        return NULL;
    }
    char **array = NULL;
    Py_ssize_t done = 0;
    PyObject *keys = mapping_list(env, 1);
    PyObject *values = keys != NULL ? mapping_list(env, 0) : NULL;
    if (values == NULL) {
        goto error;
    }
    size = Py_MIN(PyList_GET_SIZE(keys), PyList_GET_SIZE(values));
    array = PyMem_New(char *, size + 1);
    if (array == NULL) {
        PyErr_NoMemory();
        goto error;
    }
    for (; done < size; done++) {
        PyObject *key = PyList_GetItem(keys, done);
        PyObject *value = PyList_GetItem(values, done);
        if (key == NULL || value == NULL) {
            goto error;
        }
        array[done] = environment_entry(key, value);
        if (array[done] == NULL) {
            goto error;
        }
    }
    array[done] = NULL;
    *count = done;
    Py_DECREF(keys);
    Py_DECREF(values);
    return array;
error:
    Py_XDECREF(keys);
    Py_XDECREF(values);
    if (array != NULL) {
        free_strings(array, done);
    }
    return NULL;
}

/* The arguments of execv() and friends, checked; NULL with an exception. */
static char **
checked_arguments(const char *function, PyObject *argv, Py_ssize_t *count)
{
    if (!PyList_Check(argv) && !PyTuple_Check(argv)) {
        PyErr_Format(PyExc_TypeError, "%s must be a tuple or list", function);
        return NULL;
    }
    return argument_vector(argv, count);
}

static int
check_first_argument(const char *function, Py_ssize_t argc, char **argv)
{
    if (argc < 1) {
        PyErr_Format(PyExc_ValueError, "%s must not be empty", function);
        return -1;
    }
    if (argv[0][0] == '\0') {
        PyErr_Format(PyExc_ValueError, "%s first element cannot be empty",
                     function);
        return -1;
    }
    return 0;
}

/* -- exec ----------------------------------------------------------------- */

static PyObject *
os_execv(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    path_t path = PATH_T_INITIALIZE("execv", "path", 0, 0);
    PyObject *argv;
    if (!OS_POSITIONAL("execv", 2, 2, "O&O", path_converter, &path, &argv)) {
        path_cleanup(&path);
        return NULL;
    }
    char **arguments = NULL;
    Py_ssize_t argc = 0;
    if (!PyList_Check(argv) && !PyTuple_Check(argv)) {
        PyErr_SetString(PyExc_TypeError,
                        "execv() arg 2 must be a tuple or list");
        goto done;
    }
    if (PySequence_Size(argv) < 1) {
        PyErr_SetString(PyExc_ValueError,
                        "execv() arg 2 must not be empty");
        goto done;
    }
    arguments = argument_vector(argv, &argc);
    if (arguments == NULL) {
        goto done;
    }
    if (arguments[0][0] == '\0') {
        PyErr_SetString(PyExc_ValueError,
                        "execv() arg 2 first element cannot be empty");
        goto done;
    }
    if (PySys_Audit("os.exec", "OOO", path.object, argv, Py_None) < 0) {
        goto done;
    }
    execv(path.narrow, arguments);
    posix_error();
done:
    if (arguments != NULL) {
        free_strings(arguments, argc);
    }
    path_cleanup(&path);
    return NULL;
}

static PyObject *
os_execve(OS_ARGUMENTS)
{
    OS_PARSER("O&OO:execve", "path", "argv", "env");
    path_t path = PATH_T_INITIALIZE("execve", "path", 0, 1);
    PyObject *argv, *env;
    if (!OS_PARSE(path_converter, &path, &argv, &env)) {
        return NULL;
    }
    char **arguments = NULL;
    char **environment = NULL;
    Py_ssize_t argc = 0;
    Py_ssize_t envc = 0;
    if (!PyList_Check(argv) && !PyTuple_Check(argv)) {
        PyErr_SetString(PyExc_TypeError,
                        "execve: argv must be a tuple or list");
        goto done;
    }
    if (!PyMapping_Check(env)) {
        PyErr_SetString(PyExc_TypeError,
                        "execve: environment must be a mapping object");
        goto done;
    }
    arguments = checked_arguments("execve: argv", argv, &argc);
    if (arguments == NULL
        || check_first_argument("execve: argv", argc, arguments) < 0) {
        goto done;
    }
    environment = environment_vector(env, &envc);
    if (environment == NULL
        || PySys_Audit("os.exec", "OOO", path.object, argv, env) < 0) {
        goto done;
    }
    if (path.fd > -1) {
        fexecve(path.fd, arguments, environment);
    }
    else {
        execve(path.narrow, arguments, environment);
    }
    path_error(&path);
done:
    if (environment != NULL) {
        free_strings(environment, envc);
    }
    if (arguments != NULL) {
        free_strings(arguments, argc);
    }
    path_cleanup(&path);
    return NULL;
}

/* -- posix_spawn ---------------------------------------------------------- */

/* The C library wants the wider functions' results, not errno. */
static int
spawn_error(int error)
{
    if (error != 0) {
        errno = error;
        posix_error();
        return -1;
    }
    return 0;
}

static int
parse_setsid(posix_spawnattr_t *attributes, short *flags, int setsid)
{
    if (setsid) {
        *flags |= POSIX_SPAWN_SETSID;
    }
    return 0;
}

static int
parse_scheduler(PyObject *module, posix_spawnattr_t *attributes,
                short *flags, PyObject *scheduler)
{
    PyObject *policy_obj;
    struct sched_param param;
    if (!PyArg_ParseTuple(scheduler, "OO;A scheduler tuple must have two "
                                     "elements", &policy_obj, &scheduler)) {
        return -1;
    }
    if (!os_convert_sched_param(module, scheduler, &param)) {
        return -1;
    }
    if (policy_obj != Py_None) {
        int policy = _PyLong_AsInt(policy_obj);
        if (PyErr_Occurred()
            || spawn_error(posix_spawnattr_setschedpolicy(attributes,
                                                          policy)) < 0) {
            return -1;
        }
        *flags |= POSIX_SPAWN_SETSCHEDULER;
    }
    if (spawn_error(posix_spawnattr_setschedparam(attributes, &param)) < 0) {
        return -1;
    }
    *flags |= POSIX_SPAWN_SETSCHEDPARAM;
    return 0;
}

static int
parse_attributes(PyObject *module, posix_spawnattr_t *attributes,
                 PyObject *setpgroup, int resetids, int setsid,
                 PyObject *setsigmask, PyObject *setsigdef,
                 PyObject *scheduler)
{
    short flags = 0;
    if (setpgroup != NULL) {
        pid_t group = PyLong_AsPid(setpgroup);
        if ((group == (pid_t)-1 && PyErr_Occurred())
            || spawn_error(posix_spawnattr_setpgroup(attributes, group))
                   < 0) {
            return -1;
        }
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    if (resetids) {
        flags |= POSIX_SPAWN_RESETIDS;
    }
    if (parse_setsid(attributes, &flags, setsid) < 0) {
        return -1;
    }
    sigset_t set;
    if (setsigmask != NULL) {
        if (!_Py_Sigset_Converter(setsigmask, &set)
            || spawn_error(posix_spawnattr_setsigmask(attributes, &set))
                   < 0) {
            return -1;
        }
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if (setsigdef != NULL) {
        if (!_Py_Sigset_Converter(setsigdef, &set)
            || spawn_error(posix_spawnattr_setsigdefault(attributes, &set))
                   < 0) {
            return -1;
        }
        flags |= POSIX_SPAWN_SETSIGDEF;
    }
    if (scheduler != NULL
        && parse_scheduler(module, attributes, &flags, scheduler) < 0) {
        return -1;
    }
    return spawn_error(posix_spawnattr_setflags(attributes, flags));
}

enum { SPAWN_OPEN, SPAWN_CLOSE, SPAWN_DUP2 };

/* One of the file actions; keep holds what must live till the spawn. */
static int
add_file_action(posix_spawn_file_actions_t *actions, PyObject *action,
                PyObject *keep)
{
    if (!PyTuple_Check(action) || PyTuple_GET_SIZE(action) == 0) {
        PyErr_SetString(PyExc_TypeError,
                        "Each file_actions element must be a non-empty "
                        "tuple");
        return -1;
    }
    long tag = PyLong_AsLong(PyTuple_GET_ITEM(action, 0));
    if (tag == -1 && PyErr_Occurred()) {
        return -1;
    }
    PyObject *tag_obj, *path;
    int fd, fd2, flags;
    unsigned long mode;
    switch (tag) {
    case SPAWN_OPEN:
        if (!PyArg_ParseTuple(action, "OiO&ik"
                              ";A open file_action tuple must have 5 "
                              "elements", &tag_obj, &fd,
                              PyUnicode_FSConverter, &path, &flags, &mode)) {
            return -1;
        }
        if (PyList_Append(keep, path) < 0) {
            Py_DECREF(path);
            return -1;
        }
        int error = posix_spawn_file_actions_addopen(
            actions, fd, PyBytes_AS_STRING(path), flags, (mode_t)mode);
        Py_DECREF(path);
        return spawn_error(error);
    case SPAWN_CLOSE:
        if (!PyArg_ParseTuple(action, "Oi"
                              ";A close file_action tuple must have 2 "
                              "elements", &tag_obj, &fd)) {
            return -1;
        }
        return spawn_error(posix_spawn_file_actions_addclose(actions, fd));
    case SPAWN_DUP2:
        if (!PyArg_ParseTuple(action, "Oii"
                              ";A dup2 file_action tuple must have 3 "
                              "elements", &tag_obj, &fd, &fd2)) {
            return -1;
        }
        return spawn_error(posix_spawn_file_actions_adddup2(actions, fd,
                                                            fd2));
    default:
        PyErr_SetString(PyExc_TypeError, "Unknown file_actions identifier");
        return -1;
    }
}

static int
parse_file_actions(posix_spawn_file_actions_t *actions, PyObject *sequence,
                   PyObject *keep)
{
    PyObject *fast = PySequence_Fast(sequence, "file_actions must be a "
                                               "sequence or None");
    if (fast == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast); i++) {
        PyObject *action = Py_NewRef(PySequence_Fast_GET_ITEM(fast, i));
        int status = add_file_action(actions, action, keep);
        Py_DECREF(action);
        if (status < 0) {
            Py_DECREF(fast);
            return -1;
        }
    }
    Py_DECREF(fast);
    return 0;
}

extern char **environ;

/* The sequence is known to be one that is neither None nor empty. */
static PyObject *
spawn_with_attributes(PyObject *module, path_t *path, PyObject *argv,
                      char **arguments, char **environment, PyObject *env,
                      PyObject *file_actions, posix_spawnattr_t *attributes,
                      int search_path)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_t *actions_ptr = NULL;
    PyObject *keep = NULL;
    PyObject *result = NULL;
    if (file_actions != NULL && file_actions != Py_None) {
        keep = PyList_New(0);
        if (keep == NULL) {
            return NULL;
        }
        if (spawn_error(posix_spawn_file_actions_init(&actions)) < 0) {
            goto done;
        }
        actions_ptr = &actions;
        if (parse_file_actions(&actions, file_actions, keep) < 0) {
            goto done;
        }
    }
    if (PySys_Audit("os.posix_spawn", "OOO", path->object, argv, env) < 0) {
        goto done;
    }
    pid_t pid;
    int error;
    if (search_path) {
        error = posix_spawnp(&pid, path->narrow, actions_ptr, attributes,
                             arguments, environment);
    }
    else {
        error = posix_spawn(&pid, path->narrow, actions_ptr, attributes,
                            arguments, environment);
    }
    if (error != 0) {
        errno = error;
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path->object);
        goto done;
    }
    result = PyLong_FromPid(pid);
done:
    if (actions_ptr != NULL) {
        posix_spawn_file_actions_destroy(actions_ptr);
    }
    Py_XDECREF(keep);
    return result;
}

static PyObject *
spawn(PyObject *module, const char *name, int search_path, path_t *path,
      PyObject *argv, PyObject *env, PyObject *file_actions,
      PyObject *setpgroup, int resetids, int setsid, PyObject *setsigmask,
      PyObject *setsigdef, PyObject *scheduler)
{
    char **arguments = NULL;
    char **environment = NULL;
    Py_ssize_t argc = 0;
    Py_ssize_t envc = 0;
    PyObject *result = NULL;
    if (!PyList_Check(argv) && !PyTuple_Check(argv)) {
        PyErr_Format(PyExc_TypeError, "%s: argv must be a tuple or list",
                     name);
        return NULL;
    }
    if (PySequence_Size(argv) < 1) {
        PyErr_Format(PyExc_ValueError, "%s: argv must not be empty", name);
        return NULL;
    }
    if (!PyMapping_Check(env)) {
        PyErr_Format(PyExc_TypeError,
                     "%s: environment must be a mapping object", name);
        return NULL;
    }
    arguments = argument_vector(argv, &argc);
    if (arguments == NULL) {
        return NULL;
    }
    if (arguments[0][0] == '\0') {
        PyErr_Format(PyExc_ValueError,
                     "%s: argv first element cannot be empty", name);
        goto done;
    }
    environment = environment_vector(env, &envc);
    if (environment == NULL) {
        goto done;
    }
    posix_spawnattr_t attributes;
    if (spawn_error(posix_spawnattr_init(&attributes)) < 0) {
        goto done;
    }
    if (parse_attributes(module, &attributes, setpgroup, resetids, setsid,
                         setsigmask, setsigdef, scheduler) == 0) {
        result = spawn_with_attributes(module, path, argv, arguments,
                                       environment, env, file_actions,
                                       &attributes, search_path);
    }
    posix_spawnattr_destroy(&attributes);
done:
    if (environment != NULL) {
        free_strings(environment, envc);
    }
    free_strings(arguments, argc);
    return result;
}

#define SPAWN_NAMES                                                           \
    "", "", "", "file_actions", "setpgroup", "resetids", "setsid",            \
        "setsigmask", "setsigdef", "scheduler"

static PyObject *
os_posix_spawn(OS_ARGUMENTS)
{
    OS_PARSER("O&OO|$OOiiOOO:posix_spawn", SPAWN_NAMES);
    path_t path = PATH_T_INITIALIZE("posix_spawn", "path", 0, 0);
    PyObject *argv, *env;
    PyObject *file_actions = NULL, *setpgroup = NULL, *setsigmask = NULL,
             *setsigdef = NULL, *scheduler = NULL;
    int resetids = 0, setsid = 0;
    if (!OS_PARSE(path_converter, &path, &argv, &env, &file_actions,
                  &setpgroup, &resetids, &setsid, &setsigmask, &setsigdef,
                  &scheduler)) {
        return NULL;
    }
    PyObject *result = spawn(module, "posix_spawn", 0, &path, argv, env,
                             file_actions, setpgroup, resetids, setsid,
                             setsigmask, setsigdef, scheduler);
    path_cleanup(&path);
    return result;
}

static PyObject *
os_posix_spawnp(OS_ARGUMENTS)
{
    OS_PARSER("O&OO|$OOiiOOO:posix_spawnp", SPAWN_NAMES);
    path_t path = PATH_T_INITIALIZE("posix_spawnp", "path", 0, 0);
    PyObject *argv, *env;
    PyObject *file_actions = NULL, *setpgroup = NULL, *setsigmask = NULL,
             *setsigdef = NULL, *scheduler = NULL;
    int resetids = 0, setsid = 0;
    if (!OS_PARSE(path_converter, &path, &argv, &env, &file_actions,
                  &setpgroup, &resetids, &setsid, &setsigmask, &setsigdef,
                  &scheduler)) {
        return NULL;
    }
    PyObject *result = spawn(module, "posix_spawnp", 1, &path, argv, env,
                             file_actions, setpgroup, resetids, setsid,
                             setsigmask, setsigdef, scheduler);
    path_cleanup(&path);
    return result;
}

/* -- The end -------------------------------------------------------------- */

static PyObject *
os__exit(OS_ARGUMENTS)
{
    OS_PARSER("i:_exit", "status");
    int status;
    if (!OS_PARSE(&status)) {
        return NULL;
    }
    _exit(status);
}

static PyObject *
os_abort(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    abort();
}

static PyObject *
os_system(OS_ARGUMENTS)
{
    OS_PARSER("O&:system", "command");
    PyObject *command;
    if (!OS_PARSE(PyUnicode_FSConverter, &command)) {
        return NULL;
    }
    PyObject *value = NULL;
    if (PySys_Audit("os.system", "(O)", command) == 0) {
        int status;
        Py_BEGIN_ALLOW_THREADS
        status = system(PyBytes_AS_STRING(command));
        Py_END_ALLOW_THREADS
        value = PyLong_FromLong(status);
    }
    Py_DECREF(command);
    return value;
}

PyMethodDef os_exec_methods[] = {
    {"execv", _PyCFunction_CAST(os_execv), METH_FASTCALL,
     "execv($module, path, argv, /)\n--\n\n"
     "Replace this process by another program."},
    {"execve", _PyCFunction_CAST(os_execve), OS_KEYWORDS,
     "execve($module, /, path, argv, env)\n--\n\n"
     "execv() with an environment."},
    {"posix_spawn", _PyCFunction_CAST(os_posix_spawn), OS_KEYWORDS,
     "posix_spawn($module, path, argv, env, /, *, file_actions=(),\n"
     "            setpgroup=<unrepresentable>, resetids=False, "
     "setsid=False,\n"
     "            setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)"
     "\n--\n\nRun a program in a new process."},
    {"posix_spawnp", _PyCFunction_CAST(os_posix_spawnp), OS_KEYWORDS,
     "posix_spawnp($module, path, argv, env, /, *, file_actions=(),\n"
     "             setpgroup=<unrepresentable>, resetids=False, "
     "setsid=False,\n"
     "             setsigmask=(), setsigdef=(), "
     "scheduler=<unrepresentable>)\n--\n\n"
     "posix_spawn() that looks for the program in PATH."},
    {"_exit", _PyCFunction_CAST(os__exit), OS_KEYWORDS,
     "_exit($module, /, status)\n--\n\nEnd at once, without cleaning up."},
    {"abort", os_abort, METH_NOARGS,
     "abort($module, /)\n--\n\nEnd at once, with SIGABRT."},
    {"system", _PyCFunction_CAST(os_system), OS_KEYWORDS,
     "system($module, /, command)\n--\n\nRun a command in a shell."},
    {NULL, NULL, 0, NULL}
};
