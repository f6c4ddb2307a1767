/* A GIL handed out first come, first served, by tickets.

   Idea. Each thread that wants the GIL draws a number; the number being
   served holds it. The next in line spins for at most one wake-up time, all
   others park; a release wakes exactly the thread whose number comes up.

   State
     next      the number the next comer draws; added to by every comer
     serving   the number that holds the GIL, or will; added to by the holder
   The GIL is free when next == serving.

   Transitions
     draw      my = next++                        any thread
     enter     when serving == my                 no write
     release   serving++, wake the bit of serving the holder

   Who wakes whom. Waiters park on `serving` with the bit (number mod 32), and
   a release wakes only the bit of the number that comes up: of waiters at most
   one in 32 is woken for nothing.

   Fairness and latency. Strict FIFO: nobody waits for more than the threads
   that came before. A thread that is next but not running (preempted by the
   kernel) stalls all behind it. A forced release needs no extra care: whoever
   waits has a smaller number than the one drawn on coming back.

   Memory order. serving is stored with release by the holder and read with
   acquire by the one who enters: that publishes all the holder wrote. A
   waiter parks only while serving still has the value it has seen, which the
   kernel checks under its own lock, so no wake-up is lost; `sleepers` is
   raised before that and read after serving is stored, sequentially
   consistent both.

   A waiter that must leave keeps its place, and passes its turn on when it
   comes; the numbers have no holes.

   Fork. The child starts again from an empty line.

   References. J. Mellor-Crummey, M. Scott, "Algorithms for Scalable
   Synchronization on Shared-Memory Multiprocessors", ACM TOCS 9(1), 1991. */
#include "Python.h"
#include "pycore_gil.h"
#include "pycore_port.h"
#include "wait.h"

/* about one wake-up of a sleeping thread on another core */
#define TICKET_SPIN_US 20

static struct {
    _Atomic(uint32_t) next;
    wait_word serving;
    _Atomic(uint32_t) sleepers;
} gil;

static uint32_t
ticket_bit(uint32_t number)
{
    return (uint32_t)1 << (number % 32);
}

static void
ticket_after_fork(void)
{
    atomic_store_explicit(&gil.next, 0, memory_order_relaxed);
    atomic_store_explicit(&gil.serving, 0, memory_order_relaxed);
    atomic_store_explicit(&gil.sleepers, 0, memory_order_relaxed);
}

static int
ticket_init(void)
{
    ticket_after_fork();
    return 0;
}

static void
ticket_fini(void)
{
}

static uint32_t
ticket_serving(void)
{
    return atomic_load_explicit(&gil.serving, memory_order_acquire);
}

/* The next in line watches the counter for a moment. */
static void
ticket_spin(uint32_t mine)
{
    uint64_t start = wait_clock_us();
    while (ticket_serving() != mine
           && wait_clock_us() - start < TICKET_SPIN_US) {
        for (int i = 0; i < 16; i++) {
            port_cpu_relax();
        }
    }
}

/* Sleep until the number may have come up, at most an interval. */
static void
ticket_park(uint32_t mine, uint32_t seen)
{
    atomic_fetch_add(&gil.sleepers, 1);
    wait_park(&gil.serving, seen, gil_interval_us(), ticket_bit(mine));
    atomic_fetch_sub(&gil.sleepers, 1);
}

static void
ticket_wait_turn(uint32_t mine)
{
    uint64_t since = wait_clock_us();
    uint32_t seen = ticket_serving();
    while (seen != mine) {
        if (mine - seen == 1) {
            ticket_spin(mine);
        }
        uint32_t serving = ticket_serving();
        if (serving == mine) {
            return;
        }
        ticket_park(mine, serving);
        uint64_t now = wait_clock_us();
        serving = ticket_serving();
        if (serving != seen) {
            since = now;
        }
        else if (now - since >= gil_interval_us()) {
            gil_request_drop();
            since = now;
        }
        seen = serving;
    }
}

static void
ticket_release(const void *Py_UNUSED(who),
               enum gil_release_reason Py_UNUSED(reason))
{
    uint32_t number = atomic_load_explicit(&gil.serving,
                                           memory_order_relaxed) + 1;
    atomic_store(&gil.serving, number);
    if (atomic_load(&gil.sleepers) > 0) {
        wait_wake(&gil.serving, INT_MAX, ticket_bit(number));
    }
}

static enum gil_acquire_result
ticket_acquire(const void *who)
{
    uint32_t mine = atomic_fetch_add_explicit(&gil.next, 1,
                                              memory_order_relaxed);
    if (ticket_serving() != mine) {
        ticket_wait_turn(mine);
    }
    if (gil_must_leave(who)) {
        ticket_release(who, GIL_RELEASE_LAST);
        return GIL_MUST_LEAVE;
    }
    return GIL_ACQUIRED;
}

const struct gil_policy gil_ticket = {
    .name = "ticket",
    .summary = "strict first come, first served; next in line spins, "
               "others park",
    .init = ticket_init,
    .fini = ticket_fini,
    .after_fork = ticket_after_fork,
    .acquire = ticket_acquire,
    .release = ticket_release,
};
