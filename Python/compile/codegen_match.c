/* match statements.
 *
 * A pattern consumes its subject from the top of the stack.  Names it binds
 * stay on the stack, below what the enclosing patterns still need, until the
 * whole pattern has matched; `stores` lists them, oldest deepest.  A failure
 * must pop these values and the subjects above them (`on_top`), whose number
 * differs from place to place: fail_pop[n] is the block that pops n values
 * and falls into fail_pop[n - 1]; fail_pop[0] starts the next case. */

#include "Python.h"
#include "codegen.h"

struct pattern_context {
    PyObject *stores;         /* list of names */
    int allow_irrefutable;    /* may the pattern match everything? */
    struct block **fail_pop;  /* owned */
    Py_ssize_t nfail_pop;
    Py_ssize_t on_top;        /* subjects to keep, above the stores */
};

static int codegen_pattern(struct compiler *c, pattern_ty p,
                           struct pattern_context *pc);

static int
is_wildcard(pattern_ty p)
{
    return p->kind == MatchAs_kind && p->v.MatchAs.name == NULL;
}

static int
is_star_wildcard(pattern_ty p)
{
    return p->kind == MatchStar_kind && p->v.MatchStar.name == NULL;
}

/* -- Failing ------------------------------------------------------------- */

static int
ensure_fail_pop(struct compiler *c, struct pattern_context *pc, Py_ssize_t n)
{
    Py_ssize_t size = n + 1;
    if (size <= pc->nfail_pop) {
        return 0;
    }
    struct block **blocks =
        PyMem_Realloc(pc->fail_pop, (size_t)size * sizeof(struct block *));
    if (blocks == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    pc->fail_pop = blocks;
    while (pc->nfail_pop < size) {
        NEW_BLOCK(block);
        pc->fail_pop[pc->nfail_pop++] = block;
    }
    return 0;
}

/* Jump to where everything this pattern left on the stack is popped. */
static int
emit_fail(struct compiler *c, struct pattern_context *pc, int opcode)
{
    Py_ssize_t pops = pc->on_top + PyList_GET_SIZE(pc->stores);
    TRY(ensure_fail_pop(c, pc, pops));
    EMIT_JUMP(opcode, pc->fail_pop[pops]);
    return 0;
}

/* Write the popping blocks; the next case follows. */
static int
emit_fail_pops(struct compiler *c, struct pattern_context *pc)
{
    if (pc->nfail_pop == 0) {
        return 0;
    }
    while (--pc->nfail_pop > 0) {
        USE_BLOCK(pc->fail_pop[pc->nfail_pop]);
        EMIT(POP_TOP);
    }
    USE_BLOCK(pc->fail_pop[0]);
    PyMem_Free(pc->fail_pop);
    pc->fail_pop = NULL;
    return 0;
}

/* -- Names --------------------------------------------------------------- */

/* Move the top of the stack below the count - 1 values under it. */
static int
emit_rotate(struct compiler *c, Py_ssize_t count)
{
    while (count > 1) {
        EMIT_I(SWAP, (int)count--);
    }
    return 0;
}

static int
error_duplicate_store(struct compiler *c, PyObject *name)
{
    return compiler_error(c, "multiple assignments to name %R in pattern",
                          name);
}

/* Keep the top of the stack for the name; NULL drops it. */
static int
pattern_store_name(struct compiler *c, PyObject *name,
                   struct pattern_context *pc)
{
    if (name == NULL) {
        EMIT(POP_TOP);
        return 0;
    }
    TRY(codegen_forbidden_name(c, name, Store));
    int duplicate = PySequence_Contains(pc->stores, name);
    TRY(duplicate);
    if (duplicate) {
        return error_duplicate_store(c, name);
    }
    TRY(emit_rotate(c, pc->on_top + PyList_GET_SIZE(pc->stores) + 1));
    return PyList_Append(pc->stores, name);
}

static int
codegen_subpattern(struct compiler *c, pattern_ty p,
                   struct pattern_context *pc)
{
    int saved = pc->allow_irrefutable;
    pc->allow_irrefutable = 1;
    TRY(codegen_pattern(c, p, pc));
    pc->allow_irrefutable = saved;
    return 0;
}

/* -- Simple patterns ----------------------------------------------------- */

static int
codegen_pattern_value(struct compiler *c, pattern_ty p,
                      struct pattern_context *pc)
{
    expr_ty value = p->v.MatchValue.value;
    if (value->kind != Constant_kind && value->kind != Attribute_kind) {
        return compiler_error(c, "patterns may only match literals and "
                                 "attribute lookups");
    }
    VISIT(expr, value);
    TRY(codegen_compare_op(c, Eq));
    return emit_fail(c, pc, POP_JUMP_IF_FALSE);
}

static int
codegen_pattern_singleton(struct compiler *c, pattern_ty p,
                          struct pattern_context *pc)
{
    EMIT_CONST(p->v.MatchSingleton.value);
    TRY(codegen_compare_op(c, Is));
    return emit_fail(c, pc, POP_JUMP_IF_FALSE);
}

static int
codegen_pattern_as(struct compiler *c, pattern_ty p,
                   struct pattern_context *pc)
{
    PyObject *name = p->v.MatchAs.name;
    if (p->v.MatchAs.pattern == NULL) {
        if (!pc->allow_irrefutable) {
            if (name != NULL) {
                return compiler_error(c, "name capture %R makes remaining "
                                         "patterns unreachable", name);
            }
            return compiler_error(c, "wildcard makes remaining patterns "
                                     "unreachable");
        }
        return pattern_store_name(c, name, pc);
    }
    pc->on_top++;
    EMIT_I(COPY, 1);
    TRY(codegen_pattern(c, p->v.MatchAs.pattern, pc));
    pc->on_top--;
    return pattern_store_name(c, name, pc);
}

/* -- Sequences ----------------------------------------------------------- */

static int
pattern_unpack(struct compiler *c, asdl_pattern_seq *patterns)
{
    Py_ssize_t n = asdl_seq_LEN(patterns);
    int starred = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (asdl_seq_GET(patterns, i)->kind != MatchStar_kind) {
            continue;
        }
        if (starred) {
            return compiler_error(
                c, "multiple starred names in sequence pattern");
        }
        if (i >= (1 << 8) || n - i - 1 >= (INT_MAX >> 8)) {
            return compiler_error(
                c, "too many expressions in star-unpacking "
                   "sequence pattern");
        }
        EMIT_I(UNPACK_EX, (int)(i + ((n - i - 1) << 8)));
        starred = 1;
    }
    if (!starred) {
        EMIT_I(UNPACK_SEQUENCE, (int)n);
    }
    return 0;
}

