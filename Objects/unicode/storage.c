/* Making, resizing, copying and freeing strings.

   Every string that Python code can see is ready: its characters are in their
   narrowest form.  The one exception is what the deprecated
   PyUnicode_FromUnicode(NULL, n) returns: wchar_t units to be filled in by the
   caller, brought into form by _PyUnicode_Ready at the first other use.

     shape     characters at             utf8 at          wstr at
     ASCII     object + 48               same             own block or NULL
     compact   object + 72               own block/NULL   own block or NULL
     legacy    data.any, own block       own block; the   own block; data.any
                                         data if ASCII    if 4 bytes wide

   The empty string and the 256 strings of one Latin-1 character exist once,
   statically.  They count as interned, though no table holds them. */
#include "unicode_internal.h"
#include "pycore_object.h"

/* -- Singletons ---------------------------------------------------------- */

#define STATIC_HEAD(LENGTH, ASCII)                              \
    .ob_base = {_PyObject_IMMORTAL_REFCNT, &PyUnicode_Type},    \
    .length = (LENGTH), .hash = -1,                             \
    .state = {.interned = SSTATE_INTERNED_IMMORTAL,             \
              .kind = PyUnicode_1BYTE_KIND, .compact = 1,       \
              .ascii = (ASCII), .ready = 1}

#define A1(C) {.head = {STATIC_HEAD(1, 1)}, .data = {(C), 0}}
#define L1(C) {.head = {._base = {STATIC_HEAD(1, 0)}}, .data = {(C), 0}}
#define ROW8(M, C) M((C)), M((C) + 1), M((C) + 2), M((C) + 3), \
    M((C) + 4), M((C) + 5), M((C) + 6), M((C) + 7)
#define ROW64(M, C) ROW8(M, (C)), ROW8(M, (C) + 8), ROW8(M, (C) + 16), \
    ROW8(M, (C) + 24), ROW8(M, (C) + 32), ROW8(M, (C) + 40), \
    ROW8(M, (C) + 48), ROW8(M, (C) + 56)

struct unicode_latin1_singletons unicode_latin1 = {
    .ascii = {ROW64(A1, 0), ROW64(A1, 64)},
    .latin1 = {ROW64(L1, 128), ROW64(L1, 192)}};
#undef A1
#undef L1
#undef ROW8
#undef ROW64

static PyObject *
unicode_empty_new(void)
{
    return Py_NewRef(unicode_empty_borrow());
}

PyObject *
unicode_char(Py_UCS4 ch)
{
    if (ch < 256) {
        return Py_NewRef(unicode_latin1_borrow(ch));
    }
    PyObject *result = PyUnicode_New(1, ch);
    if (result != NULL) {
        PyUnicode_WRITE(PyUnicode_KIND(result), PyUnicode_DATA(result), 0, ch);
    }
    return result;
}

PyObject *
unicode_result_steal(PyObject *op)
{
    if (op == NULL || !PyUnicode_CheckExact(op)) {
        return op;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);
    if (length == 0) {
        if (op != unicode_empty_borrow()) {
            Py_DECREF(op);
            return unicode_empty_new();
        }
    }
    else if (length == 1 && PyUnicode_KIND(op) == PyUnicode_1BYTE_KIND) {
        PyObject *single = unicode_latin1_borrow(*PyUnicode_1BYTE_DATA(op));
        if (op != single) {
            Py_DECREF(op);
            return Py_NewRef(single);
        }
    }
    return op;
}

/* -- Checks -------------------------------------------------------------- */

int
unicode_ensure(PyObject *op)
{
    if (!PyUnicode_Check(op)) {
        PyErr_Format(PyExc_TypeError, "must be str, not %.100s",
                     Py_TYPE(op)->tp_name);
        return -1;
    }
    return PyUnicode_READY(op);
}

int
unicode_modifiable(PyObject *op)
{
    return Py_REFCNT(op) == 1 && ASCII_HEAD(op)->hash == -1
           && !PyUnicode_CHECK_INTERNED(op) && PyUnicode_CheckExact(op);
}

int
unicode_check_modifiable(PyObject *op)
{
    if (!unicode_modifiable(op)) {
        PyErr_SetString(PyExc_SystemError,
                        "Cannot modify a string currently used");
        return -1;
    }
    return 0;
}

