/* The io module: open() and what else is not a class. */

#include "Python.h"
#include "_iomodule.h"

PyDoc_STRVAR(module_doc,
"The I/O classes that open() is made of.\n"
"\n"
"_IOBase is the root of all.  _RawIOBase is for bytes without buffer (FileIO\n"
"works on a descriptor), _BufferedIOBase for bytes with one, _TextIOBase for\n"
"text; BytesIO and StringIO keep their content in memory.\n"
"\n"
"DEFAULT_BUFFER_SIZE is the size of a buffer where the file system has no\n"
"preference.");

/* -- open() --------------------------------------------------------------- */

/* What a mode string says. */
struct open_mode {
    int creating;
    int reading;
    int writing;
    int appending;
    int updating;
    int text;
    int binary;
    char raw[6];                /* FileIO's part of it */
};

static int
parse_mode(const char *mode, struct open_mode *parsed)
{
    memset(parsed, 0, sizeof(*parsed));
    for (const char *s = mode; *s != '\0'; s++) {
        int valid = 1;
        switch (*s) {
        case 'x':
            parsed->creating = 1;
            break;
        case 'r':
            parsed->reading = 1;
            break;
        case 'w':
            parsed->writing = 1;
            break;
        case 'a':
            parsed->appending = 1;
            break;
        case '+':
            parsed->updating = 1;
            break;
        case 't':
            parsed->text = 1;
            break;
        case 'b':
            parsed->binary = 1;
            break;
        default:
            valid = 0;
        }
        if (!valid || strchr(s + 1, *s) != NULL) {
            PyErr_Format(PyExc_ValueError, "invalid mode: '%s'", mode);
            return -1;
        }
    }
    char *raw = parsed->raw;
    if (parsed->creating) {
        *raw++ = 'x';
    }
    if (parsed->reading) {
        *raw++ = 'r';
    }
    if (parsed->writing) {
        *raw++ = 'w';
    }
    if (parsed->appending) {
        *raw++ = 'a';
    }
    if (parsed->updating) {
        *raw++ = '+';
    }
    *raw = '\0';
    return 0;
}

static int
check_mode(const struct open_mode *mode, const char *encoding,
           const char *errors, const char *newline)
{
    const char *problem = NULL;
    if (mode->text && mode->binary) {
        problem = "can't have text and binary mode at once";
    }
    else if (mode->creating + mode->reading + mode->writing
             + mode->appending > 1) {
        problem = "must have exactly one of create/read/write/append mode";
    }
    else if (mode->binary && encoding != NULL) {
        problem = "binary mode doesn't take an encoding argument";
    }
    else if (mode->binary && errors != NULL) {
        problem = "binary mode doesn't take an errors argument";
    }
    else if (mode->binary && newline != NULL) {
        problem = "binary mode doesn't take a newline argument";
    }
    if (problem != NULL) {
        PyErr_SetString(PyExc_ValueError, problem);
        return -1;
    }
    return 0;
}

/* Whether raw.isatty(); -1 with an exception. */
static int
raw_isatty(PyObject *raw)
{
    PyObject *answer = PyObject_CallMethodNoArgs(raw, &_Py_ID(isatty));
    if (answer == NULL) {
        return -1;
    }
    int truth = PyObject_IsTrue(answer);
    Py_DECREF(answer);
    return truth;
}

/* The buffer's size; -1 with an exception. */
static int
raw_block_size(PyObject *raw)
{
    PyObject *size = PyObject_GetAttr(raw, &_Py_ID(_blksize));
    if (size == NULL) {
        return -1;
    }
    long number = PyLong_AsLong(size);
    Py_DECREF(size);
    if (number == -1 && PyErr_Occurred()) {
        return -1;
    }
    return (int)Py_MIN(number, INT_MAX);
}

static PyTypeObject *
buffer_type(const struct open_mode *mode)
{
    if (mode->updating) {
        return &PyBufferedRandom_Type;
    }
    if (mode->creating || mode->writing || mode->appending) {
        return &PyBufferedWriter_Type;
    }
    return mode->reading ? &PyBufferedReader_Type : NULL;
}

/* Close what was opened, for an exception on its way. */
static PyObject *
close_after_error_steal(PyObject *stream)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = PyObject_CallMethodNoArgs(stream, &_Py_ID(close));
    _PyErr_ChainExceptions(type, value, traceback);
    Py_XDECREF(result);
    Py_DECREF(stream);
    return NULL;
}

