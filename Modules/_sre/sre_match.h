/* The engine for one width of characters: include with CHAR and SRE() defined.

   A pattern runs forward until something does not fit; then the newest entry
   of the backtrack stack tells how to go on (see sre.h).  Nothing recurses, so
   the depth of a match is bounded by memory only.  Undo entries are pushed
   only above a choice or fence: without one, failure is final. */

static inline int
SRE(category_word)(SRE_CODE kind, const CHAR *p)
{
    return in_category(kind, *p);
}

static int
SRE(at)(const struct sre_state *state, const CHAR *ptr, SRE_CODE at)
{
    const CHAR *beginning = state->beginning, *end = state->end;
    SRE_CODE word;
    switch (at) {
    case SRE_AT_BEGINNING:
    case SRE_AT_BEGINNING_STRING:
        return ptr == beginning;
    case SRE_AT_BEGINNING_LINE:
        return ptr == beginning || ptr[-1] == '\n';
    case SRE_AT_END:
        return ptr == end || (end - ptr == 1 && ptr[0] == '\n');
    case SRE_AT_END_LINE:
        return ptr == end || ptr[0] == '\n';
    case SRE_AT_END_STRING:
        return ptr == end;
    case SRE_AT_BOUNDARY:
    case SRE_AT_NON_BOUNDARY:
        word = SRE_CATEGORY_WORD;
        break;
    case SRE_AT_LOC_BOUNDARY:
    case SRE_AT_LOC_NON_BOUNDARY:
        word = SRE_CATEGORY_LOC_WORD;
        break;
    default:
        word = SRE_CATEGORY_UNI_WORD;
    }
    if (beginning == end) {
        return 0;
    }
    int before = ptr > beginning && SRE(category_word)(word, ptr - 1);
    int after = ptr < end && SRE(category_word)(word, ptr);
    int inside = at == SRE_AT_NON_BOUNDARY || at == SRE_AT_LOC_NON_BOUNDARY
                 || at == SRE_AT_UNI_NON_BOUNDARY;
    return (before == after) == inside;
}

/* Is ch in the set whose length word is at pc, under the operation op? */
static inline int
SRE(in)(const struct sre_state *state, SRE_CODE op, const SRE_CODE *pc,
        Py_UCS4 ch)
{
    const PatternObject *pattern = state->pattern;
    if (ch < 256) {
        uint32_t k = pattern->set_index[pc - pattern->code];
        if (k != 0) {
            return pattern->bitmaps[k - 1].bits[ch >> 6] >> (ch & 63) & 1;
        }
    }
    return in_set_by(op, pc + 1, ch);
}

/* How many characters from ptr on the item matches, at most maxcount. */
static Py_ssize_t
SRE(count)(const struct sre_state *state, const CHAR *start,
           const SRE_CODE *item, Py_ssize_t maxcount)
{
    const CHAR *ptr = start, *end = state->end;
    if (maxcount < end - ptr) {
        end = ptr + maxcount;
    }
    SRE_CODE op = item[0], chr = item[1];
    switch (op) {
    case SRE_OP_IN:
    case SRE_OP_IN_IGNORE:
    case SRE_OP_IN_UNI_IGNORE:
    case SRE_OP_IN_LOC_IGNORE: {
        uint32_t k = state->pattern->set_index[item + 1
                                               - state->pattern->code];
        if (k != 0) {
            const uint64_t *bits = state->pattern->bitmaps[k - 1].bits;
            while (ptr < end) {
                Py_UCS4 ch = *ptr;
                if (ch < 256 ? !(bits[ch >> 6] >> (ch & 63) & 1)
                             : !in_set_by(op, item + 2, ch)) {
                    break;
                }
                ptr++;
            }
            break;
        }
        while (ptr < end && in_set_by(op, item + 2, *ptr)) {
            ptr++;
        }
        break;
    }
    case SRE_OP_ANY:
        if (sizeof(CHAR) == 1) {
            const CHAR *hit = ptr < end
                                  ? memchr(ptr, '\n', (size_t)(end - ptr))
                                  : NULL;
            ptr = hit != NULL ? hit : end;
            break;
        }
        while (ptr < end && *ptr != '\n') {
            ptr++;
        }
        break;
    case SRE_OP_ANY_ALL:
        ptr = end;
        break;
    case SRE_OP_LITERAL:
        while (ptr < end && *ptr == chr) {
            ptr++;
        }
        break;
    case SRE_OP_NOT_LITERAL:
        if (sizeof(CHAR) == 1) {
            const CHAR *hit = chr < 256 && ptr < end
                                  ? memchr(ptr, (int)chr,
                                           (size_t)(end - ptr))
                                  : NULL;
            ptr = hit != NULL ? hit : end;
            break;
        }
        while (ptr < end && *ptr != chr) {
            ptr++;
        }
        break;
    default:
        while (ptr < end && fits_one(op, chr, *ptr)) {
            ptr++;
        }
    }
    return ptr - start;
}