int
_PyUnicode_CheckConsistency(PyObject *op, int check_content)
{
#define CHECK(expr) \
    do { if (!(expr)) { _PyObject_ASSERT_FAILED_MSG(op, #expr); } } while (0)
    CHECK(op != NULL);
    CHECK(PyUnicode_Check(op));
    PyASCIIObject *head = ASCII_HEAD(op);
    unsigned int kind = head->state.kind;
    if (head->state.ascii == 1 && head->state.compact == 1) {
        CHECK(kind == PyUnicode_1BYTE_KIND);
        CHECK(head->state.ready == 1);
    }
    else if (head->state.compact == 1) {
        CHECK(kind == 1 || kind == 2 || kind == 4);
        CHECK(head->state.ready == 1);
        CHECK(COMPACT_HEAD(op)->utf8 != PyUnicode_DATA(op));
    }
    else if (kind == PyUnicode_WCHAR_KIND) {
        CHECK(head->length == 0);
        CHECK(head->hash == -1);
        CHECK(head->state.ready == 0);
        CHECK(head->wstr != NULL);
        CHECK(LEGACY_HEAD(op)->data.any == NULL);
    }
    else {
        CHECK(head->state.ready == 1);
        CHECK(LEGACY_HEAD(op)->data.any != NULL);
    }
    if (check_content && kind != PyUnicode_WCHAR_KIND) {
        Py_UCS4 bound = chars_maxchar((int)kind, PyUnicode_DATA(op),
                                      head->length);
        if (kind == PyUnicode_1BYTE_KIND) {
            CHECK(head->state.ascii == (bound < 0x80));
        }
        else {
            CHECK(kind_for_maxchar(bound) == (int)kind);
        }
        CHECK(PyUnicode_READ(kind, PyUnicode_DATA(op), head->length) == 0);
    }
#undef CHECK
    return 1;
}

/* -- Allocation ---------------------------------------------------------- */

static void
head_init(PyObject *op, Py_ssize_t length, int kind, int ascii)
{
    PyASCIIObject *head = ASCII_HEAD(op);
    head->length = length;
    head->hash = -1;
    head->state.interned = SSTATE_NOT_INTERNED;
    head->state.kind = (unsigned int)kind & 7;
    head->state.compact = 1;
    head->state.ascii = ascii ? 1 : 0;
    head->state.ready = 1;
    head->wstr = NULL;
    if (!ascii) {
        COMPACT_HEAD(op)->utf8 = NULL;
        COMPACT_HEAD(op)->utf8_length = 0;
        COMPACT_HEAD(op)->wstr_length = 0;
    }
}

PyObject *
PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
{
    if (size == 0) {
        return unicode_empty_new();
    }
    if (maxchar > UNICODE_MAX) {
        PyErr_SetString(PyExc_SystemError,
                        "invalid maximum character passed to PyUnicode_New");
        return NULL;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_SystemError,
                        "Negative size passed to PyUnicode_New");
        return NULL;
    }
    int ascii = maxchar < 0x80;
    int kind = kind_for_maxchar(maxchar);
    Py_ssize_t head_size = ascii ? (Py_ssize_t)sizeof(PyASCIIObject)
                                 : (Py_ssize_t)sizeof(PyCompactUnicodeObject);
    if (size > (PY_SSIZE_T_MAX - head_size) / kind - 1) {
        return PyErr_NoMemory();
    }
    PyObject *op = PyObject_Malloc((size_t)(head_size + (size + 1) * kind));
    if (op == NULL) {
        return PyErr_NoMemory();
    }
    _PyObject_Init(op, &PyUnicode_Type);
    head_init(op, size, kind, ascii);
    char *data = (char *)op + head_size;
    PyUnicode_WRITE(kind, data, size, 0);
    return op;
}

/* Own blocks, save the characters of a legacy string. */
static void
unicode_free_caches(PyObject *op)
{
    PyASCIIObject *head = ASCII_HEAD(op);
    int compact_ascii = head->state.compact && head->state.ascii;
    void *data = NULL;
    if (!head->state.compact) {
        data = LEGACY_HEAD(op)->data.any;
    }
    if (head->wstr != NULL && (void *)head->wstr != data) {
        PyObject_Free(head->wstr);
    }
    head->wstr = NULL;
    if (!compact_ascii) {
        COMPACT_HEAD(op)->wstr_length = 0;
        char *utf8 = COMPACT_HEAD(op)->utf8;
        if (utf8 != NULL && (void *)utf8 != data) {
            PyObject_Free(utf8);
        }
        COMPACT_HEAD(op)->utf8 = NULL;
        COMPACT_HEAD(op)->utf8_length = 0;
    }
}

static void
unicode_free_blocks(PyObject *op)
{
    PyASCIIObject *head = ASCII_HEAD(op);
    if (head->state.interned != SSTATE_NOT_INTERNED) {
        unicode_intern_forget(op);
    }
    if (head->wstr == NULL && head->state.compact
        && (head->state.ascii || COMPACT_HEAD(op)->utf8 == NULL)) {
        return;
    }
    unicode_free_caches(op);
    if (!head->state.compact && LEGACY_HEAD(op)->data.any != NULL) {
        PyObject_Free(LEGACY_HEAD(op)->data.any);
        LEGACY_HEAD(op)->data.any = NULL;
    }
}

void
unicode_dealloc(PyObject *op)
{
    if (ASCII_HEAD(op)->state.interned == SSTATE_INTERNED_IMMORTAL) {
        /* unbalanced releases by an extension: it stays */
        Py_SET_REFCNT(op, _PyObject_IMMORTAL_REFCNT);
        return;
    }
    unicode_free_blocks(op);
    Py_TYPE(op)->tp_free(op);
}

void
_PyUnicode_ExactDealloc(PyObject *op)
{
    assert(PyUnicode_CheckExact(op));
    if (ASCII_HEAD(op)->state.interned == SSTATE_INTERNED_IMMORTAL) {
        Py_SET_REFCNT(op, _PyObject_IMMORTAL_REFCNT);
        return;
    }
    unicode_free_blocks(op);
    PyObject_Free(op);
}

/* -- Resizing ------------------------------------------------------------ */

/* In place if possible; steals op, also on failure. */
static PyObject *
resize_compact(PyObject *op, Py_ssize_t length)
{
    assert(PyUnicode_IS_COMPACT(op) && unicode_modifiable(op));
    int kind = PyUnicode_KIND(op);
    Py_ssize_t head_size = PyUnicode_IS_ASCII(op)
                               ? (Py_ssize_t)sizeof(PyASCIIObject)
                               : (Py_ssize_t)sizeof(PyCompactUnicodeObject);
    if (length > (PY_SSIZE_T_MAX - head_size) / kind - 1) {
        PyErr_NoMemory();
        return NULL;
    }
    unicode_free_caches(op);
    PyObject *moved = PyObject_Realloc(
        op, (size_t)(head_size + (length + 1) * kind));
    if (moved == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    ASCII_HEAD(moved)->length = length;
    PyUnicode_WRITE(kind, (char *)moved + head_size, length, 0);
    return moved;
}

static int
resize_legacy_ready(PyObject *op, Py_ssize_t length)
{
    int kind = PyUnicode_KIND(op);
    if (length > PY_SSIZE_T_MAX / kind - 1) {
        PyErr_NoMemory();
        return -1;
    }
    unicode_free_caches(op);
    void *data = PyObject_Realloc(LEGACY_HEAD(op)->data.any,
                                  (size_t)((length + 1) * kind));
    if (data == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    LEGACY_HEAD(op)->data.any = data;
    ASCII_HEAD(op)->length = length;
    PyUnicode_WRITE(kind, data, length, 0);
    return 0;
}

static int
resize_legacy_wstr(PyObject *op, Py_ssize_t length)
{
    if (length > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(wchar_t) - 1) {
        PyErr_NoMemory();
        return -1;
    }
    wchar_t *wstr = PyObject_Realloc(ASCII_HEAD(op)->wstr,
                                     sizeof(wchar_t) * (size_t)(length + 1));
    if (wstr == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    wstr[length] = 0;
    ASCII_HEAD(op)->wstr = wstr;
    COMPACT_HEAD(op)->wstr_length = length;
    return 0;
}

int
PyUnicode_Resize(PyObject **p, Py_ssize_t length)
{
    if (p == NULL || *p == NULL || !PyUnicode_Check(*p) || length < 0) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyObject *op = *p;
    Py_ssize_t old_length = PyUnicode_IS_READY(op)
                                ? PyUnicode_GET_LENGTH(op)
                                : COMPACT_HEAD(op)->wstr_length;
    if (old_length == length) {
        return 0;
    }
    if (length == 0) {
        Py_SETREF(*p, unicode_empty_new());
        return 0;
    }
    if (!unicode_modifiable(op)) {
        PyObject *copy = PyUnicode_New(length, PyUnicode_MAX_CHAR_VALUE(op));
        if (copy == NULL) {
            return -1;
        }
        _PyUnicode_FastCopyCharacters(copy, 0, op, 0,
                                      Py_MIN(length, old_length));
        Py_SETREF(*p, copy);
        return 0;
    }
    if (PyUnicode_IS_COMPACT(op)) {
        PyObject *moved = resize_compact(op, length);
        if (moved == NULL) {
            return -1;
        }
        *p = moved;
        return 0;
    }
    return PyUnicode_IS_READY(op) ? resize_legacy_ready(op, length)
                                  : resize_legacy_wstr(op, length);
}

/* -- From characters ----------------------------------------------------- */

PyObject *
_PyUnicode_FromASCII(const char *buffer, Py_ssize_t size)
{
    if (size == 1) {
        return unicode_char((unsigned char)buffer[0]);
    }
    PyObject *result = PyUnicode_New(size, 0x7f);
    if (result != NULL && size > 0) {
        memcpy(PyUnicode_1BYTE_DATA(result), buffer, (size_t)size);
    }
    return result;
}

PyObject *
unicode_from_view(struct unicode_view view, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t size = end - start;
    if (size <= 0) {
        return unicode_empty_new();
    }
    if (size == 1) {
        return unicode_char(view_at(view, start));
    }
    const void *data = view_address(view, start);
    Py_UCS4 maxchar = chars_maxchar(view.kind, data, size);
    PyObject *result = PyUnicode_New(size, maxchar);
    if (result != NULL) {
        chars_convert(PyUnicode_KIND(result), PyUnicode_DATA(result),
                      view.kind, data, size);
    }
    return result;
}

PyObject *
PyUnicode_FromKindAndData(int kind, const void *buffer, Py_ssize_t size)
{
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "size must be positive");
        return NULL;
    }
    if (kind != 1 && kind != 2 && kind != 4) {
        PyErr_SetString(PyExc_SystemError, "invalid kind");
        return NULL;
    }
    return unicode_from_view((struct unicode_view){kind, size, buffer}, 0,
                             size);
}

PyObject *
PyUnicode_FromStringAndSize(const char *u, Py_ssize_t size)
{
    if (size < 0) {
        PyErr_SetString(PyExc_SystemError,
                        "Negative size passed to PyUnicode_FromStringAndSize");
        return NULL;
    }
    if (u != NULL) {
        return PyUnicode_DecodeUTF8Stateful(u, size, NULL, NULL);
    }
    if (size > 0) {
        if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                             "PyUnicode_FromStringAndSize(NULL, size) "
                             "is deprecated; use PyUnicode_New() instead")
            < 0) {
            return NULL;
        }
    }
    _Py_COMP_DIAG_PUSH
    _Py_COMP_DIAG_IGNORE_DEPR_DECLS
    return PyUnicode_FromUnicode(NULL, size);
    _Py_COMP_DIAG_POP
}

PyObject *
PyUnicode_FromString(const char *u)
{
    size_t size = strlen(u);
    if (size > PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError, "input too long");
        return NULL;
    }
    return PyUnicode_DecodeUTF8Stateful(u, (Py_ssize_t)size, NULL, NULL);
}

