/* The type str: construction, slots and the table of methods.  The methods are
   in the other files of this folder, by idea. */
#include "unicode_internal.h"
#include "pycore_abstract.h"
#include "pycore_bytesobject.h"
#include "pycore_object.h"

/* -- Sequence and mapping ------------------------------------------------ */

static Py_ssize_t
unicode_length(PyObject *self)
{
    return PyUnicode_READY(self) == -1 ? -1 : PyUnicode_GET_LENGTH(self);
}

static PyObject *
unicode_getitem(PyObject *self, Py_ssize_t index)
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    if (index < 0 || index >= PyUnicode_GET_LENGTH(self)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return NULL;
    }
    return unicode_char(PyUnicode_READ_CHAR(self, index));
}

static PyObject *
unicode_repeat(PyObject *self, Py_ssize_t times)
{
    if (times < 1) {
        return Py_NewRef(unicode_empty_borrow());
    }
    if (times == 1) {
        return unicode_result_unchanged(self);
    }
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    struct unicode_view s = unicode_view(self);
    if (s.length > PY_SSIZE_T_MAX / times) {
        PyErr_SetString(PyExc_OverflowError, "repeated string is too long");
        return NULL;
    }
    PyObject *result = PyUnicode_New(s.length * times,
                                     PyUnicode_MAX_CHAR_VALUE(self));
    if (result == NULL || s.length == 0) {
        return result;
    }
    if (s.length == 1) {
        chars_fill(s.kind, PyUnicode_DATA(result), times, view_at(s, 0));
    }
    else {
        _PyBytes_Repeat(PyUnicode_DATA(result), s.length * times * s.kind,
                        s.data, s.length * s.kind);
    }
    return result;
}

static PyObject *
unicode_slice(PyObject *self, Py_ssize_t start, Py_ssize_t step,
              Py_ssize_t count)
{
    struct unicode_view s = unicode_view(self);
    Py_UCS4 bound = 0;
    if (PyUnicode_IS_ASCII(self)) {
        bound = 127;
    }
    else {
        Py_UCS4 all = PyUnicode_MAX_CHAR_VALUE(self);
        for (Py_ssize_t i = 0, at = start; i < count; i++, at += step) {
            Py_UCS4 ch = view_at(s, at);
            if (ch > bound) {
                bound = ch;
                if (maxchar_round(ch) == all) {
                    break;
                }
            }
        }
    }
    PyObject *result = PyUnicode_New(count, bound);
    if (result == NULL) {
        return NULL;
    }
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    for (Py_ssize_t i = 0, at = start; i < count; i++, at += step) {
        PyUnicode_WRITE(kind, data, i, view_at(s, at));
    }
    return unicode_result_steal(result);
}

static PyObject *
unicode_subscript(PyObject *self, PyObject *item)
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    if (_PyIndex_Check(item)) {
        Py_ssize_t index = PyNumber_AsSsize_t(item, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) {
            return NULL;
        }
        if (index < 0) {
            index += PyUnicode_GET_LENGTH(self);
        }
        return unicode_getitem(self, index);
    }
    if (PySlice_Check(item)) {
        Py_ssize_t start, stop, step;
        if (PySlice_Unpack(item, &start, &stop, &step) < 0) {
            return NULL;
        }
        Py_ssize_t length = PyUnicode_GET_LENGTH(self);
        Py_ssize_t count = PySlice_AdjustIndices(length, &start, &stop, step);
        if (count <= 0) {
            return Py_NewRef(unicode_empty_borrow());
        }
        if (start == 0 && step == 1 && count == length) {
            return unicode_result_unchanged(self);
        }
        if (step == 1) {
            return PyUnicode_Substring(self, start, start + count);
        }
        return unicode_slice(self, start, step, count);
    }
    PyErr_Format(PyExc_TypeError,
                 "string indices must be integers, not '%.200s'",
                 Py_TYPE(item)->tp_name);
    return NULL;
}

