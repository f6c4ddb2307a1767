/* Reads the files of the Unicode character database into one table, as of the
   version that Python 3.11 has: 14.0.  Characters that came later count as
   unassigned. */
#ifndef UNICODE_LOAD_H
#define UNICODE_LOAD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_CHARS 0x110000

struct uchar {
    const char *name;           /* NULL: none, or made by rule */
    const char *category;       /* "Cn" where unassigned */
    const char *bidi;           /* "" where unassigned */
    const char *width;          /* East Asian; "" where unassigned */
    const char *decomposition;  /* "" where there is none */
    const char *decimal, *digit, *numeric;      /* "" where there is none */
    int combining;
    int mirrored;
    int assigned;
    int age;                    /* major * 100 + minor */
    uint32_t upper, lower, title;               /* itself where none */
    unsigned int properties;
    unsigned char quick[4];     /* NFD NFKD NFC NFKC: 0 yes, 1 maybe, 2 no */
    int excluded;               /* from composition */
};

enum property {
    P_UPPERCASE = 1 << 0, P_LOWERCASE = 1 << 1, P_XID_START = 1 << 2,
    P_XID_CONTINUE = 1 << 3, P_CASE_IGNORABLE = 1 << 4, P_CASED = 1 << 5,
    P_LINE_BREAK = 1 << 6
};

static struct uchar chars[N_CHARS];

/* special casing, unconditional: up to three characters each */
struct special {
    uint32_t code;
    uint32_t lower[3], title[3], upper[3];
};
static struct special specials[256];
static int n_specials;

struct folding {
    uint32_t code;
    uint32_t to[3];
};
static struct folding foldings[4096];
static int n_foldings;

static const char *data_dir;

static _Noreturn void
die(const char *what, const char *name)
{
    fprintf(stderr, "gen_unicode: %s: %s\n", what, name);
    exit(1);
}

static FILE *
open_data(const char *name)
{
    char path[1024];
    if (name[0] == '/' || name[0] == '.') {
        snprintf(path, sizeof(path), "%s", name);
    }
    else {
        snprintf(path, sizeof(path), "%s/%s", data_dir, name);
    }
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        die("cannot open", path);
    }
    return f;
}

static char *
trim(char *s)
{
    while (*s == ' ' || *s == '\t') {
        s++;
    }
    char *end = s + strlen(s);
    while (end > s && strchr(" \t\r\n", end[-1])) {
        *--end = '\0';
    }
    return s;
}

/* The fields of the next line that has some; 0 at the end of the file. */
static int
read_fields(FILE *f, char *line, size_t size, char **fields, int max)
{
    while (fgets(line, (int)size, f)) {
        char *hash = strchr(line, '#');
        if (hash != NULL) {
            *hash = '\0';
        }
        if (*trim(line) == '\0') {
            continue;
        }
        int n = 0;
        char *p = line;
        while (n < max && p != NULL) {
            char *semicolon = strchr(p, ';');
            if (semicolon != NULL) {
                *semicolon = '\0';
            }
            fields[n++] = trim(p);
            p = semicolon ? semicolon + 1 : NULL;
        }
        for (int i = n; i < max; i++) {
            fields[i] = line + strlen(line);
        }
        return n;
    }
    return 0;
}

/* "0041" or "0041..005A" */
static void
read_range(const char *text, uint32_t *first, uint32_t *last)
{
    char *rest;
    *first = *last = (uint32_t)strtoul(text, &rest, 16);
    if (rest[0] == '.' && rest[1] == '.') {
        *last = (uint32_t)strtoul(rest + 2, NULL, 16);
    }
}

/* Up to max characters in hexadecimal; returns how many. */
static int
read_sequence(const char *text, uint32_t *to, int max)
{
    int n = 0;
    char *rest;
    while (*text) {
        uint32_t c = (uint32_t)strtoul(text, &rest, 16);
        if (rest == text) {
            break;
        }
        if (n < max) {
            to[n++] = c;
        }
        text = rest;
    }
    for (int i = n; i < max; i++) {
        to[i] = 0;
    }
    return n;
}

static const char *
keep(const char *s)
{
    return *s ? strdup(s) : "";
}

static void
load_age(void)
{
    char line[1024], *f[2];
    FILE *file = open_data("DerivedAge.txt");
    while (read_fields(file, line, sizeof(line), f, 2)) {
        uint32_t first, last;
        int major, minor;
        read_range(f[0], &first, &last);
        sscanf(f[1], "%d.%d", &major, &minor);
        for (uint32_t c = first; c <= last; c++) {
            chars[c].age = major * 100 + minor;
        }
    }
    fclose(file);
}

static int
in_version(uint32_t c)
{
    return chars[c].age != 0 && chars[c].age <= 1400;
}