/* Compare the group's text with what is at *pptr. */
static int
SRE(groupref)(const struct sre_state *state, SRE_CODE op, SRE_CODE group,
              const CHAR **pptr)
{
    const CHAR *p = state->mark[2 * group], *e = state->mark[2 * group + 1];
    const CHAR *ptr = *pptr, *end = state->end;
    if (p == NULL || e == NULL || e < p || e - p > end - ptr) {
        return 0;
    }
    if (op == SRE_OP_GROUPREF) {
        if (memcmp(p, ptr, (size_t)(e - p) * sizeof(CHAR)) != 0) {
            return 0;
        }
        *pptr = ptr + (e - p);
        return 1;
    }
    for (; p < e; p++, ptr++) {
        Py_UCS4 a = *p, b = *ptr;
        if (op == SRE_OP_GROUPREF_IGNORE
                ? sre_lower_ascii(a) != sre_lower_ascii(b)
            : op == SRE_OP_GROUPREF_UNI_IGNORE
                ? sre_lower_unicode(a) != sre_lower_unicode(b)
                : lower_locale(a) != lower_locale(b)) {
            return 0;
        }
    }
    *pptr = ptr;
    return 1;
}

/* Can the alternative at pc begin at ptr?  Only a quick look. */
static inline int
SRE(may_begin)(const struct sre_state *state, const SRE_CODE *pc,
               const CHAR *ptr)
{
    switch (pc[0]) {
    case SRE_OP_LITERAL:
        return ptr < (const CHAR *)state->end && *ptr == pc[1];
    case SRE_OP_IN:
        return ptr < (const CHAR *)state->end
               && SRE(in)(state, SRE_OP_IN, pc + 1, *ptr);
    default:
        return 1;
    }
}

#define PUSH(...)                                                   \
    do {                                                            \
        if (state->sp == state->capacity && stack_grow(state) < 0) { \
            return SRE_ERROR_MEMORY;                                \
        }                                                           \
        state->stack[state->sp++] = (struct sre_entry){__VA_ARGS__}; \
    } while (0)
#define PUSH_UNDO(...)          \
    do {                        \
        if (state->sp > 0) {    \
            PUSH(__VA_ARGS__);  \
        }                       \
    } while (0)
#define FAIL goto backtrack

