/* The evaluator: executes the bytecode of frames.

   The instructions are in Python/bytecodes/; a generator makes eval_cases.h of
   them, which is the body of the function below.  State of the loop:

       frame          the frame that executes
       next_instr     behind the current instruction's first word; at its inline
                      cache, if it has one, until it commits
       stack_pointer  behind the top of the frame's stack
       oparg          argument of the current instruction
       kwnames        what KW_NAMES left for the call that follows

   frame->prev_instr is the current instruction, save in `quiet` instructions,
   which can neither fail nor run Python code before they note it.

   A Python function that calls another enters its frame in this same loop: a
   call of this C function ends with the frame it was entered with (is_entry).

   Read this file with bytecodes/stack.c and a case of eval_cases.h at hand. */

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_ceval.h"
#include "pycore_code.h"
#include "pycore_descrobject.h"
#include "pycore_dict.h"
#include "pycore_eval.h"
#include "pycore_floatobject.h"
#include "pycore_frame.h"
#include "pycore_function.h"
#include "pycore_genobject.h"
#include "pycore_list.h"
#include "pycore_long.h"
#include "pycore_moduleobject.h"
#include "pycore_object.h"
#include "pycore_opcode.h"
#include "pycore_pyerrors.h"
#include "pycore_pystate.h"
#include "pycore_range.h"
#include "pycore_specialize.h"
#include "pycore_tuple.h"
#include "pycore_unicodeobject.h"

/* The compiler's pseudo-instruction of this name is not ours. */
#undef JUMP

/* -- Fast halves of instructions --------------------------------------------- */

/* Gives up the references in count slots. */
PORT_INLINE void
slots_drop(slot_t *slots, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        slot_drop(slots[i]);
    }
}

/* Whether `next` stores the result of an operation in the local variable that
   its left operand came from: the variable is about to be overwritten. */
PORT_INLINE int
eval_is_stored_back(_PyInterpreterFrame *frame, _Py_CODEUNIT next,
                    PyObject *left)
{
    return _PyOpcode_Deopt[_Py_OPCODE(next)] == STORE_FAST
        && slot_object(frame->localsplus[_Py_OPARG(next)]) == left;
}

/* A number of which nobody else will see the old value can take the result. */
PORT_INLINE int
eval_is_reusable(_PyInterpreterFrame *frame, _Py_CODEUNIT next,
                 PyObject *left)
{
    return Py_REFCNT(left) == 1
        || (Py_REFCNT(left) == 2 && eval_is_stored_back(frame, next, left));
}

PORT_INLINE PyObject *
eval_float_result_steal(double value, PyObject *left, PyObject *right,
                        int reusable)
{
    if (reusable) {
        ((PyFloatObject *)left)->ob_fval = value;
        _Py_DECREF_SPECIALIZED(right, _PyFloat_ExactDealloc);
        return left;
    }
    if (Py_REFCNT(right) == 1) {
        ((PyFloatObject *)right)->ob_fval = value;
        _Py_DECREF_SPECIALIZED(left, _PyFloat_ExactDealloc);
        return right;
    }
    PyObject *res = PyFloat_FromDouble(value);
    _Py_DECREF_SPECIALIZED(left, _PyFloat_ExactDealloc);
    _Py_DECREF_SPECIALIZED(right, _PyFloat_ExactDealloc);
    return res;
}

PORT_INLINE int
eval_is_one_digit(PyObject *number)
{
    return (size_t)(Py_SIZE(number) + 1) <= 2;
}

/* At most two digits: 60 bits and a sign. */
PORT_INLINE int
eval_is_short(PyObject *number)
{
    return (size_t)(Py_SIZE(number) + 2) <= 4;
}

PORT_INLINE long long
eval_short_value(PyObject *number)
{
    const digit *digits = ((PyLongObject *)number)->ob_digit;
    Py_ssize_t size = Py_SIZE(number);
    if (eval_is_one_digit(number)) {
        return (long long)size * digits[0];
    }
    long long magnitude =
        (long long)digits[0] | ((long long)digits[1] << PyLong_SHIFT);
    return size < 0 ? -magnitude : magnitude;
}

