/* _struct: Python values to C structs in bytes, and back.

   A format is compiled once into a list of codes; each names the kind of
   item, where it goes, how large it is and how often it repeats. Compiled
   formats of the module's functions are cached. */

#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_bytesobject.h"
#include "pycore_long.h"
#include "pycore_object.h"
#include "structmember.h"

#define CACHE_MAX 100

typedef struct {
    PyObject *cache;            /* dict: format to Struct */
    PyTypeObject *struct_type;
    PyTypeObject *iter_type;
    PyObject *error;            /* struct.error */
} struct_state;

/* How items of a prefix are laid out. */
struct struct_mode {
    int native;         /* native sizes and alignment */
    int little_endian;
};

/* One item kind, of one size and byte order. */
struct item_kind {
    char format;
    char size;          /* bytes of one item */
    char alignment;
    char native;        /* of mode '@' */
    char little_endian;
};

struct struct_code {
    struct item_kind kind;
    Py_ssize_t offset;
    Py_ssize_t size;    /* of one item; 's' and 'p': of the text */
    Py_ssize_t repeat;  /* items of this code; 0 ends the list */
};

typedef struct {
    PyObject_HEAD
    Py_ssize_t size;            /* of the struct; -1: not initialised */
    Py_ssize_t length;          /* how many items it has */
    struct struct_code *codes;  /* PyMem_ memory */
    PyObject *format;           /* bytes */
    PyObject *weakreflist;
} StructObject;

static struct PyModuleDef struct_module;

static struct_state *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static struct_state *
state_by_type(PyTypeObject *type)
{
    PyObject *module = PyType_GetModuleByDef(type, &struct_module);
    return state_of(module);
}

/* -- Kinds -------------------------------------------------------------- */

/* Native and standard size of each format character; standard 0: not there.
   Alignment is the native size's, except for bytes. */
static const struct {
    char format;
    char native_size;
    char standard_size;
    char alignment;
} kinds[] = {
    {'x', 1, 1, 0}, {'b', 1, 1, 0}, {'B', 1, 1, 0}, {'c', 1, 1, 0},
    {'s', 1, 1, 0}, {'p', 1, 1, 0},
    {'h', sizeof(short), 2, _Alignof(short)},
    {'H', sizeof(short), 2, _Alignof(short)},
    {'i', sizeof(int), 4, _Alignof(int)},
    {'I', sizeof(int), 4, _Alignof(int)},
    {'l', sizeof(long), 4, _Alignof(long)},
    {'L', sizeof(long), 4, _Alignof(long)},
    {'n', sizeof(size_t), 0, _Alignof(size_t)},
    {'N', sizeof(size_t), 0, _Alignof(size_t)},
    {'q', sizeof(long long), 8, _Alignof(long long)},
    {'Q', sizeof(long long), 8, _Alignof(long long)},
    {'?', sizeof(_Bool), 1, _Alignof(_Bool)},
    {'e', 2, 2, _Alignof(short)},
    {'f', sizeof(float), 4, _Alignof(float)},
    {'d', sizeof(double), 8, _Alignof(double)},
    {'P', sizeof(void *), 0, _Alignof(void *)},
};

static int
kind_get(char format, const struct struct_mode *mode, struct item_kind *kind)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(kinds); i++) {
        if (kinds[i].format == format) {
            kind->format = format;
            kind->native = (char)mode->native;
            kind->little_endian = (char)mode->little_endian;
            kind->size = mode->native ? kinds[i].native_size
                                      : kinds[i].standard_size;
            kind->alignment = mode->native ? kinds[i].alignment : 0;
            return kind->size ? 0 : -1;
        }
    }
    return -1;
}

static const char *
mode_get(const char *format, struct struct_mode *mode)
{
    *mode = (struct struct_mode){1, PY_LITTLE_ENDIAN};
    switch (*format) {
    case '@':
        return format + 1;
    case '=':
        mode->native = 0;
        return format + 1;
    case '<':
        *mode = (struct struct_mode){0, 1};
        return format + 1;
    case '>':
    case '!':
        *mode = (struct struct_mode){0, 0};
        return format + 1;
    default:
        return format;
    }
}

/* -- Compiling a format ------------------------------------------------- */

/* The next item of a format: its repeat count and kind. 1, 0 at the end, -1
   with an exception. */
