/* posix: users, groups, sessions and priorities of processes. */

#include "Python.h"
#include "posixmodule.h"

#include <grp.h>
#include <pwd.h>
#include <limits.h>
#include <sys/resource.h>

static PyObject *
none_or_error(int result)
{
    return result < 0 ? posix_error() : Py_NewRef(Py_None);
}

/* -- Asking --------------------------------------------------------------- */

#define ID_GETTER(NAME, CONVERT)                                              \
    static PyObject *os_##NAME(PyObject *module, PyObject *ignored)           \
    {                                                                         \
        return CONVERT(NAME());                                               \
    }
ID_GETTER(getpid, PyLong_FromPid)
ID_GETTER(getppid, PyLong_FromPid)
ID_GETTER(getpgrp, PyLong_FromPid)
ID_GETTER(getuid, _PyLong_FromUid)
ID_GETTER(geteuid, _PyLong_FromUid)
ID_GETTER(getgid, _PyLong_FromGid)
ID_GETTER(getegid, _PyLong_FromGid)
#undef ID_GETTER

static PyObject *
os_getresuid(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    uid_t real, effective, saved;
    if (getresuid(&real, &effective, &saved) < 0) {
        return posix_error();
    }
    return Py_BuildValue("(NNN)", _PyLong_FromUid(real),
                         _PyLong_FromUid(effective), _PyLong_FromUid(saved));
}

static PyObject *
os_getresgid(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    gid_t real, effective, saved;
    if (getresgid(&real, &effective, &saved) < 0) {
        return posix_error();
    }
    return Py_BuildValue("(NNN)", _PyLong_FromGid(real),
                         _PyLong_FromGid(effective), _PyLong_FromGid(saved));
}

static PyObject *
os_getpgid(OS_ARGUMENTS)
{
    OS_PARSER("i:getpgid", "pid");
    int pid;
    if (!OS_PARSE(&pid)) {
        return NULL;
    }
    pid_t group = getpgid(pid);
    return group < 0 ? posix_error() : PyLong_FromPid(group);
}

static PyObject *
os_getsid(PyObject *module, PyObject *arg)
{
    int pid = _PyLong_AsInt(arg);
    if (pid == -1 && PyErr_Occurred()) {
        return NULL;
    }
    pid_t session = getsid(pid);
    return session < 0 ? posix_error() : PyLong_FromPid(session);
}

static PyObject *
os_getlogin(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    errno = 0;
    const char *name = getlogin();
    if (name == NULL) {
        if (errno != 0) {
            return posix_error();
        }
        PyErr_SetString(PyExc_OSError, "unable to determine login name");
        return NULL;
    }
    return PyUnicode_DecodeFSDefault(name);
}

/* -- Setting -------------------------------------------------------------- */

#define ID_SETTER(NAME, TYPE, CONVERTER)                                      \
    static PyObject *os_##NAME(PyObject *module, PyObject *arg)               \
    {                                                                         \
        TYPE id;                                                              \
        if (!CONVERTER(arg, &id)) {                                           \
            return NULL;                                                      \
        }                                                                     \
        return none_or_error(NAME(id));                                       \
    }
ID_SETTER(setuid, uid_t, _Py_Uid_Converter)
ID_SETTER(seteuid, uid_t, _Py_Uid_Converter)
ID_SETTER(setgid, gid_t, _Py_Gid_Converter)
ID_SETTER(setegid, gid_t, _Py_Gid_Converter)
#undef ID_SETTER

static PyObject *
os_setreuid(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    uid_t real, effective;
    if (!OS_POSITIONAL("setreuid", 2, 2, "O&O&", _Py_Uid_Converter, &real,
                       _Py_Uid_Converter, &effective)) {
        return NULL;
    }
    return none_or_error(setreuid(real, effective));
}

static PyObject *
os_setregid(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    gid_t real, effective;
    if (!OS_POSITIONAL("setregid", 2, 2, "O&O&", _Py_Gid_Converter, &real,
                       _Py_Gid_Converter, &effective)) {
        return NULL;
    }
    return none_or_error(setregid(real, effective));
}

static PyObject *
os_setresuid(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    uid_t real, effective, saved;
    if (!OS_POSITIONAL("setresuid", 3, 3, "O&O&O&", _Py_Uid_Converter, &real,
                       _Py_Uid_Converter, &effective, _Py_Uid_Converter,
                       &saved)) {
        return NULL;
    }
    return none_or_error(setresuid(real, effective, saved));
}

