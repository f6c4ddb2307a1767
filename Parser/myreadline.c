/* Reading a line from a terminal, by a function that a module such as
   "readline" may replace. */

#include "Python.h"
#include "pycore_pystate.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The thread that is reading; NULL when none is. */
PyThreadState *_PyOS_ReadlineTState = NULL;

/* Called while the terminal waits for input. */
int (*PyOS_InputHook)(void) = NULL;

char *(*PyOS_ReadlineFunctionPointer)(FILE *, FILE *, const char *) = NULL;

/* One reader at a time. */
static PyThread_type_lock readline_lock = NULL;

/* fgets() that tells an interruption from the end of the file.
   0: a line, or part of one; 1: interrupted by a handler that raised;
   -1: end of file; -2: error. */
static int
fgets_interruptible(PyThreadState *tstate, char *buffer, int size, FILE *fp)
{
    for (;;) {
        if (PyOS_InputHook != NULL
            && tstate == _PyOS_ReadlineTState)
        {
            (void)PyOS_InputHook();
        }
        errno = 0;
        clearerr(fp);
        if (fgets(buffer, size, fp) != NULL) {
            return 0;
        }
        int error = errno;
        if (feof(fp)) {
            clearerr(fp);
            return -1;
        }
        if (error != EINTR) {
            return -2;
        }
        PyEval_RestoreThread(tstate);
        int raised = PyErr_CheckSignals();
        PyEval_SaveThread();
        if (raised < 0) {
            return 1;
        }
    }
}

/* The function used when no other is installed. Called without the GIL.
   Returns memory from PyMem_RawMalloc: a line, "" at the end of the file, or
   NULL when interrupted or out of memory. */
static char *
readline_stdio(FILE *input, FILE *output, const char *prompt)
{
    PyThreadState *tstate = _PyOS_ReadlineTState;
    size_t allocated = 256, used = 0;
    char *line = PyMem_RawMalloc(allocated);

    if (line == NULL) {
        goto no_memory;
    }
    fflush(output);
    if (prompt != NULL) {
        fprintf(stderr, "%s", prompt);
    }
    fflush(stderr);
    for (;;) {
        int room = (int)(allocated - used > 65536 ? 65536 : allocated - used);
        int result = fgets_interruptible(tstate, line + used, room, input);
        if (result == 1) {
            PyMem_RawFree(line);
            return NULL;
        }
        if (result < 0) {
            line[used] = '\0';
            break;
        }
        used += strlen(line + used);
        if (used > 0 && line[used - 1] == '\n') {
            break;
        }
        if (used + 1 >= allocated) {
            char *longer = PyMem_RawRealloc(line, allocated * 2);
            if (longer == NULL) {
                PyMem_RawFree(line);
                goto no_memory;
            }
            line = longer;
            allocated *= 2;
        }
    }
    char *exact = PyMem_RawRealloc(line, used + 1);
    return exact != NULL ? exact : line;

no_memory:
    PyEval_RestoreThread(tstate);
    PyErr_NoMemory();
    PyEval_SaveThread();
    return NULL;
}

PyAPI_FUNC(char *) PyOS_StdioReadline(FILE *, FILE *, const char *);

char *
PyOS_StdioReadline(FILE *input, FILE *output, const char *prompt)
{
    return readline_stdio(input, output, prompt);
}

/* A line from the terminal in memory from PyMem_Malloc: "" at its end, NULL
   with or without an exception when interrupted. */
char *
PyOS_Readline(FILE *input, FILE *output, const char *prompt)
{
    PyThreadState *tstate = _PyThreadState_GET();
    if (_PyOS_ReadlineTState == tstate) {
        PyErr_SetString(PyExc_RuntimeError, "can't re-enter readline");
        return NULL;
    }
    if (PyOS_ReadlineFunctionPointer == NULL) {
        PyOS_ReadlineFunctionPointer = readline_stdio;
    }
    if (readline_lock == NULL) {
        readline_lock = PyThread_allocate_lock();
        if (readline_lock == NULL) {
            PyErr_SetString(PyExc_MemoryError, "can't allocate lock");
            return NULL;
        }
    }

    char *raw;
    Py_BEGIN_ALLOW_THREADS
    PyThread_acquire_lock(readline_lock, WAIT_LOCK);
    _PyOS_ReadlineTState = tstate;
    /* Line editing makes sense only when a person is at both ends, and only
       the main interpreter has the hooks. */
    if (!isatty(fileno(input)) || !isatty(fileno(output))
        || tstate->interp != PyInterpreterState_Main())
    {
        raw = readline_stdio(input, output, prompt);
    }
    else {
        raw = (*PyOS_ReadlineFunctionPointer)(input, output, prompt);
    }
    _PyOS_ReadlineTState = NULL;
    PyThread_release_lock(readline_lock);
    Py_END_ALLOW_THREADS

    if (raw == NULL) {
        return NULL;
    }
    size_t size = strlen(raw) + 1;
    char *line = PyMem_Malloc(size);
    if (line != NULL) {
        memcpy(line, raw, size);
    }
    else {
        PyErr_NoMemory();
    }
    PyMem_RawFree(raw);
    return line;
}
