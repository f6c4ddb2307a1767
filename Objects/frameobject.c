/* Frame objects: how Python code sees the frames of the evaluator.

   A frame object points to its frame; when the function returns while the
   frame object is still referenced, the content of the frame moves into the
   frame object.  f_locals is a dictionary that is brought up to date with the
   fast locals when asked for. */

#include "Python.h"
#include "pycore_ceval.h"
#include "pycore_code.h"
#include "pycore_frame.h"
#include "pycore_function.h"
#include "pycore_genobject.h"
#include "pycore_object.h"
#include "pycore_opcode.h"
#include "pycore_pyerrors.h"
#include "frameobject.h"
#include "structmember.h"

/* -- Storage --------------------------------------------------------------------- */

PyFrameObject *
_PyFrame_New_NoTrack(PyCodeObject *code)
{
    int slots = code->co_nlocalsplus + code->co_stacksize;
    PyFrameObject *f = PyObject_GC_NewVar(PyFrameObject, &PyFrame_Type,
                                          slots);
    if (f == NULL) {
        return NULL;
    }
    f->f_back = NULL;
    f->f_trace = NULL;
    f->f_trace_lines = 1;
    f->f_trace_opcodes = 0;
    f->f_fast_as_locals = 0;
    f->f_lineno = 0;
    return f;
}

PyFrameObject *
PyFrame_New(PyThreadState *tstate, PyCodeObject *code, PyObject *globals,
            PyObject *locals)
{
    PyObject *builtins = _PyEval_BuiltinsFromGlobals(tstate, globals);
    if (builtins == NULL) {
        return NULL;
    }
    PyFrameConstructor desc = {
        .fc_globals = globals,
        .fc_builtins = builtins,
        .fc_name = code->co_name,
        .fc_qualname = code->co_name,
        .fc_code = (PyObject *)code,
    };
    PyFunctionObject *func = _PyFunction_FromConstructor(&desc);
    if (func == NULL) {
        return NULL;
    }
    PyFrameObject *f = _PyFrame_New_NoTrack(code);
    if (f == NULL) {
        Py_DECREF(func);
        return NULL;
    }
    _PyInterpreterFrame *frame = (_PyInterpreterFrame *)f->_f_frame_data;
    _PyFrame_InitializeSpecials(frame, func, Py_XNewRef(locals),
                                code->co_nlocalsplus);
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        frame->localsplus[i] = SLOT_NULL;
    }
    frame->previous = NULL;
    frame->owner = FRAME_OWNED_BY_FRAME_OBJECT;
    /* as if it had begun: an incomplete frame is not shown */
    frame->prev_instr = _PyCode_CODE(code) + code->_co_firsttraceable;
    f->f_frame = frame;
    _PyObject_GC_TRACK(f);
    return f;
}

static int
frame_traverse(PyFrameObject *f, visitproc visit, void *arg)
{
    Py_VISIT(f->f_back);
    Py_VISIT(f->f_trace);
    if (f->f_frame->owner != FRAME_OWNED_BY_FRAME_OBJECT) {
        return 0;
    }
    return _PyFrame_Traverse(f->f_frame, visit, arg);
}

static int
frame_tp_clear(PyFrameObject *f)
{
    Py_CLEAR(f->f_trace);
    slot_t *locals = _PyFrame_GetLocalsArray(f->f_frame);
    int count = f->f_frame->stacktop;
    f->f_frame->stacktop = 0;
    for (int i = 0; i < count; i++) {
        slot_clear(&locals[i]);
    }
    return 0;
}

static void
frame_dealloc(PyFrameObject *f)
{
    if (_PyObject_GC_IS_TRACKED(f)) {
        _PyObject_GC_UNTRACK(f);
    }
    Py_TRASHCAN_BEGIN(f, frame_dealloc);
    PyCodeObject *code = NULL;
    /* a frame elsewhere may be gone by now: only ours is looked at */
    _PyInterpreterFrame *frame = (_PyInterpreterFrame *)f->_f_frame_data;
    if (f->f_frame == frame && frame->owner == FRAME_OWNED_BY_FRAME_OBJECT) {
        code = frame->f_code;
        frame->f_code = NULL;
        Py_CLEAR(frame->f_func);
        Py_CLEAR(frame->f_locals);
        for (int i = 0; i < frame->stacktop; i++) {
            slot_clear(&frame->localsplus[i]);
        }
    }
    Py_CLEAR(f->f_back);
    Py_CLEAR(f->f_trace);
    PyObject_GC_Del(f);
    Py_XDECREF(code);
    Py_TRASHCAN_END;
}

