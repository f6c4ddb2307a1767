/* Methods that bytes and bytearray share.

   Each takes a self of either type and gives results of the same one.  What a
   bytearray holds can change whenever Python code runs, so its bytes are looked
   at only after the arguments are converted. */
#ifndef Py_INTERNAL_BYTES_METHODS_H
#define Py_INTERNAL_BYTES_METHODS_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

/* The bytes of either type, borrowed until it changes. */
static inline const char *
bytes_like_data(PyObject *self)
{
    return PyBytes_Check(self) ? PyBytes_AS_STRING(self)
                               : PyByteArray_AS_STRING(self);
}

static inline Py_ssize_t
bytes_like_size(PyObject *self)
{
    return Py_SIZE(self);
}

/* A new object of the type of self; data may be NULL. */
static inline PyObject *
bytes_like_new(PyObject *self, const char *data, Py_ssize_t size)
{
    return PyBytes_Check(self) ? PyBytes_FromStringAndSize(data, size)
                               : PyByteArray_FromStringAndSize(data, size);
}

/* The bytes of a new object, to be written. */
static inline char *
bytes_like_buffer(PyObject *result)
{
    return PyBytes_Check(result) ? PyBytes_AS_STRING(result)
                                 : PyByteArray_AS_STRING(result);
}

/* self itself if it is exactly bytes, else a copy. */
static inline PyObject *
bytes_like_same(PyObject *self)
{
    if (PyBytes_CheckExact(self)) {
        return Py_NewRef(self);
    }
    return bytes_like_new(self, bytes_like_data(self), bytes_like_size(self));
}

#define BYTES_NOARGS(name) \
    extern PyObject *bytes_like_##name(PyObject *self, PyObject *unused)
#define BYTES_O(name) \
    extern PyObject *bytes_like_##name(PyObject *self, PyObject *arg)
#define BYTES_FAST(name)                                                    \
    extern PyObject *bytes_like_##name(PyObject *self, PyObject *const *args, \
                                       Py_ssize_t nargs)
#define BYTES_KEYWORDS(name)                                                \
    extern PyObject *bytes_like_##name(PyObject *self, PyObject *const *args, \
                                       Py_ssize_t nargs, PyObject *kwnames)
/* bytes_methods.c: classes of characters, case, searching */
BYTES_NOARGS(isspace);
BYTES_NOARGS(isalpha);
BYTES_NOARGS(isalnum);
BYTES_NOARGS(isascii);
BYTES_NOARGS(isdigit);
BYTES_NOARGS(islower);
BYTES_NOARGS(isupper);
BYTES_NOARGS(istitle);
BYTES_NOARGS(lower);
BYTES_NOARGS(upper);
BYTES_NOARGS(title);
BYTES_NOARGS(capitalize);
BYTES_NOARGS(swapcase);
BYTES_FAST(find);
BYTES_FAST(rfind);
BYTES_FAST(index);
BYTES_FAST(rindex);
BYTES_FAST(count);
BYTES_FAST(startswith);
BYTES_FAST(endswith);
extern int bytes_like_contains(PyObject *self, PyObject *arg);
/* bytes_transform.c: taking apart, putting together, replacing */
BYTES_KEYWORDS(split);
BYTES_KEYWORDS(rsplit);
BYTES_KEYWORDS(splitlines);
BYTES_O(partition);
BYTES_O(rpartition);
BYTES_O(join);
BYTES_FAST(strip);
BYTES_FAST(lstrip);
BYTES_FAST(rstrip);
BYTES_O(removeprefix);
BYTES_O(removesuffix);
BYTES_FAST(replace);
BYTES_FAST(center);
BYTES_FAST(ljust);
BYTES_FAST(rjust);
BYTES_O(zfill);
BYTES_KEYWORDS(expandtabs);
BYTES_KEYWORDS(translate);
BYTES_FAST(maketrans);
BYTES_KEYWORDS(decode);
BYTES_KEYWORDS(hex);
#undef BYTES_NOARGS
#undef BYTES_O
#undef BYTES_FAST
#undef BYTES_KEYWORDS

