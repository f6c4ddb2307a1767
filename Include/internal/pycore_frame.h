/* Frames of Python functions.

   A frame is a header, the local variables, the cells and free variables, and
   the value stack, in one run of words:

       +--------------+------------------------------+-------------------+
       | header       | localsplus: locals, cells,   | value stack       |
       | 9 words      | free variables               | co_stacksize      |
       +--------------+------------------------------+-------------------+

   It lies on the thread's data stack, inside a generator, or (once the
   function has returned and a frame object is still referenced) inside a frame
   object; `owner` says which.  While a frame executes, stacktop is -1 and the
   evaluator alone knows how many values are on its stack. */
#ifndef Py_INTERNAL_FRAME_H
#define Py_INTERNAL_FRAME_H
#ifdef __cplusplus
extern "C" {
#endif

#include <stdbool.h>
#include "pycore_slot.h"
#include "pycore_code.h"
#include "pycore_pystate.h"

struct _frame {
    PyObject_HEAD
    PyFrameObject *f_back;               /* or NULL: then ask the frame */
    struct _PyInterpreterFrame *f_frame; /* never NULL */
    PyObject *f_trace;                   /* trace function, or NULL */
    int f_lineno;                        /* set by a tracer; 0 otherwise */
    char f_trace_lines;                  /* report lines? */
    char f_trace_opcodes;                /* report instructions? */
    char f_fast_as_locals;               /* locals dict was handed out */
    PyObject *_f_frame_data[1];          /* the frame, when it is ours */
};

extern PyFrameObject *_PyFrame_New_NoTrack(PyCodeObject *code);

/* -- States of a generator ---------------------------------------------------- */

typedef enum _framestate {
    FRAME_CREATED = -2,
    FRAME_SUSPENDED = -1,
    FRAME_EXECUTING = 0,
    FRAME_COMPLETED = 1,
    FRAME_CLEARED = 4
} PyFrameState;

enum _frameowner {
    FRAME_OWNED_BY_THREAD = 0,
    FRAME_OWNED_BY_GENERATOR = 1,
    FRAME_OWNED_BY_FRAME_OBJECT = 2
};

/* -- The frame ------------------------------------------------------------------ */

typedef struct _PyInterpreterFrame {
    PyFunctionObject *f_func;    /* owned */
    PyObject *f_globals;         /* borrowed from f_func */
    PyObject *f_builtins;        /* borrowed from f_func */
    PyObject *f_locals;          /* owned, may be NULL */
    PyCodeObject *f_code;        /* owned */
    PyFrameObject *frame_obj;    /* owned, may be NULL */
    struct _PyInterpreterFrame *previous;
    _Py_CODEUNIT *prev_instr;    /* the instruction that is being executed,
                                    or was executed last */
    int stacktop;                /* count of slots in use in localsplus */
    bool is_entry;               /* the evaluator's C function was entered
                                    with this frame */
    char owner;                  /* enum _frameowner */
    bool is_init;                /* an __init__ whose caller gets the object,
                                    which is on its stack already */
    char reserved;               /* 0 */
    slot_t localsplus[1];
} _PyInterpreterFrame;

#define FRAME_SPECIALS_SIZE \
    ((int)((sizeof(_PyInterpreterFrame) - 1) / sizeof(PyObject *)))

#define _PyInterpreterFrame_LASTI(IF) \
    ((int)((IF)->prev_instr - _PyCode_CODE((IF)->f_code)))

static inline slot_t *
_PyFrame_Stackbase(_PyInterpreterFrame *f)
{
    return f->localsplus + f->f_code->co_nlocalsplus;
}

static inline slot_t
_PyFrame_StackPeek(_PyInterpreterFrame *f)
{
    assert(f->stacktop > f->f_code->co_nlocalsplus);
    return f->localsplus[f->stacktop - 1];
}

static inline slot_t
_PyFrame_StackPop(_PyInterpreterFrame *f)
{
    assert(f->stacktop > f->f_code->co_nlocalsplus);
    f->stacktop--;
    return f->localsplus[f->stacktop];
}

/* Steals. */
static inline void
_PyFrame_StackPush(_PyInterpreterFrame *f, PyObject *value)
{
    f->localsplus[f->stacktop] = slot_steal(value);
    f->stacktop++;
}

static inline slot_t *
_PyFrame_GetLocalsArray(_PyInterpreterFrame *frame)
{
    return frame->localsplus;
}

/* Hands the stack to the evaluator: the frame is executing from now on. */
static inline slot_t *
_PyFrame_GetStackPointer(_PyInterpreterFrame *frame)
{
    slot_t *sp = frame->localsplus + frame->stacktop;
    frame->stacktop = -1;
    return sp;
}

static inline void
_PyFrame_SetStackPointer(_PyInterpreterFrame *frame, slot_t *stack_pointer)
{
    frame->stacktop = (int)(stack_pointer - frame->localsplus);
}

/* Words that a frame of this code takes. */
static inline int
_PyFrame_SizeOf(PyCodeObject *code)
{
    return code->co_nlocalsplus + code->co_stacksize + FRAME_SPECIALS_SIZE;
}

/* Takes over the references to func and locals. */
static inline void
_PyFrame_InitializeSpecials(_PyInterpreterFrame *frame,
                            PyFunctionObject *func, PyObject *locals,
                            int nlocalsplus)
{
    frame->f_func = func;
    frame->f_code = (PyCodeObject *)Py_NewRef(func->func_code);
    frame->f_builtins = func->func_builtins;
    frame->f_globals = func->func_globals;
    frame->f_locals = locals;
    frame->stacktop = nlocalsplus;
    frame->frame_obj = NULL;
    frame->prev_instr = _PyCode_CODE(frame->f_code) - 1;
    frame->is_entry = false;
    frame->owner = FRAME_OWNED_BY_THREAD;
    frame->is_init = false;
    frame->reserved = 0;
}

/* Whether returning from it needs no more than giving the caller the value:
   not an entry, nor a generator's, nor an __init__. */
static inline bool
_PyFrame_IsPlain(_PyInterpreterFrame *frame)
{
    uint32_t flags;
    memcpy(&flags, &frame->is_entry, sizeof flags);
    return flags == 0;
}

/* A frame before its first line: not to be seen from outside. */
static inline bool
_PyFrame_IsIncomplete(_PyInterpreterFrame *frame)
{
    return frame->owner != FRAME_OWNED_BY_GENERATOR
        && frame->prev_instr < _PyCode_CODE(frame->f_code)
                                   + frame->f_code->_co_firsttraceable;
}

extern void _PyFrame_Copy(_PyInterpreterFrame *src, _PyInterpreterFrame *dest);

/* The frame object of a frame, made when first asked for: borrowed; NULL with
   an exception when out of memory. */
extern PyFrameObject *_PyFrame_MakeAndSetFrameObject(
    _PyInterpreterFrame *frame);

static inline PyFrameObject *
_PyFrame_GetFrameObject(_PyInterpreterFrame *frame)
{
    assert(!_PyFrame_IsIncomplete(frame));
    PyFrameObject *res = frame->frame_obj;
    if (res != NULL) {
        return res;
    }
    return _PyFrame_MakeAndSetFrameObject(frame);
}

/* Drops everything the frame owns; gives a living frame object its copy. */
extern void _PyFrame_Clear(_PyInterpreterFrame *frame);
extern int _PyFrame_Traverse(_PyInterpreterFrame *frame, visitproc visit,
                             void *arg);
extern int _PyFrame_FastToLocalsWithError(_PyInterpreterFrame *frame);
extern void _PyFrame_LocalsToFast(_PyInterpreterFrame *frame, int clear);
/* The line being executed; -1 if it has none. */
extern int _PyInterpreterFrame_GetLine(_PyInterpreterFrame *frame);
extern int _PyFrame_IsEntryFrame(PyFrameObject *frame);

static inline bool
_PyThreadState_HasStackSpace(PyThreadState *tstate, int size)
{
    return tstate->datastack_top != NULL
        && size < tstate->datastack_limit - tstate->datastack_top;
}

extern _PyInterpreterFrame *_PyThreadState_PushFrame(PyThreadState *tstate,
                                                     size_t size);
extern void _PyThreadState_PopFrame(PyThreadState *tstate,
                                    _PyInterpreterFrame *frame);

/* Room for a frame of `code` on the data stack, uninitialised; NULL with an
   exception set. */
static inline _PyInterpreterFrame *
_PyThreadState_PushFrameSpace(PyThreadState *tstate, int size)
{
    if (_PyThreadState_HasStackSpace(tstate, size)) {
        _PyInterpreterFrame *res =
            (_PyInterpreterFrame *)tstate->datastack_top;
        tstate->datastack_top += size;
        return res;
    }
    return _PyThreadState_PushFrame(tstate, size);
}

/* A frame with its locals empty. Takes over func. */
static inline _PyInterpreterFrame *
_PyFrame_PushUnchecked(PyThreadState *tstate, PyFunctionObject *func)
{
    PyCodeObject *code = (PyCodeObject *)func->func_code;
    _PyInterpreterFrame *new_frame =
        (_PyInterpreterFrame *)tstate->datastack_top;
    tstate->datastack_top += _PyFrame_SizeOf(code);
    _PyFrame_InitializeSpecials(new_frame, func, NULL, code->co_nlocalsplus);
    return new_frame;
}

static inline PyGenObject *
_PyFrame_GetGenerator(_PyInterpreterFrame *frame)
{
    assert(frame->owner == FRAME_OWNED_BY_GENERATOR);
    size_t offset = offsetof(PyGenObject, gi_iframe);
    return (PyGenObject *)((char *)frame - offset);
}

#ifdef __cplusplus
}
#endif
#endif
