/* Argument parsing: converting one argument as one unit of a format says.

   A unit is a letter with its modifiers ("i", "s#", "es", "O!"), or a
   parenthesised list of units that takes a sequence apart. */
#include "Python.h"
#include "pycore_getargs.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"

#include <ctype.h>
#include <float.h>
#include <limits.h>

#define CONV_UNICODE "(unicode conversion error)"
#define CONV_CLEANUP "(cleanup problem)"

/* -- Undoing ------------------------------------------------------------- */

void
getargs_state_init(struct getargs_state *state, va_list *va, int flags)
{
    state->va = va;
    state->flags = flags;
    state->cleanup.entries = state->cleanup.small;
    state->cleanup.used = 0;
    state->cleanup.size = (int)Py_ARRAY_LENGTH(state->cleanup.small);
    state->levels[0] = 0;
    state->msg[0] = '\0';
}

int
getargs_finish(struct getargs_state *state, int ok)
{
    struct getargs_cleanup *cleanup = &state->cleanup;
    if (!ok) {
        for (int i = 0; i < cleanup->used; i++) {
            struct getargs_cleanup_entry *entry = &cleanup->entries[i];
            if (entry->converter != NULL) {
                entry->converter(NULL, entry->item);
            }
            else {
                entry->undo(NULL, entry->item);
            }
        }
    }
    if (cleanup->entries != cleanup->small) {
        PyMem_Free(cleanup->entries);
    }
    return ok;
}

static int
undo_memory(PyObject *unused, void *item)
{
    void **ptr = item;
    PyMem_Free(*ptr);
    *ptr = NULL;
    return 0;
}

static int
undo_buffer(PyObject *unused, void *item)
{
    PyBuffer_Release((Py_buffer *)item);
    return 0;
}

