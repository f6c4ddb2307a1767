/* Printing tracebacks: the frames, their lines of source, and the carets that
   show which part of the line failed. */
#include "Python.h"
#include "pycore_ast.h"
#include "pycore_call.h"
#include "pycore_compile.h"
#include "pycore_fileutils.h"
#include "pycore_frame.h"
#include "pycore_object.h"
#include "pycore_parser.h"
#include "pycore_pyarena.h"
#include "pycore_pyerrors.h"
#include "pycore_traceback.h"

#include "osdefs.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#define SOURCE_LINE_INDENT 4
#define MAX_PATH_BYTES 1024

/* A frame that repeats more often is counted instead of shown. */
#define RECURSIVE_CUTOFF 3

/* Not declared by a public header of the tokenizer. */
extern char *_PyTokenizer_FindEncodingFilename(int fd, PyObject *filename);

/* -- Margins ----------------------------------------------------------------- */

int
_Py_WriteIndent(int indent, PyObject *f)
{
    char buf[] = "          ";
    const int width = (int)sizeof(buf) - 1;
    while (indent > 0) {
        if (indent < width) {
            buf[indent] = '\0';
        }
        if (PyFile_WriteString(buf, f) < 0) {
            return -1;
        }
        indent -= width;
    }
    return 0;
}

int
_Py_WriteIndentedMargin(int indent, const char *margin, PyObject *f)
{
    if (_Py_WriteIndent(indent, f) < 0) {
        return -1;
    }
    if (margin != NULL && PyFile_WriteString(margin, f) < 0) {
        return -1;
    }
    return 0;
}

/* -- The line of source ---------------------------------------------------- */

/* Failing to find or read the source is no error; being interrupted is. */
static int
ignore_source_errors(void)
{
    if (PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
            return -1;
        }
        PyErr_Clear();
    }
    return 0;
}

static PyObject *
open_binary(PyObject *io, PyObject *filename)
{
    return PyObject_CallMethod(io, "open", "Os", filename, "rb");
}

/* Looks for a file by its last component along sys.path. */
static PyObject *
open_along_path(PyObject *filename, PyObject *io)
{
    PyObject *bytes = PyUnicode_EncodeFSDefault(filename);
    if (bytes == NULL) {
        PyErr_Clear();
        return NULL;
    }
    PyObject *found = NULL;
    const char *path = PyBytes_AS_STRING(bytes);
    const char *tail = strrchr(path, SEP);
    tail = tail == NULL ? path : tail + 1;
    size_t tail_len = strlen(tail);

    PyObject *syspath = PySys_GetObject("path");
    if (syspath == NULL || !PyList_Check(syspath)) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyList_Size(syspath); i++) {
        PyObject *dir = PyList_GetItem(syspath, i);
        if (dir == NULL) {
            PyErr_Clear();
            break;
        }
        if (!PyUnicode_Check(dir)) {
            continue;
        }
        PyObject *dirbytes = PyUnicode_EncodeFSDefault(dir);
        if (dirbytes == NULL) {
            PyErr_Clear();
            continue;
        }
        char name[MAX_PATH_BYTES + 1];
        size_t len = (size_t)PyBytes_GET_SIZE(dirbytes);
        if (len + 1 + tail_len >= sizeof(name) - 1
            || strlen(PyBytes_AS_STRING(dirbytes)) != len) {
            Py_DECREF(dirbytes);
            continue;
        }
        memcpy(name, PyBytes_AS_STRING(dirbytes), len);
        Py_DECREF(dirbytes);
        if (len > 0 && name[len - 1] != SEP) {
            name[len++] = SEP;
        }
        memcpy(name + len, tail, tail_len + 1);

        PyObject *full = PyUnicode_DecodeFSDefault(name);
        if (full == NULL) {
            PyErr_Clear();
            continue;
        }
        found = open_binary(io, full);
        Py_DECREF(full);
        if (found != NULL) {
            break;
        }
        PyErr_Clear();
    }
done:
    Py_DECREF(bytes);
    return found;
}

/* The file as a text stream in its own encoding. */
static PyObject *
open_source(PyObject *filename)
{
    PyObject *io = PyImport_ImportModule("io");
    if (io == NULL) {
        return NULL;
    }
    PyObject *text = NULL;
    PyObject *binary = open_binary(io, filename);
    if (binary == NULL) {
        PyErr_Clear();
        binary = open_along_path(filename, io);
        if (binary == NULL) {
            Py_DECREF(io);
            return NULL;
        }
    }
    int fd = PyObject_AsFileDescriptor(binary);
    if (fd >= 0) {
        char *found = _PyTokenizer_FindEncodingFilename(fd, filename);
        if (found == NULL) {
            PyErr_Clear();
        }
        if (lseek(fd, 0, SEEK_SET) == (off_t)-1) {
            PyErr_Clear();
        }
        else {
            text = PyObject_CallMethod(io, "TextIOWrapper", "Os", binary,
                                       found != NULL ? found : "utf-8");
        }
        PyMem_Free(found);
    }
    Py_DECREF(io);
    Py_DECREF(binary);
    return text;
}