PyObject *
PyUnicode_FromOrdinal(int ordinal)
{
    if (ordinal < 0 || (Py_UCS4)ordinal > UNICODE_MAX) {
        PyErr_SetString(PyExc_ValueError,
                        "chr() arg not in range(0x110000)");
        return NULL;
    }
    return unicode_char((Py_UCS4)ordinal);
}

PyObject *
_PyUnicode_Copy(PyObject *unicode)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(unicode);
    PyObject *copy = PyUnicode_New(length, PyUnicode_MAX_CHAR_VALUE(unicode));
    if (copy != NULL && length > 0) {
        memcpy(PyUnicode_DATA(copy), PyUnicode_DATA(unicode),
               (size_t)(length * PyUnicode_KIND(unicode)));
    }
    return copy;
}

PyObject *
unicode_result_unchanged(PyObject *op)
{
    if (PyUnicode_CheckExact(op)) {
        if (PyUnicode_READY(op) == -1) {
            return NULL;
        }
        return Py_NewRef(op);
    }
    return _PyUnicode_Copy(op);
}

PyObject *
PyUnicode_FromObject(PyObject *obj)
{
    if (PyUnicode_CheckExact(obj)) {
        if (PyUnicode_READY(obj) == -1) {
            return NULL;
        }
        return Py_NewRef(obj);
    }
    if (PyUnicode_Check(obj)) {
        return _PyUnicode_Copy(obj);
    }
    PyErr_Format(PyExc_TypeError,
                 "Can't convert '%.100s' object to str implicitly",
                 Py_TYPE(obj)->tp_name);
    return NULL;
}

