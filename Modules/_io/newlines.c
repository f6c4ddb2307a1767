/* Line ends: finding them, and IncrementalNewlineDecoder, which turns "\r"
   and "\r\n" into "\n" (or only takes note of them) behind any incremental
   decoder. */

#include "Python.h"
#include "_iomodule.h"

/* -- Finding -------------------------------------------------------------- */

static Py_ssize_t
find_char(int kind, const char *start, const char *end, Py_UCS4 ch)
{
    if (kind == PyUnicode_1BYTE_KIND) {
        const char *found = memchr(start, (int)ch, (size_t)(end - start));
        return found != NULL ? found - start : -1;
    }
    Py_ssize_t length = (end - start) / kind;
    for (Py_ssize_t i = 0; i < length; i++) {
        if (PyUnicode_READ(kind, start, i) == ch) {
            return i;
        }
    }
    return -1;
}

/* The first "\n", "\r" or "\r\n" ends the line.  A "\r" at the very end is a
   line's end of its own: the decoder never splits the two. */
static Py_ssize_t
find_any_ending(int kind, const char *start, const char *end)
{
    Py_ssize_t length = (end - start) / kind;
    if (kind == PyUnicode_1BYTE_KIND) {
        const char *lf = memchr(start, '\n', (size_t)length);
        Py_ssize_t limit = lf != NULL ? lf - start : length;
        const char *cr = memchr(start, '\r', (size_t)limit);
        if (cr == NULL) {
            return lf != NULL ? limit + 1 : -1;
        }
        return cr - start + (cr + 1 == lf ? 2 : 1);
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, start, i);
        if (ch == '\n') {
            return i + 1;
        }
        if (ch == '\r') {
            return i + 1 < length
                   && PyUnicode_READ(kind, start, i + 1) == '\n' ? i + 2
                                                                 : i + 1;
        }
    }
    return -1;
}

Py_ssize_t
text_find_line_ending(int translated, int universal, PyObject *readnl,
                      int kind, const char *start, const char *end,
                      Py_ssize_t *consumed)
{
    Py_ssize_t length = (end - start) / kind;
    if (translated) {
        Py_ssize_t at = find_char(kind, start, end, '\n');
        if (at >= 0) {
            return at + 1;
        }
        *consumed = length;
        return -1;
    }
    if (universal) {
        Py_ssize_t at = find_any_ending(kind, start, end);
        if (at < 0) {
            *consumed = length;
        }
        return at;
    }
    Py_ssize_t size = PyUnicode_GET_LENGTH(readnl);
    const Py_UCS1 *newline = PyUnicode_1BYTE_DATA(readnl);
    Py_ssize_t from = 0;
    for (;;) {
        Py_ssize_t at = find_char(kind, start + from * kind, end, newline[0]);
        if (at < 0) {
            *consumed = length;
            return -1;
        }
        at += from;
        if (at + size > length) {
            /* Its second half may be in the next piece. */
            *consumed = at;
            return -1;
        }
        Py_ssize_t i = 1;
        while (i < size
               && PyUnicode_READ(kind, start, at + i) == newline[i]) {
            i++;
        }
        if (i == size) {
            return at + size;
        }
        from = at + 1;
    }
}

int
text_check_newline(const char *newline)
{
    if (newline != NULL && newline[0] != '\0'
        && !(newline[0] == '\n' && newline[1] == '\0')
        && !(newline[0] == '\r' && newline[1] == '\0')
        && !(newline[0] == '\r' && newline[1] == '\n'
             && newline[2] == '\0')) {
        PyErr_Format(PyExc_ValueError, "illegal newline value: %s", newline);
        return -1;
    }
    return 0;
}

/* -- The decoder ---------------------------------------------------------- */

enum {
    SEEN_CR = 1,
    SEEN_LF = 2,
    SEEN_CRLF = 4,
    SEEN_ALL = SEEN_CR | SEEN_LF | SEEN_CRLF
};

struct newline_decoder {
    PyObject_HEAD
    PyObject *decoder;          /* the decoder before, or None */
    PyObject *errors;
    unsigned int pendingcr : 1; /* a "\r" waits for what follows it */
    unsigned int translate : 1;
    unsigned int seennl : 3;    /* SEEN_ flags */
};

static int
check_initialized(struct newline_decoder *self)
{
    if (self->errors == NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "IncrementalNewlineDecoder.__init__() not called");
        return -1;
    }
    return 0;
}

static int
newline_decoder_init(struct newline_decoder *self, PyObject *args,
                     PyObject *kwargs)
{
    static const char *const keywords[] = {"decoder", "translate", "errors",
                                           NULL};
    static _PyArg_Parser parser = {.format =
                                       "Oi|O:IncrementalNewlineDecoder",
                                   .keywords = keywords};
    PyObject *decoder;
    int translate;
    PyObject *errors = NULL;
    if (!_PyArg_ParseTupleAndKeywordsFast(args, kwargs, &parser, &decoder,
                                          &translate, &errors)) {
        return -1;
    }
    if (errors == NULL) {
        errors = &_Py_ID(strict);
    }
    Py_XSETREF(self->errors, Py_NewRef(errors));
    Py_XSETREF(self->decoder, Py_NewRef(decoder));
    self->translate = translate != 0;
    self->seennl = 0;
    self->pendingcr = 0;
    return 0;
}

