/* unicodedata: the Unicode character database.

   The tables are made by Tools/gen_unicodedata.c.  A method's self is the
   module for the current version, or an instance of UCD for an older one: a
   record of what was different then corrects the answer. */
#include "Python.h"
#include "pycore_object.h"
#include "pycore_ucnhash.h"
#include "pycore_unicodeobject.h"
#include "structmember.h"

struct ucd_record {
    uint8_t category;           /* index into ucd_categories */
    uint8_t combining;
    uint8_t bidi;               /* index into ucd_bidis */
    uint8_t mirrored;
    uint8_t width;              /* index into ucd_widths */
    uint8_t quick;              /* two bits each for NFD NFKD NFC NFKC */
};

/* What 3.2 had instead; 255: the same. */
struct ucd_change {
    uint8_t category;           /* 0: not assigned */
    uint8_t bidi;
    uint8_t decimal;            /* 254: none */
    uint8_t mirrored;
    uint8_t width;
    double numeric;             /* 0.0: the same; -1.0: none */
};

struct ucd_pair {
    Py_UCS4 first, second, whole;
};

#include "unicodedata_db.h"
#include "unicodename_db.h"

#define N_CHARS 0x110000

#define TABLE_INDEX(TABLE, CODE)                                             \
    TABLE##_pages[((size_t)TABLE##_index[(CODE) >> TABLE##_SHIFT]            \
                   << TABLE##_SHIFT)                                         \
                  + ((CODE) & ((1u << TABLE##_SHIFT) - 1))]

static inline const struct ucd_record *
record_of(Py_UCS4 code)
{
    return &ucd_records[code < N_CHARS ? TABLE_INDEX(ucd_record, code) : 0];
}

static inline const struct ucd_change *
change_of(Py_UCS4 code)
{
    return &ucd_changes[code < N_CHARS ? TABLE_INDEX(ucd_change, code) : 0];
}

/* -- Versions ------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    const char *name;           /* of the version */
} PreviousDBVersion;

static PyTypeObject *ucd_type;          /* borrowed from the module */

static inline int
is_old(PyObject *self)
{
    return self != NULL && ucd_type != NULL && Py_IS_TYPE(self, ucd_type);
}

/* -- Arguments ----------------------------------------------------------- */

static int
get_character(PyObject *arg, const char *function, const char *place,
              Py_UCS4 *code)
{
    if (!PyUnicode_Check(arg)) {
        _PyArg_BadArgument(function, place, "a unicode character", arg);
        return -1;
    }
    if (PyUnicode_READY(arg) == -1) {
        return -1;
    }
    if (PyUnicode_GET_LENGTH(arg) != 1) {
        _PyArg_BadArgument(function, place, "a unicode character", arg);
        return -1;
    }
    *code = PyUnicode_READ_CHAR(arg, 0);
    return 0;
}

/* The arguments chr[, default]. */
static int
parse_with_default(const char *function, PyObject *const *args,
                   Py_ssize_t nargs, Py_UCS4 *code, PyObject **fallback)
{
    if (!_PyArg_CheckPositional(function, nargs, 1, 2)
        || get_character(args[0], function, "argument 1", code) < 0) {
        return -1;
    }
    *fallback = nargs > 1 ? args[1] : NULL;
    return 0;
}

static PyObject *
default_or_error(PyObject *fallback, const char *message)
{
    if (fallback == NULL) {
        PyErr_SetString(PyExc_ValueError, message);
        return NULL;
    }
    return Py_NewRef(fallback);
}

/* -- Properties ---------------------------------------------------------- */

static PyObject *
ucd_decimal(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_UCS4 code;
    PyObject *fallback;
    if (parse_with_default("decimal", args, nargs, &code, &fallback) < 0) {
        return NULL;
    }
    long value = Py_UNICODE_TODECIMAL(code);
    if (is_old(self)) {
        const struct ucd_change *old = change_of(code);
        if (old->category == 0 || old->decimal == 254) {
            value = -1;
        }
        else if (old->decimal != 255) {
            value = old->decimal;
        }
    }
    return value < 0 ? default_or_error(fallback, "not a decimal")
                     : PyLong_FromLong(value);
}

static PyObject *
ucd_digit(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_UCS4 code;
    PyObject *fallback;
    if (parse_with_default("digit", args, nargs, &code, &fallback) < 0) {
        return NULL;
    }
    long value = Py_UNICODE_TODIGIT(code);
    return value < 0 ? default_or_error(fallback, "not a digit")
                     : PyLong_FromLong(value);
}

static PyObject *
ucd_numeric(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_UCS4 code;
    PyObject *fallback;
    if (parse_with_default("numeric", args, nargs, &code, &fallback) < 0) {
        return NULL;
    }
    double value = Py_UNICODE_TONUMERIC(code);
    if (is_old(self)) {
        const struct ucd_change *old = change_of(code);
        if (old->category == 0) {
            value = -1.0;
        }
        else if (old->numeric != 0.0) {
            value = old->numeric;
        }
    }
    return value == -1.0
               ? default_or_error(fallback, "not a numeric character")
               : PyFloat_FromDouble(value);
}

static PyObject *
ucd_category(PyObject *self, PyObject *arg)
{
    Py_UCS4 code;
    if (get_character(arg, "category", "argument", &code) < 0) {
        return NULL;
    }
    int index = record_of(code)->category;
    if (is_old(self) && change_of(code)->category != 255) {
        index = change_of(code)->category;
    }
    return PyUnicode_FromString(ucd_categories[index]);
}

static PyObject *
ucd_bidirectional(PyObject *self, PyObject *arg)
{
    Py_UCS4 code;
    if (get_character(arg, "bidirectional", "argument", &code) < 0) {
        return NULL;
    }
    int index = record_of(code)->bidi;
    if (is_old(self)) {
        const struct ucd_change *old = change_of(code);
        index = old->category == 0 ? 0 : old->bidi != 255 ? old->bidi : index;
    }
    return PyUnicode_FromString(ucd_bidis[index]);
}

static PyObject *
ucd_combining(PyObject *self, PyObject *arg)
{
    Py_UCS4 code;
    if (get_character(arg, "combining", "argument", &code) < 0) {
        return NULL;
    }
    int value = record_of(code)->combining;
    if (is_old(self) && change_of(code)->category == 0) {
        value = 0;
    }
    return PyLong_FromLong(value);
}

static PyObject *
ucd_mirrored(PyObject *self, PyObject *arg)
{
    Py_UCS4 code;
    if (get_character(arg, "mirrored", "argument", &code) < 0) {
        return NULL;
    }
    int value = record_of(code)->mirrored;
    if (is_old(self)) {
        const struct ucd_change *old = change_of(code);
        value = old->category == 0 ? 0
                : old->mirrored != 255 ? old->mirrored : value;
    }
    return PyLong_FromLong(value);
}

static PyObject *
ucd_east_asian_width(PyObject *self, PyObject *arg)
{
    Py_UCS4 code;
    if (get_character(arg, "east_asian_width", "argument", &code) < 0) {
        return NULL;
    }
    int index = record_of(code)->width;
    if (is_old(self)) {
        const struct ucd_change *old = change_of(code);
        index = old->category == 0 ? 0
                : old->width != 255 ? old->width : index;
    }
    return PyUnicode_FromString(ucd_widths[index]);
}

/* -- Decomposition ------------------------------------------------------- */

static PyObject *
ucd_decomposition(PyObject *self, PyObject *arg)
{
    Py_UCS4 code;
    if (get_character(arg, "decomposition", "argument", &code) < 0) {
        return NULL;
    }
    if (is_old(self) && change_of(code)->category == 0) {
        return PyUnicode_New(0, 0);
    }
    const Py_UCS4 *d = &ucd_decompositions[TABLE_INDEX(ucd_decomposition,
                                                       code)];
    if (d[0] == 0) {
        return PyUnicode_New(0, 0);
    }
    char buffer[256];
    size_t at = (size_t)snprintf(buffer, sizeof(buffer), "%s",
                                 ucd_decomposition_prefixes[d[0] & 255]);
    for (Py_UCS4 i = 1; i <= d[0] >> 8; i++) {
        at += (size_t)snprintf(buffer + at, sizeof(buffer) - at, "%s%04X",
                               at > 0 ? " " : "", (unsigned int)d[i]);
    }
    return PyUnicode_FromStringAndSize(buffer, (Py_ssize_t)at);
}

/* Hangul syllables are composed by rule (Unicode, section 3.12). */
enum {
    S_BASE = 0xAC00, L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11A7,
    L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, N_COUNT = V_COUNT * T_COUNT,
    S_COUNT = L_COUNT * N_COUNT
};

struct characters {
    Py_UCS4 *data;
    Py_ssize_t length, capacity;
};

static int
characters_add(struct characters *c, Py_UCS4 ch)
{
    if (c->length == c->capacity) {
        Py_ssize_t capacity = c->capacity + c->capacity / 2 + 16;
        if (capacity > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(Py_UCS4)) {
            PyErr_NoMemory();
            return -1;
        }
        Py_UCS4 *data = PyMem_Realloc(c->data,
                                      (size_t)capacity * sizeof(Py_UCS4));
        if (data == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        c->data = data;
        c->capacity = capacity;
    }
    c->data[c->length++] = ch;
    return 0;
}

/* What the character was decomposed into in 3.2, 0 if as now. */
static Py_UCS4
old_decomposition(Py_UCS4 code)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(ucd_corrections); i++) {
        if (ucd_corrections[i][0] == code) {
            return ucd_corrections[i][1];
        }
    }
    return 0;
}

#define DECOMPOSITION_DEPTH 20

static int
decompose_character(struct characters *out, Py_UCS4 code, int compatible,
                    int old)
{
    /* what is left to decompose, the next on top */
    Py_UCS4 stack[DECOMPOSITION_DEPTH];
    int top = 0;
    stack[top++] = code;
    while (top > 0) {
        code = stack[--top];
        if (code >= S_BASE && code < S_BASE + S_COUNT) {
            Py_UCS4 index = code - S_BASE;
            Py_UCS4 trail = index % T_COUNT;
            if (characters_add(out, L_BASE + index / N_COUNT) < 0
                || characters_add(out, V_BASE + index % N_COUNT / T_COUNT) < 0
                || (trail > 0 && characters_add(out, T_BASE + trail) < 0)) {
                return -1;
            }
            continue;
        }
        if (old) {
            Py_UCS4 then = old_decomposition(code);
            if (then != 0) {
                stack[top++] = then;
                continue;
            }
        }
        const Py_UCS4 *d = &ucd_decompositions[TABLE_INDEX(ucd_decomposition,
                                                           code)];
        if (d[0] == 0 || (!compatible && (d[0] & 255) != 0)
            || (old && change_of(code)->category == 0)) {
            if (characters_add(out, code) < 0) {
                return -1;
            }
            continue;
        }
        for (Py_UCS4 i = d[0] >> 8; i > 0; i--) {
            assert(top < DECOMPOSITION_DEPTH);
            stack[top++] = d[i];
        }
    }
    return 0;
}

/* Put combining characters that follow one another in order of their class. */
static void
order_combining(Py_UCS4 *s, Py_ssize_t n)
{
    for (Py_ssize_t i = 1; i < n; i++) {
        int class = record_of(s[i])->combining;
        if (class == 0) {
            continue;
        }
        Py_UCS4 ch = s[i];
        Py_ssize_t j = i;
        while (j > 0 && record_of(s[j - 1])->combining > class) {
            s[j] = s[j - 1];
            j--;
        }
        s[j] = ch;
    }
}

/* The composition of two characters, 0 if there is none. */
static Py_UCS4
compose_pair(Py_UCS4 a, Py_UCS4 b)
{
    if (a >= L_BASE && a < L_BASE + L_COUNT && b >= V_BASE
        && b < V_BASE + V_COUNT) {
        return S_BASE + ((a - L_BASE) * V_COUNT + (b - V_BASE)) * T_COUNT;
    }
    if (a >= S_BASE && a < S_BASE + S_COUNT && (a - S_BASE) % T_COUNT == 0
        && b > T_BASE && b < T_BASE + T_COUNT) {
        return a + (b - T_BASE);
    }
    size_t low = 0, high = Py_ARRAY_LENGTH(ucd_pairs);
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct ucd_pair *pair = &ucd_pairs[middle];
        if (pair->first < a || (pair->first == a && pair->second < b)) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    if (low < Py_ARRAY_LENGTH(ucd_pairs) && ucd_pairs[low].first == a
        && ucd_pairs[low].second == b) {
        return ucd_pairs[low].whole;
    }
    return 0;
}

/* Compose in place; returns the new length. */
static Py_ssize_t
compose(Py_UCS4 *s, Py_ssize_t n)
{
    Py_ssize_t out = 0, starter = -1;
    int last_class = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = s[i];
        int class = record_of(ch)->combining;
        int adjacent = starter >= 0 && out == starter + 1;
        /* blocked by a character of the same or a higher class between */
        if (starter >= 0 && (adjacent || (last_class < class
                                          && last_class != 0))) {
            Py_UCS4 whole = compose_pair(s[starter], ch);
            if (whole != 0) {
                s[starter] = whole;
                continue;
            }
        }
        if (class == 0) {
            starter = out;
        }
        last_class = class;
        s[out++] = ch;
    }
    return out;
}

