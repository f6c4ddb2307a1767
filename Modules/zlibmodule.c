/* zlib: deflate compression by the zlib library. */

#include "Python.h"

#include <zlib.h>

#include "pycore_abstract.h"

#define DEF_BUF_SIZE (16 * 1024)
#define DEF_MEM_LEVEL 8
#define DEFLATED Z_DEFLATED

typedef struct {
    PyTypeObject *compress_type;
    PyTypeObject *decompress_type;
    PyObject *error;
} zlib_state;

typedef struct {
    PyObject_HEAD
    z_stream stream;
    PyObject *unused_data;      /* input behind the end of the stream */
    PyObject *unconsumed_tail;  /* input that did not fit max_length */
    char eof;
    char is_initialised;        /* stream needs an end */
    PyObject *zdict;            /* owned, or NULL */
    PyThread_type_lock lock;    /* held while the stream is used */
} StreamObject;

static struct PyModuleDef zlib_module;

static zlib_state *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static zlib_state *
state_by_type(PyTypeObject *type)
{
    return state_of(PyType_GetModuleByDef(type, &zlib_module));
}

/* -- Errors ------------------------------------------------------------- */

static void
raise_zlib(zlib_state *state, z_stream *stream, int code, const char *what)
{
    const char *message = Z_NULL;
    if (code == Z_VERSION_ERROR) {
        message = "library version mismatch";
    }
    if (message == Z_NULL) {
        message = stream->msg;
    }
    if (message == Z_NULL) {
        switch (code) {
        case Z_BUF_ERROR:
            message = "incomplete or truncated stream";
            break;
        case Z_STREAM_ERROR:
            message = "inconsistent stream state";
            break;
        case Z_DATA_ERROR:
            message = "invalid input data";
            break;
        default:
            break;
        }
    }
    if (message == Z_NULL) {
        PyErr_Format(state->error, "Error %d %s", code, what);
    }
    else {
        PyErr_Format(state->error, "Error %d %s: %.200s", code, what,
                     message);
    }
}

static void *
stream_malloc(void *Py_UNUSED(ctx), unsigned int items, unsigned int size)
{
    if (size != 0 && items > (size_t)PY_SSIZE_T_MAX / size) {
        return NULL;
    }
    return PyMem_RawMalloc((size_t)items * size);
}

static void
stream_free(void *Py_UNUSED(ctx), void *ptr)
{
    PyMem_RawFree(ptr);
}

static void
stream_prepare(z_stream *stream)
{
    memset(stream, 0, sizeof(*stream));
    stream->zalloc = stream_malloc;
    stream->zfree = stream_free;
}

/* -- Output ------------------------------------------------------------- */

/* A bytes object that grows as the stream fills it. */
struct output {
    PyObject *bytes;    /* owned */
    Py_ssize_t limit;   /* never longer than this; < 0: any length */
    int full;           /* the limit is reached */
};

static int
output_start(struct output *out, z_stream *stream, Py_ssize_t size,
             Py_ssize_t limit)
{
    size = Py_MAX(size, 1);
    if (limit >= 0 && size > limit) {
        size = limit;
    }
    out->limit = limit;
    out->full = 0;
    out->bytes = PyBytes_FromStringAndSize(NULL, size);
    if (out->bytes == NULL) {
        return -1;
    }
    stream->next_out = (Bytef *)PyBytes_AS_STRING(out->bytes);
    stream->avail_out = (uInt)Py_MIN(size, (Py_ssize_t)UINT_MAX);
    return 0;
}

static Py_ssize_t
output_length(const struct output *out, const z_stream *stream)
{
    return (char *)stream->next_out - PyBytes_AS_STRING(out->bytes);
}

/* More room once avail_out is zero. */
static int
output_grow(struct output *out, z_stream *stream)
{
    Py_ssize_t used = output_length(out, stream);
    Py_ssize_t size = PyBytes_GET_SIZE(out->bytes);
    if (used == size) {
        if (out->limit >= 0 && size >= out->limit) {
            out->full = 1;
            return 0;
        }
        if (size > PY_SSIZE_T_MAX / 2) {
            PyErr_NoMemory();
            return -1;
        }
        size *= 2;
        if (out->limit >= 0 && size > out->limit) {
            size = out->limit;
        }
        if (_PyBytes_Resize(&out->bytes, size) < 0) {
            return -1;
        }
        stream->next_out = (Bytef *)PyBytes_AS_STRING(out->bytes) + used;
    }
    stream->avail_out = (uInt)Py_MIN(size - used, (Py_ssize_t)UINT_MAX);
    return 0;
}

