/* The module _csv: comma separated values, as spreadsheets write them. */
#include "Python.h"
#include "pycore_object.h"
#include "structmember.h"

#include <stdbool.h>

/* A special character that a dialect does not have. */
#define NOT_SET ((Py_UCS4)-1)
/* What follows the last character of a line. */
#define EOL ((Py_UCS4)-2)

typedef struct {
    PyObject *error_obj;        /* csv.Error */
    PyObject *dialects;         /* dict: registered dialects by name */
    PyTypeObject *dialect_type;
    PyTypeObject *reader_type;
    PyTypeObject *writer_type;
    long field_limit;           /* characters of the longest field */
} csv_state;

static struct PyModuleDef csv_module;

static inline csv_state *
csv_state_get(PyObject *module)
{
    return (csv_state *)PyModule_GetState(module);
}

static csv_state *
csv_state_by_type(PyTypeObject *type)
{
    PyObject *module = PyType_GetModuleByDef(type, &csv_module);
    return module == NULL ? NULL : csv_state_get(module);
}

typedef enum {
    QUOTE_MINIMAL,
    QUOTE_ALL,
    QUOTE_NONNUMERIC,
    QUOTE_NONE
} quote_style;

static const struct {
    quote_style style;
    const char *name;
} quote_styles[] = {
    {QUOTE_MINIMAL, "QUOTE_MINIMAL"},
    {QUOTE_ALL, "QUOTE_ALL"},
    {QUOTE_NONNUMERIC, "QUOTE_NONNUMERIC"},
    {QUOTE_NONE, "QUOTE_NONE"},
};

/* -- Dialects ---------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    char doublequote;           /* is " represented by ""? */
    char skipinitialspace;      /* ignore spaces behind the delimiter? */
    char strict;                /* raise on bad input? */
    int quoting;                /* quote_style */
    Py_UCS4 delimiter;
    Py_UCS4 quotechar;          /* or NOT_SET */
    Py_UCS4 escapechar;         /* or NOT_SET */
    PyObject *lineterminator;   /* str */
} DialectObj;

static PyObject *
get_char_or_None(Py_UCS4 c)
{
    if (c == NOT_SET) {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromOrdinal((int)c);
}

static PyObject *
Dialect_get_lineterminator(DialectObj *self, void *unused)
{
    return Py_XNewRef(self->lineterminator);
}

static PyObject *
Dialect_get_delimiter(DialectObj *self, void *unused)
{
    return get_char_or_None(self->delimiter);
}

static PyObject *
Dialect_get_escapechar(DialectObj *self, void *unused)
{
    return get_char_or_None(self->escapechar);
}

static PyObject *
Dialect_get_quotechar(DialectObj *self, void *unused)
{
    return get_char_or_None(self->quotechar);
}

static PyObject *
Dialect_get_quoting(DialectObj *self, void *unused)
{
    return PyLong_FromLong(self->quoting);
}

static int
set_bool(const char *name, char *target, PyObject *src, bool dflt)
{
    if (src == NULL) {
        *target = dflt;
        return 0;
    }
    int b = PyObject_IsTrue(src);
    if (b < 0) {
        return -1;
    }
    *target = (char)b;
    return 0;
}

static int
set_int(const char *name, int *target, PyObject *src, int dflt)
{
    if (src == NULL) {
        *target = dflt;
        return 0;
    }
    if (!PyLong_CheckExact(src)) {
        PyErr_Format(PyExc_TypeError, "\"%s\" must be an integer", name);
        return -1;
    }
    int value = _PyLong_AsInt(src);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    *target = value;
    return 0;
}

/* A character; optional ones can be None. */
static int
set_char(const char *name, Py_UCS4 *target, PyObject *src, Py_UCS4 dflt,
         bool optional)
{
    if (src == NULL) {
        *target = dflt;
        return 0;
    }
    if (optional && src == Py_None) {
        *target = NOT_SET;
        return 0;
    }
    if (!PyUnicode_Check(src)) {
        PyErr_Format(PyExc_TypeError, "\"%s\" must be string%s, not %.200s",
                     name, optional ? " or None" : "",
                     Py_TYPE(src)->tp_name);
        return -1;
    }
    Py_ssize_t len = PyUnicode_GetLength(src);
    if (len < 0) {
        return -1;
    }
    if (len != 1) {
        PyErr_Format(PyExc_TypeError,
                     "\"%s\" must be a 1-character string", name);
        return -1;
    }
    *target = PyUnicode_READ_CHAR(src, 0);
    return 0;
}

static int
set_str(const char *name, PyObject **target, PyObject *src, const char *dflt)
{
    if (src == NULL) {
        *target = PyUnicode_DecodeASCII(dflt, (Py_ssize_t)strlen(dflt),
                                        NULL);
        return *target == NULL ? -1 : 0;
    }
    if (src == Py_None) {
        *target = NULL;
        return 0;
    }
    if (!PyUnicode_Check(src)) {
        PyErr_Format(PyExc_TypeError, "\"%s\" must be a string", name);
        return -1;
    }
    if (PyUnicode_READY(src) == -1) {
        return -1;
    }
    Py_XSETREF(*target, Py_NewRef(src));
    return 0;
}

static int
check_quoting(int quoting)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(quote_styles); i++) {
        if ((int)quote_styles[i].style == quoting) {
            return 0;
        }
    }
    PyErr_Format(PyExc_TypeError, "bad \"quoting\" value");
    return -1;
}