/* The same for ints of one digit.  NULL without an exception if that does not
   do; nothing has been taken over then. */
PORT_INLINE PyObject *
eval_int_result_steal(stwodigits value, PyObject *left, PyObject *right,
                      int reusable)
{
    PyObject *res;
    if (value >= -_PY_NSMALLNEGINTS && value < _PY_NSMALLPOSINTS) {
        res = (PyObject *)&_PyLong_SMALL_INTS[_PY_NSMALLNEGINTS + value];
        Py_INCREF(res);
        Py_DECREF(left);
        Py_DECREF(right);
        return res;
    }
    sdigit sign = value < 0 ? -1 : 1;
    stwodigits magnitude = value < 0 ? -value : value;
    if (magnitude >> PyLong_SHIFT) {
        return NULL;
    }
    if (reusable && eval_is_one_digit(left)) {
        res = left;
        Py_DECREF(right);
    }
    else if (Py_REFCNT(right) == 1 && eval_is_one_digit(right)) {
        res = right;
        Py_DECREF(left);
    }
    else {
        return NULL;
    }
    Py_SET_SIZE(res, sign);
    ((PyLongObject *)res)->ob_digit[0] = (digit)magnitude;
    return res;
}

/* Operators other than + - * on short ints; 0 where the plain
   instruction has to see to it. */
PORT_INLINE int
eval_int_operator(int oparg, long long a, long long b, long long *result)
{
    switch (oparg < NB_INPLACE_ADD ? oparg : oparg - NB_INPLACE_ADD) {
    case NB_AND:
        *result = a & b;
        return 1;
    case NB_OR:
        *result = a | b;
        return 1;
    case NB_XOR:
        *result = a ^ b;
        return 1;
    case NB_LSHIFT:
        if (b < 0 || b >= 32 || a > (long long)PyLong_MASK
            || a < -(long long)PyLong_MASK) {
            return 0;
        }
        *result = a * (1LL << b);
        return 1;
    case NB_RSHIFT:
        if (b < 0) {
            return 0;
        }
        *result = a >> (b < 63 ? b : 63);
        return 1;
    case NB_FLOOR_DIVIDE:
        if (b == 0) {
            return 0;
        }
        *result = a / b - (a % b != 0 && (a < 0) != (b < 0));
        return 1;
    case NB_REMAINDER:
        if (b == 0) {
            return 0;
        }
        *result = a % b;
        if (*result != 0 && (*result < 0) != (b < 0)) {
            *result += b;
        }
        return 1;
    default:
        return 0;
    }
}

PORT_INLINE int
eval_as_double(PyObject *number, double *result)
{
    if (PyFloat_CheckExact(number)) {
        *result = PyFloat_AS_DOUBLE(number);
        return 1;
    }
    if (PyLong_CheckExact(number) && eval_is_one_digit(number)) {
        *result = (double)_PyLong_MediumValue((PyLongObject *)number);
        return 1;
    }
    return 0;
}

PORT_INLINE int
eval_float_operator(int oparg, double a, double b, double *result)
{
    switch (oparg < NB_INPLACE_ADD ? oparg : oparg - NB_INPLACE_ADD) {
    case NB_ADD:
        *result = a + b;
        return 1;
    case NB_SUBTRACT:
        *result = a - b;
        return 1;
    case NB_MULTIPLY:
        *result = a * b;
        return 1;
    case NB_TRUE_DIVIDE:
        *result = a / b;
        return b != 0.0;
    default:
        return 0;
    }
}

/* A float for the result, one of the operands if that can be. */
PORT_INLINE PyObject *
eval_mixed_result_steal(double value, PyObject *left, PyObject *right)
{
    PyObject *res = left;
    PyObject *other = right;
    if (!PyFloat_CheckExact(res) || Py_REFCNT(res) != 1) {
        res = right;
        other = left;
        if (!PyFloat_CheckExact(res) || Py_REFCNT(res) != 1) {
            res = PyFloat_FromDouble(value);
            Py_DECREF(left);
            Py_DECREF(right);
            return res;
        }
    }
    ((PyFloatObject *)res)->ob_fval = value;
    Py_DECREF(other);
    return res;
}

