/* The compiler's entry points: tree to code object. */

#ifndef Py_INTERNAL_COMPILE_H
#define Py_INTERNAL_COMPILE_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

struct _arena;  /* pycore_pyarena.h */
struct _mod;    /* pycore_ast.h */

/* Compile a module, interactive statement or expression.  flags may be NULL
 * and receives the future features found.  optimize: 0-2, or -1 for the
 * interpreter's own level. */
extern PyCodeObject *_PyAST_Compile(struct _mod *mod, PyObject *filename,
                                    PyCompilerFlags *flags, int optimize,
                                    struct _arena *arena);

/* The future statements at the head of a module; free with
 * PyObject_Free(). */
extern PyFutureFeatures *_PyFuture_FromAST(struct _mod *mod,
                                           PyObject *filename);

/* `__name` within class `privateobj` (NULL: none) becomes `_class__name`. */
extern PyObject *_Py_Mangle(PyObject *privateobj, PyObject *name);

typedef struct {
    int optimize;         /* level: 0-2 */
    int ff_features;      /* CO_FUTURE_* in force */
    int recursion_depth;  /* current depth in the tree */
    int recursion_limit;  /* depth at which RecursionError is raised */
} _PyASTOptimizeState;

/* Fold constants, in place. */
extern int _PyAST_Optimize(struct _mod *mod, struct _arena *arena,
                           _PyASTOptimizeState *state);

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_COMPILE_H */