/* -- Where it is -------------------------------------------------------------------- */

static PyFrameState
frame_state(PyFrameObject *f)
{
    _PyInterpreterFrame *frame = f->f_frame;
    if (frame->stacktop == 0) {
        return FRAME_CLEARED;
    }
    switch (frame->owner) {
    case FRAME_OWNED_BY_GENERATOR:
        return _PyFrame_GetGenerator(frame)->gi_frame_state;
    case FRAME_OWNED_BY_FRAME_OBJECT:
        return FRAME_COMPLETED;
    default:
        break;
    }
    if (_PyInterpreterFrame_LASTI(frame) < 0) {
        return FRAME_CREATED;
    }
    switch (_PyOpcode_Deopt[_Py_OPCODE(*frame->prev_instr)]) {
    case COPY_FREE_VARS:
    case MAKE_CELL:
    case RETURN_GENERATOR:
        return FRAME_CREATED;
    default:
        return FRAME_EXECUTING;
    }
}

int
PyFrame_GetLineNumber(PyFrameObject *f)
{
    if (f->f_lineno != 0) {
        return f->f_lineno;
    }
    int offset = _PyInterpreterFrame_LASTI(f->f_frame)
        * (int)sizeof(_Py_CODEUNIT);
    return PyCode_Addr2Line(f->f_frame->f_code, offset);
}

int
PyFrame_GetLasti(PyFrameObject *frame)
{
    int lasti = _PyInterpreterFrame_LASTI(frame->f_frame);
    return lasti < 0 ? -1 : lasti * (int)sizeof(_Py_CODEUNIT);
}

PyFrameObject *
PyFrame_GetBack(PyFrameObject *frame)
{
    assert(frame != NULL);
    PyFrameObject *back = frame->f_back;
    if (back == NULL) {
        _PyInterpreterFrame *previous = frame->f_frame->previous;
        while (previous && _PyFrame_IsIncomplete(previous)) {
            previous = previous->previous;
        }
        if (previous) {
            back = _PyFrame_GetFrameObject(previous);
        }
    }
    return (PyFrameObject *)Py_XNewRef(back);
}

PyCodeObject *
PyFrame_GetCode(PyFrameObject *frame)
{
    assert(frame != NULL);
    return (PyCodeObject *)Py_NewRef(frame->f_frame->f_code);
}

PyObject *
PyFrame_GetGlobals(PyFrameObject *frame)
{
    return Py_NewRef(frame->f_frame->f_globals);
}

PyObject *
PyFrame_GetBuiltins(PyFrameObject *frame)
{
    return Py_NewRef(frame->f_frame->f_builtins);
}

PyObject *
PyFrame_GetGenerator(PyFrameObject *frame)
{
    if (frame->f_frame->owner != FRAME_OWNED_BY_GENERATOR) {
        return NULL;
    }
    return Py_NewRef(_PyFrame_GetGenerator(frame->f_frame));
}

int
_PyFrame_IsEntryFrame(PyFrameObject *frame)
{
    return frame->f_frame->is_entry;
}

/* -- Fast locals and the dictionary ---------------------------------------------------- */

/* Whether the frame has executed the MAKE_CELL of a variable: its slot holds
   the cell then, an argument's value before. */
static int
cell_is_made(_PyInterpreterFrame *frame, int index)
{
    const _Py_CODEUNIT *instr = _PyCode_CODE(frame->f_code);
    int oparg = 0;
    for (; instr < frame->prev_instr; instr++) {
        int opcode = _PyOpcode_Deopt[_Py_OPCODE(*instr)];
        oparg = (oparg << 8) | _Py_OPARG(*instr);
        if (opcode == EXTENDED_ARG) {
            continue;
        }
        if (opcode == MAKE_CELL && oparg == index) {
            return 1;
        }
        instr += _PyOpcode_Caches[opcode];
        oparg = 0;
    }
    return 0;
}

/* The cell in a slot that holds one already, else NULL; borrowed. */
static PyObject *
slot_cell(_PyInterpreterFrame *frame, int index, _PyLocals_Kind kind)
{
    PyObject *content = slot_object(frame->localsplus[index]);
    if (kind & CO_FAST_FREE) {
        return content;
    }
    if ((kind & CO_FAST_CELL) && content != NULL && PyCell_Check(content)
        && cell_is_made(frame, index)) {
        return content;
    }
    return NULL;
}

