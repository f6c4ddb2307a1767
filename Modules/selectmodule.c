/* The select module: waiting for many descriptors with select(), poll() and
   epoll.  A wait that a signal interrupts goes on for what is left of its
   time, once the handlers have run. */

#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_object.h"
#include "structmember.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

typedef struct {
    PyTypeObject *poll_type;
    PyTypeObject *epoll_type;
} select_state;

static inline select_state *
get_state(PyObject *module)
{
    return (select_state *)PyModule_GetState(module);
}

/* -- select() ------------------------------------------------------------- */

/* A descriptor and the object it came from. */
struct fd_object {
    PyObject *object;
    int fd;
};

struct fd_list {
    struct fd_object items[FD_SETSIZE];
    int count;
};

static void
fd_list_clear(struct fd_list *list)
{
    for (int i = 0; i < list->count; i++) {
        Py_CLEAR(list->items[i].object);
    }
    list->count = 0;
}

/* Put a sequence into the list and the set.  One more than the highest
   descriptor, or -1 with an exception. */
static int
fd_list_fill(struct fd_list *list, PyObject *sequence, fd_set *set)
{
    FD_ZERO(set);
    PyObject *fast = PySequence_Fast(sequence,
                                     "arguments 1-3 must be sequences");
    if (fast == NULL) {
        return -1;
    }
    int highest = -1;
    /* fileno() may change a list: ask for its size each time. */
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast); i++) {
        PyObject *object = Py_NewRef(PySequence_Fast_GET_ITEM(fast, i));
        int fd = PyObject_AsFileDescriptor(object);
        if (fd == -1) {
            Py_DECREF(object);
            goto error;
        }
        if (!_PyIsSelectable_fd(fd)) {
            PyErr_SetString(PyExc_ValueError,
                            "filedescriptor out of range in select()");
            Py_DECREF(object);
            goto error;
        }
        if (list->count >= FD_SETSIZE) {
            PyErr_SetString(PyExc_ValueError,
                            "too many file descriptors in select()");
            Py_DECREF(object);
            goto error;
        }
        highest = Py_MAX(highest, fd);
        FD_SET(fd, set);
        list->items[list->count].object = object;
        list->items[list->count].fd = fd;
        list->count++;
    }
    Py_DECREF(fast);
    return highest + 1;
error:
    Py_DECREF(fast);
    return -1;
}

/* The objects whose descriptors are in the set. */
static PyObject *
fd_list_ready(const struct fd_list *list, fd_set *set)
{
    PyObject *ready = PyList_New(0);
    for (int i = 0; ready != NULL && i < list->count; i++) {
        if (FD_ISSET(list->items[i].fd, set)
            && PyList_Append(ready, list->items[i].object) < 0) {
            Py_CLEAR(ready);
        }
    }
    return ready;
}

/* The timeout, which may be None: 1 given, 0 none, -1 error. */
static int
parse_timeout(PyObject *object, _PyTime_t *timeout, _PyTime_round_t round)
{
    if (object == Py_None) {
        return 0;
    }
    if (_PyTime_FromSecondsObject(timeout, object, round) < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_SetString(PyExc_TypeError,
                            "timeout must be a float or None");
        }
        return -1;
    }
    return 1;
}

/* select() proper; -1 with an exception, else what the system said. */
static int
select_wait(int max, fd_set *in, fd_set *out, fd_set *error, int timed,
            _PyTime_t timeout, struct timeval *tv)
{
    struct timeval *tvp = timed ? tv : NULL;
    _PyTime_t deadline = timed ? _PyDeadline_Init(timeout) : 0;
    fd_set in_left = *in, out_left = *out, error_left = *error;
    for (;;) {
        int n;
        *in = in_left;
        *out = out_left;
        *error = error_left;
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        n = select(max, in, out, error, tvp);
        Py_END_ALLOW_THREADS
        if (errno != EINTR) {
            if (n < 0) {
                PyErr_SetFromErrno(PyExc_OSError);
            }
            return n;
        }
        if (PyErr_CheckSignals()) {
            return -1;
        }
        if (timed) {
            timeout = _PyDeadline_Get(deadline);
            if (timeout < 0) {
                FD_ZERO(in);
                FD_ZERO(out);
                FD_ZERO(error);
                return 0;
            }
            _PyTime_AsTimeval_clamp(timeout, tv, _PyTime_ROUND_CEILING);
        }
    }
}