enum form { FORM_NFD, FORM_NFKD, FORM_NFC, FORM_NFKC };

static PyObject *
normalized(PyObject *self, PyObject *input, enum form form)
{
    struct characters out = {NULL, 0, 0};
    int kind = PyUnicode_KIND(input), old = is_old(self);
    const void *data = PyUnicode_DATA(input);
    Py_ssize_t n = PyUnicode_GET_LENGTH(input);
    PyObject *result = NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (decompose_character(&out, PyUnicode_READ(kind, data, i),
                                form == FORM_NFKD || form == FORM_NFKC, old)
            < 0) {
            goto done;
        }
    }
    order_combining(out.data, out.length);
    if (form >= FORM_NFC) {
        out.length = compose(out.data, out.length);
    }
    result = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, out.data,
                                       out.length);

done:
    PyMem_Free(out.data);
    return result;
}

enum quick { QUICK_YES, QUICK_MAYBE, QUICK_NO };

/* Is the string in the form already?  NO and MAYBE are the same to callers that
   only look for yes_only. */
static enum quick
quick_check(PyObject *self, PyObject *input, enum form form, int yes_only)
{
    if (PyUnicode_IS_ASCII(input)) {
        return QUICK_YES;
    }
    if (is_old(self)) {
        return yes_only ? QUICK_NO : QUICK_MAYBE;   /* no such data */
    }
    int kind = PyUnicode_KIND(input);
    const void *data = PyUnicode_DATA(input);
    Py_ssize_t n = PyUnicode_GET_LENGTH(input);
    enum quick result = QUICK_YES;
    int previous = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        const struct ucd_record *record = record_of(
            PyUnicode_READ(kind, data, i));
        int class = record->combining;
        if (class != 0 && previous > class) {
            return QUICK_NO;
        }
        previous = class;
        int quick = record->quick >> (2 * (int)form) & 3;
        if (quick == 2) {
            return QUICK_NO;
        }
        if (quick == 1) {
            if (yes_only) {
                return QUICK_NO;
            }
            result = QUICK_MAYBE;
        }
    }
    return result;
}