static int
cleanup_add(struct getargs_state *state, void *item,
            int (*undo)(PyObject *, void *),
            int (*converter)(PyObject *, void *))
{
    struct getargs_cleanup *cleanup = &state->cleanup;
    if (cleanup->used == cleanup->size) {
        int size = cleanup->size * 2;
        struct getargs_cleanup_entry *entries =
            PyMem_New(struct getargs_cleanup_entry, size);
        if (entries == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        memcpy(entries, cleanup->entries,
               (size_t)cleanup->used * sizeof(*entries));
        if (cleanup->entries != cleanup->small) {
            PyMem_Free(cleanup->entries);
        }
        cleanup->entries = entries;
        cleanup->size = size;
    }
    cleanup->entries[cleanup->used++] = (struct getargs_cleanup_entry){
        .item = item, .undo = undo, .converter = converter};
    return 0;
}

/* -- Messages -------------------------------------------------------------- */

static const char *
type_name_or_none(PyObject *arg)
{
    return arg == Py_None ? "None" : Py_TYPE(arg)->tp_name;
}

/* What to return for an argument of a wrong type; expected in parentheses is
   a message of its own. */
static const char *
wrong_type(struct getargs_state *state, const char *expected, PyObject *arg)
{
    if (expected[0] == '(') {
        PyOS_snprintf(state->msg, sizeof(state->msg), "%.100s", expected);
    }
    else {
        PyOS_snprintf(state->msg, sizeof(state->msg),
                      "must be %.50s, not %.50s", expected,
                      type_name_or_none(arg));
    }
    return state->msg;
}

/* What to return when the exception is already set. */
static const char *
already_raised(struct getargs_state *state)
{
    return state->msg;
}

void
getargs_set_error(struct getargs_state *state, Py_ssize_t iarg,
                  const char *msg, const char *fname, const char *message)
{
    if (PyErr_Occurred()) {
        return;
    }
    char buf[GETARGS_MSG_SIZE];
    if (message == NULL) {
        char *p = buf;
        char *end = buf + sizeof(buf);
        if (fname != NULL) {
            p += PyOS_snprintf(p, (size_t)(end - p), "%.200s() ", fname);
        }
        p += PyOS_snprintf(p, (size_t)(end - p), "argument");
        if (iarg != 0) {
            p += PyOS_snprintf(p, (size_t)(end - p), " %zd", iarg);
            for (int i = 0; i < GETARGS_MAX_LEVELS && state->levels[i] > 0
                            && p - buf < 220; i++) {
                p += PyOS_snprintf(p, (size_t)(end - p), ", item %d",
                                   state->levels[i] - 1);
            }
        }
        PyOS_snprintf(p, (size_t)(end - p), " %.256s", msg);
        message = buf;
    }
    PyErr_SetString(msg[0] == '(' ? PyExc_SystemError : PyExc_TypeError,
                    message);
}

/* -- Buffers ------------------------------------------------------------- */

static int
buffer_get(PyObject *arg, Py_buffer *view, const char **errmsg)
{
    if (PyObject_GetBuffer(arg, view, PyBUF_SIMPLE) != 0) {
        *errmsg = "bytes-like object";
        return -1;
    }
    if (!PyBuffer_IsContiguous(view, 'C')) {
        PyBuffer_Release(view);
        *errmsg = "contiguous buffer";
        return -1;
    }
    return 0;
}

/* The memory of an object that never moves it: nothing to release. */
static Py_ssize_t
buffer_borrow(PyObject *arg, const void **p, const char **errmsg)
{
    PyBufferProcs *procs = Py_TYPE(arg)->tp_as_buffer;
    *errmsg = NULL;
    *p = NULL;
    if (procs == NULL || procs->bf_getbuffer == NULL
        || procs->bf_releasebuffer != NULL) {
        *errmsg = "read-only bytes-like object";
        return -1;
    }
    Py_buffer view;
    if (buffer_get(arg, &view, errmsg) < 0) {
        return -1;
    }
    Py_ssize_t count = view.len;
    *p = view.buf;
    PyBuffer_Release(&view);
    return count;
}

/* The lengths of '#' units are written as Py_ssize_t only. */
static int
size_t_declared(struct getargs_state *state)
{
    if (!(state->flags & GETARGS_SIZE_T)) {
        PyErr_SetString(PyExc_SystemError,
                        "PY_SSIZE_T_CLEAN macro must be defined "
                        "for '#' formats");
        return 0;
    }
    return 1;
}

/* -- Strings: s z y ------------------------------------------------------ */

static const char *
convert_string_view(struct getargs_state *state, char c, PyObject *arg)
{
    Py_buffer *view = va_arg(*state->va, Py_buffer *);
    if (c == 'z' && arg == Py_None) {
        PyBuffer_FillInfo(view, NULL, NULL, 0, 1, 0);
    }
    else if (c != 'y' && PyUnicode_Check(arg)) {
        Py_ssize_t len;
        const char *text = PyUnicode_AsUTF8AndSize(arg, &len);
        if (text == NULL) {
            return wrong_type(state, CONV_UNICODE, arg);
        }
        PyBuffer_FillInfo(view, arg, (void *)text, len, 1, 0);
    }
    else {
        const char *expected;
        if (buffer_get(arg, view, &expected) < 0) {
            return wrong_type(state, expected, arg);
        }
    }
    if (cleanup_add(state, view, undo_buffer, NULL) < 0) {
        return wrong_type(state, CONV_CLEANUP, arg);
    }
    return NULL;
}

static const char *
convert_string_sized(struct getargs_state *state, char c, PyObject *arg)
{
    const void **p = va_arg(*state->va, const void **);
    if (!size_t_declared(state)) {
        return already_raised(state);
    }
    Py_ssize_t *psize = va_arg(*state->va, Py_ssize_t *);
    if (c == 'z' && arg == Py_None) {
        *p = NULL;
        *psize = 0;
    }
    else if (c != 'y' && PyUnicode_Check(arg)) {
        Py_ssize_t len;
        const char *text = PyUnicode_AsUTF8AndSize(arg, &len);
        if (text == NULL) {
            return wrong_type(state, CONV_UNICODE, arg);
        }
        *p = text;
        *psize = len;
    }
    else {
        const char *expected;
        Py_ssize_t count = buffer_borrow(arg, p, &expected);
        if (count < 0) {
            return wrong_type(state, expected, arg);
        }
        *psize = count;
    }
    return NULL;
}

static const char *
convert_string(struct getargs_state *state, char c, PyObject *arg)
{
    const char **p = va_arg(*state->va, const char **);
    if (c == 'y') {
        const char *expected;
        const void *bytes;
        Py_ssize_t count = buffer_borrow(arg, &bytes, &expected);
        if (count < 0) {
            return wrong_type(state, expected, arg);
        }
        *p = bytes;
        if (strlen(*p) != (size_t)count) {
            PyErr_SetString(PyExc_ValueError, "embedded null byte");
            return already_raised(state);
        }
        return NULL;
    }
    if (c == 'z' && arg == Py_None) {
        *p = NULL;
        return NULL;
    }
    if (!PyUnicode_Check(arg)) {
        return wrong_type(state, c == 'z' ? "str or None" : "str", arg);
    }
    Py_ssize_t len;
    const char *text = PyUnicode_AsUTF8AndSize(arg, &len);
    if (text == NULL) {
        return wrong_type(state, CONV_UNICODE, arg);
    }
    if (strlen(text) != (size_t)len) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return already_raised(state);
    }
    *p = text;
    return NULL;
}