/* The value at an entry of a dictionary, if that is still the name's. */
PORT_INLINE PyObject *
eval_dict_hint(PyDictObject *dict, PyObject *name, uint16_t index)
{
    PyDictKeysObject *keys = dict->ma_keys;
    if (dict->ma_values != NULL || (Py_ssize_t)index >= keys->dk_nentries) {
        return NULL;
    }
    if (DK_IS_UNICODE(keys)) {
        PyDictUnicodeEntry *entry = DK_UNICODE_ENTRIES(keys) + index;
        return entry->me_key == name ? entry->me_value : NULL;
    }
    PyDictKeyEntry *entry = DK_ENTRIES(keys) + index;
    return entry->me_key == name ? entry->me_value : NULL;
}

/* Replaces it, taking over the reference; 0 if it is not the name's. */
PORT_INLINE int
eval_dict_hint_store(PyDictObject *dict, PyObject *name, uint16_t index,
                     PyObject *value)
{
    PyObject *old = eval_dict_hint(dict, name, index);
    if (old == NULL) {
        return 0;
    }
    PyDictKeysObject *keys = dict->ma_keys;
    if (DK_IS_UNICODE(keys)) {
        DK_UNICODE_ENTRIES(keys)[index].me_value = value;
    }
    else {
        DK_ENTRIES(keys)[index].me_value = value;
    }
    if (!_PyObject_GC_IS_TRACKED(dict) && _PyObject_GC_MAY_BE_TRACKED(value)) {
        _PyObject_GC_TRACK(dict);
    }
    dict->ma_version_tag = DICT_NEXT_VERSION();
    Py_DECREF(old);
    return 1;
}

/* Whether a call of this is a frame that the loop can enter. */
PORT_INLINE int
eval_can_enter(PyThreadState *tstate, PyObject *function)
{
    return Py_IS_TYPE(function, &PyFunction_Type)
        && tstate->interp->eval_frame == NULL
        && ((PyFunctionObject *)function)->vectorcall
               == _PyFunction_Vectorcall;
}

/* -- Iteration ------------------------------------------------------------------- */

PORT_INLINE int
eval_range_next(PyObject *iter, long *number)
{
    _PyRangeIterObject *range = (_PyRangeIterObject *)iter;
    if (range->index >= range->len) {
        return 0;
    }
    *number = (long)((unsigned long)range->start
                     + (unsigned long)range->index++
                           * (unsigned long)range->step);
    return 1;
}

/* A loop variable that nobody else holds takes the next number where it is,
   which does the STORE_FAST at `next` as well. */
PORT_INLINE int
eval_renew_number(_PyInterpreterFrame *frame, _Py_CODEUNIT next, long number)
{
    if (_PyOpcode_Deopt[_Py_OPCODE(next)] != STORE_FAST) {
        return 0;
    }
    PyObject *old = slot_object(frame->localsplus[_Py_OPARG(next)]);
    if (old == NULL || Py_REFCNT(old) != 1 || !PyLong_CheckExact(old)
        || Py_SIZE(old) != 1 || number < _PY_NSMALLPOSINTS
        || number > (long)PyLong_MASK) {
        return 0;
    }
    ((PyLongObject *)old)->ob_digit[0] = (digit)number;
    return 1;
}

/* A new reference; NULL at the end. */
PORT_INLINE PyObject *
eval_list_next(PyObject *iter)
{
    _PyListIterObject *it = (_PyListIterObject *)iter;
    PyListObject *list = it->it_seq;
    if (list == NULL) {
        return NULL;
    }
    if (it->it_index < PyList_GET_SIZE(list)) {
        return Py_NewRef(PyList_GET_ITEM(list, it->it_index++));
    }
    it->it_seq = NULL;
    Py_DECREF(list);
    return NULL;
}

