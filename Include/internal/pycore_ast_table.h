/* The syntax tree as data: what gen_ast.awk knows of Parser/ast.def, for the
   code that treats every kind of node alike. */
#ifndef Py_INTERNAL_AST_TABLE_H
#define Py_INTERNAL_AST_TABLE_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

#include "pycore_ast.h"

enum ast_value {
    AST_IDENTIFIER,
    AST_STRING,
    AST_INT,
    AST_CONSTANT,
    AST_ENUM,
    AST_NODE,
};

enum ast_form {
    AST_SUM,
    AST_ENUM_TYPE,
    AST_PRODUCT,
};

struct ast_field {
    const char *name;
    size_t offset;          /* in the C struct of the node */
    enum ast_value value;
    char quantity;          /* '1', '?' or '*' */
    int type;               /* in ast_types, or -1 for a built-in one */
};

struct ast_node {
    const char *name;
    const char *doc;
    const struct ast_field *fields;
    int nfields;
    int type;               /* in ast_types */
    int kind;               /* value of the tag: 1 for the type's first node */
};

struct ast_type {
    const char *name;
    const char *doc;
    enum ast_form form;
    int location;           /* 0 none, 1 with optional end, 2 end required */
    size_t size;            /* of the C struct; 0 for an enum */
    size_t location_offset; /* of lineno, which the other three follow */
    int first_node;
    int nnodes;
};

extern const struct ast_node ast_nodes[AST_NODE_COUNT];
extern const struct ast_type ast_types[AST_TYPE_COUNT];

/* The Python side: one per interpreter, made when first needed. */
struct ast_state {
    PyObject *base;                         /* ast.AST */
    PyObject *types[AST_TYPE_COUNT];        /* a product's is its node's */
    PyObject *nodes[AST_NODE_COUNT];
    PyObject *singletons[AST_NODE_COUNT];   /* of the enums' nodes only */
    int depth;                              /* of the conversion running */
    int depth_limit;
};

/* Drops the types. */
extern void _PyAST_Fini(PyInterpreterState *interp);

/* NULL with an exception set when it cannot be made. */
extern struct ast_state *ast_get_state(void);

#endif  /* !Py_INTERNAL_AST_TABLE_H */