static PyObject *
get_dialect_from_registry(PyObject *name, csv_state *state)
{
    PyObject *dialect = PyDict_GetItemWithError(state->dialects, name);
    if (dialect == NULL && !PyErr_Occurred()) {
        PyErr_SetString(state->error_obj, "unknown dialect");
    }
    return Py_XNewRef(dialect);
}

enum {
    ARG_DELIMITER, ARG_DOUBLEQUOTE, ARG_ESCAPECHAR, ARG_LINETERMINATOR,
    ARG_QUOTECHAR, ARG_QUOTING, ARG_SKIPINITIALSPACE, ARG_STRICT, NARGS
};

static const char *const dialect_kws[] = {
    "dialect", "delimiter", "doublequote", "escapechar", "lineterminator",
    "quotechar", "quoting", "skipinitialspace", "strict", NULL};

/* Fills in the fields from arguments, any of which may be NULL. */
static int
dialect_fill(DialectObj *self, PyObject *const *args)
{
    if (set_char("delimiter", &self->delimiter, args[ARG_DELIMITER], ',',
                 false) < 0
        || set_bool("doublequote", &self->doublequote, args[ARG_DOUBLEQUOTE],
                    true) < 0
        || set_char("escapechar", &self->escapechar, args[ARG_ESCAPECHAR],
                    NOT_SET, true) < 0
        || set_str("lineterminator", &self->lineterminator,
                   args[ARG_LINETERMINATOR], "\r\n") < 0
        || set_char("quotechar", &self->quotechar, args[ARG_QUOTECHAR], '"',
                    true) < 0
        || set_int("quoting", &self->quoting, args[ARG_QUOTING],
                   QUOTE_MINIMAL) < 0
        || set_bool("skipinitialspace", &self->skipinitialspace,
                    args[ARG_SKIPINITIALSPACE], false) < 0
        || set_bool("strict", &self->strict, args[ARG_STRICT], false) < 0
        || check_quoting(self->quoting) < 0) {
        return -1;
    }
    if (args[ARG_QUOTECHAR] == Py_None && args[ARG_QUOTING] == NULL) {
        self->quoting = QUOTE_NONE;
    }
    if (self->quoting != QUOTE_NONE && self->quotechar == NOT_SET) {
        PyErr_SetString(PyExc_TypeError,
                        "quotechar must be set if quoting enabled");
        return -1;
    }
    if (self->lineterminator == NULL) {
        PyErr_SetString(PyExc_TypeError, "lineterminator must be set");
        return -1;
    }
    return 0;
}

static PyObject *
dialect_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *dialect = NULL;
    PyObject *given[NARGS] = {NULL};
    csv_state *state = csv_state_by_type(type);
    if (state == NULL) {
        return NULL;
    }
    if (!PyArg_ParseTupleAndKeywords(
            args, kwargs, "|OOOOOOOOO", (char **)dialect_kws, &dialect,
            &given[0], &given[1], &given[2], &given[3], &given[4], &given[5],
            &given[6], &given[7])) {
        return NULL;
    }
    for (int i = 0; i < NARGS; i++) {
        Py_XINCREF(given[i]);
    }
    Py_XINCREF(dialect);
    PyObject *result = NULL;
    if (dialect != NULL) {
        if (PyUnicode_Check(dialect)) {
            Py_SETREF(dialect, get_dialect_from_registry(dialect, state));
            if (dialect == NULL) {
                goto done;
            }
        }
        int overridden = 0;
        for (int i = 0; i < NARGS; i++) {
            overridden |= given[i] != NULL;
        }
        if (PyObject_TypeCheck(dialect, state->dialect_type)
            && !overridden) {
            /* Nothing can change it: it is its own copy. */
            result = Py_NewRef(dialect);
            goto done;
        }
        for (int i = 0; i < NARGS; i++) {
            if (given[i] == NULL) {
                given[i] = PyObject_GetAttrString(dialect,
                                                  dialect_kws[i + 1]);
                if (given[i] == NULL) {
                    PyErr_Clear();
                }
            }
        }
    }
    DialectObj *self = (DialectObj *)type->tp_alloc(type, 0);
    if (self == NULL) {
        goto done;
    }
    self->lineterminator = NULL;
    if (dialect_fill(self, given) < 0) {
        Py_DECREF(self);
        goto done;
    }
    result = (PyObject *)self;
done:
    Py_XDECREF(dialect);
    for (int i = 0; i < NARGS; i++) {
        Py_XDECREF(given[i]);
    }
    return result;
}

static PyObject *
dialect_call(csv_state *state, PyObject *dialect_inst, PyObject *kwargs)
{
    PyObject *type = (PyObject *)state->dialect_type;
    if (dialect_inst != NULL) {
        return PyObject_VectorcallDict(type, &dialect_inst, 1, kwargs);
    }
    return PyObject_VectorcallDict(type, NULL, 0, kwargs);
}

static int
Dialect_clear(DialectObj *self)
{
    Py_CLEAR(self->lineterminator);
    return 0;
}

