/* Buffered streams: lock, life, positions and what is passed on to the raw
   stream.  buffered.h has the picture. */

#include "Python.h"
#include "buffered.h"

/* -- The lock ------------------------------------------------------------- */

int
buffered_enter_busy(buffered *self)
{
    if (self->owner == PyThread_get_thread_ident()) {
        PyErr_Format(PyExc_RuntimeError, "reentrant call inside %R", self);
        return -1;
    }
    /* At shutdown the holder may be a thread that is frozen for good. */
    int shutting_down = _Py_IsFinalizing();
    PyLockStatus status;
    Py_BEGIN_ALLOW_THREADS
    status = PyThread_acquire_lock_timed(
        self->lock, shutting_down ? (PY_TIMEOUT_T)1000000 : -1, 0);
    Py_END_ALLOW_THREADS
    if (shutting_down && status != PY_LOCK_ACQUIRED) {
        PyObject *text = PyObject_ASCII((PyObject *)self);
        _Py_FatalErrorFormat("_enter_buffered_busy",
                             "could not acquire lock for %s at interpreter "
                             "shutdown, possibly due to daemon threads",
                             text ? PyUnicode_AsUTF8(text) : "<ascii() failed>");
    }
    return 0;
}

/* -- Is it usable? -------------------------------------------------------- */

int
buffered_check_initialized(buffered *self)
{
    if (self->ok > 0) {
        return 0;
    }
    if (self->detached) {
        PyErr_SetString(PyExc_ValueError, "raw stream has been detached");
    }
    else {
        PyErr_SetString(PyExc_ValueError,
                        "I/O operation on uninitialized object");
    }
    return -1;
}

static int
raw_is_closed(buffered *self)
{
    if (buffered_check_initialized(self) < 0) {
        return -1;
    }
    PyObject *closed = PyObject_GetAttr(self->raw, &_Py_ID(closed));
    if (closed == NULL) {
        return -1;
    }
    int truth = PyObject_IsTrue(closed);
    Py_DECREF(closed);
    return truth;
}

int
buffered_is_closed(buffered *self)
{
    if (self->buffer == NULL) {
        return 1;
    }
    return self->fast_closed_checks ? fileio_is_closed(self->raw)
                                    : raw_is_closed(self);
}

int
buffered_check_closed(buffered *self, const char *message)
{
    int closed = buffered_is_closed(self);
    if (closed < 0) {
        return -1;
    }
    if (closed && buffered_readahead(self) == 0) {
        PyErr_SetString(PyExc_ValueError, message);
        return -1;
    }
    return 0;
}

static PyObject *
buffered_closed_get(buffered *self, void *context)
{
    if (buffered_check_initialized(self) < 0) {
        return NULL;
    }
    return PyObject_GetAttr(self->raw, &_Py_ID(closed));
}

/* -- Life ----------------------------------------------------------------- */

PyObject *
buffered_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return type->tp_alloc(type, 0);
}