/* A frame that has not begun lacks its free variables. */
static void
copy_free_variables(_PyInterpreterFrame *frame)
{
    PyCodeObject *code = frame->f_code;
    if (_PyInterpreterFrame_LASTI(frame) >= 0
        || _Py_OPCODE(_PyCode_CODE(code)[0]) != COPY_FREE_VARS) {
        return;
    }
    PyObject *closure = frame->f_func->func_closure;
    int first = code->co_nlocals + code->co_nplaincellvars;
    for (int i = 0; i < code->co_nfreevars; i++) {
        frame->localsplus[first + i] = slot_new(PyTuple_GET_ITEM(closure, i));
    }
    frame->prev_instr = _PyCode_CODE(code);
}

/* In a class body or module, the free variables are not its namespace's. */
static int
is_hidden(PyCodeObject *code, _PyLocals_Kind kind)
{
    return (kind & CO_FAST_FREE) && !(code->co_flags & CO_OPTIMIZED);
}

int
_PyFrame_FastToLocalsWithError(_PyInterpreterFrame *frame)
{
    if (frame->f_locals == NULL) {
        frame->f_locals = PyDict_New();
        if (frame->f_locals == NULL) {
            return -1;
        }
    }
    PyObject *locals = frame->f_locals;
    PyCodeObject *code = frame->f_code;
    copy_free_variables(frame);
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        _PyLocals_Kind kind = _PyLocals_GetKind(code->co_localspluskinds, i);
        if (is_hidden(code, kind)) {
            continue;
        }
        PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, i);
        PyObject *value = NULL;
        if (frame->stacktop) {
            PyObject *cell = slot_cell(frame, i, kind);
            value = cell ? PyCell_GET(cell)
                         : slot_object(frame->localsplus[i]);
        }
        if (value != NULL) {
            if (PyObject_SetItem(locals, name, value) < 0) {
                return -1;
            }
        }
        else if (PyObject_DelItem(locals, name) < 0) {
            if (!PyErr_ExceptionMatches(PyExc_KeyError)) {
                return -1;
            }
            PyErr_Clear();
        }
    }
    return 0;
}

int
PyFrame_FastToLocalsWithError(PyFrameObject *f)
{
    if (f == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    int status = _PyFrame_FastToLocalsWithError(f->f_frame);
    if (status == 0) {
        f->f_fast_as_locals = 1;
    }
    return status;
}

void
PyFrame_FastToLocals(PyFrameObject *f)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyFrame_FastToLocalsWithError(f) < 0) {
        PyErr_Clear();
    }
    PyErr_Restore(type, value, traceback);
}

/* Stores the dictionary's values in the fast locals; with clear, names that it
   lacks become unbound. */
void
_PyFrame_LocalsToFast(_PyInterpreterFrame *frame, int clear)
{
    PyObject *locals = frame->f_locals;
    if (locals == NULL) {
        return;
    }
    PyObject *type, *exception, *traceback;
    PyErr_Fetch(&type, &exception, &traceback);
    PyCodeObject *code = frame->f_code;
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        _PyLocals_Kind kind = _PyLocals_GetKind(code->co_localspluskinds, i);
        if (is_hidden(code, kind)) {
            continue;
        }
        PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, i);
        PyObject *value = PyObject_GetItem(locals, name);
        if (value == NULL) {
            PyErr_Clear();
            if (!clear) {
                continue;
            }
        }
        PyObject *cell = slot_cell(frame, i, kind);
        if (cell != NULL) {
            PyObject *old = PyCell_GET(cell);
            PyCell_SET(cell, value);
            Py_XDECREF(old);
        }
        else {
            slot_set_steal(&frame->localsplus[i], value);
        }
    }
    PyErr_Restore(type, exception, traceback);
}

void
PyFrame_LocalsToFast(PyFrameObject *f, int clear)
{
    if (f && f->f_fast_as_locals && frame_state(f) != FRAME_CLEARED) {
        _PyFrame_LocalsToFast(f->f_frame, clear);
        f->f_fast_as_locals = 0;
    }
}

PyObject *
PyFrame_GetLocals(PyFrameObject *frame)
{
    if (PyFrame_FastToLocalsWithError(frame) < 0) {
        return NULL;
    }
    return Py_NewRef(frame->f_frame->f_locals);
}