static void
load_unicode_data(void)
{
    char line[2048], *f[15];
    FILE *file = open_data("UnicodeData.txt");
    uint32_t first = 0;
    for (uint32_t c = 0; c < N_CHARS; c++) {
        chars[c] = (struct uchar){.category = "Cn", .bidi = "", .width = "",
                                  .decomposition = "", .decimal = "",
                                  .digit = "", .numeric = "", .upper = c,
                                  .lower = c, .title = c,
                                  .age = chars[c].age};
    }
    while (read_fields(file, line, sizeof(line), f, 15)) {
        uint32_t c = (uint32_t)strtoul(f[0], NULL, 16);
        size_t n = strlen(f[1]);
        int is_first = n > 8 && strcmp(f[1] + n - 8, ", First>") == 0;
        int is_last = n > 7 && strcmp(f[1] + n - 7, ", Last>") == 0;
        if (is_first) {
            first = c;
            continue;
        }
        struct uchar u = {
            .name = is_last || f[1][0] == '<' ? NULL : strdup(f[1]),
            .category = strdup(f[2]), .combining = atoi(f[3]),
            .bidi = keep(f[4]), .decomposition = keep(f[5]),
            .decimal = keep(f[6]), .digit = keep(f[7]),
            .numeric = keep(f[8]), .mirrored = f[9][0] == 'Y',
            .assigned = 1, .width = "N"};
        for (uint32_t i = is_last ? first : c; i <= c; i++) {
            if (!in_version(i)) {
                continue;
            }
            int age = chars[i].age;
            chars[i] = u;
            chars[i].age = age;
            chars[i].upper = *f[12] ? (uint32_t)strtoul(f[12], NULL, 16) : i;
            chars[i].lower = *f[13] ? (uint32_t)strtoul(f[13], NULL, 16) : i;
            chars[i].title = *f[14] ? (uint32_t)strtoul(f[14], NULL, 16)
                                    : chars[i].upper;
        }
    }
    fclose(file);
}

static void
load_property(const char *name, const char *property, unsigned int bit)
{
    char line[1024], *f[2];
    FILE *file = open_data(name);
    while (read_fields(file, line, sizeof(line), f, 2)) {
        if (strcmp(f[1], property) == 0) {
            uint32_t first, last;
            read_range(f[0], &first, &last);
            for (uint32_t c = first; c <= last; c++) {
                if (chars[c].assigned) {
                    chars[c].properties |= bit;
                }
            }
        }
    }
    fclose(file);
}

static void
load_width(void)
{
    char line[1024], *f[2];
    FILE *file = open_data("EastAsianWidth.txt");
    while (read_fields(file, line, sizeof(line), f, 2)) {
        uint32_t first, last;
        read_range(f[0], &first, &last);
        const char *width = keep(f[1]);
        for (uint32_t c = first; c <= last; c++) {
            chars[c].width = width;
        }
    }
    fclose(file);
}

static void
load_quick_check(void)
{
    static const char *const names[] = {"NFD_QC", "NFKD_QC", "NFC_QC",
                                        "NFKC_QC"};
    char line[1024], *f[3];
    FILE *file = open_data("DerivedNormalizationProps.txt");
    while (read_fields(file, line, sizeof(line), f, 3) > 0) {
        uint32_t first, last;
        read_range(f[0], &first, &last);
        for (int i = 0; i < 4; i++) {
            if (strcmp(f[1], names[i]) == 0) {
                for (uint32_t c = first; c <= last; c++) {
                    if (chars[c].assigned) {
                        chars[c].quick[i] = f[2][0] == 'M' ? 1 : 2;
                    }
                }
            }
        }
        if (strcmp(f[1], "Full_Composition_Exclusion") == 0) {
            for (uint32_t c = first; c <= last; c++) {
                chars[c].excluded = 1;
            }
        }
    }
    fclose(file);
}

static void
load_special_casing(void)
{
    char line[1024], *f[5];
    FILE *file = open_data("SpecialCasing.txt");
    while (read_fields(file, line, sizeof(line), f, 5)) {
        if (*f[4] != '\0') {
            continue;           /* depends on the language or the context */
        }
        struct special *s = &specials[n_specials++];
        s->code = (uint32_t)strtoul(f[0], NULL, 16);
        read_sequence(f[1], s->lower, 3);
        read_sequence(f[2], s->title, 3);
        read_sequence(f[3], s->upper, 3);
    }
    fclose(file);
    file = open_data("CaseFolding.txt");
    while (read_fields(file, line, sizeof(line), f, 4)) {
        if (f[1][0] == 'C' || f[1][0] == 'F') {
            uint32_t c = (uint32_t)strtoul(f[0], NULL, 16);
            if (in_version(c)) {
                struct folding *to = &foldings[n_foldings++];
                to->code = c;
                read_sequence(f[2], to->to, 3);
            }
        }
    }
    fclose(file);
}

/* Numeric values of ideographs: lines "U+4E00<tab>kPrimaryNumeric<tab>1". */
static void
load_unihan(const char *name)
{
    char line[1024], tag[64], value[256];
    unsigned int c;
    FILE *file = open_data(name);
    while (fgets(line, sizeof(line), file)) {
        if (sscanf(line, "U+%x\t%63s\t%255s", &c, tag, value) == 3
            && (strcmp(tag, "kAccountingNumeric") == 0
                || strcmp(tag, "kPrimaryNumeric") == 0
                || strcmp(tag, "kOtherNumeric") == 0)
            && chars[c].assigned) {
            chars[c].numeric = keep(value);
        }
    }
    fclose(file);
}