PyObject *
PyUnicode_Substring(PyObject *self, Py_ssize_t start, Py_ssize_t end)
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    if (end > length) {
        end = length;
    }
    if (start == 0 && end == length) {
        return unicode_result_unchanged(self);
    }
    if (start < 0 || end < 0) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return NULL;
    }
    if (start >= length || end < start) {
        return unicode_empty_new();
    }
    if (PyUnicode_IS_ASCII(self)) {
        return _PyUnicode_FromASCII(
            (const char *)PyUnicode_1BYTE_DATA(self) + start, end - start);
    }
    return unicode_from_view(unicode_view(self), start, end);
}

/* -- Copying into strings ------------------------------------------------ */

Py_UCS4
_PyUnicode_FindMaxChar(PyObject *unicode, Py_ssize_t start, Py_ssize_t end)
{
    assert(start >= 0 && end <= PyUnicode_GET_LENGTH(unicode)
           && start <= end);
    if (start == 0 && end == PyUnicode_GET_LENGTH(unicode)) {
        return PyUnicode_MAX_CHAR_VALUE(unicode);
    }
    if (start == end || PyUnicode_IS_ASCII(unicode)) {
        return 127;
    }
    struct unicode_view view = unicode_view(unicode);
    return chars_maxchar(view.kind, view_address(view, start), end - start);
}

