/* str.format and the module _string: the language of replacement fields.

     {field_name!conversion:format_spec}

   A format string is a sequence of literals, each followed by at most one field
   (struct markup reads them); a field's name is an argument's name or number
   followed by .attribute and [key] parts (struct field_path reads those). */
#include "unicode_internal.h"
#include "pycore_interp.h"
#include "pycore_object.h"

/* A part of a string: str[start:end], borrowed; str NULL is empty. */
struct substring {
    PyObject *str;
    Py_ssize_t start, end;
};

static PyObject *
substring_new(const struct substring *s)
{
    return s->str == NULL ? Py_NewRef(Py_None)
                          : PyUnicode_Substring(s->str, s->start, s->end);
}

static PyObject *
substring_or_empty(const struct substring *s)
{
    return s->str == NULL ? PyUnicode_New(0, 0)
                          : PyUnicode_Substring(s->str, s->start, s->end);
}

/* The number that s is, -1 if it is none; -2 with an exception when it is too
   large. */
static Py_ssize_t
substring_integer(const struct substring *s)
{
    Py_ssize_t n = 0;
    if (s->start >= s->end) {
        return -1;
    }
    for (Py_ssize_t i = s->start; i < s->end; i++) {
        int value = Py_UNICODE_TODECIMAL(PyUnicode_READ_CHAR(s->str, i));
        if (value < 0) {
            return -1;
        }
        if (n > (PY_SSIZE_T_MAX - value) / 10) {
            PyErr_SetString(PyExc_ValueError,
                            "Too many decimal digits in format string");
            return -2;
        }
        n = n * 10 + value;
    }
    return n;
}

/* -- Automatic numbering ------------------------------------------------- */

enum numbering { NUMBERING_UNKNOWN, NUMBERING_AUTO, NUMBERING_MANUAL };

struct auto_number {
    enum numbering state;
    Py_ssize_t next;
};

static int
numbering_check(struct auto_number *numbers, int automatic)
{
    if (numbers->state == NUMBERING_UNKNOWN) {
        numbers->state = automatic ? NUMBERING_AUTO : NUMBERING_MANUAL;
        return 0;
    }
    if ((numbers->state == NUMBERING_AUTO) != automatic) {
        PyErr_SetString(PyExc_ValueError,
                        automatic
                            ? "cannot switch from manual field specification "
                              "to automatic field numbering"
                            : "cannot switch from automatic field numbering "
                              "to manual field specification");
        return -1;
    }
    return 0;
}

/* -- Field names --------------------------------------------------------- */

struct field_path {
    struct substring rest;      /* what follows start */
    Py_ssize_t at;
};

static int
path_attribute(struct field_path *path, struct substring *name)
{
    name->str = path->rest.str;
    name->start = path->at;
    while (path->at < path->rest.end) {
        Py_UCS4 c = PyUnicode_READ_CHAR(path->rest.str, path->at);
        if (c == '[' || c == '.') {
            break;
        }
        path->at++;
    }
    name->end = path->at;
    return 0;
}

static int
path_key(struct field_path *path, struct substring *name)
{
    int closed = 0;
    name->str = path->rest.str;
    name->start = path->at;
    while (path->at < path->rest.end) {
        Py_UCS4 c = PyUnicode_READ_CHAR(path->rest.str, path->at++);
        if (c == ']') {
            closed = 1;
            break;
        }
    }
    if (!closed) {
        PyErr_SetString(PyExc_ValueError, "Missing ']' in format string");
        return -1;
    }
    name->end = path->at - 1;
    return 0;
}

/* The next part: 1, 0 at the end, -1 on failure.  *number is -1 for a key or
   attribute that is no number. */
static int
path_next(struct field_path *path, int *is_attribute, Py_ssize_t *number,
          struct substring *name)
{
    if (path->at >= path->rest.end) {
        return 0;
    }
    *number = -1;
    switch (PyUnicode_READ_CHAR(path->rest.str, path->at++)) {
    case '.':
        *is_attribute = 1;
        path_attribute(path, name);
        break;
    case '[':
        *is_attribute = 0;
        if (path_key(path, name) < 0) {
            return -1;
        }
        *number = substring_integer(name);
        if (*number == -2) {
            return -1;
        }
        break;
    default:
        PyErr_SetString(PyExc_ValueError,
                        "Only '.' or '[' may follow ']' "
                        "in format field specifier");
        return -1;
    }
    if (name->start == name->end) {
        PyErr_SetString(PyExc_ValueError, "Empty attribute in format string");
        return -1;
    }
    return 1;
}