/* -- Jumps: f_lineno = n -----------------------------------------------------------------

   A trace function may make the frame go on at another line, if the value
   stack there can be had from the present one by dropping values.  What is on
   the stack at each instruction is found by executing the code on kinds of
   values, three bits each, the top in the lowest ones.                               */

enum kind {
    KIND_ITERATOR = 1,
    KIND_EXCEPT = 2,
    KIND_OBJECT = 3,
    KIND_NULL = 4,
    KIND_LASTI = 5
};

enum { KIND_BITS = 3, KIND_MASK = 7, KIND_MAX_DEPTH = 63 / KIND_BITS };

#define STACK_UNKNOWN ((int64_t)-2)
#define STACK_TOO_DEEP ((int64_t)-1)

static int64_t
kinds_push(int64_t stack, enum kind kind)
{
    uint64_t limit = UINT64_C(1) << ((KIND_MAX_DEPTH - 1) * KIND_BITS);
    if (stack < 0) {
        return stack;
    }
    if ((uint64_t)stack >= limit) {
        return STACK_TOO_DEEP;
    }
    return (int64_t)(((uint64_t)stack << KIND_BITS) | kind);
}

static int64_t
kinds_pop(int64_t stack)
{
    /* arithmetic shift: the special values are kept */
    return stack >> KIND_BITS;
}

static int64_t
kinds_pop_n(int64_t stack, int count)
{
    while (count-- > 0) {
        stack = kinds_pop(stack);
    }
    return stack;
}

static enum kind
kinds_peek(int64_t stack, int depth)
{
    return (enum kind)((stack >> (KIND_BITS * (depth - 1))) & KIND_MASK);
}

static int64_t
kinds_swap(int64_t stack, int depth)
{
    if (stack < 0 || depth > KIND_MAX_DEPTH) {
        return stack;
    }
    int shift = KIND_BITS * (depth - 1);
    int64_t top = stack & KIND_MASK;
    int64_t other = (stack >> shift) & KIND_MASK;
    stack &= ~((int64_t)KIND_MASK | ((int64_t)KIND_MASK << shift));
    return stack | other | (top << shift);
}

static int
kinds_depth(int64_t stack)
{
    int depth = 0;
    for (; stack > 0; stack >>= KIND_BITS) {
        depth++;
    }
    return depth;
}

static int
kind_fits(enum kind from, enum kind to)
{
    switch ((int)to) {
    case 0:
        return 0;
    case KIND_OBJECT:
        return from != KIND_NULL;
    case KIND_NULL:
        return 1;
    default:
        return from == to;
    }
}

static int
kinds_fit(int64_t from, int64_t to)
{
    if (from < 0 || to < 0) {
        return 0;
    }
    while (from > to) {
        from = kinds_pop(from);
    }
    while (from) {
        if (!kind_fits(kinds_peek(from, 1), kinds_peek(to, 1))) {
            return 0;
        }
        from = kinds_pop(from);
        to = kinds_pop(to);
    }
    return to == 0;
}

static const char *
explain_misfit(int64_t to)
{
    if (to == STACK_TOO_DEEP) {
        return "stack is too deep to analyze";
    }
    if (to == STACK_UNKNOWN) {
        return "can't jump into an 'except' block, or to unreachable code";
    }
    switch (kinds_peek(to, 1)) {
    case KIND_EXCEPT:
        return "can't jump into an 'except' block as there's no exception";
    case KIND_LASTI:
        return "can't jump into a re-raising block as there's no location";
    case KIND_ITERATOR:
        return "can't jump into the body of a for loop";
    default:
        return "incompatible stacks";
    }
}

/* The analysis of one code object. */
struct jumps {
    PyCodeObject *code;
    int length;      /* code units */
    int64_t *stacks; /* before each; one more behind the last */
    int again;       /* something behind us became known */
};

/* The stack before instruction `target` as a jump from `from` brings it. */
static void
jumps_reach(struct jumps *jumps, int from, int target, int64_t stack)
{
    if (target < 0 || target > jumps->length) {
        return;
    }
    if (jumps->stacks[target] == STACK_UNKNOWN && target < from) {
        jumps->again = 1;
    }
    jumps->stacks[target] = stack;
}

