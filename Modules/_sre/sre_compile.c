/* Checking compiled patterns, which any Python code can hand in, and making the
   bitmaps of their sets. */
#include "sre.h"

#define DEPTH_MAX 4000

struct checker {
    PatternObject *self;
    int depth;
    Py_ssize_t n_sets;          /* met so far, for the bitmaps */
};

/* -- Sets ---------------------------------------------------------------- */

/* Do the members fill code..end? */
static int
check_set(const SRE_CODE *code, const SRE_CODE *end)
{
    while (code < end) {
        SRE_CODE op = *code++;
        switch (op) {
        case SRE_OP_NEGATE:
            break;
        case SRE_OP_LITERAL:
            code++;
            break;
        case SRE_OP_RANGE:
        case SRE_OP_RANGE_UNI_IGNORE:
            code += 2;
            break;
        case SRE_OP_CHARSET:
            if (end - code < 8) {
                return 0;
            }
            code += 8;
            break;
        case SRE_OP_BIGCHARSET: {
            if (end - code < 65) {
                return 0;
            }
            SRE_CODE blocks = *code++;
            if (blocks > 256) {
                return 0;
            }
            for (int i = 0; i < 256; i++) {
                if (((const unsigned char *)code)[i] >= blocks) {
                    return 0;
                }
            }
            if (end - code < 64 + 8 * (Py_ssize_t)blocks) {
                return 0;
            }
            code += 64 + 8 * blocks;
            break;
        }
        case SRE_OP_CATEGORY:
            if (code >= end || *code > SRE_CATEGORY_UNI_NOT_LINEBREAK) {
                return 0;
            }
            code++;
            break;
        default:
            return 0;
        }
    }
    return code == end;
}

/* -- Sequences ----------------------------------------------------------- */

static int check_code(struct checker *c, const SRE_CODE *code,
                      const SRE_CODE *end);

/* Where the skip at code leads, NULL if beyond end. */
static const SRE_CODE *
skip_target(const SRE_CODE *code, const SRE_CODE *end)
{
    if (code >= end || *code > (size_t)(end - code) || *code == 0) {
        return NULL;
    }
    return code + *code;
}

/* A body of code..target-1 and a SUCCESS after it. */
static int
check_body(struct checker *c, const SRE_CODE *code, const SRE_CODE *target)
{
    return target != NULL && target - code >= 1
           && target[-1] == SRE_OP_SUCCESS
           && check_code(c, code, target - 1);
}

static int
check_branch(struct checker *c, const SRE_CODE **pcode, const SRE_CODE *end)
{
    const SRE_CODE *code = *pcode, *tail = NULL;
    for (;;) {
        if (code >= end) {
            return 0;
        }
        if (*code == 0) {
            code++;
            break;
        }
        const SRE_CODE *next = skip_target(code, end);
        /* each alternative: skip, code, JUMP, distance to the end */
        if (next == NULL || next - code < 3 || next[-2] != SRE_OP_JUMP
            || !check_code(c, code + 1, next - 2)) {
            return 0;
        }
        const SRE_CODE *after = skip_target(next - 1, end + 1);
        if (after == NULL || (tail != NULL && after != tail)) {
            return 0;
        }
        tail = after;
        code = next;
    }
    if (tail != NULL && tail != code) {
        return 0;
    }
    *pcode = code;
    return 1;
}

static int
check_info(struct checker *c, const SRE_CODE *code, const SRE_CODE *target)
{
    if (target == NULL || target - code < 4) {
        return 0;
    }
    SRE_CODE flags = code[1];
    const SRE_CODE *rest = code + 4;
    if (flags & ~(SRE_CODE)(SRE_INFO_PREFIX | SRE_INFO_LITERAL
                            | SRE_INFO_CHARSET)
        || (flags & SRE_INFO_PREFIX && flags & SRE_INFO_CHARSET)
        || (flags & SRE_INFO_LITERAL && !(flags & SRE_INFO_PREFIX))) {
        return 0;
    }
    if (flags & SRE_INFO_PREFIX) {
        if (target - rest < 2) {
            return 0;
        }
        SRE_CODE n = rest[0], skip = rest[1];
        rest += 2;
        if (n == 0 || skip > n || (size_t)(target - rest) != 2 * (size_t)n) {
            return 0;
        }
        for (SRE_CODE i = 0; i < n; i++) {
            if (rest[n + i] >= n) {
                return 0;
            }
        }
        /* the skipped part must be literals, two words each */
        if (c->self->codesize - (target - c->self->code) < 2 * (Py_ssize_t)skip) {
            return 0;
        }
        for (SRE_CODE i = 0; i < skip; i++) {
            if (target[2 * i] != SRE_OP_LITERAL) {
                return 0;
            }
        }
        return 1;
    }
    if (flags & SRE_INFO_CHARSET) {
        if (target - rest < 1 || target[-1] != SRE_OP_FAILURE
            || !check_set(rest, target - 1)) {
            return 0;
        }
        c->n_sets++;
        return 1;
    }
    return rest == target;
}

