/* What the files of this folder share: views, kinds, conversions, and the
   pieces that the parts of str use of each other. */
#ifndef UNICODE_INTERNAL_H
#define UNICODE_INTERNAL_H

#include "Python.h"
#include "pycore_unicodeobject.h"

#define UNICODE_MAX 0x10ffffU

/* For loops over raw characters, which pay for vector instructions. */
#define UNICODE_VECTORS __attribute__((optimize("O3")))

#define ASCII_HEAD(op) ((PyASCIIObject *)(op))
#define COMPACT_HEAD(op) ((PyCompactUnicodeObject *)(op))
#define LEGACY_HEAD(op) ((PyUnicodeObject *)(op))

/* -- Views --------------------------------------------------------------- */

/* The characters of a ready string, borrowed. */
struct unicode_view {
    int kind;
    Py_ssize_t length;
    const void *data;
};

static inline struct unicode_view
unicode_view(PyObject *op)
{
    return (struct unicode_view){
        (int)PyUnicode_KIND(op), PyUnicode_GET_LENGTH(op),
        PyUnicode_DATA(op)};
}

static inline Py_UCS4
view_at(struct unicode_view view, Py_ssize_t i)
{
    return PyUnicode_READ(view.kind, view.data, i);
}

static inline const void *
view_address(struct unicode_view view, Py_ssize_t i)
{
    return (const char *)view.data + i * view.kind;
}

static inline int
kind_for_maxchar(Py_UCS4 maxchar)
{
    return maxchar < 0x100 ? 1 : maxchar < 0x10000 ? 2 : 4;
}

/* The category of a bound: 0x7f, 0xff, 0xffff or 0x10ffff. */
static inline Py_UCS4
maxchar_round(Py_UCS4 maxchar)
{
    return maxchar < 0x80 ? 0x7f
           : maxchar < 0x100 ? 0xff
           : maxchar < 0x10000 ? 0xffff : UNICODE_MAX;
}

/* 0 if op is a ready string, -1 with TypeError otherwise. */
extern int unicode_ensure(PyObject *op);

/* A reference to op itself when it is exactly a str, else a str like it. */
extern PyObject *unicode_result_unchanged(PyObject *op);

/* -- Raw characters (convert.c) ------------------------------------------ */

/* Copy n characters between kinds; narrowing must lose nothing. */
extern void chars_convert(int to_kind, void *to, int from_kind,
                          const void *from, Py_ssize_t n);
/* Bound of the characters: 0x7f, 0xff, 0xffff or 0x10ffff. */
extern Py_UCS4 chars_maxchar(int kind, const void *data, Py_ssize_t n);
extern void chars_fill(int kind, void *data, Py_ssize_t n, Py_UCS4 ch);
/* Length of the ASCII prefix of n bytes. */
extern Py_ssize_t chars_ascii_prefix(const char *s, Py_ssize_t n);

/* The characters of view in a wider kind: view.data itself, or a block that
   the caller frees with PyMem_Free when it differs.  NULL on failure. */
extern void *view_widen(struct unicode_view view, int kind);

/* -- Storage ------------------------------------------------------------- */

/* True if op may be written to: nobody else can see it. */
extern int unicode_modifiable(PyObject *op);
extern PyObject *unicode_from_view(struct unicode_view view,
                                   Py_ssize_t start, Py_ssize_t end);
extern int unicode_check_modifiable(PyObject *op);
/* One character. */
extern PyObject *unicode_char(Py_UCS4 ch);
extern void unicode_dealloc(PyObject *op);
/* Exact-size new string replaced by a singleton where there is one (steals). */
extern PyObject *unicode_result_steal(PyObject *op);
extern void unicode_intern_forget(PyObject *op);
extern void unicode_intern_fini(void);

/* -- Search (search.c) --------------------------------------------------- */

/* Index of the needle within the haystack, -1 if it is not there, -2 on
   failure; direction < 0 finds the last. */
extern Py_ssize_t view_find(struct unicode_view haystack,
                            struct unicode_view needle, int direction);
extern Py_ssize_t view_find_char(struct unicode_view haystack, Py_UCS4 ch,
                                 int direction);
/* Occurrences that do not overlap, at most maxcount; -1 on failure. */
extern Py_ssize_t view_count(struct unicode_view haystack,
                             struct unicode_view needle,
                             Py_ssize_t maxcount);

static inline struct unicode_view
view_slice(struct unicode_view view, Py_ssize_t start, Py_ssize_t end)
{
    return (struct unicode_view){view.kind, end - start,
                                 view_address(view, start)};
}

/* Python's rule for optional bounds: clipped into 0..length. */
static inline void
bounds_adjust(Py_ssize_t *start, Py_ssize_t *end, Py_ssize_t length)
{
    if (*end > length) {
        *end = length;
    }
    else if (*end < 0) {
        *end += length;
        if (*end < 0) {
            *end = 0;
        }
    }
    if (*start < 0) {
        *start += length;
        if (*start < 0) {
            *start = 0;
        }
    }
}

/* -- Codecs (codec_errors.c) --------------------------------------------- */

/* A decoder's place in its input and what it does about errors.  A handler
   may replace the input, so start and end can move. */
