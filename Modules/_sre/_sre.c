/* _sre: the objects of re: patterns, matches, scanners. */
#include "sre.h"
#include "pycore_abstract.h"
#include "pycore_call.h"
#include "pycore_long.h"
#include "pycore_moduleobject.h"
#include "pycore_object.h"
#include "structmember.h"

static const char copyright[] = " BATON REGULAR EXPRESSION ENGINE ";

struct sre_module {
    PyTypeObject *Pattern_Type;
    PyTypeObject *Match_Type;
    PyTypeObject *Scanner_Type;
};

typedef struct {
    PyObject_HEAD
    PyObject *pattern;
    struct sre_state state;
} ScannerObject;

static struct sre_module *
module_of_type(PyTypeObject *type)
{
    PyObject *module = PyType_GetModule(type);
    assert(module != NULL);
    return PyModule_GetState(module);
}

/* -- Strings ------------------------------------------------------------- */

/* The characters of string; a buffer other than str is held in view. */
static const void *
string_data(PyObject *string, Py_ssize_t *length, int *isbytes, int *charsize,
            Py_buffer *view)
{
    view->obj = NULL;
    if (PyUnicode_Check(string)) {
        if (PyUnicode_READY(string) == -1) {
            return NULL;
        }
        *length = PyUnicode_GET_LENGTH(string);
        *charsize = PyUnicode_KIND(string);
        *isbytes = 0;
        return PyUnicode_DATA(string);
    }
    if (PyObject_GetBuffer(string, view, PyBUF_SIMPLE) != 0) {
        PyErr_Format(PyExc_TypeError,
                     "expected string or bytes-like object, got '%.200s'",
                     Py_TYPE(string)->tp_name);
        return NULL;
    }
    *length = view->len;
    *charsize = 1;
    *isbytes = 1;
    if (view->buf == NULL) {
        PyErr_SetString(PyExc_ValueError, "Buffer is NULL");
        PyBuffer_Release(view);
        view->obj = NULL;
        return NULL;
    }
    return view->buf;
}

/* string[start:end], as str or bytes. */
static PyObject *
slice_of(int isbytes, const void *data, PyObject *string, Py_ssize_t start,
         Py_ssize_t end)
{
    if (!isbytes) {
        return PyUnicode_Substring(string, start, end);
    }
    if (PyBytes_CheckExact(string) && start == 0
        && end == PyBytes_GET_SIZE(string)) {
        return Py_NewRef(string);
    }
    return PyBytes_FromStringAndSize((const char *)data + start, end - start);
}

/* -- State --------------------------------------------------------------- */

static void
state_fini(struct sre_state *state)
{
    if (state->buffer.obj != NULL) {
        PyBuffer_Release(&state->buffer);
    }
    Py_CLEAR(state->string);
    PyMem_Free(state->mark);
    PyMem_Free(state->stack);
    PyMem_Free(state->repeats);
    state->mark = NULL;
    state->stack = NULL;
    state->repeats = NULL;
}

/* Ready to look through string[start:end]; 0, or -1 with an exception. */
static int
state_init(struct sre_state *state, PatternObject *pattern, PyObject *string,
           Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t length;
    memset(state, 0, sizeof(*state));
    state->pattern = pattern;
    state->fence = state->repeat = -1;
    state->dirty = 1;
    const char *data = string_data(string, &length, &state->isbytes,
                                   &state->charsize, &state->buffer);
    if (data == NULL) {
        return -1;
    }
    if (state->isbytes != pattern->isbytes && pattern->isbytes >= 0) {
        PyErr_SetString(PyExc_TypeError,
                        pattern->isbytes
                            ? "cannot use a bytes pattern on a string-like "
                              "object"
                            : "cannot use a string pattern on a bytes-like "
                              "object");
        state_fini(state);
        return -1;
    }
    if (pattern->groups > 0) {
        state->mark = PyMem_New(const void *, (size_t)pattern->groups * 2);
        if (state->mark == NULL) {
            PyErr_NoMemory();
            state_fini(state);
            return -1;
        }
    }
    start = start < 0 ? 0 : Py_MIN(start, length);
    end = end < 0 ? 0 : Py_MIN(end, length);
    state->beginning = data;
    state->start = data + start * state->charsize;
    state->end = data + end * state->charsize;
    state->string = Py_NewRef(string);
    return 0;
}

static Py_ssize_t
state_offset(const struct sre_state *state, const void *ptr)
{
    return ((const char *)ptr - (const char *)state->beginning)
           / state->charsize;
}

/* The text of a group; where it did not match, None or empty. */
static PyObject *
state_group(const struct sre_state *state, Py_ssize_t group, int empty)
{
    const void *from = state->mark[2 * (group - 1)];
    const void *to = state->mark[2 * (group - 1) + 1];
    if (from == NULL || to == NULL || to < from) {
        if (!empty) {
            Py_RETURN_NONE;
        }
        return slice_of(state->isbytes, state->beginning, state->string, 0,
                        0);
    }
    return slice_of(state->isbytes, state->beginning, state->string,
                    state_offset(state, from), state_offset(state, to));
}

static PyObject *
state_slice(const struct sre_state *state, const void *from, const void *to)
{
    return slice_of(state->isbytes, state->beginning, state->string,
                    state_offset(state, from), state_offset(state, to));
}

static void
engine_error(int status)
{
    switch (status) {
    case SRE_ERROR_MEMORY:
        PyErr_NoMemory();
        break;
    case SRE_ERROR_INTERRUPTED:
        break;                  /* the exception is set */
    default:
        PyErr_SetString(PyExc_RuntimeError,
                        "internal error in regular expression engine");
    }
}

/* -- Arguments ----------------------------------------------------------- */

struct search_arguments {
    PyObject *string;
    Py_ssize_t pos, endpos;
};

static int
index_value(PyObject *arg, Py_ssize_t *value)
{
    PyObject *number = _PyNumber_Index(arg);
    if (number == NULL) {
        return -1;
    }
    *value = PyLong_AsSsize_t(number);
    Py_DECREF(number);
    return *value == -1 && PyErr_Occurred() ? -1 : 0;
}

/* string, pos=0, endpos=sys.maxsize */
static int
parse_search(struct search_arguments *a, struct _PyArg_Parser *parser,
             PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    PyObject *buffer[3];
    a->pos = 0;
    a->endpos = PY_SSIZE_T_MAX;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, parser, 1, 3, 0,
                                 buffer);
    if (args == NULL) {
        return -1;
    }
    a->string = args[0];
    if (args[1] != NULL && index_value(args[1], &a->pos) < 0) {
        return -1;
    }
    if (args[2] != NULL && index_value(args[2], &a->endpos) < 0) {
        return -1;
    }
    return 0;
}