void
_PyUnicode_FastCopyCharacters(PyObject *to, Py_ssize_t to_start,
                              PyObject *from, Py_ssize_t from_start,
                              Py_ssize_t how_many)
{
    if (how_many == 0) {
        return;
    }
    int to_kind = PyUnicode_KIND(to);
    int from_kind = PyUnicode_KIND(from);
    chars_convert(to_kind,
                  (char *)PyUnicode_DATA(to) + to_start * to_kind, from_kind,
                  (const char *)PyUnicode_DATA(from) + from_start * from_kind,
                  how_many);
}

static const char *
shape_name(PyObject *op)
{
    if (!PyUnicode_IS_COMPACT(op)) {
        return "legacy";
    }
    if (PyUnicode_IS_ASCII(op)) {
        return "ascii";
    }
    switch (PyUnicode_KIND(op)) {
    case PyUnicode_1BYTE_KIND:
        return "latin1";
    case PyUnicode_2BYTE_KIND:
        return "UCS2";
    default:
        return "UCS4";
    }
}

Py_ssize_t
PyUnicode_CopyCharacters(PyObject *to, Py_ssize_t to_start, PyObject *from,
                         Py_ssize_t from_start, Py_ssize_t how_many)
{
    if (!PyUnicode_Check(from) || !PyUnicode_Check(to)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyUnicode_READY(from) == -1 || PyUnicode_READY(to) == -1) {
        return -1;
    }
    if ((size_t)from_start > (size_t)PyUnicode_GET_LENGTH(from)
        || (size_t)to_start > (size_t)PyUnicode_GET_LENGTH(to)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return -1;
    }
    if (how_many < 0) {
        PyErr_SetString(PyExc_SystemError, "how_many cannot be negative");
        return -1;
    }
    how_many = Py_MIN(PyUnicode_GET_LENGTH(from) - from_start, how_many);
    if (to_start + how_many > PyUnicode_GET_LENGTH(to)) {
        PyErr_Format(PyExc_SystemError,
                     "Cannot write %zi characters at %zi "
                     "in a string of %zi characters",
                     how_many, to_start, PyUnicode_GET_LENGTH(to));
        return -1;
    }
    if (how_many == 0) {
        return 0;
    }
    if (unicode_check_modifiable(to) < 0) {
        return -1;
    }
    Py_UCS4 bound = _PyUnicode_FindMaxChar(from, from_start,
                                           from_start + how_many);
    if (bound > PyUnicode_MAX_CHAR_VALUE(to)) {
        PyErr_Format(PyExc_SystemError,
                     "Cannot copy %s characters "
                     "into a string of %s characters",
                     shape_name(from), shape_name(to));
        return -1;
    }
    _PyUnicode_FastCopyCharacters(to, to_start, from, from_start, how_many);
    return how_many;
}