static PyObject *
os_setresgid(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    gid_t real, effective, saved;
    if (!OS_POSITIONAL("setresgid", 3, 3, "O&O&O&", _Py_Gid_Converter, &real,
                       _Py_Gid_Converter, &effective, _Py_Gid_Converter,
                       &saved)) {
        return NULL;
    }
    return none_or_error(setresgid(real, effective, saved));
}

static PyObject *
os_setpgid(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int pid, group;
    if (!_PyArg_ParseStack(args, nargs, "ii:setpgid", &pid, &group)) {
        return NULL;
    }
    return none_or_error(setpgid(pid, group));
}

static PyObject *
os_setpgrp(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return none_or_error(setpgrp());
}

static PyObject *
os_setsid(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return none_or_error(setsid());
}

/* -- Groups --------------------------------------------------------------- */

static PyObject *
list_of_groups(const gid_t *groups, int count)
{
    PyObject *list = PyList_New(count);
    if (list == NULL) {
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        PyObject *gid = _PyLong_FromGid(groups[i]);
        if (gid == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, gid);
    }
    return list;
}

static PyObject *
os_getgroups(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    int count = getgroups(0, NULL);
    if (count < 0) {
        return posix_error();
    }
    gid_t *groups = PyMem_New(gid_t, (size_t)count + 1);
    if (groups == NULL) {
        return PyErr_NoMemory();
    }
    count = getgroups(count, groups);
    PyObject *list = count < 0 ? posix_error()
                               : list_of_groups(groups, count);
    PyMem_Free(groups);
    return list;
}

static PyObject *
os_setgroups(PyObject *module, PyObject *sequence)
{
    if (!PySequence_Check(sequence)) {
        PyErr_SetString(PyExc_TypeError,
                        "setgroups argument must be a sequence");
        return NULL;
    }
    Py_ssize_t count = PySequence_Size(sequence);
    if (count < 0) {
        return NULL;
    }
    if (count > NGROUPS_MAX) {
        PyErr_SetString(PyExc_ValueError, "too many groups");
        return NULL;
    }
    gid_t *groups = PyMem_New(gid_t, (size_t)count + 1);
    if (groups == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *result = NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PySequence_GetItem(sequence, i);
        if (item == NULL) {
            goto done;
        }
        if (!PyLong_Check(item)) {
            PyErr_SetString(PyExc_TypeError, "groups must be integers");
            Py_DECREF(item);
            goto done;
        }
        int ok = _Py_Gid_Converter(item, &groups[i]);
        Py_DECREF(item);
        if (!ok) {
            goto done;
        }
    }
    result = none_or_error(setgroups((size_t)count, groups));
done:
    PyMem_Free(groups);
    return result;
}

static PyObject *
os_getgrouplist(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    const char *user;
    gid_t base;
    if (!_PyArg_ParseStack(args, nargs, "sO&:getgrouplist", &user,
                           _Py_Gid_Converter, &base)) {
        return NULL;
    }
    int room = 16;
    for (;;) {
        gid_t *groups = PyMem_New(gid_t, (size_t)room);
        if (groups == NULL) {
            return PyErr_NoMemory();
        }
        int count = room;
        if (getgrouplist(user, base, groups, &count) >= 0) {
            PyObject *list = list_of_groups(groups, count);
            PyMem_Free(groups);
            return list;
        }
        PyMem_Free(groups);
        if (count <= room) {
            return posix_error();
        }
        room = count;
    }
}

static PyObject *
os_initgroups(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *user;
    gid_t gid;
    if (!_PyArg_ParseStack(args, nargs, "O&O&:initgroups",
                           PyUnicode_FSConverter, &user, _Py_Gid_Converter,
                           &gid)) {
        return NULL;
    }
    int status = initgroups(PyBytes_AS_STRING(user), gid);
    Py_DECREF(user);
    return none_or_error(status);
}

/* -- Priorities ----------------------------------------------------------- */

static PyObject *
os_nice(PyObject *module, PyObject *arg)
{
    int increment = _PyLong_AsInt(arg);
    if (increment == -1 && PyErr_Occurred()) {
        return NULL;
    }
    /* -1 is a value, too. */
    errno = 0;
    int value = nice(increment);
    if (value == -1 && errno != 0) {
        return posix_error();
    }
    return PyLong_FromLong(value);
}

