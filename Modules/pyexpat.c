/* pyexpat: XML parsing by the Expat library.

   A parser object owns one XML_Parser.  Expat reports what it reads by calling
   C handlers; each one here (section Events) translates its arguments and
   calls the Python handler of the same name.  Rules that hold throughout:

   - Expat's handler for an event is set exactly while a Python handler is, so
     that Expat's own decisions (what goes to the default handler, whether
     entities are expanded) follow from what Python set.
   - Text may be gathered in `buffer` (buffer_text); every other event first
     sends what was gathered, so that the order of events is kept.
   - When a Python handler fails, all handlers are removed and Expat is told to
     stop; whoever called Expat sees the exception when Expat returns.
   - Expat cannot be entered again for a parser that is reading: `parsing`
     keeps handlers, and other threads, from doing it.
   - The parser of an external entity uses tables of the parser it was created
     from, so it keeps that one alive. */

#include "Python.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "structmember.h"
#include "pyexpat.h"

#include "pycore_global_strings.h"

#define DEFAULT_BUFFER_SIZE 8192    /* of gathered text, in bytes */
#define READ_SIZE 2048              /* what ParseFile asks of read() */
#define PARSE_SIZE (1 << 20)        /* Expat's lengths are ints */

/* Attribute name, name in tracebacks, C handler. */
#define FOR_EACH_HANDLER(H) \
    H(StartElementHandler, "StartElement", on_start_element) \
    H(EndElementHandler, "EndElement", on_end_element) \
    H(ProcessingInstructionHandler, "ProcessingInstruction", on_instruction) \
    H(CharacterDataHandler, "CharacterData", on_character_data) \
    H(UnparsedEntityDeclHandler, "UnparsedEntityDecl", on_unparsed_entity) \
    H(NotationDeclHandler, "NotationDecl", on_notation) \
    H(StartNamespaceDeclHandler, "StartNamespaceDecl", on_start_namespace) \
    H(EndNamespaceDeclHandler, "EndNamespaceDecl", on_end_namespace) \
    H(CommentHandler, "Comment", on_comment) \
    H(StartCdataSectionHandler, "StartCdataSection", on_start_cdata) \
    H(EndCdataSectionHandler, "EndCdataSection", on_end_cdata) \
    H(DefaultHandler, "Default", on_default) \
    H(DefaultHandlerExpand, "DefaultHandlerExpand", on_default_expand) \
    H(NotStandaloneHandler, "NotStandalone", on_not_standalone) \
    H(ExternalEntityRefHandler, "ExternalEntityRef", on_external_entity) \
    H(StartDoctypeDeclHandler, "StartDoctypeDecl", on_start_doctype) \
    H(EndDoctypeDeclHandler, "EndDoctypeDecl", on_end_doctype) \
    H(EntityDeclHandler, "EntityDecl", on_entity) \
    H(XmlDeclHandler, "XmlDecl", on_xml_declaration) \
    H(ElementDeclHandler, "ElementDecl", on_element_declaration) \
    H(AttlistDeclHandler, "AttlistDecl", on_attribute_list) \
    H(SkippedEntityHandler, "SkippedEntity", on_skipped_entity)

enum handler_index {
#define ENUMERATE(attribute, label, function) HANDLER_##attribute,
    FOR_EACH_HANDLER(ENUMERATE)
#undef ENUMERATE
    HANDLER_COUNT
};

typedef void (*expat_handler)(void);
typedef void (*expat_handler_setter)(XML_Parser, expat_handler);

struct handler_info {
    const char *label;              /* function name in tracebacks */
    expat_handler_setter set;       /* Expat's function to set it */
    expat_handler function;         /* what is set while Python has one */
};

/* Defined at the end of Events, where all its functions are known. */
static const struct handler_info handler_table[HANDLER_COUNT];

typedef struct {
    PyTypeObject *parser_type;
    PyObject *error;                /* ExpatError */
} pyexpat_state;

typedef struct {
    PyObject_HEAD
    XML_Parser expat;               /* owned; NULL only while being made */
    XML_Char *buffer;               /* text gathered, or NULL: not gathering */
    PyObject *intern;               /* dict of strings seen, or NULL */
    PyObject **handlers;            /* HANDLER_COUNT owned callables or NULL */
    PyObject *parent;               /* parser whose tables `expat` shares */
    int buffer_size;                /* bytes that `buffer` has room for */
    int buffer_used;                /* bytes gathered */
    unsigned char ordered_attributes;   /* attributes come as a list */
    unsigned char specified_attributes; /* leave out those by default */
    unsigned char in_callback;          /* a Python handler runs */
    unsigned char namespace_prefixes;   /* names have their prefix */
    unsigned char parsing;              /* Expat is reading */
} parser_object;

static pyexpat_state *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

/* -- Errors ------------------------------------------------------------- */

static int
error_set_number(PyObject *error, const char *name, XML_Size value)
{
    PyObject *number = PyLong_FromSize_t(value);
    if (number == NULL) {
        return -1;
    }
    int status = PyObject_SetAttrString(error, name, number);
    Py_DECREF(number);
    return status;
}

/* Raises ExpatError for `code` at the place where the parser stands. */
static PyObject *
raise_expat(parser_object *self, enum XML_Error code)
{
    pyexpat_state *state = PyType_GetModuleState(Py_TYPE(self));
    XML_Size line = XML_GetErrorLineNumber(self->expat);
    XML_Size column = XML_GetErrorColumnNumber(self->expat);

    PyObject *message = PyUnicode_FromFormat("%s: line %zu, column %zu",
                                             XML_ErrorString(code),
                                             (size_t)line, (size_t)column);
    if (message == NULL) {
        return NULL;
    }
    PyObject *error = PyObject_CallOneArg(state->error, message);
    Py_DECREF(message);
    if (error == NULL) {
        return NULL;
    }
    if (error_set_number(error, "code", code) == 0
        && error_set_number(error, "offset", column) == 0
        && error_set_number(error, "lineno", line) == 0)
    {
        PyErr_SetObject(state->error, error);
    }
    Py_DECREF(error);
    return NULL;
}

/* -- Handlers ----------------------------------------------------------- */

static void
ignore_character_data(void *data, const XML_Char *text, int length)
{
}

static int
refuse_external_entity(XML_Parser parser, const XML_Char *context,
                       const XML_Char *base, const XML_Char *system_id,
                       const XML_Char *public_id)
{
    return 0;
}

/* Tells Expat whether to report the event `index`.  Expat may be in the middle
   of a run of text, so a handler of its own replaces that for text. */
static void
handler_switch(parser_object *self, int index, int on)
{
    expat_handler function = NULL;
    if (on) {
        function = handler_table[index].function;
    }
    else if (index == HANDLER_CharacterDataHandler && self->in_callback) {
        function = (expat_handler)ignore_character_data;
    }
    handler_table[index].set(self->expat, function);
}

static void
handlers_remove(parser_object *self)
{
    for (int i = 0; i < HANDLER_COUNT; i++) {
        if (self->handlers[i] != NULL) {
            handler_switch(self, i, 0);
            Py_CLEAR(self->handlers[i]);
        }
    }
}

/* After an exception: nothing may reach Python before the parse has ended. */
static void
parser_fail(parser_object *self)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    handlers_remove(self);          /* may run Python */
    PyErr_Restore(type, value, traceback);
    XML_SetExternalEntityRefHandler(self->expat, refuse_external_entity);
}

/* A tuple of `count` objects, which are all stolen.  NULL if one is NULL. */
static PyObject *
arguments_steal(int count, ...)
{
    PyObject *items[8];
    int complete = 1;
    va_list list;

    va_start(list, count);
    for (int i = 0; i < count; i++) {
        items[i] = va_arg(list, PyObject *);
        complete &= items[i] != NULL;
    }
    va_end(list);

    PyObject *arguments = complete ? PyTuple_New(count) : NULL;
    for (int i = 0; i < count; i++) {
        if (arguments != NULL) {
            PyTuple_SET_ITEM(arguments, i, items[i]);
        }
        else {
            Py_XDECREF(items[i]);
        }
    }
    return arguments;
}

