/* The charmap codec: bytes and characters related by a mapping.

   For decoding the mapping is best a str of 256 characters (U+FFFE: none), for
   encoding what charmap_build makes of it: an EncodingMap, a trie of three
   levels over the 16 bits of a character (5, 4 and 7 of them), or a dict where
   that does not do. */
#include "unicode_internal.h"
#include "pycore_object.h"

static const char undefined[] = "character maps to <undefined>";

/* -- Decoding ------------------------------------------------------------ */

enum mapped { MAPPED_FAILED = -1, MAPPED_DONE, MAPPED_UNDEFINED };

/* Write what the mapping, no str, has for the byte; may run Python. */
static enum mapped
decode_by_mapping(_PyUnicodeWriter *writer, PyObject *mapping,
                  unsigned char byte)
{
    PyObject *key = PyLong_FromLong(byte);
    if (key == NULL) {
        return MAPPED_FAILED;
    }
    PyObject *item = PyObject_GetItem(mapping, key);
    Py_DECREF(key);
    if (item == NULL) {
        if (PyErr_ExceptionMatches(PyExc_LookupError)) {
            PyErr_Clear();
            return MAPPED_UNDEFINED;
        }
        return MAPPED_FAILED;
    }
    enum mapped status = MAPPED_FAILED;
    if (item == Py_None) {
        status = MAPPED_UNDEFINED;
    }
    else if (PyLong_Check(item)) {
        long value = PyLong_AsLong(item);
        if (value == 0xfffe) {
            status = MAPPED_UNDEFINED;
        }
        else if (value < 0 || value > (long)UNICODE_MAX) {
            PyErr_Format(PyExc_TypeError,
                         "character mapping must be in range(0x%x)",
                         UNICODE_MAX + 1);
        }
        else if (_PyUnicodeWriter_WriteChar(writer, (Py_UCS4)value) == 0) {
            status = MAPPED_DONE;
        }
    }
    else if (PyUnicode_Check(item)) {
        if (PyUnicode_READY(item) == 0) {
            if (PyUnicode_GET_LENGTH(item) == 1
                && PyUnicode_READ_CHAR(item, 0) == 0xfffe) {
                status = MAPPED_UNDEFINED;
            }
            else {
                writer->overallocate = 1;
                if (_PyUnicodeWriter_WriteStr(writer, item) == 0) {
                    status = MAPPED_DONE;
                }
            }
        }
    }
    else {
        PyErr_SetString(PyExc_TypeError,
                        "character mapping must return integer, None or str");
    }
    Py_DECREF(item);
    return status;
}

/* The bytes from *at on as long as the table, a str, has them. */
static enum mapped
decode_by_string(_PyUnicodeWriter *writer, struct unicode_view table,
                 const char **at, const char *end)
{
    for (const char *s = *at; s < end; s++) {
        unsigned char byte = (unsigned char)*s;
        Py_UCS4 ch = byte < table.length ? view_at(table, byte) : 0xfffe;
        if (ch == 0xfffe) {
            *at = s;
            return MAPPED_UNDEFINED;
        }
        if (_PyUnicodeWriter_WriteChar(writer, ch) < 0) {
            return MAPPED_FAILED;
        }
    }
    *at = end;
    return MAPPED_DONE;
}

