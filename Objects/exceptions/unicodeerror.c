/* UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError: where in
   which text, and why, coding failed.  Error handlers of codecs read and
   write them through the functions below. */
#include "Python.h"
#include "pycore_exception_types.h"
#include "pycore_object.h"
#include "structmember.h"

#define ERROR(OP) ((PyUnicodeErrorObject *)(OP))

/* -- Reading fields ------------------------------------------------------- */

static PyObject *
get_bytes(PyObject *attribute, const char *name)
{
    if (attribute == NULL) {
        PyErr_Format(PyExc_TypeError, "%.200s attribute not set", name);
        return NULL;
    }
    if (!PyBytes_Check(attribute)) {
        PyErr_Format(PyExc_TypeError, "%.200s attribute must be bytes",
                     name);
        return NULL;
    }
    return Py_NewRef(attribute);
}

static PyObject *
get_unicode(PyObject *attribute, const char *name)
{
    if (attribute == NULL) {
        PyErr_Format(PyExc_TypeError, "%.200s attribute not set", name);
        return NULL;
    }
    if (!PyUnicode_Check(attribute)) {
        PyErr_Format(PyExc_TypeError, "%.200s attribute must be unicode",
                     name);
        return NULL;
    }
    return Py_NewRef(attribute);
}

/* The length of the object that was coded; -1: it is of the wrong type. */
static Py_ssize_t
object_length(PyObject *op, int bytes)
{
    PyObject *object = bytes ? get_bytes(ERROR(op)->object, "object")
                             : get_unicode(ERROR(op)->object, "object");
    if (object == NULL) {
        return -1;
    }
    Py_ssize_t length = bytes ? PyBytes_GET_SIZE(object)
                              : PyUnicode_GET_LENGTH(object);
    Py_DECREF(object);
    return length;
}

/* Positions are kept as given and clipped to the object when read. */
static int
get_start(PyObject *op, int bytes, Py_ssize_t *start)
{
    Py_ssize_t size = object_length(op, bytes);
    if (size < 0) {
        return -1;
    }
    *start = ERROR(op)->start;
    if (*start < 0) {
        *start = 0;
    }
    if (*start >= size) {
        *start = size - 1;
    }
    return 0;
}

static int
get_end(PyObject *op, int bytes, Py_ssize_t *end)
{
    Py_ssize_t size = object_length(op, bytes);
    if (size < 0) {
        return -1;
    }
    *end = ERROR(op)->end;
    if (*end < 1) {
        *end = 1;
    }
    if (*end > size) {
        *end = size;
    }
    return 0;
}

static int
set_reason(PyObject *op, const char *reason)
{
    PyObject *text = PyUnicode_FromString(reason);
    if (text == NULL) {
        return -1;
    }
    Py_XSETREF(ERROR(op)->reason, text);
    return 0;
}

#define ACCESSORS(NAME, BYTES)                                          \
    PyObject *                                                          \
    PyUnicode##NAME##Error_GetObject(PyObject *op)                      \
    {                                                                   \
        return BYTES ? get_bytes(ERROR(op)->object, "object")           \
                     : get_unicode(ERROR(op)->object, "object");        \
    }                                                                   \
                                                                        \
    int                                                                 \
    PyUnicode##NAME##Error_GetStart(PyObject *op, Py_ssize_t *start)    \
    {                                                                   \
        return get_start(op, BYTES, start);                             \
    }                                                                   \
                                                                        \
    int                                                                 \
    PyUnicode##NAME##Error_SetStart(PyObject *op, Py_ssize_t start)     \
    {                                                                   \
        ERROR(op)->start = start;                                       \
        return 0;                                                       \
    }                                                                   \
                                                                        \
    int                                                                 \
    PyUnicode##NAME##Error_GetEnd(PyObject *op, Py_ssize_t *end)        \
    {                                                                   \
        return get_end(op, BYTES, end);                                 \
    }                                                                   \
                                                                        \
    int                                                                 \
    PyUnicode##NAME##Error_SetEnd(PyObject *op, Py_ssize_t end)         \
    {                                                                   \
        ERROR(op)->end = end;                                           \
        return 0;                                                       \
    }                                                                   \
                                                                        \
    PyObject *                                                          \
    PyUnicode##NAME##Error_GetReason(PyObject *op)                      \
    {                                                                   \
        return get_unicode(ERROR(op)->reason, "reason");                \
    }                                                                   \
                                                                        \
    int                                                                 \
    PyUnicode##NAME##Error_SetReason(PyObject *op, const char *reason)  \
    {                                                                   \
        return set_reason(op, reason);                                  \
    }

ACCESSORS(Encode, 0)
ACCESSORS(Decode, 1)
ACCESSORS(Translate, 0)
#undef ACCESSORS

PyObject *
PyUnicodeEncodeError_GetEncoding(PyObject *op)
{
    return get_unicode(ERROR(op)->encoding, "encoding");
}