static int
parse_form(const char *function, PyObject *const *args, Py_ssize_t nargs,
           enum form *form)
{
    static const char *const names[] = {"NFD", "NFKD", "NFC", "NFKC"};
    if (!_PyArg_CheckPositional(function, nargs, 2, 2)) {
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        if (!PyUnicode_Check(args[i])) {
            _PyArg_BadArgument(function, i ? "argument 2" : "argument 1",
                               "str", args[i]);
            return -1;
        }
        if (PyUnicode_READY(args[i]) == -1) {
            return -1;
        }
    }
    for (int i = 0; i < 4; i++) {
        if (_PyUnicode_EqualToASCIIString(args[0], names[i])) {
            *form = (enum form)i;
            return 1;
        }
    }
    return 0;
}

static int
form_error(int status)
{
    if (status == 0) {
        PyErr_SetString(PyExc_ValueError, "invalid normalization form");
    }
    return status > 0 ? 0 : -1;
}

static PyObject *
ucd_normalize(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    enum form form;
    int status = parse_form("normalize", args, nargs, &form);
    /* an empty string is itself in any form, known or not */
    if (status >= 0 && PyUnicode_GET_LENGTH(args[1]) == 0) {
        return Py_NewRef(args[1]);
    }
    if (form_error(status) < 0) {
        return NULL;
    }
    if (quick_check(self, args[1], form, 1) == QUICK_YES) {
        return Py_NewRef(args[1]);
    }
    return normalized(self, args[1], form);
}

