/* A GIL that is a spin lock: test, test-and-set, back off, then park.

   Idea. One word is the lock. A waiter reads it until it looks free, then
   tries to set it; it doubles its pause after each failure. A waiter that has
   spun for SPIN_US without luck parks on the word instead of burning a core,
   so that more threads than cores do not stand still.

   State
     word      0 free, 1 held. Set by the thread that acquires (compare and
               swap), cleared by the holder.
     waiters   threads inside acquire that did not get the word at once
     parked    those of them that sleep, or are about to
     takes     how often the word was set; only the holder adds

   Transitions
     word 0 -> 1   any thread, by compare and swap
     word 1 -> 0   the holder

   Who wakes whom. release wakes one parked thread if there is any; a spinning
   one may be faster.

   Fairness and latency. None promised: whoever sees the free word first takes
   it. A hand-over between two running cores costs one cache miss. A forced
   release waits until another waiter has taken the word, so each waiter set
   makes progress, but a single thread can be overtaken without bound.

   Memory order. The compare and swap acquires what the releasing store of 0
   published: all that the previous holder wrote. `parked` is raised before the
   word is looked at for the last time and read after the word is cleared, both
   sequentially consistent, so a release cannot miss a sleeper (and a sleeper
   wakes after an interval anyhow, to ask for a drop). `waiters` and `takes`
   are hints for the forced hand-over: relaxed.

   Fork. The child clears all words; nobody else is there.

   References. T. Anderson, "The Performance of Spin Lock Alternatives for
   Shared-Memory Multiprocessors", IEEE TPDS 1(1), 1990. */
#include "Python.h"
#include "pycore_gil.h"
#include "pycore_port.h"
#include "wait.h"
#include <sched.h>

/* about one wake-up of a sleeping thread on another core */
#define SPIN_US 20
#define SPIN_MAX_PAUSES 256

static struct {
    wait_word word;
    _Atomic(uint32_t) waiters;
    _Atomic(uint32_t) parked;
    _Atomic(unsigned long) takes;
} gil;

static int
spin_try(void)
{
    uint32_t expected = 0;
    if (atomic_load_explicit(&gil.word, memory_order_relaxed) != 0
        || !atomic_compare_exchange_strong_explicit(&gil.word, &expected, 1,
                                                    memory_order_acquire,
                                                    memory_order_relaxed)) {
        return 0;
    }
    atomic_fetch_add_explicit(&gil.takes, 1, memory_order_relaxed);
    return 1;
}

static void
spin_after_fork(void)
{
    atomic_store_explicit(&gil.word, 0, memory_order_relaxed);
    atomic_store_explicit(&gil.waiters, 0, memory_order_relaxed);
    atomic_store_explicit(&gil.parked, 0, memory_order_relaxed);
}

static int
spin_init(void)
{
    spin_after_fork();
    return 0;
}

static void
spin_fini(void)
{
}

/* Spin for a while; 1 when the word was taken. */
static int
spin_while_short(void)
{
    uint64_t start = wait_clock_us();
    int pauses = 1;
    do {
        if (spin_try()) {
            return 1;
        }
        for (int i = 0; i < pauses; i++) {
            port_cpu_relax();
        }
        if (pauses < SPIN_MAX_PAUSES) {
            pauses *= 2;
        }
    } while (wait_clock_us() - start < SPIN_US);
    return 0;
}

/* Sleep until a release or for an interval. */
static void
spin_park(void)
{
    atomic_fetch_add(&gil.parked, 1);
    if (atomic_load(&gil.word) != 0) {
        wait_park(&gil.word, 1, gil_interval_us(), WAIT_ANY_BIT);
    }
    atomic_fetch_sub(&gil.parked, 1);
}

static enum gil_acquire_result
spin_wait(const void *who)
{
    uint64_t since = wait_clock_us();
    unsigned long seen = atomic_load_explicit(&gil.takes,
                                              memory_order_relaxed);
    while (!spin_while_short()) {
        if (gil_must_leave(who)) {
            return GIL_MUST_LEAVE;
        }
        spin_park();
        unsigned long takes = atomic_load_explicit(&gil.takes,
                                                   memory_order_relaxed);
        uint64_t now = wait_clock_us();
        if (takes != seen) {
            seen = takes;
            since = now;
        }
        else if (now - since >= gil_interval_us()) {
            gil_request_drop();
            since = now;
        }
    }
    return GIL_ACQUIRED;
}

static enum gil_acquire_result
spin_acquire(const void *who)
{
    if (spin_try()) {
        return GIL_ACQUIRED;
    }
    atomic_fetch_add_explicit(&gil.waiters, 1, memory_order_relaxed);
    enum gil_acquire_result result = spin_wait(who);
    atomic_fetch_sub_explicit(&gil.waiters, 1, memory_order_relaxed);
    if (result == GIL_MUST_LEAVE) {
        /* pass on a wake-up that this thread may have consumed */
        wait_wake(&gil.word, 1, WAIT_ANY_BIT);
    }
    return result;
}

/* Let another waiter set the word before this thread tries again. */
static void
spin_yield_turn(unsigned long takes)
{
    while (atomic_load_explicit(&gil.takes, memory_order_relaxed) == takes
           && atomic_load_explicit(&gil.waiters, memory_order_relaxed) > 0) {
        sched_yield();
    }
}

static void
spin_release(const void *Py_UNUSED(who), enum gil_release_reason reason)
{
    unsigned long takes = atomic_load_explicit(&gil.takes,
                                               memory_order_relaxed);
    atomic_store(&gil.word, 0);
    if (atomic_load(&gil.parked) > 0) {
        wait_wake(&gil.word, 1, WAIT_ANY_BIT);
    }
    if (reason == GIL_RELEASE_FORCED) {
        spin_yield_turn(takes);
    }
}

const struct gil_policy gil_spin = {
    .name = "spin",
    .summary = "test-and-test-and-set with back-off, bounded, then parks",
    .init = spin_init,
    .fini = spin_fini,
    .after_fork = spin_after_fork,
    .acquire = spin_acquire,
    .release = spin_release,
};