static void
Dialect_dealloc(DialectObj *self)
{
    PyTypeObject *tp = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)Dialect_clear(self);
    PyObject_GC_Del(self);
    Py_DECREF(tp);
}

static int
Dialect_traverse(DialectObj *self, visitproc visit, void *arg)
{
    Py_VISIT(self->lineterminator);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static PyObject *
Dialect_reduce(PyObject *self, PyObject *unused)
{
    PyErr_Format(PyExc_TypeError, "cannot pickle '%.100s' instances",
                 _PyType_Name(Py_TYPE(self)));
    return NULL;
}

static PyMethodDef dialect_methods[] = {
    {"__reduce__", Dialect_reduce, METH_VARARGS, NULL},
    {"__reduce_ex__", Dialect_reduce, METH_VARARGS, NULL},
    {NULL, NULL},
};

#define OFF(x) offsetof(DialectObj, x)
static PyMemberDef Dialect_members[] = {
    {"skipinitialspace", T_BOOL, OFF(skipinitialspace), READONLY},
    {"doublequote", T_BOOL, OFF(doublequote), READONLY},
    {"strict", T_BOOL, OFF(strict), READONLY},
    {NULL},
};
#undef OFF

static PyGetSetDef Dialect_getset[] = {
    {"delimiter", (getter)Dialect_get_delimiter},
    {"escapechar", (getter)Dialect_get_escapechar},
    {"lineterminator", (getter)Dialect_get_lineterminator},
    {"quotechar", (getter)Dialect_get_quotechar},
    {"quoting", (getter)Dialect_get_quoting},
    {NULL},
};

PyDoc_STRVAR(Dialect_doc,
"CSV dialect\n\n"
"What separates, quotes and ends values; see the module csv.\n");

static PyType_Slot Dialect_slots[] = {
    {Py_tp_doc, (char *)Dialect_doc},
    {Py_tp_members, Dialect_members},
    {Py_tp_getset, Dialect_getset},
    {Py_tp_new, dialect_new},
    {Py_tp_methods, dialect_methods},
    {Py_tp_dealloc, Dialect_dealloc},
    {Py_tp_clear, Dialect_clear},
    {Py_tp_traverse, Dialect_traverse},
    {0, NULL},
};

static PyType_Spec Dialect_spec = {
    .name = "_csv.Dialect",
    .basicsize = sizeof(DialectObj),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = Dialect_slots,
};

/* -- Buffers of characters ---------------------------------------------------- */

struct text {
    Py_UCS4 *data;
    Py_ssize_t size;            /* allocated */
    Py_ssize_t len;
};

static int
text_reserve(struct text *text, Py_ssize_t len)
{
    if (len <= text->size) {
        return 0;
    }
    size_t size = text->size == 0 ? 4096 : (size_t)text->size;
    while (size < (size_t)len) {
        size += size / 2;
    }
    Py_UCS4 *data = text->data;
    PyMem_Resize(data, Py_UCS4, size);
    if (data == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    text->data = data;
    text->size = (Py_ssize_t)size;
    return 0;
}

static inline int
text_add(struct text *text, Py_UCS4 c)
{
    if (text->len == text->size && text_reserve(text, text->len + 1) < 0) {
        return -1;
    }
    text->data[text->len++] = c;
    return 0;
}

static PyObject *
text_as_unicode(const struct text *text)
{
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, text->data,
                                     text->len);
}

/* -- Reader ---------------------------------------------------------------- */

typedef enum {
    START_RECORD, START_FIELD, ESCAPED_CHAR, IN_FIELD, IN_QUOTED_FIELD,
    ESCAPE_IN_QUOTED_FIELD, QUOTE_IN_QUOTED_FIELD, EAT_CRNL,
    AFTER_ESCAPED_CRNL
} parser_state;

typedef struct {
    PyObject_HEAD
    PyObject *input_iter;       /* gives lines */
    DialectObj *dialect;
    PyObject *fields;           /* list of the present record's fields */
    parser_state state;
    struct text field;          /* the present field */
    bool numeric_field;         /* to be made a float */
    unsigned long line_num;
} ReaderObj;

static int
reader_save_field(ReaderObj *self)
{
    PyObject *field = text_as_unicode(&self->field);
    if (field == NULL) {
        return -1;
    }
    self->field.len = 0;
    if (self->numeric_field) {
        self->numeric_field = false;
        Py_SETREF(field, PyNumber_Float(field));
        if (field == NULL) {
            return -1;
        }
    }
    int err = PyList_Append(self->fields, field);
    Py_DECREF(field);
    return err;
}

static int
reader_add_char(ReaderObj *self, csv_state *state, Py_UCS4 c)
{
    if (self->field.len >= state->field_limit) {
        PyErr_Format(state->error_obj,
                     "field larger than field limit (%ld)",
                     state->field_limit);
        return -1;
    }
    return text_add(&self->field, c);
}

static inline bool
ends_line(Py_UCS4 c)
{
    return c == '\n' || c == '\r' || c == EOL;
}

/* A field ends with its line. */
static int
reader_end_line(ReaderObj *self, Py_UCS4 c)
{
    if (reader_save_field(self) < 0) {
        return -1;
    }
    self->state = c == EOL ? START_RECORD : EAT_CRNL;
    return 0;
}

static int
reader_start_field(ReaderObj *self, csv_state *state, Py_UCS4 c)
{
    DialectObj *dialect = self->dialect;
    if (ends_line(c)) {
        return reader_end_line(self, c);
    }
    if (c == dialect->quotechar && dialect->quoting != QUOTE_NONE) {
        self->state = IN_QUOTED_FIELD;
    }
    else if (c == dialect->escapechar) {
        self->state = ESCAPED_CHAR;
    }
    else if (c == ' ' && dialect->skipinitialspace) {
        /* ignored */
    }
    else if (c == dialect->delimiter) {
        return reader_save_field(self);
    }
    else {
        if (dialect->quoting == QUOTE_NONNUMERIC) {
            self->numeric_field = true;
        }
        if (reader_add_char(self, state, c) < 0) {
            return -1;
        }
        self->state = IN_FIELD;
    }
    return 0;
}

static int
reader_in_field(ReaderObj *self, csv_state *state, Py_UCS4 c)
{
    DialectObj *dialect = self->dialect;
    if (ends_line(c)) {
        return reader_end_line(self, c);
    }
    if (c == dialect->escapechar) {
        self->state = ESCAPED_CHAR;
    }
    else if (c == dialect->delimiter) {
        if (reader_save_field(self) < 0) {
            return -1;
        }
        self->state = START_FIELD;
    }
    else {
        return reader_add_char(self, state, c);
    }
    return 0;
}

static int
reader_after_quote(ReaderObj *self, csv_state *state, Py_UCS4 c)
{
    DialectObj *dialect = self->dialect;
    if (dialect->quoting != QUOTE_NONE && c == dialect->quotechar) {
        /* two quotes are one */
        if (reader_add_char(self, state, c) < 0) {
            return -1;
        }
        self->state = IN_QUOTED_FIELD;
    }
    else if (c == dialect->delimiter) {
        if (reader_save_field(self) < 0) {
            return -1;
        }
        self->state = START_FIELD;
    }
    else if (ends_line(c)) {
        return reader_end_line(self, c);
    }
    else if (!dialect->strict) {
        if (reader_add_char(self, state, c) < 0) {
            return -1;
        }
        self->state = IN_FIELD;
    }
    else {
        PyErr_Format(state->error_obj, "'%c' expected after '%c'",
                     dialect->delimiter, dialect->quotechar);
        return -1;
    }
    return 0;
}

static int
reader_process_char(ReaderObj *self, csv_state *state, Py_UCS4 c)
{
    DialectObj *dialect = self->dialect;
    switch (self->state) {
    case START_RECORD:
        if (c == EOL) {
            /* an empty line: an empty record */
            return 0;
        }
        if (c == '\n' || c == '\r') {
            self->state = EAT_CRNL;
            return 0;
        }
        self->state = START_FIELD;
        /* fall through */
    case START_FIELD:
        return reader_start_field(self, state, c);
    case ESCAPED_CHAR:
        if (c == '\n' || c == '\r') {
            if (reader_add_char(self, state, c) < 0) {
                return -1;
            }
            self->state = AFTER_ESCAPED_CRNL;
            return 0;
        }
        if (c == EOL) {
            c = '\n';
        }
        if (reader_add_char(self, state, c) < 0) {
            return -1;
        }
        self->state = IN_FIELD;
        return 0;
    case AFTER_ESCAPED_CRNL:
        if (c == EOL) {
            return 0;
        }
        /* fall through */
    case IN_FIELD:
        return reader_in_field(self, state, c);
    case IN_QUOTED_FIELD:
        if (c == EOL) {
            return 0;
        }
        if (c == dialect->escapechar) {
            self->state = ESCAPE_IN_QUOTED_FIELD;
            return 0;
        }
        if (c == dialect->quotechar && dialect->quoting != QUOTE_NONE) {
            self->state = dialect->doublequote ? QUOTE_IN_QUOTED_FIELD
                                               : IN_FIELD;
            return 0;
        }
        return reader_add_char(self, state, c);
    case ESCAPE_IN_QUOTED_FIELD:
        if (c == EOL) {
            c = '\n';
        }
        if (reader_add_char(self, state, c) < 0) {
            return -1;
        }
        self->state = IN_QUOTED_FIELD;
        return 0;
    case QUOTE_IN_QUOTED_FIELD:
        return reader_after_quote(self, state, c);
    case EAT_CRNL:
        if (c == '\n' || c == '\r') {
            return 0;
        }
        if (c == EOL) {
            self->state = START_RECORD;
            return 0;
        }
        PyErr_SetString(state->error_obj,
                        "new-line character seen in unquoted field - do you "
                        "need to open the file in universal-newline mode?");
        return -1;
    }
    Py_UNREACHABLE();
}

static int
reader_reset(ReaderObj *self)
{
    Py_XSETREF(self->fields, PyList_New(0));
    if (self->fields == NULL) {
        return -1;
    }
    self->field.len = 0;
    self->state = START_RECORD;
    self->numeric_field = false;
    return 0;
}

static int
reader_process_line(ReaderObj *self, csv_state *state, PyObject *line)
{
    if (!PyUnicode_Check(line)) {
        PyErr_Format(state->error_obj,
                     "iterator should return strings, not %.200s "
                     "(the file should be opened in text mode)",
                     Py_TYPE(line)->tp_name);
        return -1;
    }
    if (PyUnicode_READY(line) == -1) {
        return -1;
    }
    self->line_num++;
    int kind = PyUnicode_KIND(line);
    const void *data = PyUnicode_DATA(line);
    Py_ssize_t len = PyUnicode_GET_LENGTH(line);
    for (Py_ssize_t pos = 0; pos < len; pos++) {
        if (reader_process_char(self, state,
                                PyUnicode_READ(kind, data, pos)) < 0) {
            return -1;
        }
    }
    return reader_process_char(self, state, EOL);
}

static PyObject *
Reader_iternext(ReaderObj *self)
{
    csv_state *state = csv_state_by_type(Py_TYPE(self));
    if (state == NULL || reader_reset(self) < 0) {
        return NULL;
    }
    do {
        PyObject *line = PyIter_Next(self->input_iter);
        if (line == NULL) {
            if (!PyErr_Occurred()
                && (self->field.len != 0
                    || self->state == IN_QUOTED_FIELD)) {
                if (self->dialect->strict) {
                    PyErr_SetString(state->error_obj,
                                    "unexpected end of data");
                }
                else if (reader_save_field(self) >= 0) {
                    break;
                }
            }
            return NULL;
        }
        int err = reader_process_line(self, state, line);
        Py_DECREF(line);
        if (err < 0) {
            return NULL;
        }
        if (self->fields == NULL) {
            /* The iterator used this reader. */
            PyErr_SetString(state->error_obj, "iterator is being used");
            return NULL;
        }
    } while (self->state != START_RECORD);
    PyObject *fields = self->fields;
    self->fields = NULL;
    return fields;
}

static int
Reader_clear(ReaderObj *self)
{
    Py_CLEAR(self->dialect);
    Py_CLEAR(self->input_iter);
    Py_CLEAR(self->fields);
    return 0;
}

static void
Reader_dealloc(ReaderObj *self)
{
    PyTypeObject *tp = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)Reader_clear(self);
    PyMem_Free(self->field.data);
    PyObject_GC_Del(self);
    Py_DECREF(tp);
}