static int
sequence_by_unpacking(struct compiler *c, asdl_pattern_seq *patterns,
                      struct pattern_context *pc)
{
    TRY(pattern_unpack(c, patterns));
    Py_ssize_t n = asdl_seq_LEN(patterns);
    pc->on_top += n;
    for (Py_ssize_t i = 0; i < n; i++) {
        pc->on_top--;
        TRY(codegen_subpattern(c, asdl_seq_GET(patterns, i), pc));
    }
    return 0;
}

/* With `*_` only the wanted items are fetched, by index. */
static int
sequence_by_index(struct compiler *c, asdl_pattern_seq *patterns,
                  Py_ssize_t star, struct pattern_context *pc)
{
    Py_ssize_t n = asdl_seq_LEN(patterns);
    pc->on_top++;
    for (Py_ssize_t i = 0; i < n; i++) {
        pattern_ty p = asdl_seq_GET(patterns, i);
        if (is_wildcard(p) || i == star) {
            continue;
        }
        EMIT_I(COPY, 1);
        if (i < star) {
            EMIT_CONST_STEAL(PyLong_FromSsize_t(i));
        }
        else {
            /* the subject may not know negative indexes */
            EMIT(GET_LEN);
            EMIT_CONST_STEAL(PyLong_FromSsize_t(n - i));
            TRY(codegen_binary_op(c, Sub, 0));
        }
        EMIT(BINARY_SUBSCR);
        TRY(codegen_subpattern(c, p, pc));
    }
    pc->on_top--;
    EMIT(POP_TOP);
    return 0;
}

