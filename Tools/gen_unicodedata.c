/* Writes the tables of Modules/unicodedata.

   usage: gen_unicodedata data|names DIRECTORY UNIHAN_NUMERIC OVERRIDES OLD
   OLD lists what Unicode 3.2 had differently. */
#include "unicode_load.h"

static uint32_t values[N_CHARS];

/* -- Lists of short strings ---------------------------------------------- */

struct names {
    const char *items[512];
    int n;
};

static uint32_t
name_index(struct names *names, const char *s)
{
    for (int i = 0; i < names->n; i++) {
        if (strcmp(names->items[i], s) == 0) {
            return (uint32_t)i;
        }
    }
    names->items[names->n] = s;
    return (uint32_t)names->n++;
}

static void
write_names(const char *array, const struct names *names)
{
    printf("static const char *const %s[%d] = {", array, names->n);
    for (int i = 0; i < names->n; i++) {
        printf("%s\"%s\",", i % 8 ? " " : "\n    ", names->items[i]);
    }
    printf("\n};\n\n");
}

static struct names categories = {{"Cn"}, 1};
static struct names bidis = {{""}, 1};
static struct names widths = {{"F"}, 1};
static struct names prefixes = {{""}, 1};

/* -- Records ------------------------------------------------------------- */

struct record {
    uint32_t category, combining, bidi, mirrored, width, quick;
};
static struct record records[2000];

static void
write_records(void)
{
    int n = 1;
    for (uint32_t c = 0; c < N_CHARS; c++) {
        const struct uchar *u = &chars[c];
        values[c] = 0;
        if (!u->assigned) {
            continue;
        }
        struct record r = {
            name_index(&categories, u->category), (uint32_t)u->combining,
            name_index(&bidis, u->bidi), (uint32_t)u->mirrored,
            name_index(&widths, u->width),
            (uint32_t)(u->quick[0] | u->quick[1] << 2 | u->quick[2] << 4
                       | u->quick[3] << 6)};
        int i = 1;
        while (i < n && memcmp(&records[i], &r, sizeof(r)) != 0) {
            i++;
        }
        if (i == n) {
            records[n++] = r;
        }
        values[c] = (uint32_t)i;
    }
    printf("static const struct ucd_record ucd_records[%d] = {\n", n);
    for (int i = 0; i < n; i++) {
        printf("    {%u, %u, %u, %u, %u, %u},\n", records[i].category,
               records[i].combining, records[i].bidi, records[i].mirrored,
               records[i].width, records[i].quick);
    }
    puts("};\n");
    write_two_level("ucd_record", values, N_CHARS);
}

/* -- Unicode 3.2 --------------------------------------------------------- */

struct change {
    uint32_t category, bidi, decimal, mirrored, width;
    const char *numeric;
};
static struct change changes[N_CHARS];
static struct change kinds[1000];

