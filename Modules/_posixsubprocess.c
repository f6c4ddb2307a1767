/* The _posixsubprocess module: fork and exec for subprocess.

   Between fork() and exec() the child may only call what is safe in a signal
   handler: other threads may have held any lock, malloc's included.  So all
   that it needs is made before the fork.  Without preexec_fn the child is made
   by vfork(), which copies no page tables: parent and child share memory, so
   the child must not change it either, and all signals are blocked meanwhile,
   so that no handler runs in it. */

#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_object.h"
#include "pycore_pystate.h"
#include "pycore_signal.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEW_GROUPS_MAX 64

/* What the child is told. */
struct child {
    char *const *exec_array;    /* candidates for the program's path */
    char *const *argv;
    char *const *envp;          /* NULL: the parent's */
    const char *cwd;            /* NULL: stay */
    int p2cread, p2cwrite;      /* pipes; -1: none */
    int c2pread, c2pwrite;
    int errread, errwrite;
    int errpipe_read, errpipe_write;
    int close_fds;
    int restore_signals;
    int call_setsid;
    pid_t pgid_to_set;          /* below 0: leave it */
    int call_setgid;
    gid_t gid;
    Py_ssize_t extra_group_size;    /* below 0: leave them */
    const gid_t *extra_groups;
    int call_setuid;
    uid_t uid;
    int child_umask;            /* below 0: leave it */
    const void *child_sigmask;  /* to restore after a vfork, or NULL */
    const int *keep_fds;        /* ascending */
    Py_ssize_t keep_count;
    PyObject *preexec_fn;       /* or None */
    PyObject *preexec_fn_args;
};

extern int _Py_Uid_Converter(PyObject *o, uid_t *p);
extern int _Py_Gid_Converter(PyObject *o, gid_t *p);

/* -- In the child: closing descriptors ------------------------------------ */

static void
close_range_but(int start, int end, const int *keep, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (keep[i] < start) {
            continue;
        }
        _Py_closerange(start, keep[i] - 1);
        start = keep[i] + 1;
    }
    if (start <= end) {
        _Py_closerange(start, end);
    }
}

/* The kernel's directory entry, read without the C library's buffers. */
struct linux_dirent64 {
    unsigned long long d_ino;
    long long d_off;
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[256];
};

static int
digits_to_int(const char *name)
{
    int number = 0;
    for (; *name >= '0' && *name <= '9'; name++) {
        number = number * 10 + (*name - '0');
    }
    return *name != '\0' ? -1 : number;
}

static int
is_kept(int fd, const int *keep, Py_ssize_t count)
{
    Py_ssize_t low = 0, high = count - 1;
    while (low <= high) {
        Py_ssize_t middle = (low + high) / 2;
        if (keep[middle] == fd) {
            return 1;
        }
        if (keep[middle] < fd) {
            low = middle + 1;
        }
        else {
            high = middle - 1;
        }
    }
    return 0;
}

/* Close all from 3 on but some.  close_range() does it in few calls; where
   the kernel lacks it, /proc tells what is open. */
static void
close_open_fds(int start, const int *keep, Py_ssize_t count)
{
    if (syscall(SYS_close_range, ~0U, ~0U, 0) == 0 || errno != ENOSYS) {
        close_range_but(start, INT_MAX, keep, count);
        return;
    }
    int directory = _Py_open_noraise("/proc/self/fd", O_RDONLY);
    if (directory == -1) {
        long limit = sysconf(_SC_OPEN_MAX);
        close_range_but(start, limit > 0 ? (int)limit - 1 : 255, keep,
                        count);
        return;
    }
    char buffer[sizeof(struct linux_dirent64)];
    long bytes;
    while ((bytes = syscall(SYS_getdents64, directory, buffer,
                            sizeof(buffer))) > 0) {
        for (long offset = 0; offset < bytes;) {
            const struct linux_dirent64 *entry
                = (const struct linux_dirent64 *)(buffer + offset);
            int fd = digits_to_int(entry->d_name);
            if (fd >= start && fd != directory && !is_kept(fd, keep, count)) {
                close(fd);
            }
            offset += entry->d_reclen;
        }
    }
    close(directory);
}

static int
make_inheritable(const struct child *child)
{
    for (Py_ssize_t i = 0; i < child->keep_count; i++) {
        if (child->keep_fds[i] == child->errpipe_write) {
            continue;
        }
        if (_Py_set_inheritable_async_safe(child->keep_fds[i], 1, NULL) < 0) {
            return -1;
        }
    }
    return 0;
}