static PyObject *
os_getpriority(OS_ARGUMENTS)
{
    OS_PARSER("ii:getpriority", "which", "who");
    int which, who;
    if (!OS_PARSE(&which, &who)) {
        return NULL;
    }
    errno = 0;
    int value = getpriority((__priority_which_t)which, (id_t)who);
    if (errno != 0) {
        return posix_error();
    }
    return PyLong_FromLong(value);
}

static PyObject *
os_setpriority(OS_ARGUMENTS)
{
    OS_PARSER("iii:setpriority", "which", "who", "priority");
    int which, who, priority;
    if (!OS_PARSE(&which, &who, &priority)) {
        return NULL;
    }
    return none_or_error(setpriority((__priority_which_t)which, (id_t)who,
                                     priority));
}

#define NO_ARGUMENTS(NAME, DOC)                                               \
    {#NAME, os_##NAME, METH_NOARGS, #NAME "($module, /)\n--\n\n" DOC}

PyMethodDef os_id_methods[] = {
    NO_ARGUMENTS(getpid, "This process."),
    NO_ARGUMENTS(getppid, "The process that started this one."),
    NO_ARGUMENTS(getpgrp, "The process group."),
    NO_ARGUMENTS(getuid, "The real user."),
    NO_ARGUMENTS(geteuid, "The effective user."),
    NO_ARGUMENTS(getgid, "The real group."),
    NO_ARGUMENTS(getegid, "The effective group."),
    NO_ARGUMENTS(getresuid, "The real, effective and saved users."),
    NO_ARGUMENTS(getresgid, "The real, effective and saved groups."),
    NO_ARGUMENTS(getlogin, "Who has logged in."),
    NO_ARGUMENTS(getgroups, "The other groups of this process."),
    NO_ARGUMENTS(setpgrp, "Make this process the leader of its group."),
    NO_ARGUMENTS(setsid, "Start a new session."),
    {"getpgid", _PyCFunction_CAST(os_getpgid), OS_KEYWORDS,
     "getpgid($module, /, pid)\n--\n\nA process's group."},
    {"getsid", os_getsid, METH_O,
     "getsid($module, pid, /)\n--\n\nA process's session."},
    {"setuid", os_setuid, METH_O,
     "setuid($module, uid, /)\n--\n\nSet the user."},
    {"seteuid", os_seteuid, METH_O,
     "seteuid($module, euid, /)\n--\n\nSet the effective user."},
    {"setgid", os_setgid, METH_O,
     "setgid($module, gid, /)\n--\n\nSet the group."},
    {"setegid", os_setegid, METH_O,
     "setegid($module, egid, /)\n--\n\nSet the effective group."},
    {"setreuid", _PyCFunction_CAST(os_setreuid), METH_FASTCALL,
     "setreuid($module, ruid, euid, /)\n--\n\nSet both users."},
    {"setregid", _PyCFunction_CAST(os_setregid), METH_FASTCALL,
     "setregid($module, rgid, egid, /)\n--\n\nSet both groups."},
    {"setresuid", _PyCFunction_CAST(os_setresuid), METH_FASTCALL,
     "setresuid($module, ruid, euid, suid, /)\n--\n\nSet all three users."},
    {"setresgid", _PyCFunction_CAST(os_setresgid), METH_FASTCALL,
     "setresgid($module, rgid, egid, sgid, /)\n--\n\n"
     "Set all three groups."},
    {"setpgid", _PyCFunction_CAST(os_setpgid), METH_FASTCALL,
     "setpgid($module, pid, pgrp, /)\n--\n\nMove a process to a group."},
    {"setgroups", os_setgroups, METH_O,
     "setgroups($module, groups, /)\n--\n\nSet the other groups."},
    {"getgrouplist", _PyCFunction_CAST(os_getgrouplist), METH_FASTCALL,
     "getgrouplist($module, user, group, /)\n--\n\nA user's groups."},
    {"initgroups", _PyCFunction_CAST(os_initgroups), METH_FASTCALL,
     "initgroups($module, username, gid, /)\n--\n\n"
     "Set the other groups to those of a user."},
    {"nice", os_nice, METH_O,
     "nice($module, increment, /)\n--\n\nAdd to the niceness; the new one."},
    {"getpriority", _PyCFunction_CAST(os_getpriority), OS_KEYWORDS,
     "getpriority($module, /, which, who)\n--\n\nA priority."},
    {"setpriority", _PyCFunction_CAST(os_setpriority), OS_KEYWORDS,
     "setpriority($module, /, which, who, priority)\n--\n\n"
     "Set a priority."},
    {NULL, NULL, 0, NULL}
};
#undef NO_ARGUMENTS
