/* Writing objects in the marshal format. */

#include "Python.h"
#include "pycore_code.h"
#include "pycore_hashtable.h"
#include "pycore_long.h"
#include "marshal_format.h"
#include "marshal.h"

enum write_error { WRITE_OK, WRITE_UNMARSHALLABLE, WRITE_TOO_DEEP,
                   WRITE_NO_MEMORY, WRITE_EXCEPTION };

struct writer {
    FILE *file;              /* NULL: into `bytes` */
    enum write_error error;  /* first failure; the rest is noise */
    int depth;
    PyObject *bytes;         /* the output, of which [start, ptr) is used */
    char *ptr;
    char *end;
    char buffer[2048];       /* in front of `file` */
    _Py_hashtable_t *refs;   /* object to reference number, owns objects */
    int version;
};

static void write_object(struct writer *w, PyObject *v);

/* -- Bytes --------------------------------------------------------------- */

static void
writer_flush(struct writer *w)
{
    fwrite(w->buffer, 1, (size_t)(w->ptr - w->buffer), w->file);
    w->ptr = w->buffer;
}

/* Room for n bytes: 1, or 0 on failure. */
static int
writer_reserve(struct writer *w, Py_ssize_t n)
{
    if (w->ptr == NULL) {
        return 0;  /* failed before */
    }
    if (w->file != NULL) {
        writer_flush(w);
        return n <= w->end - w->ptr;
    }
    Py_ssize_t used = w->ptr - PyBytes_AS_STRING(w->bytes);
    Py_ssize_t size = PyBytes_GET_SIZE(w->bytes);
    Py_ssize_t more = size > 16 * 1024 * 1024 ? size >> 3 : size + 1024;
    more = Py_MAX(more, n);
    if (more > PY_SSIZE_T_MAX - size
        || _PyBytes_Resize(&w->bytes, size + more) != 0)
    {
        w->ptr = w->end = NULL;
        w->error = WRITE_NO_MEMORY;
        return 0;
    }
    w->ptr = PyBytes_AS_STRING(w->bytes) + used;
    w->end = PyBytes_AS_STRING(w->bytes) + PyBytes_GET_SIZE(w->bytes);
    return 1;
}

static inline void
write_byte(struct writer *w, int c)
{
    if (w->ptr != w->end || writer_reserve(w, 1)) {
        *w->ptr++ = (char)c;
    }
}

static void
write_bytes(struct writer *w, const void *data, Py_ssize_t n)
{
    if (n == 0 || w->ptr == NULL) {
        return;
    }
    if (w->file != NULL) {
        writer_flush(w);
        fwrite(data, 1, (size_t)n, w->file);
    }
    else if (n <= w->end - w->ptr || writer_reserve(w, n)) {
        memcpy(w->ptr, data, (size_t)n);
        w->ptr += n;
    }
}

static void
write_short(struct writer *w, int x)
{
    write_byte(w, x & 0xff);
    write_byte(w, (x >> 8) & 0xff);
}

static void
write_long(struct writer *w, long x)
{
    write_byte(w, (int)(x & 0xff));
    write_byte(w, (int)((x >> 8) & 0xff));
    write_byte(w, (int)((x >> 16) & 0xff));
    write_byte(w, (int)((x >> 24) & 0xff));
}

/* A size; 0 if it is too large. */
static int
write_size(struct writer *w, Py_ssize_t n)
{
    if (n > MARSHAL_SIZE_MAX) {
        w->error = WRITE_UNMARSHALLABLE;
        return 0;
    }
    write_long(w, (long)n);
    return 1;
}

static void
write_sized(struct writer *w, const void *data, Py_ssize_t n)
{
    if (write_size(w, n)) {
        write_bytes(w, data, n);
    }
}

static void
write_short_sized(struct writer *w, const void *data, Py_ssize_t n)
{
    write_byte(w, (int)n);
    write_bytes(w, data, n);
}

/* -- Numbers ------------------------------------------------------------- */

static void
write_big_int(struct writer *w, PyLongObject *v, int flag)
{
    write_byte(w, TYPE_LONG | flag);
    Py_ssize_t size = Py_SIZE(v);
    Py_ssize_t n = Py_ABS(size);
    Py_ssize_t digits = (n - 1) * MARSHAL_RATIO;
    digit top = v->ob_digit[n - 1];
    do {
        top >>= MARSHAL_SHIFT;
        digits++;
    } while (top != 0);
    if (digits > MARSHAL_SIZE_MAX) {
        w->error = WRITE_UNMARSHALLABLE;
        return;
    }
    write_long(w, (long)(size > 0 ? digits : -digits));
    for (Py_ssize_t i = 0; i < n - 1; i++) {
        digit d = v->ob_digit[i];
        for (int j = 0; j < MARSHAL_RATIO; j++) {
            write_short(w, d & MARSHAL_MASK);
            d >>= MARSHAL_SHIFT;
        }
    }
    top = v->ob_digit[n - 1];
    do {
        write_short(w, top & MARSHAL_MASK);
        top >>= MARSHAL_SHIFT;
    } while (top != 0);
}

