/* Compiler features that Baton uses beyond C11, each behind one name. */
#ifndef Py_INTERNAL_PORT_H
#define Py_INTERNAL_PORT_H

#define PORT_LIKELY(x) __builtin_expect(!!(x), 1)
#define PORT_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define PORT_COLD __attribute__((cold, noinline))
#define PORT_NOINLINE __attribute__((noinline))
#define PORT_INLINE static inline __attribute__((always_inline))
#define PORT_THREAD_LOCAL _Thread_local

/* Give the other hardware thread a rest while spinning. */
static inline void
port_cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

#endif
