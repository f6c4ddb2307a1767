/* Threads, locks and thread-specific storage on POSIX threads.

   A lock is a semaphore that is 1 when free: taking a free one and giving
   one back that nobody waits for are one atomic instruction each, any thread
   may give back what another took, and a wait can end by time or by signal.
   Nothing here knows of the GIL; callers drop it before they wait. */

#include "Python.h"
#include "pycore_object.h"
#include "pycore_structseq.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The smallest stack a thread of Python can live on. */
#define THREAD_STACK_MIN 0x8000

/* -- Threads -------------------------------------------------------------- */

struct thread_start {
    void (*function)(void *);
    void *argument;
};

static void *
thread_run(void *start_ptr)
{
    struct thread_start start = *(struct thread_start *)start_ptr;
    PyMem_RawFree(start_ptr);
    start.function(start.argument);
    return NULL;
}

void
PyThread_init_thread(void)
{
}

/* Bytes; 0 is the system's default. */
size_t
PyThread_get_stacksize(void)
{
    PyThreadState *tstate = _PyThreadState_GET();
    return tstate != NULL ? tstate->interp->threads.stacksize : 0;
}

/* The new thread's identifier, or PYTHREAD_INVALID_THREAD_ID. */
unsigned long
PyThread_start_new_thread(void (*function)(void *), void *argument)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return PYTHREAD_INVALID_THREAD_ID;
    }
    struct thread_start *start = PyMem_RawMalloc(sizeof(*start));
    if (start == NULL) {
        pthread_attr_destroy(&attributes);
        return PYTHREAD_INVALID_THREAD_ID;
    }
    start->function = function;
    start->argument = argument;
    int status = 0;
    size_t stacksize = PyThread_get_stacksize();
    if (stacksize != 0) {
        status = pthread_attr_setstacksize(&attributes, stacksize);
    }
    pthread_t thread;
    if (status == 0) {
        pthread_attr_setscope(&attributes, PTHREAD_SCOPE_SYSTEM);
        status = pthread_create(&thread, &attributes, thread_run, start);
    }
    pthread_attr_destroy(&attributes);
    if (status != 0) {
        PyMem_RawFree(start);
        return PYTHREAD_INVALID_THREAD_ID;
    }
    pthread_detach(thread);
    return (unsigned long)thread;
}

unsigned long
PyThread_get_thread_ident(void)
{
    return (unsigned long)pthread_self();
}

unsigned long
PyThread_get_thread_native_id(void)
{
    return (unsigned long)syscall(SYS_gettid);
}

void _Py_NO_RETURN
PyThread_exit_thread(void)
{
    pthread_exit(NULL);
}

/* 0 done, -1 not a size that a thread can have. */
int
PyThread_set_stacksize(size_t size)
{
    if (size == 0) {
        _PyInterpreterState_GET()->threads.stacksize = 0;
        return 0;
    }
    size_t least = Py_MAX((size_t)THREAD_STACK_MIN,
                          (size_t)sysconf(_SC_THREAD_STACK_MIN));
    pthread_attr_t attributes;
    if (size < least || pthread_attr_init(&attributes) != 0) {
        return -1;
    }
    int status = pthread_attr_setstacksize(&attributes, size);
    pthread_attr_destroy(&attributes);
    if (status != 0) {
        return -1;
    }
    _PyInterpreterState_GET()->threads.stacksize = size;
    return 0;
}

/* -- Locks ---------------------------------------------------------------- */

PyThread_type_lock
PyThread_allocate_lock(void)
{
    sem_t *lock = PyMem_RawMalloc(sizeof(sem_t));
    if (lock == NULL) {
        return NULL;
    }
    if (sem_init(lock, 0, 1) != 0) {
        PyMem_RawFree(lock);
        return NULL;
    }
    return lock;
}

void
PyThread_free_lock(PyThread_type_lock lock)
{
    if (lock != NULL) {
        sem_destroy(lock);
        PyMem_RawFree(lock);
    }
}

/* The monotonic clock's reading in so many microseconds, clamped. */
static struct timespec
deadline_after(PY_TIMEOUT_T microseconds)
{
    const time_t furthest = (time_t)(INT64_MAX / 1000000000LL);
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(microseconds / 1000000);
    at.tv_nsec += (long)(microseconds % 1000000) * 1000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_nsec -= 1000000000;
        at.tv_sec++;
    }
    if (at.tv_sec > furthest) {
        at.tv_sec = furthest;
    }
    return at;
}

PyLockStatus
PyThread_acquire_lock_timed(PyThread_type_lock lock,
                            PY_TIMEOUT_T microseconds, int intr_flag)
{
    sem_t *semaphore = lock;
    int status;
    while ((status = sem_trywait(semaphore)) != 0 && errno == EINTR) {
    }
    if (status == 0) {
        return PY_LOCK_ACQUIRED;
    }
    if (microseconds == 0) {
        return PY_LOCK_FAILURE;
    }
    struct timespec deadline;
    if (microseconds > 0) {
        deadline = deadline_after(microseconds);
    }
    do {
        status = microseconds > 0
                 ? sem_clockwait(semaphore, CLOCK_MONOTONIC, &deadline)
                 : sem_wait(semaphore);
    } while (status != 0 && errno == EINTR && !intr_flag);
    if (status == 0) {
        return PY_LOCK_ACQUIRED;
    }
    return intr_flag && errno == EINTR ? PY_LOCK_INTR : PY_LOCK_FAILURE;
}