/* Calls the Python handler with `arguments`, which are stolen and may be NULL
   with an exception.  Where the handler is gone by now the result is 1, which
   lets the parse go on. */
static PyObject *
handler_call_steal(parser_object *self, int index, PyObject *arguments)
{
    if (arguments == NULL) {
        parser_fail(self);
        return NULL;
    }
    PyObject *handler = self->handlers[index];
    if (handler == NULL) {
        Py_DECREF(arguments);
        return PyLong_FromLong(1);
    }
    Py_INCREF(handler);
    unsigned char nested = self->in_callback;
    self->in_callback = 1;
    PyObject *result = PyObject_Call(handler, arguments, NULL);
    self->in_callback = nested;
    Py_DECREF(handler);
    Py_DECREF(arguments);
    if (result == NULL) {
        _PyTraceback_Add(handler_table[index].label, __FILE__, __LINE__);
        XML_StopParser(self->expat, XML_FALSE);
        parser_fail(self);
    }
    return result;
}

/* As handler_call_steal, for events whose handler decides nothing. */
static void
handler_notify_steal(parser_object *self, int index, PyObject *arguments)
{
    Py_XDECREF(handler_call_steal(self, index, arguments));
}

/* As handler_call_steal, for events whose handler returns an int. */
static int
handler_ask_steal(parser_object *self, int index, PyObject *arguments)
{
    PyObject *result = handler_call_steal(self, index, arguments);
    if (result == NULL) {
        return 0;
    }
    long answer = PyLong_AsLong(result);
    Py_DECREF(result);
    if (answer == -1 && PyErr_Occurred()) {
        parser_fail(self);
        return 0;
    }
    return (int)answer;
}

/* -- Strings ------------------------------------------------------------ */

static PyObject *
text_decode(const XML_Char *text, Py_ssize_t length)
{
    return PyUnicode_DecodeUTF8(text, length, "strict");
}

/* A string of its own, or None. */
static PyObject *
string_decode(const XML_Char *text)
{
    if (text == NULL) {
        Py_RETURN_NONE;
    }
    return text_decode(text, (Py_ssize_t)strlen(text));
}

/* As string_decode, for what recurs: equal ones are the same object. */
static PyObject *
string_intern(parser_object *self, const XML_Char *text)
{
    PyObject *string = string_decode(text);
    if (string == NULL || self->intern == NULL) {
        return string;
    }
    PyObject *intern = Py_NewRef(self->intern);
    PyObject *known = PyDict_GetItemWithError(intern, string);
    if (known != NULL) {
        Py_INCREF(known);
        Py_SETREF(string, known);
    }
    else if (PyErr_Occurred() || PyDict_SetItem(intern, string, string) < 0) {
        Py_CLEAR(string);
    }
    Py_DECREF(intern);
    return string;
}

/* -- Gathered text ------------------------------------------------------ */

/* Sends text to the handler; -1 if that failed. */
static int
text_send(parser_object *self, const XML_Char *text, int length)
{
    PyObject *arguments = arguments_steal(1, text_decode(text, length));
    PyObject *result = handler_call_steal(self, HANDLER_CharacterDataHandler,
                                          arguments);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static int
text_flush(parser_object *self)
{
    if (self->buffer == NULL || self->buffer_used == 0) {
        return 0;
    }
    /* text_send copies the text before it may run Python, which may change
       the buffer. */
    int used = self->buffer_used;
    self->buffer_used = 0;
    return text_send(self, self->buffer, used);
}

/* Whether Python wants the event `index`; what it must see before is sent. */
static int
event_wanted(parser_object *self, int index)
{
    return self->handlers[index] != NULL
           && !PyErr_Occurred()
           && text_flush(self) == 0
           && self->handlers[index] != NULL;
}

/* -- Events ------------------------------------------------------------- */

static void
on_character_data(void *data, const XML_Char *text, int length)
{
    parser_object *self = data;
    if (PyErr_Occurred()) {
        return;
    }
    if (self->buffer != NULL && length > self->buffer_size - self->buffer_used
        && text_flush(self) < 0)
    {
        return;
    }
    if (self->handlers[HANDLER_CharacterDataHandler] == NULL) {
        return;
    }
    if (self->buffer == NULL
        || length > self->buffer_size - self->buffer_used)
    {
        text_send(self, text, length);
        return;
    }
    memcpy(self->buffer + self->buffer_used, text, (size_t)length);
    self->buffer_used += length;
}

static int
attribute_add(parser_object *self, PyObject *container, Py_ssize_t index,
              const XML_Char *const *pair)
{
    PyObject *name = string_intern(self, pair[0]);
    if (name == NULL) {
        return -1;
    }
    PyObject *value = string_decode(pair[1]);
    if (value == NULL) {
        Py_DECREF(name);
        return -1;
    }
    if (PyList_CheckExact(container)) {
        PyList_SET_ITEM(container, index, name);
        PyList_SET_ITEM(container, index + 1, value);
        return 0;
    }
    int status = PyDict_SetItem(container, name, value);
    Py_DECREF(name);
    Py_DECREF(value);
    return status;
}

/* The attributes of a start tag: {name: value}, or [name, value, ...]. */
static PyObject *
attributes_build(parser_object *self, const XML_Char *const *pairs)
{
    Py_ssize_t count = 0;
    if (self->specified_attributes) {
        count = XML_GetSpecifiedAttributeCount(self->expat);
    }
    else {
        while (pairs[count] != NULL) {
            count += 2;
        }
    }
    PyObject *container = self->ordered_attributes ? PyList_New(count)
                                                   : PyDict_New();
    for (Py_ssize_t i = 0; container != NULL && i < count; i += 2) {
        if (attribute_add(self, container, i, pairs + i) < 0) {
            Py_CLEAR(container);
        }
    }
    return container;
}

static void
on_start_element(void *data, const XML_Char *name,
                 const XML_Char **attributes)
{
    parser_object *self = data;
    if (!event_wanted(self, HANDLER_StartElementHandler)) {
        return;
    }
    PyObject *container = attributes_build(self, attributes);
    if (container == NULL) {
        parser_fail(self);
        return;
    }
    handler_notify_steal(self, HANDLER_StartElementHandler,
                         arguments_steal(2, string_intern(self, name),
                                         container));
}

static void
on_end_element(void *data, const XML_Char *name)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_EndElementHandler)) {
        handler_notify_steal(self, HANDLER_EndElementHandler,
                             arguments_steal(1, string_intern(self, name)));
    }
}

static void
on_instruction(void *data, const XML_Char *target, const XML_Char *text)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_ProcessingInstructionHandler)) {
        handler_notify_steal(self, HANDLER_ProcessingInstructionHandler,
                             arguments_steal(2, string_intern(self, target),
                                             string_decode(text)));
    }
}

static void
on_unparsed_entity(void *data, const XML_Char *name, const XML_Char *base,
                   const XML_Char *system_id, const XML_Char *public_id,
                   const XML_Char *notation)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_UnparsedEntityDeclHandler)) {
        handler_notify_steal(self, HANDLER_UnparsedEntityDeclHandler,
                             arguments_steal(5, string_intern(self, name),
                                             string_intern(self, base),
                                             string_intern(self, system_id),
                                             string_intern(self, public_id),
                                             string_intern(self, notation)));
    }
}