PyObject *
PyUnicode_DecodeCharmap(const char *s, Py_ssize_t size, PyObject *mapping,
                        const char *errors)
{
    if (mapping == NULL) {
        return PyUnicode_DecodeLatin1(s, size, errors);
    }
    if (size == 0) {
        return Py_NewRef(unicode_empty_borrow());
    }
    int is_string = PyUnicode_CheckExact(mapping);
    if (is_string && PyUnicode_READY(mapping) == -1) {
        return NULL;
    }
    _PyUnicodeWriter writer;
    struct decode_state state = {
        .encoding = "charmap", .errors = errors, .start = s, .end = s + size};
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = size;
    while (s < state.end) {
        enum mapped status;
        if (is_string) {
            status = decode_by_string(&writer, unicode_view(mapping), &s,
                                      state.end);
        }
        else {
            status = decode_by_mapping(&writer, mapping, (unsigned char)*s);
            s += status == MAPPED_DONE;
        }
        if (status == MAPPED_FAILED) {
            goto error;
        }
        if (status == MAPPED_UNDEFINED) {
            Py_ssize_t at = s - state.start;
            if (decode_error(&state, &writer, at, at + 1, undefined, &at)
                < 0) {
                goto error;
            }
            s = state.start + at;
        }
    }
    decode_state_clear(&state);
    return _PyUnicodeWriter_Finish(&writer);

error:
    decode_state_clear(&state);
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

/* -- EncodingMap --------------------------------------------------------- */

#define NO_BLOCK 0xff

struct encoding_map {
    PyObject_HEAD
    unsigned char level1[32];   /* block of level 2, or NO_BLOCK */
    int n_level2, n_level3;     /* blocks */
    unsigned char levels[];     /* n_level2 * 16, then n_level3 * 128 */
};

static PyObject *
encoding_map_size(PyObject *op, PyObject *Py_UNUSED(unused))
{
    struct encoding_map *map = (struct encoding_map *)op;
    return PyLong_FromLong((long)sizeof(*map) + 16 * map->n_level2
                           + 128 * map->n_level3);
}

static PyMethodDef encoding_map_methods[] = {
    {"size", encoding_map_size, METH_NOARGS,
     PyDoc_STR("The size (in bytes) of this object.")},
    {NULL, NULL},
};

PyTypeObject PyEncodingMap_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "EncodingMap",
    .tp_basicsize = sizeof(struct encoding_map),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = encoding_map_methods,
};

/* The byte for ch, -1 if there is none.  U+0000 is byte 0; otherwise a byte 0
   in the last level means none. */
static int
encoding_map_get(struct encoding_map *map, Py_UCS4 ch)
{
    if (ch > 0xffff) {
        return -1;
    }
    if (ch == 0) {
        return 0;
    }
    int block = map->level1[ch >> 11];
    if (block == NO_BLOCK) {
        return -1;
    }
    block = map->levels[16 * block + (int)(ch >> 7 & 15)];
    if (block == NO_BLOCK) {
        return -1;
    }
    int byte = map->levels[16 * map->n_level2 + 128 * block
                           + (int)(ch & 127)];
    return byte == 0 ? -1 : byte;
}

static PyObject *
encoding_dict(struct unicode_view table)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < table.length; i++) {
        PyObject *key = PyLong_FromUnsignedLong(view_at(table, i));
        PyObject *value = PyLong_FromSsize_t(i);
        int status = key == NULL || value == NULL
                         ? -1 : PyDict_SetItem(dict, key, value);
        Py_XDECREF(key);
        Py_XDECREF(value);
        if (status < 0) {
            Py_DECREF(dict);
            return NULL;
        }
    }
    return dict;
}

PyObject *
PyUnicode_BuildEncodingMap(PyObject *string)
{
    if (!PyUnicode_Check(string) || PyUnicode_READY(string) == -1
        || PyUnicode_GET_LENGTH(string) == 0) {
        PyErr_BadArgument();
        return NULL;
    }
    struct unicode_view table = unicode_view(string);
    table.length = Py_MIN(table.length, 256);
    unsigned char level1[32], level2[512];
    int n_level2 = 0, n_level3 = 0;
    memset(level1, NO_BLOCK, sizeof(level1));
    memset(level2, NO_BLOCK, sizeof(level2));
    int need_dict = view_at(table, 0) != 0;
    for (Py_ssize_t i = 1; i < table.length && !need_dict; i++) {
        Py_UCS4 ch = view_at(table, i);
        if (ch == 0 || ch > 0xffff) {
            need_dict = 1;
            break;
        }
        if (ch == 0xfffe) {
            continue;
        }
        if (level1[ch >> 11] == NO_BLOCK) {
            level1[ch >> 11] = (unsigned char)n_level2++;
        }
        if (level2[ch >> 7] == NO_BLOCK) {
            level2[ch >> 7] = (unsigned char)n_level3++;
        }
    }
    if (need_dict || n_level2 >= NO_BLOCK || n_level3 >= NO_BLOCK) {
        return encoding_dict(table);
    }
    size_t extra = 16 * (size_t)n_level2 + 128 * (size_t)n_level3;
    struct encoding_map *map = PyObject_Malloc(sizeof(*map) + extra);
    if (map == NULL) {
        return PyErr_NoMemory();
    }
    _PyObject_Init((PyObject *)map, &PyEncodingMap_Type);
    map->n_level2 = n_level2;
    map->n_level3 = n_level3;
    memcpy(map->level1, level1, sizeof(level1));
    unsigned char *second = map->levels;
    unsigned char *third = map->levels + 16 * n_level2;
    memset(second, NO_BLOCK, 16 * (size_t)n_level2);
    memset(third, 0, 128 * (size_t)n_level3);
    for (Py_ssize_t i = 1; i < table.length; i++) {
        Py_UCS4 ch = view_at(table, i);
        if (ch == 0xfffe) {
            continue;
        }
        int block = level2[ch >> 7];
        second[16 * level1[ch >> 11] + (ch >> 7 & 15)] =
            (unsigned char)block;
        third[128 * block + (int)(ch & 127)] = (unsigned char)i;
    }
    return (PyObject *)map;
}