static int
format_next(struct_state *state, const char **s, const struct struct_mode *mode,
            Py_ssize_t *count, struct item_kind *kind)
{
    while (Py_ISSPACE(**s)) {
        (*s)++;
    }
    if (**s == '\0') {
        return 0;
    }
    *count = 1;
    if (Py_ISDIGIT(**s)) {
        *count = 0;
        for (; Py_ISDIGIT(**s); (*s)++) {
            int digit_value = **s - '0';
            if (*count > (PY_SSIZE_T_MAX - digit_value) / 10) {
                PyErr_SetString(state->error, "total struct size too long");
                return -1;
            }
            *count = *count * 10 + digit_value;
        }
        if (**s == '\0') {
            PyErr_SetString(state->error,
                            "repeat count given without format specifier");
            return -1;
        }
    }
    if (kind_get(**s, mode, kind) < 0) {
        PyErr_SetString(state->error, "bad char in struct format");
        return -1;
    }
    (*s)++;
    return 1;
}

/* *size = the end of count items after alignment. */
static int
size_add(Py_ssize_t *size, Py_ssize_t *offset, Py_ssize_t count,
         const struct item_kind *kind)
{
    Py_ssize_t start = *size;
    if (kind->alignment > 1) {
        Py_ssize_t extra = (kind->alignment - 1)
            - (start - 1) % kind->alignment;
        extra = start == 0 ? 0 : extra;
        if (start > PY_SSIZE_T_MAX - extra) {
            return -1;
        }
        start += extra;
    }
    if (count > (PY_SSIZE_T_MAX - start) / kind->size) {
        return -1;
    }
    *offset = start;
    *size = start + count * kind->size;
    return 0;
}

static int
struct_prepare(struct_state *state, StructObject *self)
{
    const char *format = PyBytes_AS_STRING(self->format);
    if (strlen(format) != (size_t)PyBytes_GET_SIZE(self->format)) {
        PyErr_SetString(state->error, "embedded null character");
        return -1;
    }
    struct struct_mode mode;
    const char *first = mode_get(format, &mode);
    struct struct_code *codes = NULL;
    Py_ssize_t ncodes = 0;
    Py_ssize_t size = 0;
    Py_ssize_t length = 0;

    /* Twice: to count, then to fill in. */
    for (int pass = 0; pass < 2; pass++) {
        const char *s = first;
        Py_ssize_t count;
        Py_ssize_t offset;
        struct item_kind kind;
        int status;
        size = 0;
        length = 0;
        ncodes = 0;
        while ((status = format_next(state, &s, &mode, &count, &kind)) > 0) {
            int text = kind.format == 's' || kind.format == 'p';
            if (size_add(&size, &offset, count, &kind) < 0) {
                PyErr_SetString(state->error, "total struct size too long");
                status = -1;
                break;
            }
            if (kind.format == 'x' || (count == 0 && !text)) {
                continue;
            }
            if (codes != NULL) {
                codes[ncodes] = (struct struct_code){
                    kind, offset, text ? count : kind.size, text ? 1 : count
                };
            }
            ncodes++;
            length += text ? 1 : count;
        }
        if (status < 0) {
            PyMem_Free(codes);
            return -1;
        }
        if (pass == 0) {
            codes = PyMem_Calloc((size_t)ncodes + 1, sizeof(*codes));
            if (codes == NULL) {
                PyErr_NoMemory();
                return -1;
            }
        }
    }
    PyMem_Free(self->codes);
    self->codes = codes;
    self->size = size;
    self->length = length;
    return 0;
}

/* -- Items to bytes ----------------------------------------------------- */

static void
bytes_store(char *p, uint64_t value, const struct item_kind *kind)
{
    int n = kind->size;
    for (int i = 0; i < n; i++) {
        p[kind->little_endian ? i : n - 1 - i] = (char)(value >> (8 * i));
    }
}

static uint64_t
bytes_load(const char *p, const struct item_kind *kind)
{
    int n = kind->size;
    uint64_t value = 0;
    for (int i = 0; i < n; i++) {
        value |= (uint64_t)(unsigned char)p[kind->little_endian ? i
                                            : n - 1 - i] << (8 * i);
    }
    return value;
}

/* An int, new; struct.error for anything else. */
static PyObject *
integer_from(struct_state *state, PyObject *v)
{
    if (PyLong_Check(v)) {
        return Py_NewRef(v);
    }
    if (PyIndex_Check(v)) {
        return _PyNumber_Index(v);
    }
    PyErr_SetString(state->error, "required argument is not an integer");
    return NULL;
}

/* The low 64 bits of v, if it fits them with that signedness. */
static int
word_get(struct_state *state, PyObject *v, int is_signed, uint64_t *value)
{
    PyObject *integer = integer_from(state, v);
    if (integer == NULL) {
        return -1;
    }
    *value = is_signed ? (uint64_t)PyLong_AsLongLong(integer)
                       : PyLong_AsUnsignedLongLong(integer);
    Py_DECREF(integer);
    if (*value == (uint64_t)-1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_SetString(state->error, "argument out of range");
        }
        return -1;
    }
    return 0;
}

