/* The GIL policy of CPython 3.2 to 3.12: mutex, condition variable, forced
   switching.

   Idea. A flag says whether the GIL is held; a mutex guards it; waiters sleep
   on a condition variable. A waiter that has slept a whole interval without
   any hand-over asks the holder to drop. A holder that drops because it was
   asked waits until some other thread has taken the GIL, so that it cannot
   snatch it back at once.

   State
     mutex           guards locked, last_holder, switches
     free            condition: locked became 0
     locked          0 or 1; written by the holder-to-be and the holder
     last_holder     who took the GIL last
     switches        times last_holder changed
     switch_mutex    guards the hand-over handshake
     switched        condition: some thread went through acquire
   switch_mutex is taken inside mutex (acquire) or alone (release).

   Transitions
     locked 0 -> 1   acquire, under mutex
     locked 1 -> 0   release, under mutex; signals `free`

   Who wakes whom. release signals `free`: one waiter, any. acquire signals
   `switched`: the thread whose forced release is waiting.

   Fairness and latency. No queue: an arriving thread can overtake sleepers,
   and the condition variable wakes whom it likes. A thread that comes back
   from a blocking call waits up to a whole interval per compute-bound thread
   ahead of it (the convoy effect). Doc/internals/gil.md has the figures.

   Memory order. Everything is read and written under the mutexes.

   Fork. The child makes all four objects anew without destroying the old
   ones, which another thread of the parent may have held.

   References. A. Pitrou, "Reworking the GIL", python-dev, October 2009;
   D. Beazley, "Understanding the Python GIL", PyCon 2010. */
#include "Python.h"
#include "pycore_gil.h"
#include <pthread.h>

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t free;
    int locked;
    const void *last_holder; /* identity only, never dereferenced */
    unsigned long switches;
    pthread_mutex_t switch_mutex;
    pthread_cond_t switched;
} gil;

static int
condvar_init(void)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return -1;
    }
    int failed = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
                 || pthread_mutex_init(&gil.mutex, NULL)
                 || pthread_mutex_init(&gil.switch_mutex, NULL)
                 || pthread_cond_init(&gil.free, &attributes)
                 || pthread_cond_init(&gil.switched, &attributes);
    pthread_condattr_destroy(&attributes);
    gil.locked = 0;
    gil.last_holder = NULL;
    return failed ? -1 : 0;
}

static void
condvar_fini(void)
{
    pthread_cond_destroy(&gil.free);
    pthread_mutex_destroy(&gil.mutex);
    pthread_cond_destroy(&gil.switched);
    pthread_mutex_destroy(&gil.switch_mutex);
}

static void
condvar_after_fork(void)
{
    (void)condvar_init();
}

/* Sleep on `free` for the interval; 1 when the time ran out. The mutex is
   held before and after. */
static int
condvar_wait_interval(void)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    unsigned long us = gil_interval_us();
    until.tv_sec += (time_t)(us / 1000000);
    until.tv_nsec += (long)(us % 1000000) * 1000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_cond_timedwait(&gil.free, &gil.mutex, &until) == ETIMEDOUT;
}

/* Wait for `locked` to be 0, with the mutex held; 0 when the thread has to
   leave instead. */
static int
condvar_wait_free(const void *who)
{
    while (gil.locked) {
        unsigned long seen = gil.switches;
        int timed_out = condvar_wait_interval();
        if (gil_must_leave(who)) {
            return 0;
        }
        if (timed_out && gil.locked && gil.switches == seen) {
            gil_request_drop();
        }
    }
    return 1;
}

static enum gil_acquire_result
condvar_acquire(const void *who)
{
    pthread_mutex_lock(&gil.mutex);
    if (!condvar_wait_free(who)) {
        /* the wake-up may have been meant for whoever is able to run */
        pthread_cond_signal(&gil.free);
        pthread_mutex_unlock(&gil.mutex);
        return GIL_MUST_LEAVE;
    }
    pthread_mutex_lock(&gil.switch_mutex);
    gil.locked = 1;
    if (gil.last_holder != who) {
        gil.last_holder = who;
        gil.switches++;
    }
    pthread_cond_signal(&gil.switched);
    pthread_mutex_unlock(&gil.switch_mutex);
    pthread_mutex_unlock(&gil.mutex);
    return GIL_ACQUIRED;
}

static void
condvar_release(const void *who, enum gil_release_reason reason)
{
    pthread_mutex_lock(&gil.mutex);
    gil.last_holder = who;
    gil.locked = 0;
    pthread_cond_signal(&gil.free);
    pthread_mutex_unlock(&gil.mutex);

    if (reason == GIL_RELEASE_LAST || !gil_drop_requested()) {
        return;
    }
    /* somebody waits, or the request would not be there: let them run */
    pthread_mutex_lock(&gil.switch_mutex);
    while (gil.last_holder == who && gil_drop_requested()) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += 1;
        /* bounded, since the one who asked may have left meanwhile */
        if (pthread_cond_timedwait(&gil.switched, &gil.switch_mutex, &until)
            == ETIMEDOUT) {
            break;
        }
    }
    pthread_mutex_unlock(&gil.switch_mutex);
}

const struct gil_policy gil_condvar = {
    .name = "condvar",
    .summary = "mutex and condition variable with forced switching, "
               "as CPython 3.2 to 3.12",
    .init = condvar_init,
    .fini = condvar_fini,
    .after_fork = condvar_after_fork,
    .acquire = condvar_acquire,
    .release = condvar_release,
};