int
PyThread_acquire_lock(PyThread_type_lock lock, int waitflag)
{
    return PyThread_acquire_lock_timed(lock, waitflag ? -1 : 0, 0);
}

void
PyThread_release_lock(PyThread_type_lock lock)
{
    (void)sem_post((sem_t *)lock);
}

/* The old lock is left to leak: a thread that no longer exists may be noted
   in it as its holder or as waiting. */
int
_PyThread_at_fork_reinit(PyThread_type_lock *lock)
{
    PyThread_type_lock fresh = PyThread_allocate_lock();
    if (fresh == NULL) {
        return -1;
    }
    *lock = fresh;
    return 0;
}

/* -- Thread-specific storage ---------------------------------------------- */

int
PyThread_create_key(void)
{
    pthread_key_t key;
    if (pthread_key_create(&key, NULL) != 0) {
        return -1;
    }
    if (key > INT_MAX) {
        pthread_key_delete(key);
        errno = ENOMEM;
        return -1;
    }
    return (int)key;
}

void
PyThread_delete_key(int key)
{
    pthread_key_delete((pthread_key_t)key);
}

void
PyThread_delete_key_value(int key)
{
    pthread_setspecific((pthread_key_t)key, NULL);
}

int
PyThread_set_key_value(int key, void *value)
{
    return pthread_setspecific((pthread_key_t)key, value) != 0 ? -1 : 0;
}

void *
PyThread_get_key_value(int key)
{
    return pthread_getspecific((pthread_key_t)key);
}

void
PyThread_ReInitTLS(void)
{
}

Py_tss_t *
PyThread_tss_alloc(void)
{
    Py_tss_t *key = PyMem_RawMalloc(sizeof(Py_tss_t));
    if (key != NULL) {
        key->_is_initialized = 0;
    }
    return key;
}

void
PyThread_tss_free(Py_tss_t *key)
{
    if (key != NULL) {
        PyThread_tss_delete(key);
        PyMem_RawFree(key);
    }
}

int
PyThread_tss_is_created(Py_tss_t *key)
{
    assert(key != NULL);
    return key->_is_initialized;
}

int
PyThread_tss_create(Py_tss_t *key)
{
    assert(key != NULL);
    if (key->_is_initialized) {
        return 0;
    }
    if (pthread_key_create(&key->_key, NULL) != 0) {
        return -1;
    }
    key->_is_initialized = 1;
    return 0;
}

void
PyThread_tss_delete(Py_tss_t *key)
{
    assert(key != NULL);
    if (key->_is_initialized) {
        pthread_key_delete(key->_key);
        key->_is_initialized = 0;
    }
}

int
PyThread_tss_set(Py_tss_t *key, void *value)
{
    assert(key != NULL);
    return pthread_setspecific(key->_key, value) != 0 ? -1 : 0;
}

void *
PyThread_tss_get(Py_tss_t *key)
{
    assert(key != NULL);
    return pthread_getspecific(key->_key);
}

/* -- sys.thread_info ------------------------------------------------------ */

static PyStructSequence_Field thread_info_fields[] = {
    {"name", "name of the thread implementation"},
    {"lock", "name of the lock implementation"},
    {"version", "name and version of the thread library"},
    {NULL, NULL}
};

static PyStructSequence_Desc thread_info_desc = {
    "sys.thread_info",
    "sys.thread_info\n\nWhat the threads of this interpreter are made of.",
    thread_info_fields,
    3
};

static PyTypeObject ThreadInfoType;

static PyObject *
thread_library_version(void)
{
    char buffer[255];
    size_t length = confstr(_CS_GNU_LIBPTHREAD_VERSION, buffer,
                            sizeof(buffer));
    if (length > 1 && length < sizeof(buffer)) {
        PyObject *version = PyUnicode_DecodeFSDefaultAndSize(
            buffer, (Py_ssize_t)length - 1);
        if (version != NULL) {
            return version;
        }
        PyErr_Clear();
    }
    Py_RETURN_NONE;
}

PyObject *
PyThread_GetInfo(void)
{
    if (ThreadInfoType.tp_name == NULL
        && PyStructSequence_InitType2(&ThreadInfoType,
                                      &thread_info_desc) < 0) {
        return NULL;
    }
    PyObject *info = PyStructSequence_New(&ThreadInfoType);
    if (info == NULL) {
        return NULL;
    }
    PyStructSequence_SET_ITEM(info, 0, PyUnicode_FromString("pthread"));
    PyStructSequence_SET_ITEM(info, 1, PyUnicode_FromString("semaphore"));
    PyStructSequence_SET_ITEM(info, 2, thread_library_version());
    if (PyErr_Occurred()) {
        Py_DECREF(info);
        return NULL;
    }
    return info;
}
