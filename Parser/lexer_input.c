/* Where the lexer's text comes from: strings, files, terminals; and in which
   encoding it is.

   Whatever the source, the lexer reads UTF-8 with '\n' line ends. A source
   file says its encoding by a byte-order mark or by a cookie, a comment in one
   of its first two lines matching  coding[:=] NAME.  */

#include "lexer.h"
#include "pycore_unicodeobject.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char utf8_mark[] = "\xef\xbb\xbf";

/* -- State --------------------------------------------------------------- */

static struct tok_state *
state_new(void)
{
    struct tok_state *tok = PyMem_Calloc(1, sizeof(*tok));
    if (tok == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    tok->done = E_OK;
    tok->atbol = 1;
    return tok;
}

void
_PyTokenizer_Free(struct tok_state *tok)
{
    while (tok->retired != NULL) {
        struct lexer_retired *older = tok->retired->older;
        PyMem_Free(tok->retired->text);
        PyMem_Free(tok->retired);
        tok->retired = older;
    }
    PyMem_Free(tok->encoding);
    PyMem_Free(tok->text);
    PyMem_Free(tok);
}

/* The state takes TEXT, of LENGTH bytes and a zero. */
static void
state_set_text(struct tok_state *tok, char *text, size_t length)
{
    tok->text = text;
    tok->text_end = text + length;
    tok->buf = tok->cur = tok->inp = tok->line_start = text;
}

static char *
text_copy(const char *text, size_t length)
{
    char *copy = PyMem_Malloc(length + 1);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* A copy with '\r' and '\r\n' turned into '\n', and with a newline at the end
   if FINISH wants one there; a '\r\n' at the end does not count as one, which
   shows in the line numbers of errors there. */
static char *
text_normalize(const char *text, size_t length, int finish, size_t *p_length)
{
    char *copy = PyMem_Malloc(length + 2);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    char *out = copy;
    const char *end = text + length;
    while (text < end) {
        const char *stop = memchr(text, '\r', (size_t)(end - text));
        size_t run = (size_t)((stop ? stop : end) - text);
        memcpy(out, text, run);
        out += run;
        text += run;
        if (text < end) {
            *out++ = '\n';
            text++;
            if (text < end && *text == '\n') {
                text++;
            }
        }
    }
    int crlf = length >= 2 && end[-2] == '\r' && end[-1] == '\n';
    if (finish && out > copy && (out[-1] != '\n' || crlf)) {
        *out++ = '\n';
    }
    *out = '\0';
    *p_length = (size_t)(out - copy);
    return copy;
}

/* -- Declared encodings -------------------------------------------------- */

/* The usual spellings of the two encodings that have many. */
static const char *
encoding_normal_name(const char *name)
{
    char lower[13];
    size_t i;

    for (i = 0; i < 12 && name[i] != '\0'; i++) {
        char c = name[i];
        lower[i] = c == '_' ? '-' : (char)Py_TOLOWER(Py_CHARMASK(c));
    }
    lower[i] = '\0';
    if (strcmp(lower, "utf-8") == 0 || strncmp(lower, "utf-8-", 6) == 0) {
        return "utf-8";
    }
    static const char * const latin[] = {
        "latin-1", "iso-8859-1", "iso-latin-1",
    };
    for (i = 0; i < Py_ARRAY_LENGTH(latin); i++) {
        size_t length = strlen(latin[i]);
        if (strncmp(lower, latin[i], length) == 0
            && (lower[length] == '\0' || lower[length] == '-'))
        {
            return "iso-8859-1";
        }
    }
    return name;
}

static int
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\014';
}

/* Looks for a cookie in a line. 1 and a new string in *SPEC; 0 if there is
   none and the next line may have it; 2 if no later line may; -1 no memory. */
static int
cookie_in_line(const char *line, size_t length, char **spec)
{
    size_t i = 0;

    *spec = NULL;
    while (i < length && is_blank(line[i])) {
        i++;
    }
    if (i < length && line[i] != '#') {
        return line[i] == '\n' || line[i] == '\r' ? 0 : 2;
    }
    for (; i + 6 <= length; i++) {
        if (memcmp(line + i, "coding", 6) != 0) {
            continue;
        }
        size_t t = i + 6;
        if (t >= length || (line[t] != ':' && line[t] != '=')) {
            continue;
        }
        do {
            t++;
        } while (t < length && (line[t] == ' ' || line[t] == '\t'));
        size_t begin = t;
        while (t < length && (LEXER_IS(line[t], LEXER_WORD)
                              || line[t] == '-' || line[t] == '.')
               && !(line[t] & 0x80))
        {
            t++;
        }
        if (begin == t) {
            continue;
        }
        char *name = text_copy(line + begin, t - begin);
        if (name == NULL) {
            return -1;
        }
        const char *normal = encoding_normal_name(name);
        *spec = name;
        if (normal != name) {
            *spec = text_copy(normal, strlen(normal));
            PyMem_Free(name);
        }
        return *spec == NULL ? -1 : 1;
    }
    return 0;
}

/* Finds the encoding that TEXT declares: tok->encoding is set, or stays NULL.
   A line without an end counts only if UNFINISHED. *P_SKIP is the length of
   the byte-order mark. */
static int
encoding_find(struct tok_state *tok, const char *text, size_t length,
              int unfinished, size_t *p_skip)
{
    *p_skip = 0;
    if (length >= 3 && memcmp(text, utf8_mark, 3) == 0) {
        *p_skip = 3;
        tok->encoding = text_copy("utf-8", 5);
        if (tok->encoding == NULL) {
            return -1;
        }
    }
    const char *line = text + *p_skip, *end = text + length;
    for (int i = 0; i < 2 && line < end; i++) {
        const char *stop = line;
        while (stop < end && *stop != '\n' && *stop != '\r') {
            stop++;
        }
        if (stop < end && *stop == '\r' && stop + 1 < end
            && stop[1] == '\n')
        {
            stop++;
        }
        if (stop < end) {
            stop++;
        }
        else if (!unfinished) {
            break;
        }
        char *spec;
        int found = cookie_in_line(line, (size_t)(stop - line), &spec);
        if (found < 0) {
            return -1;
        }
        if (found == 2) {
            break;
        }
        if (found == 1) {
            if (tok->encoding != NULL && strcmp(tok->encoding, spec) != 0) {
                PyErr_Format(PyExc_SyntaxError,
                             "encoding problem: %s with BOM", spec);
                PyMem_Free(spec);
                return -1;
            }
            PyMem_Free(tok->encoding);
            tok->encoding = spec;
            break;
        }
        line = stop;
    }
    return 0;
}

/* Decodes TEXT from an encoding that is not UTF-8. May run Python code. */
static char *
text_recode(const char *text, size_t length, const char *encoding,
            size_t *p_length)
{
    PyObject *decoded = PyUnicode_Decode(text, (Py_ssize_t)length, encoding,
                                         NULL);
    if (decoded == NULL) {
        return NULL;
    }
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(decoded, &size);
    char *copy = NULL;
    if (utf8 != NULL) {
        if ((Py_ssize_t)strlen(utf8) != size) {
            PyErr_SetString(PyExc_ValueError,
                            "source code string cannot contain null bytes");
        }
        else {
            copy = text_copy(utf8, (size_t)size);
        }
    }
    Py_DECREF(decoded);
    *p_length = (size_t)size;
    return copy;
}

/* Takes TEXT in the encoding it declares itself, or in tok->encoding. */
static int
state_take_bytes(struct tok_state *tok, const char *text, size_t length,
                 int finish)
{
    size_t skip = 0;
    if (tok->encoding == NULL) {
        if (encoding_find(tok, text, length, finish, &skip) < 0) {
            return -1;
        }
    }
    text += skip;
    length -= skip;

    char *recoded = NULL;
    if (tok->encoding != NULL && strcmp(tok->encoding, "utf-8") != 0) {
        recoded = text_recode(text, length, tok->encoding, &length);
        if (recoded == NULL) {
            return -1;
        }
        text = recoded;
    }
    char *normal = text_normalize(text, length, finish, &length);
    PyMem_Free(recoded);
    if (normal == NULL) {
        return -1;
    }
    state_set_text(tok, normal, length);
    return 0;
}

/* -- Sources in memory --------------------------------------------------- */

struct tok_state *
_PyTokenizer_FromString(const char *text, int exec_input)
{
    struct tok_state *tok = state_new();
    if (tok == NULL) {
        return NULL;
    }
    if (state_take_bytes(tok, text, strlen(text), exec_input) < 0) {
        _PyTokenizer_Free(tok);
        return NULL;
    }
    return tok;
}

struct tok_state *
_PyTokenizer_FromUTF8(const char *text, int exec_input)
{
    struct tok_state *tok = state_new();
    if (tok == NULL) {
        return NULL;
    }
    size_t length;
    char *normal = text_normalize(text, strlen(text), exec_input, &length);
    if (normal == NULL) {
        goto error;
    }
    state_set_text(tok, normal, length);
    tok->encoding = text_copy("utf-8", 5);
    if (tok->encoding == NULL) {
        goto error;
    }
    return tok;

error:
    _PyTokenizer_Free(tok);
    return NULL;
}

/* -- Files --------------------------------------------------------------- */

/* All that FP still has. */
static char *
file_read(FILE *fp, size_t *p_length)
{
    size_t allocated = 16384, length = 0;
    char *text = PyMem_Malloc(allocated);

    while (text != NULL) {
        size_t n = fread(text + length, 1, allocated - length - 1, fp);
        length += n;
        if (n == 0) {
            break;
        }
        if (length + 1 == allocated) {
            char *larger = PyMem_Realloc(text, allocated * 2);
            if (larger == NULL) {
                PyMem_Free(text);
            }
            allocated *= 2;
            text = larger;
        }
    }
    if (text == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    if (ferror(fp)) {
        PyErr_SetFromErrno(PyExc_OSError);
        clearerr(fp);
        PyMem_Free(text);
        return NULL;
    }
    text[length] = '\0';
    *p_length = length;
    return text;
}

/* A line that has a zero byte loses it and all behind it. */
static size_t
drop_after_zeros(char *text, size_t length)
{
    char *out = memchr(text, '\0', length);
    if (out == NULL) {
        return length;
    }
    const char *p = out, *end = text + length;
    int dropping = 0;
    for (; p < end; p++) {
        if (*p == '\0') {
            dropping = 1;
        }
        if (!dropping) {
            *out++ = *p;
        }
        else if (*p == '\n') {
            dropping = 0;
        }
    }
    *out = '\0';
    return (size_t)(out - text);
}

static int
state_take_file(struct tok_state *tok, FILE *fp)
{
    size_t length;
    int result = -1;
    char *text = file_read(fp, &length);
    if (text != NULL) {
        length = drop_after_zeros(text, length);
        result = state_take_bytes(tok, text, length, 1);
        PyMem_Free(text);
    }
    if (result < 0 && tok->encoding != NULL
        && !PyErr_ExceptionMatches(PyExc_SyntaxError)
        && !PyErr_ExceptionMatches(PyExc_MemoryError))
    {
        PyErr_Format(PyExc_SyntaxError, "encoding problem: %s",
                     tok->encoding);
    }
    tok->check_utf8 = tok->encoding == NULL;
    return result;
}

struct tok_state *
_PyTokenizer_FromFile(FILE *fp, const char *encoding, const char *ps1,
                      const char *ps2)
{
    struct tok_state *tok = state_new();
    if (tok == NULL) {
        return NULL;
    }
    tok->fp = fp;
    tok->prompt = ps1;
    tok->nextprompt = ps2;
    if (encoding != NULL) {
        tok->encoding = text_copy(encoding, strlen(encoding));
        if (tok->encoding == NULL) {
            goto error;
        }
    }
    if (ps1 == NULL && ps2 == NULL) {
        if (state_take_file(tok, fp) < 0) {
            goto error;
        }
        return tok;
    }
    char *empty = text_copy("", 0);
    if (empty == NULL) {
        goto error;
    }
    state_set_text(tok, empty, 0);
    return tok;

error:
    _PyTokenizer_Free(tok);
    return NULL;
}

/* Reads the first two lines only, from a duplicate of FD. */
char *
_PyTokenizer_FindEncodingFilename(int fd, PyObject *filename)
{
    char text[2048];
    Py_ssize_t length = 0;
    struct tok_state *tok = state_new();
    if (tok == NULL) {
        return NULL;
    }
    while (length < (Py_ssize_t)sizeof(text)) {
        Py_ssize_t n = (Py_ssize_t)read(fd, text + length,
                                        sizeof(text) - (size_t)length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        length += n;
    }
    size_t skip;
    char *encoding = NULL;
    if (encoding_find(tok, text, (size_t)length, 1, &skip) == 0) {
        encoding = tok->encoding;
        tok->encoding = NULL;
    }
    _PyTokenizer_Free(tok);
    return encoding;
}

/* -- Terminals ----------------------------------------------------------- */

/* Makes room for LENGTH more bytes of text. Tokens may point into the old
   text, so it is kept until the lexer goes. */
static int
text_reserve(struct tok_state *tok, size_t length)
{
    size_t used = (size_t)(tok->text_end - tok->text);
    if (used + length + 1 <= tok->text_allocated) {
        return 0;
    }
    size_t size = 2 * (used + length) + 1024;
    struct lexer_retired *retired = PyMem_Malloc(sizeof(*retired));
    char *text = PyMem_Malloc(size);
    if (retired == NULL || text == NULL) {
        PyMem_Free(retired);
        PyMem_Free(text);
        return -1;
    }
    memcpy(text, tok->text, used + 1);
    Py_ssize_t shift = text - tok->text;
    tok->buf += shift;
    tok->cur += shift;
    tok->inp += shift;
    tok->line_start += shift;
    if (tok->start != NULL) {
        tok->start += shift;
    }
    if (tok->multi_line_start != NULL) {
        tok->multi_line_start += shift;
    }
    retired->text = tok->text;
    retired->older = tok->retired;
    tok->retired = retired;
    tok->text = text;
    tok->text_end = text + used;
    tok->text_allocated = size;
    return 0;
}

/* The terminal's line as UTF-8 with '\n' ends. */
static char *
terminal_recode(struct tok_state *tok, char *line, size_t *p_length)
{
    size_t length = strlen(line);
    char *recoded = NULL;
    if (tok->encoding != NULL && strcmp(tok->encoding, "utf-8") != 0
        && length > 0)
    {
        recoded = text_recode(line, length, tok->encoding, &length);
        if (recoded == NULL) {
            return NULL;
        }
    }
    char *normal = text_normalize(recoded ? recoded : line, length, 0,
                                  p_length);
    PyMem_Free(recoded);
    return normal;
}

/* Asks for a line and appends it to the text. */
static int
terminal_read(struct tok_state *tok)
{
    if (tok->interactive_stop) {
        tok->done = E_INTERACT_STOP;
        return -1;
    }
    char *answer = PyOS_Readline(tok->fp ? tok->fp : stdin, stdout,
                                 tok->prompt);
    if (tok->nextprompt != NULL) {
        tok->prompt = tok->nextprompt;
    }
    if (answer == NULL) {
        tok->done = E_INTR;
        return -1;
    }
    if (*answer == '\0') {
        PyMem_Free(answer);
        tok->done = E_EOF;
        return -1;
    }
    size_t length;
    char *line = terminal_recode(tok, answer, &length);
    PyMem_Free(answer);
    if (line == NULL) {
        tok->done = E_DECODE;
        return -1;
    }
    if (text_reserve(tok, length) < 0) {
        PyMem_Free(line);
        tok->done = E_NOMEM;
        return -1;
    }
    memcpy(tok->text_end, line, length + 1);
    tok->text_end += length;
    PyMem_Free(line);
    return 0;
}

/* -- Lines --------------------------------------------------------------- */

/* The length of the UTF-8 sequence at P, 0 if it is not one. */
static int
utf8_sequence(const unsigned char *p)
{
    int extra;
    unsigned char low = 0x80, high = 0xBF;

    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] < 0xC2 || p[0] > 0xF4) {
        return 0;
    }
    if (p[0] < 0xE0) {
        extra = 1;
    }
    else if (p[0] < 0xF0) {
        extra = 2;
        low = p[0] == 0xE0 ? 0xA0 : low;
        high = p[0] == 0xED ? 0x9F : high;
    }
    else {
        extra = 3;
        low = p[0] == 0xF0 ? 0x90 : low;
        high = p[0] == 0xF4 ? 0x8F : high;
    }
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (int i = 2; i <= extra; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF) {
            return 0;
        }
    }
    return extra + 1;
}

