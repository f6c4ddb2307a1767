/* The matching engine of re: codes, objects, and the state of a match. */
#ifndef SRE_H
#define SRE_H

#include "Python.h"

/* What re._constants of the library calls MAGIC. */
#define SRE_MAGIC 20220615

typedef Py_UCS4 SRE_CODE;
#define SRE_MAXREPEAT (~(SRE_CODE)0)
#define SRE_MAXGROUPS ((SRE_CODE)INT32_MAX / 2)

enum sre_op {
    SRE_OP_FAILURE, SRE_OP_SUCCESS, SRE_OP_ANY, SRE_OP_ANY_ALL,
    SRE_OP_ASSERT, SRE_OP_ASSERT_NOT, SRE_OP_AT, SRE_OP_BRANCH,
    SRE_OP_CATEGORY, SRE_OP_CHARSET, SRE_OP_BIGCHARSET, SRE_OP_GROUPREF,
    SRE_OP_GROUPREF_EXISTS, SRE_OP_IN, SRE_OP_INFO, SRE_OP_JUMP,
    SRE_OP_LITERAL, SRE_OP_MARK, SRE_OP_MAX_UNTIL, SRE_OP_MIN_UNTIL,
    SRE_OP_NOT_LITERAL, SRE_OP_NEGATE, SRE_OP_RANGE, SRE_OP_REPEAT,
    SRE_OP_REPEAT_ONE, SRE_OP_SUBPATTERN, SRE_OP_MIN_REPEAT_ONE,
    SRE_OP_ATOMIC_GROUP, SRE_OP_POSSESSIVE_REPEAT,
    SRE_OP_POSSESSIVE_REPEAT_ONE, SRE_OP_GROUPREF_IGNORE, SRE_OP_IN_IGNORE,
    SRE_OP_LITERAL_IGNORE, SRE_OP_NOT_LITERAL_IGNORE,
    SRE_OP_GROUPREF_LOC_IGNORE, SRE_OP_IN_LOC_IGNORE,
    SRE_OP_LITERAL_LOC_IGNORE, SRE_OP_NOT_LITERAL_LOC_IGNORE,
    SRE_OP_GROUPREF_UNI_IGNORE, SRE_OP_IN_UNI_IGNORE,
    SRE_OP_LITERAL_UNI_IGNORE, SRE_OP_NOT_LITERAL_UNI_IGNORE,
    SRE_OP_RANGE_UNI_IGNORE
};

enum sre_at {
    SRE_AT_BEGINNING, SRE_AT_BEGINNING_LINE, SRE_AT_BEGINNING_STRING,
    SRE_AT_BOUNDARY, SRE_AT_NON_BOUNDARY, SRE_AT_END, SRE_AT_END_LINE,
    SRE_AT_END_STRING, SRE_AT_LOC_BOUNDARY, SRE_AT_LOC_NON_BOUNDARY,
    SRE_AT_UNI_BOUNDARY, SRE_AT_UNI_NON_BOUNDARY
};

enum sre_category {
    SRE_CATEGORY_DIGIT, SRE_CATEGORY_NOT_DIGIT, SRE_CATEGORY_SPACE,
    SRE_CATEGORY_NOT_SPACE, SRE_CATEGORY_WORD, SRE_CATEGORY_NOT_WORD,
    SRE_CATEGORY_LINEBREAK, SRE_CATEGORY_NOT_LINEBREAK,
    SRE_CATEGORY_LOC_WORD, SRE_CATEGORY_LOC_NOT_WORD,
    SRE_CATEGORY_UNI_DIGIT, SRE_CATEGORY_UNI_NOT_DIGIT,
    SRE_CATEGORY_UNI_SPACE, SRE_CATEGORY_UNI_NOT_SPACE,
    SRE_CATEGORY_UNI_WORD, SRE_CATEGORY_UNI_NOT_WORD,
    SRE_CATEGORY_UNI_LINEBREAK, SRE_CATEGORY_UNI_NOT_LINEBREAK
};

enum {
    SRE_INFO_PREFIX = 1,        /* begins with a known text */
    SRE_INFO_LITERAL = 2,       /* is that text */
    SRE_INFO_CHARSET = 4        /* begins with a character of a set */
};

enum {
    SRE_FLAG_TEMPLATE = 1, SRE_FLAG_IGNORECASE = 2, SRE_FLAG_LOCALE = 4,
    SRE_FLAG_MULTILINE = 8, SRE_FLAG_DOTALL = 16, SRE_FLAG_UNICODE = 32,
    SRE_FLAG_VERBOSE = 64, SRE_FLAG_DEBUG = 128, SRE_FLAG_ASCII = 256
};

enum { SRE_ERROR_ILLEGAL = -1, SRE_ERROR_MEMORY = -9,
       SRE_ERROR_INTERRUPTED = -10 };

/* -- Objects ------------------------------------------------------------- */

