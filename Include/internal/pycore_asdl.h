/* Sequences of syntax-tree nodes, which live in an arena. */
#ifndef Py_INTERNAL_ASDL_H
#define Py_INTERNAL_ASDL_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_pyarena.h"

typedef PyObject *identifier;
typedef PyObject *string;
typedef PyObject *constant;

/* Every sequence starts with its length and a pointer to its own elements, so
   that code which does not know the element type can still walk it. */
#define _ASDL_SEQ_HEAD \
    Py_ssize_t size;   \
    void **elements;

typedef struct {
    _ASDL_SEQ_HEAD
} asdl_seq;

typedef struct {
    _ASDL_SEQ_HEAD
    void *typed_elements[1];
} asdl_generic_seq;

typedef struct {
    _ASDL_SEQ_HEAD
    PyObject *typed_elements[1];
} asdl_identifier_seq;

typedef struct {
    _ASDL_SEQ_HEAD
    int typed_elements[1];
} asdl_int_seq;

asdl_generic_seq *
_Py_asdl_generic_seq_new(Py_ssize_t size, PyArena *arena);
asdl_identifier_seq *
_Py_asdl_identifier_seq_new(Py_ssize_t size, PyArena *arena);
asdl_int_seq *
_Py_asdl_int_seq_new(Py_ssize_t size, PyArena *arena);

/* A zeroed sequence: HEAD bytes of header and ITEM bytes for each element. */
void *
asdl_seq_allocate(Py_ssize_t size, size_t head, size_t item, PyArena *arena);

#define GENERATE_ASDL_SEQ_CONSTRUCTOR(NAME, TYPE)                           \
    asdl_##NAME##_seq *                                                     \
    _Py_asdl_##NAME##_seq_new(Py_ssize_t size, PyArena *arena)              \
    {                                                                       \
        return asdl_seq_allocate(size,                                      \
                                 offsetof(asdl_##NAME##_seq,                \
                                          typed_elements),                  \
                                 sizeof(TYPE), arena);                      \
    }

#define asdl_seq_GET_UNTYPED(S, I) ((S)->elements[(I)])
#define asdl_seq_GET(S, I) ((S)->typed_elements[(I)])
#define asdl_seq_LEN(S) ((S) == NULL ? 0 : (S)->size)
#define asdl_seq_SET(S, I, V) ((S)->typed_elements[(I)] = (V))
#define asdl_seq_SET_UNTYPED(S, I, V) ((S)->elements[(I)] = (V))

#endif  /* !Py_INTERNAL_ASDL_H */