static PyObject *
output_finish(struct output *out, const z_stream *stream)
{
    _PyBytes_Resize(&out->bytes, output_length(out, stream));
    return out->bytes;
}

/* Runs deflate or inflate over the whole input. The flush mode applies to its
   last part; `*code` is the last result. -1 with an exception. */
static int
stream_run(int (*function)(z_streamp, int), z_stream *stream,
           const unsigned char *data, Py_ssize_t length, int last_flush,
           struct output *out, int *code, Py_ssize_t *left)
{
    stream->next_in = (Bytef *)data;
    do {
        uInt part = (uInt)Py_MIN(length, (Py_ssize_t)UINT_MAX);
        stream->avail_in = part;
        length -= part;
        int flush = length == 0 ? last_flush
            : function == deflate ? Z_NO_FLUSH : Z_SYNC_FLUSH;
        do {
            if (stream->avail_out == 0) {
                if (output_grow(out, stream) < 0) {
                    return -1;
                }
                if (out->full) {
                    goto done;
                }
            }
            Py_BEGIN_ALLOW_THREADS
            *code = function(stream, flush);
            Py_END_ALLOW_THREADS
            if (*code != Z_OK && *code != Z_BUF_ERROR) {
                goto done;
            }
        } while (stream->avail_out == 0);
    } while (length > 0);
done:
    *left = length + stream->avail_in;
    return 0;
}

/* -- One-shot functions ------------------------------------------------- */

static PyObject *
zlib_compress(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"", "level", "wbits", NULL};
    zlib_state *state = state_of(module);
    Py_buffer data;
    int level = Z_DEFAULT_COMPRESSION;
    int wbits = MAX_WBITS;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|ii:compress",
                                     (char **)keywords, &data, &level,
                                     &wbits)) {
        return NULL;
    }
    z_stream stream;
    stream_prepare(&stream);
    struct output out = {NULL, -1, 0};
    PyObject *result = NULL;
    Py_ssize_t left;
    int code = deflateInit2(&stream, level, DEFLATED, wbits, DEF_MEM_LEVEL,
                            Z_DEFAULT_STRATEGY);
    switch (code) {
    case Z_OK:
        break;
    case Z_MEM_ERROR:
        PyErr_SetString(PyExc_MemoryError,
                        "Out of memory while compressing data");
        goto done;
    case Z_STREAM_ERROR:
        PyErr_SetString(state->error, "Bad compression level");
        goto done;
    default:
        deflateEnd(&stream);
        raise_zlib(state, &stream, code, "while compressing data");
        goto done;
    }
    if (output_start(&out, &stream, DEF_BUF_SIZE, -1) < 0
        || stream_run(deflate, &stream, data.buf, data.len, Z_FINISH, &out,
                      &code, &left) < 0) {
        deflateEnd(&stream);
        goto done;
    }
    if (code == Z_STREAM_ERROR) {
        deflateEnd(&stream);
        raise_zlib(state, &stream, code, "while compressing data");
        goto done;
    }
    code = deflateEnd(&stream);
    if (code != Z_OK) {
        raise_zlib(state, &stream, code,
                   "while finishing compression");
        goto done;
    }
    result = output_finish(&out, &stream);
    out.bytes = NULL;