/* The rows of the method tables; NAME is the type's name in the texts. */
#define BYTES_LIKE_ROW_FAST(N, DOC) \
    {#N, _PyCFunction_CAST(bytes_like_##N), METH_FASTCALL, PyDoc_STR(DOC)}
#define BYTES_LIKE_ROW_KEYWORDS(N, DOC)        \
    {#N, _PyCFunction_CAST(bytes_like_##N),    \
     METH_FASTCALL | METH_KEYWORDS, PyDoc_STR(DOC)}
#define BYTES_LIKE_ROW_O(N, DOC) \
    {#N, bytes_like_##N, METH_O, PyDoc_STR(DOC)}
#define BYTES_LIKE_ROW_NOARGS(N, DOC) \
    {#N, bytes_like_##N, METH_NOARGS, PyDoc_STR("B." #N "() -> " DOC)}

#define BYTES_LIKE_METHODS(NAME)                                              \
    BYTES_LIKE_ROW_NOARGS(capitalize, "copy of B\n\n"                         \
        "The first letter in upper case, the others in lower (ASCII)."),      \
    BYTES_LIKE_ROW_FAST(center,                                               \
        "center($self, width, fillchar=b' ', /)\n--\n\n"                      \
        "The " NAME " in the middle of width bytes."),                        \
    BYTES_LIKE_ROW_FAST(count,                                                \
        "B.count(sub[, start[, end]]) -> int\n\n"                             \
        "The occurrences of sub, bytes or an integer, in B[start:end] that\n" \
        "do not overlap."),                                                   \
    BYTES_LIKE_ROW_KEYWORDS(decode,                                           \
        "decode($self, /, encoding='utf-8', errors='strict')\n--\n\n"         \
        "The string that the named codec makes of the " NAME "."),            \
    BYTES_LIKE_ROW_FAST(endswith,                                             \
        "B.endswith(suffix[, start[, end]]) -> bool\n\n"                      \
        "Whether B[start:end] ends with suffix, or with one of a tuple."),    \
    BYTES_LIKE_ROW_KEYWORDS(expandtabs,                                       \
        "expandtabs($self, /, tabsize=8)\n--\n\n"                             \
        "A copy with spaces up to the next multiple of tabsize for each\n"    \
        "tab."),                                                              \
    BYTES_LIKE_ROW_FAST(find,                                                 \
        "B.find(sub[, start[, end]]) -> int\n\n"                              \
        "The lowest index where sub, bytes or an integer, begins within\n"    \
        "B[start:end], or -1."),                                              \
    BYTES_LIKE_ROW_KEYWORDS(hex,                                              \
        "hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\n"       \
        "The bytes as a string of hexadecimal digits.\n\n"                    \
        "sep goes between groups of bytes_per_sep bytes, counted from the\n"  \
        "right, or from the left where it is negative."),                     \
    BYTES_LIKE_ROW_FAST(index,                                                \
        "B.index(sub[, start[, end]]) -> int\n\n"                             \
        "As find, but ValueError where it gives -1."),                        \
    BYTES_LIKE_ROW_NOARGS(isalnum, "bool\n\n"                                 \
        "Whether there are bytes and all are ASCII letters or digits."),      \
    BYTES_LIKE_ROW_NOARGS(isalpha, "bool\n\n"                                 \
        "Whether there are bytes and all are ASCII letters."),                \
    BYTES_LIKE_ROW_NOARGS(isascii, "bool\n\n"                                 \
        "Whether every byte is below 128."),                                  \
    BYTES_LIKE_ROW_NOARGS(isdigit, "bool\n\n"                                 \
        "Whether there are bytes and all are ASCII digits."),                 \
    BYTES_LIKE_ROW_NOARGS(islower, "bool\n\n"                                 \
        "Whether there are ASCII letters and all are lower case."),           \
    BYTES_LIKE_ROW_NOARGS(isspace, "bool\n\n"                                 \
        "Whether there are bytes and all are ASCII white space."),            \
    BYTES_LIKE_ROW_NOARGS(istitle, "bool\n\n"                                 \
        "Whether upper case letters begin the words and only lower case\n"    \
        "ones follow in them."),                                              \
    BYTES_LIKE_ROW_NOARGS(isupper, "bool\n\n"                                 \
        "Whether there are ASCII letters and all are upper case."),           \
    BYTES_LIKE_ROW_O(join,                                                    \
        "join($self, iterable_of_bytes, /)\n--\n\n"                           \
        "The bytes-like objects of the iterable with this one between\n"      \
        "them."),                                                             \
    BYTES_LIKE_ROW_FAST(ljust,                                                \
        "ljust($self, width, fillchar=b' ', /)\n--\n\n"                       \
        "The " NAME " at the left of width bytes."),                          \
    BYTES_LIKE_ROW_NOARGS(lower, "copy of B\n\n"                              \
        "All ASCII letters in lower case."),                                  \
    BYTES_LIKE_ROW_FAST(lstrip,                                               \
        "lstrip($self, bytes=None, /)\n--\n\n"                                \
        "A copy without the leading white space, or the leading bytes that\n" \
        "are in the argument."),                                              \
    {"maketrans", _PyCFunction_CAST(bytes_like_maketrans),                    \
     METH_FASTCALL | METH_STATIC,                                             \
     PyDoc_STR("maketrans(frm, to, /)\n--\n\n"                                \
        "A table for translate(): each byte of frm becomes the one of to\n"   \
        "at the same place.")},                                               \
    BYTES_LIKE_ROW_O(partition,                                               \
        "partition($self, sep, /)\n--\n\n"                                    \
        "The part before the first sep, sep, and the part after it."),        \
    BYTES_LIKE_ROW_FAST(replace,                                              \
        "replace($self, old, new, count=-1, /)\n--\n\n"                       \
        "A copy with the occurrences of old replaced by new, count at most\n" \
        "unless it is -1."),                                                  \
    BYTES_LIKE_ROW_O(removeprefix,                                            \
        "removeprefix($self, prefix, /)\n--\n\n"                              \
        "A copy without the prefix, if it begins with it."),                  \
    BYTES_LIKE_ROW_O(removesuffix,                                            \
        "removesuffix($self, suffix, /)\n--\n\n"                              \
        "A copy without the suffix, if it ends with it."),                    \
    BYTES_LIKE_ROW_FAST(rfind,                                                \
        "B.rfind(sub[, start[, end]]) -> int\n\n"                             \
        "The highest index where sub, bytes or an integer, begins within\n"   \
        "B[start:end], or -1."),                                              \
    BYTES_LIKE_ROW_FAST(rindex,                                               \
        "B.rindex(sub[, start[, end]]) -> int\n\n"                            \
        "As rfind, but ValueError where it gives -1."),                       \
    BYTES_LIKE_ROW_FAST(rjust,                                                \
        "rjust($self, width, fillchar=b' ', /)\n--\n\n"                       \
        "The " NAME " at the right of width bytes."),                         \
    BYTES_LIKE_ROW_O(rpartition,                                              \
        "rpartition($self, sep, /)\n--\n\n"                                   \
        "The part before the last sep, sep, and the part after it."),         \
    BYTES_LIKE_ROW_KEYWORDS(rsplit,                                           \
        "rsplit($self, /, sep=None, maxsplit=-1)\n--\n\n"                     \
        "The list of the parts between the separators, split at most\n"       \
        "maxsplit times from the right.  Without sep, at white space."),      \
    BYTES_LIKE_ROW_FAST(rstrip,                                               \
        "rstrip($self, bytes=None, /)\n--\n\n"                                \
        "A copy without the trailing white space, or the trailing bytes\n"    \
        "that are in the argument."),                                         \
    BYTES_LIKE_ROW_KEYWORDS(split,                                            \
        "split($self, /, sep=None, maxsplit=-1)\n--\n\n"                      \
        "The list of the parts between the separators, split at most\n"       \
        "maxsplit times from the left.  Without sep, at white space."),       \
    BYTES_LIKE_ROW_KEYWORDS(splitlines,                                       \
        "splitlines($self, /, keepends=False)\n--\n\n"                        \
        "The list of the lines, with their line ends if keepends is true."),  \
    BYTES_LIKE_ROW_FAST(startswith,                                           \
        "B.startswith(prefix[, start[, end]]) -> bool\n\n"                    \
        "Whether B[start:end] begins with prefix, or with one of a tuple."),  \
    BYTES_LIKE_ROW_FAST(strip,                                                \
        "strip($self, bytes=None, /)\n--\n\n"                                 \
        "A copy without the white space at both ends, or the bytes at both\n" \
        "ends that are in the argument."),                                    \
    BYTES_LIKE_ROW_NOARGS(swapcase, "copy of B\n\n"                           \
        "ASCII upper and lower case exchanged."),                             \
    BYTES_LIKE_ROW_NOARGS(title, "copy of B\n\n"                              \
        "Each word begun in upper case, the rest in lower (ASCII)."),         \
    BYTES_LIKE_ROW_KEYWORDS(translate,                                        \
        "translate($self, table, /, delete=b'')\n--\n\n"                      \
        "A copy without the bytes in delete, the others mapped by the 256\n"  \
        "bytes of table, unless it is None."),                                \
    BYTES_LIKE_ROW_NOARGS(upper, "copy of B\n\n"                              \
        "All ASCII letters in upper case."),                                  \
    BYTES_LIKE_ROW_O(zfill,                                                   \
        "zfill($self, width, /)\n--\n\n"                                      \
        "Zeros between the sign and the digits, up to width bytes.")

#endif /* !Py_INTERNAL_BYTES_METHODS_H */