int
buffered_setup(buffered *self, PyObject *raw, Py_ssize_t buffer_size)
{
    if (buffer_size <= 0) {
        PyErr_SetString(PyExc_ValueError,
                        "buffer size must be strictly positive");
        return -1;
    }
    char *buffer = PyMem_Malloc((size_t)buffer_size);
    if (buffer == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (self->lock == NULL) {
        self->lock = PyThread_allocate_lock();
        if (self->lock == NULL) {
            PyMem_Free(buffer);
            PyErr_SetString(PyExc_RuntimeError, "can't allocate read lock");
            return -1;
        }
        self->owner = 0;
    }
    char *old_buffer = self->buffer;
    self->buffer = buffer;
    self->buffer_size = buffer_size;
    self->buffer_mask = (buffer_size & (buffer_size - 1)) == 0
                        ? buffer_size - 1 : 0;
    PyMem_Free(old_buffer);
    Py_XSETREF(self->raw, Py_NewRef(raw));
    self->detached = 0;
    self->pos = 0;
    self->raw_pos = 0;
    buffered_reset_read(self);
    buffered_reset_write(self);
    if (buffered_raw_tell(self) == -1) {
        PyErr_Clear();
    }
    return 0;
}

int
buffered_traverse(buffered *self, visitproc visit, void *arg)
{
    Py_VISIT(self->raw);
    Py_VISIT(self->dict);
    return 0;
}

int
buffered_clear(buffered *self)
{
    self->ok = 0;
    Py_CLEAR(self->raw);
    Py_CLEAR(self->dict);
    return 0;
}

void
buffered_dealloc(buffered *self)
{
    self->finalizing = 1;
    if (io_dealloc_begin((PyObject *)self)) {
        return;
    }
    PyObject_GC_UnTrack(self);
    self->ok = 0;
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    if (self->buffer != NULL) {
        PyMem_Free(self->buffer);
        self->buffer = NULL;
    }
    if (self->lock != NULL) {
        PyThread_free_lock(self->lock);
        self->lock = NULL;
    }
    Py_CLEAR(self->raw);
    Py_CLEAR(self->dict);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

PyObject *
buffered_dealloc_warn(buffered *self, PyObject *source)
{
    if (self->ok && self->raw != NULL) {
        PyObject *result = PyObject_CallMethodOneArg(
            self->raw, &_Py_ID(_dealloc_warn), source);
        if (result != NULL) {
            Py_DECREF(result);
        }
        else {
            PyErr_Clear();
        }
    }
    Py_RETURN_NONE;
}

/* Flush and close the raw stream, with the lock held but for the flush. */
static PyObject *
close_locked(buffered *self)
{
    PyObject *type, *value, *traceback;
    int closed = raw_is_closed(self);
    if (closed < 0) {
        return NULL;
    }
    if (closed > 0) {
        Py_RETURN_NONE;
    }
    if (self->finalizing) {
        Py_XDECREF(buffered_dealloc_warn(self, (PyObject *)self));
    }
    /* flush() takes the lock itself, and may be a subclass's. */
    buffered_leave(self);
    PyObject *flushed = PyObject_CallMethodNoArgs((PyObject *)self,
                                                  &_Py_ID(flush));
    PyErr_Fetch(&type, &value, &traceback);
    if (buffered_enter(self) < 0) {
        /* Cannot be: this thread just gave the lock back. */
        Py_XDECREF(flushed);
        _PyErr_ChainExceptions(type, value, traceback);
        return NULL;
    }
    Py_XDECREF(flushed);
    PyObject *result = PyObject_CallMethodNoArgs(self->raw, &_Py_ID(close));
    if (self->buffer != NULL) {
        PyMem_Free(self->buffer);
        self->buffer = NULL;
    }
    if (type != NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
        Py_CLEAR(result);
    }
    self->read_end = 0;
    self->pos = 0;
    return result;
}

PyObject *
buffered_close(buffered *self, PyObject *Py_UNUSED(ignored))
{
    if (buffered_check_initialized(self) < 0 || buffered_enter(self) < 0) {
        return NULL;
    }
    PyObject *result = close_locked(self);
    buffered_leave(self);
    return result;
}

PyObject *
buffered_detach(buffered *self, PyObject *Py_UNUSED(ignored))
{
    if (buffered_check_initialized(self) < 0) {
        return NULL;
    }
    PyObject *flushed = PyObject_CallMethodNoArgs((PyObject *)self,
                                                  &_Py_ID(flush));
    if (flushed == NULL) {
        return NULL;
    }
    Py_DECREF(flushed);
    PyObject *raw = self->raw;
    self->raw = NULL;
    self->detached = 1;
    self->ok = 0;
    if (raw == NULL) {
        buffered_check_initialized(self);
    }
    return raw;
}

/* -- Passed on to the raw stream ------------------------------------------ */

static PyObject *
call_raw(buffered *self, PyObject *method)
{
    if (buffered_check_initialized(self) < 0) {
        return NULL;
    }
    return PyObject_CallMethodNoArgs(self->raw, method);
}

PyObject *
buffered_simple_flush(buffered *self, PyObject *Py_UNUSED(ignored))
{
    return call_raw(self, &_Py_ID(flush));
}

PyObject *
buffered_seekable(buffered *self, PyObject *Py_UNUSED(ignored))
{
    return call_raw(self, &_Py_ID(seekable));
}

PyObject *
buffered_readable(buffered *self, PyObject *Py_UNUSED(ignored))
{
    return call_raw(self, &_Py_ID(readable));
}

PyObject *
buffered_writable(buffered *self, PyObject *Py_UNUSED(ignored))
{
    return call_raw(self, &_Py_ID(writable));
}

PyObject *
buffered_fileno(buffered *self, PyObject *Py_UNUSED(ignored))
{
    return call_raw(self, &_Py_ID(fileno));
}

PyObject *
buffered_isatty(buffered *self, PyObject *Py_UNUSED(ignored))
{
    return call_raw(self, &_Py_ID(isatty));
}

static PyObject *
buffered_name_get(buffered *self, void *context)
{
    if (buffered_check_initialized(self) < 0) {
        return NULL;
    }
    return PyObject_GetAttr(self->raw, &_Py_ID(name));
}

static PyObject *
buffered_mode_get(buffered *self, void *context)
{
    if (buffered_check_initialized(self) < 0) {
        return NULL;
    }
    return PyObject_GetAttr(self->raw, &_Py_ID(mode));
}

/* -- Positions ------------------------------------------------------------ */

/* A position that the raw stream gave; -1 with an exception. */
static Py_off_t
checked_position(buffered *self, PyObject *result)
{
    if (result == NULL) {
        return -1;
    }
    Py_off_t n = io_as_offset(result, PyExc_ValueError);
    Py_DECREF(result);
    if (n < 0) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_OSError,
                         "Raw stream returned invalid position %" PY_PRIdOFF,
                         (long long)n);
        }
        return -1;
    }
    self->abs_pos = n;
    return n;
}