/* -- Wide strings: u Z ----------------------------------------------------- */

static const char *
convert_wide(struct getargs_state *state, char c, int sized, PyObject *arg)
{
    wchar_t **p = va_arg(*state->va, wchar_t **);
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                         "getargs: The '%c' format is deprecated. "
                         "Use 'U' instead.", c)) {
        return already_raised(state);
    }
    Py_ssize_t *psize = NULL;
    if (sized) {
        if (!size_t_declared(state)) {
            return already_raised(state);
        }
        psize = va_arg(*state->va, Py_ssize_t *);
    }
    if (c == 'Z' && arg == Py_None) {
        *p = NULL;
        if (psize != NULL) {
            *psize = 0;
        }
        return NULL;
    }
    if (!PyUnicode_Check(arg)) {
        return wrong_type(state, c == 'Z' ? "str or None" : "str", arg);
    }
    Py_ssize_t len;
_Py_COMP_DIAG_PUSH
_Py_COMP_DIAG_IGNORE_DEPR_DECLS
    *p = PyUnicode_AsUnicodeAndSize(arg, &len);
_Py_COMP_DIAG_POP
    if (*p == NULL) {
        return already_raised(state);
    }
    if (psize != NULL) {
        *psize = len;
    }
    else if (wcslen(*p) != (size_t)len) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return already_raised(state);
    }
    return NULL;
}

/* -- Encoded strings: es et ------------------------------------------------ */