/* Match pc at state->ptr, which becomes the end of the match. */
static int
SRE(match)(struct sre_state *state, const SRE_CODE *pc)
{
    const CHAR *ptr = state->ptr;
    const CHAR *const end = state->end;
    state->sp = 0;
    state->fence = -1;
    state->n_repeats = 0;
    state->repeat = -1;
    if (pc[0] == SRE_OP_INFO) {
        if (pc[3] && (size_t)(end - ptr) < pc[3]) {
            return 0;
        }
        pc += pc[1] + 1;
    }

    for (;;) {
        SRE_CODE op = *pc++;
        switch (op) {
        case SRE_OP_MARK: {
            SRE_CODE i = *pc++;
            PUSH_UNDO(UNDO_MARK, (Py_ssize_t)i, NULL, state->mark[i],
                      state->lastindex);
            if (i & 1) {
                state->lastindex = (Py_ssize_t)(i / 2 + 1);
            }
            state->mark[i] = ptr;
            state->dirty = 1;
            continue;
        }
        case SRE_OP_LITERAL:
            if (ptr >= end || *ptr != *pc) {
                FAIL;
            }
            pc++;
            ptr++;
            continue;
        case SRE_OP_NOT_LITERAL:
            if (ptr >= end || *ptr == *pc) {
                FAIL;
            }
            pc++;
            ptr++;
            continue;
        case SRE_OP_LITERAL_IGNORE:
        case SRE_OP_LITERAL_UNI_IGNORE:
        case SRE_OP_LITERAL_LOC_IGNORE:
        case SRE_OP_NOT_LITERAL_IGNORE:
        case SRE_OP_NOT_LITERAL_UNI_IGNORE:
        case SRE_OP_NOT_LITERAL_LOC_IGNORE:
            if (ptr >= end || !fits_one(op, *pc, *ptr)) {
                FAIL;
            }
            pc++;
            ptr++;
            continue;
        case SRE_OP_IN:
        case SRE_OP_IN_IGNORE:
        case SRE_OP_IN_UNI_IGNORE:
        case SRE_OP_IN_LOC_IGNORE:
            if (ptr >= end || !SRE(in)(state, op, pc, *ptr)) {
                FAIL;
            }
            pc += pc[0];
            ptr++;
            continue;
        case SRE_OP_ANY:
            if (ptr >= end || *ptr == '\n') {
                FAIL;
            }
            ptr++;
            continue;
        case SRE_OP_ANY_ALL:
            if (ptr >= end) {
                FAIL;
            }
            ptr++;
            continue;
        case SRE_OP_CATEGORY:
            if (ptr >= end || !in_category(*pc, *ptr)) {
                FAIL;
            }
            pc++;
            ptr++;
            continue;
        case SRE_OP_AT:
            if (!SRE(at)(state, ptr, *pc)) {
                FAIL;
            }
            pc++;
            continue;
        case SRE_OP_JUMP:
        case SRE_OP_INFO:
            pc += pc[0];
            continue;

        case SRE_OP_BRANCH:
        branch:
            /* skip code JUMP, ..., 0 */
            while (pc[0] != 0 && !SRE(may_begin)(state, pc + 1, ptr)) {
                pc += pc[0];
            }
            if (pc[0] == 0) {
                FAIL;
            }
            if (pc[pc[0]] != 0) {
                PUSH(CHOICE_BRANCH, 0, pc + pc[0], ptr, 0);
            }
            pc++;
            continue;

        case SRE_OP_REPEAT_ONE: {
            /* skip min max item SUCCESS tail */
            Py_ssize_t min = pc[1];
            if (end - ptr < min) {
                FAIL;
            }
            Py_ssize_t n = SRE(count)(state, ptr, pc + 3,
                                      pc[2] == SRE_MAXREPEAT
                                          ? PY_SSIZE_T_MAX
                                          : (Py_ssize_t)pc[2]);
            const SRE_CODE *tail = pc + pc[0];
            if (tail[0] == SRE_OP_LITERAL) {
                SRE_CODE chr = tail[1];
                while (n >= min && (ptr + n >= end || ptr[n] != chr)) {
                    n--;
                }
            }
            if (n < min) {
                FAIL;
            }
            if (n > min) {
                PUSH(CHOICE_ONE, 0, pc, ptr, n);
            }
            ptr += n;
            pc = tail;
            continue;
        }
        case SRE_OP_POSSESSIVE_REPEAT_ONE: {
            Py_ssize_t min = pc[1];
            if (end - ptr < min) {
                FAIL;
            }
            Py_ssize_t n = SRE(count)(state, ptr, pc + 3,
                                      pc[2] == SRE_MAXREPEAT
                                          ? PY_SSIZE_T_MAX
                                          : (Py_ssize_t)pc[2]);
            if (n < min) {
                FAIL;
            }
            ptr += n;
            pc += pc[0];
            continue;
        }
        case SRE_OP_MIN_REPEAT_ONE: {
            Py_ssize_t min = pc[1];
            if (end - ptr < min) {
                FAIL;
            }
            if (min > 0 && SRE(count)(state, ptr, pc + 3, min) < min) {
                FAIL;
            }
            ptr += min;
            if (pc[2] != pc[1]) {
                PUSH(CHOICE_MIN_ONE, 0, pc, ptr, min);
            }
            pc += pc[0];
            continue;
        }

        case SRE_OP_REPEAT: {
            /* skip min max body UNTIL tail */
            if (state->n_repeats == state->repeats_capacity
                && repeats_grow(state) < 0) {
                return SRE_ERROR_MEMORY;
            }
            PUSH_UNDO(UNDO_NEW, state->repeat, NULL, NULL, 0);
            state->repeats[state->n_repeats] = (struct sre_repeat){
                -1, pc, NULL, state->repeat};
            state->repeat = state->n_repeats++;
            pc += pc[0];
            continue;
        }
        case SRE_OP_MAX_UNTIL: {
            struct sre_repeat *rep = &state->repeats[state->repeat];
            Py_ssize_t count = rep->count + 1;
            const SRE_CODE *pattern = rep->pattern;
            if (count < (Py_ssize_t)pattern[1]) {
                PUSH_UNDO(UNDO_COUNT, state->repeat, NULL, rep->last_ptr,
                          rep->count);
                rep->count = count;
                pc = pattern + 3;
                continue;
            }
            if ((count < (Py_ssize_t)pattern[2]
                 || pattern[2] == SRE_MAXREPEAT)
                && ptr != rep->last_ptr) {
                PUSH(CHOICE_TAIL, state->repeat, pc, ptr, 0);
                PUSH(UNDO_COUNT, state->repeat, NULL, rep->last_ptr,
                     rep->count);
                rep->count = count;
                rep->last_ptr = ptr;
                pc = pattern + 3;
                continue;
            }
            PUSH_UNDO(UNDO_REPEAT, state->repeat, NULL, NULL, 0);
            state->repeat = rep->prev;
            continue;
        }
        case SRE_OP_MIN_UNTIL: {
            struct sre_repeat *rep = &state->repeats[state->repeat];
            Py_ssize_t count = rep->count + 1;
            const SRE_CODE *pattern = rep->pattern;
            if (count < (Py_ssize_t)pattern[1]) {
                PUSH_UNDO(UNDO_COUNT, state->repeat, NULL, rep->last_ptr,
                          rep->count);
                rep->count = count;
                pc = pattern + 3;
                continue;
            }
            PUSH(CHOICE_BODY, state->repeat, NULL, ptr, 0);
            PUSH(UNDO_REPEAT, state->repeat, NULL, NULL, 0);
            state->repeat = rep->prev;
            continue;
        }

        case SRE_OP_POSSESSIVE_REPEAT:
            /* skip min max body SUCCESS tail; skip leads to SUCCESS */
            if (pc[2] == 0) {
                pc += pc[0] + 1;
                continue;
            }
            PUSH(FENCE_POSSESSIVE, state->fence, pc, ptr, 0);
            state->fence = state->sp - 1;
            pc += 3;
            continue;
        case SRE_OP_ATOMIC_GROUP:
            PUSH(FENCE_ATOMIC, state->fence, pc, ptr, 0);
            state->fence = state->sp - 1;
            pc++;
            continue;
        case SRE_OP_ASSERT:
        case SRE_OP_ASSERT_NOT:
            /* skip back pattern SUCCESS */
            if (ptr - (const CHAR *)state->beginning < (Py_ssize_t)pc[1]) {
                if (op == SRE_OP_ASSERT) {
                    FAIL;
                }
                pc += pc[0];
                continue;
            }
            PUSH(op == SRE_OP_ASSERT ? FENCE_ASSERT : FENCE_ASSERT_NOT,
                 state->fence, pc, ptr, 0);
            state->fence = state->sp - 1;
            ptr -= pc[1];
            pc += 2;
            continue;

        case SRE_OP_GROUPREF:
        case SRE_OP_GROUPREF_IGNORE:
        case SRE_OP_GROUPREF_UNI_IGNORE:
        case SRE_OP_GROUPREF_LOC_IGNORE:
            if (!SRE(groupref)(state, op, *pc, &ptr)) {
                FAIL;
            }
            pc++;
            continue;
        case SRE_OP_GROUPREF_EXISTS: {
            const CHAR *p = state->mark[2 * pc[0]];
            const CHAR *e = state->mark[2 * pc[0] + 1];
            pc += p == NULL || e == NULL || e < p ? pc[1] : 2;
            continue;
        }

        case SRE_OP_FAILURE:
            FAIL;
        case SRE_OP_SUCCESS:
            if (state->fence < 0) {
                if ((state->match_all && ptr != end)
                    || (state->must_advance && ptr == state->start)) {
                    FAIL;
                }
                state->ptr = ptr;
                return 1;
            }
            else {
                Py_ssize_t at = state->fence;
                const struct sre_entry fence = state->stack[at];
                state->fence = fence.index;
                switch (fence.kind) {
                case FENCE_ASSERT_NOT:
                    undo_to(state, at);
                    FAIL;
                case FENCE_ASSERT:
                    ptr = fence.ptr;
                    break;
                default:
                    break;
                }
                drop_choices(state, at);
                pc = fence.pc + fence.pc[0];
                if (fence.kind == FENCE_POSSESSIVE) {
                    Py_ssize_t n = fence.n + 1;
                    if (n < (Py_ssize_t)fence.pc[1]
                        || (ptr != fence.ptr
                            && (n < (Py_ssize_t)fence.pc[2]
                                || fence.pc[2] == SRE_MAXREPEAT))) {
                        PUSH(FENCE_POSSESSIVE, state->fence, fence.pc, ptr,
                             n);
                        state->fence = state->sp - 1;
                        pc = fence.pc + 3;
                    }
                    else {
                        pc++;
                    }
                }
                continue;
            }
        default:
            return SRE_ERROR_ILLEGAL;
        }

    backtrack:
        if ((++state->ticks & 0xfff) == 0 && PyErr_CheckSignals()) {
            return SRE_ERROR_INTERRUPTED;
        }
        for (;;) {
            if (state->sp == 0) {
                return 0;
            }
            struct sre_entry *entry = &state->stack[state->sp - 1];
            switch (entry->kind) {
            case UNDO_MARK:
            case UNDO_COUNT:
            case UNDO_REPEAT:
            case UNDO_NEW:
                undo(state, entry);
                state->sp--;
                continue;
            case CHOICE_BRANCH:
                pc = entry->pc;
                ptr = entry->ptr;
                state->sp--;
                goto branch;
            case CHOICE_ONE: {
                const CHAR *from = entry->ptr;
                Py_ssize_t min = entry->pc[1], n = entry->n - 1;
                const SRE_CODE *tail = entry->pc + entry->pc[0];
                if (tail[0] == SRE_OP_LITERAL) {
                    SRE_CODE chr = tail[1];
                    while (n >= min && from[n] != chr) {
                        n--;
                    }
                }
                if (n <= min) {
                    state->sp--;
                    if (n < min) {
                        continue;
                    }
                }
                entry->n = n;
                ptr = from + n;
                pc = tail;
                break;
            }
            case CHOICE_MIN_ONE: {
                const SRE_CODE *pattern = entry->pc;
                const SRE_CODE *tail = pattern + pattern[0];
                Py_ssize_t max = pattern[2] == SRE_MAXREPEAT
                                     ? PY_SSIZE_T_MAX
                                     : (Py_ssize_t)pattern[2];
                int found = 0;
                ptr = entry->ptr;
                while (!found && entry->n < max && ptr < end
                       && SRE(count)(state, ptr, pattern + 3, 1) == 1) {
                    ptr++;
                    entry->n++;
                    found = tail[0] != SRE_OP_LITERAL
                            || (ptr < end && *ptr == tail[1]);
                }
                if (!found) {
                    state->sp--;
                    continue;
                }
                entry->ptr = ptr;
                pc = tail;
                break;
            }
            case CHOICE_TAIL: {
                Py_ssize_t index = entry->index;
                pc = entry->pc;
                ptr = entry->ptr;
                state->sp--;
                PUSH_UNDO(UNDO_REPEAT, index, NULL, NULL, 0);
                state->repeat = state->repeats[index].prev;
                break;
            }
            case CHOICE_BODY: {
                Py_ssize_t index = entry->index;
                struct sre_repeat *rep = &state->repeats[index];
                Py_ssize_t count = rep->count + 1;
                ptr = entry->ptr;
                state->sp--;
                if ((count >= (Py_ssize_t)rep->pattern[2]
                     && rep->pattern[2] != SRE_MAXREPEAT)
                    || ptr == rep->last_ptr) {
                    continue;
                }
                PUSH_UNDO(UNDO_COUNT, index, NULL, rep->last_ptr,
                          rep->count);
                rep->count = count;
                rep->last_ptr = ptr;
                pc = rep->pattern + 3;
                break;
            }
            case FENCE_ATOMIC:
            case FENCE_ASSERT:
                state->fence = entry->index;
                state->sp--;
                continue;
            case FENCE_ASSERT_NOT:
                state->fence = entry->index;
                pc = entry->pc + entry->pc[0];
                ptr = entry->ptr;
                state->sp--;
                break;
            case FENCE_POSSESSIVE:
                state->fence = entry->index;
                state->sp--;
                if (entry->n < (Py_ssize_t)entry->pc[1]) {
                    continue;
                }
                pc = entry->pc + entry->pc[0] + 1;
                ptr = entry->ptr;
                break;
            }
            break;
        }
    }
}
#undef PUSH
#undef PUSH_UNDO
#undef FAIL

