/* The part of pythread.h outside the limited API. */
#ifndef Py_CPYTHON_PYTHREAD_H
#  error "this header file must not be included directly"
#endif

#include <pthread.h>

#define PYTHREAD_INVALID_THREAD_ID ((unsigned long)-1)

/* Replace a lock that another thread may have held at the fork. */
PyAPI_FUNC(int) _PyThread_at_fork_reinit(PyThread_type_lock *lock);

#define NATIVE_TSS_KEY_T pthread_key_t

struct _Py_tss_t {
    int _is_initialized;        /* whether _key is a live key */
    NATIVE_TSS_KEY_T _key;
};

#define Py_tss_NEEDS_INIT {0}