static const char *
convert_encoded(struct getargs_state *state, int encode_bytes, int sized,
                PyObject *arg)
{
    const char *encoding = va_arg(*state->va, const char *);
    if (encoding == NULL) {
        encoding = PyUnicode_GetDefaultEncoding();
    }
    char **buffer = va_arg(*state->va, char **);
    if (buffer == NULL) {
        return wrong_type(state, "(buffer is NULL)", arg);
    }
    PyObject *encoded;
    if (!encode_bytes && (PyBytes_Check(arg) || PyByteArray_Check(arg))) {
        encoded = Py_NewRef(arg);
    }
    else if (PyUnicode_Check(arg)) {
        encoded = PyUnicode_AsEncodedString(arg, encoding, NULL);
        if (encoded == NULL) {
            return wrong_type(state, "(encoding failed)", arg);
        }
    }
    else {
        return wrong_type(state, encode_bytes ? "str"
                                              : "str, bytes or bytearray",
                          arg);
    }
    const char *text;
    Py_ssize_t size;
    if (PyBytes_Check(encoded)) {
        text = PyBytes_AS_STRING(encoded);
        size = PyBytes_GET_SIZE(encoded);
    }
    else {
        text = PyByteArray_AS_STRING(encoded);
        size = PyByteArray_GET_SIZE(encoded);
    }

    const char *problem = NULL;
    Py_ssize_t *psize = NULL;
    int allocate = 1;
    if (sized) {
        if (!size_t_declared(state)) {
            problem = already_raised(state);
            goto done;
        }
        psize = va_arg(*state->va, Py_ssize_t *);
        if (psize == NULL) {
            problem = wrong_type(state, "(buffer_len is NULL)", arg);
            goto done;
        }
        allocate = *buffer == NULL;
        if (!allocate && size + 1 > *psize) {
            PyErr_Format(PyExc_ValueError,
                         "encoded string too long (%zd, maximum length %zd)",
                         size, *psize - 1);
            problem = already_raised(state);
            goto done;
        }
    }
    else if (strlen(text) != (size_t)size) {
        problem = wrong_type(state, "encoded string without null bytes",
                             arg);
        goto done;
    }
    if (allocate) {
        *buffer = PyMem_New(char, size + 1);
        if (*buffer == NULL) {
            PyErr_NoMemory();
            problem = already_raised(state);
            goto done;
        }
        if (cleanup_add(state, buffer, undo_memory, NULL) < 0) {
            PyMem_Free(*buffer);
            *buffer = NULL;
            problem = wrong_type(state, CONV_CLEANUP, arg);
            goto done;
        }
    }
    memcpy(*buffer, text, (size_t)size + 1);
    if (psize != NULL) {
        *psize = size;
    }
done:
    Py_DECREF(encoded);
    return problem;
}

/* -- Numbers --------------------------------------------------------------- */

static int
raised(void)
{
    return PyErr_Occurred() != NULL;
}

/* Integers that check their range. */
static const char *
convert_ranged(struct getargs_state *state, char c, PyObject *arg)
{
    void *p = va_arg(*state->va, void *);
    long value = PyLong_AsLong(arg);
    if (value == -1 && raised()) {
        return already_raised(state);
    }
    static const struct ranged {
        char code;
        long min, max;
        const char *name;
    } table[] = {
        {'b', 0, UCHAR_MAX, "unsigned byte integer"},
        {'h', SHRT_MIN, SHRT_MAX, "signed short integer"},
        {'i', INT_MIN, INT_MAX, "signed integer"},
    };
    const struct ranged *row = table;
    while (row->code != c) {
        row++;
    }
    if (value < row->min || value > row->max) {
        PyErr_Format(PyExc_OverflowError, "%s is %s", row->name,
                     value < row->min ? "less than minimum"
                                      : "greater than maximum");
        return already_raised(state);
    }
    switch (c) {
    case 'b':
        *(unsigned char *)p = (unsigned char)value;
        break;
    case 'h':
        *(short *)p = (short)value;
        break;
    default:
        *(int *)p = (int)value;
        break;
    }
    return NULL;
}

/* Integers that drop the bits that do not fit. */
static const char *
convert_masked(struct getargs_state *state, char c, PyObject *arg)
{
    void *p = va_arg(*state->va, void *);
    if ((c == 'k' || c == 'K') && !PyLong_Check(arg)) {
        return wrong_type(state, "int", arg);
    }
    if (c == 'K') {
        unsigned long long value = PyLong_AsUnsignedLongLongMask(arg);
        if (value == (unsigned long long)-1 && raised()) {
            return already_raised(state);
        }
        *(unsigned long long *)p = value;
        return NULL;
    }
    unsigned long value = PyLong_AsUnsignedLongMask(arg);
    if (value == (unsigned long)-1 && raised()) {
        return already_raised(state);
    }
    switch (c) {
    case 'B':
        *(unsigned char *)p = (unsigned char)value;
        break;
    case 'H':
        *(unsigned short *)p = (unsigned short)value;
        break;
    case 'I':
        *(unsigned int *)p = (unsigned int)value;
        break;
    default:
        *(unsigned long *)p = value;
        break;
    }
    return NULL;
}