void
_PyUnicode_FastFill(PyObject *unicode, Py_ssize_t start, Py_ssize_t length,
                    Py_UCS4 fill_char)
{
    int kind = PyUnicode_KIND(unicode);
    chars_fill(kind, (char *)PyUnicode_DATA(unicode) + start * kind, length,
               fill_char);
}

Py_ssize_t
PyUnicode_Fill(PyObject *unicode, Py_ssize_t start, Py_ssize_t length,
               Py_UCS4 fill_char)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyUnicode_READY(unicode) == -1
        || unicode_check_modifiable(unicode) < 0) {
        return -1;
    }
    if (start < 0) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return -1;
    }
    if (fill_char > PyUnicode_MAX_CHAR_VALUE(unicode)) {
        PyErr_SetString(PyExc_ValueError,
                        "fill character is bigger than "
                        "the string maximum character");
        return -1;
    }
    Py_ssize_t room = PyUnicode_GET_LENGTH(unicode) - start;
    length = Py_MIN(room, length);
    if (length <= 0) {
        return 0;
    }
    _PyUnicode_FastFill(unicode, start, length, fill_char);
    return length;
}

/* -- Single characters --------------------------------------------------- */

Py_ssize_t
PyUnicode_GetLength(PyObject *unicode)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return -1;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return -1;
    }
    return PyUnicode_GET_LENGTH(unicode);
}

Py_UCS4
PyUnicode_ReadChar(PyObject *unicode, Py_ssize_t index)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return (Py_UCS4)-1;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return (Py_UCS4)-1;
    }
    if (index < 0 || index >= PyUnicode_GET_LENGTH(unicode)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return (Py_UCS4)-1;
    }
    return PyUnicode_READ_CHAR(unicode, index);
}

int
PyUnicode_WriteChar(PyObject *unicode, Py_ssize_t index, Py_UCS4 ch)
{
    if (!PyUnicode_Check(unicode) || !PyUnicode_IS_COMPACT(unicode)) {
        PyErr_BadArgument();
        return -1;
    }
    if (index < 0 || index >= PyUnicode_GET_LENGTH(unicode)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return -1;
    }
    if (unicode_check_modifiable(unicode) < 0) {
        return -1;
    }
    if (ch > PyUnicode_MAX_CHAR_VALUE(unicode)) {
        PyErr_SetString(PyExc_ValueError, "character out of range");
        return -1;
    }
    PyUnicode_WRITE(PyUnicode_KIND(unicode), PyUnicode_DATA(unicode), index,
                    ch);
    return 0;
}

Py_UCS4 *
PyUnicode_AsUCS4(PyObject *string, Py_UCS4 *target, Py_ssize_t targetsize,
                 int copy_null)
{
    if (target == NULL || targetsize < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyUnicode_READY(string) == -1) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(string);
    if (targetsize < length + (copy_null ? 1 : 0)) {
        PyErr_Format(PyExc_SystemError,
                     "string is longer than the buffer");
        if (copy_null && targetsize > 0) {
            target[0] = 0;
        }
        return NULL;
    }
    chars_convert(4, target, PyUnicode_KIND(string), PyUnicode_DATA(string),
                  length);
    if (copy_null) {
        target[length] = 0;
    }
    return target;
}

Py_UCS4 *
PyUnicode_AsUCS4Copy(PyObject *string)
{
    if (PyUnicode_READY(string) == -1) {
        return NULL;
    }
    size_t length = (size_t)PyUnicode_GET_LENGTH(string);
    Py_UCS4 *copy = PyMem_New(Py_UCS4, length + 1);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    return PyUnicode_AsUCS4(string, copy, (Py_ssize_t)length + 1, 1);
}

/* -- Concatenation ------------------------------------------------------- */

static int
concat_check(PyObject *right)
{
    if (!PyUnicode_Check(right)) {
        PyErr_Format(PyExc_TypeError,
                     "can only concatenate str (not \"%.200s\") to str",
                     Py_TYPE(right)->tp_name);
        return -1;
    }
    return PyUnicode_READY(right);
}

