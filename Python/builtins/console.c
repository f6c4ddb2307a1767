/* print and input. */
#include "builtins_private.h"
#include "pycore_sysmodule.h"

/* -- print ------------------------------------------------------------------------ */

const char builtin_print_doc[] =
"print($module, /, *args, sep=' ', end='\\n', file=None, flush=False)\n--\n\n"
"Write the values as text, to sys.stdout unless file is given.";

struct print_options {
    PyObject *sep;
    PyObject *end;
    PyObject *file;
    PyObject *flush;
};

static int
print_keywords(struct print_options *options, PyObject *const *values,
               PyObject *kwnames)
{
    static const char *const names[] = {"sep", "end", "file", "flush"};
    PyObject **targets[] = {&options->sep, &options->end, &options->file,
                            &options->flush};
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kwnames); i++) {
        PyObject *name = PyTuple_GET_ITEM(kwnames, i);
        size_t j = 0;
        while (j < Py_ARRAY_LENGTH(names)
               && !_PyUnicode_EqualToASCIIString(name, names[j])) {
            j++;
        }
        if (j == Py_ARRAY_LENGTH(names)) {
            PyErr_Format(PyExc_TypeError,
                         "'%U' is an invalid keyword argument for print()",
                         name);
            return -1;
        }
        *targets[j] = values[i];
    }
    return 0;
}

/* None means the default, NULL here. */
static int
print_check_text(PyObject **value, const char *name)
{
    if (*value == Py_None) {
        *value = NULL;
    }
    if (*value != NULL && !PyUnicode_Check(*value)) {
        PyErr_Format(PyExc_TypeError,
                     "%s must be None or a string, not %.200s", name,
                     Py_TYPE(*value)->tp_name);
        return -1;
    }
    return 0;
}

static int
print_values(const struct print_options *options, PyObject *const *args,
             Py_ssize_t nargs)
{
    for (Py_ssize_t i = 0; i < nargs; i++) {
        if (i > 0) {
            int failed = options->sep == NULL
                             ? PyFile_WriteString(" ", options->file)
                             : PyFile_WriteObject(options->sep, options->file,
                                                  Py_PRINT_RAW);
            if (failed) {
                return -1;
            }
        }
        if (PyFile_WriteObject(args[i], options->file, Py_PRINT_RAW)) {
            return -1;
        }
    }
    return options->end == NULL
               ? PyFile_WriteString("\n", options->file)
               : PyFile_WriteObject(options->end, options->file,
                                    Py_PRINT_RAW);
}