static PyObject *
ucd_is_normalized(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    enum form form;
    int status = parse_form("is_normalized", args, nargs, &form);
    if (status >= 0 && PyUnicode_GET_LENGTH(args[1]) == 0) {
        Py_RETURN_TRUE;
    }
    if (form_error(status) < 0) {
        return NULL;
    }
    enum quick quick = quick_check(self, args[1], form, 0);
    if (quick != QUICK_MAYBE) {
        return PyBool_FromLong(quick == QUICK_YES);
    }
    PyObject *other = normalized(self, args[1], form);
    if (other == NULL) {
        return NULL;
    }
    int same = _PyUnicode_EQ(args[1], other);
    Py_DECREF(other);
    return PyBool_FromLong(same);
}

/* -- Names --------------------------------------------------------------- */

static const char *const hangul_lead[] = {
    "G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ",
    "C", "K", "T", "P", "H"};
static const char *const hangul_vowel[] = {
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE",
    "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I"};
static const char *const hangul_trail[] = {
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS",
    "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG", "J", "C", "K", "T",
    "P", "H"};

static const char hangul_prefix[] = "HANGUL SYLLABLE ";
static const char cjk_prefix[] = "CJK UNIFIED IDEOGRAPH-";

static int
is_unified_ideograph(Py_UCS4 code)
{
    static const struct {
        Py_UCS4 first, last;
    } blocks[] = {
        {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0x20000, 0x2A6DF},
        {0x2A700, 0x2B739}, {0x2B740, 0x2B81D}, {0x2B820, 0x2CEA1},
        {0x2CEB0, 0x2EBE0}, {0x30000, 0x3134A},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(blocks); i++) {
        if (blocks[i].first <= code && code <= blocks[i].last) {
            return record_of(code)->category != 0;
        }
    }
    return 0;
}

