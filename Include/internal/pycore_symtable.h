/* Symbol tables: which scope each name of each block belongs to. */

#ifndef Py_INTERNAL_SYMTABLE_H
#define Py_INTERNAL_SYMTABLE_H
#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

struct _mod;

typedef enum _block_type {
    FunctionBlock,
    ClassBlock,
    ModuleBlock,
    AnnotationBlock  /* annotations that stay text (a future feature) */
} _Py_block_ty;

typedef enum _comprehension_type {
    NoComprehension = 0,
    ListComprehension = 1,
    DictComprehension = 2,
    SetComprehension = 3,
    GeneratorExpression = 4
} _Py_comprehension_ty;

struct _symtable_entry;

struct symtable {
    PyObject *st_filename;            /* str, owned */
    struct _symtable_entry *st_cur;   /* block being visited, owned by the
                                         stack or st_blocks */
    struct _symtable_entry *st_top;   /* module's block, borrowed from
                                         st_blocks */
    PyObject *st_blocks;              /* dict: address of tree node (int) to
                                         block */
    PyObject *st_stack;               /* list of enclosing blocks */
    PyObject *st_global;              /* symbols of the module, borrowed from
                                         st_top */
    int st_nblocks;                   /* number of blocks */
    PyObject *st_private;             /* name of the enclosing class or NULL,
                                         borrowed from the tree */
    PyFutureFeatures *st_future;      /* borrowed from the caller */
    int recursion_depth;              /* of the visitor */
    int recursion_limit;              /* at which RecursionError is raised */
};

typedef struct _symtable_entry {
    PyObject_HEAD
    PyObject *ste_id;            /* int: key in st_blocks */
    PyObject *ste_symbols;       /* dict: name to flags */
    PyObject *ste_name;          /* str */
    PyObject *ste_varnames;      /* list of the arguments' names */
    PyObject *ste_children;      /* list of inner blocks */
    PyObject *ste_directives;    /* locations of global and nonlocal: list of
                                    (name, line, col, end line, end col) */
    _Py_block_ty ste_type;       /* kind of block */
    int ste_nested;              /* inside a function? */
    unsigned ste_free : 1;       /* has free variables */
    unsigned ste_child_free : 1; /* an inner block has, globals included */
    unsigned ste_generator : 1;  /* contains yield */
    unsigned ste_coroutine : 1;  /* async def, or awaits */
    _Py_comprehension_ty ste_comprehension;  /* kind of comprehension */
    unsigned ste_varargs : 1;    /* has *args */
    unsigned ste_varkeywords : 1;  /* has **kwargs */
    unsigned ste_returns_value : 1;  /* returns with a value */
    unsigned ste_needs_class_closure : 1;  /* class: methods use __class__ */
    unsigned ste_comp_iter_target : 1;  /* visiting a comprehension target */
    int ste_comp_iter_expr;      /* depth in a comprehension's iterables */
    int ste_lineno;              /* position of the block */
    int ste_col_offset;
    int ste_end_lineno;
    int ste_end_col_offset;
    int ste_opt_lineno;          /* of the last exec or import * */
    int ste_opt_col_offset;
    struct symtable *ste_table;  /* borrowed, valid while the table lives */
} PySTEntryObject;

extern PyTypeObject PySTEntry_Type;

#define PySTEntry_Check(op) Py_IS_TYPE((op), &PySTEntry_Type)

/* Flags and scope of a name in a block; 0 if it is not there. */
extern long _PyST_GetSymbol(PySTEntryObject *, PyObject *);
extern int _PyST_GetScope(PySTEntryObject *, PyObject *);

extern struct symtable *_PySymtable_Build(struct _mod *mod,
                                          PyObject *filename,
                                          PyFutureFeatures *future);
PyAPI_FUNC(PySTEntryObject *) PySymtable_Lookup(struct symtable *, void *);
extern void _PySymtable_Free(struct symtable *);

extern struct symtable *_Py_SymtableStringObjectFlags(
    const char *str, PyObject *filename, int start, PyCompilerFlags *flags);
extern struct symtable *Py_SymtableStringObject(const char *str,
                                                PyObject *filename,
                                                int start);

/* What was seen of a name in its block. */
#define DEF_GLOBAL 1            /* global statement */
#define DEF_LOCAL 2             /* assigned */
#define DEF_PARAM (2 << 1)        /* argument */
#define DEF_NONLOCAL (2 << 2)     /* nonlocal statement */
#define USE (2 << 3)              /* read */
#define DEF_FREE (2 << 4)         /* free, used but not defined here */
#define DEF_FREE_CLASS (2 << 5)   /* free, from a method of the class */
#define DEF_IMPORT (2 << 6)       /* bound by import */
#define DEF_ANNOT (2 << 7)        /* annotated */
#define DEF_COMP_ITER (2 << 8)    /* target of a comprehension */

#define DEF_BOUND (DEF_LOCAL | DEF_PARAM | DEF_IMPORT)

/* The scope found by analysis lies above the flags. */
#define SCOPE_OFFSET 11
#define SCOPE_MASK (DEF_GLOBAL | DEF_LOCAL | DEF_PARAM | DEF_NONLOCAL)

#define LOCAL 1
#define GLOBAL_EXPLICIT 2
#define GLOBAL_IMPLICIT 3
#define FREE 4
#define CELL 5

#define GENERATOR 1
#define GENERATOR_EXPRESSION 2

#ifdef __cplusplus
}
#endif
#endif /* !Py_INTERNAL_SYMTABLE_H */