static PyObject *
select_select(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("select", nargs, 3, 4)) {
        return NULL;
    }
    _PyTime_t timeout = 0;
    struct timeval tv;
    int timed = parse_timeout(nargs > 3 ? args[3] : Py_None, &timeout,
                              _PyTime_ROUND_TIMEOUT);
    if (timed < 0) {
        return NULL;
    }
    if (timed) {
        if (_PyTime_AsTimeval(timeout, &tv, _PyTime_ROUND_TIMEOUT) == -1) {
            return NULL;
        }
        if (tv.tv_sec < 0) {
            PyErr_SetString(PyExc_ValueError, "timeout must be non-negative");
            return NULL;
        }
    }
    struct fd_list *lists = PyMem_Calloc(3, sizeof(struct fd_list));
    if (lists == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *result = NULL;
    fd_set sets[3];
    int max = 0;
    for (int i = 0; i < 3; i++) {
        int highest = fd_list_fill(&lists[i], args[i], &sets[i]);
        if (highest < 0) {
            goto done;
        }
        max = Py_MAX(max, highest);
    }
    if (select_wait(max, &sets[0], &sets[1], &sets[2], timed, timeout, &tv)
        < 0) {
        goto done;
    }
    PyObject *in = fd_list_ready(&lists[0], &sets[0]);
    PyObject *out = fd_list_ready(&lists[1], &sets[1]);
    PyObject *error = fd_list_ready(&lists[2], &sets[2]);
    if (in != NULL && out != NULL && error != NULL) {
        result = PyTuple_Pack(3, in, out, error);
    }
    Py_XDECREF(in);
    Py_XDECREF(out);
    Py_XDECREF(error);
done:
    for (int i = 0; i < 3; i++) {
        fd_list_clear(&lists[i]);
    }
    PyMem_Free(lists);
    return result;
}

/* -- poll() --------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *dict;             /* descriptor -> event mask */
    int ufd_uptodate;           /* whether ufds agrees with dict */
    int ufd_len;
    struct pollfd *ufds;
    int poll_running;           /* a thread is in poll() */
} poll_object;

/* Bring the array up to date with the dictionary: 1, or 0 and exception. */
static int
update_ufds(poll_object *self)
{
    self->ufd_len = (int)PyDict_GET_SIZE(self->dict);
    struct pollfd *larger = PyMem_Realloc(
        self->ufds, (size_t)(self->ufd_len + 1) * sizeof(struct pollfd));
    if (larger == NULL) {
        PyErr_NoMemory();
        return 0;
    }
    self->ufds = larger;
    Py_ssize_t pos = 0;
    PyObject *key, *value;
    for (int i = 0; PyDict_Next(self->dict, &pos, &key, &value); i++) {
        self->ufds[i].fd = (int)PyLong_AsLong(key);
        self->ufds[i].events = (short)(unsigned short)PyLong_AsLong(value);
    }
    self->ufd_uptodate = 1;
    return 1;
}

static int
event_mask_converter(PyObject *obj, void *ptr)
{
    return _PyLong_UnsignedShort_Converter(obj, ptr);
}

static int
poll_set(poll_object *self, int fd, unsigned short mask)
{
    PyObject *key = PyLong_FromLong(fd);
    PyObject *value = key != NULL ? PyLong_FromLong(mask) : NULL;
    int status = value != NULL ? PyDict_SetItem(self->dict, key, value) : -1;
    Py_XDECREF(key);
    Py_XDECREF(value);
    self->ufd_uptodate = 0;
    return status;
}