/* -- In the child --------------------------------------------------------- */

/* Make fd a standard descriptor; 0 or -1. */
static int
redirect(int from, int to)
{
    if (from == to) {
        return _Py_set_inheritable_async_safe(from, 1, NULL);
    }
    return from != -1 ? dup2(from, to) == -1 ? -1 : 0 : 0;
}

/* Close the parent's ends, and set up 0, 1 and 2; 0 or -1. */
static int
set_up_standard(const struct child *child)
{
    int c2pwrite = child->c2pwrite;
    int errwrite = child->errwrite;
    if (child->p2cwrite != -1) {
        close(child->p2cwrite);
    }
    if (child->c2pread != -1) {
        close(child->c2pread);
    }
    if (child->errread != -1) {
        close(child->errread);
    }
    close(child->errpipe_read);
    /* A low descriptor that is needed later must not be overwritten. */
    if (c2pwrite == 0) {
        c2pwrite = dup(c2pwrite);
        if (c2pwrite == -1
            || _Py_set_inheritable_async_safe(c2pwrite, 0, NULL) < 0) {
            return -1;
        }
    }
    while (errwrite == 0 || errwrite == 1) {
        errwrite = dup(errwrite);
        if (errwrite == -1
            || _Py_set_inheritable_async_safe(errwrite, 0, NULL) < 0) {
            return -1;
        }
    }
    if (redirect(child->p2cread, 0) < 0 || redirect(c2pwrite, 1) < 0
        || redirect(errwrite, 2) < 0) {
        return -1;
    }
    return 0;
}

static void
reset_signal_handlers(const sigset_t *child_sigmask)
{
    for (int signum = 1; signum < _NSIG; signum++) {
        struct sigaction action;
        if (signum == SIGKILL || signum == SIGSTOP
            || sigaction(signum, NULL, &action) == -1) {
            continue;
        }
        void *handler = action.sa_flags & SA_SIGINFO
                        ? (void *)action.sa_sigaction
                        : (void *)action.sa_handler;
        if (handler == (void *)SIG_IGN || handler == (void *)SIG_DFL) {
            continue;
        }
        action.sa_handler = SIG_DFL;
        action.sa_flags = SA_RESTART;
        sigemptyset(&action.sa_mask);
        (void)sigaction(signum, &action, NULL);
    }
    /* Only now may signals come. */
    if (pthread_sigmask(SIG_SETMASK, child_sigmask, NULL)) {
        /* Cannot be: the mask came from the same call. */
        _exit(255);
    }
}

static int
set_ids(const struct child *child)
{
    if (child->extra_group_size >= 0
        && syscall(SYS_setgroups, child->extra_group_size,
                   child->extra_groups) < 0) {
        return -1;
    }
    if (child->call_setgid && setregid(child->gid, child->gid) < 0) {
        return -1;
    }
    if (child->call_setuid && setreuid(child->uid, child->uid) < 0) {
        return -1;
    }
    return 0;
}

/* Try the candidates; errno says what was wrong. */
static void
exec_first(const struct child *child)
{
    int saved_errno = 0;
    for (int i = 0; child->exec_array[i] != NULL; i++) {
        if (child->envp != NULL) {
            execve(child->exec_array[i], child->argv, child->envp);
        }
        else {
            execv(child->exec_array[i], child->argv);
        }
        if (errno != ENOENT && errno != ENOTDIR && saved_errno == 0) {
            saved_errno = errno;
        }
    }
    /* Report the first error other than ENOENT, if any. */
    if (saved_errno) {
        errno = saved_errno;
    }
}

/* "ClassName:hexerrno:message" for the parent.  Steals nothing, allocates
   nothing. */
static void
report_failure(int fd, int error, const char *message)
{
    char hex[sizeof(error) * 2 + 1];
    if (error == 0) {
        (void)_Py_write_noraise(fd, "SubprocessError:0:", 18);
    }
    else {
        char *out = hex + sizeof(hex);
        for (unsigned int left = (unsigned int)error; left != 0; left >>= 4) {
            *--out = "0123456789ABCDEF"[left & 15];
        }
        (void)_Py_write_noraise(fd, "OSError:", 8);
        (void)_Py_write_noraise(fd, out, (size_t)(hex + sizeof(hex) - out));
        (void)_Py_write_noraise(fd, ":", 1);
    }
    (void)_Py_write_noraise(fd, message, strlen(message));
}