static const char *
convert_long(struct getargs_state *state, char c, PyObject *arg)
{
    void *p = va_arg(*state->va, void *);
    if (c == 'l') {
        long value = PyLong_AsLong(arg);
        if (value == -1 && raised()) {
            return already_raised(state);
        }
        *(long *)p = value;
    }
    else if (c == 'L') {
        long long value = PyLong_AsLongLong(arg);
        if (value == -1 && raised()) {
            return already_raised(state);
        }
        *(long long *)p = value;
    }
    else {
        Py_ssize_t value = -1;
        PyObject *index = _PyNumber_Index(arg);
        if (index != NULL) {
            value = PyLong_AsSsize_t(index);
            Py_DECREF(index);
        }
        if (value == -1 && raised()) {
            return already_raised(state);
        }
        *(Py_ssize_t *)p = value;
    }
    return NULL;
}

static const char *
convert_float(struct getargs_state *state, char c, PyObject *arg)
{
    void *p = va_arg(*state->va, void *);
    if (c == 'D') {
        Py_complex value = PyComplex_AsCComplex(arg);
        if (raised()) {
            return already_raised(state);
        }
        *(Py_complex *)p = value;
        return NULL;
    }
    double value = PyFloat_AsDouble(arg);
    if (value == -1.0 && raised()) {
        return already_raised(state);
    }
    if (c == 'f') {
        *(float *)p = (float)value;
    }
    else {
        *(double *)p = value;
    }
    return NULL;
}

/* -- Characters, truth, writable memory -------------------------------------- */

static const char *
convert_char(struct getargs_state *state, char c, PyObject *arg)
{
    if (c == 'c') {
        char *p = va_arg(*state->va, char *);
        if (PyBytes_Check(arg) && PyBytes_GET_SIZE(arg) == 1) {
            *p = PyBytes_AS_STRING(arg)[0];
        }
        else if (PyByteArray_Check(arg) && PyByteArray_GET_SIZE(arg) == 1) {
            *p = PyByteArray_AS_STRING(arg)[0];
        }
        else {
            return wrong_type(state, "a byte string of length 1", arg);
        }
        return NULL;
    }
    int *p = va_arg(*state->va, int *);
    if (!PyUnicode_Check(arg)) {
        return wrong_type(state, "a unicode character", arg);
    }
    if (PyUnicode_READY(arg)) {
        return already_raised(state);
    }
    if (PyUnicode_GET_LENGTH(arg) != 1) {
        return wrong_type(state, "a unicode character", arg);
    }
    *p = (int)PyUnicode_READ_CHAR(arg, 0);
    return NULL;
}

static const char *
convert_truth(struct getargs_state *state, PyObject *arg)
{
    int *p = va_arg(*state->va, int *);
    int value = PyObject_IsTrue(arg);
    if (value < 0) {
        return already_raised(state);
    }
    *p = value;
    return NULL;
}

static const char *
convert_writable(struct getargs_state *state, PyObject *arg)
{
    Py_buffer *view = va_arg(*state->va, Py_buffer *);
    if (PyObject_GetBuffer(arg, view, PyBUF_WRITABLE) < 0) {
        PyErr_Clear();
        return wrong_type(state, "read-write bytes-like object", arg);
    }
    if (!PyBuffer_IsContiguous(view, 'C')) {
        PyBuffer_Release(view);
        return wrong_type(state, "contiguous buffer", arg);
    }
    if (cleanup_add(state, view, undo_buffer, NULL) < 0) {
        return wrong_type(state, CONV_CLEANUP, arg);
    }
    return NULL;
}

/* -- Objects --------------------------------------------------------------- */

