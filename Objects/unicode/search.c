/* Finding: str.find and its family, on views of one kind.

   Bytes are searched for the ends of the needle, many at a time, and with memmem
   where that misleads too often: it is linear whatever the needle.  Wider
   characters are searched as bytes, too; hits across a character's border are
   skipped. */
#include "unicode_internal.h"
#include "pycore_abstract.h"
#include "pycore_bytesobject.h"

/* -- One character ------------------------------------------------------- */

static Py_ssize_t
find_char_2(const Py_UCS2 *s, Py_ssize_t n, Py_UCS2 ch)
{
    Py_ssize_t i = 0;
    for (; i + 32 <= n; i += 32) {
        unsigned int hit = 0;
        for (int j = 0; j < 32; j++) {
            hit |= s[i + j] == ch;
        }
        if (hit) {
            break;
        }
    }
    for (; i < n; i++) {
        if (s[i] == ch) {
            return i;
        }
    }
    return -1;
}

Py_ssize_t
view_find_char(struct unicode_view s, Py_UCS4 ch, int direction)
{
    if (s.length == 0 || kind_for_maxchar(ch) > s.kind) {
        return -1;
    }
    if (direction > 0) {
        const void *hit;
        switch (s.kind) {
        case 1:
            hit = memchr(s.data, (int)ch, (size_t)s.length);
            return hit ? (const char *)hit - (const char *)s.data : -1;
        case 2:
            return find_char_2(s.data, s.length, (Py_UCS2)ch);
        default:
            hit = wmemchr(s.data, (wchar_t)ch, (size_t)s.length);
            return hit ? (const Py_UCS4 *)hit - (const Py_UCS4 *)s.data : -1;
        }
    }
    if (s.kind == 1) {
        const void *hit = memrchr(s.data, (int)ch, (size_t)s.length);
        return hit ? (const char *)hit - (const char *)s.data : -1;
    }
    for (Py_ssize_t i = s.length; i-- > 0;) {
        if (view_at(s, i) == ch) {
            return i;
        }
    }
    return -1;
}

/* -- Longer needles, of the haystack's kind ------------------------------ */

/* The first of n places from s on where a byte equals first and the byte m - 1
   further on equals last; n if there is none. */
static UNICODE_VECTORS Py_ssize_t
find_ends(const unsigned char *s, Py_ssize_t n, Py_ssize_t m,
          unsigned char first, unsigned char last)
{
    enum { BLOCK = 64 };
    const unsigned char *e = s + m - 1;
    Py_ssize_t i = 0;
    for (; i + BLOCK <= n; i += BLOCK) {
        unsigned char hit = 0;
        for (int j = 0; j < BLOCK; j++) {
            hit |= (unsigned char)((s[i + j] == first) & (e[i + j] == last));
        }
        if (hit) {
            break;
        }
    }
    while (i < n && (s[i] != first || e[i] != last)) {
        i++;
    }
    return i;
}

/* Candidates that may be wrong before memmem, which is linear, takes over. */
#define FALSE_CANDIDATES 64

static Py_ssize_t
find_bytes(const unsigned char *s, Py_ssize_t n, const unsigned char *p,
           Py_ssize_t m)
{
    Py_ssize_t places = n - m + 1, i = 0;
    for (int tries = 0; tries < FALSE_CANDIDATES; tries++) {
        i += find_ends(s + i, places - i, m, p[0], p[m - 1]);
        if (i >= places) {
            return -1;
        }
        if (memcmp(s + i, p, (size_t)m) == 0) {
            return i;
        }
        i++;
    }
    const unsigned char *hit = memmem(s + i, (size_t)(n - i), p, (size_t)m);
    return hit != NULL ? hit - s : -1;
}

static Py_ssize_t
find_same_kind(struct unicode_view s, struct unicode_view p)
{
    if (p.length > s.length) {
        return -1;
    }
    if (p.length == 0) {
        return 0;
    }
    if (p.length == 1) {
        return view_find_char(s, view_at(p, 0), 1);
    }
    if (s.kind == 1) {
        return find_bytes(s.data, s.length, p.data, p.length);
    }
    const char *from = s.data;
    const char *end = from + s.length * s.kind;
    size_t size = (size_t)(p.length * p.kind);
    for (;;) {
        const char *hit = memmem(from, (size_t)(end - from), p.data, size);
        if (hit == NULL) {
            return -1;
        }
        Py_ssize_t offset = hit - (const char *)s.data;
        if (offset % s.kind == 0) {
            return offset / s.kind;
        }
        from = (const char *)s.data + (offset / s.kind + 1) * s.kind;
    }
}