/* Split field_name into its first part and the path after it.  numbers may be
   NULL, when nothing is numbered. */
static int
field_name_split(const struct substring *field_name, struct substring *first,
                 Py_ssize_t *first_number, struct field_path *path,
                 struct auto_number *numbers)
{
    Py_ssize_t i = field_name->start;
    while (i < field_name->end) {
        Py_UCS4 c = PyUnicode_READ_CHAR(field_name->str, i);
        if (c == '.' || c == '[') {
            break;
        }
        i++;
    }
    *first = (struct substring){field_name->str, field_name->start, i};
    path->rest = (struct substring){field_name->str, i, field_name->end};
    path->at = i;
    *first_number = substring_integer(first);
    if (*first_number == -2) {
        return -1;
    }
    int empty = first->start >= first->end;
    if (numbers != NULL && (empty || *first_number != -1)) {
        if (numbering_check(numbers, empty) < 0) {
            return -1;
        }
        if (empty) {
            *first_number = numbers->next++;
        }
    }
    return 0;
}

static PyObject *
get_by_number(PyObject *obj, Py_ssize_t number)
{
    if (PySequence_Check(obj)) {
        return PySequence_GetItem(obj, number);
    }
    PyObject *key = PyLong_FromSsize_t(number);
    if (key == NULL) {
        return NULL;
    }
    PyObject *item = PyObject_GetItem(obj, key);
    Py_DECREF(key);
    return item;
}

static PyObject *
get_by_name(PyObject *obj, const struct substring *name, int is_attribute)
{
    PyObject *key = substring_new(name);
    if (key == NULL) {
        return NULL;
    }
    PyObject *value = is_attribute ? PyObject_GetAttr(obj, key)
                                   : PyObject_GetItem(obj, key);
    Py_DECREF(key);
    return value;
}

/* The argument that a field starts from. */
static PyObject *
field_argument(const struct substring *first, Py_ssize_t number,
               PyObject *args, PyObject *kwargs)
{
    if (number == -1) {
        PyObject *key = substring_or_empty(first);
        if (key == NULL) {
            return NULL;
        }
        PyObject *obj = NULL;
        if (kwargs == NULL) {
            PyErr_SetObject(PyExc_KeyError, key);
        }
        else if (PyDict_CheckExact(kwargs)) {
            obj = PyDict_GetItemWithError(kwargs, key);
            if (obj != NULL) {
                Py_INCREF(obj);
            }
            else if (!PyErr_Occurred()) {
                PyErr_SetObject(PyExc_KeyError, key);
            }
        }
        else {
            obj = PyObject_GetItem(kwargs, key);
        }
        Py_DECREF(key);
        return obj;
    }
    if (args == NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "Format string contains positional fields");
        return NULL;
    }
    PyObject *obj = PySequence_GetItem(args, number);
    if (obj == NULL) {
        PyErr_Format(PyExc_IndexError,
                     "Replacement index %zd out of range for positional "
                     "args tuple", number);
    }
    return obj;
}

static PyObject *
field_object(const struct substring *field_name, PyObject *args,
             PyObject *kwargs, struct auto_number *numbers)
{
    struct substring first, name;
    struct field_path path;
    Py_ssize_t number;
    int is_attribute, more;
    if (field_name_split(field_name, &first, &number, &path, numbers) < 0) {
        return NULL;
    }
    PyObject *obj = field_argument(&first, number, args, kwargs);
    if (obj == NULL) {
        return NULL;
    }
    while ((more = path_next(&path, &is_attribute, &number, &name)) > 0) {
        PyObject *part = is_attribute || number == -1
                             ? get_by_name(obj, &name, is_attribute)
                             : get_by_number(obj, number);
        Py_SETREF(obj, part);
        if (obj == NULL) {
            return NULL;
        }
    }
    if (more < 0) {
        Py_DECREF(obj);
        return NULL;
    }
    return obj;
}

/* -- Markup -------------------------------------------------------------- */

struct markup {
    struct substring text;      /* start moves on */
};

struct field {
    int present;
    struct substring name;
    struct substring spec;      /* str NULL: none written */
    Py_UCS4 conversion;         /* 0: none */
    int spec_nested;            /* the specification has fields of its own */
};

static Py_UCS4
markup_take(struct markup *m)
{
    return PyUnicode_READ_CHAR(m->text.str, m->text.start++);
}

static int
markup_done(const struct markup *m)
{
    return m->text.start >= m->text.end;
}