static int
raise_range(struct_state *state, const struct item_kind *kind, int64_t low,
            uint64_t high)
{
    /* Native shorts and bytes are called by name. */
    const char *name = NULL;
    int big_endian = !kind->little_endian;
    switch (kind->format) {
    case 'b':
        name = "byte";
        break;
    case 'B':
        name = "ubyte";
        break;
    case 'h':
        name = big_endian == PY_BIG_ENDIAN ? "short" : NULL;
        break;
    case 'H':
        name = big_endian == PY_BIG_ENDIAN ? "ushort" : NULL;
        break;
    default:
        break;
    }
    if (name != NULL) {
        PyErr_Format(state->error,
                     "%s format requires %lld <= number <= %llu", name,
                     (long long)low, (unsigned long long)high);
    }
    else {
        PyErr_Format(state->error,
                     "'%c' format requires %lld <= number <= %llu",
                     kind->format, (long long)low, (unsigned long long)high);
    }
    return -1;
}

static int
pack_signed(struct_state *state, char *p, PyObject *v,
            const struct item_kind *kind)
{
    uint64_t value;
    if (word_get(state, v, 1, &value) < 0) {
        return -1;
    }
    int64_t high = (int64_t)(UINT64_MAX >> (65 - 8 * kind->size));
    if ((int64_t)value > high || (int64_t)value < -high - 1) {
        return raise_range(state, kind, -high - 1, (uint64_t)high);
    }
    bytes_store(p, value, kind);
    return 0;
}

static int
pack_unsigned(struct_state *state, char *p, PyObject *v,
              const struct item_kind *kind)
{
    uint64_t value;
    /* The short ones tell about negative numbers themselves. */
    int is_signed = kind->format == 'B' || kind->format == 'H';
    if (word_get(state, v, is_signed, &value) < 0) {
        return -1;
    }
    uint64_t high = UINT64_MAX >> (64 - 8 * kind->size);
    if (value > high) {
        return raise_range(state, kind, 0, high);
    }
    bytes_store(p, value, kind);
    return 0;
}

static int
pack_float(struct_state *state, char *p, PyObject *v,
           const struct item_kind *kind)
{
    double x = PyFloat_AsDouble(v);
    if (x == -1.0 && PyErr_Occurred()) {
        PyErr_SetString(state->error, "required argument is not a float");
        return -1;
    }
    switch (kind->format) {
    case 'e':
        return PyFloat_Pack2(x, p, kind->little_endian);
    case 'f':
        if (kind->native) {
            float y = (float)x;     /* an overflow is an infinity */
            memcpy(p, &y, sizeof(y));
            return 0;
        }
        return PyFloat_Pack4(x, p, kind->little_endian);
    default:
        return PyFloat_Pack8(x, p, kind->little_endian);
    }
}

static int
pack_text(struct_state *state, char *p, PyObject *v,
          const struct struct_code *code)
{
    char format = code->kind.format;
    int is_bytes = PyBytes_Check(v);
    if (!is_bytes && !PyByteArray_Check(v)) {
        PyErr_Format(state->error, "argument for '%c' must be a bytes object",
                     format);
        return -1;
    }
    const char *text = is_bytes ? PyBytes_AS_STRING(v)
                                : PyByteArray_AS_STRING(v);
    Py_ssize_t n = is_bytes ? PyBytes_GET_SIZE(v) : PyByteArray_GET_SIZE(v);
    Py_ssize_t room = code->size;
    if (format == 'p') {
        if (room == 0) {
            return 0;
        }
        room--;
        n = Py_MIN(n, room);
        *p++ = (char)Py_MIN(n, 255);
    }
    memcpy(p, text, (size_t)Py_MIN(n, room));
    return 0;
}

static int
pack_char(struct_state *state, char *p, PyObject *v)
{
    if (!PyBytes_Check(v) || PyBytes_GET_SIZE(v) != 1) {
        PyErr_SetString(state->error,
                        "char format requires a bytes object of length 1");
        return -1;
    }
    *p = PyBytes_AS_STRING(v)[0];
    return 0;
}

static int
pack_pointer(struct_state *state, char *p, PyObject *v)
{
    PyObject *integer = integer_from(state, v);
    if (integer == NULL) {
        return -1;
    }
    void *pointer = PyLong_AsVoidPtr(integer);
    Py_DECREF(integer);
    if (pointer == NULL && PyErr_Occurred()) {
        return -1;
    }
    memcpy(p, &pointer, sizeof(pointer));
    return 0;
}