static PyObject *
poll_register(poll_object *self, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    unsigned short mask = POLLIN | POLLPRI | POLLOUT;
    if (!_PyArg_CheckPositional("register", nargs, 1, 2)
        || !_PyLong_FileDescriptor_Converter(args[0], &fd)
        || (nargs > 1 && !event_mask_converter(args[1], &mask))
        || poll_set(self, fd, mask) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
poll_modify(poll_object *self, PyObject *const *args, Py_ssize_t nargs)
{
    int fd;
    unsigned short mask;
    if (!_PyArg_CheckPositional("modify", nargs, 2, 2)
        || !_PyLong_FileDescriptor_Converter(args[0], &fd)
        || !event_mask_converter(args[1], &mask)) {
        return NULL;
    }
    PyObject *key = PyLong_FromLong(fd);
    if (key == NULL) {
        return NULL;
    }
    PyObject *known = PyDict_GetItemWithError(self->dict, key);
    Py_DECREF(key);
    if (known == NULL) {
        if (!PyErr_Occurred()) {
            errno = ENOENT;
            PyErr_SetFromErrno(PyExc_OSError);
        }
        return NULL;
    }
    if (poll_set(self, fd, mask) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
poll_unregister(poll_object *self, PyObject *arg)
{
    int fd;
    if (!_PyLong_FileDescriptor_Converter(arg, &fd)) {
        return NULL;
    }
    PyObject *key = PyLong_FromLong(fd);
    if (key == NULL) {
        return NULL;
    }
    int status = PyDict_DelItem(self->dict, key);
    Py_DECREF(key);
    if (status < 0) {
        return NULL;
    }
    self->ufd_uptodate = 0;
    Py_RETURN_NONE;
}

/* Milliseconds for poll() and epoll, rounded up; below 0 waits for ever. */
static int
timeout_in_ms(_PyTime_t timeout, _PyTime_t *ms)
{
    *ms = _PyTime_AsMilliseconds(timeout, _PyTime_ROUND_TIMEOUT);
    if (*ms < INT_MIN || *ms > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "timeout is too large");
        return -1;
    }
    if (timeout < 0) {
        *ms = -1;
    }
    return 0;
}

/* How many are ready; -1 with an exception. */
static int
poll_wait(poll_object *self, _PyTime_t timeout, _PyTime_t ms)
{
    _PyTime_t deadline = timeout >= 0 ? _PyDeadline_Init(timeout) : 0;
    int async_error = 0;
    int n;
    for (;;) {
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        n = poll(self->ufds, (nfds_t)self->ufd_len, (int)ms);
        Py_END_ALLOW_THREADS
        if (errno != EINTR) {
            break;
        }
        async_error = PyErr_CheckSignals();
        if (async_error) {
            break;
        }
        if (timeout >= 0) {
            timeout = _PyDeadline_Get(deadline);
            if (timeout < 0) {
                n = 0;
                break;
            }
            ms = _PyTime_AsMilliseconds(timeout, _PyTime_ROUND_CEILING);
        }
    }
    if (n < 0 && !async_error) {
        PyErr_SetFromErrno(PyExc_OSError);
    }
    return async_error ? -1 : n;
}

static PyObject *
poll_poll(poll_object *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("poll", nargs, 0, 1)) {
        return NULL;
    }
    _PyTime_t timeout = -1;
    _PyTime_t ms = -1;
    if (nargs > 0 && args[0] != Py_None) {
        if (_PyTime_FromMillisecondsObject(&timeout, args[0],
                                           _PyTime_ROUND_TIMEOUT) < 0) {
            if (PyErr_ExceptionMatches(PyExc_TypeError)) {
                PyErr_SetString(PyExc_TypeError,
                                "timeout must be an integer or None");
            }
            return NULL;
        }
        if (timeout_in_ms(timeout, &ms) < 0) {
            return NULL;
        }
    }
    /* The array is in use while a thread waits. */
    if (self->poll_running) {
        PyErr_SetString(PyExc_RuntimeError, "concurrent poll() invocation");
        return NULL;
    }
    if (!self->ufd_uptodate && !update_ufds(self)) {
        return NULL;
    }
    self->poll_running = 1;
    int n = poll_wait(self, timeout, ms);
    self->poll_running = 0;
    if (n < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(n);
    if (list == NULL) {
        return NULL;
    }
    for (int i = 0, j = 0; j < n; i++) {
        if (self->ufds[i].revents == 0) {
            continue;
        }
        /* The mask is 16 bits without sign. */
        PyObject *pair = Py_BuildValue("ii", self->ufds[i].fd,
                                       self->ufds[i].revents & 0xffff);
        if (pair == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, j++, pair);
    }
    return list;
}

static PyObject *
select_poll(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    poll_object *self = PyObject_New(poll_object,
                                     get_state(module)->poll_type);
    if (self == NULL) {
        return NULL;
    }
    self->ufd_uptodate = 0;
    self->ufd_len = 0;
    self->ufds = NULL;
    self->poll_running = 0;
    self->dict = PyDict_New();
    if (self->dict == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void
poll_dealloc(poll_object *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free(self->ufds);
    Py_XDECREF(self->dict);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef poll_methods[] = {
    {"register", _PyCFunction_CAST(poll_register), METH_FASTCALL,
     "register($self, fd,\n"
     "         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, "
     "/)\n--\n\nWatch a descriptor."},
    {"modify", _PyCFunction_CAST(poll_modify), METH_FASTCALL,
     "modify($self, fd, eventmask, /)\n--\n\n"
     "Watch a descriptor for other events."},
    {"unregister", (PyCFunction)poll_unregister, METH_O,
     "unregister($self, fd, /)\n--\n\nStop watching a descriptor."},
    {"poll", _PyCFunction_CAST(poll_poll), METH_FASTCALL,
     "poll($self, timeout=None, /)\n--\n\n"
     "Wait, at most so many milliseconds; a list of (fd, events)."},
    {NULL, NULL, 0, NULL}
};

static PyType_Slot poll_slots[] = {
    {Py_tp_dealloc, poll_dealloc},
    {Py_tp_methods, poll_methods},
    {0, NULL}
};

static PyType_Spec poll_spec = {
    .name = "select.poll",
    .basicsize = sizeof(poll_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = poll_slots,
};

/* -- epoll ---------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    int epfd;                   /* -1 when closed */
} epoll_object;

static PyObject *
epoll_closed_error(void)
{
    PyErr_SetString(PyExc_ValueError,
                    "I/O operation on closed epoll object");
    return NULL;
}

/* 0, or errno. */
static int
epoll_close_fd(epoll_object *self)
{
    int error = 0;
    if (self->epfd >= 0) {
        int fd = self->epfd;
        self->epfd = -1;
        Py_BEGIN_ALLOW_THREADS
        if (close(fd) < 0) {
            error = errno;
        }
        Py_END_ALLOW_THREADS
    }
    return error;
}

/* fd is -1: make one. */
static PyObject *
epoll_create_object(PyTypeObject *type, int fd)
{
    epoll_object *self = (epoll_object *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    if (fd == -1) {
        Py_BEGIN_ALLOW_THREADS
        self->epfd = epoll_create1(EPOLL_CLOEXEC);
        Py_END_ALLOW_THREADS
    }
    else {
        self->epfd = fd;
    }
    if (self->epfd < 0) {
        Py_DECREF(self);
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return (PyObject *)self;
}

static PyObject *
epoll_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"sizehint", "flags", NULL};
    static _PyArg_Parser parser = {.format = "|ii:epoll",
                                   .keywords = keywords};
    int sizehint = -1;
    int flags = 0;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &sizehint,
                                          &flags)) {
        return NULL;
    }
    if (sizehint == -1) {
        sizehint = FD_SETSIZE - 1;
    }
    else if (sizehint <= 0) {
        PyErr_SetString(PyExc_ValueError, "negative sizehint");
        return NULL;
    }
    if (flags && flags != EPOLL_CLOEXEC) {
        PyErr_SetString(PyExc_OSError, "invalid flags");
        return NULL;
    }
    return epoll_create_object(type, -1);
}

static void
epoll_dealloc(epoll_object *self)
{
    PyTypeObject *type = Py_TYPE(self);
    (void)epoll_close_fd(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyObject *
epoll_close(epoll_object *self, PyObject *Py_UNUSED(ignored))
{
    errno = epoll_close_fd(self);
    if (errno != 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

static PyObject *
epoll_closed_get(epoll_object *self, void *closure)
{
    return PyBool_FromLong(self->epfd < 0);
}

static PyObject *
epoll_fileno(epoll_object *self, PyObject *Py_UNUSED(ignored))
{
    return self->epfd < 0 ? epoll_closed_error()
                          : PyLong_FromLong(self->epfd);
}

static PyObject *
epoll_fromfd(PyTypeObject *type, PyObject *arg)
{
    int fd = _PyLong_AsInt(arg);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return epoll_create_object(type, fd);
}

static PyObject *
epoll_control(epoll_object *self, int op, int fd, unsigned int events)
{
    if (self->epfd < 0) {
        return epoll_closed_error();
    }
    struct epoll_event event = {.events = events, .data.fd = fd};
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = epoll_ctl(self->epfd, op, fd, &event);
    Py_END_ALLOW_THREADS
    if (result < 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

static PyObject *
epoll_register(epoll_object *self, PyObject *const *args, Py_ssize_t nargs,
               PyObject *kwnames)
{
    static const char *const keywords[] = {"fd", "eventmask", NULL};
    static _PyArg_Parser parser = {.format = "O&|I:register",
                                   .keywords = keywords};
    int fd;
    unsigned int mask = EPOLLIN | EPOLLPRI | EPOLLOUT;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser,
                                      _PyLong_FileDescriptor_Converter, &fd,
                                      &mask)) {
        return NULL;
    }
    return epoll_control(self, EPOLL_CTL_ADD, fd, mask);
}

static PyObject *
epoll_modify(epoll_object *self, PyObject *const *args, Py_ssize_t nargs,
             PyObject *kwnames)
{
    static const char *const keywords[] = {"fd", "eventmask", NULL};
    static _PyArg_Parser parser = {.format = "O&I:modify",
                                   .keywords = keywords};
    int fd;
    unsigned int mask;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser,
                                      _PyLong_FileDescriptor_Converter, &fd,
                                      &mask)) {
        return NULL;
    }
    return epoll_control(self, EPOLL_CTL_MOD, fd, mask);
}

static PyObject *
epoll_unregister(epoll_object *self, PyObject *const *args, Py_ssize_t nargs,
                 PyObject *kwnames)
{
    static const char *const keywords[] = {"fd", NULL};
    static _PyArg_Parser parser = {.format = "O&:unregister",
                                   .keywords = keywords};
    int fd;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser,
                                      _PyLong_FileDescriptor_Converter,
                                      &fd)) {
        return NULL;
    }
    return epoll_control(self, EPOLL_CTL_DEL, fd, 0);
}

/* How many events; -1 with an exception. */
static int
epoll_wait_all(epoll_object *self, struct epoll_event *events, int maxevents,
               _PyTime_t timeout, _PyTime_t ms)
{
    _PyTime_t deadline = timeout >= 0 ? _PyDeadline_Init(timeout) : 0;
    for (;;) {
        int n;
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        n = epoll_wait(self->epfd, events, maxevents, (int)ms);
        Py_END_ALLOW_THREADS
        if (errno != EINTR) {
            if (n < 0) {
                PyErr_SetFromErrno(PyExc_OSError);
            }
            return n;
        }
        if (PyErr_CheckSignals()) {
            return -1;
        }
        if (timeout >= 0) {
            timeout = _PyDeadline_Get(deadline);
            if (timeout < 0) {
                return 0;
            }
            ms = _PyTime_AsMilliseconds(timeout, _PyTime_ROUND_CEILING);
        }
    }
}

static PyObject *
epoll_poll(epoll_object *self, PyObject *const *args, Py_ssize_t nargs,
           PyObject *kwnames)
{
    static const char *const keywords[] = {"timeout", "maxevents", NULL};
    static _PyArg_Parser parser = {.format = "|Oi:poll",
                                   .keywords = keywords};
    PyObject *timeout_obj = Py_None;
    int maxevents = -1;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser,
                                      &timeout_obj, &maxevents)) {
        return NULL;
    }
    if (self->epfd < 0) {
        return epoll_closed_error();
    }
    _PyTime_t timeout = -1;
    _PyTime_t ms = -1;
    if (timeout_obj != Py_None) {
        if (_PyTime_FromSecondsObject(&timeout, timeout_obj,
                                      _PyTime_ROUND_TIMEOUT) < 0) {
            if (PyErr_ExceptionMatches(PyExc_TypeError)) {
                PyErr_SetString(PyExc_TypeError,
                                "timeout must be an integer or None");
            }
            return NULL;
        }
        if (timeout_in_ms(timeout, &ms) < 0) {
            return NULL;
        }
    }
    if (maxevents == -1) {
        maxevents = FD_SETSIZE - 1;
    }
    else if (maxevents < 1) {
        PyErr_Format(PyExc_ValueError,
                     "maxevents must be greater than 0, got %d", maxevents);
        return NULL;
    }
    struct epoll_event *events = PyMem_New(struct epoll_event,
                                           (size_t)maxevents);
    if (events == NULL) {
        return PyErr_NoMemory();
    }
    int n = epoll_wait_all(self, events, maxevents, timeout, ms);
    PyObject *list = n < 0 ? NULL : PyList_New(n);
    for (int i = 0; list != NULL && i < n; i++) {
        PyObject *pair = Py_BuildValue("iI", events[i].data.fd,
                                       events[i].events);
        if (pair == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, i, pair);
    }
    PyMem_Free(events);
    return list;
}

static PyObject *
epoll_enter(epoll_object *self, PyObject *Py_UNUSED(ignored))
{
    return self->epfd < 0 ? epoll_closed_error() : Py_NewRef(self);
}

static PyObject *
epoll_exit(epoll_object *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("__exit__", nargs, 0, 3)) {
        return NULL;
    }
    return PyObject_CallMethodNoArgs((PyObject *)self, &_Py_ID(close));
}

#define KEYWORDS (METH_FASTCALL | METH_KEYWORDS)

static PyMethodDef epoll_methods[] = {
    {"fromfd", (PyCFunction)epoll_fromfd, METH_O | METH_CLASS,
     "fromfd($type, fd, /)\n--\n\nThe object of an epoll descriptor."},
    {"close", (PyCFunction)epoll_close, METH_NOARGS,
     "close($self, /)\n--\n\nClose the descriptor."},
    {"fileno", (PyCFunction)epoll_fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\nThe descriptor."},
    {"modify", _PyCFunction_CAST(epoll_modify), KEYWORDS,
     "modify($self, /, fd, eventmask)\n--\n\n"
     "Watch a descriptor for other events."},
    {"register", _PyCFunction_CAST(epoll_register), KEYWORDS,
     "register($self, /, fd,\n"
     "         eventmask=select.EPOLLIN | select.EPOLLPRI | "
     "select.EPOLLOUT)\n--\n\nWatch a descriptor."},
    {"unregister", _PyCFunction_CAST(epoll_unregister), KEYWORDS,
     "unregister($self, /, fd)\n--\n\nStop watching a descriptor."},
    {"poll", _PyCFunction_CAST(epoll_poll), KEYWORDS,
     "poll($self, /, timeout=None, maxevents=-1)\n--\n\n"
     "Wait, at most so many seconds; a list of (fd, events)."},
    {"__enter__", (PyCFunction)epoll_enter, METH_NOARGS,
     "__enter__($self, /)\n--\n\n"},
    {"__exit__", _PyCFunction_CAST(epoll_exit), METH_FASTCALL,
     "__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)"
     "\n--\n\n"},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef epoll_getset[] = {
    {"closed", (getter)epoll_closed_get, NULL,
     "True if the epoll handler is closed", NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyDoc_STRVAR(epoll_doc,
"select.epoll(sizehint=-1, flags=0)\n\n"
"Watches descriptors inside the kernel; both arguments are ignored.");

static PyType_Slot epoll_slots[] = {
    {Py_tp_dealloc, epoll_dealloc},
    {Py_tp_doc, (void *)epoll_doc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_getset, epoll_getset},
    {Py_tp_methods, epoll_methods},
    {Py_tp_new, epoll_new},
    {0, NULL}
};

static PyType_Spec epoll_spec = {
    .name = "select.epoll",
    .basicsize = sizeof(epoll_object),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = epoll_slots,
};

/* -- The module ----------------------------------------------------------- */

#define CONSTANT(NAME) {#NAME, (long)(NAME)}

static const struct {
    const char *name;
    long value;
} constants[] = {
    {"PIPE_BUF", 4096},
    CONSTANT(POLLIN), CONSTANT(POLLPRI), CONSTANT(POLLOUT),
    CONSTANT(POLLERR), CONSTANT(POLLHUP), CONSTANT(POLLNVAL),
    CONSTANT(POLLRDNORM), CONSTANT(POLLRDBAND), CONSTANT(POLLWRNORM),
    CONSTANT(POLLWRBAND), CONSTANT(POLLMSG), CONSTANT(POLLRDHUP),
    CONSTANT(EPOLLIN), CONSTANT(EPOLLOUT), CONSTANT(EPOLLPRI),
    CONSTANT(EPOLLERR), CONSTANT(EPOLLHUP), CONSTANT(EPOLLRDHUP),
    {"EPOLLET", 1L << 31}, CONSTANT(EPOLLONESHOT), CONSTANT(EPOLLEXCLUSIVE),
    CONSTANT(EPOLLRDNORM), CONSTANT(EPOLLRDBAND), CONSTANT(EPOLLWRNORM),
    CONSTANT(EPOLLWRBAND), CONSTANT(EPOLLMSG), CONSTANT(EPOLL_CLOEXEC),
};

#undef CONSTANT

static int
select_exec(PyObject *module)
{
    select_state *state = get_state(module);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name,
                                    constants[i].value) < 0) {
            return -1;
        }
    }
    state->poll_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &poll_spec, NULL);
    state->epoll_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &epoll_spec, NULL);
    if (state->poll_type == NULL || state->epoll_type == NULL
        || PyModule_AddType(module, state->epoll_type) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "error", PyExc_OSError);
}