/* Never returns to Python; on failure the caller _exit()s. */
static void
child_exec(const struct child *child)
{
    const char *message = "";
    int error;
    if (make_inheritable(child) < 0 || set_up_standard(child) < 0) {
        goto error;
    }
    if (child->cwd != NULL && chdir(child->cwd) == -1) {
        /* subprocess takes this word for the directory's fault. */
        message = "noexec";
        goto error;
    }
    if (child->child_umask >= 0) {
        umask((mode_t)child->child_umask);
    }
    if (child->restore_signals) {
        _Py_RestoreSignals();
    }
    if (child->child_sigmask != NULL) {
        reset_signal_handlers(child->child_sigmask);
    }
    if (child->call_setsid && setsid() < 0) {
        goto error;
    }
    if (child->pgid_to_set >= 0 && setpgid(0, child->pgid_to_set) < 0) {
        goto error;
    }
    if (set_ids(child) < 0) {
        goto error;
    }
    if (child->preexec_fn != Py_None && child->preexec_fn_args != NULL) {
        PyObject *result = PyObject_Call(child->preexec_fn,
                                         child->preexec_fn_args, NULL);
        if (result == NULL) {
            /* Stringifying the exception is no longer safe here. */
            message = "Exception occurred in preexec_fn.";
            errno = 0;
            goto error;
        }
    }
    if (child->close_fds) {
        close_open_fds(3, child->keep_fds, child->keep_count);
    }
    exec_first(child);
error:
    error = errno;
    report_failure(child->errpipe_write, error, message);
}

/* -- Forking -------------------------------------------------------------- */

/* Nothing may be inlined that lives across vfork(): the child uses the
   parent's stack. */
static pid_t __attribute__((noinline))
do_fork_exec(const struct child *child)
{
    pid_t pid;
    if (child->child_sigmask != NULL) {
        pid = vfork();
        if (pid == (pid_t)-1) {
            /* Some sandboxes forbid it. */
            pid = fork();
        }
    }
    else {
        pid = fork();
    }
    if (pid != 0) {
        return pid;
    }
    if (child->preexec_fn != Py_None) {
        /* Python code will run: make the interpreter fit for it. */
        PyOS_AfterFork_Child();
    }
    child_exec(child);
    _exit(255);
}

/* -- Arguments ------------------------------------------------------------ */

/* The tuple of bytes as strings; the bytes must live.  NULL: error. */
static char **
strings_of(PyObject *sequence)
{
    PyObject *fast = PySequence_Fast(sequence, "argv must be a tuple");
    if (fast == NULL) {
        return NULL;
    }
    Py_ssize_t count = PySequence_Fast_GET_SIZE(fast);
    char **array = PyMem_Calloc((size_t)count + 1, sizeof(char *));
    if (array == NULL) {
        Py_DECREF(fast);
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PySequence_Fast_GET_SIZE(fast) != count) {
            PyErr_SetString(PyExc_RuntimeError, "args changed during "
                                                "iteration");
            goto error;
        }
        char *text;
        PyObject *item = PySequence_Fast_GET_ITEM(fast, i);
        if (PyBytes_AsStringAndSize(item, &text, NULL) < 0) {
            goto error;
        }
        size_t size = strlen(text) + 1;
        array[i] = PyMem_Malloc(size);
        if (array[i] == NULL) {
            PyErr_NoMemory();
            goto error;
        }
        memcpy(array[i], text, size);
    }
    Py_DECREF(fast);
    return array;
error:
    Py_DECREF(fast);
    for (char **p = array; *p != NULL; p++) {
        PyMem_Free(*p);
    }
    PyMem_Free(array);
    return NULL;
}

static void
strings_free(char **array)
{
    if (array == NULL) {
        return;
    }
    for (char **p = array; *p != NULL; p++) {
        PyMem_Free(*p);
    }
    PyMem_Free(array);
}

/* argv may hold str and paths, too. */
static PyObject *
convert_arguments(PyObject *process_args)
{
    PyObject *fast = PySequence_Fast(process_args, "argv must be a tuple");
    if (fast == NULL) {
        return NULL;
    }
    Py_ssize_t count = PySequence_Fast_GET_SIZE(fast);
    PyObject *converted = PyTuple_New(count);
    for (Py_ssize_t i = 0; converted != NULL && i < count; i++) {
        if (PySequence_Fast_GET_SIZE(fast) != count) {
            PyErr_SetString(PyExc_RuntimeError,
                            "args changed during iteration");
            Py_CLEAR(converted);
            break;
        }
        PyObject *bytes;
        PyObject *item = PySequence_Fast_GET_ITEM(fast, i);
        if (!PyUnicode_FSConverter(item, &bytes)) {
            Py_CLEAR(converted);
            break;
        }
        PyTuple_SET_ITEM(converted, i, bytes);
    }
    Py_DECREF(fast);
    return converted;
}

