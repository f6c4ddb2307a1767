/* posix: scheduling policies, parameters and processor masks. */

#include "Python.h"
#include "pycore_structseq.h"
#include "posixmodule.h"

#include <sched.h>

static PyStructSequence_Field sched_param_fields[] = {
    {"sched_priority", "the scheduling priority"},
    {NULL, NULL}
};

static PyStructSequence_Desc sched_param_desc = {
    "posix.sched_param",
    "sched_param(sched_priority)\n--\n\n"
    "What can be said of scheduling: the priority.",
    sched_param_fields,
    1
};

static PyObject *
sched_param_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"sched_priority", NULL};
    static _PyArg_Parser parser = {.format = "O:sched_param",
                                   .keywords = keywords};
    PyObject *priority;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser,
                                          &priority)) {
        return NULL;
    }
    PyObject *result = PyStructSequence_New(type);
    if (result != NULL) {
        PyStructSequence_SET_ITEM(result, 0, Py_NewRef(priority));
    }
    return result;
}

/* copyreg's way back: the class and its one argument. */
static PyObject *
sched_param_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("(O(O))", Py_TYPE(self),
                         PyStructSequence_GET_ITEM(self, 0));
}

static PyMethodDef sched_param_reduce_method = {
    "__reduce__", sched_param_reduce, METH_NOARGS, NULL
};

int
os_convert_sched_param(PyObject *module, PyObject *param,
                       struct sched_param *result)
{
    if (!Py_IS_TYPE(param, os_get_state(module)->SchedParamType)) {
        PyErr_SetString(PyExc_TypeError, "must have a sched_param object");
        return 0;
    }
    long priority = PyLong_AsLong(PyStructSequence_GET_ITEM(param, 0));
    if (priority == -1 && PyErr_Occurred()) {
        return 0;
    }
    if (priority > INT_MAX || priority < INT_MIN) {
        PyErr_SetString(PyExc_OverflowError,
                        "sched_priority out of range");
        return 0;
    }
    result->sched_priority = (int)priority;
    return 1;
}

static int
pid_argument(PyObject *arg, pid_t *pid)
{
    *pid = _PyLong_AsInt(arg);
    return *pid != -1 || !PyErr_Occurred();
}

static PyObject *
os_sched_get_priority_max(OS_ARGUMENTS)
{
    OS_PARSER("i:sched_get_priority_max", "policy");
    int policy;
    if (!OS_PARSE(&policy)) {
        return NULL;
    }
    int value = sched_get_priority_max(policy);
    return value < 0 ? posix_error() : PyLong_FromLong(value);
}

static PyObject *
os_sched_get_priority_min(OS_ARGUMENTS)
{
    OS_PARSER("i:sched_get_priority_min", "policy");
    int policy;
    if (!OS_PARSE(&policy)) {
        return NULL;
    }
    int value = sched_get_priority_min(policy);
    return value < 0 ? posix_error() : PyLong_FromLong(value);
}

static PyObject *
os_sched_getscheduler(PyObject *module, PyObject *arg)
{
    pid_t pid;
    if (!pid_argument(arg, &pid)) {
        return NULL;
    }
    int policy = sched_getscheduler(pid);
    return policy < 0 ? posix_error() : PyLong_FromLong(policy);
}