static int
select_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(get_state(module)->poll_type);
    Py_VISIT(get_state(module)->epoll_type);
    return 0;
}

static int
select_clear(PyObject *module)
{
    Py_CLEAR(get_state(module)->poll_type);
    Py_CLEAR(get_state(module)->epoll_type);
    return 0;
}

static void
select_free(void *module)
{
    select_clear((PyObject *)module);
}

PyDoc_STRVAR(module_doc,
"Waiting for I/O on many descriptors at once.\n"
"\n"
"Descriptors are ints or objects with fileno().");

static PyMethodDef select_methods[] = {
    {"select", _PyCFunction_CAST(select_select), METH_FASTCALL,
     "select($module, rlist, wlist, xlist, timeout=None, /)\n--\n\n"
     "Wait until some are ready, or for a time; three lists of those.\n"
     "\n"
     "The lists are for reading, for writing and for exceptional conditions.\n"
     "Descriptors must be below 1024."},
    {"poll", select_poll, METH_NOARGS,
     "poll($module, /)\n--\n\nAn object that watches descriptors."},
    {NULL, NULL, 0, NULL}
};

static PyModuleDef_Slot select_slots[] = {
    {Py_mod_exec, select_exec},
    {0, NULL}
};

static struct PyModuleDef select_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "select",
    .m_doc = module_doc,
    .m_size = sizeof(select_state),
    .m_methods = select_methods,
    .m_slots = select_slots,
    .m_traverse = select_traverse,
    .m_clear = select_clear,
    .m_free = select_free,
};

PyMODINIT_FUNC
PyInit_select(void)
{
    return PyModuleDef_Init(&select_module);
}