static PyObject *
unicode_mod(PyObject *v, PyObject *w)
{
    if (!PyUnicode_Check(v)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyUnicode_Format(v, w);
}

static PyObject *
unicode_str(PyObject *self)
{
    return unicode_result_unchanged(self);
}

/* -- Construction -------------------------------------------------------- */

/* An instance of a subclass with the text of base. */
static PyObject *
unicode_subtype_new(PyTypeObject *type, PyObject *base)
{
    struct unicode_view s = unicode_view(base);
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    PyASCIIObject *head = ASCII_HEAD(self);
    head->length = s.length;
    head->hash = ASCII_HEAD(base)->hash;
    head->state.interned = SSTATE_NOT_INTERNED;
    head->state.kind = (unsigned int)s.kind & 7;
    head->state.compact = 0;
    head->state.ascii = ASCII_HEAD(base)->state.ascii;
    head->state.ready = 1;
    head->wstr = NULL;
    COMPACT_HEAD(self)->utf8 = NULL;
    COMPACT_HEAD(self)->utf8_length = 0;
    COMPACT_HEAD(self)->wstr_length = 0;
    LEGACY_HEAD(self)->data.any = NULL;
    void *data = NULL;
    if (s.length <= PY_SSIZE_T_MAX / s.kind - 1) {
        data = PyObject_Malloc((size_t)((s.length + 1) * s.kind));
    }
    if (data == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    memcpy(data, s.data, (size_t)((s.length + 1) * s.kind));
    LEGACY_HEAD(self)->data.any = data;
    if (head->state.ascii) {
        COMPACT_HEAD(self)->utf8 = data;
        COMPACT_HEAD(self)->utf8_length = s.length;
    }
    return self;
}

/* The text of an argument of str(); NULL: error. */
static const char *
unicode_new_text(PyObject *arg, const char *place)
{
    if (!PyUnicode_Check(arg)) {
        _PyArg_BadArgument("str", place, "str", arg);
        return NULL;
    }
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(arg, &size);
    if (text != NULL && strlen(text) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return text;
}

static PyObject *
unicode_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"object", "encoding", "errors",
                                           NULL};
    PyObject *x = NULL, *encoding_arg = NULL, *errors_arg = NULL;
    const char *encoding = NULL, *errors = NULL;
    if (kwargs == NULL && PyTuple_GET_SIZE(args) <= 1) {
        x = PyTuple_GET_SIZE(args) ? PyTuple_GET_ITEM(args, 0) : NULL;
    }
    else if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OOO:str",
                                          (char **)keywords, &x,
                                          &encoding_arg, &errors_arg)) {
        return NULL;
    }
    if ((encoding_arg != NULL
         && (encoding = unicode_new_text(encoding_arg,
                                         "argument 'encoding'")) == NULL)
        || (errors_arg != NULL
            && (errors = unicode_new_text(errors_arg,
                                          "argument 'errors'")) == NULL)) {
        return NULL;
    }
    PyObject *text;
    if (x == NULL) {
        text = Py_NewRef(unicode_empty_borrow());
    }
    else if (encoding == NULL && errors == NULL) {
        text = PyObject_Str(x);
    }
    else {
        text = PyUnicode_FromEncodedObject(x, encoding, errors);
    }
    if (text == NULL || type == &PyUnicode_Type) {
        return text;
    }
    if (PyUnicode_READY(text) == -1) {
        Py_DECREF(text);
        return NULL;
    }
    PyObject *self = unicode_subtype_new(type, text);
    Py_DECREF(text);
    return self;
}

/* -- Methods of their own ------------------------------------------------ */

static PyObject *
unicode_encode(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
               PyObject *kwnames)
{
    static const char *const keywords[] = {"encoding", "errors", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "encode"};
    static const char *const places[] = {"argument 'encoding'",
                                         "argument 'errors'"};
    const char *values[2] = {NULL, NULL};
    PyObject *buffer[2];
    if (nargs == 0 && kwnames == NULL) {
        return PyUnicode_AsEncodedString(self, NULL, NULL);
    }
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 2, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (args[i] == NULL) {
            continue;
        }
        if (!PyUnicode_Check(args[i])) {
            _PyArg_BadArgument("encode", places[i], "str", args[i]);
            return NULL;
        }
        Py_ssize_t length;
        values[i] = PyUnicode_AsUTF8AndSize(args[i], &length);
        if (values[i] == NULL) {
            return NULL;
        }
        if (strlen(values[i]) != (size_t)length) {
            PyErr_SetString(PyExc_ValueError, "embedded null character");
            return NULL;
        }
    }
    return PyUnicode_AsEncodedString(self, values[0], values[1]);
}

