/* Memory of one parse or compilation, released all at once. */
#ifndef Py_INTERNAL_PYARENA_H
#define Py_INTERNAL_PYARENA_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

typedef struct _arena PyArena;

PyAPI_FUNC(PyArena *) _PyArena_New(void);
PyAPI_FUNC(void) _PyArena_Free(PyArena *arena);

/* Uninitialised memory, aligned for any pointer or integer; NULL with
   MemoryError set when there is none. Never freed by itself. */
PyAPI_FUNC(void *) _PyArena_Malloc(PyArena *arena, size_t size);

/* Hands the caller's reference to the arena. On failure (-1, exception set)
   the reference stays the caller's. */
PyAPI_FUNC(int) _PyArena_AddPyObject(PyArena *arena, PyObject *object);

#endif  /* !Py_INTERNAL_PYARENA_H */