/* The stored name of a character, alias or sequence; 0 if there is none. */
static int
phrase_text(Py_UCS4 code, char *buffer, int room)
{
    if (code >= N_CHARS + 4096) {
        return 0;
    }
    size_t at = TABLE_INDEX(ucd_phrase, code);
    if (at == 0) {
        return 0;
    }
    int n = 0;
    for (;;) {
        size_t word = ucd_phrases[at++];
        if (word == 0) {
            break;
        }
        if (word >= UCD_WORDS_SHORT) {
            word = ((word - UCD_WORDS_SHORT) << 8) + ucd_phrases[at++]
                   + UCD_WORDS_SHORT;
        }
        const unsigned char *text = &ucd_lexicon[ucd_words[word]];
        if (n > 0) {
            if (n >= room) {
                return 0;
            }
            buffer[n++] = ' ';
        }
        for (;;) {
            if (n >= room) {
                return 0;
            }
            buffer[n++] = (char)(*text & 127);
            if (*text++ & 128) {
                break;
            }
        }
    }
    if (n >= room) {
        return 0;
    }
    buffer[n] = '\0';
    return 1;
}

static int
name_of(PyObject *self, Py_UCS4 code, char *buffer, int room,
        int with_alias_and_seq)
{
    if (code >= N_CHARS) {
        return with_alias_and_seq && phrase_text(code, buffer, room);
    }
    if (is_old(self) && change_of(code)->category == 0) {
        return 0;
    }
    if (code >= S_BASE && code < S_BASE + S_COUNT) {
        Py_UCS4 index = code - S_BASE;
        return snprintf(buffer, (size_t)room, "%s%s%s%s", hangul_prefix,
                        hangul_lead[index / N_COUNT],
                        hangul_vowel[index % N_COUNT / T_COUNT],
                        hangul_trail[index % T_COUNT]) < room;
    }
    if (is_unified_ideograph(code)) {
        return snprintf(buffer, (size_t)room, "%s%X", cjk_prefix,
                        (unsigned int)code) < room;
    }
    return phrase_text(code, buffer, room);
}