/* Whether a function's frame can be entered for its value: it is no
   generator, and takes positional arguments only. */
PORT_INLINE int
specialize_is_plain(PyCodeObject *code)
{
    return (code->co_flags & (CO_VARARGS | CO_VARKEYWORDS | CO_OPTIMIZED
                              | CO_GENERATOR | CO_COROUTINE
                              | CO_ASYNC_GENERATOR)) == CO_OPTIMIZED
        && code->co_kwonlyargcount == 0;
}

/* An __init__ returned: 0, or -1 with an exception. */
static PORT_NOINLINE int
eval_check_init(PyThreadState *tstate, PyObject *value)
{
    if (!Py_IsNone(value)) {
        _PyErr_Format(tstate, PyExc_TypeError,
                      "__init__() should return None, not '%.200s'",
                      Py_TYPE(value)->tp_name);
        Py_DECREF(value);
        return -1;
    }
    Py_DECREF(value);
    return 0;
}

/* -- Generators in the same loop --------------------------------------------------

   FOR_ITER and SEND enter a generator's frame as CALL enters a function's.
   What the frame yields is pushed for them, and the instruction behind them is
   next; when the frame returns, they jump as they do for other iterators. */

/* Hands a suspended generator a value (stolen); its frame is to be entered. */
PORT_INLINE _PyInterpreterFrame *
eval_generator_start(PyThreadState *tstate, PyGenObject *gen, PyObject *value)
{
    _PyInterpreterFrame *frame = (_PyInterpreterFrame *)gen->gi_iframe;
    _PyFrame_StackPush(frame, value);
    frame->is_entry = false;
    gen->gi_frame_state = FRAME_EXECUTING;
    gen->gi_exc_state.previous_item = tstate->exc_info;
    tstate->exc_info = &gen->gi_exc_state;
    return frame;
}

/* It yields or ends: the caller's exception is the handled one again. */
PORT_INLINE void
eval_generator_leave(PyThreadState *tstate, PyGenObject *gen)
{
    tstate->exc_info = gen->gi_exc_state.previous_item;
    gen->gi_exc_state.previous_item = NULL;
    ((_PyInterpreterFrame *)gen->gi_iframe)->previous = NULL;
}

/* It has ended, with or without an exception. */
static PORT_NOINLINE void
eval_generator_end(PyThreadState *tstate, _PyInterpreterFrame *frame,
                   int failed)
{
    PyGenObject *gen = _PyFrame_GetGenerator(frame);
    eval_generator_leave(tstate, gen);
    if (failed && _PyErr_ExceptionMatches(tstate, PyExc_StopIteration)) {
        _PyErr_FormatFromCauseTstate(
            tstate, PyExc_RuntimeError, "%s raised StopIteration",
            PyCoro_CheckExact(gen) ? "coroutine" : "generator");
    }
    _PyErr_ClearExcState(&gen->gi_exc_state);
    gen->gi_frame_state = FRAME_CLEARED;
    _PyFrame_Clear(frame);
}

/* The caller, which is at a FOR_ITER or SEND, goes on with the value that a
   generator returned (stolen). */
static PORT_NOINLINE void
eval_generator_returned(_PyInterpreterFrame *caller, PyObject *value)
{
    int is_send = _Py_OPCODE(*caller->prev_instr) == SEND;
    caller->prev_instr += _Py_OPARG(*caller->prev_instr);
    PyObject *gen = slot_object(_PyFrame_StackPop(caller));
    if (is_send) {
        _PyFrame_StackPush(caller, value);
    }
    else {
        Py_DECREF(value);
    }
    Py_DECREF(gen);
}

/* Truth of an object that is not True or False; -1 on error. */
static PORT_NOINLINE int
eval_truth(PyObject *value)
{
    return PyObject_IsTrue(value);
}

static PORT_NOINLINE int
eval_truth_steal(PyObject *value)
{
    int truth = PyObject_IsTrue(value);
    Py_DECREF(value);
    return truth;
}

/* -- Leaving a frame ---------------------------------------------------------- */