static PyObject *
unicode_getnewargs(PyObject *self, PyObject *Py_UNUSED(unused))
{
    PyObject *copy = _PyUnicode_Copy(self);
    return copy == NULL ? NULL : Py_BuildValue("(N)", copy);
}

static PyObject *
unicode_sizeof(PyObject *self, PyObject *Py_UNUSED(unused))
{
    PyASCIIObject *head = ASCII_HEAD(self);
    Py_ssize_t size;
    void *data = NULL;
    if (PyUnicode_IS_COMPACT_ASCII(self)) {
        size = (Py_ssize_t)sizeof(PyASCIIObject) + head->length + 1;
    }
    else if (head->state.compact) {
        size = (Py_ssize_t)sizeof(PyCompactUnicodeObject)
               + (head->length + 1) * head->state.kind;
    }
    else {
        size = (Py_ssize_t)sizeof(PyUnicodeObject);
        data = LEGACY_HEAD(self)->data.any;
        if (data != NULL) {
            size += (head->length + 1) * head->state.kind;
        }
    }
    if (head->wstr != NULL && (void *)head->wstr != data) {
        size += (PyUnicode_WSTR_LENGTH(self) + 1)
                * (Py_ssize_t)sizeof(wchar_t);
    }
    if (!PyUnicode_IS_COMPACT_ASCII(self)
        && COMPACT_HEAD(self)->utf8 != NULL
        && (void *)COMPACT_HEAD(self)->utf8 != data) {
        size += COMPACT_HEAD(self)->utf8_length + 1;
    }
    return PyLong_FromSsize_t(size);
}

/* -- Tables -------------------------------------------------------------- */

