/* What instruction bodies call: the slow halves of instructions, by the file
   that defines them.  Functions named ..._steal take over the references they
   are given, also when they fail. */
#ifndef Py_INTERNAL_EVAL_H
#define Py_INTERNAL_EVAL_H

#include "pycore_frame.h"

/* -- ceval_names.c ---------------------------------------------------------- */

/* Set the exception for an unbound variable; always true. */
extern int eval_unbound_local(PyThreadState *tstate,
                              _PyInterpreterFrame *frame, int index);
extern int eval_unbound_deref(PyThreadState *tstate,
                              _PyInterpreterFrame *frame, int index);
extern int eval_store_name(PyThreadState *tstate, PyObject *locals,
                           PyObject *name, PyObject *value);
extern int eval_delete_name(PyThreadState *tstate, PyObject *locals,
                            PyObject *name);
extern PyObject *eval_load_name(PyThreadState *tstate,
                                _PyInterpreterFrame *frame, PyObject *locals,
                                PyObject *name);
extern PyObject *eval_load_global(PyThreadState *tstate,
                                  _PyInterpreterFrame *frame, PyObject *name);
extern int eval_delete_global(PyThreadState *tstate, PyObject *globals,
                              PyObject *name);
extern PyObject *eval_load_classderef(PyThreadState *tstate,
                                      _PyInterpreterFrame *frame, int index);
extern int eval_setup_annotations(PyThreadState *tstate, PyObject *locals);
extern PyObject *eval_load_build_class(PyThreadState *tstate,
                                       PyObject *builtins);

/* KeyError(key) unless an exception is set; always true. */
extern int eval_key_error(PyThreadState *tstate, PyObject *key);

/* -- ceval_build.c ------------------------------------------------------------ */

typedef PyObject *(*eval_binary_operator)(PyObject *, PyObject *);
extern const eval_binary_operator eval_binary_operators[26];

extern PyObject *eval_build_set(PyObject *const *items, int count);
extern PyObject *eval_build_const_key_map(PyThreadState *tstate,
                                          PyObject *const *values, int count,
                                          PyObject *keys);
extern int eval_list_extend(PyThreadState *tstate, PyObject *list,
                            PyObject *iterable);
extern int eval_dict_update(PyThreadState *tstate, PyObject *dict,
                            PyObject *mapping);
extern int eval_dict_merge(PyThreadState *tstate, PyObject *function,
                           PyObject *dict, PyObject *mapping);
extern PyObject *eval_format_value(PyObject *value, PyObject *spec,
                                   int conversion);
extern int eval_print_expr(PyThreadState *tstate, PyObject *value);

/* Fills the slots below `top`, first value on top; `after` is -1 or the number
   of targets behind a starred one. Whether it succeeded. */
extern int eval_unpack_steal(PyThreadState *tstate, PyObject *iterable,
                             int count, int after, slot_t *top);

/* -- ceval_call.c --------------------------------------------------------------- */

extern _PyInterpreterFrame *eval_push_call_steal(
    PyThreadState *tstate, PyFunctionObject *function, slot_t *args,
    Py_ssize_t nargs, PyObject *kwnames);
extern _PyInterpreterFrame *eval_push_call_ex_steal(
    PyThreadState *tstate, PyFunctionObject *function, PyObject *args,
    PyObject *kwargs);
extern PyObject *eval_star_args_steal(PyThreadState *tstate,
                                      PyObject *function, PyObject *args);
extern PyObject *eval_call_ex(PyThreadState *tstate, PyObject *function,
                              PyObject *args, PyObject *kwargs, int tracing);
extern PyObject *eval_trace_call(PyThreadState *tstate, PyObject *function,
                                 PyObject **args, Py_ssize_t nargs,
                                 PyObject *kwnames);
extern PyObject *eval_make_function_steal(PyObject *code, PyObject *globals,
                                          PyObject *defaults,
                                          PyObject *kwdefaults,
                                          PyObject *annotations,
                                          PyObject *closure);
/* Ends a frame that lies on the data stack. */
extern void eval_frame_pop(PyThreadState *tstate, _PyInterpreterFrame *frame);