static void
newline_decoder_dealloc(struct newline_decoder *self)
{
    Py_CLEAR(self->decoder);
    Py_CLEAR(self->errors);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* Put "\r" before the text.  Steals text. */
static PyObject *
prepend_cr_steal(PyObject *text)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    PyObject *result = PyUnicode_New(length + 1,
                                     PyUnicode_MAX_CHAR_VALUE(text));
    if (result != NULL) {
        PyUnicode_WRITE(PyUnicode_KIND(result), PyUnicode_DATA(result), 0,
                        '\r');
        _PyUnicode_FastCopyCharacters(result, 1, text, 0, length);
    }
    Py_DECREF(text);
    return result;
}

static unsigned int
scan_newlines(PyObject *text, unsigned int seen)
{
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    for (Py_ssize_t i = 0; i < length && seen != SEEN_ALL; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        if (ch == '\n') {
            seen |= SEEN_LF;
        }
        else if (ch == '\r') {
            if (i + 1 < length && PyUnicode_READ(kind, data, i + 1) == '\n') {
                seen |= SEEN_CRLF;
                i++;
            }
            else {
                seen |= SEEN_CR;
            }
        }
    }
    return seen;
}

/* A copy with only "\n", noting in *seen what was there. */
static PyObject *
translate_newlines(PyObject *text, unsigned int *seen)
{
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    char *translated = PyMem_Malloc((size_t)(kind * length));
    if (translated == NULL) {
        return PyErr_NoMemory();
    }
    Py_ssize_t out = 0;
    unsigned int flags = *seen;
    for (Py_ssize_t in = 0; in < length; in++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, in);
        if (ch == '\n') {
            flags |= SEEN_LF;
        }
        else if (ch == '\r') {
            if (in + 1 < length
                && PyUnicode_READ(kind, data, in + 1) == '\n') {
                flags |= SEEN_CRLF;
                in++;
            }
            else {
                flags |= SEEN_CR;
            }
            ch = '\n';
        }
        PyUnicode_WRITE(kind, translated, out, ch);
        out++;
    }
    *seen = flags;
    PyObject *result = PyUnicode_FromKindAndData(kind, translated, out);
    PyMem_Free(translated);
    return result;
}

static int
has_char(PyObject *text, Py_UCS4 ch)
{
    int kind = PyUnicode_KIND(text);
    const char *data = PyUnicode_DATA(text);
    return find_char(kind, data, data + PyUnicode_GET_LENGTH(text) * kind,
                     ch) >= 0;
}

PyObject *
newline_decoder_decode(PyObject *op, PyObject *input, int final)
{
    struct newline_decoder *self = (struct newline_decoder *)op;
    if (check_initialized(self) < 0) {
        return NULL;
    }
    PyObject *output;
    if (self->decoder != Py_None) {
        output = PyObject_CallMethodObjArgs(self->decoder, &_Py_ID(decode),
                                            input,
                                            final ? Py_True : Py_False, NULL);
    }
    else {
        output = Py_NewRef(input);
    }
    if (output == NULL) {
        return NULL;
    }
    if (!PyUnicode_Check(output)) {
        PyErr_Format(PyExc_TypeError,
                     "decoder should return a string result, not '%.200s'",
                     Py_TYPE(output)->tp_name);
        goto error;
    }
    if (PyUnicode_READY(output) < 0) {
        goto error;
    }
    if (self->pendingcr && (final || PyUnicode_GET_LENGTH(output) > 0)) {
        output = prepend_cr_steal(output);
        if (output == NULL) {
            return NULL;
        }
        self->pendingcr = 0;
    }
    /* Keep a last "\r" back even without translation, so that readline()
       never sees half of "\r\n". */
    Py_ssize_t length = PyUnicode_GET_LENGTH(output);
    if (!final && length > 0
        && PyUnicode_READ_CHAR(output, length - 1) == '\r') {
        PyObject *shorter = PyUnicode_Substring(output, 0, length - 1);
        if (shorter == NULL) {
            goto error;
        }
        Py_SETREF(output, shorter);
        self->pendingcr = 1;
    }
    if (PyUnicode_GET_LENGTH(output) == 0) {
        return output;
    }
    if (!has_char(output, '\r')) {
        if (!(self->seennl & SEEN_LF) && has_char(output, '\n')) {
            self->seennl |= SEEN_LF;
        }
        return output;
    }
    unsigned int seen = self->seennl;
    if (!self->translate) {
        self->seennl = scan_newlines(output, seen) & SEEN_ALL;
        return output;
    }
    PyObject *translated = translate_newlines(output, &seen);
    Py_DECREF(output);
    self->seennl = seen & SEEN_ALL;
    return translated;
error:
    Py_DECREF(output);
    return NULL;
}