static int
check_repeat(struct checker *c, SRE_CODE op, const SRE_CODE **pcode,
             const SRE_CODE *end)
{
    const SRE_CODE *code = *pcode, *target = skip_target(code, end);
    if (target == NULL || target - code < 3 || code[1] > code[2]) {
        return 0;
    }
    switch (op) {
    case SRE_OP_REPEAT:
        if (target >= end
            || (*target != SRE_OP_MAX_UNTIL && *target != SRE_OP_MIN_UNTIL)
            || !check_code(c, code + 3, target)) {
            return 0;
        }
        *pcode = target + 1;
        return 1;
    case SRE_OP_POSSESSIVE_REPEAT:
        if (target >= end || *target != SRE_OP_SUCCESS
            || !check_code(c, code + 3, target)) {
            return 0;
        }
        *pcode = target + 1;
        return 1;
    default:
        /* the item is one operation on one character */
        switch (code[3]) {
        case SRE_OP_IN:
        case SRE_OP_IN_IGNORE:
        case SRE_OP_IN_UNI_IGNORE:
        case SRE_OP_IN_LOC_IGNORE:
        case SRE_OP_ANY:
        case SRE_OP_ANY_ALL:
        case SRE_OP_LITERAL:
        case SRE_OP_LITERAL_IGNORE:
        case SRE_OP_LITERAL_UNI_IGNORE:
        case SRE_OP_LITERAL_LOC_IGNORE:
        case SRE_OP_NOT_LITERAL:
        case SRE_OP_NOT_LITERAL_IGNORE:
        case SRE_OP_NOT_LITERAL_UNI_IGNORE:
        case SRE_OP_NOT_LITERAL_LOC_IGNORE:
            break;
        default:
            return 0;
        }
        if (target - code < 5 || !check_body(c, code + 3, target)) {
            return 0;
        }
        *pcode = target;
        return 1;
    }
}

/* group, skip, code for yes, perhaps JUMP, distance, code for no */
static int
check_conditional(struct checker *c, const SRE_CODE **pcode,
                  const SRE_CODE *end)
{
    const SRE_CODE *code = *pcode;
    if (end - code < 2 || (Py_ssize_t)code[0] >= c->self->groups) {
        return 0;
    }
    if (code[1] < 2 || code[1] > (size_t)(end - code)) {
        return 0;
    }
    const SRE_CODE *target = code + code[1];
    if (target - code >= 4 && target[-2] == SRE_OP_JUMP) {
        const SRE_CODE *after = skip_target(target - 1, end + 1);
        if (after != NULL && after <= end
            && check_code(c, code + 2, target - 2)
            && check_code(c, target, after)) {
            *pcode = after;
            return 1;
        }
        /* perhaps it was the end of a branch or a number */
    }
    if (!check_code(c, code + 2, target)) {
        return 0;
    }
    *pcode = target;
    return 1;
}