static void
write_changes(const char *name)
{
    static const struct change none = {255, 255, 255, 255, 255, "0.0"};
    char line[1024], *f[3];
    int n = 2;
    for (uint32_t c = 0; c < N_CHARS; c++) {
        changes[c] = none;
    }
    FILE *file = open_data(name);
    while (read_fields(file, line, sizeof(line), f, 3)) {
        uint32_t first, last;
        read_range(f[0], &first, &last);
        const char *value = keep(f[2]);
        for (uint32_t c = first; c <= last; c++) {
            struct change *to = &changes[c];
            if (strcmp(f[1], "category") == 0) {
                to->category = name_index(&categories, value);
            }
            else if (strcmp(f[1], "bidi") == 0) {
                to->bidi = name_index(&bidis, value);
            }
            else if (strcmp(f[1], "decimal") == 0) {
                to->decimal = (uint32_t)(atoi(value) < 0 ? 254
                                                         : atoi(value));
            }
            else if (strcmp(f[1], "mirrored") == 0) {
                to->mirrored = (uint32_t)atoi(value);
            }
            else if (strcmp(f[1], "width") == 0) {
                to->width = name_index(&widths, value);
            }
            else if (strcmp(f[1], "numeric") == 0) {
                to->numeric = value;
            }
            else {
                die("unknown property", f[1]);
            }
        }
    }
    fclose(file);
    kinds[0] = none;
    kinds[1] = none;
    kinds[1].category = 0;      /* not assigned then */
    for (uint32_t c = 0; c < N_CHARS; c++) {
        if (!chars[c].assigned || chars[c].age > 302) {
            values[c] = 1;
            continue;
        }
        int i = 0;
        while (i < n
               && (kinds[i].category != changes[c].category
                   || kinds[i].bidi != changes[c].bidi
                   || kinds[i].decimal != changes[c].decimal
                   || kinds[i].mirrored != changes[c].mirrored
                   || kinds[i].width != changes[c].width
                   || strcmp(kinds[i].numeric, changes[c].numeric) != 0)) {
            i++;
        }
        if (i == n) {
            kinds[n++] = changes[c];
        }
        values[c] = (uint32_t)i;
    }
    printf("static const struct ucd_change ucd_changes[%d] = {\n", n);
    for (int i = 0; i < n; i++) {
        printf("    {%u, %u, %u, %u, %u, %s},\n", kinds[i].category,
               kinds[i].bidi, kinds[i].decimal, kinds[i].mirrored,
               kinds[i].width, kinds[i].numeric);
    }
    puts("};\n");
    write_two_level("ucd_change", values, N_CHARS);
}

static void
write_corrections(void)
{
    char line[1024], *f[4];
    FILE *file = open_data("NormalizationCorrections.txt");
    puts("/* Decompositions that were corrected after 3.2: character, then. */");
    puts("static const Py_UCS4 ucd_corrections[][2] = {");
    while (read_fields(file, line, sizeof(line), f, 4)) {
        if (strcmp(f[3], "3.2.0") != 0) {
            printf("    {0x%s, 0x%s},\n", f[0], f[1]);
        }
    }
    puts("};\n");
    fclose(file);
}

/* -- Decomposition ------------------------------------------------------- */

static uint32_t decompositions[40000];

struct pair {
    uint32_t first, second, whole;
};
static struct pair pairs[4000];

static int
pair_order(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    return x->second < y->second ? -1 : x->second > y->second;
}

static void
write_decompositions(void)
{
    size_t n = 1, n_pairs = 0;
    for (uint32_t c = 0; c < N_CHARS; c++) {
        values[c] = 0;
        const char *text = chars[c].decomposition;
        if (*text == '\0') {
            continue;
        }
        uint32_t prefix = 0, codes[32];
        if (*text == '<') {
            char tag[32];
            const char *close = strchr(text, '>');
            snprintf(tag, sizeof(tag), "%.*s", (int)(close - text + 1), text);
            prefix = name_index(&prefixes, strdup(tag));
            text = close + 1;
        }
        int count = read_sequence(text, codes, 32);
        values[c] = (uint32_t)n;
        decompositions[n++] = (uint32_t)count << 8 | prefix;
        for (int i = 0; i < count; i++) {
            decompositions[n++] = codes[i];
        }
        if (prefix == 0 && count == 2 && !chars[c].excluded
            && chars[codes[0]].combining == 0) {
            pairs[n_pairs++] = (struct pair){codes[0], codes[1], c};
        }
    }
    write_names("ucd_decomposition_prefixes", &prefixes);
    write_array("Py_UCS4", "ucd_decompositions", decompositions, n);
    write_two_level("ucd_decomposition", values, N_CHARS);
    qsort(pairs, n_pairs, sizeof(pairs[0]), pair_order);
    printf("static const struct ucd_pair ucd_pairs[%zu] = {\n", n_pairs);
    for (size_t i = 0; i < n_pairs; i++) {
        printf("    {0x%x, 0x%x, 0x%x},\n", pairs[i].first, pairs[i].second,
               pairs[i].whole);
    }
    puts("};\n");
}