static PyObject *
concat_new(PyObject *left, PyObject *right)
{
    Py_ssize_t left_length = PyUnicode_GET_LENGTH(left);
    Py_ssize_t right_length = PyUnicode_GET_LENGTH(right);
    if (left_length > PY_SSIZE_T_MAX - right_length) {
        PyErr_SetString(PyExc_OverflowError,
                        "strings are too large to concat");
        return NULL;
    }
    Py_UCS4 maxchar = Py_MAX(PyUnicode_MAX_CHAR_VALUE(left),
                             PyUnicode_MAX_CHAR_VALUE(right));
    PyObject *result = PyUnicode_New(left_length + right_length, maxchar);
    if (result != NULL) {
        _PyUnicode_FastCopyCharacters(result, 0, left, 0, left_length);
        _PyUnicode_FastCopyCharacters(result, left_length, right, 0,
                                      right_length);
    }
    return result;
}

PyObject *
PyUnicode_Concat(PyObject *left, PyObject *right)
{
    if (unicode_ensure(left) < 0 || concat_check(right) < 0) {
        return NULL;
    }
    if (PyUnicode_GET_LENGTH(left) == 0) {
        return PyUnicode_FromObject(right);
    }
    if (PyUnicode_GET_LENGTH(right) == 0) {
        return PyUnicode_FromObject(left);
    }
    return concat_new(left, right);
}

void
PyUnicode_Append(PyObject **p_left, PyObject *right)
{
    if (p_left == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_BadInternalCall();
        }
        return;
    }
    PyObject *left = *p_left;
    if (right == NULL || left == NULL || !PyUnicode_Check(left)) {
        if (!PyErr_Occurred()) {
            PyErr_BadInternalCall();
        }
        goto error;
    }
    if (PyUnicode_READY(left) == -1 || concat_check(right) < 0) {
        goto error;
    }
    if (PyUnicode_GET_LENGTH(left) == 0) {
        PyObject *whole = PyUnicode_FromObject(right);
        Py_SETREF(*p_left, whole);
        return;
    }
    Py_ssize_t right_length = PyUnicode_GET_LENGTH(right);
    if (right_length == 0) {
        return;
    }
    Py_ssize_t left_length = PyUnicode_GET_LENGTH(left);
    if (left_length > PY_SSIZE_T_MAX - right_length) {
        PyErr_SetString(PyExc_OverflowError,
                        "strings are too large to concat");
        goto error;
    }
    if (unicode_modifiable(left) && PyUnicode_CheckExact(right)
        && PyUnicode_KIND(right) <= PyUnicode_KIND(left)
        && !(PyUnicode_IS_ASCII(left) && !PyUnicode_IS_ASCII(right))) {
        if (PyUnicode_Resize(p_left, left_length + right_length) != 0) {
            goto error;
        }
        _PyUnicode_FastCopyCharacters(*p_left, left_length, right, 0,
                                      right_length);
        return;
    }
    PyObject *whole = concat_new(left, right);
    Py_SETREF(*p_left, whole);
    return;

error:
    Py_CLEAR(*p_left);
}

void
PyUnicode_AppendAndDel(PyObject **pleft, PyObject *right)
{
    PyUnicode_Append(pleft, right);
    Py_XDECREF(right);
}

/* -- The deprecated wchar_t representation ------------------------------- */