static PyObject *
os_sched_setscheduler(PyObject *module, PyObject *const *args,
                      Py_ssize_t nargs)
{
    int pid, policy;
    PyObject *param_obj;
    struct sched_param param;
    if (!_PyArg_ParseStack(args, nargs, "iiO:sched_setscheduler", &pid,
                           &policy, &param_obj)
        || !os_convert_sched_param(module, param_obj, &param)) {
        return NULL;
    }
    /* Some systems return the old policy here. */
    if (sched_setscheduler(pid, policy, &param) == -1) {
        return posix_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
os_sched_getparam(PyObject *module, PyObject *arg)
{
    pid_t pid;
    struct sched_param param;
    if (!pid_argument(arg, &pid)) {
        return NULL;
    }
    if (sched_getparam(pid, &param)) {
        return posix_error();
    }
    PyObject *result = PyStructSequence_New(
        os_get_state(module)->SchedParamType);
    PyObject *priority = PyLong_FromLong(param.sched_priority);
    if (result == NULL || priority == NULL) {
        Py_XDECREF(result);
        Py_XDECREF(priority);
        return NULL;
    }
    PyStructSequence_SET_ITEM(result, 0, priority);
    return result;
}

static PyObject *
os_sched_setparam(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    int pid;
    PyObject *param_obj;
    struct sched_param param;
    if (!_PyArg_ParseStack(args, nargs, "iO:sched_setparam", &pid,
                           &param_obj)
        || !os_convert_sched_param(module, param_obj, &param)) {
        return NULL;
    }
    if (sched_setparam(pid, &param)) {
        return posix_error();
    }
    Py_RETURN_NONE;
}

static PyObject *
os_sched_rr_get_interval(PyObject *module, PyObject *arg)
{
    pid_t pid;
    struct timespec interval;
    if (!pid_argument(arg, &pid)) {
        return NULL;
    }
    if (sched_rr_get_interval(pid, &interval)) {
        return posix_error();
    }
    return PyFloat_FromDouble((double)interval.tv_sec
                              + 1e-9 * (double)interval.tv_nsec);
}

static PyObject *
os_sched_yield(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = sched_yield();
    Py_END_ALLOW_THREADS
    if (result < 0) {
        return posix_error();
    }
    Py_RETURN_NONE;
}

/* -- Processor masks ------------------------------------------------------ */

#define CPUS_AT_FIRST (int)(sizeof(unsigned long) * CHAR_BIT)

/* Add a processor to a mask that grows as needed; 0 or -1. */
static int
mask_add(cpu_set_t **mask, int *cpus, size_t *size, PyObject *item)
{
    if (!PyLong_Check(item)) {
        PyErr_Format(PyExc_TypeError, "expected an iterator of ints, but "
                     "iterator yielded %R", Py_TYPE(item));
        return -1;
    }
    long cpu = PyLong_AsLong(item);
    if (cpu < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "negative CPU number");
        }
        return -1;
    }
    if (cpu > INT_MAX - 1) {
        PyErr_SetString(PyExc_OverflowError, "CPU number too large");
        return -1;
    }
    if (cpu >= *cpus) {
        int more = *cpus;
        while (more <= cpu) {
            more = more > INT_MAX / 2 ? (int)cpu + 1 : more * 2;
        }
        cpu_set_t *larger = CPU_ALLOC(more);
        if (larger == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        CPU_ZERO_S(CPU_ALLOC_SIZE(more), larger);
        memcpy(larger, *mask, *size);
        CPU_FREE(*mask);
        *mask = larger;
        *cpus = more;
        *size = CPU_ALLOC_SIZE(more);
    }
    CPU_SET_S((size_t)cpu, *size, *mask);
    return 0;
}

static PyObject *
os_sched_setaffinity(PyObject *module, PyObject *const *args,
                     Py_ssize_t nargs)
{
    int pid;
    PyObject *sequence;
    if (!_PyArg_ParseStack(args, nargs, "iO:sched_setaffinity", &pid,
                           &sequence)) {
        return NULL;
    }
    PyObject *it = PyObject_GetIter(sequence);
    if (it == NULL) {
        return NULL;
    }
    int cpus = CPUS_AT_FIRST;
    size_t size = CPU_ALLOC_SIZE(cpus);
    cpu_set_t *mask = CPU_ALLOC(cpus);
    if (mask == NULL) {
        Py_DECREF(it);
        return PyErr_NoMemory();
    }
    CPU_ZERO_S(size, mask);
    PyObject *item;
    int status = 0;
    while (status == 0 && (item = PyIter_Next(it)) != NULL) {
        status = mask_add(&mask, &cpus, &size, item);
        Py_DECREF(item);
    }
    Py_DECREF(it);
    if (status < 0 || PyErr_Occurred()) {
        CPU_FREE(mask);
        return NULL;
    }
    int result = sched_setaffinity(pid, size, mask);
    int error = errno;
    CPU_FREE(mask);
    if (result != 0) {
        errno = error;
        return posix_error();
    }
    Py_RETURN_NONE;
}

/* The kernel's mask, whatever its size; NULL with an exception. */
static cpu_set_t *
current_mask(pid_t pid, size_t *size)
{
    int cpus = CPUS_AT_FIRST;
    for (;;) {
        *size = CPU_ALLOC_SIZE(cpus);
        cpu_set_t *mask = CPU_ALLOC(cpus);
        if (mask == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        if (sched_getaffinity(pid, *size, mask) == 0) {
            return mask;
        }
        CPU_FREE(mask);
        if (errno != EINVAL) {
            posix_error();
            return NULL;
        }
        if (cpus > INT_MAX / 2) {
            PyErr_SetString(PyExc_OverflowError,
                            "could not allocate a large enough CPU set");
            return NULL;
        }
        cpus *= 2;
    }
}

static PyObject *
os_sched_getaffinity(PyObject *module, PyObject *arg)
{
    pid_t pid;
    if (!pid_argument(arg, &pid)) {
        return NULL;
    }
    size_t size;
    cpu_set_t *mask = current_mask(pid, &size);
    if (mask == NULL) {
        return NULL;
    }
    PyObject *set = PySet_New(NULL);
    int left = set != NULL ? CPU_COUNT_S(size, mask) : 0;
    for (int cpu = 0; left > 0; cpu++) {
        if (!CPU_ISSET_S((size_t)cpu, size, mask)) {
            continue;
        }
        left--;
        PyObject *number = PyLong_FromLong(cpu);
        if (number == NULL || PySet_Add(set, number) < 0) {
            Py_XDECREF(number);
            Py_CLEAR(set);
            break;
        }
        Py_DECREF(number);
    }
    CPU_FREE(mask);
    return set;
}

PyMethodDef os_sched_methods[] = {
    {"sched_get_priority_max", _PyCFunction_CAST(os_sched_get_priority_max),
     OS_KEYWORDS,
     "sched_get_priority_max($module, /, policy)\n--\n\n"
     "A policy's highest priority."},
    {"sched_get_priority_min", _PyCFunction_CAST(os_sched_get_priority_min),
     OS_KEYWORDS,
     "sched_get_priority_min($module, /, policy)\n--\n\n"
     "A policy's lowest priority."},
    {"sched_getparam", os_sched_getparam, METH_O,
     "sched_getparam($module, pid, /)\n--\n\nA process's parameters."},
    {"sched_getscheduler", os_sched_getscheduler, METH_O,
     "sched_getscheduler($module, pid, /)\n--\n\nA process's policy."},
    {"sched_rr_get_interval", os_sched_rr_get_interval, METH_O,
     "sched_rr_get_interval($module, pid, /)\n--\n\n"
     "A process's round-robin slice, in seconds."},
    {"sched_setparam", _PyCFunction_CAST(os_sched_setparam), METH_FASTCALL,
     "sched_setparam($module, pid, param, /)\n--\n\n"
     "Set a process's parameters."},
    {"sched_setscheduler", _PyCFunction_CAST(os_sched_setscheduler),
     METH_FASTCALL,
     "sched_setscheduler($module, pid, policy, param, /)\n--\n\n"
     "Set a process's policy and parameters."},
    {"sched_yield", os_sched_yield, METH_NOARGS,
     "sched_yield($module, /)\n--\n\nLet others run."},
    {"sched_setaffinity", _PyCFunction_CAST(os_sched_setaffinity),
     METH_FASTCALL,
     "sched_setaffinity($module, pid, mask, /)\n--\n\n"
     "Keep a process to some processors."},
    {"sched_getaffinity", os_sched_getaffinity, METH_O,
     "sched_getaffinity($module, pid, /)\n--\n\n"
     "The processors a process is kept to."},
    {NULL, NULL, 0, NULL}
};

int
os_sched_exec(PyObject *module)
{
    os_state *state = os_get_state(module);
    state->SchedParamType = os_add_structseq(module, &sched_param_desc,
                                             "sched_param");
    if (state->SchedParamType == NULL) {
        return -1;
    }
    PyTypeObject *type = state->SchedParamType;
    type->tp_new = sched_param_new;
    PyObject *reduce = PyDescr_NewMethod(type, &sched_param_reduce_method);
    if (reduce == NULL) {
        return -1;
    }
    int status = PyDict_SetItemString(type->tp_dict, "__reduce__", reduce);
    Py_DECREF(reduce);
    PyType_Modified(type);
    return status;
}