static int
Reader_traverse(ReaderObj *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dialect);
    Py_VISIT(self->input_iter);
    Py_VISIT(self->fields);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static PyMemberDef Reader_memberlist[] = {
    {"dialect", T_OBJECT, offsetof(ReaderObj, dialect), READONLY},
    {"line_num", T_ULONG, offsetof(ReaderObj, line_num), READONLY},
    {NULL},
};

PyDoc_STRVAR(Reader_Type_doc,
"CSV reader\n\n"
"An iterator over the records of tabular data.\n");

static PyType_Slot Reader_slots[] = {
    {Py_tp_doc, (char *)Reader_Type_doc},
    {Py_tp_traverse, Reader_traverse},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, Reader_iternext},
    {Py_tp_members, Reader_memberlist},
    {Py_tp_clear, Reader_clear},
    {Py_tp_dealloc, Reader_dealloc},
    {0, NULL},
};

static PyType_Spec Reader_spec = {
    .name = "_csv.reader",
    .basicsize = sizeof(ReaderObj),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = Reader_slots,
};

static PyObject *
csv_reader(PyObject *module, PyObject *args, PyObject *keyword_args)
{
    csv_state *state = csv_state_get(module);
    ReaderObj *self = PyObject_GC_New(ReaderObj, state->reader_type);
    if (self == NULL) {
        return NULL;
    }
    self->dialect = NULL;
    self->fields = NULL;
    self->input_iter = NULL;
    self->field = (struct text){NULL, 0, 0};
    self->line_num = 0;
    PyObject *iterator, *dialect = NULL;
    if (reader_reset(self) < 0
        || !PyArg_UnpackTuple(args, "", 1, 2, &iterator, &dialect)) {
        goto error;
    }
    self->input_iter = PyObject_GetIter(iterator);
    if (self->input_iter == NULL) {
        goto error;
    }
    self->dialect = (DialectObj *)dialect_call(state, dialect,
                                               keyword_args);
    if (self->dialect == NULL) {
        goto error;
    }
    PyObject_GC_Track(self);
    return (PyObject *)self;
error:
    PyObject_GC_Track(self);
    Py_DECREF(self);
    return NULL;
}