/* -- Encoding ------------------------------------------------------------ */

/* What the mapping has for ch: MAPPED_DONE with a new int or bytes. */
static enum mapped
encode_lookup(PyObject *mapping, Py_UCS4 ch, PyObject **item)
{
    PyObject *key = PyLong_FromUnsignedLong(ch);
    if (key == NULL) {
        return MAPPED_FAILED;
    }
    PyObject *found = PyObject_GetItem(mapping, key);   /* may run Python */
    Py_DECREF(key);
    if (found == NULL) {
        if (PyErr_ExceptionMatches(PyExc_LookupError)) {
            PyErr_Clear();
            return MAPPED_UNDEFINED;
        }
        return MAPPED_FAILED;
    }
    if (found == Py_None) {
        Py_DECREF(found);
        return MAPPED_UNDEFINED;
    }
    if (PyLong_Check(found)) {
        long value = PyLong_AsLong(found);
        if (value < 0 || value > 255) {
            PyErr_SetString(PyExc_TypeError,
                            "character mapping must be in range(256)");
            Py_DECREF(found);
            return MAPPED_FAILED;
        }
    }
    else if (!PyBytes_Check(found)) {
        PyErr_Format(PyExc_TypeError,
                     "character mapping must return integer, bytes or None, "
                     "not %.400s", Py_TYPE(found)->tp_name);
        Py_DECREF(found);
        return MAPPED_FAILED;
    }
    *item = found;
    return MAPPED_DONE;
}

/* Write the code of ch. */
static enum mapped
encode_char(PyObject *mapping, _PyBytesWriter *writer, char **to, Py_UCS4 ch)
{
    char byte;
    if (Py_IS_TYPE(mapping, &PyEncodingMap_Type)) {
        int code = encoding_map_get((struct encoding_map *)mapping, ch);
        if (code < 0) {
            return MAPPED_UNDEFINED;
        }
        byte = (char)code;
        *to = _PyBytesWriter_WriteBytes(writer, *to, &byte, 1);
        return *to == NULL ? MAPPED_FAILED : MAPPED_DONE;
    }
    PyObject *item;
    enum mapped status = encode_lookup(mapping, ch, &item);
    if (status != MAPPED_DONE) {
        return status;
    }
    if (PyLong_Check(item)) {
        byte = (char)PyLong_AsLong(item);
        *to = _PyBytesWriter_WriteBytes(writer, *to, &byte, 1);
    }
    else {
        *to = _PyBytesWriter_WriteBytes(writer, *to, PyBytes_AS_STRING(item),
                                        PyBytes_GET_SIZE(item));
    }
    Py_DECREF(item);
    return *to == NULL ? MAPPED_FAILED : MAPPED_DONE;
}

/* 1 if the mapping has something for ch, 0, or -1. */
static int
encode_has(PyObject *mapping, Py_UCS4 ch)
{
    if (Py_IS_TYPE(mapping, &PyEncodingMap_Type)) {
        return encoding_map_get((struct encoding_map *)mapping, ch) >= 0;
    }
    PyObject *item;
    enum mapped status = encode_lookup(mapping, ch, &item);
    if (status == MAPPED_DONE) {
        Py_DECREF(item);
        return 1;
    }
    return status == MAPPED_UNDEFINED ? 0 : -1;
}