static int
emit_length_check(struct compiler *c, Py_ssize_t n, cmpop_ty op,
                  struct pattern_context *pc)
{
    EMIT(GET_LEN);
    EMIT_CONST_STEAL(PyLong_FromSsize_t(n));
    TRY(codegen_compare_op(c, op));
    return emit_fail(c, pc, POP_JUMP_IF_FALSE);
}

static int
codegen_pattern_sequence(struct compiler *c, pattern_ty p,
                         struct pattern_context *pc)
{
    asdl_pattern_seq *patterns = p->v.MatchSequence.patterns;
    Py_ssize_t n = asdl_seq_LEN(patterns);
    Py_ssize_t star = -1;
    int only_wildcards = 1;
    int star_wildcard = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        pattern_ty item = asdl_seq_GET(patterns, i);
        if (item->kind == MatchStar_kind) {
            if (star >= 0) {
                return compiler_error(
                    c, "multiple starred names in sequence pattern");
            }
            star_wildcard = is_star_wildcard(item);
            only_wildcards &= star_wildcard;
            star = i;
            continue;
        }
        only_wildcards &= is_wildcard(item);
    }
    pc->on_top++;
    EMIT(MATCH_SEQUENCE);
    TRY(emit_fail(c, pc, POP_JUMP_IF_FALSE));
    if (star < 0) {
        TRY(emit_length_check(c, n, Eq, pc));
    }
    else if (n > 1) {
        TRY(emit_length_check(c, n - 1, GtE, pc));
    }
    pc->on_top--;
    if (only_wildcards) {
        EMIT(POP_TOP);
        return 0;
    }
    return star_wildcard ? sequence_by_index(c, patterns, star, pc)
                         : sequence_by_unpacking(c, patterns, pc);
}

/* -- Mappings ------------------------------------------------------------ */

/* Push the keys, which must be different literals or dotted names. */
static int
mapping_push_keys(struct compiler *c, pattern_ty p, PyObject *seen)
{
    asdl_expr_seq *keys = p->v.MatchMapping.keys;
    for (Py_ssize_t i = 0; i < asdl_seq_LEN(keys); i++) {
        expr_ty key = asdl_seq_GET(keys, i);
        if (key == NULL) {
            SET_LOC(c, asdl_seq_GET(p->v.MatchMapping.patterns, i));
            return compiler_error(c, "can't use NULL keys in MatchMapping "
                                     "(set 'rest' parameter instead)");
        }
        if (key->kind == Constant_kind) {
            PyObject *value = key->v.Constant.value;
            int known = PySet_Contains(seen, value);
            TRY(known);
            if (known) {
                return compiler_error(c, "mapping pattern checks duplicate "
                                         "key (%R)", value);
            }
            TRY(PySet_Add(seen, value));
        }
        else if (key->kind != Attribute_kind) {
            return compiler_error(c, "mapping pattern keys may only match "
                                     "literals and attribute lookups");
        }
        VISIT(expr, key);
    }
    return 0;
}

/* Stack: subject, keys.  Bind a copy of the subject without the keys. */
static int
mapping_store_rest(struct compiler *c, Py_ssize_t nkeys)
{
    EMIT_I(BUILD_MAP, 0);
    EMIT_I(SWAP, 3);
    EMIT_I(DICT_UPDATE, 2);
    EMIT_I(UNPACK_SEQUENCE, (int)nkeys);
    for (Py_ssize_t n = nkeys; n > 0; n--) {
        EMIT_I(COPY, (int)(1 + n));
        EMIT_I(SWAP, 2);
        EMIT(DELETE_SUBSCR);
    }
    return 0;
}