/* -- Writer ---------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *write;            /* method of the output */
    DialectObj *dialect;
    struct text record;         /* the present record */
    int num_fields;
    PyObject *error_obj;        /* csv.Error */
} WriterObj;

/* Characters that a field cannot have as they are. */
static int
is_special(DialectObj *dialect, Py_UCS4 c)
{
    if (c == dialect->delimiter || c == dialect->escapechar
        || c == dialect->quotechar) {
        return 1;
    }
    Py_ssize_t found = PyUnicode_FindChar(
        dialect->lineterminator, c, 0,
        PyUnicode_GET_LENGTH(dialect->lineterminator), 1);
    return found >= 0;
}

/* Adds one field; str is NULL for None. Quotes come at the beginning, but
   whether they are needed is known at the end: room is left for one. */
static int
writer_add_field(WriterObj *self, PyObject *str, int quoted)
{
    DialectObj *dialect = self->dialect;
    struct text *record = &self->record;
    if (self->num_fields > 0 && text_add(record, dialect->delimiter) < 0) {
        return -1;
    }
    Py_ssize_t start = record->len;
    if (text_add(record, dialect->quotechar) < 0) {
        return -1;
    }
    Py_ssize_t len = str != NULL ? PyUnicode_GET_LENGTH(str) : 0;
    for (Py_ssize_t i = 0; i < len; i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(str, i);
        if (is_special(dialect, c)) {
            int want_escape = 0;
            if (dialect->quoting == QUOTE_NONE) {
                want_escape = 1;
            }
            else if (c == dialect->quotechar) {
                if (dialect->doublequote) {
                    if (text_add(record, dialect->quotechar) < 0) {
                        return -1;
                    }
                }
                else {
                    want_escape = 1;
                }
            }
            else if (c == dialect->escapechar) {
                want_escape = 1;
            }
            if (!want_escape) {
                quoted = 1;
            }
            else if (dialect->escapechar == NOT_SET) {
                PyErr_Format(self->error_obj,
                             "need to escape, but no escapechar set");
                return -1;
            }
            else if (text_add(record, dialect->escapechar) < 0) {
                return -1;
            }
        }
        if (text_add(record, c) < 0) {
            return -1;
        }
    }
    if (quoted) {
        if (text_add(record, dialect->quotechar) < 0) {
            return -1;
        }
    }
    else {
        memmove(&record->data[start], &record->data[start + 1],
                (size_t)(record->len - start - 1) * sizeof(Py_UCS4));
        record->len--;
    }
    self->num_fields++;
    return 0;
}

