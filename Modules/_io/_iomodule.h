/* The io module: what its files share.

   Arguments are borrowed, results are new, throughout. */
#ifndef Baton_IOMODULE_H
#define Baton_IOMODULE_H

#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "structmember.h"

#define DEFAULT_BUFFER_SIZE (8 * 1024)

/* Positions in files. */
typedef off_t Py_off_t;
#define PyLong_AsOff_t PyLong_AsLongLong
#define PyLong_FromOff_t PyLong_FromLongLong
#define PY_OFF_T_MAX LLONG_MAX
#define PY_OFF_T_MIN LLONG_MIN
#define PY_PRIdOFF "lld"

/* -- Types ---------------------------------------------------------------- */

extern PyTypeObject PyIOBase_Type;
extern PyTypeObject PyRawIOBase_Type;
extern PyTypeObject PyBufferedIOBase_Type;
extern PyTypeObject PyTextIOBase_Type;
extern PyTypeObject PyFileIO_Type;
extern PyTypeObject PyBytesIO_Type;
extern PyTypeObject PyStringIO_Type;
extern PyTypeObject PyBufferedReader_Type;
extern PyTypeObject PyBufferedWriter_Type;
extern PyTypeObject PyBufferedRWPair_Type;
extern PyTypeObject PyBufferedRandom_Type;
extern PyTypeObject PyTextIOWrapper_Type;
extern PyTypeObject PyIncrementalNewlineDecoder_Type;
PyAPI_DATA(PyTypeObject) _PyBytesIOBuffer_Type;

/* -- The module's state --------------------------------------------------- */

struct io_state {
    PyObject *unsupported_operation;    /* io.UnsupportedOperation */
};

/* NULL with RuntimeError when the interpreter has let go of the module. */
extern struct io_state *io_get_state(void);

/* Raise io.UnsupportedOperation(message) and return NULL. */
extern PyObject *io_unsupported(const char *message);

/* If the pending exception is OSError(EINTR), drop it and return 1. */
extern int io_trap_eintr(void);

/* -- Arguments ------------------------------------------------------------ */

/* "method([size])": None or nothing leaves *size as it is. */
extern int io_parse_size(const char *name, PyObject *const *args,
                         Py_ssize_t nargs, Py_ssize_t *size);

/* An index as a position in a file; -1 with an exception (of type
   overflow where it does not fit). */
extern Py_off_t io_as_offset(PyObject *number, PyObject *overflow);

/* -- Base class ----------------------------------------------------------- */

/* 0, or -1 with ValueError: the stream's `closed` is true. */
extern int iobase_check_closed(PyObject *self);
extern int iobase_check_readable(PyObject *self);
extern int iobase_check_writable(PyObject *self);
extern int iobase_check_seekable(PyObject *self);

/* Close on destruction: -1 means the object came back to life and its
   dealloc function must return at once. */
extern int iobase_finalize_dealloc(PyObject *self);

/* A dealloc function's beginning: `if (io_dealloc_begin(self)) return;` */
extern int io_dealloc_begin(PyObject *self);

/* -- Files ---------------------------------------------------------------- */

extern int fileio_is_closed(PyObject *self);
/* readinto() and write() for exact FileIO: the number of bytes, -1 with an
   exception, -2 when it would block. */
extern Py_ssize_t fileio_read_raw(PyObject *self, char *buffer, size_t size);
extern Py_ssize_t fileio_write_raw(PyObject *self, const char *bytes,
                                   size_t size);

/* -- Text ----------------------------------------------------------------- */

/* Finds the first line end in a piece of text of the given kind.  Result:
   the index after it, or -1; then *consumed is the length that need not be
   searched again.  readnl is NULL in the universal and translating modes. */
extern Py_ssize_t text_find_line_ending(int translated, int universal,
                                        PyObject *readnl, int kind,
                                        const char *start, const char *end,
                                        Py_ssize_t *consumed);

/* IncrementalNewlineDecoder.decode() of a decoder known to be exact. */
extern PyObject *newline_decoder_decode(PyObject *self, PyObject *input,
                                        int final);

/* "", "\n", "\r", "\r\n" or None: 0, else -1 with ValueError. */
extern int text_check_newline(const char *newline);

#endif