static void
write_int(struct writer *w, PyObject *v, int flag)
{
    int overflow;
    long x = PyLong_AsLongAndOverflow(v, &overflow);
    if (overflow || x < INT32_MIN || x > INT32_MAX) {
        write_big_int(w, (PyLongObject *)v, flag);
        return;
    }
    write_byte(w, TYPE_INT | flag);
    write_long(w, x);
}

static void
write_binary_double(struct writer *w, double value)
{
    char buf[8];
    if (PyFloat_Pack8(value, buf, 1) < 0) {
        w->error = WRITE_UNMARSHALLABLE;
        return;
    }
    write_bytes(w, buf, 8);
}

static void
write_double_text(struct writer *w, double value)
{
    char *text = PyOS_double_to_string(value, 'g', 17, 0, NULL);
    if (text == NULL) {
        w->error = WRITE_NO_MEMORY;
        return;
    }
    write_short_sized(w, text, (Py_ssize_t)strlen(text));
    PyMem_Free(text);
}

static void
write_double(struct writer *w, double value)
{
    if (w->version > 1) {
        write_binary_double(w, value);
    }
    else {
        write_double_text(w, value);
    }
}

/* -- Containers ---------------------------------------------------------- */

static void
write_str(struct writer *w, PyObject *v, int flag)
{
    int interned = PyUnicode_CHECK_INTERNED(v) != 0;
    if (w->version >= 4 && PyUnicode_IS_ASCII(v)) {
        Py_ssize_t n = PyUnicode_GET_LENGTH(v);
        if (n < 256) {
            write_byte(w, (interned ? TYPE_SHORT_ASCII_INTERNED
                                    : TYPE_SHORT_ASCII) | flag);
            write_short_sized(w, PyUnicode_1BYTE_DATA(v), n);
        }
        else {
            write_byte(w,
                       (interned ? TYPE_ASCII_INTERNED : TYPE_ASCII) | flag);
            write_sized(w, PyUnicode_1BYTE_DATA(v), n);
        }
        return;
    }
    PyObject *utf8 = PyUnicode_AsEncodedString(v, "utf8", "surrogatepass");
    if (utf8 == NULL) {
        w->error = WRITE_UNMARSHALLABLE;
        return;
    }
    write_byte(w, (w->version >= 3 && interned ? TYPE_INTERNED
                                               : TYPE_UNICODE) | flag);
    write_sized(w, PyBytes_AS_STRING(utf8), PyBytes_GET_SIZE(utf8));
    Py_DECREF(utf8);
}

static void
write_tuple(struct writer *w, PyObject *v, int flag)
{
    Py_ssize_t n = PyTuple_GET_SIZE(v);
    if (w->version >= 4 && n < 256) {
        write_byte(w, TYPE_SMALL_TUPLE | flag);
        write_byte(w, (int)n);
    }
    else {
        write_byte(w, TYPE_TUPLE | flag);
        if (!write_size(w, n)) {
            return;
        }
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        write_object(w, PyTuple_GET_ITEM(v, i));
    }
}

static void
write_list(struct writer *w, PyObject *v, int flag)
{
    write_byte(w, TYPE_LIST | flag);
    Py_ssize_t n = PyList_GET_SIZE(v);
    if (!write_size(w, n)) {
        return;
    }
    for (Py_ssize_t i = 0; i < n && i < PyList_GET_SIZE(v); i++) {
        write_object(w, PyList_GET_ITEM(v, i));
    }
}

static void
write_dict(struct writer *w, PyObject *v, int flag)
{
    write_byte(w, TYPE_DICT | flag);
    Py_ssize_t pos = 0;
    PyObject *key;
    PyObject *value;
    while (PyDict_Next(v, &pos, &key, &value)) {
        write_object(w, key);
        write_object(w, value);
    }
    write_object(w, NULL);
}

/* Elements go in the order of their own dumps, so that the output does not
 * depend on hashes. */
