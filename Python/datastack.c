/* The data stack of a thread: where frames of Python functions lie.

   It is a list of chunks.  Frames are pushed and popped by moving
   datastack_top; only when a chunk is full or empties is a function of this
   file needed.  The first word of the first chunk is left unused, so that a
   frame at the start of a chunk always means "this chunk ends with it" and the
   first one is never given back. */

#include "Python.h"
#include "pycore_frame.h"
#include "pycore_object.h"
#include "pycore_pymem.h"

enum {
    CHUNK_BYTES = 32 * 1024,
    /* room for a few frames more in a chunk made for a big one, in words */
    SLACK_WORDS = 1000
};

/* The chunk given back last, so that calls back and forth over the end of one
   need no system calls.  Guarded by the GIL. */
static _PyStackChunk *spare;

static _PyStackChunk *
chunk_new(size_t bytes)
{
    _PyStackChunk *chunk = spare;
    if (bytes == CHUNK_BYTES && chunk != NULL) {
        spare = NULL;
        return chunk;
    }
    return _PyObject_VirtualAlloc(bytes);
}

static void
chunk_free(_PyStackChunk *chunk)
{
    if (chunk->size == CHUNK_BYTES && spare == NULL) {
        spare = chunk;
    }
    else {
        _PyObject_VirtualFree(chunk, chunk->size);
    }
}

/* A frame in a new chunk. */
_PyInterpreterFrame *
_PyThreadState_PushFrame(PyThreadState *tstate, size_t size)
{
    if (size < INT_MAX / 2
        && _PyThreadState_HasStackSpace(tstate, (int)size)) {
        _PyInterpreterFrame *frame =
            (_PyInterpreterFrame *)tstate->datastack_top;
        tstate->datastack_top += size;
        return frame;
    }
    size_t bytes = CHUNK_BYTES;
    while (bytes < sizeof(PyObject *) * (size + SLACK_WORDS)) {
        bytes *= 2;
    }
    _PyStackChunk *chunk = chunk_new(bytes);
    if (chunk == NULL) {
        return NULL;
    }
    _PyStackChunk *previous = tstate->datastack_chunk;
    if (previous != NULL) {
        previous->top = tstate->datastack_top - &previous->data[0];
    }
    chunk->previous = previous;
    chunk->size = bytes;
    chunk->top = 0;
    tstate->datastack_chunk = chunk;
    tstate->datastack_limit = (PyObject **)((char *)chunk + bytes);
    PyObject **start = &chunk->data[previous == NULL];
    tstate->datastack_top = start + size;
    return (_PyInterpreterFrame *)start;
}

/* Takes the top frame off, and its chunk if it began that. */
void
_PyThreadState_PopFrame(PyThreadState *tstate, _PyInterpreterFrame *frame)
{
    PyObject **base = (PyObject **)frame;
    _PyStackChunk *chunk = tstate->datastack_chunk;
    if (base != &chunk->data[0]) {
        tstate->datastack_top = base;
        return;
    }
    _PyStackChunk *previous = chunk->previous;
    tstate->datastack_chunk = previous;
    tstate->datastack_top = &previous->data[previous->top];
    tstate->datastack_limit =
        (PyObject **)((char *)previous + previous->size);
    chunk_free(chunk);
}