/* Line lineno without its end, or NULL with or without an exception. */
static PyObject *
read_source_line(PyObject *filename, int lineno)
{
    PyObject *text = open_source(filename);
    if (text == NULL) {
        return NULL;
    }
    PyObject *line = NULL;
    for (int i = 0; i < lineno; i++) {
        Py_XSETREF(line, PyFile_GetLine(text, -1));
        if (line == NULL) {
            PyErr_Clear();
            break;
        }
    }
    PyObject *res = PyObject_CallMethodNoArgs(text, &_Py_ID(close));
    if (res == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(res);
    Py_DECREF(text);
    if (line != NULL && !PyUnicode_Check(line)) {
        Py_CLEAR(line);
    }
    return line;
}

/* Names like <string> are not files. */
static bool
is_pseudo_filename(PyObject *filename)
{
    Py_ssize_t len = PyUnicode_GET_LENGTH(filename);
    return len >= 2 && PyUnicode_READ_CHAR(filename, 0) == '<'
           && PyUnicode_READ_CHAR(filename, len - 1) == '>';
}

/* Writes a line of source. *truncation is set to how much further left it
   stands than in the file; *whole to the line as it is in the file. */
static int
display_source_line(PyObject *f, PyObject *filename, int lineno, int indent,
                    int margin_indent, const char *margin, int *truncation,
                    PyObject **whole)
{
    if (filename == NULL || is_pseudo_filename(filename)) {
        return 0;
    }
    PyObject *line = read_source_line(filename, lineno);
    if (line == NULL) {
        return -1;
    }
    if (whole != NULL) {
        *whole = Py_NewRef(line);
    }
    Py_ssize_t len = PyUnicode_GET_LENGTH(line);
    Py_ssize_t i;
    for (i = 0; i < len; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(line, i);
        if (ch != ' ' && ch != '\t' && ch != '\014') {
            break;
        }
    }
    int err = -1;
    if (i > 0) {
        PyObject *stripped = PyUnicode_Substring(line, i, len);
        if (stripped != NULL) {
            Py_SETREF(line, stripped);
        }
        else {
            PyErr_Clear();
        }
    }
    if (truncation != NULL) {
        *truncation = (int)i - indent;
    }
    if (_Py_WriteIndentedMargin(margin_indent, margin, f) < 0
        || _Py_WriteIndent(indent, f) < 0
        || PyFile_WriteObject(line, f, Py_PRINT_RAW) < 0
        || PyFile_WriteString("\n", f) < 0) {
        goto done;
    }
    err = 0;
done:
    Py_DECREF(line);
    return err;
}

int
_Py_DisplaySourceLine(PyObject *f, PyObject *filename, int lineno,
                      int indent, int *truncation, PyObject **line)
{
    return display_source_line(f, filename, lineno, indent, 0, NULL,
                               truncation, line);
}

/* -- Carets ---------------------------------------------------------------- */

/* What to underline, in characters of the line; anchors are -1 if no part of
   it is more to the point than the rest. */
struct carets {
    Py_ssize_t start, end;
    Py_ssize_t left_anchor, right_anchor;
    const char *primary;
    const char *secondary;
};

/* Columns are recorded in bytes of UTF-8. -1 and an exception. */
static Py_ssize_t
character_offset(PyObject *line, Py_ssize_t byte_offset)
{
    Py_ssize_t size;
    const char *str = PyUnicode_AsUTF8AndSize(line, &size);
    if (str == NULL) {
        return -1;
    }
    Py_ssize_t n = 0;
    for (Py_ssize_t i = 0; i < size && i < byte_offset; i++) {
        n += (str[i] & 0xc0) != 0x80;
    }
    return n;
}

static bool
is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

/* Anchors as byte offsets of the segment. 1: found. */
static int
anchors_of_expr(const char *segment, expr_ty expr, struct carets *carets)
{
    switch (expr->kind) {
    case BinOp_kind: {
        /* The operator. */
        int from = expr->v.BinOp.left->end_col_offset;
        int to = expr->v.BinOp.right->col_offset;
        for (int i = from; i < to; i++) {
            if (is_white(segment[i])) {
                continue;
            }
            carets->left_anchor = i;
            carets->right_anchor = i + 1;
            if (i + 1 < to && !is_white(segment[i + 1])) {
                carets->right_anchor++;
            }
            carets->primary = "~";
            carets->secondary = "^";
            break;
        }
        return 1;
    }
    case Subscript_kind:
        /* The brackets. */
        carets->left_anchor = expr->v.Subscript.value->end_col_offset;
        carets->right_anchor = expr->v.Subscript.slice->end_col_offset + 1;
        carets->primary = "~";
        carets->secondary = "^";
        return 1;
    default:
        return 0;
    }
}

/* Parses the underlined part by itself to see what kind of expression it is.
   -1 and an exception. */
static int
find_anchors(PyObject *filename, PyObject *line, struct carets *carets)
{
    int res = -1;
    PyArena *arena = NULL;
    PyObject *segment = PyUnicode_Substring(line, carets->start,
                                            carets->end);
    if (segment == NULL) {
        goto done;
    }
    const char *segment_str = PyUnicode_AsUTF8(segment);
    if (segment_str == NULL) {
        goto done;
    }
    arena = _PyArena_New();
    if (arena == NULL) {
        goto done;
    }
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    mod_ty module = _PyParser_ASTFromString(segment_str, filename,
                                            Py_file_input, &flags, arena);
    if (module == NULL) {
        goto done;
    }
    res = 0;
    if (asdl_seq_LEN(module->v.Module.body) == 1) {
        stmt_ty statement = (stmt_ty)asdl_seq_GET(module->v.Module.body, 0);
        if (statement->kind == Expr_kind) {
            res = anchors_of_expr(segment_str, statement->v.Expr.value,
                                  carets);
        }
    }
    if (res > 0 && carets->left_anchor >= 0) {
        Py_ssize_t left = character_offset(
            segment, carets->left_anchor);
        Py_ssize_t right = character_offset(
            segment, carets->right_anchor);
        if (left < 0 || right < 0) {
            res = -1;
            carets->left_anchor = carets->right_anchor = -1;
            carets->primary = carets->secondary = "^";
            goto done;
        }
        carets->left_anchor = left + carets->start;
        carets->right_anchor = right + carets->start;
    }
done:
    Py_XDECREF(segment);
    if (arena != NULL) {
        _PyArena_Free(arena);
    }
    return res;
}

static int
print_carets(PyObject *f, const struct carets *carets, int truncation)
{
    bool special = carets->left_anchor != -1 || carets->right_anchor != -1;
    for (Py_ssize_t offset = truncation + 1; offset <= carets->end;
         offset++) {
        const char *str = carets->primary;
        if (offset <= carets->start) {
            str = " ";
        }
        else if (special && carets->left_anchor < offset
                 && offset <= carets->right_anchor) {
            str = carets->secondary;
        }
        if (PyFile_WriteString(str, f) < 0) {
            return -1;
        }
    }
    return PyFile_WriteString("\n", f);
}

/* Underlines the part of the line just written that the instruction came
   from. */
static int
underline(PyTracebackObject *tb, PyObject *f, PyObject *filename,
          PyObject *line, int truncation, int margin_indent,
          const char *margin)
{
    int start_line, end_line, start_col, end_col;
    PyCodeObject *code = tb->tb_frame->f_frame->f_code;
    if (!PyCode_Addr2Location(code, tb->tb_lasti, &start_line, &start_col,
                              &end_line, &end_col)
        || start_line < 0 || end_line < 0 || start_col < 0 || end_col < 0) {
        return 0;
    }
    struct carets carets = {
        .left_anchor = -1, .right_anchor = -1,
        .primary = "^", .secondary = "^"};
    carets.start = character_offset(line, start_col);
    if (carets.start < 0) {
        return ignore_source_errors();
    }
    carets.end = character_offset(line, end_col);
    if (carets.end < 0) {
        return ignore_source_errors();
    }
    Py_ssize_t len = PyUnicode_GET_LENGTH(line);
    if (start_line == end_line) {
        if (find_anchors(filename, line, &carets) < 0
            && ignore_source_errors() < 0) {
            return -1;
        }
    }
    else {
        /* It goes on in the next line: up to the last character here. */
        Py_ssize_t i = len;
        while (i > 0
               && Py_UNICODE_ISSPACE(PyUnicode_READ_CHAR(line, i - 1))) {
            i--;
        }
        carets.end = i;
    }
    /* Underlining the whole line says nothing. */
    bool special = carets.left_anchor != -1 || carets.right_anchor != -1;
    Py_ssize_t stripped_len = len - truncation - SOURCE_LINE_INDENT;
    if (carets.end - carets.start == stripped_len && !special) {
        return 0;
    }
    if (_Py_WriteIndentedMargin(margin_indent, margin, f) < 0) {
        return -1;
    }
    return print_carets(f, &carets, truncation);
}

/* -- Frames ---------------------------------------------------------------- */

static int
display_frame(PyTracebackObject *tb, PyObject *f, PyCodeObject *code,
              int margin_indent, const char *margin)
{
    PyObject *filename = code->co_filename;
    if (filename == NULL || code->co_name == NULL) {
        return -1;
    }
    PyObject *heading = PyUnicode_FromFormat(
        "  File \"%U\", line %d, in %U\n", filename, tb->tb_lineno,
        code->co_name);
    if (heading == NULL) {
        return -1;
    }
    if (_Py_WriteIndentedMargin(margin_indent, margin, f) < 0) {
        Py_DECREF(heading);
        return -1;
    }
    int err = PyFile_WriteObject(heading, f, Py_PRINT_RAW);
    Py_DECREF(heading);
    if (err < 0) {
        return err;
    }
    int truncation = SOURCE_LINE_INDENT;
    PyObject *line = NULL;
    int rc = display_source_line(f, filename, tb->tb_lineno,
                                 SOURCE_LINE_INDENT, margin_indent, margin,
                                 &truncation, &line);
    if (rc != 0 || line == NULL) {
        err = ignore_source_errors();
    }
    else {
        err = underline(tb, f, filename, line, truncation, margin_indent,
                        margin);
    }
    Py_XDECREF(line);
    return err;
}

static int
print_line_repeated(PyObject *f, long count)
{
    count -= RECURSIVE_CUTOFF;
    PyObject *line = PyUnicode_FromFormat(
        count > 1 ? "  [Previous line repeated %ld more times]\n"
                  : "  [Previous line repeated %ld more time]\n",
        count);
    if (line == NULL) {
        return -1;
    }
    int err = PyFile_WriteObject(line, f, Py_PRINT_RAW);
    Py_DECREF(line);
    return err;
}

static int
print_frames(PyTracebackObject *tb, PyObject *f, long limit, int indent,
             const char *margin)
{
    Py_ssize_t depth = 0;
    for (PyTracebackObject *t = tb; t != NULL; t = t->tb_next) {
        depth++;
    }
    while (tb != NULL && depth > limit) {
        depth--;
        tb = tb->tb_next;
    }
    /* Borrowed: the frames keep their code. */
    PyObject *last_file = NULL;
    PyObject *last_name = NULL;
    int last_line = -1;
    long count = 0;
    for (; tb != NULL; tb = tb->tb_next) {
        PyCodeObject *code = PyFrame_GetCode(tb->tb_frame);
        if (last_file == NULL || code->co_filename != last_file
            || last_line == -1 || tb->tb_lineno != last_line
            || last_name == NULL || code->co_name != last_name) {
            if (count > RECURSIVE_CUTOFF
                && print_line_repeated(f, count) < 0) {
                Py_DECREF(code);
                return -1;
            }
            last_file = code->co_filename;
            last_line = tb->tb_lineno;
            last_name = code->co_name;
            count = 0;
        }
        count++;
        int err = 0;
        if (count <= RECURSIVE_CUTOFF) {
            err = display_frame(tb, f, code, indent, margin);
            if (err == 0) {
                err = PyErr_CheckSignals();
            }
        }
        Py_DECREF(code);
        if (err < 0) {
            return -1;
        }
    }
    if (count > RECURSIVE_CUTOFF) {
        return print_line_repeated(f, count);
    }
    return 0;
}

#define DEFAULT_LIMIT 1000

int
_PyTraceBack_Print_Indented(PyObject *v, int indent, const char *margin,
                            const char *header_margin, const char *header,
                            PyObject *f)
{
    if (v == NULL) {
        return 0;
    }
    if (!PyTraceBack_Check(v)) {
        PyErr_BadInternalCall();
        return -1;
    }
    long limit = DEFAULT_LIMIT;
    PyObject *limitv = PySys_GetObject("tracebacklimit");
    if (limitv != NULL && PyLong_Check(limitv)) {
        int overflow;
        limit = PyLong_AsLongAndOverflow(limitv, &overflow);
        if (overflow > 0) {
            limit = LONG_MAX;
        }
        else if (limit <= 0) {
            return 0;
        }
    }
    if (_Py_WriteIndentedMargin(indent, header_margin, f) < 0
        || PyFile_WriteString(header, f) < 0) {
        return -1;
    }
    return print_frames((PyTracebackObject *)v, f, limit, indent, margin);
}

int
PyTraceBack_Print(PyObject *v, PyObject *f)
{
    return _PyTraceBack_Print_Indented(v, 0, NULL, NULL, EXCEPTION_TB_HEADER,
                                       f);
}