/* Executes the instruction at `index`, whose successor is at `next`. */
static void
jumps_execute(struct jumps *jumps, int index, int next, int opcode, int oparg)
{
    int64_t stack = jumps->stacks[index];
    int falls_through = 1;
    switch (opcode) {
    case JUMP_IF_FALSE_OR_POP:
    case JUMP_IF_TRUE_OR_POP:
        jumps_reach(jumps, index, next + oparg, stack);
        stack = kinds_pop(stack);
        break;
    case POP_JUMP_FORWARD_IF_FALSE:
    case POP_JUMP_FORWARD_IF_TRUE:
    case POP_JUMP_FORWARD_IF_NONE:
    case POP_JUMP_FORWARD_IF_NOT_NONE:
        stack = kinds_pop(stack);
        jumps_reach(jumps, index, next + oparg, stack);
        break;
    case POP_JUMP_BACKWARD_IF_FALSE:
    case POP_JUMP_BACKWARD_IF_TRUE:
    case POP_JUMP_BACKWARD_IF_NONE:
    case POP_JUMP_BACKWARD_IF_NOT_NONE:
        stack = kinds_pop(stack);
        jumps_reach(jumps, index, next - oparg, stack);
        break;
    case SEND:
        jumps_reach(jumps, index, next + oparg, kinds_pop(stack));
        break;
    case JUMP_FORWARD:
        jumps_reach(jumps, index, next + oparg, stack);
        falls_through = 0;
        break;
    case JUMP_BACKWARD:
    case JUMP_BACKWARD_NO_INTERRUPT:
        jumps_reach(jumps, index, next - oparg, stack);
        falls_through = 0;
        break;
    case GET_ITER:
    case GET_AITER:
        stack = kinds_push(kinds_pop(stack), KIND_ITERATOR);
        break;
    case FOR_ITER:
        jumps_reach(jumps, index, next + oparg, kinds_pop(stack));
        stack = kinds_push(stack, KIND_OBJECT);
        break;
    case END_ASYNC_FOR:
        stack = kinds_pop_n(stack, 2);
        break;
    case PUSH_EXC_INFO:
        stack = kinds_push(stack, KIND_EXCEPT);
        break;
    case POP_EXCEPT:
        stack = kinds_pop(stack);
        break;
    case RETURN_VALUE:
    case RAISE_VARARGS:
    case RERAISE:
        falls_through = 0;
        break;
    case PUSH_NULL:
        stack = kinds_push(stack, KIND_NULL);
        break;
    case LOAD_GLOBAL:
        if (oparg & 1) {
            stack = kinds_push(stack, KIND_NULL);
        }
        stack = kinds_push(stack, KIND_OBJECT);
        break;
    case LOAD_METHOD:
        stack = kinds_push(kinds_push(kinds_pop(stack), KIND_NULL),
                           KIND_OBJECT);
        break;
    case CALL:
        stack = kinds_push(kinds_pop_n(stack, 2), KIND_OBJECT);
        break;
    case SWAP:
        stack = kinds_swap(stack, oparg);
        break;
    case COPY:
        stack = kinds_push(stack, kinds_peek(stack, oparg));
        break;
    default: {
        int delta = opcode_stack_effect(opcode, oparg, 0);
        for (; delta < 0; delta++) {
            stack = kinds_pop(stack);
        }
        for (; delta > 0; delta--) {
            stack = kinds_push(stack, KIND_OBJECT);
        }
        break;
    }
    }
    if (falls_through && next <= jumps->length) {
        jumps->stacks[next] = stack;
    }
}

static void
jumps_execute_all(struct jumps *jumps)
{
    const _Py_CODEUNIT *code = _PyCode_CODE(jumps->code);
    int oparg = 0;
    for (int i = 0; i < jumps->length;) {
        int opcode = _PyOpcode_Deopt[_Py_OPCODE(code[i])];
        int next = i + 1 + _PyOpcode_Caches[opcode];
        oparg = (oparg << 8) | _Py_OPARG(code[i]);
        if (jumps->stacks[i] != STACK_UNKNOWN) {
            jumps_execute(jumps, i, next, opcode, oparg);
        }
        if (opcode != EXTENDED_ARG) {
            oparg = 0;
        }
        i = next;
    }
}

static const unsigned char *
read_number(const unsigned char *p, int *number)
{
    int value = *p & 63;
    while (*p & 64) {
        p++;
        value = (value << 6) | (*p & 63);
    }
    *number = value;
    return p + 1;
}

