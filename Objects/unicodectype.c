/* Properties of characters that str needs: class, case, digit.

   A two-level table gives each code point the number of its record; what a
   record holds is either differences to add to the code point or, with
   TYPE_EXTENDED, places in a table of sequences (offset * 4 + length).  Made
   by Tools/gen_unicodetype.c. */
#include "Python.h"

#define TYPE_ALPHA (1 << 0)
#define TYPE_DECIMAL (1 << 1)
#define TYPE_DIGIT (1 << 2)
#define TYPE_LOWER (1 << 3)
#define TYPE_LINEBREAK (1 << 4)
#define TYPE_SPACE (1 << 5)
#define TYPE_TITLE (1 << 6)
#define TYPE_UPPER (1 << 7)
#define TYPE_XID_START (1 << 8)
#define TYPE_XID_CONTINUE (1 << 9)
#define TYPE_PRINTABLE (1 << 10)
#define TYPE_NUMERIC (1 << 11)
#define TYPE_CASE_IGNORABLE (1 << 12)
#define TYPE_CASED (1 << 13)
#define TYPE_EXTENDED (1 << 14)

struct unicode_type {
    int32_t upper, lower, title, fold;
    uint8_t decimal, digit;
    uint16_t flags;             /* TYPE_* */
};

#include "unicodetype_db.h"

static inline const struct unicode_type *
type_of(Py_UCS4 ch)
{
    if (ch >= 0x110000) {
        return &unicode_types[0];
    }
    size_t page = unicode_type_index[ch >> unicode_type_SHIFT];
    size_t at = ch & ((1u << unicode_type_SHIFT) - 1);
    return &unicode_types[unicode_type_pages[(page << unicode_type_SHIFT)
                                             + at]];
}

const unsigned char _Py_ascii_whitespace[] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1,
    1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

/* -- Classes ------------------------------------------------------------- */

#define CLASS(NAME, FLAG)                           \
    int                                             \
    _PyUnicode_Is##NAME(Py_UCS4 ch)                 \
    {                                               \
        return (type_of(ch)->flags & (FLAG)) != 0;  \
    }
CLASS(Alpha, TYPE_ALPHA)
CLASS(Lowercase, TYPE_LOWER)
CLASS(Uppercase, TYPE_UPPER)
CLASS(Titlecase, TYPE_TITLE)
CLASS(XidStart, TYPE_XID_START)
CLASS(XidContinue, TYPE_XID_CONTINUE)
CLASS(Printable, TYPE_PRINTABLE)
CLASS(Numeric, TYPE_NUMERIC)
CLASS(CaseIgnorable, TYPE_CASE_IGNORABLE)
CLASS(Cased, TYPE_CASED)
CLASS(Whitespace, TYPE_SPACE)
CLASS(Linebreak, TYPE_LINEBREAK)
#undef CLASS

/* -- Digits -------------------------------------------------------------- */

int
_PyUnicode_ToDecimalDigit(Py_UCS4 ch)
{
    const struct unicode_type *type = type_of(ch);
    return type->flags & TYPE_DECIMAL ? type->decimal : -1;
}

int
_PyUnicode_IsDecimalDigit(Py_UCS4 ch)
{
    return _PyUnicode_ToDecimalDigit(ch) >= 0;
}

int
_PyUnicode_ToDigit(Py_UCS4 ch)
{
    const struct unicode_type *type = type_of(ch);
    return type->flags & TYPE_DIGIT ? type->digit : -1;
}

int
_PyUnicode_IsDigit(Py_UCS4 ch)
{
    return _PyUnicode_ToDigit(ch) >= 0;
}

double
_PyUnicode_ToNumeric(Py_UCS4 ch)
{
    if (ch >= 0x110000) {
        return -1.0;
    }
    size_t page = unicode_numeric_index[ch >> unicode_numeric_SHIFT];
    size_t at = ch & ((1u << unicode_numeric_SHIFT) - 1);
    return unicode_numeric_values[
        unicode_numeric_pages[(page << unicode_numeric_SHIFT) + at]];
}

/* -- Case ---------------------------------------------------------------- */

static inline Py_UCS4
map_one(Py_UCS4 ch, const struct unicode_type *type, int32_t mapping)
{
    if (type->flags & TYPE_EXTENDED) {
        return unicode_case_sequences[mapping >> 2];
    }
    return ch + (Py_UCS4)mapping;
}

static inline int
map_full(Py_UCS4 ch, const struct unicode_type *type, int32_t mapping,
         Py_UCS4 *res)
{
    if (type->flags & TYPE_EXTENDED) {
        int n = mapping & 3;
        memcpy(res, &unicode_case_sequences[mapping >> 2],
               (size_t)n * sizeof(Py_UCS4));
        return n;
    }
    res[0] = ch + (Py_UCS4)mapping;
    return 1;
}

#define CASE(FORM, FULL, FIELD)                             \
    Py_UCS4                                                 \
    _PyUnicode_To##FORM(Py_UCS4 ch)                         \
    {                                                       \
        const struct unicode_type *type = type_of(ch);      \
        return map_one(ch, type, type->FIELD);              \
    }                                                       \
                                                            \
    int                                                     \
    _PyUnicode_To##FULL(Py_UCS4 ch, Py_UCS4 *res)           \
    {                                                       \
        const struct unicode_type *type = type_of(ch);      \
        return map_full(ch, type, type->FIELD, res);        \
    }
CASE(Lowercase, LowerFull, lower)
CASE(Uppercase, UpperFull, upper)
CASE(Titlecase, TitleFull, title)
#undef CASE

int
_PyUnicode_ToFoldedFull(Py_UCS4 ch, Py_UCS4 *res)
{
    const struct unicode_type *type = type_of(ch);
    return map_full(ch, type, type->fold, res);
}