static int
writer_add_object(WriterObj *self, PyObject *field)
{
    int quoted = 0;
    if (self->dialect->quoting == QUOTE_NONNUMERIC) {
        quoted = !PyNumber_Check(field);
    }
    else if (self->dialect->quoting == QUOTE_ALL) {
        quoted = 1;
    }
    if (field == Py_None) {
        return writer_add_field(self, NULL, quoted);
    }
    PyObject *str = PyUnicode_Check(field) ? Py_NewRef(field)
                                           : PyObject_Str(field);
    if (str == NULL) {
        return -1;
    }
    int err = PyUnicode_READY(str);
    if (err == 0) {
        err = writer_add_field(self, str, quoted);
    }
    Py_DECREF(str);
    return err;
}

PyDoc_STRVAR(csv_writerow_doc,
"writerow(iterable)\n\n"
"Writes one record of fields, which are converted by str().");

static PyObject *
csv_writerow(WriterObj *self, PyObject *seq)
{
    DialectObj *dialect = self->dialect;
    PyObject *iter = PyObject_GetIter(seq);
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(self->error_obj, "iterable expected, not %.200s",
                         Py_TYPE(seq)->tp_name);
        }
        return NULL;
    }
    self->record.len = 0;
    self->num_fields = 0;
    PyObject *field;
    while ((field = PyIter_Next(iter)) != NULL) {
        int err = writer_add_object(self, field);
        Py_DECREF(field);
        if (err < 0) {
            Py_DECREF(iter);
            return NULL;
        }
    }
    Py_DECREF(iter);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (self->num_fields > 0 && self->record.len == 0) {
        /* A line of nothing would be an empty record. */
        if (dialect->quoting == QUOTE_NONE) {
            PyErr_Format(self->error_obj,
                         "single empty field record must be quoted");
            return NULL;
        }
        self->num_fields--;
        if (writer_add_field(self, NULL, 1) < 0) {
            return NULL;
        }
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(dialect->lineterminator);
    for (Py_ssize_t i = 0; i < n; i++) {
        if (text_add(&self->record,
                     PyUnicode_READ_CHAR(dialect->lineterminator, i)) < 0) {
            return NULL;
        }
    }
    PyObject *line = text_as_unicode(&self->record);
    if (line == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_CallOneArg(self->write, line);
    Py_DECREF(line);
    return result;
}

PyDoc_STRVAR(csv_writerows_doc,
"writerows(iterable of iterables)\n\n"
"Writes several records.");

static PyObject *
csv_writerows(WriterObj *self, PyObject *seqseq)
{
    PyObject *row_iter = PyObject_GetIter(seqseq);
    if (row_iter == NULL) {
        return NULL;
    }
    PyObject *row;
    while ((row = PyIter_Next(row_iter)) != NULL) {
        PyObject *result = csv_writerow(self, row);
        Py_DECREF(row);
        if (result == NULL) {
            Py_DECREF(row_iter);
            return NULL;
        }
        Py_DECREF(result);
    }
    Py_DECREF(row_iter);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef Writer_methods[] = {
    {"writerow", (PyCFunction)csv_writerow, METH_O, csv_writerow_doc},
    {"writerows", (PyCFunction)csv_writerows, METH_O, csv_writerows_doc},
    {NULL, NULL},
};

static PyMemberDef Writer_memberlist[] = {
    {"dialect", T_OBJECT, offsetof(WriterObj, dialect), READONLY},
    {NULL},
};

static int
Writer_clear(WriterObj *self)
{
    Py_CLEAR(self->dialect);
    Py_CLEAR(self->write);
    Py_CLEAR(self->error_obj);
    return 0;
}

static void
Writer_dealloc(WriterObj *self)
{
    PyTypeObject *tp = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)Writer_clear(self);
    PyMem_Free(self->record.data);
    PyObject_GC_Del(self);
    Py_DECREF(tp);
}

static int
Writer_traverse(WriterObj *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dialect);
    Py_VISIT(self->write);
    Py_VISIT(self->error_obj);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

PyDoc_STRVAR(Writer_Type_doc,
"CSV writer\n\n"
"Turns sequences into lines of tabular data.\n");

static PyType_Slot Writer_slots[] = {
    {Py_tp_doc, (char *)Writer_Type_doc},
    {Py_tp_traverse, Writer_traverse},
    {Py_tp_clear, Writer_clear},
    {Py_tp_dealloc, Writer_dealloc},
    {Py_tp_methods, Writer_methods},
    {Py_tp_members, Writer_memberlist},
    {0, NULL},
};

static PyType_Spec Writer_spec = {
    .name = "_csv.writer",
    .basicsize = sizeof(WriterObj),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = Writer_slots,
};

static PyObject *
csv_writer(PyObject *module, PyObject *args, PyObject *keyword_args)
{
    csv_state *state = csv_state_get(module);
    WriterObj *self = PyObject_GC_New(WriterObj, state->writer_type);
    if (self == NULL) {
        return NULL;
    }
    self->dialect = NULL;
    self->write = NULL;
    self->record = (struct text){NULL, 0, 0};
    self->num_fields = 0;
    self->error_obj = Py_NewRef(state->error_obj);
    PyObject *output_file, *dialect = NULL;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &output_file, &dialect)
        || _PyObject_LookupAttr(output_file, &_Py_ID(write),
                                &self->write) < 0) {
        goto error;
    }
    if (self->write == NULL || !PyCallable_Check(self->write)) {
        PyErr_SetString(PyExc_TypeError,
                        "argument 1 must have a \"write\" method");
        goto error;
    }
    self->dialect = (DialectObj *)dialect_call(state, dialect,
                                               keyword_args);
    if (self->dialect == NULL) {
        goto error;
    }
    PyObject_GC_Track(self);
    return (PyObject *)self;