static void
write_set(struct writer *w, PyObject *v, int flag)
{
    write_byte(w, (PyFrozenSet_CheckExact(v) ? TYPE_FROZENSET : TYPE_SET)
                      | flag);
    Py_ssize_t n = PySet_GET_SIZE(v);
    if (!write_size(w, n)) {
        return;
    }
    PyObject *pairs = PyList_New(n);
    if (pairs == NULL) {
        w->error = WRITE_NO_MEMORY;
        return;
    }
    Py_ssize_t pos = 0;
    Py_ssize_t i = 0;
    PyObject *item;
    Py_hash_t hash;
    while (_PySet_NextEntry(v, &pos, &item, &hash)) {
        PyObject *dump = PyMarshal_WriteObjectToString(item, w->version);
        PyObject *pair =
            dump == NULL ? NULL : PyTuple_Pack(2, dump, item);
        Py_XDECREF(dump);
        if (pair == NULL) {
            w->error = WRITE_UNMARSHALLABLE;
            Py_DECREF(pairs);
            return;
        }
        PyList_SET_ITEM(pairs, i++, pair);
    }
    if (PyList_Sort(pairs) < 0) {
        w->error = WRITE_NO_MEMORY;
        Py_DECREF(pairs);
        return;
    }
    for (i = 0; i < n; i++) {
        write_object(w, PyTuple_GET_ITEM(PyList_GET_ITEM(pairs, i), 1));
    }
    Py_DECREF(pairs);
}

static void
write_code(struct writer *w, PyObject *v, int flag)
{
    PyCodeObject *co = (PyCodeObject *)v;
    PyObject *code = PyCode_GetCode(co);
    if (code == NULL) {
        w->error = WRITE_NO_MEMORY;
        return;
    }
    write_byte(w, TYPE_CODE | flag);
    write_long(w, co->co_argcount);
    write_long(w, co->co_posonlyargcount);
    write_long(w, co->co_kwonlyargcount);
    write_long(w, co->co_stacksize);
    write_long(w, co->co_flags);
    write_object(w, code);
    write_object(w, co->co_consts);
    write_object(w, co->co_names);
    write_object(w, co->co_localsplusnames);
    write_object(w, co->co_localspluskinds);
    write_object(w, co->co_filename);
    write_object(w, co->co_name);
    write_object(w, co->co_qualname);
    write_long(w, co->co_firstlineno);
    write_object(w, co->co_linetable);
    write_object(w, co->co_exceptiontable);
    Py_DECREF(code);
}

static void
write_buffer(struct writer *w, PyObject *v, int flag)
{
    Py_buffer view;
    if (PyObject_GetBuffer(v, &view, PyBUF_SIMPLE) != 0) {
        write_byte(w, TYPE_UNKNOWN);
        w->error = WRITE_UNMARSHALLABLE;
        return;
    }
    write_byte(w, TYPE_STRING | flag);
    write_sized(w, view.buf, view.len);
    PyBuffer_Release(&view);
}

/* -- Objects ------------------------------------------------------------- */

/* Write a reference if the object came before: 1 if that is all.  Else it
 * may get a number, by setting *flag. */
static int
write_ref(struct writer *w, PyObject *v, int *flag)
{
    if (w->version < 3 || w->refs == NULL || Py_REFCNT(v) == 1) {
        return 0;
    }
    _Py_hashtable_entry_t *entry = _Py_hashtable_get_entry(w->refs, v);
    if (entry != NULL) {
        write_byte(w, TYPE_REF);
        write_long(w, (long)(uintptr_t)entry->value);
        return 1;
    }
    size_t n = w->refs->nentries;
    if (n >= 0x7fffffff) {
        PyErr_SetString(PyExc_ValueError, "too many objects");
        w->error = WRITE_EXCEPTION;
        return 1;
    }
    if (_Py_hashtable_set(w->refs, Py_NewRef(v), (void *)n) < 0) {
        Py_DECREF(v);
        w->error = WRITE_NO_MEMORY;
        return 1;
    }
    *flag |= FLAG_REF;
    return 0;
}

static void
write_complex_object(struct writer *w, PyObject *v, int flag)
{
    if (PyLong_CheckExact(v)) {
        write_int(w, v, flag);
    }
    else if (PyFloat_CheckExact(v)) {
        write_byte(w,
                   (w->version > 1 ? TYPE_BINARY_FLOAT : TYPE_FLOAT) | flag);
        write_double(w, PyFloat_AS_DOUBLE(v));
    }
    else if (PyComplex_CheckExact(v)) {
        write_byte(w, (w->version > 1 ? TYPE_BINARY_COMPLEX : TYPE_COMPLEX)
                          | flag);
        write_double(w, PyComplex_RealAsDouble(v));
        write_double(w, PyComplex_ImagAsDouble(v));
    }
    else if (PyBytes_CheckExact(v)) {
        write_byte(w, TYPE_STRING | flag);
        write_sized(w, PyBytes_AS_STRING(v), PyBytes_GET_SIZE(v));
    }
    else if (PyUnicode_CheckExact(v)) {
        write_str(w, v, flag);
    }
    else if (PyTuple_CheckExact(v)) {
        write_tuple(w, v, flag);
    }
    else if (PyList_CheckExact(v)) {
        write_list(w, v, flag);
    }
    else if (PyDict_CheckExact(v)) {
        write_dict(w, v, flag);
    }
    else if (PyAnySet_CheckExact(v)) {
        write_set(w, v, flag);
    }
    else if (PyCode_Check(v)) {
        write_code(w, v, flag);
    }
    else if (PyObject_CheckBuffer(v)) {
        write_buffer(w, v, flag);
    }
    else {
        write_byte(w, TYPE_UNKNOWN | flag);
        w->error = WRITE_UNMARSHALLABLE;
    }
}