static int
line_check_utf8(struct tok_state *tok)
{
    const char *p = tok->cur;
    while (p < tok->inp) {
        int length = utf8_sequence((const unsigned char *)p);
        if (length == 0) {
            PyErr_Format(PyExc_SyntaxError,
                         "Non-UTF-8 code starting with '\\x%.2x' in file %V "
                         "on line %i, but no encoding declared; see "
                         "https://peps.python.org/pep-0263/ for details",
                         (unsigned char)*p, tok->filename, "<string>",
                         tok->lineno);
            tok->done = E_DECODE;
            return -1;
        }
        p += length;
    }
    return 0;
}

int
lexer_next_line(struct tok_state *tok)
{
    if (tok->inp == tok->text_end) {
        if (tok->prompt == NULL) {
            tok->done = E_EOF;
            return 0;
        }
        if (terminal_read(tok) < 0) {
            return 0;
        }
    }
    if (tok->start == NULL) {
        tok->buf = tok->cur;
    }
    tok->line_start = tok->cur;
    const char *newline = memchr(tok->inp, '\n',
                                 (size_t)(tok->text_end - tok->inp));
    tok->inp = newline != NULL ? newline + 1 : tok->text_end;
    tok->lineno++;
    if (tok->check_utf8 && line_check_utf8(tok) < 0) {
        return 0;
    }
    return 1;
}