static int
value_error(const char *message)
{
    PyErr_SetString(PyExc_ValueError, message);
    return -1;
}

/* What follows '{'. */
static int
parse_field(struct markup *m, struct field *field)
{
    Py_UCS4 c = 0;
    int stopped = 0;
    field->name = m->text;
    while (!markup_done(m) && !stopped) {
        c = markup_take(m);
        switch (c) {
        case '{':
            return value_error("unexpected '{' in field name");
        case '[':
            while (!markup_done(m)) {
                if (PyUnicode_READ_CHAR(m->text.str, m->text.start) == ']') {
                    break;
                }
                m->text.start++;
            }
            break;
        case '}':
        case ':':
        case '!':
            stopped = 1;
            break;
        }
    }
    field->name.end = m->text.start - (stopped ? 1 : 0);
    if (c == '!' || c == ':') {
        if (c == '!') {
            if (markup_done(m)) {
                return value_error("end of string while looking for "
                                   "conversion specifier");
            }
            field->conversion = markup_take(m);
            if (!markup_done(m)) {
                c = markup_take(m);
                if (c == '}') {
                    return 0;
                }
                if (c != ':') {
                    return value_error("expected ':' after conversion "
                                       "specifier");
                }
            }
        }
        field->spec = m->text;
        int depth = 1;
        while (!markup_done(m)) {
            c = markup_take(m);
            if (c == '{') {
                field->spec_nested = 1;
                depth++;
            }
            else if (c == '}' && --depth == 0) {
                field->spec.end = m->text.start - 1;
                return 0;
            }
        }
        return value_error("unmatched '{' in format spec");
    }
    if (c != '}' || !stopped) {
        return value_error("expected '}' before end of string");
    }
    return 0;
}

/* The next literal and the field after it: 1, 0 at the end, -1 on failure. */
static int
markup_next(struct markup *m, struct substring *literal, struct field *field)
{
    *literal = (struct substring){NULL, 0, 0};
    memset(field, 0, sizeof(*field));
    if (markup_done(m)) {
        return 0;
    }
    Py_ssize_t start = m->text.start;
    Py_UCS4 c = 0;
    int brace = 0;
    while (!markup_done(m)) {
        c = markup_take(m);
        if (c == '{' || c == '}') {
            brace = 1;
            break;
        }
    }
    *literal = (struct substring){m->text.str, start,
                                  m->text.start - brace};
    if (!brace) {
        return 1;
    }
    int at_end = markup_done(m);
    int doubled = !at_end
                  && PyUnicode_READ_CHAR(m->text.str, m->text.start) == c;
    if (doubled) {
        /* the literal has the first brace, the second is skipped */
        m->text.start++;
        literal->end++;
        return 1;
    }
    if (c == '}') {
        return value_error("Single '}' encountered in format string");
    }
    if (at_end) {
        return value_error("Single '{' encountered in format string");
    }
    field->present = 1;
    return parse_field(m, field) < 0 ? -1 : 1;
}

/* -- Rendering ----------------------------------------------------------- */

static PyObject *
convert(PyObject *obj, Py_UCS4 conversion)
{
    switch (conversion) {
    case 'r':
        return PyObject_Repr(obj);
    case 's':
        return PyObject_Str(obj);
    case 'a':
        return PyObject_ASCII(obj);
    }
    if (conversion > 32 && conversion < 127) {
        PyErr_Format(PyExc_ValueError, "Unknown conversion specifier %c",
                     (int)conversion);
    }
    else {
        PyErr_Format(PyExc_ValueError, "Unknown conversion specifier \\x%x",
                     (unsigned int)conversion);
    }
    return NULL;
}

/* Write format(obj, spec). */
static int
render(PyObject *obj, const struct substring *spec, _PyUnicodeWriter *writer)
{
    int (*direct)(_PyUnicodeWriter *, PyObject *, PyObject *, Py_ssize_t,
                  Py_ssize_t) = NULL;
    if (PyUnicode_CheckExact(obj)) {
        direct = _PyUnicode_FormatAdvancedWriter;
    }
    else if (PyLong_CheckExact(obj)) {
        direct = _PyLong_FormatAdvancedWriter;
    }
    else if (PyFloat_CheckExact(obj)) {
        direct = _PyFloat_FormatAdvancedWriter;
    }
    else if (PyComplex_CheckExact(obj)) {
        direct = _PyComplex_FormatAdvancedWriter;
    }
    if (direct != NULL) {
        PyObject *str = spec->str ? spec->str : unicode_empty_borrow();
        return direct(writer, obj, str, spec->start, spec->end);
    }
    PyObject *spec_object = spec->str ? substring_new(spec) : NULL;
    if (spec->str != NULL && spec_object == NULL) {
        return -1;
    }
    PyObject *text = PyObject_Format(obj, spec_object);
    Py_XDECREF(spec_object);
    if (text == NULL) {
        return -1;
    }
    int status = _PyUnicodeWriter_WriteStr(writer, text);
    Py_DECREF(text);
    return status;
}