error:
    PyObject_GC_Track(self);
    Py_DECREF(self);
    return NULL;
}

/* -- The registry ---------------------------------------------------------- */

static PyObject *
csv_list_dialects(PyObject *module, PyObject *unused)
{
    return PyDict_Keys(csv_state_get(module)->dialects);
}

static PyObject *
csv_register_dialect(PyObject *module, PyObject *args, PyObject *kwargs)
{
    PyObject *name_obj, *dialect_obj = NULL;
    csv_state *state = csv_state_get(module);
    if (!PyArg_UnpackTuple(args, "", 1, 2, &name_obj, &dialect_obj)) {
        return NULL;
    }
    if (!PyUnicode_Check(name_obj)) {
        PyErr_SetString(PyExc_TypeError, "dialect name must be a string");
        return NULL;
    }
    if (PyUnicode_READY(name_obj) == -1) {
        return NULL;
    }
    PyObject *dialect = dialect_call(state, dialect_obj, kwargs);
    if (dialect == NULL) {
        return NULL;
    }
    int err = PyDict_SetItem(state->dialects, name_obj, dialect);
    Py_DECREF(dialect);
    if (err < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* The argument `name`, by position or keyword. */
static PyObject *
parse_name(PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
           _PyArg_Parser *parser)
{
    PyObject *buf[1];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, parser, 1, 1, 0,
                                 buf);
    return args == NULL ? NULL : args[0];
}

static const char *const name_keywords[] = {"name", NULL};

static PyObject *
csv_unregister_dialect(PyObject *module, PyObject *const *args,
                       Py_ssize_t nargs, PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = name_keywords,
                                   .fname = "unregister_dialect"};
    PyObject *name = parse_name(args, nargs, kwnames, &parser);
    if (name == NULL) {
        return NULL;
    }
    csv_state *state = csv_state_get(module);
    if (PyDict_DelItem(state->dialects, name) < 0) {
        if (PyErr_ExceptionMatches(PyExc_KeyError)) {
            PyErr_Format(state->error_obj, "unknown dialect");
        }
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
csv_get_dialect(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = name_keywords,
                                   .fname = "get_dialect"};
    PyObject *name = parse_name(args, nargs, kwnames, &parser);
    if (name == NULL) {
        return NULL;
    }
    return get_dialect_from_registry(name, csv_state_get(module));
}

static PyObject *
csv_field_size_limit(PyObject *module, PyObject *const *args,
                     Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"new_limit", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "field_size_limit"};
    PyObject *buf[1] = {NULL};
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 1,
                                 0, buf);
    if (args == NULL) {
        return NULL;
    }
    csv_state *state = csv_state_get(module);
    long old_limit = state->field_limit;
    if (nargs != 0 || kwnames != NULL) {
        PyObject *new_limit = args[0];
        if (new_limit != NULL) {
            if (!PyLong_CheckExact(new_limit)) {
                PyErr_Format(PyExc_TypeError, "limit must be an integer");
                return NULL;
            }
            long limit = PyLong_AsLong(new_limit);
            if (limit == -1 && PyErr_Occurred()) {
                return NULL;
            }
            state->field_limit = limit;
        }
    }
    return PyLong_FromLong(old_limit);
}

