/* TextIOWrapper: the object that writing, reading and seeking work on.

   Writing: text is encoded at once and kept in `pending`, until there is a
   chunk of it, or a line end in the line-buffering mode.
   Reading: bytes come a chunk at a time, are decoded, and the text waits in
   decoded_chars[decoded_chars_used:].  While tell() may be asked for
   (`telling`), snapshot remembers the decoder's state before the chunk and
   the chunk, so that a position in the middle of it can be described. */
#ifndef Baton_IO_TEXTWRAPPER_H
#define Baton_IO_TEXTWRAPPER_H

#include "_iomodule.h"

typedef struct textio textio;

/* Encodes a whole text without going through the encoder object. */
typedef PyObject *(*text_encode_function)(textio *self, PyObject *text);

struct textio {
    PyObject_HEAD
    int ok;                     /* initialised and not detached */
    int detached;
    Py_ssize_t chunk_size;      /* bytes to read or collect at a time */
    PyObject *buffer;           /* the binary stream */
    PyObject *encoding;
    PyObject *encoder;          /* NULL: not writable */
    PyObject *decoder;          /* NULL: not readable */
    PyObject *readnl;           /* the newline argument; NULL for None */
    PyObject *errors;
    const char *writenl;        /* what "\n" becomes, or NULL; in readnl */
    char line_buffering;
    char write_through;
    char readuniversal;
    char readtranslate;
    char writetranslate;
    char seekable;
    char has_read1;
    char telling;               /* whether snapshots are taken */
    char finalizing;
    char encoding_start_of_stream;  /* nothing written yet: BOM to come */
    text_encode_function encodefunc;
    PyObject *decoded_chars;    /* text read and not handed out, or NULL */
    Py_ssize_t decoded_chars_used;  /* what of it was handed out */
    PyObject *pending;          /* bytes, ASCII str, or a list of them */
    Py_ssize_t pending_count;   /* bytes in it */
    PyObject *snapshot;         /* (decoder flags, input bytes), or NULL */
    double b2cratio;            /* bytes a character, of the last chunk */
    PyObject *raw;              /* the FileIO below, when it is one */
    PyObject *weakreflist;
    PyObject *dict;
};

/* 0, or -1 with ValueError. */
extern int textio_check_attached(textio *self);
extern int textio_check_closed(textio *self);

/* Hand pending bytes to the buffer: 0 or -1. */
extern int textio_write_pending(textio *self);

/* The encoder as at the start of the stream, or as after it. */
extern int textio_reset_encoder(textio *self, int start_of_stream);

/* Decode, knowing IncrementalNewlineDecoder; the result is a str. */
extern PyObject *textio_decode(textio *self, PyObject *input, int final);

/* Replace what has been read ahead; steals chars, which may be NULL. */
extern void textio_set_decoded_steal(textio *self, PyObject *chars);

extern PyObject *textio_read(textio *, PyObject *const *, Py_ssize_t);
extern PyObject *textio_readline(textio *, PyObject *const *, Py_ssize_t);
extern PyObject *textio_iternext(textio *self);
extern PyObject *textio_tell(textio *, PyObject *);
extern PyObject *textio_seek(textio *, PyObject *const *, Py_ssize_t);

extern const char textio_doc[];

#endif