PyObject *
PyUnicodeDecodeError_GetEncoding(PyObject *op)
{
    return get_unicode(ERROR(op)->encoding, "encoding");
}

PyObject *
PyUnicodeDecodeError_Create(const char *encoding, const char *object,
                            Py_ssize_t length, Py_ssize_t start,
                            Py_ssize_t end, const char *reason)
{
    return _PyObject_CallFunction_SizeT(PyExc_UnicodeDecodeError, "sy#nns",
                                        encoding, object, length, start, end,
                                        reason);
}

PyObject *
_PyUnicodeTranslateError_Create(PyObject *object, Py_ssize_t start,
                                Py_ssize_t end, const char *reason)
{
    return PyObject_CallFunction(PyExc_UnicodeTranslateError, "Onns", object,
                                 start, end, reason);
}

/* -- Construction --------------------------------------------------------- */

static void
set_fields(PyObject *op, PyObject *encoding, PyObject *object,
           Py_ssize_t start, Py_ssize_t end, PyObject *reason)
{
    PyUnicodeErrorObject *self = ERROR(op);
    Py_XSETREF(self->encoding, Py_XNewRef(encoding));
    Py_XSETREF(self->object, Py_NewRef(object));
    Py_XSETREF(self->reason, Py_NewRef(reason));
    self->start = start;
    self->end = end;
}

static int
UnicodeEncodeError_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    PyObject *encoding, *object, *reason;
    Py_ssize_t start, end;
    if (BaseException_init(op, args, kwds) < 0
        || !PyArg_ParseTuple(args, "UUnnU", &encoding, &object, &start, &end,
                             &reason)) {
        return -1;
    }
    set_fields(op, encoding, object, start, end, reason);
    return 0;
}

static int
UnicodeDecodeError_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    PyObject *encoding, *object, *reason;
    Py_ssize_t start, end;
    if (BaseException_init(op, args, kwds) < 0
        || !PyArg_ParseTuple(args, "UOnnU", &encoding, &object, &start, &end,
                             &reason)) {
        return -1;
    }
    if (PyBytes_Check(object)) {
        set_fields(op, encoding, object, start, end, reason);
        return 0;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) != 0) {
        return -1;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(view.buf, view.len);
    PyBuffer_Release(&view);
    if (bytes == NULL) {
        return -1;
    }
    set_fields(op, encoding, bytes, start, end, reason);
    Py_DECREF(bytes);
    return 0;
}

static int
UnicodeTranslateError_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    PyObject *object, *reason;
    Py_ssize_t start, end;
    if (BaseException_init(op, args, kwds) < 0
        || !PyArg_ParseTuple(args, "UnnU", &object, &start, &end, &reason)) {
        return -1;
    }
    set_fields(op, NULL, object, start, end, reason);
    return 0;
}

static int
UnicodeError_clear(PyObject *op)
{
    Py_CLEAR(ERROR(op)->encoding);
    Py_CLEAR(ERROR(op)->object);
    Py_CLEAR(ERROR(op)->reason);
    return BaseException_clear(op);
}

static void
UnicodeError_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    UnicodeError_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int
UnicodeError_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(ERROR(op)->encoding);
    Py_VISIT(ERROR(op)->object);
    Py_VISIT(ERROR(op)->reason);
    return BaseException_traverse(op, visit, arg);
}

/* -- Messages ------------------------------------------------------------- */

/* The escape sequence for a character, as in a literal. */
static PyObject *
escaped(Py_UCS4 character)
{
    char text[16];
    const char *format = "\\U%08x";
    if (character <= 0xff) {
        format = "\\x%02x";
    }
    else if (character <= 0xffff) {
        format = "\\u%04x";
    }
    PyOS_snprintf(text, sizeof(text), format, (unsigned int)character);
    return PyUnicode_FromString(text);
}

/* reason and encoding as str, as they may be anything by now. */
static int
get_texts(PyObject *op, PyObject **encoding, PyObject **reason)
{
    *encoding = NULL;
    *reason = PyObject_Str(ERROR(op)->reason);
    if (*reason == NULL) {
        return -1;
    }
    if (ERROR(op)->encoding == NULL) {
        return 0;
    }
    *encoding = PyObject_Str(ERROR(op)->encoding);
    if (*encoding == NULL) {
        Py_CLEAR(*reason);
        return -1;
    }
    return 0;
}

/* Is it about one unit of an object of that length? */
static int
is_single(PyObject *op, Py_ssize_t length)
{
    PyUnicodeErrorObject *self = ERROR(op);
    return self->start < length && self->end == self->start + 1;
}