/* The longest of the n names that text begins with: its index. */
static int
match_jamo(const char *text, int length, const char *const *names, int n,
           int *taken)
{
    int best = -1;
    *taken = -1;
    for (int i = 0; i < n; i++) {
        int size = (int)strlen(names[i]);
        if (size > *taken && size <= length
            && strncmp(text, names[i], (size_t)size) == 0) {
            *taken = size;
            best = i;
        }
    }
    if (best < 0) {
        *taken = 0;
    }
    return best;
}

static int
hangul_code(const char *name, int length, Py_UCS4 *code)
{
    int taken;
    int lead = match_jamo(name, length, hangul_lead, L_COUNT, &taken);
    name += taken;
    length -= taken;
    int vowel = match_jamo(name, length, hangul_vowel, V_COUNT, &taken);
    name += taken;
    length -= taken;
    int trail = match_jamo(name, length, hangul_trail, T_COUNT, &taken);
    length -= taken;
    if (lead < 0 || vowel < 0 || trail < 0 || length != 0) {
        return 0;
    }
    *code = (Py_UCS4)(S_BASE + (lead * V_COUNT + vowel) * T_COUNT + trail);
    return 1;
}

static int
cjk_code(const char *name, int length, Py_UCS4 *code)
{
    if (length != 4 && length != 5) {
        return 0;
    }
    Py_UCS4 value = 0;
    for (int i = 0; i < length; i++) {
        char c = name[i];
        if (c >= '0' && c <= '9') {
            value = value * 16 + (Py_UCS4)(c - '0');
        }
        else if (c >= 'A' && c <= 'F') {
            value = value * 16 + (Py_UCS4)(c - 'A' + 10);
        }
        else {
            return 0;
        }
    }
    if (!is_unified_ideograph(value)) {
        return 0;
    }
    *code = value;
    return 1;
}

/* Is name that of the code?  Case does not matter. */
static int
same_name(PyObject *self, Py_UCS4 code, const char *name, int length)
{
    char buffer[UCD_NAME_MAX + 1];
    if (!name_of(self, code, buffer, sizeof(buffer), 1)
        || strlen(buffer) != (size_t)length) {
        return 0;
    }
    for (int i = 0; i < length; i++) {
        if (Py_TOUPPER(name[i]) != (unsigned char)buffer[i]) {
            return 0;
        }
    }
    return 1;
}

/* The code of the name; that of an alias is its character's, that of a sequence
   is beyond all characters and only found where wanted. */
