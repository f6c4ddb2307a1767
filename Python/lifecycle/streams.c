/* The standard streams: sys.stdin, sys.stdout, sys.stderr. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_interp.h"
#include "pycore_object.h"
#include "pycore_pyerrors.h"
#include "pycore_pylifecycle.h"
#include "pycore_pystate.h"
#include "lifecycle.h"
#include <fcntl.h>
#include <sys/stat.h>

static int
fd_is_valid(int fd)
{
    return fd >= 0 && fcntl(fd, F_GETFD) >= 0;
}

/* The binary layer below a text stream: unbuffered when asked for. */
static PyObject *
open_binary(PyObject *io, int fd, int write_mode, int buffering)
{
    return _PyObject_CallMethod(io, &_Py_ID(open), "isiOOOO", fd,
                                write_mode ? "wb" : "rb", buffering, Py_None,
                                Py_None, Py_None, Py_False);
}

/* The raw object of a buffered stream, with the name tracebacks show. */
static PyObject *
name_raw(PyObject *buffer, int buffering, const char *name)
{
    PyObject *raw = buffering ? PyObject_GetAttr(buffer, &_Py_ID(raw))
                              : Py_NewRef(buffer);
    if (raw == NULL) {
        return NULL;
    }
    PyObject *text = PyUnicode_FromString(name);
    if (text == NULL || PyObject_SetAttr(raw, &_Py_ID(name), text) < 0) {
        Py_CLEAR(raw);
    }
    Py_XDECREF(text);
    return raw;
}

static int
is_a_tty(PyObject *raw)
{
    PyObject *answer = PyObject_CallMethodNoArgs(raw, &_Py_ID(isatty));
    if (answer == NULL) {
        return -1;
    }
    int tty = PyObject_IsTrue(answer);
    Py_DECREF(answer);
    return tty;
}

static PyObject *
wrap_text(PyObject *io, PyObject *buffer, const PyConfig *config,
          const wchar_t *errors, int line_buffering, int write_through)
{
    PyObject *encoding = PyUnicode_FromWideChar(config->stdio_encoding, -1);
    PyObject *error_name = PyUnicode_FromWideChar(errors, -1);
    PyObject *stream = NULL;
    if (encoding != NULL && error_name != NULL) {
        stream = _PyObject_CallMethod(
            io, &_Py_ID(TextIOWrapper), "OOOsOO", buffer, encoding,
            error_name, "\n", line_buffering ? Py_True : Py_False,
            write_through ? Py_True : Py_False);
    }
    Py_XDECREF(encoding);
    Py_XDECREF(error_name);
    return stream;
}