Py_off_t
buffered_raw_tell(buffered *self)
{
    return checked_position(
        self, PyObject_CallMethodNoArgs(self->raw, &_Py_ID(tell)));
}

Py_off_t
buffered_raw_seek(buffered *self, Py_off_t target, int whence)
{
    PyObject *targetobj = PyLong_FromOff_t(target);
    PyObject *whenceobj = PyLong_FromLong(whence);
    PyObject *result = NULL;
    if (targetobj != NULL && whenceobj != NULL) {
        result = PyObject_CallMethodObjArgs(self->raw, &_Py_ID(seek),
                                            targetobj, whenceobj, NULL);
    }
    Py_XDECREF(targetobj);
    Py_XDECREF(whenceobj);
    return checked_position(self, result);
}

int
buffered_flush_and_rewind(buffered *self)
{
    if (bufferedwriter_flush(self) < 0) {
        return -1;
    }
    if (self->readable) {
        Py_off_t n = buffered_raw_seek(self, -buffered_raw_offset(self), 1);
        buffered_reset_read(self);
        if (n == -1) {
            return -1;
        }
    }
    return 0;
}

PyObject *
buffered_flush(buffered *self, PyObject *Py_UNUSED(ignored))
{
    if (buffered_check_initialized(self) < 0
        || buffered_check_closed(self, "flush of closed file") < 0
        || buffered_enter(self) < 0) {
        return NULL;
    }
    int status = buffered_flush_and_rewind(self);
    buffered_leave(self);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyObject *
buffered_tell(buffered *self, PyObject *Py_UNUSED(ignored))
{
    if (buffered_check_initialized(self) < 0) {
        return NULL;
    }
    Py_off_t position = buffered_raw_tell(self);
    if (position == -1) {
        return NULL;
    }
    position -= buffered_raw_offset(self);
    return PyLong_FromOff_t(position);
}

/* Stay inside the buffer if the target is there: the new position, or -1
   (with an exception only on error). */
static Py_off_t
seek_in_buffer(buffered *self, Py_off_t target, int whence)
{
    Py_off_t current = self->abs_pos != -1 ? self->abs_pos
                                           : buffered_raw_tell(self);
    if (current == -1) {
        return -1;
    }
    Py_off_t available = buffered_readahead(self);
    if (available <= 0) {
        return -1;
    }
    Py_off_t logical = current - buffered_raw_offset(self);
    Py_off_t offset = whence == 0 ? target - logical : target;
    if (offset < -self->pos || offset > available) {
        return -1;
    }
    /* The raw stream stays where it is; the logical position moves. */
    self->pos += offset;
    return logical + offset;
}

PyObject *
buffered_seek(buffered *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("seek", nargs, 1, 2)) {
        return NULL;
    }
    int whence = 0;
    if (nargs > 1) {
        whence = _PyLong_AsInt(args[1]);
        if (whence == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (buffered_check_initialized(self) < 0) {
        return NULL;
    }
    if ((whence < 0 || whence > 2) && whence != SEEK_HOLE
        && whence != SEEK_DATA) {
        PyErr_Format(PyExc_ValueError, "whence value %d unsupported", whence);
        return NULL;
    }
    if (buffered_check_closed(self, "seek of closed file") < 0
        || iobase_check_seekable(self->raw) < 0) {
        return NULL;
    }
    Py_off_t target = io_as_offset(args[0], PyExc_ValueError);
    if (target == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (whence <= 1 && self->readable) {
        Py_off_t position = seek_in_buffer(self, target, whence);
        if (position >= 0) {
            return PyLong_FromOff_t(position);
        }
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
    if (buffered_enter(self) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    if (self->writable && bufferedwriter_flush(self) < 0) {
        goto done;
    }
    if (whence == 1) {
        target -= buffered_raw_offset(self);
    }
    Py_off_t n = buffered_raw_seek(self, target, whence);
    if (n == -1) {
        goto done;
    }
    self->raw_pos = -1;
    result = PyLong_FromOff_t(n);
    if (result != NULL && self->readable) {
        buffered_reset_read(self);
    }
done:
    buffered_leave(self);
    return result;
}

PyObject *
buffered_truncate(buffered *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("truncate", nargs, 0, 1)
        || buffered_check_initialized(self) < 0
        || buffered_check_closed(self, "truncate of closed file") < 0) {
        return NULL;
    }
    if (!self->writable) {
        return io_unsupported("truncate");
    }
    if (buffered_enter(self) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    if (buffered_flush_and_rewind(self) == 0) {
        result = PyObject_CallMethodOneArg(self->raw, &_Py_ID(truncate),
                                           nargs > 0 ? args[0] : Py_None);
        if (result != NULL && buffered_raw_tell(self) == -1) {
            PyErr_Clear();
        }
    }
    buffered_leave(self);
    return result;
}

/* -- Appearance ----------------------------------------------------------- */

PyObject *
buffered_repr(buffered *self)
{
    PyObject *name;
    if (_PyObject_LookupAttr((PyObject *)self, &_Py_ID(name), &name) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
            return NULL;
        }
        /* raw is gone */
        PyErr_Clear();
    }
    const char *type_name = Py_TYPE(self)->tp_name;
    if (name == NULL) {
        return PyUnicode_FromFormat("<%s>", type_name);
    }
    PyObject *result = NULL;
    int status = Py_ReprEnter((PyObject *)self);
    if (status == 0) {
        result = PyUnicode_FromFormat("<%s name=%R>", type_name, name);
        Py_ReprLeave((PyObject *)self);
    }
    else if (status > 0) {
        PyErr_Format(PyExc_RuntimeError, "reentrant call inside %s.__repr__",
                     type_name);
    }
    Py_DECREF(name);
    return result;
}

PyObject *
buffered_sizeof(buffered *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t size = Py_TYPE(self)->tp_basicsize;
    if (self->buffer != NULL) {
        size += self->buffer_size;
    }
    return PyLong_FromSsize_t(size);
}

PyMemberDef buffered_members[] = {
    {"raw", T_OBJECT, offsetof(buffered, raw), READONLY, NULL},
    {"_finalizing", T_BOOL, offsetof(buffered, finalizing), 0, NULL},
    {NULL, 0, 0, 0, NULL}
};

PyGetSetDef buffered_getset[] = {
    {"closed", (getter)buffered_closed_get, NULL, NULL, NULL},
    {"name", (getter)buffered_name_get, NULL, NULL, NULL},
    {"mode", (getter)buffered_mode_get, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};