/* One operation at *pcode, which moves past it. */
static int
check_op(struct checker *c, const SRE_CODE **pcode, const SRE_CODE *end)
{
    const SRE_CODE *code = *pcode, *target;
    SRE_CODE op = *code++;
    int ok = 1;
    switch (op) {
    case SRE_OP_SUCCESS:
    case SRE_OP_FAILURE:
    case SRE_OP_ANY:
    case SRE_OP_ANY_ALL:
        break;
    case SRE_OP_MARK:
        ok = code < end && *code / 2 < (size_t)c->self->groups;
        code++;
        break;
    case SRE_OP_LITERAL:
    case SRE_OP_NOT_LITERAL:
    case SRE_OP_LITERAL_IGNORE:
    case SRE_OP_NOT_LITERAL_IGNORE:
    case SRE_OP_LITERAL_UNI_IGNORE:
    case SRE_OP_NOT_LITERAL_UNI_IGNORE:
    case SRE_OP_LITERAL_LOC_IGNORE:
    case SRE_OP_NOT_LITERAL_LOC_IGNORE:
        ok = code < end;
        code++;
        break;
    case SRE_OP_AT:
        ok = code < end && *code <= SRE_AT_UNI_NON_BOUNDARY;
        code++;
        break;
    case SRE_OP_CATEGORY:
        ok = code < end && *code <= SRE_CATEGORY_UNI_NOT_LINEBREAK;
        code++;
        break;
    case SRE_OP_IN:
    case SRE_OP_IN_IGNORE:
    case SRE_OP_IN_UNI_IGNORE:
    case SRE_OP_IN_LOC_IGNORE:
        target = skip_target(code, end);
        ok = target != NULL && target - code >= 2
             && target[-1] == SRE_OP_FAILURE
             && check_set(code + 1, target - 1);
        c->n_sets++;
        code = target;
        break;
    case SRE_OP_INFO:
        target = skip_target(code, end);
        ok = check_info(c, code, target);
        code = target;
        break;
    case SRE_OP_BRANCH:
        ok = check_branch(c, &code, end);
        break;
    case SRE_OP_REPEAT:
    case SRE_OP_POSSESSIVE_REPEAT:
    case SRE_OP_REPEAT_ONE:
    case SRE_OP_MIN_REPEAT_ONE:
    case SRE_OP_POSSESSIVE_REPEAT_ONE:
        ok = check_repeat(c, op, &code, end);
        break;
    case SRE_OP_ATOMIC_GROUP:
        target = skip_target(code, end);
        ok = check_body(c, code + 1, target);
        code = target;
        break;
    case SRE_OP_ASSERT:
    case SRE_OP_ASSERT_NOT:
        target = skip_target(code, end);
        ok = target != NULL && target - code >= 3
             && code[1] < 0x80000000u && check_body(c, code + 2, target);
        code = target;
        break;
    case SRE_OP_GROUPREF:
    case SRE_OP_GROUPREF_IGNORE:
    case SRE_OP_GROUPREF_UNI_IGNORE:
    case SRE_OP_GROUPREF_LOC_IGNORE:
        ok = code < end && (Py_ssize_t)*code < c->self->groups;
        code++;
        break;
    case SRE_OP_GROUPREF_EXISTS:
        ok = check_conditional(c, &code, end);
        break;
    default:
        ok = 0;
    }
    *pcode = code;
    return ok;
}

static int
check_code(struct checker *c, const SRE_CODE *code, const SRE_CODE *end)
{
    if (++c->depth > DEPTH_MAX) {
        return 0;
    }
    while (code < end) {
        if (!check_op(c, &code, end) || code == NULL || code > end) {
            return 0;
        }
    }
    c->depth--;
    return code == end;
}

int
sre_validate(PatternObject *self)
{
    struct checker c = {self, 0, 0};
    const SRE_CODE *end = self->code + self->codesize;
    if (self->groups < 0 || (size_t)self->groups > SRE_MAXGROUPS
        || self->codesize < 1 || end[-1] != SRE_OP_SUCCESS
        || !check_code(&c, self->code, end - 1)) {
        PyErr_SetString(PyExc_RuntimeError, "invalid SRE code");
        return -1;
    }
    return 0;
}

/* -- Bitmaps ------------------------------------------------------------- */

static int
is_locale_category(SRE_CODE category)
{
    return category == SRE_CATEGORY_LOC_WORD
           || category == SRE_CATEGORY_LOC_NOT_WORD;
}

/* Does the set mean the same in every locale? */
static int
set_is_fixed(const SRE_CODE *set)
{
    for (;;) {
        switch (*set++) {
        case SRE_OP_FAILURE:
            return 1;
        case SRE_OP_LITERAL:
            set++;
            break;
        case SRE_OP_RANGE:
        case SRE_OP_RANGE_UNI_IGNORE:
            set += 2;
            break;
        case SRE_OP_CHARSET:
            set += 8;
            break;
        case SRE_OP_BIGCHARSET:
            set += 1 + 64 + 8 * set[0];
            break;
        case SRE_OP_CATEGORY:
            if (is_locale_category(*set++)) {
                return 0;
            }
            break;
        case SRE_OP_NEGATE:
            break;
        default:
            return 0;
        }
    }
}

static struct sre_bitmap
bitmap_of(SRE_CODE op, const SRE_CODE *set)
{
    struct sre_bitmap map = {{0, 0, 0, 0}};
    for (Py_UCS4 ch = 0; ch < 256; ch++) {
        Py_UCS4 c = op == SRE_OP_IN_IGNORE ? sre_lower_ascii(ch)
                    : op == SRE_OP_IN_UNI_IGNORE ? sre_lower_unicode(ch)
                                                 : ch;
        if (sre_in_set(set, c)) {
            map.bits[ch >> 6] |= (uint64_t)1 << (ch & 63);
        }
    }
    return map;
}