static PyObject *
create_stdio(const PyConfig *config, PyObject *io, int fd, int write_mode,
             const char *name, const wchar_t *errors)
{
    if (!fd_is_valid(fd)) {
        Py_RETURN_NONE;
    }
    int buffering = !config->buffered_stdio && write_mode ? 0 : -1;
    PyObject *buffer = open_binary(io, fd, write_mode, buffering);
    PyObject *raw = NULL, *stream = NULL, *mode = NULL;
    if (buffer == NULL) {
        goto done;
    }
    raw = name_raw(buffer, buffering, name);
    if (raw == NULL) {
        goto done;
    }
    int tty = is_a_tty(raw);
    if (tty < 0) {
        goto done;
    }
    if (!config->buffered_stdio && !write_mode) {
        /* input stays buffered: only what is written comes out at once */
        tty = tty && config->interactive;
    }
    int line_buffering = config->buffered_stdio
                         && (tty || (fd == fileno(stderr)));
    stream = wrap_text(io, buffer, config, errors, line_buffering,
                       !config->buffered_stdio && write_mode);
    if (stream == NULL) {
        goto done;
    }
    mode = PyUnicode_FromString(write_mode ? "w" : "r");
    if (mode == NULL || PyObject_SetAttr(stream, &_Py_ID(mode), mode) < 0) {
        Py_CLEAR(stream);
    }
done:
    Py_XDECREF(mode);
    Py_XDECREF(raw);
    Py_XDECREF(buffer);
    if (stream == NULL && PyErr_ExceptionMatches(PyExc_OSError)
        && !fd_is_valid(fd)) {
        /* closed in between */
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    return stream;
}

static int
set_stream(const char *name, const char *original, PyObject *stream)
{
    if (stream == NULL) {
        return -1;
    }
    int failed = PySys_SetObject(original, stream) < 0
                 || PySys_SetObject(name, stream) < 0;
    Py_DECREF(stream);
    return failed ? -1 : 0;
}

/* builtins.open, and standard input that is no directory */
static PyStatus
prepare(PyObject *io)
{
    struct stat st;
    if (fstat(fileno(stdin), &st) == 0 && S_ISDIR(st.st_mode)) {
        return _PyStatus_ERR("<stdin> is a directory, cannot continue");
    }
    PyObject *builtins = PyImport_ImportModule("builtins");
    PyObject *opener = PyObject_GetAttr(io, &_Py_ID(open));
    int failed = builtins == NULL || opener == NULL
                 || PyObject_SetAttr(builtins, &_Py_ID(open), opener) < 0;
    Py_XDECREF(builtins);
    Py_XDECREF(opener);
    return failed ? _PyStatus_ERR("can't set builtins.open")
                  : _PyStatus_OK();
}

/* The codec must be known before the first error is printed through it. */
static int
warm_up_stderr_codec(void)
{
    PyObject *stream = PySys_GetObject("stderr");
    if (stream == NULL || stream == Py_None) {
        return 0;
    }
    PyObject *encoding = PyObject_GetAttr(stream, &_Py_ID(encoding));
    if (encoding == NULL) {
        PyErr_Clear();
        return 0;
    }
    const char *name = PyUnicode_AsUTF8(encoding);
    PyObject *codec = name == NULL ? NULL : _PyCodec_Lookup(name);
    Py_XDECREF(codec);
    Py_DECREF(encoding);
    PyErr_Clear();
    return 0;
}

PyStatus
lifecycle_init_streams(PyThreadState *tstate)
{
    const PyConfig *config = &tstate->interp->config;
    PyObject *io = PyImport_ImportModule("io");
    if (io == NULL) {
        return _PyStatus_ERR("can't import io");
    }
    PyStatus status = prepare(io);
    if (_PyStatus_EXCEPTION(status)) {
        Py_DECREF(io);
        return status;
    }
    int failed = set_stream("stdin", "__stdin__",
                            create_stdio(config, io, 0, 0, "<stdin>",
                                         config->stdio_errors)) < 0
                 || set_stream("stdout", "__stdout__",
                               create_stdio(config, io, 1, 1, "<stdout>",
                                            config->stdio_errors)) < 0
                 || set_stream("stderr", "__stderr__",
                               create_stdio(config, io, 2, 1, "<stderr>",
                                            L"backslashreplace")) < 0;
    Py_DECREF(io);
    if (failed) {
        return _PyStatus_ERR("can't initialize sys standard streams");
    }
    warm_up_stderr_codec();
    return _PyStatus_OK();
}

static int
stream_flush(PyObject *stream)
{
    if (stream == NULL || stream == Py_None) {
        return 0;
    }
    PyObject *closed = PyObject_GetAttr(stream, &_Py_ID(closed));
    int is_closed = closed == NULL ? 0 : PyObject_IsTrue(closed);
    Py_XDECREF(closed);
    if (is_closed != 0) {
        PyErr_Clear();
        return 0;
    }
    PyErr_Clear();
    PyObject *result = PyObject_CallMethodNoArgs(stream, &_Py_ID(flush));
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

int
lifecycle_flush_streams(void)
{
    int status = 0;
    PyObject *out = PySys_GetObject("stdout");
    if (stream_flush(out) < 0) {
        PyErr_WriteUnraisable(out);
        status = -1;
    }
    if (stream_flush(PySys_GetObject("stderr")) < 0) {
        PyErr_Clear();
        status = -1;
    }
    return status;
}