#define FAST(NAME, DOC) \
    {#NAME, _PyCFunction_CAST(unicode_##NAME), METH_FASTCALL, PyDoc_STR(DOC)}
#define KEYWORDS(NAME, DOC)                                              \
    {#NAME, _PyCFunction_CAST(unicode_##NAME),                           \
     METH_FASTCALL | METH_KEYWORDS, PyDoc_STR(DOC)}
#define NOARGS(NAME, DOC) \
    {#NAME, unicode_##NAME, METH_NOARGS, PyDoc_STR(#NAME "($self, /)\n--\n\n" DOC)}
#define ONE(NAME, ARGUMENT, DOC)    \
    {#NAME, unicode_##NAME, METH_O, \
     PyDoc_STR(#NAME "($self, " ARGUMENT ", /)\n--\n\n" DOC)}

static PyMethodDef unicode_methods[] = {
    KEYWORDS(encode,
        "encode($self, /, encoding='utf-8', errors='strict')\n--\n\n"
        "Turn the string into bytes with the named codec.\n\n"
        "errors names the handler of characters that cannot be encoded:\n"
        "'strict' raises a UnicodeEncodeError; 'ignore', 'replace' and\n"
        "'xmlcharrefreplace' are others, as is any name registered with\n"
        "codecs.register_error."),
    FAST(replace,
        "replace($self, old, new, count=-1, /)\n--\n\n"
        "A copy with the occurrences of old replaced by new.\n\n"
        "count limits their number; -1 means all."),
    KEYWORDS(split,
        "split($self, /, sep=None, maxsplit=-1)\n--\n\n"
        "The list of the parts between the separators.\n\n"
        "With sep None, any run of white space separates, and empty parts\n"
        "are left out.  At most maxsplit splits are made, from the left."),
    KEYWORDS(rsplit,
        "rsplit($self, /, sep=None, maxsplit=-1)\n--\n\n"
        "The list of the parts between the separators.\n\n"
        "With sep None, any run of white space separates, and empty parts\n"
        "are left out.  At most maxsplit splits are made, from the right."),
    ONE(join, "iterable",
        "The strings of the iterable with this one between them."),
    NOARGS(capitalize,
        "A copy with the first character in title case and the others in\n"
        "lower case."),
    NOARGS(casefold, "A copy for comparisons that leave case aside."),
    NOARGS(title,
        "A copy where every word begins in title case and goes on in lower."),
    FAST(center,
        "center($self, width, fillchar=' ', /)\n--\n\n"
        "The string in the middle of width characters."),
    FAST(count,
        "S.count(sub[, start[, end]]) -> int\n\n"
        "The number of occurrences of sub in S[start:end] that do not\n"
        "overlap."),
    KEYWORDS(expandtabs,
        "expandtabs($self, /, tabsize=8)\n--\n\n"
        "A copy with spaces up to the next multiple of tabsize for each tab."),
    FAST(find,
        "S.find(sub[, start[, end]]) -> int\n\n"
        "The lowest index where sub begins within S[start:end], or -1."),
    ONE(partition, "sep",
        "The part before the first sep, sep itself, and the part after it.\n\n"
        "Without sep in it, the string and two empty strings."),
    FAST(index,
        "S.index(sub[, start[, end]]) -> int\n\n"
        "The lowest index where sub begins within S[start:end]; ValueError\n"
        "if there is none."),
    FAST(ljust,
        "ljust($self, width, fillchar=' ', /)\n--\n\n"
        "The string at the left of width characters."),
    NOARGS(lower, "A copy in lower case."),
    FAST(lstrip,
        "lstrip($self, chars=None, /)\n--\n\n"
        "A copy without the leading white space, or without the leading\n"
        "characters that are in chars."),
    FAST(rfind,
        "S.rfind(sub[, start[, end]]) -> int\n\n"
        "The highest index where sub begins within S[start:end], or -1."),
    FAST(rindex,
        "S.rindex(sub[, start[, end]]) -> int\n\n"
        "The highest index where sub begins within S[start:end]; ValueError\n"
        "if there is none."),
    FAST(rjust,
        "rjust($self, width, fillchar=' ', /)\n--\n\n"
        "The string at the right of width characters."),
    FAST(rstrip,
        "rstrip($self, chars=None, /)\n--\n\n"
        "A copy without the trailing white space, or without the trailing\n"
        "characters that are in chars."),
    ONE(rpartition, "sep",
        "The part before the last sep, sep itself, and the part after it.\n\n"
        "Without sep in it, two empty strings and the string."),
    KEYWORDS(splitlines,
        "splitlines($self, /, keepends=False)\n--\n\n"
        "The list of the lines, with their line ends if keepends is true."),
    FAST(strip,
        "strip($self, chars=None, /)\n--\n\n"
        "A copy without the white space at both ends, or without the\n"
        "characters at both ends that are in chars."),
    NOARGS(swapcase, "A copy with upper and lower case exchanged."),
    ONE(translate, "table",
        "A copy with each character replaced by what the table has for it.\n\n"
        "table[ordinal] gives an ordinal, a string, or None to leave the\n"
        "character out; a LookupError keeps it."),
    NOARGS(upper, "A copy in upper case."),
    FAST(startswith,
        "S.startswith(prefix[, start[, end]]) -> bool\n\n"
        "Whether S[start:end] begins with prefix, or with one of a tuple of\n"
        "them."),
    FAST(endswith,
        "S.endswith(suffix[, start[, end]]) -> bool\n\n"
        "Whether S[start:end] ends with suffix, or with one of a tuple of\n"
        "them."),
    ONE(removeprefix, "prefix",
        "A copy without the prefix, if it begins with it."),
    ONE(removesuffix, "suffix",
        "A copy without the suffix, if it ends with it."),
    NOARGS(isascii, "Whether every character is below U+0080."),
    NOARGS(islower,
        "Whether there is a cased character and all of them are lower case."),
    NOARGS(isupper,
        "Whether there is a cased character and all of them are upper case."),
    NOARGS(istitle,
        "Whether upper and title case characters begin the words and only\n"
        "lower case ones follow in them."),
    NOARGS(isspace,
        "Whether there are characters and all of them are white space."),
    NOARGS(isdecimal,
        "Whether there are characters and all of them are decimal digits."),
    NOARGS(isdigit,
        "Whether there are characters and all of them are digits."),
    NOARGS(isnumeric,
        "Whether there are characters and all of them are numeric."),
    NOARGS(isalpha,
        "Whether there are characters and all of them are letters."),
    NOARGS(isalnum,
        "Whether there are characters and all are letters or numeric."),
    NOARGS(isidentifier,
        "Whether the string could name a variable.\n\n"
        "keyword.iskeyword() tells the reserved words among them."),
    NOARGS(isprintable,
        "Whether repr() would show every character as it is."),
    ONE(zfill, "width",
        "The string with zeros between its sign and its digits, up to width\n"
        "characters."),
    {"format", _PyCFunction_CAST(unicode_format),
     METH_VARARGS | METH_KEYWORDS,
     PyDoc_STR("S.format(*args, **kwargs) -> str\n\n"
               "S with its replacement fields ({...}) filled in from the\n"
               "arguments.")},
    {"format_map", unicode_format_map, METH_O,
     PyDoc_STR("S.format_map(mapping) -> str\n\n"
               "S with its replacement fields ({...}) filled in from the\n"
               "mapping.")},
    {"__format__", unicode___format__, METH_O,
     PyDoc_STR("__format__($self, format_spec, /)\n--\n\n"
               "The string as format_spec says.")},
    {"maketrans", _PyCFunction_CAST(unicode_maketrans),
     METH_FASTCALL | METH_STATIC,
     PyDoc_STR("A table for str.translate().\n\n"
               "From a dict of ordinals or characters; or from two strings of\n"
               "equal length, whose characters correspond, and perhaps a\n"
               "third, whose characters map to None.")},
    {"__sizeof__", unicode_sizeof, METH_NOARGS,
     PyDoc_STR("__sizeof__($self, /)\n--\n\n"
               "The bytes of memory that the string takes.")},
    {"__getnewargs__", unicode_getnewargs, METH_NOARGS},
    {NULL, NULL},
};
#undef FAST
#undef KEYWORDS
#undef NOARGS
#undef ONE

static PyNumberMethods unicode_as_number = {
    .nb_remainder = unicode_mod,
};

static PySequenceMethods unicode_as_sequence = {
    .sq_length = unicode_length,
    .sq_concat = PyUnicode_Concat,
    .sq_repeat = unicode_repeat,
    .sq_item = unicode_getitem,
    .sq_contains = PyUnicode_Contains,
};

static PyMappingMethods unicode_as_mapping = {
    .mp_length = unicode_length,
    .mp_subscript = unicode_subscript,
};

PyDoc_STRVAR(unicode_doc,
"str(object='') -> str\n"
"str(bytes_or_buffer[, encoding[, errors]]) -> str\n"
"\n"
"A string made from the object.  With encoding or errors, the object is\n"
"a buffer of bytes to be decoded; otherwise the result of\n"
"object.__str__(), if there is one, or of repr(object).  encoding is\n"
"'utf-8' and errors 'strict' unless given.");

PyTypeObject PyUnicode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "str",
    .tp_basicsize = sizeof(PyUnicodeObject),
    .tp_dealloc = unicode_dealloc,
    .tp_repr = unicode_repr,
    .tp_as_number = &unicode_as_number,
    .tp_as_sequence = &unicode_as_sequence,
    .tp_as_mapping = &unicode_as_mapping,
    .tp_hash = unicode_hash,
    .tp_str = unicode_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE
                | Py_TPFLAGS_UNICODE_SUBCLASS
                | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = unicode_doc,
    .tp_richcompare = PyUnicode_RichCompare,
    .tp_iter = unicode_iter,
    .tp_methods = unicode_methods,
    .tp_base = &PyBaseObject_Type,
    .tp_new = unicode_new,
    .tp_free = PyObject_Free,
};