/* -- Making matches ------------------------------------------------------ */

/* A match object for status 1, None for 0, NULL for an error. */
static PyObject *
match_new(struct sre_module *module, PatternObject *pattern,
          struct sre_state *state, int status)
{
    if (status == 0) {
        Py_RETURN_NONE;
    }
    if (status < 0) {
        engine_error(status);
        return NULL;
    }
    MatchObject *match = PyObject_GC_NewVar(MatchObject, module->Match_Type,
                                            2 * (pattern->groups + 1));
    if (match == NULL) {
        return NULL;
    }
    match->pattern = (PatternObject *)Py_NewRef(pattern);
    match->string = Py_NewRef(state->string);
    match->regs = NULL;
    match->groups = pattern->groups + 1;
    match->mark[0] = state_offset(state, state->start);
    match->mark[1] = state_offset(state, state->ptr);
    for (Py_ssize_t i = 0; i < pattern->groups; i++) {
        const void *from = state->mark[2 * i], *to = state->mark[2 * i + 1];
        if (from == NULL || to == NULL || to < from) {
            match->mark[2 * i + 2] = match->mark[2 * i + 3] = -1;
        }
        else {
            match->mark[2 * i + 2] = state_offset(state, from);
            match->mark[2 * i + 3] = state_offset(state, to);
        }
    }
    match->endpos = state_offset(state, state->end);
    match->lastindex = state->lastindex;
    PyObject_GC_Track(match);
    return (PyObject *)match;
}

/* -- Pattern: searching -------------------------------------------------- */

enum how { HOW_MATCH, HOW_FULLMATCH, HOW_SEARCH };

static PyObject *
pattern_find(PatternObject *self, PyTypeObject *cls,
             const struct search_arguments *a, enum how how)
{
    struct sre_state state;
    if (state_init(&state, self, a->string, a->pos, a->endpos) < 0) {
        return NULL;
    }
    Py_ssize_t pos = state_offset(&state, state.start);
    int status = 0;
    if (state.start <= state.end) {
        state.match_all = how == HOW_FULLMATCH;
        status = how == HOW_SEARCH ? sre_search(&state) : sre_match(&state);
    }
    PyObject *match = match_new(module_of_type(cls), self, &state, status);
    if (match != NULL && match != Py_None) {
        ((MatchObject *)match)->pos = pos;
    }
    state_fini(&state);
    return match;
}

#define SEARCH_KEYWORDS \
    static const char *const keywords[] = {"string", "pos", "endpos", NULL}

#define FIND_METHOD(NAME, HOW)                                              \
    static PyObject *                                                       \
    pattern_##NAME(PyObject *self, PyTypeObject *cls, PyObject *const *args, \
                   Py_ssize_t nargs, PyObject *kwnames)                     \
    {                                                                       \
        SEARCH_KEYWORDS;                                                    \
        static _PyArg_Parser parser = {.keywords = keywords,                \
                                       .fname = #NAME};                     \
        struct search_arguments a;                                          \
        if (parse_search(&a, &parser, args, nargs, kwnames) < 0) {          \
            return NULL;                                                    \
        }                                                                   \
        return pattern_find((PatternObject *)self, cls, &a, HOW);           \
    }
FIND_METHOD(match, HOW_MATCH)
FIND_METHOD(fullmatch, HOW_FULLMATCH)
FIND_METHOD(search, HOW_SEARCH)
#undef FIND_METHOD

/* What findall gives for a match: the text, the group, or all groups. */
static PyObject *
findall_item(PatternObject *self, const struct sre_state *state)
{
    switch (self->groups) {
    case 0:
        return state_slice(state, state->start, state->ptr);
    case 1:
        return state_group(state, 1, 1);
    }
    PyObject *item = PyTuple_New(self->groups);
    for (Py_ssize_t i = 0; item != NULL && i < self->groups; i++) {
        PyObject *group = state_group(state, i + 1, 1);
        if (group == NULL) {
            Py_CLEAR(item);
            break;
        }
        PyTuple_SET_ITEM(item, i, group);
    }
    return item;
}

/* After a match, go on from its end; an empty one may not come again. */
static void
state_advance(struct sre_state *state)
{
    state->must_advance = state->ptr == state->start;
    state->start = state->ptr;
}

static PyObject *
pattern_findall(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
                PyObject *kwnames)
{
    SEARCH_KEYWORDS;
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "findall"};
    PatternObject *self = (PatternObject *)op;
    struct search_arguments a;
    struct sre_state state;
    if (parse_search(&a, &parser, args, nargs, kwnames) < 0
        || state_init(&state, self, a.string, a.pos, a.endpos) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        goto error;
    }
    while (state.start <= state.end) {
        int status = sre_search(&state);
        if (status <= 0) {
            if (status == 0) {
                break;
            }
            engine_error(status);
            goto error;
        }
        PyObject *item = findall_item(self, &state);
        if (item == NULL) {
            goto error;
        }
        int failed = PyList_Append(list, item);
        Py_DECREF(item);
        if (failed < 0) {
            goto error;
        }
        state_advance(&state);
    }
    state_fini(&state);
    return list;

error:
    Py_XDECREF(list);
    state_fini(&state);
    return NULL;
}

static PyObject *
pattern_split(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
              PyObject *kwnames)
{
    static const char *const keywords[] = {"string", "maxsplit", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "split"};
    PatternObject *self = (PatternObject *)op;
    PyObject *buffer[2];
    Py_ssize_t maxsplit = 0, n = 0;
    struct sre_state state;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 2, 0,
                                 buffer);
    if (args == NULL
        || (args[1] != NULL && index_value(args[1], &maxsplit) < 0)
        || state_init(&state, self, args[0], 0, PY_SSIZE_T_MAX) < 0) {
        return NULL;
    }
    PyObject *item = NULL, *list = PyList_New(0);
    const void *last = state.start;
    if (list == NULL) {
        goto error;
    }
    while (maxsplit == 0 || n < maxsplit) {
        int status = sre_search(&state);
        if (status <= 0) {
            if (status == 0) {
                break;
            }
            engine_error(status);
            goto error;
        }
        item = state_slice(&state, last, state.start);
        if (item == NULL || PyList_Append(list, item) < 0) {
            goto error;
        }
        Py_CLEAR(item);
        for (Py_ssize_t i = 0; i < self->groups; i++) {
            item = state_group(&state, i + 1, 0);
            if (item == NULL || PyList_Append(list, item) < 0) {
                goto error;
            }
            Py_CLEAR(item);
        }
        n++;
        last = state.ptr;
        state_advance(&state);
    }
    item = state_slice(&state, last, state.end);
    if (item == NULL || PyList_Append(list, item) < 0) {
        goto error;
    }
    Py_DECREF(item);
    state_fini(&state);
    return list;