static int
codegen_pattern_mapping(struct compiler *c, pattern_ty p,
                        struct pattern_context *pc)
{
    asdl_pattern_seq *patterns = p->v.MatchMapping.patterns;
    PyObject *rest = p->v.MatchMapping.rest;
    Py_ssize_t n = asdl_seq_LEN(p->v.MatchMapping.keys);
    if (n != asdl_seq_LEN(patterns)) {
        return compiler_error(
            c, "keys (%d) / patterns (%d) length mismatch in mapping "
               "pattern", (int)n, (int)asdl_seq_LEN(patterns));
    }
    pc->on_top++;
    EMIT(MATCH_MAPPING);
    TRY(emit_fail(c, pc, POP_JUMP_IF_FALSE));
    if (n == 0 && rest == NULL) {
        pc->on_top--;
        EMIT(POP_TOP);
        return 0;
    }
    if (n > 0) {
        TRY(emit_length_check(c, n, GtE, pc));
    }
    if (INT_MAX < n - 1) {
        return compiler_error(c, "too many sub-patterns in mapping pattern");
    }
    PyObject *seen = PySet_New(NULL);
    if (seen == NULL) {
        return -1;
    }
    int res = mapping_push_keys(c, p, seen);
    Py_DECREF(seen);
    TRY(res);
    EMIT_I(BUILD_TUPLE, (int)n);
    EMIT(MATCH_KEYS);
    /* stack: subject, keys, values or None */
    pc->on_top += 2;
    EMIT_I(COPY, 1);
    EMIT_CONST(Py_None);
    EMIT_I(IS_OP, 1);
    TRY(emit_fail(c, pc, POP_JUMP_IF_FALSE));
    EMIT_I(UNPACK_SEQUENCE, (int)n);
    pc->on_top += n - 1;
    for (Py_ssize_t i = 0; i < n; i++) {
        pc->on_top--;
        TRY(codegen_subpattern(c, asdl_seq_GET(patterns, i), pc));
    }
    pc->on_top -= 2;
    if (rest != NULL) {
        TRY(mapping_store_rest(c, n));
        return pattern_store_name(c, rest, pc);
    }
    EMIT(POP_TOP);
    EMIT(POP_TOP);
    return 0;
}

/* -- Classes ------------------------------------------------------------- */

static int
check_class_attrs(struct compiler *c, pattern_ty p)
{
    asdl_identifier_seq *attrs = p->v.MatchClass.kwd_attrs;
    asdl_pattern_seq *patterns = p->v.MatchClass.kwd_patterns;
    Py_ssize_t n = asdl_seq_LEN(attrs);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *attr = asdl_seq_GET(attrs, i);
        SET_LOC(c, asdl_seq_GET(patterns, i));
        TRY(codegen_forbidden_name(c, attr, Store));
        for (Py_ssize_t j = i + 1; j < n; j++) {
            if (PyUnicode_Compare(attr, asdl_seq_GET(attrs, j)) == 0) {
                SET_LOC(c, asdl_seq_GET(patterns, j));
                return compiler_error(c, "attribute name repeated in class "
                                         "pattern: %U", attr);
            }
        }
    }
    return 0;
}

static PyObject *
attr_names(asdl_identifier_seq *attrs)
{
    Py_ssize_t n = asdl_seq_LEN(attrs);
    PyObject *names = PyTuple_New(n);
    if (names == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyTuple_SET_ITEM(names, i, Py_NewRef(asdl_seq_GET(attrs, i)));
    }
    return names;
}

static int
codegen_pattern_class(struct compiler *c, pattern_ty p,
                      struct pattern_context *pc)
{
    asdl_pattern_seq *patterns = p->v.MatchClass.patterns;
    asdl_pattern_seq *kwd_patterns = p->v.MatchClass.kwd_patterns;
    Py_ssize_t nargs = asdl_seq_LEN(patterns);
    Py_ssize_t nattrs = asdl_seq_LEN(p->v.MatchClass.kwd_attrs);
    if (nattrs != asdl_seq_LEN(kwd_patterns)) {
        return compiler_error(
            c, "kwd_attrs (%d) / kwd_patterns (%d) length mismatch in "
               "class pattern", (int)nattrs,
            (int)asdl_seq_LEN(kwd_patterns));
    }
    if (INT_MAX < nargs || INT_MAX < nargs + nattrs - 1) {
        return compiler_error(c, "too many sub-patterns in class pattern "
                                 "%R", p->v.MatchClass.cls);
    }
    if (nattrs > 0) {
        TRY(check_class_attrs(c, p));
        SET_LOC(c, p);
    }
    VISIT(expr, p->v.MatchClass.cls);
    EMIT_CONST_STEAL(attr_names(p->v.MatchClass.kwd_attrs));
    EMIT_I(MATCH_CLASS, (int)nargs);
    EMIT_I(COPY, 1);
    EMIT_CONST(Py_None);
    EMIT_I(IS_OP, 1);
    /* on top: the tuple of attributes, or None */
    pc->on_top++;
    TRY(emit_fail(c, pc, POP_JUMP_IF_FALSE));
    EMIT_I(UNPACK_SEQUENCE, (int)(nargs + nattrs));
    pc->on_top += nargs + nattrs - 1;
    for (Py_ssize_t i = 0; i < nargs + nattrs; i++) {
        pc->on_top--;
        pattern_ty sub = i < nargs ? asdl_seq_GET(patterns, i)
                                   : asdl_seq_GET(kwd_patterns, i - nargs);
        if (is_wildcard(sub)) {
            EMIT(POP_TOP);
            continue;
        }
        TRY(codegen_subpattern(c, sub, pc));
    }
    return 0;
}