static void
on_notation(void *data, const XML_Char *name, const XML_Char *base,
            const XML_Char *system_id, const XML_Char *public_id)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_NotationDeclHandler)) {
        handler_notify_steal(self, HANDLER_NotationDeclHandler,
                             arguments_steal(4, string_intern(self, name),
                                             string_intern(self, base),
                                             string_intern(self, system_id),
                                             string_intern(self, public_id)));
    }
}

static void
on_start_namespace(void *data, const XML_Char *prefix, const XML_Char *uri)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_StartNamespaceDeclHandler)) {
        handler_notify_steal(self, HANDLER_StartNamespaceDeclHandler,
                             arguments_steal(2, string_intern(self, prefix),
                                             string_intern(self, uri)));
    }
}

static void
on_end_namespace(void *data, const XML_Char *prefix)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_EndNamespaceDeclHandler)) {
        handler_notify_steal(self, HANDLER_EndNamespaceDeclHandler,
                             arguments_steal(1, string_intern(self, prefix)));
    }
}

static void
on_comment(void *data, const XML_Char *text)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_CommentHandler)) {
        handler_notify_steal(self, HANDLER_CommentHandler,
                             arguments_steal(1, string_decode(text)));
    }
}

/* An event without arguments. */
static void
event_plain(parser_object *self, int index)
{
    if (event_wanted(self, index)) {
        handler_notify_steal(self, index, PyTuple_New(0));
    }
}

static void
on_start_cdata(void *data)
{
    event_plain(data, HANDLER_StartCdataSectionHandler);
}

static void
on_end_cdata(void *data)
{
    event_plain(data, HANDLER_EndCdataSectionHandler);
}

static void
on_end_doctype(void *data)
{
    event_plain(data, HANDLER_EndDoctypeDeclHandler);
}

static void
event_default(parser_object *self, int index, const XML_Char *text, int length)
{
    if (event_wanted(self, index)) {
        handler_notify_steal(self, index,
                             arguments_steal(1, text_decode(text, length)));
    }
}

static void
on_default(void *data, const XML_Char *text, int length)
{
    event_default(data, HANDLER_DefaultHandler, text, length);
}

static void
on_default_expand(void *data, const XML_Char *text, int length)
{
    event_default(data, HANDLER_DefaultHandlerExpand, text, length);
}

static int
on_not_standalone(void *data)
{
    parser_object *self = data;
    if (!event_wanted(self, HANDLER_NotStandaloneHandler)) {
        return 0;
    }
    return handler_ask_steal(self, HANDLER_NotStandaloneHandler,
                             PyTuple_New(0));
}

/* The only event that is given the XML_Parser in place of the user data. */
static int
on_external_entity(XML_Parser parser, const XML_Char *context,
                   const XML_Char *base, const XML_Char *system_id,
                   const XML_Char *public_id)
{
    parser_object *self = XML_GetUserData(parser);
    if (!event_wanted(self, HANDLER_ExternalEntityRefHandler)) {
        return 0;
    }
    return handler_ask_steal(
        self, HANDLER_ExternalEntityRefHandler,
        arguments_steal(4, string_decode(context), string_intern(self, base),
                        string_intern(self, system_id),
                        string_intern(self, public_id)));
}

static void
on_start_doctype(void *data, const XML_Char *name, const XML_Char *system_id,
                 const XML_Char *public_id, int has_internal_subset)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_StartDoctypeDeclHandler)) {
        handler_notify_steal(self, HANDLER_StartDoctypeDeclHandler,
                             arguments_steal(
                                 4, string_intern(self, name),
                                 string_intern(self, system_id),
                                 string_intern(self, public_id),
                                 PyLong_FromLong(has_internal_subset)));
    }
}

static void
on_entity(void *data, const XML_Char *name, int is_parameter,
          const XML_Char *value, int length, const XML_Char *base,
          const XML_Char *system_id, const XML_Char *public_id,
          const XML_Char *notation)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_EntityDeclHandler)) {
        PyObject *text = value == NULL ? Py_NewRef(Py_None)
                                       : text_decode(value, length);
        handler_notify_steal(self, HANDLER_EntityDeclHandler,
                             arguments_steal(7, string_intern(self, name),
                                             PyLong_FromLong(is_parameter),
                                             text, string_intern(self, base),
                                             string_intern(self, system_id),
                                             string_intern(self, public_id),
                                             string_intern(self, notation)));
    }
}

static void
on_xml_declaration(void *data, const XML_Char *version,
                   const XML_Char *encoding, int standalone)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_XmlDeclHandler)) {
        handler_notify_steal(self, HANDLER_XmlDeclHandler,
                             arguments_steal(3, string_decode(version),
                                             string_decode(encoding),
                                             PyLong_FromLong(standalone)));
    }
}

/* A content model as (type, quantifier, name, children). */
static PyObject *
model_build(const XML_Content *model)
{
    if (Py_EnterRecursiveCall(" in conv_content_model")) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *children = PyTuple_New((Py_ssize_t)model->numchildren);
    for (unsigned int i = 0; children != NULL && i < model->numchildren; i++) {
        PyObject *child = model_build(&model->children[i]);
        if (child == NULL) {
            Py_CLEAR(children);
            break;
        }
        PyTuple_SET_ITEM(children, (Py_ssize_t)i, child);
    }
    if (children != NULL) {
        result = arguments_steal(4, PyLong_FromLong(model->type),
                                 PyLong_FromLong(model->quant),
                                 string_decode(model->name), children);
    }
    Py_LeaveRecursiveCall();
    return result;
}

/* Expat gives the model away: it must be freed in every case. */
static void
on_element_declaration(void *data, const XML_Char *name, XML_Content *model)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_ElementDeclHandler)) {
        PyObject *tree = model_build(model);
        if (tree == NULL) {
            parser_fail(self);
        }
        else {
            handler_notify_steal(self, HANDLER_ElementDeclHandler,
                                 arguments_steal(2, string_intern(self, name),
                                                 tree));
        }
    }
    XML_FreeContentModel(self->expat, model);
}

static void
on_attribute_list(void *data, const XML_Char *element,
                  const XML_Char *attribute, const XML_Char *type,
                  const XML_Char *value, int is_required)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_AttlistDeclHandler)) {
        handler_notify_steal(self, HANDLER_AttlistDeclHandler,
                             arguments_steal(5, string_intern(self, element),
                                             string_intern(self, attribute),
                                             string_decode(type),
                                             string_decode(value),
                                             PyLong_FromLong(is_required)));
    }
}

static void
on_skipped_entity(void *data, const XML_Char *name, int is_parameter)
{
    parser_object *self = data;
    if (event_wanted(self, HANDLER_SkippedEntityHandler)) {
        handler_notify_steal(self, HANDLER_SkippedEntityHandler,
                             arguments_steal(2, string_intern(self, name),
                                             PyLong_FromLong(is_parameter)));
    }
}