struct bitmap_maker {
    PatternObject *self;
    Py_ssize_t n, capacity;
};

/* A bitmap for set, whose place is at. */
static int
bitmap_add(struct bitmap_maker *m, SRE_CODE op, const SRE_CODE *at,
           const SRE_CODE *set)
{
    if (op == SRE_OP_IN_LOC_IGNORE || !set_is_fixed(set)) {
        return 0;
    }
    if (m->n == m->capacity) {
        Py_ssize_t capacity = m->capacity ? 2 * m->capacity : 4;
        struct sre_bitmap *maps = PyMem_Realloc(
            m->self->bitmaps, (size_t)capacity * sizeof(struct sre_bitmap));
        if (maps == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        m->self->bitmaps = maps;
        m->capacity = capacity;
    }
    m->self->bitmaps[m->n++] = bitmap_of(op, set);
    m->self->set_index[at - m->self->code] = (uint32_t)m->n;
    return 0;
}

/* Words of the operation at code that a walk over all of them skips. */
static Py_ssize_t
op_length(const SRE_CODE *code)
{
    switch (code[0]) {
    case SRE_OP_IN:
    case SRE_OP_IN_IGNORE:
    case SRE_OP_IN_UNI_IGNORE:
    case SRE_OP_IN_LOC_IGNORE:
    case SRE_OP_INFO:
        return 1 + (Py_ssize_t)code[1];
    case SRE_OP_MARK:
    case SRE_OP_LITERAL:
    case SRE_OP_NOT_LITERAL:
    case SRE_OP_LITERAL_IGNORE:
    case SRE_OP_NOT_LITERAL_IGNORE:
    case SRE_OP_LITERAL_UNI_IGNORE:
    case SRE_OP_NOT_LITERAL_UNI_IGNORE:
    case SRE_OP_LITERAL_LOC_IGNORE:
    case SRE_OP_NOT_LITERAL_LOC_IGNORE:
    case SRE_OP_AT:
    case SRE_OP_CATEGORY:
    case SRE_OP_ATOMIC_GROUP:
    case SRE_OP_GROUPREF:
    case SRE_OP_GROUPREF_IGNORE:
    case SRE_OP_GROUPREF_UNI_IGNORE:
    case SRE_OP_GROUPREF_LOC_IGNORE:
        return 2;
    case SRE_OP_BRANCH:
    case SRE_OP_JUMP:
        /* the next alternative's skip word, or the end mark, follows a
           JUMP of a branch; see bitmaps_in */
        return 2;
    case SRE_OP_REPEAT:
    case SRE_OP_POSSESSIVE_REPEAT:
    case SRE_OP_REPEAT_ONE:
    case SRE_OP_MIN_REPEAT_ONE:
    case SRE_OP_POSSESSIVE_REPEAT_ONE:
        return 4;
    case SRE_OP_ASSERT:
    case SRE_OP_ASSERT_NOT:
    case SRE_OP_GROUPREF_EXISTS:
        return 3;
    default:
        return 1;
    }
}

static int
bitmaps_in(struct bitmap_maker *m, const SRE_CODE *code, const SRE_CODE *end)
{
    while (code < end) {
        switch (code[0]) {
        case SRE_OP_IN:
        case SRE_OP_IN_IGNORE:
        case SRE_OP_IN_UNI_IGNORE:
        case SRE_OP_IN_LOC_IGNORE:
            if (bitmap_add(m, code[0], code + 1, code + 2) < 0) {
                return -1;
            }
            break;
        case SRE_OP_INFO:
            if (code[2] & SRE_INFO_CHARSET
                && bitmap_add(m, SRE_OP_IN, code + 5, code + 5) < 0) {
                return -1;
            }
            break;
        case SRE_OP_BRANCH:
            code++;
            while (*code != 0) {
                if (bitmaps_in(m, code + 1, code + *code) < 0) {
                    return -1;
                }
                code += *code;
            }
            code++;
            continue;
        }
        code += op_length(code);
    }
    return 0;
}

int
sre_make_bitmaps(PatternObject *self)
{
    struct bitmap_maker m = {self, 0, 0};
    self->set_index = PyMem_Calloc((size_t)self->codesize, sizeof(uint32_t));
    if (self->set_index == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return bitmaps_in(&m, self->code, self->code + self->codesize);
}