/* Ends a frame of the data stack that is no longer the current one. */
PORT_INLINE void
eval_frame_end(PyThreadState *tstate, _PyInterpreterFrame *frame)
{
    if (PORT_UNLIKELY(frame->frame_obj != NULL
                      || (PyObject **)frame
                             == &tstate->datastack_chunk->data[0])) {
        eval_frame_pop(tstate, frame);
        return;
    }
    /* destructors may run Python: not deeper than the frame itself */
    tstate->recursion_remaining--;
    slot_t *end = frame->localsplus + frame->stacktop;
    for (slot_t *slot = frame->localsplus; slot < end; slot++) {
        slot_xdrop(*slot);
    }
    Py_XDECREF(frame->f_locals);
    Py_DECREF(frame->f_func);
    Py_DECREF(frame->f_code);
    tstate->recursion_remaining++;
    tstate->datastack_top = (PyObject **)frame;
}

/* -- The words of the bodies ------------------------------------------------------ */

/* Operands. */
#define LOCAL(i) (frame->localsplus[i])
#define CONST(i) (consts[i])
#define NAME(i) (PyTuple_GET_ITEM(frame->f_code->co_names, (i)))
#define PEEK(n) (stack_pointer[-(n)])
#define GLOBALS() (frame->f_globals)
#define BUILTINS() (frame->f_builtins)
#define LOCALS() (frame->f_locals)
#define EVAL_CACHE eval_callable_cache

/* A case, where the dispatch table points. */
#define TARGET(name) TARGET_##name:
#define UNUSED_LABEL __attribute__((unused))

/* Control. */
#define DISPATCH() do { \
        unsigned word = *next_instr; \
        oparg = (int)_Py_OPARG(word); \
        goto *opcode_targets[(uint8_t)_Py_OPCODE(word) | cframe.use_tracing]; \
    } while (0)
/* To an opcode that was looked up otherwise. */
#define DISPATCH_TO(opcode) goto *opcode_targets[(opcode)]
#define JUMP(n) (next_instr += (n))
#define CHECK_EVAL_BREAKER() do { \
        if (PORT_UNLIKELY(_Py_atomic_load_relaxed(eval_breaker))) { \
            goto handle_eval_breaker; \
        } \
    } while (0)

/* Arithmetic on exact operands, which are stolen. */
#define FLOAT_RESULT(value) \
    eval_float_result_steal((value), left, right, \
                            eval_is_reusable(frame, next_instr[1], left))
#define INT_RESULT(operator, checked, function) do { \
        if (eval_is_one_digit(left) && eval_is_one_digit(right)) { \
            stwodigits value = \
                _PyLong_MediumValue((PyLongObject *)left) \
                operator _PyLong_MediumValue((PyLongObject *)right); \
            res = eval_int_result_steal( \
                value, left, right, \
                eval_is_reusable(frame, next_instr[1], left)); \
            if (res == NULL) { \
                res = function((PyLongObject *)left, (PyLongObject *)right); \
                Py_DECREF(left); \
                Py_DECREF(right); \
            } \
        } \
        else { \
            long long number; \
            if (eval_is_short(left) && eval_is_short(right) \
                && !checked(eval_short_value(left), eval_short_value(right), \
                            &number)) { \
                res = PyLong_FromLongLong(number); \
            } \
            else { \
                res = function((PyLongObject *)left, (PyLongObject *)right); \
            } \
            Py_DECREF(left); \
            Py_DECREF(right); \
        } \
    } while (0)

/* Leave the body with an exception set; stolen inputs are gone. */
#define ERROR_IF(condition, stolen) do { \
        if (PORT_UNLIKELY(condition)) { \
            stack_pointer -= (stolen); \
            goto error; \
        } \
    } while (0)
/* The same, but this frame is in the traceback already. */
#define UNWIND_IF(condition, stolen) do { \
        if (condition) { \
            stack_pointer -= (stolen); \
            goto exception_unwind; \
        } \
    } while (0)
/* Leave for the plain form of the instruction; nothing has happened yet. */
#define DEOPT_IF(condition, family) do { \
        if (PORT_UNLIKELY(condition)) { \
            goto MISS_##family; \
        } \
    } while (0)