/* -- Names ---------------------------------------------------------------

   A name is a sequence of words, a word one or two bytes: the most frequent
   WORDS_SHORT words take one.  Names end with the byte of word 0, "". */
#define WORDS_SHORT 190
#define N_HASH 131072

struct word {
    char *text;
    int count;
};
static struct word words[40000];
static int n_words;
static int word_hash[N_HASH];

struct entry {
    const char *name;
    uint32_t code;              /* or 0x110000 + number, for aliases and
                                   sequences */
};
static struct entry entries[60000];
static uint32_t n_entries;

static uint32_t
hash_of(const char *s)
{
    uint32_t h = 0;
    for (; *s; s++) {
        h = h * 47 + (unsigned char)*s;
        h ^= h >> 15;
    }
    return h;
}

static int
word_find(const char *text)
{
    uint32_t at = hash_of(text) & (N_HASH - 1);
    while (word_hash[at] != 0) {
        if (strcmp(words[word_hash[at]].text, text) == 0) {
            return word_hash[at];
        }
        at = (at + 1) & (N_HASH - 1);
    }
    word_hash[at] = ++n_words;
    words[n_words].text = strdup(text);
    return n_words;
}

static int
word_order(const void *a, const void *b)
{
    const struct word *x = a, *y = b;
    if (x->count != y->count) {
        return y->count - x->count;
    }
    return strcmp(x->text, y->text);
}

static void
each_word(const char *name, void (*visit)(const char *word))
{
    char copy[512], *rest = copy, *word;
    snprintf(copy, sizeof(copy), "%s", name);
    while ((word = strsep(&rest, " ")) != NULL) {
        visit(word);
    }
}

static void
count_word(const char *word)
{
    words[word_find(word)].count++;
}

static unsigned char phrases[1000000];
static uint32_t n_phrases = 1;

static void
put_word(const char *word)
{
    int i = word_find(word);
    if (i < WORDS_SHORT) {
        phrases[n_phrases++] = (unsigned char)i;
    }
    else {
        i -= WORDS_SHORT;
        phrases[n_phrases++] = (unsigned char)(WORDS_SHORT + (i >> 8));
        phrases[n_phrases++] = (unsigned char)i;
    }
}

static void
load_names(void)
{
    char line[1024], *f[3];
    for (uint32_t c = 0; c < N_CHARS; c++) {
        const char *name = chars[c].name;
        if (name != NULL && strncmp(name, "CJK UNIFIED IDEOGRAPH-", 22) != 0) {
            entries[n_entries++] = (struct entry){name, c};
        }
    }
    uint32_t special = N_CHARS;
    FILE *file = open_data("NameAliases.txt");
    puts("static const Py_UCS4 ucd_aliases[] = {");
    while (read_fields(file, line, sizeof(line), f, 3)) {
        uint32_t c = (uint32_t)strtoul(f[0], NULL, 16);
        if (!chars[c].assigned) {
            continue;
        }
        printf("    0x%x,\n", c);
        entries[n_entries++] = (struct entry){strdup(f[1]), special++};
    }
    fclose(file);
    puts("};\n");
    printf("#define UCD_N_ALIASES %u\n\n", special - N_CHARS);
    file = open_data("NamedSequences.txt");
    puts("/* length, then the characters */");
    puts("static const Py_UCS2 ucd_sequences[][5] = {");
    while (read_fields(file, line, sizeof(line), f, 2)) {
        uint32_t codes[4];
        int n = read_sequence(f[1], codes, 4), known = 1;
        for (int i = 0; i < n; i++) {
            known = known && chars[codes[i]].assigned && codes[i] < 0x10000;
        }
        if (!known) {
            die("sequence", f[0]);
        }
        printf("    {%d, 0x%x, 0x%x, 0x%x, 0x%x},\n", n, codes[0], codes[1],
               codes[2], codes[3]);
        entries[n_entries++] = (struct entry){strdup(f[0]), special++};
    }
    fclose(file);
    puts("};\n");
}