PyObject *
builtin_print(PyObject *Py_UNUSED(module), PyObject *const *args,
              Py_ssize_t nargs, PyObject *kwnames)
{
    struct print_options options = {0};
    if (kwnames != NULL
        && print_keywords(&options, args + nargs, kwnames) < 0) {
        return NULL;
    }
    int flush = 0;
    if (options.flush != NULL) {
        flush = PyObject_IsTrue(options.flush);
        if (flush < 0) {
            return NULL;
        }
    }
    if (options.file == NULL || options.file == Py_None) {
        PyThreadState *tstate = _PyThreadState_GET();
        options.file = _PySys_GetAttr(tstate, &_Py_ID(stdout));
        if (options.file == NULL) {
            PyErr_SetString(PyExc_RuntimeError, "lost sys.stdout");
            return NULL;
        }
        if (options.file == Py_None) {
            /* there is no console: no place to print to */
            Py_RETURN_NONE;
        }
    }
    if (print_check_text(&options.sep, "sep") < 0
        || print_check_text(&options.end, "end") < 0) {
        return NULL;
    }
    Py_INCREF(options.file);
    int failed = print_values(&options, args, nargs);
    if (!failed && flush) {
        PyObject *result = PyObject_CallMethodNoArgs(options.file,
                                                     &_Py_ID(flush));
        failed = result == NULL;
        Py_XDECREF(result);
    }
    Py_DECREF(options.file);
    if (failed) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* -- input --------------------------------------------------------------------------- */

const char builtin_input_doc[] =
"input($module, prompt='', /)\n--\n\n"
"Read a line from standard input; its line end is removed.";

static PyObject *
standard_stream(PyThreadState *tstate, PyObject *name)
{
    PyObject *stream = _PySys_GetAttr(tstate, name);
    if (stream == NULL || stream == Py_None) {
        PyErr_Format(PyExc_RuntimeError, "input(): lost sys.%U", name);
        return NULL;
    }
    return stream;
}

/* Is the stream really this descriptor, on a terminal? */
static int
is_terminal(PyObject *stream, int expected)
{
    PyObject *number = PyObject_CallMethodNoArgs(stream, &_Py_ID(fileno));
    if (number == NULL) {
        PyErr_Clear();
        return 0;
    }
    long fd = PyLong_AsLong(number);
    Py_DECREF(number);
    if (fd == -1 && PyErr_Occurred()) {
        return -1;
    }
    return fd == expected && isatty(expected);
}

static int
flush_quietly(PyObject *stream)
{
    PyObject *result = PyObject_CallMethodNoArgs(stream, &_Py_ID(flush));
    if (result == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(result);
    return 0;
}

/* encoding and errors of a stream, as C strings owned by `holders` */
static int
stream_coding(PyObject *stream, PyObject *holders[2], const char *texts[2])
{
    PyObject *names[2] = {&_Py_ID(encoding), &_Py_ID(errors)};
    for (int i = 0; i < 2; i++) {
        holders[i] = PyObject_GetAttr(stream, names[i]);
        if (holders[i] == NULL || !PyUnicode_Check(holders[i])) {
            return 0;
        }
        texts[i] = PyUnicode_AsUTF8(holders[i]);
        if (texts[i] == NULL) {
            return 0;
        }
    }
    return 1;
}

/* The prompt in the terminal's encoding, without null bytes. New bytes. */
static PyObject *
encode_prompt(PyObject *prompt, const char *coding[2])
{
    PyObject *text = PyObject_Str(prompt);
    if (text == NULL) {
        return NULL;
    }
    PyObject *bytes = PyUnicode_AsEncodedString(text, coding[0], coding[1]);
    Py_DECREF(text);
    if (bytes != NULL
        && strlen(PyBytes_AS_STRING(bytes))
               != (size_t)PyBytes_GET_SIZE(bytes)) {
        PyErr_SetString(PyExc_ValueError,
                        "input: prompt string cannot contain null "
                        "characters");
        Py_CLEAR(bytes);
    }
    return bytes;
}

/* Through readline. NULL without an exception: it cannot be used. */
static PyObject *
input_terminal(PyObject *in, PyObject *out, PyObject *prompt)
{
    PyObject *in_holders[2] = {NULL, NULL}, *out_holders[2] = {NULL, NULL};
    const char *in_coding[2], *out_coding[2];
    PyObject *result = NULL, *prompt_bytes = NULL;
    if (!stream_coding(in, in_holders, in_coding)) {
        PyErr_Clear();
        goto done;
    }
    const char *prompt_text = "";
    if (prompt != NULL) {
        if (!stream_coding(out, out_holders, out_coding)) {
            PyErr_Clear();
            goto done;
        }
        prompt_bytes = encode_prompt(prompt, out_coding);
        if (prompt_bytes == NULL) {
            goto done;
        }
        prompt_text = PyBytes_AS_STRING(prompt_bytes);
    }
    flush_quietly(out);
    char *line = PyOS_Readline(stdin, stdout, prompt_text);
    if (line == NULL) {
        PyErr_CheckSignals();
        if (!PyErr_Occurred()) {
            PyErr_SetNone(PyExc_KeyboardInterrupt);
        }
        goto done;
    }
    size_t length = strlen(line);
    if (length == 0) {
        PyErr_SetNone(PyExc_EOFError);
    }
    else if (length > PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError, "input: input too long");
    }
    else {
        length--; /* the line end */
        if (length != 0 && line[length - 1] == '\r') {
            length--;
        }
        result = PyUnicode_Decode(line, (Py_ssize_t)length, in_coding[0],
                                  in_coding[1]);
    }
    PyMem_Free(line);
done:
    for (int i = 0; i < 2; i++) {
        Py_XDECREF(in_holders[i]);
        Py_XDECREF(out_holders[i]);
    }
    Py_XDECREF(prompt_bytes);
    if (result != NULL
        && PySys_Audit("builtins.input/result", "O", result) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

PyObject *
builtin_input(PyObject *Py_UNUSED(module), PyObject *const *args,
              Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("input", nargs, 0, 1)) {
        return NULL;
    }
    PyObject *prompt = nargs > 0 ? args[0] : NULL;
    PyThreadState *tstate = _PyThreadState_GET();
    PyObject *in = standard_stream(tstate, &_Py_ID(stdin));
    PyObject *out = in == NULL ? NULL
                               : standard_stream(tstate, &_Py_ID(stdout));
    PyObject *err = out == NULL ? NULL
                                : standard_stream(tstate, &_Py_ID(stderr));
    if (err == NULL
        || PySys_Audit("builtins.input", "O",
                       prompt != NULL ? prompt : Py_None) < 0) {
        return NULL;
    }
    flush_quietly(err);
    int terminal = is_terminal(in, fileno(stdin));
    if (terminal > 0) {
        terminal = is_terminal(out, fileno(stdout));
    }
    if (terminal < 0) {
        return NULL;
    }
    if (terminal) {
        PyObject *line = input_terminal(in, out, prompt);
        if (line != NULL || PyErr_Occurred()) {
            return line;
        }
    }
    if (prompt != NULL
        && PyFile_WriteObject(prompt, out, Py_PRINT_RAW) != 0) {
        return NULL;
    }
    flush_quietly(out);
    PyObject *line = PyFile_GetLine(in, -1);
    return line;
}