static PyObject *
io_open(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
        PyObject *kwnames)
{
    static const char *const keywords[] = {"file", "mode", "buffering",
                                           "encoding", "errors", "newline",
                                           "closefd", "opener", NULL};
    static _PyArg_Parser parser = {.format = "O|sizzzpO:open",
                                   .keywords = keywords};
    PyObject *file;
    const char *mode_text = "r";
    int buffering = -1;
    const char *encoding = NULL;
    const char *errors = NULL;
    const char *newline = NULL;
    int closefd = 1;
    PyObject *opener = Py_None;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser, &file,
                                      &mode_text, &buffering, &encoding,
                                      &errors, &newline, &closefd,
                                      &opener)) {
        return NULL;
    }
    /* A number is a descriptor, all else a path. */
    PyObject *path = PyNumber_Check(file) ? Py_NewRef(file)
                                          : PyOS_FSPath(file);
    if (path == NULL) {
        return NULL;
    }
    struct open_mode mode;
    if (parse_mode(mode_text, &mode) < 0
        || check_mode(&mode, encoding, errors, newline) < 0) {
        Py_DECREF(path);
        return NULL;
    }
    if (mode.binary && buffering == 1
        && PyErr_WarnEx(PyExc_RuntimeWarning,
                        "line buffering (buffering=1) isn't supported in "
                        "binary mode, the default buffer size will be used",
                        1) < 0) {
        Py_DECREF(path);
        return NULL;
    }
    PyObject *stream = PyObject_CallFunction(
        (PyObject *)&PyFileIO_Type, "OsOO", path, mode.raw,
        closefd ? Py_True : Py_False, opener);
    Py_DECREF(path);
    if (stream == NULL) {
        return NULL;
    }
    int line_buffering = buffering == 1;
    if (buffering < 0) {
        line_buffering = raw_isatty(stream);
        if (line_buffering < 0) {
            return close_after_error_steal(stream);
        }
    }
    if (buffering < 0 || line_buffering) {
        buffering = raw_block_size(stream);
        if (buffering < 0) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_ValueError, "invalid buffering size");
            }
            return close_after_error_steal(stream);
        }
    }
    if (buffering == 0) {
        if (!mode.binary) {
            PyErr_SetString(PyExc_ValueError,
                            "can't have unbuffered text I/O");
            return close_after_error_steal(stream);
        }
        return stream;
    }
    PyTypeObject *type = buffer_type(&mode);
    if (type == NULL) {
        PyErr_Format(PyExc_ValueError, "unknown mode: '%s'", mode_text);
        return close_after_error_steal(stream);
    }
    PyObject *buffer = PyObject_CallFunction((PyObject *)type, "Oi", stream,
                                             buffering);
    if (buffer == NULL) {
        return close_after_error_steal(stream);
    }
    Py_SETREF(stream, buffer);
    if (mode.binary) {
        return stream;
    }
    PyObject *wrapper = PyObject_CallFunction(
        (PyObject *)&PyTextIOWrapper_Type, "OsssO", stream, encoding, errors,
        newline, line_buffering ? Py_True : Py_False);
    if (wrapper == NULL) {
        return close_after_error_steal(stream);
    }
    Py_SETREF(stream, wrapper);
    PyObject *mode_object = PyUnicode_FromString(mode_text);
    if (mode_object == NULL
        || PyObject_SetAttr(stream, &_Py_ID(mode), mode_object) < 0) {
        Py_XDECREF(mode_object);
        return close_after_error_steal(stream);
    }
    Py_DECREF(mode_object);
    return stream;
}

/* -- The other functions -------------------------------------------------- */

static PyObject *
io_text_encoding(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("text_encoding", nargs, 1, 2)) {
        return NULL;
    }
    int stacklevel = 2;
    if (nargs > 1) {
        stacklevel = _PyLong_AsInt(args[1]);
        if (stacklevel == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    PyObject *encoding = args[0];
    if (encoding != Py_None) {
        return Py_NewRef(encoding);
    }
    if (_Py_GetConfig()->warn_default_encoding
        && PyErr_WarnEx(PyExc_EncodingWarning,
                        "'encoding' argument not specified", stacklevel)
               < 0) {
        return NULL;
    }
    return Py_NewRef(Py_UTF8Mode ? &_Py_STR(utf_8) : &_Py_ID(locale));
}

static PyObject *
io_open_code(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
             PyObject *kwnames)
{
    static const char *const keywords[] = {"path", NULL};
    static _PyArg_Parser parser = {.format = "U:open_code",
                                   .keywords = keywords};
    PyObject *path;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser, &path)) {
        return NULL;
    }
    return PyFile_OpenCodeObject(path);
}

/* -- The module ----------------------------------------------------------- */