error:
    Py_XDECREF(item);
    Py_XDECREF(list);
    state_fini(&state);
    return NULL;
}

/* -- Pattern: replacing -------------------------------------------------- */

/* re.function(first, second, ...) */
static PyObject *
call_re(const char *function, PyObject *args)
{
    if (args == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *module = PyImport_ImportModule("re");
    if (module != NULL) {
        PyObject *callable = PyObject_GetAttrString(module, function);
        Py_DECREF(module);
        if (callable != NULL) {
            result = PyObject_CallObject(callable, args);
            Py_DECREF(callable);
        }
    }
    Py_DECREF(args);
    return result;
}

/* What takes the place of matches: a callable, or a text where *literal. */
static PyObject *
sub_filter(PatternObject *self, PyObject *template, int *callable)
{
    if (PyCallable_Check(template)) {
        *callable = 1;
        return Py_NewRef(template);
    }
    /* without a backslash it stands for itself */
    Py_ssize_t n;
    int isbytes, charsize, literal = 0;
    Py_buffer view;
    const void *data = string_data(template, &n, &isbytes, &charsize, &view);
    if (data != NULL) {
        literal = 1;
        for (Py_ssize_t i = 0; i < n && literal; i++) {
            literal = PyUnicode_READ(charsize, data, i) != '\\';
        }
        if (view.obj != NULL) {
            PyBuffer_Release(&view);
        }
    }
    else {
        PyErr_Clear();
    }
    if (literal) {
        *callable = 0;
        return Py_NewRef(template);
    }
    PyObject *filter = call_re("_subx", PyTuple_Pack(2, self, template));
    if (filter != NULL) {
        *callable = PyCallable_Check(filter);
    }
    return filter;
}

static int
append_steal(PyObject *list, PyObject *item)
{
    if (item == NULL) {
        return -1;
    }
    int status = PyList_Append(list, item);
    Py_DECREF(item);
    return status;
}

/* The parts of the list, which goes, joined as the string's type. */
static PyObject *
join_steal(PyObject *list, const struct sre_state *state)
{
    PyObject *joiner = slice_of(state->isbytes, state->beginning,
                                state->string, 0, 0);
    PyObject *result = NULL;
    if (joiner != NULL) {
        if (PyList_GET_SIZE(list) == 0) {
            result = Py_NewRef(joiner);
        }
        else {
            result = state->isbytes ? _PyBytes_Join(joiner, list)
                                    : PyUnicode_Join(joiner, list);
        }
        Py_DECREF(joiner);
    }
    Py_DECREF(list);
    return result;
}

static PyObject *
pattern_subx(struct sre_module *module, PatternObject *self,
             PyObject *template, PyObject *string, Py_ssize_t count,
             int with_number)
{
    int callable = 0;
    struct sre_state state;
    Py_ssize_t n = 0;
    PyObject *filter = sub_filter(self, template, &callable);
    if (filter == NULL) {
        return NULL;
    }
    if (state_init(&state, self, string, 0, PY_SSIZE_T_MAX) < 0) {
        Py_DECREF(filter);
        return NULL;
    }
    const void *last = state.start;
    PyObject *list = PyList_New(0), *result = NULL;
    if (list == NULL) {
        goto done;
    }
    while (count == 0 || n < count) {
        int status = sre_search(&state);
        if (status <= 0) {
            if (status == 0) {
                break;
            }
            engine_error(status);
            goto done;
        }
        if (last < state.start
            && append_steal(list, state_slice(&state, last, state.start))
                   < 0) {
            goto done;
        }
        PyObject *item;
        if (callable) {
            PyObject *match = match_new(module, self, &state, 1);
            if (match == NULL) {
                goto done;
            }
            ((MatchObject *)match)->pos = 0;
            item = PyObject_CallOneArg(filter, match);
            Py_DECREF(match);
            if (item == NULL) {
                goto done;
            }
        }
        else {
            item = Py_NewRef(filter);
        }
        if (item == Py_None) {
            Py_DECREF(item);
        }
        else if (append_steal(list, item) < 0) {
            goto done;
        }
        last = state.ptr;
        n++;
        state_advance(&state);
    }
    if (n == 0 && !callable
        && (PyUnicode_CheckExact(string) || PyBytes_CheckExact(string))) {
        result = Py_NewRef(string);
    }
    else {
        if (last < state.end
            && append_steal(list, state_slice(&state, last, state.end)) < 0) {
            goto done;
        }
        PyObject *parts = list;
        list = NULL;
        result = join_steal(parts, &state);
    }
    if (result != NULL && with_number) {
        result = Py_BuildValue("Nn", result, n);
    }

done:
    Py_XDECREF(list);
    Py_DECREF(filter);
    state_fini(&state);
    return result;
}

static PyObject *
sub_method(PyObject *self, PyTypeObject *cls, struct _PyArg_Parser *parser,
           PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
           int with_number)
{
    PyObject *buffer[3];
    Py_ssize_t count = 0;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, parser, 2, 3, 0,
                                 buffer);
    if (args == NULL
        || (args[2] != NULL && index_value(args[2], &count) < 0)) {
        return NULL;
    }
    return pattern_subx(module_of_type(cls), (PatternObject *)self, args[0],
                        args[1], count, with_number);
}

static const char *const sub_keywords[] = {"repl", "string", "count", NULL};

static PyObject *
pattern_sub(PyObject *self, PyTypeObject *cls, PyObject *const *args,
            Py_ssize_t nargs, PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = sub_keywords, .fname = "sub"};
    return sub_method(self, cls, &parser, args, nargs, kwnames, 0);
}

static PyObject *
pattern_subn(PyObject *self, PyTypeObject *cls, PyObject *const *args,
             Py_ssize_t nargs, PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = sub_keywords, .fname = "subn"};
    return sub_method(self, cls, &parser, args, nargs, kwnames, 1);
}

/* -- Scanners ------------------------------------------------------------ */

static PyObject *
scanner_new(PatternObject *self, PyTypeObject *cls,
            const struct search_arguments *a)
{
    struct sre_module *module = module_of_type(cls);
    ScannerObject *scanner = PyObject_GC_New(ScannerObject,
                                             module->Scanner_Type);
    if (scanner == NULL) {
        return NULL;
    }
    scanner->pattern = NULL;
    if (state_init(&scanner->state, self, a->string, a->pos, a->endpos) < 0) {
        PyObject_GC_Track(scanner);
        Py_DECREF(scanner);
        return NULL;
    }
    scanner->pattern = Py_NewRef(self);
    PyObject_GC_Track(scanner);
    return (PyObject *)scanner;
}