static Py_ssize_t
rfind_same_kind(struct unicode_view s, struct unicode_view p)
{
    if (p.length > s.length) {
        return -1;
    }
    if (p.length == 0) {
        return s.length;
    }
    if (p.length == 1) {
        return view_find_char(s, view_at(p, 0), -1);
    }
    Py_UCS4 first = view_at(p, 0);
    size_t size = (size_t)(p.length * p.kind);
    Py_ssize_t limit = s.length - p.length + 1;
    for (;;) {
        Py_ssize_t i = view_find_char(view_slice(s, 0, limit), first, -1);
        if (i < 0) {
            return -1;
        }
        if (memcmp(view_address(s, i), p.data, size) == 0) {
            return i;
        }
        limit = i;
    }
}

/* -- Any kinds ----------------------------------------------------------- */

#define SMALL_NEEDLE 64

/* The needle in the haystack's kind: 1, 0 when it cannot occur, -1 when out of
   memory.  *wide is to be freed. */
static int
needle_widen(struct unicode_view s, struct unicode_view *p, Py_UCS4 *small,
             void **wide)
{
    *wide = NULL;
    if (p->length > s.length) {
        return 0;
    }
    if (p->kind > s.kind) {
        return 0;
    }
    if (p->kind < s.kind) {
        if (p->length <= SMALL_NEEDLE) {
            chars_convert(s.kind, small, p->kind, p->data, p->length);
            p->data = small;
        }
        else {
            *wide = view_widen(*p, s.kind);
            if (*wide == NULL) {
                return -1;
            }
            p->data = *wide;
        }
        p->kind = s.kind;
    }
    return 1;
}

Py_ssize_t
view_find(struct unicode_view s, struct unicode_view p, int direction)
{
    if (p.length == 0) {
        return direction > 0 ? 0 : s.length;
    }
    if (p.length == 1) {
        return view_find_char(s, view_at(p, 0), direction);
    }
    Py_UCS4 small[SMALL_NEEDLE];
    void *wide;
    int status = needle_widen(s, &p, small, &wide);
    if (status <= 0) {
        return status < 0 ? -2 : -1;
    }
    Py_ssize_t at = direction > 0 ? find_same_kind(s, p)
                                  : rfind_same_kind(s, p);
    PyMem_Free(wide);
    return at;
}

Py_ssize_t
view_count(struct unicode_view s, struct unicode_view p, Py_ssize_t maxcount)
{
    if (p.length == 0) {
        return s.length < maxcount ? s.length + 1 : maxcount;
    }
    Py_UCS4 small[SMALL_NEEDLE];
    void *wide;
    int status = needle_widen(s, &p, small, &wide);
    if (status <= 0) {
        return status;
    }
    Py_ssize_t count = 0;
    if (p.length == 1 && s.kind == 1 && s.length <= maxcount) {
        const Py_UCS1 *data = s.data;
        Py_UCS1 ch = *(const Py_UCS1 *)p.data;
        for (Py_ssize_t i = 0; i < s.length; i++) {
            count += data[i] == ch;
        }
        return count;
    }
    for (Py_ssize_t at = 0; count < maxcount;) {
        Py_ssize_t hit = find_same_kind(view_slice(s, at, s.length), p);
        if (hit < 0) {
            break;
        }
        count++;
        at += hit + p.length;
    }
    PyMem_Free(wide);
    return count;
}

/* -- Bytes --------------------------------------------------------------- */

Py_ssize_t
_PyBytes_Find(const char *haystack, Py_ssize_t len_haystack,
              const char *needle, Py_ssize_t len_needle, Py_ssize_t offset)
{
    struct unicode_view s = {1, len_haystack, haystack};
    struct unicode_view p = {1, len_needle, needle};
    Py_ssize_t at = find_same_kind(s, p);
    return at < 0 ? -1 : at + offset;
}