static PyObject *
newline_decoder_decode_method(PyObject *self, PyObject *const *args,
                              Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"input", "final", NULL};
    static _PyArg_Parser parser = {.format = "O|p:decode",
                                   .keywords = keywords};
    PyObject *input;
    int final = 0;
    if (!_PyArg_ParseStackAndKeywords(args, nargs, kwnames, &parser, &input,
                                      &final)) {
        return NULL;
    }
    return newline_decoder_decode(self, input, final);
}

/* The decoder's state, with the pending "\r" as the lowest bit. */
static PyObject *
newline_decoder_getstate(struct newline_decoder *self,
                         PyObject *Py_UNUSED(ignored))
{
    if (check_initialized(self) < 0) {
        return NULL;
    }
    PyObject *buffer;
    unsigned long long flag = 0;
    if (self->decoder != Py_None) {
        PyObject *state = PyObject_CallMethodNoArgs(self->decoder,
                                                    &_Py_ID(getstate));
        if (state == NULL) {
            return NULL;
        }
        if (!PyTuple_Check(state)) {
            PyErr_SetString(PyExc_TypeError, "illegal decoder state");
            Py_DECREF(state);
            return NULL;
        }
        if (!PyArg_ParseTuple(state, "OK;illegal decoder state", &buffer,
                              &flag)) {
            Py_DECREF(state);
            return NULL;
        }
        Py_INCREF(buffer);
        Py_DECREF(state);
    }
    else {
        buffer = PyBytes_FromString("");
        if (buffer == NULL) {
            return NULL;
        }
    }
    flag <<= 1;
    if (self->pendingcr) {
        flag |= 1;
    }
    return Py_BuildValue("NK", buffer, flag);
}

static PyObject *
newline_decoder_setstate(struct newline_decoder *self, PyObject *state)
{
    PyObject *buffer;
    unsigned long long flag;
    if (check_initialized(self) < 0) {
        return NULL;
    }
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state argument must be a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "OK;setstate(): illegal state argument",
                          &buffer, &flag)) {
        return NULL;
    }
    self->pendingcr = (unsigned int)flag & 1;
    flag >>= 1;
    if (self->decoder != Py_None) {
        return PyObject_CallMethod(self->decoder, "setstate", "((OK))",
                                   buffer, flag);
    }
    Py_RETURN_NONE;
}

static PyObject *
newline_decoder_reset(struct newline_decoder *self,
                      PyObject *Py_UNUSED(ignored))
{
    if (check_initialized(self) < 0) {
        return NULL;
    }
    self->seennl = 0;
    self->pendingcr = 0;
    if (self->decoder != Py_None) {
        return PyObject_CallMethodNoArgs(self->decoder, &_Py_ID(reset));
    }
    Py_RETURN_NONE;
}

static PyObject *
newline_decoder_newlines_get(struct newline_decoder *self, void *context)
{
    if (check_initialized(self) < 0) {
        return NULL;
    }
    switch (self->seennl) {
    case SEEN_CR:
        return PyUnicode_FromString("\r");
    case SEEN_LF:
        return PyUnicode_FromString("\n");
    case SEEN_CRLF:
        return PyUnicode_FromString("\r\n");
    case SEEN_CR | SEEN_LF:
        return Py_BuildValue("ss", "\r", "\n");
    case SEEN_CR | SEEN_CRLF:
        return Py_BuildValue("ss", "\r", "\r\n");
    case SEEN_LF | SEEN_CRLF:
        return Py_BuildValue("ss", "\n", "\r\n");
    case SEEN_ALL:
        return Py_BuildValue("sss", "\r", "\n", "\r\n");
    default:
        Py_RETURN_NONE;
    }
}

static PyMethodDef newline_decoder_methods[] = {
    {"decode", _PyCFunction_CAST(newline_decoder_decode_method),
     METH_FASTCALL | METH_KEYWORDS,
     "decode($self, /, input, final=False)\n--\n\n"},
    {"getstate", (PyCFunction)newline_decoder_getstate, METH_NOARGS,
     "getstate($self, /)\n--\n\n"},
    {"setstate", (PyCFunction)newline_decoder_setstate, METH_O,
     "setstate($self, state, /)\n--\n\n"},
    {"reset", (PyCFunction)newline_decoder_reset, METH_NOARGS,
     "reset($self, /)\n--\n\n"},
    {NULL, NULL, 0, NULL}
};

static PyGetSetDef newline_decoder_getset[] = {
    {"newlines", (getter)newline_decoder_newlines_get, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}
};

PyDoc_STRVAR(newline_decoder_doc,
"IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\n"
"A decoder behind another one that looks after line ends.\n"
"\n"
"It remembers in `newlines` which kinds it has met, translates them to\n"
"'\\n' if asked, and never hands out half of '\\r\\n'.");

PyTypeObject PyIncrementalNewlineDecoder_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.IncrementalNewlineDecoder",
    .tp_basicsize = sizeof(struct newline_decoder),
    .tp_dealloc = (destructor)newline_decoder_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = newline_decoder_doc,
    .tp_methods = newline_decoder_methods,
    .tp_getset = newline_decoder_getset,
    .tp_init = (initproc)newline_decoder_init,
    .tp_new = PyType_GenericNew,
};