/* -- Alternatives -------------------------------------------------------- */

/* Bring the names of an alternative, and their values on the stack, into
 * the order of the first alternative. */
static int
reorder_stores(struct compiler *c, PyObject *control, PyObject *stores)
{
    for (Py_ssize_t i = PyList_GET_SIZE(control) - 1; i >= 0; i--) {
        Py_ssize_t at = PySequence_Index(stores, PyList_GET_ITEM(control, i));
        if (at < 0) {
            PyErr_Clear();
            return compiler_error(
                c, "alternative patterns bind different names");
        }
        if (at == i) {
            continue;
        }
        assert(at < i);
        Py_ssize_t rotations = at + 1;
        PyObject *moved = PyList_GetSlice(stores, 0, rotations);
        if (moved == NULL
            || PyList_SetSlice(stores, 0, rotations, NULL) < 0
            || PyList_SetSlice(stores, i - at, i - at, moved) < 0)
        {
            Py_XDECREF(moved);
            return -1;
        }
        Py_DECREF(moved);
        while (rotations-- > 0) {
            TRY(emit_rotate(c, i + 1));
        }
    }
    return 0;
}

/* One alternative; *control receives the names of the first. */
static int
codegen_alternative(struct compiler *c, pattern_ty alt,
                    struct pattern_context *pc, PyObject **control,
                    struct block *end)
{
    SET_LOC(c, alt);
    EMIT_I(COPY, 1);
    TRY(codegen_pattern(c, alt, pc));
    if (*control == NULL) {
        *control = Py_NewRef(pc->stores);
    }
    else if (PyList_GET_SIZE(pc->stores) != PyList_GET_SIZE(*control)) {
        return compiler_error(c,
                              "alternative patterns bind different names");
    }
    else {
        TRY(reorder_stores(c, *control, pc->stores));
    }
    EMIT_JUMP(JUMP, end);
    return emit_fail_pops(c, pc);
}

/* The names of the alternatives become stores of the whole pattern. */
static int
adopt_stores(struct compiler *c, PyObject *control,
             struct pattern_context *pc)
{
    Py_ssize_t n = PyList_GET_SIZE(control);
    Py_ssize_t rotations =
        n + 1 + pc->on_top + PyList_GET_SIZE(pc->stores);
    for (Py_ssize_t i = 0; i < n; i++) {
        TRY(emit_rotate(c, rotations));
        PyObject *name = PyList_GET_ITEM(control, i);
        int duplicate = PySequence_Contains(pc->stores, name);
        TRY(duplicate);
        if (duplicate) {
            return error_duplicate_store(c, name);
        }
        TRY(PyList_Append(pc->stores, name));
    }
    EMIT(POP_TOP);
    return 0;
}

static int
codegen_pattern_or(struct compiler *c, pattern_ty p,
                   struct pattern_context *pc)
{
    asdl_pattern_seq *patterns = p->v.MatchOr.patterns;
    Py_ssize_t n = asdl_seq_LEN(patterns);
    PyObject *control = NULL;
    NEW_BLOCK(end);
    int res = 0;
    for (Py_ssize_t i = 0; i < n && res == 0; i++) {
        struct pattern_context own = {
            .stores = PyList_New(0),
            .allow_irrefutable = i == n - 1 && pc->allow_irrefutable,
        };
        if (own.stores == NULL) {
            res = -1;
            break;
        }
        res = codegen_alternative(c, asdl_seq_GET(patterns, i), &own,
                                  &control, end);
        Py_DECREF(own.stores);
        PyMem_Free(own.fail_pop);
    }
    if (res == 0) {
        /* none matched: drop the copy of the subject */
        if (codegen_emit(c, POP_TOP, 0) < 0 || emit_fail(c, pc, JUMP) < 0) {
            res = -1;
        }
        else {
            USE_BLOCK(end);
            res = adopt_stores(c, control, pc);
        }
    }
    Py_XDECREF(control);
    return res;
}

