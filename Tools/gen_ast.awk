# Makes the C face of the syntax tree from Parser/ast.def.
#   awk -v out=h -f gen_ast.awk ast.def    pycore_ast.h
#   awk -v out=c -f gen_ast.awk ast.def    ast_nodes.c

function ctype(t, quantity) {
    if (quantity == "*")
        return "asdl_" (form[t] == "enum" ? "int" : t) "_seq *"
    if (t ~ /^(identifier|string|constant|int)$/)
        return t " "
    return t "_ty "
}

# "Name(type field, type? field)", as the Python type's docstring has it
function signature(n,    i, s) {
    s = node[n]
    for (i = 1; i <= nfields[n]; i++)
        s = s (i == 1 ? "(" : ", ") ftype[n, i] \
            (fquant[n, i] == "1" ? "" : fquant[n, i]) " " fname[n, i]
    return nfields[n] ? s ")" : s
}

function parameters(n, t,    i, s) {
    for (i = 1; i <= nfields[n]; i++)
        s = s ctype(ftype[n, i], fquant[n, i]) fname[n, i] ", "
    if (place[t] != "")
        s = s "int lineno, int col_offset, int end_lineno, " \
              "int end_col_offset, "
    return s "PyArena *arena"
}

function member(n, i) {
    return "        " ctype(ftype[n, i], fquant[n, i]) fname[n, i] ";\n"
}