/* A strictly ascending tuple of descriptors; NULL with ValueError. */
static int *
kept_descriptors(PyObject *tuple)
{
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    int *fds = PyMem_New(int, (size_t)count + 1);
    if (fds == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    long previous = -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        long fd = PyLong_Check(item) ? PyLong_AsLong(item) : -1;
        if (fd < 0 || fd <= previous || fd > INT_MAX) {
            PyErr_Clear();
            PyErr_SetString(PyExc_ValueError, "bad value(s) in fds_to_keep");
            PyMem_Free(fds);
            return NULL;
        }
        fds[i] = (int)fd;
        previous = fd;
    }
    return fds;
}

/* The groups; *count is -1 when there are none to set.  0 or -1. */
static int
parse_groups(PyObject *list, gid_t *groups, Py_ssize_t *count)
{
    *count = -1;
    if (list == Py_None) {
        return 0;
    }
    if (!PyList_Check(list)) {
        PyErr_SetString(PyExc_TypeError,
                        "setgroups argument must be a list");
        return -1;
    }
    Py_ssize_t size = PySequence_Size(list);
    if (size < 0) {
        return -1;
    }
    if (size > NEW_GROUPS_MAX) {
        PyErr_SetString(PyExc_ValueError, "too many extra_groups");
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *item = PySequence_GetItem(list, i);
        if (item == NULL) {
            return -1;
        }
        if (!PyLong_Check(item)) {
            PyErr_SetString(PyExc_TypeError,
                            "extra_groups must be integers");
            Py_DECREF(item);
            return -1;
        }
        int ok = _Py_Gid_Converter(item, &groups[i]);
        Py_DECREF(item);
        if (!ok) {
            PyErr_SetString(PyExc_ValueError, "invalid group id");
            return -1;
        }
    }
    *count = size;
    return 0;
}

static int
parse_ids(struct child *child, PyObject *gid_object, PyObject *uid_object)
{
    if (gid_object != Py_None) {
        if (!_Py_Gid_Converter(gid_object, &child->gid)) {
            return -1;
        }
        child->call_setgid = 1;
    }
    if (uid_object != Py_None) {
        if (!_Py_Uid_Converter(uid_object, &child->uid)) {
            return -1;
        }
        child->call_setuid = 1;
    }
    return 0;
}

/* The garbage collector must not run in the child. */
static int
disable_gc(int *was_enabled)
{
    *was_enabled = PyGC_Disable();
    return 0;
}

static pid_t
fork_and_exec(struct child *child, int allow_vfork, int *error)
{
    sigset_t old_mask;
    int blocked = 0;
    if (child->preexec_fn == Py_None && allow_vfork && !child->call_setuid
        && !child->call_setgid && child->extra_group_size < 0) {
        /* glibc's own id changes would signal every thread. */
        sigset_t all;
        sigfillset(&all);
        *error = pthread_sigmask(SIG_BLOCK, &all, &old_mask);
        if (*error != 0) {
            return -1;
        }
        child->child_sigmask = &old_mask;
        blocked = 1;
    }
    pid_t pid = do_fork_exec(child);
    *error = pid == (pid_t)-1 ? errno : 0;
    if (blocked) {
        pthread_sigmask(SIG_SETMASK, &old_mask, NULL);
    }
    return pid;
}

