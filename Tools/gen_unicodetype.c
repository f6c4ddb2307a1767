/* Writes unicodetype_db.h, the tables of Objects/unicodectype.c.

   usage: gen_unicodetype DIRECTORY UNIHAN_NUMERIC OVERRIDES */
#include "unicode_load.h"

/* The bits of Objects/unicodectype.c. */
enum {
    F_ALPHA = 1 << 0, F_DECIMAL = 1 << 1, F_DIGIT = 1 << 2,
    F_LOWER = 1 << 3, F_LINEBREAK = 1 << 4, F_SPACE = 1 << 5,
    F_TITLE = 1 << 6, F_UPPER = 1 << 7, F_XID_START = 1 << 8,
    F_XID_CONTINUE = 1 << 9, F_PRINTABLE = 1 << 10, F_NUMERIC = 1 << 11,
    F_CASE_IGNORABLE = 1 << 12, F_CASED = 1 << 13, F_EXTENDED = 1 << 14
};

struct record {
    int32_t upper, lower, title, fold;
    unsigned int flags, decimal, digit;
};

static struct record records[2000];
static int n_records;
static uint32_t sequences[4000];        /* of special cases */
static uint32_t n_sequences;
static uint32_t record_index[N_CHARS];
static const char *numerics[1000];
static int n_numerics;
static uint32_t numeric_index[N_CHARS];

static int
is_one_of(const char *s, const char *const *list)
{
    for (; *list; list++) {
        if (strcmp(s, *list) == 0) {
            return 1;
        }
    }
    return 0;
}

static unsigned int
flags_of(const struct uchar *u, uint32_t c)
{
    static const char *const letters[] = {"Lm", "Lt", "Lu", "Ll", "Lo", NULL};
    static const char *const hidden[] = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl",
                                         "Zp", "Zs", NULL};
    static const char *const spaces[] = {"WS", "B", "S", NULL};
    unsigned int flags = 0;
    if (!u->assigned) {
        return 0;
    }
    flags |= is_one_of(u->category, letters) ? F_ALPHA : 0;
    flags |= u->properties & P_LOWERCASE ? F_LOWER : 0;
    flags |= u->properties & P_UPPERCASE ? F_UPPER : 0;
    flags |= u->properties & P_LINE_BREAK || strcmp(u->bidi, "B") == 0
                 ? F_LINEBREAK : 0;
    flags |= strcmp(u->category, "Zs") == 0 || is_one_of(u->bidi, spaces)
                 ? F_SPACE : 0;
    flags |= strcmp(u->category, "Lt") == 0 ? F_TITLE : 0;
    flags |= c == ' ' || !is_one_of(u->category, hidden) ? F_PRINTABLE : 0;
    flags |= u->properties & P_XID_START ? F_XID_START : 0;
    flags |= u->properties & P_XID_CONTINUE ? F_XID_CONTINUE : 0;
    flags |= u->properties & P_CASE_IGNORABLE ? F_CASE_IGNORABLE : 0;
    flags |= u->properties & P_CASED ? F_CASED : 0;
    flags |= *u->decimal ? F_DECIMAL : 0;
    flags |= *u->digit ? F_DIGIT : 0;
    flags |= *u->numeric ? F_NUMERIC : 0;
    return flags;
}

/* Where the sequence is in sequences[], times 4, plus its length. */
static int32_t
add_sequence(const uint32_t *sequence)
{
    uint32_t n = 0;
    while (n < 3 && sequence[n] != 0) {
        n++;
    }
    for (uint32_t i = 0; i + n <= n_sequences; i++) {
        if (memcmp(sequences + i, sequence, n * sizeof(uint32_t)) == 0) {
            return (int32_t)(i << 2 | n);
        }
    }
    memcpy(sequences + n_sequences, sequence, n * sizeof(uint32_t));
    n_sequences += n;
    return (int32_t)((n_sequences - n) << 2 | n);
}