Py_ssize_t
_PyBytes_ReverseFind(const char *haystack, Py_ssize_t len_haystack,
                     const char *needle, Py_ssize_t len_needle,
                     Py_ssize_t offset)
{
    struct unicode_view s = {1, len_haystack, haystack};
    struct unicode_view p = {1, len_needle, needle};
    Py_ssize_t at = rfind_same_kind(s, p);
    return at < 0 ? -1 : at + offset;
}

/* -- The API ------------------------------------------------------------- */

static Py_ssize_t
find_between(PyObject *str, PyObject *sub, Py_ssize_t start, Py_ssize_t end,
             int direction)
{
    struct unicode_view s = unicode_view(str);
    bounds_adjust(&start, &end, s.length);
    if (end - start < PyUnicode_GET_LENGTH(sub)) {
        return -1;
    }
    Py_ssize_t at = view_find(view_slice(s, start, end), unicode_view(sub),
                              direction);
    return at >= 0 ? at + start : at;
}

static Py_ssize_t
count_between(PyObject *str, PyObject *sub, Py_ssize_t start, Py_ssize_t end)
{
    struct unicode_view s = unicode_view(str);
    bounds_adjust(&start, &end, s.length);
    if (end - start < PyUnicode_GET_LENGTH(sub)) {
        return 0;
    }
    return view_count(view_slice(s, start, end), unicode_view(sub),
                      PY_SSIZE_T_MAX);
}

static int
tail_matches(PyObject *str, PyObject *sub, Py_ssize_t start, Py_ssize_t end,
             int direction)
{
    struct unicode_view s = unicode_view(str), p = unicode_view(sub);
    bounds_adjust(&start, &end, s.length);
    end -= p.length;
    if (end < start) {
        return 0;
    }
    if (p.length == 0) {
        return 1;
    }
    Py_ssize_t offset = direction > 0 ? end : start;
    if (s.kind == p.kind) {
        return memcmp(view_address(s, offset), p.data,
                      (size_t)(p.length * p.kind)) == 0;
    }
    if (p.kind > s.kind) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < p.length; i++) {
        if (view_at(s, offset + i) != view_at(p, i)) {
            return 0;
        }
    }
    return 1;
}

Py_ssize_t
PyUnicode_Find(PyObject *str, PyObject *substr, Py_ssize_t start,
               Py_ssize_t end, int direction)
{
    if (unicode_ensure(str) < 0 || unicode_ensure(substr) < 0) {
        return -2;
    }
    return find_between(str, substr, start, end, direction);
}

Py_ssize_t
PyUnicode_FindChar(PyObject *str, Py_UCS4 ch, Py_ssize_t start,
                   Py_ssize_t end, int direction)
{
    if (PyUnicode_READY(str) == -1) {
        return -2;
    }
    struct unicode_view s = unicode_view(str);
    bounds_adjust(&start, &end, s.length);
    if (end - start < 1) {
        return -1;
    }
    Py_ssize_t at = view_find_char(view_slice(s, start, end), ch, direction);
    return at >= 0 ? at + start : -1;
}

Py_ssize_t
PyUnicode_Count(PyObject *str, PyObject *substr, Py_ssize_t start,
                Py_ssize_t end)
{
    if (unicode_ensure(str) < 0 || unicode_ensure(substr) < 0) {
        return -1;
    }
    return count_between(str, substr, start, end);
}

Py_ssize_t
PyUnicode_Tailmatch(PyObject *str, PyObject *substr, Py_ssize_t start,
                    Py_ssize_t end, int direction)
{
    if (unicode_ensure(str) < 0 || unicode_ensure(substr) < 0) {
        return -1;
    }
    return tail_matches(str, substr, start, end, direction);
}

int
PyUnicode_Contains(PyObject *str, PyObject *substr)
{
    if (!PyUnicode_Check(substr)) {
        PyErr_Format(PyExc_TypeError,
                     "'in <string>' requires string as left operand, "
                     "not %.100s", Py_TYPE(substr)->tp_name);
        return -1;
    }
    if (PyUnicode_READY(substr) == -1 || unicode_ensure(str) < 0) {
        return -1;
    }
    Py_ssize_t at = view_find(unicode_view(str), unicode_view(substr), 1);
    return at == -2 ? -1 : at >= 0;
}