done:
    Py_XDECREF(out.bytes);
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
zlib_decompress(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"", "wbits", "bufsize", NULL};
    zlib_state *state = state_of(module);
    Py_buffer data;
    int wbits = MAX_WBITS;
    Py_ssize_t bufsize = DEF_BUF_SIZE;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|in:decompress",
                                     (char **)keywords, &data, &wbits,
                                     &bufsize)) {
        return NULL;
    }
    z_stream stream;
    struct output out = {NULL, -1, 0};
    PyObject *result = NULL;
    Py_ssize_t left;
    int code;
    if (bufsize < 0) {
        PyErr_SetString(PyExc_ValueError, "bufsize must be non-negative");
        goto done;
    }
    stream_prepare(&stream);
    code = inflateInit2(&stream, wbits);
    if (code == Z_MEM_ERROR) {
        PyErr_SetString(PyExc_MemoryError,
                        "Out of memory while decompressing data");
        goto done;
    }
    if (code != Z_OK) {
        inflateEnd(&stream);
        raise_zlib(state, &stream, code,
                   "while preparing to decompress data");
        goto done;
    }
    if (output_start(&out, &stream, bufsize, -1) < 0
        || stream_run(inflate, &stream, data.buf, data.len, Z_SYNC_FLUSH,
                      &out, &code, &left) < 0) {
        inflateEnd(&stream);
        goto done;
    }
    if (code == Z_MEM_ERROR) {
        PyErr_SetString(PyExc_MemoryError,
                        "Out of memory while decompressing data");
        inflateEnd(&stream);
        goto done;
    }
    if (code != Z_STREAM_END) {
        raise_zlib(state, &stream, code == Z_OK ? Z_BUF_ERROR : code,
                   "while decompressing data");
        inflateEnd(&stream);
        goto done;
    }
    code = inflateEnd(&stream);
    if (code != Z_OK) {
        raise_zlib(state, &stream, code, "while finishing decompression");
        goto done;
    }
    result = output_finish(&out, &stream);
    out.bytes = NULL;
done:
    Py_XDECREF(out.bytes);
    PyBuffer_Release(&data);
    return result;
}

/* -- Stream objects ----------------------------------------------------- */

static StreamObject *
object_new(PyTypeObject *type)
{
    StreamObject *self = PyObject_New(StreamObject, type);
    if (self == NULL) {
        return NULL;
    }
    self->eof = 0;
    self->is_initialised = 0;
    self->zdict = NULL;
    self->unconsumed_tail = NULL;
    self->lock = NULL;
    stream_prepare(&self->stream);
    self->unused_data = PyBytes_FromStringAndSize("", 0);
    if (self->unused_data != NULL) {
        self->unconsumed_tail = PyBytes_FromStringAndSize("", 0);
    }
    if (self->unconsumed_tail != NULL) {
        self->lock = PyThread_allocate_lock();
        if (self->lock == NULL) {
            PyErr_SetString(PyExc_MemoryError, "Unable to allocate lock");
        }
    }
    if (self->lock == NULL) {
        Py_CLEAR(self);
    }
    return self;
}

static void
object_free(StreamObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (self->lock != NULL) {
        PyThread_free_lock(self->lock);
    }
    Py_XDECREF(self->unused_data);
    Py_XDECREF(self->unconsumed_tail);
    Py_XDECREF(self->zdict);
    PyObject_Free(self);
    Py_DECREF(type);
}

static void
compress_dealloc(StreamObject *self)
{
    if (self->is_initialised) {
        deflateEnd(&self->stream);
    }
    object_free(self);
}

static void
decompress_dealloc(StreamObject *self)
{
    if (self->is_initialised) {
        inflateEnd(&self->stream);
    }
    object_free(self);
}

static void
object_enter(StreamObject *self)
{
    if (!PyThread_acquire_lock(self->lock, 0)) {
        Py_BEGIN_ALLOW_THREADS
        PyThread_acquire_lock(self->lock, 1);
        Py_END_ALLOW_THREADS
    }
}

static void
object_leave(StreamObject *self)
{
    PyThread_release_lock(self->lock);
}

static int
check_dictionary_length(Py_ssize_t length)
{
    if ((size_t)length > UINT_MAX) {
        PyErr_SetString(PyExc_OverflowError,
                        "zdict length does not fit in an unsigned int");
        return -1;
    }
    return 0;
}