static int build(const struct substring *format, PyObject *args,
                 PyObject *kwargs, int depth, struct auto_number *numbers,
                 _PyUnicodeWriter *writer);

static int
write_field(const struct field *field, PyObject *args, PyObject *kwargs,
            int depth, struct auto_number *numbers, _PyUnicodeWriter *writer)
{
    int status = -1;
    PyObject *expanded = NULL;
    struct substring spec = field->spec;
    PyObject *obj = field_object(&field->name, args, kwargs, numbers);
    if (obj == NULL) {
        return -1;
    }
    if (field->conversion != 0) {
        PyObject *text = convert(obj, field->conversion);
        Py_SETREF(obj, text);
        if (obj == NULL) {
            return -1;
        }
    }
    if (field->spec_nested) {
        _PyUnicodeWriter inner;
        _PyUnicodeWriter_Init(&inner);
        inner.min_length = spec.end - spec.start;
        if (build(&spec, args, kwargs, depth - 1, numbers, &inner) < 0) {
            _PyUnicodeWriter_Dealloc(&inner);
            goto done;
        }
        expanded = _PyUnicodeWriter_Finish(&inner);
        if (expanded == NULL) {
            goto done;
        }
        spec = (struct substring){expanded, 0,
                                  PyUnicode_GET_LENGTH(expanded)};
    }
    status = render(obj, &spec, writer);

done:
    Py_DECREF(obj);
    Py_XDECREF(expanded);
    return status;
}

static int
build(const struct substring *format, PyObject *args, PyObject *kwargs,
      int depth, struct auto_number *numbers, _PyUnicodeWriter *writer)
{
    if (depth <= 0) {
        return value_error("Max string recursion exceeded");
    }
    struct markup m = {*format};
    struct substring literal;
    struct field field;
    int more;
    while ((more = markup_next(&m, &literal, &field)) > 0) {
        if (literal.str != NULL && literal.start < literal.end) {
            if (!field.present && markup_done(&m)) {
                writer->overallocate = 0;
            }
            if (_PyUnicodeWriter_WriteSubstring(writer, literal.str,
                                                literal.start, literal.end)
                < 0) {
                return -1;
            }
        }
        if (field.present) {
            if (markup_done(&m)) {
                writer->overallocate = 0;
            }
            if (write_field(&field, args, kwargs, depth, numbers, writer)
                < 0) {
                return -1;
            }
        }
    }
    return more;
}

