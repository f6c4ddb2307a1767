/* Argument parsing: what its files share. */
#ifndef Py_INTERNAL_GETARGS_H
#define Py_INTERNAL_GETARGS_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#define GETARGS_COMPAT 1        /* PyArg_Parse: one argument, no tuple */
#define GETARGS_SIZE_T 2        /* the caller's '#' lengths are Py_ssize_t */

/* Nested tuples, and the length of the messages about them. */
#define GETARGS_MAX_LEVELS 32
#define GETARGS_MSG_SIZE 512

/* What to undo if a later argument is wrong. */
struct getargs_cleanup_entry {
    void *item;
    int (*undo)(PyObject *converter_or_null, void *item);
    int (*converter)(PyObject *, void *);
};

struct getargs_cleanup {
    struct getargs_cleanup_entry *entries;  /* small, or allocated */
    int used;
    int size;
    struct getargs_cleanup_entry small[8];
};

/* Everything that converting one argument needs. */
struct getargs_state {
    va_list *va;                /* the caller's output pointers */
    int flags;
    struct getargs_cleanup cleanup;
    int levels[GETARGS_MAX_LEVELS];     /* 1-based path to a wrong item */
    char msg[GETARGS_MSG_SIZE];
};

extern void getargs_state_init(struct getargs_state *state, va_list *va,
                               int flags);
/* Ends a parse: undoes conversions unless ok, and returns ok. */
extern int getargs_finish(struct getargs_state *state, int ok);

/* Converts arg as the unit at *p_format says and moves *p_format behind it.
   NULL, or what is wrong with the argument (possibly with an exception set).
   May run Python. */
extern const char *getargs_convert(struct getargs_state *state,
                                   PyObject *arg, const char **p_format,
                                   int *levels);
/* Moves over one unit and its output pointers (va may be NULL). */
extern const char *getargs_skip(const char **p_format, va_list *va,
                                int flags);
/* Raises what getargs_convert() reported about argument iarg (0: the only
   one). */
extern void getargs_set_error(struct getargs_state *state, Py_ssize_t iarg,
                              const char *msg, const char *fname,
                              const char *message);

static inline int
getargs_format_ends(char c)
{
    return c == '\0' || c == ';' || c == ':';
}

extern void _PyArg_Fini(void);
extern void getargs_fini(PyInterpreterState *interp);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_GETARGS_H */