int
_PyUnicode_Ready(PyObject *unicode)
{
    assert(ASCII_HEAD(unicode)->state.kind == PyUnicode_WCHAR_KIND);
    PyUnicodeObject *self = LEGACY_HEAD(unicode);
    PyASCIIObject *head = ASCII_HEAD(unicode);
    Py_ssize_t length = self->_base.wstr_length;
    const Py_UCS4 *units = (const Py_UCS4 *)head->wstr;
    for (Py_ssize_t i = 0; i < length; i++) {
        if (units[i] > UNICODE_MAX) {
            PyErr_Format(PyExc_ValueError,
                         "character U+%x is not in range [U+0000; U+%x]",
                         units[i], UNICODE_MAX);
            return -1;
        }
    }
    Py_UCS4 bound = chars_maxchar(4, units, length);
    int kind = kind_for_maxchar(bound);
    if (kind == 4) {
        self->data.any = head->wstr;
        self->_base.utf8 = NULL;
        self->_base.utf8_length = 0;
    }
    else {
        void *data = PyObject_Malloc((size_t)((length + 1) * kind));
        if (data == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        chars_convert(kind, data, 4, units, length + 1);
        self->data.any = data;
        self->_base.utf8 = bound < 0x80 ? data : NULL;
        self->_base.utf8_length = bound < 0x80 ? length : 0;
        PyObject_Free(head->wstr);
        head->wstr = NULL;
        self->_base.wstr_length = 0;
    }
    head->state.ascii = bound < 0x80;
    head->length = length;
    head->state.kind = (unsigned int)kind & 7;
    head->state.ready = 1;
    return 0;
}

/* A legacy string of size units, to be filled in by the caller. */
static PyObject *
legacy_new(Py_ssize_t size)
{
    if (size > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(wchar_t) - 1) {
        return PyErr_NoMemory();
    }
    wchar_t *wstr = PyObject_Malloc((size_t)(size + 1) * sizeof(wchar_t));
    if (wstr == NULL) {
        return PyErr_NoMemory();
    }
    PyUnicodeObject *self = PyObject_New(PyUnicodeObject, &PyUnicode_Type);
    if (self == NULL) {
        PyObject_Free(wstr);
        return NULL;
    }
    wstr[0] = 0;
    wstr[size] = 0;
    PyASCIIObject *head = ASCII_HEAD(self);
    memset(&head->state, 0, sizeof(head->state));
    head->length = 0;
    head->hash = -1;
    head->wstr = wstr;
    self->_base.wstr_length = size;
    self->_base.utf8 = NULL;
    self->_base.utf8_length = 0;
    self->data.any = NULL;
    return (PyObject *)self;
}

_Py_COMP_DIAG_PUSH
_Py_COMP_DIAG_IGNORE_DEPR_DECLS

PyObject *
PyUnicode_FromUnicode(const Py_UNICODE *u, Py_ssize_t size)
{
    if (u == NULL) {
        if (size > 0) {
            if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                                 "PyUnicode_FromUnicode(NULL, size) is "
                                 "deprecated; use PyUnicode_New() instead")
                < 0) {
                return NULL;
            }
        }
        return size == 0 ? unicode_empty_new() : legacy_new(size);
    }
    if (size < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyUnicode_FromWideChar(u, size);
}

Py_UNICODE *
PyUnicode_AsUnicodeAndSize(PyObject *unicode, Py_ssize_t *size)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return NULL;
    }
    PyASCIIObject *head = ASCII_HEAD(unicode);
    if (head->wstr == NULL) {
        struct unicode_view view = unicode_view(unicode);
        if (!head->state.compact && view.kind == 4) {
            head->wstr = LEGACY_HEAD(unicode)->data.any;
        }
        else {
            if (view.length
                > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(wchar_t) - 1) {
                PyErr_NoMemory();
                return NULL;
            }
            wchar_t *wstr = PyObject_Malloc(sizeof(wchar_t)
                                            * (size_t)(view.length + 1));
            if (wstr == NULL) {
                PyErr_NoMemory();
                return NULL;
            }
            chars_convert(4, wstr, view.kind, view.data, view.length + 1);
            head->wstr = wstr;
        }
        if (!PyUnicode_IS_COMPACT_ASCII(unicode)) {
            COMPACT_HEAD(unicode)->wstr_length = view.length;
        }
    }
    if (size != NULL) {
        *size = PyUnicode_WSTR_LENGTH(unicode);
    }
    return head->wstr;
}

Py_UNICODE *
PyUnicode_AsUnicode(PyObject *unicode)
{
    return PyUnicode_AsUnicodeAndSize(unicode, NULL);
}

const Py_UNICODE *
_PyUnicode_AsUnicode(PyObject *unicode)
{
    Py_ssize_t size;
    const Py_UNICODE *wstr = PyUnicode_AsUnicodeAndSize(unicode, &size);
    if (wstr != NULL && wcslen(wstr) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return wstr;
}

Py_ssize_t
PyUnicode_GetSize(PyObject *unicode)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadArgument();
        return -1;
    }
    if (ASCII_HEAD(unicode)->wstr == NULL
        && PyUnicode_AsUnicode(unicode) == NULL) {
        return -1;
    }
    return PyUnicode_WSTR_LENGTH(unicode);
}

_Py_COMP_DIAG_POP