/* Handlers of protected instructions that can be reached. */
static void
jumps_reach_handlers(struct jumps *jumps)
{
    PyObject *table = jumps->code->co_exceptiontable;
    const unsigned char *p = (const unsigned char *)PyBytes_AS_STRING(table);
    const unsigned char *end = p + PyBytes_GET_SIZE(table);
    while (p < end) {
        int start, length, handler, depth_and_lasti;
        p = read_number(p, &start);
        p = read_number(p, &length);
        p = read_number(p, &handler);
        p = read_number(p, &depth_and_lasti);
        if (jumps->stacks[start] == STACK_UNKNOWN
            || jumps->stacks[handler] != STACK_UNKNOWN) {
            continue;
        }
        int64_t stack = jumps->stacks[start];
        while (kinds_depth(stack) > depth_and_lasti >> 1) {
            stack = kinds_pop(stack);
        }
        if (depth_and_lasti & 1) {
            stack = kinds_push(stack, KIND_LASTI);
        }
        jumps->stacks[handler] = kinds_push(stack, KIND_EXCEPT);
        jumps->again = 1;
    }
}

/* Fills jumps->stacks, which the caller frees. */
static int
jumps_analyze(struct jumps *jumps)
{
    jumps->stacks = PyMem_New(int64_t, jumps->length + 1);
    if (jumps->stacks == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int i = 0; i <= jumps->length; i++) {
        jumps->stacks[i] = STACK_UNKNOWN;
    }
    jumps->stacks[0] = 0;
    if (jumps->code->co_flags
        & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) {
        /* the None that starts a generator */
        jumps->stacks[0] = kinds_push(0, KIND_OBJECT);
    }
    do {
        jumps->again = 0;
        jumps_execute_all(jumps);
        jumps_reach_handlers(jumps);
    } while (jumps->again);
    return 0;
}

