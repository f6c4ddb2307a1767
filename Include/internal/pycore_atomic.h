/* Atomic variables, in CPython's spelling, on the compiler's own atomics. */
#ifndef Py_INTERNAL_ATOMIC_H
#define Py_INTERNAL_ATOMIC_H

#include <stdatomic.h>

typedef enum _Py_memory_order {
    _Py_memory_order_relaxed = memory_order_relaxed,
    _Py_memory_order_acquire = memory_order_acquire,
    _Py_memory_order_release = memory_order_release,
    _Py_memory_order_acq_rel = memory_order_acq_rel,
    _Py_memory_order_seq_cst = memory_order_seq_cst
} _Py_memory_order;

typedef struct _Py_atomic_address {
    atomic_uintptr_t _value;
} _Py_atomic_address;

typedef struct _Py_atomic_int {
    atomic_int _value;
} _Py_atomic_int;

#define _Py_atomic_load_explicit(a, order) \
    atomic_load_explicit(&((a)->_value), order)
#define _Py_atomic_store_explicit(a, value, order) \
    atomic_store_explicit(&((a)->_value), value, order)
#define _Py_atomic_load(a) _Py_atomic_load_explicit(a, memory_order_seq_cst)
#define _Py_atomic_store(a, v) \
    _Py_atomic_store_explicit(a, v, memory_order_seq_cst)
#define _Py_atomic_load_relaxed(a) \
    _Py_atomic_load_explicit(a, memory_order_relaxed)
#define _Py_atomic_store_relaxed(a, v) \
    _Py_atomic_store_explicit(a, v, memory_order_relaxed)

#endif