static PyObject *
UnicodeEncodeError_str(PyObject *op)
{
    PyUnicodeErrorObject *self = ERROR(op);
    PyObject *reason, *encoding, *result = NULL;
    if (self->object == NULL) {
        /* __init__ has not run */
        return PyUnicode_FromString("");
    }
    if (get_texts(op, &encoding, &reason) < 0) {
        return NULL;
    }
    if (is_single(op, PyUnicode_GET_LENGTH(self->object))) {
        PyObject *character =
            escaped(PyUnicode_ReadChar(self->object, self->start));
        if (character != NULL) {
            result = PyUnicode_FromFormat(
                "'%U' codec can't encode character '%U' in position %zd: %U",
                encoding, character, self->start, reason);
            Py_DECREF(character);
        }
    }
    else {
        result = PyUnicode_FromFormat(
            "'%U' codec can't encode characters in position %zd-%zd: %U",
            encoding, self->start, self->end - 1, reason);
    }
    Py_DECREF(reason);
    Py_XDECREF(encoding);
    return result;
}

static PyObject *
UnicodeDecodeError_str(PyObject *op)
{
    PyUnicodeErrorObject *self = ERROR(op);
    PyObject *reason, *encoding, *result;
    if (self->object == NULL) {
        return PyUnicode_FromString("");
    }
    if (get_texts(op, &encoding, &reason) < 0) {
        return NULL;
    }
    if (is_single(op, PyBytes_GET_SIZE(self->object))) {
        int byte = PyBytes_AS_STRING(self->object)[self->start] & 0xff;
        result = PyUnicode_FromFormat(
            "'%U' codec can't decode byte 0x%02x in position %zd: %U",
            encoding, byte, self->start, reason);
    }
    else {
        result = PyUnicode_FromFormat(
            "'%U' codec can't decode bytes in position %zd-%zd: %U",
            encoding, self->start, self->end - 1, reason);
    }
    Py_DECREF(reason);
    Py_XDECREF(encoding);
    return result;
}

static PyObject *
UnicodeTranslateError_str(PyObject *op)
{
    PyUnicodeErrorObject *self = ERROR(op);
    if (self->object == NULL) {
        return PyUnicode_FromString("");
    }
    PyObject *reason = PyObject_Str(self->reason);
    if (reason == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    if (is_single(op, PyUnicode_GET_LENGTH(self->object))) {
        PyObject *character =
            escaped(PyUnicode_ReadChar(self->object, self->start));
        if (character != NULL) {
            result = PyUnicode_FromFormat(
                "can't translate character '%U' in position %zd: %U",
                character, self->start, reason);
            Py_DECREF(character);
        }
    }
    else {
        result = PyUnicode_FromFormat(
            "can't translate characters in position %zd-%zd: %U",
            self->start, self->end - 1, reason);
    }
    Py_DECREF(reason);
    return result;
}

/* -- Types ---------------------------------------------------------------- */

static PyMemberDef UnicodeError_members[] = {
    {"encoding", T_OBJECT, offsetof(PyUnicodeErrorObject, encoding), 0,
     PyDoc_STR("exception encoding")},
    {"object", T_OBJECT, offsetof(PyUnicodeErrorObject, object), 0,
     PyDoc_STR("exception object")},
    {"start", T_PYSSIZET, offsetof(PyUnicodeErrorObject, start), 0,
     PyDoc_STR("exception start")},
    {"end", T_PYSSIZET, offsetof(PyUnicodeErrorObject, end), 0,
     PyDoc_STR("exception end")},
    {"reason", T_OBJECT, offsetof(PyUnicodeErrorObject, reason), 0,
     PyDoc_STR("exception reason")},
    {NULL, 0, 0, 0, NULL},
};

#define UNICODE_ERROR_HEAD(NAME, DOC)                                    \
    PyVarObject_HEAD_INIT(NULL, 0)                                       \
    .tp_name = #NAME,                                                    \
    .tp_basicsize = sizeof(PyUnicodeErrorObject),                        \
    .tp_dealloc = UnicodeError_dealloc,                                  \
    .tp_str = NAME##_str,                                                \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE                 \
                | Py_TPFLAGS_HAVE_GC,                                    \
    .tp_doc = PyDoc_STR(DOC),                                            \
    .tp_traverse = UnicodeError_traverse,                                \
    .tp_clear = UnicodeError_clear,                                      \
    .tp_members = UnicodeError_members,                                  \
    .tp_base = &_PyExc_UnicodeError,                                     \
    .tp_dictoffset = offsetof(PyUnicodeErrorObject, dict),               \
    .tp_init = NAME##_init,                                              \
    .tp_new = BaseException_new

PyTypeObject _PyExc_UnicodeEncodeError = {
    UNICODE_ERROR_HEAD(UnicodeEncodeError, "Unicode encoding error."),
};

PyTypeObject _PyExc_UnicodeDecodeError = {
    UNICODE_ERROR_HEAD(UnicodeDecodeError, "Unicode decoding error."),
};

PyTypeObject _PyExc_UnicodeTranslateError = {
    UNICODE_ERROR_HEAD(UnicodeTranslateError, "Unicode translation error."),
};