static PyObject *
pattern_scanner(PyObject *self, PyTypeObject *cls, PyObject *const *args,
                Py_ssize_t nargs, PyObject *kwnames)
{
    SEARCH_KEYWORDS;
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "scanner"};
    struct search_arguments a;
    if (parse_search(&a, &parser, args, nargs, kwnames) < 0) {
        return NULL;
    }
    return scanner_new((PatternObject *)self, cls, &a);
}

static PyObject *
pattern_finditer(PyObject *self, PyTypeObject *cls, PyObject *const *args,
                 Py_ssize_t nargs, PyObject *kwnames)
{
    SEARCH_KEYWORDS;
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "finditer"};
    struct search_arguments a;
    if (parse_search(&a, &parser, args, nargs, kwnames) < 0) {
        return NULL;
    }
    PyObject *scanner = scanner_new((PatternObject *)self, cls, &a);
    if (scanner == NULL) {
        return NULL;
    }
    PyObject *search = PyObject_GetAttrString(scanner, "search");
    Py_DECREF(scanner);
    if (search == NULL) {
        return NULL;
    }
    PyObject *iterator = PyCallIter_New(search, Py_None);
    Py_DECREF(search);
    return iterator;
}

static int
scanner_traverse(ScannerObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->pattern);
    Py_VISIT(self->state.string);
    return 0;
}

static int
scanner_clear(ScannerObject *self)
{
    Py_CLEAR(self->pattern);
    return 0;
}

static void
scanner_dealloc(ScannerObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    state_fini(&self->state);
    (void)scanner_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
scanner_next(ScannerObject *self, PyTypeObject *cls, int search)
{
    struct sre_state *state = &self->state;
    if (state->start == NULL || self->pattern == NULL) {
        Py_RETURN_NONE;
    }
    Py_ssize_t pos = state_offset(state, state->start);
    int status = search ? sre_search(state) : sre_match(state);
    PyObject *match = match_new(module_of_type(cls),
                                (PatternObject *)self->pattern, state,
                                status);
    if (match != NULL && match != Py_None) {
        ((MatchObject *)match)->pos = pos;
    }
    if (status == 0) {
        state->start = NULL;
    }
    else {
        state_advance(state);
    }
    return match;
}

static int
no_arguments(const char *name, Py_ssize_t nargs, PyObject *kwnames)
{
    if (nargs || (kwnames != NULL && PyTuple_GET_SIZE(kwnames))) {
        PyErr_Format(PyExc_TypeError, "%s() takes no arguments", name);
        return -1;
    }
    return 0;
}

static PyObject *
scanner_match(PyObject *self, PyTypeObject *cls, PyObject *const *args,
              Py_ssize_t nargs, PyObject *kwnames)
{
    if (no_arguments("match", nargs, kwnames) < 0) {
        return NULL;
    }
    return scanner_next((ScannerObject *)self, cls, 0);
}

static PyObject *
scanner_search(PyObject *self, PyTypeObject *cls, PyObject *const *args,
               Py_ssize_t nargs, PyObject *kwnames)
{
    if (no_arguments("search", nargs, kwnames) < 0) {
        return NULL;
    }
    return scanner_next((ScannerObject *)self, cls, 1);
}

/* -- Pattern: protocols -------------------------------------------------- */

static int
pattern_traverse(PatternObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->groupindex);
    Py_VISIT(self->indexgroup);
    Py_VISIT(self->pattern);
    return 0;
}

static int
pattern_clear(PatternObject *self)
{
    Py_CLEAR(self->groupindex);
    Py_CLEAR(self->indexgroup);
    Py_CLEAR(self->pattern);
    return 0;
}

