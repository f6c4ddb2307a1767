/* The engine: what does not depend on the width of characters, and the three
   expansions of sre_match.h. */
#include "sre.h"
#include <ctype.h>

/* -- Characters ---------------------------------------------------------- */

Py_UCS4
sre_lower_ascii(Py_UCS4 ch)
{
    return ch < 128 ? Py_TOLOWER(ch) : ch;
}

static Py_UCS4
lower_locale(Py_UCS4 ch)
{
    return ch < 256 ? (Py_UCS4)tolower((int)ch) : ch;
}

static Py_UCS4
upper_locale(Py_UCS4 ch)
{
    return ch < 256 ? (Py_UCS4)toupper((int)ch) : ch;
}

Py_UCS4
sre_lower_unicode(Py_UCS4 ch)
{
    return Py_UNICODE_TOLOWER(ch);
}

Py_UCS4
sre_upper_unicode(Py_UCS4 ch)
{
    return Py_UNICODE_TOUPPER(ch);
}

static int
in_category(SRE_CODE category, Py_UCS4 ch)
{
    switch (category) {
    case SRE_CATEGORY_DIGIT:
        return ch - '0' < 10;
    case SRE_CATEGORY_NOT_DIGIT:
        return ch - '0' >= 10;
    case SRE_CATEGORY_SPACE:
        return ch < 128 && Py_ISSPACE(ch);
    case SRE_CATEGORY_NOT_SPACE:
        return !(ch < 128 && Py_ISSPACE(ch));
    case SRE_CATEGORY_WORD:
        return ch < 128 && (Py_ISALNUM(ch) || ch == '_');
    case SRE_CATEGORY_NOT_WORD:
        return !(ch < 128 && (Py_ISALNUM(ch) || ch == '_'));
    case SRE_CATEGORY_LINEBREAK:
        return ch == '\n';
    case SRE_CATEGORY_NOT_LINEBREAK:
        return ch != '\n';
    case SRE_CATEGORY_LOC_WORD:
        return ch < 256 && (isalnum((int)ch) || ch == '_');
    case SRE_CATEGORY_LOC_NOT_WORD:
        return !(ch < 256 && (isalnum((int)ch) || ch == '_'));
    case SRE_CATEGORY_UNI_DIGIT:
        return Py_UNICODE_ISDECIMAL(ch);
    case SRE_CATEGORY_UNI_NOT_DIGIT:
        return !Py_UNICODE_ISDECIMAL(ch);
    case SRE_CATEGORY_UNI_SPACE:
        return Py_UNICODE_ISSPACE(ch);
    case SRE_CATEGORY_UNI_NOT_SPACE:
        return !Py_UNICODE_ISSPACE(ch);
    case SRE_CATEGORY_UNI_WORD:
        return Py_UNICODE_ISALNUM(ch) || ch == '_';
    case SRE_CATEGORY_UNI_NOT_WORD:
        return !(Py_UNICODE_ISALNUM(ch) || ch == '_');
    case SRE_CATEGORY_UNI_LINEBREAK:
        return Py_UNICODE_ISLINEBREAK(ch);
    case SRE_CATEGORY_UNI_NOT_LINEBREAK:
        return !Py_UNICODE_ISLINEBREAK(ch);
    }
    return 0;
}

/* Is ch in the set, a list of members that FAILURE ends? */
int
sre_in_set(const SRE_CODE *set, SRE_CODE ch)
{
    int ok = 1;
    for (;;) {
        switch (*set++) {
        case SRE_OP_FAILURE:
            return !ok;
        case SRE_OP_LITERAL:
            if (ch == set[0]) {
                return ok;
            }
            set++;
            break;
        case SRE_OP_CATEGORY:
            if (in_category(set[0], ch)) {
                return ok;
            }
            set++;
            break;
        case SRE_OP_CHARSET:
            if (ch < 256 && set[ch / 32] >> (ch & 31) & 1) {
                return ok;
            }
            set += 8;
            break;
        case SRE_OP_RANGE:
            if (set[0] <= ch && ch <= set[1]) {
                return ok;
            }
            set += 2;
            break;
        case SRE_OP_RANGE_UNI_IGNORE: {
            if (set[0] <= ch && ch <= set[1]) {
                return ok;
            }
            Py_UCS4 upper = sre_upper_unicode(ch);
            if (set[0] <= upper && upper <= set[1]) {
                return ok;
            }
            set += 2;
            break;
        }
        case SRE_OP_NEGATE:
            ok = !ok;
            break;
        case SRE_OP_BIGCHARSET: {
            /* number of blocks, 256 bytes of their numbers, the blocks */
            SRE_CODE blocks = *set++;
            if (ch < 65536) {
                SRE_CODE block = ((const unsigned char *)set)[ch >> 8];
                const SRE_CODE *bits = set + 64 + 8 * block;
                if (bits[(ch & 255) / 32] >> (ch & 31) & 1) {
                    return ok;
                }
            }
            set += 64 + blocks * 8;
            break;
        }
        default:
            return 0;
        }
    }
}