static void
write_object(struct writer *w, PyObject *v)
{
    int flag = 0;
    if (++w->depth > MAX_MARSHAL_STACK_DEPTH) {
        w->error = WRITE_TOO_DEEP;
    }
    else if (v == NULL) {
        write_byte(w, TYPE_NULL);
    }
    else if (v == Py_None) {
        write_byte(w, TYPE_NONE);
    }
    else if (v == PyExc_StopIteration) {
        write_byte(w, TYPE_STOPITER);
    }
    else if (v == Py_Ellipsis) {
        write_byte(w, TYPE_ELLIPSIS);
    }
    else if (v == Py_False) {
        write_byte(w, TYPE_FALSE);
    }
    else if (v == Py_True) {
        write_byte(w, TYPE_TRUE);
    }
    else if (!write_ref(w, v, &flag)) {
        write_complex_object(w, v, flag);
    }
    w->depth--;
}

/* -- Entry points -------------------------------------------------------- */

static void
release_ref(void *object)
{
    Py_DECREF((PyObject *)object);
}

static int
writer_init_refs(struct writer *w)
{
    if (w->version < 3) {
        return 0;
    }
    w->refs = _Py_hashtable_new_full(_Py_hashtable_hash_ptr,
                                     _Py_hashtable_compare_direct,
                                     release_ref, NULL, NULL);
    if (w->refs == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static void
writer_fini_refs(struct writer *w)
{
    if (w->refs != NULL) {
        _Py_hashtable_destroy(w->refs);
    }
}

void
PyMarshal_WriteLongToFile(long x, FILE *fp, int version)
{
    struct writer w = {.file = fp, .version = version};
    w.ptr = w.buffer;
    w.end = w.buffer + sizeof(w.buffer);
    write_long(&w, x);
    writer_flush(&w);
}

void
PyMarshal_WriteObjectToFile(PyObject *x, FILE *fp, int version)
{
    struct writer w = {.file = fp, .version = version};
    if (PySys_Audit("marshal.dumps", "Oi", x, version) < 0) {
        return;
    }
    w.ptr = w.buffer;
    w.end = w.buffer + sizeof(w.buffer);
    if (writer_init_refs(&w) < 0) {
        return;
    }
    write_object(&w, x);
    writer_fini_refs(&w);
    writer_flush(&w);
}

static PyObject *
set_write_error(enum write_error error)
{
    switch (error) {
        case WRITE_NO_MEMORY:
            return PyErr_NoMemory();
        case WRITE_TOO_DEEP:
            PyErr_SetString(PyExc_ValueError,
                            "object too deeply nested to marshal");
            return NULL;
        case WRITE_EXCEPTION:
            return NULL;
        default:
            PyErr_SetString(PyExc_ValueError, "unmarshallable object");
            return NULL;
    }
}

PyObject *
PyMarshal_WriteObjectToString(PyObject *x, int version)
{
    if (PySys_Audit("marshal.dumps", "Oi", x, version) < 0) {
        return NULL;
    }
    struct writer w;
    memset(&w, 0, offsetof(struct writer, buffer));
    w.refs = NULL;
    w.version = version;
    w.bytes = PyBytes_FromStringAndSize(NULL, 50);
    if (w.bytes == NULL) {
        return NULL;
    }
    w.ptr = PyBytes_AS_STRING(w.bytes);
    w.end = w.ptr + PyBytes_GET_SIZE(w.bytes);
    if (writer_init_refs(&w) < 0) {
        Py_DECREF(w.bytes);
        return NULL;
    }
    write_object(&w, x);
    writer_fini_refs(&w);
    if (w.bytes != NULL && w.ptr != NULL) {
        Py_ssize_t used = w.ptr - PyBytes_AS_STRING(w.bytes);
        if (_PyBytes_Resize(&w.bytes, used) < 0) {
            return NULL;
        }
    }
    if (w.error != WRITE_OK) {
        Py_XDECREF(w.bytes);
        return set_write_error(w.error);
    }
    return w.bytes;
}