static int
code_of(PyObject *self, const char *name, int length, Py_UCS4 *code,
        int with_named_seq)
{
    int prefix = (int)sizeof(hangul_prefix) - 1;
    if (length >= prefix
        && strncmp(name, hangul_prefix, (size_t)prefix) == 0) {
        return hangul_code(name + prefix, length - prefix, code);
    }
    prefix = (int)sizeof(cjk_prefix) - 1;
    if (length >= prefix && strncmp(name, cjk_prefix, (size_t)prefix) == 0) {
        return cjk_code(name + prefix, length - prefix, code);
    }
    if (length > UCD_NAME_MAX) {
        return 0;
    }
    uint32_t hash = 0;
    for (int i = 0; i < length; i++) {
        hash = hash * 47 + Py_TOUPPER(name[i]);
        hash ^= hash >> 15;
    }
    for (uint32_t at = hash & UCD_HASH_MASK; ucd_name_hash[at] != 0;
         at = (at + 1) & UCD_HASH_MASK) {
        Py_UCS4 found = ucd_name_hash[at] - 1;
        if (!same_name(self, found, name, length)) {
            continue;
        }
        if (found >= N_CHARS) {
            if (is_old(self)) {
                return 0;       /* 3.2 had neither */
            }
            if (found - N_CHARS < UCD_N_ALIASES) {
                found = ucd_aliases[found - N_CHARS];
            }
            else if (!with_named_seq) {
                return 0;
            }
        }
        *code = found;
        return 1;
    }
    return 0;
}

static PyObject *
ucd_name(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_UCS4 code;
    PyObject *fallback;
    char buffer[UCD_NAME_MAX + 1];
    if (parse_with_default("name", args, nargs, &code, &fallback) < 0) {
        return NULL;
    }
    if (!name_of(self, code, buffer, sizeof(buffer), 0)) {
        return default_or_error(fallback, "no such name");
    }
    return PyUnicode_FromString(buffer);
}

#define LOOKUP_MAX 256

static PyObject *
lookup_text(PyObject *self, const char *name, Py_ssize_t length)
{
    Py_UCS4 code;
    if (length > LOOKUP_MAX) {
        PyErr_SetString(PyExc_KeyError, "name too long");
        return NULL;
    }
    if (!code_of(self, name, (int)length, &code, 1)) {
        PyErr_Format(PyExc_KeyError, "undefined character name '%s'", name);
        return NULL;
    }
    if (code >= N_CHARS) {
        const Py_UCS2 *sequence =
            ucd_sequences[code - N_CHARS - UCD_N_ALIASES];
        return PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, sequence + 1,
                                         sequence[0]);
    }
    return PyUnicode_FromOrdinal((int)code);
}

static PyObject *
ucd_lookup(PyObject *self, PyObject *arg)
{
    if (PyUnicode_Check(arg)) {
        Py_ssize_t length;
        const char *name = PyUnicode_AsUTF8AndSize(arg, &length);
        return name == NULL ? NULL : lookup_text(self, name, length);
    }
    Py_buffer view;
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) != 0) {
        return NULL;
    }
    /* for the message it has to end with a zero */
    PyObject *copy = PyBytes_FromStringAndSize(view.buf, view.len);
    PyBuffer_Release(&view);
    if (copy == NULL) {
        return NULL;
    }
    PyObject *result = lookup_text(self, PyBytes_AS_STRING(copy),
                                   PyBytes_GET_SIZE(copy));
    Py_DECREF(copy);
    return result;
}

static int
capi_getname(Py_UCS4 code, char *buffer, int buflen, int with_alias_and_seq)
{
    return name_of(NULL, code, buffer, buflen, with_alias_and_seq);
}

static int
capi_getcode(const char *name, int namelen, Py_UCS4 *code, int with_named_seq)
{
    return code_of(NULL, name, namelen, code, with_named_seq);
}

static _PyUnicode_Name_CAPI name_capi = {capi_getname, capi_getcode};

/* -- Tables -------------------------------------------------------------- */

