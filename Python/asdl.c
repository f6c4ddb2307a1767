/* Sequences of the syntax tree whose elements are not nodes. */

#include "Python.h"
#include "pycore_asdl.h"
#include <stddef.h>

void *
asdl_seq_allocate(Py_ssize_t size, size_t head, size_t item, PyArena *arena)
{
    if (size < 0 || (size_t)size > (PY_SSIZE_T_MAX - head) / item) {
        PyErr_NoMemory();
        return NULL;
    }
    /* The types declare one element: an empty sequence has room for it too. */
    size_t bytes = head + item * (size ? (size_t)size : 1);
    asdl_seq *seq = _PyArena_Malloc(arena, bytes);
    if (seq == NULL) {
        return NULL;
    }
    memset(seq, 0, bytes);
    seq->size = size;
    seq->elements = (void **)((char *)seq + head);
    return seq;
}

GENERATE_ASDL_SEQ_CONSTRUCTOR(generic, void *)
GENERATE_ASDL_SEQ_CONSTRUCTOR(identifier, PyObject *)
GENERATE_ASDL_SEQ_CONSTRUCTOR(int, int)
