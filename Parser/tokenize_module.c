/* The "_tokenize" module: the lexer's own tokens, for Python code. */

#include "lexer.h"
#include "structmember.h"

struct tokenizer_iter {
    PyObject_HEAD
    struct tok_state *tok;
};

static PyObject *
tokenizeriter_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {(char *)"source", NULL};
    const char *source;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s:TokenizerIter",
                                     keywords, &source))
    {
        return NULL;
    }
    PyObject *filename = PyUnicode_FromString("<string>");
    if (filename == NULL) {
        return NULL;
    }
    struct tokenizer_iter *self =
        (struct tokenizer_iter *)type->tp_alloc(type, 0);
    if (self == NULL) {
        Py_DECREF(filename);
        return NULL;
    }
    self->tok = _PyTokenizer_FromUTF8(source, 1);
    if (self->tok == NULL) {
        Py_DECREF(filename);
        Py_DECREF(self);
        return NULL;
    }
    self->tok->filename = filename;
    return (PyObject *)self;
}

static void
tokenizeriter_dealloc(struct tokenizer_iter *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (self->tok != NULL) {
        Py_XDECREF(self->tok->filename);
        _PyTokenizer_Free(self->tok);
    }
    type->tp_free(self);
    Py_DECREF(type);
}

/* (text, kind, line, end line, column, end column, source line) */
static PyObject *
tokenizeriter_next(struct tokenizer_iter *self)
{
    struct tok_state *tok = self->tok;
    const char *start, *end;
    int type = _PyTokenizer_Get(tok, &start, &end);
    if (type == ERRORTOKEN && PyErr_Occurred()) {
        return NULL;
    }
    if (type == ERRORTOKEN || type == ENDMARKER) {
        PyErr_SetString(PyExc_StopIteration, "EOF");
        return NULL;
    }
    PyObject *text = start == NULL || end == NULL
                         ? PyUnicode_FromString("")
                         : PyUnicode_FromStringAndSize(start, end - start);
    if (text == NULL) {
        return NULL;
    }
    PyObject *line = PyUnicode_DecodeUTF8(tok->buf, tok->inp - tok->buf,
                                          "replace");
    if (line == NULL) {
        Py_DECREF(text);
        return NULL;
    }
    const char *line_start = type == STRING ? tok->multi_line_start
                                            : tok->line_start;
    int lineno = type == STRING ? tok->first_lineno : tok->lineno;
    Py_ssize_t col = -1, end_col = -1;
    if (start != NULL && start >= line_start) {
        col = start - line_start;
    }
    if (end != NULL && end >= tok->line_start) {
        end_col = end - tok->line_start;
    }
    return Py_BuildValue("(NiiinnN)", text, type, lineno, tok->lineno, col,
                         end_col, line);
}

static PyType_Slot tokenizeriter_slots[] = {
    {Py_tp_new, tokenizeriter_new},
    {Py_tp_dealloc, tokenizeriter_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, tokenizeriter_next},
    {0, NULL},
};

static PyType_Spec tokenizeriter_spec = {
    .name = "_tokenize.TokenizerIter",
    .basicsize = sizeof(struct tokenizer_iter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = tokenizeriter_slots,
};

static int
tokenizemodule_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &tokenizeriter_spec,
                                              NULL);
    if (type == NULL) {
        return -1;
    }
    int result = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return result;
}

static PyModuleDef_Slot tokenizemodule_slots[] = {
    {Py_mod_exec, tokenizemodule_exec},
    {0, NULL},
};

static struct PyModuleDef tokenizemodule = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_tokenize",
    .m_size = 0,
    .m_slots = tokenizemodule_slots,
};

PyMODINIT_FUNC
PyInit__tokenize(void)
{
    return PyModuleDef_Init(&tokenizemodule);
}