static uint32_t name_hash[N_HASH];
static uint32_t phrase_index[N_CHARS + 4096];

static void
write_character_names(void)
{
    load_names();
    for (uint32_t i = 0; i < n_entries; i++) {
        each_word(entries[i].name, count_word);
    }
    words[0] = (struct word){"", 1 << 30};
    if (WORDS_SHORT + (n_words - WORDS_SHORT) / 256 > 255) {
        die("too many words for", "WORDS_SHORT");
    }
    qsort(words, (size_t)n_words + 1, sizeof(words[0]), word_order);
    memset(word_hash, 0, sizeof(word_hash));
    puts("/* The words: the last byte of each has its high bit set. */");
    puts("static const unsigned char ucd_lexicon[] = {");
    uint32_t *offsets = calloc((size_t)n_words + 2, sizeof(uint32_t));
    uint32_t at = 0;
    for (int i = 0; i <= n_words; i++) {
        const char *text = words[i].text;
        offsets[i] = at;
        if (i > 0) {
            uint32_t h = hash_of(text) & (N_HASH - 1);
            while (word_hash[h] != 0) {
                h = (h + 1) & (N_HASH - 1);
            }
            word_hash[h] = i;
        }
        size_t n = strlen(text);
        printf("   ");
        for (size_t j = 0; j < n; j++) {
            printf(" %d,", text[j] | (j + 1 == n ? 128 : 0));
        }
        if (n == 0) {
            printf(" 128,");
        }
        puts("");
        at += n ? (uint32_t)n : 1;
    }
    puts("};\n");
    printf("#define UCD_WORDS_SHORT %d\n", WORDS_SHORT);
    write_array("uint32_t", "ucd_words", offsets, (size_t)n_words + 1);
    /* a name in the empty word's index would end others */
    size_t longest = 0;
    for (uint32_t i = 0; i < n_entries; i++) {
        size_t n = strlen(entries[i].name);
        longest = n > longest ? n : longest;
        phrase_index[entries[i].code] = n_phrases;
        each_word(entries[i].name, put_word);
        phrases[n_phrases++] = 0;
        uint32_t h = hash_of(entries[i].name) & (N_HASH - 1);
        while (name_hash[h] != 0) {
            h = (h + 1) & (N_HASH - 1);
        }
        name_hash[h] = entries[i].code + 1;
    }
    printf("#define UCD_NAME_MAX %zu\n\n", longest);
    uint32_t *bytes = calloc(n_phrases, sizeof(uint32_t));
    for (uint32_t i = 0; i < n_phrases; i++) {
        bytes[i] = phrases[i];
    }
    write_array("unsigned char", "ucd_phrases", bytes, n_phrases);
    write_two_level("ucd_phrase", phrase_index, N_CHARS + 4096);
    printf("#define UCD_HASH_MASK %d\n", N_HASH - 1);
    write_array("uint32_t", "ucd_name_hash", name_hash, N_HASH);
}

int
main(int argc, char **argv)
{
    if (argc != 6) {
        die("usage", "gen_unicodedata data|names DIRECTORY UNIHAN_NUMERIC "
                     "OVERRIDES OLD");
    }
    load_all(argv[2], argv[3], argv[4]);
    puts("/* Generated by Tools/gen_unicodedata.c from the Unicode character "
         "database. */\n");
    if (strcmp(argv[1], "names") == 0) {
        write_character_names();
        return 0;
    }
    write_records();
    write_changes(argv[5]);
    write_corrections();
    write_decompositions();
    write_names("ucd_categories", &categories);
    write_names("ucd_bidis", &bidis);
    write_names("ucd_widths", &widths);
    return 0;
}
