/* The GIL: the lock every thread holds while it runs Python code.

   Two halves. `Python/ceval_gil.c` is the policy-free half: thread states,
   the eval breaker, pending calls, signals, fork, finalisation. A *policy*
   (`Python/gil/NAME.c`) is the other half: who runs next, and how the others
   wait. All policies are compiled in; one is chosen at start-up, by name.

   A policy knows no thread state and no interpreter. It talks to the first
   half through two callbacks: "make the holder let go soon" and "must this
   thread leave instead of waiting?". */
#ifndef Py_INTERNAL_GIL_H
#define Py_INTERNAL_GIL_H

#include "pycore_atomic.h"

/* Why a thread lets the GIL go. */
enum gil_release_reason {
    GIL_RELEASE_BLOCK,  /* about to block, or done: it may be long */
    GIL_RELEASE_FORCED, /* asked to, by gil_request_drop: it wants it back */
    GIL_RELEASE_LAST,   /* this thread never comes back (its state is gone) */
};

/* What acquire answers. */
enum gil_acquire_result {
    GIL_ACQUIRED,
    GIL_MUST_LEAVE, /* the runtime is finalising: the caller hangs or exits */
};

struct gil_policy {
    const char *name;    /* as configure, -X gil= and BATON_GIL spell it */
    const char *summary; /* one line for --help and the error message */

    /* Before the first acquire; 0, or -1 when resources are lacking. */
    int (*init)(void);
    /* Frees what init made. Only when no thread can be waiting. */
    void (*fini)(void);
    /* In the child: free of the dead threads' traces, and unlocked. Must not
       touch locks that another thread of the parent may have held. */
    void (*after_fork)(void);

    /* Blocks until the calling thread holds the GIL. `who` identifies the
       thread (its address is never dereferenced). Keeps errno. Asks
       gil_must_leave() before, while and after waiting. */
    enum gil_acquire_result (*acquire)(const void *who);
    /* The calling thread holds it. After a FORCED release some other waiting
       thread, if there is one, runs before the caller's next acquire
       succeeds. */
    void (*release)(const void *who, enum gil_release_reason reason);
};

/* -- What the first half offers to a policy ------------------------------- */

/* Ask the holder to let go at its next check. Any thread may call it. */
extern void gil_request_drop(void);
/* Whether somebody has asked and the holder has not answered yet. */
extern int gil_drop_requested(void);
/* Nonzero when the runtime is being finalised by another thread than `who`. */
extern int gil_must_leave(const void *who);
/* How long a thread may run beside waiting ones, in microseconds, >= 1. */
extern unsigned long gil_interval_us(void);

/* -- The table -------------------------------------------------------------- */

extern const struct gil_policy gil_condvar;
extern const struct gil_policy gil_spin;
extern const struct gil_policy gil_ticket;

/* Ends with NULL. */
extern const struct gil_policy *const gil_policies[];

/* NULL when there is no such policy. */
extern const struct gil_policy *gil_policy_find(const char *name);
/* The policy in force; never NULL after gil_policy_choose. */
extern const struct gil_policy *gil_policy_current(void);
/* At start-up, before any thread runs: 0, or -1 for an unknown name. */
extern int gil_policy_choose(const char *name);

/* -- What the rest of the interpreter calls ------------------------------- */

/* Take and drop for a thread state; errno is kept. Taking does not return
   in a thread that must leave. */
extern void gil_take(PyThreadState *tstate);
extern void gil_drop(PyThreadState *tstate, enum gil_release_reason reason);
extern int gil_held_by(PyThreadState *tstate);

/* How many times the GIL went from one thread to another. */
extern unsigned long gil_switches(void);

#endif