/* The line that starts at each code unit, -1 elsewhere; to be freed. */
static int *
mark_lines(PyCodeObject *code, int length)
{
    PyCodeAddressRange bounds;
    _PyCode_InitAddressRange(code, &bounds);
    int *lines = PyMem_New(int, length);
    if (lines == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    int last_line = -1;
    for (int i = 0; i < length; i++) {
        lines[i] = -1;
    }
    while (_PyLineTable_NextAddressRange(&bounds)) {
        if (bounds.ar_line != last_line && bounds.ar_line != -1) {
            lines[bounds.ar_start / (int)sizeof(_Py_CODEUNIT)] =
                bounds.ar_line;
            last_line = bounds.ar_line;
        }
    }
    return lines;
}

/* The smallest line that is not before `line`, or -1. */
static int
first_line_not_before(const int *lines, int length, int line)
{
    int result = INT_MAX;
    for (int i = 0; i < length; i++) {
        if (lines[i] < result && lines[i] >= line) {
            result = lines[i];
        }
    }
    return result == INT_MAX ? -1 : result;
}

/* The best instruction to go on with at a line; -1 with an exception. */
static int
choose_target(PyFrameObject *f, int new_line, int64_t *start_stack,
              int64_t *target_stack)
{
    struct jumps jumps = {.code = f->f_frame->f_code};
    jumps.length = (int)Py_SIZE(jumps.code);
    int best = -1;
    int *lines = mark_lines(jumps.code, jumps.length);
    if (lines == NULL) {
        return -1;
    }
    int line = first_line_not_before(lines, jumps.length, new_line);
    if (line < 0) {
        PyErr_Format(PyExc_ValueError,
                     "line %d comes after the current code block", new_line);
        goto done;
    }
    if (jumps_analyze(&jumps) < 0) {
        goto done;
    }
    const char *message = "cannot find bytecode for specified line";
    int explained = 0;
    *start_stack = jumps.stacks[_PyInterpreterFrame_LASTI(f->f_frame)];
    *target_stack = STACK_TOO_DEEP;
    for (int i = 0; i < jumps.length; i++) {
        if (lines[i] != line) {
            continue;
        }
        int64_t stack = jumps.stacks[i];
        if (kinds_fit(*start_stack, stack)) {
            if (stack > *target_stack) {
                *target_stack = stack;
                best = i;
            }
        }
        else if (!explained) {
            if (*start_stack == STACK_TOO_DEEP) {
                message = "stack to deep to analyze";
            }
            else if (*start_stack == STACK_UNKNOWN) {
                message = "can't jump from unreachable code";
            }
            else {
                message = explain_misfit(stack);
                explained = 1;
            }
        }
    }
    if (best < 0) {
        PyErr_SetString(PyExc_ValueError, message);
    }
done:
    PyMem_Free(lines);
    PyMem_Free(jumps.stacks);
    return best;
}

/* Whether the present event allows a jump; the exception is set if not. */
static int
may_jump(PyFrameObject *f)
{
    switch (_PyThreadState_GET()->tracing_what) {
    case PyTrace_LINE:
        break;
    case PyTrace_CALL:
        PyErr_Format(PyExc_ValueError,
                     "can't jump from the 'call' trace event of a new frame");
        return 0;
    case PyTrace_RETURN:
        if (frame_state(f) == FRAME_SUSPENDED) {
            break;
        }
        /* fall through */
    default:
        PyErr_SetString(PyExc_ValueError,
                        "can only jump from a 'line' trace event");
        return 0;
    }
    if (!f->f_trace) {
        PyErr_Format(PyExc_ValueError,
                     "f_lineno can only be set by a trace function");
        return 0;
    }
    return 1;
}

/* Drops values until the stack is the target's. */
static void
unwind_to(_PyInterpreterFrame *frame, int64_t stack, int64_t target)
{
    while (stack > target) {
        PyObject *value = slot_object(_PyFrame_StackPop(frame));
        if (kinds_peek(stack, 1) == KIND_EXCEPT) {
            /* leaves a handler: the previous exception is handled again */
            _PyErr_StackItem *item = _PyThreadState_GET()->exc_info;
            Py_XSETREF(item->exc_value, value);
        }
        else {
            Py_XDECREF(value);
        }
        stack = kinds_pop(stack);
    }
}

static int
frame_setlineno(PyFrameObject *f, PyObject *value, void *closure)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "cannot delete attribute");
        return -1;
    }
    if (!PyLong_CheckExact(value)) {
        PyErr_SetString(PyExc_ValueError, "lineno must be an integer");
        return -1;
    }
    if (!may_jump(f)) {
        return -1;
    }
    int overflow;
    long new_line = PyLong_AsLongAndOverflow(value, &overflow);
    if (overflow || new_line > INT_MAX || new_line < INT_MIN) {
        PyErr_SetString(PyExc_ValueError, "lineno out of range");
        return -1;
    }
    _PyInterpreterFrame *frame = f->f_frame;
    if (new_line < frame->f_code->co_firstlineno) {
        PyErr_Format(PyExc_ValueError,
                     "line %d comes before the current code block",
                     (int)new_line);
        return -1;
    }
    int64_t start_stack, target_stack;
    int target = choose_target(f, (int)new_line, &start_stack, &target_stack);
    if (target < 0) {
        return -1;
    }
    if (frame_state(f) == FRAME_SUSPENDED) {
        /* the yielded value is off the stack already */
        start_stack = kinds_pop(start_stack);
    }
    unwind_to(frame, start_stack, target_stack);
    f->f_lineno = 0;
    frame->prev_instr = _PyCode_CODE(frame->f_code) + target;
    return 0;
}

/* -- Attributes ------------------------------------------------------------------------- */

static PyObject *
frame_getlocals(PyFrameObject *f, void *closure)
{
    return PyFrame_GetLocals(f);
}

static PyObject *
frame_getlineno(PyFrameObject *f, void *closure)
{
    int line = PyFrame_GetLineNumber(f);
    if (line < 0) {
        Py_RETURN_NONE;
    }
    return PyLong_FromLong(line);
}

static PyObject *
frame_getlasti(PyFrameObject *f, void *closure)
{
    return PyLong_FromLong(PyFrame_GetLasti(f));
}

static PyObject *
frame_getglobals(PyFrameObject *f, void *closure)
{
    return PyFrame_GetGlobals(f);
}

static PyObject *
frame_getbuiltins(PyFrameObject *f, void *closure)
{
    return PyFrame_GetBuiltins(f);
}

static PyObject *
frame_getcode(PyFrameObject *f, void *closure)
{
    if (PySys_Audit("object.__getattr__", "Os", f, "f_code") < 0) {
        return NULL;
    }
    return (PyObject *)PyFrame_GetCode(f);
}

static PyObject *
frame_getback(PyFrameObject *f, void *closure)
{
    PyErr_Clear();
    PyObject *back = (PyObject *)PyFrame_GetBack(f);
    if (back == NULL) {
        if (PyErr_Occurred()) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    return back;
}

static PyObject *
frame_gettrace_opcodes(PyFrameObject *f, void *closure)
{
    return PyBool_FromLong(f->f_trace_opcodes);
}

static int
frame_settrace_opcodes(PyFrameObject *f, PyObject *value, void *closure)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "cannot delete attribute");
        return -1;
    }
    if (!PyBool_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "attribute value type must be bool");
        return -1;
    }
    f->f_trace_opcodes = value == Py_True;
    return 0;
}