/* -- The statement ------------------------------------------------------- */

static int
codegen_pattern_kind(struct compiler *c, pattern_ty p,
                     struct pattern_context *pc)
{
    switch (p->kind) {
        case MatchValue_kind:
            return codegen_pattern_value(c, p, pc);
        case MatchSingleton_kind:
            return codegen_pattern_singleton(c, p, pc);
        case MatchSequence_kind:
            return codegen_pattern_sequence(c, p, pc);
        case MatchMapping_kind:
            return codegen_pattern_mapping(c, p, pc);
        case MatchClass_kind:
            return codegen_pattern_class(c, p, pc);
        case MatchStar_kind:
            return pattern_store_name(c, p->v.MatchStar.name, pc);
        case MatchAs_kind:
            return codegen_pattern_as(c, p, pc);
        case MatchOr_kind:
            return codegen_pattern_or(c, p, pc);
    }
    PyErr_Format(PyExc_SystemError,
                 "invalid match pattern node in AST (kind=%d)", p->kind);
    return -1;
}

/* The location stays that of the pattern matched last. */
static int
codegen_pattern(struct compiler *c, pattern_ty p, struct pattern_context *pc)
{
    SET_LOC(c, p);
    return codegen_pattern_kind(c, p, pc);
}

/* One case; the subject is on top of the stack and stays there only for
 * a case to follow (`keep_subject`). */
static int
codegen_case(struct compiler *c, match_case_ty m, int keep_subject,
             struct pattern_context *pc, struct block *end)
{
    SET_LOC(c, m->pattern);
    if (keep_subject) {
        EMIT_I(COPY, 1);
    }
    TRY(codegen_pattern(c, m->pattern, pc));
    assert(pc->on_top == 0);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(pc->stores); i++) {
        TRY(codegen_nameop(c, PyList_GET_ITEM(pc->stores, i), Store));
    }
    if (m->guard != NULL) {
        TRY(ensure_fail_pop(c, pc, 0));
        TRY(codegen_jump_if(c, m->guard, pc->fail_pop[0], 0));
    }
    if (keep_subject) {
        EMIT(POP_TOP);
    }
    VISIT_SEQ(stmt, m->body);
    EMIT_JUMP(JUMP, end);
    /* the cleanup is part of the pattern, not of the body */
    SET_LOC(c, m->pattern);
    return emit_fail_pops(c, pc);
}

int
codegen_match(struct compiler *c, stmt_ty s)
{
    asdl_match_case_seq *cases = s->v.Match.cases;
    VISIT(expr, s->v.Match.subject);
    NEW_BLOCK(end);
    Py_ssize_t n = asdl_seq_LEN(cases);
    assert(n > 0);
    match_case_ty last = asdl_seq_GET(cases, n - 1);
    int has_default = n > 1 && is_wildcard(last->pattern);
    Py_ssize_t ntested = n - has_default;
    for (Py_ssize_t i = 0; i < ntested; i++) {
        match_case_ty m = asdl_seq_GET(cases, i);
        struct pattern_context pc = {
            .stores = PyList_New(0),
            .allow_irrefutable = m->guard != NULL || i == n - 1,
        };
        if (pc.stores == NULL) {
            return -1;
        }
        int res = codegen_case(c, m, i != ntested - 1, &pc, end);
        Py_DECREF(pc.stores);
        PyMem_Free(pc.fail_pop);
        TRY(res);
    }
    if (has_default) {
        /* `case _` needs no test; the NOP shows that it was reached */
        SET_LOC(c, last->pattern);
        EMIT(NOP);
        if (last->guard != NULL) {
            TRY(codegen_jump_if(c, last->guard, end, 0));
        }
        VISIT_SEQ(stmt, last->body);
    }
    USE_BLOCK(end);
    return 0;
}