static const struct handler_info handler_table[HANDLER_COUNT] = {
#define DESCRIBE(attribute, label, function) \
    {label, (expat_handler_setter)XML_Set##attribute, (expat_handler)function},
    FOR_EACH_HANDLER(DESCRIBE)
#undef DESCRIBE
};

/* -- Encodings ---------------------------------------------------------- */

/* Describes an encoding that Expat does not know by what its codec makes of
   each byte. */
static int
encoding_describe(void *data, const XML_Char *name, XML_Encoding *encoding)
{
    char bytes[256];

    if (PyErr_Occurred()) {
        return XML_STATUS_ERROR;
    }
    for (int i = 0; i < 256; i++) {
        bytes[i] = (char)i;
    }
    PyObject *text = PyUnicode_Decode(bytes, 256, name, "replace");
    if (text == NULL || PyUnicode_READY(text) < 0) {
        Py_XDECREF(text);
        return XML_STATUS_ERROR;
    }
    if (PyUnicode_GET_LENGTH(text) != 256) {
        Py_DECREF(text);
        PyErr_SetString(PyExc_ValueError,
                        "multi-byte encodings are not supported");
        return XML_STATUS_ERROR;
    }
    for (int i = 0; i < 256; i++) {
        Py_UCS4 character = PyUnicode_READ_CHAR(text, i);
        encoding->map[i] = character == Py_UNICODE_REPLACEMENT_CHARACTER
                               ? -1 : (int)character;
    }
    encoding->data = NULL;
    encoding->convert = NULL;
    encoding->release = NULL;
    Py_DECREF(text);
    return XML_STATUS_OK;
}

/* -- Making and freeing ------------------------------------------------- */

/* A parser with no handlers.  `expat` is stolen, and may be NULL where Expat
   failed with or without an exception; `intern` may be NULL. */
static parser_object *
parser_new_steal(PyTypeObject *type, XML_Parser expat, PyObject *intern)
{
    if (expat == NULL) {
        return NULL;
    }
    parser_object *self = PyObject_GC_New(parser_object, type);
    if (self == NULL) {
        XML_ParserFree(expat);
        return NULL;
    }
    self->expat = expat;
    self->buffer = NULL;
    self->intern = Py_XNewRef(intern);
    self->parent = NULL;
    self->buffer_size = DEFAULT_BUFFER_SIZE;
    self->buffer_used = 0;
    self->ordered_attributes = 0;
    self->specified_attributes = 0;
    self->in_callback = 0;
    self->namespace_prefixes = 0;
    self->parsing = 0;
    self->handlers = PyMem_Calloc(HANDLER_COUNT, sizeof(PyObject *));
    XML_SetUserData(expat, self);
    if (self->handlers == NULL) {
        Py_DECREF(self);
        PyErr_NoMemory();
        return NULL;
    }
    return self;
}

static PyObject *
parser_create(PyTypeObject *type, const char *encoding, const char *separator,
              PyObject *intern)
{
    static const XML_Memory_Handling_Suite memory = {
        PyMem_Malloc, PyMem_Realloc, PyMem_Free
    };
    XML_Parser expat = XML_ParserCreate_MM(encoding, &memory, separator);
    if (expat == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "XML_ParserCreate failed");
        return NULL;
    }
    parser_object *self = parser_new_steal(type, expat, intern);
    if (self == NULL) {
        return NULL;
    }
    XML_SetHashSalt(expat, (unsigned long)_Py_HashSecret.expat.hashsalt);
    XML_SetUnknownEncodingHandler(expat, encoding_describe, NULL);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static int
xmlparser_traverse(parser_object *self, visitproc visit, void *arg)
{
    for (int i = 0; i < HANDLER_COUNT; i++) {
        Py_VISIT(self->handlers[i]);
    }
    Py_VISIT(self->intern);
    Py_VISIT(self->parent);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

/* The parent stays: a cycle through it passes through its handlers, too. */
static int
xmlparser_clear(parser_object *self)
{
    handlers_remove(self);
    Py_CLEAR(self->intern);
    return 0;
}

static void
xmlparser_dealloc(parser_object *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    XML_ParserFree(self->expat);
    if (self->handlers != NULL) {
        for (int i = 0; i < HANDLER_COUNT; i++) {
            Py_CLEAR(self->handlers[i]);
        }
        PyMem_Free(self->handlers);
    }
    PyMem_Free(self->buffer);
    Py_CLEAR(self->intern);
    Py_CLEAR(self->parent);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

/* -- Arguments ---------------------------------------------------------- */

/* The UTF-8 of a str without null characters. */
static const char *
argument_utf8(PyObject *argument)
{
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(argument, &length);
    if (text != NULL && strlen(text) != (size_t)length) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return text;
}

/* A str, or None which gives NULL. */
static int
argument_utf8_or_none(const char *function, const char *name,
                      PyObject *argument, const char **text)
{
    *text = NULL;
    if (argument == Py_None) {
        return 0;
    }
    if (!PyUnicode_Check(argument)) {
        _PyArg_BadArgument(function, name, "str or None", argument);
        return -1;
    }
    *text = argument_utf8(argument);
    return *text == NULL ? -1 : 0;
}

/* -- Parsing ------------------------------------------------------------ */

/* Claims the parser for reading. */
static int
parser_enter(parser_object *self)
{
    if (self->parsing) {
        PyErr_SetString(PyExc_RuntimeError, "parser is already parsing");
        return -1;
    }
    self->parsing = 1;
    return 0;
}

/* The outcome of a parse, once Expat has returned `status`. */
static PyObject *
parser_result(parser_object *self, int status)
{
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (status == XML_STATUS_ERROR) {
        return raise_expat(self, XML_GetErrorCode(self->expat));
    }
    if (text_flush(self) < 0) {
        return NULL;
    }
    return PyLong_FromLong(status);
}

static int
parser_feed(parser_object *self, const char *data, Py_ssize_t length,
            int is_final)
{
    while (length > PARSE_SIZE) {
        int status = XML_Parse(self->expat, data, PARSE_SIZE, 0);
        if (status == XML_STATUS_ERROR) {
            return status;
        }
        data += PARSE_SIZE;
        length -= PARSE_SIZE;
    }
    return XML_Parse(self->expat, data, (int)length, is_final);
}

PyDoc_STRVAR(xmlparser_Parse_doc,
"Parse($self, data, isfinal=False, /)\n"
"--\n"
"\n"
"Read a piece of a document, str or bytes-like.\n"
"\n"
"With isfinal the document ends behind it.");

static PyObject *
xmlparser_Parse(parser_object *self, PyObject *const *args, Py_ssize_t nargs,
                PyObject *kwnames)
{
    static const char *const keywords[] = {"", "", NULL};
    static _PyArg_Parser parser = {.keywords = keywords, .fname = "Parse"};
    PyObject *slots[2];
    int is_final = 0;
    const char *text;
    Py_ssize_t length;
    Py_buffer view = {NULL, NULL};

    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 2, 0,
                                 slots);
    if (args == NULL) {
        return NULL;
    }
    if (nargs > 1) {
        is_final = _PyLong_AsInt(args[1]);
        if (is_final == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (PyUnicode_Check(args[0])) {
        text = PyUnicode_AsUTF8AndSize(args[0], &length);
        if (text == NULL) {
            return NULL;
        }
    }
    else {
        if (PyObject_GetBuffer(args[0], &view, PyBUF_SIMPLE) < 0) {
            return NULL;
        }
        text = view.buf;
        length = view.len;
    }
    PyObject *result = NULL;
    if (parser_enter(self) == 0) {
        if (view.obj == NULL) {
            /* A str, whatever its document declares. */
            (void)XML_SetEncoding(self->expat, "utf-8");
        }
        result = parser_result(self,
                               parser_feed(self, text, length, is_final));
        self->parsing = 0;
    }
    PyBuffer_Release(&view);
    return result;
}

/* Reads once, into Expat's own buffer.  Returns the number of bytes, -1 on
   error.  read() may run Python, so the buffer is fetched behind it. */
static int
parser_read(parser_object *self, PyObject *read)
{
    PyObject *data = PyObject_CallFunction(read, "(i)", READ_SIZE);
    if (data == NULL) {
        return -1;
    }
    const char *bytes;
    int length = -1;
    if (PyBytes_Check(data)) {
        bytes = PyBytes_AS_STRING(data);
    }
    else if (PyByteArray_Check(data)) {
        bytes = PyByteArray_AS_STRING(data);
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "read() did not return a bytes object (type=%.400s)",
                     Py_TYPE(data)->tp_name);
        Py_DECREF(data);
        return -1;
    }
    if (Py_SIZE(data) > READ_SIZE) {
        PyErr_Format(PyExc_ValueError,
                     "read() returned too much data: "
                     "%i bytes requested, %zd returned",
                     READ_SIZE, Py_SIZE(data));
    }
    else {
        void *buffer = XML_GetBuffer(self->expat, READ_SIZE);
        if (buffer == NULL) {
            raise_expat(self, XML_GetErrorCode(self->expat));
        }
        else {
            length = (int)Py_SIZE(data);
            memcpy(buffer, bytes, (size_t)length);
        }
    }
    Py_DECREF(data);
    return length;
}

static PyObject *
parser_read_all(parser_object *self, PyObject *read)
{
    for (;;) {
        if (XML_GetBuffer(self->expat, READ_SIZE) == NULL) {
            return raise_expat(self, XML_GetErrorCode(self->expat));
        }
        int length = parser_read(self, read);
        if (length < 0) {
            return NULL;
        }
        int status = XML_ParseBuffer(self->expat, length, length == 0);
        if (PyErr_Occurred()) {
            return NULL;
        }
        if (status == XML_STATUS_ERROR || length == 0) {
            return parser_result(self, status);
        }
    }
}

PyDoc_STRVAR(xmlparser_ParseFile_doc,
"ParseFile($self, file, /)\n"
"--\n"
"\n"
"Read a whole document from an object with a read() method.");

static PyObject *
xmlparser_ParseFile(parser_object *self, PyObject *const *args,
                    Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "ParseFile"};
    PyObject *slots[1];
    PyObject *read;

    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 1, 0,
                                 slots);
    if (args == NULL) {
        return NULL;
    }
    if (_PyObject_LookupAttr(args[0], &_Py_ID(read), &read) < 0) {
        return NULL;
    }
    if (read == NULL) {
        PyErr_SetString(PyExc_TypeError, "argument must have 'read' attribute");
        return NULL;
    }
    PyObject *result = NULL;
    if (parser_enter(self) == 0) {
        result = parser_read_all(self, read);
        self->parsing = 0;
    }
    Py_DECREF(read);
    return result;
}

/* -- Other methods ------------------------------------------------------ */

PyDoc_STRVAR(xmlparser_SetBase_doc,
"SetBase($self, base, /)\n"
"--\n"
"\n"
"Set the base to which system identifiers are relative.");

static PyObject *
xmlparser_SetBase(parser_object *self, PyObject *base)
{
    if (!PyUnicode_Check(base)) {
        _PyArg_BadArgument("SetBase", "argument", "str", base);
        return NULL;
    }
    const char *text = argument_utf8(base);
    if (text == NULL) {
        return NULL;
    }
    if (!XML_SetBase(self->expat, text)) {
        return PyErr_NoMemory();
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(xmlparser_GetBase_doc,
"GetBase($self, /)\n"
"--\n"
"\n"
"Return what SetBase() set, or None.");

static PyObject *
xmlparser_GetBase(parser_object *self, PyObject *Py_UNUSED(ignored))
{
    return string_decode(XML_GetBase(self->expat));
}

PyDoc_STRVAR(xmlparser_GetInputContext_doc,
"GetInputContext($self, /)\n"
"--\n"
"\n"
"Return the bytes of input from the current event on.\n"
"\n"
"Only what Expat still holds is there; outside of handlers it is None.");

static PyObject *
xmlparser_GetInputContext(parser_object *self, PyObject *Py_UNUSED(ignored))
{
    int offset, size;

    if (!self->in_callback) {
        Py_RETURN_NONE;
    }
    const char *input = XML_GetInputContext(self->expat, &offset, &size);
    if (input == NULL) {
        Py_RETURN_NONE;
    }
    return PyBytes_FromStringAndSize(input + offset, size - offset);
}

/* Gives a parser of an external entity the settings of `parent`. */
static int
parser_inherit(parser_object *self, parser_object *parent)
{
    self->buffer_size = parent->buffer_size;
    self->ordered_attributes = parent->ordered_attributes;
    self->specified_attributes = parent->specified_attributes;
    self->namespace_prefixes = parent->namespace_prefixes;
    if (parent->buffer != NULL) {
        self->buffer = PyMem_Malloc((size_t)self->buffer_size);
        if (self->buffer == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    for (int i = 0; i < HANDLER_COUNT; i++) {
        if (parent->handlers[i] != NULL) {
            self->handlers[i] = Py_NewRef(parent->handlers[i]);
            handler_switch(self, i, 1);
        }
    }
    return 0;
}

PyDoc_STRVAR(xmlparser_ExternalEntityParserCreate_doc,
"ExternalEntityParserCreate($self, context, encoding=<unrepresentable>,\n"
"                           /)\n"
"--\n"
"\n"
"Return a parser for the external entity a handler was given as context.");

static PyObject *
xmlparser_ExternalEntityParserCreate(parser_object *self,
                                     PyObject *const *args, Py_ssize_t nargs,
                                     PyObject *kwnames)
{
    static const char *const keywords[] = {"", "", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "ExternalEntityParserCreate"};
    PyObject *slots[2];
    const char *context;
    const char *encoding = NULL;

    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 1, 2, 0,
                                 slots);
    if (args == NULL
        || argument_utf8_or_none("ExternalEntityParserCreate", "argument 1",
                                 args[0], &context) < 0)
    {
        return NULL;
    }
    if (nargs > 1) {
        if (!PyUnicode_Check(args[1])) {
            _PyArg_BadArgument("ExternalEntityParserCreate", "argument 2",
                               "str", args[1]);
            return NULL;
        }
        encoding = argument_utf8(args[1]);
        if (encoding == NULL) {
            return NULL;
        }
    }
    XML_Parser expat = XML_ExternalEntityParserCreate(self->expat, context,
                                                      encoding);
    if (expat == NULL) {
        return PyErr_NoMemory();
    }
    parser_object *child = parser_new_steal(Py_TYPE(self), expat,
                                            self->intern);
    if (child == NULL) {
        return NULL;
    }
    child->parent = Py_NewRef((PyObject *)self);
    int status = parser_inherit(child, self);
    PyObject_GC_Track(child);
    if (status < 0) {
        Py_DECREF(child);
        return NULL;
    }
    return (PyObject *)child;
}

PyDoc_STRVAR(xmlparser_SetParamEntityParsing_doc,
"SetParamEntityParsing($self, flag, /)\n"
"--\n"
"\n"
"Say when parameter entities are read, the external subset among them.\n"
"\n"
"The flag is one of XML_PARAM_ENTITY_PARSING_NEVER,\n"
"XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and\n"
"XML_PARAM_ENTITY_PARSING_ALWAYS.  The result is true if it was accepted.");

static PyObject *
xmlparser_SetParamEntityParsing(parser_object *self, PyObject *argument)
{
    int flag = _PyLong_AsInt(argument);
    if (flag == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLong(
        XML_SetParamEntityParsing(self->expat,
                                  (enum XML_ParamEntityParsing)flag));
}

PyDoc_STRVAR(xmlparser_UseForeignDTD_doc,
"UseForeignDTD($self, flag=True, /)\n"
"--\n"
"\n"
"Let the handler of external entities supply the external subset.\n"
"\n"
"It is asked for one, without identifiers, where the document names none.");

static PyObject *
xmlparser_UseForeignDTD(parser_object *self, PyObject *const *args,
                        Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "UseForeignDTD"};
    PyObject *slots[1];
    int flag = 1;

    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 1, 0,
                                 slots);
    if (args == NULL) {
        return NULL;
    }
    if (nargs > 0) {
        flag = PyObject_IsTrue(args[0]);
        if (flag < 0) {
            return NULL;
        }
    }
    enum XML_Error code = XML_UseForeignDTD(self->expat,
                                            flag ? XML_TRUE : XML_FALSE);
    if (code != XML_ERROR_NONE) {
        return raise_expat(self, code);
    }
    Py_RETURN_NONE;
}

/* -- Attributes --------------------------------------------------------- */

static int
attribute_refuse_delete(PyObject *value)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "Cannot delete attribute");
        return -1;
    }
    return 0;
}