static PyObject *
frame_gettrace(PyFrameObject *f, void *closure)
{
    return Py_NewRef(f->f_trace ? f->f_trace : Py_None);
}

static int
frame_settrace(PyFrameObject *f, PyObject *value, void *closure)
{
    if (Py_IsNone(value)) {
        value = NULL;
    }
    Py_XINCREF(value);
    Py_XSETREF(f->f_trace, value);
    return 0;
}

static PyMemberDef frame_members[] = {
    {"f_trace_lines", T_BOOL, offsetof(PyFrameObject, f_trace_lines), 0},
    {NULL},
};

static PyGetSetDef frame_getset[] = {
    {"f_back", (getter)frame_getback, NULL, NULL, NULL},
    {"f_locals", (getter)frame_getlocals, NULL, NULL, NULL},
    {"f_lineno", (getter)frame_getlineno, (setter)frame_setlineno, NULL,
     NULL},
    {"f_trace", (getter)frame_gettrace, (setter)frame_settrace, NULL, NULL},
    {"f_lasti", (getter)frame_getlasti, NULL, NULL, NULL},
    {"f_globals", (getter)frame_getglobals, NULL, NULL, NULL},
    {"f_builtins", (getter)frame_getbuiltins, NULL, NULL, NULL},
    {"f_code", (getter)frame_getcode, NULL, NULL, NULL},
    {"f_trace_opcodes", (getter)frame_gettrace_opcodes,
     (setter)frame_settrace_opcodes, NULL, NULL},
    {NULL},
};

/* -- Methods ----------------------------------------------------------------------------- */

PyDoc_STRVAR(frame_clear_doc,
"F.clear(): clear most references held by the frame");

static PyObject *
frame_clear(PyFrameObject *f, PyObject *ignored)
{
    if (f->f_frame->owner == FRAME_OWNED_BY_GENERATOR) {
        PyGenObject *gen = _PyFrame_GetGenerator(f->f_frame);
        if (gen->gi_frame_state == FRAME_EXECUTING) {
            goto running;
        }
        _PyGen_Finalize((PyObject *)gen);
    }
    else if (f->f_frame->owner == FRAME_OWNED_BY_THREAD) {
        goto running;
    }
    else {
        frame_tp_clear(f);
    }
    Py_RETURN_NONE;
running:
    PyErr_SetString(PyExc_RuntimeError, "cannot clear an executing frame");
    return NULL;
}

PyDoc_STRVAR(frame_sizeof_doc, "F.__sizeof__() -> size of F in memory, in bytes");

static PyObject *
frame_sizeof(PyFrameObject *f, PyObject *ignored)
{
    PyCodeObject *code = f->f_frame->f_code;
    Py_ssize_t size = offsetof(PyFrameObject, _f_frame_data)
        + offsetof(_PyInterpreterFrame, localsplus)
        + (code->co_nlocalsplus + code->co_stacksize) * sizeof(slot_t);
    return PyLong_FromSsize_t(size);
}

static PyObject *
frame_repr(PyFrameObject *f)
{
    PyCodeObject *code = f->f_frame->f_code;
    return PyUnicode_FromFormat("<frame at %p, file %R, line %d, code %S>",
                                f, code->co_filename,
                                PyFrame_GetLineNumber(f), code->co_name);
}

static PyMethodDef frame_methods[] = {
    {"clear", (PyCFunction)frame_clear, METH_NOARGS, frame_clear_doc},
    {"__sizeof__", (PyCFunction)frame_sizeof, METH_NOARGS, frame_sizeof_doc},
    {NULL},
};

/* -- The type ---------------------------------------------------------------------------- */

PyTypeObject PyFrame_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "frame",
    .tp_basicsize = offsetof(PyFrameObject, _f_frame_data)
        + offsetof(_PyInterpreterFrame, localsplus),
    .tp_itemsize = sizeof(slot_t),
    .tp_dealloc = (destructor)frame_dealloc,
    .tp_repr = (reprfunc)frame_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)frame_traverse,
    .tp_clear = (inquiry)frame_tp_clear,
    .tp_methods = frame_methods,
    .tp_members = frame_members,
    .tp_getset = frame_getset,
};