/* Where 14.0 differs from the files: lines "code;property;value". */
static void
load_overrides(const char *name)
{
    char line[1024], *f[3];
    FILE *file = open_data(name);
    while (read_fields(file, line, sizeof(line), f, 3)) {
        uint32_t first, last;
        read_range(f[0], &first, &last);
        for (uint32_t c = first; c <= last; c++) {
            const char *value = keep(f[2]);
            if (strcmp(f[1], "category") == 0) {
                chars[c].category = value;
            }
            else if (strcmp(f[1], "bidi") == 0) {
                chars[c].bidi = value;
            }
            else if (strcmp(f[1], "width") == 0) {
                chars[c].width = value;
            }
            else if (strcmp(f[1], "numeric") == 0) {
                chars[c].numeric = value;
            }
            else if (strcmp(f[1], "decimal") == 0) {
                chars[c].decimal = value;
            }
            else if (strcmp(f[1], "digit") == 0) {
                chars[c].digit = value;
            }
            else if (strcmp(f[1], "mirrored") == 0) {
                chars[c].mirrored = atoi(value);
            }
            else if (strcmp(f[1], "properties") == 0) {
                chars[c].properties = (unsigned int)strtoul(value, NULL, 0);
            }
            else {
                die("unknown property", f[1]);
            }
        }
    }
    fclose(file);
}

static void
load_all(const char *directory, const char *unihan, const char *overrides)
{
    static const char derived[] = "DerivedCoreProperties.txt";
    data_dir = directory;
    load_age();
    load_unicode_data();
    load_property(derived, "Uppercase", P_UPPERCASE);
    load_property(derived, "Lowercase", P_LOWERCASE);
    load_property(derived, "XID_Start", P_XID_START);
    load_property(derived, "XID_Continue", P_XID_CONTINUE);
    load_property(derived, "Case_Ignorable", P_CASE_IGNORABLE);
    load_property(derived, "Cased", P_CASED);
    static const char *const breaks[] = {"BK", "CR", "LF", "NL"};
    for (int i = 0; i < 4; i++) {
        load_property("LineBreak.txt", breaks[i], P_LINE_BREAK);
    }
    load_width();
    load_quick_check();
    load_special_casing();
    load_unihan(unihan);
    load_overrides(overrides);
}

/* -- Two-level tables ---------------------------------------------------- */

static const char *
unsigned_type(uint32_t largest)
{
    return largest < 0x100 ? "uint8_t"
           : largest < 0x10000 ? "uint16_t" : "uint32_t";
}

static void
write_array(const char *type, const char *name, const uint32_t *values,
            size_t n)
{
    printf("static const %s %s[%zu] = {", type, name, n);
    for (size_t i = 0; i < n; i++) {
        printf("%s%u,", i % 12 == 0 ? "\n    " : " ", (unsigned int)values[i]);
    }
    printf("\n};\n\n");
}

/* Write values[] as NAME_SHIFT, NAME_index[] and NAME_pages[]: equal pages are
   written once; the size of a page is the one that takes the least room. */
static void
write_two_level(const char *name, const uint32_t *values, size_t n)
{
    size_t best = (size_t)-1;
    int best_shift = 0;
    uint32_t *index = malloc(n * sizeof(uint32_t));
    uint32_t *pages = malloc(n * sizeof(uint32_t));
    uint32_t largest = 0;
    size_t n_pages = 0;
    for (size_t i = 0; i < n; i++) {
        largest = values[i] > largest ? values[i] : largest;
    }
    size_t value_size = largest < 0x100 ? 1 : largest < 0x10000 ? 2 : 4;
    for (int pass = 0; pass < 2; pass++) {
        for (int shift = pass ? best_shift : 4;
             shift <= (pass ? best_shift : 8); shift++) {
            size_t size = (size_t)1 << shift;
            n_pages = 0;
            for (size_t at = 0; at < n; at += size) {
                size_t p = 0;
                while (p < n_pages
                       && memcmp(pages + p * size, values + at,
                                 size * sizeof(uint32_t)) != 0) {
                    p++;
                }
                if (p == n_pages) {
                    memcpy(pages + p * size, values + at,
                           size * sizeof(uint32_t));
                    n_pages++;
                }
                index[at / size] = (uint32_t)p;
            }
            size_t bytes = n / size * (n_pages <= 0x100 ? 1 : 2)
                           + n_pages * size * value_size;
            if (!pass && bytes < best) {
                best = bytes;
                best_shift = shift;
            }
        }
    }
    char array[128];
    size_t size = (size_t)1 << best_shift;
    printf("#define %s_SHIFT %d\n", name, best_shift);
    snprintf(array, sizeof(array), "%s_index", name);
    write_array(unsigned_type((uint32_t)n_pages), array, index, n / size);
    snprintf(array, sizeof(array), "%s_pages", name);
    write_array(unsigned_type(largest), array, pages, n_pages * size);
    free(index);
    free(pages);
}

#endif /* !UNICODE_LOAD_H */