static int
pack_item(struct_state *state, char *p, PyObject *v,
          const struct struct_code *code)
{
    const struct item_kind *kind = &code->kind;
    switch (kind->format) {
    case 'b': case 'h': case 'i': case 'l': case 'q': case 'n':
        return pack_signed(state, p, v, kind);
    case 'B': case 'H': case 'I': case 'L': case 'Q': case 'N':
        return pack_unsigned(state, p, v, kind);
    case 'e': case 'f': case 'd':
        return pack_float(state, p, v, kind);
    case 's': case 'p':
        return pack_text(state, p, v, code);
    case 'c':
        return pack_char(state, p, v);
    case '?': {
        int truth = PyObject_IsTrue(v);
        if (truth >= 0) {
            *p = (char)truth;
        }
        return truth < 0 ? -1 : 0;
    }
    default:
        return pack_pointer(state, p, v);
    }
}

/* Fills the struct at buffer from args. */
static int
struct_pack_items(struct_state *state, StructObject *self,
                  PyObject *const *args, char *buffer)
{
    memset(buffer, 0, (size_t)self->size);
    for (const struct struct_code *code = self->codes; code->repeat; code++) {
        char *p = buffer + code->offset;
        for (Py_ssize_t i = 0; i < code->repeat; i++) {
            PyObject *v = *args++;
            if (pack_item(state, p, v, code) < 0) {
                if (PyLong_Check(v)
                    && PyErr_ExceptionMatches(PyExc_OverflowError)) {
                    PyErr_SetString(state->error,
                                    "int too large to convert");
                }
                return -1;
            }
            p += code->size;
        }
    }
    return 0;
}

/* -- Bytes to items ----------------------------------------------------- */

static PyObject *
unpack_text(const char *p, const struct struct_code *code)
{
    if (code->kind.format == 's') {
        return PyBytes_FromStringAndSize(p, code->size);
    }
    Py_ssize_t n = 0;
    if (code->size > 0) {
        n = Py_MIN((unsigned char)*p, code->size - 1);
        p++;
    }
    return PyBytes_FromStringAndSize(p, n);
}

static PyObject *
unpack_item(const char *p, const struct struct_code *code)
{
    const struct item_kind *kind = &code->kind;
    int le = kind->little_endian;
    switch (kind->format) {
    case 'b': case 'h': case 'i': case 'l': case 'q': case 'n': {
        int unused = 64 - 8 * kind->size;
        int64_t value = (int64_t)(bytes_load(p, kind) << unused) >> unused;
        return PyLong_FromLongLong(value);
    }
    case 'B': case 'H': case 'I': case 'L': case 'Q': case 'N': case 'P':
        return PyLong_FromUnsignedLongLong(bytes_load(p, kind));
    case 'e':
        return PyFloat_FromDouble(PyFloat_Unpack2(p, le));
    case 'f':
        return PyFloat_FromDouble(PyFloat_Unpack4(p, le));
    case 'd':
        return PyFloat_FromDouble(PyFloat_Unpack8(p, le));
    case '?':
        return PyBool_FromLong(*p != 0);
    case 'c':
        return PyBytes_FromStringAndSize(p, 1);
    default:
        return unpack_text(p, code);
    }
}

static PyObject *
struct_unpack_items(StructObject *self, const char *buffer)
{
    PyObject *result = PyTuple_New(self->length);
    if (result == NULL) {
        return NULL;
    }
    Py_ssize_t k = 0;
    for (const struct struct_code *code = self->codes; code->repeat; code++) {
        const char *p = buffer + code->offset;
        for (Py_ssize_t i = 0; i < code->repeat; i++) {
            PyObject *item = unpack_item(p, code);
            if (item == NULL) {
                Py_DECREF(result);
                return NULL;
            }
            PyTuple_SET_ITEM(result, k++, item);
            p += code->size;
        }
    }
    return result;
}

/* -- Struct: making ----------------------------------------------------- */

static PyObject *
struct_new(PyTypeObject *type, PyObject *Py_UNUSED(args),
           PyObject *Py_UNUSED(kwargs))
{
    StructObject *self = (StructObject *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->format = Py_NewRef(Py_None);
        self->codes = NULL;
        self->size = -1;
        self->length = -1;
    }
    return (PyObject *)self;
}

static int
struct_set_format(struct_state *state, StructObject *self, PyObject *format)
{
    if (PyUnicode_Check(format)) {
        format = PyUnicode_AsASCIIString(format);
        if (format == NULL) {
            return -1;
        }
    }
    else {
        Py_INCREF(format);
    }
    if (!PyBytes_Check(format)) {
        PyErr_Format(PyExc_TypeError,
                     "Struct() argument 1 must be a str or bytes object, "
                     "not %.200s", Py_TYPE(format)->tp_name);
        Py_DECREF(format);
        return -1;
    }
    Py_SETREF(self->format, format);
    return struct_prepare(state, self);
}

static int
struct_init(StructObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"format", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "Struct"};
    PyObject *buffer[1];
    PyObject *const *argv = _PyArg_UnpackKeywords(
        ((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), kwargs,
        NULL, &parser, 1, 1, 0, buffer);
    if (argv == NULL) {
        return -1;
    }
    return struct_set_format(state_by_type(Py_TYPE(self)), self, argv[0]);
}