static PyObject *
zlib_compressobj(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"level", "method", "wbits",
                                           "memLevel", "strategy", "zdict",
                                           NULL};
    zlib_state *state = state_of(module);
    int level = Z_DEFAULT_COMPRESSION;
    int method = DEFLATED;
    int wbits = MAX_WBITS;
    int mem_level = DEF_MEM_LEVEL;
    int strategy = Z_DEFAULT_STRATEGY;
    Py_buffer zdict = {NULL, NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiiiy*:compressobj",
                                     (char **)keywords, &level, &method,
                                     &wbits, &mem_level, &strategy,
                                     &zdict)) {
        return NULL;
    }
    StreamObject *self = NULL;
    if (zdict.buf != NULL && check_dictionary_length(zdict.len) < 0) {
        goto done;
    }
    self = object_new(state->compress_type);
    if (self == NULL) {
        goto done;
    }
    int code = deflateInit2(&self->stream, level, method, wbits, mem_level,
                            strategy);
    if (code == Z_OK) {
        self->is_initialised = 1;
        if (zdict.buf == NULL) {
            goto done;
        }
        code = deflateSetDictionary(&self->stream, zdict.buf,
                                    (uInt)zdict.len);
        if (code == Z_OK) {
            goto done;
        }
        if (code == Z_STREAM_ERROR) {
            PyErr_SetString(PyExc_ValueError, "Invalid dictionary");
        }
        else {
            PyErr_SetString(PyExc_ValueError, "deflateSetDictionary()");
        }
    }
    else if (code == Z_MEM_ERROR) {
        PyErr_SetString(PyExc_MemoryError,
                        "Can't allocate memory for compression object");
    }
    else if (code == Z_STREAM_ERROR) {
        PyErr_SetString(PyExc_ValueError, "Invalid initialization option");
    }
    else {
        raise_zlib(state, &self->stream, code,
                   "while creating compression object");
    }
    Py_CLEAR(self);
done:
    PyBuffer_Release(&zdict);
    return (PyObject *)self;
}

static int
set_inflate_dictionary(zlib_state *state, StreamObject *self)
{
    Py_buffer zdict;
    if (PyObject_GetBuffer(self->zdict, &zdict, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    int result = -1;
    if (check_dictionary_length(zdict.len) == 0) {
        int code = inflateSetDictionary(&self->stream, zdict.buf,
                                        (uInt)zdict.len);
        if (code == Z_OK) {
            result = 0;
        }
        else {
            raise_zlib(state, &self->stream, code, "while setting zdict");
        }
    }
    PyBuffer_Release(&zdict);
    return result;
}

static PyObject *
zlib_decompressobj(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"wbits", "zdict", NULL};
    zlib_state *state = state_of(module);
    int wbits = MAX_WBITS;
    PyObject *zdict = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iO:decompressobj",
                                     (char **)keywords, &wbits, &zdict)) {
        return NULL;
    }
    if (zdict != NULL && !PyObject_CheckBuffer(zdict)) {
        PyErr_SetString(PyExc_TypeError,
                        "zdict argument must support the buffer protocol");
        return NULL;
    }
    StreamObject *self = object_new(state->decompress_type);
    if (self == NULL) {
        return NULL;
    }
    self->zdict = Py_XNewRef(zdict);
    int code = inflateInit2(&self->stream, wbits);
    if (code == Z_OK) {
        self->is_initialised = 1;
        /* A raw stream does not ask for its dictionary. */
        if (zdict != NULL && wbits < 0
            && set_inflate_dictionary(state, self) < 0) {
            Py_CLEAR(self);
        }
        return (PyObject *)self;
    }
    Py_DECREF(self);
    if (code == Z_MEM_ERROR) {
        PyErr_SetString(PyExc_MemoryError,
                        "Can't allocate memory for decompression object");
    }
    else if (code == Z_STREAM_ERROR) {
        PyErr_SetString(PyExc_ValueError, "Invalid initialization option");
    }
    else {
        z_stream none = {0};
        raise_zlib(state, &none, code,
                   "while creating decompression object");
    }
    return NULL;
}

/* -- Compress ----------------------------------------------------------- */