struct decode_state {
    const char *encoding;
    const char *errors;
    _Py_error_handler kind;     /* UNKNOWN until the first error */
    PyObject *handler;          /* owned, NULL until needed */
    PyObject *exception;        /* owned, NULL until needed */
    const char *start;          /* input */
    const char *end;
};

/* Report start..end as undecodable: the handler's text goes to the writer and
   *position becomes where to go on.  -1 with an exception otherwise. */
extern int decode_error(struct decode_state *state, _PyUnicodeWriter *writer,
                        Py_ssize_t start, Py_ssize_t end, const char *reason,
                        Py_ssize_t *position);
extern void decode_state_clear(struct decode_state *state);

struct encode_state {
    const char *encoding;
    const char *errors;
    _Py_error_handler kind;
    PyObject *handler;
    PyObject *exception;
    PyObject *string;           /* borrowed: what is encoded */
};

/* Report string[start:end] as unencodable; returns the handler's str or bytes
   and where to go on. */
extern PyObject *encode_error(struct encode_state *state, Py_ssize_t start,
                              Py_ssize_t end, const char *reason,
                              Py_ssize_t *position);
/* Raise the UnicodeEncodeError. */
extern void encode_error_raise(struct encode_state *state, Py_ssize_t start,
                               Py_ssize_t end, const char *reason);
extern void encode_state_clear(struct encode_state *state);

/* Encode all of a string through a byte-per-character codec whose limit is
   0x80 or 0x100. */
extern PyObject *unicode_encode_narrow(PyObject *unicode, const char *errors,
                                       Py_UCS4 limit);
extern int unicode_check_encoding_errors(const char *encoding,
                                         const char *errors);
extern int _Py_normalize_encoding(const char *encoding, char *lower,
                                  size_t size);
/* Fill the cached UTF-8 form. */
extern int unicode_fill_utf8(PyObject *unicode);

/* -- Methods by file ----------------------------------------------------- */

#define UNICODE_NOARGS(name) \
    extern PyObject *unicode_##name(PyObject *self, PyObject *unused)
#define UNICODE_O(name) \
    extern PyObject *unicode_##name(PyObject *self, PyObject *arg)
#define UNICODE_FAST(name) \
    extern PyObject *unicode_##name(PyObject *self, PyObject *const *args, \
                                    Py_ssize_t nargs)
#define UNICODE_KEYWORDS(name) \
    extern PyObject *unicode_##name(PyObject *self, PyObject *const *args, \
                                    Py_ssize_t nargs, PyObject *kwnames)
/* case.c */
UNICODE_NOARGS(lower);
UNICODE_NOARGS(upper);
UNICODE_NOARGS(title);
UNICODE_NOARGS(capitalize);
UNICODE_NOARGS(casefold);
UNICODE_NOARGS(swapcase);
/* classify.c */
UNICODE_NOARGS(isascii);
UNICODE_NOARGS(islower);
UNICODE_NOARGS(isupper);
UNICODE_NOARGS(istitle);
UNICODE_NOARGS(isspace);
UNICODE_NOARGS(isalpha);
UNICODE_NOARGS(isalnum);
UNICODE_NOARGS(isdecimal);
UNICODE_NOARGS(isdigit);
UNICODE_NOARGS(isnumeric);
UNICODE_NOARGS(isidentifier);
UNICODE_NOARGS(isprintable);
/* search.c */
UNICODE_FAST(find);
UNICODE_FAST(rfind);
UNICODE_FAST(index);
UNICODE_FAST(rindex);
UNICODE_FAST(count);
UNICODE_FAST(startswith);
UNICODE_FAST(endswith);
/* split.c */
UNICODE_KEYWORDS(split);
UNICODE_KEYWORDS(rsplit);
UNICODE_KEYWORDS(splitlines);
UNICODE_O(partition);
UNICODE_O(rpartition);
UNICODE_O(join);
/* edit.c */
UNICODE_FAST(strip);
UNICODE_FAST(lstrip);
UNICODE_FAST(rstrip);
UNICODE_O(removeprefix);
UNICODE_O(removesuffix);
UNICODE_FAST(replace);
UNICODE_FAST(center);
UNICODE_FAST(ljust);
UNICODE_FAST(rjust);
UNICODE_O(zfill);
UNICODE_KEYWORDS(expandtabs);
/* translate.c */
UNICODE_FAST(maketrans);
UNICODE_O(translate);
/* format_markup.c */
extern PyObject *unicode_format(PyObject *self, PyObject *args,
                                PyObject *kwds);
UNICODE_O(format_map);
UNICODE_O(__format__);
#undef UNICODE_NOARGS
#undef UNICODE_O
#undef UNICODE_FAST
#undef UNICODE_KEYWORDS

/* self.replace(old, new, maxcount); all are ready strings. */
extern PyObject *unicode_replace_all(PyObject *self, PyObject *old_string,
                                     PyObject *new_string,
                                     Py_ssize_t maxcount);
extern PyObject *unicode_pad(PyObject *self, Py_ssize_t left,
                             Py_ssize_t right, Py_UCS4 fill);

/* Slots by file. */
extern PyObject *unicode_repr(PyObject *self);          /* repr.c */
extern Py_hash_t unicode_hash(PyObject *self);          /* compare.c */
extern PyObject *unicode_iter(PyObject *self);          /* iterator.c */

#endif /* !UNICODE_INTERNAL_H */
