/* Reading objects in the marshal format.  Input is not trusted: every size
 * and reference is checked, nesting is limited. */

#include "Python.h"
#include "pycore_call.h"
#include "pycore_code.h"
#include "pycore_global_strings.h"
#include "pycore_long.h"
#include "marshal_format.h"
#include "marshal.h"

struct reader {
    FILE *file;          /* one of the three sources: a C file, */
    PyObject *readable;  /* an object with readinto(), borrowed, */
    const char *ptr;     /* or the bytes up to `end` */
    const char *end;
    int depth;
    char *buffer;        /* for what files give */
    Py_ssize_t buffer_size;
    PyObject *refs;      /* list of the numbered objects */
};

static PyObject *read_value(struct reader *r);

/* -- Bytes --------------------------------------------------------------- */

static int
reader_grow_buffer(struct reader *r, Py_ssize_t n)
{
    if (r->buffer_size >= n) {
        return 0;
    }
    char *buffer = PyMem_Realloc(r->buffer, (size_t)n);
    if (buffer == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    r->buffer = buffer;
    r->buffer_size = n;
    return 0;
}

/* Fill the buffer by readinto(); the number of bytes read. */
static Py_ssize_t
read_from_object(struct reader *r, Py_ssize_t n)
{
    Py_buffer view;
    if (PyBuffer_FillInfo(&view, NULL, r->buffer, n, 0, PyBUF_CONTIG) < 0) {
        return -1;
    }
    PyObject *memory = PyMemoryView_FromBuffer(&view);
    if (memory == NULL) {
        return -1;
    }
    PyObject *res = PyObject_CallMethodOneArg(
        r->readable, &_Py_ID(readinto), memory);
    Py_DECREF(memory);
    if (res == NULL) {
        return -1;
    }
    Py_ssize_t nread = PyNumber_AsSsize_t(res, PyExc_ValueError);
    Py_DECREF(res);
    return nread;
}

/* The next n bytes; NULL with an exception set if there are not so many. */
static const char *
read_bytes(struct reader *r, Py_ssize_t n)
{
    if (r->ptr != NULL) {
        if (n > r->end - r->ptr) {
            PyErr_SetString(PyExc_EOFError, "marshal data too short");
            return NULL;
        }
        const char *res = r->ptr;
        r->ptr += n;
        return res;
    }
    if (reader_grow_buffer(r, Py_MAX(n, 1)) < 0) {
        return NULL;
    }
    Py_ssize_t nread =
        r->readable == NULL
            ? (Py_ssize_t)fread(r->buffer, 1, (size_t)n, r->file)
            : read_from_object(r, n);
    if (nread != n) {
        if (!PyErr_Occurred()) {
            if (nread > n) {
                PyErr_Format(PyExc_ValueError,
                             "read() returned too much data: "
                             "%zd bytes requested, %zd returned", n, nread);
            }
            else {
                PyErr_SetString(PyExc_EOFError,
                                "EOF read where not expected");
            }
        }
        return NULL;
    }
    return r->buffer;
}

/* A byte, or EOF with or without an exception. */
static int
read_byte(struct reader *r)
{
    if (r->ptr != NULL) {
        return r->ptr < r->end ? (unsigned char)*r->ptr++ : EOF;
    }
    if (r->readable == NULL) {
        return getc(r->file);
    }
    const char *p = read_bytes(r, 1);
    return p == NULL ? EOF : (unsigned char)*p;
}

static int
read_short(struct reader *r)
{
    const unsigned char *p = (const unsigned char *)read_bytes(r, 2);
    return p == NULL ? -1 : (int16_t)(p[0] | (p[1] << 8));
}

static long
read_long(struct reader *r)
{
    const unsigned char *p = (const unsigned char *)read_bytes(r, 4);
    if (p == NULL) {
        return -1;
    }
    uint32_t x = (uint32_t)p[0] | ((uint32_t)p[1] << 8)
                 | ((uint32_t)p[2] << 16) | ((uint32_t)p[3] << 24);
    return (int32_t)x;
}

/* A size up to the maximum; -1 with an exception set otherwise. */
static long
read_size(struct reader *r, const char *what)
{
    long n = read_long(r);
    if (n == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (n < 0) {
        PyErr_Format(PyExc_ValueError,
                     "bad marshal data (%s size out of range)", what);
        return -1;
    }
    return n;
}

static PyObject *
error_eof_for_object(void)
{
    PyErr_SetString(PyExc_EOFError, "EOF read where object expected");
    return NULL;
}

static PyObject *
error_null_object(const char *container)
{
    if (!PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "NULL object in marshal data for %s",
                     container);
    }
    return NULL;
}

/* -- References ---------------------------------------------------------- */

/* Number the object if it is flagged; drops it and gives NULL on failure. */
static PyObject *
add_ref(struct reader *r, PyObject *v, int flag)
{
    if (flag && v != NULL && PyList_Append(r->refs, v) < 0) {
        Py_DECREF(v);
        return NULL;
    }
    return v;
}

/* A number for an object that is complete only later: -1 on failure, else
 * an index for fill_ref(). */
static Py_ssize_t
reserve_ref(struct reader *r, int flag)
{
    if (!flag) {
        return 0;
    }
    Py_ssize_t index = PyList_GET_SIZE(r->refs);
    return PyList_Append(r->refs, Py_None) < 0 ? -1 : index;
}

static PyObject *
fill_ref(struct reader *r, PyObject *v, Py_ssize_t index, int flag)
{
    if (v != NULL && flag) {
        PyObject *old = PyList_GET_ITEM(r->refs, index);
        PyList_SET_ITEM(r->refs, index, Py_NewRef(v));
        Py_DECREF(old);
    }
    return v;
}

/* -- Numbers ------------------------------------------------------------- */

static PyObject *
read_int64(struct reader *r)
{
    const unsigned char *p = (const unsigned char *)read_bytes(r, 8);
    if (p == NULL) {
        return NULL;
    }
    return _PyLong_FromByteArray(p, 8, 1, 1);
}

static PyObject *
read_big_int(struct reader *r)
{
    long n = read_long(r);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (n == 0) {
        return PyLong_FromLong(0);
    }
    if (n < -MARSHAL_SIZE_MAX || n > MARSHAL_SIZE_MAX) {
        PyErr_SetString(PyExc_ValueError,
                        "bad marshal data (long size out of range)");
        return NULL;
    }
    Py_ssize_t nshorts = Py_ABS(n);
    Py_ssize_t size = 1 + (nshorts - 1) / MARSHAL_RATIO;
    Py_ssize_t in_top = 1 + (nshorts - 1) % MARSHAL_RATIO;
    if (r->ptr != NULL && nshorts * 2 > r->end - r->ptr) {
        PyErr_SetString(PyExc_EOFError, "marshal data too short");
        /* unless a bad digit comes first, which is reported as such */
        for (const char *p = r->ptr; p + 1 < r->end; p += 2) {
            if (p[1] & 0x80) {
                PyErr_SetString(PyExc_ValueError, "bad marshal data (digit "
                                                  "out of range in long)");
                break;
            }
        }
        return NULL;
    }
    PyLongObject *v = _PyLong_New(size);
    if (v == NULL) {
        return NULL;
    }
    Py_SET_SIZE(v, n > 0 ? size : -size);
    for (Py_ssize_t i = 0; i < size; i++) {
        digit d = 0;
        Py_ssize_t count = i == size - 1 ? in_top : MARSHAL_RATIO;
        for (Py_ssize_t j = 0; j < count; j++) {
            int md = read_short(r);
            if (md < 0 || md > MARSHAL_BASE) {
                if (!PyErr_Occurred()) {
                    PyErr_SetString(PyExc_ValueError,
                                    "bad marshal data (digit out of range "
                                    "in long)");
                }
                Py_DECREF(v);
                return NULL;
            }
            if (md == 0 && i == size - 1 && j == count - 1) {
                PyErr_SetString(PyExc_ValueError,
                                "bad marshal data (unnormalized long data)");
                Py_DECREF(v);
                return NULL;
            }
            d += (digit)md << (j * MARSHAL_SHIFT);
        }
        v->ob_digit[i] = d;
    }
    return (PyObject *)v;
}

static double
read_double_text(struct reader *r)
{
    int n = read_byte(r);
    if (n == EOF) {
        error_eof_for_object();
        return -1;
    }
    const char *p = read_bytes(r, n);
    if (p == NULL) {
        return -1;
    }
    char text[256];
    memcpy(text, p, (size_t)n);
    text[n] = '\0';
    return PyOS_string_to_double(text, NULL, NULL);
}

static double
read_double(struct reader *r, int binary)
{
    if (!binary) {
        return read_double_text(r);
    }
    const char *p = read_bytes(r, 8);
    return p == NULL ? -1 : PyFloat_Unpack8(p, 1);
}

static PyObject *
read_float(struct reader *r, int binary)
{
    double x = read_double(r, binary);
    if (x == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    return PyFloat_FromDouble(x);
}

static PyObject *
read_complex(struct reader *r, int binary)
{
    Py_complex c;
    c.real = read_double(r, binary);
    if (c.real == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    c.imag = read_double(r, binary);
    if (c.imag == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    return PyComplex_FromCComplex(c);
}

/* -- Strings ------------------------------------------------------------- */

static PyObject *
read_bytes_object(struct reader *r)
{
    long n = read_size(r, "bytes object");
    if (n < 0) {
        return NULL;
    }
    if (r->ptr != NULL && n > r->end - r->ptr) {
        PyErr_SetString(PyExc_EOFError, "marshal data too short");
        return NULL;
    }
    PyObject *v = PyBytes_FromStringAndSize(NULL, n);
    if (v == NULL) {
        return NULL;
    }
    const char *p = read_bytes(r, n);
    if (p == NULL) {
        Py_DECREF(v);
        return NULL;
    }
    memcpy(PyBytes_AS_STRING(v), p, (size_t)n);
    return v;
}

static PyObject *
read_ascii(struct reader *r, long n, int interned)
{
    const char *p = read_bytes(r, n);
    if (p == NULL) {
        return NULL;
    }
    PyObject *v = PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, p, n);
    if (v != NULL && interned) {
        PyUnicode_InternInPlace(&v);
    }
    return v;
}

static PyObject *
read_short_ascii(struct reader *r, int interned)
{
    int n = read_byte(r);
    if (n == EOF) {
        return error_eof_for_object();
    }
    return read_ascii(r, n, interned);
}

static PyObject *
read_long_ascii(struct reader *r, int interned)
{
    long n = read_size(r, "string");
    return n < 0 ? NULL : read_ascii(r, n, interned);
}

static PyObject *
read_unicode(struct reader *r, int interned)
{
    long n = read_size(r, "string");
    if (n < 0) {
        return NULL;
    }
    PyObject *v;
    if (n == 0) {
        v = PyUnicode_New(0, 0);
    }
    else {
        const char *p = read_bytes(r, n);
        if (p == NULL) {
            return NULL;
        }
        v = PyUnicode_DecodeUTF8(p, n, "surrogatepass");
    }
    if (v != NULL && interned) {
        PyUnicode_InternInPlace(&v);
    }
    return v;
}

/* -- Containers ---------------------------------------------------------- */

/* Each element takes a byte at least: refuse sizes that cannot be before
 * allocating for them. */
static int
check_elements(struct reader *r, long n)
{
    if (r->ptr != NULL && n > r->end - r->ptr + 1024 * 1024) {
        error_eof_for_object();
        return -1;
    }
    return 0;
}

static PyObject *
read_tuple(struct reader *r, long n, int flag)
{
    if (n < 0 || check_elements(r, n) < 0) {
        return NULL;
    }
    PyObject *v = add_ref(r, PyTuple_New(n), flag);
    if (v == NULL) {
        return NULL;
    }
    for (long i = 0; i < n; i++) {
        PyObject *item = read_value(r);
        if (item == NULL) {
            Py_DECREF(v);
            return error_null_object("tuple");
        }
        PyTuple_SET_ITEM(v, i, item);
    }
    return v;
}

static PyObject *
read_list(struct reader *r, int flag)
{
    long n = read_size(r, "list");
    if (n < 0 || check_elements(r, n) < 0) {
        return NULL;
    }
    PyObject *v = add_ref(r, PyList_New(n), flag);
    if (v == NULL) {
        return NULL;
    }
    for (long i = 0; i < n; i++) {
        PyObject *item = read_value(r);
        if (item == NULL) {
            Py_DECREF(v);
            return error_null_object("list");
        }
        PyList_SET_ITEM(v, i, item);
    }
    return v;
}

static PyObject *
read_dict(struct reader *r, int flag)
{
    PyObject *v = add_ref(r, PyDict_New(), flag);
    if (v == NULL) {
        return NULL;
    }
    while (1) {
        PyObject *key = read_value(r);
        if (key == NULL) {
            break;
        }
        PyObject *value = read_value(r);
        if (value == NULL) {
            Py_DECREF(key);
            break;
        }
        int res = PyDict_SetItem(v, key, value);
        Py_DECREF(key);
        Py_DECREF(value);
        if (res < 0) {
            break;
        }
    }
    if (PyErr_Occurred()) {
        Py_CLEAR(v);
    }
    return v;
}

static PyObject *
read_set(struct reader *r, int frozen, int flag)
{
    long n = read_size(r, "set");
    if (n < 0) {
        return NULL;
    }
    if (n == 0 && frozen) {
        return add_ref(r, _PyObject_CallNoArgs((PyObject *)&PyFrozenSet_Type),
                       flag);
    }
    /* a frozenset can be filled only while nobody else knows it */
    PyObject *v = frozen ? PyFrozenSet_New(NULL) : PySet_New(NULL);
    Py_ssize_t index = 0;
    if (frozen) {
        index = reserve_ref(r, flag);
        if (index < 0) {
            Py_CLEAR(v);
        }
    }
    else {
        v = add_ref(r, v, flag);
    }
    if (v == NULL) {
        return NULL;
    }
    for (long i = 0; i < n; i++) {
        PyObject *item = read_value(r);
        if (item == NULL) {
            Py_DECREF(v);
            return error_null_object("set");
        }
        int res = PySet_Add(v, item);
        Py_DECREF(item);
        if (res < 0) {
            Py_DECREF(v);
            return NULL;
        }
    }
    return frozen ? fill_ref(r, v, index, flag) : v;
}

/* -- Code objects -------------------------------------------------------- */

static int
read_int_member(struct reader *r, int *member)
{
    *member = (int)read_long(r);
    return *member == -1 && PyErr_Occurred() ? -1 : 0;
}

static int
read_member(struct reader *r, PyObject **member)
{
    *member = read_value(r);
    return *member == NULL ? -1 : 0;
}

static int
read_code_members(struct reader *r, struct _PyCodeConstructor *con)
{
    if (read_int_member(r, &con->argcount) < 0
        || read_int_member(r, &con->posonlyargcount) < 0
        || read_int_member(r, &con->kwonlyargcount) < 0
        || read_int_member(r, &con->stacksize) < 0
        || read_int_member(r, &con->flags) < 0
        || read_member(r, &con->code) < 0 || read_member(r, &con->consts) < 0
        || read_member(r, &con->names) < 0
        || read_member(r, &con->localsplusnames) < 0
        || read_member(r, &con->localspluskinds) < 0
        || read_member(r, &con->filename) < 0
        || read_member(r, &con->name) < 0
        || read_member(r, &con->qualname) < 0
        || read_int_member(r, &con->firstlineno) < 0
        || read_member(r, &con->linetable) < 0
        || read_member(r, &con->exceptiontable) < 0)
    {
        return -1;
    }
    return 0;
}

static PyObject *
read_code(struct reader *r, int flag)
{
    Py_ssize_t index = reserve_ref(r, flag);
    if (index < 0) {
        return NULL;
    }
    struct _PyCodeConstructor con = {NULL};
    PyObject *v = NULL;
    if (read_code_members(r, &con) == 0 && _PyCode_Validate(&con) == 0
        && PySys_Audit("code.__new__", "OOOiiiiii", con.code, con.filename,
                       con.name, con.argcount, con.posonlyargcount,
                       con.kwonlyargcount,
                       (int)PyTuple_GET_SIZE(con.localsplusnames),
                       con.stacksize, con.flags) >= 0)
    {
        v = (PyObject *)_PyCode_New(&con);
        v = fill_ref(r, v, index, flag);
    }
    Py_XDECREF(con.code);
    Py_XDECREF(con.consts);
    Py_XDECREF(con.names);
    Py_XDECREF(con.localsplusnames);
    Py_XDECREF(con.localspluskinds);
    Py_XDECREF(con.filename);
    Py_XDECREF(con.name);
    Py_XDECREF(con.qualname);
    Py_XDECREF(con.linetable);
    Py_XDECREF(con.exceptiontable);
    return v;
}

/* -- Objects ------------------------------------------------------------- */

static PyObject *
read_reference(struct reader *r)
{
    long n = read_long(r);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (n < 0 || n >= PyList_GET_SIZE(r->refs)
        || PyList_GET_ITEM(r->refs, n) == Py_None)
    {
        PyErr_SetString(PyExc_ValueError,
                        "bad marshal data (invalid reference)");
        return NULL;
    }
    return Py_NewRef(PyList_GET_ITEM(r->refs, n));
}

static PyObject *
read_int(struct reader *r)
{
    long n = read_long(r);
    return n == -1 && PyErr_Occurred() ? NULL : PyLong_FromLong(n);
}

static PyObject *
read_typed(struct reader *r, int type, int flag)
{
    switch (type) {
        case TYPE_NULL:
            return NULL;
        case TYPE_NONE:
            return Py_NewRef(Py_None);
        case TYPE_STOPITER:
            return Py_NewRef(PyExc_StopIteration);
        case TYPE_ELLIPSIS:
            return Py_NewRef(Py_Ellipsis);
        case TYPE_FALSE:
            return Py_NewRef(Py_False);
        case TYPE_TRUE:
            return Py_NewRef(Py_True);
        case TYPE_INT:
            return add_ref(r, read_int(r), flag);
        case TYPE_INT64:
            return add_ref(r, read_int64(r), flag);
        case TYPE_LONG:
            return add_ref(r, read_big_int(r), flag);
        case TYPE_FLOAT:
        case TYPE_BINARY_FLOAT:
            return add_ref(r, read_float(r, type == TYPE_BINARY_FLOAT),
                           flag);
        case TYPE_COMPLEX:
        case TYPE_BINARY_COMPLEX:
            return add_ref(r, read_complex(r, type == TYPE_BINARY_COMPLEX),
                           flag);
        case TYPE_STRING:
            return add_ref(r, read_bytes_object(r), flag);
        case TYPE_ASCII:
        case TYPE_ASCII_INTERNED:
            return add_ref(r, read_long_ascii(r, type == TYPE_ASCII_INTERNED),
                           flag);
        case TYPE_SHORT_ASCII:
        case TYPE_SHORT_ASCII_INTERNED:
            return add_ref(
                r, read_short_ascii(r, type == TYPE_SHORT_ASCII_INTERNED),
                flag);
        case TYPE_UNICODE:
        case TYPE_INTERNED:
            return add_ref(r, read_unicode(r, type == TYPE_INTERNED), flag);
        case TYPE_SMALL_TUPLE: {
            int n = read_byte(r);
            if (n == EOF) {
                return PyErr_Occurred() ? NULL : error_eof_for_object();
            }
            return read_tuple(r, n, flag);
        }
        case TYPE_TUPLE:
            return read_tuple(r, read_size(r, "tuple"), flag);
        case TYPE_LIST:
            return read_list(r, flag);
        case TYPE_DICT:
            return read_dict(r, flag);
        case TYPE_SET:
        case TYPE_FROZENSET:
            return read_set(r, type == TYPE_FROZENSET, flag);
        case TYPE_CODE:
            return read_code(r, flag);
        case TYPE_REF:
            return read_reference(r);
        default:
            PyErr_SetString(PyExc_ValueError,
                            "bad marshal data (unknown type code)");
            return NULL;
    }
}

/* An object; NULL without an exception for TYPE_NULL. */
static PyObject *
read_value(struct reader *r)
{
    int code = read_byte(r);
    if (code == EOF) {
        if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_EOFError)) {
            error_eof_for_object();
        }
        return NULL;
    }
    if (r->depth >= MAX_MARSHAL_STACK_DEPTH) {
        PyErr_SetString(PyExc_ValueError, "recursion limit exceeded");
        return NULL;
    }
    r->depth++;
    PyObject *v = read_typed(r, code & ~FLAG_REF, code & FLAG_REF);
    r->depth--;
    return v;
}

/* Read the reader's one object and release what the reader has. */
static PyObject *
reader_run(struct reader *r)
{
    assert(!PyErr_Occurred());
    int res = r->ptr != NULL
                  ? PySys_Audit("marshal.loads", "y#", r->ptr,
                                (Py_ssize_t)(r->end - r->ptr))
                  : PySys_Audit("marshal.load", NULL);
    PyObject *v = NULL;
    if (res >= 0) {
        r->refs = PyList_New(0);
        if (r->refs != NULL) {
            v = read_value(r);
            if (v == NULL) {
                error_null_object("object");
            }
        }
        Py_XDECREF(r->refs);
    }
    PyMem_Free(r->buffer);
    return v;
}

/* -- Entry points -------------------------------------------------------- */

int
PyMarshal_ReadShortFromFile(FILE *fp)
{
    struct reader r = {.file = fp};
    int res = read_short(&r);
    PyMem_Free(r.buffer);
    return res;
}

long
PyMarshal_ReadLongFromFile(FILE *fp)
{
    struct reader r = {.file = fp};
    long res = read_long(&r);
    PyMem_Free(r.buffer);
    return res;
}

PyObject *
PyMarshal_ReadObjectFromFile(FILE *fp)
{
    struct reader r = {.file = fp};
    return reader_run(&r);
}

/* The rest of a file of moderate size is read at once. */
PyObject *
PyMarshal_ReadLastObjectFromFile(FILE *fp)
{
    const off_t limit = 1 << 18;
    struct stat status;
    if (fstat(fileno(fp), &status) == 0 && status.st_size > 0
        && status.st_size <= limit)
    {
        char *data = PyMem_Malloc((size_t)status.st_size);
        if (data != NULL) {
            size_t n = fread(data, 1, (size_t)status.st_size, fp);
            PyObject *v =
                PyMarshal_ReadObjectFromString(data, (Py_ssize_t)n);
            PyMem_Free(data);
            return v;
        }
    }
    return PyMarshal_ReadObjectFromFile(fp);
}

PyObject *
PyMarshal_ReadObjectFromString(const char *str, Py_ssize_t len)
{
    struct reader r = {.ptr = str, .end = str + len};
    return reader_run(&r);
}

PyObject *
marshal_read_from_object(PyObject *file)
{
    struct reader r = {.readable = file};
    return reader_run(&r);
}