static PyMethodDef module_methods[] = {
    {"open", _PyCFunction_CAST(io_open), METH_FASTCALL | METH_KEYWORDS,
     "open($module, /, file, mode='r', buffering=-1, encoding=None,\n"
     "     errors=None, newline=None, closefd=True, opener=None)\n--\n\n"
     "Open a file and return a stream; OSError if that fails.\n"
     "\n"
     "file is a path, or a descriptor (which close() closes unless closefd is\n"
     "false).\n"
     "\n"
     "mode is a string of these letters:\n"
     "  'r'  read (default)\n"
     "  'w'  write, emptying the file first\n"
     "  'x'  create a new file and write it\n"
     "  'a'  write at the end, whatever the position\n"
     "  'b'  binary: bytes\n"
     "  't'  text: strings (default)\n"
     "  '+'  read and write\n"
     "\n"
     "buffering is the buffer's size: 0 for none (binary only), 1 for a flush\n"
     "after each line (text only), below 0 for a size that suits the device;\n"
     "terminals are line buffered then.\n"
     "\n"
     "encoding, errors and newline are for text; see TextIOWrapper.\n"
     "\n"
     "opener(file, flags) may open the file and return its descriptor."},
    {"text_encoding", _PyCFunction_CAST(io_text_encoding), METH_FASTCALL,
     "text_encoding($module, encoding, stacklevel=2, /)\n--\n\n"
     "The encoding to pass on to open(): 'locale' or 'utf-8' for None.\n"
     "\n"
     "With -X warn_default_encoding, None gets an EncodingWarning for the\n"
     "caller stacklevel frames up."},
    {"open_code", _PyCFunction_CAST(io_open_code),
     METH_FASTCALL | METH_KEYWORDS,
     "open_code($module, /, path)\n--\n\n"
     "Open a file that will be executed, for reading in binary mode.\n"
     "\n"
     "A hook of the embedding program may check or replace what is read."},
    {NULL, NULL, 0, NULL}
};

static int
module_traverse(PyObject *module, visitproc visit, void *arg)
{
    struct io_state *state = PyModule_GetState(module);
    if (state != NULL) {
        Py_VISIT(state->unsupported_operation);
    }
    return 0;
}

static int
module_clear(PyObject *module)
{
    struct io_state *state = PyModule_GetState(module);
    if (state != NULL) {
        Py_CLEAR(state->unsupported_operation);
    }
    return 0;
}

static void
module_free(void *module)
{
    module_clear((PyObject *)module);
}

static struct PyModuleDef io_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "io",
    .m_doc = module_doc,
    .m_size = sizeof(struct io_state),
    .m_methods = module_methods,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

struct io_state *
io_get_state(void)
{
    PyObject *module = PyState_FindModule(&io_module);
    struct io_state *state = module != NULL ? PyModule_GetState(module)
                                            : NULL;
    if (state == NULL || state->unsupported_operation == NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "could not find io module state "
                        "(interpreter shutdown?)");
        return NULL;
    }
    return state;
}

/* The names are those in the module. */
static const struct {
    PyTypeObject *type;
    int exported;
} io_types[] = {
    {&PyIOBase_Type, 1},
    {&PyRawIOBase_Type, 1},
    {&PyBufferedIOBase_Type, 1},
    {&PyTextIOBase_Type, 1},
    {&PyFileIO_Type, 1},
    {&PyBytesIO_Type, 1},
    {&_PyBytesIOBuffer_Type, 0},
    {&PyStringIO_Type, 1},
    {&PyBufferedReader_Type, 1},
    {&PyBufferedWriter_Type, 1},
    {&PyBufferedRWPair_Type, 1},
    {&PyBufferedRandom_Type, 1},
    {&PyTextIOWrapper_Type, 1},
    {&PyIncrementalNewlineDecoder_Type, 1},
};

PyMODINIT_FUNC
PyInit__io(void)
{
    PyObject *module = PyModule_Create(&io_module);
    if (module == NULL) {
        return NULL;
    }
    struct io_state *state = PyModule_GetState(module);
    state->unsupported_operation = PyObject_CallFunction(
        (PyObject *)&PyType_Type, "s(OO){ss}", "UnsupportedOperation",
        PyExc_OSError, PyExc_ValueError, "__module__", "io");
    if (state->unsupported_operation == NULL
        || PyModule_AddObjectRef(module, "UnsupportedOperation",
                                 state->unsupported_operation) < 0
        || PyModule_AddObjectRef(module, "BlockingIOError",
                                 PyExc_BlockingIOError) < 0
        || PyModule_AddIntConstant(module, "DEFAULT_BUFFER_SIZE",
                                   DEFAULT_BUFFER_SIZE) < 0) {
        goto error;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(io_types); i++) {
        int status = io_types[i].exported
            ? PyModule_AddType(module, io_types[i].type)
            : PyType_Ready(io_types[i].type);
        if (status < 0) {
            goto error;
        }
    }
    return module;
error:
    Py_DECREF(module);
    return NULL;
}