/* -- Searching ----------------------------------------------------------- */

/* Try a match of pc at ptr, for a search that would begin at start. */
static inline int
SRE(try)(struct sre_state *state, const SRE_CODE *pc, const CHAR *start,
         const CHAR *ptr)
{
    state_clear_marks(state);
    state->start = start;
    state->ptr = ptr;
    return SRE(match)(state, pc);
}

/* The next place from ptr on where text is, or NULL. */
static const CHAR *
SRE(find)(const CHAR *ptr, const CHAR *end, const CHAR *text, Py_ssize_t n)
{
    if (n == 1) {
        if (sizeof(CHAR) == 1) {
            return ptr < end ? memchr(ptr, (int)*text, (size_t)(end - ptr))
                             : NULL;
        }
        if (sizeof(CHAR) == sizeof(wchar_t)) {
            return ptr < end ? (const CHAR *)wmemchr(
                                   (const wchar_t *)ptr, (wchar_t)*text,
                                   (size_t)(end - ptr))
                             : NULL;
        }
        while (ptr < end && *ptr != *text) {
            ptr++;
        }
        return ptr < end ? ptr : NULL;
    }
    const char *at = (const char *)ptr;
    for (;;) {
        if ((const CHAR *)at >= end) {
            return NULL;
        }
        const char *hit = memmem(at, (size_t)((const char *)end - at), text,
                                 (size_t)n * sizeof(CHAR));
        if (hit == NULL) {
            return NULL;
        }
        size_t off = (size_t)(hit - (const char *)ptr) % sizeof(CHAR);
        if (off == 0) {
            return (const CHAR *)hit;
        }
        at = hit + (sizeof(CHAR) - off);
    }
}

