/* The _thread module: locks, thread-local data, and starting threads. */

#include "Python.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_pythonrun.h"
#include "pycore_structseq.h"
#include "structmember.h"

#include <signal.h>

#define ThreadError PyExc_RuntimeError

typedef struct {
    PyTypeObject *excepthook_type;
    PyTypeObject *lock_type;
    PyTypeObject *rlock_type;
    PyTypeObject *local_type;
    PyTypeObject *local_dummy_type;
} thread_module_state;

static struct PyModuleDef thread_module;

static inline thread_module_state *
get_thread_state(PyObject *module)
{
    return (thread_module_state *)PyModule_GetState(module);
}

static inline thread_module_state *
get_thread_state_by_type(PyTypeObject *type)
{
    PyObject *module = PyType_GetModuleByDef(type, &thread_module);
    return module != NULL ? get_thread_state(module) : NULL;
}

/* -- Waiting for a lock --------------------------------------------------- */

/* Without giving up the GIL if the lock is free; signal handlers run while
   waiting, and PY_LOCK_INTR means that one raised. */
static PyLockStatus
acquire_timed(PyThread_type_lock lock, _PyTime_t timeout)
{
    PyLockStatus status = PyThread_acquire_lock_timed(lock, 0, 0);
    if (status == PY_LOCK_ACQUIRED || timeout == 0) {
        return status;
    }
    _PyTime_t deadline = timeout > 0 ? _PyDeadline_Init(timeout) : 0;
    do {
        _PyTime_t microseconds = _PyTime_AsMicroseconds(
            timeout, _PyTime_ROUND_CEILING);
        Py_BEGIN_ALLOW_THREADS
        status = PyThread_acquire_lock_timed(lock, microseconds, 1);
        Py_END_ALLOW_THREADS
        if (status == PY_LOCK_INTR) {
            if (Py_MakePendingCalls() < 0) {
                return PY_LOCK_INTR;
            }
            if (timeout > 0) {
                timeout = _PyDeadline_Get(deadline);
                if (timeout < 0) {
                    status = PY_LOCK_FAILURE;
                }
            }
        }
    } while (status == PY_LOCK_INTR);
    return status;
}

/* acquire(blocking=True, timeout=-1) */
static int
parse_acquire(PyObject *args, PyObject *kwargs, _PyTime_t *timeout)
{
    static const char *const keywords[] = {"blocking", "timeout", NULL};
    static _PyArg_Parser parser = {.format = "|pO:acquire",
                                   .keywords = keywords};
    int blocking = 1;
    PyObject *timeout_obj = NULL;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &blocking,
                                          &timeout_obj)) {
        return -1;
    }
    const _PyTime_t unset = _PyTime_FromSeconds(-1);
    *timeout = unset;
    if (timeout_obj != NULL
        && _PyTime_FromSecondsObject(timeout, timeout_obj,
                                     _PyTime_ROUND_TIMEOUT) < 0) {
        return -1;
    }
    if (!blocking && *timeout != unset) {
        PyErr_SetString(PyExc_ValueError,
                        "can't specify a timeout for a non-blocking call");
        return -1;
    }
    if (*timeout < 0 && *timeout != unset) {
        PyErr_SetString(PyExc_ValueError,
                        "timeout value must be a non-negative number");
        return -1;
    }
    if (!blocking) {
        *timeout = 0;
    }
    else if (*timeout != unset) {
        _PyTime_t microseconds = _PyTime_AsMicroseconds(
            *timeout, _PyTime_ROUND_TIMEOUT);
        if (microseconds > PY_TIMEOUT_MAX) {
            PyErr_SetString(PyExc_OverflowError,
                            "timeout value is too large");
            return -1;
        }
    }
    return 0;
}

/* -- Locks ---------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock_lock;
    PyObject *in_weakreflist;
    char locked;                /* for sanity: whether somebody has it */
} lockobject;

