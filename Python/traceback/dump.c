/* Dumping stacks from a signal handler, or after a fatal error: nothing here
   allocates, takes a lock, or runs Python, and everything is written with
   write() alone. What it reads may be half changed; it must not crash. */
#include "Python.h"
#include "pycore_fileutils.h"
#include "pycore_frame.h"
#include "pycore_gc.h"
#include "pycore_interp.h"
#include "pycore_pystate.h"
#include "pycore_traceback.h"
#include "pycore_unicodeobject.h"

#define MAX_STRING_LENGTH 500
#define MAX_FRAME_DEPTH 100
#define MAX_NTHREADS 100

#define PUTS(fd, str) (void)_Py_write_noraise((fd), (str), strlen(str))

void
_Py_DumpDecimal(int fd, size_t value)
{
    char buffer[sizeof(size_t) * 3 + 1];
    char *end = buffer + sizeof(buffer) - 1;
    char *ptr = end;
    *ptr = '\0';
    do {
        *--ptr = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    (void)_Py_write_noraise(fd, ptr, (size_t)(end - ptr));
}

/* At least width digits, as many as fit. */
void
_Py_DumpHexadecimal(int fd, uintptr_t value, Py_ssize_t width)
{
    static const char digits[] = "0123456789abcdef";
    char buffer[sizeof(uintptr_t) * 2 + 1];
    const Py_ssize_t size = (Py_ssize_t)sizeof(buffer) - 1;
    if (width > size) {
        width = size;
    }
    char *end = buffer + size;
    char *ptr = end;
    *ptr = '\0';
    do {
        *--ptr = digits[value & 15];
        value >>= 4;
    } while ((end - ptr) < width || value);
    (void)_Py_write_noraise(fd, ptr, (size_t)(end - ptr));
}

/* The text with everything but printable ASCII escaped. */
void
_Py_DumpASCII(int fd, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        return;
    }
    PyASCIIObject *ascii = (PyASCIIObject *)text;
    if (!ascii->state.ready || !ascii->state.compact) {
        PUTS(fd, "<unreadable>");
        return;
    }
    Py_ssize_t size = ascii->length;
    int kind = ascii->state.kind;
    const void *data = ascii->state.ascii
                           ? (const void *)(ascii + 1)
                           : (const void *)((PyCompactUnicodeObject *)text
                                            + 1);
    int truncated = size > MAX_STRING_LENGTH;
    if (truncated) {
        size = MAX_STRING_LENGTH;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        if (' ' <= ch && ch <= 126) {
            char c = (char)ch;
            (void)_Py_write_noraise(fd, &c, 1);
        }
        else if (ch <= 0xff) {
            PUTS(fd, "\\x");
            _Py_DumpHexadecimal(fd, ch, 2);
        }
        else if (ch <= 0xffff) {
            PUTS(fd, "\\u");
            _Py_DumpHexadecimal(fd, ch, 4);
        }
        else {
            PUTS(fd, "\\U");
            _Py_DumpHexadecimal(fd, ch, 8);
        }
    }
    if (truncated) {
        PUTS(fd, "...");
    }
}

static void
dump_frame(int fd, _PyInterpreterFrame *frame)
{
    PyCodeObject *code = frame->f_code;
    PUTS(fd, "  File ");
    if (code->co_filename != NULL && PyUnicode_Check(code->co_filename)) {
        PUTS(fd, "\"");
        _Py_DumpASCII(fd, code->co_filename);
        PUTS(fd, "\"");
    }
    else {
        PUTS(fd, "???");
    }
    int lineno = PyCode_Addr2Line(
        code, _PyInterpreterFrame_LASTI(frame) * (int)sizeof(_Py_CODEUNIT));
    PUTS(fd, ", line ");
    if (lineno >= 0) {
        _Py_DumpDecimal(fd, (size_t)lineno);
    }
    else {
        PUTS(fd, "???");
    }
    PUTS(fd, " in ");
    if (code->co_name != NULL && PyUnicode_Check(code->co_name)) {
        _Py_DumpASCII(fd, code->co_name);
    }
    else {
        PUTS(fd, "???");
    }
    PUTS(fd, "\n");
}

static void
dump_traceback(int fd, PyThreadState *tstate, int write_header)
{
    if (write_header) {
        PUTS(fd, "Stack (most recent call first):\n");
    }
    _PyInterpreterFrame *frame =
        tstate->cframe != NULL ? tstate->cframe->current_frame : NULL;
    if (frame == NULL) {
        PUTS(fd, "  <no Python frame>\n");
        return;
    }
    for (unsigned depth = 0; frame != NULL; depth++) {
        if (depth >= MAX_FRAME_DEPTH) {
            PUTS(fd, "  ...\n");
            break;
        }
        dump_frame(fd, frame);
        frame = frame->previous;
    }
}

void
_Py_DumpTraceback(int fd, PyThreadState *tstate)
{
    dump_traceback(fd, tstate, 1);
}

static void
write_thread_id(int fd, PyThreadState *tstate, int is_current)
{
    PUTS(fd, is_current ? "Current thread 0x" : "Thread 0x");
    _Py_DumpHexadecimal(fd, tstate->thread_id, sizeof(unsigned long) * 2);
    PUTS(fd, " (most recent call first):\n");
}

const char *
_Py_DumpTracebackThreads(int fd, PyInterpreterState *interp,
                         PyThreadState *current_tstate)
{
    if (current_tstate == NULL) {
        /* The thread that has the GIL, or this one. */
        current_tstate = PyGILState_GetThisThreadState();
    }
    if (interp == NULL) {
        if (current_tstate == NULL) {
            interp = _PyGILState_GetInterpreterStateUnsafe();
            if (interp == NULL) {
                return "unable to get the interpreter state";
            }
        }
        else {
            interp = current_tstate->interp;
        }
    }
    PyThreadState *tstate = PyInterpreterState_ThreadHead(interp);
    if (tstate == NULL) {
        return "unable to get the thread head state";
    }
    unsigned nthreads = 0;
    do {
        if (nthreads != 0) {
            PUTS(fd, "\n");
        }
        if (nthreads >= MAX_NTHREADS) {
            PUTS(fd, "...\n");
            break;
        }
        int is_current = tstate == current_tstate;
        write_thread_id(fd, tstate, is_current);
        if (is_current && tstate->interp->gc.collecting) {
            PUTS(fd, "  Garbage-collecting\n");
        }
        dump_traceback(fd, tstate, 0);
        tstate = tstate->next;
        nthreads++;
    } while (tstate != NULL);
    return NULL;
}
