/* Buffered binary streams: the one object behind reader, writer and random.

   One buffer serves reading and writing.  Positions inside it:

       0 ........ pos ........ read_end ........ buffer_size
                   the logical position of the stream
       write_pos .. write_end   what has been written and not yet flushed
       raw_pos                  where the raw stream stands

   read_end is -1 when the buffer holds nothing that was read, write_end is
   -1 when it holds nothing to be written; abs_pos is the raw stream's own
   position, -1 when unknown.  The raw stream is ahead of the logical position
   by buffered_raw_offset().  All of it is guarded by `lock`, since the GIL is
   dropped in raw calls. */
#ifndef Baton_IO_BUFFERED_H
#define Baton_IO_BUFFERED_H

#include "_iomodule.h"

typedef struct {
    PyObject_HEAD
    PyObject *raw;
    int ok;                     /* initialised and not detached */
    int detached;
    int readable;
    int writable;
    char finalizing;
    int fast_closed_checks;     /* raw is an exact FileIO, and so are we */
    Py_off_t abs_pos;
    char *buffer;               /* NULL once closed */
    Py_off_t pos;
    Py_off_t raw_pos;
    Py_off_t read_end;
    Py_off_t write_pos;
    Py_off_t write_end;
    PyThread_type_lock lock;
    volatile unsigned long owner;   /* the thread that holds lock, or 0 */
    Py_ssize_t buffer_size;
    Py_ssize_t buffer_mask;     /* buffer_size - 1 when a power of two */
    PyObject *dict;
    PyObject *weakreflist;
} buffered;

/* -- State ---------------------------------------------------------------- */

static inline int
buffered_valid_read(const buffered *self)
{
    return self->readable && self->read_end != -1;
}

static inline int
buffered_valid_write(const buffered *self)
{
    return self->writable && self->write_end != -1;
}

static inline Py_ssize_t
buffered_readahead(const buffered *self)
{
    return buffered_valid_read(self) ? self->read_end - self->pos : 0;
}

static inline Py_off_t
buffered_raw_offset(const buffered *self)
{
    if ((buffered_valid_read(self) || buffered_valid_write(self))
        && self->raw_pos >= 0) {
        return self->raw_pos - self->pos;
    }
    return 0;
}

static inline void
buffered_adjust_position(buffered *self, Py_off_t pos)
{
    self->pos = pos;
    if (buffered_valid_read(self) && self->read_end < pos) {
        self->read_end = pos;
    }
}

static inline void
buffered_reset_read(buffered *self)
{
    self->read_end = -1;
}

static inline void
buffered_reset_write(buffered *self)
{
    self->write_pos = 0;
    self->write_end = -1;
}

/* -- Shared by the kinds -------------------------------------------------- */

/* 0, or -1 with RuntimeError: this thread is inside already. */
extern int buffered_enter_busy(buffered *self);

static inline int
buffered_enter(buffered *self)
{
    if (!PyThread_acquire_lock(self->lock, 0)
        && buffered_enter_busy(self) < 0) {
        return -1;
    }
    self->owner = PyThread_get_thread_ident();
    return 0;
}

static inline void
buffered_leave(buffered *self)
{
    self->owner = 0;
    PyThread_release_lock(self->lock);
}

/* 0, or -1 with ValueError: not initialised, or detached. */
extern int buffered_check_initialized(buffered *self);

/* 1, 0, or -1 with an exception. */
extern int buffered_is_closed(buffered *self);

/* 0, or -1 with ValueError(message): closed, and nothing left to read. */
extern int buffered_check_closed(buffered *self, const char *message);

extern Py_off_t buffered_raw_tell(buffered *self);
extern Py_off_t buffered_raw_seek(buffered *self, Py_off_t target,
                                  int whence);

/* Set up buffer and lock; 0 or -1. */
extern int buffered_setup(buffered *self, PyObject *raw,
                          Py_ssize_t buffer_size);

/* With the lock held: write everything, and put the raw stream where the
   logical position is. */
extern int buffered_flush_and_rewind(buffered *self);

/* With the lock held: write everything. */
extern int bufferedwriter_flush(buffered *self);

extern PyObject *buffered_new(PyTypeObject *, PyObject *, PyObject *);
extern void buffered_dealloc(buffered *self);
extern int buffered_traverse(buffered *self, visitproc visit, void *arg);
extern int buffered_clear(buffered *self);
extern PyObject *buffered_repr(buffered *self);
extern PyObject *buffered_close(buffered *, PyObject *);
extern PyObject *buffered_detach(buffered *, PyObject *);
extern PyObject *buffered_simple_flush(buffered *, PyObject *);
extern PyObject *buffered_flush(buffered *, PyObject *);
extern PyObject *buffered_seekable(buffered *, PyObject *);
extern PyObject *buffered_readable(buffered *, PyObject *);
extern PyObject *buffered_writable(buffered *, PyObject *);
extern PyObject *buffered_fileno(buffered *, PyObject *);
extern PyObject *buffered_isatty(buffered *, PyObject *);
extern PyObject *buffered_dealloc_warn(buffered *, PyObject *);
extern PyObject *buffered_tell(buffered *, PyObject *);
extern PyObject *buffered_seek(buffered *, PyObject *const *, Py_ssize_t);
extern PyObject *buffered_truncate(buffered *, PyObject *const *, Py_ssize_t);
extern PyObject *buffered_sizeof(buffered *, PyObject *);

extern PyObject *bufferedreader_read(buffered *, PyObject *const *,
                                     Py_ssize_t);
extern PyObject *bufferedreader_read1(buffered *, PyObject *const *,
                                      Py_ssize_t);
extern PyObject *bufferedreader_peek(buffered *, PyObject *const *,
                                     Py_ssize_t);
extern PyObject *bufferedreader_readinto(buffered *, PyObject *);
extern PyObject *bufferedreader_readinto1(buffered *, PyObject *);
extern PyObject *bufferedreader_readline(buffered *, PyObject *const *,
                                         Py_ssize_t);
extern PyObject *bufferedreader_iternext(buffered *);
extern PyObject *bufferedwriter_write(buffered *, PyObject *);

extern PyGetSetDef buffered_getset[];
extern PyMemberDef buffered_members[];

/* Documentation shared by the method tables. */
extern const char buffered_doc_detach[];

#endif
