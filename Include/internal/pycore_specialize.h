/* Adaptive specialisation.

   A warm code object is quickened: its instructions become their _ADAPTIVE
   forms, which count down to an attempt to specialise.  A specialised
   instruction counts its misses down, and becomes adaptive again.

   The counter is an inline cache word: the low four bits say how long to wait
   after the next failure (as a power of two), the others are the count. */
#ifndef Py_INTERNAL_SPECIALIZE_H
#define Py_INTERNAL_SPECIALIZE_H

#include "pycore_code.h"
#include "pycore_frame.h"

#define ADAPTIVE_BACKOFF_BITS 4
#define ADAPTIVE_BACKOFF_MASK ((1 << ADAPTIVE_BACKOFF_BITS) - 1)
#define ADAPTIVE_MAX_BACKOFF 12
/* How many misses a specialised form may have, as a power of two. */
#define ADAPTIVE_MISS_BACKOFF 6

static inline uint16_t
adaptive_counter_make(int backoff)
{
    unsigned count = (1u << backoff) - 1;
    return (uint16_t)((count << ADAPTIVE_BACKOFF_BITS) | (unsigned)backoff);
}

/* After a failure: wait twice as long. */
static inline uint16_t
adaptive_counter_backoff(uint16_t counter)
{
    int backoff = (counter & ADAPTIVE_BACKOFF_MASK) + 1;
    if (backoff > ADAPTIVE_MAX_BACKOFF) {
        backoff = ADAPTIVE_MAX_BACKOFF;
    }
    return adaptive_counter_make(backoff);
}

/* After a success: so many misses are forgiven. */
static inline uint16_t
adaptive_counter_cooldown(void)
{
    return adaptive_counter_make(ADAPTIVE_MISS_BACKOFF);
}

static inline int
adaptive_counter_ready(uint16_t counter)
{
    return counter < (1 << ADAPTIVE_BACKOFF_BITS);
}

static inline uint16_t
adaptive_counter_step(uint16_t counter)
{
    return (uint16_t)(counter - (1 << ADAPTIVE_BACKOFF_BITS));
}

/* Each rewrites the instruction at `instr` and its cache, or makes it wait.
   -1 with an exception set; 0 otherwise. */
extern int _Py_Specialize_LoadAttr(PyObject *owner, _Py_CODEUNIT *instr,
                                   PyObject *name);
extern int _Py_Specialize_StoreAttr(PyObject *owner, _Py_CODEUNIT *instr,
                                    PyObject *name);
extern int _Py_Specialize_LoadGlobal(PyObject *globals, PyObject *builtins,
                                     _Py_CODEUNIT *instr, PyObject *name);
extern int _Py_Specialize_LoadMethod(PyObject *owner, _Py_CODEUNIT *instr,
                                     PyObject *name);
extern int _Py_Specialize_BinarySubscr(PyObject *container, PyObject *sub,
                                       _Py_CODEUNIT *instr);
extern int _Py_Specialize_StoreSubscr(PyObject *container, PyObject *sub,
                                      _Py_CODEUNIT *instr);
extern int _Py_Specialize_Call(PyObject *callable, _Py_CODEUNIT *instr,
                               int nargs, PyObject *kwnames);
extern int _Py_Specialize_Precall(PyObject *callable, _Py_CODEUNIT *instr,
                                  int nargs, PyObject *kwnames, int oparg);
extern void _Py_Specialize_BinaryOp(PyObject *lhs, PyObject *rhs,
                                    _Py_CODEUNIT *instr, int oparg,
                                    slot_t *locals);
extern void _Py_Specialize_CompareOp(PyObject *lhs, PyObject *rhs,
                                     _Py_CODEUNIT *instr, int oparg);
extern void _Py_Specialize_UnpackSequence(PyObject *seq, _Py_CODEUNIT *instr,
                                          int oparg);

/* The specialised form that an attempt chose, or the wait after a failure. */
static inline void
specialize_set(_Py_CODEUNIT *instr, int opcode)
{
    _Py_SET_OPCODE(*instr, opcode);
    instr[1] = adaptive_counter_cooldown();
}

static inline void
specialize_fail(_Py_CODEUNIT *instr)
{
    instr[1] = adaptive_counter_backoff(instr[1]);
}

/* Whether a function's frame can be filled by copying positional arguments. */
extern int specialize_is_simple(PyCodeObject *code);

/* What is known about an attribute of a type. */
enum specialize_attr {
    ATTR_ABSENT,         /* not in the type */
    ATTR_PLAIN,          /* in the type, yields to the instance */
    ATTR_METHOD,         /* the same, and binds without a bound method */
    ATTR_SLOT,           /* a __slots__ member of any object */
    ATTR_DUNDER_CLASS,   /* __class__, as object has it */
    ATTR_PROPERTY,       /* a property */
    ATTR_OTHER           /* something that these instructions do not know */
};
/* type->tp_version_tag is valid unless the answer is ATTR_OTHER. */
extern enum specialize_attr specialize_analyze(PyTypeObject *type,
                                               PyObject *name,
                                               PyObject **descr, int store);
/* An attribute of a class that is the same when got from the class; borrowed,
   NULL if it is not or cannot be relied on.  owner->tp_version_tag is valid. */
extern PyObject *specialize_class_attribute(PyTypeObject *owner,
                                            PyObject *name);
/* The entry of a name in a module's dictionary, and the version of its keys;
   -1 if it cannot be relied on. */
extern int specialize_module_entry(PyObject *module, PyObject *name,
                                   uint32_t *version);

/* Callables that call sites are compared with; NULL until they are met. */
struct eval_callable_cache {
    PyObject *len;
    PyObject *isinstance;
    PyObject *list_append;
};
extern struct eval_callable_cache eval_callable_cache;
extern PyStatus specialize_init(PyInterpreterState *interp);

#endif