static PyObject *
subprocess_fork_exec(PyObject *module, PyObject *args)
{
    PyObject *process_args, *executable_list, *fds_to_keep, *cwd_obj,
        *env_list, *extra_groups, *gid_object, *uid_object;
    struct child child;
    memset(&child, 0, sizeof(child));
    child.extra_group_size = -1;
    int allow_vfork;
    if (!PyArg_ParseTuple(
            args, "OOpO!OOiiiiiiiipp" "i" "OOOiOp:fork_exec",
            &process_args, &executable_list, &child.close_fds, &PyTuple_Type,
            &fds_to_keep, &cwd_obj, &env_list, &child.p2cread,
            &child.p2cwrite, &child.c2pread, &child.c2pwrite, &child.errread,
            &child.errwrite, &child.errpipe_read, &child.errpipe_write,
            &child.restore_signals, &child.call_setsid, &child.pgid_to_set,
            &gid_object, &extra_groups, &uid_object, &child.child_umask,
            &child.preexec_fn, &allow_vfork)) {
        return NULL;
    }
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (child.preexec_fn != Py_None && !_Py_IsMainInterpreter(interp)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "preexec_fn not supported within subinterpreters");
        return NULL;
    }
    if (child.close_fds && child.errpipe_write < 3) {
        PyErr_SetString(PyExc_ValueError, "errpipe_write must be >= 3");
        return NULL;
    }
    PyObject *result = NULL;
    char **exec_array = NULL, **argv = NULL, **envp = NULL;
    PyObject *converted_args = NULL, *cwd_bytes = NULL;
    gid_t groups[NEW_GROUPS_MAX];
    int gc_was_enabled = 0;
    int *keep = kept_descriptors(fds_to_keep);
    if (keep == NULL) {
        return NULL;
    }
    child.keep_fds = keep;
    child.keep_count = PyTuple_GET_SIZE(fds_to_keep);
    exec_array = strings_of(executable_list);
    if (exec_array == NULL) {
        goto done;
    }
    child.exec_array = exec_array;
    if (process_args != Py_None) {
        converted_args = convert_arguments(process_args);
        if (converted_args == NULL) {
            goto done;
        }
        argv = strings_of(converted_args);
        if (argv == NULL) {
            goto done;
        }
        child.argv = argv;
    }
    if (env_list != Py_None) {
        envp = strings_of(env_list);
        if (envp == NULL) {
            goto done;
        }
        child.envp = envp;
    }
    if (cwd_obj != Py_None) {
        if (!PyUnicode_FSConverter(cwd_obj, &cwd_bytes)) {
            goto done;
        }
        child.cwd = PyBytes_AS_STRING(cwd_bytes);
    }
    if (parse_groups(extra_groups, groups, &child.extra_group_size) < 0
        || parse_ids(&child, gid_object, uid_object) < 0) {
        goto done;
    }
    child.extra_groups = groups;
    int need_after_fork = 0;
    if (child.preexec_fn != Py_None) {
        child.preexec_fn_args = PyTuple_New(0);
        if (child.preexec_fn_args == NULL) {
            goto done;
        }
        disable_gc(&gc_was_enabled);
        PyOS_BeforeFork();
        need_after_fork = 1;
    }
    int error;
    pid_t pid = fork_and_exec(&child, allow_vfork, &error);
    if (need_after_fork) {
        PyOS_AfterFork_Parent();
    }
    if (gc_was_enabled) {
        PyGC_Enable();
    }
    if (pid == (pid_t)-1) {
        errno = error;
        PyErr_SetFromErrno(PyExc_OSError);
    }
    else {
        result = PyLong_FromPid(pid);
    }
done:
    Py_XDECREF(child.preexec_fn_args);
    Py_XDECREF(converted_args);
    Py_XDECREF(cwd_bytes);
    strings_free(envp);
    strings_free(argv);
    strings_free(exec_array);
    PyMem_Free(keep);
    return result;
}

static PyMethodDef subprocess_methods[] = {
    {"fork_exec", subprocess_fork_exec, METH_VARARGS,
     "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env,\n"
     "          p2cread, p2cwrite, c2pread, c2pwrite,\n"
     "          errread, errwrite, errpipe_read, errpipe_write,\n"
     "          restore_signals, call_setsid, pgid_to_set,\n"
     "          gid, extra_groups, uid, umask, preexec_fn, allow_vfork)\n\n"
     "Fork, set the child up, and run the first program that can be run.\n"
     "\n"
     "The child's identifier.  What goes wrong in it is written to\n"
     "errpipe_write; after a preexec_fn, only part of Python works there."},
    {NULL, NULL, 0, NULL}
};

static PyModuleDef_Slot subprocess_slots[] = {
    {0, NULL}
};

static struct PyModuleDef subprocess_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_posixsubprocess",
    .m_doc = "A POSIX helper for the subprocess module.",
    .m_size = 0,
    .m_methods = subprocess_methods,
    .m_slots = subprocess_slots,
};

PyMODINIT_FUNC
PyInit__posixsubprocess(void)
{
    return PyModuleDef_Init(&subprocess_module);
}
