/* Raw arrays of characters: their bounds, copies between kinds, filling. */
#include "unicode_internal.h"

#define HIGH_BITS 0x8080808080808080ULL

/* -- Bounds -------------------------------------------------------------- */

Py_ssize_t
chars_ascii_prefix(const char *s, Py_ssize_t n)
{
    Py_ssize_t i = 0;
    for (; i + 32 <= n; i += 32) {
        uint64_t w[4];
        memcpy(w, s + i, 32);
        if ((w[0] | w[1] | w[2] | w[3]) & HIGH_BITS) {
            break;
        }
    }
    for (; i + 8 <= n; i += 8) {
        uint64_t w;
        memcpy(&w, s + i, 8);
        w &= HIGH_BITS;
        if (w) {
            return i + __builtin_ctzll(w) / 8;
        }
    }
    for (; i < n; i++) {
        if ((unsigned char)s[i] >= 0x80) {
            break;
        }
    }
    return i;
}

/* Blocks are OR-ed together so that the compiler can use vectors, and looked
   at once each so that a wide character near the start ends the search. */
#define BLOCK 64

UNICODE_VECTORS Py_UCS4
chars_maxchar(int kind, const void *data, Py_ssize_t n)
{
    if (kind == PyUnicode_1BYTE_KIND) {
        return chars_ascii_prefix(data, n) == n ? 0x7f : 0xff;
    }
    Py_UCS4 seen = 0;
    if (kind == PyUnicode_2BYTE_KIND) {
        const Py_UCS2 *p = data;
        for (Py_ssize_t i = 0; i < n;) {
            Py_ssize_t stop = n - i < BLOCK ? n : i + BLOCK;
            for (; i < stop; i++) {
                seen |= p[i];
            }
            if (seen > 0xff) {
                return 0xffff;
            }
        }
        return maxchar_round(seen);
    }
    const Py_UCS4 *p = data;
    for (Py_ssize_t i = 0; i < n;) {
        Py_ssize_t stop = n - i < BLOCK ? n : i + BLOCK;
        for (; i < stop; i++) {
            seen |= p[i];
        }
        if (seen > 0xffff) {
            return UNICODE_MAX;
        }
    }
    return maxchar_round(seen);
}

/* -- Copies -------------------------------------------------------------- */

#define CONVERT(NAME, TO, FROM)                                 \
    static UNICODE_VECTORS void                                 \
    NAME(TO *restrict to, const FROM *restrict from, Py_ssize_t n) \
    {                                                           \
        for (Py_ssize_t i = 0; i < n; i++) {                    \
            to[i] = (TO)from[i];                                \
        }                                                       \
    }
CONVERT(convert_1_to_2, Py_UCS2, Py_UCS1)
CONVERT(convert_1_to_4, Py_UCS4, Py_UCS1)
CONVERT(convert_2_to_1, Py_UCS1, Py_UCS2)
CONVERT(convert_2_to_4, Py_UCS4, Py_UCS2)
CONVERT(convert_4_to_1, Py_UCS1, Py_UCS4)
CONVERT(convert_4_to_2, Py_UCS2, Py_UCS4)
#undef CONVERT

void
chars_convert(int to_kind, void *to, int from_kind, const void *from,
              Py_ssize_t n)
{
    if (to_kind == from_kind) {
        memcpy(to, from, (size_t)(n * to_kind));
        return;
    }
    switch (to_kind * 8 + from_kind) {
    case 2 * 8 + 1:
        convert_1_to_2(to, from, n);
        break;
    case 4 * 8 + 1:
        convert_1_to_4(to, from, n);
        break;
    case 1 * 8 + 2:
        convert_2_to_1(to, from, n);
        break;
    case 4 * 8 + 2:
        convert_2_to_4(to, from, n);
        break;
    case 1 * 8 + 4:
        convert_4_to_1(to, from, n);
        break;
    case 2 * 8 + 4:
        convert_4_to_2(to, from, n);
        break;
    default:
        Py_UNREACHABLE();
    }
}

void *
view_widen(struct unicode_view view, int kind)
{
    assert(kind >= view.kind);
    if (kind == view.kind) {
        return (void *)view.data;
    }
    if (view.length > PY_SSIZE_T_MAX / kind - 1) {
        PyErr_NoMemory();
        return NULL;
    }
    void *wide = PyMem_Malloc((size_t)((view.length + 1) * kind));
    if (wide == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    chars_convert(kind, wide, view.kind, view.data, view.length);
    return wide;
}

void
chars_fill(int kind, void *data, Py_ssize_t n, Py_UCS4 ch)
{
    switch (kind) {
    case PyUnicode_1BYTE_KIND:
        memset(data, (int)ch, (size_t)n);
        break;
    case PyUnicode_2BYTE_KIND:
        for (Py_ssize_t i = 0; i < n; i++) {
            ((Py_UCS2 *)data)[i] = (Py_UCS2)ch;
        }
        break;
    case PyUnicode_4BYTE_KIND:
        for (Py_ssize_t i = 0; i < n; i++) {
            ((Py_UCS4 *)data)[i] = ch;
        }
        break;
    default:
        Py_UNREACHABLE();
    }
}