/* -- The module -------------------------------------------------------------- */

PyDoc_STRVAR(csv_module_doc,
"Reading and writing comma separated values; see the module csv.");
PyDoc_STRVAR(csv_reader_doc,
"csv_reader = reader(iterable [, dialect='excel'] [optional keyword args])\n"
"\n"
"An iterator over the records of an iterable of lines. The dialect is a name\n"
"or an instance of Dialect; keyword arguments override its attributes.");
PyDoc_STRVAR(csv_writer_doc,
"csv_writer = writer(fileobj [, dialect='excel'] [optional keyword args])\n"
"\n"
"An object whose methods writerow() and writerows() write lines with the\n"
"object's method write().");
PyDoc_STRVAR(csv_register_dialect_doc,
"Gives a dialect a name: register_dialect(name[, dialect[, **fmtparams]]).");

#define KEYWORDS(name, function, doc) \
    {name, (PyCFunction)(void (*)(void))function, \
     METH_FASTCALL | METH_KEYWORDS, PyDoc_STR(doc)}
#define VARARGS(name, function, doc) \
    {name, (PyCFunction)(void (*)(void))function, \
     METH_VARARGS | METH_KEYWORDS, doc}

static struct PyMethodDef csv_methods[] = {
    VARARGS("reader", csv_reader, csv_reader_doc),
    VARARGS("writer", csv_writer, csv_writer_doc),
    VARARGS("register_dialect", csv_register_dialect,
            csv_register_dialect_doc),
    {"list_dialects", csv_list_dialects, METH_NOARGS,
     PyDoc_STR("list_dialects($module, /)\n--\n\n"
               "The names of all registered dialects.")},
    KEYWORDS("unregister_dialect", csv_unregister_dialect,
             "unregister_dialect($module, /, name)\n--\n\n"
             "Forgets the dialect of a name."),
    KEYWORDS("get_dialect", csv_get_dialect,
             "get_dialect($module, /, name)\n--\n\n"
             "The dialect of a name."),
    KEYWORDS("field_size_limit", csv_field_size_limit,
             "field_size_limit($module, /, new_limit=<unrepresentable>)\n"
             "--\n\n"
             "Sets the length of the longest field that is read, if one is\n"
             "given; returns the limit before."),
    {NULL, NULL},
};

static int
csv_add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **slot)
{
    *slot = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *slot == NULL ? -1 : 0;
}

static int
csv_exec(PyObject *module)
{
    csv_state *state = csv_state_get(module);
    if (csv_add_type(module, &Dialect_spec, &state->dialect_type) < 0
        || PyModule_AddObjectRef(module, "Dialect",
                                 (PyObject *)state->dialect_type) < 0
        || csv_add_type(module, &Reader_spec, &state->reader_type) < 0
        || PyModule_AddObjectRef(module, "Reader",
                                 (PyObject *)state->reader_type) < 0
        || csv_add_type(module, &Writer_spec, &state->writer_type) < 0
        || PyModule_AddObjectRef(module, "Writer",
                                 (PyObject *)state->writer_type) < 0
        || PyModule_AddStringConstant(module, "__version__", "1.0") < 0) {
        return -1;
    }
    state->field_limit = 128 * 1024;
    state->dialects = PyDict_New();
    if (state->dialects == NULL
        || PyModule_AddObjectRef(module, "_dialects",
                                 state->dialects) < 0) {
        return -1;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(quote_styles); i++) {
        if (PyModule_AddIntConstant(module, quote_styles[i].name,
                                    quote_styles[i].style) < 0) {
            return -1;
        }
    }
    state->error_obj = PyErr_NewException("_csv.Error", NULL, NULL);
    if (state->error_obj == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "Error", state->error_obj);
}

static int
csv_clear(PyObject *module)
{
    csv_state *state = csv_state_get(module);
    Py_CLEAR(state->error_obj);
    Py_CLEAR(state->dialects);
    Py_CLEAR(state->dialect_type);
    Py_CLEAR(state->reader_type);
    Py_CLEAR(state->writer_type);
    return 0;
}

static int
csv_traverse(PyObject *module, visitproc visit, void *arg)
{
    csv_state *state = csv_state_get(module);
    Py_VISIT(state->error_obj);
    Py_VISIT(state->dialects);
    Py_VISIT(state->dialect_type);
    Py_VISIT(state->reader_type);
    Py_VISIT(state->writer_type);
    return 0;
}

static void
csv_free(void *module)
{
    csv_clear((PyObject *)module);
}

static PyModuleDef_Slot csv_slots[] = {
    {Py_mod_exec, csv_exec},
    {0, NULL},
};

static struct PyModuleDef csv_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_csv",
    .m_doc = csv_module_doc,
    .m_size = sizeof(csv_state),
    .m_methods = csv_methods,
    .m_slots = csv_slots,
    .m_traverse = csv_traverse,
    .m_clear = csv_clear,
    .m_free = csv_free,
};

PyMODINIT_FUNC
PyInit__csv(void)
{
    return PyModuleDef_Init(&csv_module);
}