static int
struct_traverse(StructObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int
struct_clear(StructObject *self)
{
    Py_CLEAR(self->format);
    return 0;
}

static void
struct_dealloc(StructObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    PyMem_Free(self->codes);
    Py_XDECREF(self->format);
    type->tp_free(self);
    Py_DECREF(type);
}

/* -- Struct: unpacking -------------------------------------------------- */

static PyObject *
struct_unpack(StructObject *self, PyObject *buffer)
{
    struct_state *state = state_by_type(Py_TYPE(self));
    Py_buffer view;
    if (PyObject_GetBuffer(buffer, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    if (view.len != self->size) {
        PyErr_Format(state->error, "unpack requires a buffer of %zd bytes",
                     self->size);
    }
    else {
        result = struct_unpack_items(self, view.buf);
    }
    PyBuffer_Release(&view);
    return result;
}

static PyObject *
unpack_from_view(struct_state *state, StructObject *self,
                 const Py_buffer *view, Py_ssize_t offset)
{
    if (offset < 0) {
        if (offset + self->size > 0) {
            return PyErr_Format(state->error,
                                "not enough data to unpack %zd bytes at "
                                "offset %zd", self->size, offset);
        }
        if (offset + view->len < 0) {
            return PyErr_Format(state->error,
                                "offset %zd out of range for %zd-byte "
                                "buffer", offset, view->len);
        }
        offset += view->len;
    }
    if (view->len - offset < self->size) {
        return PyErr_Format(state->error,
                            "unpack_from requires a buffer of at least %zu "
                            "bytes for unpacking %zd bytes at offset %zd "
                            "(actual buffer size is %zd)",
                            (size_t)self->size + (size_t)offset, self->size,
                            offset, view->len);
    }
    return struct_unpack_items(self, (char *)view->buf + offset);
}

static int
offset_get(PyObject *object, Py_ssize_t *offset)
{
    PyObject *index = _PyNumber_Index(object);
    if (index == NULL) {
        return -1;
    }
    *offset = PyLong_AsSsize_t(index);
    Py_DECREF(index);
    return *offset == -1 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *
struct_unpack_from_object(StructObject *self, PyObject *buffer,
                          Py_ssize_t offset)
{
    Py_buffer view;
    if (PyObject_GetBuffer(buffer, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    PyObject *result = unpack_from_view(state_by_type(Py_TYPE(self)), self,
                                        &view, offset);
    PyBuffer_Release(&view);
    return result;
}

static PyObject *
struct_unpack_from(StructObject *self, PyObject *const *args,
                   Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"buffer", "offset", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "unpack_from"};
    PyObject *buffer[2] = {NULL, NULL};
    PyObject *const *argv = _PyArg_UnpackKeywords(
        args, nargs, NULL, kwnames, &parser, 1, 2, 0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    Py_ssize_t offset = 0;
    if ((nargs > 1 || (argv == buffer && argv[1] != NULL))
        && offset_get(argv[1], &offset) < 0) {
        return NULL;
    }
    return struct_unpack_from_object(self, argv[0], offset);
}

/* -- Iterators ---------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    StructObject *so;   /* NULL once exhausted */
    Py_buffer buf;
    Py_ssize_t index;   /* of the next struct, in bytes */
} unpack_iterator;

static PyObject *
struct_iter_unpack(StructObject *self, PyObject *buffer)
{
    struct_state *state = state_by_type(Py_TYPE(self));
    if (self->size == 0) {
        PyErr_SetString(state->error,
                        "cannot iteratively unpack with a struct of length "
                        "0");
        return NULL;
    }
    unpack_iterator *iter =
        (unpack_iterator *)PyType_GenericAlloc(state->iter_type, 0);
    if (iter == NULL) {
        return NULL;
    }
    if (PyObject_GetBuffer(buffer, &iter->buf, PyBUF_SIMPLE) < 0) {
        Py_DECREF(iter);
        return NULL;
    }
    if (iter->buf.len % self->size != 0) {
        PyErr_Format(state->error,
                     "iterative unpacking requires a buffer of a multiple "
                     "of %zd bytes", self->size);
        Py_DECREF(iter);
        return NULL;
    }
    iter->so = (StructObject *)Py_NewRef(self);
    iter->index = 0;
    return (PyObject *)iter;
}

static int
iter_traverse(unpack_iterator *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->so);
    Py_VISIT(self->buf.obj);
    return 0;
}

static void
iter_dealloc(unpack_iterator *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->so);
    PyBuffer_Release(&self->buf);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyObject *
iter_length_hint(unpack_iterator *self, PyObject *Py_UNUSED(ignored))
{
    if (self->so == NULL) {
        return PyLong_FromLong(0);
    }
    return PyLong_FromSsize_t((self->buf.len - self->index)
                              / self->so->size);
}

static PyObject *
iter_next(unpack_iterator *self)
{
    if (self->so == NULL) {
        return NULL;
    }
    if (self->index >= self->buf.len) {
        Py_CLEAR(self->so);
        PyBuffer_Release(&self->buf);
        return NULL;
    }
    PyObject *result = struct_unpack_items(
        self->so, (char *)self->buf.buf + self->index);
    self->index += self->so->size;
    return result;
}

static PyMethodDef iter_methods[] = {
    {"__length_hint__", (PyCFunction)iter_length_hint, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}
};

static PyType_Slot iter_slots[] = {
    {Py_tp_dealloc, iter_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_traverse, iter_traverse},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, iter_next},
    {Py_tp_methods, iter_methods},
    {0, NULL},
};

static PyType_Spec iter_spec = {
    .name = "_struct.unpack_iterator",
    .basicsize = sizeof(unpack_iterator),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = iter_slots,
};

/* -- Struct: packing ---------------------------------------------------- */

static PyObject *
struct_pack(StructObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    struct_state *state = state_by_type(Py_TYPE(self));
    if (nargs != self->length) {
        return PyErr_Format(state->error,
                            "pack expected %zd items for packing (got %zd)",
                            self->length, nargs);
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, self->size);
    if (result != NULL
        && struct_pack_items(state, self, args,
                             PyBytes_AS_STRING(result)) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
struct_pack_into(StructObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    struct_state *state = state_by_type(Py_TYPE(self));
    if (nargs != self->length + 2) {
        if (nargs == 0) {
            PyErr_SetString(state->error,
                            "pack_into expected buffer argument");
        }
        else if (nargs == 1) {
            PyErr_SetString(state->error,
                            "pack_into expected offset argument");
        }
        else {
            PyErr_Format(state->error,
                         "pack_into expected %zd items for packing (got "
                         "%zd)", self->length, nargs - 2);
        }
        return NULL;
    }
    Py_buffer view;
    if (!PyArg_Parse(args[0], "w*", &view)) {
        return NULL;
    }
    PyObject *result = NULL;
    Py_ssize_t offset = PyNumber_AsSsize_t(args[1], PyExc_IndexError);
    if (offset == -1 && PyErr_Occurred()) {
        goto done;
    }
    if (offset < 0) {
        if (offset + self->size > 0) {
            PyErr_Format(state->error,
                         "no space to pack %zd bytes at offset %zd",
                         self->size, offset);
            goto done;
        }
        if (offset + view.len < 0) {
            PyErr_Format(state->error,
                         "offset %zd out of range for %zd-byte buffer",
                         offset, view.len);
            goto done;
        }
        offset += view.len;
    }
    if (view.len - offset < self->size) {
        PyErr_Format(state->error,
                     "pack_into requires a buffer of at least %zu bytes for "
                     "packing %zd bytes at offset %zd (actual buffer size is "
                     "%zd)", (size_t)self->size + (size_t)offset, self->size,
                     offset, view.len);
        goto done;
    }
    if (struct_pack_items(state, self, args + 2,
                          (char *)view.buf + offset) == 0) {
        result = Py_NewRef(Py_None);
    }
done:
    PyBuffer_Release(&view);
    return result;
}

/* -- Struct: the type --------------------------------------------------- */

static PyObject *
struct_get_format(StructObject *self, void *Py_UNUSED(unused))
{
    if (!PyBytes_Check(self->format)) {
        return PyUnicode_FromString("");
    }
    return PyUnicode_FromStringAndSize(PyBytes_AS_STRING(self->format),
                                       PyBytes_GET_SIZE(self->format));
}

static PyObject *
struct_get_size(StructObject *self, void *Py_UNUSED(unused))
{
    return PyLong_FromSsize_t(self->size);
}

static PyObject *
struct_sizeof(StructObject *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t size = Py_TYPE(self)->tp_basicsize
        + (Py_ssize_t)sizeof(struct struct_code);
    for (struct struct_code *code = self->codes; code && code->repeat;
         code++) {
        size += (Py_ssize_t)sizeof(struct struct_code);
    }
    return PyLong_FromSsize_t(size);
}

static PyMethodDef struct_methods[] = {
    {"iter_unpack", (PyCFunction)struct_iter_unpack, METH_O,
     PyDoc_STR("iter_unpack($self, buffer, /)\n--\n\n"
               "An iterator of tuples, one for each struct in the buffer,\n"
               "whose length must be a multiple of the struct's size.")},
    {"pack", _PyCFunction_CAST(struct_pack), METH_FASTCALL,
     PyDoc_STR("S.pack(v1, v2, ...) -> bytes\n\n"
               "The values packed according to the format.")},
    {"pack_into", _PyCFunction_CAST(struct_pack_into), METH_FASTCALL,
     PyDoc_STR("S.pack_into(buffer, offset, v1, v2, ...)\n\n"
               "Pack the values into the writable buffer at offset, which\n"
               "must be given.")},
    {"unpack", (PyCFunction)struct_unpack, METH_O,
     PyDoc_STR("unpack($self, buffer, /)\n--\n\n"
               "A tuple of the values in the buffer, whose length must be\n"
               "the struct's size.")},
    {"unpack_from", _PyCFunction_CAST(struct_unpack_from),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("unpack_from($self, /, buffer, offset=0)\n--\n\n"
               "A tuple of the values in the buffer at offset.")},
    {"__sizeof__", (PyCFunction)struct_sizeof, METH_NOARGS,
     PyDoc_STR("S.__sizeof__() -> size of S in memory, in bytes")},
    {NULL, NULL, 0, NULL}
};

static PyMemberDef struct_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(StructObject, weakreflist),
     READONLY, NULL},
    {NULL}
};

static PyGetSetDef struct_getset[] = {
    {"format", (getter)struct_get_format, NULL,
     PyDoc_STR("struct format string"), NULL},
    {"size", (getter)struct_get_size, NULL,
     PyDoc_STR("struct size in bytes"), NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

static PyType_Slot struct_type_slots[] = {
    {Py_tp_dealloc, struct_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_setattro, PyObject_GenericSetAttr},
    {Py_tp_doc, (void *)PyDoc_STR("Struct(fmt) --> compiled struct object")},
    {Py_tp_traverse, struct_traverse},
    {Py_tp_clear, struct_clear},
    {Py_tp_methods, struct_methods},
    {Py_tp_members, struct_members},
    {Py_tp_getset, struct_getset},
    {Py_tp_init, struct_init},
    {Py_tp_alloc, PyType_GenericAlloc},
    {Py_tp_new, struct_new},
    {Py_tp_free, PyObject_GC_Del},
    {0, NULL},
};

static PyType_Spec struct_type_spec = {
    .name = "_struct.Struct",
    .basicsize = sizeof(StructObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = struct_type_slots,
};

/* -- Functions ---------------------------------------------------------- */

/* The compiled format, new, from the cache if it is there. */
static StructObject *
cache_get(PyObject *module, PyObject *format)
{
    struct_state *state = state_of(module);
    if (state->cache == NULL) {
        state->cache = PyDict_New();
        if (state->cache == NULL) {
            return NULL;
        }
    }
    PyObject *found = PyDict_GetItemWithError(state->cache, format);
    if (found != NULL) {
        return (StructObject *)Py_NewRef(found);
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    PyObject *made = PyObject_CallOneArg((PyObject *)state->struct_type,
                                         format);
    if (made != NULL) {
        if (PyDict_GET_SIZE(state->cache) >= CACHE_MAX) {
            PyDict_Clear(state->cache);
        }
        if (PyDict_SetItem(state->cache, format, made) < 0) {
            PyErr_Clear();      /* not cached, then */
        }
    }
    return (StructObject *)made;
}

static PyObject *
module_clearcache(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    Py_CLEAR(state_of(module)->cache);
    Py_RETURN_NONE;
}

static PyObject *
module_calcsize(PyObject *module, PyObject *format)
{
    StructObject *compiled = cache_get(module, format);
    if (compiled == NULL) {
        return NULL;
    }
    PyObject *result = PyLong_FromSsize_t(compiled->size);
    Py_DECREF(compiled);
    return result;
}

static PyObject *
call_with_format(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                 PyObject *(*method)(StructObject *, PyObject *const *,
                                     Py_ssize_t))
{
    if (nargs == 0) {
        PyErr_SetString(PyExc_TypeError, "missing format argument");
        return NULL;
    }
    StructObject *compiled = cache_get(module, args[0]);
    if (compiled == NULL) {
        return NULL;
    }
    PyObject *result = method(compiled, args + 1, nargs - 1);
    Py_DECREF(compiled);
    return result;
}

static PyObject *
module_pack(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return call_with_format(module, args, nargs, struct_pack);
}

static PyObject *
module_pack_into(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    return call_with_format(module, args, nargs, struct_pack_into);
}

static PyObject *
module_unpack(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("unpack", nargs, 2, 2)) {
        return NULL;
    }
    StructObject *compiled = cache_get(module, args[0]);
    if (compiled == NULL) {
        return NULL;
    }
    PyObject *result = struct_unpack(compiled, args[1]);
    Py_DECREF(compiled);
    return result;
}

static PyObject *
module_unpack_from(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                   PyObject *kwnames)
{
    static const char *const keywords[] = {"", "buffer", "offset", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "unpack_from"};
    PyObject *buffer[3] = {NULL, NULL, NULL};
    PyObject *const *argv = _PyArg_UnpackKeywords(
        args, nargs, NULL, kwnames, &parser, 2, 3, 0, buffer);
    if (argv == NULL) {
        return NULL;
    }
    StructObject *compiled = cache_get(module, argv[0]);
    if (compiled == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    Py_ssize_t offset = 0;
    int given = nargs > 2 || (argv == buffer && argv[2] != NULL);
    if (!given || offset_get(argv[2], &offset) == 0) {
        result = struct_unpack_from_object(compiled, argv[1], offset);
    }
    Py_DECREF(compiled);
    return result;
}

static PyObject *
module_iter_unpack(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("iter_unpack", nargs, 2, 2)) {
        return NULL;
    }
    StructObject *compiled = cache_get(module, args[0]);
    if (compiled == NULL) {
        return NULL;
    }
    PyObject *result = struct_iter_unpack(compiled, args[1]);
    Py_DECREF(compiled);
    return result;
}

static PyMethodDef module_methods[] = {
    {"_clearcache", module_clearcache, METH_NOARGS,
     PyDoc_STR("_clearcache($module, /)\n--\n\n"
               "Clear the cache of compiled formats.")},
    {"calcsize", module_calcsize, METH_O,
     PyDoc_STR("calcsize($module, format, /)\n--\n\n"
               "The size in bytes of the struct the format describes.")},
    {"iter_unpack", _PyCFunction_CAST(module_iter_unpack), METH_FASTCALL,
     PyDoc_STR("iter_unpack($module, format, buffer, /)\n--\n\n"
               "An iterator of tuples, one for each struct in the "
               "buffer.")},
    {"pack", _PyCFunction_CAST(module_pack), METH_FASTCALL,
     PyDoc_STR("pack(format, v1, v2, ...) -> bytes\n\n"
               "The values packed according to the format.")},
    {"pack_into", _PyCFunction_CAST(module_pack_into), METH_FASTCALL,
     PyDoc_STR("pack_into(format, buffer, offset, v1, v2, ...)\n\n"
               "Pack the values into the writable buffer at offset.")},
    {"unpack", _PyCFunction_CAST(module_unpack), METH_FASTCALL,
     PyDoc_STR("unpack($module, format, buffer, /)\n--\n\n"
               "A tuple of the values in the buffer.")},
    {"unpack_from", _PyCFunction_CAST(module_unpack_from),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("unpack_from($module, format, /, buffer, offset=0)\n--\n\n"
               "A tuple of the values in the buffer at offset.")},
    {NULL, NULL, 0, NULL}
};

/* -- The module --------------------------------------------------------- */

static int
module_traverse(PyObject *module, visitproc visit, void *arg)
{
    struct_state *state = state_of(module);
    Py_VISIT(state->cache);
    Py_VISIT(state->struct_type);
    Py_VISIT(state->iter_type);
    Py_VISIT(state->error);
    return 0;
}

static int
module_clear(PyObject *module)
{
    struct_state *state = state_of(module);
    Py_CLEAR(state->cache);
    Py_CLEAR(state->struct_type);
    Py_CLEAR(state->iter_type);
    Py_CLEAR(state->error);
    return 0;
}

static void
module_free(void *module)
{
    (void)module_clear(module);
}

static int
module_exec(PyObject *module)
{
    struct_state *state = state_of(module);
    state->struct_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &struct_type_spec, NULL);
    if (state->struct_type == NULL
        || PyModule_AddType(module, state->struct_type) < 0) {
        return -1;
    }
    state->iter_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &iter_spec, NULL);
    if (state->iter_type == NULL) {
        return -1;
    }
    state->error = PyErr_NewException("struct.error", NULL, NULL);
    if (state->error == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "error", state->error);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL}
};

PyDoc_STRVAR(module_doc,
"Python values to C structs in bytes objects, and back, according to a\n"
"format string.\n\n"
"Its first character may choose byte order, size and alignment:\n"
"  @ native order, size and alignment (default)   = native order\n"
"  < little-endian   > and ! big-endian           (standard sizes)\n\n"
"The others are the kinds of items, each with an optional count before it:\n"
"  x pad byte  c char  ? bool  b B 1 byte  h H 2  i I 4  l L 4 or native\n"
"  q Q 8  e f d floats  n N size_t and P pointer (native only)\n"
"  s bytes, p bytes with a length byte before them (count: their size)\n\n"
"struct.error is raised on errors.\n");

static struct PyModuleDef struct_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_struct",
    .m_doc = module_doc,
    .m_size = sizeof(struct_state),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC
PyInit__struct(void)
{
    return PyModuleDef_Init(&struct_module);
}