static PyObject *
xmlparser_get_handler(parser_object *self, void *closure)
{
    PyObject *handler = self->handlers[(intptr_t)closure];
    return Py_NewRef(handler != NULL ? handler : Py_None);
}

static int
xmlparser_set_handler(parser_object *self, PyObject *value, void *closure)
{
    int index = (int)(intptr_t)closure;

    if (attribute_refuse_delete(value) < 0) {
        return -1;
    }
    if (index == HANDLER_CharacterDataHandler && text_flush(self) < 0) {
        return -1;
    }
    PyObject *old = self->handlers[index];
    self->handlers[index] = value == Py_None ? NULL : Py_NewRef(value);
    handler_switch(self, index, value != Py_None);
    Py_XDECREF(old);
    return 0;
}

/* Places: one getter per function of Expat. */
#define PLACE_GETTER(name) \
    static PyObject * \
    xmlparser_get_##name(parser_object *self, void *Py_UNUSED(closure)) \
    { \
        return PyLong_FromLong((long)XML_Get##name(self->expat)); \
    }
PLACE_GETTER(ErrorCode)
PLACE_GETTER(ErrorLineNumber)
PLACE_GETTER(ErrorColumnNumber)
PLACE_GETTER(ErrorByteIndex)
PLACE_GETTER(CurrentLineNumber)
PLACE_GETTER(CurrentColumnNumber)
PLACE_GETTER(CurrentByteIndex)
#undef PLACE_GETTER

/* Flags: `closure` is the offset of the field. */
static PyObject *
xmlparser_get_flag(parser_object *self, void *closure)
{
    return PyBool_FromLong(*((unsigned char *)self + (intptr_t)closure));
}

static int
xmlparser_set_flag(parser_object *self, PyObject *value, void *closure)
{
    if (attribute_refuse_delete(value) < 0) {
        return -1;
    }
    int flag = PyObject_IsTrue(value);
    if (flag < 0) {
        return -1;
    }
    *((unsigned char *)self + (intptr_t)closure) = (unsigned char)flag;
    if ((size_t)(intptr_t)closure
        == offsetof(parser_object, namespace_prefixes))
    {
        XML_SetReturnNSTriplet(self->expat, flag);
    }
    return 0;
}

static PyObject *
xmlparser_get_buffer_text(parser_object *self, void *Py_UNUSED(closure))
{
    return PyBool_FromLong(self->buffer != NULL);
}

/* Replaces the buffer by one of `size` bytes, 0 for none.  What it held must
   have been sent. */
static int
buffer_replace(parser_object *self, int size)
{
    XML_Char *buffer = NULL;
    if (size > 0) {
        buffer = PyMem_Malloc((size_t)size);
        if (buffer == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->buffer_size = size;
    }
    PyMem_Free(self->buffer);
    self->buffer = buffer;
    self->buffer_used = 0;
    return 0;
}

static int
xmlparser_set_buffer_text(parser_object *self, PyObject *value,
                          void *Py_UNUSED(closure))
{
    if (attribute_refuse_delete(value) < 0) {
        return -1;
    }
    int flag = PyObject_IsTrue(value);
    if (flag < 0) {
        return -1;
    }
    if (flag) {
        return self->buffer != NULL ? 0
                                    : buffer_replace(self, self->buffer_size);
    }
    if (text_flush(self) < 0) {
        return -1;
    }
    return buffer_replace(self, 0);
}

static PyObject *
xmlparser_get_buffer_size(parser_object *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(self->buffer_size);
}

/* Setting a size starts gathering, unless the size is what it was. */
static int
xmlparser_set_buffer_size(parser_object *self, PyObject *value,
                          void *Py_UNUSED(closure))
{
    if (attribute_refuse_delete(value) < 0) {
        return -1;
    }
    if (!PyLong_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "buffer_size must be an integer");
        return -1;
    }
    long size = PyLong_AsLong(value);
    if (size == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (size == self->buffer_size) {
        return 0;
    }
    if (size <= 0) {
        PyErr_SetString(PyExc_ValueError,
                        "buffer_size must be greater than zero");
        return -1;
    }
    if (size > INT_MAX) {
        PyErr_Format(PyExc_ValueError,
                     "buffer_size must not be greater than %i", INT_MAX);
        return -1;
    }
    if (text_flush(self) < 0) {
        return -1;
    }
    return buffer_replace(self, (int)size);
}

static PyObject *
xmlparser_get_buffer_used(parser_object *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLong(self->buffer_used);
}

/* -- Type --------------------------------------------------------------- */

static PyMethodDef xmlparser_methods[] = {
    {"Parse", (PyCFunction)(void (*)(void))xmlparser_Parse,
     METH_FASTCALL | METH_KEYWORDS, xmlparser_Parse_doc},
    {"ParseFile", (PyCFunction)(void (*)(void))xmlparser_ParseFile,
     METH_FASTCALL | METH_KEYWORDS, xmlparser_ParseFile_doc},
    {"SetBase", (PyCFunction)xmlparser_SetBase, METH_O, xmlparser_SetBase_doc},
    {"GetBase", (PyCFunction)xmlparser_GetBase, METH_NOARGS,
     xmlparser_GetBase_doc},
    {"GetInputContext", (PyCFunction)xmlparser_GetInputContext, METH_NOARGS,
     xmlparser_GetInputContext_doc},
    {"ExternalEntityParserCreate",
     (PyCFunction)(void (*)(void))xmlparser_ExternalEntityParserCreate,
     METH_FASTCALL | METH_KEYWORDS, xmlparser_ExternalEntityParserCreate_doc},
    {"SetParamEntityParsing", (PyCFunction)xmlparser_SetParamEntityParsing,
     METH_O, xmlparser_SetParamEntityParsing_doc},
    {"UseForeignDTD", (PyCFunction)(void (*)(void))xmlparser_UseForeignDTD,
     METH_FASTCALL | METH_KEYWORDS, xmlparser_UseForeignDTD_doc},
    {NULL, NULL, 0, NULL}
};

static PyMemberDef xmlparser_members[] = {
    {"intern", T_OBJECT, offsetof(parser_object, intern), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}
};

static PyGetSetDef xmlparser_getset[] = {
#define PLACE(name) \
    {#name, (getter)xmlparser_get_##name, NULL, NULL, NULL}
    PLACE(ErrorCode),
    PLACE(ErrorLineNumber),
    PLACE(ErrorColumnNumber),
    PLACE(ErrorByteIndex),
    PLACE(CurrentLineNumber),
    PLACE(CurrentColumnNumber),
    PLACE(CurrentByteIndex),
#undef PLACE
    {"buffer_size", (getter)xmlparser_get_buffer_size,
     (setter)xmlparser_set_buffer_size, NULL, NULL},
    {"buffer_text", (getter)xmlparser_get_buffer_text,
     (setter)xmlparser_set_buffer_text, NULL, NULL},
    {"buffer_used", (getter)xmlparser_get_buffer_used, NULL, NULL, NULL},
#define FLAG(name) \
    {#name, (getter)xmlparser_get_flag, (setter)xmlparser_set_flag, NULL, \
     (void *)offsetof(parser_object, name)}
    FLAG(namespace_prefixes),
    FLAG(ordered_attributes),
    FLAG(specified_attributes),
#undef FLAG
#define HANDLER(attribute, label, function) \
    {#attribute, (getter)xmlparser_get_handler, \
     (setter)xmlparser_set_handler, NULL, \
     (void *)(intptr_t)HANDLER_##attribute},
    FOR_EACH_HANDLER(HANDLER)
#undef HANDLER
    {NULL, NULL, NULL, NULL, NULL}
};

PyDoc_STRVAR(xmlparser_doc, "XML parser");

static PyType_Slot xmlparser_slots[] = {
    {Py_tp_dealloc, xmlparser_dealloc},
    {Py_tp_doc, (void *)xmlparser_doc},
    {Py_tp_traverse, xmlparser_traverse},
    {Py_tp_clear, xmlparser_clear},
    {Py_tp_methods, xmlparser_methods},
    {Py_tp_members, xmlparser_members},
    {Py_tp_getset, xmlparser_getset},
    {0, NULL}
};

static PyType_Spec xmlparser_spec = {
    .name = "pyexpat.xmlparser",
    .basicsize = sizeof(parser_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC
             | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = xmlparser_slots,
};

/* -- Functions of the module -------------------------------------------- */

PyDoc_STRVAR(pyexpat_ParserCreate_doc,
"ParserCreate($module, /, encoding=None, namespace_separator=None,\n"
"             intern=<unrepresentable>)\n"
"--\n"
"\n"
"Return a parser that has no handlers yet.");

static PyObject *
pyexpat_ParserCreate(PyObject *module, PyObject *const *args,
                     Py_ssize_t nargs, PyObject *kwnames)
{
    static const char *const keywords[] = {"encoding", "namespace_separator",
                                           "intern", NULL};
    static _PyArg_Parser parser = {.keywords = keywords,
                                   .fname = "ParserCreate"};
    PyObject *slots[3];
    const char *encoding = NULL;
    const char *separator = NULL;

    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 3, 0,
                                 slots);
    if (args == NULL
        || (args[0] != NULL
            && argument_utf8_or_none("ParserCreate", "argument 'encoding'",
                                     args[0], &encoding) < 0)
        || (args[1] != NULL
            && argument_utf8_or_none("ParserCreate",
                                     "argument 'namespace_separator'",
                                     args[1], &separator) < 0))
    {
        return NULL;
    }
    if (separator != NULL && strlen(separator) > 1) {
        PyErr_SetString(PyExc_ValueError,
                        "namespace_separator must be at most one character, "
                        "omitted, or None");
        return NULL;
    }
    PyObject *intern;
    if (args[2] == NULL) {
        intern = PyDict_New();
        if (intern == NULL) {
            return NULL;
        }
    }
    else if (args[2] == Py_None) {
        intern = NULL;
    }
    else if (PyDict_Check(args[2])) {
        intern = Py_NewRef(args[2]);
    }
    else {
        PyErr_SetString(PyExc_TypeError, "intern must be a dictionary");
        return NULL;
    }
    PyObject *result = parser_create(state_of(module)->parser_type, encoding,
                                     separator, intern);
    Py_XDECREF(intern);
    return result;
}

PyDoc_STRVAR(pyexpat_ErrorString_doc,
"ErrorString($module, code, /)\n"
"--\n"
"\n"
"Return Expat's message for an error code, or None.");

static PyObject *
pyexpat_ErrorString(PyObject *module, PyObject *argument)
{
    long code = PyLong_AsLong(argument);
    if (code == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (code < INT_MIN || code > INT_MAX) {
        Py_RETURN_NONE;
    }
    return string_decode(XML_ErrorString((enum XML_Error)code));
}

static PyMethodDef pyexpat_methods[] = {
    {"ParserCreate", (PyCFunction)(void (*)(void))pyexpat_ParserCreate,
     METH_FASTCALL | METH_KEYWORDS, pyexpat_ParserCreate_doc},
    {"ErrorString", pyexpat_ErrorString, METH_O, pyexpat_ErrorString_doc},
    {NULL, NULL, 0, NULL}
};

/* -- Submodules and constants ------------------------------------------- */

struct constant {
    const char *name;
    int value;
};

#define CONSTANT(name) {#name, name}

static const struct constant error_codes[] = {
    CONSTANT(XML_ERROR_NO_MEMORY),
    CONSTANT(XML_ERROR_SYNTAX),
    CONSTANT(XML_ERROR_NO_ELEMENTS),
    CONSTANT(XML_ERROR_INVALID_TOKEN),
    CONSTANT(XML_ERROR_UNCLOSED_TOKEN),
    CONSTANT(XML_ERROR_PARTIAL_CHAR),
    CONSTANT(XML_ERROR_TAG_MISMATCH),
    CONSTANT(XML_ERROR_DUPLICATE_ATTRIBUTE),
    CONSTANT(XML_ERROR_JUNK_AFTER_DOC_ELEMENT),
    CONSTANT(XML_ERROR_PARAM_ENTITY_REF),
    CONSTANT(XML_ERROR_UNDEFINED_ENTITY),
    CONSTANT(XML_ERROR_RECURSIVE_ENTITY_REF),
    CONSTANT(XML_ERROR_ASYNC_ENTITY),
    CONSTANT(XML_ERROR_BAD_CHAR_REF),
    CONSTANT(XML_ERROR_BINARY_ENTITY_REF),
    CONSTANT(XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF),
    CONSTANT(XML_ERROR_MISPLACED_XML_PI),
    CONSTANT(XML_ERROR_UNKNOWN_ENCODING),
    CONSTANT(XML_ERROR_INCORRECT_ENCODING),
    CONSTANT(XML_ERROR_UNCLOSED_CDATA_SECTION),
    CONSTANT(XML_ERROR_EXTERNAL_ENTITY_HANDLING),
    CONSTANT(XML_ERROR_NOT_STANDALONE),
    CONSTANT(XML_ERROR_UNEXPECTED_STATE),
    CONSTANT(XML_ERROR_ENTITY_DECLARED_IN_PE),
    CONSTANT(XML_ERROR_FEATURE_REQUIRES_XML_DTD),
    CONSTANT(XML_ERROR_CANT_CHANGE_FEATURE_ONCE_PARSING),
    CONSTANT(XML_ERROR_UNBOUND_PREFIX),
    CONSTANT(XML_ERROR_UNDECLARING_PREFIX),
    CONSTANT(XML_ERROR_INCOMPLETE_PE),
    CONSTANT(XML_ERROR_XML_DECL),
    CONSTANT(XML_ERROR_TEXT_DECL),
    CONSTANT(XML_ERROR_PUBLICID),
    CONSTANT(XML_ERROR_SUSPENDED),
    CONSTANT(XML_ERROR_NOT_SUSPENDED),
    CONSTANT(XML_ERROR_ABORTED),
    CONSTANT(XML_ERROR_FINISHED),
    CONSTANT(XML_ERROR_SUSPEND_PE),
    CONSTANT(XML_ERROR_RESERVED_PREFIX_XML),
    CONSTANT(XML_ERROR_RESERVED_PREFIX_XMLNS),
    CONSTANT(XML_ERROR_RESERVED_NAMESPACE_URI),
    CONSTANT(XML_ERROR_INVALID_ARGUMENT),
    CONSTANT(XML_ERROR_NO_BUFFER),
    CONSTANT(XML_ERROR_AMPLIFICATION_LIMIT_BREACH),
    {NULL, 0}
};

static const struct constant model_constants[] = {
    CONSTANT(XML_CTYPE_EMPTY),
    CONSTANT(XML_CTYPE_ANY),
    CONSTANT(XML_CTYPE_MIXED),
    CONSTANT(XML_CTYPE_NAME),
    CONSTANT(XML_CTYPE_CHOICE),
    CONSTANT(XML_CTYPE_SEQ),
    CONSTANT(XML_CQUANT_NONE),
    CONSTANT(XML_CQUANT_OPT),
    CONSTANT(XML_CQUANT_REP),
    CONSTANT(XML_CQUANT_PLUS),
    {NULL, 0}
};

static const struct constant pyexpat_constants[] = {
    CONSTANT(XML_PARAM_ENTITY_PARSING_NEVER),
    CONSTANT(XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE),
    CONSTANT(XML_PARAM_ENTITY_PARSING_ALWAYS),
    {NULL, 0}
};
#undef CONSTANT

static int
constants_add(PyObject *module, const struct constant *constants)
{
    for (; constants->name != NULL; constants++) {
        if (PyModule_AddIntConstant(module, constants->name,
                                    constants->value) < 0)
        {
            return -1;
        }
    }
    return 0;
}

/* Adds `value`, which is stolen and may be NULL with an exception. */
static int
module_add_steal(PyObject *module, const char *name, PyObject *value)
{
    if (value == NULL) {
        return -1;
    }
    int status = PyModule_AddObjectRef(module, name, value);
    Py_DECREF(value);
    return status;
}

/* The submodule `full_name`, which is also in sys.modules.  Borrowed from
   there. */
static PyObject *
submodule_add_borrow(PyObject *module, const char *full_name, const char *doc)
{
    PyObject *submodule = PyImport_AddModule(full_name);
    if (submodule == NULL
        || PyModule_SetDocString(submodule, doc) < 0
        || PyModule_AddObjectRef(module, strrchr(full_name, '.') + 1,
                                 submodule) < 0)
    {
        return NULL;
    }
    return submodule;
}

/* Enters one error in the submodule and its two dicts. */
static int
errors_add_one(PyObject *errors, PyObject *codes, PyObject *messages,
               const struct constant *constant)
{
    const char *text = XML_ErrorString((enum XML_Error)constant->value);
    if (text == NULL) {
        return 0;                   /* not in the Expat that is loaded */
    }
    int status = -1;
    PyObject *message = PyUnicode_FromString(text);
    PyObject *code = PyLong_FromLong(constant->value);
    if (message != NULL && code != NULL
        && PyModule_AddObjectRef(errors, constant->name, message) == 0
        && PyDict_SetItem(codes, message, code) == 0)
    {
        status = PyDict_SetItem(messages, code, message);
    }
    Py_XDECREF(message);
    Py_XDECREF(code);
    return status;
}

static int
errors_add(PyObject *module)
{
    PyObject *errors = submodule_add_borrow(
        module, "pyexpat.errors",
        "Constants used to describe error conditions.");
    if (errors == NULL) {
        return -1;
    }
    int status = -1;
    PyObject *codes = PyDict_New();
    PyObject *messages = PyDict_New();
    if (codes == NULL || messages == NULL) {
        goto done;
    }
    for (const struct constant *c = error_codes; c->name != NULL; c++) {
        if (errors_add_one(errors, codes, messages, c) < 0) {
            goto done;
        }
    }
    if (PyModule_AddObjectRef(errors, "codes", codes) == 0) {
        status = PyModule_AddObjectRef(errors, "messages", messages);
    }
done:
    Py_XDECREF(codes);
    Py_XDECREF(messages);
    return status;
}

static int
model_add(PyObject *module)
{
    PyObject *model = submodule_add_borrow(
        module, "pyexpat.model",
        "Constants used to interpret content model information.");
    if (model == NULL) {
        return -1;
    }
    return constants_add(model, model_constants);
}

/* [(name, value), ...] of how Expat was compiled. */
static PyObject *
features_build(void)
{
    PyObject *list = PyList_New(0);
    const XML_Feature *feature = XML_GetFeatureList();
    for (; list != NULL && feature->feature != XML_FEATURE_END; feature++) {
        PyObject *item = Py_BuildValue("(sl)", feature->name, feature->value);
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(item);
    }
    return list;
}

static const struct PyExpat_CAPI expat_capi = {
    .magic = PyExpat_CAPI_MAGIC,
    .size = sizeof(struct PyExpat_CAPI),
    .MAJOR_VERSION = XML_MAJOR_VERSION,
    .MINOR_VERSION = XML_MINOR_VERSION,
    .MICRO_VERSION = XML_MICRO_VERSION,
    .ErrorString = XML_ErrorString,
    .GetErrorCode = XML_GetErrorCode,
    .GetErrorColumnNumber = XML_GetErrorColumnNumber,
    .GetErrorLineNumber = XML_GetErrorLineNumber,
    .Parse = XML_Parse,
    .ParserCreate_MM = XML_ParserCreate_MM,
    .ParserFree = XML_ParserFree,
    .SetCharacterDataHandler = XML_SetCharacterDataHandler,
    .SetCommentHandler = XML_SetCommentHandler,
    .SetDefaultHandlerExpand = XML_SetDefaultHandlerExpand,
    .SetElementHandler = XML_SetElementHandler,
    .SetNamespaceDeclHandler = XML_SetNamespaceDeclHandler,
    .SetProcessingInstructionHandler = XML_SetProcessingInstructionHandler,
    .SetUnknownEncodingHandler = XML_SetUnknownEncodingHandler,
    .SetUserData = XML_SetUserData,
    .SetStartDoctypeDeclHandler = XML_SetStartDoctypeDeclHandler,
    .SetEncoding = XML_SetEncoding,
    .DefaultUnknownEncodingHandler = encoding_describe,
    .SetHashSalt = XML_SetHashSalt,
};

/* -- Module ------------------------------------------------------------- */

static int
pyexpat_exec(PyObject *module)
{
    pyexpat_state *state = state_of(module);
    XML_Expat_Version version = XML_ExpatVersionInfo();

    state->parser_type = (PyTypeObject *)PyType_FromModuleAndSpec(
        module, &xmlparser_spec, NULL);
    if (state->parser_type == NULL) {
        return -1;
    }
    state->error = PyErr_NewException("xml.parsers.expat.ExpatError", NULL,
                                      NULL);
    if (state->error == NULL
        || PyModule_AddObjectRef(module, "error", state->error) < 0
        || PyModule_AddObjectRef(module, "ExpatError", state->error) < 0
        || PyModule_AddObjectRef(module, "XMLParserType",
                                 (PyObject *)state->parser_type) < 0
        || PyModule_AddStringConstant(module, "EXPAT_VERSION",
                                      XML_ExpatVersion()) < 0
        || module_add_steal(module, "version_info",
                            Py_BuildValue("(iii)", version.major,
                                          version.minor, version.micro)) < 0
        || PyModule_AddStringConstant(module, "native_encoding", "UTF-8") < 0
        || errors_add(module) < 0
        || model_add(module) < 0
        || module_add_steal(module, "features", features_build()) < 0
        || constants_add(module, pyexpat_constants) < 0)
    {
        return -1;
    }
    return module_add_steal(module, "expat_CAPI",
                            PyCapsule_New((void *)&expat_capi,
                                          PyExpat_CAPSULE_NAME, NULL));
}

static int
pyexpat_traverse(PyObject *module, visitproc visit, void *arg)
{
    pyexpat_state *state = state_of(module);
    Py_VISIT(state->parser_type);
    Py_VISIT(state->error);
    return 0;
}

static int
pyexpat_clear(PyObject *module)
{
    pyexpat_state *state = state_of(module);
    Py_CLEAR(state->parser_type);
    Py_CLEAR(state->error);
    return 0;
}

static void
pyexpat_free(void *module)
{
    pyexpat_clear(module);
}

static PyModuleDef_Slot pyexpat_slots[] = {
    {Py_mod_exec, pyexpat_exec},
    {0, NULL}
};

PyDoc_STRVAR(pyexpat_doc, "Python wrapper for Expat parser.");

static struct PyModuleDef pyexpat_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "pyexpat",
    .m_doc = pyexpat_doc,
    .m_size = sizeof(pyexpat_state),
    .m_methods = pyexpat_methods,
    .m_slots = pyexpat_slots,
    .m_traverse = pyexpat_traverse,
    .m_clear = pyexpat_clear,
    .m_free = pyexpat_free,
};

PyMODINIT_FUNC
PyInit_pyexpat(void)
{
    return PyModuleDef_Init(&pyexpat_module);
}