/* Deal with the characters from *at on that the mapping does not have. */
static int
encode_undefined(struct encode_state *state, PyObject *mapping,
                 _PyBytesWriter *writer, char **to, Py_ssize_t *at)
{
    struct unicode_view s = unicode_view(state->string);
    Py_ssize_t start = *at, end = start + 1;
    for (; end < s.length; end++) {
        int has = encode_has(mapping, view_at(s, end));
        if (has < 0) {
            return -1;
        }
        if (has) {
            break;
        }
    }
    PyObject *replacement = encode_error(state, start, end, undefined, at);
    if (replacement == NULL) {
        return -1;
    }
    int status = -1;
    if (PyBytes_Check(replacement)) {
        *to = _PyBytesWriter_WriteBytes(writer, *to,
                                        PyBytes_AS_STRING(replacement),
                                        PyBytes_GET_SIZE(replacement));
        status = *to == NULL ? -1 : 0;
    }
    else if (PyUnicode_READY(replacement) == 0) {
        struct unicode_view text = unicode_view(replacement);
        enum mapped mapped = MAPPED_DONE;
        for (Py_ssize_t i = 0; i < text.length && mapped == MAPPED_DONE;
             i++) {
            mapped = encode_char(mapping, writer, to, view_at(text, i));
        }
        if (mapped == MAPPED_UNDEFINED) {
            encode_error_raise(state, start, end, undefined);
        }
        status = mapped == MAPPED_DONE ? 0 : -1;
    }
    Py_DECREF(replacement);
    return status;
}

PyObject *
_PyUnicode_EncodeCharmap(PyObject *unicode, PyObject *mapping,
                         const char *errors)
{
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    if (mapping == NULL) {
        return _PyUnicode_AsLatin1String(unicode, errors);
    }
    struct unicode_view s = unicode_view(unicode);
    if (s.length == 0) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    struct encode_state state = {
        .encoding = "charmap", .errors = errors, .string = unicode};
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    char *to = _PyBytesWriter_Alloc(&writer, 0);
    if (to == NULL) {
        return NULL;
    }
    writer.overallocate = 1;
    for (Py_ssize_t i = 0; i < s.length;) {
        enum mapped status = encode_char(mapping, &writer, &to,
                                         view_at(s, i));
        if (status == MAPPED_DONE) {
            i++;
        }
        else if (status == MAPPED_FAILED
                 || encode_undefined(&state, mapping, &writer, &to, &i) < 0) {
            encode_state_clear(&state);
            _PyBytesWriter_Dealloc(&writer);
            return NULL;
        }
    }
    encode_state_clear(&state);
    return _PyBytesWriter_Finish(&writer, to);
}

PyObject *
PyUnicode_AsCharmapString(PyObject *unicode, PyObject *mapping)
{
    if (!PyUnicode_Check(unicode) || mapping == NULL) {
        PyErr_BadArgument();
        return NULL;
    }
    return _PyUnicode_EncodeCharmap(unicode, mapping, NULL);
}

/* -- Digits and spaces --------------------------------------------------- */

/* For the parsers of numbers: decimal digits become ASCII ones, white space
   becomes ' ', and '?' ends what cannot be a number. */
PyObject *
_PyUnicode_TransformDecimalAndSpaceToASCII(PyObject *unicode)
{
    if (!PyUnicode_Check(unicode)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyUnicode_READY(unicode) == -1) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(unicode)) {
        return Py_NewRef(unicode);
    }
    struct unicode_view s = unicode_view(unicode);
    PyObject *result = PyUnicode_New(s.length, 127);
    if (result == NULL) {
        return NULL;
    }
    Py_UCS1 *out = PyUnicode_1BYTE_DATA(result);
    for (Py_ssize_t i = 0; i < s.length; i++) {
        Py_UCS4 ch = view_at(s, i);
        if (ch < 127) {
            out[i] = (Py_UCS1)ch;
        }
        else if (Py_UNICODE_ISSPACE(ch)) {
            out[i] = ' ';
        }
        else {
            int value = Py_UNICODE_TODECIMAL(ch);
            if (value < 0) {
                out[i] = '?';
                out[i + 1] = '\0';
                ASCII_HEAD(result)->length = i + 1;
                break;
            }
            out[i] = (Py_UCS1)('0' + value);
        }
    }
    return result;
}