static PyObject *
compress_compress(StreamObject *self, PyObject *arg)
{
    zlib_state *state = state_by_type(Py_TYPE(self));
    Py_buffer data;
    if (PyObject_GetBuffer(arg, &data, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    struct output out = {NULL, -1, 0};
    PyObject *result = NULL;
    int code = Z_OK;
    Py_ssize_t left;
    object_enter(self);
    if (output_start(&out, &self->stream, DEF_BUF_SIZE, -1) == 0
        && stream_run(deflate, &self->stream, data.buf, data.len, Z_NO_FLUSH,
                      &out, &code, &left) == 0) {
        if (code == Z_STREAM_ERROR) {
            raise_zlib(state, &self->stream, code, "while compressing data");
        }
        else {
            result = output_finish(&out, &self->stream);
            out.bytes = NULL;
        }
    }
    object_leave(self);
    Py_XDECREF(out.bytes);
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
compress_flush(StreamObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    zlib_state *state = state_by_type(Py_TYPE(self));
    int mode = Z_FINISH;
    if (!_PyArg_CheckPositional("flush", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs > 0) {
        mode = _PyLong_AsInt(args[0]);
        if (mode == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (mode == Z_NO_FLUSH) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    struct output out = {NULL, -1, 0};
    PyObject *result = NULL;
    int code = Z_OK;
    Py_ssize_t left;
    object_enter(self);
    if (output_start(&out, &self->stream, DEF_BUF_SIZE, -1) < 0
        || stream_run(deflate, &self->stream, NULL, 0, mode, &out, &code,
                      &left) < 0) {
        goto done;
    }
    if (code == Z_STREAM_ERROR) {
        raise_zlib(state, &self->stream, code, "while flushing");
        goto done;
    }
    if (code == Z_STREAM_END && mode == Z_FINISH) {
        code = deflateEnd(&self->stream);
        if (code != Z_OK) {
            raise_zlib(state, &self->stream, code, "while finishing "
                       "compression");
            goto done;
        }
        self->is_initialised = 0;
    }
    else if (code != Z_OK && code != Z_BUF_ERROR) {
        raise_zlib(state, &self->stream, code, "while flushing");
        goto done;
    }
    result = output_finish(&out, &self->stream);
    out.bytes = NULL;
done:
    object_leave(self);
    Py_XDECREF(out.bytes);
    return result;
}

/* -- Copies ------------------------------------------------------------- */

static PyObject *
object_copy(StreamObject *self, int (*copy)(z_streamp, z_streamp),
            int decompress)
{
    zlib_state *state = state_by_type(Py_TYPE(self));
    StreamObject *result = object_new(Py_TYPE(self));
    if (result == NULL) {
        return NULL;
    }
    object_enter(self);
    int code = copy(&result->stream, &self->stream);
    if (code == Z_OK) {
        Py_SETREF(result->unused_data, Py_NewRef(self->unused_data));
        Py_SETREF(result->unconsumed_tail, Py_NewRef(self->unconsumed_tail));
        Py_XSETREF(result->zdict, Py_XNewRef(self->zdict));
        result->eof = self->eof;
        result->is_initialised = 1;
        object_leave(self);
        return (PyObject *)result;
    }
    if (code == Z_STREAM_ERROR) {
        PyErr_SetString(PyExc_ValueError, "Inconsistent stream state");
    }
    else if (code == Z_MEM_ERROR) {
        PyErr_SetString(PyExc_MemoryError, decompress
                        ? "Can't allocate memory for decompression object"
                        : "Can't allocate memory for compression object");
    }
    else {
        raise_zlib(state, &self->stream, code, decompress
                   ? "while copying decompression object"
                   : "while copying compression object");
    }
    object_leave(self);
    Py_DECREF(result);
    return NULL;
}

static int
copy_deflate(z_streamp to, z_streamp from)
{
    return deflateCopy(to, from);
}

static int
copy_inflate(z_streamp to, z_streamp from)
{
    return inflateCopy(to, from);
}

static PyObject *
compress_copy(StreamObject *self, PyObject *Py_UNUSED(ignored))
{
    return object_copy(self, copy_deflate, 0);
}

static PyObject *
decompress_copy(StreamObject *self, PyObject *Py_UNUSED(ignored))
{
    return object_copy(self, copy_inflate, 1);
}

/* -- Decompress --------------------------------------------------------- */

/* Keeps the input that is left: behind the end of the stream it is unused
   data, before it, it waits for the next call. */
static int
keep_input(StreamObject *self, const char *rest, Py_ssize_t left, int code)
{
    if (code == Z_STREAM_END) {
        if (left > 0) {
            PyObject *old = self->unused_data;
            PyObject *joined = PyBytes_FromStringAndSize(
                NULL, PyBytes_GET_SIZE(old) + left);
            if (joined == NULL) {
                return -1;
            }
            char *p = PyBytes_AS_STRING(joined);
            memcpy(p, PyBytes_AS_STRING(old),
                   (size_t)PyBytes_GET_SIZE(old));
            memcpy(p + PyBytes_GET_SIZE(old), rest, (size_t)left);
            Py_SETREF(self->unused_data, joined);
            self->stream.avail_in = 0;
        }
        left = 0;
    }
    if (left > 0 || PyBytes_GET_SIZE(self->unconsumed_tail) > 0) {
        PyObject *tail = PyBytes_FromStringAndSize(rest, left);
        if (tail == NULL) {
            return -1;
        }
        Py_SETREF(self->unconsumed_tail, tail);
    }
    return 0;
}

/* Inflates, giving the dictionary when the stream asks for it. */
static int
inflate_run(zlib_state *state, StreamObject *self, const unsigned char *data,
            Py_ssize_t length, int flush, struct output *out, int *code,
            Py_ssize_t *left)
{
    for (;;) {
        if (stream_run(inflate, &self->stream, data, length, flush, out,
                       code, left) < 0) {
            return -1;
        }
        if (*code != Z_NEED_DICT || self->zdict == NULL) {
            return 0;
        }
        if (set_inflate_dictionary(state, self) < 0) {
            return -1;
        }
        data += length - *left;
        length = *left;
        *code = Z_OK;
    }
}

static PyObject *
decompress_decompress(StreamObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"", "max_length", NULL};
    zlib_state *state = state_by_type(Py_TYPE(self));
    Py_buffer data;
    Py_ssize_t max_length = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|n:decompress",
                                     (char **)keywords, &data,
                                     &max_length)) {
        return NULL;
    }
    if (max_length < 0) {
        PyErr_SetString(PyExc_ValueError,
                        "max_length must be non-negative");
        PyBuffer_Release(&data);
        return NULL;
    }
    struct output out = {NULL, -1, 0};
    PyObject *result = NULL;
    int code = Z_OK;
    Py_ssize_t left;
    object_enter(self);
    if (output_start(&out, &self->stream, DEF_BUF_SIZE,
                     max_length ? max_length : -1) < 0
        || inflate_run(state, self, data.buf, data.len, Z_SYNC_FLUSH, &out,
                       &code, &left) < 0
        || keep_input(self, (char *)data.buf + (data.len - left), left,
                      code) < 0) {
        goto done;
    }
    if (code == Z_STREAM_END) {
        self->eof = 1;
    }
    else if (code != Z_OK && code != Z_BUF_ERROR) {
        raise_zlib(state, &self->stream, code, "while decompressing data");
        goto done;
    }
    result = output_finish(&out, &self->stream);
    out.bytes = NULL;
done:
    object_leave(self);
    Py_XDECREF(out.bytes);
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
decompress_flush(StreamObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    zlib_state *state = state_by_type(Py_TYPE(self));
    Py_ssize_t length = DEF_BUF_SIZE;
    if (!_PyArg_CheckPositional("flush", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs > 0) {
        PyObject *index = _PyNumber_Index(args[0]);
        if (index == NULL) {
            return NULL;
        }
        length = PyLong_AsSsize_t(index);
        Py_DECREF(index);
        if (length == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (length <= 0) {
        PyErr_SetString(PyExc_ValueError,
                        "length must be greater than zero");
        return NULL;
    }
    struct output out = {NULL, -1, 0};
    PyObject *result = NULL;
    int code = Z_OK;
    Py_ssize_t left;
    object_enter(self);
    PyObject *tail = Py_NewRef(self->unconsumed_tail);
    const char *rest = PyBytes_AS_STRING(tail);
    Py_ssize_t size = PyBytes_GET_SIZE(tail);
    if (output_start(&out, &self->stream, length, -1) < 0
        || inflate_run(state, self, (const unsigned char *)rest, size,
                       Z_FINISH, &out, &code, &left) < 0
        || keep_input(self, rest + (size - left), left, code) < 0) {
        goto done;
    }
    if (code == Z_STREAM_END) {
        self->eof = 1;
        self->is_initialised = 0;
        code = inflateEnd(&self->stream);
        if (code != Z_OK) {
            raise_zlib(state, &self->stream, code,
                       "while finishing decompression");
            goto done;
        }
    }
    result = output_finish(&out, &self->stream);
    out.bytes = NULL;
done:
    object_leave(self);
    Py_DECREF(tail);
    Py_XDECREF(out.bytes);
    return result;
}

/* -- Checksums ---------------------------------------------------------- */

static PyObject *
checksum(PyObject *args, const char *format, unsigned int value,
         uLong (*function)(uLong, const Bytef *, z_size_t))
{
    Py_buffer data;
    if (!PyArg_ParseTuple(args, format, &data, &value)) {
        return NULL;
    }
    uLong result;
    if (data.len > 1024 * 5) {
        Py_BEGIN_ALLOW_THREADS
        result = function(value, data.buf, (z_size_t)data.len);
        Py_END_ALLOW_THREADS
    }
    else {
        result = function(value, data.buf, (z_size_t)data.len);
    }
    PyBuffer_Release(&data);
    return PyLong_FromUnsignedLong(result & 0xFFFFFFFFU);
}

static PyObject *
zlib_adler32(PyObject *Py_UNUSED(module), PyObject *args)
{
    return checksum(args, "y*|I:adler32", 1, adler32_z);
}

static PyObject *
zlib_crc32(PyObject *Py_UNUSED(module), PyObject *args)
{
    return checksum(args, "y*|I:crc32", 0, crc32_z);
}

/* -- Types -------------------------------------------------------------- */

#define KEYWORDS METH_VARARGS | METH_KEYWORDS
#define DOC(signature, text) PyDoc_STR(signature "\n--\n\n" text)
#define COPY_ROWS(function)                                             \
    {"copy", (PyCFunction)function, METH_NOARGS,                        \
     DOC("copy($self, /)", "A copy of the object and its state.")},     \
    {"__copy__", (PyCFunction)function, METH_NOARGS,                    \
     DOC("__copy__($self, /)", "")},                                    \
    {"__deepcopy__", (PyCFunction)function, METH_O,                     \
     DOC("__deepcopy__($self, memo, /)", "")}

static PyMethodDef compress_methods[] = {
    {"compress", (PyCFunction)compress_compress, METH_O,
     DOC("compress($self, data, /)",
         "Compress more data; returns what is ready.")},
    {"flush", _PyCFunction_CAST(compress_flush), METH_FASTCALL,
     DOC("flush($self, mode=zlib.Z_FINISH, /)",
         "The compressed data still held back.")},
    COPY_ROWS(compress_copy),
    {NULL, NULL, 0, NULL}
};

static PyMethodDef decompress_methods[] = {
    {"decompress", _PyCFunction_CAST(decompress_decompress), KEYWORDS,
     DOC("decompress($self, data, /, max_length=0)",
         "Decompress more data; returns what is ready, up to max_length\n"
         "bytes. Input not used yet is kept in unconsumed_tail.")},
    {"flush", _PyCFunction_CAST(decompress_flush), METH_FASTCALL,
     DOC("flush($self, length=zlib.DEF_BUF_SIZE, /)",
         "The decompressed data still held back.")},
    COPY_ROWS(decompress_copy),
    {NULL, NULL, 0, NULL}
};

static PyObject *
get_unused_data(StreamObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(self->unused_data);
}

static PyObject *
get_unconsumed_tail(StreamObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(self->unconsumed_tail);
}

static PyObject *
get_eof(StreamObject *self, void *Py_UNUSED(closure))
{
    return PyBool_FromLong(self->eof);
}

static PyGetSetDef decompress_getset[] = {
    {"unused_data", (getter)get_unused_data, NULL, NULL, NULL},
    {"unconsumed_tail", (getter)get_unconsumed_tail, NULL, NULL, NULL},
    {"eof", (getter)get_eof, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

static PyType_Slot compress_slots[] = {
    {Py_tp_dealloc, compress_dealloc},
    {Py_tp_methods, compress_methods},
    {0, NULL},
};

static PyType_Spec compress_spec = {
    .name = "zlib.Compress",
    .basicsize = sizeof(StreamObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = compress_slots,
};

static PyType_Slot decompress_slots[] = {
    {Py_tp_dealloc, decompress_dealloc},
    {Py_tp_methods, decompress_methods},
    {Py_tp_getset, decompress_getset},
    {0, NULL},
};

static PyType_Spec decompress_spec = {
    .name = "zlib.Decompress",
    .basicsize = sizeof(StreamObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = decompress_slots,
};

/* -- The module --------------------------------------------------------- */

static PyMethodDef zlib_methods[] = {
    {"adler32", zlib_adler32, METH_VARARGS,
     DOC("adler32($module, data, value=1, /)",
         "Continue an Adler-32 checksum with the data.")},
    {"compress", _PyCFunction_CAST(zlib_compress), KEYWORDS,
     DOC("compress($module, data, /, level=Z_DEFAULT_COMPRESSION, "
         "wbits=MAX_WBITS)", "The data, compressed.")},
    {"compressobj", _PyCFunction_CAST(zlib_compressobj), KEYWORDS,
     DOC("compressobj($module, /, level=Z_DEFAULT_COMPRESSION, "
         "method=DEFLATED,\n            wbits=MAX_WBITS, "
         "memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, "
         "zdict=None)",
         "An object that compresses data given bit by bit.")},
    {"crc32", zlib_crc32, METH_VARARGS,
     DOC("crc32($module, data, value=0, /)",
         "Continue a CRC-32 checksum with the data.")},
    {"decompress", _PyCFunction_CAST(zlib_decompress), KEYWORDS,
     DOC("decompress($module, data, /, wbits=MAX_WBITS, "
         "bufsize=DEF_BUF_SIZE)", "The data, decompressed.")},
    {"decompressobj", _PyCFunction_CAST(zlib_decompressobj), KEYWORDS,
     DOC("decompressobj($module, /, wbits=MAX_WBITS, zdict=b\'\')",
         "An object that decompresses data given bit by bit.")},
    {NULL, NULL, 0, NULL}
};

static int
zlib_exec(PyObject *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
#define CONSTANT(name) {#name, name}
        CONSTANT(MAX_WBITS), CONSTANT(DEFLATED), CONSTANT(DEF_MEM_LEVEL),
        CONSTANT(DEF_BUF_SIZE), CONSTANT(Z_NO_COMPRESSION),
        CONSTANT(Z_BEST_SPEED), CONSTANT(Z_BEST_COMPRESSION),
        CONSTANT(Z_DEFAULT_COMPRESSION), CONSTANT(Z_FILTERED),
        CONSTANT(Z_HUFFMAN_ONLY), CONSTANT(Z_RLE), CONSTANT(Z_FIXED),
        CONSTANT(Z_DEFAULT_STRATEGY), CONSTANT(Z_NO_FLUSH),
        CONSTANT(Z_PARTIAL_FLUSH), CONSTANT(Z_SYNC_FLUSH),
        CONSTANT(Z_FULL_FLUSH), CONSTANT(Z_FINISH), CONSTANT(Z_BLOCK),
        CONSTANT(Z_TREES),
#undef CONSTANT
    };
    zlib_state *state = state_of(module);
    state->compress_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &compress_spec, NULL);
    state->decompress_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &decompress_spec, NULL);
    state->error = PyErr_NewException("zlib.error", NULL, NULL);
    if (state->compress_type == NULL || state->decompress_type == NULL
        || PyModule_AddObjectRef(module, "error", state->error) < 0) {
        return -1;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name,
                                    constants[i].value) < 0) {
            return -1;
        }
    }
    if (PyModule_AddStringConstant(module, "ZLIB_VERSION",
                                   ZLIB_VERSION) < 0
        || PyModule_AddStringConstant(module, "ZLIB_RUNTIME_VERSION",
                                      zlibVersion()) < 0) {
        return -1;
    }
    return PyModule_AddStringConstant(module, "__version__", "1.0");
}

static int
zlib_traverse(PyObject *module, visitproc visit, void *arg)
{
    zlib_state *state = state_of(module);
    Py_VISIT(state->compress_type);
    Py_VISIT(state->decompress_type);
    Py_VISIT(state->error);
    return 0;
}

static int
zlib_clear(PyObject *module)
{
    zlib_state *state = state_of(module);
    Py_CLEAR(state->compress_type);
    Py_CLEAR(state->decompress_type);
    Py_CLEAR(state->error);
    return 0;
}

static void
zlib_free(void *module)
{
    (void)zlib_clear(module);
}

static PyModuleDef_Slot zlib_slots[] = {
    {Py_mod_exec, zlib_exec},
    {0, NULL}
};

PyDoc_STRVAR(zlib_doc,
"Compression and decompression with the zlib library, which is compatible\n"
"with GNU gzip.\n");

static struct PyModuleDef zlib_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "zlib",
    .m_doc = zlib_doc,
    .m_size = sizeof(zlib_state),
    .m_methods = zlib_methods,
    .m_slots = zlib_slots,
    .m_traverse = zlib_traverse,
    .m_clear = zlib_clear,
    .m_free = zlib_free,
};

PyMODINIT_FUNC
PyInit_zlib(void)
{
    return PyModuleDef_Init(&zlib_module);
}