static void
set_cases(struct record *r, const struct uchar *u, uint32_t c)
{
    const struct special *special = NULL;
    const struct folding *folding = NULL;
    for (int i = 0; i < n_specials; i++) {
        if (specials[i].code == c) {
            special = &specials[i];
        }
    }
    for (int i = 0; i < n_foldings; i++) {
        if (foldings[i].code == c) {
            folding = &foldings[i];
        }
    }
    uint32_t lower[3] = {u->lower}, title[3] = {u->title};
    uint32_t upper[3] = {u->upper};
    if (special == NULL
        && (folding == NULL
            || (folding->to[0] == u->lower && folding->to[1] == 0))
        && (folding != NULL || u->lower == c)) {
        r->upper = (int32_t)(u->upper - c);
        r->lower = (int32_t)(u->lower - c);
        r->title = (int32_t)(u->title - c);
        r->fold = (int32_t)(u->lower - c);
        return;
    }
    if (special != NULL) {
        memcpy(lower, special->lower, sizeof(lower));
        memcpy(title, special->title, sizeof(title));
        memcpy(upper, special->upper, sizeof(upper));
    }
    uint32_t self[3] = {c};
    r->flags |= F_EXTENDED;
    r->lower = add_sequence(lower);
    r->title = add_sequence(title);
    r->upper = add_sequence(upper);
    r->fold = add_sequence(folding != NULL ? folding->to : self);
}

static void
make_tables(void)
{
    n_records = 1;              /* 0: nothing at all */
    for (uint32_t c = 0; c < N_CHARS; c++) {
        const struct uchar *u = &chars[c];
        struct record r;
        memset(&r, 0, sizeof(r));
        r.flags = flags_of(u, c);
        r.decimal = *u->decimal ? (unsigned int)atoi(u->decimal) : 0;
        r.digit = *u->digit ? (unsigned int)atoi(u->digit) : 0;
        if (u->assigned) {
            set_cases(&r, u, c);
        }
        int i = 0;
        while (i < n_records && memcmp(&records[i], &r, sizeof(r)) != 0) {
            i++;
        }
        if (i == n_records) {
            records[n_records++] = r;
        }
        record_index[c] = (uint32_t)i;
        if (*u->numeric) {
            int j = 1;
            while (j <= n_numerics && strcmp(numerics[j], u->numeric) != 0) {
                j++;
            }
            if (j > n_numerics) {
                numerics[++n_numerics] = u->numeric;
            }
            numeric_index[c] = (uint32_t)j;
        }
    }
}

int
main(int argc, char **argv)
{
    if (argc != 4) {
        die("usage", "gen_unicodetype DIRECTORY UNIHAN_NUMERIC OVERRIDES");
    }
    load_all(argv[1], argv[2], argv[3]);
    make_tables();
    puts("/* Generated by Tools/gen_unicodetype.c from the Unicode character "
         "database. */\n");
    printf("static const struct unicode_type unicode_types[%d] = {\n",
           n_records);
    for (int i = 0; i < n_records; i++) {
        const struct record *r = &records[i];
        printf("    {%d, %d, %d, %d, %u, %u, 0x%x},\n", (int)r->upper,
               (int)r->lower, (int)r->title, (int)r->fold, r->decimal,
               r->digit, r->flags);
    }
    puts("};\n");
    write_array("Py_UCS4", "unicode_case_sequences", sequences, n_sequences);
    printf("static const double unicode_numeric_values[%d] = {\n    -1.0,\n",
           n_numerics + 1);
    for (int i = 1; i <= n_numerics; i++) {
        long long top = strtoll(numerics[i], NULL, 10);
        const char *slash = strchr(numerics[i], '/');
        if (slash != NULL) {
            printf("    %lld.0 / %s.0,\n", top, slash + 1);
        }
        else {
            printf("    %lld.0,\n", top);
        }
    }
    puts("};\n");
    write_two_level("unicode_type", record_index, N_CHARS);
    write_two_level("unicode_numeric", numeric_index, N_CHARS);
    return 0;
}