static const char *
convert_object(struct getargs_state *state, char modifier, PyObject *arg)
{
    if (modifier == '!') {
        PyTypeObject *type = va_arg(*state->va, PyTypeObject *);
        PyObject **p = va_arg(*state->va, PyObject **);
        if (!PyType_IsSubtype(Py_TYPE(arg), type)) {
            return wrong_type(state, type->tp_name, arg);
        }
        *p = arg;
        return NULL;
    }
    if (modifier == '&') {
        typedef int (*converter_func)(PyObject *, void *);
        converter_func converter = va_arg(*state->va, converter_func);
        void *address = va_arg(*state->va, void *);
        int res = converter(arg, address);
        if (res == 0) {
            return wrong_type(state, "(unspecified)", arg);
        }
        if (res == Py_CLEANUP_SUPPORTED
            && cleanup_add(state, address, NULL, converter) < 0) {
            return wrong_type(state, CONV_CLEANUP, arg);
        }
        return NULL;
    }
    *va_arg(*state->va, PyObject **) = arg;
    return NULL;
}

static const char *
convert_exact_object(struct getargs_state *state, char c, PyObject *arg)
{
    PyObject **p = va_arg(*state->va, PyObject **);
    if (c == 'S' && !PyBytes_Check(arg)) {
        return wrong_type(state, "bytes", arg);
    }
    if (c == 'Y' && !PyByteArray_Check(arg)) {
        return wrong_type(state, "bytearray", arg);
    }
    if (c == 'U') {
        if (!PyUnicode_Check(arg)) {
            return wrong_type(state, "str", arg);
        }
        if (PyUnicode_READY(arg) < 0) {
            return already_raised(state);
        }
    }
    *p = arg;
    return NULL;
}

/* -- One unit -------------------------------------------------------------- */

static const char *
convert_simple(struct getargs_state *state, PyObject *arg,
               const char **p_format)
{
    const char *format = *p_format;
    char c = *format++;
    const char *problem;

    switch (c) {
    case 'b': case 'h': case 'i':
        problem = convert_ranged(state, c, arg);
        break;
    case 'B': case 'H': case 'I': case 'k': case 'K':
        problem = convert_masked(state, c, arg);
        break;
    case 'n': case 'l': case 'L':
        problem = convert_long(state, c, arg);
        break;
    case 'f': case 'd': case 'D':
        problem = convert_float(state, c, arg);
        break;
    case 'c': case 'C':
        problem = convert_char(state, c, arg);
        break;
    case 'p':
        problem = convert_truth(state, arg);
        break;
    case 's': case 'z': case 'y':
        if (*format == '*') {
            format++;
            problem = convert_string_view(state, c, arg);
        }
        else if (*format == '#') {
            format++;
            problem = convert_string_sized(state, c, arg);
        }
        else {
            problem = convert_string(state, c, arg);
        }
        break;
    case 'u': case 'Z': {
        int sized = *format == '#';
        format += sized;
        problem = convert_wide(state, c, sized, arg);
        break;
    }
    case 'e': {
        if (*format != 's' && *format != 't') {
            return wrong_type(state,
                              "(unknown parser marker combination)", arg);
        }
        int encode_bytes = *format++ == 's';
        int sized = *format == '#';
        format += sized;
        problem = convert_encoded(state, encode_bytes, sized, arg);
        break;
    }
    case 'S': case 'Y': case 'U':
        problem = convert_exact_object(state, c, arg);
        break;
    case 'O': {
        char modifier = '\0';
        if (*format == '!' || *format == '&') {
            modifier = *format++;
        }
        problem = convert_object(state, modifier, arg);
        break;
    }
    case 'w':
        if (*format != '*') {
            return wrong_type(state,
                              "(invalid use of 'w' format character)", arg);
        }
        format++;
        problem = convert_writable(state, arg);
        break;
    default:
        return wrong_type(state, "(impossible<bad format char>)", arg);
    }
    *p_format = format;
    return problem;
}

/* Counts the units of a parenthesised list; format is behind the '('. */
static int
count_units(const char *format)
{
    int n = 0;
    int level = 0;
    for (;; format++) {
        char c = *format;
        if (c == '(') {
            n += level == 0;
            level++;
        }
        else if (c == ')') {
            if (level-- == 0) {
                return n;
            }
        }
        else if (getargs_format_ends(c)) {
            return n;
        }
        else if (level == 0 && Py_ISALPHA(c) && c != 'e') {
            n++;
        }
    }
}