/^[ \t]*(#|$)/ { next }
$1 == "sum" || $1 == "enum" || $1 == "product" {
    type[++ntypes] = $2; form[$2] = $1; place[$2] = $3
    first[$2] = nnodes + 1; count[$2] = 0
    next
}
{
    node[++nnodes] = $1; owner[nnodes] = type[ntypes]
    count[type[ntypes]]++
    for (i = 2; i <= NF; i++) {
        split($i, part, ":")
        q = substr(part[2], length(part[2]))
        if (q == "?" || q == "*")
            part[2] = substr(part[2], 1, length(part[2]) - 1)
        else
            q = "1"
        fname[nnodes, i - 1] = part[1]
        ftype[nnodes, i - 1] = part[2]
        fquant[nnodes, i - 1] = q
    }
    nfields[nnodes] = NF - 1
}
END {
    print "/* Generated from Parser/ast.def by Tools/gen_ast.awk. */"
    if (out == "h")
        header()
    else
        source()
}

function struct_of(t,    n, i) {
    if (form[t] == "enum") {
        printf "typedef enum _%s {", t
        for (n = first[t]; n < first[t] + count[t]; n++)
            printf "%s %s=%d", (n == first[t] ? "" : ","), node[n], \
                n - first[t] + 1
        printf " } %s_ty;\n\n", t
        return
    }
    if (form[t] == "sum") {
        printf "enum _%s_kind {", t
        for (n = first[t]; n < first[t] + count[t]; n++)
            printf "%s\n    %s_kind=%d", (n == first[t] ? "" : ","), \
                node[n], n - first[t] + 1
        printf "\n};\nstruct _%s {\n    enum _%s_kind kind;\n    union {\n", \
            t, t
        for (n = first[t]; n < first[t] + count[t]; n++) {
            if (!nfields[n])
                continue
            print "    struct {"
            for (i = 1; i <= nfields[n]; i++)
                printf "%s", member(n, i)
            printf "    } %s;\n", node[n]
        }
        print "    } v;"
    }
    else {
        printf "struct _%s {\n", t
        for (i = 1; i <= nfields[first[t]]; i++)
            printf "%s", member(first[t], i)
    }
    if (place[t] != "")
        print "    int lineno;\n    int col_offset;\n" \
              "    int end_lineno;\n    int end_col_offset;"
    print "};\n"
}

function header(    k, t, n) {
    print "#ifndef Py_INTERNAL_AST_H\n#define Py_INTERNAL_AST_H\n"
    print "#ifndef Py_BUILD_CORE\n" \
          "#  error \"this header requires Py_BUILD_CORE define\"\n#endif\n"
    print "#include \"pycore_asdl.h\"\n"
    for (k = 1; k <= ntypes; k++) {
        t = type[k]
        if (form[t] != "enum")
            printf "typedef struct _%s *%s_ty;\n", t, t
    }
    print ""
    for (k = 1; k <= ntypes; k++) {
        t = type[k]
        if (form[t] == "enum")
            continue
        printf "typedef struct {\n    _ASDL_SEQ_HEAD\n    %s_ty " \
               "typed_elements[1];\n} asdl_%s_seq;\n", t, t
        printf "asdl_%s_seq *_Py_asdl_%s_seq_new(Py_ssize_t size, " \
               "PyArena *arena);\n\n", t, t
    }
    for (k = 1; k <= ntypes; k++)
        if (form[type[k]] == "enum")
            struct_of(type[k])
    for (k = 1; k <= ntypes; k++)
        if (form[type[k]] != "enum")
            struct_of(type[k])
    for (k = 1; k <= ntypes; k++) {
        t = type[k]
        if (form[t] == "enum")
            continue
        for (n = first[t]; n < first[t] + count[t]; n++)
            printf "%s_ty\n_PyAST_%s(%s);\n", t, node[n], parameters(n, t)
    }
    print "\n/* Numbers of the types and of the nodes in the tables of " \
          "pycore_ast_table.h. */"
    print "enum ast_type_index {"
    for (k = 1; k <= ntypes; k++)
        printf "    AST_TYPE_%s,\n", type[k]
    print "    AST_TYPE_COUNT\n};"
    print "enum ast_node_index {"
    for (n = 1; n <= nnodes; n++)
        printf "    AST_NODE_%s,\n", node[n]
    print "    AST_NODE_COUNT\n};\n"
    print "PyObject *PyAST_mod2obj(mod_ty tree);"
    print "mod_ty PyAST_obj2mod(PyObject *ast, PyArena *arena, int mode);"
    print "int PyAST_Check(PyObject *object);\n"
    print "extern int _PyAST_Validate(mod_ty tree);"
    print "extern PyObject *_PyAST_ExprAsUnicode(expr_ty expression);"
    print "extern PyObject *_PyAST_GetDocString(asdl_stmt_seq *body);\n"
    print "#endif  /* !Py_INTERNAL_AST_H */"
}

function constructor(n, t,    i, s, path, f) {
    printf "\n%s_ty\n_PyAST_%s(%s)\n{\n", t, node[n], parameters(n, t)
    for (i = 1; i <= nfields[n]; i++) {
        f = fname[n, i]
        if (fquant[n, i] != "1" || ftype[n, i] == "int")
            continue
        printf "    if (!%s) {\n        return field_missing(\"%s\", " \
               "\"%s\");\n    }\n", f, f, node[n]
    }
    printf "    %s_ty self = _PyArena_Malloc(arena, sizeof(*self));\n", t
    print "    if (self == NULL) {\n        return NULL;\n    }"
    path = "self->"
    if (form[t] == "sum") {
        printf "    self->kind = %s_kind;\n", node[n]
        path = "self->v." node[n] "."
    }
    for (i = 1; i <= nfields[n]; i++)
        printf "    %s%s = %s;\n", path, fname[n, i], fname[n, i]
    if (place[t] != "")
        print "    self->lineno = lineno;\n" \
              "    self->col_offset = col_offset;\n" \
              "    self->end_lineno = end_lineno;\n" \
              "    self->end_col_offset = end_col_offset;"
    print "    return self;\n}"
}

function valuekind(t) {
    if (t == "identifier") return "AST_IDENTIFIER"
    if (t == "string") return "AST_STRING"
    if (t == "int") return "AST_INT"
    if (t == "constant") return "AST_CONSTANT"
    return form[t] == "enum" ? "AST_ENUM" : "AST_NODE"
}

function typeindex(t) {
    return form[t] != "" ? "AST_TYPE_" t : "-1"
}

function tables(    k, t, n, i, path, doc, pad) {
    for (n = 1; n <= nnodes; n++) {
        if (!nfields[n])
            continue
        t = owner[n]
        path = form[t] == "sum" ? "v." node[n] "." : ""
        printf "\nstatic const struct ast_field fields_%s[] = {\n", node[n]
        for (i = 1; i <= nfields[n]; i++)
            printf "    {\"%s\", offsetof(struct _%s, %s%s),\n     %s, " \
                   "'%s', %s},\n", fname[n, i], t, path, fname[n, i], \
                   valuekind(ftype[n, i]), fquant[n, i], \
                   typeindex(ftype[n, i])
        print "};"
    }
    print "\nconst struct ast_node ast_nodes[AST_NODE_COUNT] = {"
    for (n = 1; n <= nnodes; n++)
        printf "    {\"%s\", \"%s\",\n     %s, %d, AST_TYPE_%s, %d},\n", \
            node[n], signature(n), \
            nfields[n] ? "fields_" node[n] : "NULL", nfields[n], \
            owner[n], n - first[owner[n]] + 1
    print "};"
    print "\nconst struct ast_type ast_types[AST_TYPE_COUNT] = {"
    for (k = 1; k <= ntypes; k++) {
        t = type[k]
        pad = sprintf("%*s", length(t) + 1, "")
        doc = form[t] == "product" ? "" : "\"" t " = \""
        for (n = first[t]; n < first[t] + count[t]; n++) {
            if (n > first[t])
                doc = doc (form[t] == "enum" ? "\n     \" | \"" : \
                           "\n     \"\\n" pad "| \"")
            doc = doc " \"" signature(n) "\""
        }
        printf "    {\"%s\",\n     %s,\n     AST_%s, %d, ", t, doc, \
            form[t] == "enum" ? "ENUM_TYPE" : toupper(form[t]), \
            place[t] == "" ? 0 : place[t] == "located" ? 1 : 2
        if (form[t] == "enum")
            printf "0, 0, "
        else
            printf "sizeof(struct _%s), %s, ", t, \
                place[t] == "" ? "0" : "offsetof(struct _" t ", lineno)"
        printf "AST_NODE_%s, %d},\n", node[first[t]], count[t]
    }
    print "};"
}

function source(    k, t, n) {
    print "#include \"Python.h\"\n#include \"pycore_ast.h\"\n" \
          "#include \"pycore_ast_table.h\"\n#include \"pycore_pyarena.h\"\n" \
          "#include <stddef.h>\n"
    for (k = 1; k <= ntypes; k++)
        if (form[type[k]] != "enum")
            printf "GENERATE_ASDL_SEQ_CONSTRUCTOR(%s, %s_ty)\n", \
                type[k], type[k]
    print "\nstatic void *\nfield_missing(const char *field, " \
          "const char *node)\n{\n" \
          "    PyErr_Format(PyExc_ValueError, " \
          "\"field '%s' is required for %s\",\n" \
          "                 field, node);\n    return NULL;\n}"
    for (n = 1; n <= nnodes; n++)
        if (form[owner[n]] != "enum")
            constructor(n, owner[n])
    tables()
}