/* The adaptive form: count down, then rewrite the instruction. */
#define SPECIALIZE(family, call) do { \
        if (adaptive_counter_ready(*next_instr)) { \
            int status = (call); \
            if (status < 0) { \
                goto error; \
            } \
            next_instr--; \
            DISPATCH_TO(_Py_OPCODE(*next_instr)); \
        } \
        *next_instr = adaptive_counter_step(*next_instr); \
        goto GENERIC_##family; \
    } while (0)
/* A specialised form did not fit: count down, then make it adaptive. */
#define FAMILY_MISS(family) \
    MISS_##family: UNUSED_LABEL; \
        if (adaptive_counter_ready(*next_instr)) { \
            *next_instr = adaptive_counter_backoff(*next_instr); \
            _Py_SET_OPCODE(next_instr[-1], family##_ADAPTIVE); \
        } \
        else { \
            *next_instr = adaptive_counter_step(*next_instr); \
        } \
        goto GENERIC_##family;

/* The jump after a comparison: outcome is 0 less, 1 equal, 2 greater. */
#define COMPARE_JUMP(outcome, cache) do { \
        int distance = _Py_OPARG(next_instr[cache]); \
        if ((mask >> (outcome)) & 1) { \
            next_instr += mask & 8 ? -distance : distance; \
        } \
        next_instr += 1; \
    } while (0)
/* Behind the CALL that follows a PRECALL. */
#define SKIP_CALL ((int)INLINE_CACHE_ENTRIES_CALL + 1)

#define TRUTH(value) \
    ((value) == Py_True ? 1 : (value) == Py_False ? 0 : eval_truth(value))
#define TRUTH_STEAL(value) \
    ((value) == Py_True ? (Py_True->ob_refcnt--, 1) \
     : (value) == Py_False ? (Py_False->ob_refcnt--, 0) \
     : (frame->prev_instr = next_instr - 1, eval_truth_steal(value)))

/* Dropping in quiet instructions: a destructor may look at the frame. */
#define QUIET_DECREF(object, size) do { \
        PyObject *dropped = (object); \
        if (--dropped->ob_refcnt == 0) { \
            frame->prev_instr = next_instr - (size); \
            _Py_Dealloc(dropped); \
        } \
    } while (0)
#define QUIET_XDROP(slot) do { \
        if (!slot_is_null(slot)) { \
            QUIET_DECREF(slot_object(slot), 1); \
        } \
    } while (0)

/* Whether a generator can be entered: suspended, or not begun.  The distance
   of the caller's jump must be readable when it returns. */
#define CAN_ENTER_GENERATOR(gen) \
    ((gen)->gi_frame_state < FRAME_EXECUTING && oparg < 256 \
     && !cframe.use_tracing && tstate->interp->eval_frame == NULL)
/* From an instruction whose stack is as it has to be for the yielded value. */
#define ENTER_GENERATOR(new_frame) PUSH_FRAME(new_frame)
#define ENTER_FRAME(new_frame) PUSH_FRAME(new_frame)

/* Call: the caller's instruction has been committed, save its output. */
#define PUSH_FRAME(new_frame) do { \
        _PyFrame_SetStackPointer(frame, stack_pointer); \
        frame->prev_instr = next_instr - 1; \
        (new_frame)->previous = frame; \
        frame = cframe.current_frame = (new_frame); \
        goto start_frame; \
    } while (0)

/* Back to the caller's frame; destructors of locals see that one only. */
#define LEAVE_FRAME() do { \
        _PyInterpreterFrame *left = frame; \
        frame = cframe.current_frame = left->previous; \
        eval_frame_end(tstate, left); \
    } while (0)

/* The loop's variables from the frame, which is about to execute. */
#define LOAD_FRAME() do { \
        consts = ((PyTupleObject *)frame->f_code->co_consts)->ob_item; \
        next_instr = frame->prev_instr + 1; \
        stack_pointer = _PyFrame_GetStackPointer(frame); \
    } while (0)