static void
pattern_dealloc(PatternObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    (void)pattern_clear(self);
    PyMem_Free(self->set_index);
    PyMem_Free(self->bitmaps);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
pattern_repr(PatternObject *self)
{
    static const struct {
        const char *name;
        int value;
    } names[] = {
        {"re.TEMPLATE", SRE_FLAG_TEMPLATE},
        {"re.IGNORECASE", SRE_FLAG_IGNORECASE},
        {"re.LOCALE", SRE_FLAG_LOCALE},
        {"re.MULTILINE", SRE_FLAG_MULTILINE},
        {"re.DOTALL", SRE_FLAG_DOTALL},
        {"re.UNICODE", SRE_FLAG_UNICODE},
        {"re.VERBOSE", SRE_FLAG_VERBOSE},
        {"re.DEBUG", SRE_FLAG_DEBUG},
        {"re.ASCII", SRE_FLAG_ASCII},
    };
    int flags = self->flags;
    /* what goes without saying for a str pattern */
    if (self->isbytes == 0
        && (flags & (SRE_FLAG_LOCALE | SRE_FLAG_UNICODE | SRE_FLAG_ASCII))
               == SRE_FLAG_UNICODE) {
        flags &= ~SRE_FLAG_UNICODE;
    }
    PyObject *items = PyList_New(0);
    if (items == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(names); i++) {
        if (flags & names[i].value) {
            if (append_steal(items, PyUnicode_FromString(names[i].name))
                < 0) {
                goto done;
            }
            flags &= ~names[i].value;
        }
    }
    if (flags != 0
        && append_steal(items, PyUnicode_FromFormat("0x%x", flags)) < 0) {
        goto done;
    }
    if (PyList_GET_SIZE(items) > 0) {
        PyObject *bar = PyUnicode_FromString("|");
        PyObject *text = bar == NULL ? NULL : PyUnicode_Join(bar, items);
        Py_XDECREF(bar);
        if (text != NULL) {
            result = PyUnicode_FromFormat("re.compile(%.200R, %S)",
                                          self->pattern, text);
            Py_DECREF(text);
        }
    }
    else {
        result = PyUnicode_FromFormat("re.compile(%.200R)", self->pattern);
    }

done:
    Py_DECREF(items);
    return result;
}

static Py_hash_t
pattern_hash(PatternObject *self)
{
    Py_hash_t hash = PyObject_Hash(self->pattern);
    if (hash == -1) {
        return -1;
    }
    hash ^= _Py_HashBytes(self->code,
                          self->codesize * (Py_ssize_t)sizeof(SRE_CODE));
    hash ^= self->flags;
    hash ^= self->isbytes;
    hash ^= self->codesize;
    return hash == -1 ? -2 : hash;
}

static PyObject *
pattern_richcompare(PyObject *lefto, PyObject *righto, int op)
{
    if (op != Py_EQ && op != Py_NE) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (!Py_IS_TYPE(righto, Py_TYPE(lefto))) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (lefto == righto) {
        return PyBool_FromLong(op == Py_EQ);
    }
    PatternObject *left = (PatternObject *)lefto;
    PatternObject *right = (PatternObject *)righto;
    /* the flags alone do not tell bytes from str, nor locales apart */
    int equal = left->flags == right->flags
                && left->isbytes == right->isbytes
                && left->codesize == right->codesize
                && memcmp(left->code, right->code,
                          (size_t)left->codesize * sizeof(SRE_CODE)) == 0;
    if (equal) {
        equal = PyObject_RichCompareBool(left->pattern, right->pattern,
                                         Py_EQ);
        if (equal < 0) {
            return NULL;
        }
    }
    return PyBool_FromLong(equal == (op == Py_EQ));
}

static PyObject *
return_self(PyObject *self, PyObject *unused)
{
    return Py_NewRef(self);
}

static PyObject *
pattern_groupindex(PatternObject *self, void *Py_UNUSED(unused))
{
    if (PyDict_GET_SIZE(self->groupindex) == 0) {
        PyObject *empty = PyDict_New();
        if (empty == NULL) {
            return NULL;
        }
        PyObject *proxy = PyDictProxy_New(empty);
        Py_DECREF(empty);
        return proxy;
    }
    return PyDictProxy_New(self->groupindex);
}

/* -- Match: groups ------------------------------------------------------- */

/* The text of a group, default_value where it did not match. */
static PyObject *
match_slice(MatchObject *self, Py_ssize_t group, PyObject *default_value)
{
    Py_ssize_t start = self->mark[2 * group], end = self->mark[2 * group + 1];
    if (self->string == Py_None || start < 0) {
        return Py_NewRef(default_value);
    }
    if (PyUnicode_CheckExact(self->string)
        || PyBytes_CheckExact(self->string)) {
        Py_ssize_t length = PyUnicode_CheckExact(self->string)
                                ? PyUnicode_GET_LENGTH(self->string)
                                : PyBytes_GET_SIZE(self->string);
        start = Py_MIN(start, length);
        end = Py_MIN(end, length);
        return slice_of(PyBytes_CheckExact(self->string),
                        PyBytes_CheckExact(self->string)
                            ? PyBytes_AS_STRING(self->string) : NULL,
                        self->string, start, end);
    }
    /* a buffer may have shrunk since */
    Py_ssize_t length;
    int isbytes, charsize;
    Py_buffer view;
    const void *data = string_data(self->string, &length, &isbytes, &charsize,
                                   &view);
    if (data == NULL) {
        return NULL;
    }
    start = Py_MIN(start, length);
    end = Py_MIN(end, length);
    PyObject *result = slice_of(isbytes, data, self->string, start, end);
    if (view.obj != NULL) {
        PyBuffer_Release(&view);
    }
    return result;
}

/* The number of the group that index names, -1 with IndexError. */
static Py_ssize_t
match_group_index(MatchObject *self, PyObject *index)
{
    Py_ssize_t i = -1;
    if (_PyIndex_Check(index)) {
        i = PyNumber_AsSsize_t(index, NULL);
    }
    else {
        PyObject *number = PyDict_GetItemWithError(self->pattern->groupindex,
                                                   index);
        if (number != NULL && PyLong_Check(number)) {
            i = PyLong_AsSsize_t(number);
        }
    }
    if (i < 0 || i >= self->groups) {
        /* an exception is replaced only if it says no more than this */
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_IndexError, "no such group");
        }
        return -1;
    }
    return i;
}

static PyObject *
match_getslice(MatchObject *self, PyObject *index)
{
    Py_ssize_t i = match_group_index(self, index);
    return i < 0 ? NULL : match_slice(self, i, Py_None);
}