static int
in_set_by(SRE_CODE op, const SRE_CODE *set, Py_UCS4 ch)
{
    switch (op) {
    case SRE_OP_IN_IGNORE:
        return sre_in_set(set, sre_lower_ascii(ch));
    case SRE_OP_IN_UNI_IGNORE:
        return sre_in_set(set, sre_lower_unicode(ch));
    case SRE_OP_IN_LOC_IGNORE: {
        Py_UCS4 lower = lower_locale(ch), upper;
        if (sre_in_set(set, lower)) {
            return 1;
        }
        upper = upper_locale(ch);
        return upper != lower && sre_in_set(set, upper);
    }
    default:
        return sre_in_set(set, ch);
    }
}

/* Does ch fit the LITERAL of some kind? */
static int
fits_one(SRE_CODE op, SRE_CODE chr, Py_UCS4 ch)
{
    switch (op) {
    case SRE_OP_LITERAL_IGNORE:
        return sre_lower_ascii(ch) == chr;
    case SRE_OP_NOT_LITERAL_IGNORE:
        return sre_lower_ascii(ch) != chr;
    case SRE_OP_LITERAL_UNI_IGNORE:
        return sre_lower_unicode(ch) == chr;
    case SRE_OP_NOT_LITERAL_UNI_IGNORE:
        return sre_lower_unicode(ch) != chr;
    case SRE_OP_LITERAL_LOC_IGNORE:
        return ch == chr || lower_locale(ch) == chr
               || upper_locale(ch) == chr;
    case SRE_OP_NOT_LITERAL_LOC_IGNORE:
        return !(ch == chr || lower_locale(ch) == chr
                 || upper_locale(ch) == chr);
    default:
        return 0;
    }
}

/* -- The backtrack stack ------------------------------------------------- */

static int
stack_grow(struct sre_state *state)
{
    Py_ssize_t capacity = state->capacity ? state->capacity * 2 : 64;
    if ((size_t)capacity > PY_SSIZE_T_MAX / sizeof(struct sre_entry)) {
        return -1;
    }
    struct sre_entry *stack = PyMem_Realloc(
        state->stack, (size_t)capacity * sizeof(struct sre_entry));
    if (stack == NULL) {
        return -1;
    }
    state->stack = stack;
    state->capacity = capacity;
    return 0;
}

static int
repeats_grow(struct sre_state *state)
{
    Py_ssize_t capacity = state->repeats_capacity
                              ? state->repeats_capacity * 2 : 8;
    if ((size_t)capacity > PY_SSIZE_T_MAX / sizeof(struct sre_repeat)) {
        return -1;
    }
    struct sre_repeat *repeats = PyMem_Realloc(
        state->repeats, (size_t)capacity * sizeof(struct sre_repeat));
    if (repeats == NULL) {
        return -1;
    }
    state->repeats = repeats;
    state->repeats_capacity = capacity;
    return 0;
}

static inline void
undo(struct sre_state *state, const struct sre_entry *entry)
{
    switch (entry->kind) {
    case UNDO_MARK:
        state->mark[entry->index] = entry->ptr;
        state->lastindex = entry->n;
        break;
    case UNDO_COUNT:
        state->repeats[entry->index].count = entry->n;
        state->repeats[entry->index].last_ptr = entry->ptr;
        break;
    case UNDO_REPEAT:
        state->repeat = entry->index;
        break;
    case UNDO_NEW:
        state->repeat = entry->index;
        state->n_repeats--;
        break;
    default:
        break;
    }
}

/* Put back everything down to the entry at, which goes too. */
static void
undo_to(struct sre_state *state, Py_ssize_t at)
{
    while (state->sp > at) {
        undo(state, &state->stack[--state->sp]);
    }
}

/* What was matched since the entry at stays as it is: forget the choices and
   the entry itself, keep what is to be undone when something before fails. */
static void
drop_choices(struct sre_state *state, Py_ssize_t at)
{
    Py_ssize_t to = at;
    if (at > 0) {
        for (Py_ssize_t i = at + 1; i < state->sp; i++) {
            if (state->stack[i].kind <= UNDO_NEW) {
                state->stack[to++] = state->stack[i];
            }
        }
    }
    state->sp = to;
}

static inline void
state_clear_marks(struct sre_state *state)
{
    state->lastindex = -1;
    if (state->dirty) {
        memset(state->mark, 0,
               2 * (size_t)state->pattern->groups * sizeof(void *));
        state->dirty = 0;
    }
}

/* -- Expansions ---------------------------------------------------------- */

#define CHAR Py_UCS1
#define SRE(F) sre_ucs1_##F
#include "sre_match.h"
#undef CHAR
#undef SRE

#define CHAR Py_UCS2
#define SRE(F) sre_ucs2_##F
#include "sre_match.h"
#undef CHAR
#undef SRE

#define CHAR Py_UCS4
#define SRE(F) sre_ucs4_##F
#include "sre_match.h"
#undef CHAR
#undef SRE

int
sre_match(struct sre_state *state)
{
    state_clear_marks(state);
    state->ptr = state->start;
    switch (state->charsize) {
    case 1:
        return sre_ucs1_match(state, state->pattern->code);
    case 2:
        return sre_ucs2_match(state, state->pattern->code);
    default:
        return sre_ucs4_match(state, state->pattern->code);
    }
}

int
sre_search(struct sre_state *state)
{
    switch (state->charsize) {
    case 1:
        return sre_ucs1_search(state);
    case 2:
        return sre_ucs2_search(state);
    default:
        return sre_ucs4_search(state);
    }
}