/* -- The loop --------------------------------------------------------------------- */

PyObject *_Py_HOT_FUNCTION
_PyEval_EvalFrameDefault(PyThreadState *tstate, _PyInterpreterFrame *frame,
                         int throwflag)
{
#include "opcode_targets.h"
    _Py_EnsureTstateNotNULL(tstate);
    _Py_atomic_int *const eval_breaker = &tstate->interp->ceval.eval_breaker;
    _Py_CODEUNIT *next_instr;
    slot_t *stack_pointer;
    PyObject **consts;
    PyObject *kwnames = NULL;
    PyObject *retval;
    int oparg;

    _PyCFrame cframe;
    cframe.previous = tstate->cframe;
    cframe.use_tracing = cframe.previous->use_tracing;
    cframe.current_frame = frame;
    tstate->cframe = &cframe;
    frame->is_entry = true;
    frame->previous = cframe.previous->current_frame;

    if (throwflag) {
        /* generator.throw(): an exception is set */
        if (_Py_EnterRecursiveCallTstate(tstate, "")) {
            tstate->recursion_remaining--;
            goto frame_failed;
        }
        if (cframe.use_tracing && eval_trace_entry(tstate, frame) < 0) {
            goto frame_failed;
        }
        goto resume_with_error;
    }

start_frame:
    if (_Py_EnterRecursiveCallTstate(tstate, "")) {
        tstate->recursion_remaining--;
        goto frame_failed;
    }

resume_frame:
    LOAD_FRAME();
    DISPATCH();

handle_eval_breaker:
    if (_Py_HandlePending(tstate) != 0) {
        /* as if the instruction that looked had failed */
        next_instr = frame->prev_instr + 1;
        goto error;
    }
    DISPATCH();

    {
#include "eval_cases.h"
    }

trace_instruction:
    /* A trace or profile function is on: next_instr is at an instruction,
       whose plain form is to be executed after the events before it. */
    if (tstate->tracing == 0
        && next_instr - _PyCode_CODE(frame->f_code)
               >= frame->f_code->_co_firsttraceable) {
        int instr_prev = _PyInterpreterFrame_LASTI(frame);
        frame->prev_instr = next_instr;
        oparg = _Py_OPARG(*next_instr);
        if (_PyOpcode_Deopt[_Py_OPCODE(*next_instr)] == RESUME) {
            if (oparg < 2
                && PORT_UNLIKELY(_Py_atomic_load_relaxed(eval_breaker))
                && _Py_HandlePending(tstate) != 0) {
                next_instr++;
                goto error;
            }
            if (cframe.use_tracing) {
                _PyFrame_SetStackPointer(frame, stack_pointer);
                int status = eval_trace_entry(tstate, frame);
                stack_pointer = _PyFrame_GetStackPointer(frame);
                if (status < 0) {
                    next_instr++;
                    goto error;
                }
            }
        }
        else if (cframe.use_tracing && tstate->c_tracefunc != NULL) {
            _PyFrame_SetStackPointer(frame, stack_pointer);
            int status = eval_trace_instruction(tstate, frame, instr_prev);
            /* the tracer may have jumped */
            stack_pointer = _PyFrame_GetStackPointer(frame);
            if (status < 0) {
                next_instr++;
                goto error;
            }
            next_instr = frame->prev_instr;
        }
    }
    oparg = _Py_OPARG(*next_instr);
    DISPATCH_TO(_PyOpcode_Deopt[_Py_OPCODE(*next_instr)]);

unknown_opcode:
    _PyErr_Format(tstate, PyExc_SystemError, "%U:%d: unknown opcode %d",
                  frame->f_code->co_filename,
                  _PyInterpreterFrame_GetLine(frame),
                  _Py_OPCODE(*next_instr));
    next_instr++;
    goto error;

return_value:
    _PyFrame_SetStackPointer(frame, stack_pointer);
    if (cframe.use_tracing && eval_trace_exit(tstate, frame, retval) < 0) {
        Py_DECREF(retval);
        goto frame_failed;
    }
    _Py_LeaveRecursiveCallTstate(tstate);
    if (PORT_LIKELY(_PyFrame_IsPlain(frame))) {
        LEAVE_FRAME();
        _PyFrame_StackPush(frame, retval);
        goto resume_frame;
    }
    if (frame->is_entry) {
        goto leave_evaluator;
    }
    if (frame->owner == FRAME_OWNED_BY_GENERATOR) {
        _PyInterpreterFrame *ended = frame;
        frame = cframe.current_frame = ended->previous;
        eval_generator_end(tstate, ended, 0);
        eval_generator_returned(frame, retval);
        goto resume_frame;
    }
    assert(frame->is_init);
    LEAVE_FRAME();
    if (eval_check_init(tstate, retval) < 0) {
        goto resume_with_error;
    }
    goto resume_frame;

yield_value:
    _PyFrame_GetGenerator(frame)->gi_frame_state = FRAME_SUSPENDED;
    _PyFrame_SetStackPointer(frame, stack_pointer);
    if (cframe.use_tracing && eval_trace_exit(tstate, frame, retval) < 0) {
        Py_DECREF(retval);
        goto frame_failed;
    }
    _Py_LeaveRecursiveCallTstate(tstate);
    if (!frame->is_entry) {
        _PyInterpreterFrame *suspended = frame;
        frame = cframe.current_frame = suspended->previous;
        eval_generator_leave(tstate, _PyFrame_GetGenerator(suspended));
        _PyFrame_StackPush(frame, retval);
        goto resume_frame;
    }

leave_evaluator:
    tstate->cframe = cframe.previous;
    tstate->cframe->use_tracing = cframe.use_tracing;
    return retval;

error:
    assert(_PyErr_Occurred(tstate));
    kwnames = NULL;
    frame->prev_instr = next_instr - 1;
    if (!_PyFrame_IsIncomplete(frame)) {
        PyFrameObject *frame_object = _PyFrame_GetFrameObject(frame);
        if (frame_object != NULL) {
            PyTraceBack_Here(frame_object);
        }
    }
    if (tstate->c_tracefunc != NULL) {
        eval_trace_exception(tstate, frame);
    }

exception_unwind: {
        /* not prev_instr, which RERAISE may have moved */
        int index = (int)(next_instr - _PyCode_CODE(frame->f_code)) - 1;
        struct eval_handler handler;
        int found = eval_find_handler(frame->f_code, index, &handler);
        slot_t *base = _PyFrame_Stackbase(frame);
        slot_t *new_top = base + (found ? handler.depth : 0);
        while (stack_pointer > new_top) {
            stack_pointer--;
            slot_xdrop(*stack_pointer);
        }
        if (!found) {
            _PyFrame_SetStackPointer(frame, stack_pointer);
            if (cframe.use_tracing) {
                /* an exception is on its way already: another one replaces
                   it */
                (void)eval_trace_exit(tstate, frame, NULL);
            }
            goto frame_failed;
        }
        if (handler.push_lasti) {
            PyObject *lasti =
                PyLong_FromLong(_PyInterpreterFrame_LASTI(frame));
            if (lasti == NULL) {
                goto exception_unwind;
            }
            *stack_pointer++ = slot_steal(lasti);
        }
        *stack_pointer++ = slot_steal(eval_take_exception(tstate));
        next_instr = _PyCode_CODE(frame->f_code) + handler.start;
        DISPATCH();
    }

frame_failed:
    assert(_PyErr_Occurred(tstate));
    _Py_LeaveRecursiveCallTstate(tstate);
    if (frame->is_entry) {
        retval = NULL;
        goto leave_evaluator;
    }
    if (frame->owner == FRAME_OWNED_BY_GENERATOR) {
        _PyInterpreterFrame *ended = frame;
        frame = cframe.current_frame = ended->previous;
        eval_generator_end(tstate, ended, 1);
        goto resume_with_error;
    }
    LEAVE_FRAME();

resume_with_error:
    LOAD_FRAME();
    goto error;
}