static PyObject *
format_string(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyUnicode_READY(self) == -1) {
        return NULL;
    }
    struct substring format = {self, 0, PyUnicode_GET_LENGTH(self)};
    struct auto_number numbers = {NUMBERING_UNKNOWN, 0};
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = format.end + 100;
    /* a field, and fields in its specification, but no deeper */
    if (build(&format, args, kwargs, 2, &numbers, &writer) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

PyObject *
unicode_format(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return format_string(self, args, kwargs);
}

PyObject *
unicode_format_map(PyObject *self, PyObject *mapping)
{
    return format_string(self, NULL, mapping);
}

PyObject *
unicode___format__(PyObject *self, PyObject *format_spec)
{
    if (!PyUnicode_Check(format_spec)) {
        _PyArg_BadArgument("__format__", "argument", "str", format_spec);
        return NULL;
    }
    if (PyUnicode_READY(self) == -1 || PyUnicode_READY(format_spec) == -1) {
        return NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (_PyUnicode_FormatAdvancedWriter(&writer, self, format_spec, 0,
                                        PyUnicode_GET_LENGTH(format_spec))
        < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

/* -- The iterators of the module _string --------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *str;              /* keeps what m reads alive */
    struct markup m;
} formatteriterobject;

static void
formatteriter_dealloc(formatteriterobject *it)
{
    Py_XDECREF(it->str);
    PyObject_Free(it);
}

/* (literal, field_name, format_spec, conversion) */
static PyObject *
formatteriter_next(formatteriterobject *it)
{
    struct substring literal;
    struct field field;
    if (markup_next(&it->m, &literal, &field) <= 0) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *text = substring_or_empty(&literal), *name = NULL;
    PyObject *spec = NULL, *conversion = NULL;
    if (text == NULL) {
        goto done;
    }
    if (!field.present) {
        name = Py_NewRef(Py_None);
        spec = Py_NewRef(Py_None);
        conversion = Py_NewRef(Py_None);
    }
    else {
        name = substring_or_empty(&field.name);
        spec = substring_or_empty(&field.spec);
        conversion = field.conversion ? unicode_char(field.conversion)
                                      : Py_NewRef(Py_None);
    }
    if (name != NULL && spec != NULL && conversion != NULL) {
        result = PyTuple_Pack(4, text, name, spec, conversion);
    }

done:
    Py_XDECREF(text);
    Py_XDECREF(name);
    Py_XDECREF(spec);
    Py_XDECREF(conversion);
    return result;
}

PyTypeObject PyFormatterIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "formatteriterator",
    .tp_basicsize = sizeof(formatteriterobject),
    .tp_dealloc = (destructor)formatteriter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)formatteriter_next,
};

typedef struct {
    PyObject_HEAD
    PyObject *str;              /* keeps what path reads alive */
    struct field_path path;
} fieldnameiterobject;

static void
fieldnameiter_dealloc(fieldnameiterobject *it)
{
    Py_XDECREF(it->str);
    PyObject_Free(it);
}

/* (is_attribute, value) */
static PyObject *
fieldnameiter_next(fieldnameiterobject *it)
{
    struct substring name;
    Py_ssize_t number;
    int is_attribute;
    if (path_next(&it->path, &is_attribute, &number, &name) <= 0) {
        return NULL;
    }
    PyObject *value = number == -1 ? substring_new(&name)
                                   : PyLong_FromSsize_t(number);
    if (value == NULL) {
        return NULL;
    }
    PyObject *result = PyTuple_Pack(2, is_attribute ? Py_True : Py_False,
                                    value);
    Py_DECREF(value);
    return result;
}

PyTypeObject PyFieldNameIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "fieldnameiterator",
    .tp_basicsize = sizeof(fieldnameiterobject),
    .tp_dealloc = (destructor)fieldnameiter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)fieldnameiter_next,
};

/* -- The module _string -------------------------------------------------- */

static int
string_argument(PyObject *arg)
{
    if (!PyUnicode_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "expected str, got %s",
                     Py_TYPE(arg)->tp_name);
        return -1;
    }
    return PyUnicode_READY(arg);
}

static PyObject *
string_formatter_parser(PyObject *module, PyObject *arg)
{
    if (string_argument(arg) < 0) {
        return NULL;
    }
    formatteriterobject *it = PyObject_New(formatteriterobject,
                                           &PyFormatterIter_Type);
    if (it == NULL) {
        return NULL;
    }
    it->str = Py_NewRef(arg);
    it->m.text = (struct substring){arg, 0, PyUnicode_GET_LENGTH(arg)};
    return (PyObject *)it;
}

static PyObject *
string_formatter_field_name_split(PyObject *module, PyObject *arg)
{
    if (string_argument(arg) < 0) {
        return NULL;
    }
    struct substring whole = {arg, 0, PyUnicode_GET_LENGTH(arg)}, first;
    Py_ssize_t number;
    fieldnameiterobject *it = PyObject_New(fieldnameiterobject,
                                           &PyFieldNameIter_Type);
    if (it == NULL) {
        return NULL;
    }
    it->str = Py_NewRef(arg);
    PyObject *result = NULL, *value = NULL;
    if (field_name_split(&whole, &first, &number, &it->path, NULL) == 0) {
        value = number != -1 ? PyLong_FromSsize_t(number)
                             : substring_new(&first);
    }
    if (value != NULL) {
        result = PyTuple_Pack(2, value, it);
    }
    Py_XDECREF(value);
    Py_DECREF(it);
    return result;
}

static PyMethodDef string_methods[] = {
    {"formatter_field_name_split", string_formatter_field_name_split, METH_O,
     PyDoc_STR("split the argument as a field name")},
    {"formatter_parser", string_formatter_parser, METH_O,
     PyDoc_STR("parse the argument as a format string")},
    {NULL, NULL},
};

static struct PyModuleDef string_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_string",
    .m_doc = PyDoc_STR("string helper module"),
    .m_size = 0,
    .m_methods = string_methods,
};

PyMODINIT_FUNC
PyInit__string(void)
{
    return PyModuleDef_Init(&string_module);
}