static int
type_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void
lock_dealloc(lockobject *self)
{
    PyObject_GC_UnTrack(self);
    if (self->in_weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    if (self->lock_lock != NULL) {
        /* A semaphore must be free to be destroyed. */
        if (self->locked) {
            PyThread_release_lock(self->lock_lock);
        }
        PyThread_free_lock(self->lock_lock);
    }
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyObject *
lock_acquire(lockobject *self, PyObject *args, PyObject *kwargs)
{
    _PyTime_t timeout;
    if (parse_acquire(args, kwargs, &timeout) < 0) {
        return NULL;
    }
    PyLockStatus status = acquire_timed(self->lock_lock, timeout);
    if (status == PY_LOCK_INTR) {
        return NULL;
    }
    if (status == PY_LOCK_ACQUIRED) {
        self->locked = 1;
    }
    return PyBool_FromLong(status == PY_LOCK_ACQUIRED);
}

static PyObject *
lock_release(lockobject *self, PyObject *Py_UNUSED(ignored))
{
    if (!self->locked) {
        PyErr_SetString(ThreadError, "release unlocked lock");
        return NULL;
    }
    self->locked = 0;
    PyThread_release_lock(self->lock_lock);
    Py_RETURN_NONE;
}

static PyObject *
lock_enter(lockobject *self, PyObject *args, PyObject *kwargs)
{
    return lock_acquire(self, args, kwargs);
}

static PyObject *
lock_exit(lockobject *self, PyObject *args)
{
    return lock_release(self, NULL);
}

static PyObject *
lock_locked(lockobject *self, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(self->locked);
}

static PyObject *
lock_repr(lockobject *self)
{
    return PyUnicode_FromFormat("<%s %s object at %p>",
                                self->locked ? "locked" : "unlocked",
                                Py_TYPE(self)->tp_name, self);
}

static PyObject *
lock_at_fork_reinit(lockobject *self, PyObject *Py_UNUSED(args))
{
    if (_PyThread_at_fork_reinit(&self->lock_lock) < 0) {
        PyErr_SetString(ThreadError, "failed to reinitialize lock at fork");
        return NULL;
    }
    self->locked = 0;
    Py_RETURN_NONE;
}

static lockobject *
lock_create(PyTypeObject *type)
{
    lockobject *self = (lockobject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->lock_lock = PyThread_allocate_lock();
    self->locked = 0;
    if (self->lock_lock == NULL) {
        Py_DECREF(self);
        PyErr_SetString(ThreadError, "can't allocate lock");
        return NULL;
    }
    return self;
}

PyDoc_STRVAR(acquire_doc,
"acquire(blocking=True, timeout=-1) -> bool\n\n"
"Take the lock, waiting if need be; whether it was taken.");
PyDoc_STRVAR(release_doc, "release()\n\nGive the lock back.");

static PyMethodDef lock_methods[] = {
    {"acquire_lock", _PyCFunction_CAST(lock_acquire),
     METH_VARARGS | METH_KEYWORDS, acquire_doc},
    {"acquire", _PyCFunction_CAST(lock_acquire),
     METH_VARARGS | METH_KEYWORDS, acquire_doc},
    {"release_lock", (PyCFunction)lock_release, METH_NOARGS, release_doc},
    {"release", (PyCFunction)lock_release, METH_NOARGS, release_doc},
    {"locked_lock", (PyCFunction)lock_locked, METH_NOARGS,
     "locked() -> bool\n\nWhether somebody has the lock."},
    {"locked", (PyCFunction)lock_locked, METH_NOARGS,
     "locked() -> bool\n\nWhether somebody has the lock."},
    {"__enter__", _PyCFunction_CAST(lock_enter),
     METH_VARARGS | METH_KEYWORDS, acquire_doc},
    {"__exit__", (PyCFunction)lock_exit, METH_VARARGS, release_doc},
    {"_at_fork_reinit", (PyCFunction)lock_at_fork_reinit, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

static PyMemberDef lock_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(lockobject, in_weakreflist),
     READONLY, NULL},
    {NULL, 0, 0, 0, NULL}
};

PyDoc_STRVAR(lock_doc,
"A lock: one at a time has it, and any thread may give it back.\n\n"
"Made by allocate_lock().");

static PyType_Slot lock_slots[] = {
    {Py_tp_dealloc, lock_dealloc},
    {Py_tp_repr, lock_repr},
    {Py_tp_doc, (void *)lock_doc},
    {Py_tp_methods, lock_methods},
    {Py_tp_traverse, type_traverse},
    {Py_tp_members, lock_members},
    {0, NULL}
};

static PyType_Spec lock_spec = {
    .name = "_thread.lock",
    .basicsize = sizeof(lockobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = lock_slots,
};

/* -- Re-entrant locks ----------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyThread_type_lock rlock_lock;
    unsigned long rlock_owner;  /* meaningful while count > 0 */
    unsigned long rlock_count;
    PyObject *in_weakreflist;
} rlockobject;

static int
rlock_is_mine(rlockobject *self)
{
    return self->rlock_count > 0
           && self->rlock_owner == PyThread_get_thread_ident();
}

static void
rlock_dealloc(rlockobject *self)
{
    PyObject_GC_UnTrack(self);
    if (self->in_weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    if (self->rlock_lock != NULL) {
        if (self->rlock_count > 0) {
            PyThread_release_lock(self->rlock_lock);
        }
        PyThread_free_lock(self->rlock_lock);
    }
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
rlock_acquire(rlockobject *self, PyObject *args, PyObject *kwargs)
{
    _PyTime_t timeout;
    if (parse_acquire(args, kwargs, &timeout) < 0) {
        return NULL;
    }
    if (rlock_is_mine(self)) {
        unsigned long count = self->rlock_count + 1;
        if (count <= self->rlock_count) {
            PyErr_SetString(PyExc_OverflowError,
                            "Internal lock count overflowed");
            return NULL;
        }
        self->rlock_count = count;
        Py_RETURN_TRUE;
    }
    PyLockStatus status = acquire_timed(self->rlock_lock, timeout);
    if (status == PY_LOCK_ACQUIRED) {
        assert(self->rlock_count == 0);
        self->rlock_owner = PyThread_get_thread_ident();
        self->rlock_count = 1;
    }
    else if (status == PY_LOCK_INTR) {
        return NULL;
    }
    return PyBool_FromLong(status == PY_LOCK_ACQUIRED);
}

static PyObject *
rlock_release(rlockobject *self, PyObject *Py_UNUSED(ignored))
{
    if (!rlock_is_mine(self)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "cannot release un-acquired lock");
        return NULL;
    }
    if (--self->rlock_count == 0) {
        self->rlock_owner = 0;
        PyThread_release_lock(self->rlock_lock);
    }
    Py_RETURN_NONE;
}

static PyObject *
rlock_exit(rlockobject *self, PyObject *args)
{
    return rlock_release(self, NULL);
}

/* For Condition: take the lock so many times at once. */
static PyObject *
rlock_acquire_restore(rlockobject *self, PyObject *args)
{
    unsigned long count, owner;
    if (!PyArg_ParseTuple(args, "(kk):_acquire_restore", &count, &owner)) {
        return NULL;
    }
    if (!PyThread_acquire_lock(self->rlock_lock, 0)) {
        int status;
        Py_BEGIN_ALLOW_THREADS
        status = PyThread_acquire_lock(self->rlock_lock, 1);
        Py_END_ALLOW_THREADS
        if (!status) {
            PyErr_SetString(ThreadError, "couldn't acquire lock");
            return NULL;
        }
    }
    assert(self->rlock_count == 0);
    self->rlock_owner = owner;
    self->rlock_count = count;
    Py_RETURN_NONE;
}

static PyObject *
rlock_release_save(rlockobject *self, PyObject *Py_UNUSED(ignored))
{
    if (self->rlock_count == 0) {
        PyErr_SetString(PyExc_RuntimeError,
                        "cannot release un-acquired lock");
        return NULL;
    }
    unsigned long owner = self->rlock_owner;
    unsigned long count = self->rlock_count;
    self->rlock_count = 0;
    self->rlock_owner = 0;
    PyThread_release_lock(self->rlock_lock);
    return Py_BuildValue("kk", count, owner);
}

static PyObject *
rlock_is_owned(rlockobject *self, PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(rlock_is_mine(self));
}

static PyObject *
rlock_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    rlockobject *self = (rlockobject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->rlock_lock = PyThread_allocate_lock();
    if (self->rlock_lock == NULL) {
        Py_DECREF(self);
        PyErr_SetString(ThreadError, "can't allocate lock");
        return NULL;
    }
    return (PyObject *)self;
}

static PyObject *
rlock_repr(rlockobject *self)
{
    return PyUnicode_FromFormat("<%s %s object owner=%ld count=%lu at %p>",
                                self->rlock_count ? "locked" : "unlocked",
                                Py_TYPE(self)->tp_name, self->rlock_owner,
                                self->rlock_count, self);
}

static PyObject *
rlock_at_fork_reinit(rlockobject *self, PyObject *Py_UNUSED(args))
{
    if (_PyThread_at_fork_reinit(&self->rlock_lock) < 0) {
        PyErr_SetString(ThreadError, "failed to reinitialize lock at fork");
        return NULL;
    }
    self->rlock_owner = 0;
    self->rlock_count = 0;
    Py_RETURN_NONE;
}

static PyMethodDef rlock_methods[] = {
    {"acquire", _PyCFunction_CAST(rlock_acquire),
     METH_VARARGS | METH_KEYWORDS, acquire_doc},
    {"release", (PyCFunction)rlock_release, METH_NOARGS, release_doc},
    {"_is_owned", (PyCFunction)rlock_is_owned, METH_NOARGS, NULL},
    {"_acquire_restore", (PyCFunction)rlock_acquire_restore, METH_VARARGS,
     NULL},
    {"_release_save", (PyCFunction)rlock_release_save, METH_NOARGS, NULL},
    {"__enter__", _PyCFunction_CAST(rlock_acquire),
     METH_VARARGS | METH_KEYWORDS, acquire_doc},
    {"__exit__", (PyCFunction)rlock_exit, METH_VARARGS, release_doc},
    {"_at_fork_reinit", (PyCFunction)rlock_at_fork_reinit, METH_NOARGS,
     NULL},
    {NULL, NULL, 0, NULL}
};

static PyMemberDef rlock_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(rlockobject, in_weakreflist),
     READONLY, NULL},
    {NULL, 0, 0, 0, NULL}
};

static PyType_Slot rlock_slots[] = {
    {Py_tp_dealloc, rlock_dealloc},
    {Py_tp_repr, rlock_repr},
    {Py_tp_methods, rlock_methods},
    {Py_tp_alloc, PyType_GenericAlloc},
    {Py_tp_new, rlock_new},
    {Py_tp_members, rlock_members},
    {Py_tp_traverse, type_traverse},
    {0, NULL}
};

static PyType_Spec rlock_spec = {
    .name = "_thread.RLock",
    .basicsize = sizeof(rlockobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = rlock_slots,
};

/* -- Thread-local data ---------------------------------------------------- */

/* A _local keeps one dictionary per thread.  Two chains of references must
   end with whichever dies first, the object or the thread: the thread state's
   dictionary holds, under the object's key, a dummy that stands for the
   thread; the object's `dummies` maps a weak reference to the dummy to the
   dictionary.  The dummy borrows the dictionary.  When the thread dies the
   dummy does, and the weak reference's callback drops the dictionary. */

typedef struct {
    PyObject_HEAD
    PyObject *localdict;        /* borrowed from the owner's dummies */
    PyObject *weakreflist;
} localdummyobject;

typedef struct {
    PyObject_HEAD
    PyObject *key;              /* in the thread states' dictionaries */
    PyObject *args;             /* for __init__ in each thread */
    PyObject *kw;
    PyObject *weakreflist;
    PyObject *dummies;          /* weakref of dummy -> dictionary */
    PyObject *wr_callback;      /* drops a dead thread's dictionary */
} localobject;

static void
localdummy_dealloc(localdummyobject *self)
{
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMemberDef localdummy_members[] = {
    {"__weaklistoffset__", T_PYSSIZET,
     offsetof(localdummyobject, weakreflist), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}
};

static PyType_Slot localdummy_slots[] = {
    {Py_tp_dealloc, localdummy_dealloc},
    {Py_tp_doc, (void *)"Thread-local dummy"},
    {Py_tp_members, localdummy_members},
    {0, NULL}
};

static PyType_Spec localdummy_spec = {
    .name = "_thread._localdummy",
    .basicsize = sizeof(localdummyobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION
             | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = localdummy_slots,
};

/* A dictionary for this thread, and the dummy that stands for the thread.
   The dictionary is borrowed from self->dummies. */
static PyObject *
local_create_dummy(localobject *self, thread_module_state *state)
{
    PyTypeObject *type = state->local_dummy_type;
    PyObject *tdict = PyThreadState_GetDict();
    if (tdict == NULL) {
        PyErr_SetString(PyExc_SystemError,
                        "Couldn't get thread-state dictionary");
        return NULL;
    }
    PyObject *wr = NULL;
    localdummyobject *dummy = NULL;
    PyObject *ldict = PyDict_New();
    if (ldict == NULL) {
        goto error;
    }
    dummy = (localdummyobject *)type->tp_alloc(type, 0);
    if (dummy == NULL) {
        goto error;
    }
    dummy->localdict = ldict;
    wr = PyWeakref_NewRef((PyObject *)dummy, self->wr_callback);
    if (wr == NULL || PyDict_SetItem(self->dummies, wr, ldict) < 0) {
        goto error;
    }
    Py_CLEAR(wr);
    if (PyDict_SetItem(tdict, self->key, (PyObject *)dummy) < 0) {
        goto error;
    }
    Py_DECREF(dummy);
    Py_DECREF(ldict);
    return ldict;
error:
    Py_XDECREF(wr);
    Py_XDECREF(ldict);
    Py_XDECREF(dummy);
    return NULL;
}

/* Called with the weak reference of a dummy that died. */
static PyObject *
localdummy_destroyed(PyObject *local_weakref, PyObject *dummy_weakref)
{
    PyObject *object = PyWeakref_GET_OBJECT(local_weakref);
    if (object == Py_None) {
        Py_RETURN_NONE;
    }
    Py_INCREF(object);
    localobject *self = (localobject *)object;
    if (self->dummies != NULL) {
        PyObject *ldict = PyDict_GetItemWithError(self->dummies,
                                                  dummy_weakref);
        if (ldict != NULL) {
            PyDict_DelItem(self->dummies, dummy_weakref);
        }
        if (PyErr_Occurred()) {
            PyErr_WriteUnraisable(object);
        }
    }
    Py_DECREF(object);
    Py_RETURN_NONE;
}

static PyMethodDef wr_callback_def = {
    "_localdummy_destroyed", localdummy_destroyed, METH_O, NULL
};

static PyObject *
local_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    if (type->tp_init == PyBaseObject_Type.tp_init) {
        int given = 0;
        if (args != NULL) {
            given = PyObject_IsTrue(args);
        }
        if (given == 0 && kw != NULL) {
            given = PyObject_IsTrue(kw);
        }
        if (given != 0) {
            if (given > 0) {
                PyErr_SetString(PyExc_TypeError, "Initialization arguments "
                                "are not supported");
            }
            return NULL;
        }
    }
    thread_module_state *state = get_thread_state_by_type(type);
    if (state == NULL) {
        return NULL;
    }
    localobject *self = (localobject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->args = Py_XNewRef(args);
    self->kw = Py_XNewRef(kw);
    self->key = PyUnicode_FromFormat("thread.local.%p", self);
    self->dummies = PyDict_New();
    PyObject *wr = PyWeakref_NewRef((PyObject *)self, NULL);
    if (self->key == NULL || self->dummies == NULL || wr == NULL) {
        Py_XDECREF(wr);
        goto error;
    }
    self->wr_callback = PyCFunction_NewEx(&wr_callback_def, wr, NULL);
    Py_DECREF(wr);
    if (self->wr_callback == NULL || local_create_dummy(self, state) == NULL) {
        goto error;
    }
    return (PyObject *)self;
error:
    Py_DECREF(self);
    return NULL;
}

static int
local_traverse(localobject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->args);
    Py_VISIT(self->kw);
    Py_VISIT(self->dummies);
    return 0;
}

static int
local_clear(localobject *self)
{
    Py_CLEAR(self->args);
    Py_CLEAR(self->kw);
    Py_CLEAR(self->dummies);
    Py_CLEAR(self->wr_callback);
    /* The threads' dummies go, too. */
    if (self->key != NULL) {
        PyInterpreterState *interp = _PyInterpreterState_GET();
        PyThreadState *tstate = PyInterpreterState_ThreadHead(interp);
        for (; tstate != NULL; tstate = PyThreadState_Next(tstate)) {
            if (tstate->dict == NULL) {
                continue;
            }
            PyObject *value = _PyDict_Pop(tstate->dict, self->key, Py_None);
            if (value == NULL) {
                PyErr_Clear();
            }
            else {
                Py_DECREF(value);
            }
        }
    }
    return 0;
}

static void
local_dealloc(localobject *self)
{
    /* Weak references first: callbacks look at the object. */
    PyObject_GC_UnTrack(self);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    local_clear(self);
    Py_XDECREF(self->key);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

/* This thread's dictionary, borrowed; made, and __init__ called, when the
   thread meets the object for the first time. */
static PyObject *
local_dict(localobject *self, thread_module_state *state)
{
    PyObject *tdict = PyThreadState_GetDict();
    if (tdict == NULL) {
        PyErr_SetString(PyExc_SystemError,
                        "Couldn't get thread-state dictionary");
        return NULL;
    }
    PyObject *dummy = PyDict_GetItemWithError(tdict, self->key);
    if (dummy != NULL) {
        return ((localdummyobject *)dummy)->localdict;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    PyObject *ldict = local_create_dummy(self, state);
    if (ldict == NULL) {
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(self);
    if (type->tp_init != PyBaseObject_Type.tp_init
        && type->tp_init((PyObject *)self, self->args, self->kw) < 0) {
        /* So that the next access tries again. */
        PyObject *exc_type, *value, *traceback;
        PyErr_Fetch(&exc_type, &value, &traceback);
        if (PyDict_DelItem(tdict, self->key) < 0) {
            PyErr_Clear();
        }
        PyErr_Restore(exc_type, value, traceback);
        return NULL;
    }
    return ldict;
}

static int
local_setattro(localobject *self, PyObject *name, PyObject *value)
{
    thread_module_state *state = get_thread_state_by_type(Py_TYPE(self));
    if (state == NULL) {
        return -1;
    }
    PyObject *ldict = local_dict(self, state);
    if (ldict == NULL) {
        return -1;
    }
    int is_dict = PyObject_RichCompareBool(name, &_Py_ID(__dict__), Py_EQ);
    if (is_dict != 0) {
        if (is_dict == 1) {
            PyErr_Format(PyExc_AttributeError,
                         "'%.50s' object attribute '%U' is read-only",
                         Py_TYPE(self)->tp_name, name);
        }
        return -1;
    }
    Py_INCREF(ldict);
    int status = _PyObject_GenericSetAttrWithDict((PyObject *)self, name,
                                                  value, ldict);
    Py_DECREF(ldict);
    return status;
}

static PyObject *
local_getattro(localobject *self, PyObject *name)
{
    thread_module_state *state = get_thread_state_by_type(Py_TYPE(self));
    if (state == NULL) {
        return NULL;
    }
    PyObject *ldict = local_dict(self, state);
    if (ldict == NULL) {
        return NULL;
    }
    int is_dict = PyObject_RichCompareBool(name, &_Py_ID(__dict__), Py_EQ);
    if (is_dict != 0) {
        return is_dict == 1 ? Py_NewRef(ldict) : NULL;
    }
    if (Py_IS_TYPE(self, state->local_type)) {
        PyObject *value = PyDict_GetItemWithError(ldict, name);
        if (value != NULL) {
            return Py_NewRef(value);
        }
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
    Py_INCREF(ldict);
    PyObject *value = _PyObject_GenericGetAttrWithDict((PyObject *)self, name,
                                                       ldict, 0);
    Py_DECREF(ldict);
    return value;
}

static PyMemberDef local_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(localobject, weakreflist),
     READONLY, NULL},
    {NULL, 0, 0, 0, NULL}
};

static PyType_Slot local_slots[] = {
    {Py_tp_dealloc, local_dealloc},
    {Py_tp_getattro, local_getattro},
    {Py_tp_setattro, local_setattro},
    {Py_tp_doc, (void *)"Thread-local data"},
    {Py_tp_traverse, local_traverse},
    {Py_tp_clear, local_clear},
    {Py_tp_new, local_new},
    {Py_tp_members, local_members},
    {0, NULL}
};

static PyType_Spec local_spec = {
    .name = "_thread._local",
    .basicsize = sizeof(localobject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = local_slots,
};

/* -- Starting threads ----------------------------------------------------- */

/* What a new thread is told. */
struct bootstate {
    PyInterpreterState *interp;
    PyObject *func;
    PyObject *args;
    PyObject *kwargs;
    PyThreadState *tstate;
};

static void
bootstate_free(struct bootstate *boot)
{
    Py_DECREF(boot->func);
    Py_DECREF(boot->args);
    Py_XDECREF(boot->kwargs);
    PyMem_Free(boot);
}

static void
thread_run(void *boot_raw)
{
    struct bootstate *boot = boot_raw;
    PyThreadState *tstate = boot->tstate;
    tstate->thread_id = PyThread_get_thread_ident();
    tstate->native_thread_id = PyThread_get_thread_native_id();
    _PyThreadState_SetCurrent(tstate);
    PyEval_AcquireThread(tstate);
    tstate->interp->threads.count++;

    PyObject *result = PyObject_Call(boot->func, boot->args, boot->kwargs);
    if (result == NULL) {
        if (PyErr_ExceptionMatches(PyExc_SystemExit)) {
            PyErr_Clear();
        }
        else {
            _PyErr_WriteUnraisableMsg("in thread started by", boot->func);
        }
    }
    else {
        Py_DECREF(result);
    }
    bootstate_free(boot);
    tstate->interp->threads.count--;
    PyThreadState_Clear(tstate);
    _PyThreadState_DeleteCurrent(tstate);
    /* Returning ends the thread, and runs C++ destructors on the way. */
}

static PyObject *
thread_start_new_thread(PyObject *module, PyObject *fargs)
{
    PyObject *func, *args;
    PyObject *kwargs = NULL;
    if (!PyArg_UnpackTuple(fargs, "start_new_thread", 2, 3, &func, &args,
                           &kwargs)) {
        return NULL;
    }
    const char *problem = NULL;
    if (!PyCallable_Check(func)) {
        problem = "first arg must be callable";
    }
    else if (!PyTuple_Check(args)) {
        problem = "2nd arg must be a tuple";
    }
    else if (kwargs != NULL && !PyDict_Check(kwargs)) {
        problem = "optional 3rd arg must be a dictionary";
    }
    if (problem != NULL) {
        PyErr_SetString(PyExc_TypeError, problem);
        return NULL;
    }
    if (PySys_Audit("_thread.start_new_thread", "OOO", func, args,
                    kwargs != NULL ? kwargs : Py_None) < 0) {
        return NULL;
    }
    PyInterpreterState *interp = _PyInterpreterState_GET();
    if (interp->config._isolated_interpreter) {
        PyErr_SetString(PyExc_RuntimeError,
                        "thread is not supported for isolated "
                        "subinterpreters");
        return NULL;
    }
    struct bootstate *boot = PyMem_New(struct bootstate, 1);
    if (boot == NULL) {
        return PyErr_NoMemory();
    }
    boot->interp = interp;
    boot->tstate = _PyThreadState_Prealloc(interp);
    if (boot->tstate == NULL) {
        PyMem_Free(boot);
        if (!PyErr_Occurred()) {
            PyErr_NoMemory();
        }
        return NULL;
    }
    boot->func = Py_NewRef(func);
    boot->args = Py_NewRef(args);
    boot->kwargs = Py_XNewRef(kwargs);
    unsigned long ident = PyThread_start_new_thread(thread_run, boot);
    if (ident == PYTHREAD_INVALID_THREAD_ID) {
        PyErr_SetString(ThreadError, "can't start new thread");
        PyThreadState_Clear(boot->tstate);
        PyThreadState_Delete(boot->tstate);
        bootstate_free(boot);
        return NULL;
    }
    return PyLong_FromUnsignedLong(ident);
}

/* -- Functions ------------------------------------------------------------ */

static PyObject *
thread_exit_thread(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyErr_SetNone(PyExc_SystemExit);
    return NULL;
}

static PyObject *
thread_interrupt_main(PyObject *module, PyObject *args)
{
    int signum = SIGINT;
    if (!PyArg_ParseTuple(args, "|i:signum", &signum)) {
        return NULL;
    }
    if (PyErr_SetInterruptEx(signum) == -1) {
        PyErr_SetString(PyExc_ValueError, "signal number out of range");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
thread_allocate_lock(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return (PyObject *)lock_create(get_thread_state(module)->lock_type);
}

static PyObject *
thread_get_ident(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromUnsignedLong(PyThread_get_thread_ident());
}

static PyObject *
thread_get_native_id(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromUnsignedLong(PyThread_get_thread_native_id());
}

static PyObject *
thread_count(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(_PyInterpreterState_GET()->threads.count);
}

/* The thread state's last act: release the sentinel lock, if it lives. */
static void
release_sentinel(void *wr_raw)
{
    PyObject *wr = wr_raw;
    PyObject *object = PyWeakref_GET_OBJECT(wr);
    if (object != Py_None) {
        lockobject *lock = (lockobject *)object;
        if (lock->locked) {
            lock->locked = 0;
            PyThread_release_lock(lock->lock_lock);
        }
    }
    /* Runs no Python code: the reference has no callback. */
    Py_DECREF(wr);
}

static PyObject *
thread_set_sentinel(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (tstate->on_delete_data != NULL) {
        /* A forked child makes another one. */
        PyObject *old = tstate->on_delete_data;
        tstate->on_delete = NULL;
        tstate->on_delete_data = NULL;
        Py_DECREF(old);
    }
    lockobject *lock = lock_create(get_thread_state(module)->lock_type);
    if (lock == NULL) {
        return NULL;
    }
    PyObject *wr = PyWeakref_NewRef((PyObject *)lock, NULL);
    if (wr == NULL) {
        Py_DECREF(lock);
        return NULL;
    }
    tstate->on_delete_data = wr;
    tstate->on_delete = release_sentinel;
    return (PyObject *)lock;
}

static PyObject *
thread_stack_size(PyObject *module, PyObject *args)
{
    Py_ssize_t size = 0;
    if (!PyArg_ParseTuple(args, "|n:stack_size", &size)) {
        return NULL;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "size must be 0 or a positive value");
        return NULL;
    }
    Py_ssize_t old = (Py_ssize_t)PyThread_get_stacksize();
    int status = PyThread_set_stacksize((size_t)size);
    if (status == -1) {
        PyErr_Format(PyExc_ValueError, "size not valid: %zd bytes", size);
        return NULL;
    }
    if (status == -2) {
        PyErr_SetString(ThreadError, "setting stack size not supported");
        return NULL;
    }
    return PyLong_FromSsize_t(old);
}

/* -- Uncaught exceptions -------------------------------------------------- */

static PyStructSequence_Field excepthook_args_fields[] = {
    {"exc_type", "Exception type"},
    {"exc_value", "Exception value"},
    {"exc_traceback", "Exception traceback"},
    {"thread", "Thread"},
    {NULL, NULL}
};

static PyStructSequence_Desc excepthook_args_desc = {
    "_thread._ExceptHookArgs",
    "What threading.excepthook gets",
    excepthook_args_fields,
    4
};

/* The name of the thread, or else its identifier. */
static int
write_thread_name(PyObject *file, PyObject *thread)
{
    PyObject *name = NULL;
    if (thread != Py_None
        && _PyObject_LookupAttr(thread, &_Py_ID(name), &name) < 0) {
        return -1;
    }
    if (name != NULL) {
        int status = PyFile_WriteObject(name, file, Py_PRINT_RAW);
        Py_DECREF(name);
        return status;
    }
    PyObject *ident = PyUnicode_FromFormat("%lu",
                                           PyThread_get_thread_ident());
    if (ident == NULL) {
        return -1;
    }
    int status = PyFile_WriteObject(ident, file, Py_PRINT_RAW);
    Py_DECREF(ident);
    return status;
}

static int
report_exception(PyObject *file, PyObject *exc_type, PyObject *exc_value,
                 PyObject *traceback, PyObject *thread)
{
    if (PyFile_WriteString("Exception in thread ", file) < 0
        || write_thread_name(file, thread) < 0
        || PyFile_WriteString(":\n", file) < 0) {
        return -1;
    }
    _PyErr_Display(file, exc_type, exc_value, traceback);
    PyObject *result = PyObject_CallMethodNoArgs(file, &_Py_ID(flush));
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

static PyObject *
thread_excepthook(PyObject *module, PyObject *args)
{
    if (!Py_IS_TYPE(args, get_thread_state(module)->excepthook_type)) {
        PyErr_SetString(PyExc_TypeError,
                        "_thread.excepthook argument type "
                        "must be ExceptHookArgs");
        return NULL;
    }
    PyObject *exc_type = PyStructSequence_GET_ITEM(args, 0);
    if (exc_type == PyExc_SystemExit) {
        Py_RETURN_NONE;
    }
    PyObject *thread = PyStructSequence_GET_ITEM(args, 3);
    PyObject *file = _PySys_GetAttr(_PyThreadState_GET(), &_Py_ID(stderr));
    if (file == NULL || file == Py_None) {
        if (thread == Py_None) {
            Py_RETURN_NONE;
        }
        /* sys.stderr as it was when the thread was made. */
        file = PyObject_GetAttrString(thread, "_stderr");
        if (file == NULL) {
            return NULL;
        }
        if (file == Py_None) {
            return file;
        }
    }
    else {
        Py_INCREF(file);
    }
    int status = report_exception(file, exc_type,
                                  PyStructSequence_GET_ITEM(args, 1),
                                  PyStructSequence_GET_ITEM(args, 2),
                                  thread);
    Py_DECREF(file);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- The module ----------------------------------------------------------- */

PyDoc_STRVAR(module_doc,
"Threads and locks at the lowest level; see threading.");
PyDoc_STRVAR(start_doc,
"start_new_thread(function, args[, kwargs])\n\n"
"Run function(*args, **kwargs) in a new thread; its identifier.\n"
"\n"
"The thread ends when the function does; an exception is reported.");
PyDoc_STRVAR(allocate_doc, "allocate_lock() -> lock object\n\nA new lock.");
PyDoc_STRVAR(exit_doc,
"exit()\n\nRaise SystemExit, which ends the thread without a report.");

static PyMethodDef thread_methods[] = {
    {"start_new_thread", thread_start_new_thread, METH_VARARGS, start_doc},
    {"start_new", thread_start_new_thread, METH_VARARGS, start_doc},
    {"allocate_lock", thread_allocate_lock, METH_NOARGS, allocate_doc},
    {"allocate", thread_allocate_lock, METH_NOARGS, allocate_doc},
    {"exit_thread", thread_exit_thread, METH_NOARGS, exit_doc},
    {"exit", thread_exit_thread, METH_NOARGS, exit_doc},
    {"interrupt_main", thread_interrupt_main, METH_VARARGS,
     "interrupt_main(signum=signal.SIGINT, /)\n\n"
     "Make the main thread run a signal's handler."},
    {"get_ident", thread_get_ident, METH_NOARGS,
     "get_ident() -> integer\n\nThe thread's identifier."},
    {"get_native_id", thread_get_native_id, METH_NOARGS,
     "get_native_id() -> integer\n\nThe kernel's number of the thread."},
    {"_count", thread_count, METH_NOARGS,
     "_count() -> integer\n\nHow many threads run that were started here."},
    {"stack_size", thread_stack_size, METH_VARARGS,
     "stack_size([size]) -> size\n\n"
     "Set the stack size of new threads (0: the default); the old one."},
    {"_set_sentinel", thread_set_sentinel, METH_NOARGS,
     "_set_sentinel() -> lock\n\n"
     "A lock that is released when this thread's state is gone."},
    {"_excepthook", thread_excepthook, METH_O,
     "excepthook(exc_type, exc_value, exc_traceback, thread)\n\n"
     "Report an exception that ended a thread."},
    {NULL, NULL, 0, NULL}
};

static int
thread_module_exec(PyObject *module)
{
    thread_module_state *state = get_thread_state(module);
    PyThread_init_thread();
    state->lock_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &lock_spec, NULL);
    state->local_dummy_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &localdummy_spec, NULL);
    state->local_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &local_spec, NULL);
    state->rlock_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &rlock_spec, NULL);
    state->excepthook_type = PyStructSequence_NewType(&excepthook_args_desc);
    if (state->lock_type == NULL || state->local_dummy_type == NULL
        || state->local_type == NULL || state->rlock_type == NULL
        || state->excepthook_type == NULL) {
        return -1;
    }
    double timeout_max = (double)PY_TIMEOUT_MAX * 1e-6;
    double time_max = _PyTime_AsSecondsDouble(_PyTime_MAX);
    PyObject *max = PyFloat_FromDouble(floor(Py_MIN(timeout_max, time_max)));
    if (max == NULL) {
        return -1;
    }
    int status = PyModule_AddObjectRef(module, "TIMEOUT_MAX", max);
    Py_DECREF(max);
    if (status < 0
        || PyModule_AddObjectRef(module, "LockType",
                                 (PyObject *)state->lock_type) < 0
        || PyModule_AddType(module, state->local_type) < 0
        || PyModule_AddType(module, state->rlock_type) < 0
        || PyModule_AddType(module, state->excepthook_type) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "error", ThreadError);
}

static int
thread_module_traverse(PyObject *module, visitproc visit, void *arg)
{
    thread_module_state *state = get_thread_state(module);
    Py_VISIT(state->excepthook_type);
    Py_VISIT(state->lock_type);
    Py_VISIT(state->rlock_type);
    Py_VISIT(state->local_type);
    Py_VISIT(state->local_dummy_type);
    return 0;
}

static int
thread_module_clear(PyObject *module)
{
    thread_module_state *state = get_thread_state(module);
    Py_CLEAR(state->excepthook_type);
    Py_CLEAR(state->lock_type);
    Py_CLEAR(state->rlock_type);
    Py_CLEAR(state->local_type);
    Py_CLEAR(state->local_dummy_type);
    return 0;
}

static void
thread_module_free(void *module)
{
    thread_module_clear((PyObject *)module);
}

static PyModuleDef_Slot thread_module_slots[] = {
    {Py_mod_exec, thread_module_exec},
    {0, NULL}
};

static struct PyModuleDef thread_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_thread",
    .m_doc = module_doc,
    .m_size = sizeof(thread_module_state),
    .m_methods = thread_methods,
    .m_slots = thread_module_slots,
    .m_traverse = thread_module_traverse,
    .m_clear = thread_module_clear,
    .m_free = thread_module_free,
};

PyMODINIT_FUNC
PyInit__thread(void)
{
    return PyModuleDef_Init(&thread_module);
}