/* -- ceval_gen.c ----------------------------------------------------------------- */

extern PyObject *eval_make_generator(_PyInterpreterFrame *frame);
extern PySendResult eval_send(PyThreadState *tstate,
                              _PyInterpreterFrame *frame, PyObject *receiver,
                              PyObject *value, PyObject **result);
extern int eval_swallow_stop_iteration(PyThreadState *tstate,
                                       _PyInterpreterFrame *frame);
extern PyObject *eval_yield_from_iter(PyThreadState *tstate,
                                      _PyInterpreterFrame *frame,
                                      PyObject *iterable);
extern PyObject *eval_awaitable_iter(PyThreadState *tstate,
                                     PyObject *iterable, int kind);
extern PyObject *eval_async_iter(PyThreadState *tstate, PyObject *obj);
extern PyObject *eval_async_next(PyThreadState *tstate, PyObject *iter);

/* -- ceval_unwind.c --------------------------------------------------------------- */

struct eval_handler {
    int start;      /* of the handler, in code units */
    int depth;      /* values that stay on the stack */
    int push_lasti; /* whether the handler wants to know where */
};
/* The handler of the instruction at a code unit; whether there is one. */
extern int eval_find_handler(PyCodeObject *code, int index,
                             struct eval_handler *handler);
/* The exception being raised, normalised, with its traceback: it is no longer
   being raised. */
extern PyObject *eval_take_exception(PyThreadState *tstate);
extern void eval_restore_steal(PyThreadState *tstate, PyObject *exception);
/* 1 if the exception was raised before, so that this frame is in its
   traceback already. */
extern int eval_raise_steal(PyThreadState *tstate, PyObject *exception,
                            PyObject *cause);
extern int eval_check_except_type(PyThreadState *tstate, PyObject *type);
extern PyObject *eval_match_group(PyThreadState *tstate, PyObject *exception,
                                  PyObject *type, PyObject **rest);
extern PyObject *eval_enter_context(PyThreadState *tstate, PyObject *manager,
                                    int is_async, PyObject **exit);
extern PyObject *eval_call_exit(PyObject *exit, PyObject *exception);

/* -- ceval_match.c ----------------------------------------------------------------- */

extern PyObject *eval_match_keys(PyThreadState *tstate, PyObject *map,
                                 PyObject *keys);
extern PyObject *eval_match_class(PyThreadState *tstate, PyObject *subject,
                                  PyObject *type, Py_ssize_t nargs,
                                  PyObject *kwattrs);

/* -- ceval_import.c ----------------------------------------------------------------- */

extern PyObject *eval_import_name(PyThreadState *tstate,
                                  _PyInterpreterFrame *frame, PyObject *name,
                                  PyObject *fromlist, PyObject *level);
extern PyObject *eval_import_from(PyThreadState *tstate, PyObject *module,
                                  PyObject *name);
extern int eval_import_star(PyThreadState *tstate, _PyInterpreterFrame *frame,
                            PyObject *module);

/* -- ceval_trace.c -------------------------------------------------------------------- */

extern int eval_trace_entry(PyThreadState *tstate,
                            _PyInterpreterFrame *frame);
/* value is NULL when an exception is the reason */
extern int eval_trace_exit(PyThreadState *tstate, _PyInterpreterFrame *frame,
                           PyObject *value);
extern void eval_trace_exception(PyThreadState *tstate,
                                 _PyInterpreterFrame *frame);
/* Line and opcode events before the instruction at frame->prev_instr. */
extern int eval_trace_instruction(PyThreadState *tstate,
                                  _PyInterpreterFrame *frame,
                                  int instr_prev);
/* A C function's events around its call. */
extern PyObject *eval_trace_c_call(PyThreadState *tstate, PyObject *function,
                                   PyObject *const *args, size_t nargsf,
                                   PyObject *kwnames);
extern PyObject *eval_trace_c_call_ex(PyThreadState *tstate,
                                      PyObject *function, PyObject *args,
                                      PyObject *kwargs);

#endif