#define FAST(NAME, ARGUMENTS, DOC)                           \
    {#NAME, _PyCFunction_CAST(ucd_##NAME), METH_FASTCALL,    \
     PyDoc_STR(#NAME "($self, " ARGUMENTS ", /)\n--\n\n" DOC)}
#define ONE(NAME, ARGUMENT, DOC) \
    {#NAME, ucd_##NAME, METH_O,  \
     PyDoc_STR(#NAME "($self, " ARGUMENT ", /)\n--\n\n" DOC)}
#define WITH_DEFAULT "chr, default=<unrepresentable>"

static PyMethodDef ucd_methods[] = {
    FAST(decimal, WITH_DEFAULT,
         "The decimal digit that the character is, an integer.\n\n"
         "Without, default is returned, or ValueError raised."),
    FAST(digit, WITH_DEFAULT,
         "The digit that the character is, an integer.\n\n"
         "Without, default is returned, or ValueError raised."),
    FAST(numeric, WITH_DEFAULT,
         "The number that the character stands for, a float.\n\n"
         "Without, default is returned, or ValueError raised."),
    ONE(category, "chr", "The general category, a string."),
    ONE(bidirectional, "chr",
        "The bidirectional class, a string; empty if there is none."),
    ONE(combining, "chr", "The canonical combining class, an integer."),
    ONE(mirrored, "chr",
        "1 if the character is mirrored in bidirectional text, else 0."),
    ONE(east_asian_width, "chr", "The East Asian width, a string."),
    ONE(decomposition, "chr",
        "The decomposition mapping, a string; empty if there is none."),
    FAST(name, WITH_DEFAULT,
         "The name of the character.\n\n"
         "Without, default is returned, or ValueError raised."),
    ONE(lookup, "name",
        "The character, or sequence of characters, of that name; KeyError\n"
        "if there is none."),
    FAST(is_normalized, "form, unistr",
         "Whether the string is in the normal form: 'NFC', 'NFKC', 'NFD' or\n"
         "'NFKD'."),
    FAST(normalize, "form, unistr",
         "The string in the normal form: 'NFC', 'NFKC', 'NFD' or 'NFKD'."),
    {NULL, NULL},
};
#undef FAST
#undef ONE

static PyMemberDef ucd_members[] = {
    {"unidata_version", T_STRING, offsetof(PreviousDBVersion, name),
     READONLY},
    {NULL},
};

static int
ucd_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void
ucd_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyType_Slot ucd_slots[] = {
    {Py_tp_dealloc, ucd_dealloc},
    {Py_tp_traverse, ucd_traverse},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_methods, ucd_methods},
    {Py_tp_members, ucd_members},
    {0, NULL},
};

static PyType_Spec ucd_spec = {
    .name = "unicodedata.UCD",
    .basicsize = sizeof(PreviousDBVersion),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION
             | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = ucd_slots,
};

static int
unicodedata_exec(PyObject *module)
{
    if (PyModule_AddStringConstant(module, "unidata_version", "14.0.0") < 0) {
        return -1;
    }
    PyTypeObject *type = (PyTypeObject *)PyType_FromSpec(&ucd_spec);
    if (type == NULL) {
        return -1;
    }
    if (PyModule_AddType(module, type) < 0) {
        Py_DECREF(type);
        return -1;
    }
    ucd_type = type;            /* kept for ever: self is compared with it */
    PreviousDBVersion *old = PyObject_GC_New(PreviousDBVersion, type);
    if (old == NULL) {
        return -1;
    }
    old->name = "3.2.0";
    PyObject_GC_Track(old);
    int status = PyModule_AddObjectRef(module, "ucd_3_2_0", (PyObject *)old);
    Py_DECREF(old);
    if (status < 0) {
        return -1;
    }
    PyObject *capsule = PyCapsule_New(&name_capi, PyUnicodeData_CAPSULE_NAME,
                                      NULL);
    if (capsule == NULL) {
        return -1;
    }
    status = PyModule_AddObjectRef(module, "_ucnhash_CAPI", capsule);
    Py_DECREF(capsule);
    return status;
}

static PyModuleDef_Slot unicodedata_slots[] = {
    {Py_mod_exec, unicodedata_exec},
    {0, NULL},
};

PyDoc_STRVAR(unicodedata_doc,
"The Unicode character database: properties of all characters.\n"
"\n"
"Names and values are those of version 14.0.0; ucd_3_2_0 answers for\n"
"version 3.2.0.");

static struct PyModuleDef unicodedata_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "unicodedata",
    .m_doc = unicodedata_doc,
    .m_size = 0,
    .m_methods = ucd_methods,
    .m_slots = unicodedata_slots,
};

PyMODINIT_FUNC
PyInit_unicodedata(void)
{
    return PyModuleDef_Init(&unicodedata_module);
}