static PyObject *
match_group(PyObject *op, PyObject *args)
{
    MatchObject *self = (MatchObject *)op;
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    if (n == 0) {
        return match_slice(self, 0, Py_None);
    }
    if (n == 1) {
        return match_getslice(self, PyTuple_GET_ITEM(args, 0));
    }
    PyObject *result = PyTuple_New(n);
    for (Py_ssize_t i = 0; result != NULL && i < n; i++) {
        PyObject *item = match_getslice(self, PyTuple_GET_ITEM(args, i));
        if (item == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyTuple_SET_ITEM(result, i, item);
    }
    return result;
}

static PyObject *
match_getitem(PyObject *self, PyObject *name)
{
    return match_getslice((MatchObject *)self, name);
}

/* The argument default=None. */
static PyObject *
parse_default(struct _PyArg_Parser *parser, PyObject *const *args,
              Py_ssize_t nargs, PyObject *kwnames)
{
    PyObject *buffer[1];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, parser, 0, 1, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    return args[0] != NULL ? args[0] : Py_None;
}

static const char *const default_keywords[] = {"default", NULL};

static PyObject *
match_groups(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
             PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = default_keywords,
                                   .fname = "groups"};
    MatchObject *self = (MatchObject *)op;
    PyObject *fallback = parse_default(&parser, args, nargs, kwnames);
    if (fallback == NULL) {
        return NULL;
    }
    PyObject *result = PyTuple_New(self->groups - 1);
    for (Py_ssize_t i = 1; result != NULL && i < self->groups; i++) {
        PyObject *item = match_slice(self, i, fallback);
        if (item == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyTuple_SET_ITEM(result, i - 1, item);
    }
    return result;
}

static PyObject *
match_groupdict(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
                PyObject *kwnames)
{
    static _PyArg_Parser parser = {.keywords = default_keywords,
                                   .fname = "groupdict"};
    MatchObject *self = (MatchObject *)op;
    PyObject *fallback = parse_default(&parser, args, nargs, kwnames);
    if (fallback == NULL) {
        return NULL;
    }
    PyObject *result = PyDict_New();
    if (result == NULL) {
        return NULL;
    }
    PyObject *key, *number;
    Py_ssize_t at = 0;
    while (PyDict_Next(self->pattern->groupindex, &at, &key, &number)) {
        Py_INCREF(key);
        Py_ssize_t i = match_group_index(self, key);
        PyObject *value = i < 0 ? NULL : match_slice(self, i, fallback);
        int status = value == NULL ? -1 : PyDict_SetItem(result, key, value);
        Py_XDECREF(value);
        Py_DECREF(key);
        if (status < 0) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

/* The argument group=0. */
static Py_ssize_t
parse_group(MatchObject *self, const char *name, PyObject *const *args,
            Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional(name, nargs, 0, 1)) {
        return -1;
    }
    return nargs == 0 ? 0 : match_group_index(self, args[0]);
}

static PyObject *
match_start(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    MatchObject *self = (MatchObject *)op;
    Py_ssize_t i = parse_group(self, "start", args, nargs);
    return i < 0 ? NULL : PyLong_FromSsize_t(self->mark[2 * i]);
}

static PyObject *
match_end(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    MatchObject *self = (MatchObject *)op;
    Py_ssize_t i = parse_group(self, "end", args, nargs);
    return i < 0 ? NULL : PyLong_FromSsize_t(self->mark[2 * i + 1]);
}

static PyObject *
match_span_of(MatchObject *self, Py_ssize_t i)
{
    return Py_BuildValue("nn", self->mark[2 * i], self->mark[2 * i + 1]);
}

static PyObject *
match_span(PyObject *op, PyObject *const *args, Py_ssize_t nargs)
{
    MatchObject *self = (MatchObject *)op;
    Py_ssize_t i = parse_group(self, "span", args, nargs);
    return i < 0 ? NULL : match_span_of(self, i);
}

static PyObject *
match_expand(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
             PyObject *kwnames)
{
    static const char *const keywords[] = {"template", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "expand"};
    PyObject *buffer[1];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 1, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    return call_re("_expand",
                   PyTuple_Pack(3, ((MatchObject *)op)->pattern, op,
                                args[0]));
}

static PyObject *
match_regs(MatchObject *self, void *Py_UNUSED(unused))
{
    if (self->regs != NULL) {
        return Py_NewRef(self->regs);
    }
    PyObject *regs = PyTuple_New(self->groups);
    if (regs == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < self->groups; i++) {
        PyObject *span = match_span_of(self, i);
        if (span == NULL) {
            Py_DECREF(regs);
            return NULL;
        }
        PyTuple_SET_ITEM(regs, i, span);
    }
    self->regs = Py_NewRef(regs);
    return regs;
}

static PyObject *
match_lastindex(MatchObject *self, void *Py_UNUSED(unused))
{
    if (self->lastindex >= 0) {
        return PyLong_FromSsize_t(self->lastindex);
    }
    Py_RETURN_NONE;
}

static PyObject *
match_lastgroup(MatchObject *self, void *Py_UNUSED(unused))
{
    PyObject *names = self->pattern->indexgroup;
    if (names != NULL && self->lastindex >= 0
        && self->lastindex < PyTuple_GET_SIZE(names)) {
        return Py_NewRef(PyTuple_GET_ITEM(names, self->lastindex));
    }
    Py_RETURN_NONE;
}

static PyObject *
match_repr(MatchObject *self)
{
    PyObject *text = match_slice(self, 0, Py_None);
    if (text == NULL) {
        return NULL;
    }
    PyObject *result = PyUnicode_FromFormat(
        "<%s object; span=(%zd, %zd), match=%.50R>", Py_TYPE(self)->tp_name,
        self->mark[0], self->mark[1], text);
    Py_DECREF(text);
    return result;
}

static int
match_traverse(MatchObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->string);
    Py_VISIT(self->regs);
    Py_VISIT(self->pattern);
    return 0;
}

static int
match_clear(MatchObject *self)
{
    Py_CLEAR(self->string);
    Py_CLEAR(self->regs);
    Py_CLEAR(self->pattern);
    return 0;
}

static void
match_dealloc(MatchObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)match_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

/* -- Module functions ---------------------------------------------------- */

static int
fill_code(PatternObject *self, PyObject *code)
{
    for (Py_ssize_t i = 0; i < self->codesize; i++) {
        PyObject *item = PyList_GET_ITEM(code, i);
        unsigned long value = PyLong_AsUnsignedLong(item);
        if (value == (unsigned long)-1 && PyErr_Occurred()) {
            if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
                PyErr_SetString(PyExc_OverflowError,
                                "regular expression code size limit "
                                "exceeded");
            }
            return -1;
        }
        self->code[i] = (SRE_CODE)value;
        if ((unsigned long)self->code[i] != value) {
            PyErr_SetString(PyExc_OverflowError,
                            "regular expression code size limit exceeded");
            return -1;
        }
    }
    return 0;
}

static int
pattern_kind(PatternObject *self, PyObject *pattern)
{
    self->isbytes = -1;
    if (pattern != Py_None) {
        Py_ssize_t length;
        int charsize;
        Py_buffer view;
        if (string_data(pattern, &length, &self->isbytes, &charsize, &view)
            == NULL) {
            return -1;
        }
        if (view.obj != NULL) {
            PyBuffer_Release(&view);
        }
    }
    return 0;
}