/* -- Methods ------------------------------------------------------------- */

/* The arguments X[, start[, end]]. */
static int
parse_bounds(const char *name, PyObject *const *args, Py_ssize_t nargs,
             Py_ssize_t *start, Py_ssize_t *end)
{
    *start = 0;
    *end = PY_SSIZE_T_MAX;
    if (nargs < 1) {
        PyErr_Format(PyExc_TypeError,
                     "%s() takes at least 1 argument (%zd given)", name,
                     nargs);
        return -1;
    }
    if (nargs > 3) {
        PyErr_Format(PyExc_TypeError,
                     "%s() takes at most 3 arguments (%zd given)", name,
                     nargs);
        return -1;
    }
    if (nargs > 1 && !_PyEval_SliceIndex(args[1], start)) {
        return -1;
    }
    if (nargs > 2 && !_PyEval_SliceIndex(args[2], end)) {
        return -1;
    }
    return 0;
}

static Py_ssize_t
find_method(PyObject *self, const char *name, PyObject *const *args,
            Py_ssize_t nargs, int direction)
{
    Py_ssize_t start, end;
    if (parse_bounds(name, args, nargs, &start, &end) < 0
        || unicode_ensure(args[0]) < 0 || PyUnicode_READY(self) < 0) {
        return -2;
    }
    return find_between(self, args[0], start, end, direction);
}

static PyObject *
found(Py_ssize_t at, int must_exist)
{
    if (at == -2) {
        return NULL;
    }
    if (at < 0 && must_exist) {
        PyErr_SetString(PyExc_ValueError, "substring not found");
        return NULL;
    }
    return PyLong_FromSsize_t(at);
}

PyObject *
unicode_find(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return found(find_method(self, "find", args, nargs, 1), 0);
}

PyObject *
unicode_rfind(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return found(find_method(self, "rfind", args, nargs, -1), 0);
}

PyObject *
unicode_index(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return found(find_method(self, "index", args, nargs, 1), 1);
}

PyObject *
unicode_rindex(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return found(find_method(self, "rindex", args, nargs, -1), 1);
}

PyObject *
unicode_count(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t start, end;
    if (parse_bounds("count", args, nargs, &start, &end) < 0
        || unicode_ensure(args[0]) < 0 || PyUnicode_READY(self) < 0) {
        return NULL;
    }
    Py_ssize_t n = count_between(self, args[0], start, end);
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *
tail_method(PyObject *self, const char *name, PyObject *const *args,
            Py_ssize_t nargs, int direction)
{
    Py_ssize_t start, end;
    if (parse_bounds(name, args, nargs, &start, &end) < 0
        || PyUnicode_READY(self) < 0) {
        return NULL;
    }
    PyObject *sub = args[0];
    if (PyUnicode_Check(sub)) {
        if (PyUnicode_READY(sub) < 0) {
            return NULL;
        }
        return PyBool_FromLong(tail_matches(self, sub, start, end,
                                            direction));
    }
    if (!PyTuple_Check(sub)) {
        PyErr_Format(PyExc_TypeError,
                     "%s first arg must be str or a tuple of str, not %.100s",
                     name, Py_TYPE(sub)->tp_name);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(sub); i++) {
        PyObject *item = PyTuple_GET_ITEM(sub, i);
        if (!PyUnicode_Check(item)) {
            PyErr_Format(PyExc_TypeError,
                         "tuple for %s must only contain str, not %.100s",
                         name, Py_TYPE(item)->tp_name);
            return NULL;
        }
        if (PyUnicode_READY(item) < 0) {
            return NULL;
        }
        if (tail_matches(self, item, start, end, direction)) {
            Py_RETURN_TRUE;
        }
    }
    Py_RETURN_FALSE;
}

PyObject *
unicode_startswith(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return tail_method(self, "startswith", args, nargs, -1);
}

PyObject *
unicode_endswith(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    return tail_method(self, "endswith", args, nargs, 1);
}
