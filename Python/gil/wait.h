/* Ways to wait that the policies share: a futex on a word, and a clock. */
#ifndef BATON_GIL_WAIT_H
#define BATON_GIL_WAIT_H

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef _Atomic(uint32_t) wait_word;

static inline uint64_t
wait_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Sleep while *word == seen, at most `us` microseconds, on the wake-ups that
   name a bit of `bits`. Returns for no reason at times: look again. */
static inline void
wait_park(wait_word *word, uint32_t seen, uint64_t us, uint32_t bits)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    uint64_t nanoseconds = (uint64_t)until.tv_nsec + (us % 1000000) * 1000;
    until.tv_sec += (time_t)(us / 1000000 + nanoseconds / 1000000000);
    until.tv_nsec = (long)(nanoseconds % 1000000000);
    /* the bitset form takes an absolute time on the monotonic clock */
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, seen, &until, NULL,
            bits);
}

/* Wake up to `count` threads parked on the word with a bit of `bits`. */
static inline void
wait_wake(wait_word *word, int count, uint32_t bits)
{
    syscall(SYS_futex, word, FUTEX_WAKE_BITSET_PRIVATE, count, NULL, NULL,
            bits);
}

#define WAIT_ANY_BIT FUTEX_BITSET_MATCH_ANY

#endif