static PyObject *
sre_compile(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
            PyObject *kwnames)
{
    static const char *const keywords[] = {
        "pattern", "flags", "code", "groups", "groupindex", "indexgroup",
        NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "compile"};
    PyObject *buffer[6];
    Py_ssize_t groups;
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 6, 6, 0,
                                 buffer);
    if (args == NULL) {
        return NULL;
    }
    int flags = _PyLong_AsInt(args[1]);
    if (flags == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (!PyList_Check(args[2])) {
        _PyArg_BadArgument("compile", "argument 'code'", "list", args[2]);
        return NULL;
    }
    if (index_value(args[3], &groups) < 0) {
        return NULL;
    }
    if (!PyDict_Check(args[4])) {
        _PyArg_BadArgument("compile", "argument 'groupindex'", "dict",
                           args[4]);
        return NULL;
    }
    if (!PyTuple_Check(args[5])) {
        _PyArg_BadArgument("compile", "argument 'indexgroup'", "tuple",
                           args[5]);
        return NULL;
    }
    struct sre_module *state = PyModule_GetState(module);
    Py_ssize_t n = PyList_GET_SIZE(args[2]);
    PatternObject *self = PyObject_GC_NewVar(PatternObject,
                                             state->Pattern_Type, n);
    if (self == NULL) {
        return NULL;
    }
    self->weakreflist = NULL;
    self->set_index = NULL;
    self->bitmaps = NULL;
    self->codesize = n;
    self->groups = groups;
    self->flags = flags;
    self->pattern = Py_NewRef(args[0]);
    self->groupindex = Py_NewRef(args[4]);
    self->indexgroup = Py_NewRef(args[5]);
    PyObject_GC_Track(self);
    if (fill_code(self, args[2]) < 0 || pattern_kind(self, args[0]) < 0
        || sre_validate(self) < 0 || sre_make_bitmaps(self) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static PyObject *
sre_getcodesize(PyObject *module, PyObject *Py_UNUSED(unused))
{
    return PyLong_FromLong((long)sizeof(SRE_CODE));
}

static int
character_argument(PyObject *arg, Py_UCS4 *ch)
{
    int value = _PyLong_AsInt(arg);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    *ch = (Py_UCS4)value;
    return 0;
}

static PyObject *
sre_ascii_iscased(PyObject *module, PyObject *arg)
{
    Py_UCS4 ch;
    if (character_argument(arg, &ch) < 0) {
        return NULL;
    }
    return PyBool_FromLong(ch < 128 && Py_ISALPHA(ch));
}

static PyObject *
sre_unicode_iscased(PyObject *module, PyObject *arg)
{
    Py_UCS4 ch;
    if (character_argument(arg, &ch) < 0) {
        return NULL;
    }
    return PyBool_FromLong(sre_lower_unicode(ch) != ch
                           || sre_upper_unicode(ch) != ch);
}

static PyObject *
sre_ascii_tolower(PyObject *module, PyObject *arg)
{
    Py_UCS4 ch;
    if (character_argument(arg, &ch) < 0) {
        return NULL;
    }
    return PyLong_FromLong((int)sre_lower_ascii(ch));
}

static PyObject *
sre_unicode_tolower(PyObject *module, PyObject *arg)
{
    Py_UCS4 ch;
    if (character_argument(arg, &ch) < 0) {
        return NULL;
    }
    return PyLong_FromLong((int)sre_lower_unicode(ch));
}

/* -- Tables -------------------------------------------------------------- */

#define METHOD_METHOD (METH_METHOD | METH_FASTCALL | METH_KEYWORDS)
#define SEARCH_SIGNATURE "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\n"

static PyMethodDef pattern_methods[] = {
    {"match", _PyCFunction_CAST(pattern_match), METHOD_METHOD,
     PyDoc_STR("match" SEARCH_SIGNATURE
               "A match at the beginning of the string, or None.")},
    {"fullmatch", _PyCFunction_CAST(pattern_fullmatch), METHOD_METHOD,
     PyDoc_STR("fullmatch" SEARCH_SIGNATURE
               "A match of all of the string, or None.")},
    {"search", _PyCFunction_CAST(pattern_search), METHOD_METHOD,
     PyDoc_STR("search" SEARCH_SIGNATURE
               "The first match in the string, or None.")},
    {"sub", _PyCFunction_CAST(pattern_sub), METHOD_METHOD,
     PyDoc_STR("sub($self, /, repl, string, count=0)\n--\n\n"
               "The string with the matches replaced by repl.")},
    {"subn", _PyCFunction_CAST(pattern_subn), METHOD_METHOD,
     PyDoc_STR("subn($self, /, repl, string, count=0)\n--\n\n"
               "The tuple of the string with the matches replaced by repl\n"
               "and their number.")},
    {"findall", _PyCFunction_CAST(pattern_findall),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("findall" SEARCH_SIGNATURE
               "The list of all matches that do not overlap: their text, or\n"
               "their groups where the pattern has some.")},
    {"split", _PyCFunction_CAST(pattern_split),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("split($self, /, string, maxsplit=0)\n--\n\n"
               "The list of the parts between the matches.")},
    {"finditer", _PyCFunction_CAST(pattern_finditer), METHOD_METHOD,
     PyDoc_STR("finditer" SEARCH_SIGNATURE
               "An iterator over all matches that do not overlap.")},
    {"scanner", _PyCFunction_CAST(pattern_scanner), METHOD_METHOD,
     PyDoc_STR("scanner" SEARCH_SIGNATURE)},
    {"__copy__", return_self, METH_NOARGS,
     PyDoc_STR("__copy__($self, /)\n--\n\n")},
    {"__deepcopy__", return_self, METH_O,
     PyDoc_STR("__deepcopy__($self, memo, /)\n--\n\n")},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

static PyGetSetDef pattern_getset[] = {
    {"groupindex", (getter)pattern_groupindex, NULL,
     PyDoc_STR("The group names and their numbers.")},
    {NULL},
};

static PyMemberDef pattern_members[] = {
    {"pattern", T_OBJECT, offsetof(PatternObject, pattern), READONLY,
     PyDoc_STR("The string that the pattern was compiled from.")},
    {"flags", T_INT, offsetof(PatternObject, flags), READONLY,
     PyDoc_STR("The flags of the pattern.")},
    {"groups", T_PYSSIZET, offsetof(PatternObject, groups), READONLY,
     PyDoc_STR("The number of capturing groups in the pattern.")},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(PatternObject, weakreflist),
     READONLY},
    {NULL},
};

#define TYPE_FLAGS                                               \
    (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE               \
     | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_GC)

static PyType_Slot pattern_slots[] = {
    {Py_tp_dealloc, pattern_dealloc},
    {Py_tp_repr, pattern_repr},
    {Py_tp_hash, pattern_hash},
    {Py_tp_doc, (void *)PyDoc_STR("A compiled regular expression.")},
    {Py_tp_richcompare, pattern_richcompare},
    {Py_tp_methods, pattern_methods},
    {Py_tp_members, pattern_members},
    {Py_tp_getset, pattern_getset},
    {Py_tp_traverse, pattern_traverse},
    {Py_tp_clear, pattern_clear},
    {0, NULL},
};

static PyType_Spec pattern_spec = {
    .name = "re.Pattern",
    .basicsize = sizeof(PatternObject),
    .itemsize = sizeof(SRE_CODE),
    .flags = TYPE_FLAGS,
    .slots = pattern_slots,
};

static PyMethodDef match_methods[] = {
    {"group", match_group, METH_VARARGS,
     PyDoc_STR("group([group1, ...]) -> str or tuple.\n"
               "    The text of one group, or a tuple of several; group 0, all "
               "of\n    the match, without arguments.")},
    {"start", _PyCFunction_CAST(match_start), METH_FASTCALL,
     PyDoc_STR("start($self, group=0, /)\n--\n\n"
               "Where the text of the group begins.")},
    {"end", _PyCFunction_CAST(match_end), METH_FASTCALL,
     PyDoc_STR("end($self, group=0, /)\n--\n\n"
               "Where the text of the group ends.")},
    {"span", _PyCFunction_CAST(match_span), METH_FASTCALL,
     PyDoc_STR("span($self, group=0, /)\n--\n\n"
               "The tuple (m.start(group), m.end(group)).")},
    {"groups", _PyCFunction_CAST(match_groups),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("groups($self, /, default=None)\n--\n\n"
               "The tuple of all groups from 1 on; default stands for those\n"
               "that did not match.")},
    {"groupdict", _PyCFunction_CAST(match_groupdict),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("groupdict($self, /, default=None)\n--\n\n"
               "The named groups by name; default stands for those that did\n"
               "not match.")},
    {"expand", _PyCFunction_CAST(match_expand),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("expand($self, /, template)\n--\n\n"
               "The template with its references to groups filled in.")},
    {"__copy__", return_self, METH_NOARGS,
     PyDoc_STR("__copy__($self, /)\n--\n\n")},
    {"__deepcopy__", return_self, METH_O,
     PyDoc_STR("__deepcopy__($self, memo, /)\n--\n\n")},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("See PEP 585")},
    {NULL, NULL},
};

static PyGetSetDef match_getset[] = {
    {"lastindex", (getter)match_lastindex, NULL,
     PyDoc_STR("The number of the last matched capturing group.")},
    {"lastgroup", (getter)match_lastgroup, NULL,
     PyDoc_STR("The name of the last matched capturing group.")},
    {"regs", (getter)match_regs, NULL, NULL},
    {NULL},
};

static PyMemberDef match_members[] = {
    {"string", T_OBJECT, offsetof(MatchObject, string), READONLY,
     PyDoc_STR("The string that was matched.")},
    {"re", T_OBJECT, offsetof(MatchObject, pattern), READONLY,
     PyDoc_STR("The pattern.")},
    {"pos", T_PYSSIZET, offsetof(MatchObject, pos), READONLY,
     PyDoc_STR("The index where the search began.")},
    {"endpos", T_PYSSIZET, offsetof(MatchObject, endpos), READONLY,
     PyDoc_STR("The index where the search had to end.")},
    {NULL},
};

static PyType_Slot match_slots[] = {
    {Py_tp_dealloc, match_dealloc},
    {Py_tp_repr, match_repr},
    {Py_tp_doc, (void *)PyDoc_STR("The result of re.match() and re.search().\n"
                                  "Match objects are always true.")},
    {Py_tp_methods, match_methods},
    {Py_tp_members, match_members},
    {Py_tp_getset, match_getset},
    {Py_tp_traverse, match_traverse},
    {Py_tp_clear, match_clear},
    {Py_mp_subscript, match_getitem},
    {0, NULL},
};

static PyType_Spec match_spec = {
    .name = "re.Match",
    .basicsize = sizeof(MatchObject),
    .itemsize = sizeof(Py_ssize_t),
    .flags = TYPE_FLAGS,
    .slots = match_slots,
};

static PyMethodDef scanner_methods[] = {
    {"match", _PyCFunction_CAST(scanner_match), METHOD_METHOD,
     PyDoc_STR("match($self, /)\n--\n\n")},
    {"search", _PyCFunction_CAST(scanner_search), METHOD_METHOD,
     PyDoc_STR("search($self, /)\n--\n\n")},
    {NULL, NULL},
};

static PyMemberDef scanner_members[] = {
    {"pattern", T_OBJECT, offsetof(ScannerObject, pattern), READONLY},
    {NULL},
};

static PyType_Slot scanner_slots[] = {
    {Py_tp_dealloc, scanner_dealloc},
    {Py_tp_methods, scanner_methods},
    {Py_tp_members, scanner_members},
    {Py_tp_traverse, scanner_traverse},
    {Py_tp_clear, scanner_clear},
    {0, NULL},
};

static PyType_Spec scanner_spec = {
    .name = "_sre.SRE_Scanner",
    .basicsize = sizeof(ScannerObject),
    .flags = TYPE_FLAGS,
    .slots = scanner_slots,
};

static PyMethodDef sre_methods[] = {
    {"compile", _PyCFunction_CAST(sre_compile),
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("compile($module, /, pattern, flags, code, groups, "
               "groupindex,\n        indexgroup)\n--\n\n")},
    {"getcodesize", sre_getcodesize, METH_NOARGS,
     PyDoc_STR("getcodesize($module, /)\n--\n\n")},
    {"ascii_iscased", sre_ascii_iscased, METH_O,
     PyDoc_STR("ascii_iscased($module, character, /)\n--\n\n")},
    {"unicode_iscased", sre_unicode_iscased, METH_O,
     PyDoc_STR("unicode_iscased($module, character, /)\n--\n\n")},
    {"ascii_tolower", sre_ascii_tolower, METH_O,
     PyDoc_STR("ascii_tolower($module, character, /)\n--\n\n")},
    {"unicode_tolower", sre_unicode_tolower, METH_O,
     PyDoc_STR("unicode_tolower($module, character, /)\n--\n\n")},
    {NULL, NULL},
};

static int
sre_traverse(PyObject *module, visitproc visit, void *arg)
{
    struct sre_module *state = PyModule_GetState(module);
    Py_VISIT(state->Pattern_Type);
    Py_VISIT(state->Match_Type);
    Py_VISIT(state->Scanner_Type);
    return 0;
}

static int
sre_clear(PyObject *module)
{
    struct sre_module *state = PyModule_GetState(module);
    Py_CLEAR(state->Pattern_Type);
    Py_CLEAR(state->Match_Type);
    Py_CLEAR(state->Scanner_Type);
    return 0;
}

static void
sre_free(void *module)
{
    sre_clear(module);
}

static int
add_number(PyObject *module, const char *name, unsigned long value)
{
    PyObject *number = PyLong_FromUnsignedLong(value);
    if (number == NULL) {
        return -1;
    }
    int status = PyModule_AddObjectRef(module, name, number);
    Py_DECREF(number);
    return status;
}

static int
sre_exec(PyObject *module)
{
    struct sre_module *state = PyModule_GetState(module);
    state->Pattern_Type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &pattern_spec, NULL);
    state->Match_Type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &match_spec, NULL);
    state->Scanner_Type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &scanner_spec, NULL);
    if (state->Pattern_Type == NULL || state->Match_Type == NULL
        || state->Scanner_Type == NULL) {
        return -1;
    }
    if (add_number(module, "MAGIC", SRE_MAGIC) < 0
        || add_number(module, "CODESIZE", sizeof(SRE_CODE)) < 0
        || add_number(module, "MAXREPEAT", SRE_MAXREPEAT) < 0
        || add_number(module, "MAXGROUPS", SRE_MAXGROUPS) < 0
        || PyModule_AddStringConstant(module, "copyright", copyright) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot sre_module_slots[] = {
    {Py_mod_exec, sre_exec},
    {0, NULL},
};

static struct PyModuleDef sre_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_sre",
    .m_size = sizeof(struct sre_module),
    .m_methods = sre_methods,
    .m_slots = sre_module_slots,
    .m_traverse = sre_traverse,
    .m_clear = sre_clear,
    .m_free = sre_free,
};

PyMODINIT_FUNC
PyInit__sre(void)
{
    return PyModuleDef_Init(&sre_def);
}