/* The members of a set below 256, as bits. */
struct sre_bitmap {
    uint64_t bits[4];
};

typedef struct {
    PyObject_VAR_HEAD
    Py_ssize_t groups;          /* without group 0 */
    PyObject *groupindex;       /* dict: name to number */
    PyObject *indexgroup;       /* tuple: number to name or None */
    PyObject *pattern;          /* source, or None */
    int flags;
    PyObject *weakreflist;
    int isbytes;                /* of the pattern: 1, 0, or -1 for any */
    uint32_t *set_index;        /* by place of a set's length word: its bitmap
                                   + 1, or 0; owned, may be NULL */
    struct sre_bitmap *bitmaps; /* owned */
    Py_ssize_t codesize;
    SRE_CODE code[];
} PatternObject;

typedef struct {
    PyObject_VAR_HEAD
    PyObject *string;           /* what was matched */
    PyObject *regs;             /* cached tuple of spans, or NULL */
    PatternObject *pattern;
    Py_ssize_t pos, endpos;
    Py_ssize_t lastindex;       /* -1: none */
    Py_ssize_t groups;          /* with group 0 */
    Py_ssize_t mark[];          /* start and end of each; -1: not matched */
} MatchObject;

/* -- The state of a match ------------------------------------------------ */

/* One use of a repeated group. */
struct sre_repeat {
    Py_ssize_t count;           /* bodies matched, -1 before the first UNTIL */
    const SRE_CODE *pattern;    /* skip, min, max, body */
    const void *last_ptr;       /* where the last body began */
    Py_ssize_t prev;            /* the repeat around it, or -1 */
};

/* What failure does, the newest first.  UNDO entries put something back and
   failure goes on; choices continue the match in another way; fences are where
   an assertion or an atomic group begins. */
enum sre_entry_kind {
    UNDO_MARK,                  /* mark[index] = ptr, lastindex = n */
    UNDO_COUNT,                 /* repeats[index].count = n, last_ptr = ptr */
    UNDO_REPEAT,                /* repeat = index */
    UNDO_NEW,                   /* drop the newest repeat; repeat = index */
    CHOICE_BRANCH,              /* the alternatives from pc on, at ptr */
    CHOICE_ONE,                 /* n characters from ptr were taken: fewer */
    CHOICE_MIN_ONE,             /* n characters before ptr were taken: more */
    CHOICE_TAIL,                /* leave the repeat and go on at pc */
    CHOICE_BODY,                /* another body of repeats[index], at ptr */
    FENCE_ATOMIC,               /* pc: skip; index: the fence around it */
    FENCE_ASSERT,               /* the same; ptr: where to go on */
    FENCE_ASSERT_NOT,
    FENCE_POSSESSIVE            /* pc: skip, min, max; n bodies before */
};

struct sre_entry {
    enum sre_entry_kind kind;
    Py_ssize_t index;
    const SRE_CODE *pc;
    const void *ptr;
    Py_ssize_t n;
};

struct sre_state {
    PatternObject *pattern;     /* borrowed */
    PyObject *string;           /* owned */
    Py_buffer buffer;           /* of a string that is no str */
    int charsize;               /* 1, 2 or 4 */
    int isbytes;
    const void *beginning;      /* of the string */
    const void *start;          /* where to look from, then where found */
    const void *end;            /* where it ends for us */
    const void *ptr;            /* end of the match */
    int must_advance;           /* an empty match at start does not count */
    int match_all;              /* the match must reach end */
    Py_ssize_t lastindex;
    const void **mark;          /* two for each group, NULL: not set */
    int dirty;                  /* some mark was set */
    struct sre_entry *stack;
    Py_ssize_t sp, capacity;
    Py_ssize_t fence;           /* index of the innermost fence, or -1 */
    struct sre_repeat *repeats;
    Py_ssize_t n_repeats, repeats_capacity;
    Py_ssize_t repeat;          /* the innermost repeat, or -1 */
    unsigned int ticks;         /* backtracks, to look for signals */
};

/* -- Engine (sre_engine.c) ----------------------------------------------- */

/* 1 found, 0 not, or SRE_ERROR_*. */
extern int sre_match(struct sre_state *state);
extern int sre_search(struct sre_state *state);
extern int sre_in_set(const SRE_CODE *set, SRE_CODE ch);
extern Py_UCS4 sre_lower_ascii(Py_UCS4 ch);
extern Py_UCS4 sre_lower_unicode(Py_UCS4 ch);
extern Py_UCS4 sre_upper_unicode(Py_UCS4 ch);

/* -- Compilation (sre_compile.c) ----------------------------------------- */

/* Checks code that Python made; 0, or -1 with RuntimeError. */
extern int sre_validate(PatternObject *self);
/* Makes the bitmaps of its sets. */
extern int sre_make_bitmaps(PatternObject *self);

#endif /* !SRE_H */