#define PREFIX_MAX 64

/* The pattern begins with the text prefix[0:n], of which the first skip
   characters need no look at the pattern. */
static int
SRE(search_prefix)(struct sre_state *state, const SRE_CODE *pc,
                   const SRE_CODE *prefix, Py_ssize_t n, Py_ssize_t skip,
                   int literal)
{
    CHAR text[PREFIX_MAX];
    const CHAR *ptr = state->start, *end = state->end;
    for (Py_ssize_t i = 0; i < n; i++) {
        if ((Py_UCS4)(CHAR)prefix[i] != prefix[i]) {
            return 0;           /* no such character in the string */
        }
        text[i] = (CHAR)prefix[i];
    }
    while ((ptr = SRE(find)(ptr, end, text, n)) != NULL) {
        if (literal) {
            state_clear_marks(state);
            state->start = ptr;
            state->ptr = ptr + n;
            return 1;
        }
        int status = SRE(try)(state, pc + 2 * skip, ptr, ptr + skip);
        if (status != 0) {
            return status;
        }
        ptr++;
    }
    return 0;
}

static int
SRE(search)(struct sre_state *state)
{
    const SRE_CODE *pc = state->pattern->code;
    const CHAR *ptr = state->start, *end = state->end;
    const SRE_CODE *charset = NULL;
    if (ptr > end) {
        return 0;
    }
    if (pc[0] == SRE_OP_INFO) {
        const SRE_CODE *info = pc;
        SRE_CODE flags = info[2], min = info[3];
        pc += pc[1] + 1;
        if (min && (size_t)(end - ptr) < min) {
            return 0;
        }
        if (min > 1) {
            end -= min - 1;     /* no match can begin later */
        }
        if (flags & SRE_INFO_PREFIX && !state->must_advance) {
            Py_ssize_t n = Py_MIN((Py_ssize_t)info[5], PREFIX_MAX);
            Py_ssize_t skip = Py_MIN((Py_ssize_t)info[6], n);
            return SRE(search_prefix)(state, pc, info + 7, n, skip,
                                      flags & SRE_INFO_LITERAL
                                          && n == (Py_ssize_t)info[5]);
        }
        if (flags & SRE_INFO_CHARSET) {
            charset = info + 5;
        }
    }
    if (charset != NULL && !state->must_advance) {
        uint32_t k = state->pattern->set_index[charset
                                               - state->pattern->code];
        const uint64_t *bits = k ? state->pattern->bitmaps[k - 1].bits
                                 : NULL;
        for (;;) {
            while (ptr < end) {
                Py_UCS4 ch = *ptr;
                if (bits != NULL && ch < 256
                        ? (int)(bits[ch >> 6] >> (ch & 63) & 1)
                        : sre_in_set(charset, ch)) {
                    break;
                }
                ptr++;
            }
            if (ptr >= end) {
                return 0;
            }
            int status = SRE(try)(state, pc, ptr, ptr);
            if (status != 0) {
                return status;
            }
            ptr++;
        }
    }
    int status = SRE(try)(state, pc, ptr, ptr);
    state->must_advance = 0;
    if (status == 0 && pc[0] == SRE_OP_AT
        && (pc[1] == SRE_AT_BEGINNING || pc[1] == SRE_AT_BEGINNING_STRING)) {
        return 0;
    }
    while (status == 0 && ptr < end) {
        ptr++;
        status = SRE(try)(state, pc, ptr, ptr);
    }
    return status;
}
#undef PREFIX_MAX