static const char *
convert_sequence(struct getargs_state *state, PyObject *arg,
                 const char **p_format, int *levels)
{
    const char *format = *p_format;
    int n = count_units(format);
    if (!PySequence_Check(arg) || PyBytes_Check(arg)) {
        levels[0] = 0;
        PyOS_snprintf(state->msg, sizeof(state->msg),
                      "must be %d-item sequence, not %.50s", n,
                      type_name_or_none(arg));
        return state->msg;
    }
    Py_ssize_t len = PySequence_Size(arg);
    if (len != n) {
        levels[0] = 0;
        PyOS_snprintf(state->msg, sizeof(state->msg),
                      "must be sequence of length %d, not %zd", n, len);
        return state->msg;
    }
    for (int i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(arg, i);
        if (item == NULL) {
            PyErr_Clear();
            levels[0] = i + 1;
            levels[1] = 0;
            PyOS_snprintf(state->msg, sizeof(state->msg),
                          "is not retrievable");
            return state->msg;
        }
        const char *problem = getargs_convert(state, item, &format,
                                              levels + 1);
        /* The sequence keeps the item alive; that is the contract of
           borrowed results. */
        Py_DECREF(item);
        if (problem != NULL) {
            levels[0] = i + 1;
            return problem;
        }
    }
    *p_format = format;
    return NULL;
}

const char *
getargs_convert(struct getargs_state *state, PyObject *arg,
                const char **p_format, int *levels)
{
    if (**p_format == '(') {
        const char *format = *p_format + 1;
        const char *problem = convert_sequence(state, arg, &format, levels);
        if (problem == NULL) {
            *p_format = format + 1;
        }
        return problem;
    }
    const char *problem = convert_simple(state, arg, p_format);
    if (problem != NULL) {
        levels[0] = 0;
    }
    return problem;
}

/* -- Moving over a unit ----------------------------------------------------- */

static inline void
skip_pointers(va_list *va, int n)
{
    if (va != NULL) {
        for (int i = 0; i < n; i++) {
            (void)va_arg(*va, void *);
        }
    }
}

const char *
getargs_skip(const char **p_format, va_list *va, int flags)
{
    const char *format = *p_format;
    char c = *format++;
    switch (c) {
    case 'b': case 'B': case 'h': case 'H': case 'i': case 'I':
    case 'l': case 'k': case 'L': case 'K': case 'n':
    case 'f': case 'd': case 'D': case 'c': case 'C': case 'p':
    case 'S': case 'Y': case 'U':
        skip_pointers(va, 1);
        break;
    case 'e':
        skip_pointers(va, 1);
        if (*format != 's' && *format != 't') {
            return "impossible<bad format char>";
        }
        format++;
        /* fall through */
    case 's': case 'z': case 'y': case 'u': case 'Z': case 'w':
        skip_pointers(va, 1);
        if (*format == '#') {
            if (va != NULL) {
                if (!(flags & GETARGS_SIZE_T)) {
                    return "PY_SSIZE_T_CLEAN macro must be defined "
                           "for '#' formats";
                }
                skip_pointers(va, 1);
            }
            format++;
        }
        else if (*format == '*') {
            if (c != 's' && c != 'z' && c != 'y' && c != 'w') {
                return "impossible<bad format char>";
            }
            format++;
        }
        break;
    case 'O':
        if (*format == '!' || *format == '&') {
            format++;
            skip_pointers(va, 2);
        }
        else {
            skip_pointers(va, 1);
        }
        break;
    case '(':
        while (*format != ')') {
            if (getargs_format_ends(*format)) {
                return "Unmatched left paren in format string";
            }
            const char *problem = getargs_skip(&format, va, flags);
            if (problem != NULL) {
                return problem;
            }
        }
        format++;
        break;
    case ')':
        return "Unmatched right paren in format string";
    default:
        return "impossible<bad format char>";
    }
    *p_format = format;
    return NULL;
}
